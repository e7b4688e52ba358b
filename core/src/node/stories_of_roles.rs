//! Stories of whole pairs and chains: promotions, limits, waiting, refusals, every era.

use super::pair::Pair;
use super::stories::{plain, synced};
use crate::era::Era;
use crate::note::NoteKind;
use crate::time::Time;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

#[test]
fn promotion_of_7_0_keeps_everybody_partial() {
    let mut pair = Pair::new(Era::V7_0, &["repl-diskless-sync no", "repl-diskless-sync no", "repl-diskless-sync no"]);
    pair.run_ms(200);
    pair.cli(0, "SET a 1");
    pair.cli(1, "SLAVEOF 10.0.0.1 7001");
    pair.run_ms(1_200);
    pair.cli(2, "SLAVEOF 10.0.0.2 7002");
    pair.run_ms(2_500);
    pair.cli(0, "SET b 2");
    pair.run_ms(1_500);
    for n in 1..3 {
        assert_eq!(pair.info(n, "master_repl_offset"), pair.info(0, "master_repl_offset"));
        assert_eq!(pair.info(n, "master_replid"), pair.info(0, "master_replid"));
    }
    let at = pair.now;
    let old = pair.info(0, "master_replid");
    let second = pair.nodes[1].master_offset().0 + 1;
    assert_eq!(pair.cli(1, "SLAVEOF NO ONE"), "OK");
    assert_eq!(
        plain(pair.log(1, at))[..6],
        [
            "# Connection with master lost.",
            "Caching the disconnected master state.",
            "Discarding previously cached master state.",
            &format!("# Setting secondary replication ID to <id>, valid up to offset: {second}. New replication ID is <id>"),
            "# Connection with replica 10.0.0.3:7003 lost.",
            &plain(pair.log(1, at))[5],
        ]
    );
    assert!(pair.log(1, at)[5].starts_with("MASTER MODE enabled (user request from 'id="));
    assert_eq!((pair.info(1, "master_replid2"), pair.info(1, "second_repl_offset")), (old, second.to_string()));
    pair.cli(1, "SET onB 1");
    pair.run_ms(50);
    assert_eq!(pair.cli(0, "SLAVEOF 10.0.0.2 7002"), "OK");
    pair.run_ms(1_500);
    assert_eq!((pair.info(1, "sync_full"), pair.info(1, "sync_partial_ok")), ("1".to_string(), "2".to_string()));
    assert!(plain(pair.log(0, at)).contains(&"# Master replication ID changed to <id>".to_string()));
    assert!(plain(pair.log(2, at)).contains(&"# Master replication ID changed to <id>".to_string()));
    for n in [0, 2] {
        assert_eq!(pair.nodes[n].dataset().digest(), pair.nodes[1].dataset().digest());
        assert_eq!(pair.info(n, "master_repl_offset"), pair.info(1, "master_repl_offset"));
    }
}

#[test]
fn a_chain_of_3_0_counts_on_its_own_and_survives_promotion() {
    let mut pair = Pair::new(Era::V3_0, &["", "", ""]);
    pair.run_ms(200);
    pair.cli(0, "SET a 1");
    pair.cli(1, "SLAVEOF 10.0.0.1 7001");
    pair.run_ms(2_200);
    pair.cli(2, "SLAVEOF 10.0.0.2 7002");
    pair.run_ms(2_500);
    pair.cli(0, "SET b 2");
    pair.run_ms(1_500);
    assert_eq!(pair.nodes[2].dataset().digest(), pair.nodes[0].dataset().digest());
    let at = pair.now;
    assert_eq!(pair.cli(1, "SLAVEOF NO ONE"), "OK");
    pair.cli(1, "SET onB 1");
    pair.run_ms(1_500);
    assert_eq!(pair.log(2, at), [] as [&str; 0], "the sub-replica notices nothing");
    assert_eq!(pair.nodes[2].dataset().digest(), pair.nodes[1].dataset().digest());
    assert_eq!(pair.cli(0, "SLAVEOF 10.0.0.2 7002"), "OK");
    pair.run_ms(2_500);
    assert_eq!(pair.info(1, "sync_full"), "2");
    assert_eq!(pair.nodes[0].dataset().digest(), pair.nodes[1].dataset().digest());
}

