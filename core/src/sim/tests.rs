//! Whole worlds with real nodes.

use super::world::{Act, ClientSpec, Fault, NodeSpec, Part, Physics, PhysicsChange, Preload, Script, World};
use super::*;
use crate::era::Era;
use crate::node::api::Costs;
use crate::note::NoteKind;
use crate::resp::Reply;
use crate::time::Span;
use alloc::vec;
use std::string::String;

pub(super) fn node(name: &str, n: u8, era: Era, follows: Option<&str>, config: &[&str]) -> NodeSpec {
    NodeSpec {
        name: name.into(),
        era,
        ip: format!("10.0.0.{n}"),
        port: 6379,
        config: config.iter().map(|line| line.split(' ').map(|word| Bytes::copy_from_slice(word.as_bytes())).collect()).collect(),
        follows: follows.map(Into::into),
        skew_ms: 0,
        allocator: crate::repl::Allocator::default(),
        preload: None,
    }
}
pub(super) fn world(era: Era, config: &[&str]) -> World {
    let delay: &[&str] = if era.capabilities().diskless_default { &["repl-diskless-sync-delay 0"] } else { &[] };
    World {
        seed: 7,
        epoch_unix_s: 1_700_000_000,
        costs: Costs::default(),
        default_link: Physics::default(),
        local_link: Physics { latency: Span::from_micros(50), ..Physics::default() },
        nodes: vec![
            node("master", 1, era, None, &[config, delay].concat()),
            node("replica-1", 2, era, Some("master"), config),
            node("replica-2", 3, era, Some("master"), config),
        ],
        links: vec![],
        sentinels: Vec::new(),
        clients: vec![writer("writer", 20, 32)],
        script: vec![],
    }
}
fn writer(name: &str, every_ms: u64, bytes: u64) -> ClientSpec {
    let text = |text: &str| Part::Text(Bytes::copy_from_slice(text.as_bytes()));
    ClientSpec {
        name: name.into(),
        on: "master".into(),
        every: Span::from_millis(every_ms),
        pipeline: 1,
        command: vec![vec![text("SET")], vec![text("key:"), Part::Uniform(1, 100)], vec![Part::Filler(bytes)]],
    }
}
pub(super) struct Run {
    pub(super) sim: Sim,
    pub(super) rec: Recorder,
}
impl Run {
    pub(super) fn new(world: &World) -> Run {
        Run { sim: Sim::new(world).expect("a world"), rec: Recorder::new() }
    }
    pub(super) fn to(&mut self, ms: u64) {
        assert_eq!(self.sim.run_until(Time::from_millis(ms), &mut self.rec, 5_000_000), Ran::Reached);
    }
    pub(super) fn act(&mut self, act: impl core::borrow::Borrow<Act>) {
        self.sim.act(act.borrow(), &mut self.rec).expect("an act that can be done");
    }
    pub(super) fn cut(&mut self, replica: &str) {
        self.act(Act::Cut { a: "master".into(), b: replica.into() });
    }
    fn heal(&mut self, replica: &str) {
        self.act(Act::Heal { a: "master".into(), b: replica.into() });
    }
    pub(super) fn command(&mut self, node: &str, line: &str) -> Option<Reply> {
        let args = line.split(' ').map(|word| Bytes::copy_from_slice(word.as_bytes())).collect();
        self.sim.act(&Act::Command { node: node.into(), args }, &mut self.rec).expect("a console").reply
    }
    fn counters(&self) -> (u64, u64, u64) {
        let counters = self.sim.node(0).counters();
        (counters.sync_full, counters.sync_partial_ok, counters.sync_partial_err)
    }
    pub(super) fn online(&self, n: u32) -> bool {
        self.sim.node(n).upstream().is_some_and(|upstream| upstream.link_up)
    }
    pub(super) fn same(&self, n: u32) -> bool {
        self.sim.node(n).dataset().digest() == self.sim.node(0).dataset().digest()
    }
    fn names(&self, n: u32) -> Vec<&'static str> {
        self.rec.journal().entries().iter().filter(|entry| entry.node == n).map(|entry| entry.note.kind().name()).collect()
    }
}

