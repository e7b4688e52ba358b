//! Stories of a master and its replicas, told with real nodes. Bytes and lines are those of recordings of real servers.

use super::api::Costs;
use super::pair::Pair;
use crate::era::Era;
use crate::note::NoteKind;
use crate::time::Time;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Replaces ids and pids, which differ from run to run.
pub(super) fn plain(lines: Vec<String>) -> Vec<String> {
    lines
        .into_iter()
        .map(|line| {
            line.split(' ')
                .map(|word| {
                    let core = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
                    let id = core.len() >= 40 && core[..40].bytes().all(|b| b.is_ascii_hexdigit());
                    if id { word.replace(&core[..40], "<id>") } else { word.to_string() }
                })
                .collect::<Vec<_>>()
                .join(" ")
        })
        .map(|line| match line.find("by pid ") {
            Some(at) => line[..at + 7].to_string() + "<pid>",
            None => line,
        })
        .collect()
}

pub(super) fn synced(era: Era) -> Pair {
    let config = if era.capabilities().diskless_sync { "repl-diskless-sync no" } else { "" };
    let mut pair = Pair::new(era, &[config, config]);
    pair.run_ms(1_100);
    for line in ["SET str hello", "SET n 12345", "SELECT 3", "SET db3key x", "SELECT 0"] {
        assert_eq!(pair.cli(0, line), "OK");
    }
    assert_eq!(pair.cli(1, "SLAVEOF 10.0.0.1 7001"), "OK");
    pair.run_ms(2_300);
    assert_eq!(pair.info(1, "master_link_status"), "up");
    pair
}

#[test]
fn a_full_synchronisation_of_3_0() {
    let mut pair = synced(Era::V3_0);
    assert_eq!(
        plain(pair.log(1, Time::ZERO)),
        [
            "# Server started, Redis version 3.0.7",
            "The server is now ready to accept connections on port 7002",
            "SLAVE OF 10.0.0.1:7001 enabled (user request from 'id=2 addr=127.0.0.1:50000 fd=7 name= age=1 idle=0 flags=N db=0 sub=0 psub=0 multi=-1 qbuf=0 qbuf-free=32768 obl=0 oll=0 omem=0 events=r cmd=slaveof')",
            "Connecting to MASTER 10.0.0.1:7001",
            "MASTER <-> SLAVE sync started",
            "Non blocking connect for SYNC fired the event.",
            "Master replied to PING, replication can continue...",
            "Partial resynchronization not possible (no cached master)",
            "Full resync from master: <id>:1",
            "MASTER <-> SLAVE sync: receiving 49 bytes from master",
            "MASTER <-> SLAVE sync: Flushing old data",
            "MASTER <-> SLAVE sync: Loading DB in memory",
            "MASTER <-> SLAVE sync: Finished with success",
        ]
    );
    assert_eq!(
        plain(pair.log(0, Time::ZERO))[2..],
        [
            "Slave 10.0.0.2:7002 asks for synchronization",
            "Full resync requested by slave 10.0.0.2:7002",
            "Starting BGSAVE for SYNC with target: disk",
            "Background saving started by pid <pid>",
            "DB saved on disk",
            "RDB: 0 MB of memory used by copy-on-write",
            "Background saving terminated with success",
            "Synchronization with slave 10.0.0.2:7002 succeeded",
        ]
    );
    assert_eq!(
        pair.sent(1, 0, Time::ZERO)[..5],
        [
            r"PING\r\n",
            r"REPLCONF listening-port 7002\r\n",
            r"REPLCONF capa eof\r\n",
            r"PSYNC ? -1\r\n",
            r"*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$1\r\n1\r\n"
        ]
    );
    assert_eq!(plain(pair.sent(0, 1, Time::ZERO)).len(), 6);
    let since = pair.now;
    for line in ["SET after 1", "INCR cnt", "SELECT 5", "SET k5 v", "SELECT 0"] {
        pair.cli(0, line);
    }
    pair.run_ms(1);
    assert_eq!(
        pair.sent(0, 1, since).concat(),
        r"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$5\r\nafter\r\n$1\r\n1\r\n*2\r\n$4\r\nINCR\r\n$3\r\ncnt\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n5\r\n*3\r\n$3\r\nSET\r\n$2\r\nk5\r\n$1\r\nv\r\n"
    );
    pair.run_ms(8_000);
    assert_eq!(pair.info(0, "master_repl_offset"), pair.info(1, "slave_repl_offset"));
    assert_eq!(pair.nodes[0].dataset().digest(), pair.nodes[1].dataset().digest());
    let acks: Vec<Time> =
        pair.wire.iter().filter(|w| w.1 == 1 && w.3.starts_with(b"*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK")).map(|w| w.0).collect();
    for two in acks.windows(2) {
        let ms = two[1].since(two[0]).as_millis();
        assert!((1_001..=1_006).contains(&ms), "ACKs {ms} ms apart");
    }
}

