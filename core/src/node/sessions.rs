//! A replica at its master, from its first phase to its end: phases, the transfer of the RDB, ACKs, timeouts (docs/redis.md §2, §5).

use super::api::{Label, Output, Payload};
use super::conn::Conn;
use super::lines::Sessions as Line;
use super::{ConnId, Node, Outbox};
use crate::fact::{FreedWhy, SessionEnd};
use crate::note::Note;
use crate::planted::Bug;
use crate::repl::master::{Phase, Session, Target};
use crate::repl::{Offset, ReplId};
use crate::text::Sketch;
use alloc::format;
use alloc::string::String;
use bytes::Bytes;

impl Node {
    /// The name that logs give a replica.
    pub(super) fn name_of(&self, conn: &Conn) -> String {
        conn.replica_name(self.ctx.caps.says_replica)
    }

    pub(super) fn name_of_id(&self, id: ConnId) -> String {
        self.conns.get(&id).map(|c| self.name_of(c)).unwrap_or_default()
    }

    /// One function changes a session's phase, and says so.
    pub(super) fn set_phase(&mut self, id: ConnId, phase: Phase, out: &mut Outbox) {
        let replica = self.name_of_id(id);
        let Some(session) = self.conns.get_mut(&id).and_then(|c| c.session.as_mut()) else { return };
        let before = session.info_state();
        session.phase = phase;
        let state = session.info_state();
        if state != before {
            self.note(Note::SessionState { replica, state }, out);
        }
    }

    pub(super) fn become_replica(&mut self, id: ConnId, session: Session, out: &mut Outbox) {
        let state = session.info_state();
        if let Some(conn) = self.conns.get_mut(&id) {
            conn.session = Some(session);
        }
        self.replicas.push(id);
        let replica = self.name_of_id(id);
        self.note(Note::SessionState { replica, state }, out);
    }

