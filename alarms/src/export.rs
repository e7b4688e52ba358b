//! What was scraped, for other tools: an OpenMetrics text, and the input of `promtool test rules`.

use crate::alert::{Alert, Rule};
use crate::matrix::Seen;
use crate::series::{Labels, NAME, Sample, Store};
use crate::weather::ENDS_MS;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The series as OpenMetrics text, with times in unix seconds. `epoch_s`: what the run's beginning is there.
///
/// That a series ended cannot be said in this format: it has no sample then.
#[must_use]
pub fn open_metrics(store: &Store, epoch_s: i64) -> String {
    let mut families: BTreeMap<&str, Vec<(&Labels, &[Sample])>> = BTreeMap::new();
    for (labels, samples) in store.all() {
        families.entry(labels.get(NAME).map_or("", String::as_str)).or_default().push((labels, samples));
    }
    let mut text = String::new();
    for (name, series) in families {
        let _ = writeln!(text, "# TYPE {name} unknown");
        for (labels, samples) in series {
            for (sample, value) in samples.iter().filter_map(|sample| Some((sample, sample.value?))) {
                let at_ms = epoch_s * 1_000 + sample.at_ms;
                let _ = writeln!(text, "{} {value} {}.{:03}", series_name(labels), at_ms / 1_000, at_ms % 1_000);
            }
        }
    }
    text.push_str("# EOF\n");
    text
}

/// `metric{label="value"}`
#[must_use]
pub fn series_name(labels: &Labels) -> String {
    let mut text = labels.get(NAME).cloned().unwrap_or_default();
    let others: Vec<String> =
        labels.iter().filter(|(name, _)| *name != NAME).map(|(name, value)| format!("{name}={}", quoted(value))).collect();
    if !others.is_empty() {
        let _ = write!(text, "{{{}}}", others.join(","));
    }
    text
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// A text within single quotes of YAML.
fn yaml(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Rules as a file of Prometheus.
#[must_use]
pub fn rules_file(rules: &[Rule]) -> String {
    let mut text = String::from("groups:\n  - name: resync\n    rules:\n");
    for rule in rules {
        let _ = write!(text, "      - alert: {}\n        expr: {}\n        for: {}ms\n", yaml(&rule.name), yaml(&rule.text), rule.for_ms);
        if rule.keep_ms > 0 {
            let _ = writeln!(text, "        keep_firing_for: {}ms", rule.keep_ms);
        }
    }
    text
}

/// A file for `promtool test rules`: what was scraped, and for each rule what rings at which moments; its alerts come from [`Seen::alerts`].
///
/// The first scrape is its moment zero. Looked at is every moment at which something begins or ends to ring, and the evaluation before.
#[must_use]
pub fn rules_test(seen: &Seen, rules: &[(Rule, Vec<Alert>)], rule_file: &str) -> String {
    let (period, zero) = (seen.scraper.period_ms, seen.scraper.phase_ms);
    let moments: Vec<i64> = seen.scraper.moments(ENDS_MS).collect();
    let mut text = format!(
        "rule_files: [{}]\nevaluation_interval: {period}ms\ntests:\n  - interval: {period}ms\n    input_series:\n",
        yaml(rule_file)
    );
    for (labels, samples) in seen.store.all() {
        let _ = write!(text, "      - series: {}\n        values: '", yaml(&series_name(labels)));
        let mut samples = samples.iter().peekable();
        for at_ms in &moments {
            match samples.next_if(|sample| sample.at_ms == *at_ms) {
                Some(Sample { value: Some(value), .. }) => {
                    let _ = write!(text, "{value} ");
                }
                Some(_) => text.push_str("stale "),
                None => text.push_str("_ "),
            }
        }
        text.push_str("'\n");
    }
    text.push_str("    alert_rule_test:\n");
    for (rule, alerts) in rules {
        let edges = alerts.iter().filter_map(|alert| alert.rang_ms.map(|rang| [Some(rang), alert.over_ms])).flatten().flatten();
        let mut looked_at: Vec<i64> = edges.flat_map(|edge| [edge - period, edge]).chain(moments.last().copied()).collect();
        looked_at.retain(|at| *at >= zero);
        looked_at.sort_unstable();
        looked_at.dedup();
        for at_ms in looked_at {
            let _ = write!(text, "      - eval_time: {}ms\n        alertname: {}\n        exp_alerts:", at_ms - zero, yaml(&rule.name));
            let rings = |alert: &&Alert| alert.rang_ms.is_some_and(|rang| rang <= at_ms) && alert.over_ms.is_none_or(|over| over > at_ms);
            let ringing: Vec<&Alert> = alerts.iter().filter(rings).collect();
            text.push_str(if ringing.is_empty() { " []\n" } else { "\n" });
            for alert in ringing {
                let labels: Vec<String> = alert.labels.iter().map(|(name, value)| format!("{name}: {}", yaml(value))).collect();
                let _ = writeln!(text, "          - exp_labels: {{{}}}", labels.join(", "));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scrape::Scraper;
    use crate::weather::Weather;

    #[test]
    fn a_run_is_written_for_other_tools() {
        let mut store = Store::default();
        let labels: Labels = [(NAME, "a"), ("x", "q\"\\")].map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        for (at_ms, value) in [(2_500, Some(1.0)), (17_500, Some(2.5)), (32_500, None), (47_500, None), (62_500, Some(-1.0))] {
            store.scraped(at_ms, &Labels::new(), value.map(|value| (labels.clone(), value)));
        }
        let wanted = "# TYPE a unknown\na{x=\"q\\\"\\\\\"} 1 1700000002.500\na{x=\"q\\\"\\\\\"} 2.5 1700000017.500\na{x=\"q\\\"\\\\\"} -1 1700000062.500\n# EOF\n";
        assert_eq!(open_metrics(&store, 1_700_000_000), wanted);

        let weather = Weather { id: "t", scenario: "", wrong: true };
        let seen = Seen { weather, scraper: Scraper { period_ms: 15_000, phase_ms: 2_500 }, store, truth: Vec::new() };
        let rule = Rule::new("it's", "a > 2", 0).expect("an expression");
        let alerts = seen.alerts(&rule).expect("it can be evaluated");
        let test = rules_test(&seen, &[(rule, alerts)], "r.yml");
        assert!(test.contains("      - series: 'a{x=\"q\\\"\\\\\"}'\n        values: '1 2.5 stale _ -1 _ "), "{test}");
        let at = |eval: &str, rings: &str| format!("      - eval_time: {eval}\n        alertname: 'it''s'\n        exp_alerts:{rings}\n");
        assert!(test.contains(&at("0ms", " []")), "{test}");
        assert!(test.contains(&at("15000ms", "\n          - exp_labels: {x: 'q\"\\'}")), "{test}");
        assert!(test.contains(&at("30000ms", " []")), "{test}");
    }
}
