//! The replication backlog: the end of the stream, remembered.
//!
//! Up to 6.2 it is a ring of `repl-backlog-size` bytes and resizing it throws its content away. From 7.0 it is the front part of a list of
//! blocks that the backlog and all replicas share: each replica holds a cursor that pins the block it stands in, so the list may grow beyond
//! its size, resizing keeps content, and whole blocks are dropped from the front (docs/redis.md §3).
//!
//! A size is a number; memory is pages that exist once they are written. Clones share pages until one of them writes.

use super::allocator::Allocator;
use super::offset::Offset;
use super::piece::Pieces;
use crate::era::BacklogKind;
use crate::limits::BACKLOG_BYTES_MIN;
use crate::planted::{Bug, Bugs};
use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::vec::Vec;
use bytes::Bytes;

/// Bytes of one page of a ring. Small, so that the first write after a checkpoint copies little.
const PAGE: usize = 4_096;
/// Pieces smaller than this are copied: holding them would cost more memory than that.
const SHARED_MIN: usize = 64;
/// Smallest block that is made (`PROTO_REPLY_CHUNK_BYTES`).
pub const BLOCK_MIN: u64 = 16 * 1024;
/// Blocks that one call may drop.
const TRIM_PER_CALL: usize = 64;
/// Memory that Redis counts for a block beside its bytes: its header and its list node.
const BLOCK_OVERHEAD: u64 = BLOCK_HEADER + 24;
const BLOCK_HEADER: u64 = 40;

/// A reader of the shared blocks: one replica.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CursorId(u32);

/// The result of a change of `repl-backlog-size`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Resized {
    /// The size that holds now: what was asked for, but at least 16 384.
    pub size: u64,
    /// Bytes of past that went away.
    pub dropped: u64,
}

/// One shared block, for the screen and for tests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlockInfo {
    /// Number of the block since the process started, from 0.
    pub id: u64,
    /// Offset of its first byte.
    pub first: Offset,
    /// Bytes it can hold.
    pub size: u64,
    /// Bytes written.
    pub used: u64,
    /// References: the backlog's own on the first block, and one for each cursor that stands here.
    pub refs: u32,
    /// The cursors that stand here.
    pub cursors: Vec<CursorId>,
}

#[derive(Clone, Debug)]
struct Block {
    first: Offset,
    size: u64,
    /// Bytes of `data`: asked for with each input, so that nothing else is looked at.
    used: u64,
    data: Rc<Pieces>,
}
impl Block {
    fn end(&self) -> Offset {
        self.first + self.used as i64
    }
}

/// What is fed to blocks.
enum Fed<'a> {
    Copied(&'a [u8]),
    Shared(Bytes),
}
impl Fed<'_> {
    fn len(&self) -> usize {
        match self {
            Fed::Copied(bytes) => bytes.len(),
            Fed::Shared(bytes) => bytes.len(),
        }
    }
    /// The first `n` bytes go into a block.
    fn put(&mut self, data: &mut Pieces, n: usize) {
        match self {
            Fed::Copied(bytes) => {
                let (now, rest) = bytes.split_at(n);
                data.copy(now);
                *bytes = rest;
            }
            Fed::Shared(bytes) => data.hold(bytes.split_to(n)),
        }
    }
}

/// Where a replica stands: the next byte it needs, and the block that it pins, if there is one yet.
#[derive(Clone, Copy, Debug)]
struct Cursor {
    next: Offset,
    block: Option<u64>,
}

#[derive(Clone, Debug, Default)]
struct Blocks {
    list: Rc<VecDeque<Block>>,
    /// Id of the first block in the list; ids are consecutive.
    first_id: u64,
    /// By id, ascending.
    cursors: Vec<(u32, Cursor)>,
    /// Memory of a block that was dropped, for the next one.
    spare: Option<Rc<Pieces>>,
    /// Cursors that pin nothing yet: the next feed places them.
    unplaced: usize,
    next_cursor: u32,
}

#[derive(Clone, Debug, Default)]
struct Ring {
    pages: Rc<Vec<Rc<Vec<u8>>>>,
    idx: u64,
}

#[derive(Clone, Debug)]
enum Store {
    Ring(Ring),
    Blocks(Blocks),
}

/// The backlog of one server, active or not.
#[derive(Clone, Debug)]
pub struct Backlog {
    store: Store,
    active: bool,
    size: u64,
    histlen: u64,
    /// Offset of the newest byte fed; with no backlog, of the last one it had.
    head: Offset,
    /// What INFO shows as first byte.
    first: Offset,
    allocator: Allocator,
    bugs: Bugs,
}

