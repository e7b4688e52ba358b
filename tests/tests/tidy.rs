//! The rules of the house that the compiler does not hold: who may use whom, where eras are compared, what is not left lying about.
//!
//! Each rule reads the sources as text. Code below `#[cfg(test)]` may use what it likes of the crate.

use regex_lite::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the project's root").to_path_buf()
}

/// A source file: its path from the root, its text, and the text without unit tests and comments, line for line (nothing if it is all tests).
struct File {
    path: String,
    text: String,
    code: String,
}
impl File {
    fn new(path: String, text: String) -> File {
        let code = if is_tests(&path) {
            String::new()
        } else {
            let end = text.find("\n#[cfg(test)]\nmod ").unwrap_or(text.len());
            let lines: Vec<&str> = text[..end].lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).collect();
            lines.join("\n")
        };
        File { path, text, code }
    }
}

/// Whether the module that this file is stands behind `#[cfg(test)]` where it is declared.
fn is_tests(path: &str) -> bool {
    let path = Path::new(path);
    let (Some(folder), Some(stem)) = (path.parent(), path.file_stem().and_then(|stem| stem.to_str())) else { return false };
    let beside = folder.with_extension("rs");
    let parents = [folder.join("mod.rs"), folder.join("lib.rs"), beside];
    let behind =
        [format!("#[cfg(test)]\nmod {stem};"), format!("#[cfg(test)]\npub(crate) mod {stem};"), format!("#[cfg(test)]\npub mod {stem};")];
    parents
        .iter()
        .filter_map(|parent| std::fs::read_to_string(root().join(parent)).ok())
        .any(|text| behind.iter().any(|line| text.contains(line)))
}

