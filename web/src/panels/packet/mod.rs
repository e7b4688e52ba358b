//! An opened packet: its bytes, what they say piece by piece, and where they belong in the stream. It lies over the inspector, joined to its packet by a
//! line, so that it covers no figure.

mod dump;

use crate::action::{Action, Figure, Look, Page, Selection, Way, Written};
use crate::draw::mark::named;
use crate::format::{clock_us, grouped};
use crate::i18n::Strings;
use crate::i18n::topology::Trip;
use crate::panels::count::rendered;
use crate::panels::verdict::shortened;
use dump::dump;
pub use dump::written;
use resync_core::view::{NodeIx, PacketKind, PacketOpened, PacketPart, PacketState, PartKind};
use resync_js::views::{Shared, Views};
use web_sys::{HtmlElement, KeyboardEvent, MouseEvent};
use yew::{Callback, Html, Properties, classes, component, html, use_effect_with, use_node_ref, use_state_eq};

/// What the drawer shows.
#[derive(Clone, PartialEq, Properties)]
pub struct PacketProps {
    /// Everything on the screen but the packets in flight; the opened one is in it.
    pub views: Shared<Views>,
    /// The pointed byte.
    #[prop_or_default]
    pub pointed: Option<i64>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// Rows that are listed before and after what is left out.
const ENDS: usize = 6;

/// The pieces that are listed: all of a few; of many the first and the last ones, those around the chosen one, and how many lie between.
#[must_use]
pub fn listed(count: usize, chosen: usize) -> Vec<Row> {
    let shown = |i: usize| i < ENDS || i + ENDS >= count || i.abs_diff(chosen) <= 1;
    let mut rows = Vec::new();
    let mut left_out = 0;
    for i in 0..count {
        if shown(i) {
            if left_out > 0 {
                rows.push(Row::More(left_out));
                left_out = 0;
            }
            rows.push(Row::Part(i));
        } else {
            left_out += 1;
        }
    }
    rows
}

/// A row of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Row {
    /// A piece, by its place.
    Part(usize),
    /// So many are left out.
    More(usize),
}

