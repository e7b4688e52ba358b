//! No circle between the files of a crate: what each file uses, and which of them use one another in the end.
//!
//! Crates cannot use each other in a circle (Cargo holds that), so each crate is looked at by itself. An edge leads from a file to the file in which
//! a name that it uses is *defined*:
//!
//! * paths (`crate::…`, `super::…`, `self::…`, a child module, an imported name) are followed through modules, `use` and `pub use` up to the definition;
//!   the files passed on the way are no edges;
//! * `mod x;` is no edge, and `pub use x::Y` is none unless the file itself uses `Y`: a folder's `mod.rs` may be the list of its parts;
//! * a method call is none, because the text does not say whose method it is. But `impl Node` in a file of its own names `Node`, and is an edge: where the
//!   fields of `Node` are types that are defined beside such an `impl`, that is a circle, and those types want a file of their own;
//! * unit tests are left out.
//!
//! The reader knows as much of Rust as the sources here need: words and signs, paths, `use` with its braces, what is defined where.

use crate::sources::{File, files, none};
use std::collections::{BTreeMap, BTreeSet};

/// A word or a sign of the text; strings, comments and numbers are dropped.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Token {
    /// A name or keyword.
    Word(String),
    /// `::`.
    Path,
    /// Any other sign.
    Sign(char),
}

/// The tokens of Rust source text.
fn tokens(code: &str) -> Vec<Token> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let next = bytes.get(at + 1).copied().unwrap_or(0);
        if byte == b'/' && next == b'/' {
            at += code[at..].find('\n').unwrap_or(code.len() - at);
        } else if byte == b'/' && next == b'*' {
            at += code[at..].find("*/").map_or(code.len() - at, |length| length + 2);
        } else if byte == b'"' {
            at = after_string(bytes, at);
        } else if byte == b'\'' {
            at = after_quote(code, at);
        } else if byte.is_ascii_alphabetic() || byte == b'_' {
            let end = code[at..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(code.len(), |length| at + length);
            match (&code[at..end], bytes.get(end)) {
                ("r" | "br", Some(b'"' | b'#')) if is_raw_string(bytes, end) => at = after_raw_string(code, end),
                (word, _) => {
                    found.push(Token::Word(word.to_owned()));
                    at = end;
                }
            }
        } else if byte.is_ascii_digit() {
            at += code[at..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(code.len() - at);
        } else if byte == b':' && next == b':' {
            found.push(Token::Path);
            at += 2;
        } else {
            if byte.is_ascii() && !byte.is_ascii_whitespace() {
                found.push(Token::Sign(byte as char));
            }
            at += 1;
        }
    }
    found
}

/// The place after a string that begins at `at`.
fn after_string(bytes: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while end < bytes.len() && bytes[end] != b'"' {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    end + 1
}

/// The place after a character in quotes, or after the quote of a lifetime.
fn after_quote(code: &str, at: usize) -> usize {
    let inside = &code[at + 1..];
    if inside.starts_with('\\') {
        return at + 2 + inside[2..].find('\'').map_or(0, |length| length + 2);
    }
    let letter = inside.chars().next().map_or(0, char::len_utf8);
    if inside[letter..].starts_with('\'') { at + 2 + letter } else { at + 1 }
}

fn is_raw_string(bytes: &[u8], hashes: usize) -> bool {
    bytes[hashes..].iter().find(|byte| **byte != b'#') == Some(&b'"')
}

/// The place after a raw string whose hashes begin at `at`.
fn after_raw_string(code: &str, at: usize) -> usize {
    let hashes = code[at..].bytes().take_while(|byte| *byte == b'#').count();
    let close = format!("\"{}", "#".repeat(hashes));
    let inside = at + hashes + 1;
    code[inside..].find(&close).map_or(code.len(), |length| inside + length + close.len())
}

/// One name that a `use` brings.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Import {
    path: Vec<String>,
    /// `*` for a glob.
    name: String,
    public: bool,
}

/// What one file says.
#[derive(Default, Debug)]
struct Source {
    path: String,
    children: BTreeSet<String>,
    imports: Vec<Import>,
    /// Names that are defined at any depth: enough to tell what a glob brings.
    defined: BTreeSet<String>,
    /// Paths of at least two parts, and single words, outside of `use`.
    paths: BTreeSet<Vec<String>>,
    words: BTreeSet<String>,
}

