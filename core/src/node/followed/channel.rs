//! The second connection of a full resynchronisation: its dial and handshake, what the first one keeps meanwhile, and how both end (docs/redis.md §6A).

use super::Followed;
use super::handshake::{dial_errno, read_errno};
use super::transfer::take_line;
use crate::era::Channel as Kind;
use crate::fact::{BesideStage, Errno, HandshakeStep};
use crate::node::ConnId;
use crate::node::api::{Address, CloseWhy, DialError, Label, Outbox, Output, Token};
use crate::node::conn::Pipe;
use crate::node::ctx::Ctx;
use crate::node::lines::{Channel as Line, Upstream as Common};
use crate::node::upstream::{Channel, Joining, Stage, Streaming, Upstream, UpstreamState};
use crate::node::view::Beside;
use crate::note::{HandshakeFailure, Note};
use crate::planted::Bug;
use crate::repl::replica::{self, EndOff, Greeting, Link, PsyncReply, Transfer};
use crate::repl::{Kept, Offset, ReplId};
use crate::resp;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

/// The end of the first connection while the second one has the RDB.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::node) enum MainLost {
    /// Nothing was there to be lost.
    Noted,
    /// The transfer is over.
    Aborts(Errno),
    /// The load goes on, and what was kept is applied behind it.
    LoadGoesOn,
    /// The load of the file is broken off (Valkey).
    LoadBreaks(Errno),
}

/// What a line of the first connection's own way into the stream leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::node) enum Joined {
    /// It goes on.
    Waits,
    /// It is in.
    In {
        /// The RDB was there before.
        loaded: bool,
    },
    /// Both connections are to be given up.
    Refused,
}

impl Followed {
    // ---- what others ask

    /// The connection that has the RDB, if it is another one than the stream's.
    #[inline]
    pub(in crate::node) fn rdb_conn(&self) -> Option<ConnId> {
        Some(self.upstream.as_ref()?.rdb_pipe()?.id)
    }
    /// The same, to write to it.
    pub(in crate::node) const fn rdb_pipe_mut(&mut self) -> Option<&mut Pipe> {
        match &mut self.upstream {
            Some(upstream) => upstream.rdb_pipe_mut(),
            None => None,
        }
    }
    /// Whether there is a second connection, or the dial of one.
    #[inline]
    pub(in crate::node) fn has_channel(&self) -> bool {
        self.upstream.as_ref().is_some_and(|upstream| upstream.channel.is_some())
    }
    /// Whether RDB and stream come side by side.
    #[inline]
    pub(in crate::node) fn beside(&self) -> bool {
        self.upstream.as_ref().is_some_and(Upstream::beside)
    }
    /// Whether the second connection is still in its handshake.
    pub(in crate::node) fn greets(&self) -> bool {
        matches!(self.stage(), Some(Stage::Greets { .. }))
    }
    fn stage(&self) -> Option<&Stage> {
        Some(&self.upstream.as_ref()?.channel.as_ref()?.stage)
    }
    /// What a watcher sees of the two connections.
    pub(in crate::node) fn beside_row(&self, ctx: &Ctx) -> Option<Beside> {
        let stage = match self.stage() {
            Some(Stage::Connecting { .. } | Stage::Greets { .. }) => BesideStage::Opens,
            Some(Stage::Beside { joins: Some(_), .. }) => BesideStage::Joins,
            Some(Stage::Beside { .. }) => BesideStage::Beside,
            None if self.streams() => BesideStage::Applies,
            None => return None,
        };
        let limit = limit(ctx);
        let full = stage == BesideStage::Beside && self.kept.is_full(limit);
        Some(Beside { stage, held: self.kept.held(), size: self.kept.size(), limit, full })
    }
    /// The stream that is kept.
    pub(in crate::node) const fn kept(&self) -> &Kept {
        &self.kept
    }
    /// Whether the first connection is read now: it keeps what comes, up to the limit, from the moment when the RDB's origin is known.
    pub(in crate::node) fn reads_main(&self) -> bool {
        match self.stage() {
            Some(Stage::Beside { lost, .. }) => !self.stopped && lost.is_none(),
            Some(Stage::Connecting { .. } | Stage::Greets { .. }) => false,
            None => self.streaming.is_none_or(|streaming| streaming.lost.is_none() && self.kept.takes_meanwhile()),
        }
    }

