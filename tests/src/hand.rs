//! One node among hand-made peers: clients, replicas and masters whose every byte a test writes itself.
//!
//! There is no network here: what is said arrives at once, children end at once, and time moves only when a test says so.

use bytes::Bytes;
use resync_core::era::Era;
use resync_core::node::Node;
use resync_core::node::api::{
    Address, ChildKind, ChildResult, CloseWhy, ConnId, Costs, FileOp, FileResult, Input, Outbox, Output, Settings, Token,
};
use resync_core::note::Note;
use resync_core::resp::{Reply, ReplyParser, split_args, write_command};
use resync_core::time::{Span, Time};
use std::collections::BTreeMap;

const ROOM: u64 = 1 << 40;
const CONSOLE: u64 = 1;

/// A node and everything that it has said to its peers.
pub struct Hand {
    node: Node,
    out: Outbox,
    now: Time,
    next: u64,
    said: BTreeMap<u64, Vec<u8>>,
    closed: Vec<u64>,
    dials: Vec<Token>,
    console: ReplyParser,
    /// Log texts, in order.
    pub log: Vec<String>,
}

impl Hand {
    /// A running server of an era, with these lines of redis.conf beside `port 7002` and no save points.
    ///
    /// # Panics
    /// If the era does not take a line.
    #[must_use]
    pub fn new(era: Era, config: &[&str]) -> Hand {
        let line = |text: &str| split_args(text).expect("balanced quotes");
        let mut lines = vec![line("port 7002"), line("save \"\"")];
        lines.extend(config.iter().map(|text| line(text)));
        let settings = Settings {
            name: "hand".to_owned(),
            era,
            ip: "127.0.0.1".to_owned(),
            config: lines,
            seed: 11,
            epoch_unix_ms: 1_795_295_524_000,
            costs: Costs::ZERO,
            pid: None,
            config_file: None,
            allocator: resync_core::repl::Allocator::default(),
        };
        let mut hand = Hand {
            node: Node::new(settings).expect("a good configuration"),
            out: Outbox::default(),
            now: Time::from_millis(1),
            next: CONSOLE,
            said: BTreeMap::new(),
            closed: Vec::new(),
            dials: Vec::new(),
            console: ReplyParser::new(),
            log: Vec::new(),
        };
        hand.give(Input::Boot { rdb: None, aof: false });
        assert_eq!(hand.connect(), CONSOLE);
        hand
    }
    /// The node itself.
    #[must_use]
    pub fn node(&self) -> &Node {
        &self.node
    }
    fn give(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            let busy = self.node.handle(self.now, input, &mut self.out);
            self.now = self.now + busy + Span::from_micros(1);
            for note in self.out.notes.drain(..) {
                if let Note::Log { text, .. } = note {
                    self.log.push(text);
                }
            }
            for output in self.out.outputs.drain(..) {
                match output {
                    Output::Send { conn, bytes, .. } => self.said.entry(conn.0).or_default().extend_from_slice(&bytes),
                    Output::Shut { .. } => {}
                    Output::Close { conn } => self.closed.push(conn.0),
                    Output::Connect { token, .. } => self.dials.push(token),
                    Output::CancelConnect { token } => self.dials.retain(|t| *t != token),
                    Output::Spawn { job, kind, .. } => {
                        inputs.insert(0, Input::ChildExited { job, result: ChildResult::Success });
                        if let ChildKind::RdbToSockets { rdb } = kind {
                            inputs.push(Input::ChildOutput { job, bytes: rdb });
                        }
                    }
                    Output::File { op, what: FileOp::WriteDump { .. } | FileOp::RenameTemp { .. } } => {
                        inputs.insert(0, Input::FileDone { op, result: FileResult::Done });
                    }
                    Output::Kill { .. } | Output::File { .. } | Output::Loaded | Output::Worked { .. } | Output::Exit => {}
                }
            }
        }
    }
    /// A caller connects.
    pub fn connect(&mut self) -> u64 {
        let conn = self.next;
        self.next += 1;
        let peer = Address { host: "127.0.0.1".to_owned(), port: 50_000 + conn as u16 };
        self.give(Input::Accepted { conn: ConnId(conn), room: ROOM, peer });
        conn
    }
    /// A peer says something; gives what it hears at once.
    pub fn say(&mut self, conn: u64, bytes: impl AsRef<[u8]>) -> Vec<u8> {
        self.give(Input::Received { conn: ConnId(conn), bytes: Bytes::copy_from_slice(bytes.as_ref()) });
        self.heard(conn)
    }
    /// What a peer has heard since it was last asked.
    pub fn heard(&mut self, conn: u64) -> Vec<u8> {
        self.said.remove(&conn).unwrap_or_default()
    }
    /// Puts back what a peer has heard, so that it is asked for with what follows.
    pub fn keep(&mut self, conn: u64, mut bytes: Vec<u8>) {
        bytes.extend(self.heard(conn));
        self.said.insert(conn, bytes);
    }
    /// A peer goes.
    pub fn close(&mut self, conn: u64) {
        self.give(Input::Closed { conn: ConnId(conn), why: CloseWhy::Fin });
    }
    /// Whether the node has closed this conn.
    #[must_use]
    pub fn hung_up(&self, conn: u64) -> bool {
        self.closed.contains(&conn)
    }
    /// Time passes; everything that is due happens.
    pub fn pass(&mut self, millis: u64) {
        let end = self.now + Span::from_millis(millis);
        while let Some(at) = self.node.next_wakeup().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.give(Input::Timer);
        }
        self.now = self.now.max(end);
    }
    /// What the console sends; gives the reply, unless the node lets it wait.
    ///
    /// # Panics
    /// If the answer is no RESP.
    pub fn command(&mut self, line: &str) -> Option<Reply> {
        let mut wire = Vec::new();
        write_command(&split_args(line).expect("balanced quotes"), &mut wire);
        let answer = self.say(CONSOLE, wire);
        self.console.feed(&answer);
        self.console.next().expect("RESP")
    }
    /// A field of INFO replication or stats; empty if it is not there.
    pub fn info(&mut self, field: &str) -> String {
        let said = |section| self.node.info_text(self.now, Some(section)).named(field);
        said("replication").or_else(|| said("stats")).unwrap_or_default()
    }
    /// Takes the node's next dial, waiting for it up to this long.
    pub fn dialled(&mut self, within_ms: u64) -> Option<u64> {
        let end = self.now + Span::from_millis(within_ms);
        while self.dials.is_empty() {
            let at = self.node.next_wakeup().filter(|at| *at <= end)?;
            self.now = self.now.max(at);
            self.give(Input::Timer);
        }
        let token = self.dials.remove(0);
        let conn = self.next;
        self.next += 1;
        self.give(Input::Connected { token, conn: ConnId(conn), room: ROOM });
        Some(conn)
    }
    /// A hand-made replica: the whole way to the live stream, whatever the era's. `capa` as it would announce it.
    ///
    /// # Panics
    /// If the node does not serve it.
    pub fn replica(&mut self, ask: &str) -> u64 {
        let conn = self.connect();
        let _ = self.say(conn, ask);
        self.pass(1_200);
        let heard = self.heard(conn);
        assert!(heard.windows(5).any(|w| w == b"REDIS" || w == b"ALKEY"), "{:?}", String::from_utf8_lossy(&heard));
        conn
    }
}
