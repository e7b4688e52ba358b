//! Serving callers that wait for keys, once somebody wrote them. Who waits for what, `callers` knows.

use super::parts::Op;
use super::places::Place;
use super::{ConnId, Node, Outbox};
use crate::command::{self, Run};
use crate::planted::Bug;
use alloc::vec::Vec;

impl Node {
    /// Serves who waits for keys that were written: in the order of the keys, at each key in the order of arrival. What that writes may serve others.
    /// What each caller gets travels by itself, in one batch with what expired on the way from 7.0 on.
    pub(super) fn serve_ready(&mut self, out: &mut Outbox) {
        if self.suspended.is_some() {
            // The data are on their way, or a transaction is not at its end.
            return;
        }
        while self.callers.has_ready() {
            for place in self.callers.take_ready() {
                self.meet(&place, out);
                for id in self.callers.waiting_for(&place) {
                    let ops = self.serve_waiting(id, &place, out);
                    if self.ctx.caps.transaction_minimal {
                        self.propagate(ops, out);
                        continue;
                    }
                    for op in ops {
                        self.propagate(Vec::from([op]), out);
                    }
                }
            }
        }
    }
    /// Whoever serves a key looks at it first: if its time has passed meanwhile it goes, as with any other look at it.
    fn meet(&mut self, (db, key): &Place, out: &mut Outbox) {
        let outcome = self.run_data(command::look, *db, core::slice::from_ref(key), super::gate::Whom::Woken);
        for (db, key) in &outcome.expired {
            self.note_expired(key, out);
            if !self.ctx.bugs.has(Bug::WaitingExpiryUntold) {
                self.feed(*db, &crate::command::deletion(self.ctx.conf.lazyfree_lazy_expire, key), out);
            }
        }
    }
    fn serve_waiting(&mut self, id: ConnId, (db, key): &Place, out: &mut Outbox) -> Vec<Op> {
        let (db, mut ops) = (*db, Vec::new());
        let Some(block) = self.callers.waits_for_keys(id) else { return ops };
        if self.data.get(db, key).is_none_or(|value| value.type_of() != block.kind) {
            return ops;
        }
        let words = block.with_key(key);
        let Some(Run::Data(run)) = command::lookup(&words[0], self.ctx.era).map(|spec| spec.run) else { return ops };
        let outcome = self.run_data(run, db, &words, super::gate::Whom::Woken);
        super::gate::collect(db, &words, &outcome, self.ctx.conf.lazyfree_lazy_expire, &mut ops);
        for (_, key) in &outcome.expired {
            self.note_expired(key, out);
        }
        if outcome.block.is_some() {
            return ops;
        }
        self.changed(db, &words, &outcome.effect);
        self.callers.end_wait(id, &outcome.reply);
        self.callers.wrote(id, self.served.offset().0);
        ops
    }
}
