//! The event at the cursor, for whoever goes from one to the next.

use super::names::name;
use super::said::{Event, Said};
use super::weight::{noted, weight};
use resync_core::note::{Class, Note};
use resync_core::view::{Happened, Message};
use resync_js::views::Views;

/// What the event at the cursor was, and how much it weighs; nothing before the first one.
pub(super) fn at_cursor(views: &Views) -> Option<(Said, u8)> {
    let happened: &Happened = &views.happened;
    if happened.event == 0 {
        return None;
    }
    // A note of the world's own watchers stands in the journal alone.
    let watched = views.journal.iter().rev().take_while(|e| e.event >= happened.event);
    let watched = watched.filter_map(|e| Some((e.node, e.note.as_ref()?))).find(|(_, note)| matches!(note, Note::InvariantBroken { .. }));
    let notes = happened.notes.iter().map(|(node, note)| (*node, note));
    // The weightiest; of equals what the node did before what it says of it.
    let told = watched.into_iter().chain(notes).max_by_key(|(_, note)| (rank(note), weight(note)));
    if let Some((node, note)) = told.filter(|(_, note)| rank(note) > 0) {
        return Some((noted(views, node, happened.event, note), weight(note)));
    }
    Some((Said::Event(silent(views, happened)), 0))
}

/// Milestones before the flow, the flow before lines of a log, and those only if they are all there is.
fn rank(note: &Note) -> u8 {
    match note {
        Note::Expectation { .. } => 0,
        Note::Log { .. } => 1,
        Note::UpstreamState { .. } | Note::SessionState { .. } => 3,
        note if note.class() == Class::Flow => 2,
        _ => 4,
    }
}

/// An event of which no node has anything to say.
fn silent(views: &Views, happened: &Happened) -> Event {
    let named = |ix| name(views, ix).to_owned();
    let text = |message: &Message| message.text.clone();
    if let Some(message) = happened.arrived.first() {
        return Event::Arrived { from: named(message.from), to: named(message.to), text: text(message) };
    }
    if let Some(message) = happened.sent.first() {
        return Event::Sent { from: named(message.from), to: named(message.to), text: text(message) };
    }
    happened.ran.first().map_or(Event::Below, |node| Event::Ran { who: named(*node) })
}
