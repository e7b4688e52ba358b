//! The terms of the glossary; what each means is the languages'.

macro_rules! terms {
    ($($(#[doc = $doc:literal])+ $term:ident $key:literal)+) => {
        /// A term of the glossary.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Term { $($(#[doc = $doc])+ $term),+ }
        impl Term {
            /// All of them, in the order of the glossary.
            pub const ALL: &'static [Term] = &[$(Term::$term),+];
            /// Its name in attributes.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Term::$term => $key),+ }
            }
        }
    };
}

terms! {
    /// Master and replica.
    Replica "replica"
    /// The stream of bytes.
    Stream "stream"
    /// An offset.
    Offset "offset"
    /// The newest byte.
    Head "head"
    /// The backlog.
    Backlog "backlog"
    /// Its size.
    BacklogSize "backlog-size"
    /// The oldest byte held.
    FirstByte "first-byte"
    /// How many bytes are held.
    Histlen "histlen"
    /// Where a ring is written next.
    WriteIndex "idx"
    /// The runway.
    Runway "runway"
    /// The lens.
    Lens "lens"
    /// What was acknowledged.
    Acked "acked"
    /// What was applied.
    Applied "applied"
    /// What was sent.
    Sent "sent"
    /// What is so, as against what INFO says.
    Truth "truth"
    /// INFO.
    Info "info"
    /// A replica that INFO does not list.
    NoLine "no-line"
    /// Seconds since the last ACK.
    Lag "lag"
    /// Bytes that are missing.
    Gap "gap"
    /// Age of the data.
    Staleness "staleness"
    /// Counters of resyncs.
    Counters "counters"
    /// Good replicas.
    GoodReplicas "good-replicas"
    /// The handshake.
    Handshake "handshake"
    /// A replica's state on the way.
    State "repl-state"
    /// PSYNC.
    Psync "psync"
    /// The decision about it.
    Verdict "verdict"
    /// What names a stream.
    ReplId "repl-id"
    /// +CONTINUE.
    Partial "partial-resync"
    /// +FULLRESYNC.
    Full "full-resync"
    /// The file.
    Rdb "rdb"
    /// The child that writes it.
    Bgsave "bgsave"
    /// -LOADING.
    Loading "loading"
    /// SYNC.
    Sync "sync"
    /// REPLCONF ACK.
    Ack "ack"
    /// The output buffer.
    OutputBuffer "output-buffer"
    /// Its limit.
    OutputLimit "output-limit"
    /// repl-timeout.
    Timeout "repl-timeout"
    /// WAIT.
    Wait "wait"
    /// A cut.
    Cut "cut"
    /// A freeze.
    Freeze "freeze"
    /// A stopped process.
    Pause "pause"
    /// A killed process.
    Crash "crash"
    /// Latency and bandwidth.
    Physics "latency"
    /// An event.
    Event "event"
    /// The speed that follows.
    Auto "auto"
    /// The seed.
    Seed "seed"
    /// An invariant.
    Invariant "invariant"
}

/// A term whose card is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Explained {
    /// Which.
    pub term: Term,
    /// The thing is outlined; else the card stands at the word that was clicked.
    pub shown: bool,
}
