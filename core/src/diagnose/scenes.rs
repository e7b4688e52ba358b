//! More scenarios of findings: transfers that break, data that differ, and histories of ids.

use super::scenery::{Of, Scene, pair};
use crate::era::{BacklogKind, Era};
use alloc::format;
use alloc::string::String;

/// Transfers, and what makes them fail.
pub(super) fn transfers(of: &Of<'_>) -> Scene {
    let era = of.era(|caps| caps.psync);
    let disk = if of.caps.diskless_default { " repl-diskless-sync no" } else { "" };
    let keys = format!("keys 20000 size 100{disk}");
    let narrow = |text: String| text.replace("default link latency 2ms", "default link latency 2ms bandwidth 150kb/s buffer 16kb");
    let word = of.word();
    let (opens, text) = match of.finding.rule {
        "limit-online" => {
            let limit = format!("client-output-buffer-limit {word} 1mb 1mb 0");
            (22, pair(&limit, "", "every 2ms SET key:{1..1000} {1000 bytes}") + "at 12s freeze master replica-1\n")
        }
        "limit-once" => {
            let limit = format!("{keys} repl-backlog-size 32kb client-output-buffer-limit {word} 256kb 256kb 0");
            let writer = "stopped SET key:{1..1000} {3000 bytes}";
            (14, narrow(pair(&limit, "", writer)) + "at 8s freeze master replica-1\nat 9s client writer every 10ms\n")
        }
        "silent-child" => {
            let streams = "keys 400 size 100 repl-diskless-sync yes repl-diskless-sync-delay 0";
            (24, pair(streams, "repl-timeout 5", "") + "at 1ms fault master child-silent\n")
        }
        "stalled-transfer" => (17, narrow(pair(&keys, "repl-timeout 5", "")) + "at 6s freeze master replica-1\n"),
        "transfer-stalls" => {
            let silent = of.finding.number("silent").unwrap_or(12).clamp(12, 45);
            (6 + silent, narrow(pair(&keys, "", "")) + "at 5s freeze master replica-1\n")
        }
        "transfer-timeout" => {
            let slow = String::from("scale 16\ncost rdb-save 2mb/s\n");
            (14, slow + &pair(&keys, "repl-timeout 5", "") + "at 4s freeze master replica-1\n")
        }
        "dropped-while-sending" => {
            let text = pair(&format!("{keys} repl-timeout 5"), "", "");
            (24, text.replace("default link latency 2ms", "default link latency 2ms bandwidth 150kb/s buffer 4mb"))
        }
        "resync-loop" => {
            let cuts: String =
                (0..4).map(|n| format!("at {0}s cut master replica-1\nat {1}s heal master replica-1\n", 6 + n * 8, 9 + n * 8)).collect();
            (40, pair("repl-backlog-size 16384", "", "every 10ms SET key:{1..100} {300 bytes}") + &cuts)
        }
        "resyncs-counted" => {
            let text = pair("repl-backlog-size 16384", "", "every 10ms SET key:{1..100} {300 bytes}");
            (20, text + "at 12s cut master replica-1\nat 15s heal master replica-1\n")
        }
        "fork-failed" => (6, pair(&keys, "", "") + "at 1ms fault master fork-fails\n"),
        _ => return None,
    };
    Some((opens, era, text))
}

/// Ids and restarts.
pub(super) fn ids(of: &Of<'_>) -> Scene {
    let newer = of.era(|caps| caps.psync2);
    let of_newer = of.caps.psync2 && of.caps.says_replica;
    let word = if of_newer { "REPLICAOF" } else { "SLAVEOF" };
    let (opens, era, text) = match of.finding.rule {
        "master-emptied" => {
            (14, of.era(|caps| caps.psync), pair("keys 1000 size 100", "", "") + "at 6s crash master\nat 8s restart master without rdb\n")
        }
        "second-id" => {
            let text = "default link latency 2ms\nnode first save \"\"\nnode second save \"\" follows first\nnode third save \"\" follows first\n\
                client writer on first: every 20ms SET key:{1..50} {40 bytes}\nat 5s freeze first -> second\nat 6s client writer stop\n";
            let change = format!("at 7.5s second: {word} NO ONE\nat 7.6s third: {word} second 6379\nat 8s heal first second\n");
            (14, newer, format!("{text}{change}"))
        }
        "sync-diverged" => {
            let known = "at 2s replica-1: SLAVEOF master 6379\nuntil replica-1 online for 2s within 30s\nat 19s master: AUTH s3cret\nat 20s cut master replica-1\n\
                at 20.1s master: DEBUG RELOAD\nat 20.5s heal master replica-1\n";
            (62, old(of), format!("{LOADING}{known}{FALLS_BACK}{BREAKS}"))
        }
        _ => return None,
    };
    let at_once = " repl-diskless-sync-delay 0 save";
    let text = if of.caps.diskless_default {
        text.replace("node first save", &format!("node first{at_once}")).replace("node second save", &format!("node second{at_once}"))
    } else {
        text
    };
    Some((opens, era, text))
}

