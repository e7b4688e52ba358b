//! Every rule that is there to try, in every weather.

use resync_alarms::alert::Rule;
use resync_alarms::export::{open_metrics, rules_file, rules_test, series_name};
use resync_alarms::expr::Op;
use resync_alarms::forms::{CloudWatch, Function, Statistic, Zabbix};
use resync_alarms::matrix::{Cell, Seen, seen};
use resync_alarms::published::{self, From};
use resync_alarms::scrape::Scraper;
use resync_alarms::weather;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const SEED: u64 = 7;

fn all() -> &'static [Seen] {
    static ALL: OnceLock<Vec<Seen>> = OnceLock::new();
    ALL.get_or_init(|| weather::ALL.iter().map(|weather| seen(*weather, Scraper::usual(SEED)).expect(weather.id)).collect())
}

fn rules() -> Vec<Rule> {
    published::ALL.iter().map(|known| Rule::new(known.id, known.text, known.for_s * 1_000).expect(known.id)).collect()
}

/// Beside those: rules of fields, and one that rings on.
fn more() -> Vec<Rule> {
    let zabbix = Zabbix { metric: "redis_master_last_io_seconds_ago", function: Function::Min, span_s: 60, op: Op::Gt, threshold: 5 };
    let nodata = Zabbix { function: Function::Nodata, ..zabbix };
    let of = |metric, datapoints| CloudWatch {
        metric,
        statistic: Statistic::Maximum,
        period_s: 60,
        op: Op::Ge,
        threshold: 5,
        datapoints,
        of: 3,
    };
    let texts = [
        ("zabbix", zabbix.expr()),
        ("nodata", nodata.expr()),
        ("cloudwatch-lag", of("redis_connected_slave_lag_seconds", 1).expr()),
        ("cloudwatch-io", of("redis_master_last_io_seconds_ago", 2).expr()),
    ];
    let mut all: Vec<Rule> = texts.iter().map(|(name, text)| Rule::new(name, text, 0).expect(name)).collect();
    let mut kept = Rule::new("kept", "redis_connected_slave_lag_seconds > 10", 15_000).expect("an expression");
    kept.keep_ms = 100_000;
    all.push(kept);
    all
}

#[test]
fn what_rings_in_which_weather() {
    let mut table = format!("{:18}", "");
    for seen in all() {
        let _ = write!(table, "{:>14}", seen.weather.id);
    }
    for rule in rules() {
        let _ = write!(table, "\n{:18}", rule.name);
        for seen in all() {
            let cell = match seen.cell(&rule).expect(&rule.name) {
                Cell::Rang(ms) => format!("rang {}", ms / 1_000),
                Cell::Never(pending) => format!("never ({})", pending / 1_000),
                Cell::Quiet => "quiet".to_owned(),
                Cell::False(ms) => format!("FALSE {}", ms / 1_000),
            };
            let _ = write!(table, "{cell:>14}");
        }
    }
    table.push('\n');
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/matrix.txt");
    if std::env::var_os("RESYNC_BLESS").is_some() {
        std::fs::write(&path, &table).expect("written");
    }
    assert_eq!(table, std::fs::read_to_string(&path).expect("the table"), "RESYNC_BLESS=1 writes it anew");
}

#[test]
fn the_proposed_set_rings_within_two_minutes_of_whatever_is_wrong_and_for_nothing_else() {
    let proposed: Vec<Rule> =
        rules().into_iter().zip(published::ALL).filter(|(_, known)| known.from == From::Proposed).map(|(rule, _)| rule).collect();
    for seen in all() {
        let cells: Vec<Cell> = proposed.iter().map(|rule| seen.cell(rule).expect(&rule.name)).collect();
        assert!(!cells.iter().any(|cell| matches!(cell, Cell::False(_))), "{}: {cells:?}", seen.weather.id);
        let first = cells.iter().filter_map(|cell| if let Cell::Rang(ms) = cell { Some(*ms) } else { None }).min();
        assert_eq!(first.is_some(), seen.weather.wrong, "{}", seen.weather.id);
        assert!(first.is_none_or(|ms| ms <= 120_000), "{}: {first:?}", seen.weather.id);
    }
}

