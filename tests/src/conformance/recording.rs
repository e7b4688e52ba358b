//! A recording of real servers, as it lies in `tests/captures`.

use resync_core::era::Era;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The server whose part the node plays, by its name in the recording; everybody else is played by the recording.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Part(pub String);
impl Part {
    /// A server's part.
    #[must_use]
    pub fn of(server: &str) -> Part {
        Part(server.to_owned())
    }
    /// The recording's name for the server.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.0
    }
}

/// Which way bytes went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dir {
    /// From the replica to the master.
    Up,
    /// From the master to the replica.
    Down,
}

/// A conn of the recording: the link's name and the number on it.
pub type Conn = (String, u64);

/// One thing that was seen.
#[derive(Clone, PartialEq, Debug)]
pub enum Event {
    /// The replica connected.
    Open(Conn),
    /// The conn was closed: by a server, by the `proxy`, or `target refused` if the proxy found nobody.
    Close(Conn, String),
    /// Bytes went over the wire.
    Bytes(Conn, Dir, Vec<u8>),
    /// The payload of an RDB went over the wire, from master to replica: its length, its bytes if they were kept, and when the last of them came.
    Rdb(Conn, usize, Option<Vec<u8>>, f64),
    /// A log line of a server: mark and text.
    Log(String, char, String),
    /// A client's command and its reply, as redis-cli shows them.
    Command(String, String, Option<String>),
    /// All replication fields of a server, at this moment.
    Info(String, BTreeMap<String, String>),
    /// What was done to the link or a process.
    Act(String),
    /// A remark of whoever recorded it.
    Note(String),
}

/// A recording, whole.
#[derive(Clone, Debug)]
pub struct Recording {
    /// Its file's name without `.json`.
    pub name: String,
    /// Unix second in which it began.
    pub started_s: i64,
    /// Releases by server.
    pub versions: BTreeMap<String, String>,
    /// Ports by server.
    pub ports: BTreeMap<String, u16>,
    /// Port of each link's proxy: where the replicas dial.
    pub proxies: BTreeMap<String, u16>,
    /// Each link's replica and master.
    pub links: BTreeMap<String, (String, String)>,
    /// redis.conf by server, beyond what every recording has.
    pub config: BTreeMap<String, Vec<(String, String)>>,
    /// Conns whose RDB did not come whole, with the share that came.
    pub broken: BTreeMap<Conn, f64>,
    /// Whether the writes of a client in the background were put back by what is known of them.
    pub rebuilt: bool,
    /// Whether repeated ACKs of one offset were left out.
    pub acks_dropped: bool,
    /// What the stage has to know of it: the words of its header's `stage`.
    pub stage: BTreeSet<Prop>,
    /// When bytes came of whose middle nothing is known.
    unknown: Vec<f64>,
    /// Milliseconds since the scenario's start, and what was seen, in order.
    pub events: Vec<(f64, Event)>,
}

/// Something that a recording's header says under `stage`: how the recorded machine was, or what of it was not kept. The README of the recordings tells
/// what each is for; a recording without it is played without it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Prop {
    /// So many keys that loading, sending and freeing them took time. First lives, in which the keys were made, are not played.
    Large,
    /// The kernel took a noticeable while to take the RDB.
    SlowKernel,
    /// The proxy held bytes back that the master had long written.
    Throttled,
    /// What the sockets hold does not show in the log; it was little, and the proxy lost what it held.
    SmallSockets,
    /// The master's keys were written in a way that was not kept: one value of as many bytes of RDB stands for them.
    FillerBytes,
    /// The same, with as many keys instead.
    FillerKeys,
    /// A writer that counts, `SET w <i>` twice a second, was not written down as commands.
    CountingWriter,
}
impl Prop {
    /// All of them, with their words.
    pub const ALL: [(Prop, &'static str); 7] = [
        (Prop::Large, "large"),
        (Prop::SlowKernel, "slow-kernel"),
        (Prop::Throttled, "throttled"),
        (Prop::SmallSockets, "small-sockets"),
        (Prop::FillerBytes, "filler-bytes"),
        (Prop::FillerKeys, "filler-keys"),
        (Prop::CountingWriter, "counting-writer"),
    ];
    fn named(word: &str) -> Prop {
        Prop::ALL.iter().find(|(_, known)| *known == word).unwrap_or_else(|| panic!("the stage has no `{word}`")).0
    }
}

/// A link's replica and master, by its name: `B->A`; `link` and `link2` go to the one master.
fn ends(link: &str) -> (String, String) {
    match link.split_once("->") {
        Some((replica, master)) => (replica.to_owned(), master.to_owned()),
        None => (link.replace("link", "replica"), "master".to_owned()),
    }
}

fn text(json: &Json) -> String {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}

/// `2026-11-21T21:35:08` as a unix second.
fn unix_second(text: &str) -> i64 {
    let numbers: Vec<i64> = text.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
    let [year, month, day, hour, minute, second] = numbers[..] else { panic!("{text} is no moment") };
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468;
    days * 86_400 + hour * 3_600 + minute * 60 + second
}

fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'r') => out.push(b'\r'),
            Some(b'n') => out.push(b'\n'),
            Some(b't') => out.push(b'\t'),
            Some(b'x') => {
                let digits = [bytes.next(), bytes.next()].map(|d| char::from(d.expect("two digits")).to_digit(16).expect("a digit"));
                out.push((digits[0] * 16 + digits[1]) as u8);
            }
            Some(other) => out.push(other),
            None => out.push(b'\\'),
        }
    }
    out
}

