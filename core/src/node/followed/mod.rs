//! The master that this server follows, and the way to it: dials, the handshake, the transfer of an RDB, the live link, and what is kept of a link that
//! was lost (docs/redis.md §1, §4.4, §7).
//!
//! The fields are written in this folder alone. What a step means for data, for the own stream or for who takes it, is returned.

mod channel;
mod handshake;
mod stream;
#[cfg(test)]
mod tests;
mod transfer;

pub(super) use channel::{Joined, MainLost};
pub(super) use handshake::{Cut, Heard, read_errno};
pub(super) use stream::Applies;
pub(super) use transfer::{Closed, Expects, Headed, Installed};

use super::ConnId;
use super::api::{CloseWhy, OpId, Outbox, Output};
use super::conn::NO_COMMAND;
use super::conn::Pipe;
use super::ctx::Ctx;
use super::lines::Upstream as Line;
use super::upstream::{Streaming, Upstream, UpstreamState};
use crate::era::Capabilities;
use crate::fact::{ReplState, UpstreamEnd, UpstreamPhase};
use crate::note::Note;
use crate::planted::Bug;
use crate::rdb::ReplAux;
use crate::repl::replica::{Link, Step};
use crate::repl::{Kept, Offset, ReplId};
use alloc::string::String;

/// What a server knows of the master that it follows, or followed.
#[derive(Clone)]
pub(super) struct Followed {
    upstream: Option<Upstream>,
    /// `master_initial_offset`: −1 unless this attempt saw a well-formed +FULLRESYNC.
    initial_offset: Offset,
    /// The id of the last +FULLRESYNC; never reset by a SYNC fallback.
    master_id: ReplId,
    /// Unix second of the link's loss; 0 at the start.
    down_since_s: i64,
    attempts: Attempts,
    /// A suspended link.
    cached: Option<Link>,
    next_token: u64,
    /// SLAVEOF and SLAVEOF NO ONE executed by this process.
    replicaof_count: u64,
    /// The command of the stream that ran last, by name; a link that goes on where it stood keeps it.
    last_command: &'static str,
    /// The stream that came beside an RDB, over the first of two connections, and is not applied yet.
    kept: Kept,
    /// No more of it is kept.
    stopped: bool,
    /// That RDB was loaded before the first connection was in the stream (Valkey).
    early: bool,
    /// It is being applied.
    streaming: Option<Streaming>,
}
impl Default for Followed {
    fn default() -> Followed {
        Followed {
            upstream: None,
            initial_offset: Offset::NONE,
            master_id: ReplId::EMPTY,
            down_since_s: 0,
            attempts: Attempts::default(),
            cached: None,
            next_token: 1,
            replicaof_count: 0,
            last_command: NO_COMMAND,
            kept: Kept::default(),
            stopped: false,
            early: false,
            streaming: None,
        }
    }
}

/// How often this server dialled its master, and for how long there was a link (8.2).
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Attempts {
    /// Dials since the link was last lost.
    pub(super) current: i64,
    /// Dials since this master is followed.
    pub(super) total: i64,
    /// The unix second at which the link came up.
    pub(super) up_since_s: i64,
    /// Seconds without a link, all together.
    pub(super) down_s: i64,
}

/// What took too long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Overdue {
    /// A dial, a handshake or a transfer.
    Synchronisation,
    /// The live link.
    Stream,
}

/// A live link that ended.
#[derive(Debug)]
pub(super) struct Ended {
    why: UpstreamEnd,
    /// It can be continued.
    cached: bool,
    offset: Offset,
}
impl Ended {
    /// Says so.
    pub(super) fn tell(self, out: &mut Outbox) {
        out.notes.push(Note::UpstreamLost { why: self.why, cached: self.cached, offset: self.offset.0 });
    }
}

impl Followed {
    // ---- whom

    /// Follows a master from now on. The way to it is to be found.
    pub(super) fn follow(&mut self, host: String, port: u16, ctx: &mut Ctx) {
        self.upstream = Some(Upstream::new(host, port));
        self.attempts = Attempts::default();
        ctx.set_replica(true);
    }
    /// Follows nobody any more.
    pub(super) fn leave(&mut self, ctx: &mut Ctx) {
        self.upstream = None;
        ctx.set_replica(false);
    }
    /// SLAVEOF or SLAVEOF NO ONE was executed.
    pub(super) const fn count_replicaof(&mut self) {
        self.replicaof_count += 1;
    }
    /// The link is up.
    fn link_is_up(&mut self, ctx: &Ctx) {
        if self.down_since_s != 0 {
            self.attempts.down_s += ctx.cached_s() - self.down_since_s;
        }
        self.attempts.up_since_s = ctx.cached_s();
        self.down_since_s = 0;
    }
    /// How often it dialled, and for how long it was without a link.
    pub(super) const fn attempts(&self) -> Attempts {
        self.attempts
    }
    /// While the way to the old master is taken down its place is called by the new one's name.
    pub(super) fn rename(&mut self, host: &str, port: u16) {
        if let Some(upstream) = &mut self.upstream {
            (upstream.host, upstream.port) = (host.into(), port);
        }
    }

