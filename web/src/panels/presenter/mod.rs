//! The presenter: what a room reads. The bar, the question, the figures, below them answers with hands or what the curtain hid, and a ring around the pointer.

mod hands;
mod ring;

use crate::action::{Action, Look, Sheet};
use crate::i18n::class::Presenter as Words;
use crate::i18n::glossary::Rules;
use crate::i18n::{Strings, class_of, course_of};
use crate::panels::count::rendered;
use crate::panels::lesson::{Answers, PairWords, Reveal, plain};
use crate::panels::words::marked;
use crate::teach::class::Wish;
use crate::teach::class::hands::Stage;
use crate::teach::class::wall::{Hands, Wall};
use crate::teach::shown::Sentence;
use hands::{Counted, Scale};
use ring::Ring;
use std::rc::Rc;
use yew::{AttrValue, Callback, Html, Properties, classes, component, html};

/// What the presenter shows.
#[derive(Clone, PartialEq, Properties)]
pub struct PresenterProps {
    /// The wall.
    pub wall: Rc<Wall>,
    /// Title of the scene.
    pub title: AttrValue,
    /// Eras, nodes, seed.
    pub about: AttrValue,
    /// The release whose words are explained.
    pub rules: Rules,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
    /// The figures.
    #[prop_or_default]
    pub children: Html,
}

fn wish<E: 'static>(props: &PresenterProps, wish: Wish) -> Callback<E> {
    props.on.reform(move |_| Action::Class(wish.clone()))
}

/// The presenter.
#[component]
pub fn Presenter(props: &PresenterProps) -> Html {
    rendered();
    let t = &class_of(props.t).presenter;
    let wall = &props.wall;
    html! {
        <>
            { bar(props, t) }
            <div class="question"><h1>{ plain(&wall.title) }</h1></div>
            { props.children.clone() }
            <section class="below" aria-label={t.title}>
                { below(props, t) }
            </section>
            <div class="onward">
                { keys(wall, t) }
                <button onclick={wish(props, Wish::Backward)}><kbd aria-hidden="true">{ "PgUp" }</kbd>{ t.back }</button>
                <button class="primary" onclick={wish(props, Wish::Onward)}><kbd aria-hidden="true">{ "PgDn" }</kbd>{ (t.onward)(wall.onward) }</button>
            </div>
            <Ring />
        </>
    }
}

/// What is open, how a vote stands, and the ways out.
fn bar(props: &PresenterProps, t: &Words) -> Html {
    let wall = &props.wall;
    // A lesson's title would give its answer away.
    let name = wall.step.map_or_else(|| props.title.to_string(), |step| (course_of(props.t).lesson.step)(step).to_owned());
    html! {
        <header class="wall-bar">
            <b>{ "Resync" }</b><span>{ name }</span><span class="muted about">{ &props.about }</span>
            <span class="space"></span>
            <span role="status" aria-live="polite">{ wall.vote.as_ref().map(|hands| standing(hands, t)).unwrap_or_default() }</span>
            <button onclick={wish(props, Wish::Notes)}><kbd aria-hidden="true">{ "N" }</kbd>{ class_of(props.t).notes.title }</button>
            <button onclick={props.on.reform(|_| Action::Look(Look::Sheet(Some(Sheet::Code))))}><kbd aria-hidden="true">{ "Q" }</kbd>{ class_of(props.t).code.title }</button>
            <button onclick={wish(props, Wish::Present)}><kbd aria-hidden="true">{ "P" }</kbd>{ t.leave }</button>
        </header>
    }
}

/// How a vote stands.
pub(crate) fn standing(hands: &Hands, t: &Words) -> String {
    let (vote, all) = (&hands.vote, hands.vote.all());
    match vote.stage {
        Stage::First => (t.first)(all),
        Stage::Between => (t.between)(all),
        Stage::Second => (t.second)(all),
        Stage::Over if vote.twice => (t.over_twice)(all),
        Stage::Over => (t.over_once)(all),
    }
}

