//! What a lesson is: a folder of `web/lessons`, and what the page gets of it.
//!
//! ```text
//! web/lessons/01-short-cut-long-cut/   the folder's name is the lesson's id: it stands in addresses and never changes; its order is the menu's
//!   scene.resync                       the world, as scenario text; its `lesson` line says the id, its `title` line the English title,
//!                                      its `opens at` line the moment that is shown first
//!   lesson.toml                        what is open at first, other tellings, goals, and what the tests hold the lesson to: its point above all
//!   en.md zh.md …                      the words, one file a language
//!   picture.svg                        the picture on its card
//!   transfer.resync item-*.resync      scenes of a course's transfer and of its items
//! ```
//!
//! # A course
//!
//! `[course]` in `lesson.toml` makes the scene a lesson that asks ([`course`] has the types). It holds what can be true or false: conditions, values, edits.
//! All words stand in the languages' files, in sections that name it by its ids:
//!
//! ```text
//! lesson.toml                                       en.md, zh.md
//! [course]                                          ## touches          what the person touches, a few words
//! minutes = 4                                       ## symptom          what is seen first
//! chapter = 1                                       ## parts            the few parts that matter
//! order = 1                its place in the chapter
//! try_first = false        if left out              ## example          optional: played before the first bet of its kind
//! values = """             see `course::Value`
//! gap = replica-1 gap at now >= 5.1s
//! """
//! cards = ["…"]            refutation cards
//! prints = ["log master Full resync requested"]     what real Redis prints at the end, looked for in the run
//!
//! [[course.pause]]         at most three            ## pauses
//! id = "reply"                                      ### reply           what is to be seen
//! when = "now >= 5s"
//!
//! [course.bet]                                      ## bet              the question
//! until = "now >= 5.1s"    the truth is known
//! moment = "now >= 5s"     "show the moment"
//! choice = [                                        ### none: On none   the button; below it the feedback
//!   { id = "none", when = "replica-1 keys = 0" },
//!   …
//! ]
//!   or number = { value = "gap", near = 50, unit = "B" }
//!   or curve = { field = "replica-1 gap", from_ms = 10000, to_ms = 30000, top = 20000, unit = "B", line = 16384, near = 80 }
//!   or order = [ { id = "ping", when = "note …" }, … ]
//!                                                   ### near, ### far   not for a choice: feedback to who was right, and to who was not
//!                                                   ### line: …         what the curve's line is
//!
//! [[course.sentence]]      exactly one is true      ## because          the rule, with this run's numbers
//! id = "async"                                      ### async           the sentence
//! when = "…"
//!
//! [course.twin]                                     ## twin: the name of the change
//! edit = [{ line = "…", becomes = "…" }]                                what it shows; `{twin.gap}` is the twin's value
//! add = "at 4s cut …\n"
//! until = "now >= 9s"
//! row = [                                           ### gap: Bytes missing
//!   { id = "gap", value = "gap", decisive = true },
//! ]
//!
//! [course.transfer]        scene: transfer.resync   ## transfer         the question; answers as in the bet
//! values = """…"""
//! [course.transfer.bet]
//!
//! [[course.item]]          scene: item-ID.resync,   ## item ID          the question; answers as in the bet
//! id = "behind"            or item-SCENE.resync
//! scene = "other"
//! values = """…"""
//! [course.item.bet]
//!
//! [proof.course]           what the tests hold it to: see `folder::CourseProof`
//! ```
//!
//! A text names a value in braces, with the form it takes behind a colon: `{gap}`, `{asked:clock}` (`tell::Form` lists them). A `when` is a condition of the
//! scenario language, notes counted since the start, or a comparison of values: `let gap > missing`.
//!
//! [`folder`] (feature `folder`) reads and checks such folders; [`packed`] is the form in which the page fetches them, written by the build and read
//! by the page. [`joined`] reads a lesson that somebody wrote as one text. Nothing here knows the engine: that a scene can be played, and keeps what the lesson claims, is a test's to say.

pub mod cards;
mod carried;
pub mod course;
#[cfg(feature = "folder")]
pub mod folder;
pub mod incidents;
#[cfg(feature = "folder")]
pub mod joined;
#[cfg(feature = "folder")]
mod markdown;
pub mod memory;
pub mod packed;
#[cfg(feature = "folder")]
mod picture;
#[cfg(feature = "engine")]
pub mod play;
#[cfg(feature = "folder")]
mod sheet;
mod spoken;
pub mod tell;

pub use course::Edit;
pub use spoken::{COMPLETE, Spoken};

/// A lesson's words in one language.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Words {
    /// Title: no sentence.
    pub title: String,
    /// One line for the menu: the question that the lesson answers, without the answer.
    pub line: String,
    /// What is to be seen and what it means; paragraphs, with an empty line between them.
    pub about: String,
    /// What to try first: a sentence that goes on behind “Try this:”.
    pub try_first: String,
}

/// What is open when a lesson begins.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Look {
    /// The node whose inspector is open …
    pub node: String,
    /// … and with which tab, by the tab's English name in small letters.
    pub tab: String,
    /// The replica whose link is selected, so that its buttons are there.
    pub link: String,
}

/// The same story told again with some lines changed: by another release's rule, with another size.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Variant {
    /// The lines that change.
    pub edits: Vec<Edit>,
    /// What the button of this telling says.
    pub words: Spoken<String>,
}

/// Something that a person is to bring about.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Goal {
    /// The condition of the scenario language that says so.
    pub when: String,
    /// The same for people.
    pub words: Spoken<String>,
}

/// A lesson as the page has it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lesson {
    /// The folder's name.
    pub id: String,
    /// The scenario.
    pub text: String,
    /// What is open at first.
    pub look: Look,
    /// Other tellings, in the order of their buttons.
    pub variants: Vec<Variant>,
    /// What the person is to bring about, in any order.
    pub goals: Vec<Goal>,
    /// What makes it more than a scene: the bet and what follows from it.
    pub course: Option<Box<course::Course>>,
    /// The words.
    pub words: Spoken<Words>,
}

impl Lesson {
    /// The text of a telling: the scene with the edits of a variant done.
    #[must_use]
    pub fn telling(&self, variant: &Variant) -> String {
        let told = |line: &str| variant.edits.iter().find(|edit| edit.line == line).map_or(line, |edit| &edit.becomes).to_owned() + "\n";
        self.text.lines().map(told).collect()
    }
}

/// What the menu shows of a lesson in one language.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Card {
    /// Title.
    pub title: String,
    /// The question that the lesson answers.
    pub line: String,
}

/// A lesson as the index has it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Entry {
    /// The folder's name.
    pub id: String,
    /// Where its packed form lies, beside the index.
    pub file: String,
    /// The picture: one `svg` element of shapes that take their colours from the page's classes.
    pub picture: String,
    /// The card.
    pub cards: Spoken<Card>,
    /// Where it stands in the course, if it asks.
    pub course: Option<Place>,
}

/// A lesson's place in the course.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// The chapter, by its number from 1.
    pub chapter: u32,
    /// Its place among the lessons of that chapter, from 1; 0: in no order, before the others.
    pub order: u32,
    /// How long it takes, minutes.
    pub minutes: u32,
    /// What one touches, in a few words.
    pub touches: Spoken<String>,
    /// The releases in its scene, by their names, with a blank between two.
    pub eras: String,
}