#[test]
fn a_restarted_replica_of_7_0_goes_on_from_its_rdb_and_a_restarted_master_too() {
    let mut pair = Pair::new(Era::V7_0, &["repl-diskless-sync no", "repl-diskless-sync no; replicaof 10.0.0.1 7001"]);
    pair.run_ms(1_500);
    pair.cli(0, "SET a 1");
    pair.run_ms(1_200);
    assert_eq!(pair.info(0, "sync_full"), "1");
    pair.cli(1, "SHUTDOWN SAVE");
    pair.run_ms(50);
    pair.cli(0, "SET b 2");
    pair.boot(1);
    pair.run_ms(1_500);
    assert_eq!((pair.info(0, "sync_full"), pair.info(0, "sync_partial_ok")), ("1".to_string(), "1".to_string()));
    assert_eq!(pair.nodes[0].dataset().digest(), pair.nodes[1].dataset().digest());
    let offset = pair.nodes[0].master_offset();
    pair.cli(0, "SHUTDOWN SAVE");
    pair.run_ms(50);
    pair.boot(0);
    pair.run_ms(2_500);
    assert_eq!((pair.info(0, "sync_full"), pair.info(0, "sync_partial_ok")), ("0".to_string(), "1".to_string()));
    assert!(pair.nodes[0].master_offset() >= offset);
    pair.cli(0, "SET c 3");
    pair.run_ms(1_200);
    assert_eq!(pair.nodes[0].dataset().digest(), pair.nodes[1].dataset().digest());
}

#[test]
fn a_replica_over_its_output_limit_is_closed_as_the_era_closes() {
    for (era, limit) in [(Era::V3_0, "slave 100000 0 0"), (Era::V7_0, "replica 100000 0 0")] {
        let mut pair = synced(era);
        pair.cli(0, "CONFIG SET repl-backlog-size 16384");
        assert_eq!(pair.cli(0, &format!("CONFIG SET client-output-buffer-limit \"{limit}\"")), "OK");
        pair.drains = false;
        let at = pair.now;
        for n in 0..300 {
            pair.cli(0, &format!("SET key:{n} {}", "x".repeat(5_000)));
        }
        pair.run_ms(300);
        let line = pair.log(0, at).into_iter().find(|l| l.contains("scheduled to be closed ASAP for overcoming of output buffer limits."));
        assert!(line.is_some(), "{era}: {:?}", pair.log(0, at));
        assert!(pair.noted(0, NoteKind::SessionEnded, at));
    }
}

#[test]
fn a_lowered_output_limit_closes_a_replica_where_the_era_looks_by_itself() {
    for (era, limit, seconds) in [
        (Era::V3_0, "slave 100000 0 0", None),
        (Era::V3_0, "slave 0 100000 2", None),
        (Era::V5_0, "slave 100000 0 0", None),
        (Era::V6_2, "replica 100000 0 0", Some(0)),
        (Era::V6_2, "replica 0 100000 2", Some(2)),
        (Era::V7_0, "replica 100000 0 0", Some(0)),
        (Era::V7_0, "replica 0 100000 2", Some(2)),
    ] {
        let mut pair = synced(era);
        pair.cli(0, "CONFIG SET repl-backlog-size 16384");
        pair.drains = false;
        for n in 0..300 {
            pair.cli(0, &format!("SET key:{n} {}", "x".repeat(5_000)));
        }
        let at = pair.now;
        assert_eq!(pair.cli(0, &format!("CONFIG SET client-output-buffer-limit \"{limit}\"")), "OK");
        pair.run_ms(300 + seconds.unwrap_or(0) * 1_000 - if seconds == Some(2) { 400 } else { 0 });
        assert_eq!(pair.noted(0, NoteKind::SessionEnded, at), seconds == Some(0), "{era} {limit}");
        pair.run_ms(2_500);
        assert_eq!(pair.noted(0, NoteKind::SessionEnded, at), seconds.is_some(), "{era} {limit}");
        let told = pair.log(0, at).join("\n");
        assert_eq!(told.contains(" closed for overcoming of output buffer limits."), seconds.is_some(), "{era} {limit}: {told}");
        assert!(!told.contains("scheduled"), "{era} {limit}: {told}");
    }
}

