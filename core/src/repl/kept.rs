//! The stream that a replica keeps while its RDB comes over another connection: in blocks that are counted whole (docs/redis.md §6A.4).

use alloc::collections::VecDeque;
use bytes::Bytes;

/// Bytes that are taken out at once, for the parser: a read of a conn.
const READ: usize = crate::limits::READ_BYTES_MAX;
/// What a block costs beside its bytes: its header, and a node of the list of blocks.
const BLOCK_COSTS: u64 = 40;

/// A block of memory.
#[derive(Clone, Copy, Debug)]
struct Block {
    /// Bytes that it holds.
    size: u64,
    /// Bytes that came into it.
    used: u64,
    /// Bytes that were taken out of it.
    taken: u64,
}

/// Stream that came before its RDB was loaded.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    pieces: VecDeque<Bytes>,
    held: u64,
    /// Of these the bytes that are in no block: what made a full buffer look.
    over: u64,
    blocks: VecDeque<Block>,
    peak: u64,
    /// A block was given back: the C library takes the next ones off its heap, where they are smaller.
    reused: bool,
    /// Blocks that were emptied, and added, since the taking out began.
    emptied: u64,
    added: u64,
}

impl Kept {
    /// Bytes that wait.
    #[must_use]
    pub const fn held(&self) -> u64 {
        self.held
    }
    /// Of these the bytes that are in blocks.
    #[must_use]
    pub const fn in_blocks(&self) -> u64 {
        self.held - self.over
    }
    /// `replica_full_sync_buffer_size`: the blocks, bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.blocks.iter().map(|block| block.size).sum()
    }
    /// `replica_full_sync_buffer_peak`: the most that they ever were.
    #[must_use]
    pub const fn peak(&self) -> u64 {
        self.peak
    }
    /// `mem_replica_full_sync_buffer`: the blocks with what they cost.
    #[must_use]
    pub fn memory(&self) -> u64 {
        self.size() + self.blocks.len() as u64 * BLOCK_COSTS
    }
    /// Whether a block was given back before.
    #[must_use]
    pub const fn reused(&self) -> bool {
        self.reused
    }
    /// Bytes that the last block still takes.
    #[must_use]
    pub fn room(&self) -> u64 {
        self.blocks.back().map_or(0, |block| block.size - block.used)
    }
    /// Whether nothing more is taken in: the last block is full, and no other may be added. `limit` in bytes; 0: there is none.
    #[must_use]
    pub fn is_full(&self, limit: u64) -> bool {
        self.room() == 0 && limit > 0 && self.size() > limit
    }
    /// Bytes that the next read asks for: they go into the last block, or into a new one.
    #[must_use]
    pub fn read_bytes(&self) -> usize {
        match self.room() {
            0 => READ,
            room => usize::try_from(room).map_or(READ, |room| room.min(READ)),
        }
    }
    /// Bytes of the stream come; a block that must be added holds `block` of them.
    pub fn take_in(&mut self, bytes: Bytes, block: u64) {
        let mut left = bytes.len() as u64;
        self.held += left;
        while left > 0 {
            if self.room() == 0 {
                self.blocks.push_back(Block { size: block.max(1), used: 0, taken: 0 });
                self.added += 1;
                self.peak = self.peak.max(self.size());
            }
            let Some(last) = self.blocks.back_mut() else { break };
            let here = left.min(last.size - last.used);
            last.used += here;
            left -= here;
        }
        if !bytes.is_empty() {
            self.pieces.push_back(bytes);
        }
    }
    /// A byte or two that came when no block might be added any more.
    pub fn take_over(&mut self, bytes: Bytes) {
        self.held += bytes.len() as u64;
        self.over += bytes.len() as u64;
        self.pieces.push_back(bytes);
    }
    /// The taking out begins.
    pub const fn begin(&mut self) {
        (self.emptied, self.added) = (0, 0);
    }
    /// Whether more is taken in while it is taken out: at most one block for each two that were emptied.
    #[must_use]
    pub fn takes_meanwhile(&self) -> bool {
        self.room() > 0 || self.added < self.emptied / 2
    }
    /// The next bytes, no more than one read brings.
    pub fn take_out(&mut self) -> Option<Bytes> {
        let front = self.pieces.front_mut()?;
        let piece = if front.len() > READ { front.split_to(READ) } else { self.pieces.pop_front()? };
        let mut left = piece.len() as u64;
        self.held -= left;
        self.over = self.over.min(self.held);
        while let Some(first) = self.blocks.front_mut() {
            let here = left.min(first.used - first.taken);
            first.taken += here;
            left -= here;
            if first.taken < first.size {
                break;
            }
            self.blocks.pop_front();
            self.reused = true;
            self.emptied += 1;
        }
        Some(piece)
    }
    /// Everything goes.
    pub fn clear(&mut self) {
        self.reused |= !self.blocks.is_empty();
        self.pieces.clear();
        self.blocks.clear();
        (self.held, self.over) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    const BLOCK: u64 = crate::repl::Allocator::Libc.sync_block(true);
    fn bytes(n: usize) -> Bytes {
        Bytes::from(Vec::from_iter((0..n).map(|i| i as u8)))
    }
    /// Reads until nothing more is taken in.
    fn fill(kept: &mut Kept, limit: u64, most: u64) {
        while !kept.is_full(limit) && kept.held() < most {
            kept.take_in(bytes(kept.read_bytes()), BLOCK);
        }
    }

    /// `n_channel_limit__8.0.6`: a limit of 2 097 152 is passed by whole blocks.
    #[test]
    fn a_limit_is_passed_by_whole_blocks() {
        let mut kept = Kept::default();
        assert!(!kept.is_full(1) && kept.read_bytes() == READ);
        kept.take_in(bytes(1), BLOCK);
        assert_eq!((kept.held(), kept.size(), kept.memory()), (1, 1_052_640, 1_052_680));
        fill(&mut kept, 2 << 20, u64::MAX);
        assert_eq!((kept.held(), kept.size(), kept.memory(), kept.room()), (2_105_280, 2_105_280, 2_105_360, 0));
        kept.take_over(bytes(1));
        assert_eq!((kept.held(), kept.in_blocks(), kept.size()), (2_105_281, 2_105_280, 2_105_280));
        fill(&mut kept, 0, 2_105_282);
        assert_eq!(kept.size(), 3 * 1_052_640, "without a limit it grows");
        while kept.take_out().is_some() {}
        assert_eq!((kept.held(), kept.in_blocks()), (0, 0));
    }

    #[test]
    fn what_came_in_comes_out_in_its_order_and_each_block_goes_when_it_is_empty() {
        let mut kept = Kept::default();
        let whole = bytes(2_200_000);
        kept.take_in(whole.clone(), BLOCK);
        kept.begin();
        assert!(kept.takes_meanwhile(), "the last block has room");
        let mut all = Vec::new();
        while let Some(piece) = kept.take_out() {
            assert!(piece.len() <= READ);
            all.extend_from_slice(&piece);
            assert_eq!(kept.held(), (whole.len() - all.len()) as u64);
        }
        assert_eq!(all, whole);
        assert_eq!((kept.size(), kept.peak()), (1_052_640, 3 * 1_052_640));
        kept.clear();
        assert_eq!((kept.size(), kept.held(), kept.peak()), (0, 0, 3 * 1_052_640));
    }

    /// `n_channel_cut_main__8.0.6`: 1 052 640 the first time, 1 048 568 when one has been given back.
    #[test]
    fn the_second_time_a_block_is_smaller() {
        let mut kept = Kept::default();
        kept.clear();
        kept.take_in(bytes(1), BLOCK);
        assert_eq!(kept.size(), 1_052_640, "nothing was there to be given back");
        assert!(!kept.reused());
        kept.clear();
        kept.take_in(bytes(1), crate::repl::Allocator::Libc.sync_block(!kept.reused()));
        assert_eq!(kept.size(), 1_048_568);
    }

    #[test]
    fn while_it_is_taken_out_a_block_is_added_for_each_two_that_go() {
        let mut kept = Kept::default();
        fill(&mut kept, 0, 3 * 1_052_640);
        kept.begin();
        assert!(!kept.takes_meanwhile());
        let mut out = 0;
        while !kept.takes_meanwhile() {
            out += kept.take_out().expect("more").len();
        }
        assert!(out as u64 >= 2 * 1_052_640 && (out as u64) < 2 * 1_052_640 + READ as u64, "{out}");
    }
}
