//! Words for what the engine tells.

use crate::sources::{none, read};
use regex_lite::Regex;

#[test]
fn every_note_is_worded_in_both_languages() {
    let table = Regex::new(r#"(?m)^    (?:Milestone|Flow) (\w+) = ""#).expect("a pattern");
    let notes = read("core/src/note.rs");
    let kinds: Vec<&str> = table.captures_iter(&notes).map(|found| found.get(1).expect("a name").as_str()).collect();
    assert!(kinds.len() > 40, "the table of notes is read");
    let mut broken = Vec::new();
    for path in ["web/src/i18n/en/notes.rs", "web/src/i18n/zh/notes.rs"] {
        let text = read(path);
        broken.extend(kinds.iter().filter(|kind| !text.contains(&format!("Note::{kind} "))).map(|kind| format!("{path}: {kind}")));
    }
    none("every note has its sentence", &broken);
}
