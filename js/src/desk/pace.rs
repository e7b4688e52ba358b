//! How the run moves: frames of playing, hops from milestone to milestone, seeks, and waiting for a condition.

use super::run::Run;
use super::{Desk, Turn};
use crate::player::{Facts, Plan};
use crate::refusal::Refusal;
use resync_core::condition::{Condition, Watch};
use resync_core::node::api::Payload;
use resync_core::note::{Class, Note};
use resync_core::sim::tcp::Freight;
use resync_core::time::{Span, Time};
use resync_core::timeline::Ran;
use std::fmt;

/// Steps between two looks at the clock.
const SLICE: u64 = 300;
/// Reduced motion: a hop ends at a milestone, or after this much time without one, µs.
pub(super) const HOP_US_MAX: u64 = 1_000_000;
/// How far a condition is waited for, unless it says `within`.
pub const UNTIL_DEFAULT: Span = Span::from_secs(3_600);

/// A condition that is waited for.
pub struct Waiting {
    watch: Watch,
    to: Time,
    text: String,
}
impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Waiting({})", self.text)
    }
}

impl Desk {
    /// Switches discrete steps.
    pub fn set_reduced(&mut self, on: bool) {
        self.player.set_reduced(on);
    }

    /// One frame of playing the run in focus: what the player plans, as long as `in_time` says so. What does not fit is given up: the clock slips.
    ///
    /// # Errors
    /// If time no longer passes: why.
    pub fn frame(&mut self, wall_us: u64, in_time: &dyn Fn() -> bool) -> Result<Plan, Refusal> {
        if !self.player.playing() {
            return Ok(Plan::Rest);
        }
        let run = &mut self.runs[self.focus];
        let before = run.facts();
        let plan = self.player.frame(wall_us, &before);
        match plan {
            Plan::Rest => {}
            Plan::Hop => run.hop(in_time)?,
            Plan::Advance(us) => {
                let to = Time::from_micros(run.now_us() + us);
                // Under *auto*, silence ends where something sets out: the frame ends there, and the next one is slow.
                let watchful = self.player.auto() && before.decisive_us.is_none();
                loop {
                    match run.timeline.advance(to, if watchful { 32 } else { SLICE }) {
                        Ran::Stuck(why) => return Err(why.into()),
                        Ran::Reached => break,
                        Ran::Budget | Ran::Held => {}
                    }
                    if !in_time() || watchful && run.facts().decisive_us.is_some() {
                        break;
                    }
                }
            }
        }
        Ok(plan)
    }
    /// One event on; the clock stops.
    pub fn step(&mut self) {
        self.player.pause();
        self.run_mut().timeline.step();
    }
    /// One event back; the clock stops.
    pub fn back(&mut self) {
        self.player.pause();
        self.run_mut().timeline.back();
    }

    /// A new long piece of work begins: its number. Older ones are over.
    pub fn begin_job(&mut self) -> u64 {
        self.job += 1;
        self.job
    }
    /// Whether this piece of work is still the newest.
    #[must_use]
    pub fn is_job(&self, job: u64) -> bool {
        self.job == job
    }
}

impl Run {
    /// The milestone after a moment, µs: where the next key leads, and where a hop ends.
    #[must_use]
    pub fn mark_after(&self, now_us: u64) -> Option<u64> {
        self.marks().find(|at| *at > now_us)
    }
    /// The milestone before a moment, µs.
    #[must_use]
    pub fn mark_before(&self, now_us: u64) -> Option<u64> {
        self.marks().take_while(|at| *at < now_us).last()
    }
    pub(super) fn marks(&self) -> impl Iterator<Item = u64> {
        let entries = self.timeline.recorder().journal().entries();
        entries.iter().filter(|e| worth_seeing(&e.note)).map(|e| e.at.as_micros())
    }