fn word(token: Option<&Token>) -> Option<&str> {
    match token {
        Some(Token::Word(word)) => Some(word),
        _ => None,
    }
}

impl Source {
    fn read(path: &str, code: &str) -> Source {
        let mut source = Source { path: path.to_owned(), ..Source::default() };
        let all = tokens(code);
        let mut at = 0;
        while at < all.len() {
            match word(all.get(at)) {
                Some("use") => {
                    let public = at > 0 && (word(all.get(at - 1)) == Some("pub") || all[at - 1] == Token::Sign(')'));
                    at += 1;
                    at = use_tree(&all, at, &[], public, &mut source.imports);
                }
                // `pub(in crate::room)` says who may look, and uses nothing.
                Some("pub") if all.get(at + 1) == Some(&Token::Sign('(')) && word(all.get(at + 2)) == Some("in") => {
                    at += all[at..].iter().position(|token| *token == Token::Sign(')')).unwrap_or(1);
                }
                Some("mod") if all.get(at + 2) == Some(&Token::Sign(';')) => {
                    source.children.extend(word(all.get(at + 1)).map(str::to_owned));
                    at += 2;
                }
                Some("fn" | "struct" | "enum" | "const" | "static" | "trait" | "type" | "union") => {
                    source.defined.extend(word(all.get(at + 1)).map(str::to_owned));
                    at += 2;
                }
                // `pub(in crate::a)` says who may use it.
                Some("in") if at >= 2 && all[at - 1] == Token::Sign('(') && word(all.get(at - 2)) == Some("pub") => {
                    at += 1;
                    while all.get(at).is_some_and(|token| *token != Token::Sign(')')) {
                        at += 1;
                    }
                }
                Some("macro_rules") => {
                    source.defined.extend(word(all.get(at + 2)).map(str::to_owned));
                    at += 3;
                }
                Some(first) => {
                    let mut path = vec![first.to_owned()];
                    while all.get(at + 1) == Some(&Token::Path)
                        && let Some(next) = word(all.get(at + 2))
                    {
                        path.push(next.to_owned());
                        at += 2;
                    }
                    // `.name`, `name:` and `fn name` are fields, methods and definitions, not uses of what was imported under that name.
                    let before = at.checked_sub(2 * path.len() - 1).and_then(|before| all.get(before));
                    let own = before == Some(&Token::Sign('.')) || all.get(at + 1) == Some(&Token::Sign(':'));
                    if !own {
                        source.words.insert(path[0].clone());
                    }
                    if path.len() > 1 {
                        source.paths.insert(path);
                    }
                    at += 1;
                }
                None => at += 1,
            }
        }
        source
    }
}

/// Reads one tree of a `use` that begins at `at`; the place after it.
fn use_tree(all: &[Token], mut at: usize, before: &[String], public: bool, into: &mut Vec<Import>) -> usize {
    let mut path = before.to_vec();
    loop {
        match all.get(at) {
            Some(Token::Path) => at += 1,
            Some(Token::Word(alias)) if alias == "as" => {
                let name = word(all.get(at + 1)).unwrap_or("_").to_owned();
                into.push(Import { path, name, public });
                return at + 2;
            }
            Some(Token::Word(part)) => {
                if part != "self" || path.is_empty() {
                    path.push(part.clone());
                }
                at += 1;
                let more = matches!(all.get(at), Some(Token::Path)) || word(all.get(at)) == Some("as");
                if !more {
                    let name = path.last().cloned().unwrap_or_default();
                    into.push(Import { path, name, public });
                    return at;
                }
            }
            Some(Token::Sign('*')) => {
                into.push(Import { path, name: String::from("*"), public });
                return at + 1;
            }
            Some(Token::Sign('{')) => {
                at += 1;
                while all.get(at).is_some_and(|token| *token != Token::Sign('}')) {
                    at = use_tree(all, at, &path, public, into);
                    if all.get(at) == Some(&Token::Sign(',')) {
                        at += 1;
                    }
                }
                return at + 1;
            }
            _ => return at,
        }
    }
}

