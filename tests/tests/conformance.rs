//! Recordings of real servers against the engine: see `resync_tests::conformance`.

use resync_core::era::Era;
use resync_tests::conformance::{Part, Recording, Verdict, judge};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Rounds of what nobody recorded (see `judge`) that a play may take, and those that one listed as an exception gets.
const ROUNDS: u64 = 30;
const ROUNDS_OF_AN_EXCEPTION: u64 = 4;

fn captures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("captures")
}

/// Every recording by name, in order.
fn names() -> Vec<String> {
    let files = std::fs::read_dir(captures()).expect("the captures");
    let names = files.filter_map(|file| file.expect("a file").file_name().into_string().ok()?.strip_suffix(".json").map(str::to_owned));
    let mut names: Vec<String> = names.filter(|name| name.contains("__")).collect();
    names.sort();
    names
}

/// A table of `captures/README.md`, by the title that stands over it: plays, and what is said of each.
fn listed(title: &str) -> BTreeMap<(String, String), String> {
    let text = std::fs::read_to_string(captures().join("README.md")).expect("the captures' README");
    let (_, text) = text.split_once(&format!("\n## {title}\n")).unwrap_or_else(|| panic!("no title {title}"));
    let text = text.split("\n## ").next().unwrap_or_default();
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, part, why] = cells[..] else { panic!("a row of the table has three cells: {line}") };
        assert!(!why.is_empty(), "{name} as {part} has no reason");
        let known = rows.insert((name.trim_matches('`').to_owned(), part.to_owned()), why.to_owned());
        assert_eq!(known, None, "{name} as {part} stands there twice");
    }
    rows
}

/// What came of one play.
struct Result {
    name: String,
    part: Part,
    era: Era,
    verdict: Verdict,
}

/// Plays all of them, on as many threads as there are processors.
fn play(plays: &[(String, Part, u64)]) -> Vec<Result> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((name, part, rounds)) = plays.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let recording = Recording::read(name);
                    let verdict = judge(&recording, part, *rounds);
                    let era = recording.era(&part.0);
                    results.lock().expect("no thread panics").push(Result { name: name.clone(), part: part.clone(), era, verdict });
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no thread panics");
    results.sort_by(|a, b| (&a.name, &a.part).cmp(&(&b.name, &b.part)));
    results
}

#[test]
fn real_servers_and_the_engine_say_the_same() {
    let wanted = std::env::var("RESYNC_RECORDING").unwrap_or_default();
    let exceptions = listed("Plays that do not hold");
    let but_for = listed("Plays that hold but for something");
    let mut plays = Vec::new();
    let mut rows: BTreeMap<_, _> = exceptions.iter().chain(&but_for).map(|(play, why)| (play.clone(), why.clone())).collect();
    for name in names() {
        for part in Recording::read(&name).parts() {
            rows.remove(&(name.clone(), part.0.clone()));
            let exception = exceptions.contains_key(&(name.clone(), part.0.clone()));
            if name.contains(&wanted) {
                plays.push((name.clone(), part, if exception { ROUNDS_OF_AN_EXCEPTION } else { ROUNDS }));
            }
        }
    }
    assert!(rows.is_empty(), "the tables list what is no play: {rows:?}");
    let mut wrong = Vec::new();
    let (mut held, mut nearly, mut by_family, mut by_era) = (0, 0, BTreeMap::new(), BTreeMap::new());
    let results = play(&plays);
    for Result { name, part, era, verdict } in &results {
        let part = &part.0;
        let [wire, log, info, replies] = verdict.compared;
        let holds = verdict.differences.is_empty();
        let why = exceptions.get(&(name.clone(), part.clone()));
        let but = but_for.get(&(name.clone(), part.clone()));
        let words = but.map_or("", String::as_str);
        if verdict.but.iter().any(|what| !words.contains(&format!("*{what}*"))) || verdict.but.is_empty() && but.is_some() {
            println!("{name} as {part} is compared but for {:?}, and listed with: {words}", verdict.but);
            wrong.push(format!("{name} as {part}"));
        }
        let word = match (holds, why) {
            (true, None) if but.is_some() => "holds, but for what is listed:",
            (true, None) => "holds ",
            (true, Some(_)) => "HOLDS, but is listed as an exception:",
            (false, None) => "DIFFERS",
            (false, Some(_)) => "differs, as listed:",
        };
        println!(
            "{word} {name} as {part}: {wire} messages, {log} log lines, {info} INFO fields, {replies} replies; farthest {:.0} ms; {:?}",
            verdict.farthest_ms, verdict.unknowns
        );
        let shown = if why.is_some() && wanted.is_empty() { 1 } else { 8 };
        for difference in verdict.differences.iter().take(shown) {
            println!("    {difference}");
        }
        if holds == why.is_some() {
            wrong.push(format!("{name} as {part}"));
        }
        held += usize::from(holds && but.is_none());
        nearly += usize::from(holds && but.is_some());
        let family = name.split('_').next().unwrap_or_default().to_owned();
        for (table, row) in [(&mut by_family, family), (&mut by_era, era.name().to_owned())] {
            let (holding, all) = table.entry(row).or_insert((0, 0));
            *holding += usize::from(holds);
            *all += 1;
        }
    }
    let table = |rows: &BTreeMap<String, (usize, usize)>| {
        rows.iter().map(|(row, (holding, all))| format!("{row} {holding}/{all}")).collect::<Vec<_>>().join(", ")
    };
    println!("by scenario: {}", table(&by_family));
    println!("by the node's era: {}", table(&by_era));
    let all = results.len();
    println!("{held} plays hold, {nearly} hold but for something stated, {} do not, of {all}", all - held - nearly);
    assert!(!results.is_empty(), "no recording is called {wanted}");
    assert!(wrong.is_empty(), "not as expected: {wrong:?}");
}