    // ---- what others ask

    #[inline]
    pub(super) const fn upstream(&self) -> Option<&Upstream> {
        self.upstream.as_ref()
    }
    /// The live link.
    #[inline]
    pub(super) fn link(&self) -> Option<&Link> {
        self.upstream.as_ref()?.link()
    }
    /// The connection to the master.
    #[inline]
    pub(super) fn conn(&self) -> Option<ConnId> {
        Some(self.upstream.as_ref()?.pipe()?.id)
    }
    /// The same, to write to it.
    #[inline]
    pub(super) const fn pipe_mut(&mut self) -> Option<&mut Pipe> {
        match &mut self.upstream {
            Some(upstream) => upstream.pipe_mut(),
            None => None,
        }
    }
    /// The suspended link.
    pub(super) const fn cached(&self) -> Option<&Link> {
        self.cached.as_ref()
    }
    /// `slave_repl_offset`: of the live link, else of the cached one, else 1.
    pub(super) fn offset(&self) -> Offset {
        self.link().or(self.cached()).map_or(Offset(1), |link| link.offset)
    }
    /// The last byte read of such a link; 1 without one.
    pub(super) fn read(&self) -> Offset {
        self.link().or(self.cached()).map_or(Offset(1), |link| link.read)
    }
    /// `master_initial_offset`.
    pub(super) const fn initial_offset(&self) -> Offset {
        self.initial_offset
    }
    /// The id of the last +FULLRESYNC.
    pub(super) const fn master_id(&self) -> ReplId {
        self.master_id
    }
    /// Unix second of the link's loss; 0 at the start, and from 4.0 on while it is up.
    pub(super) const fn down_since_s(&self) -> i64 {
        self.down_since_s
    }
    pub(super) const fn replicaof_count(&self) -> u64 {
        self.replicaof_count
    }
    /// The number of the next dial.
    pub(super) const fn next_token(&self) -> u64 {
        self.next_token
    }
    /// `repl_state`, as this era names it.
    pub(super) fn state(&self, caps: &Capabilities) -> ReplState {
        if self.upstream.as_ref().is_some_and(|upstream| upstream.joins().is_some()) {
            return Step::Psync.awaited(caps);
        }
        match self.upstream.as_ref().map(|upstream| &upstream.state) {
            None => ReplState::None,
            Some(UpstreamState::Connect) => ReplState::Connect,
            Some(UpstreamState::Connecting { .. }) => ReplState::Connecting,
            Some(UpstreamState::Handshake { step, .. }) => step.awaited(caps),
            Some(UpstreamState::Transfer { .. } | UpstreamState::Installing { .. } | UpstreamState::Parsing { .. }) => ReplState::Transfer,
            Some(UpstreamState::Connected { .. }) => ReplState::Connected,
        }
    }
    /// Whether it is to dial.
    pub(super) fn must_dial(&self) -> bool {
        self.upstream.as_ref().is_some_and(|upstream| matches!(upstream.state, UpstreamState::Connect))
    }
    /// Unix second of the last byte of the live link.
    pub(super) fn active_s(&self) -> Option<i64> {
        match &self.upstream.as_ref()?.state {
            UpstreamState::Connected { active_s, .. } => Some(*active_s),
            _ => None,
        }
    }

    // ---- states

