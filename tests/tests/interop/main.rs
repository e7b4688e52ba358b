//! Live servers of several releases and resync-node, in both directions: who replicates from whom, cut and healed, restarted, promoted, in chains.
//!
//! `cargo xtask test interop` fetches the servers.

mod corners;
mod today;
mod transfer;

use resync_core::era::Era;
use resync_core::resp::Reply;
use resync_tests::live::{Live, Make, Proxy, Writer, eventually};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const R28: Make = Make::Real("2.8.17");
const R30: Make = Make::Real("3.0.5");
const R62: Make = Make::Real("6.2.14");
const R70: Make = Make::Real("7.0.15");

fn ours(era: Era) -> Make {
    Make::Ours(PathBuf::from(env!("CARGO_BIN_EXE_resync-node")), era)
}
/// The words with which a server of this make syncs at once, through files.
fn prompt(make: &Make) -> Vec<&'static str> {
    let has_delay = match make {
        Make::Real(release) => !release.starts_with("2.8.1"),
        Make::Ours(_, era) => era.has(Era::V2_8),
    };
    if has_delay { vec!["--repl-diskless-sync", "no"] } else { Vec::new() }
}
fn with<'a>(make: &Make, words: &[&'a str]) -> Vec<&'a str> {
    let mut all: Vec<&'a str> = prompt(make);
    all.extend(words);
    all
}
/// Runs all of these at once: they mostly wait.
fn at_once<T: Send + Sync>(cases: &[T], run: impl Fn(&T) + Sync) {
    std::thread::scope(|scope| {
        for case in cases {
            scope.spawn(|| run(case));
        }
    });
}

/// A master and a replica with a way between them that can be cut: full, partial inside the backlog, full outside it, with a password.
fn story(master: &Make, replica: &Make, seed: u64) {
    let words = ["--requirepass", "s3cret", "--repl-backlog-size", "65536"];
    let words = if matches!(master, Make::Ours(_, Era::V2_6)) { &words[..2] } else { &words[..] };
    let master = Live::start(master.clone(), &with(master, words));
    let mut writer = Writer::new(seed, 60);
    writer.write(&master, 1_500);
    let way = Proxy::open(master.port);
    let replica = Live::start(replica.clone(), &with(replica, &["--masterauth", "s3cret"]));
    replica.follow(way.port);
    writer.write(&master, 500);
    master.settled(&replica);
    writer.write(&master, 1_000);
    master.settled(&replica);
    master.same_data(&replica);
    let knows = |server: &Live| !matches!(server.make, Make::Ours(_, Era::V2_6));
    if !knows(&master) || !knows(&replica) {
        return;
    }
    let counters = || (master.count("sync_full"), master.count("sync_partial_ok"), master.count("sync_partial_err"));
    let (full, partial, failed) = counters();
    assert!(full >= 1, "{full} full resynchronisations");

    way.cut();
    eventually("the replica misses its master", 10, || replica.info("master_link_status") == "down");
    writer.write(&master, 100);
    way.heal();
    master.settled(&replica);
    assert_eq!(counters(), (full, partial + 1, failed), "a short cut ends in a partial resynchronisation");
    master.same_data(&replica);

    way.cut();
    eventually("the replica misses its master", 10, || replica.info("master_link_status") == "down");
    writer.write(&master, 3_000);
    way.heal();
    master.settled(&replica);
    assert_eq!(counters(), (full + 1, partial + 1, failed + 1), "a long cut ends in a full one");
    writer.write(&master, 200);
    master.settled(&replica);
    master.same_data(&replica);
}

#[test]
fn a_real_master_and_our_replica() {
    let cases = [
        (R70, Era::V7_0),
        (R62, Era::V6_2),
        (R30, Era::V3_0),
        (R28, Era::V2_8),
        (R62, Era::V7_0),
        (R30, Era::V7_0),
        (R30, Era::V4_0),
        (R28, Era::V3_2),
        (R28, Era::V2_6),
    ];
    at_once(&cases, |(real, era)| story(real, &ours(*era), 11));
}

#[test]
fn our_master_and_a_real_replica() {
    let cases = [
        (Era::V7_0, R70),
        (Era::V6_2, R62),
        (Era::V3_0, R30),
        (Era::V2_8, R28),
        (Era::V5_0, R62),
        (Era::V4_0, R70),
        (Era::V3_2, R70),
        (Era::V2_8, R62),
        (Era::V2_6, R30),
    ];
    at_once(&cases, |(era, real)| story(&ours(*era), real, 12));
}

#[test]
fn a_password_that_is_wrong_is_refused_both_ways() {
    let cases = [(R70, ours(Era::V7_0)), (ours(Era::V7_0), R70), (R30, ours(Era::V3_0)), (ours(Era::V3_0), R30)];
    at_once(&cases, |(master, replica)| {
        let master = Live::start(master.clone(), &["--requirepass", "right"]);
        let replica = Live::start(replica.clone(), &["--masterauth", "wrong"]);
        replica.follow(master.port);
        eventually("the replica says why", 10, || replica.log().contains("Unable to AUTH to MASTER: "));
        assert_eq!(replica.info("master_link_status"), "down");
        replica.ok(&["CONFIG", "SET", "masterauth", "right"]);
        eventually("the right one opens", 15, || replica.info("master_link_status") == "up");
    });
}

