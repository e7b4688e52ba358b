//! A load under way: where its RDB comes from, and how far it is.

use super::api::ConnId;
use crate::data::Dataset;
use crate::era::Era;
use crate::rdb::{Header, LoadError, Loaded, Loader, Step};
use crate::time::{Span, Time};
use alloc::boxed::Box;
use bytes::Bytes;

/// Where an RDB comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Source {
    /// The dump file, at the start.
    Boot,
    /// DEBUG RELOAD, on behalf of this conn.
    Reload {
        conn: ConnId,
        /// As part of a transaction.
        in_exec: bool,
    },
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
    /// Bytes read when it last looked at its event loop.
    pub(super) progress: u64,
    /// Fields of the head that the log has.
    pub(super) said: usize,
    /// How often it still looks at its event loop before it goes back to its read.
    ears: u8,
    /// Callers are served while the old data go, with -LOADING (8.0).
    answers: bool,
}
/// A turn for what waited already, and one for what it leads to.
const LOOKS: u8 = 2;

impl Loading {
    /// A load of a file that is there whole; first so much time goes into the flush of what was there.
    pub(super) fn of_file(source: Source, file: Bytes, phase: Phase, since: Time) -> Loading {
        Loading { source, file, phase, since, done: 0, newline_s: None, progress: 0, said: 0, ears: 0, answers: false }
    }
    /// The same; callers are served while the old data go (8.0).
    pub(super) const fn that_answers(mut self, answers: bool) -> Loading {
        self.answers = answers;
        self
    }
    /// Whether it is the master's RDB.
    #[must_use]
    pub const fn from_master(&self) -> bool {
        matches!(self.source, Source::Master | Source::Socket { .. })
    }
    /// A load that waits for what comes off the socket.
    pub(super) fn from_socket(era: Era, databases: usize, since: Time, swap: bool, beside: bool) -> Loading {
        let loader = Box::new(Loader::new(era, databases, None));
        Loading::of_file(Source::Socket { swap, beside }, Bytes::new(), Phase::Steps(loader), since)
    }
    /// Whether the process stands in a read from its master: it hears nobody else until there is something to read, and then only for a moment after
    /// each `loading-process-events-interval-bytes`.
    pub(super) const fn deaf(&self) -> bool {
        self.awaits_socket() && self.ears == 0
    }
    /// Whether that moment is now.
    pub(super) const fn hears(&self) -> bool {
        self.ears > 0
    }
    /// It looks at its event loop.
    pub(super) const fn open_ears(&mut self) {
        self.ears = LOOKS;
    }
    /// A turn of its event loop is over.
    pub(super) const fn close_ears(&mut self) {
        self.ears = self.ears.saturating_sub(1);
    }
    /// The data that are in, as far as they are read.
    pub(super) const fn so_far(&self) -> Option<&Dataset> {
        match &self.phase {
            Phase::Flush(_) => None,
            Phase::Steps(loader) => Some(loader.data()),
            Phase::Ended(result) => match &**result {
                Ok(loaded) => Some(&loaded.data),
                Err(_) => None,
            },
        }
    }
    /// What the head of the RDB says, as far as it is read.
    pub(super) fn header(&self) -> Option<Header> {
        match &self.phase {
            Phase::Flush(_) => None,
            Phase::Steps(loader) => Some(loader.header()),
            Phase::Ended(result) => result.as_ref().as_ref().ok().map(Loaded::header),
        }
    }
    /// Keys taken in so far.
    pub(super) fn keys(&self) -> u64 {
        match &self.phase {
            Phase::Flush(_) => 0,
            Phase::Steps(loader) => loader.keys(),
            Phase::Ended(result) => result.as_ref().as_ref().map_or(0, |loaded| loaded.keys),
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
    /// Whether it still flushes the old data, and hears nobody meanwhile (up to 7.4).
    #[must_use]
    pub const fn flushing(&self) -> bool {
        matches!(self.phase, Phase::Flush(_)) && !self.answers
    }
}