    // ---- dial and handshake

    /// +RDBCHANNELSYNC: the master is dialled once more. The first connection is not read until the RDB's origin is known.
    pub(in crate::node) fn dial_channel(&mut self, client: Option<i64>, ctx: &Ctx, out: &mut Outbox) {
        let token = Token(self.next_token);
        self.next_token += 1;
        let Some(upstream) = &mut self.upstream else { return };
        let to = Address { host: upstream.host.clone(), port: upstream.port };
        upstream.channel = Some(Channel { client, db: None, stage: Stage::Connecting { token } });
        self.touch(ctx);
        out.outputs.push(Output::Connect { token, to });
    }
    /// Whether a dial is that of the second connection.
    pub(in crate::node) fn dials_channel(&self, token: Token) -> bool {
        matches!(self.stage(), Some(Stage::Connecting { token: mine }) if *mine == token)
    }
    /// The second dial failed.
    pub(super) fn channel_refused(&mut self, why: DialError, ctx: &mut Ctx, out: &mut Outbox) {
        let errno = dial_errno(why);
        ctx.log(Common::SocketError { errno }, out);
        self.channel_fails(HandshakeFailure::Errno(errno), None, ctx, out);
    }
    /// The second dial succeeded: its own handshake begins.
    pub(super) fn channel_dialled(&mut self, conn: ConnId, room: u64, ctx: &Ctx) {
        let pipe = Pipe::new(conn, room, ctx.caps.reply_list);
        let auth = super::handshake::auth_words(ctx);
        let first = if auth.is_empty() { Greeting::Replconf } else { Greeting::Auth };
        let Some(channel) = self.upstream.as_mut().and_then(|upstream| upstream.channel.as_mut()) else { return };
        let client = channel.client;
        channel.stage = Stage::Greets { pipe, step: first, line: Vec::new() };
        if !auth.is_empty() {
            let mut words = Vec::from([Bytes::from_static(b"AUTH")]);
            words.extend(auth);
            self.channel_request(&words);
        }
        let (port, ip) = super::handshake::announces(ctx);
        let ip = Some(ip.as_str()).filter(|ip| ctx.caps.channel_tells_ip && !ip.is_empty());
        let release = ctx.caps.rdb_for_older.then(|| ctx.era.release());
        self.channel_request(&replica::channel_words(client, port, ip, release));
    }
    fn channel_request(&mut self, words: &[Bytes]) {
        let mut wire = Vec::new();
        resp::write_command(words, &mut wire);
        let syncs = words.first().is_some_and(|word| word.as_ref() == b"PSYNC");
        if let Some(pipe) = self.rdb_pipe_mut() {
            pipe.push(Bytes::from(wire), Label::request(syncs, replica::request_text(words)));
        }
    }
    /// Takes one line of the second connection's handshake off `bytes`.
    pub(in crate::node) fn channel_line(&mut self, bytes: &mut Bytes) -> Option<Result<Vec<u8>, ()>> {
        match &mut self.upstream.as_mut()?.channel.as_mut()?.stage {
            Stage::Greets { line, .. } => take_line(line, bytes),
            Stage::Connecting { .. } | Stage::Beside { .. } => None,
        }
    }
    /// One reply line of that handshake.
    pub(in crate::node) fn channel_heard(&mut self, line: &[u8], ctx: &mut Ctx, out: &mut Outbox) {
        self.touch(ctx);
        let Some(Stage::Greets { step, .. }) = self.stage() else { return };
        let text = || String::from_utf8_lossy(line).into_owned();
        let next = match step {
            Greeting::Auth if line.starts_with(b"-") => {
                ctx.log(Line::AuthError { reply: &text() }, out);
                return self.channel_fails(HandshakeFailure::Said(text()), Some(&text()), ctx, out);
            }
            Greeting::Auth => Greeting::Replconf,
            Greeting::Replconf if line.starts_with(b"-") => {
                ctx.log(Line::ReplconfError { reply: &text() }, out);
                return self.channel_fails(HandshakeFailure::Said(text()), Some(&text()), ctx, out);
            }
            Greeting::Replconf => {
                if let Kind::Valkey = ctx.caps.channel {
                    if let Some(pipe) = self.rdb_pipe_mut() {
                        pipe.push(Bytes::from_static(b"SYNC\r\n"), Label::request(true, "SYNC"));
                    }
                } else {
                    self.channel_request(&replica::psync_words("?", -1));
                }
                Greeting::Origin
            }
            Greeting::Origin if line.is_empty() => Greeting::Origin,
            Greeting::Origin if matches!(ctx.caps.channel, Kind::Valkey) => match EndOff::read(line) {
                Some(end) => return self.ends_at(&end, ctx, out),
                None => {
                    ctx.log(Line::Unexpected { reply: &text() }, out);
                    return self.channel_fails(HandshakeFailure::Said(text()), Some(&text()), ctx, out);
                }
            },
            Greeting::Origin => match replica::classify(line, &ctx.caps) {
                PsyncReply::Full { id, offset } => {
                    ctx.log(Line::InParallel, out);
                    self.master_id = id;
                    self.initial_offset = offset;
                    out.notes.push(Note::FullStarted { id: id.to_string(), offset: offset.0 });
                    return self.begin_beside(None, ctx, out);
                }
                _ => {
                    ctx.log(Line::Unexpected { reply: &text() }, out);
                    return self.channel_fails(HandshakeFailure::Said(text()), Some(&text()), ctx, out);
                }
            },
        };
        if let Some(Channel { stage: Stage::Greets { step, .. }, .. }) =
            self.upstream.as_mut().and_then(|upstream| upstream.channel.as_mut())
        {
            *step = next;
        }
    }
    /// Valkey: where the RDB ends is known, and the first connection is to go on from there. The RDB follows on the second one.
    fn ends_at(&mut self, end: &EndOff, ctx: &Ctx, out: &mut Outbox) {
        self.master_id = end.id;
        self.initial_offset = end.offset;
        out.notes.push(Note::FullStarted { id: end.id.to_string(), offset: end.offset.0 });
        if let Some(channel) = self.upstream.as_mut().and_then(|upstream| upstream.channel.as_mut()) {
            channel.db = usize::try_from(end.db).ok();
        }
        self.begin_beside(Some(Joining { named: false, line: Vec::new(), loaded: false }), ctx, out);
        let words = ["REPLCONF", "set-rdb-client-id"].map(|word| Bytes::from_static(word.as_bytes()));
        self.main_request(&[&words[..], &[Bytes::from(end.client.to_string())]].concat());
    }
    fn main_request(&mut self, words: &[Bytes]) {
        let mut wire = Vec::new();
        resp::write_command(words, &mut wire);
        let syncs = words.first().is_some_and(|word| word.as_ref() == b"PSYNC");
        if let Some(pipe) = self.pipe_mut() {
            pipe.push(Bytes::from(wire), Label::request(syncs, replica::request_text(words)));
        }
    }
    fn joining_mut(&mut self) -> Option<&mut Joining> {
        match &mut self.upstream.as_mut()?.channel.as_mut()?.stage {
            Stage::Beside { joins, .. } => joins.as_mut(),
            Stage::Connecting { .. } | Stage::Greets { .. } => None,
        }
    }
    /// Whether the first connection is on its own way into the stream.
    #[inline]
    pub(in crate::node) fn joins(&self) -> bool {
        self.upstream.as_ref().is_some_and(|upstream| upstream.joins().is_some())
    }
    /// Takes a line of that way off `bytes`.
    pub(in crate::node) fn join_line(&mut self, bytes: &mut Bytes) -> Option<Result<Vec<u8>, ()>> {
        take_line(&mut self.joining_mut()?.line, bytes)
    }
    /// One reply line of it.
    pub(in crate::node) fn join_heard(&mut self, line: &[u8], ctx: &Ctx, out: &mut Outbox) -> Joined {
        let (id, offset) = (self.master_id, self.initial_offset + 1);
        let text = || String::from_utf8_lossy(line).into_owned();
        let Some(joining) = self.joining_mut() else { return Joined::Waits };
        if !joining.named {
            if !line.starts_with(b"+") {
                ctx.log(Line::MainRefused { reply: &text() }, out);
                return Joined::Refused;
            }
            joining.named = true;
            ctx.log(Line::TriesMain { id, offset }, out);
            self.main_request(&replica::psync_words(&id.to_string(), offset.0));
            out.notes.push(Note::PsyncAsked { id: id.to_string(), offset: offset.0 });
            return Joined::Waits;
        }
        let loaded = joining.loaded;
        self.early = loaded;
        match replica::classify(line, &ctx.caps) {
            PsyncReply::Wait => Joined::Waits,
            PsyncReply::Continue { .. } => {
                let from = self.state(&ctx.caps);
                if let Some(Channel { stage: Stage::Beside { joins, .. }, .. }) =
                    self.upstream.as_mut().and_then(|upstream| upstream.channel.as_mut())
                {
                    *joins = None;
                }
                out.notes.push(Note::UpstreamState { from, to: self.state(&ctx.caps) });
                if !loaded {
                    ctx.log(Line::MainAccepted { loads: true }, out);
                }
                Joined::In { loaded }
            }
            _ => {
                ctx.log(Line::MainRefused { reply: &text() }, out);
                Joined::Refused
            }
        }
    }
    /// The RDB is loaded. Whether the first connection is not in the stream yet: then that is awaited.
    pub(in crate::node) fn awaits_main(&mut self) -> bool {
        self.joining_mut().map(|joining| joining.loaded = true).is_some()
    }
    /// Whether an RDB of this very synchronisation is being loaded.
    pub(in crate::node) fn installs(&self) -> bool {
        self.upstream.as_ref().is_some_and(|upstream| {
            matches!(upstream.state, UpstreamState::Installing { .. } | UpstreamState::Parsing { .. } | UpstreamState::Connected { .. })
        })
    }
    /// Valkey 8.0: an RDB whose synchronisation was given up is loaded. If a second one is under way, with the stream beside its RDB, that stream is taken for
    /// the one behind this RDB, at no offset and under no id. Whether it was.
    pub(in crate::node) fn attaches_to_another(&mut self, ctx: &Ctx, out: &mut Outbox) -> bool {
        let Some(upstream) = self.upstream.as_mut().filter(|upstream| upstream.beside() && upstream.joins().is_none()) else {
            return false;
        };
        let Some(rdb) = upstream.rdb_pipe().map(|pipe| pipe.id) else { return false };
        let db = upstream.channel.as_ref().and_then(|channel| channel.db).unwrap_or(0);
        let Some((pipe, _)) = self.main_takes_over(rdb, false, out) else { return false };
        self.master_id = ReplId::EMPTY;
        self.initial_offset = Offset::NONE;
        let link = Link::new(ReplId::EMPTY, Offset::NONE, db);
        ctx.log(Line::DumpBroken { why: "Bad file descriptor" }, out);
        ctx.log(Line::Aborting, out);
        self.set_state(UpstreamState::Connected { pipe, link, active_s: ctx.cached_s() }, ctx, out);
        self.down_since_s = 0;
        true
    }
    /// Whether the RDB was loaded before the first connection was in the stream.
    pub(in crate::node) fn rdb_came_first(&self) -> bool {
        self.early && self.beside()
    }
    /// The database in which the stream stands where the RDB ends, if its master said so.
    pub(super) fn stream_db(&self) -> Option<usize> {
        self.upstream.as_ref()?.channel.as_ref()?.db
    }
    /// The RDB's origin is known: it comes over the second connection, and the stream over the first.
    fn begin_beside(&mut self, joins: Option<Joining>, ctx: &Ctx, out: &mut Outbox) {
        let Some(upstream) = &mut self.upstream else { return };
        let UpstreamState::Handshake { pipe: main, .. } = &upstream.state else { return };
        let main = main.clone();
        let Some(Channel { stage, .. }) = &mut upstream.channel else { return };
        let Stage::Greets { pipe, .. } = stage else { return };
        let pipe = pipe.clone();
        *stage = Stage::Beside { main, lost: None, joins };
        self.stopped = false;
        self.early = false;
        self.set_state(UpstreamState::Transfer { pipe, line: Vec::new(), transfer: Transfer::default() }, ctx, out);
        self.touch(ctx);
    }
    /// The second connection is gone before it had anything to say.
    pub(in crate::node) fn greeting_cut(&mut self, why: CloseWhy, ctx: &mut Ctx, out: &mut Outbox) {
        let errno = read_errno(why, &ctx.caps);
        ctx.log(Common::ReadFailed { errno }, out);
        self.channel_fails(HandshakeFailure::Errno(errno), None, ctx, out);
    }
    /// It fails before the RDB has begun: both connections are closed, and the next tick dials.
    fn channel_fails(&mut self, why: HandshakeFailure, said: Option<&str>, ctx: &mut Ctx, out: &mut Outbox) {
        if let Some(error) = said {
            ctx.log(Line::Failed { error }, out);
        }
        out.notes.push(Note::HandshakeFailed { step: HandshakeStep::Sync, why });
        self.close_channel(out);
        if let Some(conn) = self.conn() {
            out.outputs.push(Output::Close { conn });
        }
        super::remove_temp(ctx, out);
        self.set_state(UpstreamState::Connect, ctx, out);
    }
    /// The second connection is closed, or its dial given up, and what was kept goes. Where the stream came beside it, the first one is the state's again.
    pub(super) fn close_channel(&mut self, out: &mut Outbox) {
        let Some(Channel { stage, .. }) = self.upstream.as_mut().and_then(|upstream| upstream.channel.take()) else { return };
        match stage {
            Stage::Connecting { token } => out.outputs.push(Output::CancelConnect { token }),
            Stage::Greets { pipe, .. } => out.outputs.push(Output::Close { conn: pipe.id }),
            Stage::Beside { main, lost, .. } => {
                if lost.is_none() {
                    out.outputs.push(Output::Close { conn: main.id });
                }
            }
        }
        self.kept.clear();
    }

