//! How much a note matters to someone who watches, and the one that matters most of what has just happened.

use super::names::{by_address, name};
use super::rounds::{rounds, within};
use super::said::{Noted, Said};
use crate::draw::replicas::parent;
use resync_core::note::Note;
use resync_core::view::{JournalView, NodeIx};
use resync_js::matters::matter;
use resync_js::views::Views;

/// From this weight on a note is an outcome, which stays.
pub(super) const OUTCOME: u8 = 6;

/// How much a note matters to someone who watches; 0: never said while time passes.
pub(super) fn weight(note: &Note) -> u8 {
    matter(note).weight
}

/// A note with the names that its words need.
pub(super) fn noted(views: &Views, node: NodeIx, event: u64, note: &Note) -> Said {
    let address = match note {
        Note::PsyncVerdict { replica, .. }
        | Note::SessionState { replica, .. }
        | Note::SessionEnded { replica, .. }
        | Note::StrayReply { replica, .. } => Some(replica.clone()),
        Note::AckHeard { replica, .. } => Some(replica.to_string()),
        Note::Follows { host, port } => Some(format!("{host}:{port}")),
        _ => None,
    };
    let address = address.map(|of| (by_address(views, &of), of)).map(|(name, of)| (of, name));
    Said::Note(Box::new(Noted { event, who: name(views, node).to_owned(), note: note.clone(), address }))
}

/// The top of the tree that a node stands in.
fn root(views: &Views, mut ix: NodeIx) -> NodeIx {
    for _ in 0..16 {
        let above = views.nodes().find(|node| node.ix == ix).and_then(|node| parent(views, node));
        let Some(above) = above else { break };
        ix = above;
    }
    ix
}

/// What matters most of what has happened after event `seen` and not before `since_us`: of the stream that is shown, if anything of that.
pub(super) fn newest(views: &Views, seen: u64, since_us: u64) -> Option<(Said, u8)> {
    let fresh: Vec<(&JournalView, &Note)> = views
        .journal
        .iter()
        .rev()
        .take_while(|e| e.event > seen && e.at_us >= since_us)
        .filter_map(|e| Some((&**e, e.note.as_ref()?)))
        .filter(|(_, note)| weight(note) > 0)
        .collect();
    if fresh.is_empty() {
        return None;
    }
    let rounds = rounds(views);
    let told = fresh.into_iter().filter(|(entry, note)| rounds.is_empty() || !within(views, &rounds, entry, note));
    let (entry, note) = told.max_by_key(|(e, note)| (root(views, e.node) == views.top, weight(note), e.event, e.seq))?;
    Some((noted(views, entry.node, entry.event, note), weight(note)))
}

/// Whether a note that has the caption belongs to a loop that is told as one by now.
pub(super) fn part_of_round(views: &Views, said: &Said) -> bool {
    let Said::Note(told) = said else { return false };
    let rounds = rounds(views);
    !rounds.is_empty()
        && views
            .journal
            .iter()
            .rev()
            .filter_map(|e| Some((&**e, e.note.as_ref()?)))
            .find(|(e, note)| e.event == told.event && **note == told.note)
            .is_some_and(|(entry, note)| within(views, &rounds, entry, note))
}