/// Which files each file uses, and by which names.
type Edges<'a> = BTreeMap<&'a str, BTreeMap<&'a str, BTreeSet<String>>>;

/// A crate: its files by module, that is by path from the crate's root (which is empty).
struct Crate {
    sources: BTreeMap<Vec<String>, Source>,
}

impl Crate {
    /// The crate whose root is the file `root`.
    fn read(root: &str, all: &[File]) -> Crate {
        let mut sources = BTreeMap::new();
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let mut open = vec![(root.to_owned(), folder, Vec::<String>::new())];
        while let Some((path, folder, module)) = open.pop() {
            let Some(file) = all.iter().find(|file| file.path == path) else { continue };
            let source = Source::read(&path, &file.code);
            for child in &source.children {
                let mut below = module.clone();
                below.push(child.clone());
                let inside = format!("{folder}/{child}");
                for path in [format!("{inside}.rs"), format!("{inside}/mod.rs")] {
                    open.push((path, inside.clone(), below.clone()));
                }
            }
            sources.insert(module, source);
        }
        Crate { sources }
    }

    /// The module in whose file a path that is written in `from` ends; `None`: outside of the crate, or in `from` itself.
    fn definer(&self, from: &[String], path: &[String], depth: usize) -> Option<Vec<String>> {
        let mut module = from.to_vec();
        let mut rest = path;
        let mut anchored = false;
        while let Some((first, after)) = rest.split_first() {
            match first.as_str() {
                "crate" => module = Vec::new(),
                "self" => {}
                "super" => {
                    module.pop();
                }
                _ => break,
            }
            anchored = true;
            rest = after;
        }
        self.inside(&module, rest, anchored, depth)
    }
    fn inside(&self, module: &[String], path: &[String], anchored: bool, depth: usize) -> Option<Vec<String>> {
        let source = self.sources.get(module)?;
        let Some((first, rest)) = path.split_first() else { return Some(module.to_vec()) };
        if source.children.contains(first) {
            let mut child = module.to_vec();
            child.push(first.clone());
            return self.inside(&child, rest, true, depth);
        }
        if source.defined.contains(first) {
            return Some(module.to_vec());
        }
        if depth > 16 {
            return None;
        }
        for import in source.imports.iter().filter(|import| import.name == *first) {
            let mut whole = import.path.clone();
            if whole == [first.clone()] && !source.children.contains(first) {
                continue;
            }
            whole.extend(rest.iter().cloned());
            // A name of another crate is nobody's here.
            return self.definer(module, &whole, depth + 1);
        }
        for import in source.imports.iter().filter(|import| import.name == "*") {
            let Some(of) = self.definer(module, &import.path, depth + 1).filter(|of| of != module) else { continue };
            if let Some(found) = self.inside(&of, path, false, depth + 1) {
                return Some(found);
            }
        }
        // Something that this reader does not see (a macro's work): it is held to stand where the path says.
        anchored.then(|| module.to_vec())
    }

    /// Which files each file uses, and by which names.
    fn edges(&self) -> Edges<'_> {
        let mut edges = Edges::new();
        for (module, source) in &self.sources {
            let used =
                source.imports.iter().filter(|import| !import.public || source.words.contains(&import.name)).map(|import| &import.path);
            let out = edges.entry(&source.path).or_default();
            for path in used.chain(&source.paths) {
                let Some(to) = self.definer(module, path, 0).and_then(|to| self.sources.get(&to)) else { continue };
                if to.path != source.path {
                    out.entry(&to.path).or_default().insert(path.join("::"));
                }
            }
        }
        edges
    }
}

