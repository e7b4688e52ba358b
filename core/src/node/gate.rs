//! The gate, from a request to its answer: the refusals in Redis's own order, then MULTI's queue, then the command (docs/redis.md §1.8).

use super::callers::ReplyKind;
use super::conn::{self, Conn, Replies};
use super::lines::Sessions;
use super::parts::Op;
use super::pubsub::{refused_to_subscriber, subscribes};
use super::served::need;
use super::{ConnId, Node, Outbox, State};
use crate::command::{self, DataCtx, Effect, Outcome, Reply, Run, ServerCmd, Spec, Work};
use crate::era::Era;
use crate::fact::{RefusalCode, SessionEnd};
use crate::note::Note;
use crate::planted::Bug;
use crate::prng::Purpose;
use crate::resp;
use crate::time::{Span, Time};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

/// The words of -LOADING.
pub(super) const fn loading(caps: &crate::era::Capabilities) -> &'static str {
    if caps.valkey { "Valkey is loading the dataset in memory" } else { "Redis is loading the dataset in memory" }
}
const MISCONF: &str = "Redis is configured to save RDB snapshots, but is currently not able to persist on disk. Commands that may modify the data set are disabled. Please check Redis logs for details about the error.";
const MISCONF_5_0: &str = "Redis is configured to save RDB snapshots, but it is currently not able to persist on disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.";
const MISCONF_7_0: &str = "Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.";
/// A command that cost more than this ends its conn's turn; the rest of its pipeline waits for the next.
const LONG_COMMAND: Span = Span::from_millis(1);
/// A turn of one conn ends after this much, so that a long pipeline does not starve the others.
const LONG_TURN: Span = Span::from_millis(5);

impl Node {
    /// Reads and answers what a conn has sent, until nothing whole is left, it blocks, or it took too long.
    pub(super) fn serve(&mut self, id: ConnId, out: &mut Outbox) {
        if self.stands_in_a_write() {
            return self.callers.serve_later(id);
        }
        if let Some(conn) = self.callers.get_mut(id) {
            conn.usage.turn = conn.parser.pending_len();
        }
        self.serve_requests(id, out);
        if let Some(conn) = self.callers.get_mut(id) {
            conn.usage.turn = 0;
        }
    }
    fn serve_requests(&mut self, id: ConnId, out: &mut Outbox) {
        let turn = self.ctx.busy();
        loop {
            if self.callers.stops_reading(id, &self.ctx) {
                return;
            }
            let Some(conn) = self.callers.get_mut(id) else { return };
            if !conn.serves(&self.ctx.caps) {
                return;
            }
            let stranger = self.ctx.caps.bounds_strangers && !conn.authenticated && !self.ctx.conf.requirepass.is_empty();
            conn.parser.reads_for_stranger(stranger && !self.ctx.bugs.has(Bug::StrangersUnbounded));
            let request = match conn.parser.next() {
                Ok(Some(request)) => request,
                Ok(None) => return,
                Err(error) => {
                    let reply = Reply::Error(error.to_string());
                    conn.state = State::Closing;
                    self.tally.error(&error.to_string());
                    self.callers.reply(id, &reply, ServerCmd::Quit.into());
                    return;
                }
            };
            if request.args.is_empty() {
                self.served.keepalive_heard(id, self.callers.conns_mut(), self.ctx.cached_s());
                continue;
            }
            let (before, asked) = (self.ctx.busy(), out.outputs.len());
            self.came = request.raw.map(|raw| (raw, request.alone));
            self.request(id, &request.args, out);
            self.name_moments(&[(asked, before)], out);
            if let Some(conn) = self.callers.get_mut(id) {
                conn.parser.recycle(request.args);
            }
            if self.ctx.busy() > before + LONG_COMMAND || self.ctx.busy() > turn + LONG_TURN {
                if self.callers.get(id).is_some_and(|c| c.serves(&self.ctx.caps) && c.parser.pending_len() > 0) {
                    self.callers.serve_later(id);
                }
                return;
            }
            if !self.up || self.flushing() {
                return;
            }
        }
    }

