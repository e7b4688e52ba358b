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

/// The capabilities of one era, made by [`Era::capabilities`]; docs/redis.md says in which releases each fact holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "a table of yes and no is what this is")]
pub struct Capabilities {
    /// PSYNC, offsets, backlog, REPLCONF ACK, min-slaves, `sync_*` counters exist (2.8).
    pub psync: bool,
    /// Replication ids that survive promotion and restart, second id, proxied streams (4.0).
    pub psync2: bool,
    /// WAIT and GETACK exist (3.0).
    pub wait: bool,
    /// The answer to GETACK counts GETACK's own bytes (3.0, 3.2).
    pub getack_counts_itself: bool,
    /// ROLE exists (2.8.12).
    pub role: bool,
    /// The handshake's way.
    pub handshake: Handshake,
    /// Handshake commands travel as RESP arrays, not inline text (5.0).
    pub handshake_resp: bool,
    /// `REPLCONF capa` is sent (2.8.22), with `psync2` from 4.0.
    pub capa: bool,
    /// -LOADING and -NOMASTERLINK to PSYNC mean "later", not "PSYNC unknown" (4.0).
    pub psync_try_later: bool,
    /// No reply to PSYNC means "later" and read failures are logged as such (7.0.1).
    pub psync_no_reply_later: bool,
    /// An established link that is lost, or a failed transfer, is redialled in the same call (6.2); SLAVEOF dials at once.
    pub redial_at_once: bool,
    /// The cached master is kept until the load, sub-replicas too (7.0).
    pub keeps_cache_until_load: bool,
    /// A master restores its old id as second id from its RDB (7.0).
    pub master_restores_id: bool,
    /// A backlog that expires changes the id (4.0.3).
    pub ttl_changes_id: bool,
    /// The first byte's number is 2: creating the backlog adds one to the offset (2.8–3.2).
    pub backlog_adds_one: bool,
    /// PINGs are fed although no replica is there, if a backlog exists (2.8–3.2).
    pub pings_without_replicas: bool,
    /// The ping in the stream is spelled `ping` (6.2).
    pub lower_case_ping: bool,
    /// How the backlog lies in memory.
    pub backlog: BacklogKind,
    /// `repl-diskless-sync` exists (2.8.18) …
    pub diskless_sync: bool,
    /// … and is on by default (7.0).
    pub diskless_default: bool,
    /// The parent copies the child's RDB to the sockets (6.0).
    pub diskless_pipe: bool,
    /// Diskless starts at idle ≥ delay, not > delay (6.2).
    pub diskless_delay_inclusive: bool,
    /// `repl-diskless-load` exists (6.0).
    pub diskless_load: bool,
    /// … and can load beside the old data (7.0).
    pub async_load: bool,
    /// A bare newline of a replica swallows the byte behind it, if both come in one read (2.8–4.0.10): the next ACK is lost.
    pub greedy_newline: bool,
    /// A replica that sends what is answered is closed; before, the answer stands in its stream (7.0).
    pub closes_answered_replica: bool,
    /// An ACK is sent at once after a streamed load (6.2).
    pub ack_after_streamed_load: bool,
    /// PING is refused with -MASTERDOWN on a stale replica (7.0).
    pub stale_refuses_ping: bool,
    /// More commands are served while stale (6.0).
    pub stale_serves_more: bool,
    /// Expired keys on a replica.
    pub expired_read: ExpiredRead,
    /// OBJECT ENCODING hides an expired key (6.2).
    pub object_hides_expired: bool,
    /// Times to live in the stream.
    pub stream_ttl: StreamTtl,
    /// KEEPTTL, and INCRBYFLOAT as `SET … KEEPTTL` (6.0).
    pub keepttl: bool,
    /// Effects are collected: MULTI/EXEC only around more than one (7.0).
    pub transaction_minimal: bool,
    /// MULTI is emitted when the first command really propagates (6.2).
    pub multi_lazy: bool,
    /// PING, ECHO, SELECT, PUBLISH count as writes inside MULTI (3.2–5.0).
    pub multi_wraps_reads: bool,
    /// SPOP with a count exists (3.2).
    pub spop_count: bool,
    /// A read-only replica answers a queued write with -EXECABORT (7.0) instead of an empty array.
    pub readonly_aborts_exec: bool,
    /// "replica" instead of "slave" in words, logs and config names (5.0).
    pub says_replica: bool,
    /// `FAILOVER`, `master_failover_state` (6.2).
    pub failover: bool,
    /// `slave_read_repl_offset` (6.2.6), `master_sync_total_bytes` and more.
    pub info_6_2: bool,
    /// The log line's frame has the role letter (3.0).
    pub log_role: bool,
    /// … and the year (5.0).
    pub log_year: bool,
    /// Startup prints "Ready to accept connections" and friends (4.0).
    pub log_ready_4_0: bool,
    /// Log lines carry "to disk"/"to parser" (6.0).
    pub log_target: bool,
    /// "Done loading RDB, keys loaded" (6.2).
    pub log_done_loading: bool,
    /// What waiting output counts.
    pub reply_list: ReplyList,
    /// Output limits are checked before the next sleep (6.0), not at the next serverCron.
    pub close_before_sleep: bool,
    /// Output limits are looked at by clientsCron too, also where nothing is written (6.2.4).
    pub limits_at_cron: bool,
    /// A replica's hard limit is at least the backlog's size (7.0).
    pub limit_at_least_backlog: bool,
    /// REPLICAOF exists as a word (5.0).
    pub replicaof: bool,
    /// UNLINK, SWAPDB, lazy freeing (4.0).
    pub lazyfree: bool,
    /// A cut half-command is dropped and asked for again (4.0), not continued.
    pub reploff_counts_applied: bool,
    /// WAIT is refused on a replica (4.0).
    pub wait_not_on_replica: bool,
    /// The bytes of a read of RDB.
    pub rdb_read_bytes: usize,
    /// The RDB version written; a higher one is refused.
    pub rdb_version: u32,
    /// CONFIG SET understands units (3.0).
    pub config_units: bool,
    /// CONFIG SET takes several pairs and has the 7.0 error texts.
    pub config_7_0: bool,
    /// Writes inside scripts ask for good replicas (6.2.7).
    pub tcp_keepalive_300: bool,
    /// AUTH with a user name, ACL wordings (6.0).
    pub acl: bool,
    /// A redis.conf or a command line that says nothing of save points leaves the defaults (6.2).
    pub keeps_default_save: bool,
    /// `REPLCONF rdb-only` (6.2) …
    pub rdb_only: bool,
    /// … with a state of its own, and `rdb-filter-only` (7.0).
    pub rdb_transmitted: bool,
    /// A packed sorted set takes −0 for 0 (7.0).
    pub packed_zero_unsigned: bool,
    /// One child at a time, of whatever kind; what cannot start is scheduled (3.2.2).
    pub one_child: bool,
    /// The append-only file is switched off before a master's RDB is loaded, not at the end of it (4.0) …
    pub aof_stops_before_load: bool,
    /// … and on again if that load fails (4.0, 5.0).
    pub aof_restarts_after_failed_load: bool,
    /// `appendonly yes` ends a rewrite that is in the way (5.0).
    pub aof_replaces_rewrite: bool,
    /// Commands that run during a rewrite go to its child (3.0–6.2).
    pub aof_diff_to_child: bool,
    /// The append-only file is several files and a manifest (7.0).
    pub aof_parts: bool,
    /// BGSAVE and BGREWRITEAOF in a transaction start after it (7.0).
    pub forks_after_exec: bool,
    /// WATCH sees keys that expire (6.0.9).
    pub watch_sees_expiry: bool,
    /// … and forgives those that had expired before (7.0).
    pub watch_forgives_expired: bool,
    /// MONITOR shows a command in the database that it led to (6.2).
    pub monitor_shows_behind: bool,
    /// MONITOR hides administrative commands (3.0).
    pub monitor_hides_admin: bool,
    /// WATCH sees SWAPDB (6.2).
    pub watch_sees_swap: bool,
    /// CLIENT PAUSE exists (3.0) …
    pub client_pause: bool,
    /// … stops active expiry (4.0) …
    pub pause_stops_expiry: bool,
    /// … and can stop writes alone; GETACK waits too (6.2).
    pub pause_writes: bool,
    /// CLIENT LIST and COMMAND know subcommands, `client|list` (7.0).
    pub subcommands: bool,
    /// A streamed transfer ends with "Synchronization … succeeded" at once, not at the first ACK (7.0).
    pub online_before_ack: bool,
    /// A loading server counts the ticks that it cannot run (6.2), so that its replication cron keeps its place among them.
    pub counts_ticks_while_loading: bool,
}

