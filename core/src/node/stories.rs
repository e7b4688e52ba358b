//! Stories of a master and its replicas, told with real nodes. Bytes and lines are those of recordings of real servers.

use super::pair::Pair;
use crate::era::Era;
use crate::time::Time;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Replaces ids and pids, which differ from run to run.
fn plain(lines: Vec<String>) -> Vec<String> {
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

fn synced(era: Era) -> Pair {
    let mut pair = Pair::new(era, &["repl-ping-slave-period 3; repl-diskless-sync no", "repl-diskless-sync no"]);
    pair.run_ms(200);
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
            "SLAVE OF 10.0.0.1:7001 enabled (user request from 'id=2 addr=127.0.0.1:50000 fd=7 name= age=0 idle=0 flags=N db=0 sub=0 psub=0 multi=-1 qbuf=0 qbuf-free=32768 obl=0 oll=0 omem=0 events=r cmd=slaveof')",
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
            "Partial resynchronization request from 10.0.0.2:7002 accepted. Sending 103 bytes of backlog starting from offset "
        ),
        "{master:?}"
    );
    assert_eq!(
        (pair.info(0, "sync_full"), pair.info(0, "sync_partial_ok"), pair.info(0, "sync_partial_err")),
        ("1".into(), "1".into(), "0".into())
    );
    assert_eq!(pair.nodes[0].dataset().digest(), pair.nodes[1].dataset().digest());
    assert!(pair.noted(1, "partial-accepted", cut));
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