#[test]
fn a_cut_link_goes_on_where_it_stopped_in_3_0() {
    let mut pair = synced(Era::V3_0);
    pair.cli(0, "SET k1 before");
    pair.run_ms(1_100);
    pair.refusing = true;
    pair.cut();
    let cut = pair.now;
    pair.run_ms(1);
    for line in ["SET k2 while-cut", "SELECT 7", "SET k7 db7", "SELECT 0"] {
        assert_eq!(pair.cli(0, line), "OK");
    }
    pair.run_ms(3_000);
    pair.refusing = false;
    pair.run_ms(2_200);
    let log = pair.log(1, cut);
    assert_eq!(
        log[..5],
        [
            "# Connection with master lost.",
            "Caching the disconnected master state.",
            "Connecting to MASTER 10.0.0.1:7001",
            "MASTER <-> SLAVE sync started",
            "# Error condition on socket for SYNC: Connection refused",
        ]
    );
    assert_eq!(
        log[log.len() - 3..].iter().map(String::as_str).map(|l| l.split(" (").next().unwrap_or(l)).collect::<Vec<_>>(),
        [
            "Trying a partial resynchronization",
            "Successful partial resynchronization with master.",
            "MASTER <-> SLAVE sync: Master accepted a Partial Resynchronization."
        ]
    );
    let master = pair.log(0, cut);
    assert_eq!(master[0], "# Connection with slave 10.0.0.2:7002 lost.");
    assert!(
        master[2].starts_with(
            "Partial resynchronization request from 10.0.0.2:7002 accepted. Sending 89 bytes of backlog starting from offset "
        ),
        "{master:?}"
    );
    assert_eq!(
        (pair.info(0, "sync_full"), pair.info(0, "sync_partial_ok"), pair.info(0, "sync_partial_err")),
        ("1".into(), "1".into(), "0".into())
    );
    assert_eq!(pair.nodes[0].dataset().digest(), pair.nodes[1].dataset().digest());
    assert!(pair.noted(1, NoteKind::PartialAccepted, cut));
}

#[test]
fn a_full_synchronisation_and_a_cut_of_7_0() {
    let mut pair = synced(Era::V7_0);
    assert_eq!(
        plain(pair.log(1, Time::ZERO))[5..],
        [
            "Ready to accept connections",
            "Before turning into a replica, using my own master parameters to synthesize a cached master: I may be able to synchronize with the new master with just a partial transfer.",
            "Connecting to MASTER 10.0.0.1:7001",
            "MASTER <-> REPLICA sync started",
            &pair.log(1, Time::ZERO)[9],
            "Non blocking connect for SYNC fired the event.",
            "Master replied to PING, replication can continue...",
            "Trying a partial resynchronization (request <id>:1).",
            "Full resync from master: <id>:0",
            &pair.log(1, Time::ZERO)[14],
            "Discarding previously cached master state.",
            "MASTER <-> REPLICA sync: Flushing old data",
            "MASTER <-> REPLICA sync: Loading DB in memory",
            "Loading RDB produced by version 7.0.15",
            "RDB age 0 seconds",
            &pair.log(1, Time::ZERO)[20],
            "Done loading RDB, keys loaded: 3, keys expired: 0.",
            "MASTER <-> REPLICA sync: Finished with success",
        ]
    );
    assert!(pair.log(1, Time::ZERO)[9].starts_with("REPLICAOF 10.0.0.1:7001 enabled (user request from 'id="));
    assert_eq!(
        plain(pair.log(0, Time::ZERO))[6..],
        [
            "Replica 10.0.0.2:7002 asks for synchronization",
            "Partial resynchronization not accepted: Replication ID mismatch (Replica asked for '<id>', my replication IDs are '<id>' and '<id>')",
            "Replication backlog created, my new replication IDs are '<id>' and '<id>'",
            "Starting BGSAVE for SYNC with target: disk",
            "Background saving started by pid <pid>",
            "DB saved on disk",
            "Fork CoW for RDB: current 0 MB, peak 0 MB, average 0 MB",
            "Background saving terminated with success",
            "Synchronization with replica 10.0.0.2:7002 succeeded",
        ]
    );
    assert_eq!(pair.info(0, "master_replid"), pair.info(1, "master_replid"));
    let before = pair.now;
    pair.cli(0, "SET k1 before");
    pair.run_ms(1_100);
    pair.cut();
    pair.run_ms(5);
    assert_eq!(pair.info(1, "master_link_status"), "up");
    assert_eq!(
        plain(pair.log(1, before)),
        [
            "# Connection with master lost.",
            "Caching the disconnected master state.",
            "Reconnecting to MASTER 10.0.0.1:7001",
            "MASTER <-> REPLICA sync started",
            "Non blocking connect for SYNC fired the event.",
            "Master replied to PING, replication can continue...",
            &plain(pair.log(1, before))[6],
            "Successful partial resynchronization with master.",
            "MASTER <-> REPLICA sync: Master accepted a Partial Resynchronization.",
        ]
    );
    pair.run_ms(3_000);
    assert_eq!(pair.info(0, "master_repl_offset"), pair.info(1, "master_repl_offset"));
    assert_eq!(pair.info(0, "sync_partial_err"), "1");
}

