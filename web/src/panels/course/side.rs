//! Beside the lessons: how one comes in, and the other pages of the course. A part is a function here and its line in [`parts`]; it says nothing of a page
//! that there is not yet.

use crate::action::{Action, Course, Look, Sheet};
use crate::i18n::{Strings, alarms_of, class_of, course_of, diagnose_of, drills_of, incidents_of, memory_of, size_of};
use crate::recall::shown::{State, Time};
use crate::recall::when::When;
use crate::teach::Way;
use crate::teach::path::Path;
use yew::{Callback, Html, html};

/// What the column is made of.
pub(super) struct Seen<'a> {
    /// The course.
    pub(super) path: &'a Path,
    /// Strings.
    pub(super) t: &'static Strings,
    /// Where wishes go.
    pub(super) on: &'a Callback<Action>,
}

/// A part of the column.
pub(super) struct Part {
    /// Its heading.
    pub(super) title: &'static str,
    /// What stands beside the heading.
    pub(super) beside: String,
    /// Its rows.
    pub(super) lines: Vec<Line>,
    /// Buttons below them.
    pub(super) acts: Vec<(&'static str, Action)>,
}

/// A row: words that lead somewhere, and how it stands there.
pub(super) struct Line {
    /// The words.
    pub(super) words: String,
    /// At the right: a word, or a few marks.
    pub(super) state: Html,
    /// Where it leads.
    pub(super) act: Action,
}

/// What leads to a page.
pub(super) fn open(sheet: Sheet) -> Action {
    Action::Look(Look::Sheet(Some(sheet)))
}

/// The parts, from top to bottom.
fn parts(seen: &Seen<'_>) -> Vec<Part> {
    vec![drills(seen), incidents(seen), diagnose(seen), size(seen), alarms(seen), people_say(seen), still_known(seen), teachers(seen)]
}

/// Drills: what they are, and into them.
fn drills(seen: &Seen<'_>) -> Part {
    let t = drills_of(seen.t);
    Part { title: t.title, beside: t.lead.to_owned(), lines: Vec::new(), acts: vec![(t.begin, open(Sheet::Drills))] }
}

/// Diagnosis: what it is, and into it.
fn diagnose(seen: &Seen<'_>) -> Part {
    let t = diagnose_of(seen.t);
    Part { title: t.title, beside: t.lead.to_owned(), lines: Vec::new(), acts: vec![(t.begin, open(Sheet::Diagnose))] }
}

/// Sizes: what they are for, and to them.
fn size(seen: &Seen<'_>) -> Part {
    let t = size_of(seen.t);
    Part { title: t.title, beside: t.lead.to_owned(), lines: Vec::new(), acts: vec![(t.begin, open(Sheet::Size))] }
}

/// The alarm lab: what it is, and into it.
fn alarms(seen: &Seen<'_>) -> Part {
    let t = alarms_of(seen.t);
    Part { title: t.title, beside: t.lead.to_owned(), lines: Vec::new(), acts: vec![(t.begin, open(Sheet::Alarms))] }
}

/// Incidents: what was reported in some, and all of them.
fn incidents(seen: &Seen<'_>) -> Part {
    let t = incidents_of(seen.t);
    let lead = |(id, words): &(&'static str, &'static str)| Line {
        words: (*words).to_owned(),
        state: Html::default(),
        act: Action::Course(Course::Incident((*id).to_owned())),
    };
    Part {
        title: t.title,
        beside: t.short.to_owned(),
        lines: t.some.iter().map(lead).collect(),
        acts: vec![(t.all, open(Sheet::Incidents))],
    }
}

/// The refutation cards: one claim, and all of them.
fn people_say(seen: &Seen<'_>) -> Part {
    let t = &memory_of(seen.t).cards;
    let lead = |(id, words): &(&'static str, &'static str)| Line {
        words: (*words).to_owned(),
        state: Html::default(),
        act: Action::Course(Course::Card((*id).to_owned())),
    };
    Part { title: t.title, beside: t.short.to_owned(), lines: t.some.iter().map(lead).collect(), acts: vec![(t.all, open(Sheet::Cards))] }
}

/// What is still known, and the ten-item test as it stands.
fn still_known(seen: &Seen<'_>) -> Part {
    let t = memory_of(seen.t);
    let time = |time: &Time| {
        let state = match &time.state {
            State::ToCome => t.ten.to_come.to_owned(),
            State::In(days) => (t.ten.in_days)(*days),
            State::Now if time.when == When::Late => t.ten.late.to_owned(),
            State::Now | State::Begun => t.ten.now.to_owned(),
            State::Taken(_) => t.ten.taken.to_owned(),
        };
        Line { words: (t.ten.ten)(time.when).to_owned(), state: html! { { state } }, act: open(Sheet::Ten) }
    };
    Part {
        title: t.known.title,
        beside: t.known.short.to_owned(),
        lines: seen.path.times.iter().map(time).collect(),
        acts: vec![(t.known.all, open(Sheet::Known))],
    }
}

/// What is for teachers: the guide, and what a class has handed in.
fn teachers(seen: &Seen<'_>) -> Part {
    let t = class_of(seen.t);
    Part {
        title: t.guide.teachers,
        beside: String::new(),
        lines: Vec::new(),
        acts: vec![(t.guide.title, open(Sheet::Guide)), (t.table.title, open(Sheet::Class))],
    }
}

/// The column.
pub(super) fn side(seen: &Seen<'_>) -> Html {
    let t = &course_of(seen.t).page;
    let part = |part: Part| {
        let line = |line: Line| {
            let act = line.act;
            html! {
                <li key={line.words.clone()}>
                    <button class="plain" onclick={seen.on.reform(move |_| act.clone())}>{ &line.words }</button>
                    <span class="muted">{ line.state }</span>
                </li>
            }
        };
        let act = |(words, act): (&'static str, Action)| html! { <button key={words} onclick={seen.on.reform(move |_| act.clone())}>{ words }</button> };
        html! {
            <section key={part.title} aria-label={part.title}>
                <div class="line"><h3>{ part.title }</h3><span class="muted">{ part.beside }</span></div>
                if !part.lines.is_empty() { <ul>{ for part.lines.into_iter().map(line) }</ul> }
                if !part.acts.is_empty() { <div class="row">{ for part.acts.into_iter().map(act) }</div> }
            </section>
        }
    };
    html! {
        <aside class="side" aria-label={t.besides}>
            if let Some(way) = seen.path.way { { way_in(seen, way) } }
            { for parts(seen).into_iter().map(part) }
        </aside>
    }
}

/// The way in, once it is chosen: it can be changed.
fn way_in(seen: &Seen<'_>, chosen: Way) -> Html {
    let t = &course_of(seen.t).page;
    let one = |way: Way| {
        let onchange = seen.on.reform(move |_| Action::Course(Course::Way(way)));
        html! {
            <label key={(t.way)(way)}>
                <input type="radio" name="way" checked={way == chosen} {onchange} />
                <span><b>{ (t.way)(way) }</b><small class="muted">{ (t.way_means)(way) }</small></span>
            </label>
        }
    };
    html! { <fieldset class="way"><legend>{ t.way_in }</legend>{ for [Way::Example, Way::Bet].map(one) }</fieldset> }
}
