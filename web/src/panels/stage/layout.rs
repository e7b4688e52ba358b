//! Where nodes and links stand on the stage: the master's frame at the left, its replicas in a column beside it, theirs in the next. In a box that is
//! higher than wide the frame stands on top, and what leads to a replica comes down a trunk at the left.

use crate::draw::Size;
use crate::draw::backlog::Area;
use crate::draw::replicas::{link_between, parent, top};
use resync_core::order;
use resync_core::view::{LinkIx, NodeIx};
use resync_js::views::Views;

/// How much a card or a pipe has room for. Labels give way in the order of the design: physics, sizes of messages, then all but the name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Room {
    /// One line.
    Line,
    /// Two rows: the name, and the truth.
    Short,
    /// Three rows and both labels of a pipe.
    Full,
}

/// A replica's place.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Card {
    /// The node.
    pub ix: NodeIx,
    /// Its box.
    pub area: Area,
    /// How much it says.
    pub room: Room,
}

/// A link's place: a pipe from the right edge of one box to the left edge of another.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pipe {
    /// The link.
    pub link: LinkIx,
    /// The node at its left end.
    pub left: NodeIx,
    /// The node at its right end.
    pub right: NodeIx,
    /// Left end.
    pub x0: f64,
    /// Right end.
    pub x1: f64,
    /// Middle.
    pub y: f64,
    /// Height of a lane.
    pub lane: f64,
    /// How much it says.
    pub room: Room,
}

impl Pipe {
    /// Length.
    #[must_use]
    pub fn len(&self) -> f64 {
        self.x1 - self.x0
    }
    /// Whether there is nothing of it to draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() < 1.0
    }
    /// Middle of the upper lane, which leads away from the left node.
    #[must_use]
    pub fn down(&self) -> f64 {
        self.y - self.lane * 0.5
    }
    /// Middle of the lower lane.
    #[must_use]
    pub fn up(&self) -> f64 {
        self.y + self.lane * 0.5
    }
}

/// The stage.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    /// The top node's frame.
    pub frame: Area,
    /// The backlog inside it.
    pub memory: Option<Area>,
    /// Left edge of its figures, if they have room.
    pub figures: Option<f64>,
    /// Replicas.
    pub cards: Vec<Card>,
    /// Links.
    pub pipes: Vec<Pipe>,
    /// Lines that carry a pipe's left end to the box that it comes from, where the two do not touch.
    pub trunks: Vec<Trunk>,
}

/// A line down from the bottom of one box to the left end of a pipe.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Trunk {
    /// Where it stands.
    pub x: f64,
    /// Bottom of the box.
    pub from: f64,
    /// Middle of the pipe.
    pub to: f64,
}

/// Wider than this, a box has room for frame and replicas side by side.
const TALL_BELOW: f64 = 480.0;

struct Branch {
    ix: NodeIx,
    depth: usize,
    /// Rows from the top, in leaves: where its middle stands.
    middle: f64,
    parent: Option<NodeIx>,
}

/// The tree below `of`, in the scenario's order; returns the leaves that it took.
fn grow(views: &Views, of: NodeIx, depth: usize, from: f64, left: &mut Vec<NodeIx>, out: &mut Vec<Branch>) -> f64 {
    let children: Vec<NodeIx> = views.nodes().filter(|n| left.contains(&n.ix) && parent(views, n) == Some(of)).map(|n| n.ix).collect();
    left.retain(|ix| !children.contains(ix));
    let mut at = from;
    for ix in children {
        let below = grow(views, ix, depth + 1, at, left, out);
        let leaves = below.max(1.0);
        out.push(Branch { ix, depth, middle: at + leaves * 0.5, parent: Some(of) });
        at += leaves;
    }
    at - from
}

