//! Full resyncs: those under way, those that never end, and what makes them fail.

use crate::diagnose::evidence::{Info, Node, Told};
use crate::diagnose::finding::{Amount, Case, Certainty, Evidence, Finding, Grade, Rule, follow, word};
use crate::info::{Persistence, Replication, Stats};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

const fn log(name: &'static str, judge: fn(&Case<'_>) -> Vec<Finding>) -> Rule {
    Rule { name, grade: Grade::Ill, certainty: Certainty::Sure, evidence: &[Evidence::Log], holds: |_| true, judge }
}
const fn info(name: &'static str, judge: fn(&Case<'_>) -> Vec<Finding>) -> Rule {
    Rule { grade: Grade::Watch, evidence: &[Evidence::Info, Evidence::Twice], ..log(name, judge) }
}

pub(super) const RULES: &[Rule] = &[
    info("waits-for-bgsave", waits),
    info("sends-rdb", sends),
    info("receives-rdb", receives),
    Rule { grade: Grade::Ill, ..info("transfer-stalls", stalls) },
    info("loads", loads),
    log("limit-loop", limit_loop),
    log("limit-online", limit_online),
    log("limit-once", limit_once),
    log("silent-child", silent_child),
    Rule { certainty: Certainty::Likely, ..log("stalled-transfer", stalled_transfer) },
    Rule { certainty: Certainty::Open, ..log("transfer-timeout", transfer_timeout) },
    log("rdb-version", rdb_version),
    log("rdb-broken", rdb_broken),
    log("disk-full", disk_full),
    log("fork-failed", fork_failed),
    log("child-killed", child_killed),
    log("dropped-while-sending", dropped_while_sending),
    log("resync-loop", resync_loop),
    Rule { evidence: &[Evidence::Twice], ..info("resyncs-counted", resyncs_counted) },
];

/// The line of a replica in this state.
fn in_state(case: &Case<'_>, states: &[&str]) -> Vec<(usize, crate::diagnose::evidence::Replica)> {
    let nodes = case.paste.nodes.iter().enumerate();
    nodes
        .flat_map(|(n, node)| node.info().map(Info::replicas).unwrap_or_default().into_iter().map(move |line| (n, line)))
        .filter(|(_, line)| states.contains(&line.state.as_str()))
        .collect()
}

fn waits(case: &Case<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (n, line) in in_state(case, &["wait_bgsave"]) {
        let node = &case.paste.nodes[n];
        let since = node.info().and_then(|info| info.number(Persistence::RdbCurrentBgsaveTimeSec)).filter(|s| *s >= 0);
        let finding =
            Finding::new(if since.is_some() { Certainty::Sure } else { Certainty::Open }, n, line.place).words("replica", line.address());
        let finding = match since {
            Some(seconds) => finding.value("since", Amount::Seconds(seconds)),
            None => finding.words("since", "?"),
        };
        found.push(finding.next("INFO persistence").next("tail -20 redis.log"));
    }
    found
}
fn sends(case: &Case<'_>) -> Vec<Finding> {
    let lines = in_state(case, &["send_bulk", "rdb_transmitted", "bg_transfer"]);
    lines
        .into_iter()
        .map(|(n, line)| Finding::new(Certainty::Open, n, line.place).words("replica", line.address()).next("INFO replication"))
        .collect()
}

fn receiving(info: &Info) -> Option<i64> {
    (info.number(Replication::MasterSyncInProgress) == Some(1)).then(|| info.number(Replication::MasterSyncLeftBytes).unwrap_or(-1))
}
fn silent_s(info: &Info) -> i64 {
    info.number(Replication::MasterSyncLastIoSecondsAgo).unwrap_or(0)
}
/// Seconds of silence in a transfer that are too many: a master sends line ends each second.
const STALLED_S: i64 = 5;

