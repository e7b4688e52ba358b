//! Whole nodes with a peer that sends what it likes: a master, a replica, a caller.
//!
//! An input is a byte that picks the era, a byte of options, and then steps: a byte that says what, a number of two bytes, and, where the peer
//! speaks, that many bytes.

use bytes::Bytes;
use resync_core::data::{Dataset, Hash, List, Set, ZSet};
use resync_core::era::Era;
use resync_core::node::Node;
use resync_core::node::api::{
    Address, ChildKind, ChildResult, CloseWhy, ConnId, Costs, DialError, FileOp, FileResult, Input, Outbox, Output, Settings,
};
use resync_core::rdb::encode;
use resync_core::resp::split_args;
use resync_core::time::{Span, Time};
use std::collections::{BTreeSet, VecDeque};

pub(super) const MASTER_WORDS: &[&[u8]] = &[
    b"+PONG\r\n",
    b"+OK\r\n",
    b"+FULLRESYNC 0123456789012345678901234567890123456789 100\r\n",
    b"+FULLRESYNC 0123456789012345678901234567890123456789 9223372036854775807\r\n",
    b"+FULLRESYNC 0123456789012345678901234567890123456789 -9223372036854775808\r\n",
    b"+CONTINUE\r\n",
    b"\n",
    b"+CONTINUE 0123456789012345678901234567890123456789\r\n",
    b"-LOADING Redis is loading the dataset in memory\r\n",
    b"-NOAUTH\r\n",
    b"$EOF:0123456789012345678901234567890123456789\r\n",
    b"0123456789012345678901234567890123456789",
    b"$99999999999\r\n",
    b"$-1\r\n",
    b"$18\r\n",
    b"*1\r\n$4\r\nPING\r\n",
    b"*3\r\n$8\r\nREPLCONF\r\n$6\r\nGETACK\r\n$1\r\n*\r\n",
    b"*2\r\n$6\r\nSELECT\r\n$2\r\n15\r\n",
    b"*1\r\n$5\r\nMULTI\r\n",
    b"*1\r\n$4\r\nEXEC\r\n",
    b"*2\r\n$6\r\nSELECT\r\n$5\r\n99999\r\n",
    b"\x01\x05\x00",
    b"\x02\x00\x00",
    b"\x03\x00\x00",
];
pub(super) const REPLICA_WORDS: &[&[u8]] = &[
    b"PING\r\n",
    b"SYNC\r\n",
    b"PSYNC ? -1\r\n",
    b"PSYNC 0123456789012345678901234567890123456789 1\r\n",
    b"REPLCONF capa eof capa psync2\r\n",
    b"REPLCONF listening-port 65536\r\n",
    b"REPLCONF ACK 99999999999999999999\r\n",
    b"PSYNC 0123456789012345678901234567890123456789 9223372036854775807\r\n",
    b"PSYNC 0123456789012345678901234567890123456789 -9223372036854775808\r\n",
    b"REPLCONF ACK 9223372036854775807\r\n",
    b"REPLCONF ACK -9223372036854775808\r\n",
    b"REPLCONF ACK -1\r\n",
    b"REPLCONF ACK 10\r\n",
    b"MULTI\r\n",
    b"EXEC\r\n",
    b"SLAVEOF NO ONE\r\n",
    b"REPLICAOF 10.0.0.9 6379\r\n",
    b"DEBUG RELOAD\r\n",
    b"DEBUG DIGEST\r\n",
    b"SAVE\r\n",
    b"BGSAVE\r\n",
    b"WAIT 1 100\r\n",
    b"SET k v PX 10\r\n",
    b"CONFIG SET repl-backlog-size 16384\r\n",
    b"BLPOP l 1\r\n",
    b"CLIENT KILL TYPE replica\r\n",
    b"CLIENT LIST\r\n",
    b"INFO\r\n",
    b"FLUSHALL\r\n",
    b"SETRANGE k 999999999 x\r\n",
    b"SHUTDOWN NOSAVE\r\n",
    b"MONITOR\r\n",
    b"\x01\x05\x00",
    b"\x02\x00\x00",
    b"\x03\x00\x00",
];

/// A node keeps what its peers send: their requests, a file under way, its log; and what little bytes unpack to.
pub(super) fn ceiling(len: usize) -> usize {
    (64 << 20) + (16 << 10) * len
}

