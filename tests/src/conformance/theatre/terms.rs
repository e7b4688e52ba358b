//! The terms of a performance: when it begins, what is scaled down, and what the judge may choose.

/// Simulated time at the recording's zero: a process may have to start a little before its recorded start (see [`super::Stage`]).
pub(super) const ZERO_US: u64 = 1_000_000;
/// Keys in the place of two million.
pub(super) const MANY: u32 = 5_000;

/// What nobody recorded and the judge therefore may choose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unknowns {
    /// Seed of the node's draws: its phase and drift.
    pub seed: u64,
    /// Milliseconds of the wall clock's second at the recording's zero.
    pub fraction_ms: i64,
}
