//! What a rule saw at each scrape, what it made of that, and what was true: the lines of the figure, without a place on the screen.

use resync_alarms::alert::{Alert, Rule};
use resync_alarms::matrix::{Seen, Tried};
use resync_alarms::series::{Labels, NAME};
use resync_alarms::watched::{values, watched};
use resync_alarms::weather::{BEGINS_MS, ENDS_MS};
use std::collections::BTreeMap;

/// So many curves are drawn at the most.
const CURVES_MAX: usize = 3;

/// What an element of the compared side was at the scrapes.
#[derive(Clone, PartialEq, Debug)]
pub struct Curve {
    /// Whose it is.
    pub name: String,
    /// When, ms of the run, and what; nothing where it was not there.
    pub points: Vec<(i64, Option<f64>)>,
}

/// The lines.
#[derive(Clone, PartialEq, Debug)]
pub struct Lines {
    /// The span that is drawn, ms of the run.
    pub from_ms: i64,
    /// See above.
    pub to_ms: i64,
    /// The scrapes, and whether anything of what the rule compares was there.
    pub scrapes: Vec<(i64, bool)>,
    /// The compared side.
    pub curves: Vec<Curve>,
    /// How it is compared, and with which number; nothing where the rule compares nothing.
    pub limit: Option<(&'static str, Option<f64>)>,
    /// From when to when it was pending, ms.
    pub pending: Vec<(i64, i64)>,
    /// From when to when it rang, ms.
    pub firing: Vec<(i64, i64)>,
    /// The most that a replica lacked, bytes, once a second.
    pub truth: Vec<(i64, i64)>,
    /// The moment that tells most, ms.
    pub telling_ms: i64,
}

/// An element before it is known whether it is drawn: whether it alarms, how far it moves, its name, its values.
type Ranked = (bool, f64, String, Vec<(i64, f64)>);

/// What tells an element from others: a replica's address as its master has it, else the server.
fn name(labels: &Labels) -> String {
    let of = |label: &str| labels.get(label).map(String::as_str);
    match (of("slave_ip"), of("slave_port"), of("instance")) {
        (Some(ip), Some(port), _) => format!("{ip}:{port}"),
        (_, _, Some(instance)) => instance.to_owned(),
        _ => {
            let all: Vec<&str> = labels.iter().filter(|(label, _)| *label != NAME).map(|(_, value)| value.as_str()).collect();
            all.join(" ")
        }
    }
}

/// The lines of a rule in a weather.
#[must_use]
pub fn lines(seen: &Seen, rule: &Rule, tried: &Tried) -> Lines {
    let telling_ms = tried.telling_ms();
    let from_ms = (BEGINS_MS - 60_000).min(telling_ms - 30_000).max(0);
    let to_ms = (BEGINS_MS + 210_000).max(telling_ms + 45_000).min(ENDS_MS);
    let moments: Vec<i64> = seen.scraper.moments(ENDS_MS).filter(|at| (from_ms..=to_ms).contains(at)).collect();
    let compared = watched(&rule.expr);
    let mut found: BTreeMap<String, Vec<(i64, f64)>> = BTreeMap::new();
    let mut scrapes = Vec::new();
    for at_ms in &moments {
        // A rule that compares nothing is drawn by what holds.
        let what = compared.map_or(&rule.expr, |watched| watched.what);
        let all = values(what, &seen.store, *at_ms);
        scrapes.push((*at_ms, !all.is_empty()));
        for one in all.iter().filter(|one| one.value.is_finite()) {
            found.entry(name(&one.labels)).or_default().push((*at_ms, one.value));
        }
    }
    // Who alarms comes first, then who moves most.
    let alarms: Vec<String> =
        tried.alerts.iter().filter(|alert| alert.over_ms.is_none_or(|over| over >= from_ms)).map(|alert| name(&alert.labels)).collect();
    let moves = |points: &[(i64, f64)]| {
        let (least, most) = points.iter().fold((f64::MAX, f64::MIN), |(least, most), (_, value)| (least.min(*value), most.max(*value)));
        most - least
    };
    let mut ranked: Vec<Ranked> = found.into_iter().map(|(name, points)| (alarms.contains(&name), moves(&points), name, points)).collect();
    resync_core::order::sort_by(&mut ranked, |a, b| (b.0, b.1).partial_cmp(&(a.0, a.1)).unwrap_or(std::cmp::Ordering::Equal));
    ranked.truncate(CURVES_MAX);
    let curve = |(_, _, name, points): Ranked| {
        let at = |moment: &i64| points.iter().find(|(at, _)| at == moment).map(|(_, value)| *value);
        Curve { name, points: moments.iter().map(|moment| (*moment, at(moment))).collect() }
    };
    let spans = |begin: fn(&Alert) -> Option<i64>, end: fn(&Alert) -> Option<i64>| {
        let span = |alert: &Alert| {
            let (from, to) = (begin(alert)?, end(alert).unwrap_or(ENDS_MS));
            (to > from_ms && from < to_ms && to > from).then_some((from.max(from_ms), to.min(to_ms)))
        };
        joined(tried.alerts.iter().filter_map(span).collect())
    };
    Lines {
        from_ms,
        to_ms,
        scrapes,
        curves: ranked.into_iter().map(curve).collect(),
        limit: compared.map(|watched| (watched.op.word(), watched.with)),
        pending: spans(|alert| Some(alert.since_ms), |alert| alert.rang_ms.or(alert.over_ms)),
        firing: spans(|alert| alert.rang_ms, |alert| alert.over_ms),
        truth: seen.truth.iter().filter(|truth| (from_ms..=to_ms).contains(&truth.at_ms)).map(|truth| (truth.at_ms, truth.gap)).collect(),
        telling_ms,
    }
}

/// Spans that touch are one.
fn joined(mut spans: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    resync_core::order::sort(&mut spans);
    let mut all: Vec<(i64, i64)> = Vec::new();
    for (from, to) in spans {
        match all.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => all.push((from, to)),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_that_touch_are_one() {
        assert_eq!(joined(vec![(5, 9), (0, 2), (2, 3), (8, 12)]), [(0, 3), (5, 12)]);
        assert_eq!(joined(Vec::new()), []);
    }
}
