//! Milestones for those who listen from JavaScript.

use super::run::Run;
use resync_core::note::{Class, Note};
use resync_core::order;

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
    /// Milestones and log lines since the last call, oldest first, folded repeats once. Going back tells nothing twice.
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
        for (node, machine) in sim.machines().iter().enumerate() {
            let lines = self.timeline.recorder().log(node as u32).rev().take_while(|line| line.event > self.told_event);
            let fresh = lines.filter(|line| line.event <= event).map(|line| Heard {
                at_us: line.at.as_micros(),
                node: machine.spec.name.clone(),
                note: Note::Log { mark: line.mark, text: line.text.to_string(), line: line.line.to_string() },
            });
            let mut fresh: Vec<Heard> = fresh.collect();
            fresh.reverse();
            heard.extend(fresh);
        }
        // Stable: what stands in one list keeps its order.
        order::sort_by_key(&mut heard, |heard| heard.at_us);
        self.told_event = self.told_event.max(event);
        heard
    }
}
