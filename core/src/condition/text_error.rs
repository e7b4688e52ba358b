//! What is wrong with a text that a person wrote.

use alloc::string::String;
use core::fmt;

/// What is wrong with a text: where, and what was expected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextError {
    /// The line, from 1; 0 if the text is a single line from elsewhere.
    pub line: u32,
    /// The column of the word that is wrong, in characters from 1; 0: the whole line.
    pub column: u32,
    /// What was expected there.
    pub expected: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, 0) => {}
            (0, column) => write!(f, "column {column}: ")?,
            (line, 0) => write!(f, "line {line}: ")?,
            (line, column) => write!(f, "line {line}, column {column}: ")?,
        }
        f.write_str(&self.message)?;
        if self.expected.is_empty() { Ok(()) } else { write!(f, "; expected {}", self.expected) }
    }
}
impl core::error::Error for TextError {}
