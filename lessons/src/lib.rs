//! What a lesson is: a folder of `web/lessons`, and what the page gets of it.
//!
//! ```text
//! web/lessons/01-short-cut-long-cut/   the folder's name is the lesson's id: it stands in addresses and never changes; its order is the menu's
//!   scene.resync                       the world, as scenario text; its `lesson` line says the id, its `title` line the English title,
//!                                      its `opens at` line the moment that is shown first
//!   lesson.toml                        what is open at first, other tellings, goals, and what the tests hold the lesson to: its point above all
//!   en.md zh.md …                      the words, one file a language
//!   picture.svg                        the picture on its card
//! ```
//!
//! [`folder`] (feature `folder`) reads and checks such folders; [`packed`] is the form in which the page fetches them, written by the build and read
//! by the page. Nothing here knows the engine: that a scene can be played, and keeps what the lesson claims, is a test's to say.

pub mod course;
#[cfg(feature = "folder")]
pub mod folder;
#[cfg(feature = "folder")]
mod markdown;
pub mod packed;
#[cfg(feature = "folder")]
mod picture;

/// Languages that every lesson speaks. A page in another language shows what a lesson has in that one, and otherwise falls back.
pub const COMPLETE: [&str; 2] = ["en", "zh"];

/// Something said in several languages, by their codes (`en`, `zh`): those of the words' file names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spoken<T>(Vec<(String, T)>);

impl<T> Default for Spoken<T> {
    fn default() -> Spoken<T> {
        Spoken(Vec::new())
    }
}
impl<T> FromIterator<(String, T)> for Spoken<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(all: I) -> Spoken<T> {
        Spoken(all.into_iter().collect())
    }
}
impl<T> Spoken<T> {
    /// What is said in the first of the `preferred` languages that is spoken here, or else in the one that stands first; nothing if none is.
    #[must_use]
    pub fn get(&self, preferred: &[&str]) -> Option<&T> {
        preferred.iter().find_map(|code| self.exactly(code)).or_else(|| self.0.first().map(|(_, said)| said))
    }
    /// What is said in this language.
    #[must_use]
    pub fn exactly(&self, code: &str) -> Option<&T> {
        self.0.iter().find(|(spoken, _)| spoken == code).map(|(_, said)| said)
    }
    /// Every language with what is said in it.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(code, said)| (code.as_str(), said))
    }
    /// What is said in this language, made if it is not there yet.
    fn entry(&mut self, code: &str) -> &mut T
    where
        T: Default,
    {
        let at = self.0.iter().position(|(spoken, _)| spoken == code).unwrap_or_else(|| {
            self.0.push((code.to_owned(), T::default()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }
}

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

/// One line of a scene that becomes another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// The line as it stands in the scene.
    pub line: String,
    /// What stands there instead.
    pub becomes: String,
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
}
