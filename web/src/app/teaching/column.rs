//! The column of a lesson, put together: words with their values, in the page's language.

use super::super::App;
use super::super::taught::{Teaching, kept_as};
use crate::action::Sheet;
use crate::browser;
use crate::format::clock_us;
use crate::i18n::course_of;
use crate::lessons::Entry;
use crate::lessons::shelf::Index;
use crate::panels::lesson::heading;
use crate::teach::ahead::{self, Ahead, filled};
use crate::teach::path::{Path, Row, State};
use crate::teach::shown::{Asked, Body, Drawing, Lit, Made, Pair, Question, Sentence, Shown, Told};
use crate::teach::{Laid, Step, Way};
use resync_core::order;
use resync_core::time::Time;
use resync_lessons::Spoken;
use resync_lessons::course::{Ask, Choice};
use resync_lessons::play;
use resync_lessons::tell::{Form, Seen, Values};
use std::rc::Rc;

/// How long a moment of the run is after its start, as words tell it.
fn until_text(us: u64) -> String {
    Form::Time.told(&Seen::Number(i64::try_from(us / 1_000).unwrap_or(i64::MAX)), "en")
}

/// Words of one language with the values of a run.
struct Says<'a> {
    preferred: &'static [&'static str],
    values: &'a Values,
}
impl Says<'_> {
    fn one(&self, spoken: &Spoken<String>) -> String {
        spoken.get(self.preferred).map(|text| filled(text, self.values, self.preferred)).unwrap_or_default()
    }
    fn each(&self, choices: &[Choice]) -> Vec<String> {
        choices.iter().map(|choice| self.one(&choice.words)).collect()
    }
}

impl App {
    /// What the column shows; nothing where no lesson asks.
    #[inline(never)]
    pub(in crate::app) fn lesson_shown(&self) -> Option<Shown> {
        let teaching = self.teaching.as_ref()?;
        let course = teaching.course();
        let none = Values::new();
        let says = Says { preferred: self.t().preferred, values: teaching.told().map_or(&none, |told| &told.values) };
        let t = course_of(self.t());
        let step = teaching.place.step;
        let acted = self.acted();
        let (title, body) = match step {
            Step::Symptom => {
                (says.one(&course.symptom), Body::Words { text: String::new(), picture: self.picture(&teaching.lesson.id), example: None })
            }
            Step::Parts => {
                let example = says.one(&course.example);
                let example = Some(example).filter(|words| !words.is_empty() && self.way() != Some(Way::Bet));
                (t.lesson.parts.to_owned(), Body::Words { text: says.one(&course.parts), picture: None, example })
            }
            Step::Bet | Step::See | Step::Transfer => self.round_shown(teaching, &says),
            Step::Because => (t.lesson.because.to_owned(), because(teaching, &says)),
            Step::Twin => ((t.pair.title)(&twin_title(teaching, &says)), Body::Pair(Box::new(self.pair_shown(teaching)))),
            Step::Open => {
                let desk = self.desk.borrow();
                let goals = teaching.lesson.goals.iter().map(|goal| (says.one(&goal.words), desk.run().holds(&goal.when))).collect();
                (t.lesson.open.to_owned(), Body::Open { goals, next: self.next_lesson(), cards: self.cards.named(&course.cards) })
            }
        };
        let lit = lit(teaching, &body, acted);
        Some(Shown {
            step,
            steps: Step::ALL
                .into_iter()
                .filter(|step| step.is_in(course))
                .map(|step| (step, teaching.place.reaches(step, course)))
                .collect(),
            title,
            body,
            acted,
            stuck: teaching.ahead().and_then(Ahead::stuck).map(str::to_owned),
            lit,
        })
    }

    /// The picture of a lesson, if the list of lessons has come.
    fn picture(&self, id: &str) -> Option<String> {
        let Index::Here(entries) = self.shelf.index() else { return None };
        entries.iter().find(|entry| entry.id == id).map(|entry| entry.picture.clone())
    }

    /// Before its bet is told a lesson shows its number: title and words would give the answer away.
    pub(in crate::app) fn veil(&self) -> Option<Veiled> {
        let teaching = self.teaching.as_ref().filter(|teaching| teaching.place.bet.first.is_none())?;
        let number = self.whole_path().and_then(|path| path.rows.iter().find(|row| row.id == teaching.lesson.id).map(|row| row.number));
        let t = &course_of(self.t()).lesson;
        let title = number.map_or_else(|| t.title.to_owned(), t.numbered);
        Some(Veiled { title, words: t.after_the_bet })
    }

