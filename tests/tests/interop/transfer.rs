//! An RDB on its way: key by key from the master's child, parsed by the replica as its bytes come, and what a child keeps open. Each is done to a real
//! server and to ours, and must look alike.

use super::{R30, R62, R70, at_once, ours};
use resync_core::era::Era;
use resync_tests::live::{Live, Make, eventually};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Bytes of each key's value: two of them are more than a child collects before it writes.
const VALUE: usize = 9_000;

fn pairs() -> [(Make, Era); 2] {
    [(R62, Era::V6_2), (R70, Era::V7_0)]
}
/// A master that sends its RDB past the disk, 30 ms a key.
fn slow_master(make: Make, keys: usize) -> Live {
    let words = ["--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0", "--rdb-key-save-delay", "30000"];
    let words = [&words[..], &["--rdbcompression", "no", "--enable-debug-command", "yes"][..if make == R62 { 2 } else { 4 }]].concat();
    let words = if matches!(make, Make::Ours(_, Era::V6_2)) { &words[..8] } else { &words[..] };
    let master = Live::start(make, words);
    for n in 0..keys {
        master.ok(&["SET", &format!("key:{n}"), &"x".repeat(VALUE)]);
    }
    master
}
/// Lines of a log that hold one of these words, without what differs from run to run.
fn lines(server: &Live, words: &[&str]) -> Vec<String> {
    let digits = |word: &str| {
        let mut plain = String::new();
        for part in word.split_inclusive(|c: char| !c.is_ascii_digit()) {
            let number = part.trim_end_matches(|c: char| !c.is_ascii_digit());
            plain.push_str(if number.len() > 3 { "N" } else { number });
            plain.push_str(&part[number.len()..]);
        }
        plain
    };
    let log = server.log();
    let told = log.lines().filter_map(|line| line.find(" * ").or_else(|| line.find(" # ")).map(|at| &line[at + 1..]));
    let told = told.filter(|line| words.iter().any(|word| line.contains(word)));
    // The line of Redis's source, which ours does not say.
    told.map(|line| digits(line).replace("rdb.c:N", "rdb.c")).collect()
}

/// What a hand-made replica gets of an RDB: bytes, pieces with a pause between them, and how long it took; and its connection.
fn taken(master: &Live) -> (usize, usize, Duration, TcpStream) {
    let mut conn = TcpStream::connect(("127.0.0.1", master.port)).expect("it listens");
    conn.write_all(b"REPLCONF capa eof capa psync2\r\n").expect("it reads");
    let mut ok = [0; 5];
    conn.read_exact(&mut ok).expect("+OK");
    conn.write_all(b"PSYNC ? -1\r\n").expect("it reads");
    let (mut all, mut buffer) = (Vec::new(), vec![0; 1 << 20]);
    let (mut pieces, mut first, mut last) = (0, None, Instant::now());
    loop {
        let n = conn.read(&mut buffer).expect("more of it");
        assert!(n > 0, "it ends with a mark");
        all.extend_from_slice(&buffer[..n]);
        if let Some(at) = all.windows(5).position(|five| five == b"$EOF:") {
            let since = *first.get_or_insert_with(Instant::now);
            pieces += usize::from(last.elapsed() > Duration::from_millis(10));
            last = Instant::now();
            let mark = all.get(at + 5..at + 45).map(<[u8]>::to_vec);
            if mark.is_some_and(|mark| all.len() > at + 90 && all.ends_with(&mark)) {
                return (all.len() - at, pieces, since.elapsed(), conn);
            }
        }
    }
}

#[test]
fn a_child_sends_key_by_key() {
    at_once(&pairs(), |(real, era)| {
        for make in [real.clone(), ours(*era)] {
            let master = slow_master(make.clone(), 30);
            let ended = "done reading from pipe, 1 replicas still up";
            let (bytes, pieces, took, conn) = std::thread::scope(|scope| {
                let taker = scope.spawn(|| taken(&master));
                eventually("the child works", 10, || master.info("rdb_bgsave_in_progress") == "1");
                std::thread::sleep(Duration::from_millis(300));
                assert!(!master.log().contains(ended), "{make:?}: it is under way");
                assert!(!taker.is_finished());
                taker.join().expect("an RDB")
            });
            assert!(bytes > 30 * VALUE, "{make:?}: {bytes} bytes");
            assert!((8..=30).contains(&pieces), "{make:?}: {pieces} pieces");
            assert!((600..2_500).contains(&took.as_millis()), "{make:?}: {took:?}");
            eventually("it ends", 10, || master.log().contains(ended));
            drop(conn);
        }
    });
}

