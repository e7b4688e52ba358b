//! The directives of redis.conf and CONFIG: names, defaults and bounds by era, with the error texts of each (docs/redis.md §10).
//!
//! The values stand in [`Config`] as typed fields. What a change *does* (resize the backlog, count good replicas anew) is the node's affair:
//! [`Config::set`] says which fields changed.

use super::glob;
use super::inert::{self, Inert};
use crate::era::{Capabilities, Channel, Era};
use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

/// Limits of one client class's output buffer; 0 switches a limit off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BufferLimit {
    /// Bytes at which the conn is closed at once.
    pub hard: u64,
    /// Bytes at which it is closed if they stay longer than `soft_seconds`.
    pub soft: u64,
    /// Seconds.
    pub soft_seconds: i64,
}

/// Places of the client classes in [`Config::output_limits`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "each is the class of its name")]
pub enum ClientClass {
    Normal = 0,
    Replica = 1,
    PubSub = 2,
}

/// How a replica loads a streamed RDB (`repl-diskless-load`, 6.0+).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "each is the word of its name")]
pub enum DisklessLoad {
    Disabled = 0,
    OnEmptyDb = 1,
    SwapDb = 2,
}

/// `loglevel`, from the most talkative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[allow(missing_docs, reason = "each is the word of its name")]
pub enum LogLevel {
    Debug = 0,
    Verbose = 1,
    Notice = 2,
    Warning = 3,
}

/// The values of all directives of one server.
#[derive(Clone, PartialEq, Debug)]
#[allow(missing_docs, clippy::struct_excessive_bools, reason = "each field is the directive of its name, in Redis's units")]
pub struct Config {
    era: Era,
    /// Directives without effect that were given a value.
    inert: BTreeMap<&'static str, Bytes>,
    pub port: i64,
    pub databases: i64,
    pub requirepass: Bytes,
    pub masterauth: Bytes,
    pub masteruser: Bytes,
    /// Host and port of the master, as redis.conf names it.
    pub replicaof: Option<(String, u16)>,
    pub serve_stale_data: bool,
    pub replica_read_only: bool,
    pub repl_ping_period: i64,
    pub repl_timeout: i64,
    pub repl_disable_tcp_nodelay: bool,
    /// As asked; the backlog clamps it up to 16 384, and then this field too.
    pub repl_backlog_size: i64,
    pub repl_backlog_ttl: i64,
    pub min_to_write: i64,
    pub min_max_lag: i64,
    pub replica_priority: i64,
    pub diskless_sync: bool,
    pub diskless_sync_delay: i64,
    pub diskless_sync_max_replicas: i64,
    diskless_load: usize,
    /// `repl-rdb-channel` (8.0): the RDB comes over a connection of its own.
    pub rdb_channel: bool,
    /// Bytes of `replica-full-sync-buffer-limit` (8.0); 0: the hard limit of the output of replicas.
    pub full_sync_buffer_limit: i64,
    /// `dual-channel-replication-enabled` (Valkey 8.0).
    pub dual_channel: bool,
    pub announce_ip: Bytes,
    pub announce_port: i64,
    pub replica_announced: bool,
    pub replica_lazy_flush: bool,
    pub replica_ignore_maxmemory: bool,
    pub ignore_disk_write_errors: bool,
    propagation_error_behavior: usize,
    pub rdb_del_sync_files: bool,
    pub shutdown_timeout: i64,
    pub hz: i64,
    /// µs for each key.
    pub rdb_key_save_delay: i64,
    /// µs for each key.
    pub key_load_delay: i64,
    /// Bytes of RDB between two looks at the event loop; 0: never.
    pub loading_interval: i64,
    pub maxclients: i64,
    pub maxmemory: i64,
    maxmemory_policy: usize,
    pub maxmemory_samples: i64,
    pub timeout: i64,
    pub tcp_keepalive: i64,
    pub appendonly: bool,
    appendfsync: usize,
    pub aof_use_rdb_preamble: bool,
    /// Save points: seconds and changes.
    pub save: Vec<(i64, i64)>,
    pub dbfilename: Bytes,
    pub dir: Bytes,
    pub rdbcompression: bool,
    pub rdbchecksum: bool,
    pub stop_writes_on_bgsave_error: bool,
    pub protected_mode: bool,
    pub proto_max_bulk_len: i64,
    pub client_query_buffer_limit: i64,
    /// In the order of [`ClientClass`].
    pub output_limits: [BufferLimit; 3],
    pub lua_time_limit: i64,
    pub slowlog_log_slower_than: i64,
    pub slowlog_max_len: i64,
    loglevel: usize,
    notify_keyspace_events: usize,
    pub lazyfree_lazy_expire: bool,
    pub lazyfree_lazy_server_del: bool,
    pub lazyfree_lazy_user_del: bool,
    pub lazyfree_lazy_user_flush: bool,
}

