//! Corners where a password, a pause, or what refuses a command meets replication: real servers and ours are told the same and say the same.

use super::{R28, R30, R62, R70, at_once, ours, with};
use resync_core::era::Era;
use resync_core::resp::{Reply, cli, write_command};
use resync_tests::live::{Conn, Live, Make, eventually};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

fn both() -> [(Make, Make); 8] {
    let eras = [(R28, Era::V2_8), (R30, Era::V3_0), (R62, Era::V6_2), (R70, Era::V7_0)];
    let one = |n: usize, mine: bool| {
        let (real, era) = &eras[n];
        if mine { (ours(*era), real.clone()) } else { (real.clone(), ours(*era)) }
    };
    [one(0, false), one(0, true), one(1, false), one(1, true), one(2, false), one(2, true), one(3, false), one(3, true)]
}
fn trusts(make: &Make) -> bool {
    make.psync2()
}
fn lag(master: &Live) -> i64 {
    let line = master.info("slave0");
    line.split(',').find_map(|part| part.strip_prefix("lag=")).and_then(|text| text.parse().ok()).unwrap_or(-1)
}

/// A19, both ways round: a password at run time silences the replica up to 5.0 and costs a full resynchronisation; later nothing happens.
#[test]
fn a_password_at_run_time_silences_a_replica_up_to_5_0() {
    at_once(&both(), |(master, replica)| {
        let slow = ["--repl-timeout", "5", "--repl-ping-slave-period", "1"];
        let master = Live::start(master.clone(), &with(master, &slow));
        let replica = Live::start(replica.clone(), &with(replica, &slow));
        replica.follow(master.port);
        master.ok(&["SET", "a", "1"]);
        master.settled(&replica);
        let full = master.count("sync_full");
        replica.ok(&["CONFIG", "SET", "masterauth", "s3cret"]);
        master.ok(&["CONFIG", "SET", "requirepass", "s3cret"]);
        let said = cli::format(&master.command(&["GET", "a"]));
        if trusts(&master.make) {
            assert_eq!(said, "\"1\"");
            std::thread::sleep(Duration::from_secs(9));
            assert!((master.count("sync_full"), lag(&master) <= 2) == (full, true), "{:?}", master.make);
            return;
        }
        assert_eq!(said, "(error) NOAUTH Authentication required.");
        master.ok(&["AUTH", "s3cret"]);
        eventually("the lag grows", 8, || lag(&master) >= 3);
        let ahead = replica.count("slave_repl_offset") - master.count("master_repl_offset");
        assert!(ahead >= 34, "{:?}: the answers count in the replica: {ahead}", master.make);
        eventually("a full resynchronisation", 20, || master.count("sync_full") == full + 1 && lag(&master) <= 1);
        let log = master.log();
        assert!(log.contains("Disconnecting timedout") && log.contains("tried to PSYNC with an offset that is greater"), "{log}");
        eventually("the link is back", 20, || replica.info("master_link_status") == "up" && (0..=1).contains(&lag(&master)));
    });
}

