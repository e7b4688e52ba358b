//! INFO as values: what nodes of every era print, and what real servers printed, is read back as it stood.

use resync_core::era::Era;
use resync_core::info::{self, Name, Topic, Value};
use resync_core::time::Time;
use resync_core::timeline::Timeline;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A master with data and a chain of two below it; transfers and loads take a second, a link is cut, the append-only file is switched on.
const WORLD: &str = "seed 3
cost rdb-load 1mb/s
node master keys 3000 size 500 GATE
node replica-1 follows master
node replica-2 follows replica-1
link master replica-1 latency 5ms bandwidth 1mb/s
link replica-1 replica-2 latency 5ms
client writer on master: every 50ms SET key:{1..100} {32 bytes}
at 1s master: SETEX gone 100 value
at 4s cut master replica-1
at 7s heal master replica-1
at 8s master: CONFIG SET appendonly yes
at 9s restart replica-2
";

/// What is printed parses into the very values that were printed, for every era at every moment of a run with transfers, loads and cuts.
#[test]
fn what_a_node_prints_reads_back_as_its_values() {
    let mut seen: BTreeMap<Era, BTreeSet<String>> = BTreeMap::new();
    for era in Era::ALL {
        let gate = match (era.capabilities().psync, era.capabilities().counts_attempts) {
            (false, _) => "",
            (true, false) => "min-slaves-to-write 1 repl-backlog-size 16kb",
            // Only they print something of a link that is up, which the usual delay would leave no time for.
            (true, true) => "min-slaves-to-write 1 repl-backlog-size 16kb repl-diskless-sync-delay 0",
        };
        let text = format!("era {}\n{WORLD}", era.name()).replace("GATE", gate);
        let mut run = Timeline::from_text(&text).unwrap_or_else(|why| panic!("{era}: {why}"));
        for tenth in 0..130 {
            let _ = run.advance(Time::from_micros(tenth * 100_000 + 7_000), 1_000_000);
            for machine in run.sim().machines().iter().filter(|machine| machine.alive()) {
                let said = machine.node.info_text(run.now(), Some("all"));
                let printed = said.to_string();
                let read = info::parse(&printed).expect("within bounds");
                assert_eq!(read, said, "{era} at {tenth}");
                assert_eq!(read.complaints(), [], "{era} at {tenth}");
                assert_eq!(printed, machine.node.info(run.now(), Some("all")));
                let usual = machine.node.info(run.now(), None);
                assert!(!usual.contains("# Commandstats") && usual.lines().all(|line| printed.contains(line)), "{era} at {tenth}");
                let names = seen.entry(era).or_default();
                names.extend(said.pairs().map(|(_, name, _)| name.to_string()));
                for topic in Topic::PRINTED {
                    let alone = machine.node.info_text(run.now(), Some(&topic.heading()[2..].to_lowercase()));
                    assert_eq!(alone.sections.len(), usize::from(topic.printed(&era.capabilities(), true)), "{era}: {topic:?}");
                    assert!(printed.contains(&alone.to_string()), "{era}: {topic:?} alone is as within the whole");
                }
                let lines: Vec<String> = machine.node.replica_lines(run.now()).map(|line| line.to_string()).collect();
                let told: Vec<String> = said.replicas().map(|(_, line)| line.expect("a line").to_string()).collect();
                assert_eq!(lines, told, "{era}: the direct way to a line says the same");
                if let Ok(ago) = said.number(info::Replication::MasterLastIoSecondsAgo) {
                    assert_eq!(machine.node.last_io_at(run.now()), ago);
                }
            }
            assert!(run.sim().machine(0).node.info(run.now(), Some("nosuch")).is_empty());
        }
    }
    // The run has met what the tables promise each era, and nothing else: but a failover, which no act here begins, the fields are all there.
    for (era, names) in &seen {
        let caps = era.capabilities();
        let of_era = info::Replication::ALL.iter().filter(|field| field.printed(&caps)).map(|field| field.name());
        let of_era = of_era.chain(info::Persistence::ALL.iter().filter(|field| field.printed(&caps)).map(|field| field.name()));
        let missing: Vec<&str> = of_era.filter(|name| !names.contains(*name)).collect();
        assert!(missing.is_empty(), "{era} never printed {missing:?}");
        let others: Vec<&String> = names.iter().filter(|name| matches!(Name::of(name), Name::Other(_))).collect();
        assert!(others.is_empty(), "{era} printed {others:?}, which no table has");
    }
}

