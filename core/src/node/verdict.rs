//! What a master logs of its verdict on a PSYNC (docs/redis.md §2.3).

use crate::era::Capabilities;
use crate::repl::psync::{Asked, Decision, Reason, Ruling, Verdict};
use alloc::format;
use alloc::string::String;

/// The line about a replica of this name, as the era words it. `None`: nothing is logged, of SYNC and of an offset that is no number.
#[must_use]
pub fn verdict_line(caps: &Capabilities, name: &str, ruling: &Ruling) -> Option<String> {
    let Asked::Psync { id, offset, decision: Decision { verdict, .. } } = &ruling.asked else { return None };
    let (word, capital) = if caps.says_replica { ("replica", "Replica") } else { ("slave", "Slave") };
    let (own, offset) = (ruling.lineage.id, offset.unwrap_or(0));
    Some(match verdict {
        Verdict::Partial { from, bytes } => {
            format!("Partial resynchronization request from {name} accepted. Sending {bytes} bytes of backlog starting from offset {from}.")
        }
        Verdict::Full(Reason::Asked) => format!("Full resync requested by {word} {name}"),
        Verdict::Full(Reason::Foreign) => match ruling.lineage.second {
            Some((second, _)) => format!(
                "Partial resynchronization not accepted: Replication ID mismatch ({capital} asked for '{id}', my replication IDs are '{own}' and '{second}')"
            ),
            None if caps.wait => {
                format!("Partial resynchronization not accepted: Runid mismatch (Client asked for runid '{id}', my runid is '{own}')")
            }
            None => format!("Partial resynchronization not accepted: Runid mismatch (Client asked for '{id}', I'm '{own}')"),
        },
        Verdict::Full(Reason::SecondTooFar) => {
            let up_to = ruling.lineage.second.map_or(-1, |(_, up_to)| up_to.0);
            format!("Partial resynchronization not accepted: Requested offset for second ID was {offset}, but I can reply up to {up_to}")
        }
        Verdict::Full(Reason::NotANumber) => return None,
        Verdict::Full(Reason::Lack | Reason::Ahead) => {
            format!("Unable to partial resync with {word} {name} for lack of backlog ({capital} request was: {offset}).")
        }
    })
}
