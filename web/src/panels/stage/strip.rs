//! Under the stage: what can be done to the selected link, or to the link of the selected replica.

use crate::action::{Action, Look, Selection};
use crate::draw::mark;
use crate::draw::replicas::selected_link;
use crate::i18n::Strings;
use crate::panels::count::rendered;
use resync_core::condition::{self, rate_text, span_text};
use resync_core::sim::world::{Act, PhysicsChange};
use resync_core::time::Span;
use resync_core::view::{LinkState, LinkView, NodeIx};
use resync_js::views::{Shared, Views};
use web_sys::{HtmlInputElement, HtmlSelectElement, KeyboardEvent};
use yew::{Callback, Event, Html, Properties, TargetCast, component, html, use_state_eq};

/// A typed latency or bandwidth as the scenario's text wants it: a bare number means `unit`.
#[must_use]
pub(super) fn quantity(typed: &str, unit: &str) -> Option<String> {
    let text: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '\u{202f}').collect::<String>().to_ascii_lowercase();
    if text == "unlimited" || text == "∞" {
        return Some("unlimited".to_owned());
    }
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    if digits == 0 || text[..digits].matches('.').count() > 1 {
        return None;
    }
    let given = &text[digits..];
    Some(if given.is_empty() { format!("{text}{unit}") } else { text })
}