    /// A bet: asked, on its way, or told.
    fn round_shown(&self, teaching: &Teaching, says: &Says<'_>) -> (String, Body) {
        let (bet, round) = (teaching.bet(), teaching.round());
        let asks = says.one(&bet.question);
        let question = question(teaching, says);
        let until = teaching.told().and_then(ahead::until_us);
        match (round.laid, teaching.told()) {
            (Laid::Told, Some(told)) => {
                let Some(truth) = ahead::truth(told) else { return (asks, Body::default()) };
                let feedback = ahead::feedback(bet, told, &round.given, teaching.paper(), says.preferred);
                let near = ahead::near(&bet.ask, told, &round.given, teaching.paper()).unwrap_or(false);
                let moment_us = told.moment.map(Time::as_micros);
                let shown = Told {
                    question,
                    given: round.given.clone(),
                    truth,
                    feedback: feedback.split("\n\n").filter(|words| !words.is_empty()).map(str::to_owned).collect(),
                    moment_us,
                    transfer: teaching.in_transfer(),
                };
                (heading(&shown, near, &course_of(self.t()).bets), Body::Told(Box::new(shown)))
            }
            (Laid::No, _) | (_, None) if round.laid == Laid::No || teaching.told().is_none() => {
                let ready = round.sure.is_some() && (round.given.answers(&bet.ask) || matches!(bet.ask, Ask::Order { .. }));
                let asked = Asked {
                    question,
                    given: round.given.clone(),
                    sure: round.sure,
                    until: until.map(until_text),
                    ready: ready && round.laid == Laid::No,
                };
                (asks, Body::Ask(asked))
            }
            _ => {
                let bet = Box::new(Made { question, given: round.given.clone(), sure: round.sure });
                (asks, Body::Running { until: until.map(until_text).unwrap_or_default(), stop: self.stop_shown(teaching, says), bet })
            }
        }
    }

    /// Where the run stands still on its way, and what is to be seen there.
    fn stop_shown(&self, teaching: &Teaching, says: &Says<'_>) -> Option<(String, String)> {
        let desk = self.desk.borrow();
        if desk.player.playing() {
            return None;
        }
        let now = desk.run().now_us();
        let told = teaching.told()?;
        let at = told.pauses.iter().position(|at| at.is_some_and(|at| at.as_micros() == now));
        let words = at.and_then(|at| teaching.course().pauses.get(at)).map(|pause| says.one(&pause.words)).unwrap_or_default();
        Some((clock_us(now), words))
    }

    /// The lesson after this one in the course.
    fn next_lesson(&self) -> Option<String> {
        let rows = &self.whole_path()?.rows;
        let id = &self.teaching.as_ref()?.lesson.id;
        let here = rows.iter().position(|row| row.id == *id)?;
        rows.get(here + 1).map(|row| row.id.clone())
    }

    /// The course as a path, for the sheet that lists it.
    pub(in crate::app) fn path(&self, sheet: Sheet) -> Option<Rc<Path>> {
        if sheet == Sheet::Lessons { self.whole_path().map(Rc::new) } else { None }
    }
    #[inline(never)]
    pub(in crate::app) fn whole_path(&self) -> Option<Path> {
        let Index::Here(entries) = self.shelf.index() else { return None };
        let (preferred, today) = (self.t().preferred, browser::day());
        let mut of: Vec<_> = entries.iter().filter_map(|entry| Some((entry, entry.course.as_ref()?))).collect();
        order::sort_by(&mut of, |(_, a), (_, b)| (a.chapter, a.order).cmp(&(b.chapter, b.order)));
        let memory = self.memory();
        let row = |(at, (entry, place)): (usize, (&Entry, &resync_lessons::Place))| Row {
            id: entry.id.clone(),
            number: at + 1,
            chapter: place.chapter,
            minutes: place.minutes,
            question: entry.cards.get(preferred).map(|card| card.line.clone()).unwrap_or_default(),
            touches: place.touches.get(preferred).cloned().unwrap_or_default(),
            eras: place.eras.clone(),
            state: State::glance(&self.kept.get(&kept_as(&entry.id)), today),
            due: memory.all().iter().filter(|kept| kept.lesson == entry.id && kept.due <= today).count(),
        };
        Some(Path { rows: of.into_iter().enumerate().map(row).collect(), way: self.way(), times: self.times() })
    }

    /// What the twin shows, in words; empty until both are played.
    pub(in crate::app) fn twin_words(&self) -> String {
        self.teaching.as_ref().map(|teaching| self.pair_shown(teaching).words).unwrap_or_default()
    }

