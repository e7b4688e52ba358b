//! Deutsch: the header's words; everything else is English as yet.

use super::en;
use super::shell::{Header, Shell};
use super::strings::Strings;

const SHELL: Shell = Shell {
    header: Header {
        sandbox: "Sandkasten",
        lessons: "Lektionen",
        language: "Sprache",
        share: "Teilen",
        close: "Schließen",
        ..en::shell::SHELL.header
    },
    ..en::shell::SHELL
};

pub(super) static STRINGS: Strings =
    Strings { tag: "de", name: "Deutsch", preferred: &["de", "en"], figures: en::figures::FIGURES, shell: SHELL, say: en::notes::say };
