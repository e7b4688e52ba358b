//! The answers of a bet: chosen, typed, drawn, put in order; and how sure one is.

use super::curve;
use super::words::plain;
use crate::action::Action;
use crate::draw::{pointer, shape, use_size};
use crate::i18n::{Strings, course_of};
use crate::panels::count::rendered;
use crate::panels::field::Field;
use crate::panels::steady::steady;
use crate::teach::drawn::Points;
use crate::teach::shown::{Asked, Drawing, Question};
use crate::teach::{Given, Sure, Wish};
use web_sys::{Element, KeyboardEvent, PointerEvent};
use yew::{AttrValue, Callback, Html, Properties, TargetCast, classes, component, html, use_mut_ref, use_node_ref, use_state_eq};

/// What is asked, and where answers go.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct AnswersProps {
    /// The bet.
    pub asked: Asked,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

fn give(on: &Callback<Action>, given: Given) {
    on.emit(Action::Lesson(Wish::Give(given)));
}

/// The answers.
#[component]
pub(crate) fn Answers(props: &AnswersProps) -> Html {
    rendered();
    let t = course_of(props.t);
    let asked = &props.asked;
    let answers = match &asked.question {
        Question::Choose(choices) => choose(props, choices),
        Question::Number(unit) => number(props, unit),
        Question::Curve(drawing) => {
            html! { <Drawn drawing={drawing.clone()} points={drawn(&asked.given)} t={props.t} on={props.on.clone()} /> }
        }
        Question::Order(messages) => {
            html! { <Ordered messages={messages.clone()} order={ordered(&asked.given, messages.len())} t={props.t} on={props.on.clone()} /> }
        }
    };
    let sure = |sure: Sure| {
        let pressed = asked.sure == Some(sure);
        let click = props.on.reform(move |_| Action::Lesson(Wish::Sure(sure)));
        html! { <button key={sure.name()} aria-pressed={pressed.to_string()} onclick={click}>{ steady((t.lesson.sure)(sure)) }</button> }
    };
    html! {
        <div class="answers">
            { answers }
            <div class="sure" role="group" aria-label={t.lesson.how_sure}>
                <span class="muted">{ t.lesson.how_sure }</span>
                <span class="three">{ for Sure::ALL.into_iter().rev().map(sure) }</span>
            </div>
        </div>
    }
}

/// One of several.
fn choose(props: &AnswersProps, choices: &[String]) -> Html {
    let t = &course_of(props.t).bets;
    let one = |(at, words): (usize, &String)| {
        let mine = props.asked.given == Given::Choice(at);
        let on = props.on.clone();
        html! {
            <li key={at} class={classes!("choice-row", mine.then_some("mine"))}>
                <label><input type="radio" name="bet" checked={mine} onchange={move |_| give(&on, Given::Choice(at))} /><span>{ plain(words) }</span></label>
            </li>
        }
    };
    html! { <div role="radiogroup" aria-label={t.answers}><ol class="choices">{ for choices.iter().enumerate().map(one) }</ol></div> }
}

/// A whole number; blanks between digits are none of its business.
pub(crate) fn read(text: &str) -> Option<i64> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\u{202f}' | ',' | '_')).collect();
    plain.replace('−', "-").parse().ok()
}

fn number(props: &AnswersProps, unit: &str) -> Html {
    let t = &course_of(props.t).bets;
    let value = if let Given::Number(number) = props.asked.given { number.to_string() } else { String::new() };
    let on = props.on.clone();
    let take = Callback::from(move |text: String| {
        let number = read(&text);
        if let Some(number) = number {
            give(&on, Given::Number(number));
        }
        number.is_some()
    });
    html! {
        <div class="typed big">
            <Field name={(t.number)(unit)} {value} class="bet-number" {take} />
            if !unit.is_empty() { <span>{ unit }</span> }
        </div>
    }
}

fn drawn(given: &Given) -> Points {
    if let Given::Curve(points) = given { points.clone() } else { Points::new() }
}

/// A curve that is drawn.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct DrawnProps {
    /// The paper.
    pub drawing: Drawing,
    /// What is on it.
    pub points: Points,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The drawing, and the field that is tied to its end.