/// A line of redis.conf that is no good. Printed as `*** FATAL CONFIG FILE ERROR ***` would.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigError {
    /// The directive's number, counted from 0.
    pub index: usize,
    /// Redis's reason, e.g. `argument must be between 1 and 2147483647 inclusive`.
    pub reason: String,
}

/// A directive that CONFIG SET changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Changed {
    /// The directive's name of old (`min-slaves-to-write`), in every era: what code matches on.
    pub name: &'static str,
}

/// One directive for the config panel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// The era's name.
    pub name: &'static str,
    /// Present value, as CONFIG GET prints it.
    pub value: String,
    /// Default value.
    pub default: String,
    /// Bounds or words: `1..2147483647`, `yes|no`.
    pub bounds: String,
    /// Whether CONFIG SET may change it.
    pub settable: bool,
}

pub(super) type Access<T> = (fn(&Config) -> &T, fn(&mut Config) -> &mut T);

pub(super) enum Kind {
    Yes(Access<bool>),
    Int { at: Access<i64>, min: i64, max: i64, memory: bool },
    Text(Access<Bytes>),
    Words { at: Access<usize>, words: &'static [&'static str] },
    Save,
    Limits,
    Address,
}

pub(super) struct Row {
    /// Name up to 4.0, and for ever where no other stands.
    pub(super) old: &'static str,
    /// Name from 5.0 on.
    new: Option<&'static str>,
    pub(super) since: Era,
    /// The first era whose CONFIG SET takes it.
    settable: Option<Era>,
    pub(super) kind: Kind,
}

const INT_MAX: i64 = i32::MAX as i64;
const DISKLESS_LOAD: [&str; 3] = ["disabled", "on-empty-db", "swapdb"];
const PROPAGATION: [&str; 3] = ["ignore", "panic", "panic-on-replicas"];
const LOGLEVELS: [&str; 4] = ["debug", "verbose", "notice", "warning"];
const FSYNC: [&str; 3] = ["everysec", "always", "no"];
const POLICIES: [&str; 8] =
    ["volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl", "allkeys-lru", "allkeys-lfu", "allkeys-random", "noeviction"];
/// Keyspace notifications are off, and stay so.
const NO_EVENTS: [&str; 1] = [""];
/// Directives for tests: from 7.0 on CONFIG GET lists them only to who knows their names.
const HIDDEN: [&str; 4] = ["rdb-key-save-delay", "key-load-delay", "loading-process-events-interval-bytes", "repl-rdb-channel"];
/// What Valkey calls some of them, beside the names of old.
const PRIMARY: [(&str, &str); 2] = [("masterauth", "primaryauth"), ("masteruser", "primaryuser")];
const CLASSES: [&str; 3] = ["normal", "slave", "pubsub"];

macro_rules! at {
    ($field:ident) => {
        (|c| &c.$field, |c| &mut c.$field)
    };
}
macro_rules! int {
    ($field:ident, $min:expr, $max:expr) => {
        Kind::Int { at: at!($field), min: $min, max: $max, memory: false }
    };
}
macro_rules! memory {
    ($field:ident, $min:expr) => {
        Kind::Int { at: at!($field), min: $min, max: i64::MAX, memory: true }
    };
}
const fn row(old: &'static str, new: Option<&'static str>, since: Era, settable: Option<Era>, kind: Kind) -> Row {
    Row { old, new, since, settable, kind }
}

