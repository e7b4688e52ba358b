//! *Size it*: a backlog for an outage.
//!
//! Steps: how many bytes are written meanwhile; does one of the sizes hold what is missed; which is the smallest that does. The same world is played with each
//! size, smallest first, until the replica comes back by +CONTINUE.

use super::made::{Drill, Kind, Said, Scene, Sizing, Step};
use super::plan::{self, Dice, Next, number, opening};
use crate::play::fault::Fault;
use resync_core::note::Note;
use resync_core::time::{Span, Time};
use resync_core::timeline::Timeline;

/// Sizes that are offered, KB.
const SIZES: [u64; 4] = [16, 32, 64, 128];
const ERAS: [&str; 7] = ["2.8", "3.0", "3.2", "4.0", "5.0", "6.2", "7.0"];
/// The link breaks then.
const CUT: Time = Time::from_secs(10);
/// A replica is back by then, one way or the other, after the link is.
const BACK: Span = Span::from_secs(8);

pub(super) struct Plan {
    end: usize,
    seed: u64,
    dice: Dice,
    /// A longer or shorter outage, where the first one led to another end.
    attempt: u64,
    at: usize,
    held: Vec<i64>,
    before: Option<i64>,
    written: i64,
    healed: bool,
}

impl Plan {
    pub(super) fn new(end: usize, seed: u64) -> Plan {
        Plan { end, seed, dice: Dice(seed), attempt: 0, at: 0, held: Vec::new(), before: None, written: 0, healed: false }
    }
    fn era(&self) -> &'static str {
        self.dice.of(1, &ERAS)
    }
    fn pace(&self) -> u64 {
        20 + 5 * self.dice.below(2, 7)
    }
    fn bytes(&self) -> u64 {
        20 + self.dice.below(3, 80)
    }
    /// How long the link is down, ms: by a guess at what the writer writes, as long as leads between two sizes. What is true the run says.
    fn away_ms(&self) -> u64 {
        let a_write = self.bytes() + 35;
        let below = if self.end == 0 { SIZES[0] * 300 } else { SIZES[self.end - 1] << 10 };
        let share = 30 + self.dice.below(10 + self.attempt, 40);
        let aim = below + ((SIZES[self.end] << 10) - below) * share / 100;
        (aim * self.pace() / a_write).next_multiple_of(500)
    }
    fn heal(&self) -> Time {
        CUT + Span::from_millis(self.away_ms())
    }
    fn world(&self) -> String {
        format!(
            "era {}\nseed {}\ndefault link latency 20ms\nnode master repl-backlog-size {}kb\nnode replica-1 follows master\n\
             client writer on master: every {}ms SET key:{{10..99}} {{{} bytes}}\nat 10s cut master replica-1\nat {}ms heal master replica-1\n",
            self.era(),
            self.dice.world(),
            SIZES[self.at],
            self.pace(),
            self.bytes(),
            10_000 + self.away_ms(),
        )
    }
    fn start(&mut self) -> Next {
        (self.before, self.healed) = (None, false);
        Next::World(self.world(), CUT)
    }
    fn fault(&self, why: &str) -> Fault {
        Fault::new("size it", 0, format!("{why}, end {}, seed {}", self.end, self.seed))
    }
    /// The replica has asked: either this size was enough, or the next one is tried.
    fn asked(&mut self, run: &Timeline) -> Result<Next, Fault> {
        let heal = self.heal();
        let verdict = run.recorder().journal().entries().iter().find_map(|entry| match &entry.note {
            Note::PsyncVerdict { ruling, .. } if entry.at >= heal => Some((entry.at, ruling.clone())),
            _ => None,
        });
        let (at, ruling) = verdict.ok_or_else(|| self.fault("the replica did not ask"))?;
        let window = ruling.window.ok_or_else(|| self.fault("no backlog"))?;
        self.held.push(window.histlen as i64);
        if ruling.partial().is_none() {
            self.at += 1;
            return if self.at < SIZES.len() { Ok(self.start()) } else { self.again() };
        }
        if self.at != self.end {
            return self.again();
        }
        // The smallest that is enough, or the one below it.
        let tried = self.end.saturating_sub(self.dice.below(5, 2) as usize);
        let away_ms = self.away_ms();
        let sizing = Sizing {
            rate: self.written.saturating_mul(1_000) / away_ms as i64,
            away_ms,
            written: self.written,
            gap: ruling.partial().unwrap_or_default() as i64,
            asked_ms: (at - heal).as_millis(),
            sizes: SIZES.map(|size| size << 10),
            tried,
            smallest: self.end,
            held: core::mem::take(&mut self.held),
        };
        Ok(Next::Made(Box::new(Drill {
            kind: Kind::Size,
            end: self.end,
            seed: self.seed,
            era: self.era().to_owned(),
            text: opening(&run.run_text(), at),
            node: "master",
            steps: [
                Step::number(self.written, self.written / 50),
                Step { choices: 2, right: Some(Said { choice: usize::from(tried < self.end), number: None }), near: 0 },
                Step::choose(SIZES.len(), self.end),
            ],
            scene: Scene::Size(sizing),
        })))
    }
    /// The guess led to another size: with another length of the outage.
    fn again(&mut self) -> Result<Next, Fault> {
        self.attempt += 1;
        if self.attempt > 20 {
            return Err(self.fault("no outage leads there"));
        }
        self.at = 0;
        self.held.clear();
        Ok(self.start())
    }
}

impl plan::Plan for Plan {
    fn next(&mut self, run: Option<&mut Timeline>) -> Result<Next, Fault> {
        let Some(run) = run else { return Ok(self.start()) };
        let offset = run.asked(|facts| number(facts, "master", "offset"));
        match self.before {
            None => {
                self.before = Some(offset);
                Ok(Next::Until(self.heal()))
            }
            Some(before) if !self.healed => {
                self.healed = true;
                self.written = offset - before;
                Ok(Next::Until(self.heal() + BACK))
            }
            Some(_) => self.asked(run),
        }
    }
}
