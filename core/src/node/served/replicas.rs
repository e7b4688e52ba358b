//! The replicas of a server, from their first phase to their end: phases, the transfer of the RDB, ACKs, timeouts, and how many of them count
//! (docs/redis.md §2, §5).

use super::Served;
use crate::fact::SessionEnd;
use crate::node::ConnId;
use crate::node::api::{Label, Outbox, Output, Payload};
use crate::node::callers::Conns;
use crate::node::conn::{Conn, Pipe};
use crate::node::ctx::Ctx;
use crate::node::label;
use crate::node::lines::Sessions as Line;
use crate::note::Note;
use crate::planted::Bug;
use crate::repl::Offset;
use crate::repl::durability::{self, Need, Standing};
use crate::repl::master::{Phase, Session, Target};
use crate::repl::stream;
use crate::text::Sketch;
use alloc::format;
use bytes::Bytes;

/// What became of sending an RDB.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::node) enum Transfer {
    /// Some is left, or nothing was to be sent.
    Goes,
    /// The file is sent whole.
    Done,
}

/// Changes a session's phase, and says so: the one place where that happens.
pub(in crate::node) fn set_phase(conn: &mut Conn, phase: Phase, ctx: &Ctx, out: &mut Outbox) {
    let replica = conn.replica_name(ctx.caps.says_replica);
    let Some(session) = conn.session.as_mut() else { return };
    let before = session.info_state();
    session.phase = phase;
    let state = session.info_state();
    if state != before {
        out.notes.push(Note::SessionState { replica, state });
    }
}

/// What the min-slaves gate asks for.
pub(in crate::node) const fn need(ctx: &Ctx) -> Need {
    Need { to_write: ctx.conf.min_to_write, max_lag_s: ctx.conf.min_max_lag }
}

impl Served {
    // ---- phases

    /// A caller becomes a replica.
    pub(super) fn join(&mut self, id: ConnId, session: Session, conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) {
        self.replicas.push(id);
        let Some(conn) = conns.get_mut(&id) else { return };
        let state = session.info_state();
        conn.session.take(session);
        out.notes.push(Note::SessionState { replica: conn.replica_name(ctx.caps.says_replica), state });
    }
    /// ONLINE: the ACK clock starts now. `held`: nothing is streamed before the first ACK.
    pub(in crate::node) fn goes_online(&mut self, id: ConnId, held: bool, conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) {
        if let Some(conn) = conns.get_mut(&id) {
            if let Some(session) = conn.session.as_mut() {
                session.ack_time_s = ctx.cached_s();
            }
            set_phase(conn, Phase::Online { held }, ctx, out);
        }
        self.count_good(conns, ctx, out);
    }
    /// Whether a replica wanted nothing but the RDB that it has now: it is to be closed.
    pub(in crate::node) fn wanted_rdb_only(&self, id: ConnId, conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) -> bool {
        let Some(conn) = conns.get_mut(&id).filter(|conn| conn.session.as_ref().is_some_and(|session| session.rdb_only)) else {
            return false;
        };
        if ctx.caps.rdb_transmitted {
            set_phase(conn, Phase::RdbTransmitted, ctx, out);
        }
        ctx.log(Line::RdbOnly { replica: &conn.replica_name(ctx.caps.says_replica) }, out);
        true
    }
    /// A replica's conn is gone: `conn` was taken out of `conns` already.
    pub(in crate::node) fn left(&mut self, conn: &Conn, session: &Session, why: SessionEnd, conns: &Conns, ctx: &Ctx, out: &mut Outbox) {
        let replica = conn.replica_name(ctx.caps.says_replica);
        if ctx.caps.psync {
            let unknown = why == SessionEnd::Reset && conn.announced.ip.is_none();
            let name = if unknown { format!("client id #{}", conn.seq) } else { replica.clone() };
            ctx.log(Line::Lost { replica: &name, channel: conn.announced.rdb_channel }, out);
        }
        self.replicas.retain(|id| *id != conn.pipe.id);
        if session.second {
            self.second_left(conn.seq, ctx);
        }
        if let Some(cursor) = session.cursor {
            self.backlog.detach(cursor);
        }
        if self.replicas.is_empty() {
            self.no_replicas_since_s = ctx.cached_s();
        }
        out.notes.push(Note::SessionEnded { replica, why, offset: session.ack_offset.0 });
        self.count_good(conns, ctx, out);
    }

