//! A bet beside the truth. The bet stays, dashed, in the first replica's hue; the truth is in ink; both are labelled in words.

use super::curve;
use super::words::plain;
use crate::draw::{Scale, Shape, Size, n, shape, use_size};
use crate::format::grouped;
use crate::i18n::course::Bets;
use crate::i18n::{Strings, course_of};
use crate::panels::count::rendered;
use crate::teach::Given;
use crate::teach::shown::{Made, Question, Told, Truth};
use std::rc::Rc;
use yew::{Callback, Html, Properties, classes, component, html, use_node_ref};

/// What is shown.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct RevealProps {
    /// Bet and truth.
    pub told: Rc<Told>,
    /// Strings.
    pub t: &'static Strings,
}

/// The figure of a reveal.
#[component]
pub(crate) fn Reveal(props: &RevealProps) -> Html {
    rendered();
    let frame = use_node_ref();
    let low = matches!(props.told.question, Question::Number(_));
    let size = use_size(&frame, Size::new(520.0, if low { 110.0 } else { 380.0 }));
    let t = &course_of(props.t).bets;
    let told = &props.told;
    let drawn = |marks: Vec<Shape>, class: &'static str| {
        let spoken = shape::words(&marks).join(" · ");
        html! {
            <div class={classes!("figure", class)} ref={frame.clone()}>
                <svg viewBox={size.view_box()} role="img" aria-label={spoken}>{ shape::svg(&marks, &Callback::noop()) }</svg>
            </div>
        }
    };
    match (&told.question, &told.given, &told.truth) {
        (Question::Curve(drawing), Given::Curve(points), Truth::Curve(truth)) => {
            drawn(curve::reveal(drawing, points, truth, size, t), "drawing")
        }
        (Question::Number(unit), Given::Number(bet), Truth::Number(truth)) => drawn(numbers(*bet, *truth, unit, size, t), "drawing low"),
        (Question::Choose(choices), Given::Choice(bet), Truth::Choice(truth)) => chosen(choices, *bet, *truth, t),
        (Question::Order(messages), Given::Order(bet), Truth::Order(truth)) => in_order(messages, bet, truth, t),
        _ => Html::default(),
    }
}

/// What is shown while the run is on its way.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct MadeProps {
    /// The bet.
    pub made: Rc<Made>,
    /// Strings.
    pub t: &'static Strings,
}

/// A bet that is made: it stands there until it is told.
#[component]
pub(super) fn MadeBet(props: &MadeProps) -> Html {
    rendered();
    let frame = use_node_ref();
    let size = use_size(&frame, Size::new(520.0, 380.0));
    let t = course_of(props.t);
    let Made { question, given, sure } = &*props.made;
    let body = match (question, given) {
        (Question::Curve(drawing), Given::Curve(points)) => {
            let marks = curve::made(drawing, points, size);
            let spoken = shape::words(&marks).join(" · ");
            html! {
                <div class="figure drawing" ref={frame}>
                    <svg viewBox={size.view_box()} role="img" aria-label={spoken}>{ shape::svg(&marks, &Callback::noop()) }</svg>
                </div>
            }
        }
        (Question::Number(unit), Given::Number(bet)) => html! { <p class="made-words mono">{ curve::with_unit(*bet, unit) }</p> },
        (Question::Choose(choices), Given::Choice(bet)) => {
            html! { <p class="made-words">{ plain(choices.get(*bet).map_or("", String::as_str)) }</p> }
        }
        (Question::Order(messages), Given::Order(order)) => html! {
            <ol class="made-words">{ for order.iter().filter_map(|at| messages.get(*at)).map(|words| html! { <li key={words.clone()}>{ plain(words) }</li> }) }</ol>
        },
        _ => return Html::default(),
    };
    html! {
        <section class="made" aria-label={t.bets.answers}>
            <h3>{ t.bets.answers }if let Some(sure) = sure { <span class="muted">{ (t.lesson.sure)(*sure) }</span> }</h3>
            { body }
        </section>
    }
}

