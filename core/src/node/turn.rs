//! The end of a turn of the event loop: what Redis does before it sleeps.

use super::conn::{Conn, State};
use super::{ConnId, Node, Outbox};
use crate::fact::SessionEnd;
use alloc::vec::Vec;

impl Node {
    /// What Redis does before its event loop sleeps: GETACK and waiters, asynchronous closes, writes.
    pub(super) fn before_sleep(&mut self, out: &mut Outbox) {
        if !self.withholds_getack() {
            self.served.getack(&mut self.conns, &self.ctx, out);
        }
        self.wake_waiters(out);
        self.advance_failover(out);
        self.shutdown_due(out);
        if !self.up {
            return;
        }
        // Usually nobody is doomed: one look at each conn then finds who has something to send.
        let mut waiting = core::mem::take(&mut self.waiting);
        let doomed = self.conns.values().any(|c| {
            if self.may_send(c) {
                waiting.push(c.pipe.id);
            }
            matches!(c.state, State::Doomed { at_cron: false, .. })
        });
        if doomed {
            let doomed: Vec<(ConnId, SessionEnd)> = self
                .conns
                .values()
                .filter_map(|c| if let State::Doomed { at_cron: false, why } = c.state { Some((c.pipe.id, why)) } else { None })
                .collect();
            for (conn, why) in doomed {
                self.drop_conn(conn, why, true, out);
            }
            waiting.clear();
            waiting.extend(self.conns.values().filter(|c| self.may_send(c)).map(|c| c.pipe.id));
        }
        if let Some(pipe) = self.upstream_pipe() {
            pipe.flush(&mut out.outputs);
        }
        for conn in waiting.drain(..) {
            self.flush_conn(conn, out);
        }
        self.waiting = waiting;
        self.served.before_sleep();
    }

    /// Whether a conn has something to send, and room for it, or is to be closed once it has nothing.
    pub(super) fn may_send(&self, conn: &Conn) -> bool {
        if matches!(conn.state, State::Closing) {
            return true;
        }
        conn.pipe.room > 0 && (conn.pipe.queued() > 0 || conn.session.as_ref().is_some_and(|s| s.transfers() || self.served.has_for(s)))
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
        } else if let Some(c) = self.conns.get_mut(&conn) {
            c.pipe.room = c.pipe.room.saturating_add(bytes);
            if !blocked && self.may_send(&self.conns[&conn]) {
                self.flush_conn(conn, out);
                self.served.before_sleep();
            }
        }
    }
}
