//! Who may use whom within core.

use crate::sources::{files, none, read};
use regex_lite::Regex;
use std::collections::BTreeSet;

/// The rooms of core, from the ground up, as the docs of its `lib.rs` list them: each has a rank of its own.
fn rooms() -> Vec<String> {
    let item = Regex::new(r"(?m)^//! (\d+)\. \[`(\w+)`\]: ").expect("a pattern");
    let lib = read("core/src/lib.rs");
    let mut rooms = Vec::new();
    for (at, found) in item.captures_iter(&lib).enumerate() {
        assert_eq!(found[1].parse(), Ok(at + 1), "ranks are counted from 1 without a gap: `{}`", &found[2]);
        rooms.push(found[2].to_owned());
    }
    rooms
}

#[test]
fn a_room_of_core_uses_only_those_below_it() {
    let rooms = rooms();
    let modules: BTreeSet<String> = Regex::new(r"(?m)^pub mod (\w+);")
        .expect("a pattern")
        .captures_iter(&read("core/src/lib.rs"))
        .map(|found| found[1].to_owned())
        .collect();
    assert_eq!(rooms.len(), modules.len(), "each room has one rank");
    assert_eq!(rooms.iter().cloned().collect::<BTreeSet<_>>(), modules, "the docs of lib.rs list exactly its modules");

    let rank = |name: &str| rooms.iter().position(|room| room == name);
    let used = Regex::new(r"crate::(\w+)").expect("a pattern");
    let mut broken = Vec::new();
    for file in files("core/src", &[".rs"]) {
        let module = file.path.trim_start_matches("core/src/").split(['/', '.']).next().unwrap_or_default().to_owned();
        let Some(own) = rank(&module) else { continue };
        for (at, line) in file.code.lines().enumerate() {
            for found in used.captures_iter(line) {
                if rank(&found[1]).is_some_and(|other| other > own) {
                    broken.push(format!("{}:{}: {}", file.path, at + 1, line.trim()));
                }
            }
            // `use crate::{a, b}` would hide its names from this test.
            if line.contains("crate::{") {
                broken.push(format!("{}:{}: one `use` for each module: {}", file.path, at + 1, line.trim()));
            }
        }
    }
    none("a room uses only those below it", &broken);
}

#[test]
fn the_map_shows_the_rooms_of_core_in_their_order() {
    let map = read("ARCHITECTURE.md");
    let name = Regex::new(r"`(\w+)`").expect("a pattern");
    let table = map.split("\n## The rooms of core\n").nth(1).expect("the map has the rooms").split("\n## ").next().unwrap_or_default();
    let shown: Vec<String> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .flat_map(|cell| name.captures_iter(cell).map(|found| found[1].to_owned()).collect::<Vec<_>>())
        .collect();
    assert_eq!(shown, rooms(), "the table of ARCHITECTURE.md and the list of lib.rs");
}

#[test]
fn the_page_names_only_the_face_of_the_engine() {
    let lib = read("core/src/lib.rs");
    let hidden: BTreeSet<String> = Regex::new(r"(?m)^#\[doc\(hidden\)\]\npub mod (\w+);")
        .expect("a pattern")
        .captures_iter(&lib)
        .map(|found| found[1].to_owned())
        .collect();
    assert!(!hidden.is_empty(), "lib.rs hides the rooms that are no part of the face");
    let named = Regex::new(r"resync_core::(\w+)").expect("a pattern");
    let mut broken = Vec::new();
    for folder in ["js", "web"] {
        for file in files(folder, &[".rs"]) {
            for (at, line) in file.text.lines().enumerate() {
                if line.contains("resync_core::{") || named.captures_iter(line).any(|found| hidden.contains(&found[1])) {
                    broken.push(format!("{}:{}: {}", file.path, at + 1, line.trim()));
                }
            }
        }
    }
    none("the page and the face for JavaScript know the engine by its face", &broken);
}
