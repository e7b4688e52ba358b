//! Reading an RDB.

use super::table::{capitals, lines};
use crate::fact::Mark;
use alloc::format;
use alloc::string::String;

lines! {
    /// What a server says of an RDB that it reads.
    enum Load<'a>, caps, master Master MASTER {
        /// 2.8+: a replica's old data go.
        Flushing = Mark::Notice, format!("{MASTER} <-> {} sync: Flushing old data", capitals(caps));
        /// A replica reads what its master sent.
        Loading = Mark::Notice, format!("{MASTER} <-> {} sync: Loading DB in memory", capitals(caps));
        /// 6.2+: who wrote it.
        WrittenBy { version: &'a str, valkey: bool } = Mark::Notice, {
            // Valkey says whose version it is.
            let whose = match (caps.valkey, valkey) {
                (false, _) => "",
                (true, false) => "Redis ",
                (true, true) => "Valkey ",
            };
            format!("Loading RDB produced by {whose}version {version}")
        };
        /// 6.2+: when.
        Age { seconds: i64 } = Mark::Notice, format!("RDB age {seconds} seconds");
        /// 6.2+: how much memory its writer used.
        Memory { used_bytes: u64 } = Mark::Notice, {
            let hundredths = used_bytes * 100 / (1024 * 1024);
            format!("RDB memory usage when created {}.{:02} Mb", hundredths / 100, hundredths % 100)
        };
        /// 6.2+: a collection without elements is left out.
        EmptyKey { key: &'a str } = Mark::Warning, format!("rdbLoadObject skipping empty key: {key}");
        /// Its writer computed no checksum.
        Unchecked = Mark::Warning, "RDB file was saved with checksum disabled: no check performed.";
        /// 6.2+: the end, a warning up to 6.2 and wherever keys were left out.
        Done { keys: u64, expired: usize, skipped: u64 } =
            if skipped == 0 && caps.config_7_0 { Mark::Notice } else { Mark::Warning },
            if skipped == 0 {
                format!("Done loading RDB, keys loaded: {keys}, keys expired: {expired}.")
            } else {
                format!("Done loading RDB, keys loaded: {keys}, keys expired: {expired}, empty keys skipped: {skipped}.")
            };
        /// A server's own file, read at its start.
        FromDisk { ms: u64 } = Mark::Notice, format!("DB loaded from disk: {}.{:03} seconds", ms / 1_000, ms % 1_000);
        /// Anything in it that cannot be: lines that [`crate::rdb::LoadError`] has.
        Broken { line: &'a str } = Mark::Warning, String::from(line);
        /// A server's own file cannot be read.
        Fatal = Mark::Warning, "Fatal error loading the DB: Invalid argument. Exiting.";
        /// What a master sent cannot be read; 7.0 says why.
        FromMasterFailed { socket: bool, why: &'a str } = Mark::Warning, {
            let from = if socket { "socket" } else { "disk" };
            if caps.log_calm {
                format!("Failed trying to load the {MASTER} synchronization DB from {from}, check server logs.")
            } else if caps.config_7_0 {
                format!("Failed trying to load the {MASTER} synchronization DB from {from}: {why}")
            } else {
                format!("Failed trying to load the {MASTER} synchronization DB from {from}")
            }
        };
        /// Valkey 8.0+: what was read of a file that cannot be loaded goes.
        DiscardingHalf = Mark::Notice, format!("{MASTER} <-> {} sync: Discarding the half-loaded data", capitals(caps));
        /// 7.0, `swapdb`: the new data take the old ones' place.
        Swapping = Mark::Notice, format!("{MASTER} <-> {} sync: Swapping active DB with loaded DB", capitals(caps));
        /// 7.0, `swapdb`: the old data go.
        DiscardingOld = Mark::Notice, format!("{MASTER} <-> {} sync: Discarding old DB in background", capitals(caps));
        /// 7.0, `swapdb`: the new data go, for they are not whole.
        DiscardingNew = Mark::Notice, format!("{MASTER} <-> {} sync: Discarding temporary DB in background", capitals(caps));
        /// A full resynchronisation is over.
        Finished = Mark::Notice, format!("{MASTER} <-> {} sync: Finished with success", capitals(caps));
    }
}
