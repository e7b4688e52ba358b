//! The sheet of drills: the decision at the left, what one knows at the right, the sitting below it. Keys: y and n, digits, Enter.

mod cards;
mod keyed;
mod said;
mod steps;
#[cfg(test)]
mod tests;
mod window;

use crate::action::Action;
use crate::browser;
use crate::drill::reason::reason;
use crate::drill::{Asked, Drill, Mark, Scene, Shown, Sitting, Wish};
use crate::format::{grouped, short_id, short_ids, span_us};
use crate::i18n::drills::Drills;
use crate::i18n::{Strings, drills_of};
use crate::panels::count::rendered;
use keyed::{ASKS, GO, keyed, wish};
use std::rc::Rc;
use yew::{Callback, Html, Properties, classes, component, html, use_effect_with};

/// What the sheet shows.
#[derive(Clone, PartialEq, Properties)]
pub struct DrillProps {
    /// The sitting, and its present decision.
    pub shown: Rc<Shown>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The sheet.
#[component]
pub fn DrillPage(props: &DrillProps) -> Html {
    rendered();
    let t = drills_of(props.t);
    // The keys are the sheet's from the start, and with each decision that is there.
    use_effect_with((props.shown.sitting.asked().seed, props.shown.drill.is_some()), |_| browser::focus_soon(ASKS.to_owned()));
    let Shown { sitting, drill, fault } = &*props.shown;
    if let Some(why) = fault {
        return html! { <p class="grave" role="alert">{ (t.fault)(why) }</p> };
    }
    let asked = sitting.asked();
    let Some(drill) = drill else {
        return html! {
            <div class="drill" tabindex="-1" onkeydown={keyed::nothing()}>
                <section class="decision" aria-label={t.title} aria-busy="true">
                    { head(&asked, sitting, None, t) }
                    <h3 class="asks" id={ASKS} tabindex="-1">{ (t.asks)(asked.kind) }</h3>
                    <p class="muted">{ t.making }</p>
                </section>
                <div class="at-hand">{ cards::sitting(sitting, None, t) }</div>
            </div>
        };
    };
    html! {
        <div class="drill" tabindex="-1" onkeydown={keyed(&props.on, sitting, drill)}>
            <section class="decision" aria-label={t.title}>
                { head(&asked, sitting, Some(&drill.era), t) }
                <h3 class="asks" id={ASKS} tabindex="-1">{ (t.asks)(drill.kind) }</h3>
                { comes(drill, t) }
                <steps::Steps shown={Rc::clone(&props.shown)} t={props.t} on={props.on.clone()} />
                <div class="graded" role="status">{ graded(drill, sitting, t) }</div>
                { buttons(props, drill, sitting, t) }
            </section>
            <div class="at-hand">
                { cards::of(drill, sitting.graded, props.t) }
                { cards::sitting(sitting, Some(drill), t) }
            </div>
        </div>
    }
}

/// The kind, and which of the steps are one's own.
fn head(asked: &Asked, sitting: &Sitting, era: Option<&str>, t: &Drills) -> Html {
    let step = |step: usize| {
        let own = sitting.owns(step);
        let whose = if own { t.yours } else { t.played };
        html! { <span key={step} class={classes!(own.then_some("own"))}>{ format!("{} {}", step + 1, (t.short)(asked.kind, step)) }<i>{ format!(" · {whose}") }</i></span> }
    };
    html! {
        <div class="whose">
            <p><b>{ (t.kind)(asked.kind) }</b><span class="muted">{ era.map(t.graded_by) }</span></p>
            <div class="fade" role="img" aria-label={(t.fade)(asked.mine)}>{ for (0..3).map(step) }</div>
        </div>
    }
}

/// What has come, as it stands on the wire.
fn comes(drill: &Drill, t: &Drills) -> Html {
    let line = |arrow: &'static str, text: Html| html! { <div class="wire"><span class="muted" aria-hidden="true">{ arrow }</span><span>{ text }</span></div> };
    match &drill.scene {
        Scene::Master(knock) => {
            let text = format!("PSYNC {} {}", short_id(&knock.asked_id), knock.asked);
            line("▸", html! { <span title={knock.asked_id.clone()}>{ text }</span> })
        }
        Scene::Replica(turn) => {
            let text = match turn.comes.as_deref() {
                None => html! { <i>{ t.cards.ends }</i> },
                Some("RDB") => html! { <i>{ t.cards.loaded }</i> },
                Some(comes) => html! { short_ids(comes) },
            };
            html! {
                <>
                    { line("◂", text) }
                    if turn.bytes > 0 { <p class="muted with">{ (t.cards.with)(&grouped(turn.bytes)) }</p> }
                </>
            }
        }
        Scene::Info(_) => Html::default(),
        Scene::Size(sizing) => {
            let rate = (t.cards.rate)(&grouped(sizing.rate), &span_us(sizing.away_ms * 1_000));
            html! { <div class="wire words">{ rate }</div> }
        }
    }
}

/// The grade: which step goes another way, and why, with the numbers of this run.
fn graded(drill: &Drill, sitting: &Sitting, t: &Drills) -> Html {
    if !sitting.graded {
        return Html::default();
    }
    let mark = sitting.rows.last().map(|row| row.mark);
    let wrong = sitting.wrong(drill).filter(|_| mark == Some(Mark::Missed));
    let title = match (wrong, mark) {
        (Some(step), _) => (t.grade.wrong)(step),
        (None, Some(Mark::Right)) => t.grade.right.to_owned(),
        _ => t.grade.played.to_owned(),
    };
    html! {
        <div class={classes!("told", wrong.is_some().then_some("missed"))}>
            <b>{ title }</b>
            if let Some(step) = wrong { <span>{ said::beside(drill, sitting, step, t) }</span> }
            <span>{ (t.grade.because)(&reason(drill, wrong.unwrap_or(2))) }</span>
        </div>
    }
}

/// The buttons: the first one stays where it is.
fn buttons(props: &DrillProps, drill: &Drill, sitting: &Sitting, t: &Drills) -> Html {
    let emit = |what: Wish| {
        let on = props.on.clone();
        Callback::from(move |_| wish(&on, what))
    };
    let open = sitting.present(drill);
    let waits = !sitting.graded && open.is_some();
    let plays = !sitting.graded && sitting.asked().mine == 0;
    let (label, what) = match (sitting.graded, sitting.over()) {
        (false, _) if plays => (t.steps.next, Wish::Next),
        (false, _) => (t.steps.answer, Wish::Answer),
        (true, false) => (t.steps.next, Wish::Next),
        (true, true) => (t.sitting.another, Wish::Again),
    };
    html! {
        <div class="go">
            <button id={GO} class="primary" aria-disabled={waits.to_string()} title={open.filter(|_| waits).map(t.steps.say_first)} onclick={if waits { Callback::noop() } else { emit(what) }}>
                { label }
            </button>
            if !sitting.graded && !plays { <button onclick={emit(Wish::Play)}>{ t.steps.play }</button> }
            if sitting.graded || plays { <button onclick={emit(Wish::Open)}>{ t.steps.open }</button> }
            <span class="space"></span>
            <span class="keys muted" aria-hidden="true">
                if sitting.graded || plays {
                    <kbd>{ "Enter" }</kbd>{ t.steps.keys_next }
                } else {
                    { for said::keys(drill, open).into_iter().map(|key| html! { <kbd key={key}>{ key }</kbd> }) }
                    { t.steps.keys }
                }
            </span>
        </div>
    }
}
