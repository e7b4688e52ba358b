//! INFO and ROLE: the values of each field (docs/redis.md §8). Names, order and eras of the fields stand in [`crate::info`], which writes them.

use super::served::need;
use super::upstream::UpstreamState;
use super::{Node, State};
use crate::command::Reply;
use crate::era::FieldTimes;
use crate::fact::{ForkKind, SessionPhase};
use crate::info::{self, Acked, DatabaseLine, InfoText, Name, ReplicaLine, ReplicaState, Section, Topic, Value};
use crate::repl::master::{Phase, Session};
use crate::time::Time;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

/// Puts the fields of one section that this era has, and that have a value now.
macro_rules! put {
    ($section:ident, $node:ident, $fields:expr, $value:ident) => {
        for field in $fields.iter().copied().filter(|field| field.printed(&$node.ctx.caps)) {
            if let Some(value) = $node.$value(field) {
                $section.put(field, value);
            }
        }
    };
}

impl Node {
    /// The text of `INFO [section]` at `now`.
    #[must_use]
    pub fn info(&self, now: Time, section: Option<&str>) -> String {
        self.info_text(now, section).to_string()
    }
    /// What `INFO [section]` says at `now`, as values. It copies the node; those who want one value have [`Node::replica_lines`] and
    /// [`Node::last_io_at`].
    #[must_use]
    pub fn info_text(&self, now: Time, section: Option<&str>) -> InfoText {
        let mut here = self.clone();
        here.ctx.begin_input(now.max(self.ctx.now()));
        if here.loading.is_none() {
            let plan = here.plan(here.callers.asks());
            here.ctx.clock.skip(&plan, now);
        }
        here.info_now(section)
    }

