//! The border between a sentinel and the world, and the values that go over it.

use crate::fact::{Mark, SentinelEvent as Event};
use crate::node::api::{Address, ConnId, Label, Token};
use crate::time::Span;
use alloc::string::String;
use bytes::Bytes;
use serde::Serialize;

/// Between two PINGs.
pub(super) const PING_PERIOD: Span = Span::from_secs(1);
/// Between two INFOs of a server about which nothing is urgent.
pub(super) const INFO_PERIOD: Span = Span::from_secs(10);
/// Between two questions to another sentinel whether it, too, sees the master down.
pub(super) const ASK_PERIOD: Span = Span::from_secs(1);
/// Between two messages on the channel of the sentinels.
pub(super) const PUBLISH_PERIOD: Span = Span::from_secs(2);
/// A way that is silent for long is made anew, but not before it is this old.
pub(super) const RECONNECT_PERIOD: Span = Span::from_secs(15);
/// A replica that was told whom to follow and does not say so after this long is told again.
pub(super) const RECONF_TIMEOUT: Span = Span::from_secs(10);
/// Whoever was not elected for this long gives up.
pub(super) const ELECTION_TIMEOUT: Span = Span::from_secs(10);
/// By how much the beginnings of failovers are spread, ms.
pub(super) const DESYNC_MS: u64 = 1_000;
/// A timer that runs so much later than the last time has stood still: the sentinel watches and does nothing …
pub(super) const TILT_TRIGGER: Span = Span::from_secs(2);
/// … for so long.
pub(super) const TILT_PERIOD: Span = Span::from_secs(30);
/// The channel on which sentinels tell each other of themselves.
pub const HELLO_CHANNEL: &str = "__sentinel__:hello";

/// What a sentinel is told to watch, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Its name in the scenario; neither wire nor log know it.
    pub name: String,
    /// Its own address.
    pub address: Address,
    /// The master at the start.
    pub master: Address,
    /// The name under which it is watched.
    pub watched: String,
    /// How many sentinels must see the master down.
    pub quorum: u32,
    /// Silence of this length means down.
    pub down_after: Span,
    /// A failover takes at most this long; the next one begins after twice that.
    pub failover_timeout: Span,
    /// How many replicas are told to follow the new master at a time.
    pub parallel_syncs: u32,
    /// Seed of its draws.
    pub seed: u64,
    /// Unix time in milliseconds of `Time::ZERO`.
    pub epoch_unix_ms: i64,
}

/// What happens to a sentinel.
#[derive(Clone, PartialEq, Debug)]
pub enum Input {
    /// It starts.
    Boot,
    /// Its moment has come.
    Timer,
    /// A dial was answered.
    Connected {
        /// Its number for the dial.
        token: Token,
        /// The world's number for the conn.
        conn: ConnId,
    },
    /// A dial failed.
    Refused {
        /// Its number for the dial.
        token: Token,
    },
    /// Another sentinel has dialled.
    Accepted {
        /// The conn.
        conn: ConnId,
    },
    /// Bytes came.
    Received {
        /// On which conn.
        conn: ConnId,
        /// The bytes.
        bytes: Bytes,
    },
    /// The peer closed, or the way broke.
    Closed {
        /// Which conn.
        conn: ConnId,
    },
}

/// What a sentinel asks of the world.
#[derive(Clone, PartialEq, Debug)]
pub enum Output {
    /// A dial.
    Connect {
        /// Its number for it.
        token: Token,
        /// Whom.
        to: Address,
    },
    /// A dial is of no use any more.
    Cancel {
        /// Its number for it.
        token: Token,
    },
    /// Bytes to send.
    Send {
        /// On which conn.
        conn: ConnId,
        /// The bytes.
        bytes: Bytes,
        /// What they are.
        label: Label,
    },
    /// A conn to close.
    Close {
        /// Which.
        conn: ConnId,
    },
    /// Something happened: a line of its log.
    Told(Told),
}

/// A line of a sentinel's log, and what it says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// The event; `None`: the line is about the process alone.
    pub event: Option<Event>,
    /// Whom it is about.
    pub about: Address,
    /// The epoch that it names, or the sentinel's own.
    pub epoch: u64,
    /// How loud.
    pub mark: Mark,
    /// The text.
    pub text: String,
    /// The whole line.
    pub line: String,
}

/// Where a failover stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// There is none.
    None,
    /// It waits for its election.
    WaitStart,
    /// It chooses a replica.
    SelectSlave,
    /// It makes that one a master.
    SendSlaveofNoOne,
    /// It waits for its INFO to say so.
    WaitPromotion,
    /// The others are told to follow it.
    ReconfSlaves,
    /// All do: the configuration changes.
    UpdateConfig,
}

/// Whether an event is worth a word beside the log: a decision, or what led to one.
#[must_use]
pub const fn decides(event: Event) -> bool {
    !matches!(
        event,
        Event::Monitor
            | Event::Slave
            | Event::Sentinel
            | Event::NewEpoch
            | Event::StateSelectSlave
            | Event::StateSendSlaveofNoOne
            | Event::StateReconfSlaves
            | Event::SlaveReconfInprog
            | Event::ConfigUpdateFrom
    )
}
