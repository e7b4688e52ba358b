//! The speaker's notes, in a window of their own: what to say now, how long the class lasts, what comes next.

use crate::i18n::{Lang, Strings, class_of};
use crate::panels::count::rendered;
use crate::panels::lesson::plain;
use crate::teach::class::notes::{Notes, lasted};
use gloo_timers::callback::Interval;
use std::rc::Rc;
use yew::{Html, Properties, component, html, use_effect_with, use_state_eq};

/// What the window shows.
#[derive(Clone, PartialEq, Properties)]
pub struct SpeakersNotesProps {
    /// The notes, once a presenter has spoken.
    pub notes: Option<Rc<Notes>>,
    /// The presenter has gone.
    pub over: bool,
    /// Strings of this window.
    pub t: &'static Strings,
}

/// The window.
#[component]
pub fn SpeakersNotes(props: &SpeakersNotesProps) -> Html {
    rendered();
    let now = use_state_eq(|| js_sys::Date::now() as u64 / 1_000);
    use_effect_with((), {
        let now = now.clone();
        move |()| {
            let ticks = Interval::new(1_000, move || now.set(js_sys::Date::now() as u64 / 1_000));
            move || drop(ticks)
        }
    });
    // In the language of the wall.
    let strings = props.notes.as_ref().map_or(props.t, |notes| Lang::from_tag(&notes.tag).strings());
    let t = &class_of(strings).notes;
    let Some(notes) = &props.notes else {
        return html! { <main class="speaker"><h1>{ t.title }</h1><p role="status">{ if props.over { t.over } else { t.waiting } }</p></main> };
    };
    let part = |head: &'static str, lines: &[&str]| {
        if lines.iter().all(|line| line.is_empty()) {
            Html::default()
        } else {
            html! { <section><h2>{ head }</h2>{ for lines.iter().map(|line| html! { <p key={(*line).to_owned()}>{ plain(&line.replace("**", "")) }</p> }) }</section> }
        }
    };
    let lines: Vec<&str> = notes.lines.iter().map(String::as_str).collect();
    html! {
        <main class="speaker">
            <header>
                <b>{ &notes.step }</b><span>{ &notes.vote }</span><span class="space"></span>
                if notes.minutes > 0 { <span class="muted">{ (t.takes)(notes.minutes) }</span> }
                <span>{ t.time }{ " " }<b class="clock">{ lasted(now.saturating_sub(notes.began_ms / 1_000)) }</b></span>
            </header>
            if props.over { <p role="status">{ t.over }</p> }
            <h1>{ plain(&notes.title) }</h1>
            if !notes.advice.is_empty() { <p class="advice" role="status">{ &notes.advice }</p> }
            { part(t.say, &[&notes.say]) }
            { part(t.how, &[&notes.how]) }
            { part(t.lesson, &lines) }
            <footer><span class="muted">{ t.next }</span><b>{ &notes.next }</b><span class="space"></span><span class="muted">{ t.keys }</span></footer>
        </main>
    }
}
