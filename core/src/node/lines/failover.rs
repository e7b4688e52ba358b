//! FAILOVER (6.2+).

use super::table::{calm, lines};
use crate::fact::Mark;
use alloc::format;
use alloc::string::String;

lines! {
    /// What a server says of a role that is handed over.
    enum Failover<'a>, caps, master Master MASTER {
        /// The command came; without a target any replica will do.
        Requested { to: Option<(&'a str, i64)> } = Mark::Notice, match to {
            Some((host, port)) => format!("FAILOVER requested to {host}:{port}."),
            None => String::from("FAILOVER requested to any replica."),
        };
        /// The target has everything.
        Synced { host: &'a str, port: i64 } = Mark::Notice, format!("Failover target {host}:{port} is synced, failing over.");
        /// The target has not, but its time is over and it was forced.
        TimeOver { host: &'a str, port: i64 } = Mark::Notice, format!("FAILOVER to {host}:{port} time out exceeded, failing over.");
        /// Nothing came of it.
        Aborted { to: Option<(&'a str, i64)>, why: &'a str } = Mark::Notice, match to {
            Some((host, port)) => format!("FAILOVER to {host}:{port} aborted: {why}"),
            None => format!("FAILOVER aborted: {why}"),
        };
        /// `PSYNC … FAILOVER` came: this server is to take over.
        TakeOverAsked { replid: &'a str } = calm(caps), format!("Failover request received for replid {replid}.");
        /// It did.
        TookOver { from: &'a str } = Mark::Notice, format!("{MASTER} MODE enabled (failover request from '{from}')");
    }
}
