//! What is not left lying about.

use crate::sources::{files, none, places};
use regex_lite::Regex;

/// These files name what the rules forbid.
const HERE: &str = "tests/tests/tidy/";

#[test]
fn nothing_is_left_lying_about() {
    let mut sources = Vec::new();
    for part in ["alarms", "core", "js", "lab", "lessons", "desk", "web", "tests", "xtask/src"] {
        sources.extend(files(part, &[".rs", ".css", ".html", ".js"]));
    }
    sources.retain(|file| !file.path.starts_with(HERE));
    let words = Regex::new(r"\b(TODO|FIXME|XXX|HACK)\b|todo!\(|unimplemented!\(|dbg!\(|#\[ignore|assert!\(true\)").expect("a pattern");
    let mut broken = Vec::new();
    for file in &sources {
        broken.extend(
            file.text
                .lines()
                .enumerate()
                .filter(|(_, line)| words.is_match(line))
                .map(|(at, line)| format!("{}:{}: {}", file.path, at + 1, line.trim())),
        );
    }
    none("no leftovers", &broken);
    none(
        "core, js and web print nothing",
        &places(
            &{
                let mut both = files("core/src", &[".rs"]);
                both.extend(files("js/src", &[".rs"]));
                both.extend(files("web/src", &[".rs"]));
                both
            },
            r"\be?print(ln)?!\(",
            |_, _| false,
        ),
    );
}

#[test]
fn lists_are_sorted_by_the_one_sort() {
    let mut sources = Vec::new();
    for part in ["core/src", "js/src", "web/src"] {
        sources.extend(files(part, &[".rs"]));
    }
    none(
        "`resync_core::order` sorts: each sort of the standard library is some kilobytes of the page",
        &places(&sources, r"\.sort(_unstable)?(_by|_by_key|_by_cached_key)?\(|BTree(Map|Set)::from\(", |_, _| false),
    );
}

#[test]
fn no_path_of_a_machine_is_written_down() {
    let pattern = Regex::new(r"(^|[^\w.])/(root|home|work|tmp)/").expect("a pattern");
    let mut broken = Vec::new();
    for file in files("", &[".rs", ".toml", ".md", ".html", ".css", ".js", ".scenario", "run"]) {
        if file.path.starts_with(HERE) {
            continue;
        }
        broken.extend(
            file.text
                .lines()
                .enumerate()
                .filter(|(_, line)| pattern.is_match(line))
                .map(|(at, line)| format!("{}:{}: {}", file.path, at + 1, line.trim())),
        );
    }
    none("the project speaks of itself, not of somebody's machine", &broken);
}
