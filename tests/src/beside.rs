//! resync-node beside a real redis-server 7.0, measured alternately in one run: what one machine does at one time is compared, nothing else.
//!
//! Processor time is taken beside the clock: on a busy machine it is the steadier of the two.

use crate::live::{Live, Make, eventually};
use resync_core::era::Era;
use resync_core::fact::SessionState;
use resync_core::info;
use resync_core::resp::Reply;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// Rounds of each measurement; the median counts.
const ROUNDS: usize = 3;

/// One measured figure of both.
#[derive(Clone, Debug)]
pub struct Row {
    /// What, with its unit.
    pub name: &'static str,
    /// resync-node's.
    pub ours: f64,
    /// The real server's.
    pub real: f64,
    /// Whether less is better.
    pub less_is_better: bool,
}
impl Row {
    /// How good ours is: 1 is as good as the real one, more is better.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        if self.less_is_better { self.real / self.ours } else { self.ours / self.real }
    }
}

/// What one measurement gives: by the clock and by processor time.
struct Took {
    wall: Duration,
    cpu: Duration,
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
fn words(list: &[&'static str]) -> Vec<&'static str> {
    let mut all = vec!["--repl-diskless-sync", "no", "--repl-timeout", "600", "--client-output-buffer-limit", "replica 0 0 0"];
    all.extend(list);
    all
}
/// Processor time so far of a process and of its children that ended.
fn cpu(server: &Live) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", server.pid())).unwrap_or_default();
    let ticks: u64 =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(4).filter_map(|n| n.parse::<u64>().ok()).sum();
    // A tick of /proc is a hundredth of a second on every Linux that matters.
    Duration::from_millis(ticks * 10)
}
fn resident_kib(server: &Live) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(f64::NAN)
}

/// A replica was stopped while its master took 600 000 SETs of 100 bytes; then it reads and applies what waits.
fn stream(replica: &Make) -> Took {
    let master = Live::start(Make::Real("7.0.15"), &words(&["--repl-backlog-size", "200mb"]));
    let replica = Live::start(replica.clone(), &words(&[]));
    replica.follow(master.port);
    master.settled(&replica);
    replica.signal("STOP");
    let port = master.port.to_string();
    let load = ["-p", &port, "-q", "-n", "600000", "-d", "100", "-r", "10000", "-P", "64", "-t", "set"];
    let ran = Command::new("redis-benchmark").args(load).output().expect("redis-benchmark");
    assert!(ran.status.success());
    // Its pings go on: the goal is passed, not met.
    let goal = master.count("master_repl_offset");
    let (before, begun) = (cpu(&replica), Instant::now());
    replica.signal("CONT");
    eventually("it catches up", 120, || replica.count("slave_repl_offset") >= goal);
    Took { wall: begun.elapsed(), cpu: cpu(&replica) - before }
}

/// From REPLICAOF to the end of a full resynchronisation of a million small keys. Processor time is that of the measured end.
fn full(master: &Make, replica: &Make, of_master: bool) -> Took {
    let master = Live::start(master.clone(), &words(&[]));
    master.ok(&["DEBUG", "POPULATE", "1000000"]);
    let replica = Live::start(replica.clone(), &words(&[]));
    let measured = if of_master { &master } else { &replica };
    let (before, begun) = (cpu(measured), Instant::now());
    replica.follow(master.port);
    eventually("it is online", 120, || replica.info("master_link_status") == "up");
    let took = Took { wall: begun.elapsed(), cpu: cpu(measured) - before };
    assert_eq!(replica.command(&["DBSIZE"]), Reply::Int(1_000_000));
    took
}

/// From the end of a link (the master kills it) until the replica is online again, by the master's own account. Median of some, ms.
fn cut_to_online(master: &Make, replica: &Make) -> f64 {
    let master = Live::start(master.clone(), &words(&[]));
    let replica = Live::start(replica.clone(), &words(&[]));
    replica.follow(master.port);
    master.settled(&replica);
    let mut conn = master.connect().expect("a connection");
    let mut times = Vec::new();
    for _ in 0..15 {
        let partial = master.count("sync_partial_ok");
        let begun = Instant::now();
        let killed = conn.pipeline(&[vec!["CLIENT", "KILL", "TYPE", "slave"]]).expect("CLIENT KILL");
        assert_eq!(killed, [Reply::Int(1)]);
        loop {
            let answer = conn.pipeline(&[vec!["INFO"]]).expect("INFO");
            let Reply::Bulk(text) = &answer[0] else { panic!("INFO is a text") };
            let text = info::parse(&String::from_utf8_lossy(text)).expect("INFO is not that long");
            let online =
                text.replicas().any(|(_, line)| line.is_ok_and(|line| line.state == info::ReplicaState::Known(SessionState::Online)));
            if online && text.number(info::Stats::SyncPartialOk).is_ok_and(|ok| ok > partial) {
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "it comes back");
        }
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
        std::thread::sleep(Duration::from_millis(30));
    }
    median(times)
}

/// Resident memory that one idle replica costs its master, KiB.
fn memory(master: &Make) -> f64 {
    const REPLICAS: usize = 200;
    let master = Live::start(master.clone(), &words(&[]));
    // The first brings the backlog with it.
    let mut replicas = vec![idle_replica(&master)];
    eventually("the first is online", 20, || master.info("slave0").contains("online"));
    let before = resident_kib(&master);
    for _ in 1..=REPLICAS {
        replicas.push(idle_replica(&master));
    }
    let online = || (1..=REPLICAS).all(|n| master.info(&format!("slave{n}")).contains("online"));
    eventually("all are online", 60, || master.info(&format!("slave{REPLICAS}")).contains("online") && online());
    (resident_kib(&master) - before) / REPLICAS as f64
}
/// A replica that takes its RDB and then only listens.
fn idle_replica(master: &Live) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", master.port)).expect("a connection");
    let mut reply = [0; 64];
    for request in [&b"REPLCONF listening-port 1\r\n"[..], b"REPLCONF capa psync2\r\n"] {
        stream.write_all(request).expect("it reads");
        let n = stream.read(&mut reply).expect("it answers");
        assert_eq!(&reply[..n], b"+OK\r\n");
    }
    // It must not ask while an answer is under way to it.
    stream.write_all(b"PSYNC ? -1\r\n").expect("it reads");
    let mut reader = stream.try_clone().expect("a descriptor");
    std::thread::spawn(move || {
        let mut buffer = [0; 4_096];
        while reader.read(&mut buffer).is_ok_and(|n| n > 0) {}
    });
    stream
}

