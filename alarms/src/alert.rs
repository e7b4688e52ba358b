//! Rules, and when they were pending and when they rang.

use crate::eval::{self, EvalError};
use crate::expr::{self, Expr, ExprError};
use crate::series::{Labels, NAME, Store};
use std::collections::BTreeMap;

/// An alerting rule.
#[derive(Clone, PartialEq, Debug)]
pub struct Rule {
    /// What it is called.
    pub name: String,
    /// Its expression, as it was written …
    pub text: String,
    /// … and as it was read.
    pub expr: Expr,
    /// For how long it has to hold before it rings, ms.
    pub for_ms: i64,
    /// For how long it goes on ringing once it holds no more (`keep_firing_for`), ms.
    pub keep_ms: i64,
}

impl Rule {
    /// A rule of its parts.
    ///
    /// # Errors
    /// Where the text is no expression.
    pub fn new(name: &str, text: &str, for_ms: i64) -> Result<Rule, ExprError> {
        Ok(Rule { name: name.to_owned(), text: text.to_owned(), expr: expr::parse(text)?, for_ms, keep_ms: 0 })
    }
}

/// One alert of a rule: an element for which it held.
#[derive(Clone, PartialEq, Debug)]
pub struct Alert {
    /// The element's labels, without the metric's name.
    pub labels: Labels,
    /// The evaluation at which it began to hold, ms.
    pub since_ms: i64,
    /// The evaluation at which it rang, ms; nothing if it never did.
    pub rang_ms: Option<i64>,
    /// The evaluation at which it was over, ms: it did not hold any more, nor rang on by `keep_firing_for`; nothing while it is not.
    pub over_ms: Option<i64>,
}

/// All alerts of a rule that is evaluated at these moments, ms, in the order in which they began.
///
/// # Errors
/// As [`eval::at`]; and where two elements differ by the metric's name alone, which an alert does not have.
pub fn alerts(rule: &Rule, store: &Store, evaluations: impl IntoIterator<Item = i64>) -> Result<Vec<Alert>, EvalError> {
    let mut over = Vec::new();
    let mut now: BTreeMap<Labels, Alert> = BTreeMap::new();
    // Since when those that ring on do not hold.
    let mut kept: BTreeMap<Labels, i64> = BTreeMap::new();
    for at_ms in evaluations {
        let mut held = BTreeMap::new();
        for mut element in eval::held(&rule.expr, store, at_ms)? {
            element.labels.remove(NAME);
            if held.insert(element.labels.clone(), ()).is_some() {
                return Err(EvalError::Twice(element.labels));
            }
        }
        let ended: Vec<Labels> = now.keys().filter(|labels| !held.contains_key(*labels)).cloned().collect();
        for labels in ended {
            let rings = now.get(&labels).is_some_and(|alert| alert.rang_ms.is_some());
            if rings && at_ms - *kept.entry(labels.clone()).or_insert(at_ms) < rule.keep_ms {
                continue;
            }
            kept.remove(&labels);
            if let Some(mut alert) = now.remove(&labels) {
                alert.over_ms = Some(at_ms);
                over.push(alert);
            }
        }
        for labels in held.into_keys() {
            kept.remove(&labels);
            let alert = now.entry(labels.clone()).or_insert(Alert { labels, since_ms: at_ms, rang_ms: None, over_ms: None });
            if alert.rang_ms.is_none() && at_ms - alert.since_ms >= rule.for_ms {
                alert.rang_ms = Some(at_ms);
            }
        }
    }
    over.extend(now.into_values());
    over.sort_by_key(|alert| alert.since_ms);
    Ok(over)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(values: &[Option<f64>]) -> Store {
        let mut store = Store::default();
        for (at, value) in values.iter().enumerate() {
            let labels: Labels = [(NAME.to_owned(), "a".to_owned()), ("instance".to_owned(), "x".to_owned())].into();
            store.scraped(at as i64 * 15_000, &Labels::new(), value.map(|value| (labels, value)));
        }
        store
    }

    fn times(rule: &Rule, values: &[Option<f64>]) -> Vec<(i64, Option<i64>, Option<i64>)> {
        let store = store(values);
        let seconds = |ms: i64| ms / 1_000;
        let all = alerts(rule, &store, (0..values.len() as i64).map(|at| at * 15_000)).expect("an expression that can be evaluated");
        all.iter().map(|one| (seconds(one.since_ms), one.rang_ms.map(seconds), one.over_ms.map(seconds))).collect()
    }

    #[test]
    fn a_rule_rings_when_it_has_held_for_so_long_without_a_gap() {
        let rule = Rule::new("r", "a > 5", 30_000).expect("an expression");
        let (high, low) = (Some(9.0), Some(1.0));
        assert_eq!(times(&rule, &[low, high, high, high, low]), [(15, Some(45), Some(60))]);
        assert_eq!(times(&rule, &[high, high, low, high, high]), [(0, None, Some(30)), (45, None, None)], "each time it begins anew");
        assert_eq!(
            times(&rule, &[high, high, None, high, high, high]),
            [(0, None, Some(30)), (45, Some(75), None)],
            "a series that ends is a gap"
        );
        let at_once = Rule::new("r", "a > 5", 0).expect("an expression");
        assert_eq!(times(&at_once, &[low, high]), [(15, Some(15), None)]);
        let mut kept = Rule::new("r", "a > 5", 15_000).expect("an expression");
        kept.keep_ms = 30_000;
        assert_eq!(times(&kept, &[high, high, low, low, low, low]), [(0, Some(15), Some(60))], "it rings on");
        assert_eq!(times(&kept, &[high, high, low, high, low, low, low]), [(0, Some(15), Some(90))], "and anew when it holds again");
        assert_eq!(times(&kept, &[high, low, low, high]), [(0, None, Some(15)), (45, None, None)], "what did not ring is not kept");
        let absent = Rule::new("r", "absent(a)", 15_000).expect("an expression");
        assert_eq!(times(&absent, &[high, None, None]), [(15, Some(30), None)]);
    }
}
