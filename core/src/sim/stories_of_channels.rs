//! A full resynchronisation over two connections (8.0): what each of them brings, what is kept meanwhile, and what becomes of it when one breaks.

use super::tests::{Run, world};
use super::world::{Act, ClientSpec, LinkSpec, Part, Physics, PhysicsChange, Preload, World};
use crate::era::Era;
use crate::resp::Reply;
use crate::time::Span;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;
use std::string::{String, ToString};

const ERAS: [Era; 3] = [Era::V8_0, Era::V8_2, Era::V8_6];

/// A master with so many keys of 2 000 bytes and one replica, over a link of so many bytes a second; a client writes 200 bytes each 20 ms.
fn pair(era: Era, keys: u64, bandwidth: u64, config: &[&str]) -> World {
    let mut world = world(era, &[&["rdbcompression no", "save \"\""], config].concat());
    world.nodes.truncate(2);
    world.nodes[0].preload = Some(Preload { keys, value_bytes: 2_000 });
    let change = PhysicsChange { bandwidth: Some(bandwidth), buffer: Some(64 << 10), ..PhysicsChange::default() };
    world.links = vec![LinkSpec { from: "master".to_string(), to: "replica-1".to_string(), one_way: false, change }];
    writes(&mut world, 20, 200);
    world
}
fn writes(world: &mut World, every_ms: u64, bytes: u64) {
    let text = |text: &'static str| Part::Text(bytes::Bytes::from_static(text.as_bytes()));
    world.clients = vec![ClientSpec {
        name: "writer".into(),
        on: "master".into(),
        every: Span::from_millis(every_ms),
        pipeline: 1,
        command: vec![vec![text("SET")], vec![text("key:"), Part::Uniform(1, 100)], vec![Part::Filler(bytes)]],
    }];
}
/// What a node's log says, without what every start says.
fn log(run: &Run, n: u32) -> Vec<String> {
    run.rec.log(n).map(|line| line.text.to_string()).collect()
}
fn said(run: &Run, n: u32, text: &str) -> usize {
    log(run, n).iter().filter(|line| line.contains(text)).count()
}
fn info(run: &Run, n: u32, field: &str) -> String {
    run.sim.node(n).info_text(run.sim.now(), None).named(field).unwrap_or_default().to_string()
}
fn list(run: &mut Run) -> String {
    match run.command("master", "CLIENT LIST TYPE replica") {
        Some(Reply::Bulk(text)) => String::from_utf8_lossy(&text).into_owned(),
        other => panic!("a list: {other:?}"),
    }
}
/// The client number of the conn with these flags.
fn number(run: &mut Run, flags: &str) -> String {
    let list = list(run);
    let line = list.lines().find(|line| line.contains(&format!(" flags={flags} "))).unwrap_or_else(|| panic!("{flags}: {list}"));
    line.split_once(' ').and_then(|(id, _)| id.strip_prefix("id=")).expect("a number").to_string()
}
fn in_order(run: &Run, n: u32, texts: &[&str]) {
    let log = log(run, n);
    let mut rest = log.iter();
    for text in texts {
        assert!(rest.any(|line| line.contains(text)), "{text} in its place: {log:#?}");
    }
}
fn ends_equal(run: &mut Run, ms: u64) {
    run.act(Act::ClientRate { client: "writer".into(), every: Span::ZERO });
    run.to(ms);
    assert!(run.online(1) && run.same(1), "{:#?}\n{:#?}", log(run, 0), log(run, 1));
    let real = run.sim.reality(1).expect("it follows");
    assert_eq!((real.gap, real.staleness), (0, Some(Span::ZERO)));
}

