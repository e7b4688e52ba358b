//! What the page takes from its folders when it is compiled: the first lesson, so that the first paint shows a scene that plays and waits for nothing
//! from the network, the list of languages, and
//! the figures of the dock.

use resync_lessons::{folder, packed};
use std::fmt::Write as _;
use std::path::Path;

fn main() -> Result<(), String> {
    // The page as it is published: what the linker knows of who uses which constants, for the module's second part (`xtask/src/later.rs`).
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32")
        && std::env::var("PROFILE").is_ok_and(|name| name == "release")
    {
        println!("cargo::rustc-link-arg-bin=resync=--emit-relocs");
    }
    println!("cargo::rerun-if-changed=lessons");
    println!("cargo::rerun-if-changed=src/i18n");
    let folders = folder::read_all(Path::new("lessons")).map_err(|why| format!("a lesson is not right:\n{why}"))?;
    let out = std::env::var_os("OUT_DIR").ok_or("there is no OUT_DIR")?;
    let write = |name: &str, text: String| std::fs::write(Path::new(&out).join(name), text).map_err(|why| why.to_string());
    write("first-lesson.txt", packed::lesson(&folders[0].lesson))?;
    println!("cargo::rerun-if-changed=src/panels");
    write("dock.rs", dock(Path::new("src/panels"))?)?;
    write("languages.rs", languages(Path::new("src/i18n"))?)
}

/// The figures of the dock, side by side: each folder of a panel whose `place.txt` says `dock N`, by that number.
fn dock(panels: &Path) -> Result<String, String> {
    let mut places = Vec::new();
    for entry in std::fs::read_dir(panels).map_err(|why| why.to_string())? {
        let folder = entry.map_err(|why| why.to_string())?;
        let Ok(place) = std::fs::read_to_string(folder.path().join("place.txt")) else { continue };
        let name = folder.file_name().to_string_lossy().into_owned();
        let number = place.trim().strip_prefix("dock ").and_then(|number| number.parse::<u32>().ok());
        places.push((number.ok_or_else(|| format!("{name}/place.txt says `{}`, not `dock N`", place.trim()))?, name));
    }
    places.sort();
    let mut code = String::from(
        "/// The figures of the dock.\npub fn dock(props: &crate::draw::FigureProps) -> yew::Html {\n    yew::html! {\n        <>\n",
    );
    for (_, name) in places {
        let _ = writeln!(code, "            <{name}::{} ..props.clone() />", camel(&name));
    }
    Ok(code + "        </>\n    }\n}\n")
}

/// What a folder's type is called.
fn camel(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(letters).collect()
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
        let _ = writeln!(list, "    {} {name},", camel(&name));
    }
    Ok(list + "}\n")
}
