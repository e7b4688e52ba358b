//! Connections of callers: what is read from them, what waits to be sent, and what they are doing.
//!
//! A conn never sends more than the room that the kernel gave it; the rest stays in its output buffer and counts against the class's limit.

use super::api::{Address, ConnId, Label, Output, Payload};
use super::label;
use super::output;
use super::places::Watch;
use super::served::Seat;
use super::topics::Subscribed;
use crate::command::Block;
use crate::command::directives::{BufferLimit, ClientClass};
use crate::era::{Capabilities, ReplyList};
use crate::repl::Allocator;
use crate::resp;
use crate::time::Time;
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use bytes::Bytes;

/// The kind of a run of waiting bytes.
#[derive(Clone, Debug)]
enum What {
    /// Replication stream; the offset of the first byte.
    Stream(i64),
    /// Anything else.
    Plain(Label),
}

#[derive(Clone, Debug)]
struct Chunk {
    bytes: Bytes,
    what: What,
}

/// One end of a TCP connection as the process sees it: the room in the kernel's buffer, and what did not fit yet.
#[derive(Clone, Debug)]
pub struct Pipe {
    /// The world's number.
    pub id: ConnId,
    /// Bytes that may be sent now.
    pub room: u64,
    /// What waits, as its era counts it.
    pub waiting: output::Output,
    chunks: VecDeque<Chunk>,
}

impl Pipe {
    /// A fresh connection with `room` bytes of kernel buffer.
    #[must_use]
    pub const fn new(id: ConnId, room: u64, list: ReplyList) -> Pipe {
        Pipe { id, room, waiting: output::Output::new(list), chunks: VecDeque::new() }
    }
    /// The same with the sizes of another allocator.
    #[must_use]
    pub fn allocated_by(self, allocator: Allocator) -> Pipe {
        Pipe { waiting: self.waiting.allocated_by(allocator), ..self }
    }
    /// Bytes that wait in the process.
    #[must_use]
    pub const fn queued(&self) -> u64 {
        self.waiting.waiting()
    }
    /// What counts against an output limit.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.waiting.counts()
    }
    /// Whether bytes went to the overflow list: only then are limits looked at.
    #[must_use]
    pub const fn overflows(&self) -> bool {
        self.waiting.overflows()
    }
    fn push_chunk(&mut self, bytes: Bytes, what: What) {
        if bytes.is_empty() {
            return;
        }
        self.waiting.add(&bytes);
        self.chunks.push_back(Chunk { bytes, what });
    }
    /// Queues replication stream whose first byte has the offset `first`.
    pub fn push_stream(&mut self, first: i64, bytes: Bytes) {
        self.push_chunk(bytes, What::Stream(first));
    }
    /// Queues a reply.
    pub fn push(&mut self, bytes: Bytes, label: Label) {
        self.push_chunk(bytes, What::Plain(label));
    }
    /// Writes past the queue, straight to the socket, as Redis does for the lines of a synchronisation. False if the room is too small: nothing was sent.
    pub fn write_through(&mut self, bytes: Bytes, label: Label, out: &mut Vec<Output>) -> bool {
        let len = bytes.len() as u64;
        if len > self.room {
            return false;
        }
        self.room -= len;
        out.push(Output::Send { conn: self.id, bytes, label });
        true
    }
    /// Takes everything that waits and that is replication stream, for a new replica that shares a BGSAVE.
    #[must_use]
    pub fn waiting_stream(&self) -> Vec<(i64, Bytes)> {
        self.chunks
            .iter()
            .filter_map(|chunk| if let What::Stream(first) = chunk.what { Some((first, chunk.bytes.clone())) } else { None })
            .collect()
    }
    /// Sends what the room allows. Returns how many stream bytes left.
    pub fn flush(&mut self, out: &mut Vec<Output>) -> u64 {
        let mut stream_sent = 0;
        while self.room > 0 {
            let Some(first) = self.chunks.front().cloned() else { break };
            let mut take = 1;
            let mut total = first.bytes.len() as u64;
            while total < self.room {
                let Some(next) = self.chunks.get(take) else { break };
                match (&first.what, &next.what) {
                    (What::Stream(a), What::Stream(b)) if *a + total as i64 == *b => {}
                    (What::Plain(a), What::Plain(b)) if a.payload == Payload::Client && b.payload == Payload::Client => {}
                    _ => break,
                }
                total += next.bytes.len() as u64;
                take += 1;
            }
            let send = total.min(self.room);
            let bytes = if take == 1 {
                first.bytes.slice(..send as usize)
            } else {
                let mut joined = Vec::with_capacity(total as usize);
                for chunk in self.chunks.iter().take(take) {
                    joined.extend_from_slice(&chunk.bytes);
                }
                joined.truncate(send as usize);
                Bytes::from(joined)
            };
            self.consume(send);
            self.room -= send;
            let label = match first.what {
                What::Stream(offset) => {
                    stream_sent += send;
                    label::stream(offset, &bytes)
                }
                What::Plain(label) => label,
            };
            out.push(Output::Send { conn: self.id, bytes, label });
        }
        stream_sent
    }
    fn consume(&mut self, mut len: u64) {
        self.waiting.take(len);
        while len > 0 {
            let Some(front) = self.chunks.front_mut() else { break };
            let here = (front.bytes.len() as u64).min(len);
            if here == front.bytes.len() as u64 {
                self.chunks.pop_front();
            } else {
                let rest = front.bytes.slice(here as usize..);
                if let What::Stream(first) = &mut front.what {
                    *first += here as i64;
                }
                front.bytes = rest;
            }
            len -= here;
        }
    }
}

