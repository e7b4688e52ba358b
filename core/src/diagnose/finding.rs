//! Findings, and the rows of the table that makes them.

use super::evidence::{Node, Role};
use super::place::Place;
use super::read::Paste;
use crate::era::Capabilities;
use crate::info::{Replication, Server};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// How sure a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Certainty {
    /// Nothing else looks like it.
    Sure,
    /// It is the most usual cause of what is seen.
    Likely,
    /// This sample cannot tell; a second one can.
    Open,
}

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Grade {
    /// Something is wrong.
    Ill,
    /// It passes, or it is a risk.
    Watch,
    /// Nothing is wrong: it only looks so, or it is good to know.
    Fine,
}

/// What a rule looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Evidence {
    /// One INFO.
    Info,
    /// Lines of a log.
    Log,
    /// Directives.
    Config,
    /// A client's error.
    Complaint,
    /// Both ends of a link.
    Pair,
    /// Two INFOs of one node.
    Twice,
}

/// A value of a finding's sentences.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Amount {
    /// A count.
    Count(i64),
    /// Bytes.
    Bytes(i64),
    /// Bytes a second.
    Rate(i64),
    /// Seconds.
    Seconds(i64),
    /// Words of a server, a name, an address: never translated.
    Words(String),
}

/// What a rule found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The rule's name, which is the key of its sentences too.
    pub rule: &'static str,
    /// How bad it is.
    pub grade: Grade,
    /// How sure it is.
    pub certainty: Certainty,
    /// The node, counted as in [`Paste::nodes`]; `None`: an error of a client's.
    pub node: Option<usize>,
    /// The lines that say so, the decisive one first.
    pub quotes: Vec<Place>,
    /// Values for its sentences.
    pub values: Vec<(&'static str, Amount)>,
    /// Commands to look further with, as they are typed.
    pub next: Vec<String>,
    /// What to change, as it is typed: CONFIG SET and other commands.
    pub change: Vec<String>,
}

impl Finding {
    /// A finding about a node, with the decisive line.
    pub(super) fn new(certainty: Certainty, node: usize, quote: Place) -> Finding {
        Finding {
            rule: "",
            grade: Grade::Ill,
            certainty,
            node: Some(node),
            quotes: Vec::from([quote]),
            values: Vec::new(),
            next: Vec::new(),
            change: Vec::new(),
        }
    }
    /// One more line that says so.
    pub(super) fn quote(mut self, place: Option<Place>) -> Finding {
        self.quotes.extend(place.filter(|place| !self.quotes.contains(place)));
        self
    }
    /// A value.
    pub(super) fn value(mut self, name: &'static str, amount: Amount) -> Finding {
        self.values.push((name, amount));
        self
    }
    /// Words as a value.
    pub(super) fn words(self, name: &'static str, words: impl Into<String>) -> Finding {
        self.value(name, Amount::Words(words.into()))
    }
    /// A command to look further with.
    pub(super) fn next(mut self, command: impl Into<String>) -> Finding {
        self.next.push(command.into());
        self
    }
    /// A command that changes something.
    pub(super) fn change(mut self, command: impl Into<String>) -> Finding {
        self.change.push(command.into());
        self
    }
    /// The number of a value.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        self.values.iter().find(|(own, _)| *own == name).and_then(|(_, amount)| match amount {
            Amount::Count(n) | Amount::Bytes(n) | Amount::Rate(n) | Amount::Seconds(n) => Some(*n),
            Amount::Words(_) => None,
        })
    }
}

/// A row of the table.
pub struct Rule {
    /// Its name, and the key of its sentences in every language.
    pub name: &'static str,
    /// How bad what it finds is.
    pub grade: Grade,
    /// How sure it can be at best.
    pub certainty: Certainty,
    /// What it looks at.
    pub evidence: &'static [Evidence],
    /// Whether servers of such an era can be in this state.
    pub holds: fn(&Capabilities) -> bool,
    /// Looks for it.
    pub judge: fn(&Case<'_>) -> Vec<Finding>,
}

/// A paste with what rules ask of it.
pub struct Case<'a> {
    /// What was read.
    pub paste: &'a Paste,
    /// Master and replica that belong together.
    pub pairs: Vec<(usize, usize)>,
}

