//! The fleet: states over time, a row for each pair with the abnormal ones first, and what the chosen ones have in common.

use super::raster;
use crate::action::Action;
use crate::draw::{Size, use_size};
use crate::format::clock_us;
use crate::i18n::{Strings, incidents_of};
use crate::incident::shown::Table;
use crate::incident::{Among, Panel, Wish};
use crate::panels::count::rendered;
use resync_js::fleet::{Difference, Row, Sign};
use std::rc::Rc;
use web_sys::{Element, HtmlInputElement, KeyboardEvent, SubmitEvent};
use yew::{Callback, Event, Html, Properties, TargetCast, classes, component, html, use_effect_with, use_node_ref, use_state_eq};

/// Height of a row, px; the stylesheet has the same.
const ROW: usize = 24;
/// Rows that are there above and below those in sight.
const BEYOND: usize = 6;
/// Rows of the comparison.
const COMPARED: usize = 60;

/// What the fleet's panel shows.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct FleetProps {
    /// The table.
    pub table: Rc<Table>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

fn among<E: 'static>(on: &Callback<Action>, among: Among) -> Callback<E> {
    on.reform(move |_| Action::Incident(Wish::Fleet(among.clone())))
}

/// `20/20`, `0/520`.
#[must_use]
pub fn counts(row: &Difference) -> String {
    format!("{}/{} v {}/{}", row.chosen.0, row.chosen.1, row.others.0, row.others.1)
}

/// The panel.
#[component]
pub(super) fn Fleet(props: &FleetProps) -> Html {
    rendered();
    html! {
        <div class="fleet">
            { picture_head(props) }
            <Raster ..props.clone() />
            <Rows ..props.clone() />
            { all_at_once(props) }
            { common(props) }
        </div>
    }
}

fn picture_head(props: &FleetProps) -> Html {
    let f = &incidents_of(props.t).fleet;
    let table = &props.table;
    let chosen = table.chosen.iter().filter(|is| **is).count();
    html! {
        <div class="fleet-head">
            <h3>{ (f.title)(table.names.len()) }</h3><span class="muted">{ f.lead }</span><span class="space"></span>
            <span class={classes!((chosen > 0).then_some("hot"))}>{ (f.chosen)(chosen) }</span>
            <button onclick={among(&props.on, Among::Ill)} disabled={table.ill == 0}>{ (f.choose_ill)(table.ill) }</button>
            <button onclick={among(&props.on, Among::None)} disabled={chosen == 0}>{ f.choose_none }</button>
        </div>
    }
}

/// The states of all pairs over time.
#[component]
fn Raster(props: &FleetProps) -> Html {
    rendered();
    let f = &incidents_of(props.t).fleet;
    let table = &props.table;
    let frame = use_node_ref();
    let size = use_size(&frame, Size::new(900.0, 150.0));
    let (left, bottom) = (66.0, 16.0);
    let (width, height) = ((size.w - left).max(1.0), (size.h - bottom).max(1.0));
    let shapes = raster::shapes(&table.lanes, table.now_us, width, height);
    let pairs = table.names.len();
    let cross = |at: usize| {
        let x = left + raster::middle(at, pairs, width);
        html! { <path key={at} class="cross" d={format!("M{:.1} {:.1}l6 6m0 -6l-6 6", x - 3.0, height + 3.0)} /> }
    };
    let marks = table.chosen.iter().enumerate().filter(|(_, is)| **is).map(|(at, _)| at);
    let columns: String = marks.clone().map(|at| format!("M{:.2} 0V{height:.1}", left + raster::middle(at, pairs, width))).collect();
    let names = f.states.iter().map(|(class, name)| html! { <li key={*class}><i class={*class}></i>{ *name }</li> });
    html! {
        <>
            <ul class="fleet-key">{ for names }</ul>
            <div class="fleet-raster" ref={frame}>
                <svg viewBox={size.view_box()} role="img" aria-label={(f.raster)(pairs)}>
                    <g transform={format!("translate({left} 0)")}>{ for shapes.into_iter().map(|(class, path)| html! { <path key={class} class={class} d={path} /> }) }</g>
                    <path class="chosen" d={columns} />
                    { for marks.map(cross) }
                    <text x="60" y="10" class="tick">{ "0" }</text>
                    <text x="60" y={format!("{height:.1}")} class="tick">{ clock_us(table.now_us) }</text>
                </svg>
            </div>
        </>
    }
}

