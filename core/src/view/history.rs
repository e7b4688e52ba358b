//! Views of the recorder, as far as was known at this moment: ladder, verdict, journal, log, series.

use super::{HandshakeView, JournalView, LadderRow, LinkIx, LogLine, NodeIx, Sample, SeriesView, Shared, VerdictView};
use crate::node::verdict_line;
use crate::note::Note;
use crate::order;
use crate::repl::Offset;
use crate::sim::journal::Entry;
use crate::sim::wire::Row;
use crate::sim::{Kind, Recorder, Sim};
use crate::time::Time;
use alloc::collections::BTreeMap;
use alloc::string::ToString;
use alloc::vec::Vec;

/// Rows of one ladder that are shown.
const ROWS_MAX: usize = 200;

/// The ladder of a link: the newest rows, oldest first.
#[must_use]
pub fn handshake(sim: &Sim, recorder: &Recorder, link: LinkIx) -> HandshakeView {
    let Some(ends) = sim.links().get(link as usize) else { return HandshakeView::default() };
    let event = sim.event();
    // The state after a row is the recorder's to know; what repeats have made of it so far, the world's.
    let so_far = |(id, row)| (row, sim.row_now(id, row));
    let mut rows: Vec<(&Row, &Row)> = recorder.rows(link).filter(|(_, row)| row.event <= event).map(so_far).collect();
    if rows.len() > ROWS_MAX {
        rows.drain(..rows.len() - ROWS_MAX);
    }
    // The end that dialled last is the replica; before the first dial it is the one that follows the other.
    let (master, replica) = match rows.last() {
        Some((row, _)) if row.up => (if row.from == ends.a { ends.b } else { ends.a }, row.from),
        Some((row, _)) => (row.from, if row.from == ends.a { ends.b } else { ends.a }),
        None => sim.oriented(ends),
    };
    let name = |ix: NodeIx| sim.machines()[ix as usize].spec.name.clone();
    // Whether the request before asked to be synchronised: its reply decides. Each connection has its own.
    let mut asked = [false; 2];
    let rows = rows
        .into_iter()
        .map(|(recorded, row)| {
            let text = row.text.to_string();
            let syncs = &mut asked[usize::from(row.second)];
            if row.kind == Kind::Request {
                *syncs = row.syncs;
            }
            let decisive = match row.kind {
                Kind::Request => row.syncs,
                Kind::Reply => *syncs,
                Kind::Rdb => true,
                Kind::Stream | Kind::Ping | Kind::Ack | Kind::Newline | Kind::Control | Kind::Client => false,
            };
            LadderRow {
                at_us: row.at.as_micros(),
                arrived_us: row.arrived.filter(|(_, at)| *at <= event).map(|(at, _)| at.as_micros()),
                up: row.up,
                second: row.second,
                kind: row.kind,
                text,
                bytes: row.bytes,
                times: row.times,
                replica_state: recorded.replica_state.filter(|(_, at)| *at <= event).map(|(state, _)| state),
                master_state: recorded.master_state.filter(|(_, at)| *at <= event).map(|(state, _)| state),
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
    latest(sim, recorder, replica)?.told(sim, recorder)
}

/// A verdict of the journal, where it happened last up to a moment.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    entry: &'a Entry,
    event: u64,
    at: Time,
}
impl<'a> Found<'a> {
    fn in_entry(entry: &'a Entry, until: u64) -> Option<Found<'a>> {
        let (event, at) = entry.occurrences().rfind(|(event, _)| *event <= until)?;
        Some(Found { entry, event, at })
    }
    /// The node that asked, if it is one.
    pub(super) fn asker(&self, sim: &Sim) -> Option<NodeIx> {
        let Note::PsyncVerdict { replica, .. } = &self.entry.note else { return None };
        sim.by_ip_port(replica)
    }
    /// The verdict in full.
    pub(super) fn told(&self, sim: &Sim, recorder: &Recorder) -> Option<VerdictView> {
        let Note::PsyncVerdict { replica: asker, ruling } = self.entry.note.clone() else { return None };
        let master = sim.machines().get(self.entry.node as usize)?;
        let asker_ix = sim.by_ip_port(&asker);
        // The line may have been too quiet for the log's level.
        let line = verdict_line(master.node.capabilities(), &asker, &ruling);
        let log = line.filter(|line| recorder.log(self.entry.node).any(|of| of.event == self.event && *of.text == **line));
        Some(VerdictView {
            at_us: self.at.as_micros(),
            replica: asker_ix.map_or(asker, |ix| sim.machines()[ix as usize].spec.name.clone()),
            master: master.spec.name.clone(),
            era: master.spec.era,
            ruling,
            log,
            now: asker_ix.and_then(|ix| sim.asked_now(ix)),
            if_cut: asker_ix.and_then(|ix| sim.asked_if_cut(ix)),
        })
    }
}

/// Equal verdicts are folded in the journal: the newest is the one that happened last.
fn latest<'a>(sim: &Sim, recorder: &'a Recorder, replica: Option<NodeIx>) -> Option<Found<'a>> {
    let mut newest: Option<Found<'a>> = None;
    for entry in recorder.journal().entries().iter().rev().filter(|entry| matches!(entry.note, Note::PsyncVerdict { .. })) {
        let Some(found) = Found::in_entry(entry, sim.event()) else { continue };
        // Whose it is takes longest to find out.
        if newest.is_none_or(|newest| (newest.event, newest.at, newest.entry.seq) < (found.event, found.at, entry.seq))
            && (replica.is_none() || found.asker(sim) == replica)
        {
            newest = Some(found);
        }
    }
    newest
}

/// Where the latest verdicts stand in the journal, kept from one look to the next: it is searched again only if it is another.
#[derive(Clone, Debug, Default)]
pub(super) struct VerdictBook {
    /// Generation of the recorder, revision of its journal, the event up to which it counts (`None`: all that was recorded), and how many nodes there are.
    stamp: Option<(u64, u64, Option<u64>, usize)>,
    /// Of a replica, or of anyone: the number of the entry, if there is one.
    found: BTreeMap<Option<NodeIx>, Option<u64>>,
}
impl VerdictBook {
    /// The latest verdict about a replica, or about anyone.
    pub(super) fn latest<'a>(&mut self, sim: &Sim, recorder: &'a Recorder, replica: Option<NodeIx>) -> Option<Found<'a>> {
        let (event, journal) = (sim.event(), recorder.journal());
        let until = (event < recorder.high()).then_some(event);
        let stamp = Some((recorder.generation(), journal.revision(), until, sim.machines().len()));
        if self.stamp != stamp {
            self.found.clear();
            self.stamp = stamp;
        }
        let seq = self.found.entry(replica).or_insert_with(|| latest(sim, recorder, replica).map(|found| found.entry.seq));
        Found::in_entry(journal.get((*seq)?)?, event)
    }
}

