//! Answering SYNC and PSYNC: the verdict, and what a replica's RDB begins with (docs/redis.md §2.2 to §2.5).

use super::Served;
use super::feed::shares_buffer;
use super::replicas::set_phase;
use crate::command::Reply;
use crate::era::Channel;
use crate::node::ConnId;
use crate::node::api::{Label, Outbox};
use crate::node::callers::Conns;
use crate::node::conn::{Conn, Filter};
use crate::node::ctx::Ctx;
use crate::node::lines::Sessions as Line;
use crate::node::parts::ChildPurpose;
use crate::node::verdict::verdict;
use crate::note::Note;
use crate::planted::Bug;
use crate::repl::Offset;
use crate::repl::backlog::CursorId;
use crate::repl::master::{Phase, Session, Target};
use crate::repl::psync::{Asked, Lineage, Reason, Request, Ruling, Verdict, Window};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

fn error(text: impl Into<String>) -> Reply {
    Reply::Error(text.into())
}

/// The answer to SYNC or PSYNC.
#[derive(PartialEq, Debug)]
pub(in crate::node) enum Synced {
    /// It is not answered in another way.
    Refused(Reply),
    /// The stream goes on. `false`: its conn is of no use, and goes.
    Partial(bool),
    /// An RDB is due; behind it comes this answer, if any.
    Full(Option<Reply>),
    /// An RDB is due on a second connection, which is awaited. `false`: its conn is of no use, and goes.
    Channel(bool),
}

/// Where a replica's RDB goes and where its stream begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::node) struct Start {
    /// The data of the RDB end here.
    pub(in crate::node) offset: Offset,
    pub(in crate::node) target: Target,
    /// The replica's place in the shared blocks, if another's was taken (7.0).
    pub(in crate::node) cursor: Option<CursorId>,
}

/// What a replica wants of its RDB: those who want the same share a child.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(in crate::node) struct Wants {
    /// What is left out.
    pub(in crate::node) filter: Option<Filter>,
    /// It comes over a second connection.
    pub(in crate::node) channel: bool,
    /// Without compression (8.6).
    pub(in crate::node) plain: bool,
    /// As an older Valkey reads it (9.1).
    pub(in crate::node) older: bool,
}
impl Wants {
    fn of(conn: &Conn, ctx: &Ctx) -> Wants {
        let announced = &conn.announced;
        Wants { filter: announced.filter, channel: Served::over_channel(conn), plain: announced.plain, older: wants_older(conn, ctx) }
    }
}

/// Whether a replica reads RDBs of before Valkey 9 alone: it says so by its release, or says none (9.1). It goes to its socket.
fn wants_older(conn: &Conn, ctx: &Ctx) -> bool {
    /// The first Valkey that writes RDBs of its own.
    const OWN_RDB: u32 = 9;
    let major = |release: &String| release.split('.').next().and_then(|major| major.parse::<u32>().ok());
    let older = || conn.announced.release.as_ref().and_then(major).is_none_or(|major| major < OWN_RDB);
    ctx.caps.rdb_for_older && conn.announced.eof && older()
}

/// How a replica comes to its RDB.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::node) enum Choice {
    /// It waits.
    Waits,
    /// It shares the running BGSAVE.
    Shares(Start),
    /// A BGSAVE starts for it.
    Starts,
}

