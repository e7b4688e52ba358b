//! The three steps: played ones with their reason, own ones with their answers, and, once it is graded, both.

use super::keyed::{FIELD, wish};
use super::said::{Choice, answer, beside, choices, question};
use crate::action::Action;
use crate::browser;
use crate::drill::reason::reason;
use crate::drill::{Drill, Kind, Mark, Said, Shown, Sitting, Wish, numbered};
use crate::i18n::drills::Drills;
use crate::i18n::{Strings, drills_of};
use crate::panels::count::rendered;
use resync_lessons::play::ERRORS;
use std::rc::Rc;
use web_sys::{HtmlInputElement, InputEvent};
use yew::{AttrValue, Callback, Html, Properties, TargetCast, classes, component, html, use_effect_with, use_state};

/// What the steps show.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct StepsProps {
    /// The sitting, and its present decision.
    pub shown: Rc<Shown>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The steps.
#[component]
pub(super) fn Steps(props: &StepsProps) -> Html {
    rendered();
    let t = drills_of(props.t);
    let Shown { sitting, drill: Some(drill), .. } = &*props.shown else { return Html::default() };
    html! { <ol class="three-steps">{ for (0..3).map(|step| one(step, drill, sitting, t, &props.on)) }</ol> }
}

fn one(step: usize, drill: &Drill, sitting: &Sitting, t: &Drills, on: &Callback<Action>) -> Html {
    let own = sitting.owns(step);
    let asked = sitting.is_asked(drill, step);
    html! {
        <li key={step} class={classes!(own.then_some("own"), (sitting.present(drill) == Some(step)).then_some("at"))}>
            <span class="n" aria-hidden="true">{ step + 1 }</span>
            <b id={format!("drill-step-{step}")}>{ question(drill, step, t) }</b>
            <span class="tag">{ if own { t.yours } else { t.played } }</span>
            if !own || sitting.graded {
                { outcome(step, drill, sitting, t) }
            } else if asked {
                { answers(step, drill, sitting, t, on) }
            } else {
                <p class="say muted">{ t.steps.not_asked }</p>
            }
        </li>
    }
}

/// The answers of a step that is one's own.
fn answers(step: usize, drill: &Drill, sitting: &Sitting, t: &Drills, on: &Callback<Action>) -> Html {
    let given = sitting.given[step];
    let all = choices(drill, step, t);
    let columns = ["", "", "two", "three", "four"][all.len().min(4)];
    let one = |(at, Choice { key, name, below, mono }): (usize, Choice)| {
        let mine = given.is_some_and(|said| said.choice == at);
        let on = on.clone();
        let onclick = move |_| wish(&on, Wish::Give(step, Said { choice: at, number: None }));
        html! {
            <button key={at} role="radio" aria-checked={mine.to_string()} class={classes!("answer", mine.then_some("sel"))} {onclick}>
                <b class={classes!(mono.then_some("mono"))}>{ name }</b>
                <kbd aria-hidden="true">{ key }</kbd>
                if !below.is_empty() { <small>{ below }</small> }
            </button>
        }
    };
    let choice = given.map_or(0, |said| said.choice);
    let appears = !all.is_empty();
    let wants = numbered(drill, step, choice) && (all.is_empty() || given.is_some());
    let error = drill.kind == Kind::Master && choice == 2;
    html! {
        <div class="say">
            if !all.is_empty() {
                <div class={classes!("ans", columns)} role="radiogroup" aria-labelledby={format!("drill-step-{step}")}>{ for all.into_iter().enumerate().map(one) }</div>
            }
            if wants && error { { errors(step, given, t, on) } }
            if wants && !error {
                <Number key={format!("{}-{step}-{choice}", drill.seed)} {step} {choice} {appears} number={given.and_then(|said| said.number)}
                    name={AttrValue::from(question(drill, step, t))} words={number_words(drill.kind, choice, t)} on={on.clone()} />
            }
        </div>
    }
}

