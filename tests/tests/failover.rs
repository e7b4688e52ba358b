//! The sentinels of the simulated world: failovers that happen by themselves, beside a recording of three real ones (docs/redis.md §16).

use resync_core::fact::SentinelEvent;
use resync_core::note::Note;
use resync_core::scenario::{parse, world_text};
use resync_core::sentinel::State;
use resync_core::sim::{Ran, Recorder, SENTINELS_FROM, Sim};
use resync_core::time::Time;
use std::collections::BTreeMap;

/// Three servers and three sentinels, as they were recorded.
const RECORDED: &str = "\
era 7.0
node mymaster repl-diskless-sync no
node replica-1 follows mymaster repl-diskless-sync no
node replica-2 follows mymaster repl-diskless-sync no
client writer on mymaster: every 50ms SET key:{1..100} {32 bytes}
sentinel s1 s2 s3 watch mymaster quorum 2 down-after 5s failover-timeout 60s parallel-syncs 1
at 20s crash mymaster
at 45s restart mymaster
";

/// A run with what it left behind.
struct Run {
    sim: Sim,
    rec: Recorder,
}
fn play(text: &str, seconds: u64) -> Run {
    let scenario = parse(text).unwrap_or_else(|why| panic!("{why}\n{text}"));
    let mut sim = Sim::new(&scenario.world).expect("a world");
    let mut rec = Recorder::new();
    assert_eq!(sim.run_until(Time::from_secs(seconds), &mut rec, 10_000_000), Ran::Reached);
    Run { sim, rec }
}
impl Run {
    /// Whom each sentinel takes for the master, by name.
    fn masters(&self) -> Vec<&str> {
        let named = |address: &resync_core::node::api::Address| {
            let is = |m: &&std::rc::Rc<resync_core::sim::Machine>| m.spec.ip == address.host && m.spec.port == address.port;
            self.sim.machines().iter().find(is).map_or("nobody", |machine| machine.spec.name.as_str())
        };
        self.sim.sentinels().iter().map(|sentry| named(&sentry.sentinel.master().address)).collect()
    }
    /// Each sentinel's log: milliseconds and text.
    fn logs(&self) -> Vec<Log> {
        (0..self.sim.sentinels().len() as u32)
            .map(|ix| self.rec.log(SENTINELS_FROM + ix).map(|line| (line.at.as_millis() as i64, line.text.to_string())).collect())
            .collect()
    }
    /// Names of those that are masters.
    fn leads(&self) -> Vec<&str> {
        let leads = self.sim.machines().iter().filter(|machine| machine.alive() && machine.node.role_is_master());
        leads.map(|machine| machine.spec.name.as_str()).collect()
    }
    fn events(&self, event: SentinelEvent) -> usize {
        let is = |note: &Note| matches!(note, Note::Sentinel { event: of, .. } if *of == event);
        self.rec.journal().entries().iter().filter(|entry| is(&entry.note)).count()
    }
}
type Log = Vec<(i64, String)>;

