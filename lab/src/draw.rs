//! From a seed to the text of a scenario.
//!
//! Everything is drawn small: two to five servers, some seconds, some kilobytes, so that thousands fit in a test run. The text ends with a comment line
//! `#heals MS ends MS`: what stands below it makes everything well again, and by the second moment all data must be equal.

use crate::dice::Dice;
use core::ops::Range;
use resync_core::command::lookup;
use resync_core::era::{Channel, Era, FieldTimes};
use std::fmt::Write as _;

/// A server of the world that is drawn.
struct Server {
    name: String,
    era: Era,
    follows: Option<usize>,
}

struct Draw {
    dice: Dice,
    servers: Vec<Server>,
    password: bool,
    /// A password may be set at run time, by one server after another.
    late_password: bool,
    /// Keys expire. A master that loads its own data again forgets those that should have gone and tells nobody: then nothing is reloaded.
    expiry: bool,
    /// Replicas are writable, and their callers write keys with a time to live of their own. Then nobody else writes but on the first server, which stays
    /// read-only whenever it follows somebody.
    writable: bool,
    /// Callers are closed after two silent seconds.
    idle: bool,
    /// A server's memory may be limited.
    limited: bool,
    /// Nobody writes but the consoles: the stream rests, and may stand in another database for long.
    quiet: bool,
    /// Lines with their moments, in ms.
    acts: Vec<(u64, String)>,
    /// When chaos ends, ms.
    heals: u64,
    /// Commands of the servers' consoles so far: for values that differ.
    said: u64,
    /// Transactions that are typed slowly.
    typed: Vec<Typed>,
    /// Draws that only worlds of 7.2 and later have, so that all others stay as they were; `None` in those up to 7.0.
    later: Option<Dice>,
}

/// A transaction that is typed slowly at a console.
struct Typed {
    server: usize,
    /// Its lines among the acts.
    lines: Range<usize>,
    /// When it is begun and ended, ms.
    at: (u64, u64),
}

/// The database in which callers of writable replicas write, and nobody else.
pub const OWN_DB: usize = 9;
/// The earliest and the latest end of the safety phase, ms.
const CHAOS_MS: (u64, u64) = (3_500, 9_000);
/// Time that everything has to come together, ms.
const HEALING_MS: u64 = 60_000;

/// The scenario of a seed. Eras are drawn from `eras`.
#[must_use]
pub fn scenario(seed: u64, eras: &[Era]) -> String {
    if Dice::new(seed, "kind").one_in(8) {
        return crate::councils::scenario(seed, eras);
    }
    let mut dice = Dice::new(seed, "swarm");
    let heals = dice.between(CHAOS_MS.0, CHAOS_MS.1);
    let (password, expiry, quiet) = (dice.one_in(6), dice.one_in(2), dice.one_in(8));
    let writable = expiry && dice.one_in(5);
    let late_password = !password && dice.one_in(6);
    let mut draw = Draw {
        password,
        late_password,
        expiry,
        writable,
        idle: false,
        limited: false,
        quiet,
        dice,
        servers: Vec::new(),
        acts: Vec::new(),
        heals,
        said: 0,
        typed: Vec::new(),
        later: eras.iter().any(|era| !Era::UP_TO_7_0.contains(era)).then(|| Dice::new(seed, "later")),
    };
    let mut text = format!("title Swarm {seed}\nseed {seed}\n");
    draw.servers(eras);
    draw.weather(&mut text);
    // Drawn apart, so that all other draws stay as they were.
    let mut edges = Dice::new(seed, "edges");
    draw.idle = edges.one_in(4);
    draw.nodes(&mut text);
    draw.clients(&mut text);
    draw.chaos();
    draw.fields(&mut text);
    draw.channels();
    draw.edges(&mut edges);
    draw.wait_for_typed();
    draw.acts.sort_by_key(|(at, _)| *at);
    for (at, act) in core::mem::take(&mut draw.acts) {
        let _ = writeln!(text, "at {at}ms {act}");
    }
    draw.healing(&mut text);
    text
}

impl Draw {
    // ---- the world

    fn servers(&mut self, eras: &[Era]) {
        let dice = &mut self.dice;
        let count = dice.pick(&[2, 2, 2, 3, 3, 3, 3, 4, 4, 5]);
        let mut of: Vec<Era> = if dice.one_in(3) { (0..count).map(|_| dice.pick(eras)).collect() } else { vec![dice.pick(eras); count] };
        if self.later.is_some() {
            // Whoever leads is read by most of the others: of the later releases that is not always the oldest.
            let leader = of[0];
            for era in of.iter_mut().skip(1) {
                let able: Vec<Era> = eras.iter().copied().filter(|era| era.reads(leader)).collect();
                if !era.reads(leader) && !dice.one_in(8) {
                    *era = dice.pick(&able);
                }
            }
        } else if !dice.one_in(8) {
            // Whoever leads has the oldest RDB: the others can read it.
            of.sort_unstable();
        }
        for (ix, era) in of.into_iter().enumerate() {
            let chain = ix > 1 && dice.one_in(3);
            let follows = if ix == 0 { None } else { Some(if chain { dice.below(ix as u64) as usize } else { 0 }) };
            let name = if ix == 0 { "master".to_string() } else { format!("replica-{ix}") };
            self.servers.push(Server { name, era, follows });
        }
    }

