//! Serving replicas: SYNC and PSYNC, the BGSAVE they wait for, the transfer, ACKs (docs/redis.md §2).

use super::api::Label;
use super::lines::Sessions as Line;
use super::server_commands::integer;
use super::verdict::verdict;
use super::{ConnId, Node, Outbox};
use crate::command::Reply;
use crate::fact::SessionEnd;
use crate::note::Note;
use crate::planted::Bug;
use crate::repl::master::Session;
use crate::repl::psync::{self, Asked, Lineage, Reason, Ruling, Verdict, Window};
use crate::repl::{Offset, ReplId};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

fn error(text: impl Into<String>) -> Reply {
    Reply::Error(text.into())
}

impl Node {
    // ---- SYNC, PSYNC

    /// SYNC and PSYNC, in the order of docs/redis.md §2.2.
    pub(super) fn sync(&mut self, id: ConnId, with_psync: bool, words: &[Bytes], out: &mut Outbox) -> Reply {
        let Some(conn) = self.conns.get(&id) else { return Reply::None };
        if conn.session.is_some() {
            return Reply::None;
        }
        if with_psync
            && words.get(3).is_some_and(|w| w.eq_ignore_ascii_case(b"failover"))
            && self.ctx.caps.failover
            && let Err(refusal) = self.take_over(id, words, out)
        {
            return refusal;
        }
        if self.failover.is_some() {
            return error("NOMASTERLINK Can't SYNC while failing over");
        }
        if self.ctx.is_replica() && !self.link_up() {
            let text = "Can't SYNC while not connected with my master";
            return error(if self.ctx.caps.psync2 { format!("NOMASTERLINK {text}") } else { format!("ERR {text}") });
        }
        let Some(conn) = self.conns.get(&id) else { return Reply::None };
        if conn.pipe.queued() > 0 {
            return error(if self.ctx.caps.psync {
                "ERR SYNC and PSYNC are invalid with pending output"
            } else {
                "ERR SYNC is invalid with pending input"
            });
        }
        if conn.announced.filter.is_some() && !conn.announced.eof {
            return error("ERR Filtered replica requires EOF capability");
        }
        let rdb_only = conn.announced.rdb_only;
        let name = self.name_of(conn);
        self.log(Line::AsksForSync { replica: &name }, out);
        let mut late_error = None;
        if with_psync {
            let offset = integer(&words[2]);
            if offset.is_none() && self.ctx.caps.log_done_loading {
                self.log(Line::WrongOffset { replica: &name }, out);
                return error("ERR value is not an integer or out of range");
            }
            let ruling = Ruling::psync(&psync::Request { id: &words[1], offset }, self.lineage(), self.window());
            self.note(Note::PsyncVerdict { replica: name.clone(), ruling: ruling.clone() }, out);
            match ruling.decision().map(|decision| decision.verdict) {
                Some(Verdict::Partial { from, .. }) => {
                    self.accept_partial(id, &name, from, &ruling, out);
                    return Reply::None;
                }
                Some(Verdict::Full(reason)) => {
                    self.log_verdict(&name, &ruling, out);
                    if matches!(reason, Reason::NotANumber) {
                        late_error = Some(error("ERR value is not an integer or out of range"));
                    }
                    if words[1].first() != Some(&b'?') {
                        self.counters.sync_partial_err += 1;
                    }
                }
                None => {}
            }
        } else {
            let ruling = Ruling { asked: Asked::Sync, lineage: self.lineage(), window: Window::of(&self.backlog) };
            self.note(Note::PsyncVerdict { replica: name.clone(), ruling }, out);
        }
        self.counters.sync_full += 1;
        self.become_replica(id, Session { rdb_only, ..Session::waiting(!with_psync) }, out);
        if self.ctx.caps.psync2 && self.replicas.len() == 1 && !self.backlog.active() {
            let fresh = self.ctx.draw_id();
            self.set_ids(fresh, ReplId::ZEROS, Offset::NONE, out);
            self.create_backlog(out);
            if self.ctx.caps.log_backlog_created {
                self.log(Line::BacklogCreated { replid: self.replid, replid2: self.replid2 }, out);
            }
        }
        self.choose_bgsave(id, out);
        if self.ctx.caps.backlog_adds_one && self.replicas.len() == 1 && !self.backlog.active() && self.conns.contains_key(&id) {
            self.offset += 1;
            self.create_backlog(out);
        }
        if let Some(reply) = late_error {
            // It was queued before the replica's own buffer began to collect the stream: it leaves before the RDB.
            let mut wire = Vec::new();
            crate::resp::write_reply(&reply, &mut wire);
            if let Some(conn) = self.conns.get_mut(&id) {
                let label = Label::reply(super::label::first_line(&wire));
                conn.pipe.write_through(Bytes::from(wire), label, &mut out.outputs);
            }
        }
        Reply::None
    }