    pub(super) fn request(&mut self, id: ConnId, words: &[Bytes], out: &mut Outbox) {
        let came = self.came.take();
        let name = command::full_name(self.lookup(&words[0]), words, self.ctx.era);
        let replica = self.callers.get_mut(id).is_some_and(|conn| {
            conn.last_command = name;
            conn.usage.words = (words.iter().map(|word| word.len() as u64).sum(), words.len() as u64);
            conn.session.is_some()
        });
        let admitted = self.admitted(id, words);
        if admitted.as_ref().is_ok_and(|spec| self.callers.holds_back(id, spec, self.shutdown.is_some(), &self.ctx)) {
            return self.callers.postpone(id, words);
        }
        self.commands += 1;
        self.ctx.spend(self.ctx.settings.costs.command);
        if self.ctx.caps.close_before_sleep {
            // From 6.0 on the clock is read with each command.
            self.ctx.clock.look(self.ctx.time());
        }
        let (reply, kind) = match self.admit(id, admitted, out) {
            Err(refusal) => (refusal, command::lookup(&words[0], self.ctx.era).map(|s| s.run)),
            Ok(spec) => {
                let hard = self.hard_limit_of(id);
                if let Some(conn) = self.callers.get_mut(id) {
                    conn.pipe.waiting.watch(hard);
                    conn.pipe.waiting.length_comes_last(command::length_comes_last(spec.name, &self.ctx.caps));
                    if conn.replies == Replies::SkipNext {
                        conn.replies = Replies::Skip;
                    }
                }
                let mut ops = Vec::new();
                let reply = match self.queue(id, spec, words) {
                    Some(queued) => queued,
                    None => {
                        self.came = came.filter(|_| matches!(spec.run, Run::Data(_)));
                        self.run(id, spec, words, &mut ops, false, out)
                    }
                };
                self.propagate(ops, out);
                (reply, Some(spec.run))
            }
        };
        self.callers.wrote(id, self.served.offset().0);
        let kind = match kind {
            Some(Run::Server(cmd)) if subscribes(cmd) && self.ctx.caps.pushes_past_reply_off && !reply.is_error() => ReplyKind::Pushed,
            Some(Run::Server(cmd)) => cmd.into(),
            _ => ReplyKind::Caller,
        };
        if !replica || !self.answers_a_replica(id, &reply, out) {
            self.callers.reply(id, &reply, kind);
        }
        self.show_own(id);
        self.look_at_outputs(out);
        if let Some(conn) = self.callers.get_mut(id).filter(|conn| !matches!(conn.state, State::Blocked { .. })) {
            conn.usage.words = (0, 0);
        }
        self.serve_ready(out);
        self.look_at_outputs(out);
    }

    /// Commands from a replica are not answered. If one produces a reply all the same (a hand-made replica, an ACK that lost a byte), releases up to 6.2
    /// write it into the stream, and 7.0 closes the connection (docs/redis.md §2.8). Returns whether the connection is closed.
    fn answers_a_replica(&mut self, id: ConnId, reply: &Reply, out: &mut Outbox) -> bool {
        let Some(conn) = self.callers.get_mut(id).filter(|_| !matches!(reply, Reply::None)) else { return false };
        if !self.ctx.caps.closes_answered_replica {
            let mut wire = Vec::new();
            resp::write_reply(reply, &mut wire);
            let replica = conn.replica_name(self.ctx.caps.says_replica);
            let command = conn.known_command();
            self.note(Note::StrayReply { replica, text: super::label::first_line(&wire).into(), bytes: wire.len() as i64 }, out);
            if let Reply::Error(why) = reply {
                self.error_to_replica(why, command, out);
            }
            return false;
        }
        let command = conn.known_command();
        self.log(Sessions::Answered { command, client: &self.client_info(id) }, out);
        self.callers.set_state(id, State::Doomed { at_cron: false, why: SessionEnd::Answered });
        if let Reply::Error(why) = reply {
            self.error_to_replica(why, command, out);
        }
        true
    }