    fn weather(&mut self, text: &mut String) {
        let dice = &mut self.dice;
        let latency = dice.pick(&["100us", "500us", "2ms", "2ms", "8ms", "30ms"]);
        let _ = write!(text, "default link latency {latency}");
        if dice.one_in(3) {
            let _ = write!(text, " jitter {}ms", dice.between(1, 12));
        }
        if dice.one_in(3) {
            let _ = write!(text, " bandwidth {}kb/s", dice.pick(&[40, 100, 300, 2_000]));
        }
        if dice.one_in(3) {
            let _ = write!(text, " buffer {}kb", dice.pick(&[2, 8, 16, 64]));
        }
        text.push('\n');
        // Loads and saves of some kilobytes that take as long as those of gigabytes, but no longer than a run has patience for.
        text.push_str(dice.pick(&[
            "",
            "",
            "cost rdb-save 60kb/s\n",
            "cost rdb-load 100kb/s\n",
            "cost flush 200keys/s\n",
            "cost rdb-save 100kb/s\ncost rdb-load 200kb/s\n",
            "scale 64\ncost rdb-save 20mb/s\ncost rdb-load 6mb/s\n",
            "scale 256\ncost rdb-save 40mb/s\ncost rdb-load 20mb/s\n",
        ]));
    }

    fn nodes(&mut self, text: &mut String) {
        let (timeout, ping) = (self.dice.pick(&[2, 2, 3, 4, 60]), self.dice.pick(&[1, 1, 1, 2, 10]));
        let min_slaves = self.dice.one_in(5);
        let streamed = self.dice.one_in(3);
        for ix in 0..self.servers.len() {
            let caps = self.servers[ix].era.capabilities();
            let dice = &mut self.dice;
            let _ = write!(text, "node {} era {}", self.servers[ix].name, self.servers[ix].era.name());
            if let Some(master) = self.servers[ix].follows {
                let _ = write!(text, " follows {}", self.servers[master].name);
            }
            if ix == 0 && dice.one_in(2) || dice.one_in(8) {
                let _ = write!(text, " keys {} size {}", dice.pick(&[1, 40, 200]), dice.pick(&[10, 100, 300]));
            }
            if dice.one_in(6) {
                let _ = write!(text, " skew {}ms", dice.between(1, 3_000));
            }
            let _ = write!(text, " repl-timeout {timeout} repl-ping-slave-period {ping} save {}", dice.pick(&["\"\"", "\"\"", "1 5"]));
            if self.writable && ix > 0 {
                text.push_str(" slave-read-only no");
            }
            if self.password {
                text.push_str(" requirepass s3cret masterauth s3cret");
            }
            if self.idle {
                text.push_str(" timeout 2");
            }
            if caps.misconf_on_replica {
                // It would end itself where it cannot save, and nobody starts it again.
                text.push_str(" replica-ignore-disk-write-errors yes");
            }
            if dice.one_in(4) {
                let (hard, soft) = (dice.pick(&["0", "40kb", "100kb"]), dice.pick(&["0", "0", "20kb"]));
                let _ = write!(text, " client-output-buffer-limit slave {hard} {soft} 1");
            }
            if caps.psync {
                let _ = write!(text, " repl-backlog-size {}", dice.pick(&["16kb", "16kb", "16kb", "20kb", "64kb", "1mb"]));
                let _ = write!(text, " repl-backlog-ttl {}", dice.pick(&[3_600, 3_600, 1, 2]));
                if min_slaves {
                    let _ = write!(text, " min-slaves-to-write {} min-slaves-max-lag {}", dice.pick(&[1, 1, 2]), dice.pick(&[1, 2]));
                }
            }
            let channels = self.later.as_mut().filter(|_| !matches!(caps.channel, Channel::None));
            let streams = streamed || channels.is_some_and(|dice| dice.one_in(2));
            if caps.diskless_sync {
                let _ = write!(
                    text,
                    " repl-diskless-sync {} repl-diskless-sync-delay {}",
                    if streams { "yes" } else { "no" },
                    dice.pick(&[0, 0, 1])
                );
            }
            if caps.diskless_load {
                let _ = write!(text, " repl-diskless-load {}", dice.pick(&["disabled", "on-empty-db", "swapdb"]));
                if dice.one_in(4) {
                    text.push_str(" rdb-key-save-delay 5000");
                }
            }
            match (caps.channel, &mut self.later) {
                (Channel::Redis, Some(dice)) => {
                    let (on, limit) = (dice.pick(&["yes", "yes", "yes", "no"]), dice.pick(&["0", "0", "20kb", "1mb"]));
                    let _ = write!(text, " repl-rdb-channel {on} replica-full-sync-buffer-limit {limit}");
                }
                (Channel::Valkey, Some(dice)) => {
                    let _ = write!(text, " dual-channel-replication-enabled {}", dice.pick(&["yes", "yes", "yes", "no"]));
                }
                _ => {}
            }
            text.push('\n');
        }
    }

