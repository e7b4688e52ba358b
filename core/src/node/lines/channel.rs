//! A full resynchronisation over two connections, at both ends (docs/redis.md §6A, §6B).

use super::table::{capital, capitals, lines, word};
use crate::era::{Capabilities, Channel as Kind};
use crate::fact::{Errno, Mark};
use crate::repl::{Offset, ReplId};
use alloc::format;

/// Whether it is the way of Valkey.
const fn dual(caps: &Capabilities) -> bool {
    matches!(caps.channel, Kind::Valkey)
}
/// What Valkey puts before what it says of a second connection.
const fn lead(caps: &Capabilities) -> &'static str {
    if caps.log_says_dual_channel { "Dual channel replication: " } else { "" }
}

lines! {
    /// What is said of the second connection.
    enum Channel<'a>, caps {
        /// The replica: the RDB will come over another connection.
        Begins = Mark::Notice, format!("{}PSYNC is not possible, initialize RDB channel.", lead(caps));
        /// AUTH was refused there.
        AuthError { reply: &'a str } = Mark::Warning, format!("{}Unable to AUTH to {}: {reply}", lead(caps), if dual(caps) { "Primary" } else { "master" });
        /// REPLCONF was refused there.
        ReplconfError { reply: &'a str } = Mark::Warning, if dual(caps) {
            format!("{}Server does not support sync with offset, dual channel sync approach cannot be used: {reply}", lead(caps))
        } else {
            format!("Master replied error to replconf: {reply}")
        };
        /// PSYNC or SYNC was answered there with something else than where the RDB ends.
        Unexpected { reply: &'a str } = Mark::Warning, if dual(caps) {
            format!("{}Received unexpected $ENDOFF response: {reply}", lead(caps))
        } else {
            format!("Received unexpected psync reply: {reply}")
        };
        /// Its handshake is over before the RDB has begun.
        Failed { error: &'a str } = Mark::Warning, if dual(caps) {
            format!("{}Dual channel sync failed with error {error}", lead(caps))
        } else {
            format!("rdb channel sync failed with error: {error}")
        };
        /// Redis: +FULLRESYNC came, and from here on both connections bring something.
        InParallel = Mark::Notice, "Starting to receive RDB and replication stream in parallel.";
        /// Valkey: the first connection asks to go on from where the RDB ends.
        TriesMain { id: ReplId, offset: Offset } = Mark::Notice,
            format!("{}Trying a partial resynchronization using main channel (request {id}:{offset}).", lead(caps));
        /// Valkey: it may, and the RDB is still on its way, or not.
        MainAccepted { loads: bool } = Mark::Notice, format!(
            "{}{} <-> {} sync: Primary accepted a Partial Resynchronization{}.",
            lead(caps), if caps.log_says_dual_channel { "PRIMARY" } else { "Primary" }, capitals(caps), if loads { ", RDB load in background" } else { "" }
        );
        /// Valkey: it may not.
        MainRefused { reply: &'a str } = Mark::Warning, format!("{}Aborting dual channel sync. Main channel psync result {reply}", lead(caps));
        /// The first connection is gone while the RDB comes or is loaded.
        MainLost { errno: Errno } = Mark::Warning, if dual(caps) {
            format!("{}Provisional primary closed connection", lead(caps))
        } else {
            format!("Main channel error while reading from master: {errno}")
        };
        /// Both connections are given up.
        Aborting = Mark::Notice, format!("{}Aborting {} sync", lead(caps), if dual(caps) { "dual channel" } else { "rdb channel" });
        /// Valkey 8.0: the file of another RDB was closed under its feet.
        DumpBroken { why: &'a str } = Mark::Warning, format!(
            "Write error or short write writing to the DB dump file needed for {} <-> {} synchronization: {why}",
            if dual(caps) { "PRIMARY" } else { "MASTER" }, capitals(caps)
        );
        /// Redis: the first one is, and the load goes on.
        AbortingLoad = Mark::Notice, "Aborting rdb channel sync while loading the RDB.";
        /// What that means.
        WillTryPsync = Mark::Notice, "After loading RDB, replica will try psync with master.";
        /// The replica keeps no more of the stream.
        LimitReached { limit_bytes: u64 } = Mark::Notice, if dual(caps) {
            format!("{}Replication buffer limit reached, stopping buffering.", lead(caps))
        } else {
            format!(
                "Replication buffer limit has been reached ({limit_bytes} bytes), stopped buffering replication stream. Further accumulation may occur on master side."
            )
        };
        /// Redis: the RDB is loaded, and so much of the stream waits.
        Streaming { bytes: u64 } = Mark::Notice,
            format!("MASTER <-> {} sync: Starting to stream replication buffer into the db ({bytes} bytes).", capitals(caps));
        /// That, and what came meanwhile, is applied.
        Streamed { total: u64 } = Mark::Notice, if dual(caps) {
            format!("{}Successfully streamed replication data into memory", lead(caps))
        } else {
            format!("MASTER <-> {} sync: Successfully streamed replication buffer into the db ({total} bytes in total)", capitals(caps))
        };
        /// It is not: the connection is gone, and the rest with it.
        Freed = Mark::Notice, "Master client was freed while streaming accumulated replication data to db.";
        /// The master: a second connection is to bring the RDB.
        Capable { replica: &'a str } = Mark::Notice, {
            let (kind, end) = if dual(caps) { ("dual channel", "RDB channel") } else { ("rdb channel", "rdb channel") };
            format!(
                "{}{} {replica} is capable of {kind} synchronization, and partial sync isn't possible. Full sync will continue with dedicated {end}.",
                lead(caps), capital(caps)
            )
        };
        /// The child is about to begin: the stream with it (Redis), or the place of the snapshot is told (Valkey).
        Delivers { replica: &'a str, offset: Offset, client: u64 } = Mark::Notice, if dual(caps) {
            format!("{}Sending to replica {replica} RDB end offset {offset} and client-id {client}", lead(caps))
        } else {
            format!("Starting to deliver RDB and replication stream to {}: {replica}", word(caps))
        };
        /// Valkey: the first connection did not come in time for the place that was held.
        GraceOver { seconds: i64, client: u64 } = Mark::Notice, format!(
            "{}Replica main channel failed to establish PSYNC within the grace period ({seconds} seconds). Freeing RDB client {client}.", lead(caps)
        );
    }
}