#[test]
fn a_short_cut_is_partial_and_a_long_one_full() {
    for era in Era::ALL.into_iter().filter(|era| era.capabilities().psync) {
        let mut run = Run::new(&world(era, &["repl-backlog-size 16kb"]));
        run.to(5_000);
        assert!(run.online(1) && run.online(2), "{era}: {:?}", run.names(1));
        assert_eq!(run.counters().0, 2, "{era}");
        run.cut("replica-1");
        run.to(7_000);
        assert!(!run.online(1) && run.online(2));
        let real = run.sim.reality(1).expect("it follows the master");
        assert!(real.gap > 1_000 && real.staleness.is_some_and(|span| span.as_millis() > 1_500), "{era}: {real:?}");
        run.heal("replica-1");
        run.to(10_000);
        assert!(run.online(1), "{era}");
        assert_eq!((run.counters().0, run.counters().1), (2, 1), "{era}");
        run.cut("replica-1");
        run.to(30_000);
        run.heal("replica-1");
        run.to(35_000);
        assert!(run.online(1), "{era}");
        assert_eq!((run.counters().0, run.counters().1), (3, 1), "{era}");
        run.act(Act::ClientRate { client: "writer".into(), every: Span::ZERO });
        run.to(36_000);
        assert!(run.same(1) && run.same(2), "{era}");
        let real = run.sim.reality(1).expect("it follows the master");
        assert_eq!((real.gap, real.staleness), (0, Some(Span::ZERO)), "{era}");
        assert!(run.sim.clients()[0].refused == 0 && run.sim.clients()[0].ok > 1_500);
        let series = run.rec.series(1);
        assert!(series.windows(2).all(|pair| pair[0].at < pair[1].at) && series.len() >= 35);
        assert!(series.iter().any(|sample| sample.staleness_ms.is_some_and(|ms| ms > 15_000)));
        assert!(
            series.iter().any(|sample| sample.lag_s.is_none())
                && series.last().is_some_and(|sample| sample.lag_s.is_some_and(|lag| lag <= 1))
        );
    }
}

#[test]
fn equal_runs_are_equal_and_a_clone_goes_on_as_the_original() {
    let mut one = Run::new(&world(Era::V7_0, &[]));
    let mut two = Run::new(&world(Era::V7_0, &[]));
    one.to(3_000);
    two.to(3_000);
    assert_eq!((one.sim.fingerprint(), one.sim.event()), (two.sim.fingerprint(), two.sim.event()));
    let mut clone = Run { sim: one.sim.clone(), rec: Recorder::new() };
    for run in [&mut one, &mut clone] {
        run.act(Act::Freeze { a: "master".into(), b: "replica-2".into(), one_way: false });
        run.to(9_000);
    }
    assert_eq!((one.sim.fingerprint(), one.sim.event()), (clone.sim.fingerprint(), clone.sim.event()));
    two.to(9_000);
    assert_ne!(one.sim.fingerprint(), two.sim.fingerprint());
    let mut other = world(Era::V7_0, &[]);
    other.seed = 8;
    let mut other = Run::new(&other);
    other.to(3_000);
    assert_ne!(other.sim.fingerprint(), clone.sim.fingerprint());
}

#[test]
fn what_was_recorded_is_not_recorded_twice_and_acting_in_the_past_forgets_what_came_after() {
    let mut run = Run::new(&world(Era::V3_0, &[]));
    run.to(2_000);
    let early = run.sim.clone();
    run.to(6_000);
    let rows = |rec: &Recorder| rec.rows(0).map(|(_, row)| row.clone()).collect::<Vec<_>>();
    let before = (run.rec.journal().clone().entries().clone(), rows(&run.rec), run.rec.series(1).to_vec(), run.rec.log(1).count());
    run.sim = early.clone();
    run.to(6_000);
    assert_eq!(before.0, *run.rec.journal().entries());
    assert_eq!((before.1, before.2, before.3), (rows(&run.rec), run.rec.series(1).to_vec(), run.rec.log(1).count()));
    // Back to 2 s, and an act that cannot be done: nothing is forgotten.
    run.sim = early.clone();
    assert!(run.sim.act(&Act::Resume { node: "nobody".into() }, &mut run.rec).is_err());
    assert_eq!(before.0, *run.rec.journal().entries());
    // Back to 2 s, then another future: the recorder must be as one that never saw the first.
    run.sim = early.clone();
    run.cut("replica-1");
    run.to(4_000);
    let mut fresh = Run::new(&world(Era::V3_0, &[]));
    fresh.to(2_000);
    fresh.cut("replica-1");
    fresh.to(4_000);
    assert_eq!(fresh.sim.fingerprint(), run.sim.fingerprint());
    assert_eq!(fresh.rec.journal().entries(), run.rec.journal().entries());
    assert_eq!(fresh.rec.series(1), run.rec.series(1));
    assert_eq!(fresh.rec.log(0).cloned().collect::<Vec<_>>(), run.rec.log(0).cloned().collect::<Vec<_>>());
    assert_eq!(fresh.rec.link_marks(), run.rec.link_marks());
    assert_eq!(rows(&fresh.rec), rows(&run.rec));
}

