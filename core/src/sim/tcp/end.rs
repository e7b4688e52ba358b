//! One end of a connection: the buffers, counters and marks that its kernel keeps.

use super::packet::Packet;
use crate::node::api::{Address, CloseWhy};
use crate::sim::truth::Place;
use crate::time::Time;
use alloc::collections::VecDeque;
use bytes::{Bytes, BytesMut};

/// Who holds an end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    /// A node's process.
    Node(u32),
    /// A client of the scenario.
    Client(u32),
    /// The redis-cli that stands at a node.
    Console(u32),
    /// A sentinel.
    Sentinel(u32),
}

/// Bytes in a receive buffer; `first` is the stream offset of the first of them, if they are stream.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    pub(super) bytes: Bytes,
    pub(super) first: Option<i64>,
}

/// This end's half of a conn: what its kernel still does for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Half {
    /// The process may write.
    Open,
    /// Nobody here holds the conn any more: FIN follows what was written.
    FinQueued,
    /// It is over: RST came, or was sent.
    Dead,
    /// The machine has no power, and nothing answers.
    Off {
        /// It was over before.
        was_dead: bool,
    },
}

/// The end of the other half, as far as it came here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Heard {
    /// It has not come.
    Nothing,
    /// It came, and the process learns of it once it has read all bytes.
    Ended(CloseWhy),
    /// The process was told.
    Told,
}

/// Room that acknowledgements give back to the sending process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Room {
    /// The process knows of all room there is, or none worth waking it for is on its way.
    Told,
    /// Acknowledgements that free enough are under way.
    Asked,
    /// They are held by a black hole.
    Held,
}

