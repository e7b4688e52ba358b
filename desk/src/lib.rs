//! The words of a diagnosis in each language, and the diagnosis as plain text and as JSON: for the page and for a terminal.
//!
//! [`resync_core::diagnose`] finds; this crate speaks. A rule's name is the key of its sentences; `{name}` in them is a value of the finding. Words of
//! Redis (commands, log lines, fields) are never translated.

mod en;
mod lang;
mod report;
mod say;
mod words;
mod zh;

pub use lang::Lang;
pub use report::{json, text, verdict};
pub use say::{Said, certainty, grade, said, shown};
