//! What an event was, beneath the nodes: a client's tick, a packet, a disk.

use super::Sim;
use super::queue::Event;
use super::tcp::{self, Owner};
use crate::node::api::ConnId;

/// What moved with the last event.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Moved {
    /// The script or a person did something; or nothing has happened yet.
    #[default]
    Act,
    /// A machine's process started.
    Boot(u32),
    /// A node's own turn: a timer, or the end of longer work.
    Turn(u32),
    /// A packet of the first reached the second.
    Packet(Owner, Owner),
    /// The kernel of the first heard that the second has taken bytes: there is room again.
    Taken(Owner, Owner),
    /// Something on a connection of which nobody holds an end any more.
    Gone,
    /// A SYN of the first reached the second; without a second nobody is there.
    Asked(u32, Option<u32>),
    /// The answer to a SYN, or its absence, reached the dialler.
    Answered(u32, Option<u32>),
    /// A child of a node wrote on, or ended.
    Child(u32),
    /// A file operation of a node ended.
    File(u32),
    /// A client's next send was due.
    Client(u32, Tick),
}

/// What a client did when its next send was due.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Tick {
    /// It sent.
    #[default]
    Sent,
    /// It still waits for the answer to what it sent before.
    Waits,
    /// Nobody took its connection.
    Refused,
}

impl Sim {
    /// What moved with the last event (or act). Of a dial that is over by now only that it was one is known.
    #[must_use]
    pub fn moved(&self) -> Moved {
        let Some(event) = self.fired else { return Moved::Act };
        let ends = |from: ConnId, to: ConnId| self.net.end(from).map(|end| end.owner).zip(self.net.end(to).map(|end| end.owner));
        match event {
            Event::Boot(n) => Moved::Boot(n),
            Event::Run(n) => Moved::Turn(n),
            Event::Arrive(to) => ends(tcp::peer(to), to).map_or(Moved::Gone, |(from, to)| Moved::Packet(from, to)),
            Event::Room(from) | Event::Pump(from) => ends(from, tcp::peer(from)).map_or(Moved::Gone, |(from, to)| Moved::Taken(from, to)),
            Event::Syn(id) => self.dials.get(&id).map_or(Moved::Gone, |dial| Moved::Asked(dial.from, dial.to)),
            Event::SynAnswer(id) | Event::SynRetry(id) => {
                self.dials.get(&id).map_or(Moved::Gone, |dial| Moved::Answered(dial.from, dial.to))
            }
            Event::Child(n, _) => Moved::Child(n),
            Event::File(n, _) => Moved::File(n),
            Event::Client(ix) => Moved::Client(ix, self.ticked),
        }
    }
}
