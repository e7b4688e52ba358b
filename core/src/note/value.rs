//! Values of the fields of notes.

use crate::fact::{Fault, Named};
use crate::text::Text;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use serde::Serialize;

/// A field's value, for conditions (`note replica-1 partial-accepted offset=4711`) and for sentences.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A number; the field's name says the unit.
    Int(i64),
    /// A text.
    Text(String),
    /// Yes or no.
    Bool(bool),
}
impl From<i64> for Value {
    fn from(v: i64) -> Value {
        Value::Int(v)
    }
}
impl From<String> for Value {
    fn from(v: String) -> Value {
        Value::Text(v)
    }
}
impl From<Text> for Value {
    fn from(v: Text) -> Value {
        Value::Text(v.into())
    }
}
/// A value of a closed set, by its name.
impl<T: Named> From<T> for Value {
    fn from(v: T) -> Value {
        Value::Text(v.name().into())
    }
}
impl From<Fault> for Value {
    fn from(v: Fault) -> Value {
        Value::Text(v.to_string())
    }
}
impl From<bool> for Value {
    fn from(v: bool) -> Value {
        Value::Bool(v)
    }
}
impl Value {
    /// The value as conditions compare it.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Value::Int(n) => n.to_string(),
            Value::Text(s) => s.clone(),
            Value::Bool(b) => b.to_string(),
        }
    }
}

/// What a note holds, as fields for conditions and exports.
pub(super) trait Fields {
    /// Adds itself: one field of this name, or, if it is several, those.
    fn put(&self, name: &'static str, fields: &mut Vec<(&'static str, Value)>);
}
impl<T: Clone> Fields for T
where
    Value: From<T>,
{
    fn put(&self, name: &'static str, fields: &mut Vec<(&'static str, Value)>) {
        fields.push((name, Value::from(self.clone())));
    }
}
