//! Who may use whom within core.

use crate::sources::{files, none, read};
use regex_lite::Regex;
use std::collections::{BTreeMap, BTreeSet};

/// The layers of core, from the ground up, as the docs of its `lib.rs` list them.
fn layers() -> BTreeMap<String, usize> {
    let item = Regex::new(r"^//! (\d+)\. (.*?):").expect("a pattern");
    let name = Regex::new(r"\[`(\w+)`\]").expect("a pattern");
    let mut layers = BTreeMap::new();
    for line in read("core/src/lib.rs").lines() {
        if let Some(found) = item.captures(line) {
            let rank = found[1].parse().expect("a number");
            for one in name.captures_iter(&found[2]) {
                layers.insert(one[1].to_owned(), rank);
            }
        }
    }
    layers
}

/// Places where a lower layer may name a higher one, and why.
const UPWARD: [(&str, &str, &str); 2] = [
    ("core/src/sim/world.rs", "scenario", "the plain spec of a world holds its script's conditions as values"),
    ("core/src/sim/script.rs", "scenario", "and its script is played by asking them"),
];

#[test]
fn a_layer_of_core_uses_only_those_below_it() {
    let layers = layers();
    let modules: BTreeSet<String> = Regex::new(r"(?m)^pub mod (\w+);")
        .expect("a pattern")
        .captures_iter(&read("core/src/lib.rs"))
        .map(|found| found[1].to_owned())
        .collect();
    assert_eq!(layers.keys().cloned().collect::<BTreeSet<_>>(), modules, "the docs of lib.rs list exactly its modules");

    let used = Regex::new(r"crate::(\w+)").expect("a pattern");
    let mut broken = Vec::new();
    let mut exceptions_used = BTreeSet::new();
    for file in files("core/src", &[".rs"]) {
        let module = file.path.trim_start_matches("core/src/").split(['/', '.']).next().unwrap_or_default().to_owned();
        let Some(own) = layers.get(&module) else { continue };
        for (at, line) in file.code.lines().enumerate() {
            for found in used.captures_iter(line) {
                let Some(other) = layers.get(&found[1]) else { continue };
                if other <= own {
                    continue;
                }
                match UPWARD.iter().position(|(path, name, _)| *path == file.path && *name == &found[1]) {
                    Some(exception) => {
                        exceptions_used.insert(exception);
                    }
                    None => broken.push(format!("{}:{}: {}", file.path, at + 1, line.trim())),
                }
            }
            // `use crate::{a, b}` would hide its names from this test.
            if line.contains("crate::{") {
                broken.push(format!("{}:{}: one `use` for each module: {}", file.path, at + 1, line.trim()));
            }
        }
    }
    none("a layer uses only those below it", &broken);
    assert_eq!(exceptions_used.len(), UPWARD.len(), "an exception that nobody uses any more goes");
}
