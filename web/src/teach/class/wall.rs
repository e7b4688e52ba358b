//! What stands on the wall, in the page's language: plain values, put together by the page.

use super::hands::{Advice, Vote};
use super::present::Onward;
use crate::teach::Step;
use crate::teach::shown::{Asked, Pair, Sentence, Told};
use std::rc::Rc;

/// The wall.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Wall {
    /// The sentence on top: the question, as long as the curtain is down.
    pub title: String,
    /// Where one is in a lesson; nothing where none asks.
    pub step: Option<Step>,
    /// Answers and hands.
    pub vote: Option<Hands>,
    /// A bet that is no choice, to be drawn, typed or ordered as the class says.
    pub asked: Option<Asked>,
    /// What came of that.
    pub told: Option<Rc<Told>>,
    /// Paragraphs below the figures.
    pub words: Vec<String>,
    /// Sentences of which one is true.
    pub sentences: Vec<Sentence>,
    /// The run and its twin.
    pub pair: Option<Rc<Pair>>,
    /// What can be brought about, and whether it has been.
    pub goals: Vec<(String, bool)>,
    /// Whether the curtain is up, where there is one.
    pub curtain: Option<bool>,
    /// The figure that is shown alone, by its place in [`super::present::PANELS`].
    pub panel: Option<usize>,
    /// What the button at the lower right does.
    pub onward: Onward,
}

/// The answers with their hands.
#[derive(Clone, PartialEq, Debug)]
pub struct Hands {
    /// The answers.
    pub choices: Vec<String>,
    /// The hands.
    pub vote: Vote,
    /// Of a hundred hands, how many were right in the last vote, and what that advises.
    pub verdict: Option<(u32, Advice)>,
    /// The same of the first, beside a second.
    pub before: Option<(u32, Advice)>,
    /// The true answer, once the curtain is up.
    pub right: Option<usize>,
    /// Whether the question is still open: behind it nothing is advised any more.
    pub asked: bool,
}
