//! A list among a node's buttons: one of the nodes is so now, choosing another makes that one so.

use crate::panels::count::rendered;
use web_sys::{HtmlSelectElement, KeyboardEvent};
use yew::{AttrValue, Callback, Event, Html, Properties, TargetCast, component, html};

/// What the list shows.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct ChooserProps {
    /// Before the list.
    pub(super) label: AttrValue,
    /// Its accessible name.
    pub(super) name: AttrValue,
    /// All that can be chosen.
    pub(super) names: Vec<AttrValue>,
    /// What is so now.
    pub(super) now: AttrValue,
    /// Whether it can be chosen now.
    #[prop_or(true)]
    pub(super) can: bool,
    /// Another one is chosen.
    pub(super) chosen: Callback<AttrValue>,
}

/// The list.
#[component]
pub(super) fn Chooser(props: &ChooserProps) -> Html {
    rendered();
    let onchange = {
        let (chosen, now) = (props.chosen.clone(), props.now.clone());
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            let value = AttrValue::from(select.value());
            if value != now {
                // What is so stands in the list until the node has done it.
                select.set_value(&now);
                chosen.emit(value);
            }
        })
    };
    // Keys pressed in the list are not the page's shortcuts.
    let onkeydown = Callback::from(|event: KeyboardEvent| {
        if event.key() != "Escape" {
            event.stop_propagation();
        }
    });
    html! {
        <label class="chooser">
            <span class="muted">{ props.label.clone() }</span>
            <select aria-label={props.name.clone()} disabled={!props.can} {onchange} {onkeydown}>
                { for props.names.iter().map(|name| html! { <option key={name.to_string()} value={name.clone()} selected={*name == props.now}>{ name.clone() }</option> }) }
            </select>
        </label>
    }
}
