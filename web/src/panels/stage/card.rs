//! A card for each node beside the one whose stream is shown: the truth above, what INFO says below. Of a dead one an outline, with its age.

use super::layout::{Card, Room};
use super::writer;
use crate::action::{Action, Selection};
use crate::draw::backlog::{self, Area};
use crate::draw::replicas::{Replica, Standing, describe, is_down, is_unborn, parent};
use crate::draw::selecting::selecting;
use crate::draw::{clip, clip_name, clip_sans, hue_of, mark, mono_width, n, sans_width};
use crate::format::{grouped, short_id, span_us};
use crate::i18n::Strings;
use crate::i18n::glossary::Term;
use crate::panels::words::{begins, word};
use resync_core::fact::BesideStage;
use resync_core::fact::SessionState;
use resync_core::view::{LinkState, NodeView, Process, Role};
use resync_js::views::Views;
use yew::{Callback, Html, classes, html};

/// A word about a node and how it is written: nothing special, bold, or as a fault.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) class: &'static str,
}

/// The state of a node in one word: its process first, then what its master thinks, then what it thinks itself.
pub(super) fn state_word(node: &NodeView, replica: Option<&Replica>, now_us: u64, t: &'static Strings) -> Word {
    let not_started = t.topology.not_started;
    let t = &t.figures.stage;
    let since = span_us(now_us.saturating_sub(node.process_since_us));
    let word = |text: String, class: &'static str| Word { text, class };
    match node.process {
        Process::Down if is_unborn(node) => return word(not_started.to_owned(), ""),
        Process::Down => return word((t.crashed)(&since), "xf b"),
        Process::Off => return word((t.off)(&since), "xf b"),
        Process::Paused => return word((t.paused)(&since), "b"),
        Process::Loading => return word(t.loading.to_owned(), "b"),
        Process::Busy => return word(t.busy.to_owned(), "b"),
        Process::Up => {}
    }
    if node.role == Role::Master {
        return word(t.is_master.to_owned(), "b");
    }
    match replica {
        Some(r) => match (r.session, r.standing) {
            (Some(_), Standing::Streaming) if r.link.is_some_and(|link| link.state != LinkState::Up) => {
                word(t.online_in_info.to_owned(), "b")
            }
            (Some(_), Standing::Syncing(done, total)) if total > 0 => word(format!("RDB {} %", done as i64 * 100 / total.max(1)), "b"),
            // The master has sent everything, and calls it online; the replica knows better.
            (Some(session), Standing::Syncing(..)) if session.state == SessionState::Online => word(t.online_in_info.to_owned(), "b"),
            (Some(session), _) => word(session.state.to_string(), if session.state == SessionState::Online { "" } else { "b" }),
            (None, _) => word(
                node.upstream.as_ref().map_or_else(String::new, |up| up.state.to_string()),
                if r.applied.is_some() || r.foreign { "xf b" } else { "b" },
            ),
        },
        None => word(node.upstream.as_ref().map_or_else(String::new, |up| up.state.to_string()), ""),
    }
}

/// The left edge in the node's hue; hatched while its process stands still.
fn edge(card: &Card, still: bool) -> Html {
    let (x, y, h) = (card.area.x, card.area.y, card.area.h);
    let r = 7.0_f64.min(h * 0.3);
    let d = format!("M{} {}a{r} {r} 0 0 1 4 {}V{}a{r} {r} 0 0 1 -4 {}z", n(x), n(y + r), n(-r * 0.9), n(y + h - r * 0.1), n(-r * 0.9));
    let hue = hue_of(card.ix);
    html! { <path {d} class={if still { hue.stroke() } else { hue.fill() }} fill={still.then(|| format!("url(#hatch-{})", hue.hatch()))} /> }
}

/// Where a card's name begins: behind its glyph.
fn indent(width: f64) -> f64 {
    if width < 80.0 {
        20.0
    } else if width < 120.0 {
        23.0
    } else {
        28.0
    }
}

/// What stands in the first line of a card, as much as there is room for: the name comes first; then a word that says what is wrong; then one that says
/// that nothing is.
struct Head {
    name: String,
    word: String,
    /// Left edge of what is free between the two, and its width.
    free: (f64, f64),
}