/// A3: a paused replica reads its master's stream and does not apply it; a link that is lost meanwhile costs a full resynchronisation from 6.2 on.
#[test]
fn a_paused_replica_stands_still() {
    let cases = [(R30, R30), (R30, ours(Era::V3_0)), (R62, R62), (R62, ours(Era::V6_2)), (R70, R70), (R70, ours(Era::V7_0))];
    at_once(&cases, |(master, replica)| {
        let writes = replica.psync2();
        let master = Live::start(master.clone(), &with(master, &["--repl-ping-slave-period", "3600"]));
        let replica = Live::start(replica.clone(), &with(replica, &[]));
        replica.follow(master.port);
        master.settled(&replica);
        // The stream's SELECT is no write: it goes before.
        master.ok(&["SET", "a", "1"]);
        master.settled(&replica);
        let before = replica.count("slave_repl_offset");
        let began = Instant::now();
        replica.ok(if writes { &["CLIENT", "PAUSE", "2500", "WRITE"] } else { &["CLIENT", "PAUSE", "2500"] });
        master.ok(&["SET", "foo2", "bar"]);
        std::thread::sleep(Duration::from_millis(400));
        let after = master.count("master_repl_offset");
        if writes {
            assert_eq!(
                (replica.count("slave_repl_offset"), replica.count("slave_read_repl_offset")),
                (before, after),
                "{:?}",
                replica.make
            );
            assert_eq!(replica.command(&["GET", "foo2"]), Reply::Nil, "{:?}", replica.make);
        }
        // Up to 5.0 the replica answers when the pause is over.
        eventually("it is applied", 10, || replica.command(&["GET", "foo2"]) != Reply::Nil);
        assert!(began.elapsed() > Duration::from_millis(2_400), "{:?}: before the pause was over", replica.make);
        assert_eq!(replica.count("slave_repl_offset"), master.count("master_repl_offset"), "{:?}", replica.make);
        if writes {
            let full = master.count("sync_full");
            replica.ok(&["CLIENT", "PAUSE", "1500", "WRITE"]);
            master.ok(&["SET", "foo3", "bar"]);
            std::thread::sleep(Duration::from_millis(200));
            let _ = master.command(&["CLIENT", "KILL", "TYPE", "slave"]);
            eventually("a full resynchronisation", 20, || master.count("sync_full") == full + 1);
            assert!(!replica.log().contains("Caching the disconnected master state"), "{:?}", replica.make);
        }
    });
}

/// A4: what stands behind a sleep in a transaction leaves after it, and what stands before it before.
#[test]
fn a_transaction_that_sleeps_closes_its_link_in_its_order() {
    let cases = [R30, ours(Era::V3_0), R62, ours(Era::V6_2), R70, ours(Era::V7_0)];
    at_once(&cases, |make| {
        for (sleeps_first, lines) in [(true, ["DEBUG SLEEP 2", "SLAVEOF NO ONE"]), (false, ["SLAVEOF NO ONE", "DEBUG SLEEP 2"])] {
            let master = Live::start(make.clone(), &with(make, &[]));
            let replica = Live::start(make.clone(), &with(make, &[]));
            replica.follow(master.port);
            master.settled(&replica);
            let mut conn = replica.connect().expect("it listens");
            let mut wire = Vec::new();
            for line in ["MULTI", lines[0], lines[1], "EXEC"] {
                write_command(&line.split(' ').collect::<Vec<_>>(), &mut wire);
            }
            conn.send(&wire);
            std::thread::sleep(Duration::from_millis(800));
            assert_eq!(master.info("connected_slaves"), if sleeps_first { "1" } else { "0" }, "{make:?} {lines:?}");
            eventually("the link is closed", 10, || master.info("connected_slaves") == "0");
        }
    });
}

