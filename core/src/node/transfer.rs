//! Receiving the RDB of a full synchronisation (docs/redis.md §6), up to the moment when it is whole.

use super::api::FileOp;
use super::followed::Headed;
use super::{Node, Outbox};
use crate::fact::HandshakeStep;
use bytes::Bytes;

impl Node {
    /// The line before the RDB.
    pub(super) fn transfer_header(&mut self, line: &[u8], out: &mut Outbox) {
        let parses = self.parses_from_socket();
        match self.followed.headed(line, parses.is_some(), &self.ctx, out) {
            Headed::Waits => {}
            Headed::Fails(why) => self.abort_transfer(HandshakeStep::Sync, why, out),
            Headed::Begins => match parses {
                Some(swap) => self.begin_parse(swap, out),
                // An RDB of no bytes is whole at once.
                None => self.transfer_bytes(&mut Bytes::new(), out),
            },
        }
    }

    /// Payload. What follows the RDB in the same read stays in `bytes`.
    pub(super) fn transfer_bytes(&mut self, bytes: &mut Bytes, out: &mut Outbox) {
        if self.followed.receives(bytes, &mut self.ctx, out) {
            let rest = core::mem::take(bytes);
            self.transfer_done(rest, out);
        }
    }

    /// The RDB is whole: old data go, then it is loaded.
    fn transfer_done(&mut self, rest: Bytes, out: &mut Outbox) {
        let Some(file) = self.followed.received(rest, &self.ctx, out) else { return };
        self.saving.load_begins(&self.ctx, out);
        self.ctx.file(FileOp::RenameTemp { rdb: file.clone() }, out);
        if self.ctx.caps.keeps_cache_until_load {
            self.followed.discard_cached(&self.ctx, out);
            self.drop_past(out);
        }
        self.begin_install(file, out);
    }
}
