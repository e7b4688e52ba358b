//! Every sentence that a note can become, in every language: the notes are made from the sets of values that the engine has, so that a value more is a
//! sentence more here.

use super::Lang;
use resync_core::fact::{
    Errno, Fault, ForkKind, FreedWhy, HandshakeStep, Invariant, Mark, RefusalCode, ReplState, SentinelEvent, SessionEnd, SessionState,
    UpstreamEnd, UpstreamPhase,
};
use resync_core::note::{Class, HandshakeFailure, LoadError, LoadFailure, Note, NoteKind, What};
use resync_core::repl::psync::{Asked, IdTest, Lineage, Reason, Request, Ruling, Verdict, Window, WindowTest};
use resync_core::repl::{Offset, ReplId};
use std::collections::BTreeSet;

/// What stands for a text that Redis, a person or a scenario wrote: without a letter, so that every word in a sentence is the page's own.
const QUOTED: &str = "#7";
/// The other node of a note.
const OTHER: &str = "10.0.0.8:6379";
/// An offset.
const AT: i64 = 62_750;

fn quoted() -> String {
    QUOTED.to_owned()
}
fn id(letter: u8) -> ReplId {
    ReplId::from_wire(&[letter; 40]).expect("forty bytes")
}

/// Each way in which a step of the way to a master can fail.
fn failures(step: HandshakeStep) -> Vec<HandshakeFailure> {
    let errnos = |of: &[Errno]| of.iter().map(|errno| HandshakeFailure::Errno(*errno)).collect::<Vec<_>>();
    let read = [Errno::Success, Errno::InProgress, Errno::Reset, Errno::TimedOut];
    match step {
        HandshakeStep::Connect => errnos(&[Errno::Refused, Errno::NoRoute, Errno::UnknownHost, Errno::TimedOut]),
        HandshakeStep::Ping
        | HandshakeStep::Auth
        | HandshakeStep::Port
        | HandshakeStep::Ip
        | HandshakeStep::Plain
        | HandshakeStep::Capa
        | HandshakeStep::Version => [errnos(&read), vec![HandshakeFailure::Said(quoted())]].concat(),
        HandshakeStep::Psync => [errnos(&read), vec![HandshakeFailure::Said(quoted()), HandshakeFailure::Uncached]].concat(),
        HandshakeStep::Sync => vec![HandshakeFailure::Said(quoted()), HandshakeFailure::BadProtocol, HandshakeFailure::NoFile],
        HandshakeStep::Transfer => {
            let header = read.iter().map(|errno| HandshakeFailure::HeaderCut(*errno));
            let rest = [None, Some(Errno::Reset), Some(Errno::TimedOut)].map(HandshakeFailure::TransferCut);
            header.chain(rest).collect()
        }
        HandshakeStep::Load => vec![HandshakeFailure::Unloadable],
    }
}

/// Everything that can be wrong with an RDB.
fn load_errors() -> Vec<LoadError> {
    let all = vec![
        LoadError::Signature,
        LoadError::Version(99),
        LoadError::Checksum { expected: 1, got: 2 },
        LoadError::Short,
        LoadError::Database { has: 16 },
        LoadError::Duplicate { key: QUOTED.as_bytes().to_vec().into(), db: 3 },
        LoadError::Module { name: quoted(), aux: false, at: 9 },
        LoadError::Bad { at: 9, what: QUOTED.into() },
    ];
    for error in &all {
        // Whoever adds a variant adds it above as well.
        match error {
            LoadError::Signature
            | LoadError::Version(_)
            | LoadError::Checksum { .. }
            | LoadError::Short
            | LoadError::Database { .. }
            | LoadError::Duplicate { .. }
            | LoadError::Module { .. }
            | LoadError::Bad { .. } => {}
        }
    }
    all
}

/// Decisions of servers with one id and with two: about their own stream, a former one and a foreign one, with and without a backlog, at every side of
/// what is held; and SYNC.
fn rulings() -> Vec<Ruling> {
    let one = Lineage { id: id(b'a'), second: None, offset: Offset(900) };
    let two = Lineage { second: Some((id(b'b'), Offset(700))), ..one };
    let held = Some(Window { first: Offset(500), histlen: 401 });
    let mut all = Vec::new();
    for lineage in [one, two] {
        for window in [None, held] {
            all.push(Ruling { asked: Asked::Sync, lineage, window });
            for asked in [&b"?"[..], b"", &[b'a'; 40], &[b'b'; 40], &[b'c'; 40]] {
                for offset in [None, Some(-1), Some(100), Some(600), Some(800), Some(901), Some(2_000)] {
                    all.push(Ruling::psync(&Request { id: asked, offset }, lineage, window));
                }
            }
        }
    }
    all
}