#[test]
fn the_console_answers_at_the_same_instant() {
    let mut run = Run::new(&world(Era::V3_0, &[]));
    run.to(3_000);
    let now = run.sim.now();
    assert_eq!(run.command("master", "SET greeting hello"), Some(Reply::Status("OK")).map(|_| Reply::StatusText(String::from("OK"))));
    assert_eq!(run.command("master", "GET greeting"), Some(Reply::bulk("hello")));
    assert_eq!(run.sim.now(), now);
    assert_eq!(run.command("master", "DEBUG SLEEP 2"), None);
    assert_eq!(run.command("master", "GET greeting"), None);
    run.to(4_900);
    assert!(!run.rec.journal().entries().iter().any(|entry| entry.note.kind() == NoteKind::ClientReply));
    run.to(5_100);
    let replies: Vec<String> = run
        .rec
        .journal()
        .entries()
        .iter()
        .filter_map(|entry| if let Note::ClientReply { reply, .. } = &entry.note { Some(reply.clone()) } else { None })
        .collect();
    assert_eq!(replies, ["OK", "\"hello\""]);
}

/// Replies that come at once are seen by scripts, log lines are found by a part of their text, keys by what is kept of them.
#[test]
fn scripts_see_replies_log_lines_and_keys() {
    let text = |era: &str| {
        alloc::format!(
            "era {era}\nseed 3\ndefault link latency 1ms\nnode master save \"\"\nnode replica-1 save \"\" follows master\n\
             until replica-1 online within 20s\n\
             then master: SET k hello EX 100\nthen master: SET n 12\nthen master: GET k\n\
             expect note master client-reply command=\"GET k\" reply~hello\n\
             expect note master client-reply command=\"GET k\" reply=\"\\\"hello\\\"\"\n\
             expect not note master client-reply command=\"GET k\" reply=\"(nil)\"\n\
             until replica-1 gap = 0 for 100ms within 5s\n\
             expect note replica-1 log text~\"sync started\"\nexpect not note replica-1 log text~\"no such words\"\n\
             expect replica-1 key k exists and replica-1 key k type = string and replica-1 key n value > 11\n\
             expect replica-1 key k ttl > 99000 and replica-1 key k ttl <= 100000 and not replica-1 key n ttl > 0\n\
             expect not replica-1 key k over and not replica-1 key k db 3 exists and not replica-1 key none value != x\n\
             then freeze master replica-1\nthen master: SET late 1 EX 100\n\
             until now > 12s within 20s\nthen heal master replica-1\nuntil replica-1 gap = 0 for 100ms within 20s\n\
             expect same-keys master replica-1\nthen master: DEL k\nuntil replica-1 gap = 0 for 100ms within 5s\n\
             expect replica-1 key late exists\n"
        )
    };
    for (era, same) in [("3.0", false), ("6.2", false), ("7.0", true)] {
        let mut run = crate::timeline::Timeline::from_text(&text(era)).expect("a scenario");
        run.advance(Time::from_secs(40), u64::MAX);
        let failed: Vec<String> = run
            .recorder()
            .journal()
            .entries()
            .iter()
            .filter_map(|entry| if let Note::Expectation { text, ok: false } = &entry.note { Some(text.clone()) } else { None })
            .collect();
        assert_eq!(failed, [] as [String; 0], "{era}");
        assert!(run.sim().script_done(), "{era}: {:?}", run.sim().script_line());
        // A relative time to live starts when the replica runs the command: up to 6.2 the freeze is the difference.
        let holds = run.holds(&crate::condition::Condition::parse("same-data master replica-1").expect("a condition"));
        assert_eq!(holds, same, "{era}");
    }
}

