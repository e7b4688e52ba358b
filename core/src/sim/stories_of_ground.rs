//! Machines on which fork(2) fails or no file can be made: values of real servers (docs/redis.md §2.5, §6).

use super::tests::{Run, world};
use super::world::{Act, Fault, Preload, World};
use crate::era::Era;
use crate::resp::Reply;
use alloc::format;
use alloc::vec::Vec;
use bytes::Bytes;
use std::string::{String, ToString};

fn fault(run: &mut Run, node: &str, fault: Fault) {
    run.act(Act::Fault { node: node.into(), fault });
}
/// When lines with this text were logged, in milliseconds, and by whom.
fn when(run: &Run, n: u32, text: &str) -> Vec<u64> {
    run.rec.log(n).filter(|line| line.text.contains(text)).map(|line| line.at.as_millis()).collect()
}
/// A master and a replica of this era, by way of the disk.
fn pair(era: Era) -> World {
    let mut world = world(era, if era.has(Era::V2_8) { &["repl-diskless-sync no"] } else { &[] });
    world.nodes.truncate(2);
    for node in &mut world.nodes {
        node.config.push([&b"save"[..], b""].map(Bytes::from_static).to_vec());
    }
    world
}

#[test]
fn a_replica_whose_folder_is_gone_tries_for_five_seconds_and_again() {
    for era in Era::ALL {
        let mut run = Run::new(&pair(era));
        fault(&mut run, "replica-1", Fault::FolderGone);
        run.to(19_000);
        let word = if era.has(Era::V5_0) { "REPLICA" } else { "SLAVE" };
        let master = if era.capabilities().valkey { "PRIMARY" } else { "MASTER" };
        let failed =
            when(&run, 1, &format!("Opening the temp file needed for {master} <-> {word} synchronization: No such file or directory"));
        let begun = when(&run, 1, "sync started");
        assert!(failed.len() == 3, "{era}: {failed:?}");
        for (begin, end) in begun.iter().zip(&failed) {
            assert!((5_000..5_200).contains(&(end - begin)), "{era}: {begun:?} {failed:?}");
        }
        assert!(begun.windows(2).all(|two| (5_500..=6_200).contains(&(two[1] - two[0]))), "{era}: at the next tick: {begun:?}");
        // It stands still meanwhile.
        let asleep = begun.last().expect("an attempt") + 1_000;
        run.to(asleep.max(19_000));
        assert!(!run.online(1), "{era}");
        fault(&mut run, "replica-1", Fault::None);
        run.to(32_000);
        assert!(run.online(1) && run.same(1), "{era}: it is mended");
    }
}

#[test]
fn a_folder_that_takes_no_file_fails_saves_and_says_which() {
    for era in Era::ALL {
        let mut run = Run::new(&pair(era));
        run.to(6_000);
        fault(&mut run, "master", Fault::FolderReadOnly);
        assert_eq!(run.command("master", "SAVE"), None);
        run.to(6_500);
        run.command("master", "BGSAVE");
        run.to(8_000);
        let texts: Vec<String> = run.rec.log(0).filter(|line| line.at.as_millis() >= 6_000).map(|line| line.text.to_string()).collect();
        let why = "for saving: Read-only file system";
        let said = texts.iter().filter(|text| text.ends_with(why)).collect::<Vec<_>>();
        assert_eq!(said.len(), 2, "{era}: {texts:?}");
        let begins = match era {
            _ if era.has(Era::V7_0) => "Failed opening the temp RDB file temp-",
            _ if era.has(Era::V3_2) => "Failed opening the RDB file dump.rdb (in server root dir /var/lib/redis)",
            _ => "Failed opening .rdb for saving",
        };
        assert!(said.iter().all(|text| text.starts_with(begins)), "{era}: {said:?}");
        assert!(texts.iter().any(|text| text == "Background saving error"), "{era}");
    }
}

