//! Propagation: the effects of commands go into the stream, with the backlog and every replica that keeps commands (docs/redis.md §4.1).

use super::lines::Life;
use super::parts::{Op, Piece};
use super::{ConnId, Node, Outbox, State};
use crate::command::Effect;
use crate::era::BacklogKind;
use crate::fact::SessionEnd;
use crate::note::Note;
use crate::planted::Bug;
use crate::repl::Offset;
use alloc::string::ToString;
use alloc::vec::Vec;
use bytes::Bytes;

impl Node {
    /// Whether anything is fed at all: from 4.0 on a replica only passes on its master's bytes.
    pub(super) fn feeds(&self) -> bool {
        !(self.ctx.caps.psync2 && self.ctx.is_replica()) && (self.backlog.active() || !self.replicas.is_empty())
    }

    /// A command ran: whether data changed is what save points and a rewrite of the append-only file count.
    pub(super) fn changed(&mut self, db: usize, words: &[Bytes], effect: &Effect) {
        if !matches!(effect, Effect::None) {
            self.saving.changed(db, words);
        }
    }

    /// Feeds one command of database `db`, with the SELECT it may need.
    pub(super) fn feed(&mut self, db: usize, words: &[Bytes], out: &mut Outbox) {
        if !self.feeds() {
            return;
        }
        if !self.ctx.caps.psync {
            return self.feed_each(db, words, out);
        }
        let mut wire = Vec::new();
        self.writer.command(db, words, &mut wire);
        if out.want_flow {
            let text = crate::command::short_text(words);
            self.note(Note::Command { text, offset: self.offset.0 + wire.len() as i64, bytes: wire.len() as i64 }, out);
        }
        self.append(Bytes::from(wire), true, out);
        self.fed_data(words);
    }

    /// Feeds one command of database `db` whose bytes are there already, written as the stream writes them. `alone`: in memory that holds little else.
    pub(super) fn feed_as_it_came(&mut self, db: usize, words: &[Bytes], raw: Bytes, alone: bool, out: &mut Outbox) {
        if self.writer.selected != Some(db) {
            return self.feed(db, words, out);
        }
        if !self.feeds() {
            return;
        }
        if out.want_flow {
            let (text, bytes) = (crate::command::short_text(words), raw.len() as i64);
            self.note(Note::Command { text, offset: self.offset.0 + bytes, bytes }, out);
        }
        self.append(raw, alone, out);
        self.fed_data(words);
    }
    /// Remembers where the last command that changes data ends.
    fn fed_data(&mut self, words: &[Bytes]) {
        const QUIET: [&[u8]; 5] = [b"ping", b"select", b"multi", b"exec", b"replconf"];
        if words.first().is_some_and(|name| !QUIET.iter().any(|quiet| name.eq_ignore_ascii_case(quiet))) {
            self.data_end = self.offset;
        }
    }

    /// 2.6: no offsets, no backlog; each replica has a database of its own, which begins at 0, and SELECT is the inline text of a client of old.
    fn feed_each(&mut self, db: usize, words: &[Bytes], out: &mut Outbox) {
        let mut wire = Vec::new();
        crate::resp::write_command(words, &mut wire);
        let wire = Bytes::from(wire);
        let mut touched: Vec<ConnId> = Vec::new();
        let hard = self.replica_limit().hard;
        for id in &self.replicas {
            let Some(conn) = self.conns.get_mut(id) else { continue };
            conn.pipe.waiting.watch(hard);
            let Some(session) = conn.session.as_mut().filter(|s| s.takes_stream()) else { continue };
            let next = |queued: u64| session_next(session.sent.0, queued);
            if session.selected != db {
                conn.pipe.push_stream(next(conn.pipe.queued()), Bytes::from(alloc::format!("select {db}\r\n")));
            }
            conn.pipe.push_stream(next(conn.pipe.queued()), wire.clone());
            session.selected = db;
            touched.push(*id);
        }
        if out.want_flow {
            let text = crate::command::short_text(words);
            self.note(Note::Command { text, offset: 0, bytes: wire.len() as i64 }, out);
        }
        for id in touched {
            self.check_output_limit(id, out);
        }
    }

    /// Feeds bytes that bring no SELECT: PING and GETACK.
    pub(super) fn feed_raw(&mut self, bytes: &'static [u8], out: &mut Outbox) {
        if self.feeds() {
            self.append(Bytes::from_static(bytes), false, out);
        }
    }

    /// The bug of bytes that do not count.
    pub(super) fn uncount(&mut self, bytes: &[u8]) {
        if self.feeds() && self.ctx.caps.psync {
            self.offset = self.offset - bytes.len() as i64;
        }
    }

