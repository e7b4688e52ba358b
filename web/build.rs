//! Packs the first lesson into the page: the first paint shows a scene that plays, and waits for nothing from the network.

use resync_lessons::{folder, packed};
use std::path::Path;

fn main() -> Result<(), String> {
    println!("cargo::rerun-if-changed=lessons");
    let folders = folder::read_all(Path::new("lessons")).map_err(|why| format!("a lesson is not right:\n{why}"))?;
    let out = std::env::var_os("OUT_DIR").ok_or("there is no OUT_DIR")?;
    std::fs::write(Path::new(&out).join("first-lesson.txt"), packed::lesson(&folders[0].lesson)).map_err(|why| why.to_string())
}
