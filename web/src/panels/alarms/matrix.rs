//! The matrix: rules by weathers. Arrows go from cell to cell; Enter, or a second click, opens the cell's run.

use crate::action::Action;
use crate::alarm::short::short;
use crate::alarm::{Row, Shown, State, WEATHERS, Wish};
use crate::browser;
use crate::i18n::alarms::Alarms;
use crate::i18n::{Strings, alarms_of};
use crate::panels::count::rendered;
use resync_alarms::matrix::Cell;
use resync_alarms::weather;
use std::rc::Rc;
use yew::{Callback, Html, KeyboardEvent, Properties, classes, component, html};

/// What the matrix shows.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct MatrixProps {
    /// Rules, weathers, and what came of them.
    pub shown: Rc<Shown>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The id of a cell's element.
fn element(row: usize, weather: usize) -> String {
    format!("alarm-{row}-{weather}")
}

/// The table.
#[component]
pub(super) fn Matrix(props: &MatrixProps) -> Html {
    rendered();
    let t = alarms_of(props.t);
    let shown = &props.shown;
    let onkeydown = {
        let (on, (row, weather), rows) = (props.on.clone(), shown.chosen, shown.rows.len());
        Callback::from(move |e: KeyboardEvent| {
            let (row, weather) = match e.key().as_str() {
                "ArrowLeft" => (row, weather.saturating_sub(1)),
                "ArrowRight" => (row, (weather + 1).min(WEATHERS - 1)),
                "ArrowUp" => (row.saturating_sub(1), weather),
                "ArrowDown" => ((row + 1).min(rows - 1), weather),
                "Home" => (row, 0),
                "End" => (row, WEATHERS - 1),
                _ => return,
            };
            e.prevent_default();
            e.stop_propagation();
            on.emit(Action::Alarm(Wish::Choose(row, weather)));
            browser::focus_soon(element(row, weather));
        })
    };
    let head = |weather: &weather::Weather| {
        let (name, beside) = (t.weather)(weather.id);
        html! { <th key={weather.id} scope="col">{ name }<small>{ beside }</small></th> }
    };
    let should = |weather: &weather::Weather| html! { <td key={weather.id}>{ if weather.wrong { t.yes } else { t.no } }</td> };
    html! {
        <div class="matrix">
            <table role="grid" aria-label={t.matrix} {onkeydown}>
                <thead>
                    <tr><th scope="col">{ t.head }</th>{ for weather::ALL.iter().map(head) }<th scope="col" class="right">{ t.right }</th></tr>
                    <tr class="should"><th scope="row">{ t.should }</th>{ for weather::ALL.iter().map(should) }<td></td></tr>
                </thead>
                <tbody>{ for shown.rows.iter().enumerate().map(|(at, row)| line(props, t, at, row)) }</tbody>
                <tfoot><tr><th scope="row">{ t.together }</th>{ for (0..WEATHERS).map(|at| {
                    html! { <td key={at} class={class(shown.together(at), false)}>{ shown.together(at).map_or_else(Html::default, |cell| mark(t, cell, false)) }</td> }
                }) }<td class="right">{ together(shown, t) }</td></tr></tfoot>
            </table>
        </div>
    }
}

/// In how many weathers the proposed set does right.
fn together(shown: &Shown, t: &Alarms) -> Option<String> {
    let cells: Option<Vec<Cell>> = (0..WEATHERS).map(|at| shown.together(at)).collect();
    cells.map(|cells| (t.of)(cells.iter().filter(|cell| matches!(cell, Cell::Rang(_) | Cell::Quiet)).count(), WEATHERS))
}

/// A rule's row.
fn line(props: &MatrixProps, t: &'static Alarms, at: usize, row: &Row) -> Html {
    let shown = &props.shown;
    let own = at < shown.own;
    let part = row.proposed() && !own;
    let first_of_set = part && at > 0 && !shown.rows[at - 1].proposed();
    let name = short(&row.rule, row.known.map(|known| known.id));
    let beside = if own && shown.file {
        row.rule.name.clone()
    } else if own {
        t.own.to_owned()
    } else {
        row.known.map(|known| (t.from)(known.from)).unwrap_or_default()
    };
    let chosen = shown.chosen.0 == at;
    let choose = props.on.reform({
        let weather = shown.chosen.1;
        move |_| Action::Alarm(Wish::Choose(at, weather))
    });
    let cell = |(weather, state): (usize, &State)| {
        let here = shown.chosen == (at, weather);
        let wish = if here && matches!(state, State::Tried(_)) { Wish::Open } else { Wish::Choose(at, weather) };
        let onclick = props.on.reform(move |_| Action::Alarm(wish.clone()));
        let said = match state {
            State::Waits => t.waits.to_owned(),
            State::Fails(_) => t.refused.to_owned(),
            State::Tried(tried) => (t.cell)(tried.cell, part),
        };
        let label = format!("{name}, {}: {said}", (t.weather)(weather::ALL[weather].id).0);
        let inside = match state {
            State::Waits => html! { <span class="muted" aria-hidden="true">{ "·" }</span> },
            State::Fails(_) => html! { <span class="muted">{ said.clone() }</span> },
            State::Tried(tried) => mark(t, tried.cell, part),
        };
        html! {
            <td key={weather} role="gridcell" aria-selected={here.to_string()} class={classes!(class(state.cell(), part), here.then_some("here"))}>
                <button id={element(at, weather)} class="plain" tabindex={if here { "0" } else { "-1" }} aria-label={label} title={here.then_some(t.open)} {onclick}>{ inside }</button>
            </td>
        }
    };
    let right = match row.right() {
        _ if part => t.part.to_owned(),
        Some(right) => (t.of)(right, WEATHERS),
        None => String::new(),
    };
    html! {
        <tr key={row.known.filter(|_| !own).map_or_else(|| at.to_string(), |known| known.id.to_owned())} class={classes!(chosen.then_some("chosen"), own.then_some("own"), first_of_set.then_some("first"))}>
            <th scope="row" onclick={choose}><span class="mono">{ name.clone() }</span><small>{ beside }</small></th>
            { for row.cells.iter().enumerate().map(cell) }
            <td class={classes!("right", part.then_some("muted"))}>{ right }</td>
        </tr>
    }
}

/// The class of a cell.
fn class(cell: Option<Cell>, part: bool) -> Option<&'static str> {
    match cell? {
        Cell::Rang(_) => Some("rang"),
        Cell::Never(_) if part => Some("quiet"),
        Cell::Never(_) => Some("never"),
        Cell::Quiet => Some("quiet"),
        Cell::False(_) => Some("false"),
    }
}

/// What came of it: a sign and words.
fn mark(t: &Alarms, cell: Cell, part: bool) -> Html {
    let (d, paint) = match class(Some(cell), part) {
        Some("rang") => ("M2 6.4l2.8 2.8L10 3.4", "fn si w2"),
        Some("never") => ("M2.6 2.6l6.8 6.8m0 -6.8l-6.8 6.8", "fn sf w2"),
        Some("false") => ("M4 1.5v9M8 1.5v9", "fn swl w2"),
        _ => ("M3 6h6", "fn sr w2"),
    };
    html! { <><svg viewBox="0 0 12 12" aria-hidden="true"><path {d} class={paint} /></svg><span>{ (t.cell)(cell, part) }</span></> }
}