    /// The BGSAVE that it waited for could not be started: its conn is a caller's again.
    pub(in crate::node) fn dismiss(&mut self, id: ConnId, conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) {
        let Some(conn) = conns.get_mut(&id) else { return };
        let Some(session) = conn.session.leave() else { return };
        let replica = conn.replica_name(ctx.caps.says_replica);
        self.replicas.retain(|other| *other != id);
        if let Some(cursor) = session.cursor {
            self.backlog.detach(cursor);
        }
        if self.replicas.is_empty() {
            self.no_replicas_since_s = ctx.cached_s();
        }
        out.notes.push(Note::SessionEnded { replica, why: SessionEnd::BgsaveFailed, offset: session.ack_offset.0 });
        self.count_good(conns, ctx, out);
    }

    // ---- the RDB

    /// The file is there: from now on it is sent.
    pub(in crate::node) fn begins_to_send(&mut self, id: ConnId, rdb: &Bytes, conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) {
        let Some(conn) = conns.get_mut(&id) else { return };
        if ctx.bugs.has(Bug::BufferDropped) {
            conn.pipe = Pipe::new(conn.pipe.id, conn.pipe.room, ctx.caps.reply_list).allocated_by(ctx.settings.allocator);
            if let Some(cursor) = conn.session.as_ref().and_then(|session| session.cursor) {
                self.backlog.advance(cursor, self.backlog.cursor_pending(cursor));
            }
        }
        let preamble = Bytes::from(format!("${}\r\n", rdb.len()));
        set_phase(conn, Phase::SendBulk { preamble, rdb: rdb.clone(), sent: 0 }, ctx, out);
    }
    /// The child that writes to sockets handed over a piece: every replica that it writes for gets it.
    pub(in crate::node) fn child_wrote(&self, bytes: &Bytes, conns: &mut Conns, now_s: i64) {
        for id in &self.replicas {
            let Some(session) = conns.get_mut(id).and_then(|conn| conn.session.as_mut()) else { continue };
            if matches!(session.phase, Phase::WaitBgsaveEnd { target: Target::Sockets }) && !session.given_up {
                if session.payload.is_empty() {
                    session.progress_s = now_s;
                }
                session.payload.push_back(bytes.clone());
            }
        }
    }
    /// Sends what the room allows of an RDB: from the file, or what the child handed over.
    pub(in crate::node) fn send_rdb(&mut self, conn: &mut Conn, now_s: i64, out: &mut Outbox) -> Transfer {
        let (id, pipe) = (conn.pipe.id, &mut conn.pipe);
        let Some(session) = conn.session.as_mut() else { return Transfer::Goes };
        match &mut session.phase {
            Phase::SendBulk { preamble, rdb, sent } => {
                let head = preamble.len() as u64;
                let total = head + rdb.len() as u64;
                while pipe.room > 0 && *sent < total {
                    let bytes = if *sent < head {
                        preamble.slice(*sent as usize..).slice(..(head - *sent).min(pipe.room) as usize)
                    } else {
                        let from = (*sent - head) as usize;
                        rdb.slice(from..from + (total - *sent).min(pipe.room) as usize)
                    };
                    let label = if *sent < head {
                        Label::reply(label::first_line(preamble))
                    } else {
                        Payload::Rdb { sent: *sent - head + bytes.len() as u64, total: rdb.len() as i64 }.into()
                    };
                    *sent += bytes.len() as u64;
                    self.counters.repl_output += bytes.len() as u64;
                    pipe.room -= bytes.len() as u64;
                    out.outputs.push(Output::Send { conn: id, bytes, label });
                }
                if *sent == total {
                    return Transfer::Done;
                }
            }
            Phase::WaitBgsaveEnd { target: Target::Sockets } => {
                while pipe.room > 0 {
                    let Some(front) = session.payload.front_mut() else { break };
                    let bytes = front.split_to((front.len() as u64).min(pipe.room) as usize);
                    if front.is_empty() {
                        session.payload.pop_front();
                    }
                    session.streamed += bytes.len() as u64;
                    self.counters.repl_output += bytes.len() as u64;
                    session.progress_s = now_s;
                    pipe.room -= bytes.len() as u64;
                    let label = Payload::Rdb { sent: session.streamed, total: -1 }.into();
                    out.outputs.push(Output::Send { conn: id, bytes, label });
                }
            }
            Phase::WaitBgsaveStart
            | Phase::WaitRdbChannel
            | Phase::BgRdbLoad
            | Phase::WaitBgsaveEnd { target: Target::Disk }
            | Phase::BulkAndStream
            | Phase::Online { .. }
            | Phase::RdbTransmitted => {}
        }
        Transfer::Goes
    }

