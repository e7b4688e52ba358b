//! Everything that the panels read, made at most ten times a second from the run. Plain data; no Yew, no browser.

use crate::ids::RunId;
use resync_core::view::{ClusterView, HandshakeView, JournalView, LogLine, SeriesView, StreamCommand, Stretch, VerdictView};
use std::ops::Deref;
use std::rc::Rc;

/// A value shared by pointer and compared by pointer, so that an unchanged panel costs one comparison.
#[derive(Debug)]
pub struct Shared<T>(Rc<T>);

impl<T> Shared<T> {
    /// Shares a value.
    pub fn new(value: T) -> Shared<T> {
        Shared(Rc::new(value))
    }
}
impl<T> Clone for Shared<T> {
    fn clone(&self) -> Shared<T> {
        Shared(Rc::clone(&self.0))
    }
}
impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Shared<T>) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
impl<T> Deref for Shared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// A painted stretch of one link's lane on the timeline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LaneStretch {
    /// From, µs.
    pub from_us: u64,
    /// To, µs.
    pub to_us: u64,
    /// What was going on.
    pub what: Stretch,
}

/// One revision of everything on the screen but the packets.
#[derive(Clone, PartialEq, Debug)]
pub struct Views {
    /// The run that is shown.
    pub run: RunId,
    /// All nodes and links.
    pub cluster: ClusterView,
    /// The node whose stream the ruler shows: the top of the selected node's tree.
    pub top: u32,
    /// Ladder of the chosen link.
    pub handshake: HandshakeView,
    /// Latest verdict of the chosen replica (or of anyone, if it has none).
    pub verdict: Option<VerdictView>,
    /// Lag, offset, gap, staleness of each replica of `top`.
    pub series: Vec<SeriesView>,
    /// Commands around the lens.
    pub commands: Vec<StreamCommand>,
    /// Milestones up to now, newest last, at most some hundred.
    pub journal: Vec<JournalView>,
    /// Log of the selected node.
    pub log: Vec<LogLine>,
    /// One lane for each shown link, in the order of `cluster.links`.
    pub lanes: Vec<Vec<LaneStretch>>,
    /// Furthest moment played on this branch, µs.
    pub end_us: u64,
    /// Whether it plays.
    pub playing: bool,
    /// Simulated µs per wall second, in thousandths of real time: 1 000 = 1×.
    pub speed_milli: u64,
}
