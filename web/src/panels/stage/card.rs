//! Nodes: the top node's frame, and a card for each replica with the truth above and what INFO says below.

use super::layout::{Card, Plan, Room};
use super::selecting::selecting;
use crate::action::{Action, Selection};
use crate::draw::replicas::{Replica, Standing, describe};
use crate::draw::{clip, clip_sans, hue_of, mark, mono_width, n, sans_width};
use crate::format::{grouped, short_id, span_us};
use crate::i18n::Strings;
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
    let t = &t.figures.stage;
    let since = span_us(now_us.saturating_sub(node.process_since_us));
    let word = |text: String, class: &'static str| Word { text, class };
    match node.process {
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
            (Some(session), _) => word(session.state.to_string(), if session.state == SessionState::Online { "" } else { "b" }),
            (None, _) => word(
                node.upstream.as_ref().map_or_else(String::new, |up| up.state.to_string()),
                if r.applied.is_some() { "xf b" } else { "b" },
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

/// A node below the top one.
pub(super) fn card(card: &Card, views: &Views, all: &[Replica], selected: bool, t: &'static Strings, on: &Callback<Action>) -> Html {
    let Some(node) = views.nodes().find(|node| node.ix == card.ix) else { return Html::default() };
    let s = &t.figures.stage;
    let other = (node.role == Role::Replica).then(|| describe(views, node));
    let replica = all.iter().find(|r| r.node.ix == card.ix).or(other.as_ref());
    let (onclick, onkeydown) = selecting(on, Selection::Node(card.ix));
    let word = state_word(node, replica, views.now_us, t);
    let (x, y, w, h) = (card.area.x, card.area.y, card.area.w, card.area.h);
    let right = x + w - 10.0;
    // The name comes first; then a word that says what is wrong; then one that says that nothing is.
    let name_w = sans_width(&node.name, 13.0).min(w - 40.0);
    let word_room = w - 46.0 - name_w;
    let word_text = if word.class.is_empty() && sans_width(&word.text, 11.0) > word_room {
        String::new()
    } else {
        clip_sans(&word.text, word_room.max(w * 0.3), 11.0)
    };
    let word_w = sans_width(&word_text, 11.5);
    let name = clip_sans(&node.name, (w - 46.0 - word_w).max(40.0), 13.0);
    let port_at = x + 28.0 + sans_width(&name, 13.0) + 8.0;
    // As much of the address as fits.
    let room = right - word_w - 10.0 - port_at;
    let port =
        [format!("{}:{}", node.ip, node.port), node.ip.clone()].into_iter().find(|text| mono_width(text, 11.0) <= room).unwrap_or_default();
    let has_port = card.room != Room::Line && !port.is_empty();
    let head_y = if card.room == Room::Line { y + h * 0.5 + 4.0 } else { y + 18.0 };
    let small = h < 14.0;
    let body = match card.room {
        Room::Line => Html::default(),
        Room::Short => html! { { truth_row(card, node, replica, y + 36.0, t) } },
        Room::Full => {
            let extra = (h - 68.0) * 0.5;
            html! { <>{ truth_row(card, node, replica, y + 39.0 + extra * 0.6, t) }{ info_row(card, node, replica, y + 58.0 + extra, t) }</> }
        }
    };
    html! {
        <g class={classes!("node", selected.then_some("sel"))} role="button" tabindex="0" aria-label={node.name.clone()} aria-pressed={selected.to_string()}
            aria-description={format!("{} {}", word.text, replica.and_then(|r| r.gap).map_or_else(String::new, |g| (s.gap)(&grouped(g))))} {onclick} {onkeydown}>
            <rect class="plate" x={n(x)} y={n(y)} width={n(w)} height={n(h)} rx={n(7.0_f64.min(h * 0.3))} />
            { edge(card, node.process == Process::Paused) }
            { mark::glyph(card.ix, x + 18.0, head_y - 4.0, if small { 3.2 } else { 4.5 }) }
            <text x={n(x + 28.0)} y={n(head_y)} class={if small { "b" } else { "b t13" }}>{ name }</text>
            if has_port { <text x={n(port_at)} y={n(head_y)} class="m mu">{ port }</text> }
            <text x={n(right)} y={n(head_y)} class={classes!("e", word.class)}>{ word_text }</text>
            { body }
        </g>
    }
}

/// Right edge of a card's first column of numbers: a narrow card needs a larger part of itself for the words before it.
fn first_column(x: f64, w: f64) -> f64 {
    x + w * if w < 230.0 { 0.54 } else { 0.434 }
}

fn truth_row(card: &Card, node: &NodeView, replica: Option<&Replica>, y: f64, t: &'static Strings) -> Html {
    let s = &t.figures.stage;
    let (x, w) = (card.area.x, card.area.w);
    let (c1, c2, c3) = (first_column(x, w), x + w * 0.72, x + w - 10.0);
    // A narrow card says what is true without saying that it is.
    let label = if w >= 190.0 {
        html! { <text x={n(x + 14.0)} y={n(y)} class="mu">{ s.truth }</text> }
    } else {
        Html::default()
    };
    let Some(r) = replica else {
        return html! { <>{ label }<text x={n(c1)} y={n(y)} class="m e t12 b">{ grouped(node.offset.0) }</text></> };
    };
    match (r.applied, r.gap, r.node.truth.as_ref()) {
        (Some(applied), Some(gap), Some(truth)) => {
            let gap_text = if gap == 0 { "0 B".to_owned() } else { format!("{} B", grouped(-gap)) };
            let stale = truth
                .staleness_ms
                .map_or_else(|| s.never_was.to_owned(), |ms| if ms == 0 { "0 ms".to_owned() } else { span_us(ms * 1000) });
            let stale_class = if truth.staleness_ms.is_none() { "xf e b" } else { "m e" };
            // Words are bold, and wider than the numbers that stand there else.
            let stale_width = if truth.staleness_ms.is_none() { sans_width(&stale, 11.0) * 1.2 } else { mono_width(&stale, 11.0) };
            let gap_fits = c2 - mono_width(&gap_text, 11.0) > c1 + 4.0 && c3 - stale_width > c2 + 4.0;
            html! {
                <>
                    { label }
                    <text x={n(c1)} y={n(y)} class="m e t12 b">{ grouped(applied) }</text>
                    if gap_fits { <text x={n(c2)} y={n(y)} class="m e">{ gap_text }</text> }
                    <text x={n(c3)} y={n(y)} class={stale_class}>{ stale }</text>
                </>
            }
        }
        _ => {
            let text = match r.standing {
                Standing::Syncing(done, total) if total > 0 => (s.rdb_of)(&grouped(done as i64), &grouped(total)),
                Standing::Syncing(0, 0) => s.loads.to_owned(),
                Standing::Syncing(..) => s.waits_for_rdb.to_owned(),
                _ => s.no_past.to_owned(),
            };
            html! { <>{ label }<text x={n(c3)} y={n(y)} class="e">{ text }</text></> }
        }
    }
}

fn info_row(card: &Card, node: &NodeView, replica: Option<&Replica>, y: f64, t: &'static Strings) -> Html {
    let s = &t.figures.stage;
    let (x, w) = (card.area.x, card.area.w);
    let (c1, c3) = (first_column(x, w), x + w - 10.0);
    let label = html! { <text x={n(x + 14.0)} y={n(y)} class="mu">{ "INFO" }</text> };
    match replica.and_then(|r| r.session) {
        Some(session) if session.state == SessionState::Online => html! {
            <>
                { label }
                <text x={n(c1)} y={n(y)} class="m e t12">{ grouped(session.offset.0) }</text>
                if session.output_buffer > 0 && w > 230.0 { <text x={n(x + w * 0.72)} y={n(y)} class="m e mu">{ (s.buffered)(&grouped(session.output_buffer as i64)) }</text> }
                <text x={n(c3)} y={n(y)} class={classes!("m", "e", (session.lag > 1).then_some("b"))}>{ (s.lag)(session.lag) }</text>
            </>
        },
        Some(session) => html! { <>{ label }<text x={n(c3)} y={n(y)} class="m e">{ clip(session.state.name(), w * 0.6, 11.0) }</text></> },
        None if node.role == Role::Master => html! { <>{ label }<text x={n(c3)} y={n(y)} class="m e">{ "role:master" }</text></> },
        None => {
            html! { <>{ label }<text x={n(c1)} y={n(y)} class={if replica.is_some_and(|r| r.applied.is_some()) { "xf e t12" } else { "mu e t12" }}>{ s.no_line }</text><text x={n(c3)} y={n(y)} class="mu e">{ s.at_the_master }</text></> }
        }
    }
}

/// The top node: its frame, and its figures beside the ring.
pub(super) fn frame(plan: &Plan, node: &NodeView, now_us: u64, selected: bool, t: &'static Strings, on: &Callback<Action>) -> Html {
    let s = &t.figures.stage;
    let f = plan.frame;
    let (onclick, onkeydown) = selecting(on, Selection::Node(node.ix));
    let still = node.process == Process::Paused;
    let down = matches!(node.process, Process::Down | Process::Off);
    let plate = html! { <rect class="plate" x={n(f.x)} y={n(f.y)} width={n(f.w)} height={n(f.h)} rx="9" /> };
    let hatch = still.then(|| html! { <rect x={n(f.x + 1.0)} y={n(f.y + 9.0)} width="4" height={n(f.h - 18.0)} fill="url(#hatch-h0)" /> });
    let Some(x) = plan.figures else {
        // Only the ring has room: the name above it is the button.
        return html! {
            <g class={classes!("node", selected.then_some("sel"))} role="button" tabindex="0" aria-label={node.name.clone()} aria-pressed={selected.to_string()} {onclick} {onkeydown}>
                { plate }{ hatch }
                <text x={n(f.x + 10.0)} y={n(f.y + 18.0)} class="b t13">{ node.name.clone() }</text>
                <text x={n(f.x + f.w - 10.0)} y={n(f.y + f.h - 8.0)} class="m e t13">{ grouped(node.offset.0) }</text>
            </g>
        };
    };
    let right = f.x + f.w - 12.0;
    let tall = f.h >= 190.0;
    let state = match node.process {
        Process::Up => None,
        _ => Some(state_word(node, None, now_us, t)),
    };
    let backlog = &node.backlog;
    let good = node
        .good
        .as_ref()
        .map_or_else(|| (s.good_off.to_owned(), ""), |g| ((s.good_of)(g.have, g.need), if g.refusing { "xf b" } else { "" }));
    let none = "–".to_owned();
    let mut rows: Vec<(&str, String, &str)> = vec![
        (s.size, grouped(backlog.size as i64), ""),
        (s.first, if backlog.active { grouped(backlog.first.0) } else { none.clone() }, ""),
        (s.histlen, if backlog.active { grouped(backlog.histlen as i64) } else { none }, ""),
        (s.writes, format!("{} B/s", grouped(backlog.rate as i64)), ""),
        (s.good, good.0, good.1),
    ];
    let c = &node.counters;
    let syncs = format!("{} · {} · {}", c.sync_full, c.sync_partial_ok, c.sync_partial_err);
    match &node.child {
        Some(child) => rows.push((
            s.child,
            (child.done * 100).checked_div(child.total).map_or_else(|| grouped(child.done as i64), |percent| format!("{percent} %")),
            "b",
        )),
        None => rows.push((s.syncs, syncs, "")),
    }
    let from = if tall { 121.0 } else { 100.0 };
    let pitch = ((f.h - from + 2.0) / rows.len() as f64).clamp(13.0, 22.0);
    let fit = (((f.h - from - 4.0) / pitch).floor().max(0.0) as usize + 1).min(rows.len());
    rows.truncate(fit);
    let room = right - x - sans_width(&node.name, 15.0) - 8.0;
    let address =
        [format!("{}:{}", node.ip, node.port), node.ip.clone()].into_iter().find(|text| mono_width(text, 11.0) <= room).unwrap_or_default();
    let name = clip_sans(&node.name, right - x - mono_width(&address, 11.0) - 8.0, 15.0);
    let below = state.map_or_else(|| format!("Redis {}", node.era.name()), |word| word.text);
    let below = clip_sans(&below, right - x, 11.0);
    // The id stands beside the release; how long the process has been gone says more than the id that it had.
    let id = Some(short_id(node.replid.as_str())).filter(|id| sans_width(&below, 11.0) + mono_width(id, 11.0) + 8.0 <= right - x);
    html! {
        <>
            { plate }{ hatch }
            <g class={classes!("node", "top", selected.then_some("sel"), down.then_some("down"))} role="button" tabindex="0" aria-label={node.name.clone()} aria-pressed={selected.to_string()} {onclick} {onkeydown}>
                <rect class="hit" x={n(x - 10.0)} y={n(f.y + 4.0)} width={n(f.x + f.w - x + 6.0)} height={n(f.h - 8.0)} rx="6" />
                <rect class="plate bare" x={n(f.x)} y={n(f.y)} width={n(f.w)} height={n(f.h)} rx="9" />
                <text x={n(x)} y={n(f.y + 26.0)} class="b t15">{ name }</text>
                <text x={n(right)} y={n(f.y + 26.0)} class="m mu e">{ address }</text>
                <text x={n(x)} y={n(f.y + 43.0)} class="mu">{ below }</text>
                if let Some(id) = id {
                    <text x={n(right)} y={n(f.y + 43.0)} class="m mu e">{ id }<title>{ node.replid.as_str().to_owned() }</title></text>
                }
                <text x={n(x)} y={n(f.y + 74.0)} class="m t22">{ grouped(node.offset.0) }</text>
                if tall {
                    <text x={n(x)} y={n(f.y + 89.0)} class="mu">{ "master_repl_offset" }</text>
                    <path d={format!("M{} {}H{}", n(x), n(f.y + 101.0), n(right))} class="sl w1 fn" />
                }
                { for rows.into_iter().enumerate().map(|(i, (label, value, class))| {
                    let y = f.y - 2.0 + from + pitch * i as f64;
                    html! {
                        <>
                            <text x={n(x)} y={n(y)} class="mu">{ label.to_owned() }</text>
                            <text x={n(right)} y={n(y)} class={classes!("m", "e", class)}>{ value }</text>
                        </>
                    }
                }) }
            </g>
        </>
    }
}