    /// Appends bytes to the stream: the offset moves here, and nowhere else. `shared`: the backlog may hold their memory rather than copy them.
    pub(super) fn append(&mut self, bytes: Bytes, shared: bool, out: &mut Outbox) {
        if bytes.is_empty() {
            return;
        }
        let first = self.offset.0 + 1;
        let blocks = self.backlog.next_block();
        if self.ctx.caps.psync {
            self.offset += bytes.len() as i64;
            if self.backlog.active() {
                // A block that is added is as large as the piece that needs it: of a long command that is not all.
                let long = self.shared_buffer() && !self.ctx.is_replica() && bytes.len() as u64 > crate::repl::backlog::BLOCK_MIN;
                match shared {
                    _ if long => crate::repl::stream::pieces(&bytes, |piece| self.backlog.feed(piece)),
                    // Nobody else reads them here.
                    true if self.replicas.is_empty() => {
                        self.piece = None;
                        return self.backlog.feed_shared(bytes);
                    }
                    true => self.backlog.feed_shared(bytes.clone()),
                    false => self.backlog.feed(&bytes),
                }
            }
        }
        if self.shared_buffer() {
            self.piece = (!self.replicas.is_empty()).then(|| Piece { first, bytes: bytes.clone(), named: None });
            // Most of the time all that replicas could hold back is far below every limit: then nobody's buffer is measured.
            let limit = self.replica_limit();
            let most = self.backlog.blocks_memory();
            let near = |limit: u64| limit > 0 && most >= limit;
            if !self.soft_watched && !near(limit.hard) && !near(limit.soft) {
                return;
            }
        }
        let shared = self.shared_buffer();
        if shared && self.backlog.next_block() == blocks {
            // 7.0 looks at limits only where the buffer grows by a block.
            return;
        }
        let mut touched: Vec<ConnId> = Vec::new();
        let hard = self.replica_limit().hard;
        for id in &self.replicas {
            let Some(conn) = self.conns.get_mut(id) else { continue };
            if conn.session.as_ref().is_some_and(crate::repl::master::Session::takes_stream) {
                if !shared {
                    conn.pipe.waiting.watch(hard);
                    conn.pipe.push_stream(first, bytes.clone());
                    if !conn.pipe.overflows() {
                        continue;
                    }
                }
                touched.push(*id);
            }
        }
        for id in touched {
            self.check_output_limit(id, out);
        }
        self.soft_watched = shared && self.conns.values().any(|conn| conn.soft_since_s.is_some());
    }

    /// Whether replicas read the stream from the shared blocks of the backlog (7.0) rather than from buffers of their own.
    pub(super) const fn shared_buffer(&self) -> bool {
        matches!(self.ctx.caps.backlog, BacklogKind::Blocks)
    }