/// The recording: when the master was killed and started again, and the three logs.
fn recorded() -> (i64, i64, Vec<Log>) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/sentinel_failover__7.0.15.log");
    let text = std::fs::read_to_string(path).expect("the recording");
    let ms = |clock: &str| {
        let mut parts = clock.split([':', '.']).map(|part| part.parse::<i64>().expect("a clock"));
        let mut next = || parts.next().expect("a clock");
        ((next() * 60 + next()) * 60 + next()) * 1_000 + next()
    };
    let (mut killed, mut again, mut logs) = (0, 0, Vec::<Log>::new());
    for line in text.lines() {
        let (first, rest) = line.split_once(' ').expect("two words");
        match first {
            "killed" => killed = ms(rest),
            "again" => again = ms(rest),
            "sentinel" => logs.push(Vec::new()),
            clock => logs.last_mut().expect("a log").push((ms(clock), rest[2..].to_owned())),
        }
    }
    (killed, again, logs)
}
/// A log from the moment of the crash on, with names for what differs from run to run: addresses by the part that they play, sentinels by their place.
fn since(log: &Log, from: i64, ids: &[String]) -> Vec<(i64, String)> {
    let switch = log.iter().find_map(|(_, text)| text.strip_prefix("+switch-master ")).expect("a switch");
    let words: Vec<&str> = switch.split(' ').collect();
    let (name, old, new) = (words[0], format!("{} {}", words[1], words[2]), format!("{} {}", words[3], words[4]));
    let known: Vec<&String> = log.iter().filter(|(_, text)| text.starts_with("+slave ")).map(|(_, text)| text).collect();
    let addresses = known.iter().map(|text| text.split(' ').skip(3).take(2).collect::<Vec<_>>().join(" "));
    let third = addresses.into_iter().find(|at| *at != old && *at != new).expect("another replica");
    let mut shown = Vec::new();
    for (at, text) in log.iter().filter(|(at, _)| *at >= from) {
        let mut text = text.clone();
        for (address, part) in [(&old, "OLD"), (&new, "NEW"), (&third, "THIRD")] {
            text = text.replace(&address.replace(' ', ":"), part).replace(address.as_str(), part);
        }
        for id in ids {
            text = text.replace(id.as_str(), "ID");
        }
        let text = text.replace(&format!(" {name} "), " NAME ");
        // Of a sentinel its address too, and when a failover may begin: these are a run's own.
        let text = text.split_once("+config-update-from").map_or(text.clone(), |_| String::from("+config-update-from"));
        let text = text.split_once(" before ").map_or(text.clone(), |(head, _)| head.to_owned());
        shown.push((at - from, text));
    }
    shown
}
fn ids(logs: &[Log]) -> Vec<String> {
    let id = |text: &String| text.strip_prefix("Sentinel ID is ").map(str::to_owned);
    logs.iter().flat_map(|log| log.iter().filter_map(|(_, text)| id(text))).collect()
}
/// The one that failed over, and the others.
fn by_part(logs: &[Log], from: i64) -> (Log, Vec<Log>) {
    let ids = ids(logs);
    let (mut leader, mut others) = (None, Vec::new());
    for log in logs {
        let shown = since(log, from, &ids);
        if shown.iter().any(|(_, text)| text.starts_with("+elected-leader")) { leader = Some(shown) } else { others.push(shown) }
    }
    (leader.expect("somebody failed over"), others)
}
/// Texts in order, without what may come or not, and at one place or another: whether those who follow reach the quorum before they hear of the new
/// master, and which of the three it is that turns the old master into a replica.
fn texts(log: &Log) -> Vec<&str> {
    let varies = |text: &str| ["+convert-to-slave", "Next failover", "+reboot"].iter().any(|word| text.starts_with(word));
    log.iter().map(|(_, text)| text.as_str()).filter(|text| !varies(text)).collect()
}

#[test]
fn three_sentinels_log_what_three_real_ones_logged() {
    let (killed, _, real) = recorded();
    let (real_leader, real_others) = by_part(&real, killed);
    let quorum = |texts: Vec<&str>| -> Vec<String> { texts.iter().map(|text| text.replace("#quorum 3/2", "#quorum 2/2")).collect() };
    let without_quorum = |log: &Log| -> Vec<String> {
        texts(log).into_iter().filter(|text| !text.starts_with("+odown") && !text.starts_with("-odown")).map(str::to_owned).collect()
    };
    let mut agreeing = 0;
    for seed in 1..=12 {
        let run = play(&format!("seed {seed}\n{RECORDED}"), 90);
        let (leader, others) = by_part(&run.logs(), 20_000);
        assert_eq!(without_quorum(&leader), without_quorum(&real_leader), "seed {seed}");
        agreeing += usize::from(quorum(texts(&leader)) == quorum(texts(&real_leader)));
        for other in &others {
            // Whose vote is asked for may not see the master down yet: the first three lines come as they come.
            let in_order = |log: &Log| {
                let mut texts = without_quorum(log);
                texts[..3].sort();
                texts
            };
            assert_eq!(in_order(other), in_order(&real_others[0]), "seed {seed}");
        }
        let converts = |log: &Log| log.iter().filter(|(_, text)| text.starts_with("+convert-to-slave")).count();
        assert!(
            [&leader].into_iter().chain(&others).map(converts).sum::<usize>() >= 1,
            "seed {seed}: somebody makes the old master a replica"
        );
        assert_eq!(run.leads().len(), 1, "seed {seed}");
        let lead = run.leads()[0];
        assert!(lead != "mymaster" && run.masters().iter().all(|name| *name == lead), "seed {seed}: {:?}", run.masters());
    }
    assert!(
        agreeing >= 6,
        "most seeds agree to the letter with the recording, when the quorum was reached and lost included: {agreeing} of 12"
    );
}

