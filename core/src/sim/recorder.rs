//! The recorder of a run, which remembers what its state does not: journal, logs, samples, ladders, flow notes. No part of the `Sim`'s clone, and never read by the engine.
//!
//! Everything is keyed by the event that caused it. Events that were recorded once are not recorded again when they are executed again after going back;
//! acting in the past forgets what came after.

use super::journal::Journal;
use super::wire::{Put, Row, Wire};
use crate::fact::{Mark, ReplState, SessionState};
use crate::limits;
use crate::note::{Class, Note};
use crate::time::Time;
use alloc::collections::{BTreeMap, VecDeque};
use alloc::rc::Rc;
use alloc::vec::Vec;

/// One sample of a replica.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sample {
    /// When.
    pub at: Time,
    /// INFO's lag at its master, s; `None`: no line.
    pub lag_s: Option<i64>,
    /// INFO's offset at its master; `None`: no line.
    pub offset: Option<i64>,
    /// Bytes that it lacks of its top master's stream.
    pub gap: i64,
    /// now − time of the first data command that it lacks, ms; `None`: its data never were its master's.
    pub staleness_ms: Option<u64>,
    /// Its top master's offset.
    pub head: i64,
}

/// A line of a node's log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogEntry {
    /// When.
    pub at: Time,
    /// With which event.
    pub event: u64,
    /// How loud.
    pub mark: Mark,
    /// The text.
    pub text: Rc<str>,
    /// The whole line.
    pub line: Rc<str>,
}

/// A flow note.
#[derive(Clone, PartialEq, Debug)]
pub struct Flow {
    /// When.
    pub at: Time,
    /// With which event.
    pub event: u64,
    /// Where.
    pub node: u32,
    /// What.
    pub note: Note,
}

/// How a link stood from a moment on, for the timeline's lanes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkMark {
    /// From when.
    pub at: Time,
    /// With which event.
    pub event: u64,
    /// Which link.
    pub link: u32,
    /// Cut.
    pub cut: bool,
    /// Frozen, from its lower node to the higher one, and back.
    pub frozen: [bool; 2],
}

/// Rows of ladders kept, all links together: a few hundred handshakes.
const ROWS_KEPT: usize = 20_000;
/// Samples of one replica kept one a second; beyond that the older half is thinned to every second one, again and again.
const SAMPLES_KEPT: usize = 16_384;

/// The recorder.
#[derive(Clone, Debug)]
pub struct Recorder {
    /// Whether flow notes are wanted: each message, each command.
    pub want_flow: bool,
    /// Whether the world's own notes of its last event are to hold flow notes even if nobody keeps those: somebody looks at single events.
    pub closely: bool,
    /// The last event that was recorded.
    high: u64,
    /// How often something was forgotten.
    generation: u64,
    /// Until when samples were taken, and when the next are due.
    sampled: Option<Time>,
    due: Option<Time>,
    journal: Journal,
    logs: BTreeMap<u32, VecDeque<LogEntry>>,
    series: BTreeMap<u32, Vec<Sample>>,
    flow: VecDeque<Flow>,
    rows: VecDeque<Row>,
    first_row: u32,
    links: Vec<LinkMark>,
}
impl Default for Recorder {
    fn default() -> Recorder {
        Recorder::new()
    }
}

