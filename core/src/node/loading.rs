//! A load under way: where its RDB comes from, and how far it is.

use super::api::ConnId;
use crate::era::Era;
use crate::rdb::{LoadError, Loaded, Loader, Step};
use crate::time::{Span, Time};
use alloc::boxed::Box;
use bytes::Bytes;

/// Where an RDB comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Source {
    /// The dump file, at the start.
    Boot,
    /// DEBUG RELOAD, on behalf of this conn.
    Reload(ConnId),
    /// The master, by way of a file.
    Master,
    /// The master, straight from the socket.
    Socket {
        /// The old data stay until the new are whole.
        swap: bool,
        /// … and stay readable (7.0).
        beside: bool,
    },
}

/// How far a load is.
#[derive(Clone, Debug)]
pub(super) enum Phase {
    /// The old data go; nothing is served. How much is left.
    Flush(Span),
    /// Steps of the load.
    Steps(Box<Loader>),
    /// The last step is being worked off.
    Ended(Box<Result<Loaded, LoadError>>),
}

/// A load under way.
#[derive(Clone, Debug)]
pub struct Loading {
    pub(super) source: Source,
    pub(super) file: Bytes,
    pub(super) phase: Phase,
    pub(super) since: Time,
    /// Bytes read.
    pub(super) done: u64,
    pub(super) newline_s: Option<i64>,
}
impl Loading {
    /// Whether it is the master's RDB.
    #[must_use]
    pub const fn from_master(&self) -> bool {
        matches!(self.source, Source::Master | Source::Socket { .. })
    }
    /// A load that waits for what comes off the socket.
    pub(super) fn from_socket(era: Era, databases: usize, since: Time, swap: bool, beside: bool) -> Loading {
        let loader = Box::new(Loader::new(era, databases, None));
        Loading {
            source: Source::Socket { swap, beside },
            file: Bytes::new(),
            phase: Phase::Steps(loader),
            since,
            done: 0,
            newline_s: None,
        }
    }
    /// Whether it waits for the socket rather than for time.
    #[must_use]
    pub const fn awaits_socket(&self) -> bool {
        matches!(self.source, Source::Socket { .. })
    }
    /// Whether the old data stay readable meanwhile.
    #[must_use]
    pub const fn beside(&self) -> bool {
        matches!(self.source, Source::Socket { beside: true, .. })
    }
    /// Whether the old data stay until the new are whole.
    pub(super) const fn swaps(&self) -> bool {
        matches!(self.source, Source::Socket { swap: true, .. })
    }
    /// A piece off the socket; `last`: the RDB is whole. Gives the bytes parsed, and the end.
    pub(super) fn feed(&mut self, piece: &Bytes, last: bool) -> (u64, Option<Result<Step, LoadError>>) {
        let ended = match &mut self.phase {
            Phase::Flush(_) => return (0, None),
            Phase::Ended(_) => None,
            Phase::Steps(loader) => {
                let before = loader.consumed();
                loader.feed(piece);
                if last {
                    loader.finish();
                }
                let step = loader.step(u64::MAX);
                let read = loader.consumed() - before;
                self.done = loader.consumed();
                match step {
                    Ok(Step::Done(loaded)) if !last => {
                        // The mark has not come whole.
                        self.phase = Phase::Ended(Box::new(Ok(loaded)));
                        return (read, None);
                    }
                    Ok(Step::Starved | Step::More) if !last => return (read, None),
                    other => return (read, Some(other)),
                }
            }
        };
        if !last {
            return (0, ended);
        }
        let Phase::Ended(result) = core::mem::replace(&mut self.phase, Phase::Flush(Span::ZERO)) else { return (0, None) };
        (0, Some(result.map(Step::Done)))
    }
    /// Bytes read so far.
    #[must_use]
    pub const fn done(&self) -> u64 {
        self.done
    }
    /// Bytes in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.file.len() as u64
    }
    /// When it began.
    #[must_use]
    pub const fn since(&self) -> Time {
        self.since
    }
    /// Whether it still flushes the old data.
    #[must_use]
    pub const fn flushing(&self) -> bool {
        matches!(self.phase, Phase::Flush(_))
    }
}
