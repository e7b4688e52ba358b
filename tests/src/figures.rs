//! The measurements of the benches, apart from the clock and from where it runs: natively by the program `bench`, in wasm by the test `figures_wasm`.
//!
//! Ratios are taken in one run on one machine. Each figure is the best of a few rounds: noise only ever makes things slower.

use crate::report::{Report, best};
use bytes::Bytes;
use resync_core::era::BacklogKind;
use resync_core::repl::Offset;
use resync_core::repl::backlog::Backlog;
use resync_core::sim::{Moved, Ran, Recorder, Sim};
use resync_core::time::{Span, Time};
use resync_core::timeline::{self, Timeline};
use resync_core::view::{Ask, ScreenBook};
use resync_core::{prng, scenario};
use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::hint::black_box;

pub use crate::report::{Clock, Figure};

/// Bytes in each piece that is fed or copied.
const PIECE: usize = 4 << 10;
/// Size of the backlog, and of the buffer that plain copying goes round in.
const ROOM: usize = 1 << 20;
/// Bytes a round.
const ROUND: usize = 256 << 20;

/// A hundred writes a second.
const WRITER: &str = "client writer on master: every 10ms SET key:{1..1000} {64 bytes}";
/// A thousand writes a second.
const BUSY: &str = "client writer on master: every 1ms SET key:{1..1000} {500 bytes}";

/// Every figure whose name has `only` in it, in the order of the report. `tell` is called after each, so that a slow machine shows that it works.
pub fn all(clock: Clock<'_>, only: &str, tell: &mut dyn FnMut(&Figure)) {
    let copy = LazyCell::new(|| copying(clock));
    let mut report = Report { clock, only, tell };
    report.say("memory copy in 4 KiB pieces, GiB/s", |_| *copy);
    crate::bench_data::all(&copy, &mut report);
    report.say("backlog feed, ring, ÷ memory copy", |clock| feeding(clock, BacklogKind::Ring, 1) / *copy);
    report.say("backlog feed, blocks, ÷ memory copy", |clock| feeding(clock, BacklogKind::Blocks, 1) / *copy);
    report.say("feed cost with 10 replicas ÷ with 1 (blocks)", |clock| {
        feeding(clock, BacklogKind::Blocks, 1) / feeding(clock, BacklogKind::Blocks, 10)
    });

    report.say("write path ÷ memory copy", |clock| write_path(clock) / *copy);
    report.say("1+10 idle, simulated s ÷ wall s", |clock| speed(clock, &cluster(10, ""), 600));
    report.say("1+3 at 100 cmd/s, simulated s ÷ wall s", |clock| speed(clock, &cluster(3, WRITER), 120));
    let busy = cluster(10, BUSY);
    report.say("1+10 at 1 000 cmd/s of 500 B, simulated s ÷ wall s", |clock| speed(clock, &busy, 10));
    report.say(SIXTY, |clock| {
        let (mut sim, mut recorder) = ready(&busy);
        on(&mut sim, &mut recorder, 10);
        let begun = clock();
        on(&mut sim, &mut recorder, 60);
        clock() - begun
    });
    report.say("540 pairs at 10 cmd/s each, simulated s ÷ wall s", |clock| speed(clock, &pairs(540), 10));
    report.say("refresh of all views, 540 pairs, ms", |clock| refreshing(clock, &pairs(540)));
    report.say("p99 seek in 1 h of the first scene, ms", |clock| going_back(clock, FIRST_SCENE, 3_600).0);
    report.say("p99 one event back or on, ms", |clock| going_back(clock, FIRST_SCENE, 600).1);
    report.say("a branch after 1 h of the first scene, ms", |clock| branching(clock, FIRST_SCENE, 3_600));
    report.say("a branch after 60 s of 540 pairs, ms", |clock| branching(clock, &pairs(540), 60));
    report.say("p99 seek in 10 min of 1+3 at 100 cmd/s with 1 MB, ms", |clock| {
        going_back(clock, &cluster(3, "client writer on master: every 10ms SET key:{1..1000} {1000 bytes}"), 600).0
    });
}

/// The figure whose wasm and native times are divided by each other.
pub const SIXTY: &str = "60 simulated s of 1+10 at 1 000 cmd/s of 500 B, s";

