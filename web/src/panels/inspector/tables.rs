//! The inspector's tables: variables of both ends, log, keys, config.

use crate::action::{Action, Tab, Travel};
use crate::draw::mark::named;
use crate::draw::replicas::by_name;
use crate::format::{clock_us, span_us};
use crate::i18n::Strings;
use crate::panels::count::rendered;
use crate::panels::verdict::shortened;
use crate::teach::shown::Lit;
use resync_core::order;
use resync_core::view::{Directive, NodeIx, SessionView};
use resync_js::inspection::{Inspection, LOG_SHOWN, beside};
use resync_js::views::{Shared, Views};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, HtmlElement, HtmlInputElement, HtmlTextAreaElement, InputEvent, KeyboardEvent};
use yew::{AttrValue, Callback, Html, Properties, TargetCast, classes, component, html, use_effect_with, use_node_ref, use_state_eq};

/// What the variables' tab shows.
#[derive(Clone, PartialEq, Properties)]
pub struct VariablesProps {
    /// Both ends.
    pub inspection: Shared<Inspection>,
    /// For the marks of the nodes.
    pub views: Shared<Views>,
    /// Strings.
    pub t: &'static Strings,
}

/// What a debugger would show, both ends side by side.
#[component]
pub fn Variables(props: &VariablesProps) -> Html {
    rendered();
    let i = &props.t.shell.inspector;
    let ends = &props.inspection.variables;
    let names: Vec<&str> = ends.iter().map(|(name, _)| name.as_str()).collect();
    let lead = if names.len() < 2 { i.variables_alone.to_owned() } else { (i.variables_lead)(&names, props.inspection.more_ends) };
    let head = |name: &String| by_name(&props.views, name).map_or_else(|| html! { { name } }, |ix| named(ix, name));
    html! {
        <div class="scroll" tabindex="0">
            <p class="muted lead">{ lead }</p>
            <table class="variables">
                <thead><tr>{ for ends.iter().map(|(name, _)| html! { <th key={name.clone()} scope="col">{ head(name) }</th> }) }</tr></thead>
                { for beside(ends).into_iter().map(|row| html! {
                    <tbody key={row.name.clone()} class={classes!(row.differs.then_some("differs"))}>
                        <tr><th scope="rowgroup" colspan={ends.len().to_string()}>{ row.name }
                            if row.differs { <span class="hidden">{ format!(" ({})", i.differs) }</span> }</th></tr>
                        <tr>{ for row.values.iter().enumerate().map(|(n, v)| value(n, v.as_deref())) }</tr>
                    </tbody>
                }) }
            </table>
        </div>
    }
}

/// A value in its column: an id shortened, whole in its title; a long word goes on in the next line where it has a joint, and nowhere else.
fn value(key: usize, value: Option<&str>) -> Html {
    let Some(value) = value else { return html! { <td {key} class="muted">{ "–" }</td> } };
    let short = shortened(value);
    let title = (short != value).then(|| value.to_owned());
    html! { <td {key} {title}>{ for short.split_inclusive(['_', '|', ':']).map(|part| html! { <>{ part.to_owned() }<wbr /></> }) }</td> }
}

