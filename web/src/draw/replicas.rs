//! What the figures need to know about each replica of the stream that is shown, gathered from the views once.

use crate::action::Selection;
use resync_core::fact::SessionState;
use resync_core::view::{LinkView, NodeIx, NodeView, Process, Role, Runway, SessionView};
use resync_js::views::Views;

/// How a replica stands to the stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Its master streams to it.
    Streaming,
    /// A full resynchronisation is under way: RDB bytes read and in all (−1: unknown until the end).
    Syncing(u64, i64),
    /// Its master knows no session of it. How long a partial resync stays possible, if its past is its master's.
    Away(Option<Runway>),
}

/// One replica of the shown stream.
#[derive(Clone, Debug)]
pub struct Replica<'a> {
    /// Its node.
    pub node: &'a NodeView,
    /// What its direct master knows of it.
    pub session: Option<&'a SessionView>,
    /// Its node's link to its direct master.
    pub link: Option<&'a LinkView>,
    /// Last byte that it has applied, in the numbering of the shown stream; `None` if it has no past of this stream.
    pub applied: Option<i64>,
    /// Last byte received.
    pub received: Option<i64>,
    /// Bytes missing.
    pub gap: Option<i64>,
    /// How it stands.
    pub standing: Standing,
    /// Its data are of another history than its master's: it asks by an id that the master does not know, or stands before the master's first byte. No
    /// offset of the one means anything in the other.
    pub foreign: bool,
}

/// Whether a node's process is gone. One that has not run yet is not.
#[must_use]
pub const fn is_down(node: &NodeView) -> bool {
    matches!(node.process, Process::Down | Process::Off) && !is_unborn(node)
}

/// Whether a node's process has never run: a world begins with all of them down.
#[must_use]
pub const fn is_unborn(node: &NodeView) -> bool {
    matches!(node.process, Process::Down) && node.process_since_us == 0
}

/// The node whose stream is shown.
#[must_use]
pub fn top(views: &Views) -> Option<&NodeView> {
    views.nodes().find(|node| node.ix == views.top).or_else(|| views.nodes().next())
}

/// The node that this one follows: what it says itself, or while its process is gone, the upper end of its link.
#[must_use]
pub fn parent(views: &Views, node: &NodeView) -> Option<NodeIx> {
    let up = !matches!(node.process, Process::Down | Process::Off);
    if up && node.role == Role::Master {
        return None;
    }
    let named = node.upstream.as_ref().and_then(|upstream| upstream.node);
    named.or_else(|| views.links().find(|link| link.to_ix == node.ix).map(|link| link.from_ix))
}

/// The link between two nodes.
#[must_use]
pub fn link_between(views: &Views, a: NodeIx, b: NodeIx) -> Option<&LinkView> {
    views.links().find(|link| (link.from_ix, link.to_ix) == (a, b) || (link.from_ix, link.to_ix) == (b, a))
}

/// The replicas of the shown stream, in the scenario's order: those measured against it, and those that follow its master without a past of it yet.
#[must_use]
pub fn replicas(views: &Views) -> Vec<Replica<'_>> {
    let Some(top) = top(views) else { return Vec::new() };
    let of_top = |node: &&NodeView| {
        node.ix != top.ix && (node.truth.as_ref().is_some_and(|truth| truth.master == top.ix) || parent(views, node) == Some(top.ix))
    };
    views.nodes().filter(of_top).map(|node| describe(views, node)).collect()
}

/// How a replica stands to its master, whichever stream is shown.
#[must_use]
pub fn describe<'a>(views: &'a Views, node: &'a NodeView) -> Replica<'a> {
    let parent = parent(views, node);
    let master = parent.and_then(|ix| views.nodes().find(|n| n.ix == ix));
    let session = master.and_then(|master| master.replicas.iter().find(|session| session.node == Some(node.ix)));
    let upstream = node.upstream.as_ref();
    let truth = node.truth.as_ref();
    let loading = upstream.is_some_and(|upstream| upstream.loading);
    let standing = match (session, upstream.and_then(|upstream| upstream.transfer)) {
        (Some(_), Some((done, total))) => Standing::Syncing(done, total),
        (Some(_), None) if loading => Standing::Syncing(0, 0),
        (Some(session), None) if session.state == SessionState::Online => Standing::Streaming,
        (Some(_), None) => Standing::Syncing(0, -1),
        (None, _) => Standing::Away(truth.and_then(|truth| truth.runway)),
    };
    // A process that never had a master's data has no place in the stream: nothing is missing yet.
    let fresh = truth.is_some_and(|truth| truth.staleness_ms.is_none())
        && upstream.is_some_and(|upstream| !upstream.link_up && upstream.cached.is_none())
        && matches!(standing, Standing::Away(_));
    let unknown = |master: &NodeView| {
        let id = upstream.and_then(|upstream| upstream.cached).map(|(id, _)| id);
        id.is_some_and(|id| id != master.replid && id != master.replid2)
    };
    let foreign =
        matches!(standing, Standing::Away(_)) && !fresh && (master.is_some_and(unknown) || truth.is_some_and(|truth| truth.applied.0 < 0));
    let past = truth.filter(|_| !fresh && !foreign && !matches!(standing, Standing::Syncing(..)));
    Replica {
        node,
        session,
        link: parent.and_then(|ix| link_between(views, ix, node.ix)),
        applied: past.map(|truth| truth.applied.0),
        received: past.map(|truth| truth.received.0),
        gap: past.map(|truth| truth.gap),
        standing,
        foreign,
    }
}

/// The link that the selection means: itself, a replica's link to its master, or that of a master to its first replica.
#[must_use]
pub fn selected_link(views: &Views, selection: Option<Selection>) -> Option<&LinkView> {
    match selection? {
        Selection::Link(ix) => views.links().find(|link| link.ix == ix),
        Selection::Node(ix) => {
            let node = views.nodes().find(|node| node.ix == ix)?;
            match parent(views, node) {
                Some(above) => link_between(views, above, ix),
                None => views.links().filter(|link| link.from_ix == ix).min_by_key(|link| link.to_ix),
            }
        }
    }
}

/// The replica at the lower end of what is selected, for the figures that belong to one replica.
#[must_use]
pub fn selected_replica(views: &Views, selection: Option<Selection>) -> Option<NodeIx> {
    match selection? {
        Selection::Node(ix) => Some(ix),
        Selection::Link(_) => selected_link(views, selection).map(|link| link.to_ix),
    }
}

/// A node's number by its name.
#[must_use]
pub fn by_name(views: &Views, name: &str) -> Option<NodeIx> {
    views.nodes().find(|node| node.name == name).map(|node| node.ix)
}