pub(super) static TABLE: &[Row] = {
    use Era::{V2_6, V2_8, V3_2, V4_0, V5_0, V6_2, V7_0, V8_0, Valkey8_0};
    use Kind::{Address, Limits, Save, Text, Words, Yes};
    const ALL: Option<Era> = Some(Era::V2_6);
    &[
        row("dbfilename", None, V2_6, ALL, Text(at!(dbfilename))),
        row("requirepass", None, V2_6, ALL, Text(at!(requirepass))),
        row("masterauth", None, V2_6, ALL, Text(at!(masterauth))),
        row("masteruser", None, V6_2, ALL, Text(at!(masteruser))),
        row("slave-announce-ip", Some("replica-announce-ip"), V3_2, ALL, Text(at!(announce_ip))),
        row("port", None, V2_6, Some(V7_0), int!(port, 0, 65_535)),
        row("databases", None, V2_6, None, int!(databases, 1, INT_MAX)),
        row("maxmemory", None, V2_6, ALL, memory!(maxmemory, 0)),
        row("maxmemory-samples", None, V2_6, ALL, int!(maxmemory_samples, 1, INT_MAX)),
        row("timeout", None, V2_6, ALL, int!(timeout, 0, INT_MAX)),
        row("tcp-keepalive", None, V2_8, ALL, int!(tcp_keepalive, 0, INT_MAX)),
        row("slowlog-log-slower-than", None, V2_6, ALL, int!(slowlog_log_slower_than, -1, i64::MAX)),
        row("slowlog-max-len", None, V2_6, ALL, int!(slowlog_max_len, 0, i64::MAX)),
        row("lua-time-limit", None, V2_6, ALL, int!(lua_time_limit, 0, i64::MAX)),
        row("busy-reply-threshold", None, V7_0, ALL, int!(lua_time_limit, 0, i64::MAX)),
        row("repl-ping-slave-period", Some("repl-ping-replica-period"), V2_6, ALL, int!(repl_ping_period, 1, INT_MAX)),
        row("repl-timeout", None, V2_6, ALL, int!(repl_timeout, 1, INT_MAX)),
        row("repl-backlog-size", None, V2_8, ALL, memory!(repl_backlog_size, 1)),
        row("repl-backlog-ttl", None, V2_8, ALL, int!(repl_backlog_ttl, 0, i64::MAX)),
        row("maxclients", None, V2_6, ALL, int!(maxclients, 1, u32::MAX as i64)),
        row("slave-priority", Some("replica-priority"), V2_6, ALL, int!(replica_priority, 0, INT_MAX)),
        row("slave-announce-port", Some("replica-announce-port"), V3_2, ALL, int!(announce_port, 0, 65_535)),
        row("min-slaves-to-write", Some("min-replicas-to-write"), V2_8, ALL, int!(min_to_write, 0, INT_MAX)),
        row("min-slaves-max-lag", Some("min-replicas-max-lag"), V2_8, ALL, int!(min_max_lag, 0, INT_MAX)),
        row("hz", None, V2_6, ALL, int!(hz, 0, INT_MAX)),
        row("repl-diskless-sync-delay", None, V2_8, ALL, int!(diskless_sync_delay, 0, INT_MAX)),
        row("repl-diskless-sync-max-replicas", None, V7_0, ALL, int!(diskless_sync_max_replicas, 0, INT_MAX)),
        row("shutdown-timeout", None, V7_0, ALL, int!(shutdown_timeout, 0, INT_MAX)),
        row("rdb-key-save-delay", None, V6_2, ALL, int!(rdb_key_save_delay, -INT_MAX - 1, INT_MAX)),
        row("key-load-delay", None, V6_2, ALL, int!(key_load_delay, -INT_MAX - 1, INT_MAX)),
        row("loading-process-events-interval-bytes", None, V7_0, ALL, int!(loading_interval, 1_024, INT_MAX)),
        row("proto-max-bulk-len", None, V4_0, ALL, memory!(proto_max_bulk_len, 1 << 20)),
        row("client-query-buffer-limit", None, V4_0, ALL, memory!(client_query_buffer_limit, 1 << 20)),
        row("slave-serve-stale-data", Some("replica-serve-stale-data"), V2_6, ALL, Yes(at!(serve_stale_data))),
        row("slave-read-only", Some("replica-read-only"), V2_6, ALL, Yes(at!(replica_read_only))),
        row("slave-lazy-flush", Some("replica-lazy-flush"), V4_0, ALL, Yes(at!(replica_lazy_flush))),
        row("slave-ignore-maxmemory", Some("replica-ignore-maxmemory"), V5_0, ALL, Yes(at!(replica_ignore_maxmemory))),
        row("replica-announced", None, V6_2, ALL, Yes(at!(replica_announced))),
        row("replica-ignore-disk-write-errors", None, V7_0, ALL, Yes(at!(ignore_disk_write_errors))),
        row("repl-disable-tcp-nodelay", None, V2_6, ALL, Yes(at!(repl_disable_tcp_nodelay))),
        row("repl-diskless-sync", None, V2_8, ALL, Yes(at!(diskless_sync))),
        row("repl-rdb-channel", None, V8_0, ALL, Yes(at!(rdb_channel))),
        row("replica-full-sync-buffer-limit", None, V8_0, ALL, memory!(full_sync_buffer_limit, 0)),
        row("dual-channel-replication-enabled", None, Valkey8_0, ALL, Yes(at!(dual_channel))),
        row("rdb-del-sync-files", None, V6_2, ALL, Yes(at!(rdb_del_sync_files))),
        row("protected-mode", None, V3_2, ALL, Yes(at!(protected_mode))),
        row("stop-writes-on-bgsave-error", None, V2_6, ALL, Yes(at!(stop_writes_on_bgsave_error))),
        row("rdbcompression", None, V2_6, ALL, Yes(at!(rdbcompression))),
        row("rdbchecksum", None, V2_6, None, Yes(at!(rdbchecksum))),
        row("appendonly", None, V2_6, ALL, Yes(at!(appendonly))),
        row("aof-use-rdb-preamble", None, V4_0, ALL, Yes(at!(aof_use_rdb_preamble))),
        row("lazyfree-lazy-expire", None, V4_0, ALL, Yes(at!(lazyfree_lazy_expire))),
        row("lazyfree-lazy-server-del", None, V4_0, ALL, Yes(at!(lazyfree_lazy_server_del))),
        row("lazyfree-lazy-user-del", None, V6_2, ALL, Yes(at!(lazyfree_lazy_user_del))),
        row("lazyfree-lazy-user-flush", None, V6_2, ALL, Yes(at!(lazyfree_lazy_user_flush))),
        row("repl-diskless-load", None, V6_2, ALL, Words { at: at!(diskless_load), words: &DISKLESS_LOAD }),
        row("propagation-error-behavior", None, V7_0, ALL, Words { at: at!(propagation_error_behavior), words: &PROPAGATION }),
        row("maxmemory-policy", None, V2_6, ALL, Words { at: at!(maxmemory_policy), words: &POLICIES }),
        row("loglevel", None, V2_6, ALL, Words { at: at!(loglevel), words: &LOGLEVELS }),
        row("appendfsync", None, V2_6, ALL, Words { at: at!(appendfsync), words: &FSYNC }),
        row("notify-keyspace-events", None, V2_8, ALL, Words { at: at!(notify_keyspace_events), words: &NO_EVENTS }),
        row("dir", None, V2_6, ALL, Text(at!(dir))),
        row("save", None, V2_6, ALL, Save),
        row("client-output-buffer-limit", None, V2_6, ALL, Limits),
        row("slaveof", Some("replicaof"), V2_6, None, Address),
    ]
};