    /// Says what a refusal leads to.
    fn admit(&mut self, id: ConnId, admitted: Result<&'static Spec, Refusal>, out: &mut Outbox) -> Result<&'static Spec, Reply> {
        admitted.map_err(|refusal| {
            if let Reply::Error(text) = &refusal.reply {
                self.tally.error(text);
                if let Some(name) = self.callers.get(id).map(|conn| conn.last_command).filter(|name| *name != conn::NO_COMMAND) {
                    self.tally.refused(name);
                }
            }
            if refusal.discards {
                if let Some(conn) = self.callers.get_mut(id) {
                    conn.multi = None;
                }
                self.callers.unwatch(id);
            } else if let Some(transaction) = self.callers.get_mut(id).and_then(|c| c.multi.as_mut()) {
                transaction.dirty |= refusal.aborts;
            }
            if let Some((spec, code)) = refusal.noted {
                self.note(Note::Refused { command: spec.name.to_ascii_uppercase(), code }, out);
            }
            refusal.reply
        })
    }

    /// The command of this name, if the era has it. Most of the time it is that of last time.
    pub(super) fn lookup(&self, name: &[u8]) -> Option<&'static Spec> {
        if let Some(known) = self.known.get()
            && name.eq_ignore_ascii_case(known.name.as_bytes())
        {
            return Some(known);
        }
        let found = command::lookup(name, self.ctx.era);
        self.known.set(found);
        found
    }
    /// Asks a command everything that stands between it and its run, but for a pause (docs/redis.md §1.8).
    fn admitted(&self, id: ConnId, words: &[Bytes]) -> Result<&'static Spec, Refusal> {
        let plain = |reply: Reply| Refusal { reply, aborts: true, discards: false, noted: None };
        let Some(conn) = self.callers.get(id) else { return Err(plain(Reply::None)) };
        let Some(spec) = self.lookup(&words[0]) else { return Err(plain(command::unknown_command(words, self.ctx.era))) };
        let arity = spec.arity(self.ctx.era);
        let count = i32::try_from(words.len()).unwrap_or(i32::MAX);
        let refused = if (arity > 0 && count != arity) || (arity < 0 && count < -arity) {
            Some(plain(command::wrong_arity(spec.name)))
        } else {
            self.refused(conn, spec, words)
        };
        let Some(refusal) = refused else { return Ok(spec) };
        if !self.ctx.caps.exec_is_asked_again || !matches!(spec.run, Run::Server(ServerCmd::Exec)) {
            return Err(refusal);
        }
        let why = if let Reply::Error(text) = &refusal.reply { text.strip_prefix("ERR ").unwrap_or(text) } else { "" };
        let reply = Reply::Error(format!("EXECABORT Transaction discarded because of: {why}"));
        Err(Refusal { reply, discards: true, ..refusal })
    }

    /// The refusals of a command that is one, in order.
    fn refused(&self, conn: &Conn, spec: &'static Spec, words: &[Bytes]) -> Option<Refusal> {
        let word = self.ctx.word();
        let refuse = |code: RefusalCode, text: &str| {
            Some(Refusal { reply: Reply::Error(format!("{code} {text}")), aborts: true, discards: false, noted: Some((spec, code)) })
        };
        let own = (spec.flags)(self.ctx.era);
        if !conn.authenticated && !self.ctx.conf.requirepass.is_empty() && !own.no_auth {
            if !self.ctx.caps.psync {
                return refuse(RefusalCode::Err, "operation not permitted");
            }
            return refuse(RefusalCode::Noauth, "Authentication required.");
        }
        if self.ctx.caps.subcommands && own.no_multi && conn.multi.is_some() && !own_in_multi(spec) {
            let reply = Reply::error("ERR Command not allowed inside a transaction");
            return Some(Refusal { reply, aborts: true, discards: false, noted: None });
        }
        let last = self.ctx.bugs.has(Bug::OomAskedLast);
        if !last && self.over_maxmemory() && self.needs_memory(conn, spec) {
            return refuse(RefusalCode::Oom, super::memory::OUT_OF_MEMORY);
        }
        let asked = self.asked(conn, spec);
        let replica = self.ctx.is_replica();
        let ping = matches!(spec.run, Run::Server(ServerCmd::Ping));
        if (!replica || self.ctx.caps.misconf_on_replica) && (asked.writes || ping) && self.cannot_save() {
            let text = match () {
                () if self.ctx.caps.config_7_0 => MISCONF_7_0,
                () if self.ctx.caps.says_replica => MISCONF_5_0,
                () => MISCONF,
            };
            return refuse(RefusalCode::Misconf, text);
        }
        if !replica && asked.writes && need(&self.ctx).refuses(self.served.good()) && !self.ctx.bugs.has(Bug::NoReplicasIgnored) {
            return refuse(RefusalCode::Noreplicas, &format!("Not enough good {word}s to write."));
        }
        if replica && self.ctx.conf.replica_read_only && asked.writes {
            let text = format!("You can't write against a read only {word}.");
            return refuse(RefusalCode::Readonly, &text).map(|r| Refusal { aborts: self.ctx.caps.readonly_aborts_exec, ..r });
        }
        if let Some(text) = refused_to_subscriber(conn, spec, words, &self.ctx) {
            return Some(Refusal { reply: Reply::Error(text), aborts: true, discards: false, noted: None });
        }
        if replica && !self.link_up() && !self.ctx.conf.serve_stale_data && asked.not_while_stale {
            return refuse(RefusalCode::Masterdown, &format!("Link with MASTER is down and {word}-serve-stale-data is set to 'no'."));
        }
        let beside = self.loading.as_ref().is_some_and(super::Loading::beside);
        if (self.refuses_loading() && asked.not_while_loading) || (beside && asked.never_beside_load) {
            return refuse(RefusalCode::Loading, loading(&self.ctx.caps));
        }
        if last && self.over_maxmemory() && self.needs_memory(conn, spec) {
            return refuse(RefusalCode::Oom, super::memory::OUT_OF_MEMORY);
        }
        // Who MONITORs counts as a replica.
        if (conn.session.is_some() || conn.monitors)
            && let Some(text) = self.ctx.caps.replica_conn_without_keys
            && (own.readonly || spec.may_replicate(self.ctx.era))
        {
            let reply = Reply::Error(format!("ERR {text}"));
            return Some(Refusal { reply, aborts: true, discards: false, noted: None });
        }
        None
    }
    /// Whether writes are refused because the last BGSAVE failed.
    pub(super) fn cannot_save(&self) -> bool {
        self.ctx.conf.stop_writes_on_bgsave_error && !self.ctx.conf.save.is_empty() && !self.saving.last_ok()
    }
    /// What a command does and does not do, as the refusals ask for it. EXEC is all that it will run, where it is asked again.
    fn asked(&self, conn: &Conn, spec: &Spec) -> Asked {
        let mut asked = Asked::of(spec, self.ctx.era);
        if self.ctx.caps.exec_is_asked_again
            && matches!(spec.run, Run::Server(ServerCmd::Exec))
            && !self.ctx.bugs.has(Bug::ExecNotAsked)
            && let Some(transaction) = &conn.multi
        {
            for queued in transaction.queued.iter().filter_map(|words| self.lookup(&words[0])) {
                asked.join(Asked::of(queued, self.ctx.era));
            }
        }
        asked
    }

    /// Inside MULTI everything but its own words is kept for EXEC.
    fn queue(&mut self, id: ConnId, spec: &'static Spec, words: &[Bytes]) -> Option<Reply> {
        let keeps_nothing = self.ctx.caps.doomed_multi_keeps_nothing;
        let conn = self.callers.get_mut(id)?;
        let broken = conn.watch.broken();
        let transaction = conn.multi.as_mut()?;
        if own_in_multi(spec) {
            return None;
        }
        if !(keeps_nothing && (transaction.dirty || broken)) {
            transaction.queued.push(words.to_vec());
        }
        Some(Reply::Status("QUEUED"))
    }

    /// Runs a command that was let in. What the stream gets of it is added to `ops`.
    pub(super) fn run(
        &mut self,
        id: ConnId,
        spec: &'static Spec,
        words: &[Bytes],
        ops: &mut Vec<Op>,
        in_exec: bool,
        out: &mut Outbox,
    ) -> Reply {
        if self.callers.monitored() && !self.shown_behind(spec) {
            self.show_monitors(id, spec, words);
        }
        // What a command costs before its own work was spent when it came.
        let before = self.ctx.busy().as_micros().saturating_sub(if in_exec { 0 } else { self.ctx.settings.costs.command.as_micros() });
        let reply = self.run_one(id, spec, words, ops, in_exec, out);
        if matches!(reply, Reply::None) && (self.suspends(id) || (in_exec && self.callers.stands(id))) {
            return reply;
        }
        self.has_run(id, spec, words, self.ctx.busy().as_micros() - before, &reply);
        reply
    }
    /// A command is through: it is counted, and shown to who MONITORs if it was not before.
    pub(super) fn has_run(&mut self, id: ConnId, spec: &'static Spec, words: &[Bytes], usec: u64, reply: &Reply) {
        self.count(command::full_name(Some(spec), words, self.ctx.era), usec, reply);
        if self.callers.monitored() && self.shown_behind(spec) {
            self.show_monitors(id, spec, words);
        }
    }
    /// Up to 5.0 MONITOR shows a command before it runs; EXEC always stands behind what it ran.
    const fn shown_behind(&self, spec: &Spec) -> bool {
        self.ctx.caps.monitor_shows_behind || matches!(spec.run, Run::Server(ServerCmd::Exec))
    }
    /// What INFO counts of a command that ran.
    pub(super) fn count(&mut self, name: &'static str, usec: u64, reply: &Reply) {
        if let Reply::Error(text) = reply {
            self.tally.error(text);
        }
        self.tally.ran(name, usec, reply.is_error());
    }
    fn run_one(&mut self, id: ConnId, spec: &'static Spec, words: &[Bytes], ops: &mut Vec<Op>, in_exec: bool, out: &mut Outbox) -> Reply {
        match spec.run {
            Run::Server(cmd) => self.server_command(id, cmd, words, ops, in_exec, out),
            Run::Data(run) => {
                let db = self.callers.db(id);
                let came = self.came.take();
                self.alone = came.as_ref().is_some_and(|(_, alone)| *alone);
                let outcome = self.run_data(run, db, words, Whom::Caller);
                self.alone = false;
                for (_, key) in &outcome.expired {
                    self.note_expired(key, out);
                }
                let lazy = self.ctx.conf.lazyfree_lazy_expire;
                // In a transaction 6.2 opens it for them; before, what expired on the way travels at once, outside of what the command does.
                let kept = if in_exec { self.ctx.caps.multi_lazy } else { self.feeds() && self.ctx.caps.transaction_minimal };
                match came {
                    Some((raw, alone)) if matches!(outcome.effect, Effect::Verbatim) && outcome.expired.is_empty() => {
                        self.feed_as_it_came(db, words, raw, alone, out);
                    }
                    _ if kept && (in_exec || !touches_any_keys(spec)) => collect(db, words, &outcome, lazy, ops),
                    _ if in_exec || self.feeds() => {
                        let mut gone = Vec::new();
                        collect_expired(&outcome, lazy, &mut gone);
                        for op in gone {
                            self.propagate(Vec::from([op]), out);
                        }
                        collect_effect(db, words, &outcome, ops);
                    }
                    _ => {}
                }
                self.changed(db, words, &outcome.effect);
                if let Some(block) = outcome.block.filter(|_| !in_exec) {
                    let until = self.waits_for_keys_until(block.timeout_ms);
                    self.callers.wait_for_keys(id, *block, until);
                    return Reply::None;
                }
                outcome.reply
            }
        }
    }

    /// Until when a caller waits for keys; `None`: for ever. Up to 2.8 it counts the seconds that the clock shows, and the last one is waited for whole.
    fn waits_for_keys_until(&self, timeout_ms: u64) -> Option<Time> {
        if timeout_ms == 0 {
            return None;
        }
        if !self.ctx.caps.blocks_by_clock_seconds {
            return Some(self.ctx.time() + Span::from_millis(timeout_ms));
        }
        let last_s = self.ctx.cached_s().saturating_add_unsigned(timeout_ms.min(crate::limits::SPAN_MAX.as_millis()) / 1_000);
        Some(self.ctx.moment_of(last_s.saturating_mul(1_000).saturating_add(999)))
    }

    /// Runs a data command over the data, and spends what it costs.
    pub(super) fn run_data(&mut self, run: fn(&mut DataCtx<'_>, &[Bytes]) -> Outcome, db: usize, words: &[Bytes], whom: Whom) -> Outcome {
        let now_ms = self.ctx.unix_ms();
        let before = self.callers.before(words, &self.data);
        let holds_expired = self.pause_hides_expired();
        let mut ctx = DataCtx {
            data: &mut self.data,
            db,
            now_ms,
            judged_ms: self.exec_ms.unwrap_or(now_ms),
            era: self.ctx.era,
            replica: self.ctx.is_replica(),
            holds_expired,
            lazy_expire: self.ctx.conf.lazyfree_lazy_expire,
            lazy_del: self.ctx.conf.lazyfree_lazy_server_del,
            from_master: whom == Whom::Master,
            alone: self.alone,
            track: self.callers.look(),
            woken: whom == Whom::Woken,
            draw: &mut || self.ctx.draw(Purpose::Command),
        };
        let outcome = run(&mut ctx, words);
        self.spend_work(outcome.work);
        if self.ctx.caps.own_keys_expire {
            // A read-only replica remembers nothing: only what stands behind SLAVEOF in one transaction is written on one.
            if !self.ctx.conf.replica_read_only {
                outcome.own.iter().for_each(|(db, key)| self.own.remember(*db, key));
            }
            if super::own_keys::empties_all(words, &outcome.effect) {
                self.own.forget();
            }
        }
        if self.callers.look() {
            self.callers.notice(words, before.as_ref(), &outcome, &self.data, &self.ctx);
        }
        outcome
    }

    fn spend_work(&mut self, work: Work) {
        if self.ctx.settings.costs.command > Span::ZERO {
            // Beside the elements a microsecond for each 4 KiB copied: near what a small machine does.
            let elements = work.elements.saturating_mul(self.ctx.settings.costs.element_ns) / 1_000;
            self.ctx.spend(Span::from_micros(elements.saturating_add(work.bytes / 4_096)));
        }
    }

    pub(super) fn note_expired(&mut self, key: &Bytes, out: &mut Outbox) {
        self.stale_expired += 1;
        if out.want_flow {
            self.note(Note::Expired { key: String::from_utf8_lossy(key).into_owned() }, out);
        }
    }
}

