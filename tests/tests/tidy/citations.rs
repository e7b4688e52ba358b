//! What is cited is here: files of the documentation, their sections, and the colours that the design lists.

use crate::sources::{files, is_there, none, read};
use regex_lite::Regex;
use std::collections::{BTreeMap, BTreeSet};

/// These files write citations down that lead nowhere.
const HERE: &str = "tests/tests/tidy/";

/// The numbers of a document's sections: `## 2 The master` is `2`, `### 9.2a Lines …` is `9.2a`.
fn sections(text: &str) -> Vec<String> {
    let heading = Regex::new(r"^#+ (\d+(?:\.\d+)*[a-z]?|[A-Z](?:\.\d+)*) ").expect("a pattern");
    let mut in_code = false;
    text.lines()
        .filter(|line| {
            in_code ^= line.starts_with("```");
            !in_code
        })
        .filter_map(|line| heading.captures(line).map(|found| found[1].to_owned()))
        .collect()
}

/// The anchor that a renderer makes of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
}

/// The documents by path, with their text.
fn documents() -> BTreeMap<String, String> {
    let mut documents: BTreeMap<String, String> = files("", &[".md"]).into_iter().map(|file| (file.path, file.text)).collect();
    // The recordings themselves are no sources, and the walk leaves their folder out.
    let recordings = "tests/captures/README.md";
    documents.insert(recordings.to_owned(), read(recordings));
    documents
}

