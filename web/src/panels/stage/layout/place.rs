//! The parts of the figure, each with its place.

use crate::draw::backlog::Area;
use resync_core::view::{LinkIx, NodeIx};

/// How much a card or a pipe has room for. Labels give way in the order of the design: physics, sizes of messages, then all but the name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Room {
    /// A glyph alone.
    Dot,
    /// One line.
    Line,
    /// Two rows: the name, and the truth.
    Short,
    /// Three rows and both labels of a pipe.
    Full,
}

/// A node's place.
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

/// A line that leads to pipes: down from a box, or across to a column.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Trunk {
    /// One end.
    pub from: (f64, f64),
    /// The other end.
    pub to: (f64, f64),
}
impl Trunk {
    pub(super) fn down(x: f64, from: f64, to: f64) -> Trunk {
        Trunk { from: (x, from), to: (x, to) }
    }
    pub(super) fn across(from: f64, to: f64, y: f64) -> Trunk {
        Trunk { from: (from, y), to: (to, y) }
    }
}
