//! The replication backlog: the end of the stream, remembered.
//!
//! Up to 6.2 it is a ring of `repl-backlog-size` bytes and resizing it throws its content away. From 7.0 it is the front part of a list of
//! blocks that the backlog and all replicas share: each replica holds a cursor that pins the block it stands in, so the list may grow beyond
//! its size, resizing keeps content, and whole blocks are dropped from the front (docs/redis.md §3).
//!
//! A size is a number; memory is pages that exist once they are written. Clones share pages until one of them writes.

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
const BLOCK_OVERHEAD: u64 = 40 + 24;

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
            bugs: Bugs::default(),
        }
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
                let size = size.next_multiple_of(16);
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
mod tests {
    use super::*;
    use alloc::vec;

    fn bytes(from: u64, n: usize) -> Vec<u8> {
        (from..from + n as u64).map(|i| (i.wrapping_mul(2_654_435_761) >> 7) as u8).collect()
    }

    #[test]
    fn worked_example_of_a_fresh_3_0_master() {
        let mut backlog = Backlog::new(BacklogKind::Ring, 16_384);
        backlog.create(Offset(1));
        assert_eq!((backlog.first(), backlog.histlen(), backlog.idx()), (Offset(2), 0, 0));
        backlog.feed(&bytes(2, 20_000));
        assert_eq!((backlog.head(), backlog.histlen(), backlog.first(), backlog.idx()), (Offset(20_001), 16_384, Offset(3_618), 3_616));
        assert!(!backlog.covers(Offset(3_617)));
        assert!(backlog.covers(Offset(3_618)));
        assert_eq!(backlog.read(Offset(3_618), usize::MAX), bytes(3_618, 16_384));
        assert!(backlog.covers(Offset(20_002)));
        assert!(backlog.read(Offset(20_002), usize::MAX).is_empty());
        assert!(!backlog.covers(Offset(20_003)));
    }

    #[test]
    fn a_ring_remembers_exactly_the_last_size_bytes_however_it_is_fed() {
        let size = 16_384 + 777;
        for piece in [1usize, 37, 4_096, 5_000, 16_383, 40_000] {
            let mut backlog = Backlog::new(BacklogKind::Ring, size);
            backlog.create(Offset::ZERO);
            assert_eq!(backlog.ring_index(backlog.first()), None, "nothing is there yet");
            let mut fed = 0;
            while fed < 60_000 {
                backlog.feed(&bytes(fed + 1, piece));
                fed += piece as u64;
                let first = backlog.first().0 as u64;
                assert_eq!(backlog.histlen(), fed.min(size));
                assert_eq!(first, fed - backlog.histlen() + 1);
                assert_eq!(backlog.idx(), fed % size);
                if fed % 11 == 0 || piece > 1_000 {
                    assert_eq!(backlog.read(backlog.first(), usize::MAX), bytes(first, backlog.histlen() as usize));
                }
            }
            let mid = backlog.first() + 5_000;
            assert_eq!(backlog.read(mid, 100), bytes(mid.0 as u64, 100));
            assert_eq!(backlog.ring_index(backlog.head()), Some((backlog.idx() + size - 1) % size));
            assert_eq!(backlog.ring_index(backlog.first() - 1), None, "that one has gone");
        }
    }

    #[test]
    fn changing_a_ring_empties_it_in_both_directions() {
        for (asked, size) in [(100, 16_384), (1 << 20, 1 << 20), (20_000, 20_000)] {
            let mut backlog = Backlog::new(BacklogKind::Ring, 64 * 1024);
            backlog.create(Offset(1));
            backlog.feed(&bytes(0, 30_000));
            assert_eq!(backlog.resize(asked), Resized { size, dropped: 30_000 });
            assert_eq!((backlog.first(), backlog.histlen(), backlog.idx()), (Offset(30_002), 0, 0));
            assert!(backlog.covers(Offset(30_002)));
            assert!(!backlog.covers(Offset(30_001)));
            backlog.feed(b"abc");
            assert_eq!(backlog.read(Offset(30_002), 10), &b"abc"[..]);
            assert_eq!(backlog.resize(size), Resized { size, dropped: 0 });
            assert_eq!(backlog.histlen(), 3);
        }
    }