/// `n_channel_writes__8.0.6`, `n_channel_tiny__8.0.6`.
#[test]
fn the_stream_comes_beside_the_rdb_and_the_replica_keeps_it() {
    for era in ERAS {
        let mut run = Run::new(&pair(era, 400, 200_000, &[]));
        run.to(3_000);
        assert_eq!(info(&run, 0, "connected_slaves"), "1", "{era}");
        assert!(info(&run, 0, "slave0").contains("state=send_bulk_and_stream,offset=0,lag=0"), "{era}: {}", info(&run, 0, "slave0"));
        assert_eq!((info(&run, 1, "master_link_status"), info(&run, 1, "master_sync_in_progress")), ("down".into(), "1".into()), "{era}");
        assert_eq!(info(&run, 1, "replica_full_sync_buffer_size"), "1052640", "{era}");
        assert!(run.sim.node(1).kept() > 10_000, "{era}: {}", run.sim.node(1).kept());
        // The master holds next to nothing back.
        let waits = run.sim.node(0).sessions().next().map_or(0, |session| session.output_buffer);
        assert!(waits < 64_000, "{era}: {waits}");
        let flags: Vec<String> =
            list(&mut run).lines().filter_map(|line| line.split(' ').find(|word| word.starts_with("flags=")).map(String::from)).collect();
        assert_eq!(flags, ["flags=S", "flags=SC"], "{era}");
        run.to(12_000);
        in_order(
            &run,
            0,
            &[
                "is capable of rdb channel synchronization, and partial sync isn't possible. Full sync will continue with dedicated rdb channel.",
                "Full resync requested by replica 10.0.0.2:6379 (rdb-channel)",
                "Starting BGSAVE for SYNC with target: replicas sockets (rdb-channel)",
                "Starting to deliver RDB and replication stream to replica: 10.0.0.2:6379",
                "to replica socket",
                "Background RDB transfer terminated with success",
                "Synchronization with replica 10.0.0.2:6379 succeeded",
                "Streamed RDB transfer with replica 10.0.0.2:6379 succeeded (socket).",
                "RDB transfer completed, rdb only replica (10.0.0.2:6379) should be disconnected asap",
                "Connection with replica (rdbchannel) 10.0.0.2:6379 lost.",
            ],
        );
        in_order(
            &run,
            1,
            &[
                "PSYNC is not possible, initialize RDB channel.",
                "Starting to receive RDB and replication stream in parallel.",
                "receiving streamed RDB from master with EOF to disk",
                "Done loading RDB, keys loaded: 40",
                "Finished with success",
                "Starting to stream replication buffer into the db (",
                "Successfully streamed replication buffer into the db (",
            ],
        );
        assert_eq!((info(&run, 0, "sync_full"), info(&run, 0, "sync_partial_ok")), ("1".into(), "0".into()), "{era}");
        assert_eq!(info(&run, 1, "replica_full_sync_buffer_size"), "0", "{era}");
        ends_equal(&mut run, 13_000);
    }
}

/// `n_channel_off__8.0.6`: who does not want it has one connection.
#[test]
fn either_side_can_do_without() {
    for (master, replica) in [("no", "yes"), ("yes", "no")] {
        let mut world = pair(Era::V8_0, 40, 200_000, &[]);
        for (node, is) in world.nodes.iter_mut().zip([master, replica]) {
            node.config.push(["repl-rdb-channel", is].map(Into::into).to_vec());
        }
        let mut run = Run::new(&world);
        run.to(6_000);
        assert_eq!((said(&run, 0, "rdb-channel"), said(&run, 0, "rdb channel"), said(&run, 1, "RDB channel")), (0, 0, 0));
        assert_eq!(said(&run, 0, "to parent process pipe"), 1);
        ends_equal(&mut run, 7_000);
    }
}

/// `n_channel_nego__8.0.6`: the master says OK to the word all the same, and means it only if it would write the RDB to sockets just then.
#[test]
fn a_master_that_writes_to_its_disk_takes_one_connection() {
    let mut run = Run::new(&pair(Era::V8_0, 40, 400_000, &["repl-diskless-sync no"]));
    run.to(6_000);
    assert_eq!((said(&run, 0, "target: disk"), said(&run, 1, "RDB channel")), (1, 0));
    ends_equal(&mut run, 7_000);
}

