//! The memory that a conn's waiting output counts for, and so against its limit: a static buffer, then a list whose nodes differ by era
//! (docs/redis.md §2.7).
//!
//! 7.0 counts the shared blocks of the backlog for a replica (`repl::backlog`); this is every other conn, and replicas before 7.0.

use crate::era::ReplyList;
use crate::repl::{Allocator, stream};
use alloc::collections::VecDeque;

/// Bytes of a client's static output buffer, which never count; and of a node of the list.
const STATIC_BUFFER: u64 = 16 * 1024;
/// Below this much text a string that grows takes twice what it needs.
const DOUBLES_BELOW: u64 = 1 << 20;

#[derive(Clone, Copy, Debug)]
struct ListNode {
    len: u64,
    /// Bytes that fit without growing.
    room: u64,
    /// What it counts.
    memory: u64,
}

/// The book-keeping of a conn's output: lengths only, the bytes lie in the pipe.
#[derive(Clone, Debug)]
pub struct Output {
    kind: ReplyList,
    allocator: Allocator,
    fixed: u64,
    fixed_sent: u64,
    nodes: VecDeque<ListNode>,
    /// Bytes of the first node that were sent.
    sent: u64,
    list_bytes: u64,
    memory: u64,
    /// A limit that is looked at piece by piece, 0 if there is none; and what counted, in how many nodes, when it was reached.
    limit: u64,
    reached: Option<(u64, u64)>,
    /// The next reply is one whose length is known last.
    listed: bool,
}

