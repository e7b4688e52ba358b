//! The names of commands as CLIENT LIST, INFO and the log say them: from 7.0 on a subcommand has one of its own, `client|list`.

use super::spec::Spec;
use crate::era::{Capabilities, Era};
use bytes::Bytes;

/// The subcommands that are here, each with its whole name.
const SUBCOMMANDS: [&str; 30] = [
    "client|getname",
    "client|getredir",
    "client|help",
    "client|id",
    "client|info",
    "client|kill",
    "client|list",
    "client|no-evict",
    "client|pause",
    "client|reply",
    "client|setname",
    "client|tracking",
    "client|unblock",
    "client|unpause",
    "command|count",
    "command|info",
    "config|get",
    "config|help",
    "config|resetstat",
    "config|rewrite",
    "config|set",
    "object|encoding",
    "object|freq",
    "object|help",
    "object|idletime",
    "object|refcount",
    "pubsub|channels",
    "pubsub|help",
    "pubsub|numpat",
    "pubsub|numsub",
];

/// The name under which a request is counted and shown; `NULL` is what servers print where they know no such (sub)command.
#[must_use]
pub fn full_name(spec: Option<&'static Spec>, words: &[Bytes], era: Era) -> &'static str {
    let Some(spec) = spec else { return "NULL" };
    // Most names end here.
    if !matches!(spec.name.as_bytes(), [b'c' | b'o' | b'p', ..]) || !era.capabilities().subcommands || words.len() < 2 {
        return spec.name;
    }
    let named = |whole: &&&str| {
        let (name, sub) = whole.split_once('|').unwrap_or((whole, ""));
        name == spec.name && words[1].eq_ignore_ascii_case(sub.as_bytes())
    };
    let has_some = SUBCOMMANDS.iter().any(|whole| whole.split_once('|').is_some_and(|(name, _)| name == spec.name));
    SUBCOMMANDS.iter().find(named).copied().unwrap_or(if has_some { "NULL" } else { spec.name })
}

/// Whether a server writes the length of the reply to this command when it has found all of it. (Inside a transaction the difference is not made.)
#[must_use]
pub fn length_comes_last(name: &str, caps: &Capabilities) -> bool {
    match name {
        "keys" | "sinter" | "zrangebyscore" | "zrevrangebyscore" | "zrangebylex" | "zrevrangebylex" => true,
        "zrange" | "zrevrange" => caps.zrange_counts_last,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::lookup;
    use alloc::vec::Vec;

    #[test]
    fn a_subcommand_has_its_name_from_7_0_on() {
        for (line, before, after) in [
            ("CLIENT LIST", "client", "client|list"),
            ("config SET a b", "config", "config|set"),
            ("config nope", "config", "NULL"),
            ("set a b", "set", "set"),
            ("COPY a b", "copy", "copy"),
            ("command", "command", "command"),
            ("nope", "NULL", "NULL"),
        ] {
            let words: Vec<Bytes> = line.split(' ').map(|word| Bytes::copy_from_slice(word.as_bytes())).collect();
            let name = |era: Era| full_name(lookup(&words[0], era), &words, era);
            assert_eq!((name(Era::V6_2), name(Era::V7_0)), (before, after), "{line}");
        }
    }

    #[test]
    fn every_subcommand_belongs_to_a_command_that_is_here_or_is_written_later() {
        for whole in SUBCOMMANDS.iter().filter(|whole| !whole.starts_with("pubsub|")) {
            let (name, _) = whole.split_once('|').expect("two words");
            assert!(lookup(name.as_bytes(), Era::V7_0).is_some(), "{whole}");
        }
    }
}