impl Backlog {
    /// An inactive backlog that will have `size` bytes (at least 16 384).
    #[must_use]
    pub fn new(kind: BacklogKind, size: u64) -> Backlog {
        let store = match kind {
            BacklogKind::Ring => Store::Ring(Ring::default()),
            BacklogKind::Blocks => Store::Blocks(Blocks::default()),
        };
        Backlog {
            store,
            active: false,
            size: size.max(BACKLOG_BYTES_MIN),
            histlen: 0,
            head: Offset::ZERO,
            first: Offset::ZERO,
            allocator: Allocator::default(),
            bugs: Bugs::default(),
        }
    }
    /// The same with the blocks of another allocator.
    #[must_use]
    pub fn allocated_by(self, allocator: Allocator) -> Backlog {
        Backlog { allocator, ..self }
    }
    /// Switches bugs on, for tests.
    pub(crate) const fn plant(&mut self, bugs: Bugs) {
        self.bugs = bugs;
    }
    /// Whether it exists: `repl_backlog_active`.
    #[must_use]
    pub fn active(&self) -> bool {
        self.active
    }
    /// Which of the two it is.
    #[must_use]
    pub fn kind(&self) -> BacklogKind {
        match self.store {
            Store::Ring(_) => BacklogKind::Ring,
            Store::Blocks(_) => BacklogKind::Blocks,
        }
    }
    /// Brings it into being. `offset` is `master_repl_offset`, in 2.8–3.2 after the one that creation adds to it; the next byte is `offset + 1`.
    pub fn create(&mut self, offset: Offset) {
        debug_assert!(!self.active, "a backlog is created once");
        self.clear();
        self.active = true;
        self.head = offset;
        self.histlen = 0;
        self.first = offset + 1;
    }
    /// Frees it. Legal only when no replica is attached. A ring's last numbers stay visible in INFO; blocks show zeros.
    pub fn free(&mut self) {
        if let Store::Blocks(blocks) = &self.store {
            debug_assert!(blocks.cursors.is_empty(), "a backlog is freed when no replica is there");
            self.histlen = 0;
            self.first = Offset::ZERO;
        }
        self.clear();
        self.active = false;
    }
    fn clear(&mut self) {
        match &mut self.store {
            Store::Ring(ring) => *ring = Ring::default(),
            Store::Blocks(blocks) => {
                blocks.first_id += blocks.list.len() as u64;
                blocks.list = Rc::default();
                for (_, cursor) in &mut blocks.cursors {
                    cursor.block = None;
                }
                blocks.unplaced = blocks.cursors.len();
            }
        }
    }
    /// Changes the size. A ring that exists loses its content, growing or shrinking, unless the size stays the same;
    /// blocks lose only whole blocks from the front.
    pub fn resize(&mut self, asked: u64) -> Resized {
        let size = asked.max(BACKLOG_BYTES_MIN);
        if size == self.size {
            return Resized { size, dropped: 0 };
        }
        self.size = size;
        let before = self.histlen;
        if self.active {
            match self.store {
                Store::Ring(_) if self.bugs.has(Bug::ResizeKeeps) => self.histlen = self.histlen.min(size),
                Store::Ring(_) => {
                    self.clear();
                    self.histlen = 0;
                    self.first = self.head + 1;
                }
                Store::Blocks(_) => self.trim(TRIM_PER_CALL),
            }
        }
        Resized { size, dropped: before - self.histlen }
    }
    /// Offset of the oldest byte it holds: `repl_backlog_first_byte_offset`.
    #[must_use]
    pub fn first(&self) -> Offset {
        self.first
    }
    /// Bytes it holds: `repl_backlog_histlen`.
    #[must_use]
    pub fn histlen(&self) -> u64 {
        self.histlen
    }
    /// Its size, after clamping: `repl_backlog_size`.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }
    /// Offset of the newest byte it holds: `master_repl_offset` while it is active.
    #[must_use]
    pub fn head(&self) -> Offset {
        self.head
    }
    /// Where the next byte is written: in a ring from its start, in blocks from the start of the last block.
    #[must_use]
    pub fn idx(&self) -> u64 {
        match &self.store {
            Store::Ring(ring) => ring.idx,
            Store::Blocks(blocks) => blocks.list.back().map_or(0, |last| last.used),
        }
    }
    /// Whether a partial resynchronisation may start at `from`: from the oldest byte up to the byte after the newest.
    #[must_use]
    pub fn covers(&self, from: Offset) -> bool {
        self.active && from >= self.first && from.bytes_since(self.first) <= self.histlen as i64
    }
    /// The place of a byte in the ring's memory; `None` for blocks or a byte that it no longer holds.
    #[must_use]
    pub fn ring_index(&self, at: Offset) -> Option<u64> {
        let Store::Ring(ring) = &self.store else { return None };
        if self.histlen == 0 || !self.covers(at) {
            return None;
        }
        let skip = at.bytes_since(self.first) as u64 + u64::from(self.bugs.has(Bug::RingIndex) && self.histlen == self.size);
        Some((ring.idx + (self.size - self.histlen) + skip) % self.size)
    }
    /// The last `max` bytes at most, as they lie in memory: where a ring wraps or a block ends another piece begins.
    #[must_use]
    pub fn latest(&self, max: u64) -> Vec<Bytes> {
        let (mut pieces, mut left) = (Vec::new(), self.histlen.min(max));
        let mut end = self.head();
        while left > 0 && self.active {
            let room = match &self.store {
                Store::Ring(ring) if pieces.is_empty() && ring.idx > 0 => ring.idx,
                Store::Ring(_) => left,
                Store::Blocks(blocks) => {
                    let holds = blocks.list.iter().rev().find(|block| block.first <= end);
                    holds.map_or(left, |block| (end + 1).bytes_since(block.first) as u64)
                }
            };
            let take = room.min(left);
            pieces.push(self.read(end + 1 - take as i64, take as usize));
            end = end - take as i64;
            left -= take;
        }
        pieces.reverse();
        pieces
    }
    /// At least what any cursor may hold back, as [`Backlog::cursor_memory`] counts it; 0 for a ring.
    #[must_use]
    pub fn blocks_memory(&self) -> u64 {
        match &self.store {
            Store::Blocks(blocks) => {
                self.histlen + blocks.list.back().map_or(0, |last| last.size) + blocks.list.len() as u64 * BLOCK_OVERHEAD
            }
            Store::Ring(_) => 0,
        }
    }
    /// Bytes of memory as INFO's `mem_replication_backlog` counts them: a ring's whole size, blocks as they are.
    #[must_use]
    pub fn memory(&self) -> u64 {
        match &self.store {
            _ if !self.active => 0,
            Store::Ring(_) => self.size,
            Store::Blocks(blocks) => 4 + blocks.list.iter().map(|b| b.size + BLOCK_OVERHEAD).sum::<u64>(),
        }
    }

