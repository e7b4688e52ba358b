//! INFO of one node, as it would answer now; values that changed lately are marked.

use crate::i18n::Strings;
use crate::panels::count::rendered;
use crate::teach::shown::Lit;
use resync_core::info::{Entry, Topic};
use resync_js::inspection::{Changes, Inspection};
use resync_js::views::Shared;
use std::rc::Rc;
use web_sys::HtmlElement;
use yew::{Html, Properties, classes, component, html, use_effect_with, use_mut_ref, use_node_ref};

/// What the tab shows.
#[derive(Clone, PartialEq, Properties)]
pub struct InfoProps {
    /// The node's INFO.
    pub inspection: Shared<Inspection>,
    /// The lines of which a lesson speaks.
    #[prop_or_default]
    pub lit: Rc<Lit>,
    /// Strings.
    pub t: &'static Strings,
}

/// The tab.
#[component]
pub fn Info(props: &InfoProps) -> Html {
    rendered();
    let changes = use_mut_ref(Changes::default);
    let (list, replication) = (use_node_ref(), use_node_ref());
    // What this page is about stands in sight at first; the rest is above, as Redis prints it.
    use_effect_with(props.inspection.info.is_some(), {
        let (list, replication) = (list.clone(), replication.clone());
        move |_| {
            if let (Some(list), Some(heading)) = (list.cast::<HtmlElement>(), replication.cast::<HtmlElement>()) {
                list.set_scroll_top(heading.offset_top() - list.offset_top());
            }
        }
    });
    let Some(text) = &props.inspection.info else {
        changes.borrow_mut().forget();
        return html! { <p class="muted lead">{ props.t.shell.inspector.not_running }</p> };
    };
    let mut changes = changes.borrow_mut();
    let mut speaks = false;
    let lines = text.lines().map(|(_, line)| match &line.entry {
        Entry::Blank => html! { <br /> },
        Entry::Heading(text) if Topic::of(text) == Topic::Replication => {
            html! { <div class="muted" ref={replication.clone()}>{ text.as_ref() }</div> }
        }
        Entry::Heading(text) => html! { <div class="muted">{ text.as_ref() }</div> },
        Entry::Stray(text) => html! { <div class="muted">{ text }</div> },
        Entry::Pair { name, value } => {
            let name = name.to_string();
            let values = value.parts();
            let last = values.len() - 1;
            let parts = values.into_iter().enumerate().map(|(i, (key, value))| {
                let changed = changes.see(&format!("{name} {i}"), &value);
                let value = if changed {
                    html! { <mark>{ value }</mark> }
                } else {
                    html! { { value } }
                };
                let comma = (i < last).then(|| html! { <>{ "," }<wbr /></> });
                html! { <>{ key.into_owned() }{ value }{ comma }</> }
            });
            let parts: Vec<Html> = parts.collect();
            let lit = props.lit.has_field(&name);
            speaks |= lit;
            html! { <div class={classes!("hang", lit.then_some("lit"))}>{ name }{ ":" }{ for parts }</div> }
        }
    });
    let lines: Vec<Html> = lines.collect();
    html! { <div class={classes!("info", "mono", speaks.then_some("speaks"))} tabindex="0" ref={list}>{ for lines }</div> }
}