#[test]
fn pause_crash_and_power_off_look_different_from_outside() {
    let act = |kind: u8| {
        let node = String::from("replica-1");
        match kind {
            0 => Act::Pause { node },
            1 => Act::Crash { node },
            _ => Act::PowerOff { node },
        }
    };
    let mut sessions = vec![];
    for kind in 0..3 {
        let mut run = Run::new(&world(Era::V3_0, &["repl-timeout 5"]));
        run.to(3_000);
        run.act(act(kind));
        run.to(4_500);
        let soon = run.sim.node(0).sessions().count();
        run.to(12_000);
        sessions.push((soon, run.sim.node(0).sessions().count()));
        if kind == 0 {
            run.act(Act::Resume { node: "replica-1".into() });
        } else {
            run.act(Act::Restart { node: "replica-1".into(), with_rdb: true });
        }
        run.to(20_000);
        assert!(run.online(1), "{kind}: {:?}", run.names(1));
        let expected = if kind == 0 { (2, 1) } else { (3, 0) };
        assert_eq!((run.counters().0, run.counters().1), expected, "{kind}");
    }
    assert_eq!(sessions, [(2, 1), (1, 1), (2, 1)], "a paused or dead machine is noticed by time-out, a dead process at once");
}

#[test]
fn a_restarted_master_of_7_0_comes_back_with_its_data_and_goes_on_where_it_stopped() {
    for (era, full) in [(Era::V3_0, 2), (Era::V7_0, 0)] {
        let mut run = Run::new(&world(era, &[]));
        run.to(4_000);
        run.act(Act::ClientRate { client: "writer".into(), every: Span::ZERO });
        run.to(6_000);
        let digest = run.sim.node(0).dataset().digest();
        run.act(Act::Restart { node: "master".into(), with_rdb: true });
        run.to(12_000);
        assert_eq!(run.sim.node(0).dataset().digest(), digest, "{era}");
        assert!(run.online(1) && run.online(2), "{era}");
        assert_eq!(run.counters().0, full, "{era}: {:?}", run.names(0));
        let real = run.sim.reality(2).expect("a replica");
        assert_eq!((real.gap, real.staleness), (0, Some(Span::ZERO)), "{era}: {real:?}");
    }
}

#[test]
fn a_slow_line_a_preload_and_a_script() {
    let mut world = world(Era::V3_0, &[]);
    world.nodes[0].preload = Some(Preload { keys: 2_000, value_bytes: 100 });
    world.script = vec![Script::At(
        Time::from_millis(50),
        Act::Link {
            a: "master".into(),
            b: "replica-1".into(),
            one_way: false,
            change: PhysicsChange { bandwidth: Some(15_000), ..PhysicsChange::default() },
        },
    )];
    let mut run = Run::new(&world);
    run.to(2_500);
    assert!(run.online(2) && !run.online(1), "{:?}", run.names(1));
    assert!(run.sim.packets().any(|packet| packet.from == 0 && !packet.up));
    run.to(20_000);
    assert!(run.online(1));
    assert!(run.sim.node(1).dataset().total_keys() >= 2_000);
    run.act(Act::ClientRate { client: "writer".into(), every: Span::ZERO });
    run.to(25_000);
    assert!(run.same(1) && run.same(2));
}

#[test]
fn a_sub_replica_is_measured_against_the_top_master() {
    // 2.6 counts no bytes: nothing can be measured there.
    for era in Era::ALL.into_iter().filter(|era| era.capabilities().psync) {
        let delay: &[&str] = if era.capabilities().diskless_default { &["repl-diskless-sync-delay 0"] } else { &[] };
        let mut world = world(era, &[]);
        world.nodes[1] = node("replica-1", 2, era, Some("master"), delay);
        world.nodes[2].follows = Some("replica-1".into());
        let mut run = Run::new(&world);
        run.to(8_000);
        assert!(run.online(1) && run.online(2), "{era}: {:?}", run.names(2));
        let real = run.sim.reality(2).expect("a replica");
        assert_eq!(real.master, 0);
        assert!(real.staleness.is_some_and(|span| span < Span::from_millis(50)), "{era}: {real:?}");
        run.act(Act::Freeze { a: "replica-1".into(), b: "replica-2".into(), one_way: false });
        run.to(12_000);
        let (first, second) = (run.sim.reality(1).expect("a replica"), run.sim.reality(2).expect("a replica"));
        assert!(first.gap < 300 && second.gap > 5_000, "{era}: {first:?} {second:?}");
        assert!(second.staleness.is_some_and(|span| (3_900..=4_100).contains(&span.as_millis())), "{era}: {second:?}");
    }
}

