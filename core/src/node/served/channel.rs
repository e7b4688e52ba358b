//! Replicas that get their RDB over a second connection (docs/redis.md §6A.3): which session is whose, and what the child's end means for both.

use super::Served;
use super::replicas::set_phase;
use super::sync::Synced;
use crate::node::ConnId;
use crate::node::api::{Label, Outbox};
use crate::node::callers::Conns;
use crate::node::conn::Conn;
use crate::node::ctx::Ctx;
use crate::node::lines::Channel as Line;
use crate::planted::Bug;
use crate::repl::Offset;
use crate::repl::master::{Phase, Session, Target};
use alloc::format;
use alloc::vec::Vec;
use bytes::Bytes;

impl Served {
    /// A replica that cannot go on where it stopped, and knows how to take its RDB over another connection, is told to open that one. Nothing is counted yet.
    pub(super) fn awaits_channel(&mut self, id: ConnId, conns: &mut Conns, ctx: &mut Ctx, out: &mut Outbox) -> Synced {
        let session = Session { phase: Phase::WaitRdbChannel, ack_time_s: ctx.cached_s(), ..Session::waiting(false) };
        self.join(id, session, conns, ctx, out);
        self.begins_history(ctx, out);
        let Some(conn) = conns.get_mut(&id) else { return Synced::Channel(true) };
        ctx.log(Line::Capable { replica: &conn.replica_name(ctx.caps.says_replica) }, out);
        let line = format!("+RDBCHANNELSYNC {}\r\n", conn.seq);
        let label = Label::reply(line.trim_end());
        Synced::Channel(conn.pipe.write_through(Bytes::from(line), label, &mut out.outputs))
    }
    /// The first connection of a second one, if it is still there.
    pub(in crate::node) fn main_of(&self, id: ConnId, conns: &Conns) -> Option<ConnId> {
        let seq = conns.get(&id)?.session.as_ref()?.main?;
        self.replicas.iter().copied().find(|other| conns.get(other).is_some_and(|conn| conn.seq == seq))
    }
    /// Whether a session is a second connection whose first one is there: then it is no replica of its own.
    pub(in crate::node) fn is_second(&self, conn: &Conn, conns: &Conns) -> bool {
        self.main_of(conn.pipe.id, conns).is_some()
    }
    /// Its replicas, two connections of one counted once, in INFO's order.
    pub(in crate::node) fn counted_replicas<'a>(&'a self, conns: &'a Conns) -> impl Iterator<Item = &'a Conn> + 'a {
        self.replicas.iter().filter_map(|id| conns.get(id)).filter(|conn| !self.is_second(conn, conns))
    }
    /// A child is about to write an RDB of this offset to a second connection: the stream flows over the first one from there on.
    pub(in crate::node) fn delivers(&mut self, id: ConnId, offset: Offset, conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) {
        let Some(main) = self.main_of(id, conns) else { return };
        let from = if ctx.bugs.has(Bug::BesideFromBefore) && offset >= self.backlog.first() { offset } else { offset + 1 };
        let cursor = self.backlog.attach(from);
        let Some(conn) = conns.get_mut(&main) else { return };
        ctx.log(Line::Delivers { replica: &conn.replica_name(ctx.caps.says_replica) }, out);
        if let Some(session) = conn.session.as_mut() {
            session.initial_offset = offset;
            session.sent = from - 1;
            session.cursor = Some(cursor);
        }
        set_phase(conn, Phase::BulkAndStream, ctx, out);
    }
    /// Whether the RDB of a session goes over a connection of its own.
    pub(super) fn over_channel(conn: &Conn) -> bool {
        conn.session.as_ref().is_some_and(|session| session.main.is_some())
    }
    /// Second connections that have taken nothing for `repl-timeout`: the child gives them up, and what it writes goes to the others. Whether any is left.
    pub(in crate::node) fn gives_up_stuck(&self, conns: &mut Conns, ctx: &Ctx) -> bool {
        let (now_s, timeout) = (ctx.cached_s(), ctx.conf.repl_timeout);
        let mut left = false;
        for id in &self.replicas {
            let Some(session) = conns.get_mut(id).and_then(|conn| conn.session.as_mut()) else { continue };
            if session.main.is_none() || !matches!(session.phase, Phase::WaitBgsaveEnd { target: Target::Sockets }) {
                continue;
            }
            if !session.payload.is_empty() && now_s - session.progress_s > timeout {
                session.payload.clear();
                session.given_up = true;
            }
            left |= !session.given_up;
        }
        left
    }
    /// Those of `ids` whose RDB goes over second connections.
    pub(in crate::node) fn over_channels(&self, ids: &[ConnId], conns: &Conns) -> bool {
        ids.first().and_then(|id| conns.get(id)).is_some_and(Self::over_channel)
    }
    /// Both connections of replicas whose child failed.
    pub(in crate::node) fn pair_of(&self, id: ConnId, conns: &Conns) -> Vec<ConnId> {
        [Some(id), self.main_of(id, conns)].into_iter().flatten().collect()
    }
}
