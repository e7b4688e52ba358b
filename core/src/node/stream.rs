//! Applying the master's stream, counting it, and passing it on (docs/redis.md §4.4).

use super::lines::Upstream as Line;
use super::parts::Op;
use super::upstream::{Upstream, UpstreamState};
use super::{Node, Outbox};
use crate::command::{self, Run, ServerCmd};
use crate::note::Note;
use crate::planted::Bug;
use crate::repl::replica::Link;
use crate::resp::Request;
use alloc::vec::Vec;
use bytes::Bytes;

impl Node {
    const fn link_mut(&mut self) -> Option<&mut Link> {
        match &mut self.upstream {
            Some(Upstream { state: UpstreamState::Connected { link, .. }, .. }) => Some(link),
            _ => None,
        }
    }

    /// One read of the live link.
    pub(super) fn stream_received(&mut self, bytes: Bytes, out: &mut Outbox) {
        let now_s = self.ctx.cached_s();
        let counts_applied = self.ctx.caps.reploff_counts_applied;
        if let Some(Upstream { state: UpstreamState::Connected { link, active_s, .. }, .. }) = &mut self.upstream {
            *active_s = now_s;
            link.read += bytes.len() as i64;
            if counts_applied {
                link.unforwarded.push(bytes.clone());
            } else {
                link.offset = link.read;
            }
            link.parser.take_in(bytes);
        }
        loop {
            let Some(link) = self.link_mut() else { return };
            match link.parser.next() {
                Ok(Some(request)) => {
                    if request.inline && !request.args.is_empty() && self.ctx.caps.refuses_inline_master {
                        self.log(Line::InlineFromMaster, out);
                        self.end_link(None, false, true, out);
                        return;
                    }
                    let spare = self.apply(request, out);
                    self.count_applied(out);
                    if let (Some(words), Some(link)) = (spare, self.link_mut()) {
                        link.parser.recycle(words);
                    }
                    self.serve_ready(out);
                }
                Ok(None) => return,
                Err(_) => {
                    self.end_link(None, false, true, out);
                    return;
                }
            }
        }
    }

    /// 4.0+: the offset is that of the last command applied whole, outside MULTI; the same bytes go to the own backlog and replicas.
    fn count_applied(&mut self, out: &mut Outbox) {
        if !self.ctx.caps.reploff_counts_applied {
            return;
        }
        let Some(link) = self.link_mut() else { return };
        if link.multi.is_some() {
            return;
        }
        let applied = link.read - link.parser.pending_len() as i64;
        let mut left = usize::try_from(applied.bytes_since(link.offset)).unwrap_or(0);
        link.offset = applied;
        let mut whole = Vec::new();
        while left > 0 {
            let Some(link) = self.link_mut() else { return };
            let Some(front) = link.unforwarded.first_mut() else { return };
            let piece = if front.len() <= left { link.unforwarded.remove(0) } else { front.split_to(left) };
            left -= piece.len();
            if left > 0 || !whole.is_empty() {
                // What was applied together is passed on together.
                whole.extend_from_slice(&piece);
                if left > 0 {
                    continue;
                }
            }
            let piece = if whole.is_empty() { piece } else { Bytes::from(core::mem::take(&mut whole)) };
            if self.ctx.bugs.has(Bug::ChainReencodes) && piece.eq_ignore_ascii_case(b"*1\r\n$4\r\nPING\r\n") {
                continue;
            }
            // Everything that came on this conn stands in the backlog, piece by piece.
            self.served.append(piece, true, &mut self.conns, &self.ctx, out);
        }
    }

    /// Gives the words back, unless they are kept for EXEC.
    fn apply(&mut self, request: Request, out: &mut Outbox) -> Option<Vec<Bytes>> {
        let name = request.args.first()?;
        let is = |word: &str| name.eq_ignore_ascii_case(word.as_bytes());
        let (multi, exec, discard) = (is("multi"), is("exec"), is("discard"));
        let link = self.link_mut()?;
        if let Some(queued) = &mut link.multi {
            if exec {
                let queued = link.multi.take().unwrap_or_default();
                self.apply_transaction(queued, out);
            } else if discard {
                link.multi = None;
            } else {
                queued.push(request);
            }
            return None;
        }
        if multi {
            link.multi = Some(Vec::new());
            return None;
        }
        self.alone = request.alone;
        let ops = self.apply_one(&request.args, out);
        self.alone = false;
        self.pass_on(ops, out);
        Some(request.args)
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
        let Some(db) = self.link_mut().map(|l| l.db) else { return ops };
        match spec.run {
            Run::Data(run) => {
                let outcome = self.run_data(run, db, words, super::gate::Whom::Master);
                if !self.ctx.caps.psync2 {
                    super::gate::collect(db, words, &outcome, &mut ops);
                }
                self.changed(db, words, &outcome.effect);
            }
            Run::Server(ServerCmd::Select) => {
                if let Ok(db) = self.database(&words[1])
                    && let Some(link) = self.link_mut()
                {
                    link.db = db;
                }
            }
            Run::Server(ServerCmd::ReplConf) => {
                if words.len() == 3 && words[1].eq_ignore_ascii_case(b"getack") {
                    self.send_ack(out);
                }
            }
            Run::Server(ServerCmd::Publish) => ops.push((db, words.to_vec())),
            Run::Server(_) => {}
        }
        if out.want_flow {
            let offset = self.link_mut().map_or(0, |l| l.read.0 - l.parser.pending_len() as i64);
            self.note(Note::Applied { text: command::short_text(words), offset }, out);
        }
        ops
    }
}
