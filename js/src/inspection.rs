//! What the inspector's open tab needs of one node, and which values of it changed.

use crate::ids::RunId;
use crate::refusal::Refusal;
use resync_core::era::Era;
use resync_core::info::InfoText;
use resync_core::view::{Directive, KeyView, LogLine, NodeIx, Variable};
use std::collections::BTreeMap;

/// Tabs of the inspector, in their order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "named after what they show")]
pub enum Tab {
    Guide,
    Console,
    Info,
    Variables,
    Log,
    Keys,
    Config,
}
impl Tab {
    /// All of them.
    pub const ALL: [Tab; 7] = [Tab::Guide, Tab::Console, Tab::Info, Tab::Variables, Tab::Log, Tab::Keys, Tab::Config];

    /// As lessons name it.
    #[must_use]
    pub fn named(name: &str) -> Option<Tab> {
        Some(match name {
            "guide" => Tab::Guide,
            "console" => Tab::Console,
            "info" => Tab::Info,
            "variables" => Tab::Variables,
            "log" => Tab::Log,
            "keys" => Tab::Keys,
            "config" => Tab::Config,
            _ => return None,
        })
    }
}

/// Keys that the panel lists.
pub const KEYS_SHOWN: usize = 200;
/// Keys that the console offers while one types.
pub const KEYS_OFFERED: usize = 20;
/// Nodes that the console offers while one types.
pub const NODES_OFFERED: usize = 40;
/// Ends whose variables stand side by side.
pub const ENDS_SHOWN: usize = 4;
/// Log lines that the panel lists.
pub const LOG_SHOWN: usize = 200;
/// How many renders a changed value stays marked: about a second of playing; for ever while nothing moves.
const MARKED_RENDERS: u8 = 9;

/// One command typed at a node, with what came back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsoleLine {
    /// When it was sent, µs.
    pub at_us: u64,
    /// Event number at which it was sent.
    pub event: u64,
    /// Prompt as redis-cli shows it.
    pub prompt: String,
    /// As typed.
    pub input: String,
    /// What redis-cli prints.
    pub answer: Answer,
}

/// What came back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// The reply as redis-cli prints it, at once or later.
    Reply(String),
    /// Nothing yet: the node is busy or paused, or the command blocks.
    Waiting,
    /// Nobody listens.
    Refused,
    /// The page could not read the line.
    Unreadable(Refusal),
    /// MONITOR, SUBSCRIBE, PSYNC, SYNC: what came so far, and whether more may come until Ctrl-C.
    Printed {
        /// The lines, oldest first.
        lines: Vec<String>,
        /// It reads on.
        on: bool,
    },
    /// The console's own answer, in the words of the page's language.
    Help(Help),
    /// Ctrl-C: there is nothing to say.
    Nothing,
}

/// What `help` asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Help {
    /// How to use the console.
    Console,
    /// How a command is written.
    Usage(String),
    /// No command of this name in the node's release.
    Unknown(String),
}

/// Everything the open tab shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Inspection {
    /// Of which run.
    pub run: RunId,
    /// Whose.
    pub node: NodeIx,
    /// Which tab this was made for; what other tabs show is empty, but for the log.
    pub tab: Tab,
    /// Prompt of the next command.
    pub prompt: String,
    /// Release of the node.
    pub era: Era,
    /// Commands and replies up to now, oldest first.
    pub console: Vec<ConsoleLine>,
    /// The console reads on: only Ctrl-C leads back to its prompt.
    pub reads_on: bool,
    /// Addresses of the other nodes, `ip port`, for what is typed at the console.
    pub nodes: Vec<String>,
    /// INFO, or nothing while the process is not there.
    pub info: Option<InfoText>,
    /// This node's variables, then those of the other ends, at most [`ENDS_SHOWN`] in all.
    pub variables: Vec<(String, Vec<Variable>)>,
    /// How many other ends there are beside those.
    pub more_ends: usize,
    /// Newest lines of its log.
    pub log: Vec<LogLine>,
    /// The first keys; of the console's tab as well, for what is typed there.
    pub keys: Vec<KeyView>,
    /// How many there are in all.
    pub keys_total: u64,
    /// Directives.
    pub directives: Vec<Directive>,
}

/// Remembers values from one render to the next and says which ones changed lately.
#[derive(Debug, Default)]
pub struct Changes {
    seen: BTreeMap<String, (String, u8)>,
}

impl Changes {
    /// Whether `name` has a new value since about a second of renders. A name seen for the first time has not changed.
    pub fn see(&mut self, name: &str, value: &str) -> bool {
        if let Some((old, left)) = self.seen.get_mut(name) {
            if old == value {
                *left = left.saturating_sub(1);
            } else {
                value.clone_into(old);
                *left = MARKED_RENDERS;
            }
            *left > 0
        } else {
            self.seen.insert(name.to_owned(), (value.to_owned(), 0));
            false
        }
    }
    /// Another node: nothing is a change.
    pub fn forget(&mut self) {
        self.seen.clear();
    }
}

/// One row of the two ends side by side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Beside {
    /// What it is called.
    pub name: String,
    /// Value at each end, if that end has it.
    pub values: Vec<Option<String>>,
    /// More than one end has it and they are not equal.
    pub differs: bool,
}

/// Puts the variables of several ends side by side, in the order in which they first appear.
#[must_use]
pub fn beside(ends: &[(String, Vec<Variable>)]) -> Vec<Beside> {
    let mut rows: Vec<Beside> = Vec::new();
    let mut at: BTreeMap<&str, usize> = BTreeMap::new();
    for (end, (_, variables)) in ends.iter().enumerate() {
        for v in variables {
            let i = *at.entry(&v.name).or_insert_with(|| {
                rows.push(Beside { name: v.name.clone(), values: vec![None; ends.len()], differs: false });
                rows.len() - 1
            });
            rows[i].values[end] = Some(v.value.clone());
        }
    }
    // What two processes never share says nothing by being different.
    let own = ["cronloops", "cron_loops", "unixtime", "runid"];
    for row in rows.iter_mut().filter(|row| !own.iter().any(|name| row.name.ends_with(name))) {
        let mut known = row.values.iter().flatten();
        if let Some(first) = known.next() {
            row.differs = known.any(|other| other != first);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_value_is_marked_for_a_while() {
        let mut c = Changes::default();
        assert!(!c.see("lag", "0"), "the first sight is no change");
        assert!(!c.see("lag", "0"));
        assert!(c.see("lag", "1"));
        let marked = (0..20).take_while(|_| c.see("lag", "1")).count();
        assert_eq!(marked, usize::from(MARKED_RENDERS) - 1);
        c.forget();
        assert!(!c.see("lag", "7"));
    }

    #[test]
    fn both_ends_stand_in_one_row_and_differences_show() {
        let v = |name: &str, value: &str| Variable { name: name.to_owned(), value: value.to_owned() };
        let ends = [
            (String::from("master"), vec![v("offset", "7"), v("replstate", "ONLINE")]),
            (String::from("replica-1"), vec![v("offset", "5"), v("repl_state", "CONNECTED")]),
        ];
        let rows = beside(&ends);
        assert_eq!(
            rows.iter().map(|r| (r.name.as_str(), r.differs)).collect::<Vec<_>>(),
            [("offset", true), ("replstate", false), ("repl_state", false)]
        );
        assert_eq!(rows[2].values, [None, Some(String::from("CONNECTED"))]);
    }
}
