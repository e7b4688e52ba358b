//! The live link: what is read of it, what of that is a whole command, what has been applied (docs/redis.md §4.4).

use super::Followed;
use crate::node::api::{Outbox, Payload};
use crate::node::client_line::ClientFacts;
use crate::node::conn::NO_COMMAND;
use crate::node::ctx::Ctx;
use crate::node::lines::Upstream as Line;
use crate::node::upstream::{Upstream, UpstreamState};
use crate::note::Note;
use crate::planted::Bug;
use crate::repl::replica::Link;
use crate::repl::{Offset, stream};
use crate::resp::{ProtocolError, Request};
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use bytes::Bytes;

/// What a request of the stream leads to.
#[derive(PartialEq, Debug)]
pub(in crate::node) enum Applies {
    /// It begins or drops a transaction, or is an empty line: nothing runs.
    Nothing,
    /// It runs.
    Now,
    /// It is kept for the end of its transaction: [`Followed::keep`].
    Later,
    /// It ends a transaction: these run.
    All(Vec<Request>),
}

impl Followed {
    #[inline]
    const fn link_mut(&mut self) -> Option<&mut Link> {
        match &mut self.upstream {
            Some(Upstream { state: UpstreamState::Connected { link, .. }, .. }) => Some(link),
            _ => None,
        }
    }
    /// One read of the live link.
    #[inline]
    pub(in crate::node) fn read_stream(&mut self, bytes: Bytes, ctx: &Ctx) {
        let Some(Upstream { state: UpstreamState::Connected { link, active_s, .. }, .. }) = &mut self.upstream else { return };
        *active_s = ctx.cached_s();
        link.read += bytes.len() as i64;
        if ctx.caps.reploff_counts_applied {
            link.unforwarded.push(bytes.clone());
        } else {
            link.offset = link.read;
        }
        link.parser.take_in(bytes);
    }
    /// The next whole request of the live link, if there is one; an error where it ends.
    #[inline]
    pub(in crate::node) fn next_of_stream(&mut self, ctx: &Ctx, out: &mut Outbox) -> Result<Option<Request>, ProtocolError> {
        let Some(link) = self.link_mut() else { return Ok(None) };
        if let Some(held) = link.held.take() {
            return Ok(Some(*held));
        }
        let next = link.parser.next();
        if let Ok(Some(request)) = &next
            && request.inline
            && !request.args.is_empty()
            && ctx.caps.refuses_inline_master
        {
            ctx.log(Line::InlineFromMaster, out);
            return Err(ProtocolError { text: String::new() });
        }
        next
    }
    /// Whether a request runs now, or is kept for the end of its transaction.
    #[inline]
    pub(in crate::node) fn admits(&mut self, request: &Request) -> Applies {
        let Some(name) = request.args.first() else { return Applies::Nothing };
        let is = |word: &str| name.eq_ignore_ascii_case(word.as_bytes());
        let Some(link) = self.link_mut() else { return Applies::Nothing };
        if link.multi.is_none() {
            if !is("multi") {
                return Applies::Now;
            }
            link.multi = Some(Vec::new());
        } else if is("exec") {
            return Applies::All(link.multi.take().unwrap_or_default());
        } else if is("discard") {
            link.multi = None;
        } else {
            return Applies::Later;
        }
        Applies::Nothing
    }
    /// A request waits for the end of a pause, and all behind it.
    pub(in crate::node) fn hold(&mut self, request: Request) {
        if let Some(link) = self.link_mut() {
            link.held = Some(Box::new(request));
        }
    }
    /// Whether a request waits so.
    pub(in crate::node) fn holds(&self) -> bool {
        self.link().is_some_and(|link| link.held.is_some())
    }
    /// The names of what the stream's open transaction holds.
    pub(in crate::node) fn queued(&self) -> impl Iterator<Item = &Bytes> {
        self.link().and_then(|link| link.multi.as_ref()).into_iter().flatten().filter_map(|request| request.args.first())
    }
    /// A request of a transaction is kept for its end.
    pub(in crate::node) fn keep(&mut self, request: Request) {
        if let Some(queued) = self.link_mut().and_then(|link| link.multi.as_mut()) {
            queued.push(request);
        }
    }
    /// A request has run; its words are used again, if nobody keeps them. From 4.0 on the offset is that of the last command applied whole, outside MULTI:
    /// gives the bytes that have been applied since the last time.
    #[inline]
    pub(in crate::node) fn ran(&mut self, words: Option<Vec<Bytes>>, ctx: &Ctx) -> Option<Bytes> {
        let link = self.link_mut()?;
        if let Some(words) = words {
            link.parser.recycle(words);
        }
        if !ctx.caps.reploff_counts_applied || link.multi.is_some() {
            return None;
        }
        let applied = link.read - link.parser.pending_len() as i64;
        let mut left = usize::try_from(applied.bytes_since(link.offset)).unwrap_or(0);
        link.offset = applied;
        let mut whole = Vec::new();
        while left > 0 {
            let front = link.unforwarded.first_mut()?;
            let piece = if front.len() <= left { link.unforwarded.remove(0) } else { front.split_to(left) };
            left -= piece.len();
            if left == 0 && whole.is_empty() {
                return Some(piece);
            }
            // What was applied together is passed on together.
            whole.extend_from_slice(&piece);
        }
        (!whole.is_empty()).then(|| Bytes::from(whole))
    }
    /// Whether a transaction of the stream is open.
    pub(in crate::node) fn in_multi(&self) -> bool {
        self.link().is_some_and(|link| link.multi.as_ref().is_some_and(Vec::is_empty))
    }
    /// The command of the stream that runs, by the name that CLIENT LIST and the log give it.
    pub(in crate::node) const fn executes(&mut self, name: &'static str) {
        self.last_command = name;
    }
    /// The command of the stream that ran last, as the log names it.
    pub(in crate::node) fn executed(&self) -> &'static str {
        if self.last_command == NO_COMMAND { "<unknown>" } else { self.last_command }
    }
    /// SELECT of the stream.
    pub(in crate::node) fn select(&mut self, db: usize) {
        if let Some(link) = self.link_mut() {
            link.db = db;
        }
    }
    /// The offset behind the request that was taken last.
    #[inline]
    pub(in crate::node) fn parsed(&self) -> Option<Offset> {
        self.link().map(|link| link.read - link.parser.pending_len() as i64)
    }
    /// Bytes that were read and are no whole command yet, or wait for their EXEC, or for the end of what an RDB brought.
    pub(in crate::node) fn unapplied(&self) -> u64 {
        let of = |link: &Link| (link.parser.pending_len() as u64).max(u64::try_from(link.read.0 - link.offset.0).unwrap_or(0));
        self.kept.held() + self.link().map_or(0, of)
    }

    /// `REPLCONF ACK`, RESP in every era. False without a live link.
    pub(in crate::node) fn send_ack(&mut self, ctx: &Ctx, out: &mut Outbox) -> bool {
        let Some(Upstream { state: UpstreamState::Connected { pipe, link, .. }, .. }) = &mut self.upstream else { return false };
        let offset = if ctx.bugs.has(Bug::AckBeforeApply) { link.read.0 } else { link.offset.0 };
        let mut wire = Vec::new();
        stream::ack(offset, &mut wire);
        pipe.push(Bytes::from(wire), Payload::Ack(offset).into());
        if out.want_flow {
            out.notes.push(Note::AckSent { offset });
        }
        true
    }
    /// +CONTINUE: the cached link lives again. Gives its offset.
    pub(in crate::node) fn resume(&mut self, ctx: &Ctx, out: &mut Outbox) -> Option<Offset> {
        let mut link = self.cached.take()?;
        if ctx.bugs.has(Bug::SelectAfterPartial) {
            link.db = 0;
        }
        let offset = link.offset;
        let Some(Upstream { state: UpstreamState::Handshake { pipe, .. }, .. }) = &self.upstream else { return None };
        let pipe = pipe.clone();
        self.set_state(UpstreamState::Connected { pipe, link, active_s: ctx.cached_s() }, ctx, out);
        if ctx.caps.psync2 {
            self.link_is_up(ctx);
        }
        Some(offset)
    }
    /// CLIENT LIST's line for the live link. The port of this end is not known here.
    pub(in crate::node) fn client_line(&self, ctx: &Ctx) -> Option<String> {
        let upstream = self.upstream.as_ref()?;
        let UpstreamState::Connected { pipe, link, active_s } = &upstream.state else { return None };
        let idle = ctx.cached_s() - active_s;
        let facts = ClientFacts {
            seq: 1,
            addr: format!("{}:{}", upstream.host, upstream.port),
            laddr: format!("{}:0", ctx.settings.ip),
            name: String::new(),
            age: idle,
            idle,
            flags: String::from("M"),
            db: link.db,
            subscriptions: (0, 0),
            watched: 0,
            multi: (link.multi.as_ref().map_or(-1, |queued| queued.len() as i64), 0, 0),
            qbuf: link.parser.pending_len(),
            warm: false,
            words: (0, 0),
            output: (pipe.queued(), 0, 0),
            writes: false,
            command: self.last_command,
            user: "(superuser)",
        };
        Some(facts.line(&ctx.caps))
    }
}
