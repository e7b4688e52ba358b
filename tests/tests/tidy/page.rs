//! The page's policy: nothing inline, nothing from elsewhere.

use crate::sources::{File, files, none, places, read, root};
use regex_lite::Regex;
use std::path::Path;

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
    let astray = |file: &&File| {
        let path = Path::new(&file.path);
        let folder = path.parent().expect("a stylesheet lies in a folder");
        folder != Path::new("web/styles") && (folder.file_name() != path.file_stem() || !root().join(folder).join("mod.rs").exists())
    };
    let astray: Vec<String> = styles.iter().filter(astray).map(|file| file.path.clone()).collect();
    none("a stylesheet stands in web/styles, or in its panel's folder under the panel's name", &astray);
    let index = read("index.html");
    for needed in ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "base-uri 'none'"] {
        assert!(index.contains(needed), "the content security policy has `{needed}`");
    }
    assert!(!index.contains("unsafe-inline"), "the content security policy allows nothing inline");
}

#[test]
fn the_page_carries_no_tables_that_it_does_not_need() {
    let sources: Vec<File> = ["core/src", "js/src", "web/src"].into_iter().flat_map(|folder| files(folder, &[".rs"])).collect();
    none(
        "Unicode's tables of cases are 28 KB, and names of commands, states and directives are ASCII: to_ascii_lowercase, to_ascii_uppercase",
        &places(&sources, r"\.to_(lower|upper)case\(|::to_(lower|upper)case\b", |_, _| false),
    );
    none(
        "the standard library reads floating point numbers by 10 KB of powers: data::float::decimal, or JavaScript's way",
        &places(&sources, r"parse::<f(32|64)>|f(32|64)::from_str", |_, _| false),
    );
}

#[test]
fn scenario_text_comes_from_consoles_and_files_alone() {
    let text = read("web/src/action.rs");
    let variants: Vec<&str> = text.lines().map(str::trim).filter(|line| line.contains("String") && !line.starts_with("//")).collect();
    assert_eq!(
        variants,
        [
            "node: String,",
            "line: String,",
            "Rename(RunId, String),",
            "Lesson(String),",
            "Text(String),",
            "Card(String),",
            "Incident(String),"
        ],
        "an action carries what was typed or loaded, or the name of a lesson, a card or an incident; everything else is a value"
    );
    let mut panels = files("web/src/panels", &[".rs"]);
    panels.extend(files("web/src/draw", &[".rs"]));
    none(
        "a panel sends acts by value",
        &places(&panels, r"Action::Type|Course::Text|parse_act|act_line", |file, _| {
            ["web/src/panels/inspector/console.rs", "web/src/panels/menu/sandbox.rs"].contains(&file.path.as_str())
        }),
    );
}

#[test]
fn every_component_of_a_panel_counts_its_renders() {
    let head =
        Regex::new(r"(?m)^\s*#\[component\]\n(?:\s*///[^\n]*\n)*\s*(?:pub(?:\([^)]*\))? )?fn (\w+)\([^{]*\{\n([^\n]*)").expect("a pattern");
    let mut components = 0;
    let mut broken = Vec::new();
    for file in files("web/src/panels", &[".rs"]) {
        for found in head.captures_iter(&file.text) {
            components += 1;
            if found[2].trim() != "rendered();" {
                broken.push(format!("{}: {}", file.path, &found[1]));
            }
        }
        assert_eq!(head.captures_iter(&file.text).count(), file.text.matches("#[component]").count(), "{}: each is found", file.path);
    }
    assert!(components > 20, "{components} components are found");
    none("a component counts itself before all else, or the figure of `cargo xtask bench` is wrong", &broken);
}
