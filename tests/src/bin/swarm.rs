//! `cargo run --release -p resync-tests --bin swarm -- --seeds 1..1000`: any number of schedules, or one of them shown, played, shortened.

use resync_core::era::Era;
use resync_core::sim::Sim;
use resync_lab::draw::scenario;
use resync_lab::play::{Played, play, play_telling};
use resync_lab::shrink::shortened;
use resync_lab::situations::Situations;
use resync_lab::twin::{self, Ended};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

const USAGE: &str = "swarm --seeds A..B [--failures N] [--long] | --show SEED | --text FILE [--long] [--trace] | --twins A..B
  --seeds A..B   plays the schedules A to B, both included
  --failures N   stops after so many that fail (default 3)
  --long         failing texts as they were drawn, not shortened
  --twins A..B   plays pairs: a run with an interrupted link, and the same without
  --show SEED    prints the scenario of a seed
  --text FILE    plays a scenario under watch
  --all-eras     draws from all eras, not from those up to 7.0 alone
  --trace        tells what happens, event by event
  --bug NAME     with --seeds, in a build with the feature planted: finds a bug that is switched on (or `all`), and writes
                 the shortened scenario to tests/planted/NAME.resync";

struct Options {
    seeds: Option<(u64, u64)>,
    twins: Option<(u64, u64)>,
    failures: u64,
    long: bool,
    show: Option<u64>,
    text: Option<String>,
    trace: bool,
    bug: Option<String>,
    eras: &'static [Era],
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        seeds: None,
        twins: None,
        failures: 3,
        long: false,
        show: None,
        text: None,
        trace: false,
        bug: None,
        eras: &Era::UP_TO_7_0,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        let number = |text: String| text.parse::<u64>().map_err(|_| format!("{text} is no number"));
        match word.as_str() {
            "--seeds" | "--twins" => {
                let text = value()?;
                let (from, to) = text.split_once("..").ok_or(format!("{word} wants A..B"))?;
                let range = Some((number(from.into())?, number(to.trim_start_matches('=').into())?));
                *(if word == "--seeds" { &mut options.seeds } else { &mut options.twins }) = range;
            }
            "--failures" => options.failures = number(value()?)?,
            "--show" => options.show = Some(number(value()?)?),
            "--text" => options.text = Some(value()?),
            "--trace" => options.trace = true,
            "--bug" => options.bug = Some(value()?),
            "--long" => options.long = true,
            "--all-eras" => options.eras = &Era::ALL,
            _ => return Err(format!("{word}?")),
        }
    }
    Ok(options)
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(why) => {
            eprintln!("{why}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    // What panics is told with its schedule.
    std::panic::set_hook(Box::new(|_| {}));
    #[cfg(feature = "planted")]
    if let (Some(name), Some((from, to))) = (&options.bug, options.seeds) {
        return planted::find(name, from, to);
    }
    if options.bug.is_some() {
        eprintln!("--bug wants --seeds, and a build with the feature planted\n{USAGE}");
        return ExitCode::from(2);
    }
    if let (Some((from, to)), None, None, None) = (options.twins, &options.seeds, &options.show, &options.text) {
        return twins(from, to);
    }
    match (&options.seeds, &options.show, &options.text) {
        (Some((from, to)), None, None) => many(*from, *to, &options),
        (None, Some(seed), None) => {
            print!("{}", scenario(*seed, options.eras));
            ExitCode::SUCCESS
        }
        (None, None, Some(file)) => match std::fs::read_to_string(file) {
            Ok(text) => one(&text, &options),
            Err(why) => {
                eprintln!("{file}: {why}");
                ExitCode::from(2)
            }
        },
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn one(text: &str, options: &Options) -> ExitCode {
    let mut tell = |sim: &Sim| {
        for (n, note) in sim.notes().iter().filter(|_| options.trace) {
            let words: Vec<String> = note.fields().iter().map(|(name, value)| format!("{name}={}", value.to_text())).collect();
            let (at, node) = (sim.now().as_micros(), &sim.machine(*n).spec.name);
            println!("{:>10} {at:>10} {node:<10} {} {}", sim.event(), note.kind(), words.join(" "));
        }
    };
    match play_telling(text, &|_| {}, &mut tell) {
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
        Ok(played) => {
            for (name, times) in played.met.iter() {
                println!("{times:>10}  {name}");
            }
            println!("{} events, together after {:?} ms, {} acknowledged writes lost", played.events, played.together_ms, played.lost);
            if played.broke.is_none() {
                return ExitCode::SUCCESS;
            }
            failure(text, &played, options);
            ExitCode::FAILURE
        }
    }
}

fn failure(text: &str, played: &Played, options: &Options) {
    let Some(broke) = &played.broke else { return };
    println!("{}: {} (at {} ms)", broke.invariant, broke.text, broke.at_ms);
    let text = if options.long { text.to_string() } else { short(text, &broke.invariant) };
    println!("----\n{text}----");
    if let Ok(Played { broke: Some(broke), .. }) = play(&text, &|_| {}) {
        println!("{}: {} (at {} ms)\n", broke.invariant, broke.text, broke.at_ms);
    }
}

/// A failing text, shortened as long as the same invariant breaks.
fn short(text: &str, invariant: &str) -> String {
    // What is to come together must be healed.
    let heals: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("#heals ")).collect();
    let needed = |line: &str| line.starts_with("#heals ") || (invariant == "I14" && heals.contains(&line));
    shortened(text, &needed, &|text| play(text, &|_| {}).is_ok_and(|played| played.broke.is_some_and(|broke| broke.invariant == invariant)))
}

fn many(from: u64, to: u64, options: &Options) -> ExitCode {
    let begun = Instant::now();
    let next = AtomicU64::new(from);
    let failed = AtomicU64::new(0);
    let stop = AtomicBool::new(false);
    let sum = Mutex::new((Situations::default(), 0u64, 0u64, 0u64, 0u64));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > to || stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let text = scenario(seed, options.eras);
                    let played = play(&text, &|_| {}).unwrap_or_else(|why| {
                        eprintln!("seed {seed} is no scenario: {why}\n{text}");
                        std::process::exit(2)
                    });
                    {
                        let mut sum = sum.lock().expect("nobody panics with it");
                        sum.0.merge(&played.met);
                        sum.1 += 1;
                        sum.2 += played.events;
                        sum.3 = sum.3.max(played.together_ms.unwrap_or(0));
                        sum.4 += played.lost;
                    }
                    if played.broke.is_some() {
                        let n = failed.fetch_add(1, Ordering::Relaxed) + 1;
                        if n <= options.failures {
                            let _one_at_a_time = sum.lock();
                            println!("seed {seed}");
                            failure(&text, &played, options);
                        }
                        if n >= options.failures {
                            stop.store(true, Ordering::Relaxed);
                        }
                    }
                }
            });
        }
    });
    let (met, schedules, events, longest, lost) = sum.into_inner().expect("nobody panics with it");
    for (name, times) in met.iter() {
        println!("{times:>10}  {name}");
    }
    let failed = failed.into_inner();
    let seconds = begun.elapsed().as_secs_f32();
    println!(
        "{schedules} schedules, {events} events, {seconds:.0} s; together after at most {longest} ms; {lost} acknowledged writes lost"
    );
    println!("{failed} failed");
    let missing = if schedules >= 10_000 && options.eras.len() == Era::UP_TO_7_0.len() { met.missing() } else { Vec::new() };
    for name in &missing {
        println!("never met: {name}");
    }
    let often = met.too_often(schedules);
    for (name, times, most) in &often {
        println!("too often: {name}: {times}, at most {most}");
    }
    if failed == 0 && missing.is_empty() && often.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn twins(from: u64, to: u64) -> ExitCode {
    let next = AtomicU64::new(from);
    let (together, apart) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > to {
                        return;
                    }
                    let pair = twin::draw(seed, &Era::UP_TO_7_0);
                    match twin::compare(&pair) {
                        Ok(Ended::Together) => drop(together.fetch_add(1, Ordering::Relaxed)),
                        Ok(Ended::NotPartial) => {}
                        Err(why) => {
                            apart.fetch_add(1, Ordering::Relaxed);
                            println!("twins {seed}: {why}\n----\n{}{}----", pair.calm, pair.troubles);
                        }
                    }
                }
            });
        }
    });
    let (together, apart) = (together.into_inner(), apart.into_inner());
    println!("{} pairs, {together} with partial resynchronisations alone; {apart} stand apart", to + 1 - from);
    if apart == 0 && together > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(feature = "planted")]
