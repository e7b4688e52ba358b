//! The scenario of a finding: a small world of the same era, with the numbers that were pasted where they matter, in which the engine comes to show the same.

use super::finding::Finding;
use super::judge::Diagnosis;
use super::scenery::{Of, Scene, WRITER, pair};
use super::scenes;
use crate::era::{BacklogKind, Era};
use alloc::format;
use alloc::string::String;

/// The text of a scenario in which the same is to be seen at its `opens at`; `None` where the engine has no such thing.
#[must_use]
pub fn scene(diagnosis: &Diagnosis, finding: &Finding) -> Option<String> {
    let node = finding.node.and_then(|n| diagnosis.paste.nodes.get(n));
    let era = node.and_then(|node| node.eras().first().copied()).unwrap_or(Era::V3_0);
    let of = Of { era, caps: era.capabilities(), finding, node };
    let families: [fn(&Of<'_>) -> Scene; 8] = [sync, link, pace, history, full, scenes::transfers, scenes::ids, scenes::data];
    let (opens, era, text) = families.iter().find_map(|family| family(&of))?;
    // From 7.0 on a master waits for others before it sends to sockets: that is not what these scenes are about.
    let diskless = Era::ALL.into_iter().find(|own| own.name() == era).is_some_and(|era| era.capabilities().diskless_default);
    let text = if diskless && !text.contains("repl-diskless-sync no") {
        text.replace("node master ", "node master repl-diskless-sync-delay 0 ")
    } else {
        text
    };
    Some(format!("title {}\nopens at {opens}s\nera {era}\nseed 7\n{text}", finding.rule))
}

fn sync(of: &Of<'_>) -> Scene {
    let era = of.era(|caps| caps.wait && !caps.psync2 && caps.says_replica == of.caps.says_replica);
    let era = if of.caps.psync2 { Era::V3_0.name() } else { era };
    match of.finding.rule {
        // The master restarts behind a password, and has loaded between PSYNC and SYNC, which a short freeze holds back.
        "sync-replica" | "sync-fallback" => {
            let text = "scale 64\ncost rdb-load 24mb/s\ndefault link latency 8ms\nnode master requirepass s3cret masterauth s3cret keys 8000 size 100 save \"\"\n\
                node replica-1 masterauth s3cret appendonly yes\nclient writer on master: every 200ms SET key:{1..100} {32 bytes}\nat 2s replica-1: SLAVEOF master 6379\n\
                until replica-1 online for 2s within 30s\nthen restart master\nuntil note replica-1 sync-fallback within 20s\nthen freeze replica-1 -> master\n\
                until master process = up within 20s\nthen heal replica-1 master\nuntil replica-1 online within 30s\n";
            let lag = of.finding.number("lag").unwrap_or(15).clamp(12, 40);
            Some((30 + lag, era, String::from(text)))
        }
        _ => None,
    }
}

fn link(of: &Of<'_>) -> Scene {
    let era = of.era.name();
    let timeout = of.directive(&["repl-timeout"], 5, 3, 10);
    let text = match of.finding.rule {
        "refused" => (12, pair("", "", WRITER) + "at 6s crash master\n"),
        "auth-missing" => (6, pair("requirepass s3cret", "", "")),
        "auth-wrong" => (6, pair("requirepass s3cret", "masterauth other", "")),
        "auth-superfluous" => (6, pair("", "masterauth s3cret", "")),
        "dial-timeout" | "master-froze" | "link-down" => {
            let opens = if of.finding.rule == "link-down" { 8 + timeout } else { 10 + timeout * 3 };
            (opens, pair("", &format!("repl-timeout {timeout}"), WRITER) + "at 6s pause master\n")
        }
        "never-linked" => (6, pair("", "", "") + "at 10ms freeze replica-1 -> master\n"),
        "master-loading" => (8, format!("cost rdb-load 200kb/s\n{}at 5s restart master\n", pair("keys 8000 size 100", "", ""))),
        "stale-master" => {
            let word = of.word();
            let text = format!(
                "default link latency 2ms\nnode master save \"\"\nnode replica-1 {word}-serve-stale-data no save \"\" follows master\nnode replica-2 follows replica-1\n"
            );
            (14, text + "at 6s crash master\nat 9s cut replica-1 replica-2\nat 10s heal replica-1 replica-2\n")
        }
        "no-master-link" if of.caps.psync2 => {
            let text = "default link latency 2ms\nnode master save \"\"\nnode replica-1 save \"\" follows master\nnode replica-2 follows replica-1\n";
            (14, String::from(text) + "at 6s crash master\nat 9s cut replica-1 replica-2\nat 10s heal replica-1 replica-2\n")
        }
        "writable-replica" => (5, pair("", &format!("{}-read-only no", of.word()), "")),
        "priority-zero" => (5, pair("", &format!("{}-priority 0", of.word()), "")),
        "cascade" | "own-offset" => (6, pair("", "", WRITER) + "node replica-2 follows replica-1\n"),
        "rdb-version" | "versions" => {
            (8, String::from("default link latency 2ms\nnode master era 4.0 save \"\"\nnode replica-1 era 3.0 save \"\" follows master\n"))
        }
        _ => return None,
    };
    Some((text.0, era, text.1))
}

fn pace(of: &Of<'_>) -> Scene {
    let era = of.era(|caps| caps.psync);
    let word = of.word();
    let timeout = of.directive(&["repl-timeout"], 60, 5, 3_600);
    let (opens, text) = match of.finding.rule {
        "silent-replica" => {
            let lag = of.finding.number("lag").unwrap_or(12).clamp(4, timeout.min(50));
            (6 + lag, pair(&format!("repl-timeout {timeout}"), "", WRITER) + "at 6s pause replica-1\n")
        }
        "replica-dropped" => (16, pair("repl-timeout 5", "", WRITER) + "at 6s pause replica-1\n"),
        "silent-master" => {
            (6 + of.finding.number("silent").unwrap_or(16).clamp(16, 50), pair("", "", "") + "at 5s freeze master -> replica-1\n")
        }
        "slow-replica" | "gap" => {
            let text = pair("", "", "every 10ms SET key:{1..1000} {2000 bytes}")
                .replace("default link latency 2ms", "default link latency 2ms bandwidth 50kb/s buffer 16kb");
            (25, text)
        }
        "ping-period" => (45, pair(&format!("repl-ping-{word}-period 12"), "repl-timeout 5", "")),
        "cut-again" | "link-broke" => (
            14,
            pair("", "", "")
                + "at 5s cut master replica-1\nat 6s heal master replica-1\nat 9s cut master replica-1\nat 10s heal master replica-1\n",
        ),
        "no-replicas" => {
            let plural = if of.caps.says_replica { "replicas" } else { "slaves" };
            (14, pair(&format!("min-{plural}-to-write 1 min-{plural}-max-lag 3"), "", WRITER) + "at 6s pause replica-1\n")
        }
        _ => return None,
    };
    Some((opens, era, text))
}

fn history(of: &Of<'_>) -> Scene {
    let era = of.era(|caps| caps.psync);
    let (opens, era, text) = match of.finding.rule {
        "backlog-lack" => (
            16,
            era,
            pair("repl-backlog-size 16384", "", "every 10ms SET key:{1..100} {300 bytes}")
                + "at 6s cut master replica-1\nat 10s heal master replica-1\n",
        ),
        "backlog-full" => (12, era, pair("repl-backlog-size 16384", "", "every 10ms SET key:{1..100} {300 bytes}")),
        "backlog-freed" | "backlog-inactive" => {
            (18, era, pair("repl-backlog-ttl 5", "", "") + "at 2s master: SET a 1\nat 6s crash replica-1\n")
        }
        "backlog-resized" => {
            let era = of.era(|caps| caps.psync && matches!(caps.backlog, BacklogKind::Ring));
            (14, era, pair("", "", WRITER) + "at 13s master: CONFIG SET repl-backlog-size 2097152\n")
        }
        "id-restart" => (
            16,
            of.era(|caps| caps.psync && !caps.psync2),
            pair("keys 2000 size 100", "", "") + "at 6s master: SAVE\nat 7s restart master\n",
        ),
        "first-contact" => (6, of.era(|caps| caps.psync && !caps.psync2), pair("", "", "")),
        "denied-fresh" => {
            let text = "default link latency 2ms\nnode master save \"\"\nnode replica-1 save \"\"\n";
            let word = if of.caps.says_replica { "REPLICAOF" } else { "SLAVEOF" };
            (6, of.era(|caps| caps.psync2), format!("{text}at 2s replica-1: {word} master 6379\n"))
        }
        _ => return None,
    };
    Some((opens, era, text))
}

fn full(of: &Of<'_>) -> Scene {
    let era = of.era(|caps| caps.psync);
    let disk = if of.caps.diskless_default { " repl-diskless-sync no" } else { "" };
    let keys = format!("keys 20000 size 100{disk}");
    let slow = "scale 16\ncost rdb-save 4mb/s\n";
    let (opens, text) = match of.finding.rule {
        "waits-for-bgsave" => (5, String::from(slow) + &pair(&keys, "", "")),
        "sends-rdb" | "receives-rdb" => {
            (12, pair(&keys, "", "").replace("default link latency 2ms", "default link latency 2ms bandwidth 150kb/s buffer 16kb"))
        }
        "loads" => (7, format!("cost rdb-load 200kb/s\n{}", pair(&keys, "", ""))),
        "limit-loop" => {
            let text = "cost rdb-load 200kb/s\ndefault link latency 10ms bandwidth 2mb/s buffer 16kb\n";
            let limit = format!("client-output-buffer-limit {} 64kb 64kb 0", of.word());
            let nodes =
                format!("node master keys 8000 size 100{disk} save \"\" repl-backlog-size 32kb {limit}\nnode replica-1 follows master\n");
            let writer = "client writer on master: stopped SET key:{1..1000} {300 bytes}\nat 13s client writer every 10ms\nat 15s cut master replica-1\nat 17s heal master replica-1\n";
            (60, format!("{text}{nodes}{writer}"))
        }
        _ => return None,
    };
    Some((opens, era, text))
}