    // ---- signs of life

    /// An ACK of a replica whose second connection is still busy, or was: it has loaded the RDB. Whether it was that.
    pub(in crate::node) fn acked_beside(&self, id: ConnId, conns: &Conns) -> bool {
        conns
            .get(&id)
            .and_then(|conn| conn.session.as_ref())
            .is_some_and(|session| matches!(session.phase, Phase::BulkAndStream | Phase::BgRdbLoad))
    }
    /// An ACK. Whether the replica waits for the end of a child that writes to sockets; `None`: it is no replica.
    pub(in crate::node) fn acked(&self, id: ConnId, offset: i64, conns: &mut Conns, now_s: i64) -> Option<bool> {
        let session = conns.get_mut(&id)?.session.as_mut()?;
        session.ack_offset = session.ack_offset.max(Offset(offset));
        session.ack_time_s = now_s;
        Some(matches!(session.phase, Phase::WaitBgsaveEnd { target: Target::Sockets }))
    }
    /// The first ACK after a diskless transfer: from here on the stream flows.
    pub(in crate::node) fn flows(&mut self, id: ConnId, conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) {
        if let Some(conn) = conns.get_mut(&id)
            && let Some(session) = conn.session.as_mut()
        {
            session.phase = Phase::Online { held: false };
            if !ctx.caps.online_before_ack {
                ctx.log(Line::Synchronized { replica: &conn.replica_name(ctx.caps.says_replica) }, out);
            }
        }
        self.count_good(conns, ctx, out);
    }
    /// A bare newline from a replica that flushes or loads is a sign of life.
    pub(in crate::node) fn keepalive_heard(&self, id: ConnId, conns: &mut Conns, now_s: i64) {
        if let Some(session) = conns.get_mut(&id).and_then(|conn| conn.session.as_mut()) {
            session.ack_time_s = now_s;
        }
    }
    /// The ping, and newlines for those who wait for an RDB: docs/redis.md §5. `seconds`: crons so far; `quiet`: no ping now.
    pub(in crate::node) fn keep_alive(&mut self, seconds: u64, quiet: bool, conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) {
        let period = ctx.conf.repl_ping_period.max(1).cast_unsigned();
        let somebody = !self.replicas.is_empty() || ctx.caps.pings_without_replicas;
        let may_ping = (!ctx.is_replica() || !ctx.caps.psync2) && !quiet;
        let pings = if ctx.caps.ping_if_silent {
            // Only a stream that is silent for a whole period gets one.
            ctx.cached_s() >= self.fed_s + period.cast_signed()
        } else {
            seconds.is_multiple_of(period)
        };
        if pings && somebody && may_ping && ctx.caps.psync {
            self.ping(conns, ctx, out);
        }
        if !ctx.caps.psync && !pings {
            // 2.6 keeps everybody alive at the ping's period, each in the way that its state allows.
            return;
        }
        for id in &self.replicas {
            let Some(conn) = conns.get_mut(id) else { continue };
            let Some(session) = conn.session.as_ref() else { continue };
            let waits = matches!(session.phase, Phase::WaitBgsaveStart | Phase::WaitBgsaveEnd { target: Target::Disk });
            if !ctx.caps.psync && session.online() {
                let first = super::session_next(session.sent.0, conn.pipe.queued());
                conn.pipe.push_stream(first, Bytes::from_static(stream::ping(ctx.era)));
            }
            if waits {
                conn.pipe.write_through(Bytes::from_static(b"\n"), Payload::Newline.into(), &mut out.outputs);
            }
        }
    }
    /// Whether a replica has been silent for too long; says so.
    pub(in crate::node) fn silent(&self, id: ConnId, conns: &Conns, ctx: &Ctx, out: &mut Outbox) -> bool {
        let Some(conn) = conns.get(&id) else { return false };
        let Some(session) = conn.session.as_ref() else { return false };
        let (now_s, timeout) = (ctx.cached_s(), ctx.conf.repl_timeout);
        let silent = session.online() && !session.pre_psync && now_s - session.ack_time_s > timeout;
        // From 6.0 on also one that takes nothing more of a diskless RDB.
        let stuck = ctx.caps.diskless_pipe && !session.second && !session.payload.is_empty() && now_s - session.progress_s > timeout;
        if (!silent && !stuck) || ctx.bugs.has(Bug::MasterTimeout) {
            return false;
        }
        ctx.log(Line::TimedOut { replica: &conn.replica_name(ctx.caps.says_replica), streaming: silent }, out);
        true
    }

