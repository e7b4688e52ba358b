//! Slow, silent, frozen: who does not keep up, and who does not answer.

use crate::diagnose::evidence::{Info, Node, Replica, Told};
use crate::diagnose::finding::{Amount, Case, Certainty, Evidence, Finding, Grade, Rule, rate, word};
use crate::info::Replication;
use alloc::format;
use alloc::vec::Vec;

const fn row(name: &'static str, evidence: &'static [Evidence], judge: fn(&Case<'_>) -> Vec<Finding>) -> Rule {
    Rule { name, grade: Grade::Ill, certainty: Certainty::Likely, evidence, holds: |caps| caps.psync, judge }
}

pub(super) const RULES: &[Rule] = &[
    row("silent-replica", &[Evidence::Info, Evidence::Twice], silent_replica),
    Rule { certainty: Certainty::Sure, ..row("slow-replica", &[Evidence::Twice], slow_replica) },
    Rule { grade: Grade::Watch, certainty: Certainty::Open, ..row("gap", &[Evidence::Info], gap) },
    row("silent-master", &[Evidence::Info], silent_master),
    Rule { grade: Grade::Watch, certainty: Certainty::Sure, ..row("ping-period", &[Evidence::Log, Evidence::Config], ping_period) },
    Rule { holds: |_| true, ..row("master-froze", &[Evidence::Log], master_froze) },
    Rule { certainty: Certainty::Sure, ..row("replica-dropped", &[Evidence::Log], replica_dropped) },
    Rule { grade: Grade::Watch, certainty: Certainty::Sure, ..row("link-broke", &[Evidence::Log], link_broke) },
];

/// Seconds without an ACK that are too many: one comes each second, and 2 are seen now and then.
const QUIET_S: i64 = 2;
const LONG_S: i64 = 10;
/// A gap that one second's writes can well be.
const GAP: i64 = 1 << 20;

fn online(info: &Info) -> Vec<Replica> {
    info.replicas().into_iter().filter(|line| line.state == "online" || line.state.is_empty()).collect()
}
fn behind(info: &Info, line: &Replica) -> Option<i64> {
    Some(info.number(Replication::MasterReplOffset)? - line.offset?)
}

fn silent_replica(case: &Case<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (n, node) in case.paste.nodes.iter().enumerate() {
        let Some(info) = node.info() else { continue };
        for line in online(info) {
            let (Some(lag), Some(offset)) = (line.lag_s, line.offset) else { continue };
            if lag <= QUIET_S || offset == 0 {
                continue;
            }
            let timeout = node.directive(&["repl-timeout"]).unwrap_or(60);
            let grown = node.before().is_some_and(|before| {
                online(before).iter().any(|old| old.address() == line.address() && old.lag_s < Some(lag) && old.offset == Some(offset))
            });
            let certainty = if lag > LONG_S || grown { Certainty::Likely } else { Certainty::Open };
            let finding = Finding::new(certainty, n, line.place).words("replica", line.address()).value("lag", Amount::Seconds(lag));
            let finding = finding
                .value("timeout", Amount::Seconds(timeout))
                .next("redis-cli -h <replica> PING")
                .next("redis-cli -h <replica> SLOWLOG GET 10");
            found.push(finding.next("ps -o stat,etime,cmd -C redis-server"));
        }
    }
    found
}

fn slow_replica(case: &Case<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (n, node) in case.paste.nodes.iter().enumerate() {
        let (Some(info), Some(before)) = (node.info(), node.before()) else { continue };
        for line in online(info) {
            let old = online(before).into_iter().find(|old| old.address() == line.address());
            let Some((gap, was)) = behind(info, &line).zip(old.and_then(|old| behind(before, &old))) else { continue };
            if gap <= was || gap < 64 << 10 || line.lag_s > Some(QUIET_S) || line.offset == Some(0) {
                continue;
            }
            let certainty = if gap > GAP { Certainty::Sure } else { Certainty::Likely };
            let finding = Finding::new(certainty, n, line.place)
                .words("replica", line.address())
                .value("gap", Amount::Bytes(gap))
                .value("was", Amount::Bytes(was));
            let finding = match rate(node).filter(|rate| *rate > 0) {
                Some(rate) => finding.value("rate", Amount::Rate(rate)).value("behind", Amount::Seconds(gap / rate)),
                None => finding.words("rate", "?").words("behind", "?"),
            };
            found.push(
                finding
                    .next("redis-cli -h <replica> SLOWLOG GET 10")
                    .next("redis-cli -h <replica> --latency")
                    .next("CONFIG GET client-output-buffer-limit"),
            );
        }
    }
    found
}
fn gap(case: &Case<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (n, node) in case.paste.nodes.iter().enumerate() {
        let Some(info) = node.info().filter(|_| node.before().is_none()) else { continue };
        for line in online(info) {
            let Some(gap) = behind(info, &line).filter(|gap| *gap > GAP && line.offset != Some(0) && line.lag_s <= Some(QUIET_S)) else {
                continue;
            };
            let finding = Finding::new(Certainty::Open, n, line.place).words("replica", line.address()).value("gap", Amount::Bytes(gap));
            found.push(finding.next("INFO replication").next("redis-cli -h <replica> SLOWLOG GET 10"));
        }
    }
    found
}

fn silent_master(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let info = node.info()?;
        let line = info.get(Replication::MasterLastIoSecondsAgo)?;
        let seconds: i64 = line.text.parse().ok()?;
        let names = ["repl-ping-replica-period", "repl-ping-slave-period"];
        let period = case.master(n).and_then(|master| master.directive(&names)).or_else(|| node.directive(&names)).unwrap_or(10);
        if info.text(Replication::MasterLinkStatus) != "up" || seconds <= period + QUIET_S {
            return None;
        }
        let found = Finding::new(if seconds > period + 5 { Certainty::Likely } else { Certainty::Open }, n, line.place)
            .value("silent", Amount::Seconds(seconds));
        let timeout = node.directive(&["repl-timeout"]).unwrap_or(60);
        Some(
            found
                .value("period", Amount::Seconds(period))
                .value("timeout", Amount::Seconds(timeout))
                .next("redis-cli -h <master> PING")
                .next("INFO replication"),
        )
    })
}

