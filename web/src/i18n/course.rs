//! What the lessons' screens say: the steps, bets, reveals, twin and transfer, and the page of the course. It comes with the module's second part.

use crate::teach::{Step, Sure, Way};

/// A lesson.
pub struct Lesson {
    /// Landmark of the column.
    pub title: &'static str,
    /// A lesson by its number, before its bet is told.
    pub numbered: fn(number: usize) -> String,
    /// Why nothing more is said of it yet.
    pub after_the_bet: &'static str,
    /// Name of the strip of steps.
    pub steps: &'static str,
    /// A step's name.
    pub step: fn(Step) -> &'static str,
    /// Heading of the parts.
    pub parts: &'static str,
    /// Heading of an example that is shown before the first bet of a kind.
    pub example: &'static str,
    /// Button: to the step before.
    pub back: &'static str,
    /// Button: to the step after.
    pub next: &'static str,
    /// Button of the parts: to the bet.
    pub to_bet: &'static str,
    /// Button: the bet is made, and the run goes on until this moment.
    pub lay: fn(until: &str) -> String,
    /// Button, while the moment is not known yet.
    pub lay_soon: &'static str,
    /// Group: how sure.
    pub how_sure: &'static str,
    /// A choice of that group.
    pub sure: fn(Sure) -> &'static str,
    /// While it runs to the bet's moment.
    pub running: fn(until: &str) -> String,
    /// It stands still at something decisive.
    pub stopped: fn(clock: &str) -> String,
    /// Button: on from there.
    pub go_on: &'static str,
    /// Button: what was bet is shown beside the truth at once.
    pub go_there: &'static str,
    /// Button: to the moment that decided.
    pub moment: fn(clock: &str) -> String,
    /// Button: to the rule.
    pub why: &'static str,
    /// Button: another bet.
    pub again: &'static str,
    /// Button of a drawing: all points away.
    pub clear: &'static str,
    /// Somebody has acted in the lesson's run.
    pub acted: &'static str,
    /// Button: the lesson's own run again.
    pub own_run: &'static str,
    /// The engine works the truth out, or could not: said in place of the buttons.
    pub working: &'static str,
    /// See above.
    pub stuck: fn(why: &str) -> String,
    /// Heading of the because.
    pub because: &'static str,
    /// Heading above the sentences of which one is true.
    pub which: &'static str,
    /// Beside the true sentence.
    pub is_true: &'static str,
    /// Beside a sentence that is true of another run.
    pub is_not: &'static str,
    /// Heading of the transfer, above its question.
    pub transfer: &'static str,
    /// What real Redis prints, from this run.
    pub prints: &'static str,
    /// Heading of the open sandbox.
    pub open: &'static str,
    /// What one can do there.
    pub open_lead: &'static str,
    /// Button: a link to this run.
    pub link: &'static str,
    /// Button: the next lesson.
    pub next_lesson: &'static str,
    /// Button: all lessons.
    pub all_lessons: &'static str,
    /// Button of a phone: the other figures.
    pub figures: &'static str,
    /// Button of a phone: back to the text.
    pub text: &'static str,
}

/// Bets and their reveals.
pub struct Bets {
    /// Name of the group of answers.
    pub answers: &'static str,
    /// Name of a field for a number, with its unit.
    pub number: fn(unit: &str) -> String,
    /// Name of the drawing, with what keys do.
    pub drawing: &'static str,
    /// The same in a few words, beside the point.
    pub keys: &'static str,
    /// Before the field that is tied to the curve.
    pub typed: fn(at: &str) -> String,
    /// A point in words: moment, value with its unit.
    pub point: fn(at: &str, value: &str) -> String,
    /// Name of the list of messages.
    pub order: &'static str,
    /// Button: this message earlier.
    pub earlier: fn(message: &str) -> String,
    /// Button: later.
    pub later: fn(message: &str) -> String,
    /// A message stands at this place now.
    pub placed: fn(message: &str, place: usize) -> String,
    /// What was bet, as a label.
    pub bet: &'static str,
    /// What happened, as a label.
    pub truth: &'static str,
    /// How far they are apart.
    pub apart: fn(text: &str) -> String,
    /// Heading: a choice that was the truth.
    pub as_said: fn(choice: &str) -> String,
    /// Heading: a choice and the truth.
    pub said: fn(choice: &str, truth: &str) -> String,
    /// Heading: a number and the truth.
    pub typed_it_is: fn(number: &str, truth: &str) -> String,
    /// Heading: the curve's last value and the truth's, at this moment.
    pub drew_it_is: fn(number: &str, at: &str, truth: &str) -> String,
    /// Heading: a number or curve that is near enough.
    pub near: fn(number: &str, truth: &str) -> String,
    /// Heading: so many messages of all stand in their places.
    pub in_order: fn(right: usize, all: usize) -> String,
    /// Column heads of an order: place, the bet, what happened.
    pub order_heads: [&'static str; 3],
}

/// The twin.
pub struct Pair {
    /// Column of the run.
    pub run: &'static str,
    /// Column of its twin.
    pub twin: &'static str,
    /// Heading: the twin by what is changed in it.
    pub title: fn(name: &str) -> String,
    /// What they share.
    pub same: &'static str,
    /// The first moment at which they differ.
    pub differs: fn(clock: &str) -> String,
    /// They never differ.
    pub never: &'static str,
    /// Button: there.
    pub jump: fn(clock: &str) -> String,
    /// Name of the table.
    pub table: &'static str,
    /// Before the row that tells them apart, for those who do not see its mark.
    pub decisive: &'static str,
    /// Button: to the transfer.
    pub other_run: &'static str,
}

/// The page of the course.
pub struct Page {
    /// Heading: so many questions.
    pub heading: fn(count: usize) -> String,
    /// Line beside it.
    pub lead: &'static str,
    /// Name of the strip of lessons.
    pub strip: &'static str,
    /// All of it, for a first visit: minutes in all, minutes a lesson.
    pub in_all: fn(minutes: u32, each: u32) -> String,
    /// Where one stands.
    pub stand: fn(seen: u32, minutes: u32) -> String,
    /// Legend of the strip.
    pub legend: &'static str,
    /// Legend for a first visit.
    pub legend_first: &'static str,
    /// Name of the column beside the lessons.
    pub besides: &'static str,
    /// Heading of the choice of a way in.
    pub way_in: &'static str,
    /// A way's name …
    pub way: fn(Way) -> &'static str,
    /// … and what it means.
    pub way_means: fn(Way) -> &'static str,
    /// A chapter's name, by its number from 1; one that is not known has a number alone.
    pub chapter: fn(u32) -> &'static str,
    /// Its question.
    pub chapter_asks: fn(u32) -> &'static str,
    /// Column head: what one touches.
    pub touch: &'static str,
    /// A length.
    pub minutes: fn(u32) -> String,
    /// So many lessons.
    pub lessons: fn(usize) -> String,
    /// So many of all seen.
    pub seen_of: fn(usize, usize) -> String,
    /// Not begun.
    pub new: &'static str,
    /// Not begun, and the first such one.
    pub next: &'static str,
    /// Begun and not ended.
    pub begun: &'static str,
    /// Last played so many days ago.
    pub days: fn(u32) -> String,
    /// Heading of the scenes that ask nothing.
    pub scenes: &'static str,
    /// What they are.
    pub scenes_lead: &'static str,
}

/// All of it.
pub struct Course {
    /// A lesson.
    pub lesson: Lesson,
    /// Bets.
    pub bets: Bets,
    /// The twin.
    pub pair: Pair,
    /// The page.
    pub page: Page,
}
