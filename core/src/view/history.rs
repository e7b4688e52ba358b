//! Views of the recorder, as far as was known at this moment: ladder, verdict, journal, log, series, painted lanes.

use super::{HandshakeView, JournalView, LadderRow, LaneStretch, LinkIx, LogLine, NodeIx, Sample, SeriesView, Stretch, VerdictView};
use crate::fact::ReplState;
use crate::node::verdict_line;
use crate::note::Note;
use crate::repl::Offset;
use crate::sim::recorder::LinkMark;
use crate::sim::wire::Row;
use crate::sim::{Kind, Recorder, Sim};
use crate::time::Time;
use alloc::string::ToString;
use alloc::vec::Vec;

/// Rows of one ladder that are shown.
const ROWS_MAX: usize = 200;

/// The ladder of a link: the newest rows, oldest first.
#[must_use]
pub fn handshake(sim: &Sim, recorder: &Recorder, link: LinkIx) -> HandshakeView {
    let Some(ends) = sim.links().get(link as usize) else { return HandshakeView::default() };
    let event = sim.event();
    let mut rows: Vec<&Row> = recorder.rows(link).filter(|row| row.event <= event).collect();
    if rows.len() > ROWS_MAX {
        rows.drain(..rows.len() - ROWS_MAX);
    }
    // The end that dialled last is the replica; before the first dial it is the one that follows the other.
    let (master, replica) = match rows.last() {
        Some(row) if row.up => (if row.from == ends.a { ends.b } else { ends.a }, row.from),
        Some(row) => (row.from, if row.from == ends.a { ends.b } else { ends.a }),
        None => sim.oriented(ends),
    };
    let name = |ix: NodeIx| sim.machines()[ix as usize].spec.name.clone();
    // Whether the request before asked to be synchronised: its reply decides.
    let mut syncs = false;
    let rows = rows
        .into_iter()
        .map(|row| {
            let text = row.text.to_string();
            if row.kind == Kind::Request {
                syncs = row.syncs;
            }
            let decisive = match row.kind {
                Kind::Request => row.syncs,
                Kind::Reply => syncs,
                Kind::Rdb => true,
                Kind::Stream | Kind::Ping | Kind::Ack | Kind::Newline | Kind::Control | Kind::Client => false,
            };
            LadderRow {
                at_us: row.at.as_micros(),
                arrived_us: row.arrived.filter(|(_, at)| *at <= event).map(|(at, _)| at.as_micros()),
                up: row.up,
                kind: row.kind,
                text,
                bytes: row.bytes,
                times: row.times,
                replica_state: row.replica_state.filter(|(_, at)| *at <= event).map(|(state, _)| state),
                master_state: row.master_state.filter(|(_, at)| *at <= event).map(|(state, _)| state),
                control: row.control,
                refusal: row.refusal,
                decisive,
                progress: row.progress,
                range: row.range.map(|(first, last)| (Offset(first), Offset(last))),
            }
        })
        .collect();
    HandshakeView { replica: name(replica), master: name(master), rows }
}

/// The latest verdict about a replica, or about anyone.
#[must_use]
pub fn verdict(sim: &Sim, recorder: &Recorder, replica: Option<NodeIx>) -> Option<VerdictView> {
    let event = sim.event();
    // Equal verdicts are folded in the journal: the newest is the one that happened last.
    let (entry, (at_event, at)) = recorder
        .journal()
        .entries()
        .iter()
        .filter(|entry| match &entry.note {
            Note::PsyncVerdict { replica: asker, .. } => replica.is_none() || sim.by_ip_port(asker) == replica,
            _ => false,
        })
        .filter_map(|entry| Some((entry, entry.occurrences().rfind(|(at, _)| *at <= event)?)))
        .max_by_key(|(entry, (at, _))| (*at, entry.seq))?;
    let Note::PsyncVerdict { replica: asker, ruling } = entry.note.clone() else { return None };
    let master = sim.machines().get(entry.node as usize)?;
    let asker_ix = sim.by_ip_port(&asker);
    // The line may have been too quiet for the log's level.
    let line = verdict_line(master.node.capabilities(), &asker, &ruling);
    let log = line.filter(|line| recorder.log(entry.node).any(|of| of.event == at_event && *of.text == **line));
    Some(VerdictView {
        at_us: at.as_micros(),
        replica: asker_ix.map_or(asker, |ix| sim.machines()[ix as usize].spec.name.clone()),
        master: master.spec.name.clone(),
        era: master.spec.era,
        ruling,
        log,
        now: asker_ix.and_then(|ix| sim.asked_now(ix)),
    })
}