fn head(card: &Card, node: &NodeView, word: &Word) -> Head {
    let (x, w) = (card.area.x, card.area.w);
    let name_w = sans_width(&node.name, 13.0).min((w - 40.0).max(0.0));
    let word_room = w - 46.0 - name_w;
    let plain = word.class.is_empty();
    // On narrow cards that nothing is wrong is not said: else some would say it, and others not.
    let text = if plain && (sans_width(&word.text, 12.0) > word_room || card.room == Room::Line && w < 170.0) {
        String::new()
    } else {
        let text = clip_sans(&word.text, word_room.max(w * 0.3), 12.0);
        if text.chars().count() < 4 && text != word.text { String::new() } else { text }
    };
    let word_w = sans_width(&text, 12.0);
    let room = w - indent(w) - 6.0 - if word_w > 0.0 { word_w + 10.0 } else { 0.0 };
    let name = clip_name(&node.name, room.max(12.0), if w < 120.0 { 12.0 } else { 13.0 });
    let from = x + indent(w) + sans_width(&name, 13.0) + 8.0;
    Head { name, word: text, free: (from, x + w - 10.0 - word_w - 10.0 - from) }
}

/// A node beside the top one.
pub(super) fn card(card: &Card, views: &Views, all: &[Replica], selected: bool, t: &'static Strings, on: &Callback<Action>) -> Html {
    let Some(node) = views.nodes.get(card.ix as usize) else { return Html::default() };
    let s = &t.figures.stage;
    let other = (node.role == Role::Replica).then(|| describe(views, node));
    let own = own_stream(card, node);
    // What is said stands left of the ring of a master with a stream of its own.
    let whole = card.area;
    let card = &Card { area: Area { w: whole.w - own.map_or(0.0, |ring| ring.w + 8.0), ..whole }, ..*card };
    let replica = all.iter().find(|r| r.node.ix == card.ix).or(other.as_ref());
    let (onclick, onkeydown) = selecting(on, Selection::Node(card.ix));
    let state = state_word(node, replica, views.now_us, t);
    // What a replica says of its way is a word of Redis's; that a process is gone is not.
    let stands = (node.role == Role::Replica && node.process == Process::Up).then_some(Term::State);
    let (x, y, w, h) = (card.area.x, card.area.y, card.area.w, card.area.h);
    let (right, down) = (x + w - 10.0, is_down(node));
    // A short card of a dead node says for how long in its second row, where there is room for it.
    let aged = down && card.room == Room::Short;
    let in_head = if aged { &Word { text: String::new(), class: "" } } else { &state };
    let Head { name, word: word_text, free: (free_at, free) } = head(card, node, in_head);
    let writes = writer::at(views, node).next().filter(|_| card.room >= Room::Short && free >= writer::LEAST_WIDTH);
    // As much of the address as fits.
    let port =
        [format!("{}:{}", node.ip, node.port), node.ip.clone()].into_iter().find(|text| mono_width(text, 12.0) <= free).unwrap_or_default();
    let has_port = card.room >= Room::Short && writes.is_none() && !port.is_empty();
    let middle = y + h * 0.5 + 4.0;
    let head_y = if card.room <= Room::Line { middle } else { y + 18.0 };
    let small = h < 14.0 || w < 120.0;
    let rows = |first: f64, second: Option<f64>| {
        if aged {
            return html! { <text x={n(x + 14.0)} y={n(first)} class={state.class}>{ clip_sans(&state.text, w - 24.0, 12.0) }</text> };
        }
        if down && node.role == Role::Master {
            return html! { <>{ last_row(card, node, first, t) }{ second.map(|y| lost_row(card, node, y, t)).unwrap_or_default() }</> };
        }
        if node.role == Role::Master && own.is_some() {
            return html! { <>{ stream_row(card, node, first, t, on) }{ second.map(|y| held_rows(card, views, node, y, t)).unwrap_or_default() }</> };
        }
        html! { <>{ truth_row(card, node, replica, first, t, on) }{ second.map(|y| info_row(card, node, replica, y, t, on)).unwrap_or_default() }</> }
    };
    let body = match card.room {
        Room::Dot | Room::Line => Html::default(),
        Room::Short => rows(y + 36.0, None),
        Room::Full => {
            // A higher card has its rows together above, with room for a third.
            let extra = (h.min(76.0) - 68.0) * 0.5;
            rows(y + 39.0 + extra * 0.6, Some(y + 58.0 + extra))
        }
    };
    html! {
        <>
        <g class={classes!("node", selected.then_some("sel"), down.then_some("down"))} role="button" tabindex="0" aria-label={node.name.clone()} aria-pressed={selected.to_string()}
            data-node={card.ix.to_string()} data-drag="true"
            aria-description={format!("{} {}", state.text, replica.and_then(|r| r.gap).map_or_else(String::new, |g| (s.gap)(&grouped(g))))} {onclick} {onkeydown}>
            <rect class="plate" x={n(x)} y={n(y)} width={n(whole.w)} height={n(h)} rx={n(7.0_f64.min(h * 0.3))} />
            { edge(card, node.process == Process::Paused || down) }
            if card.room == Room::Dot {
                <title>{ node.name.clone() }</title>
                { mark::glyph(card.ix, x + w * 0.5 + 2.0, y + h * 0.5, (h * 0.3).clamp(1.5, 4.0)) }
            } else {
                { mark::glyph(card.ix, x + indent(w) - if w < 120.0 { 8.0 } else { 10.0 }, head_y - 4.0, if small { 3.2 } else { 4.5 }) }
                <text x={n(x + indent(w))} y={n(head_y)} class={if small { "b" } else { "b t13" }}>{ name }</text>
                if has_port { <text x={n(free_at)} y={n(head_y)} class="m mu">{ port }</text> }
                <text x={n(right)} y={n(head_y)} class={classes!("e", state.class)}>{ begins(stands, &word_text, word_text.len(), on) }</text>
            }
            { body }
            { own.map(|ring| memory(ring, views, node, t, on)).unwrap_or_default() }
        </g>
        if let Some(client) = writes {
            { writer::chip(client, node, free_at, head_y - 13.0, free.min(writer::WIDTH), t, on) }
        }
        </>
    }
}

