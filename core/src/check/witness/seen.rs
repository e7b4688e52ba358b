//! What the witness remembers of a server between two looks.

use super::own::Own;
use super::past::Stream;
use super::rules::{Identity, Kept};
use crate::fact::ReplState;
use crate::node::api::ConnId;
use crate::repl::Offset;
use crate::time::Time;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use bytes::Bytes;

/// Where a broken invariant is told.
pub(super) type Say<'a> = dyn FnMut(&'static str, String) + 'a;

/// A server as it was seen at the last look.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) revision: u64,
    pub(super) boots: u32,
    pub(super) master: bool,
    pub(super) identity: Option<Identity>,
    pub(super) offset: Offset,
    /// The digest of its data, less what is left out.
    pub(super) digest: u64,
    /// It had bytes of its master's that it had not applied: a pause holds the stream, too.
    pub(super) held: bool,
    /// That of all its data.
    pub(super) whole: u64,
    pub(super) volatile: usize,
    /// The oldest byte of its backlog as it says.
    pub(super) first: i64,
    /// Up to 3.2: how often it began to count anew.
    pub(super) life: u32,
    /// What its backlog must hold; `None` without one.
    pub(super) kept: Option<Kept>,
    /// The conn to its master.
    pub(super) conn: Option<ConnId>,
    /// The stream that its link counts, if that is known.
    pub(super) follows: Option<Stream>,
    /// The life of its master's stream at +FULLRESYNC.
    pub(super) promised: u32,
    /// Its last synchronisation was a partial one.
    pub(super) resumed: bool,
    /// Its link began by SYNC.
    pub(super) by_sync: bool,
    /// It was promoted with such a link: its second id is not to be trusted.
    pub(super) second_by_sync: bool,
    /// The stream that its second id names, if it was promoted out of one.
    pub(super) second: Option<Stream>,
    /// It went through a hole: its data are nobody's.
    pub(super) astray: bool,
    /// A reply of a master's stands in the stream that it counts.
    pub(super) stray: bool,
    /// It was so when it was promoted: its second id counts otherwise than others do.
    pub(super) was_stray: bool,
    /// It loaded an RDB that left out what had expired (up to 3.2): it has fewer keys than its master, until the master tells of them.
    pub(super) thin: bool,
    /// It was so when it was promoted: nobody will tell those who follow it now.
    pub(super) was_thin: bool,
    /// Keys with a time to live that its own callers wrote.
    pub(super) own: Own,
    /// Its stream stands within a transaction.
    pub(super) transaction_open: bool,
    /// How many of its callers wait for keys (up to 2.6).
    pub(super) at_keys: usize,
    /// The offset after the last command of its redis-cli.
    pub(super) console: i64,
    /// It had a password at its start, or was given one since.
    pub(super) had_password: bool,
    /// Whether it was paused.
    pub(super) paused: bool,
    /// Up to 5.0: the replicas that were there when a first password was set at run time, and what each had acknowledged.
    pub(super) strangers: BTreeMap<ConnId, Offset>,
    pub(super) pace: Pace,
    pub(super) edges: Edges,
}

/// Times that are remembered of one server.
#[derive(Clone, Debug, Default)]
pub(super) struct Pace {
    /// Since when the process has run without a pause, a load, or a change of what is asked of it; `None` while it does not.
    pub(super) free_since: Option<Time>,
    /// When it was last woken after a pause: what is read first then is still given the second in which it fell asleep.
    pub(super) woken: Option<Time>,
    /// Last sign of life on each conn of a replica and of the master.
    pub(super) heard: BTreeMap<ConnId, Time>,
    /// Since when the way to the master is in this state without news.
    pub(super) way: Option<(ReplState, Time)>,
    /// Bytes that waited for each replica, and since when they are over the hard limit.
    pub(super) waiting: BTreeMap<ConnId, (u64, Option<Time>)>,
    /// Up to 5.0: who passed a limit, and is fed and flushed until the next tick closes it.
    pub(super) doomed: BTreeSet<ConnId>,
    /// The lowest limit of late and when it was last in force: who reached it is closed a little later, whatever was configured meanwhile.
    pub(super) least: Option<(Time, u64)>,
    /// Since when there were surely enough good replicas, and since when surely not.
    pub(super) enough: Option<Time>,
    pub(super) lacking: Option<Time>,
}

/// What is remembered of a server's callers.
#[derive(Clone, Debug, Default)]
pub(super) struct Edges {
    /// The command in front of those that its redis-cli waits for, and since when the server could have answered it.
    pub(super) waits: Option<(Vec<Bytes>, Time)>,
    /// Since when its redis-cli has been silent on this conn.
    pub(super) idle: Option<(ConnId, Time)>,
    /// A conn that is to end before this server's sleep does, when it must be closed, and the end of the sleep.
    pub(super) closes: Option<(ConnId, Time, Time)>,
    /// Replicas that wait for the end of a child.
    pub(super) wait_for_child: BTreeSet<ConnId>,
    /// Those of them that were dropped (5.0), and when their conns must be over.
    pub(super) dropped: Vec<(ConnId, Time)>,
    /// How many errors it had counted.
    pub(super) errors: u64,
}