fn receives(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let info = node.info()?;
        let left = receiving(info)?;
        if silent_s(info) > STALLED_S {
            return None;
        }
        let place = info.get(Replication::MasterSyncLeftBytes).or_else(|| info.get(Replication::MasterSyncInProgress))?.place;
        let gone = node.before().and_then(receiving).filter(|before| *before > left && left > 0).map(|before| before - left);
        let apart = node.apart_ms.and_then(|ms| i64::try_from(ms).ok()).filter(|ms| *ms > 0);
        let found = Finding::new(if gone.is_some() { Certainty::Sure } else { Certainty::Open }, n, place).next("INFO replication");
        Some(match gone.zip(apart) {
            Some((gone, apart)) => {
                let rate = (gone.saturating_mul(1_000) / apart).max(1);
                found.value("left", Amount::Bytes(left)).value("rate", Amount::Rate(rate)).value("eta", Amount::Seconds(left / rate))
            }
            None if left > 0 => found.value("left", Amount::Bytes(left)).words("rate", "?").words("eta", "?"),
            None => found.words("left", "?").words("rate", "?").words("eta", "?"),
        })
    })
}
fn stalls(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let info = node.info()?;
        receiving(info)?;
        let seconds = silent_s(info);
        let place = info.get(Replication::MasterSyncLastIoSecondsAgo)?.place;
        if seconds <= STALLED_S {
            return None;
        }
        let timeout = node.directive(&["repl-timeout"]).unwrap_or(60);
        let found = Finding::new(if seconds > 10 { Certainty::Likely } else { Certainty::Open }, n, place)
            .value("silent", Amount::Seconds(seconds));
        Some(found.value("timeout", Amount::Seconds(timeout)).next("INFO replication").next("tail -20 redis.log"))
    })
}
fn loads(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let info = node.info()?;
        let field = [Persistence::Loading, Persistence::AsyncLoading].into_iter().find(|field| info.number(*field) == Some(1))?;
        Some(Finding::new(Certainty::Sure, n, info.get(field)?.place).next("INFO persistence"))
    })
}

/// A limit that closed a replica: the line, and the parts of its client.
const CLOSED: [&str; 2] = ["Life.OverLimit", "Life.ClosedOverLimit"];
fn part<'a>(told: &'a Told, name: &str) -> &'a str {
    told.value("client").split(' ').find_map(|part| part.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default()
}
fn of_replica(told: &Told) -> bool {
    part(told, "flags").contains('S') || ["psync", "sync", "replconf"].iter().any(|command| part(told, "cmd").starts_with(command))
}
/// It had not sent one ACK: it was still saving, sending or loading.
fn syncing(told: &Told) -> bool {
    matches!(part(told, "cmd"), "psync" | "sync")
}
fn closed(node: &Node) -> Vec<&Told> {
    node.lines(&CLOSED).filter(|told| of_replica(told)).collect()
}

/// What a closed replica teaches: how much waited, for how long, and so how fast it grew.
fn limit_finding(certainty: Certainty, n: usize, node: &Node, told: &Told, rounds: i64) -> Finding {
    let omem: i64 = part(told, "omem").parse().or_else(|_| part(told, "tot-mem").parse()).unwrap_or(0);
    let age: i64 = part(told, "age").parse().unwrap_or(0);
    let rate = if age > 0 { omem / age } else { omem };
    let need = omem.saturating_mul(4).max(64 << 20);
    let word = word(node);
    Finding::new(certainty, n, told.place)
        .value("omem", Amount::Bytes(omem))
        .value("age", Amount::Seconds(age))
        .value("rate", Amount::Rate(rate))
        .value("rounds", Amount::Count(rounds))
        .value("need", Amount::Bytes(need))
        .next("CONFIG GET client-output-buffer-limit")
        .next("INFO replication")
        .change(format!("CONFIG SET client-output-buffer-limit \"{word} {need} {need} 0\""))
}

fn limit_loop(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let closed: Vec<&Told> = closed(node).into_iter().filter(|told| syncing(told)).collect();
        let last = closed.last()?;
        let at = node.told.iter().rposition(|told| told.place == last.place)?;
        let again = node.told[at..].iter().find(|told| told.known.line == "Sessions.AsksForSync");
        let rounds = i64::try_from(closed.len()).unwrap_or(0);
        if rounds < 2 && again.is_none() {
            return None;
        }
        let started = node.lines(&["Sessions.StartingToDisk", "Sessions.StartingToSockets"]).count();
        let certainty = if rounds >= 2 || started >= 2 { Certainty::Sure } else { Certainty::Likely };
        let found = limit_finding(certainty, n, node, last, rounds).quote(again.map(|told| told.place));
        Some(found.quote(node.last(&["Sessions.Lack"]).map(|told| told.place)))
    })
}
fn limit_once(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let closed: Vec<&Told> = closed(node).into_iter().filter(|told| syncing(told)).collect();
        let [last] = closed[..] else { return None };
        let at = node.told.iter().rposition(|told| told.place == last.place)?;
        let again = node.told[at..].iter().any(|told| told.known.line == "Sessions.AsksForSync");
        (!again).then(|| limit_finding(Certainty::Likely, n, node, last, 1))
    })
}
fn limit_online(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let last = *closed(node).last()?;
        (!syncing(last)).then(|| limit_finding(Certainty::Sure, n, node, last, 1).next("SLOWLOG GET 10"))
    })
}