/// Where the ring of a living master stands that is not the one whose stream is shown, if its card has room for it.
fn own_stream(card: &Card, node: &NodeView) -> Option<Area> {
    let Area { x, y, w, h } = card.area;
    let side = (h - 10.0).min(92.0);
    let there = node.role == Role::Master && !matches!(node.process, Process::Down | Process::Off);
    (there && card.room == Room::Full && w - side >= 176.0).then_some(Area {
        x: x + w - side - 6.0,
        y: y + (h - side) * 0.5,
        w: side,
        h: side,
    })
}

/// Its backlog, with the replicas that follow it.
fn memory(ring: Area, views: &Views, node: &NodeView, t: &'static Strings, on: &Callback<Action>) -> Html {
    let replicas: Vec<Replica> = views
        .nodes()
        .filter(|other| other.ix != node.ix && parent(views, other) == Some(node.ix))
        .map(|other| describe(views, other))
        .collect();
    let memory = backlog::Memory {
        backlog: &node.backlog,
        head: node.offset.0,
        sessions: &node.replicas,
        replicas: &replicas,
        commands: &[],
        pointed: None,
        gone: false,
        selected: None,
        t,
        on,
    };
    backlog::small(ring, &memory)
}

/// Of a master with a stream of its own: its offset, and the id of that history.
fn stream_row(card: &Card, node: &NodeView, y: f64, t: &'static Strings, on: &Callback<Action>) -> Html {
    let (x, w) = (card.area.x, card.area.w);
    let (offset, id) = (grouped(node.offset.0), short_id(node.replid.as_str()));
    let from = x + 14.0 + sans_width(t.figures.stage.truth, 12.0) + 8.0;
    let beside = from + mono_width(&offset, 12.0) * 1.05 + 12.0;
    html! {
        <>
            <text x={n(x + 14.0)} y={n(y)} class="mu">{ word(Term::Truth, t.figures.stage.truth, on) }</text>
            <text x={n(from)} y={n(y)} class="m b">{ offset }</text>
            if beside + mono_width(&id, 12.0) <= x + w { <text x={n(x + w)} y={n(y)} class="m e mu">{ id }</text> }
        </>
    }
}