/// A kernel with one process, whose peers are the input.
struct Kernel {
    node: Node,
    now: Time,
    out: Outbox,
    inputs: VecDeque<Input>,
    /// The conn that the input speaks on.
    peer: Option<ConnId>,
    next_conn: u64,
    dump: Option<Bytes>,
    up: bool,
    /// Whether dials succeed.
    answers: bool,
    /// Names of what happened.
    told: BTreeSet<&'static str>,
}
impl Kernel {
    fn new(era: Era, config: &[&str], dump: Option<Bytes>) -> Kernel {
        let settings = Settings {
            name: "node".to_owned(),
            era,
            ip: "10.0.0.1".to_owned(),
            config: config.iter().map(|line| split_args(line).expect("words")).collect(),
            seed: 7,
            epoch_unix_ms: 1_795_295_524_000,
            costs: Costs::ZERO,
            pid: None,
            config_file: None,
            allocator: resync_core::repl::Allocator::default(),
        };
        let node = Node::new(settings).expect("a good configuration");
        let mut kernel = Kernel {
            node,
            now: Time::ZERO,
            out: Outbox { want_flow: true, ..Outbox::default() },
            inputs: VecDeque::new(),
            peer: None,
            next_conn: 1,
            dump,
            up: true,
            answers: true,
            told: BTreeSet::new(),
        };
        let rdb = kernel.dump.clone();
        kernel.give(Input::Boot { rdb, aof: false });
        kernel
    }
    fn conn(&mut self) -> ConnId {
        self.next_conn += 1;
        ConnId(self.next_conn)
    }
    /// A peer connects.
    fn accept(&mut self) {
        let conn = self.conn();
        self.peer = Some(conn);
        self.give(Input::Accepted { conn, room: 1 << 20, peer: Address { host: "10.0.0.2".to_owned(), port: 50_000 } });
    }
    fn give(&mut self, input: Input) {
        self.inputs.push_back(input);
        let mut turns = 0;
        while let Some(input) = self.inputs.pop_front() {
            if !self.up {
                self.inputs.clear();
                return;
            }
            if let Input::Received { conn, .. } | Input::Closed { conn, .. } | Input::Room { conn, .. } = &input
                && self.peer != Some(*conn)
            {
                continue;
            }
            if let Input::Received { conn, .. } = &input
                && !self.node.reads(*conn)
            {
                // It loads: time goes on, the bytes wait.
                self.tick(Span::from_millis(200));
                turns += 1;
                assert!(turns < 10_000, "a load ends");
                self.inputs.push_front(input);
                continue;
            }
            let busy = self.node.handle(self.now, input, &mut self.out);
            self.now += busy;
            self.effects();
        }
    }
    fn effects(&mut self) {
        self.told.extend(self.out.notes.drain(..).map(|note| note.kind().name()));
        for output in std::mem::take(&mut self.out.outputs) {
            match output {
                Output::Connect { token, .. } => {
                    if self.answers {
                        let conn = self.conn();
                        self.peer = Some(conn);
                        self.inputs.push_back(Input::Connected { token, conn, room: 1 << 20 });
                    } else {
                        self.inputs.push_back(Input::Refused { token, why: DialError::Refused });
                    }
                }
                Output::Send { conn, bytes, .. } => self.inputs.push_back(Input::Room { conn, bytes: bytes.len() as u64 }),
                Output::Close { conn } if self.peer == Some(conn) => self.peer = None,
                Output::Spawn { job, kind, .. } => {
                    match kind {
                        ChildKind::RdbToDisk { rdb } => self.dump = Some(rdb),
                        ChildKind::RdbToSockets { rdb } => self.inputs.push_back(Input::ChildOutput { job, bytes: rdb }),
                        ChildKind::AofRewrite { .. } => {}
                    }
                    self.inputs.push_back(Input::ChildExited { job, result: ChildResult::Success });
                }
                Output::Kill { job } => self.inputs.push_back(Input::ChildExited { job, result: ChildResult::Signalled(10) }),
                Output::File { op, what: FileOp::WriteDump { rdb } | FileOp::RenameTemp { rdb } } => {
                    self.dump = Some(rdb);
                    self.inputs.push_back(Input::FileDone { op, result: FileResult::Done });
                }
                Output::Exit => self.up = false,
                Output::Shut { .. }
                | Output::Close { .. }
                | Output::CancelConnect { .. }
                | Output::File { .. }
                | Output::Loaded
                | Output::Worked { .. } => {}
            }
        }
    }
    /// Time passes, with its ticks.
    fn tick(&mut self, span: Span) {
        let until = self.now + span;
        let mut ticks = 0;
        while self.up
            && let Some(wake) = self.node.next_wakeup().filter(|&wake| wake <= until)
        {
            self.now = self.now.max(wake);
            let busy = self.node.handle(self.now, Input::Timer, &mut self.out);
            self.now += busy;
            self.effects();
            let waiting: Vec<Input> = self.inputs.drain(..).collect();
            for input in waiting {
                if matches!(input, Input::Received { .. }) {
                    self.inputs.push_back(input);
                } else {
                    let busy = self.node.handle(self.now, input, &mut self.out);
                    self.now += busy;
                    self.effects();
                }
                if !self.up {
                    return;
                }
            }
            ticks += 1;
            assert!(ticks < 100_000, "ticks come no closer than they do something");
        }
        self.now = self.now.max(until);
    }
    /// Plays the steps of an input.
    fn play(&mut self, mut steps: &[u8], listens: bool) {
        while self.up
            && let Some((&what, rest)) = steps.split_first()
        {
            let (len, rest) = rest.split_at_checked(2).unwrap_or((&[0, 0], &[]));
            let number = usize::from(u16::from_le_bytes([len[0], len[1]]));
            let speaks = !matches!(what % 8, 1..=3);
            let (bytes, rest) = rest.split_at(if speaks { number.min(rest.len()) } else { 0 });
            steps = rest;
            match what % 8 {
                1 => self.tick(Span::from_millis(1 + number as u64 % 70_000)),
                2 => {
                    if let Some(conn) = self.peer {
                        self.give(Input::Closed { conn, why: if number % 2 == 0 { CloseWhy::Fin } else { CloseWhy::Reset } });
                        self.peer = None;
                    }
                }
                3 => self.answers = !self.answers,
                _ => {
                    if self.peer.is_none() && listens {
                        self.accept();
                    }
                    for read in bytes.chunks(if what % 8 == 4 { 7 } else { 16 * 1024 }) {
                        let Some(conn) = self.peer else { break };
                        self.give(Input::Received { conn, bytes: Bytes::copy_from_slice(read) });
                    }
                }
            }
        }
        if self.up {
            self.tick(Span::from_millis(1_500));
        }
    }
}