/// On whose behalf a data command runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Whom {
    /// A caller that is being served.
    Caller,
    /// A caller that had waited.
    Woken,
    /// The master, in its stream.
    Master,
}

/// Whether a command has a meaning of its own inside MULTI, rather than being queued.
const fn own_in_multi(spec: &Spec) -> bool {
    matches!(
        spec.run,
        Run::Server(ServerCmd::Exec | ServerCmd::Discard | ServerCmd::Multi | ServerCmd::Watch | ServerCmd::Quit | ServerCmd::Reset)
    )
}

/// What refusals depend on: a command's flags, or those of all that EXEC runs.
#[derive(Clone, Copy)]
struct Asked {
    writes: bool,
    not_while_stale: bool,
    not_while_loading: bool,
    /// Never while data are loaded beside those that are served (7.0).
    never_beside_load: bool,
}
impl Asked {
    fn of(spec: &Spec, era: Era) -> Asked {
        let flags = (spec.flags)(era);
        Asked {
            writes: flags.write,
            not_while_stale: !flags.stale,
            not_while_loading: !flags.loading,
            never_beside_load: matches!(
                spec.run,
                Run::Server(
                    ServerCmd::Sync | ServerCmd::Psync | ServerCmd::SlaveOf | ServerCmd::Save | ServerCmd::BgSave | ServerCmd::BgRewriteAof
                )
            ),
        }
    }
    const fn join(&mut self, other: Asked) {
        self.writes |= other.writes;
        self.not_while_stale |= other.not_while_stale;
        self.not_while_loading |= other.not_while_loading;
        self.never_beside_load |= other.never_beside_load;
    }
}