/// How a transfer that a replica gave up had begun.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begun {
    /// Its size was known.
    Sized,
    /// It came as it was made.
    Streamed,
    /// Nothing of it had come.
    Not,
}
/// Transfers that a replica gave up: the last, how many, and how it had begun.
fn timed_out<'a>(case: &Case<'_>, n: usize, node: &'a Node) -> Option<(&'a Told, i64, Begun)> {
    let at = node.last_at(&["Upstream.TimedOutTransfer"])?;
    let count = node.lines(&["Upstream.TimedOutTransfer"]).count();
    let before = node.told[..at].iter().rev();
    let mut attempt = before.take_while(|told| !["Upstream.SyncStarted", "Upstream.TimedOutTransfer"].contains(&told.known.line));
    let begun =
        attempt.find(|told| ["Upstream.Receiving", "Upstream.ReceivingStreamed"].contains(&told.known.line)).map(|told| told.known.line);
    let sockets = case.master(n).is_some_and(|master| {
        master.last(&["Sessions.StartingToSockets"]).is_some() && master.last(&["Sessions.StartingToDisk"]).is_none()
    });
    let begun = match begun {
        Some("Upstream.Receiving") => Begun::Sized,
        None if !sockets => Begun::Not,
        _ => Begun::Streamed,
    };
    Some((&node.told[at], i64::try_from(count).unwrap_or(0), begun))
}
fn silent_child(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let (last, rounds, begun) = timed_out(case, n, node)?;
        if begun != Begun::Streamed {
            return None;
        }
        let certainty = if rounds >= 2 { Certainty::Sure } else { Certainty::Likely };
        let started = case.master(n).and_then(|master| master.last(&["Sessions.StartingToSockets"]));
        let found = Finding::new(certainty, n, last.place)
            .quote(started.or_else(|| node.last(&["Upstream.ReceivingStreamed"])).map(|told| told.place));
        let found = found.value("rounds", Amount::Count(rounds)).next("CONFIG GET repl-timeout").next("CONFIG GET repl-diskless-sync");
        Some(found.change("CONFIG SET repl-diskless-sync no").change("CONFIG SET repl-timeout 300"))
    })
}
fn stalled_transfer(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let (last, rounds, begun) = timed_out(case, n, node)?;
        if begun != Begun::Sized || case.master(n).is_some_and(|master| !closed(master).is_empty()) {
            return None;
        }
        let found = Finding::new(Certainty::Likely, n, last.place).quote(node.last(&["Upstream.Receiving"]).map(|told| told.place));
        Some(found.value("rounds", Amount::Count(rounds)).next("INFO replication").next("grep \"output buffer limits\" redis.log"))
    })
}
/// A transfer that had not begun: its master may have closed it, and a child keeps the socket open; or nobody sent anything.
fn transfer_timeout(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let (last, rounds, begun) = timed_out(case, n, node)?;
        if begun != Begun::Not || case.master(n).is_some_and(|master| !closed(master).is_empty()) {
            return None;
        }
        let found = Finding::new(Certainty::Open, n, last.place).value("rounds", Amount::Count(rounds));
        Some(found.next("grep -E \"output buffer limits|Starting BGSAVE\" redis.log").next("CONFIG GET repl-diskless-sync"))
    })
}

