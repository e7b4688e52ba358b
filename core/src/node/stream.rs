//! Applying the master's stream, and passing it on (docs/redis.md §4.4).

use super::followed::Applies;
use super::lines::{Sessions, Upstream as Line};
use super::parts::Op;
use super::{Node, Outbox, Output, tally};
use crate::command::{self, Reply, Run, ServerCmd};
use crate::era::LinkErrors;
use crate::note::Note;
use crate::planted::Bug;
use crate::resp::{Request, cli};
use alloc::string::String;
use alloc::vec::Vec;
use bytes::Bytes;

/// The bytes of the backlog that are told with an error.
const LATEST: u64 = 256;

impl Node {
    /// One read of the live link.
    pub(super) fn stream_received(&mut self, bytes: Bytes, out: &mut Outbox) {
        self.followed.read_stream(bytes, &self.ctx);
        if !self.followed.holds() {
            self.stream_goes_on(out);
        }
    }
    /// Applies what was read, until nothing whole is left or a pause stops it: then it is read and counted, and no more.
    pub(super) fn stream_goes_on(&mut self, out: &mut Outbox) {
        loop {
            if self.stream_stops(None) {
                return;
            }
            match self.followed.next_of_stream(&self.ctx, out) {
                Ok(Some(request)) if self.stream_stops(request.args.first()) => {
                    if let Some(id) = self.upstream_conn() {
                        self.callers.postpone_stream(id);
                    }
                    return self.followed.hold(request);
                }
                Ok(Some(request)) if self.cannot_write(request.args.first(), out) => {
                    self.up = false;
                    return out.outputs.push(Output::Exit);
                }
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

    /// 7.0: what a replica that cannot save makes of a command of its master's. `true`: a write is the end of the process.
    fn cannot_write(&mut self, name: Option<&Bytes>, out: &mut Outbox) -> bool {
        /// The warning comes at most so often, ms.
        const EVERY_MS: i64 = 10_000;
        let Some(spec) = name.filter(|_| self.ctx.caps.misconf_on_replica && self.cannot_save()).and_then(|name| self.lookup(name)) else {
            return false;
        };
        let is_write = |spec: &command::Spec| (spec.flags)(self.ctx.era).write;
        let exec = matches!(spec.run, Run::Server(ServerCmd::Exec));
        let writes = is_write(spec) || (exec && self.followed.queued().filter_map(|name| self.lookup(name)).any(is_write));
        if writes && !self.ctx.conf.ignore_disk_write_errors {
            self.log(Line::CannotWrite, out);
            return true;
        }
        let now_ms = self.ctx.unix_ms();
        if (writes || matches!(spec.run, Run::Server(ServerCmd::Ping))) && now_ms > self.unwritten_told_ms + EVERY_MS {
            self.unwritten_told_ms = now_ms;
            self.log(Line::AppliesUnwritten, out);
        }
        false
    }
    /// Whether a pause stops the master's stream: before it is looked at (3.0–5.0; `name` is `None`), or at a command of this name.
    fn stream_stops(&self, name: Option<&Bytes>) -> bool {
        self.callers.paused()
            && !self.ctx.bugs.has(Bug::PauseLeavesStream)
            && self.callers.holds_stream(name, self.followed.queued(), &self.ctx)
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
                if self.drops_for_memory(core::slice::from_ref(&request), false, out) {
                    return Some(request.args);
                }
                self.alone = request.alone;
                let ops = self.apply_one(&request.args, false, out);
                self.alone = false;
                self.pass_on(ops, out);
                return Some(request.args);
            }
            Applies::Later => self.followed.keep(request),
            Applies::All(queued) if self.drops_for_memory(&queued, true, out) => {}
            Applies::All(queued) => self.apply_transaction(queued, out),
            Applies::Nothing if self.followed.in_multi() => self.count("multi", 0, &Reply::None),
            Applies::Nothing => {}
        }
        None
    }

    fn apply_transaction(&mut self, queued: Vec<Request>, out: &mut Outbox) {
        let mut all = Vec::new();
        for request in queued {
            all.extend(self.apply_one(&request.args, true, out));
        }
        self.count("exec", 0, &Reply::None);
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

    /// Runs one command of the stream, `in_exec` as part of a transaction. Replies go nowhere. Gives what a replica of 2.8–3.2 propagates itself.
    fn apply_one(&mut self, words: &[Bytes], in_exec: bool, out: &mut Outbox) -> Vec<Op> {
        self.commands += 1;
        let before = self.ctx.busy().as_micros();
        self.ctx.spend(self.ctx.settings.costs.command);
        let mut ops = Vec::new();
        let known = self.lookup(&words[0]);
        let name = command::full_name(known, words, self.ctx.era);
        self.followed.executes(if in_exec { "exec" } else { name });
        let Some(spec) = known else {
            self.error_to_master(&command::unknown_command(words, self.ctx.era), out);
            return ops;
        };
        if !spec.takes(self.ctx.era, words.len()) {
            self.tally.refused(name);
            self.error_to_master(&command::wrong_arity(spec.name), out);
            return ops;
        }
        let Some(db) = self.followed.link().map(|link| link.db) else { return ops };
        let mut reply = Reply::None;
        match spec.run {
            Run::Data(run) => {
                let outcome = self.run_data(run, db, words, super::gate::Whom::Master);
                if !self.ctx.caps.psync2 {
                    super::gate::collect(db, words, &outcome, false, &mut ops);
                }
                self.changed(db, words, &outcome.effect);
                reply = outcome.reply;
            }
            Run::Server(ServerCmd::Select) => match self.database(&words[1]) {
                Ok(db) => self.followed.select(db),
                Err(text) => reply = Reply::error(text),
            },
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
        self.tally.ran(name, self.ctx.busy().as_micros() - before, reply.is_error());
        self.error_to_master(&reply, out);
        if out.want_flow {
            let offset = self.followed.parsed().map_or(0, |offset| offset.0);
            self.note(Note::Applied { text: command::short_text(words), offset }, out);
        }
        ops
    }

    /// The reply to a command of the stream is thrown away; an error means that this server's data are not its master's, and is told (docs/redis.md §4.8).
    pub(super) fn error_to_master(&mut self, reply: &Reply, out: &mut Outbox) {
        let Reply::Error(text) = reply else { return };
        self.tally.error(text);
        let Some(error) = tally::told_of_link(text, true, &self.ctx.caps) else { return };
        if !self.ctx.bugs.has(Bug::CriticalUntold) {
            self.log(Line::ErrorToMaster { error: &error, command: self.followed.executed() }, out);
        }
        if self.ctx.caps.link_errors != LinkErrors::All {
            return;
        }
        self.tally.unexpected();
        let pieces = self.served.backlog().latest(LATEST);
        if !pieces.is_empty() {
            let dump: String = pieces.iter().map(|piece| cli::quote(piece)).collect();
            self.log(Line::LatestBacklog { dump: &dump }, out);
        }
    }
    /// The reply to a command that a replica sent is an error.
    pub(super) fn error_to_replica(&mut self, text: &str, command: &str, out: &mut Outbox) {
        let Some(error) = tally::told_of_link(text, false, &self.ctx.caps) else { return };
        self.log(Sessions::AnsweredError { error: &error, command }, out);
        if self.ctx.caps.link_errors == LinkErrors::All {
            self.tally.unexpected();
        }
    }
}