    /// Id that the next block will have: it grows by one with each block that is added. 0 for a ring.
    #[must_use]
    pub fn next_block(&self) -> u64 {
        match &self.store {
            Store::Ring(_) => 0,
            Store::Blocks(blocks) => blocks.first_id + blocks.list.len() as u64,
        }
    }
    /// Appends to the stream; the newest byte's offset moves by `bytes.len()`. Only while active.
    pub fn feed(&mut self, bytes: &[u8]) {
        debug_assert!(self.active, "only an active backlog is fed");
        match &mut self.store {
            Store::Ring(ring) => {
                ring.write(self.size, bytes);
                self.head += bytes.len() as i64;
                let most = if self.bugs.has(Bug::HistlenUnbounded) { u64::MAX } else { self.size };
                self.histlen = (self.histlen + bytes.len() as u64).min(most);
                self.first = self.head - self.histlen as i64 + 1;
            }
            Store::Blocks(_) => self.feed_blocks(Fed::Copied(bytes)),
        }
    }
    /// The same for bytes that somebody holds anyway, in memory that holds little else: blocks share them rather than copy them.
    pub fn feed_shared(&mut self, bytes: Bytes) {
        debug_assert!(self.active, "only an active backlog is fed");
        if bytes.len() >= SHARED_MIN && matches!(self.store, Store::Blocks(_)) {
            self.feed_blocks(Fed::Shared(bytes));
        } else {
            self.feed(&bytes);
        }
    }
    fn feed_blocks(&mut self, mut bytes: Fed<'_>) {
        while bytes.len() > 0 {
            let Store::Blocks(blocks) = &mut self.store else { return };
            let list = Rc::make_mut(&mut blocks.list);
            let mut start = None;
            if let Some(tail) = list.back_mut() {
                let room = (tail.size - tail.used) as usize;
                if room > 0 {
                    let n = room.min(bytes.len());
                    bytes.put(Rc::make_mut(&mut tail.data), n);
                    tail.used += n as u64;
                    self.head += n as i64;
                    self.histlen += n as u64;
                    start = Some(blocks.first_id + list.len() as u64 - 1);
                }
            }
            let mut added = false;
            if bytes.len() > 0 {
                let limit = (self.size / 16).max(BLOCK_MIN);
                let size = (bytes.len() as u64).max(BLOCK_MIN).min(limit);
                // What the allocator gives beyond that is used too.
                let size = self.allocator.block(size, BLOCK_HEADER);
                let n = bytes.len().min(size as usize);
                let mut data = blocks.spare.take().unwrap_or_default();
                match Rc::get_mut(&mut data) {
                    Some(data) => data.clear(),
                    None => data = Rc::default(),
                }
                if let Some(data) = Rc::get_mut(&mut data) {
                    // The first block grows with what is written; where many follow, memory is taken at once.
                    if list.back().is_some_and(|last| last.data.all_own()) {
                        data.reserve(size as usize);
                    }
                    bytes.put(data, n);
                }
                list.push_back(Block { first: self.head + 1, size, used: n as u64, data });
                self.head += n as i64;
                self.histlen += n as u64;
                start = start.or(Some(blocks.first_id + list.len() as u64 - 1));
                added = true;
            }
            if blocks.unplaced > 0 {
                for (_, cursor) in &mut blocks.cursors {
                    cursor.block = cursor.block.or(start);
                }
                blocks.unplaced = 0;
            }
            if added {
                self.trim(TRIM_PER_CALL);
            }
        }
        self.first = self.head - self.histlen as i64 + 1;
    }
    /// Drops whole blocks from the front while more than `size` bytes remain, nobody stands in them, and fewer than `max` went.
    fn trim(&mut self, max: usize) {
        let Store::Blocks(blocks) = &mut self.store else { return };
        let mut dropped = 0;
        while self.histlen > self.size && dropped < max && blocks.list.len() > 1 {
            let front = blocks.list[0].used;
            if self.histlen - front <= self.size || blocks.cursors.iter().any(|(_, c)| c.block == Some(blocks.first_id)) {
                break;
            }
            blocks.spare = Rc::make_mut(&mut blocks.list).pop_front().map(|block| block.data);
            blocks.first_id += 1;
            self.histlen -= front;
            dropped += 1;
        }
        self.first = self.head - self.histlen as i64 + 1;
    }
    /// What 7.0 does before each sleep of its event loop: drops up to 640 blocks that are no longer needed.
    pub fn before_sleep(&mut self) {
        if self.active && self.histlen > self.size {
            self.trim(10 * TRIM_PER_CALL);
        }
    }
    /// Moves all offsets up by `base`: a 7.0 master that loaded an RDB with replication information (the backlog was fed while loading).
    pub fn rebase(&mut self, base: i64) {
        self.head += base;
        if self.active {
            self.first += base;
        }
        if let Store::Blocks(blocks) = &mut self.store {
            for block in Rc::make_mut(&mut blocks.list) {
                block.first += base;
            }
            for (_, cursor) in &mut blocks.cursors {
                cursor.next += base;
            }
        }
    }
    /// Up to `max` bytes from `from` on; empty if it does not hold them.
    #[must_use]
    pub fn read(&self, from: Offset, max: usize) -> Bytes {
        if self.histlen == 0 || !self.covers(from) {
            return Bytes::new();
        }
        let n = (self.histlen - from.bytes_since(self.first) as u64).min(max as u64) as usize;
        match &self.store {
            Store::Ring(ring) => {
                let mut out = Vec::with_capacity(n);
                let at = self.ring_index(from).unwrap_or(0);
                ring.read(self.size, at, n, &mut out);
                Bytes::from(out)
            }
            Store::Blocks(blocks) => blocks.read(from, n),
        }
    }

