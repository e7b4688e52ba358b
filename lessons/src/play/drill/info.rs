//! *Read the INFO*: what both ends print, and what has happened.
//!
//! Steps: is the link up; how has the replica come back since it was lost; what happened. What happened is the one of four that the world's notes and links
//! say, whatever the world was drawn for.

use super::made::{Case, Cause, Drill, Kind, Said, Scene, Step};
use super::plan::{self, Dice, Next, opening, yes};
use crate::play::fault::Fault;
use resync_core::condition::Condition;
use resync_core::note::Note;
use resync_core::time::Time;
use resync_core::timeline::Timeline;
use resync_core::view;

const ERAS: [&str; 7] = ["2.8", "3.0", "3.2", "4.0", "5.0", "6.2", "7.0"];

/// The fields of the master that are shown, of all that INFO prints …
const OF_MASTER: [&str; 11] = [
    "uptime_in_seconds",
    "sync_full",
    "sync_partial_ok",
    "sync_partial_err",
    "role",
    "connected_slaves",
    "slave0",
    "master_replid",
    "master_repl_offset",
    "repl_backlog_first_byte_offset",
    "repl_backlog_histlen",
];
/// … and those of the replica.
const OF_REPLICA: [&str; 10] = [
    "uptime_in_seconds",
    "role",
    "master_link_status",
    "master_last_io_seconds_ago",
    "slave_repl_offset",
    "master_link_down_since_seconds",
    "master_replid",
    "master_replid2",
    "master_repl_offset",
    "second_repl_offset",
];

/// What the world says where it is this.
const fn condition_of(cause: Cause) -> &'static str {
    match cause {
        Cause::Cut => "link master replica-1 state = cut",
        Cause::Back => "note replica-1 partial-accepted",
        Cause::Window => "note master psync-verdict reason=lack-of-backlog",
        Cause::Silent => "link master replica-1 state = frozen",
        Cause::Promoted => "note replica-1 promoted",
        Cause::Replica => "note replica-1 restarted",
        Cause::Master => "note master restarted",
    }
}

pub(super) struct Plan {
    end: usize,
    seed: u64,
    dice: Dice,
}

impl Plan {
    pub(super) fn new(end: usize, seed: u64) -> Plan {
        Plan { end, seed, dice: Dice(seed) }
    }
    fn era(&self) -> &'static str {
        self.dice.of(1, &ERAS)
    }
    /// When it happens, ms.
    fn since(&self) -> u64 {
        12_000 + 10 * self.dice.below(4, 800)
    }
    fn world(&self) -> (String, Time) {
        let (dice, since) = (self.dice, self.since());
        let away = 2_000 + 10 * dice.below(5, 500);
        let (every, bytes) = (20 + dice.below(2, 40), 20 + dice.below(3, 60));
        let cut = format!("at {since}ms cut master replica-1\n");
        let healed = format!("{cut}at {}ms heal master replica-1\n", since + away);
        let (size, happens) = match Cause::ALL[self.end] {
            Cause::Cut => ("1mb", cut),
            Cause::Back => ("1mb", healed),
            // More than 16 KB while it is away.
            Cause::Window => {
                ("16kb", format!("{healed}at {since}ms client flood every 10ms\nat {}ms client flood stop\n", since + away / 2))
            }
            Cause::Silent => ("1mb", format!("at {since}ms freeze master replica-1\n")),
            Cause::Promoted => ("1mb", format!("at {since}ms replica-1: SLAVEOF NO ONE\n")),
            Cause::Replica => ("1mb", format!("at {since}ms crash replica-1\nat {}ms restart replica-1 without rdb\n", since + away)),
            Cause::Master => ("1mb", format!("at {since}ms crash master\nat {}ms restart master\n", since + away)),
        };
        let world = format!(
            "era {}\nseed {}\ndefault link latency {}ms\ndefault node repl-diskless-sync no\nnode master repl-backlog-size {size}\nnode replica-1 follows master\n\
             client writer on master: every {every}ms SET key:{{10..99}} {{{bytes} bytes}}\n\
             client flood on master: stopped pipeline 8 SET other:{{10..99}} {{400 bytes}}\n{happens}",
            self.era(),
            dice.world(),
            5 + dice.below(6, 40),
        );
        (world, Time::from_millis(since + away + 8_000 + 10 * dice.below(8, 800)))
    }
    fn fault(&self, why: &str) -> Fault {
        Fault::new("read the INFO", 0, format!("{why}, end {}, seed {}", self.end, self.seed))
    }
    fn printed(&self, run: &Timeline, node: &str, shown: &[&str]) -> Result<Vec<String>, Fault> {
        let ix = run.sim().by_name(node).unwrap_or_default();
        let info = view::info(run.sim(), ix, None).ok_or_else(|| self.fault("no process prints INFO"))?.to_string();
        let lines = info.lines().filter(|line| line.split_once(':').is_some_and(|(field, _)| shown.contains(&field)));
        Ok(lines.map(str::to_owned).collect())
    }
    fn read(&self, run: &Timeline) -> Result<Box<Drill>, Fault> {
        let mut holding = Vec::new();
        for cause in Cause::ALL {
            let condition = Condition::parse(condition_of(cause)).map_err(|error| Fault::shifted("read the INFO", "", &error))?;
            if run.holds(&condition) {
                holding.push(cause);
            }
        }
        let &[cause] = holding.as_slice() else { return Err(self.fault(&format!("{holding:?} hold"))) };
        let since = Time::from_millis(self.since());
        let came = run.recorder().journal().entries().iter().rev().find_map(|entry| match &entry.note {
            Note::PsyncVerdict { ruling, .. } if entry.at >= since => Some(ruling.partial().is_some()),
            _ => None,
        });
        // The true one and three others, in an order of the seed's own.
        let mut all: Vec<Cause> = Cause::ALL.into_iter().filter(|other| *other != cause).collect();
        let mut choices = [cause; 4];
        for (at, choice) in choices.iter_mut().enumerate().skip(1) {
            *choice = all.remove(self.dice.below(20 + at as u64, all.len() as u64) as usize);
        }
        let place = self.dice.below(9, 4) as usize;
        choices.swap(0, place);
        let up = run.asked(|facts| yes(facts, "replica-1", "link_up"));
        let case = Case {
            master: self.printed(run, "master", &OF_MASTER)?,
            replica: self.printed(run, "replica-1", &OF_REPLICA)?,
            choices,
            cause,
        };
        Ok(Box::new(Drill {
            kind: Kind::Info,
            end: self.end,
            seed: self.seed,
            era: self.era().to_owned(),
            text: opening(&run.run_text(), run.now()),
            node: "master",
            steps: [
                Step { choices: 2, right: Some(Said { choice: usize::from(!up), number: None }), near: 0 },
                Step::choose(
                    3,
                    match came {
                        Some(true) => 0,
                        Some(false) => 1,
                        None => 2,
                    },
                ),
                Step::choose(4, place),
            ],
            scene: Scene::Info(case),
        }))
    }
}

impl plan::Plan for Plan {
    fn next(&mut self, run: Option<&mut Timeline>) -> Result<Next, Fault> {
        match run {
            None => {
                let (text, until) = self.world();
                Ok(Next::World(text, until))
            }
            Some(run) => self.read(run).map(Next::Made),
        }
    }
}