/// Entries of the journal that one call looks through: a folded one that happened again just now may stand far back.
const JOURNAL_LOOK: usize = 4_096;

/// Milestones up to the cursor, newest last, at most `last` of them. A folded one stands where it happened last.
#[must_use]
pub fn journal(sim: &Sim, recorder: &Recorder, last: usize) -> Vec<JournalView> {
    let event = sim.event();
    let entries = recorder.journal().entries().iter().rev().filter(|entry| entry.event <= event);
    let mut known: Vec<(u64, u64, Time, &crate::sim::journal::Entry)> = entries
        .take(JOURNAL_LOOK.max(last))
        .filter_map(|entry| entry.occurrences().rfind(|(at, _)| *at <= event).map(|(at_event, at)| (at_event, entry.seq, at, entry)))
        .collect();
    known.sort_by_key(|(at_event, seq, ..)| (*at_event, *seq));
    let from = known.len().saturating_sub(last);
    known[from..]
        .iter()
        .map(|(at_event, seq, at, entry)| JournalView {
            seq: *seq,
            at_us: at.as_micros(),
            event: *at_event,
            node: entry.node,
            name: entry.note.kind(),
            class: Some(entry.note.class()),
            fields: entry.note.fields(),
            times: entry.times_until(event),
            note: Some(entry.note.clone()),
        })
        .collect()
}

/// The newest lines of a node's log up to the cursor, oldest first.
#[must_use]
pub fn log(sim: &Sim, recorder: &Recorder, node: NodeIx, last: usize) -> Vec<LogLine> {
    let event = sim.event();
    let mut lines: Vec<LogLine> = recorder
        .log(node)
        .rev()
        .filter(|line| line.event <= event)
        .take(last)
        .map(|line| LogLine { at_us: line.at.as_micros(), mark: line.mark, text: line.text.to_string(), line: line.line.to_string() })
        .collect();
    lines.reverse();
    lines
}

/// Lag, offset, gap and staleness of a replica up to the cursor, thinned to about `points`: of each stretch the first and the one with the largest gap stay.
#[must_use]
pub fn series(sim: &Sim, recorder: &Recorder, node: NodeIx, points: usize) -> SeriesView {
    let now = sim.now();
    let all = recorder.series(node);
    let all = &all[..all.partition_point(|sample| sample.at <= now)];
    let view = |sample: &crate::sim::recorder::Sample| Sample {
        at_us: sample.at.as_micros(),
        lag_s: sample.lag_s,
        offset: sample.offset,
        gap: sample.gap,
        staleness_ms: sample.staleness_ms,
        head: sample.head,
    };
    let mut samples: Vec<Sample> = if all.len() <= points.max(2) {
        all.iter().map(view).collect()
    } else {
        let stretch = all.len().div_ceil(points.max(2) / 2);
        all.chunks(stretch)
            .flat_map(|chunk| {
                let highest = (0..chunk.len()).max_by_key(|i| (chunk[*i].gap, core::cmp::Reverse(*i))).unwrap_or(0);
                let mut kept = alloc::vec![view(&chunk[0])];
                if highest > 0 {
                    kept.push(view(&chunk[highest]));
                }
                kept
            })
            .collect()
    };
    if let Some(present) = sim.sample_now(node) {
        let present = view(&present);
        if samples.last().is_none_or(|last| last.at_us < present.at_us) {
            samples.push(present);
        }
    }
    SeriesView { node, samples }
}

