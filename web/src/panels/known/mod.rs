//! What I still know: each lesson that was learnt, with the days until its questions come back. No points, no ticks.

use crate::action::{Action, Course};
use crate::draw::{Shape, n, shape};
use crate::i18n::memory::Known as Says;
use crate::i18n::{Strings, memory_of};
use crate::panels::count::rendered;
use crate::panels::lesson::plain;
use crate::recall::Wish;
use crate::recall::shown::Known;
use yew::{Callback, Html, Properties, classes, component, html};

/// What is shown.
#[derive(Clone, PartialEq, Properties)]
pub struct KnownProps {
    /// The lessons, in the course's order.
    pub all: Vec<Known>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The box of a row's picture.
const WIDE: f64 = 420.0;
const HIGH: f64 = 26.0;
/// Days that it shows: those that wait, and those to come.
const BEHIND: f64 = 7.0;
const AHEAD: f64 = 31.0;

fn x(days: f64) -> f64 {
    10.0 + (days.clamp(-BEHIND, AHEAD) + BEHIND) / (BEHIND + AHEAD) * (WIDE - 20.0)
}

/// The page.
#[component]
pub fn KnownPage(props: &KnownProps) -> Html {
    rendered();
    let t = &memory_of(props.t).known;
    let all: usize = props.all.iter().map(|known| known.days.len()).sum();
    let due = props.all.iter().flat_map(|known| &known.days).filter(|days| **days <= 0).count();
    if all == 0 {
        return html! { <div class="known"><p class="muted">{ t.lead }</p><p>{ t.nothing }</p></div> };
    }
    let row = |known: &Known| {
        let first = known.days.iter().copied().min().unwrap_or(0);
        let id = known.id.clone();
        html! {
            <tr key={known.id.clone()} class={classes!((first <= 0).then_some("due"))}>
                <th scope="row"><div><span class="number">{ format!("{:02}", known.number) }</span><button class="plain" onclick={props.on.reform(move |_| Action::Course(Course::Lesson(id.clone())))}>{ plain(&known.question) }</button></div></th>
                <td><div class="figure days"><svg viewBox={format!("0 0 {WIDE} {HIGH}")} role="img" aria-label={format!("{}: {}", t.picture, spoken(known, t))}>{ shape::svg(&marks(known), &props.on) }</svg></div></td>
                <td>{ (t.days)(first) }</td>
            </tr>
        }
    };
    html! {
        <div class="known">
            <p class="muted">{ t.lead }</p>
            <div class="row">
                <p><b>{ (t.due)(due, all) }</b></p>
                if due > 0 { <button class="primary" onclick={props.on.reform(|_| Action::Recall(Wish::Due))}>{ t.ask }</button> }
            </div>
            <table>
                <thead><tr>
                    <th scope="col">{ t.heads[0] }</th>
                    <th scope="col"><span class="hidden">{ t.heads[1] }</span><div class="figure days"><svg viewBox={format!("0 0 {WIDE} 16")} aria-hidden="true">{ shape::svg(&axis(t), &props.on) }</svg></div></th>
                    <th scope="col">{ t.heads[2] }</th>
                </tr></thead>
                <tbody>{ for props.all.iter().map(row) }</tbody>
            </table>
            <p class="muted">{ t.kept }</p>
        </div>
    }
}

fn spoken(known: &Known, t: &Says) -> String {
    known.days.iter().map(|days| (t.days)(*days)).collect::<Vec<_>>().join(", ")
}

/// The days at which something comes back, named above the rows.
fn axis(t: &Says) -> Vec<Shape> {
    [0_u32, 5, 30]
        .into_iter()
        .map(|days| Shape::text(x(f64::from(days)), 12.0, (t.axis)(days), if days == 30 { "mu e" } else { "mu c" }))
        .collect()
}

/// A row's days: a line from today on, and a mark for each question at its day. What waits stands left of today.
fn marks(known: &Known) -> Vec<Shape> {
    let y = HIGH / 2.0;
    let mut marks = vec![
        Shape::path(format!("M{} {}H{}", n(x(-BEHIND)), n(y), n(x(AHEAD))), "sl w1 fn"),
        Shape::path(format!("M{} 0V{}", n(x(0.0)), n(HIGH)), "si w15 fn"),
    ];
    for days in [5.0, 30.0] {
        marks.push(Shape::path(format!("M{} {}V{}", n(x(days)), n(y - 4.0), n(y + 4.0)), "sr w1 fn"));
    }
    let mut days = known.days.clone();
    resync_core::order::sort(&mut days);
    // As long as nothing comes back, the line is thick.
    let first = days.first().copied().unwrap_or(0) as f64;
    if first > 0.0 {
        marks.push(Shape::rect(x(0.0), y - 3.0, x(first) - x(0.0), 6.0, "fnew"));
    }
    let mut stacked = 0.0;
    let mut before = None;
    for day in days {
        // Several on one day stand side by side.
        stacked = if before == Some(day) { stacked + 4.0 } else { 0.0 };
        before = Some(day);
        let at = x(day as f64) + stacked;
        marks.push(Shape::path(format!("M{} {}l5 5l-5 5l-5 -5z", n(at), n(y - 5.0)), if day <= 0 { "fhold si w15" } else { "fp si w15" }));
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn days_stand_in_their_order_and_within_the_picture() {
        assert!(x(-99.0) >= 0.0 && x(-1.0) < x(0.0) && x(0.0) < x(1.0) && x(99.0) <= WIDE);
        for lang in Lang::ALL {
            let t = &memory_of(lang.strings()).known;
            let said: Vec<String> = [-2, -1, 0, 1, 5].into_iter().map(t.days).collect();
            assert!(said.windows(2).all(|pair| pair[0] != pair[1]), "{said:?}");
        }
    }
}
