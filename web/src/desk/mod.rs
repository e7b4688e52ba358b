//! The desk: owner of the run. It holds the timeline, the player's clock and the consoles, and makes what the screen reads. No Yew, no browser.
//!
//! Everything that a person does goes through [`Desk::act`]; the log on the JavaScript side hears of it before the engine does.

mod acting;
mod news;
mod pace;
mod screen;
#[cfg(test)]
mod tests;

pub use news::Heard;
pub use pace::{UNTIL_DEFAULT, Waiting};
pub use screen::Ask;

use crate::player::Player;
use crate::share;
use acting::Typed;
use resync_core::info::InfoText;
use resync_core::timeline::Timeline;
use resync_core::view::{self, ClusterView, NodeIx, PacketView};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

/// The desk as the page and its JavaScript face hold it. No component below the page sees it.
pub type SharedDesk = Rc<RefCell<Desk>>;

/// How far a long piece of work got in one turn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Turn {
    /// Done.
    Done,
    /// The time of this turn is used up: call again.
    More,
    /// It cannot be done: why.
    Failed(String),
}

/// Owner of a run.
pub struct Desk {
    timeline: Timeline,
    /// Speed and play state; what it plans, [`Desk::frame`] does.
    pub player: Player,
    text: String,
    consoles: BTreeMap<NodeIx, Vec<Typed>>,
    before_input: fn(u64, &str),
    /// What a link says this run's fingerprint is at a moment.
    expected: Option<(u64, u64)>,
    /// The newest milestone that listeners were told.
    told_event: u64,
    /// Rises with each long piece of work that begins, so that an older one sees that it is over.
    job: u64,
    replaced: bool,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Desk({} at {} µs)", self.title(), self.now_us())
    }
}

impl Desk {
    /// A run at its start, paused.
    ///
    /// # Errors
    /// If the text is no scenario: where, and what was expected.
    pub fn load(text: &str) -> Result<Desk, String> {
        let timeline = Timeline::from_text(text).map_err(|e| e.to_string())?;
        Ok(Desk {
            timeline,
            player: Player::default(),
            text: text.to_owned(),
            consoles: BTreeMap::new(),
            before_input: |_, _| {},
            expected: None,
            told_event: 0,
            job: 0,
            replaced: false,
        })
    }
    /// From now on this hears of every input before it is applied: the moment in µs and the line.
    pub fn before_input(&mut self, hook: fn(u64, &str)) {
        self.before_input = hook;
    }

    /// Another run takes the place of this one; speed, hook and the count of work stay.
    pub fn replace(&mut self, fresh: Desk) {
        let (player, hook, job) = (self.player.clone(), self.before_input, self.job + 1);
        *self = Desk { player, before_input: hook, job, ..fresh };
        self.player.pause();
        self.replaced = true;
    }
    /// Whether another run took the place of this one since this was asked last.
    pub fn take_replaced(&mut self) -> bool {
        std::mem::take(&mut self.replaced)
    }

    // ---- readers

    /// The scenario's title; empty if it has none.
    #[must_use]
    pub fn title(&self) -> &str {
        self.timeline.scenario().words.title()
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
    /// What `window.resync.view()` returns.
    #[must_use]
    pub fn cluster(&self) -> ClusterView {
        view::cluster(&self.timeline)
    }
    /// INFO of a node as it would answer now; nothing while its process is not there.
    #[must_use]
    pub fn info(&self, node: NodeIx, section: Option<&str>) -> Option<InfoText> {
        view::info(&self.timeline, node, section)
    }
    /// Packets under way.
    #[must_use]
    pub fn packets(&self) -> Vec<PacketView> {
        view::packets(&self.timeline)
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
