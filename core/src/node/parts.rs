//! The small states of a server. They stand apart from the `impl Node` that moves them, so that `Node` can hold them.

use super::api::{ConnId, Label, OpId, Payload};
use super::label;
use crate::fact::ForkKind;
use crate::time::{Span, Time};
use alloc::string::String;
use alloc::vec::Vec;
use bytes::Bytes;

/// The purpose of a child of this server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChildPurpose {
    /// BGSAVE of a user, or by a save point.
    Save,
    /// BGSAVE for replicas, to the disk.
    ReplicasDisk,
    /// BGSAVE for replicas, to their sockets.
    ReplicasSockets,
    /// The same, to second connections, and not by way of the parent (8.0).
    ReplicasChannels,
}
impl ChildPurpose {
    /// Whether it writes to sockets.
    pub(super) const fn to_sockets(self) -> bool {
        matches!(self, ChildPurpose::ReplicasSockets | ChildPurpose::ReplicasChannels)
    }
    /// Whether it writes to them itself, past the pipe to its parent.
    pub(super) const fn direct(self) -> bool {
        matches!(self, ChildPurpose::ReplicasChannels)
    }
    pub(super) const fn kind(self) -> ForkKind {
        if self.to_sockets() { ForkKind::Sockets } else { ForkKind::Disk }
    }
}

/// INFO stats of replication.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counters {
    /// Full resynchronisations served.
    pub sync_full: u64,
    /// Partial ones accepted.
    pub sync_partial_ok: u64,
    /// Partial ones refused.
    pub sync_partial_err: u64,
    /// Bytes of RDBs and of the stream that replicas were sent.
    pub repl_output: u64,
}

/// The memory of backlog and replicas as INFO counts it, bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct ReplMemory {
    /// `mem_replication_backlog`.
    pub(super) backlog: u64,
    /// `mem_clients_slaves`.
    pub(super) replicas: u64,
    /// `mem_total_replication_buffers` (7.0).
    pub(super) shared: u64,
    /// Of `mem_not_counted_for_evict` the part of replicas.
    pub(super) not_counted: u64,
}
impl ReplMemory {
    /// 7.0: blocks of `memory` bytes, their index among them, that backlog and replicas share. With replicas what goes beyond the backlog's size is theirs.
    pub(super) fn shared(memory: u64, size: u64, replicas: bool) -> ReplMemory {
        /// An empty index of blocks; the header and list node of a block; the least that a block holds.
        const INDEX: u64 = 4;
        const BLOCK: u64 = 64;
        const CHUNK: u64 = 16_384;
        let index = memory.min(INDEX);
        let blocks = memory - index;
        let theirs = if replicas { blocks.saturating_sub(size) } else { 0 };
        let counted = size + (size / CHUNK + 1) * BLOCK;
        let not_counted = if blocks > size { blocks.saturating_sub(counted) } else { 0 };
        ReplMemory { backlog: blocks - theirs + index, replicas: theirs, shared: blocks, not_counted }
    }
}

/// The piece of the stream that was fed or read last: replicas that wait for the same bytes get the same piece of memory.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Offset of its first byte.
    pub(super) first: i64,
    pub(super) bytes: Bytes,
    /// Its label, once somebody asked.
    pub(super) named: Option<Label>,
}
impl Piece {
    /// The label of the piece, in a numbering in which its first byte is `first`.
    pub(super) fn label(&mut self, first: i64) -> Label {
        let label = self.named.get_or_insert_with(|| label::stream(first, &self.bytes)).clone();
        match label.payload {
            Payload::Stream { commands, ping, .. } => Label { payload: Payload::Stream { first, commands, ping }, ..label },
            _ => label,
        }
    }
}

/// A command on its way into the stream: the database it belongs to, and its words.
pub(super) type Op = (usize, Vec<Bytes>);

/// CLIENT PAUSE.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Pause {
    /// Until when.
    pub(super) until: Time,
    /// Only commands that may replicate are held back (6.2).
    pub(super) writes_only: bool,
}

/// What is paused, and who waits for the end of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Pauses {
    /// CLIENT PAUSE, and in 6.2 that of a failover too.
    pub(super) command: Option<Pause>,
    /// The pause of a failover, which holds back writes (7.0).
    pub(super) failover: bool,
    /// Those whose commands were postponed, in the order in which that happened; the conn to the master among them.
    pub(super) postponed: Vec<ConnId>,
    /// The pause ended or became milder: whoever waits is to be looked at again.
    pub(super) goes_on: bool,
}
impl Pauses {
    /// Forgets somebody who is gone.
    pub(super) fn forget(&mut self, id: ConnId) {
        self.postponed.retain(|other| *other != id);
    }
    /// Whether writes alone are held back; `None`: nothing is.
    pub(super) const fn writes_only(&self) -> Option<bool> {
        match self.command {
            Some(pause) => Some(pause.writes_only),
            None if self.failover => Some(true),
            None => None,
        }
    }
}

/// The first moment at which a time limit is over. Moments are compared in whole milliseconds, and the one that was named is not over yet.
pub(super) fn over(until: Time) -> Time {
    Time::from_millis(until.as_millis()) + Span::from_millis(1)
}

/// A failover under way.
#[derive(Clone, Debug)]
pub(super) struct Failover {
    /// Who takes over; `None` until one has caught up, if any will do.
    pub(super) target: Option<(String, i64)>,
    /// Whether the target takes over at the end of the time even if it lags.
    pub(super) force: bool,
    /// Until when at most it waits for the target.
    pub(super) until: Option<Time>,
    /// The role was given away: this server asks its successor to take it.
    pub(super) in_progress: bool,
}
impl Failover {
    /// As INFO names it.
    pub(super) const fn name(&self) -> &'static str {
        if self.in_progress { "failover-in-progress" } else { "waiting-for-sync" }
    }
}

/// How a process is to end.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    /// Whether a last RDB is written.
    pub(super) dump: bool,
    /// What goes wrong does not matter (7.0).
    pub(super) force: bool,
    /// A signal asked for it, no caller.
    pub(super) signal: bool,
}

/// The last RDB is on its way to the disk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exiting {
    /// The file operation.
    pub(super) op: OpId,
    pub(super) how: How,
}

/// A SHUTDOWN that waits for replicas (7.0).
#[derive(Clone, Copy, Debug)]
pub(super) struct Shutdown {
    /// Until when at most.
    pub(super) until: Time,
    pub(super) how: How,
}
