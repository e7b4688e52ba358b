//! What comes from the master before the stream: lines, the header, the RDB (docs/redis.md §6), up to the moment when it is loaded and the link lives.

use super::Followed;
use super::handshake::read_errno;
use crate::fact::HandshakeStep;
use crate::node::api::{CloseWhy, FileOp, Outbox};
use crate::node::conn::{NO_COMMAND, Pipe};
use crate::node::ctx::Ctx;
use crate::node::lines::Upstream as Line;
use crate::node::upstream::{Upstream, UpstreamState};
use crate::note::{HandshakeFailure, Note};
use crate::repl::replica::{self, Form, Header, Link, Step, Transfer};
use crate::repl::{Offset, ReplId};
use crate::time::{Span, Time};
use alloc::vec::Vec;
use bytes::Bytes;

/// Longest line that a replica reads from its master.
const LINE_MAX: usize = 1_024;

/// What the next bytes from the master are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::node) enum Expects {
    /// Nothing can come.
    Nothing,
    /// A line of the handshake.
    Line(Step),
    /// The header of the RDB.
    Header,
    /// The RDB, into a file.
    Payload,
    /// The RDB, for the parser.
    Parsed,
    /// What follows the RDB that is being loaded.
    Later,
    /// The stream.
    Stream,
}

/// What the header of an RDB leads to.
#[derive(PartialEq, Eq, Debug)]
pub(in crate::node) enum Headed {
    /// It has not come.
    Waits,
    /// The transfer fails.
    Fails(HandshakeFailure),
    /// The RDB follows.
    Begins,
}

/// The end of the connection while an RDB is on its way.
#[derive(PartialEq, Eq, Debug)]
pub(in crate::node) enum Closed {
    /// Nothing was there to be closed, or it will be noticed after the load.
    Noted,
    /// While the parser reads it.
    Parsing,
    /// While it goes into a file: this fails.
    Transfer(HandshakeFailure),
    /// In the middle of the handshake.
    Handshake(Step),
    /// The live link.
    Stream,
}

/// The link lives: what its first moment brings.
#[derive(Debug)]
pub(in crate::node) struct Installed {
    /// The offset of the RDB; −1 after a SYNC.
    pub(in crate::node) offset: Offset,
    /// It began by SYNC.
    pub(in crate::node) pre_psync: bool,
    /// The RDB ended with a mark.
    pub(in crate::node) marked: bool,
    /// Stream that came behind the RDB in one read.
    pub(in crate::node) rest: Bytes,
    /// The connection was lost meanwhile.
    pub(in crate::node) lost: Option<CloseWhy>,
    /// It came over a second connection, and what the first one brought meanwhile is to be applied.
    pub(in crate::node) kept: bool,
}

impl Followed {
    /// What the next bytes are.
    #[inline]
    pub(in crate::node) fn expects(&self) -> Expects {
        match self.upstream.as_ref().map(|upstream| &upstream.state) {
            None | Some(UpstreamState::Connect | UpstreamState::Connecting { .. }) => Expects::Nothing,
            Some(UpstreamState::Handshake { step, .. }) => Expects::Line(*step),
            Some(UpstreamState::Transfer { transfer, .. }) if matches!(transfer.form, Form::Unknown) => Expects::Header,
            Some(UpstreamState::Transfer { .. }) => Expects::Payload,
            Some(UpstreamState::Parsing { .. }) => Expects::Parsed,
            Some(UpstreamState::Installing { .. }) => Expects::Later,
            Some(UpstreamState::Connected { .. }) => Expects::Stream,
        }
    }
    /// Takes one line off `bytes`, without its end; an error if it is too long. What came of it earlier is kept here.
    pub(in crate::node) fn line(&mut self, bytes: &mut Bytes) -> Option<Result<Vec<u8>, ()>> {
        match &mut self.upstream.as_mut()?.state {
            UpstreamState::Handshake { line, .. } | UpstreamState::Transfer { line, .. } => take_line(line, bytes),
            _ => None,
        }
    }
    /// Keeps what follows the RDB until that is loaded.
    pub(in crate::node) fn keep_for_later(&mut self, bytes: &[u8]) {
        if let Some(Upstream { state: UpstreamState::Installing { rest, .. }, .. }) = &mut self.upstream {
            let mut all = rest.to_vec();
            all.extend_from_slice(bytes);
            *rest = Bytes::from(all);
        }
    }

    // ---- the RDB

