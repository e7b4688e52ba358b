//! Words that are written bold while something is so, and take the room of the bold ones always: nothing beside them moves.

use yew::{Html, html};

/// The words.
pub(super) fn steady(text: &'static str) -> Html {
    html! { <span class="steady" data-text={text}>{ text }</span> }
}
