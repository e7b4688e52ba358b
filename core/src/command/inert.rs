//! Directives of real servers that have no effect here: CONFIG GET lists them with their defaults, CONFIG SET keeps what it is given, and redis.conf may name them.

use super::glob;
use crate::era::Era;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use bytes::Bytes;

/// A directive without effect.
pub(super) struct Inert {
    /// Its name.
    pub(super) name: &'static str,
    since: Era,
    /// The first era that knows it no more.
    until: Option<Era>,
    /// What CONFIG GET says of a server that was not told otherwise.
    pub(super) default: &'static str,
    /// Whether CONFIG SET takes it.
    pub(super) settable: bool,
}
const fn row(name: &'static str, since: Era, until: Option<Era>, default: &'static str, settable: bool) -> Inert {
    Inert { name, since, until, default, settable }
}

static TABLE: &[Inert] = {
    use Era::{V2_6, V2_8, V3_0, V3_2, V4_0, V5_0, V6_2, V7_0};
    &[
        row("acl-pubsub-default", V6_2, None, "resetchannels", true),
        row("aclfile", V6_2, None, "", false),
        row("acllog-max-len", V6_2, None, "128", true),
        row("active-defrag-cycle-max", V4_0, None, "25", true),
        row("active-defrag-cycle-min", V4_0, None, "1", true),
        row("active-defrag-ignore-bytes", V4_0, None, "104857600", true),
        row("active-defrag-max-scan-fields", V5_0, None, "1000", true),
        row("active-defrag-threshold-lower", V4_0, None, "10", true),
        row("active-defrag-threshold-upper", V4_0, None, "100", true),
        row("active-expire-effort", V6_2, None, "1", true),
        row("activedefrag", V4_0, None, "no", true),
        row("activerehashing", V2_6, None, "yes", true),
        row("always-show-logo", V4_0, None, "no", false),
        row("aof-disable-auto-gc", V7_0, None, "no", true),
        row("aof-load-truncated", V2_8, None, "yes", true),
        row("aof-rewrite-incremental-fsync", V2_8, None, "yes", true),
        row("aof-timestamp-enabled", V7_0, None, "no", true),
        row("aof_rewrite_cpulist", V6_2, None, "", false),
        row("appenddirname", V7_0, None, "appendonlydir", false),
        row("appendfilename", V2_6, None, "appendonly.aof", false),
        row("auto-aof-rewrite-min-size", V2_6, None, "67108864", true),
        row("auto-aof-rewrite-percentage", V2_6, None, "100", true),
        row("bgsave_cpulist", V6_2, None, "", false),
        row("bind", V2_6, None, "", true),
        row("bind-source-addr", V7_0, None, "", true),
        row("bio_cpulist", V6_2, None, "", false),
        row("cluster-allow-pubsubshard-when-down", V7_0, None, "yes", true),
        row("cluster-allow-reads-when-down", V6_2, None, "no", true),
        row("cluster-allow-replica-migration", V6_2, None, "yes", true),
        row("cluster-announce-bus-port", V4_0, None, "0", true),
        row("cluster-announce-hostname", V7_0, None, "", true),
        row("cluster-announce-ip", V4_0, None, "", true),
        row("cluster-announce-port", V4_0, None, "0", true),
        row("cluster-announce-tls-port", V6_2, None, "0", true),
        row("cluster-config-file", V3_0, None, "nodes.conf", false),
        row("cluster-enabled", V3_0, None, "no", false),
        row("cluster-link-sendbuf-limit", V7_0, None, "0", true),
        row("cluster-migration-barrier", V3_0, None, "1", true),
        row("cluster-node-timeout", V3_0, None, "15000", true),
        row("cluster-port", V7_0, None, "0", false),
        row("cluster-preferred-endpoint-type", V7_0, None, "ip", true),
        row("cluster-replica-no-failover", V5_0, None, "no", true),
        row("cluster-replica-validity-factor", V5_0, None, "10", true),
        row("cluster-require-full-coverage", V3_0, None, "yes", true),
        row("cluster-slave-no-failover", V3_2, None, "no", true),
        row("cluster-slave-validity-factor", V3_0, None, "10", true),
        row("crash-log-enabled", V6_2, None, "yes", true),
        row("crash-memcheck-enabled", V6_2, None, "yes", true),
        row("daemonize", V2_6, None, "no", false),
        row("disable-thp", V6_2, None, "yes", true),
        row("dynamic-hz", V5_0, None, "yes", true),
        row("enable-debug-command", V7_0, None, "no", false),
        row("enable-module-command", V7_0, None, "no", false),
        row("enable-protected-configs", V7_0, None, "no", false),
        row("gopher-enabled", V6_2, Some(V7_0), "no", true),
        row("hash-max-listpack-entries", V7_0, None, "512", true),
        row("hash-max-listpack-value", V7_0, None, "64", true),
        row("hash-max-ziplist-entries", V2_6, None, "512", true),
        row("hash-max-ziplist-value", V2_6, None, "64", true),
        row("hll-sparse-max-bytes", V2_8, None, "3000", true),
        row("ignore-warnings", V6_2, None, "", true),
        row("io-threads", V6_2, None, "1", false),
        row("io-threads-do-reads", V6_2, None, "no", false),
        row("jemalloc-bg-thread", V6_2, None, "yes", true),
        row("latency-monitor-threshold", V2_8, None, "0", true),
        row("latency-tracking", V7_0, None, "yes", true),
        row("latency-tracking-info-percentiles", V7_0, None, "50 99 99.9", true),
        row("lazyfree-lazy-eviction", V4_0, None, "no", true),
        row("lfu-decay-time", V4_0, None, "1", true),
        row("lfu-log-factor", V4_0, None, "10", true),
        row("list-compress-depth", V3_2, None, "0", true),
        row("list-max-listpack-size", V7_0, None, "-2", true),
        row("list-max-ziplist-entries", V2_6, Some(V3_2), "512", true),
        row("list-max-ziplist-size", V3_2, None, "-2", true),
        row("list-max-ziplist-value", V2_6, Some(V3_2), "64", true),
        row("logfile", V2_6, None, "", false),
        row("lua-replicate-commands", V6_2, Some(V7_0), "yes", true),
        row("maxmemory-clients", V7_0, None, "0", true),
        row("maxmemory-eviction-tenacity", V6_2, None, "10", true),
        row("no-appendfsync-on-rewrite", V2_6, None, "no", true),
        row("oom-score-adj", V6_2, None, "no", true),
        row("oom-score-adj-values", V6_2, None, "0 200 800", true),
        row("pidfile", V2_6, None, "", false),
        row("proc-title-template", V6_2, None, "{title} {listen-addr} {server-mode}", true),
        row("rdb-save-incremental-fsync", V5_0, None, "yes", true),
        row("sanitize-dump-payload", V6_2, None, "no", true),
        row("server_cpulist", V6_2, None, "", false),
        row("set-max-intset-entries", V2_6, None, "512", true),
        row("set-proc-title", V6_2, None, "yes", false),
        row("shutdown-on-sigint", V7_0, None, "default", true),
        row("shutdown-on-sigterm", V7_0, None, "default", true),
        row("socket-mark-id", V7_0, None, "0", false),
        row("stream-node-max-bytes", V5_0, None, "4096", true),
        row("stream-node-max-entries", V5_0, None, "100", true),
        row("supervised", V3_2, None, "no", false),
        row("syslog-enabled", V2_6, None, "no", false),
        row("syslog-facility", V2_6, None, "local0", false),
        row("syslog-ident", V2_6, None, "redis", false),
        row("tcp-backlog", V2_8, None, "511", false),
        row("tls-auth-clients", V6_2, None, "yes", true),
        row("tls-ca-cert-dir", V6_2, None, "", true),
        row("tls-ca-cert-file", V6_2, None, "", true),
        row("tls-cert-file", V6_2, None, "", true),
        row("tls-ciphers", V6_2, None, "", true),
        row("tls-ciphersuites", V6_2, None, "", true),
        row("tls-client-cert-file", V6_2, None, "", true),
        row("tls-client-key-file", V6_2, None, "", true),
        row("tls-client-key-file-pass", V6_2, None, "", true),
        row("tls-cluster", V6_2, None, "no", true),
        row("tls-dh-params-file", V6_2, None, "", true),
        row("tls-key-file", V6_2, None, "", true),
        row("tls-key-file-pass", V6_2, None, "", true),
        row("tls-port", V6_2, None, "0", true),
        row("tls-prefer-server-ciphers", V6_2, None, "no", true),
        row("tls-protocols", V6_2, None, "", true),
        row("tls-replication", V6_2, None, "no", true),
        row("tls-session-cache-size", V6_2, None, "20480", true),
        row("tls-session-cache-timeout", V6_2, None, "300", true),
        row("tls-session-caching", V6_2, None, "yes", true),
        row("tracking-table-max-keys", V6_2, None, "1000000", true),
        row("unixsocket", V2_6, None, "", false),
        row("unixsocketperm", V2_6, None, "0", false),
        row("use-exit-on-panic", V6_2, Some(V7_0), "no", true),
        row("watchdog-period", V2_6, Some(V7_0), "0", true),
        row("zset-max-listpack-entries", V7_0, None, "128", true),
        row("zset-max-listpack-value", V7_0, None, "64", true),
        row("zset-max-ziplist-entries", V2_6, None, "128", true),
        row("zset-max-ziplist-value", V2_6, None, "64", true),
    ]
};

