//! Every fuzz target for a fixed number of rounds, under the counting allocator (invariant I16: no bytes from any peer panic a node or make it
//! allocate beyond its limits). More rounds: `cargo run --release -p resync-tests --bin fuzz -- all 1000000`.

use resync_tests::fuzz::meter::{Meter, peak_of};
use resync_tests::fuzz::{TARGETS, rounds};

#[global_allocator]
static METER: Meter = Meter;

/// Rounds of each target here: some seconds in an unoptimised build.
const fn here(name: &str) -> u64 {
    match name.as_bytes() {
        [b'e', b'v', b'i', b'l', ..] => 200,
        b"rdb" | b"scenario" => 150,
        _ => 600,
    }
}

#[test]
fn no_input_panics_or_takes_more_memory_than_it_may() {
    let peak = peak_of(|| drop(std::hint::black_box(vec![0u8; 1 << 20])));
    assert!((1 << 20..2 << 20).contains(&peak), "the allocator counts: {peak}");
    std::thread::scope(|scope| {
        // Two at a time: the long ones on one side.
        let (evil, others): (Vec<_>, Vec<_>) = TARGETS.iter().partition(|target| target.name.starts_with("evil"));
        for targets in [evil, others] {
            scope.spawn(move || {
                for target in targets {
                    rounds(target, 7, here(target.name), |_, _| {});
                }
            });
        }
    });
}

#[test]
fn the_seeds_get_far() {
    let reached = resync_tests::fuzz::peers::reached();
    for name in [
        "load-started",
        "load-done",
        "psync-asked",
        "sync-fallback",
        "full-started",
        "partial-accepted",
        "transfer-started",
        "transfer-done",
        "full-done",
        "applied",
        "ack-sent",
        "upstream-lost",
        "psync-verdict",
        "session-state",
        "session-ended",
        "forked",
        "child-done",
        "ack-heard",
        "backlog-created",
        "promoted",
        "refused",
    ] {
        assert!(reached.contains(name), "no seed leads to {name}: {reached:?}");
    }
}