/// Why a command does not run.
struct Refusal {
    reply: Reply,
    /// Whether it makes an open MULTI abort.
    aborts: bool,
    /// Whether it ends the transaction at once: EXEC itself is refused (6.0.9).
    discards: bool,
    /// The command and the code, for the journal.
    noted: Option<(&'static Spec, RefusalCode)>,
}

/// Commands that look at whatever keys there are: what they find expired is no batch (7.0).
const fn touches_any_keys(spec: &Spec) -> bool {
    matches!(spec.name.as_bytes(), b"scan" | b"randomkey")
}

/// Turns an outcome into what the stream gets. `lazy`: what has expired goes by UNLINK.
pub(super) fn collect(db: usize, words: &[Bytes], outcome: &Outcome, lazy: bool, ops: &mut Vec<Op>) {
    collect_expired(outcome, lazy, ops);
    collect_effect(db, words, outcome, ops);
}
fn collect_expired(outcome: &Outcome, lazy: bool, ops: &mut Vec<Op>) {
    ops.extend(outcome.expired.iter().map(|(db, key)| (*db, command::deletion(lazy, key))));
}
fn collect_effect(db: usize, words: &[Bytes], outcome: &Outcome, ops: &mut Vec<Op>) {
    match &outcome.effect {
        Effect::None => {}
        Effect::Verbatim => ops.push((db, words.to_vec())),
        Effect::Rewritten(list) => ops.extend(list.iter().map(|words| (db, words.clone()))),
    }
}
