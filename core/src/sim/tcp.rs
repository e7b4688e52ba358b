//! TCP as far as a server can tell: ordered bytes, buffers on both sides, a window, FIN and RST.
//!
//! A byte that a process writes stands in its kernel's send buffer (counted as room until it is acknowledged), waits there until the window lets it go,
//! travels as part of a packet, and lies in the peer's receive buffer until it is read. Bytes are never lost singly: a frozen lane keeps them.
//!
//! Absent on purpose: retransmission timers (after a thaw what was kept goes on at once, where a real kernel may wait for its next attempt), a kernel that
//! gives a connection up after a quarter of an hour, keepalive probes, congestion windows.

use super::link::{Lane, Links};
use super::queue::{Event, Queue};
use super::truth::Place;
use crate::node::api::{Address, CloseWhy, ConnId, Label};
use crate::time::{Span, Time};
use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::vec::Vec;
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
}

/// What a packet carries.
#[derive(Clone, Debug)]
pub enum Freight {
    /// The last step of the three-way handshake: the listener may accept.
    Accept,
    /// Bytes.
    Data(Label),
    /// The sender will send no more.
    Fin,
    /// There is no such connection.
    Reset,
}

/// A packet under way, or still in the sender's kernel.
#[derive(Clone, Debug)]
pub struct Packet {
    /// Rises with each packet of the run.
    pub id: u64,
    /// What it is.
    pub freight: Freight,
    /// Its bytes.
    pub bytes: Bytes,
    /// The ladder's row that ends with it.
    pub row: Option<u32>,
    /// The present segment's start …
    pub t0: Time,
    /// … and end; [`Time::NEVER`] while it is held by a black hole.
    pub t1: Time,
    /// Place at `t0`, per mille of the way.
    pub x0: u32,
    tx_start_ns: u64,
    tx_end_ns: u64,
    /// Held: bytes still to serialise, and per mille of the way still to go.
    held: Option<(u64, u64)>,
}
impl Packet {
    fn new(id: u64, freight: Freight, bytes: Bytes, row: Option<u32>) -> Packet {
        Packet { id, freight, bytes, row, t0: Time::ZERO, t1: Time::NEVER, x0: 0, tx_start_ns: 0, tx_end_ns: 0, held: None }
    }
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }
    /// Where it is, per mille of the way.
    #[must_use]
    pub fn place(&self, now: Time) -> u32 {
        if self.t1 == Time::NEVER || now <= self.t0 {
            return self.x0;
        }
        if now >= self.t1 {
            return 1_000;
        }
        let (done, all) = (now.since(self.t0).as_micros(), self.t1.since(self.t0).as_micros());
        self.x0 + (u64::from(1_000 - self.x0) * done / all.max(1)) as u32
    }
    /// Stops it where it is.
    fn hold(&mut self, now: Time) {
        if self.held.is_some() {
            return;
        }
        let now_ns = now.as_micros() * 1_000;
        let end = self.tx_end_ns.div_ceil(1_000);
        self.held = Some(if self.tx_end_ns > now_ns && self.len() > 0 {
            let whole = (self.tx_end_ns - self.tx_start_ns).max(1);
            let left = self.tx_end_ns - now_ns.max(self.tx_start_ns);
            (((u128::from(self.len()) * u128::from(left)).div_ceil(u128::from(whole))) as u64, 1_000)
        } else {
            let (left, way) = (self.t1.as_micros().saturating_sub(now.as_micros()), self.t1.as_micros().saturating_sub(end));
            (0, (left.min(way) * 1_000).div_ceil(way.max(1)).clamp(1, 1_000))
        });
        self.x0 = self.place(now);
        self.t0 = now;
        self.t1 = Time::NEVER;
    }
    /// Lets it go (on).
    fn launch(&mut self, lane: &mut Lane, seed: u64, now: Time, not_before: Time) {
        let (left, per_mille) = self.held.take().unwrap_or((self.len(), 1_000));
        let plan = lane.plan(seed, now, left, per_mille);
        self.tx_start_ns = plan.tx_start_ns;
        self.tx_end_ns = plan.tx_end_ns;
        self.t0 = if self.x0 == 0 { Time::from_micros(plan.tx_start_ns / 1_000) } else { now };
        self.t1 = plan.arrives.max(not_before);
    }
}

