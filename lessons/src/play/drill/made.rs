//! What a drill is, once it is made: what is shown of it, its three steps, and what is right in each.

/// The kinds of drills.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// A PSYNC came: what do you answer?
    Master,
    /// Something came from your master: what do you send next?
    Replica,
    /// What happened here?
    Info,
    /// Which backlog is enough?
    Size,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 4] = [Kind::Master, Kind::Replica, Kind::Info, Kind::Size];

    /// Its name, as storage and addresses spell it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Master => "master",
            Kind::Replica => "replica",
            Kind::Info => "info",
            Kind::Size => "size",
        }
    }
    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
    /// How many ends it has: what a world is drawn for is one of them, so that a stack can mix them.
    #[must_use]
    pub const fn ends(self) -> usize {
        match self {
            // Ends of the window and one beyond them, the middle, ids of several kinds, three errors.
            Kind::Master => 13,
            // The moments of a link's life at which something is decided.
            Kind::Replica => 9,
            Kind::Info => Cause::ALL.len(),
            // One for each size.
            Kind::Size => 4,
        }
    }
}

/// What is said in a step, by whoever is asked or by the engine.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Said {
    /// The choice, from 0; 0 where there is none.
    pub choice: usize,
    /// The number, where one is typed with this choice.
    pub number: Option<i64>,
}

/// One step of a decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// How many choices there are; 0 if only a number is asked for.
    pub choices: usize,
    /// What is right; nothing if the step before has decided already, so that this one is not asked.
    pub right: Option<Said>,
    /// By how much a number may be off.
    pub near: i64,
}

impl Step {
    /// A step with choices, one of which is right.
    pub(super) fn choose(choices: usize, choice: usize) -> Step {
        Step { choices, right: Some(Said { choice, number: None }), near: 0 }
    }
    /// A step where a number is typed.
    pub(super) fn number(number: i64, near: i64) -> Step {
        Step { choices: 0, right: Some(Said { choice: 0, number: Some(number) }), near }
    }
    /// Whether this is what the engine said. A step that is not asked takes any answer.
    #[must_use]
    pub fn takes(&self, said: Said) -> bool {
        self.right.is_none_or(|right| {
            let near = match (right.number, said.number) {
                (None, _) => true,
                (Some(right), Some(said)) => right.abs_diff(said) <= self.near.unsigned_abs(),
                (Some(_), None) => false,
            };
            (self.choices == 0 || right.choice == said.choice) && near
        })
    }
}

/// A decision, with what the engine decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Drill {
    /// Its kind.
    pub kind: Kind,
    /// Which end of its kind the world was drawn for.
    pub end: usize,
    /// The seed.
    pub seed: u64,
    /// The release of whoever decides.
    pub era: String,
    /// The world as scenario text, with all that was done in it; it opens, standing still, at the moment of the decision.
    pub text: String,
    /// The node that decides, or is looked at.
    pub node: &'static str,
    /// The three steps.
    pub steps: [Step; 3],
    /// What is shown of it.
    pub scene: Scene,
}

/// What is shown of a decision.
#[derive(Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "named after the kinds")]
pub enum Scene {
    Master(Knock),
    Replica(Turn),
    Info(Case),
    Size(Sizing),
}

/// The words with which an error may begin, as the choices of the reply's number have them.
pub const ERRORS: [&str; 4] = ["-LOADING", "-NOMASTERLINK", "-NOAUTH", "-ERR"];

/// A PSYNC at a server's door, and what that server does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Knock {
    /// Its run id (up to 3.2) or replication id.
    pub my_id: String,
    /// Its second id and the last byte that may be asked for under it; nothing if it has none.
    pub second: Option<(String, i64)>,
    /// Whether its release knows a second id at all.
    pub knows_second: bool,
    /// Whether it follows a master itself, and whether that link is up.
    pub link_up: Option<bool>,
    /// Whether it loads an RDB.
    pub loading: bool,
    /// Whether it wants a password, and whether this connection has given it.
    pub password: Option<bool>,
    /// The size of its backlog by `CONFIG`, bytes.
    pub size: i64,
    /// The oldest byte that its backlog holds; 0 without a backlog.
    pub first: i64,
    /// How many bytes it holds.
    pub histlen: i64,
    /// Its offset: the last byte of its stream.
    pub head: i64,
    /// The id that is asked with; `?` for none.
    pub asked_id: String,
    /// The byte that is asked for; −1 for none.
    pub asked: i64,
    /// The reply as it stands on the wire, without CR LF.
    pub reply: String,
    /// Bytes that follow +CONTINUE; nothing with any other reply.
    pub bytes: Option<i64>,
    /// Why, by its name (`lack-of-backlog`, `continue`); empty where no test was made.
    pub reason: &'static str,
    /// What it logs about it, as its release prints it.
    pub log: Vec<String>,
}

