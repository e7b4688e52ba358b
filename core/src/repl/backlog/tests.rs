//! Tests of the backlog: what mutants showed to be guarded from afar alone is guarded here too.

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
