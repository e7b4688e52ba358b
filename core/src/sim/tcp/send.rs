//! Sending: the send buffer, the window, Nagle's algorithm, and room that acknowledgements give back.

use super::end::{Half, Room};
use super::packet::split_label;
use super::{Conn, End, Freight, Medium, Net, Owner, Packet, Signal, lane, peer, side};
use crate::node::api::{ConnId, Label};
use crate::sim::link::{Lane, Links};
use crate::sim::queue::{Event, Queue};
use crate::time::{Span, Time};
use bytes::Bytes;

/// Bytes of a full segment.
const SEGMENT: u64 = 1_448;
/// How long Linux may hold an acknowledgement back.
const DELAYED_ACK: Span = Span::from_millis(40);

impl Net {
    pub(super) fn put(&mut self, from: ConnId, freight: Freight, bytes: Bytes, row: Option<u32>) {
        let at = side(from);
        let Some((conn, _, packets, _)) = self.conn_mut(from) else { return };
        *packets += 1;
        let end = &mut conn.ends[at];
        end.unsent_bytes += bytes.len() as u64;
        end.unsent.push_back(Packet::new(*packets, freight, bytes, row));
    }
    /// A process writes. Bytes to a conn that is over vanish, as they do after RST.
    pub fn send(&mut self, queue: &mut Queue, now: Time, from: ConnId, mut bytes: Bytes, label: Label, row: Option<u32>) {
        let Some((conn, links, packets, _)) = self.conn_mut(from) else { return };
        let mut way = Way::new(conn, links, from);
        let piece = way.lane.packet_bytes();
        let end = &mut *way.end;
        if end.half != Half::Open || !end.process || bytes.is_empty() {
            return;
        }
        end.told_room = end.told_room.saturating_sub(bytes.len() as u64);
        end.unacked += bytes.len() as u64;
        let mut next = label;
        while bytes.len() > piece {
            let (here, rest) = split_label(next, piece, bytes.len() - piece);
            next = rest;
            *packets += 1;
            end.unsent_bytes += piece as u64;
            let freight = Freight::Data(here);
            end.unsent.push_back(Packet::new(*packets, freight, bytes.split_to(piece), None));
        }
        *packets += 1;
        let len = bytes.len() as u64;
        let packet = Packet::new(*packets, Freight::Data(next), bytes, row);
        if way.end.unsent.is_empty() && way.end.nagle != Some(true) && way.takes(len) {
            way.depart(queue, now, packet);
            return;
        }
        way.end.unsent_bytes += len;
        way.end.unsent.push_back(packet);
        way.pump(queue, now);
    }
    /// Sends what the window lets go.
    pub(super) fn pump(&mut self, queue: &mut Queue, now: Time, from: ConnId) {
        if let Some((conn, links, ..)) = self.conn_mut(from) {
            Way::new(conn, links, from).pump(queue, now);
        }
    }
    /// Acknowledgements came. `false`: nothing for the process.
    pub fn room_event(&mut self, now: Time, end: ConnId) -> bool {
        let at = side(end);
        let _ = now;
        let Some((conn, links, _, signals)) = self.conn_mut(end) else { return false };
        if conn.ends[at].room == Room::Told {
            return false;
        }
        if lane(links, conn, at ^ 1).frozen {
            conn.ends[at].room = Room::Held;
            return false;
        }
        let buffer = lane(links, conn, at).physics.send_buffer;
        let this = &mut conn.ends[at];
        this.room = Room::Told;
        this.unacked = this.unacked.saturating_sub(core::mem::take(&mut this.room_due));
        let more = buffer.saturating_sub(this.unacked).saturating_sub(this.told_room);
        if more == 0 || this.dead() || !this.process {
            return false;
        }
        this.told_room += more;
        this.grant += more;
        signals.push_back(Signal::Ready(end));
        true
    }
    /// A window update came.
    pub fn pump_event(&mut self, queue: &mut Queue, now: Time, end: ConnId) -> bool {
        let at = side(end);
        let Some((conn, links, ..)) = self.conn_mut(end) else { return false };
        if !core::mem::take(&mut conn.ends[at].pump_asked) || lane(links, conn, at ^ 1).frozen {
            return false;
        }
        self.pump(queue, now, end);
        true
    }
    /// Room that the process at this end was not told of yet.
    pub fn take_grant(&mut self, end: ConnId) -> u64 {
        if self.end(end).is_none_or(|end| end.grant == 0) {
            return 0;
        }
        self.end_mut(end).map_or(0, |end| core::mem::take(&mut end.grant))
    }
}

