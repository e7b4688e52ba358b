//! What the pages of items show, in the page's language: put together by the page from what the engine has worked out.

use super::Kind;
use super::ten::TenError;
use super::when::When;
use crate::teach::{Given, Sure};

/// A question of a sitting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// What the sitting is for.
    pub kind: Kind,
    /// Which question it is, from 1, and of how many.
    pub place: (usize, usize),
    /// The question of the lesson that it comes from; empty where that is not said.
    pub from: String,
    /// It belongs to a lesson that follows.
    pub lesson: bool,
    /// What is asked; nothing while the engine makes it.
    pub item: Option<Item>,
    /// How sure somebody is.
    pub sure: Option<Sure>,
    /// What became of the answer.
    pub told: Option<Told>,
}

/// An item in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// The question.
    pub question: String,
    /// The answers to choose from; none where a number is typed.
    pub choices: Vec<String>,
    /// What stands behind the number.
    pub unit: String,
}

/// An answer beside the truth.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// What was answered.
    pub given: Given,
    /// What is so: a choice or a number.
    pub truth: Given,
    /// Whether that was right, or near.
    pub right: bool,
    /// Rule, difference, numbers: paragraph by paragraph.
    pub feedback: Vec<String>,
    /// In how many days it comes again.
    pub days: i64,
}

/// A lesson that was learnt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// Its id.
    pub id: String,
    /// Its number in the course.
    pub number: usize,
    /// Its question.
    pub question: String,
    /// For each of its items, in how many days it comes back.
    pub days: Vec<i64>,
}

/// The page of the test.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ten {
    /// The three times.
    pub times: Vec<Time>,
    /// A result that is shown.
    pub result: Option<Outcome>,
}

/// One of the three times.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Time {
    /// Which.
    pub when: When,
    /// How it stands.
    pub state: State,
}

/// How one of them stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum State {
    /// Its time has not come.
    ToCome,
    /// In so many days.
    In(u32),
    /// Now.
    Now,
    /// It is under way.
    Begun,
    /// Taken: its link.
    Taken(String),
}

/// A result, or why a link is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It cannot be read.
    Unread(TenError),
    /// A result.
    Read(Box<Read>),
}

/// A result, as far as the engine has graded it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Read {
    /// When it was taken.
    pub when: When,
    /// On which day, ISO 8601.
    pub day: String,
    /// The behaviour of the engine that made the items, if it is another.
    pub other: Option<u32>,
    /// The questions that are graded.
    pub rows: Vec<Graded>,
    /// Whether all are.
    pub whole: bool,
    /// Its link.
    pub link: String,
}

/// A question of a result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Graded {
    /// The lesson.
    pub lesson: String,
    /// The question; empty if it could not be made.
    pub question: String,
    /// What was answered; empty if nothing was.
    pub given: String,
    /// What is so.
    pub truth: String,
    /// How sure.
    pub sure: Option<Sure>,
    /// Whether it was right; nothing if it could not be made.
    pub right: Option<bool>,
    /// The rule and the numbers; not before the first lesson.
    pub feedback: Vec<String>,
}
