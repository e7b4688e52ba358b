//! The inspector of the chosen node: who it is, what can be done to its process, and the ways to look inside.

mod chooser;
pub mod console;
pub mod guide;
pub mod info;
pub mod tables;

use crate::action::{Action, Look, Tab};
use crate::caption::name;
use crate::draw::mark::named;
use crate::draw::replicas::parent;
use crate::i18n::Strings;
use crate::panels::count::rendered;
use crate::panels::steady::{as_wide, steady};
use crate::teach::shown::Lit;
use chooser::Chooser;
use console::Console;
use guide::Guide;
use info::Info;
use resync_core::sim::world::Act;
use resync_core::view::{NodeView, Process, Role};
use resync_js::ids::RunId;
use resync_js::inspection::Inspection;
use resync_js::views::{Shared, Views};
use std::rc::Rc;
use tables::{Config, Keys, Log, Other, Variables};
use web_sys::{HtmlElement, KeyboardEvent};
use yew::{AttrValue, Callback, Html, Properties, TargetCast, component, html};

/// What the inspector shows.
#[derive(Clone, PartialEq, Properties)]
pub struct InspectorProps {
    /// Everything on the screen but the packets.
    pub views: Shared<Views>,
    /// What the open tab needs.
    pub inspection: Shared<Inspection>,
    /// The lines of which a lesson speaks.
    #[prop_or_default]
    pub lit: Rc<Lit>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// Id of a tab's button, where this run is shown.
fn tab_id(run: RunId, tab: Tab) -> String {
    run.dom(["tab-guide", "tab-console", "tab-info", "tab-variables", "tab-log", "tab-keys", "tab-config"][tab as usize])
}

/// The inspector.
#[component]
pub fn Inspector(props: &InspectorProps) -> Html {
    rendered();
    let i = &props.t.shell.inspector;
    let inspection = &props.inspection;
    let run = inspection.run;
    let panel = run.dom("inspector-panel");
    let Some(node) = props.views.nodes().find(|n| n.ix == inspection.node) else { return Html::default() };
    let tabs = Tab::ALL.into_iter().map(|tab| {
        let open = tab == inspection.tab;
        let click = props.on.reform(move |_| Action::Look(Look::Tab(tab)));
        html! {
            <button key={tab as usize} role="tab" id={tab_id(run, tab)} aria-selected={open.to_string()} aria-controls={panel.clone()}
                tabindex={if open { "0" } else { "-1" }} onclick={click}>{ steady((i.tab)(tab)) }</button>
        }
    });
    // Arrow keys move between tabs, as in every tab list.
    let onkeydown = {
        let (on, now) = (props.on.clone(), inspection.tab as usize);
        Callback::from(move |e: KeyboardEvent| {
            let to = match e.key().as_str() {
                "ArrowRight" => (now + 1) % Tab::ALL.len(),
                "ArrowLeft" => (now + Tab::ALL.len() - 1) % Tab::ALL.len(),
                "Home" => 0,
                "End" => Tab::ALL.len() - 1,
                _ => return,
            };
            e.prevent_default();
            e.stop_propagation();
            let list: HtmlElement = e.target_unchecked_into();
            let next = list.owner_document().and_then(|d| d.get_element_by_id(&tab_id(run, Tab::ALL[to])));
            on.emit(Action::Look(Look::Tab(Tab::ALL[to])));
            if let Some(next) = next {
                let _ = wasm_bindgen::JsCast::unchecked_into::<HtmlElement>(next).focus();
            }
        })
    };
    let up = !matches!(node.process, Process::Down | Process::Off);
    let body = match inspection.tab {
        Tab::Guide => html! { <Guide views={props.views.clone()} t={props.t} /> },
        Tab::Console => html! {
            <Console key={node.name.clone()} node={node.name.clone()} ip={node.ip.clone()} port={node.port} {up} inspection={inspection.clone()} t={props.t} on={props.on.clone()} />
        },
        Tab::Info => html! { <Info key={node.name.clone()} inspection={inspection.clone()} lit={Rc::clone(&props.lit)} t={props.t} /> },
        Tab::Variables => html! { <Variables inspection={inspection.clone()} views={props.views.clone()} t={props.t} /> },
        Tab::Log => {
            html! { <Log inspection={inspection.clone()} lit={Rc::clone(&props.lit)} era={node.era.to_string()} brief=false t={props.t} on={props.on.clone()} /> }
        }
        Tab::Keys => html! { <Keys inspection={inspection.clone()} t={props.t} /> },
        Tab::Config => {
            html! { <Config key={node.name.clone()} node={node.name.clone()} inspection={inspection.clone()} t={props.t} on={props.on.clone()} /> }
        }
    };
    html! {
        <aside class="inspector" id="inspector" aria-label={i.title}>
            { who(props, node) }
            <div class="tabs" role="tablist" {onkeydown}>{ for tabs }</div>
            <div class="tab-panel" role="tabpanel" id={panel} aria-labelledby={tab_id(run, inspection.tab)}>
                if inspection.tab != Tab::Guide { { actions(props, node) } }
                { body }
            </div>
            if !matches!(inspection.tab, Tab::Variables | Tab::Config | Tab::Keys) {
                <Other views={props.views.clone()} node={node.ix} t={props.t} />
            }
            if matches!(inspection.tab, Tab::Console | Tab::Guide) {
                <div class="below">
                    <div class="below-head"><h3>{ (i.tab)(Tab::Log) }</h3><span class="muted optional">{ (i.log_lead)(&node.era.to_string()) }</span></div>
                    <Log inspection={inspection.clone()} lit={Rc::clone(&props.lit)} era={node.era.to_string()} brief=true t={props.t} on={props.on.clone()} />
                </div>
            }
        </aside>
    }
}

/// Two lines in every state, so that the tabs below them stand still: whom one looks into, and what that is; or, over the guide, how one looks into a node.
fn who(props: &InspectorProps, node: &NodeView) -> Html {
    if props.inspection.tab == Tab::Guide {
        let g = &props.t.face.guide;
        return html! { <div class="who"><h2>{ g.title }</h2><span class="muted">{ g.lead }</span></div> };
    }
    let about = format!("{}:{} · Redis {} · {}", node.ip, node.port, node.era, state(props, node));
    html! { <div class="who"><h2>{ named(node.ix, &node.name) }</h2><span class="muted" title={about.clone()}>{ about }</span></div> }
}

fn state(props: &InspectorProps, node: &NodeView) -> String {
    let i = &props.t.shell.inspector;
    let process = (i.process)(node.process);
    let role = match (node.role, parent(&props.views, node)) {
        (Role::Replica, Some(above)) => (i.replica_of)(name(&props.views, above)),
        (role, _) => (i.role)(role).to_owned(),
    };
    if node.process == Process::Up { role } else { format!("{role} · {process}") }
}

/// What can be done to the node. Every button has its place in every state: what cannot be done now is there and cannot be pressed.
fn actions(props: &InspectorProps, node: &NodeView) -> Html {
    let i = &props.t.shell.inspector;
    let act = |text: Html, can: bool, action: Action| {
        let click = props.on.reform(move |_| action.clone());
        html! { <button disabled={!can} onclick={click}>{ text }</button> }
    };
    let name = || node.name.clone();
    let paused = node.process == Process::Paused;
    let down = matches!(node.process, Process::Down | Process::Off);
    let (word, other, toggle) = if paused {
        (i.resume_process, i.pause_process, Act::Resume { node: name() })
    } else {
        (i.pause_process, i.resume_process, Act::Pause { node: name() })
    };
    let writers = props.views.clients.iter().filter(|client| client.on == node.name).map(|client| writes(props, node, &client.name));
    html! {
        <div class="actions" role="group" aria-label={(i.actions)(&node.name)}>
            <div class="acts">
                { act(as_wide(word, other), !down, Action::Run(toggle)) }
                { act(i.crash.into(), !down, Action::Run(Act::Crash { node: name() })) }
                { act(i.restart.into(), !paused, Action::Run(Act::Restart { node: name(), with_rdb: true })) }
                { act(i.promote.into(), !down && !paused && node.role == Role::Replica, Action::promote(node)) }
            </div>
            <div class="choices">
                { follows(props, node, !down && !paused) }
                { for writers }
            </div>
        </div>
    }
}

/// Names of all nodes but this one, which chooses.
fn others(props: &InspectorProps, node: &NodeView) -> Vec<AttrValue> {
    props.views.nodes().filter(|other| other.ix != node.ix).map(|other| AttrValue::from(other.name.clone())).collect()
}

/// A list of the nodes that this one could follow.
fn follows(props: &InspectorProps, node: &NodeView, can: bool) -> Html {
    let w = &props.t.topology;
    let master = if node.role == Role::Replica {
        parent(&props.views, node).map(|ix| AttrValue::from(name(&props.views, ix).to_owned()))
    } else {
        None
    };
    let mut names = others(props, node);
    if node.role == Role::Master {
        names.insert(0, w.nobody.into());
    }
    let chosen = {
        let (views, on, ix) = (props.views.clone(), props.on.clone(), node.ix);
        Callback::from(move |to: AttrValue| {
            let of = |name: &str| views.nodes().find(|other| other.name == name);
            if let (Some(node), Some(master)) = (views.nodes.get(ix as usize), of(&to)) {
                on.emit(Action::follow(node, master));
            }
        })
    };
    html! { <Chooser key="follows" label={w.follow} name={(w.follow_of)(&node.name)} {names} now={master.unwrap_or_else(|| w.nobody.into())} {can} {chosen} /> }
}

/// A list of the nodes to which a writer could write.
fn writes(props: &InspectorProps, node: &NodeView, client: &str) -> Html {
    let label = (props.t.topology.writes_to)(client);
    let names: Vec<AttrValue> = props.views.nodes().map(|other| AttrValue::from(other.name.clone())).collect();
    let client_name = client.to_owned();
    let chosen = props.on.reform(move |to: AttrValue| Action::Run(Act::ClientMove { client: client_name.clone(), to: to.to_string() }));
    html! { <Chooser key={format!("writer {client}")} label={label.clone()} name={label} {names} now={node.name.clone()} {chosen} /> }
}
