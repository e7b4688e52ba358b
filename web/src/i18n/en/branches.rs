//! English: branches.

use crate::i18n::branches::{Branches, Made};

pub(crate) const BRANCHES: Branches = Branches {
    title: "Branches",
    main: "main",
    nth: |n| format!("branch {n}"),
    made: |made| {
        let Made { at, branch, kept, .. } = made;
        let gone = made.instead_of.map(|gone| format!(" {}", (BRANCHES.instead)(gone))).unwrap_or_default();
        format!("You acted in the past: from {at} on this is {branch}. What came after is kept as {kept}.{gone}")
    },
    switched: |name, at| format!("This is {name}, at {at}."),
    open: |count| format!("Branches: {count} (B)"),
    lead: "Acting in the past starts a branch; nothing is lost.",
    from: |parent, at| format!("from {parent} at {at}"),
    to: |at| format!("played to {at}"),
    here: "you are here",
    switch: "Switch",
    switch_to: |name| format!("Switch to {name}"),
    rename: "Rename",
    rename_it: |name| format!("Rename {name}"),
    name_of: |name| format!("Name of {name}"),
    drop: "Drop",
    drop_it: |name| format!("Drop {name}"),
    dropped: |name| format!("Dropped: {name}."),
    kept_for: |seconds| format!("kept for {seconds} s more"),
    undo: "Undo",
    undo_it: |name| format!("Undo: bring {name} back"),
    instead: |gone| format!("{gone} had to go: no more are kept at a time."),
};
