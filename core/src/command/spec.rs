//! The shape of the command table.

use crate::data::Dataset;
use crate::era::Era;
use crate::fact::DataType;
pub use crate::resp::Reply;
use alloc::boxed::Box;
use alloc::vec::Vec;
use bytes::Bytes;

/// A command's words, the name first, as they came off the wire.
pub type Args = [Bytes];

/// The effect of a command: what it puts into the stream, if anything.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Effect {
    /// Nothing changed: nothing is sent, the offset stays.
    #[default]
    None,
    /// The client's own words, letter case included.
    Verbatim,
    /// These commands instead, in order (`SPOP` → `SREM`, `SET … EX` → `SET … PXAT`). More than one of them are wrapped in MULTI/EXEC from 6.2 on
    /// (`SPOP k n`), unless a transaction is already open.
    Rewritten(Vec<Vec<Bytes>>),
}

/// How long a data command takes beyond the base: counted in elements touched, so that KEYS on a million keys hurts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Work {
    /// Elements looked at or written.
    pub elements: u64,
    /// Bytes copied.
    pub bytes: u64,
}

/// The wait of a caller of BLPOP and the like. It ends when one of the keys holds the right kind of value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// The keys, in the order given.
    pub keys: Vec<Bytes>,
    /// TYPE of the value that serves.
    pub kind: DataType,
    /// Milliseconds to wait; 0: for ever.
    pub timeout_ms: u64,
    /// The words before and behind the keys: with one key between them they are the command that serves.
    pub around: (Vec<Bytes>, Vec<Bytes>),
}
impl Block {
    /// The command with this key alone.
    #[must_use]
    pub fn with_key(&self, key: &Bytes) -> Vec<Bytes> {
        let mut words = self.around.0.clone();
        words.push(key.clone());
        words.extend(self.around.1.iter().cloned());
        words
    }
}

/// The keys that a command wrote, which WATCH and blocked callers look at.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Written {
    /// Keys, each with its database, in the order of the writes.
    pub keys: Vec<(usize, Bytes)>,
    /// Databases that were emptied or exchanged.
    pub databases: Vec<usize>,
}
impl Written {
    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.databases.is_empty()
    }
}

/// The outcome of a data command.
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    /// The answer.
    pub reply: Reply,
    /// What the stream gets.
    pub effect: Effect,
    /// Keys that were found expired on the way, each with its database, removed already: `DEL`s (`UNLINK`s, [`DataCtx::lazy_expire`]) to be fed *before*
    /// the effect. From 7.0 on they and the effect are one batch: wrapped in MULTI/EXEC if there is more than one command in it.
    pub expired: Vec<(usize, Bytes)>,
    /// Keys to which a caller of a writable replica gave a time to live, each with its database.
    pub own: Vec<(usize, Bytes)>,
    /// What was written, if the context asked for that.
    pub written: Written,
    /// The caller is to wait; `reply` is what it gets where nobody waits (in MULTI).
    pub block: Option<Box<Block>>,
    /// How much work it was.
    pub work: Work,
}

/// The facts about its server that a data command may use.
pub struct DataCtx<'a> {
    /// All databases.
    pub data: &'a mut Dataset,
    /// The selected database.
    pub db: usize,
    /// Unix time in milliseconds, cached as the era caches it.
    pub now_ms: i64,
    /// Whose behaviour.
    pub era: Era,
    /// The moment by which keys are judged expired: from 6.0 on that at which EXEC began, otherwise now.
    pub judged_ms: i64,
    /// Whether this server is a replica: it does not expire keys by itself.
    pub replica: bool,
    /// Whether callers are paused: what has expired is hidden, and stays (6.2).
    pub holds_expired: bool,
    /// `lazyfree-lazy-expire`: whatever goes because of its time goes by `UNLINK` (4.0).
    pub lazy_expire: bool,
    /// `lazyfree-lazy-server-del`: a SPOP that takes everything is sent as UNLINK (7.2).
    pub lazy_del: bool,
    /// Whether the command came from the master's stream (applied even on read-only replicas; expired keys are real there).
    pub from_master: bool,
    /// Whether the words stand in memory that holds little else: then a value may be kept as it came, shared with whoever else got it.
    pub alone: bool,
    /// Whether somebody wants to know what is written ([`Outcome::written`]).
    pub track: bool,
    /// Whether the caller had waited for this: the command runs on its behalf.
    pub woken: bool,
    /// The n-th random draw of this command.
    pub draw: &'a mut dyn FnMut() -> u64,
}

