//! Why a step is as the engine says: the rule that holds, with the numbers of this run. The languages put it into words.

use super::{Cause, Drill, Knock, Scene, Stands, Turn};

/// A reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "numbers are offsets and bytes, as their names say; texts are Redis's own")]
pub enum Reason<'a> {
    // ---- be the master
    /// The id is the master's.
    Mine { id: &'a str },
    /// It is its second one.
    Second { id: &'a str, up_to: i64 },
    /// It is somebody's.
    Foreign { id: &'a str },
    /// `?`: none was named.
    NoId,
    /// The server loads an RDB.
    Loading,
    /// It is a replica itself, and its own link is down.
    NoLink,
    /// The connection has not given the password.
    NoPassword,
    /// The byte is in the window.
    Held { first: i64, asked: i64, end: i64 },
    /// It was overwritten.
    TooOld { first: i64, asked: i64 },
    /// It has not been written.
    TooNew { asked: i64, end: i64 },
    /// It lies behind the point where the histories part.
    Parted { asked: i64, up_to: i64 },
    /// The step before has decided.
    NotAsked,
    /// So many bytes follow.
    Continue { end: i64, asked: i64, bytes: i64 },
    /// The RDB holds everything up to the head.
    Full { head: i64 },
    /// An error.
    Error { reply: &'a str },
    // ---- be the replica
    /// What is sent, so much later.
    Sends { text: &'a str, after_ms: u64 },
    /// It has no stream.
    NoStream,
    /// The byte behind the last that it has, with what came.
    After { applied: i64, bytes: i64 },
    /// The RDB ends with this byte.
    FromRdb { offset: i64 },
    /// SYNC names no byte.
    Fallback,
    /// The state, and what it means.
    State { name: &'a str, stands: Stands },
    // ---- read the INFO
    /// The replica's line says so.
    Link { line: &'a str },
    /// The master's counters say so: full, partial, refused.
    Came { way: usize, full: &'a str, ok: &'a str, err: &'a str },
    /// What happened.
    Happened(Cause),
    // ---- size it
    /// A rate and a time.
    Written { rate: i64, away_ms: u64, written: i64 },
    /// A window and what it must hold.
    Holds { size: u64, gap: i64, asked_ms: u64 },
    /// The smallest.
    Smallest { size: u64, gap: i64 },
}

/// Why this step, from 0, is as it is.
#[must_use]
pub fn reason(drill: &Drill, step: usize) -> Reason<'_> {
    match &drill.scene {
        Scene::Master(knock) => of_master(knock, drill, step),
        Scene::Replica(turn) => of_replica(turn, drill, step),
        Scene::Info(case) => {
            let value = |field: &str| line(&case.master, field).split_once(':').map_or("", |(_, value)| value);
            match step {
                0 => {
                    let status = line(&case.replica, "master_link_status");
                    Reason::Link { line: if status.is_empty() { line(&case.replica, "role") } else { status } }
                }
                1 => Reason::Came {
                    way: drill.steps[1].right.map_or(0, |said| said.choice),
                    full: value("sync_full"),
                    ok: value("sync_partial_ok"),
                    err: value("sync_partial_err"),
                },
                _ => Reason::Happened(case.cause),
            }
        }
        Scene::Size(sizing) => match step {
            0 => Reason::Written { rate: sizing.rate, away_ms: sizing.away_ms, written: sizing.written },
            1 => Reason::Holds { size: sizing.sizes[sizing.tried], gap: sizing.gap, asked_ms: sizing.asked_ms },
            _ => Reason::Smallest { size: sizing.sizes[sizing.smallest], gap: sizing.gap },
        },
    }
}

/// The line of a field of INFO; empty if there is none.
fn line<'a>(lines: &'a [String], field: &str) -> &'a str {
    lines.iter().find(|line| line.split(':').next() == Some(field)).map_or("", String::as_str)
}

fn of_master<'a>(knock: &'a Knock, drill: &Drill, step: usize) -> Reason<'a> {
    let (asked, end) = (knock.asked, knock.head + 1);
    let second = knock.second.as_ref().filter(|(id, _)| *id == knock.asked_id);
    let choice = drill.steps[step].right.map(|said| said.choice);
    match (step, choice) {
        (0, Some(0)) => Reason::Mine { id: &knock.my_id },
        (0, Some(1)) => Reason::Second { id: &knock.asked_id, up_to: second.map_or(0, |(_, up_to)| *up_to) },
        (0, Some(2)) if knock.asked_id == "?" => Reason::NoId,
        (0, Some(2)) => Reason::Foreign { id: &knock.asked_id },
        (0, _) if knock.loading => Reason::Loading,
        (0, _) if knock.password == Some(false) => Reason::NoPassword,
        (0, _) => Reason::NoLink,
        (1, None) => Reason::NotAsked,
        (1, Some(0)) => Reason::Held { first: knock.first, asked, end },
        (1, _) => match second {
            Some((_, up_to)) if asked > *up_to => Reason::Parted { asked, up_to: *up_to },
            _ if asked > end => Reason::TooNew { asked, end },
            _ => Reason::TooOld { first: knock.first, asked },
        },
        (_, Some(0)) => Reason::Continue { end, asked, bytes: knock.bytes.unwrap_or_default() },
        (_, Some(1)) => Reason::Full { head: drill.steps[2].right.and_then(|said| said.number).unwrap_or_default() },
        _ => Reason::Error { reply: &knock.reply },
    }
}

fn of_replica<'a>(turn: &'a Turn, drill: &Drill, step: usize) -> Reason<'a> {
    let wanted = drill.steps[1].right.and_then(|said| said.number).unwrap_or_default();
    match step {
        0 => Reason::Sends { text: &turn.sends, after_ms: turn.after_ms },
        1 => match turn.applied {
            None => Reason::NoStream,
            Some(_) if wanted < 0 => Reason::Fallback,
            Some(_) if turn.comes.as_deref().is_some_and(|comes| comes.starts_with("+FULLRESYNC")) => {
                Reason::FromRdb { offset: wanted - 1 }
            }
            Some(applied) => Reason::After { applied, bytes: turn.bytes },
        },
        _ => Reason::State { name: &turn.then, stands: Stands::ALL[drill.steps[2].right.map_or(0, |said| said.choice)] },
    }
}
