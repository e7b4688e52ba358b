//! The test suites and the benches.

use crate::shell::{Done, cargo, find, for_the_page, line, program, root, run, say, target};
use crate::{later, page, rare, redis, rooms, tools};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

/// The results of the suites so far.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    /// One line for each command that failed.
    failures: Vec<String>,
}

/// Runs every suite, or the named ones. The last line printed is `N passed, N failed`.
pub(crate) fn test(wanted: &[&str]) -> Done {
    const SUITES: [&str; 16] = [
        "xtask",
        "no-std",
        "alarms",
        "core",
        "js",
        "lab",
        "lessons",
        "web",
        "tests",
        "interop",
        "swarm",
        "e2e",
        "wasm-core",
        "wasm-js",
        "wasm-web",
        "wasm-swarm",
    ];
    if let Some(unknown) = wanted.iter().find(|name| !SUITES.contains(name)) {
        return Err(format!("there is no suite `{unknown}`; there are: {}", SUITES.join(" ")));
    }
    let begun = Instant::now();
    let mut tally = Tally::default();
    if let Err(why) = suites(wanted, &mut tally) {
        // Without its tools a suite has not passed: missing is failing.
        eprintln!("xtask: {why}");
        tally.failed += 1;
        tally.failures.push(why.lines().next().unwrap_or_default().to_owned());
    }
    say(&format!("{:.0} s in all", begun.elapsed().as_secs_f32()));
    for failure in &tally.failures {
        say(&format!("FAILED: {failure}"));
    }
    println!("{} passed, {} failed", tally.passed, tally.failed);
    if tally.failed == 0 { Ok(()) } else { Err(String::new()) }
}

fn suites(wanted: &[&str], tally: &mut Tally) -> Done {
    let want = |name: &str| wanted.is_empty() || wanted.contains(&name);
    if ["tests", "wasm-core", "wasm-js", "wasm-web", "wasm-swarm", "e2e"].into_iter().any(want) {
        tools::for_tests()?;
    }
    if want("interop") {
        tools::packages()?;
        redis::servers()?;
    }

    if want("xtask") {
        tally.test(&mut native(&["test", "--locked", "--manifest-path", "xtask/Cargo.toml"])?)?;
    }
    if want("no-std") {
        // A target without an operating system: what core must not know does not exist there.
        tally.check(&mut cargo(&["check", "--locked", "-p", "resync-core", "--target", "wasm32v1-none"]));
    }
    if want("e2e") {
        page::build()?;
    }
    if wanted.is_empty() {
        // One build for everything native, browser tests included.
        tally.test(&mut native(&["test", "--locked", "--workspace", "--all-features", "--no-fail-fast"])?)?;
    } else {
        for (suite, package) in [
            ("alarms", "resync-alarms"),
            ("core", "resync-core"),
            ("js", "resync-js"),
            ("lab", "resync-lab"),
            ("web", "resync-web"),
            ("tests", "resync-tests"),
        ] {
            if wanted.contains(&suite) {
                tally.test(&mut native(&["test", "--locked", "-p", package, "--no-fail-fast"])?)?;
            }
        }
        if wanted.contains(&"lessons") {
            tally.test(&mut native(&["test", "--locked", "-p", "resync-lessons", "--all-features"])?)?;
            tally.test(&mut native(&["test", "--locked", "-p", "resync-tests", "--test", "lessons", "--test", "course"])?)?;
        }
        if want("interop") {
            tally.test(&mut native(&[
                "test",
                "--locked",
                "-p",
                "resync-tests",
                "--features",
                "interop",
                "--test",
                "interop",
                "--test",
                "commands",
                "--test",
                "callers",
                "--test",
                "sentinels",
            ])?)?;
        }
        if want("e2e") {
            tally.test(&mut native(&["test", "--locked", "--workspace", "--all-features", "--test", "e2e"])?)?;
        }
    }
    if want("swarm") {
        // Twenty thousand schedules: the engine at speed, with its assertions on.
        for seeds in [["--seeds", "1..20000"], ["--twins", "1..4000"]] {
            let mut swarm =
                cargo(&["run", "--locked", "--profile", "swarm", "-p", "resync-tests", "--features", "planted", "--bin", "swarm", "--"]);
            tally.check(swarm.args(seeds));
        }
        // Of each lesson's sentences one is true, over a hundred seeds; a thousand take nine minutes of one processor: `RESYNC_SEEDS` asks for them.
        let args = ["test", "--locked", "--profile", "swarm", "-p", "resync-tests", "--features", "planted", "--test", "course", "--"];
        tally.test(native(&args)?.arg("exactly_one_sentence").env("RESYNC_SEEDS", "100"))?;
    }
    for (suite, folder, only) in
        [("wasm-core", "core", ""), ("wasm-js", "js", ""), ("wasm-web", "web", ""), ("wasm-swarm", "tests", "swarm_golden")]
    {
        if want(suite) {
            let driver = tools::chromedriver()?;
            let mut command = program("wasm-pack");
            command.args(["test", "--headless", "--chrome", "--chromedriver", &driver, "--mode", "no-install", folder, "--locked"]);
            if !only.is_empty() {
                command.args(["--test", only]);
            }
            // The default of 20 s is short for a debug build on a busy machine.
            tally.test(command.env("WASM_BINDGEN_TEST_TIMEOUT", "300"))?;
        }
    }
    Ok(())
}

