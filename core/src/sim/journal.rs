//! The journal of a run: its milestones in order, equal ones that come again and again folded into one entry.

use crate::limits;
use crate::note::Note;
use crate::time::{Span, Time};
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// A milestone.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// Its number: the handle for seeking.
    pub seq: u64,
    /// When it came first.
    pub at: Time,
    /// With which event.
    pub event: u64,
    /// Where.
    pub node: u32,
    /// What.
    pub note: Note,
    /// How often, folded repeats included.
    pub times: u32,
    /// When it came last.
    pub last_at: Time,
    /// Repeats: event and time, and for how many they stand.
    more: Vec<(u64, Time, u32)>,
}

/// How far back an equal milestone of the same node is looked for: more than the steps of one failed handshake.
const FOLD_OVER: usize = 24;
/// Attempts follow each other at this distance at most: what comes later is another story.
const FOLD_WITHIN: Span = Span::from_millis(2_500);
/// Repeats remembered singly; beyond that each remembered one stands for two, four, ….
const REPEATS_KEPT: usize = 256;

/// Whether a note is one that a loop of failing attempts repeats. A note of success always has an entry of its own.
const fn folds(note: &Note) -> bool {
    matches!(
        note,
        Note::UpstreamState { .. }
            | Note::HandshakeFailed { .. }
            | Note::PsyncAsked { .. }
            | Note::PsyncVerdict { .. }
            | Note::SyncFallback { .. }
            | Note::SessionState { .. }
            | Note::SessionEnded { .. }
            | Note::UpstreamLost { .. }
            | Note::FullStarted { .. }
            | Note::Refused { .. }
            | Note::GoodReplicas { .. }
            | Note::LinkChanged { .. }
            | Note::ConfigSet { .. }
    )
}

impl Entry {
    /// Event and time of each time that it happened, oldest first; of very many, some stand for several.
    pub fn occurrences(&self) -> impl DoubleEndedIterator<Item = (u64, Time)> {
        core::iter::once((self.event, self.at)).chain(self.more.iter().map(|(event, at, _)| (*event, *at)))
    }
    /// The same with how many each stands for: for the last of that many times, up to this one.
    pub fn counted(&self) -> impl DoubleEndedIterator<Item = (u64, Time, u32)> {
        core::iter::once((self.event, self.at, 1)).chain(self.more.iter().copied())
    }
    /// How often it had happened when `event` was over.
    #[must_use]
    pub fn times_until(&self, event: u64) -> u32 {
        let repeats = self.more.iter().take_while(|(at, ..)| *at <= event).map(|(.., times)| *times).sum::<u32>();
        u32::from(self.event <= event) + repeats
    }
    fn again(&mut self, at: Time, event: u64) {
        self.times = self.times.saturating_add(1);
        self.last_at = at;
        let each = self.more.first().map_or(1, |(.., each)| *each);
        if let Some(last) = self.more.last_mut()
            && last.2 < each
        {
            *last = (event, at, last.2 + 1);
            return;
        }
        self.more.push((event, at, 1));
        if self.more.len() >= REPEATS_KEPT {
            self.more =
                self.more.chunks(2).map(|pair| (pair[pair.len() - 1].0, pair[pair.len() - 1].1, pair.iter().map(|p| p.2).sum())).collect();
        }
    }
    fn back_to(&mut self, event: u64) {
        while self.more.last().is_some_and(|(e, ..)| *e > event) {
            if let Some((.., times)) = self.more.pop() {
                self.times -= times;
            }
        }
        self.last_at = self.more.last().map_or(self.at, |(_, at, _)| *at);
    }
}

/// All milestones of a run, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    entries: VecDeque<Entry>,
    seq: u64,
    revision: u64,
}
impl Journal {
    /// Rises with each change.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }
    /// The number that the next entry gets.
    #[must_use]
    pub const fn next_seq(&self) -> u64 {
        self.seq
    }
    /// Entries from this number on, and those before it into which something that came later may have been folded; oldest first.
    pub fn touched_since(&self, seq: u64) -> impl Iterator<Item = &Entry> {
        let first = self.entries.front().map_or(0, |entry| entry.seq);
        let skip = usize::try_from(seq.saturating_sub(FOLD_OVER as u64).saturating_sub(first)).unwrap_or(usize::MAX);
        self.entries.iter().skip(skip.min(self.entries.len()))
    }
    /// The entries.
    #[must_use]
    pub fn entries(&self) -> &VecDeque<Entry> {
        &self.entries
    }
    /// An entry by its number.
    #[must_use]
    pub fn get(&self, seq: u64) -> Option<&Entry> {
        let first = self.entries.front()?.seq;
        self.entries.get(usize::try_from(seq.checked_sub(first)?).ok()?)
    }
    /// Something happened.
    pub fn push(&mut self, at: Time, event: u64, node: u32, note: &Note) {
        self.revision += 1;
        if folds(note) {
            let mut near = self.entries.iter_mut().rev().take(FOLD_OVER);
            if let Some(entry) = near.find(|entry| entry.node == node && entry.note == *note && at.since(entry.last_at) <= FOLD_WITHIN) {
                entry.again(at, event);
                return;
            }
        }
        self.entries.push_back(Entry { seq: self.seq, at, event, node, note: note.clone(), times: 1, last_at: at, more: Vec::new() });
        self.seq += 1;
        if self.entries.len() > limits::JOURNAL_MAX {
            self.entries.pop_front();
        }
    }
    /// Forgets what came after `event`.
    pub fn truncate(&mut self, event: u64) {
        self.revision += 1;
        while self.entries.back().is_some_and(|entry| entry.event > event) {
            self.entries.pop_back();
        }
        self.seq = self.entries.back().map_or(0, |entry| entry.seq + 1);
        for entry in self.entries.iter_mut().rev().take(4 * FOLD_OVER) {
            entry.back_to(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::ReplState;

    fn state(to: ReplState) -> Note {
        Note::UpstreamState { from: ReplState::Connect, to }
    }

    #[test]
    fn a_loop_is_one_turn_of_it_with_its_count() {
        let mut journal = Journal::default();
        for n in 0..1_000 {
            for (step, to) in [ReplState::Connecting, ReplState::ReceivePong, ReplState::Connect].into_iter().enumerate() {
                journal.push(Time::from_secs(n), n * 3 + step as u64, 1, &state(to));
            }
        }
        assert_eq!(journal.entries().len(), 3);
        assert!(journal.entries().iter().all(|entry| entry.times == 1_000));
        journal.truncate(30);
        assert_eq!(journal.entries().iter().map(|entry| entry.times).collect::<Vec<_>>().len(), 3);
        assert!(journal.entries()[0].times <= 16, "{}", journal.entries()[0].times);
    }

    #[test]
    fn going_back_is_exact_for_what_was_folded_a_few_times() {
        let mut journal = Journal::default();
        for n in 0..100 {
            journal.push(Time::from_secs(n), n, 0, &state(ReplState::Connecting));
        }
        journal.push(Time::from_secs(100), 100, 0, &state(ReplState::Connected));
        journal.truncate(41);
        assert_eq!(journal.entries().len(), 1);
        assert_eq!((journal.entries()[0].times, journal.entries()[0].last_at), (42, Time::from_secs(41)));
        journal.push(Time::from_secs(50), 50, 0, &state(ReplState::Connected));
        assert_eq!(journal.get(1).map(|entry| entry.at), Some(Time::from_secs(50)));
    }
}