    /// On to the end of the instant of the next milestone worth seeing, or by a second if there is none.
    ///
    /// # Errors
    /// If time no longer passes: why.
    pub fn hop(&mut self, in_time: &dyn Fn() -> bool) -> Result<(), Refusal> {
        let newest = |run: &Run| run.timeline.recorder().journal().entries().back().map(|e| (e.event, e.times, worth_seeing(&e.note)));
        let to = self.timeline.now() + Span::from_micros(HOP_US_MAX);
        loop {
            let before = newest(self);
            match self.timeline.advance(to, 1) {
                Ran::Stuck(why) => return Err(why.into()),
                Ran::Reached => return Ok(()),
                Ran::Budget | Ran::Held => {}
            }
            let now = newest(self);
            if now != before && now.is_some_and(|(.., worth)| worth) {
                // What happens together is seen together.
                return match self.timeline.advance(self.timeline.now(), 10_000) {
                    Ran::Stuck(why) => Err(why.into()),
                    _ => Ok(()),
                };
            }
            if !in_time() {
                return Ok(());
            }
        }
    }

    /// What is under way, as far as the speed is concerned.
    #[must_use]
    pub fn facts(&self) -> Facts {
        let sim = self.timeline.sim();
        let mut facts = Facts::default();
        for packet in sim.packets().map(|under_way| under_way.packet) {
            // Frozen: it does not move, and nobody waits for it to arrive.
            if packet.t1 == Time::NEVER {
                continue;
            }
            let slot = match &packet.freight {
                Freight::Accept | Freight::Fin | Freight::Reset => &mut facts.decisive_us,
                Freight::Data(label) => match label.payload {
                    Payload::Request { .. } | Payload::Reply { .. } | Payload::Rdb { .. } => &mut facts.decisive_us,
                    Payload::Stream { .. } | Payload::Ack(_) | Payload::Newline => &mut facts.everyday_us,
                    Payload::Client => continue,
                },
            };
            *slot = Some(slot.unwrap_or(0).max(packet.t1.since(packet.t0).as_micros()));
        }
        facts.someone_away = sim.machines().iter().any(|m| m.node.link_mark().is_some_and(|link| !link.up))
            || sim.links().iter().any(|l| l.cut || l.frozen());
        facts
    }

    /// Some of the way to a moment, back or forward, as long as `in_time` says so.
    pub fn seek_some(&mut self, to_us: u64, in_time: &dyn Fn() -> bool) -> Turn {
        let to = Time::from_micros(to_us);
        loop {
            match self.timeline.seek(to, SLICE) {
                Ran::Reached | Ran::Held => return Turn::Done,
                Ran::Stuck(why) => return Turn::Failed(why.into()),
                Ran::Budget if !in_time() => return Turn::More,
                Ran::Budget => {}
            }
        }
    }

    /// Begins to wait for a condition, which may end in `within TIME`.
    ///
    /// # Errors
    /// If the text is no condition.
    pub fn wait_for(&mut self, condition: &str) -> Result<Waiting, Refusal> {
        let (condition, within) = Condition::parse_until(condition)?;
        let to = self.timeline.now() + within.unwrap_or(UNTIL_DEFAULT);
        Ok(Waiting { watch: self.timeline.watch(&condition), to, text: condition.to_string() })
    }
    /// Plays some of the way to it.
    pub fn wait_some(&mut self, waiting: &mut Waiting, in_time: &dyn Fn() -> bool) -> Turn {
        loop {
            match self.timeline.advance_watching(&mut waiting.watch, waiting.to, SLICE) {
                Ran::Held => return Turn::Done,
                Ran::Reached => {
                    return Turn::Failed(Refusal::NotHeld { condition: waiting.text.clone(), until_ms: waiting.to.as_millis() });
                }
                Ran::Stuck(why) => return Turn::Failed(why.into()),
                Ran::Budget if !in_time() => return Turn::More,
                Ran::Budget => {}
            }
        }
    }
}

/// Milestones at which the keys for the previous and next event, and a hop, stop.
fn worth_seeing(note: &Note) -> bool {
    note.class() == Class::Milestone
        && !matches!(
            note,
            Note::Log { .. } | Note::SessionState { .. } | Note::ConfigSet { .. } | Note::ClientReply { .. } | Note::ChildDone { .. }
        )
}