/// Every INFO of every recording of a real server, written as the server had it.
#[test]
fn what_real_servers_printed_reads_back() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let (mut texts, mut lines, mut unknown) = (0, 0, BTreeSet::new());
    for entry in std::fs::read_dir(folder).expect("the recordings") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let json: Json = serde_json::from_slice(&std::fs::read(&path).expect("a recording")).expect("valid JSON");
        for event in
            json["events"].as_array().into_iter().flatten().filter(|event| event["fields"].is_object() && event["fields"]["_err"].is_null())
        {
            let fields = event["fields"].as_object().expect("fields");
            for end in ["\r\n", "\n"] {
                let text: String = fields.iter().map(|(name, value)| format!("{name}:{}{end}", value.as_str().expect("a text"))).collect();
                let read = info::parse(&text).expect("within bounds");
                assert_eq!(read.to_string(), text);
                assert_eq!(read.complaints(), [], "{}: {text}", path.display());
                for (_, name, value) in read.pairs() {
                    match (name, value) {
                        (Name::Other(name), _) => drop(unknown.insert(name.clone())),
                        (Name::Replica(_), value) => assert!(matches!(value, Value::Replica(_)), "{value}"),
                        (Name::Field(field), Value::Text(text)) => {
                            assert!(matches!(field.kind(), info::Kind::Text | info::Kind::Word(_)) || text == "-0.00", "{name}: {text}");
                        }
                        _ => {}
                    }
                    lines += 1;
                }
                texts += 1;
            }
        }
    }
    assert!(texts > 1_000 && lines > 4_000, "the recordings were read: {texts} texts, {lines} lines");
    assert!(unknown.is_empty(), "the tables know every field that the recordings have: {unknown:?}");
}

/// Each field that a server prints, real ones of its era print too, in the same order within the section; what they print beside is not modelled.
#[test]
fn fields_stand_where_real_servers_have_them() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures/info_fields.txt");
    let text = std::fs::read_to_string(path).expect("the lists");
    let (mut lists, mut wrong) = (0, Vec::new());
    for list in text.split("== ").skip(1) {
        let (title, names) = list.split_once('\n').expect("a title");
        let (release, who) = title.split_once(' ').expect("a release and who it is");
        let era = Era::from_name(&release[..3]).expect("an era");
        let real: Vec<&str> = names.lines().collect();
        let world = format!("era {}\nnode master repl-diskless-sync-delay 0\nnode replica follows master\n", era.name());
        let mut run = Timeline::from_text(&world).unwrap_or_else(|why| panic!("{era}: {why}"));
        let _ = run.advance(Time::from_micros(20_000_000), 1_000_000);
        let node = &run.sim().machine(u32::from(who == "replica")).node;
        let printed = node.info(run.now(), Some("all"));
        let mut at = 0;
        for line in printed.lines().filter(|line| !line.is_empty()) {
            let name = if line.starts_with('#') { line } else { line.split(':').next().unwrap_or_default() };
            if !line.starts_with('#') && !matches!(Name::of(name), Name::Field(_)) {
                continue;
            }
            match real[at..].iter().position(|other| *other == name) {
                Some(more) => at += more + 1,
                None => wrong.push(format!("{title}: {name} is not there, or in another place")),
            }
        }
        lists += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(lists, 12);
}

/// Live 7.0.15 of Debian, which has jemalloc: `mem_total_replication_buffers:20504`, `mem_replication_backlog:20508` once the first block is there, and `histlen`
/// that falls by 20 440 when a block goes. Built with the C library's allocator (as for the recordings) it is 16 448, 16 452 and 16 384.
#[test]
fn blocks_of_7_0_are_as_large_as_the_allocator_makes_them() {
    for (word, block) in [("", 16_384), (" allocator libc", 16_384), (" allocator jemalloc", 20_440)] {
        let text = format!(
            "era 7.0\nnode master{word} repl-diskless-sync-delay 0 repl-backlog-size 16kb\nnode replica follows master\nat 3s client writer on master: every 1ms SET k {{100 bytes}}\n"
        );
        let mut run = Timeline::from_text(&text).expect("a scenario");
        let number = |run: &Timeline, name: &str| {
            let text = run.sim().machine(0).node.info_text(run.now(), None);
            text.named(name).and_then(|value| value.parse::<i64>().ok()).unwrap_or(-1)
        };
        let _ = run.advance(Time::from_micros(3_050_000), 1_000_000);
        assert_eq!(number(&run, "mem_total_replication_buffers"), block + 64, "{word}");
        let (mut before, mut falls) = (0, BTreeSet::new());
        for ms in 0..2_000 {
            let _ = run.advance(Time::from_micros(3_100_000 + ms * 1_000), 1_000_000);
            let histlen = number(&run, "repl_backlog_histlen");
            if histlen < before {
                falls.insert((before - histlen) / 1_000);
            }
            before = histlen;
        }
        // Between two looks a write or two came.
        assert!(falls.iter().all(|fall| (fall * 1_000 - block).abs() < 1_200) && !falls.is_empty(), "{word}: {falls:?}");
    }
}
