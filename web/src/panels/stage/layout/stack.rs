//! Many nodes below one: rows in columns, each with a short pipe that comes from a trunk at the column's left.

use super::forest::Branch;
use super::place::{Card, Pipe, Room, Trunk};
use crate::draw::backlog::Area;
use crate::draw::replicas::link_between;
use resync_core::view::NodeIx;
use resync_js::views::Views;
use std::collections::BTreeMap;

/// Rows nearer than this have no room for a name.
pub(super) const LEAST_PITCH: f64 = 18.0;
/// The narrowest card.
const LEAST_CARD: f64 = 36.0;
/// A card in which a name of ten letters is read.
const NAMED_CARD: f64 = 112.0;
/// The shortest pipe in which a packet can be seen.
const LEAST_PIPE: f64 = 18.0;
/// Height that is kept free over the columns for the way to them.
const BUS: f64 = 8.0;

/// How much a card with this pitch and width says, and its height.
pub(super) fn room_of(pitch: f64, width: f64) -> (Room, f64) {
    match pitch {
        p if p >= 60.0 && width >= 190.0 => (Room::Full, 68.0_f64.max((p - 9.0).min(76.0)).min(p - 3.0)),
        p if p >= 47.0 => (Room::Short, 44.0),
        p if p >= 16.0 => (Room::Line, (p - 4.0).clamp(12.0, 24.0)),
        p => (Room::Dot, (p - 2.0).max(1.0)),
    }
}

/// Where the stack stands.
pub(super) struct Place {
    pub(super) area: Area,
    /// The end of the box that everything comes from: its right edge, or its bottom if the stack stands below it.
    pub(super) below: bool,
}

/// What was placed.
#[derive(Default)]
pub(super) struct Stacked {
    pub(super) cards: Vec<Card>,
    pub(super) pipes: Vec<Pipe>,
    pub(super) trunks: Vec<Trunk>,
}

/// Splits the rows into columns at the roots of subtrees, as evenly as that allows.
fn columns(rows: &[Branch], count: usize) -> Vec<&[Branch]> {
    let each = rows.len().div_ceil(count.max(1)).max(1);
    let mut out = Vec::new();
    let mut from = 0;
    for (i, row) in rows.iter().enumerate() {
        if i > from && row.depth == 0 && i - from >= each {
            out.push(&rows[from..i]);
            from = i;
        }
    }
    if from < rows.len() {
        out.push(&rows[from..]);
    }
    out
}

/// How many columns let most be said: as few as give each row its name, and no more than leave a card and a pipe room.
fn best(rows: usize, area: Area) -> usize {
    let most = ((area.w / (LEAST_CARD + LEAST_PIPE + 14.0)).floor() as usize).max(1);
    let named = ((area.h - BUS) / LEAST_PITCH).floor().max(1.0) as usize;
    rows.div_ceil(named).clamp(1, most)
}

/// The pitch that so many rows get at best.
pub(super) fn pitch(rows: usize, area: Area) -> f64 {
    let count = best(rows, area);
    (area.h - if count > 1 { BUS } else { 0.0 }) / rows.div_ceil(count).max(1) as f64
}

/// Places the rows, which stand in the order of a walk through the tree.
pub(super) fn stack(views: &Views, rows: &[Branch], place: &Place) -> Stacked {
    let mut out = Stacked::default();
    let all = columns(rows, best(rows.len(), place.area));
    let bus = if all.len() > 1 && !place.below { BUS } else { 0.0 };
    let width = place.area.w / all.len().max(1) as f64;
    let longest = all.iter().map(|column| column.len()).max().unwrap_or(1).max(1);
    let pitch = (place.area.h - bus) / longest as f64;
    for (i, column) in all.iter().enumerate() {
        let left = place.area.x + width * i as f64;
        let area = Area { x: left, y: place.area.y + bus, w: width - if i + 1 < all.len() { 8.0 } else { 0.0 }, h: place.area.h - bus };
        let direct = i == 0 && !place.below;
        one(views, column, area, pitch, direct, place, &mut out);
        if !direct && column.iter().any(|row| row.depth == 0 && row.parent.is_some()) && !place.below {
            out.trunks.push(Trunk::across(place.area.x, left + 4.0, place.area.y + 2.0));
        }
    }
    out
}

/// One column.
fn one(views: &Views, rows: &[Branch], area: Area, pitch: f64, direct: bool, place: &Place, out: &mut Stacked) {
    let levels = rows.iter().map(|row| row.depth).max().unwrap_or(0) as f64;
    let right = area.x + area.w;
    let trunk = area.x + if direct { 0.0 } else { 4.0 };
    // The first pipe is as long as half of the column, and shorter where cards need room for a name or stand in many levels.
    let first = (area.w * 0.46)
        .min((area.w - NAMED_CARD).max(area.w * 0.3))
        .min(area.w - LEAST_CARD - LEAST_PIPE * levels)
        .clamp(LEAST_PIPE.min(area.w * 0.3), 240.0)
        .max(area.w - 300.0);
    let step = if levels > 0.0 { ((right - LEAST_CARD - trunk - first) / levels).clamp(0.0, 60.0) } else { 0.0 };
    let mut at: BTreeMap<NodeIx, Area> = BTreeMap::new();
    for (i, row) in rows.iter().enumerate() {
        let y = area.y + pitch * (i as f64 + 0.5);
        let above = row.parent.and_then(|parent| at.get(&parent).copied());
        let x1 = trunk + first + step * row.depth as f64;
        let (room, h) = room_of(pitch, right - x1);
        let card = Area { x: x1, y: y - h * 0.5, w: right - x1, h };
        if let Some((parent, link)) = row.parent.and_then(|parent| Some((parent, link_between(views, parent, row.ix)?))) {
            let x0 = above.map_or(trunk, |above| above.x + (step * 0.3).min(10.0));
            if let Some(above) = above {
                out.trunks.push(Trunk::down(x0, above.y + above.h, y));
            } else if !direct {
                out.trunks.push(Trunk::down(x0, if place.below { place.area.y - 4.0 } else { place.area.y + 2.0 }, y));
            }
            let lane = (pitch * 0.5 - 3.0).clamp(1.5, 13.0);
            let room = if pitch >= 71.0 { Room::Full } else { room };
            out.pipes.push(Pipe { link: link.ix, left: parent, right: row.ix, x0, x1, y, lane, room });
        }
        at.insert(row.ix, card);
        out.cards.push(Card { ix: row.ix, area: card, room });
    }
}
