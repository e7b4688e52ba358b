//! What happened with the last event.

use super::{Happened, Message, NodeIx, Turn};
use crate::sim::wire::Row;
use crate::sim::{Given, Recorder, Sim, tcp};
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
    let rows = || recorder.all_rows().map(|(id, row)| sim.row_now(id, row));
    let owner = |end| sim.conn(tcp::peer(end)).map(|conn| conn.ends[tcp::side(tcp::peer(end))].owner);
    let turn = |(node, given): &(NodeIx, Given)| match given {
        Given::Bytes(end) => (*node, Turn::Read(owner(*end))),
        Given::Timer => (*node, Turn::Timer),
        Given::Other => (*node, Turn::Other),
    };
    Happened {
        event,
        notes: sim.notes().to_vec(),
        arrived: rows().filter(|row| row.arrived.is_some_and(|(_, at)| at == event)).filter_map(message).collect(),
        sent: rows().filter(|row| row.event == event).filter_map(message).collect(),
        ran: sim.given().iter().map(turn).collect(),
        moved: sim.moved(),
    }
}
