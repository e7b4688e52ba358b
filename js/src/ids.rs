//! Numbers of runs, and the ids of elements that belong to a run.
//!
//! One page may show several runs: an id that belongs to one of them is made here, so that no two elements share it.

use std::fmt;

/// The number of a run on its desk: given once, never to another run of that desk.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct RunId(pub u32);

impl RunId {
    /// The id of an element that shows this run: `time-0`.
    #[must_use]
    pub fn dom(self, what: &str) -> String {
        format!("{what}-{self}")
    }
}
impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