    #[test]
    fn a_freed_ring_still_shows_its_last_numbers_and_blocks_show_zeros() {
        let mut ring = Backlog::new(BacklogKind::Ring, 16_384);
        ring.create(Offset(1));
        ring.feed(&bytes(0, 70));
        ring.free();
        assert_eq!((ring.active(), ring.histlen(), ring.first(), ring.memory()), (false, 70, Offset(2), 0));
        assert!(!ring.covers(Offset(2)));
        let mut blocks = Backlog::new(BacklogKind::Blocks, 16_384);
        blocks.create(Offset(0));
        assert_eq!(blocks.memory(), 4);
        blocks.feed(&bytes(0, 70));
        assert_eq!(blocks.memory(), 16_452);
        blocks.free();
        assert_eq!((blocks.histlen(), blocks.first(), blocks.memory()), (0, Offset(0), 0));
    }

    #[test]
    fn clones_share_what_they_have_not_written() {
        for kind in [BacklogKind::Ring, BacklogKind::Blocks] {
            let mut a = Backlog::new(kind, 16_384);
            a.create(Offset::ZERO);
            a.feed(&bytes(1, 10_000));
            let before = a.clone();
            a.feed(&bytes(10_001, 20_000));
            assert_eq!(before.read(Offset(1), usize::MAX), bytes(1, 10_000));
            assert_eq!(a.read(a.first(), usize::MAX), bytes(a.first().0 as u64, a.histlen() as usize));
        }
    }

    #[test]
    fn blocks_hold_at_least_their_size_and_less_than_a_block_more() {
        let mut backlog = Backlog::new(BacklogKind::Blocks, 100_000);
        backlog.create(Offset::ZERO);
        for n in 0..1_000 {
            backlog.feed(&bytes(1 + n * 500, 500));
            assert_eq!(backlog.head(), Offset((n as i64 + 1) * 500));
            if n > 200 {
                assert!((100_000..100_000 + 2 * 16_384).contains(&backlog.histlen()), "{}", backlog.histlen());
            }
        }
        assert_eq!(backlog.read(backlog.first(), usize::MAX), bytes(backlog.first().0 as u64, backlog.histlen() as usize));
        assert_eq!(backlog.blocks().iter().map(|b| b.used).sum::<u64>(), backlog.histlen());
        assert!(backlog.blocks().iter().all(|b| b.size == 16_384));
    }

    #[test]
    fn shared_bytes_stand_where_copied_ones_would() {
        for kind in [BacklogKind::Blocks, BacklogKind::Ring] {
            let mut both = [Backlog::new(kind, 100_000), Backlog::new(kind, 100_000)];
            for backlog in &mut both {
                backlog.create(Offset::ZERO);
            }
            let [copied, shared] = &mut both;
            let mut fed = 0;
            // Less than is shared, as much, more, a block's end to the byte, more than a block.
            for len in [10, SHARED_MIN, 700, 16_384 - 10 - SHARED_MIN - 700, 16_384, 1, 50_000, 16_000, 16_000, 16_000] {
                let piece = bytes(fed + 1, len);
                fed += len as u64;
                copied.feed(&piece);
                shared.feed_shared(Bytes::from(piece.to_vec()));
                assert_eq!((shared.head(), shared.first(), shared.histlen()), (copied.head(), copied.first(), copied.histlen()));
                assert_eq!((shared.next_block(), shared.memory()), (copied.next_block(), copied.memory()), "{kind:?} after {fed}");
                assert_eq!(shared.read(shared.first(), usize::MAX), bytes(shared.first().0 as u64, shared.histlen() as usize));
            }
        }
        let mut full = Backlog::new(BacklogKind::Blocks, 100_000);
        full.create(Offset::ZERO);
        full.feed(&bytes(1, 16_384));
        assert_eq!(full.blocks().len(), 1, "a block that is full to the byte is one block");
    }

    #[test]
    fn large_pieces_make_large_blocks_up_to_a_sixteenth() {
        let mut backlog = Backlog::new(BacklogKind::Blocks, 1 << 20);
        backlog.create(Offset::ZERO);
        backlog.feed(&bytes(1, 100_000));
        let sizes: Vec<u64> = backlog.blocks().iter().map(|b| b.size).collect();
        assert_eq!(sizes, vec![65_536, 100_000 - 65_536]);
    }