#[test]
fn a_fork_that_fails_is_told_to_callers_and_from_5_0_on_to_replicas() {
    for era in Era::ALL {
        let mut world = pair(era);
        world.nodes[1].config.push(["repl-timeout", "5"].map(Into::into).to_vec());
        let mut run = Run::new(&world);
        fault(&mut run, "master", Fault::ForkFails);
        run.to(4_000);
        let not = "Can't save in background: fork: Cannot allocate memory";
        let failed = when(&run, 0, not).len();
        let caps = era.capabilities();
        let told = if caps.psync { "BGSAVE for replication failed" } else { "Replication failed, can't BGSAVE" };
        assert_eq!(when(&run, 0, told).len(), failed, "{era}");
        let reply = if caps.tells_failed_fork {
            "does not support PSYNC or is in error state (reply: -ERR BGSAVE failed, replication can't continue)"
        } else {
            "MASTER aborted replication with an error: ERR Unable to perform background save"
        };
        let heard = when(&run, 1, reply).len();
        match era {
            _ if era.has(Era::V6_2) => assert!(failed > 100 && heard >= failed / 2 - 1, "{era}: {failed} {heard}"),
            Era::V5_0 | Era::V2_6 => assert!((2..12).contains(&failed) && heard >= 2, "{era}: {failed} {heard}"),
            // Nobody tells it.
            _ => assert_eq!((failed, heard), (1, 0), "{era}"),
        }
        assert!(run.sim.node(0).sessions().next().is_none() || caps.tells_failed_fork, "{era}");
        assert_eq!(run.command("master", "BGSAVE"), Some(Reply::Error("ERR".into())), "{era}");
        let reply = if era.has(Era::V6_2) {
            "ERR Can't execute an AOF background rewriting. Please check the server logs for more information."
        } else {
            "ERR"
        };
        assert_eq!(run.command("master", "BGREWRITEAOF"), Some(Reply::Error(reply.to_string())), "{era}");
        run.to(12_000);
        if !caps.tells_failed_fork && caps.psync {
            assert!(!when(&run, 1, "Timeout connecting to the MASTER...").is_empty(), "{era}");
        }
        fault(&mut run, "master", Fault::None);
        run.to(25_000);
        assert!(run.online(1) && run.same(1), "{era}");
    }
}

#[test]
fn a_diskless_fork_that_fails_is_told_behind_fullresync() {
    for era in [Era::V6_2, Era::V7_0] {
        let mut world = pair(era);
        for line in [["repl-diskless-sync", "yes"], ["repl-diskless-sync-delay", "0"]] {
            world.nodes[0].config.push(line.map(Into::into).to_vec());
        }
        let mut run = Run::new(&world);
        fault(&mut run, "master", Fault::ForkFails);
        run.to(3_000);
        let heard = when(&run, 1, "MASTER aborted replication with an error: ERR BGSAVE failed, replication can't continue").len();
        let log: Vec<String> = run.rec.log(0).chain(run.rec.log(1)).map(|line| line.text.to_string()).collect();
        assert!(heard > 10, "{era}: {heard} {log:#?}");
        fault(&mut run, "master", Fault::None);
        run.to(8_000);
        assert!(run.online(1) && run.same(1), "{era}");
    }
}

#[test]
fn a_lazy_flush_does_not_stand_still() {
    for era in Era::ALL.into_iter().filter(|era| era.has(Era::V4_0)) {
        for (lazy, least, most) in [("no", 4_900, 5_500), ("yes", 0, 300)] {
            let mut world = pair(era);
            world.costs.flush_keys = 100;
            world.nodes[1].follows = None;
            world.nodes[1].preload = Some(Preload { keys: 500, value_bytes: 10 });
            let name = if era.has(Era::V5_0) { "replica-lazy-flush" } else { "slave-lazy-flush" };
            world.nodes[1].config.push([name, lazy].map(Into::into).to_vec());
            let mut run = Run::new(&world);
            run.to(1_000);
            run.command("replica-1", "SLAVEOF 10.0.0.1 6379");
            run.to(15_000);
            let [begun] = when(&run, 1, "sync: Flushing old data")[..] else { panic!("{era}") };
            let [ended] = when(&run, 1, "sync: Finished with success")[..] else { panic!("{era}") };
            assert!((least..most).contains(&(ended - begun)), "{era} {lazy}: {begun} {ended}");
            assert!(run.same(1), "{era}");
        }
    }
}

#[test]
fn a_command_over_many_elements_takes_what_the_scenario_says_and_a_slow_load_answers_meanwhile() {
    for era in [Era::V3_0, Era::V7_0] {
        for (element_ns, stands) in [(100, false), (1_000_000, true)] {
            let mut world = pair(era);
            world.clients.clear();
            world.costs.element_ns = element_ns;
            world.nodes[0].preload = Some(Preload { keys: 5_000, value_bytes: 10 });
            let mut run = Run::new(&world);
            run.to(4_000);
            run.command("master", "KEYS *");
            run.to(4_500);
            assert_eq!(run.sim.machine(0).busy_until > run.sim.now(), stands, "{era} {element_ns}");
            run.to(9_500);
            assert!(run.sim.machine(0).busy_until <= run.sim.now(), "{era} {element_ns}: five seconds");
        }
        // 100 KB at 20 KB a second are less than 2 MiB, and yet no five seconds of silence.
        let mut world = pair(era);
        world.clients.clear();
        world.costs.rdb_load = 20_000;
        world.nodes[0].preload = Some(Preload { keys: 1_000, value_bytes: 90 });
        let mut run = Run::new(&world);
        let mut loading = 0;
        for tick in 1..150 {
            run.to(tick * 100);
            loading += u32::from(run.sim.node(1).loading().is_some());
            let left = run.sim.machine(1).busy_until.since(run.sim.now());
            assert!(left.as_millis() <= 110, "{era}: busy for {left:?} more");
        }
        assert!(loading > 30 && run.same(1), "{era}: {loading}");
    }
}