/// Timeouts of a live link that were each healed by a partial resync.
fn healed_timeouts(node: &Node) -> Vec<&Told> {
    let mut open: Option<&Told> = None;
    let mut healed = Vec::new();
    for told in &node.told {
        match told.known.line {
            "Upstream.TimedOutStream" => open = Some(told),
            "Upstream.TimedOutConnecting" | "Upstream.SocketError" | "Upstream.FullResync" => open = None,
            "Upstream.PartialAccepted" => healed.extend(open.take()),
            _ => {}
        }
    }
    healed
}
fn ping_period(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let healed = healed_timeouts(node);
        let last = healed.last()?;
        let names = ["repl-ping-replica-period", "repl-ping-slave-period"];
        let period = case.paste.nodes.iter().find_map(|node| node.directive(&names));
        let timeout =
            node.directive(&["repl-timeout"]).or_else(|| case.paste.nodes.iter().find_map(|node| node.directive(&["repl-timeout"])));
        let told = period.zip(timeout).map(|(period, timeout)| period >= timeout + 2);
        if healed.len() < 2 && told != Some(true) {
            return None;
        }
        let certainty = if told == Some(true) { Certainty::Sure } else { Certainty::Likely };
        let found = Finding::new(certainty, n, last.place).value("rounds", Amount::Count(i64::try_from(healed.len()).unwrap_or(0)));
        let word = word(node);
        let found = found.next(format!("CONFIG GET repl-ping-{word}-period")).next("CONFIG GET repl-timeout");
        Some(found.change(format!("CONFIG SET repl-ping-{word}-period 10")).change("CONFIG SET repl-timeout 60"))
    })
}
fn master_froze(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let at = node.last_at(&["Upstream.TimedOutStream"])?;
        let healed = node.last_at(&super::link::HEALED).is_some_and(|healed| healed > at);
        let silent = node.told[at..].iter().find(|told| told.known.line == "Upstream.TimedOutConnecting");
        // Dialled again and refused: that is another finding.
        if healed || node.told[at..].iter().any(|told| told.known.line == "Upstream.SocketError") {
            return None;
        }
        let certainty = if silent.is_some() { Certainty::Likely } else { Certainty::Open };
        let found = Finding::new(certainty, n, node.told[at].place).quote(silent.map(|told| told.place));
        Some(found.next("redis-cli -h <master> PING").next("ps -o stat,etime,cmd -C redis-server"))
    })
}
fn replica_dropped(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let told = node.last(&["Sessions.TimedOut"])?;
        let loads = case.replicas(n).any(|replica| replica.last(&["Load.Loading"]).is_some() && replica.last(&["Load.Finished"]).is_none());
        let found =
            Finding::new(if loads { Certainty::Likely } else { Certainty::Sure }, n, told.place).words("replica", told.value("replica"));
        Some(found.next("redis-cli -h <replica> PING").next("redis-cli -h <replica> SLOWLOG GET 10").next("CONFIG GET repl-timeout"))
    })
}
/// A live link that broke and is whole again: what it was is not in this log.
fn link_broke(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let at = node.last_at(&["Upstream.Lost"])?;
        let before = node.told[..at].iter().rev().take(2);
        let known =
            ["Upstream.TimedOutStream", "Upstream.Promoted", "Upstream.Follows", "Upstream.InlineFromMaster", "Upstream.CachedMyself"];
        let after = node.told[at..].iter().take(4).any(|told| known.contains(&told.known.line));
        if after || before.into_iter().any(|told| known.contains(&told.known.line)) {
            return None;
        }
        let healed = node.last_at(&super::link::HEALED).is_some_and(|healed| healed > at);
        let found = Finding::new(Certainty::Sure, n, node.told[at].place);
        healed.then(|| found.next("grep -E \"output buffer|timedout|lost\" redis.log"))
    })
}
