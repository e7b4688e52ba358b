//! What an operator has while the lid is on: INFO, logs, the clients' errors, a redis-cli, and of a fleet its table.

use super::fleet::Fleet;
use super::wish;
use crate::action::{Action, Look, Selection, Travel};
use crate::format::{clock_us, grouped};
use crate::i18n::{Strings, incidents_of};
use crate::incident::shown::Desk;
use crate::incident::{Panel, Wish};
use crate::panels::count::rendered;
use crate::panels::inspector::console::Console;
use crate::panels::inspector::info::Info;
use crate::panels::inspector::tables::Log;
use resync_core::sim::world::Act;
use resync_core::view::{ClientView, NodeView, Process};
use resync_js::inspection::Inspection;
use resync_js::views::{Shared, Views};
use std::rc::Rc;
use web_sys::{HtmlElement, KeyboardEvent};
use yew::{AttrValue, Callback, Html, Properties, TargetCast, component, html};

/// How far the button goes on, µs.
const AHEAD_US: u64 = 10_000_000;

/// What the desk shows.
#[derive(Clone, PartialEq, Properties)]
pub struct DeskProps {
    /// What an operator has.
    pub held: Rc<Desk>,
    /// The run's views: names and processes are read of them.
    pub views: Shared<Views>,
    /// What the open tab shows.
    pub inspection: Shared<Inspection>,
    /// What the page answers.
    pub status: Option<AttrValue>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The desk.
#[component]
pub fn IncidentDesk(props: &DeskProps) -> Html {
    rendered();
    let t = incidents_of(props.t);
    let held = &props.held;
    let node = props.views.nodes().find(|node| node.ix == props.inspection.node);
    let body = match (held.coming, node) {
        (Some(percent), _) => html! { <p class="lead muted" role="status">{ (t.past)(percent) }</p> },
        (None, None) => Html::default(),
        (None, Some(node)) => panel(props, node),
    };
    let looks = held.coming.is_none() && !matches!(held.panel, Panel::Errors | Panel::Fleet);
    html! {
        <main class="held" aria-label={t.desk}>
            <div class="held-head">{ tabs(props) }<span class="space"></span>{ time(props) }</div>
            if let (true, Some(node)) = (looks, node) {
                <div class="held-node">{ nodes(props) }<span class="space"></span>{ process(props, node) }</div>
            }
            <div class="held-panel" role="tabpanel" id="held-panel" aria-labelledby={format!("held-{}", held.panel.name())}>{ body }</div>
            <p class="held-status" role="status">{ for props.status.clone() }</p>
        </main>
    }
}

/// The panels that there are: a fleet has one more.
fn panels(held: &Desk) -> Vec<Panel> {
    Panel::ALL.into_iter().filter(|panel| held.fleet || *panel != Panel::Fleet).collect()
}

fn tabs(props: &DeskProps) -> Html {
    let t = incidents_of(props.t);
    let all = panels(&props.held);
    let now = all.iter().position(|panel| *panel == props.held.panel).unwrap_or(0);
    let onkeydown = {
        let (on, all) = (props.on.clone(), all.clone());
        Callback::from(move |e: KeyboardEvent| {
            let to = match e.key().as_str() {
                "ArrowRight" => (now + 1) % all.len(),
                "ArrowLeft" => (now + all.len() - 1) % all.len(),
                "Home" => 0,
                "End" => all.len() - 1,
                _ => return,
            };
            e.prevent_default();
            e.stop_propagation();
            let list: HtmlElement = e.target_unchecked_into();
            on.emit(Action::Incident(Wish::Panel(all[to])));
            if let Some(next) = list.owner_document().and_then(|d| d.get_element_by_id(&format!("held-{}", all[to].name()))) {
                let _ = wasm_bindgen::JsCast::unchecked_into::<HtmlElement>(next).focus();
            }
        })
    };
    let tab = |panel: &Panel| {
        let open = *panel == props.held.panel;
        html! {
            <button key={panel.name()} role="tab" id={format!("held-{}", panel.name())} aria-selected={open.to_string()} aria-controls="held-panel"
                tabindex={if open { "0" } else { "-1" }} onclick={wish(&props.on, Wish::Panel(*panel))}>{ (t.panel)(*panel, props.held.errors) }</button>
        }
    };
    html! { <div class="tabs" role="tablist" {onkeydown}>{ for all.iter().map(tab) }</div> }
}

/// The run's time: it stands still until somebody lets it pass.
fn time(props: &DeskProps) -> Html {
    let t = incidents_of(props.t);
    let to = props.views.now_us + AHEAD_US;
    let coming = props.held.coming.is_some();
    html! {
        <>
            <span class="mono now">{ clock_us(props.views.now_us) }</span>
            <button disabled={coming} onclick={props.on.reform(|_| Action::Travel(Travel::TogglePlay))}>{ if props.views.playing { t.stand } else { t.run } }</button>
            <button disabled={coming} onclick={wish(&props.on, Wish::Ahead(to))}>{ (t.ahead)(AHEAD_US / 1_000_000) }</button>
        </>
    }
}

/// Whose INFO, log and console are open.
fn nodes(props: &DeskProps) -> Html {
    let one = |(ix, name): &(u32, String)| {
        let ix = *ix;
        let pressed = ix == props.inspection.node;
        html! {
            <button key={name.clone()} aria-pressed={pressed.to_string()} onclick={props.on.reform(move |_| Action::Look(Look::Select(Selection::Node(ix))))}>{ name }</button>
        }
    };
    html! { <div class="choose" role="group" aria-label={incidents_of(props.t).nodes}>{ for props.held.nodes.iter().map(one) }</div> }
}

/// What can be done to the process itself, as one who may log in there can.
fn process(props: &DeskProps, node: &NodeView) -> Html {
    let i = &props.t.shell.inspector;
    let down = matches!(node.process, Process::Down | Process::Off);
    let paused = node.process == Process::Paused;
    let act = |text: &'static str, can: bool, act: Act| {
        html! { <button disabled={!can} onclick={props.on.reform(move |_| Action::Run(act.clone()))}>{ text }</button> }
    };
    let name = || node.name.clone();
    html! {
        <div class="choose" role="group" aria-label={(incidents_of(props.t).process)(&node.name)}>
            <span class="muted">{ format!("Redis {} · {}", node.era, (i.process)(node.process)) }</span>
            if paused { { act(i.resume_process, true, Act::Resume { node: name() }) } } else { { act(i.pause_process, !down, Act::Pause { node: name() }) } }
            { act(i.restart, !paused, Act::Restart { node: name(), with_rdb: true }) }
        </div>
    }
}

