use super::*;
use crate::info::{Replication, Server};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What was read, in short: each node with its name, role, INFOs and lines.
fn told(paste: &str) -> Vec<String> {
    let read = read(paste, 0);
    for node in &read.nodes {
        let places =
            node.told.iter().map(|told| told.place).chain(node.infos.iter().flat_map(|info| info.pairs.values().map(|value| value.place)));
        for place in places {
            assert!(!place.words(paste).is_empty(), "{place:?}");
        }
    }
    let node = |node: &Node| {
        let fields: Vec<usize> = node.infos.iter().map(|info| info.pairs.len()).collect();
        let lines: Vec<&str> = node.told.iter().map(|told| told.known.line).collect();
        format!("{} {:?} {fields:?} {}", node.name, node.role, lines.join(" "))
    };
    read.nodes.iter().map(node).chain((!read.unread.is_empty()).then(|| format!("unread {}", read.unread.len()))).collect()
}

#[test]
fn a_terminal_s_paste_of_two_servers_is_two_nodes() {
    let paste = "ops@bastion:~$ ssh db1 \"redis-cli info replication; tail -9 /var/log/redis.log\"\n# Replication\nrole:master\nconnected_slaves:1\n\
        slave0:ip=10.0.0.2,port=6379,state=wait_bgsave,offset=0,lag=0\nmaster_repl_offset:2567013556\nrepl_backlog_active:1\nrepl_backlog_size:1048576\n\
        4712:M 12 Mar 14:00:34.204 * Slave 10.0.0.2:6379 asks for synchronization\n\
        4712:M 12 Mar 14:00:34.204 * Unable to partial resync with slave 10.0.0.2:6379 for lack of backlog (Slave request was: 353114957).\n\
        4712:M 12 Mar 14:02:11.871 # Client id=4711 addr=10.0.0.2:60018 fd=7 name= age=97 idle=1 flags=S db=0 omem=2147483656 events=rw cmd=psync scheduled to be \n\
        closed ASAP for overcoming of output buffer limits.\n\
        > can somebody look?? its the 5th time today\n[grafana] db1 net out 122MB/s\n\
        ops@bastion:~$ ssh db2 \"grep receiving /var/log/redis.log | tail -1\"\n\
        4401:S 12 Mar 14:01:35.331 * MASTER &lt;-&gt; SLAVE sync: receiving 9850322944 bytes from master\n";
    assert_eq!(
        told(paste),
        ["db1 Some(Master) [6] Sessions.AsksForSync Sessions.Lack Life.OverLimit", "db2 Some(Replica) [] Upstream.Receiving", "unread 2"]
    );
    let read = read(paste, 0);
    let limit = &read.nodes[0].told[2];
    assert!(limit.value("client").contains("omem=2147483656") && limit.place.line == 11, "{limit:?}");
    assert_eq!(limit.frame.at_ms.zip(read.nodes[0].told[0].frame.at_ms).map(|(b, a)| b - a), Some(97_667));
    assert_eq!(read.nodes[0].eras().iter().map(|era| era.name()).collect::<Vec<_>>(), ["3.0", "3.2", "4.0"]);
}

#[test]
fn a_reply_in_quotes_in_a_dictionary_and_of_role_is_read() {
    assert_eq!(told("\"# Replication\\r\\nrole:slave\\r\\nmaster_link_status:up\\r\\n\""), [" Some(Replica) [2] "]);
    let python = "{'role': 'master', 'connected_slaves': 1, 'slave0': {'ip': '10.0.0.2', 'port': 6379, 'state': 'online', 'offset': 14, 'lag': 0}, 'master_repl_offset': 28}";
    assert_eq!(told(python), [" Some(Master) [4] "]);
    let replica = &read(python, 0).nodes[0].infos[0].replicas()[0];
    assert_eq!((replica.address(), replica.offset, replica.lag_s), (String::from("10.0.0.2:6379"), Some(14), Some(0)));
    let role = "127.0.0.1:6379> ROLE\n1) \"slave\"\n2) \"10.0.0.1\"\n3) (integer) 6379\n4) \"connected\"\n5) (integer) 4228\n";
    assert_eq!(told(role), ["127.0.0.1:6379 Some(Replica) [6] "]);
    let role = "1) \"master\"\n2) (integer) 3129659\n3) 1) 1) \"127.0.0.1\"\n      2) \"9001\"\n      3) \"3129242\"\n";
    assert_eq!(told(role), [" Some(Master) [3] "]);
    let paste = read(
        "127.0.0.1:6379> CONFIG GET repl*\n 1) \"repl-backlog-size\"\n 2) \"1048576\"\nrepl-timeout 60\nCONFIG SET repl-backlog-size 12mb\n",
        0,
    );
    assert_eq!(paste.nodes[0].directive(&["repl-timeout"]), Some(60));
    assert_eq!(paste.nodes[0].directive(&["repl-backlog-size"]), Some(12 << 20));
}

