//! The stage: nodes, links, and packets painted each frame outside the virtual DOM.

mod card;
pub mod layout;
pub mod packets;
mod pipe;
mod selecting;
mod strip;

use crate::action::{Action, Look, Selection};
use crate::draw::replicas::{replicas, selected_replica, top};
use crate::draw::{Size, backlog, hue_of, mark, n, pointer, use_size};
use crate::i18n::Strings;
use crate::panels::count::rendered;
use crate::panels::words::{marked, rules};
use layout::{Pipe, Plan, Room};
use packets::{Lane, PacketPool};
use resync_core::view::{BacklogShape, NodeIx, Process};
use resync_js::views::{Shared, Views};
use web_sys::{Element, MouseEvent};
use yew::{AttrValue, Callback, Html, Properties, component, html, use_effect_with, use_node_ref};

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
fn lanes(views: &Views, plan: &Plan, t: &'static Strings) -> Vec<Lane> {
    plan.pipes
        .iter()
        .filter_map(|pipe| {
            let link = views.links().find(|link| link.ix == pipe.link)?;
            let lane = |up: bool| {
                // The upper lane leads away from the left node, which need not be the link's `from`.
                let rightwards = up == (link.from_ix != pipe.left);
                let (start, end) = if rightwards { (pipe.x0, pipe.x1) } else { (pipe.x1, pipe.x0) };
                let view = if up { link.up } else { link.down };
                let label = (pipe.room == Room::Full).then_some(if rightwards { pipe.y - 18.0 } else { pipe.y + 26.0 });
                let y = if rightwards { pipe.down() } else { pipe.up() };
                let reserved = if rightwards || pipe.room != Room::Full { 0.0 } else { pipe::physics_width(link, t) };
                Lane {
                    link: pipe.link,
                    up,
                    start,
                    end,
                    y,
                    label,
                    reserved,
                    hue: hue_of(pipe.right),
                    filled: view.packets > packets::LANE_MOST || view.frozen,
                }
            };
            Some([lane(false), lane(true)])
        })
        .flatten()
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

/// The panel.
#[component]
pub fn Stage(props: &StageProps) -> Html {
    rendered();
    let frame = use_node_ref();
    let canvas = use_node_ref();
    let flight = use_node_ref();
    let size = use_size(&frame, Size::new(1068.0, 226.0));
    let t = &props.t.figures.stage;
    let plan = layout::plan(&props.views, size);
    use_effect_with((flight.clone(), props.pool.clone()), |(flight, pool)| {
        if let Some(group) = flight.cast::<Element>() {
            pool.attach(&group);
        }
    });
    use_effect_with((lanes(&props.views, &plan, props.t), props.pointed, props.pool.clone()), |(lanes, pointed, pool)| {
        pool.set_lanes(lanes.clone());
        pool.set_pointed(*pointed);
    });

    let all = replicas(&props.views);
    let Some(top) = top(&props.views) else { return Html::default() };
    let memory = plan.memory.map(|area| {
        let memory = backlog::Memory {
            backlog: &top.backlog,
            head: top.offset.0,
            sessions: &top.replicas,
            replicas: &all,
            commands: &props.views.commands,
            pointed: props.pointed,
            gone: matches!(top.process, Process::Down | Process::Off),
            selected: selected_replica(&props.views, props.selection),
            t: props.t,
        };
        (area, backlog::memory(area, &memory))
    });
    // Pointing at the ring points at the byte that lies there.
    let onmousemove = plan.memory.map(|area| {
        let (canvas, on, pointed) = (canvas.clone(), props.on.clone(), props.pointed);
        let (head, size_b, histlen) = (top.offset.0, top.backlog.size, top.backlog.histlen);
        let idx = match top.backlog.shape {
            BacklogShape::Ring { idx } => Some(idx),
            BacklogShape::Blocks { .. } => None,
        };
        Callback::from(move |event: MouseEvent| {
            let byte = idx.and_then(|idx| {
                let (x, y) = pointer::place(&event, &canvas, size)?;
                let turn = backlog::Ring::within(area).turn_at(x, y)?;
                backlog::offset_at((turn * size_b as f64) as u64, head, idx, size_b, histlen)
            });
            if byte != pointed {
                on.emit(Action::Look(Look::Point(byte)));
            }
        })
    });
    let onmouseleave = props.on.reform(|_: MouseEvent| Action::Look(Look::Point(None)));
    let selected = |ix: NodeIx| props.selection == Some(Selection::Node(ix));
    let pipes = plan
        .pipes
        .iter()
        .filter(|p| !p.is_empty())
        .map(|p: &Pipe| pipe::pipe(p, &props.views, &all, props.selection == Some(Selection::Link(p.link)), props.t, &props.on));
    let cards = plan.cards.iter().map(|c| card::card(c, &props.views, &all, selected(c.ix), props.t, &props.on));

    html! {
        <section class="panel stage" aria-label={t.name}>
            <div class="head"><h2>{ t.title }</h2><span class="try">{ with_names(&props.views, &props.hint, |text| marked(text, props.t, rules(&props.views), &props.on)) }</span></div>
            <div class="figure" ref={frame}>
                <svg ref={canvas} viewBox={size.view_box()} role="group" aria-label={(t.figure)(&top.name, all.len())} {onmouseleave} onmousemove={onmousemove.unwrap_or_else(Callback::noop)}>
                    { card::frame(&plan, top, props.views.now_us, selected(top.ix), props.t, &props.on) }
                    { memory.map(|(_, drawn)| drawn).unwrap_or_default() }
                    { for plan.trunks.iter().map(|t| html! { <path d={format!("M{} {}V{}", n(t.x), n(t.from), n(t.to))} class="sr w15 fn" /> }) }
                    { for pipes }
                    <g class="packets" aria-hidden="true" ref={flight}></g>
                    { for cards }
                </svg>
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
