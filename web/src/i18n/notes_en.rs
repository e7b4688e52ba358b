//! What happened, in English: one sentence a note, subject first, present tense, with the number that matters.

use crate::format::{grouped, short_id, size};
use resync_core::fact::{ForkKind, SessionEnd};
use resync_core::note::{Note, What, Why};

/// The sentence for a note of `who`. `name_of` turns the `ip:port` of a replica into its name.
pub(super) fn say(note: &Note, who: &str, name_of: &dyn Fn(&str) -> String) -> String {
    let bytes = |n: i64| format!("{} bytes", grouped(n));
    match note {
        Note::Started { run_id } => format!("{who} starts as a new process with run id {}.", short_id(run_id)),
        Note::LoadStarted { bytes: n } => format!("{who} begins to load an RDB of {}; until it is done it answers -LOADING.", bytes(*n)),
        Note::LoadDone { keys, ms } => format!("{who} has loaded {} keys in {} ms.", grouped(*keys), grouped(*ms)),
        Note::LoadFailed { why } => format!("{who} cannot load the RDB: {why}."),
        Note::ShutDown {} => format!("{who} shuts down."),
        Note::Log { text, .. } => format!("{who} logs: {text}"),
        Note::Follows { host, port } => format!("{who} now follows {}.", name_of(&format!("{host}:{port}"))),
        Note::Promoted { offset } => format!("{who} is a master now, at offset {}.", grouped(*offset)),
        Note::UpstreamState { from, to } => format!("{who} goes from {from} to {to}."),
        Note::HandshakeFailed { step, why } => format!("{who} fails at step {step} of the handshake: {why}."),
        Note::PsyncAsked { id, offset } if *offset < 0 || id == "?" => format!("{who} asks for a full resync: it has no past to continue."),
        Note::PsyncAsked { id, offset } => format!("{who} asks to continue {} from byte {}.", short_id(id), grouped(*offset)),
        Note::SyncFallback { reply } => {
            format!("{who} takes \"{reply}\" to mean that PSYNC is unknown and sends SYNC: it will never send an ACK on this connection.")
        }
        Note::FullStarted { id, offset } => {
            format!("{who} is told +FULLRESYNC: all data anew, from {} at offset {}.", short_id(id), grouped(*offset))
        }
        Note::PartialAccepted { offset } => format!("{who} is told +CONTINUE: the stream goes on at byte {}.", grouped(*offset)),
        Note::TransferStarted { bytes: n } if *n < 0 => format!("{who} begins to receive an RDB whose size is not known before its end."),
        Note::TransferStarted { bytes: n } => format!("{who} begins to receive an RDB of {}.", bytes(*n)),
        Note::TransferDone { bytes: n } => format!("{who} has the whole RDB, {}.", bytes(*n)),
        Note::Flushed { keys } => format!("{who} throws its old data away, {} keys.", grouped(*keys)),
        Note::FullDone { offset, pre_psync: true } => {
            format!("{who} has the data, but by SYNC: its offset is {}, and it will send no ACK.", grouped(*offset))
        }
        Note::FullDone { offset, .. } => format!("{who} has all data; the stream goes on from offset {}.", grouped(*offset)),
        Note::UpstreamLost { cached: true, offset, .. } => {
            format!("{who} loses its master at offset {} and keeps its place, to ask for the rest later.", grouped(*offset))
        }
        Note::UpstreamLost { why, .. } => format!("{who} loses its master ({why}) and keeps no place to continue from."),
        Note::UpstreamTimeout { phase, after_s } => format!("{who} gives up waiting ({phase}) after {after_s} s of silence."),
        Note::PsyncVerdict { replica, partial: true, bytes: n, .. } => {
            format!("{who} still holds what {} lacks and sends {} from its backlog.", name_of(replica), bytes(*n))
        }
        Note::PsyncVerdict { replica, id_ok, window_ok, asked_offset, window_first, asked_id, has_backlog, .. } => {
            let r = name_of(replica);
            if asked_id == "?" {
                format!("{who} answers {r} with a full resync: {r} asked for one.")
            } else if !id_ok {
                format!("{who} answers {r} with a full resync: {} is not its own stream.", short_id(asked_id))
            } else if !has_backlog {
                format!("{who} answers {r} with a full resync: it has no backlog.")
            } else if !window_ok && asked_offset < window_first {
                format!(
                    "{who} answers {r} with a full resync: byte {} is overwritten, the first one held is {}.",
                    grouped(*asked_offset),
                    grouped(*window_first)
                )
            } else {
                format!("{who} answers {r} with a full resync: byte {} lies beyond its head.", grouped(*asked_offset))
            }
        }
        Note::SessionState { replica, state } => format!("{who} sees {} as {state}.", name_of(replica)),
        Note::SessionEnded { replica, why, offset } => {
            let r = name_of(replica);
            match why {
                SessionEnd::Timeout => format!("{who} hears nothing from {r} for too long and drops it at offset {}.", grouped(*offset)),
                SessionEnd::OutputLimit => format!("{who} drops {r}: its output buffer is over the limit."),
                SessionEnd::BgsaveFailed => format!("{who} drops {r}: the BGSAVE it waited for failed."),
                SessionEnd::Answered => format!("{who} drops {r}: it sent what is answered, and a replica gets no answers."),
                SessionEnd::RdbOnly => format!("{who} closes {r}, which wanted nothing but the RDB."),
                SessionEnd::Killed => format!("{who} drops {r} by CLIENT KILL."),
                SessionEnd::Closed | SessionEnd::Reset => format!("{who} loses the connection of {r} at offset {}.", grouped(*offset)),
            }
        }
        Note::Forked { kind, ms, bytes: n } => {
            let what = match kind {
                ForkKind::Sockets => "to stream an RDB to its replicas",
                ForkKind::Aof => "to rewrite its append-only file",
                ForkKind::Disk => "to save an RDB",
            };
            format!("{who} forks {what} ({}); the fork blocks it for {ms} ms.", size(n.unsigned_abs()))
        }
        Note::ChildDone { ok: true, .. } => format!("{who} notices that its child has finished."),
        Note::ChildDone { .. } => format!("{who} notices that its child failed."),
        Note::BacklogCreated { bytes: n, first } => {
            format!("{who} creates its backlog of {}; the first byte has number {}.", bytes(*n), grouped(*first))
        }
        Note::BacklogResized { asked, bytes: n, dropped, .. } => {
            let kept =
                if asked == n { String::new() } else { format!(", not the {} asked for, because that is its minimum", grouped(*asked)) };
            let price =
                if *dropped > 0 { format!(", and {} of past are gone", bytes(*dropped)) } else { String::from(", and no past is lost") };
            format!("{who} has a backlog of {}{kept}{price}.", bytes(*n))
        }
        Note::BacklogFreed { why } => format!("{who} frees its backlog ({why}): no replica can continue any more."),
        Note::IdChanged { id, id2, second_offset } if *second_offset >= 0 => format!(
            "{who} has a new replication id {} and still answers for {} up to offset {}.",
            short_id(id),
            short_id(id2),
            grouped(*second_offset)
        ),
        Note::IdChanged { id, .. } => format!("{who} has a new replication id {}: who knew the old one cannot continue.", short_id(id)),
        Note::GoodReplicas { good, need, refusing: true } => {
            format!("{who} has {good} good replicas and needs {need}: writes are refused with -NOREPLICAS.")
        }
        Note::GoodReplicas { good, need, .. } => format!("{who} has {good} good replicas and needs {need}: it takes writes again."),
        Note::Refused { command, code } => format!("{who} refuses {command} with -{code}."),
        Note::ConfigSet { name, value } => format!("{who} has {name} set to {value}."),
        Note::WaitDone { replicas, asked } => format!("{who} answers WAIT: {replicas} of {asked} replicas have acknowledged."),
        Note::StrayReply { replica, text, bytes: n } => {
            format!(
                "{who} answers {} with {text} on the replication link: {} that no offset of its own counts.",
                name_of(replica),
                bytes(*n)
            )
        }
        Note::Command { text, offset, bytes: n } => format!("{who} runs {text}: {} more, offset {}.", bytes(*n), grouped(*offset)),
        Note::Applied { text, offset } => format!("{who} applies {text} and is at offset {}.", grouped(*offset)),
        Note::AckSent { offset } => format!("{who} acknowledges offset {}.", grouped(*offset)),
        Note::AckHeard { replica, offset } => format!("{who} hears that {} is at offset {}.", name_of(replica), grouped(*offset)),
        Note::Newline {} => format!("{who} sends a newline so that nobody gives up waiting."),
        Note::Expired { key } => format!("{who} lets {key} expire; its replicas learn it as a DEL."),
        Note::LinkCut { peer } => format!("{who} and {peer} are cut off from each other; both learn it at once."),
        Note::LinkHealed { peer } => format!("{who} and {peer} can reach each other again."),
        Note::LinkFrozen { peer } => format!("{who} sends towards {peer} into a black hole; nobody is told."),
        Note::LinkThawed { peer } => format!("{who} and {peer} hear each other again; TCP delivers what it kept."),
        Note::LinkChanged { peer } => format!("{who} has a different line to {peer} now."),
        Note::Paused {} => format!("{who} is paused: its kernel takes bytes, the process does nothing."),
        Note::Resumed {} => format!("{who} runs again."),
        Note::Crashed {} => format!("{who} is killed; its kernel closes every connection."),
        Note::PoweredOff {} => format!("{who} loses power: nothing more is heard from it."),
        Note::Restarted { with_rdb: true } => format!("{who} is started again with its RDB."),
        Note::Restarted { .. } => format!("{who} is started again, empty."),
        Note::FaultSet { what } => format!("{who} has a fault: {what}."),
        Note::ClientReply { command, reply } => format!("{who} answers {command}: {reply}"),
        Note::Expectation { text, ok: true } => format!("As expected: {text}."),
        Note::Expectation { text, .. } => format!("Not as expected: {text}."),
        Note::InvariantBroken { invariant, why } => format!("Invariant {invariant} is broken: {}.", broken(why)),
    }
}
/// What is wrong, without its stop.
fn broken(why: &Why) -> String {
    let (who, other) = (&why.who, &why.other);
    let [a, b, c] = why.n.map(grouped);
    match why.what {
        What::OffsetFell => format!("under one id, master_repl_offset of {who} fell from {a} to {b}"),
        What::AppliedFell => format!("under one id, what {who} has applied fell from {a} to {b}"),
        What::NobodysData => format!("the data of {who} are no state that {other} ever had"),
        What::DataDiffer => format!("{who} lacks no byte of {other}'s stream at {a}, and yet its data differ"),
        What::OtherRdb => format!("the RDB of offset {a} that {who} loaded is not what {other} had there"),
        What::WindowAmiss => format!("the backlog of {who} begins at {a} and holds {b}, which does not end at offset {c}"),
        What::RingAmiss => format!("the ring of {who} has {a} bytes, holds {b}, and writes at {c}"),
        What::SentAhead => format!("{who} has sent {other} up to {a}, and its own offset is {b}"),
        What::AckUnsent => format!("{other} acknowledged {a} to {who}, which had sent up to {b}"),
        What::AckUnheld => format!("{other} acknowledged {a} to {who}, and has {b}"),
    }
}
