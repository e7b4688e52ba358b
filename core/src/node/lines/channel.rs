//! A full resynchronisation over two connections, at both ends (docs/redis.md §6A).

use super::table::{capital, capitals, lines, word};
use crate::fact::{Errno, Mark};
use alloc::format;

lines! {
    /// What is said of the second connection.
    enum Channel<'a>, caps {
        /// The replica: the RDB will come over another connection.
        Begins = Mark::Notice, "PSYNC is not possible, initialize RDB channel.";
        /// AUTH was refused there.
        AuthError { reply: &'a str } = Mark::Warning, format!("Unable to AUTH to master: {reply}");
        /// REPLCONF was refused there.
        ReplconfError { reply: &'a str } = Mark::Warning, format!("Master replied error to replconf: {reply}");
        /// PSYNC was answered there with something else than +FULLRESYNC.
        Unexpected { reply: &'a str } = Mark::Warning, format!("Received unexpected psync reply: {reply}");
        /// Its handshake is over before the RDB has begun.
        Failed { error: &'a str } = Mark::Warning, format!("rdb channel sync failed with error: {error}");
        /// +FULLRESYNC came: from here on both connections bring something.
        InParallel = Mark::Notice, "Starting to receive RDB and replication stream in parallel.";
        /// The first connection is gone while the RDB comes or is loaded.
        MainLost { errno: Errno } = Mark::Warning, format!("Main channel error while reading from master: {errno}");
        /// Both connections are given up.
        Aborting = Mark::Notice, "Aborting rdb channel sync";
        /// The first one is, and the load goes on.
        AbortingLoad = Mark::Notice, "Aborting rdb channel sync while loading the RDB.";
        /// What that means.
        WillTryPsync = Mark::Notice, "After loading RDB, replica will try psync with master.";
        /// The replica keeps no more of the stream.
        LimitReached { limit_bytes: u64 } = Mark::Notice, format!(
            "Replication buffer limit has been reached ({limit_bytes} bytes), stopped buffering replication stream. Further accumulation may occur on master side."
        );
        /// The RDB is loaded, and so much of the stream waits.
        Streaming { bytes: u64 } = Mark::Notice,
            format!("MASTER <-> {} sync: Starting to stream replication buffer into the db ({bytes} bytes).", capitals(caps));
        /// That, and what came meanwhile, is applied.
        Streamed { total: u64 } = Mark::Notice,
            format!("MASTER <-> {} sync: Successfully streamed replication buffer into the db ({total} bytes in total)", capitals(caps));
        /// It is not: the connection is gone, and the rest with it.
        Freed = Mark::Notice, "Master client was freed while streaming accumulated replication data to db.";
        /// The master: a second connection is to bring the RDB.
        Capable { replica: &'a str } = Mark::Notice, format!(
            "{} {replica} is capable of rdb channel synchronization, and partial sync isn't possible. Full sync will continue with dedicated rdb channel.",
            capital(caps)
        );
        /// The child is about to begin, and the stream with it.
        Delivers { replica: &'a str } = Mark::Notice,
            format!("Starting to deliver RDB and replication stream to {}: {replica}", word(caps));
    }
}