/// Commands that a server alone takes in a second: SETs of 100 bytes, 64 in flight on each of 50 connections.
fn alone(server: &Make) -> f64 {
    let server = Live::start(server.clone(), &[]);
    let port = server.port.to_string();
    let load = ["-p", &port, "--csv", "-n", "400000", "-d", "100", "-r", "10000", "-P", "64", "-t", "set"];
    let ran = Command::new("redis-benchmark").args(load).output().expect("redis-benchmark");
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    said.lines().last().and_then(|l| l.split(',').nth(1)?.trim_matches('"').parse().ok()).unwrap_or(f64::NAN)
}

/// Measures everything, real and ours in turn, and tells of each figure as soon as it is there.
///
/// # Panics
/// If a server is missing or does not do what it is to do.
pub fn measure(node: PathBuf, mut tell: impl FnMut(&Row)) {
    let (ours, real) = (Make::Ours(node, Era::V7_0), Make::Real("7.0.15"));
    let mut both = |names: &[&'static str], less_is_better: bool, once: &dyn Fn(&Make) -> Vec<f64>| {
        let mut rounds: [Vec<Vec<f64>>; 2] = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            for (which, make) in [&real, &ours].into_iter().enumerate() {
                rounds[which].push(once(make));
            }
        }
        let of = |which: usize, n: usize| median(rounds[which].iter().map(|r| r[n]).collect());
        for (n, name) in names.iter().enumerate() {
            tell(&Row { name, ours: of(1, n), real: of(0, n), less_is_better });
        }
    };
    let secs = |took: &Took| vec![took.wall.as_secs_f64(), took.cpu.as_secs_f64()];
    both(&["memory of an idle replica, KiB"], true, &|make| vec![memory(make)]);
    both(&["cut to online as replica, ms"], true, &|make| vec![cut_to_online(&real, make)]);
    both(&["cut to online as master, ms"], true, &|make| vec![cut_to_online(make, &real)]);
    both(&["SETs of 100 bytes a second, alone"], false, &|make| vec![alone(make)]);
    both(&["stream applied, s", "stream applied, CPU s"], true, &|make| secs(&stream(make)));
    let names = ["full resync of 1 M keys as replica, s", "full resync of 1 M keys as replica, CPU s"];
    both(&names, true, &|make| secs(&full(&real, make, false)));
    let names = ["full resync of 1 M keys as master, s", "full resync of 1 M keys as master, CPU s"];
    both(&names, true, &|make| secs(&full(make, &real, true)));
}