impl<'a> Case<'a> {
    /// A paste to be judged.
    #[must_use]
    pub fn new(paste: &'a Paste) -> Case<'a> {
        let with = |role: Role| (0..paste.nodes.len()).filter(move |n| paste.nodes[*n].role == Some(role));
        let (masters, replicas): (Vec<usize>, Vec<usize>) = (with(Role::Master).collect(), with(Role::Replica).collect());
        let mut pairs = Vec::new();
        for replica in replicas {
            let told = |master: &&usize| belongs(&paste.nodes[**master], &paste.nodes[replica]);
            let found = masters.iter().find(|master| told(master) == Some(true));
            let found = found.or_else(|| masters.first().filter(|master| masters.len() == 1 && told(master) != Some(false)));
            pairs.extend(found.map(|master| (*master, replica)));
        }
        Case { paste, pairs }
    }
    /// What a rule finds of each node.
    pub(super) fn each(&self, look: impl Fn(usize, &'a Node) -> Option<Finding>) -> Vec<Finding> {
        self.paste.nodes.iter().enumerate().filter_map(|(n, node)| look(n, node)).collect()
    }
    /// The master of a replica.
    pub(super) fn master(&self, replica: usize) -> Option<&'a Node> {
        self.pairs.iter().find(|pair| pair.1 == replica).map(|pair| &self.paste.nodes[pair.0])
    }
    /// The replicas of a master.
    pub(super) fn replicas(&self, master: usize) -> impl Iterator<Item = &'a Node> + '_ {
        self.pairs.iter().filter(move |pair| pair.0 == master).map(|pair| &self.paste.nodes[pair.1])
    }
}

/// Whether a replica follows this master; `None` if neither says.
fn belongs(master: &Node, replica: &Node) -> Option<bool> {
    let (own, other) = (master.info()?, replica.info()?);
    let (id, same) = (own.text(Replication::MasterReplid), other.text(Replication::MasterReplid));
    if !id.is_empty() && id == same {
        return Some(true);
    }
    let (port, asked) = (own.number(Server::TcpPort)?, other.number(Replication::MasterPort)?);
    Some(port == asked)
}

/// Bytes a second that were written between a node's two INFOs; `None` if there are no two, or nobody knows how far apart they are.
#[must_use]
pub fn rate(node: &Node) -> Option<i64> {
    let offset = |info: &super::evidence::Info| info.number(Replication::MasterReplOffset);
    let grown = offset(node.info()?)?.checked_sub(offset(node.before()?)?)?;
    let apart = i64::try_from(node.apart_ms?).ok().filter(|ms| *ms > 0)?;
    (grown >= 0).then(|| grown.saturating_mul(1_000) / apart)
}

/// The era's word in a directive, `repl-ping-slave-period` and so on.
pub(super) fn word(node: &Node) -> &'static str {
    if node.capabilities().says_replica { "replica" } else { "slave" }
}
/// The era's command to follow somebody, or nobody.
pub(super) fn follow(node: &Node, whom: &str) -> String {
    format!("{} {whom}", if node.capabilities().says_replica { "REPLICAOF" } else { "SLAVEOF" })
}
/// Whom a replica follows, for a command.
pub(super) fn master_of(node: &Node) -> String {
    let told = node.last(&["Upstream.Dialling", "Upstream.Follows"]);
    match (node.info(), told) {
        (Some(info), _) if info.get(Replication::MasterHost).is_some() => {
            format!("{} {}", info.text(Replication::MasterHost), info.text(Replication::MasterPort))
        }
        (_, Some(told)) => format!("{} {}", told.value("host"), told.value("port")),
        _ => String::from("<host> <port>"),
    }
}
