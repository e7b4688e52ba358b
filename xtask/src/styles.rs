//! The page's stylesheets: the general sheets in their order, then the sheet of each panel, which lies in the panel's folder. The panels that no first picture
//! shows have theirs in a file of their own, which is fetched behind it.
//!
//! A module without dependencies inside this crate: the tests that draw pages for the eye include it.

use std::path::{Path, PathBuf};

/// The sheets of `web/styles` that come first, in this order: the others build on them. Every other sheet speaks of its own panel alone, so that their
/// order among themselves does not matter; it is the order of their paths.
pub(crate) const FIRST: [&str; 4] = ["tokens", "base", "shell", "figures"];

/// The panels that are only seen once somebody has asked for them.
pub(crate) const LATER: [&str; 15] = [
    "alarms",
    "cards",
    "class",
    "course",
    "diagnose",
    "drill",
    "incident",
    "known",
    "lesson",
    "menu",
    "packet",
    "presenter",
    "recall",
    "size",
    "ten",
];

/// The sheet of the plain pages, which the page itself has no use for.
pub(crate) const APART: &str = "web/src/plain/plain.css";

/// Every stylesheet of the page, as paths below `root`, the project's: [`FIRST`], then the others in the order of their paths.
pub(crate) fn sheets(root: &Path) -> Result<Vec<PathBuf>, String> {
    let mut sheets: Vec<PathBuf> = FIRST.iter().map(|name| root.join(format!("web/styles/{name}.css"))).collect();
    let mut others = Vec::new();
    for folder in ["web/src", "web/styles"] {
        walk(&root.join(folder), &mut others)?;
    }
    let apart = root.join(APART);
    others.retain(|path| !sheets.contains(path) && *path != apart);
    others.sort();
    sheets.append(&mut others);
    Ok(sheets)
}

/// All of them, as two texts: what the first picture wants, and what comes behind it.
pub(crate) fn joined(root: &Path) -> Result<[String; 2], String> {
    let later: Vec<PathBuf> = LATER.iter().map(|panel| root.join(format!("web/src/panels/{panel}/{panel}.css"))).collect();
    let mut css = [String::new(), String::new()];
    let sheets = sheets(root)?;
    if let Some(missing) = later.iter().find(|sheet| !sheets.contains(sheet)) {
        return Err(format!("{} is to come later, and is not there", missing.display()));
    }
    for sheet in sheets {
        let part = &mut css[usize::from(later.contains(&sheet))];
        part.push_str(&std::fs::read_to_string(&sheet).map_err(|why| format!("{}: {why}", sheet.display()))?);
        part.push('\n');
    }
    Ok(css)
}

/// Adds the stylesheets below a folder.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = std::fs::read_dir(folder).map_err(|why| format!("{}: {why}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|why| format!("{}: {why}", folder.display()))?.path();
        if path.is_dir() {
            walk(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "css") {
            found.push(path);
        }
    }
    Ok(())
}
