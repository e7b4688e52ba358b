//! The desk: owner of the runs. It holds their timelines and consoles, the one clock, and makes what the screen reads. No Yew, no browser.
//!
//! One run is in focus; branches of it and other runs lie beside it, each with a cursor of its own. Everything that a person does goes through
//! [`Desk::act`]; the log on the JavaScript side hears of it before the engine does.

mod acting;
mod branches;
mod console;
mod dropped;
mod interest;
mod lanes;
mod news;
mod pace;
mod picture;
mod run;
mod screen;
#[cfg(test)]
mod tests;

pub use acting::Acted;
pub use branches::Made;
pub use dropped::UNDO_US;
pub use lanes::{Lane, Lanes};
pub use news::Heard;
pub use pace::{UNTIL_DEFAULT, Waiting};
pub use picture::{Marked, Picture, Stripe};
pub use run::{Branched, Run};
pub use screen::Ask;

use crate::ids::RunId;
use crate::player::Player;
use crate::refusal::Refusal;
use dropped::Dropped;
use std::cell::RefCell;
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
    Failed(Refusal),
}

/// What is written down beside the engine, so that a panic costs no run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Logged<'a> {
    /// A run is there: a scenario begins.
    Begun {
        /// Which.
        run: RunId,
        /// The scenario's text.
        text: &'a str,
    },
    /// This is about to be done in a run.
    Input {
        /// Which.
        run: RunId,
        /// Its moment, µs.
        at_us: u64,
        /// One line of scenario text.
        line: &'a str,
    },
    /// What was about to be done is done …
    Done {
        /// … in this run, which is another one if a branch was made for it …
        run: RunId,
        /// … of this run.
        of: RunId,
    },
    /// What was about to be done was not taken.
    Refused {
        /// Which run did not take it.
        run: RunId,
    },
}

/// Owner of the runs.
pub struct Desk {
    /// In the order in which they were made; never empty.
    runs: Vec<Run>,
    /// Place of the run in focus.
    focus: usize,
    /// Speed and play state; what it plans, [`Desk::frame`] does with the run in focus.
    pub player: Player,
    next_id: u32,
    dropped: Option<Dropped>,
    log: fn(&Logged<'_>),
    /// Rises with each long piece of work that begins, so that an older one sees that it is over.
    job: u64,
    replaced: bool,
    /// Where playing stops by itself, µs.
    stop_at: Option<u64>,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Desk({:?}, {} runs)", self.run(), self.runs.len())
    }
}

impl Desk {
    /// A desk with one run at its start, paused.
    ///
    /// # Errors
    /// If the text is no scenario: where, and what was expected.
    pub fn load(text: &str) -> Result<Desk, Refusal> {
        Ok(Desk {
            runs: vec![Run::load(RunId(0), text)?],
            focus: 0,
            player: Player::default(),
            next_id: 1,
            dropped: None,
            log: |_| {},
            job: 0,
            replaced: false,
            stop_at: None,
        })
    }
    /// From now on this hears of every input before it is applied, and of what became of it.
    pub fn log_to(&mut self, log: fn(&Logged<'_>)) {
        self.log = log;
    }

    /// Another desk's runs take the place of these; speed, log and the count of work stay.
    pub fn replace(&mut self, fresh: Desk) {
        let (player, log, job) = (self.player.clone(), self.log, self.job + 1);
        *self = Desk { player, log, job, ..fresh };
        self.player.pause();
        self.player.begin();
        self.replaced = true;
    }
    /// Whether other runs took the place of these since this was asked last.
    pub fn take_replaced(&mut self) -> bool {
        std::mem::take(&mut self.replaced)
    }
}
