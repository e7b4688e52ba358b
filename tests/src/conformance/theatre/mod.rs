//! A node on a stage on which a recording plays everybody else: the other server, the clients, the proxy, the kernel.

mod cues;
mod links;
mod machine;
mod numbers;
mod outputs;
mod terms;

pub(super) use machine::expand;
pub(super) use numbers::told;
pub use terms::Unknowns;

use super::proxy::Proxy;
use super::recording::{Conn, Part, Recording};
use bytes::Bytes;
use machine::{settings, shown};
use resync_core::info;
use resync_core::node::Node;
use resync_core::node::api::{Address, ConnId, Input, Outbox};
use resync_core::note::Note;
use resync_core::resp::{self, ReplyParser};
use resync_core::time::Time;
use std::collections::{BTreeMap, VecDeque};
use terms::ZERO_US;

/// How late a busy machine may run a second's tick, so that the node's phase is the recorded server's …
const LATE_SECOND_US: u64 = 260_000;
/// … and a tick of 100 ms.
const LATE_TICK_US: u64 = 27_500;
const ROOM: u64 = 1 << 40;
const CONSOLE: ConnId = ConnId(1);

/// Everything that the node did.
#[derive(Clone, Debug, Default)]
pub struct Play {
    /// Bytes it sent: when (ms of the recording), on which conn.
    pub sent: Vec<(f64, Conn, Vec<u8>)>,
    /// Dials that came through.
    pub opened: Vec<(f64, Conn)>,
    /// Conns that it closed.
    pub closed: Vec<(f64, Conn)>,
    /// Log lines: mark and text.
    pub log: Vec<(f64, char, String)>,
    /// Replies to commands, in the recording's way of writing them.
    pub replies: Vec<(f64, String, String)>,
    /// INFO replication, each time it changed.
    pub infos: Vec<(f64, BTreeMap<String, String>)>,
    /// Stream offsets that a replica stood at: when each was reached.
    pub offsets: Vec<(f64, i64)>,
    /// Intervals in which the proxy was a black hole.
    pub holes: Vec<(f64, f64)>,
}

enum Cue {
    /// The process starts, for the n-th time.
    Life(usize),
    Give(Input),
    Command(String),
    /// A client of its own says this, and waits for one reply.
    Raw(String),
    Act(String),
    Down(usize),
    /// The proxy passed bytes of this conn on.
    Passed(usize),
}

/// A recorded conn as the master's side plays it to a replica: what comes down, and after how many bytes from the replica.
struct Script {
    steps: VecDeque<Step>,
    /// Bytes that the replica has sent on it, ACKs and keepalives aside.
    heard: u64,
    open: bool,
    /// How much later (µs) the node dialled than the recorded replica.
    shift: i64,
    last: u64,
}
struct Step {
    at: u64,
    needs: u64,
    settled: bool,
    what: Input,
}

struct Stage<'a> {
    recording: &'a Recording,
    part: Part,
    /// redis.conf, directive by directive.
    config: Vec<Vec<String>>,
    node: Node,
    /// The process is gone, until it starts again.
    dead: bool,
    /// Its dump file.
    dump: Option<Bytes>,
    out: Outbox,
    now: u64,
    free: u64,
    queue: BTreeMap<(u64, u64), Cue>,
    seq: u64,
    /// Since when the process is stopped.
    paused: Option<u64>,
    parked: VecDeque<Input>,
    /// When the recorded server's replication cron ran, and other ticks.
    evidence: Vec<u64>,
    ticks: Vec<u64>,
    conns: BTreeMap<ConnId, Conn>,
    ids: Vec<Conn>,
    scripts: BTreeMap<usize, Script>,
    next_dial: usize,
    refusing: bool,
    hole: Option<f64>,
    console: ReplyParser,
    waiting: VecDeque<String>,
    /// Clients of their own: what they said, until they have a reply.
    raw: BTreeMap<ConnId, (String, ReplyParser)>,
    play: Play,
    recorded_ids: Vec<Vec<u8>>,
    own_ids: Vec<Vec<u8>>,
    /// The numbers that the recorded master gave to connections, and those that the node gave them.
    recorded_numbers: Vec<Vec<u8>>,
    own_numbers: Vec<Vec<u8>>,
    /// Conns whose bytes the proxy held back.
    proxies: BTreeMap<usize, Proxy>,
    /// Until when a child lives, and the conns that it inherited: their close is not seen before.
    child: (u64, Vec<ConnId>),
    /// Bytes for a conn that the node does not read at the moment.
    unread: Vec<(ConnId, Bytes)>,
    unknowns: Unknowns,
}

