//! Receiving: packets arrive, the process reads, and an end that is over answers with RST.

use super::end::{Chunk, Heard};
use super::send::ask_room;
use super::{End, Freight, Medium, Net, Signal, lane, peer, side};
use crate::node::api::{CloseWhy, ConnId, Payload};
use crate::sim::queue::{Event, Queue};
use crate::time::Time;
use bytes::Bytes;

impl Net {
    /// The packets towards `to` that are due arrive. `false`: the entry was outdated.
    pub fn arrive(&mut self, queue: &mut Queue, now: Time, to: ConnId) -> bool {
        let (here, there) = (side(to), side(to) ^ 1);
        let mut answer = false;
        let over;
        {
            let Some((conn, links, _, signals)) = self.conn_mut(to) else { return false };
            if conn.ends[there].arrives != now {
                return false;
            }
            let mut readable = false;
            let mut delivered = 0;
            let link = conn.link();
            let [a, b] = &mut conn.ends;
            let (end, sender) = if here == 0 { (a, b) } else { (b, a) };
            while sender.flight.front().is_some_and(|packet| packet.t1 <= now) {
                let Some(packet) = sender.flight.pop_front() else { break };
                let len = packet.len();
                sender.flight_bytes -= len;
                delivered += len;
                if let (Some(row), Some(link)) = (packet.row, link) {
                    signals.push_back(Signal::Row(link, row));
                }
                match packet.freight {
                    Freight::Accept if end.gone() || end.dead() => sender.lost = true,
                    Freight::Accept => signals.push_back(Signal::Accept(to)),
                    Freight::Data(_) if end.gone() => sender.lost = true,
                    Freight::Data(_) if end.dead() || !end.held_by_someone() => answer = true,
                    Freight::Data(label) => {
                        let first = if let Payload::Stream { first, .. } = label.payload { Some(first) } else { None };
                        if let Some(first) = first {
                            end.arrived_to = Some(first + len as i64 - 1);
                        }
                        end.rx_bytes += len;
                        sender.acked += len;
                        end.rx.push_back(Chunk { bytes: packet.bytes, first });
                        readable = true;
                    }
                    Freight::Fin => {
                        if !end.gone() && !end.dead() && end.heard == Heard::Nothing {
                            end.heard = Heard::Ended(CloseWhy::Fin);
                            readable = true;
                        }
                    }
                    Freight::Reset => {
                        if !end.gone() && !end.dead() {
                            end.die();
                            if end.heard != Heard::Told {
                                end.heard = Heard::Ended(CloseWhy::Reset);
                                readable = true;
                            }
                        }
                    }
                }
            }
            if let Medium::Link { link, lane } = conn.medium {
                links.get_mut(link).lanes[lane as usize ^ there].count(now, delivered);
            }
            sender.arrives = sender.flight.front().map_or(Time::NEVER, |packet| packet.t1);
            queue.push(sender.arrives, Event::Arrive(to));
            if readable && end.process {
                signals.push_back(Signal::Ready(to));
            }
            over = end.over() && sender.over();
            ask_room(links, conn, queue, now, to, there);
        }
        if answer {
            self.reset(queue, now, to);
        }
        if answer || over {
            self.tidy(to);
        }
        true
    }
    /// An end that is over says so to whoever still sends.
    pub(super) fn reset(&mut self, queue: &mut Queue, now: Time, from: ConnId) {
        let at = side(from);
        let Some((conn, ..)) = self.conn_mut(from) else { return };
        let end = &mut conn.ends[at];
        end.die();
        if conn.ends[at ^ 1].dead() {
            return;
        }
        self.put(from, Freight::Reset, Bytes::new(), None);
        self.pump(queue, now, from);
    }
    /// Refuses a conn that nobody will accept: RST to the dialler.
    pub fn refuse(&mut self, queue: &mut Queue, now: Time, end: ConnId) {
        if let Some(end) = self.end_mut(end) {
            end.process = false;
        }
        self.reset(queue, now, end);
    }
    /// One read of at most `max` bytes.
    pub fn read(&mut self, queue: &mut Queue, now: Time, id: ConnId, max: usize) -> Option<Bytes> {
        self.read_on(queue, now, id, max).map(|(bytes, _)| bytes)
    }
    /// The same, and whether there is something for the process still.
    pub fn read_on(&mut self, queue: &mut Queue, now: Time, id: ConnId, max: usize) -> Option<(Bytes, bool)> {
        let at = side(id);
        let (conn, links, ..) = self.conn_mut(id)?;
        let end = &mut conn.ends[at];
        if !end.process || end.rx.is_empty() {
            return None;
        }
        // Most reads find what one packet brought.
        let whole = end.rx.len() == 1 && end.rx.front().is_some_and(|chunk| chunk.bytes.len() <= max);
        let read = if whole { end.rx.pop_front().map(|chunk| end.has_read(chunk)).unwrap_or_default() } else { end.read_joined(max) };
        end.rx_bytes -= read.len() as u64;
        let (left, wants) = (end.rx_bytes, end.wants());
        let other = &conn.ends[at ^ 1];
        if !other.unsent.is_empty() && !other.pump_asked {
            let window = lane(links, conn, at ^ 1).physics.receive_buffer;
            if left == 0 || left <= window / 2 {
                let latency = lane(links, conn, at).physics.latency;
                conn.ends[at ^ 1].pump_asked = true;
                queue.push(now + latency, Event::Pump(peer(id)));
            }
        }
        Some((read, wants))
    }
    /// Whether bytes wait to be read.
    #[must_use]
    pub fn readable(&self, end: ConnId) -> bool {
        self.end(end).is_some_and(|end| end.process && !end.rx.is_empty())
    }
    /// Bytes that travelled no link: those of the redis-cli that stands at the node.
    pub fn deliver(&mut self, to: ConnId, bytes: Bytes) {
        if let Some(end) = self.end_mut(to)
            && end.process
            && !end.dead()
        {
            end.rx_bytes += bytes.len() as u64;
            end.rx.push_back(Chunk { bytes, first: None });
        }
    }
    /// Whether there is anything for the process at this end.
    #[must_use]
    pub fn wants(&self, end: ConnId) -> bool {
        self.end(end).is_some_and(End::wants)
    }
    /// Whether there is room that the process was not told of.
    #[must_use]
    pub fn has_grant(&self, end: ConnId) -> bool {
        self.end(end).is_some_and(|end| end.process && end.grant > 0)
    }
}
