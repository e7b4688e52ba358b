//! What a rule looks at, and from where on it holds: the sides of its comparison, for whoever draws it.

use crate::eval::{self, Element, Value};
use crate::expr::{Binary, Expr, Op};
use crate::series::Store;

/// The comparison of a rule.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Watched<'a> {
    /// What is compared …
    pub what: &'a Expr,
    /// … how …
    pub op: Op,
    /// … with which number; nothing where it is compared with something that moves.
    pub with: Option<f64>,
}

/// The comparison in which a rule's expression holds or does not: the expression itself, or the first side of `and`, `or` and `unless`.
#[must_use]
pub fn watched(expr: &Expr) -> Option<Watched<'_>> {
    let Expr::Binary(binary) = expr else { return None };
    let Binary { op, left, right, .. } = &**binary;
    if op.of_sets() {
        return watched(left).or_else(|| watched(right));
    }
    if !op.compares() {
        return None;
    }
    let number = |side: &Expr| match side {
        Expr::Number(value) => Some(*value),
        Expr::Negated(inner) => {
            if let Expr::Number(value) = **inner {
                Some(-value)
            } else {
                None
            }
        }
        _ => None,
    };
    Some(match (number(left), number(right)) {
        // `5 < x` is `x > 5`.
        (Some(with), None) => Watched { what: right, op: turned(*op), with: Some(with) },
        (_, with) => Watched { what: left, op: *op, with },
    })
}

/// The same comparison with its sides exchanged.
const fn turned(op: Op) -> Op {
    match op {
        Op::Gt => Op::Lt,
        Op::Lt => Op::Gt,
        Op::Ge => Op::Le,
        Op::Le => Op::Ge,
        other => other,
    }
}

/// What stands on the side that is compared, at a moment, ms; nothing where that cannot be evaluated.
#[must_use]
pub fn values(what: &Expr, store: &Store, at_ms: i64) -> Vec<Element> {
    match eval::at(what, store, at_ms) {
        Ok(Value::Vector(all)) => all,
        Ok(Value::Scalar(value)) => vec![Element { labels: crate::series::Labels::new(), value }],
        Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::parse;

    #[test]
    fn the_comparison_of_a_rule_is_found() {
        let found = |text: &str| {
            let expr = parse(text).expect(text);
            watched(&expr).map(|watched| (watched.op.word(), watched.with))
        };
        assert_eq!(found("a > 5"), Some((">", Some(5.0))));
        assert_eq!(found("5 < a"), Some((">", Some(5.0))));
        assert_eq!(found("a < -1 and b"), Some(("<", Some(-1.0))));
        assert_eq!(found("b unless a == 0"), Some(("==", Some(0.0))));
        assert_eq!(found("a > b"), Some((">", None)));
        assert_eq!(found("absent(a)"), None);
        assert_eq!(found("a + b"), None);
    }
}