impl Output {
    /// Nothing waits.
    #[must_use]
    pub const fn new(kind: ReplyList) -> Output {
        Output {
            kind,
            allocator: Allocator::Libc,
            fixed: 0,
            fixed_sent: 0,
            nodes: VecDeque::new(),
            sent: 0,
            list_bytes: 0,
            memory: 0,
            limit: 0,
            reached: None,
            listed: false,
        }
    }
    /// The same with the sizes of another allocator.
    #[must_use]
    pub const fn allocated_by(mut self, allocator: Allocator) -> Output {
        self.allocator = allocator;
        self
    }
    /// Bytes that wait.
    #[must_use]
    pub const fn waiting(&self) -> u64 {
        self.fixed - self.fixed_sent + self.list_bytes
    }
    /// Bytes in the static buffer: CLIENT LIST's `obl`.
    #[must_use]
    pub const fn in_static(&self) -> u64 {
        self.fixed
    }
    /// From now on this limit is looked at with every piece, as real servers do: what they log is what counted then.
    pub const fn watch(&mut self, limit: u64) {
        self.limit = limit;
    }
    /// Says of the reply to the next command whether its length is known last (KEYS and its like): a place for it is kept at the list's end, so that
    /// all behind it goes to the list, whatever the static buffer could take.
    pub const fn length_comes_last(&mut self, last: bool) {
        self.listed = last;
    }
    /// CLIENT LIST's `omem`, and `oll`, the nodes of the list; of the moment when the watched limit was reached, if it was.
    #[must_use]
    pub fn figures(&self) -> (u64, u64) {
        self.reached.unwrap_or((self.counts(), self.nodes.len() as u64))
    }
    /// What counts against a limit: the list's nodes, never the static buffer.
    #[must_use]
    pub fn counts(&self) -> u64 {
        let node = match self.kind {
            ReplyList::Objects | ReplyList::Blocks | ReplyList::Filled => 40,
            ReplyList::Strings => 29,
        };
        self.memory + self.nodes.len() as u64 * node
    }
    /// Whether the list holds something: only then are limits looked at.
    #[must_use]
    pub const fn overflows(&self) -> bool {
        self.list_bytes > 0
    }
    /// Bytes come: a command as the pieces in which a server adds it, anything else whole.
    pub fn add(&mut self, bytes: &[u8]) {
        let len = bytes.len() as u64;
        // An error has no length.
        let listed = core::mem::take(&mut self.listed) && bytes.first() == Some(&b'*');
        if !listed && self.nodes.is_empty() && self.fixed + len <= STATIC_BUFFER {
            self.fixed += len;
            return;
        }
        stream::pieces(bytes, |piece| if listed { self.listed(piece.len() as u64) } else { self.piece(piece.len() as u64) });
    }
    fn piece(&mut self, len: u64) {
        if len == 0 {
            return;
        }
        if self.nodes.is_empty() && self.fixed + len <= STATIC_BUFFER {
            self.fixed += len;
            return;
        }
        let mut len = len;
        if matches!(self.kind, ReplyList::Filled) && self.nodes.is_empty() {
            len -= STATIC_BUFFER - self.fixed;
            self.fixed = STATIC_BUFFER;
        }
        self.listed(len);
    }
    fn listed(&mut self, len: u64) {
        if len == 0 {
            return;
        }
        self.list_bytes += len;
        self.lengthen(len);
        if self.reached.is_none() && self.limit > 0 && self.counts() >= self.limit {
            self.reached = Some((self.counts(), self.nodes.len() as u64));
        }
    }
    /// The list takes a piece.
    fn lengthen(&mut self, len: u64) {
        match self.kind {
            ReplyList::Objects => self.grow_string(len),
            ReplyList::Strings => {
                match self.nodes.back_mut().filter(|tail| tail.len + len <= STATIC_BUFFER) {
                    Some(tail) => {
                        tail.len += len;
                        tail.memory += len;
                    }
                    None => self.nodes.push_back(ListNode { len, room: len, memory: len }),
                }
                self.memory += len;
            }
            ReplyList::Blocks | ReplyList::Filled => {
                let mut rest = len;
                if let Some(tail) = self.nodes.back_mut() {
                    let fits = (tail.room - tail.len).min(rest);
                    tail.len += fits;
                    rest -= fits;
                }
                if rest > 0 {
                    let size = self.allocator.replies(rest.max(STATIC_BUFFER), 16);
                    self.nodes.push_back(ListNode { len: rest, room: size, memory: size });
                    self.memory += size;
                }
            }
        }
    }
    /// A string that grows: what does not fit makes it twice as large as it would have to be.
    fn grow_string(&mut self, len: u64) {
        let Some(tail) = self.nodes.back_mut().filter(|tail| tail.len + len <= STATIC_BUFFER) else {
            let memory = self.allocator.string(len);
            self.nodes.push_back(ListNode { len, room: len, memory });
            self.memory += memory;
            return;
        };
        tail.len += len;
        if tail.len > tail.room {
            tail.room = if tail.len < DOUBLES_BELOW { tail.len * 2 } else { tail.len + DOUBLES_BELOW };
            self.memory -= tail.memory;
            tail.memory = self.allocator.string(tail.room);
            self.memory += tail.memory;
        }
    }
    /// The kernel took bytes. A node counts until it is gone whole, and the static buffer is free again only when it is empty.
    pub fn take(&mut self, len: u64) {
        let from_fixed = len.min(self.fixed - self.fixed_sent);
        self.fixed_sent += from_fixed;
        if self.fixed_sent == self.fixed {
            (self.fixed, self.fixed_sent) = (0, 0);
        }
        let mut rest = len - from_fixed;
        self.list_bytes -= rest;
        while let Some(front) = self.nodes.front() {
            let here = front.len - self.sent;
            if rest < here {
                self.sent += rest;
                break;
            }
            rest -= here;
            self.sent = 0;
            self.memory -= front.memory;
            self.nodes.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn set(n: usize, len: usize) -> alloc::vec::Vec<u8> {
        let mut wire = alloc::vec::Vec::new();
        crate::resp::write_command(&["SET", &format!("load{}", n % 50), &"z".repeat(len)], &mut wire);
        wire
    }

    /// `h2_bgsave_slow_outbuf__3.0.7`: its limit of 1 MiB, reached by 160 writes of 5000 bytes, counts 1051720 in 53 nodes with 15153 bytes before them.
    #[test]
    fn the_figures_of_a_recorded_overflow() {
        let mut output = Output::new(ReplyList::Objects);
        output.add(b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n");
        output.watch(1 << 20);
        let mut n = 54;
        while output.reached.is_none() {
            output.add(&set(n, 5_000));
            n += 1;
        }
        assert_eq!((output.in_static(), output.figures(), n), (15_153, (1_051_720, 53), 214));
    }

    #[test]
    fn the_first_sixteen_kilobytes_do_not_count() {
        for (kind, one) in [
            (ReplyList::Objects, 24 + 40),
            (ReplyList::Strings, 1 + 29),
            (ReplyList::Blocks, 16_384 + 40),
            (ReplyList::Filled, 16_384 + 40),
        ] {
            let mut output = Output::new(kind);
            output.add(&[b'x'; 16_384]);
            assert_eq!((output.counts(), output.overflows()), (0, false));
            output.add(b"y");
            assert_eq!((output.counts(), output.overflows(), output.waiting()), (one, true, 16_385));
            output.take(16_384);
            assert_eq!((output.counts(), output.waiting()), (one, 1));
            output.take(1);
            assert_eq!((output.counts(), output.waiting(), output.overflows()), (0, 0, false));
        }
    }

    /// Live, an LRANGE of 150 × 1000 bytes over a limit of 100 000: `obl` 16157 in 2.8.17, 3.0.5, 5.0.10 and 6.2.14, 16384 in 7.0.15.
    #[test]
    fn only_7_0_fills_the_static_buffer() {
        for (kind, static_bytes) in
            [(ReplyList::Objects, 16_157), (ReplyList::Strings, 16_157), (ReplyList::Blocks, 16_157), (ReplyList::Filled, 16_384)]
        {
            let mut output = Output::new(kind);
            output.add(b"*150\r\n");
            for _ in 0..150 {
                for piece in [&b"$1000\r\n"[..], &[b'y'; 1_000], b"\r\n"] {
                    output.add(piece);
                }
            }
            assert_eq!((output.in_static(), output.waiting()), (static_bytes, 6 + 150 * 1_009), "{kind:?}");
        }
    }

    #[test]
    fn a_reply_whose_length_comes_last_passes_the_static_buffer_by() {
        let keys = |n: usize| {
            let mut wire = format!("*{n}\r\n").into_bytes();
            for _ in 0..n {
                wire.extend_from_slice(&[&b"$100\r\n"[..], &[b'k'; 100], b"\r\n"].concat());
            }
            wire
        };
        for kind in [ReplyList::Objects, ReplyList::Strings, ReplyList::Blocks, ReplyList::Filled] {
            let mut output = Output::new(kind);
            output.add(b"+OK\r\n");
            output.length_comes_last(true);
            output.add(&keys(20));
            assert_eq!((output.in_static(), output.overflows(), output.waiting()), (5, true, 5 + 5 + 20 * 108), "{kind:?}");
            // What follows is as ever: behind a list nothing goes before it.
            output.add(b"+OK\r\n");
            assert_eq!((output.in_static(), output.waiting()), (5, 5 + 5 + 20 * 108 + 5), "{kind:?}");
            output.take(output.waiting());
            output.length_comes_last(true);
            output.add(b"-ERR syntax error\r\n");
            assert_eq!((output.in_static(), output.overflows()), (19, false), "{kind:?}: an error has no length");
        }
    }

    #[test]
    fn what_came_and_went_leaves_nothing() {
        for kind in [ReplyList::Objects, ReplyList::Strings, ReplyList::Blocks, ReplyList::Filled] {
            let mut output = Output::new(kind);
            let mut total = 0;
            for n in 0..40 {
                let wire = set(n, 100 * n);
                total += wire.len() as u64;
                output.add(&wire);
                assert_eq!(output.waiting(), total);
            }
            while output.waiting() > 0 {
                output.take(output.waiting().min(777));
            }
            assert_eq!((output.figures(), output.memory), ((0, 0), 0));
        }
    }
}
