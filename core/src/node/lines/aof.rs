//! The append-only file.

use super::table::lines;
use crate::fact::Mark;
use alloc::format;
use alloc::string::String;

/// MiB with two places behind the point, as `%.2f` prints them.
fn mib(bytes: u64) -> String {
    let hundredths = (bytes * 100 + (1 << 19)) >> 20;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

lines! {
    /// What a server says of its append-only file.
    enum Aof<'a>, caps, master Master MASTER {
        /// 7.0: the file is several, and there was none.
        CreatingBase { name: &'a str } = Mark::Notice, format!("Creating AOF base file {name} on server start");
        /// 7.0: the same of the part that grows.
        CreatingIncr { name: &'a str } = Mark::Notice, format!("Creating AOF incr file {name} on server start");
        /// It was switched on while another child is at work.
        Scheduled = Mark::Warning, {
            let other = if caps.says_any_child { "another background operation" } else { "a child process saving an RDB file on disk" };
            format!("AOF was enabled but there is already {other}. An AOF background was scheduled to start when possible.")
        };
        /// From 7.0 on: it was switched on in a transaction, where nothing forks.
        ScheduledInExec = Mark::Warning,
            "AOF was enabled during a transaction. An AOF background was scheduled to start when possible.";
        /// Up to 3.0: it was switched on while a rewrite is at work.
        CannotRewrite = Mark::Warning,
            "Redis needs to enable the AOF but can't trigger a background AOF rewrite operation. Check the above logs for more info about the error.";
        /// Later: that rewrite is stopped for another one.
        ReplacesRewrite = Mark::Warning,
            "AOF was enabled but there is already an AOF rewriting in background. Stopping background AOF and starting a rewrite now.";
        /// A rewrite is of no use any more.
        KillingRewrite { pid: u64 } = Mark::Notice, format!("Killing running AOF rewrite child: {pid}");
        /// The process is to exit, and the first file is not written yet.
        InitialStays = Mark::Warning, "Writing initial AOF, can't exit.";
        /// The same, and it was told not to mind (7.0).
        InitialExits = Mark::Warning, "Writing initial AOF. Exit anyway.";
        /// The process exits while a rewrite is at work.
        KillingAtExit = Mark::Warning, "There is a child rewriting the AOF. Killing it!";
        /// The process exits.
        Fsync = Mark::Notice, "Calling fsync() on the AOF file.";
        /// 7.0: a rewrite begins a new part.
        NewIncr { name: &'a str } = Mark::Notice, format!("Creating AOF incr file {name} on background rewrite");
        /// fork(2) fails.
        CannotFork = Mark::Warning, "Can't rewrite append only file in background: fork: Cannot allocate memory";
        /// A full resynchronisation is over, and the file cannot be switched on again.
        TriesAgain = Mark::Warning, format!("Failed enabling the AOF after successful {master} synchronization! Trying it again in one second.");
        /// It could not be for the tenth time: the process exits, from 5.0 on.
        CannotGoOn = Mark::Warning, format!(
            "FATAL: this {} instance finished the synchronization with its {master}, but the AOF can't be turned on. Exiting now.",
            if caps.says_replica { "replica" } else { "slave" }
        );
        /// A child forked.
        RewriteStarted { pid: u64 } = Mark::Notice, format!("Background append only file rewriting started by pid {pid}");
        /// 7.0: rewrites fail again and again.
        RewritesPause { minutes: i64 } = Mark::Warning,
            format!("Background AOF rewrite has repeatedly failed and triggered the limit, will retry in {minutes} minutes");
        /// 7.0, the child: its file is whole.
        ChildCreatedBase { pid: u64 } = Mark::Notice,
            format!("Successfully created the temporary AOF base file temp-rewriteaof-bg-{pid}.aof");
        /// 7.0, the child: memory that was copied.
        ChildCow = Mark::Notice, "Fork CoW for AOF rewrite: current 0 MB, peak 0 MB, average 0 MB";
        /// 4.0 to 6.2: the child has enough.
        StopDiffs = Mark::Notice, "AOF rewrite child asks to stop sending diffs.";
        /// 4.0 to 6.2, the child: it gets no more.
        ChildStopsDiffs = Mark::Notice, "Parent agreed to stop sending diffs. Finalizing AOF...";
        /// 4.0 to 6.2, the child: what came meanwhile.
        ChildConcatenates { diff_bytes: u64 } = Mark::Notice,
            format!("Concatenating {} MB of AOF diff received from parent.", mib(diff_bytes));
        /// Up to 6.2, the child: its file is whole.
        ChildDone = Mark::Notice, "SYNC append only file rewrite performed";
        /// 2.8 to 6.2, the child: memory that was copied.
        ChildMemory = Mark::Notice, "AOF rewrite: 0 MB of memory used by copy-on-write";
        /// The parent finds its child gone.
        Terminated = Mark::Notice, "Background AOF rewrite terminated with success";
        /// The new file stands in the old one's place.
        Finished = Mark::Notice, "Background AOF rewrite finished successfully";
        /// The child exited with an error.
        RewriteError = Mark::Warning, "Background AOF rewrite terminated with error";
        /// The child was killed.
        RewriteSignalled { signal: i32 } = Mark::Warning, format!("Background AOF rewrite terminated by signal {signal}");
        /// Up to 6.2: what came since the fork is appended; from 4.0 on most of it went to the child (`left_bytes`), before all of it stayed.
        DiffFlushed { left_bytes: u64, all_bytes: u64 } = Mark::Notice, if caps.aof_diff_to_child {
            format!("Residual parent diff successfully flushed to the rewritten AOF ({} MB)", mib(left_bytes))
        } else {
            format!("Parent diff successfully flushed to the rewritten AOF ({all_bytes} bytes)")
        };
        /// 7.0: the child's file gets its name.
        BaseRenamed { pid: u64, name: &'a str } = Mark::Notice,
            format!("Successfully renamed the temporary AOF base file temp-rewriteaof-bg-{pid}.aof into {name}");
        /// 7.0: so does the part that grew meanwhile.
        IncrRenamed { name: &'a str } = Mark::Notice,
            format!("Successfully renamed the temporary AOF incr file temp-appendonly.aof.incr into {name}");
        /// 7.0: a part that is of no use any more.
        HistoryRemoved { name: &'a str } = Mark::Notice, format!("Removing the history file {name} in the background");
    }
}
