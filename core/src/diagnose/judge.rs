//! A paste judged: findings, nodes, and whether all is well.

use super::evidence::{Info, Node, Role};
use super::finding::{Case, Finding, Grade};
use super::read::Paste;
use super::rules::FAMILIES;
use crate::info::Replication;
use crate::order;
use alloc::vec::Vec;

/// What came of it all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Health {
    /// Nothing is wrong, and enough was pasted to say so.
    Well,
    /// Something is.
    Findings,
    /// Something was read, and nothing can be said of it.
    Unknown,
    /// Nothing could be read.
    Unreadable,
}

/// The judgement of a paste.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnosis {
    /// What was read.
    pub paste: Paste,
    /// What was found: the worst first, and of those the surest.
    pub findings: Vec<Finding>,
    /// What came of it.
    pub health: Health,
}

/// Judges what was read.
#[must_use]
pub fn judge(paste: Paste) -> Diagnosis {
    let case = Case::new(&paste);
    let mut findings = Vec::new();
    for rule in FAMILIES.iter().flat_map(|(_, rules)| rules.iter()) {
        for mut finding in (rule.judge)(&case) {
            finding.rule = rule.name;
            finding.grade = rule.grade;
            finding.certainty = finding.certainty.max(rule.certainty);
            let fits = finding.node.is_none_or(|n| paste.nodes[n].eras().iter().any(|era| (rule.holds)(&era.capabilities())));
            if fits {
                findings.push(finding);
            }
        }
    }
    order::sort_by_key(&mut findings, |finding| (finding.grade, finding.certainty));
    let ill = findings.iter().any(|finding| finding.grade != Grade::Fine);
    let health = if ill {
        Health::Findings
    } else if paste.nodes.iter().any(well) {
        Health::Well
    } else if paste.read == 0 {
        Health::Unreadable
    } else {
        Health::Unknown
    };
    Diagnosis { paste, findings, health }
}

/// Whether a node's own words say that its links live.
fn well(node: &Node) -> bool {
    let Some(info) = node.info() else { return false };
    match node.role {
        Some(Role::Replica) => info.text(Replication::MasterLinkStatus) == "up",
        Some(Role::Master) => served(info),
        None => !info.replicas().is_empty() && served(info),
    }
}
fn served(info: &Info) -> bool {
    info.replicas().iter().all(|line| line.state.is_empty() || line.state == "online")
}