#[test]
fn either_end_restarts() {
    let cases = [(R70, ours(Era::V7_0)), (ours(Era::V7_0), R70), (R62, ours(Era::V6_2)), (ours(Era::V3_0), R30), (R30, ours(Era::V3_0))];
    at_once(&cases, |(master_make, replica_make)| {
        let master = Live::start(master_make.clone(), &with(master_make, &["--save", "900", "1"]));
        let follows = ["--save", "900", "1", "--slaveof", "127.0.0.1", &master.port.to_string()].map(str::to_owned);
        let follows: Vec<&str> = follows.iter().map(String::as_str).collect();
        let mut writer = Writer::new(21, 50);
        writer.write(&master, 800);
        let replica = Live::start(replica_make.clone(), &with(replica_make, &follows));
        master.settled(&replica);
        let full = master.count("sync_full");

        // The replica: from 4.0 on it finds its place in the file that it wrote.
        assert_eq!(replica.shut_down("SAVE"), Some(0));
        writer.write(&master, 100);
        replica.again();
        master.settled(&replica);
        master.same_data(&replica);
        let psync2 = master.make.psync2() && replica.make.psync2();
        assert_eq!(master.count("sync_full"), if psync2 { full } else { full + 1 });

        // The master, by SIGTERM: it saves. 7.0 keeps its stream's identity over that.
        let before = master.info("master_replid");
        master.signal("TERM");
        assert_eq!(master.ended(), Some(0));
        assert!(master.log().contains("Redis is now ready to exit, bye bye..."));
        master.again();
        writer.write(&master, 100);
        master.settled(&replica);
        master.same_data(&replica);
        let keeps = matches!(master.make, Make::Real("7.0.15") | Make::Ours(_, Era::V7_0));
        assert_eq!(master.count("sync_partial_ok") > 0, keeps);
        if keeps {
            assert_eq!(master.info("master_replid2"), before);
        }
    });
}

#[test]
fn chains_of_real_and_ours() {
    let cases = [
        [R70, ours(Era::V7_0), R70],
        [ours(Era::V7_0), R70, ours(Era::V7_0)],
        [R30, ours(Era::V3_0), R30],
        [R62, ours(Era::V6_2), R70],
        [ours(Era::V3_0), R30, ours(Era::V7_0)],
    ];
    at_once(&cases, |[first, second, third]| {
        let first = Live::start(first.clone(), &prompt(first));
        let second = Live::start(second.clone(), &prompt(second));
        let third = Live::start(third.clone(), &prompt(third));
        let mut writer = Writer::new(31, 60);
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
        if first.make.psync2() && third.make.psync2() {
            // One stream, from end to end.
            for field in ["master_replid", "master_repl_offset"] {
                eventually("one stream", 5, || first.info(field) == third.info(field) && first.info(field) == second.info(field));
            }
        }
    });
}

#[test]
fn a_promoted_replica_is_followed_by_the_others() {
    let cases = [
        [R70, ours(Era::V7_0), R70],
        [R70, R70, ours(Era::V7_0)],
        [ours(Era::V7_0), R70, ours(Era::V7_0)],
        [ours(Era::V6_2), ours(Era::V6_2), R62],
        [R30, ours(Era::V3_0), R30],
    ];
    at_once(&cases, |[old, heir, other]| {
        let old = Live::start(old.clone(), &prompt(old));
        let heir = Live::start(heir.clone(), &prompt(heir));
        let other = Live::start(other.clone(), &prompt(other));
        // A PING of the old master behind the promotion would put who gets it past the byte at which the histories part.
        old.ok(&["CONFIG", "SET", "repl-ping-slave-period", "3600"]);
        let mut writer = Writer::new(41, 60);
        writer.write(&old, 800);
        for replica in [&heir, &other] {
            replica.follow(old.port);
            old.settled(replica);
        }
        writer.write(&old, 500);
        old.settled(&heir);
        old.settled(&other);
        // Nor does the old master delete by itself what expires now: a DEL of 23 bytes would be as much.
        old.ok(&["DEBUG", "SET-ACTIVE-EXPIRE", "0"]);
        eventually("both have every byte", 10, || {
            let head = old.info("master_repl_offset");
            [&heir, &other].iter().all(|replica| replica.info("slave_repl_offset") == head)
        });
        heir.ok(&["SLAVEOF", "NO", "ONE"]);
        writer.write(&heir, 100);
        let full = heir.count("sync_full");
        if heir.make.psync2() {
            assert_eq!(old.count("master_repl_offset") + 1, heir.count("second_repl_offset"), "the old master says nothing more");
        }
        other.follow(heir.port);
        old.follow(heir.port);
        heir.settled(&other);
        eventually("the old master follows", 20, || old.info("master_link_status") == "up");
        writer.write(&heir, 300);
        heir.settled(&other);
        heir.same_data(&other);
        heir.same_data(&old);
        if heir.make.psync2() {
            assert_eq!(heir.count("sync_full"), full, "from 4.0 on nobody needs a full resynchronisation for that");
        }
    });
}

