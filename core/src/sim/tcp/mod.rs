//! TCP as far as a server can tell: ordered bytes, buffers on both sides, a window, FIN and RST.
//!
//! A byte that a process writes stands in its kernel's send buffer (counted as room until it is acknowledged), waits there until the window lets it go,
//! travels as part of a packet, and lies in the peer's receive buffer until it is read. Bytes are never lost singly: a frozen lane keeps them.
//!
//! Absent on purpose: retransmission timers (after a thaw what was kept goes on at once, where a real kernel may wait for its next attempt), a kernel that
//! gives a connection up after a quarter of an hour, keepalive probes, congestion windows.

mod close;
mod end;
mod faults;
mod packet;
mod receive;
mod send;

pub use end::{End, Owner};
pub use packet::{Freight, Packet};

use super::link::{Lane, Links};
use super::queue::Queue;
use crate::node::api::{Address, ConnId};
use crate::order;
use crate::time::Time;
use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::vec::Vec;
use bytes::Bytes;

/// Over what a conn runs.
#[derive(Clone, Debug)]
pub enum Medium {
    /// A link; `lane` leaves end 0.
    Link {
        /// The link's number.
        link: u32,
        /// The lane from end 0 to end 1.
        lane: u8,
    },
    /// Beside the node: two lanes of its own.
    Local([Lane; 2]),
}

/// A connection.
#[derive(Clone, Debug)]
pub struct Conn {
    serial: u64,
    /// End 0 dialled, end 1 accepted.
    pub ends: [End; 2],
    /// Over what.
    pub medium: Medium,
    /// A replica made it for its RDB alone, beside the one that has the stream.
    pub second: bool,
}
impl Conn {
    /// The link, if it runs over one.
    #[must_use]
    pub const fn link(&self) -> Option<u32> {
        match self.medium {
            Medium::Link { link, .. } => Some(link),
            Medium::Local(_) => None,
        }
    }
    /// The lane of its link that `end` sends on.
    #[must_use]
    pub const fn lane_of(&self, end: usize) -> usize {
        match self.medium {
            Medium::Link { lane, .. } => lane as usize ^ end,
            Medium::Local(_) => end,
        }
    }
}

/// What the world has to do after the network moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signal {
    /// Something for the process at this end: bytes, an end, room.
    Ready(ConnId),
    /// This end may be accepted.
    Accept(ConnId),
    /// A packet that ends this row of this link's ladder arrived.
    Row(u32, u32),
}

/// All conns.
#[derive(Clone, Debug)]
pub struct Net {
    /// The links.
    pub links: Links,
    conns: Vec<Option<Rc<Conn>>>,
    free: Vec<u32>,
    serial: u64,
    packets: u64,
    /// What happened, to be drained by the world after each call.
    pub signals: VecDeque<Signal>,
}

const SLOT_BITS: u32 = 21;

/// The other end's number.
#[must_use]
pub const fn peer(end: ConnId) -> ConnId {
    ConnId(end.0 ^ 1)
}
const fn slot(end: ConnId) -> usize {
    ((end.0 >> 1) & ((1 << SLOT_BITS) - 1)) as usize
}
pub(crate) const fn side(end: ConnId) -> usize {
    (end.0 & 1) as usize
}
const fn number(serial: u64, slot: usize, side: usize) -> ConnId {
    ConnId(serial << (SLOT_BITS + 1) | (slot as u64) << 1 | side as u64)
}

fn lane<'a>(links: &'a Links, conn: &'a Conn, side: usize) -> &'a Lane {
    match &conn.medium {
        Medium::Link { link, lane } => &links.get(*link).lanes[*lane as usize ^ side],
        Medium::Local(lanes) => &lanes[side],
    }
}

