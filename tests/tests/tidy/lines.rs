//! Where the words of a server's log stand.

use crate::sources::{files, none, places};

#[test]
fn the_words_of_the_log_stand_in_their_tables_alone() {
    let mut machines = files("core/src/node", &[".rs"]);
    let all = machines.len();
    machines.retain(|file| !file.path.starts_with("core/src/node/lines/"));
    assert!(all > machines.len() + 5, "the tables are where this rule leaves them out");
    none(
        "a machine says what happened, `node/lines` in which words: no text is made in a call of `log`",
        &places(&machines, r#"\.log(_child|_as)?\((Mark|&?format!|&?alloc::format!|")|\.log(_child|_as)?\([^;]*format!"#, |_, _| false),
    );
    none("a log line is made in one place", &places(&machines, r"Note::Log \{ mark,", |file, _| file.path == "core/src/node/says.rs"));
}