impl Served {
    /// SYNC, or PSYNC with an id and an offset, in the order of docs/redis.md §2.2.
    pub(in crate::node) fn sync(
        &mut self,
        id: ConnId,
        asked: Option<(&Bytes, Option<i64>)>,
        conns: &mut Conns,
        ctx: &mut Ctx,
        out: &mut Outbox,
    ) -> Synced {
        let Some(conn) = conns.get(&id) else { return Synced::Refused(Reply::None) };
        if conn.pipe.queued() > 0 {
            return Synced::Refused(error(if ctx.caps.psync {
                "ERR SYNC and PSYNC are invalid with pending output"
            } else {
                "ERR SYNC is invalid with pending input"
            }));
        }
        if conn.announced.filter.is_some() && !conn.announced.eof {
            return Synced::Refused(error("ERR Filtered replica requires EOF capability"));
        }
        let rdb_only = conn.announced.rdb_only;
        let main = conn.announced.main.filter(|_| conn.announced.rdb_channel);
        let second = conn.announced.rdb_channel && (main.is_some() || matches!(ctx.caps.channel, Channel::Valkey));
        let two_connections = conn.announced.two_connections && !conn.announced.rdb_channel && !rdb_only;
        let name = conn.replica_name(ctx.caps.says_replica);
        ctx.log(Line::AsksForSync { replica: &name }, out);
        let mut late_error = None;
        if let Some((replid, offset)) = asked {
            if offset.is_none() && ctx.caps.log_done_loading {
                ctx.log(Line::WrongOffset { replica: &name }, out);
                return Synced::Refused(error("ERR value is not an integer or out of range"));
            }
            let ruling = Ruling::psync(&Request { id: replid, offset }, self.lineage(ctx), self.window(ctx));
            out.notes.push(Note::PsyncVerdict { replica: name.clone(), ruling: ruling.clone() });
            match ruling.decision().map(|decision| decision.verdict) {
                Some(Verdict::Partial { from, .. }) => return Synced::Partial(self.continues(id, from, &ruling, conns, ctx, out)),
                Some(Verdict::Full(reason)) => {
                    log_verdict(&name, main.is_some(), &ruling, ctx, out);
                    if matches!(reason, Reason::NotANumber) {
                        late_error = Some(error("ERR value is not an integer or out of range"));
                    }
                    if replid.first() != Some(&b'?') {
                        self.counters.sync_partial_err += 1;
                    }
                }
                None => {}
            }
        } else {
            let ruling = Ruling { asked: Asked::Sync, lineage: self.lineage(ctx), window: Window::of(&self.backlog) };
            out.notes.push(Note::PsyncVerdict { replica: name, ruling });
        }
        if asked.is_some() && two_connections {
            return self.awaits_channel(id, conns, ctx, out);
        }
        self.counters.sync_full += 1;
        self.join(id, Session { rdb_only, main, second, ..Session::waiting(asked.is_none() && !second) }, conns, ctx, out);
        self.begins_history(ctx, out);
        Synced::Full(late_error)
    }
    /// The first replica of a server without a backlog begins a history, under an id of its own (4.0+).
    pub(super) fn begins_history(&mut self, ctx: &mut Ctx, out: &mut Outbox) {
        if ctx.caps.psync2 && self.replicas.len() == 1 && !self.backlog.active() {
            self.becomes_another(ctx, out);
            self.want_backlog(out);
            if ctx.caps.log_backlog_created {
                ctx.log(Line::BacklogCreated { replid: self.replid, replid2: self.replid2 }, out);
            }
        }
    }
    /// 2.8 to 3.2: behind the first replica's +FULLRESYNC the backlog begins, one byte on.
    pub(in crate::node) fn first_replica(&mut self, ctx: &Ctx, out: &mut Outbox) {
        if ctx.caps.backlog_adds_one && self.replicas.len() == 1 && !self.backlog.active() {
            self.offset += 1;
            self.want_backlog(out);
        }
    }

    /// Whose stream it can continue.
    fn lineage(&self, ctx: &Ctx) -> Lineage {
        let until = if ctx.bugs.has(Bug::SecondBound) { Offset(i64::MAX) } else { self.second_offset };
        Lineage { id: self.replid, second: ctx.caps.psync2.then_some((self.replid2, until)), offset: self.offset }
    }
    /// What the backlog still holds.
    fn window(&self, ctx: &Ctx) -> Option<Window> {
        let mut window = Window::of(&self.backlog)?;
        if ctx.bugs.has(Bug::WindowFirst) {
            window.first = window.first - 1;
            window.histlen += 1;
        } else if ctx.bugs.has(Bug::WindowEnd) {
            window.histlen += 1 << 40;
        } else if ctx.bugs.has(Bug::WindowShort) {
            window.histlen = window.histlen.saturating_sub(1);
        }
        Some(window)
    }

    /// +CONTINUE, and what the replica lacks. Whether its conn took the answer.
    fn continues(&mut self, id: ConnId, from: Offset, ruling: &Ruling, conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) -> bool {
        self.counters.sync_partial_ok += 1;
        let mut session = Session::resumed(from, ctx.cached_s());
        if let Some(client) = conns.get(&id).and_then(|conn| conn.announced.second) {
            session.phase = Phase::BgRdbLoad;
            self.took_place_of(client);
        }
        let shared = shares_buffer(&ctx.caps);
        if shared {
            session.cursor = Some(self.backlog.attach(from));
        }
        self.join(id, session, conns, ctx, out);
        let Some(conn) = conns.get_mut(&id) else { return false };
        let name = conn.replica_name(ctx.caps.says_replica);
        let line = if ctx.caps.psync2 && conn.announced.psync2 && !ctx.bugs.has(Bug::ContinueOldId) {
            format!("+CONTINUE {}\r\n", self.replid)
        } else {
            "+CONTINUE\r\n".to_string()
        };
        let label = Label::reply(line.trim_end());
        if !conn.pipe.write_through(Bytes::from(line), label, &mut out.outputs) {
            return false;
        }
        if !shared {
            let start = if ctx.bugs.has(Bug::ContinueTooMuch) { self.backlog.first() } else { from };
            conn.pipe.push_stream(from.0, self.backlog.read(start, usize::MAX));
            // What is sent of the backlog counts like any other output: the conn may be doomed before it is accepted.
            self.check_output_limit(id, conns, ctx, out);
        }
        log_verdict(&name, false, ruling, ctx, out);
        self.count_good(conns, ctx, out);
        true
    }