    /// INFO's `slaveN` lines at `now`, in their order.
    pub fn replica_lines(&self, now: Time) -> impl Iterator<Item = ReplicaLine> + '_ {
        self.replica_lines_at(self.ctx.unix_s_at(now.max(self.ctx.now())))
    }
    /// INFO's `master_last_io_seconds_ago` at `now`; −1 while the link is down.
    #[must_use]
    pub fn last_io_at(&self, now: Time) -> i64 {
        self.since_last_io(self.ctx.unix_s_at(now.max(self.ctx.now())))
    }

    fn replica_lines_at(&self, now_s: i64) -> impl Iterator<Item = ReplicaLine> + '_ {
        let sessions = self.served.counted_replicas(self.callers.conns()).filter_map(|conn| Some((conn, conn.session.as_ref()?)));
        sessions.map(move |(conn, session)| ReplicaLine {
            ip: conn.replica_ip().to_string(),
            port: conn.announced.port,
            state: ReplicaState::Known(session.info_state()),
            acked: self.ctx.caps.psync.then(|| Acked { offset: session.ack_offset.0, lag_s: session.lag_s(now_s) }),
            more: self.more_of_replica(session),
        })
    }
    /// What later releases say of a replica besides.
    fn more_of_replica(&self, session: &Session) -> Vec<(String, String)> {
        let part = |name: &str, value: &str| Vec::from([(name.to_string(), value.to_string())]);
        match (self.ctx.caps.valkey, self.ctx.caps.info_io_threads) {
            (true, _) if session.second => part("type", "rdb-channel"),
            (true, _) if matches!(session.phase, Phase::BgRdbLoad) => part("type", "main-channel"),
            (true, _) => part("type", "replica"),
            (_, true) => part("io-thread", "0"),
            _ => Vec::new(),
        }
    }
    /// What later releases say of a database besides.
    fn more_of_database(&self, timed: usize) -> Vec<(String, String)> {
        match self.ctx.caps.field_times {
            FieldTimes::None => Vec::new(),
            FieldTimes::Redis => Vec::from([("subexpiry".to_string(), timed.to_string())]),
            FieldTimes::Valkey => Vec::from([("keys_with_volatile_items".to_string(), timed.to_string())]),
        }
    }
    pub(super) fn since_last_io(&self, now_s: i64) -> i64 {
        self.followed.active_s().map_or(-1, |active_s| now_s - active_s)
    }

    /// What INFO says within a command.
    pub(super) fn info_now(&self, section: Option<&str>) -> InfoText {
        let is = |every: &[&str]| section.is_some_and(|word| every.iter().any(|every| word.eq_ignore_ascii_case(every)));
        let (all, usual) = (is(&["all", "everything"]), section.is_none() || is(&["default"]));
        let asked = section.and_then(Topic::asked);
        let mut text = InfoText::default();
        for topic in Topic::PRINTED {
            let wanted = all || usual || asked.as_ref() == Some(&topic);
            if wanted && topic.printed(&self.ctx.caps, !usual) {
                text.push(self.info_section(topic));
            }
        }
        text
    }

    fn info_section(&self, topic: Topic) -> Section {
        let mut section = Section::new(topic);
        match section.topic {
            Some(Topic::Server) => put!(section, self, info::Server::ALL, info_server),
            Some(Topic::Clients) => put!(section, self, info::Clients::ALL, info_clients),
            Some(Topic::Memory) => put!(section, self, info::Memory::ALL, info_memory),
            Some(Topic::Persistence) => put!(section, self, info::Persistence::ALL, info_persistence),
            Some(Topic::Stats) => put!(section, self, info::Stats::ALL, info_stats),
            Some(Topic::Replication) => {
                let (before, behind) = info::Replication::around_replicas();
                put!(section, self, before, info_replication);
                for (n, line) in (0..).zip(self.replica_lines_at(self.ctx.real_s())) {
                    section.put_replica(n, line);
                }
                put!(section, self, behind, info_replication);
            }
            Some(Topic::Keyspace) => {
                let now_ms = self.ctx.unix_ms();
                // Of an RDB that is being loaded the keys that are in count; not so where the old data stay readable meanwhile.
                let data = self.loading.as_ref().filter(|loading| !loading.beside()).and_then(super::Loading::so_far);
                let data = data.unwrap_or(&self.data);
                for db in (0..data.databases()).filter(|db| data.len(*db) > 0) {
                    let (keys, expires) = (data.len(db) as i64, data.volatile(db) as i64);
                    let avg_ttl_ms = Some(data.average_ttl(db, now_ms));
                    section.put_database(
                        db as u32,
                        DatabaseLine { keys, expires, avg_ttl_ms, more: self.more_of_database(data.timed_hashes(db)) },
                    );
                }
            }
            Some(Topic::Commandstats) => {
                self.tally.commandstats(&self.ctx.caps).into_iter().for_each(|(name, line)| section.put_count(Name::Calls(name), line));
            }
            Some(Topic::Errorstats) => {
                self.tally.errorstats().into_iter().for_each(|(code, line)| section.put_count(Name::Errors(code), line));
            }
            // A section that no server here prints is empty.
            Some(Topic::Other(_)) | None => {}
        }
        section
    }

    fn info_server(&self, field: info::Server) -> Option<Value> {
        use info::Server as F;
        let up = self.ctx.real_s() - self.ctx.unix_s_at(self.started);
        Some(match field {
            // What Valkey forked from stays its word to clients that know Redis alone.
            F::RedisVersion => if self.ctx.caps.valkey { "7.2.4" } else { self.ctx.era.release() }.into(),
            F::ServerName => "valkey".into(),
            F::ValkeyVersion => self.ctx.era.release().into(),
            F::ValkeyReleaseStage => "ga".into(),
            F::RedisGitSha1 => "00000000".into(),
            F::RedisGitDirty => false.into(),
            F::RedisMode | F::ServerMode => "standalone".into(),
            F::Os => "Resync".into(),
            F::ArchBits => 64i64.into(),
            F::ProcessId => self.ctx.pid().into(),
            F::RunId => self.run_id.to_string().into(),
            F::TcpPort => self.ctx.conf.port.into(),
            F::UptimeInSeconds => up.into(),
            F::UptimeInDays => (up / 86_400).into(),
            F::Hz => self.ctx.conf.hz.into(),
            F::ShutdownInMilliseconds => {
                let left = self.shutdown.as_ref()?.until.since(self.ctx.time());
                left.as_millis().cast_signed().into()
            }
            F::ConfigFile => self.ctx.settings.config_file.clone().unwrap_or_default().into(),
        })
    }

    fn info_clients(&self, field: info::Clients) -> Option<Value> {
        use info::Clients as F;
        let callers = || self.callers.conns().values().filter(|conn| conn.session.is_none());
        Some(match field {
            F::ConnectedClients => callers().count().into(),
            F::Maxclients => self.ctx.conf.maxclients.into(),
            F::ClientLongestOutputList => callers().map(|conn| conn.pipe.queued()).max().unwrap_or(0).into(),
            F::ClientBiggestInputBuf => 0i64.into(),
            F::BlockedClients => self.callers.conns().values().filter(|conn| matches!(conn.state, State::Blocked { .. })).count().into(),
        })
    }

    fn info_memory(&self, field: info::Memory) -> Option<Value> {
        use info::Memory as F;
        let memory = self.served.memory(self.callers.conns(), &self.ctx);
        Some(match field {
            F::UsedMemory => self.used_memory().into(),
            F::UsedMemoryDataset => self.data.bytes().into(),
            F::Maxmemory => self.ctx.conf.maxmemory.into(),
            F::MemNotCountedForEvict => memory.not_counted.into(),
            F::MemReplicationBacklog => memory.backlog.into(),
            F::MemTotalReplicationBuffers => (memory.shared + self.followed.kept().memory()).into(),
            F::MemReplicaFullSyncBuffer => self.followed.kept().memory().into(),
            F::MemClientsSlaves => memory.replicas.into(),
            F::MemAllocator => self.ctx.settings.allocator.name().into(),
        })
    }

    fn info_persistence(&self, field: info::Persistence) -> Option<Value> {
        use info::Persistence as F;
        let status = |ok: bool| if ok { "ok" } else { "err" };
        let loading = self.loading.as_ref().filter(|loading| !loading.flushing());
        Some(match field {
            F::Loading => self.refuses_loading().into(),
            F::AsyncLoading => self.loading.as_ref().is_some_and(super::Loading::beside).into(),
            F::RdbChangesSinceLastSave => self.saving.changes().into(),
            F::RdbBgsaveInProgress => self.saving.child().is_some().into(),
            F::RdbLastSaveTime => self.saving.last_s().into(),
            F::RdbLastBgsaveStatus => status(self.saving.last_ok()).into(),
            F::CurrentCowPeak | F::CurrentCowSize => 0i64.into(),
            F::RdbLastLoadKeysExpired => self.tally.last_load().0.into(),
            F::RdbLastLoadKeysLoaded => self.tally.last_load().1.into(),
            F::RdbLastBgsaveTimeSec => self.saving.last_took_s().into(),
            F::RdbCurrentBgsaveTimeSec => {
                self.saving.child().map_or(-1, |child| self.ctx.real_s() - self.ctx.unix_s_at(child.since())).into()
            }
            F::AofEnabled => self.saving.aof().enabled().into(),
            F::AofRewriteInProgress => self.saving.aof().rewriting().into(),
            F::AofRewriteScheduled => self.saving.aof().scheduled().into(),
            F::AofLastRewriteTimeSec => self.saving.aof().last_took_s().into(),
            F::AofCurrentRewriteTimeSec => self.saving.aof().rewriting_s(self.ctx.time()).into(),
            F::AofLastBgrewriteStatus => status(self.saving.aof().last_ok()).into(),
            F::LoadingStartTime => self.ctx.unix_s_at(loading?.since()).into(),
            F::LoadingTotalBytes => loading?.total().into(),
            F::LoadingLoadedBytes => loading?.done().into(),
            F::LoadingLoadedPerc => {
                let (done, total) = (loading?.done(), loading?.total());
                Value::Hundredths(done.saturating_mul(10_000).checked_div(total).unwrap_or(0))
            }
        })
    }

    fn info_stats(&self, field: info::Stats) -> Option<Value> {
        use info::Stats as F;
        Some(match field {
            F::TotalConnectionsReceived => self.connections.into(),
            F::TotalCommandsProcessed => self.tally.commands().into(),
            F::TotalNetReplInputBytes => self.tally.repl_input().into(),
            F::TotalNetReplOutputBytes => self.served.counters().repl_output.into(),
            F::LatestForkUsec => self.ctx.forks().1.as_micros().into(),
            F::TotalForks => self.ctx.forks().0.into(),
            F::UnexpectedErrorReplies => self.tally.unexpected_errors().into(),
            F::TotalErrorReplies => self.tally.total_errors().into(),
            F::RejectedConnections | F::EvictedKeys => 0i64.into(),
            F::ExpiredSubkeys | F::ExpiredFields => self.stale_fields.into(),
            F::SyncFull => self.served.counters().sync_full.into(),
            F::SyncPartialOk => self.served.counters().sync_partial_ok.into(),
            F::SyncPartialErr => self.served.counters().sync_partial_err.into(),
            F::ExpiredKeys => self.stale_expired.into(),
            F::PubsubChannels => self.callers.channels().into(),
            F::PubsubPatterns => self.callers.patterns(&self.ctx).into(),
            F::SlaveExpiresTrackedKeys => self.own.len().into(),
        })
    }

    fn info_replication(&self, field: info::Replication) -> Option<Value> {
        use info::Replication as F;
        let upstream = self.followed.upstream();
        let link = upstream.and_then(super::upstream::Upstream::link);
        let transfer = upstream.and_then(super::upstream::Upstream::transfer);
        Some(match field {
            F::Role => if upstream.is_none() { "master" } else { "slave" }.into(),
            F::MasterHost => upstream?.host.clone().into(),
            F::MasterPort => i64::from(upstream?.port).into(),
            F::MasterLinkStatus => upstream.map(|_| if link.is_some() { "up" } else { "down" })?.into(),
            F::MasterLastIoSecondsAgo => upstream.map(|_| self.since_last_io(self.ctx.real_s()))?.into(),
            F::MasterSyncInProgress => upstream.map(|_| transfer.is_some())?.into(),
            F::SlaveReadReplOffset => upstream.map(|_| self.followed.read().0)?.into(),
            F::SlaveReplOffset => upstream.map(|_| self.followed.offset().0)?.into(),
            F::ReplicaFullSyncBufferSize | F::ReplicasReplBufferSize => upstream.map(|_| self.followed.kept().size())?.into(),
            F::ReplicaFullSyncBufferPeak | F::ReplicasReplBufferPeak => upstream.map(|_| self.followed.kept().peak())?.into(),
            F::MasterCurrentSyncAttempts => upstream.map(|_| self.followed.attempts().current)?.into(),
            F::MasterTotalSyncAttempts => upstream.map(|_| self.followed.attempts().total)?.into(),
            F::MasterSyncTotalBytes => transfer?.size().into(),
            F::MasterSyncReadBytes => transfer?.read.into(),
            F::MasterSyncLeftBytes => transfer?.left().into(),
            F::MasterSyncPerc => {
                let (read, size) = (transfer?.read, transfer?.size());
                match size {
                    // Nothing of −1 bytes: the size is not known yet.
                    ..0 => "-0.00".into(),
                    0 => Value::Hundredths(0),
                    size => Value::Hundredths(read.saturating_mul(10_000) / size.cast_unsigned()),
                }
            }
            F::MasterSyncLastIoSecondsAgo => transfer.and(upstream).map(|upstream| self.ctx.cached_s() - upstream.last_io_s)?.into(),
            F::MasterLinkDownSinceSeconds => {
                let since = upstream.filter(|_| link.is_none()).map(|_| self.followed.down_since_s())?;
                if since == 0 && self.ctx.caps.info_6_2 { (-1i64).into() } else { (self.ctx.cached_s() - since).into() }
            }
            F::MasterLinkUpSinceSeconds => link.map(|_| self.ctx.cached_s() - self.followed.attempts().up_since_s)?.into(),
            F::MasterClientIoThread => link.map(|_| 0i64)?.into(),
            F::TotalDisconnectTimeSec => upstream.map(|_| self.followed.attempts().down_s)?.into(),
            F::SlavePriority => upstream.map(|_| self.ctx.conf.replica_priority)?.into(),
            F::SlaveReadOnly => upstream.map(|_| self.ctx.conf.replica_read_only)?.into(),
            F::ReplicaAnnounced => upstream.map(|_| self.ctx.conf.replica_announced)?.into(),
            F::ConnectedSlaves => self.served.counted_replicas(self.callers.conns()).count().into(),
            F::MinSlavesGoodSlaves => need(&self.ctx).active().then(|| i64::from(self.served.good()))?.into(),
            F::ReplicasWaitingPsync => self.served.waiting_psync().into(),
            F::MasterFailoverState => self.failover_state().into(),
            F::MasterReplid => self.served.replid().to_string().into(),
            F::MasterReplid2 => self.served.replid2().to_string().into(),
            F::MasterReplOffset => self.served.offset().0.into(),
            F::SecondReplOffset => self.served.second_offset().0.into(),
            F::ReplBacklogActive => self.served.backlog().active().into(),
            F::ReplBacklogSize => self.served.backlog().size().into(),
            F::ReplBacklogFirstByteOffset => self.served.backlog().first().0.into(),
            F::ReplBacklogHistlen => self.served.backlog().histlen().into(),
        })
    }

    /// ROLE.
    #[cold]
    pub(super) fn role(&self) -> Reply {
        let bulk = |text: String| Reply::Bulk(Bytes::from(text));
        let Some(upstream) = self.followed.upstream() else {
            let online = self.sessions().filter(|s| s.phase == SessionPhase::Online);
            let rows =
                online.map(|s| Reply::Array(Vec::from([bulk(s.ip.into()), bulk(s.port.to_string()), bulk(s.ack_offset.to_string())])));
            return Reply::Array(Vec::from([bulk("master".to_string()), Reply::Int(self.served.offset().0), Reply::Array(rows.collect())]));
        };
        let state = match upstream.state {
            UpstreamState::Connect => "connect",
            UpstreamState::Connecting { .. } => "connecting",
            UpstreamState::Handshake { .. } => "handshake",
            UpstreamState::Transfer { .. } | UpstreamState::Installing { .. } | UpstreamState::Parsing { .. } => "sync",
            UpstreamState::Connected { .. } => "connected",
        };
        let offset = upstream.link().map_or(-1, |l| l.offset.0);
        Reply::Array(Vec::from([
            bulk("slave".to_string()),
            bulk(upstream.host.clone()),
            Reply::Int(i64::from(upstream.port)),
            bulk(state.to_string()),
            Reply::Int(offset),
        ]))
    }

    /// What a child does, in a word, for the screen, and its number; of two (up to 3.0) the one that writes an RDB.
    #[must_use]
    pub fn child_at_work(&self) -> Option<(ForkKind, super::JobId)> {
        let rdb = self.saving.child().map(|child| (child.purpose().kind(), child.job()));
        rdb.or_else(|| Some((ForkKind::Aof, self.saving.aof().job()?)))
    }
}