/// The drawer.
#[component]
pub fn Packet(props: &PacketProps) -> Html {
    rendered();
    let w = &props.t.topology;
    let chosen = use_state_eq(|| 0_usize);
    let drawer = use_node_ref();
    // Whoever opened it by keyboard goes on in it.
    use_effect_with(drawer.clone(), |drawer| {
        if let Some(element) = drawer.cast::<HtmlElement>() {
            let _ = element.focus();
        }
    });
    let Some(packet) = props.views.packet.as_ref() else { return Html::default() };
    let name = |ix: NodeIx| props.views.name(ix);
    let at = (*chosen).min(packet.parts.len().saturating_sub(1));
    let part = packet.parts.get(at);
    let rove = |way: Way| props.on.reform(move |_: MouseEvent| Action::Look(Look::Rove(way)));
    let close = props.on.reform(|_: MouseEvent| Action::Look(Look::Packet(None)));
    let copy = |how: Written| props.on.reform(move |_: MouseEvent| Action::Page(Page::Bytes(how)));
    let onkeydown = {
        let (on, chosen, count) = (props.on.clone(), chosen.clone(), packet.parts.len());
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowDown" => chosen.set((at + 1).min(count.saturating_sub(1))),
                "ArrowUp" => chosen.set(at.saturating_sub(1)),
                "PageDown" => on.emit(Action::Look(Look::Rove(Way::After))),
                "PageUp" => on.emit(Action::Look(Look::Rove(Way::Before))),
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let label = (w.packet_of)(name(packet.from), name(packet.to));
    html! {
        <section class="packet" role="region" aria-label={label} tabindex="-1" ref={drawer} {onkeydown}>
            <div class="packet-head">
                <h2>{ w.packet }</h2>
                <span>{ named(packet.from, name(packet.from)) }{ " → " }{ named(packet.to, name(packet.to)) }</span>
                <span class="space"></span>
                <button class="plain" onclick={close}>{ w.close }<kbd>{ "Esc" }</kbd></button>
            </div>
            <p class="mono said">{ shortened(&packet.text) }</p>
            <p class="muted" aria-live="polite">{ (w.trip)(trip(packet, (&clock_us(packet.sent_us), &packet.due_us.map(clock_us).unwrap_or_default()))) }{ " " }{ carries(packet, props.t) }if packet.second { { " " }{ w.over_second } }</p>
            if packet.parts.is_empty() {
                <p class="muted">{ w.no_payload }</p>
            } else {
                { table(props, packet, at, &chosen) }
                if let Some(note) = note(packet, props.t) { <p class="note">{ note }</p> }
                if let Some(part) = part { { dump(packet, part, props.t) } }
            }
            <div class="packet-foot">
                <button onclick={rove(Way::Before)}>{ w.previous }</button>
                <button onclick={rove(Way::After)}>{ w.next }</button>
                if !packet.bytes.is_empty() {
                    <button onclick={copy(Written::Quoted)}>{ w.copy_quoted }</button>
                    <button onclick={copy(Written::Hex)}>{ w.copy_hex }</button>
                }
                <button onclick={in_ladder(props, packet)}>{ w.in_ladder }</button>
                if let Some(offset) = part.and_then(|part| part.offset) {
                    <button onclick={props.on.reform(move |_: MouseEvent| Action::Look(Look::Lens(Some(offset.0))))}>{ w.in_stream }</button>
                }
            </div>
        </section>
    }
}

fn trip<'a>(packet: &PacketOpened, (sent, due): (&'a str, &'a str)) -> Trip<'a> {
    match packet.state {
        PacketState::NotSent => Trip::NotSent(sent),
        PacketState::OnItsWay(_) => Trip::Flying(sent, due),
        PacketState::Held => Trip::Held(sent),
        PacketState::Arrived => Trip::Arrived(sent, due),
        PacketState::Lost => Trip::Lost(sent),
    }
}

fn carries(packet: &PacketOpened, t: &'static Strings) -> String {
    let w = &t.topology;
    let bytes = packet.bytes.len() as i64;
    if let Some((at, total)) = packet.file {
        let (from, to) = (grouped(at as i64), grouped(at as i64 + bytes - 1));
        return (w.of_file)(&from, &to, (total >= 0).then(|| grouped(total)).as_deref());
    }
    match packet.first {
        Some(first) => (w.carries)(&grouped(bytes), Some((&grouped(first.0), &grouped(first.0 + bytes - 1)))),
        None if bytes > 0 => (w.carries)(&grouped(bytes), None),
        None => String::new(),
    }
}

/// Why there are no offsets.
fn note(packet: &PacketOpened, t: &'static Strings) -> Option<&'static str> {
    match packet.kind {
        PacketKind::Request | PacketKind::Reply | PacketKind::Ack | PacketKind::Newline => Some(t.topology.answers),
        PacketKind::Rdb => Some(t.topology.file_is_no_stream),
        PacketKind::Stream | PacketKind::Ping | PacketKind::Control | PacketKind::Client => None,
    }
}

/// Selects the packet's link, whose handshake is then shown, and points at the moment when it was sent.
fn in_ladder(props: &PacketProps, packet: &PacketOpened) -> Callback<MouseEvent> {
    let (on, link, sent) = (props.on.clone(), packet.link, packet.sent_us);
    Callback::from(move |_| {
        on.emit(Action::Look(Look::Select(Selection::Link(link))));
        on.emit(Action::Look(Look::Figure(Figure::Handshake)));
        on.emit(Action::Look(Look::Moment(Some(sent))));
    })
}

fn table(props: &PacketProps, packet: &PacketOpened, at: usize, chosen: &yew::UseStateHandle<usize>) -> Html {
    let w = &props.t.topology;
    let row = |row: Row| match row {
        Row::More(count) => html! { <tr class="fold"><td>{ "⋮" }</td><td colspan="2">{ (w.more)(count) }</td></tr> },
        Row::Part(i) => {
            let part = &packet.parts[i];
            let first = part.offset.map(|offset| offset.0);
            let hot = first.is_some_and(|first| props.pointed.is_some_and(|p| p >= first && p < first + part.bytes as i64));
            let onclick = {
                let chosen = chosen.clone();
                Callback::from(move |_: MouseEvent| chosen.set(i))
            };
            let point = |byte: Option<i64>| props.on.reform(move |_: MouseEvent| Action::Look(Look::Point(byte)));
            html! {
                <tr key={i} class={classes!((i == at).then_some("on"), hot.then_some("hot"))} aria-current={(i == at).to_string()} {onclick}
                    onmouseenter={point(first)} onmouseleave={point(None)}>
                    <td>{ first.map_or_else(|| w.no_offset.to_owned(), grouped) }</td>
                    <td class="says">{ says(part, props.t) }</td>
                    <td>{ grouped(part.bytes as i64) }</td>
                </tr>
            }
        }
    };
    html! {
        <table>
            <thead><tr><th scope="col">{ w.offset }</th><th scope="col">{ w.says }</th><th scope="col">{ w.bytes }</th></tr></thead>
            <tbody>{ for listed(packet.parts.len(), at).into_iter().map(row) }</tbody>
        </table>
    }
}

fn says(part: &PacketPart, t: &'static Strings) -> Html {
    let w = &t.topology;
    let (text, beside) = match part.kind {
        PartKind::Command | PartKind::Line | PartKind::Newline => (shortened(&part.text), ""),
        PartKind::Rdb => (w.rdb.to_owned(), ""),
        PartKind::Rest => (part.text.clone(), w.rest),
        PartKind::Begin => (part.text.clone(), w.begin),
    };
    html! { <>{ text }if !beside.is_empty() { <span class="muted">{ format!(" {beside}") }</span> }</> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_pieces_are_folded_around_the_chosen_one() {
        assert_eq!(listed(3, 0), [Row::Part(0), Row::Part(1), Row::Part(2)]);
        assert_eq!(listed(12, 0).len(), 12, "nothing is left out of what fits");
        let rows = listed(200, 100);
        let counted: usize = rows.iter().map(|row| if let Row::More(count) = row { *count } else { 1 }).sum();
        assert_eq!((counted, rows.len()), (200, 2 * ENDS + 3 + 2));
        assert!(rows.contains(&Row::Part(100)) && rows.contains(&Row::Part(199)));
        assert!(listed(0, 0).is_empty());
    }
}
