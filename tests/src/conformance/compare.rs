//! The comparison of what the node did with what the real server did.

use super::proxy::Proxy;
use super::recording::{Conn, Dir, Event, Part, Recording};
use super::theatre::{Play, Unknowns, expand, ids_in, perform, told};
use bytes::Bytes;
use resync_core::era::Era;
use resync_core::rdb::Loader;
use std::collections::BTreeMap;
use std::fmt;

/// How far apart two things may be that both hang on a cron of one second, in ms.
const CRON_MS: f64 = 1_100.0;
/// How far apart two things may be that answer each other or hang on the tick of 100 ms.
const TICK_MS: f64 = 120.0;
/// What crosses a conn's end, or the recording's, within this time may or may not have been seen, ms.
const RACE_MS: f64 = 10.0;

/// One thing that is not as it was.
#[derive(Clone, PartialEq, Debug)]
pub struct Difference {
    /// Milliseconds of the recording.
    pub at: f64,
    /// What was looked at: `wire`, `log`, `info`, `reply`, `conn`.
    pub what: &'static str,
    /// The whole sentence.
    pub text: String,
}
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>9.1} ms {}: {}", self.at, self.what, self.text)
    }
}

/// How a recording and a node get on.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What differs; empty if it holds.
    pub differences: Vec<Difference>,
    /// Things compared: wire items, log lines, INFO fields, replies.
    pub compared: [usize; 4],
    /// What is not compared in this play alone, in words of [`Verdict::BUT`]: the table of the recordings' README says more.
    pub but: Vec<&'static str>,
    /// The largest distance in time between a thing and its like, ms.
    pub farthest_ms: f64,
    /// What had to be assumed of the unrecorded.
    pub unknowns: Unknowns,
}

impl Verdict {
    /// How late a byte was written that the proxy held back; when each write of a background client came; what a client's line says of its machine;
    /// words that came with a later release of the same era.
    pub const BUT: [&str; 4] = ["held back", "rebuilt", "client line", "release"];

    /// What is loosened for this play.
    fn loosened(recording: &Recording, part: &Part) -> Vec<&'static str> {
        let server = part.server();
        let masters = recording.links.values().any(|(_, master)| master == server);
        let line = |e: &Event| matches!(e, Event::Log(who, _, text) if who == server && text.ends_with(CLOSED_FOR_ITS_BUFFER));
        let conn = |e: &Event| matches!(e, Event::Open(conn) if Proxy::of(recording, conn, server).is_some());
        let is = [
            recording.events.iter().any(|(_, e)| conn(e)),
            recording.rebuilt && masters,
            recording.events.iter().any(|(_, e)| line(e)),
            recording.early(server),
        ];
        Verdict::BUT.into_iter().zip(is).filter(|(_, is)| *is).map(|(word, _)| word).collect()
    }
}

/// The end of the line with which a server gives a client up.
const CLOSED_FOR_ITS_BUFFER: &str = "scheduled to be closed ASAP for overcoming of output buffer limits.";

/// A message on the wire.
#[derive(Clone, PartialEq, Debug)]
struct Item {
    at: f64,
    text: String,
    /// A heartbeat of one side's clock: PING, ACK, newline.
    beat: Option<&'static str>,
    /// The number of an ACK.
    number: i64,
}

/// Plays a recording with each choice of what nobody recorded, at most `rounds` of them, and returns the best verdict.
#[must_use]
pub fn judge(recording: &Recording, part: &Part, rounds: u64) -> Verdict {
    let mut recording = recording.clone();
    recording.mend_acks(part.server());
    let recording = &recording;
    let mut best: Option<Verdict> = None;
    for round in 0..rounds {
        let unknowns = Unknowns { seed: 1 + round, fraction_ms: (500 + 370 * round as i64) % 1_000 };
        let play = perform(recording, part, unknowns);
        let verdict = compare(recording, part, &play, unknowns);
        let better = best.as_ref().is_none_or(|b| verdict.differences.len() < b.differences.len());
        if better {
            best = Some(verdict);
        }
        if best.as_ref().is_some_and(|b| b.differences.is_empty()) {
            break;
        }
    }
    best.expect("at least one round")
}