/// Every text file of the project below `part`, with one of these endings.
fn files(part: &str, endings: &[&str]) -> Vec<File> {
    fn walk(dir: &Path, endings: &[&str], found: &mut Vec<File>) {
        let mut entries: Vec<PathBuf> =
            std::fs::read_dir(dir).expect("a folder of the project").map(|entry| entry.expect("an entry").path()).collect();
        entries.sort();
        for path in entries {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() {
                if !["target", "dist", "pkg", ".git", "captures", "node_modules"].contains(&name) {
                    walk(&path, endings, found);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                let text = std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
                found.push(File::new(path.strip_prefix(root()).expect("inside").to_string_lossy().into_owned(), text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(part), endings, &mut found);
    assert!(!found.is_empty(), "nothing to look at in `{part}`: the rule has lost its object");
    found
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}

/// Fails with one line for each place that breaks the rule.
fn none(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

/// `path:line: text` of each line of the files' code that matches.
fn places(files: &[File], pattern: &str, allowed: impl Fn(&File, &str) -> bool) -> Vec<String> {
    let pattern = Regex::new(pattern).expect("a pattern");
    let mut found = Vec::new();
    for file in files {
        for (at, line) in file.code.lines().enumerate() {
            if pattern.is_match(line) && !allowed(file, line) {
                found.push(format!("{}:{}: {}", file.path, at + 1, line.trim()));
            }
        }
    }
    found
}

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

#[test]
fn eras_are_compared_in_the_era_table_alone() {
    let mut sources = files("core/src", &[".rs"]);
    sources.extend(files("web/src", &[".rs"]));
    let allowed = |file: &File, _: &str| file.path == "core/src/era.rs";
    let mut broken = places(&sources, r"(==|!=|<=|>=|<|>)\s*(crate::era::)?Era::V\d", allowed);
    broken.extend(places(&sources, r"Era::V\d_\d\s*(==|!=|<=|>=|<|>|=>|\|)", allowed));
    broken.extend(places(&sources, r"matches!\([^)]*Era::V\d", allowed));
    // `node.era == other.era` compares two nodes, which is no question about releases.
    broken.extend(places(&sources, r"\bera(\(\))?\s*(==|!=|<=|>=|<|>)\s*\S", |file, line| {
        allowed(file, line) || Regex::new(r"\bera(\(\))?\s*(==|!=)\s*[\w.]*\bera\b").expect("a pattern").is_match(line)
    }));
    none("ask an era for a capability, or `has`", &broken);
}

#[test]
fn core_knows_no_operating_system_and_few_crates() {
    let lib = read("core/src/lib.rs");
    assert!(lib.contains("\n#![no_std]\n") && lib.contains("\n#![forbid(unsafe_code)]\n"), "core is no_std and forbids unsafe code");
    none("core uses alloc, never std, outside its tests", &places(&files("core/src", &[".rs"]), r"\bstd::", |_, _| false));
    let manifest = read("core/Cargo.toml");
    let dependencies = manifest.split("\n[dependencies]\n").nth(1).expect("core has dependencies").split("\n[").next().unwrap_or_default();
    let names: Vec<&str> = dependencies
        .lines()
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .collect();
    assert_eq!(
        names,
        ["bytes", "serde", "crc", "sha1_smol"],
        "a new dependency of core is a decision: it is no_std, and stands here with its use"
    );
    none("core has no floating point in time, links and costs", &places(&files("core/src/sim", &[".rs"]), r"\bf(32|64)\b", |_, _| false));
}

#[test]
fn nothing_is_left_lying_about() {
    let here = "tests/tests/tidy.rs";
    let mut sources = Vec::new();
    for part in ["core", "web", "tests", "xtask/src"] {
        sources.extend(files(part, &[".rs", ".css", ".html", ".js"]));
    }
    sources.retain(|file| file.path != here);
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
        "core and web print nothing",
        &places(
            &{
                let mut both = files("core/src", &[".rs"]);
                both.extend(files("web/src", &[".rs"]));
                both
            },
            r"\be?print(ln)?!\(",
            |_, _| false,
        ),
    );
}

#[test]
fn no_path_of_a_machine_is_written_down() {
    let here = "tests/tests/tidy.rs";
    let pattern = Regex::new(r"(^|[^\w.])/(root|home|work|tmp)/").expect("a pattern");
    let mut broken = Vec::new();
    for file in files("", &[".rs", ".toml", ".md", ".html", ".css", ".js", ".scenario", "run"]) {
        if file.path == here {
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

#[test]
fn the_page_has_no_inline_style_and_loads_nothing_from_elsewhere() {
    let mut sources = files("web/src", &[".rs"]);
    sources.push(File::new("index.html".into(), read("index.html")));
    none(
        "the policy forbids style attributes: classes, or style().set_property",
        &places(&sources, r#"[^\w.-]style=["{\\]"#, |_, _| false),
    );
    let mut styles = files("web", &[".css", ".svg"]);
    styles.retain(|file| file.path.ends_with(".css"));
    let mut broken = Vec::new();
    for file in &styles {
        broken.extend(
            file.text
                .lines()
                .enumerate()
                .filter(|(_, line)| line.contains("@import") || line.contains("://") || line.contains("url(//"))
                .map(|(at, line)| format!("{}:{}: {}", file.path, at + 1, line.trim())),
        );
    }
    none("stylesheets stand alone", &broken);
    let index = read("index.html");
    let unlinked: Vec<String> = styles.iter().filter(|file| !index.contains(&file.path)).map(|file| file.path.clone()).collect();
    none("index.html links every stylesheet, in order", &unlinked);
    for needed in ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "base-uri 'none'"] {
        assert!(index.contains(needed), "the content security policy has `{needed}`");
    }
    assert!(!index.contains("unsafe-inline"), "the content security policy allows nothing inline");
}

#[test]
fn every_note_is_worded_in_both_languages() {
    let table = Regex::new(r#"(?m)^    (?:Milestone|Flow) (\w+) = ""#).expect("a pattern");
    let notes = read("core/src/note.rs");
    let kinds: Vec<&str> = table.captures_iter(&notes).map(|found| found.get(1).expect("a name").as_str()).collect();
    assert!(kinds.len() > 40, "the table of notes is read");
    let mut broken = Vec::new();
    for path in ["web/src/i18n/notes_en.rs", "web/src/i18n/notes_zh.rs"] {
        let text = read(path);
        broken.extend(kinds.iter().filter(|kind| !text.contains(&format!("Note::{kind} "))).map(|kind| format!("{path}: {kind}")));
    }
    none("every note has its sentence", &broken);
}

/// The version of a package in a lock file.
fn locked(lock: &str, package: &str) -> String {
    let text = read(lock);
    let entry = text
        .split("[[package]]")
        .find(|entry| entry.contains(&format!("name = \"{package}\"\n")))
        .unwrap_or_else(|| panic!("{lock} has {package}"));
    entry.split("version = \"").nth(1).and_then(|rest| rest.split('"').next()).expect("a version").to_owned()
}

#[test]
fn both_locks_hold_the_same_wasm_bindgen() {
    assert_eq!(
        locked("Cargo.lock", "wasm-bindgen"),
        locked("xtask/Cargo.lock", "wasm-bindgen-cli"),
        "the page and the tool that finishes it"
    );
    assert_eq!(
        locked("Cargo.lock", "wasm-bindgen-test-shared"),
        locked("xtask/Cargo.lock", "wasm-bindgen-test-shared"),
        "the tests and their runner"
    );
}

#[test]
fn each_crate_takes_the_workspace_lints() {
    for crate_of_ours in ["core", "web", "tests"] {
        assert!(
            read(&format!("{crate_of_ours}/Cargo.toml")).contains("[lints]\nworkspace = true"),
            "{crate_of_ours} takes the workspace's lints"
        );
    }
}
