//! MULTI, EXEC, DISCARD: what is queued, and what of it the stream gets (docs/redis.md §4.3).

use super::conn::Transaction;
use super::execution::{Execution, Running, Suspended};
use super::parts::Op;
use super::{ConnId, Node, Outbox, Output, State};
use crate::command::{Flags, Reply, ServerCmd};
use crate::planted::Bug;
use crate::time::Span;
use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;
use bytes::Bytes;

/// Work of a command after which what was asked for before it would be late.
const LONG_WORK: Span = Span::from_millis(1);

impl Node {
    /// EXEC: runs what was queued.
    pub(super) fn exec(&mut self, id: ConnId, words: &[Bytes], transaction: Transaction, out: &mut Outbox) -> Reply {
        let broken = self.callers.watch_broken(id, &self.data, &self.ctx);
        self.callers.unwatch(id);
        if transaction.dirty {
            return Reply::Error("EXECABORT Transaction discarded because of previous errors.".to_string());
        }
        if broken {
            return Reply::NilArray;
        }
        let writes = |words: &Vec<Bytes>| self.lookup(&words[0]).is_some_and(|spec| (spec.flags)(self.ctx.era).write);
        let asks = self.ctx.caps.exec_refuses_replica && self.ctx.is_replica() && self.ctx.conf.replica_read_only && self.loading.is_none();
        if asks && transaction.queued.iter().any(writes) {
            return Reply::error("ERR Transaction contains write commands but instance is now a read-only slave. EXEC aborted.");
        }
        // A key that was alive when EXEC began stays so to its end.
        self.exec_ms = self.ctx.caps.exec_holds_time.then(|| self.ctx.unix_ms());
        let replies = Vec::with_capacity(transaction.queued.len());
        let queued = transaction.queued.into_iter();
        self.go_on_with(id, Execution { words: words.to_vec(), queued, running: Running::default(), replies, since: self.ctx.time() }, out)
    }

    /// Runs what is left of a transaction. No reply: one of its commands waits, or the process has ended.
    fn go_on_with(&mut self, id: ConnId, mut execution: Execution, out: &mut Outbox) -> Reply {
        let (mut asked, mut moments) = (out.outputs.len(), Vec::new());
        while let Some(words) = execution.queued.next() {
            let (db, since) = (self.callers.db(id), self.ctx.time());
            let Some(spec) = crate::command::lookup(&words[0], self.ctx.era) else { continue };
            let flags = (spec.flags)(self.ctx.era);
            if !self.ctx.caps.multi_lazy && self.opens_multi(&words[0], flags) {
                self.open(&mut execution.running, db, out);
            }
            let mut ops = Vec::new();
            let reply = self.run(id, spec, &words, &mut ops, true, out);
            if out.outputs.len() > asked {
                asked = out.outputs.len();
                moments.push((asked, self.ctx.busy()));
            }
            if !self.up || self.callers.stands(id) {
                self.name_moments(&moments, out);
                let file = if self.loading.is_none() { self.saving.by_hand() } else { None };
                self.suspended = Some(Box::new(Suspended { conn: id, execution, at: (spec, words), since, file, gone: None }));
                return Reply::None;
            }
            if matches!(reply, Reply::None) {
                continue;
            }
            execution.replies.push(reply);
            self.propagate_in(&mut execution.running, ops, out);
        }
        self.exec_ms = None;
        let db = self.callers.db(id);
        self.finish(execution.running, db, out);
        self.name_moments(&moments, out);
        Reply::Array(execution.replies)
    }
    /// The command of a transaction that waited is answered: the rest runs. Whether there is such a transaction.
    pub(super) fn transaction_goes_on(&mut self, id: ConnId, reply: &Reply, out: &mut Outbox) -> bool {
        let Some(suspended) = self.suspended.take_if(|suspended| suspended.conn == id) else { return false };
        let Suspended { mut execution, at: (spec, words), since, gone, .. } = *suspended;
        self.callers.set_state(id, State::Serving);
        self.has_run(id, spec, &words, self.ctx.time().since(since).as_micros(), reply);
        execution.replies.push(reply.clone());
        let (words, since) = (execution.words.clone(), execution.since);
        let reply = self.go_on_with(id, execution, out);
        if let Some(again) = &mut self.suspended {
            again.gone = gone;
            return true;
        }
        if let Some(spec) = self.lookup(&words[0]) {
            self.has_run(id, spec, &words, self.ctx.time().since(since).as_micros(), &reply);
        }
        self.callers.wrote(id, self.served.offset().0);
        if let Some((why, ours)) = gone {
            self.drop_conn(id, why, ours, out);
        } else {
            self.callers.reply(id, &reply, ServerCmd::Exec.into());
        }
        self.show_own(id);
        self.look_at_outputs(out);
        self.serve_ready(out);
        self.look_at_outputs(out);
        self.serve(id, out);
        true
    }
    /// Whether a transaction of this conn waits.
    pub(super) fn suspends(&self, id: ConnId) -> bool {
        self.suspended.as_ref().is_some_and(|suspended| suspended.conn == id)
    }
    /// Whether the process stands in a command of a transaction: DEBUG RELOAD, SAVE or SHUTDOWN. Up to 6.2 its stream has the MULTI, and not yet the EXEC.
    #[must_use]
    pub const fn stands_in_a_transaction(&self) -> bool {
        self.suspended.is_some()
    }
    /// Whether the process stands in the write of a file that a transaction waits for.
    pub(super) fn stands_in_a_write(&self) -> bool {
        self.suspended.as_ref().is_some_and(|suspended| suspended.file.is_some())
    }

