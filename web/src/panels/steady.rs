//! Words that are written bold while something is so, and take the room of the bold ones always: nothing beside them moves.

use crate::draw::sans_width;
use yew::{Html, html};

/// The words.
pub(super) fn steady(text: &'static str) -> Html {
    as_wide(text, text)
}

/// The words, with the room of those that stand there at other times.
pub(super) fn as_wide(text: &'static str, other: &'static str) -> Html {
    let longest = if sans_width(other, 12.0) > sans_width(text, 12.0) { other } else { text };
    html! { <span class="steady" data-text={longest}>{ text }</span> }
}
