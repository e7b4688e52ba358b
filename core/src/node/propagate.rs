//! Propagation: what commands do goes into the stream that `served` keeps (docs/redis.md §4.1), and from there to the replicas.

use super::parts::Op;
use super::{ConnId, Node, Outbox, State};
use crate::command::Effect;
use crate::fact::SessionEnd;
use crate::planted::Bug;
use alloc::vec::Vec;
use bytes::Bytes;

impl Node {
    /// Whether anything is fed at all.
    pub(super) fn feeds(&self) -> bool {
        self.served.feeds(&self.ctx)
    }

    /// A command ran: whether data changed is what save points and a rewrite of the append-only file count.
    pub(super) fn changed(&mut self, db: usize, words: &[Bytes], effect: &Effect) {
        if !matches!(effect, Effect::None) {
            self.saving.changed(db, words);
        }
    }

    /// Feeds one command of database `db`, with the SELECT it may need.
    pub(super) fn feed(&mut self, db: usize, words: &[Bytes], out: &mut Outbox) {
        self.served.feed(db, words, self.callers.conns_mut(), &self.ctx, out);
    }
    /// Feeds one command of database `db` whose bytes are there already, written as the stream writes them. `alone`: in memory that holds little else.
    pub(super) fn feed_as_it_came(&mut self, db: usize, words: &[Bytes], raw: Bytes, alone: bool, out: &mut Outbox) {
        self.served.feed_raw_command(db, words, (raw, alone), self.callers.conns_mut(), &self.ctx, out);
    }

    /// The effects of one command outside a transaction.
    pub(super) fn propagate(&mut self, ops: Vec<Op>, out: &mut Outbox) {
        let wrap = self.ctx.caps.multi_lazy && ops.len() > 1 && !ops[0].1.first().is_some_and(|w| w.eq_ignore_ascii_case(b"multi"));
        let (first_db, last_db) = match (ops.first(), ops.last()) {
            (Some(first), Some(last)) => (first.0, last.0),
            _ => return,
        };
        if wrap && !self.ctx.bugs.has(Bug::MultiForgotten) {
            if self.ctx.caps.select_within_multi {
                self.served.feed_multi(self.callers.conns_mut(), &self.ctx, out);
            } else {
                self.feed(first_db, &[Bytes::from_static(b"MULTI")], out);
            }
        }
        for (db, words) in ops {
            self.feed(db, &words, out);
        }
        if wrap && self.ctx.bugs.has(Bug::ExecTwice) {
            self.feed(last_db, &[Bytes::from_static(b"EXEC")], out);
        }
        if wrap {
            self.feed(last_db, &[Bytes::from_static(b"EXEC")], out);
        }
    }

    /// Sends what a conn's room allows: replies, the RDB, the stream.
    pub(super) fn flush_conn(&mut self, id: ConnId, out: &mut Outbox) {
        let Some(conn) = self.callers.get_mut(id) else { return };
        if matches!(conn.state, State::Doomed { .. }) && !self.ctx.caps.doomed_still_gets {
            return;
        }
        let Some(session) = conn.session.as_ref() else {
            conn.pipe.flush(&mut out.outputs);
            if matches!(conn.state, State::Closing) && conn.pipe.queued() == 0 {
                self.drop_conn(id, SessionEnd::Closed, true, out);
            }
            return;
        };
        if session.flows() {
            self.served.send(conn, out);
        } else {
            self.flush_transfer(id, out);
        }
    }
}