    #[test]
    fn a_slow_cursor_pins_the_past_and_its_leaving_frees_it() {
        let mut backlog = Backlog::new(BacklogKind::Blocks, 16_384);
        backlog.create(Offset::ZERO);
        let slow = backlog.attach(Offset(1));
        let fast = backlog.attach(Offset(1));
        for n in 0..200 {
            backlog.feed(&bytes(1 + n * 1_000, 1_000));
            assert_eq!(backlog.read_cursor(fast, usize::MAX), bytes(1 + n * 1_000, 1_000));
            backlog.advance(fast, 1_000);
        }
        assert_eq!(backlog.cursor_pending(fast), 0);
        assert_eq!(backlog.cursor_pending(slow), 200_000);
        assert_eq!(backlog.histlen(), 200_000);
        assert_eq!(backlog.read(Offset(1), usize::MAX), bytes(1, 200_000));
        assert_eq!(backlog.read_cursor(slow, 50_000), bytes(1, 50_000));
        assert_eq!(backlog.blocks()[0].refs, 2);
        assert_eq!(backlog.cursor_memory(slow), 13 * (16_384 + 64));
        backlog.advance(slow, 50_000);
        assert!(backlog.histlen() < 200_000);
        backlog.detach(slow);
        assert!(backlog.histlen() <= 16_384 + 16_384, "{}", backlog.histlen());
    }

    #[test]
    fn blocks_keep_what_a_change_of_size_leaves_room_for() {
        let mut backlog = Backlog::new(BacklogKind::Blocks, 1 << 20);
        backlog.create(Offset::ZERO);
        backlog.feed(&bytes(1, 10));
        for n in 0..60 {
            backlog.feed(&bytes(11 + n * 1_000, 1_000));
        }
        assert_eq!(backlog.resize(1 << 21), Resized { size: 1 << 21, dropped: 0 });
        assert_eq!(backlog.histlen(), 60_010);
        assert_eq!(backlog.resize(40_000), Resized { size: 40_000, dropped: 16_384 });
        assert_eq!(backlog.first(), Offset(16_385));
        assert_eq!(backlog.resize(1), Resized { size: 16_384, dropped: 16_384 });
        assert_eq!(backlog.read(backlog.first(), usize::MAX), bytes(32_769, 60_010 - 32_768));
    }

    #[test]
    fn shrinking_blocks_leaves_what_a_real_7_0_15_leaves() {
        let mut backlog = Backlog::new(BacklogKind::Blocks, 1 << 20);
        backlog.create(Offset::ZERO);
        let replica = backlog.attach(Offset(1));
        let feed = |backlog: &mut Backlog, n: usize| {
            for piece in bytes(backlog.head().0 as u64 + 1, n).chunks(1_034) {
                backlog.feed(piece);
                backlog.advance(replica, piece.len() as u64);
            }
            (backlog.first().0, backlog.histlen())
        };
        assert_eq!(feed(&mut backlog, 310_413), (1, 310_413));
        assert_eq!(backlog.memory(), 312_516);
        backlog.resize(32_768);
        assert_eq!((backlog.first().0, backlog.histlen(), backlog.memory()), (262_145, 48_269, 4 + 32_768 + 16_576));
        assert_eq!(feed(&mut backlog, 27), (262_145, 48_296));
        assert_eq!(feed(&mut backlog, 103_390), (376_833, 36_998));
        backlog.resize(2 << 20);
        assert_eq!((backlog.histlen(), backlog.memory()), (36_998, 49_348));
        assert_eq!(feed(&mut backlog, 103_390), (376_833, 140_388));
        assert_eq!(backlog.memory(), 148_036);
        backlog.resize(100);
        assert_eq!((backlog.first().0, backlog.histlen(), backlog.memory()), (491_521, 25_700, 4 + 16_384 + 16_512));
    }