/// Names ids by the order in which they appear.
#[derive(Default)]
struct Ids(Vec<Vec<u8>>);
impl Ids {
    fn rename(&mut self, text: &str) -> String {
        let mut out = text.to_owned();
        // What a connection is called is each master's own.
        if let Some(number) = told(text.as_bytes()).map(<[u8]>::len) {
            let end = text.find('\r').unwrap_or(text.len());
            out = format!("{}<number>{}", &text[..end - number], &text[end..]);
        }
        for id in ids_in(text.as_bytes()) {
            let n = self.0.iter().position(|known| *known == id).unwrap_or_else(|| {
                self.0.push(id.clone());
                self.0.len() - 1
            });
            out = out.replace(std::str::from_utf8(&id).expect("hex"), &format!("<id {}>", n + 1));
        }
        out
    }
}

fn compare(recording: &Recording, part: &Part, play: &Play, unknowns: Unknowns) -> Verdict {
    let mut judge = Judge {
        end: recording.end(),
        holes: play.holes.clone(),
        verdict: Verdict { differences: Vec::new(), compared: [0; 4], but: Verdict::loosened(recording, part), farthest_ms: 0.0, unknowns },
    };
    let begin = recording.begin(part.server());
    judge.wire(recording, part, play, begin);
    judge.log(recording, part, play, begin);
    judge.info(recording, part, play, begin);
    judge.replies(recording, part, play, begin);
    judge.verdict.differences.sort_by(|a, b| a.at.total_cmp(&b.at));
    judge.verdict
}

struct Judge {
    end: f64,
    holes: Vec<(f64, f64)>,
    verdict: Verdict,
}

impl Judge {
    fn differ(&mut self, at: f64, what: &'static str, text: String) {
        self.verdict.differences.push(Difference { at, what, text });
    }
    /// When the other end heard what was said: after the hole, if there was one.
    fn heard(&self, at: f64) -> f64 {
        self.holes.iter().find(|(from, to)| (*from..*to).contains(&at)).map_or(at, |(_, to)| *to)
    }
    fn near(&mut self, ours: f64, theirs: f64, tolerance: f64) -> bool {
        let apart = (ours - theirs).abs();
        if apart <= tolerance {
            self.verdict.farthest_ms = self.verdict.farthest_ms.max(apart);
        }
        apart <= tolerance
    }

    fn wire(&mut self, recording: &Recording, part: &Part, play: &Play, begin: f64) {
        let speaks = |conn: &Conn| recording.speaks(part.server(), conn);
        let mut conns: Vec<Conn> = Vec::new();
        let mut theirs: BTreeMap<Conn, Vec<(f64, Vec<u8>)>> = BTreeMap::new();
        let mut ids = (Ids::default(), Ids::default());
        for (at, event) in recording.events.iter().filter(|(at, _)| *at >= begin && *at <= self.end) {
            match event {
                Event::Open(conn) if speaks(conn).is_some() => conns.push(conn.clone()),
                Event::Bytes(conn, d, bytes) if speaks(conn) == Some(*d) => {
                    theirs.entry(conn.clone()).or_default().push((*at, bytes.clone()));
                }
                Event::Rdb(conn, ..) if speaks(conn) == Some(Dir::Down) => {
                    let part = recording.throttled() && recording.broken.contains_key(conn);
                    theirs.entry(conn.clone()).or_default().push((*at, if part { b"\0part".to_vec() } else { b"\0rdb".to_vec() }));
                }
                _ => {}
            }
        }
        self.opens(recording, part, play, begin);
        for conn in &conns {
            let dir = speaks(conn).expect("a conn of this server");
            let theirs = items(theirs.get(conn).map_or(&[], Vec::as_slice), dir, &mut ids.0, recording.era(part.server()));
            let mut sent: Vec<(f64, Vec<u8>)> =
                play.sent.iter().filter(|(_, c, _)| c == conn).map(|(at, _, b)| (self.heard(*at), b.clone())).collect();
            // What was said into a hole on a conn that did not outlive it was never heard.
            let last_heard = theirs.last().map_or(0.0, |i| i.at);
            if let Some((from, to)) = self.holes.first().copied()
                && last_heard < from + CRON_MS
            {
                sent.retain(|(at, _)| *at < to);
            }
            let ours = items(&sent, dir, &mut ids.1, recording.era(part.server()));
            let closed = recording.events.iter().find_map(|(at, e)| matches!(e, Event::Close(c, _) if c == conn).then_some(*at));
            self.conn(conn, &theirs, &ours, closed.unwrap_or(f64::INFINITY));
        }
        for (at, event) in &recording.events {
            let Event::Close(conn, who) = event else { continue };
            if *at < begin || *at > self.end || who != part.server() {
                continue;
            }
            self.verdict.compared[0] += 1;
            match play.closed.iter().find(|(_, c)| c == conn).map(|(t, _)| *t) {
                Some(t) => {
                    let heard = self.heard(t);
                    if !self.near(heard, *at, TICK_MS) && !self.near(t, *at, TICK_MS) {
                        self.differ(*at, "conn", format!("{conn:?} was closed, here at {t:.1}"));
                    }
                }
                None => self.differ(*at, "conn", format!("{conn:?} was closed by the {}, here never", part.server())),
            }
        }
        for (at, conn) in &play.closed {
            let known = recording.events.iter().any(|(_, e)| matches!(e, Event::Close(c, _) if c == conn));
            if !known && *at < self.end - CRON_MS {
                self.differ(*at, "conn", format!("{conn:?} closed here, never there"));
            }
        }
    }
    fn opens(&mut self, recording: &Recording, part: &Part, play: &Play, begin: f64) {
        let opened: Vec<(f64, Conn)> = recording
            .events
            .iter()
            .filter_map(|(at, e)| match e {
                Event::Open(conn) if *at >= begin && *at <= self.end && recording.speaks(part.server(), conn) == Some(Dir::Up) => {
                    Some((*at, conn.clone()))
                }
                _ => None,
            })
            .collect();
        for (n, (at, conn)) in opened.iter().enumerate() {
            match play.opened.get(n) {
                Some((t, _)) if self.near(*t, *at, TICK_MS) => {}
                None if *at > self.end - TICK_MS => {}
                other => self.differ(*at, "conn", format!("{conn:?} was opened, here {other:?}")),
            }
        }
    }

