//! Groups beside the shown one, and replicas beyond all counting: a grid of small boxes.

use super::forest::{Branch, Tree};
use crate::draw::backlog::Area;
use resync_core::view::NodeIx;

/// A small box.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Tile {
    /// The node that a click selects: the master of a group, or a replica.
    pub ix: NodeIx,
    /// How many nodes it stands for.
    pub nodes: usize,
    /// Its box.
    pub area: Area,
}

/// Columns and rows of a grid of `count` cells in which cells are about `shape` times as wide as high.
fn grid(count: usize, w: f64, h: f64, shape: f64) -> (usize, usize) {
    let count = count.max(1);
    let columns = ((count as f64 * w / (h * shape).max(1.0)).sqrt().ceil() as usize).clamp(1, count);
    (columns, count.div_ceil(columns))
}

fn cells(of: impl ExactSizeIterator<Item = (NodeIx, usize)>, area: Area, shape: f64) -> Vec<Tile> {
    let (columns, rows) = grid(of.len(), area.w, area.h, shape);
    let (w, h) = (area.w / columns as f64, (area.h / rows as f64).min(46.0));
    let gap = if w.min(h) > 24.0 { 4.0 } else { w.min(h) * 0.18 };
    // A few cells are no reason to make them large.
    let (wide, high) = ((w - gap).min(150.0), (h - gap).min(40.0));
    of.enumerate()
        .map(|(i, (ix, nodes))| {
            let (x, y) = (area.x + w * (i % columns) as f64, area.y + h * (i / columns) as f64);
            Tile { ix, nodes, area: Area { x, y, w: wide, h: high } }
        })
        .collect()
}

/// A tile for each group.
pub(super) fn groups(trees: &[Tree], area: Area) -> Vec<Tile> {
    cells(trees.iter().map(|tree| (tree.root, tree.below.len() + 1)), area, 2.2)
}

/// A tile for each node.
pub(super) fn nodes(rows: &[Branch], area: Area) -> Vec<Tile> {
    cells(rows.iter().map(|row| (row.ix, 1)), area, 1.4)
}
