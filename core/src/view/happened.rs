//! What happened with the last event.

use super::{Happened, Message, NodeIx};
use crate::sim::wire::Row;
use crate::sim::{Recorder, Sim};
use alloc::string::ToString;

/// What happened with the event at the cursor.
#[must_use]
pub fn happened(sim: &Sim, recorder: &Recorder) -> Happened {
    let event = sim.event();
    let message = |row: &Row| {
        let ends = sim.links().get(row.link as usize)?;
        let to = if row.from == ends.a { ends.b } else { ends.a };
        Some(Message { from: row.from, to, text: row.text.to_string(), control: row.control })
    };
    let mut ran: alloc::vec::Vec<NodeIx> = sim.given().iter().map(|(node, _)| *node).collect();
    ran.dedup();
    Happened {
        event,
        notes: sim.notes().to_vec(),
        arrived: recorder.all_rows().filter(|row| row.arrived.is_some_and(|(_, at)| at == event)).filter_map(message).collect(),
        sent: recorder.all_rows().filter(|row| row.event == event).filter_map(message).collect(),
        ran,
    }
}