/// `n_channel_cut_main__8.0.6`, `n_channel_cut_rdb__8.0.6`.
#[test]
fn if_either_connection_breaks_in_the_transfer_both_go_and_it_begins_anew() {
    for era in ERAS {
        for (flags, line) in [
            ("S", "Main channel error while reading from master: Success"),
            ("SC", "I/O error trying to sync with MASTER: connection lost"),
        ] {
            let mut run = Run::new(&pair(era, 300, 200_000, &[]));
            run.to(2_500);
            let id = number(&mut run, flags);
            assert_eq!(run.command("master", &format!("CLIENT KILL ID {id}")), Some(Reply::Int(1)), "{era}");
            run.to(3_500);
            in_order(
                &run,
                1,
                &[
                    "in parallel",
                    line,
                    "Aborting rdb channel sync",
                    "Reconnecting to MASTER 10.0.0.1:6379 after failure",
                    "initialize RDB channel",
                ],
            );
            run.to(12_000);
            assert_eq!(
                (info(&run, 0, "sync_full"), info(&run, 0, "sync_partial_ok")),
                ("2".into(), "0".into()),
                "{era} {flags}: {:#?}",
                log(&run, 0)
            );
            assert_eq!(info(&run, 0, "connected_slaves"), "1", "{era}");
            ends_equal(&mut run, 13_000);
        }
    }
}

/// `n_channel_cut_main_loading__8.0.6`: the load goes on, what was kept is applied behind it, and the rest comes by a partial resynchronisation.
#[test]
fn a_first_connection_that_is_lost_while_the_file_is_loaded_costs_a_partial_one() {
    for era in ERAS {
        let mut world = pair(era, 300, 2_000_000, &[]);
        world.costs.rdb_load = 200_000;
        let mut run = Run::new(&world);
        let mut at = 0;
        while run.sim.node(1).loading().is_none() || at % 1_000 != 0 {
            at += 100;
            run.to(at);
        }
        let id = number(&mut run, "S");
        run.command("master", &format!("CLIENT KILL ID {id}"));
        run.to(at + 6_000);
        in_order(
            &run,
            1,
            &[
                "Main channel error while reading from master: Success",
                "Aborting rdb channel sync while loading the RDB.",
                "After loading RDB, replica will try psync with master.",
                "Finished with success",
                "Starting to stream replication buffer",
                "Successfully streamed replication buffer",
                "Connection with master lost.",
                "Master accepted a Partial Resynchronization.",
            ],
        );
        assert_eq!((info(&run, 0, "sync_full"), info(&run, 0, "sync_partial_ok")), ("1".into(), "1".into()), "{era}");
        ends_equal(&mut run, at + 7_000);
    }
}

/// Straight from the socket there is no file to be loaded to its end.
#[test]
fn a_first_connection_that_is_lost_while_the_socket_is_parsed_costs_a_full_one() {
    let mut world = pair(Era::V8_0, 300, 200_000, &["repl-diskless-load swapdb"]);
    world.costs.scale = 64;
    let mut run = Run::new(&world);
    run.to(2_500);
    assert!(run.sim.node(1).loading().is_some());
    let id = number(&mut run, "S");
    run.command("master", &format!("CLIENT KILL ID {id}"));
    run.to(12_000);
    in_order(&run, 1, &["Main channel error", "Aborting rdb channel sync", "in parallel", "Finished with success"]);
    assert_eq!((info(&run, 0, "sync_full"), info(&run, 0, "sync_partial_ok")), ("2".into(), "0".into()));
    ends_equal(&mut run, 14_000);
}

/// `n_channel_stall__8.0.6`: bytes on the first connection do not count.
#[test]
fn a_silent_rdb_is_given_up_after_repl_timeout() {
    let mut run = Run::new(&pair(Era::V8_0, 300, 200_000, &["repl-timeout 5"]));
    run.to(2_500);
    run.act(Act::Freeze { a: "master".into(), b: "replica-1".into(), one_way: false });
    run.to(11_000);
    in_order(
        &run,
        1,
        &["Timeout receiving bulk data from MASTER...", "Aborting rdb channel sync", "Reconnecting to MASTER 10.0.0.1:6379 after failure"],
    );
    run.act(Act::Heal { a: "master".into(), b: "replica-1".into() });
    run.to(25_000);
    assert_eq!(said(&run, 0, "Background transfer error"), 1, "{:#?}", log(&run, 0));
    ends_equal(&mut run, 27_000);
}

