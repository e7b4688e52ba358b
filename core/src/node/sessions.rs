//! A replica at its master, from its first phase to its end, as far as the rest of the server is concerned: what `served` says of it leads to closes,
//! to children that go, to a BGSAVE that starts (docs/redis.md §2, §5).

use super::conn::Conn;
use super::lines::Sessions as Line;
use super::served::{Transfer, short_name, waits_for_file};
use super::{ConnId, Node, Outbox};
use crate::fact::SessionEnd;
use crate::note::Note;
use crate::repl::master::Session;

impl Node {
    /// A replica that wanted nothing but the RDB has it: it is closed.
    pub(super) fn leaves_with_rdb(&mut self, id: ConnId, out: &mut Outbox) -> bool {
        let leaves = self.served.wanted_rdb_only(id, self.callers.conns_mut(), &self.ctx, out);
        if leaves {
            self.drop_conn(id, SessionEnd::RdbOnly, true, out);
        }
        leaves
    }

    /// Sends what the room allows of an RDB: from the file, or what the child handed over.
    pub(super) fn flush_transfer(&mut self, id: ConnId, out: &mut Outbox) {
        let now_s = self.ctx.cached_s();
        let Some(conn) = self.callers.get_mut(id) else { return };
        if self.served.send_rdb(conn, now_s, out) == Transfer::Goes || self.leaves_with_rdb(id, out) {
            return;
        }
        self.goes_online(id, out);
        self.flush_conn(id, out);
    }
    /// ONLINE, and the stream flows.
    pub(super) fn goes_online(&mut self, id: ConnId, out: &mut Outbox) {
        self.served.goes_online(id, false, self.callers.conns_mut(), &self.ctx, out);
        self.log(Line::Synchronized { replica: &self.session_name(id) }, out);
    }

    pub(super) fn ack_heard(&mut self, id: ConnId, offset: i64, out: &mut Outbox) {
        let Some(awaits_child) = self.served.acked(id, offset, self.callers.conns_mut(), self.ctx.cached_s()) else { return };
        if self.served.acked_beside(id, self.callers.conns()) {
            self.goes_online(id, out);
        }
        if awaits_child && self.ctx.caps.diskless_pipe {
            // From 6.0 on the parent looks for its child at once.
            self.reap_child(out);
        }
        let Some(session) = self.callers.get(id).and_then(|c| c.session.as_ref()) else { return };
        if session.online() && !session.flows() {
            if self.leaves_with_rdb(id, out) {
                return;
            }
            self.served.flows(id, self.callers.conns_mut(), &self.ctx, out);
        }
        if out.want_flow {
            let replica = self.callers.get(id).map(|conn| short_name(conn, &self.ctx).text()).unwrap_or_default();
            self.note(Note::AckHeard { replica, offset }, out);
        }
    }

    /// A replica's conn is gone.
    pub(super) fn session_gone(&mut self, conn: &Conn, session: &Session, why: SessionEnd, out: &mut Outbox) {
        self.served.left(conn, session, why, self.callers.conns(), &self.ctx, out);
        // Unless save points want its file, a child that writes it for nobody goes.
        let file = waits_for_file(session) && self.ctx.caps.diskless_pipe && self.ctx.conf.save.is_empty();
        if file && !self.served.some_wait_for_file(self.callers.conns()) {
            self.saving.nobody_waits(out);
        }
    }

    /// Drops every replica of this server: its stream is about to become another one.
    pub(super) fn drop_replicas(&mut self, out: &mut Outbox) {
        for id in self.served.replicas().to_vec() {
            self.drop_conn(id, SessionEnd::Closed, true, out);
        }
    }

    /// PING, newlines, timeouts, the backlog's time to live, a delayed BGSAVE, good replicas: docs/redis.md §5, steps 6 to 13. `seconds`: crons so far.
    pub(super) fn cron_for_replicas(&mut self, seconds: u64, out: &mut Outbox) {
        let quiet = self.failover_stops_pings();
        self.served.keep_alive(seconds, quiet, self.callers.conns_mut(), &self.ctx, out);
        for id in self.served.replicas().to_vec() {
            if self.served.silent(id, self.callers.conns(), &self.ctx, out) {
                self.drop_conn(id, SessionEnd::Timeout, true, out);
            }
        }
        if !self.served.gives_up_stuck(self.callers.conns_mut(), &self.ctx) {
            self.saving.nobody_takes(out);
        }
        self.served.expire_places(&self.ctx, out);
        self.served.expire_backlog(&mut self.ctx, out);
        self.start_delayed_bgsave(out);
        self.served.count_good(self.callers.conns(), &self.ctx, out);
    }
}