/// One direction of a conn: who sends, over what, and what stands in the way.
struct Way<'a> {
    from: ConnId,
    seed: u64,
    /// Bytes that wait in the receiver's buffer.
    waiting: u64,
    /// Latency of the way back.
    back: Span,
    lane: &'a mut Lane,
    end: &'a mut End,
}
impl<'a> Way<'a> {
    #[inline]
    fn new(conn: &'a mut Conn, links: &'a mut Links, from: ConnId) -> Way<'a> {
        let (at, seed) = (side(from), links.seed());
        let waiting = conn.ends[at ^ 1].rx_bytes;
        let back = lane(links, conn, at ^ 1).physics.latency;
        let Conn { ends, medium, .. } = conn;
        let lane = match medium {
            Medium::Link { link, lane } => &mut links.get_mut(*link).lanes[*lane as usize ^ at],
            Medium::Local(lanes) => &mut lanes[at],
        };
        Way { from, seed, waiting, back, lane, end: &mut ends[at] }
    }
    /// Whether the window lets a packet of this many bytes go.
    fn takes(&self, len: u64) -> bool {
        let used = self.end.flight_bytes + self.waiting;
        len == 0 || used == 0 || used + len <= self.lane.physics.receive_buffer
    }
    /// Sends what the window lets go.
    fn pump(&mut self, queue: &mut Queue, now: Time) {
        while let Some(next) = self.end.unsent.front() {
            let len = next.len();
            if !self.takes(len) {
                break;
            }
            if self.end.nagle == Some(true) && len > 0 && now < self.end.nagle_until && self.end.unsent_bytes < SEGMENT {
                if !core::mem::replace(&mut self.end.pump_asked, true) {
                    queue.push(self.end.nagle_until, Event::Pump(self.from));
                }
                break;
            }
            let Some(packet) = self.end.unsent.pop_front() else { break };
            if self.end.nagle == Some(true) {
                // What waited together leaves together: the next small piece waits for the acknowledgement of this one.
                let answered = now + self.lane.physics.latency + self.back + DELAYED_ACK;
                self.end.nagle_until = if self.end.unsent.is_empty() { answered } else { now };
            }
            self.end.unsent_bytes -= len;
            self.depart(queue, now, packet);
        }
    }
    /// A packet leaves.
    fn depart(&mut self, queue: &mut Queue, now: Time, mut packet: Packet) {
        let Way { lane, end, .. } = self;
        packet.sent = now;
        end.flight_bytes += packet.len();
        if lane.frozen {
            packet.t0 = now;
            packet.held = Some((packet.len(), 1_000));
        } else {
            let not_before = end.flight.back().map_or(Time::ZERO, |last| last.t1);
            packet.launch(lane, self.seed, now, not_before);
            if end.flight.is_empty() {
                end.arrives = packet.t1;
                queue.push(packet.t1, Event::Arrive(peer(self.from)));
            }
        }
        end.flight.push_back(packet);
    }
}

/// Asks to be told of room when the acknowledgements under way free a third of the buffer: what Linux takes as worth waking a process for.
pub(super) fn ask_room(links: &Links, conn: &mut Conn, queue: &mut Queue, now: Time, to: ConnId, there: usize) {
    let this = &conn.ends[there];
    if this.room != Room::Told || this.acked == 0 || !matches!(this.owner, Owner::Node(_)) {
        return;
    }
    let buffer = lane(links, conn, there).physics.send_buffer;
    let free = buffer.saturating_sub(this.unacked.saturating_sub(this.acked));
    if free.saturating_sub(this.told_room) < buffer / 3 {
        return;
    }
    let back = lane(links, conn, there ^ 1).physics.latency;
    let this = &mut conn.ends[there];
    this.room = Room::Asked;
    this.room_due = core::mem::take(&mut this.acked);
    queue.push(now + back.max(Span::from_micros(1)), Event::Room(peer(to)));
}