/// `n_channel_limit__8.0.6`: the sync does not fail; what the replica does not keep, the master does.
#[test]
fn over_its_limit_a_replica_keeps_no_more_and_the_master_does() {
    for era in ERAS {
        let mut world = pair(era, 1_500, 900_000, &["replica-full-sync-buffer-limit 1mb"]);
        writes(&mut world, 20, 6_000);
        let mut run = Run::new(&world);
        let waits = |run: &Run| run.sim.node(0).sessions().next().map_or(0, |session| session.output_buffer);
        let mut most = (0, 0);
        for ms in (0..8_000).step_by(100) {
            run.to(ms);
            most = (most.0.max(run.sim.node(1).kept()), most.1.max(waits(&run)));
        }
        // A block, and the byte that made it look.
        assert_eq!(most.0, 1_052_641, "{era}: {:#?}", log(&run, 1));
        assert!(most.1 > 100_000, "{era}: {most:?}");
        assert_eq!(
            said(&run, 1, "Replication buffer limit has been reached (1048576 bytes), stopped buffering replication stream."),
            1,
            "{era}"
        );
        assert_eq!(info(&run, 1, "replica_full_sync_buffer_peak"), "1052640", "{era}");
        run.to(14_000);
        assert_eq!(info(&run, 0, "sync_full"), "1", "{era}");
        ends_equal(&mut run, 20_000);
    }
}

/// `n_channel_overflow__8.0.6`: over the master's own limit the first connection goes.
#[test]
fn over_both_limits_the_master_closes_and_it_begins_anew() {
    let config = ["replica-full-sync-buffer-limit 1mb", "client-output-buffer-limit slave 500kb 0 0", "repl-backlog-size 100kb"];
    let mut world = pair(Era::V8_0, 1_500, 900_000, &config);
    writes(&mut world, 20, 8_000);
    let mut run = Run::new(&world);
    run.to(12_000);
    assert!(said(&run, 0, "overcoming of output buffer limits") > 0, "{:#?}", log(&run, 0));
    assert!(info(&run, 0, "sync_full").parse::<u64>().is_ok_and(|full| full > 1));
}

/// `n_channel_slow_tail__8.0.6`, `n_slow_tail_one_connection__8.0.6`: where the last bytes of an RDB travel for longer than repl-timeout, two connections
/// made a loop: the child is done, the replica online, and no ACK can come before the load. Over one connection the same drop is healed by the backlog.
#[test]
fn a_download_whose_tail_outlasts_repl_timeout_loops_over_two_connections_and_heals_over_one() {
    let run = |channel: &str| {
        let mut world =
            pair(Era::V8_0, 900, 52_000, &["repl-timeout 5", "repl-ping-replica-period 1", &format!("repl-rdb-channel {channel}")]);
        // The sender's kernel holds a quarter of it, and little is under way.
        world.links.clear();
        world.default_link = Physics { bandwidth: 52_000, send_buffer: 512 << 10, receive_buffer: 32 << 10, ..Physics::default() };
        writes(&mut world, 200, 100);
        let mut run = Run::new(&world);
        run.to(150_000);
        let count = |field| info(&run, 0, field).parse::<u64>().expect("a number");
        let counts = (count("sync_full"), count("sync_partial_ok"));
        let log =
            (0..2).flat_map(|n| run.rec.log(n).map(move |line| format!("{n} {} {}", line.at.as_millis(), line.text))).collect::<Vec<_>>();
        (counts, said(&run, 0, "Disconnecting timedout replica (streaming sync)"), run.online(1), log)
    };
    let ((full, partial), dropped, online, log) = run("yes");
    assert!(full >= 4 && partial == 0 && dropped >= 3 && !online, "{full} {partial} {dropped}: {log:#?}");
    let ((full, partial), dropped, online, log) = run("no");
    assert!(full == 1 && partial == 1 && dropped == 1 && online, "{full} {partial} {dropped}: {log:#?}");
}