/// Directives with two names, the newer and the older: whichever is set, both show it.
const TWINS: [(&str, &str); 7] = [
    ("cluster-replica-no-failover", "cluster-slave-no-failover"),
    ("cluster-replica-validity-factor", "cluster-slave-validity-factor"),
    ("hash-max-listpack-entries", "hash-max-ziplist-entries"),
    ("hash-max-listpack-value", "hash-max-ziplist-value"),
    ("list-max-listpack-size", "list-max-ziplist-size"),
    ("zset-max-listpack-entries", "zset-max-ziplist-entries"),
    ("zset-max-listpack-value", "zset-max-ziplist-value"),
];

impl Inert {
    /// All that an era knows.
    pub(super) fn all(era: Era) -> impl Iterator<Item = &'static Inert> {
        TABLE.iter().filter(move |row| era.has(row.since) && !row.until.is_some_and(|until| era.has(until)))
    }
    /// The name under which its value is kept: one for both of two names that mean the same.
    pub(super) fn kept_as(&self) -> &'static str {
        TWINS.iter().find(|(new, _)| *new == self.name).map_or(self.name, |(_, old)| *old)
    }
    /// The one of this name, in any letter case.
    pub(super) fn find(era: Era, name: &[u8]) -> Option<&'static Inert> {
        Inert::all(era).find(|row| name.eq_ignore_ascii_case(row.name.as_bytes()))
    }
}

/// Whether this directive of the era has no effect here: its value is kept and shown.
#[must_use]
pub fn is_inert(era: Era, name: &[u8]) -> bool {
    Inert::find(era, name).is_some()
}
/// Names and values of those that a pattern matches, as CONFIG GET lists them. `kept`: values that were given.
pub(super) fn listed<'a>(
    era: Era,
    kept: &'a BTreeMap<&'static str, Bytes>,
    patterns: &'a [Bytes],
    nocase: bool,
) -> impl Iterator<Item = (String, String)> + 'a {
    Inert::all(era).filter_map(move |inert| {
        let pattern = patterns.iter().find(|p| glob::matches(p, inert.name.as_bytes(), nocase))?;
        let asked = nocase && !glob::is_pattern(pattern);
        let name = if asked { String::from_utf8_lossy(pattern).into_owned() } else { inert.name.to_string() };
        let value = kept.get(inert.kept_as());
        Some((name, value.map_or_else(|| inert.default.to_string(), |value| String::from_utf8_lossy(value).into_owned())))
    })
}