impl Recorder {
    /// Nothing recorded yet; flow notes are wanted.
    #[must_use]
    pub fn new() -> Recorder {
        Recorder {
            want_flow: true,
            closely: false,
            high: 0,
            generation: 0,
            sampled: None,
            due: None,
            journal: Journal::default(),
            logs: BTreeMap::new(),
            series: BTreeMap::new(),
            flow: VecDeque::new(),
            rows: VecDeque::new(),
            first_row: 0,
            links: Vec::new(),
        }
    }
    /// The last event that was recorded.
    #[must_use]
    pub const fn high(&self) -> u64 {
        self.high
    }
    /// How often somebody acted in the past, whereupon what was recorded of the future went: whoever reads on from where they were must begin anew.
    #[must_use]
    pub const fn generation(&self) -> u64 {
        self.generation
    }
    /// Milestones but for log lines.
    #[must_use]
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }
    /// The log of a node, oldest first: the newest [`limits::LOG_LINES_KEPT`] lines.
    pub fn log(&self, node: u32) -> impl DoubleEndedIterator<Item = &LogEntry> {
        self.logs.get(&node).into_iter().flatten()
    }
    /// Samples of a replica, oldest first.
    #[must_use]
    pub fn series(&self, node: u32) -> &[Sample] {
        self.series.get(&node).map_or(&[], Vec::as_slice)
    }
    /// The newest flow notes, oldest first.
    #[must_use]
    pub const fn flow(&self) -> &VecDeque<Flow> {
        &self.flow
    }
    /// Rows of a link's ladder with their numbers, oldest first.
    pub fn rows(&self, link: u32) -> impl DoubleEndedIterator<Item = (u32, &Row)> {
        self.all_rows().filter(move |(_, row)| row.link == link)
    }
    /// Rows of all ladders with their numbers, oldest first. What repeats made of a row may be of a time after the cursor: [`Sim::row_now`] knows better.
    ///
    /// [`Sim::row_now`]: super::Sim::row_now
    pub fn all_rows(&self) -> impl DoubleEndedIterator<Item = (u32, &Row)> {
        self.rows.iter().enumerate().map(|(at, row)| (self.first_row + at as u32, row))
    }
    /// How links stood, oldest first.
    #[must_use]
    pub fn link_marks(&self) -> &[LinkMark] {
        &self.links
    }

    /// Whether this event was not recorded before.
    #[must_use]
    pub const fn fresh(&self, event: u64) -> bool {
        event > self.high
    }
    pub(super) fn done(&mut self, event: u64) {
        self.high = self.high.max(event);
    }
    pub(super) fn note(&mut self, at: Time, event: u64, node: u32, note: &Note) {
        if !self.fresh(event) {
            return;
        }
        if let Note::Log { mark, text, line } = note {
            let log = self.logs.entry(node).or_default();
            log.push_back(LogEntry { at, event, mark: *mark, text: text.as_str().into(), line: line.as_str().into() });
            if log.len() > limits::LOG_LINES_KEPT {
                log.pop_front();
            }
            return;
        }
        match note.class() {
            Class::Milestone => self.journal.push(at, event, node, note),
            Class::Flow if !self.want_flow => {}
            Class::Flow => {
                self.flow.push_back(Flow { at, event, node, note: note.clone() });
                if self.flow.len() > limits::FLOW_NOTES_KEPT {
                    self.flow.pop_front();
                }
            }
        }
    }
    /// A note of somebody who watches the run, about a moment that is recorded already: a line of the script, an invariant. Each is said once; saying it
    /// again when the moment is played again is the caller's to avoid.
    pub fn remark(&mut self, at: Time, event: u64, node: u32, note: &Note) {
        self.journal.push(at, event, node, note);
    }
    pub(super) fn link(&mut self, mark: LinkMark) {
        if self.fresh(mark.event) {
            self.links.push(mark);
        }
    }
    pub(super) fn row(&mut self, event: u64, id: u32, put: Put, row: &Row) {
        if !self.fresh(event) {
            return;
        }
        match put {
            Put::New => {
                if id != self.first_row + self.rows.len() as u32 {
                    self.rows.clear();
                    self.first_row = id;
                }
                self.rows.push_back(row.clone());
                if self.rows.len() > ROWS_KEPT {
                    self.rows.pop_front();
                    self.first_row += 1;
                }
            }
            Put::Changed => {
                if let Some(old) = self.at(id) {
                    old.catch_up(row);
                }
            }
        }
    }
    fn at(&mut self, id: u32) -> Option<&mut Row> {
        self.rows.get_mut(id.checked_sub(self.first_row)? as usize)
    }
    pub(super) fn arrived(&mut self, now: Time, event: u64, id: u32) {
        if self.fresh(event)
            && let Some(row) = self.at(id)
        {
            row.arrived = Some((now, event));
        }
    }
    /// The replica's state after a row.
    pub(super) fn replica_state(&mut self, event: u64, id: u32, state: ReplState) {
        if self.fresh(event)
            && let Some(row) = self.at(id)
        {
            row.replica_state = Some((state, event));
        }
    }
    /// The master's state for the replica after a row.
    pub(super) fn master_state(&mut self, event: u64, id: u32, state: SessionState) {
        if self.fresh(event)
            && let Some(row) = self.at(id)
        {
            row.master_state = Some((state, event));
        }
    }
    /// When samples are due next: each second, in its middle. On the second itself INFO's lag would always be read when it has just grown.
    pub(super) fn sample_due(&mut self, now: Time) -> Time {
        const HALF: u64 = 500_000;
        let after = |at: u64| (at + HALF) / 1_000_000 * 1_000_000 + HALF;
        // Asked with each event: most of them lie in the second before the samples that are due.
        if let Some(due) = self.due
            && due >= now
            && due.since(now).as_micros() < 1_000_000
        {
            return due;
        }
        let next = self.sampled.map_or(0, |at| after(at.as_micros()));
        let due = Time::from_micros(next.max(after(now.as_micros().saturating_sub(1))));
        self.due = Some(due).filter(|due| due.since(now).as_micros() < 1_000_000);
        due
    }
    pub(super) fn sampled(&mut self, at: Time) {
        self.sampled = Some(self.sampled.map_or(at, |before| before.max(at)));
        self.due = None;
    }
    pub(super) fn sample(&mut self, node: u32, sample: Sample) {
        let series = self.series.entry(node).or_default();
        match series.last_mut() {
            Some(last) if last.at == sample.at => *last = sample,
            Some(last) if last.at > sample.at => {}
            _ => series.push(sample),
        }
        if series.len() > SAMPLES_KEPT {
            let half = series.len() / 2;
            let mut ix = 0;
            series.retain(|_| {
                ix += 1;
                ix > half || ix % 2 == 0
            });
        }
    }
    /// Forgets what came after the moment at which the world stands: somebody acts in the past.
    pub(super) fn back_to(&mut self, now: Time, event: u64, wire: &Wire) {
        if event >= self.high {
            return;
        }
        self.high = event;
        self.generation += 1;
        self.journal.truncate(event);
        for log in self.logs.values_mut() {
            while log.back().is_some_and(|line| line.event > event) {
                log.pop_back();
            }
        }
        for series in self.series.values_mut() {
            series.truncate(series.partition_point(|sample| sample.at <= now));
        }
        self.sampled = self.sampled.map(|at| at.min(now));
        self.due = None;
        while self.flow.back().is_some_and(|flow| flow.event > event) {
            self.flow.pop_back();
        }
        self.links.retain(|mark| mark.event <= event);
        while self.first_row + self.rows.len() as u32 > wire.next() {
            if self.rows.pop_back().is_none() {
                self.first_row = wire.next();
            }
        }
        for row in &mut self.rows {
            if row.arrived.is_some_and(|(_, at)| at > event) {
                row.arrived = None;
            }
            if row.replica_state.as_ref().is_some_and(|(_, at)| *at > event) {
                row.replica_state = None;
            }
            if row.master_state.as_ref().is_some_and(|(_, at)| *at > event) {
                row.master_state = None;
            }
        }
        for (id, was) in wire.open_rows() {
            if let Some(row) = self.at(id) {
                let (replica_state, master_state) = (row.replica_state.take(), row.master_state.take());
                *row = Row { replica_state, master_state, ..was.clone() };
            }
        }
    }
}