/// `n_channel_min_slaves__8.0.6`: a replica that has loaded nothing counts as good as soon as the child is done.
#[test]
fn noreplicas_ends_when_the_child_is_done() {
    let mut world = pair(Era::V8_0, 600, 200_000, &["min-replicas-to-write 1"]);
    world.links[0].change.buffer = Some(512 << 10);
    world.clients.clear();
    let mut run = Run::new(&world);
    run.to(2_000);
    let write = |run: &mut Run| run.command("master", "SET a 1").expect("an answer");
    assert!(write(&mut run).is_error() && said(&run, 0, "Synchronization with") == 0);
    let mut at = 2_000;
    while said(&run, 0, "Synchronization with") == 0 {
        at += 100;
        run.to(at);
    }
    assert!(!run.online(1) && run.sim.node(1).loading().is_none() && run.sim.node(1).dataset().is_empty(), "{at}: it has nothing yet");
    assert!(!write(&mut run).is_error());
    run.to(at + 1_500);
    assert!(
        !run.online(1) && ["lag=1", "lag=2"].iter().any(|lag| info(&run, 0, "slave0").contains(&format!("state=online,offset=0,{lag}"))),
        "{}",
        info(&run, 0, "slave0")
    );
}

/// What was kept is applied in turns, between which the process hears callers.
#[test]
fn what_was_kept_is_applied_in_turns() {
    let mut world = pair(Era::V8_0, 200, 400_000, &[]);
    world.costs.scale = 256;
    world.costs.command = Span::from_micros(500);
    let mut run = Run::new(&world);
    let (mut seen, mut at) = (0, 0);
    while !run.online(1) || run.sim.node(1).kept() > 0 {
        at += 1;
        run.to(at);
        seen += u32::from(run.online(1) && run.sim.node(1).kept() > 0);
    }
    assert!(seen > 3, "{seen}: {:#?}", log(&run, 1));
    ends_equal(&mut run, at + 3_000);
    assert_eq!(said(&run, 1, "Successfully streamed replication buffer"), 1);
}

/// `n_channel_raw__8.0.6`.
#[test]
fn replconf_of_a_second_connection() {
    let mut run = Run::new(&pair(Era::V8_0, 1, 200_000, &[]));
    run.to(4_000);
    let range = "ERR value is out of range, value must between 0 and 1";
    for (line, answer) in [
        ("REPLCONF capa rdb-channel-repl", None),
        ("REPLCONF capa nonsense", None),
        ("REPLCONF rdb-channel 1", None),
        ("REPLCONF rdb-channel 2", Some(range)),
        ("REPLCONF main-ch-client-id 999999", Some("ERR Unrecognized RDB client id: 999999")),
        ("REPLCONF set-rdb-client-id 1", Some("ERR Unrecognized REPLCONF option: set-rdb-client-id")),
    ] {
        let reply = run.command("master", line);
        let reply = reply.filter(Reply::is_error);
        assert_eq!(reply, answer.map(Reply::error), "{line}");
    }
    let mut old = Run::new(&world(Era::V7_0, &[]));
    old.to(4_000);
    assert_eq!(old.command("master", "REPLCONF rdb-channel 1"), Some(Reply::error("ERR Unrecognized REPLCONF option: rdb-channel")));
}

// ---- Valkey

const VALKEYS: [Era; 4] = [Era::Valkey8_0, Era::Valkey8_1, Era::Valkey9_0, Era::Valkey9_1];

/// The same of a Valkey at both ends, with `dual-channel-replication-enabled yes`.
fn dual(era: Era, keys: u64, bandwidth: u64, config: &[&str]) -> World {
    pair(era, keys, bandwidth, &[&["dual-channel-replication-enabled yes"], config].concat())
}
/// The client number of the first connection, or of the second one: CLIENT LIST has them in the order in which they came.
fn number_of(run: &mut Run, kind: &str) -> String {
    let list = list(run);
    let line = if kind == "rdb-channel" { list.lines().last() } else { list.lines().next() };
    line.and_then(|line| line.split_once(' ')?.0.strip_prefix("id=")).expect("a number").to_string()
}