    /// The line before the RDB. `parses`: it will be parsed as it comes.
    pub(in crate::node) fn headed(&mut self, line: &[u8], parses: bool, ctx: &Ctx, out: &mut Outbox) -> Headed {
        match replica::header(line) {
            Header::Newline => {
                self.touch(ctx);
                Headed::Waits
            }
            Header::Aborted(text) => {
                ctx.log(Line::Aborted { error: &text }, out);
                Headed::Fails(HandshakeFailure::Said(text))
            }
            Header::BadProtocol(text) => {
                ctx.log(Line::BadProtocol { received: &text }, out);
                Headed::Fails(HandshakeFailure::BadProtocol)
            }
            Header::Form(form) => {
                let (line, bytes) = match &form {
                    Form::Sized(n) => (Line::Receiving { bytes: *n, parses }, i64::try_from(*n).unwrap_or(i64::MAX)),
                    Form::Marked(_) | Form::Unknown => (Line::ReceivingStreamed { parses }, -1),
                };
                self.touch(ctx);
                if let Some(Upstream { state: UpstreamState::Transfer { transfer, .. }, .. }) = &mut self.upstream {
                    transfer.form = form;
                }
                ctx.log(line, out);
                out.notes.push(Note::TransferStarted { bytes });
                Headed::Begins
            }
        }
    }
    /// Payload for the file. What follows the RDB in the same read stays in `bytes`. Whether it is whole.
    pub(in crate::node) fn receives(&mut self, bytes: &mut Bytes, ctx: &mut Ctx, out: &mut Outbox) -> bool {
        let before = bytes.len();
        let Some(Upstream { state: UpstreamState::Transfer { transfer, .. }, .. }) = &mut self.upstream else { return false };
        let whole = transfer.take(bytes);
        let taken = (before - bytes.len()) as u64;
        if taken > 0 {
            self.touch(ctx);
            ctx.file(FileOp::AppendTemp { bytes: taken }, out);
        }
        whole
    }
    /// The RDB is whole; `rest` came behind it in one read. Gives the file. The socket is not read until it is loaded.
    pub(in crate::node) fn received(&mut self, rest: Bytes, ctx: &Ctx, out: &mut Outbox) -> Option<Bytes> {
        let (pipe, transfer) = self.under_way()?;
        let file = transfer.file();
        out.notes.push(Note::TransferDone { bytes: file.len() as i64 });
        self.set_state(UpstreamState::Installing { pipe, transfer, rest, lost: None }, ctx, out);
        Some(file)
    }
    /// The transfer under way and its connection.
    fn under_way(&self) -> Option<(Pipe, Transfer)> {
        match &self.upstream.as_ref()?.state {
            UpstreamState::Transfer { pipe, transfer, .. } | UpstreamState::Parsing { pipe, transfer } => {
                Some((pipe.clone(), transfer.clone()))
            }
            _ => None,
        }
    }
    /// The RDB will be parsed as it comes (`repl-diskless-load`).
    pub(in crate::node) fn begin_parse(&mut self, ctx: &Ctx, out: &mut Outbox) {
        if let Some((pipe, transfer)) = self.under_way() {
            self.set_state(UpstreamState::Parsing { pipe, transfer }, ctx, out);
        }
    }
    /// Whether what comes is of the stream with this id.
    pub(in crate::node) fn comes_from(&self, id: ReplId) -> bool {
        self.master_id == id && self.initial_offset != Offset::NONE
    }
    /// Payload for the parser: what belongs to the RDB is taken off `bytes`. Gives it, and whether the RDB is whole.
    pub(in crate::node) fn parses(&mut self, bytes: &mut Bytes, ctx: &Ctx) -> Option<(Bytes, bool)> {
        let before = bytes.clone();
        let Some(Upstream { state: UpstreamState::Parsing { transfer, .. }, .. }) = &mut self.upstream else { return None };
        let whole = transfer.take_and_forget(bytes);
        self.touch(ctx);
        Some((before.slice(..before.len() - bytes.len()), whole))
    }
    /// The parser has everything; `rest` came behind it. Whether a link is to live.
    pub(in crate::node) fn parsed_whole(&mut self, rest: Bytes, ctx: &Ctx, out: &mut Outbox) -> bool {
        let Some((pipe, transfer)) = self.under_way() else { return false };
        self.set_state(UpstreamState::Installing { pipe, transfer, rest, lost: None }, ctx, out);
        true
    }
    /// When a parser that gets nothing gives up: reads have `repl-timeout` as their limit.
    pub(in crate::node) fn parse_deadline(&self, ctx: &Ctx) -> Option<Time> {
        let upstream = self.upstream.as_ref().filter(|upstream| matches!(upstream.state, UpstreamState::Parsing { .. }))?;
        let limit_s = upstream.last_io_s + ctx.conf.repl_timeout + 1;
        let ms = limit_s.saturating_mul(1_000).saturating_sub(ctx.settings.epoch_unix_ms);
        Some(Time::from_millis(u64::try_from(ms).unwrap_or(0)).max(ctx.now() + Span::from_micros(1)))
    }
    /// Whether that time has come.
    pub(in crate::node) fn parse_is_late(&self, ctx: &Ctx) -> bool {
        self.upstream.as_ref().is_some_and(|upstream| ctx.real_s() - upstream.last_io_s > ctx.conf.repl_timeout)
    }
    /// The RDB is loaded, and its stream stood in database `db`: the link begins to live.
    pub(in crate::node) fn installed(&mut self, db: usize, ctx: &Ctx, out: &mut Outbox) -> Option<Installed> {
        let Some(Upstream { state: UpstreamState::Installing { pipe, rest, lost, .. }, .. }) = &self.upstream else { return None };
        let (pipe, rest, lost) = (pipe.clone(), rest.clone(), *lost);
        let db = self.stream_db().unwrap_or(db);
        let first = self.main_takes_over(pipe.id, lost.is_some(), out);
        let kept = first.is_some();
        let (pipe, rest, lost) = first.map_or((pipe, rest, lost), |(main, lost)| (main, Bytes::new(), lost));
        let Some(Upstream { state: UpstreamState::Installing { transfer, .. }, .. }) = &self.upstream else { return None };
        let marked = matches!(transfer.form, Form::Marked(_));
        let offset = self.initial_offset;
        self.last_command = NO_COMMAND;
        let link = Link::new(self.master_id, offset, db);
        let pre_psync = link.pre_psync;
        self.set_state(UpstreamState::Connected { pipe, link, active_s: ctx.cached_s() }, ctx, out);
        if ctx.caps.psync2 {
            self.link_is_up(ctx);
        }
        Some(Installed { offset, pre_psync, marked, rest, lost, kept })
    }
    /// An attempt to synchronise fails, and the connection with it.
    pub(in crate::node) fn aborts(&mut self, step: HandshakeStep, why: HandshakeFailure, ctx: &mut Ctx, out: &mut Outbox) {
        out.notes.push(Note::HandshakeFailed { step, why });
        self.cancel(ctx, out);
    }