#[test]
fn errors_of_people_are_answers() {
    let mut run = Run::new(&world(Era::V3_0, &[]));
    run.to(100);
    let before = (run.sim.event(), run.sim.fingerprint());
    let nobody = Act::Pause { node: "nobody".into() };
    assert_eq!(run.sim.act(&nobody, &mut run.rec), Err(ActError::NoNode("nobody".into())));
    let again = Act::AddNode(node("master", 9, Era::V3_0, None, &[]));
    assert!(matches!(run.sim.act(&again, &mut run.rec), Err(ActError::World(_))));
    assert_eq!(before, (run.sim.event(), run.sim.fingerprint()));
    run.act(Act::AddNode(node("replica-3", 9, Era::V7_0, Some("master"), &[])));
    run.to(5_000);
    assert!(run.online(3), "{:?}", run.names(3));
    run.act(Act::AddNode(NodeSpec { ip: String::new(), ..node("other", 9, Era::V7_0, None, &[]) }));
    assert_eq!(run.sim.machine(4).spec.ip, "10.0.0.4");
    let mut wrong = world(Era::V3_0, &[]);
    wrong.nodes[1].follows = Some("nobody".into());
    assert!(Sim::new(&wrong).is_err());
}

#[test]
fn a_child_that_holds_a_dead_masters_conns_keeps_them_open() {
    let mut run = Run::new(&world(Era::V3_0, &[]));
    run.to(3_000);
    run.act(Act::Fault { node: "master".into(), fault: Fault::ChildSilent });
    run.command("master", "BGSAVE");
    run.to(3_500);
    assert_eq!(run.sim.machine(0).children.len(), 1);
    run.act(Act::Crash { node: "master".into() });
    run.to(8_000);
    assert!(run.online(1), "no FIN: the child has the conn too");
    run.act(Act::Fault { node: "master".into(), fault: Fault::None });
    run.to(8_500);
    assert!(!run.online(1) && run.sim.machine(0).children.is_empty());
    assert!(run.sim.machine(0).disk.dump.is_some(), "it has written its file");
}

#[test]
fn a_full_disk_fails_the_synchronisation_until_there_is_room() {
    let mut run = Run::new(&world(Era::V3_0, &[]));
    run.act(Act::Fault { node: "master".into(), fault: Fault::DiskFull });
    run.to(5_000);
    assert!(!run.online(1) && !run.online(2));
    assert!(run.names(0).contains(&"session-ended"));
    run.act(Act::Fault { node: "master".into(), fault: Fault::None });
    run.to(7_000);
    assert!(!run.online(1), "a master whose last BGSAVE failed answers PING with -MISCONF");
    run.command("master", "BGSAVE");
    run.to(10_000);
    assert!(run.online(1) && run.online(2), "{:?}", run.names(1));
}

#[test]
fn a_paused_replica_fills_the_kernels_buffers_first() {
    let mut spec = world(Era::V3_0, &["repl-timeout 600"]);
    spec.default_link = Physics { send_buffer: 16_384, receive_buffer: 16_384, ..Physics::default() };
    spec.clients = vec![writer("writer", 5, 1_000)];
    let mut run = Run::new(&spec);
    run.to(3_000);
    run.act(Act::Pause { node: "replica-1".into() });
    run.to(13_000);
    let session = run.sim.node(0).sessions().find(|row| &*row.ip == "10.0.0.2").expect("a session");
    assert!(session.output_buffer > 1_900_000, "{session:?}");
    let real = run.sim.reality(1).expect("a replica");
    assert!(real.received - real.applied <= 16_384 && real.received > real.applied && real.gap > 2_000_000, "{real:?}");
    run.act(Act::Resume { node: "replica-1".into() });
    run.to(16_000);
    assert!(run.sim.reality(1).is_some_and(|real| real.gap < 3_000), "{:?}", run.sim.reality(1));
    assert_eq!(run.counters().0, 2, "nothing was asked for again");
}

