//! One run: its timeline, its consoles, and what is known and told of it.

use super::console::Console;
use super::interest::Interest;
use super::picture::Kept;
use crate::ids::RunId;
use crate::inspection::ConsoleLine;
use crate::refusal::Refusal;
use crate::share;
use resync_core::condition::Condition;
use resync_core::era::Era;
use resync_core::info::InfoText;
use resync_core::scenario::Words;
use resync_core::sim::{Process, SENTINELS_FROM, sentinel_at};
use resync_core::time::Time;
use resync_core::timeline::Timeline;
use resync_core::view::{self, ClusterView, Happened, LogLine, NodeIx, PacketView, ScreenBook, Shared};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

/// Steps of one instant at most, where what happens together is to be seen together.
pub(super) const INSTANT: u64 = 10_000;

/// Where a run leaves the one that it shares its past with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Branched {
    /// The run whose past it shares.
    pub parent: RunId,
    /// Until when, µs.
    pub at_us: u64,
    /// The step of the last event that both have.
    pub step: u64,
}

/// A run on the desk.
pub struct Run {
    pub(super) id: RunId,
    pub(super) name: Option<String>,
    pub(super) branched: Option<Branched>,
    pub(super) timeline: Timeline,
    text: String,
    pub(super) consoles: BTreeMap<NodeIx, Console>,
    /// What a link says this run's fingerprint is at a moment.
    expected: Option<(u64, u64)>,
    /// The newest milestone that listeners were told.
    pub(super) told_event: u64,
    pub(super) picture: Kept,
    /// What of it was seen, for the speed.
    pub(super) interest: Interest,
    /// How many invariants were ever seen broken in it.
    pub(super) broken: usize,
    /// Its screens, each made from the one before.
    pub(super) screens: RefCell<ScreenBook>,
    /// What happened with the last event, as a screen showed it last.
    pub(super) happened: RefCell<Shared<Happened>>,
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Run({} {} at {} µs)", self.id, self.title(), self.now_us())
    }
}

