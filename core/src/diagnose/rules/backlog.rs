//! Why a full resync and not a partial one: the backlog, ids, and what was kept of an old link.

use crate::diagnose::evidence::{Node, Told};
use crate::diagnose::finding::{Amount, Case, Certainty, Evidence, Finding, Grade, Rule, rate};
use crate::info::Replication;
use alloc::format;
use alloc::vec::Vec;

const fn log(name: &'static str, judge: fn(&Case<'_>) -> Vec<Finding>) -> Rule {
    Rule { name, grade: Grade::Watch, certainty: Certainty::Sure, evidence: &[Evidence::Log], holds: |caps| caps.psync, judge }
}

pub(super) const RULES: &[Rule] = &[
    log("backlog-lack", lack),
    log("backlog-freed", freed),
    Rule { evidence: &[Evidence::Info], certainty: Certainty::Likely, ..log("backlog-inactive", inactive) },
    Rule {
        evidence: &[Evidence::Twice],
        holds: |caps| caps.psync && matches!(caps.backlog, crate::era::BacklogKind::Ring),
        ..log("backlog-resized", resized)
    },
    Rule { grade: Grade::Fine, evidence: &[Evidence::Info, Evidence::Twice], ..log("backlog-full", full) },
    Rule { grade: Grade::Ill, ..log("master-emptied", emptied) },
    log("id-restart", restarted),
    log("id-mismatch", mismatch),
    Rule { grade: Grade::Fine, holds: |caps| caps.psync2, ..log("denied-fresh", fresh) },
    Rule { holds: |caps| caps.psync2, ..log("second-id", second_id) },
    Rule { grade: Grade::Ill, certainty: Certainty::Likely, ..log("ahead", ahead) },
    Rule { holds: |caps| caps.psync2, ..log("aof-restart", aof_restart) },
    Rule { grade: Grade::Fine, certainty: Certainty::Likely, ..log("first-contact", first_contact) },
    Rule { certainty: Certainty::Likely, ..log("cut-again", cut_again) },
];

fn lack(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let told = node.last(&["Sessions.Lack"])?;
        let size = node.info().and_then(|info| info.number(Replication::ReplBacklogSize));
        let head = node.info().and_then(|info| info.number(Replication::MasterReplOffset));
        let missed = head.zip(told.number("offset")).map(|(head, asked)| head - asked + 1).filter(|missed| *missed > 0);
        let found = Finding::new(Certainty::Sure, n, told.place)
            .quote(node.info().and_then(|info| info.get(Replication::ReplBacklogSize)).map(|value| value.place));
        let found = found.words("replica", told.value("replica")).words("asked", told.value("offset"));
        let found = match size {
            Some(size) => found.value("size", Amount::Bytes(size)),
            None => found.words("size", "?"),
        };
        let found = found.next("INFO replication").next("CONFIG GET repl-backlog-size");
        let wanted = missed
            .map_or_else(|| size.map_or(64 << 20, |size| size.saturating_mul(64)), |missed| missed.saturating_mul(2))
            .clamp(16_384, 1 << 40);
        Some(found.change(format!("CONFIG SET repl-backlog-size {wanted}")))
    })
}
fn freed(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let told = node.last(&["Sessions.BacklogFreed"])?;
        let found = Finding::new(Certainty::Sure, n, told.place).words("ttl", told.value("ttl_s")).next("CONFIG GET repl-backlog-ttl");
        Some(found.change("CONFIG SET repl-backlog-ttl 0"))
    })
}
fn inactive(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let info = node.info()?;
        let active = info.get(Replication::ReplBacklogActive).filter(|value| value.text == "0")?;
        let written = info.number(Replication::MasterReplOffset)? > 1;
        let alone = info.number(Replication::ConnectedSlaves) == Some(0);
        (written && alone && !node.follows()).then(|| {
            let found = Finding::new(Certainty::Likely, n, active.place)
                .next("CONFIG GET repl-backlog-ttl")
                .next("grep \"backlog freed\" redis.log");
            found.change("CONFIG SET repl-backlog-ttl 0")
        })
    })
}
fn resized(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let (now, before) = (node.info()?, node.before()?);
        let size = |info: &crate::diagnose::evidence::Info| info.number(Replication::ReplBacklogSize);
        let held = now.get(Replication::ReplBacklogHistlen)?;
        let (new, old) = (held.text.parse::<i64>().ok()?, before.number(Replication::ReplBacklogHistlen)?);
        let changed = size(now)? != size(before)? && new < old && now.number(Replication::ReplBacklogActive) == Some(1);
        changed.then(|| {
            let found = Finding::new(Certainty::Sure, n, held.place).quote(now.get(Replication::ReplBacklogSize).map(|value| value.place));
            found.value("old", Amount::Bytes(old)).value("new", Amount::Bytes(new))
        })
    })
}
fn full(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let info = node.info()?;
        let held = info.get(Replication::ReplBacklogHistlen)?;
        let size = info.number(Replication::ReplBacklogSize)?;
        let active = info.number(Replication::ReplBacklogActive) == Some(1);
        if !active || held.text.parse::<i64>().ok()? < size || node.follows() {
            return None;
        }
        let rate = rate(node).filter(|rate| *rate > 0);
        let found =
            Finding::new(if rate.is_some() { Certainty::Sure } else { Certainty::Open }, n, held.place).value("size", Amount::Bytes(size));
        Some(match rate {
            Some(rate) => found.value("rate", Amount::Rate(rate)).value("covers", Amount::Seconds(size / rate)),
            None => found.words("rate", "?").words("covers", "?").next("INFO replication"),
        })
    })
}