/// The rows in sight; the others are room alone.
#[component]
fn Rows(props: &FleetProps) -> Html {
    rendered();
    let f = &incidents_of(props.t).fleet;
    let table = &props.table;
    let body = use_node_ref();
    let top = use_state_eq(|| 0_usize);
    let seen = use_state_eq(|| 10_usize);
    let onscroll = {
        let (top, seen) = (top.clone(), seen.clone());
        Callback::from(move |e: Event| {
            let list: Element = e.target_unchecked_into();
            top.set((list.scroll_top().max(0) as usize) / ROW);
            seen.set((list.client_height().max(0) as usize) / ROW + 1);
        })
    };
    let place = table.order.iter().position(|at| *at == table.look).unwrap_or(0);
    // The row that is looked at stays in sight.
    use_effect_with(place, {
        let body = body.clone();
        move |place: &usize| {
            if let Some(list) = body.cast::<Element>() {
                let (from, high) = ((place * ROW) as i32, list.client_height() - ROW as i32);
                if from < list.scroll_top() {
                    list.set_scroll_top(from);
                } else if high > 0 && from > list.scroll_top() + high {
                    list.set_scroll_top(from - high + ROW as i32);
                }
            }
        }
    });
    let count = table.order.len();
    let from = top.saturating_sub(BEYOND).min(count);
    let to = (*top + *seen + BEYOND).min(count);
    let onkeydown = keys(props, place, *seen);
    let rows = (from..to).map(|place| row(props, place));
    let active = format!("pair-{}", table.look);
    html! {
        <div class="fleet-table" role="grid" aria-label={f.table} aria-rowcount={(count + 1).to_string()} aria-multiselectable="true">
            <div class="fleet-row head" role="row">{ for f.columns.iter().map(|name| html! { <span key={*name} role="columnheader">{ *name }</span> }) }</div>
            <div class="fleet-body" role="rowgroup" tabindex="0" aria-activedescendant={active} aria-describedby="fleet-hint" ref={body} {onscroll} {onkeydown}>
                // Room for the rows that are not there: whole multiples of a row's height.
                <svg class="room" width="1" height={(from * ROW).to_string()} aria-hidden="true"></svg>
                { for rows }
                <svg class="room" width="1" height={((count - to) * ROW).to_string()} aria-hidden="true"></svg>
            </div>
            <p id="fleet-hint" class="muted hint">{ f.keys }</p>
        </div>
    }
}

/// Arrow keys move, X and the space bar choose, Enter opens the pair.
fn keys(props: &FleetProps, place: usize, page: usize) -> Callback<KeyboardEvent> {
    let (on, table) = (props.on.clone(), Rc::clone(&props.table));
    Callback::from(move |e: KeyboardEvent| {
        let last = table.order.len().saturating_sub(1);
        let to = match e.key().as_str() {
            "ArrowDown" | "j" => (place + 1).min(last),
            "ArrowUp" | "k" => place.saturating_sub(1),
            "PageDown" => (place + page).min(last),
            "PageUp" => place.saturating_sub(page),
            "Home" => 0,
            "End" => last,
            "x" | " " => {
                e.prevent_default();
                e.stop_propagation();
                return on.emit(Action::Incident(Wish::Fleet(Among::Choose(table.look))));
            }
            "Enter" => {
                e.prevent_default();
                return on.emit(Action::Incident(Wish::Panel(Panel::Log)));
            }
            _ => return,
        };
        e.prevent_default();
        e.stop_propagation();
        if let Some(at) = table.order.get(to) {
            on.emit(Action::Incident(Wish::Fleet(Among::Look(*at))));
        }
    })
}

fn row(props: &FleetProps, place: usize) -> Html {
    let f = &incidents_of(props.t).fleet;
    let table = &props.table;
    let at = table.order[place];
    let Some(row) = table.rows.get(at) else { return Html::default() };
    let Row { state, acked, head, offset, link, keys, sign, .. } = row;
    let chosen = table.chosen.get(at).copied().unwrap_or(false);
    let number = |number: &Option<i64>| number.map_or_else(String::new, |number| number.to_string());
    let acked = acked.map_or_else(String::new, |(offset, lag)| format!("offset={offset},lag={lag}"));
    let hot = |signs: &[Sign]| signs.contains(sign).then_some("hot");
    let ill = *sign != Sign::Healthy;
    html! {
        <div key={at} id={format!("pair-{at}")} class={classes!("fleet-row", ill.then_some("ill"), (at == table.look).then_some("look"))} role="row"
            aria-rowindex={(place + 2).to_string()} aria-selected={chosen.to_string()} onclick={among(&props.on, Among::Look(at))}>
            <span role="gridcell"><input type="checkbox" tabindex="-1" checked={chosen} onchange={among(&props.on, Among::Choose(at))} aria-label={(f.choose)(&table.names[at])} />
                <span class="sign" aria-hidden="true">{ if ill { "✕" } else { "·" } }</span>{ &table.names[at] }</span>
            <span role="gridcell" class={classes!(hot(&[Sign::State, Sign::Down]))}>{ state }</span>
            <span role="gridcell" class={classes!("number", hot(&[Sign::Lag]))}>{ acked }</span>
            <span role="gridcell" class="number">{ number(head) }</span>
            <span role="gridcell" class="number">{ number(offset) }</span>
            <span role="gridcell" class={classes!(hot(&[Sign::Link]))}>{ link }</span>
            <span role="gridcell" class={classes!("number", hot(&[Sign::Keys]))}>{ format!("{} / {}", keys.0, keys.1) }</span>
        </div>
    }
}