/// How long after its start the writer of [`Recording::mend_load`] wrote first, ms: it had to connect.
const WRITER_LATE_MS: f64 = 1.0;

/// The commands behind `300 x SET fill<i> <1000 bytes>`.
#[must_use]
pub fn fills(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("SET fill{i} {}", "y".repeat(1_000))).collect()
}

/// A long run of fills was shortened in the recording; its length says how many there were.
fn refill(shortened: &[u8], len: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(len);
    if shortened.starts_with(b"*2\r\n$6\r\nSELECT\r\n") {
        out.extend_from_slice(&shortened[..23]);
    }
    for command in fills(1_000) {
        if out.len() >= len {
            break;
        }
        let words: Vec<&str> = command.split(' ').collect();
        resync_core::resp::write_command(&words, &mut out);
    }
    assert_eq!(out.len(), len, "the shortened bytes are {} fills", shortened.len());
    out
}

/// Bytes of which the recording keeps only head and tail: what lies between repeats the end of the head. `None`: nothing does, and what lay there is not
/// known.
fn repeat(escaped: &str, len: usize) -> Option<Vec<u8>> {
    let (head, rest) = escaped.split_once("...<")?;
    let (_, tail) = rest.split_once(">...")?;
    // The head may end within an escape.
    let whole = head.rfind('\\').filter(|at| head.len() - at < if head[*at..].starts_with("\\x") { 4 } else { 2 });
    let mut out = unescape(&head[..whole.unwrap_or(head.len())]);
    let tail = unescape(tail);
    let period = (1..=out.len() / 2).find(|p| out[out.len() - p..] == out[out.len() - 2 * p..out.len() - p])?;
    while out.len() + tail.len() < len {
        out.push(out[out.len() - period]);
    }
    out.extend_from_slice(&tail);
    (out.len() == len).then_some(out)
}

/// What is known of such bytes, and nothing in between.
fn ends_of(escaped: &str, len: usize) -> Vec<u8> {
    let (head, rest) = escaped.split_once("...<").unwrap_or((escaped, ""));
    let tail = unescape(rest.split_once(">...").map_or("", |(_, tail)| tail));
    let mut out = unescape(head);
    out.truncate(len.saturating_sub(tail.len()));
    out.resize(len.saturating_sub(tail.len()), 0);
    out.extend_from_slice(&tail);
    out
}