/// The last refusal for its id, and where it stands in the log.
fn foreign(node: &Node) -> Option<(usize, &Told)> {
    let at = node.last_at(&["Sessions.Foreign"])?;
    Some((at, &node.told[at]))
}
/// The start of the process before this line, if the log has it; and the line of what it loaded.
fn start(node: &Node, before: usize) -> Option<(&Told, Option<&Told>)> {
    let earlier = &node.told[..before];
    let begins = ["Life.Ready", "Life.Initialized", "Life.Started", "Life.Version", "Load.FromDisk", "Other.LoadedAof"];
    let at = earlier.iter().rposition(|told| begins.contains(&told.known.line))?;
    // A log that only shows how the first process began says nothing of a second one.
    let first = ["Sessions.AsksForSync", "Sessions.Synchronized", "Life.ByeBye", "Sessions.Lost"];
    let whole = ["Life.Starting", "Life.Started", "Life.Version", "Life.ByeBye"];
    let begun = earlier[..=at].iter().rposition(|told| whole.contains(&told.known.line)).unwrap_or(0);
    if !earlier[..at].iter().any(|told| first.contains(&told.known.line))
        && node.told[before..].iter().any(|told| told.known.line == "Sessions.BacklogCreated")
    {
        return None;
    }
    let loaded = earlier[begun..].iter().rev().find(|told| ["Load.FromDisk", "Other.LoadedAof"].contains(&told.known.line));
    Some((&earlier[at], loaded))
}
/// Whether this master's log shows that it had replicas before this line: then an id that it does not know was its own.
fn had_replicas(node: &Node, before: usize) -> bool {
    let served = ["Sessions.Synchronized", "Sessions.Accepted", "Sessions.Streamed", "Sessions.Lost"];
    let begun = node.told[..before].iter().position(|told| served.contains(&told.known.line));
    let again = ["Life.Ready", "Life.Started", "Life.Version", "Load.FromDisk", "Other.LoadedAof", "Life.ByeBye"];
    begun.is_some_and(|begun| node.told[begun..before].iter().any(|told| again.contains(&told.known.line)))
}
/// A first replica that never followed this master asks with its own id.
fn is_fresh(case: &Case<'_>, n: usize, node: &Node) -> bool {
    let made_up = |replica: &Node| {
        let asked = replica.last_at(&["Upstream.TryingPartial"]);
        let own = replica.last_at(&["Upstream.CachedMyself"]);
        let lived = replica.lines(&super::link::HEALED).count();
        asked.zip(own).is_some_and(|(asked, own)| own < asked) && lived <= 1
    };
    let first = node.lines(&["Sessions.Foreign"]).count() == 1 && node.lines(&["Sessions.Synchronized", "Sessions.Accepted"]).count() <= 1;
    first && case.replicas(n).any(made_up)
}
/// A master up to 3.2 whose replica is known to be up to 3.2 too: such a replica never asks with an id that it made up.
fn known_old(case: &Case<'_>, n: usize, told: &Told) -> bool {
    let newer = |eras: &[crate::era::Era]| eras.is_empty() || eras.iter().any(|era| era.capabilities().psync2);
    !newer(&told.known.eras) && case.replicas(n).next().is_some_and(|replica| !newer(&replica.eras()))
}

