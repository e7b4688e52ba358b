//! What an expression comes to at a moment, as Prometheus 2.42 has it.

mod binary;
mod spans;
mod value;

pub use value::{Element, EvalError, Value};

use crate::expr::{Aggregate, Expr, Function, Grouping, Match, Matcher, Selector, pattern};
use crate::series::{Labels, NAME, Sample, Store};
use std::collections::BTreeMap;
use value::{Vector, group};

/// How long a sample stands for what came after it, if its series did not end, ms.
pub const LOOKBACK_MS: i64 = 300_000;

/// What the expression comes to at this moment, ms.
///
/// # Errors
/// Where elements do not belong together one to one, as Prometheus refuses it too.
pub fn at(expr: &Expr, store: &Store, now_ms: i64) -> Result<Value, EvalError> {
    Moment { store, now_ms }.value(expr)
}

/// The elements for which an alarm's expression holds: a number counts as one element without labels, if there is one.
///
/// # Errors
/// See [`at`].
pub fn held(expr: &Expr, store: &Store, now_ms: i64) -> Result<Vec<Element>, EvalError> {
    Ok(match at(expr, store, now_ms)? {
        Value::Vector(all) => all,
        Value::Scalar(value) => vec![Element { labels: Labels::new(), value }],
    })
}

struct Moment<'a> {
    store: &'a Store,
    now_ms: i64,
}

impl Moment<'_> {
    fn value(&self, expr: &Expr) -> Result<Value, EvalError> {
        Ok(match expr {
            Expr::Number(value) => Value::Scalar(*value),
            Expr::Vector(selector) => Value::Vector(self.newest(selector)),
            // The parser lets a range stand only where a function takes it.
            Expr::Range(..) => Value::Vector(Vector::new()),
            Expr::Call(function, arguments) => self.call(*function, arguments)?,
            Expr::Aggregate(how, grouping, inner) => Value::Vector(aggregated(*how, grouping, self.vector(inner)?)),
            Expr::Negated(inner) => match self.value(inner)? {
                Value::Scalar(value) => Value::Scalar(-value),
                Value::Vector(all) => Value::Vector(all.into_iter().map(|one| nameless(one.labels, -one.value)).collect()),
            },
            Expr::Binary(binary) => binary::value(binary, self.value(&binary.left)?, self.value(&binary.right)?)?,
        })
    }

    fn vector(&self, expr: &Expr) -> Result<Vector, EvalError> {
        Ok(match self.value(expr)? {
            Value::Vector(all) => all,
            Value::Scalar(value) => vec![Element { labels: Labels::new(), value }],
        })
    }

    fn chosen<'a>(&'a self, selector: &'a Selector) -> impl Iterator<Item = (&'a Labels, &'a [Sample])> {
        let chooses: Vec<_> = selector.matchers.iter().map(chooser).collect();
        self.store.all().filter(move |(labels, _)| chooses.iter().all(|chooses| chooses(labels)))
    }

    /// The newest sample of each series, if it is not too old and the series has not ended.
    fn newest(&self, selector: &Selector) -> Vector {
        let now = self.now_ms - selector.offset_ms;
        let newest = |samples: &[Sample]| {
            let upto = samples.partition_point(|sample| sample.at_ms <= now);
            samples[..upto].last().filter(|sample| sample.at_ms > now - LOOKBACK_MS).and_then(|sample| sample.value)
        };
        self.chosen(selector).filter_map(|(labels, samples)| Some(Element { labels: labels.clone(), value: newest(samples)? })).collect()
    }

    /// What a function makes of the samples of a span; a series of which it makes nothing is left out.
    fn over(&self, expr: &Expr, make: impl Fn(spans::Span<'_>) -> Option<f64>, keeps_name: bool) -> Vector {
        let Expr::Range(selector, range_ms) = expr else { return Vector::new() };
        let to_ms = self.now_ms - selector.offset_ms;
        let from_ms = to_ms - range_ms;
        let mut all = Vector::new();
        for (labels, samples) in self.chosen(selector) {
            let (from, to) = (samples.partition_point(|s| s.at_ms < from_ms), samples.partition_point(|s| s.at_ms <= to_ms));
            let points: Vec<(i64, f64)> = samples[from..to].iter().filter_map(|s| Some((s.at_ms, s.value?))).collect();
            if points.is_empty() {
                continue;
            }
            if let Some(value) = make(spans::Span { points: &points, from_ms, to_ms }) {
                all.push(if keeps_name { Element { labels: labels.clone(), value } } else { nameless(labels.clone(), value) });
            }
        }
        all
    }

    fn call(&self, function: Function, arguments: &[Expr]) -> Result<Value, EvalError> {
        let number = |at: usize| -> Result<Option<f64>, EvalError> {
            Ok(match arguments.get(at).map(|expr| self.value(expr)).transpose()? {
                Some(Value::Scalar(value)) => Some(value),
                _ => None,
            })
        };
        let each = |change: &dyn Fn(f64) -> f64| -> Result<Value, EvalError> {
            let all = arguments.first().map(|expr| self.vector(expr)).transpose()?.unwrap_or_default();
            Ok(Value::Vector(all.into_iter().map(|one| nameless(one.labels, change(one.value))).collect()))
        };
        Ok(match function {
            Function::Time => Value::Scalar(self.now_ms as f64 / 1_000.0),
            Function::Vector => Value::Vector(vec![Element { labels: Labels::new(), value: number(0)?.unwrap_or(f64::NAN) }]),
            Function::Scalar => {
                let all = arguments.first().map(|expr| self.vector(expr)).transpose()?.unwrap_or_default();
                Value::Scalar(if let [only] = all.as_slice() { only.value } else { f64::NAN })
            }
            Function::Abs => each(&f64::abs)?,
            Function::Ceil => each(&f64::ceil)?,
            Function::Floor => each(&f64::floor)?,
            Function::Round => {
                let to = number(1)?.unwrap_or(1.0);
                each(&|value| (value * (1.0 / to) + 0.5).floor() / (1.0 / to))?
            }
            Function::ClampMax => {
                let most = number(1)?.unwrap_or(f64::NAN);
                each(&|value| if most.is_nan() { most } else { value.min(most) })?
            }
            Function::ClampMin => {
                let least = number(1)?.unwrap_or(f64::NAN);
                each(&|value| if least.is_nan() { least } else { value.max(least) })?
            }
            Function::Absent => {
                let none = arguments.first().map(|expr| self.vector(expr)).transpose()?.unwrap_or_default().is_empty();
                Value::Vector(if none { vec![missing(arguments.first())] } else { Vector::new() })
            }
            Function::AbsentOverTime => {
                let none = arguments.first().is_none_or(|expr| self.over(expr, |_| Some(1.0), false).is_empty());
                Value::Vector(if none { vec![missing(arguments.first())] } else { Vector::new() })
            }
            of_spans => {
                let keeps_name = of_spans == Function::LastOverTime;
                let all = arguments.first().map(|expr| self.over(expr, |span| span.make(of_spans), keeps_name));
                Value::Vector(all.unwrap_or_default())
            }
        })
    }
}

