//! The getters of a server: plain copies for screens, checks and tests, nothing to hold on to.

use super::api::Token;
use super::conn::State;
use super::parts::Counters;
use super::served::need;
use super::upstream::UpstreamState;
use super::{Child, ConnId, Loading, Node, Settings};
use crate::command::directives::Config;
use crate::data::Dataset;
use crate::era::{Capabilities, Era};
use crate::fact::{BesideStage, ReplState, SessionEnd, SessionPhase};
use crate::repl::backlog::{Backlog, CursorId};
use crate::repl::master::Phase;
use crate::repl::{Offset, ReplId};
use crate::text::Text;
use crate::time::Time;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use serde::Serialize;

/// A copy of a session: what a master knows of one replica.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionRow {
    /// Its connection.
    pub conn: ConnId,
    /// The address that INFO prints.
    pub ip: Text,
    /// The port that it announced; 0 if it never did.
    pub port: i64,
    /// `replstate`; what INFO prints follows from it.
    pub phase: SessionPhase,
    /// Last acknowledged offset.
    pub ack_offset: Offset,
    /// Unix second of its last sign of life.
    pub ack_time: i64,
    /// INFO's lag, s.
    pub lag: i64,
    /// It came by SYNC.
    pub pre_psync: bool,
    /// Offset of the last stream byte handed to the kernel.
    pub sent: Offset,
    /// Bytes that wait in its output buffer.
    pub output_buffer: u64,
    /// What they count against the limits of its class; nothing while all fits into the static buffer.
    pub counts: u64,
    /// Since when that has been over the soft limit, unix second.
    pub soft_since_s: Option<i64>,
    /// 7.0: its place in the shared blocks.
    pub cursor: Option<CursorId>,
    /// Bytes of RDB handed to the kernel, and the size, while that is under way.
    pub rdb: Option<(u64, u64)>,
}

/// The second connection of a full resynchronisation, and what comes over the first one meanwhile.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Beside {
    /// Where it stands.
    pub stage: BesideStage,
    /// Bytes of the stream that wait here for the end of the load.
    pub held: u64,
    /// Bytes of the blocks that hold them: `replica_full_sync_buffer_size` (Redis 8), `replicas_repl_buffer_size` (Valkey).
    pub size: u64,
    /// Bytes from which no block is added; 0: there is no limit.
    pub limit: u64,
    /// No more is taken in: the first connection is not read, and what comes further waits at the master.
    pub full: bool,
}

/// A copy of the upstream: what a replica knows of its master.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UpstreamRow {
    /// As configured.
    pub host: String,
    /// As configured.
    pub port: u16,
    /// `repl_state`.
    pub state: ReplState,
    /// `master_link_status:up`.
    pub link_up: bool,
    /// The connection.
    pub conn: Option<ConnId>,
    /// Offset of the last byte read off the socket, in the replica's own counting.
    pub read: Offset,
    /// INFO's `slave_repl_offset`.
    pub applied: Offset,
    /// `master_last_io_seconds_ago`.
    pub last_io_s: i64,
    /// `master_initial_offset`.
    pub initial_offset: Offset,
    /// The link's id, or that of the last +FULLRESYNC.
    pub master_id: ReplId,
    /// The link never ACKs.
    pub pre_psync: bool,
    /// A suspended link: id and offset.
    pub cached: Option<(ReplId, Offset)>,
    /// Transfer: bytes read, size (−1 until the mark).
    pub transfer: Option<(u64, i64)>,
    /// It loads the received RDB now.
    pub loading: bool,
    /// It flushes its old data now.
    pub flushing: bool,
    /// When it tries next, if it waits for that.
    pub next_try: Option<Time>,
    /// What a full resynchronisation over two connections has here.
    pub beside: Option<Beside>,
}