fn rdb_version(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let told = node.last(&["Other.RdbVersion"])?;
        // A chat or a ticket goes on behind the number.
        let version = told.value("version");
        let version = &version[..version.bytes().take_while(u8::is_ascii_digit).count()];
        let found = Finding::new(Certainty::Sure, n, told.place).words("version", version);
        Some(found.quote(node.last(&["Load.FromMasterFailed"]).map(|told| told.place)).next("INFO server").change(follow(node, "NO ONE")))
    })
}
fn rdb_broken(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let told = node.last(&["Other.RdbShort", "Other.RdbSignature", "Other.RdbChecksum"])?;
        let failed = node.last(&["Load.FromMasterFailed"])?;
        Some(Finding::new(Certainty::Likely, n, told.place).quote(Some(failed.place)).next("tail -50 redis.log"))
    })
}
fn disk_full(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let full = |told: &&Told| told.known.values.iter().any(|(_, value)| value.contains("No space left"));
        let told = node.lines(&["Saving.WriteError", "Saving.CannotOpen", "Channel.DumpBroken", "Upstream.CannotOpenTemp"]).rfind(full)?;
        let found = Finding::new(Certainty::Sure, n, told.place)
            .quote(node.last(&["Sessions.BgsaveFailed", "Saving.Failed"]).map(|told| told.place));
        Some(found.next("df -h").next("CONFIG GET dir"))
    })
}
fn fork_failed(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let told = node.last(&["Saving.CannotFork"])?;
        Some(
            Finding::new(Certainty::Sure, n, told.place)
                .next("INFO memory")
                .next("sysctl vm.overcommit_memory")
                .change("sysctl vm.overcommit_memory=1"),
        )
    })
}
fn child_killed(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let told = node.last(&["Saving.Signalled", "Saving.TransferSignalled"])?;
        // A server that loses its last waiting replica, or is told to stop, kills its own child.
        let own = ["Saving.LastReplicaDropped", "Saving.KillingAtExit"];
        if node.last(&own).is_some() || !matches!(told.value("signal"), "9" | "11" | "6") {
            return None;
        }
        Some(
            Finding::new(Certainty::Likely, n, told.place)
                .words("signal", told.value("signal"))
                .next("dmesg | grep -i \"killed process\"")
                .next("INFO memory"),
        )
    })
}

/// A replica that counts as online as soon as the kernel has the last byte, and is dropped while bytes still flow: it loads after it was dropped.
fn dropped_while_sending(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let dropped = node.last(&["Sessions.TimedOut"])?;
        let online = node.last(&["Sessions.Synchronized"])?;
        let (late, early) = (dropped.frame.at_ms?, online.frame.at_ms?);
        let loads = |replica: &&Node| {
            let mut loads = replica.lines(&["Load.Flushing", "Load.Loading"]);
            let first = replica.last(&["Upstream.Receiving"]).and_then(|told| told.frame.at_ms);
            first.is_some_and(|first| first < late) && loads.any(|told| told.frame.at_ms.is_some_and(|at| at > late && early < late))
        };
        let replica = case.replicas(n).find(loads)?;
        let found = Finding::new(Certainty::Sure, n, dropped.place)
            .quote(Some(online.place))
            .quote(replica.last(&["Load.Loading"]).map(|told| told.place));
        Some(found.words("replica", dropped.value("replica")).next("CONFIG GET repl-timeout").change("CONFIG SET repl-timeout 300"))
    })
}

/// Many full resyncs in a log without one of the causes above.
fn resync_loop(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let name =
            if node.follows() || node.last(&["Upstream.FullResync"]).is_some() { "Upstream.FullResync" } else { "Sessions.FullRequested" };
        // Three replicas that came once each are no loop.
        let last = node.last(&[name])?.value("replica");
        let count = node.told.iter().filter(|told| told.known.line == name && told.value("replica") == last).count();
        let known = [
            "Other.RdbVersion",
            "Upstream.TimedOutTransfer",
            "Life.OverLimit",
            "Life.ClosedOverLimit",
            "Life.Ready",
            "Upstream.Follows",
            "Saving.CannotFork",
        ];
        if case.master(n).is_some_and(|master| !closed(master).is_empty()) {
            return None;
        }
        // What explains it stands behind the first of them: that a server started once before is nothing to a loop.
        let first = node.told.iter().position(|told| told.known.line == name && told.value("replica") == last)?;
        if count < 3 || known.iter().any(|line| node.last_at(&[line]).is_some_and(|at| at > first)) {
            return None;
        }
        let found =
            Finding::new(Certainty::Likely, n, node.last(&[name])?.place).value("rounds", Amount::Count(i64::try_from(count).unwrap_or(0)));
        Some(found.next("grep -E \"output buffer|Timeout|lost\" redis.log").next("INFO stats"))
    })
}
fn resyncs_counted(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let (now, before) = (node.info()?.get(Stats::SyncFull)?, node.before()?.number(Stats::SyncFull)?);
        let more = now.text.parse::<i64>().ok()? - before;
        (more > 0).then(|| {
            let found = Finding::new(Certainty::Sure, n, now.place).value("rounds", Amount::Count(more));
            found.next(String::from("grep -E \"output buffer|Timeout|lost\" redis.log"))
        })
    })
}