    fn conn(&mut self, conn: &Conn, theirs: &[Item], ours: &[Item], closed: f64) {
        let fixed = |items: &[Item]| -> Vec<Item> { items.iter().filter(|i| i.beat.is_none()).cloned().collect() };
        let (t, o) = (fixed(theirs), fixed(ours));
        self.verdict.compared[0] += t.len();
        for n in 0..t.len().max(o.len()) {
            match (t.get(n), o.get(n)) {
                (Some(t), Some(o)) if t.text != o.text => {
                    self.differ(
                        t.at,
                        "wire",
                        format!(
                            "{conn:?} message {n}: there {} ({} bytes), here {} ({} bytes, at {:.1})",
                            short(&t.text),
                            t.text.len(),
                            short(&o.text),
                            o.text.len(),
                            o.at
                        ),
                    );
                    return;
                }
                (Some(t), Some(o)) => {
                    if !self.near(o.at, t.at, TICK_MS) {
                        self.differ(t.at, "wire", format!("{conn:?} message {n} {}: here at {:.1}", short(&t.text), o.at));
                    }
                }
                (Some(t), None) if t.at < self.end - RACE_MS => {
                    self.differ(t.at, "wire", format!("{conn:?} message {n}: there {}, here nothing", short(&t.text)));
                    return;
                }
                (None, Some(o)) if o.at < self.end - TICK_MS && o.at < closed - RACE_MS => {
                    self.differ(o.at, "wire", format!("{conn:?} message {n}: here {}, there nothing", short(&o.text)));
                    return;
                }
                _ => return,
            }
        }
        for beat in ["ping", "ack", "newline"] {
            self.beats(conn, beat, theirs, ours);
        }
    }
    /// Heartbeats: as many, and each near its like. (Repeated ACKs of one offset were dropped from most recordings.)
    fn beats(&mut self, conn: &Conn, beat: &'static str, theirs: &[Item], ours: &[Item]) {
        let of = |items: &[Item]| -> Vec<Item> { items.iter().filter(|i| i.beat == Some(beat)).cloned().collect() };
        let (t, o) = (of(theirs), of(ours));
        self.verdict.compared[0] += t.len();
        // A keepalive comes with the wall clock's second, whose fraction is not recorded.
        let apart = if beat == "newline" { CRON_MS } else { TICK_MS };
        let mut n = 0;
        let mut last = None;
        for t in &t {
            while o.get(n).is_some_and(|i| i.at < t.at - CRON_MS || (beat == "ack" && last == Some(i.number) && i.number != t.number)) {
                let skipped = &o[n];
                if last != Some(skipped.number) || beat != "ack" {
                    self.differ(skipped.at, "wire", format!("{conn:?}: a {beat} here ({}), none there", skipped.number));
                }
                last = Some(skipped.number);
                n += 1;
            }
            match o.get(n).cloned() {
                Some(i) if self.near(i.at, t.at, apart) => {
                    if i.number != t.number {
                        self.differ(t.at, "wire", format!("{conn:?}: {beat} {} there, {} here (at {:.1})", t.number, i.number, i.at));
                    }
                    last = Some(i.number);
                    n += 1;
                }
                _ if t.at > self.end - CRON_MS => {}
                other => {
                    let seen = other.map(|i| i.at);
                    self.differ(t.at, "wire", format!("{conn:?}: a {beat} there ({}), here {seen:?}", t.number));
                }
            }
        }
        for i in &o[n..] {
            if i.at < self.end - CRON_MS && !(beat == "ack" && last == Some(i.number)) {
                self.differ(i.at, "wire", format!("{conn:?}: a {beat} here ({}), none there", i.number));
            }
            last = Some(i.number);
        }
    }

