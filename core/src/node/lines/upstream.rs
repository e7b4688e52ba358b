//! The way to a master: dialling, the handshake, PSYNC, the transfer, the end of a link.

use super::table::{calm, capital, capitals, lines, project, word};
use crate::era::Capabilities;
use crate::fact::{Errno, Mark};
use crate::repl::{Offset, ReplId};
use alloc::format;
use alloc::string::String;

/// Why a master is dialled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dial {
    /// It is to be followed, or the cron's second has come.
    First,
    /// 6.2+: a live link was lost just now.
    Lost,
    /// 6.2+: a handshake or transfer failed just now.
    Failed,
}
impl Dial {
    /// What stands before the master and behind its address.
    const fn around(self) -> (&'static str, &'static str) {
        match self {
            Dial::First => ("Connecting to", ""),
            Dial::Lost => ("Reconnecting to", ""),
            Dial::Failed => ("Reconnecting to", " after failure"),
        }
    }
}

/// What 2.6 puts before its master's words.
const fn from_master(caps: &Capabilities) -> &'static str {
    if caps.psync { "" } else { "Error from master: " }
}
/// Where the RDB goes, in the eras that say so.
const fn target(caps: &Capabilities, parses: bool) -> &'static str {
    match (caps.log_target, parses) {
        (false, _) => "",
        (true, true) => " to parser",
        (true, false) => " to disk",
    }
}

