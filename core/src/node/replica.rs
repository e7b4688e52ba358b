//! Following a master: SLAVEOF, dials, the handshake, what the answer to PSYNC leads to, losing the link (docs/redis.md §1, §7).

use super::api::{Address, CloseWhy, DialError, Output, Payload};
use super::conn::Pipe;
use super::lines::{Dial, Upstream as Line};
use super::upstream::{Upstream, UpstreamState};
use super::{ConnId, Node, Outbox, Token};
use crate::fact::{Errno, HandshakeStep, ReplState, UpstreamEnd, UpstreamPhase};
use crate::note::{HandshakeFailure, Note};
use crate::planted::Bug;
use crate::repl::replica::{self, Step};
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use bytes::Bytes;

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
            CloseWhy::Fin if self.ctx.caps.psync_no_reply_later => Errno::Success,
            CloseWhy::Fin => Errno::InProgress,
            CloseWhy::Reset | CloseWhy::Cut => Errno::Reset,
            CloseWhy::TimedOut => Errno::TimedOut,
        }
    }
    /// The connection to its master, if there is one.
    #[must_use]
    pub fn upstream_conn(&self) -> Option<ConnId> {
        self.upstream.as_ref().and_then(Upstream::pipe).map(|p| p.id)
    }
    pub(super) const fn upstream_pipe(&mut self) -> Option<&mut Pipe> {
        match &mut self.upstream {
            Some(upstream) => upstream.pipe_mut(),
            None => None,
        }
    }
    /// `master_link_status:up`.
    #[must_use]
    pub fn link_up(&self) -> bool {
        self.upstream.as_ref().is_some_and(|u| u.link().is_some())
    }
    /// `repl_state`, as this era names it.
    #[must_use]
    pub fn repl_state(&self) -> ReplState {
        match self.upstream.as_ref().map(|u| &u.state) {
            None => ReplState::None,
            Some(UpstreamState::Connect) => ReplState::Connect,
            Some(UpstreamState::Connecting { .. }) => ReplState::Connecting,
            Some(UpstreamState::Handshake { step, .. }) => step.awaited(&self.ctx.caps),
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
        let now_s = self.ctx.cached_s();
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
        self.ctx.file(super::api::FileOp::RemoveTemp, out);
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
        link.suspend(&self.ctx.caps);
        let offset = link.offset.0;
        let cached = self.ctx.caps.psync && keep;
        if self.ctx.caps.psync {
            self.log(Line::Lost, out);
            if cached {
                self.log(Line::Caching, out);
                self.memory.cached = Some(link);
            }
        } else {
            self.drop_replicas(out);
        }
        self.memory.down_since_s = self.ctx.cached_s();
        let why = match why {
            None => UpstreamEnd::Here,
            Some(CloseWhy::Fin) => UpstreamEnd::Closed,
            Some(CloseWhy::Reset | CloseWhy::Cut) => UpstreamEnd::Reset,
            Some(CloseWhy::TimedOut) => UpstreamEnd::TimedOut,
        };
        self.note(Note::UpstreamLost { why, cached, offset }, out);
        if redial && self.ctx.caps.redial_at_once {
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
        let pipe = Pipe::new(conn, room, self.ctx.caps.reply_list);
        self.set_upstream(UpstreamState::Handshake { pipe, step: Step::Pong, line: Vec::new(), todo: VecDeque::new() }, out);
        self.request_upstream(&[Bytes::from_static(b"PING")]);
    }

    // ---- what the replication cron does for the upstream

    /// Timeouts, the dial, the ACK: docs/redis.md §5, steps 1 to 5.
    pub(super) fn cron_for_upstream(&mut self, out: &mut Outbox) {
        let now_s = self.ctx.cached_s();
        let timeout = self.ctx.conf.repl_timeout;
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
                if idle > timeout && !self.ctx.bugs.has(Bug::ReplicaTimeout) {
                    self.log(Line::TimedOutStream, out);
                    self.note(Note::UpstreamTimeout { phase: UpstreamPhase::Stream, after_s: idle }, out);
                    self.lose_link(None, true, out);
                }
            }
        }
        if matches!(self.upstream.as_ref().map(|u| &u.state), Some(UpstreamState::Connect)) {
            self.dial(Dial::First, out);
        }
        if self.ctx.caps.psync && self.upstream.as_ref().and_then(Upstream::link).is_some_and(|l| !l.pre_psync) {
            self.send_ack(out);
        }
    }

    /// 6.2+: an aborted handshake or transfer is dialled again in the same call.
    pub(super) fn redial_after_failure(&mut self, out: &mut Outbox) {
        if self.ctx.caps.redial_at_once {
            self.dial(Dial::Failed, out);
        }
    }

    /// `REPLCONF ACK`, RESP in every era. False without a live link.
    pub(super) fn send_ack(&mut self, out: &mut Outbox) -> bool {
        let Some(Upstream { state: UpstreamState::Connected { pipe, link, .. }, .. }) = &mut self.upstream else { return false };
        let offset = if self.ctx.bugs.has(Bug::AckBeforeApply) { link.read.0 } else { link.offset.0 };
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
        let idle = self.ctx.cached_s() - active_s;
        let (obl, qbuf) = (pipe.queued(), link.parser.pending_len());
        Some(format!(
            "id=1 addr={}:{} fd=6 name= age={idle} idle={idle} flags=M db={} sub=0 psub=0 multi=-1 qbuf={qbuf} qbuf-free=0 obl={obl} oll=0 omem=0 events=r cmd=replconf",
            upstream.host, upstream.port, link.db
        ))
    }
}
