//! What is kept of items, as text. What cannot be read is as if it had never been kept.

use super::when::When;
use super::{Answer, Kind, Question, Sitting};
use crate::teach::{Given, Sure};
use resync_lessons::memory::{Kept, Memory};

fn sure(name: &str) -> Option<Sure> {
    Sure::ALL.into_iter().find(|sure| sure.name() == name)
}

/// The text of a memory: a line an item, `lesson item due right missed asked`.
#[must_use]
pub fn memory_text(memory: &Memory) -> String {
    let line = |kept: &Kept| {
        let missed = kept.missed.map_or("-", Sure::name);
        format!("{} {} {} {} {missed} {}\n", kept.lesson, kept.item, kept.due, kept.right, kept.asked)
    };
    memory.all().iter().map(line).collect()
}

/// Reads such a text; a line that is none is left out.
#[must_use]
pub fn read_memory(text: &str) -> Memory {
    let one = |line: &str| {
        let [lesson, item, due, right, missed, asked] = line.split(' ').collect::<Vec<_>>().try_into().ok()?;
        let (lesson, item, missed) = (name(lesson)?, name(item)?, if missed == "-" { None } else { Some(sure(missed)?) });
        Some(Kept { lesson, item, due: due.parse().ok()?, right: right.parse().ok()?, missed, asked: asked.parse().ok()? })
    };
    Memory::of(text.lines().filter_map(one))
}

/// A name of a lesson or an item.
fn name(text: &str) -> Option<String> {
    let fits = !text.is_empty() && text.len() <= 80 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fits.then(|| text.to_owned())
}

/// A given answer, or nothing for one that was passed over.
pub(super) fn given_text(given: &Given) -> String {
    match given {
        Given::Choice(at) => format!("c{at}"),
        Given::Number(number) => format!("n{number}"),
        _ => "x".to_owned(),
    }
}
/// Reads that.
pub(super) fn read_given(text: &str) -> Option<Given> {
    match text.split_at_checked(1)? {
        ("c", at) => at.parse().ok().filter(|at| *at < 10).map(Given::Choice),
        ("n", number) => number.parse().ok().map(Given::Number),
        ("x", "") => Some(Given::Nothing),
        _ => None,
    }
}

/// The text of a sitting: a line for itself, `kind lesson day at sure`, and a line a question.
#[must_use]
pub fn sitting_text(sitting: &Sitting) -> String {
    let kind = match sitting.kind {
        Kind::WarmUp => "warm-up",
        Kind::Again => "again",
        Kind::Ten(when) => when.name(),
    };
    let lesson = if sitting.lesson.is_empty() { "-" } else { &sitting.lesson };
    let mut out = format!("{kind} {lesson} {} {} {}\n", sitting.day, sitting.at, sitting.sure.map_or("-", Sure::name));
    for question in &sitting.questions {
        let answer = question.answer.as_ref().map_or_else(
            || "-".to_owned(),
            |answer| {
                format!(
                    "{} {} {}",
                    given_text(&answer.given),
                    answer.sure.map_or("-", Sure::name),
                    if answer.right { "right" } else { "missed" }
                )
            },
        );
        out += &format!("{} {} {} {answer}\n", question.lesson, question.item, question.seed);
    }
    out
}

/// Reads such a text.
#[must_use]
pub fn read_sitting(text: &str) -> Option<Sitting> {
    let mut lines = text.lines();
    let [kind, lesson, day, at, how] = lines.next()?.split(' ').collect::<Vec<_>>().try_into().ok()?;
    let kind = match kind {
        "warm-up" => Kind::WarmUp,
        "again" => Kind::Again,
        other => Kind::Ten(When::named(other)?),
    };
    let lesson = if lesson == "-" { String::new() } else { name(lesson)? };
    let question = |line: &str| {
        let fields: Vec<&str> = line.split(' ').collect();
        let (lesson, item) = (name(fields.first()?)?, name(fields.get(1)?)?);
        let answer = match fields.get(3..)? {
            ["-"] => None,
            [given, how, right] => Some(Answer {
                given: read_given(given)?,
                sure: if *how == "-" { None } else { Some(sure(how)?) },
                right: *right == "right",
            }),
            _ => return None,
        };
        Some(Question { lesson, item, seed: fields.get(2)?.parse().ok()?, answer })
    };
    let questions: Vec<Question> = lines.map(question).collect::<Option<_>>()?;
    let sitting = Sitting { kind, lesson, day: day.parse().ok()?, at: at.parse().ok()?, sure: sure(how), questions };
    Some(sitting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memory_is_kept_whole_and_odd_lines_are_left_out() {
        let mut memory = Memory::default();
        memory.learnt("13-where-the-write-went", ["who-has", "behind"], 20_000);
        memory.answered("13-where-the-write-went", "behind", resync_lessons::memory::Answered { right: false, sure: Sure::Sure }, 20_001);
        let text = memory_text(&memory);
        assert_eq!(read_memory(&text), memory);
        for odd in ["a b", "a b c d - e", "a b 1 2 maybe 3", "<b> x 1 0 - 0", "a b 1 2 - 3 4", ""] {
            assert_eq!(read_memory(&format!("{odd}\n{text}")), memory, "{odd}");
        }
    }

    #[test]
    fn a_sitting_is_kept_whole_or_not_at_all() {
        let question = |answer| Question { lesson: "14-a".to_owned(), item: "x".to_owned(), seed: u64::MAX, answer };
        let answer = |given: Given| Some(Answer { sure: (given == Given::Nothing).then_some(Sure::Guess), given, right: true });
        for kind in [Kind::WarmUp, Kind::Again, Kind::Ten(When::Later)] {
            for lesson in ["", "13-b"] {
                let questions = vec![
                    question(answer(Given::Choice(3))),
                    question(answer(Given::Number(-7))),
                    question(answer(Given::Nothing)),
                    question(None),
                ];
                let sitting = Sitting { kind, lesson: lesson.to_owned(), day: 9, questions, at: 2, sure: Some(Sure::Think) };
                assert_eq!(read_sitting(&sitting_text(&sitting)), Some(sitting));
            }
        }
        for odd in ["", "warm-up", "cold-up - 1 0 -", "again - 1 0 -\na b c -", "again - 1 0 -\na b 1 c99 sure right", "again <a> 1 0 -"] {
            assert_eq!(read_sitting(odd), None, "{odd}");
        }
    }
}
