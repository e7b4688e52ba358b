//! Harness, conformance, end to end, benches.

pub mod figures;
pub mod redis;
