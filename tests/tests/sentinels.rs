//! Three real sentinels over resync-nodes, and over resync-nodes beside real servers: the master ends, another takes over, the old one comes back as a
//! replica and is made master again. Beside it, what is published reaches the subscribers of replicas.
//!
//! `cargo xtask test interop` fetches the servers.

use resync_core::era::Era;
use resync_core::resp::Reply;
use resync_tests::live::{Live, Make, Writer, eventually};
use resync_tests::sentinels::Sentinels;
use std::path::PathBuf;

const R30: Make = Make::Real("3.0.5");
const R62: Make = Make::Real("6.2.14");
const R70: Make = Make::Real("7.0.15");

fn ours(era: Era) -> Make {
    Make::Ours(PathBuf::from(env!("CARGO_BIN_EXE_resync-node")), era)
}
/// A server with a configuration file, so that CONFIG REWRITE has one, and this priority.
fn server(make: &Make, priority: u8) -> Live {
    let conf = format!("slave-priority {priority}\nrepl-diskless-sync no\n");
    Live::start_with(make.clone(), Some(&conf), &[])
}
/// The flags, name and subscriptions of the sentinels' connections, sorted.
fn sentinels_at(server: &Live) -> Vec<String> {
    let Reply::Bulk(text) = server.command(&["CLIENT", "LIST"]) else { panic!("CLIENT LIST") };
    let text = String::from_utf8_lossy(&text).into_owned();
    let word = |line: &str, name: &str| line.split(' ').find_map(|word| word.strip_prefix(name)).unwrap_or_default().to_owned();
    // `sentinel-<the first letters of its id>-cmd`: the kind is what is left.
    let kind = |line: &str| word(line, "name=").rsplit('-').next().unwrap_or_default().to_owned();
    let of = text.lines().filter(|line| word(line, "name=").starts_with("sentinel-"));
    let mut of: Vec<String> = of.map(|line| format!("{} sub={}", kind(line), word(line, "sub="))).collect();
    of.sort();
    of
}

/// Waits until the sentinels agree on a master and everybody else in `all` follows it; gives its place in the list. A busy machine lets them see servers
/// down that are not: whoever it is in the end is right.
fn settled<'a>(what: &str, sentinels: &Sentinels, all: &[&'a Live]) -> &'a Live {
    let mut found = None;
    sentinels.eventually(what, 60, || {
        let Some(master) = sentinels.master().and_then(|port| all.iter().find(|server| server.port == port)) else { return false };
        let follows = |server: &&Live| {
            server.info("role") == "slave"
                && server.info("master_port") == master.port.to_string()
                && server.info("master_link_status") == "up"
        };
        found = Some(*master);
        master.info("role") == "master" && all.iter().filter(|server| server.port != master.port).all(follows)
    });
    let master = found.expect("it was looked at");
    for server in all.iter().filter(|server| server.port != master.port) {
        master.settled(server);
        master.same_data(server);
    }
    master
}
/// What must never get lost: written and acknowledged before a master ended.
fn kept(server: &Live) -> bool {
    (0..KEPT).all(|n| server.command(&["GET", &format!("kept:{n}")]) == Reply::bulk(n.to_string()))
}
const KEPT: usize = 100;