    // ---- the stream beside the RDB

    /// Bytes that came over the first connection behind +RDBCHANNELSYNC, in one read with it: no master sends any before the RDB's origin.
    pub(in crate::node) fn keep_early(&mut self, bytes: Bytes, ctx: &Ctx) {
        let block = block(!self.kept.reused(), ctx);
        self.kept.take_in(bytes, block);
    }

    /// One read of the first connection: it is kept.
    pub(in crate::node) fn keep_stream(&mut self, bytes: Bytes, ctx: &Ctx, out: &mut Outbox) {
        if self.kept.is_full(limit(ctx)) && self.streaming.is_none() && !ctx.bugs.has(Bug::KeptUnbounded) {
            // What made it look is the last that it takes.
            self.stopped = true;
            ctx.log(Line::LimitReached { limit_bytes: limit(ctx) }, out);
            return self.kept.take_over(bytes);
        }
        if ctx.bugs.has(Bug::KeptLoses) && self.kept.held() > 0 && self.kept.held() < 4_096 {
            return;
        }
        let block = block(!self.kept.reused(), ctx);
        self.kept.take_in(bytes, block);
    }
    /// Bytes that the next read of the first connection asks for.
    pub(in crate::node) fn kept_read_bytes(&self, ctx: &Ctx) -> usize {
        if self.kept.is_full(limit(ctx)) { 1 } else { self.kept.read_bytes() }
    }
    /// The first connection is gone while the RDB is on its way (`loads`: while it is read from its file).
    pub(in crate::node) fn main_closed(&mut self, why: CloseWhy, loads: bool, ctx: &mut Ctx, out: &mut Outbox) -> MainLost {
        let errno = read_errno(why, &ctx.caps);
        let Some(Channel { stage, .. }) = self.upstream.as_mut().and_then(|upstream| upstream.channel.as_mut()) else {
            return MainLost::Noted;
        };
        if let Stage::Beside { lost, .. } = stage {
            *lost = Some(why);
        }
        if !(loads && ctx.caps.cut_load_goes_on) {
            ctx.log(Line::MainLost { errno }, out);
        }
        if matches!(ctx.caps.channel, Kind::Valkey) {
            return if loads { MainLost::LoadBreaks(errno) } else { MainLost::Aborts(errno) };
        }
        if !loads {
            return MainLost::Aborts(errno);
        }
        ctx.log(Line::AbortingLoad, out);
        ctx.log(Line::WillTryPsync, out);
        MainLost::LoadGoesOn
    }
    /// The RDB is loaded: what was kept is to be applied. `lost`: nothing more will come.
    pub(in crate::node) fn begin_streaming(&mut self, lost: Option<CloseWhy>, ctx: &Ctx, out: &mut Outbox) {
        if let Kind::Redis = ctx.caps.channel {
            ctx.log(Line::Streaming { bytes: self.kept.in_blocks() }, out);
        }
        self.kept.begin();
        self.streaming = Some(Streaming { lost, ..Streaming::default() });
    }
    /// Whether that is going on.
    #[inline]
    pub(in crate::node) const fn streams(&self) -> bool {
        self.streaming.is_some()
    }
    /// The next bytes of it; `None`: that was all.
    pub(in crate::node) fn next_kept(&mut self, ctx: &Ctx) -> Option<Bytes> {
        let piece = self.kept.take_out()?;
        if let Some(streaming) = &mut self.streaming {
            let first = streaming.total == 0;
            streaming.total += piece.len() as u64;
            if first && ctx.bugs.has(Bug::KeptTwice) {
                return Some(Bytes::from([&piece[..], &piece[..]].concat()));
            }
        }
        Some(piece)
    }
    /// Whether the master is to be told now that this server lives: once a second.
    pub(in crate::node) fn tells_it_lives(&mut self, now_s: i64) -> bool {
        self.streaming.as_mut().is_some_and(|streaming| streaming.newline_s.replace(now_s) != Some(now_s))
    }
    /// All that was kept has been applied. How the connection was lost before that, if it was.
    pub(in crate::node) fn streamed(&mut self, ctx: &Ctx, out: &mut Outbox) -> Option<CloseWhy> {
        let Streaming { total, lost, .. } = self.streaming.take()?;
        self.kept.clear();
        ctx.log(Line::Streamed { total }, out);
        lost
    }
    /// The link is gone: the rest of it goes too.
    pub(in crate::node) fn streaming_ends(&mut self, ctx: &Ctx, out: &mut Outbox) {
        if self.streaming.take().is_some() {
            self.kept.clear();
            ctx.log(Line::Freed, out);
        }
    }
    /// Both connections are given up.
    pub(super) fn tell_aborting(&self, ctx: &Ctx, out: &mut Outbox) {
        if self.has_channel() {
            ctx.log(Line::Aborting, out);
        }
    }
    /// The RDB is loaded, and the stream goes on over the first connection, which may be lost meanwhile. `None`: there was one connection alone.
    pub(super) fn main_takes_over(&mut self, rdb: ConnId, rdb_gone: bool, out: &mut Outbox) -> Option<(Pipe, Option<CloseWhy>)> {
        let Some(Channel { stage: Stage::Beside { main, lost, .. }, .. }) = self.upstream.as_mut()?.channel.take() else { return None };
        if !rdb_gone {
            out.outputs.push(Output::Close { conn: rdb });
        }
        Some((main, lost))
    }
}

/// Bytes that a block of what is kept holds.
fn block(first: bool, ctx: &Ctx) -> u64 {
    match ctx.caps.channel {
        Kind::Valkey => ctx.settings.allocator.small_sync_block(),
        Kind::Redis | Kind::None => ctx.settings.allocator.sync_block(first),
    }
}

/// Bytes of `replica-full-sync-buffer-limit`, or of the hard limit that replicas' output has here; 0: there is none.
fn limit(ctx: &Ctx) -> u64 {
    use crate::command::directives::ClientClass;
    match u64::try_from(ctx.conf.full_sync_buffer_limit).unwrap_or(0) {
        0 => ctx.conf.output_limits[ClientClass::Replica as usize].hard,
        limit => limit,
    }
}
