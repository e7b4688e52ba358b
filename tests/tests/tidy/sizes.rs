//! How long a function and a file may be. What is longer is counted below; those numbers only go down.

use crate::sources::{File, files, none};
use regex_lite::Regex;

/// Lines of a function, from its `fn` to its closing brace.
const FUNCTION_LINES_MAX: usize = 100;
/// Lines of a file, with its tests.
const FILE_LINES_MAX: usize = 900;
/// Lines of a file of the room that everybody must be able to read whole.
const NODE_FILE_LINES_MAX: usize = 600;

/// Functions that are longer, and how long they are.
const LONG_FUNCTIONS: [(&str, &str, usize); 0] = [];
/// Files that are longer, and how long they are.
const LONG_FILES: [(&str, usize); 0] = [];

/// Name and number of lines of each function with a body. The sources are formatted: a body ends with a brace as far in as its `fn`.
fn functions(text: &str) -> Vec<(String, usize)> {
    let head = Regex::new(r"^(\s*)(pub(\([^)]*\))? )?(const )?(async )?fn (\w+)").expect("a pattern");
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(parts) = head.captures(line) else { continue };
        let opens = lines[at..].iter().position(|line| line.ends_with(['{', ';', '}'])).map_or(lines.len(), |n| at + n);
        if lines.get(opens).is_none_or(|line| !line.ends_with('{')) {
            continue;
        }
        let end = format!("{}}}", &parts[1]);
        if let Some(body) = lines[opens..].iter().position(|line| *line == end) {
            found.push((parts[6].to_owned(), opens + body + 1 - at));
        }
    }
    found
}

/// Every source of the project.
fn sources() -> Vec<File> {
    files("", &[".rs"])
}

/// What is wrong between things that were measured and the list of those that may be longer than `max`.
fn judge(measured: &[(String, usize, usize)], listed: &[(String, usize)]) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, lines, max) in measured.iter().filter(|(_, lines, max)| lines > max) {
        match listed.iter().find(|(known, _)| known == name) {
            None => broken.push(format!("{name}: {lines} lines, at most {max}")),
            Some((_, known)) if lines > known => broken.push(format!("{name}: {lines} lines, and the list has it with {known}")),
            Some((_, known)) if lines < known => broken.push(format!("{name}: it has shrunk, the list's {known} become {lines}")),
            Some(_) => {}
        }
    }
    for (name, _) in listed {
        if !measured.iter().any(|(known, lines, max)| known == name && lines > max) {
            broken.push(format!("{name}: it needs no entry any more"));
        }
    }
    broken
}

#[test]
fn a_function_can_be_seen_whole() {
    let mut measured = Vec::new();
    for file in sources() {
        measured
            .extend(functions(&file.text).into_iter().map(|(name, lines)| (format!("{} {name}", file.path), lines, FUNCTION_LINES_MAX)));
    }
    assert!(measured.len() > 3_000, "{} functions are found", measured.len());
    let listed: Vec<(String, usize)> = LONG_FUNCTIONS.iter().map(|(path, name, lines)| (format!("{path} {name}"), *lines)).collect();
    none("a function can be seen whole", &judge(&measured, &listed));
}

#[test]
fn a_file_is_one_subject() {
    let measured: Vec<(String, usize, usize)> = sources()
        .into_iter()
        .map(|file| {
            let max = if file.path.starts_with("core/src/node/") { NODE_FILE_LINES_MAX } else { FILE_LINES_MAX };
            let lines = file.text.lines().count();
            (file.path, lines, max)
        })
        .collect();
    let listed: Vec<(String, usize)> = LONG_FILES.iter().map(|(path, lines)| ((*path).to_owned(), *lines)).collect();
    none("a file is one subject", &judge(&measured, &listed));
}

#[test]
fn what_is_too_long_is_found_and_lists_only_shrink() {
    let text = "impl A {\n    pub(super) fn one(\n        a: u8,\n    ) -> u8 {\n        if a > 0 {\n        }\n        a\n    }\n    fn none(&self);\n}\nconst fn two() {\n}\n";
    assert_eq!(functions(text), [("one".to_owned(), 7), ("two".to_owned(), 2)]);
    let measured = |lines| vec![("f".to_owned(), lines, 10)];
    let list = [("f".to_owned(), 12)];
    assert!(judge(&measured(10), &[]).is_empty() && judge(&measured(12), &list).is_empty());
    for (lines, listed) in [(11, &[][..]), (13, &list), (11, &list), (10, &list)] {
        assert_eq!(judge(&measured(lines), listed).len(), 1, "{lines}");
    }
}