/// What the old master says behind a promotion, a key that expires there included, takes those who hear it past the byte at which the histories part: they,
/// and it, need a full resynchronisation.
#[test]
fn who_heard_the_old_master_behind_a_promotion_copies_everything() {
    let cases = [[R70, R70, R70], [R62, R62, R62], [R70, ours(Era::V7_0), R70], [ours(Era::V7_0), R70, ours(Era::V7_0)]];
    at_once(&cases, |[old, heir, other]| {
        let old = Live::start(old.clone(), &prompt(old));
        let heir = Live::start(heir.clone(), &prompt(heir));
        let other = Live::start(other.clone(), &prompt(other));
        old.ok(&["CONFIG", "SET", "repl-ping-slave-period", "3600"]);
        for replica in [&heir, &other] {
            replica.follow(old.port);
            old.settled(replica);
        }
        old.ok(&["SET", "kept", "1"]);
        old.ok(&["SET", "s:12", "x", "PX", "1500"]);
        old.settled(&heir);
        old.settled(&other);
        heir.ok(&["SLAVEOF", "NO", "ONE"]);
        let parts = heir.count("second_repl_offset");
        // DEL s:12, and nobody asked for it.
        eventually("the key expires", 10, || old.count("master_repl_offset") + 1 == parts + 23);
        old.settled(&other);
        let full = heir.count("sync_full");
        other.follow(heir.port);
        heir.settled(&other);
        old.follow(heir.port);
        eventually("the old master follows", 20, || old.info("master_link_status") == "up");
        assert_eq!((heir.count("sync_full"), heir.count("sync_partial_ok")), (full + 2, 0), "{:?}", heir.make);
        heir.same_data(&other);
    });
}

#[test]
fn without_a_disk_on_either_side() {
    let cases = [
        (R70, ours(Era::V7_0), Some("swapdb")),
        (ours(Era::V7_0), R70, Some("swapdb")),
        (R62, ours(Era::V6_2), Some("on-empty-db")),
        (ours(Era::V6_2), R62, Some("on-empty-db")),
        (R30, ours(Era::V3_0), None),
        (ours(Era::V3_0), R30, None),
        (ours(Era::V4_0), R70, Some("disabled")),
    ];
    at_once(&cases, |(master, replica, load)| {
        let master = Live::start(master.clone(), &["--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"]);
        let mut words = vec!["--repl-timeout", "20"];
        if let Some(load) = load {
            words.extend(["--repl-diskless-load", *load]);
        }
        let replica = Live::start(replica.clone(), &words);
        let mut writer = Writer::new(51, 80);
        writer.write(&master, 2_000);
        replica.follow(master.port);
        writer.write(&master, 2_000);
        master.settled(&replica);
        master.same_data(&replica);
        assert!(replica.log().contains("receiving streamed RDB from master"), "it went without a disk");
        if load.is_some_and(|l| l != "disabled") {
            assert!(replica.log().contains("to parser"), "and was parsed as it came");
        }
    });
}

#[test]
fn many_keys_of_all_types_under_writes() {
    let cases = [(R70, ours(Era::V7_0)), (ours(Era::V7_0), R70), (ours(Era::V3_0), R30)];
    at_once(&cases, |(master, replica)| {
        let master = Live::start(master.clone(), &with(master, &["--repl-backlog-size", "16mb"]));
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
        let replica = Live::start(replica.clone(), &prompt(replica));
        replica.follow(master.port);
        let mut writer = Writer::new(61, 500);
        writer.write(&master, 6_000);
        master.settled(&replica);
        writer.write(&master, 2_000);
        master.settled(&replica);
        master.same_data(&replica);
    });
}

#[test]
fn a_format_newer_than_the_replicas_is_refused_whole() {
    let master = Live::start(R70, &prompt(&R70));
    Writer::new(71, 20).write(&master, 200);
    let replica = Live::start(ours(Era::V3_0), &[]);
    replica.ok(&["SET", "kept", "until the flush"]);
    replica.follow(master.port);
    eventually("the replica refuses it", 15, || replica.log().contains("Can't handle RDB format version 10"));
    assert_eq!(replica.info("master_link_status"), "down");
    assert_eq!(replica.command(&["DBSIZE"]), Reply::Int(0), "nothing is half loaded");
}

// ---- the tools

fn run(program: &str, words: &[&str]) -> Output {
    Command::new(program).args(words).stdin(Stdio::null()).output().unwrap_or_else(|why| panic!("{program}: {why}"))
}
fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn redis_cli_works_on_it() {
    let node = Live::start(ours(Era::V7_0), &prompt(&ours(Era::V7_0)));
    let port = node.port.to_string();
    let cli = |words: &[&str]| text(&run("redis-cli", &[&["-p", &port], words].concat()));
    assert_eq!(cli(&["SET", "greeting", "hello world"]), "OK\n");
    assert_eq!(cli(&["GET", "greeting"]), "hello world\n");
    assert_eq!(cli(&["--no-raw", "LPUSH", "l", "a", "b"]), "(integer) 2\n");
    assert!(cli(&["EVAL", "return 1", "0"]).starts_with("ERR Resync does not have the command 'eval'"));
    assert!(cli(&["INFO", "replication"]).contains("role:master\r\n"));
    assert!(cli(&["--bigkeys"]).contains("Biggest string found"));

    // A copy by --rdb is a file that Redis's own checker likes.
    let copy = node.file("copy.rdb");
    let copied = run("redis-cli", &["-p", &port, "--rdb", &copy.display().to_string()]);
    assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
    let checked = run("redis-check-rdb", &[&copy.display().to_string()]);
    assert!(checked.status.success() && text(&checked).contains("\\o/ RDB looks OK! \\o/"), "{}", text(&checked));
}

