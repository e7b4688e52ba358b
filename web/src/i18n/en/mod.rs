//! English.

pub(crate) mod alarms;
mod branches;
mod caption;
pub(crate) mod class;
mod coach;
pub(crate) mod course;
pub(crate) mod diagnose;
pub(crate) mod differs;
pub(crate) mod drills;
mod errors;
pub(crate) mod face;
pub(crate) mod figures;
mod glossary;
mod grammar;
pub(crate) mod incidents;
pub(crate) mod memory;
pub(crate) mod notes;
mod sentinel;
pub(crate) mod shell;
pub(crate) mod size;
mod topology;

use super::strings::Strings;

pub(super) static STRINGS: Strings = Strings {
    tag: "en",
    name: "English",
    preferred: &["en"],
    figures: figures::FIGURES,
    shell: shell::SHELL,
    face: face::FACE,
    topology: topology::TOPOLOGY,
    say: notes::say,
    tell: caption::tell,
    glossary: glossary::TERMS,
    refusal: errors::refusal,
    grammar: grammar::explain,
};