/// Lays the stage out to its box.
#[must_use]
pub fn plan(views: &Views, size: Size) -> Plan {
    let mut branches = Vec::new();
    let mut leaves = 0.0;
    if let Some(top) = top(views) {
        let mut left: Vec<NodeIx> = views.nodes().map(|n| n.ix).filter(|ix| *ix != top.ix).collect();
        leaves = grow(views, top.ix, 0, 0.0, &mut left, &mut branches);
        // Other trees, and nodes that nobody follows: below, with the link that leads there if one is shown.
        while let Some(root) =
            left.iter().copied().find(|ix| views.nodes().any(|n| n.ix == *ix && parent(views, n).is_none())).or(left.first().copied())
        {
            left.retain(|ix| *ix != root);
            let below = grow(views, root, 1, leaves, &mut left, &mut branches).max(1.0);
            let linked = link_between(views, top.ix, root).map(|_| top.ix);
            branches.push(Branch { ix: root, depth: 0, middle: leaves + below * 0.5, parent: linked });
            leaves += below;
        }
        order::sort_by_key(&mut branches, |b| b.ix);
    }
    if size.w < TALL_BELOW {
        return tall(views, size, &branches);
    }
    let levels = branches.iter().map(|b| b.depth + 1).max().unwrap_or(0);
    let (side, high) = (12.0, (size.h - 4.0).max(60.0));
    // The frame: ring and figures, or the ring alone, or the figures alone.
    let ring_w = (high * 1.08).clamp(150.0, 330.0);
    let (frame_w, has_ring, has_figures) = match (size.w, levels) {
        (w, 0..=1) if w >= 860.0 => (ring_w + 190.0, true, true),
        (w, 2) if w >= 1000.0 => (ring_w + 176.0, true, true),
        (w, _) if w >= 620.0 => (ring_w + 4.0, true, false),
        _ => (150.0, false, true),
    };
    let frame = Area { x: side, y: 2.0, w: frame_w, h: high };
    let memory = has_ring.then_some(Area { x: frame.x, y: frame.y, w: ring_w, h: high });
    let figures = has_figures.then_some(if has_ring { frame.x + ring_w + 26.0 } else { frame.x + 12.0 });

    let level_w = ((size.w - side - (frame.x + frame_w)) / levels.max(1) as f64).max(120.0);
    let card_w = (level_w * 0.415).max((level_w - 90.0).min(160.0)).clamp(80.0, 290.0);
    let pitch = high / leaves.max(1.0);
    let (room, card_h) = match pitch {
        p if p >= 71.0 && card_w >= 190.0 => (Room::Full, 68.0_f64.max((p - 9.0).min(76.0)).min(p - 3.0)),
        p if p >= 47.0 => (Room::Short, 44.0),
        p => (Room::Line, (p - 4.0).clamp(9.0, 24.0)),
    };
    // A pipe's labels need height alone: those that are too long for it leave themselves out.
    let pipe_room = if pitch >= 71.0 { Room::Full } else { room };
    let card = |b: &Branch| Card {
        ix: b.ix,
        area: Area {
            x: frame.x + frame_w + level_w * (b.depth + 1) as f64 - card_w,
            y: frame.y + b.middle * pitch - card_h * 0.5,
            w: card_w,
            h: card_h,
        },
        room,
    };
    let cards: Vec<Card> = branches.iter().map(card).collect();
    let pipes = branches
        .iter()
        .zip(&cards)
        .filter_map(|(b, card)| {
            let from = b.parent?;
            let link = link_between(views, from, b.ix)?;
            let x0 = cards.iter().find(|c| c.ix == from).map_or(frame.x + frame_w, |c| c.area.x + c.area.w);
            Some(Pipe {
                link: link.ix,
                left: from,
                right: b.ix,
                x0,
                x1: card.area.x,
                y: card.area.y + card.area.h * 0.5,
                lane: (pitch * 0.5 - 3.0).clamp(3.0, 13.0),
                room: pipe_room,
            })
        })
        .collect();
    Plan { frame, memory, figures, cards, pipes, trunks: Vec::new() }
}

/// The subtrees below `parent`, each node before those below it.
fn below<'a>(parent: Option<NodeIx>, branches: &'a [Branch], out: &mut Vec<&'a Branch>) {
    for branch in branches.iter().filter(|b| b.parent == parent) {
        out.push(branch);
        below(Some(branch.ix), branches, out);
    }
}