lines! {
    /// What a replica says of the way to its master.
    enum Upstream<'a>, caps, master Master MASTER {
        /// REPLICAOF, with who asked for it from 2.8 on.
        Follows { host: &'a str, port: u16, client: &'a str } = Mark::Notice, {
            let name = if caps.says_replica { "REPLICAOF" } else { "SLAVE OF" };
            format!("{name} {host}:{port} enabled ({})", request(caps, client))
        };
        /// REPLICAOF of the master that it follows already.
        FollowsAlready = Mark::Notice, {
            let name = if caps.says_replica { "REPLICAOF" } else { "SLAVE OF" };
            format!("{name} would result into synchronization with the {master} we are already connected with. No operation performed.")
        };
        /// REPLICAOF NO ONE, with who asked for it from 2.8 on.
        Promoted { client: &'a str } = Mark::Notice, format!("{MASTER} MODE enabled ({})", request(caps, client));
        /// 4.0+: a master that becomes a replica keeps its place.
        CachedMyself = Mark::Notice, format!(
            "Before turning into a {}, using {} {master} parameters to synthesize a cached {master}: I may be able to synchronize with the new {master} with just a partial transfer.",
            word(caps), if caps.log_my_own { "my own" } else { "my" }
        );
        /// The cached master is of no use any more.
        CacheDiscarded = Mark::Notice, format!("Discarding previously cached {master} state.");
        /// A dial begins.
        Dialling { host: &'a str, port: u16, why: Dial } = Mark::Notice, {
            let (before, behind) = why.around();
            format!("{before} {MASTER} {host}:{port}{behind}")
        };
        /// The same, as every era says it.
        SyncStarted = Mark::Notice, format!("{MASTER} <-> {} sync started", capitals(caps));
        /// The name of its master means nothing.
        CannotConnect { errno: Errno } = Mark::Warning, format!("Unable to connect to {MASTER}: {errno}");
        /// The dial failed; up to 5.0 also: the connection was gone when the next step of the handshake looked.
        SocketError { errno: Errno } = Mark::Warning, format!("Error condition on socket for SYNC: {errno}");
        /// The dial succeeded.
        Connected = Mark::Notice, "Non blocking connect for SYNC fired the event.";
        /// PING was answered.
        PingReplied = Mark::Notice, format!("{Master} replied to PING, replication can continue...");
        /// PING was refused; up to 6.2 also: reading the answer failed.
        PingError { reply: &'a str } = Mark::Warning, format!("Error reply to PING from {master}: '{reply}'");
        /// AUTH was refused.
        AuthError { reply: &'a str } = Mark::Warning, format!("Unable to AUTH to {MASTER}: {}{reply}", from_master(caps));
        /// AUTH was sent and the connection ended.
        AuthCut { errno: Errno } = Mark::Warning, format!("Unable to AUTH to {MASTER}: -Reading from master: {errno}");
        /// REPLCONF was refused, which does not matter.
        ReplconfError { option: &'a str, reply: &'a str } = Mark::Notice, {
            let words = if caps.psync { "(Non critical)" } else { "(non critical):" };
            format!("{words} {Master} does not understand REPLCONF {option}: {}{reply}", from_master(caps))
        };
        /// REPLCONF was sent and the connection ended.
        ReplconfCut { option: &'a str, errno: Errno } = Mark::Notice,
            format!("(Non critical) {Master} does not understand REPLCONF {option}: -Reading from master: {errno}");
        /// What was sent next failed as well.
        BrokenPipe = Mark::Warning, format!("Sending command to {master} in replication handshake: -Writing to master: Broken pipe");
        /// 7.0: PSYNC was not answered.
        NoReplyToPsync = Mark::Warning, format!("{Master} did not reply to PSYNC, will try later");
        /// 7.0: another request was not answered …
        ReadFailed { errno: Errno } = Mark::Warning, format!("Failed to read response from the server: {errno}");
        /// … and so the handshake is over.
        NoResponse = Mark::Warning, format!("{Master} did not respond to command during SYNC handshake");
        /// PSYNC was answered with what nobody knows.
        PsyncUnexpected { reply: &'a str } = Mark::Warning, format!("Unexpected reply to PSYNC from {master}: {reply}");
        /// PSYNC is unknown there, or an error was answered.
        PsyncUnknown { reply: &'a str } = Mark::Notice, format!("{Master} does not support PSYNC or is in error state (reply: {reply})");
        /// 4.0+: not now.
        PsyncLater { reply: &'a str } = Mark::Notice, format!("{Master} is currently unable to PSYNC but should be in the future: {reply}");
        /// No file can be made for the RDB that was announced.
        CannotOpenTemp { why: &'a str } = Mark::Warning, format!("Opening the temp file needed for {MASTER} <-> {} synchronization: {why}", capitals(caps));
        /// PSYNC was no good: SYNC instead.
        RetryingWithSync = Mark::Notice, "Retrying with SYNC...";
        /// Up to 6.2: that could not be sent.
        SyncBrokenPipe = Mark::Warning, format!("I/O error writing to {MASTER}: Broken pipe");
        /// PSYNC with the place where a cached link stopped.
        TryingPartial { id: &'a str, offset: i64 } = Mark::Notice, format!("Trying a partial resynchronization (request {id}:{offset}).");
        /// PSYNC `? -1`.
        NoCachedMaster = Mark::Notice, format!("Partial resynchronization not possible (no cached {master})");
        /// +FULLRESYNC.
        FullResync { id: ReplId, offset: Offset } = Mark::Notice, format!("Full resync from {master}: {id}:{offset}");
        /// +FULLRESYNC without an id and an offset.
        FullMalformed = Mark::Warning, format!("{Master} replied with wrong +FULLRESYNC syntax.");
        /// +CONTINUE.
        PartialResync = Mark::Notice, format!("Successful partial resynchronization with {master}.");
        /// 4.0+: +CONTINUE with another id.
        IdChanged { id: ReplId } = calm(caps), format!("{Master} replication ID changed to {id}");
        /// The link lives again.
        PartialAccepted = Mark::Notice, format!("{MASTER} <-> {} sync: {Master} accepted a Partial Resynchronization.", capitals(caps));
        /// Where the RDB should stand there is an error.
        Aborted { error: &'a str } = Mark::Warning, format!("{MASTER} aborted replication with an error: {error}");
        /// Where the RDB should stand there is something else; from 2.8 on it is told.
        BadProtocol { received: &'a str } = Mark::Warning, {
            let received = if caps.psync { format!(" (we received '{received}')") } else { String::new() };
            format!("Bad protocol from {MASTER}, the first byte is not '$'{received}, are you sure the host and port are right?")
        };
        /// The RDB begins, and its size is known.
        Receiving { bytes: u64, parses: bool } = Mark::Notice,
            format!("{MASTER} <-> {} sync: receiving {bytes} bytes from {master}{}", capitals(caps), target(caps, parses));
        /// The RDB begins, and a mark will end it.
        ReceivingStreamed { parses: bool } = Mark::Notice, {
            let marked = if caps.log_target { " with EOF" } else { "" };
            format!("{MASTER} <-> {} sync: receiving streamed RDB from {master}{marked}{}", capitals(caps), target(caps, parses))
        };
        /// 4.0+: this server's own child would write over the RDB that came.
        KillingChild { pid: u64 } = Mark::Notice, format!(
            "{} is about to load the RDB file received from the {master}, but there is a pending RDB child running. Killing process {pid} and removing its temp file to avoid any race",
            capital(caps)
        );
        /// The connection ended before the RDB began.
        BulkCountError { errno: Errno } = Mark::Warning, format!("I/O error reading bulk count from {MASTER}: {errno}");
        /// The master closed in the middle of the RDB.
        TransferLost = Mark::Warning, format!("I/O error trying to sync with {MASTER}: connection lost");
        /// The connection broke in the middle of the RDB.
        TransferError { errno: Errno } = Mark::Warning, format!("I/O error trying to sync with {MASTER}: {errno}");
        /// `repl-timeout` in the handshake.
        TimedOutConnecting = Mark::Warning, format!("Timeout connecting to the {MASTER}...");
        /// `repl-timeout` in the transfer.
        TimedOutTransfer = Mark::Warning,
            format!("Timeout receiving bulk data from {MASTER}... If the problem persists try to set the 'repl-timeout' parameter in {}.conf to a larger value.", project(caps).to_ascii_lowercase());
        /// `repl-timeout` of the stream.
        TimedOutStream = Mark::Warning, if caps.psync {
            format!("{MASTER} timeout: no data nor PING received...")
        } else {
            format!("{MASTER} time out: no data nor PING received...")
        };
        /// 2.8+: a live link ended.
        Lost = calm(caps), format!("Connection with {master} lost.");
        /// 2.8+: its place is kept.
        Caching = Mark::Notice, format!("Caching the disconnected {master} state.");
        /// 7.0: a replica that cannot save meets a write of its master's. It is the end of the process.
        CannotWrite = Mark::Warning, "Guru Meditation: Replica was unable to write command to disk. #server.c:3890";
        /// 7.0: the same with `replica-ignore-disk-write-errors yes`, at most once in ten seconds.
        AppliesUnwritten = Mark::Warning, "Replica is applying a command it is unable to write to disk.";
        /// 6.0+: the stream has something in it that no master sends.
        InlineFromMaster = Mark::Warning,
            format!("WARNING: Receiving inline protocol from {master}, {master} stream corruption? Closing the {master} connection and discarding the cached {master}.");
        /// 4.0+: a command of the stream failed here.
        ErrorToMaster { error: &'a str, command: &'a str } = Mark::Warning, format!(
            "== CRITICAL == This {} is sending an error to its {master}: '{error}' after processing the command '{command}'", word(caps)
        );
        /// 6.0+: the bytes that stood before it, quoted, one string for each piece of memory in which they lie.
        LatestBacklog { dump: &'a str } = Mark::Warning, format!("Latest backlog is: '{dump}'");
    }
}

/// Who asked for it: told from 2.8 on.
fn request(caps: &Capabilities, client: &str) -> String {
    if caps.psync { format!("user request from '{client}'") } else { String::from("user request") }
}

impl super::table::Sample for Dial {
    fn sample(_: usize, variant: usize) -> Self {
        [Dial::First, Dial::Lost, Dial::Failed][variant.min(2)]
    }
}
#[cfg(test)]
impl super::table::Example for Dial {
    fn example() -> Self {
        Dial::First
    }
}