    /// A command that works for long lets those before it have their effects, in a transaction or in one read: so many effects, and the work until then.
    pub(super) fn name_moments(&self, moments: &[(usize, Span)], out: &mut Outbox) {
        if self.ctx.bugs.has(Bug::SleepHoldsAll) {
            return;
        }
        for (asked, span) in moments.iter().rev().filter(|(asked, span)| *asked > 0 && self.ctx.busy() > *span + LONG_WORK) {
            out.outputs.insert(*asked, Output::Worked { span: *span });
        }
    }

    /// Up to 6.0 MULTI is emitted before the first command that lacks the read-only flag, whether it changes anything or not; from 3.2 on administrative
    /// ones are left out.
    fn opens_multi(&self, name: &[u8], flags: Flags) -> bool {
        if self.ctx.caps.multi_wraps_admin && [&b"debug"[..], b"slaveof", b"role"].iter().any(|n| name.eq_ignore_ascii_case(n)) {
            return true;
        }
        let neutral = [&b"ping"[..], b"echo", b"select", b"publish"].iter().any(|n| name.eq_ignore_ascii_case(n));
        if neutral {
            return self.ctx.caps.multi_wraps_reads;
        }
        flags.write
    }

    fn open(&mut self, running: &mut Running, db: usize, out: &mut Outbox) {
        if !running.opened {
            running.opened = true;
            if self.ctx.bugs.has(Bug::MultiForgotten) {
                return;
            }
            self.feed(db, &[Bytes::from_static(b"MULTI")], out);
        }
    }

    fn propagate_in(&mut self, running: &mut Running, ops: Vec<Op>, out: &mut Outbox) {
        if self.ctx.caps.transaction_minimal {
            running.kept.extend(ops);
            return;
        }
        for (db, words) in ops {
            // Up to 3.0 PUBLISH carries the read-only flag: it travels bare unless a write opened the transaction before.
            let bare = words.first().is_some_and(|w| w.eq_ignore_ascii_case(b"publish")) && self.ctx.caps.publish_is_a_read;
            if !bare {
                self.open(running, db, out);
            }
            self.feed(db, &words, out);
        }
    }

    fn finish(&mut self, running: Running, db: usize, out: &mut Outbox) {
        if self.ctx.caps.transaction_minimal {
            self.propagate(running.kept, out);
        } else if running.opened {
            if self.ctx.bugs.has(Bug::ExecTwice) {
                self.feed(db, &[Bytes::from_static(b"EXEC")], out);
            }
            self.feed(db, &[Bytes::from_static(b"EXEC")], out);
        }
    }
}