/// The wait of a blocked caller.
#[derive(Clone, Debug)]
pub enum On {
    /// WAIT and WAITAOF: this many replicas at this offset.
    Replicas {
        /// How many were asked for.
        asked: i64,
        /// The offset that they must have acknowledged.
        offset: i64,
        /// WAITAOF: that their append-only files have reached it.
        files: bool,
    },
    /// BLPOP and its like: a key that serves.
    Keys {
        /// The database of the keys.
        db: usize,
        /// What was asked for.
        block: Block,
    },
    /// DEBUG RELOAD: the end of the load.
    Reload,
    /// SAVE, CONFIG REWRITE: the file.
    Disk,
    /// SHUTDOWN: replicas that lag (7.0).
    Shutdown,
    /// A command that came while it is paused.
    Pause(Vec<Bytes>),
}

/// The name of the last command of a caller that has sent none, or none that is known.
pub(super) const NO_COMMAND: &str = "NULL";

/// The mode of CLIENT REPLY.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Replies {
    /// All.
    #[default]
    On,
    /// None.
    Off,
    /// Not that to the next command.
    SkipNext,
    /// Not that to the command that runs.
    Skip,
}

/// The state of a caller.
#[derive(Clone, Debug)]
pub enum State {
    /// Its requests are answered.
    Serving,
    /// It waits; requests that come meanwhile stay in its parser.
    Blocked {
        /// For what.
        on: On,
        /// Until when at most.
        until: Option<Time>,
    },
    /// It is closed as soon as its replies are out.
    Closing,
    /// It is closed asynchronously: `at_cron` at the next serverCron, else before the next sleep.
    Doomed {
        /// Whether the next serverCron does it.
        at_cron: bool,
        /// Why its session ends, if it has one.
        why: crate::fact::SessionEnd,
    },
}