    /// The run and its twin.
    fn pair_shown(&self, teaching: &Teaching) -> Pair {
        let Some(twin) = &teaching.course().twin else { return Pair::default() };
        let (run_lines, twin_lines) = (twin.edits.iter()).map(|edit| apart(&edit.line, &edit.becomes)).unzip();
        let mut pair = Pair { run_lines, twin_lines, differs_us: teaching.differs.flatten(), ..Pair::default() };
        pair.twin_lines.extend(twin.adds.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).map(str::to_owned));
        let (Some(run), Some(other)) = (teaching.ahead.told(), teaching.twin.as_ref().and_then(|(_, ahead)| ahead.told())) else {
            return pair;
        };
        let values = play::together(run, other);
        let says = Says { preferred: self.t().preferred, values: &values };
        let language = says.preferred.first().copied().unwrap_or("en");
        let cell = |seen: Option<&Option<Seen>>| {
            seen.and_then(Option::as_ref).map_or_else(|| "–".to_owned(), |seen| Form::Plain.told(seen, language))
        };
        let row = |(at, row): (usize, &resync_lessons::course::Row)| {
            (says.one(&row.words), cell(run.rows.get(at)), cell(other.rows.get(at)), row.decisive)
        };
        pair.rows = twin.rows.iter().enumerate().map(row).collect();
        pair.words = says.one(&twin.words);
        pair.ready = true;
        pair
    }
}

/// What a lesson shows in place of its own words, before its bet is told.
pub(in crate::app) struct Veiled {
    /// Title.
    pub(in crate::app) title: String,
    /// Why there is no more.
    pub(in crate::app) words: &'static str,
}

/// What a step speaks of, where the truth is shown and the run is the lesson's own.
fn lit(teaching: &Teaching, body: &Body, acted: bool) -> Lit {
    let speaks = match body {
        Body::Told(_) => true,
        Body::Because { text, .. } => !text.is_empty(),
        _ => false,
    };
    let told = teaching.told().filter(|_| speaks && !acted);
    told.map_or_else(Lit::default, |told| Lit {
        lines: told.prints.iter().flatten().cloned().collect(),
        moment_us: told.moment.map(Time::as_micros),
    })
}

/// What is asked, in words.
fn question(teaching: &Teaching, says: &Says<'_>) -> Question {
    match (&teaching.bet().ask, teaching.paper()) {
        (Ask::Choose { choices }, _) => Question::Choose(says.each(choices)),
        (Ask::Number { unit, .. }, _) => Question::Number(unit.clone()),
        (Ask::Order { messages }, _) => Question::Order(says.each(messages)),
        (Ask::Curve { field, unit, line, .. }, paper) => Question::Curve(Drawing {
            paper: paper.expect("a curve has its paper"),
            unit: unit.clone(),
            label: if unit.is_empty() { field.clone() } else { format!("{field}, {unit}") },
            line: line.as_ref().map(|(level, words)| (i64::try_from(*level).unwrap_or(i64::MAX), says.one(words))),
        }),
    }
}

/// The rule, and the sentences of which one is it.
fn because(teaching: &Teaching, says: &Says<'_>) -> Body {
    let course = teaching.course();
    let told = teaching.told();
    let chosen = teaching.place.because;
    let sentence = |(at, sentence): (usize, &resync_lessons::course::Sentence)| Sentence {
        words: says.one(&sentence.words),
        chosen: chosen == Some(at),
        holds: chosen.and_then(|_| told?.sentences.get(at).copied()),
    };
    let asks = !course.sentences.is_empty();
    Body::Because {
        sentences: course.sentences.iter().enumerate().map(sentence).collect(),
        text: if asks && chosen.is_none() { String::new() } else { says.one(&course.because) },
        prints: told.map(|told| told.prints.iter().flatten().cloned().collect()).unwrap_or_default(),
        moment_us: told.and_then(|told| told.moment).map(Time::as_micros),
    }
}

fn twin_title(teaching: &Teaching, says: &Says<'_>) -> String {
    teaching.course().twin.as_ref().map(|twin| says.one(&twin.name)).unwrap_or_default()
}

/// What two lines do not share, with the word before it.
fn apart(line: &str, becomes: &str) -> (String, String) {
    let (a, b): (Vec<&str>, Vec<&str>) = (line.split_whitespace().collect(), becomes.split_whitespace().collect());
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let after = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count().min(a.len().min(b.len()) - same);
    let from = same.saturating_sub(1);
    (a[from..a.len() - after].join(" "), b[from..b.len() - after].join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_by_what_they_do_not_share() {
        for (line, becomes, a, b) in [
            (
                "node master repl-backlog-size 16kb",
                "node master repl-backlog-size 32kb",
                "repl-backlog-size 16kb",
                "repl-backlog-size 32kb",
            ),
            ("era 2.8", "era 4.0", "era 2.8", "era 4.0"),
            ("at 5s cut a b", "at 9s cut a b", "at 5s", "at 9s"),
            ("node a x 1 y", "node a y", "a x 1", "a"),
        ] {
            assert_eq!(apart(line, becomes), (a.to_owned(), b.to_owned()));
        }
    }
}
