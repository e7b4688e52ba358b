//! Faults and changes of a link: a cut, a black hole and its end, other physics.

use super::end::{Half, Heard, Room};
use super::{Net, Signal, peer, side};
use crate::node::api::{CloseWhy, ConnId};
use crate::order;
use crate::sim::queue::{Event, Queue};
use crate::sim::world::PhysicsChange;
use crate::time::Time;
use alloc::vec::Vec;

impl Net {
    /// Both ends of every conn on the link learn at once that it is over.
    pub fn cut(&mut self, link: u32) {
        for id in self.on_link(link) {
            let Some((conn, _, _, signals)) = self.conn_mut(id) else { continue };
            for (at, end) in conn.ends.iter_mut().enumerate() {
                end.flight.clear();
                end.flight_bytes = 0;
                end.drop_unsent();
                end.arrives = Time::NEVER;
                if !end.gone() {
                    end.half = Half::Dead;
                    if end.heard == Heard::Nothing {
                        end.heard = Heard::Ended(CloseWhy::Cut);
                    }
                    if end.process {
                        signals.push_back(Signal::Ready(ConnId(id.0 | at as u64)));
                    }
                }
            }
            self.tidy(id);
        }
    }
    /// One direction becomes a black hole.
    pub fn freeze(&mut self, now: Time, link: u32, which: usize) {
        self.links.get_mut(link).lanes[which].frozen = true;
        self.hold(now, link, which);
    }
    fn hold(&mut self, now: Time, link: u32, which: usize) {
        for id in self.on_link(link) {
            let Some((conn, ..)) = self.conn_mut(id) else { continue };
            let end = conn.lane_of(which);
            let end = &mut conn.ends[end];
            for packet in &mut end.flight {
                packet.hold(now);
            }
            end.arrives = Time::NEVER;
        }
    }
    /// The black hole ends: what TCP kept is delivered.
    pub fn thaw(&mut self, queue: &mut Queue, now: Time, link: u32, which: usize) {
        self.links.get_mut(link).lanes[which].frozen = false;
        self.launch(queue, now, link, which);
        let latency = self.links.get(link).lanes[which].physics.latency;
        for id in self.on_link(link) {
            let Some((conn, ..)) = self.conn_mut(id) else { continue };
            // Acknowledgements and window updates that travel this way belong to what the end at its far side sends.
            let at = conn.lane_of(which) ^ 1;
            let receiver = ConnId(id.0 | at as u64);
            let end = &mut conn.ends[at];
            if end.room == Room::Held {
                end.room = Room::Asked;
                queue.push(now + latency, Event::Room(receiver));
            }
            if !end.unsent.is_empty() {
                end.pump_asked = true;
                queue.push(now + latency, Event::Pump(receiver));
            }
        }
    }
    fn launch(&mut self, queue: &mut Queue, now: Time, link: u32, which: usize) {
        let mut flights: Vec<(u64, ConnId, usize)> = Vec::new();
        for id in self.on_link(link) {
            let Some((conn, ..)) = self.conn_mut(id) else { continue };
            let at = conn.lane_of(which);
            flights.extend(conn.ends[at].flight.iter().enumerate().map(|(ix, packet)| (packet.id, ConnId(id.0 | at as u64), ix)));
        }
        order::sort(&mut flights);
        self.links.get_mut(link).lanes[which].restart(now);
        for (_, from, ix) in flights {
            let at = side(from);
            let Some((conn, links, ..)) = self.conn_mut(from) else { continue };
            let seed = links.seed();
            let end = &mut conn.ends[at];
            let not_before = if ix == 0 { Time::ZERO } else { end.flight[ix - 1].t1 };
            let packet = &mut end.flight[ix];
            packet.hold(now);
            packet.launch(&mut links.get_mut(link).lanes[which], seed, now, not_before);
            if ix == 0 {
                end.arrives = packet.t1;
                queue.push(packet.t1, Event::Arrive(peer(from)));
            }
        }
    }
    /// Latency, jitter, bandwidth or buffers of one direction change: what is under way gets a new segment.
    pub fn change(&mut self, queue: &mut Queue, now: Time, link: u32, which: usize, change: PhysicsChange) {
        self.hold(now, link, which);
        self.links.get_mut(link).lanes[which].change(change);
        if !self.links.get(link).lanes[which].frozen {
            self.launch(queue, now, link, which);
        }
        for id in self.on_link(link) {
            let Some((conn, ..)) = self.conn_mut(id) else { continue };
            let from = ConnId(id.0 | conn.lane_of(which) as u64);
            self.pump(queue, now, from);
        }
    }
}
