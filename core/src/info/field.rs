//! The fields that Resync prints: names, kinds, and in which eras. The order of a table is the order in which INFO prints them.

use crate::era::{Capabilities, Channel, FieldTimes};
use alloc::borrow::ToOwned as _;
use alloc::string::String;

/// What a section is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Topic {
    /// The process.
    Server,
    /// Its callers.
    Clients,
    /// Its memory.
    Memory,
    /// RDB and AOF.
    Persistence,
    /// Counters.
    Stats,
    /// Its master and its replicas.
    Replication,
    /// Its commands, one by one; only where it is asked for.
    Commandstats,
    /// Errors by their first words (6.2).
    Errorstats,
    /// Its databases.
    Keyspace,
    /// A section of real servers that Resync does not print: the whole heading.
    Other(String),
}
impl Topic {
    /// The sections that Resync prints, in their order.
    pub const PRINTED: [Topic; 9] = [
        Topic::Server,
        Topic::Clients,
        Topic::Memory,
        Topic::Persistence,
        Topic::Stats,
        Topic::Replication,
        Topic::Commandstats,
        Topic::Errorstats,
        Topic::Keyspace,
    ];
    /// Whether a server of such an era prints the section; `all`: it was asked for all there is, rather than for nothing special.
    #[must_use]
    pub fn printed(&self, caps: &Capabilities, all: bool) -> bool {
        match self {
            Topic::Commandstats => all,
            Topic::Errorstats => caps.counts_errors,
            _ => true,
        }
    }

    /// The heading as a server prints it.
    #[must_use]
    pub fn heading(&self) -> &'static str {
        match self {
            Topic::Server => "# Server",
            Topic::Clients => "# Clients",
            Topic::Memory => "# Memory",
            Topic::Persistence => "# Persistence",
            Topic::Stats => "# Stats",
            Topic::Replication => "# Replication",
            Topic::Commandstats => "# Commandstats",
            Topic::Errorstats => "# Errorstats",
            Topic::Keyspace => "# Keyspace",
            Topic::Other(_) => "#",
        }
    }
    /// The topic of a line that begins with `#`; case and the number of signs do not matter.
    #[must_use]
    pub fn of(heading: &str) -> Topic {
        let word = heading.trim_matches(['#', ' ', '\t']);
        let is = |topic: &Topic| topic.heading()[2..].eq_ignore_ascii_case(word);
        Topic::PRINTED.into_iter().find(is).unwrap_or_else(|| Topic::Other(heading.to_owned()))
    }
    /// The section that `INFO word` asks for.
    #[must_use]
    pub fn asked(word: &str) -> Option<Topic> {
        Topic::PRINTED.into_iter().find(|topic| topic.heading()[2..].eq_ignore_ascii_case(word))
    }
}

/// What a field's values are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A whole number.
    Number,
    /// 0 or 1.
    Flag,
    /// A percentage with two places behind the point.
    Percent,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Anything.
    Text,
}

const STATUS: Kind = Kind::Word(&["ok", "err"]);

/// Makes one enum of fields for each section, and [`Field`] over them.
macro_rules! fields {
    ($( $(#[$doc:meta])* $section:ident { $( $field:ident = $name:literal, $kind:expr, $printed:expr; $about:literal )* } )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
            pub enum $section {
                $( #[doc = concat!("`", $name, "`: ", $about)] $field, )*
            }
            impl $section {
                /// Every field, in the order in which INFO prints them.
                pub const ALL: &[$section] = &[$( $section::$field ),*];
                /// Its name in INFO.
                #[must_use]
                pub const fn name(self) -> &'static str {
                    match self { $( $section::$field => $name ),* }
                }
                /// What its values are.
                #[must_use]
                pub const fn kind(self) -> Kind {
                    match self { $( $section::$field => $kind ),* }
                }
                /// Whether a server of such an era has it at all.
                #[must_use]
                pub fn printed(self, caps: &Capabilities) -> bool {
                    let printed: fn(&Capabilities) -> bool = match self { $( $section::$field => $printed ),* };
                    printed(caps)
                }
            }
            impl From<$section> for Field {
                fn from(field: $section) -> Field {
                    Field::$section(field)
                }
            }
        )*

        /// A field that Resync prints, of any section.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Field {
            $( #[doc = concat!("Of `# ", stringify!($section), "`.")] $section($section), )*
        }
        impl Field {
            /// The field of this name.
            #[must_use]
            pub fn of(name: &str) -> Option<Field> {
                match name {
                    $( $( $name => Some(Field::$section($section::$field)), )* )*
                    _ => None,
                }
            }
            /// Its name in INFO.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Field::$section(field) => field.name() ),* }
            }
            /// What its values are.
            #[must_use]
            pub const fn kind(self) -> Kind {
                match self { $( Field::$section(field) => field.kind() ),* }
            }
            /// The section in which it stands.
            #[must_use]
            pub const fn topic(self) -> Topic {
                match self { $( Field::$section(_) => Topic::$section ),* }
            }
        }
    };
}

