//! The stage: nodes, links, and packets painted each frame outside the virtual DOM.

mod buffer;
mod card;
mod drag;
mod frame;
mod labels;
pub mod layout;
pub mod packets;
mod pipe;
mod sentinels;
mod strip;
mod tile;
mod writer;

use crate::action::{Action, Look, Selection};
use crate::draw::replicas::{is_down, replicas, selected_replica, top};
use crate::draw::{Size, backlog, hue_of, mark, n, pointer, use_size};
use crate::i18n::Strings;
use crate::panels::count::rendered;
use crate::panels::words::{marked, rules};
use drag::Drag;
use layout::{Pipe, Plan, Room, Trunk};
use packets::{Lane, PacketPool};
use resync_core::view::{BacklogShape, NodeIx};
use resync_js::views::{Shared, Views};
use web_sys::{Element, MouseEvent, PointerEvent};
use yew::{AttrValue, Callback, Html, NodeRef, Properties, UseStateHandle, component, html, use_effect_with, use_node_ref, use_state_eq};

/// What the stage shows.
#[derive(Clone, PartialEq, Properties)]
pub struct StageProps {
    /// Everything on the screen but the packets.
    pub views: Shared<Views>,
    /// The selected node or link.
    #[prop_or_default]
    pub selection: Option<Selection>,
    /// The pointed byte.
    #[prop_or_default]
    pub pointed: Option<i64>,
    /// The opened packet.
    #[prop_or_default]
    pub packet: Option<u64>,
    /// One sentence that says what to try; names of nodes in it get their glyphs.
    #[prop_or_default]
    pub hint: AttrValue,
    /// The pool that [`packets::paint`] paints each frame.
    pub pool: PacketPool,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
    /// What stands under the buttons of the selected link: what to do next.
    #[prop_or_default]
    pub coach: Html,
    /// What stands in the strip under the stage, before the tools of the selection.
    #[prop_or_default]
    pub children: Html,
}

/// The lanes of a plan, for the packets.
fn lanes(views: &Views, plan: &Plan, size: Size, t: &'static Strings) -> Vec<Lane> {
    plan.pipes
        .iter()
        .filter_map(|pipe| {
            let link = views.links().find(|link| link.ix == pipe.link)?;
            let lane = |up: bool| {
                // The upper lane leads away from the left node, which need not be the link's `from`.
                let rightwards = up == (link.from_ix != pipe.left);
                let (start, end) = if rightwards { (pipe.x0, pipe.x1) } else { (pipe.x1, pipe.x0) };
                let view = if up { link.up } else { link.down };
                // On a thin pipe what must be said stands on the pipe itself, as long as its row is as high as the words.
                let inline = (pipe.lane >= 4.5).then_some(pipe.y + 4.0);
                let label = (pipe.room == Room::Full).then_some(if rightwards { pipe.y - 18.0 } else { pipe.y + 26.0 });
                let y = if rightwards { pipe.down() } else { pipe.up() };
                let below = !rightwards && pipe.room == Room::Full;
                let reserved = if below { pipe::physics_width(link, t) } else { 0.0 };
                let before = if below { pipe::gauge(pipe, views, t).map_or(0.0, |gauge| buffer::width(&gauge)) } else { 0.0 };
                let tag = pipe::tag(link, below, t);
                // Of two connections the first has the upper lane and the second the lower one, whichever way a packet goes.
                let second = link.second.then_some(!rightwards);
                let second_packets = link.up.second_packets + link.down.second_packets;
                let crowd = match second {
                    None => view.packets,
                    Some(true) => second_packets,
                    Some(false) => link.up.packets + link.down.packets - second_packets,
                };
                let filled = crowd > packets::LANE_MOST || view.frozen;
                let before = before.max(tag.map_or(0.0, |tag| pipe::tag_width(&tag)));
                Lane {
                    link: pipe.link,
                    up,
                    second,
                    start,
                    end,
                    y,
                    label,
                    inline,
                    before,
                    reserved,
                    slopes: None,
                    rise: 0.0,
                    hue: hue_of(pipe.right),
                    filled,
                }
            };
            Some([lane(false), lane(true)])
        })
        .flatten()
        .chain(sentinels::lanes(views, plan, size))
        .collect()
}

/// Where a name stands as a word of its own, at or after `from`, counted from there: a node called `a` is not meant by each letter a.
fn find_name(text: &str, from: usize, name: &str) -> Option<usize> {
    let joins = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let whole = |at: usize| {
        let (before, after) = (&text[..from + at], &text[from + at + name.len()..]);
        !before.chars().next_back().is_some_and(joins) && !after.chars().next().is_some_and(joins)
    };
    text[from..].match_indices(name).map(|(at, _)| at).find(|at| whole(*at))
}

