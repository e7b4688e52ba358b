//! What scenarios of findings are made of: the pair that most of them are about, and what they need of the era and of the finding.

use super::evidence::Node;
use super::finding::Finding;
use crate::era::{Capabilities, Era};
use alloc::format;
use alloc::string::String;

/// When it is to be seen, in s; the era; the rest of the text.
pub(super) type Scene = Option<(i64, &'static str, String)>;

/// A pair and somebody who writes; `master` and `replica` are more of a node's line.
pub(super) fn pair(master: &str, replica: &str, writer: &str) -> String {
    let writer = if writer.is_empty() { String::new() } else { format!("client writer on master: {writer}\n") };
    format!("default link latency 2ms\nnode master {master} save \"\"\nnode replica-1 {replica} follows master\n{writer}")
}

/// A writer of some kilobytes a second.
pub(super) const WRITER: &str = "every 100ms SET key:{1..100} {100 bytes}";

/// What the scenes need of the era and of the finding.
pub(super) struct Of<'a> {
    pub(super) era: Era,
    pub(super) caps: Capabilities,
    pub(super) finding: &'a Finding,
    pub(super) node: Option<&'a Node>,
}

impl Of<'_> {
    /// `slave` or `replica` in directives.
    pub(super) const fn word(&self) -> &'static str {
        if self.caps.says_replica { "replica" } else { "slave" }
    }
    /// A directive that was pasted, within bounds that a small world can show.
    pub(super) fn directive(&self, names: &[&str], usual: i64, from: i64, to: i64) -> i64 {
        self.node.and_then(|node| node.directive(names)).unwrap_or(usual).clamp(from, to)
    }
    /// The same era, or the nearest one in which something holds.
    pub(super) fn era(&self, holds: impl Fn(&Capabilities) -> bool) -> &'static str {
        if holds(&self.caps) {
            return self.era.name();
        }
        Era::ALL.into_iter().find(|era| holds(&era.capabilities())).map_or(self.era.name(), Era::name)
    }
}
