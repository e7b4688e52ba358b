//! What a language has to say.

use super::face::Face;
use super::figures::Figures;
use super::grammar::Line;
use super::row::Row;
use super::shell::Shell;
use super::topology::Topology;
use crate::caption::Said;
use resync_core::note::Note;
use resync_js::refusal::Refusal;

/// Says what happened: the note, whose it is, and how an `ip:port` is called.
pub type Say = fn(note: &Note, who: &str, name_of: &dyn Fn(&str) -> String) -> String;

/// Everything the page says in one language.
pub struct Strings {
    /// BCP 47 tag: what `<html lang>` says, and what a browser asks for.
    pub tag: &'static str,
    /// What the language calls itself, short: on the button that leads to it.
    pub name: &'static str,
    /// The codes of the languages to look for where a lesson does not speak every one, this one first.
    pub preferred: &'static [&'static str],
    /// Stage, ruler, backlog, verdict, ladder, chart.
    pub figures: Figures,
    /// Header, menu, timeline, inspector, knobs, caption.
    pub shell: Shell,
    /// The strip, the tall lane, the head of the verdict, the guide.
    pub face: Face,
    /// What one does with the topology: opened packets, writers, whom a node follows.
    pub topology: Topology,
    /// Every note as a sentence.
    pub say: Say,
    /// What the caption says.
    pub tell: fn(&Said) -> String,
    /// The words of the page, in the order of [`super::glossary::Term::ALL`].
    pub glossary: &'static [Row],
    /// What a line of a scenario does, as one sentence.
    pub grammar: fn(line: Line) -> &'static str,
    /// Why something was not taken, and where it is wrong, without a stop: it stands within [`super::shell::Status::refused`], and in a console.
    pub refusal: fn(why: &Refusal) -> String,
}
impl PartialEq for Strings {
    /// There is one value a language, so comparing props costs a few bytes.
    fn eq(&self, other: &Strings) -> bool {
        self.tag == other.tag
    }
}
impl std::fmt::Debug for Strings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Strings({})", self.tag)
    }
}
