//! What can be wrong with an INFO text, and where.

use super::{Field, LineFault};
use alloc::string::String;
use core::fmt;

/// Something wrong with an INFO text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InfoError {
    /// The line, from 1; `None` if it is about the whole text.
    pub line: Option<u32>,
    /// What is wrong.
    pub kind: InfoErrorKind,
}

/// What is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InfoErrorKind {
    /// The text is longer than [`crate::limits::INFO_BYTES_MAX`].
    TooLong {
        /// Its length, bytes.
        bytes: usize,
    },
    /// The text has more lines than [`crate::limits::INFO_LINES_MAX`].
    TooManyLines,
    /// The text has no line of this field.
    Missing(Field),
    /// A line is neither a heading nor `name:value`.
    NoPair,
    /// The same name stands in the text a second time; lookups take the first.
    Twice {
        /// The name.
        name: String,
        /// Line of the first.
        first: u32,
    },
    /// The field's value is no number.
    NoNumber {
        /// The field.
        field: Field,
        /// Its value.
        found: String,
    },
    /// The field's value is neither 0 nor 1.
    NoFlag {
        /// The field.
        field: Field,
        /// Its value.
        found: i64,
    },
    /// The field's value is none of the words that servers print there.
    NoWord {
        /// The field.
        field: Field,
        /// Its value.
        found: String,
    },
    /// The line of a replica cannot be read.
    Replica {
        /// N of `slaveN`.
        number: u32,
        /// Why.
        fault: LineFault,
    },
    /// The line of a database cannot be read.
    Database {
        /// N of `dbN`.
        number: u32,
        /// Why.
        fault: LineFault,
    },
}

impl fmt::Display for InfoErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InfoErrorKind::TooLong { bytes } => {
                write!(f, "the text has {bytes} bytes, and at most {} are read", crate::limits::INFO_BYTES_MAX)
            }
            InfoErrorKind::TooManyLines => write!(f, "the text has more than {} lines", crate::limits::INFO_LINES_MAX),
            InfoErrorKind::Missing(field) => write!(f, "there is no line {}", field.name()),
            InfoErrorKind::NoPair => f.write_str("neither a heading nor name:value"),
            InfoErrorKind::Twice { name, first } => write!(f, "{name} stands in line {first} already"),
            InfoErrorKind::NoNumber { field, found } => write!(f, "{} is no number: {found}", field.name()),
            InfoErrorKind::NoFlag { field, found } => write!(f, "{} is neither 0 nor 1: {found}", field.name()),
            InfoErrorKind::NoWord { field, found } => write!(f, "{} is no word of a server: {found}", field.name()),
            InfoErrorKind::Replica { number, fault } => write!(f, "slave{number}: {fault}"),
            InfoErrorKind::Database { number, fault } => write!(f, "db{number}: {fault}"),
        }
    }
}
impl fmt::Display for InfoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.kind),
            None => self.kind.fmt(f),
        }
    }
}
impl core::error::Error for InfoError {}
