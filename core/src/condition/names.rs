//! Names that nodes and clients may have.

use crate::limits;

/// Words that cannot be names, because lines and conditions begin with them.
pub const RESERVED: &[&str] = &[
    "title",
    "era",
    "seed",
    "epoch",
    "scale",
    "cost",
    "default",
    "node",
    "link",
    "client",
    "at",
    "then",
    "until",
    "expect",
    "cut",
    "heal",
    "freeze",
    "pause",
    "resume",
    "crash",
    "interrupt",
    "power-off",
    "restart",
    "fault",
    "note",
    "now",
    "not",
    "and",
    "or",
    "for",
    "within",
    "sees",
    "invariant",
    "same-data",
    "same-keys",
    "on",
    "follows",
];

/// Whether a word can be the name of a node or client: letters, digits and `-`, a letter first, at most [`limits::NAME_CHARS_MAX`].
pub(crate) fn is_name(word: &str) -> bool {
    word.len() <= limits::NAME_CHARS_MAX
        && word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !RESERVED.contains(&word)
}
