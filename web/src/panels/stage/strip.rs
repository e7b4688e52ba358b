//! Under the stage: what can be done to the selected link, or to the link of the selected replica.

use crate::action::{Action, Look, Selection};
use crate::draw::replicas::selected_link;
use crate::draw::{hue_of, mark};
use crate::format::exact_size;
use crate::i18n::Strings;
use crate::panels::count::rendered;
use crate::panels::field::Field;
use resync_core::condition::{self, rate_text, span_text};
use resync_core::sim::world::{Act, PhysicsChange};
use resync_core::time::Span;
use resync_core::view::{LinkState, LinkView, NodeIx};
use resync_js::views::{Shared, Views};
use web_sys::{HtmlSelectElement, KeyboardEvent};
use yew::{AttrValue, Callback, Event, Html, Properties, TargetCast, classes, component, html, use_state_eq};

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
    /// The class of its field: its place in the strip.
    const fn class(self) -> &'static str {
        match self {
            Quantity::Latency => "latency",
            Quantity::Bandwidth => "bandwidth",
        }
    }
    /// Why what was typed is none.
    const fn wrong(self, t: &'static Strings) -> &'static str {
        let t = &t.face.strip;
        match self {
            Quantity::Latency => t.no_delay,
            Quantity::Bandwidth => t.no_bandwidth,
        }
    }
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct StripProps {
    pub(super) views: Shared<Views>,
    pub(super) selection: Option<Selection>,
    pub(super) t: &'static Strings,
    pub(super) on: Callback<Action>,
    /// What stands under the buttons of the link: what to do next.
    #[prop_or_default]
    pub(super) coach: Html,
    #[prop_or_default]
    pub(super) children: Html,
}

/// The tools of the selection; `children` stand before them.
#[component]
pub(super) fn Strip(props: &StripProps) -> Html {
    rendered();
    html! {
        <div class="strip">
            { props.children.clone() }
            <LinkTools views={props.views.clone()} selection={props.selection} t={props.t} on={props.on.clone()} coach={props.coach.clone()} />
        </div>
    }
}

fn act(on: &Callback<Action>, act: Act) -> Callback<yew::MouseEvent> {
    on.reform(move |_| Action::Run(act.clone()))
}

/// The end of the link from which its other links can be chosen: the selected node, else the node whose stream is shown.
fn near_end(link: &LinkView, views: &Views, selection: Option<Selection>) -> NodeIx {
    match selection {
        Some(Selection::Node(ix)) if ix == link.from_ix || ix == link.to_ix => ix,
        _ if link.to_ix == views.top => link.to_ix,
        _ => link.from_ix,
    }
}

/// The near end's name, and the far end's as a list of the near end's links.
fn far_end(link: &LinkView, props: &StripProps) -> Html {
    let (views, t) = (&props.views, &props.t.face.strip);
    let near = near_end(link, views, props.selection);
    let far = |l: &LinkView| if l.from_ix == near { (l.to_ix, l.to.clone()) } else { (l.from_ix, l.from.clone()) };
    let near_name = if link.from_ix == near { &link.from } else { &link.to };
    let (ix, name) = far(link);
    let others: Vec<&LinkView> = views.links().filter(|l| l.from_ix == near || l.to_ix == near).collect();
    let lead = html! { <span class="muted">{ (t.link)(near_name) }{ " " }</span> };
    if others.len() < 2 {
        return html! { <>{ lead }{ mark::named(ix, &name) }</> };
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
        <>
            { lead }{ mark::alone(ix) }
            <select class={classes!("far", hue_of(ix).word())} aria-label={props.t.figures.stage.link_to} {onchange} {onkeydown}>
                { for others.iter().map(|l| html! { <option key={l.ix} value={l.ix.to_string()} selected={l.ix == link.ix}>{ far(l).1 }</option> }) }
            </select>
        </>
    }
}

/// Delay and rate as the fields show them: typed back they are the same.
fn physics(latency_us: u64, bandwidth: u64) -> (String, String) {
    let latency = span_text(Span::from_micros(latency_us));
    let unit = latency.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(latency.len());
    let rate = if bandwidth == 0 { rate_text(0) } else { format!("{}/s", exact_size(bandwidth)) };
    (format!("{} {}", &latency[..unit], &latency[unit..]), rate)
}

/// The tools of the chosen link. Every control has its place in every state: what cannot be done now is there and cannot be pressed. Cut and Heal are
/// one button.
#[component]
fn LinkTools(props: &StripProps) -> Html {
    rendered();
    let wrong = use_state_eq(|| None::<Quantity>);
    let (s, strip) = (&props.t.figures.stage, &props.t.face.strip);
    let link = selected_link(&props.views, props.selection);
    let (from, to) = link.map_or(("", ""), |link| (link.from.as_str(), link.to.as_str()));
    let ends = || (from.to_owned(), to.to_owned());
    let state = link.map(|link| link.state);
    let (main, key, first) = match state {
        Some(LinkState::Cut | LinkState::Frozen) => {
            let (a, b) = ends();
            (s.heal_verb, "H", Act::Heal { a, b })
        }
        Some(LinkState::Up) | None => {
            let (a, b) = ends();
            (s.cut_verb, "C", Act::Cut { a, b })
        }
    };
    let (a, b) = ends();
    // While it is frozen the first button heals; the second one cuts then, and has nothing else to do.
    let (second, second_key, then) = match state {
        Some(LinkState::Frozen) => (s.cut_verb, "C", Act::Cut { a, b }),
        _ => (s.freeze_verb, "F", Act::Freeze { a, b, one_way: false }),
    };
    // On the stage a link leads from left to right, or down.
    let one_way = |from: &str, to: &str, arrow: &'static str, frozen: bool| {
        let name = (s.freeze_one)(from, to);
        let frozen = frozen || !matches!(state, Some(LinkState::Up | LinkState::Frozen));
        html! {
            <button type="button" class="arrow" aria-label={name.clone()} title={name} disabled={frozen} onclick={act(&props.on, Act::Freeze { a: from.to_owned(), b: to.to_owned(), one_way: true })}>{ arrow }</button>
        }
    };
    let id = props.views.run.dom("link-says");
    let field = |what: Quantity, name: &'static str, value: String| {
        let (on, ends) = (props.on.clone(), ends());
        let take = Callback::from(move |typed: String| {
            let change = what.read(&typed);
            if let Some(change) = change {
                on.emit(Action::Run(Act::Link { a: ends.0.clone(), b: ends.1.clone(), one_way: false, change }));
            }
            change.is_some()
        });
        let wrong = wrong.clone();
        let told = Callback::from(move |is: bool| wrong.set(is.then_some(what)));
        html! { <Field key={format!("{name} {}", link.map_or(0, |link| link.ix))} {name} {value} class={what.class()} disabled={link.is_none()} says={AttrValue::from(id.clone())} {take} wrong={told} /> }
    };
    let (latency, bandwidth) = link.map_or_else(Default::default, |link| physics(link.down.latency_us, link.down.bandwidth));
    html! {
        <div class="lk" role="group" aria-label={link.map(|_| (s.link)(from, to))}>
            <span class="label end">{ link.map_or_else(|| html! { <span class="muted">{ s.select_something }</span> }, |link| far_end(link, props)) }</span>
            if link.is_some() {
                <span class="label muted delay" aria-hidden="true">{ strip.delay }</span><span class="label muted rate" aria-hidden="true">{ strip.rate }</span>
            }
            <span class="row">
                <button type="button" class="primary cut" disabled={link.is_none()} onclick={act(&props.on, first)}>{ main }<kbd aria-hidden="true">{ key }</kbd></button>
                <button type="button" class="freeze" disabled={!matches!(state, Some(LinkState::Up | LinkState::Frozen))} onclick={act(&props.on, then)}>{ second }<kbd aria-hidden="true">{ second_key }</kbd></button>
                { one_way(from, to, "→", link.is_some_and(|link| link.down.frozen)) }
                { one_way(to, from, "←", link.is_some_and(|link| link.up.frozen)) }
            </span>
            { field(Quantity::Latency, s.latency, latency) }
            { field(Quantity::Bandwidth, s.bandwidth, bandwidth) }
            <div class="below" {id}>
                if let Some(what) = *wrong {
                    <span class="price wrong" role="alert">{ what.wrong(props.t) }</span>
                } else {
                    { props.coach.clone() }
                }
            </div>
        </div>
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

    #[test]
    fn what_a_field_shows_reads_as_what_it_shows() {
        for (latency_us, bandwidth, shown) in
            [(60_000, 10 << 20, ("60 ms", "10 MB/s")), (1_500_000, 0, ("1.5 s", "unlimited")), (90, 1_000, ("90 us", "1000 B/s"))]
        {
            let (latency, rate) = physics(latency_us, bandwidth);
            assert_eq!((latency.as_str(), rate.as_str()), shown);
            let none = PhysicsChange::default();
            assert_eq!(Quantity::Latency.read(&latency), Some(PhysicsChange { latency: Some(Span::from_micros(latency_us)), ..none }));
            assert_eq!(Quantity::Bandwidth.read(&rate), Some(PhysicsChange { bandwidth: Some(bandwidth), ..none }));
        }
    }
}
