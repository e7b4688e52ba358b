//! What the caption says, before it has words: facts, each of them read off the views of one moment. A language makes a sentence of them, and a test
//! holds each against the run.

use resync_core::fact::{BesideStage, ReplState, SessionEnd};
use resync_core::note::Note;

/// One statement about a moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// Something happened.
    Note(Box<Noted>),
    /// An event without a note, while events are looked at one by one.
    Event(Event),
    /// The same thing again and again.
    Round(Round),
    /// A process that has never run yet.
    Unborn {
        /// The node.
        who: String,
    },
    /// A process is not there.
    Dead(Dead),
    /// A process is stopped, and what its peers say of it meanwhile.
    Paused(Paused),
    /// A process is busy with one long thing, for so long, µs.
    Busy {
        /// The node.
        who: String,
        /// For how long, µs.
        for_us: u64,
    },
    /// A direction, or both, swallow everything.
    Frozen(Frozen),
    /// A replica has no session, and its place in the stream is held or gone.
    Away(Away),
    /// A replica asks by an id that its master does not know: their histories have no offset in common.
    Foreign {
        /// The replica.
        who: String,
        /// Its master.
        master: String,
        /// The id that it would ask by, if it keeps one.
        id: Option<String>,
    },
    /// A replica's link is cut, and it has no place in the stream to lose.
    Cut {
        /// The replica.
        who: String,
        /// Its master.
        master: String,
        /// For how long, µs.
        for_us: u64,
    },
    /// A replica goes through its handshake.
    Handshake {
        /// The replica.
        who: String,
        /// Its master.
        master: String,
        /// Its state.
        state: ReplState,
    },
    /// A replica takes its link for up, and its master knows it no longer.
    HalfOpen {
        /// The replica.
        who: String,
        /// Its master.
        master: String,
    },
    /// A replica waits until its master has an RDB for it.
    Waits {
        /// The replica.
        who: String,
        /// Its master.
        master: String,
    },
    /// An RDB is under way.
    Transfer {
        /// The replica.
        who: String,
        /// Bytes received.
        done: u64,
        /// Bytes in all; −1: not known before the end.
        total: i64,
    },
    /// A full resynchronisation over two connections.
    TwoWays(TwoWays),
    /// A node loads an RDB.
    Loading {
        /// The node.
        who: String,
        /// It is a replica, which loads what its master sent.
        replica: bool,
    },
    /// A session by SYNC: no ACK ever comes, and lag grows.
    Silent(Silent),
    /// Writes are refused for want of good replicas.
    Refusing {
        /// The master.
        master: String,
        /// Good replicas.
        good: u64,
        /// How many it takes.
        need: u64,
    },
    /// A replica follows, nothing is on its way, and yet it has not applied the bytes that its master wrote: its offset counts others.
    Apart {
        /// The replica.
        who: String,
        /// Its master.
        master: String,
    },
    /// A replica lacks bytes that are not on their way.
    Behind {
        /// The replica.
        who: String,
        /// Bytes that it lacks.
        gap: i64,
        /// Those of them that still wait in the master's output buffer.
        queued: u64,
    },
    /// Every replica lacks nothing but what is on its way.
    Level {
        /// The master.
        master: String,
        /// The replicas.
        replicas: Vec<String>,
    },
    /// Nobody replicates.
    Alone {
        /// The node whose stream is shown.
        who: String,
    },
}

/// A full resynchronisation over two connections: the RDB over the second, the stream over the first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TwoWays {
    /// The replica.
    pub who: String,
    /// Its master.
    pub master: String,
    /// Where it stands.
    pub stage: BesideStage,
    /// Bytes of the RDB that have come; nothing while it is loaded.
    pub done: Option<u64>,
    /// Bytes of the stream that the replica keeps.
    pub held: u64,
    /// It takes no more, and so many bytes wait in the output buffer of its master.
    pub full: Option<u64>,
}

/// A note, with what its words need.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Noted {
    /// Its event.
    pub event: u64,
    /// Whose it is.
    pub who: String,
    /// The note.
    pub note: Note,
    /// An `ip:port` in it, and the name of the node that listens there.
    pub address: Option<(String, String)>,
}
impl Noted {
    /// How an `ip:port` is called.
    #[must_use]
    pub fn name_of(&self, address: &str) -> String {
        match &self.address {
            Some((of, name)) if of == address => name.clone(),
            _ => address.to_owned(),
        }
    }
}