/// The properties that a replica announced by REPLCONF before it asked to be synchronised.
#[derive(Clone, Debug, Default)]
pub struct Announced {
    /// `REPLCONF listening-port`; 0: never told.
    pub port: i64,
    /// `REPLCONF ip-address`.
    pub ip: Option<String>,
    /// `REPLCONF capa eof`.
    pub eof: bool,
    /// `REPLCONF capa psync2`.
    pub psync2: bool,
    /// `REPLCONF capa rdb-channel-repl` (8.0), said while this server would do it.
    pub two_connections: bool,
    /// `REPLCONF rdb-channel 1` (8.0): it is the second one.
    pub rdb_channel: bool,
    /// `REPLCONF main-ch-client-id` (Redis 8.0): the client number of the first one.
    pub main: Option<u64>,
    /// `REPLCONF set-rdb-client-id` (Valkey 8.0): the client number of the second one.
    pub second: Option<u64>,
    /// `REPLCONF rdb-only 1` (6.2).
    pub rdb_only: bool,
    /// `REPLCONF rdb-no-compress 1` (8.6).
    pub plain: bool,
    /// `REPLCONF version` (Valkey 8.0): its release.
    pub release: Option<String>,
    /// `REPLCONF rdb-filter-only` (7.0): what it leaves out.
    pub filter: Option<Filter>,
}

/// A filter of an RDB: data are left out in any case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Filter {
    /// Functions, of which there are none here, would be left in.
    Functions,
    /// Nothing is left in.
    Nothing,
}

/// An open transaction of a caller.
#[derive(Clone, Debug, Default)]
pub struct Transaction {
    /// The commands, in order.
    pub queued: Vec<Vec<Bytes>>,
    /// A command was refused while queueing: EXEC will abort.
    pub dirty: bool,
}

/// What a conn's requests take while they are looked at, for CLIENT LIST.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Usage {
    /// Whether anything was ever read.
    pub has_read: bool,
    /// When something was read last.
    pub read_at: Time,
    /// Bytes that had been read when the present turn began; 0 between turns.
    pub turn: usize,
    /// Bytes and number of the words of the command that runs, or that it waits in.
    pub words: (u64, u64),
}

/// A conn whose peer is a caller or a replica.
#[derive(Clone, Debug)]
pub struct Conn {
    /// The connection.
    pub pipe: Pipe,
    /// `client id #n`.
    pub seq: u64,
    /// The peer's address.
    pub peer: Address,
    /// CLIENT SETNAME.
    pub name: Option<Bytes>,
    /// Its requests.
    pub parser: resp::Parser,
    /// What it is doing.
    pub state: State,
    /// SELECTed database.
    pub db: usize,
    /// Whether it gave the password (or none is needed).
    pub authenticated: bool,
    /// MULTI is open.
    pub multi: Option<Transaction>,
    /// The keys it watches.
    pub(super) watch: Watch,
    /// The channels and patterns that it listens to.
    pub(super) subscribed: Subscribed,
    /// Which replies it wants.
    pub replies: Replies,
    /// It sees every command that runs.
    pub monitors: bool,
    /// CLIENT NO-EVICT.
    pub no_evict: bool,
    /// The offset after its last command: what WAIT waits for.
    pub wait_offset: i64,
    /// Unix second of the accept.
    pub since_s: i64,
    /// Unix second of its last sign of life.
    pub active_s: i64,
    /// What its requests take.
    pub usage: Usage,
    /// Its last command, for CLIENT LIST.
    pub last_command: &'static str,
    /// What it announced by REPLCONF.
    pub announced: Announced,
    /// It is a replica.
    pub(super) session: Seat,
    /// Since when the soft limit has been reached, unix second.
    pub soft_since_s: Option<i64>,
}