/// Starts a program that runs until it is killed, and gives what it has printed once that contains `awaited`.
fn until_printed(words: &[&str], awaited: &str, mut meanwhile: impl FnMut()) -> String {
    use std::io::Read;
    let mut child = Command::new("redis-cli").args(words).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("redis-cli");
    let mut out = child.stdout.take().expect("it was piped");
    let mut printed = String::new();
    let mut buffer = [0; 4_096];
    while !printed.contains(awaited) {
        meanwhile();
        let n = out.read(&mut buffer).expect("a pipe");
        assert!(n > 0, "redis-cli {words:?} ended: {printed}");
        printed.push_str(&String::from_utf8_lossy(&buffer[..n]));
    }
    child.kill().expect("it runs");
    child.wait().expect("it ended");
    printed
}

#[test]
fn redis_cli_looks_on_and_plays_a_replica() {
    let node = Live::start(ours(Era::V7_0), &["--repl-diskless-sync-delay", "0"]);
    let port = node.port.to_string();
    node.ok(&["SET", "a", "b"]);
    let stat = until_printed(&["-p", &port, "--stat", "-i", "0.1"], "requests", || ());
    assert!(stat.contains("keys"), "{stat}");
    let followed = until_printed(&["-p", &port, "--replica"], "\"set\",\"seen\"", || {
        let _ = node.command(&["set", "seen", "by the replica"]);
    });
    assert!(followed.contains("\"SELECT\",\"0\""), "{followed}");
    assert_eq!(node.count("sync_full"), 1);
}

#[test]
fn redis_benchmark_runs_against_every_kind_of_command() {
    let node = Live::start(ours(Era::V7_0), &[]);
    let tests = "ping,set,get,incr,lpush,rpush,lpop,rpop,sadd,hset,spop,zadd,lrange,mset";
    let port = node.port.to_string();
    let ran = run("redis-benchmark", &["-p", &port, "-q", "-n", "2000", "-r", "100", "-P", "8", "-t", tests]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let said = text(&ran);
    for name in ["PING_MBULK", "SET", "GET", "INCR", "LPUSH", "RPOP", "SADD", "HSET", "SPOP", "ZADD", "LRANGE_600", "MSET (10 keys)"] {
        assert!(said.contains(name) && said.contains("requests per second"), "{name}: {said}");
    }
}

/// A replica sends a keepalive newline and an ACK in one piece, then PING: what comes back on its link, and whether the link is still there.
fn answered(make: &Make) -> (String, bool) {
    use std::io::{Read, Write};
    let master = Live::start(make.clone(), &prompt(make));
    let mut replica = std::net::TcpStream::connect(("127.0.0.1", master.port)).expect("a conn");
    replica.set_read_timeout(Some(std::time::Duration::from_millis(100))).expect("a time-out");
    let mut heard: Vec<u8> = Vec::new();
    let mut open = true;
    let mut read = |replica: &mut std::net::TcpStream, heard: &mut Vec<u8>| {
        let mut piece = [0; 4096];
        match replica.read(&mut piece) {
            Ok(0) => open = false,
            Ok(n) => heard.extend_from_slice(&piece[..n]),
            Err(why) => open = matches!(why.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut),
        }
        open
    };
    replica.write_all(b"PSYNC ? -1\r\n").expect("it listens");
    eventually("the RDB to have come", 10, || {
        read(&mut replica, &mut heard);
        heard.windows(5).any(|five| five == b"REDIS") && master.info("slave0").contains("state=online")
    });
    heard.clear();
    replica.write_all(b"\n*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$1\r\n1\r\n").expect("it listens");
    // Whatever it says to that is said before the write.
    for _ in 0..4 {
        read(&mut replica, &mut heard);
    }
    master.ok(&["SET", "key", "value"]);
    eventually("the write to have come", 10, || {
        read(&mut replica, &mut heard);
        heard.windows(5).any(|five| five == b"value")
    });
    replica.write_all(b"PING\r\n").expect("it listens");
    for _ in 0..10 {
        if !read(&mut replica, &mut heard) {
            break;
        }
    }
    let text = String::from_utf8_lossy(&heard).into_owned();
    // A second may have gone by: its ping is no answer.
    (text.replace("*1\r\n$4\r\nPING\r\n", "").replace("*1\r\n$4\r\nping\r\n", ""), open)
}

#[test]
fn what_a_replica_sends_is_answered_as_real_masters_answer_it() {
    let pairs = [(R28, Era::V2_8), (R30, Era::V3_0), (R62, Era::V6_2), (R70, Era::V7_0)];
    at_once(&pairs, |(real, era)| {
        let (theirs, mine) = (answered(real), answered(&ours(*era)));
        assert_eq!(mine, theirs, "{real:?}");
        let eaten = theirs.0.contains("-ERR unknown command '3'\r\n");
        assert_eq!(eaten, era.capabilities().greedy_newline, "{real:?}: {}", theirs.0);
        assert_eq!(theirs.1, !era.capabilities().closes_answered_replica, "{real:?}");
    });
}

/// A client that asks for a full resynchronisation and reads no more than the verdict; with it, the verdict's words.
fn attached(master: &Live) -> (std::net::TcpStream, Vec<String>) {
    use std::io::{Read, Write};
    let mut first = std::net::TcpStream::connect(("127.0.0.1", master.port)).expect("a conn");
    first.write_all(b"PSYNC ? -1\r\n").expect("it listens");
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        let mut byte = [0];
        first.read_exact(&mut byte).expect("+FULLRESYNC");
        line.extend_from_slice(&byte);
        // Keepalives may come first.
        if line == b"\n" {
            line.clear();
        }
    }
    let line = String::from_utf8(line).expect("a line");
    eventually("the replica to be online", 10, || master.info("slave0").contains("state=online"));
    (first, line.split_whitespace().map(ToOwned::to_owned).collect())
}