/// The groups of files that reach each other.
fn circles(edges: &Edges<'_>) -> Vec<BTreeSet<String>> {
    let reach = |from: &str| {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            for to in edges.get(at).into_iter().flat_map(BTreeMap::keys) {
                if seen.insert((*to).to_owned()) {
                    open.push(to);
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&str, BTreeSet<String>> = edges.keys().map(|file| (*file, reach(file))).collect();
    let back = |from: &str, to: &str| reached.get(from).is_some_and(|files| files.contains(to));
    let groups: BTreeSet<BTreeSet<String>> = reached
        .iter()
        .filter(|(file, to)| to.contains(**file))
        .map(|(file, to)| to.iter().filter(|other| back(other, file)).cloned().collect())
        .collect();
    groups.into_iter().collect()
}

/// The roots of all crates: libraries, programs, tests.
fn roots(all: &[File]) -> Vec<&str> {
    let is_root = |path: &str| {
        let parts: Vec<&str> = path.split('/').collect();
        matches!(
            parts.as_slice(),
            [.., "src", "lib.rs" | "main.rs"]
                | [.., "src", "bin", _]
                | [_, "build.rs"]
                | [_, "tests", _]
                | [_, "tests", _, "main.rs"]
                | [.., "fuzz_targets", _]
        )
    };
    all.iter().map(|file| file.path.as_str()).filter(|path| is_root(path)).collect()
}

#[test]
fn no_file_uses_itself_by_way_of_others() {
    let all = files("", &[".rs"]);
    let crates: Vec<Crate> = roots(&all).into_iter().map(|root| Crate::read(root, &all)).collect();
    let read: BTreeSet<&str> = crates.iter().flat_map(|of| of.sources.values().map(|source| source.path.as_str())).collect();
    let unread = all.iter().filter(|file| !file.code.trim().is_empty() && !read.contains(file.path.as_str()));
    none("every file belongs to a crate that this rule has read", &unread.map(|file| file.path.clone()).collect::<Vec<_>>());

    let mut found = Vec::new();
    for of in &crates {
        let edges = of.edges();
        for circle in circles(&edges) {
            for (from, out) in edges.iter().filter(|(from, _)| circle.contains(**from)) {
                let within = out.iter().filter(|(to, _)| circle.contains(**to));
                found.extend(
                    within.map(|(to, names)| format!("{from} uses {to}: {}", names.iter().cloned().collect::<Vec<_>>().join(", "))),
                );
            }
        }
    }
    none("files that use each other in a circle", &found);
}

/// What is a circle and what is none, on a crate of three files.
#[test]
fn the_reader_of_circles_knows_what_an_edge_is() {
    let circle_of = |root: &str, child: &str, other: &str| {
        let file = |path: &str, code: &str| File { path: path.to_owned(), text: code.to_owned(), code: code.to_owned() };
        let all = [file("a/src/lib.rs", root), file("a/src/child.rs", child), file("a/src/other/mod.rs", other)];
        let of = Crate::read("a/src/lib.rs", &all);
        let names = |circle: BTreeSet<String>| {
            let short = |path: &String| path.trim_start_matches("a/src/").trim_end_matches(".rs").to_owned();
            circle.iter().map(short).collect::<Vec<_>>().join(" ")
        };
        circles(&of.edges()).into_iter().map(names).collect::<Vec<_>>().join("; ")
    };
    let list = "mod child; mod other; pub use child::Part;";
    for (root, child, other, expected) in [
        // The list of parts is no edge; what is used by way of it leads to the definition.
        (list, "pub struct Part;", "use crate::Part; fn f(_: Part) {}", ""),
        (list, "pub struct Part(crate::other::Other);", "use crate::Part; pub struct Other(Box<Part>);", "child other/mod"),
        ("mod child; mod other; pub struct Whole(child::Part);", "pub struct Part; impl super::Whole {}", "", "child lib"),
        ("mod child; mod other; pub struct Whole;", "use super::Whole; impl Whole {}", "use super::Whole;", ""),
        // Strings, comments, fields and methods name nothing; braces and aliases do.
        (list, "pub struct Part; // crate::other::Other", "use crate::child::{self as c, Part}; pub struct Other { child: c::Part }", ""),
        (list, r#"pub struct Part; const A: &str = "crate::other::x"; const C: char = '"';"#, "use crate::child::Part; use Part as P;", ""),
        (
            list,
            "use crate::{other::{self, Other}}; pub struct Part(Other);",
            "pub struct Other; fn f() { crate::child::g() }",
            "child other/mod",
        ),
        (list, "pub(in crate::other) struct Part;", "use crate::Part; pub struct Other(Part);", ""),
        (list, "pub use super::other::*; pub struct Part;", "pub fn h() {} fn f(_: crate::child::Part) {}", ""),
    ] {
        assert_eq!(circle_of(root, child, other), expected, "{root} | {child} | {other}");
    }
}
