//! Painted lanes: what went on on each link, from the start of a run to its end.

use super::survey::Survey;
use super::{LaneStretch, LinkIx, NodeIx, Shared, Stretch};
use crate::fact::ReplState;
use crate::note::Note;
use crate::order;
use crate::sim::journal::Entry;
use crate::sim::recorder::LinkMark;
use crate::sim::{Recorder, Sim};
use crate::time::Time;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::vec::Vec;

/// The lanes of a run's links, kept from one look to the next: the journal is read on from where it was read last, and a lane is painted anew only if
/// something was told of its ends.
#[derive(Clone, Debug, Default)]
pub struct LaneBook {
    /// [`Recorder::generation`] of what was read.
    generation: u64,
    /// The journal was read up to this entry …
    next_seq: u64,
    /// … and up to this event.
    read: u64,
    /// Numbers of the journal's entries that tell of a node's ways, by node.
    told: BTreeMap<NodeIx, VecDeque<u64>>,
    /// How many link marks were read, and those of each link.
    marks_read: usize,
    marks: BTreeMap<LinkIx, Vec<LinkMark>>,
    lanes: BTreeMap<LinkIx, Painted>,
    /// Nodes and links of which something new was read since their lanes were painted.
    nodes: BTreeSet<NodeIx>,
    links: BTreeSet<LinkIx>,
}

#[derive(Clone, Debug)]
struct Painted {
    replica: NodeIx,
    end: Time,
    /// Whether something changed at the very end: what goes on from there has no length yet, and no stretch.
    changes_at_end: bool,
    stretches: Shared<Vec<LaneStretch>>,
}

impl LaneBook {
    /// The lanes of all links over everything that was played, up to `end`: the future of this moment included.
    pub(super) fn lanes(&mut self, sim: &Sim, recorder: &Recorder, survey: &Survey, end: Time) -> Vec<Shared<Vec<LaneStretch>>> {
        self.read_on(recorder);
        let end = end.max(sim.now());
        let links = sim.links().iter().enumerate();
        let lanes =
            links.map(|(ix, link)| self.lane(recorder, ix as LinkIx, [link.a, link.b], survey.oriented(sim, link).1, end)).collect();
        self.nodes.clear();
        self.links.clear();
        lanes
    }

    /// Reads what was recorded since the last time.
    fn read_on(&mut self, recorder: &Recorder) {
        if self.generation != recorder.generation() || self.read > recorder.high() {
            *self = LaneBook { generation: recorder.generation(), ..LaneBook::default() };
        }
        for entry in recorder.journal().touched_since(self.next_seq).filter(|entry| tells(&entry.note)) {
            let new = entry.seq >= self.next_seq;
            if new {
                let told = self.told.entry(entry.node).or_default();
                // What the journal has forgotten is not looked for again.
                while told.front().is_some_and(|seq| recorder.journal().get(*seq).is_none()) {
                    told.pop_front();
                }
                told.push_back(entry.seq);
            }
            if new || entry.occurrences().next_back().is_some_and(|(event, _)| event > self.read) {
                self.nodes.insert(entry.node);
            }
        }
        let marks = recorder.link_marks();
        for mark in &marks[self.marks_read.min(marks.len())..] {
            self.marks.entry(mark.link).or_default().push(*mark);
            self.links.insert(mark.link);
        }
        self.marks_read = marks.len();
        self.next_seq = recorder.journal().next_seq();
        self.read = recorder.high();
    }

    fn lane(&mut self, recorder: &Recorder, link: LinkIx, ends: [NodeIx; 2], replica: NodeIx, end: Time) -> Shared<Vec<LaneStretch>> {
        let told = self.links.contains(&link) || ends.iter().any(|ix| self.nodes.contains(ix));
        let stands = |kept: &Painted| !told && kept.replica == replica && kept.end <= end && !(kept.changes_at_end && kept.end < end);
        if let Some(kept) = self.lanes.get_mut(&link).filter(|kept| stands(kept)) {
            if kept.end < end {
                // Nothing happened: what went on last goes on.
                if let Some(last) = kept.stretches.make_mut().last_mut() {
                    last.to_us = end.as_micros();
                }
                kept.end = end;
            }
            return kept.stretches.clone();
        }
        let (stretches, changes_at_end) = self.paint(recorder, ends, link, replica, end);
        let stretches = Shared::new(stretches);
        self.lanes.insert(link, Painted { replica, end, changes_at_end, stretches: stretches.clone() });
        stretches
    }