/// What a watcher needs of one session: [`SessionRow`] without its texts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionMark {
    /// Its connection.
    pub conn: ConnId,
    /// Whether its state is online.
    pub online: bool,
    /// It waits for the end of a child that writes its RDB to disk.
    pub waits_for_child: bool,
    /// It came by SYNC.
    pub pre_psync: bool,
    /// Last acknowledged offset.
    pub acked: Offset,
    /// Offset of the last stream byte handed to the kernel.
    pub sent: Offset,
    /// Bytes that wait in its output buffer.
    pub waiting: u64,
    /// It passed a limit of its output, and is to be closed.
    pub doomed: bool,
}

/// What a watcher needs of the way to a master: [`UpstreamRow`] without its texts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkMark {
    /// `repl_state`.
    pub state: ReplState,
    /// The connection.
    pub conn: Option<ConnId>,
    /// The connection over which an RDB comes, if it has one of its own.
    pub rdb_conn: Option<ConnId>,
    /// `master_link_status:up`.
    pub up: bool,
    /// The link's id, or that of the last +FULLRESYNC.
    pub id: ReplId,
    /// `master_initial_offset`.
    pub origin: Offset,
    /// Offset of the last byte read off the socket.
    pub read: Offset,
    /// Offset of the last byte applied.
    pub applied: Offset,
    /// The link never ACKs.
    pub pre_psync: bool,
    /// It flushes or loads.
    pub installing: bool,
}

