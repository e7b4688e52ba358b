//! What a master logs of its verdict on a PSYNC (docs/redis.md §2.3).

use super::lines::Sessions as Line;
use crate::era::Capabilities;
use crate::repl::psync::{Asked, Decision, Reason, Ruling, Verdict};
use crate::repl::{Offset, ReplId};
use alloc::string::String;

/// The line about a replica of this name, or (`channel`) about its second connection. `None`: nothing is logged, of SYNC and of an offset that is no number.
pub(super) fn verdict<'a>(replica: &'a str, channel: bool, ruling: &'a Ruling) -> Option<Line<'a>> {
    let Asked::Psync { id, offset, decision: Decision { verdict, .. } } = &ruling.asked else { return None };
    let offset = offset.unwrap_or(0);
    Some(match verdict {
        Verdict::Partial { from, bytes } => Line::Accepted { replica, bytes: *bytes, from: *from },
        Verdict::Full(Reason::Asked) => Line::FullRequested { replica, channel },
        Verdict::Full(Reason::Foreign) => {
            let replid2 = ruling.lineage.second.map_or(ReplId::ZEROS, |(second, _)| second);
            Line::Foreign { asked: id, replid: ruling.lineage.id, replid2 }
        }
        Verdict::Full(Reason::SecondTooFar) => {
            Line::SecondTooFar { offset, until: ruling.lineage.second.map_or(Offset::NONE, |(_, until)| until) }
        }
        Verdict::Full(Reason::NotANumber) => return None,
        Verdict::Full(Reason::Lack | Reason::Ahead) => Line::Lack { replica, offset },
    })
}

/// The text of that line, as the era words it.
#[must_use]
pub fn verdict_line(caps: &Capabilities, replica: &str, ruling: &Ruling) -> Option<String> {
    Some(verdict(replica, false, ruling)?.text(caps).into_owned())
}
