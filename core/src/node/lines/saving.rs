//! RDBs that are written, and the children that write them.

use super::table::{calm, lines};
use crate::era::Channel;
use crate::fact::Mark;
use alloc::format;

lines! {
    /// What a server says of the RDBs that it writes.
    enum Saving<'a>, caps {
        /// A save point of `save` is reached.
        SavePoint { changes: i64, seconds: i64 } = Mark::Notice, format!("{changes} changes in {seconds} seconds. Saving...");
        /// A child forked that writes a file.
        Started { pid: u64 } = Mark::Notice, format!("Background saving started by pid {pid}");
        /// A child forked that writes to sockets; 8.0 says whether by way of its parent.
        TransferStarted { pid: u64, direct: bool } = Mark::Notice, {
            let to = match (caps.channel, direct) {
                (Channel::None, _) => "",
                (Channel::Redis, false) => " to parent process pipe",
                (Channel::Redis, true) => " to replica socket",
                (Channel::Valkey, false) => " to pipe through parent process",
                (Channel::Valkey, true) => " to direct socket to replica",
            };
            format!("Background RDB transfer started by pid {pid}{to}")
        };
        /// The file is whole: said by the child, and by a server that wrote it itself.
        Saved = Mark::Notice, "DB saved on disk";
        /// 2.8+, the child: memory that was copied.
        ChildCow = Mark::Notice, if caps.config_7_0 {
            "Fork CoW for RDB: current 0 MB, peak 0 MB, average 0 MB"
        } else {
            "RDB: 0 MB of memory used by copy-on-write"
        };
        /// A write failed; 7.0 says in which function.
        WriteError { why: &'a str } = Mark::Warning, {
            let during = if caps.config_7_0 { "(rdbSaveRio)" } else { "" };
            format!("Write error saving DB on disk{during}: {why}")
        };
        /// fork(2) fails.
        CannotFork = Mark::Warning, "Can't save in background: fork: Cannot allocate memory";
        /// No file can be made in the folder; from 3.2 on its name and the folder's are told, which nobody knows of one that is gone.
        CannotOpen { why: &'a str, pid: u64, file: &'a str, folder: &'a str } = Mark::Warning, if caps.config_7_0 {
            format!("Failed opening the temp RDB file temp-{pid}.rdb (in server root dir {folder}) for saving: {why}")
        } else if caps.log_names_rdb {
            format!("Failed opening the RDB file {file} (in server root dir {folder}) for saving: {why}")
        } else {
            format!("Failed opening .rdb for saving: {why}")
        };
        /// The parent finds its child gone.
        Terminated = Mark::Notice, "Background saving terminated with success";
        /// A key has no form in the RDB that an older replica reads (Valkey 9.1).
        CannotStore { db: usize } = Mark::Warning, format!("Can't store key (db {db}) in RDB version 11");
        /// The child exited with an error.
        Failed = Mark::Warning, "Background saving error";
        /// The child was killed.
        Signalled { signal: i32 } = Mark::Warning, format!("Background saving terminated by signal {signal}");
        /// The same three of a child that wrote to sockets.
        TransferTerminated = Mark::Notice, "Background RDB transfer terminated with success";
        /// It exited with an error.
        TransferFailed = Mark::Warning, "Background transfer error";
        /// It was killed.
        TransferSignalled { signal: i32 } = Mark::Warning, format!("Background transfer terminated by signal {signal}");
        /// The process exits while a child writes an RDB.
        KillingAtExit = Mark::Warning, "There is a child saving an .rdb. Killing it!";
        /// 6.0+: nobody is left to read what the child writes.
        LastReplicaDropped = Mark::Warning, "Diskless rdb transfer, last replica dropped, killing fork child.";
        /// 6.0+: the pipe is empty, the child gone.
        PipeRead { up: usize } = calm(caps), format!("Diskless rdb transfer, done reading from pipe, {up} replicas still up.");
        /// DEBUG RELOAD is done.
        Reloaded = calm(caps), "DB reloaded by DEBUG RELOAD";
    }
}
