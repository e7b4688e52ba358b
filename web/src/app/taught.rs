//! The lesson that is open, as far as the page's rules are concerned: where somebody is in it, its runs on the desk, what is worked out of them.

use crate::lessons::Lesson;
use crate::teach::ahead::Ahead;
use crate::teach::drawn::Paper;
use crate::teach::{Place, Round, Step};
use resync_js::ids::RunId;
use resync_lessons::course::{Ask, Bet, Course};
use resync_lessons::play::{self, Told};
use std::rc::Rc;

/// Under which name a lesson's place is kept.
pub(super) fn kept_as(id: &str) -> String {
    format!("resync.lesson.{id}")
}

/// A lesson that is open.
pub(super) struct Teaching {
    pub(super) lesson: Rc<Lesson>,
    pub(super) place: Place,
    /// Its run on the desk, and what is known of it …
    pub(super) run: RunId,
    pub(super) ahead: Ahead,
    /// … and the same of its twin and of its transfer, once somebody has come to them.
    pub(super) twin: Option<(RunId, Ahead)>,
    pub(super) transfer: Option<(RunId, Ahead)>,
    /// The first moment at which run and twin differ, once both are played, µs.
    pub(super) differs: Option<Option<u64>>,
}

impl Teaching {
    pub(super) fn course(&self) -> &Course {
        self.lesson.course.as_deref().expect("only a lesson that asks is taught")
    }
    pub(super) fn in_transfer(&self) -> bool {
        self.place.step == Step::Transfer
    }
    /// The run that the present step is about.
    pub(super) fn present(&self) -> RunId {
        self.transfer.as_ref().filter(|_| self.in_transfer()).map_or(self.run, |(run, _)| *run)
    }
    /// What is worked out of that run.
    pub(super) fn ahead(&self) -> Option<&Ahead> {
        if self.in_transfer() { self.transfer.as_ref().map(|(_, ahead)| ahead) } else { Some(&self.ahead) }
    }
    pub(super) fn told(&self) -> Option<&Told> {
        self.ahead().and_then(Ahead::told)
    }
    pub(super) fn round(&self) -> &Round {
        if self.in_transfer() { &self.place.transfer } else { &self.place.bet }
    }
    pub(super) fn round_mut(&mut self) -> &mut Round {
        if self.in_transfer() { &mut self.place.transfer } else { &mut self.place.bet }
    }
    pub(super) fn bet(&self) -> &Bet {
        let course = self.course();
        course.transfer.as_ref().filter(|_| self.in_transfer()).map_or(&course.bet, |transfer| &transfer.bet)
    }
    /// The paper of a curve; it begins where the run stands.
    pub(super) fn paper(&self) -> Option<Paper> {
        let Ask::Curve { from_ms, to_ms, top, .. } = &self.bet().ask else { return None };
        let start = match self.told().and_then(|told| told.truth.as_ref()) {
            Some(play::Truth::Curve(points)) => points.first().and_then(|(_, value)| *value).unwrap_or(0),
            _ => 0,
        };
        Some(Paper { from_ms: *from_ms, to_ms: *to_ms, top: i64::try_from(*top).unwrap_or(i64::MAX), start })
    }
    /// Whether this run is one of the lesson's own.
    pub(super) fn owns(&self, run: RunId) -> bool {
        run == self.run || [&self.twin, &self.transfer].into_iter().flatten().any(|(of, _)| *of == run)
    }
    /// The twin, where it stands beside the run.
    pub(super) fn twin(&self) -> Option<RunId> {
        self.twin.as_ref().filter(|_| self.place.step == Step::Twin).map(|(run, _)| *run)
    }
    /// Plays ahead what is not known yet, as long as there is time; `true` if something has become known.
    pub(super) fn work(&mut self, in_time: &dyn Fn() -> bool) -> bool {
        let others = [&mut self.twin, &mut self.transfer].into_iter().flatten().map(|(_, ahead)| ahead);
        let mut known = false;
        for ahead in std::iter::once(&mut self.ahead).chain(others) {
            known |= ahead.work(in_time);
        }
        known
    }
}
