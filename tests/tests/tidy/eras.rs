//! Where releases of Redis are compared.

use crate::sources::{File, files, none, places};
use regex_lite::Regex;

#[test]
fn eras_are_compared_in_the_era_table_alone() {
    let mut sources = files("core/src", &[".rs"]);
    sources.extend(files("js/src", &[".rs"]));
    sources.extend(files("web/src", &[".rs"]));
    let allowed = |file: &File, _: &str| file.path == "core/src/era.rs";
    let mut broken = places(&sources, r"(==|!=|<=|>=|<|>)\s*(crate::era::)?Era::V\d", allowed);
    broken.extend(places(&sources, r"Era::V\d_\d\s*(==|!=|<=|>=|<|>|=>|\|)", allowed));
    broken.extend(places(&sources, r"matches!\([^)]*Era::V\d", allowed));
    // `node.era == other.era` compares two nodes, which is no question about releases.
    broken.extend(places(&sources, r"\bera(\(\))?\s*(==|!=|<=|>=|<|>)\s*\S", |file, line| {
        allowed(file, line) || Regex::new(r"\bera(\(\))?\s*(==|!=)\s*[\w.]*\bera\b").expect("a pattern").is_match(line)
    }));
    none("ask an era for a capability, or `has`", &broken);
}