impl Node {
    /// Bytes at which a replica's output buffer ends its session: the hard limit, or the soft one without one; 0: none.
    #[must_use]
    pub fn output_limit(&self) -> u64 {
        self.served.output_limit(&self.ctx)
    }
    /// The settings it was made with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.ctx.settings
    }
    /// Whose behaviour.
    #[must_use]
    pub const fn era(&self) -> Era {
        self.ctx.era
    }
    /// The capabilities of its era.
    #[must_use]
    pub const fn capabilities(&self) -> &Capabilities {
        &self.ctx.caps
    }
    /// Whether the process runs (it was booted and did not exit).
    #[must_use]
    pub const fn is_up(&self) -> bool {
        self.up
    }
    /// Its process id.
    #[must_use]
    pub const fn pid(&self) -> u64 {
        self.ctx.pid()
    }
    /// Whether it follows nobody.
    #[must_use]
    pub const fn role_is_master(&self) -> bool {
        !self.ctx.is_replica()
    }
    /// The process's run id.
    #[must_use]
    pub const fn run_id(&self) -> ReplId {
        self.run_id
    }
    /// The stream's id: the run id up to 3.2, the replication id from 4.0 on.
    #[must_use]
    pub const fn repl_id(&self) -> ReplId {
        self.served.replid()
    }
    /// The second id; forty zeros if unset.
    #[must_use]
    pub const fn repl_id2(&self) -> ReplId {
        self.served.replid2()
    }
    /// `second_repl_offset`; −1 if unset.
    #[must_use]
    pub const fn second_offset(&self) -> Offset {
        self.served.second_offset()
    }
    /// `master_repl_offset`.
    #[must_use]
    pub const fn master_offset(&self) -> Offset {
        self.served.offset()
    }
    /// The backlog.
    #[must_use]
    pub const fn backlog(&self) -> &Backlog {
        self.served.backlog()
    }
    /// The database that the stream has selected; `None`: the next command brings its SELECT.
    #[must_use]
    pub const fn stream_selected(&self) -> Option<usize> {
        self.served.selected()
    }
    /// The offset after the last command of its stream that changes data.
    #[must_use]
    pub const fn data_end(&self) -> Offset {
        self.served.data_end()
    }
    /// Of each replica, in INFO's order: its conn, and what INFO's lag and offset are made of. `None` for the time: it is not online.
    pub fn acks(&self) -> impl Iterator<Item = (ConnId, Option<i64>, Offset)> + '_ {
        self.served.replicas().iter().filter_map(|id| {
            let session = self.callers.get(*id)?.session.as_ref()?;
            Some((*id, session.online().then_some(session.ack_time_s), session.ack_offset))
        })
    }
    /// Its replicas, in INFO's order.
    pub fn sessions(&self) -> impl Iterator<Item = SessionRow> + '_ {
        let now_s = self.ctx.real_s();
        self.served.replicas().iter().filter_map(move |id| {
            let conn = self.callers.get(*id)?;
            let session = conn.session.as_ref()?;
            let waiting = self.served.waiting(conn, session);
            let rdb = match &session.phase {
                crate::repl::master::Phase::SendBulk { preamble, rdb, sent } => {
                    Some((sent.saturating_sub(preamble.len() as u64), rdb.len() as u64))
                }
                _ => None,
            };
            Some(SessionRow {
                conn: *id,
                ip: Text::from(conn.replica_ip()),
                port: conn.announced.port,
                phase: session.phase(),
                ack_offset: session.ack_offset,
                ack_time: session.ack_time_s,
                lag: session.lag_s(now_s),
                pre_psync: session.pre_psync,
                sent: session.sent,
                output_buffer: waiting,
                counts: self.served.counted(conn, &self.ctx),
                soft_since_s: conn.soft_since_s,
                cursor: session.cursor,
                rdb,
            })
        })
    }
    /// `client-output-buffer-limit` of replicas as it is applied: hard, soft, and the seconds that the soft one may be passed; 0: none.
    #[must_use]
    pub fn replica_output_limit(&self) -> (u64, u64, i64) {
        self.served.output_limits(&self.ctx)
    }
    /// `ip:port` of a session's replica as logs name it; empty if there is no such conn.
    #[must_use]
    pub fn session_name(&self, conn: ConnId) -> String {
        self.callers.get(conn).map(|conn| conn.replica_name(self.ctx.caps.says_replica)).unwrap_or_default()
    }
    /// Where each of [`Node::sessions`] stands in the shared blocks.
    pub fn session_cursors(&self) -> impl Iterator<Item = Option<CursorId>> + '_ {
        self.served.replicas().iter().filter_map(|id| Some(self.callers.get(*id)?.session.as_ref()?.cursor))
    }
    /// The upstream, if it follows a master.
    #[must_use]
    pub fn upstream(&self) -> Option<UpstreamRow> {
        let upstream = self.followed.upstream()?;
        let link = upstream.link();
        let cached = self.followed.cached();
        let waits = matches!(upstream.state, UpstreamState::Connect);
        Some(UpstreamRow {
            host: upstream.host.clone(),
            port: upstream.port,
            state: self.repl_state(),
            link_up: link.is_some(),
            conn: upstream.pipe().map(|p| p.id),
            read: self.followed.read(),
            applied: self.followed.offset(),
            last_io_s: self.since_last_io(self.ctx.real_s()),
            initial_offset: self.followed.initial_offset(),
            master_id: link.map_or(self.followed.master_id(), |l| l.id),
            pre_psync: link.is_some_and(|l| l.pre_psync),
            cached: cached.map(|l| (l.id, l.offset)),
            transfer: upstream.transfer().map(|t| (t.read, t.size())),
            loading: self.loading.as_ref().is_some_and(|l| l.from_master() && !l.flushing()),
            flushing: self.flushing(),
            beside: self.followed.beside_row(&self.ctx),
            next_try: if waits { self.ctx.clock.due(&super::Plan { next_second: true, ..super::Plan::default() }) } else { None },
        })
    }
    /// Whether a dial is that of a second connection, over which an RDB comes beside the stream.
    #[must_use]
    pub fn dials_second(&self, token: Token) -> bool {
        self.followed.dials_channel(token)
    }
    /// The data.
    #[must_use]
    pub const fn dataset(&self) -> &Dataset {
        &self.data
    }
    /// A load under way.
    #[must_use]
    pub const fn loading(&self) -> Option<&Loading> {
        self.loading.as_ref()
    }
    /// `sync_full` and friends.
    #[must_use]
    pub const fn counters(&self) -> Counters {
        self.served.counters()
    }
    /// Good replicas: have, need, max lag in s, whether a write would be refused now. `None` while the gate is off.
    #[must_use]
    pub fn good(&self) -> Option<(u64, u64, u64, bool)> {
        let need = need(&self.ctx);
        let whole = |n: i64| u64::try_from(n).unwrap_or(0);
        need.active().then(|| {
            (
                u64::from(self.served.good()),
                whole(need.to_write),
                whole(need.max_lag_s),
                !self.ctx.is_replica() && need.refuses(self.served.good()),
            )
        })
    }
    /// The child at work.
    #[must_use]
    pub const fn child(&self) -> Option<&Child> {
        self.saving.child()
    }
    /// The directives' values.
    #[must_use]
    pub const fn config_values(&self) -> &Config {
        &self.ctx.conf
    }
    /// Callers and replicas that are connected.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.callers.conns().len()
    }
    /// The variables of replication as a debugger would show them: names as in Redis's source, values as text.
    #[must_use]
    pub fn variables(&self, _now: Time) -> Vec<(String, String)> {
        let mut list: Vec<(String, String)> = Vec::new();
        let mut put = |name: &str, value: String| list.push((name.to_string(), value));
        put("server.repl_state", format!("REPL_STATE_{}", self.repl_state().name().to_ascii_uppercase()));
        put("server.master_repl_offset", self.served.offset().to_string());
        put("server.slaveseldb", self.served.selected().map_or_else(|| "-1".to_string(), |d| d.to_string()));
        put(if self.ctx.caps.psync2 { "server.replid" } else { "server.runid" }, self.served.replid().to_string());
        if self.ctx.caps.psync2 {
            put("server.replid2", self.served.replid2().to_string());
            put("server.second_replid_offset", self.served.second_offset().to_string());
        }
        put("server.repl_backlog", if self.served.backlog().active() { "allocated".to_string() } else { "NULL".to_string() });
        put("server.repl_backlog_off", self.served.backlog().first().to_string());
        put("server.repl_backlog_idx", self.served.backlog().idx().to_string());
        put("server.repl_backlog_histlen", self.served.backlog().histlen().to_string());
        put("server.repl_no_slaves_since", self.served.no_replicas_since_s().to_string());
        put("server.repl_good_slaves_count", self.served.good().to_string());
        put("server.cronloops", self.ctx.clock.loops().to_string());
        put("replication_cron_loops", self.ctx.clock.seconds().to_string());
        put("server.unixtime", self.ctx.cached_s().to_string());
        let initial = if self.ctx.caps.psync2 { "server.master_initial_offset" } else { "server.repl_master_initial_offset" };
        put(initial, self.followed.initial_offset().to_string());
        let master_id = if self.ctx.caps.psync2 { "server.master_replid" } else { "server.repl_master_runid" };
        put(master_id, format!("\"{}\"", self.followed.master_id()));
        put("server.repl_down_since", self.followed.down_since_s().to_string());
        if let Some(upstream) = self.followed.upstream() {
            put("server.repl_transfer_lastio", upstream.last_io_s.to_string());
            match upstream.link() {
                Some(link) => {
                    put("server.master->reploff", link.offset.to_string());
                    put("server.master->read_reploff", link.read.to_string());
                    put("server.master->db", link.db.to_string());
                    put("server.master->flags", if link.pre_psync { "MASTER|PRE_PSYNC" } else { "MASTER" }.to_string());
                    put("server.master->querybuf", format!("{} bytes", link.parser.pending_len()));
                }
                None => put("server.master", "NULL".to_string()),
            }
        }
        match self.followed.cached() {
            Some(link) => put(
                "server.cached_master",
                format!(
                    "{{ replid \"{}\", reploff {}, db {}{} }}",
                    link.id,
                    link.offset,
                    link.db,
                    if link.pre_psync { ", PRE_PSYNC" } else { "" }
                ),
            ),
            None => put("server.cached_master", "NULL".to_string()),
        }
        put("server.rdb_child_pid", self.saving.child().map_or_else(|| "-1".to_string(), |c| c.pid().to_string()));
        for (n, session) in self.sessions().enumerate() {
            put(
                &format!("slave{n}"),
                format!(
                    "{} {} ack_off {} ack_time {}{}",
                    self.session_name(session.conn),
                    session.phase,
                    session.ack_offset,
                    session.ack_time,
                    if session.pre_psync { " PRE_PSYNC" } else { "" }
                ),
            );
        }
        list
    }
}

