//! INFO of one node, as it would answer now; values that changed lately are marked.

use crate::i18n::Strings;
use crate::inspection::{Changes, Inspection, Piece, pieces};
use crate::views::Shared;
use yew::{Html, Properties, component, html, use_mut_ref};

/// What the tab shows.
#[derive(Clone, PartialEq, Properties)]
pub struct InfoProps {
    /// The node's INFO.
    pub inspection: Shared<Inspection>,
    /// Strings.
    pub t: &'static Strings,
}

/// The tab.
#[component]
pub fn Info(props: &InfoProps) -> Html {
    let changes = use_mut_ref(Changes::default);
    let Some(text) = &props.inspection.info else {
        changes.borrow_mut().forget();
        return html! { <p class="muted lead">{ props.t.shell.inspector.not_running }</p> };
    };
    let mut changes = changes.borrow_mut();
    let lines = pieces(text).into_iter().map(|piece| match piece {
        Piece::Blank => html! { <br /> },
        Piece::Heading(text) => html! { <div class="muted">{ text }</div> },
        Piece::Field(name, values) => {
            let last = values.len() - 1;
            let parts = values.into_iter().enumerate().map(|(i, (key, value))| {
                let changed = changes.see(&format!("{name} {i}"), &value);
                let value = if changed {
                    html! { <mark>{ value }</mark> }
                } else {
                    html! { { value } }
                };
                let comma = (i < last).then(|| html! { <>{ "," }<wbr /></> });
                html! { <>{ key }{ value }{ comma }</> }
            });
            let parts: Vec<Html> = parts.collect();
            html! { <div class="hang">{ &name }{ ":" }{ for parts }</div> }
        }
    });
    let lines: Vec<Html> = lines.collect();
    html! { <div class="info mono" tabindex="0">{ for lines }</div> }
}
