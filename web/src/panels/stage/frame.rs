//! The node whose stream is shown: its frame, the ring in it, and its figures beside that. Of a dead one an outline.

use super::card::state_word;
use super::layout::Plan;
use super::writer;
use crate::action::{Action, Selection};
use crate::draw::backlog::Area;
use crate::draw::replicas::is_down;
use crate::draw::selecting::selecting;
use crate::draw::{clip_sans, hue_of, mono_width, n, sans_width};
use crate::format::{grouped, short_id};
use crate::i18n::Strings;
use crate::i18n::glossary::Term;
use crate::panels::words::{begins, word};
use resync_core::view::{ClientView, NodeView, Process};
use resync_js::views::Views;
use yew::{Callback, Html, classes, html};

/// A row of the figures: its name, its value, and how that is written.
struct Row {
    name: &'static str,
    value: String,
    class: &'static str,
    /// The word that its name is, if that is explained.
    term: Option<Term>,
}

fn rows(node: &NodeView, t: &'static Strings) -> Vec<Row> {
    let s = &t.figures.stage;
    let row = |name: &'static str, value: String, class: &'static str| Row { name, value, class, term: None };
    let word = |term: Term, name: &'static str, value: String, class: &'static str| Row { name, value, class, term: Some(term) };
    if is_down(node) {
        // Nothing of it is so any more but what it left behind.
        return vec![
            row(t.topology.wrote_up_to, grouped(node.offset.0), "b"),
            word(Term::ReplId, t.topology.had_id, short_id(node.replid.as_str()), "mu"),
        ];
    }
    let backlog = &node.backlog;
    let held = |number: i64| if backlog.active { grouped(number) } else { "–".to_owned() };
    let (good, refusing) = node.good.as_ref().map_or_else(|| (s.good_off.to_owned(), false), |g| ((s.good_of)(g.have, g.need), g.refusing));
    let mut all = vec![
        word(Term::BacklogSize, s.size, grouped(backlog.size as i64), ""),
        word(Term::FirstByte, s.first, held(backlog.first.0), ""),
        word(Term::Histlen, s.histlen, held(backlog.histlen as i64), ""),
        row(s.writes, format!("{} B/s", grouped(backlog.rate as i64)), ""),
        word(Term::GoodReplicas, s.good, good, if refusing { "xf b" } else { "" }),
    ];
    let c = &node.counters;
    all.push(match &node.child {
        Some(child) => {
            let percent = (child.done * 100).checked_div(child.total);
            word(Term::Bgsave, s.child, percent.map_or_else(|| grouped(child.done as i64), |percent| format!("{percent} %")), "b")
        }
        None => word(Term::Counters, s.syncs, format!("{} · {} · {}", c.sync_full, c.sync_partial_ok, c.sync_partial_err), ""),
    });
    all
}

/// The boxes of the writers in a frame, from its bottom upwards.
fn chips<'a>(clients: impl Iterator<Item = &'a ClientView>, area: Area, x: f64, right: f64) -> Vec<(&'a ClientView, f64)> {
    let most = if area.h >= 150.0 { 2 } else { 1 };
    let shown = clients.take(if right - x >= writer::LEAST_WIDTH { most } else { 0 });
    shown.enumerate().map(|(i, client)| (client, area.y + area.h - 8.0 - writer::HEIGHT - (writer::HEIGHT + 3.0) * i as f64)).collect()
}

/// The frame; `memory` is the ring, drawn already. A click anywhere in it selects the node.
pub(super) fn frame(
    plan: &Plan,
    views: &Views,
    node: &NodeView,
    memory: Html,
    selected: bool,
    t: &'static Strings,
    on: &Callback<Action>,
) -> Html {
    let f = plan.frame;
    let (onclick, onkeydown) = selecting(on, Selection::Node(node.ix));
    let still = node.process == Process::Paused;
    let down = is_down(node);
    let name = (node.name.clone(), selected.to_string());
    let hue = hue_of(node.ix);
    let edge = html! {
        <>
            if still || down { <rect x={n(f.x + 1.0)} y={n(f.y + 9.0)} width="4" height={n(f.h - 18.0)} fill={format!("url(#hatch-{})", hue.hatch())} /> }
            else if node.ix != 0 { <rect x={n(f.x)} y={n(f.y + 9.0)} width="4" height={n(f.h - 18.0)} class={hue.fill()} /> }
        </>
    };
    let (body, chips) = match plan.figures {
        Some(x) => figures(f, x, views, node, t, on),
        None => ring_alone(f, views, node, t),
    };
    html! {
        <g class={classes!("framed", down.then_some("down"))} data-node={node.ix.to_string()} {onclick}>
            <rect class="plate" x={n(f.x)} y={n(f.y)} width={n(f.w)} height={n(f.h)} rx="9" />
            { edge }
            <g class={classes!("node", "top", selected.then_some("sel"), down.then_some("down"))} role="button" tabindex="0" aria-label={name.0} aria-pressed={name.1}
                data-drag="true" data-node={node.ix.to_string()} {onkeydown}>
                <rect class="plate bare" x={n(f.x)} y={n(f.y)} width={n(f.w)} height={n(f.h)} rx="9" />
                { body }
            </g>
            { memory }
            { for chips.into_iter().map(|(client, x, y, w)| writer::chip(client, node, x, y, w, t, on)) }
        </g>
    }
}

/// Where a writer's box stands: who, left, top, width.
type Chips<'a> = Vec<(&'a ClientView, f64, f64, f64)>;

