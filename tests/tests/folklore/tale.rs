//! A world of the engine that is played while everything that is told in it is kept.

use resync_core::era::Era;
use resync_core::info::{self, InfoText};
use resync_core::note::Note;
use resync_core::resp::cli;
use resync_core::scenario;
use resync_core::sim::{Ran, Recorder, Sim};
use resync_core::time::Time;

/// A world, and everything that was told in it.
pub(crate) struct Tale {
    pub(crate) sim: Sim,
    rec: Recorder,
    told: Vec<(u64, u32, Note)>,
}

impl Tale {
    /// A world from scenario text.
    pub(crate) fn of(text: &str) -> Tale {
        let world = scenario::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}")).world;
        let mut rec = Recorder::new();
        rec.want_flow = true;
        Tale { sim: Sim::new(&world).unwrap_or_else(|error| panic!("{error}\n{text}")), rec, told: Vec::new() }
    }
    /// A master with one replica, a loopback apart, with lines of configuration for both; RDBs go by disk.
    pub(crate) fn pair(era: Era, seed: u64, master: &str, replica: &str) -> Tale {
        Tale::mixed(era, era, seed, master, replica)
    }
    pub(crate) fn mixed(of_master: Era, of_replica: Era, seed: u64, master: &str, replica: &str) -> Tale {
        let disk = |era: Era| if era.capabilities().diskless_sync { " repl-diskless-sync no" } else { "" };
        let (m, r) = (disk(of_master), disk(of_replica));
        Tale::of(&format!(
            "seed {seed}\ndefault link latency 100us\nera {of_master}\nnode master{m} save \"\" {master}\nera {of_replica}\nnode replica-1{r} save \"\" {replica} follows master\n"
        ))
    }
    /// Time passes, up to that millisecond.
    pub(crate) fn to(&mut self, ms: u64) -> &mut Tale {
        let to = Time::from_millis(ms);
        while self.sim.next_event_at().is_some_and(|at| at <= to) {
            if self.sim.step(&mut self.rec).is_none() {
                break;
            }
            let now = self.sim.now().as_micros();
            self.told.extend(self.sim.notes().iter().map(|(node, note)| (now, *node, note.clone())));
        }
        assert_eq!(self.sim.run_until(to, &mut self.rec, u64::MAX), Ran::Reached);
        self
    }
    pub(crate) fn pass(&mut self, ms: u64) -> &mut Tale {
        let now = self.now();
        self.to(now as u64 + ms)
    }
    /// Milliseconds.
    pub(crate) fn now(&self) -> f64 {
        self.sim.now().as_micros() as f64 / 1_000.0
    }
    /// A line of scenario text, now. A command's reply, as redis-cli prints it; of a synchronisation the last line that it prints.
    pub(crate) fn act(&mut self, line: &str) -> String {
        let act = scenario::parse_act(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        let at = line.split_once(':').and_then(|(node, _)| self.sim.by_name(node));
        let before = at.map_or(0, |ix| self.sim.machine(ix).console.printed().count());
        let done = self.sim.act(&act, &mut self.rec).unwrap_or_else(|error| panic!("{line}: {error}"));
        let now = self.sim.now().as_micros();
        self.told.extend(self.sim.notes().iter().map(|(node, note)| (now, *node, note.clone())));
        let Some(ix) = at else { return String::new() };
        match done.reply {
            Some(reply) => cli::format_era(&reply, self.sim.node(ix).era()),
            None => self.sim.machine(ix).console.printed().skip(before).last().map_or_else(String::new, |printed| printed.line.clone()),
        }
    }
    pub(crate) fn ix(&self, node: &str) -> u32 {
        self.sim.by_name(node).unwrap_or_else(|| panic!("no {node}"))
    }
    fn replication(&self, node: &str) -> InfoText {
        let node = self.sim.node(self.ix(node));
        let text = ["replication", "stats"].map(|section| node.info(self.sim.now(), Some(section))).concat();
        info::parse(&text).expect("what a server says of itself can be read")
    }
    pub(crate) fn info(&self, node: &str, field: &str) -> String {
        self.replication(node).named(field).unwrap_or_default()
    }
    pub(crate) fn number(&self, node: &str, field: &str) -> i64 {
        self.info(node, field).parse().unwrap_or(-1)
    }
    /// `offset` and `lag` of a replica's line at its master.
    pub(crate) fn line_of(&self, master: &str, slave: &str) -> (i64, i64) {
        let text = self.replication(master);
        let line = text.replicas().find(|(number, _)| format!("slave{number}") == slave).and_then(|(_, line)| line.ok());
        line.and_then(|line| line.acked.as_ref().map(|acked| (acked.offset, acked.lag_s))).unwrap_or((-1, -1))
    }
    /// Moments (ms) of a node's log lines that begin so, after a moment. Valkey's word for a master is taken for Redis's.
    pub(crate) fn lines(&self, node: &str, start: &str, after: f64) -> Vec<f64> {
        let ix = self.ix(node);
        let begins = |text: &str| text.starts_with(start) || text.replace("PRIMARY", "MASTER").starts_with(start);
        let of = |(at, n, note): &(u64, u32, Note)| match note {
            Note::Log { text, .. } if *n == ix && begins(text) => Some(*at as f64 / 1_000.0),
            _ => None,
        };
        self.told.iter().filter_map(of).filter(|at| *at >= after).collect()
    }
    pub(crate) fn log(&self, node: &str) -> Vec<String> {
        let ix = self.ix(node);
        let of = |(_, n, note): &(u64, u32, Note)| if let Note::Log { text, .. } = note { (*n == ix).then(|| text.clone()) } else { None };
        self.told.iter().filter_map(of).collect()
    }
    /// Moments (ms) of a node's notes of a kind.
    pub(crate) fn notes(&self, node: &str, name: &str, after: f64) -> Vec<f64> {
        let ix = self.ix(node);
        let of = |(_, n, note): &&(u64, u32, Note)| *n == ix && note.kind().name() == name;
        self.told.iter().filter(of).map(|(at, ..)| *at as f64 / 1_000.0).filter(|at| *at >= after).collect()
    }
    pub(crate) fn up(&self) -> bool {
        self.info("replica-1", "master_link_status") == "up"
    }
}
