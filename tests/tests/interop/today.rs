//! Live servers of today's releases, Redis 8.2.3 and Valkey 8.1.8 and 9.0.0, against resync-node in both directions: over one connection and over two, cut,
//! restarted, promoted, in chains.

use super::{at_once, ours};
use resync_core::era::Era;
use resync_core::resp::Reply;
use resync_tests::live::{Live, Make, Proxy, Writer, eventually};
use std::process::{Command, Stdio};

const R82: Make = Make::Real("8.2.3");
const VK81: Make = Make::Real("valkey-8.1.8");
const VK90: Make = Make::Real("valkey-9.0.0");

/// The words with which a server opens a second connection for an RDB, and syncs at once.
fn over_two(make: &Make) -> Vec<&'static str> {
    let mut words = vec!["--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"];
    if make.valkey() {
        words.extend(["--dual-channel-replication-enabled", "yes"]);
    }
    words
}
/// Those with which it does not.
fn over_one(make: &Make) -> Vec<&'static str> {
    let mut words = vec!["--repl-diskless-sync-delay", "0"];
    if !make.valkey() {
        words.extend(["--repl-rdb-channel", "no"]);
    }
    words
}
/// What a replica's log says of a second connection.
const SECOND: &str = "PSYNC is not possible, initialize RDB channel.";

/// Every pair of today's, each way round.
fn pairs() -> Vec<(Make, Make)> {
    let mut all = Vec::new();
    for (real, era) in [(R82, Era::V8_2), (VK81, Era::Valkey8_1), (VK90, Era::Valkey9_0)] {
        all.push((real.clone(), ours(era)));
        all.push((ours(era), real));
    }
    // Releases of one family that read each other's files.
    all.extend([
        (R82, ours(Era::V8_0)),
        (ours(Era::V8_0), R82),
        (R82, ours(Era::V8_6)),
        (ours(Era::Valkey8_1), VK90),
        (VK81, ours(Era::Valkey9_0)),
    ]);
    all
}

/// Full, partial inside the backlog, full outside it.
fn story(master: &Make, replica: &Make, two: bool, seed: u64) {
    let words = |make: &Make| if two { over_two(make) } else { over_one(make) };
    let master = Live::start(master.clone(), &[&words(master)[..], &["--requirepass", "s3cret", "--repl-backlog-size", "65536"]].concat());
    let mut writer = Writer::new(seed, 60);
    writer.write(&master, 1_500);
    let way = Proxy::open(master.port);
    let replica = Live::start(replica.clone(), &[&words(replica)[..], &["--masterauth", "s3cret"]].concat());
    replica.follow(way.port);
    writer.write(&master, 1_000);
    master.settled(&replica);
    assert_eq!(replica.log().contains(SECOND), two, "one connection or two");
    writer.write(&master, 1_000);
    master.settled(&replica);
    master.same_data(&replica);
    let counters = || (master.count("sync_full"), master.count("sync_partial_ok"));
    let (full, partial) = counters();
    // Valkey counts the first connection's own way into the stream.
    assert_eq!((full, partial), (1, i64::from(two && master.make.valkey())));

    way.cut();
    eventually("the replica misses its master", 10, || replica.info("master_link_status") == "down");
    writer.write(&master, 100);
    way.heal();
    master.settled(&replica);
    assert_eq!(counters(), (full, partial + 1), "a short cut ends in a partial resynchronisation");
    master.same_data(&replica);

    way.cut();
    eventually("the replica misses its master", 10, || replica.info("master_link_status") == "down");
    writer.write(&master, 3_000);
    way.heal();
    master.settled(&replica);
    assert_eq!(counters().0, full + 1, "a long cut ends in a full one");
    writer.write(&master, 200);
    master.settled(&replica);
    master.same_data(&replica);
}

#[test]
fn todays_servers_over_one_connection() {
    at_once(&pairs(), |(master, replica)| story(master, replica, false, 81));
}