/// What a server says under some conditions: M its last BGSAVE failed, N it lacks good replicas, R it follows somebody who is not there, D the same and it serves
/// no stale data, W it is a writable replica, O it uses more than maxmemory, U it has a password.
fn refusals(make: &Make, conditions: &str) -> Vec<String> {
    let server = Live::start(make.clone(), &with(make, &[]));
    let ok = |words: &[&str]| server.ok(words);
    for condition in conditions.chars() {
        match condition {
            'M' => {
                std::fs::create_dir_all(server.file("dump.rdb")).expect("a folder in the way");
                ok(&["CONFIG", "SET", "save", "900 1"]);
                let _ = server.command(&["BGSAVE"]);
                eventually("it fails", 10, || server.info("rdb_last_bgsave_status") == "err");
            }
            'N' => ok(&["CONFIG", "SET", "min-slaves-to-write", "1"]),
            'D' => ok(&["CONFIG", "SET", "slave-serve-stale-data", "no"]),
            'W' => ok(&["CONFIG", "SET", "slave-read-only", "no"]),
            'O' => ok(&["CONFIG", "SET", "maxmemory", "1"]),
            _ => {}
        }
    }
    if conditions.contains(['R', 'D']) {
        ok(&["SLAVEOF", "127.0.0.1", "1"]);
    }
    if conditions.contains('U') {
        ok(&["CONFIG", "SET", "requirepass", "pw"]);
    }
    let mut said = Vec::new();
    let lines = "NOSUCH|SET a|GET a|SET a 1|PING|INFO x|CONFIG GET save|ECHO x|SELECT 1|TIME|MULTI|EXEC|EXEC 1|DISCARD|REPLCONF listening-port 1|AUTH zzz|PUBLISH c m";
    for line in lines.split('|') {
        let mut conn = Conn::open(server.port).expect("it listens");
        let words: Vec<&str> = line.split(' ').collect();
        let reply = conn.pipeline(&[words]).and_then(|mut replies| replies.pop()).map_or_else(|| "closed".to_owned(), |r| cli::format(&r));
        let text = if line == "TIME" && !reply.starts_with("(error)") { "a time".to_owned() } else { reply };
        said.push(format!("{line}: {text}"));
    }
    said
}
/// A7: which of two reasons is given, release by release.
#[test]
fn refusals_come_in_one_order() {
    let cases = [(R28, ours(Era::V2_8)), (R30, ours(Era::V3_0)), (R62, ours(Era::V6_2)), (R70, ours(Era::V7_0))];
    at_once(&cases, |(real, mine)| {
        for conditions in ["M", "N", "R", "D", "U", "O", "MN", "MR", "MD", "MU", "NR", "ND", "RU", "NRW", "MNRDW", "MNO", "RWO", "UO"] {
            assert_eq!(refusals(mine, conditions), refusals(real, conditions), "{real:?} under {conditions}");
        }
    });
}

/// A caller that blocked while its server was a master: SLAVEOF answers it with an error from late releases of 2.8 on. Before, it stays, and what the new master writes
/// serves it: the replica then has other data than its master.
#[test]
fn a_blocked_caller_of_a_master_that_follows() {
    for (make, stays) in
        [(R28, true), (ours(Era::V2_6), true), (R30, false), (ours(Era::V3_0), false), (R70, false), (ours(Era::V7_0), false)]
    {
        let master = Live::start(make.clone(), &with(&make, &[]));
        let replica = Live::start(make.clone(), &with(&make, &[]));
        let mut caller = replica.connect().expect("it listens");
        let mut wire = Vec::new();
        write_command(&["BRPOPLPUSH", "from", "to", "0"], &mut wire);
        caller.send(&wire);
        eventually("the caller waits", 5, || replica.count("blocked_clients") == 1);
        replica.follow(master.port);
        eventually("the link is up", 20, || replica.info("master_link_status") == "up");
        master.ok(&["SET", "before", "1"]);
        let _ = master.command(&["RPUSH", "from", "x"]);
        master.ok(&["SET", "after", "1"]);
        eventually("the replica has what was written", 10, || replica.command(&["GET", "after"]) != Reply::Nil);
        let reply = caller.read().map_or_else(|| "closed".to_owned(), |reply| cli::format(&reply));
        let has = |server: &Live| ["from", "to"].map(|key| server.command(&["EXISTS", key]));
        assert_eq!(has(&master), [Reply::Int(1), Reply::Int(0)], "{make:?}");
        if stays {
            assert_eq!((reply.as_str(), has(&replica)), ("\"x\"", [Reply::Int(0), Reply::Int(1)]), "{make:?}");
        } else {
            assert!(reply.starts_with("(error) UNBLOCKED force unblock from blocking operation"), "{make:?}: {reply}");
            assert_eq!(has(&replica), [Reply::Int(1), Reply::Int(0)], "{make:?}");
        }
    }
}

