//! Words of the first minute: the coach's steps and what it says, and the button of scenes that are gone through step by step.

use crate::coach::{Advice, Step};

/// Strings of the coach.
pub struct Coach {
    /// Accessible name.
    pub title: &'static str,
    /// A step, short.
    pub step: fn(step: Step) -> &'static str,
    /// What is to be done or seen now, as a sentence.
    pub says: fn(advice: &Advice) -> String,
    /// For a screen reader, behind a step that was done.
    pub done: &'static str,
    /// Button: play to the next milestone and stand still there.
    pub next_step: &'static str,
}