impl Era {
    /// Every era, oldest first. All are proven from outside: recordings of real servers play against each in the conformance test, but for 3.2, of which
    /// bytes of handshakes, fallbacks and requests were kept (tests `eras`).
    pub const ALL: [Era; 8] = [Era::V2_6, Era::V2_8, Era::V3_0, Era::V3_2, Era::V4_0, Era::V5_0, Era::V6_2, Era::V7_0];

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
        }
    }
    /// The era of a name such as `3.0`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Era> {
        Era::ALL.into_iter().find(|era| era.name() == name)
    }
    /// Whether this era has what came with `first`: the question that tables of commands and directives ask.
    #[must_use]
    pub const fn has(self, first: Era) -> bool {
        self as u8 >= first as u8
    }

    /// The table's row of this era.
    #[must_use]
    pub const fn capabilities(self) -> Capabilities {
        use Era::{V2_8, V3_0, V3_2, V4_0, V5_0, V6_2, V7_0};
        Capabilities {
            psync: self.has(V2_8),
            psync2: self.has(V4_0),
            wait: self.has(V3_0),
            getack_counts_itself: self.has(V3_0) && !self.has(V4_0),
            role: self.has(V2_8),
            handshake: if self.has(V6_2) {
                Handshake::Pipelined
            } else if self.has(V2_8) {
                Handshake::StepByStep
            } else {
                Handshake::Blocking
            },
            handshake_resp: self.has(V5_0),
            capa: self.has(V2_8),
            psync_try_later: self.has(V4_0),
            psync_no_reply_later: self.has(V7_0),
            redial_at_once: self.has(V6_2),
            keeps_cache_until_load: self.has(V7_0),
            master_restores_id: self.has(V7_0),
            ttl_changes_id: self.has(V4_0),
            backlog_adds_one: self.has(V2_8) && !self.has(V4_0),
            pings_without_replicas: self.has(V2_8) && !self.has(V4_0),
            lower_case_ping: self.has(V6_2),
            backlog: if self.has(V7_0) { BacklogKind::Blocks } else { BacklogKind::Ring },
            diskless_sync: self.has(V2_8),
            diskless_default: self.has(V7_0),
            diskless_pipe: self.has(V6_2),
            diskless_delay_inclusive: self.has(V6_2),
            diskless_load: self.has(V6_2),
            async_load: self.has(V7_0),
            greedy_newline: self.has(V2_8) && !self.has(V4_0),
            closes_answered_replica: self.has(V7_0),
            ack_after_streamed_load: self.has(V6_2),
            stale_refuses_ping: self.has(V7_0),
            stale_serves_more: self.has(V6_2),
            expired_read: if self.has(V4_0) {
                ExpiredRead::Gone
            } else if self.has(V3_2) {
                ExpiredRead::HiddenButExists
            } else {
                ExpiredRead::Served
            },
            object_hides_expired: self.has(V6_2),
            stream_ttl: if self.has(V7_0) {
                StreamTtl::Absolute
            } else if self.has(V6_2) {
                StreamTtl::SetRelative
            } else {
                StreamTtl::Verbatim
            },
            keepttl: self.has(V6_2),
            transaction_minimal: self.has(V7_0),
            multi_lazy: self.has(V6_2),
            multi_wraps_reads: self.has(V3_2) && !self.has(V6_2),
            spop_count: self.has(V3_2),
            readonly_aborts_exec: self.has(V7_0),
            says_replica: self.has(V5_0),
            failover: self.has(V6_2),
            info_6_2: self.has(V6_2),
            log_role: self.has(V3_0),
            log_year: self.has(V5_0),
            log_ready_4_0: self.has(V4_0),
            log_target: self.has(V6_2),
            log_done_loading: self.has(V6_2),
            reply_list: if self.has(V5_0) {
                ReplyList::Blocks
            } else if self.has(V4_0) {
                ReplyList::Strings
            } else {
                ReplyList::Objects
            },
            close_before_sleep: self.has(V6_2),
            limits_at_cron: self.has(V6_2),
            limit_at_least_backlog: self.has(V7_0),
            replicaof: self.has(V5_0),
            lazyfree: self.has(V4_0),
            reploff_counts_applied: self.has(V4_0),
            wait_not_on_replica: self.has(V4_0),
            rdb_read_bytes: if self.has(V6_2) { crate::limits::READ_BYTES_MAX } else { crate::limits::RDB_READ_BYTES_OLD },
            rdb_version: if self.has(V7_0) {
                10
            } else if self.has(V5_0) {
                9
            } else if self.has(V4_0) {
                8
            } else if self.has(V3_2) {
                7
            } else {
                6
            },
            config_units: self.has(V3_0),
            config_7_0: self.has(V7_0),
            tcp_keepalive_300: self.has(V3_2),
            acl: self.has(V6_2),
            keeps_default_save: self.has(V6_2),
            rdb_only: self.has(V6_2),
            rdb_transmitted: self.has(V7_0),
            packed_zero_unsigned: self.has(V7_0),
            one_child: self.has(V3_2),
            aof_stops_before_load: self.has(V4_0),
            aof_restarts_after_failed_load: self.has(V4_0) && !self.has(V6_2),
            aof_replaces_rewrite: self.has(V5_0),
            aof_diff_to_child: self.has(V3_0) && !self.has(V7_0),
            aof_parts: self.has(V7_0),
            forks_after_exec: self.has(V7_0),
            watch_sees_expiry: self.has(V6_2),
            watch_forgives_expired: self.has(V7_0),
            monitor_shows_behind: self.has(V6_2),
            monitor_hides_admin: self.has(V3_0),
            watch_sees_swap: self.has(V6_2),
            client_pause: self.has(V3_0),
            pause_stops_expiry: self.has(V4_0),
            pause_writes: self.has(V6_2),
            subcommands: self.has(V7_0),
            online_before_ack: self.has(V7_0),
            counts_ticks_while_loading: self.has(V6_2),
        }
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
