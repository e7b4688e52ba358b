//! The end of a turn of the event loop: what Redis does before it sleeps.

use super::{ConnId, Node, Outbox};

impl Node {
    /// What Redis does before its event loop sleeps: GETACK and waiters, asynchronous closes, writes.
    pub(super) fn before_sleep(&mut self, out: &mut Outbox) {
        if self.loading.is_none() {
            self.end_late_waits(out);
        }
        if !self.withholds_getack() {
            self.served.getack(self.callers.conns_mut(), &self.ctx, out);
        }
        self.wake_waiters(out);
        self.go_on(out);
        self.advance_failover(out);
        self.shutdown_due(out);
        if !self.up {
            return;
        }
        self.look_at_outputs(out);
        // Usually nobody is doomed: one look at each conn then finds who has something to send.
        let (mut waiting, doomed) = self.callers.gather(|conn| self.served.may_send(conn));
        if doomed {
            for (conn, why) in self.callers.doomed(false) {
                self.drop_conn(conn, why, true, out);
            }
            self.callers.sent(waiting);
            (waiting, _) = self.callers.gather(|conn| self.served.may_send(conn));
        }
        if let Some(pipe) = self.upstream_pipe() {
            pipe.flush(&mut out.outputs);
        }
        if let Some(pipe) = self.followed.rdb_pipe_mut() {
            pipe.flush(&mut out.outputs);
        }
        for conn in waiting.drain(..) {
            self.flush_conn(conn, out);
        }
        self.callers.sent(waiting);
        self.served.before_sleep();
    }

    /// The kernel takes more of one conn: what waits for that goes out, and nothing else has changed.
    pub(super) fn room(&mut self, conn: ConnId, bytes: u64, out: &mut Outbox) {
        let blocked = self.flushing();
        if let Some(pipe) = self.upstream_pipe()
            && pipe.id == conn
        {
            pipe.room = pipe.room.saturating_add(bytes);
            if !blocked {
                pipe.flush(&mut out.outputs);
            }
        } else if let Some(pipe) = self.followed.rdb_pipe_mut().filter(|pipe| pipe.id == conn) {
            pipe.room = pipe.room.saturating_add(bytes);
            if !blocked {
                pipe.flush(&mut out.outputs);
            }
        } else if let Some(c) = self.callers.get_mut(conn) {
            c.pipe.room = c.pipe.room.saturating_add(bytes);
            if !blocked && self.served.may_send(c) {
                self.flush_conn(conn, out);
                self.served.before_sleep();
            }
        }
    }
}
