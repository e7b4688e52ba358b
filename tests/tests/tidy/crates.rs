//! What the manifests and locks say: dependencies of core, lints, versions that belong together.

use crate::sources::{files, none, places, read};

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
    for crate_of_ours in ["alarms", "core", "js", "lab", "lessons", "desk", "web", "tests"] {
        assert!(
            read(&format!("{crate_of_ours}/Cargo.toml")).contains("[lints]\nworkspace = true"),
            "{crate_of_ours} takes the workspace's lints"
        );
    }
}

#[test]
fn the_face_for_javascript_knows_no_page() {
    let manifest = read("js/Cargo.toml");
    let dependencies = manifest.split("\n[dependencies]\n").nth(1).expect("js has dependencies").split("\n[").next().unwrap_or_default();
    let page: Vec<&str> = dependencies
        .lines()
        .filter(|line| ["web-sys", "yew", "gloo", "resync-web", "resync-lessons"].iter().any(|name| line.starts_with(name)))
        .collect();
    assert!(page.is_empty(), "the DOM, Yew, lessons and languages are the page's: {page:?}");
    none(
        "what a JavaScript engine has is named in `api` and `plain` alone",
        &places(&files("js/src", &[".rs"]), r"\b(js_sys|wasm_bindgen|serde_wasm_bindgen)\b", |file, _| {
            ["js/src/api.rs", "js/src/plain.rs"].contains(&file.path.as_str())
        }),
    );
}