/// The element of `absent`: the labels that the selector says exactly, once each.
fn missing(expr: Option<&Expr>) -> Element {
    let mut labels = Labels::new();
    if let Some(Expr::Vector(selector) | Expr::Range(selector, _)) = expr {
        let mut twice = Vec::new();
        for matcher in selector.matchers.iter().filter(|matcher| matcher.label != NAME) {
            if matcher.how == Match::Is && !labels.contains_key(&matcher.label) {
                labels.insert(matcher.label.clone(), matcher.value.clone());
            } else {
                twice.push(&matcher.label);
            }
        }
        labels.retain(|label, value| !twice.contains(&label) && !value.is_empty());
    }
    Element { labels, value: 1.0 }
}

fn nameless(mut labels: Labels, value: f64) -> Element {
    labels.remove(NAME);
    Element { labels, value }
}

/// Whether a series' labels are as the matcher wants them.
fn chooser(matcher: &Matcher) -> Box<dyn Fn(&Labels) -> bool> {
    let (label, how, value) = (matcher.label.clone(), matcher.how, matcher.value.clone());
    let pattern = matches!(how, Match::Like | Match::NotLike).then(|| pattern(&value)).flatten();
    Box::new(move |labels| {
        let found = labels.get(&label).map_or("", String::as_str);
        match how {
            Match::Is => found == value,
            Match::IsNot => found != value,
            Match::Like => pattern.as_ref().is_some_and(|it| it.is_match(found)),
            Match::NotLike => pattern.as_ref().is_some_and(|it| !it.is_match(found)),
        }
    })
}

fn aggregated(how: Aggregate, grouping: &Grouping, all: Vector) -> Vector {
    let mut groups: BTreeMap<Labels, Vec<f64>> = BTreeMap::new();
    for one in all {
        groups.entry(group(&one.labels, grouping)).or_default().push(one.value);
    }
    let number = |values: &[f64]| match how {
        Aggregate::Sum => values.iter().sum(),
        Aggregate::Count => values.len() as f64,
        // What is no number counts only where nothing else is there.
        Aggregate::Min => values.iter().copied().fold(f64::NAN, f64::min),
        Aggregate::Max => values.iter().copied().fold(f64::NAN, f64::max),
        Aggregate::Avg => values.iter().sum::<f64>() / values.len() as f64,
    };
    groups.into_iter().map(|(labels, values)| Element { labels, value: number(&values) }).collect()
}

#[cfg(test)]
mod tests;