/// Frame on top, a row for each replica below it: its pipe at the left, its card at the right, sub-replicas moved in under their master's card.
fn tall(views: &Views, size: Size, branches: &[Branch]) -> Plan {
    let side = 8.0;
    let frame_h = (size.h * 0.42).clamp(96.0, 190.0);
    let frame = Area { x: side, y: 2.0, w: size.w - 2.0 * side, h: frame_h };
    let ring_w = (frame_h * 1.05).min(frame.w * 0.5);
    let memory = Area { x: frame.x, y: frame.y, w: ring_w, h: frame_h };
    let from = frame.y + frame_h + 4.0;
    // A subtree follows its root at once; trees of their own come last.
    let mut rows: Vec<&Branch> = Vec::new();
    below(top(views).map(|t| t.ix), branches, &mut rows);
    below(None, branches, &mut rows);
    let pitch = (size.h - from) / (rows.len() as f64).max(1.0);
    let right = size.w - side;
    let mut cards: Vec<Card> = Vec::new();
    let mut pipes = Vec::new();
    let mut trunks = Vec::new();
    for (i, b) in rows.iter().enumerate() {
        let above = b.parent.and_then(|ix| cards.iter().find(|c| c.ix == ix).map(|c| c.area));
        let x0 = above.map_or(side + 12.0, |a| a.x + 10.0);
        let x1 = if b.parent.is_none() { side + 12.0 } else { (right - 196.0).max(x0 + 56.0).min(right - 90.0) };
        let w = right - x1;
        let (room, h) = match pitch {
            p if p >= 71.0 && w >= 190.0 => (Room::Full, 68.0),
            p if p >= 47.0 => (Room::Short, 44.0),
            p => (Room::Line, (p - 4.0).clamp(9.0, 24.0)),
        };
        let y = from + pitch * (i as f64 + 0.5);
        let lane = (pitch * 0.5 - 3.0).clamp(3.0, 13.0);
        if let Some((parent, link)) = b.parent.and_then(|parent| Some((parent, link_between(views, parent, b.ix)?))) {
            let bottom = above.map_or(frame.y + frame.h, |a| a.y + a.h);
            trunks.push(Trunk { x: x0, from: bottom, to: y });
            let room = if pitch >= 71.0 { Room::Full } else { room };
            pipes.push(Pipe { link: link.ix, left: parent, right: b.ix, x0, x1, y, lane, room });
        }
        cards.push(Card { ix: b.ix, area: Area { x: x1, y: y - h * 0.5, w, h }, room });
    }
    order::sort_by_key(&mut cards, |c| c.ix);
    Plan { frame, memory: Some(memory), figures: Some(frame.x + ring_w + 14.0), cards, pipes, trunks }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::Tab;
    use resync_js::desk::{Ask, Desk};

    fn views(text: &str) -> Views {
        let desk = Desk::load(text).expect("a scenario");
        desk.views(&Ask { node: 0, link: None, lens: None, tab: Tab::Console })
    }
    const CHAIN: &str = "era 7.0\nseed 1\nnode master\nnode a follows master\nnode b follows master\nnode under follows a\n";

    #[test]
    fn a_tall_box_stacks_everything_without_overlap() {
        let views = views(CHAIN);
        for (w, h) in [(317.0, 330.0), (292.0, 420.0), (400.0, 600.0)] {
            let plan = plan(&views, Size::new(w, h));
            let mut boxes: Vec<Area> = plan.cards.iter().map(|c| c.area).collect();
            boxes.push(plan.frame);
            assert_eq!((plan.cards.len(), plan.pipes.len(), plan.trunks.len()), (3, 3, 3));
            for (i, a) in boxes.iter().enumerate() {
                assert!(a.x >= 0.0 && a.x + a.w <= w && a.y >= 0.0 && a.y + a.h <= h, "inside {w}×{h}: {a:?}");
                for b in &boxes[i + 1..] {
                    assert!(a.y + a.h <= b.y || b.y + b.h <= a.y, "{a:?} and {b:?} overlap at {w}×{h}");
                }
            }
            for pipe in &plan.pipes {
                assert!(pipe.len() >= 30.0, "{pipe:?}");
            }
            // The sub-replica's row is the one right below its master's.
            let y = |ix: NodeIx| plan.cards.iter().find(|c| c.ix == ix).map(|c| c.area.y);
            assert!(y(1) < y(3) && y(3) < y(2), "{:?}", plan.cards);
        }
    }

    #[test]
    fn a_wide_box_has_no_trunks() {
        let plan = plan(&views(CHAIN), Size::new(1068.0, 226.0));
        assert!(plan.trunks.is_empty() && plan.memory.is_some());
        assert_eq!(plan.pipes.len(), 3);
    }
}
