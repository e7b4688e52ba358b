//! Following a master: SLAVEOF, dials, the handshake, what the answer to PSYNC leads to, losing the link (docs/redis.md §1, §7).

use super::api::{Address, CloseWhy, DialError, Label, Output, Payload};
use super::conn::Pipe;
use super::lines::{Dial, Upstream as Line};
use super::{ConnId, Node, Outbox, Token};
use crate::era::Handshake;
use crate::fact::{Errno, FreedWhy, HandshakeStep, ReplState, UpstreamEnd, UpstreamPhase};
use crate::note::{HandshakeFailure, Note};
use crate::planted::Bug;
use crate::repl::replica::{self, Link, PsyncReply, Step, Transfer};
use crate::repl::{Offset, ReplId};
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

/// Longest line that a replica reads from its master.
const LINE_MAX: usize = 1_024;

/// Where the way to the master stands.
#[derive(Clone, Debug)]
pub enum UpstreamState {
    /// It must dial.
    Connect,
    /// The dial is under way.
    Connecting {
        /// Which dial.
        token: Token,
    },
    /// A reply of the handshake is awaited.
    Handshake {
        /// The connection.
        pipe: Pipe,
        /// Which reply.
        step: Step,
        /// A line that has not come whole.
        line: Vec<u8>,
        /// Requests whose answers follow this one; written already in a pipelined handshake.
        todo: VecDeque<(Step, Vec<Bytes>)>,
    },
    /// The RDB is on its way.
    Transfer {
        /// The connection.
        pipe: Pipe,
        /// A header line that has not come whole.
        line: Vec<u8>,
        /// What came.
        transfer: Transfer,
    },
    /// The RDB is here: old data are flushed, then it is loaded. The socket is not read.
    Installing {
        /// The connection.
        pipe: Pipe,
        /// What came.
        transfer: Transfer,
        /// Stream bytes that came in the same read.
        rest: Bytes,
        /// The connection was lost meanwhile: seen at the first read after the load.
        lost: Option<CloseWhy>,
    },
    /// The RDB is parsed as it comes (`repl-diskless-load`).
    Parsing {
        /// The connection.
        pipe: Pipe,
        /// How much came.
        transfer: Transfer,
    },
    /// The stream flows.
    Connected {
        /// The connection.
        pipe: Pipe,
        /// The link.
        link: Link,
        /// Unix second of the last byte from the master.
        active_s: i64,
    },
}

/// The master that this server follows.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// As configured.
    pub host: String,
    /// As configured.
    pub port: u16,
    /// Where it stands.
    pub state: UpstreamState,
    /// Unix second of the last progress of handshake or transfer.
    pub last_io_s: i64,
}
impl Upstream {
    pub(super) fn new(host: String, port: u16) -> Upstream {
        Upstream { host, port, state: UpstreamState::Connect, last_io_s: 0 }
    }
    /// The live link.
    #[must_use]
    pub const fn link(&self) -> Option<&Link> {
        match &self.state {
            UpstreamState::Connected { link, .. } => Some(link),
            _ => None,
        }
    }
    /// The connection, if there is one.
    #[must_use]
    pub const fn pipe(&self) -> Option<&Pipe> {
        match &self.state {
            UpstreamState::Connect | UpstreamState::Connecting { .. } => None,
            UpstreamState::Handshake { pipe, .. }
            | UpstreamState::Transfer { pipe, .. }
            | UpstreamState::Installing { pipe, .. }
            | UpstreamState::Parsing { pipe, .. }
            | UpstreamState::Connected { pipe, .. } => Some(pipe),
        }
    }
    /// How much one read asks for, where RDB is read in pieces of `piece` bytes. Lines are no exception: what stands behind one came with it.
    pub(super) fn read_bytes(&self, piece: usize) -> usize {
        match &self.state {
            UpstreamState::Connected { .. } => crate::limits::READ_BYTES_MAX,
            UpstreamState::Transfer { transfer, .. } | UpstreamState::Parsing { transfer, .. } => match transfer.form {
                replica::Form::Sized(_) => usize::try_from(transfer.left()).map_or(piece, |left| left.clamp(1, piece)),
                replica::Form::Unknown | replica::Form::Marked(_) => piece,
            },
            UpstreamState::Connect
            | UpstreamState::Connecting { .. }
            | UpstreamState::Handshake { .. }
            | UpstreamState::Installing { .. } => piece,
        }
    }
    const fn pipe_mut(&mut self) -> Option<&mut Pipe> {
        match &mut self.state {
            UpstreamState::Connect | UpstreamState::Connecting { .. } => None,
            UpstreamState::Handshake { pipe, .. }
            | UpstreamState::Transfer { pipe, .. }
            | UpstreamState::Installing { pipe, .. }
            | UpstreamState::Parsing { pipe, .. }
            | UpstreamState::Connected { pipe, .. } => Some(pipe),
        }
    }
    /// The transfer under way.
    #[must_use]
    pub const fn transfer(&self) -> Option<&Transfer> {
        match &self.state {
            UpstreamState::Transfer { transfer, .. }
            | UpstreamState::Installing { transfer, .. }
            | UpstreamState::Parsing { transfer, .. } => Some(transfer),
            _ => None,
        }
    }
}