/// One end of a conn: its half of the kernel's state, and everything that it has sent.
#[derive(Clone, Debug)]
pub struct End {
    /// Who holds it.
    pub owner: Owner,
    /// As the other end's process sees it.
    pub address: Address,
    /// The process has the descriptor.
    pub process: bool,
    /// How many children inherited it.
    pub children: u16,
    /// What this end's kernel still does for it.
    pub(super) half: Half,
    pub(super) rx: VecDeque<Chunk>,
    pub(super) rx_bytes: u64,
    /// What came from the other end after the last byte.
    pub(super) heard: Heard,
    pub(super) unsent: VecDeque<Packet>,
    pub(super) unsent_bytes: u64,
    /// Packets sent by this end, in order.
    pub(super) flight: VecDeque<Packet>,
    pub(super) flight_bytes: u64,
    /// The arrival that the queue knows of.
    pub(super) arrives: Time,
    /// Bytes were lost at a machine without power.
    pub(super) lost: bool,
    /// What the process believes it may send.
    pub(super) told_room: u64,
    pub(super) unacked: u64,
    pub(super) acked: u64,
    pub(super) room_due: u64,
    pub(super) room: Room,
    pub(super) pump_asked: bool,
    pub(super) grant: u64,
    /// TCP_NODELAY was switched off: small pieces wait for the acknowledgement of what is under way, and go together.
    pub nagle: Option<bool>,
    pub(super) nagle_until: Time,
    /// The state of the data that this end's RDB is of.
    pub rdb: Option<Place>,
    /// Stream offset of the last byte that arrived here, in the sender's counting.
    pub arrived_to: Option<i64>,
    /// Stream offset of the last byte that the process here has read, in the sender's counting.
    pub read_to: Option<i64>,
    /// Stream offset of the first byte that the process here has read.
    pub read_from: Option<i64>,
}
impl End {
    /// Whether its half of the conn stands: no FIN follows what was written.
    pub(crate) fn stands(&self) -> bool {
        self.half == Half::Open
    }
    pub(super) fn new(owner: Owner, address: Address, room: u64) -> End {
        End {
            owner,
            address,
            process: true,
            children: 0,
            half: Half::Open,
            rx: VecDeque::new(),
            rx_bytes: 0,
            heard: Heard::Nothing,
            unsent: VecDeque::new(),
            unsent_bytes: 0,
            flight: VecDeque::new(),
            flight_bytes: 0,
            arrives: Time::NEVER,
            lost: false,
            told_room: room,
            unacked: 0,
            acked: 0,
            room_due: 0,
            room: Room::Told,
            pump_asked: false,
            grant: 0,
            nagle: None,
            nagle_until: Time::ZERO,
            rdb: None,
            arrived_to: None,
            read_to: None,
            read_from: None,
        }
    }
    /// Its machine lost power: nothing answers.
    pub(super) const fn gone(&self) -> bool {
        matches!(self.half, Half::Off { .. })
    }
    /// It is over: RST came, or was sent.
    pub(super) const fn dead(&self) -> bool {
        matches!(self.half, Half::Dead | Half::Off { was_dead: true })
    }
    /// RST comes, or is sent: what was not sent yet is dropped.
    pub(super) fn die(&mut self) {
        self.half = if self.gone() { Half::Off { was_dead: true } } else { Half::Dead };
        self.drop_unsent();
    }
    pub(super) fn drop_unsent(&mut self) {
        self.unsent.clear();
        self.unsent_bytes = 0;
    }
    pub(super) fn drop_unread(&mut self) {
        self.rx.clear();
        self.rx_bytes = 0;
    }
    /// Whether nobody holds it and nothing that it sent moves.
    pub(super) fn over(&self) -> bool {
        !self.held_by_someone()
            && self.flight.is_empty()
            && self.unsent.is_empty()
            && !(matches!(self.half, Half::Off { was_dead: false }) && self.lost)
    }
    /// The process reads a whole chunk.
    pub(super) fn has_read(&mut self, chunk: Chunk) -> Bytes {
        if let Some(first) = chunk.first {
            self.read_from.get_or_insert(first);
            self.read_to = Some(first + chunk.bytes.len() as i64 - 1);
        }
        chunk.bytes
    }
    /// The process reads at most `max` bytes of several chunks.
    pub(super) fn read_joined(&mut self, max: usize) -> Bytes {
        let mut out: Option<Bytes> = None;
        let mut joined = BytesMut::new();
        let mut size = 0;
        while size < max {
            let Some(chunk) = self.rx.front_mut() else { break };
            let take = chunk.bytes.len().min(max - size);
            let piece = if take == chunk.bytes.len() { core::mem::take(&mut chunk.bytes) } else { chunk.bytes.split_to(take) };
            if let Some(first) = chunk.first.as_mut() {
                self.read_from.get_or_insert(*first);
                *first += take as i64;
                self.read_to = Some(*first - 1);
            }
            if chunk.bytes.is_empty() {
                self.rx.pop_front();
            }
            size += take;
            match out.take() {
                None if joined.is_empty() => out = Some(piece),
                None => joined.extend_from_slice(&piece),
                Some(before) => {
                    joined.extend_from_slice(&before);
                    joined.extend_from_slice(&piece);
                }
            }
        }
        out.unwrap_or_else(|| joined.freeze())
    }
    /// Whether there is anything for the process.
    pub(super) fn wants(&self) -> bool {
        self.process && (!self.rx.is_empty() || self.grant > 0 || matches!(self.heard, Heard::Ended(_)))
    }
    pub(super) const fn held_by_someone(&self) -> bool {
        self.process || self.children > 0
    }
    /// Packets sent by this end that have not arrived.
    pub fn packets(&self) -> impl Iterator<Item = &Packet> {
        self.flight.iter()
    }
    /// Bytes sent by this end's process that have not arrived.
    #[must_use]
    pub const fn on_the_way(&self) -> u64 {
        self.flight_bytes + self.unsent_bytes
    }
    /// Those of them that wait in this end's kernel for the window.
    #[must_use]
    pub const fn unsent(&self) -> u64 {
        self.unsent_bytes
    }
    /// Bytes that arrived and were not read.
    #[must_use]
    pub const fn unread(&self) -> u64 {
        self.rx_bytes
    }
}
