//! Harness, conformance, end to end, benches.