/// The errno that a dial leaves.
const fn dial_errno(why: DialError) -> Errno {
    match why {
        DialError::Refused => Errno::Refused,
        DialError::Unreachable => Errno::NoRoute,
        DialError::UnknownHost => Errno::UnknownHost,
        DialError::TimedOut => Errno::TimedOut,
    }
}

impl Node {
    /// The errno text that a failed read leaves; after an orderly close it is whatever errno was before.
    pub(super) const fn read_errno(&self, why: CloseWhy) -> Errno {
        match why {
            CloseWhy::Fin if self.caps.psync_no_reply_later => Errno::Success,
            CloseWhy::Fin => Errno::InProgress,
            CloseWhy::Reset | CloseWhy::Cut => Errno::Reset,
            CloseWhy::TimedOut => Errno::TimedOut,
        }
    }
    pub(super) fn upstream_conn(&self) -> Option<ConnId> {
        self.upstream.as_ref().and_then(Upstream::pipe).map(|p| p.id)
    }
    pub(super) const fn upstream_pipe(&mut self) -> Option<&mut Pipe> {
        match &mut self.upstream {
            Some(upstream) => upstream.pipe_mut(),
            None => None,
        }
    }
    /// `master_link_status:up`.
    pub(super) fn link_up(&self) -> bool {
        self.upstream.as_ref().is_some_and(|u| u.link().is_some())
    }
    /// `repl_state`, as this era names it.
    #[must_use]
    pub fn repl_state(&self) -> ReplState {
        match self.upstream.as_ref().map(|u| &u.state) {
            None => ReplState::None,
            Some(UpstreamState::Connect) => ReplState::Connect,
            Some(UpstreamState::Connecting { .. }) => ReplState::Connecting,
            Some(UpstreamState::Handshake { step, .. }) => step.awaited(&self.caps),
            Some(UpstreamState::Transfer { .. } | UpstreamState::Installing { .. } | UpstreamState::Parsing { .. }) => ReplState::Transfer,
            Some(UpstreamState::Connected { .. }) => ReplState::Connected,
        }
    }
    /// The one place where the state changes, and says so. Gives the old one.
    pub(super) fn set_upstream(&mut self, state: UpstreamState, out: &mut Outbox) -> Option<UpstreamState> {
        let from = self.repl_state();
        let old = core::mem::replace(&mut self.upstream.as_mut()?.state, state);
        let to = self.repl_state();
        if from != to {
            self.note(Note::UpstreamState { from, to }, out);
        }
        Some(old)
    }
    pub(super) fn touch_upstream(&mut self) {
        let now_s = self.cached_s();
        if let Some(upstream) = &mut self.upstream {
            upstream.last_io_s = now_s;
        }
    }