/// A master that takes long to load, behind a password, and a replica that knows it.
const LOADING: &str = "scale 64\ncost rdb-load 13mb/s\ndefault link latency 8ms\nnode master requirepass s3cret masterauth s3cret keys 8000 size 100 save \"\"\n\
    node replica-1 masterauth s3cret\nclient counter on master: every 200ms INCR counter\n";
/// The replica asks while it loads, falls back to SYNC, and comes in.
const FALLS_BACK: &str = "until note replica-1 sync-fallback within 20s\nthen freeze replica-1 -> master\nuntil not master loading within 30s\n\
    then heal master replica-1\nuntil replica-1 online for 2s within 60s\n";
/// The link breaks once more.
const BREAKS: &str = "until now >= 46s within 60s\nthen cut master replica-1\nuntil now >= 48s within 10s\nthen heal master replica-1\n";
/// A release with the fallback.
fn old(of: &Of<'_>) -> &'static str {
    if of.caps.psync2 { Era::V3_0.name() } else { of.era(|caps| caps.wait && !caps.psync2) }
}

/// Data that differ or seem to, addresses, and processes.
pub(super) fn data(of: &Of<'_>) -> Scene {
    let era = of.era.name();
    let word = of.word();
    let (opens, era, text) = match of.finding.rule {
        "expired-kept" => {
            let text = "at 3s master: SET a 1\nat 4s master: SET session alice EX 4\nat 6s freeze master -> replica-1\n";
            (12, era, pair("", "", "") + text)
        }
        "keys-differ" => {
            let text = "at 4s master: SET a 1\nat 6s replica-1: SET own 1\n";
            (9, era, pair("", &format!("{word}-read-only no"), "") + text)
        }
        "stream-errors" => {
            let text = "at 4s replica-1: SET counter words\nat 6s master: INCR counter\n";
            (9, of.era(|caps| matches!(caps.backlog, BacklogKind::Blocks)), pair("", "replica-read-only no", "") + text)
        }
        "swapdb" => {
            let streams = "keys 8000 size 100 repl-diskless-sync yes repl-diskless-sync-delay 0";
            let text = format!("cost rdb-load 200kb/s\n{}", pair(streams, "repl-diskless-load swapdb", ""));
            (12, of.era(|caps| caps.diskless_load && matches!(caps.backlog, BacklogKind::Blocks)), text)
        }
        "just-started" => (6, era, pair("", "", "")),
        "same-address" => {
            let own = of.era(|caps| caps.psync && caps.announced_ip_bytes_max > 0);
            let own = if of.caps.psync2 { era } else { own };
            let word = if of.caps.psync2 && of.caps.says_replica { "replica" } else { "slave" };
            let announce = format!("{word}-announce-ip 172.17.0.1 {word}-announce-port 6379");
            let text = pair("", &announce, "") + &format!("node replica-2 {announce} follows master\n");
            (8, if of.caps.psync2 { own } else { Era::V3_2.name() }, text)
        }
        "unreachable" => (14, era, pair("", "", "") + &format!("at 4s replica-1: {} 10.99.9.9 6379\n", follow(of))),
        "name" => (14, era, pair("", "", "") + &format!("at 4s replica-1: {} nowhere 6379\n", follow(of))),
        _ => return None,
    };
    Some((opens, era, text))
}
/// The era's command to follow somebody.
const fn follow(of: &Of<'_>) -> &'static str {
    if of.caps.says_replica { "REPLICAOF" } else { "SLAVEOF" }
}