    /// Gives a replica its cursor: the next byte it needs is `at`, which must be covered or the byte after the newest.
    /// A cursor that is caught up pins nothing until the next feed.
    pub fn attach(&mut self, at: Offset) -> CursorId {
        let Store::Blocks(blocks) = &mut self.store else { panic!("a ring has no cursors") };
        let id = blocks.next_cursor;
        blocks.next_cursor += 1;
        let block = blocks.block_of(at);
        blocks.unplaced += usize::from(block.is_none());
        blocks.cursors.push((id, Cursor { next: at, block }));
        CursorId(id)
    }
    /// A second cursor at the place of the first: a replica that shares a BGSAVE takes over what its donor still has to send.
    pub fn attach_like(&mut self, donor: CursorId) -> CursorId {
        let Store::Blocks(blocks) = &mut self.store else { panic!("a ring has no cursors") };
        let cursor = blocks.cursor(donor).unwrap_or_else(|| panic!("the donor has a cursor"));
        let id = blocks.next_cursor;
        blocks.next_cursor += 1;
        blocks.unplaced += usize::from(cursor.block.is_none());
        blocks.cursors.push((id, cursor));
        CursorId(id)
    }
    /// The replica has written `bytes` more to its socket.
    pub fn advance(&mut self, id: CursorId, bytes: u64) {
        let Store::Blocks(blocks) = &mut self.store else { return };
        let Ok(at) = blocks.place(id) else { return };
        let cursor = &mut blocks.cursors[at].1;
        cursor.next += bytes as i64;
        debug_assert!(cursor.next <= self.head + 1, "nobody reads ahead of the stream");
        let mut moved = false;
        while let Some(block) = cursor.block {
            let ix = (block - blocks.first_id) as usize;
            if ix + 1 >= blocks.list.len() || cursor.next < blocks.list[ix].end() {
                break;
            }
            cursor.block = Some(block + 1);
            moved = true;
        }
        if moved {
            self.trim(TRIM_PER_CALL);
        }
    }
    /// The replica is gone.
    pub fn detach(&mut self, id: CursorId) {
        let Store::Blocks(blocks) = &mut self.store else { return };
        if let Ok(at) = blocks.place(id) {
            let (_, cursor) = blocks.cursors.remove(at);
            blocks.unplaced -= usize::from(cursor.block.is_none());
            if self.active {
                self.trim(TRIM_PER_CALL);
            }
        }
    }
    /// Bytes that the replica has not written yet.
    #[must_use]
    pub fn cursor_pending(&self, id: CursorId) -> u64 {
        self.cursor(id).map_or(0, |c| (self.head + 1).bytes_since(c.next).max(0) as u64)
    }
    /// The next byte that the replica will write, and how many there are from it on.
    #[must_use]
    pub fn cursor_place(&self, id: CursorId) -> Option<(Offset, u64)> {
        self.cursor(id).map(|c| (c.next, (self.head + 1).bytes_since(c.next).max(0) as u64))
    }
    /// The next byte that the replica will write.
    #[must_use]
    pub fn cursor_next(&self, id: CursorId) -> Option<Offset> {
        self.cursor(id).map(|c| c.next)
    }
    /// Memory that counts against the replica's output buffer limit: from the start of the block it stands in to the end of the last
    /// block, and each block's overhead.
    #[must_use]
    pub fn cursor_memory(&self, id: CursorId) -> u64 {
        let (Some(Cursor { block: Some(block), .. }), Store::Blocks(blocks)) = (self.cursor(id), &self.store) else { return 0 };
        let (Some(current), Some(last)) = (blocks.list.get((block - blocks.first_id) as usize), blocks.list.back()) else { return 0 };
        last.first.bytes_since(current.first) as u64 + last.size + self.cursor_blocks(id) * BLOCK_OVERHEAD
    }
    /// How many blocks it holds.
    #[must_use]
    pub fn cursor_blocks(&self, id: CursorId) -> u64 {
        match (self.cursor(id), &self.store) {
            (Some(Cursor { block: Some(block), .. }), Store::Blocks(blocks)) => blocks.first_id + blocks.list.len() as u64 - block,
            _ => 0,
        }
    }
    /// Up to `max` bytes from where the replica stands. Does not move it.
    #[must_use]
    pub fn read_cursor(&self, id: CursorId, max: usize) -> Bytes {
        let (Some(cursor), Store::Blocks(blocks)) = (self.cursor(id), &self.store) else { return Bytes::new() };
        blocks.read(cursor.next, self.cursor_pending(id).min(max as u64) as usize)
    }
    fn cursor(&self, id: CursorId) -> Option<Cursor> {
        match &self.store {
            Store::Ring(_) => None,
            Store::Blocks(blocks) => blocks.cursor(id),
        }
    }
    /// The shared blocks, oldest first; none for a ring.
    #[must_use]
    pub fn blocks(&self) -> Vec<BlockInfo> {
        let Store::Blocks(blocks) = &self.store else { return Vec::new() };
        let info = |(ix, block): (usize, &Block)| {
            let id = blocks.first_id + ix as u64;
            let cursors: Vec<CursorId> = blocks.cursors.iter().filter(|(_, c)| c.block == Some(id)).map(|(n, _)| CursorId(*n)).collect();
            let refs = cursors.len() as u32 + u32::from(ix == 0);
            BlockInfo { id, first: block.first, size: block.size, used: block.used, refs, cursors }
        };
        blocks.list.iter().enumerate().map(info).collect()
    }
}