/// Plays one of the bench's worlds for so many simulated seconds beyond its first ten, and tells how many events of which kind came in each of them, over
/// those seconds. Nothing if no world has this name: `idle`, `three`, `busy`, `pairs`.
pub fn play(world: &str, seconds: u64) -> Option<BTreeMap<&'static str, u64>> {
    let text = match world {
        "idle" => cluster(10, ""),
        "three" => cluster(3, WRITER),
        "busy" => cluster(10, BUSY),
        "pairs" => pairs(540),
        _ => return None,
    };
    let (mut sim, mut recorder) = ready(&text);
    on(&mut sim, &mut recorder, 10);
    let until = sim.now() + Span::from_micros(seconds * 1_000_000);
    let mut kinds = BTreeMap::new();
    while sim.next_event_at().is_some_and(|at| at <= until) && sim.step(&mut recorder).is_some() {
        let kind = match sim.moved() {
            Moved::Turn(_) => "a node's turn",
            Moved::Packet(..) => "a packet arrives",
            Moved::Taken(..) => "a send buffer has room",
            Moved::Client(..) => "a client sends",
            _ => "other",
        };
        *kinds.entry(kind).or_default() += 1;
    }
    Some(kinds)
}

/// So many masters, each with a replica and a writer of its own.
fn pairs(count: usize) -> String {
    let mut text = String::from("era 7.0\nseed 7\ndefault link latency 1ms\n");
    for n in 1..=count {
        text.push_str(&format!("node m{n}\nnode r{n} follows m{n}\nclient w{n} on m{n}: every 100ms SET key:{{1..100}} {{100 bytes}}\n"));
    }
    text
}

#[allow(clippy::cast_precision_loss, reason = "bytes of a bench are far below 2^52")]
fn gib_per_s(bytes: usize, seconds: f64) -> f64 {
    bytes as f64 / seconds / f64::from(1 << 30)
}

fn copying(clock: Clock<'_>) -> f64 {
    let piece = vec![7_u8; PIECE];
    let mut room = vec![0_u8; ROOM];
    let seconds = best(clock, || {
        for n in 0..ROUND / PIECE {
            let at = n * PIECE % ROOM;
            room[at..at + PIECE].copy_from_slice(black_box(&piece));
            black_box(&mut room);
        }
    });
    gib_per_s(ROUND, seconds)
}

/// GiB/s of feeding the stream's bytes; with blocks, `readers` replicas follow and are advanced as their kernels take the bytes.
fn feeding(clock: Clock<'_>, kind: BacklogKind, readers: usize) -> f64 {
    let piece = Bytes::from(vec![7_u8; PIECE]);
    let seconds = best(clock, || {
        let mut backlog = Backlog::new(kind, ROOM as u64);
        backlog.create(Offset(0));
        let cursors: Vec<_> =
            if kind == BacklogKind::Blocks { (0..readers).map(|_| backlog.attach(Offset(1))).collect() } else { Vec::new() };
        for n in 0..ROUND / PIECE {
            backlog.feed(black_box(&piece));
            // Kernels take what was fed, a few pieces at a time.
            if n % 4 == 3 {
                for cursor in &cursors {
                    backlog.advance(*cursor, (4 * PIECE) as u64);
                }
                backlog.before_sleep();
            }
        }
        black_box(&backlog);
    });
    gib_per_s(ROUND, seconds)
}

/// A master of 7.0 and its replicas, with a client or without.
fn cluster(replicas: usize, client: &str) -> String {
    let mut text = String::from("era 7.0\nseed 7\ndefault link latency 1ms\nnode master repl-backlog-size 1mb\n");
    for n in 1..=replicas {
        text.push_str(&format!("node replica-{n} follows master\n"));
    }
    text.push_str(client);
    text.push('\n');
    text
}

fn ready(text: &str) -> (Sim, Recorder) {
    let parsed = scenario::parse(text).unwrap_or_else(|why| panic!("the bench's scenario: {why:?}"));
    let sim = Sim::new(&parsed.world).unwrap_or_else(|why| panic!("the bench's world: {why:?}"));
    let mut recorder = Recorder::default();
    // As on the page: nobody asks for a note of each command.
    recorder.want_flow = false;
    (sim, recorder)
}

/// Runs on by so many simulated seconds.
fn on(sim: &mut Sim, recorder: &mut Recorder, seconds: u64) {
    let until = sim.now() + Span::from_micros(seconds * 1_000_000);
    let ran = sim.run_until(until, recorder, u64::MAX);
    assert!(matches!(ran, Ran::Reached), "the bench's world stands still");
}