#[test]
fn wait_counts_acknowledgements() {
    let mut pair = synced(Era::V7_0);
    pair.cli(0, "SET a 1");
    let head = pair.nodes[0].master_offset().0;
    assert_eq!(pair.cli(0, "WAIT 1 1000"), "(none yet)");
    pair.run_ms(1);
    assert_eq!(pair.reply(0), "(integer) 1");
    assert_eq!(pair.info(0, "master_repl_offset"), (head + 37).to_string());
    assert!(pair.info(0, "slave0").contains(&format!("offset={head},")), "{}", pair.info(0, "slave0"));
    assert_eq!(pair.cli(0, "WAIT 1 1000"), "(integer) 1");
    pair.frozen.push(1);
    pair.cli(0, "SET b 2");
    pair.cli(0, "WAIT 1 500");
    pair.run_ms(700);
    assert_eq!(pair.reply(0), "(integer) 0");
    assert!(pair.cli(1, "WAIT 1 1").starts_with("(none"));
    pair.thaw();
    pair.run_ms(5);
    assert!(pair.reply(1).starts_with("(error) ERR WAIT cannot be used with replica instances."));
}

#[test]
fn shutdown_of_7_0_waits_for_a_lagging_replica() {
    let mut pair = synced(Era::V7_0);
    pair.frozen.push(1);
    pair.cli(0, "SET a 1");
    let at = pair.now;
    pair.cli(0, "SHUTDOWN NOSAVE");
    pair.run_ms(3_000);
    assert!(pair.nodes[0].is_up());
    assert_eq!(pair.log(0, at), ["# User requested shutdown...", "Waiting for replicas before shutting down."]);
    pair.thaw();
    pair.run_ms(1_500);
    assert!(!pair.nodes[0].is_up());
    let log = pair.log(0, at);
    assert_eq!(log[2..], ["1 of 1 replicas are in sync when shutting down.", "# Redis is now ready to exit, bye bye..."]);
}

#[test]
fn save_points_save_by_themselves() {
    let mut pair = Pair::new(Era::V3_0, &["save 5 2"]);
    pair.run_ms(1_100);
    pair.cli(0, "SET a 1");
    pair.run_ms(8_000);
    assert!(pair.dumps[0].is_none(), "one change is not enough");
    let at = pair.now;
    pair.cli(0, "SET b 1");
    pair.run_ms(300);
    assert_eq!(plain(pair.log(0, at))[..2], ["2 changes in 5 seconds. Saving...", "Background saving started by pid <pid>"]);
    assert!(pair.dumps[0].is_some());
    assert_eq!(pair.info(0, "rdb_changes_since_last_save"), "0");
}

#[test]
fn refusals_come_in_the_order_of_redis() {
    let mut pair = Pair::new(Era::V3_0, &["requirepass pw; min-slaves-to-write 1"]);
    pair.run_ms(10);
    for (line, reply) in [
        ("NOSUCH", "(error) ERR unknown command 'NOSUCH'"),
        ("GET", "(error) ERR wrong number of arguments for 'get' command"),
        ("SET a 1", "(error) NOAUTH Authentication required."),
        ("PING", "(error) NOAUTH Authentication required."),
        ("AUTH no", "(error) ERR invalid password"),
        ("AUTH pw", "OK"),
        ("SET a 1", "(error) NOREPLICAS Not enough good slaves to write."),
        ("MULTI", "OK"),
        ("SET a 1", "(error) NOREPLICAS Not enough good slaves to write."),
        ("EXEC", "(error) EXECABORT Transaction discarded because of previous errors."),
        ("SLAVEOF 10.0.0.9 1", "OK"),
        ("SET a 1", "(error) READONLY You can't write against a read only slave."),
        ("CONFIG SET slave-serve-stale-data no", "OK"),
        ("SET a 1", "(error) READONLY You can't write against a read only slave."),
        ("GET a", "(error) MASTERDOWN Link with MASTER is down and slave-serve-stale-data is set to 'no'."),
        ("PING", "PONG"),
        ("SYNC", "(error) MASTERDOWN Link with MASTER is down and slave-serve-stale-data is set to 'no'."),
        ("CONFIG SET slave-serve-stale-data yes", "OK"),
        ("PSYNC ? -1", "(error) ERR Can't SYNC while not connected with my master"),
        ("SLAVEOF 10.0.0.9 1", "OK Already connected to specified master"),
        ("REPLCONF", "OK"),
        ("REPLCONF a", "(error) ERR syntax error"),
        ("REPLCONF foo 1", "(error) ERR Unrecognized REPLCONF option: foo"),
    ] {
        assert_eq!(pair.cli(0, line), reply, "{line}");
    }
}