    fn log(&mut self, recording: &Recording, part: &Part, play: &Play, begin: f64) {
        let mut ids = (Ids::default(), Ids::default());
        let theirs: Vec<(f64, char, String)> = recording
            .events
            .iter()
            .filter(|(at, _)| *at >= begin && *at <= self.end)
            .filter_map(|(at, e)| match e {
                Event::Log(who, mark, text) if who == part.server() => Some((*at, *mark, normal(&ids.0.rename(text))?)),
                _ => None,
            })
            .collect();
        let ours: Vec<(f64, char, String)> =
            play.log.iter().filter_map(|(at, mark, text)| Some((*at, *mark, normal(&ids.1.rename(text))?))).collect();
        let early = recording.early(part.server());
        let ours: Vec<_> = ours.into_iter().map(|(at, mark, text)| (at, mark, if early { without_names(&text) } else { text })).collect();
        self.verdict.compared[1] += theirs.len();
        for n in 0..theirs.len().max(ours.len()) {
            match (theirs.get(n), ours.get(n)) {
                (Some(t), Some(o)) if (t.1, &t.2) != (o.1, &o.2) => {
                    self.differ(t.0, "log", format!("line {n}: there {} {}, here {} {} (at {:.1})", t.1, t.2, o.1, o.2, o.0));
                    return;
                }
                (Some(t), Some(o)) => {
                    if !self.near(o.0, t.0, TICK_MS) {
                        self.differ(t.0, "log", format!("line {n} {}: here at {:.1}", t.2, o.0));
                    }
                }
                (Some(t), None) if t.0 < self.end - RACE_MS => {
                    self.differ(t.0, "log", format!("line {n}: there {} {}, here nothing", t.1, t.2));
                    return;
                }
                (None, Some(o)) if o.0 < self.end - CRON_MS => {
                    self.differ(o.0, "log", format!("line {n}: here {} {}, there nothing", o.1, o.2));
                    return;
                }
                _ => return,
            }
        }
    }

    fn info(&mut self, recording: &Recording, part: &Part, play: &Play, begin: f64) {
        let end = self.end;
        for (at, event) in recording.events.iter().filter(|(at, _)| *at > begin && *at <= end) {
            let Event::Info(who, fields) = event else { continue };
            // A server that is stopped or busy gives no INFO.
            if who != part.server() || fields.contains_key("_err") {
                continue;
            }
            // All that INFO would have said within one cron of that moment.
            let last_before = play.infos.iter().rposition(|(t, _)| *t < at - CRON_MS).unwrap_or(0);
            let window: Vec<&BTreeMap<String, String>> =
                play.infos[last_before..].iter().take_while(|(t, _)| *t <= at + CRON_MS).map(|(_, f)| f).collect();
            if window.is_empty() {
                continue;
            }
            if !window.iter().any(|w| names(w) == names(fields)) {
                self.differ(*at, "info", format!("fields there {:?}, here {:?}", names(fields), names(window[window.len() - 1])));
                continue;
            }
            for (name, value) in fields {
                if name.ends_with("loading")
                    || !names(fields).contains(&name.as_str())
                        && ["mem_", "sync_", "rdb_bgsave"].iter().any(|start| name.starts_with(start))
                {
                    continue;
                }
                self.verdict.compared[2] += 1;
                if !window.iter().any(|w| w.get(name).is_some_and(|v| same(name, v, value))) {
                    let ours: Vec<&str> = window.iter().filter_map(|w| w.get(name)).map(String::as_str).collect();
                    self.differ(*at, "info", format!("{name} there {value}, here {ours:?}"));
                }
            }
        }
    }

