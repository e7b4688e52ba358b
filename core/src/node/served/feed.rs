//! Feeding: commands become bytes of the stream, in the backlog and for every replica that keeps commands (docs/redis.md §4.1); and what becomes of a
//! replica that takes too little of them (docs/redis.md §2.7).

use super::Served;
use crate::command::directives::{BufferLimit, ClientClass};
use crate::era::{BacklogKind, Capabilities};
use crate::fact::SessionEnd;
use crate::node::ConnId;
use crate::node::api::{Outbox, Output};
use crate::node::callers::Conns;
use crate::node::client_line::client_line;
use crate::node::conn::{Conn, State};
use crate::node::ctx::Ctx;
use crate::node::lines::Life;
use crate::node::parts::{Piece, ReplMemory};
use crate::note::Note;
use crate::planted::Bug;
use crate::repl::Offset;
use crate::repl::master::Session;
use crate::repl::stream;
use alloc::format;
use alloc::vec::Vec;
use bytes::Bytes;

/// Whether replicas read the stream from the shared blocks of the backlog (7.0) rather than from buffers of their own.
pub(super) const fn shares_buffer(caps: &Capabilities) -> bool {
    matches!(caps.backlog, BacklogKind::Blocks)
}
/// `client-output-buffer-limit` of replicas.
const fn limit(ctx: &Ctx) -> BufferLimit {
    ctx.conf.output_limits[ClientClass::Replica as usize]
}
/// The number of the next stream byte of a replica that counts by itself (2.6): behind what was sent and what waits.
pub(in crate::node) const fn session_next(sent: i64, queued: u64) -> i64 {
    sent + queued.cast_signed() + 1
}

impl Served {
    /// Whether anything is fed at all: from 4.0 on a replica only passes on its master's bytes.
    #[inline]
    pub(in crate::node) fn feeds(&self, ctx: &Ctx) -> bool {
        !(ctx.caps.psync2 && ctx.is_replica()) && (self.backlog.active() || !self.replicas.is_empty())
    }

    /// Feeds one command of database `db`, with the SELECT it may need.
    pub(in crate::node) fn feed(&mut self, db: usize, words: &[Bytes], conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) {
        if !self.feeds(ctx) {
            return;
        }
        if !ctx.caps.psync {
            return self.feed_each(db, words, conns, ctx, out);
        }
        let mut wire = Vec::new();
        self.writer.command(db, words, &mut wire);
        if out.want_flow {
            let text = crate::command::short_text(words);
            out.notes.push(Note::Command { text, offset: self.offset.0 + wire.len() as i64, bytes: wire.len() as i64 });
        }
        self.append(Bytes::from(wire), true, conns, ctx, out);
        self.fed_data(words);
    }