/// `n_channel_tiny__valkey-8.0.1`, `n_channel_writes__valkey-9.0.0`.
#[test]
fn a_valkey_goes_on_from_the_snapshot_while_that_comes() {
    for era in VALKEYS {
        let mut run = Run::new(&dual(era, 400, 200_000, &[]));
        run.to(3_000);
        let lines = ["slave0", "slave1"].map(|line| info(&run, 0, line));
        assert_eq!(info(&run, 0, "connected_slaves"), "2", "{era}: {:#?}", log(&run, 0));
        assert!(lines[0].ends_with("state=wait_bgsave,offset=0,lag=0,type=rdb-channel"), "{era}: {lines:?}");
        assert!(lines[1].ends_with("state=bg_transfer,offset=0,lag=0,type=main-channel"), "{era}: {lines:?}");
        assert_eq!((info(&run, 0, "replicas_waiting_psync"), info(&run, 1, "master_sync_in_progress")), ("0".into(), "1".into()), "{era}");
        assert!(run.sim.node(1).kept() > 10_000, "{era}");
        run.to(12_000);
        in_order(
            &run,
            0,
            &[
                "is capable of dual channel synchronization, and partial sync isn't possible. Full sync will continue with dedicated RDB channel.",
                "target: replicas sockets using: dual-channel",
                "Sending to replica 10.0.0.2:6379 RDB end offset ",
                "to direct socket to replica",
                "Partial resynchronization request from 10.0.0.2:6379 accepted.",
                "RDB transfer completed, rdb only replica (10.0.0.2:6379) should be disconnected asap",
                "Replica 10.0.0.2:6379 rdb channel disconnected.",
                "Synchronization with replica 10.0.0.2:6379 succeeded",
            ],
        );
        in_order(
            &run,
            1,
            &[
                "PSYNC is not possible, initialize RDB channel.",
                "Trying a partial resynchronization using main channel (request ",
                "Primary accepted a Partial Resynchronization, RDB load in background.",
                "Done loading RDB",
                "Finished with success",
                "Successfully streamed replication data into memory",
            ],
        );
        assert_eq!((info(&run, 0, "sync_full"), info(&run, 0, "sync_partial_ok")), ("1".into(), "1".into()), "{era}");
        assert!(info(&run, 0, "slave0").contains("state=online") && info(&run, 0, "slave0").ends_with("type=replica"), "{era}");
        ends_equal(&mut run, 13_000);
    }
}

#[test]
fn a_valkey_takes_one_connection_unless_both_want_two() {
    for (master, replica) in [("no", "yes"), ("yes", "no")] {
        let mut world = pair(Era::Valkey8_1, 40, 200_000, &[]);
        for (node, is) in world.nodes.iter_mut().zip([master, replica]) {
            node.config.push(["dual-channel-replication-enabled", is].map(Into::into).to_vec());
        }
        let mut run = Run::new(&world);
        run.to(6_000);
        assert_eq!((said(&run, 0, "using: dual-channel"), said(&run, 0, "using: normal sync"), said(&run, 1, "RDB channel")), (0, 1, 0));
        ends_equal(&mut run, 7_000);
    }
}

/// `n_channel_cut_main__valkey-9.0.0`, `n_channel_cut_rdb__valkey-9.0.0`.
#[test]
fn if_either_connection_of_a_valkey_breaks_in_the_transfer_both_go() {
    for era in VALKEYS {
        for (kind, line) in [
            ("main-channel", "Provisional primary closed connection"),
            ("rdb-channel", "I/O error trying to sync with PRIMARY: connection lost"),
        ] {
            let mut run = Run::new(&dual(era, 300, 200_000, &[]));
            run.to(2_500);
            let id = number_of(&mut run, kind);
            run.command("master", &format!("CLIENT KILL ID {id}"));
            run.to(14_000);
            in_order(
                &run,
                1,
                &[
                    "RDB load in background.",
                    line,
                    "Aborting dual channel sync",
                    "Reconnecting to PRIMARY",
                    "initialize RDB channel",
                    "Successfully streamed",
                ],
            );
            assert_eq!((info(&run, 0, "sync_full"), info(&run, 0, "sync_partial_ok")), ("2".into(), "2".into()), "{era} {kind}");
            ends_equal(&mut run, 15_000);
        }
    }
}