/// What a replica says of a transfer that is cut, and of the next; whether it answered in the middle of it; its keys in the end.
fn parsed(master: Make, make: Make, era: Era) -> (Vec<String>, bool, String) {
    let master = slow_master(master, 40);
    let replica = Live::start(make, if era.has(Era::V7_0) { &["--enable-debug-command", "yes"] } else { &[] });
    replica.ok(&["SET", "old", "data"]);
    replica.ok(&["CONFIG", "SET", "repl-diskless-load", "swapdb"]);
    replica.follow(master.port);
    eventually("it loads", 10, || replica.log().contains("Loading RDB produced by version"));
    // 360 KB are less than the 2 MiB after which it looks at its event loop.
    let mut caller = TcpStream::connect(("127.0.0.1", replica.port)).expect("the kernel accepts");
    caller.set_read_timeout(Some(Duration::from_millis(250))).expect("a time limit");
    caller.write_all(b"PING\r\n").expect("the kernel takes it");
    let answered = caller.read(&mut [0; 64]).is_ok();
    master.command(&["CLIENT", "KILL", "TYPE", "replica"]);
    eventually("it hears of it", 10, || replica.log().contains("Failed trying to load the MASTER"));
    master.ok(&["CONFIG", "SET", "rdb-key-save-delay", "0"]);
    eventually("it follows", 20, || replica.info("master_link_status") == "up");
    let words = ["sync: ", "RDB produced", "Short read", "Internal error", "Failed trying", "Done loading", "after failure"];
    (lines(&replica, &words), answered, format!("{:?}", replica.command(&["DBSIZE"])))
}

#[test]
fn a_replica_that_parses_as_bytes_come_hears_nobody_and_tells_of_a_cut() {
    at_once(&pairs(), |(real, era)| {
        let (theirs, mine) = (parsed(real.clone(), real.clone(), *era), parsed(real.clone(), ours(*era), *era));
        assert_eq!(mine, theirs, "{era}");
        assert!(!theirs.1 && theirs.0.iter().any(|line| line.contains("Unexpected EOF")), "{theirs:?}");
    });
}

/// A replica's folder is removed: what it says while it tries twice, and then of SAVE and BGSAVE.
fn without_folder(make: Make) -> (Vec<String>, Vec<String>) {
    let master = Live::start(make.clone(), &["--repl-diskless-sync", "no"]);
    let replica = Live::start(make, &[]);
    let folder = replica.file("gone");
    std::fs::create_dir(&folder).expect("a folder");
    replica.ok(&["CONFIG", "SET", "dir", &folder.display().to_string()]);
    std::fs::remove_dir(&folder).expect("it is empty");
    let replies = ["SAVE", "BGSAVE"].map(|word| format!("{:?}", replica.command(&[word])));
    eventually("the child fails", 10, || replica.log().contains("Background saving error"));
    let attempts = || replica.log().matches("Opening the temp file needed").count();
    replica.follow(master.port);
    eventually("it tries twice", 20, || attempts() == 2);
    let words = ["Opening the temp file", "Failed opening", "Background saving error", "sync started", "Full resync from"];
    let told = lines(&replica, &words);
    let told = told.iter().map(|line| line.split("Full resync from master").next().unwrap_or_default().to_owned());
    (told.collect(), replies.to_vec())
}

#[test]
fn a_replica_whose_folder_is_gone_says_so_and_tries_again() {
    at_once(&[(R30, Era::V3_0), (R62, Era::V6_2)], |(real, era)| {
        let (theirs, mine) = (without_folder(real.clone()), without_folder(ours(*era)));
        assert_eq!(mine, theirs, "{era}");
    });
}

#[test]
fn a_server_that_is_given_another_port_listens_there() {
    at_once(&[R70, ours(Era::V7_0)], |make| {
        let server = Live::start(make.clone(), &[]);
        // Another test may have taken the next one meanwhile: then a real server stays where it is.
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
        let mut before = TcpStream::connect(("127.0.0.1", server.port)).expect("it listens");
        let mut ping = || {
            before.write_all(b"PING\r\n").expect("it reads");
            before.read_exact(&mut [0; 7]).expect("who is connected stays");
        };
        // Answered once, it is accepted: who waits in the kernel's queue when the listener closes is reset.
        ping();
        server.ok(&["CONFIG", "SET", "port", &free.to_string()]);
        eventually("it listens there", 5, || TcpStream::connect(("127.0.0.1", free)).is_ok());
        assert!(TcpStream::connect(("127.0.0.1", server.port)).is_err(), "{make:?}");
        ping();
    });
}

/// How long a client's connection stays open after a BGSAVE began, though it is killed at once, and whether that is until the child's end.
fn kept_open(make: Make) -> bool {
    let master = slow_master(make, 30);
    let mut caller = TcpStream::connect(("127.0.0.1", master.port)).expect("it listens");
    caller.write_all(b"CLIENT SETNAME victim\r\n").expect("it reads");
    caller.read_exact(&mut [0; 5]).expect("+OK");
    master.command(&["BGSAVE"]);
    let since = Instant::now();
    let address = caller.local_addr().expect("an address").to_string();
    master.command(&["CLIENT", "KILL", &address]);
    eventually("the server forgets it", 10, || !format!("{:?}", master.command(&["CLIENT", "LIST"])).contains("victim"));
    assert!(since.elapsed() < Duration::from_millis(600), "the child still works");
    assert_eq!(caller.read(&mut [0; 16]).expect("a FIN"), 0);
    since.elapsed() > Duration::from_millis(850)
}

#[test]
fn a_connection_that_a_server_closes_during_a_bgsave_ends_with_the_child() {
    at_once(&pairs(), |(real, era)| {
        assert_eq!((kept_open(real.clone()), kept_open(ours(*era))), (true, true), "{era}");
    });
}