    /// Gives up a dial, a handshake or a transfer.
    pub(super) fn cancel_handshake(&mut self, out: &mut Outbox) {
        self.loading = self.loading.take().filter(|l| !l.from_master());
        let old = match &self.upstream {
            Some(upstream) if upstream.link().is_none() => self.set_upstream(UpstreamState::Connect, out),
            _ => return,
        };
        match old {
            Some(UpstreamState::Connecting { token }) => out.outputs.push(Output::CancelConnect { token }),
            Some(UpstreamState::Handshake { pipe, .. }) => out.outputs.push(Output::Close { conn: pipe.id }),
            Some(UpstreamState::Parsing { pipe, .. }) => out.outputs.push(Output::Close { conn: pipe.id }),
            Some(UpstreamState::Transfer { pipe, .. } | UpstreamState::Installing { pipe, .. }) => {
                out.outputs.push(Output::Close { conn: pipe.id });
                self.remove_temp(out);
            }
            Some(UpstreamState::Connect | UpstreamState::Connected { .. }) | None => {}
        }
    }
    pub(super) fn remove_temp(&mut self, out: &mut Outbox) {
        let op = self.next_op();
        out.outputs.push(Output::File { op, what: super::api::FileOp::RemoveTemp });
    }

    // ---- the link's end

    /// The peer, the network, a timeout or this server itself ended a live link: it is cached (2.8+). `why` is `None` if this side closes.
    pub(super) fn lose_link(&mut self, why: Option<CloseWhy>, redial: bool, out: &mut Outbox) {
        self.end_link(why, true, redial, out);
    }

    /// As [`Node::lose_link`], or for good: a protocol error leaves nothing to continue.
    pub(super) fn end_link(&mut self, why: Option<CloseWhy>, keep: bool, redial: bool, out: &mut Outbox) {
        if !self.link_up() {
            return;
        }
        let Some(UpstreamState::Connected { pipe, mut link, .. }) = self.set_upstream(UpstreamState::Connect, out) else { return };
        if why.is_none() {
            out.outputs.push(Output::Close { conn: pipe.id });
        }
        link.suspend(&self.caps);
        let offset = link.offset.0;
        let cached = self.caps.psync && keep;
        if self.caps.psync {
            self.log(Line::Lost, out);
            if cached {
                self.log(Line::Caching, out);
                self.memory.cached = Some(link);
            }
        } else {
            self.drop_replicas(out);
        }
        self.memory.down_since_s = self.cached_s();
        let why = match why {
            None => UpstreamEnd::Here,
            Some(CloseWhy::Fin) => UpstreamEnd::Closed,
            Some(CloseWhy::Reset | CloseWhy::Cut) => UpstreamEnd::Reset,
            Some(CloseWhy::TimedOut) => UpstreamEnd::TimedOut,
        };
        self.note(Note::UpstreamLost { why, cached, offset }, out);
        if redial && self.caps.redial_at_once {
            self.dial(Dial::Lost, out);
        }
    }

    /// The kernel says that the connection to the master is gone.
    pub(super) fn link_closed(&mut self, why: CloseWhy, out: &mut Outbox) {
        let errno = self.read_errno(why);
        let Some(upstream) = &mut self.upstream else { return };
        match &mut upstream.state {
            UpstreamState::Connect | UpstreamState::Connecting { .. } => {}
            UpstreamState::Installing { lost, .. } => *lost = Some(why),
            UpstreamState::Parsing { .. } => self.parse_cut(why, out),
            UpstreamState::Connected { .. } => self.lose_link(Some(why), true, out),
            UpstreamState::Transfer { transfer, .. } => {
                let (failure, line) = if matches!(transfer.form, replica::Form::Unknown) {
                    (HandshakeFailure::HeaderCut(errno), Line::BulkCountError { errno })
                } else if matches!(why, CloseWhy::Fin) {
                    (HandshakeFailure::TransferCut(None), Line::TransferLost)
                } else {
                    (HandshakeFailure::TransferCut(Some(errno)), Line::TransferError { errno })
                };
                self.log(line, out);
                self.forget_pipe(out);
                self.abort_transfer(HandshakeStep::Transfer, failure, out);
            }
            UpstreamState::Handshake { step, .. } => {
                let step = *step;
                self.handshake_cut(step, why, out);
            }
        }
    }

