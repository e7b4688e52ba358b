//! Where releases of Redis are compared.

use crate::sources::{File, files, none, places};
use regex_lite::Regex;

/// Tables, which may say since which release a row of theirs is there; behaviour asks for a capability. An entry that asks no more goes.
const TABLES: [(&str, &str); 19] = [
    ("core/src/era.rs", "the table of capabilities"),
    ("core/src/command/absent.rs", "commands that are not played"),
    ("core/src/command/context.rs", "`has`, for commands"),
    ("core/src/command/directives.rs", "directives of the configuration"),
    ("core/src/command/errors.rs", "texts of errors"),
    ("core/src/command/field_times.rs", "forms of commands"),
    ("core/src/command/hashes.rs", "forms of commands"),
    ("core/src/command/keys.rs", "forms of commands"),
    ("core/src/command/listing.rs", "the rows of COMMAND"),
    ("core/src/command/lists.rs", "forms of commands"),
    ("core/src/command/objects.rs", "words of OBJECT and DEBUG"),
    ("core/src/command/sets.rs", "forms of commands"),
    ("core/src/command/sort.rs", "forms of SORT"),
    ("core/src/command/strings.rs", "forms of commands"),
    ("core/src/command/table.rs", "the table of commands"),
    ("core/src/command/zset_algebra.rs", "forms of commands"),
    ("core/src/command/zsets.rs", "forms of commands"),
    ("core/src/rdb/encode.rs", "how each release writes a type"),
    ("core/src/rdb/error.rs", "what each release says of a broken file"),
];

#[test]
fn only_tables_say_since_which_release() {
    let mut sources = files("core/src", &[".rs"]);
    sources.extend(files("js/src", &[".rs"]));
    sources.extend(files("web/src", &[".rs"]));
    let asks = r"\bhas\((crate::era::)?(Era::)?V(alkey)?\d_\d\)";
    let table = |file: &File| TABLES.iter().any(|(path, _)| *path == file.path);
    none("behaviour asks for a capability", &places(&sources, asks, |file, _| table(file)));
    let unneeded = TABLES.iter().filter(|(path, _)| places(&sources, asks, |file, _| file.path != *path).is_empty());
    none("a table that does not ask any more goes from the list", &unneeded.map(|(path, _)| (*path).to_owned()).collect::<Vec<_>>());
}

#[test]
fn eras_are_compared_in_the_era_table_alone() {
    let mut sources = files("core/src", &[".rs"]);
    sources.extend(files("js/src", &[".rs"]));
    sources.extend(files("web/src", &[".rs"]));
    let allowed = |file: &File, _: &str| file.path == "core/src/era.rs";
    let mut broken = places(&sources, r"(==|!=|<=|>=|<|>)\s*(crate::era::)?Era::V(alkey)?\d", allowed);
    broken.extend(places(&sources, r"Era::V(alkey)?\d_\d\s*(==|!=|<=|>=|<|>|=>|\|)", allowed));
    broken.extend(places(&sources, r"matches!\([^)]*Era::V(alkey)?\d", allowed));
    // `node.era == other.era` compares two nodes, which is no question about releases.
    broken.extend(places(&sources, r"\bera(\(\))?\s*(==|!=|<=|>=|<|>)\s*\S", |file, line| {
        allowed(file, line) || Regex::new(r"\bera(\(\))?\s*(==|!=)\s*[\w.]*\bera\b").expect("a pattern").is_match(line)
    }));
    none("ask an era for a capability, or `has`", &broken);
}