    fn replies(&mut self, recording: &Recording, part: &Part, play: &Play, begin: f64) {
        let mut given = play.replies.iter();
        let end = self.end;
        for (at, event) in recording.events.iter().filter(|(at, _)| *at > begin && *at <= end) {
            let Event::Command(who, line, Some(reply)) = event else { continue };
            // Scripts are not on this stage; chance and order of tables are the server's own.
            const OWN: [&str; 8] = ["EVAL", "DEBUG", "SPOP", "SCAN", "RANDOMKEY", "KEYS", "INFO keyspace", "CLIENT LIST"];
            if who != part.server() || reply == "<TimeoutError>" || OWN.iter().any(|start| line.starts_with(start)) {
                continue;
            }
            let played = expand(line);
            let asked = if let [one] = played.as_slice() { one } else { line };
            let raw = line.contains("(raw client");
            let ours = if raw { play.replies.iter().find(|(_, l, _)| l == asked) } else { given.by_ref().find(|(_, l, _)| l == asked) };
            let Some((_, _, ours)) = ours else {
                self.differ(*at, "reply", format!("{line}: there {reply}, here none"));
                return;
            };
            self.verdict.compared[3] += 1;
            // What came back to bytes of one's own is kept as bytes.
            let plain =
                |text: &str| text.replace("\\r\\n", "").trim_start_matches("(error) ").trim_start_matches(['+', '-']).trim_end().to_owned();
            if raw && plain(ours) == plain(reply) {
                continue;
            }
            if asked == "INFO replication" && asked != line {
                for pair in reply.split(", ") {
                    let Some((name, value)) = pair.split_once('=') else { continue };
                    if value == "None" || name.starts_with("mem_") || name == "used_memory" {
                        continue;
                    }
                    if !ours.lines().any(|l| l.trim_end() == format!("{name}:{value}")) {
                        let here = ours.lines().find(|l| l.starts_with(name)).unwrap_or("nothing");
                        self.differ(*at, "reply", format!("{line}: {name}={value} there, {} here", here.trim_end()));
                    }
                }
            } else if Ids::default().rename(ours) != Ids::default().rename(reply) && !(line.contains("TTL") && near_number(ours, reply)) {
                self.differ(*at, "reply", format!("{line}: there {reply}, here {ours}"));
            }
        }
    }
}

/// Whether two integer replies are times to live that differ by no more than the moment of the question.
fn near_number(a: &str, b: &str) -> bool {
    let number = |t: &str| t.strip_prefix("(integer) ").and_then(|n| n.parse::<i64>().ok());
    matches!((number(a), number(b)), (Some(a), Some(b)) if a > 0 && b > 0 && (a - b).abs() <= 120)
}

fn short(text: &str) -> String {
    let mut out: String = text.chars().take(160).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    format!("{out:?}")
}

/// Names of INFO's fields that the recordings keep.
fn names(fields: &BTreeMap<String, String>) -> Vec<&str> {
    const NOISE: [&str; 6] = [
        "master_last_io_seconds_ago",
        "master_link_down_since_seconds",
        "master_link_up_since_seconds",
        "total_disconnect_time_sec",
        "master_sync_last_io_seconds_ago",
        "master_sync_total_bytes",
    ];
    const TRANSFER: [&str; 6] = [
        "loading",
        "async_loading",
        "master_sync_read_bytes",
        "master_sync_left_bytes",
        "master_sync_perc",
        "repl_backlog_first_byte_offset",
    ];
    // Recordings over two connections hold a few fields of other sections as well.
    let other = |k: &str| k.starts_with("mem_") || k.starts_with("sync_") || k == "rdb_bgsave_in_progress";
    fields.keys().map(String::as_str).filter(|k| !NOISE.contains(k) && !TRANSFER.contains(k) && !other(k)).collect()
}

