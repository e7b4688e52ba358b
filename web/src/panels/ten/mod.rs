//! The page of the ten questions: the three times, and a result, as the engine grades it from its link.

use crate::action::{Action, Course};
use crate::i18n::glossary::Rules;
use crate::i18n::{Strings, memory_of};
use crate::panels::count::rendered;
use crate::panels::lesson::{marked, plain};
use crate::recall::Wish;
use crate::recall::shown::{Graded, Outcome, Read, State, Ten, Time};
use crate::recall::when::When;
use crate::teach::Sure;
use yew::{Callback, Html, Properties, classes, component, html};

/// What is shown.
#[derive(Clone, PartialEq, Properties)]
pub struct TenProps {
    /// The three times, and a result.
    pub ten: Ten,
    /// The release whose words the glossary explains.
    pub rules: Rules,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The page.
#[component]
pub fn TenPage(props: &TenProps) -> Html {
    rendered();
    let t = &memory_of(props.t).ten;
    let time = |time: &Time| {
        let act = |words: &'static str, wish: Wish, class: Option<&'static str>| {
            html! { <button {class} onclick={props.on.reform(move |_| Action::Recall(wish.clone()))}>{ words }</button> }
        };
        let state = match &time.state {
            State::ToCome => html! { <span class="muted">{ t.to_come }</span> },
            State::In(days) => html! { <span class="muted">{ (t.in_days)(*days) }</span> },
            State::Now => act(t.begin, Wish::Ten(time.when), (time.when != When::Late).then_some("primary")),
            State::Begun => act(t.go_on, Wish::Ten(time.when), Some("primary")),
            State::Taken(link) => act(t.show, Wish::Read(link.clone()), None),
        };
        html! { <li key={time.when.name()}><span>{ (t.when)(time.when) }</span>{ state }</li> }
    };
    html! {
        <div class="ten">
            <p class="muted">{ t.lead }</p>
            <ul class="times">{ for props.ten.times.iter().map(time) }</ul>
            { match &props.ten.result {
                None => Html::default(),
                Some(Outcome::Unread(why)) => html! { <p class="grave" role="alert">{ (t.unread)(*why) }</p> },
                Some(Outcome::Read(read)) => result(props, read),
            } }
        </div>
    }
}

/// A result.
fn result(props: &TenProps, read: &Read) -> Html {
    let t = &memory_of(props.t).ten;
    let made = read.rows.iter().filter(|row| row.right.is_some()).count();
    let right = read.rows.iter().filter(|row| row.right == Some(true)).count();
    let link = read.link.clone();
    html! {
        <section class="result" aria-label={(t.result)(read.when, &read.day)}>
            <h3>{ (t.result)(read.when, &read.day) }</h3>
            if read.whole {
                <p class="score" role="status">{ (t.score)(right, made) }</p>
                <p class="muted">{ t.checked }</p>
                { calibration(props, &read.rows) }
                <div class="row"><button onclick={props.on.reform(move |_| Action::Recall(Wish::Link(link.clone())))}>{ t.link }</button></div>
            } else {
                <p class="muted" role="status">{ (t.checking)(read.rows.len()) }</p>
            }
            if let Some(made) = read.other { <p class="muted">{ (t.other_behaviour)(made, resync_core::BEHAVIOUR) }</p> }
            <ol class="graded">{ for read.rows.iter().enumerate().map(|(at, row)| graded(props, at, row)) }</ol>
        </section>
    }
}

/// How sure, and how often that was right.
fn calibration(props: &TenProps, rows: &[Graded]) -> Html {
    let t = &memory_of(props.t).ten;
    let of = |sure: Sure| {
        let of: Vec<&Graded> = rows.iter().filter(|row| row.sure == Some(sure) && row.right.is_some() && !row.given.is_empty()).collect();
        let right = of.iter().filter(|row| row.right == Some(true)).count();
        (!of.is_empty()).then(|| (t.sure)(sure, right, of.len()))
    };
    let said: Vec<String> = Sure::ALL.into_iter().rev().filter_map(of).collect();
    html! { <p>{ said.join(" · ") }</p> }
}

fn graded(props: &TenProps, at: usize, row: &Graded) -> Html {
    let t = &memory_of(props.t).ten;
    let Some(right) = row.right else { return html! { <li key={at}><p class="muted">{ t.lost }</p></li> } };
    let id = row.lesson.clone();
    let given = if row.given.is_empty() { t.passed.to_owned() } else { (t.said)(&row.given) };
    html! {
        <li key={at} class={classes!(right.then_some("right"))}>
            <span class="mark" aria-hidden="true">{ if right { "✓" } else { "○" } }</span>
            <div>
                <p>{ plain(&row.question) }</p>
                <p class="muted"><b>{ (t.mark)(right) }</b>{ " · " }{ plain(&given) }</p>
                if !row.feedback.is_empty() {
                    <p>{ plain(&(t.is_so)(&row.truth)) }</p>
                    { for row.feedback.iter().enumerate().map(|(at, words)| html! { <p key={at}>{ marked(words, props.t, props.rules, &props.on) }</p> }) }
                }
            </div>
            <button onclick={props.on.reform(move |_| Action::Course(Course::Lesson(id.clone())))}>{ t.lesson }</button>
        </li>
    }
}