/// Flags of the gate. Names as in Redis's own table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Flags {
    /// Changes data: refused on read-only replicas and for want of good replicas.
    pub write: bool,
    /// Only reads: never starts a MULTI in the stream.
    pub readonly: bool,
    /// Answered while loading.
    pub loading: bool,
    /// Answered on a stale replica, by era.
    pub stale: bool,
    /// May not be queued in MULTI or is handled before queueing.
    pub no_multi: bool,
    /// Needs no password.
    pub no_auth: bool,
    /// Administrative.
    pub admin: bool,
    /// May wait.
    pub waits: bool,
}

/// Commands that concern the server rather than the data. `node` matches them exhaustively.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "each is the command of its name")]
pub enum ServerCmd {
    Ping,
    Echo,
    Select,
    Auth,
    Multi,
    Exec,
    Discard,
    Info,
    Role,
    Config,
    SlaveOf,
    Failover,
    ReplConf,
    Sync,
    Psync,
    Wait,
    WaitAof,
    Debug,
    Client,
    Time,
    Command,
    LastSave,
    Save,
    BgSave,
    /// BGREWRITEAOF.
    BgRewriteAof,
    Shutdown,
    Publish,
    Subscribe,
    PSubscribe,
    Unsubscribe,
    PUnsubscribe,
    PubSub,
    Watch,
    Unwatch,
    Monitor,
    Hello,
    Reset,
    Quit,
}

/// How a command runs.
#[derive(Clone, Copy)]
pub enum Run {
    /// Over the data.
    Data(fn(&mut DataCtx<'_>, &Args) -> Outcome),
    /// By the node.
    Server(ServerCmd),
}

/// One row of the table.
pub struct Spec {
    /// Lower case.
    pub name: &'static str,
    /// The first era that has it, and the first Valkey where that got it by itself.
    pub since: (Era, Option<Era>),
    /// Arity by era, as COMMAND gives it: the count with the name, negative for "at least". The last row whose era is reached counts.
    pub arity: &'static [(Era, i32)],
    /// Flags by era.
    pub flags: fn(Era) -> Flags,
    /// First key, last key, step, as COMMAND gives them.
    pub keys: (i32, i32, i32),
    /// What runs.
    pub run: Run,
}

impl Spec {
    /// Whether an era has it.
    #[must_use]
    pub fn there(&self, era: Era) -> bool {
        era.has(self.since.0) || self.since.1.is_some_and(|valkey| era.has(valkey))
    }
    /// The arity in an era, as COMMAND gives it: the count with the name, negative for "at least", 0 for "any".
    #[must_use]
    pub fn arity(&self, era: Era) -> i32 {
        self.arity.iter().rev().find(|(first, _)| era.has(*first)).map_or(0, |(_, arity)| *arity)
    }
    /// Whether this many words, the name included, may be given in an era.
    #[must_use]
    pub fn takes(&self, era: Era, words: usize) -> bool {
        match self.arity(era) {
            0 => true,
            exact if exact > 0 => words == exact.unsigned_abs() as usize,
            least => words >= least.unsigned_abs() as usize,
        }
    }
    /// Whether it may put something into the stream: a write, or PUBLISH.
    #[must_use]
    pub fn may_replicate(&self, era: Era) -> bool {
        (self.flags)(era).write || matches!(self.run, Run::Server(ServerCmd::Publish))
    }
}