fn step(what: u8, bytes: &[u8]) -> Vec<u8> {
    [&[what][..], &(bytes.len() as u16).to_le_bytes(), bytes].concat()
}
fn pause(ms: u16) -> Vec<u8> {
    [&[1][..], &ms.to_le_bytes()].concat()
}
/// A file with a value of each type, packed strings among them.
fn small_rdb(era: Era) -> Bytes {
    let word = |text: &str| Bytes::copy_from_slice(text.as_bytes());
    let mut data = Dataset::new(16);
    data.set(0, b"k", word("v"), None);
    data.set(0, b"long", word(&"ab".repeat(200)), Some(1_795_295_530_000));
    data.set(1, b"l", ["1", "2", "abc"].map(word).into_iter().collect::<List>(), None);
    data.set(1, b"i", ["1", "-2", "70000"].map(word).into_iter().collect::<Set>(), None);
    data.set(2, b"s", ["x", "y"].map(word).into_iter().collect::<Set>(), None);
    data.set(2, b"h", [("f", "v"), ("g", "12")].map(|(f, v)| (word(f), word(v))).into_iter().collect::<Hash>(), None);
    data.set(9, b"z", [("m", 1.5), ("n", f64::INFINITY)].map(|(m, s)| (word(m), s)).into_iter().collect::<ZSet>(), None);
    encode(&data, era, 0, None)
}

