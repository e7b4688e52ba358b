//! What the column of a lesson shows, in the page's language: plain values, put together by the page from what the engine has worked out.

use super::drawn::{Paper, Points};
use super::{Given, Step, Sure};
use crate::lessons::cards::Card;

/// The column.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Shown {
    /// Where one is.
    pub step: Step,
    /// The strip: each step, and whether it can be gone to.
    pub steps: Vec<(Step, bool)>,
    /// The sentence on top.
    pub title: String,
    /// What stands below it.
    pub body: Body,
    /// Somebody has acted in the lesson's run, so that it is not the bet's any more.
    pub acted: bool,
    /// Why the lesson's run cannot be played.
    pub stuck: Option<String>,
    /// What the step speaks of in log, INFO and ladder.
    pub lit: Lit,
}

/// What is lit while a step speaks of it; what stands around it steps back.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lit {
    /// Lines that Redis prints, whole: of a log, or of INFO.
    pub lines: Vec<String>,
    /// The moment that decided, µs.
    pub moment_us: Option<u64>,
}

impl Lit {
    /// Whether a line of a log is one of them.
    #[must_use]
    pub fn has(&self, line: &str) -> bool {
        self.lines.iter().any(|lit| lit == line)
    }
    /// Whether one of them is the line of this field of INFO; its value may be another by now.
    #[must_use]
    pub fn has_field(&self, name: &str) -> bool {
        self.lines.iter().any(|lit| lit.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')))
    }
}

/// What a step shows.
#[derive(Clone, PartialEq, Debug)]
pub enum Body {
    /// Paragraphs, and an example in front of the bet.
    Words {
        /// The paragraph; may be empty.
        text: String,
        /// The lesson's picture, once the list of lessons has come: one `svg` element, checked by the build.
        picture: Option<String>,
        /// The example.
        example: Option<String>,
    },
    /// A bet to be made.
    Ask(Asked),
    /// The run is on its way to the bet's moment.
    Running {
        /// That moment, as a clock.
        until: String,
        /// Where it stands still, and what is to be seen there.
        stop: Option<(String, String)>,
        /// The bet, as it was made.
        bet: Box<Made>,
    },
    /// The bet beside the truth.
    Told(Box<Told>),
    /// The rule.
    Because {
        /// Sentences of which one is true, if the lesson asks: the words, and what is known of each once one is chosen.
        sentences: Vec<Sentence>,
        /// The rule; empty until a sentence is chosen, if there are any.
        text: String,
        /// What Redis prints.
        prints: Vec<String>,
        /// The moment that decided, µs.
        moment_us: Option<u64>,
    },
    /// The run and its twin.
    Pair(Box<Pair>),
    /// The sandbox.
    Open {
        /// What can be brought about, and whether it has been.
        goals: Vec<(String, bool)>,
        /// The next lesson's id.
        next: Option<String>,
        /// The refutation cards that belong to the lesson, once they are here.
        cards: Vec<Card>,
    },
}
impl Default for Body {
    fn default() -> Body {
        Body::Words { text: String::new(), picture: None, example: None }
    }
}

/// A sentence that may be the because.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sentence {
    /// The words.
    pub words: String,
    /// Whether it is the one that was chosen.
    pub chosen: bool,
    /// Whether it is true, once one is chosen.
    pub holds: Option<bool>,
}

/// A bet to be made.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked {
    /// What is asked.
    pub question: Question,
    /// The answer so far.
    pub given: Given,
    /// How sure.
    pub sure: Option<Sure>,
    /// How far the run will go, as a length of time; nothing while the engine still works that out.
    pub until: Option<String>,
    /// It answers, and someone has said how sure.
    pub ready: bool,
}

/// A bet that is made and not told yet.
#[derive(Clone, PartialEq, Debug)]
pub struct Made {
    /// What was asked.
    pub question: Question,
    /// The answer.
    pub given: Given,
    /// How sure.
    pub sure: Option<Sure>,
}

/// What is asked, in words.
#[derive(Clone, PartialEq, Debug)]
pub enum Question {
    /// One of these.
    Choose(Vec<String>),
    /// A number with this behind it.
    Number(String),
    /// A curve.
    Curve(Drawing),
    /// These in order.
    Order(Vec<String>),
}

/// The paper of a curve with its words.
#[derive(Clone, PartialEq, Debug)]
pub struct Drawing {
    /// Where things stand.
    pub paper: Paper,
    /// The unit of its values.
    pub unit: String,
    /// What is drawn.
    pub label: String,
    /// A level that matters.
    pub line: Option<(i64, String)>,
}

/// The truth as the engine has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Truth {
    /// The answer in this place.
    Choice(usize),
    /// A number.
    Number(i64),
    /// The curve, by time.
    Curve(Points),
    /// Messages in the order in which they came.
    Order(Vec<usize>),
}

/// A bet beside the truth.
#[derive(Clone, PartialEq, Debug)]
pub struct Told {
    /// What was asked.
    pub question: Question,
    /// The bet.
    pub given: Given,
    /// The truth.
    pub truth: Truth,
    /// Rule, difference, numbers: paragraph by paragraph.
    pub feedback: Vec<String>,
    /// The moment that decided, µs.
    pub moment_us: Option<u64>,
    /// It is the transfer's: no because follows.
    pub transfer: bool,
}

/// The run and its twin.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pair {
    /// What stands in the run where the twin has another line.
    pub run_lines: Vec<String>,
    /// What stands in the twin.
    pub twin_lines: Vec<String>,
    /// What it shows.
    pub words: String,
    /// Rows: what is compared, in the run, in the twin, whether it decides.
    pub rows: Vec<(String, String, String, bool)>,
    /// The first moment at which they differ, µs.
    pub differs_us: Option<u64>,
    /// Whether the engine has worked it out.
    pub ready: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_lit_as_a_whole_and_a_field_of_info_whatever_its_value() {
        let lit = Lit { lines: vec!["slave0:ip=10.0.0.2,lag=3".into(), "1:M # Lost".into()], moment_us: None };
        assert!(lit.has("1:M # Lost") && !lit.has("1:M # Lost it"));
        assert!(lit.has_field("slave0") && !lit.has_field("slave") && !lit.has_field("slave1"));
    }
}