/// The painted lane of a link over everything that was played, up to `end`: the future of this moment included.
#[must_use]
pub fn lanes(sim: &Sim, recorder: &Recorder, link: LinkIx, end: Time) -> Vec<LaneStretch> {
    let Some(ends) = sim.links().get(link as usize) else { return Vec::new() };
    let (_, replica) = sim.oriented(ends);
    let states = upstream_states(recorder, replica);
    let marks: Vec<&LinkMark> = recorder.link_marks().iter().filter(|mark| mark.link == link).collect();
    let pauses = pauses(recorder, [ends.a, ends.b]);
    // Every moment at which something changes, and what is so from then on.
    let mut moments: Vec<Time> =
        states.iter().map(|(at, _)| *at).chain(marks.iter().map(|mark| mark.at)).chain(pauses.iter().map(|(at, _)| *at)).collect();
    moments.push(Time::ZERO);
    moments.sort();
    moments.dedup();
    let end = end.max(sim.now());
    let mut stretches: Vec<LaneStretch> = Vec::new();
    for (i, from) in moments.iter().enumerate() {
        let to = moments.get(i + 1).copied().unwrap_or(end).min(end);
        if to <= *from {
            continue;
        }
        let state = states.iter().rfind(|(at, _)| at <= from).map_or(Stretch::Away, |(_, what)| *what);
        let mark = marks.iter().rfind(|mark| mark.at <= *from);
        let paused = pauses.iter().rfind(|(at, _)| at <= from).is_some_and(|(_, paused)| *paused);
        let what = if mark.is_some_and(|mark| mark.cut) {
            Stretch::Cut
        } else if paused || mark.is_some_and(|mark| mark.frozen != [false; 2]) {
            Stretch::Frozen
        } else {
            state
        };
        match stretches.last_mut() {
            Some(last) if last.what == what => last.to_us = to.as_micros(),
            _ => stretches.push(LaneStretch { from_us: from.as_micros(), to_us: to.as_micros(), what }),
        }
    }
    stretches
}

/// What a replica did, from when on.
fn upstream_states(recorder: &Recorder, replica: NodeIx) -> Vec<(Time, Stretch)> {
    let mut changes: Vec<(u64, Time, u64, Option<ReplState>, ReplState)> = Vec::new();
    for entry in recorder.journal().entries() {
        if entry.node != replica {
            continue;
        }
        match &entry.note {
            Note::UpstreamState { from, to } => {
                changes.extend(entry.occurrences().map(|(event, at)| (event, at, entry.seq, Some(*from), *to)));
            }
            Note::Crashed {} | Note::PoweredOff {} | Note::ShutDown {} | Note::Promoted { .. } => {
                changes.extend(entry.occurrences().map(|(event, at)| (event, at, entry.seq, None, ReplState::None)));
            }
            _ => {}
        }
    }
    changes.sort_by_key(|(event, _, seq, ..)| (*event, *seq));
    // Within one event the order is that of the states: each begins where the one before ended.
    let mut ordered: Vec<(Time, Stretch)> = Vec::new();
    let mut state = None;
    while !changes.is_empty() {
        let event = changes[0].0;
        let same = changes.iter().take_while(|change| change.0 == event).count();
        let next = (0..same).find(|i| changes[*i].3 == state).unwrap_or(0);
        let (_, at, _, _, to) = changes.remove(next);
        let what = match to {
            ReplState::None | ReplState::Connect => Stretch::Away,
            ReplState::Connected => Stretch::Streaming,
            ReplState::Transfer => Stretch::Full,
            ReplState::Connecting
            | ReplState::ReceivePong
            | ReplState::ReceivePingReply
            | ReplState::ReceiveAuth
            | ReplState::ReceiveAuthReply
            | ReplState::ReceivePort
            | ReplState::ReceivePortReply
            | ReplState::ReceiveIp
            | ReplState::ReceiveIpReply
            | ReplState::ReceiveCapa
            | ReplState::ReceiveCapaReply
            | ReplState::ReceivePsync
            | ReplState::ReceivePsyncReply => Stretch::Syncing,
        };
        state = Some(to);
        ordered.push((at, what));
    }
    ordered
}

/// When either end was paused, from when on.
fn pauses(recorder: &Recorder, ends: [NodeIx; 2]) -> Vec<(Time, bool)> {
    let mut changes: Vec<(u64, Time, NodeIx, bool)> = Vec::new();
    for entry in recorder.journal().entries() {
        let paused = match entry.note {
            Note::Paused {} => true,
            Note::Resumed {} | Note::Crashed {} | Note::PoweredOff {} => false,
            _ => continue,
        };
        if ends.contains(&entry.node) {
            changes.extend(entry.occurrences().map(|(event, at)| (event, at, entry.node, paused)));
        }
    }
    changes.sort_by_key(|(event, ..)| *event);
    let mut now = [false; 2];
    changes
        .into_iter()
        .map(|(_, at, node, paused)| {
            now[usize::from(node == ends[1])] = paused;
            (at, now[0] || now[1])
        })
        .collect()
}