/// Debian's `prometheus` has it; `cargo xtask test` installs it.
const PROMTOOL: &str = "promtool";

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("resync-alarms-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    folder
}

#[test]
fn the_real_prometheus_rings_at_the_same_moments() {
    let folder = folder("rules");
    let rules = || rules().into_iter().chain(more());
    std::fs::write(folder.join("rules.yml"), rules_file(&rules().collect::<Vec<_>>())).expect("written");
    let mut kept = 0;
    for seen in all() {
        kept += usize::from(more().iter().any(|rule| rule.keep_ms > 0 && !seen.alerts(rule).expect("it can be evaluated").is_empty()));
        let alerts = rules().map(|rule| {
            let alerts = seen.alerts(&rule).expect(&rule.name);
            (rule, alerts)
        });
        let test = rules_test(seen, &alerts.collect::<Vec<_>>(), "rules.yml");
        let file = folder.join(format!("{}.yml", seen.weather.id));
        std::fs::write(&file, &test).expect("written");
        let run =
            Command::new(PROMTOOL).args(["test", "rules"]).arg(&file).output().expect("promtool is there: `cargo xtask test` installs it");
        let said = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(run.status.success() && said.contains("SUCCESS"), "{}: {said}", seen.weather.id);
        // It looks, and does not only nod: a rule that is said to ring one scrape later is refused.
        if let Some(at) = test.find("exp_alerts:\n          - exp_labels") {
            let wrong = format!("{}exp_alerts: []\n{}", &test[..at], &test[at + test[at..].find("}\n").expect("labels") + 2..]);
            std::fs::write(&file, wrong).expect("written");
            let run = Command::new(PROMTOOL)
                .args(["test", "rules"])
                .arg(&file)
                .output()
                .expect("promtool is there: `cargo xtask test` installs it");
            assert!(!run.status.success(), "{}: it takes what is wrong", seen.weather.id);
        }
    }
    assert!(kept > 0, "one rings on somewhere");
    std::fs::remove_dir_all(folder).ok();
}

#[test]
fn the_real_prometheus_reads_the_same_samples() {
    let folder = folder("metrics");
    for seen in all() {
        let (text, blocks) = (folder.join("run.txt"), folder.join(seen.weather.id));
        std::fs::write(&text, open_metrics(&seen.store, 1_700_000_000)).expect("written");
        let run = |args: &[&str], path: &Path| {
            let run = Command::new(PROMTOOL)
                .args(args)
                .arg(path)
                .current_dir(&folder)
                .output()
                .expect("promtool is there: `cargo xtask test` installs it");
            assert!(run.status.success(), "{args:?}: {}", String::from_utf8_lossy(&run.stderr));
            String::from_utf8(run.stdout).expect("text")
        };
        let made = Command::new(PROMTOOL)
            .args(["tsdb", "create-blocks-from", "openmetrics"])
            .arg(&text)
            .arg(&blocks)
            .output()
            .expect("promtool is there: `cargo xtask test` installs it");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        // `dump` wants a whole database, in which a log belongs.
        std::fs::create_dir_all(blocks.join("wal")).expect("a folder");
        // `{__name__="a", x="y"} 1.5e+06 1700000000000`
        let sample = |line: &str| {
            let (labels, rest) = line.rsplit_once("} ")?;
            let (value, at_ms) = rest.split_once(' ')?;
            Some((format!("{labels}}} {at_ms}").replace(", ", ","), value.parse().ok()?))
        };
        let dump = run(&["tsdb", "dump"], &blocks);
        let dumped: BTreeMap<String, f64> = dump.lines().map(|line| sample(line).expect(line)).collect();
        let mut own = BTreeMap::new();
        for (labels, series) in seen.store.all() {
            let name = series_name(labels);
            let (metric, rest) = name.split_once('{').unwrap_or((&name, "}"));
            for (sample, value) in series.iter().filter_map(|sample| Some((sample, sample.value?))) {
                own.insert(format!("{{__name__=\"{metric}\",{rest} {}", 1_700_000_000_000 + sample.at_ms), value);
            }
        }
        assert!(own.len() > 500, "{}", own.len());
        assert_eq!(own, dumped, "{}", seen.weather.id);
    }
    std::fs::remove_dir_all(folder).ok();
}