/// Which error it is.
fn errors(step: usize, given: Option<Said>, t: &Drills, on: &Callback<Action>) -> Html {
    let one = |(at, error): (usize, &&'static str)| {
        let number = at as i64;
        let mine = given.is_some_and(|said| said.number == Some(number));
        let on = on.clone();
        let onclick = move |_| wish(&on, Wish::Give(step, Said { choice: 2, number: Some(number) }));
        html! {
            <button key={at} role="radio" aria-checked={mine.to_string()} class={classes!("answer", mine.then_some("sel"))} {onclick}>
                <b class="mono">{ *error }</b><kbd aria-hidden="true">{ at + 1 }</kbd>
            </button>
        }
    };
    html! { <div class="ans four errors" role="radiogroup" aria-label={t.steps.which_error}>{ for ERRORS.iter().enumerate().map(one) }</div> }
}

/// What stands before the field of a number, and behind it.
fn number_words(kind: Kind, choice: usize, t: &Drills) -> [&'static str; 2] {
    match kind {
        Kind::Master => [t.steps.before_number[choice.min(1)], t.steps.plain_number],
        Kind::Size => ["", t.steps.bytes],
        _ => ["", t.steps.no_byte],
    }
}

/// A field for a number.
#[derive(Clone, PartialEq, Properties)]
struct NumberProps {
    /// The step.
    step: usize,
    /// The choice that it belongs to.
    choice: usize,
    /// What has been typed, when the field appears.
    number: Option<i64>,
    /// Whether it appears with a choice: then one types on.
    appears: bool,
    /// The question.
    name: AttrValue,
    /// What stands before it, and behind it.
    words: [&'static str; 2],
    /// Where wishes go.
    on: Callback<Action>,
}

/// The field: what is typed counts at once, and stays as it was typed.
#[component]
fn Number(props: &NumberProps) -> Html {
    rendered();
    let typed = use_state(|| props.number.map(|number| number.to_string()).unwrap_or_default());
    use_effect_with(props.appears, |appears| {
        if *appears {
            browser::focus_soon(FIELD.to_owned());
        }
    });
    let oninput = {
        let (on, typed, step, choice) = (props.on.clone(), typed.clone(), props.step, props.choice);
        Callback::from(move |e: InputEvent| {
            let text = e.target_unchecked_into::<HtmlInputElement>().value();
            let plain: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\u{202f}' | ',' | '_')).collect();
            typed.set(text);
            wish(&on, Wish::Give(step, Said { choice, number: plain.replace('−', "-").parse().ok() }));
        })
    };
    let [before, behind] = props.words;
    let name = if before.is_empty() { props.name.to_string() } else { format!("{}: {before}", props.name) };
    html! {
        <div class="num">
            if !before.is_empty() { <span class="muted" aria-hidden="true">{ before }</span> }
            <input id={FIELD} type="text" class="mono" inputmode="numeric" autocomplete="off" spellcheck="false" aria-label={name} value={(*typed).clone()} {oninput} />
            <span class="muted">{ behind }</span>
        </div>
    }
}

/// What a step came to: the engine's answer with a mark, and its reason; beside it what was said, where that is another one.
fn outcome(step: usize, drill: &Drill, sitting: &Sitting, t: &Drills) -> Html {
    let graded = sitting.owns(step) && sitting.rows.last().is_some_and(|row| sitting.graded && row.mark != Mark::Shown);
    let right = !graded || sitting.step_right(drill, step);
    let (name, ring, sign) =
        if right { (t.grade.holds, "s2", "M4 7.2l2.1 2.1L10 5") } else { (t.grade.fails, "sf", "M4.6 4.6l4.8 4.8M9.4 4.6L4.6 9.4") };
    let class = format!("fn {ring} w15");
    let truth = drill.steps[step].right.map_or_else(|| t.steps.not_asked.to_owned(), |said| answer(drill, step, said, t));
    html! {
        <div class={classes!("outcome", (!right).then_some("missed"))}>
            <p>
                if graded {
                    <svg class="tick" viewBox="0 0 14 14" role="img" aria-label={name}>
                        <circle cx="7" cy="7" r="6" class={class.clone()} /><path d={sign} {class} />
                    </svg>
                }
                <b>{ truth }</b>
                if !right { <span class="said">{ beside(drill, sitting, step, t) }</span> }
            </p>
            <small>{ (t.grade.because)(&reason(drill, step)) }</small>
        </div>
    }
}
