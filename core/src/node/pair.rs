//! The test fixture of this module, a tiny world: nodes joined by pipes with 100 µs of delay, a console on each, children that end after 1 ms.
//!
//! It is no model of a network: `sim` is. It only drives nodes in time and writes down what was sent and said.

use super::api::{
    Address, ChildKind, ChildResult, CloseWhy, ConnId, Costs, DialError, FileOp, FileResult, Input, Outbox, Output, Settings,
};
use super::{Node, Time};
use crate::era::Era;
use crate::fact::Mark;
use crate::note::{Note, NoteKind};
use crate::resp::{self, ReplyParser};
use crate::time::Span;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};
use bytes::Bytes;

const DELAY: Span = Span::from_micros(100);
const ROOM: u64 = 1 << 20;

#[derive(Clone)]
enum Event {
    To(usize, Input),
    Dial(usize, super::api::Token, Address),
}

/// The world.
pub(super) struct Pair {
    pub nodes: Vec<Node>,
    pub now: Time,
    queue: BTreeMap<(Time, u64), Event>,
    seq: u64,
    free: Vec<Time>,
    /// Each conn's owner and the other end.
    ends: BTreeMap<ConnId, (usize, Option<ConnId>)>,
    next_conn: u64,
    consoles: Vec<(ConnId, ReplyParser)>,
    /// Bytes between nodes: when, from, to, what.
    pub wire: Vec<(Time, usize, usize, Bytes)>,
    /// What happened.
    pub notes: Vec<(Time, usize, Note)>,
    /// Dials are refused.
    /// What a process does not read yet.
    unread: Vec<(usize, Input)>,
    pub refusing: bool,
    /// These processes are stopped: their kernel keeps what comes.
    pub frozen: Vec<usize>,
    held: Vec<(usize, Input)>,
    /// Messages that begin so are held back by the network.
    pub holding: Option<&'static [u8]>,
    pub dumps: Vec<Option<Bytes>>,
    /// Children come to a bad end.
    pub children_fail: bool,
    /// How long a child works.
    pub child_takes: Span,
    /// Those who read nothing.
    deaf: Vec<ConnId>,
    /// Room of new conns.
    pub room: u64,
    /// Whether the kernel takes bytes off at once.
    pub drains: bool,
}

fn words(text: &str) -> Vec<Bytes> {
    resp::split_args(text).expect("balanced quotes")
}