/// There: what its backlog holds, and who follows it; in one line where two do not fit.
fn held_rows(card: &Card, views: &Views, node: &NodeView, y: f64, t: &'static Strings) -> Html {
    let Area { x, y: top, w, h } = card.area;
    let w_topology = &t.topology;
    let followers = views.nodes().filter(|other| other.ix != node.ix && parent(views, other) == Some(node.ix)).count();
    let followers = (w_topology.followers)(followers);
    let backlog = &node.backlog;
    let holds = if backlog.active && backlog.histlen > 0 {
        (w_topology.holds)(&grouped(backlog.first.0), &grouped(node.offset.0))
    } else {
        w_topology.no_backlog.to_owned()
    };
    let two = top + h - y >= 19.0;
    html! {
        <>
            <text x={n(x + 14.0)} y={n(y)} class="mu">{ clip_sans(if two { &holds } else { &followers }, w - 16.0, 12.0) }</text>
            if two { <text x={n(x + 14.0)} y={n(y + 17.0)} class="mu">{ clip_sans(&followers, w - 16.0, 12.0) }</text> }
        </>
    }
}

/// Of a dead master: its last byte.
fn last_row(card: &Card, node: &NodeView, y: f64, t: &'static Strings) -> Html {
    let (x, w) = (card.area.x, card.area.w);
    let was = (t.topology.was)(&short_id(node.replid.as_str()));
    let label = t.topology.wrote_up_to;
    let at = (first_column(x, w)).max(x + 14.0 + sans_width(label, 12.0) + 8.0 + mono_width(&grouped(node.offset.0), 12.0));
    html! {
        <>
            <text x={n(x + 14.0)} y={n(y)} class="mu">{ label }</text>
            <text x={n(at)} y={n(y)} class="m e b">{ grouped(node.offset.0) }</text>
            if at + 14.0 + mono_width(&was, 12.0) < x + w - 10.0 { <text x={n(x + w - 10.0)} y={n(y)} class="m e mu">{ was }</text> }
        </>
    }
}

/// Of a dead master: the bytes that nobody has.
fn lost_row(card: &Card, node: &NodeView, y: f64, t: &'static Strings) -> Html {
    let text = match node.unreceived {
        Some(0) => t.topology.all_reached.to_owned(),
        Some(bytes) => (t.topology.reached_nobody)(&grouped(bytes)),
        None => return Html::default(),
    };
    let class = if node.unreceived > Some(0) { "xf b" } else { "mu" };
    html! { <text x={n(card.area.x + 14.0)} y={n(y)} {class}>{ clip_sans(&text, card.area.w - 24.0, 12.0) }</text> }
}

/// Right edge of a card's first column of numbers: a narrow card needs a larger part of itself for the words before it.
fn first_column(x: f64, w: f64) -> f64 {
    x + w * if w < 230.0 { 0.54 } else { 0.434 }
}