/// A sentence in which every node's name carries its glyph and hue.
fn with_names(views: &Views, text: &str, plain: impl Fn(&str) -> Html) -> Html {
    let mut out: Vec<Html> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let found = views
            .nodes()
            .filter(|node| node.ix != views.top)
            .filter_map(|node| {
                find_name(text, text.len() - rest.len(), &node.name).map(|at| (at, std::cmp::Reverse(node.name.len()), node))
            })
            .min_by_key(|(at, longest, _)| (*at, *longest));
        let Some((at, _, node)) = found else {
            out.push(plain(rest));
            break;
        };
        out.push(plain(&rest[..at]));
        out.push(mark::named(node.ix, &node.name));
        rest = &rest[at + node.name.len()..];
    }
    out.into_iter().collect()
}

/// Pointing at the ring points at the byte that lies there, at a packet at what it carries.
fn pointing(props: &StageProps, plan: &Plan, canvas: &NodeRef, size: Size) -> Callback<MouseEvent> {
    let (canvas, on, pointed, area, pool) = (canvas.clone(), props.on.clone(), props.pointed, plan.memory, props.pool.clone());
    let backlog = top(&props.views).map(|top| (top.offset.0, top.backlog.clone()));
    Callback::from(move |event: MouseEvent| {
        let Some((x, y)) = pointer::place(&event, &canvas, size) else { return };
        let hit = pool.hit(x, y);
        pool.set_hovered(hit.map(|hit| hit.id));
        let in_ring = || {
            let (head, backlog) = backlog.as_ref()?;
            let BacklogShape::Ring { idx } = backlog.shape else { return None };
            let turn = backlog::Ring::within(area?).turn_at(x, y)?;
            backlog::offset_at((turn * backlog.size as f64) as u64, *head, idx, backlog.size, backlog.histlen)
        };
        let byte = hit.map_or_else(in_ring, |hit| hit.first);
        if byte != pointed {
            on.emit(Action::Look(Look::Point(byte)));
        }
    })
}

/// What the pointer does that takes things.
struct Hands {
    down: Callback<PointerEvent>,
    moved: Callback<PointerEvent>,
    up: Callback<PointerEvent>,
    cancelled: Callback<PointerEvent>,
}

fn hands(props: &StageProps, drag: &UseStateHandle<Option<Drag>>, canvas: &NodeRef, size: Size) -> Hands {
    let down = {
        let (drag, canvas) = (drag.clone(), canvas.clone());
        Callback::from(move |event: PointerEvent| drag.set(drag::begin(&event, &canvas, size)))
    };
    let moved = {
        let (drag, canvas) = (drag.clone(), canvas.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(before) = (*drag).as_ref() else { return };
            if event.buttons() & 1 == 0 {
                return drag.set(None);
            }
            let now = before.moved(&event, &canvas, size);
            // The rest of the movement belongs to the figure, wherever the pointer goes, and is no click.
            if now.meant
                && !before.meant
                && let Some(element) = canvas.cast::<Element>()
            {
                let _ = element.set_pointer_capture(event.pointer_id());
            }
            drag.set(Some(now));
        })
    };
    let up = {
        let (drag, views, on) = (drag.clone(), props.views.clone(), props.on.clone());
        Callback::from(move |_: PointerEvent| {
            if let Some(action) = (*drag).as_ref().filter(|drag| drag.meant).and_then(|drag| drag.asks(&views)) {
                on.emit(action);
            }
            drag.set(None);
        })
    };
    let cancelled = {
        let drag = drag.clone();
        Callback::from(move |_: PointerEvent| drag.set(None))
    };
    Hands { down, moved, up, cancelled }
}

/// A click on a packet opens it. The link under it hears the click as well, and is selected: whose packet it is, ladder and verdict then show.
fn opening(props: &StageProps, canvas: &NodeRef, size: Size) -> Callback<MouseEvent> {
    let (canvas, on, pool) = (canvas.clone(), props.on.clone(), props.pool.clone());
    Callback::from(move |event: MouseEvent| {
        if let Some(hit) = pointer::place(&event, &canvas, size).and_then(|(x, y)| pool.hit(x, y)) {
            on.emit(Action::Look(Look::Packet(Some(hit.id))));
        }
    })
}