impl Recording {
    /// Reads `tests/captures/<name>.json`.
    ///
    /// # Panics
    /// If the file is missing or not in the captures' format.
    #[must_use]
    pub fn read(name: &str) -> Recording {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("captures").join(format!("{name}.json"));
        let json: Json =
            serde_json::from_slice(&std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))).expect("valid JSON");
        let object = |key: &str| json[key].as_object().cloned().unwrap_or_default();
        let mut recording = Recording {
            name: name.to_owned(),
            started_s: unix_second(json["started"].as_str().expect("a start")),
            versions: object("nodes").iter().map(|(k, v)| (k.clone(), text(&v["version"]))).collect(),
            ports: object("nodes").iter().map(|(k, v)| (k.clone(), v["port"].as_u64().expect("a port") as u16)).collect(),
            proxies: object("links").iter().map(|(k, v)| (k.clone(), v["proxy_port"].as_u64().expect("a port") as u16)).collect(),
            links: object("links").keys().map(|name| (name.clone(), ends(name))).collect(),
            config: object("config")
                .iter()
                .map(|(k, v)| (k.clone(), v.as_object().expect("directives").iter().map(|(k, v)| (k.clone(), text(v))).collect()))
                .collect(),
            broken: BTreeMap::new(),
            rebuilt: false,
            acks_dropped: false,
            stage: json["stage"].as_array().into_iter().flatten().map(|word| Prop::named(&text(word))).collect(),
            unknown: Vec::new(),
            events: Vec::new(),
        };
        let mut infos: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for event in json["events"].as_array().expect("events") {
            recording.take(event, &mut infos);
        }
        recording.mend();
        recording.mend_counter();
        if recording.mend_load() {
            recording.unknown.clear();
        }
        // What nobody can put back ends it.
        if let Some(first) = recording.unknown.iter().copied().min_by(f64::total_cmp) {
            recording.events.retain(|(at, _)| *at < first - 5.0);
        }
        recording.acks_dropped = json["dropped"]["same_ack"].as_u64().is_some_and(|n| n > 0);
        recording.events.sort_by(|a, b| a.0.total_cmp(&b.0));
        recording
    }

    fn take(&mut self, json: &Json, infos: &mut BTreeMap<String, BTreeMap<String, String>>) {
        let at = json["t_ms"].as_f64().expect("a time");
        let kind = json["kind"].as_str().expect("a kind");
        let server = |kind: &str| match kind.split_once('_').map(|(_, s)| s) {
            Some("node") => text(&json["node"]),
            Some(server) => server.to_owned(),
            None => String::new(),
        };
        let event = match kind {
            "wire" => {
                let conn = (text(&json["link"]), json["conn"].as_u64().expect("a conn"));
                match json["dir"].as_str().expect("a direction") {
                    "open" => Event::Open(conn),
                    "close" => {
                        let (replica, master) = ends(&conn.0);
                        let who = match json["text"].as_str().unwrap_or("").trim_start_matches("closed by ") {
                            "replica" => replica,
                            "master" => master,
                            other => other.to_owned(),
                        };
                        Event::Close(conn, who)
                    }
                    _ if json["rdb"].is_object() => {
                        let hex = json["rdb"]["hex"].as_str().map(|hex| {
                            (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).expect("hex")).collect::<Vec<u8>>()
                        });
                        let length = json["rdb"]["length"].as_u64().expect("a length") as usize;
                        let announced = json["rdb"]["announced"].as_u64().filter(|_| json["rdb"]["complete"] == false);
                        if let Some(announced) = announced {
                            self.broken.insert(conn.clone(), length as f64 / announced as f64);
                        }
                        Event::Rdb(conn, announced.map_or(length, |n| n as usize), hex, json["t_end_ms"].as_f64().unwrap_or(at))
                    }
                    dir => {
                        let dir = if dir == "r2m" { Dir::Up } else { Dir::Down };
                        let mut bytes = unescape(json["bytes_escaped"].as_str().expect("bytes"));
                        let len = json["n"].as_u64().expect("a length") as usize;
                        if bytes.len() != len {
                            let escaped = json["bytes_escaped"].as_str().unwrap_or_default();
                            bytes = if escaped.contains("\\nfill0\\") {
                                refill(&bytes, len)
                            } else {
                                repeat(escaped, len).unwrap_or_else(|| {
                                    self.unknown.push(at);
                                    ends_of(escaped, len)
                                })
                            };
                        }
                        Event::Bytes(conn, dir, bytes)
                    }
                }
            }
            "command" => {
                let line = text(&json["text"]);
                let line = line.split(" (first of a run").next().unwrap_or(&line).to_owned();
                match (json["node"].as_str(), line.split(' ').next()) {
                    (_, Some("PROXY" | "START" | "SIGSTOP" | "SIGCONT")) | (None, _) => Event::Act(line),
                    (Some(node), _) => Event::Command(node.to_owned(), line, json["reply"].as_str().map(str::to_owned)),
                }
            }
            "note" => Event::Note(text(&json["text"])),
            kind if kind.starts_with("log_") => {
                let mark = json["level"].as_str().and_then(|l| l.chars().next()).unwrap_or('*');
                Event::Log(server(kind), mark, text(&json["text"]))
            }
            kind if kind.starts_with("info_") => {
                let server = server(kind);
                let fields = infos.entry(server.clone()).or_default();
                if json["full"].as_bool() == Some(true) {
                    fields.clear();
                }
                for (name, value) in json["fields"].as_object().into_iter().flatten() {
                    fields.insert(name.clone(), text(value));
                }
                for name in json["removed"].as_array().into_iter().flatten() {
                    fields.remove(&text(name));
                }
                Event::Info(server, fields.clone())
            }
            other => panic!("unknown kind of event {other}"),
        };
        self.events.push((at, event));
    }

    /// Puts back what was trimmed where it is known beyond doubt (one message of a handshake, a workload that counts), and ends the recording before
    /// the first gap that is not.
    fn mend(&mut self) {
        let gap = |(_, e): &(f64, Event)| matches!(e, Event::Note(text) if text.starts_with("TRIMMED HERE") || text.starts_with("CAPTURE TRIMMED"));
        match self.name.as_str() {
            "f_blackhole__3.0.7" => {
                let log = Event::Log("replica".into(), '*', "MASTER <-> SLAVE sync: Master accepted a Partial Resynchronization.".into());
                self.events.push((18_162.9, log));
                self.events.push((18_161.7, Event::Close(("link".into(), 2), "replica".into())));
                self.events.retain(|e| !gap(e));
            }
            "f_blackhole__7.0.15" => {
                self.events.push((17_144.05, Event::Bytes(("link".into(), 3), Dir::Down, b"+OK\r\n+OK\r\n".to_vec())));
                self.events.retain(|e| !gap(e));
                // The second of the two lines went out before the answer, as a pipelined handshake does.
            }
            "j_chain_failover_live__4.0.14" => {
                // What INFO said while it was trimmed is not known, nor then what it says after.
                self.events.retain(|(t, e)| !(gap(&(*t, e.clone())) || *t > 5_539.0 && matches!(e, Event::Info(..))));
                self.mend_second_sync();
            }
            // No scripts here.
            "l_stream__3.0.7" => {
                let script = |(_, e): &(f64, Event)| matches!(e, Event::Command(_, line, _) if line.starts_with("EVAL"));
                if let Some(at) = self.events.iter().position(script) {
                    let end = self.events[at].0 - 20.0;
                    self.events.retain(|(t, _)| *t < end);
                }
            }
            "e_min_slaves__3.0.7" => {
                self.events.retain(|e| !gap(e));
                self.mend_writer();
            }
            _ => {
                if let Some(at) = self.events.iter().position(gap) {
                    self.events.truncate(at);
                }
            }
        }
    }

    /// The parts that can be played: every server that has a connection.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        let opens = |e: &Event| if let Event::Open((link, _)) = e { Some(link.clone()) } else { None };
        let used: Vec<String> = self.events.iter().filter_map(|(_, e)| opens(e)).collect();
        let plays = |server: &&String| self.links.iter().any(|(l, (r, m))| used.contains(l) && (r == *server || m == *server));
        self.versions.keys().filter(plays).map(|server| Part(server.clone())).collect()
    }
    /// Which way a server speaks on a conn; `None` if that is between others.
    #[must_use]
    pub fn speaks(&self, server: &str, conn: &Conn) -> Option<Dir> {
        let (replica, master) = self.links.get(&conn.0)?;
        if replica == server {
            Some(Dir::Up)
        } else if master == server {
            Some(Dir::Down)
        } else {
            None
        }
    }

    /// How C came back to B after B's promotion, and A's words before it followed B: as many lines and messages as were trimmed, each determined by
    /// what stands before and after. C's moment is its cron's.
    fn mend_second_sync(&mut self) {
        const OLD: &str = "7196f6a3ba7f3d7ebf62a8cd601cfaab7555aa4f";
        const NEW: &str = "74b6d47eaa406fe3512155e2bc75bbde62ad5a2c";
        let conn = || ("C->B".to_owned(), 2);
        let mut at = 6_060.0;
        let mut next = |event: Event| {
            at += 0.2;
            (at, event)
        };
        let log = |who: &str, mark: char, text: &str| Event::Log(who.to_owned(), mark, text.to_owned());
        let mut events = vec![
            (5_540.0, log("C", '#', "Connection with master lost.")),
            (5_540.0, log("C", '*', "Caching the disconnected master state.")),
            next(log("C", '*', "Connecting to MASTER 127.0.0.1:46213")),
            next(log("C", '*', "MASTER <-> SLAVE sync started")),
            next(log("C", '*', "Non blocking connect for SYNC fired the event.")),
            next(Event::Open(conn())),
        ];
        let up = |text: String| Event::Bytes(conn(), Dir::Up, text.into_bytes());
        let down = |text: String| Event::Bytes(conn(), Dir::Down, text.into_bytes());
        let stream = "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$3\r\nonB\r\n$1\r\n1\r\n";
        events.extend([
            next(up("PING\r\n".into())),
            next(down("+PONG\r\n".into())),
            next(log("C", '*', "Master replied to PING, replication can continue...")),
            next(up("REPLCONF listening-port 42423\r\n".into())),
            next(down("+OK\r\n".into())),
            next(up("REPLCONF capa eof capa psync2\r\n".into())),
            next(down("+OK\r\n".into())),
            next(log("C", '*', &format!("Trying a partial resynchronization (request {OLD}:108)."))),
            next(up(format!("PSYNC {OLD} 108\r\n"))),
            next(log("B", '*', "Slave 127.0.0.1:42423 asks for synchronization")),
            next(log(
                "B",
                '*',
                "Partial resynchronization request from 127.0.0.1:42423 accepted. Sending 52 bytes of backlog starting from offset 108.",
            )),
            next(down(format!("+CONTINUE {NEW}\r\n{stream}"))),
            next(log("C", '*', "Successful partial resynchronization with master.")),
            next(log("C", '#', &format!("Master replication ID changed to {NEW}"))),
            next(log("C", '*', "MASTER <-> SLAVE sync: Master accepted a Partial Resynchronization.")),
            (7_064.0, up("*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$3\r\n159\r\n".into())),
            (
                8_039.0,
                log(
                    "A",
                    '*',
                    "Before turning into a slave, using my master parameters to synthesize a cached master: I may be able to synchronize with the new master with just a partial transfer.",
                ),
            ),
            (8_039.0, log("A", '*', "SLAVE OF 127.0.0.1:52373 enabled (user request from '<client>')")),
        ]);
        self.events.extend(events);
    }

    /// Puts repeated ACKs of one offset back where they were left out: one a second, as long as the conn lives. For playing this server's replicas.
    pub fn mend_acks(&mut self, master: &str) {
        if !self.acks_dropped {
            return;
        }
        let acks = |e: &Event| match e {
            Event::Bytes(conn, Dir::Up, bytes) if bytes.starts_with(b"*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n") => {
                Some((conn.clone(), bytes.clone()))
            }
            _ => None,
        };
        let mut more = Vec::new();
        for (n, (at, event)) in self.events.iter().enumerate() {
            let Some((conn, bytes)) = acks(event).filter(|(conn, _)| self.speaks(master, conn) == Some(Dir::Down)) else { continue };
            let next = self.events[n + 1..].iter().find(|(_, e)| match e {
                Event::Close(c, _) => *c == conn,
                Event::Bytes(c, Dir::Up, _) => *c == conn,
                Event::Act(line) => line == "SIGSTOP replica" || line.contains("blackhole on"),
                _ => false,
            });
            let until = next.map_or_else(|| self.end(), |(t, _)| *t);
            let mut t = at + 1_004.0;
            while t < until - 500.0 {
                more.push((t, Event::Bytes(conn.clone(), Dir::Up, bytes.clone())));
                t += 1_004.0;
            }
        }
        self.events.extend(more);
        self.events.sort_by(|a, b| a.0.total_cmp(&b.0));
    }

    /// The writer of the -LOADING stories, `SET w <i>` twice a second, was not written down as commands: its moments are on the wire, where several
    /// come together after a BGSAVE, and in between.
    fn mend_counter(&mut self) {
        if !self.has(Prop::CountingWriter) {
            return;
        }
        let mut known: BTreeMap<u32, f64> = BTreeMap::new();
        for (at, event) in &self.events {
            let Event::Bytes(_, Dir::Down, bytes) = event else { continue };
            let text = String::from_utf8_lossy(bytes);
            let numbers: Vec<u32> =
                text.split("SET\r\n$1\r\nw\r\n").skip(1).filter_map(|rest| rest.split("\r\n").nth(1)?.parse().ok()).collect();
            for (n, number) in numbers.iter().rev().enumerate() {
                // The newest of several was written less than half a second ago.
                let before = if numbers.len() > 1 { 280.0 + 500.4 * n as f64 } else { 0.0 };
                known.entry(*number).or_insert(at - before);
            }
        }
        for pair in known.clone().into_iter().collect::<Vec<_>>().windows(2) {
            // Those that are missing were refused for want of good replicas, or written while no replica was there.
            let ((from, start), (to, _)) = (pair[0], pair[1]);
            for missing in from + 1..to {
                known.insert(missing, start + 500.4 * f64::from(missing - from));
            }
        }
        for (number, at) in known {
            self.events.push((at + 0.9, Event::Command("master".into(), format!("SET w {number}"), None)));
        }
    }

    /// The writer in the background that `h2`, `h3` and `h5` name, `SET load<i> 5000 bytes, 300000 bytes/s`: i counts to 49 and again, each write has its
    /// moment, and bytes of which the recording keeps head and tail are this stream, whose every byte is thereby known. Whether there was such a writer.
    fn mend_load(&mut self) -> bool {
        let Some((start, size, rate)) = self.events.iter().find_map(|(at, e)| {
            let Event::Command(_, line, _) = e else { return None };
            let rest = line.strip_prefix("background writer: SET load<i> ")?;
            let mut numbers = rest.split(' ').filter_map(|w| w.parse::<u32>().ok());
            Some((*at, numbers.next()?, numbers.next()?))
        }) else {
            return false;
        };
        self.rebuilt = true;
        let end = self.events.iter().find(|(_, e)| matches!(e, Event::Command(_, line, _) if line == "writes stop")).map(|(at, _)| *at);
        let end = end.or_else(|| self.events.last().map(|(at, _)| *at)).unwrap_or(start);
        self.events
            .retain(|(_, e)| !matches!(e, Event::Command(_, line, _) if line.starts_with("background writer") || line == "writes stop"));
        let every = f64::from(size) * 1_000.0 / f64::from(rate);
        for n in 0.. {
            let at = start + f64::from(n) * every;
            if at >= end {
                break;
            }
            self.events.push((at + WRITER_LATE_MS, Event::Command("master".into(), format!("SET load{} <{size} z>", n % 50), None)));
        }
        // The stream of the first replica, from its first byte.
        let mut stream = Vec::new();
        let first = |e: &Event| match e {
            Event::Bytes(_, Dir::Down, bytes) => {
                bytes.strip_prefix(b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$5\r\nload").map(|rest| rest[0] - b'0')
            }
            _ => None,
        };
        let Some(mut n) = self.events.iter().find_map(|(_, e)| first(e)).map(u32::from) else { return false };
        let mut at = 0;
        resync_core::resp::write_command(&["SELECT", "0"], &mut stream);
        for (when, event) in &mut self.events {
            let Event::Bytes((_, 1), Dir::Down, bytes) = event else { continue };
            if at == 0 && !bytes.starts_with(b"*2\r\n$6\r\nSELECT") {
                continue;
            }
            while stream.len() < at + bytes.len() {
                resync_core::resp::write_command(&["SET", &format!("load{}", n % 50), &"z".repeat(size as usize)], &mut stream);
                n += 1;
            }
            let known = &stream[at..at + bytes.len()];
            let agree = bytes.len() > 108 && known[..100] == bytes[..100] && known[known.len() - 9..] == bytes[bytes.len() - 9..];
            // Pieces that were joined before they were shortened are no stretch of the stream.
            if !agree {
                self.unknown.push(*when);
                return false;
            }
            at += bytes.len();
            *bytes = known.to_vec();
        }
        true
    }

    /// When the master fed its pings, ms, where the proxy held them back and a background writer wrote (see [`Recording::mend_load`]): its offsets tell
    /// how many there were by each INFO. Every first moment and period (both in ms) that agree with all of them.
    #[must_use]
    pub fn pings(&self) -> Vec<(f64, f64)> {
        let begins = self.events.iter().find(|(_, e)| matches!(e, Event::Log(_, _, text) if text.starts_with("Starting BGSAVE")));
        let Some(begins) = begins.filter(|_| self.throttled()).map(|(at, _)| *at) else { return Vec::new() };
        let size = |line: &str| {
            let (head, size) = line.strip_prefix("SET ")?.strip_suffix(" z>")?.split_once(" <")?;
            let mut wire = Vec::new();
            resync_core::resp::write_command(&["SET", head, &"z".repeat(size.parse().ok()?)], &mut wire);
            Some(wire.len() as i64)
        };
        let writes: Vec<(f64, i64)> = self
            .events
            .iter()
            .filter_map(|(at, e)| if let Event::Command(_, line, _) = e { Some((*at, size(line)?)) } else { None })
            .filter(|(at, _)| *at > begins)
            .collect();
        if writes.is_empty() {
            return Vec::new();
        }
        // SELECT is 23 bytes, and up to 3.2 the first byte's number is 2.
        let base = 23 + i64::from(self.era("master").capabilities().backlog_adds_one);
        let mut counted = Vec::new();
        for (at, event) in &self.events {
            let Event::Info(who, fields) = event else { continue };
            let offset = fields.get("master_repl_offset").and_then(|o| o.parse::<i64>().ok()).filter(|o| *o > base && who == "master");
            let Some(offset) = offset else { continue };
            let mut total = base;
            for (written, bytes) in &writes {
                total += bytes;
                // The write before the INFO, or its neighbour.
                if (written - at).abs() < 40.0 && offset >= total && (offset - total) % 14 == 0 && (offset - total) < 14 * 60 {
                    counted.push((*at, (offset - total) / 14));
                    break;
                }
            }
        }
        let lost = self.events.iter().find(|(_, e)| matches!(e, Event::Log(_, _, text) if text.starts_with("Connection with")));
        // From 4.0 on nothing pings without a replica.
        let goes_on = self.era("master").capabilities().pings_without_replicas;
        counted.retain(|(at, _)| goes_on || lost.is_none_or(|(t, _)| at < t));
        let fits = |first: f64, period: f64| counted.iter().all(|(at, pings)| ((at - first) / period).floor() as i64 + 1 == *pings);
        let mut found = Vec::new();
        for period in 0..48 {
            for first in 0..1_400 {
                let (first, period) = (begins + f64::from(first), 1_002.0 + f64::from(period) * 0.25);
                if fits(first, period) {
                    found.push((first, period));
                }
            }
        }
        found
    }

    /// Whether a server is of a release before 2.8.18, for which the era 2.8 (2.8.24) stands: it names no replica in its log, logs no client, and sends no
    /// `REPLCONF capa`.
    #[must_use]
    pub fn early(&self, server: &str) -> bool {
        self.versions[server] == "2.8.17"
    }

    /// Whether the proxy between the servers held bytes back that the master had long written.
    #[must_use]
    pub fn throttled(&self) -> bool {
        self.has(Prop::Throttled)
    }
    /// Whether the recording's header says this of the stage.
    #[must_use]
    pub fn has(&self, prop: Prop) -> bool {
        self.stage.contains(&prop)
    }

    /// The writer of `e_min_slaves`: `SET x <i>` each 100.5 ms or so. Its moments are on the wire, or between those that are.
    fn mend_writer(&mut self) {
        const KNOWN: [(u32, f64); 8] = [
            (1, 1_230.8),
            (56, 6_780.3),
            (80, 9_191.0),
            (170, 18_285.0),
            (189, 20_200.5),
            (199, 21_210.0),
            (200, 21_311.0),
            (229, 24_220.0),
        ];
        self.events.retain(|(_, e)| !matches!(e, Event::Command(_, line, _) if line.starts_with("SET x ") && line != "SET x 0"));
        let link = || ("link".to_owned(), 1);
        for pair in KNOWN.windows(2) {
            let ((from, start), (to, end)) = (pair[0], pair[1]);
            for i in from..to {
                let at = start + (end - start) * f64::from(i - from) / f64::from(to - from);
                let first = (i == 80 || i == 200).then(|| "(error) NOREPLICAS Not enough good slaves to write.".to_owned());
                let first = first.or((i == 1 || i == 170).then(|| "OK".to_owned()));
                self.events.push((at + 1.2, Event::Command("master".into(), format!("SET x {i}"), first)));
                if (57..80).contains(&i) || (170..189).contains(&i) {
                    let mut bytes = Vec::new();
                    resync_core::resp::write_command(&["SET", "x", &i.to_string()], &mut bytes);
                    self.events.push((at + 0.4, Event::Bytes(link(), Dir::Down, bytes)));
                }
            }
        }
        self.events.push((10_250.0, Event::Bytes(link(), Dir::Down, b"*1\r\n$4\r\nPING\r\n".to_vec())));
        // The replica was stopped in the middle of a second: its next cron came 0.9 s after it went on.
        for (at, offset) in [(18_131.0, 2_241), (19_140.0, 2_502), (20_145.9, 2_792)] {
            let mut bytes = Vec::new();
            resync_core::repl::stream::ack(offset, &mut bytes);
            self.events.push((at, Event::Bytes(link(), Dir::Up, bytes)));
        }
    }

    /// Whether the servers had so many keys that loading, sending and freeing them took time. Their first lives, in which the keys were made, are
    /// not played.
    #[must_use]
    pub fn large(&self) -> bool {
        self.has(Prop::Large)
    }
    /// Bytes of the largest RDB, if it is so large that loading takes steps.
    #[must_use]
    pub fn volume(&self) -> Option<u64> {
        let len = |e: &Event| if let Event::Rdb(_, len, ..) = e { Some(*len as u64) } else { None };
        self.events.iter().filter_map(|(_, e)| len(e)).max().filter(|len| *len >= 1_000_000)
    }
    /// Where among the events the played life of a server begins: at its first start, or at its last if the data are many.
    ///
    /// # Panics
    /// If the server never starts.
    #[must_use]
    pub fn first_start(&self, server: &str) -> usize {
        let start = format!("START {server} ");
        let starts = |(_, e): &(f64, Event)| matches!(e, Event::Act(text) if text.starts_with(&start));
        let at = if self.large() { self.events.iter().rposition(starts) } else { self.events.iter().position(starts) };
        at.expect("a start")
    }
    /// The moment from which on a server is judged.
    #[must_use]
    pub fn begin(&self, server: &str) -> f64 {
        // Lines of a log may stand a little before the start that they follow.
        if self.large() { self.events[self.first_start(server)].0 - 5.0 } else { f64::NEG_INFINITY }
    }

    /// The era of a server.
    ///
    /// # Panics
    /// If the release belongs to none.
    #[must_use]
    pub fn era(&self, server: &str) -> Era {
        let version = &self.versions[server];
        // `valkey-8.1.8` is of the line `valkey-8.1`.
        let line = version.rsplit_once('.').map_or(version.as_str(), |(line, _)| line);
        Era::from_name(line).unwrap_or_else(|| panic!("no era is {version}"))
    }
    /// The moment after which nothing counts: the recording's end (its last milliseconds show how the servers were shut down).
    #[must_use]
    pub fn end(&self) -> f64 {
        let end = self.events.iter().find(|(_, e)| matches!(e, Event::Note(text) if text == "END"));
        end.map_or_else(|| self.events.last().map_or(0.0, |(t, _)| *t + 0.01), |(t, _)| *t - 5.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_shortened_runs_come_back() {
        assert_eq!(unescape("a\\r\\n\\x00\\\\"), b"a\r\n\0\\");
        let mut long = Vec::new();
        for command in fills(12) {
            resync_core::resp::write_command(&command.split(' ').collect::<Vec<_>>(), &mut long);
        }
        assert_eq!(refill(&long[..100], long.len()), long);
    }

    #[test]
    fn what_repeats_is_put_back() {
        let incr = "*2\\r\\n$4\\r\\nINCR\\r\\n$3\\r\\ncnt\\r\\n";
        let long = unescape(&incr.repeat(9));
        assert_eq!(repeat(&format!("{}*2\\...<abbreviated>...{incr}", incr.repeat(3)), long.len()), Some(long));
        assert_eq!(repeat("*1zzz...<3 bytes omitted>...z\\r\\n", 11), Some(b"*1zzzzzzz\r\n".to_vec()));
        assert_eq!(repeat("abcdef...<3 bytes omitted>...z", 10), None, "nothing says what lay between");
        assert_eq!(ends_of("abcdef...<3 bytes omitted>...z", 10), b"abcdef\0\0\0z");
    }

    #[test]
    fn moments_are_unix_seconds() {
        assert_eq!(unix_second("1970-01-01T00:00:00"), 0);
        assert_eq!(unix_second("2026-11-21T21:12:04"), 1_795_295_524);
    }

    #[test]
    fn a_recording_knows_its_servers() {
        let recording = Recording::read("b_fullsync__3.0.7");
        assert_eq!(recording.era("master"), Era::V3_0);
        assert_eq!(recording.config["master"], [("repl-diskless-sync".into(), "no".into()), ("repl-ping-slave-period".into(), "3".into())]);
        assert!(recording.events.is_sorted_by(|a, b| a.0 <= b.0));
        assert!((recording.end() - 10_335.0).abs() < 0.5);
        assert!(recording.stage.is_empty());
        assert_eq!(Recording::read("h5_load_phase_overflow__7.0.15").stage, [Prop::Throttled, Prop::SmallSockets].into());
    }
}