    // ---- its RDB

    /// Attaches to a running BGSAVE, waits for the next, or starts one (docs/redis.md §2.2, step 11). `child`: what the child at work is for; `alone`:
    /// no child at all is there.
    pub(in crate::node) fn chooses(
        &mut self,
        id: ConnId,
        child: Option<ChildPurpose>,
        alone: bool,
        conns: &mut Conns,
        ctx: &Ctx,
        out: &mut Outbox,
    ) -> Choice {
        match child {
            Some(ChildPurpose::Save | ChildPurpose::ReplicasDisk) => match self.shares(id, conns, ctx) {
                Some(start) => return Choice::Shares(start),
                None => ctx.log(Line::WaitsForNext, out),
            },
            Some(ChildPurpose::ReplicasSockets | ChildPurpose::ReplicasChannels) => ctx.log(Line::WaitsForSockets, out),
            None => {
                let eof = conns.get(&id).is_some_and(|c| c.announced.eof);
                let delay = ctx.conf.diskless_sync_delay;
                let delayed = ctx.conf.diskless_sync && eof && (!ctx.caps.diskless_delay_inclusive || delay != 0);
                if delayed && delay == 0 {
                    // The next cron starts it, without a word.
                } else if delayed {
                    ctx.log(Line::Delayed, out);
                } else if ctx.caps.one_child && !alone {
                    ctx.log(Line::OtherChild, out);
                } else {
                    return Choice::Starts;
                }
            }
        }
        Choice::Waits
    }
    /// Shares the RDB of a replica that wants what this one wants, and gets what waits for that one.
    fn shares(&mut self, id: ConnId, conns: &mut Conns, ctx: &Ctx) -> Option<Start> {
        // Who has a connection of its own for it needs a child of its own.
        let conn = conns.get(&id).filter(|conn| !Self::over_channel(conn))?;
        let mine = conn.announced.clone();
        if wants_older(conn, ctx) {
            return None;
        }
        // Who wants the stream needs a donor for whom it is kept.
        let donor = self.replicas.iter().filter_map(|other| conns.get(other)).find(|conn| {
            let session = conn.session.as_ref();
            session.is_some_and(|s| matches!(s.phase, Phase::WaitBgsaveEnd { .. }) && (mine.rdb_only || !s.rdb_only))
        });
        let donor = donor.filter(|c| {
            (mine.eof || !c.announced.eof)
                && (mine.psync2 || !c.announced.psync2)
                && mine.filter == c.announced.filter
                && !wants_older(c, ctx)
        })?;
        let session = donor.session.as_ref()?;
        let (offset, waiting, cursor) = (session.initial_offset, donor.pipe.waiting_stream(), session.cursor);
        let offset = if ctx.bugs.has(Bug::AttachOffset) { self.offset } else { offset };
        let alone = ctx.bugs.has(Bug::AttachWithoutBuffer) || mine.rdb_only;
        let cursor = cursor.filter(|_| !alone).map(|c| self.backlog.attach_like(c));
        if let Some(conn) = conns.get_mut(&id).filter(|_| !alone) {
            for (first, bytes) in waiting {
                conn.pipe.push_stream(first, bytes);
            }
        }
        Some(Start { offset, target: Target::Disk, cursor })
    }