/// Bytes in a receive buffer; `first` is the stream offset of the first of them, if they are stream.
#[derive(Clone, Debug)]
struct Chunk {
    bytes: Bytes,
    first: Option<i64>,
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
    /// Its machine lost power: nothing answers.
    gone: bool,
    /// It is over: RST came, or was sent.
    dead: bool,
    rx: VecDeque<Chunk>,
    rx_bytes: u64,
    eof: Option<CloseWhy>,
    told: bool,
    unsent: VecDeque<Packet>,
    unsent_bytes: u64,
    fin_queued: bool,
    /// Packets sent by this end, in order.
    flight: VecDeque<Packet>,
    flight_bytes: u64,
    /// The arrival that the queue knows of.
    arrives: Time,
    /// Bytes were lost at a machine without power.
    lost: bool,
    /// What the process believes it may send.
    told_room: u64,
    unacked: u64,
    acked: u64,
    room_due: u64,
    room_asked: bool,
    room_held: bool,
    pump_asked: bool,
    grant: u64,
    /// TCP_NODELAY was switched off: small pieces wait for the acknowledgement of what is under way, and go together.
    pub nagle: Option<bool>,
    nagle_until: Time,
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
    fn new(owner: Owner, address: Address, room: u64) -> End {
        End {
            owner,
            address,
            process: true,
            children: 0,
            gone: false,
            dead: false,
            rx: VecDeque::new(),
            rx_bytes: 0,
            eof: None,
            told: false,
            unsent: VecDeque::new(),
            unsent_bytes: 0,
            fin_queued: false,
            flight: VecDeque::new(),
            flight_bytes: 0,
            arrives: Time::NEVER,
            lost: false,
            told_room: room,
            unacked: 0,
            acked: 0,
            room_due: 0,
            room_asked: false,
            room_held: false,
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
    /// Whether nobody holds it and nothing that it sent moves.
    fn over(&self) -> bool {
        !self.held_by_someone() && self.flight.is_empty() && self.unsent.is_empty() && !(self.gone && !self.dead && self.lost)
    }
    /// The process reads a whole chunk.
    fn has_read(&mut self, chunk: Chunk) -> Bytes {
        if let Some(first) = chunk.first {
            self.read_from.get_or_insert(first);
            self.read_to = Some(first + chunk.bytes.len() as i64 - 1);
        }
        chunk.bytes
    }
    /// The process reads at most `max` bytes of several chunks.
    fn read_joined(&mut self, max: usize) -> Bytes {
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
    fn wants(&self) -> bool {
        self.process && (!self.rx.is_empty() || self.grant > 0 || self.eof.is_some() && !self.told)
    }
    const fn held_by_someone(&self) -> bool {
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
    /// Bytes that arrived and were not read.
    #[must_use]
    pub const fn unread(&self) -> u64 {
        self.rx_bytes
    }
}

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

/// Bytes of a full segment.
const SEGMENT: u64 = 1_448;
/// How long Linux may hold an acknowledgement back.
const DELAYED_ACK: Span = Span::from_millis(40);
const SLOT_BITS: u32 = 21;

/// The other end's number.
#[must_use]
pub const fn peer(end: ConnId) -> ConnId {
    ConnId(end.0 ^ 1)
}
const fn slot(end: ConnId) -> usize {
    ((end.0 >> 1) & ((1 << SLOT_BITS) - 1)) as usize
}
const fn side(end: ConnId) -> usize {
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
    /// All conns with the number of their end 0.
    pub fn all(&self) -> impl Iterator<Item = (ConnId, &Conn)> {
        self.conns.iter().enumerate().filter_map(|(slot, conn)| conn.as_deref().map(|conn| (number(conn.serial, slot, 0), conn)))
    }
    /// The ends that a node's machine has.
    #[must_use]
    pub fn ends_of(&self, node: u32) -> Vec<ConnId> {
        let mut ends = Vec::new();
        for (id, conn) in self.all() {
            for (at, end) in conn.ends.iter().enumerate() {
                if end.owner == Owner::Node(node) {
                    ends.push(ConnId(id.0 | at as u64));
                }
            }
        }
        ends.sort_unstable();
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
        let conn = Rc::new(Conn { serial: self.serial, ends, medium });
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
    fn put(&mut self, from: ConnId, freight: Freight, bytes: Bytes, row: Option<u32>) {
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
        if end.dead || end.fin_queued || !end.process || bytes.is_empty() {
            return;
        }
        end.told_room = end.told_room.saturating_sub(bytes.len() as u64);
        end.unacked += bytes.len() as u64;
        let mut next = label;
        while bytes.len() > piece {
            let rest = rest_of(&next, piece);
            *packets += 1;
            end.unsent_bytes += piece as u64;
            let freight = Freight::Data(core::mem::replace(&mut next, rest));
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
    fn pump(&mut self, queue: &mut Queue, now: Time, from: ConnId) {
        if let Some((conn, links, ..)) = self.conn_mut(from) {
            Way::new(conn, links, from).pump(queue, now);
        }
    }
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
                    Freight::Accept if end.gone || end.dead => sender.lost = true,
                    Freight::Accept => signals.push_back(Signal::Accept(to)),
                    Freight::Data(_) if end.gone => sender.lost = true,
                    Freight::Data(_) if end.dead || !end.held_by_someone() => answer = true,
                    Freight::Data(label) => {
                        let first = if let Label::Stream { first, .. } = label { Some(first) } else { None };
                        if let Some(first) = first {
                            end.arrived_to = Some(first + len as i64 - 1);
                        }
                        end.rx_bytes += len;
                        sender.acked += len;
                        end.rx.push_back(Chunk { bytes: packet.bytes, first });
                        readable = true;
                    }
                    Freight::Fin => {
                        if !end.gone && !end.dead && end.eof.is_none() {
                            end.eof = Some(CloseWhy::Fin);
                            readable = true;
                        }
                    }
                    Freight::Reset => {
                        if !end.gone && !end.dead {
                            end.dead = true;
                            end.unsent.clear();
                            end.unsent_bytes = 0;
                            if end.eof.is_none() || !end.told {
                                end.eof = Some(CloseWhy::Reset);
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
    fn reset(&mut self, queue: &mut Queue, now: Time, from: ConnId) {
        let at = side(from);
        let Some((conn, ..)) = self.conn_mut(from) else { return };
        let end = &mut conn.ends[at];
        end.dead = true;
        end.unsent.clear();
        end.unsent_bytes = 0;
        if conn.ends[at ^ 1].dead {
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
    /// Acknowledgements came. `false`: nothing for the process.
    pub fn room_event(&mut self, now: Time, end: ConnId) -> bool {
        let at = side(end);
        let _ = now;
        let Some((conn, links, _, signals)) = self.conn_mut(end) else { return false };
        if !conn.ends[at].room_asked {
            return false;
        }
        if lane(links, conn, at ^ 1).frozen {
            conn.ends[at].room_held = true;
            return false;
        }
        let buffer = lane(links, conn, at).physics.send_buffer;
        let this = &mut conn.ends[at];
        this.room_asked = false;
        this.unacked = this.unacked.saturating_sub(core::mem::take(&mut this.room_due));
        let more = buffer.saturating_sub(this.unacked).saturating_sub(this.told_room);
        if more == 0 || this.dead || !this.process {
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
            && !end.dead
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
    /// The conn's end, if it has come, all bytes were read, and the process was not told. Then it is told: the descriptor is closed with it.
    pub fn take_close(&mut self, queue: &mut Queue, now: Time, id: ConnId) -> Option<CloseWhy> {
        let end = self.end_mut(id)?;
        if !end.process || end.told || !end.rx.is_empty() {
            return None;
        }
        let why = end.eof?;
        end.told = true;
        self.close(queue, now, id);
        Some(why)
    }
    /// The process closes its descriptor. FIN follows what was written, unless a child holds the conn too.
    pub fn close(&mut self, queue: &mut Queue, now: Time, id: ConnId) {
        let Some(end) = self.end_mut(id) else { return };
        end.process = false;
        end.rx.clear();
        end.rx_bytes = 0;
        if end.children == 0 {
            self.finish(queue, now, id);
        }
    }
    /// A child inherits the conn.
    pub fn inherit(&mut self, id: ConnId) {
        if let Some(end) = self.end_mut(id) {
            end.children += 1;
        }
    }
    /// A child that had inherited the conn ended.
    pub fn release(&mut self, queue: &mut Queue, now: Time, id: ConnId) {
        let Some(end) = self.end_mut(id) else { return };
        end.children = end.children.saturating_sub(1);
        if !end.held_by_someone() {
            self.finish(queue, now, id);
        }
    }
    fn finish(&mut self, queue: &mut Queue, now: Time, id: ConnId) {
        if let Some(end) = self.end_mut(id)
            && !end.dead
            && !end.gone
            && !end.fin_queued
        {
            end.fin_queued = true;
            self.put(id, Freight::Fin, Bytes::new(), None);
            self.pump(queue, now, id);
        }
        self.tidy(id);
    }
    /// The machine lost power: what it had in its buffers is gone, nothing answers.
    pub fn power_off(&mut self, id: ConnId) {
        if let Some(end) = self.end_mut(id) {
            end.process = false;
            end.children = 0;
            end.gone = true;
            end.rx.clear();
            end.rx_bytes = 0;
            end.unsent.clear();
            end.unsent_bytes = 0;
        }
        self.tidy(id);
    }
    /// The machine is back: it knows nothing of its conns, and says so to whoever still sends.
    pub fn power_on(&mut self, queue: &mut Queue, now: Time, id: ConnId) {
        let heard = self.end(peer(id)).is_some_and(|other| other.lost);
        if let Some(end) = self.end_mut(id) {
            if !end.gone {
                return;
            }
            end.gone = false;
            end.dead = true;
        }
        if heard {
            self.reset(queue, now, id);
        }
        self.tidy(id);
    }
    /// Both ends of every conn on the link learn at once that it is over.
    pub fn cut(&mut self, link: u32) {
        for id in self.on_link(link) {
            let Some((conn, _, _, signals)) = self.conn_mut(id) else { continue };
            for (at, end) in conn.ends.iter_mut().enumerate() {
                end.flight.clear();
                end.flight_bytes = 0;
                end.unsent.clear();
                end.unsent_bytes = 0;
                end.arrives = Time::NEVER;
                if !end.gone {
                    end.dead = true;
                    end.eof.get_or_insert(CloseWhy::Cut);
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
            if core::mem::take(&mut end.room_held) {
                queue.push(now + latency, Event::Room(receiver));
            }
            if !end.unsent.is_empty() {
                end.pump_asked = true;
                queue.push(now + latency, Event::Pump(receiver));
            }
        }
    }
    fn launch(&mut self, queue: &mut Queue, now: Time, link: u32, which: usize) {
        let mut order: Vec<(u64, ConnId, usize)> = Vec::new();
        for id in self.on_link(link) {
            let Some((conn, ..)) = self.conn_mut(id) else { continue };
            let at = conn.lane_of(which);
            order.extend(conn.ends[at].flight.iter().enumerate().map(|(ix, packet)| (packet.id, ConnId(id.0 | at as u64), ix)));
        }
        order.sort_unstable();
        self.links.get_mut(link).lanes[which].restart(now);
        for (_, from, ix) in order {
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
    pub fn change(&mut self, queue: &mut Queue, now: Time, link: u32, which: usize, change: super::world::PhysicsChange) {
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
    /// Forgets a conn that nobody holds and on which nothing moves.
    fn tidy(&mut self, id: ConnId) {
        let Some(conn) = self.conn(id) else { return };
        if conn.ends.iter().all(End::over) {
            self.conns[slot(id)] = None;
            self.free.push(slot(id) as u32);
        }
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
fn ask_room(links: &Links, conn: &mut Conn, queue: &mut Queue, now: Time, to: ConnId, there: usize) {
    let this = &conn.ends[there];
    if this.room_asked || this.acked == 0 || !matches!(this.owner, Owner::Node(_)) {
        return;
    }
    let buffer = lane(links, conn, there).physics.send_buffer;
    let free = buffer.saturating_sub(this.unacked.saturating_sub(this.acked));
    if free.saturating_sub(this.told_room) < buffer / 3 {
        return;
    }
    let back = lane(links, conn, there ^ 1).physics.latency;
    let this = &mut conn.ends[there];
    this.room_asked = true;
    this.room_due = core::mem::take(&mut this.acked);
    queue.push(now + back.max(Span::from_micros(1)), Event::Room(peer(to)));
}

/// The label of what follows after `bytes` of a run.
fn rest_of(label: &Label, bytes: usize) -> Label {
    match label {
        Label::Stream { first, .. } => Label::Stream { first: first + bytes as i64, text: crate::text::Text::default(), commands: 0 },
        Label::Rdb { sent, total } => Label::Rdb { sent: *sent, total: *total },
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::world::{Physics, PhysicsChange};
    use super::*;

    /// Two machines, one link, one conn whose end 0 is node 0's.
    struct Wire {
        net: Net,
        queue: Queue,
        now: Time,
        conn: ConnId,
        heard: Vec<(Time, ConnId)>,
    }
    fn address() -> Address {
        Address { host: "10.0.0.1".into(), port: 6379 }
    }
    impl Wire {
        fn new(physics: Physics) -> Wire {
            let mut net = Net::new(Links::new(physics, 1));
            let mut queue = Queue::default();
            let link = net.links.between(0, 1);
            let medium = Medium::Link { link, lane: 0 };
            let conn = net.open(&mut queue, Time::ZERO, (Owner::Node(0), address()), (Owner::Node(1), address()), medium);
            Wire { net, queue, now: Time::ZERO, conn, heard: Vec::new() }
        }
        fn there(&self) -> ConnId {
            peer(self.conn)
        }
        fn send(&mut self, from: ConnId, bytes: usize) {
            self.net.send(&mut self.queue, self.now, from, Bytes::from(alloc::vec![b'x'; bytes]), Label::Newline, None);
        }
        /// Runs until `until`; nobody reads unless told to.
        fn run(&mut self, until: Time, read: bool) {
            while let Some(at) = self.queue.next_at().filter(|at| *at <= until) {
                let Some((_, event)) = self.queue.pop() else { break };
                self.now = at;
                match event {
                    Event::Arrive(to) => {
                        self.net.arrive(&mut self.queue, at, to);
                    }
                    Event::Room(end) => {
                        self.net.room_event(at, end);
                    }
                    Event::Pump(end) => {
                        self.net.pump_event(&mut self.queue, at, end);
                    }
                    other => panic!("{other:?} is not the network's"),
                }
                for signal in core::mem::take(&mut self.net.signals) {
                    if let Signal::Ready(end) = signal {
                        self.heard.push((at, end));
                        if read {
                            while self.net.read(&mut self.queue, at, end, 16 * 1024).is_some() {}
                        }
                    }
                }
            }
            self.now = until;
        }
        fn read(&mut self, end: ConnId) -> usize {
            let mut all = 0;
            while let Some(bytes) = self.net.read(&mut self.queue, self.now, end, 16 * 1024) {
                assert!(bytes.len() <= 16 * 1024);
                all += bytes.len();
            }
            all
        }
    }
    fn ms(ms: u64) -> Time {
        Time::from_millis(ms)
    }

    #[test]
    fn bytes_arrive_in_order_after_the_latency() {
        let mut wire = Wire::new(Physics::default());
        for n in 0..5u8 {
            wire.net.send(&mut wire.queue, Time::ZERO, wire.conn, Bytes::from(alloc::vec![n; 10]), Label::Newline, None);
        }
        wire.run(Time::from_micros(999), false);
        let there = wire.there();
        assert_eq!(wire.read(there), 0);
        wire.run(ms(1), false);
        let got = wire.net.read(&mut wire.queue, ms(1), there, 16 * 1024).expect("bytes");
        assert!(got.windows(2).all(|pair| pair[0] <= pair[1]) && got.len() == 50);
    }

    #[test]
    fn jitter_never_reorders_a_conn() {
        let mut wire = Wire::new(Physics { jitter: Span::from_millis(50), ..Physics::default() });
        for n in 0..100u8 {
            wire.now = Time::from_micros(u64::from(n) * 100);
            wire.net.send(&mut wire.queue, wire.now, wire.conn, Bytes::from(alloc::vec![n]), Label::Newline, None);
        }
        wire.run(ms(200), false);
        let there = wire.there();
        let got = wire.net.read(&mut wire.queue, ms(200), there, 16 * 1024).expect("bytes");
        assert_eq!(got.to_vec(), (0..100).collect::<Vec<u8>>());
    }

    #[test]
    fn a_slow_line_takes_its_time() {
        let mut wire = Wire::new(Physics { bandwidth: 100_000, ..Physics::default() });
        let conn = wire.conn;
        wire.send(conn, 50_000);
        wire.run(ms(300), true);
        let half = 50_000 - wire.net.end(wire.conn).expect("end").on_the_way();
        assert!((27_000..=31_000).contains(&half), "{half} after 300 ms at 100 kB/s");
        wire.run(ms(500), true);
        assert_ne!(wire.net.end(wire.conn).expect("end").on_the_way(), 0, "the latency comes on top");
        wire.run(ms(501), true);
        assert_eq!(wire.net.end(wire.conn).expect("end").on_the_way(), 0);
    }

    #[test]
    fn a_reader_that_does_not_read_closes_the_window_and_then_the_senders_room() {
        let physics = Physics { send_buffer: 8_192, receive_buffer: 4_096, ..Physics::default() };
        let mut wire = Wire::new(physics);
        let conn = wire.conn;
        let mut sent = 0;
        for step in 1..200 {
            let more = wire.net.room(conn).min(1_000);
            if more > 0 {
                wire.send(conn, more as usize);
                sent += more;
            }
            wire.run(ms(step * 5), false);
            wire.net.take_grant(conn);
        }
        assert!(sent <= 8_192 + 4_096, "{sent}");
        assert!(wire.net.end(wire.there()).expect("end").unread() <= 4_096);
        let there = wire.there();
        let mut got = wire.read(there);
        for step in 200..400 {
            wire.run(ms(step * 5), false);
            got += wire.read(there);
        }
        assert_eq!(got as u64, sent, "all of it comes when it is read");
        assert!(wire.net.room(conn) >= 8_192 * 2 / 3, "and the room comes back");
    }

    #[test]
    fn a_black_hole_keeps_what_was_sent_and_gives_it_after_the_thaw() {
        let mut wire = Wire::new(Physics::default());
        let conn = wire.conn;
        wire.run(ms(5), true);
        wire.send(conn, 100);
        wire.run(Time::from_micros(5_500), true);
        wire.net.freeze(wire.now, 0, 0);
        assert_eq!(wire.net.conn(conn).expect("conn").ends[0].packets().map(|p| p.place(ms(9_000))).collect::<Vec<_>>(), [500]);
        for step in 1..100 {
            wire.send(conn, 100);
            wire.run(ms(5 + step), true);
        }
        let back = wire.there();
        wire.send(back, 7);
        wire.run(ms(1_000), false);
        assert_eq!(wire.read(conn), 7, "the other direction works");
        assert!(wire.heard.iter().all(|(at, end)| *end != wire.there() || *at <= ms(5)), "nothing passes");
        wire.net.thaw(&mut wire.queue, ms(2_000), 0, 0);
        wire.run(Time::from_micros(2_000_499), false);
        let there = wire.there();
        assert_eq!(wire.read(there), 0);
        wire.run(Time::from_micros(2_000_500), false);
        assert_eq!(wire.read(there), 100, "it was half way");
        wire.run(ms(2_001), false);
        assert_eq!(wire.read(there), 9_900);
    }

    #[test]
    fn acknowledgements_freeze_with_their_direction() {
        let mut wire = Wire::new(Physics { send_buffer: 4_096, ..Physics::default() });
        let conn = wire.conn;
        wire.net.freeze(Time::ZERO, 0, 1);
        wire.send(conn, 4_096);
        wire.run(ms(500), true);
        assert_eq!(wire.net.room(conn), 0);
        wire.net.thaw(&mut wire.queue, ms(500), 0, 1);
        wire.run(ms(501), true);
        assert_eq!(wire.net.room(conn), 4_096);
    }

    #[test]
    fn a_cut_resets_both_ends_at_once_but_what_had_arrived_can_be_read() {
        let mut wire = Wire::new(Physics::default());
        let conn = wire.conn;
        wire.send(conn, 10);
        wire.run(ms(2), false);
        wire.send(conn, 90);
        wire.net.cut(0);
        let there = wire.there();
        assert_eq!(wire.net.take_close(&mut wire.queue, ms(2), there), None, "bytes first");
        assert_eq!(wire.read(there), 10);
        assert_eq!(wire.net.take_close(&mut wire.queue, ms(2), there), Some(CloseWhy::Cut));
        assert_eq!(wire.net.take_close(&mut wire.queue, ms(2), conn), Some(CloseWhy::Cut));
        wire.run(ms(100), false);
        assert!(wire.net.conn(conn).is_none(), "it is forgotten");
    }

    #[test]
    fn without_nodelay_small_pieces_wait_for_an_acknowledgement_and_go_together() {
        let mut wire = Wire::new(Physics::default());
        let (conn, there) = (wire.conn, wire.there());
        wire.run(ms(5), true);
        wire.net.end_mut(conn).expect("end").nagle = Some(true);
        let mut heard = Vec::new();
        for step in 0..60 {
            wire.send(conn, 10);
            wire.heard.clear();
            wire.run(ms(6 + step), false);
            if wire.heard.iter().any(|(_, end)| *end == there) {
                heard.push((6 + step, wire.read(there)));
            }
        }
        assert_eq!(heard, [(6, 10), (48, 41 * 10)], "the first at once, the others 40 ms and a round trip later");
    }

    #[test]
    fn fin_follows_the_bytes() {
        let mut wire = Wire::new(Physics { bandwidth: 10_000, ..Physics::default() });
        let conn = wire.conn;
        wire.send(conn, 5_000);
        wire.net.close(&mut wire.queue, wire.now, conn);
        wire.run(ms(600), false);
        let there = wire.there();
        assert_eq!(wire.read(there), 5_000);
        assert_eq!(wire.net.take_close(&mut wire.queue, ms(600), there), Some(CloseWhy::Fin));
        wire.run(ms(700), false);
        assert!(wire.net.conn(conn).is_none());
    }

    #[test]
    fn fin_waits_for_the_child_that_inherited_the_conn() {
        let mut wire = Wire::new(Physics::default());
        let (conn, there) = (wire.conn, wire.there());
        wire.run(ms(2), false);
        wire.net.inherit(conn);
        wire.net.close(&mut wire.queue, ms(2), conn);
        wire.run(ms(5_000), false);
        assert_eq!(wire.net.take_close(&mut wire.queue, wire.now, there), None);
        wire.net.release(&mut wire.queue, wire.now, conn);
        wire.run(ms(5_001), false);
        assert_eq!(wire.net.take_close(&mut wire.queue, wire.now, there), Some(CloseWhy::Fin));
    }

    #[test]
    fn who_sends_to_a_process_that_is_gone_gets_a_reset() {
        let mut wire = Wire::new(Physics::default());
        let (conn, there) = (wire.conn, wire.there());
        wire.run(ms(2), false);
        wire.net.close(&mut wire.queue, wire.now, there);
        wire.send(conn, 10);
        wire.run(ms(10), false);
        assert_eq!(wire.net.take_close(&mut wire.queue, wire.now, conn), Some(CloseWhy::Reset));
    }

    #[test]
    fn a_machine_without_power_says_nothing_until_it_is_back() {
        let mut wire = Wire::new(Physics::default());
        let (conn, there) = (wire.conn, wire.there());
        wire.run(ms(2), false);
        wire.net.power_off(there);
        wire.send(conn, 10);
        wire.run(ms(60_000), false);
        assert_eq!(wire.net.take_close(&mut wire.queue, wire.now, conn), None);
        wire.net.power_on(&mut wire.queue, wire.now, there);
        wire.run(ms(60_001), false);
        assert_eq!(wire.net.take_close(&mut wire.queue, wire.now, conn), Some(CloseWhy::Reset));
    }

    #[test]
    fn a_change_of_physics_gives_what_is_under_way_a_new_segment() {
        let mut wire = Wire::new(Physics { latency: Span::from_millis(100), ..Physics::default() });
        let conn = wire.conn;
        wire.send(conn, 10);
        wire.run(ms(50), false);
        let slower = PhysicsChange { latency: Some(Span::from_millis(1_000)), ..PhysicsChange::default() };
        wire.net.change(&mut wire.queue, wire.now, 0, 0, slower);
        let packet = wire.net.conn(conn).expect("conn").ends[0].packets().last().expect("a packet").clone();
        assert_eq!((packet.x0, packet.t0, packet.t1), (500, ms(50), ms(550)));
        assert_eq!(packet.place(ms(300)), 750);
        wire.run(ms(549), false);
        let there = wire.there();
        assert_eq!(wire.read(there), 0);
        wire.run(ms(550), false);
        assert_eq!(wire.read(there), 10);
    }
}