/// One line for all chosen pairs: what an operator does with a loop in a shell.
fn all_at_once(props: &FleetProps) -> Html {
    let f = &incidents_of(props.t).fleet;
    let chosen = props.table.chosen.iter().filter(|is| **is).count();
    let onsubmit = {
        let on = props.on.clone();
        Callback::from(move |e: SubmitEvent| {
            e.prevent_default();
            let form: Element = e.target_unchecked_into();
            let field = form.query_selector("input").ok().flatten().map(wasm_bindgen::JsCast::unchecked_into::<HtmlInputElement>);
            let masters = e.submitter().is_some_and(|button| button.id() == "fleet-masters");
            if let Some(field) = field {
                let line = field.value().trim().to_owned();
                if !line.is_empty() {
                    field.set_value("");
                    on.emit(Action::Incident(Wish::Fleet(if masters { Among::Masters(line) } else { Among::Replicas(line) })));
                }
            }
        })
    };
    html! {
        <form class="fleet-all" {onsubmit}>
            <label for="fleet-line">{ (f.all_at_once)(chosen) }</label>
            <input id="fleet-line" class="mono" type="text" placeholder={f.line_hint} disabled={chosen == 0} autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck="false" />
            <button type="submit" disabled={chosen == 0}>{ f.to_replicas }</button>
            <button type="submit" id="fleet-masters" disabled={chosen == 0}>{ f.to_masters }</button>
        </form>
    }
}

/// What do these have in common?
fn common(props: &FleetProps) -> Html {
    let f = &incidents_of(props.t).fleet;
    let table = &props.table;
    let chosen = table.chosen.iter().filter(|is| **is).count();
    let body = if chosen == 0 || chosen == table.chosen.len() {
        html! { <p class="muted">{ f.common_how }</p> }
    } else if table.compared.is_empty() {
        html! { <p class="muted" role="status">{ if table.moves { f.common_moves } else { f.common_reads } }</p> }
    } else {
        let pinned: Vec<&Difference> = table.compared.iter().filter(|row| table.pins.contains(&row.key())).collect();
        let others = table.compared.iter().filter(|row| !table.pins.contains(&row.key())).take(COMPARED);
        html! {
            <table>
                <thead><tr>{ for f.common_columns.iter().enumerate().map(|(at, name)| html! { <th key={at} scope="col">{ *name }</th> }) }</tr></thead>
                <tbody>{ for pinned.into_iter().chain(others).map(|row| difference(props, row)) }</tbody>
            </table>
        }
    };
    html! {
        <section class="common" aria-label={f.common}>
            <div class="fleet-head"><h3>{ f.common }</h3>
                <span class="muted">{ (f.common_lead)(chosen, table.chosen.len() - chosen) }</span>
                if table.reading { <span class="muted" role="status">{ f.common_reads }</span> }
            </div>
            { body }
        </section>
    }
}

fn difference(props: &FleetProps, row: &Difference) -> Html {
    let f = &incidents_of(props.t).fleet;
    let key = row.key();
    let pinned = props.table.pins.contains(&key);
    let bar = |(of, all): (usize, usize)| (92 * of / all.max(1)).to_string();
    let far = row.thousandths();
    let class = if far >= 900 {
        "differs"
    } else if far == 0 {
        "alike"
    } else {
        "near"
    };
    html! {
        <tr key={key.clone()} {class}>
            <td class="muted">{ (f.source)(row.source) }</td><th scope="row" class="mono">{ &row.name }</th><td class="mono">{ (f.holds)(&row.holds) }</td>
            <td class="number"><b>{ format!("{}/{}", row.chosen.0, row.chosen.1) }</b></td><td class="number">{ format!("{}/{}", row.others.0, row.others.1) }</td>
            <td class="bars"><svg viewBox="0 0 92 16" aria-hidden="true">
                <path class="track" d="M0 2h92v5H0zM0 9h92v5H0z" /><rect class="here" x="0" y="2" width={bar(row.chosen)} height="5" /><rect class="there" x="0" y="9" width={bar(row.others)} height="5" />
            </svg></td>
            <td><button aria-pressed={pinned.to_string()} aria-label={(f.pin_of)(&row.name)} onclick={among(&props.on, Among::Pin(key))}>{ if pinned { f.pinned } else { f.pin } }</button></td>
        </tr>
    }
}