/// A native cargo command with what the browser tests need in its environment.
fn native(args: &[&str]) -> Done<Command> {
    let mut command = cargo(args);
    // The tests speak to chromedriver and to their own server on this machine; a proxy has no business there.
    command.env("NO_PROXY", "127.0.0.1,localhost");
    if let Some(driver) = find("chromedriver") {
        command.env("CHROMEDRIVER", driver);
    }
    Ok(command)
}

impl Tally {
    /// A command that either works or does not: one test.
    fn check(&mut self, command: &mut Command) {
        match run(command) {
            Ok(()) => self.passed += 1,
            Err(why) => {
                self.failed += 1;
                self.failures.push(why);
            }
        }
    }

    /// A test harness: shows what it prints and adds up its `test result:` lines.
    fn test(&mut self, command: &mut Command) -> Done {
        let shown = line(command);
        say(&shown);
        let begun = Instant::now();
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(|why| format!("`{shown}` did not start: {why}"))?;
        let stdout = child.stdout.take().expect("it was piped");
        let (mut passed, mut failed) = (0, 0);
        for text in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
            let text = String::from_utf8_lossy(&text);
            println!("{text}");
            if let Some(counts) = text.trim_start().strip_prefix("test result:") {
                passed += count(counts, "passed");
                failed += count(counts, "failed");
            }
        }
        let status = child.wait().map_err(|why| format!("`{shown}`: {why}"))?;
        if !status.success() && failed == 0 {
            // It did not build, or it died before its summary.
            failed = 1;
        }
        if status.success() && passed == 0 {
            self.failures.push(format!("`{shown}` ran no test at all"));
            failed += 1;
        }
        if !status.success() {
            self.failures.push(format!("`{shown}`: {failed} failed ({status})"));
        }
        self.passed += passed;
        self.failed += failed;
        say(&format!("{passed} passed, {failed} failed, {:.0} s", begun.elapsed().as_secs_f32()));
        Ok(())
    }
}

