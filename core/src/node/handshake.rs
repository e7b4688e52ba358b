//! Bytes from the master, and what the answer to PSYNC leads to (docs/redis.md §1.7): who hears of what `followed` has read.

use super::api::CloseWhy;
use super::followed::{Cut, Expects, Heard};
use super::lines::Upstream as Line;
use super::{Input, Node, Outbox};
use crate::fact::{FreedWhy, HandshakeStep};
use crate::note::{HandshakeFailure, Note};
use crate::repl::ReplId;
use crate::repl::replica::{self, PsyncReply, Step};
use crate::time::Span;
use alloc::string::String;
use bytes::Bytes;

/// Tries to make the file for an RDB, a second apart.
const TEMP_TRIES: u8 = 5;

impl Node {
    /// Bytes from the master, whatever the state.
    pub(super) fn upstream_received(&mut self, mut bytes: Bytes, out: &mut Outbox) {
        while !bytes.is_empty() {
            if let Some(conn) = self.upstream_conn().filter(|_| self.temp_tries > 0) {
                // What follows is not read yet.
                return self.held.push(Input::Received { conn, bytes });
            }
            if self.followed.has_channel() && !self.followed.beside() {
                return self.followed.keep_early(bytes, &self.ctx);
            }
            let (expects, before) = (self.followed.expects(), bytes.len());
            match expects {
                Expects::Nothing => return,
                Expects::Line(step) => match self.followed.line(&mut bytes) {
                    Some(Ok(line)) => self.handshake_line(step, &line, out),
                    Some(Err(())) => return self.handshake_line(step, b"-Reading from master: line too long", out),
                    None => return,
                },
                Expects::Header => match self.followed.line(&mut bytes) {
                    Some(Ok(line)) => self.transfer_header(&line, out),
                    Some(Err(())) => return self.transfer_header(b"line too long", out),
                    None => return,
                },
                Expects::Payload => self.transfer_bytes(&mut bytes, out),
                Expects::Parsed => self.parse_bytes(&mut bytes, out),
                Expects::Later => {
                    self.tally.heard_master(before);
                    return self.followed.keep_for_later(&bytes);
                }
                Expects::Stream => {
                    self.tally.heard_master(before);
                    return self.stream_received(bytes, out);
                }
            }
            if !matches!(expects, Expects::Line(_)) {
                self.tally.heard_master(before - bytes.len());
            }
        }
    }

    /// One reply line of the handshake.
    fn handshake_line(&mut self, step: Step, line: &[u8], out: &mut Outbox) {
        let hands_over = self.hands_over();
        if self.followed.heard(step, line, hands_over, &self.ctx, out) == Heard::Psync {
            self.psync_line(line, out);
        } else if self.followed.expects() == Expects::Header {
            // 2.6 asks for an RDB and for nothing else.
            self.open_temp(out);
        }
    }
    /// The connection ended in the middle of the handshake (docs/redis.md §1.4, §1.7 rows 0 and 0').
    pub(super) fn handshake_cut(&mut self, step: Step, why: CloseWhy, out: &mut Outbox) {
        if self.followed.cut(step, why, &self.ctx, out) == Cut::FallsBack {
            self.followed.discard_cached(&self.ctx, out);
            self.full_sync_ahead(out);
            self.log(Line::RetryingWithSync, out);
            self.log(Line::SyncBrokenPipe, out);
        }
        self.followed.cut_ends(step, why, &self.ctx, out);
    }

    /// A full synchronisation is ahead: up to 6.2 sub-replicas and the own backlog go now, from 7.0 on at the load.
    fn full_sync_ahead(&mut self, out: &mut Outbox) {
        if !self.ctx.caps.keeps_cache_until_load && self.ctx.caps.psync {
            self.drop_past(out);
        }
    }
    /// Sub-replicas and the own backlog go.
    pub(super) fn drop_past(&mut self, out: &mut Outbox) {
        self.drop_replicas(out);
        self.served.free_backlog(FreedWhy::FullSync, out);
    }
    /// Up to 6.2 nothing is left to be continued, whatever becomes of the transfer.
    fn forget_past(&mut self, out: &mut Outbox) {
        if !self.ctx.caps.keeps_cache_until_load {
            self.followed.discard_cached(&self.ctx, out);
        }
        self.full_sync_ahead(out);
    }