/// Entries of the journal that one call looks through: a folded one that happened again just now may stand far back.
const JOURNAL_LOOK: usize = 4_096;

/// Milestones up to this moment, newest last, at most `last` of them. A folded one stands where it happened last.
#[must_use]
pub fn journal(sim: &Sim, recorder: &Recorder, last: usize) -> Vec<JournalView> {
    newest(sim, recorder, last).into_iter().map(|(at_event, at, entry)| row(at_event, at, entry, sim.event())).collect()
}

/// The newest entries of the journal up to this moment, each with the event and time at which it happened last.
fn newest<'a>(sim: &Sim, recorder: &'a Recorder, last: usize) -> Vec<(u64, Time, &'a Entry)> {
    let event = sim.event();
    let entries = recorder.journal().entries().iter().rev().filter(|entry| entry.event <= event);
    let mut known: Vec<(u64, Time, &Entry)> = entries
        .take(JOURNAL_LOOK.max(last))
        .filter_map(|entry| entry.occurrences().rfind(|(at, _)| *at <= event).map(|(at_event, at)| (at_event, at, entry)))
        .collect();
    order::sort_by_key(&mut known, |(at_event, _, entry)| (*at_event, entry.seq));
    known.drain(..known.len().saturating_sub(last));
    known
}

fn row(at_event: u64, at: Time, entry: &Entry, event: u64) -> JournalView {
    JournalView {
        seq: entry.seq,
        at_us: at.as_micros(),
        first_us: entry.at.as_micros(),
        event: at_event,
        node: entry.node,
        name: entry.note.kind(),
        class: Some(entry.note.class()),
        fields: entry.note.fields(),
        times: entry.times_until(event),
        note: Some(entry.note.clone()),
    }
}

/// The rows of a journal, kept from one look to the next: a row is made again only if its entry happened again.
#[derive(Clone, Debug, Default)]
pub struct JournalBook {
    /// Generation of the recorder, revision of its journal, and the event up to which rows are known; `None`: everything that was recorded is.
    stamp: Option<(u64, u64, Option<u64>)>,
    rows: Shared<Vec<Shared<JournalView>>>,
}

impl JournalBook {
    /// Milestones as [`journal`] gives them.
    pub fn rows(&mut self, sim: &Sim, recorder: &Recorder, last: usize) -> Shared<Vec<Shared<JournalView>>> {
        let event = sim.event();
        let stamp = (recorder.generation(), recorder.journal().revision(), (event < recorder.high()).then_some(event));
        if self.stamp != Some(stamp) {
            let mut kept: BTreeMap<u64, Shared<JournalView>> = BTreeMap::new();
            if self.stamp.is_some_and(|(generation, ..)| generation == stamp.0) {
                kept.extend(self.rows.iter().map(|row| (row.seq, row.clone())));
            }
            let rows = newest(sim, recorder, last).into_iter().map(|(at_event, at, entry)| {
                let times = entry.times_until(event);
                match kept.remove(&entry.seq).filter(|row| row.event == at_event && row.times == times) {
                    Some(row) => row,
                    None => Shared::new(row(at_event, at, entry, event)),
                }
            });
            self.rows.renew(rows.collect());
            self.stamp = Some(stamp);
        }
        self.rows.clone()
    }
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
