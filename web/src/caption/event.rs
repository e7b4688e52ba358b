//! The event at the cursor, for whoever goes from one to the next.

use super::names::name;
use super::said::{Below, Event, Party, Said};
use super::weight::{noted, weight};
use resync_core::note::{Class, Note};
use resync_core::view::{self, Happened, Message, Moved, Tick, Turn};
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
    match happened.ran.first() {
        Some((node, Turn::Timer)) => Event::Ran { who: named(*node) },
        Some((node, Turn::Read(from))) => Event::Read { who: named(*node), from: from.map(|from| party(views, from)) },
        _ => Event::Below(below(views, happened.moved)),
    }
}

fn party(views: &Views, of: view::Party) -> Party {
    let named = |ix| name(views, ix).to_owned();
    match of {
        view::Party::Node(ix) => Party::Node(named(ix)),
        view::Party::Client(ix) => Party::Client(client(views, ix).0),
        view::Party::Console(ix) => Party::Console(named(ix)),
        view::Party::Sentinel(ix) => Party::Sentinel(ix + 1),
    }
}

/// A client's name, and that of its node.
fn client(views: &Views, ix: u32) -> (String, String) {
    views.clients.get(ix as usize).map_or_else(Default::default, |client| (client.name.clone(), client.on.clone()))
}

/// What moved beneath the nodes.
fn below(views: &Views, moved: Moved) -> Below {
    let named = |ix| name(views, ix).to_owned();
    let party = |of| party(views, of);
    match moved {
        Moved::Act => Below::Act,
        Moved::Gone => Below::Gone,
        Moved::Packet(from, to) => Below::Packet { from: party(from), to: party(to) },
        Moved::Taken(from, to) => Below::Taken { from: party(from), to: party(to) },
        Moved::Asked(from, to) | Moved::Answered(from, to) => {
            Below::Dial { from: named(from), to: to.map(named), answer: matches!(moved, Moved::Answered(..)) }
        }
        Moved::Child(node) => Below::Child { of: named(node) },
        Moved::File(node) => Below::File { of: named(node) },
        Moved::Sentinel(ix) => Below::Sentinel { nth: ix + 1 },
        Moved::Boot(node) | Moved::Turn(node) => Below::Turn { who: named(node) },
        Moved::Client(ix, tick) => {
            let (who, to) = client(views, ix);
            match tick {
                Tick::Sent => Below::Sent { who, to },
                Tick::Waits => Below::Waits { who, to },
                Tick::Refused => Below::Refused { who, to },
            }
        }
    }
}
