//! An incident: its column (what was reported, the causes, the cure, what was under the lid), what an operator has beside it, and the list of all.

mod desk;
mod fleet;
mod list;
mod raster;

pub use desk::IncidentDesk;
pub use fleet::counts;
pub use list::{List, ListRow, ListState};

use crate::action::{Action, Look};
use crate::format::wall;
use crate::i18n::glossary::Rules;
use crate::i18n::{Strings, course_of, incidents_of};
use crate::incident::shown::{Choice, Shown};
use crate::incident::{Step, Wish};
use crate::panels::count::rendered;
use crate::panels::lesson::{marked, plain};
use resync_lessons::incidents::Quote;
use std::rc::Rc;
use web_sys::HtmlElement;
use yew::{Callback, Html, Properties, classes, component, html, use_effect_with, use_mut_ref, use_node_ref};

/// What the column shows.
#[derive(Clone, PartialEq, Properties)]
pub struct IncidentProps {
    /// The step.
    pub shown: Rc<Shown>,
    /// The release whose words the glossary explains.
    pub rules: Rules,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// A click that asks this of the incident.
fn wish<E: 'static>(on: &Callback<Action>, wish: Wish) -> Callback<E> {
    on.reform(move |_| Action::Incident(wish.clone()))
}

/// The column.
#[component]
pub fn Incident(props: &IncidentProps) -> Html {
    rendered();
    let t = incidents_of(props.t);
    let shown = &props.shown;
    let title = use_node_ref();
    let last = use_mut_ref(|| None::<Step>);
    use_effect_with(shown.step, {
        let title = title.clone();
        move |now: &Step| {
            let before = last.borrow_mut().replace(*now);
            // Who goes on by keyboard goes on at the top.
            if before.is_some_and(|before| before != *now)
                && let Some(title) = title.cast::<HtmlElement>()
            {
                let _ = title.focus();
            }
        }
    });
    let text = |text: &str| marked(text, props.t, props.rules, &props.on);
    let paragraphs = |all: &[String]| all.iter().map(|words| html! { <p key={words.clone()}>{ text(words) }</p> }).collect::<Html>();
    html! {
        <section class="lesson incident" aria-label={t.column}>
            <ol class="steps">{ for Step::ALL.into_iter().map(|step| {
                let class = if step == shown.step { "at" } else if step < shown.step { "done" } else { "to-come" };
                let current = (step == shown.step).then_some("step");
                html! { <li key={step as usize} {class} aria-current={current}><span>{ (t.step)(step) }</span></li> }
            }) }</ol>
            { clocks(props) }
            <h2 class="asks" tabindex="-1" ref={title}>{ plain(&shown.symptom) }</h2>
            if shown.step == Step::Lid {
                <div class="prose lid"><h3>{ t.lid }</h3>{ paragraphs(&shown.lid) }
                    <p class="muted">{ if shown.given_up { t.given_up } else { t.lid_lead } }</p></div>
            } else {
                <div class="prose">{ paragraphs(&shown.about) }</div>
            }
            { pinned(props) }
            { causes(props) }
            if !shown.hints.is_empty() && shown.step == Step::Cause {
                <div class="example" role="status"><h3>{ t.hints }</h3>{ paragraphs(&shown.hints) }</div>
            }
            { cure(props) }
            <div class="go">{ buttons(props) }</div>
        </section>
    }
}

/// The grade, and two clocks with different words: that of whoever works, and that of the servers.
fn clocks(props: &IncidentProps) -> Html {
    let t = incidents_of(props.t);
    let shown = &props.shown;
    html! {
        <p class="clocks muted">
            <span title={t.grades}>{ (t.grade)(shown.grade) }</span>
            if let Some(seconds) = shown.wall_s {
                <span>{ (t.yours)(&wall(seconds)) }</span>
                <span>{ (t.theirs)(shown.run_s) }</span>
                <button onclick={wish(&props.on, Wish::Clock(false))}>{ t.hide_clock }</button>
            } else {
                <button onclick={wish(&props.on, Wish::Clock(true))}>{ t.show_clock }</button>
            }
        </p>
    }
}

fn pinned(props: &IncidentProps) -> Html {
    if props.shown.pins.is_empty() {
        return Html::default();
    }
    let row =
        |(what, counts): &(String, String)| html! { <li key={what.clone()}><code>{ what }</code><span class="mono">{ counts }</span></li> };
    html! { <div class="pinned"><h3>{ incidents_of(props.t).pinned }</h3><ul>{ for props.shown.pins.iter().map(row) }</ul></div> }
}