/// The path of the document that `name` means in the file `path`: below the folder of that file, or below one of those around it.
fn resolve(documents: &BTreeMap<String, String>, path: &str, name: &str) -> Option<String> {
    let (mut folder, mut rest) = (path.rsplit_once('/').map_or("", |(folder, _)| folder), name);
    while let Some(up) = rest.strip_prefix("../") {
        folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        rest = up;
    }
    loop {
        let whole = if folder.is_empty() { rest.to_owned() } else { format!("{folder}/{rest}") };
        if documents.contains_key(&whole) {
            return Some(whole);
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
}

/// What is wrong with the citations of one text.
fn wrong(documents: &BTreeMap<String, String>, path: &str, text: &str) -> Vec<String> {
    let cited = Regex::new(r"([\w./-]+\.md)\b|§(\d+(?:\.\d+)*[a-z]?|[A-Z](?:\.\d+)*)?").expect("a pattern");
    let numbers: BTreeMap<&str, BTreeSet<String>> =
        documents.iter().map(|(path, text)| (path.as_str(), sections(text).into_iter().collect())).collect();
    let mut broken = Vec::new();
    for (at, line) in text.lines().enumerate() {
        // A § belongs to the document named before it in its line; in a document, to the document itself unless another is named.
        let mut document = documents.get_key_value(path).map(|(path, _)| path.clone());
        for found in cited.captures_iter(line) {
            if let Some(name) = found.get(1) {
                // `en.md` may be any lesson's; a capital, or a folder, means a document of the project.
                let meant = name.as_str().starts_with("docs/") || name.as_str().starts_with(char::is_uppercase);
                document = resolve(documents, path, name.as_str());
                if document.is_none() && meant {
                    broken.push(format!("{path}:{}: there is no {}", at + 1, name.as_str()));
                    break;
                }
                continue;
            }
            let number = found.get(2).map_or("", |number| number.as_str());
            match &document {
                None => broken.push(format!("{path}:{}: §{number} of which document?", at + 1)),
                Some(document) if !numbers[document.as_str()].contains(number) => {
                    broken.push(format!("{path}:{}: {document} has no §{number}", at + 1));
                }
                Some(_) => {}
            }
        }
    }
    broken
}

#[test]
fn a_section_that_is_cited_is_there() {
    let documents = documents();
    let mut broken = Vec::new();
    let mut found = 0;
    for file in files("", &[".rs", ".css", ".js", ".html", ".toml", ".md", ".resync", ".scenario"]) {
        if !file.path.starts_with(HERE) {
            found += file.text.matches('§').count();
            broken.extend(wrong(&documents, &file.path, &file.text));
        }
    }
    none("what is cited is in the repository: `docs/name.md §1.2`", &broken);
    assert!(found > 60, "the rule sees the citations, {found} of them");
}

#[test]
fn a_citation_that_leads_nowhere_is_found() {
    let documents: BTreeMap<String, String> =
        [("docs/a.md", "# A\n## 1 One\n```\n## 7 No heading\n```\n### 1.2a Two\n## B End\n"), ("docs/b.md", "## 3 Three\n")]
            .map(|(path, text)| (path.to_owned(), text.to_owned()))
            .into();
    let found = |path: &str, text: &str| wrong(&documents, path, text);
    for good in ["docs/a.md §1, §1.2a and §B", "(docs/a.md §1; docs/b.md §3)", "docs/a.md without a section", "en.md of a lesson"] {
        assert_eq!(found("core/src/x.rs", good), Vec::<String>::new(), "{good}");
    }
    assert_eq!(found("docs/a.md", "see §1.2a and [b](b.md) §3"), Vec::<String>::new());
    assert_eq!(found("docs/deep/c.md", "../a.md §1"), Vec::<String>::new());
    for (bad, why) in [
        ("docs/a.md §2", "docs/a.md has no §2"),
        ("docs/a.md §1.2", "docs/a.md has no §1.2"),
        ("docs/a.md §7", "docs/a.md has no §7"),
        ("docs/a.md § 1", "docs/a.md has no §"),
        ("as §1 says", "§1 of which document?"),
        ("docs/c.md", "there is no docs/c.md"),
        ("A.md §1", "there is no A.md"),
        ("en.md §1", "§1 of which document?"),
    ] {
        assert_eq!(found("core/src/x.rs", bad), [format!("core/src/x.rs:1: {why}")], "{bad}");
    }
}

#[test]
fn sections_have_one_number_each_and_links_lead_to_them() {
    let link = Regex::new(r"\]\(([\w./-]*\.md)?#([^)]*)\)").expect("a pattern");
    let documents = documents();
    let anchors: BTreeMap<&str, BTreeSet<String>> = documents
        .iter()
        .map(|(path, text)| {
            let headings = text.lines().filter(|line| line.starts_with('#'));
            (path.as_str(), headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect())
        })
        .collect();
    let mut broken = Vec::new();
    for (path, text) in &documents {
        let mut seen = BTreeSet::new();
        broken.extend(
            sections(text).into_iter().filter(|number| !seen.insert(number.clone())).map(|number| format!("{path}: two §{number}")),
        );
        for found in link.captures_iter(text) {
            let target = found.get(1).map_or_else(|| Some(path.clone()), |name| resolve(&documents, path, name.as_str()));
            if !target.is_some_and(|target| anchors[target.as_str()].contains(&found[2])) {
                broken.push(format!("{path}: {} leads nowhere", &found[0]));
            }
        }
    }
    none("sections and links", &broken);
}

#[test]
fn a_path_that_the_map_names_is_there() {
    let path = Regex::new(r"`((?:core|docs|fuzz|js|lessons|tests|web|xtask)/[\w./-]*)`").expect("a pattern");
    let mut broken = Vec::new();
    for document in
        ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "docs/design.md", "docs/figures.md", "docs/redis.md", "docs/words.md"]
    {
        for found in path.captures_iter(&read(document)) {
            if !is_there(&found[1]) {
                broken.push(format!("{document}: there is no {}", &found[1]));
            }
        }
    }
    none("the documents lead to what is there", &broken);
}

#[test]
fn the_design_lists_the_colours_that_the_page_has() {
    let row = Regex::new(r"(?m)^\| (\w+) \| (#[0-9a-f]{6}) \| (#[0-9a-f]{6}) \|").expect("a pattern");
    let token = Regex::new(r"--(\w+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);").expect("a pattern");
    let of = |pattern: &Regex, text: &str| -> BTreeMap<String, (String, String)> {
        pattern.captures_iter(text).map(|found| (found[1].to_owned(), (found[2].to_owned(), found[3].to_owned()))).collect()
    };
    let listed = of(&row, &read("docs/design.md"));
    assert!(!listed.is_empty(), "docs/design.md §1 has its table");
    assert_eq!(listed, of(&token, &read("web/styles/tokens.css")), "docs/design.md §1 and web/styles/tokens.css");
}