/// A replica comes back for more than its output buffer may hold: what the master logs of it, in order.
fn came_back_for_too_much(make: &Make) -> Vec<&'static str> {
    use std::io::Write;
    let master =
        Live::start(make.clone(), &with(make, &["--client-output-buffer-limit", "slave", "40kb", "0", "0", "--repl-backlog-size", "2mb"]));
    let (first, words) = attached(&master);
    let next = words[2].parse::<i64>().expect("an offset") + 1;
    drop(first);
    eventually("the replica to be gone", 10, || master.info("connected_slaves") == "0");
    for n in 0..10 {
        master.ok(&["SET", &format!("key:{n}"), &"x".repeat(30_000)]);
    }
    let mut again = std::net::TcpStream::connect(("127.0.0.1", master.port)).expect("a conn");
    again.write_all(format!("PSYNC {} {next}\r\n", words[1]).as_bytes()).expect("it listens");
    eventually("the verdict", 10, || master.log().contains("bytes of backlog"));
    let told = |line: &str| {
        let closed = line.contains("overcoming of output buffer limits").then_some("doomed");
        closed.or(line.contains("bytes of backlog").then_some("accepted"))
    };
    master.log().lines().filter_map(told).collect()
}

#[test]
fn what_a_partial_resynchronisation_sends_counts_against_the_limit() {
    let pairs = [(R28, Era::V2_8), (R30, Era::V3_0), (R62, Era::V6_2), (R70, Era::V7_0)];
    at_once(&pairs, |(real, era)| {
        let (theirs, mine) = (came_back_for_too_much(real), came_back_for_too_much(&ours(*era)));
        assert_eq!(mine, theirs, "{real:?}");
        let expected: &[&str] = if *era == Era::V7_0 { &["accepted"] } else { &["doomed", "accepted"] };
        assert_eq!(theirs, expected, "{real:?}");
    });
}

/// A replica's buffer is full, nothing more is written, and then the limit is lowered: whether the replica stays, and what the master logs of it, in
/// order, until a byte more was written. `looks`: the era looks by itself, and has ten seconds for it; else it is given `quiet`.
fn lowered_beneath(make: &Make, limit: &str, looks: bool, quiet: std::time::Duration) -> (bool, Vec<&'static str>) {
    let quiet_pings =
        ["--repl-ping-slave-period", "3600", "--repl-timeout", "4000", "--client-output-buffer-limit", "slave", "0", "0", "0"];
    let master = Live::start(make.clone(), &with(make, &quiet_pings));
    let (kept, _) = attached(&master);
    // More than the kernel's buffers take in.
    for n in 0..300 {
        master.ok(&["SET", &format!("key:{}", n % 5), &"x".repeat(100_000)]);
    }
    master.ok(&["CONFIG", "SET", "client-output-buffer-limit", limit]);
    let gone = || master.info("connected_slaves") == "0";
    if looks {
        eventually("the replica to be closed by the server's own round", 10, gone);
    } else {
        std::thread::sleep(quiet);
    }
    let stays = !gone();
    master.ok(&["SET", "one", "more"]);
    if limit.starts_with("slave 0 ") {
        // A soft limit begins to count there.
        std::thread::sleep(std::time::Duration::from_millis(300));
    } else {
        eventually("the replica to be closed", 10, gone);
    }
    let told = |line: &str| {
        let lost = line.contains("Connection with ").then_some("lost");
        let at_once = line.contains("closed for overcoming of output buffer limits.").then_some("closed");
        lost.or(at_once).or(line.contains("overcoming of output buffer limits.").then_some("scheduled"))
    };
    let told = master.log().lines().filter_map(told).collect();
    drop(kept);
    (stays, told)
}

