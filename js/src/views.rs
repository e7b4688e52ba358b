//! What a page shows, made at most ten times a second from the run in focus. Plain data; no Yew, no browser.

use crate::ids::RunId;
use resync_core::view::{Happened, Screen};
use std::ops::{Deref, DerefMut};

pub use resync_core::view::{LaneStretch, Shared};

/// A screen of the run in focus, and how its time passes. Two are equal if every part is the very same value: nothing has to be drawn again.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Views {
    /// The run that is shown.
    pub run: RunId,
    /// The parts.
    pub screen: Screen,
    /// What happened with the last event, while nothing plays; of no event while it does.
    pub happened: Shared<Happened>,
    /// Whether it plays.
    pub playing: bool,
    /// Simulated µs per wall second, in thousandths of real time: 1 000 = 1×.
    pub speed_milli: u64,
}
impl Deref for Views {
    type Target = Screen;
    fn deref(&self) -> &Screen {
        &self.screen
    }
}
impl DerefMut for Views {
    fn deref_mut(&mut self) -> &mut Screen {
        &mut self.screen
    }
}