    /// The effects of one command outside a transaction.
    pub(super) fn propagate(&mut self, ops: Vec<Op>, out: &mut Outbox) {
        let wrap = self.ctx.caps.multi_lazy && ops.len() > 1 && !ops[0].1.first().is_some_and(|w| w.eq_ignore_ascii_case(b"multi"));
        let (first_db, last_db) = match (ops.first(), ops.last()) {
            (Some(first), Some(last)) => (first.0, last.0),
            _ => return,
        };
        if wrap && !self.ctx.bugs.has(Bug::MultiForgotten) {
            self.feed(first_db, &[Bytes::from_static(b"MULTI")], out);
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

    /// Closes a replica whose output buffer is over the limits of its class (docs/redis.md §2.7), asynchronously. Called where bytes are added for it.
    pub(super) fn check_output_limit(&mut self, id: ConnId, out: &mut Outbox) {
        if !self.over_limit(id) {
            return;
        }
        let Some(conn) = self.conns.get_mut(&id) else { return };
        conn.state = State::Doomed { at_cron: !self.ctx.caps.close_before_sleep, why: SessionEnd::OutputLimit };
        self.log(Life::OverLimit { client: &self.client_info(id) }, out);
    }

    /// clientsCron of 6.2 and later looks at the limits too: a limit that was lowered, or a soft one whose time ran out, closes a replica to which
    /// nothing is written, and at once. (Servers with more than five conns look at some in each tick, not at all.)
    pub(super) fn watch_limits(&mut self, out: &mut Outbox) {
        if !self.ctx.caps.limits_at_cron || !self.limits_near() {
            return;
        }
        for id in self.replicas.clone() {
            if self.over_limit(id) {
                let client = self.client_info(id);
                self.drop_conn(id, SessionEnd::OutputLimit, true, out);
                self.log(Life::ClosedOverLimit { client: &client }, out);
            }
        }
        self.soft_watched = self.shared_buffer() && self.conns.values().any(|conn| conn.soft_since_s.is_some());
    }

    /// Whether some replica may hold as much as a limit allows, or has a soft limit's time running: clientsCron then has something to look at.
    pub(super) fn limits_near(&self) -> bool {
        let limit = self.replica_limit();
        let Some(least) = [limit.hard, limit.soft].into_iter().filter(|limit| *limit > 0).min() else { return self.soft_watched };
        if self.replicas.is_empty() {
            return false;
        }
        if self.shared_buffer() {
            return self.soft_watched || self.backlog.blocks_memory() >= least;
        }
        self.replicas.iter().filter_map(|id| self.conns.get(id)).any(|conn| {
            let counts = conn.pipe.overflows();
            counts && (conn.soft_since_s.is_some() || conn.pipe.used() >= least)
        })
    }

    /// Whether what a replica's buffer holds is over a limit of its class; counts the time over the soft one.
    fn over_limit(&mut self, id: ConnId) -> bool {
        let now_s = self.ctx.cached_s();
        let limit = self.replica_limit();
        let hard = if self.ctx.caps.limit_at_least_backlog && limit.hard > 0 { limit.hard.max(self.backlog.size()) } else { limit.hard };
        let shared = self.shared_buffer();
        if self.ctx.bugs.has(Bug::LimitIgnored) {
            return false;
        }
        let hard = if self.ctx.bugs.has(Bug::LimitTooEarly) { hard / 10 } else { hard };
        let Some(conn) = self.conns.get_mut(&id) else { return false };
        if matches!(conn.state, State::Doomed { .. }) {
            return false;
        }
        let used = if shared {
            conn.session.as_ref().and_then(|s| s.cursor).map_or(0, |c| self.backlog.cursor_memory(c))
        } else if conn.pipe.overflows() {
            conn.pipe.used()
        } else {
            return false;
        };
        let over_hard = hard > 0 && used >= hard;
        let over_soft = limit.soft > 0 && used >= limit.soft;
        let over_soft = match (over_soft, conn.soft_since_s) {
            (false, _) => {
                conn.soft_since_s = None;
                false
            }
            (true, None) => {
                conn.soft_since_s = Some(now_s);
                false
            }
            (true, Some(since)) => now_s - since > limit.soft_seconds,
        };
        over_hard || over_soft
    }

    /// Sends what a conn's room allows: replies, the RDB, the stream.
    pub(super) fn flush_conn(&mut self, id: ConnId, out: &mut Outbox) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        if matches!(conn.state, State::Doomed { .. }) {
            return;
        }
        let Some(session) = &mut conn.session else {
            conn.pipe.flush(&mut out.outputs);
            if matches!(conn.state, State::Closing) && conn.pipe.queued() == 0 {
                self.drop_conn(id, SessionEnd::Closed, true, out);
            }
            return;
        };
        if !session.flows() {
            self.flush_transfer(id, out);
            return;
        }
        session.sent += conn.pipe.flush(&mut out.outputs) as i64;
        if conn.pipe.queued() > 0 {
            return;
        }
        if let Some(cursor) = session.cursor {
            while conn.pipe.room > 0
                && let Some((next, pending)) = self.backlog.cursor_place(cursor)
                && pending > 0
            {
                let wanted = pending.min(conn.pipe.room);
                let first = session.sent.0 + 1;
                let fits = |piece: &&mut Piece| next == Offset(piece.first) && piece.bytes.len() as u64 == wanted;
                let (bytes, label) = match self.piece.as_mut().filter(fits) {
                    // All replicas that wait for the same bytes share them, and what is written on them.
                    Some(piece) => (piece.bytes.clone(), piece.label(first)),
                    None => {
                        let bytes = self.backlog.read_cursor(cursor, usize::try_from(conn.pipe.room).unwrap_or(usize::MAX));
                        if bytes.is_empty() {
                            break;
                        }
                        let piece = self.piece.insert(Piece { first: next.0, bytes, named: None });
                        (piece.bytes.clone(), piece.label(first))
                    }
                };
                let len = bytes.len() as u64;
                self.backlog.advance(cursor, len);
                conn.pipe.room -= len;
                session.sent += len as i64;
                out.outputs.push(super::Output::Send { conn: id, bytes, label });
                if len == pending {
                    break;
                }
            }
        }
    }

    /// Changes the identity of this server's stream, and says so.
    pub(super) fn set_ids(&mut self, id: crate::repl::ReplId, id2: crate::repl::ReplId, second_offset: Offset, out: &mut Outbox) {
        self.replid = id;
        self.replid2 = id2;
        self.second_offset = second_offset;
        self.note(Note::IdChanged { id: id.to_string(), id2: id2.to_string(), second_offset: second_offset.0 }, out);
    }
}

/// The number of the next stream byte of a replica that counts by itself (2.6): behind what was sent and what waits.
pub(super) const fn session_next(sent: i64, queued: u64) -> i64 {
    sent + queued.cast_signed() + 1
}
