//! Harness, conformance, end to end, benches. The swarm stands on `resync-lab`.

pub mod bench_data;
pub mod beside;
pub mod commands;
pub mod conformance;
pub mod figures;
pub mod fuzz;
pub mod hand;
pub mod live;
pub mod redis;
pub mod report;
pub mod sentinels;
#[cfg(unix)]
pub mod server;
pub mod stories;
pub mod wire;
