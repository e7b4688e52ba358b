//! Commands that concern the server rather than the data.

use super::callers::{ReplyKind, Waiter};
use super::conn::{On, Transaction};
use super::lines::Sessions;
use super::parts::Op;
use super::{ConnId, Node, Outbox, Output, State};
use crate::command::{Reply, ServerCmd, wrong_arity};
use crate::note::Note;
use crate::planted::Bug;
use crate::time::Span;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

pub(super) const NOT_INTEGER: &str = "ERR value is not an integer or out of range";
pub(super) const SYNTAX: &str = "ERR syntax error";

/// An integer as Redis reads one: optional minus, digits, nothing else.
pub(super) fn integer(word: &[u8]) -> Option<i64> {
    let text = core::str::from_utf8(word).ok()?;
    if text.starts_with('+') || (text.len() > 1 && text.trim_start_matches('-').starts_with('0')) {
        return None;
    }
    text.parse().ok()
}
pub(super) fn error(text: impl Into<String>) -> Reply {
    Reply::Error(text.into())
}
fn is(word: &Bytes, text: &str) -> bool {
    word.eq_ignore_ascii_case(text.as_bytes())
}

impl Node {
    // What a client seldom sends is `#[cold]`, here and where the data is changed: it stays a function of its own, and the page fetches it later.
    pub(super) fn server_command(
        &mut self,
        id: ConnId,
        cmd: ServerCmd,
        words: &[Bytes],
        ops: &mut Vec<Op>,
        in_exec: bool,
        out: &mut Outbox,
    ) -> Reply {
        match cmd {
            ServerCmd::Ping => self.ping(id, words),
            ServerCmd::Echo => Reply::Bulk(words[1].clone()),
            ServerCmd::Select => self.select(id, &words[1]),
            ServerCmd::Auth => self.auth(id, words),
            ServerCmd::Multi => self.multi(id),
            ServerCmd::Exec => match self.callers.get_mut(id).and_then(|c| c.multi.take()) {
                Some(transaction) => self.exec(id, words, transaction, out),
                None => error("ERR EXEC without MULTI"),
            },
            ServerCmd::Watch => self.callers.watch(id, &words[1..], &self.data, &self.ctx),
            ServerCmd::Unwatch => {
                self.callers.unwatch(id);
                Reply::OK
            }
            ServerCmd::Monitor => self.monitor(id),
            ServerCmd::Hello => self.hello(id, words),
            ServerCmd::Reset => self.reset(id),
            ServerCmd::Discard => match self.callers.get_mut(id).and_then(|c| c.multi.take()) {
                Some(_) => {
                    self.callers.unwatch(id);
                    Reply::OK
                }
                None => error("ERR DISCARD without MULTI"),
            },
            ServerCmd::Info => {
                let section = words.get(1).map(|w| String::from_utf8_lossy(w).into_owned());
                if words.len() > 2 && !self.ctx.caps.config_7_0 {
                    return error(SYNTAX);
                }
                Reply::Bulk(Bytes::from(self.info_now(section.as_deref()).to_string()))
            }
            ServerCmd::Role => self.role(),
            ServerCmd::Config => self.config(id, words, in_exec, out),
            ServerCmd::SlaveOf => self.slaveof(id, words, out),
            ServerCmd::Failover => self.failover(words, out),
            ServerCmd::ReplConf => self.replconf(id, words, out),
            ServerCmd::Sync | ServerCmd::Psync => self.sync(id, matches!(cmd, ServerCmd::Psync), words, out),
            ServerCmd::Wait => self.wait(id, words, in_exec),
            ServerCmd::WaitAof => self.wait_for_files(id, words, in_exec),
            ServerCmd::Debug => match self.debug_replicates(id, words) {
                Some(op) => {
                    ops.extend(op);
                    Reply::OK
                }
                None => self.debug(id, words, in_exec, out),
            },
            ServerCmd::Client => self.client(id, words, out),
            ServerCmd::Time => {
                let ms = self.ctx.unix_ms();
                let micros = self.ctx.now().as_micros().rem_euclid(1_000) as i64 + ms.rem_euclid(1_000) * 1_000;
                Reply::Array(Vec::from([
                    Reply::Bulk(Bytes::from(self.ctx.real_s().to_string())),
                    Reply::Bulk(Bytes::from(micros.to_string())),
                ]))
            }
            ServerCmd::Command => crate::command::command_info(words, self.ctx.era),
            ServerCmd::LastSave => Reply::Int(self.saving.last_s()),
            ServerCmd::Save => self.save(id, out),
            ServerCmd::BgSave => self.bgsave(words, in_exec, out),
            ServerCmd::BgRewriteAof => self.bgrewriteaof(in_exec, out),
            ServerCmd::Shutdown => self.shutdown(id, words, out),
            ServerCmd::Publish => {
                let db = self.callers.db(id);
                ops.push((db, words.to_vec()));
                self.publish(id, words, in_exec)
            }
            ServerCmd::Subscribe | ServerCmd::PSubscribe | ServerCmd::Unsubscribe | ServerCmd::PUnsubscribe => {
                self.subscriptions(id, cmd, words)
            }
            ServerCmd::PubSub => self.pubsub(id, words),
            ServerCmd::Quit => {
                self.callers.set_state(id, State::Closing);
                Reply::Status("OK")
            }
        }
    }

