//! Items that are asked, and a result that is graded, as far as the page's rules are concerned: each is made afresh by the engine and has a run of its own.

use crate::lessons::Lesson;
use crate::recall::ten::{IDEAS, Taken, TenError};
use crate::recall::{Question, Sitting};
use crate::teach::Given;
use crate::teach::ahead::{self, Ahead};
use resync_lessons::course::Item;
use resync_lessons::play::{self, Reading, Told};

/// An item made afresh, and its run.
pub(super) struct Made {
    pub(super) item: Item,
    pub(super) ahead: Ahead,
}

impl Made {
    /// Makes it; nothing if the lesson has no such item any more, or the engine does not take it.
    pub(super) fn of(lesson: &Lesson, question: &Question) -> Option<Made> {
        let item = lesson.course.as_deref()?.items.iter().find(|item| item.id == question.item)?;
        let item = play::fresh(item, question.seed).ok()?;
        let reading = Reading::of_item(&item);
        reading.is_ok().then(|| Made { ahead: Ahead::of(reading), item })
    }
    /// Whether this is right, or near; nothing as long as the truth is not known.
    pub(super) fn right(&self, given: &Given) -> Option<bool> {
        let told = self.ahead.told()?;
        told.truth.as_ref()?;
        Some(ahead::near(&self.item.bet.ask, told, given, None).unwrap_or(false))
    }
}

/// A sitting on the page.
pub(super) struct Recalling {
    pub(super) sitting: Sitting,
    /// What is shown, once its lesson is here.
    pub(super) made: Option<Made>,
    /// The lesson that is being fetched for it.
    pub(super) fetching: Option<String>,
}

/// A result that the engine grades: idea by idea.
pub(super) struct Checking {
    pub(super) taken: Taken,
    /// What came of each: its item and what is true of it, or nothing if it could not be made.
    pub(super) done: Vec<Option<(Item, Box<Told>)>>,
    pub(super) made: Option<Made>,
    pub(super) fetching: Option<String>,
}

impl Checking {
    /// What is graded next.
    pub(super) fn question(&self) -> Option<Question> {
        let at = self.done.len();
        let (lesson, item) = IDEAS.get(at)?;
        let (seed, ..) = self.taken.answers.get(at)?;
        Some(Question { lesson: (*lesson).to_owned(), item: (*item).to_owned(), seed: u64::from(*seed), answer: None })
    }
}

/// A result, or why the link is none.
pub(super) type Graded = Result<Box<Checking>, TenError>;
