//! What redis-cli offers while one types: the words that may stand at the cursor, and the arguments still to come. Pure.

use resync_core::era::Era;
use resync_core::view::{directive_names, syntax};

/// What can be named at a console.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Release of the node.
    pub era: Era,
    /// Keys, quoted as they are typed.
    pub keys: &'a [String],
    /// Addresses of other nodes, `ip port`.
    pub nodes: &'a [String],
}

/// What Tab offers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Offer {
    /// Byte of the line at which the word begins that they would replace.
    pub from: usize,
    /// Whole words, in order; empty: there is nothing to offer.
    pub words: Vec<String>,
}

/// Words that the console answers by itself.
pub const OWN: [&str; 3] = ["clear", "exit", "help"];

/// What may stand where the line ends. Commands and directives take the letter case of what is typed.
#[must_use]
pub fn offer(line: &str, known: &Known<'_>) -> Offer {
    let from = line.rfind(char::is_whitespace).map_or(0, |at| at + line[at..].chars().next().map_or(1, char::len_utf8));
    let (before, typed) = line.split_at(from);
    let before: Vec<&str> = before.split_whitespace().collect();
    let fits = |name: &str| name.len() > typed.len() && name.get(..typed.len()).is_some_and(|head| head.eq_ignore_ascii_case(typed));
    let lower = typed.chars().any(|c| c.is_ascii_lowercase());
    let cased = |name: &str| if lower { name.to_ascii_lowercase() } else { name.to_ascii_uppercase() };
    let is = |at: usize, name: &str| before.get(at).is_some_and(|word| word.eq_ignore_ascii_case(name));
    let words: Vec<String> = match before.len() {
        0 => syntax::names(known.era)
            .filter(|name| fits(name))
            .map(cased)
            .chain(OWN.map(str::to_owned).into_iter().filter(|name| fits(name)))
            .collect(),
        1 if is(0, "help") || is(0, "?") => syntax::names(known.era).filter(|name| fits(name)).map(cased).collect(),
        1 if syntax::subcommands(before[0], known.era).next().is_some() => {
            syntax::subcommands(before[0], known.era).filter(|name| fits(name)).map(cased).collect()
        }
        n if is(0, "config") && (is(1, "get") && n >= 2 || is(1, "set") && n >= 2 && n % 2 == 0) => {
            directive_names(known.era).into_iter().filter(|name| fits(name)).map(str::to_owned).collect()
        }
        1 if is(0, "slaveof") || is(0, "replicaof") => {
            known.nodes.iter().map(String::as_str).chain(["NO ONE"]).filter(|name| fits(name)).map(str::to_owned).collect()
        }
        _ if takes_key(&before, known.era) => known.keys.iter().filter(|key| fits(key)).cloned().collect(),
        _ => Vec::new(),
    };
    Offer { from, words }
}

/// The arguments that may still come behind a line, as the node's release takes them; empty: none, or nobody knows the command.
#[must_use]
pub fn hint(line: &str, era: Era) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let Some(command) = words.first() else { return String::new() };
    let sub = words.get(1).and_then(|sub| syntax::sub_arguments(command, sub, era));
    let (arguments, mut given) = match sub {
        Some(arguments) => (arguments, words.len() - 2),
        None => match syntax::arguments(command, era) {
            Some(arguments) => (arguments, words.len() - 1),
            None => return String::new(),
        },
    };
    let mut still = Vec::new();
    for argument in arguments {
        if !argument.optional && given > 0 {
            given -= 1;
        } else {
            still.push(argument.text);
        }
    }
    still.join(" ")
}

/// Whether the next word is a key.
fn takes_key(before: &[&str], era: Era) -> bool {
    let Some(arguments) = before.first().and_then(|command| syntax::arguments(command, era)) else { return false };
    let next = arguments.get(before.len() - 1).or(arguments.last());
    next.is_some_and(|argument| ["key", "source", "destination", "[key"].iter().any(|key| argument.text.split(' ').next() == Some(key)))
}

/// The longest beginning that all of these share.
#[must_use]
pub fn common(words: &[String]) -> &str {
    let Some((first, others)) = words.split_first() else { return "" };
    let shared = |other: &String| {
        first.char_indices().zip(other.chars()).find(|((_, a), b)| a != b).map_or(first.len().min(other.len()), |((at, _), _)| at)
    };
    &first[..others.iter().map(shared).min().unwrap_or(first.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str, era: Era) -> Vec<String> {
        let keys = [String::from("key:1"), String::from("\"a b\"")];
        let nodes = [String::from("10.0.0.2 6379")];
        offer(line, &Known { era, keys: &keys, nodes: &nodes }).words
    }

    #[test]
    fn the_first_word_is_a_command_of_the_era() {
        assert_eq!(words("repli", Era::V7_0), ["replicaof"]);
        assert!(words("repli", Era::V4_0).is_empty(), "REPLICAOF came with 5.0");
        assert_eq!(words("SLAVE", Era::V4_0), ["SLAVEOF"]);
        assert_eq!(words("hel", Era::V3_0), ["help"]);
        assert_eq!(words("hel", Era::V7_0), ["hello", "help"]);
        assert!(words("get", Era::V3_0).contains(&String::from("getset")));
        assert!(words("nonsense", Era::V7_0).is_empty());
        assert!(words("é", Era::V7_0).is_empty());
    }

    #[test]
    fn what_follows_depends_on_what_stands_before() {
        assert_eq!(words("config re", Era::V3_0), ["resetstat", "rewrite"]);
        assert_eq!(words("CONFIG GET repl-backlog-s", Era::V3_0), ["repl-backlog-size"]);
        assert_eq!(words("config set repl-backlog-size 1mb repl-timeo", Era::V7_0), ["repl-timeout"]);
        assert!(words("config set repl-backlog-size repl", Era::V7_0).is_empty(), "a value stands here");
        assert_eq!(words("slaveof ", Era::V3_0), ["10.0.0.2 6379", "NO ONE"]);
        assert_eq!(words("get k", Era::V3_0), ["key:1"]);
        assert_eq!(words("del key:1 \"", Era::V3_0), ["\"a b\""]);
        assert!(words("set key:1 ", Era::V3_0).is_empty());
        assert_eq!(words("help psy", Era::V3_0), ["psync"]);
        let offered = offer("config  get repl-ti", &Known { era: Era::V3_0, keys: &[], nodes: &[] });
        assert_eq!((offered.from, offered.words), (12, vec![String::from("repl-timeout")]));
    }

    #[test]
    fn a_hint_is_what_is_still_to_come() {
        assert_eq!(hint("set", Era::V3_0), "key value [NX|XX] [EX seconds|PX milliseconds]");
        assert_eq!(hint("set a", Era::V3_0), "value [NX|XX] [EX seconds|PX milliseconds]");
        assert_eq!(hint("config set repl-timeout", Era::V7_0), "value [directive value ...]");
        assert_eq!(hint("wait 1 500", Era::V3_0), "");
        assert_eq!((hint("", Era::V3_0), hint("wait", Era::V2_8)), (String::new(), String::new()));
    }

    #[test]
    fn several_words_have_a_beginning_in_common() {
        let all = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(common(&all(&["resetstat", "rewrite"])), "re");
        assert_eq!(common(&all(&["é1", "é2"])), "é");
        assert_eq!((common(&all(&["get"])), common(&[])), ("get", ""));
    }
}
