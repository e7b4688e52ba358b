//! Refutation cards: what people say, that it is not so, because, look; and what a real server printed. A page of all of them, and single ones at the end of
//! lessons.

use crate::action::{Action, Course};
use crate::address;
use crate::alarm::link::of_card;
use crate::i18n::glossary::Rules;
use crate::i18n::memory::Cards as Says;
use crate::i18n::{Strings, alarms_of, memory_of};
use crate::lessons::Entry;
use crate::lessons::cards::{Card, Cards};
use crate::panels::count::rendered;
use crate::panels::lesson::{marked, plain};
use web_sys::HtmlElement;
use yew::{AttrValue, Callback, Html, Properties, classes, component, html, use_effect_with, use_node_ref};

/// What the page of all cards shows.
#[derive(Clone, PartialEq, Properties)]
pub struct CardsProps {
    /// The cards.
    pub cards: Cards,
    /// The one that the address names.
    pub named: Option<AttrValue>,
    /// Questions of lessons, by the lessons' ids.
    pub questions: Vec<(String, String)>,
    /// The release whose words the glossary explains.
    pub rules: Rules,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The question of each lesson.
#[must_use]
pub fn questions(entries: &[Entry], t: &Strings) -> Vec<(String, String)> {
    let question = |entry: &Entry| entry.cards.get(t.preferred).map(|card| card.line.clone()).unwrap_or_default();
    entries.iter().map(|entry| (entry.id.clone(), question(entry))).collect()
}

/// All cards.
#[component]
pub fn CardsPage(props: &CardsProps) -> Html {
    rendered();
    let t = &memory_of(props.t).cards;
    let node = use_node_ref();
    let here = !props.cards.all().is_empty();
    use_effect_with((props.named.clone(), here), {
        let node = node.clone();
        move |_: &(Option<AttrValue>, bool)| {
            if let Some(card) = node.cast::<HtmlElement>() {
                card.scroll_into_view();
                let _ = card.focus();
            }
        }
    });
    match &props.cards {
        Cards::Away | Cards::Coming => html! { <p class="muted" role="status">{ t.coming }</p> },
        Cards::Lost(_) => html! {
            <div class="row lost" role="alert">
                <p class="grave">{ t.lost }</p>
                <button onclick={props.on.reform(|_| Action::Course(Course::CardsAgain))}>{ props.t.shell.menu.again }</button>
            </div>
        },
        Cards::Here(cards) => {
            let one = |card: &Card| {
                let named = props.named.as_deref() == Some(card.id.as_str());
                let question = props.questions.iter().find(|(id, _)| *id == card.lesson).map_or("", |(_, question)| question);
                html! {
                    <article key={card.id.clone()} id={address::card_element(&card.id)} class={classes!("refuted", named.then_some("named"))}
                        tabindex="-1" ref={if named { node.clone() } else { yew::NodeRef::default() }} aria-label={said(card, props.t).claim}>
                        { body(card, props.t, props.rules, &props.on) }
                        <p class="ways-on">
                            if !question.is_empty() { { to_lesson(card, question, t, &props.on) } }
                            if let Some(link) = of_card(&card.id) { <a href={link}>{ alarms_of(props.t).of_card }</a> }
                            <a href={address::of_card(&card.id)}>{ t.link }</a>
                        </p>
                    </article>
                }
            };
            html! {
                <>
                    <p class="muted">{ t.lead }</p>
                    <div class="refutations">{ for cards.iter().map(one) }</div>
                </>
            }
        }
    }
}

/// The cards of a lesson, at its end.
pub fn of_lesson(cards: &[Card], rules: Rules, t: &'static Strings, on: &Callback<Action>) -> Html {
    if cards.is_empty() {
        return Html::default();
    }
    let says = &memory_of(t).cards;
    let one = |card: &Card| {
        html! {
            <article key={card.id.clone()} class="refuted" aria-label={said(card, t).claim}>
                { body(card, t, rules, on) }
                <p class="ways-on">
                    if let Some(link) = of_card(&card.id) { <a href={link}>{ alarms_of(t).of_card }</a> }
                    <a href={address::of_card(&card.id)}>{ says.all }</a>
                </p>
            </article>
        }
    };
    html! { <div class="refutations">{ for cards.iter().map(one) }</div> }
}

fn said(card: &Card, t: &Strings) -> crate::lessons::cards::Refuted {
    card.words.get(t.preferred).cloned().unwrap_or_default()
}

fn to_lesson(card: &Card, question: &str, t: &Says, on: &Callback<Action>) -> Html {
    let id = card.lesson.clone();
    html! { <button onclick={on.reform(move |_| Action::Course(Course::Lesson(id.clone())))}>{ plain(&(t.lesson)(question)) }</button> }
}

/// What stands on a card.
fn body(card: &Card, t: &'static Strings, rules: Rules, on: &Callback<Action>) -> Html {
    let (says, words) = (&memory_of(t).cards, said(card, t));
    let row = |label: &'static str, text: &str| html! { <><dt>{ label }</dt><dd>{ marked(text, t, rules, on) }</dd></> };
    let quote = |(at, shown): (usize, &resync_lessons::cards::Shown)| {
        let (name, master, replica) = shown.servers();
        html! { <figure key={at}><pre>{ &shown.prints }</pre><figcaption class="muted">{ (says.recorded)(master, replica, name) }</figcaption></figure> }
    };
    html! {
        <dl>
            <dt>{ says.say }</dt><dd class="claim">{ plain(&words.claim) }</dd>
            <dt>{ says.not_so }</dt><dd class="not-so">{ marked(&words.not_so, t, rules, on) }</dd>
            { row(says.because, &words.because) }
            { row(says.look, &words.look) }
            <dt>{ says.shown }</dt><dd>{ for card.shows.iter().enumerate().map(quote) }</dd>
        </dl>
    }
}
