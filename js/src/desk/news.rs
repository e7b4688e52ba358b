//! Milestones for those who listen from JavaScript.

use super::run::Run;
use resync_core::note::{Class, Note};

/// A milestone for those who listen from JavaScript.
#[derive(Clone, PartialEq, Debug)]
pub struct Heard {
    /// When, µs.
    pub at_us: u64,
    /// The node's name.
    pub node: String,
    /// What.
    pub note: Note,
}

impl Run {
    /// Milestones since the last call, oldest first, folded repeats once. Going back tells nothing twice.
    pub fn news(&mut self) -> Vec<Heard> {
        let event = self.timeline.sim().event();
        let sim = self.timeline.sim();
        let entries = self.timeline.recorder().journal().entries();
        let fresh = entries
            .iter()
            .rev()
            .take_while(|e| e.event > self.told_event)
            .filter(|e| e.event <= event && e.note.class() == Class::Milestone);
        let mut heard: Vec<Heard> =
            fresh.map(|e| Heard { at_us: e.at.as_micros(), node: sim.machine(e.node).spec.name.clone(), note: e.note.clone() }).collect();
        heard.reverse();
        self.told_event = self.told_event.max(event);
        heard
    }
}