/// Whether a value is the same, up to ids, seconds that pass and sizes of our RDB files.
fn same(name: &str, ours: &str, theirs: &str) -> bool {
    let seconds = |a: &str, b: &str| match (a.parse::<i64>(), b.parse::<i64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= 1 || (a > 1_000_000_000 && b > 1_000_000_000),
        _ => a == b,
    };
    match name {
        "master_replid" | "master_replid2" => ours.len() == theirs.len() && (ours.starts_with("000") == theirs.starts_with("000")),
        "master_port" => true,
        _ if name.contains("seconds") => seconds(ours, theirs),
        _ if name.starts_with("master_sync_") && name != "master_sync_in_progress" => true,
        _ if name.starts_with("slave") && theirs.contains("lag=") => {
            let (ours, theirs) = (ours.rsplit_once("lag="), theirs.rsplit_once("lag="));
            matches!((ours, theirs), (Some((a, x)), Some((b, y))) if a == b && seconds(x, y))
        }
        _ => ours == theirs,
    }
}

/// A log line without what differs from run to run; `None` for lines that the recordings leave out.
fn normal(text: &str) -> Option<String> {
    const LEFT_OUT: [&str; 9] = [
        "Server started",
        "The server is now ready",
        "Running mode",
        "Server initialized",
        "Ready to accept connections",
        "RDB memory usage",
        "DB saved on disk",
        "RDB: ",
        "Fork CoW",
    ];
    if LEFT_OUT.iter().any(|start| text.starts_with(start))
        || text.starts_with("oO0")
        || text.starts_with("Redis version=")
        || text == "Configuration loaded"
    {
        return None;
    }
    let mut out = text.to_owned();
    if let Some((head, rest)) = out.clone().split_once("(user request from '") {
        let tail = rest.split_once("')").map_or("", |(_, tail)| tail);
        out = format!("{head}(user request from '<client>'){tail}");
    }
    // Of a client that is closed for its buffer: how full that was, and in how many pieces. The rest is the machine's.
    if out.ends_with(CLOSED_FOR_ITS_BUFFER) {
        const KEPT: [&str; 8] = ["flags", "db", "multi", "qbuf", "obl", "oll", "omem", "events"];
        let kept = |word: &&str| word.split_once('=').is_none_or(|(name, _)| KEPT.contains(&name));
        out = out.split(' ').filter(kept).collect::<Vec<_>>().join(" ");
    }
    for (before, after) in [
        ("client id #", " "),
        ("client-id ", ""),
        ("by pid ", ""),
        ("receiving ", " bytes"),
        ("RDB age ", " seconds"),
        ("from disk: ", " seconds"),
        ("keys loaded: ", ","),
        ("file: ", " seconds"),
    ] {
        if let Some(at) = out.find(before) {
            let digits = at + before.len();
            let len = out[digits..].bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
            if len > 0 && out[digits + len..].starts_with(after) {
                out.replace_range(digits..digits + len, "N");
            }
        }
    }
    Some(out)
}

/// A line of 2.8.24 in the words of 2.8.17.
fn without_names(text: &str) -> String {
    const LINES: [(&str, &str, &str); 5] = [
        ("SLAVE OF ", "(user request from '<client>')", "(user request)"),
        ("Slave ", " asks for synchronization", "Slave asks for synchronization"),
        ("Full resync requested by slave ", "", "Full resync requested by slave."),
        ("Starting BGSAVE for SYNC", " with target: disk", "Starting BGSAVE for SYNC"),
        ("Synchronization with slave ", " succeeded", "Synchronization with slave succeeded"),
    ];
    match LINES.iter().find(|(start, end, _)| text.starts_with(start) && text.ends_with(end)) {
        Some((_, end, early)) if early.starts_with('(') => text.replace(end, early),
        Some((.., early)) => (*early).to_owned(),
        None => text.to_owned(),
    }
}

