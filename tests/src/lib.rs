//! Harness, conformance, end to end, benches.

pub mod conformance;
pub mod redis;