fn truth_row(card: &Card, node: &NodeView, replica: Option<&Replica>, y: f64, t: &'static Strings, on: &Callback<Action>) -> Html {
    let s = &t.figures.stage;
    let (x, w) = (card.area.x, card.area.w);
    let (c1, c2, c3) = (first_column(x, w), x + w * 0.72, x + w - 10.0);
    // A narrow card says what is true without saying that it is.
    let label = if w >= 190.0 {
        html! { <text x={n(x + 14.0)} y={n(y)} class="mu">{ word(Term::Truth, s.truth, on) }</text> }
    } else {
        Html::default()
    };
    let Some(r) = replica else {
        let id = Some(short_id(node.replid.as_str())).filter(|id| c1 + 14.0 + mono_width(id, 12.0) < c3);
        return html! {
            <>
                { label }
                <text x={n(c1)} y={n(y)} class="m e b">{ grouped(node.offset.0) }</text>
                if let Some(id) = id { <text x={n(c3)} y={n(y)} class="m e mu">{ id }</text> }
            </>
        };
    };
    match (r.applied, r.gap, r.node.truth.as_ref()) {
        (Some(applied), Some(gap), Some(truth)) => {
            let gap_text = if gap == 0 { "0 B".to_owned() } else { format!("{} B", grouped(-gap)) };
            let stale = truth
                .staleness_ms
                .map_or_else(|| s.never_was.to_owned(), |ms| if ms == 0 { "0 ms".to_owned() } else { span_us(ms * 1000) });
            let stale_class = if truth.staleness_ms.is_none() { "xf e b" } else { "m e" };
            // Words are bold, and wider than the numbers that stand there else.
            let stale_width = if truth.staleness_ms.is_none() { sans_width(&stale, 12.0) * 1.2 } else { mono_width(&stale, 12.0) };
            let gap_fits = c2 - mono_width(&gap_text, 12.0) > c1 + 4.0 && c3 - stale_width > c2 + 4.0;
            html! {
                <>
                    { label }
                    <text x={n(c1)} y={n(y)} class="m e b">{ grouped(applied) }</text>
                    if gap_fits { <text x={n(c2)} y={n(y)} class="m e">{ gap_text }</text> }
                    <text x={n(c3)} y={n(y)} class={stale_class}>{ stale }</text>
                </>
            }
        }
        _ => {
            let beside = r.node.upstream.as_ref().and_then(|up| up.beside);
            let keeps = |kept: u64| (s.keeps)(&grouped(kept as i64));
            let text = match r.standing {
                _ if beside.is_some_and(|b| b.stage == BesideStage::Applies) => {
                    (s.applies_kept)(&grouped(beside.map_or(0, |b| b.held) as i64))
                }
                Standing::Syncing(done, _) if done > 0 && beside.is_some() => {
                    format!("RDB {} B · {}", grouped(done as i64), keeps(beside.map_or(0, |b| b.held)))
                }
                Standing::Syncing(0, 0) if beside.is_some() => format!("{} · {}", s.loads, keeps(beside.map_or(0, |b| b.held))),
                Standing::Syncing(done, total) if total > 0 => (s.rdb_of)(&grouped(done as i64), &grouped(total)),
                Standing::Syncing(0, 0) => s.loads.to_owned(),
                Standing::Syncing(..) => s.waits_for_rdb.to_owned(),
                _ if r.foreign => t.face.lane.other_history.to_owned(),
                _ => s.no_past.to_owned(),
            };
            let text = clip_sans(&text, c3 - x - if w >= 190.0 { 50.0 } else { 14.0 }, 12.0);
            html! { <>{ label }<text x={n(c3)} y={n(y)} class={if r.foreign { "e xf" } else { "e" }}>{ text }</text></> }
        }
    }
}

fn info_row(card: &Card, node: &NodeView, replica: Option<&Replica>, y: f64, t: &'static Strings, on: &Callback<Action>) -> Html {
    let s = &t.figures.stage;
    let (x, w) = (card.area.x, card.area.w);
    let (c1, c3) = (first_column(x, w), x + w - 10.0);
    let label = html! { <text x={n(x + 14.0)} y={n(y)} class="mu">{ word(Term::Info, "INFO", on) }</text> };
    match replica.and_then(|r| r.session) {
        Some(session) if session.state == SessionState::Online => html! {
            <>
                { label }
                <text x={n(c1)} y={n(y)} class="m e">{ grouped(session.offset.0) }</text>
                <text x={n(c3)} y={n(y)} class={classes!("m", "e", (session.lag > 1).then_some("b"))}>{ (s.lag)(session.lag) }</text>
            </>
        },
        Some(session) => html! { <>{ label }<text x={n(c3)} y={n(y)} class="m e">{ clip(session.state.name(), w * 0.6, 12.0) }</text></> },
        None if node.role == Role::Master => html! { <>{ label }<text x={n(c3)} y={n(y)} class="m e">{ "role:master" }</text></> },
        None => {
            html! { <>{ label }<text x={n(c1)} y={n(y)} class={if replica.is_some_and(|r| r.applied.is_some() || r.foreign) { "xf e" } else { "mu e" }}>{ word(Term::NoLine, s.no_line, on) }</text><text x={n(c3)} y={n(y)} class="mu e">{ s.at_the_master }</text></> }
        }
    }
}
