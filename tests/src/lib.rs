//! Harness, conformance, end to end, benches.

pub mod redis;