impl Blocks {
    /// Where a cursor stands in the table.
    fn place(&self, id: CursorId) -> Result<usize, usize> {
        // Where nobody has left, the numbers have no gaps.
        let first = self.cursors.first().map_or(0, |(id, _)| *id);
        let guess = id.0.wrapping_sub(first) as usize;
        if self.cursors.get(guess).is_some_and(|(there, _)| *there == id.0) {
            return Ok(guess);
        }
        self.cursors.binary_search_by_key(&id.0, |(id, _)| *id)
    }
    fn cursor(&self, id: CursorId) -> Option<Cursor> {
        self.place(id).ok().map(|at| self.cursors[at].1)
    }
    /// The block that holds byte `at`; the last block if `at` is the byte after it and it has room.
    fn block_of(&self, at: Offset) -> Option<u64> {
        let ix = self.list.partition_point(|b| b.end() <= at);
        if ix < self.list.len() {
            return (self.list[ix].first <= at).then_some(self.first_id + ix as u64);
        }
        let tail = self.list.back()?;
        (tail.end() == at && tail.used < tail.size).then(|| self.first_id + ix as u64 - 1)
    }
    fn read(&self, from: Offset, mut n: usize) -> Bytes {
        let mut ix = self.list.partition_point(|b| b.end() <= from);
        let Some(block) = self.list.get(ix) else { return Bytes::new() };
        let mut skip = from.bytes_since(block.first).max(0) as usize;
        if let Some(shared) = block.data.shared(skip, n) {
            return shared;
        }
        let mut out = Vec::with_capacity(n);
        while let Some(block) = self.list.get(ix).filter(|_| n > 0) {
            for run in block.data.from(core::mem::take(&mut skip)) {
                let take = n.min(run.len());
                out.extend_from_slice(&run[..take]);
                n -= take;
                if n == 0 {
                    break;
                }
            }
            ix += 1;
        }
        Bytes::from(out)
    }
}