    /// Whose stream it can continue.
    fn lineage(&self) -> Lineage {
        Lineage { id: self.replid, second: self.ctx.caps.psync2.then_some((self.replid2, self.second_bound())), offset: self.offset }
    }
    /// Up to where the second id may be asked for.
    const fn second_bound(&self) -> Offset {
        if self.ctx.bugs.has(Bug::SecondBound) { Offset(i64::MAX) } else { self.second_offset }
    }
    /// What the backlog still holds.
    fn window(&self) -> Option<Window> {
        let mut window = Window::of(&self.backlog)?;
        if self.ctx.bugs.has(Bug::WindowFirst) {
            window.first = window.first - 1;
            window.histlen += 1;
        } else if self.ctx.bugs.has(Bug::WindowEnd) {
            window.histlen += 1 << 40;
        } else if self.ctx.bugs.has(Bug::WindowShort) {
            window.histlen = window.histlen.saturating_sub(1);
        }
        Some(window)
    }

    pub(super) fn create_backlog(&mut self, out: &mut Outbox) {
        self.backlog.create(self.offset);
        self.note(Note::BacklogCreated { bytes: self.backlog.size() as i64, first: self.backlog.first().0 }, out);
    }

    /// What it says of its verdict in the log. Of a replica that is ahead of its master there is a warning besides.
    fn log_verdict(&self, name: &str, ruling: &Ruling, out: &mut Outbox) {
        if let Some(line) = verdict(name, ruling) {
            self.log(line, out);
        }
        if ruling.decision().is_some_and(|decision| decision.verdict == Verdict::Full(Reason::Ahead)) {
            self.log(Line::Ahead { replica: name }, out);
        }
    }

    fn accept_partial(&mut self, id: ConnId, name: &str, from: Offset, ruling: &Ruling, out: &mut Outbox) {
        self.counters.sync_partial_ok += 1;
        let now_s = self.ctx.cached_s();
        let mut session = Session::resumed(from, now_s);
        if self.shared_buffer() {
            session.cursor = Some(self.backlog.attach(from));
        }
        self.become_replica(id, session, out);
        let line = match self.conns.get(&id) {
            Some(conn) if self.ctx.caps.psync2 && conn.announced.psync2 && !self.ctx.bugs.has(Bug::ContinueOldId) => {
                format!("+CONTINUE {}\r\n", self.replid)
            }
            _ => "+CONTINUE\r\n".to_string(),
        };
        let start = if self.ctx.bugs.has(Bug::ContinueTooMuch) { self.backlog.first() } else { from };
        let missing = if self.shared_buffer() { Bytes::new() } else { self.backlog.read(start, usize::MAX) };
        let mut sent = false;
        if let Some(conn) = self.conns.get_mut(&id) {
            let label = Label::reply(line.trim_end());
            sent = conn.pipe.write_through(Bytes::from(line), label, &mut out.outputs);
            if sent {
                conn.pipe.push_stream(from.0, missing);
            }
        }
        if !sent {
            self.drop_conn(id, SessionEnd::Closed, true, out);
            return;
        }
        if !self.shared_buffer() {
            // What is sent of the backlog counts like any other output: the conn may be doomed before it is accepted.
            self.check_output_limit(id, out);
        }
        self.log_verdict(name, ruling, out);
        self.refresh_good(out);
    }
}
