//! A node on a stage on which a recording plays everybody else: the other server, the clients, the proxy, the kernel.

use super::proxy::Proxy;
use super::recording::{Conn, Dir, Event, Part, Recording, fills};
use bytes::Bytes;
use resync_core::data::{Dataset, List};
use resync_core::node::Node;
use resync_core::node::api::{
    Address, ChildKind, ChildResult, CloseWhy, ConnId, Costs, DialError, FileOp, FileResult, Input, Outbox, Output, Settings, Token,
};
use resync_core::note::Note;
use resync_core::resp::{self, Reply, ReplyParser};
use resync_core::time::{Span, Time};
use std::collections::{BTreeMap, VecDeque};

/// Simulated time at the recording's zero: a process may have to start a little before its recorded start (see [`Stage::boot_time`]).
const ZERO_US: u64 = 1_000_000;
/// How late a busy machine may run a second's tick, so that the node's phase is the recorded server's …
const LATE_SECOND_US: u64 = 260_000;
/// … and a tick of 100 ms.
const LATE_TICK_US: u64 = 27_500;
const ROOM: u64 = 1 << 40;
/// Keys in the place of two million.
const MANY: u32 = 5_000;
const CONSOLE: ConnId = ConnId(1);

/// What nobody recorded and the judge therefore may choose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unknowns {
    /// Seed of the node's draws: its phase and drift.
    pub seed: u64,
    /// Milliseconds of the wall clock's second at the recording's zero.
    pub fraction_ms: i64,
}

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

/// The four keys that most recordings begin with, in the master's first and fourth database.
fn base_data() -> Dataset {
    let mut data = Dataset::new(16);
    data.set(0, b"str", Bytes::from_static(b"hello"), None);
    data.set(0, b"n", Bytes::from_static(b"12345"), None);
    data.set(0, b"l", ["a", "b", "c"].map(|s| Bytes::from_static(s.as_bytes())).into_iter().collect::<List>(), None);
    data.set(3, b"db3key", Bytes::from_static(b"x"), None);
    data
}

