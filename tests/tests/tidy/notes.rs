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

/// Fields of notes and views that are texts, and what makes each an open set. Whatever is one of a few is an enum with names (`core/src/fact.rs`).
const TEXTS: &[(&str, &str)] = &[
    ("bounds default id id2 run_id digest fingerprint value", "numbers and ids as Redis or an export prints them"),
    ("host ip name on peer replica master client sentinel from to", "names of nodes, clients, directives and variables, and addresses"),
    ("command key preview text line log last_error reply", "words of callers, of Redis and of scenarios"),
];

#[test]
fn a_field_that_is_a_text_holds_an_open_set() {
    let field = Regex::new(r"\b(\w+): (?:Option<)?(?:String|Text|&'static str|Rc<str>)\b").expect("a pattern");
    let known: Vec<&str> = TEXTS.iter().flat_map(|(names, _)| names.split(' ')).collect();
    let (mut broken, mut met) = (Vec::new(), Vec::new());
    for path in ["core/src/note.rs", "core/src/view/mod.rs", "core/src/sim/wire.rs", "core/src/node/view.rs"] {
        let text = read(path);
        let table =
            |line: &str| ["    pub ", "    Milestone ", "    Flow "].iter().any(|begins| line.starts_with(begins)) && !line.contains("fn ");
        for line in text.lines().filter(|line| table(line)) {
            for found in field.captures_iter(line) {
                met.push(found[1].to_owned());
                if !known.contains(&&found[1]) {
                    broken.push(format!("{path}: {}", line.trim()));
                }
            }
        }
    }
    none("a closed set is an enum; a text that is open stands in the list with its reason", &broken);
    let idle: Vec<&&str> = known.iter().filter(|name| !met.iter().any(|of| of == *name)).collect();
    assert!(idle.is_empty(), "no field is called so any more: {idle:?}");
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
