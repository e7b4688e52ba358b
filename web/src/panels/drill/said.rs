//! Questions, answers and their keys, in words.

use crate::drill::row::numbers;
use crate::drill::{Drill, Kind, Said, Scene, Sends, Sitting, Stands, numbered};
use crate::format::{exact_size, grouped};
use crate::i18n::drills::Drills;
use resync_lessons::play::ERRORS;

/// An answer that can be chosen.
pub(super) struct Choice {
    /// Its key.
    pub key: &'static str,
    /// What it is called.
    pub name: String,
    /// What stands below it; may be empty.
    pub below: &'static str,
    /// Whether the name is Redis's own.
    pub mono: bool,
}

const DIGITS: [&str; 4] = ["1", "2", "3", "4"];

/// The question of a step.
pub(super) fn question(drill: &Drill, step: usize, t: &Drills) -> String {
    match (&drill.scene, step) {
        (Scene::Master(knock), 1) => (t.steps.go_on_from)(&grouped(knock.asked)),
        (Scene::Size(sizing), 1) => (t.steps.is_enough)(&exact_size(sizing.sizes[sizing.tried])),
        _ => (t.steps.ask)(drill.kind, step).to_owned(),
    }
}

/// What a replica sends, as Redis spells it.
const fn spelled(sends: Sends) -> &'static str {
    match sends {
        Sends::Ping => "PING",
        Sends::Introduces => "AUTH, REPLCONF",
        Sends::Asks => "PSYNC, SYNC",
        Sends::Acks => "REPLCONF ACK",
    }
}

/// Its states, as Redis spells them.
const fn state(stands: Stands) -> &'static str {
    match stands {
        Stands::Dials => "connect",
        Stands::Waits => "receive_…",
        Stands::Receives => "transfer",
        Stands::Follows => "connected",
    }
}

/// The answers of a step; none where only a number is asked for.
pub(super) fn choices(drill: &Drill, step: usize, t: &Drills) -> Vec<Choice> {
    let numbered = |all: Vec<(String, &'static str)>, mono: bool| {
        all.into_iter().zip(DIGITS).map(|((name, below), key)| Choice { key, name, below, mono }).collect()
    };
    let words = |of: &[&str]| numbered(of.iter().map(|word| ((*word).to_owned(), "")).collect(), false);
    match (&drill.scene, step) {
        (Scene::Master(_), 0) => words(&t.steps.whose),
        (Scene::Master(_) | Scene::Size(_), 1) | (Scene::Info(_), 0) => {
            let one = |key, name: &str| Choice { key, name: name.to_owned(), below: "", mono: false };
            vec![one("y", t.steps.yes), one("n", t.steps.no)]
        }
        (Scene::Master(_), _) => {
            numbered(["+CONTINUE", "+FULLRESYNC", "-…"].map(str::to_owned).into_iter().zip(t.steps.replies).collect(), true)
        }
        (Scene::Replica(_), 0) => numbered(Sends::ALL.map(|each| (spelled(each).to_owned(), (t.steps.sends)(each))).into(), true),
        (Scene::Replica(_), 2) => numbered(Stands::ALL.map(|each| (state(each).to_owned(), (t.steps.stands)(each))).into(), true),
        (Scene::Info(_), 1) => words(&t.steps.came),
        (Scene::Info(case), _) => words(&case.choices.map(t.steps.cause)),
        (Scene::Size(sizing), 2) => numbered(sizing.sizes.map(|size| (exact_size(size), "")).into(), false),
        (Scene::Replica(_) | Scene::Size(_), _) => Vec::new(),
    }
}

/// The keys of the step that is open.
pub(super) fn keys(drill: &Drill, open: Option<usize>) -> Vec<&'static str> {
    match open.map(|step| drill.steps[step].choices) {
        None => Vec::new(),
        Some(0) => vec!["0–9"],
        Some(2) => vec!["y", "n"],
        Some(choices) => DIGITS[..choices.min(4)].to_vec(),
    }
}

/// An answer in words: the choice, and its number.
pub(super) fn answer(drill: &Drill, step: usize, said: Said, t: &Drills) -> String {
    if drill.kind == Kind::Master && step == 2 && said.choice == 2 {
        return said.number.and_then(|error| ERRORS.get(error as usize)).map_or_else(|| "-…".to_owned(), |error| (*error).to_owned());
    }
    let choice = choices(drill, step, t).into_iter().nth(said.choice).map(|choice| choice.name);
    let number = said.number.filter(|_| numbered(drill, step, said.choice)).map(|number| number.to_string());
    choice.into_iter().chain(number).collect::<Vec<_>>().join(" ")
}

/// What was said where something else is true: the number beside the true one, or the answer.
pub(super) fn beside(drill: &Drill, sitting: &Sitting, step: usize, t: &Drills) -> String {
    match (numbers(drill, sitting.given[step], step), sitting.given[step]) {
        (Some((said, truth)), _) => (t.grade.wrote)(&said.to_string(), &truth.to_string()),
        (None, Some(said)) => (t.grade.said)(&answer(drill, step, said, t)),
        (None, None) => (t.grade.said)(t.steps.not_asked),
    }
}
