//! What the engine works out of a run ahead of the person: it plays a copy beside the desk, a little each frame, and reads everything off it.

use super::Given;
use super::drawn::Paper;
use super::shown::Truth;
use resync_core::time::Time;
use resync_lessons::course::{Ask, Bet};
use resync_lessons::play::{self, Answer, Fault, Grade, Reading, Told};
use resync_lessons::tell::Values;

/// Steps of a copy between two looks at the clock.
const SLICE: u64 = 400;

/// A run that is played ahead.
pub struct Ahead {
    reading: Result<Box<Reading>, String>,
    told: Option<Box<Told>>,
}

impl Ahead {
    /// Begins with a reading.
    #[must_use]
    pub fn of(reading: Result<Reading, Fault>) -> Ahead {
        Ahead { reading: reading.map(Box::new).map_err(|why| why.to_string()), told: None }
    }
    /// Plays on as long as there is time; `true` as soon as it is over.
    pub fn work(&mut self, in_time: &dyn Fn() -> bool) -> bool {
        let (Ok(reading), None) = (&mut self.reading, &self.told) else { return false };
        while in_time() {
            if reading.go_on(SLICE) {
                self.told = Some(Box::new(reading.told()));
                return true;
            }
        }
        false
    }
    /// What is known, once all of it is.
    #[must_use]
    pub fn told(&self) -> Option<&Told> {
        self.told.as_deref()
    }
    /// Why it cannot be played.
    #[must_use]
    pub fn stuck(&self) -> Option<&str> {
        self.reading.as_ref().err().map(String::as_str)
    }
    /// The first moment at which two runs differ, µs; nothing while one of them is on its way, and `Some(None)` if they never do.
    #[must_use]
    pub fn differs(&self, other: &Ahead) -> Option<Option<u64>> {
        let (Ok(a), Ok(b), Some(_), Some(_)) = (&self.reading, &other.reading, &self.told, &other.told) else { return None };
        Some(play::first_difference(a.run(), b.run()).map(|differs| differs.at.as_micros()))
    }
}

/// What is known of a run, as far as a bet is concerned.
#[must_use]
pub fn until_us(told: &Told) -> Option<u64> {
    told.until.map(Time::as_micros)
}

/// The automatic pauses that lie behind `from` and not behind the bet's moment: each with its place, by time, µs.
#[must_use]
pub fn pauses(told: &Told, from_us: u64) -> Vec<(u64, usize)> {
    let last = until_us(told).unwrap_or(u64::MAX);
    let all = told.pauses.iter().enumerate().filter_map(|(place, at)| Some((at.as_ref()?.as_micros(), place)));
    let mut pauses: Vec<(u64, usize)> = all.filter(|(at, _)| *at > from_us && *at < last).collect();
    resync_core::order::sort(&mut pauses);
    pauses
}

/// The truth as it is shown.
#[must_use]
pub fn truth(told: &Told) -> Option<Truth> {
    Some(match told.truth.as_ref()? {
        play::Truth::Choose(at) => Truth::Choice(*at),
        play::Truth::Number(number) => Truth::Number(*number),
        play::Truth::Curve(points) => Truth::Curve(points.iter().filter_map(|(ms, value)| Some((*ms, (*value)?))).collect()),
        play::Truth::Order(order) => Truth::Order(order.clone()),
    })
}

/// A bet as the engine grades it.
#[must_use]
pub fn answer(given: &Given, paper: Option<Paper>) -> Option<Answer> {
    Some(match given {
        Given::Nothing => return None,
        Given::Choice(at) => Answer::Choose(*at),
        Given::Number(number) => Answer::Number(*number),
        Given::Curve(points) => Answer::Curve(paper.map_or_else(|| points.clone(), |paper| paper.whole(points))),
        Given::Order(order) => Answer::Order(order.clone()),
    })
}

/// Whether a bet was near the truth; nothing while that is not known.
#[must_use]
pub fn near(ask: &Ask, told: &Told, given: &Given, paper: Option<Paper>) -> Option<bool> {
    Some(play::grade(ask, told.truth.as_ref()?, &answer(given, paper)?) != Grade::Far)
}

/// What is said to a bet, in the first of these languages; with its values.
#[must_use]
pub fn feedback(bet: &Bet, told: &Told, given: &Given, paper: Option<Paper>, preferred: &[&str]) -> String {
    let (Some(truth), Some(answer)) = (told.truth.as_ref(), answer(given, paper)) else { return String::new() };
    let grade = play::grade(&bet.ask, truth, &answer);
    let words = play::feedback(bet, &answer, grade).get(preferred).cloned().unwrap_or_default();
    filled(&words, &told.values, preferred)
}

/// A text with its values.
#[must_use]
pub fn filled(text: &str, values: &Values, preferred: &[&str]) -> String {
    resync_lessons::tell::fill(text, values, preferred.first().copied().unwrap_or("en"))
}
