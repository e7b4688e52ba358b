//! Would it ring? A rule, or all that are there to try, in every weather.
//!
//! ```text
//! resync-alarms                                          all rules, all weathers
//! resync-alarms 'redis_master_link_up == 0' --for 2m     one rule
//! resync-alarms … --seed 8                               another first scrape
//! resync-alarms … --export FOLDER                        beside that what was scraped, as OpenMetrics and for `promtool test rules`
//! ```

use resync_alarms::alert::Rule;
use resync_alarms::export::{open_metrics, rules_file, rules_test};
use resync_alarms::expr::span_ms;
use resync_alarms::matrix::{Cell, Seen, seen};
use resync_alarms::scrape::Scraper;
use resync_alarms::{published, weather};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// When the runs begin, unix seconds.
const EPOCH_S: i64 = 1_700_000_000;

#[derive(Default)]
struct Asked {
    text: Option<String>,
    for_ms: i64,
    seed: u64,
    export: Option<PathBuf>,
}

fn asked() -> Result<Asked, String> {
    let mut asked = Asked { seed: 7, ..Asked::default() };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} wants a value"));
        match word.as_str() {
            "--for" => {
                let span = value()?;
                asked.for_ms = span_ms(&span).ok_or_else(|| format!("--for {span}: no span of time; 30s, 5m and 1h30m are"))?;
            }
            "--seed" => {
                let seed = value()?;
                asked.seed = seed.parse().map_err(|_| format!("--seed {seed}: no number"))?;
            }
            "--export" => asked.export = Some(value()?.into()),
            option if option.starts_with("--") => return Err(format!("there is no {option}; there are --for, --seed and --export")),
            text if asked.text.is_none() => asked.text = Some(text.to_owned()),
            more => return Err(format!("one expression at a time: {more}")),
        }
    }
    Ok(asked)
}

fn told(cell: Cell) -> String {
    let seconds = |ms: i64| ms / 1_000;
    match cell {
        Cell::Rang(ms) => format!("rang {} s", seconds(ms)),
        Cell::Never(0) => "never".to_owned(),
        Cell::Never(pending) => format!("never ({} s)", seconds(pending)),
        Cell::Quiet => "quiet".to_owned(),
        Cell::False(ms) if ms < 0 => "false, before".to_owned(),
        Cell::False(ms) => format!("false {} s", seconds(ms)),
    }
}

fn tried() -> Result<(), String> {
    let asked = asked()?;
    let rules: Vec<Rule> = match &asked.text {
        Some(text) => vec![Rule::new("the rule", text, asked.for_ms).map_err(|why| format!("{text}\n{:>1$}\n{why}", "^", why.at + 1))?],
        None => published::ALL.iter().filter_map(|known| Rule::new(known.id, known.text, known.for_s * 1_000).ok()).collect(),
    };
    let scraper = Scraper::usual(asked.seed);
    let all = weather::ALL.iter().map(|weather| seen(*weather, scraper)).collect::<Result<Vec<Seen>, String>>()?;
    print!("{:18}", "");
    for seen in &all {
        print!("{:>15}", seen.weather.id);
    }
    print!("\n{:18}", "should it ring?");
    for seen in &all {
        print!("{:>15}", if seen.weather.wrong { "yes" } else { "no" });
    }
    println!();
    for rule in &rules {
        print!("{:18}", rule.name);
        for seen in &all {
            print!("{:>15}", seen.cell(rule).map_or_else(|why| why.to_string(), told));
        }
        println!();
    }
    if let Some(folder) = &asked.export {
        export(folder, &rules, &all)?;
        println!("written to {}: `promtool test rules {}/*.yml`", folder.display(), folder.display());
    }
    Ok(())
}

fn export(folder: &Path, rules: &[Rule], all: &[Seen]) -> Result<(), String> {
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).map_err(|why| format!("{name}: {why}"));
    std::fs::create_dir_all(folder).map_err(|why| format!("{}: {why}", folder.display()))?;
    // Not named .yml: it is no test.
    write("rules.yaml", &rules_file(rules))?;
    for seen in all {
        write(&format!("{}.txt", seen.weather.id), &open_metrics(&seen.store, EPOCH_S))?;
        let alerts = rules.iter().map(|rule| Ok((rule.clone(), seen.alerts(rule).map_err(|why| why.to_string())?)));
        let alerts = alerts.collect::<Result<Vec<_>, String>>()?;
        write(&format!("{}.yml", seen.weather.id), &rules_test(seen, &alerts, "rules.yaml"))?;
    }
    Ok(())
}

fn main() -> ExitCode {
    match tried() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}