fn panel(props: &DeskProps, node: &NodeView) -> Html {
    let up = !matches!(node.process, Process::Down | Process::Off);
    match props.held.panel {
        Panel::Info => html! { <Info key={node.name.clone()} inspection={props.inspection.clone()} t={props.t} /> },
        Panel::Log => {
            html! { <Log inspection={props.inspection.clone()} era={node.era.to_string()} brief=false t={props.t} on={props.on.clone()} /> }
        }
        Panel::Errors => clients(props),
        Panel::Cli => html! {
            <Console key={node.name.clone()} node={node.name.clone()} ip={node.ip.clone()} port={node.port} {up} inspection={props.inspection.clone()} t={props.t} on={props.on.clone()} />
        },
        Panel::Fleet => props
            .held
            .table
            .as_ref()
            .map_or_else(Html::default, |table| html! { <Fleet table={Rc::clone(table)} t={props.t} on={props.on.clone()} /> }),
    }
}

/// What the clients got: an application's log has no more.
fn clients(props: &DeskProps) -> Html {
    let t = incidents_of(props.t);
    if props.held.clients.is_empty() {
        return html! { <p class="lead muted">{ t.no_clients }</p> };
    }
    let row = |client: &ClientView| {
        html! {
            <tr key={client.name.clone()}>
                <th scope="row">{ &client.name }</th><td>{ &client.on }</td><td class="number">{ grouped(client.ok as i64) }</td>
                <td class="number">{ grouped(client.refused as i64) }</td><td class="mono">{ &client.last_error }</td>
            </tr>
        }
    };
    html! {
        <table class="held-clients">
            <thead><tr>{ for t.clients.iter().map(|name| html! { <th key={*name} scope="col">{ *name }</th> }) }</tr></thead>
            <tbody>{ for props.held.clients.iter().map(row) }</tbody>
        </table>
    }
}
