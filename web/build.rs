//! What the page takes from its folders when it is compiled: the first lesson, so that the first paint shows a scene that plays and waits for nothing
//! from the network, and the list of languages.

use resync_lessons::{folder, packed};
use std::fmt::Write as _;
use std::path::Path;

fn main() -> Result<(), String> {
    println!("cargo::rerun-if-changed=lessons");
    println!("cargo::rerun-if-changed=src/i18n");
    let folders = folder::read_all(Path::new("lessons")).map_err(|why| format!("a lesson is not right:\n{why}"))?;
    let out = std::env::var_os("OUT_DIR").ok_or("there is no OUT_DIR")?;
    let write = |name: &str, text: String| std::fs::write(Path::new(&out).join(name), text).map_err(|why| why.to_string());
    write("first-lesson.txt", packed::lesson(&folders[0].lesson))?;
    write("languages.rs", languages(Path::new("src/i18n"))?)
}

/// The list of languages: each folder that has a `mod.rs`, English first, which is for whoever speaks none of them.
fn languages(i18n: &Path) -> Result<String, String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(i18n).map_err(|why| why.to_string())? {
        let folder = entry.map_err(|why| why.to_string())?;
        if folder.path().join("mod.rs").is_file() {
            names.push(folder.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort_by_key(|name| (name != "en", name.clone()));
    let mut list = String::from("languages! {\n");
    for name in names {
        let mut letters = name.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase()).into_iter();
        let _ = writeln!(list, "    {} {name},", first.chain(letters).collect::<String>());
    }
    Ok(list + "}\n")
}