/// The panel.
#[component]
pub fn Stage(props: &StageProps) -> Html {
    rendered();
    let frame = use_node_ref();
    let canvas = use_node_ref();
    let flight = use_node_ref();
    let drag = use_state_eq(|| None::<Drag>);
    let size = use_size(&frame, Size::new(1068.0, 186.0));
    let t = &props.t.figures.stage;
    // Sentinels stand in a row of their own under the nodes.
    let plan = layout::plan(&props.views, Size::new(size.w, size.h - sentinels::height(&props.views)));
    use_effect_with((flight.clone(), props.pool.clone()), |(flight, pool)| {
        if let Some(layer) = flight.cast::<Element>() {
            pool.attach(&layer);
        }
    });
    let lit = (props.pointed, props.packet);
    use_effect_with(
        (lanes(&props.views, &plan, size, props.t), size.w, lit, props.pool.clone()),
        |(lanes, right, (pointed, packet), pool)| {
            pool.set_lanes(lanes.clone(), *right);
            pool.set_pointed(*pointed);
            pool.set_opened(*packet);
        },
    );

    let all = replicas(&props.views);
    let Some(top) = top(&props.views) else { return Html::default() };
    let memory = plan.memory.map_or_else(Html::default, |area| {
        let memory = backlog::Memory {
            backlog: &top.backlog,
            head: top.offset.0,
            sessions: &top.replicas,
            replicas: &all,
            commands: &props.views.commands,
            pointed: props.pointed,
            gone: is_down(top),
            selected: selected_replica(&props.views, props.selection),
            t: props.t,
            on: &props.on,
        };
        backlog::memory(area, &memory)
    });
    let onmousemove = pointing(props, &plan, &canvas, size);
    let onmouseleave = {
        let (on, pool) = (props.on.clone(), props.pool.clone());
        Callback::from(move |_: MouseEvent| {
            pool.set_hovered(None);
            on.emit(Action::Look(Look::Point(None)));
        })
    };
    let hands = hands(props, &drag, &canvas, size);
    let selected = |ix: NodeIx| props.selection == Some(Selection::Node(ix));
    let pipes = plan
        .pipes
        .iter()
        .filter(|p| !p.is_empty())
        .map(|p: &Pipe| pipe::pipe(p, &props.views, &all, props.selection == Some(Selection::Link(p.link)), props.t, &props.on));
    let cards = plan.cards.iter().map(|c| card::card(c, &props.views, &all, selected(c.ix), props.t, &props.on));
    let health = (!plan.tiles.is_empty()).then(|| tile::Health::of(&props.views, &plan.tiles));
    let tiles = health.as_ref().map_or_else(Html::default, |health| {
        html! {
            <>
                { plan.groups.map(|place| tile::words(&plan.tiles, health, place, props.t)).unwrap_or_default() }
                { for plan.tiles.iter().map(|tile| tile::tile(tile, &props.views, health, selected(tile.ix), props.t, &props.on)) }
            </>
        }
    });
    let line = |trunk: &Trunk| format!("M{} {}L{} {}", n(trunk.from.0), n(trunk.from.1), n(trunk.to.0), n(trunk.to.1));

    html! {
        <section class="panel stage" aria-label={t.name}>
            <div class="head"><h2>{ t.title }</h2><span class="try">{ with_names(&props.views, &props.hint, |text| marked(text, props.t, rules(&props.views), &props.on)) }</span></div>
            <div class="figure" ref={frame} {onmousemove} {onmouseleave} onclick={opening(props, &canvas, size)}>
                <svg ref={canvas.clone()} class="still" viewBox={size.view_box()} role="group" aria-label={(t.figure)(&top.name, all.len())}
                    onpointerdown={hands.down} onpointermove={hands.moved} onpointerup={hands.up} onpointercancel={hands.cancelled}>
                    { sentinels::lines(&props.views, &plan, size) }
                    { frame::frame(&plan, &props.views, top, memory, selected(top.ix), props.t, &props.on) }
                    { for plan.trunks.iter().map(|trunk| html! { <path d={line(trunk)} class="sr w15 fn" /> }) }
                    { for pipes }
                    { for cards }
                    { tiles }
                    { sentinels::cards(&props.views, size, props.t) }
                    { (*drag).as_ref().filter(|drag| drag.meant).map(|drag| drag.draw(&plan, &props.views, size, props.t)).unwrap_or_default() }
                </svg>
                <svg class="packets" viewBox={size.view_box()} aria-hidden="true" ref={flight}></svg>
            </div>
            <strip::Strip views={props.views.clone()} selection={props.selection} t={props.t} on={props.on.clone()} coach={props.coach.clone()}>{ props.children.clone() }</strip::Strip>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::find_name;

    #[test]
    fn a_name_is_a_whole_word() {
        let text = "type at redis-cli, cut and freeze links, crash nodes; a-1 and a: a";
        assert_eq!(find_name(text, 0, "a"), Some(62), "{}", &text[62..]);
        assert_eq!(find_name(text, 63, "a"), Some(2));
        assert_eq!(find_name(text, 0, "c"), None);
        assert_eq!(find_name("断开 replica-1 的链路", 0, "replica-1"), Some(7));
        assert_eq!(find_name("断开replica-1的链路", 0, "replica-1"), Some(6));
        assert_eq!(find_name("replica-10", 0, "replica-1"), None);
    }
}