/// An event of which no node has more to say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// A message arrived.
    Arrived {
        /// The sender.
        from: String,
        /// The receiver.
        to: String,
        /// The payload, or what TCP said.
        text: String,
    },
    /// A message was sent.
    Sent {
        /// The sender.
        from: String,
        /// Whom it is for.
        to: String,
        /// The payload, or what TCP said.
        text: String,
    },
    /// A timer of a node ran, and nothing that is noted came of it.
    Ran {
        /// The node.
        who: String,
    },
    /// A node read bytes, and nothing that is noted came of it.
    Read {
        /// The node.
        who: String,
        /// Whose bytes, if somebody still holds that end.
        from: Option<Party>,
    },
    /// Packets and acknowledgements within TCP, clients, children, disks.
    Below(Below),
}

/// An event beneath the nodes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Below {
    /// The scenario or a person changed something that no node notices yet.
    Act,
    /// Something on a connection that nobody holds any more.
    Gone,
    /// Bytes reached a kernel, and its process has not read them yet; or they reached a client.
    Packet {
        /// The sender.
        from: Party,
        /// The receiver.
        to: Party,
    },
    /// A kernel hears that the other end has taken bytes.
    Taken {
        /// Whose kernel.
        from: Party,
        /// The other end.
        to: Party,
    },
    /// A dial, or its answer, is somewhere on its way.
    Dial {
        /// The dialler.
        from: String,
        /// Whom it dials, if there is such a machine.
        to: Option<String>,
        /// It is the answer.
        answer: bool,
    },
    /// A child goes on writing.
    Child {
        /// Its parent.
        of: String,
    },
    /// A file was written.
    File {
        /// For whom.
        of: String,
    },
    /// A sentinel looked at its clock.
    Sentinel {
        /// Its place among them, from 1.
        nth: u32,
    },
    /// A process had a turn, and nothing to do.
    Turn {
        /// The node.
        who: String,
    },
    /// A client sent its next command.
    Sent {
        /// The client.
        who: String,
        /// Its node.
        to: String,
    },
    /// A client's next command was due, and it still waits for an answer.
    Waits {
        /// The client.
        who: String,
        /// Its node.
        to: String,
    },
    /// A client found nobody who takes its connection.
    Refused {
        /// The client.
        who: String,
        /// Its node.
        to: String,
    },
}

/// Who holds an end of a connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Party {
    /// A node.
    Node(String),
    /// A client of the scenario.
    Client(String),
    /// The redis-cli beside a node.
    Console(String),
    /// A sentinel, by its place among them, from 1.
    Sentinel(u32),
}
impl Party {
    /// The name in it, or the number of a sentinel.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Party::Node(name) | Party::Client(name) | Party::Console(name) => name.clone(),
            Party::Sentinel(nth) => nth.to_string(),
        }
    }
}

/// What comes round again and again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Round {
    /// The replicas.
    pub who: Vec<String>,
    /// Their master.
    pub master: String,
    /// How often, the present time included.
    pub times: u32,
    /// From the first of them to now, µs.
    pub span_us: u64,
    /// What it is.
    pub what: Again,
}

/// Kinds of rounds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Again {
    /// Full resyncs, each ended by the master.
    Full {
        /// Why the master ends the session.
        why: SessionEnd,
        /// With `OutputLimit`: the limit, bytes.
        limit: u64,
        /// From the moment at which the replica had the whole RDB to the end of its session, the last time; `None`: it never had.
        after_us: Option<u64>,
    },
    /// Requests that the master answers with an error.
    Refused {
        /// Its code: `-LOADING`.
        reply: String,
    },
    /// The replica gives up waiting.
    Timeout {
        /// Its repl-timeout, s.
        after_s: i64,
        /// Whether each time a partial resync was enough.
        partial: bool,
    },
}

/// A process that is not there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dead {
    /// The node.
    pub who: String,
    /// Since when, µs.
    pub for_us: u64,
    /// The machine has no power.
    pub off: bool,
    /// It is the master of so many replicas; 0: it is a replica, or nobody follows it.
    pub followers: usize,
}

/// A stopped process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Paused {
    /// The node.
    pub who: String,
    /// Since when, µs.
    pub for_us: u64,
    /// Of a replica that its master lists: its master, whether that says online, and the lag.
    pub listed: Option<(String, bool, i64)>,
}