impl Row {
    pub(super) fn name(&self, era: Era) -> &'static str {
        self.renamed(era).unwrap_or(self.old)
    }
    /// Its newer name, if this era knows it.
    fn renamed(&self, era: Era) -> Option<&'static str> {
        let primary = || PRIMARY.into_iter().find(|(old, _)| *old == self.old).map(|(_, name)| name);
        match self.new {
            Some(new) if era.has(Era::V5_0) => Some(new),
            None if era.has(Era::Valkey8_0) => primary(),
            _ => None,
        }
    }
    /// Every name that this era knows it by.
    fn names(&self, era: Era) -> impl Iterator<Item = &'static str> + use<> {
        self.renamed(era).into_iter().chain(Some(self.old))
    }
    pub(super) fn find(era: Era, name: &[u8]) -> Option<&'static Row> {
        TABLE.iter().find(|r| era.has(r.since) && r.names(era).any(|n| name.eq_ignore_ascii_case(n.as_bytes())))
    }
    pub(super) fn get(&self, config: &Config) -> String {
        match &self.kind {
            Kind::Yes((get, _)) => if *get(config) { "yes" } else { "no" }.to_string(),
            Kind::Int { at: (get, _), .. } => get(config).to_string(),
            Kind::Text((get, _)) => String::from_utf8_lossy(get(config)).into_owned(),
            Kind::Words { at: (get, _), words } => words[*get(config)].to_string(),
            Kind::Save => config.save.iter().map(|(s, n)| format!("{s} {n}")).collect::<Vec<_>>().join(" "),
            Kind::Limits => {
                let one = |(class, l): (&&str, &BufferLimit)| format!("{class} {} {} {}", l.hard, l.soft, l.soft_seconds);
                CLASSES.iter().zip(&config.output_limits).map(one).collect::<Vec<_>>().join(" ")
            }
            Kind::Address => config.replicaof.as_ref().map_or_else(String::new, |(host, port)| format!("{host} {port}")),
        }
    }
    fn bounds(&self) -> String {
        match &self.kind {
            Kind::Yes(_) => "yes|no".to_string(),
            Kind::Int { min, max, .. } => format!("{min}..{max}"),
            Kind::Text(_) => "text".to_string(),
            Kind::Words { words, .. } => words.join("|"),
            Kind::Save => "seconds changes ...".to_string(),
            Kind::Limits => "class hard soft seconds ...".to_string(),
            Kind::Address => "host port".to_string(),
        }
    }
    /// Takes one value. `from_file`: redis.conf, which understands units everywhere.
    fn set(&self, config: &mut Config, words: &[Bytes], from_file: bool) -> Result<(), String> {
        let caps = config.era.capabilities();
        let joined = || words.iter().map(|w| String::from_utf8_lossy(w)).collect::<Vec<_>>().join(" ");
        match &self.kind {
            Kind::Save => return set_save(config, words.len(), &joined(), from_file),
            Kind::Limits => return set_limits(config, &joined(), from_file),
            Kind::Address => return set_address(config, words),
            _ => {}
        }
        let [value] = words else { return Err("wrong number of arguments".to_owned()) };
        let text = core::str::from_utf8(value).unwrap_or("\u{fffd}");
        match &self.kind {
            Kind::Yes((_, at)) => {
                *at(config) = if text.eq_ignore_ascii_case("yes") {
                    true
                } else if text.eq_ignore_ascii_case("no") {
                    false
                } else {
                    return Err("argument must be 'yes' or 'no'".to_owned());
                };
            }
            Kind::Int { at: (_, at), min, max, memory } => {
                let n = if *memory && (from_file || caps.config_units) {
                    parse_memory(text).ok_or("argument must be a memory value")?
                } else {
                    text.parse().map_err(|_| "argument couldn't be parsed into an integer".to_owned())?
                };
                // 3.0–5.0 take a backlog of 0 and make it 16 384.
                let min = if *memory && *min == 1 && caps.backlog_size_may_be_zero { 0 } else { *min };
                if n < min || n > *max {
                    return Err(format!("argument must be between {min} and {max} inclusive"));
                }
                *at(config) = n;
                config.clamp();
            }
            Kind::Text((_, at)) => *at(config) = value.clone(),
            Kind::Words { at: (_, at), words } => {
                let word = words.iter().position(|w| text.eq_ignore_ascii_case(w));
                if let Some(ours) = not_here(words, word, *at(config)) {
                    return Err(ours.to_owned());
                }
                *at(config) = word.ok_or_else(|| format!("argument(s) must be one of the following: {}", words.join(", ")))?;
            }
            Kind::Save | Kind::Limits | Kind::Address => unreachable!("taken above"),
        }
        Ok(())
    }
}

