//! How the run moves: frames of playing, hops from milestone to milestone, seeks, and waiting for a condition.

use super::run::{INSTANT, Run};
use super::{Desk, Turn};
use crate::player::Plan;
use crate::refusal::Refusal;
use resync_core::condition::{Condition, Watch};
use resync_core::note::{Class, Note};
use resync_core::time::{Span, Time};
use resync_core::timeline::Ran;
use std::fmt;

/// Steps between two looks at the clock.
const SLICE: u64 = 300;
/// Reduced motion: a hop ends at a milestone, or after this much time without one, µs.
pub(super) const HOP_US_MAX: u64 = 1_000_000;
/// How far a condition is waited for, unless it says `within`.
pub const UNTIL_DEFAULT: Span = Span::from_secs(3_600);

/// What ends a frame early.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Watched {
    /// Something that a frame at this speed would pass over, in millionths of real time.
    speed: Option<u64>,
    /// A milestone.
    marks: bool,
}

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

    /// Where playing stops by itself, µs of the run in focus; nothing: nowhere.
    pub fn stop_at(&mut self, at_us: Option<u64>) {
        self.stop_at = at_us;
    }

    /// One frame of playing the run in focus: what the player plans, as long as `in_time` says so. What does not fit is given up: the clock slips.
    /// It stops by itself where an invariant breaks for the first time, where it was told to play to the next milestone, and where [`Desk::stop_at`] said.
    ///
    /// # Errors
    /// If time no longer passes: why.
    pub fn frame(&mut self, wall_us: u64, in_time: &dyn Fn() -> bool) -> Result<Plan, Refusal> {
        if !self.player.playing() {
            return Ok(Plan::Rest);
        }
        let run = &mut self.runs[self.focus];
        let plan = self.player.frame(wall_us, &run.interest.facts(run.timeline.sim(), run.timeline.recorder()));
        let stepping = self.player.stepping();
        let enough = match plan {
            Plan::Rest => false,
            Plan::Hop => {
                run.hop_within(self.stop_at, in_time)?;
                stepping
            }
            Plan::Advance(us) => {
                let watched = Watched { speed: self.player.auto().then(|| self.player.speed_micro()), marks: stepping };
                let to = self.stop_at.filter(|at| *at > run.now_us()).map_or(run.now_us() + us, |at| at.min(run.now_us() + us));
                run.film(Time::from_micros(to), watched, in_time)?
            }
        };
        let arrived = self.stop_at.is_some_and(|at| run.now_us() >= at);
        if run.breaks_anew() || enough || arrived {
            self.player.pause();
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
        self.hop_within(None, in_time)
    }
    /// The same, and never beyond a moment, µs.
    fn hop_within(&mut self, stop_us: Option<u64>, in_time: &dyn Fn() -> bool) -> Result<(), Refusal> {
        let to = self.timeline.now() + Span::from_micros(HOP_US_MAX);
        let to = stop_us.map(Time::from_micros).filter(|stop| *stop > self.timeline.now()).map_or(to, |stop| stop.min(to));
        loop {
            let before = self.timeline.step_number();
            match self.timeline.advance(to, 1) {
                Ran::Stuck(why) => return Err(why.into()),
                Ran::Reached => return Ok(()),
                Ran::Budget | Ran::Held => {}
            }
            // What the event itself told: the journal may know the future already.
            let sim = self.timeline.sim();
            if sim.event() > before && sim.notes().iter().any(|(_, note)| worth_seeing(note)) {
                // What happens together is seen together.
                return match self.timeline.advance(self.timeline.now(), INSTANT) {
                    Ran::Stuck(why) => Err(why.into()),
                    _ => Ok(()),
                };
            }
            if !in_time() {
                return Ok(());
            }
        }
    }

    /// Plays up to a moment, for one frame, which ends early where something begins that it would pass over. `true`: at a milestone, if those are watched for.
    ///
    /// # Errors
    /// If time no longer passes: why.
    fn film(&mut self, to: Time, watched: Watched, in_time: &dyn Fn() -> bool) -> Result<bool, Refusal> {
        let Run { timeline, interest, .. } = self;
        let mut at_mark = false;
        loop {
            let ran = if watched == Watched::default() {
                timeline.advance(to, SLICE)
            } else {
                timeline.advance_showing(to, SLICE, &mut |sim| {
                    at_mark = watched.marks && sim.notes().iter().any(|(_, note)| worth_seeing(note));
                    // Both are asked, so that what was on the screen is known.
                    watched.speed.is_some_and(|speed| interest.sees(sim, speed)) || at_mark
                })
            };
            match ran {
                Ran::Stuck(why) => return Err(why.into()),
                Ran::Reached | Ran::Held => break,
                Ran::Budget if !in_time() => break,
                Ran::Budget => {}
            }
        }
        if at_mark && let Ran::Stuck(why) = timeline.advance(timeline.now(), INSTANT) {
            return Err(why.into());
        }
        Ok(at_mark)
    }
    /// Whether an invariant is broken that was not known to break in this run.
    fn breaks_anew(&mut self) -> bool {
        let broken = self.timeline.checker().lamps().iter().filter(|lamp| !lamp.holds).count();
        let more = broken > self.broken;
        self.broken = self.broken.max(broken);
        more
    }

    /// Where the text says that whoever watches comes in, µs.
    #[must_use]
    pub fn opens_at_us(&self) -> u64 {
        self.timeline.scenario().opens.at.as_micros()
    }
    /// Whether time stands still there at first.
    #[must_use]
    pub fn opens_paused(&self) -> bool {
        self.timeline.scenario().opens.paused
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