    /// The answer to PSYNC (docs/redis.md §1.7).
    fn psync_line(&mut self, line: &[u8], out: &mut Outbox) {
        let text = String::from_utf8_lossy(line).into_owned();
        let reply = replica::classify(line, &self.ctx.caps);
        if !self.successor_answers(&reply, out) {
            return;
        }
        match reply {
            PsyncReply::Wait => {}
            PsyncReply::Full { id, offset } => {
                self.followed.full_announced(id, offset, &self.ctx, out);
                self.forget_past(out);
                self.followed.begin_transfer(&self.ctx, out);
                self.open_temp(out);
            }
            PsyncReply::FullMalformed => {
                self.followed.full_announced_badly(&self.ctx, out);
                self.forget_past(out);
                self.followed.begin_transfer(&self.ctx, out);
                self.open_temp(out);
            }
            PsyncReply::Channel { client } => self.channel_announced(client, out),
            PsyncReply::Continue { id } => self.resume_link(id, out),
            PsyncReply::TryLater => {
                self.log(Line::PsyncLater { reply: &text }, out);
                self.followed.failed(Step::Psync, HandshakeFailure::Said(text), &self.ctx, out);
            }
            PsyncReply::NotSupported { unexpected } => {
                let reply = text.as_str();
                self.log(if unexpected { Line::PsyncUnexpected { reply } } else { Line::PsyncUnknown { reply } }, out);
                self.forget_past(out);
                self.log(Line::RetryingWithSync, out);
                self.note(Note::SyncFallback { reply: text }, out);
                self.followed.ask_sync(&self.ctx, out);
                self.open_temp(out);
            }
        }
    }
    /// The file for the RDB is opened as soon as one is announced, unless it will be parsed as it comes. Five tries, a second apart, stand the process still; then
    /// the attempt is over, and the next tick makes another.
    pub(super) fn open_temp(&mut self, out: &mut Outbox) {
        let Some(why) = self.ctx.ground.folder.error() else { return };
        if self.temp_tries > 0 || self.parses_from_socket().is_some() {
            return;
        }
        self.try_temp(why, out);
    }
    /// One more try to make the file; nothing else happens meanwhile.
    pub(super) fn retry_temp(&mut self, out: &mut Outbox) {
        match self.ctx.ground.folder.error() {
            None => self.temp_tries = 0,
            Some(why) => self.try_temp(why, out),
        }
    }
    fn try_temp(&mut self, why: &str, out: &mut Outbox) {
        if self.temp_tries < TEMP_TRIES {
            self.temp_tries += 1;
            return self.ctx.spend(Span::from_secs(1));
        }
        self.temp_tries = 0;
        self.ctx.clock.look(self.ctx.now());
        self.log(Line::CannotOpenTemp { why }, out);
        self.followed.aborts(HandshakeStep::Sync, HandshakeFailure::NoFile, &mut self.ctx, out);
    }

    /// +CONTINUE: the cached link lives again.
    fn resume_link(&mut self, id: Option<ReplId>, out: &mut Outbox) {
        self.log(Line::PartialResync, out);
        if self.followed.cached().is_none() {
            // A master that continues what nobody asked for: nothing is there to continue.
            return self.followed.failed(Step::Psync, HandshakeFailure::Uncached, &self.ctx, out);
        }
        if let Some((id, old)) = id.and_then(|id| Some((id, self.followed.rename_cached(id)?))) {
            self.served.goes_on_as(id, old, out);
            self.log(Line::IdChanged { id }, out);
            self.drop_replicas(out);
        }
        let Some(offset) = self.followed.resume(&self.ctx, out) else { return };
        if self.ctx.caps.psync2 {
            self.served.want_backlog(out);
        }
        self.log(Line::PartialAccepted, out);
        self.note(Note::PartialAccepted { offset: offset.0 + 1 }, out);
    }
}