/// The one place where a value is refused that Redis would take, because what it asks for is not here. The text says so in every era.
/// `kept`: what stands already, which may be said again.
fn not_here(words: &[&str], word: Option<usize>, kept: usize) -> Option<&'static str> {
    match words {
        [""] if word.is_none() => Some("Resync has no keyspace notifications"),
        [.., "noeviction"] if word.is_some_and(|word| word + 1 < words.len() && word != kept) => {
            Some("Resync evicts nothing: noeviction is the one policy that it has")
        }
        _ => None,
    }
}

/// `given`: how many words the line had.
fn set_save(config: &mut Config, given: usize, text: &str, from_file: bool) -> Result<(), String> {
    let bad = || "Invalid save parameters".to_owned();
    let words: Vec<&str> = text.split_ascii_whitespace().filter(|w| *w != "\"\"").collect();
    // Up to 6.2 a line of redis.conf has two words; any other is read over, but for one empty word.
    let skipped = from_file && !config.era.capabilities().config_7_0 && given != 2 && (given != 1 || !words.is_empty());
    if skipped && !config.save_is_default() {
        return Ok(());
    }
    if words.is_empty() || skipped {
        config.save.clear();
        return Ok(());
    }
    let mut points = Vec::new();
    for pair in words.chunks(2) {
        let [seconds, changes] = pair else { return Err(bad()) };
        let (s, n) = (seconds.parse::<i64>().map_err(|_| bad())?, changes.parse::<i64>().map_err(|_| bad())?);
        if s < 1 || n < 0 {
            return Err(bad());
        }
        points.push((s, n));
    }
    // Lines of a file add up, after the first has replaced the defaults; CONFIG SET replaces.
    if from_file && !config.save_is_default() {
        config.save.extend(points);
    } else {
        config.save = points;
    }
    Ok(())
}

fn set_limits(config: &mut Config, text: &str, from_file: bool) -> Result<(), String> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    if words.is_empty() && !from_file {
        return Ok(());
    }
    if words.is_empty() || !words.len().is_multiple_of(4) {
        return Err("Wrong number of arguments in buffer limit configuration.".to_owned());
    }
    let era = config.era;
    let cut = |text: &str| {
        let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
        parse_memory(text).and(text[..end].parse::<i64>().ok())
    };
    // Up to 6.2 more than there is room for is as much as there is room for.
    let seconds = |text: &str| match text.parse::<i64>() {
        Err(_) if !era.capabilities().config_7_0 && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => Some(i64::MAX),
        number => number.ok(),
    };
    // 2.6 and 2.8 take plain numbers, 3.0–4.0 read as far as the digits go, 5.0 understands units.
    let size = |text: &str| match () {
        () if from_file || era.capabilities().says_replica => parse_memory(text),
        () if era.capabilities().config_units => cut(text),
        () => text.parse().ok(),
    };
    let mut limits = config.output_limits;
    for group in words.chunks_exact(4) {
        let class = match group[0].to_ascii_lowercase().as_str() {
            "normal" => ClientClass::Normal,
            "slave" => ClientClass::Replica,
            "replica" if era.capabilities().says_replica => ClientClass::Replica,
            "pubsub" => ClientClass::PubSub,
            _ => return Err("Invalid client class specified in buffer limit configuration.".to_owned()),
        };
        let parsed = (size(group[1]), size(group[2]), seconds(group[3]));
        let (Some(hard @ 0..), Some(soft @ 0..), Some(soft_seconds @ 0..)) = parsed else {
            return Err("Error in hard, soft or soft_seconds setting in buffer limit configuration.".to_owned());
        };
        limits[class as usize] = BufferLimit { hard: hard as u64, soft: soft as u64, soft_seconds };
    }
    config.output_limits = limits;
    Ok(())
}

