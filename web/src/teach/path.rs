//! The lessons of the course as a path: what is known of each, and which comes next.

use super::{Step, Way};
use crate::recall::shown::Time;

/// How far somebody is in a lesson.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Not begun.
    New,
    /// Begun.
    Begun,
    /// Seen to the end, and last played so many days ago.
    Seen(u32),
}

impl State {
    /// Read off what is kept of a lesson, without the lesson: the furthest step and the day.
    #[must_use]
    pub fn glance(kept: &str, today: u32) -> State {
        let field =
            |name: &str| kept.split(';').filter_map(|field| field.split_once('=')).find(|(of, _)| *of == name).map(|(_, value)| value);
        let Some(day) = field("day").and_then(|day| day.parse::<u32>().ok()) else {
            return if field("far").is_some_and(|far| far != Step::Symptom.name()) { State::Begun } else { State::New };
        };
        // The transfer is the last question; behind it only the sandbox is left.
        let whole = [Step::Open, Step::Transfer].iter().any(|step| field("far") == Some(step.name()));
        if whole { State::Seen(today.saturating_sub(day)) } else { State::Begun }
    }
}

/// A lesson.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// Its number in the course, from 1.
    pub number: usize,
    /// Its chapter, from 1.
    pub chapter: u32,
    /// Its length.
    pub minutes: u32,
    /// The question that it answers.
    pub question: String,
    /// What one touches.
    pub touches: String,
    /// The releases in it.
    pub eras: String,
    /// How far somebody is.
    pub state: State,
    /// How many of its items are due today.
    pub due: usize,
}

/// The course.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Path {
    /// The lessons in their order: by chapter, then as the list has them.
    pub rows: Vec<Row>,
    /// How somebody comes in; nothing before they are asked.
    pub way: Option<Way>,
    /// The ten-item test, as it stands.
    pub times: Vec<Time>,
}

impl Path {
    /// The first lesson that has not been seen.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.rows.iter().find(|row| !matches!(row.state, State::Seen(_))).map(|row| row.id.as_str())
    }
    /// The chapter of that lesson; of the first one, if all have been seen.
    #[must_use]
    pub fn present(&self) -> u32 {
        let next = self.rows.iter().find(|row| !matches!(row.state, State::Seen(_))).or(self.rows.first());
        next.map_or(1, |row| row.chapter)
    }
    /// Items that are due today.
    #[must_use]
    pub fn due(&self) -> usize {
        self.rows.iter().map(|row| row.due).sum()
    }
    /// The chapters that there are.
    #[must_use]
    pub fn chapters(&self) -> Vec<u32> {
        let mut all: Vec<u32> = self.rows.iter().map(|row| row.chapter).collect();
        all.dedup();
        all
    }
    /// Minutes of all lessons, and of those that have been seen.
    #[must_use]
    pub fn minutes(&self) -> (u32, u32) {
        let seen = self.rows.iter().filter(|row| matches!(row.state, State::Seen(_)));
        (self.rows.iter().map(|row| row.minutes).sum(), seen.map(|row| row.minutes).sum())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn path(states: &[State]) -> Path {
        let row = |(at, state): (usize, &State)| Row {
            id: format!("{at}"),
            number: at + 1,
            chapter: at as u32 / 2 + 1,
            minutes: 4,
            question: format!("Question {at}?"),
            touches: "stage".into(),
            eras: "3.0 7.0".into(),
            state: *state,
            due: 0,
        };
        Path { rows: states.iter().enumerate().map(row).collect(), way: None, times: Vec::new() }
    }

    #[test]
    fn what_is_kept_tells_days_and_not_ticks() {
        for (kept, state) in [
            ("", State::New),
            ("step=symptom;far=symptom;", State::New),
            ("step=bet;far=bet;", State::Begun),
            ("step=see;far=see;day=100;", State::Begun),
            ("step=bet;far=open;day=100;", State::Seen(4)),
            ("far=transfer;day=200;", State::Seen(0)),
        ] {
            assert_eq!(State::glance(kept, 104), state, "{kept}");
        }
    }

    #[test]
    fn the_first_lesson_that_is_not_seen_comes_next() {
        let some = path(&[State::Seen(3), State::Begun, State::New]);
        assert_eq!((some.next(), some.present(), some.chapters(), some.minutes()), (Some("1"), 1, vec![1, 2], (12, 4)));
        let all = path(&[State::Seen(3); 3]);
        assert_eq!((all.next(), all.present()), (None, 1));
        assert_eq!(Path::default().present(), 1);
    }
}
