//! Reading the sources: every rule sees them as text, comments and unit tests apart.

use regex_lite::Regex;
use std::path::{Path, PathBuf};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the project's root").to_path_buf()
}

/// A source file: its path from the root, its text, and the text without unit tests and comments, line for line (nothing if it is all tests).
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) code: String,
}
impl File {
    pub(crate) fn new(path: String, text: String) -> File {
        let code = if is_tests(&path) { String::new() } else { without_tests(&text) };
        File { path, text, code }
    }
}

/// The text line for line, those of unit tests and comments empty.
fn without_tests(text: &str) -> String {
    let mut code = String::new();
    // The line that ends the test module in which this reader is.
    let mut end: Option<String> = None;
    let mut tests = false;
    for line in text.lines() {
        let inside = end.is_some();
        if end.as_deref() == Some(line) {
            end = None;
        }
        let marks = line.trim() == "#[cfg(test)]";
        if !inside && !marks && !tests && !line.trim_start().starts_with("//") {
            code.push_str(line);
        }
        if tests && line.ends_with('{') {
            let indent = line.len() - line.trim_start().len();
            end = Some(format!("{}}}", " ".repeat(indent)));
        }
        tests = marks && !inside;
        code.push('\n');
    }
    code
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
pub(crate) fn files(part: &str, endings: &[&str]) -> Vec<File> {
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

/// Whether the project has this file or folder.
pub(crate) fn is_there(path: &str) -> bool {
    root().join(path).exists()
}

pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}

/// Fails with one line for each place that breaks the rule.
pub(crate) fn none(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

/// `path:line: text` of each line of the files' code that matches.
pub(crate) fn places(files: &[File], pattern: &str, allowed: impl Fn(&File, &str) -> bool) -> Vec<String> {
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