/// What the kernel around it and those who watch it ask, without a copy.
impl Node {
    /// Its replicas, in INFO's order.
    pub fn session_marks(&self) -> impl Iterator<Item = SessionMark> + '_ {
        self.served.replicas().iter().filter_map(|id| {
            let conn = self.callers.get(*id)?;
            let session = conn.session.as_ref()?;
            Some(SessionMark {
                conn: *id,
                online: session.online(),
                waits_for_child: matches!(session.phase, Phase::WaitBgsaveEnd { .. }),
                pre_psync: session.pre_psync,
                acked: session.ack_offset,
                sent: session.sent,
                waiting: self.served.waiting(conn, session),
                doomed: matches!(conn.state, State::Doomed { why: SessionEnd::OutputLimit, .. }),
            })
        })
    }
    /// The way to its master, if it follows one.
    #[must_use]
    pub fn link_mark(&self) -> Option<LinkMark> {
        let upstream = self.followed.upstream()?;
        let link = upstream.link();
        Some(LinkMark {
            state: self.repl_state(),
            conn: upstream.pipe().map(|pipe| pipe.id),
            rdb_conn: upstream.rdb_pipe().map(|pipe| pipe.id),
            up: link.is_some(),
            id: link.map_or(self.followed.master_id(), |link| link.id),
            origin: self.followed.initial_offset(),
            read: self.followed.read(),
            applied: self.followed.offset(),
            pre_psync: link.is_some_and(|link| link.pre_psync),
            installing: self.loading.as_ref().is_some_and(Loading::from_master),
        })
    }
    /// What follows from its clock's start: unix milliseconds of a moment of the run.
    #[must_use]
    pub fn unix_ms_at(&self, at: Time) -> i64 {
        super::log::unix_ms(self.ctx.settings.epoch_unix_ms, at)
    }
    /// The master that it follows, as configured.
    #[must_use]
    pub fn follows(&self) -> Option<(&str, u16)> {
        self.followed.upstream().map(|upstream| (upstream.host.as_str(), upstream.port))
    }
    /// The suspended link to a master that a replica keeps for a partial resynchronisation: its id and offset.
    #[must_use]
    pub fn cached(&self) -> Option<(ReplId, Offset)> {
        self.followed.cached().map(|link| (link.id, link.offset))
    }
    /// Bytes of its master's stream that were read and are no whole command yet, or wait for their EXEC.
    #[must_use]
    pub fn unapplied(&self) -> u64 {
        self.followed.unapplied()
    }
    /// Whether CLIENT PAUSE, or the pause of a failover, holds callers and the master's stream back; on if writes alone.
    #[must_use]
    pub const fn paused(&self) -> Option<bool> {
        self.callers.pauses_writes_only()
    }
    /// How many errors it has counted: replies, and what failed of its master's stream.
    #[must_use]
    pub const fn errors(&self) -> u64 {
        self.tally.total_errors()
    }
    /// How many of its callers wait in a command that blocks until a key is there.
    #[must_use]
    pub fn callers_at_keys(&self) -> usize {
        self.callers.conns().keys().filter(|id| self.callers.waits_for_keys(**id).is_some()).count()
    }
    /// What its callers must say in AUTH.
    #[must_use]
    pub fn password(&self) -> Option<bytes::Bytes> {
        Some(self.ctx.conf.requirepass.clone()).filter(|password| !password.is_empty())
    }
}
