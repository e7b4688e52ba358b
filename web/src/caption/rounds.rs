//! Loops: what a replica goes through again and again is one statement, not one for each round.

use super::names::{by_address, name};
use super::said::{Again, Round};
use crate::draw::replicas::parent;
use resync_core::fact::{HandshakeStep, SessionEnd};
use resync_core::note::{HandshakeFailure, Note};
use resync_core::view::{JournalView, NodeIx, NodeView, Process};
use resync_js::views::Views;

/// From so many rounds on it is a loop …
const ROUNDS: u32 = 3;
/// … and where a request is refused, from so many.
const REFUSALS: u32 = 2;
/// Rounds follow each other at this distance at most, µs.
const APART_US: u64 = 20_000_000;
/// A loop that has not come round for this many times its mean distance is over.
const OVER_AFTER: u64 = 2;

/// The loops that are going on at this moment.
#[must_use]
pub(super) fn rounds(views: &Views) -> Vec<Round> {
    let mut found: Vec<Round> = Vec::new();
    for node in views.nodes() {
        let Some(master) = parent(views, node) else { continue };
        let Some(round) = round_of(views, node, master) else { continue };
        // Several replicas in the same loop are one statement.
        match found.iter_mut().find(|other| other.master == round.master && other.what == round.what) {
            Some(other) => {
                other.who.extend(round.who);
                (other.times, other.span_us) = (other.times.max(round.times), other.span_us.max(round.span_us));
            }
            None => found.push(round),
        }
    }
    found
}

/// Whether a note tells of one round of a loop that is told as a whole.
#[must_use]
pub(super) fn within(views: &Views, rounds: &[Round], entry: &JournalView, note: &Note) -> bool {
    let who = name(views, entry.node);
    let other = match note {
        Note::PsyncVerdict { replica, .. } | Note::SessionEnded { replica, .. } | Note::StrayReply { replica, .. } => {
            Some(by_address(views, replica))
        }
        _ => None,
    };
    let part = matches!(
        note,
        Note::PsyncVerdict { .. }
            | Note::SessionEnded { .. }
            | Note::SyncFallback { .. }
            | Note::PsyncAsked { .. }
            | Note::HandshakeFailed { .. }
            | Note::UpstreamTimeout { .. }
            | Note::UpstreamLost { .. }
            | Note::PartialAccepted { .. }
            | Note::FullStarted { .. }
            | Note::Flushed { .. }
            | Note::TransferStarted { .. }
            | Note::TransferDone { .. }
            | Note::LoadStarted { .. }
            | Note::LoadDone { .. }
    );
    // It has everything, and its master has dropped it meanwhile: that is no end of the loop.
    let in_vain = |round: &Round| {
        let served = views.nodes().filter(|n| n.name == round.master).any(|n| n.replicas.iter().any(|s| s.node == Some(entry.node)));
        matches!(note, Note::FullDone { .. }) && !served && round.who.iter().any(|one| *one == who)
    };
    let masters = matches!(note, Note::Forked { .. } | Note::ChildDone { .. });
    rounds.iter().any(|round| {
        part && (round.who.iter().any(|one| *one == who) || other.as_ref().is_some_and(|other| round.who.contains(other)))
            || in_vain(round)
            || masters && round.master == who && matches!(round.what, Again::Full { .. })
    })
}

/// When something of one kind happened: how often, first and last.
#[derive(Clone, Copy)]
struct Run {
    times: u32,
    first_us: u64,
    last_us: u64,
}

/// The newest unbroken row of notes that `fits`, of which two neighbours are never further apart than a loop allows; `ends` breaks it.
fn run(views: &Views, least: u32, fits: impl Fn(&JournalView, &Note) -> bool, ends: impl Fn(&JournalView, &Note) -> bool) -> Option<Run> {
    let mut run: Option<Run> = None;
    for (entry, note) in views.journal.iter().rev().filter_map(|e| Some((e, e.note.as_ref()?))) {
        if ends(entry, note) {
            break;
        }
        if !fits(entry, note) {
            continue;
        }
        match &mut run {
            None => run = Some(Run { times: entry.times, first_us: entry.first_us, last_us: entry.at_us }),
            Some(run) if run.first_us.saturating_sub(entry.at_us) <= APART_US => {
                run.times += entry.times;
                run.first_us = run.first_us.min(entry.first_us);
            }
            Some(_) => break,
        }
    }
    let run = run.filter(|run| run.times >= least)?;
    let apart = (run.last_us - run.first_us) / u64::from(run.times - 1).max(1);
    (views.now_us.saturating_sub(run.last_us) <= apart.max(500_000) * OVER_AFTER).then_some(run)
}