#[test]
fn what_a_lowered_limit_does_where_nothing_is_written() {
    let pairs = [(R28, Era::V2_8), (R30, Era::V3_0), (R62, Era::V6_2), (R70, Era::V7_0)];
    let (hard, soft) = (std::time::Duration::from_millis(700), std::time::Duration::from_millis(3_700));
    at_once(&pairs, |(real, era)| {
        let looks = era.capabilities().limits_at_cron;
        for (limit, quiet) in [("slave 30000 0 0", hard), ("slave 0 30000 2", soft)] {
            let (theirs, mine) = (lowered_beneath(real, limit, looks, quiet), lowered_beneath(&ours(*era), limit, looks, quiet));
            assert_eq!(mine, theirs, "{real:?} {limit}");
            assert_eq!(theirs.0, !looks, "{real:?} {limit}");
        }
    });
}

#[test]
fn configuration_errors_are_those_of_the_real_server() {
    let cases: [(Make, Make); 3] = [(R70, ours(Era::V7_0)), (R62, ours(Era::V6_2)), (R30, ours(Era::V3_0))];
    for (real, node) in &cases {
        for words in [&["--nosuch", "1"][..], &["--nosuch"], &["--save", "60", "1", "--nosuch", "a b", "c"], &["/nonexistent/redis.conf"]] {
            let outcome = |make: &Make| {
                let (program, mut all) = make.program();
                all.extend(words.iter().map(|w| (*w).to_owned()));
                let out = Command::new(program).args(all).stdin(Stdio::null()).output().expect("it runs");
                // In lines of the log the process id and the date are their own.
                let log = text(&out);
                let log = log.split_once(" # ").map_or(log.clone(), |(_, text)| text.to_owned());
                (out.status.code(), String::from_utf8_lossy(&out.stderr).into_owned(), log)
            };
            assert_eq!(outcome(node), outcome(real), "{words:?}");
        }
    }
}

#[test]
fn it_starts_and_ends_as_redis_does() {
    for (era, ready) in
        [(Era::V7_0, "* Ready to accept connections"), (Era::V2_8, "* The server is now ready to accept connections on port ")]
    {
        let node = Live::start(ours(era), &["--save", "900", "1", "--tcp-backlog", "64", "--dbfilename", "data.rdb"]);
        assert!(node.log().contains(ready));
        assert_eq!(node.count("process_id"), i64::from(node.pid()));
        node.ok(&["SET", "kept", "yes"]);
        node.signal("INT");
        assert_eq!(node.ended(), Some(0));
        assert!(node.log().contains(" scheduling shutdown..."));
        assert!(node.file("data.rdb").is_file());
        node.again();
        assert_eq!(node.command(&["GET", "kept"]), Reply::bulk("yes"));
        assert!(node.log().contains("DB loaded from disk: "));
        node.ok(&["SET", "kept", "no"]);
        assert_eq!(node.shut_down("NOSAVE"), Some(0));
        node.again();
        assert_eq!(node.command(&["GET", "kept"]), Reply::bulk("yes"));
        // A background save, by hand and by a save point.
        node.ok(&["SET", "kept", "now"]);
        node.command(&["BGSAVE"]);
        eventually("it saves", 10, || node.info("rdb_bgsave_in_progress") == "0" && node.info("rdb_changes_since_last_save") == "0");
        node.ok(&["CONFIG", "SET", "save", "1 1"]);
        node.ok(&["SET", "kept", "by itself"]);
        eventually("it saves by itself", 10, || node.log().contains("1 changes in 1 seconds. Saving..."));
        eventually("it has saved", 10, || node.info("rdb_changes_since_last_save") == "0");
        node.signal("KILL");
        let _ = node.ended();
        node.again();
        assert_eq!(node.command(&["GET", "kept"]), Reply::bulk("by itself"));
    }
}

/// A configuration file after CONFIG REWRITE, without what differs from run to run and what means nothing to resync-node. From 7.0 on new lines come in
/// an order that differs from start to start.
fn rewritten(server: &Live) -> Vec<String> {
    server.ok(&["CONFIG", "REWRITE"]);
    let text = std::fs::read_to_string(server.file("redis.conf")).expect("its configuration");
    let folder = server.file("").display().to_string();
    let text = text.replace(folder.trim_end_matches('/'), "<folder>").replace(&server.port.to_string(), "<port>");
    let foreign = ["latency-tracking-info-percentiles ", "enable-debug-command "];
    let mut lines: Vec<String> =
        text.lines().filter(|line| !foreign.iter().any(|name| line.starts_with(name))).map(str::to_owned).collect();
    if server.info("redis_version").starts_with('7')
        && let Some(at) = lines.iter().position(|line| line == "# Generated by CONFIG REWRITE")
    {
        lines[at..].sort();
    }
    lines
}