/// Milliseconds between two lines of the sentinel that fails over, least and most: half a minute of down-after aside, what a step takes is a tick of its
/// timer (53 to 100 ms) and, where INFO has to say something, up to a second.
const STEPS: [(&str, &str, i64, i64); 9] = [
    ("", "+sdown master", 4_900, 6_200),
    ("+sdown master", "+try-failover", 0, 1_300),
    ("+try-failover", "+elected-leader", 40, 220),
    ("+elected-leader", "+selected-slave", 40, 130),
    ("+selected-slave", "+failover-state-wait-promotion", 40, 130),
    ("+failover-state-wait-promotion", "+promoted-slave", 1, 1_250),
    ("+promoted-slave", "+slave-reconf-sent", 0, 130),
    ("+slave-reconf-sent", "+slave-reconf-done", 1, 2_300),
    ("+slave-reconf-done", "+failover-end", 0, 130),
];

#[test]
fn each_step_takes_as_long_as_in_the_recording() {
    fn check(log: &Log, what: &str) {
        for (from, to, least, most) in STEPS {
            let at = |word: &str| if word.is_empty() { 0 } else { log.iter().find(|(_, text)| text.starts_with(word)).expect(word).0 };
            let took = at(to) - at(from);
            assert!((least..=most).contains(&took), "{what}: {took} ms from {from:?} to {to:?}");
        }
    }
    let (killed, again, real) = recorded();
    check(&by_part(&real, killed).0, "the recording");
    for seed in 1..=12 {
        check(&by_part(&play(&format!("seed {seed}\n{RECORDED}"), 90).logs(), 20_000).0, &format!("seed {seed}"));
    }
    // Eight seconds must pass before a master that is none is put right, and INFO comes every ten.
    let converted = |logs: &[Log], back: i64| {
        logs.iter()
            .flatten()
            .find(|(_, text)| text.starts_with("+convert-to-slave"))
            .map(|(at, _)| at - back)
            .expect("it is made a replica")
    };
    assert!((8_000..22_000).contains(&converted(&real, again)));
    assert!((8_000..22_000).contains(&converted(&play(RECORDED, 90).logs(), 45_000)));
}

/// A run is one run: the same text gives the same, and a clone goes on alike.
#[test]
fn a_failover_is_deterministic_and_goes_on_from_a_clone() {
    let scenario = parse(RECORDED).expect("a scenario");
    assert_eq!(parse(&world_text(&scenario)), Ok(scenario.clone()));
    let mut sim = Sim::new(&scenario.world).expect("a world");
    let mut rec = Recorder::new();
    let mut clones = Vec::new();
    for second in 1..=60 {
        sim.run_until(Time::from_secs(second), &mut rec, 1_000_000);
        if second % 5 == 0 {
            clones.push(sim.clone());
        }
    }
    for mut clone in clones {
        clone.run_until(Time::from_secs(60), &mut Recorder::new(), 1_000_000);
        assert_eq!((clone.fingerprint(), clone.event()), (sim.fingerprint(), sim.event()));
    }
    assert_ne!(play(&format!("seed 2\n{RECORDED}"), 60).sim.fingerprint(), sim.fingerprint());
}