    fn clients(&mut self, text: &mut String) {
        if self.quiet {
            return;
        }
        let served = if self.writable { 1 } else { self.servers.len() };
        for ix in 0..served {
            let name = &self.servers[ix].name;
            let dice = &mut self.dice;
            // What is acknowledged to it can be counted at the end.
            let _ = writeln!(text, "client counter-{ix} on {name}: every {}ms INCR acked:{ix}", dice.between(60, 200));
            let writers = if ix == 0 { dice.between(1, 3) } else { u64::from(dice.one_in(3)) };
            for n in 0..writers {
                let every = dice.between(15, 120);
                let size = dice.pick(&[8, 30, 100]);
                let command = match dice.below(14) {
                    0..=2 => format!("SET key:{{1..40}} {{{size} bytes}}"),
                    3 | 4 => format!("pipeline 4 SET big:{{1..12}} {{{} bytes}}", dice.pick(&[300, 900, 3_000])),
                    5 => "LPUSH list:{1..5} {n}".to_string(),
                    6 => "RPOP list:{1..5}".to_string(),
                    7 => "SADD set:{1..4} {1..60}".to_string(),
                    8 => "SPOP set:{1..4}".to_string(),
                    9 => "ZADD board {1..1000} player:{1..20}".to_string(),
                    10 => "HINCRBY hash:{1..3} field:{1..9} {1..5}".to_string(),
                    11 => "APPEND text:{1..6} {5 bytes}".to_string(),
                    12 if self.expiry => format!("SET gone:{{1..6}} {{{size} bytes}} PX {}", dice.pick(&[60, 200, 900])),
                    _ => "DEL key:{1..40}".to_string(),
                };
                let _ = writeln!(text, "client writer-{ix}-{n} on {name}: every {every}ms {command}");
            }
            if dice.one_in(6) {
                let _ = writeln!(text, "client reader-{ix} on {name}: every {}ms GET gone:{{1..6}}", dice.between(20, 90));
            }
            if self.expiry && dice.one_in(3) {
                // They wait for what may have expired when it is handed out.
                let era = self.servers[ix].era;
                let wait = match dice.below(4) {
                    0 if era.has(Era::V5_0) => "BZPOPMIN soonz:{1..2} 1",
                    1 if era.has(Era::V6_2) => "BLMOVE soon:{1..2} soon:moved LEFT RIGHT 1",
                    2 => "BRPOPLPUSH soon:{1..2} soon:moved 1",
                    _ => "BRPOP soon:1 soon:2 1",
                };
                let _ = writeln!(text, "client blocked-{ix} on {name}: every {}ms {wait}", dice.between(20, 90));
            }
        }
    }

    // ---- what is done to it

