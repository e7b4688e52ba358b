//! The process: its start, its configuration, its end.

use super::table::{calm, lines, project};
use crate::fact::Mark;
use alloc::format;
use alloc::string::String;

lines! {
    /// What a process says of itself.
    enum Life<'a>, caps, master Master MASTER {
        /// 4.0+: the first line of all.
        Starting = calm(caps), format!("oO0OoO0OoO0Oo {} is starting oO0OoO0OoO0Oo", project(caps));
        /// 4.0+.
        Version { release: &'a str, pid: u64 } = calm(caps),
            format!("{} version={release}, bits=64, commit=00000000, modified=0, pid={pid}, just started", project(caps));
        /// 4.0+.
        ConfigurationLoaded = calm(caps), "Configuration loaded";
        /// 4.0+; older servers print a picture.
        Mode { port: i64 } = Mark::Notice, format!("Running mode=standalone, port={port}.");
        /// 4.0+.
        Initialized = calm(caps), "Server initialized";
        /// Up to 3.2.
        Started { release: &'a str } = Mark::Warning, format!("Server started, Redis version {release}");
        /// The port is told up to 3.2.
        Ready { port: i64 } = Mark::Notice, if caps.log_ready_4_0 {
            String::from("Ready to accept connections")
        } else {
            format!("The server is now ready to accept connections on port {port}")
        };
        /// CONFIG REWRITE could not write its file.
        RewriteFailed { why: &'a str } = Mark::Warning, format!("CONFIG REWRITE failed: {why}");
        /// CONFIG REWRITE wrote it.
        Rewritten = calm(caps), "CONFIG REWRITE executed with success.";
        /// CONFIG SET maxmemory below what is used: up to 5.0 without the numbers.
        LittleMemory { limit: u64, used: u64 } = Mark::Warning, {
            let (limit, used) = if caps.little_memory_in_numbers { (format!(" ({limit})"), format!(" ({used})")) } else { Default::default() };
            let result = if caps.says_key_eviction { "key eviction and/or the inability" } else { "keys eviction and/or inability" };
            format!(
                "WARNING: the new maxmemory value set via CONFIG SET{limit} is smaller than the current memory usage{used}. This will result in {result} to accept new write commands depending on the maxmemory-policy."
            )
        };
        /// A client's output buffer is over its limit; it is closed when the server comes to it.
        OverLimit { client: &'a str } = Mark::Warning,
            format!("Client {client} scheduled to be closed ASAP for overcoming of output buffer limits.");
        /// 6.2+: clientsCron finds a client over its limit, and closes it.
        ClosedOverLimit { client: &'a str } = Mark::Warning, format!("Client {client} closed for overcoming of output buffer limits.");
        /// SHUTDOWN, or a signal.
        ShutdownRequested { client: &'a str } = calm(caps), if caps.valkey && !client.is_empty() {
            format!("User requested shutdown... (user request from '{client}')")
        } else {
            String::from("User requested shutdown...")
        };
        /// 7.0: replicas get time to catch up.
        WaitingForReplicas = Mark::Notice, "Waiting for replicas before shutting down.";
        /// 7.0: SHUTDOWN ABORT.
        ShutdownAborted = Mark::Notice, "Shutdown manually aborted.";
        /// 7.0: a replica has not acknowledged everything.
        LaggingReplica { replica: &'a str, behind: i64, lag_s: i64, state: &'a str } = calm(caps),
            format!("Lagging replica {replica} reported offset {behind} behind {master}, lag={lag_s}, state={state}.");
        /// 7.0: how many have.
        InSync { synced: usize, of: usize } = Mark::Notice, format!("{synced} of {of} replicas are in sync when shutting down.");
        /// The last RDB is written now.
        SavingBeforeExit = Mark::Notice, "Saving the final RDB snapshot before exiting.";
        /// It could not be written, and the process stays.
        SaveFailedStays = Mark::Warning, "Error trying to save the DB, can't exit.";
        /// It could not be written, and the process was told not to mind.
        SaveFailedExits = Mark::Warning, "Error trying to save the DB. Exit anyway.";
        /// 7.0: something is in the way of the end.
        ShutdownFailed = Mark::Warning, "Errors trying to shut down the server. Check the logs for more information.";
        /// Up to 6.2: the same, after a signal.
        SigtermFailed = Mark::Warning, "SIGTERM received but errors trying to shut down the server, check the logs for more information";
        /// The last line of all.
        ByeBye = Mark::Warning, format!("{} is now ready to exit, bye bye...", project(caps));
    }
}
