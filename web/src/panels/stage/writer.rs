//! A writer: a small box at its node, which can be taken and put on another one.

use super::selecting::selecting;
use crate::action::{Action, Selection};
use crate::draw::{clip_sans, mono_width, n};
use crate::format::grouped;
use crate::i18n::Strings;
use resync_core::view::{ClientView, NodeView};
use resync_js::views::Views;
use yew::{Callback, Html, classes, html};

/// Height of the box.
pub(super) const HEIGHT: f64 = 18.0;
/// Width that it takes where there is room.
pub(super) const WIDTH: f64 = 132.0;
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

/// The box.
pub(super) fn chip(client: &ClientView, node: &NodeView, x: f64, y: f64, w: f64, t: &'static Strings, on: &Callback<Action>) -> Html {
    // Its node's buttons say where else it can go.
    let (onclick, onkeydown) = selecting(on, Selection::Node(node.ix));
    let rate = rate(client, t);
    let label = (t.topology.writer)(&client.name, &rate, &node.name);
    let ill = !client.last_error.is_empty();
    let rate_w = mono_width(&rate, 12.0);
    let name = clip_sans(&client.name, (w - 30.0 - rate_w).max(20.0), 12.0);
    let base = y + 13.0;
    html! {
        <g class={classes!("writer", ill.then_some("ill"))} role="button" tabindex="0" aria-label={label} data-writer={client.name.clone()} data-node={node.ix.to_string()} {onclick} {onkeydown}>
            <rect x={n(x)} y={n(y)} width={n(w)} height={n(HEIGHT)} rx="4" class="box" />
            <path d={format!("M{} {}v-6l7 3z", n(x + 7.0), n(base - 1.0))} class={if ill { "ff" } else { "fi" }} />
            <text x={n(x + 18.0)} y={n(base)} class={if ill { "xf" } else { "" }}>{ name }</text>
            if w - 34.0 - rate_w > 14.0 { <text x={n(x + w - 6.0)} y={n(base)} class="m e mu">{ rate }</text> }
            if ill { <title>{ client.last_error.clone() }</title> }
        </g>
    }
}