impl Ring {
    /// Writes at the index, wrapping. Only the last `size` bytes of a long piece are looked at.
    fn write(&mut self, size: u64, bytes: &[u8]) {
        let skip = bytes.len().saturating_sub(size as usize);
        self.idx = (self.idx + skip as u64) % size;
        let mut rest = &bytes[skip..];
        let pages = Rc::make_mut(&mut self.pages);
        while !rest.is_empty() {
            let (page, at) = ((self.idx / PAGE as u64) as usize, (self.idx % PAGE as u64) as usize);
            let n = rest.len().min(PAGE - at).min((size - self.idx) as usize);
            while pages.len() <= page {
                pages.push(Rc::default());
            }
            let data = page_mut(&mut pages[page], PAGE);
            if data.len() < at {
                data.resize(at, 0);
            }
            let over = n.min(data.len() - at);
            data[at..at + over].copy_from_slice(&rest[..over]);
            data.extend_from_slice(&rest[over..n]);
            rest = &rest[n..];
            self.idx = (self.idx + n as u64) % size;
        }
    }
    fn read(&self, size: u64, mut at: u64, mut n: usize, out: &mut Vec<u8>) {
        while n > 0 {
            let (page, start) = ((at / PAGE as u64) as usize, (at % PAGE as u64) as usize);
            let take = n.min(PAGE - start).min((size - at) as usize);
            out.extend_from_slice(&self.pages[page][start..start + take]);
            n -= take;
            at = (at + take as u64) % size;
        }
    }
}

/// The page for writing: copied if another clone holds it too, with room to grow to `size`.
fn page_mut(page: &mut Rc<Vec<u8>>, size: usize) -> &mut Vec<u8> {
    if Rc::get_mut(page).is_none() {
        let mut copy = Vec::with_capacity(size.min((page.len() + PAGE).next_multiple_of(PAGE)));
        copy.extend_from_slice(page);
        *page = Rc::new(copy);
    }
    Rc::get_mut(page).expect("the page was just made")
}

#[cfg(test)]
mod tests;
