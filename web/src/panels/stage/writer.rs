//! A writer: a small box at its node, which can be taken and put on another one.

use crate::action::{Action, Selection};
use crate::draw::selecting::selecting;
use crate::draw::{clip_sans, mono_width, n, sans_width};
use crate::format::grouped;
use crate::i18n::Strings;
use resync_core::view::{ClientView, NodeView};
use resync_js::views::Views;
use yew::{Callback, Html, classes, html};

/// Height of the box.
pub(super) const HEIGHT: f64 = 18.0;
/// Width that it takes where there is room.
pub(super) const WIDTH: f64 = 178.0;
/// Below this it is left out: the node's buttons have it all the same.
pub(super) const LEAST_WIDTH: f64 = 62.0;

/// The writers at a node.
pub(super) fn at<'a>(views: &'a Views, node: &NodeView) -> impl Iterator<Item = &'a ClientView> {
    let name = node.name.clone();
    views.clients.iter().filter(move |client| client.on == name)
}

/// How often it writes, in words.
pub(super) fn rate(client: &ClientView, t: &'static Strings) -> String {
    match 1_000_000_u64.checked_div(client.every_us) {
        None => t.topology.stopped.to_owned(),
        Some(0) => (t.topology.per_second)(&format!("1/{}", client.every_us / 1_000_000)),
        Some(rate) => (t.topology.per_second)(&grouped(rate.cast_signed())),
    }
}

/// Between the words of a box.
const GAP: f64 = 8.0;

/// What stands in a box, each as far as there is room for it.
struct Says {
    name: String,
    refused: String,
    rate: String,
}

/// That something was refused goes before how often it is sent, and is said in words where they fit, else as a mark with the number.
fn says(name: &str, refused: Option<&str>, rate: String, room: f64, t: &'static Strings) -> Says {
    let name_w = sans_width(name, 12.0).min(room * 0.5);
    let rate_w = mono_width(&rate, 12.0) + GAP;
    let Some(count) = refused else {
        let rated = rate_w <= room - 20.0;
        let name = clip_sans(name, (room - if rated { rate_w } else { 0.0 }).max(20.0), 12.0);
        return Says { name, refused: String::new(), rate: if rated { rate } else { String::new() } };
    };
    let width = |text: &str| sans_width(text, 12.0) * 1.08 + GAP;
    let (words, mark) = ((t.topology.refused)(count), format!("✕ {count}"));
    let (refused, rate) = if name_w + width(&words) + rate_w <= room {
        (words, rate)
    } else if name_w + width(&words) <= room {
        (words, String::new())
    } else if name_w + width(&mark) + rate_w <= room {
        (mark, rate)
    } else {
        (mark, String::new())
    };
    let taken = width(&refused) + if rate.is_empty() { 0.0 } else { rate_w };
    Says { name: clip_sans(name, (room - taken).max(12.0), 12.0), refused, rate }
}

/// The box.
pub(super) fn chip(client: &ClientView, node: &NodeView, x: f64, y: f64, w: f64, t: &'static Strings, on: &Callback<Action>) -> Html {
    // Its node's buttons say where else it can go.
    let (onclick, onkeydown) = selecting(on, Selection::Node(node.ix));
    let rate = rate(client, t);
    let ill = client.failing;
    let refused = (client.refused > 0).then(|| grouped(client.refused.cast_signed()));
    let label = (t.topology.writer)(&client.name, &rate, &node.name);
    let label = refused.as_ref().map_or(label.clone(), |count| format!("{label}, {}", (t.topology.refused)(count)));
    let Says { name, refused, rate } = says(&client.name, refused.as_deref(), rate, w - 24.0, t);
    let rate_w = if rate.is_empty() { 0.0 } else { mono_width(&rate, 12.0) + GAP };
    let base = y + 13.0;
    html! {
        <g class={classes!("writer", ill.then_some("ill"))} role="button" tabindex="0" aria-label={label} data-writer={client.name.clone()} data-node={node.ix.to_string()} {onclick} {onkeydown}>
            <rect x={n(x)} y={n(y)} width={n(w)} height={n(HEIGHT)} rx="4" class="box" />
            <path d={format!("M{} {}v-6l7 3z", n(x + 7.0), n(base - 1.0))} class={if ill { "ff" } else { "fi" }} />
            <text x={n(x + 18.0)} y={n(base)} class={if ill { "xf" } else { "" }}>{ name }</text>
            if !refused.is_empty() { <text x={n(x + w - 6.0 - rate_w)} y={n(base)} class={if ill { "e b xf" } else { "e" }}>{ refused }</text> }
            if !rate.is_empty() { <text x={n(x + w - 6.0)} y={n(base)} class="m e mu">{ rate }</text> }
            if !client.last_error.is_empty() { <title>{ client.last_error.clone() }</title> }
        </g>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_says_first_that_something_was_refused() {
        let t = crate::i18n::Lang::En.strings();
        let at = |refused: Option<&str>, room: f64| {
            let Says { name, refused, rate } = says("writer", refused, "20/s".to_owned(), room, t);
            let used = sans_width(&name, 12.0) + sans_width(&refused, 12.0) + mono_width(&rate, 12.0);
            assert!(used <= room, "{name} {refused} {rate}: {used} of {room}");
            (refused, rate)
        };
        let text = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(at(None, 108.0), text("", "20/s"));
        assert_eq!(at(None, 44.0), text("", ""));
        assert_eq!(at(Some("34"), 170.0), text("34 refused", "20/s"));
        assert_eq!(at(Some("34"), 118.0), text("34 refused", ""));
        assert_eq!(at(Some("34"), 62.0), text("✕ 34", ""));
    }
}