    /// The one place where the state changes, and says so. Gives the old one.
    fn set_state(&mut self, state: UpstreamState, ctx: &Ctx, out: &mut Outbox) -> Option<UpstreamState> {
        let from = self.state(&ctx.caps);
        let old = core::mem::replace(&mut self.upstream.as_mut()?.state, state);
        let to = self.state(&ctx.caps);
        if from != to {
            out.notes.push(Note::UpstreamState { from, to });
        }
        Some(old)
    }
    /// Handshake or transfer went on.
    fn touch(&mut self, ctx: &Ctx) {
        if let Some(upstream) = &mut self.upstream {
            upstream.last_io_s = ctx.cached_s();
        }
    }
    /// Gives up a dial, a handshake or a transfer, with both connections if there are two.
    pub(super) fn cancel(&mut self, ctx: &mut Ctx, out: &mut Outbox) {
        if self.upstream.is_none() || self.link().is_some() {
            return;
        }
        self.tell_aborting(ctx, out);
        self.close_channel(out);
        match self.set_state(UpstreamState::Connect, ctx, out) {
            Some(UpstreamState::Connecting { token }) => out.outputs.push(Output::CancelConnect { token }),
            Some(UpstreamState::Handshake { pipe, .. } | UpstreamState::Parsing { pipe, .. }) => {
                out.outputs.push(Output::Close { conn: pipe.id });
            }
            Some(UpstreamState::Transfer { pipe, .. } | UpstreamState::Installing { pipe, .. }) => {
                out.outputs.push(Output::Close { conn: pipe.id });
                remove_temp(ctx, out);
            }
            Some(UpstreamState::Connect | UpstreamState::Connected { .. }) | None => {}
        }
    }
    /// The connection is gone already: no close is sent for it.
    pub(super) fn forget_conn(&mut self, ctx: &Ctx, out: &mut Outbox) {
        self.set_state(UpstreamState::Connect, ctx, out);
    }
    /// Looks for what took too long, and says so: docs/redis.md §5, steps 1 to 3.
    pub(super) fn overdue(&self, ctx: &Ctx, out: &mut Outbox) -> Option<Overdue> {
        let upstream = self.upstream.as_ref()?;
        let silent = ctx.cached_s() - upstream.last_io_s;
        let (line, phase, after_s) = match &upstream.state {
            UpstreamState::Connect | UpstreamState::Installing { .. } | UpstreamState::Parsing { .. } => return None,
            UpstreamState::Connecting { .. } | UpstreamState::Handshake { .. } => {
                (Line::TimedOutConnecting, UpstreamPhase::Connect, silent)
            }
            UpstreamState::Transfer { .. } => (Line::TimedOutTransfer, UpstreamPhase::Transfer, silent),
            UpstreamState::Connected { active_s, .. } => (Line::TimedOutStream, UpstreamPhase::Stream, ctx.cached_s() - active_s),
        };
        let live = phase == UpstreamPhase::Stream;
        if after_s <= ctx.conf.repl_timeout || (live && ctx.bugs.has(Bug::ReplicaTimeout)) {
            return None;
        }
        ctx.log(line, out);
        out.notes.push(Note::UpstreamTimeout { phase, after_s });
        Some(if live { Overdue::Stream } else { Overdue::Synchronisation })
    }

    // ---- the end of a link

    /// The live link ends, if there is one: it is cached (2.8+) unless there is nothing to continue. `why` is `None` if this side closes.
    pub(super) fn end_link(&mut self, why: Option<CloseWhy>, keep: bool, ctx: &Ctx, out: &mut Outbox) -> Option<Ended> {
        self.link()?;
        let Some(UpstreamState::Connected { pipe, mut link, .. }) = self.set_state(UpstreamState::Connect, ctx, out) else { return None };
        if why.is_none() {
            out.outputs.push(Output::Close { conn: pipe.id });
        }
        let blocked = link.held.is_some();
        link.suspend(&ctx.caps);
        let offset = link.offset;
        // A link that is stopped by a pause is blocked as a caller is: nothing of it is kept (6.2+).
        let cached = ctx.caps.psync && keep && !blocked;
        if ctx.caps.psync {
            ctx.log(Line::Lost, out);
        }
        if cached {
            ctx.log(Line::Caching, out);
            self.cached = Some(link);
        }
        self.streaming_ends(ctx, out);
        self.down_since_s = ctx.cached_s();
        self.attempts.current = 0;
        let why = match why {
            None => UpstreamEnd::Here,
            Some(CloseWhy::Fin) => UpstreamEnd::Closed,
            Some(CloseWhy::Reset | CloseWhy::Cut) => UpstreamEnd::Reset,
            Some(CloseWhy::TimedOut) => UpstreamEnd::TimedOut,
        };
        Some(Ended { why, cached, offset })
    }
    /// A master that becomes a replica makes a cached master of its own stream (docs/redis.md §7.4). Whether it did.
    pub(super) fn cache_own(&mut self, id: ReplId, offset: Offset, ctx: &Ctx, out: &mut Outbox) -> bool {
        ctx.log(Line::CachedMyself, out);
        if ctx.bugs.has(Bug::CachedKept) && self.cached.is_some() {
            return false;
        }
        self.last_command = NO_COMMAND;
        self.cached = Some(Link { pre_psync: false, ..Link::new(id, offset, 0) });
        true
    }
    /// The same at the start, from a dump file that says where its data belong.
    pub(super) fn cache_loaded(&mut self, db: usize) {
        if let Some(cached) = &mut self.cached {
            cached.db = db;
        }
    }
    /// There is nothing to continue any more.
    pub(super) fn discard_cached(&mut self, ctx: &Ctx, out: &mut Outbox) {
        if ctx.bugs.has(Bug::CachedKept) && self.link().is_none() {
            return;
        }
        if self.cached.take().is_some() {
            ctx.log(Line::CacheDiscarded, out);
        }
    }
    /// Where the stream stands in the master's numbering, as an RDB carries it: the database, if there is a link.
    pub(super) fn aux(&self, aux_in: impl Fn(i64) -> ReplAux) -> Option<ReplAux> {
        self.link().or(self.cached()).map(|link| aux_in(link.db as i64))
    }
}

/// Removes the file that an RDB was received into.
fn remove_temp(ctx: &mut Ctx, out: &mut Outbox) -> OpId {
    ctx.file(super::api::FileOp::RemoveTemp, out)
}
