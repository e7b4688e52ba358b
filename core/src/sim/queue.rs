//! The one queue of the world: `(Time, seq, Event)`, earliest first, equal times in the order in which they were asked for.
//!
//! Wakeups are lazy: whoever changes its mind pushes a new entry and ignores the old one when it comes, so nothing is ever searched for.

use crate::node::api::{ConnId, OpId};
use crate::time::Time;
use alloc::collections::BinaryHeap;
use core::cmp::Ordering;

/// What is due. Small and copied; what it means is looked up when it comes, and nothing happens if that is gone by then.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Event {
    /// A machine's process starts.
    Boot(u32),
    /// A node may run: it is free again, or a timer of it is due.
    Run(u32),
    /// The first packet towards this end arrives.
    Arrive(ConnId),
    /// Acknowledgements reach this end: its send buffer has room.
    Room(ConnId),
    /// The window towards this end's peer may have opened.
    Pump(ConnId),
    /// A dial's SYN arrives at its target.
    Syn(u64),
    /// A dial's answer arrives at the dialler.
    SynAnswer(u64),
    /// A dial's SYN is sent once more.
    SynRetry(u64),
    /// A child of a machine has something to show: a piece, or its exit.
    Child(u32, u64),
    /// A file operation of a machine ends.
    File(u32, OpId),
    /// A client's next send.
    Client(u32),
}

/// An entry, greater the earlier it is due. No two have the same number.
#[derive(Clone, Copy, Debug)]
struct Entry {
    at: Time,
    seq: u64,
    event: Event,
}
impl Ord for Entry {
    fn cmp(&self, other: &Entry) -> Ordering {
        (other.at, other.seq).cmp(&(self.at, self.seq))
    }
}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Entry) -> Option<Ordering> {
        Some(self.cmp(other))
    }
    fn lt(&self, other: &Entry) -> bool {
        if self.at == other.at { self.seq > other.seq } else { self.at > other.at }
    }
    fn le(&self, other: &Entry) -> bool {
        !other.lt(self)
    }
    fn gt(&self, other: &Entry) -> bool {
        other.lt(self)
    }
    fn ge(&self, other: &Entry) -> bool {
        !self.lt(other)
    }
}
impl PartialEq for Entry {
    fn eq(&self, other: &Entry) -> bool {
        self.seq == other.seq
    }
}
impl Eq for Entry {}

/// The queue.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    heap: BinaryHeap<Entry>,
    seq: u64,
}

impl Queue {
    /// Asks for `event` at `at`.
    pub fn push(&mut self, at: Time, event: Event) {
        if at == Time::NEVER {
            return;
        }
        self.seq += 1;
        self.heap.push(Entry { at, seq: self.seq, event });
    }
    /// When the next entry is due.
    #[must_use]
    pub fn next_at(&self) -> Option<Time> {
        self.heap.peek().map(|entry| entry.at)
    }
    /// Takes the next entry.
    pub fn pop(&mut self) -> Option<(Time, Event)> {
        self.heap.pop().map(|entry| (entry.at, entry.event))
    }
    /// Entries waiting, outdated ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heap.len()
    }
    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earliest_first_and_equal_times_in_the_order_asked() {
        let mut queue = Queue::default();
        queue.push(Time::from_micros(5), Event::Run(1));
        queue.push(Time::from_micros(3), Event::Run(2));
        queue.push(Time::from_micros(5), Event::Run(0));
        queue.push(Time::NEVER, Event::Run(9));
        let order: alloc::vec::Vec<_> = core::iter::from_fn(|| queue.pop()).map(|(at, event)| (at.as_micros(), event)).collect();
        assert_eq!(order, [(3, Event::Run(2)), (5, Event::Run(1)), (5, Event::Run(0))]);
    }
}