/// The story of 3.0: a master with a password loads; the replica reaches PSYNC, is told -LOADING, takes that for "PSYNC unknown", and its SYNC is
/// accepted because the load has ended meanwhile.
fn fallen_back(era: Era) -> Pair {
    let costs = Costs { scale: 26, ..Costs::default() };
    let mut pair = Pair::costing(&[(era, "requirepass pw; repl-diskless-sync no; rdbcompression no"), (era, "masterauth pw")], costs);
    pair.run_ms(200);
    assert_eq!(pair.cli(0, "AUTH pw"), "OK");
    for n in 0..4_000 {
        pair.cli(0, &format!("SET key:{n} {}", "x".repeat(600)));
    }
    pair.run_ms(100);
    pair.cli(0, "SAVE");
    pair.run_ms(2_000);
    assert!(pair.dumps[0].is_some());
    pair.boot(0);
    assert_eq!(pair.cli(1, "SLAVEOF 10.0.0.1 7001"), "OK");
    // The network holds the reply until the load has ended.
    pair.holding = Some(b"-LOADING");
    let told = |pair: &Pair| pair.wire.iter().any(|w| w.1 == 0 && w.3.starts_with(b"-LOADING"));
    for _ in 0..3_000 {
        pair.run_ms(1);
        if told(&pair) {
            break;
        }
    }
    assert!(told(&pair), "{:?}", pair.log(1, Time::ZERO));
    while pair.nodes[0].loading().is_some() {
        pair.run_ms(10);
    }
    pair.thaw();
    assert_eq!(pair.cli(0, "AUTH pw"), "OK");
    pair.run_ms(5_000);
    pair
}