#[component]
pub(super) fn Drawn(props: &DrawnProps) -> Html {
    rendered();
    let (frame, canvas) = (use_node_ref(), use_node_ref());
    let size = use_size(&frame, crate::draw::Size::new(520.0, 380.0));
    // Where the keyboard stands: a column and a value, while the drawing has the focus.
    let cursor = use_state_eq(|| None::<(u64, i64)>);
    let pen = use_mut_ref(|| None::<(u64, i64)>);
    let t = &course_of(props.t).bets;
    let (paper, points) = (props.drawing.paper, &props.points);
    let plot = curve::Plot::new(paper, size);
    let at = {
        let canvas = canvas.clone();
        move |event: &PointerEvent| pointer::place(event, &canvas, size).map(|(x, y)| plot.at(x, y))
    };
    let onpointerdown = {
        let (at, pen, on, points) = (at.clone(), pen.clone(), props.on.clone(), points.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(place) = at(&event) else { return };
            if let Some(element) = event.target_dyn_into::<Element>() {
                let _ = element.set_pointer_capture(event.pointer_id());
            }
            *pen.borrow_mut() = Some(place);
            give(&on, Given::Curve(paper.set(&points, place.0, place.1)));
        })
    };
    let onpointermove = {
        let (pen, on, points) = (pen.clone(), props.on.clone(), points.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(from) = *pen.borrow() else { return };
            let Some(place) = at(&event).filter(|place| *place != from) else { return };
            *pen.borrow_mut() = Some(place);
            give(&on, Given::Curve(paper.stroke(&points, from, place)));
        })
    };
    let lift = Callback::from(move |_: PointerEvent| *pen.borrow_mut() = None);
    // Who comes by keyboard stands where the curve ends so far.
    let begin = points.last().map_or((1, paper.start), |(ms, value)| (paper.column(*ms), *value));
    let onfocus = {
        let cursor = cursor.clone();
        Callback::from(move |_| cursor.set(Some(begin)))
    };
    let onblur = {
        let cursor = cursor.clone();
        Callback::from(move |_| cursor.set(None))
    };
    let onkeydown = {
        let (cursor, on, points) = (cursor.clone(), props.on.clone(), points.clone());
        Callback::from(move |event: KeyboardEvent| {
            let now = cursor.unwrap_or(begin);
            let Some(key) = key(&event.key(), now, paper, &points) else { return };
            event.prevent_default();
            event.stop_propagation();
            match key {
                Drew::Cursor(to) => cursor.set(Some(to)),
                Drew::Points(points) => {
                    cursor.set(Some(now));
                    give(&on, Given::Curve(points));
                }
            }
        })
    };
    let here = (*cursor).unwrap_or(begin);
    let spoken = (t.point)(&curve::seconds(paper.moment(here.0)), &curve::with_unit(here.1, &props.drawing.unit));
    let marks = curve::bet(&props.drawing, points, *cursor, size, t);
    html! {
        <>
            <div class="figure drawing" ref={frame}>
                <svg ref={canvas} viewBox={size.view_box()} role="slider" tabindex="0" aria-label={t.drawing} aria-valuemin="0" aria-valuemax={paper.top.to_string()}
                    aria-valuenow={here.1.to_string()} aria-valuetext={spoken} {onpointerdown} {onpointermove} onpointerup={lift.clone()} onpointercancel={lift} {onfocus} {onblur} {onkeydown}>
                    { shape::svg(&marks, &props.on) }
                </svg>
            </div>
            { end_field(props) }
        </>
    }
}

/// What a key does to a drawing.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Drew {
    /// The cursor goes there.
    Cursor((u64, i64)),
    /// These are its points now.
    Points(Points),
}

fn key(name: &str, (column, value): (u64, i64), paper: crate::teach::drawn::Paper, points: &Points) -> Option<Drew> {
    use crate::teach::drawn::COLUMNS;
    let step = paper.step();
    let on_curve = |column: u64| Drew::Cursor((column, paper.at(points, paper.moment(column)).0));
    let lifted = |by: i64| Drew::Cursor((column, (value + by).clamp(0, paper.top)));
    Some(match name {
        "ArrowLeft" => on_curve((column - 1).max(1)),
        "ArrowRight" => on_curve((column + 1).min(COLUMNS)),
        "Home" => on_curve(1),
        "End" => on_curve(COLUMNS),
        "ArrowUp" => lifted(step),
        "ArrowDown" => lifted(-step),
        "PageUp" => lifted(step * 5),
        "PageDown" => lifted(-step * 5),
        "Enter" | " " => Drew::Points(paper.set(points, column, value)),
        "Delete" | "Backspace" => Drew::Points(points.iter().copied().filter(|(ms, _)| *ms != paper.moment(column)).collect()),
        _ => return None,
    })
}