/// Who is cut off with one sentinel of three is down for nobody else: no quorum, no failover. With two of three there is one.
#[test]
fn a_partition_needs_a_quorum_and_a_majority() {
    let world = "seed 5\nera 7.0\nnode master repl-diskless-sync no\nnode replica-1 follows master\nnode replica-2 follows master\nsentinel s1 s2 s3 watch master quorum 2 down-after 3s\n";
    let alone = play(&format!("{world}at 15s cut s1 master\n"), 60);
    assert_eq!((alone.events(SentinelEvent::Sdown), alone.events(SentinelEvent::Odown), alone.leads()), (1, 0, vec!["master"]));
    let two = play(&format!("{world}at 15s cut s1 master\nat 15s cut s2 master\n"), 60);
    assert_eq!(two.events(SentinelEvent::ElectedLeader), 1);
    assert_ne!(two.masters(), ["master"; 3]);
    // All three see it down, but no two of them hear each other: none is elected.
    let scattered = [("s1", "s2"), ("s1", "s3"), ("s2", "s3")].map(|(a, b)| format!("at 14s cut {a} {b}\n")).concat();
    let none = play(&format!("{world}{scattered}at 15s crash master\n"), 60);
    assert_eq!((none.events(SentinelEvent::Sdown), none.events(SentinelEvent::Odown)), (3, 0), "opinions of five seconds ago are none");
    assert!(none.sim.sentinels().iter().all(|sentry| sentry.sentinel.state() == State::None));
    // A quorum of one does not spare the majority.
    let one = world.replace("quorum 2", "quorum 1");
    let minority = play(&format!("{one}{scattered}at 15s crash master\n"), 60);
    assert!(minority.events(SentinelEvent::TryFailover) >= 1 && minority.events(SentinelEvent::AbortNotElected) >= 1);
    assert_eq!(minority.events(SentinelEvent::ElectedLeader), 0);
}

/// Priority, then offset, then run id; who was cut off from its master for too long is no candidate, nor is priority 0.
#[test]
fn the_replica_is_chosen_by_priority_offset_and_run_id() {
    let play_with = |replicas: &str, script: &str| {
        let text = format!(
            "seed 9\nera 7.0\nnode master repl-diskless-sync no\n{replicas}client w on master: every 20ms SET key:{{1..50}} {{16 bytes}}\n\
             sentinel s1 s2 s3 watch master quorum 2 down-after 2s\n{script}at 30s crash master\n"
        );
        let run = play(&text, 60);
        run.leads().first().map(|name| (*name).to_owned())
    };
    let two = "node replica-1 follows master\nnode replica-2 follows master\n";
    // The one that was frozen out before the crash has less.
    for (away, chosen) in [("replica-1", "replica-2"), ("replica-2", "replica-1")] {
        assert_eq!(play_with(two, &format!("at 29s freeze master {away}\n")).as_deref(), Some(chosen));
    }
    // A lower priority counts more than offset; 0 is never promoted.
    let lower = "node replica-1 follows master replica-priority 10\nnode replica-2 follows master\n";
    assert_eq!(play_with(lower, "at 29s freeze master replica-1\n").as_deref(), Some("replica-1"));
    let never = "node replica-1 follows master replica-priority 0\nnode replica-2 follows master\n";
    assert_eq!(play_with(never, "at 29s freeze master replica-2\n").as_deref(), Some("replica-2"));
    // Away for longer than ten times down-after.
    assert_eq!(play_with(lower, "at 3s cut master replica-1\n").as_deref(), Some("replica-2"));
    // All equal: the run ids decide, and each seed has its own.
    let mut chosen: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 1..=6 {
        let text = format!(
            "seed {seed}\nera 7.0\nnode master repl-diskless-sync no\n{two}sentinel s1 s2 s3 watch master quorum 2 down-after 2s\nat 20s crash master\n"
        );
        let run = play(&text, 40);
        let ids: Vec<String> =
            run.sim.machines()[1..].iter().map(|machine| info(&machine.node.info(Time::from_secs(40), Some("server")), "run_id")).collect();
        let least = if ids[0] < ids[1] { "replica-1" } else { "replica-2" };
        assert_eq!(run.leads(), [least], "seed {seed}");
        *chosen.entry(least.to_owned()).or_default() += 1;
    }
    assert_eq!(chosen.len(), 2, "{chosen:?}");
}
fn info(text: &str, name: &str) -> String {
    text.lines().find_map(|line| line.trim_end().strip_prefix(name)?.strip_prefix(':')).unwrap_or_default().to_owned()
}

