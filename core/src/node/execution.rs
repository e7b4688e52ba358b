//! A transaction while it runs: what is left of it, what it has answered, and how its effects travel (docs/redis.md §4.3).

use super::api::{ConnId, OpId};
use super::parts::Op;
use crate::command::{Reply, Spec};
use crate::fact::SessionEnd;
use crate::time::Time;
use alloc::vec::Vec;
use bytes::Bytes;

/// How a transaction's effects travel while it runs.
#[derive(Clone, Debug, Default)]
pub(super) struct Running {
    /// MULTI is in the stream already.
    pub(super) opened: bool,
    /// 7.0: effects kept until the end.
    pub(super) kept: Vec<Op>,
}

/// EXEC under way.
#[derive(Clone, Debug)]
pub(super) struct Execution {
    /// The words of EXEC itself.
    pub(super) words: Vec<Bytes>,
    /// The commands that have not run.
    pub(super) queued: alloc::vec::IntoIter<Vec<Bytes>>,
    pub(super) running: Running,
    pub(super) replies: Vec<Reply>,
    /// When it began.
    pub(super) since: Time,
}

/// A transaction one of whose commands waits: for the load of DEBUG RELOAD, the file of SAVE or that of SHUTDOWN. A real server stands in that command. While
/// it loads it looks at its event loop between, and others are told -LOADING; while it writes a file it does nothing else.
#[derive(Clone)]
pub(super) struct Suspended {
    pub(super) conn: ConnId,
    pub(super) execution: Execution,
    /// The command that waits, and its words.
    pub(super) at: (&'static Spec, Vec<Bytes>),
    /// When that began.
    pub(super) since: Time,
    /// The file that is waited for: nothing else is looked at meanwhile.
    pub(super) file: Option<OpId>,
    /// The conn ended meanwhile: it is let go when the transaction is over. `bool`: this process closes it.
    pub(super) gone: Option<(SessionEnd, bool)>,
}
