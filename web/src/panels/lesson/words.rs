//! Words of a lesson: what stands between backticks is Redis's own.

use crate::action::Action;
use crate::i18n::Strings;
use crate::i18n::glossary::Rules;
use crate::panels::words::marked as explained;
use yew::{Callback, Html, html};

/// Words of which those of the glossary are explained.
pub(crate) fn marked(text: &str, t: &'static Strings, rules: Rules, on: &Callback<Action>) -> Html {
    text.split('`').enumerate().map(|(at, part)| if at % 2 == 1 { code(part) } else { explained(part, t, rules, on) }).collect()
}
/// The same where nothing is explained: in headings and on buttons.
pub(crate) fn plain(text: &str) -> Html {
    text.split('`')
        .enumerate()
        .map(|(at, part)| {
            if at % 2 == 1 {
                code(part)
            } else {
                html! { { part.to_owned() } }
            }
        })
        .collect()
}
fn code(text: &str) -> Html {
    html! { <code>{ text.to_owned() }</code> }
}
