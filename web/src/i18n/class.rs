//! What is said in front of a class: the presenter, hands, the curtain. It comes with the module's second part.

use crate::keys::ClassKey;
use crate::teach::class::handed::Unread;
use crate::teach::class::hands::Advice;
use crate::teach::class::present::Onward;
use crate::teach::class::table::Double;

/// The presenter.
pub struct Presenter {
    /// Landmark.
    pub title: &'static str,
    /// Button: away from it.
    pub leave: &'static str,
    /// Group of the answers.
    pub answers: &'static str,
    /// The state of a vote: the first one is counted.
    pub first: fn(hands: u32) -> String,
    /// It is closed.
    pub between: fn(hands: u32) -> String,
    /// The second one is counted.
    pub second: fn(hands: u32) -> String,
    /// It is closed, and stands beside the first.
    pub over_twice: fn(hands: u32) -> String,
    /// One vote was enough.
    pub over_once: fn(hands: u32) -> String,
    /// Name of a button that counts a hand.
    pub count: fn(answer: &str) -> String,
    /// Of a closed answer: its hands, and those of the first vote.
    pub hands: fn(now: u32, before: Option<u32>) -> String,
    /// In place of a hidden bar.
    pub hidden: &'static str,
    /// Behind the answer that is true, for who does not see its frame.
    pub is_true: &'static str,
    /// The three parts of the scale.
    pub zones: [&'static str; 3],
    /// Name of the scale.
    pub scale: &'static str,
    /// So many of a hundred were right, and what to do.
    pub advice: fn(percent: u32, advice: Advice) -> String,
    /// The same behind two votes.
    pub both: fn(before: u32, now: u32, advice: Advice) -> String,
    /// A vote in which no hand was counted.
    pub nobody: &'static str,
    /// On the curtain …
    pub curtain: &'static str,
    /// … and below that, behind the key.
    pub lifts: &'static str,
    /// Button at the lower right.
    pub onward: fn(Onward) -> &'static str,
    /// Button: back by one.
    pub back: &'static str,
    /// Beside the keys of an open vote.
    pub counts: &'static str,
    /// Heading of the presenter's keys.
    pub keys: &'static str,
    /// What a key does there.
    pub does: fn(ClassKey) -> &'static str,
    /// The digits.
    pub digits: &'static str,
}

/// Handing in.
pub struct HandIn {
    /// Heading, and the button that leads there.
    pub title: &'static str,
    /// What it is.
    pub lead: &'static str,
    /// Label of the field for the name.
    pub name: &'static str,
    /// Label of the link.
    pub link: &'static str,
    /// Button.
    pub copy: &'static str,
    /// What the digest proves, and what it does not.
    pub digest: &'static str,
    /// Where no lesson has been finished.
    pub nothing: &'static str,
    /// Where the link is to be pasted.
    pub teacher: &'static str,
}

/// What a class has handed in.
pub struct Table {
    /// Heading.
    pub title: &'static str,
    /// What to do.
    pub lead: &'static str,
    /// Label of the box.
    pub paste: &'static str,
    /// Column heads: line, name, lesson, bet, because, transfer, goals, when, remarks.
    pub heads: [&'static str; 9],
    /// How many lines were read, how many bets were as in the run, and how many were not though somebody was sure.
    pub sum: fn(rows: usize, near: usize, sure_not: usize) -> String,
    /// An answer was near the truth …
    pub near: &'static str,
    /// … or not.
    pub far: &'static str,
    /// A sentence by its number, from 1.
    pub sentence: fn(number: usize) -> String,
    /// So many goals of so many.
    pub goals: fn(reached: usize, of: usize) -> String,
    /// The digest does not fit.
    pub bent: &'static str,
    /// There was such a row before.
    pub double: fn(Double) -> String,
    /// It was played on an engine of another behaviour.
    pub other_engine: fn(behaviour: u32) -> String,
    /// Heading of what could not be read.
    pub refused: fn(count: usize) -> String,
    /// A line.
    pub line: fn(line: usize) -> String,
    /// Why it could not be read.
    pub why: fn(Unread) -> &'static str,
    /// Lines that were not looked at.
    pub left: fn(lines: usize) -> String,
    /// Button: as a file for spreadsheets.
    pub csv: &'static str,
    /// What the digest proves.
    pub proves: &'static str,
    /// Nothing is pasted yet.
    pub empty: &'static str,
}

/// The code of a link.
pub struct Code {
    /// Heading, and the button that leads there.
    pub title: &'static str,
    /// Choice: the lesson's own short link.
    pub lesson: &'static str,
    /// Choice: the run at this moment.
    pub run: &'static str,
    /// Name of the picture.
    pub picture: fn(link: &str) -> String,
    /// A link of so many characters is too long for a code that a room can read; so many would do.
    pub too_long: fn(chars: usize, most: usize) -> String,
    /// … the lesson's short link stands in its place.
    pub instead: &'static str,
}

/// The teacher's guide.
pub struct Guide {
    /// Heading of what is for teachers.
    pub teachers: &'static str,
    /// Heading, and the button that leads there.
    pub title: &'static str,
    /// Button beside a lesson: opens it.
    pub open: fn(number: &str) -> String,
    /// Link to the sheet of a lesson, to hand out.
    pub sheet: &'static str,
    /// Buttons on top.
    pub present: &'static str,
}

/// The speaker's notes.
pub struct Notes {
    /// Heading, and the button that opens them.
    pub title: &'static str,
    /// Nobody presents yet.
    pub waiting: &'static str,
    /// The class is over.
    pub over: &'static str,
    /// Before the time in the class.
    pub time: &'static str,
    /// A lesson takes so long.
    pub takes: fn(minutes: u32) -> String,
    /// Heading: how such a step goes.
    pub how: &'static str,
    /// Heading: what to say or ask.
    pub say: &'static str,
    /// Heading: what the lesson says here.
    pub lesson: &'static str,
    /// Before what comes next.
    pub next: &'static str,
    /// The true answer, in front of it.
    pub truth: fn(answer: &str) -> String,
    /// Keys work here as well.
    pub keys: &'static str,
    /// The window could not be opened.
    pub blocked: &'static str,
}

/// Everything.
pub struct Class {
    /// The presenter.
    pub presenter: Presenter,
    /// Handing in.
    pub hand_in: HandIn,
    /// What was handed in.
    pub table: Table,
    /// The code of a link.
    pub code: Code,
    /// The teacher's guide.
    pub guide: Guide,
    /// The speaker's notes.
    pub notes: Notes,
}