#[test]
fn loading_answered_to_psync_leaves_a_3_0_replica_without_acks() {
    let mut pair = fallen_back(Era::V3_0);
    let log = plain(pair.log(1, Time::ZERO));
    assert!(
        log.contains(&"# Unexpected reply to PSYNC from master: -LOADING Redis is loading the dataset in memory".to_string()),
        "{log:?}"
    );
    assert!(log.contains(&"Retrying with SYNC...".to_string()));
    assert_eq!(pair.info(1, "master_link_status"), "up");
    assert_eq!(pair.nodes[0].dataset().digest(), pair.nodes[1].dataset().digest());
    for n in 0..20 {
        pair.cli(0, &format!("SET w {n}"));
        pair.run_ms(500);
    }
    let row = pair.info(0, "slave0");
    assert!(row.contains("state=online,offset=0,lag=1"), "lag grows: {row}");
    assert_eq!(pair.nodes[0].dataset().digest(), pair.nodes[1].dataset().digest());
    let (master, replica) = (pair.nodes[0].master_offset().0, pair.nodes[1].upstream().expect("follows").applied.0);
    assert_eq!(master - replica, 2);
    assert_eq!(pair.cli(0, "CONFIG SET min-slaves-to-write 1"), "OK");
    assert_eq!(pair.cli(0, "SET refused x"), "(error) NOREPLICAS Not enough good slaves to write.");
    assert_eq!(pair.cli(0, "CONFIG SET min-slaves-to-write 0"), "OK");
    assert_eq!(pair.cli(0, "SET wait x"), "OK");
    // WAIT hides it for a second: the replica does answer GETACK.
    let head = pair.nodes[0].master_offset().0;
    assert_eq!(pair.cli(0, "WAIT 1 500"), "(none yet)");
    pair.run_ms(1);
    assert_eq!(pair.info(0, "master_repl_offset"), (head + 37).to_string());
    assert!(pair.info(0, "slave0").contains(&format!("offset={},lag=0", head + 37 - 2)), "{}", pair.info(0, "slave0"));
    // After a cut it has no id to ask with.
    let cut = pair.now;
    pair.cut();
    pair.run_ms(6_000);
    assert!(pair.sent(1, 0, cut).iter().any(|s| s.starts_with(r"PSYNC  ")), "{:?}", pair.sent(1, 0, cut));
    assert!(
        pair.log(1, cut).contains(
            &"Master does not support PSYNC or is in error state (reply: -ERR wrong number of arguments for 'psync' command)".to_string()
        ),
        "{:?}",
        pair.log(1, cut)
    );
    assert_eq!((pair.info(0, "sync_full"), pair.info(0, "sync_partial_err")), ("2".to_string(), "0".to_string()));
    // Only a new PSYNC heals it.
    assert_eq!(pair.cli(1, "SLAVEOF NO ONE"), "OK");
    pair.run_ms(500);
    assert_eq!(pair.cli(1, "SLAVEOF 10.0.0.1 7001"), "OK");
    pair.run_ms(6_000);
    assert_eq!(pair.info(0, "sync_full"), "3");
    let ack = pair.nodes[0].sessions().next().expect("a replica").ack_offset.0;
    assert!(ack > 0 && !pair.nodes[1].upstream().expect("follows").pre_psync);
}

#[test]
fn loading_answered_to_psync_means_later_in_7_0() {
    let pair = fallen_back(Era::V7_0);
    let log = plain(pair.log(1, Time::ZERO));
    assert!(
        log.contains(
            &"Master is currently unable to PSYNC but should be in the future: -LOADING Redis is loading the dataset in memory".to_string()
        ),
        "{log:?}"
    );
    assert!(!pair.noted(1, NoteKind::SyncFallback, Time::ZERO));
    assert_eq!(pair.info(1, "master_link_status"), "up");
}

#[test]
fn a_frozen_replica_of_3_0_is_dropped_after_its_time_and_comes_back_partially() {
    let mut pair = synced(Era::V3_0);
    pair.cli(0, "CONFIG SET repl-timeout 5");
    pair.cli(0, "CONFIG SET min-slaves-to-write 1");
    pair.cli(0, "CONFIG SET min-slaves-max-lag 3");
    assert_eq!(pair.cli(0, "SET good 1"), "OK");
    pair.frozen.push(1);
    let frozen = pair.now;
    let (mut refused, mut dropped) = (None, None);
    for _ in 0..160 {
        pair.run_ms(50);
        if pair.cli(0, "SET k v").starts_with("(error) NOREPLICAS") && refused.is_none() {
            refused = Some(pair.now.since(frozen).as_millis());
        }
        if pair.info(0, "connected_slaves") == "0" && dropped.is_none() {
            dropped = Some(pair.now.since(frozen).as_millis());
        }
    }
    assert!((2_000..=5_100).contains(&refused.expect("refused")), "{refused:?}");
    assert!((4_000..=7_100).contains(&dropped.expect("dropped")), "{dropped:?}");
    assert_eq!(pair.log(0, frozen)[0], "# Disconnecting timedout slave: 10.0.0.2:7002");
    pair.thaw();
    pair.run_ms(2_500);
    assert_eq!((pair.info(0, "sync_full"), pair.info(0, "sync_partial_ok")), ("1".to_string(), "1".to_string()));
}

#[test]
fn a_silent_master_is_given_up_after_its_time() {
    let mut pair = synced(Era::V3_0);
    pair.cli(1, "CONFIG SET repl-timeout 5");
    pair.frozen.push(0);
    let frozen = pair.now;
    pair.run_ms(20_000);
    let log = pair.log(1, frozen);
    assert_eq!(log[0], "# MASTER timeout: no data nor PING received...", "{log:?}");
    assert_eq!(log[1..3], ["# Connection with master lost.", "Caching the disconnected master state."]);
    let at = pair.notes.iter().find(|n| n.2.kind() == NoteKind::UpstreamTimeout).map(|n| n.0.since(frozen).as_millis()).expect("noted");
    assert!((2_900..=7_000).contains(&at), "after {at} ms");
}