/// `n_channel_cut_main_loading__valkey-9.0.0`: the broken load is taken for a broken file.
#[test]
fn a_replica_of_valkey_8_1_exits_when_its_first_connection_is_cut_while_it_loads() {
    for era in &VALKEYS[1..] {
        let mut run = cut_while_loading(*era);
        in_order(
            &run,
            1,
            &[
                "Provisional primary closed connection",
                "Aborting dual channel sync",
                "Reconnecting to PRIMARY 10.0.0.1:6379 after failure",
                "Short read or OOM loading DB. Unrecoverable error, aborting now.",
                "Unexpected EOF reading RDB file",
            ],
        );
        assert!(!run.sim.machine(1).alive(), "{era}");
        run.to(20_000);
        assert_eq!(info(&run, 0, "connected_slaves"), "0", "{era}");
    }
}
/// A Valkey's first connection is closed while the replica loads its file, and a second passes.
fn cut_while_loading(era: Era) -> Run {
    let mut world = dual(era, 300, 2_000_000, &[]);
    world.costs.rdb_load = 150_000;
    let mut run = Run::new(&world);
    let mut at = 0;
    while run.sim.node(1).loading().is_none() || at % 1_000 != 0 {
        at += 100;
        run.to(at);
    }
    let id = number_of(&mut run, "main-channel");
    run.command("master", &format!("CLIENT KILL ID {id}"));
    run.to(at + 1_000);
    run
}

/// `n_channel_cut_main_loading__valkey-8.0.1`: the link is up, the sync a success, and what was written between the two snapshots is not there.
#[test]
fn a_replica_of_valkey_8_0_loses_writes_without_a_word() {
    let mut run = cut_while_loading(Era::Valkey8_0);
    let at = run.sim.now().as_millis();
    run.to(at + 9_000);
    in_order(&run, 1, &["Aborting dual channel sync", "Finished with success", "Aborting dual channel sync", "Successfully streamed"]);
    assert_eq!((info(&run, 1, "master_link_status"), info(&run, 0, "sync_full")), ("up".into(), "2".into()), "{:#?}", log(&run, 1));
    run.act(Act::ClientRate { client: "writer".into(), every: Span::ZERO });
    run.to(at + 12_000);
    let offset = |n: u32| run.sim.node(n).master_offset().0;
    assert!(offset(1) < offset(0) - 1_000, "{} {}", offset(1), offset(0));
    assert!(info(&run, 0, "slave0").contains("state=online,offset=0,"), "{}", info(&run, 0, "slave0"));
    let real = run.sim.reality(1).expect("it follows");
    assert_eq!(real.staleness, None, "its data never were the master's");
}

/// `n_channel_min_slaves__valkey-9.0.0`: only the first ACK makes a good replica.
#[test]
fn noreplicas_of_a_valkey_ends_with_the_first_ack() {
    let mut world = dual(Era::Valkey9_0, 600, 200_000, &["min-replicas-to-write 1"]);
    world.links[0].change.buffer = Some(512 << 10);
    world.clients.clear();
    let mut run = Run::new(&world);
    let mut at = 2_000;
    run.to(at);
    let write = |run: &mut Run| run.command("master", "SET a 1").expect("an answer");
    while said(&run, 0, "rdb channel disconnected") == 0 {
        at += 100;
        run.to(at);
    }
    assert!(write(&mut run).is_error() && !run.online(1), "the child is done, and nothing is loaded");
    while !run.online(1) {
        at += 100;
        run.to(at);
    }
    run.to(at + 200);
    assert!(!write(&mut run).is_error());
}

/// `n_channel_raw__valkey-9.0.0`.
#[test]
fn replconf_of_a_valkeys_first_connection() {
    let mut run = Run::new(&dual(Era::Valkey9_0, 1, 200_000, &[]));
    run.to(4_000);
    for (line, answer) in [
        ("REPLCONF capa dual-channel", None),
        ("REPLCONF rdb-channel 2", Some("ERR value is out of range, value must between 0 and 1")),
        ("REPLCONF set-rdb-client-id 999999", Some("ERR Unrecognized RDB client id 999999")),
        ("REPLCONF main-ch-client-id 1", Some("ERR Unrecognized REPLCONF option: main-ch-client-id")),
    ] {
        let reply = run.command("master", line).filter(Reply::is_error);
        assert_eq!(reply, answer.map(Reply::error), "{line}");
    }
}
