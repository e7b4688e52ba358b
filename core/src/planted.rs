//! Bugs that can be switched on, one by one, to see that the checks find them. Without the feature `planted` there is none of it: asking is a constant no.

macro_rules! bugs {
    ($( $(#[doc = $doc:literal])+ $bug:ident = $name:literal, )+) => {
        /// A bug of replication that somebody could well have made.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Bug { $( $(#[doc = $doc])+ $bug, )+ }
        impl Bug {
            /// All of them.
            pub const ALL: &'static [Bug] = &[ $( Bug::$bug ),+ ];
            /// Its name, for command lines and files.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Bug::$bug => $name ),+ }
            }
        }
    };
}

bugs! {
    /// The window is taken to begin one byte too early.
    WindowFirst = "window-first",
    /// Nobody looks at the window's end: who is ahead is continued.
    WindowEnd = "window-end",
    /// The byte after the newest may not be asked for.
    WindowShort = "window-short",
    /// The second id is good for any offset.
    SecondBound = "second-bound",
    /// An ACK says what was read, not what was applied (4.0+).
    AckBeforeApply = "ack-before-apply",
    /// PING does not count.
    PingNotCounted = "ping-not-counted",
    /// GETACK does not count.
    GetackNotCounted = "getack-not-counted",
    /// The stream after a full resynchronisation's set-up brings no SELECT of its own.
    SelectAfterFull = "select-after-full",
    /// A link that goes on stands in database 0.
    SelectAfterPartial = "select-after-partial",
    /// Transactions are fed without their MULTI.
    MultiForgotten = "multi-forgotten",
    /// Transactions are fed with two EXEC.
    ExecTwice = "exec-twice",
    /// A replica deletes what has expired by its own clock.
    ReplicaExpires = "replica-expires",
    /// What expired on a master is not told.
    ExpiryUntold = "expiry-untold",
    /// A key that is found expired when somebody who waited is to get it goes without a word.
    WaitingExpiryUntold = "waiting-expiry-untold",
    /// A writable replica never deletes what its callers gave a time to live (4.0+).
    OwnKeysStay = "own-keys-stay",
    /// What has expired goes into an RDB, or stays away from it, as in the eras on the other side of 4.0.
    RdbExpiredOtherwise = "rdb-expired-otherwise",
    /// A ring that has wrapped is read one byte too far on.
    RingIndex = "ring-index",
    /// A ring's length grows beyond its size.
    HistlenUnbounded = "histlen-unbounded",
    /// A ring that is resized pretends to hold what it held.
    ResizeKeeps = "resize-keeps",
    /// A cached master outlives a promotion.
    CachedKept = "cached-kept",
    /// A full resynchronisation leaves the own offset where it was (4.0+).
    OffsetKept = "offset-kept",
    /// What was written while a BGSAVE ran is dropped at its end.
    BufferDropped = "buffer-dropped",
    /// A second replica shares a BGSAVE without what was written since it began.
    AttachWithoutBuffer = "attach-without-buffer",
    /// A second replica that shares a BGSAVE is told the present offset.
    AttachOffset = "attach-offset",
    /// Good replicas must be younger than the limit.
    GoodStrict = "good-strict",
    /// A replica's lag is counted from the last byte sent to it.
    GoodByIo = "good-by-io",
    /// Writes are taken whatever min-slaves says.
    NoReplicasIgnored = "noreplicas-ignored",
    /// WAIT counts whoever is online.
    WaitCountsAttached = "wait-counts-attached",
    /// Output buffer limits are not looked at.
    LimitIgnored = "limit-ignored",
    /// Output buffer limits are a tenth of what they should be.
    LimitTooEarly = "limit-too-early",
    /// A promoted server keeps its master's id.
    PromotionKeepsId = "promotion-keeps-id",
    /// A promoted server forgets its former id.
    SecondIdLost = "second-id-lost",
    /// A backlog that expires leaves the id as it is (4.0.3+).
    TtlKeepsId = "ttl-keeps-id",
    /// A chain hands on commands, but no PING.
    ChainReencodes = "chain-reencodes",
    /// +CONTINUE comes without the new id.
    ContinueOldId = "continue-old-id",
    /// +CONTINUE is followed by the whole backlog.
    ContinueTooMuch = "continue-too-much",
    /// A master begins the stream beside an RDB one byte before the RDB's offset (8.0).
    BesideFromBefore = "beside-from-before",
    /// Some of what comes beside an RDB is not kept (8.0).
    KeptLoses = "kept-loses",
    /// What was kept first is applied twice (8.0).
    KeptTwice = "kept-twice",
    /// A replica keeps whatever comes beside an RDB, over any limit (8.0).
    KeptUnbounded = "kept-unbounded",
    /// A master never gives a replica up.
    MasterTimeout = "master-timeout",
    /// A replica never gives its master up.
    ReplicaTimeout = "replica-timeout",
    /// A sentinel promotes the replica that has least.
    SmallestOffset = "smallest-offset",
    /// A sentinel gives its vote to everybody who asks.
    VotesTwice = "votes-twice",
    /// A sentinel needs nobody's agreement that a master is down.
    SentinelAlone = "sentinel-alone",
    /// A pause does not stop the master's stream.
    PauseLeavesStream = "pause-leaves-stream",
    /// EXEC is not asked what its commands were asked (6.2+).
    ExecNotAsked = "exec-not-asked",
    /// A password that is set at run time leaves those in who gave none (up to 5.0).
    PasswordLeavesIn = "password-leaves-in",
    /// What a transaction asks for before it sleeps leaves after the sleep.
    SleepHoldsAll = "sleep-holds-all",
    /// Want of memory is asked about after everything else (order of refusals).
    OomAskedLast = "oom-asked-last",
    /// What came behind a streamed RDB in one read is lost.
    StreamedTailLost = "streamed-tail-lost",
    /// Callers' output buffers have no limit.
    CallerLimitIgnored = "caller-limit-ignored",
    /// Who has not given the password may announce as much as others.
    StrangersUnbounded = "strangers-unbounded",
    /// Waits that are over never end.
    WaitOutlives = "wait-outlives",
    /// `timeout` closes nobody.
    IdleStays = "idle-stays",
    /// A fork that fails is taken for one that worked.
    ForkAssumed = "fork-assumed",
    /// A command of the master's stream that fails is told in no log (4.0+).
    CriticalUntold = "critical-untold",
    /// A replica that is dropped while a child writes its RDB hears of it when the child ends, not at once (5.0).
    ShutForgotten = "shut-forgotten",
}

/// The bugs that are switched on.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Bugs {
    #[cfg(feature = "planted")]
    bits: u64,
}

impl Bugs {
    /// One bug.
    #[cfg(feature = "planted")]
    #[must_use]
    pub const fn only(bug: Bug) -> Bugs {
        Bugs { bits: 1 << bug as u64 }
    }
    /// Whether a bug is switched on.
    #[cfg(feature = "planted")]
    #[must_use]
    pub const fn has(self, bug: Bug) -> bool {
        self.bits >> bug as u64 & 1 == 1
    }
    /// Whether a bug is switched on: never, in this build.
    #[cfg(not(feature = "planted"))]
    #[must_use]
    pub const fn has(self, _bug: Bug) -> bool {
        false
    }
}
