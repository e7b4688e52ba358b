//! Where nodes and links stand on the stage: the frame of the master whose stream is shown at the left, its replicas in a column beside it, theirs in the
//! next. Other masters stand among the replicas, with the link that leads there. Where there are more rows than names fit, they stand in columns; where there
//! are many masters, all but the shown one are tiles. In a box that is higher than wide the frame stands on top.

mod forest;
mod place;
mod stack;
#[cfg(test)]
mod tests;
mod tiles;

use crate::draw::Size;
use crate::draw::backlog::Area;
use crate::draw::replicas::link_between;
use forest::{Branch, Tree, forest, joined};
pub use place::{Card, Pipe, Room, Trunk};
use resync_core::order;
use resync_core::view::NodeIx;
use resync_js::views::Views;
use stack::{LEAST_PITCH, Place, Stacked, room_of, stack};
pub use tiles::Tile;

/// The stage.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    /// The frame of the node whose stream is shown.
    pub frame: Area,
    /// That node.
    pub top: NodeIx,
    /// The backlog inside it.
    pub memory: Option<Area>,
    /// Left edge of its figures, if they have room.
    pub figures: Option<f64>,
    /// Other nodes.
    pub cards: Vec<Card>,
    /// Links.
    pub pipes: Vec<Pipe>,
    /// Lines that carry a pipe's left end to the box that it comes from, where the two do not touch.
    pub trunks: Vec<Trunk>,
    /// Groups that are not drawn in full, or replicas that are too many for a card each.
    pub tiles: Vec<Tile>,
    /// Left edge and base line of the words over the tiles of groups.
    pub groups: Option<(f64, f64)>,
}

/// Wider than this, a box has room for frame and replicas side by side.
const TALL_BELOW: f64 = 480.0;
/// Other masters than these many are tiles.
const GROUPS_MOST: usize = 4;
/// Height of the line of words over tiles.
const GROUPS_LINE: f64 = 18.0;
/// Rows this far apart leave a line for words above and below each pipe.
const LABELLED: f64 = 58.0;
/// The highest card of another master.
const ROOT_MOST: f64 = 118.0;
/// Rows nearer than this are tiles.
const STACK_LEAST: f64 = 6.0;

/// Lays the stage out to its box.
#[must_use]
pub fn plan(views: &Views, size: Size) -> Plan {
    let trees = forest(views);
    if size.w < TALL_BELOW { tall(views, size, &trees) } else { wide(views, size, &trees) }
}

/// Whether all groups stand in full: there are few of them, and each row has room for a name.
fn all_in_full(trees: &[Tree], area: Area) -> bool {
    let rows = |tree: &Tree| tree.below.len();
    let others: usize = trees.iter().skip(1).map(|tree| rows(tree) + 1).sum();
    let all = trees.first().map_or(0, rows) + others;
    trees.len() <= GROUPS_MOST + 1 && (trees.len() <= 1 || stack::pitch(all, area) >= LEAST_PITCH)
}

/// The frame and what is in it: its area, the ring's, and the left edge of its figures.
fn frame_of(size: Size, high: f64, levels: usize, crowded: bool) -> (Area, Option<Area>, Option<f64>) {
    let side = 12.0;
    let ring_w = (high * 1.08).clamp(150.0, 330.0);
    let (w, ring, figures) = match (size.w, levels) {
        (w, 0..=1) if w >= 860.0 && !crowded => (ring_w + 190.0, true, true),
        (w, 2) if w >= 1000.0 && !crowded => (ring_w + 176.0, true, true),
        (w, 0..=3) if w >= 620.0 => (ring_w + 4.0, true, false),
        _ => (150.0, false, true),
    };
    let frame = Area { x: side, y: 2.0, w, h: high };
    // Alone, the ring leaves a line for the name above it and one for offset and writer below.
    let (above, below) = if figures { (0.0, 0.0) } else { (14.0, 22.0) };
    let memory = ring.then_some(Area { x: frame.x, y: frame.y + above, w: ring_w, h: high - above - below });
    (frame, memory, figures.then_some(if ring { frame.x + ring_w + 26.0 } else { frame.x + 12.0 }))
}