    // ---- how many count

    fn standings(&self, conns: &Conns) -> impl Iterator<Item = Standing> {
        let sessions = self.replicas.iter().filter_map(|id| conns.get(id)?.session.as_ref()).filter(|session| !session.second);
        sessions.map(|s| Standing { online: s.online(), ack_offset: s.ack_offset, ack_time_s: s.ack_time_s })
    }
    /// Replicas that have not acknowledged everything.
    pub(in crate::node) fn lagging(&self, conns: &Conns) -> usize {
        self.standings(conns).filter(|standing| standing.ack_offset != self.offset).count()
    }
    /// Online replicas that acknowledged `offset`.
    pub(in crate::node) fn have(&self, offset: i64, conns: &Conns, ctx: &Ctx) -> i64 {
        if ctx.bugs.has(Bug::WaitCountsAttached) {
            return self.replicas.len() as i64;
        }
        i64::from(durability::acked(&mut self.standings(conns), Offset(offset)))
    }
    /// A replica says up to where its append-only file is written (7.2).
    pub(in crate::node) fn file_reaches(&self, id: ConnId, offset: i64, conns: &mut Conns) {
        if let Some(session) = conns.get_mut(&id).and_then(|conn| conn.session.as_mut()) {
            session.file_offset = session.file_offset.max(Offset(offset));
        }
    }
    /// Online replicas that said that their append-only files reach `offset` (7.2).
    pub(in crate::node) fn have_in_files(&self, offset: i64, conns: &Conns) -> i64 {
        let sessions = self.replicas.iter().filter_map(|id| conns.get(id)?.session.as_ref());
        sessions.filter(|session| session.online() && session.file_offset.0 >= offset).count() as i64
    }
    /// Counts the good replicas again: docs/redis.md §2.9 says when.
    pub(in crate::node) fn count_good(&mut self, conns: &Conns, ctx: &Ctx, out: &mut Outbox) {
        let need = need(ctx);
        let by_io = ctx.bugs.has(Bug::GoodByIo);
        let now_s = ctx.cached_s() + i64::from(ctx.bugs.has(Bug::GoodStrict));
        let standing = |s| if by_io { Standing { ack_time_s: ctx.cached_s(), ..s } } else { s };
        let good = durability::good(&mut self.standings(conns).map(standing), now_s, need);
        self.good = good;
        let refusing = !ctx.is_replica() && need.refuses(self.good);
        if refusing != self.refusing {
            self.refusing = refusing;
            out.notes.push(Note::GoodReplicas { good: i64::from(self.good), need: need.to_write, refusing });
        }
    }
}

/// A replica's name in a note that is made often.
pub(in crate::node) fn short_name(conn: &Conn, ctx: &Ctx) -> Sketch {
    let mut name = Sketch::default();
    if conn.announced.port > 0 {
        name.push_str(conn.replica_ip());
        name.push_str(":");
        name.push_number(conn.announced.port);
    } else {
        name.push_str(&conn.replica_name(ctx.caps.says_replica));
    }
    name
}