    /// The bug of [`Bug::BufferDropped`].
    pub(super) fn drop_waiting(&mut self, id: ConnId) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        conn.pipe = super::conn::Pipe::new(conn.pipe.id, conn.pipe.room, self.ctx.caps.reply_list);
        if let Some(cursor) = conn.session.as_ref().and_then(|session| session.cursor) {
            self.backlog.advance(cursor, self.backlog.cursor_pending(cursor));
        }
    }

    /// A replica that wanted nothing but the RDB has it: it is closed.
    pub(super) fn leaves_with_rdb(&mut self, id: ConnId, out: &mut Outbox) -> bool {
        if !self.conns.get(&id).and_then(|c| c.session.as_ref()).is_some_and(|s| s.rdb_only) {
            return false;
        }
        let name = self.name_of_id(id);
        if self.ctx.caps.rdb_transmitted {
            self.set_phase(id, Phase::RdbTransmitted, out);
        }
        self.log(Line::RdbOnly { replica: &name }, out);
        self.drop_conn(id, SessionEnd::RdbOnly, true, out);
        true
    }

    /// ONLINE: the ACK clock starts now.
    pub(super) fn go_online(&mut self, id: ConnId, held: bool, out: &mut Outbox) {
        let now_s = self.ctx.cached_s();
        if let Some(session) = self.conns.get_mut(&id).and_then(|c| c.session.as_mut()) {
            session.ack_time_s = now_s;
        }
        self.set_phase(id, Phase::Online { held }, out);
        self.refresh_good(out);
    }

    /// Sends what the room allows of an RDB: from the file, or what the child handed over.
    pub(super) fn flush_transfer(&mut self, id: ConnId, out: &mut Outbox) {
        let now_s = self.ctx.cached_s();
        let Some(conn) = self.conns.get_mut(&id) else { return };
        let Some(session) = conn.session.as_mut() else { return };
        match &mut session.phase {
            Phase::SendBulk { preamble, rdb, sent } => {
                let head = preamble.len() as u64;
                let total = head + rdb.len() as u64;
                while conn.pipe.room > 0 && *sent < total {
                    let bytes = if *sent < head {
                        preamble.slice(*sent as usize..).slice(..(head - *sent).min(conn.pipe.room) as usize)
                    } else {
                        let from = (*sent - head) as usize;
                        rdb.slice(from..from + (total - *sent).min(conn.pipe.room) as usize)
                    };
                    let label = if *sent < head {
                        Label::reply(super::label::first_line(preamble))
                    } else {
                        Payload::Rdb { sent: *sent - head + bytes.len() as u64, total: rdb.len() as i64 }.into()
                    };
                    *sent += bytes.len() as u64;
                    conn.pipe.room -= bytes.len() as u64;
                    out.outputs.push(Output::Send { conn: id, bytes, label });
                }
                if *sent == total {
                    if self.leaves_with_rdb(id, out) {
                        return;
                    }
                    self.go_online(id, false, out);
                    let name = self.name_of_id(id);
                    self.log(Line::Synchronized { replica: &name }, out);
                    self.flush_conn(id, out);
                }
            }
            Phase::WaitBgsaveEnd { target: Target::Sockets } => {
                while conn.pipe.room > 0 {
                    let Some(front) = session.payload.front_mut() else { break };
                    let bytes = front.split_to((front.len() as u64).min(conn.pipe.room) as usize);
                    if front.is_empty() {
                        session.payload.pop_front();
                    }
                    session.streamed += bytes.len() as u64;
                    session.progress_s = now_s;
                    conn.pipe.room -= bytes.len() as u64;
                    let label = Payload::Rdb { sent: session.streamed, total: -1 }.into();
                    out.outputs.push(Output::Send { conn: id, bytes, label });
                }
            }
            Phase::WaitBgsaveStart | Phase::WaitBgsaveEnd { target: Target::Disk } | Phase::Online { .. } | Phase::RdbTransmitted => {}
        }
    }

    pub(super) fn ack_heard(&mut self, id: ConnId, offset: i64, out: &mut Outbox) {
        let now_s = self.ctx.cached_s();
        let Some(session) = self.conns.get_mut(&id).and_then(|c| c.session.as_mut()) else { return };
        session.ack_offset = session.ack_offset.max(Offset(offset));
        session.ack_time_s = now_s;
        let awaits_child = matches!(session.phase, Phase::WaitBgsaveEnd { target: Target::Sockets });
        if awaits_child && self.ctx.caps.diskless_pipe {
            // From 6.0 on the parent looks for its child at once.
            self.reap_child(out);
        }
        let Some(session) = self.conns.get_mut(&id).and_then(|c| c.session.as_mut()) else { return };
        if matches!(session.phase, Phase::Online { held: true }) {
            if self.leaves_with_rdb(id, out) {
                return;
            }
            let Some(session) = self.conns.get_mut(&id).and_then(|c| c.session.as_mut()) else { return };
            session.phase = Phase::Online { held: false };
            if !self.ctx.caps.online_before_ack {
                self.log(Line::Synchronized { replica: &self.name_of_id(id) }, out);
            }
            self.refresh_good(out);
        }
        if out.want_flow {
            let mut replica = Sketch::default();
            if let Some(conn) = self.conns.get(&id) {
                if conn.announced.port > 0 {
                    replica.push_str(conn.replica_ip());
                    replica.push_str(":");
                    replica.push_number(conn.announced.port);
                } else {
                    replica.push_str(&self.name_of(conn));
                }
            }
            self.note(Note::AckHeard { replica: replica.text(), offset }, out);
        }
    }

    /// A bare newline from a replica that flushes or loads is a sign of life.
    pub(super) fn keepalive_heard(&mut self, id: ConnId) {
        let now_s = self.ctx.cached_s();
        if let Some(session) = self.conns.get_mut(&id).and_then(|c| c.session.as_mut()) {
            session.ack_time_s = now_s;
        }
    }

    /// A replica's conn is gone.
    pub(super) fn session_gone(&mut self, conn: &Conn, session: &Session, why: SessionEnd, out: &mut Outbox) {
        let name = self.name_of(conn);
        if self.ctx.caps.psync {
            let unknown = why == SessionEnd::Reset && conn.announced.ip.is_none();
            let name = if unknown { format!("client id #{}", conn.seq) } else { name.clone() };
            self.log(Line::Lost { replica: &name }, out);
        }
        self.replicas.retain(|id| *id != conn.pipe.id);
        if let Some(cursor) = session.cursor {
            self.backlog.detach(cursor);
        }
        if self.replicas.is_empty() {
            self.no_replicas_since_s = self.ctx.cached_s();
        }
        self.note(Note::SessionEnded { replica: name, why, offset: session.ack_offset.0 }, out);
        self.refresh_good(out);
        self.kill_useless_child(session, out);
    }

    /// Drops every replica of this server: its stream is about to become another one.
    pub(super) fn drop_replicas(&mut self, out: &mut Outbox) {
        for id in self.replicas.clone() {
            self.drop_conn(id, SessionEnd::Closed, true, out);
        }
    }

    /// PING, newlines, timeouts, the backlog's time to live, a delayed BGSAVE, good replicas: docs/redis.md §5, steps 6 to 13. `seconds`: crons so far.
    pub(super) fn cron_for_replicas(&mut self, seconds: u64, out: &mut Outbox) {
        let period = self.ctx.conf.repl_ping_period.max(1).cast_unsigned();
        let somebody = !self.replicas.is_empty() || self.ctx.caps.pings_without_replicas;
        let may_ping = (!self.ctx.is_replica() || !self.ctx.caps.psync2) && !self.failover_stops_pings();
        let pings = seconds.is_multiple_of(period);
        if pings && somebody && may_ping && self.ctx.caps.psync {
            self.feed_raw(crate::repl::stream::ping(self.ctx.era), out);
            if self.ctx.bugs.has(Bug::PingNotCounted) {
                self.uncount(crate::repl::stream::ping(self.ctx.era));
            }
        }
        for id in self.replicas.clone() {
            let Some(conn) = self.conns.get_mut(&id) else { continue };
            let Some(session) = &conn.session else { continue };
            let waits = matches!(session.phase, Phase::WaitBgsaveStart | Phase::WaitBgsaveEnd { target: Target::Disk });
            if !self.ctx.caps.psync && !pings {
                // 2.6 keeps everybody alive at the ping's period, each in the way that its state allows.
                continue;
            }
            if !self.ctx.caps.psync && session.online() {
                let first = super::propagate::session_next(session.sent.0, conn.pipe.queued());
                conn.pipe.push_stream(first, Bytes::from_static(crate::repl::stream::ping(self.ctx.era)));
            }
            if waits {
                conn.pipe.write_through(Bytes::from_static(b"\n"), Payload::Newline.into(), &mut out.outputs);
            }
        }
        self.drop_silent(out);
        self.expire_backlog(out);
        self.start_delayed_bgsave(out);
        self.refresh_good(out);
    }

    pub(super) fn drop_silent(&mut self, out: &mut Outbox) {
        let now_s = self.ctx.cached_s();
        let timeout = self.ctx.conf.repl_timeout;
        for id in self.replicas.clone() {
            let Some(session) = self.conns.get(&id).and_then(|c| c.session.as_ref()) else { continue };
            let silent = session.online() && !session.pre_psync && now_s - session.ack_time_s > timeout;
            // From 6.0 on also one that takes nothing more of a diskless RDB.
            let stuck = self.ctx.caps.diskless_pipe && !session.payload.is_empty() && now_s - session.progress_s > timeout;
            if (!silent && !stuck) || self.ctx.bugs.has(Bug::MasterTimeout) {
                continue;
            }
            let name = self.name_of_id(id);
            self.log(Line::TimedOut { replica: &name, streaming: silent }, out);
            self.drop_conn(id, SessionEnd::Timeout, true, out);
        }
    }

    pub(super) fn expire_backlog(&mut self, out: &mut Outbox) {
        let ttl = self.ctx.conf.repl_backlog_ttl;
        if !self.replicas.is_empty() || ttl == 0 || !self.backlog.active() || (self.ctx.caps.psync2 && self.ctx.is_replica()) {
            return;
        }
        let idle = self.ctx.cached_s() - self.no_replicas_since_s;
        if idle > ttl {
            if self.ctx.caps.ttl_changes_id && !self.ctx.bugs.has(Bug::TtlKeepsId) {
                let fresh = self.ctx.draw_id();
                self.set_ids(fresh, ReplId::ZEROS, Offset::NONE, out);
            }
            self.backlog.free();
            self.log(Line::BacklogFreed { ttl_s: ttl }, out);
            self.note(Note::BacklogFreed { why: FreedWhy::Ttl }, out);
        }
    }
}
