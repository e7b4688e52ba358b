//! Two sides and an operator.

use super::value::{Element, EvalError, Value, Vector, group};
use crate::expr::{Binary, Many, Op};
use crate::series::{Labels, NAME};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn value(binary: &Binary, left: Value, right: Value) -> Result<Value, EvalError> {
    Ok(match (left, right) {
        (Value::Scalar(a), Value::Scalar(b)) => Value::Scalar(number(binary.op, a, b).unwrap_or_else(|holds| f64::from(u8::from(holds)))),
        (Value::Vector(all), Value::Scalar(b)) => Value::Vector(all.into_iter().filter_map(|one| kept(binary, one, b, false)).collect()),
        (Value::Scalar(a), Value::Vector(all)) => Value::Vector(all.into_iter().filter_map(|one| kept(binary, one, a, true)).collect()),
        (Value::Vector(left), Value::Vector(right)) if binary.op.of_sets() => Value::Vector(sets(binary, left, right)),
        (Value::Vector(left), Value::Vector(right)) => Value::Vector(matched(binary, left, right)?),
    })
}

/// The number, or whether a comparison holds.
fn number(op: Op, a: f64, b: f64) -> Result<f64, bool> {
    match op {
        Op::Add => Ok(a + b),
        Op::Sub => Ok(a - b),
        Op::Mul => Ok(a * b),
        Op::Div => Ok(a / b),
        Op::Mod => Ok(a % b),
        Op::Pow => Ok(a.powf(b)),
        #[allow(clippy::float_cmp, reason = "this is what the operator says")]
        Op::Eq => Err(a == b),
        #[allow(clippy::float_cmp, reason = "this is what the operator says")]
        Op::Ne => Err(a != b),
        Op::Gt => Err(a > b),
        Op::Lt => Err(a < b),
        Op::Ge => Err(a >= b),
        Op::Le => Err(a <= b),
        Op::And | Op::Or | Op::Unless => Err(false),
    }
}

/// An element beside a number. `turned`: the number stands on the left. A comparison leaves the element's own value.
fn kept(binary: &Binary, mut one: Element, with: f64, turned: bool) -> Option<Element> {
    let (a, b) = if turned { (with, one.value) } else { (one.value, with) };
    match number(binary.op, a, b) {
        Ok(value) => one.value = value,
        Err(holds) if binary.says => one.value = f64::from(u8::from(holds)),
        Err(true) => return Some(one),
        Err(false) => return None,
    }
    one.labels.remove(NAME);
    Some(one)
}

fn sets(binary: &Binary, left: Vector, right: Vector) -> Vector {
    let key = |one: &Element| group(&one.labels, &binary.matching);
    let keys = |all: &Vector| all.iter().map(key).collect::<BTreeSet<_>>();
    match binary.op {
        Op::And => {
            let there = keys(&right);
            left.into_iter().filter(|one| there.contains(&key(one))).collect()
        }
        Op::Unless => {
            let there = keys(&right);
            left.into_iter().filter(|one| !there.contains(&key(one))).collect()
        }
        _ => {
            let there = keys(&left);
            let more = right.into_iter().filter(|one| !there.contains(&key(one)));
            left.into_iter().chain(more).collect()
        }
    }
}

/// Elements that belong together, one to one unless the expression says which side may have several.
fn matched(binary: &Binary, left: Vector, right: Vector) -> Result<Vector, EvalError> {
    // The side of which each group has one element, and the other.
    let turned = binary.many.as_ref().is_some_and(|many| !many.left);
    let (many, one) = if turned { (right, left) } else { (left, right) };
    let mut ones: BTreeMap<Labels, Element> = BTreeMap::new();
    for element in one {
        let key = group(&element.labels, &binary.matching);
        if ones.contains_key(&key) {
            return Err(EvalError::Many(key));
        }
        ones.insert(key, element);
    }
    let (mut out, mut seen) = (Vector::new(), BTreeSet::new());
    for element in many {
        let key = group(&element.labels, &binary.matching);
        let Some(partner) = ones.get(&key) else { continue };
        let (a, b) = if turned { (partner.value, element.value) } else { (element.value, partner.value) };
        let value = match number(binary.op, a, b) {
            Ok(value) => value,
            Err(holds) if binary.says => f64::from(u8::from(holds)),
            Err(true) => a,
            Err(false) => continue,
        };
        let labels = labels_of(binary, &element.labels, &partner.labels);
        // Where one side may have several, results have to differ; else each group may give one.
        let unique = if binary.many.is_some() { labels.clone() } else { key.clone() };
        if !seen.insert(unique) {
            return Err(if binary.many.is_some() { EvalError::Twice(labels) } else { EvalError::Many(key) });
        }
        out.push(Element { labels, value });
    }
    Ok(out)
}

fn labels_of(binary: &Binary, many: &Labels, one: &Labels) -> Labels {
    let mut labels = many.clone();
    if !binary.op.compares() || binary.says {
        labels.remove(NAME);
    }
    match &binary.many {
        None if binary.matching.these => labels.retain(|name, _| binary.matching.labels.contains(name)),
        None => labels.retain(|name, _| !binary.matching.labels.contains(name)),
        Some(Many { with, .. }) => {
            for name in with {
                match one.get(name) {
                    Some(value) => labels.insert(name.clone(), value.clone()),
                    None => labels.remove(name),
                };
            }
        }
    }
    labels
}
