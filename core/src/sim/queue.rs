//! The one queue of the world: `(Time, seq, Event)`, earliest first, equal times in the order in which they were asked for.
//!
//! Wakeups are lazy: whoever changes its mind pushes a new entry and ignores the old one when it comes, so nothing is ever searched for.

use crate::node::api::{ConnId, OpId};
use crate::time::Time;
use alloc::collections::BinaryHeap;
use core::cmp::Ordering;

/// An event that is due. It is small and copied; its object is looked up when it comes, and nothing happens if that is gone by then.
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
    /// A sentinel's timer.
    Sentinel(u32),
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
    /// The greatest entry was taken and is still there: most of the time another one is about to take its place.
    taken: bool,
    seq: u64,
}

impl Queue {
    /// Asks for `event` at `at`.
    pub fn push(&mut self, at: Time, event: Event) {
        if at == Time::NEVER {
            return;
        }
        self.seq += 1;
        let entry = Entry { at, seq: self.seq, event };
        match self.heap.peek_mut() {
            Some(mut top) if self.taken => *top = entry,
            top => {
                drop(top);
                self.heap.push(entry);
            }
        }
        self.taken = false;
    }
    /// When the next entry is due.
    #[must_use]
    pub fn next_at(&self) -> Option<Time> {
        match self.heap.as_slice() {
            // What is next stands right below.
            [_, rest @ ..] if self.taken => rest.iter().take(2).map(|entry| entry.at).min(),
            [top, ..] => Some(top.at),
            [] => None,
        }
    }
    /// Takes the next entry.
    pub fn pop(&mut self) -> Option<(Time, Event)> {
        if self.taken {
            self.heap.pop();
        }
        let top = self.heap.peek();
        self.taken = top.is_some();
        top.map(|entry| (entry.at, entry.event))
    }
    /// Entries waiting, outdated ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heap.len() - usize::from(self.taken)
    }
    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
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
        assert!(queue.is_empty() && queue.next_at().is_none());
    }
    #[test]
    fn whatever_is_taken_and_asked_in_whatever_order_comes_in_order() {
        let draw = |n: u64| crate::prng::rand(5, 5, crate::prng::Purpose::Swarm, n);
        let (mut queue, mut model) = (Queue::default(), alloc::collections::BTreeSet::new());
        for n in 0..5_000u64 {
            if draw(n * 2) % 5 < 2 {
                assert_eq!(queue.pop().map(|(at, event)| (at.as_micros(), event)), model.pop_first().map(|(at, n)| (at, Event::Syn(n))));
            } else {
                let at = draw(n * 2 + 1) % 50;
                queue.push(Time::from_micros(at), Event::Syn(n));
                model.insert((at, n));
            }
            assert_eq!((queue.len(), queue.next_at().map(Time::as_micros)), (model.len(), model.first().map(|(at, _)| *at)));
        }
    }
}
