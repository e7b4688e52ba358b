//! *Auto* as a film: every lesson is played as the page plays it, sixty frames a second from the moment that it opens at, with its person's part done by the
//! script. Seconds here are the frame clock's, not the machine's: they are the same everywhere. The test prints the second of each thing that decides, and
//! holds every lesson to reaching its point in time.
#![cfg(not(target_arch = "wasm32"))]

use resync_core::condition::Condition;
use resync_core::note::{Class, Note, NoteKind};
use resync_core::sim::tcp::Freight;
use resync_js::desk::{Desk, Turn};
use resync_js::player::{Plan, RISE_US};
use resync_lessons::folder::{Folder, read_all};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// One frame, µs.
const FRAME_US: u64 = 16_667;
/// Every lesson reaches its point within this, s of the wall clock.
const POINT_S: f64 = 40.0;

fn lessons() -> Vec<Folder> {
    read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/lessons")).unwrap_or_else(|why| panic!("{why}"))
}
fn load(text: &str) -> Desk {
    let mut desk = Desk::load(text).unwrap_or_else(|why| panic!("{why}\n{text}"));
    let at = desk.run().opens_at_us();
    assert_eq!(desk.run_mut().seek_some(at, &|| true), Turn::Done);
    desk.player.play();
    desk
}
fn seconds(frames: u64) -> f64 {
    (frames * FRAME_US) as f64 / 1e6
}

/// A film under way.
struct Film {
    desk: Desk,
    frames: u64,
    /// Entries of the journal that were told.
    told: u64,
}
impl Film {
    fn new(text: &str) -> Film {
        let desk = load(text);
        let told = desk.run().timeline().recorder().journal().next_seq();
        Film { desk, frames: 0, told }
    }
    /// One frame; on where it stopped by itself. What happened in it: where and what.
    fn frame(&mut self) -> Vec<(String, Note)> {
        self.desk.player.play();
        let before = (self.desk.run().now_us(), self.desk.player.speed_micro());
        let plan = self.desk.frame(FRAME_US, &|| true).expect("time passes");
        self.frames += 1;
        assert!(matches!(plan, Plan::Advance(_)) && self.desk.run().now_us() >= before.0, "time never goes back");
        let most = before.1 + (before.1 * FRAME_US / RISE_US).max(1);
        assert!(
            self.desk.player.speed_micro() <= most,
            "frame {}: a jump from {} to {}",
            self.frames,
            before.1,
            self.desk.player.speed_micro()
        );
        let run = self.desk.run().timeline();
        let journal = run.recorder().journal();
        let name = |node: u32| run.sim().machine(node).spec.name.clone();
        let new =
            journal.entries().iter().filter(|entry| entry.seq >= self.told).map(|entry| (name(entry.node), entry.note.clone())).collect();
        self.told = journal.next_seq();
        new
    }
    fn wall(&self) -> f64 {
        seconds(self.frames)
    }
    fn sim(&self) -> f64 {
        self.desk.run().now_us() as f64 / 1e6
    }
}

/// Notes that tell a lesson's story.
fn decisive(note: &Note) -> bool {
    note.class() == Class::Milestone
        && !matches!(
            note.kind(),
            NoteKind::Log
                | NoteKind::UpstreamState
                | NoteKind::SessionState
                | NoteKind::Refused
                | NoteKind::ConfigSet
                | NoteKind::ClientReply
                | NoteKind::ChildDone
                | NoteKind::Expectation
                | NoteKind::HandshakeFailed
                | NoteKind::PsyncAsked
                | NoteKind::Started
        )
}