impl Net {
    /// No conns yet.
    #[must_use]
    pub fn new(links: Links) -> Net {
        Net { links, conns: Vec::new(), free: Vec::new(), serial: 0, packets: 0, signals: VecDeque::new() }
    }
    /// How many packets were made.
    #[must_use]
    pub const fn packets_made(&self) -> u64 {
        self.packets
    }
    /// The conn of an end, if it still exists.
    #[must_use]
    #[inline]
    pub fn conn(&self, end: ConnId) -> Option<&Conn> {
        let conn = self.conns.get(slot(end))?.as_deref()?;
        (conn.serial == end.0 >> (SLOT_BITS + 1)).then_some(conn)
    }
    #[inline]
    fn conn_mut(&mut self, end: ConnId) -> Option<(&mut Conn, &mut Links, &mut u64, &mut VecDeque<Signal>)> {
        let conn = self.conns.get_mut(slot(end))?.as_mut()?;
        if conn.serial != end.0 >> (SLOT_BITS + 1) {
            return None;
        }
        Some((Rc::make_mut(conn), &mut self.links, &mut self.packets, &mut self.signals))
    }
    /// An end.
    #[must_use]
    pub fn end(&self, end: ConnId) -> Option<&End> {
        self.conn(end).map(|conn| &conn.ends[side(end)])
    }
    /// An end and its peer.
    #[must_use]
    pub fn both(&self, end: ConnId) -> Option<[&End; 2]> {
        self.conn(end).map(|conn| [&conn.ends[side(end)], &conn.ends[side(end) ^ 1]])
    }
    /// An end, to mark.
    pub fn end_mut(&mut self, end: ConnId) -> Option<&mut End> {
        let at = side(end);
        self.conn_mut(end).map(|(conn, ..)| &mut conn.ends[at])
    }
    /// A conn is that of an RDB, beside the one of its stream.
    pub(super) fn is_second(&mut self, end: ConnId) {
        if let Some((conn, ..)) = self.conn_mut(end) {
            conn.second = true;
        }
    }
    /// All conns with the number of their end 0.
    pub fn all(&self) -> impl Iterator<Item = (ConnId, &Conn)> {
        self.conns.iter().enumerate().filter_map(|(slot, conn)| conn.as_deref().map(|conn| (number(conn.serial, slot, 0), conn)))
    }
    /// The ends that a node's machine has.
    #[must_use]
    pub fn ends_of(&self, node: u32) -> Vec<ConnId> {
        self.ends_of_owner(Owner::Node(node))
    }
    /// The same of any owner.
    pub fn ends_of_owner(&self, owner: Owner) -> Vec<ConnId> {
        let mut ends = Vec::new();
        for (id, conn) in self.all() {
            for (at, end) in conn.ends.iter().enumerate() {
                if end.owner == owner {
                    ends.push(ConnId(id.0 | at as u64));
                }
            }
        }
        order::sort(&mut ends);
        ends
    }
    fn on_link(&self, link: u32) -> Vec<ConnId> {
        self.all().filter(|(_, conn)| conn.link() == Some(link)).map(|(id, _)| id).collect()
    }
    /// Makes a conn. The dialler (end 0, returned) is connected; the last step of the handshake is on its way to the listener.
    pub fn open(&mut self, queue: &mut Queue, now: Time, dialler: (Owner, Address), listener: (Owner, Address), medium: Medium) -> ConnId {
        self.serial += 1;
        let at = self.free.pop().map_or(self.conns.len(), |slot| slot as usize);
        let rooms = match &medium {
            Medium::Link { link, lane } => {
                let lanes = &self.links.get(*link).lanes;
                [lanes[*lane as usize].physics.send_buffer, lanes[*lane as usize ^ 1].physics.send_buffer]
            }
            Medium::Local(lanes) => [lanes[0].physics.send_buffer, lanes[1].physics.send_buffer],
        };
        let ends = [End::new(dialler.0, dialler.1, rooms[0]), End::new(listener.0, listener.1, rooms[1])];
        let conn = Rc::new(Conn { serial: self.serial, ends, medium, second: false });
        if at == self.conns.len() {
            self.conns.push(Some(conn));
        } else {
            self.conns[at] = Some(conn);
        }
        let id = number(self.serial, at, 0);
        self.put(id, Freight::Accept, Bytes::new(), None);
        self.pump(queue, now, id);
        id
    }
    /// Makes a conn over no distance: both ends are there at once.
    pub fn open_at_once(&mut self, dialler: (Owner, Address), listener: (Owner, Address), medium: Medium) -> ConnId {
        let mut unused = Queue::default();
        let id = self.open(&mut unused, Time::ZERO, dialler, listener, medium);
        if let Some(end) = self.end_mut(id) {
            end.flight.clear();
            end.arrives = Time::NEVER;
        }
        id
    }
    /// What the process at an end may send.
    #[must_use]
    pub fn room(&self, end: ConnId) -> u64 {
        self.end(end).map_or(0, |end| end.told_room)
    }
}

#[cfg(test)]
mod tests;