/// The machine of a server, with this redis.conf.
fn settings(recording: &Recording, part: &Part, unknowns: Unknowns, config: &[Vec<String>]) -> Settings {
    let server = part.server();
    let words = |line: &Vec<String>| line.iter().map(|w| Bytes::copy_from_slice(w.as_bytes())).collect();
    let many = resync_core::rdb::encode(&many_keys(), recording.era(server), 0, None).len() as u64;
    // A master that throttles is given data of the full size, see `filler`.
    let whole = recording.name.starts_with("h3_") && server == "master";
    let scale = recording.volume().filter(|_| !whole).map_or(1, |bytes| bytes / many);
    let rate = |amount: u64, seconds: Option<f64>| seconds.filter(|s| scale > 1 && *s > 0.005).map_or(0, |s| (amount as f64 / s) as u64);
    let [saved, flushed, loaded] = reload_seconds(recording, part);
    let rdb_save = rate(many * scale, saved);
    let rdb_load = rate(many * scale, loaded.or_else(|| load_seconds(recording, part)));
    let flush_keys = rate(u64::from(MANY) * scale, flushed.or_else(|| flush_seconds(recording, part)));
    Settings {
        name: server.to_owned(),
        era: recording.era(server),
        ip: "127.0.0.1".to_owned(),
        config: config.iter().map(words).collect(),
        seed: unknowns.seed,
        epoch_unix_ms: recording.started_s * 1_000 + unknowns.fraction_ms - (ZERO_US / 1_000) as i64,
        costs: Costs { command: Span::from_micros(2), fork_us_per_mib: 0, rdb_save, rdb_load, flush_keys, scale },
        pid: None,
        config_file: None,
    }
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

    /// When the recorded server's replication cron ran, as far as its doings show.
    fn gather_evidence(&mut self) {
        let server = self.part.server();
        // From 6.2 on SLAVEOF itself dials.
        let at_once = self.node.era().capabilities().redial_at_once;
        let asks = |e: &Event| matches!(e, Event::Command(who, line, _) if who == server && line.starts_with("SLAVEOF"));
        let asked: Vec<f64> = self.recording.events.iter().filter(|(_, e)| at_once && asks(e)).map(|(at, _)| *at).collect();
        // From 4.0 on a replica passes on its master's pings, and has none of its own.
        let pings = !self.node.era().capabilities().psync2 || !self.recording.links.values().any(|(replica, _)| replica == server);
        let ticks = self.recording.events.iter().filter_map(|(at, event)| {
            let shows = match event {
                Event::Bytes(conn, Dir::Down, bytes) if self.recording.speaks(server, conn) == Some(Dir::Down) => {
                    // What a proxy held back shows no tick.
                    let pings = pings && Proxy::of(self.recording, conn, server).is_none();
                    bytes == b"\n" || (pings && bytes.eq_ignore_ascii_case(b"*1\r\n$4\r\nping\r\n"))
                }
                Event::Bytes(conn, Dir::Up, bytes) if self.recording.speaks(server, conn) == Some(Dir::Up) => {
                    is_ack(bytes) && bytes != b"\n"
                }
                Event::Log(who, _, text) if who == server => {
                    text.starts_with("Disconnecting timedout")
                        || text.starts_with("MASTER timeout")
                        || text.starts_with("Timeout ")
                        || (text.starts_with("Connecting to MASTER") && !asked.iter().any(|a| (at - a).abs() < 20.0))
                }
                _ => false,
            };
            shows.then(|| ZERO_US + us(*at))
        });
        self.evidence = ticks.collect();
        let pings = self.recording.pings();
        if let Some((first, period)) = pings.get((self.unknowns.seed as usize * 7_919) % pings.len().max(1)).filter(|_| server == "master")
        {
            let moments = (0..).map(|n| first + f64::from(n) * period).take_while(|at| *at < self.recording.end());
            self.evidence.extend(moments.map(|at| ZERO_US + us(at)));
        }
        self.evidence.sort_unstable();
        let noticed =
            |e: &Event| matches!(e, Event::Log(who, _, text) if who == server && text.starts_with("Background saving terminated"));
        self.ticks = self.recording.events.iter().filter(|(_, e)| noticed(e)).map(|(at, _)| ZERO_US + us(*at)).collect();
    }

    /// The process starts so that its first tick comes just before the recorded one: how long a process takes from exec to its first tick is not
    /// recorded, but its later ticks are.
    fn boot_time(&self, start: u64) -> u64 {
        if self.boot_file().is_some() {
            return start;
        }
        let Some(first) = self.evidence.iter().find(|at| **at + 5_000 > start) else { return start };
        let seconds = (first.saturating_sub(start) + 60_000) / 1_004_000;
        // A tick that found something to do came after what was asked before it.
        let server = self.part.server();
        let asked = self.recording.events.iter().filter_map(|(at, e)| match e {
            Event::Log(who, _, text) if who == server && text.contains("(user request") => Some(ZERO_US + us(*at)),
            _ => None,
        });
        let asked = asked.filter(|at| at <= first && *at + 100_000 > *first).max();
        match asked {
            Some(asked) if seconds == 0 => asked - 1_500,
            Some(asked) => first - seconds * 1_003_500 - 1_000 - (first + 1_000 - asked) / 2,
            None => first - seconds * 1_004_000 - 100_000,
        }
    }

    fn write_cues(&mut self) {
        let end = self.recording.end();
        let server = self.part.0.clone();
        let server = server.as_str();
        let begin = self.recording.first_start(server);
        let start = format!("START {server} ");
        let events: Vec<(f64, Event)> = self.recording.events.iter().filter(|(at, _)| *at <= end).cloned().collect();
        let lives: Vec<u64> = events[begin..]
            .iter()
            .filter(|(_, e)| matches!(e, Event::Act(text) if text.starts_with(&start)))
            .map(|(at, _)| ZERO_US + us(*at))
            .collect();
        for (n, at) in lives.iter().enumerate() {
            // Whoever was answered was there.
            let shows = |e: &Event| match e {
                Event::Command(who, ..) => who == server,
                Event::Log(who, _, text) => who == server && text.contains("(user request"),
                _ => false,
            };
            let first = events.iter().map(|(t, e)| (ZERO_US + us(*t), e)).find(|(t, e)| t + 5_000 > *at && shows(e));
            let there = first.map_or(u64::MAX, |(t, _)| t - 1_500);
            self.push(self.boot_time(*at).min(there), Cue::Life(n));
        }
        self.dump = self.boot_file();
        for (index, (at, event)) in events.iter().enumerate() {
            let at = ZERO_US + us(*at);
            match event {
                Event::Command(node, line, _) if node == server && (index > begin || line.starts_with("SLAVEOF")) => {
                    if line.contains("(raw client") {
                        self.push(at - 1_000, Cue::Raw(line.clone()));
                        continue;
                    }
                    if line == "DEBUG RELOAD (start)" {
                        // A client of its own asked: what was recorded before it came before it, and its reply stands for itself.
                        expand(line).into_iter().for_each(|line| self.push(at + 500, Cue::Command(line)));
                        continue;
                    }
                    if line == "DEBUG RELOAD"
                        && events[..index].iter().any(|(_, e)| matches!(e, Event::Command(_, l, _) if l == "DEBUG RELOAD (start)"))
                    {
                        continue;
                    }
                    if line.starts_with("DEBUG POPULATE") {
                        // It kept the process from its last command on until now.
                        let earlier = |(_, e): &&(f64, Event)| {
                            matches!(e, Event::Command(who, ..) if who == server) || matches!(e, Event::Act(a) if a.starts_with(&start))
                        };
                        let from = events[..index].iter().rev().find(earlier).map_or(at, |(t, _)| ZERO_US + us(*t) + 500);
                        if from + 20_000 < at {
                            self.push(from, Cue::Act(format!("SIGSTOP {server}")));
                            self.push(at - 1_500, Cue::Act(format!("SIGCONT {server}")));
                        }
                    }
                    for line in expand(line) {
                        // A client's moment is rounded, and taken when it has the reply; the log knows better.
                        let asked = |e: &Event| matches!(e, Event::Log(who, _, text) if who == server && text.contains("(user request"));
                        let logged = events.iter().rev().find(|(t, e)| line.starts_with("SLAVEOF") && asked(e) && at >= ZERO_US + us(*t));
                        let logged = logged.map(|(t, _)| ZERO_US + us(*t)).filter(|t| at - t < 20_000);
                        // What was asked before it on the same connection came no later.
                        let next =
                            events[index + 1..].iter().take_while(|(t, _)| ZERO_US + us(*t) < at + 3_000).find_map(|(_, e)| match e {
                                Event::Command(who, next, _)
                                    if who == server && next.starts_with("SLAVEOF") && !line.starts_with("SLAVEOF") =>
                                {
                                    events
                                        .iter()
                                        .rev()
                                        .find(|(t, e)| ZERO_US + us(*t) < at + 3_000 && asked(e))
                                        .map(|(t, _)| ZERO_US + us(*t))
                                }
                                _ => None,
                            });
                        let logged = logged.or(next.filter(|t| *t < at && at - t < 20_000));
                        self.push(logged.unwrap_or(at) - 1_000, Cue::Command(line));
                    }
                }
                Event::Act(line) => {
                    if let Some(filler) = self.filler().filter(|_| line.starts_with("START replica")) {
                        expand(&filler).into_iter().for_each(|line| self.push(at, Cue::Command(line)));
                    }
                    self.push(at, Cue::Act(line.clone()));
                }
                Event::Open(conn) => {
                    let Some(speaks) = self.recording.speaks(server, conn) else { continue };
                    let id = self.ids.len();
                    self.ids.push(conn.clone());
                    match speaks {
                        Dir::Down => {
                            let peer = Address { host: "127.0.0.1".to_owned(), port: 60_000 + id as u16 };
                            let mut room = self.room();
                            if let Some(mut proxy) = Proxy::of(self.recording, conn, server) {
                                if let Some(len) = self.recording.volume().filter(|_| self.filler().is_none()) {
                                    proxy.shrink(resync_core::rdb::encode(&many_keys(), self.node.era(), 0, None).len() as u64, len);
                                }
                                room = proxy.granted;
                                proxy.looks().for_each(|at| self.push(ZERO_US + us(at), Cue::Passed(id)));
                                self.proxies.insert(id, proxy);
                            }
                            self.push(at, Cue::Give(Input::Accepted { conn: conn_id(id), room, peer }));
                        }
                        Dir::Up => {
                            let script = self.script(conn, &events, at);
                            self.scripts.insert(id, script);
                        }
                    }
                }
                Event::Bytes(conn, Dir::Up, bytes) if self.recording.speaks(server, conn) == Some(Dir::Down) => {
                    let id = self.id_of(conn);
                    self.push(at, Cue::Give(Input::Received { conn: conn_id(id), bytes: Bytes::from(bytes.clone()) }));
                }
                Event::Close(conn, who) if self.recording.speaks(server, conn) == Some(Dir::Down) && who != server => {
                    let id = self.id_of(conn);
                    // Who was reset has no name but its number.
                    let nameless = |(t, e): &(f64, Event)| {
                        (ZERO_US + us(*t)).abs_diff(at) < 10_000
                            && matches!(e, Event::Log(who, _, text) if who == server && text.contains(" client id #"))
                    };
                    let why = if events.iter().any(nameless) { CloseWhy::Reset } else { CloseWhy::Fin };
                    self.push(at, Cue::Give(Input::Closed { conn: conn_id(id), why }));
                }
                _ => {}
            }
            if let Event::Bytes(conn, Dir::Down, bytes) = event
                && self.recording.speaks(server, conn) == Some(Dir::Down)
            {
                remember(&mut self.recorded_ids, bytes);
            }
        }
    }
    fn id_of(&self, conn: &Conn) -> usize {
        self.ids.iter().rposition(|c| c == conn).expect("a conn is opened before it is used")
    }

    /// What the recorded master sends on a conn.
    fn script(&self, conn: &Conn, events: &[(f64, Event)], opened: u64) -> Script {
        let mut steps = VecDeque::new();
        // The n-th reply answers the n-th request, in whatever order the proxy saw them.
        let mut requests = Vec::new();
        let mut asked = 0;
        for (_, event) in events {
            if let Event::Bytes(c, Dir::Up, bytes) = event
                && c == conn
                && !is_ack(bytes)
            {
                for len in request_lengths(bytes) {
                    asked += len;
                    requests.push(asked);
                }
            }
        }
        let mut replies = 0;
        let mut needs = 0;
        let mut settled = false;
        let mut held: Option<u64> = None;
        for (at, event) in events {
            let at = ZERO_US + us(*at);
            let what = match event {
                Event::Bytes(c, Dir::Down, bytes) if c == conn => {
                    if !settled {
                        replies += bytes.split(|b| *b == b'\n').filter(|line| matches!(line.first(), Some(b'+' | b'-'))).count();
                        needs = replies.checked_sub(1).and_then(|n| requests.get(n).copied()).unwrap_or(needs);
                    }
                    bytes.clone()
                }
                Event::Rdb(c, len, bytes, end) if c == conn => {
                    let (start, at) = (at, at.max(ZERO_US + us(*end)));
                    settled = true;
                    let mut payload = self.payload(conn, *len, bytes.as_deref());
                    if let Some(share) = self.recording.broken.get(conn) {
                        payload.truncate((payload.len() as f64 * share) as usize);
                    }
                    // Over a slow link it comes in pieces.
                    let pieces = (at - start) / 250_000;
                    for n in 0..pieces {
                        let piece = payload.split_to(payload.len() / (pieces - n + 1) as usize);
                        let at = start + n * (at - start) / pieces;
                        steps.push_back(Step { at, needs, settled: false, what: Input::Received { conn: ConnId(0), bytes: piece } });
                    }
                    steps.push_back(Step { at, needs, settled: false, what: Input::Received { conn: ConnId(0), bytes: payload } });
                    continue;
                }
                Event::Close(c, who) if c == conn && who != self.part.server() => {
                    let why = if self.reset(conn) { CloseWhy::Reset } else { CloseWhy::Fin };
                    steps.push_back(Step { at, needs: 0, settled: true, what: Input::Closed { conn: ConnId(0), why } });
                    continue;
                }
                Event::Note(text) if text.starts_with("PROXY holds the reply") && held.is_none() => {
                    held = Some(at);
                    continue;
                }
                Event::Note(text) if text.starts_with("PROXY releases it") && held.is_some() => {
                    // The reply that the proxy held comes when the replica logs it.
                    let from = held.take().unwrap_or(at).saturating_sub(2_000);
                    for step in steps.iter_mut().filter(|s: &&mut Step| s.at >= from) {
                        step.at = at - 500;
                        step.settled = true;
                    }
                    continue;
                }
                _ => continue,
            };
            // "$73" alone is the header of an RDB whose size this stage may not be able to match.
            let what = if what.first() == Some(&b'$') && !what.starts_with(b"$EOF:") {
                let len: usize = std::str::from_utf8(&what[1..what.len() - 2]).ok().and_then(|n| n.parse().ok()).unwrap_or(0);
                let hex = events.iter().find_map(|(t, e)| match e {
                    Event::Rdb(c, _, hex, _) if c == conn && ZERO_US + us(*t) >= at => Some(hex.clone()),
                    _ => None,
                });
                format!("${}\r\n", self.payload(conn, len, hex.flatten().as_deref()).len()).into_bytes()
            } else {
                what
            };
            if what.starts_with(b"+CONTINUE") {
                settled = true;
                steps.push_back(Step { at, needs, settled: false, what: Input::Received { conn: ConnId(0), bytes: Bytes::from(what) } });
                continue;
            }
            steps.push_back(Step { at, needs, settled, what: Input::Received { conn: ConnId(0), bytes: Bytes::from(what) } });
        }
        let _ = opened;
        Script { steps, heard: 0, open: false, shift: 0, last: 0 }
    }
    /// The recorded file, or one of ours with the data that the recorded master had.
    fn payload(&self, conn: &Conn, len: usize, bytes: Option<&[u8]>) -> Bytes {
        if let Some(bytes) = bytes {
            return Bytes::copy_from_slice(bytes);
        }
        let era = self.recording.era(&self.recording.links[&conn.0].1);
        let data = match len {
            18 | 170..=200 => Dataset::new(16),
            0..100_000 => base_data(),
            _ => many_keys(),
        };
        resync_core::rdb::encode(&data, era, 1_795_296_900_000, None)
    }
    /// The dump file that a restarted master finds.
    fn boot_file(&self) -> Option<Bytes> {
        if self.part.server() != "master" || !self.large() {
            return None;
        }
        Some(resync_core::rdb::encode(&many_keys(), self.node.era(), 1_795_296_900_000, None))
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
        let fields: BTreeMap<String, String> =
            text.lines().filter_map(|l| l.trim_end().split_once(':')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        let at = self.ms(self.now);
        if let Some(offset) = fields.get("slave_repl_offset").and_then(|o| o.parse().ok())
            && self.play.offsets.last().is_none_or(|(_, last)| *last != offset)
        {
            self.play.offsets.push((at, offset));
        }
        if self.play.infos.last().is_none_or(|(_, last)| *last != fields) {
            self.play.infos.push((at, fields));
        }
    }

    fn output(&mut self, output: Output) {
        let soon = self.free + 50;
        match output {
            Output::Connect { token, to } => self.dial(token, &to),
            Output::CancelConnect { .. } => {}
            Output::Send { conn, bytes, .. } if conn == CONSOLE => self.heard_by_client(&bytes),
            Output::Send { conn, bytes, .. } if self.raw.contains_key(&conn) => {
                let at = self.ms(self.now);
                let Some((line, parser)) = self.raw.get_mut(&conn) else { return };
                parser.feed(&bytes);
                if let Ok(Some(reply)) = parser.next() {
                    // What follows the first reply is for nobody.
                    *parser = ReplyParser::new();
                    let line = std::mem::take(line);
                    if !line.is_empty() {
                        self.play.replies.push((at, line, shown(&reply)));
                    }
                }
            }
            Output::Send { conn, bytes, .. } => {
                let Some(name) = self.conns.get(&conn).cloned() else { return };
                if self.recording.speaks(self.part.server(), &name) == Some(Dir::Down) {
                    remember(&mut self.own_ids, &bytes);
                }
                if bytes.starts_with(b"REPLCONF capa") && self.recording.early(self.part.server()) {
                    // Its release does not say this, so nobody answers.
                    self.push(soon, Cue::Give(Input::Received { conn, bytes: Bytes::from_static(b"+OK\r\n") }));
                    return;
                }
                let at = self.ms(self.now);
                if let Some(proxy) = self.proxies.get_mut(&((conn.0 - 100) as usize)) {
                    let header = bytes.strip_prefix(b"$").and_then(|rest| rest.strip_suffix(b"\r\n"));
                    if let Some(len) = header.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok()) {
                        proxy.announced(len);
                    }
                    let mut from = 0;
                    for (at, len) in proxy.write(at, bytes.len() as u64) {
                        if at.is_finite() {
                            self.play.sent.push((at, name.clone(), bytes[from..from + len as usize].to_vec()));
                        }
                        from += len as usize;
                    }
                    let look = self.free + 50;
                    self.push(look, Cue::Passed((conn.0 - 100) as usize));
                    return;
                }
                self.play.sent.push((at, name, bytes.to_vec()));
                if self.slow_kernel() {
                    self.push(self.free + 12_000, Cue::Give(Input::Room { conn, bytes: bytes.len() as u64 }));
                }
                let id = (conn.0 - 100) as usize;
                if let Some(script) = self.scripts.get_mut(&id)
                    && !is_ack(&bytes)
                {
                    script.heard += bytes.len() as u64;
                    self.schedule(id);
                }
            }
            Output::Close { conn } => {
                if let Some(name) = self.conns.get(&conn).cloned() {
                    let inherited = self.child.1.contains(&conn);
                    let at = self.ms(if inherited { self.now.max(self.child.0) } else { self.now });
                    let at = self.proxies.get(&((conn.0 - 100) as usize)).map_or(at, |proxy| proxy.closes(at));
                    self.play.closed.push((at, name));
                    if let Some(script) = self.scripts.get_mut(&((conn.0 - 100) as usize)) {
                        script.open = false;
                    }
                }
            }
            Output::Spawn { job, kind, delay } => {
                // What it sleeps is in the recorded time already.
                let takes = self.child_takes().max(delay.as_micros());
                if let ChildKind::RdbToSockets { rdb } = kind {
                    if let Some(at) = self.child_goes_on() {
                        // Whoever it wrote for has gone meanwhile.
                        let result = if self.node.era().capabilities().diskless_pipe { None } else { Some(ChildResult::Failed) };
                        self.push(at, Cue::Give(Input::ChildOutput { job, bytes: rdb }));
                        if let Some(result) = result {
                            self.push(at + 1, Cue::Give(Input::ChildExited { job, result }));
                        }
                        return;
                    }
                    self.push(soon, Cue::Give(Input::ChildOutput { job, bytes: rdb }));
                }
                self.child = (soon + takes, self.conns.keys().copied().collect());
                self.push(soon + takes, Cue::Give(Input::ChildExited { job, result: ChildResult::Success }));
            }
            Output::Kill { job } => self.push(soon, Cue::Give(Input::ChildExited { job, result: ChildResult::Signalled(10) })),
            Output::File { op, what } => {
                if let FileOp::WriteDump { rdb } | FileOp::RenameTemp { rdb } = what {
                    self.dump = Some(rdb);
                    self.push(soon, Cue::Give(Input::FileDone { op, result: FileResult::Done }));
                }
            }
            Output::Exit => {
                self.dead = true;
                for (conn, name) in std::mem::take(&mut self.conns) {
                    self.play.closed.push((self.ms(self.now), name));
                    if let Some(script) = self.scripts.get_mut(&((conn.0 - 100) as usize)) {
                        script.open = false;
                    }
                }
            }
        }
    }
    /// Whether the recorded servers had so many keys that loading, sending and freeing them took time.
    fn large(&self) -> bool {
        self.recording.large()
    }
    /// Whether the kernel took a noticeable while to take the RDB.
    fn slow_kernel(&self) -> bool {
        self.large() || self.recording.name.starts_with("h4") || self.recording.name.starts_with("a_story_same")
    }
    /// Data in the place of those that a recorded master was given in a way that was not kept: as many bytes of RDB, or as many keys.
    fn filler(&self) -> Option<String> {
        if self.part.server() != "master" {
            return None;
        }
        if self.recording.name.starts_with("h4_slow_load__2.6") {
            return Some(format!("DEBUG POPULATE {MANY}"));
        }
        if !self.recording.name.starts_with("h3_") {
            return None;
        }
        let (at, len) =
            self.recording.events.iter().find_map(|(at, e)| if let Event::Rdb(_, len, ..) = e { Some((*at, *len)) } else { None })?;
        let asked = |e: &Event| matches!(e, Event::Log(_, _, text) if text.starts_with("Starting BGSAVE"));
        let forked = self.recording.events.iter().find(|(_, e)| asked(e)).map_or(at, |(t, _)| *t);
        let load = |(t, e): &&(f64, Event)| *t < forked && matches!(e, Event::Command(_, line, _) if line.starts_with("SET load"));
        let mut data = base_data();
        for n in 0..self.recording.events.iter().filter(load).count() {
            data.set(0, format!("load{}", n % 50).as_bytes(), Bytes::from("z".repeat(5_000)), None);
        }
        let rest = len - resync_core::rdb::encode(&data, self.node.era(), 0, None).len();
        Some(format!("SET filler <{} z>", rest - 14))
    }
    /// Bytes that the kernel takes at once from a conn.
    fn room(&self) -> u64 {
        if self.slow_kernel() { 32 * 1_024 } else { ROOM }
    }
    /// When the child that was forked now, and stopped at once, was let go on.
    fn child_goes_on(&self) -> Option<u64> {
        let now = self.ms(self.now);
        let events = &self.recording.events;
        let said = |e: &Event, word: &str| matches!(e, Event::Command(_, line, _) | Event::Act(line) if line.starts_with(word));
        let stop = events.iter().find(|(at, e)| *at >= now - 5.0 && *at < now + 15.0 && said(e, "SIGSTOP BGSAVE child"))?;
        let go = events.iter().find(|(at, e)| at > &stop.0 && said(e, "SIGCONT BGSAVE child"));
        Some(go.map_or(ZERO_US + us(self.recording.end()) + 1, |(at, _)| ZERO_US + us(*at)))
    }
    /// How long the recorded child lived: its last line is written before it goes, and its parent notices at the first tick after that.
    fn child_takes(&self) -> u64 {
        let now = self.ms(self.now);
        let after = |from: f64, marks: [&str; 2]| {
            let line =
                |e: &Event| matches!(e, Event::Log(who, _, text) if who == self.part.server() && marks.iter().any(|m| text.contains(m)));
            self.recording.events.iter().find(|(at, e)| *at >= from && line(e)).map(|(at, _)| *at)
        };
        let last = after(now, ["copy-on-write", "Fork CoW"]);
        let Some(noticed) = after(now, ["Background saving terminated", "Background RDB transfer terminated"]) else {
            // The recording ends before that.
            return last
                .map(|at| us(at - now))
                .or_else(|| self.child_goes_on().map(|at| at - self.now))
                .unwrap_or_else(|| us(self.recording.end() - now) + 1_000);
        };
        let line = last.filter(|at| *at <= noticed).unwrap_or(now);
        us((line.max(noticed - 100.0) + noticed) / 2.0 - now)
    }

    fn dial(&mut self, token: Token, _to: &Address) {
        let soon = self.free + 150;
        if self.refusing {
            self.push(soon, Cue::Give(Input::Refused { token, why: DialError::Refused }));
            return;
        }
        let Some(id) = self.scripts.keys().copied().find(|id| *id >= self.next_dial) else { return };
        let name = self.ids[id].clone();
        self.next_dial = id + 1;
        let conn = conn_id(id);
        self.conns.insert(conn, name.clone());
        let opened = self.recording.events.iter().find(|(_, e)| *e == Event::Open(name.clone())).map_or(0.0, |(at, _)| *at);
        let script = self.scripts.get_mut(&id).expect("each recorded conn has a script");
        script.open = true;
        script.shift = soon as i64 - (ZERO_US + us(opened)) as i64;
        self.play.opened.push((self.ms(soon), name));
        self.push(soon, Cue::Give(Input::Connected { token, conn, room: self.room() }));
        self.push(soon + 1, Cue::Down(id));
    }
    /// Whether the proxy reset this conn before the recorded replica looked at it: it had nobody to connect to.
    fn reset(&self, conn: &Conn) -> bool {
        let events = &self.recording.events;
        let refused = |e: &Event| matches!(e, Event::Close(c, who) if c == conn && who == "target refused");
        let Some((at, _)) = events.iter().find(|(_, e)| refused(e)) else { return false };
        let logged =
            |e: &Event| matches!(e, Event::Log(who, _, text) if who == self.part.server() && text.ends_with("Connection reset by peer"));
        events.iter().any(|(t, e)| (t - at).abs() < 5.0 && logged(e))
    }
    /// Sees to it that the next thing that comes down on a conn has its time.
    fn schedule(&mut self, id: usize) {
        let now = self.free;
        let Some(script) = self.scripts.get_mut(&id) else { return };
        let Some(step) = script.steps.front() else { return };
        if !script.open || script.heard < step.needs {
            return;
        }
        let at = if step.settled { step.at as i64 } else { step.at as i64 + script.shift };
        let at = (at.max(0) as u64).max(now + 50).max(script.last);
        self.push(at, Cue::Down(id));
    }
    fn down(&mut self, id: usize) {
        if self.hole.is_some() {
            return;
        }
        let Some(script) = self.scripts.get_mut(&id) else { return };
        let Some(step) = script.steps.front() else { return };
        let due = if step.settled { step.at as i64 } else { step.at as i64 + script.shift };
        if !script.open || script.heard < step.needs {
            return;
        }
        if due > self.now as i64 {
            self.push(due as u64, Cue::Down(id));
            return;
        }
        let step = script.steps.pop_front().expect("the step that was seen");
        script.last = self.now;
        let conn = conn_id(id);
        match step.what {
            Input::Received { mut bytes, .. } => {
                while !bytes.is_empty() {
                    let piece = bytes.split_to(self.node.read_bytes(conn).min(bytes.len()));
                    self.give(Input::Received { conn, bytes: piece });
                }
            }
            Input::Closed { why, .. } => {
                script.open = false;
                self.give(Input::Closed { conn, why });
            }
            other => unreachable!("no step of a script: {other:?}"),
        }
        self.schedule(id);
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

/// Lengths of the requests in some bytes of a handshake.
fn request_lengths(bytes: &[u8]) -> Vec<u64> {
    let mut parser = resp::Parser::new();
    parser.feed(&Bytes::copy_from_slice(bytes));
    let mut lengths = Vec::new();
    while let Ok(Some(request)) = parser.next() {
        lengths.push(request.bytes as u64);
    }
    lengths
}

/// Keeps the id of a +FULLRESYNC or +CONTINUE, if it is a new one.
fn remember(ids: &mut Vec<Vec<u8>>, bytes: &[u8]) {
    if bytes.starts_with(b"+FULLRESYNC") || bytes.starts_with(b"+CONTINUE") {
        for id in ids_in(&bytes[..bytes.len().min(60)]) {
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

/// A recorded command line as the commands it stands for.
pub(super) fn expand(line: &str) -> Vec<String> {
    if let Some((count, _)) = line.split_once(" x SET fill") {
        return fills(count.parse().expect("a count"));
    }
    // A value of so many letters.
    if let Some((head, size)) = line.strip_suffix(" z>").and_then(|l| l.split_once(" <")) {
        return vec![format!("{head} {}", "z".repeat(size.parse().expect("a size")))];
    }
    if let Some((count, command)) = line.split_once(" x ").and_then(|(n, command)| Some((n.parse().ok()?, command))) {
        return vec![command.to_owned(); count];
    }
    if line == "DEBUG RELOAD (start)" {
        return vec!["DEBUG RELOAD".to_owned()];
    }
    if line.starts_with("INFO replication") {
        return vec!["INFO replication".to_owned()];
    }
    // A value with spaces in it.
    if let Some((key, value)) = line.strip_prefix("SET ").and_then(|rest| rest.split_once(' '))
        && value.starts_with("while ")
    {
        return vec![format!("SET {key} \"{value}\"")];
    }
    // Done to a child, not said to a server.
    if line.starts_with("SIGSTOP BGSAVE") || line.starts_with("SIGCONT BGSAVE") {
        return Vec::new();
    }
    // No scripts here; and data that came by DEBUG POPULATE is in the file.
    if line.starts_with("EVAL") {
        return Vec::new();
    }
    // Fewer keys, of which each counts as many.
    if line.starts_with("DEBUG POPULATE") {
        return vec![format!("DEBUG POPULATE {MANY}")];
    }
    vec![line.to_owned()]
}

/// A reply as the recordings write it: as redis-cli would, with arrays in one line.
fn shown(reply: &Reply) -> String {
    match reply {
        Reply::Bulk(bytes) if bytes.starts_with(b"# ") => String::from_utf8_lossy(bytes).into_owned(),
        Reply::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        other => resp::cli::format(other),
    }
}

/// How long the recorded server freed its old keys, in seconds.
fn flush_seconds(recording: &Recording, part: &Part) -> Option<f64> {
    let lines = |start: &str| -> Vec<f64> {
        let of = |e: &Event| matches!(e, Event::Log(who, _, text) if who == part.server() && text.contains(start));
        recording.events.iter().filter(|(_, e)| of(e)).map(|(at, _)| *at).collect()
    };
    let (flushes, loads) = (lines("Flushing old data"), lines("Loading DB in memory"));
    let took = flushes.iter().filter_map(|from| loads.iter().find(|to| *to >= from).map(|to| (to - from) / 1_000.0));
    took.max_by(f64::total_cmp)
}

/// How long a recorded DEBUG RELOAD saved, flushed and loaded, in seconds: its log tells when it had saved and when all was over, and the first that
/// was answered again was answered after the first 2 MiB of the load.
fn reload_seconds(recording: &Recording, part: &Part) -> [Option<f64>; 3] {
    let server = part.server();
    let asked =
        recording.events.iter().find(|(_, e)| matches!(e, Event::Command(who, line, _) if who == server && line == "DEBUG RELOAD (start)"));
    let Some((start, _)) = asked else { return [None; 3] };
    let line = |text: &str| {
        let of = |(at, e): &&(f64, Event)| at > start && matches!(e, Event::Log(who, _, line) if who == server && line.starts_with(text));
        recording.events.iter().find(of).map(|(at, _)| *at)
    };
    let (Some(saved), Some(end)) = (line("DB saved on disk"), line("DB reloaded by DEBUG RELOAD")) else { return [None; 3] };
    let answered = |(at, e): &&(f64, Event)| {
        *at > saved && matches!(e, Event::Bytes(conn, Dir::Down, _) if recording.speaks(server, conn) == Some(Dir::Down))
    };
    let Some((answer, _)) = recording.events.iter().find(answered) else { return [None; 3] };
    let steps = recording.volume().unwrap_or(0) as f64 / f64::from(2 << 20);
    let step = (end - answer) / (steps - 1.0).max(1.0);
    [Some((saved - start) / 1_000.0), Some((answer - step - saved) / 1_000.0), Some(steps * step / 1_000.0)]
}

/// How long the recorded server loaded its many keys, in seconds: by its own account, or by its log.
fn load_seconds(recording: &Recording, part: &Part) -> Option<f64> {
    let line = |start: &str| {
        recording.events.iter().find_map(|(at, e)| match e {
            Event::Log(who, _, text) if who == part.server() && text.contains(start) => Some((*at, text.clone())),
            _ => None,
        })
    };
    let from_disk = line("DB loaded from disk: ").and_then(|(_, text)| text.split(' ').nth(4)?.parse().ok());
    let from_master = || line("Loading DB in memory").zip(line("Finished with success")).map(|((from, _), (to, _))| (to - from) / 1_000.0);
    from_disk.or_else(from_master)
}

/// Data in the place of DEBUG POPULATE's two million keys.
fn many_keys() -> Dataset {
    let mut data = Dataset::new(16);
    for n in 0..MANY {
        data.set(0, format!("key:{n}").as_bytes(), Bytes::from(format!("value:{n}")), None);
    }
    data
}