/// With `parallel-syncs` 1 the replicas are told one after the other, each when the one before has its link up; with more, at once.
#[test]
fn replicas_are_told_as_many_at_a_time_as_allowed() {
    let told = |parallel: u32| {
        let replicas: String = (1..=4).map(|n| format!("node replica-{n} follows master\n")).collect();
        let text = format!(
            "seed 4\nera 7.0\nnode master repl-diskless-sync no\n{replicas}sentinel s1 s2 s3 watch master quorum 2 down-after 2s parallel-syncs {parallel}\nat 20s crash master\n"
        );
        let run = play(&text, 60);
        let (leader, _) = by_part(&run.logs(), 20_000);
        let mut most = 0;
        let mut open = 0i32;
        for (_, text) in &leader {
            open += i32::from(text.starts_with("+slave-reconf-sent ")) - i32::from(text.starts_with("+slave-reconf-done "));
            most = most.max(open);
        }
        (most, run.events(SentinelEvent::SlaveReconfDone))
    };
    assert_eq!((told(1), told(3)), ((1, 3), (3, 3)));
}

/// Every era's servers are failed over, each with its own words; up to 3.2 the other replica pays with a full resynchronisation.
#[test]
fn servers_of_every_era_are_failed_over() {
    for era in ["2.8", "3.0", "3.2", "4.0", "5.0", "6.2", "7.0"] {
        let text = format!(
            "seed 6\nera {era}\ndefault node repl-diskless-sync no\nnode master\nnode replica-1 follows master\nnode replica-2 follows master\n\
             client w on master: every 50ms SET key:{{1..100}} {{32 bytes}}\nsentinel s1 s2 s3 watch master quorum 2 down-after 2s\n\
             at 15s crash master\nat 25s restart master\n"
        );
        let run = play(&text, 70);
        let leads = run.leads();
        assert!(leads.len() == 1 && leads[0] != "master", "{era}: {leads:?}");
        assert!(run.masters().iter().all(|name| *name == leads[0]), "{era}: {:?}", run.masters());
        for machine in run.sim.machines().iter().filter(|machine| machine.spec.name != leads[0]) {
            let text = machine.node.info(run.sim.now(), Some("replication"));
            assert_eq!(info(&text, "master_link_status"), "up", "{era}: {text}");
        }
    }
}

// ---- what is done to sentinels

const QUIET: &str = "\
era 7.0
node mymaster repl-diskless-sync no
node replica-1 follows mymaster repl-diskless-sync no
sentinel s1 s2 s3 watch mymaster quorum 2 down-after 5s
";
impl Run {
    /// The answer to a line at a console, as redis-cli prints it.
    fn says(&mut self, name: &str, line: &str) -> String {
        let args = resync_core::resp::split_args(line).expect("balanced quotes");
        let done = self.sim.act(&resync_core::sim::world::Act::Command { node: name.to_owned(), args }, &mut self.rec);
        done.map_or_else(|why| why.to_string(), |done| done.reply.map_or_else(String::new, |reply| resync_core::resp::cli::format(&reply)))
    }
    fn said(&self, ix: u32, text: &str) -> Vec<u64> {
        self.rec.log(SENTINELS_FROM + ix).filter(|line| line.text.starts_with(text)).map(|line| line.at.as_millis()).collect()
    }
}