impl Run {
    /// A run at the end of its first instant: every process that the scenario begins with has started.
    pub(super) fn load(id: RunId, text: &str) -> Result<Run, Refusal> {
        let mut timeline = Timeline::from_text(text)?;
        // A world in which no time passes says so when it is played.
        timeline.advance(Time::ZERO, INSTANT);
        Ok(Run {
            id,
            name: None,
            branched: None,
            timeline,
            text: text.to_owned(),
            consoles: BTreeMap::new(),
            expected: None,
            told_event: 0,
            picture: Kept::default(),
            interest: Interest::default(),
            broken: 0,
            screens: RefCell::default(),
            happened: RefCell::default(),
        })
    }
    /// A run that shares the past of this one up to the cursor's instant, and has no future yet.
    pub(super) fn branch(&self, id: RunId) -> Result<Run, Refusal> {
        let timeline = self.timeline.branch()?;
        let step = timeline.step_number();
        let branched = Branched { parent: self.id, at_us: timeline.now().as_micros(), step };
        let mut consoles = self.consoles.clone();
        for console in consoles.values_mut() {
            // What was typed later was typed in the other future.
            console.forget_from(step + 1);
        }
        Ok(Run {
            id,
            name: None,
            branched: Some(branched),
            timeline,
            text: self.text.clone(),
            consoles,
            expected: None,
            told_event: self.told_event.min(step),
            picture: Kept::default(),
            interest: self.interest.clone(),
            broken: self.broken,
            screens: RefCell::default(),
            happened: RefCell::default(),
        })
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> RunId {
        self.id
    }
    /// The name that a person gave it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
    /// Where it leaves the run that it shares its past with; `None`: it shares it with none.
    #[must_use]
    pub fn branched(&self) -> Option<Branched> {
        self.branched
    }
    /// The run and its cursor.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }
    /// The scenario's title; empty if it has none.
    #[must_use]
    pub fn title(&self) -> &str {
        self.words().title()
    }
    /// What the scenario's text says to people.
    #[must_use]
    pub fn words(&self) -> &Words {
        &self.timeline.scenario().words
    }
    /// Whether a condition of the scenario language holds now; what cannot be read does not.
    #[must_use]
    pub fn holds(&self, condition: &str) -> bool {
        Condition::parse(condition).is_ok_and(|condition| self.timeline.holds(&condition))
    }
    /// The scenario's seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.timeline.scenario().world.seed
    }
    /// The text that was loaded.
    #[must_use]
    pub fn scenario_text(&self) -> &str {
        &self.text
    }
    /// Scenario and inputs.
    #[must_use]
    pub fn run_text(&self) -> String {
        self.timeline.run_text()
    }
    /// The run at this moment, for a link.
    #[must_use]
    pub fn shared(&self) -> share::Run {
        share::Run {
            // Comments explain the text to its readers; the run is the same without them.
            text: self.run_text().lines().filter(|l| !l.trim_start().starts_with('#')).flat_map(|l| [l, "\n"]).collect(),
            at_us: self.now_us(),
            behaviour: resync_core::BEHAVIOUR,
            fingerprint: Some(self.timeline.sim().fingerprint()),
        }
    }
    /// Now, µs.
    #[must_use]
    pub fn now_us(&self) -> u64 {
        self.timeline.now().as_micros()
    }
    /// The furthest moment played, µs.
    #[must_use]
    pub fn end_us(&self) -> u64 {
        self.timeline.end().as_micros()
    }
    /// How many nodes there are.
    #[must_use]
    pub fn node_count(&self) -> NodeIx {
        self.timeline.sim().machines().len() as NodeIx
    }
    /// A node by its name.
    #[must_use]
    pub fn node_named(&self, name: &str) -> Option<NodeIx> {
        self.timeline.sim().by_name(name)
    }
    /// An end of links by its name, a node or a sentinel: what the console and the log of either go by.
    #[must_use]
    pub fn place_named(&self, name: &str) -> Option<u32> {
        self.timeline.sim().place(name)
    }
    /// Whether there is a process at such an end.
    #[must_use]
    pub fn lives(&self, place: u32) -> bool {
        let sim = self.timeline.sim();
        match sentinel_at(place) {
            Some(ix) => matches!(sim.sentinels()[ix as usize].process, Process::Up | Process::Paused),
            None => sim.machine(place).alive(),
        }
    }
    /// The release of what stands there; sentinels are those of 7.0.
    #[must_use]
    pub fn era_at(&self, place: u32) -> Era {
        let sim = self.timeline.sim();
        if sentinel_at(place).is_some() { Era::V7_0 } else { sim.node(place).era() }
    }
    /// The newest lines of a sentinel's log, oldest first.
    #[must_use]
    pub fn sentinel_log(&self, ix: u32, last: usize) -> Vec<LogLine> {
        view::log(self.timeline.sim(), self.timeline.recorder(), SENTINELS_FROM + ix, last)
    }
    /// What was typed at a sentinel and what it answered, up to this moment.
    pub fn sentinel_console(&self, ix: u32) -> impl Iterator<Item = &ConsoleLine> {
        self.typed(SENTINELS_FROM + ix).map(|typed| &typed.line)
    }
    /// What `window.resync.view()` returns.
    #[must_use]
    pub fn cluster(&self) -> ClusterView {
        view::cluster(self.timeline.sim(), self.timeline.recorder(), self.timeline.checker().lamps())
    }
    /// INFO of a node as it would answer now; nothing while its process is not there.
    #[must_use]
    pub fn info(&self, node: NodeIx, section: Option<&str>) -> Option<InfoText> {
        view::info(self.timeline.sim(), node, section)
    }
    /// Packets under way.
    #[must_use]
    pub fn packets(&self) -> Vec<PacketView> {
        view::packets(self.timeline.sim())
    }
    /// Packets under way from and to sentinels.
    #[must_use]
    pub fn sentinel_packets(&self) -> Vec<PacketView> {
        view::sentinel_packets(self.timeline.sim())
    }

    /// A link said which fingerprint the run has at a moment; `None`: it did not.
    pub fn expect_fingerprint(&mut self, at_us: u64, fingerprint: Option<u64>) {
        self.expected = fingerprint.map(|f| (at_us, f));
    }
    /// Once that moment is reached: whether the run came out as the link said. Asked once.
    pub fn take_verification(&mut self) -> Option<bool> {
        let (at, fingerprint) = self.expected.filter(|(at, _)| *at == self.now_us())?;
        self.expected = None;
        // The moment has several states, one for each of its events; the link means the last.
        Some(self.now_us() == at && self.timeline.sim().fingerprint() == fingerprint)
    }
}