#[test]
fn a_configuration_file_is_rewritten_as_real_servers_do_it() {
    let conf = "# My redis\ntimeout 0\n\n  # indented remark\nrepl-timeout   45\nsave 900 1\nsave 300 10\nrepl-timeout 50\nmaxmemory 100mb\n\n\n\
                slave-priority 90\nclient-output-buffer-limit normal 0 0 0\nclient-output-buffer-limit slave 1mb 64mb 60\nhash-max-ziplist-value 64\n\
                appendonly no\ntcp-keepalive 0\nloglevel notice\nmasterauth foo\nslaveof 127.0.0.1 1\n";
    for (real, era) in [(R28, Era::V2_8), (R30, Era::V3_0), (R62, Era::V6_2), (R70, Era::V7_0)] {
        let conf = if era.has(Era::V7_0) { conf.replace("hash-max-ziplist-value", "hash-max-listpack-value") } else { conf.to_owned() };
        let servers = [real, ours(era)].map(|make| Live::start_with(make, Some(&conf), &[]));
        let both = |what: &str| {
            let [real, ours] = servers.each_ref().map(rewritten);
            assert_eq!(ours, real, "{era}: {what}");
        };
        both("as it was started");
        let change = |words: &[&str]| servers.iter().for_each(|server| server.ok(words));
        change(&["CONFIG", "SET", "repl-backlog-size", "32768"]);
        change(&["CONFIG", "SET", "client-output-buffer-limit", "pubsub 1 2048 3"]);
        change(&["CONFIG", "SET", "maxmemory", "0"]);
        change(&["CONFIG", "SET", "min-slaves-to-write", "1"]);
        change(&["CONFIG", "SET", "masterauth", ""]);
        change(&["CONFIG", "SET", "repl-timeout", "60"]);
        change(&["SLAVEOF", "NO", "ONE"]);
        both("changed");
        change(&["CONFIG", "SET", "save", "60 5 10 2"]);
        change(&["CONFIG", "SET", "appendonly", "yes"]);
        change(&["SLAVEOF", "127.0.0.1", "2"]);
        both("changed back");
        change(&["CONFIG", "SET", "save", ""]);
        both("without save points");
        // What it has written it reads.
        let ours = &servers[1];
        let before = std::fs::read_to_string(ours.file("redis.conf")).expect("its configuration");
        eventually("its first append-only file is written", 10, || ours.info("aof_rewrite_in_progress") == "0");
        assert_eq!(ours.shut_down("NOSAVE"), Some(0));
        ours.again();
        assert_eq!((ours.info("role").as_str(), ours.info("master_port").as_str()), ("slave", "2"), "{era}");
        let _ = rewritten(ours);
        assert_eq!(std::fs::read_to_string(ours.file("redis.conf")).expect("its configuration"), before, "{era}");
        assert_eq!(ours.info("config_file"), ours.file("redis.conf").display().to_string());
    }
}

#[test]
fn without_a_file_or_where_it_cannot_be_written_nothing_is_rewritten() {
    let node = Live::start(ours(Era::V7_0), &[]);
    assert_eq!(node.command(&["CONFIG", "REWRITE"]), Reply::error("ERR The server is running without a config file"));
    let old = Live::start_with(ours(Era::V2_6), Some("timeout 0\n"), &[]);
    assert!(matches!(old.command(&["CONFIG", "REWRITE"]), Reply::Error(text) if text.starts_with("ERR CONFIG subcommand must be one of")));
    let node = Live::start_with(ours(Era::V6_2), Some("timeout 0\n"), &[]);
    std::fs::remove_file(node.file("redis.conf")).expect("it was there");
    std::fs::create_dir(node.file("redis.conf")).expect("a folder in its place");
    assert_eq!(node.command(&["CONFIG", "REWRITE"]), Reply::error("ERR Rewriting config file: Is a directory"));
    eventually("it says so", 10, || node.log().contains("# CONFIG REWRITE failed: Is a directory"));
}

#[test]
fn it_does_not_end_while_its_data_cannot_be_saved() {
    for (era, told) in [
        (Era::V7_0, "# Errors trying to shut down the server. Check the logs for more information."),
        (Era::V3_0, "# SIGTERM received but errors trying to shut down the server, check the logs for more information"),
    ] {
        let node = Live::start(ours(era), &["--save", "900", "1"]);
        node.ok(&["SET", "kept", "yes"]);
        // Where the dump file belongs stands a folder that is not empty.
        std::fs::create_dir_all(node.file("dump.rdb").join("full")).expect("a folder in its place");
        node.signal("TERM");
        eventually("it says why it stays", 10, || {
            node.log().contains(told) && node.log().contains("# Error trying to save the DB, can't exit.")
        });
        assert_eq!(node.command(&["GET", "kept"]), Reply::bulk("yes"));
        assert_eq!(node.command(&["SHUTDOWN"]), Reply::error("ERR Errors trying to SHUTDOWN. Check logs."));
        std::fs::remove_dir_all(node.file("dump.rdb")).expect("it was there");
        node.signal("TERM");
        assert_eq!(node.ended(), Some(0));
        assert!(node.file("dump.rdb").is_file());
    }
}