    /// The connection ended in the middle of the handshake (docs/redis.md §1.4, §1.7 rows 0 and 0').
    fn handshake_cut(&mut self, step: Step, why: CloseWhy, out: &mut Outbox) {
        let errno = self.read_errno(why);
        if self.caps.psync_no_reply_later {
            if matches!(step, Step::Psync) {
                self.log(Line::NoReplyToPsync, out);
            } else {
                self.log(Line::ReadFailed { errno }, out);
                self.log(Line::NoResponse, out);
            }
        } else {
            if !matches!(why, CloseWhy::Fin) && !self.caps.acl {
                // Up to 5.0 each step asks the socket for its error first.
                self.log(Line::SocketError { errno }, out);
                self.note(Note::HandshakeFailed { step: step.asked(), why: HandshakeFailure::Errno(errno) }, out);
                self.set_upstream(UpstreamState::Connect, out);
                return;
            }
            // A failed read becomes the text of a reply.
            let reply = format!("-Reading from master: {errno}");
            match step {
                Step::Pong => self.log(Line::PingError { reply: &reply }, out),
                Step::Auth => self.log(Line::AuthCut { errno }, out),
                Step::Port | Step::Ip | Step::Capa => {
                    self.log(Line::ReplconfCut { option: step.asked().name(), errno }, out);
                    self.log(Line::BrokenPipe, out);
                }
                Step::Psync => {
                    self.log(Line::PsyncUnexpected { reply: &reply }, out);
                    self.discard_cached(out);
                    self.full_sync_ahead(out);
                    self.log(Line::RetryingWithSync, out);
                    self.log(Line::SyncBrokenPipe, out);
                }
            }
        }
        self.note(Note::HandshakeFailed { step: step.asked(), why: HandshakeFailure::Errno(errno) }, out);
        self.set_upstream(UpstreamState::Connect, out);
    }

    // ---- dialling

    /// Dials the master.
    pub(super) fn dial(&mut self, why: Dial, out: &mut Outbox) {
        let Some(upstream) = &self.upstream else { return };
        let (host, port) = (upstream.host.clone(), upstream.port);
        self.log(Line::Dialling { host: &host, port, why }, out);
        let token = super::token(self.next_token);
        self.next_token += 1;
        self.set_upstream(UpstreamState::Connecting { token }, out);
        self.touch_upstream();
        self.log(Line::SyncStarted, out);
        out.outputs.push(Output::Connect { token, to: Address { host, port } });
    }

    pub(super) fn dial_failed(&mut self, token: Token, why: DialError, out: &mut Outbox) {
        let mine = matches!(self.upstream.as_ref().map(|u| &u.state), Some(UpstreamState::Connecting { token: t }) if *t == token);
        if !mine {
            return;
        }
        let errno = dial_errno(why);
        if matches!(why, DialError::UnknownHost) {
            self.log(Line::CannotConnect { errno }, out);
        } else {
            self.log(Line::SocketError { errno }, out);
        }
        self.note(Note::HandshakeFailed { step: HandshakeStep::Connect, why: HandshakeFailure::Errno(errno) }, out);
        self.set_upstream(UpstreamState::Connect, out);
    }