/// A variable's name and its values, one for each column.
type Row = (&'static str, Vec<String>);

/// What stands under the console.
#[derive(Clone, PartialEq, Properties)]
pub struct OtherProps {
    /// Everything on the screen but the packets.
    pub views: Shared<Views>,
    /// The inspected node.
    pub node: NodeIx,
    /// Strings.
    pub t: &'static Strings,
}

/// The few variables that matter, of the other end: a master's sessions, a replica's upstream.
#[component]
pub fn Other(props: &OtherProps) -> Html {
    rendered();
    let i = &props.t.shell.inspector;
    let Some(node) = props.views.nodes().find(|n| n.ix == props.node) else { return Html::default() };
    let yes = |b: bool| if b { "1" } else { "0" }.to_owned();
    let (lead, heads, rows): (&str, Vec<Html>, Vec<Row>) = if let Some(up) = &node.upstream {
        let master = up.node.and_then(|ix| props.views.nodes().find(|n| n.ix == ix));
        let mut rows = vec![
            ("repl_state", vec![up.state.name().to_ascii_uppercase()]),
            ("master->reploff", vec![up.applied.to_string()]),
            ("repl_master_initial_offset", vec![up.initial_offset.to_string()]),
            ("flags PRE_PSYNC", vec![yes(up.pre_psync)]),
            ("cached_master", vec![up.cached.as_ref().map_or_else(|| String::from("NULL"), |(_, offset)| offset.to_string())]),
        ];
        // Two connections: what the replica keeps of the stream, by the names that INFO has for it.
        if let Some(beside) = up.beside {
            let name = if node.era.capabilities().valkey { "replicas_repl_buffer_size" } else { "replica_full_sync_buffer_size" };
            rows.push((name, vec![beside.size.to_string()]));
        }
        (i.upstream_lead, vec![master.map_or_else(Html::default, |m| named(m.ix, &m.name))], rows)
    } else {
        let each = |value: fn(&SessionView) -> String| node.replicas.iter().take(4).map(value).collect::<Vec<_>>();
        let rows = vec![
            ("replstate", each(|s| s.replstate.to_string())),
            ("repl_ack_off", each(|s| s.offset.to_string())),
            ("repl_ack_time", each(|s| s.ack_time.to_string())),
            ("output buffer", each(|s| s.output_buffer.to_string())),
        ];
        let head = |s: &SessionView| s.node.map_or_else(|| html! { <b>{ &s.name }</b> }, |ix| named(ix, &s.name));
        (i.sessions_lead, node.replicas.iter().take(4).map(head).collect(), rows)
    };
    html! {
        <div class="below sessions">
            <div class="below-head"><h3>{ (i.tab)(Tab::Variables) }</h3><span class="muted optional">{ lead }</span></div>
            if heads.is_empty() {
                <p class="muted lead">{ i.no_sessions }</p>
            } else {
                <table>
                    <thead><tr><th scope="col"><span class="hidden">{ i.variable }</span></th>{ for heads.into_iter().map(|h| html! { <th scope="col">{ h }</th> }) }</tr></thead>
                    <tbody>{ for rows.into_iter().map(|(name, values)| html! {
                        <tr key={name}><th scope="row">{ name }</th>{ for values.into_iter().map(|v| html! { <td>{ v }</td> }) }</tr>
                    }) }</tbody>
                </table>
            }
        </div>
    }
}

/// What the log's tab shows.
#[derive(Clone, PartialEq, Properties)]
pub struct LogProps {
    /// The lines.
    pub inspection: Shared<Inspection>,
    /// Those of which a lesson speaks.
    #[prop_or_default]
    pub lit: Rc<Lit>,
    /// Whose words.
    pub era: AttrValue,
    /// Under another tab: without its own heading.
    pub brief: bool,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// The lines that Redis prints; a click goes to the moment.
#[component]
pub fn Log(props: &LogProps) -> Html {
    rendered();
    let i = &props.t.shell.inspector;
    let lines = &props.inspection.log;
    let speaks = lines.iter().any(|line| props.lit.has(&line.line));
    let output = use_node_ref();
    use_effect_with((props.inspection.node, lines.len(), lines.last().map(|l| l.at_us), speaks), {
        let output = output.clone();
        move |_| {
            let (Some(output), Some(frame)) = (output.cast::<Element>(), output.cast::<HtmlElement>()) else { return };
            let lit = output.query_selector(".lit").ok().flatten();
            // The newest line stands in sight, or the first one of which a lesson speaks, with what came before it.
            match lit.and_then(|lit| lit.dyn_into::<HtmlElement>().ok()) {
                Some(lit) => output.set_scroll_top(lit.offset_top() - frame.offset_top() - frame.client_height() / 3),
                None => output.set_scroll_top(output.scroll_height()),
            }
        }
    });
    html! {
        <div class={classes!("scroll", "log-lines", speaks.then_some("speaks"))} ref={output} tabindex="0">
            if !props.brief { <p class="muted lead">{ (i.log_lead)(&props.era) }</p> }
            if lines.is_empty() {
                <p class="muted lead">{ i.log_empty }</p>
            }
            { for lines.iter().skip(lines.len().saturating_sub(LOG_SHOWN)).enumerate().map(|(n, line)| {
                let at = line.at_us;
                html! {
                    <div class={classes!("hang", "mono", props.lit.has(&line.line).then_some("lit"))} key={format!("{at} {n}")} title={line.line.clone()} onclick={props.on.reform(move |_| Action::Travel(Travel::Seek(at)))}>
                        <span class="muted">{ clock_us(at) }{ " " }</span>{ line.mark.name() }{ " " }{ &line.text }
                    </div>
                }
            }) }
        </div>
    }
}

/// What the keys' tab shows.
#[derive(Clone, PartialEq, Properties)]
pub struct KeysProps {
    /// The keys.
    pub inspection: Shared<Inspection>,
    /// Strings.
    pub t: &'static Strings,
}

/// The dataset.
#[component]
pub fn Keys(props: &KeysProps) -> Html {
    rendered();
    let i = &props.t.shell.inspector;
    let keys = &props.inspection.keys;
    if keys.is_empty() {
        return html! { <p class="muted lead">{ i.keys_empty }</p> };
    }
    let more = props.inspection.keys_total.saturating_sub(keys.len() as u64);
    html! {
        <div class="scroll" tabindex="0">
            <p class="muted lead">{ (i.keys_lead)(props.inspection.keys_total) }</p>
            <table class="keys">
                <thead><tr>{ for i.keys_heads.iter().map(|h| html! { <th key={*h} scope="col">{ *h }</th> }) }</tr></thead>
                <tbody>
                    { for keys.iter().map(|k| html! {
                        <tr key={format!("{} {}", k.db, k.key)}>
                            <td>{ k.db }</td><td>{ &k.key }</td><td>{ k.kind.name() }</td>
                            <td>{ k.ttl_ms.map_or_else(|| String::from("–"), |ms| if ms < 0 { String::from("0 s") } else { span_us(ms.unsigned_abs().saturating_mul(1_000)) }) }</td>
                            <td class="preview">{ &k.preview }</td>
                        </tr>
                    }) }
                </tbody>
            </table>
            if more > 0 {
                <p class="muted lead">{ (i.keys_more)(more) }</p>
            }
        </div>
    }
}

/// What the config's tab shows.
#[derive(Clone, PartialEq, Properties)]
pub struct ConfigProps {
    /// The node's name.
    pub node: AttrValue,
    /// The directives.
    pub inspection: Shared<Inspection>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// Every directive that matters, changed by CONFIG SET.
#[component]
pub fn Config(props: &ConfigProps) -> Html {
    rendered();
    let i = &props.t.shell.inspector;
    let filter = use_state_eq(String::new);
    let onfilter = {
        let filter = filter.clone();
        Callback::from(move |e: InputEvent| filter.set(e.target_unchecked_into::<HtmlInputElement>().value().to_ascii_lowercase()))
    };
    let mut rows: Vec<&Directive> = props.inspection.directives.iter().filter(|d| d.name.contains(filter.as_str())).collect();
    // Replication first; within each part Redis's own order.
    let ours = ["repl", "slave", "master", "min-", "requirepass", "client-output-buffer"];
    order::sort_by_key(&mut rows, |d| !ours.iter().any(|word| d.name.contains(word)));
    html! {
        <div class="scroll" tabindex="-1">
            <div class="lead filter">
                <span class="muted">{ i.config_lead }</span>
                <input type="text" placeholder={i.filter} aria-label={i.filter} oninput={onfilter} />
            </div>
            <table class="config">
                <thead><tr>{ for i.config_heads.iter().map(|h| html! { <th key={*h} scope="col">{ *h }</th> }) }</tr></thead>
                <tbody>{ for rows.into_iter().map(|d| html! { <Setting key={d.name.clone()} directive={d.clone()} node={props.node.clone()} t={props.t} on={props.on.clone()} /> }) }</tbody>
            </table>
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct SettingProps {
    directive: Directive,
    node: AttrValue,
    t: &'static Strings,
    on: Callback<Action>,
}

/// A value of more letters does not fit into its column.
const SHORT: usize = 14;

/// What stands in the field that an event is of.
fn written(event: &web_sys::Event) -> String {
    let target = event.target();
    let line = target.as_ref().and_then(|target| target.dyn_ref::<HtmlInputElement>()).map(HtmlInputElement::value);
    line.or_else(|| target?.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value)).unwrap_or_default()
}

/// One directive. What is typed stays until Enter sends it or the field is left.
#[component]
fn Setting(props: &SettingProps) -> Html {
    rendered();
    let d = &props.directive;
    let draft = use_state_eq(|| None::<String>);
    let send = {
        let (on, node, name, value, draft) = (props.on.clone(), props.node.clone(), d.name.clone(), d.value.clone(), draft.clone());
        Callback::from(move |e: KeyboardEvent| match e.key().as_str() {
            "Enter" => {
                e.prevent_default();
                let typed = written(&e);
                draft.set(None);
                if typed != value {
                    on.emit(Action::config_set(&node, &name, typed.as_bytes()));
                }
            }
            "Escape" => draft.set(None),
            _ => {}
        })
    };
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |e: InputEvent| draft.set(Some(written(&e))))
    };
    let onblur = {
        let draft = draft.clone();
        Callback::from(move |_: FocusEvent| draft.set(None))
    };
    let shown = draft.as_ref().unwrap_or(&d.value).clone();
    let label = (props.t.shell.inspector.config_set)(&d.name);
    let changed = d.value != d.default;
    let class = changed.then_some("changed");
    let name = html! { { for d.name.split_inclusive('-').map(|part| html! { <>{ part }<wbr /></> }) } };
    if d.value.len().max(d.default.len()) > SHORT {
        // What is long has the table's width for itself, and its default below where that differs.
        let field = html! {
            <textarea rows="2" class="bare" value={shown} title={d.bounds.clone()} aria-label={label} onkeydown={send} {oninput} {onblur}
                autocomplete="off" spellcheck="false" />
        };
        return html! {
            <>
                <tr class={classes!("long", class)}><th scope="row" colspan="3" title={d.bounds.clone()}>{ name }</th></tr>
                <tr class="field"><td colspan="3">{ field }if changed { <span class="muted">{ &d.default }</span> }</td></tr>
            </>
        };
    }
    html! {
        <tr {class}>
            <th scope="row" title={d.bounds.clone()}>{ name }</th>
            <td><input type="text" class="bare" value={shown} title={d.bounds.clone()} aria-label={label} onkeydown={send} {oninput} {onblur}
                autocomplete="off" spellcheck="false" /></td>
            <td class="muted">{ &d.default }</td>
        </tr>
    }
}