/// `redis-cli --rdb` says `rdb-only` before it asks: a server closes it with the RDB. What it prints, the file, and the lines of the server's log.
#[test]
fn redis_cli_takes_an_rdb_and_nothing_else() {
    let cases = [(R70, Era::V7_0, "no"), (R70, Era::V7_0, "yes"), (R62, Era::V6_2, "no"), (R62, Era::V6_2, "yes")];
    at_once(&cases, |(real, era, diskless)| {
        let words = ["--repl-diskless-sync", diskless, "--repl-diskless-sync-delay", "0"];
        let told = [real.clone(), ours(*era)].map(|make| {
            let server = Live::start(make, &words);
            server.ok(&["SET", "a", "b"]);
            let file = server.file("taken.rdb");
            let ran = run("redis-cli", &["-p", &server.port.to_string(), "--rdb", &file.display().to_string()]);
            assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
            let printed = (text(&ran) + &String::from_utf8_lossy(&ran.stderr)).replace(&file.display().to_string(), "<file>");
            // Sizes differ with what a server says of itself.
            let printed: Vec<&str> =
                printed.lines().map(|line| line.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default()).collect();
            let printed = printed.join("\n");
            eventually("it is gone", 10, || server.info("connected_slaves") == "0" && server.log().contains("lost."));
            let rdb = std::fs::read(&file).expect("the RDB");
            let lines = ["rdb only replica", "as RDB transfer is complete", "Connection with replica", "Synchronization with replica"];
            let log = server.log();
            let said: Vec<bool> = lines.iter().map(|line| log.contains(line)).collect();
            (printed, rdb.starts_with(b"REDIS0") && rdb.windows(4).any(|four| four == b"\x01a\x01b"), said)
        });
        assert_eq!(told[1], told[0], "{era}, diskless {diskless}");
        assert!(told[1].1, "{era}: the file holds the data");
    });
}

/// What the log says of append-only files and shutdowns, numbers of processes left out.
fn of_the_aof(server: &Live) -> Vec<String> {
    let words = ["AOF", "ppend only", "fsync", "Killing", "history file", "exit", "Background saving", "Parent", "parent diff"];
    let log = server.log();
    let lines = log.lines().filter_map(|line| line.find(" * ").or_else(|| line.find(" # ")).map(|at| &line[at + 1..]));
    let plain = |line: &str| {
        let pid = |word: &str| word.len() > 3 && word.bytes().all(|b| b.is_ascii_digit());
        line.split(' ')
            .map(|word| {
                let temp = word.strip_prefix("temp-rewriteaof-bg-").is_some();
                if temp {
                    "temp-rewriteaof-bg-N.aof"
                } else if pid(word) {
                    "N"
                } else {
                    word
                }
            })
            .collect::<Vec<_>>()
            .join(" ")
    };
    lines.filter(|line| !line.contains("REPLICAOF") && words.iter().any(|word| line.contains(word))).map(plain).collect()
}

#[test]
fn rewrites_of_the_append_only_file_are_told_alike() {
    let cases = [(R28, Era::V2_8), (R30, Era::V3_0), (R62, Era::V6_2), (R70, Era::V7_0)];
    at_once(&cases, |(real, era)| {
        let told = [real.clone(), ours(*era)].map(|make| {
            let master = Live::start(make.clone(), &with(&make, &[]));
            let server = Live::start(make.clone(), &with(&make, &[]));
            let free = || {
                eventually("its children are done", 10, || {
                    // In this order: what was scheduled is no more when it starts.
                    ["aof_rewrite_scheduled", "rdb_bgsave_in_progress", "aof_rewrite_in_progress"]
                        .iter()
                        .all(|field| server.info(field) == "0")
                });
            };
            let mut replies = vec![server.command(&["CONFIG", "SET", "appendonly", "yes"])];
            free();
            replies.push(server.command(&["BGREWRITEAOF"]));
            free();
            // One behind the other, in one piece: no child ends in between.
            let at_a_stroke = |list: &[&[&str]]| {
                let commands: Vec<Vec<&str>> = list.iter().map(|words| words.to_vec()).collect();
                server.pipeline(&commands)
            };
            replies.extend(at_a_stroke(&[&["BGSAVE"], &["BGREWRITEAOF"], &["BGSAVE"]]));
            free();
            replies.extend(at_a_stroke(&[&["BGREWRITEAOF"], &["BGREWRITEAOF"], &["BGSAVE"], &["BGSAVE", "SCHEDULE"], &["SAVE"]]));
            free();
            // INFO says nothing of a BGSAVE that is scheduled: it starts in the tick in which the rewrite ends, or in the next.
            std::thread::sleep(std::time::Duration::from_millis(400));
            free();
            replies.extend(at_a_stroke(&[
                &["CONFIG", "SET", "appendonly", "no"],
                &["BGREWRITEAOF"],
                &["CONFIG", "SET", "appendonly", "yes"],
            ]));
            free();
            if server.info("aof_enabled") == "0" {
                replies.push(server.command(&["CONFIG", "SET", "appendonly", "yes"]));
                free();
            }
            server.follow(master.port);
            eventually("it follows", 10, || server.info("master_link_status") == "up");
            free();
            assert_eq!(server.info("aof_enabled"), "1");
            assert_eq!(server.shut_down("SAVE"), Some(0));
            (replies, of_the_aof(&server))
        });
        let [real, ours] = told;
        assert_eq!(ours.0, real.0, "{era}: replies");
        assert_eq!(ours.1, real.1, "{era}: the log");
    });
}