/// `12` of ` ok. 12 passed; 0 failed; …` for `passed`.
fn count(counts: &str, what: &str) -> u64 {
    let words: Vec<&str> = counts.split([' ', ';', '.']).filter(|word| !word.is_empty()).collect();
    words.windows(2).find(|pair| pair[1] == what).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

/// The figure of which the times in wasm and natively are divided by each other: `figures::SIXTY` of the tests.
const SIXTY: &str = "60 simulated s of 1+10 at 1 000 cmd/s of 500 B, s";

/// Measures natively and in wasm, and prints both side by side.
pub(crate) fn bench(options: &[&str]) -> Done {
    match options {
        [] => {}
        ["live"] => return live_bench(),
        ["profile", worlds @ ..] => return crate::profile::print(worlds),
        [other, ..] => return Err(format!("`bench` does not know `{other}`; there are `live` and `profile`")),
    }
    tools::for_tests()?;
    page::build()?;
    let natively = figures(&mut cargo(&["run", "--locked", "--release", "-p", "resync-tests", "--bin", "bench"]))?;
    let mut in_wasm = figures(&mut in_browser("resync-tests", "figures_wasm")?)?;
    in_wasm.extend(figures(&mut in_browser("resync-web", "browser")?)?);
    println!("\n{:<58} {:>12} {:>12}", "", "native", "wasm");
    for (name, value) in &natively {
        let other = in_wasm.iter().find(|(other, _)| other == name).map_or(String::new(), |(_, value)| short(*value));
        println!("{name:<58} {:>12} {other:>12}", short(*value));
    }
    for (name, value) in in_wasm.iter().filter(|(name, _)| !natively.iter().any(|(other, _)| other == name)) {
        println!("{name:<58} {:>12} {:>12}", "", short(*value));
    }
    let sixty = |figures: &[(String, f64)]| figures.iter().find(|(name, _)| name == SIXTY).map(|(_, value)| *value);
    if let (Some(natively), Some(in_wasm)) = (sixty(&natively), sixty(&in_wasm)) {
        println!("{:<58} {:>12} {:>12}", "wasm time ÷ native time, 60 s of 1+10 at 1 000 cmd/s", "", short(in_wasm / natively));
    }
    rooms::print()
}

/// A test of figures in Chromium, built as the page is.
fn in_browser(package: &str, test: &str) -> Done<Command> {
    let profile = ["--profile", "page", "--target", "wasm32-unknown-unknown"];
    let mut command = native(&["test", "--locked"])?;
    for_the_page(&mut command).args(profile).args(["-p", package, "--test", test, "--", "--nocapture"]);
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", target().join("tools/bin/wasm-bindgen-test-runner"));
    command.env("WASM_BINDGEN_USE_BROWSER", "1").env("WASM_BINDGEN_TEST_TIMEOUT", "900");
    Ok(command)
}

/// resync-node beside a real redis-server, in one run.
fn live_bench() -> Done {
    tools::packages()?;
    run(&mut cargo(&["build", "--locked", "--release", "-p", "resync-tests", "--bin", "resync-node", "--bin", "beside"]))?;
    run(&mut program(&target().join("release/beside").to_string_lossy()))
}

/// Takes the README's pictures.
pub(crate) fn picture() -> Done {
    tools::for_tests()?;
    page::build()?;
    run(&mut native(&["run", "--locked", "-p", "resync-tests", "--features", "e2e", "--bin", "picture"])?)
}

/// Counts in a browser which functions the page runs while it opens, and writes the list of the others.
pub(crate) fn later() -> Done {
    tools::for_tests()?;
    page::build_counting()?;
    let counted = target().join("rooms/ran.txt");
    let mut count = native(&["run", "--locked", "-p", "resync-tests", "--features", "e2e", "--bin", "later", "--"])?;
    run(count.arg(&counted))?;
    later_listed()
}

/// Writes the lists from what was counted.
pub(crate) fn later_listed() -> Done {
    let read = |name: &str| {
        let file = target().join("rooms").join(name);
        std::fs::read_to_string(&file).map_err(|why| format!("{}: {why}", file.display()))
    };
    let (places, ran) = (read("places.txt")?, read("ran.txt")?);
    let mut ran = ran.trim().bytes().map(|ran| ran == b'1');
    let (mut functions, mut within) = (Vec::new(), Vec::new());
    for line in places.lines() {
        let mut words = line.splitn(3, ' ');
        let key = words.next().and_then(|key| u64::from_str_radix(key, 16).ok());
        let count = words.next().and_then(|count| count.parse().ok());
        let (Some(key), Some(count), Some(name)) = (key, count, words.next()) else { return Err(format!("places.txt: `{line}`")) };
        let reached: Vec<bool> = ran.by_ref().take(count).collect();
        functions.push((name.to_owned(), key, reached.first() == Some(&true)));
        within.push((key, reached));
    }
    for (name, text) in [("later.txt", later::Later::written(&functions)), ("rare.txt", rare::Rare::written(&within))] {
        let list = root().join("web").join(name);
        std::fs::write(&list, text).map_err(|why| format!("{}: {why}", list.display()))?;
    }
    say(&format!(
        "web/later.txt, web/rare.txt: {} of {} functions ran",
        functions.iter().filter(|(.., ran)| *ran).count(),
        functions.len()
    ));
    Ok(())
}

/// Runs something that prints `figure<TAB>name<TAB>value` lines.
fn figures(command: &mut Command) -> Done<Vec<(String, f64)>> {
    let shown = line(command);
    say(&shown);
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|why| format!("`{shown}` did not start: {why}"))?;
    let mut found = Vec::new();
    for text in BufReader::new(child.stdout.take().expect("it was piped")).lines().map_while(Result::ok) {
        println!("{text}");
        let mut words = text.trim().split('\t');
        if let (Some("figure"), Some(name), Some(Ok(value))) = (words.next(), words.next(), words.next().map(str::parse)) {
            found.push((name.to_owned(), value));
        }
    }
    let status = child.wait().map_err(|why| format!("`{shown}`: {why}"))?;
    if !status.success() || found.is_empty() {
        return Err(format!("`{shown}` measured nothing ({status})"));
    }
    Ok(found)
}

/// Three figures, as the report wants them.
fn short(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn counts_are_read_from_the_harness_line() {
        let line = " FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.01s";
        assert_eq!((count(line, "passed"), count(line, "failed"), count(line, "absent")), (12, 3, 0));
    }
}
