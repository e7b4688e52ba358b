//! Rules in a few signs, the same in all languages: names of redis_exporter without what they share.

use resync_alarms::alert::Rule;

/// What is left out of names.
const SHARED: [(&str, &str); 10] = [
    ("redis_connected_slave_lag_seconds", "lag"),
    ("redis_connected_slave_offset_bytes", "slave_offset"),
    ("redis_master_last_io_seconds_ago", "last_io"),
    ("redis_master_link_up", "link_up"),
    ("redis_master_sync_in_progress", "sync_in_progress"),
    ("redis_replica_resyncs_full", "sync_full"),
    ("redis_replica_partial_resync_accepted", "partial_ok"),
    ("redis_replica_partial_resync_denied", "partial_denied"),
    ("redis_replication_backlog_bytes", "backlog"),
    ("redis_", ""),
];

/// Rules that are there to try and too long for that.
const LONG: [(&str, &str); 7] = [
    ("replicas-missing", "instances − slaves − 1 > 0"),
    ("gap-64mb", "gap > 64 MiB"),
    ("gap-1mib", "gap > 1 MiB"),
    ("gap-1000", "gap > 1000"),
    ("gone", "connected_slaves < 2"),
    ("behind", "gap ÷ write rate > 10 s"),
    ("sync-replica", "offset 0, online, lag > 10"),
];

/// Longer than this a rule is cut, characters.
const MOST: usize = 34;

/// A rule in a few signs; `id` where it is one of those that are there to try.
#[must_use]
pub fn short(rule: &Rule, id: Option<&str>) -> String {
    let long = id.and_then(|id| LONG.iter().find(|(long, _)| *long == id));
    let mut text = long.map_or_else(
        || {
            let mut text = rule.text.split_whitespace().collect::<Vec<_>>().join(" ");
            for (name, left) in SHARED {
                text = text.replace(name, left);
            }
            text
        },
        |(_, words)| (*words).to_owned(),
    );
    if text.chars().count() > MOST {
        text = text.chars().take(MOST - 1).collect::<String>() + "…";
    }
    if rule.for_ms > 0 {
        text.push_str(&format!(" for {}", super::span(rule.for_ms)));
    }
    if rule.keep_ms > 0 {
        text.push_str(&format!(" keep {}", super::span(rule.keep_ms)));
    }
    text
}