#[test]
fn a_7_0_chain_master_that_lost_its_own_answers_nomasterlink() {
    let mut pair = Pair::new(Era::V7_0, &[""]);
    pair.run_ms(10);
    pair.refusing = true;
    assert_eq!(pair.cli(0, "REPLICAOF 10.0.0.9 1"), "OK");
    assert_eq!(pair.cli(0, "PSYNC ? -1"), "(error) NOMASTERLINK Can't SYNC while not connected with my master");
    assert_eq!(pair.cli(0, "CONFIG SET replica-serve-stale-data no"), "OK");
    assert_eq!(pair.cli(0, "PING"), "(error) MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.");
    assert_eq!(pair.cli(0, "SLAVEOF 10.0.0.9 99999"), "(error) ERR Invalid master port");
}

#[test]
fn no_bytes_from_any_peer_harm_a_node() {
    use crate::prng::{Purpose, below, rand};
    let words: [&[u8]; 16] = [
        b"PSYNC",
        b"SYNC",
        b"REPLCONF",
        b"ACK",
        b"*3\r\n",
        b"$4\r\n",
        b"\r\n",
        b"+FULLRESYNC ",
        b"+CONTINUE",
        b"$EOF:",
        b"-LOADING\r\n",
        b"\n",
        b" -1\r\n",
        b"9223372036854775807",
        b"\0\xff",
        b"MULTI\r\n",
    ];
    for seed in 0..300 {
        let era = if seed % 2 == 0 { Era::V3_0 } else { Era::V7_0 };
        let mut pair = Pair::new(era, &["", "slaveof 10.0.0.1 7001"]);
        let mut n = 0;
        let mut draw = |bound: u64| {
            n += 1;
            below(rand(seed, 1, Purpose::Swarm, n), bound)
        };
        for _ in 0..12 {
            pair.run_ms(draw(700));
            let mut bytes = Vec::new();
            for _ in 0..=draw(6) {
                bytes.extend_from_slice(words[draw(16) as usize]);
            }
            pair.inject(draw(2) as usize, bytes);
        }
        pair.run_ms(3_000);
    }
}