fn emptied(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let (at, told) = foreign(node)?;
        let (start, loaded) = start(node, at)?;
        // A small file is read in no time as well as an empty one.
        let quick = loaded.is_some_and(|loaded| loaded.value("ms") == "0.000");
        if loaded.is_some() && !quick || is_fresh(case, n, node) {
            return None;
        }
        if node.info().and_then(crate::diagnose::evidence::Info::keys).is_some_and(|(keys, _, _)| keys > 0) {
            return None;
        }
        let sure = had_replicas(node, at) || known_old(case, n, told);
        let certainty = if quick || !sure { Certainty::Open } else { Certainty::Likely };
        let found = Finding::new(certainty, n, told.place).quote(Some(loaded.unwrap_or(start).place));
        Some(found.next("INFO keyspace").next("CONFIG GET dir").next("CONFIG GET appendonly"))
    })
}
fn restarted(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let (at, told) = foreign(node)?;
        if is_fresh(case, n, node) {
            return None;
        }
        let start = start(node, at);
        if start.is_none() && !known_old(case, n, told) {
            return None;
        }
        let sure = had_replicas(node, at) || known_old(case, n, told);
        let certainty = if sure { Certainty::Sure } else { Certainty::Open };
        let found = Finding::new(certainty, n, told.place).quote(start.map(|(told, _)| told.place));
        Some(found.words("asked", told.value("asked")).next("INFO server"))
    })
}
fn mismatch(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let (at, told) = foreign(node)?;
        if known_old(case, n, told) || start(node, at).is_some() || is_fresh(case, n, node) {
            return None;
        }
        let found = Finding::new(Certainty::Open, n, told.place).words("asked", told.value("asked"));
        Some(found.next("INFO server").next("INFO replication").next("grep \"Before turning into\" redis.log"))
    })
}
fn fresh(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let (_, told) = foreign(node)?;
        is_fresh(case, n, node).then(|| {
            let own = case.replicas(n).find_map(|replica| replica.last(&["Upstream.CachedMyself"]));
            Finding::new(Certainty::Sure, n, told.place).quote(own.map(|told| told.place))
        })
    })
}
fn second_id(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let told = node.last(&["Sessions.SecondTooFar"])?;
        let (asked, until) = (told.number("offset")?, told.number("until")?);
        let found = Finding::new(Certainty::Sure, n, told.place).value("lost", Amount::Bytes((asked - until).max(0)));
        Some(found.words("asked", told.value("offset")).words("until", told.value("until")).next("INFO replication"))
    })
}
fn ahead(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let told = node.last(&["Sessions.Ahead"])?;
        // Without a backlog a replica that has everything asks for the byte after the last one, and is called ahead.
        if node.last(&["Sessions.BacklogFreed"]).is_some() {
            return None;
        }
        let asked = node.last(&["Sessions.Lack"]).and_then(|told| told.number("offset"));
        let head = node.info().and_then(|info| info.number(Replication::MasterReplOffset));
        let certainty = if asked.zip(head).is_some_and(|(asked, head)| asked > head + 1) { Certainty::Sure } else { Certainty::Open };
        Some(Finding::new(certainty, n, told.place).words("replica", told.value("replica")).next("INFO server").next("INFO replication"))
    })
}
fn aof_restart(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let aof = node.last_at(&["Other.LoadedAof"])?;
        let none = node.last_at(&["Upstream.NoCachedMaster"]).filter(|none| *none > aof)?;
        let found = Finding::new(Certainty::Sure, n, node.told[none].place).quote(Some(node.told[aof].place));
        Some(found.next("CONFIG GET appendonly"))
    })
}
fn first_contact(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let at = node.last_at(&["Upstream.NoCachedMaster"])?;
        if node.last_at(&["Other.LoadedAof"]).is_some_and(|aof| aof < at) {
            return None;
        }
        Some(Finding::new(Certainty::Likely, n, node.told[at].place).next("INFO server"))
    })
}
fn cut_again(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        // Over two connections (Valkey) the first one asks to go on from where the RDB ends: nothing was cut.
        let mut delivers = false;
        let mut all: Vec<&Told> = Vec::new();
        for told in node.lines(&["Sessions.Accepted", "Channel.Delivers"]) {
            let asked = told.known.line == "Sessions.Accepted";
            if asked && !delivers && told.number("bytes").is_some_and(|bytes| bytes <= 14) {
                all.push(told);
            }
            delivers = !asked;
        }
        let last = all.last()?;
        let timeout = case.replicas(n).any(|replica| replica.last(&["Upstream.TimedOutStream"]).is_some());
        let found = Finding::new(if all.len() > 1 { Certainty::Likely } else { Certainty::Open }, n, last.place)
            .words("bytes", last.value("bytes"));
        (!timeout).then(|| {
            found
                .value("rounds", Amount::Count(i64::try_from(all.len()).unwrap_or(0)))
                .next("grep -E \"Timeout|timeout|lost\" redis.log")
                .next("CONFIG GET timeout")
        })
    })
}
