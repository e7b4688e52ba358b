//! Receiving the RDB of a full synchronisation (docs/redis.md §6), up to the moment when it is whole.

use super::api::FileOp;
use super::lines::Upstream as Line;
use super::upstream::{Upstream, UpstreamState};
use super::{Node, Outbox};
use crate::fact::HandshakeStep;
use crate::note::{HandshakeFailure, Note};
use crate::repl::replica::{Form, Header, header};
use bytes::Bytes;

impl Node {
    /// The line before the RDB.
    pub(super) fn transfer_header(&mut self, line: &[u8], out: &mut Outbox) {
        match header(line) {
            Header::Newline => self.touch_upstream(),
            Header::Aborted(text) => {
                self.log(Line::Aborted { error: &text }, out);
                self.abort_transfer(HandshakeStep::Sync, HandshakeFailure::Said(text), out);
            }
            Header::BadProtocol(text) => {
                self.log(Line::BadProtocol { received: &text }, out);
                self.abort_transfer(HandshakeStep::Sync, HandshakeFailure::BadProtocol, out);
            }
            Header::Form(form) => {
                let parses = self.parses_from_socket();
                let (line, size) = match &form {
                    Form::Sized(n) => (Line::Receiving { bytes: *n, parses: parses.is_some() }, i64::try_from(*n).unwrap_or(i64::MAX)),
                    Form::Marked(_) | Form::Unknown => (Line::ReceivingStreamed { parses: parses.is_some() }, -1),
                };
                self.touch_upstream();
                if let Some(Upstream { state: UpstreamState::Transfer { transfer, .. }, .. }) = &mut self.upstream {
                    transfer.form = form;
                }
                self.log(line, out);
                self.note(Note::TransferStarted { bytes: size }, out);
                if let Some(swap) = parses {
                    return self.begin_parse(swap, out);
                }
                // An RDB of no bytes is whole at once.
                self.transfer_bytes(&mut Bytes::new(), out);
            }
        }
    }

    /// Payload. What follows the RDB in the same read stays in `bytes`.
    pub(super) fn transfer_bytes(&mut self, bytes: &mut Bytes, out: &mut Outbox) {
        let before = bytes.len();
        let Some(Upstream { state: UpstreamState::Transfer { transfer, .. }, .. }) = &mut self.upstream else { return };
        let whole = transfer.take(bytes);
        let taken = (before - bytes.len()) as u64;
        if taken > 0 {
            self.touch_upstream();
            self.ctx.file(FileOp::AppendTemp { bytes: taken }, out);
        }
        if whole {
            let rest = core::mem::take(bytes);
            self.transfer_done(rest, out);
        }
    }

    /// The RDB is whole: old data go, then it is loaded. The socket is not read meanwhile.
    fn transfer_done(&mut self, rest: Bytes, out: &mut Outbox) {
        let Some(UpstreamState::Transfer { pipe, transfer, .. }) = self.upstream.as_ref().map(|u| u.state.clone()) else { return };
        let file = transfer.file();
        self.note(Note::TransferDone { bytes: file.len() as i64 }, out);
        self.set_upstream(UpstreamState::Installing { pipe, transfer, rest, lost: None }, out);
        self.saving.load_begins(&self.ctx, out);
        self.ctx.file(FileOp::RenameTemp { rdb: file.clone() }, out);
        if self.ctx.caps.keeps_cache_until_load {
            self.discard_cached(out);
            self.drop_past(out);
        }
        self.begin_install(file, out);
    }

    /// The socket is gone already: no close is sent for it.
    pub(super) fn forget_pipe(&mut self, out: &mut Outbox) {
        self.remove_temp(out);
        self.set_upstream(UpstreamState::Connect, out);
    }

    /// A transfer ends with an error: close, remove the temporary file, dial again (6.2+ at once).
    pub(super) fn abort_transfer(&mut self, step: HandshakeStep, why: HandshakeFailure, out: &mut Outbox) {
        self.note(Note::HandshakeFailed { step, why }, out);
        self.cancel_handshake(out);
        self.redial_after_failure(out);
    }
}