pub(super) fn master_seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (n, era) in Era::ALL.into_iter().enumerate() {
        let rdb = small_rdb(era);
        let id = "0123456789012345678901234567890123456789";
        let stream = step(0, b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n*1\r\n$4\r\nPING\r\n");
        let handshake = [step(0, b"+PONG\r\n"), step(0, b"+OK\r\n"), step(0, b"+OK\r\n"), step(0, b"+OK\r\n"), pause(10)].concat();
        let full = step(0, format!("+FULLRESYNC {id} 100\r\n").as_bytes());
        let sized = [format!("${}\r\n", rdb.len()).as_bytes(), &rdb].concat();
        let marked = [format!("$EOF:{id}\r\n").as_bytes(), &rdb, id.as_bytes()].concat();
        let reconnect = [step(2, b""), pause(1_100)].concat();
        for options in 0..4u8 {
            let head = [n as u8, options];
            // One message at a time, and all at once as a pipelined handshake gets it.
            seeds.push([&head[..], &handshake, &full, &step(0, &sized), &pause(1_100), &stream, &pause(1_100)].concat());
            seeds.push(
                [
                    &head[..],
                    &handshake,
                    &full,
                    &step(4, &marked),
                    &pause(200),
                    &stream,
                    &reconnect,
                    &handshake,
                    &step(0, b"+CONTINUE\r\n"),
                    &stream,
                ]
                .concat(),
            );
            let burst = [b"+PONG\r\n+OK\r\n+OK\r\n+OK\r\n", format!("+FULLRESYNC {id} 1\r\n").as_bytes(), &sized].concat();
            seeds.push([&head[..], &step(0, &burst), &pause(1_100), &stream, &stream].concat());
            seeds.push(
                [
                    &head[..],
                    &step(0, b"+PONG\r\n"),
                    &step(0, b"-LOADING x\r\n"),
                    &pause(1_100),
                    &handshake,
                    &step(0, b"-ERR x\r\n"),
                    &step(0, &sized),
                ]
                .concat(),
            );
        }
    }
    seeds
}
/// A replica whose master is the input.
pub(super) fn evil_master(input: &[u8]) {
    with_master(input);
}
fn with_master(input: &[u8]) -> BTreeSet<&'static str> {
    let Some((head, steps)) = input.split_at_checked(2) else { return BTreeSet::new() };
    let era = Era::ALL[usize::from(head[0]) % Era::ALL.len()];
    let mut config = vec!["port 6379", "slaveof 10.0.0.9 6379"];
    if head[1] & 1 == 1 {
        config.push("masterauth pw");
    }
    if head[1] & 2 == 2 && era.capabilities().diskless_load {
        config.push("repl-diskless-load swapdb");
    }
    let mut kernel = Kernel::new(era, &config, None);
    kernel.tick(Span::from_millis(1_100));
    kernel.play(steps, false);
    kernel.told
}

pub(super) fn replica_seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for n in 0..Era::ALL.len() as u8 {
        for options in 0..4 {
            let head = [n, options];
            let hello = step(0, b"PING\r\nREPLCONF listening-port 7002\r\nREPLCONF capa eof capa psync2\r\n");
            let acks = [step(0, b"*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$2\r\n10\r\n"), pause(1_000)].concat();
            let again = [step(2, b""), pause(300), hello.clone()].concat();
            seeds.push(
                [
                    &head[..],
                    &hello,
                    &step(0, b"PSYNC ? -1\r\n"),
                    &pause(1_100),
                    &acks,
                    &acks,
                    &again,
                    &step(0, b"PSYNC ? 0\r\n"),
                    &pause(6_000),
                ]
                .concat(),
            );
            seeds.push(
                [&head[..], &step(0, b"SYNC\r\n"), &pause(1_100), &acks, &again, &step(0, b"SYNC\r\nPING\r\n"), &pause(200)].concat(),
            );
            seeds.push(
                [&head[..], &step(0, b"SET k v\r\nPSYNC 0123456789012345678901234567890123456789 1\r\n"), &pause(200), &acks].concat(),
            );
        }
    }
    seeds
}
/// A master whose replica is the input.
pub(super) fn evil_replica(input: &[u8]) {
    with_replica(input);
}
fn with_replica(input: &[u8]) -> BTreeSet<&'static str> {
    let Some((head, steps)) = input.split_at_checked(2) else { return BTreeSet::new() };
    let era = Era::ALL[usize::from(head[0]) % Era::ALL.len()];
    let mut config = vec!["port 6379", "save \"\""];
    if era.capabilities().diskless_sync {
        config.push(if head[1] & 1 == 1 { "repl-diskless-sync yes" } else { "repl-diskless-sync no" });
    }
    let dump = (head[1] & 2 == 2).then(|| small_rdb(era));
    let mut kernel = Kernel::new(era, &config, dump);
    kernel.tick(Span::from_millis(100));
    kernel.play(steps, true);
    kernel.told
}