/// Every note, with every value that it can have.
fn every_note() -> Vec<Note> {
    let mut all = vec![
        Note::Started { run_id: id(b'a').to_string() },
        Note::LoadStarted { bytes: 18 },
        Note::LoadStarted { bytes: -1 },
        Note::LoadDone { keys: 4_000, ms: 12 },
        Note::ShutDown {},
        Note::Follows { host: String::from("10.0.0.8"), port: 6379 },
        Note::Promoted { offset: AT },
        Note::PsyncAsked { id: id(b'a').to_string(), offset: AT },
        Note::PsyncAsked { id: String::from("?"), offset: -1 },
        Note::SyncFallback { reply: quoted() },
        Note::FullStarted { id: id(b'a').to_string(), offset: 1 },
        Note::PartialAccepted { offset: AT },
        Note::TransferStarted { bytes: 18 },
        Note::TransferStarted { bytes: -1 },
        Note::TransferDone { bytes: 18 },
        Note::Flushed { keys: 3 },
        Note::FullDone { offset: 1, pre_psync: false },
        Note::FullDone { offset: -1, pre_psync: true },
        Note::BacklogCreated { bytes: 16_384, first: 2 },
        Note::BacklogResized { asked: 100, bytes: 16_384, dropped: 9_000, offset: AT },
        Note::BacklogResized { asked: 32_768, bytes: 32_768, dropped: 0, offset: AT },
        Note::IdChanged { id: id(b'a').to_string(), id2: id(b'b').to_string(), second_offset: 99 },
        Note::IdChanged { id: id(b'a').to_string(), id2: ReplId::ZEROS.to_string(), second_offset: -1 },
        Note::GoodReplicas { good: 1, need: 2, refusing: true },
        Note::GoodReplicas { good: 2, need: 2, refusing: false },
        Note::ConfigSet { name: String::from("repl-timeout"), value: String::from("5") },
        Note::WaitDone { replicas: 1, asked: 2 },
        Note::StrayReply { replica: OTHER.into(), text: quoted(), bytes: 26 },
        Note::Command { text: QUOTED.into(), offset: AT, bytes: 64 },
        Note::Applied { text: QUOTED.into(), offset: AT },
        Note::AckSent { offset: AT },
        Note::AckHeard { replica: OTHER.into(), offset: AT },
        Note::Newline {},
        Note::Expired { key: quoted() },
        Note::LinkCut { peer: String::from("node-8") },
        Note::LinkHealed { peer: String::from("node-8") },
        Note::LinkFrozen { peer: String::from("node-8") },
        Note::LinkThawed { peer: String::from("node-8") },
        Note::LinkChanged { peer: String::from("node-8") },
        Note::ClientMoved { client: String::from("writer"), from: String::from("node-8") },
        Note::Paused {},
        Note::Resumed {},
        Note::Crashed {},
        Note::PoweredOff {},
        Note::Restarted { with_rdb: true },
        Note::Restarted { with_rdb: false },
        Note::ClientReply { command: quoted(), reply: quoted() },
        Note::Expectation { text: quoted(), ok: true },
        Note::Expectation { text: quoted(), ok: false },
    ];
    let each = |of: &[ReplState], note: &dyn Fn(ReplState) -> Note| of.iter().map(|one| note(*one)).collect::<Vec<_>>();
    all.extend(Mark::ALL.iter().map(|mark| Note::Log { mark: *mark, text: quoted(), line: quoted() }));
    for from in ReplState::ALL {
        all.extend(each(ReplState::ALL, &|to| Note::UpstreamState { from: *from, to }));
    }
    for step in HandshakeStep::ALL {
        all.extend(failures(*step).into_iter().map(|why| Note::HandshakeFailed { step: *step, why }));
    }
    all.extend(load_errors().into_iter().map(|error| Note::LoadFailed { why: LoadFailure::Broken { error, line: quoted() } }));
    all.extend(Errno::ALL.iter().map(|errno| Note::LoadFailed { why: LoadFailure::Cut(*errno) }));
    for cached in [false, true] {
        all.extend(UpstreamEnd::ALL.iter().map(|why| Note::UpstreamLost { why: *why, cached, offset: AT }));
    }
    all.extend(UpstreamPhase::ALL.iter().map(|phase| Note::UpstreamTimeout { phase: *phase, after_s: 60 }));
    all.extend(rulings().into_iter().map(|ruling| Note::PsyncVerdict { replica: OTHER.into(), ruling }));
    all.extend(SessionState::ALL.iter().map(|state| Note::SessionState { replica: OTHER.into(), state: *state }));
    all.extend(SessionEnd::ALL.iter().map(|why| Note::SessionEnded { replica: OTHER.into(), why: *why, offset: AT }));
    for kind in ForkKind::ALL.iter().copied() {
        all.extend([0, 12].map(|ms| Note::Forked { kind, ms, bytes: 1_000 }));
        all.extend([false, true].map(|ok| Note::ChildDone { kind, ok }));
    }
    all.extend(FreedWhy::ALL.iter().map(|why| Note::BacklogFreed { why: *why }));
    all.extend(RefusalCode::ALL.iter().map(|code| Note::Refused { command: quoted(), code: *code }));
    all.extend(Fault::EACH.map(|what| Note::FaultSet { what }));
    let sentinel = |event: &SentinelEvent| Note::Sentinel { sentinel: String::from("s1"), event: *event, epoch: 7, text: quoted() };
    all.extend(SentinelEvent::ALL.iter().map(sentinel));
    for invariant in Invariant::ALL {
        let why = |what: &What| Note::InvariantBroken { invariant: *invariant, why: what.of("node-7", "node-8", [111, 222, 333]) };
        all.extend(What::ALL.iter().map(why));
    }
    all
}

