//! Links that are down, and why.

use crate::diagnose::evidence::{Node, Replica, Told};
use crate::diagnose::finding::{Amount, Case, Certainty, Evidence, Finding, Grade, Rule, master_of, word};
use crate::info::Replication;
use alloc::format;
use alloc::vec::Vec;

/// A row of this family, which is about a replica's log.
const fn log(name: &'static str, judge: fn(&Case<'_>) -> Vec<Finding>) -> Rule {
    Rule { name, grade: Grade::Ill, certainty: Certainty::Sure, evidence: &[Evidence::Log], holds: |_| true, judge }
}

pub(super) const RULES: &[Rule] = &[
    log("refused", refused),
    log("unreachable", unreachable),
    log("name", name),
    log("dial-timeout", dial_timeout),
    log("auth-missing", |case| replies(case, &["-NOAUTH", "operation not permitted"], false)),
    log("auth-wrong", |case| replies(case, &["invalid password", "-WRONGPASS"], false)),
    log("auth-superfluous", |case| replies(case, &["no password is set", "without any password configured"], false)),
    log("no-permission", |case| replies(case, &["-NOPERM"], false)),
    Rule { grade: Grade::Watch, ..log("master-loading", |case| replies(case, &["-LOADING", "LOADING "], true)) },
    log("stale-master", |case| replies(case, &["MASTERDOWN"], false)),
    log("no-master-link", |case| replies(case, &["NOMASTERLINK", "Can't SYNC while not connected"], true)),
    log("protected-mode", |case| replies(case, &["-DENIED"], false)),
    log("master-misconf", |case| replies(case, &["-MISCONF"], false)),
    log("not-a-master", bad_protocol),
    log("tls", tls),
    Rule { certainty: Certainty::Open, evidence: &[Evidence::Info], ..log("link-down", link_down) },
    Rule { grade: Grade::Watch, evidence: &[Evidence::Info], ..log("never-linked", never_linked) },
    Rule { evidence: &[Evidence::Info], ..log("same-address", same_address) },
];

/// Lines after which a link lives.
pub(super) const HEALED: [&str; 2] = ["Load.Finished", "Upstream.PartialAccepted"];

/// The last of these lines, unless the link has lived since.
fn trouble<'a>(node: &'a Node, names: &[&'static str]) -> Option<&'a Told> {
    let at = node.last_at(names)?;
    if node.last_at(&HEALED).is_some_and(|healed| healed > at)
        || node.last_at(&["Upstream.Promoted", "Life.Ready"]).is_some_and(|over| over > at)
    {
        return None;
    }
    // An INFO in which the link is up is of another moment, or later: it wins.
    let up = node.info().is_some_and(|info| info.text(Replication::MasterLinkStatus) == "up");
    (!up).then(|| &node.told[at])
}

/// Lines that end an attempt.
const ENDS: [&str; 10] = [
    "Upstream.SocketError",
    "Upstream.CannotConnect",
    "Upstream.TimedOutConnecting",
    "Upstream.PingError",
    "Upstream.AuthError",
    "Upstream.PsyncUnexpected",
    "Upstream.PsyncUnknown",
    "Upstream.PsyncLater",
    "Upstream.Aborted",
    "Upstream.BadProtocol",
];

/// How the last attempt ended, if it failed.
fn last_end(node: &Node) -> Option<&Told> {
    trouble(node, &ENDS)
}

fn finding(n: usize, node: &Node, told: &Told) -> Finding {
    let at = node.info().and_then(|info| info.get(Replication::MasterLinkStatus)).map(|value| value.place);
    Finding::new(Certainty::Sure, n, told.place).quote(at).words("master", master_of(node).replace(' ', ":"))
}

fn ends_with(case: &Case<'_>, line: &str, errno: &[&str]) -> Vec<Finding> {
    case.each(|n, node| {
        let told = last_end(node).filter(|told| told.known.line == line)?;
        let why = told.value("errno");
        let fits = errno.iter().any(|errno| why.starts_with(errno));
        fits.then(|| finding(n, node, told).words("error", why).next(format!("redis-cli -h {} PING", master_of(node).replace(' ', " -p "))))
    })
}
fn refused(case: &Case<'_>) -> Vec<Finding> {
    let mut found = ends_with(case, "Upstream.SocketError", &["Connection refused"]);
    found.extend(ends_with(case, "Upstream.CannotConnect", &["Connection refused"]));
    found.into_iter().map(|finding| finding.next("CONFIG GET bind").next("ss -ltnp | grep redis")).collect()
}
fn unreachable(case: &Case<'_>) -> Vec<Finding> {
    let mut found = ends_with(case, "Upstream.SocketError", &["No route", "Connection timed out", "Network is unreachable"]);
    found.extend(ends_with(case, "Upstream.CannotConnect", &["No route", "Network is unreachable"]));
    found
}
fn name(case: &Case<'_>) -> Vec<Finding> {
    ends_with(
        case,
        "Upstream.CannotConnect",
        &["Operation now in progress", "Success", "Resource temporarily unavailable", "Can't resolve", "Invalid argument", "No such file"],
    )
    .into_iter()
    .map(|finding| finding.next("getent hosts <name>"))
    .collect()
}
fn dial_timeout(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let told = last_end(node).filter(|told| told.known.line == "Upstream.TimedOutConnecting")?;
        let ping = format!("redis-cli -h {} PING", master_of(node).replace(' ', " -p "));
        Some(finding(n, node, told).next(ping).next("ps -o stat,etime,cmd -C redis-server"))
    })
}