/// Bytes of one direction of a conn as messages.
fn items(chunks: &[(f64, Vec<u8>)], dir: Dir, ids: &mut Ids, era: Era) -> Vec<Item> {
    let mut bytes = Vec::new();
    let mut starts = Vec::new();
    let mut files = Vec::new();
    // Whether only a part of the RDB came.
    let mut part = false;
    for (at, chunk) in chunks {
        if chunk == b"\0rdb" || chunk == b"\0part" {
            files.push((bytes.len(), *at));
            part |= chunk == b"\0part";
            continue;
        }
        starts.push((bytes.len(), *at));
        bytes.extend_from_slice(chunk);
    }
    let time = |at: usize| starts.iter().rev().find(|(start, _)| *start <= at).map_or(0.0, |(_, t)| *t);
    let mut out = Vec::new();
    let mut at = 0;
    let mut files = files.into_iter().peekable();
    let push =
        |out: &mut Vec<Item>, at: f64, text: String, beat: Option<&'static str>, number: i64| out.push(Item { at, text, beat, number });
    while at < bytes.len() {
        if let Some((_, when)) = files.next_if(|(place, _)| *place <= at) {
            push(&mut out, when, if part { "a part of an RDB".into() } else { "an RDB".into() }, None, 0);
        }
        let rest = &bytes[at..];
        let line = rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |n| n + 1);
        let when = time(at);
        if rest[0] == b'\n' {
            push(&mut out, when, String::new(), Some("newline"), 0);
            at += 1;
        } else if rest[0] == b'*' {
            let (len, words) = array(rest);
            let beat = match words.as_slice() {
                [one] if one.eq_ignore_ascii_case("ping") && dir == Dir::Down => Some("ping"),
                [a, b, _] if a == "REPLCONF" && b == "ACK" && dir == Dir::Up => Some("ack"),
                _ => None,
            };
            let number = if beat == Some("ack") { words[2].parse().unwrap_or(-9) } else { 0 };
            // The era's spelling of the ping counts.
            let number = if beat == Some("ping") { i64::from(words[0] == "ping") } else { number };
            push(&mut out, when, ids.rename(&command_text(&words)), beat, number);
            at += len;
        } else if rest[0] == b'$' && dir == Dir::Down && !rest.starts_with(b"$ENDOFF:") {
            let text = String::from_utf8_lossy(&rest[..line]).trim_end().to_owned();
            let len: usize = text[1..].parse().unwrap_or(0);
            push(&mut out, when, "the header of an RDB".into(), None, 0);
            at += line;
            if let Some(mark) = text.strip_prefix("$EOF:") {
                // The payload ends with the mark, which recordings show apart from it.
                let rest = &bytes[at..];
                let Some(end) = rest.windows(40).position(|w| w == mark.as_bytes()) else { continue };
                let recorded = files.next_if(|(place, _)| *place <= at + end);
                let good = recorded.is_some() || Loader::load(era, 16, None, &Bytes::copy_from_slice(&rest[..end])).is_ok();
                let when = recorded.map_or(time(at), |(_, when)| when);
                push(&mut out, when, if good { "an RDB".into() } else { "a broken RDB".into() }, None, 0);
                at += end + 40;
                continue;
            }
            let more_recorded = files.peek().is_some();
            if !more_recorded && bytes.len() >= at + len {
                let file = Bytes::copy_from_slice(&bytes[at..at + len]);
                let good = Loader::load(era, 16, None, &file).is_ok();
                push(&mut out, time(at), if good { "an RDB".into() } else { "a broken RDB".into() }, None, 0);
                at += len;
            } else if !more_recorded && at < bytes.len() {
                push(&mut out, time(at), "a part of an RDB".into(), None, 0);
                at = bytes.len();
            }
        } else {
            push(&mut out, when, ids.rename(String::from_utf8_lossy(&rest[..line]).trim_end_matches(['\r', '\n'])), None, 0);
            at += line;
        }
    }
    for (_, when) in files {
        push(&mut out, when, if part { "a part of an RDB".into() } else { "an RDB".into() }, None, 0);
    }
    out
}

/// A command's words, without what chance or the clock chose: the member that SPOP took, and moments in milliseconds (to the second).
fn command_text(words: &[String]) -> String {
    let moment = |w: &String| {
        let is = w.len() == 13 && w.starts_with("1795") && w.bytes().all(|b| b.is_ascii_digit());
        if is { "<a moment>".to_owned() } else { w.clone() }
    };
    match words {
        [srem, set, _] if srem == "SREM" && set == "set" => "array SREM set <a member>".to_owned(),
        words => format!("array {}", words.iter().map(moment).collect::<Vec<_>>().join(" ")),
    }
}