impl Pair {
    /// Nodes of one era, each with these lines of configuration; ports are 7001, 7002 ….
    pub(super) fn new(era: Era, configs: &[&str]) -> Pair {
        Pair::mixed(&configs.iter().map(|c| (era, *c)).collect::<Vec<_>>())
    }
    pub(super) fn mixed(configs: &[(Era, &str)]) -> Pair {
        Pair::costing(configs, Costs::default())
    }
    pub(super) fn costing(configs: &[(Era, &str)], costs: Costs) -> Pair {
        let mut pair = Pair {
            nodes: Vec::new(),
            now: Time::ZERO,
            queue: BTreeMap::new(),
            seq: 0,
            free: Vec::new(),
            ends: BTreeMap::new(),
            next_conn: 1,
            consoles: Vec::new(),
            wire: Vec::new(),
            notes: Vec::new(),
            refusing: false,
            unread: Vec::new(),
            frozen: Vec::new(),
            held: Vec::new(),
            holding: None,
            dumps: vec![None; configs.len()],
            children_fail: false,
            child_takes: Span::from_millis(1),
            deaf: Vec::new(),
            room: ROOM,
            drains: true,
        };
        for (n, (era, config)) in configs.iter().enumerate() {
            let mut lines: Vec<Vec<Bytes>> = config.split(';').map(str::trim).filter(|l| !l.is_empty()).map(words).collect();
            lines.push(words(&format!("port {}", 7_001 + n)));
            let settings = Settings {
                name: format!("node-{n}"),
                era: *era,
                ip: format!("10.0.0.{}", n + 1),
                config: lines,
                seed: 7,
                epoch_unix_ms: 1_795_295_524_000,
                costs,
                pid: None,
                config_file: None,
                allocator: crate::repl::Allocator::default(),
            };
            pair.nodes.push(Node::new(settings).expect("a good configuration"));
            pair.free.push(Time::ZERO);
            pair.consoles.push((ConnId(0), ReplyParser::new()));
        }
        for n in 0..configs.len() {
            pair.boot(n);
        }
        pair
    }
    /// The process starts (again), with what its disk holds.
    pub(super) fn boot(&mut self, n: usize) {
        let rdb = self.dumps[n].clone();
        self.give(n, Input::Boot { rdb, aof: false });
        let conn = self.conn(n, None);
        self.consoles[n] = (conn, ReplyParser::new());
        self.push(
            self.now,
            Event::To(n, Input::Accepted { conn, room: ROOM, peer: Address { host: "127.0.0.1".to_string(), port: 50_000 } }),
        );
    }
    fn conn(&mut self, owner: usize, peer: Option<ConnId>) -> ConnId {
        let id = ConnId(self.next_conn);
        self.next_conn += 1;
        self.ends.insert(id, (owner, peer));
        id
    }
    fn push(&mut self, at: Time, event: Event) {
        self.seq += 1;
        self.queue.insert((at, self.seq), event);
    }
    /// Hands one input to a node, at once.
    fn give(&mut self, n: usize, input: Input) {
        if let Input::Received { conn, .. } | Input::Closed { conn, .. } | Input::Room { conn, .. } = &input {
            if !self.ends.contains_key(conn) {
                return;
            }
            if !self.nodes[n].reads(*conn) && matches!(input, Input::Received { .. }) {
                // The process does not read now: the kernel keeps it until it has done something else.
                self.unread.push((n, input));
                return;
            }
        }
        if let Input::Closed { conn, .. } = &input {
            self.ends.remove(conn);
        }
        let mut out = Outbox { want_flow: true, ..Outbox::default() };
        let busy = self.nodes[n].handle(self.now, input, &mut out);
        let end = self.now + busy;
        self.free[n] = end;
        let (again, others) = core::mem::take(&mut self.unread).into_iter().partition(|(of, _)| *of == n);
        self.unread = others;
        for (n, input) in again {
            self.push(end, Event::To(n, input));
        }
        for note in out.notes {
            self.notes.push((self.now, n, note));
        }
        let mut outputs = out.outputs;
        while let Some(at) = outputs.iter().position(|output| matches!(output, Output::Worked { .. })) {
            let rest = outputs.split_off(at + 1);
            if let Some(Output::Worked { span }) = outputs.pop() {
                let moment = self.now + span;
                outputs.drain(..).for_each(|output| self.effect(n, moment, output));
            }
            outputs = rest;
        }
        for output in outputs {
            self.effect(n, end, output);
        }
    }
    fn effect(&mut self, n: usize, at: Time, output: Output) {
        match output {
            Output::Connect { token, to } => self.push(at + DELAY, Event::Dial(n, token, to)),
            Output::CancelConnect { .. } | Output::Loaded | Output::Worked { .. } => {}
            Output::Send { conn, bytes, .. } => {
                let len = bytes.len() as u64;
                match self.ends.get(&conn).copied() {
                    Some((_, Some(peer))) => {
                        let to = self.ends.get(&peer).map_or(n, |e| e.0);
                        self.wire.push((at, n, to, bytes.clone()));
                        if self.holding.is_some_and(|prefix| bytes.starts_with(prefix)) {
                            self.held.push((to, Input::Received { conn: peer, bytes }));
                            return;
                        }
                        self.push(at + DELAY, Event::To(to, Input::Received { conn: peer, bytes }));
                        if self.drains {
                            self.push(at + DELAY, Event::To(n, Input::Room { conn, bytes: len }));
                        }
                    }
                    Some((_, None)) if self.deaf.contains(&conn) => {}
                    Some((_, None)) => {
                        self.consoles[n].1.feed(&bytes);
                        self.push(at + DELAY, Event::To(n, Input::Room { conn, bytes: len }));
                    }
                    None => {}
                }
            }
            Output::Shut { .. } => {}
            Output::Close { conn } => {
                if let Some((_, Some(peer))) = self.ends.remove(&conn)
                    && let Some((to, _)) = self.ends.get(&peer).copied()
                {
                    self.push(at + DELAY, Event::To(to, Input::Closed { conn: peer, why: CloseWhy::Fin }));
                }
            }
            Output::Spawn { job, kind, delay } => {
                let done = at + self.child_takes + delay;
                match kind {
                    ChildKind::RdbToDisk { rdb } => self.dumps[n] = Some(rdb),
                    ChildKind::RdbToSockets { rdb } => self.push(done, Event::To(n, Input::ChildOutput { job, bytes: rdb })),
                    ChildKind::AofRewrite { .. } => {}
                }
                let result = if self.children_fail { ChildResult::Failed } else { ChildResult::Success };
                self.push(done, Event::To(n, Input::ChildExited { job, result }));
            }
            Output::Kill { job } => self.push(at + DELAY, Event::To(n, Input::ChildExited { job, result: ChildResult::Signalled(10) })),
            Output::File { op, what } => {
                if let FileOp::WriteDump { rdb } | FileOp::RenameTemp { rdb } = what {
                    self.dumps[n] = Some(rdb);
                    self.push(at + DELAY, Event::To(n, Input::FileDone { op, result: FileResult::Done }));
                }
            }
            Output::Exit => {
                let mine: Vec<ConnId> = self.ends.iter().filter(|(_, e)| e.0 == n).map(|(c, _)| *c).collect();
                for conn in mine {
                    self.effect(n, at, Output::Close { conn });
                }
            }
        }
    }
    fn dial(&mut self, n: usize, token: super::api::Token, to: &Address) {
        let port = |node: &Node| node.config_values().port;
        let target = self.nodes.iter().position(|node| port(node) == i64::from(to.port) && node.is_up());
        let Some(target) = target.filter(|_| !self.refusing) else {
            self.give(n, Input::Refused { token, why: DialError::Refused });
            return;
        };
        let mine = self.conn(n, None);
        let theirs = self.conn(target, Some(mine));
        self.ends.insert(mine, (n, Some(theirs)));
        let peer = Address { host: self.nodes[n].settings().ip.clone(), port: 40_000 + n as u16 };
        let room = self.room;
        self.push(self.now, Event::To(target, Input::Accepted { conn: theirs, room, peer }));
        self.give(n, Input::Connected { token, conn: mine, room: ROOM });
    }

