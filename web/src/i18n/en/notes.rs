//! What happened, in English: one sentence a note, subject first, present tense, with the number that matters.

use crate::format::{error_code, grouped, short_id, size};
use resync_core::fact::{Errno, Fault, ForkKind, FreedWhy, HandshakeStep, RefusalCode, SessionEnd, UpstreamEnd, UpstreamPhase};
use resync_core::note::LoadError;
use resync_core::note::{HandshakeFailure, LoadFailure, Note, What, Why};
use resync_core::repl::psync::{Asked, Reason, Ruling, Verdict};

fn bytes(n: i64) -> String {
    format!("{} bytes", grouped(n))
}

/// The sentence for a note of `who`. `name_of` turns the `ip:port` of a replica into its name.
pub(crate) fn say(note: &Note, who: &str, name_of: &dyn Fn(&str) -> String) -> String {
    match note {
        Note::Started { run_id } => format!("{who} starts as a new process with run id {}.", short_id(run_id)),
        Note::LoadStarted { bytes: n } if *n < 0 => format!("{who} loads the RDB while it arrives; until it is done it answers ‑LOADING."),
        Note::LoadStarted { bytes: n } => format!("{who} begins to load an RDB of {}; until it is done it answers ‑LOADING.", bytes(*n)),
        Note::LoadDone { keys, ms } => format!("{who} has loaded {} keys in {} ms.", grouped(*keys), grouped(*ms)),
        Note::LoadFailed { why } => format!("{who} cannot load the RDB: {}.", unloaded(why)),
        Note::ShutDown {} => format!("{who} shuts down."),
        Note::Log { text, .. } => format!("{who} logs: {text}"),
        Note::Follows { host, port } => format!("{who} now follows {}.", name_of(&format!("{host}:{port}"))),
        Note::Promoted { offset } => format!("{who} is a master now, at offset {}.", grouped(*offset)),
        Note::UpstreamState { from, to } => {
            format!("{who} goes from {} to {}.", from.name().to_ascii_uppercase(), to.name().to_ascii_uppercase())
        }
        Note::HandshakeFailed { step, why } => format!("{who} does not get past {}: {}.", step_words(*step), failed(why)),
        Note::PsyncAsked { id, offset } if *offset < 0 || id == "?" => {
            format!("{who} asks for a full resync: it has no offset to continue from.")
        }
        Note::PsyncAsked { id, offset } => format!("{who} asks to continue {} from byte {}.", short_id(id), grouped(*offset)),
        Note::SyncFallback { reply } => fell_back(who, reply),
        Note::FullStarted { id, offset } => {
            format!("{who} gets +FULLRESYNC: all data anew, from {} at offset {}.", short_id(id), grouped(*offset))
        }
        Note::PartialAccepted { offset } => format!("{who} gets +CONTINUE: the stream goes on at byte {}.", grouped(*offset)),
        Note::TransferStarted { bytes: n } if *n < 0 => format!("{who} begins to receive an RDB whose size is not known before its end."),
        Note::TransferStarted { bytes: n } => format!("{who} begins to receive an RDB of {}.", bytes(*n)),
        Note::TransferDone { bytes: n } => format!("{who} has the whole RDB, {}.", bytes(*n)),
        Note::Flushed { keys } => format!("{who} throws its old data away, {} keys.", grouped(*keys)),
        Note::FullDone { offset, pre_psync: true } => {
            format!("{who} has the data, but by SYNC: its offset is {}, and it sends no ACK.", grouped(*offset))
        }
        Note::FullDone { offset, .. } => format!("{who} has all data; the stream goes on from offset {}.", grouped(*offset)),
        Note::UpstreamLost { cached: true, offset, .. } => {
            format!("{who} loses its master at offset {} and caches it, to ask for the rest later.", grouped(*offset))
        }
        Note::UpstreamLost { why, .. } => format!("{who} loses its master ({}) and has no offset to continue from.", ended(*why)),
        Note::UpstreamTimeout { phase, after_s } => {
            let waited = match phase {
                UpstreamPhase::Connect => "an answer to its dial or handshake",
                UpstreamPhase::Transfer => "bytes of the RDB",
                UpstreamPhase::Stream => "bytes of the stream",
            };
            format!("{who} has heard nothing for {after_s} s and gives up waiting for {waited}.")
        }
        Note::PsyncVerdict { replica, ruling } => ruled(who, &name_of(replica), ruling),
        Note::SessionState { replica, state } => format!("{who} sees {} as {state}.", name_of(replica)),
        Note::SessionEnded { replica, why, offset } => dropped(who, &name_of(replica), *why, *offset),
        Note::Forked { kind, ms, bytes: n } => forked(who, *kind, *ms, *n),
        Note::ChildDone { kind, ok } => child_done(who, *kind, *ok),
        Note::BacklogCreated { bytes: n, first } => {
            format!("{who} creates its backlog of {}; the first byte has number {}.", bytes(*n), grouped(*first))
        }
        Note::BacklogResized { asked, bytes: n, dropped, .. } => resized(who, *asked, *n, *dropped),
        Note::BacklogFreed { why } => freed(who, *why),
        Note::IdChanged { id, id2, second_offset } if *second_offset >= 0 => format!(
            "{who} has a new replication id {} and still answers for {} up to offset {}.",
            short_id(id),
            short_id(id2),
            grouped(*second_offset)
        ),
        Note::IdChanged { id, .. } => {
            format!("{who} has a new replication id {}: nodes that know only the old one get no partial resync.", short_id(id))
        }
        Note::GoodReplicas { good, need, refusing } => counted(who, *good, *need, *refusing),
        Note::Refused { command, code } => format!("{who} refuses {command} with ‑{code}: {}.", refused(*code)),
        Note::ConfigSet { name, value } => format!("{who} has {name} set to {value}."),
        Note::WaitDone { replicas, asked } => format!("{who} answers WAIT: {replicas} of {asked} replicas have acknowledged."),
        Note::StrayReply { replica, text, bytes: n } => {
            let r = name_of(replica);
            format!("{who} answers {r} with {text} on the replication link: {} that {r} counts as stream, and {who} does not.", bytes(*n))
        }
        Note::Command { text, offset, bytes: n } => format!("{who} runs {text}: {} more, offset {}.", bytes(*n), grouped(*offset)),
        Note::Applied { text, offset } => format!("{who} applies {text} and is at offset {}.", grouped(*offset)),
        Note::AckSent { offset } => format!("{who} acknowledges offset {}.", grouped(*offset)),
        Note::AckHeard { replica, offset } => format!("{who} hears that {} is at offset {}.", name_of(replica), grouped(*offset)),
        Note::Newline {} => format!("{who} sends a newline to keep the connection alive."),
        Note::Expired { key } => format!("{who} lets {key} expire; its replicas learn it as a DEL."),
        Note::LinkCut { peer } => format!("{who} and {peer} are cut off from each other; both get an RST at once."),
        Note::LinkHealed { peer } => format!("{who} and {peer} can reach each other again."),
        Note::LinkFrozen { peer } => format!("{who} sends towards {peer} into a black hole; neither end is told."),
        Note::LinkThawed { peer } => format!("{who} and {peer} hear each other again; TCP delivers what it kept."),
        Note::LinkChanged { peer } => format!("{who} has other link parameters towards {peer} now."),
        Note::ClientMoved { client, from } => format!("{who} gets the commands of {client} from here on; {from} did before."),
        Note::Sentinel { sentinel, event, epoch, .. } => super::sentinel::say(who, sentinel, *event, *epoch),
        Note::Paused {} => format!("{who} is paused: its kernel takes bytes, the process does nothing."),
        Note::Resumed {} => format!("{who} runs again."),
        Note::Crashed {} => format!("{who} is killed (kill ‑9); its kernel closes every connection."),
        Note::PoweredOff {} => format!("{who} loses power: nothing more is heard from it."),
        Note::Restarted { with_rdb: true } => format!("{who} is started again with its RDB."),
        Note::Restarted { .. } => format!("{who} is started again, empty."),
        Note::FaultSet { what: Fault::None } => format!("{who} has no fault any more."),
        Note::FaultSet { what } => format!("{who} has a fault: {}.", fault(*what)),
        Note::ClientReply { command, reply } => format!("{who} answers {command}: {reply}"),
        Note::Expectation { text, ok: true } => format!("As expected: {text}."),
        Note::Expectation { text, .. } => format!("Not as expected: {text}."),
        Note::InvariantBroken { invariant, why } => format!("Invariant {invariant} is broken: {}.", broken(why)),
    }
}
fn fell_back(who: &str, reply: &str) -> String {
    let reply = error_code(reply).unwrap_or_else(|| format!("\"{reply}\""));
    format!("{who} takes {reply} to mean that PSYNC is unknown and sends SYNC; if that succeeds, no ACK comes on this connection.")
}
fn forked(who: &str, kind: ForkKind, ms: i64, n: i64) -> String {
    let what = match kind {
        ForkKind::Disk => "to save an RDB",
        ForkKind::Sockets => "to stream an RDB to its replicas",
        ForkKind::Aof => "to rewrite its append-only file",
    };
    let blocked = if ms == 0 { String::from("less than 1 ms") } else { format!("{ms} ms") };
    format!("{who} forks {what} ({}); the fork blocks it for {blocked}.", size(n.unsigned_abs()))
}
fn child_done(who: &str, kind: ForkKind, ok: bool) -> String {
    let (does, did) = match kind {
        ForkKind::Disk => ("save the RDB", "saved the RDB"),
        ForkKind::Sockets => ("stream the RDB", "streamed the RDB"),
        ForkKind::Aof => ("rewrite the append-only file", "rewritten the append-only file"),
    };
    if ok { format!("{who} notices that its child has {did}.") } else { format!("{who} notices that its child failed to {does}.") }
}
fn resized(who: &str, asked: i64, n: i64, dropped: i64) -> String {
    let kept = if asked == n { String::new() } else { format!(", not the {} asked for, because that is its minimum", grouped(asked)) };
    let price =
        if dropped > 0 { format!(", and the {} that it held are gone", bytes(dropped)) } else { String::from(", and what it held stays") };
    format!("{who} has a backlog of {}{kept}{price}.", bytes(n))
}
fn freed(who: &str, why: FreedWhy) -> String {
    let why = match why {
        FreedWhy::Follows => "it follows another master",
        FreedWhy::Promoted => "it becomes a master without replicas",
        FreedWhy::FullSync => "a full resync is ahead",
        FreedWhy::Ttl => "repl-backlog-ttl is over",
    };
    format!("{who} frees its backlog ({why}): no replica gets a partial resync any more.")
}
fn counted(who: &str, good: i64, need: i64, refusing: bool) -> String {
    let replicas = if good == 1 { "replica" } else { "replicas" };
    let so = if refusing { "it refuses writes with ‑NOREPLICAS" } else { "it takes writes again" };
    format!("{who} has {good} good {replicas} and needs {need}: {so}.")
}
/// Whose answer, or what, a handshake ended with.
const fn step_words(step: HandshakeStep) -> &'static str {
    match step {
        HandshakeStep::Connect => "the dial",
        HandshakeStep::Ping => "PING",
        HandshakeStep::Auth => "AUTH",
        HandshakeStep::Port => "REPLCONF listening-port",
        HandshakeStep::Ip => "REPLCONF ip-address",
        HandshakeStep::Plain => "REPLCONF rdb-no-compress",
        HandshakeStep::Capa => "REPLCONF capa",
        HandshakeStep::Version => "REPLCONF version",
        HandshakeStep::Psync => "PSYNC",
        HandshakeStep::Sync => "the length of the RDB",
        HandshakeStep::Transfer => "the transfer of the RDB",
        HandshakeStep::Load => "the load of the RDB",
    }
}
const fn errno(errno: Errno) -> &'static str {
    match errno {
        Errno::Refused => "the connection was refused",
        Errno::NoRoute => "there is no route to the host",
        Errno::UnknownHost => "the host's name does not resolve",
        Errno::TimedOut => "the connection timed out",
        Errno::Reset => "the connection was reset",
        Errno::Success | Errno::InProgress | Errno::Again => "the master closed the connection",
    }
}
/// Why a handshake came to nothing.
fn failed(why: &HandshakeFailure) -> String {
    match why {
        HandshakeFailure::Errno(of) => errno(*of).to_owned(),
        HandshakeFailure::Said(text) => format!("the master says \"{text}\""),
        HandshakeFailure::Uncached => "the master says +CONTINUE, and there is nothing to continue".to_owned(),
        HandshakeFailure::BadProtocol => "what came is no length".to_owned(),
        HandshakeFailure::HeaderCut(of) => format!("{} before the length of the RDB came", errno(*of)),
        HandshakeFailure::TransferCut(of) => format!("{} before the RDB was whole", errno(of.unwrap_or(Errno::Success))),
        HandshakeFailure::Unloadable => "it could not be loaded".to_owned(),
        HandshakeFailure::NoFile => "no file can be made for the RDB in its folder".to_owned(),
    }
}
/// Why an RDB was not loaded.
fn unloaded(why: &LoadFailure) -> String {
    match why {
        LoadFailure::Cut(of) => errno(*of).to_owned(),
        LoadFailure::Broken { error, .. } => match error {
            LoadError::Signature => "it does not begin with REDIS".to_owned(),
            LoadError::Version(version) => format!("version {version} of the format is too new for it"),
            LoadError::Checksum { .. } => "its checksum is wrong".to_owned(),
            LoadError::Short => "it ends too early".to_owned(),
            LoadError::Database { has } => format!("it selects a database beyond the {has} that there are"),
            LoadError::Duplicate { db, .. } => format!("a key stands twice in its database {db}"),
            LoadError::Module { name, .. } => format!("it holds data of the module type {name}"),
            LoadError::Bad { at, .. } => format!("what stands at its byte {} cannot be", grouped(*at as i64)),
        },
    }
}
/// How a link to a master ended.
const fn ended(why: UpstreamEnd) -> &'static str {
    match why {
        UpstreamEnd::Here => "closed at this end",
        UpstreamEnd::Closed => "closed by the master",
        UpstreamEnd::Reset => "connection reset",
        UpstreamEnd::TimedOut => "TCP gave up",
    }
}
/// Why the master `who` has the replica `r` no longer, which had acknowledged `offset`.
fn dropped(who: &str, r: &str, why: SessionEnd, offset: i64) -> String {
    match why {
        SessionEnd::Timeout => format!("{who} hears no ACK from {r} for repl-timeout and drops it; the last one said {}.", grouped(offset)),
        SessionEnd::OutputLimit => format!("{who} drops {r}: its output buffer is over the limit."),
        SessionEnd::BgsaveFailed => format!("{who} drops {r}: the BGSAVE it waited for failed."),
        SessionEnd::Answered => format!("{who} drops {r}: it sent what is answered, and a replica gets no answers."),
        SessionEnd::RdbOnly => format!("{who} closes {r}, which wanted nothing but the RDB."),
        SessionEnd::Killed => format!("{who} drops {r} by CLIENT KILL."),
        SessionEnd::Closed => format!("{who} loses its connection to {r}; the last ACK said {}.", grouped(offset)),
        SessionEnd::Reset => format!("{who} sees its connection to {r} reset; the last ACK said {}.", grouped(offset)),
    }
}
const fn refused(code: RefusalCode) -> &'static str {
    match code {
        RefusalCode::Err | RefusalCode::Noauth => "the caller has not said AUTH",
        RefusalCode::Oom => "it uses more memory than maxmemory",
        RefusalCode::Misconf => "its last BGSAVE failed",
        RefusalCode::Noreplicas => "it has too few good replicas",
        RefusalCode::Readonly => "a replica takes no writes",
        RefusalCode::Masterdown => "its link to the master is down",
        RefusalCode::Loading => "it loads an RDB",
    }
}
fn fault(what: Fault) -> String {
    match what {
        Fault::None => "none".to_owned(),
        Fault::ChildSlow(percent) => format!("its children work at {percent} % of their rate"),
        Fault::ChildSilent => "its children produce nothing".to_owned(),
        Fault::ChildFails => "its children fail".to_owned(),
        Fault::DiskFull => "its disk is full".to_owned(),
        Fault::ForkFails => "it cannot fork: no memory".to_owned(),
        Fault::FolderGone => "the folder of its files is gone".to_owned(),
        Fault::FolderReadOnly => "the folder of its files is read-only".to_owned(),
    }
}
/// A master's decision about the replica `r`, and what decided it.
fn ruled(who: &str, r: &str, ruling: &Ruling) -> String {
    let Asked::Psync { id, offset, decision } = &ruling.asked else {
        return format!("{who} answers {r} with a full resync: {r} asked by SYNC, which knows nothing else.");
    };
    let at = grouped(offset.unwrap_or(-1));
    let why = match (decision.verdict, ruling.window) {
        (Verdict::Partial { bytes: 0, .. }, _) => return format!("{who} answers {r} with +CONTINUE: {r} lacks nothing."),
        (Verdict::Partial { bytes, .. }, _) => {
            return format!(
                "{who} answers {r} with +CONTINUE: its backlog still holds the {} bytes that {r} lacks.",
                grouped(bytes as i64)
            );
        }
        (Verdict::Full(Reason::Asked), _) => format!("{r} asked for one"),
        (Verdict::Full(Reason::Foreign), _) if id.is_empty() => format!("{r} names no id"),
        (Verdict::Full(Reason::Foreign), _) => format!("{} is not its id", short_id(id)),
        (Verdict::Full(Reason::SecondTooFar), _) => {
            let up_to = ruling.lineage.second.map_or(-1, |(_, up_to)| up_to.0);
            format!("{} is its former id, good up to byte {}, and {r} wants {at}", short_id(id), grouped(up_to))
        }
        (Verdict::Full(Reason::NotANumber), _) => format!("{r} asked for no number"),
        (Verdict::Full(Reason::Lack | Reason::Ahead), None) => "it has no backlog".to_owned(),
        (Verdict::Full(Reason::Lack), Some(window)) => {
            format!("byte {at} is overwritten, the first one held is {}", grouped(window.first.0))
        }
        (Verdict::Full(Reason::Ahead), Some(_)) => format!("byte {at} lies beyond its head"),
    };
    format!("{who} answers {r} with a full resync: {why}.")
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
