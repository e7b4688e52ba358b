//! The incidents that are here, and the one that is open.

use crate::browser;
use crate::incident::{Panel, Place, Step};
use crate::keys::Key;
use resync_core::condition::Condition;
use resync_js::fleet::{Difference, Facts, Pair, Reading, Row};
use resync_lessons::incidents::{Incident, Said};
use std::rc::Rc;

/// The incidents, as far as they are here.
#[derive(Default)]
pub(super) enum Cases {
    /// Nobody has asked for them.
    #[default]
    Unasked,
    /// They are on their way, and this one is to be opened then.
    Coming(Option<String>),
    Here(Rc<[Rc<Incident>]>),
    Lost,
}

/// The pairs of a fleet, and what was read of them.
pub(super) struct Pairs {
    pub(super) pairs: Vec<Pair>,
    pub(super) names: Rc<Vec<String>>,
    /// The table: of the run after this event …
    pub(super) rows: Rc<Vec<Row>>,
    pub(super) order: Rc<Vec<usize>>,
    pub(super) rows_at: Option<u64>,
    /// … and everything that can be compared.
    pub(super) facts: Facts,
    pub(super) facts_at: Option<u64>,
    pub(super) compared: Rc<Vec<Difference>>,
    /// What is being read.
    pub(super) reading: Option<Reading>,
    pub(super) chosen: Rc<Vec<bool>>,
    /// The pair that is looked at.
    pub(super) look: usize,
}
impl Pairs {
    /// The chosen ones, compared with all others.
    pub(super) fn compare(&mut self) {
        self.compared = Rc::new(self.facts.compare(&self.chosen));
    }
}

/// The incident that is open.
pub(super) struct Case {
    pub(super) incident: Rc<Incident>,
    pub(super) place: Place,
    pub(super) panel: Panel,
    pub(super) cure: Vec<Condition>,
    /// What is read of its pairs, where it is one of many.
    pub(super) fleet: Option<Pairs>,
    /// When its moment had come, by the wall clock, ms; and how long it took to mend it, s.
    pub(super) began: Option<f64>,
    pub(super) took_s: Option<u64>,
    /// Simulated µs at that moment.
    pub(super) opened_us: u64,
    /// The second that is shown.
    pub(super) second: u64,
    pub(super) clock: bool,
    /// Up to which moment time is to pass, µs.
    pub(super) ahead_to: Option<u64>,
}

impl Case {
    pub(super) fn closed(&self) -> bool {
        self.place.step != Step::Lid
    }
    pub(super) fn said(&self, preferred: &[&str]) -> Said {
        self.incident.words.get(preferred).cloned().unwrap_or_default()
    }
    pub(super) fn wall_s(&self) -> u64 {
        let since = |began: f64| ((browser::now() - began) / 1_000.0) as u64;
        self.took_s.unwrap_or_else(|| self.began.map_or(0, since))
    }
}

/// Keys that mean something while the lid is on.
pub(super) const fn keeps(key: Key) -> bool {
    matches!(key, Key::TogglePlay | Key::Console | Key::Help | Key::Words | Key::NextWord | Key::PreviousWord | Key::Escape)
}
