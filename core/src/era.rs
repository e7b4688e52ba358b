//! Eras: the Redis release whose behaviour a node has, and the one table of what each can do.
//!
//! Eras are compared here and nowhere else. Code asks for a capability; what a *peer* can do comes from the wire.

use core::fmt;
use serde::{Serialize, Serializer};

/// A Redis release line, pinned to the release in the comment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Era {
    /// 2.6.17: SYNC only.
    V2_6,
    /// 2.8.24: PSYNC with run ids.
    V2_8,
    /// 3.0.7: WAIT.
    V3_0,
    /// 3.2.13: announced addresses.
    V3_2,
    /// 4.0.14: PSYNC2.
    V4_0,
    /// 5.0.14: the word "replica".
    V5_0,
    /// 6.2.14: pipelined handshake, fast reconnect.
    V6_2,
    /// 7.0.15: shared replication buffer.
    V7_0,
    /// 7.2.6: WAITAOF.
    V7_2,
    /// 7.4.1: hash fields with a time to live.
    V7_4,
    /// 8.0.6: a second connection for the RDB; PINGs for silent streams alone.
    V8_0,
    /// 8.2.3: INFO counts attempts to synchronise.
    V8_2,
    /// 8.6.3: an RDB without compression, if a replica asks for it.
    V8_6,
    /// Valkey 8.0.1, a fork of Redis 7.2.4: "primary" in logs and names, a second connection of its own.
    Valkey8_0,
    /// Valkey 8.1.8.
    Valkey8_1,
    /// Valkey 9.0.0: an RDB format of its own, hash fields with a time to live of its own.
    Valkey9_0,
    /// Valkey 9.1.2: RDBs for older replicas.
    Valkey9_1,
}

/// Whose way to resynchronise over two connections a release knows (docs/redis.md §6A, §6B).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Channel {
    /// One connection only.
    None,
    /// `repl-rdb-channel`: the second connection takes the RDB, the first one the stream from the fork on (Redis 8.0).
    Redis,
    /// `dual-channel-replication-enabled`: the first connection takes the stream by a partial resynchronisation (Valkey 8.0).
    Valkey,
}

/// How an RDB writes a hash whose fields have times to live.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldTimes {
    /// There are none.
    None,
    /// Types 24 and 25 (Redis 7.4).
    Redis,
    /// Type 22 (Valkey 9.0).
    Valkey,
}

/// How a backlog lies in memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BacklogKind {
    /// One ring of `repl-backlog-size` bytes; resizing throws its content away.
    Ring,
    /// Shared blocks, pinned by whoever still needs them; resizing keeps content.
    Blocks,
}

/// The nodes of a conn's overflow list, which decide what waiting output counts against a limit (docs/redis.md §2.7).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReplyList {
    /// Strings of up to 16 KiB that double as they grow, counted as allocated: a limit is reached well before that many bytes wait (up to 3.2).
    Objects,
    /// The same strings, counted by their length (4.0).
    Strings,
    /// Blocks of 16 KiB, counted whole (5.0).
    Blocks,
    /// The same, behind a static buffer that is filled to its last byte before (7.0).
    Filled,
}

/// What a line of CLIENT LIST holds (docs/redis.md §8.6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClientFields {
    /// No `id` (2.6).
    NoIds,
    /// The fields of 2.8 to 5.0.
    Ids,
    /// `laddr`, `argv-mem`, `tot-mem`, `user`, `redir` too (6.2).
    Memory,
    /// … and `ssub`, `multi-mem`, `rbs`, `rbp`, `resp` (7.0).
    Buffers,
    /// … `lib-name`, `lib-ver` (7.2), and what later releases added. `tot-net-in`, `tot-net-out` and `tot-cmds` are not counted here.
    Later {
        /// `watch` (7.4).
        watch: bool,
        /// `io-thread` (8.0).
        io_thread: bool,
        /// `capa` (Valkey 8.1).
        capa: bool,
    },
}

/// Which errors that go along a replication link are told in the log as `== CRITICAL ==` (docs/redis.md §4.8).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkErrors {
    /// None (up to 3.2).
    Untold,
    /// Those that a replica would send to its master, unless Redis keeps them ready: `WRONGTYPE` and a dozen others pass by (4.0).
    FormattedToMaster,
    /// The same, and those of a master to its replica (5.0).
    Formatted,
    /// All, with the latest bytes of the backlog; INFO counts them (6.0).
    All,
}

/// How a replica's handshake goes about its steps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Handshake {
    /// Everything after the PONG in one blocking call (2.6, early 2.8).
    Blocking,
    /// One command a round trip.
    StepByStep,
    /// AUTH and REPLCONFs written back to back (6.2+).
    Pipelined,
}

/// How times to live travel in the stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StreamTtl {
    /// As the client said it.
    Verbatim,
    /// `SET … PX ms`, still relative.
    SetRelative,
    /// Absolute milliseconds everywhere.
    Absolute,
}