pub(super) fn caller_seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for n in 0..Era::ALL.len() as u8 {
        let lines: [&[u8]; 6] = [
            b"SET k v\r\nGET k\r\nINCR n\r\nAPPEND k x\r\nRPUSH l a b c\r\nLPOP l\r\nSADD s 1 2 x\r\nSPOP s\r\nHSET h f v\r\nZADD z 1 a 2 b\r\nZRANGE z 0 -1\r\n",
            b"MULTI\r\nSET a 1\r\nEXPIRE a 10\r\nEXEC\r\nWATCH a\r\nSELECT 3\r\nDEL a\r\nKEYS *\r\nSCAN 0\r\nDBSIZE\r\n",
            b"INFO\r\nROLE\r\nCONFIG GET *\r\nCLIENT LIST\r\nTIME\r\nOBJECT ENCODING k\r\nDEBUG OBJECT k\r\nDEBUG DIGEST\r\nDEBUG RELOAD\r\n",
            b"SORT l ALPHA LIMIT 0 1\r\nBLPOP none 1\r\nSUNIONSTORE d s s\r\nZUNIONSTORE y 1 z\r\nRENAME k k2\r\nSINTER s s\r\nGETRANGE k 0 -1\r\n",
            b"SLAVEOF 10.0.0.9 6379\r\nSET k v\r\nSLAVEOF NO ONE\r\nBGSAVE\r\nSAVE\r\nLASTSAVE\r\nDEBUG POPULATE 100\r\nFLUSHALL\r\n",
            b"SETEX k 1 v\r\nPEXPIRE k 5\r\nTTL k\r\nPERSIST k\r\nHINCRBYFLOAT h f 1.5\r\nINCRBYFLOAT n 1e10\r\nZINCRBY z inf a\r\nSETRANGE k 5 x\r\nBITCOUNT k\r\n",
        ];
        for line in lines {
            seeds.push([&[n, 0][..], &step(0, line), &pause(1_100), &step(4, line), &pause(300)].concat());
        }
    }
    seeds
}
/// A server whose caller is the input.
pub(super) fn evil_caller(input: &[u8]) {
    if !populates_much(input) {
        with_caller(input);
    }
}
/// Whether it asks for more than 100 000 keys at once: that may take more than other requests do, up to `limits::POPULATE_MAX` keys.
fn populates_much(input: &[u8]) -> bool {
    let word = b"populate";
    let asks = |at: &usize| input[*at..*at + word.len()].eq_ignore_ascii_case(word);
    (0..input.len().saturating_sub(word.len())).filter(asks).any(|at| {
        let rest = input[at..].iter().skip_while(|b| !b.is_ascii_digit());
        rest.take_while(|b| b.is_ascii_digit()).count() > 5
    })
}
fn with_caller(input: &[u8]) -> BTreeSet<&'static str> {
    let Some((head, steps)) = input.split_at_checked(2) else { return BTreeSet::new() };
    let era = Era::ALL[usize::from(head[0]) % Era::ALL.len()];
    let mut kernel = Kernel::new(era, &["port 6379"], None);
    kernel.answers = false;
    kernel.tick(Span::from_millis(100));
    kernel.play(steps, true);
    kernel.told
}

/// What happens in the nodes when the seeds are played as they are: the names of their notes.
#[must_use]
pub fn reached() -> BTreeSet<&'static str> {
    type Way = fn(&[u8]) -> BTreeSet<&'static str>;
    let ways: [(Vec<Vec<u8>>, Way); 3] = [(master_seeds(), with_master), (replica_seeds(), with_replica), (caller_seeds(), with_caller)];
    ways.into_iter().flat_map(|(seeds, way)| seeds.into_iter().flat_map(move |seed| way(&seed))).collect()
}