    pub(super) fn dial_succeeded(&mut self, token: Token, conn: ConnId, room: u64, out: &mut Outbox) {
        let mine = matches!(self.upstream.as_ref().map(|u| &u.state), Some(UpstreamState::Connecting { token: t }) if *t == token);
        if !mine {
            out.outputs.push(Output::Close { conn });
            return;
        }
        self.log(Line::Connected, out);
        let pipe = Pipe::new(conn, room, self.caps.reply_list);
        self.set_upstream(UpstreamState::Handshake { pipe, step: Step::Pong, line: Vec::new(), todo: VecDeque::new() }, out);
        self.request_upstream(&[Bytes::from_static(b"PING")]);
    }

    /// Writes a request of the handshake.
    fn request_upstream(&mut self, words: &[Bytes]) {
        let wire = replica::encode_request(&self.caps, words);
        let syncs = words.first().is_some_and(|word| word.as_ref() == b"PSYNC");
        let label = Label::request(syncs, replica::request_text(words));
        if let Some(pipe) = self.upstream_pipe() {
            pipe.push(wire, label);
        }
    }

    // ---- the handshake

    /// Bytes from the master, whatever the state.
    pub(super) fn upstream_received(&mut self, mut bytes: Bytes, out: &mut Outbox) {
        while !bytes.is_empty() {
            let Some(upstream) = &mut self.upstream else { return };
            match &mut upstream.state {
                UpstreamState::Connect | UpstreamState::Connecting { .. } => return,
                UpstreamState::Handshake { line, step, .. } => {
                    let step = *step;
                    match take_line(line, &mut bytes) {
                        Some(Ok(line)) => self.handshake_line(step, &line, out),
                        Some(Err(())) => {
                            self.handshake_line(step, b"-Reading from master: line too long", out);
                            return;
                        }
                        None => return,
                    }
                }
                UpstreamState::Transfer { line, transfer, .. } => {
                    if matches!(transfer.form, replica::Form::Unknown) {
                        match take_line(line, &mut bytes) {
                            Some(Ok(line)) => self.transfer_header(&line, out),
                            Some(Err(())) => {
                                self.transfer_header(b"line too long", out);
                                return;
                            }
                            None => return,
                        }
                    } else {
                        self.transfer_bytes(&mut bytes, out);
                    }
                }
                UpstreamState::Parsing { .. } => self.parse_bytes(&mut bytes, out),
                UpstreamState::Installing { rest, .. } => {
                    let mut all = rest.to_vec();
                    all.extend_from_slice(&bytes);
                    *rest = Bytes::from(all);
                    return;
                }
                UpstreamState::Connected { .. } => {
                    self.stream_received(bytes, out);
                    return;
                }
            }
        }
    }

    fn handshake_failed(&mut self, step: Step, why: HandshakeFailure, out: &mut Outbox) {
        self.note(Note::HandshakeFailed { step: step.asked(), why }, out);
        if let Some(conn) = self.upstream_conn() {
            out.outputs.push(Output::Close { conn });
        }
        self.set_upstream(UpstreamState::Connect, out);
    }

    /// One reply line of the handshake.
    fn handshake_line(&mut self, step: Step, line: &[u8], out: &mut Outbox) {
        self.touch_upstream();
        let text = String::from_utf8_lossy(line).into_owned();
        match step {
            Step::Pong => {
                let tolerated = line.starts_with(b"-NOAUTH")
                    || line.starts_with(b"-ERR operation not permitted")
                    || (self.caps.acl && line.starts_with(b"-NOPERM"));
                if !line.starts_with(b"+") && !tolerated {
                    self.log(Line::PingError { reply: &text }, out);
                    return self.handshake_failed(step, HandshakeFailure::Said(text), out);
                }
                self.log(Line::PingReplied, out);
                let todo = VecDeque::from(self.handshake_todo());
                if matches!(self.caps.handshake, Handshake::Pipelined) {
                    for (_, words) in &todo {
                        self.request_upstream(words);
                    }
                }
                if let Some(Upstream { state: UpstreamState::Handshake { todo: mine, .. }, .. }) = &mut self.upstream {
                    *mine = todo;
                }
            }
            Step::Auth if line.starts_with(b"-") => {
                self.log(Line::AuthError { reply: &text }, out);
                return self.handshake_failed(step, HandshakeFailure::Said(text), out);
            }
            Step::Auth => {}
            Step::Port | Step::Ip | Step::Capa => {
                if line.starts_with(b"-") {
                    self.log(Line::ReplconfError { option: step.asked().name(), reply: &text }, out);
                }
            }
            Step::Psync => return self.psync_line(line, out),
        }
        self.next_request(out);
    }