#[test]
fn releases_that_understand_each_other_end_equal_after_a_cut() {
    use Era::{V2_6, V2_8, V3_0, V3_2, V4_0, V5_0, V6_2, V7_0};
    let same = Era::ALL.map(|era| (era, era));
    let mixed = [(V2_8, V3_0), (V3_0, V4_0), (V3_0, V7_0), (V3_2, V5_0), (V6_2, V7_0), (V2_6, V3_0), (V2_6, V7_0), (V3_0, V2_6)];
    for (master, replica) in same.into_iter().chain(mixed) {
        let mut world = world(master, &[]);
        world.nodes.truncate(2);
        world.nodes[1] = node("replica-1", 2, replica, Some("master"), &[]);
        let mut run = Run::new(&world);
        run.to(9_000);
        assert!(run.online(1), "{master} and {replica}: {:?}", run.names(1));
        run.cut("replica-1");
        run.to(10_000);
        run.heal("replica-1");
        run.to(15_000);
        run.act(Act::ClientRate { client: "writer".into(), every: Span::ZERO });
        run.to(17_000);
        assert!(run.online(1) && run.same(1), "{master} and {replica}");
        let (full, partial, _) = run.counters();
        let expect = match (master, replica) {
            // With 2.6 every synchronisation is a full one.
            (V2_6, _) | (_, V2_6) => (2, 0),
            _ => (1, 1),
        };
        assert_eq!((full, partial), expect, "{master} and {replica}");
    }
}

#[test]
fn a_newer_format_is_refused_again_and_again_at_the_pace_of_the_release() {
    use Era::{V3_0, V4_0, V6_2, V7_0};
    for (master, replica, paced) in [(V4_0, V3_0, 8..=13), (V7_0, V3_0, 8..=13), (V7_0, V6_2, 80..=110)] {
        let delay: &[&str] = &["repl-diskless-sync no"];
        let mut world = world(master, delay);
        world.nodes.truncate(2);
        world.nodes[1] = node("replica-1", 2, replica, Some("master"), &[]);
        let mut run = Run::new(&world);
        run.to(2_000);
        let before = run.counters().0;
        run.to(12_000);
        assert!(!run.online(1));
        let syncs = run.counters().0 - before;
        assert!(paced.contains(&syncs), "{master} and {replica}: {syncs} full synchronisations in 10 s");
    }
}

#[test]
fn rdb_is_read_in_the_pieces_of_the_era() {
    for era in Era::ALL {
        let mut world = world(era, &[]);
        world.clients.clear();
        world.nodes[0].preload = Some(Preload { keys: 3_000, value_bytes: 60 });
        let mut run = Run::new(&world);
        let (mut before, mut pieces) = (0, vec![]);
        while !run.online(1) {
            run.sim.step(&mut run.rec).expect("it goes on");
            assert!(run.sim.now() < Time::from_secs(20), "{era}");
            let read = run.sim.node(1).upstream().and_then(|upstream| upstream.transfer).map_or(before, |(read, _)| read);
            if read > before {
                pieces.push(read - before);
            }
            before = read;
        }
        let most = era.capabilities().rdb_read_bytes as u64;
        assert_eq!(most, if era.has(Era::V6_2) { 16_384 } else { 4_096 }, "{era}");
        assert!(pieces.iter().all(|piece| *piece <= most), "{era}: {pieces:?}");
        assert!(pieces.iter().filter(|piece| **piece == most).count() > 3, "{era}: {pieces:?}");
    }
}

#[test]
fn a_rewrite_that_fails_is_tried_again_and_from_7_0_on_less_often() {
    for era in Era::ALL {
        let mut run = Run::new(&world(era, &[]));
        run.act(Act::Fault { node: "master".into(), fault: Fault::ChildFails });
        run.to(1_000);
        run.command("master", "CONFIG SET appendonly yes");
        run.to(11_000);
        let said = |run: &Run, text: &str| run.rec.log(0).filter(|line| line.text.contains(text)).count();
        let failed = said(&run, "Background AOF rewrite terminated with error");
        let limited = said(&run, "triggered the limit, will retry in 1 minutes");
        if era.capabilities().aof_parts {
            assert_eq!((failed, limited), (3, 1), "{era}");
        } else {
            assert!(failed > 20 && limited == 0, "{era}: {failed}");
        }
        run.act(Act::Fault { node: "master".into(), fault: Fault::None });
        run.to(75_000);
        assert_eq!(said(&run, "Background AOF rewrite finished successfully"), 1, "{era}");
    }
}