#[test]
fn todays_servers_over_two_connections() {
    at_once(&pairs(), |(master, replica)| story(master, replica, true, 82));
}

/// Whoever asks for two gets one where the other knows another way, or none.
#[test]
fn families_that_do_not_understand_each_other_take_one_connection() {
    let cases = [
        (Make::Real("7.0.15"), ours(Era::V8_2)),
        (ours(Era::V7_0), R82),
        (ours(Era::V7_2), VK81),
        (VK81, ours(Era::V8_0)),
        (ours(Era::Valkey8_1), R82),
    ];
    at_once(&cases, |(master, replica)| {
        let words = |make: &Make| match make {
            Make::Real("7.0.15") | Make::Ours(_, Era::V7_0 | Era::V7_2) => vec!["--repl-diskless-sync-delay", "0"],
            make => over_two(make),
        };
        let master = Live::start(master.clone(), &words(master));
        let mut writer = Writer::new(83, 60);
        writer.write(&master, 1_000);
        let replica = Live::start(replica.clone(), &words(replica));
        replica.follow(master.port);
        writer.write(&master, 500);
        master.settled(&replica);
        master.same_data(&replica);
        assert!(!replica.log().contains(SECOND));
    });
}

#[test]
fn keys_of_all_types_under_writes_over_two_connections() {
    let cases = [
        (R82, ours(Era::V8_2)),
        (ours(Era::V8_2), R82),
        (VK81, ours(Era::Valkey8_1)),
        (ours(Era::Valkey8_1), VK81),
        (ours(Era::Valkey9_0), VK90),
        (VK90, ours(Era::Valkey9_0)),
    ];
    // Two at a time: unoptimised, a digest of so many takes its time.
    for pair in cases.chunks(2) {
        at_once(pair, |(master, replica)| {
            let master = Live::start(master.clone(), &[&over_two(master)[..], &["--repl-backlog-size", "16mb"]].concat());
            let mut commands = Vec::new();
            for n in 0..20_000 {
                let key = |kind: &str| format!("{kind}{n}");
                commands.push(vec!["SET".to_owned(), key("string:"), format!("value:{n}")]);
                commands.push(vec!["RPUSH".to_owned(), key("list:"), n.to_string(), "b".to_owned()]);
                commands.push(vec!["SADD".to_owned(), key("set:"), n.to_string(), (n * 7).to_string()]);
                commands.push(vec!["HSET".to_owned(), key("hash:"), "field".to_owned(), n.to_string()]);
                commands.push(vec!["ZADD".to_owned(), key("zset:"), n.to_string(), "member".to_owned()]);
            }
            for piece in commands.chunks(1_000) {
                master.pipeline(piece);
            }
            assert_eq!(master.command(&["DBSIZE"]), Reply::Int(100_000));
            let replica = Live::start(replica.clone(), &over_two(replica));
            replica.follow(master.port);
            let mut writer = Writer::new(84, 500);
            writer.write(&master, 6_000);
            master.settled(&replica);
            assert!(replica.log().contains(SECOND));
            writer.write(&master, 2_000);
            master.settled(&replica);
            master.same_data(&replica);
        });
    }
}

#[test]
fn either_of_todays_ends_restarts() {
    let cases = [(R82, ours(Era::V8_2)), (ours(Era::V8_2), R82), (VK81, ours(Era::Valkey8_1)), (ours(Era::Valkey9_0), VK90)];
    at_once(&cases, |(master_make, replica_make)| {
        let saves = ["--save", "900", "1"];
        let master = Live::start(master_make.clone(), &[&over_two(master_make)[..], &saves].concat());
        let port = master.port.to_string();
        let replica =
            Live::start(replica_make.clone(), &[&over_two(replica_make)[..], &saves, &["--slaveof", "127.0.0.1", &port]].concat());
        let mut writer = Writer::new(85, 50);
        writer.write(&master, 800);
        master.settled(&replica);
        let full = master.count("sync_full");
        assert_eq!(replica.shut_down("SAVE"), Some(0));
        writer.write(&master, 100);
        replica.again();
        master.settled(&replica);
        master.same_data(&replica);
        assert_eq!(master.count("sync_full"), full, "it finds its place in the file that it wrote");
        let before = master.info("master_replid");
        master.signal("TERM");
        assert_eq!(master.ended(), Some(0));
        master.again();
        writer.write(&master, 100);
        master.settled(&replica);
        master.same_data(&replica);
        assert!(master.count("sync_partial_ok") > 0, "so does the master");
        assert_eq!(master.info("master_replid2"), before);
    });
}

