//! The invariants of a cluster, incremental: run after every event in tests, lamps on the screen.

/// The invariants that are watched, by their names.
pub const NAMES: [&str; 5] = ["I1", "I2", "I3", "I4", "I7"];