#[test]
fn a_shutdown_whose_save_fails_leaves_the_server_running() {
    for era in Era::ALL {
        let mut run = Run::new(&world(era, &["repl-diskless-sync no"][..usize::from(era.has(Era::V2_8))]));
        run.to(6_000);
        run.act(Act::Fault { node: "master".into(), fault: Fault::DiskFull });
        let said = |run: &Run, text: &str| run.rec.log(0).filter(|line| *line.text == *text).count();
        let replies = |run: &Run| {
            let replies = run.rec.journal().entries().iter().filter_map(|entry| match &entry.note {
                Note::ClientReply { reply, .. } => Some(reply.clone()),
                _ => None,
            });
            replies.collect::<Vec<_>>()
        };
        let now = if era.has(Era::V7_0) { "SHUTDOWN SAVE NOW" } else { "SHUTDOWN SAVE" };
        assert_eq!(run.command("master", now), None, "{era}: it is written first");
        run.to(7_000);
        assert_eq!(run.sim.machine(0).process, Process::Up, "{era}");
        let failed = if era.has(Era::V7_0) { "Write error saving DB on disk(rdbSaveRio): " } else { "Write error saving DB on disk: " };
        assert_eq!(said(&run, &format!("{failed}No space left on device")), 1, "{era}");
        assert_eq!(said(&run, "Error trying to save the DB, can't exit."), 1, "{era}");
        assert_eq!(replies(&run), ["(error) ERR Errors trying to SHUTDOWN. Check logs."], "{era}");
        let last = "Errors trying to shut down the server. Check the logs for more information.";
        assert_eq!(said(&run, last), usize::from(era.has(Era::V7_0)), "{era}");
        // It serves as before.
        run.to(9_000);
        assert!(run.online(1) && run.online(2), "{era}");
        run.act(Act::ClientRate { client: "writer".into(), every: Span::ZERO });
        run.to(10_000);
        assert!(run.same(1), "{era}");
        if era.has(Era::V7_0) {
            run.command("master", "SHUTDOWN SAVE FORCE");
            run.to(11_000);
            assert_eq!(said(&run, "Error trying to save the DB. Exit anyway."), 1);
        } else {
            run.act(Act::Fault { node: "master".into(), fault: Fault::None });
            let before = said(&run, "DB saved on disk");
            run.command("master", "SHUTDOWN SAVE");
            run.to(11_000);
            assert_eq!(said(&run, "DB saved on disk"), before + 1, "{era}");
        }
        assert_eq!(run.sim.machine(0).process, Process::Down, "{era}");
        let project = if era.capabilities().valkey { "Valkey" } else { "Redis" };
        assert_eq!(said(&run, &format!("{project} is now ready to exit, bye bye...")), 1, "{era}");
    }
}

#[test]
fn a_first_rewrite_of_the_file_keeps_a_server_from_its_end() {
    for era in Era::ALL {
        let mut run = Run::new(&world(era, &[]));
        run.to(1_000);
        run.act(Act::Fault { node: "master".into(), fault: Fault::ChildSilent });
        run.command("master", "CONFIG SET appendonly yes");
        let reply = run.command("master", "SHUTDOWN NOSAVE");
        let refused = Reply::error("ERR Errors trying to SHUTDOWN. Check logs.");
        if reply.is_some() {
            assert_eq!(reply, Some(refused), "{era}");
        }
        run.to(20_000);
        assert_eq!(run.sim.machine(0).process, Process::Up, "{era}");
        let said = |run: &Run, text: &str| run.rec.log(0).filter(|line| *line.text == *text).count();
        assert_eq!(said(&run, "Writing initial AOF, can't exit."), 1, "{era}");
        run.act(Act::Fault { node: "master".into(), fault: Fault::None });
        run.to(21_000);
        run.command("master", "SHUTDOWN NOSAVE");
        run.to(40_000);
        assert_eq!(said(&run, "Calling fsync() on the AOF file."), 1, "{era}");
        assert_eq!(run.sim.machine(0).process, Process::Down, "{era}");
    }
}

