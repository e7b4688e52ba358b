//! Replicas that get their RDB over a second connection (docs/redis.md §6A.3): which session is whose, and what the child's end means for both.

use super::Served;
use super::replicas::set_phase;
use super::seat::Place;
use super::sync::Synced;
use crate::era::Channel as Kind;
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
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

impl Served {
    /// A replica that cannot go on where it stopped, and knows how to take its RDB over another connection, is told to open that one. Nothing is counted yet.
    pub(super) fn awaits_channel(&mut self, id: ConnId, conns: &mut Conns, ctx: &mut Ctx, out: &mut Outbox) -> Synced {
        let valkey = matches!(ctx.caps.channel, Kind::Valkey);
        if !valkey {
            let session = Session { phase: Phase::WaitRdbChannel, ack_time_s: ctx.cached_s(), ..Session::waiting(false) };
            self.join(id, session, conns, ctx, out);
            self.begins_history(ctx, out);
        }
        let Some(conn) = conns.get_mut(&id) else { return Synced::Channel(true) };
        ctx.log(Line::Capable { replica: &conn.replica_name(ctx.caps.says_replica) }, out);
        // With Valkey it stays an ordinary client.
        let line = if valkey { "+DUALCHANNELSYNC\r\n".to_string() } else { format!("+RDBCHANNELSYNC {}\r\n", conn.seq) };
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
    /// A child is about to write an RDB of this offset to a second connection: the stream flows over the first one from there on (Redis), or the place is held
    /// until the first one asks for it (Valkey).
    pub(in crate::node) fn delivers(&mut self, id: ConnId, offset: Offset, conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) {
        let Some(second) = conns.get(&id).filter(|conn| Self::over_channel(conn)) else { return };
        let (client, main) = (second.seq, self.main_of(id, conns));
        let name = conns.get(&main.unwrap_or(id)).map(|conn| conn.replica_name(ctx.caps.says_replica)).unwrap_or_default();
        let valkey = matches!(ctx.caps.channel, Kind::Valkey);
        if main.is_some() || valkey {
            ctx.log(Line::Delivers { replica: &name, offset, client }, out);
        }
        let from = if ctx.bugs.has(Bug::BesideFromBefore) && offset >= self.backlog.first() { offset } else { offset + 1 };
        if valkey {
            let cursor = self.backlog.attach(from);
            self.places.push(Place { client, cursor, until_s: None });
            return;
        }
        let Some(main) = main else { return };
        let cursor = self.backlog.attach(from);
        let Some(conn) = conns.get_mut(&main) else { return };
        if let Some(session) = conn.session.as_mut() {
            session.initial_offset = offset;
            session.sent = from - 1;
            session.cursor = Some(cursor);
        }
        set_phase(conn, Phase::BulkAndStream, ctx, out);
    }
    /// What a second connection is told before its RDB: where that stands in the stream.
    pub(super) fn origin_line(&self, conn: &Conn, offset: Offset, ctx: &Ctx) -> String {
        if !(Self::over_channel(conn) && matches!(ctx.caps.channel, Kind::Valkey)) {
            return format!("+FULLRESYNC {} {offset}\r\n", self.replid);
        }
        let none = if ctx.caps.channel_names_no_db { -1 } else { 0 };
        let db = self.writer.selected.map_or(none, |db| i64::try_from(db).unwrap_or(0));
        format!("$ENDOFF:{offset} {} {db} {}\r\n", self.replid, conn.seq)
    }

    // ---- places of snapshots that are held (Valkey)

    /// `replicas_waiting_psync`: second connections whose first one has not asked for its place yet.
    pub(in crate::node) fn waiting_psync(&self) -> usize {
        self.places.len()
    }
    /// Whether the place of this client's snapshot is held.
    pub(in crate::node) fn holds_place_of(&self, client: u64) -> bool {
        self.places.iter().any(|place| place.client == client)
    }
    /// The first connection went on from its place: that is held no longer.
    pub(super) fn took_place_of(&mut self, client: u64) {
        if let Some(at) = self.places.iter().position(|place| place.client == client) {
            let place = self.places.remove(at);
            self.backlog.detach(place.cursor);
        }
    }
    /// A second connection is gone: the first one has some time to come for its place.
    pub(super) fn second_left(&mut self, client: u64, ctx: &Ctx) {
        let until_s = ctx.cached_s() + ctx.caps.channel_grace_s;
        for place in self.places.iter_mut().filter(|place| place.client == client) {
            place.until_s = Some(until_s);
        }
    }
    /// No place is held any more: the stream becomes another one.
    pub(super) fn release_places(&mut self) {
        for place in core::mem::take(&mut self.places) {
            self.backlog.detach(place.cursor);
        }
    }
    /// Whoever did not come in time has no place any more.
    pub(in crate::node) fn expire_places(&mut self, ctx: &Ctx, out: &mut Outbox) {
        let now_s = ctx.cached_s();
        let over: Vec<u64> =
            self.places.iter().filter(|place| place.until_s.is_some_and(|until_s| now_s > until_s)).map(|place| place.client).collect();
        for client in over {
            ctx.log(Line::GraceOver { seconds: ctx.caps.channel_grace_s, client }, out);
            self.took_place_of(client);
        }
    }

    /// Whether the RDB of a session goes over a connection of its own.
    pub(super) fn over_channel(conn: &Conn) -> bool {
        conn.session.as_ref().is_some_and(|session| session.second)
    }
    /// Second connections that have taken nothing for `repl-timeout`: the child gives them up, and what it writes goes to the others. Whether any is left.
    pub(in crate::node) fn gives_up_stuck(&self, conns: &mut Conns, ctx: &Ctx) -> bool {
        let (now_s, timeout) = (ctx.cached_s(), ctx.conf.repl_timeout);
        let mut left = false;
        for id in &self.replicas {
            let Some(session) = conns.get_mut(id).and_then(|conn| conn.session.as_mut()) else { continue };
            if !session.second || !matches!(session.phase, Phase::WaitBgsaveEnd { target: Target::Sockets }) {
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