/// The causes: to be chosen from while it is looked for, and with what was answered.
fn causes(props: &IncidentProps) -> Html {
    let t = incidents_of(props.t);
    let shown = &props.shown;
    let open = shown.step == Step::Cause;
    let one = |(at, choice): (usize, &Choice)| {
        let said = choice.answered.as_ref().map(|(answer, quotes)| {
            html! {
                <div class="feedback" role="status">
                    <p><b>{ if choice.right { t.it } else { t.not_it } }{ ": " }</b>{ marked(answer, props.t, props.rules, &props.on) }</p>
                    <ul class="quotes">{ for quotes.iter().map(|quote| quoted(props, quote)) }</ul>
                </div>
            }
        });
        if !open && choice.answered.is_none() {
            return Html::default();
        }
        let pick = open && choice.answered.is_none();
        html! {
            <div key={at} class="cause">
                <div class={classes!("choice-row", (shown.chosen == Some(at) && pick).then_some("mine"), choice.right.then_some("true"))}>
                    if pick {
                        <label><input type="radio" name="cause" checked={shown.chosen == Some(at)} onchange={wish(&props.on, Wish::Choose(at))} />
                            <span>{ plain(&choice.words) }</span></label>
                    } else {
                        <p class="named">{ plain(&choice.words) }</p>
                    }
                </div>
                { for said }
            </div>
        }
    };
    html! {
        <div class="causes" role={open.then_some("radiogroup")} aria-label={shown.question.clone()}>
            <h3>{ plain(&shown.question) }</h3>
            { for shown.choices.iter().enumerate().map(one) }
        </div>
    }
}

/// What shows it, with the place where it stands.
fn quoted(props: &IncidentProps, quote: &Quote) -> Html {
    html! { <li key={quote.written()}><span class="muted">{ (incidents_of(props.t).place)(&quote.whose, quote.place) }</span><code>{ &quote.says }</code></li> }
}

fn cure(props: &IncidentProps) -> Html {
    let t = incidents_of(props.t);
    let shown = &props.shown;
    let (held, of) = shown.held;
    match shown.step {
        Step::Cause => {
            html! { <dl class="lock muted"><dt>{ t.mend }</dt><dd>{ plain(&shown.mend) }</dd><dt>{ (t.step)(Step::Lid) }</dt><dd>{ t.lid_soon }</dd></dl> }
        }
        Step::Mend => html! {
            <div class="mending">
                <h3>{ t.mend }</h3>
                <p>{ plain(&shown.mend) }</p>
                <p class="muted">{ t.mend_how }</p>
                <p role="status" class={classes!("state", shown.mended.then_some("done"))}>
                    { if shown.mended { t.mended.to_owned() } else if held > 0 { (t.held)(held, of) } else { t.not_yet.to_owned() } }
                </p>
            </div>
        },
        Step::Lid => Html::default(),
    }
}

fn buttons(props: &IncidentProps) -> Html {
    let t = incidents_of(props.t);
    let shown = &props.shown;
    match shown.step {
        Step::Cause => {
            let can = shown.chosen.is_some_and(|at| shown.choices.get(at).is_some_and(|choice| choice.answered.is_none()));
            html! {
                <>
                    <button class="primary" disabled={!can} onclick={wish(&props.on, Wish::Name)}>{ t.name }</button>
                    <button disabled={!shown.more_hints} onclick={wish(&props.on, Wish::Hint)}>{ t.hint }</button>
                </>
            }
        }
        Step::Mend if shown.mended => html! { <button class="primary" onclick={wish(&props.on, Wish::Lift)}>{ t.lift }</button> },
        Step::Mend => html! {
            <>
                <button onclick={wish(&props.on, Wish::Again)}>{ t.once_more }</button>
                <button onclick={wish(&props.on, Wish::Lift)}>{ t.give_up }</button>
            </>
        },
        Step::Lid => html! {
            <>
                <button class="primary" onclick={wish(&props.on, Wish::Close)}>{ t.close }</button>
                <button onclick={wish(&props.on, Wish::Again)}>{ t.once_more }</button>
                <button class="to-figures" onclick={props.on.reform(|_| Action::Look(Look::Text(false)))}>{ course_of(props.t).lesson.figures }</button>
            </>
        },
    }
}