/// Findings by what the master answered. `later`: also answers after which a replica waits.
fn replies(case: &Case<'_>, words: &[&str], later: bool) -> Vec<Finding> {
    case.each(|n, node| {
        let told = last_end(node).filter(|told| later || told.known.line != "Upstream.PsyncLater")?;
        let reply = if told.known.line == "Upstream.Aborted" { told.value("error") } else { told.value("reply") };
        let dashed = format!("-{reply}");
        if !words.iter().any(|word| reply.contains(word) || told.known.line == "Upstream.Aborted" && dashed.contains(word)) {
            return None;
        }
        let found = finding(n, node, told).words("reply", reply);
        Some(match words[0] {
            "-NOAUTH" => found.next("CONFIG GET masterauth").change("CONFIG SET masterauth \"<password of the master>\""),
            "invalid password" => found
                .next("CONFIG GET masterauth")
                .next("CONFIG GET masteruser")
                .change("CONFIG SET masterauth \"<password of the master>\""),
            "no password is set" => found.next("CONFIG GET masterauth").change("CONFIG SET masterauth \"\""),
            "-NOPERM" => found.next("ACL GETUSER <masteruser>").change("ACL SETUSER <masteruser> +psync +replconf +ping"),
            "-LOADING" => found.next("INFO persistence"),
            "MASTERDOWN" => found.next("INFO replication").change(format!("CONFIG SET {}-serve-stale-data yes", word(node))),
            "NOMASTERLINK" => found.next("INFO replication"),
            "-DENIED" => found.next("CONFIG GET protected-mode").change("CONFIG SET requirepass \"<password>\""),
            _ => found.next("INFO persistence").next("df -h").next("CONFIG GET dir"),
        })
    })
}

fn bad_protocol(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let told = last_end(node).filter(|told| told.known.line == "Upstream.BadProtocol")?;
        Some(finding(n, node, told).words("received", told.value("received")))
    })
}

fn tls(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let told = node.told.iter().rev().find(|told| {
            let words = told.known.values.iter().map(|(_, value)| value.as_str());
            ["Other.Tls", "Upstream.SocketError", "Upstream.ReadFailed"].contains(&told.known.line)
                && words.into_iter().any(|words| words.contains("SSL") || words.contains("wrong version number"))
        })?;
        let found = Finding::new(Certainty::Sure, n, told.place).next("CONFIG GET tls-port").next("CONFIG GET tls-replication");
        Some(found.change("CONFIG SET tls-replication yes"))
    })
}

fn link_down(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let info = node.info()?;
        let status = info.get(Replication::MasterLinkStatus).filter(|value| value.text == "down")?;
        let receives =
            info.number(Replication::MasterSyncInProgress) == Some(1) || info.number(crate::info::Persistence::Loading) == Some(1);
        if receives || last_end(node).is_some() || down_for(info).is_some_and(|s| !(0..=1_000_000_000).contains(&s)) {
            return None;
        }
        let found = Finding::new(Certainty::Open, n, status.place).words("master", master_of(node).replace(' ', ":"));
        let found = match down_for(info) {
            Some(seconds) => found
                .quote(info.get(Replication::MasterLinkDownSinceSeconds).map(|value| value.place))
                .value("down", Amount::Seconds(seconds)),
            None => found.words("down", "?"),
        };
        Some(found.next("tail -50 redis.log").next(format!("redis-cli -h {} PING", master_of(node).replace(' ', " -p "))))
    })
}
fn down_for(info: &crate::diagnose::evidence::Info) -> Option<i64> {
    info.number(Replication::MasterLinkDownSinceSeconds)
}

fn never_linked(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let info = node.info()?;
        let since = info.get(Replication::MasterLinkDownSinceSeconds)?;
        let never = down_for(info).is_some_and(|s| s == -1 || s > 1_000_000_000);
        let receives =
            info.number(Replication::MasterSyncInProgress) == Some(1) || info.number(crate::info::Persistence::Loading) == Some(1);
        if !never || receives || info.text(Replication::MasterLinkStatus) == "up" || last_end(node).is_some() {
            return None;
        }
        let found = Finding::new(Certainty::Sure, n, since.place).words("master", master_of(node).replace(' ', ":"));
        Some(found.next("tail -50 redis.log").next(format!("redis-cli -h {} PING", master_of(node).replace(' ', " -p "))))
    })
}

fn same_address(case: &Case<'_>) -> Vec<Finding> {
    case.each(|n, node| {
        let replicas = node.info()?.replicas();
        let mut twice = replicas.iter().enumerate().flat_map(|(at, line)| replicas[..at].iter().map(move |other| (line, other)));
        // A replica that synchronises over two connections stands there twice, and with an attempt that is over for as long as its RDB is kept (Valkey).
        let same = |line: &Replica, other: &Replica| line.ip == other.ip && line.port == other.port;
        let counts = |line: &Replica| !line.ip.is_empty() && line.port > 0 && !line.one_of_two;
        let (line, other) = twice.find(|(line, other)| same(line, other) && counts(line) && counts(other))?;
        let word = word(node);
        let found = Finding::new(Certainty::Sure, n, line.place).quote(Some(other.place)).words("address", line.address());
        Some(
            found
                .change(format!("CONFIG SET {word}-announce-ip <address that others reach>"))
                .change(format!("CONFIG SET {word}-announce-port <port>")),
        )
    })
}