    /// The offset to which an RDB that is begun now corresponds: up to 3.2 the backlog may not exist yet, and its creation will add one.
    pub(in crate::node) fn rdb_offset(&self, ctx: &Ctx) -> Offset {
        if ctx.caps.backlog_adds_one && !self.backlog.active() { self.offset + 1 } else { self.offset }
    }
    /// Everything that a replica's RDB begins with: its offset, +FULLRESYNC, and a SELECT before the next command (docs/redis.md §2.4). Whether its conn
    /// took the answer.
    pub(in crate::node) fn full_setup(&mut self, id: ConnId, start: Start, conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) -> bool {
        let Start { offset, target, cursor } = start;
        let Some(conn) = conns.get_mut(&id) else { return true };
        set_phase(conn, Phase::WaitBgsaveEnd { target }, ctx, out);
        // Over two connections Valkey says in which database the stream stands.
        let told = Self::over_channel(conn) && matches!(ctx.caps.channel, Channel::Valkey);
        let line = self.origin_line(conn, offset, ctx);
        if !ctx.bugs.has(Bug::SelectAfterFull) && !told {
            self.writer.forget();
        }
        let Some(conn) = conns.get_mut(&id) else { return true };
        let Some(session) = conn.session.as_mut() else { return true };
        let fresh = shares_buffer(&ctx.caps) && !session.rdb_only && cursor.is_none();
        session.initial_offset = offset;
        session.sent = offset;
        session.cursor = if fresh { Some(self.backlog.attach(self.offset + 1)) } else { cursor };
        if session.pre_psync {
            return true;
        }
        let label = Label::reply(line.trim_end());
        conn.pipe.write_through(Bytes::from(line), label, &mut out.outputs)
    }

    // ---- who waits for one

    fn in_phase(&self, conns: &Conns, is: impl Fn(&Session) -> bool) -> Vec<ConnId> {
        let fits = |id: &&ConnId| conns.get(id).is_some_and(|conn| conn.session.as_ref().is_some_and(&is));
        self.replicas.iter().filter(fits).copied().collect()
    }
    /// Whether some replica waits for a BGSAVE to start.
    pub(in crate::node) fn some_wait(&self, conns: &Conns) -> bool {
        !self.in_phase(conns, |session| matches!(session.phase, Phase::WaitBgsaveStart)).is_empty()
    }
    /// Of the replicas that wait for a BGSAVE to start, those that want the same RDB as the first, and what that is.
    pub(in crate::node) fn waiting_alike(&self, conns: &Conns, ctx: &Ctx) -> (Vec<ConnId>, Wants) {
        let mut waiting = self.in_phase(conns, |session| matches!(session.phase, Phase::WaitBgsaveStart));
        let wants_of = |id: &ConnId| conns.get(id).map(|conn| Wants::of(conn, ctx));
        let wants = waiting.first().and_then(wants_of);
        waiting.retain(|id| wants_of(id) == wants);
        (waiting, wants.unwrap_or_default())
    }
    /// Whether a BGSAVE that was put off is due.
    pub(in crate::node) fn delayed_is_due(&self, conns: &Conns, ctx: &Ctx) -> bool {
        let (waiting, _) = self.waiting_alike(conns, ctx);
        if waiting.is_empty() {
            return false;
        }
        let now_s = ctx.cached_s();
        let idle = waiting.iter().filter_map(|id| conns.get(id)).map(|c| now_s - c.active_s).max().unwrap_or(0);
        let delay = ctx.conf.diskless_sync_delay;
        let max = ctx.conf.diskless_sync_max_replicas;
        if ctx.caps.diskless_delay_inclusive {
            !ctx.conf.diskless_sync || idle >= delay || (max > 0 && waiting.len() as i64 >= max)
        } else {
            idle > delay
        }
    }
    /// The replicas whose RDB a child writes to their sockets.
    pub(in crate::node) fn on_sockets(&self, conns: &Conns) -> Vec<ConnId> {
        self.in_phase(conns, |session| matches!(session.phase, Phase::WaitBgsaveEnd { target: Target::Sockets }) && !session.given_up)
    }
    /// Whether one of them has not taken everything that the child wrote.
    pub(in crate::node) fn sockets_are_busy(&self, conns: &Conns) -> bool {
        let busy =
            |session: &Session| matches!(session.phase, Phase::WaitBgsaveEnd { target: Target::Sockets }) && !session.payload.is_empty();
        !self.in_phase(conns, busy).is_empty()
    }
    /// Whether some replica waits for a child that writes a file.
    pub(in crate::node) fn some_wait_for_file(&self, conns: &Conns) -> bool {
        !self.in_phase(conns, waits_for_file).is_empty()
    }
}

/// Whether a replica waits for a child that writes a file.
pub(in crate::node) const fn waits_for_file(session: &Session) -> bool {
    matches!(session.phase, Phase::WaitBgsaveEnd { target: Target::Disk })
}

/// What it says of its verdict in the log. Of a replica that is ahead of its master there is a warning besides.
fn log_verdict(name: &str, channel: bool, ruling: &Ruling, ctx: &Ctx, out: &mut Outbox) {
    if let Some(line) = verdict(name, channel, ruling) {
        ctx.log(line, out);
    }
    if ruling.decision().is_some_and(|decision| decision.verdict == Verdict::Full(Reason::Ahead)) {
        ctx.log(Line::Ahead { replica: name }, out);
    }
}
