//! The desk without a screen. The words of a diagnosis in each language, and the diagnosis as plain text and as JSON: for the page and for a terminal.
//!
//! [`size`] has the arithmetic of sizes, and the runs that prove them; it speaks no language.
//!
//! [`resync_core::diagnose`] finds; this crate speaks. A rule's name is the key of its sentences; `{name}` in them is a value of the finding. Words of
//! Redis (commands, log lines, fields) are never translated.

mod en;
mod fault;
mod lang;
mod report;
mod say;
pub mod size;
mod words;
mod zh;

pub use fault::info_error;
pub use lang::Lang;
pub use report::{json, text, verdict};
pub use say::{Said, certainty, grade, said, shown};