#[test]
fn swapdb_keeps_the_old_data_readable_while_the_new_are_loaded_beside() {
    let mut pair = Pair::new(
        Era::V7_0,
        &[
            "repl-diskless-sync-delay 0; repl-backlog-size 16384; rdbcompression no",
            "repl-diskless-load swapdb; loading-process-events-interval-bytes 1024",
        ],
    );
    pair.run_ms(1_100);
    pair.cli(0, "SET str hello");
    assert_eq!(pair.cli(1, "REPLICAOF 10.0.0.1 7001"), "OK");
    pair.run_ms(1_500);
    let log = pair.log(1, Time::ZERO);
    let from = log.iter().position(|l| l.starts_with("MASTER <-> REPLICA sync: receiving")).expect("received");
    let texts: Vec<&str> = log[from..].iter().map(String::as_str).filter(|l| !l.starts_with("RDB ")).collect();
    assert_eq!(
        texts,
        [
            "MASTER <-> REPLICA sync: receiving streamed RDB from master with EOF to parser",
            "MASTER <-> REPLICA sync: Loading DB in memory",
            "Loading RDB produced by version 7.0.15",
            "Done loading RDB, keys loaded: 1, keys expired: 0.",
            "Discarding previously cached master state.",
            "MASTER <-> REPLICA sync: Swapping active DB with loaded DB",
            "MASTER <-> REPLICA sync: Discarding old DB in background",
            "MASTER <-> REPLICA sync: Finished with success",
        ]
    );
    assert_eq!(pair.info(1, "master_link_status"), "up");
    // Cut off beyond the backlog, it loads the same stream's data again: beside the old ones.
    pair.refusing = true;
    pair.cut();
    pair.run_ms(5);
    for n in 0..40 {
        pair.cli(0, &format!("SET key:{n} {}", "x".repeat(1_000)));
    }
    pair.holding = Some(b"$EOF:");
    pair.refusing = false;
    pair.run_ms(2_500);
    let all: Vec<u8> = pair.release_half();
    assert!(!all.is_empty());
    pair.run_ms(5);
    assert_eq!((pair.info(1, "async_loading"), pair.info(1, "loading")), ("1".to_string(), "0".to_string()));
    let conn = pair.link_of(1);
    let mut rest = all.chunks(1_100).map(<[u8]>::to_vec);
    let loading = "(error) LOADING Redis is loading the dataset in memory";
    for (asked, reply) in [
        ("GET str", "\"hello\""),
        ("PING", "PONG"),
        ("PSYNC ? -1", loading),
        ("SAVE", loading),
        ("BGSAVE", loading),
        ("BGREWRITEAOF", loading),
        ("REPLICAOF NO ONE", loading),
        ("CONFIG SET appendonly yes", loading),
        ("CONFIG SET maxmemory 1gb dir /tmp", loading),
        ("CONFIG SET repl-diskless-load disabled", loading),
        ("CONFIG GET maxmemory", "1) \"maxmemory\"\n2) \"0\""),
        ("CONFIG SET hz 20", "OK"),
    ] {
        assert_eq!(pair.cli(1, asked), "(none yet)", "{asked}: it stands in a read from its master");
        pair.run_ms(50);
        assert_eq!(pair.reply(1), "(none yet)", "{asked}: and stays there");
        pair.deliver(1, conn, rest.next().expect("enough for every question"));
        pair.run_ms(1);
        assert_eq!(pair.reply(1), reply, "{asked}");
    }
    pair.deliver(1, conn, rest.flatten().collect());
    pair.run_ms(1_500);
    assert_eq!(pair.info(1, "master_link_status"), "up");
    assert_eq!(pair.nodes[0].dataset().digest(), pair.nodes[1].dataset().digest());
}

#[test]
fn every_era_synchronises_and_comes_back() {
    for era in Era::ALL {
        let mut pair = synced(era);
        pair.cli(0, "SET a 1");
        pair.run_ms(1_200);
        assert_eq!(pair.nodes[0].dataset().digest(), pair.nodes[1].dataset().digest(), "{era}");
        let at = pair.now;
        pair.cut();
        pair.run_ms(10);
        pair.cli(0, "SET b 2");
        pair.run_ms(2_500);
        assert_eq!(pair.info(1, "master_link_status"), "up", "{era}");
        assert_eq!(pair.nodes[0].dataset().digest(), pair.nodes[1].dataset().digest(), "{era}");
        assert_eq!(pair.noted(1, NoteKind::PartialAccepted, at), era.capabilities().psync, "{era}");
    }
}

#[test]
fn releases_mix_as_real_ones_do() {
    for (master, replica, works) in [
        (Era::V2_8, Era::V3_0, true),
        (Era::V3_0, Era::V4_0, true),
        (Era::V3_0, Era::V7_0, true),
        (Era::V6_2, Era::V7_0, true),
        (Era::V4_0, Era::V3_0, false),
        (Era::V7_0, Era::V3_0, false),
    ] {
        let mut pair = Pair::mixed(&[(master, "repl-diskless-sync no"), (replica, "slaveof 10.0.0.1 7001")]);
        pair.run_ms(1_000);
        pair.cli(0, "SET a 1");
        pair.run_ms(4_000);
        let log = pair.log(1, Time::ZERO);
        assert_eq!(pair.info(1, "master_link_status") == "up", works, "{master} to {replica}: {log:?}");
        if works {
            assert_eq!(pair.nodes[0].dataset().digest(), pair.nodes[1].dataset().digest());
            let at = pair.now;
            pair.cut();
            pair.run_ms(2_500);
            assert!(pair.noted(1, NoteKind::PartialAccepted, at), "{master} to {replica}");
        } else {
            assert!(log.iter().any(|l| l.starts_with("# Can't handle RDB format version ")), "{log:?}");
            assert!(log.contains(&"# Failed trying to load the MASTER synchronization DB from disk".to_string()), "{log:?}");
        }
    }
}