    fn act(&mut self, at: u64, act: impl Into<String>) {
        self.acts.push((at, act.into()));
    }
    /// Commands at a server's console, one after another at the same moment.
    fn say(&mut self, at: u64, server: usize, commands: &[String]) {
        let name = self.servers[server].name.clone();
        if self.password || self.late_password {
            self.act(at, format!("{name}: AUTH s3cret"));
        }
        for command in commands {
            self.act(at, format!("{name}: {command}"));
        }
    }
    /// How a server comes back: what a newer one wrote it could not read, and would not start.
    fn comes_back(&mut self) -> &'static str {
        let mixed = self.servers.iter().any(|server| server.era != self.servers[0].era);
        if mixed { " without rdb" } else { self.dice.pick(&["", "", " without rdb"]) }
    }
    fn server(&mut self) -> usize {
        // The master is the most interesting of them.
        if self.dice.one_in(3) { 0 } else { self.dice.below(self.servers.len() as u64) as usize }
    }
    fn other(&mut self, than: usize) -> usize {
        let n = self.servers.len() as u64;
        (than + 1 + self.dice.below(n - 1) as usize) % n as usize
    }
    fn name(&self, server: usize) -> String {
        self.servers[server].name.clone()
    }
    /// A moment for something to begin, and one for it to end.
    fn while_chaos(&mut self) -> (u64, u64) {
        let from = self.dice.between(400, self.heals - 300);
        let longest = (self.heals - from).min(4_500);
        let short = self.dice.one_in(2);
        let len = self.dice.between(20, if short { longest.min(600) } else { longest });
        (from, from + len)
    }

    fn chaos(&mut self) {
        for _ in 0..self.dice.between(2, 9) {
            self.one_trouble();
        }
        // Transactions, waits, other databases: harmless by themselves.
        let least = if self.quiet { 4 } else { 0 };
        for _ in 0..self.dice.between(least, least + 5) {
            self.one_command();
        }
        if self.writable {
            for _ in 0..self.dice.between(2, 6) {
                self.own_key();
            }
        }
    }

    /// Fields of hashes with times to live, where everybody has them: by one client more, which writes to the first server.
    fn fields(&mut self, text: &mut String) {
        let (alike, era) = (self.servers.iter().all(|server| server.era == self.servers[0].era), self.servers[0].era);
        let Some(dice) = self.later.as_mut().filter(|_| alike && self.expiry && !self.quiet) else { return };
        if era.capabilities().field_times == FieldTimes::None || dice.one_in(3) {
            return;
        }
        for n in 0..dice.between(1, 2) {
            let span = dice.pick(&[40, 150, 600]);
            let command = match dice.below(6) {
                0 => "HSET timed:{1..4} f:{1..6} {8 bytes}".to_string(),
                1 => "HDEL timed:{1..4} f:{1..6}".to_string(),
                2 => "HPERSIST timed:{1..4} FIELDS 1 f:{1..6}".to_string(),
                3 if lookup(b"hsetex", era).is_some() => {
                    format!("HSETEX timed:{{1..4}} PX {span} FIELDS 2 f:{{1..6}} x f:{{1..6}} {{4 bytes}}")
                }
                4 if lookup(b"hgetex", era).is_some() => format!("HGETEX timed:{{1..4}} PX {span} FIELDS 1 f:{{1..6}}"),
                _ => format!("HPEXPIRE timed:{{1..4}} {span} FIELDS 2 f:{{1..6}} f:{{1..6}}"),
            };
            let every = dice.between(20, 90);
            let _ = writeln!(text, "client fields-{n} on master: every {every}ms pipeline 2 HSET timed:{{1..4}} f:{{1..6}} {{8 bytes}}");
            let _ = writeln!(text, "client timed-{n} on master: every {every}ms {command}");
            let expire = dice.between(30, 120);
            let _ = writeln!(
                text,
                "client expire-{n} on master: every {expire}ms HPEXPIRE timed:{{1..4}} {span} FIELDS 2 f:{{1..6}} f:{{1..6}}"
            );
        }
    }
    /// A replica begins anew, and one of its connections, or both, break or stand still in some step of what follows.
    fn channels(&mut self) {
        let able: Vec<usize> =
            (1..self.servers.len()).filter(|ix| !matches!(self.servers[*ix].era.capabilities().channel, Channel::None)).collect();
        let Some(mut dice) = self.later.take() else { return };
        for _ in 0..if able.is_empty() { 0 } else { dice.between(1, 3) } {
            let replica = dice.pick(&able);
            let (name, above) = (self.name(replica), self.servers[replica].follows.unwrap_or(0));
            let master = self.name(above);
            let at = dice.between(300, self.heals - 900);
            self.act(at, format!("restart {name} without rdb"));
            let soon = dice.one_in(2);
            let step = at + dice.between(1, if soon { 120 } else { 800 });
            match dice.below(6) {
                0 | 1 => {
                    // Whichever client has one of these numbers goes: a first connection, a second one, or somebody else.
                    let from = dice.between(4, 16);
                    let kills: Vec<String> = (from..from + dice.between(1, 3)).map(|id| format!("CLIENT KILL ID {id}")).collect();
                    self.say(step, above, &kills);
                }
                2 => {
                    self.act(step, format!("cut {master} {name}"));
                    self.act(step + dice.between(5, 400), format!("heal {master} {name}"));
                }
                3 => {
                    let (a, b) = if dice.one_in(2) { (&master, &name) } else { (&name, &master) };
                    self.act(step, format!("freeze {a} {}{b}", dice.pick(&["", "-> "])));
                    self.act((step + dice.between(100, 3_000)).min(self.heals), format!("heal {master} {name}"));
                }
                4 => {
                    let paused = if dice.one_in(2) { &master } else { &name };
                    self.act(step, format!("pause {paused}"));
                    self.act((step + dice.between(20, 2_500)).min(self.heals), format!("resume {paused}"));
                }
                _ => self.say(step, replica, &[dice.pick(&["SLAVEOF NO ONE", "SLAVEOF master 6379"]).to_string()]),
            }
        }
        self.later = Some(dice);
    }

    fn one_trouble(&mut self) {
        let (from, to) = self.while_chaos();
        let a = self.server();
        // Most links carry a stream from the start.
        let b = self.servers[a].follows.filter(|_| !self.dice.one_in(4)).unwrap_or_else(|| self.other(a));
        let (an, bn) = (self.name(a), self.name(b));
        match self.dice.below(29) {
            0..=3 => {
                self.act(from, format!("cut {an} {bn}"));
                self.act(to, format!("heal {an} {bn}"));
            }
            4 | 5 => {
                let arrow = self.dice.pick(&["", "-> "]);
                let (an, bn) = if self.dice.one_in(2) { (bn, an) } else { (an, bn) };
                self.act(from, format!("freeze {an} {arrow}{bn}"));
                self.act(to, format!("heal {an} {bn}"));
            }
            6 => {
                let (bandwidth, latency) = (self.dice.pick(&["20kb/s", "60kb/s", "500kb/s"]), self.dice.pick(&[1, 20, 80]));
                self.act(from, format!("link {an} {bn} bandwidth {bandwidth} latency {latency}ms"));
            }
            7 | 8 => {
                self.act(from, format!("pause {an}"));
                self.act(to, format!("resume {an}"));
            }
            9 | 10 => {
                let (how, rdb) = (self.dice.pick(&["crash", "crash", "power-off"]), self.comes_back());
                if self.dice.one_in(2) {
                    self.say(from.saturating_sub(200), a, &["SAVE".into()]);
                }
                self.act(from, format!("{how} {an}"));
                self.act(to, format!("restart {an}{rdb}"));
            }
            11 => {
                let rdb = self.comes_back();
                self.act(from, format!("restart {an}{rdb}"));
            }
            12 => {
                let fault = self.dice.pick(&[
                    "child-slow 5",
                    "child-silent",
                    "child-fails",
                    "disk-full",
                    "fork-fails",
                    "folder-gone",
                    "folder-read-only",
                ]);
                self.act(from, format!("fault {an} {fault}"));
                self.act(to, format!("fault {an} none"));
                // Somebody must need a child.
                let (cn, back) = (self.other(a), from + 100);
                let cn = self.name(cn);
                self.act(back, format!("cut {an} {cn}"));
                self.act(back + 300, format!("heal {an} {cn}"));
            }
            13..=15 => {
                let line = match self.dice.below(7) {
                    0..=2 => format!("repl-backlog-size {}", self.dice.pick(&[16_384, 17_000, 40_000, 1_000_000])),
                    3 => format!("repl-timeout {}", self.dice.pick(&[1, 2, 5])),
                    4 => format!("client-output-buffer-limit \"slave {} 0 0\"", self.dice.pick(&[30_000, 80_000])),
                    5 => format!("min-slaves-to-write {}", self.dice.pick(&[0, 1, 2])),
                    _ => format!("repl-diskless-sync {}", self.dice.pick(&["yes", "no"])),
                };
                self.say(from, a, &[format!("CONFIG SET {line}")]);
            }
            26 => {
                // Both ends are paused, one after the other.
                let (long, short) = (self.dice.between(200, 1_500), self.dice.between(50, 700));
                for (server, ms) in [(b, long), (a, short)] {
                    let at = self.dice.between(from, from + 200);
                    self.pause_callers(at, server, ms);
                }
            }
            27 if self.late_password => self.password_at_run_time(from, a),
            27 | 28 => self.slow_transaction(from, to, a),
            kind => self.one_trouble_of_servers(kind, (a, b), from, to),
        }
    }
    /// What servers are told, rather than what happens to them. `kind`: the number that was drawn.
    fn one_trouble_of_servers(&mut self, kind: u64, (a, b): (usize, usize), from: u64, to: u64) {
        let (an, bn) = (self.name(a), self.name(b));
        match kind {
            16..=18 => self.failover(from, to),
            19 => {
                // Somebody follows another: a chain, or a way back.
                let b = self.other(a);
                if a != 0 || self.dice.one_in(4) {
                    let bn = self.name(b);
                    self.say(from, a, &[format!("SLAVEOF {bn} 6379")]);
                    if a == 0 || self.dice.one_in(2) {
                        let back = if a == 0 { "NO ONE".to_string() } else { "master 6379".to_string() };
                        self.say(to, a, &[format!("SLAVEOF {back}")]);
                    }
                }
            }
            20 => {
                let tenths = self.dice.between(1, 9);
                self.say(from, a, &[format!("DEBUG SLEEP 0.{tenths}")]);
            }
            21 if !self.expiry => {
                self.say(from, a, &["DEBUG RELOAD".into()]);
                if self.dice.one_in(2) {
                    // Whoever comes back now meets a server that loads.
                    let (bn, back) = (self.other(a), self.dice.between(1, 200));
                    let bn = self.name(bn);
                    self.act(from.saturating_sub(back), format!("cut {an} {bn}"));
                    self.act(from.saturating_sub(back) + 10, format!("heal {an} {bn}"));
                }
            }
            22 => {
                // The master hands its role over, or tries to.
                let caps = self.servers[a].era.capabilities();
                let timeout = self.dice.pick(&[50, 300, 2_000]);
                let command = match self.dice.below(4) {
                    _ if !caps.failover => "PING".to_string(),
                    0 => format!("FAILOVER TO {bn} 6379 FORCE TIMEOUT {timeout}"),
                    1 => format!("FAILOVER TO {bn} 6379 TIMEOUT {timeout}"),
                    _ => format!("FAILOVER TIMEOUT {timeout}"),
                };
                self.say(from, a, &[command]);
                if self.dice.one_in(4) {
                    self.say(to, a, &["FAILOVER ABORT".into()]);
                }
            }
            23 => {
                let ms = self.dice.between(20, 1_500);
                self.pause_callers(from, a, ms);
            }
            24 => {
                // Much is written while somebody is away.
                let (a, an) = if self.writable { (0, self.name(0)) } else { (a, an) };
                let cn = self.other(a);
                let cn = self.name(cn);
                self.said += 1;
                let burst = format!("burst-{}", self.said);
                self.act(from, format!("cut {an} {cn}"));
                self.act(from + 10, format!("client {burst} on {an}: every 10ms SET big:{{1..9}} {{2500 bytes}}"));
                self.act(to, format!("client {burst} stop"));
                self.act(to, format!("heal {an} {cn}"));
            }
            _ => {
                let command = self.dice.pick(&["BGSAVE", "SAVE", "FLUSHDB"]);
                let a = if self.writable { 0 } else { a };
                self.say(from, a, &[command.to_string()]);
            }
        }
    }
    fn pause_callers(&mut self, at: u64, server: usize, ms: u64) {
        let caps = self.servers[server].era.capabilities();
        let writes = if caps.pause_writes && self.dice.one_in(2) { " WRITE" } else { "" };
        if caps.client_pause {
            self.say(at, server, &[format!("CLIENT PAUSE {ms}{writes}")]);
        }
    }
    /// Everybody learns the password, and then it is asked for.
    fn password_at_run_time(&mut self, at: u64, server: usize) {
        for other in 0..self.servers.len() {
            self.say(at, other, &["CONFIG SET masterauth s3cret".into()]);
        }
        self.say(at + 5, server, &["CONFIG SET requirepass s3cret".into()]);
    }
    /// A transaction that is typed slowly: what it needed at first may be missing at its end. A console that a password shuts out in the middle of one would
    /// never come out of it.
    fn slow_transaction(&mut self, from: u64, to: u64, server: usize) {
        let server = if self.writable { 0 } else { server };
        if self.late_password || self.typed.iter().any(|typed| typed.server == server) {
            return;
        }
        /// So long after it was cut off a master surely lacks good replicas, ms.
        const LACKS_MS: u64 = 3_600;
        self.said += 1;
        let said = self.said;
        let last = self.heals - 50;
        let cut_off = self.servers[server].era.capabilities().psync && from + LACKS_MS < last && self.dice.one_in(2);
        if cut_off {
            self.say(from, server, &["min-slaves-to-write 1", "min-slaves-max-lag 1"].map(|line| format!("CONFIG SET {line}")));
            let name = self.name(server);
            for other in (0..self.servers.len()).filter(|other| *other != server).collect::<Vec<_>>() {
                let other = self.name(other);
                self.act(from + 30, format!("cut {name} {other}"));
                self.act(last, format!("heal {name} {other}"));
            }
        }
        let first = self.acts.len();
        self.say(from + 10, server, &["MULTI".into(), format!("SET slow:{said} {said}"), "INCR slow:n".into()]);
        let end = if cut_off { to.max(from + LACKS_MS) } else { to }.min(last);
        self.say(end, server, &["EXEC".into()]);
        self.typed.push(Typed { server, lines: first..self.acts.len(), at: (from + 10, end) });
    }
    /// What else is said at a console waits until the transaction that is typed there is at its end: it would be queued, and SLAVEOF between MULTI and EXEC
    /// leaves half a transaction in the stream (4.0 to 6.2). DEBUG RELOAD stays where it is: the transaction goes on when the data are back.
    fn wait_for_typed(&mut self) {
        for typed in core::mem::take(&mut self.typed) {
            let console = format!("{}: ", self.servers[typed.server].name);
            let (from, end) = typed.at;
            for (ix, (at, act)) in self.acts.iter_mut().enumerate() {
                let queued = act.ends_with(": DEBUG RELOAD");
                if (from..=end).contains(at) && !typed.lines.contains(&ix) && act.starts_with(&console) && !queued {
                    *at = end + 1;
                }
            }
        }
    }
    /// A replica takes over; the others follow it sooner or later, or not at all.
    fn failover(&mut self, from: u64, to: u64) {
        let new = self.dice.between(1, self.servers.len() as u64 - 1) as usize;
        if self.dice.one_in(2) {
            let (old, name) = (self.name(0), self.name(new));
            self.act(from.saturating_sub(100), format!("cut {old} {name}"));
            self.act(to, format!("heal {old} {name}"));
        }
        self.say(from, new, &["SLAVEOF NO ONE".into()]);
        if !self.writable && self.dice.one_in(2) {
            self.said += 1;
            let said = self.said;
            self.say(from + 20, new, &[format!("SET mine:{said} {said}")]);
        }
        let name = self.name(new);
        for other in (0..self.servers.len()).filter(|other| *other != new).collect::<Vec<_>>() {
            if self.dice.one_in(4) {
                continue;
            }
            let at = self.dice.between(from + 1, to.max(from + 300));
            self.say(at, other, &[format!("SLAVEOF {name} 6379")]);
        }
        if self.dice.one_in(4) {
            self.say(to, new, &["SLAVEOF master 6379".into()]);
        }
    }

    fn one_command(&mut self) {
        let (at, _) = self.while_chaos();
        let a = if self.quiet || self.writable { 0 } else { self.server() };
        self.said += 1;
        let said = self.said;
        if self.expiry && self.dice.one_in(3) {
            return self.door(at, a);
        }
        let commands: Vec<String> = match self.dice.below(8) {
            0 | 1 => {
                ["MULTI", "SET t:a {}", "INCR t:b", "SADD t:c {}", "EXEC"].iter().map(|c| c.replace("{}", &said.to_string())).collect()
            }
            2 | 3 => vec![format!("SET waited {said}"), format!("WAIT {} {}", self.dice.between(1, 3), self.dice.pick(&[1, 100, 800]))],
            4 | 5 => vec![format!("SELECT {}", self.dice.between(0, 5)), format!("SET here {said}"), "INCR there".into()],
            // In whatever database the console stands.
            6 => vec![format!("SET here {said}")],
            _ if self.expiry => vec![format!("SET gone:{said} x PX {}", self.dice.pick(&[50, 300])), format!("PEXPIRE gone:{said} 120")],
            _ => vec![format!("LPUSH other {said}")],
        };
        self.say(at, a, &commands);
    }

    /// A caller of a writable replica gives a key a time to live, in one of the ways there are.
    fn own_key(&mut self) {
        let (at, _) = self.while_chaos();
        let a = self.dice.between(1, self.servers.len() as u64 - 1) as usize;
        let (key, ms) = (format!("own:{}", self.dice.between(1, 4)), self.dice.pick(&[90, 300, 900]));
        let mut commands = vec![format!("SELECT {OWN_DB}")];
        match self.dice.below(4) {
            0 => commands.push(format!("PSETEX {key} {ms} x")),
            1 => commands.extend([format!("SET {key} x"), format!("PEXPIRE {key} {ms}")]),
            2 => commands.extend([format!("SET {key} x PX {ms}"), format!("RENAME {key} {key}:b")]),
            _ => commands.push(format!("SET {key} x PX {ms}")),
        }
        commands.push("SELECT 0".into());
        self.say(at, a, &commands);
    }
    /// A key expires where somebody is about to meet it: in a transaction that sleeps, and in a database that comes back.
    fn door(&mut self, at: u64, a: usize) {
        let era = self.servers[a].era;
        let (key, add) = self.dice.pick(&[("soon:1", "RPUSH soon:1 x"), ("soon:2", "RPUSH soon:2 x"), ("soonz:1", "ZADD soonz:1 1 x")]);
        let expires = format!("PEXPIRE {key} {}", self.dice.pick(&[20, 40]));
        if era.capabilities().lazyfree && self.dice.one_in(3) {
            self.say(at, a, &["SELECT 1".into(), add.into(), expires, "SELECT 0".into()]);
            let later = self.dice.between(30, 70);
            self.say(at + later, a, &["SWAPDB 0 1".into()]);
            self.say(at + later + 20, a, &["SWAPDB 0 1".into()]);
        } else {
            self.say(at, a, &["MULTI".into(), add.into(), expires, "DEBUG SLEEP 0.06".into(), "EXEC".into()]);
        }
    }

    /// The edges where callers meet a server.
    fn edges(&mut self, dice: &mut Dice) {
        let moment = |dice: &mut Dice, heals: u64| {
            let from = dice.between(600, heals - 1_200);
            (from, dice.between(from + 300, (heals - 100).min(from + 3_000)))
        };
        if self.password && dice.one_in(2) {
            // Who has not given the password yet says a long word.
            let name = self.name(dice.below(self.servers.len() as u64) as usize);
            self.act(dice.between(60, 180), format!("{name}: MGET a b c d e f g h i j k l"));
        }
        if !self.writable && dice.one_in(5) {
            // A promotion, and a sleep behind it, in one transaction.
            let (server, (from, to)) = (dice.between(1, self.servers.len() as u64 - 1) as usize, moment(dice, self.heals));
            let sleep = format!("DEBUG SLEEP 0.{}", dice.between(2, 4));
            self.say(from, server, &["MULTI".into(), "SLAVEOF NO ONE".into(), sleep, "EXEC".into()]);
            self.say(to.max(from + 500), server, &["SLAVEOF master 6379".into()]);
        }
        if self.servers.iter().all(|server| server.era.has(Era::V5_0)) && dice.one_in(3) {
            // Up to 4.0 a replica would obey the limit, and drop what its master writes.
            self.limited = true;
            let (from, to) = moment(dice, self.heals);
            let lacks = dice.one_in(2);
            let set = |lines: &[&str]| lines.iter().map(|line| format!("CONFIG SET {line}")).collect::<Vec<_>>();
            self.say(from, 0, &set(if lacks { &["min-slaves-to-write 9", "maxmemory 1"] } else { &["maxmemory 1"] }));
            self.say(to, 0, &set(if lacks { &["maxmemory 0", "min-slaves-to-write 0"] } else { &["maxmemory 0"] }));
        }
        if dice.one_in(4) {
            // An answer larger than a caller may let wait.
            let server = if self.writable { 0 } else { dice.below(self.servers.len() as u64) as usize };
            let (at, _) = moment(dice, self.heals);
            let limit = |bytes: u64| format!("CONFIG SET client-output-buffer-limit \"normal {bytes} 0 0\"");
            self.say(at, server, &[limit(20_000), "SETRANGE huge:1 40000 x".into(), "GET huge:1".into()]);
            self.say(at + 30, server, &[limit(0)]);
        }
    }

    /// Whether a server reads what the one before it would send.
    fn reads_next(&self, ix: usize) -> bool {
        let (above, era) = (self.servers[ix - 1].era, self.servers[ix].era);
        if self.later.is_some() { era.reads(above) } else { above <= era }
    }
    /// A Valkey that took a cut for a broken file is gone, and somebody has to start it.
    fn start_again(&mut self, heals: u64) {
        for ix in 0..self.servers.len() {
            if self.later.is_some() && self.servers[ix].era.capabilities().cut_load_exits {
                let name = self.name(ix);
                self.act(heals + 20, format!("restart {name} without rdb"));
            }
        }
    }

    // ---- everything heals

    fn healing(&mut self, text: &mut String) {
        let (heals, ends) = (self.heals, self.heals + HEALING_MS);
        let _ = writeln!(text, "#heals {heals}ms ends {ends}ms");
        let names: Vec<String> = self.servers.iter().map(|server| server.name.clone()).collect();
        for (ix, a) in names.iter().enumerate() {
            for b in &names[ix + 1..] {
                self.act(heals, format!("heal {a} {b}"));
                self.act(heals, format!("link {a} {b} latency 1ms jitter 0ms bandwidth unlimited buffer 256kb"));
            }
            self.act(heals, format!("fault {a} none"));
            self.act(heals, format!("resume {a}"));
        }
        // One leads whose RDBs everybody can read; up to 7.0 that is the oldest.
        let oldest = self.servers.iter().map(|server| server.era).min();
        let read = |ix: usize| match &self.later {
            None => Some(self.servers[ix].era) == oldest,
            Some(_) => self.servers.iter().all(|server| server.era.reads(self.servers[ix].era)),
        };
        let may: Vec<usize> = (0..names.len()).filter(|ix| read(*ix)).collect();
        if may.is_empty() {
            // Nobody is read by all: then nobody can bring them together.
            text.truncate(text.rfind("#heals ").unwrap_or(text.len()));
            let _ = writeln!(text, "#ends {ends}ms");
            return;
        }
        let leader = self.dice.pick(&may);
        self.start_again(heals);
        let chain = self.dice.one_in(3);
        for later in [100, 3_000, 15_000] {
            for ix in 0..names.len() {
                // Whoever was loading did not let its console end a transaction.
                self.act(heals + later, format!("{}: DISCARD", names[ix]));
                let role = if ix == leader {
                    "SLAVEOF NO ONE".to_string()
                } else if chain && ix > 0 && ix - 1 != leader && self.reads_next(ix) {
                    format!("SLAVEOF {} 6379", names[ix - 1])
                } else {
                    format!("SLAVEOF {} 6379", names[leader])
                };
                // A master whose last save failed answers PING with -MISCONF: nobody gets in before somebody helps.
                let set = [
                    "repl-timeout 5",
                    "repl-ping-slave-period 1",
                    "client-output-buffer-limit \"slave 0 0 0\"",
                    "stop-writes-on-bgsave-error no",
                ]
                .map(|line| format!("CONFIG SET {line}"));
                let psync = ["min-slaves-to-write 0", "repl-diskless-sync-delay 0"].map(|line| format!("CONFIG SET {line}"));
                if self.limited {
                    self.say(heals + later, ix, &["CONFIG SET maxmemory 0".into()]);
                }
                if self.late_password {
                    let both = ["requirepass s3cret", "masterauth s3cret"].map(|line| format!("CONFIG SET {line}"));
                    self.say(heals + later, ix, &both);
                }
                self.say(heals + later, ix, &set);
                if self.servers[ix].era.capabilities().psync {
                    self.say(heals + later, ix, &psync);
                }
                self.say(heals + later, ix, &[role]);
            }
        }
        let clients: Vec<String> =
            text.lines().filter_map(|line| line.split("client ").nth(1)?.split_once(" on ").map(|(name, _)| name.to_string())).collect();
        for client in clients {
            self.act(heals + 3_500, format!("client {client} stop"));
        }
        self.acts.sort_by_key(|(at, _)| *at);
        for (at, act) in core::mem::take(&mut self.acts) {
            let _ = writeln!(text, "at {at}ms {act}");
        }
    }
}
