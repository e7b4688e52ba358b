//! What the sheet of drills says. It comes with the module's second part.

use crate::drill::Mark;
use crate::drill::reason::Reason;
use resync_lessons::play::{Cause, Kind, Sends, Stands};

/// The sheet.
pub struct Drills {
    /// Its name, and that of what leads there.
    pub title: &'static str,
    /// What it is, beside what leads there.
    pub lead: &'static str,
    /// Button: to it.
    pub begin: &'static str,
    /// A kind.
    pub kind: fn(Kind) -> &'static str,
    /// Its question, as a heading.
    pub asks: fn(Kind) -> &'static str,
    /// Beside the heading: the release, and who grades.
    pub graded_by: fn(era: &str) -> String,
    /// The three steps, for those who do not see them: which are played.
    pub fade: fn(mine: usize) -> &'static str,
    /// A step in a word, by kind and from 0.
    pub short: fn(Kind, usize) -> &'static str,
    /// Of a step: the engine plays it.
    pub played: &'static str,
    /// Of a step: it is one's own.
    pub yours: &'static str,
    /// While the engine makes a decision.
    pub making: &'static str,
    /// It could not.
    pub fault: fn(why: &str) -> String,
    /// What is asked, and its answers.
    pub steps: Steps,
    /// What is right.
    pub grade: Grade,
    /// What is known.
    pub cards: Cards,
    /// The sitting.
    pub sitting: Sit,
}

/// Questions and answers.
pub struct Steps {
    /// Be the master, second step, with the byte.
    pub go_on_from: fn(byte: &str) -> String,
    /// Size it, second step, with a size.
    pub is_enough: fn(size: &str) -> String,
    /// Any other step's question, by kind and from 0.
    pub ask: fn(Kind, usize) -> &'static str,
    /// Yes.
    pub yes: &'static str,
    /// No.
    pub no: &'static str,
    /// Whose id: the four answers.
    pub whose: [&'static str; 4],
    /// What stands below the three replies.
    pub replies: [&'static str; 3],
    /// Before the number of bytes, and of the offset.
    pub before_number: [&'static str; 2],
    /// Behind a number that goes over the wire.
    pub plain_number: &'static str,
    /// Name of the group of errors.
    pub which_error: &'static str,
    /// What a replica sends means.
    pub sends: fn(Sends) -> &'static str,
    /// What its state means.
    pub stands: fn(Stands) -> &'static str,
    /// Behind the field of a byte that is wanted.
    pub no_byte: &'static str,
    /// How the replica came back: the three answers.
    pub came: [&'static str; 3],
    /// What happened.
    pub cause: fn(Cause) -> &'static str,
    /// Behind the field of bytes that are written.
    pub bytes: &'static str,
    /// This step is not asked.
    pub not_asked: &'static str,
    /// Name of a field for a number.
    pub number: &'static str,
    /// Button: to be graded.
    pub answer: &'static str,
    /// Button: the engine is to play it.
    pub play: &'static str,
    /// Button: to the next.
    pub next: &'static str,
    /// Button: the run, at that moment.
    pub open: &'static str,
    /// What is still to be said.
    pub say_first: fn(step: usize) -> String,
    /// What keys do, while it is asked …
    pub keys: &'static str,
    /// … and once it is graded.
    pub keys_next: &'static str,
}

/// Grades.
pub struct Grade {
    /// All own steps are right.
    pub right: &'static str,
    /// The engine played it.
    pub played: &'static str,
    /// A step is not right, from 0.
    pub wrong: fn(step: usize) -> String,
    /// A number, and the true one.
    pub wrote: fn(said: &str, truth: &str) -> String,
    /// What was said, as an answer.
    pub said: fn(said: &str) -> String,
    /// The reason, as a sentence with its numbers.
    pub because: fn(&Reason) -> String,
    /// Mark of a step that is right …
    pub holds: &'static str,
    /// … and of one that is not.
    pub fails: &'static str,
}

/// What is known.
pub struct Cards {
    /// The backlog.
    pub backlog: &'static str,
    /// There is none.
    pub no_backlog: &'static str,
    /// The backlog in a sentence.
    pub window: fn(first: &str, head: &str, asked: &str) -> String,
    /// Marks of its picture: gone, first byte, head, what comes.
    pub gone: &'static str,
    /// See above.
    pub first: &'static str,
    /// See above.
    pub head: &'static str,
    /// See above.
    pub next: &'static str,
    /// So many bytes are held.
    pub held: fn(bytes: &str) -> String,
    /// Below the lens at the old end.
    pub from_here: &'static str,
    /// Below the lens at the new end.
    pub up_to_here: &'static str,
    /// The same, where two histories part there.
    pub shared_up_to: &'static str,
    /// The byte that is asked for.
    pub asked: &'static str,
    /// Between the lenses.
    pub magnified: &'static str,
    /// Ids, and the door.
    pub ids: &'static str,
    /// Row: the id that was asked with.
    pub asked_with: &'static str,
    /// Row: the own one.
    pub mine: &'static str,
    /// Row: the second one.
    pub second: &'static str,
    /// The second id's bound.
    pub up_to: fn(byte: &str) -> String,
    /// There is no second id.
    pub no_second: fn(knows: bool) -> &'static str,
    /// Row: what else is true of the server.
    pub door: &'static str,
    /// Whether the password was given; nothing where none is wanted.
    pub password: fn(given: Option<bool>) -> &'static str,
    /// What the replica knows.
    pub known: &'static str,
    /// Row: its state.
    pub state: &'static str,
    /// Row: the id of its stream.
    pub stream: &'static str,
    /// Row: the last byte applied.
    pub applied: &'static str,
    /// It has no stream.
    pub nothing: &'static str,
    /// Row: its password.
    pub masterauth: &'static str,
    /// The messages before.
    pub before: &'static str,
    /// Of a message: to the master, from it.
    pub way: fn(up: bool) -> &'static str,
    /// What comes, if nothing comes any more.
    pub ends: &'static str,
    /// The RDB came whole.
    pub loaded: &'static str,
    /// So many bytes of the stream come with it.
    pub with: fn(bytes: &str) -> String,
    /// The master's INFO, the replica's INFO.
    pub info: [&'static str; 2],
    /// The outage: its numbers.
    pub rate: fn(rate: &str, seconds: &str) -> String,
    /// The sizes, as a figure.
    pub sizes: &'static str,
    /// The line that a size must reach.
    pub missed: fn(bytes: &str) -> String,
    /// The log.
    pub log: fn(era: &str) -> String,
    /// It logs nothing.
    pub no_log: &'static str,
}

/// The sitting.
pub struct Sit {
    /// Its heading.
    pub heading: &'static str,
    /// Beside it.
    pub lead: &'static str,
    /// So many right in a row, of so many.
    pub in_a_row: fn(row: usize, of: usize) -> String,
    /// Column heads: the kind, what one had, what it is.
    pub heads: [&'static str; 3],
    /// A mark, for those who do not see it.
    pub mark: fn(Mark) -> &'static str,
    /// The present row.
    pub now: &'static str,
    /// When it ends.
    pub ends: &'static str,
    /// It has been enough in a row, but not with all steps.
    pub one_more: &'static str,
    /// What was missed comes again.
    pub again: &'static str,
    /// It is over: so many right of so many asked.
    pub over: fn(right: usize, of: usize) -> String,
    /// What is kept.
    pub kept: &'static str,
    /// Button: another one.
    pub another: &'static str,
}
