//! Notes: what happened, said once where it happened. Log panels, journal, trace, lessons and animation feed on them;
//! no server and no kernel reads them. The book-keeping of what a replica lacks (`sim::truths`) still follows some.
//!
//! One table below yields the enum, the kebab-case names, the fields, and the list that the language test checks.
//! *Milestones* are kept for the whole run in the journal; *flow* notes exist only where asked for.

mod failure;
mod ruling;
mod value;
mod why;

pub use crate::rdb::LoadError;
pub use failure::{HandshakeFailure, LoadFailure};
use value::Fields as _;
pub use value::Value;
pub use why::{What, Why};

use crate::fact::{
    Fault, ForkKind, FreedWhy, HandshakeStep, Invariant, Mark, RefusalCode, ReplState, SentinelEvent, SessionEnd, SessionState,
    UpstreamEnd, UpstreamPhase,
};
use crate::repl::psync::Ruling;
use crate::text::Text;
use alloc::string::String;
use alloc::vec::Vec;
use serde::Serialize;

/// The class of a note: how long it is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Kept for the whole run.
    Milestone,
    /// Kept for the newest few thousand, where asked for.
    Flow,
}

macro_rules! notes {
    ($( $(#[doc = $doc:literal])+ $class:ident $kind:ident = $name:literal { $( $field:ident : $type:ty ),* } )+) => {
        /// What happened. Numbers are offsets, bytes, seconds or milliseconds as the field's name says.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Note {
            $( $(#[doc = $doc])+ #[allow(missing_docs, reason = "the fields say their units in their names")] $kind { $( $field: $type ),* }, )+
        }
        crate::fact::named! {
            /// The kinds of notes.
            pub enum NoteKind { $( $(#[doc = $doc])+ $kind = $name ),+ }
        }
        impl NoteKind {
            /// Which of the two classes notes of this kind belong to.
            #[must_use]
            pub const fn class(self) -> Class {
                match self { $( NoteKind::$kind => Class::$class ),+ }
            }
        }
        impl Note {
            /// The kind; its name is what conditions and exports say.
            #[must_use]
            pub const fn kind(&self) -> NoteKind {
                match self { $( Note::$kind { .. } => NoteKind::$kind ),+ }
            }
            /// The class.
            #[must_use]
            pub const fn class(&self) -> Class {
                self.kind().class()
            }
            /// The fields by name, in the table's order.
            #[must_use]
            pub fn fields(&self) -> Vec<(&'static str, Value)> {
                #[allow(unused_mut, reason = "some notes have no fields")]
                let mut fields = Vec::new();
                match self { $( Note::$kind { $( $field ),* } => { $( $field.put(stringify!($field), &mut fields); )* } ),+ }
                fields
            }
        }
    };
}

notes! {
    // ---- a node: life
    /// The process started (again).
    Milestone Started = "started" { run_id: String }
    /// It began to load an RDB from its disk or its master.
    Milestone LoadStarted = "load-started" { bytes: i64 }
    /// Loading ended.
    Milestone LoadDone = "load-done" { keys: i64, ms: i64 }
    /// Loading failed.
    Milestone LoadFailed = "load-failed" { why: LoadFailure }
    /// The process ended by SHUTDOWN.
    Milestone ShutDown = "shut-down" { }
    /// A line of the node's log. `line` is the whole line as the era prints it, with pid, role and date.
    Milestone Log = "log" { mark: Mark, text: String, line: String }
    // ---- a replica's upstream
    /// The role changed: it now follows a master.
    Milestone Follows = "follows" { host: String, port: i64 }
    /// The role changed: SLAVEOF NO ONE.
    Milestone Promoted = "promoted" { offset: i64 }
    /// The upstream state machine moved. States are spelled as the era spells them, in lower case.
    Milestone UpstreamState = "upstream-state" { from: ReplState, to: ReplState }
    /// A dial was refused, or a handshake ended with an error.
    Milestone HandshakeFailed = "handshake-failed" { step: HandshakeStep, why: HandshakeFailure }
    /// The replica asked to go on where it stopped (or `? -1`). `offset` is the next byte it wants.
    Milestone PsyncAsked = "psync-asked" { id: String, offset: i64 }
    /// PSYNC was not understood, or so this era believes: SYNC follows on the same connection.
    Milestone SyncFallback = "sync-fallback" { reply: String }
    /// The master said +FULLRESYNC.
    Milestone FullStarted = "full-started" { id: String, offset: i64 }
    /// The master said +CONTINUE.
    Milestone PartialAccepted = "partial-accepted" { offset: i64 }
    /// The RDB's size (−1: until the mark) is known.
    Milestone TransferStarted = "transfer-started" { bytes: i64 }
    /// The RDB arrived whole.
    Milestone TransferDone = "transfer-done" { bytes: i64 }
    /// The old data were thrown away.
    Milestone Flushed = "flushed" { keys: i64 }
    /// The full resynchronisation ended. `offset` is where the stream goes on (−1 after a SYNC fallback).
    Milestone FullDone = "full-done" { offset: i64, pre_psync: bool }
    /// The link to the master was lost; the master object is cached or not.
    Milestone UpstreamLost = "upstream-lost" { why: UpstreamEnd, cached: bool, offset: i64 }
    /// The replica gave up waiting.
    Milestone UpstreamTimeout = "upstream-timeout" { phase: UpstreamPhase, after_s: i64 }
    // ---- a master's sessions. `replica` is ip:port as Redis names it
    /// A replica asked to be synchronised: the decision, with its numbers; the ruling's fields stand beside `replica` ([`Ruling`]).
    Milestone PsyncVerdict = "psync-verdict" { replica: String, ruling: Ruling }
    /// The session's state changed.
    Milestone SessionState = "session-state" { replica: String, state: SessionState }
    /// A session ended.
    Milestone SessionEnded = "session-ended" { replica: String, why: SessionEnd, offset: i64 }
    /// A child was forked. `ms`: how long the fork blocked.
    Milestone Forked = "forked" { kind: ForkKind, ms: i64, bytes: i64 }
    /// The parent noticed that its child ended.
    Milestone ChildDone = "child-done" { kind: ForkKind, ok: bool }
    /// The backlog came into being.
    Milestone BacklogCreated = "backlog-created" { bytes: i64, first: i64 }
    /// `repl-backlog-size` changed when the stream stood at `offset`; `dropped` bytes of past went with it.
    Milestone BacklogResized = "backlog-resized" { asked: i64, bytes: i64, dropped: i64, offset: i64 }
    /// The backlog was freed.
    Milestone BacklogFreed = "backlog-freed" { why: FreedWhy }
    /// The replication id changed.
    Milestone IdChanged = "id-changed" { id: String, id2: String, second_offset: i64 }
    /// Writes began to be refused, or are accepted again, for want of good replicas.
    Milestone GoodReplicas = "good-replicas" { good: i64, need: i64, refusing: bool }
    /// A command was refused by the gate.
    Milestone Refused = "refused" { command: String, code: RefusalCode }
    /// A directive was changed while running.
    Milestone ConfigSet = "config-set" { name: String, value: String }
    /// A write waited on WAIT, and got this many.
    Milestone WaitDone = "wait-done" { replicas: i64, asked: i64 }
    /// A replica sent something that is answered: up to 6.2 the answer goes into its stream, where no offset of the master counts it. Up to 3.2 a keepalive
    /// newline and an ACK that come in one read are enough (docs/redis.md §2.8).
    Milestone StrayReply = "stray-reply" { replica: String, text: String, bytes: i64 }
    // ---- flow: each message, each command
    /// A command ran. `bytes` is what it added to the stream.
    Flow Command = "command" { text: Text, offset: i64, bytes: i64 }
    /// The replica applied a command of its master's stream.
    Flow Applied = "applied" { text: Text, offset: i64 }
    /// The replica told its master how far it is.
    Flow AckSent = "ack-sent" { offset: i64 }
    /// The master heard an ACK.
    Flow AckHeard = "ack-heard" { replica: Text, offset: i64 }
    /// A keepalive newline.
    Flow Newline = "newline" { }
    /// A key expired on a master.
    Flow Expired = "expired" { key: String }
    // ---- the world
    /// The link was cut in both directions.
    Milestone LinkCut = "link-cut" { peer: String }
    /// The link works again.
    Milestone LinkHealed = "link-healed" { peer: String }
    /// One direction (towards `peer`), or both, became a black hole.
    Milestone LinkFrozen = "link-frozen" { peer: String }
    /// It thawed; what TCP kept is delivered.
    Milestone LinkThawed = "link-thawed" { peer: String }
    /// Latency, jitter or bandwidth changed.
    Milestone LinkChanged = "link-changed" { peer: String }
    /// A client of the scenario goes on here; it was at `from`.
    Milestone ClientMoved = "client-moved" { client: String, from: String }
    /// A sentinel logged an event about this node. `text` is Redis's own.
    Milestone Sentinel = "sentinel" { sentinel: String, event: SentinelEvent, epoch: i64, text: String }
    /// SIGSTOP.
    Milestone Paused = "paused" { }
    /// SIGCONT.
    Milestone Resumed = "resumed" { }
    /// kill -9.
    Milestone Crashed = "crashed" { }
    /// The machine lost power.
    Milestone PoweredOff = "powered-off" { }
    /// The process was started again by the person or the script.
    Milestone Restarted = "restarted" { with_rdb: bool }
    /// A fault of the disk or a child was switched on or off.
    Milestone FaultSet = "fault-set" { what: Fault }
    /// A client's command got its answer (only clients that the person drives).
    Milestone ClientReply = "client-reply" { command: String, reply: String }
    /// A condition of the scenario's script held or failed.
    Milestone Expectation = "expectation" { text: String, ok: bool }
    /// An invariant broke.
    Milestone InvariantBroken = "invariant-broken" { invariant: Invariant, why: Why }
}

#[cfg(test)]
mod tests {
    use super::NoteKind;
    use alloc::collections::BTreeSet;

    #[test]
    fn no_two_kinds_of_notes_share_a_name() {
        let names: BTreeSet<&str> = NoteKind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(names.len(), NoteKind::ALL.len(), "{names:?}");
        assert!(names.iter().all(|name| !name.is_empty()));
    }
}