fn set_address(config: &mut Config, words: &[Bytes]) -> Result<(), String> {
    let [host, port] = words else { return Err("wrong number of arguments".to_owned()) };
    if host.eq_ignore_ascii_case(b"no") && port.eq_ignore_ascii_case(b"one") {
        config.replicaof = None;
        return Ok(());
    }
    let port = core::str::from_utf8(port).ok().and_then(|p| p.parse::<u16>().ok()).ok_or("Invalid master port")?;
    config.replicaof = Some((String::from_utf8_lossy(host).into_owned(), port));
    Ok(())
}

/// A number with the units of redis.conf: `1k` is 1 000, `1kb` 1 024, and so on up to gb; any letter case. `None` if negative, too large or no number.
#[must_use]
pub fn parse_memory(text: &str) -> Option<i64> {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let factor: i64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" => 1_000,
        "kb" => 1 << 10,
        "m" => 1_000_000,
        "mb" => 1 << 20,
        "g" => 1_000_000_000,
        "gb" => 1 << 30,
        _ => return None,
    };
    // More than there is room for is as much as there is room for, as strtoll reads it.
    let number = if digits.is_empty() { return None } else { digits.parse::<i64>().unwrap_or(i64::MAX) };
    if factor == 1 { Some(number) } else { number.checked_mul(factor) }
}

