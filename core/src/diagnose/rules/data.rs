//! Data that differ or seem to, releases that do not go together, processes that end.

use crate::diagnose::evidence::Info;
use crate::diagnose::finding::{Amount, Case, Certainty, Evidence, Finding, Grade, Rule, follow, master_of};
use crate::info::{Replication, Server, Stats};
use alloc::vec::Vec;

const fn row(name: &'static str, grade: Grade, evidence: &'static [Evidence], judge: fn(&Case<'_>) -> Vec<Finding>) -> Rule {
    Rule { name, grade, certainty: Certainty::Sure, evidence, holds: |_| true, judge }
}

pub(super) const RULES: &[Rule] = &[
    Rule { certainty: Certainty::Likely, ..row("expired-kept", Grade::Fine, &[Evidence::Pair], expired_kept) },
    Rule { certainty: Certainty::Likely, ..row("keys-differ", Grade::Ill, &[Evidence::Pair], keys_differ) },
    Rule { holds: |caps| caps.psync && !caps.psync2, ..row("own-offset", Grade::Fine, &[Evidence::Info], own_offset) },
    Rule { holds: |caps| caps.psync2, ..row("stream-errors", Grade::Ill, &[Evidence::Log, Evidence::Info], stream_errors) },
    Rule { holds: |caps| caps.psync2, ..row("stream-corrupt", Grade::Ill, &[Evidence::Log], stream_corrupt) },
    row("versions", Grade::Ill, &[Evidence::Pair], versions),
    row("oom-killed", Grade::Ill, &[Evidence::Log], oom_killed),
    row("crashed", Grade::Ill, &[Evidence::Log], crashed),
    Rule { certainty: Certainty::Likely, ..row("aof-off", Grade::Watch, &[Evidence::Log], aof_cannot) },
    row("priority-zero", Grade::Fine, &[Evidence::Info], priority_zero),
    row("cascade", Grade::Fine, &[Evidence::Info], cascade),
    row("swapdb", Grade::Fine, &[Evidence::Info, Evidence::Log], swapdb),
    Rule { certainty: Certainty::Likely, ..row("just-started", Grade::Fine, &[Evidence::Info], just_started) },
];

/// Both ends in step, and how many keys each has.
fn in_step(case: &Case<'_>) -> Vec<(usize, usize, i64, i64, i64, crate::diagnose::place::Place)> {
    let pairs = case.pairs.iter().filter_map(|(master, replica)| {
        let (own, other) = (case.paste.nodes[*master].info()?, case.paste.nodes[*replica].info()?);
        let (keys, _, _) = own.keys()?;
        let (more, mortal, place) = other.keys()?;
        let up = other.text(Replication::MasterLinkStatus) != "down";
        up.then_some((*master, *replica, keys, more, mortal, place))
    });
    pairs.collect()
}
fn expired_kept(case: &Case<'_>) -> Vec<Finding> {
    let found = in_step(case).into_iter().filter(|(_, _, keys, more, mortal, _)| more > keys && more - keys <= *mortal);
    let found = found.map(|(_, replica, keys, more, _, place)| {
        Finding::new(Certainty::Likely, replica, place)
            .value("keys", Amount::Count(keys))
            .value("more", Amount::Count(more))
            .next("INFO keyspace")
    });
    found.collect()
}
fn keys_differ(case: &Case<'_>) -> Vec<Finding> {
    let settled = |master: usize, replica: usize| {
        let offset = |info: &Info, field| info.number(field);
        let (own, other) = (case.paste.nodes[master].info(), case.paste.nodes[replica].info());
        let pair = own
            .and_then(|info| offset(info, Replication::MasterReplOffset))
            .zip(other.and_then(|info| offset(info, Replication::SlaveReplOffset)));
        pair.is_some_and(|(own, other)| (own - other).abs() <= 14)
    };
    let found = in_step(case).into_iter().filter(|(master, replica, keys, more, mortal, _)| {
        let kept = more > keys && more - keys <= *mortal;
        !kept && more != keys && *mortal == 0 && settled(*master, *replica)
    });
    let found = found.map(|(_, replica, keys, more, _, place)| {
        let node = &case.paste.nodes[replica];
        let finding = Finding::new(Certainty::Likely, replica, place).value("keys", Amount::Count(keys)).value("more", Amount::Count(more));
        finding.next("DEBUG DIGEST").change(follow(node, "NO ONE")).change(follow(node, &master_of(node)))
    });
    found.collect()
}
fn own_offset(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let info = node.info().filter(|info| node.follows() && info.get(Replication::MasterReplid).is_none())?;
        let own = info.get(Replication::MasterReplOffset)?;
        let stream = info.get(Replication::SlaveReplOffset)?;
        (own.text != stream.text && own.text != "0").then(|| {
            Finding::new(Certainty::Sure, n, own.place)
                .quote(Some(stream.place))
                .words("own", own.text.as_str())
                .words("stream", stream.text.as_str())
        })
    })
}
fn stream_errors(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let told = node.last(&["Upstream.ErrorToMaster", "Sessions.AnsweredError", "Sessions.Answered"]);
        let counted = node
            .info()
            .and_then(|info| info.get(Stats::UnexpectedErrorReplies))
            .filter(|value| value.text.parse::<i64>().is_ok_and(|count| count > 0));
        let place = told.map(|told| told.place).or_else(|| counted.map(|value| value.place))?;
        let found = Finding::new(Certainty::Sure, n, place)
            .words("error", told.map_or("", |told| told.value("error")))
            .words("command", told.map_or("", |told| told.value("command")));
        Some(found.next("INFO errorstats").next("DEBUG DIGEST").change(follow(node, "NO ONE")).change(follow(node, &master_of(node))))
    })
}
fn stream_corrupt(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let told = node.last(&["Upstream.InlineFromMaster"])?;
        Some(Finding::new(Certainty::Sure, n, told.place).next("INFO server").next("tail -50 redis.log"))
    })
}
/// A master whose RDB its replica cannot read: later releases write later versions.
fn versions(case: &Case<'_>) -> Vec<Finding> {
    let found = case.pairs.iter().filter_map(|(master, replica)| {
        let version = |n: usize| case.paste.nodes[n].info()?.get(Server::RedisVersion);
        let (own, other) = (version(*master)?, version(*replica)?);
        // What the release writes (docs/redis.md §13).
        let rdb = |n: usize| case.paste.nodes[n].eras().first().map(|era| era.capabilities().rdb_version);
        (rdb(*master) > rdb(*replica)).then(|| {
            let found = Finding::new(Certainty::Sure, *replica, other.place).quote(Some(own.place));
            found.words("master", own.text.as_str()).words("replica", other.text.as_str()).next("INFO server")
        })
    });
    found.collect()
}
fn oom_killed(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let told = node.last(&["Other.OomKilled"])?;
        Some(Finding::new(Certainty::Sure, n, told.place).words("pid", told.value("pid")).next("INFO memory").next("dmesg | tail"))
    })
}
fn crashed(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let told = node.last(&["Other.Crashed", "Upstream.CannotWrite", "Aof.CannotGoOn"])?;
        Some(Finding::new(Certainty::Sure, n, told.place).next("INFO server"))
    })
}
fn aof_cannot(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let told = node.last(&["Aof.TriesAgain", "Upstream.AppliesUnwritten"])?;
        Some(Finding::new(Certainty::Likely, n, told.place).next("df -h").next("INFO persistence"))
    })
}
fn priority_zero(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let line = node.info()?.get(Replication::SlavePriority).filter(|value| value.text == "0")?;
        Some(Finding::new(Certainty::Sure, n, line.place))
    })
}
fn cascade(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let info = node.info().filter(|_| node.follows())?;
        let line = info.get(Replication::ConnectedSlaves).filter(|value| value.text != "0")?;
        Some(Finding::new(Certainty::Sure, n, line.place).words("count", line.text.as_str()))
    })
}
fn swapdb(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let told = node.last(&["Load.Swapping", "Load.DiscardingOld"]).map(|told| told.place);
        let place = told.or_else(|| {
            node.info()?.get(crate::info::Persistence::AsyncLoading).filter(|value| value.text == "1").map(|value| value.place)
        })?;
        Some(Finding::new(Certainty::Sure, n, place).next("CONFIG GET repl-diskless-load"))
    })
}
fn just_started(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let line = node.info()?.get(Server::UptimeInSeconds)?;
        let seconds: i64 = line.text.parse().ok()?;
        let resynced = node.info()?.number(Stats::SyncFull).unwrap_or(0) > 0 || node.follows();
        (seconds < 120 && resynced).then(|| {
            Finding::new(Certainty::Likely, n, line.place).value("up", Amount::Seconds(seconds)).next("grep -c \"just started\" redis.log")
        })
    })
}