/// Only the ring has room: the name above it is the button.
fn ring_alone<'a>(f: Area, views: &'a Views, node: &NodeView, t: &'static Strings) -> (Html, Chips<'a>) {
    let down = is_down(node).then(|| state_word(node, None, views.now_us, t).text);
    let offset = grouped(node.offset.0);
    let right = f.x + f.w - 18.0 - mono_width(&offset, 13.0);
    let chips = chips(writer::at(views, node).take(1), f, f.x + 8.0, right);
    let name = clip_sans(&node.name, f.w - 20.0, 13.0);
    let body = html! {
        <>
            <rect class="hit" x={n(f.x + 4.0)} y={n(f.y + 4.0)} width={n(f.w - 8.0)} height="20" rx="6" />
            <text x={n(f.x + 10.0)} y={n(f.y + 18.0)} class="b t13 halo">{ &name }</text>
            if let Some(word) = down {
                // Beside the name where there is room: the ring begins close below it.
                if sans_width(&name, 13.0) + sans_width(&word, 12.0) + 24.0 < f.w {
                    <text x={n(f.x + f.w - 10.0)} y={n(f.y + 18.0)} class="xf b e halo">{ word }</text>
                } else {
                    <text x={n(f.x + 10.0)} y={n(f.y + 33.0)} class="xf b halo">{ word }</text>
                }
            }
            <text x={n(f.x + f.w - 10.0)} y={n(f.y + f.h - 8.0)} class="m e t13 halo">{ offset }</text>
        </>
    };
    (body, chips.into_iter().map(|(client, y)| (client, f.x + 8.0, y, (right - f.x - 8.0).min(writer::WIDTH))).collect())
}

fn figures<'a>(f: Area, x: f64, views: &'a Views, node: &NodeView, t: &'static Strings, on: &Callback<Action>) -> (Html, Chips<'a>) {
    let right = f.x + f.w - 12.0;
    let down = is_down(node);
    let tall = f.h >= 190.0;
    let chips: Chips = chips(writer::at(views, node), f, x, right).into_iter().map(|(client, y)| (client, x, y, right - x)).collect();
    let foot = chips.iter().map(|(.., y, _)| *y).fold(f.y + f.h, f64::min) - 4.0;
    let from = f.y + if tall { 119.0 } else { 98.0 };
    let mut rows = rows(node, t);
    if foot - from < 90.0 {
        // Where it is tight, what is not set, and what the writer's box says nearly as well, give way.
        let s = &t.figures.stage;
        rows.retain(|row| !(row.name == s.good && node.good.is_none() || row.name == s.writes && !chips.is_empty()));
    }
    let pitch = ((foot - from + 4.0) / rows.len() as f64).clamp(14.0, 22.0);
    rows.truncate(((foot - from - 2.0) / pitch).floor().max(0.0) as usize + usize::from(foot - from > 2.0));
    let room = right - x - sans_width(&node.name, 15.0) - 8.0;
    let address =
        [format!("{}:{}", node.ip, node.port), node.ip.clone()].into_iter().find(|text| mono_width(text, 12.0) <= room).unwrap_or_default();
    let name = clip_sans(&node.name, right - x - mono_width(&address, 12.0) - 8.0, 15.0);
    let state = (node.process != Process::Up).then(|| state_word(node, None, views.now_us, t));
    let class = state.as_ref().map_or("mu", |state| state.class);
    let below = state.map_or_else(|| format!("Redis {}", node.era.name()), |word| word.text);
    let below = clip_sans(&below, right - x, 12.0);
    // The id stands beside the release; that of a dead process has a row of its own.
    let id = Some(short_id(node.replid.as_str()))
        .filter(|_| !down)
        .filter(|id| sans_width(&below, 12.0) + mono_width(id, 12.0) + 8.0 <= right - x);
    let lost = node.unreceived.map(|bytes| match bytes {
        0 => (t.topology.all_reached.to_owned(), "mu"),
        bytes => ((t.topology.reached_nobody)(&grouped(bytes)), "xf b"),
    });
    let body = html! {
        <>
            <rect class="hit" x={n(x - 10.0)} y={n(f.y + 4.0)} width={n(f.x + f.w - x + 6.0)} height={n(f.h - 8.0)} rx="6" />
            <text x={n(x)} y={n(f.y + 26.0)} class="b t15">{ name }</text>
            <text x={n(right)} y={n(f.y + 26.0)} class="m mu e">{ address }</text>
            <text x={n(x)} y={n(f.y + 43.0)} {class}>{ below }</text>
            if let Some(id) = id {
                <text x={n(right)} y={n(f.y + 43.0)} class="m mu e">{ id }<title>{ node.replid.as_str().to_owned() }</title></text>
            }
            if down {
                if let Some((text, class)) = lost { <text x={n(x)} y={n(f.y + 66.0)} {class}>{ clip_sans(&text, right - x, 12.0) }</text> }
            } else {
                <text x={n(x)} y={n((f.y + 74.0).min(foot))} class="m t22">{ grouped(node.offset.0) }</text>
            }
            if tall && !down {
                <text x={n(x)} y={n(f.y + 89.0)} class="mu">{ word(Term::Offset, "master_repl_offset", on) }</text>
                <path d={format!("M{} {}H{}", n(x), n(f.y + 101.0), n(right))} class="sl w1 fn" />
            }
            { for rows.into_iter().enumerate().map(|(i, row)| {
                let y = from + pitch * i as f64;
                html! {
                    <>
                        <text x={n(x)} y={n(y)} class="mu">{ begins(row.term, row.name, row.name.len(), on) }</text>
                        <text x={n(right)} y={n(y)} class={classes!("m", "e", row.class)}>{ row.value }</text>
                    </>
                }
            }) }
        </>
    };
    (body, chips)
}