/// A link that swallows what is sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frozen {
    /// Who sends in vain …
    pub from: String,
    /// … to whom.
    pub to: String,
    /// Both directions.
    pub both: bool,
    /// For how long, µs.
    pub for_us: u64,
    /// Bytes that TCP keeps in this direction.
    pub kept: u64,
    /// The replica of the two.
    pub replica: String,
    /// Whether the master still has a session of the replica, and the lag that INFO says then.
    pub listed: Option<i64>,
    /// Whether the replica takes its link for up.
    pub believes: bool,
}

/// A replica without a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Away {
    /// The replica.
    pub who: String,
    /// Its link is cut, for so long, µs.
    pub cut_us: Option<u64>,
    /// Bytes it lacks.
    pub gap: i64,
    /// The byte it needs next.
    pub wants: i64,
    /// Bytes left of its runway; ≤ 0: gone.
    pub left: i64,
    /// Time left at the present rate.
    pub left_ms: Option<u64>,
    /// A partial resync would be accepted now.
    pub partial: bool,
}

/// A session that came by SYNC.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Silent {
    /// The replica.
    pub who: String,
    /// Its master.
    pub master: String,
    /// INFO's offset: 0 until it has answered a GETACK.
    pub offset: i64,
    /// INFO's lag, s.
    pub lag: i64,
    /// Both hold the same data.
    pub equal: bool,
}

impl Said {
    /// Changes when something else is said, not when a number in it moves: the live region speaks only then.
    #[must_use]
    pub fn about(&self) -> String {
        match self {
            Said::Note(noted) => format!("note {} {} {}", noted.event, noted.who, noted.note.kind()),
            Said::Event(event) => format!("{event:?}"),
            Said::Round(round) => {
                let what = match &round.what {
                    Again::Full { why, .. } => why.name(),
                    Again::Refused { reply } => reply,
                    Again::Timeout { .. } => "timeout",
                };
                format!("round {} {what}", round.who.join(" "))
            }
            Said::Unborn { who } => format!("unborn {who}"),
            Said::Dead(dead) => format!("dead {}", dead.who),
            Said::Paused(paused) => format!("paused {}", paused.who),
            Said::Busy { who, .. } => format!("busy {who}"),
            Said::Frozen(frozen) => format!("frozen {} {} {}", frozen.replica, frozen.listed.is_some(), frozen.believes),
            Said::Away(away) => format!("away {} {}", away.who, away.held()),
            Said::Foreign { who, .. } => format!("foreign {who}"),
            Said::Cut { who, .. } => format!("cut {who}"),
            // The states of one handshake follow each other faster than anybody speaks.
            Said::Handshake { who, .. } => format!("handshake {who}"),
            Said::HalfOpen { who, .. } => format!("half-open {who}"),
            Said::Waits { who, .. } => format!("waits {who}"),
            Said::Transfer { who, .. } => format!("transfer {who}"),
            Said::TwoWays(of) => format!("two ways {} {}", of.stage, of.who),
            Said::Loading { who, .. } => format!("loading {who}"),
            Said::Silent(silent) => format!("silent {}", silent.who),
            Said::Refusing { master, .. } => format!("refusing {master}"),
            Said::Apart { who, .. } => format!("apart {who}"),
            Said::Behind { who, .. } => format!("behind {who}"),
            Said::Level { replicas, .. } => format!("level {}", replicas.join(" ")),
            Said::Alone { who } => format!("alone {who}"),
        }
    }

    /// Something is broken or lost.
    #[must_use]
    pub fn grave(&self) -> bool {
        match self {
            Said::Note(noted) => match &noted.note {
                Note::PsyncVerdict { ruling, .. } => ruling.partial().is_none() && !ruling.asked_for_all(),
                Note::GoodReplicas { refusing, .. } => *refusing,
                note => matches!(note, Note::InvariantBroken { .. }),
            },
            Said::Round(round) => !matches!(round.what, Again::Timeout { partial: true, .. }),
            Said::Away(away) => !away.held(),
            Said::Dead(_) | Said::Foreign { .. } | Said::Silent(_) | Said::Apart { .. } | Said::Refusing { .. } => true,
            _ => false,
        }
    }

    /// It is about one event, not about a state that lasts.
    #[must_use]
    pub const fn passing(&self) -> bool {
        matches!(self, Said::Note(_) | Said::Event(_))
    }
}

impl Away {
    /// Whether a partial resync still helps.
    #[must_use]
    pub const fn held(&self) -> bool {
        self.partial
    }
}