#[test]
fn a_child_that_sleeps_at_each_key_is_harmless_on_the_disk_and_a_loop_without() {
    for (diskless, full) in [("no", 1), ("yes", 2)] {
        let sync = format!("repl-diskless-sync {diskless}");
        let mut world = world(Era::V7_0, &["repl-timeout 5", &sync]);
        world.clients.clear();
        world.nodes.truncate(2);
        world.nodes[0].preload = Some(Preload { keys: 40, value_bytes: 10 });
        world.nodes[0].config.push(["rdb-key-save-delay", "400000"].map(|word| Bytes::copy_from_slice(word.as_bytes())).to_vec());
        let mut run = Run::new(&world);
        run.to(15_000);
        assert!(!run.online(1), "{diskless}: sixteen seconds");
        run.to(19_000);
        assert_eq!(run.online(1), diskless == "no", "{diskless}");
        assert_eq!(run.counters().0, full, "{diskless}");
        run.command("master", "CONFIG SET rdb-key-save-delay 0");
        run.to(40_000);
        assert!(run.online(1) && run.same(1), "{diskless}");
    }
}

#[test]
fn a_client_that_is_moved_goes_on_at_the_other_node() {
    for era in Era::ALL.into_iter().filter(|era| era.capabilities().psync) {
        let mut run = Run::new(&world(era, &[]));
        run.to(3_000);
        run.act(Act::Crash { node: "master".into() });
        run.to(4_000);
        let (ok, sent) = (run.sim.clients()[0].ok, run.sim.clients()[0].sent);
        assert!(ok > 100 && run.sim.clients()[0].last_error.contains("refused"), "{era}: it writes to the dead");
        assert!(run.command("replica-1", "SLAVEOF NO ONE").is_some());
        run.act(Act::ClientMove { client: "writer".into(), to: "replica-1".into() });
        assert_eq!((&*run.sim.clients()[0].spec.on, run.sim.clients()[0].on), ("replica-1", 1));
        let twin = run.sim.clone();
        run.to(6_000);
        let client = &run.sim.clients()[0];
        assert!(client.ok > ok + 90 && client.sent > sent + 90 && client.refused == 0 && client.last_error.is_empty(), "{era}: {client:?}");
        assert!(run.names(1).contains(&"client-moved"), "{era}");
        let (mut twin, mut rec) = (twin, Recorder::new());
        twin.run_until(Time::from_millis(6_000), &mut rec, 1_000_000);
        assert_eq!(twin.fingerprint(), run.sim.fingerprint(), "{era}: the same is done to it, and it becomes the same");
        // Where it is already it stays; names are names.
        let event = run.sim.event();
        run.act(Act::ClientMove { client: "writer".into(), to: "replica-1".into() });
        assert_eq!(run.sim.event(), event + 1);
        let nobody = Act::ClientMove { client: "writer".into(), to: "nobody".into() };
        assert!(matches!(run.sim.act(&nobody, &mut run.rec), Err(ActError::NoNode(_))), "{era}");
    }
}

/// 5.0 shuts the conn of a replica down that waits for the end of a BGSAVE, so it hears of its end at once; elsewhere the child's copy keeps it open.
#[test]
fn who_is_dropped_during_a_bgsave_hears_of_it_when_the_child_ends_but_in_5_0() {
    for era in [Era::V2_8, Era::V3_0, Era::V3_2, Era::V4_0, Era::V5_0, Era::V6_2, Era::V7_0] {
        let mut spec = world(era, &["client-output-buffer-limit slave 64kb 0 0", "repl-backlog-size 16kb", "repl-diskless-sync no"]);
        spec.nodes.truncate(2);
        spec.nodes[0].preload = Some(Preload { keys: 2_000, value_bytes: 100 });
        spec.costs.rdb_save = 20_000;
        spec.clients = vec![writer("writer", 5, 1_000)];
        let mut run = Run::new(&spec);
        run.to(3_000);
        assert!(run.names(0).contains(&"session-ended") && !run.sim.machine(0).children.is_empty(), "{era}: {:?}", run.names(0));
        let accepted = run.sim.node(0).info_text(run.sim.now(), None).number(crate::info::Stats::TotalConnectionsReceived);
        // The writer, and the replica once or more.
        assert_eq!(accepted, Ok(if era.capabilities().shuts_waiting_replica { 3 } else { 2 }), "{era}");
    }
}