#[test]
fn every_lesson_reaches_its_point_within_forty_seconds() {
    let (mut table, mut late) = (String::new(), Vec::new());
    for folder in lessons() {
        let id = &folder.lesson.id;
        let point = Condition::parse(&folder.proof.point).unwrap_or_else(|why| panic!("{id}: its point: {why}"));
        let mut film = Film::new(&format!("{}{}", folder.lesson.text, folder.proof.solution));
        assert!(!film.desk.run().timeline().holds(&point), "{id}: its point is passed where it opens");
        let _ = writeln!(table, "{id}: opens at {:.1} s", film.sim());
        let mut told: BTreeMap<(String, &'static str), u32> = BTreeMap::new();
        let mut reached = None;
        while film.wall() < 90.0 && reached.is_none_or(|at| film.wall() < at + 8.0) {
            for (node, note) in film.frame().into_iter().filter(|(_, note)| decisive(note)) {
                let times = told.entry((node.clone(), note.kind().name())).or_default();
                *times += 1;
                if *times <= 4 {
                    let _ =
                        writeln!(table, "  {:6.2} s wall {:7.2} s sim  {node} {} #{times}", film.wall(), film.sim(), note.kind().name());
                }
            }
            if reached.is_none() && film.desk.run().timeline().holds(&point) {
                reached = Some(film.wall());
                let _ = writeln!(table, "  {:6.2} s wall {:7.2} s sim  THE POINT: {}", film.wall(), film.sim(), folder.proof.point);
            }
        }
        if reached.is_none_or(|at| at > POINT_S) {
            late.push((id.clone(), reached));
        }
    }
    println!("{table}");
    assert!(late.is_empty(), "later than {POINT_S} s: {late:?}");
}

/// A pair whose link is as long as this.
fn pair(latency: &str, rest: &str) -> String {
    format!("era 3.0\nseed 5\ndefault link latency {latency}\nnode master\nnode replica-1 follows master\n{rest}")
}

/// Whatever the link's delay: each packet of the first handshake can be followed on its way, none takes much longer than it must, and when all is said the
/// speed is one at which things go on.
#[test]
fn the_first_handshake_is_followed_packet_by_packet_on_every_link() {
    for latency_us in [10_u64, 100, 1_000, 5_000, 20_000, 100_000, 300_000, 1_000_000] {
        let mut film = Film::new(&pair(&format!("{latency_us}us"), "client writer on master: every 100ms SET key:{1..100} {32 bytes}\n"));
        let mut seen: BTreeMap<u64, (String, u64)> = BTreeMap::new();
        let online = Condition::parse("replica-1 online").expect("a condition");
        while film.wall() < 60.0 && !film.desk.run().timeline().holds(&online) {
            film.frame();
            for on in film.desk.run().timeline().sim().packets() {
                let word = match &on.packet.freight {
                    Freight::Data(label) => label.words.split(' ').take(2).collect::<Vec<_>>().join(" "),
                    other => format!("{other:?}"),
                };
                seen.entry(on.packet.id).or_insert((word, 0)).1 += 1;
            }
        }
        let wall = film.wall();
        println!("{latency_us} µs: online after {wall:.1} s of wall, {:.3} s of the run", film.sim());
        for word in ["PING", "+PONG", "REPLCONF listening-port", "PSYNC ?", "+FULLRESYNC"] {
            let frames = seen.values().filter(|(said, _)| said.starts_with(word)).map(|(_, frames)| *frames).next();
            let shown = seconds(frames.unwrap_or(0));
            assert!((0.5..3.0).contains(&shown), "{latency_us} µs: the first {word} is on its way for {shown:.2} s: {seen:?}");
        }
        assert!(wall < 30.0, "{latency_us} µs: online after {wall:.1} s");
        for _ in 0..240 {
            film.frame();
        }
        assert!(film.desk.player.speed_milli() >= 200, "{latency_us} µs: afterwards it goes at {}", film.desk.player.speed_micro());
    }
}

/// A link that is cut and healed for ever: the first time takes its time, the tenth does not.
#[test]
fn what_comes_again_and_again_is_passed_over() {
    for latency in ["10us", "1ms", "40ms"] {
        let cuts: String =
            (0..20).map(|n| format!("at {}s cut master replica-1\nat {}s heal master replica-1\n", 10 + 10 * n, 12 + 10 * n)).collect();
        let mut film = Film::new(&format!(
            "opens at 9s\n{}",
            pair(latency, &format!("client writer on master: every 100ms SET key:{{1..100}} {{32 bytes}}\n{cuts}"))
        ));
        let mut rounds = Vec::new();
        while rounds.len() < 20 && film.wall() < 300.0 {
            film.frame();
            if film.sim() >= 10.0 * (rounds.len() as f64 + 1.9) {
                rounds.push(film.wall());
            }
        }
        let each: Vec<f64> = rounds.windows(2).map(|two| two[1] - two[0]).collect();
        println!("{latency}: rounds of ten seconds take {each:.1?}");
        let (first, last) = (rounds[0], each[15..].iter().fold(0.0_f64, |a, b| a.max(*b)));
        assert!(first > 6.0 && last < first * 0.8, "{latency}: {first:.1} s at first, {last:.1} s at last");
        assert!(last < 10.5, "{latency}: a round of ten seconds takes {last:.1} s when it is old news");
    }
}

/// Going back to what was slow finds it slow again: the film is one of the run, not of how it was watched.
#[test]
fn who_goes_back_sees_it_as_the_first_time() {
    let mut desk = load(&pair("5ms", ""));
    let watch = |desk: &mut Desk| {
        desk.player.begin();
        let mut frames = 0;
        while desk.run().now_us() < 2_000_000 {
            desk.player.play();
            desk.frame(FRAME_US, &|| true).expect("time passes");
            frames += 1;
        }
        frames
    };
    let first = watch(&mut desk);
    assert_eq!(desk.run_mut().seek_some(0, &|| true), Turn::Done);
    let again = watch(&mut desk);
    assert_eq!(first, again);
    assert!(seconds(first) > 5.0, "the handshake takes its time: {:.1} s", seconds(first));
}

/// *Next step* plays to the next milestone and stands there.
#[test]
fn a_step_ends_at_a_milestone() {
    let mut desk = load(&pair("20ms", ""));
    desk.player.pause();
    let mut stops = Vec::new();
    for _ in 0..6 {
        desk.player.play_to_mark();
        while desk.player.playing() {
            desk.frame(FRAME_US, &|| true).expect("time passes");
        }
        stops.push(desk.run().now_us());
    }
    assert!(stops.windows(2).all(|two| two[0] <= two[1]), "{stops:?}");
    let entries = desk.run().timeline().recorder().journal().entries();
    for at in &stops {
        assert!(
            entries.iter().any(|entry| entry.occurrences().any(|(_, when)| when.as_micros() == *at)),
            "nothing happened at {at}: {stops:?}"
        );
    }
}
