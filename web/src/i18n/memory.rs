//! What the page says of what is remembered: refutation cards, items that come back, what somebody still knows, the ten-item test. It comes with the
//! module's second part.

use crate::recall::Kind;
use crate::recall::when::When;

/// Everything of it.
pub struct Memory {
    /// Cards.
    pub cards: Cards,
    /// Items that come back.
    pub recall: Recall,
    /// What somebody still knows.
    pub known: Known,
    /// The ten-item test.
    pub ten: Ten,
}

/// Items that come back.
pub struct Recall {
    /// Heading of a sitting.
    pub title: fn(Kind) -> &'static str,
    /// Which question of how many.
    pub place: fn(usize, usize) -> String,
    /// The lesson that an item comes from, by its question.
    pub from: fn(question: &str) -> String,
    /// The engine makes the item.
    pub making: &'static str,
    /// How keys answer.
    pub keys: fn(choices: usize) -> String,
    /// The same where a number is typed.
    pub keys_number: &'static str,
    /// Button: the number is the answer.
    pub answer: &'static str,
    /// Button: this question is passed over (in the test).
    pub unknown: &'static str,
    /// Button: no questions now.
    pub skip: &'static str,
    /// Button: to the next question.
    pub next: &'static str,
    /// Button after the last one: to the lesson.
    pub done: fn(lesson: bool) -> &'static str,
    /// Above the rule, after an answer that was right; the number of days until it comes again.
    pub right: fn(days: i64) -> String,
    /// The same after one that was not; whether it comes again at the end of the lesson that is under way.
    pub missed: fn(at_the_end: bool) -> &'static str,
    /// Beside the answer that is true, and the one that was given.
    pub is_so: &'static str,
    /// See above.
    pub yours: &'static str,
    /// A number that was typed, and the true one.
    pub typed: fn(given: &str, truth: &str) -> String,
    /// On the course's page: so many items are due.
    pub due: fn(usize) -> String,
    /// Beside that: what they are.
    pub due_lead: &'static str,
    /// Which lesson follows, by its number and minutes.
    pub then: fn(number: usize, minutes: u32) -> String,
    /// Button: begin.
    pub begin: &'static str,
    /// State of a lesson in the list, with items that are due.
    pub back: &'static str,
    /// State of a chapter, with so many of them.
    pub back_of: fn(usize) -> String,
}

/// What somebody still knows.
pub struct Known {
    /// Heading.
    pub title: &'static str,
    /// Beside the heading on the course's page.
    pub short: &'static str,
    /// Button of the course's page: to this one.
    pub all: &'static str,
    /// Below the heading.
    pub lead: &'static str,
    /// Nothing was learnt yet.
    pub nothing: &'static str,
    /// So many items are due, of so many.
    pub due: fn(due: usize, all: usize) -> String,
    /// Button: ask some of them.
    pub ask: &'static str,
    /// Until a lesson's next item comes back: days, 0 today, below zero it waits.
    pub days: fn(i64) -> String,
    /// Name of the picture of a lesson's items.
    pub picture: &'static str,
    /// Words of its axis: today, and so many days from now.
    pub axis: fn(u32) -> String,
    /// Heads of the table.
    pub heads: [&'static str; 3],
    /// What is kept stays in this browser.
    pub kept: &'static str,
}

/// The ten-item test.
pub struct Ten {
    /// Heading.
    pub title: &'static str,
    /// Below the heading.
    pub lead: &'static str,
    /// When it is taken.
    pub when: fn(When) -> &'static str,
    /// It is not taken yet.
    pub to_come: &'static str,
    /// It can still be taken, marked as late.
    pub late: &'static str,
    /// A row of the course's page: when it is taken.
    pub ten: fn(When) -> &'static str,
    /// It was taken.
    pub taken: &'static str,
    /// It can be taken now.
    pub now: &'static str,
    /// It can be taken in so many days.
    pub in_days: fn(u32) -> String,
    /// A result.
    pub score: fn(right: usize, all: usize) -> String,
    /// Button: begin.
    pub begin: &'static str,
    /// Button: go on with it.
    pub go_on: &'static str,
    /// Button: show a result that is kept.
    pub show: &'static str,
    /// Heading of a result: when it was taken, and on which day (ISO 8601).
    pub result: fn(When, day: &str) -> String,
    /// While the engine makes the items again: so many of ten are done.
    pub checking: fn(usize) -> String,
    /// Who graded it.
    pub checked: &'static str,
    /// The items were made by an engine of another behaviour: answers may fit other numbers.
    pub other_behaviour: fn(made: u32, here: u32) -> String,
    /// Beside an answer.
    pub mark: fn(bool) -> &'static str,
    /// What was answered.
    pub said: fn(&str) -> String,
    /// Nothing was answered.
    pub passed: &'static str,
    /// What is so.
    pub is_so: fn(&str) -> String,
    /// How sure, and how many of those were right.
    pub sure: fn(crate::teach::Sure, right: usize, all: usize) -> String,
    /// Button: a link to this result.
    pub link: &'static str,
    /// The link is in the clipboard.
    pub copied: &'static str,
    /// The clipboard was refused: the link is in the address.
    pub in_address: &'static str,
    /// Button: the lesson that is about it.
    pub lesson: &'static str,
    /// An item that cannot be made.
    pub lost: &'static str,
    /// A link that cannot be read.
    pub unread: fn(crate::recall::ten::TenError) -> String,
}

/// Refutation cards.
pub struct Cards {
    /// Heading of their page, and of their part of the course's page.
    pub title: &'static str,
    /// Beside the heading on the course's page.
    pub short: &'static str,
    /// Some of the claims: the card's id, and the claim in one line.
    pub some: &'static [(&'static str, &'static str)],
    /// Below the heading of their page.
    pub lead: &'static str,
    /// They are being fetched.
    pub coming: &'static str,
    /// They did not come.
    pub lost: &'static str,
    /// Label of what people say.
    pub say: &'static str,
    /// Label of what is so.
    pub not_so: &'static str,
    /// Label of the reason.
    pub because: &'static str,
    /// Label of where to look.
    pub look: &'static str,
    /// Label of what a real server printed.
    pub shown: &'static str,
    /// Where that was recorded: the master's release, that of the replica where it is another, and the recording's name.
    pub recorded: fn(master: &str, replica: Option<&str>, name: &str) -> String,
    /// Button: to the lesson in which it is seen, with that lesson's question.
    pub lesson: fn(question: &str) -> String,
    /// Link to this card.
    pub link: &'static str,
    /// Button: all cards.
    pub all: &'static str,
}