/// Below the figures: hands, drawings, words, sentences, goals, or the curtain.
fn below(props: &PresenterProps, t: &Words) -> Html {
    let wall = &props.wall;
    let down = wall.curtain == Some(false);
    html! {
        <>
            if let Some(hands) = &wall.vote {
                <ol class={classes!("hands", format!("of-{}", hands.choices.len()))} aria-label={t.answers}>
                    { for (0..hands.choices.len()).map(|at| html! { <Counted key={at} hands={Rc::new(hands.clone())} {at} t={props.t} on={props.on.clone()} /> }) }
                </ol>
                if hands.asked { <Scale hands={Rc::new(hands.clone())} t={props.t} /> }
            }
            if let Some(asked) = &wall.asked { <Answers asked={asked.clone()} t={props.t} on={props.on.clone()} /> }
            if let Some(told) = &wall.told { <Reveal told={Rc::clone(told)} t={props.t} /> }
            if !wall.sentences.is_empty() {
                <ol class="sentences">{ for wall.sentences.iter().enumerate().map(|(at, sentence)| one_of(at, sentence, t)) }</ol>
            }
            if let (Some(pair), Some(true)) = (&wall.pair, wall.curtain) {
                <PairWords pair={Rc::clone(pair)} rules={props.rules} t={props.t} on={props.on.clone()} />
            }
            if down && wall.vote.is_none() {
                <button class="curtain" onclick={wish(props, Wish::Curtain)}><b>{ t.curtain }</b><span class="muted"><kbd>{ "C" }</kbd>{ t.lifts }</span></button>
            }
            if !wall.words.is_empty() {
                <div class="spoken-of" role="status">{ for wall.words.iter().map(|words| html! { <p key={words.clone()}>{ marked(&words.replace('`', ""), props.t, props.rules, &props.on) }</p> }) }</div>
            }
            if !wall.goals.is_empty() {
                <ul class="goals">{ for wall.goals.iter().map(|(words, reached)| html! {
                    <li key={words.clone()} class={classes!(reached.then_some("on"))}>
                        <span class="mark" aria-hidden="true">{ if *reached { "✓" } else { "○" } }</span><span>{ words }</span>
                    </li>
                }) }</ul>
            }
        </>
    }
}

/// A sentence that may be the because.
fn one_of(at: usize, sentence: &Sentence, t: &Words) -> Html {
    let holds = sentence.holds == Some(true);
    html! {
        <li key={at} class={classes!(holds.then_some("true"), (sentence.holds == Some(false)).then_some("other"))}>
            <span>{ plain(&sentence.words) }</span>
            if holds { <span class="muted">{ t.is_true }</span> }
        </li>
    }
}

/// The keys that count hands, while they do.
fn keys(wall: &Wall, t: &Words) -> Html {
    let Some(hands) = wall.vote.as_ref().filter(|hands| hands.asked && hands.vote.open()) else { return Html::default() };
    html! { <span class="muted counts"><kbd>{ format!("1–{}", hands.choices.len()) }</kbd>{ t.counts }</span> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use crate::i18n::glossary::Rules;
    use crate::still::markup;
    use crate::teach::Step;
    use crate::teach::class::hands::Vote;
    use crate::teach::class::present::Onward;

    fn wall(vote: Vote, right: Option<usize>) -> Wall {
        Wall {
            title: "How `many`?".into(),
            step: Some(Step::Bet),
            vote: Some(Hands {
                choices: ["near", "far", "both"].map(str::to_owned).into(),
                verdict: vote.verdict(Some(1)),
                before: vote.verdict_before(Some(1)),
                right,
                asked: right.is_none(),
                vote,
            }),
            onward: Onward::Close,
            ..Wall::default()
        }
    }

    fn shown(wall: Wall, lang: Lang) -> String {
        markup::<Presenter>(PresenterProps {
            wall: Rc::new(wall),
            title: "The answer".into(),
            about: "Redis".into(),
            rules: Rules::of(resync_core::era::Era::V3_0),
            t: lang.strings(),
            on: Callback::noop(),
            children: Html::default(),
        })
    }

    #[test]
    fn a_first_vote_is_on_no_wall_and_a_title_never() {
        for lang in Lang::ALL {
            let t = &class_of(lang.strings()).presenter;
            let mut vote = Vote::default();
            (0..17).for_each(|_| vote.count(1));
            (0..3).for_each(|_| vote.count(0));
            for _ in 0..2 {
                let html = shown(wall(vote.clone(), None), lang);
                assert!(html.contains("20") && !html.contains("17") && !html.contains("<rect width"), "{html}");
                assert!(!html.contains("The answer"), "it would give the answer away");
                vote.onward(Some(1));
            }
            assert!(vote.shown() && !vote.twice, "85 of a hundred need no second vote");
            let over = shown(wall(vote, Some(1)), lang);
            assert!(over.contains("17") && over.contains("answer right") && over.contains(t.is_true), "{over}");
        }
    }
}