    fn handshake_todo(&self) -> Vec<(Step, Vec<Bytes>)> {
        let mut auth = Vec::new();
        if !self.conf.masterauth.is_empty() {
            if self.caps.acl && !self.conf.masteruser.is_empty() {
                auth.push(self.conf.masteruser.clone());
            }
            auth.push(self.conf.masterauth.clone());
        }
        let port = if self.conf.announce_port != 0 { self.conf.announce_port } else { self.conf.port };
        let ip = String::from_utf8_lossy(&self.conf.announce_ip).into_owned();
        replica::handshake_requests(&self.caps, &auth, port, Some(ip.as_str()).filter(|ip| !ip.is_empty()))
    }

    /// Writes the next request, unless it was written with the others, and awaits its answer.
    fn next_request(&mut self, out: &mut Outbox) {
        let Some(Upstream { state: UpstreamState::Handshake { todo, .. }, .. }) = &mut self.upstream else { return };
        let next = todo.pop_front();
        let step = match &next {
            Some((step, words)) => {
                if !matches!(self.caps.handshake, Handshake::Pipelined) {
                    self.request_upstream(words);
                }
                *step
            }
            None if self.caps.psync => {
                self.ask_psync(out);
                Step::Psync
            }
            None => {
                self.ask_sync(out);
                return;
            }
        };
        let before = self.repl_state();
        if let Some(Upstream { state: UpstreamState::Handshake { step: mine, .. }, .. }) = &mut self.upstream {
            *mine = step;
        }
        let to = self.repl_state();
        self.note(Note::UpstreamState { from: before, to }, out);
    }

    /// PSYNC: where the cached link stopped, or `? -1` (docs/redis.md §1.6).
    fn ask_psync(&mut self, out: &mut Outbox) {
        self.memory.initial_offset = Offset::NONE;
        let (id, offset) = match &self.memory.cached {
            Some(link) => {
                let (id, offset) = link.request();
                self.log(Line::TryingPartial { id: &id, offset }, out);
                (id, offset)
            }
            None => {
                self.log(Line::NoCachedMaster, out);
                ("?".to_string(), -1)
            }
        };
        let mut words = replica::psync_words(&id, offset);
        if self.hands_over() {
            words.push(Bytes::from_static(b"FAILOVER"));
        }
        self.request_upstream(&words);
        self.note(Note::PsyncAsked { id, offset }, out);
    }

    /// SYNC, inline in every era, and the transfer that follows it.
    fn ask_sync(&mut self, out: &mut Outbox) {
        if let Some(pipe) = self.upstream_pipe() {
            pipe.push(Bytes::from_static(b"SYNC\r\n"), Label::request(true, "SYNC"));
        }
        self.begin_transfer(out);
    }

    fn begin_transfer(&mut self, out: &mut Outbox) {
        let Some(upstream) = &mut self.upstream else { return };
        let UpstreamState::Handshake { pipe, .. } = &upstream.state else { return };
        let pipe = pipe.clone();
        self.set_upstream(UpstreamState::Transfer { pipe, line: Vec::new(), transfer: Transfer::default() }, out);
        self.touch_upstream();
    }

    /// A full synchronisation is ahead: up to 6.2 sub-replicas and the own backlog go now, from 7.0 on at the load.
    fn full_sync_ahead(&mut self, out: &mut Outbox) {
        if !self.caps.keeps_cache_until_load && self.caps.psync {
            self.drop_past(out);
        }
    }
    pub(super) fn drop_past(&mut self, out: &mut Outbox) {
        self.drop_replicas(out);
        if self.backlog.active() {
            self.backlog.free();
            self.note(Note::BacklogFreed { why: FreedWhy::FullSync }, out);
        }
    }