/// Two numbers on one axis, and what lies between them.
fn numbers(bet: i64, truth: i64, unit: &str, size: Size, t: &Bets) -> Vec<Shape> {
    let (least, most) = (bet.min(truth).min(0), bet.max(truth).max(1));
    let x = Scale::new(least as f64, most as f64, 14.0, (size.w - 14.0).max(80.0));
    let y = size.h / 2.0;
    let (xb, xt) = (x.at(bet as f64), x.at(truth as f64));
    let mut marks = vec![Shape::rect(xb.min(xt), y - 16.0, (xt - xb).abs(), 32.0, "fhold")];
    marks.push(Shape::path(format!("M{} {}H{}", n(x.x0), n(y), n(x.x1)), "sr w1 fn"));
    marks.push(Shape::path(format!("M{} {}V{}", n(x.at(0.0)), n(y - 5.0), n(y + 5.0)), "sr w1 fn"));
    marks.push(Shape::path(format!("M{} {}V{}", n(xb), n(y - 16.0), n(y + 16.0)), "s1 fn d2 w25"));
    marks.push(Shape::path(format!("M{} {}V{}", n(xt), n(y - 16.0), n(y + 16.0)), "si fn w25"));
    let anchor = |at: f64| if at > size.w / 2.0 { " e" } else { "" };
    let mut label =
        |at: f64, line: f64, words: String, class: &str| marks.push(Shape::text(at, line, words, format!("{class}{}", anchor(at))));
    label(xb, y - 24.0, format!("{} · {}", t.bet, curve::with_unit(bet, unit)), "x1 b halo");
    label(xt, y + 32.0, format!("{} · {}", t.truth, curve::with_unit(truth, unit)), "b halo");
    marks
}

/// The answers, with the one that was bet and the one that is true.
fn chosen(choices: &[String], bet: usize, truth: usize, t: &Bets) -> Html {
    let one = |(at, words): (usize, &String)| {
        let said: Vec<&str> =
            [(at == truth, t.truth), (at == bet, t.bet)].into_iter().filter(|(is, _)| *is).map(|(_, said)| said).collect();
        html! {
            <li key={at} class={classes!("choice-row", (at == truth).then_some("true"), (at == bet).then_some("mine"))}>
                <span>{ plain(words) }</span>
                <span class="said">{ for said.into_iter().map(|said| html! { <span key={said} class={if said == t.bet { "c1" } else { "" }}>{ said }</span> }) }</span>
            </li>
        }
    };
    html! { <ol class="choices settled">{ for choices.iter().enumerate().map(one) }</ol> }
}

/// Both orders side by side.
fn in_order(messages: &[String], bet: &[usize], truth: &[usize], t: &Bets) -> Html {
    let name = |at: usize| messages.get(at).map_or("", String::as_str);
    let row = |(at, (mine, real)): (usize, (&usize, &usize))| {
        html! {
            <tr key={at} class={(mine == real).then_some("same")}>
                <th scope="row">{ at + 1 }</th>
                <td class="c1">{ plain(name(*mine)) }</td>
                <td>{ plain(name(*real)) }</td>
            </tr>
        }
    };
    html! {
        <table class="orders">
            <thead><tr>{ for t.order_heads.iter().map(|head| html! { <th key={*head} scope="col">{ *head }</th> }) }</tr></thead>
            <tbody>{ for bet.iter().zip(truth).enumerate().map(row) }</tbody>
        </table>
    }
}

/// The sentence over a reveal.
#[must_use]
pub fn heading(told: &Told, near: bool, t: &Bets) -> String {
    match (&told.question, &told.given, &told.truth) {
        (Question::Choose(choices), Given::Choice(bet), Truth::Choice(truth)) => {
            let name = |at: usize| choices.get(at).map_or("", String::as_str);
            if bet == truth { (t.as_said)(name(*truth)) } else { (t.said)(name(*bet), name(*truth)) }
        }
        (Question::Number(unit), Given::Number(bet), Truth::Number(truth)) => {
            let (bet, truth) = (grouped(*bet), curve::with_unit(*truth, unit));
            if near { (t.near)(&bet, &truth) } else { (t.typed_it_is)(&bet, &truth) }
        }
        (Question::Curve(drawing), Given::Curve(points), Truth::Curve(truth)) => {
            let end = drawing.paper.to_ms;
            let bet = curve::with_unit(drawing.paper.at(points, end).0, &drawing.unit);
            let truth = truth.last().map_or_else(String::new, |(_, value)| grouped(*value));
            // It may be near as a whole and far off at its end, or the other way round: the numbers say how it ended.
            (t.drew_it_is)(&bet, &curve::seconds(end), &truth)
        }
        (Question::Order(messages), Given::Order(bet), Truth::Order(truth)) => {
            let right = bet.iter().zip(truth).filter(|(mine, real)| mine == real).count();
            (t.in_order)(right, messages.len())
        }
        _ => String::new(),
    }
}