fn us(ms: f64) -> u64 {
    (ms * 1_000.0).round() as i64 as u64
}

/// Words of 40 hex digits in some bytes.
pub fn ids_in(bytes: &[u8]) -> Vec<Vec<u8>> {
    bytes
        .split(|b| !b.is_ascii_hexdigit() || b.is_ascii_uppercase())
        .filter(|word| word.len() == 40 && word.iter().any(|b| *b != b'0'))
        .map(<[u8]>::to_vec)
        .collect()
}

/// Whether these bytes are nothing but ACKs and keepalives of a replica.
fn is_ack(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| *b == b'\n') || bytes.starts_with(b"*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n")
}

/// Plays a recording against a node that has one of its parts.
///
/// # Panics
/// If the recording asks for something that this stage does not have.
#[must_use]
pub fn perform(recording: &Recording, part: &Part, unknowns: Unknowns) -> Play {
    let mut stage = Stage::new(recording, part, unknowns);
    stage.run();
    stage.play
}

impl<'a> Stage<'a> {
    fn new(recording: &'a Recording, part: &Part, unknowns: Unknowns) -> Stage<'a> {
        let server = part.server();
        let mut config = vec![vec!["port".to_owned(), recording.ports[server].to_string()], vec!["save".to_owned(), String::new()]];
        for (name, value) in recording.config.get(server).into_iter().flatten() {
            let mut line = vec![name.clone()];
            line.extend(value.split(' ').map(str::to_owned));
            config.push(line);
        }
        let node = Node::new(settings(recording, part, unknowns, &config)).expect("a configuration that the real server took");
        let mut stage = Stage {
            recording,
            part: part.clone(),
            config,
            node,
            dead: false,
            dump: None,
            out: Outbox::default(),
            now: 0,
            free: 0,
            queue: BTreeMap::new(),
            seq: 0,
            paused: None,
            parked: VecDeque::new(),
            evidence: Vec::new(),
            ticks: Vec::new(),
            conns: BTreeMap::new(),
            ids: Vec::new(),
            scripts: BTreeMap::new(),
            next_dial: 0,
            refusing: false,
            hole: None,
            console: ReplyParser::new(),
            waiting: VecDeque::new(),
            raw: BTreeMap::new(),
            play: Play::default(),
            recorded_ids: Vec::new(),
            own_ids: Vec::new(),
            recorded_numbers: Vec::new(),
            own_numbers: Vec::new(),
            proxies: BTreeMap::new(),
            child: (0, Vec::new()),
            unread: Vec::new(),
            unknowns,
        };
        stage.gather_evidence();
        stage.write_cues();
        stage
    }

    fn push(&mut self, at: u64, cue: Cue) {
        self.seq += 1;
        self.queue.insert((at, self.seq), cue);
    }
    fn ms(&self, at: u64) -> f64 {
        (at as f64 - ZERO_US as f64) / 1_000.0
    }

    fn run(&mut self) {
        let end = ZERO_US + us(self.recording.end());
        loop {
            let cue = self.queue.keys().next().map(|(at, _)| *at);
            let wake = if self.paused.is_some() { None } else { self.node.next_wakeup().map(|w| self.late(w.as_micros())) };
            let Some(at) = [cue, wake].into_iter().flatten().min() else { break };
            let at = at.max(self.now).max(if self.paused.is_some() { 0 } else { self.free });
            if at > end {
                break;
            }
            self.now = at;
            if cue.is_some_and(|c| c <= at) && (wake.is_none() || cue <= wake) {
                let (_, cue) = self.queue.pop_first().expect("the cue that was seen");
                self.cue(cue);
            } else {
                self.give(Input::Timer);
            }
        }
        if let Some(from) = self.hole.take() {
            self.play.holes.push((from, self.recording.end()));
        }
    }
    /// The recorded server's tick, if it came a little later than the node's would.
    fn late(&self, due: u64) -> u64 {
        // A loading server runs no ticks: these are the steps of its load.
        if self.node.loading().is_some() {
            return due;
        }
        let after = |ticks: &[u64], late: u64| ticks.get(ticks.partition_point(|at| *at < due)).copied().filter(|at| at - due <= late);
        after(&self.evidence, LATE_SECOND_US).or_else(|| after(&self.ticks, LATE_TICK_US)).unwrap_or(due)
    }

    fn cue(&mut self, cue: Cue) {
        match cue {
            Cue::Life(n) => self.life(n),
            Cue::Give(input) => {
                let input = self.translate(input);
                self.give(input);
            }
            Cue::Command(line) => {
                let words: Vec<Bytes> = resp::split_args(&line).expect("balanced quotes");
                let mut bytes = Vec::new();
                resp::write_command(&words, &mut bytes);
                self.waiting.push_back(line);
                self.give(Input::Received { conn: CONSOLE, bytes: Bytes::from(bytes) });
            }
            Cue::Raw(line) => {
                let said = line.split(" (raw client").next().unwrap_or_default();
                let conn = ConnId(1_000_000 + self.raw.len() as u64);
                let peer = Address { host: "127.0.0.1".to_owned(), port: 50_002 + self.raw.len() as u16 };
                let mut bytes = Vec::new();
                resp::write_command(&resp::split_args(said).expect("balanced quotes"), &mut bytes);
                self.raw.insert(conn, (line, ReplyParser::new()));
                self.give(Input::Accepted { conn, room: ROOM, peer });
                self.give(Input::Received { conn, bytes: Bytes::from(bytes) });
            }
            Cue::Act(line) => self.act(&line),
            Cue::Down(id) => self.down(id),
            Cue::Passed(id) => self.passed(id),
        }
    }
    fn passed(&mut self, id: usize) {
        let at = self.ms(self.now);
        let bytes = self.proxies.get_mut(&id).map_or(0, |proxy| proxy.frees(at));
        if bytes > 0 && self.conns.contains_key(&conn_id(id)) {
            self.give(Input::Room { conn: conn_id(id), bytes });
        }
    }
    /// The process starts. A replica that was told whom to follow is started again with that in its configuration.
    fn life(&mut self, n: usize) {
        let server = self.part.server().to_owned();
        if n > 0 {
            let links = &self.recording.links;
            let proxy = links.iter().find(|(_, (replica, _))| *replica == server).and_then(|(link, _)| self.recording.proxies.get(link));
            if let Some(proxy) = proxy {
                self.config.push(vec!["slaveof".to_owned(), "127.0.0.1".to_owned(), proxy.to_string()]);
            }
            let unknowns = Unknowns { seed: self.unknowns.seed + 1_000 * n as u64, ..self.unknowns };
            self.node = Node::new(settings(self.recording, &self.part, unknowns, &self.config)).expect("a configuration");
        }
        self.dead = false;
        self.free = self.now;
        self.waiting.clear();
        self.console = ReplyParser::new();
        self.give(Input::Boot { rdb: self.dump.clone(), aof: false });
        let peer = Address { host: "127.0.0.1".to_owned(), port: 50_001 };
        self.give(Input::Accepted { conn: CONSOLE, room: ROOM, peer });
        if let Some((_, password)) = self.recording.config.get(&server).into_iter().flatten().find(|(name, _)| name == "requirepass") {
            self.cue(Cue::Command(format!("AUTH {password}")));
        }
    }
    fn act(&mut self, line: &str) {
        let mine = line.ends_with(self.part.server());
        match line {
            _ if line.starts_with("SIGSTOP") && mine => self.paused = Some(self.now),
            _ if line.starts_with("SIGCONT") && mine => {
                let Some(stopped) = self.paused.take() else { return };
                self.free = self.free.max(self.now);
                self.give(Input::Resumed { stopped: Time::from_micros(stopped) });
                for input in std::mem::take(&mut self.parked) {
                    self.now = self.now.max(self.free);
                    self.give(input);
                }
            }
            _ if line.contains("refuse connections") => self.refusing = true,
            _ if line.contains("accept connections") => self.refusing = false,
            _ if line.contains("blackhole on") => self.hole = Some(self.ms(self.now)),
            _ if line.contains("blackhole off") => {
                if let Some(from) = self.hole.take() {
                    self.play.holes.push((from, self.ms(self.now)));
                }
                for id in self.scripts.keys().copied().collect::<Vec<_>>() {
                    self.schedule(id);
                }
            }
            _ => {}
        }
    }
    /// Puts the node's own ids in the place of those that the recorded master had.
    fn translate(&self, input: Input) -> Input {
        let Input::Received { conn, bytes } = input else { return input };
        let mut bytes = bytes.to_vec();
        for (n, recorded) in self.recorded_ids.iter().enumerate() {
            let Some(own) = self.own_ids.get(n) else { continue };
            if let Some(at) = bytes.windows(40).position(|w| w == &recorded[..]) {
                bytes[at..at + 40].copy_from_slice(own);
            }
        }
        let bytes = numbers::renumbered(&bytes, &self.recorded_numbers, &self.own_numbers);
        Input::Received { conn, bytes: Bytes::from(bytes) }
    }

    fn give(&mut self, input: Input) {
        if let Input::Accepted { conn, .. } = &input
            && *conn != CONSOLE
            && !self.raw.contains_key(conn)
        {
            self.conns.insert(*conn, self.ids[(conn.0 - 100) as usize].clone());
        }
        if self.paused.is_some() {
            if !matches!(input, Input::Timer) {
                self.parked.push_back(input);
            }
            return;
        }
        if let Input::Received { conn, bytes } = &input
            && (!self.node.reads(*conn) || self.unread.iter().any(|(c, _)| c == conn))
        {
            self.unread.push((*conn, bytes.clone()));
            return;
        }
        self.handle(input);
        while let Some(at) = self.unread.iter().position(|(c, _)| self.node.reads(*c)) {
            let (conn, bytes) = self.unread.remove(at);
            self.handle(Input::Received { conn, bytes });
        }
    }
    fn handle(&mut self, input: Input) {
        self.now = self.now.max(self.free);
        let busy = self.node.handle(Time::from_micros(self.now), input, &mut self.out);
        self.free = self.now + busy.as_micros().max(1);
        let mut out = std::mem::take(&mut self.out);
        for note in out.notes.drain(..) {
            if let Note::Log { mark, text, line } = note
                && !line.split(' ').next().is_some_and(|frame| frame.ends_with(":C"))
            {
                self.play.log.push((self.ms(self.now), mark.name().chars().next().unwrap_or('*'), text));
            }
        }
        for output in out.outputs.drain(..) {
            self.output(output);
        }
        self.out = out;
        self.sample();
    }
    fn sample(&mut self) {
        if self.dead {
            return;
        }
        let text = self.node.info(Time::from_micros(self.now), Some("replication"));
        let text = info::parse(&text).expect("what a server says of itself can be read");
        let fields: BTreeMap<String, String> = text.pairs().map(|(_, name, value)| (name.to_string(), value.to_string())).collect();
        let at = self.ms(self.now);
        if let Ok(offset) = text.number(info::Replication::SlaveReplOffset)
            && self.play.offsets.last().is_none_or(|(_, last)| *last != offset)
        {
            self.play.offsets.push((at, offset));
        }
        if self.play.infos.last().is_none_or(|(_, last)| *last != fields) {
            self.play.infos.push((at, fields));
        }
    }

    fn heard_by_client(&mut self, bytes: &[u8]) {
        self.console.feed(bytes);
        while let Ok(Some(reply)) = self.console.next() {
            let line = self.waiting.pop_front().unwrap_or_default();
            let text = shown(&reply);
            self.play.replies.push((self.ms(self.now), line, text));
        }
    }
}

/// Keeps the id of a +FULLRESYNC, +CONTINUE or $ENDOFF, if it is a new one.
fn remember(ids: &mut Vec<Vec<u8>>, bytes: &[u8]) {
    if [&b"+FULLRESYNC"[..], b"+CONTINUE", b"$ENDOFF:"].iter().any(|start| bytes.starts_with(start)) {
        let line = bytes.iter().position(|byte| *byte == b'\r').unwrap_or(bytes.len());
        for id in ids_in(&bytes[..line]) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
}

/// Conn ids of recorded conns.
fn conn_id(index: usize) -> ConnId {
    ConnId(100 + index as u64)
}