impl Config {
    /// The era's defaults.
    #[must_use]
    pub fn defaults(era: Era) -> Config {
        let caps = era.capabilities();
        Config {
            era,
            inert: BTreeMap::new(),
            port: 6_379,
            databases: 16,
            requirepass: Bytes::new(),
            masterauth: Bytes::new(),
            masteruser: Bytes::new(),
            replicaof: None,
            serve_stale_data: true,
            replica_read_only: true,
            repl_ping_period: 10,
            repl_timeout: 60,
            repl_disable_tcp_nodelay: false,
            repl_backlog_size: caps.backlog_default_bytes,
            repl_backlog_ttl: 3_600,
            min_to_write: 0,
            min_max_lag: 10,
            replica_priority: 100,
            diskless_sync: caps.diskless_default,
            diskless_sync_delay: 5,
            diskless_sync_max_replicas: 0,
            diskless_load: DisklessLoad::Disabled as usize,
            rdb_channel: matches!(caps.channel, Channel::Redis),
            full_sync_buffer_limit: 0,
            dual_channel: false,
            announce_ip: Bytes::new(),
            announce_port: 0,
            replica_announced: true,
            replica_lazy_flush: caps.lazyfree_default,
            replica_ignore_maxmemory: true,
            ignore_disk_write_errors: false,
            propagation_error_behavior: 0,
            rdb_del_sync_files: false,
            shutdown_timeout: 10,
            hz: 10,
            rdb_key_save_delay: 0,
            key_load_delay: 0,
            loading_interval: 2 << 20,
            maxclients: 10_000,
            maxmemory: 0,
            maxmemory_policy: if caps.evicts_nothing_by_default { POLICIES.len() - 1 } else { 0 },
            maxmemory_samples: if caps.config_units { 5 } else { 3 },
            timeout: 0,
            tcp_keepalive: caps.tcp_keepalive_default_s,
            appendonly: false,
            appendfsync: 0,
            aof_use_rdb_preamble: caps.says_replica,
            save: DEFAULT_SAVE.to_vec(),
            dbfilename: Bytes::from_static(b"dump.rdb"),
            dir: Bytes::from_static(b"/var/lib/redis"),
            rdbcompression: true,
            rdbchecksum: true,
            stop_writes_on_bgsave_error: true,
            protected_mode: true,
            proto_max_bulk_len: 512 << 20,
            client_query_buffer_limit: 1 << 30,
            output_limits: [
                BufferLimit { hard: 0, soft: 0, soft_seconds: 0 },
                BufferLimit { hard: 256 << 20, soft: 64 << 20, soft_seconds: 60 },
                BufferLimit { hard: 32 << 20, soft: 8 << 20, soft_seconds: 60 },
            ],
            lua_time_limit: 5_000,
            slowlog_log_slower_than: 10_000,
            slowlog_max_len: 128,
            loglevel: LogLevel::Notice as usize,
            notify_keyspace_events: 0,
            lazyfree_lazy_expire: caps.lazyfree_default,
            lazyfree_lazy_server_del: caps.lazyfree_default,
            lazyfree_lazy_user_del: caps.lazyfree_default,
            lazyfree_lazy_user_flush: caps.lazyfree_default,
        }
    }
    /// Reads a redis.conf that is already split into words, one directive an entry.
    ///
    /// # Errors
    /// The first directive that Redis of this era would not start with.
    pub fn from_lines(era: Era, lines: &[Vec<Bytes>]) -> Result<Config, ConfigError> {
        let mut config = Config::defaults(era);
        for (index, line) in lines.iter().enumerate() {
            let Some((name, words)) = line.split_first() else { continue };
            let row = Row::find(era, name);
            let set = match row {
                Some(row) if !words.is_empty() || matches!(row.kind, Kind::Save) => row.set(&mut config, words, true),
                Some(_) => Err("wrong number of arguments".to_owned()),
                None => match Inert::find(era, name) {
                    Some(inert) => {
                        config.inert.insert(inert.kept_as(), Bytes::from(words.join(&b' ')));
                        Ok(())
                    }
                    None => Err("Bad directive or wrong number of arguments".to_owned()),
                },
            };
            set.map_err(|reason| ConfigError { index, reason })?;
        }
        Ok(config)
    }
    fn save_is_default(&self) -> bool {
        self.save == DEFAULT_SAVE
    }
    /// What Redis itself corrects without a word.
    fn clamp(&mut self) {
        self.repl_backlog_size = self.repl_backlog_size.max(crate::limits::BACKLOG_BYTES_MIN as i64);
        self.hz = self.hz.clamp(1, 500);
    }
    /// Whether the RDB of a full resynchronisation may come over a connection of its own, in the way that the era knows.
    #[must_use]
    pub const fn two_connections(&self, caps: &Capabilities) -> bool {
        match caps.channel {
            Channel::None => false,
            Channel::Redis => self.rdb_channel,
            Channel::Valkey => self.dual_channel,
        }
    }
    /// How a replica loads a streamed RDB.
    #[must_use]
    pub fn diskless_load(&self) -> DisklessLoad {
        [DisklessLoad::Disabled, DisklessLoad::OnEmptyDb, DisklessLoad::SwapDb][self.diskless_load]
    }
    /// The lowest level that is logged.
    #[must_use]
    pub fn loglevel(&self) -> LogLevel {
        [LogLevel::Debug, LogLevel::Verbose, LogLevel::Notice, LogLevel::Warning][self.loglevel]
    }
    /// The name of the eviction policy.
    #[must_use]
    pub fn maxmemory_policy(&self) -> &'static str {
        POLICIES[self.maxmemory_policy]
    }
    /// Whose names, bounds and texts these are.
    #[must_use]
    pub fn era(&self) -> Era {
        self.era
    }

    /// CONFIG GET: names and values that a pattern matches, in the table's order. From 5.0 on both spellings of a name are found; from 7.0
    /// letter case does not matter and a name without wildcard comes back as it was written.
    #[must_use]
    pub fn get(&self, patterns: &[Bytes]) -> Vec<(String, String)> {
        let nocase = self.era.capabilities().config_7_0;
        let mut found = Vec::new();
        for row in TABLE.iter().filter(|r| self.era.has(r.since)) {
            for name in row.names(self.era) {
                let hidden = nocase && HIDDEN.contains(&row.old);
                // 5.0 to 6.2 list the old name of the master's address alone.
                let hidden = hidden || (!nocase && row.old == "slaveof" && name != row.old);
                let patterns = patterns.iter().filter(|p| !hidden || !glob::is_pattern(p));
                let Some(pattern) = { patterns }.find(|p| glob::matches(p, name.as_bytes(), nocase)) else { continue };
                let shown =
                    if nocase && !glob::is_pattern(pattern) { String::from_utf8_lossy(pattern).into_owned() } else { name.to_string() };
                found.push((shown, row.get(self)));
            }
        }
        found.extend(inert::listed(self.era, &self.inert, patterns, nocase));
        found
    }
    /// One directive's value by any of its names, as CONFIG GET prints it.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<String> {
        Row::find(self.era, name.as_bytes()).map(|row| row.get(self))
    }
    /// CONFIG SET with the words after SET: one pair, from 7.0 any number of pairs, all or nothing. Answers what changed, in order.
    ///
    /// # Errors
    /// The error reply with its code, as the era words it.
    pub fn set(&mut self, words: &[Bytes]) -> Result<Vec<Changed>, String> {
        if !self.era.capabilities().config_7_0 {
            if let [name, value] = words
                && let Some(inert) = Inert::find(self.era, name).filter(|inert| inert.settable)
            {
                self.inert.insert(inert.kept_as(), value.clone());
                return Ok(Vec::new());
            }
            return self.set_one(words).map(|changed| Vec::from([changed]));
        }
        if words.len() < 2 {
            return Err("ERR wrong number of arguments for 'config|set' command".to_owned());
        }
        if !words.len().is_multiple_of(2) {
            return Err("ERR syntax error".to_owned());
        }
        let failed = |name: &[u8], why: &str| {
            format!("ERR CONFIG SET failed (possibly related to argument '{}') - {why}", String::from_utf8_lossy(name))
        };
        let mut rows: Vec<&Row> = Vec::new();
        let mut kept = Vec::new();
        let mut error = None;
        for pair in words.chunks_exact(2) {
            if let Some(inert) = Inert::find(self.era, &pair[0]) {
                if !inert.settable && error.is_none() {
                    error = Some(failed(&pair[0], "can't set immutable config"));
                }
                kept.push((inert.kept_as(), pair[1].clone()));
                continue;
            }
            let Some(row) = Row::find(self.era, &pair[0]) else {
                return Err(format!("ERR Unknown option or number of arguments for CONFIG SET - '{}'", String::from_utf8_lossy(&pair[0])));
            };
            if error.is_none() {
                if row.settable.is_none() {
                    error = Some(failed(&pair[0], "can't set immutable config"));
                } else if matches!(row.old, "dir" | "dbfilename") {
                    error = Some(failed(&pair[0], "can't set protected config"));
                } else if rows.iter().any(|r| r.old == row.old) {
                    error = Some(failed(&pair[0], "duplicate parameter"));
                }
            }
            rows.push(row);
        }
        if let Some(error) = error {
            return Err(error);
        }
        let mut next = self.clone();
        let pairs = words.chunks_exact(2).filter(|pair| Inert::find(self.era, &pair[0]).is_none());
        for (row, pair) in rows.iter().zip(pairs) {
            row.set(&mut next, &pair[1..], false).map_err(|why| failed(&pair[0], &why))?;
        }
        next.inert.extend(kept);
        *self = next;
        Ok(rows.iter().map(|r| Changed { name: r.old }).collect())
    }
    fn set_one(&mut self, words: &[Bytes]) -> Result<Changed, String> {
        let [name, value] = words else { return Err("ERR Wrong number of arguments for CONFIG SET".to_owned()) };
        let row = Row::find(self.era, name).filter(|r| r.settable.is_some_and(|first| self.era.has(first)));
        let Some(row) = row else {
            return Err(format!("ERR Unsupported CONFIG parameter: {}", String::from_utf8_lossy(name)));
        };
        row.set(self, core::slice::from_ref(value), false).map_err(|why| {
            let (value, name) = (String::from_utf8_lossy(value), String::from_utf8_lossy(name));
            // The setters of these two say nothing more.
            let silent = matches!(row.kind, Kind::Save | Kind::Limits) || !self.era.capabilities().config_says_why;
            // Not Redis's refusal but ours ([`not_here`]).
            let silent = silent && !why.starts_with("Resync ");
            let why = if silent { String::new() } else { format!(" - {why}") };
            format!("ERR Invalid argument '{value}' for CONFIG SET '{name}'{why}")
        })?;
        Ok(Changed { name: row.old })
    }
    /// Whether an era's redis.conf may name this directive, by any of its names.
    #[must_use]
    pub fn knows(era: Era, name: &[u8]) -> bool {
        Row::find(era, name).is_some()
    }
    /// Every directive of the era, for the config panel.
    #[must_use]
    pub fn list(&self) -> Vec<Listed> {
        let defaults = Config::defaults(self.era);
        let listed = |row: &Row| Listed {
            name: row.name(self.era),
            value: row.get(self),
            default: row.get(&defaults),
            bounds: row.bounds(),
            settable: row.settable.is_some_and(|first| self.era.has(first)),
        };
        TABLE.iter().filter(|r| self.era.has(r.since)).map(listed).collect()
    }
}

const DEFAULT_SAVE: [(i64, i64); 3] = [(3_600, 1), (300, 100), (60, 10_000)];

#[cfg(test)]
mod tests;