fn round_of(views: &Views, node: &NodeView, master: NodeIx) -> Option<Round> {
    let of = |entry: &JournalView, replica: &str| entry.node == master && by_address(views, replica) == node.name;
    // What a person does, and a success that lasts, begin another story.
    let acts = |entry: &JournalView, note: &Note| {
        (entry.node == node.ix || entry.node == master)
            && matches!(
                note,
                Note::Restarted { .. }
                    | Note::Crashed {}
                    | Note::Follows { .. }
                    | Note::Promoted { .. }
                    | Note::LinkCut { .. }
                    | Note::LinkHealed { .. }
                    | Note::LinkThawed { .. }
            )
    };
    let make = |run: Run, what: Again| Round {
        who: vec![node.name.clone()],
        master: name(views, master).to_owned(),
        times: run.times,
        span_us: views.now_us.saturating_sub(run.first_us),
        what,
    };
    let full = |entry: &JournalView, note: &Note| matches!(note, Note::PsyncVerdict { replica, ruling } if ruling.partial().is_none() && of(entry, replica));
    let partial = |entry: &JournalView, note: &Note| matches!(note, Note::PsyncVerdict { replica, ruling } if ruling.partial().is_some() && of(entry, replica));
    if let Some(run) = run(views, ROUNDS, full, |e, n| acts(e, n) || partial(e, n)) {
        return Some(make(run, why_full(views, node, master)));
    }
    let done = |entry: &JournalView, note: &Note| {
        entry.node == node.ix && matches!(note, Note::FullStarted { .. } | Note::PartialAccepted { .. } | Note::FullDone { .. })
    };
    // Attempts end in an error, or in a SYNC that is refused as well.
    let refused = |entry: &JournalView, note: &Note| entry.node == node.ix && reply(note).is_some();
    if let Some(run) = run(views, REFUSALS, refused, |e, n| acts(e, n) || done(e, n)) {
        let newest = views.journal.iter().rev().filter(|e| e.node == node.ix).find_map(|e| reply(e.note.as_ref()?));
        let reply = newest?;
        // What was refused because the master loads is over with the load.
        let over = reply == "-LOADING" && !views.nodes().any(|n| n.ix == master && n.process == Process::Loading);
        return (!over).then(|| make(run, Again::Refused { reply }));
    }
    let timeout = |entry: &JournalView, note: &Note| entry.node == node.ix && matches!(note, Note::UpstreamTimeout { .. });
    let run = run(views, ROUNDS, timeout, acts)?;
    let after_s = views.journal.iter().rev().filter(|e| e.node == node.ix).find_map(|e| match e.note.as_ref()? {
        Note::UpstreamTimeout { after_s, .. } => Some(*after_s),
        _ => None,
    })?;
    let fulls = views.journal.iter().any(|e| e.at_us >= run.first_us && e.note.as_ref().is_some_and(|n| full(e, n)));
    Some(make(run, Again::Timeout { after_s, partial: !fulls }))
}

/// The error that a request ended with, by its code; a request that fails twice, as PSYNC and as SYNC, counts once.
fn reply(note: &Note) -> Option<String> {
    let Note::HandshakeFailed { step, why: HandshakeFailure::Said(text) } = note else { return None };
    // The reader of the RDB's length has taken the mark off.
    let code = text.split_whitespace().next()?.trim_start_matches('-');
    (*step != HandshakeStep::Connect && code.bytes().all(|b| b.is_ascii_uppercase())).then(|| format!("-{code}"))
}

/// Why full resyncs follow each other.
fn why_full(views: &Views, node: &NodeView, master: NodeIx) -> Again {
    let mut whole = None;
    let (mut why, mut after_us) = (SessionEnd::Closed, None);
    for (entry, note) in views.journal.iter().filter_map(|e| Some((e, e.note.as_ref()?))) {
        match note {
            Note::TransferStarted { .. } if entry.node == node.ix => whole = None,
            Note::TransferDone { .. } if entry.node == node.ix => whole = Some(entry.at_us),
            Note::SessionEnded { replica, why: end, .. } if entry.node == master && by_address(views, replica) == node.name => {
                why = *end;
                after_us = whole.take().map(|at| entry.at_us.saturating_sub(at));
            }
            _ => {}
        }
    }
    let limit = views.nodes().find(|n| n.ix == master).map_or(0, |n| n.output_limit);
    Again::Full { why, limit: if why == SessionEnd::OutputLimit { limit } else { 0 }, after_us }
}