/// What can be typed about a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Quantity {
    /// A span; a bare number is in ms.
    Latency,
    /// Bytes a second; a bare number is in MB/s.
    Bandwidth,
}
impl Quantity {
    /// The change that a typed value asks for; `None` if it is no such quantity.
    fn read(self, typed: &str) -> Option<PhysicsChange> {
        let none = PhysicsChange::default();
        Some(match self {
            Quantity::Latency => PhysicsChange { latency: Some(condition::span(&quantity(typed, "ms")?)?), ..none },
            Quantity::Bandwidth => PhysicsChange { bandwidth: Some(condition::rate(&quantity(typed, "mb/s")?)?), ..none },
        })
    }
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct StripProps {
    pub(super) views: Shared<Views>,
    pub(super) selection: Option<Selection>,
    pub(super) t: &'static Strings,
    pub(super) on: Callback<Action>,
    #[prop_or_default]
    pub(super) children: Html,
}

fn value_of(event: &Event) -> String {
    event.target_dyn_into::<HtmlInputElement>().map_or_else(String::new, |input| input.value())
}
/// The tools of the selection; `children` stand before them.
#[component]
pub(super) fn Strip(props: &StripProps) -> Html {
    rendered();
    html! {
        <div class="strip">
            { props.children.clone() }
            <span class="space"></span>
            { selected(props) }
        </div>
    }
}

fn act(on: &Callback<Action>, act: Act) -> Callback<yew::MouseEvent> {
    on.reform(move |_| Action::Run(act.clone()))
}

fn selected(props: &StripProps) -> Html {
    match selected_link(&props.views, props.selection) {
        Some(link) => link_tools(link, &props.views, props),
        None => html! { <span class="muted optional">{ props.t.figures.stage.select_something }</span> },
    }
}

/// The end of the link from which its other links can be chosen: the selected node, else the node whose stream is shown.
fn near_end(link: &LinkView, views: &Views, selection: Option<Selection>) -> NodeIx {
    match selection {
        Some(Selection::Node(ix)) if ix == link.from_ix || ix == link.to_ix => ix,
        _ if link.to_ix == views.top => link.to_ix,
        _ => link.from_ix,
    }
}

/// The far end as a name, or as a list where the near end has several links.
fn far_end(link: &LinkView, views: &Views, props: &StripProps) -> Html {
    let s = &props.t.figures.stage;
    let near = near_end(link, views, props.selection);
    let far = |l: &LinkView| if l.from_ix == near { (l.to_ix, l.to.clone()) } else { (l.from_ix, l.from.clone()) };
    let (ix, name) = far(link);
    let others: Vec<&LinkView> = views.links().filter(|l| l.from_ix == near || l.to_ix == near).collect();
    if others.len() < 2 {
        return html! { <span><span class="muted">{ s.link_to }</span>{ " " }{ mark::named(ix, &name) }</span> };
    }
    let on = props.on.clone();
    let onchange = Callback::from(move |event: Event| {
        if let Some(chosen) = event.target_dyn_into::<HtmlSelectElement>().and_then(|select| select.value().parse().ok()) {
            on.emit(Action::Look(Look::Select(Selection::Link(chosen))));
        }
    });
    // Keys pressed in the list are not the page's shortcuts.
    let onkeydown = Callback::from(|event: KeyboardEvent| event.stop_propagation());
    html! {
        <label class="grp">
            <span class="muted">{ s.link_to }</span>
            <select class="far" {onchange} {onkeydown}>
                { for others.iter().map(|l| html! { <option key={l.ix} value={l.ix.to_string()} selected={l.ix == link.ix}>{ far(l).1 }</option> }) }
            </select>
        </label>
    }
}

fn link_tools(link: &LinkView, views: &Views, props: &StripProps) -> Html {
    let s = &props.t.figures.stage;
    let (from, to) = (&link.from, &link.to);
    let ends = || (from.clone(), to.clone());
    let (cut, heal, freeze) = {
        let ((a, b), (c, d), (e, f)) = (ends(), ends(), ends());
        (Act::Cut { a, b }, Act::Heal { a: c, b: d }, Act::Freeze { a: e, b: f, one_way: false })
    };
    let one_way = |from: &str, to: &str, arrow: &'static str, frozen: bool| {
        let name = (s.freeze_one)(from, to);
        html! {
            <button type="button" class="arrow" aria-label={name.clone()} title={name} disabled={frozen} onclick={act(&props.on, Act::Freeze { a: from.to_owned(), b: to.to_owned(), one_way: true })}>{ arrow }</button>
        }
    };
    html! {
        <span class="grp" role="group" aria-label={(s.link)(from, to)}>
            { far_end(link, views, props) }
            if link.state == LinkState::Up {
                <button type="button" class="primary" onclick={act(&props.on, cut.clone())}>{ s.cut_verb }</button>
            } else {
                <button type="button" class="primary" onclick={act(&props.on, heal.clone())}>{ s.heal_verb }</button>
            }
            if link.state == LinkState::Frozen {
                <button type="button" onclick={act(&props.on, cut.clone())}>{ s.cut_verb }</button>
            } else {
                <button type="button" disabled={link.state == LinkState::Cut} onclick={act(&props.on, freeze.clone())}>{ s.freeze_verb }</button>
            }
            if link.state != LinkState::Cut {
                // On the stage a link leads from left to right, or down.
                { one_way(from, to, "→", link.down.frozen) }
                { one_way(to, from, "←", link.up.frozen) }
            }
            <Field name={s.latency} link={ends()} what={Quantity::Latency} value={span_text(Span::from_micros(link.down.latency_us))} on={props.on.clone()} />
            <Field name={s.bandwidth} link={ends()} what={Quantity::Bandwidth} value={rate_text(link.down.bandwidth)} on={props.on.clone()} />
        </span>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct FieldProps {
    name: &'static str,
    /// The link's ends.
    link: (String, String),
    /// What is typed.
    what: Quantity,
    value: String,
    on: Callback<Action>,
}

/// A quantity of a link, typed as the scenario's text has it.
#[component]
fn Field(props: &FieldProps) -> Html {
    rendered();
    let wrong = use_state_eq(|| false);
    let onchange = {
        let (on, (a, b), what, wrong) = (props.on.clone(), props.link.clone(), props.what, wrong.clone());
        Callback::from(move |event: Event| match what.read(&value_of(&event)) {
            Some(change) => {
                wrong.set(false);
                on.emit(Action::Run(Act::Link { a: a.clone(), b: b.clone(), one_way: false, change }));
            }
            None => wrong.set(true),
        })
    };
    // Keys typed into a field are not the page's shortcuts.
    let onkeydown = Callback::from(|event: KeyboardEvent| event.stop_propagation());
    html! {
        <input type="text" class="qty" size="7" aria-label={props.name} title={props.name} value={props.value.clone()} spellcheck="false" autocomplete="off"
            aria-invalid={wrong.then_some("true")} {onchange} {onkeydown} />
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use resync_core::scenario;

    #[test]
    fn quantities_may_be_bare_numbers() {
        for (typed, text) in
            [("20", Some("20ms")), (" 1.5 s ", Some("1.5s")), ("80 ms", Some("80ms")), ("", None), ("ms", None), ("1.2.3", None)]
        {
            assert_eq!(quantity(typed, "ms").as_deref(), text, "{typed}");
        }
        assert_eq!(quantity("Unlimited", "mb/s").as_deref(), Some("unlimited"));
        assert_eq!(quantity("10mb/s", "mb/s").as_deref(), Some("10mb/s"));
    }

    #[test]
    fn typed_physics_are_what_the_scenario_text_would_say() {
        let read = |typed: &str, what: Quantity, line: &str| match scenario::parse_act(line) {
            Ok(Act::Link { change, .. }) => assert_eq!(what.read(typed), Some(change), "{typed}"),
            other => panic!("{line}: {other:?}"),
        };
        read("20", Quantity::Latency, "link a b latency 20ms");
        read("1.5 s", Quantity::Latency, "link a b latency 1500ms");
        read("10", Quantity::Bandwidth, "link a b bandwidth 10mb/s");
        read("∞", Quantity::Bandwidth, "link a b bandwidth unlimited");
        assert_eq!((Quantity::Latency.read("unlimited"), Quantity::Bandwidth.read("10 parsecs")), (None, None));
    }
}