    /// The answer to PSYNC (docs/redis.md §1.7).
    fn psync_line(&mut self, line: &[u8], out: &mut Outbox) {
        let text = String::from_utf8_lossy(line).into_owned();
        let reply = replica::classify(line, &self.caps);
        if !self.successor_answers(&reply, out) {
            return;
        }
        match reply {
            PsyncReply::Wait => {}
            PsyncReply::Full { id, offset } => {
                self.memory.master_id = id;
                self.memory.initial_offset = offset;
                self.log(Line::FullResync { id, offset }, out);
                self.note(Note::FullStarted { id: id.to_string(), offset: offset.0 }, out);
                self.full_follows(out);
            }
            PsyncReply::FullMalformed => {
                self.log(Line::FullMalformed, out);
                self.memory.master_id = ReplId::EMPTY;
                self.full_follows(out);
            }
            PsyncReply::Continue { id } => self.resume_link(id, out),
            PsyncReply::TryLater => {
                self.log(Line::PsyncLater { reply: &text }, out);
                self.handshake_failed(Step::Psync, HandshakeFailure::Said(text), out);
            }
            PsyncReply::NotSupported { unexpected } => {
                let reply = text.as_str();
                self.log(if unexpected { Line::PsyncUnexpected { reply } } else { Line::PsyncUnknown { reply } }, out);
                if !self.caps.keeps_cache_until_load {
                    self.discard_cached(out);
                }
                self.full_sync_ahead(out);
                self.log(Line::RetryingWithSync, out);
                self.note(Note::SyncFallback { reply: text }, out);
                self.ask_sync(out);
            }
        }
    }
    fn full_follows(&mut self, out: &mut Outbox) {
        if !self.caps.keeps_cache_until_load {
            self.discard_cached(out);
        }
        self.full_sync_ahead(out);
        self.begin_transfer(out);
    }

    /// +CONTINUE: the cached link lives again.
    fn resume_link(&mut self, id: Option<ReplId>, out: &mut Outbox) {
        self.log(Line::PartialResync, out);
        let Some(mut link) = self.memory.cached.take() else {
            // A master that continues what nobody asked for: nothing is there to continue.
            return self.handshake_failed(Step::Psync, HandshakeFailure::Uncached, out);
        };
        if let Some(id) = id.filter(|id| *id != link.id) {
            let (old, second) = (link.id, self.offset + 1);
            self.set_ids(id, old, second, out);
            link.id = id;
            self.log(Line::IdChanged { id }, out);
            self.drop_replicas(out);
        }
        if self.bugs.has(Bug::SelectAfterPartial) {
            link.db = 0;
        }
        let offset = link.offset.0;
        let Some(UpstreamState::Handshake { pipe, .. }) = self.upstream.as_ref().map(|u| u.state.clone()) else { return };
        let active_s = self.cached_s();
        self.set_upstream(UpstreamState::Connected { pipe, link, active_s }, out);
        if self.caps.psync2 {
            self.memory.down_since_s = 0;
            if !self.backlog.active() {
                self.create_backlog(out);
            }
        }
        self.log(Line::PartialAccepted, out);
        self.note(Note::PartialAccepted { offset: offset + 1 }, out);
    }

    // ---- what the replication cron does for the upstream

