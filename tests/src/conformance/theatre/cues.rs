//! What a recording makes happen, and when: starts, commands, bytes, ends, and the moments at which the recorded cron ran.

use super::machine::{base_data, expand, many_keys};
use super::{Cue, Script, Stage, Step, ZERO_US, conn_id, is_ack, remember, told, us};
use crate::conformance::proxy::Proxy;
use crate::conformance::recording::{Conn, Dir, Event};
use bytes::Bytes;
use resync_core::data::Dataset;
use resync_core::node::api::{Address, CloseWhy, ConnId, Input};
use resync_core::resp;
use std::collections::VecDeque;

impl Stage<'_> {
    /// When the recorded server's replication cron ran, as far as its doings show.
    pub(super) fn gather_evidence(&mut self) {
        let server = self.part.server();
        // From 6.2 on SLAVEOF itself dials.
        let at_once = self.node.era().capabilities().redial_at_once;
        let asks = |e: &Event| matches!(e, Event::Command(who, line, _) if who == server && line.starts_with("SLAVEOF"));
        let asked: Vec<f64> = self.recording.events.iter().filter(|(_, e)| at_once && asks(e)).map(|(at, _)| *at).collect();
        // From 4.0 on a replica passes on its master's pings, and has none of its own.
        let pings = !self.node.era().capabilities().psync2 || !self.recording.links.values().any(|(replica, _)| replica == server);
        let second = |e: &Event| matches!(e, Event::Log(who, _, text) if who == server && text.contains("initialize RDB channel"));
        let acks_at_once = self.node.era().capabilities().ack_after_any_load || self.recording.events.iter().any(|(_, e)| second(e));
        let ends = |e: &Event| matches!(e, Event::Log(who, _, text) if who == server && text.ends_with("Finished with success"));
        let ends: Vec<f64> = self.recording.events.iter().filter(|(_, e)| ends(e)).map(|(at, _)| *at).collect();
        let ticks = self.recording.events.iter().filter_map(|(at, event)| {
            let shows = match event {
                Event::Bytes(conn, Dir::Down, bytes) if self.recording.speaks(server, conn) == Some(Dir::Down) => {
                    // What a proxy held back shows no tick.
                    let pings = pings && Proxy::of(self.recording, conn, server).is_none();
                    bytes == b"\n" || (pings && bytes.eq_ignore_ascii_case(b"*1\r\n$4\r\nping\r\n"))
                }
                Event::Bytes(conn, Dir::Up, bytes) if self.recording.speaks(server, conn) == Some(Dir::Up) => {
                    // An ACK that a load brings is no tick's.
                    let loaded = |end: &f64| acks_at_once && (-1.0..20.0).contains(&(at - end));
                    is_ack(bytes) && bytes != b"\n" && !ends.iter().any(loaded)
                }
                Event::Log(who, _, text) if who == server => {
                    text.starts_with("Disconnecting timedout")
                        || text.starts_with("MASTER timeout")
                        || text.starts_with("PRIMARY timeout")
                        || text.starts_with("Timeout ")
                        || ((text.starts_with("Connecting to MASTER") || text.starts_with("Connecting to PRIMARY"))
                            && !asked.iter().any(|a| (at - a).abs() < 20.0))
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
    pub(super) fn boot_time(&self, start: u64) -> u64 {
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
    pub(super) fn write_cues(&mut self) {
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
                    self.command_cues(&events, index, line);
                }
                Event::Act(line) => {
                    if let Some(filler) = self.filler().filter(|_| line.starts_with("START replica")) {
                        expand(&filler).into_iter().for_each(|line| self.push(at, Cue::Command(line)));
                    }
                    self.push(at, Cue::Act(line.clone()));
                }
                Event::Open(conn) => self.open_cues(&events, at, conn),
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
                self.recorded_numbers.extend(told(bytes).map(<[u8]>::to_vec));
            }
        }
    }
    /// What a client said to the server.
    fn command_cues(&mut self, events: &[(f64, Event)], index: usize, line: &str) {
        let at = ZERO_US + us(events[index].0);
        let server = self.part.0.clone();
        let start = format!("START {server} ");
        if line.contains("(raw client") {
            self.push(at - 1_000, Cue::Raw(line.to_owned()));
            return;
        }
        if line == "DEBUG RELOAD (start)" {
            // A client of its own asked: what was recorded before it came before it, and its reply stands for itself.
            expand(line).into_iter().for_each(|line| self.push(at + 500, Cue::Command(line)));
            return;
        }
        if line == "DEBUG RELOAD"
            && events[..index].iter().any(|(_, e)| matches!(e, Event::Command(_, l, _) if l == "DEBUG RELOAD (start)"))
        {
            return;
        }
        if line.starts_with("DEBUG POPULATE") {
            // It kept the process from its last command on until now.
            let earlier = |(_, e): &&(f64, Event)| {
                matches!(e, Event::Command(who, ..) if *who == server) || matches!(e, Event::Act(a) if a.starts_with(&start))
            };
            let from = events[..index].iter().rev().find(earlier).map_or(at, |(t, _)| ZERO_US + us(*t) + 500);
            if from + 20_000 < at {
                self.push(from, Cue::Act(format!("SIGSTOP {server}")));
                self.push(at - 1_500, Cue::Act(format!("SIGCONT {server}")));
            }
        }
        for line in expand(line) {
            // A client's moment is rounded, and taken when it has the reply; the log knows better.
            let asked = |e: &Event| matches!(e, Event::Log(who, _, text) if *who == server && text.contains("(user request"));
            let logged = events.iter().rev().find(|(t, e)| line.starts_with("SLAVEOF") && asked(e) && at >= ZERO_US + us(*t));
            let logged = logged.map(|(t, _)| ZERO_US + us(*t)).filter(|t| at - t < 20_000);
            // What was asked before it on the same connection came no later.
            let next = events[index + 1..].iter().take_while(|(t, _)| ZERO_US + us(*t) < at + 3_000).find_map(|(_, e)| match e {
                Event::Command(who, next, _) if *who == server && next.starts_with("SLAVEOF") && !line.starts_with("SLAVEOF") => {
                    events.iter().rev().find(|(t, e)| ZERO_US + us(*t) < at + 3_000 && asked(e)).map(|(t, _)| ZERO_US + us(*t))
                }
                _ => None,
            });
            let logged = logged.or(next.filter(|t| *t < at && at - t < 20_000));
            self.push(logged.unwrap_or(at) - 1_000, Cue::Command(line));
        }
    }
    /// A conn between the server and another.
    fn open_cues(&mut self, events: &[(f64, Event)], at: u64, conn: &Conn) {
        let server = self.part.0.clone();
        let Some(speaks) = self.recording.speaks(&server, conn) else { return };
        let id = self.ids.len();
        self.ids.push(conn.clone());
        match speaks {
            Dir::Down => {
                let peer = Address { host: "127.0.0.1".to_owned(), port: 60_000 + id as u16 };
                let mut room = self.room();
                if let Some(mut proxy) = Proxy::of(self.recording, conn, &server) {
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
                let script = self.script(conn, events, at);
                self.scripts.insert(id, script);
            }
        }
    }
    pub(super) fn id_of(&self, conn: &Conn) -> usize {
        self.ids.iter().rposition(|c| c == conn).expect("a conn is opened before it is used")
    }
    /// What the recorded master sends on a conn.
    pub(super) fn script(&self, conn: &Conn, events: &[(f64, Event)], opened: u64) -> Script {
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
                        replies += bytes
                            .split(|b| *b == b'\n')
                            .filter(|line| matches!(line.first(), Some(b'+' | b'-')) || line.starts_with(b"$ENDOFF:"))
                            .count();
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
            let what = if what.first() == Some(&b'$') && !what.starts_with(b"$EOF:") && !what.starts_with(b"$ENDOFF:") {
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
    pub(super) fn payload(&self, conn: &Conn, len: usize, bytes: Option<&[u8]>) -> Bytes {
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
    pub(super) fn boot_file(&self) -> Option<Bytes> {
        if self.part.server() != "master" || !self.large() {
            return None;
        }
        Some(resync_core::rdb::encode(&many_keys(), self.node.era(), 1_795_296_900_000, None))
    }
}

/// Lengths of the requests in some bytes of a handshake.
pub(super) fn request_lengths(bytes: &[u8]) -> Vec<u64> {
    let mut parser = resp::Parser::new();
    parser.feed(&Bytes::copy_from_slice(bytes));
    let mut lengths = Vec::new();
    while let Ok(Some(request)) = parser.next() {
        lengths.push(request.bytes as u64);
    }
    lengths
}