/// Simulated seconds for each wall second, once everyone is online.
#[allow(clippy::cast_precision_loss, reason = "seconds of a bench are few")]
fn speed(clock: Clock<'_>, text: &str, seconds: u64) -> f64 {
    let (mut sim, mut recorder) = ready(text);
    on(&mut sim, &mut recorder, 10);
    let mut best = f64::INFINITY;
    for _ in 0..3 {
        let begun = clock();
        on(&mut sim, &mut recorder, seconds);
        best = best.min(clock() - begun);
    }
    seconds as f64 / best
}

/// Milliseconds that a screen takes after each tenth of a simulated second, as a page asks for it: the best of some rounds.
fn refreshing(clock: Clock<'_>, text: &str) -> f64 {
    let mut timeline = Timeline::from_text(text).unwrap_or_else(|why| panic!("the bench's scenario: {why:?}"));
    let mut book = ScreenBook::default();
    let ask = Ask { node: 0, chosen: false, link: None, lens: None, packet: None };
    let mut best = f64::INFINITY;
    for tenth in 100..130 {
        let ran = timeline.advance(Time::from_millis(tenth * 100), u64::MAX);
        assert!(matches!(ran, timeline::Ran::Reached), "the bench's run stands still");
        let begun = clock();
        let lamps = timeline.checker().lamps();
        black_box(book.refresh(timeline.sim(), timeline.recorder(), lamps, timeline.end(), &ask));
        best = best.min(clock() - begun);
    }
    best * 1_000.0
}

/// GiB/s of stream through everything: client's pipeline of 64, parser, gate, table, dataset, stream, backlog, link, the replica's parser and dataset.
fn write_path(clock: Clock<'_>) -> f64 {
    let text = "era 7.0\nseed 7\ndefault link latency 100us\nnode master repl-backlog-size 1mb\nnode replica-1 follows master\n\
                client writer on master: every 1ms pipeline 64 SET key:{1..1000} {500 bytes}\n";
    let (mut sim, mut recorder) = ready(text);
    on(&mut sim, &mut recorder, 3);
    let master = sim.by_name("master").expect("the master");
    let mut best: f64 = 0.0;
    for _ in 0..5 {
        let (offset, begun) = (sim.node(master).master_offset(), clock());
        on(&mut sim, &mut recorder, 1);
        let bytes = usize::try_from(sim.node(master).master_offset().0 - offset.0).expect("an offset grows");
        best = best.max(gib_per_s(bytes, clock() - begun));
    }
    best
}

/// Milliseconds that a branch takes from the middle of a run.
fn branching(clock: Clock<'_>, text: &str, seconds: u64) -> f64 {
    let mut timeline = Timeline::from_text(text).unwrap_or_else(|why| panic!("the bench's scenario: {why:?}"));
    for at in [seconds, seconds / 2] {
        assert!(matches!(timeline.seek(Time::from_secs(at), u64::MAX), timeline::Ran::Reached), "the bench's run stands still");
    }
    1e3 * best(clock, || {
        black_box(timeline.branch()).unwrap_or_else(|why| panic!("the bench's run stands still: {why}"));
    })
}

/// The scene that the page opens with.
const FIRST_SCENE: &str = include_str!("../../web/lessons/01-short-cut-long-cut/scene.resync");

/// Milliseconds that 99 of 100 seeks anywhere in a run take, and those of one event back and on again.
#[allow(clippy::cast_precision_loss, reason = "a few hundred samples")]
fn going_back(clock: Clock<'_>, text: &str, seconds: u64) -> (f64, f64) {
    let mut timeline = Timeline::from_text(text).unwrap_or_else(|why| panic!("the bench's scenario: {why:?}"));
    let end = Time::from_secs(seconds);
    assert!(matches!(timeline.advance(end, u64::MAX), timeline::Ran::Reached), "the bench's run stands still");
    let mut seeks = Vec::new();
    let mut steps = Vec::new();
    for n in 0..300 {
        let to = prng::below(prng::rand(7, 7, prng::Purpose::Swarm, n), seconds * 1_000_000);
        seeks.push(milliseconds(clock, || {
            timeline.seek(Time::from_micros(to), u64::MAX);
        }));
        for _ in 0..3 {
            steps.push(milliseconds(clock, || {
                timeline.back();
            }));
        }
        steps.push(milliseconds(clock, || {
            timeline.step();
        }));
    }
    (p99(seeks), p99(steps))
}

fn milliseconds(clock: Clock<'_>, work: impl FnOnce()) -> f64 {
    let begun = clock();
    work();
    (clock() - begun) * 1_000.0
}

fn p99(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() * 99 / 100]
}
