//! Words for what the engine tells.

use crate::sources::{files, none, read};
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

#[test]
fn every_string_of_the_page_is_said_somewhere() {
    let field = Regex::new(r"(?m)^    pub (\w+): (?:&'static str|fn\(|\[&'static str)").expect("a pattern");
    // What the page says stands in the files beside the languages' folders; the folders only fill them.
    let (words, mut page): (Vec<_>, Vec<_>) = files("web/src", &[".rs"])
        .into_iter()
        .partition(|file| file.path.matches('/').count() == 3 && file.path.starts_with("web/src/i18n/"));
    page.retain(|file| !file.path.starts_with("web/src/i18n/"));
    // A struct of strings may say some of them itself: `self.main`.
    let said: String = page.iter().chain(&words).map(|file| file.code.as_str()).collect();
    let mut dead = Vec::new();
    let mut fields = 0;
    for file in &words {
        for found in field.captures_iter(&file.code) {
            fields += 1;
            let name = &found[1];
            if !Regex::new(&format!(r"\.{name}\b")).expect("a pattern").is_match(&said) {
                dead.push(format!("{}: {name}", file.path));
            }
        }
    }
    assert!(fields > 200, "{fields}: the strings are read");
    none("a string that nobody says goes", &dead);
}