    /// Drives everything up to `until`.
    pub(super) fn run_to(&mut self, until: Time) {
        loop {
            let queued = self.queue.keys().next().map(|k| k.0.max(self.now));
            let running = self.nodes.iter().enumerate().filter(|(n, _)| !self.frozen.contains(n));
            let wakes = running.filter_map(|(n, node)| node.next_wakeup().map(|t| (t.max(self.free[n]), n))).min();
            match (queued, wakes) {
                (Some(at), wake) if at <= until && wake.is_none_or(|(t, _)| at <= t) => {
                    let (key, event) = self.queue.pop_first().expect("peeked");
                    self.now = at.max(key.0);
                    match event {
                        Event::To(n, input) if self.frozen.contains(&n) => self.held.push((n, input)),
                        Event::To(n, input) => {
                            if self.free[n] > self.now {
                                let later = self.free[n];
                                self.push(later, Event::To(n, input));
                            } else {
                                self.give(n, input);
                            }
                        }
                        Event::Dial(n, token, to) => self.dial(n, token, &to),
                    }
                }
                (_, Some((at, n))) if at <= until => {
                    self.now = at.max(self.now);
                    self.give(n, Input::Timer);
                }
                _ => {
                    self.now = until;
                    return;
                }
            }
        }
    }
    pub(super) fn run_ms(&mut self, ms: u64) {
        self.run_to(self.now + Span::from_millis(ms));
    }
    /// What was held back arrives.
    pub(super) fn thaw(&mut self) {
        self.frozen.clear();
        self.holding = None;
        for (n, input) in core::mem::take(&mut self.held) {
            self.push(self.now, Event::To(n, input));
        }
    }
    /// Resets every connection between nodes.
    pub(super) fn cut(&mut self) {
        let ends: Vec<(ConnId, usize)> = self.ends.iter().filter(|(_, e)| e.1.is_some()).map(|(c, e)| (*c, e.0)).collect();
        self.queue.retain(|_, e| !matches!(e, Event::To(_, Input::Received { conn, .. }) if ends.iter().any(|(c, _)| c == conn)));
        for (conn, owner) in ends {
            self.push(self.now, Event::To(owner, Input::Closed { conn, why: CloseWhy::Cut }));
        }
    }
    /// Types a command at a node's console and gives the reply as redis-cli prints it, or `(none yet)`.
    pub(super) fn cli(&mut self, n: usize, line: &str) -> String {
        let mut wire = Vec::new();
        resp::write_command(&words(line), &mut wire);
        let conn = self.consoles[n].0;
        self.push(self.now, Event::To(n, Input::Received { conn, bytes: Bytes::from(wire) }));
        self.run_to(self.now + Span::from_micros(10));
        self.reply(n)
    }
    /// Somebody connects to a node whose kernel takes `room` bytes of what it is sent, and who reads none of them.
    pub(super) fn deaf_caller(&mut self, n: usize, room: u64) -> ConnId {
        let conn = self.conn(n, None);
        self.deaf.push(conn);
        let peer = Address { host: "10.0.0.99".to_string(), port: 50_000 };
        self.push(self.now, Event::To(n, Input::Accepted { conn, room, peer }));
        conn
    }
    /// What a caller sends arrives, as one read.
    pub(super) fn says(&mut self, n: usize, conn: ConnId, lines: &[&str]) {
        let mut wire = Vec::new();
        for line in lines {
            resp::write_command(&words(line), &mut wire);
        }
        self.deliver(n, conn, wire);
        self.run_to(self.now + Span::from_micros(10));
    }
    /// A caller closes its connection.
    pub(super) fn hang_up(&mut self, n: usize, conn: ConnId) {
        self.push(self.now, Event::To(n, Input::Closed { conn, why: CloseWhy::Fin }));
    }
    /// A reply that came later.
    pub(super) fn reply(&mut self, n: usize) -> String {
        match self.consoles[n].1.next().expect("RESP") {
            Some(reply) => resp::cli::format(&reply),
            None => "(none yet)".to_string(),
        }
    }
    /// Bytes that nobody sent arrive on a connection between nodes, or on the console.
    pub(super) fn inject(&mut self, n: usize, bytes: Vec<u8>) {
        let conn = self.ends.iter().find(|(_, e)| e.0 == n && e.1.is_some()).map_or(self.consoles[n].0, |(c, _)| *c);
        self.push(self.now, Event::To(n, Input::Received { conn, bytes: Bytes::from(bytes) }));
    }
    /// Lets half of the bytes through that were held back, and gives the rest.
    pub(super) fn release_half(&mut self) -> Vec<u8> {
        self.holding = None;
        let mut rest = Vec::new();
        for (n, input) in core::mem::take(&mut self.held) {
            if let Input::Received { conn, bytes } = input {
                let half = bytes.len() / 2;
                self.push(self.now, Event::To(n, Input::Received { conn, bytes: bytes.slice(..half) }));
                rest.extend_from_slice(&bytes[half..]);
            }
        }
        rest
    }
    /// The node's connection to another node.
    pub(super) fn link_of(&self, n: usize) -> ConnId {
        *self.ends.iter().find(|(_, e)| e.0 == n && e.1.is_some()).expect("a link").0
    }
    /// Bytes arrive on a connection.
    pub(super) fn deliver(&mut self, n: usize, conn: ConnId, bytes: Vec<u8>) {
        self.push(self.now, Event::To(n, Input::Received { conn, bytes: Bytes::from(bytes) }));
    }
    /// Log texts of a node from `since` on, with their marks unless `*`.
    pub(super) fn log(&self, n: usize, since: Time) -> Vec<String> {
        let mut lines = Vec::new();
        for (at, node, note) in &self.notes {
            if let (true, Note::Log { mark, text, .. }) = (*node == n && *at >= since, note) {
                lines.push(if *mark == Mark::Notice { text.clone() } else { format!("{mark} {text}") });
            }
        }
        lines
    }
    /// Bytes from one node to another from `since` on, escaped, one string a send.
    pub(super) fn sent(&self, from: usize, to: usize, since: Time) -> Vec<String> {
        self.wire
            .iter()
            .filter(|(at, a, b, _)| *at >= since && *a == from && *b == to)
            .map(
                |(_, _, _, bytes)| {
                    if bytes.starts_with(b"REDIS0") {
                        format!("<{} bytes of RDB>", bytes.len())
                    } else {
                        format!("{}", bytes.escape_ascii())
                    }
                },
            )
            .collect()
    }
    /// One field of `INFO`.
    pub(super) fn info(&self, n: usize, field: &str) -> String {
        self.nodes[n].info_text(self.now, None).named(field).unwrap_or_else(|| "(absent)".to_string())
    }
    /// Whether such a note was left from `since` on.
    pub(super) fn noted(&self, n: usize, kind: NoteKind, since: Time) -> bool {
        self.notes.iter().any(|(at, node, note)| *node == n && *at >= since && note.kind() == kind)
    }
}