    /// Feeds one command of database `db` whose bytes are there already, written as the stream writes them. `alone`: in memory
    /// that holds little else.
    #[inline]
    pub(in crate::node) fn feed_raw_command(
        &mut self,
        db: usize,
        words: &[Bytes],
        (raw, alone): (Bytes, bool),
        conns: &mut Conns,
        ctx: &Ctx,
        out: &mut Outbox,
    ) {
        if self.writer.selected != Some(db) {
            return self.feed(db, words, conns, ctx, out);
        }
        if !self.feeds(ctx) {
            return;
        }
        if out.want_flow {
            let (text, bytes) = (crate::command::short_text(words), raw.len() as i64);
            out.notes.push(Note::Command { text, offset: self.offset.0 + bytes, bytes });
        }
        self.append(raw, alone, conns, ctx, out);
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
    fn feed_each(&mut self, db: usize, words: &[Bytes], conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) {
        let mut wire = Vec::new();
        crate::resp::write_command(words, &mut wire);
        let wire = Bytes::from(wire);
        let mut touched: Vec<ConnId> = Vec::new();
        let hard = limit(ctx).hard;
        for id in &self.replicas {
            let Some(conn) = conns.get_mut(id) else { continue };
            conn.pipe.waiting.watch(hard);
            let Some(session) = conn.session.as_mut().filter(|s| s.takes_stream()) else { continue };
            let next = |queued: u64| session_next(session.sent.0, queued);
            if session.selected != db {
                conn.pipe.push_stream(next(conn.pipe.queued()), Bytes::from(format!("select {db}\r\n")));
            }
            conn.pipe.push_stream(next(conn.pipe.queued()), wire.clone());
            session.selected = db;
            touched.push(*id);
        }
        if out.want_flow {
            let text = crate::command::short_text(words);
            out.notes.push(Note::Command { text, offset: 0, bytes: wire.len() as i64 });
        }
        for id in touched {
            self.check_output_limit(id, conns, ctx, out);
        }
    }

    /// Feeds the ping of the replication cron.
    pub(in crate::node) fn ping(&mut self, conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) {
        self.feed_bare(stream::ping(ctx.era), Bug::PingNotCounted, conns, ctx, out);
    }
    /// All replicas are to be asked what they have, at the end of the turn.
    pub(in crate::node) const fn want_acks(&mut self) {
        self.getack_due = true;
    }
    /// Feeds GETACK, if somebody wants it.
    pub(in crate::node) fn getack(&mut self, conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) {
        if core::mem::take(&mut self.getack_due) {
            self.feed_bare(stream::getack(), Bug::GetackNotCounted, conns, ctx, out);
        }
    }
    /// Feeds the MULTI of a release that selects the database behind it.
    pub(in crate::node) fn feed_multi(&mut self, conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) {
        let multi = Bytes::from_static(b"*1\r\n$5\r\nMULTI\r\n");
        if !self.feeds(ctx) {
            return;
        }
        if out.want_flow {
            let (text, bytes) = ("MULTI".into(), multi.len() as i64);
            out.notes.push(Note::Command { text, offset: self.offset.0 + bytes, bytes });
        }
        self.append(multi, false, conns, ctx, out);
    }
    /// Feeds bytes that bring no SELECT. With the bug they do not count.
    fn feed_bare(&mut self, bytes: &'static [u8], uncounted: Bug, conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) {
        if self.feeds(ctx) {
            self.append(Bytes::from_static(bytes), false, conns, ctx, out);
            if ctx.bugs.has(uncounted) && ctx.caps.psync {
                self.offset = self.offset - bytes.len() as i64;
            }
        }
    }

    /// Appends bytes to the stream: the offset moves here, and nowhere else. `shared`: the backlog may hold their memory rather than copy them.
    pub(in crate::node) fn append(&mut self, bytes: Bytes, shared: bool, conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) {
        if bytes.is_empty() {
            return;
        }
        if ctx.caps.ping_if_silent {
            self.fed_s = ctx.cached_s();
        }
        let first = self.offset.0 + 1;
        let blocks = self.backlog.next_block();
        let one_buffer = shares_buffer(&ctx.caps);
        if ctx.caps.psync {
            self.offset += bytes.len() as i64;
            if self.backlog.active() {
                // A block that is added is as large as the piece that needs it: of a long command that is not all.
                let long = one_buffer && !ctx.is_replica() && bytes.len() as u64 > crate::repl::backlog::BLOCK_MIN;
                match shared {
                    _ if long => stream::pieces(&bytes, |piece| self.backlog.feed(piece)),
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
        if one_buffer {
            self.piece = (!self.replicas.is_empty()).then(|| Piece { first, bytes: bytes.clone(), named: None });
            // Most of the time all that replicas could hold back is far below every limit: then nobody's buffer is measured.
            let limit = limit(ctx);
            let most = self.backlog.blocks_memory();
            let near = |limit: u64| limit > 0 && most >= limit;
            if !self.soft_watched && !near(limit.hard) && !near(limit.soft) {
                return;
            }
            if self.backlog.next_block() == blocks {
                // 7.0 looks at limits only where the buffer grows by a block.
                return;
            }
        }
        let mut touched: Vec<ConnId> = Vec::new();
        let hard = limit(ctx).hard;
        for id in &self.replicas {
            let Some(conn) = conns.get_mut(id) else { continue };
            if conn.session.as_ref().is_some_and(Session::takes_stream) {
                if !one_buffer {
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
            self.check_output_limit(id, conns, ctx, out);
        }
        self.watch_soft(conns, ctx);
    }

    // ---- memory and limits

    /// The memory of backlog and replicas, as INFO counts it (docs/redis.md §8.2).
    pub(in crate::node) fn memory(&self, conns: &Conns, ctx: &Ctx) -> ReplMemory {
        if shares_buffer(&ctx.caps) {
            return ReplMemory::shared(self.backlog.memory(), self.backlog.size(), !self.replicas.is_empty());
        }
        let output: u64 = self.replicas.iter().filter_map(|id| conns.get(id)).map(|conn| conn.pipe.used()).sum();
        let conns = self.replicas.len() as u64 * ctx.caps.replica_conn_bytes;
        ReplMemory { backlog: self.backlog.memory(), replicas: output + conns, shared: 0, not_counted: output }
    }

    /// Bytes at which a replica's output buffer ends its session: the hard limit, or the soft one without one; 0: none.
    pub(in crate::node) fn output_limit(&self, ctx: &Ctx) -> u64 {
        let limit = limit(ctx);
        let least = if ctx.caps.limit_at_least_backlog { self.backlog.size() } else { 0 };
        let of = if limit.hard > 0 { limit.hard } else { limit.soft };
        if of > 0 { of.max(least) } else { 0 }
    }
    /// The hard limit as it is applied: from 7.0 on a replica may hold as much as the backlog.
    fn hard_limit(&self, ctx: &Ctx) -> u64 {
        let hard = limit(ctx).hard;
        if ctx.caps.limit_at_least_backlog && hard > 0 { hard.max(self.backlog.size()) } else { hard }
    }
    /// The limits of replicas as they are applied: hard, soft, and the seconds that the soft one may be passed; 0: none.
    pub(in crate::node) fn output_limits(&self, ctx: &Ctx) -> (u64, u64, i64) {
        let limit = limit(ctx);
        (self.hard_limit(ctx), limit.soft, limit.soft_seconds)
    }
    /// What a replica's buffer counts against the limits of its class: the shared blocks from its place on, or what its own list holds.
    pub(in crate::node) fn counted(&self, conn: &Conn, ctx: &Ctx) -> u64 {
        if shares_buffer(&ctx.caps) {
            conn.session.as_ref().and_then(|session| session.cursor).map_or(0, |cursor| self.backlog.cursor_memory(cursor))
        } else if conn.pipe.overflows() {
            conn.pipe.used()
        } else {
            0
        }
    }
    /// Remembers whether some replica of 7.0 has a soft limit's time running.
    fn watch_soft(&mut self, conns: &Conns, ctx: &Ctx) {
        self.soft_watched = shares_buffer(&ctx.caps) && conns.values().any(|conn| conn.soft_since_s.is_some());
    }
    /// Closes a replica whose output buffer is over the limits of its class (docs/redis.md §2.7), asynchronously. Called where bytes are added for it.
    pub(super) fn check_output_limit(&self, id: ConnId, conns: &mut Conns, ctx: &Ctx, out: &mut Outbox) {
        let Some(conn) = conns.get_mut(&id).filter(|_| !ctx.bugs.has(Bug::LimitIgnored)) else { return };
        if self.over_limit(conn, ctx) {
            ctx.log(Life::OverLimit { client: &client_line(conn, &self.backlog, ctx) }, out);
            conn.state = State::Doomed { at_cron: !ctx.caps.close_before_sleep, why: SessionEnd::OutputLimit };
        }
    }

    /// Whether clientsCron of 6.2 and later closes this replica: it looks at the limits too, so a limit that was lowered, or a soft one whose time ran out,
    /// closes one to which nothing is written. (Servers with more than five conns look at some in each tick, not at all.)
    pub(in crate::node) fn closes_at_cron(&self, id: ConnId, conns: &mut Conns, ctx: &Ctx) -> bool {
        conns.get_mut(&id).is_some_and(|conn| !ctx.bugs.has(Bug::LimitIgnored) && self.over_limit(conn, ctx))
    }
    /// clientsCron has looked at all of them.
    pub(in crate::node) fn limits_seen(&mut self, conns: &Conns, ctx: &Ctx) {
        self.watch_soft(conns, ctx);
    }

    /// Whether some replica may hold as much as a limit allows, or has a soft limit's time running: clientsCron then has something to look at.
    #[inline]
    pub(in crate::node) fn limits_near(&self, conns: &Conns, ctx: &Ctx) -> bool {
        let limit = limit(ctx);
        let Some(least) = [limit.hard, limit.soft].into_iter().filter(|limit| *limit > 0).min() else { return self.soft_watched };
        if self.replicas.is_empty() {
            return false;
        }
        if shares_buffer(&ctx.caps) {
            return self.soft_watched || self.backlog.blocks_memory() >= least;
        }
        self.replicas.iter().filter_map(|id| conns.get(id)).any(|conn| {
            let counts = conn.pipe.overflows();
            counts && (conn.soft_since_s.is_some() || conn.pipe.used() >= least)
        })
    }

    /// Whether what a replica's buffer holds is over a limit of its class; counts the time over the soft one.
    fn over_limit(&self, conn: &mut Conn, ctx: &Ctx) -> bool {
        let limit = limit(ctx);
        let hard = self.hard_limit(ctx);
        let hard = if ctx.bugs.has(Bug::LimitTooEarly) { hard / 10 } else { hard };
        if matches!(conn.state, State::Doomed { .. }) {
            return false;
        }
        if !shares_buffer(&ctx.caps) && !conn.pipe.overflows() {
            return false;
        }
        conn.is_over(self.counted(conn, ctx), hard, limit, ctx.cached_s())
    }

    // ---- sending

    /// Whether a conn has something to send, and room for it, or is to be closed once it has nothing.
    #[inline]
    pub(in crate::node) fn may_send(&self, conn: &Conn) -> bool {
        let shared = |session: &Session| session.cursor.is_some_and(|cursor| self.backlog.cursor_pending(cursor) > 0);
        let waits = |session: &Session| session.transfers() || shared(session);
        matches!(conn.state, State::Closing) || (conn.pipe.room > 0 && (conn.pipe.queued() > 0 || conn.session.as_ref().is_some_and(waits)))
    }
    /// Bytes of the stream that wait for a replica, here or in its own buffer.
    pub(in crate::node) fn waiting(&self, conn: &Conn, session: &Session) -> u64 {
        session.cursor.map_or_else(|| conn.pipe.queued(), |cursor| self.backlog.cursor_pending(cursor))
    }
    /// Sends a replica what its room allows of its own buffer, and then of the shared blocks.
    #[inline]
    pub(in crate::node) fn send(&mut self, conn: &mut Conn, out: &mut Outbox) {
        let Some(session) = conn.session.as_mut() else { return };
        let flushed = conn.pipe.flush(&mut out.outputs);
        session.sent += flushed as i64;
        self.counters.repl_output += flushed;
        if conn.pipe.queued() > 0 {
            return;
        }
        let Some(cursor) = session.cursor else { return };
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
            self.counters.repl_output += len;
            out.outputs.push(Output::Send { conn: conn.pipe.id, bytes, label });
            if len == pending {
                break;
            }
        }
    }
}
