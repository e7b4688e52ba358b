//! A run that left the desk and waits to be brought back.

use super::run::{Branched, Run};
use crate::ids::RunId;

/// How long a dropped run can be brought back, µs of wall time. Long enough to read the line that offers it.
pub const UNDO_US: u64 = 8_000_000;

/// A run that was dropped and can be brought back.
pub(super) struct Dropped {
    pub(super) run: Run,
    /// Its place among the others.
    pub(super) at: usize,
    /// Where each run left its parent before.
    pub(super) branched: Vec<(RunId, Option<Branched>)>,
    /// How long yet, µs of wall time.
    pub(super) left_us: u64,
}

impl Dropped {
    /// So much wall time has passed. `true` if it is offered for another number of seconds now.
    pub(super) fn pass(&mut self, wall_us: u64) -> bool {
        let before = self.left_us.div_ceil(1_000_000);
        self.left_us = self.left_us.saturating_sub(wall_us);
        self.left_us.div_ceil(1_000_000) != before
    }
}