fields! {
    /// Fields of `# Server`.
    Server {
        RedisVersion = "redis_version", Kind::Text, |_| true; "the release"
        ServerName = "server_name", Kind::Text, |c| c.valkey; "whose server it is: valkey"
        ValkeyVersion = "valkey_version", Kind::Text, |c| c.valkey; "Valkey's release; redis_version says 7.2.4, whose fork it is"
        ValkeyReleaseStage = "valkey_release_stage", Kind::Text, |c| c.info_valkey_9; "how far the release is: ga"
        RedisGitSha1 = "redis_git_sha1", Kind::Text, |_| true; "zeros, as in builds from a release's archive"
        RedisGitDirty = "redis_git_dirty", Kind::Number, |_| true; "0"
        ServerMode = "server_mode", Kind::Word(&["standalone", "sentinel", "cluster"]), |c| c.valkey; "Valkey's name of redis_mode"
        RedisMode = "redis_mode", Kind::Word(&["standalone", "sentinel", "cluster"]), |c| !c.valkey; "standalone: neither Sentinel nor a cluster"
        Os = "os", Kind::Text, |_| true; "the operating system"
        ArchBits = "arch_bits", Kind::Number, |_| true; "64"
        ProcessId = "process_id", Kind::Number, |_| true; "the process"
        RunId = "run_id", Kind::Text, |_| true; "the id that each process draws anew; up to 3.2 it is the replication id as well"
        TcpPort = "tcp_port", Kind::Number, |_| true; "the port on which it listens"
        UptimeInSeconds = "uptime_in_seconds", Kind::Number, |_| true; "age of the process, s"
        UptimeInDays = "uptime_in_days", Kind::Number, |_| true; "age of the process, whole days"
        Hz = "hz", Kind::Number, |_| true; "ticks of serverCron a second"
        ConfigFile = "config_file", Kind::Text, |_| true; "the configuration file, or nothing"
        ShutdownInMilliseconds = "shutdown_in_milliseconds", Kind::Number, |c| c.config_7_0; "until a SHUTDOWN that waits for replicas waits no longer, ms; only meanwhile"
    }
    /// Fields of `# Clients`.
    Clients {
        ConnectedClients = "connected_clients", Kind::Number, |_| true; "callers, replicas not among them"
        Maxclients = "maxclients", Kind::Number, |c| c.info_6_2; "how many there may be"
        ClientLongestOutputList = "client_longest_output_list", Kind::Number, |c| !c.info_recent_buffers; "the most output that waits for one of them"
        ClientBiggestInputBuf = "client_biggest_input_buf", Kind::Number, |c| !c.info_recent_buffers; "the most input that waits of one of them"
        BlockedClients = "blocked_clients", Kind::Number, |_| true; "callers that wait in WAIT or a blocking command"
    }
    /// Fields of `# Memory`.
    Memory {
        UsedMemory = "used_memory", Kind::Number, |_| true; "data, backlog and output buffers of replicas, bytes"
        UsedMemoryDataset = "used_memory_dataset", Kind::Number, |c| c.info_dataset; "data alone, bytes"
        Maxmemory = "maxmemory", Kind::Number, |c| c.info_maxmemory; "the limit; 0 is none"
        MemNotCountedForEvict = "mem_not_counted_for_evict", Kind::Number, |c| c.info_buffers; "what of the memory does not count against maxmemory, bytes: output of replicas; in 7.0 the shared buffer beyond the backlog's size"
        MemReplicationBacklog = "mem_replication_backlog", Kind::Number, |c| c.info_buffers; "the backlog, bytes; in 7.0 the shared buffer up to the backlog's size"
        MemReplicaFullSyncBuffer = "mem_replica_full_sync_buffer", Kind::Number, |c| matches!(c.channel, Channel::Redis); "memory in which a replica keeps the stream that comes beside an RDB, with its headers, bytes"
        MemTotalReplicationBuffers = "mem_total_replication_buffers", Kind::Number, |c| c.config_7_0; "the shared buffer of backlog and replicas, each block once, bytes"
        MemClientsSlaves = "mem_clients_slaves", Kind::Number, |c| c.info_buffers; "conns of replicas, bytes; in 7.0 the shared buffer beyond the backlog's size"
        MemAllocator = "mem_allocator", Kind::Text, |_| true; "the allocator"
    }
    /// Fields of `# Persistence`.
    Persistence {
        Loading = "loading", Kind::Flag, |_| true; "a load is under way that refuses commands"
        AsyncLoading = "async_loading", Kind::Flag, |c| c.async_load; "a load is under way beside the old data"
        CurrentCowPeak = "current_cow_peak", Kind::Number, |c| c.config_7_0; "the most memory that the present child has cost by copying, bytes; 0: copies cost nothing here"
        CurrentCowSize = "current_cow_size", Kind::Number, |c| c.info_6_2; "memory that the present child costs by copying, bytes; 0: copies cost nothing here"
        RdbChangesSinceLastSave = "rdb_changes_since_last_save", Kind::Number, |_| true; "changes since the last RDB"
        RdbBgsaveInProgress = "rdb_bgsave_in_progress", Kind::Flag, |_| true; "a child writes an RDB"
        RdbLastSaveTime = "rdb_last_save_time", Kind::Number, |_| true; "unix second of the last RDB"
        RdbLastBgsaveStatus = "rdb_last_bgsave_status", STATUS, |_| true; "how the last BGSAVE ended"
        RdbLastBgsaveTimeSec = "rdb_last_bgsave_time_sec", Kind::Number, |_| true; "how long the last BGSAVE took, s; −1: there was none"
        RdbCurrentBgsaveTimeSec = "rdb_current_bgsave_time_sec", Kind::Number, |_| true; "how long the present one has run, s; −1: there is none"
        RdbLastLoadKeysExpired = "rdb_last_load_keys_expired", Kind::Number, |c| c.config_7_0; "keys that the last load found expired"
        RdbLastLoadKeysLoaded = "rdb_last_load_keys_loaded", Kind::Number, |c| c.config_7_0; "keys that the last load brought"
        AofEnabled = "aof_enabled", Kind::Flag, |_| true; "the append-only file is on"
        AofRewriteInProgress = "aof_rewrite_in_progress", Kind::Flag, |_| true; "a child rewrites it"
        AofRewriteScheduled = "aof_rewrite_scheduled", Kind::Flag, |_| true; "a rewrite waits for another child to end"
        AofLastRewriteTimeSec = "aof_last_rewrite_time_sec", Kind::Number, |_| true; "how long the last rewrite took, s; −1: there was none"
        AofCurrentRewriteTimeSec = "aof_current_rewrite_time_sec", Kind::Number, |_| true; "how long the present one has run, s; −1: there is none"
        AofLastBgrewriteStatus = "aof_last_bgrewrite_status", STATUS, |_| true; "how the last rewrite ended"
        LoadingStartTime = "loading_start_time", Kind::Number, |_| true; "unix second at which the present load began; only while there is one"
        LoadingTotalBytes = "loading_total_bytes", Kind::Number, |_| true; "size of what is loaded, bytes"
        LoadingLoadedBytes = "loading_loaded_bytes", Kind::Number, |_| true; "loaded so far, bytes"
        LoadingLoadedPerc = "loading_loaded_perc", Kind::Percent, |_| true; "loaded so far, percent"
    }
    /// Fields of `# Stats`.
    Stats {
        TotalConnectionsReceived = "total_connections_received", Kind::Number, |_| true; "connections accepted"
        TotalCommandsProcessed = "total_commands_processed", Kind::Number, |_| true; "commands run"
        TotalNetReplInputBytes = "total_net_repl_input_bytes", Kind::Number, |c| c.config_7_0; "bytes of RDBs and streams that came from a master"
        TotalNetReplOutputBytes = "total_net_repl_output_bytes", Kind::Number, |c| c.config_7_0; "bytes of RDBs and of the stream that went to replicas"
        RejectedConnections = "rejected_connections", Kind::Number, |_| true; "connections refused for maxclients"
        SyncFull = "sync_full", Kind::Number, |c| c.psync; "full resynchronisations served"
        SyncPartialOk = "sync_partial_ok", Kind::Number, |c| c.psync; "partial resynchronisations accepted"
        SyncPartialErr = "sync_partial_err", Kind::Number, |c| c.psync; "partial resynchronisations refused"
        ExpiredSubkeys = "expired_subkeys", Kind::Number, |c| matches!(c.field_times, FieldTimes::Redis); "fields of hashes deleted at their time"
        ExpiredKeys = "expired_keys", Kind::Number, |_| true; "keys deleted at their time"
        ExpiredFields = "expired_fields", Kind::Number, |c| matches!(c.field_times, FieldTimes::Valkey); "fields of hashes deleted at their time"
        EvictedKeys = "evicted_keys", Kind::Number, |_| true; "keys deleted for memory"
        PubsubChannels = "pubsub_channels", Kind::Number, |_| true; "channels with subscribers"
        PubsubPatterns = "pubsub_patterns", Kind::Number, |_| true; "patterns subscribed to"
        LatestForkUsec = "latest_fork_usec", Kind::Number, |_| true; "for how long the last fork blocked the process, µs"
        TotalForks = "total_forks", Kind::Number, |c| c.info_6_2; "children forked"
        SlaveExpiresTrackedKeys = "slave_expires_tracked_keys", Kind::Number, |c| c.own_keys_expire; "names of keys to which callers of a writable replica gave a time to live"
        UnexpectedErrorReplies = "unexpected_error_replies", Kind::Number, |c| c.counts_errors; "errors that went along a replication link: data differ, or a replica asks what it should not"
        TotalErrorReplies = "total_error_replies", Kind::Number, |c| c.counts_errors; "errors that were given"
    }
    /// Fields of `# Replication`. The lines of its replicas ([`super::Name::Replica`]) stand before [`Replication::ReplicasWaitingPsync`].
    Replication {
        Role = "role", Kind::Word(&["master", "slave"]), |_| true; "master unless it follows somebody"
        MasterHost = "master_host", Kind::Text, |_| true; "whom a replica follows"
        MasterPort = "master_port", Kind::Number, |_| true; "at which port"
        MasterLinkStatus = "master_link_status", Kind::Word(&["up", "down"]), |_| true; "the stream flows"
        MasterLastIoSecondsAgo = "master_last_io_seconds_ago", Kind::Number, |_| true; "seconds since its master's last byte; −1 while the link is down"
        MasterSyncInProgress = "master_sync_in_progress", Kind::Flag, |_| true; "it receives an RDB"
        SlaveReadReplOffset = "slave_read_repl_offset", Kind::Number, |c| c.info_6_2; "offset of the last byte read from its master"
        SlaveReplOffset = "slave_repl_offset", Kind::Number, |c| c.psync; "offset of the last byte applied"
        ReplicaFullSyncBufferSize = "replica_full_sync_buffer_size", Kind::Number, |c| matches!(c.channel, Channel::Redis); "what it keeps of the stream while its RDB comes over the other connection, bytes"
        ReplicaFullSyncBufferPeak = "replica_full_sync_buffer_peak", Kind::Number, |c| matches!(c.channel, Channel::Redis); "the most that this was"
        ReplicasReplBufferSize = "replicas_repl_buffer_size", Kind::Number, |c| c.valkey; "what it keeps of the stream while its RDB comes over the other connection, bytes"
        ReplicasReplBufferPeak = "replicas_repl_buffer_peak", Kind::Number, |c| c.valkey; "the most that this was"
        MasterCurrentSyncAttempts = "master_current_sync_attempts", Kind::Number, |c| c.counts_attempts; "dials since the link was last lost"
        MasterTotalSyncAttempts = "master_total_sync_attempts", Kind::Number, |c| c.counts_attempts; "dials since it follows this master"
        MasterSyncTotalBytes = "master_sync_total_bytes", Kind::Number, |c| c.info_6_2; "size of the RDB that it receives, bytes; 0 or −1 while unknown"
        MasterSyncReadBytes = "master_sync_read_bytes", Kind::Number, |c| c.info_6_2; "received of it, bytes"
        MasterSyncLeftBytes = "master_sync_left_bytes", Kind::Number, |_| true; "not yet received of it, bytes; −1 while the size is unknown"
        MasterSyncPerc = "master_sync_perc", Kind::Percent, |c| c.info_6_2; "received of it, percent"
        MasterSyncLastIoSecondsAgo = "master_sync_last_io_seconds_ago", Kind::Number, |_| true; "seconds since its last byte"
        MasterLinkDownSinceSeconds = "master_link_down_since_seconds", Kind::Number, |_| true; "for how long the link has been down, s; −1: it was never up"
        MasterLinkUpSinceSeconds = "master_link_up_since_seconds", Kind::Number, |c| c.counts_attempts; "for how long the link has been up, s"
        MasterClientIoThread = "master_client_io_thread", Kind::Number, |c| c.info_io_threads; "the thread that reads from its master: 0, the main one"
        TotalDisconnectTimeSec = "total_disconnect_time_sec", Kind::Number, |c| c.counts_attempts; "for how long the link was down in all, s"
        SlavePriority = "slave_priority", Kind::Number, |_| true; "its priority for Sentinel"
        SlaveReadOnly = "slave_read_only", Kind::Flag, |_| true; "it refuses writes of callers"
        ReplicaAnnounced = "replica_announced", Kind::Flag, |c| c.info_6_2; "Sentinel may tell clients of it"
        ConnectedSlaves = "connected_slaves", Kind::Number, |_| true; "its replicas, in whatever state"
        MinSlavesGoodSlaves = "min_slaves_good_slaves", Kind::Number, |c| c.psync; "those of them that are good; only while min-replicas is on"
        ReplicasWaitingPsync = "replicas_waiting_psync", Kind::Number, |c| c.valkey; "replicas whose second connection has its RDB and whose first has not asked for the stream yet"
        MasterFailoverState = "master_failover_state", Kind::Word(&["no-failover", "waiting-for-sync", "failover-in-progress"]), |c| c.failover; "how far a FAILOVER is"
        MasterReplid = "master_replid", Kind::Text, |c| c.psync2; "the id of its stream"
        MasterReplid2 = "master_replid2", Kind::Text, |c| c.psync2; "the id that its stream had before"
        MasterReplOffset = "master_repl_offset", Kind::Number, |c| c.psync; "offset of the last byte of its stream"
        SecondReplOffset = "second_repl_offset", Kind::Number, |c| c.psync2; "up to where the second id is valid; −1: it is not"
        ReplBacklogActive = "repl_backlog_active", Kind::Flag, |c| c.psync; "there is a backlog"
        ReplBacklogSize = "repl_backlog_size", Kind::Number, |c| c.psync; "its size as configured, bytes"
        ReplBacklogFirstByteOffset = "repl_backlog_first_byte_offset", Kind::Number, |c| c.psync; "offset of its first byte"
        ReplBacklogHistlen = "repl_backlog_histlen", Kind::Number, |c| c.psync; "bytes in it"
    }
}

impl Replication {
    /// The fields that stand before the lines of the replicas, and those behind them.
    #[must_use]
    pub fn around_replicas() -> (&'static [Replication], &'static [Replication]) {
        let behind = Replication::ALL.iter().position(|field| *field == Replication::ReplicasWaitingPsync);
        Replication::ALL.split_at(behind.unwrap_or(Replication::ALL.len()))
    }
}