/// SHUTDOWN within a transaction (3.2 to 6.2): the stream ends within it. Who follows has the bytes and has run nothing of them.
#[test]
fn a_transaction_that_ends_its_server_is_left_open() {
    for make in [R62, ours(Era::V6_2), ours(Era::V5_0), ours(Era::V3_2)] {
        let master = Live::start(make.clone(), &with(&make, &[]));
        let mut stream = TcpStream::connect(("127.0.0.1", master.port)).expect("it listens");
        stream.write_all(b"SYNC\r\n").expect("it reads");
        eventually("the replica is online", 20, || master.info("slave0").contains("state=online"));
        master.ok(&["SET", "a", "1"]);
        let mut caller = master.connect().expect("it listens");
        let mut wire = Vec::new();
        for line in ["MULTI", "INCR n", "SHUTDOWN NOSAVE", "EXEC"] {
            write_command(&line.split(' ').collect::<Vec<_>>(), &mut wire);
        }
        caller.send(&wire);
        let mut all = Vec::new();
        stream.read_to_end(&mut all).expect("it ends");
        let open = b"*1\r\n$5\r\nMULTI\r\n*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n";
        assert!(all.ends_with(open), "{make:?}: {}", String::from_utf8_lossy(&all[all.len().saturating_sub(120)..]));
    }
}

fn is_7_0(make: &Make) -> bool {
    matches!(make, Make::Real("7.0.15") | Make::Ours(_, Era::V7_0))
}
/// What a server says while it loads, under some conditions: P its writes are paused, N it lacks good replicas, O it uses more than maxmemory.
fn refusals_while_loading(make: &Make, conditions: &str) -> Vec<String> {
    // It looks after its callers every 2 MiB, from 7.0 on as often as it is told.
    let (keys, bytes, delay) = if is_7_0(make) { (60, 1_200, "50000") } else { (16, 2_200_000, "250000") };
    let words: &[&str] = if is_7_0(make) { &["--loading-process-events-interval-bytes", "1024"] } else { &[] };
    let server = Live::start(make.clone(), &with(make, words));
    server.ok(&["CONFIG", "SET", "save", ""]);
    server.ok(&["CONFIG", "SET", "rdbcompression", "no"]);
    for n in 0..keys {
        server.ok(&["SET", &format!("key:{n}"), &"x".repeat(bytes)]);
    }
    server.ok(&["CONFIG", "SET", "key-load-delay", delay]);
    for condition in conditions.chars() {
        match condition {
            'P' => server.ok(&["CLIENT", "PAUSE", "60000", "WRITE"]),
            'N' => server.ok(&["CONFIG", "SET", "min-slaves-to-write", "1"]),
            'O' => server.ok(&["CONFIG", "SET", "maxmemory", "1"]),
            _ => {}
        }
    }
    let mut loader = server.connect().expect("it listens");
    let mut wire = Vec::new();
    write_command(&["DEBUG", "RELOAD"], &mut wire);
    loader.send(&wire);
    eventually("it loads", 10, || server.info("loading") == "1");
    let lines = ["NOSUCH", "SET a", "SET a 1", "GET a", "PING", "EXEC", "REPLCONF listening-port 1"];
    let mut conns = lines.map(|_| Conn::open(server.port).expect("it listens"));
    for (conn, line) in conns.iter_mut().zip(lines) {
        let mut wire = Vec::new();
        write_command(&line.split(' ').collect::<Vec<_>>(), &mut wire);
        conn.send(&wire);
    }
    let said = conns
        .iter_mut()
        .zip(lines)
        .map(|(conn, line)| format!("{line}: {}", conn.read().map_or("closed".into(), |r| cli::format(&r))))
        .collect();
    assert_eq!(server.info("loading"), "1", "{make:?}: it loads all the while");
    said
}
/// -LOADING comes behind the want of good replicas and before a pause, which holds back nothing that is refused; want of memory is not asked about then.
#[test]
fn refusals_while_loading_come_in_one_order() {
    at_once(&[(R62, ours(Era::V6_2)), (R70, ours(Era::V7_0))], |(real, mine)| {
        for conditions in ["", "P", "N", "PN", "O", "PO"] {
            let said = refusals_while_loading(real, conditions);
            assert_eq!(refusals_while_loading(mine, conditions), said, "{real:?} under {conditions}");
            let write = if conditions.contains('N') { "SET a 1: (error) NOREPLICAS" } else { "SET a 1: (error) LOADING" };
            assert!(said[2].starts_with(write), "{real:?} under {conditions}: {}", said[2]);
        }
    });
}