/// What a replica sends, as the choices of the first step have it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sends {
    /// PING: it has dialled anew.
    Ping,
    /// AUTH or REPLCONF: it says who it is.
    Introduces,
    /// PSYNC or SYNC: it asks to be synchronised.
    Asks,
    /// REPLCONF ACK: it says how far it is.
    Acks,
}
impl Sends {
    /// All of them, in the order of the choices.
    pub const ALL: [Sends; 4] = [Sends::Ping, Sends::Introduces, Sends::Asks, Sends::Acks];
}

/// Where a replica stands, as the choices of the third step have it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Stands {
    /// `connect`, `connecting`: it must dial.
    Dials,
    /// It waits for the answer to something of the handshake.
    Waits,
    /// `transfer`: it receives or loads an RDB.
    Receives,
    /// `connected`: it follows the stream.
    Follows,
}
impl Stands {
    /// All of them, in the order of the choices.
    pub const ALL: [Stands; 4] = [Stands::Dials, Stands::Waits, Stands::Receives, Stands::Follows];
}

/// A moment at which a replica decides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Turn {
    /// Its state before, as its release spells it.
    pub state: String,
    /// The id of the stream that it has, or had; nothing if it knows none.
    pub id: Option<String>,
    /// The last byte that it has applied; nothing if it has no stream.
    pub applied: Option<i64>,
    /// Whether it keeps the master of a lost link.
    pub cached: bool,
    /// Whether it has a password for its master.
    pub password: bool,
    /// What comes, as one line; nothing if the connection ends.
    pub comes: Option<String>,
    /// Bytes of the stream that come with it.
    pub bytes: i64,
    /// The last rows of the ladder before: whether up to the master, and the text.
    pub rows: Vec<(bool, String)>,
    /// What it sends next, as one line.
    pub sends: String,
    /// When, ms later.
    pub after_ms: u64,
    /// Its state then, as its release spells it.
    pub then: String,
    /// What it logs at that moment.
    pub log: Vec<String>,
}

/// What may have happened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cause {
    /// The link is cut.
    Cut,
    /// It was cut, and the window held what was missed.
    Back,
    /// It was cut, and the window had moved on.
    Window,
    /// The link is silent: nothing arrives, and no connection has ended.
    Silent,
    /// The replica was made a master.
    Promoted,
    /// The replica was started again, without its data.
    Replica,
    /// The master was started again.
    Master,
}
impl Cause {
    /// All of them.
    pub const ALL: [Cause; 7] = [Cause::Cut, Cause::Back, Cause::Window, Cause::Silent, Cause::Promoted, Cause::Replica, Cause::Master];
    /// The fields of INFO that tell it, of the master and of the replica.
    #[must_use]
    pub const fn tells(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Cause::Cut => (&["slave0", "connected_slaves"], &["master_link_status", "master_link_down_since_seconds"]),
            Cause::Back => (&["sync_full", "sync_partial_ok"], &["master_link_status"]),
            Cause::Window => (&["sync_full", "sync_partial_err"], &["master_link_status"]),
            Cause::Silent => (&["slave0"], &["master_link_status", "master_last_io_seconds_ago"]),
            Cause::Promoted => (&["connected_slaves"], &["role", "second_repl_offset"]),
            Cause::Replica => (&["sync_full", "sync_partial_err"], &["uptime_in_seconds"]),
            Cause::Master => (&["uptime_in_seconds", "sync_full"], &["uptime_in_seconds"]),
        }
    }
}

/// What is printed, and what may have happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// Lines of the master's INFO …
    pub master: Vec<String>,
    /// … and of the replica's.
    pub replica: Vec<String>,
    /// The choices of the third step.
    pub choices: [Cause; 4],
    /// What it was.
    pub cause: Cause,
}

/// A backlog to be chosen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sizing {
    /// By how much the master's stream grows, bytes a second, as the run had it while the link was down.
    pub rate: i64,
    /// For how long the link is down, ms.
    pub away_ms: u64,
    /// What was written meanwhile, bytes.
    pub written: i64,
    /// What the replica lacked when it asked, bytes: a little more, for it dials and shakes hands first.
    pub gap: i64,
    /// When it asked, ms after the link was back.
    pub asked_ms: u64,
    /// The sizes that are offered, bytes, smallest first.
    pub sizes: [u64; 4],
    /// The one that the second step asks about, by its place.
    pub tried: usize,
    /// The smallest that is enough, by its place.
    pub smallest: usize,
    /// For each size that was tried, what the backlog held when the replica asked, bytes; 7.0 keeps whole blocks.
    pub held: Vec<i64>,
}
