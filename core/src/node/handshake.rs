//! The handshake of a replica with its master, and what the answer to PSYNC leads to (docs/redis.md §1).

use super::api::{CloseWhy, Label, Output};
use super::lines::Upstream as Line;
use super::upstream::{Upstream, UpstreamState};
use super::{Node, Outbox};
use crate::era::Handshake;
use crate::fact::FreedWhy;
use crate::note::{HandshakeFailure, Note};
use crate::planted::Bug;
use crate::repl::replica::{self, PsyncReply, Step, Transfer};
use crate::repl::{Offset, ReplId};
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

/// Longest line that a replica reads from its master.
const LINE_MAX: usize = 1_024;

impl Node {
    /// The connection ended in the middle of the handshake (docs/redis.md §1.4, §1.7 rows 0 and 0').
    pub(super) fn handshake_cut(&mut self, step: Step, why: CloseWhy, out: &mut Outbox) {
        let errno = self.read_errno(why);
        if self.ctx.caps.psync_no_reply_later {
            if matches!(step, Step::Psync) {
                self.log(Line::NoReplyToPsync, out);
            } else {
                self.log(Line::ReadFailed { errno }, out);
                self.log(Line::NoResponse, out);
            }
        } else {
            if !matches!(why, CloseWhy::Fin) && self.ctx.caps.handshake_asks_socket {
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

    /// Writes a request of the handshake.
    pub(super) fn request_upstream(&mut self, words: &[Bytes]) {
        let wire = replica::encode_request(&self.ctx.caps, words);
        let syncs = words.first().is_some_and(|word| word.as_ref() == b"PSYNC");
        let label = Label::request(syncs, replica::request_text(words));
        if let Some(pipe) = self.upstream_pipe() {
            pipe.push(wire, label);
        }
    }

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

    pub(super) fn handshake_failed(&mut self, step: Step, why: HandshakeFailure, out: &mut Outbox) {
        self.note(Note::HandshakeFailed { step: step.asked(), why }, out);
        if let Some(conn) = self.upstream_conn() {
            out.outputs.push(Output::Close { conn });
        }
        self.set_upstream(UpstreamState::Connect, out);
    }

    /// One reply line of the handshake.
    pub(super) fn handshake_line(&mut self, step: Step, line: &[u8], out: &mut Outbox) {
        self.touch_upstream();
        let text = String::from_utf8_lossy(line).into_owned();
        match step {
            Step::Pong => {
                let tolerated = line.starts_with(b"-NOAUTH")
                    || line.starts_with(b"-ERR operation not permitted")
                    || (self.ctx.caps.acl && line.starts_with(b"-NOPERM"));
                if !line.starts_with(b"+") && !tolerated {
                    self.log(Line::PingError { reply: &text }, out);
                    return self.handshake_failed(step, HandshakeFailure::Said(text), out);
                }
                self.log(Line::PingReplied, out);
                let todo = VecDeque::from(self.handshake_todo());
                if matches!(self.ctx.caps.handshake, Handshake::Pipelined) {
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

    pub(super) fn handshake_todo(&self) -> Vec<(Step, Vec<Bytes>)> {
        let mut auth = Vec::new();
        if !self.ctx.conf.masterauth.is_empty() {
            if self.ctx.caps.acl && !self.ctx.conf.masteruser.is_empty() {
                auth.push(self.ctx.conf.masteruser.clone());
            }
            auth.push(self.ctx.conf.masterauth.clone());
        }
        let port = if self.ctx.conf.announce_port != 0 { self.ctx.conf.announce_port } else { self.ctx.conf.port };
        let ip = String::from_utf8_lossy(&self.ctx.conf.announce_ip).into_owned();
        replica::handshake_requests(&self.ctx.caps, &auth, port, Some(ip.as_str()).filter(|ip| !ip.is_empty()))
    }

    /// Writes the next request, unless it was written with the others, and awaits its answer.
    pub(super) fn next_request(&mut self, out: &mut Outbox) {
        let Some(Upstream { state: UpstreamState::Handshake { todo, .. }, .. }) = &mut self.upstream else { return };
        let next = todo.pop_front();
        let step = match &next {
            Some((step, words)) => {
                if !matches!(self.ctx.caps.handshake, Handshake::Pipelined) {
                    self.request_upstream(words);
                }
                *step
            }
            None if self.ctx.caps.psync => {
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
    pub(super) fn ask_psync(&mut self, out: &mut Outbox) {
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
    pub(super) fn ask_sync(&mut self, out: &mut Outbox) {
        if let Some(pipe) = self.upstream_pipe() {
            pipe.push(Bytes::from_static(b"SYNC\r\n"), Label::request(true, "SYNC"));
        }
        self.begin_transfer(out);
    }

    pub(super) fn begin_transfer(&mut self, out: &mut Outbox) {
        let Some(upstream) = &mut self.upstream else { return };
        let UpstreamState::Handshake { pipe, .. } = &upstream.state else { return };
        let pipe = pipe.clone();
        self.set_upstream(UpstreamState::Transfer { pipe, line: Vec::new(), transfer: Transfer::default() }, out);
        self.touch_upstream();
    }

    /// A full synchronisation is ahead: up to 6.2 sub-replicas and the own backlog go now, from 7.0 on at the load.
    pub(super) fn full_sync_ahead(&mut self, out: &mut Outbox) {
        if !self.ctx.caps.keeps_cache_until_load && self.ctx.caps.psync {
            self.drop_past(out);
        }
    }

    pub(super) fn drop_past(&mut self, out: &mut Outbox) {
        self.drop_replicas(out);
        self.served.free_backlog(FreedWhy::FullSync, out);
    }

    /// The answer to PSYNC (docs/redis.md §1.7).
    pub(super) fn psync_line(&mut self, line: &[u8], out: &mut Outbox) {
        let text = String::from_utf8_lossy(line).into_owned();
        let reply = replica::classify(line, &self.ctx.caps);
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
                if !self.ctx.caps.keeps_cache_until_load {
                    self.discard_cached(out);
                }
                self.full_sync_ahead(out);
                self.log(Line::RetryingWithSync, out);
                self.note(Note::SyncFallback { reply: text }, out);
                self.ask_sync(out);
            }
        }
    }

    pub(super) fn full_follows(&mut self, out: &mut Outbox) {
        if !self.ctx.caps.keeps_cache_until_load {
            self.discard_cached(out);
        }
        self.full_sync_ahead(out);
        self.begin_transfer(out);
    }

    /// +CONTINUE: the cached link lives again.
    pub(super) fn resume_link(&mut self, id: Option<ReplId>, out: &mut Outbox) {
        self.log(Line::PartialResync, out);
        let Some(mut link) = self.memory.cached.take() else {
            // A master that continues what nobody asked for: nothing is there to continue.
            return self.handshake_failed(Step::Psync, HandshakeFailure::Uncached, out);
        };
        if let Some(id) = id.filter(|id| *id != link.id) {
            self.served.goes_on_as(id, link.id, out);
            link.id = id;
            self.log(Line::IdChanged { id }, out);
            self.drop_replicas(out);
        }
        if self.ctx.bugs.has(Bug::SelectAfterPartial) {
            link.db = 0;
        }
        let offset = link.offset.0;
        let Some(UpstreamState::Handshake { pipe, .. }) = self.upstream.as_ref().map(|u| u.state.clone()) else { return };
        let active_s = self.ctx.cached_s();
        self.set_upstream(UpstreamState::Connected { pipe, link, active_s }, out);
        if self.ctx.caps.psync2 {
            self.memory.down_since_s = 0;
            self.served.want_backlog(out);
        }
        self.log(Line::PartialAccepted, out);
        self.note(Note::PartialAccepted { offset: offset + 1 }, out);
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