/// The words of a RESP array, and its length.
fn array(bytes: &[u8]) -> (usize, Vec<String>) {
    let mut at = 0;
    let number = |at: &mut usize| -> usize {
        let line = bytes[*at..].iter().position(|b| *b == b'\n').map_or(bytes.len() - *at, |n| n + 1);
        let text = String::from_utf8_lossy(&bytes[*at + 1..*at + line]).trim().to_owned();
        *at += line;
        text.parse().unwrap_or(0)
    };
    let count = number(&mut at);
    let mut words = Vec::new();
    for _ in 0..count {
        if at >= bytes.len() {
            break;
        }
        let len = number(&mut at);
        let end = (at + len).min(bytes.len());
        words.push(String::from_utf8_lossy(&bytes[at..end]).into_owned());
        at = (end + 2).min(bytes.len());
    }
    (at.max(1), words)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Damages a play that holds, and expects the judge to see it.
    fn seen(part: &str, what: &str, damage: impl Fn(&mut Play)) {
        seen_in("c_partial_inside__3.0.7", part, what, damage);
    }
    fn seen_in(name: &str, part: &str, what: &str, damage: impl Fn(&mut Play)) {
        let part = Part::of(part);
        let mut recording = Recording::read(name);
        recording.mend_acks(part.server());
        let unknowns = judge(&recording, &part, 30).unknowns;
        let mut play = perform(&recording, &part, unknowns);
        assert_eq!(compare(&recording, &part, &play, unknowns).differences, []);
        damage(&mut play);
        let differences = compare(&recording, &part, &play, unknowns).differences;
        assert!(differences.iter().any(|d| d.what == what), "{what}: {differences:?}");
    }

    #[test]
    fn the_judge_sees_every_kind_of_difference() {
        for part in ["master", "replica"] {
            seen(part, "log", |play| play.log[6].2.push('.'));
            seen(part, "log", |play| play.log[5].1 = '#');
            seen(part, "log", |play| drop(play.log.remove(7)));
            seen(part, "log", |play| play.log[7].0 += 1_200.0);
            seen(part, "wire", |play| play.sent[2].2[0] ^= 1);
            seen(part, "wire", |play| drop(play.sent.remove(3)));
            seen(part, "wire", |play| play.sent.iter_mut().skip(3).for_each(|s| s.0 += 1_200.0));
            seen(part, "info", |play| play.infos.iter_mut().for_each(|(_, f)| drop(f.remove("role"))));
            seen(part, "info", |play| play.infos.iter_mut().for_each(|(_, f)| drop(f.insert("repl_backlog_size".into(), "7".into()))));
            seen(part, "reply", |play| play.replies.iter_mut().for_each(|r| r.2.push('!')));
        }
        seen("master", "wire", |play| play.sent.retain(|(_, _, b)| !b.ends_with(b"PING\r\n")));
        seen("replica", "wire", |play| play.sent.retain(|(_, _, b)| !b.starts_with(b"*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK")));
        seen("replica", "conn", |play| drop(play.opened.pop()));
        seen("master", "conn", |play| play.closed.push((5_000.0, ("link".into(), 3))));
    }

    #[test]
    fn behind_a_slow_proxy_it_sees_all_but_how_soon_a_byte_was_written() {
        let name = "h3_stalled_transfer__7.0.15";
        let ping = |s: &(f64, Conn, Vec<u8>)| s.2.ends_with(b"ping\r\n");
        seen_in(name, "master", "wire", |play| drop(play.sent.remove(play.sent.iter().position(ping).expect("a ping"))));
        seen_in(name, "master", "wire", |play| play.sent.iter_mut().filter(|s| ping(s)).for_each(|s| s.0 += 1_200.0));
        seen_in(name, "master", "wire", |play| play.sent.retain(|s| !s.2.starts_with(b"$")));
        seen_in("h3_slow_transfer_nowrites__3.0.7", "master", "conn", |play| play.closed.iter_mut().for_each(|c| c.0 += 1_200.0));
        seen_in(name, "master", "log", |play| play.log.iter_mut().for_each(|l| l.0 += 1_200.0));
        seen_in(name, "master", "info", |play| {
            play.infos.iter_mut().for_each(|(_, f)| drop(f.insert("master_repl_offset".into(), "7".into())));
        });
    }
}
