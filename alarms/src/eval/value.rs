//! What expressions come to.

use crate::expr::Grouping;
use crate::series::{Labels, NAME};
use std::fmt;

/// What an expression comes to.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// A number.
    Scalar(f64),
    /// Elements.
    Vector(Vec<Element>),
}

/// An element of a vector.
#[derive(Clone, PartialEq, Debug)]
pub struct Element {
    /// Its labels.
    pub labels: Labels,
    /// Its value.
    pub value: f64,
}

/// Why there is no value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EvalError {
    /// Several elements of one side belong to one of the other, and the expression does not say that they may.
    Many(Labels),
    /// Several elements would have the same labels.
    Twice(Labels),
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, labels) = match self {
            EvalError::Many(labels) => ("several elements belong to", labels),
            EvalError::Twice(labels) => ("several elements would be", labels),
        };
        write!(f, "{what} {{")?;
        for (at, (name, value)) in labels.iter().enumerate() {
            write!(f, "{}{name}={value:?}", if at > 0 { ", " } else { "" })?;
        }
        f.write_str("}")
    }
}

impl std::error::Error for EvalError {}

pub(super) type Vector = Vec<Element>;

/// The labels of a group. The metric's name is in none.
pub(super) fn group(labels: &Labels, grouping: &Grouping) -> Labels {
    let kept =
        |name: &String| if grouping.these { grouping.labels.contains(name) } else { name != NAME && !grouping.labels.contains(name) };
    labels.iter().filter(|(name, _)| kept(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}