    /// Timeouts, the dial, the ACK: docs/redis.md §5, steps 1 to 5.
    pub(super) fn cron_for_upstream(&mut self, out: &mut Outbox) {
        let now_s = self.cached_s();
        let timeout = self.conf.repl_timeout;
        let Some(upstream) = &self.upstream else { return };
        let silent = now_s - upstream.last_io_s;
        match &upstream.state {
            UpstreamState::Connect | UpstreamState::Installing { .. } | UpstreamState::Parsing { .. } => {}
            UpstreamState::Connecting { .. } | UpstreamState::Handshake { .. } => {
                if silent > timeout {
                    self.log(Line::TimedOutConnecting, out);
                    self.note(Note::UpstreamTimeout { phase: UpstreamPhase::Connect, after_s: silent }, out);
                    self.cancel_handshake(out);
                    self.redial_after_failure(out);
                }
            }
            UpstreamState::Transfer { .. } => {
                if silent > timeout {
                    self.log(Line::TimedOutTransfer, out);
                    self.note(Note::UpstreamTimeout { phase: UpstreamPhase::Transfer, after_s: silent }, out);
                    self.cancel_handshake(out);
                    self.redial_after_failure(out);
                }
            }
            UpstreamState::Connected { active_s, .. } => {
                let idle = now_s - active_s;
                if idle > timeout && !self.bugs.has(Bug::ReplicaTimeout) {
                    self.log(Line::TimedOutStream, out);
                    self.note(Note::UpstreamTimeout { phase: UpstreamPhase::Stream, after_s: idle }, out);
                    self.lose_link(None, true, out);
                }
            }
        }
        if matches!(self.upstream.as_ref().map(|u| &u.state), Some(UpstreamState::Connect)) {
            self.dial(Dial::First, out);
        }
        if self.caps.psync && self.upstream.as_ref().and_then(Upstream::link).is_some_and(|l| !l.pre_psync) {
            self.send_ack(out);
        }
    }

    /// 6.2+: an aborted handshake or transfer is dialled again in the same call.
    pub(super) fn redial_after_failure(&mut self, out: &mut Outbox) {
        if self.caps.redial_at_once {
            self.dial(Dial::Failed, out);
        }
    }

    /// `REPLCONF ACK`, RESP in every era. False without a live link.
    pub(super) fn send_ack(&mut self, out: &mut Outbox) -> bool {
        let Some(Upstream { state: UpstreamState::Connected { pipe, link, .. }, .. }) = &mut self.upstream else { return false };
        let offset = if self.bugs.has(Bug::AckBeforeApply) { link.read.0 } else { link.offset.0 };
        let mut wire = Vec::new();
        crate::repl::stream::ack(offset, &mut wire);
        pipe.push(Bytes::from(wire), Payload::Ack(offset).into());
        if out.want_flow {
            self.note(Note::AckSent { offset }, out);
        }
        true
    }

    /// CLIENT KILL of the master's link. `addr`: only if it is this one.
    pub(super) fn kill_master_link(&mut self, addr: Option<&[u8]>, out: &mut Outbox) -> bool {
        let Some(upstream) = self.upstream.as_ref().filter(|u| u.link().is_some()) else { return false };
        if addr.is_some_and(|a| a != format!("{}:{}", upstream.host, upstream.port).as_bytes()) {
            return false;
        }
        self.lose_link(None, true, out);
        true
    }
    /// CLIENT LIST's line for the master's link.
    pub(super) fn master_client_info(&self) -> Option<String> {
        let upstream = self.upstream.as_ref()?;
        let UpstreamState::Connected { pipe, link, active_s } = &upstream.state else { return None };
        let idle = self.cached_s() - active_s;
        let (obl, qbuf) = (pipe.queued(), link.parser.pending_len());
        Some(format!(
            "id=1 addr={}:{} fd=6 name= age={idle} idle={idle} flags=M db={} sub=0 psub=0 multi=-1 qbuf={qbuf} qbuf-free=0 obl={obl} oll=0 omem=0 events=r cmd=replconf",
            upstream.host, upstream.port, link.db
        ))
    }
}

/// Takes one line off `bytes`, without its end; what came of it earlier stands in `line`.
fn take_line(line: &mut Vec<u8>, bytes: &mut Bytes) -> Option<Result<Vec<u8>, ()>> {
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
