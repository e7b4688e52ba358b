//! What a sentinel knows of one server, and the ways to it.

use crate::node::api::{Address, ConnId, Label, Token};
use crate::resp::ReplyParser;
use crate::time::{Span, Time};
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use bytes::Bytes;

/// The kind of a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The master that is watched.
    Master,
    /// A replica of it.
    Replica,
    /// Another sentinel.
    Sentinel,
}
impl Kind {
    /// As logs call it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Master => "master",
            Kind::Replica => "slave",
            Kind::Sentinel => "sentinel",
        }
    }
}

/// Which of those that a sentinel knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Who {
    Master,
    Replica(usize),
    Other(usize),
}

/// How far a replica is on its way to a new master.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Reconf {
    /// It was not told.
    #[default]
    None,
    /// It was told.
    Sent,
    /// It says that it follows the new master.
    InProgress,
    /// Its link is up.
    Done,
}

/// What was asked, in the order in which answers come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Asked {
    Ping,
    Info,
    Publish,
    IsMasterDown,
    /// Its answer means nothing.
    Other,
}

/// One conn to a server.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub(super) token: Token,
    pub(super) conn: Option<ConnId>,
    /// What is to be said once it stands.
    pub(super) waiting: Vec<(Bytes, Label)>,
    pub(super) asked: VecDeque<Asked>,
    pub(super) parser: ReplyParser,
    /// When it was dialled.
    pub(super) since: Time,
}

/// The ways to a server: one for commands, one that listens.
#[derive(Clone, Debug)]
pub(super) struct Ways {
    pub(super) commands: Option<Way>,
    pub(super) hellos: Option<Way>,
    /// One of them is missing.
    pub(super) disconnected: bool,
    pub(super) reconnected: Option<Time>,
    /// When it answered well last.
    pub(super) available: Time,
    /// Since when a PING has not been answered.
    pub(super) unanswered: Option<Time>,
    pub(super) pinged: Option<Time>,
    /// When it answered at all last.
    pub(super) ponged: Time,
    /// When the way that listens heard something last.
    pub(super) heard: Time,
}

/// A server, as a sentinel knows it.
#[derive(Clone, Debug)]
pub struct Instance {
    /// What it is.
    pub kind: Kind,
    /// Where.
    pub address: Address,
    /// Of its INFO, or of its hello.
    pub run_id: Option<String>,
    /// Seen down by this sentinel, since then.
    pub down_since: Option<Time>,
    /// A master that enough sentinels see down, since then.
    pub agreed_since: Option<Time>,
    /// When it was last down, subjectively or objectively.
    pub(super) was_down: Option<Time>,
    pub(super) ways: Ways,
    /// When INFO came last.
    pub(super) info_at: Option<Time>,
    /// Whether its INFO says that it is a master.
    pub says_master: bool,
    pub(super) role_since: Time,
    /// A replica: whom it follows, since when it says so.
    pub(super) follows: Option<Address>,
    pub(super) follows_since: Time,
    pub(super) link_up: bool,
    pub(super) link_down: Span,
    /// Its priority; 0: never to be promoted.
    pub priority: u32,
    /// Its offset, as its INFO said last.
    pub offset: u64,
    /// On its way to a new master.
    pub reconf: Reconf,
    pub(super) reconf_at: Time,
    /// It is to be the master.
    pub promoted: bool,
    pub(super) published: Time,
    /// Another sentinel: when its hello came last.
    pub(super) heard_at: Time,
    /// Another sentinel: whether it sees the master down, when it said so, whom it voted for and in which epoch.
    pub(super) agrees: bool,
    pub(super) agreed_at: Option<Time>,
    pub(super) leader: Option<(String, u64)>,
}

impl Instance {
    pub(super) fn new(kind: Kind, address: Address, now: Time) -> Instance {
        Instance {
            kind,
            address,
            run_id: None,
            down_since: None,
            agreed_since: None,
            was_down: None,
            ways: Ways {
                commands: None,
                hellos: None,
                disconnected: true,
                reconnected: None,
                available: now,
                // A server that never answers is down too, although it was never asked.
                unanswered: Some(now),
                pinged: None,
                ponged: now,
                heard: now,
            },
            info_at: None,
            says_master: kind == Kind::Master,
            role_since: now,
            follows: None,
            follows_since: now,
            link_up: false,
            link_down: Span::ZERO,
            priority: 100,
            offset: 0,
            reconf: Reconf::None,
            reconf_at: now,
            promoted: false,
            published: now,
            heard_at: now,
            agrees: false,
            agreed_at: None,
            leader: None,
        }
    }
    /// Whether this sentinel sees it down.
    #[must_use]
    pub const fn down(&self) -> bool {
        self.down_since.is_some()
    }
    /// Whether both ways to it stand or are being made.
    #[must_use]
    pub const fn connected(&self) -> bool {
        !self.ways.disconnected
    }
    /// Whether a way to it was dialled at this moment: one was missing just before.
    #[must_use]
    pub fn dialled_at(&self, now: Time) -> bool {
        self.ways.reconnected == Some(now)
    }
    /// Whether both a good answer and INFO came within so long.
    #[must_use]
    pub fn answered_within(&self, span: Span, now: Time) -> bool {
        now.since(self.ways.available) <= span && self.info_at.is_some_and(|at| now.since(at) <= span)
    }
    /// For how long its link to its master had been down when it said so last.
    #[must_use]
    pub const fn was_cut_off(&self) -> Span {
        self.link_down
    }
    /// The name by which logs call it, of the master `watched`.
    #[must_use]
    pub(super) fn name(&self, watched: &str) -> String {
        match self.kind {
            Kind::Master => String::from(watched),
            Kind::Replica => format!("{}:{}", self.address.host, self.address.port),
            Kind::Sentinel => self.run_id.clone().unwrap_or_default(),
        }
    }
}