/// As three real sentinels of 7.0.15 do.
#[test]
fn a_sentinel_that_is_killed_is_missed_and_comes_back_with_what_its_file_says() {
    let run = play(&format!("{QUIET}at 20s crash s3\nat 40s restart s3\n"), 60);
    let ids = ids(&run.logs());
    assert_eq!(ids[2], ids[3], "it keeps its id");
    for ix in [0, 1] {
        let [down] = run.said(ix, &format!("+sdown sentinel {}", ids[2]))[..] else { panic!("once: {:?}", run.logs()[ix as usize]) };
        let [up] = run.said(ix, &format!("-sdown sentinel {}", ids[2]))[..] else { panic!("once") };
        assert!((24_000..26_500).contains(&down) && (40_000..42_500).contains(&up), "{down} {up}");
        assert_eq!(run.said(ix, "+sentinel").len(), 2, "it is the same one");
    }
    assert_eq!((run.said(2, "+slave").len(), run.said(2, "+sentinel").len()), (1, 2), "it knew them all from its file");
    assert_eq!(run.said(2, "+monitor").len(), 2);
    assert_eq!(run.sim.sentinels()[2].sentinel.others().iter().filter(|other| other.down()).count(), 0);
}

/// As real ones of 7.0.15 do: whoever stood still does not trust its clock for half a minute.
#[test]
fn a_sentinel_that_was_stopped_tilts_for_half_a_minute() {
    let run = play(&format!("{QUIET}at 20s pause s2\nat 27s resume s2\nat 28s crash mymaster\n"), 120);
    let (entered, left) = (run.said(1, "+tilt #tilt mode entered"), run.said(1, "-tilt #tilt mode exited"));
    assert_eq!(entered, [27_000]);
    assert!(left.len() == 1 && (57_000..57_400).contains(&left[0]), "{left:?}");
    let down = run.said(1, "+sdown master");
    assert!(down.iter().all(|at| *at >= left[0]), "it sees nobody down meanwhile: {down:?}");
    let odown: Vec<u64> = (0..3).flat_map(|ix| run.said(ix, "+odown master")).collect();
    assert!(odown.iter().min().is_some_and(|at| *at < 36_000), "the two others agree without it: {odown:?}");
    assert_eq!(run.leads(), ["replica-1"]);
    assert_eq!(run.masters(), ["replica-1"; 3], "it learns of it");
    // Shorter than two seconds is nothing.
    let run = play(&format!("{QUIET}at 20s pause s2\nat 21s resume s2\n"), 40);
    assert_eq!(run.said(1, "+tilt").len(), 0);
}

#[test]
fn two_sentinels_of_three_gone_is_no_failover() {
    let mut run = play(&format!("{QUIET}at 20s crash s2\nat 20s power-off s3\nat 30s crash mymaster\n"), 60);
    assert!(run.leads().is_empty());
    assert_eq!((run.said(0, "+sdown master").len(), run.said(0, "+odown master").len()), (1, 0));
    assert_eq!(
        run.says("s1", "SENTINEL CKQUORUM mymaster"),
        "(error) NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the specified quorum for this master. Not enough available Sentinels to reach the majority and authorize a failover"
    );
    assert!(run.says("s2", "PING").contains("Could not connect"), "{}", run.says("s2", "PING"));
    let run = play(&format!("{QUIET}at 20s crash s2\nat 20s power-off s3\nat 30s crash mymaster\nat 60s restart s2\n"), 120);
    assert_eq!(run.leads(), ["replica-1"], "with the second it goes on");
}

