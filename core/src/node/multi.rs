//! MULTI, EXEC, DISCARD: what is queued, and what of it the stream gets (docs/redis.md §4.3).

use super::conn::Transaction;
use super::parts::Op;
use super::{ConnId, Node, Outbox, Output};
use crate::command::{Flags, Reply};
use crate::planted::Bug;
use crate::time::Span;
use alloc::string::ToString;
use alloc::vec::Vec;
use bytes::Bytes;

/// Work of a command after which what was asked for before it would be late.
const LONG_WORK: Span = Span::from_millis(1);

/// How a transaction's effects travel while it runs.
#[derive(Default)]
pub(super) struct Running {
    /// MULTI is in the stream already.
    opened: bool,
    /// 7.0: effects kept until the end.
    kept: Vec<Op>,
}

impl Node {
    /// EXEC: runs what was queued.
    pub(super) fn exec(&mut self, id: ConnId, transaction: &Transaction, out: &mut Outbox) -> Reply {
        let broken = self.callers.watch_broken(id, &self.data, &self.ctx);
        self.callers.unwatch(id);
        if transaction.dirty {
            return Reply::Error("EXECABORT Transaction discarded because of previous errors.".to_string());
        }
        if broken {
            return Reply::NilArray;
        }
        // A key that was alive when EXEC began stays so to its end.
        self.exec_ms = self.ctx.caps.exec_holds_time.then(|| self.ctx.unix_ms());
        let mut running = Running::default();
        let mut replies = Vec::with_capacity(transaction.queued.len());
        let (mut asked, mut moments) = (out.outputs.len(), Vec::new());
        for words in &transaction.queued {
            let db = self.callers.db(id);
            let Some(spec) = crate::command::lookup(&words[0], self.ctx.era) else { continue };
            let flags = (spec.flags)(self.ctx.era);
            if !self.ctx.caps.multi_lazy && self.opens_multi(&words[0], flags) {
                self.open(&mut running, db, out);
            }
            let mut ops = Vec::new();
            let reply = self.run(id, spec, words, &mut ops, true, out);
            if out.outputs.len() > asked {
                asked = out.outputs.len();
                moments.push((asked, self.ctx.busy()));
            }
            if matches!(reply, Reply::None) {
                continue;
            }
            replies.push(reply);
            self.propagate_in(&mut running, ops, out);
        }
        self.exec_ms = None;
        let db = self.callers.db(id);
        self.finish(running, db, out);
        self.name_moments(&moments, out);
        Reply::Array(replies)
    }

    /// A command of a transaction that works for long lets those before it have their effects: so many effects, and the work until then.
    fn name_moments(&self, moments: &[(usize, Span)], out: &mut Outbox) {
        for (asked, span) in moments.iter().rev().filter(|(_, span)| self.ctx.busy() > *span + LONG_WORK) {
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