mod planted {
    use super::{Era, ExitCode, Ordering, play, scenario, shortened};
    use resync_core::planted::{Bug, Bugs};
    use resync_core::sim::Sim;
    use std::sync::atomic::AtomicU64;

    /// Looks for the first schedule that finds a bug, and keeps it as a scenario.
    pub(crate) fn find(name: &str, from: u64, to: u64) -> ExitCode {
        let bugs: Vec<Bug> = Bug::ALL.iter().copied().filter(|bug| name == "all" || bug.name() == name).collect();
        if bugs.is_empty() {
            eprintln!("there is no bug {name}; there are: {}", Bug::ALL.iter().map(|bug| bug.name()).collect::<Vec<_>>().join(" "));
            return ExitCode::from(2);
        }
        let missed = AtomicU64::new(0);
        let next = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
                scope.spawn(|| {
                    while let Some(bug) = bugs.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
                        if !one(*bug, from, to) {
                            missed.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        if missed.into_inner() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn one(bug: Bug, from: u64, to: u64) -> bool {
        let with = |sim: &mut Sim| sim.plant(Bugs::only(bug));
        for seed in from..=to {
            let text = scenario(seed, &Era::UP_TO_7_0);
            let Ok(Some(broke)) = play(&text, &with).map(|played| played.broke) else { continue };
            let clean = |text: &str| play(text, &|_| {}).is_ok_and(|played| played.broke.is_none());
            if !clean(&text) {
                continue;
            }
            // What heals stays, so that the same text without the bug comes together.
            let heals: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("#heals ")).collect();
            let needed = |line: &str| heals.contains(&line) && (broke.invariant == "I14" || line.starts_with("#heals "));
            let short = shortened(&text, &needed, &|text| {
                play(text, &with).is_ok_and(|played| played.broke.is_some_and(|found| found.invariant == broke.invariant))
            });
            let short: String = short
                .lines()
                .filter(|line| broke.invariant == "I14" || !line.starts_with("#heals "))
                .map(|line| format!("{line}\n"))
                .collect();
            let fails = |text: &str| play(text, &with).is_ok_and(|played| played.broke.is_some());
            let kept = if clean(&short) && fails(&short) { short } else { text };
            let path = format!("{}/planted/{}.resync", env!("CARGO_MANIFEST_DIR"), bug.name());
            let head = format!("# seed {seed}: {} {}\n", broke.invariant, broke.text);
            if let Err(why) = std::fs::write(&path, head + &kept) {
                eprintln!("{path}: {why}");
            }
            println!("{:<24} seed {seed:>6}  {}: {}", bug.name(), broke.invariant, broke.text);
            return true;
        }
        println!("{:<24} not found", bug.name());
        false
    }
}