    fn paint(&self, recorder: &Recorder, ends: [NodeIx; 2], link: LinkIx, replica: NodeIx, end: Time) -> (Vec<LaneStretch>, bool) {
        let told = |node: NodeIx| self.told.get(&node).into_iter().flatten().filter_map(|seq| recorder.journal().get(*seq));
        let states = upstream_states(told(replica));
        let pauses = pauses(told(ends[0]).chain(told(ends[1])), ends);
        let marks = self.marks.get(&link).map_or(&[][..], Vec::as_slice);
        // Every moment at which something changes, and what is so from then on.
        let mut moments: Vec<Time> =
            states.iter().map(|(at, _)| *at).chain(marks.iter().map(|mark| mark.at)).chain(pauses.iter().map(|(at, _)| *at)).collect();
        moments.push(Time::ZERO);
        order::sort(&mut moments);
        moments.dedup();
        let mut stretches: Vec<LaneStretch> = Vec::new();
        for (i, from) in moments.iter().enumerate() {
            let to = moments.get(i + 1).copied().unwrap_or(end).min(end);
            if to <= *from {
                continue;
            }
            let state = until(&states, |(at, _)| at <= from).map_or(Stretch::Away, |(_, what)| *what);
            let mark = until(marks, |mark| mark.at <= *from);
            let paused = until(&pauses, |(at, _)| at <= from).is_some_and(|(_, paused)| *paused);
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
        (stretches, moments.last().is_some_and(|last| *last >= end))
    }
}

/// The lane of one link over everything that was played, up to `end`: the future of this moment included.
#[must_use]
pub fn lanes(sim: &Sim, recorder: &Recorder, link: LinkIx, end: Time) -> Vec<LaneStretch> {
    let mut book = LaneBook::default();
    book.read_on(recorder);
    let Some(ends) = sim.links().get(link as usize) else { return Vec::new() };
    book.lane(recorder, link, [ends.a, ends.b], sim.oriented(ends).1, end.max(sim.now())).to_vec()
}

/// The last of the items, which are in order, for which `holds`.
fn until<T>(items: &[T], holds: impl Fn(&T) -> bool) -> Option<&T> {
    items.get(items.partition_point(holds).checked_sub(1)?)
}

/// Whether a note says something that a lane shows.
const fn tells(note: &Note) -> bool {
    matches!(
        note,
        Note::UpstreamState { .. }
            | Note::Crashed {}
            | Note::PoweredOff {}
            | Note::ShutDown {}
            | Note::Promoted { .. }
            | Note::Paused {}
            | Note::Resumed {}
    )
}

/// What a replica did, from when on.
fn upstream_states<'a>(told: impl Iterator<Item = &'a Entry>) -> Vec<(Time, Stretch)> {
    let mut changes: Vec<(u64, Time, u64, Option<ReplState>, ReplState)> = Vec::new();
    for entry in told {
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
    order::sort_by_key(&mut changes, |(event, _, seq, ..)| (*event, *seq));
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
            | ReplState::ReceiveCompReply
            | ReplState::ReceiveVersionReply
            | ReplState::ReceivePsync
            | ReplState::ReceivePsyncReply => Stretch::Syncing,
        };
        state = Some(to);
        ordered.push((at, what));
    }
    ordered
}

/// When either end was paused, from when on.
fn pauses<'a>(told: impl Iterator<Item = &'a Entry>, ends: [NodeIx; 2]) -> Vec<(Time, bool)> {
    let mut changes: Vec<(u64, Time, NodeIx, bool)> = Vec::new();
    for entry in told {
        let paused = match entry.note {
            Note::Paused {} => true,
            Note::Resumed {} | Note::Crashed {} | Note::PoweredOff {} => false,
            _ => continue,
        };
        changes.extend(entry.occurrences().map(|(event, at)| (event, at, entry.node, paused)));
    }
    order::sort_by_key(&mut changes, |(event, ..)| *event);
    let mut now = [false; 2];
    changes
        .into_iter()
        .map(|(_, at, node, paused)| {
            now[usize::from(node == ends[1])] = paused;
            (at, now[0] || now[1])
        })
        .collect()
}