    #[test]
    fn a_caught_up_cursor_follows_the_stream() {
        let mut backlog = Backlog::new(BacklogKind::Blocks, 16_384);
        backlog.create(Offset(5));
        let at_head = backlog.attach(Offset(6));
        assert_eq!((backlog.cursor_pending(at_head), backlog.cursor_memory(at_head)), (0, 0));
        backlog.feed(b"hello");
        let second = backlog.attach_like(at_head);
        assert_eq!(backlog.read_cursor(second, 99), &b"hello"[..]);
        backlog.advance(at_head, 5);
        assert_eq!(backlog.cursor_next(at_head), Some(Offset(11)));
        let third = backlog.attach(Offset(11));
        backlog.feed(b"!");
        for id in [at_head, third] {
            assert_eq!(backlog.read_cursor(id, 99), &b"!"[..]);
        }
        assert_eq!(backlog.blocks()[0].refs, 4);
    }

    #[test]
    fn rebasing_moves_every_number() {
        let mut backlog = Backlog::new(BacklogKind::Blocks, 16_384);
        backlog.create(Offset(0));
        backlog.feed(b"hello");
        backlog.rebase(100);
        assert_eq!((backlog.first(), backlog.head()), (Offset(101), Offset(105)));
        assert_eq!(backlog.read(Offset(102), 2), &b"el"[..]);
    }

    #[test]
    fn what_a_backlog_says_of_itself_in_figures() {
        // Bytes fed in one piece; size; what the blocks take at least, and the number of the next one.
        for (kind, asked, fed, size, memory, next) in [
            (BacklogKind::Ring, 1, 50_000, 16_384, 0, 0),
            (BacklogKind::Ring, 70_000, 50_000, 70_000, 0, 0),
            (BacklogKind::Blocks, 1, 0, 16_384, 0, 0),
            (BacklogKind::Blocks, 100_000, 10, 100_000, 10 + 16_384 + 64, 1),
            (BacklogKind::Blocks, 100_000, 40_000, 100_000, 40_000 + 16_384 + 3 * 64, 3),
        ] {
            let mut backlog = Backlog::new(kind, asked);
            backlog.create(Offset::ZERO);
            backlog.feed(&bytes(1, fed));
            let got = (backlog.kind(), backlog.size(), backlog.blocks_memory(), backlog.next_block());
            assert_eq!(got, (kind, size, memory, next), "{fed} bytes");
        }
    }

    #[test]
    fn numbers_of_blocks_go_on_when_blocks_go() {
        let mut backlog = Backlog::new(BacklogKind::Blocks, 16_384);
        backlog.create(Offset::ZERO);
        backlog.feed(&bytes(1, 100_000));
        // Seven were made; what remains is more than the size without any whole block to spare.
        assert_eq!(backlog.blocks().iter().map(|b| b.id).collect::<Vec<_>>(), vec![5, 6]);
        assert_eq!((backlog.next_block(), backlog.histlen(), backlog.first()), (7, 18_080, Offset(81_921)));
        backlog.free();
        assert_eq!(backlog.next_block(), 7);
        backlog.create(Offset(100_000));
        backlog.feed(b"x");
        assert_eq!((backlog.blocks()[0].id, backlog.next_block()), (7, 8));
    }

    #[test]
    fn one_call_drops_64_blocks_and_a_sleep_of_the_event_loop_640() {
        let mut backlog = Backlog::new(BacklogKind::Blocks, 16_384);
        backlog.create(Offset::ZERO);
        let slow = backlog.attach(Offset(1));
        backlog.feed(&bytes(1, 1_000 * 16_384));
        assert_eq!(backlog.blocks().len(), 1_000);
        backlog.detach(slow);
        assert_eq!((backlog.blocks().len(), backlog.first()), (936, Offset(64 * 16_384 + 1)));
        backlog.before_sleep();
        assert_eq!((backlog.blocks().len(), backlog.first()), (296, Offset(704 * 16_384 + 1)));
        backlog.before_sleep();
        // A block goes only if more than the size remains without it; here it would be the size exactly.
        assert_eq!((backlog.blocks().len(), backlog.histlen()), (2, 2 * 16_384));
        backlog.before_sleep();
        assert_eq!(backlog.histlen(), 2 * 16_384);
    }
}
