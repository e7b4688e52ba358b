//! What is wrong with a course that its engine side can say.

use resync_core::condition::TextError;
use std::fmt;

/// Something of a course that cannot be read or played.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Whose text: `value gap`, `bet, until`, `item behind, scene`.
    pub place: String,
    /// The column in that text, in characters from 1; 0 if it is the whole.
    pub column: usize,
    /// What is wrong with it.
    pub why: String,
}

impl Fault {
    pub(super) fn new(place: &str, column: usize, why: impl Into<String>) -> Fault {
        Fault { place: place.to_owned(), column, why: why.into() }
    }
    /// An error of a condition that begins behind `before` in its text.
    pub(super) fn shifted(place: &str, before: &str, error: &TextError) -> Fault {
        Fault::new(place, before.chars().count() + error.column as usize, format!("{}; expected {}", error.wrong, error.expected))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            0 => write!(f, "{}: {}", self.place, self.why),
            column => write!(f, "{}, column {column}: {}", self.place, self.why),
        }
    }
}
impl std::error::Error for Fault {}