#[test]
fn chains_through_a_node_and_the_promotion_of_its_middle() {
    let cases = [
        [R82, ours(Era::V8_2), R82],
        [ours(Era::V8_2), R82, ours(Era::V8_2)],
        [VK81, ours(Era::Valkey8_1), VK81],
        [VK90, ours(Era::Valkey9_0), VK90],
    ];
    at_once(&cases, |[first, second, third]| {
        let start = |make: &Make| Live::start(make.clone(), &over_two(make));
        let (first, second, third) = (start(first), start(second), start(third));
        // A PING of the first behind the promotion would put who gets it past the byte at which the histories part.
        first.ok(&["CONFIG", "SET", "repl-ping-slave-period", "3600"]);
        let mut writer = Writer::new(86, 60);
        writer.write(&first, 1_000);
        second.follow(first.port);
        first.settled(&second);
        third.follow(second.port);
        second.settled(&third);
        writer.write(&first, 2_000);
        first.settled(&second);
        second.settled(&third);
        first.same_data(&second);
        first.same_data(&third);
        for field in ["master_replid", "master_repl_offset"] {
            eventually("one stream", 5, || first.info(field) == third.info(field) && first.info(field) == second.info(field));
        }
        first.ok(&["DEBUG", "SET-ACTIVE-EXPIRE", "0"]);
        eventually("all have every byte", 10, || {
            let head = first.info("master_repl_offset");
            [&second, &third].iter().all(|replica| replica.info("slave_repl_offset") == head)
        });
        let full = second.count("sync_full");
        second.ok(&["REPLICAOF", "NO", "ONE"]);
        writer.write(&second, 200);
        first.follow(second.port);
        second.settled(&third);
        eventually("the old master follows", 20, || first.info("master_link_status") == "up");
        writer.write(&second, 200);
        second.settled(&third);
        second.same_data(&third);
        second.same_data(&first);
        assert_eq!(second.count("sync_full"), full, "nobody needs a full one for that");
    });
}

/// The file that a node of each of these eras writes, before the checker of the live server of that family.
#[test]
fn the_checkers_of_todays_servers_like_our_files() {
    for (era, make, checker) in [
        (Era::V8_2, R82, "redis-check-rdb"),
        (Era::V8_0, R82, "redis-check-rdb"),
        (Era::V7_2, R82, "redis-check-rdb"),
        (Era::Valkey8_1, VK81, "valkey-check-rdb"),
        (Era::Valkey8_0, VK90, "valkey-check-rdb"),
        (Era::Valkey9_0, VK90, "valkey-check-rdb"),
    ] {
        let node = Live::start(ours(era), &[]);
        Writer::new(87, 200).write(&node, 3_000);
        node.ok(&["SAVE"]);
        let (server, _) = make.program();
        let checker = server.parent().expect("a folder").join(checker);
        let file = node.file("dump.rdb").display().to_string();
        let out =
            Command::new(&checker).arg(&file).stdin(Stdio::null()).output().unwrap_or_else(|why| panic!("{}: {why}", checker.display()));
        let said = String::from_utf8_lossy(&out.stdout);
        assert!(out.status.success() && said.contains("RDB looks OK!"), "{era}: {said}");
    }
}