/// The answers of a real sentinel of 7.0.15, but for addresses, ids and times.
#[test]
fn a_sentinel_answers_at_its_console() {
    let mut run = play(QUIET, 30);
    for (line, said) in [
        ("PING", "PONG"),
        ("SENTINEL ckquorum mymaster", "OK 3 usable Sentinels. Quorum and failover authorization can be reached"),
        ("SENTINEL get-master-addr-by-name mymaster", "1) \"10.0.0.1\"\n2) \"6379\""),
        ("SENTINEL get-master-addr-by-name nobody", "(nil)"),
        ("SENTINEL master nobody", "(error) ERR No such master with that name"),
        ("SENTINEL foo", "(error) ERR unknown subcommand 'foo'. Try SENTINEL HELP."),
        ("SENTINEL", "(error) ERR wrong number of arguments for 'sentinel' command"),
        ("SENTINEL master", "(error) ERR wrong number of arguments for 'sentinel|master' command"),
        ("SENTINEL failover mymaster", "(error) ERR Resync does not have the command 'sentinel|failover'"),
        ("ROLE", "1) \"sentinel\"\n2) 1) \"mymaster\""),
    ] {
        assert_eq!(run.says("s1", line), said, "{line}");
    }
    assert!(run.says("s1", "GET a").starts_with("(error) ERR unknown command 'GET', with args beginning with: 'a'"));
    assert!(run.says("s1", "INFO").contains("master0:name=mymaster,status=ok,address=10.0.0.1:6379,slaves=1,sentinels=3"));
    let masters = run.says("s1", "SENTINEL masters");
    let names: Vec<&str> = masters.lines().step_by(2).filter_map(|line| line.split('"').nth(1)).collect();
    assert_eq!(
        names,
        "name ip port runid flags link-pending-commands link-refcount last-ping-sent last-ok-ping-reply last-ping-reply down-after-milliseconds info-refresh role-reported role-reported-time config-epoch num-slaves num-other-sentinels quorum failover-timeout parallel-syncs"
            .split(' ')
            .collect::<Vec<_>>()
    );
    let replicas = run.says("s1", "SENTINEL replicas mymaster");
    for part in ["\"slave\"", "\"slave-repl-offset\"", "\"master-link-status\"", "\"ok\""] {
        assert!(replicas.contains(part), "{part}: {replicas}");
    }
    assert!(run.says("s1", "SENTINEL sentinels mymaster").contains("\"voted-leader\""));
    assert_eq!(run.says("s1", "SENTINEL myid"), format!("\"{}\"", run.sim.sentinels()[0].sentinel.id()));
}

/// CONFIG REWRITE of a failover is kept: who is promoted starts again as a master, and who was demoted as a replica.
#[test]
fn roles_outlive_a_restart_by_config_rewrite() {
    let text = QUIET.replace("sentinel s1", "node replica-2 follows mymaster repl-diskless-sync no\nsentinel s1");
    let run =
        play(&format!("{text}at 20s crash mymaster\nat 45s restart mymaster\nat 80s crash s1\nat 80s crash s2\nat 80s crash s3\n"), 90);
    let new = run.leads();
    assert_eq!(new.len(), 1, "{new:?}");
    let (new, mut run) = (new[0].to_owned(), run);
    for name in ["mymaster".to_owned(), new.clone()] {
        run.sim.act(&resync_core::sim::world::Act::Crash { node: name.clone() }, &mut run.rec).expect("it runs");
        run.sim.act(&resync_core::sim::world::Act::Restart { node: name, with_rdb: true }, &mut run.rec).expect("it is down");
    }
    assert_eq!(run.sim.run_until(Time::from_secs(120), &mut run.rec, 10_000_000), Ran::Reached);
    assert_eq!(run.leads(), [new.as_str()], "nobody is there to tell them, but their files");
    let reply = run.says(&new, "CONFIG GET *of");
    assert!(!reply.contains("10.0.0.1"), "{reply}");
    let _ = run.says("mymaster", "CONFIG REWRITE");
    assert_eq!(run.sim.run_until(Time::from_secs(121), &mut run.rec, 10_000_000), Ran::Reached);
    assert!(run.rec.log(0).any(|line| line.text.starts_with("CONFIG REWRITE executed with success") && line.at >= Time::from_secs(120)));
}