fn wide(views: &Views, size: Size, trees: &[Tree]) -> Plan {
    let (side, high) = (12.0, (size.h - 4.0).max(60.0));
    let top = trees.first().map_or(0, |tree| tree.root);
    let region = |frame: &Area| Area { x: frame.x + frame.w, y: frame.y, w: size.w - side - frame.x - frame.w, h: high };
    let (slim, ..) = frame_of(size, high, 2, true);
    let full = all_in_full(trees, region(&slim));
    let (branches, leaves) = joined(views, if full { trees } else { &trees[..trees.len().min(1)] });
    let levels = branches.iter().map(|b| b.depth + 1).max().unwrap_or(0);
    let as_tree = high / leaves.max(1.0) >= LEAST_PITCH && levels <= 4;
    let (frame, memory, figures) = frame_of(size, high, if as_tree { levels } else { 2 }, !full || !as_tree);
    let mut area = region(&frame);
    let mut tiles = Vec::new();
    let mut groups = None;
    if !full {
        // The shown group keeps what its cards need; the others share the rest.
        let own = if branches.is_empty() { 0.0 } else { (area.w * 0.44).max(area.w.min(300.0)) };
        let rest = Area { x: area.x + own + 16.0, y: area.y + GROUPS_LINE, w: area.w - own - 16.0, h: area.h - GROUPS_LINE };
        tiles = tiles::groups(&trees[1..], rest);
        groups = Some((rest.x, area.y + 12.0));
        area.w = own;
    }
    let placed = if branches.is_empty() {
        Stacked::default()
    } else if as_tree && area.w / levels.max(1) as f64 >= 120.0 {
        tree(views, &branches, leaves, levels, area)
    } else if stack::pitch(branches.len(), area) >= STACK_LEAST {
        stack(views, &branches, &Place { area, below: false })
    } else {
        tiles.extend(tiles::nodes(&branches, Area { x: area.x + 16.0, w: area.w - 16.0, ..area }));
        Stacked::default()
    };
    let Stacked { mut cards, pipes, trunks } = placed;
    order::sort_by_key(&mut cards, |card| card.ix);
    Plan { frame, top, memory, figures, cards, pipes, trunks, tiles, groups }
}

/// A column for each level.
fn tree(views: &Views, branches: &[Branch], leaves: f64, levels: usize, area: Area) -> Stacked {
    let level_w = area.w / levels.max(1) as f64;
    let card_w = (level_w * 0.415).max((level_w - 90.0).min(160.0)).clamp(80.0, 290.0);
    let pitch = area.h / leaves.max(1.0);
    let (room, card_h) = room_of(pitch, card_w);
    // A pipe's labels need height alone: those that are too long for it leave themselves out.
    let pipe_room = if pitch >= LABELLED { Room::Full } else { room };
    let place = |b: &Branch| {
        // Another master stands beside all of its replicas, and has room for its own ring.
        let h = b.root.filter(|_| room == Room::Full).map_or(card_h, |leaves| (leaves * pitch - 9.0).clamp(card_h, ROOT_MOST));
        let x = area.x + level_w * (b.depth + 1) as f64 - card_w;
        Card { ix: b.ix, area: Area { x, y: area.y + b.middle * pitch - h * 0.5, w: card_w, h }, room }
    };
    let cards: Vec<Card> = branches.iter().map(place).collect();
    let pipes = branches
        .iter()
        .zip(&cards)
        .filter_map(|(b, card)| {
            let from = b.parent?;
            let link = link_between(views, from, b.ix)?;
            let x0 = cards.iter().find(|c| c.ix == from).map_or(area.x, |c| c.area.x + c.area.w);
            let y = card.area.y + card.area.h * 0.5;
            Some(Pipe {
                link: link.ix,
                left: from,
                right: b.ix,
                x0,
                x1: card.area.x,
                y,
                lane: (pitch * 0.5 - 3.0).clamp(3.0, 13.0),
                room: pipe_room,
            })
        })
        .collect();
    Stacked { cards, pipes, trunks: Vec::new() }
}

/// Frame on top, rows below it: a pipe at the left, its card at the right, sub-replicas moved in under their master's card.
fn tall(views: &Views, size: Size, trees: &[Tree]) -> Plan {
    let side = 8.0;
    let frame_h = (size.h * 0.42).clamp(96.0, 190.0);
    let frame = Area { x: side, y: 2.0, w: size.w - 2.0 * side, h: frame_h };
    let ring_w = (frame_h * 1.05).min(frame.w * 0.5);
    let memory = Some(Area { x: frame.x, y: frame.y, w: ring_w, h: frame_h });
    let from = frame.y + frame_h + 4.0;
    let mut area = Area { x: side + 8.0, y: from, w: size.w - 2.0 * side - 8.0, h: size.h - from };
    let full = all_in_full(trees, area);
    let (branches, _) = joined(views, if full { trees } else { &trees[..trees.len().min(1)] });
    let (mut tiles, mut groups) = (Vec::new(), None);
    if !full {
        let own = if branches.is_empty() { 0.0 } else { (branches.len() as f64 * 47.0).min(area.h * 0.45) };
        let rest = Area { y: area.y + own + GROUPS_LINE, h: area.h - own - GROUPS_LINE, ..area };
        tiles = tiles::groups(&trees[1..], rest);
        groups = Some((rest.x, rest.y - 6.0));
        area.h = own;
    }
    let placed = if branches.is_empty() {
        Stacked::default()
    } else if stack::pitch(branches.len(), area) >= STACK_LEAST {
        stack(views, &branches, &Place { area, below: true })
    } else {
        tiles.extend(tiles::nodes(&branches, area));
        Stacked::default()
    };
    let Stacked { mut cards, pipes, trunks } = placed;
    order::sort_by_key(&mut cards, |card| card.ix);
    let top = trees.first().map_or(0, |tree| tree.root);
    Plan { frame, top, memory, figures: Some(frame.x + ring_w + 14.0), cards, pipes, trunks, tiles, groups }
}