    fn select(&mut self, id: ConnId, word: &Bytes) -> Reply {
        match self.database(word) {
            Ok(db) => {
                if let Some(conn) = self.callers.get_mut(id) {
                    conn.db = db;
                }
                Reply::Status("OK")
            }
            Err(text) => error(text),
        }
    }
    /// Reads a database number, with the era's error texts.
    pub(super) fn database(&self, word: &[u8]) -> Result<usize, &'static str> {
        let range = if self.ctx.caps.psync2 { "ERR DB index is out of range" } else { "ERR invalid DB index" };
        let n = match integer(word) {
            Some(_) if self.ctx.caps.db_number_is_any_integer => crate::command::short_int(word)?,
            Some(n) => n,
            None => return Err(if self.ctx.caps.db_number_is_any_integer { NOT_INTEGER } else { "ERR invalid DB index" }),
        };
        usize::try_from(n).ok().filter(|n| *n < usize::try_from(self.ctx.conf.databases).unwrap_or(16)).ok_or(range)
    }

    #[cold]
    pub(super) fn auth(&mut self, id: ConnId, words: &[Bytes]) -> Reply {
        let wrong =
            if self.ctx.caps.acl { "WRONGPASS invalid username-password pair or user is disabled." } else { "ERR invalid password" };
        if words.len() > 3 || (words.len() == 3 && !self.ctx.caps.acl) {
            return error(SYNTAX);
        }
        let user_ok = words.len() < 3 || words[1].as_ref() == b"default";
        let given = &words[words.len() - 1];
        let accepted = match self.ctx.conf.requirepass.is_empty() {
            true if words.len() == 3 => user_ok,
            true => {
                return error(if self.ctx.caps.acl {
                    "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?"
                } else {
                    "ERR Client sent AUTH, but no password is set"
                });
            }
            false => user_ok && self.ctx.conf.requirepass == *given,
        };
        let Some(conn) = self.callers.get_mut(id) else { return Reply::None };
        if accepted {
            conn.authenticated = true;
            return Reply::Status("OK");
        }
        if self.ctx.caps.wrong_password_logs_out {
            conn.authenticated = false;
        }
        error(wrong)
    }

    #[cold]
    fn multi(&mut self, id: ConnId) -> Reply {
        let Some(conn) = self.callers.get_mut(id) else { return Reply::None };
        if conn.multi.is_some() {
            return error("ERR MULTI calls can not be nested");
        }
        conn.multi = Some(Transaction::default());
        Reply::Status("OK")
    }

    // ---- WAIT

    #[cold]
    fn wait(&mut self, id: ConnId, words: &[Bytes], in_exec: bool) -> Reply {
        if self.ctx.caps.wait_not_on_replica && self.ctx.is_replica() {
            let w = self.ctx.word();
            return error(format!(
                "ERR WAIT cannot be used with {w} instances. Please also note that since Redis 4.0 if a {w} is configured to be writable (which is not the default) writes to {w}s are just local and are not propagated."
            ));
        }
        let Some(timeout) = integer(&words[2]) else { return error("ERR timeout is not an integer or out of range") };
        if timeout < 0 {
            return error("ERR timeout is negative");
        }
        let Some(asked) = integer(&words[1]) else { return error(NOT_INTEGER) };
        let Some(offset) = self.callers.get(id).map(|c| c.wait_offset) else { return Reply::None };
        let have = self.served.have(offset, self.callers.conns(), &self.ctx);
        if have >= asked || in_exec {
            return Reply::Int(have);
        }
        if self.ctx.caps.wait_wraps_round && timeout.checked_add(self.ctx.unix_ms()).is_none() {
            // The moment it ends wraps round and lies in the past.
            return Reply::Int(have);
        }
        let until = (timeout > 0).then(|| self.ctx.time() + Span::from_millis(timeout as u64));
        self.callers.wait(id, On::Replicas { asked, offset, files: false }, until);
        self.served.want_acks();
        Reply::None
    }
    /// WAITAOF numlocal numreplicas timeout (7.2). This server writes no append-only file: of its own there is nothing to wait for, and a replica's counts
    /// as far as its ACKs say so (`FACK`).
    #[cold]
    pub(super) fn wait_for_files(&mut self, id: ConnId, words: &[Bytes], in_exec: bool) -> Reply {
        let local = match integer(&words[1]) {
            Some(n @ 0..=1) => n == 1,
            Some(_) => return error("ERR value is out of range, value must between 0 and 1"),
            None => return error(NOT_INTEGER),
        };
        let asked = match integer(&words[2]) {
            Some(n @ 0..) => n,
            Some(_) => return error("ERR value is out of range, must be positive"),
            None => return error(NOT_INTEGER),
        };
        let Some(timeout) = integer(&words[3]) else { return error("ERR timeout is not an integer or out of range") };
        if timeout < 0 {
            return error("ERR timeout is negative");
        }
        if self.ctx.is_replica() {
            return error(
                "ERR WAITAOF cannot be used with replica instances. Please also note that writes to replicas are just local and are not propagated.",
            );
        }
        if local && !self.ctx.conf.appendonly {
            return error("ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.");
        }
        if local {
            return error("ERR Resync writes no append-only file: WAITAOF has none of its own to wait for");
        }
        let Some(offset) = self.callers.get(id).map(|c| c.wait_offset) else { return Reply::None };
        let waiter = Waiter { id, asked, offset, files: true };
        let have = self.have(waiter);
        if have >= asked || in_exec {
            return Self::wait_reply(waiter, have);
        }
        let until = (timeout > 0).then(|| self.ctx.time() + Span::from_millis(timeout as u64));
        self.callers.wait(id, On::Replicas { asked, offset, files: true }, until);
        self.served.want_acks();
        Reply::None
    }
    /// How many replicas a caller in WAIT or WAITAOF has by now.
    fn have(&self, waiter: Waiter) -> i64 {
        if waiter.files {
            return self.served.have_in_files(waiter.offset, self.callers.conns());
        }
        self.served.have(waiter.offset, self.callers.conns(), &self.ctx)
    }
    /// What it hears.
    fn wait_reply(waiter: Waiter, have: i64) -> Reply {
        if !waiter.files {
            return Reply::Int(have);
        }
        // Without a file of its own the offset up to which it is written stays 0.
        let local = i64::from(waiter.offset <= 0);
        Reply::Array(Vec::from([Reply::Int(local), Reply::Int(have)]))
    }

    /// Looks at everybody in WAIT and WAITAOF again.
    pub(super) fn wake_waiters(&mut self, out: &mut Outbox) {
        for waiter in self.callers.waiters() {
            let have = self.have(waiter);
            if have >= waiter.asked {
                self.waited(waiter, have, out);
            }
        }
    }
    /// Before a sleep those whose time to wait is over go without (6.0). (Up to 5.0 they wait for a tick that looks at them.)
    pub(super) fn end_late_waits(&mut self, out: &mut Outbox) {
        let now = self.ctx.time();
        let ends = self.ctx.caps.waits_end_before_sleep && !self.ctx.bugs.has(Bug::WaitOutlives);
        if ends && self.waits_until.is_some_and(|first| super::parts::over(first) <= now) {
            for id in self.callers.all_waited_enough(now) {
                self.end_wait(id, out);
            }
        }
    }
    /// A caller waits no more: its time is over.
    pub(super) fn end_wait(&mut self, id: ConnId, out: &mut Outbox) {
        if self.callers.waits_for_keys(id).is_some() {
            self.callers.end_wait(id, &Reply::NilArray);
        } else if let Some(waiter) = self.callers.waiter(id) {
            let have = self.have(waiter);
            self.waited(waiter, have, out);
        }
    }
    /// CLIENT UNBLOCK of a caller in WAIT or WAITAOF: the count so far, or `reply`.
    pub(super) fn end_wait_for_replicas(&mut self, id: ConnId, reply: Option<Reply>, out: &mut Outbox) {
        match reply {
            None => self.end_wait(id, out),
            Some(reply) => {
                self.callers.set_state(id, State::Serving);
                self.callers.reply(id, &reply, ReplyKind::Caller);
                self.serve(id, out);
            }
        }
    }
    fn waited(&mut self, waiter: Waiter, have: i64, out: &mut Outbox) {
        let Waiter { id, asked, .. } = waiter;
        self.callers.has_waited(id);
        self.note(Note::WaitDone { replicas: have, asked }, out);
        self.callers.reply(id, &Self::wait_reply(waiter, have), ReplyKind::Caller);
        self.serve(id, out);
    }
    /// Answers everybody who waits with an error and closes them: the role changed (2.8–3.2, and 4.0+ when a master becomes a replica).
    pub(super) fn unblock_all(&mut self) {
        for id in self.callers.wait_at_all() {
            self.callers.forget_keys(id);
            let text = "UNBLOCKED force unblock from blocking operation, instance state changed (master -> slave?)";
            let text = if self.ctx.caps.says_replica { text.replace("slave", "replica") } else { text.to_string() };
            self.callers.set_state(id, State::Closing);
            self.callers.reply(id, &error(text), ReplyKind::Caller);
        }
    }

    // ---- DEBUG, CLIENT

    #[cold]
    fn debug(&mut self, id: ConnId, words: &[Bytes], in_exec: bool, out: &mut Outbox) -> Reply {
        let Some(sub) = words.get(1) else { return wrong_arity("debug") };
        if is(sub, "sleep") && words.len() == 3 {
            self.ctx.spend(seconds(&words[2]));
            return Reply::Status("OK");
        }
        if is(sub, "populate") && (3..=self.populate_words()).contains(&words.len()) {
            return self.populate(self.callers.db(id), words);
        }
        if is(sub, "pause-cron") && words.len() == 3 && self.ctx.caps.debug_pauses_cron {
            self.cron_paused = integer(&words[2]).is_some_and(|n| n != 0);
            return Reply::OK;
        }
        if is(sub, "change-repl-id") && words.len() == 2 && self.ctx.caps.psync2 {
            self.log(Sessions::IdChanges, out);
            self.served.becomes_another(&mut self.ctx, out);
            return Reply::Status("OK");
        }
        if is(sub, "reload") {
            if self.loading.is_some() {
                // A real server begins a second load inside the first, and both fill the same databases.
                return error("ERR Resync does not reload while it loads");
            }
            return self.debug_reload(id, in_exec, out);
        }
        let db = self.callers.db(id);
        if let Some(reply) = self.debug_look(db, words) {
            return reply;
        }
        if is(sub, "segfault") {
            self.up = false;
            out.outputs.push(Output::Exit);
            return Reply::None;
        }
        if is(sub, "set-active-expire") && words.len() == 3 {
            // As C's `atoi`: what is no number is 0.
            self.active_expire = integer(&words[2]).is_some_and(|n| n != 0);
            return Reply::OK;
        }
        if is(sub, "object") && words.len() == 3 {
            return self.debug_object(id, &words[2]);
        }
        if let Some(refused) = crate::command::absent_debug(sub, self.ctx.era) {
            return refused;
        }
        let shown = String::from_utf8_lossy(sub);
        error(if self.ctx.caps.config_7_0 {
            format!("ERR unknown subcommand or wrong number of arguments for '{shown}'. Try DEBUG HELP.")
        } else if self.ctx.caps.psync2 {
            format!("ERR Unknown subcommand or wrong number of arguments for '{shown}'. Try DEBUG HELP.")
        } else if self.ctx.caps.psync {
            format!("ERR Unknown DEBUG subcommand or wrong number of arguments for '{shown}'")
        } else {
            "ERR Syntax error, try DEBUG [SEGFAULT|OBJECT <key>|SWAPIN <key>|SWAPOUT <key>|RELOAD]".to_string()
        })
    }

    /// DEBUG OBJECT key: how a value is kept, and its bytes in an RDB. Addresses and access times are not there.
    fn debug_object(&self, id: ConnId, key: &Bytes) -> Reply {
        let db = self.callers.db(id);
        let Some(value) = self.data.get(db, key) else { return error("ERR no such key") };
        let mut alone = crate::data::Dataset::new(1);
        alone.set(0, b"", value.clone(), None);
        let file = |data| crate::rdb::encode(data, self.ctx.era, 0, None).len();
        // The number of the database, from 3.2 on its sizes, the type, the empty key.
        let frame = if self.ctx.caps.rdb_version >= 7 { 7 } else { 4 };
        let bytes = file(&alone) - file(&crate::data::Dataset::new(1)) - frame;
        Reply::StatusText(format!("Value at:0x0 refcount:1 encoding:{} serializedlength:{bytes}", value.encoding(self.ctx.era)))
    }
}

/// Decimal seconds such as `0.5` as a span, without floating point, read as `strtod` does: text without a leading number is 0, and so is a negative
/// number. At most a day.
fn seconds(word: &[u8]) -> Span {
    let digits = |bytes: &[u8]| bytes.iter().position(|b| !b.is_ascii_digit()).unwrap_or(bytes.len());
    let word = word.strip_prefix(b"+").unwrap_or(word);
    let (whole, rest) = word.split_at(digits(word));
    let part = rest.strip_prefix(b".").map_or(&[][..], |part| &part[..digits(part)]);
    let whole = whole.iter().fold(0u64, |n, digit| n.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
    let micros: u64 = part.iter().zip((0..6).rev()).map(|(digit, power)| u64::from(digit - b'0') * 10u64.pow(power)).sum();
    (Span::from_secs(whole) + Span::from_micros(micros)).min(Span::from_secs(86_400))
}