#[test]
fn a_transaction_travels_as_the_era_says() {
    for (era, expected) in [
        (Era::V3_0, r"*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n*1\r\n$4\r\nEXEC\r\n"),
        (Era::V7_0, r"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n"),
    ] {
        let mut pair = synced(era);
        pair.cli(0, "SET warm up");
        pair.run_ms(5);
        let since = pair.now;
        assert_eq!(pair.cli(0, "MULTI"), "OK");
        assert_eq!(pair.cli(0, "SET a 1"), "QUEUED");
        assert_eq!(pair.cli(0, "GET a"), "QUEUED");
        assert_eq!(pair.cli(0, "EXEC"), "1) OK\n2) \"1\"");
        pair.run_ms(5);
        assert_eq!(pair.sent(0, 1, since).concat(), expected, "{era}");
        pair.run_ms(1_200);
        assert_eq!(pair.nodes[0].dataset().digest(), pair.nodes[1].dataset().digest());
    }
}

#[test]
fn a_diskless_synchronisation_waits_its_delay() {
    for (era, from_ms, to_ms, log) in [
        (
            Era::V3_0,
            2_000,
            3_300,
            Vec::from([
                "Slave 10.0.0.2:7002 asks for synchronization",
                "Full resync requested by slave 10.0.0.2:7002",
                "Delay next BGSAVE for SYNC",
                "Starting BGSAVE for SYNC with target: slaves sockets",
                "Background RDB transfer started by pid <pid>",
                "RDB: 0 MB of memory used by copy-on-write",
                "Background RDB transfer terminated with success",
                "# Slave 10.0.0.2:7002 correctly received the streamed RDB file.",
                "Streamed RDB transfer with slave 10.0.0.2:7002 succeeded (socket). Waiting for REPLCONF ACK from slave to enable streaming",
                "Synchronization with slave 10.0.0.2:7002 succeeded",
            ]),
        ),
        (
            Era::V7_0,
            900,
            2_100,
            Vec::from([
                "Replica 10.0.0.2:7002 asks for synchronization",
                "Partial resynchronization not accepted: Replication ID mismatch (Replica asked for '<id>', my replication IDs are '<id>' and '<id>')",
                "Replication backlog created, my new replication IDs are '<id>' and '<id>'",
                "Delay next BGSAVE for diskless SYNC",
                "Starting BGSAVE for SYNC with target: replicas sockets",
                "Background RDB transfer started by pid <pid>",
                "Fork CoW for RDB: current 0 MB, peak 0 MB, average 0 MB",
                "# Diskless rdb transfer, done reading from pipe, 1 replicas still up.",
                "Background RDB transfer terminated with success",
                "Streamed RDB transfer with replica 10.0.0.2:7002 succeeded (socket). Waiting for REPLCONF ACK from slave to enable streaming",
                "Synchronization with replica 10.0.0.2:7002 succeeded",
            ]),
        ),
    ] {
        let mut pair = Pair::new(era, &["repl-diskless-sync yes; repl-diskless-sync-delay 1", ""]);
        pair.run_ms(200);
        pair.cli(0, "SET a 1");
        assert_eq!(pair.cli(1, "SLAVEOF 10.0.0.1 7001"), "OK");
        pair.run_ms(6_500);
        let asked = pair.notes.iter().find(|n| n.2.kind() == NoteKind::PsyncVerdict).expect("asked").0;
        let forked = pair.notes.iter().find(|n| n.2.kind() == NoteKind::Forked).expect("forked").0;
        assert!((from_ms..to_ms).contains(&forked.since(asked).as_millis()), "{era}: {} ms", forked.since(asked).as_millis());
        let lines = plain(pair.log(0, Time::ZERO));
        assert_eq!(lines[lines.len() - log.len()..], log, "{era}");
        let sent = pair.sent(0, 1, Time::ZERO);
        assert!(sent.iter().any(|s| s.starts_with("$EOF:")), "{sent:?}");
        assert!(sent.iter().any(|s| s == r"\n"), "{sent:?}");
        assert_eq!(pair.info(1, "master_link_status"), "up");
        pair.cli(0, "SET b 2");
        pair.run_ms(50);
        assert_eq!(pair.nodes[0].dataset().digest(), pair.nodes[1].dataset().digest());
    }
}