#[test]
fn what_windows_chats_and_tickets_do_to_a_line_does_not_hide_it() {
    let wrapped = "role:master\nslave0:ip=10.0.0.2,port=6379,state=on\nline,offset=70814,lag=1\nmaster_replid:8d2b7fe1b8affe328194\n605a8ec4b3dbde8efa5c\n";
    let paste = read(wrapped, 0);
    let info = &paste.nodes[0].infos[0];
    assert_eq!(info.text(Replication::MasterReplid), "8d2b7fe1b8affe328194605a8ec4b3dbde8efa5c");
    assert_eq!(info.replicas()[0].state, "online");
    assert_eq!(paste.unread, []);
    assert_eq!(
        told("`slave0:…,offset=91543935501,lag=1` `slave1:…,offset=91543965574,lag=1` `master_repl_offset:91543969598` 主节点怎么了？"),
        [" None [3] "]
    );
    assert_eq!(
        told(
            "[ops] 我们的日志：Unexpected reply to PSYNC from master: -LOADING Redis is loading the dataset in memory\n* Retrying with SYNC..."
        ),
        [" Some(Replica) [] Upstream.PsyncUnexpected Upstream.RetryingWithSync"]
    );
    assert_eq!(told("Partial resynchronization not accepted: Repl"), [" Some(Master) [] Sessions.Foreign"]);
    let valkey = "1:S 12 Mar 2026 14:01:35.331 * PRIMARY <-> REPLICA sync: receiving streamed RDB from primary with EOF to disk";
    let paste = read(valkey, 0);
    assert_eq!(
        (paste.nodes[0].told[0].known.line, paste.nodes[0].told[0].place.words(valkey)),
        ("Upstream.ReceivingStreamed", &valkey[31..])
    );
}

#[test]
fn nodes_are_told_apart_and_samples_of_one_are_not() {
    let info = |role: &str, rest: &str| format!("# Replication\nrole:{role}\n{rest}\n");
    let (master, replica) =
        (info("master", "slave0:ip=h,port=1,state=online,offset=9,lag=0\nmaster_repl_offset:9"), info("slave", "slave_repl_offset:9"));
    assert_eq!(told(&format!("{master}{replica}")), [" Some(Master) [3] ", " Some(Replica) [2] "]);
    let later = info("master", "slave0:ip=h,port=1,state=online,offset=19,lag=0\nmaster_repl_offset:23");
    assert_eq!(told(&format!("{master}{later}")), [" Some(Master) [3, 3] "]);
    let other = info("master", "slave0:ip=h,port=2,state=online,offset=19,lag=0\nmaster_repl_offset:23");
    assert_eq!(told(&format!("{master}{other}")).len(), 2);
    let named = format!("=== a ===\n{replica}=== b ===\n{replica}a:\n{replica}");
    assert_eq!(told(&named), ["a Some(Replica) [2, 2] ", "b Some(Replica) [2] "]);
    let both = joined(read(&format!("uptime_in_seconds:5\n{replica}"), 0), read(&format!("uptime_in_seconds:15\n{replica}"), 1), None);
    assert_eq!((both.nodes.len(), both.nodes[0].apart_ms), (1, Some(10_000)));
    assert_eq!(both.nodes[0].info().and_then(|info| info.get(Server::UptimeInSeconds)).map(|value| value.place.sample), Some(1));
    let sentence =
        "> replica keeps restarting the sync, every second:\n7:S 12 Mar 2026 14:00:35.204 # Can't handle RDB format version 10\n";
    assert_eq!(told(sentence), [" Some(Replica) [] Other.RdbVersion", "unread 1"]);
    let docker = "a_1 | 1:M 12 Mar 2026 14:01:35.331 * Ready to accept connections\nb_1 | 1:S 12 Mar 2026 14:01:35.331 * MASTER <-> REPLICA sync started\n";
    assert_eq!(told(docker), ["a_1 Some(Master) [] Life.Ready", "b_1 Some(Replica) [] Upstream.SyncStarted"]);
}

#[test]
fn noise_is_unread() {
    assert_eq!(told("Hello all, role models: three.\nthe loading: slow\n<html></html>\n12:34 lunch?"), ["unread 4"]);
    assert_eq!(told(""), Vec::<String>::new());
}
