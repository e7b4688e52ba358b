//! Replicas that came by SYNC: no ACK, offset 0, a lag that grows for ever, and data that arrive all the same.

use crate::diagnose::evidence::{Node, Told};
use crate::diagnose::finding::{Amount, Case, Certainty, Evidence, Finding, Grade, Rule, follow, master_of};
use crate::info::Replication;
use alloc::vec::Vec;

/// Seconds after which a replica without any ACK is no fresh one: it acknowledges each second, and sends line ends while it loads.
const FRESH_S: i64 = 3;
/// Seconds after which nothing else is likely.
const LONG_S: i64 = 10;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "sync-replica",
        grade: Grade::Ill,
        certainty: Certainty::Sure,
        evidence: &[Evidence::Info, Evidence::Pair, Evidence::Log],
        holds: |caps| caps.psync,
        judge: replica,
    },
    Rule {
        name: "sync-fallback",
        grade: Grade::Ill,
        certainty: Certainty::Sure,
        evidence: &[Evidence::Log],
        holds: |caps| caps.psync,
        judge: fallback,
    },
    Rule {
        name: "sync-sticky",
        grade: Grade::Ill,
        certainty: Certainty::Sure,
        evidence: &[Evidence::Log],
        holds: |caps| caps.psync && !caps.psync2,
        judge: sticky,
    },
    Rule {
        name: "sync-diverged",
        grade: Grade::Ill,
        certainty: Certainty::Likely,
        evidence: &[Evidence::Log],
        holds: |caps| caps.psync && !caps.psync2,
        judge: diverged,
    },
];

/// Where a replica's log says that it fell back and then has the data: the line and the reply that made it.
fn fell_back(node: &Node) -> Option<(usize, &Told)> {
    let at = node.last_at(&["Upstream.RetryingWithSync"])?;
    let reply = node.told[..at].iter().rev().find(|told| ["Upstream.PsyncUnexpected", "Upstream.PsyncUnknown"].contains(&told.known.line));
    Some((at, reply.unwrap_or(&node.told[at])))
}
fn loaded(node: &Node, from: usize) -> bool {
    let later = &node.told[from..];
    let done = later.iter().any(|told| told.known.line == "Load.Finished");
    done && !later.iter().any(|told| ["Upstream.FullResync", "Upstream.Follows", "Upstream.Aborted"].contains(&told.known.line))
}

fn replica(case: &Case<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (n, node) in case.paste.nodes.iter().enumerate() {
        let Some(info) = node.info() else { continue };
        for line in info.replicas() {
            let (Some(0), Some(lag)) = (line.offset, line.lag_s) else { continue };
            if line.state != "online" || lag <= FRESH_S || info.number(Replication::MasterReplOffset) == Some(0) {
                continue;
            }
            let timeout = node.directive(&["repl-timeout"]).unwrap_or(60);
            let follows = |replica: &Node| replica.info().is_some_and(|info| info.text(Replication::MasterLinkStatus) == "up");
            let alone = info.replicas().len() == 1;
            let linked = alone && case.replicas(n).any(follows);
            let fell = alone && case.replicas(n).any(|replica| fell_back(replica).is_some_and(|(at, _)| loaded(replica, at)));
            let grown = node.before().is_some_and(|before| {
                before.replicas().iter().any(|old| old.address() == line.address() && old.offset == Some(0) && old.lag_s < Some(lag))
            });
            let certainty = if fell || linked && lag > LONG_S || lag > timeout + 5 {
                Certainty::Sure
            } else if lag > LONG_S || grown && lag > FRESH_S {
                Certainty::Likely
            } else {
                Certainty::Open
            };
            let finding = Finding::new(certainty, n, line.place).words("replica", line.address()).value("lag", Amount::Seconds(lag));
            let to = case.replicas(n).next().map_or_else(|| alloc::string::String::from("<host> <port>"), master_of);
            let finding = finding.next("INFO replication").next("grep \"Retrying with SYNC\" redis.log");
            found.push(finding.change(follow(node, "NO ONE")).change(follow(node, &to)));
        }
    }
    found
}

fn fallback(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let (at, reply) = fell_back(node)?;
        if !loaded(node, at) {
            return None;
        }
        let words = reply.value("reply");
        // A master of 2.6 knows nothing else: this is as good as it gets.
        if words.contains("unknown command") {
            return None;
        }
        let finding = Finding::new(Certainty::Sure, n, node.told[at].place).quote(Some(reply.place)).words("reply", words);
        Some(finding.next("INFO replication").change(follow(node, "NO ONE")).change(follow(node, &master_of(node))))
    })
}

fn sticky(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let asked = node.last(&["Upstream.TryingPartial"]).filter(|told| told.known.whole && told.value("id").is_empty())?;
        Some(Finding::new(Certainty::Sure, n, asked.place).change(follow(node, "NO ONE")).change(follow(node, &master_of(node))))
    })
}

fn diverged(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let (at, _) = fell_back(node)?;
        let later = &node.told[at..];
        let done = later.iter().position(|told| ["Load.Loading", "Load.Finished"].contains(&told.known.line))?;
        if later[..done].iter().any(|told| told.known.line == "Upstream.FullResync") {
            return None;
        }
        let asked = later[done..].iter().find(|told| ["Upstream.TryingPartial", "Upstream.FullResync"].contains(&told.known.line))?;
        let accepted = later[done..].iter().find(|told| told.known.line == "Upstream.PartialAccepted")?;
        if asked.known.line == "Upstream.FullResync" || asked.value("id").is_empty() {
            return None;
        }
        let finding = Finding::new(Certainty::Likely, n, accepted.place).quote(Some(asked.place)).quote(Some(node.told[at].place));
        Some(finding.next("DEBUG DIGEST").change(follow(node, "NO ONE")).change(follow(node, &master_of(node))))
    })
}
