//! The replicas of a server, and the stream that they get.

use super::table::{calm, capital, lines, word};
use crate::era::{Capabilities, Channel};
use crate::fact::Mark;
use crate::repl::{Offset, ReplId};
use alloc::format;
use alloc::string::String;

lines! {
    /// What a master says of its replicas and of its stream.
    enum Sessions<'a>, caps, master Master MASTER {
        /// PSYNC or SYNC came.
        AsksForSync { replica: &'a str } = Mark::Notice, if caps.psync {
            format!("{} {replica} asks for synchronization", capital(caps))
        } else {
            String::from("Slave ask for synchronization")
        };
        /// 6.2+: PSYNC with an offset that is none.
        WrongOffset { replica: &'a str } = Mark::Warning,
            format!("{} {replica} asks for synchronization but with a wrong offset", capital(caps));
        /// PSYNC `? -1`; 8.0 says so of a second connection.
        FullRequested { replica: &'a str, channel: bool } = Mark::Notice, {
            // Redis 8.0 prints a blank, behind which it may name the channel.
            let behind = match caps.channel {
                Channel::Redis if channel => " (rdb-channel)",
                Channel::Redis => " ",
                Channel::None | Channel::Valkey => "",
            };
            format!("Full resync requested by {} {replica}{behind}", word(caps))
        };
        /// PSYNC with another id; each of three generations has its words.
        Foreign { asked: &'a str, replid: ReplId, replid2: ReplId } = Mark::Notice, if caps.psync2 {
            format!(
                "Partial resynchronization not accepted: Replication ID mismatch ({} asked for '{asked}', my replication IDs are '{replid}' and '{replid2}')",
                capital(caps)
            )
        } else if caps.wait {
            format!("Partial resynchronization not accepted: Runid mismatch (Client asked for runid '{asked}', my runid is '{replid}')")
        } else {
            format!("Partial resynchronization not accepted: Runid mismatch (Client asked for '{asked}', I'm '{replid}')")
        };
        /// 4.0+: PSYNC with the second id, beyond its end.
        SecondTooFar { offset: i64, until: Offset } = Mark::Notice, format!(
            "Partial resynchronization not accepted: Requested offset for second ID was {offset}, but I can reply up to {until}"
        );
        /// PSYNC with an offset that the backlog does not hold.
        Lack { replica: &'a str, offset: i64 } = Mark::Notice, {
            let (word, capital) = (word(caps), capital(caps));
            format!("Unable to partial resync with {word} {replica} for lack of backlog ({capital} request was: {offset}).")
        };
        /// PSYNC with an offset that no byte has yet.
        Ahead { replica: &'a str } = Mark::Warning, format!(
            "Warning: {} {replica} tried to PSYNC with an offset that is greater than the {master} replication offset.", word(caps)
        );
        /// +CONTINUE.
        Accepted { replica: &'a str, bytes: u64, from: Offset } = Mark::Notice, format!(
            "Partial resynchronization request from {replica} accepted. Sending {bytes} bytes of backlog starting from offset {from}."
        );
        /// 6.0+: a first replica begins a history.
        BacklogCreated { replid: ReplId, replid2: ReplId } = Mark::Notice,
            format!("Replication backlog created, my new replication IDs are '{replid}' and '{replid2}'");
        /// Nobody came back in `repl-backlog-ttl`.
        BacklogFreed { ttl_s: i64 } = Mark::Notice,
            format!("Replication backlog freed after {ttl_s} seconds without connected {}s.", word(caps));
        /// 4.0+: the old id stays valid up to here.
        IdShifted { old: ReplId, until: Offset, fresh: ReplId } = calm(caps),
            format!("Setting secondary replication ID to {old}, valid up to offset: {until}. New replication ID is {fresh}");
        /// DEBUG CHANGE-REPL-ID.
        IdChanges = Mark::Notice, "Changing replication IDs after receiving change-repl-id";
        /// It shares the RDB that is being written for another one.
        WaitsForEnd = Mark::Notice, "Waiting for end of BGSAVE for SYNC";
        /// It cannot share it; up to 3.2 it is only said that it waits.
        WaitsForNext = Mark::Notice, if caps.log_says_why_it_waits {
            format!("Can't attach the {} to the current BGSAVE. Waiting for next BGSAVE for SYNC", word(caps))
        } else {
            String::from("Waiting for next BGSAVE for SYNC")
        };
        /// The RDB under way goes to sockets; up to 3.2 it is only said that it waits.
        WaitsForSockets = Mark::Notice, if caps.log_says_why_it_waits {
            "Current BGSAVE has socket target. Waiting for next BGSAVE for SYNC"
        } else {
            "Waiting for next BGSAVE for SYNC"
        };
        /// `repl-diskless-sync-delay` gives others time to come.
        Delayed = Mark::Notice, if caps.log_says_why_it_waits {
            "Delay next BGSAVE for diskless SYNC"
        } else {
            "Delay next BGSAVE for SYNC"
        };
        /// Another child is in the way.
        OtherChild = Mark::Notice, {
            let other = if caps.says_any_child { "another BG operation" } else { "an AOF rewrite" };
            format!("No BGSAVE in progress, but {other} is active. BGSAVE for replication delayed")
        };
        /// A BGSAVE for replicas begins, into a file; its target is told from 2.8 on.
        StartingToDisk = Mark::Notice, if caps.psync {
            format!("Starting BGSAVE for SYNC with target: disk{}", using(caps))
        } else {
            String::from("Starting BGSAVE for SYNC")
        };
        /// A BGSAVE for replicas begins, into their sockets: by way of the parent, or (8.0) into their second connections.
        StartingToSockets { channel: bool } = Mark::Notice, format!(
            "Starting BGSAVE for SYNC with target: {}s sockets{}", word(caps), match (caps.channel, channel) {
                (Channel::Redis, true) => " (rdb-channel)",
                (Channel::Valkey, true) => " using: dual-channel",
                (_, _) => using(caps),
            }
        );
        /// Up to 5.0: the child reports who has the whole RDB.
        Received { replica: &'a str } = Mark::Warning, format!("Slave {replica} correctly received the streamed RDB file.");
        /// The child that wrote to its socket failed.
        TransferFailed { replica: &'a str } = Mark::Warning,
            format!("Closing slave {replica}: child->slave RDB transfer failed: Child process error");
        /// The child that wrote to its socket is done.
        Streamed { replica: &'a str } = Mark::Notice, format!(
            "Streamed RDB transfer with {} {replica} succeeded (socket). Waiting for REPLCONF ACK from {} to enable streaming",
            word(caps), if caps.log_calm { "replica" } else { "slave" }
        );
        /// It is online.
        Synchronized { replica: &'a str } = Mark::Notice, if caps.psync {
            format!("Synchronization with {} {replica} succeeded", word(caps))
        } else {
            String::from("Synchronization with slave succeeded")
        };
        /// The BGSAVE that it waited for could not be started.
        BgsaveNotStarted = Mark::Warning, if caps.psync { "BGSAVE for replication failed" } else { "Replication failed, can't BGSAVE" };
        /// The BGSAVE that it waited for failed.
        BgsaveFailed = Mark::Warning, "SYNC failed. BGSAVE child returned an error";
        /// It wanted the RDB alone, and has it.
        RdbOnly { replica: &'a str } = Mark::Notice, if caps.rdb_transmitted {
            format!("RDB transfer completed, rdb only replica ({replica}) should be disconnected asap")
        } else {
            format!("Close the connection with replica {replica} as RDB transfer is complete")
        };
        /// Its connection is gone, or (8.0) its second one.
        Lost { replica: &'a str, channel: bool } = calm(caps), match (caps.channel, channel) {
            (Channel::Valkey, true) => {
                let lead = if caps.log_says_dual_channel { "Dual channel replication: " } else { "" };
                format!("{lead}Replica {replica} rdb channel disconnected.")
            }
            (_, true) => format!("Connection with {} (rdbchannel) {replica} lost.", word(caps)),
            (_, false) => format!("Connection with {} {replica} lost.", word(caps)),
        };
        /// It was silent for too long: `streaming`, or else it took nothing of an RDB; 6.0+ says which.
        TimedOut { replica: &'a str, streaming: bool } = Mark::Warning, if caps.log_timeout_names_sync {
            let sync = if streaming { "streaming" } else { "full" };
            format!("Disconnecting timedout replica ({sync} sync): {replica}")
        } else {
            format!("Disconnecting timedout {}: {replica}", word(caps))
        };
        /// 7.0: a command of its stream was answered.
        Answered { command: &'a str, client: &'a str } = Mark::Warning,
            format!("Replica generated a reply to command '{command}', disconnecting it: {client}");
        /// 5.0+: a command of its stream was answered with an error.
        AnsweredError { error: &'a str, command: &'a str } = Mark::Warning, format!(
            "== CRITICAL == This {master} is sending an error to its replica: '{error}' after processing the command '{command}'"
        );
    }
}

/// The connections that Valkey says it uses.
const fn using(caps: &Capabilities) -> &'static str {
    if caps.valkey { " using: normal sync" } else { "" }
}