/// A failover because the master ended, and one because somebody asked for it, back to the first.
fn there_and_back(makes: &[Make; 3], seed: u64) {
    let all: Vec<Live> = makes.iter().zip([10, 100, 50]).map(|(make, priority)| server(make, priority)).collect();
    let [first, second, third] = &all[..] else { unreachable!("three") };
    let mut writer = Writer::new(seed, 60);
    writer.write(first, 1_000);
    for replica in [second, third] {
        replica.follow(first.port);
        first.settled(replica);
    }
    let sentinels = Sentinels::watch(first.port);
    sentinels.know(2);
    let both = [vec!["cmd sub=0"; 3], vec!["pubsub sub=1"; 3]].concat();
    sentinels.eventually("each sentinel listens to each server", 30, || all.iter().all(|server| sentinels_at(server) == both));
    writer.write(first, 500);
    for n in 0..KEPT {
        first.ok(&["SET", &format!("kept:{n}"), &n.to_string()]);
    }
    for replica in [second, third] {
        first.settled(replica);
    }

    // The master ends.
    first.signal("KILL");
    let _ = first.ended();
    let master = settled("one leads, the other follows", &sentinels, &[second, third]);
    assert!(kept(master) && kept(second) && kept(third));
    let other = if master.port == second.port { third } else { second };
    let file = std::fs::read_to_string(other.file("redis.conf")).expect("its file");
    assert!(file.contains(&format!("127.0.0.1 {}", master.port)), "CONFIG REWRITE wrote down whom it follows: {file}");
    writer.write(master, 700);

    // It comes back as a master, and is made a replica.
    first.again();
    assert_eq!(first.info("role"), "master");
    let mut master = settled("the old master follows", &sentinels, &[first, second, third]);
    assert!([first, second, third].into_iter().all(kept));

    // By the INFO that they read of it every ten seconds they know its priority of 10.
    std::thread::sleep(std::time::Duration::from_secs(11));
    for _ in 0..3 {
        if master.port != first.port {
            sentinels.fail_over();
            let before = master.port;
            sentinels.eventually("another is master", 60, || sentinels.master().is_some_and(|port| port != before));
            master = settled("everybody follows it", &sentinels, &[first, second, third]);
        }
    }
    assert_eq!(master.port, first.port, "the lowest priority is preferred:\n{}", sentinels.logs());
    writer.write(first, 300);
    for replica in [second, third] {
        first.settled(replica);
        first.same_data(replica);
    }
    assert_eq!(first.count("connected_slaves"), 2);
    assert!([first, second, third].into_iter().all(kept));
    assert!(sentinels.logged("+switch-master") >= 6, "two failovers, told by three:\n{}", sentinels.logs());
}

#[test]
fn real_sentinels_fail_over_from_ours_to_ours_and_back() {
    there_and_back(&[ours(Era::V7_0), ours(Era::V7_0), ours(Era::V7_0)], 21);
}
#[test]
fn real_sentinels_fail_over_between_ours_of_3_0_and_back() {
    there_and_back(&[ours(Era::V3_0), ours(Era::V3_0), ours(Era::V3_0)], 22);
}
#[test]
fn real_sentinels_fail_over_from_a_real_server_to_ours_and_back() {
    there_and_back(&[R70, R70, ours(Era::V7_0)], 23);
}
#[test]
fn real_sentinels_fail_over_from_ours_to_a_real_server_and_back() {
    there_and_back(&[ours(Era::V6_2), ours(Era::V6_2), R62], 24);
}

/// What is published at the master or at the replica, and who hears it: the subscribers of a replica hear their master's too, not the other way round.
#[test]
fn subscribers_of_a_replica_hear_what_is_published_at_its_master() {
    let cases = [(R70, ours(Era::V7_0)), (ours(Era::V7_0), R70), (R62, ours(Era::V6_2)), (ours(Era::V3_0), R30), (R30, ours(Era::V3_0))];
    for (master, replica) in cases {
        let (master, replica) = (server(&master, 100), server(&replica, 100));
        replica.follow(master.port);
        master.settled(&replica);
        let mut heard: Vec<Vec<Reply>> = Vec::new();
        let mut listeners = [&master, &replica].map(|server| server.connect().expect("a connection"));
        for listener in &mut listeners {
            listener.pipeline(&[vec!["SUBSCRIBE", "news"]]).expect("subscribed");
        }
        assert_eq!(replica.command(&["PUBLISH", "news", "here"]), Reply::Int(1));
        assert_eq!(master.command(&["PUBLISH", "news", "there"]), Reply::Int(1));
        assert_eq!(master.command(&["PUBLISH", "news", "everywhere"]), Reply::Int(1));
        for (listener, messages) in listeners.iter_mut().zip([2, 3]) {
            heard.push((0..messages).map(|_| listener.read().expect("a message")).collect());
        }
        let text = |word: &str| Reply::bulk(word);
        let message = |said: &str| Reply::Array(vec![text("message"), text("news"), text(said)]);
        assert_eq!(heard[0], [message("there"), message("everywhere")]);
        assert_eq!(heard[1], [message("here"), message("there"), message("everywhere")]);
        eventually("INFO counts it", 5, || [&master, &replica].iter().all(|server| server.info("pubsub_channels") == "1"));
    }
}
