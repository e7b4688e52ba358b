//! Reading off what moved with the last event.

use super::Sim;
use super::moved::Moved;
use super::queue::Event;
use super::tcp;
use crate::node::api::ConnId;

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
            Event::Sentinel(ix) => Moved::Sentinel(ix),
        }
    }
}