    /// The kernel says that the connection to the master is gone.
    pub(in crate::node) fn closed(&mut self, why: CloseWhy, ctx: &mut Ctx, out: &mut Outbox) -> Closed {
        let Some(upstream) = &mut self.upstream else { return Closed::Noted };
        let errno = read_errno(why, &ctx.caps);
        let (failure, line) = match &mut upstream.state {
            UpstreamState::Connect | UpstreamState::Connecting { .. } => return Closed::Noted,
            UpstreamState::Installing { lost, .. } => {
                *lost = Some(why);
                return Closed::Noted;
            }
            UpstreamState::Parsing { .. } => return Closed::Parsing,
            UpstreamState::Connected { .. } => return Closed::Stream,
            UpstreamState::Handshake { step, .. } => return Closed::Handshake(*step),
            UpstreamState::Transfer { transfer, .. } if matches!(transfer.form, Form::Unknown) => {
                (HandshakeFailure::HeaderCut(errno), Line::BulkCountError { errno })
            }
            UpstreamState::Transfer { .. } if matches!(why, CloseWhy::Fin) => (HandshakeFailure::TransferCut(None), Line::TransferLost),
            UpstreamState::Transfer { .. } => (HandshakeFailure::TransferCut(Some(errno)), Line::TransferError { errno }),
        };
        ctx.log(line, out);
        super::remove_temp(ctx, out);
        self.forget_conn(ctx, out);
        Closed::Transfer(failure)
    }
}

/// Takes one line off `bytes`, without its end; what came of it earlier stands in `line`.
pub(super) fn take_line(line: &mut Vec<u8>, bytes: &mut Bytes) -> Option<Result<Vec<u8>, ()>> {
    match bytes.iter().position(|b| *b == b'\n') {
        Some(end) => {
            line.extend_from_slice(&bytes.split_to(end + 1)[..end]);
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            let whole = core::mem::take(line);
            Some(if whole.len() > LINE_MAX { Err(()) } else { Ok(whole) })
        }
        None => {
            line.extend_from_slice(&bytes.split_to(bytes.len()));
            (line.len() > LINE_MAX).then_some(Err(()))
        }
    }
}