fn say(lang: Lang, note: &Note) -> String {
    (lang.strings().say)(note, "node-7", &|address| if address == OTHER { String::from("node-8") } else { format!("<{address}>") })
}

#[test]
fn every_kind_of_note_is_walked() {
    let walked: BTreeSet<NoteKind> = every_note().iter().map(Note::kind).collect();
    let missing: Vec<&NoteKind> = NoteKind::ALL.iter().filter(|kind| !walked.contains(kind)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_verdict_is_walked() {
    let rulings = rulings();
    let reached = |verdict: &dyn Fn(&Ruling) -> bool| rulings.iter().any(verdict);
    for reason in Reason::ALL {
        assert!(reached(&|ruling| ruling.reason() == reason.name()), "{reason}");
    }
    for bytes in [0, 301] {
        assert!(reached(&|ruling| ruling.partial() == Some(bytes)), "{bytes}");
    }
    assert!(reached(&|ruling| ruling.decision().is_some_and(|decision| matches!(decision.id, IdTest::Second { .. }))));
    assert!(reached(&|ruling| ruling.decision().is_some_and(|decision| decision.window == WindowTest::NoBacklog)));
    assert!(reached(&|ruling| ruling.decision().is_some_and(|decision| decision.verdict == Verdict::Full(Reason::Lack))));
}

#[test]
fn every_note_is_a_sentence_in_every_language() {
    for note in every_note() {
        for lang in Lang::ALL {
            let text = say(lang, &note);
            let name = note.kind();
            let about = matches!(note, Note::Expectation { .. } | Note::InvariantBroken { .. }) || text.starts_with("node-7");
            assert!(about, "{name}: a sentence begins with its subject: {text}");
            let quotes_redis = matches!(note, Note::Log { .. } | Note::ClientReply { .. });
            assert!([".", "。"].iter().any(|stop| text.ends_with(stop)) || quotes_redis, "{name}: a sentence ends with its stop: {text}");
            assert!(!text.contains('!') && !text.contains('！'), "{name}: no exclamation: {text}");
            assert_eq!(text.chars().any(chinese), lang == Lang::Zh, "{name}: {text}");
            assert!(!text.contains("字节 的") && !text.contains("： ") && !text.contains("  "), "{name}: a stray space: {text}");
            let about_replica = note.fields().iter().any(|(field, _)| *field == "replica");
            assert!(!about_replica || text.contains("node-8"), "{name}: it names the replica: {text}");
        }
    }
}

/// Two values that read alike are one value to the reader: those of a set differ, but for what is the same to whoever reads it.
#[test]
fn values_of_a_set_are_told_apart() {
    fn differ(what: &str, notes: impl Iterator<Item = Note>) {
        let notes: Vec<Note> = notes.collect();
        for lang in Lang::ALL {
            let texts: BTreeSet<String> = notes.iter().map(|note| say(lang, note)).collect();
            assert_eq!(texts.len(), notes.len(), "{what}: {texts:#?}");
        }
    }
    differ("ends", SessionEnd::ALL.iter().map(|why| Note::SessionEnded { replica: OTHER.into(), why: *why, offset: AT }));
    differ("losses", UpstreamEnd::ALL.iter().map(|why| Note::UpstreamLost { why: *why, cached: false, offset: AT }));
    differ("phases", UpstreamPhase::ALL.iter().map(|phase| Note::UpstreamTimeout { phase: *phase, after_s: 60 }));
    differ("freed", FreedWhy::ALL.iter().map(|why| Note::BacklogFreed { why: *why }));
    let sentinel = |event: &SentinelEvent| Note::Sentinel { sentinel: String::from("s1"), event: *event, epoch: 7, text: quoted() };
    differ("sentinels", SentinelEvent::ALL.iter().map(sentinel));
    differ("faults", Fault::EACH.map(|what| Note::FaultSet { what }).into_iter());
    differ("refusals", RefusalCode::ALL.iter().map(|code| Note::Refused { command: quoted(), code: *code }));
    differ("forks", ForkKind::ALL.iter().map(|kind| Note::Forked { kind: *kind, ms: 1, bytes: 1 }));
    differ("children", ForkKind::ALL.iter().flat_map(|kind| [false, true].map(|ok| Note::ChildDone { kind: *kind, ok })));
    differ("broken files", load_errors().into_iter().map(|error| Note::LoadFailed { why: LoadFailure::Broken { error, line: quoted() } }));
    differ("steps", HandshakeStep::ALL.iter().map(|step| Note::HandshakeFailed { step: *step, why: HandshakeFailure::Said(quoted()) }));
}

fn chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Words that Redis and the network have, which Chinese leaves as they are: commands, replies, fields of INFO, directives, units.
const TERMS: &str = "\
    ACK AOF AUTH BGSAVE CLIENT CONTINUE DEL FULLRESYNC ID INFO KILL LOADING NOREPLICAS PING PSYNC RDB REDIS REPLCONF \
    RST SYNC TCP WAIT B capa fork ip-address kill listening-port master_repl_offset ms repl-backlog-ttl repl-timeout Sentinel SLAVEOF NO ONE after down master quorum maxmemory version rdb-no-compress";

#[test]
fn no_word_of_the_engine_stands_in_a_chinese_sentence() {
    // Names of nodes, ids, and what Redis itself prints of a state or a refusal are no words of ours.
    let mut known: BTreeSet<String> = TERMS.split(' ').map(str::to_owned).collect();
    known.extend(["node-7", "node-8", "writer", "s1"].map(str::to_owned));
    known.extend(ReplState::ALL.iter().map(|state| state.name().to_ascii_uppercase()));
    known.extend(SessionState::ALL.iter().map(|state| state.name().to_owned()));
    known.extend(RefusalCode::ALL.iter().map(|code| code.name().to_owned()));
    known.extend(Invariant::ALL.iter().map(|invariant| invariant.name().to_owned()));
    let mut used = BTreeSet::new();
    for note in every_note() {
        let text = say(Lang::Zh, &note);
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').map(|word| word.trim_matches('-'));
        for word in words.filter(|word| word.contains(|c: char| c.is_ascii_alphabetic())) {
            let id = word.len() <= 6 && word.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase());
            assert!(id || known.contains(word), "{}: {word}: {text}", note.kind());
            used.insert(word.to_owned());
        }
    }
    let idle: Vec<&str> = TERMS.split(' ').filter(|term| !used.contains(*term)).collect();
    assert!(idle.is_empty(), "terms that no sentence uses go: {idle:?}");
}

#[test]
fn every_way_to_break_is_worded_with_its_numbers() {
    for what in What::ALL {
        let note = Note::InvariantBroken { invariant: Invariant::I2, why: what.of("node-7", "node-8", [111, 222, 333]) };
        for lang in Lang::ALL {
            let text = (lang.strings().say)(&note, "", &str::to_owned);
            let english = note.fields()[1].1.to_text();
            for part in ["node-7", "node-8", "111", "222", "333"] {
                assert_eq!(text.contains(part), english.contains(part), "{lang:?} {text} / {english}");
            }
        }
    }
}

#[test]
fn the_refusal_that_decides_is_in_the_sentence() {
    let lineage = Lineage { id: id(b'a'), second: Some((id(b'b'), Offset(700))), offset: Offset(900) };
    let held = Some(Window { first: Offset(500), histlen: 401 });
    let told = |asked: &[u8], at: i64, window| {
        let ruling = Ruling::psync(&Request { id: asked, offset: Some(at) }, lineage, window);
        say(Lang::En, &Note::PsyncVerdict { replica: OTHER.into(), ruling })
    };
    let (mine, former, foreign) = ([b'a'; 40], [b'b'; 40], [b'c'; 40]);
    for (text, part) in [
        (told(b"?", -1, held), "node-8 asked for one"),
        (told(&foreign, 600, held), "is not its id"),
        (told(b"", 600, held), "node-8 names no id"),
        (told(&former, 800, held), "good up to byte 700, and node-8 wants 800"),
        (told(&mine, 600, None), "no backlog"),
        (told(&mine, 100, held), "byte 100 is overwritten, the first one held is 500"),
        (told(&mine, 1_000, held), "beyond its head"),
        (told(&mine, 901, held), "lacks nothing"),
        (told(&former, 650, held), "the 251 bytes that node-8 lacks"),
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn flow_and_milestones_are_both_walked() {
    for class in [Class::Milestone, Class::Flow] {
        assert!(every_note().iter().any(|note| note.class() == class), "{class:?}");
    }
}
