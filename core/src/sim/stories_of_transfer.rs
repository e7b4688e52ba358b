//! An RDB on its way past the disks: who waits for whom.

use super::tests::{Run, world};
use super::world::{LinkSpec, PhysicsChange, Preload, World};
use crate::era::Era;
use crate::resp::Reply;
use alloc::vec;
use alloc::vec::Vec;
use std::string::{String, ToString};

/// A master with so many keys of 2 000 bytes that sends them to the sockets; the way to the second replica takes 100 000 bytes a second.
fn streaming(era: Era, keys: u64, config: &[&str]) -> World {
    let diskless = ["repl-diskless-sync yes", "repl-diskless-sync-delay 0", "rdbcompression no"];
    let mut world = world(era, &[&diskless, config].concat());
    world.clients.clear();
    world.nodes[0].preload = Some(Preload { keys, value_bytes: 2_000 });
    let change = PhysicsChange { bandwidth: Some(100_000), ..PhysicsChange::default() };
    world.links = vec![LinkSpec { from: "master".to_string(), to: "replica-2".to_string(), one_way: false, change }];
    world
}
fn said(run: &Run, n: u32, text: &str) -> Vec<u64> {
    run.rec.log(n).filter(|line| line.text.contains(text)).map(|line| line.at.as_millis()).collect()
}

#[test]
fn the_slowest_replica_sets_the_pace_of_a_child_that_writes_to_sockets() {
    for era in [Era::V3_0, Era::V5_0, Era::V6_2, Era::V7_0] {
        let mut world = streaming(era, 500, &[]);
        // One child for both.
        world.nodes[0].config.push(["repl-diskless-sync-delay", "2"].map(Into::into).to_vec());
        let mut run = Run::new(&world);
        run.to(9_000);
        let child = run.sim.machine(0).children.first().expect("it waits for the slow replica");
        assert!(child.handed > 300_000 && child.handed < child.total, "{era}: {} of {}", child.handed, child.total);
        assert_eq!(said(&run, 0, "Background RDB transfer terminated"), [0; 0], "{era}");
        run.to(20_000);
        let [ended] = said(&run, 0, "Background RDB transfer terminated")[..] else { panic!("{era}: it ends once") };
        // A million bytes in ten seconds, but for what lies in the buffers of both kernels.
        assert!((9_500..15_000).contains(&ended), "{era}: {ended}");
        if era.capabilities().diskless_pipe {
            let [read] = said(&run, 0, "done reading from pipe, 2 replicas still up")[..] else { panic!("{era}") };
            assert!(read <= ended && ended - read <= 110, "{era}: {read} {ended}");
        }
        assert!(run.same(1) && run.same(2), "{era}");
    }
}

#[test]
fn a_child_that_sleeps_for_each_key_sends_what_it_has() {
    for era in [Era::V6_2, Era::V7_0] {
        let mut run = Run::new(&streaming(era, 100, &["rdb-key-save-delay 50000"]));
        let mut read = Vec::new();
        for second in 2..=5 {
            run.to(second * 1_000);
            read.push(run.sim.node(1).upstream().and_then(|upstream| upstream.transfer).map_or(0, |(read, _)| read));
        }
        // 200 000 bytes in five seconds, in pieces of 16 KiB.
        let [a, b, c, d] = read[..] else { panic!("four") };
        assert!(a > 16_000 && a < b && b < c && c < d && d < 202_000, "{era}: {read:?}");
        run.to(9_000);
        assert!(run.online(1) && run.same(1), "{era}");
    }
}

/// 6.0+: a replica that parses as bytes come stands in its read, and hears callers only after each 2 MiB.
#[test]
fn a_replica_that_parses_as_bytes_come_is_deaf_meanwhile() {
    for era in [Era::V6_2, Era::V7_0] {
        let load = ["rdb-key-save-delay 50000", "repl-diskless-load swapdb"];
        let mut run = Run::new(&streaming(era, 100, &load));
        run.to(2_500);
        let loading = |run: &Run| run.sim.node(1).loading().is_some();
        assert!(loading(&run) && !said(&run, 1, "Loading RDB produced by version").is_empty(), "{era}: the head is read");
        assert_eq!(run.command("replica-1", "PING"), None, "{era}");
        run.to(4_000);
        assert!(loading(&run), "{era}");
        // The link breaks: it hears of it, and of the caller.
        run.cut("replica-1");
        run.to(4_500);
        let texts: Vec<String> = run.rec.log(1).map(|line| line.text.to_string()).collect();
        assert!(texts.iter().any(|text| text.starts_with("Short read or OOM loading DB.")), "{era}: {texts:?}");
        assert!(texts.iter().any(|text| text.contains("Unexpected EOF reading RDB file. Failure loading rdb format from socket")), "{era}");
        assert!(!loading(&run), "{era}");
        assert_eq!(run.command("replica-1", "DBSIZE"), Some(Reply::Int(0)), "{era}");
    }
}

/// INFO keyspace of a replica that loads counts the keys that are in; where the old data stay readable beside the load (7.0), those.
#[test]
fn info_keyspace_counts_what_has_come_in_while_it_loads() {
    for era in [Era::V6_2, Era::V7_0] {
        let mut run = Run::new(&streaming(era, 40, &["rdb-key-save-delay 20000", "repl-diskless-load swapdb"]));
        run.to(8_000);
        assert!(run.online(1) && run.same(1), "{era}");
        let keys = |run: &Run| {
            let line = run.sim.node(1).info_text(run.sim.now(), None).named("db0").unwrap_or_default();
            line.strip_prefix("keys=").and_then(|text| text.split(',').next()?.parse::<u64>().ok()).unwrap_or(0)
        };
        for line in ["SLAVEOF NO ONE", "SET own:1 x", "SET own:2 x", "SLAVEOF master 6379"] {
            run.command("replica-1", line);
        }
        assert_eq!(keys(&run), 42, "{era}");
        let mut seen = Vec::new();
        for at in 0..200 {
            run.to(8_050 + at * 20);
            if let Some(beside) = run.sim.node(1).loading().map(crate::node::Loading::beside) {
                seen.push((beside, keys(&run)));
            }
        }
        assert!(seen.len() > 10, "{era}: it loads: {seen:?}");
        for (beside, keys) in &seen {
            assert!(if *beside { *keys == 42 } else { *keys <= 40 }, "{era}: {seen:?}");
        }
        assert!(seen[0].0 || seen.iter().any(|(_, keys)| (3..38).contains(keys)), "{era}: they grow: {seen:?}");
        assert_eq!(keys(&run), 40, "{era}");
    }
}