/// How a read of a logically expired key answers on a replica (docs/redis.md §4.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExpiredRead {
    /// GET returns the value, EXISTS 1.
    Served,
    /// GET nil, EXISTS 1.
    HiddenButExists,
    /// As if it were gone.
    Gone,
}

/// Makes [`Capabilities`] and [`Era::capabilities`] of one table: what a row is, its type, and its value in an era.
macro_rules! table {
    (|$era:ident| { $($(#[$doc:meta])* $name:ident: $kind:ty = $value:expr,)* }) => {
        /// The capabilities of one era, made by [`Era::capabilities`]; docs/redis.md says in which releases each fact holds.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(clippy::struct_excessive_bools, reason = "a table of yes and no is what this is")]
        pub struct Capabilities {
            $($(#[$doc])* pub $name: $kind,)*
        }
        impl Era {
            /// What this era does, row by row.
            #[must_use]
            pub const fn capabilities(self) -> Capabilities {
                use Era::{V2_8, V3_0, V3_2, V4_0, V5_0, V6_2, V7_0, V7_2, V7_4, V8_0, V8_2, V8_6, Valkey8_0, Valkey8_1, Valkey9_0, Valkey9_1};
                let $era = self;
                Capabilities { $($name: $value,)* }
            }
        }
    };
}

table! { |era| {
    /// PSYNC, offsets, backlog, REPLCONF ACK, min-slaves, `sync_*` counters exist (2.8).
    psync: bool = era.has(V2_8),
    /// Replication ids that survive promotion and restart, second id, proxied streams (4.0).
    psync2: bool = era.has(V4_0),
    /// WAIT and GETACK exist (3.0).
    wait: bool = era.has(V3_0),
    /// WAITAOF exists, and ACKs may tell how far an append-only file reaches (7.2).
    wait_for_files: bool = era.has(V7_2),
    /// The answer to GETACK counts GETACK's own bytes (3.0, 3.2).
    getack_counts_itself: bool = era.has(V3_0) && !era.has(V4_0),
    /// ROLE exists (2.8.12).
    role: bool = era.has(V2_8),
    /// The handshake's way.
    handshake: Handshake = if era.has(V6_2) {
        Handshake::Pipelined
    } else if era.has(V2_8) {
        Handshake::StepByStep
    } else {
        Handshake::Blocking
    },
    /// Handshake commands travel as RESP arrays, not inline text (5.0).
    handshake_resp: bool = era.has(V5_0),
    /// `REPLCONF capa` is sent (2.8.22), with `psync2` from 4.0.
    capa: bool = era.has(V2_8),
    /// -LOADING and -NOMASTERLINK to PSYNC mean "later", not "PSYNC unknown" (4.0).
    psync_try_later: bool = era.has(V4_0),
    /// No reply to PSYNC means "later" and read failures are logged as such (7.0.1).
    psync_no_reply_later: bool = era.has(V7_0),
    /// An established link that is lost, or a failed transfer, is redialled in the same call (6.2); SLAVEOF dials at once.
    redial_at_once: bool = era.has(V6_2),
    /// The cached master is kept until the load, sub-replicas too (7.0).
    keeps_cache_until_load: bool = era.has(V7_0),
    /// A master restores its old id as second id from its RDB (7.0).
    master_restores_id: bool = era.has(V7_0),
    /// A backlog that expires changes the id (4.0.3).
    ttl_changes_id: bool = era.has(V4_0),
    /// The first byte's number is 2: creating the backlog adds one to the offset (2.8–3.2).
    backlog_adds_one: bool = era.has(V2_8) && !era.has(V4_0),
    /// PINGs are fed although no replica is there, if a backlog exists (2.8–3.2).
    pings_without_replicas: bool = era.has(V2_8) && !era.has(V4_0),
    /// The ping in the stream is spelled `ping` (6.2).
    lower_case_ping: bool = era.has(V6_2),
    /// How the backlog lies in memory.
    backlog: BacklogKind = if era.has(V7_0) { BacklogKind::Blocks } else { BacklogKind::Ring },
    /// `repl-diskless-sync` exists (2.8.18) …
    diskless_sync: bool = era.has(V2_8),
    /// … and is on by default (7.0).
    diskless_default: bool = era.has(V7_0),
    /// DEBUG POPULATE takes a prefix (3.0) …
    populate_prefix: bool = era.has(V3_0),
    /// … and a size (3.2).
    populate_size: bool = era.has(V3_2),
    /// DEBUG PAUSE-CRON (6.2).
    debug_pauses_cron: bool = era.has(V6_2),
    /// DEBUG REPLICATE (7.0).
    debug_replicate: bool = era.has(V7_0),
    /// The log names the file of an RDB that cannot be made (3.2).
    log_names_rdb: bool = era.has(V3_2),
    /// Replicas whose BGSAVE could not be forked are told so and closed; before, they are forgotten (5.0).
    tells_failed_fork: bool = era.has(V5_0),
    /// The parent copies the child's RDB to the sockets (6.0).
    diskless_pipe: bool = era.has(V6_2),
    /// Diskless starts at idle ≥ delay, not > delay (6.2).
    diskless_delay_inclusive: bool = era.has(V6_2),
    /// `repl-diskless-load` exists (6.0).
    diskless_load: bool = era.has(V6_2),
    /// … and can load beside the old data (7.0).
    async_load: bool = era.has(V7_0),
    /// A bare newline of a replica swallows the byte behind it, if both come in one read (2.8–4.0.10): the next ACK is lost.
    greedy_newline: bool = era.has(V2_8) && !era.has(V4_0),
    /// Errors along a replication link.
    link_errors: LinkErrors = if era.has(V6_2) {
        LinkErrors::All
    } else if era.has(V5_0) {
        LinkErrors::Formatted
    } else if era.has(V4_0) {
        LinkErrors::FormattedToMaster
    } else {
        LinkErrors::Untold
    },
    /// A replica's conn may not read or write keys (6.0); the word in its error is misspelt in 6.2.
    replica_conn_without_keys: Option<&'static str> = if era.has(V7_0) {
        Some("Replica can't interact with the keyspace")
    } else if era.has(V6_2) {
        Some("Replica can't interract with the keyspace")
    } else {
        None
    },
    /// The fields of CLIENT LIST.
    client_fields: ClientFields = if era.has(V7_2) {
        ClientFields::Later {
            watch: era.has(V7_4),
            io_thread: era.has(V8_0),
            capa: era.has(Valkey8_1),
        }
    } else if era.has(V7_0) {
        ClientFields::Buffers
    } else if era.has(V6_2) {
        ClientFields::Memory
    } else if era.has(V2_8) {
        ClientFields::Ids
    } else {
        ClientFields::NoIds
    },
    /// Requests stay in the query buffer until all that was read has been looked at (5.0).
    query_stays: bool = era.has(V5_0),
    /// A process writes before it sleeps, and asks to be told of room only for what is left (3.2).
    writes_before_sleep: bool = era.has(V3_2),
    /// What a process takes that holds nothing, bytes of `used_memory`: measured on 2.8.17, 3.0.5, 5.0.10, 6.2.14 and 7.0.15.
    bare_memory_bytes: u64 = if era.has(V7_0) {
        914_864
    } else if era.has(V6_2) {
        937_832
    } else if era.has(V5_0) {
        853_480
    } else if era.has(V3_0) {
        882_008
    } else {
        876_648
    },
    /// A replica ignores `maxmemory` unless it is told otherwise; a server that loads does, too (5.0).
    replica_ignores_maxmemory: bool = era.has(V5_0),
    /// A server over `maxmemory` queues nothing (5.0.10).
    nothing_queued_without_memory: bool = era.has(V5_0),
    /// The log's warning of a `maxmemory` below what is used has both numbers (6.0).
    little_memory_in_numbers: bool = era.has(V6_2),
    /// … and speaks of key eviction and the inability, not of keys eviction and inability (5.0).
    says_key_eviction: bool = era.has(V5_0),
    /// `maxmemory-policy` is noeviction where the configuration does not say; before, volatile-lru (3.0).
    evicts_nothing_by_default: bool = era.has(V3_0),
    /// INFO tells the limit of memory and its policy (3.2) …
    info_maxmemory: bool = era.has(V3_2),
    /// … and what of the memory is data (4.0).
    info_dataset: bool = era.has(V4_0),
    /// INFO tells the largest recent buffers of callers, not the present ones (5.0).
    info_recent_buffers: bool = era.has(V5_0),
    /// INFO tells memory that is not counted against `maxmemory`, and the buffers of replicas (5.0).
    info_buffers: bool = era.has(V5_0),
    /// What a replica's conn takes beside its output, as INFO counts it: measured on 5.0.10 and 6.2.14; 7.0 counts shared blocks alone.
    replica_conn_bytes: u64 = if era.has(V7_0) {
        0
    } else if era.has(V6_2) {
        17_048
    } else {
        16_922
    },
    /// INFO counts errors, refused and failed calls (6.2).
    counts_errors: bool = era.has(V6_2),
    /// A replica that sends what is answered is closed; before, the answer stands in its stream (7.0).
    closes_answered_replica: bool = era.has(V7_0),
    /// An ACK is sent at once after a streamed load (6.2).
    ack_after_streamed_load: bool = era.has(V6_2),
    /// … and after any load of a master's RDB (Valkey 8.0).
    ack_after_any_load: bool = era.has(Valkey8_0),
    /// PING is refused with -MASTERDOWN on a stale replica (7.0).
    stale_refuses_ping: bool = era.has(V7_0),
    /// More commands are served while stale (6.0).
    stale_serves_more: bool = era.has(V6_2),
    /// Expired keys on a replica.
    expired_read: ExpiredRead = if era.has(V4_0) {
        ExpiredRead::Gone
    } else if era.has(V3_2) {
        ExpiredRead::HiddenButExists
    } else {
        ExpiredRead::Served
    },
    /// Within EXEC keys are judged expired by the moment at which it began (6.0).
    exec_holds_time: bool = era.has(V6_2),
    /// A writable replica deletes keys to which its callers gave a time to live (4.0); before, they stay.
    own_keys_expire: bool = era.has(V4_0),
    /// An RDB leaves out what has expired (up to 3.2), so that a replica has fewer keys than its master.
    rdb_leaves_out_expired: bool = !era.has(V4_0),
    /// OBJECT ENCODING hides an expired key (6.2).
    object_hides_expired: bool = era.has(V6_2),
    /// MULTI stands before the SELECT that its first command needs (7.2).
    select_within_multi: bool = era.has(V7_2),
    /// HINCRBYFLOAT is told as HSETEX with KEEPTTL, not as HSET (8.0).
    hincrbyfloat_is_hsetex: bool = era.has(V8_0),
    /// SPOP of several members is one SREM for each 1024 of them (7.2), not one for each.
    spop_is_one_srem: bool = era.has(V7_2),
    /// Times to live in the stream.
    stream_ttl: StreamTtl = if era.has(V7_0) {
        StreamTtl::Absolute
    } else if era.has(V6_2) {
        StreamTtl::SetRelative
    } else {
        StreamTtl::Verbatim
    },
    /// KEEPTTL, and INCRBYFLOAT as `SET … KEEPTTL` (6.0).
    keepttl: bool = era.has(V6_2),
    /// Effects are collected: MULTI/EXEC only around more than one (7.0).
    transaction_minimal: bool = era.has(V7_0),
    /// MULTI is emitted when the first command really propagates (6.2).
    multi_lazy: bool = era.has(V6_2),
    /// PING, ECHO, SELECT, PUBLISH count as writes inside MULTI (3.2–5.0).
    multi_wraps_reads: bool = era.has(V3_2) && !era.has(V6_2),
    /// Administrative commands without the read-only flag (DEBUG, SLAVEOF, ROLE) open MULTI too (up to 3.0).
    multi_wraps_admin: bool = !era.has(V3_2),
    /// SPOP with a count exists (3.2).
    spop_count: bool = era.has(V3_2),
    /// A write that is refused on a read-only replica while it is queued makes EXEC abort (6.0.9); before, the rest of the transaction runs.
    readonly_aborts_exec: bool = era.has(V6_2),
    /// "replica" instead of "slave" in words, logs and config names (5.0).
    says_replica: bool = era.has(V5_0),
    /// `FAILOVER`, `master_failover_state` (6.2).
    failover: bool = era.has(V6_2),
    /// `slave_read_repl_offset` (6.2.6), `master_sync_total_bytes` and more.
    info_6_2: bool = era.has(V6_2),
    /// The log line's frame has the role letter (3.0).
    log_role: bool = era.has(V3_0),
    /// … and the year (5.0).
    log_year: bool = era.has(V5_0),
    /// DEBUG DIGEST-VALUE exists (5.0).
    debug_digest_value: bool = era.has(V5_0),
    /// DEBUG OBJECT takes more words than it needs, and then gives help (4.0).
    debug_object_takes_more: bool = era.has(V4_0),
    /// CLIENT LIST and CLIENT KILL know the type `master` (3.2).
    client_type_master: bool = era.has(V3_2),
    /// Lists are quicklists (3.2).
    quicklists: bool = era.has(V3_2),
    /// What OBJECT ENCODING calls a packed hash, list or sorted set: listpacks came with 7.0.
    packed_encoding: &'static str = if era.has(V7_0) { "listpack" } else { "ziplist" },
    /// Small sets are packed too (7.2).
    packed_sets: bool = era.has(V7_2),
    /// Bytes of a string up to which it is packed with its header (3.0: 39, 3.2: 44); `None`: none is.
    embstr_bytes_max: Option<usize> = if era.has(V3_2) {
        Some(44)
    } else if era.has(V3_0) {
        Some(39)
    } else {
        None
    },
    /// The error of an RDB with an unknown type gives its number (3.2).
    rdb_error_numbers_type: bool = era.has(V3_2),
    /// redis-cli calls an empty array so, and not "(empty list or set)" (6.0).
    cli_says_empty_array: bool = era.has(V6_2),
    /// redis-cli that reads a replication stream says "replica output mode", not "slave" (5.0).
    cli_says_replica: bool = era.has(V5_0),
    /// redis-cli that reads a replication stream tells a full resync from a partial one (7.0).
    cli_says_full_resync: bool = era.has(V7_0),
    /// Startup prints "Ready to accept connections" and friends (4.0).
    log_ready_4_0: bool = era.has(V4_0),
    /// Log lines carry "to disk"/"to parser" (6.0).
    log_target: bool = era.has(V6_2),
    /// "Done loading RDB, keys loaded" (6.2).
    log_done_loading: bool = era.has(V6_2),
    /// What waiting output counts.
    reply_list: ReplyList = if era.has(V7_0) {
        ReplyList::Filled
    } else if era.has(V5_0) {
        ReplyList::Blocks
    } else if era.has(V4_0) {
        ReplyList::Strings
    } else {
        ReplyList::Objects
    },
    /// Output limits are checked before the next sleep (6.0), not at the next serverCron.
    close_before_sleep: bool = era.has(V6_2),
    /// A client that is to be closed asynchronously goes on being fed, and what waits for it goes on leaving (up to 5.0); later nothing more is written.
    doomed_still_gets: bool = !era.has(V6_2),
    /// … and its requests are still run (up to 3.2).
    doomed_still_runs: bool = !era.has(V4_0),
    /// A replica that is dropped while it waits for the end of a BGSAVE hears of it at once: its conn is shut down, not only closed (5.0).
    shuts_waiting_replica: bool = era.has(V5_0) && !era.has(V6_2),
    /// MONITOR makes a caller count as a replica where output limits are concerned (2.6).
    monitors_are_replicas: bool = !era.has(V2_8),
    /// Output limits are looked at by clientsCron too, also where nothing is written (6.2.4).
    limits_at_cron: bool = era.has(V6_2),
    /// A replica's hard limit is at least the backlog's size (7.0).
    limit_at_least_backlog: bool = era.has(V7_0),
    /// REPLICAOF exists as a word (5.0).
    replicaof: bool = era.has(V5_0),
    /// UNLINK, SWAPDB, lazy freeing (4.0).
    lazyfree: bool = era.has(V4_0),
    /// A cut half-command is dropped and asked for again (4.0), not continued.
    reploff_counts_applied: bool = era.has(V4_0),
    /// WAIT is refused on a replica (4.0).
    wait_not_on_replica: bool = era.has(V4_0),
    /// The bytes of a read of RDB.
    rdb_read_bytes: usize = if era.has(V6_2) { crate::limits::READ_BYTES_MAX } else { crate::limits::RDB_READ_BYTES_OLD },
    /// The RDB version written; a higher one is refused.
    rdb_version: u32 = if era.has(Valkey9_0) {
        80
    } else if era.has(V8_6) {
        13
    } else if era.has(V7_4) {
        12
    } else if era.has(V7_2) {
        11
    } else if era.has(V7_0) {
        10
    } else if era.has(V5_0) {
        9
    } else if era.has(V4_0) {
        8
    } else if era.has(V3_2) {
        7
    } else {
        6
    },
    /// CONFIG SET understands units (3.0).
    config_units: bool = era.has(V3_0),
    /// CONFIG SET takes several pairs and has the 7.0 error texts.
    config_7_0: bool = era.has(V7_0),
    /// There are users: AUTH takes a name, `masteruser` is a directive, -WRONGPASS and -NOPERM are errors (6.0).
    acl: bool = era.has(V6_2),
    /// Longest address that `REPLCONF ip-address` takes, in bytes; 0: it is not known (before 3.2).
    announced_ip_bytes_max: usize = if era.has(V6_2) {
        255
    } else if era.has(V3_2) {
        45
    } else {
        0
    },
    /// SLAVEOF is refused on the connection of a replica (3.2).
    replica_conn_cannot_follow: bool = era.has(V3_2),
    /// `tcp-keepalive` where the configuration does not say, in seconds: 300 from 3.2 on.
    tcp_keepalive_default_s: i64 = if era.has(V3_2) { 300 } else { 0 },
    /// The log says why a replica waits for the next BGSAVE (3.2).
    log_says_why_it_waits: bool = era.has(V3_2),
    /// PUBLISH carries the read-only flag: in a transaction it travels bare until a write opens one (up to 3.0).
    publish_is_a_read: bool = !era.has(V3_2),
    /// Errors and the log speak of any other child, not of what it does (6.0).
    says_any_child: bool = era.has(V6_2),
    /// Switching the append-only file off forgets a rewrite that was scheduled (6.0).
    aof_off_unschedules: bool = era.has(V6_2),
    /// A promotion drops the link to the master first and takes a new id then, not the other way round (6.0).
    drops_link_before_new_id: bool = era.has(V6_2),
    /// A promotion switches an append-only file on again that a transfer had switched off (6.0).
    promotion_restarts_aof: bool = era.has(V6_2),
    /// The log says in which kind of synchronisation a replica timed out (6.0).
    log_timeout_names_sync: bool = era.has(V6_2),
    /// The log says that a backlog was created, with the new ids (6.0).
    log_backlog_created: bool = era.has(V6_2),
    /// "using my own master parameters", not "my" (6.0).
    log_my_own: bool = era.has(V6_2),
    /// Each step of the handshake asks the socket for its error before it reads (up to 5.0).
    handshake_asks_socket: bool = !era.has(V6_2),
    /// A database number that is no integer gets the error of any such argument (6.0).
    db_number_is_any_integer: bool = era.has(V6_2),
    /// Whoever connects while there is no password is authenticated for good (6.0); before, only AUTH does that, and a password that is set at run time
    /// shuts out everybody who has not given one.
    trusts_from_birth: bool = era.has(V6_2),
    /// A caller who has yet to give the password may announce few and short words alone (5.0.14).
    bounds_strangers: bool = era.has(V5_0),
    /// EXEC is asked everything that its commands were asked when they were queued, as if it were all of them (6.0.9). A refusal discards the transaction.
    exec_is_asked_again: bool = era.has(V6_2),
    /// -MISCONF on a replica too; and a replica that meets a write of its master's then ends itself (7.0).
    misconf_on_replica: bool = era.has(V7_0),
    /// The pause of a failover and that of CLIENT PAUSE are two (7.0).
    pauses_by_purpose: bool = era.has(V7_0),
    /// A pause keeps requests from being read at all; from 6.2 on it is the last thing that a command is asked about (3.0–5.0).
    pause_stops_reading: bool = era.has(V3_0) && !era.has(V6_2),
    /// Waits that are over end before the next sleep (6.0); before, at a tick that looks at that caller.
    waits_end_before_sleep: bool = era.has(V6_2),
    /// BLPOP and its like count the seconds of the clock, and wait until the last one is over (up to 2.8).
    blocks_by_clock_seconds: bool = !era.has(V3_0),
    /// Callers that a tick looks at at least (5 from 3.0 on) …
    callers_a_tick: usize = if era.has(V3_0) { 5 } else { 50 },
    /// … and in how many seconds it comes round to all of them (10 up to 2.8).
    callers_round_s: u64 = if era.has(V3_0) { 1 } else { 10 },
    /// Nothing more is queued in a transaction that will not run (7.0).
    doomed_multi_keeps_nothing: bool = era.has(V7_0),
    /// EXEC alone looks whether a transaction that writes has come to stand on a read-only replica (5.0).
    exec_refuses_replica: bool = era.has(V5_0) && !era.has(V6_2),
    /// A wrong password takes away what a right one gave (up to 5.0).
    wrong_password_logs_out: bool = !era.has(V6_2),
    /// A time limit of WAIT so long that its end wraps round lies in the past (up to 5.0).
    wait_wraps_round: bool = !era.has(V6_2),
    /// A master that sends inline commands is given up, with the cached master (6.0).
    refuses_inline_master: bool = era.has(V6_2),
    /// CONFIG REWRITE appends directives by their kind, not in one fixed order (6.0).
    conf_rows_by_kind: bool = era.has(V6_2),
    /// `repl-backlog-size 0` is taken, and made 16 384 (3.0–5.0).
    backlog_size_may_be_zero: bool = era.has(V3_0) && !era.has(V6_2),
    /// CONFIG SET says why it refuses a value (6.0).
    config_says_why: bool = era.has(V6_2),
    /// Errors of a start name the release, the whole path, each address and the reason (6.0).
    startup_errors_in_full: bool = era.has(V6_2),
    /// A redis.conf or a command line that says nothing of save points leaves the defaults (6.2).
    keeps_default_save: bool = era.has(V6_2),
    /// `REPLCONF rdb-only` (6.2) …
    rdb_only: bool = era.has(V6_2),
    /// … with a state of its own, and `rdb-filter-only` (7.0).
    rdb_transmitted: bool = era.has(V7_0),
    /// A packed sorted set takes −0 for 0 (7.0).
    packed_zero_unsigned: bool = era.has(V7_0),
    /// One child at a time, of whatever kind; what cannot start is scheduled (3.2.2).
    one_child: bool = era.has(V3_2),
    /// The append-only file is switched off before a master's RDB is loaded, not at the end of it (4.0) …
    aof_stops_before_load: bool = era.has(V4_0),
    /// … and on again if that load fails (4.0, 5.0).
    aof_restarts_after_failed_load: bool = era.has(V4_0) && !era.has(V6_2),
    /// `appendonly yes` ends a rewrite that is in the way (5.0).
    aof_replaces_rewrite: bool = era.has(V5_0),
    /// Commands that run during a rewrite go to its child (3.0–6.2).
    aof_diff_to_child: bool = era.has(V3_0) && !era.has(V7_0),
    /// The append-only file is several files and a manifest (7.0).
    aof_parts: bool = era.has(V7_0),
    /// BGSAVE and BGREWRITEAOF in a transaction start after it (7.0).
    forks_after_exec: bool = era.has(V7_0),
    /// WATCH sees keys that expire (6.0.9).
    watch_sees_expiry: bool = era.has(V6_2),
    /// … and forgives those that had expired before (7.0).
    watch_forgives_expired: bool = era.has(V7_0),
    /// MONITOR shows a command in the database that it led to (6.2).
    monitor_shows_behind: bool = era.has(V6_2),
    /// MONITOR hides administrative commands, REPLCONF ACK among them (2.8.19, 3.0).
    monitor_hides_admin: bool = era.has(V2_8),
    /// A subscriber may PING, and is answered by an array (2.8) …
    subscribers_ping: bool = era.has(V2_8),
    /// … which the error of what it may not do says (3.2);
    refusal_names_ping: bool = era.has(V3_2),
    /// … that error names the command (6.2).
    refusal_names_command: bool = era.has(V6_2),
    /// HELP is told in paragraphs, not in a line for each form (6.2).
    help_in_paragraphs: bool = era.has(V6_2),
    /// A pattern counts once, however many subscribed to it (6.0).
    pattern_counts_once: bool = era.has(V6_2),
    /// Messages, and the replies to SUBSCRIBE, reach also those who switched replies off (6.2).
    pushes_past_reply_off: bool = era.has(V6_2),
    /// CLIENT LIST marks subscribers (5.0).
    lists_subscribers: bool = era.has(V5_0),
    /// All kinds of ZRANGE write the length of their reply last, not only those by score and by letters (6.2).
    zrange_counts_last: bool = era.has(V6_2),
    /// WATCH sees SWAPDB (6.2).
    watch_sees_swap: bool = era.has(V6_2),
    /// CLIENT PAUSE exists (3.0) …
    client_pause: bool = era.has(V3_0),
    /// … stops active expiry (4.0) …
    pause_stops_expiry: bool = era.has(V4_0),
    /// … and can stop writes alone; GETACK waits too (6.2).
    pause_writes: bool = era.has(V6_2),
    /// CLIENT LIST and COMMAND know subcommands, `client|list` (7.0).
    subcommands: bool = era.has(V7_0),
    /// A streamed transfer ends with "Synchronization … succeeded" at once, not at the first ACK (7.0).
    online_before_ack: bool = era.has(V7_0),
    /// A loading server counts the ticks that it cannot run (6.2), so that its replication cron keeps its place among them.
    counts_ticks_while_loading: bool = era.has(V6_2),
    /// Whose second connection it knows.
    channel: Channel = if era.has(Valkey8_0) {
        Channel::Valkey
    } else if era.has(V8_0) {
        Channel::Redis
    } else {
        Channel::None
    },
    /// What the log says of a second connection begins with what it is (Valkey 8.1).
    log_says_dual_channel: bool = era.has(Valkey8_1),
    /// How long the place of a snapshot is held for a first connection whose second one is gone, s (Valkey).
    channel_grace_s: i64 = if era.has(Valkey9_1) { 5 } else { 60 },
    /// A replica whose first connection is cut while it loads its RDB from a file takes the file for a broken one, and exits (Valkey 8.1).
    cut_load_exits: bool = era.has(Valkey8_1),
    /// A replica of Valkey 8.0 goes on with that load beside a second synchronisation, and attaches its end to that.
    cut_load_goes_on: bool = era.has(Valkey8_0) && !era.has(Valkey8_1),
    /// The place of a snapshot names no database where none is selected (Valkey 9.0); 0 before.
    channel_names_no_db: bool = era.has(Valkey9_0),
    /// The second connection announces an address too (8.6).
    channel_tells_ip: bool = era.has(V8_6),
    /// A Valkey: "primary" in the log and in names of directives, its own name in errors and in INFO, `REPLCONF version` in the handshake.
    valkey: bool = era.has(Valkey8_0),
    /// Lost connections, new ids, starts and ends are notices in the log, not warnings any more; a load that fails says "check server logs" (7.2).
    log_calm: bool = era.has(V7_2),
    /// A replica that loads from the socket asks for an RDB without compression (8.6).
    rdb_no_compress: bool = era.has(V8_6),
    /// A load says that it begins before the old data go, and callers are served meanwhile (8.0).
    flushes_within_load: bool = era.has(V8_0),
    /// INFO counts dials and the time without a link (8.2).
    counts_attempts: bool = era.has(V8_2),
    /// INFO tells which thread serves a replica and a master's link (between 8.2 and 8.6).
    info_io_threads: bool = era.has(V8_6),
    /// A replica of an older Valkey gets an RDB that it can read (Valkey 9.1).
    rdb_for_older: bool = era.has(Valkey9_1),
    /// INFO tells the stage of the release (Valkey 9.0).
    info_valkey_9: bool = era.has(Valkey9_0),
    /// Fields of hashes can have times to live.
    field_times: FieldTimes = if era.has(Valkey9_0) {
        FieldTimes::Valkey
    } else if era.has(V7_4) {
        FieldTimes::Redis
    } else {
        FieldTimes::None
    },
    /// A PING is fed when nothing else was for a whole period, not at every period (8.0).
    ping_if_silent: bool = era.has(V8_0),
    /// `repl-backlog-size` where the configuration does not say, in bytes.
    backlog_default_bytes: i64 = if era.has(Valkey8_0) { 10 << 20 } else { 1 << 20 },
    /// `lazyfree-lazy-*` and `replica-lazy-flush` where the configuration does not say (Valkey 8.0): what expires is sent as UNLINK.
    lazyfree_default: bool = era.has(Valkey8_0),
} }

impl Era {
    /// Every era, oldest first. All are proven from outside: recordings of real servers play against each in the conformance test, but for 3.2, of which
    /// bytes of handshakes, fallbacks and requests were kept (tests `eras`).
    pub const ALL: [Era; 17] = [
        Era::V2_6,
        Era::V2_8,
        Era::V3_0,
        Era::V3_2,
        Era::V4_0,
        Era::V5_0,
        Era::V6_2,
        Era::V7_0,
        Era::V7_2,
        Era::V7_4,
        Era::V8_0,
        Era::V8_2,
        Era::V8_6,
        Era::Valkey8_0,
        Era::Valkey8_1,
        Era::Valkey9_0,
        Era::Valkey9_1,
    ];
    /// Those up to 7.0.
    pub const UP_TO_7_0: [Era; 8] = [Era::V2_6, Era::V2_8, Era::V3_0, Era::V3_2, Era::V4_0, Era::V5_0, Era::V6_2, Era::V7_0];

    /// `3.0` and the like.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Era::V2_6 => "2.6",
            Era::V2_8 => "2.8",
            Era::V3_0 => "3.0",
            Era::V3_2 => "3.2",
            Era::V4_0 => "4.0",
            Era::V5_0 => "5.0",
            Era::V6_2 => "6.2",
            Era::V7_0 => "7.0",
            Era::V7_2 => "7.2",
            Era::V7_4 => "7.4",
            Era::V8_0 => "8.0",
            Era::V8_2 => "8.2",
            Era::V8_6 => "8.6",
            Era::Valkey8_0 => "valkey-8.0",
            Era::Valkey8_1 => "valkey-8.1",
            Era::Valkey9_0 => "valkey-9.0",
            Era::Valkey9_1 => "valkey-9.1",
        }
    }
    /// The exact release whose behaviour this is: what INFO and logs print.
    #[must_use]
    pub const fn release(self) -> &'static str {
        match self {
            Era::V2_6 => "2.6.17",
            Era::V2_8 => "2.8.24",
            Era::V3_0 => "3.0.7",
            Era::V3_2 => "3.2.13",
            Era::V4_0 => "4.0.14",
            Era::V5_0 => "5.0.14",
            Era::V6_2 => "6.2.14",
            Era::V7_0 => "7.0.15",
            Era::V7_2 => "7.2.6",
            Era::V7_4 => "7.4.1",
            Era::V8_0 => "8.0.6",
            Era::V8_2 => "8.2.3",
            Era::V8_6 => "8.6.3",
            Era::Valkey8_0 => "8.0.1",
            Era::Valkey8_1 => "8.1.8",
            Era::Valkey9_0 => "9.0.0",
            Era::Valkey9_1 => "9.1.2",
        }
    }
    /// Whether this release reads what a master of that one sends it (docs/redis.md §13): no version above its own, and a Valkey nothing that Redis made
    /// after the fork. For who does not say that it is a Valkey 9 a 9.1 writes the last version that is both's.
    #[must_use]
    pub const fn reads(self, master: Era) -> bool {
        /// The last version that is both's, and the first that Valkey wrote under its own name.
        const BOTH: (u32, u32) = (11, 80);
        let (mine, theirs) = (self.capabilities(), master.capabilities());
        let version = if theirs.rdb_for_older && mine.rdb_version < BOTH.1 { BOTH.0 } else { theirs.rdb_version };
        version <= mine.rdb_version && !(mine.valkey && version > BOTH.0 && version < BOTH.1)
    }
    /// The era of a name such as `3.0`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Era> {
        Era::ALL.into_iter().find(|era| era.name() == name)
    }
    /// Whether this era has what came with `first`: the question that tables of commands and directives ask. Valkey forked from Redis 7.2 and has what
    /// that has, and nothing that Redis got later; no Redis has what came with a Valkey.
    #[must_use]
    pub const fn has(self, first: Era) -> bool {
        let forked = self as u8 > Era::V8_6 as u8 && first as u8 <= Era::V8_6 as u8;
        let latest = if forked { Era::V7_2 } else { self };
        latest as u8 >= first as u8
    }
}

impl fmt::Display for Era {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
impl Serialize for Era {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
