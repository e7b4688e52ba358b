//! A question that comes back: one at a time, over the whole page, with a key for each answer. The rule and the numbers follow; the test alone says nothing.

use crate::action::Action;
use crate::format::grouped;
use crate::i18n::glossary::Rules;
use crate::i18n::{Strings, course_of, memory_of};
use crate::panels::count::rendered;
use crate::panels::lesson::{marked, plain, read_number};
use crate::panels::steady::steady;
use crate::recall::shown::{Asked, Item, Told};
use crate::recall::{Kind, Wish};
use crate::teach::{Given, Sure};
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};
use yew::{Callback, Html, Properties, classes, component, html, use_effect_with, use_node_ref};

/// What is shown.
#[derive(Clone, PartialEq, Properties)]
pub struct RecallProps {
    /// The question.
    pub asked: Asked,
    /// The release whose words the glossary explains.
    pub rules: Rules,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The question, or what became of it.
#[component]
pub fn Recall(props: &RecallProps) -> Html {
    rendered();
    let t = &memory_of(props.t).recall;
    let asked = &props.asked;
    let (title, next) = (use_node_ref(), use_node_ref());
    use_effect_with((asked.place, asked.item.is_some(), asked.told.is_some()), {
        let (title, next) = (title.clone(), next.clone());
        move |_: &((usize, usize), bool, bool)| {
            // Enter goes on from the answer; a new question is heard from its beginning.
            if let Some(element) = next.cast::<HtmlElement>().or_else(|| title.cast::<HtmlElement>()) {
                let _ = element.focus();
            }
        }
    });
    let test = matches!(asked.kind, Kind::Ten(_));
    html! {
        <div class="recall">
            <p class="muted">
                <span class="place">{ (t.place)(asked.place.0, asked.place.1) }</span>
                if !asked.from.is_empty() { <span>{ plain(&(t.from)(&asked.from)) }</span> }
            </p>
            if let Some(item) = &asked.item {
                <h3 class="asks" tabindex="-1" ref={title}>{ plain(&item.question) }</h3>
                if let Some(told) = &asked.told {
                    { answered(props, item, told) }
                    <div class="go"><button ref={next} class="primary" onclick={wish(props, Wish::Next)}>{ if asked.place.0 < asked.place.1 { t.next } else { (t.done)(asked.lesson) } }</button></div>
                } else {
                    { how_sure(props) }
                    { if item.choices.is_empty() { html! { <Typed key={asked.place.0} unit={item.unit.clone()} t={props.t} on={props.on.clone()} /> } } else { choices(props, item) } }
                    <div class="go">
                        if test { <button onclick={wish(props, Wish::Answer(Given::Nothing))}>{ t.unknown }</button> }
                        <span class="muted keys">{ if item.choices.is_empty() { t.keys_number.to_owned() } else { (t.keys)(item.choices.len()) } }</span>
                    </div>
                }
            } else {
                <p class="asks muted" role="status">{ t.making }</p>
            }
        </div>
    }
}

fn wish<E: 'static>(props: &RecallProps, wish: Wish) -> Callback<E> {
    props.on.reform(move |_| Action::Recall(wish.clone()))
}

fn how_sure(props: &RecallProps) -> Html {
    let t = &course_of(props.t).lesson;
    let one = |sure: Sure| {
        let pressed = props.asked.sure == Some(sure);
        html! { <button key={sure.name()} aria-pressed={pressed.to_string()} onclick={wish(props, Wish::Sure(sure))}>{ steady((t.sure)(sure)) }</button> }
    };
    html! {
        <div class="sure" role="group" aria-label={t.how_sure}>
            <span class="muted">{ t.how_sure }</span>
            <span class="three">{ for Sure::ALL.into_iter().rev().map(one) }</span>
        </div>
    }
}

/// The answers: each a button with its key.
fn choices(props: &RecallProps, item: &Item) -> Html {
    let one = |(at, words): (usize, &String)| {
        html! {
            <li key={at}><button class="choice-key" onclick={wish(props, Wish::Answer(Given::Choice(at)))}><kbd aria-hidden="true">{ at + 1 }</kbd><span>{ plain(words) }</span></button></li>
        }
    };
    html! { <ol class="choice-keys">{ for item.choices.iter().enumerate().map(one) }</ol> }
}

/// What a field for a number needs.
#[derive(Clone, PartialEq, Properties)]
struct TypedProps {
    unit: String,
    t: &'static Strings,
    on: Callback<Action>,
}

/// A number, typed; Enter answers.
#[component]
fn Typed(props: &TypedProps) -> Html {
    rendered();
    let field = use_node_ref();
    use_effect_with((), {
        let field = field.clone();
        move |()| {
            // Behind the question's own focus.
            gloo_timers::callback::Timeout::new(0, move || {
                if let Some(field) = field.cast::<HtmlElement>() {
                    let _ = field.focus();
                }
            })
            .forget();
        }
    });
    let answer = {
        let (field, on) = (field.clone(), props.on.clone());
        move || {
            if let Some(number) = field.cast::<HtmlInputElement>().and_then(|field| read_number(&field.value())) {
                on.emit(Action::Recall(Wish::Answer(Given::Number(number))));
            }
        }
    };
    let onkeydown = {
        let answer = answer.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" {
                answer();
            }
        })
    };
    let onclick = Callback::from(move |_| answer());
    let name = (course_of(props.t).bets.number)(&props.unit);
    html! {
        <div class="typed big">
            <input ref={field} class="bet-number" type="text" inputmode="numeric" autocomplete="off" aria-label={name} {onkeydown} />
            if !props.unit.is_empty() { <span>{ &props.unit }</span> }
            <button class="primary" {onclick}>{ memory_of(props.t).recall.answer }</button>
        </div>
    }
}

/// The answer beside the truth, and the rule.
fn answered(props: &RecallProps, item: &Item, told: &Told) -> Html {
    let t = &memory_of(props.t).recall;
    let one = |(at, words): (usize, &String)| {
        let (mine, so) = (told.given == Given::Choice(at), told.truth == Given::Choice(at));
        html! {
            <li key={at} class={classes!("choice-told", so.then_some("so"), mine.then_some("mine"))}>
                <span class="mark" aria-hidden="true">{ if so { "✓" } else if mine { "○" } else { "" } }</span>
                <span>{ plain(words) }</span>
                <span class="muted">
                    if so { { t.is_so } }
                    if so && mine { { ", " } }
                    if mine { { t.yours } }
                </span>
            </li>
        }
    };
    let number = match (&told.given, &told.truth) {
        (Given::Number(given), Given::Number(truth)) => {
            let with = |n: i64| format!("{} {}", grouped(n), item.unit).trim_end().to_owned();
            Some((t.typed)(&with(*given), &with(*truth)))
        }
        _ => None,
    };
    let comes =
        if told.right { (t.right)(told.days) } else { (t.missed)(props.asked.kind == Kind::WarmUp && props.asked.lesson).to_owned() };
    html! {
        <>
            if let Some(words) = number { <p class="parts">{ words }</p> }
            if !item.choices.is_empty() { <ol class="choice-keys">{ for item.choices.iter().enumerate().map(one) }</ol> }
            <div class="feedback" role="status">
                { for told.feedback.iter().enumerate().map(|(at, words)| html! { <p key={at}>{ marked(words, props.t, props.rules, &props.on) }</p> }) }
                <p class="muted">{ comes }</p>
            </div>
        </>
    }
}