impl Conn {
    /// A fresh caller.
    #[must_use]
    pub fn new(pipe: Pipe, seq: u64, peer: Address, now_s: i64, authenticated: bool) -> Conn {
        Conn {
            pipe,
            seq,
            peer,
            name: None,
            parser: resp::Parser::new(),
            state: State::Serving,
            db: 0,
            authenticated,
            multi: None,
            watch: Watch::default(),
            subscribed: Subscribed::default(),
            replies: Replies::On,
            monitors: false,
            no_evict: false,
            wait_offset: 0,
            since_s: now_s,
            active_s: now_s,
            usage: Usage::default(),
            last_command: NO_COMMAND,
            announced: Announced::default(),
            session: Seat::default(),
            soft_since_s: None,
        }
    }
    /// The address that INFO prints for a replica.
    #[must_use]
    pub fn replica_ip(&self) -> &str {
        self.announced.ip.as_deref().unwrap_or(&self.peer.host)
    }
    /// The replica's name in logs: `ip:port`, or a word of the era for an unknown port.
    #[must_use]
    pub fn replica_name(&self, says_replica: bool) -> String {
        let ip = self.replica_ip();
        if self.announced.port > 0 {
            format!("{ip}:{}", self.announced.port)
        } else if says_replica {
            format!("{ip}:<unknown-replica-port>")
        } else {
            format!("{ip}:<unknown-slave-port>")
        }
    }
    /// Its last command as the log names it.
    #[must_use]
    pub fn known_command(&self) -> &'static str {
        if self.last_command == NO_COMMAND { "<unknown>" } else { self.last_command }
    }
    /// Whether nothing keeps its requests from being read. Up to 3.2 that it is about to be closed does not either.
    #[must_use]
    pub const fn serves(&self, caps: &Capabilities) -> bool {
        matches!(self.state, State::Serving) || (caps.doomed_still_runs && matches!(self.state, State::Doomed { .. }))
    }
    /// The class whose output limits are its own (docs/redis.md §2.7).
    #[must_use]
    pub fn class(&self, caps: &Capabilities) -> ClientClass {
        if self.session.is_some() || (self.monitors && caps.monitors_are_replicas) {
            ClientClass::Replica
        } else if self.subscribed.any() {
            ClientClass::PubSub
        } else {
            ClientClass::Normal
        }
    }
    /// Whether `used` bytes of output are over a limit of its class, of which `hard` is applied; counts the time over the soft one.
    pub fn is_over(&mut self, used: u64, hard: u64, limit: BufferLimit, now_s: i64) -> bool {
        let over_hard = hard > 0 && used >= hard;
        let over_soft = limit.soft > 0 && used >= limit.soft;
        let over_soft = match (over_soft, self.soft_since_s) {
            (false, _) => {
                self.soft_since_s = None;
                false
            }
            (true, None) => {
                self.soft_since_s = Some(now_s);
                false
            }
            (true, Some(since)) => now_s - since > limit.soft_seconds,
        };
        over_hard || over_soft
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pipe(room: u64) -> Pipe {
        Pipe::new(ConnId(1), room, ReplyList::Objects)
    }
    fn sent(out: &[Output]) -> Vec<(Vec<u8>, Label)> {
        out.iter()
            .map(|o| if let Output::Send { bytes, label, .. } = o { (bytes.to_vec(), label.clone()) } else { panic!("only sends") })
            .collect()
    }

    #[test]
    fn never_more_than_the_room() {
        let mut p = pipe(3);
        let mut out = Vec::new();
        p.push(Bytes::from_static(b"+OK\r\n"), Label::client("+OK"));
        p.flush(&mut out);
        assert_eq!(sent(&out)[0].0, b"+OK");
        assert_eq!(p.queued(), 2);
        p.room += 10;
        p.flush(&mut out);
        assert_eq!(sent(&out)[1].0, b"\r\n");
        assert_eq!((p.queued(), p.room), (0, 8));
    }

    #[test]
    fn adjacent_stream_leaves_as_one_piece_with_its_offset() {
        let mut p = pipe(1_000);
        let mut out = Vec::new();
        let ping = Bytes::from_static(b"*1\r\n$4\r\nPING\r\n");
        p.push_stream(2, ping.clone());
        p.push_stream(16, ping);
        assert_eq!(p.flush(&mut out), 28);
        assert_eq!(sent(&out).len(), 1);
        assert_eq!(sent(&out)[0].1, Label::stream(2, "PING", 2));
    }
}
