//! What clients are told: writes refused, reads refused, and writes that go to the wrong server.

use crate::diagnose::evidence::Info;
use crate::diagnose::finding::{Amount, Case, Certainty, Evidence, Finding, Grade, Rule, word};
use crate::info::Replication;
use alloc::format;
use alloc::vec::Vec;

const fn told(name: &'static str, judge: fn(&Case<'_>) -> Vec<Finding>) -> Rule {
    Rule { name, grade: Grade::Ill, certainty: Certainty::Sure, evidence: &[Evidence::Complaint], holds: |_| true, judge }
}

pub(super) const RULES: &[Rule] = &[
    Rule { holds: |caps| caps.psync, evidence: &[Evidence::Complaint, Evidence::Info], ..told("no-replicas", no_replicas) },
    told("read-only", |case| complaint(case, "READONLY", &["ROLE"])),
    told("master-down", |case| complaint(case, "MASTERDOWN", &["INFO replication"])),
    Rule { grade: Grade::Watch, ..told("loading", |case| complaint(case, "LOADING", &["INFO persistence"])) },
    told("misconf", |case| complaint(case, "MISCONF", &["INFO persistence", "df -h", "CONFIG GET dir"])),
    told("over-memory", |case| complaint(case, "OOM", &["INFO memory", "CONFIG GET maxmemory"])),
    Rule { grade: Grade::Watch, ..told("unblocked", |case| complaint(case, "UNBLOCKED", &["ROLE"])) },
    Rule {
        grade: Grade::Watch,
        evidence: &[Evidence::Info, Evidence::Config],
        certainty: Certainty::Likely,
        ..told("writable-replica", writable)
    },
];

fn complaint(case: &Case<'_>, code: &str, next: &[&str]) -> Vec<Finding> {
    let found = case.paste.complaints.iter().rev().find(|complaint| complaint.code == code).map(|complaint| {
        let finding = Finding::new(Certainty::Sure, 0, complaint.place);
        next.iter().fold(Finding { node: None, ..finding }, |finding, command| finding.next(*command))
    });
    found.into_iter().collect()
}

/// Of how many replicas this INFO says that they are too few.
fn too_few(info: &Info, wanted: Option<i64>) -> Option<(i64, crate::diagnose::place::Place)> {
    let good = info.get(Replication::MinSlavesGoodSlaves)?;
    let count: i64 = good.text.parse().ok()?;
    (count < wanted.unwrap_or(1)).then_some((count, good.place))
}
fn no_replicas(case: &Case<'_>) -> Vec<Finding> {
    let mut found = case.each(|n, node| {
        let info = node.info().filter(|_| !node.follows())?;
        let wanted = node.directive(&["min-replicas-to-write", "min-slaves-to-write"]);
        let (good, place) = too_few(info, wanted)?;
        let lags: Vec<i64> = info.replicas().iter().filter_map(|line| line.lag_s).collect();
        let word = if node.capabilities().says_replica { "replicas" } else { "slaves" };
        let found = Finding::new(Certainty::Sure, n, place).value("good", Amount::Count(good));
        let found = found.value("replicas", Amount::Count(i64::try_from(lags.len()).unwrap_or(0)));
        let found =
            found.quote(case.paste.complaints.iter().find(|complaint| complaint.code == "NOREPLICAS").map(|complaint| complaint.place));
        Some(found.next(format!("CONFIG GET min-{word}*")).next("INFO replication").change(format!("CONFIG SET min-{word}-to-write 0")))
    });
    if found.is_empty() {
        found = complaint(case, "NOREPLICAS", &["INFO replication", "CONFIG GET min-*"])
            .into_iter()
            .map(|finding| finding.words("good", "?").words("replicas", "?"))
            .collect();
    }
    found
}
fn writable(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let info = node.info()?;
        let line = info.get(Replication::SlaveReadOnly).filter(|value| value.text == "0")?;
        let word = word(node);
        Some(Finding::new(Certainty::Likely, n, line.place).next("INFO keyspace").change(format!("CONFIG SET {word}-read-only yes")))
    })
}
