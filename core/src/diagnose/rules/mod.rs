//! The rules: a table, a file for each family.

mod backlog;
mod data;
mod link;
mod pace;
mod sync;
mod transfer;
mod writes;

use super::finding::Rule;

/// Every rule with the name of its family, in the order in which findings of one grade stand.
pub const FAMILIES: [(&str, &[Rule]); 7] = [
    ("sync", sync::RULES),
    ("link", link::RULES),
    ("transfer", transfer::RULES),
    ("writes", writes::RULES),
    ("pace", pace::RULES),
    ("backlog", backlog::RULES),
    ("data", data::RULES),
];
