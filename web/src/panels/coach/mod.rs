//! The coach: the three steps of the first minute, ticked off as they are done. The sentence about the one that comes now stands where a scene says what to
//! try; a screen reader hears it here.

use crate::coach::{Advice, Step, Tick};
use crate::i18n::Strings;
use crate::panels::count::rendered;
use yew::{Html, Properties, component, html};

/// What the coach shows.
#[derive(Clone, PartialEq, Properties)]
pub struct CoachProps {
    /// What it says.
    pub advice: Advice,
    /// Strings.
    pub t: &'static Strings,
}

/// The coach's steps.
#[component]
pub fn Coach(props: &CoachProps) -> Html {
    rendered();
    let t = &props.t.shell.coach;
    let step = |(at, (step, tick)): (usize, (Step, Tick))| {
        let class = match tick {
            Tick::Done => "done",
            Tick::Now => "now",
            Tick::ToDo => "to-do",
        };
        html! {
            <li {class} aria-current={(tick == Tick::Now).then_some("step")}>
                <i aria-hidden="true">{ if tick == Tick::Done { "✓".to_owned() } else { (at + 1).to_string() } }</i>
                { (t.step)(step) }
                if tick == Tick::Done { <span class="hidden">{ format!(" ({})", t.done) }</span> }
            </li>
        }
    };
    html! {
        <div class="coach" role="group" aria-label={t.title}>
            <ol>{ for Step::ALL.into_iter().zip(props.advice.stage.ticks()).enumerate().map(step) }</ol>
            <p class="hidden" aria-live="polite">{ (t.says)(&props.advice) }</p>
        </div>
    }
}
