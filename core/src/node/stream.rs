//! Applying the master's stream, and passing it on (docs/redis.md §4.4).

use super::followed::Applies;
use super::parts::Op;
use super::{Node, Outbox};
use crate::command::{self, Run, ServerCmd};
use crate::note::Note;
use crate::planted::Bug;
use crate::resp::Request;
use alloc::vec::Vec;
use bytes::Bytes;

impl Node {
    /// One read of the live link.
    pub(super) fn stream_received(&mut self, bytes: Bytes, out: &mut Outbox) {
        self.followed.read_stream(bytes, &self.ctx);
        loop {
            match self.followed.next_of_stream(&self.ctx, out) {
                Ok(Some(request)) => {
                    let spare = self.apply(request, out);
                    if let Some(piece) = self.followed.ran(spare, &self.ctx) {
                        self.pass_on_applied(piece, out);
                    }
                    self.serve_ready(out);
                }
                Ok(None) => return,
                Err(_) => return self.end_link(None, false, true, out),
            }
        }
    }

    /// 4.0+: the same bytes go to the own backlog and replicas.
    fn pass_on_applied(&mut self, piece: Bytes, out: &mut Outbox) {
        if self.ctx.bugs.has(Bug::ChainReencodes) && piece.eq_ignore_ascii_case(b"*1\r\n$4\r\nPING\r\n") {
            return;
        }
        // Everything that came on this conn stands in the backlog, piece by piece.
        self.served.append(piece, true, self.callers.conns_mut(), &self.ctx, out);
    }

    /// Gives the words back, unless they are kept for EXEC.
    fn apply(&mut self, request: Request, out: &mut Outbox) -> Option<Vec<Bytes>> {
        match self.followed.admits(&request) {
            Applies::Now => {
                self.alone = request.alone;
                let ops = self.apply_one(&request.args, out);
                self.alone = false;
                self.pass_on(ops, out);
                return Some(request.args);
            }
            Applies::Later => self.followed.keep(request),
            Applies::All(queued) => self.apply_transaction(queued, out),
            Applies::Nothing => {}
        }
        None
    }

    fn apply_transaction(&mut self, queued: Vec<Request>, out: &mut Outbox) {
        let mut all = Vec::new();
        for request in queued {
            all.extend(self.apply_one(&request.args, out));
        }
        let Some((db, last)) = all.first().map(|o| o.0).zip(all.last().map(|o| o.0)) else { return };
        let mut ops: Vec<Op> = Vec::from([(db, Vec::from([Bytes::from_static(b"MULTI")]))]);
        ops.extend(all);
        ops.push((last, Vec::from([Bytes::from_static(b"EXEC")])));
        self.pass_on(ops, out);
    }

    /// 2.8–3.2: what was executed is propagated anew, in this server's own numbering.
    fn pass_on(&mut self, ops: Vec<Op>, out: &mut Outbox) {
        if !self.ctx.caps.psync2 {
            for (db, words) in ops {
                self.feed(db, &words, out);
            }
        }
    }

    /// Runs one command of the stream. Replies go nowhere. Gives what a replica of 2.8–3.2 propagates itself.
    fn apply_one(&mut self, words: &[Bytes], out: &mut Outbox) -> Vec<Op> {
        self.commands += 1;
        self.ctx.spend(self.ctx.settings.costs.command);
        let mut ops = Vec::new();
        let Some(spec) = self.lookup(&words[0]) else { return ops };
        let arity = spec.arity(self.ctx.era);
        let count = i32::try_from(words.len()).unwrap_or(i32::MAX);
        if (arity > 0 && count != arity) || (arity < 0 && count < -arity) {
            return ops;
        }
        let Some(db) = self.followed.link().map(|link| link.db) else { return ops };
        match spec.run {
            Run::Data(run) => {
                let outcome = self.run_data(run, db, words, super::gate::Whom::Master);
                if !self.ctx.caps.psync2 {
                    super::gate::collect(db, words, &outcome, &mut ops);
                }
                self.changed(db, words, &outcome.effect);
            }
            Run::Server(ServerCmd::Select) => {
                if let Ok(db) = self.database(&words[1]) {
                    self.followed.select(db);
                }
            }
            Run::Server(ServerCmd::ReplConf) => {
                if words.len() == 3 && words[1].eq_ignore_ascii_case(b"getack") {
                    self.followed.send_ack(&self.ctx, out);
                }
            }
            Run::Server(ServerCmd::Publish) => {
                self.publish_replicated(words);
                ops.push((db, words.to_vec()));
            }
            Run::Server(_) => {}
        }
        if out.want_flow {
            let offset = self.followed.parsed().map_or(0, |offset| offset.0);
            self.note(Note::Applied { text: command::short_text(words), offset }, out);
        }
        ops
    }
}