/// The value at the end: typed, it is the curve's last point.
fn end_field(props: &DrawnProps) -> Html {
    let t = course_of(props.t);
    let paper = props.drawing.paper;
    let points = &props.points;
    let value = if points.is_empty() { String::new() } else { paper.at(points, paper.to_ms).0.to_string() };
    let label = (t.bets.typed)(&curve::seconds(paper.to_ms));
    let take = {
        let (on, points) = (props.on.clone(), points.clone());
        Callback::from(move |text: String| {
            let number = read(&text).filter(|number| (0..=paper.top).contains(number));
            if let Some(number) = number {
                give(&on, Given::Curve(paper.set(&points, crate::teach::drawn::COLUMNS, number)));
            }
            number.is_some()
        })
    };
    html! {
        <div class="typed">
            <span>{ &label }</span>
            <Field name={AttrValue::from(label.clone())} {value} class="bet-number" {take} />
            <span>{ &props.drawing.unit }</span>
            <span class="space"></span>
            <button disabled={points.is_empty()} onclick={props.on.reform(|_| Action::Lesson(Wish::Give(Given::Nothing)))}>{ t.lesson.clear }</button>
        </div>
    }
}

fn ordered(given: &Given, count: usize) -> Vec<usize> {
    if let Given::Order(order) = given { order.clone() } else { (0..count).collect() }
}

/// Messages to be put in order.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct OrderedProps {
    /// The messages, as the lesson has them.
    pub messages: Vec<String>,
    /// Their order.
    pub order: Vec<usize>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The list; each message has a button up and one down, and moves by the arrow keys as well.
#[component]
pub(super) fn Ordered(props: &OrderedProps) -> Html {
    rendered();
    let t = &course_of(props.t).bets;
    let said = use_state_eq(String::new);
    let last = props.order.len().saturating_sub(1);
    let move_to = {
        let (on, order, messages, said) = (props.on.clone(), props.order.clone(), props.messages.clone(), said.clone());
        move |from: usize, to: usize| {
            let mut order = order.clone();
            let message = order.remove(from);
            order.insert(to, message);
            said.set((t.placed)(&messages[message], to + 1));
            give(&on, Given::Order(order));
        }
    };
    let row = |(at, message): (usize, &usize)| {
        let words = &props.messages[*message];
        let (up, down, by_key) = (move_to.clone(), move_to.clone(), move_to.clone());
        let onkeydown = Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowUp" if at > 0 => at - 1,
                "ArrowDown" if at < last => at + 1,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            by_key(at, to);
        });
        html! {
            // The key is the message's: the button that moved it keeps the focus.
            <li key={*message} class="message" {onkeydown}>
                <span class="muted mono">{ at + 1 }</span><span>{ plain(words) }</span><span class="space"></span>
                <button aria-label={(t.earlier)(words)} aria-disabled={(at == 0).to_string()} onclick={move |_| if at > 0 { up(at, at - 1) }}>{ "↑" }</button>
                <button aria-label={(t.later)(words)} aria-disabled={(at == last).to_string()} onclick={move |_| if at < last { down(at, at + 1) }}>{ "↓" }</button>
            </li>
        }
    };
    html! {
        <>
            <ol class="messages" aria-label={t.order}>{ for props.order.iter().enumerate().map(row) }</ol>
            <p class="hidden" aria-live="polite">{ &*said }</p>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::teach::drawn::{COLUMNS, Paper};

    const PAPER: Paper = Paper { from_ms: 0, to_ms: 24_000, top: 4_800, start: 0 };

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, number) in [
            ("12000", Some(12_000)),
            (" 12\u{202f}000 ", Some(12_000)),
            ("12,000", Some(12_000)),
            ("−5", Some(-5)),
            ("a", None),
            ("", None),
            ("1.5", None),
        ] {
            assert_eq!(read(text), number, "{text:?}");
        }
    }

    #[test]
    fn keys_move_the_cursor_and_enter_sets_a_point() {
        let points = vec![(12_000, 2_400)];
        assert_eq!(key("ArrowRight", (12, 2_400), PAPER, &points), Some(Drew::Cursor((13, 2_600))), "along the curve");
        assert_eq!(key("ArrowLeft", (1, 0), PAPER, &points), Some(Drew::Cursor((1, 200))));
        assert_eq!(key("ArrowUp", (13, 2_600), PAPER, &points), Some(Drew::Cursor((13, 2_700))));
        assert_eq!(key("PageDown", (13, 200), PAPER, &points), Some(Drew::Cursor((13, 0))), "and stays on the paper");
        assert_eq!(key("End", (1, 0), PAPER, &points), Some(Drew::Cursor((COLUMNS, 4_800))));
        assert_eq!(key("Enter", (6, 100), PAPER, &points), Some(Drew::Points(vec![(6_000, 100), (12_000, 2_400)])));
        assert_eq!(key("Delete", (12, 0), PAPER, &points), Some(Drew::Points(Vec::new())));
        assert_eq!(key("x", (12, 0), PAPER, &points), None);
    }
}
