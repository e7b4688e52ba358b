//! Everything the page says, once for each language. A string that one language lacks does not compile.
//!
//! One sub-struct a room. Sentences with numbers in them are functions, so that each language orders its own words. What Redis itself prints
//! (wire, INFO, log lines, directives) is never here.

pub mod branches;
pub mod differs;
pub mod figures;
mod figures_en;
mod figures_zh;
mod notes_en;
mod notes_zh;
pub mod shell;
mod shell_en;
mod shell_zh;

pub use figures::Figures;
pub use shell::Shell;

use resync_core::note::Note;

/// Says what happened: the note, whose it is, and how an `ip:port` is called.
pub type Say = fn(note: &Note, who: &str, name_of: &dyn Fn(&str) -> String) -> String;

/// A language of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lang {
    /// English.
    En,
    /// 简体中文.
    Zh,
}
impl Lang {
    /// Every language.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Zh];

    /// The language's strings.
    #[must_use]
    pub const fn strings(self) -> &'static Strings {
        match self {
            Lang::En => &EN,
            Lang::Zh => &ZH,
        }
    }
    /// The other one: what the Language button switches to.
    #[must_use]
    pub const fn other(self) -> Lang {
        match self {
            Lang::En => Lang::Zh,
            Lang::Zh => Lang::En,
        }
    }
    /// BCP 47 tag for `<html lang>`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh-CN",
        }
    }
    /// The language that a BCP 47 tag asks for: Chinese for `zh…`, otherwise English.
    #[must_use]
    pub fn from_tag(tag: &str) -> Lang {
        if tag.to_ascii_lowercase().starts_with("zh") { Lang::Zh } else { Lang::En }
    }
}

/// Everything the page says in one language.
pub struct Strings {
    /// Which language this is.
    pub lang: Lang,
    /// Stage, ruler, backlog, verdict, ladder, chart.
    pub figures: Figures,
    /// Header, menu, timeline, inspector, knobs, caption.
    pub shell: Shell,
    /// Every note as a sentence.
    pub say: Say,
}
impl PartialEq for Strings {
    /// There is one value a language, so comparing props costs one byte.
    fn eq(&self, other: &Strings) -> bool {
        self.lang == other.lang
    }
}
impl std::fmt::Debug for Strings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Strings({})", self.lang.tag())
    }
}

static EN: Strings = Strings { lang: Lang::En, figures: figures_en::FIGURES, shell: shell_en::SHELL, say: notes_en::say };
static ZH: Strings = Strings { lang: Lang::Zh, figures: figures_zh::FIGURES, shell: shell_zh::SHELL, say: notes_zh::say };

#[cfg(test)]
mod tests {
    use super::*;
    use resync_core::fact::{
        Errno, Fault, ForkKind, FreedWhy, HandshakeStep, Invariant, Mark, RefusalCode, ReplState, SessionEnd, SessionState, UpstreamEnd,
        UpstreamPhase,
    };
    use resync_core::note::{Class, HandshakeFailure, LoadFailure, What};

    /// One note of every kind, in the table's order.
    fn one_of_each() -> Vec<Note> {
        let s = String::from;
        let id = || "8f3c2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad41b".to_owned();
        let replica = || s("10.0.0.2:6379");
        vec![
            Note::Started { run_id: id() },
            Note::LoadStarted { bytes: 18 },
            Note::LoadDone { keys: 4_000, ms: 12 },
            Note::LoadFailed { why: LoadFailure::Cut(Errno::Reset) },
            Note::ShutDown {},
            Note::Log { mark: Mark::Notice, text: s("Connecting to MASTER master:6379"), line: s("…") },
            Note::Follows { host: s("10.0.0.2"), port: 6379 },
            Note::Promoted { offset: 72_286 },
            Note::UpstreamState { from: ReplState::Connect, to: ReplState::Connecting },
            Note::HandshakeFailed { step: HandshakeStep::Ping, why: HandshakeFailure::Said(s("-NOAUTH Authentication required.")) },
            Note::PsyncAsked { id: id(), offset: 23_015 },
            Note::SyncFallback { reply: s("-LOADING") },
            Note::FullStarted { id: id(), offset: 1 },
            Note::PartialAccepted { offset: 23_015 },
            Note::TransferStarted { bytes: 18 },
            Note::TransferDone { bytes: 18 },
            Note::Flushed { keys: 3 },
            Note::FullDone { offset: 1, pre_psync: false },
            Note::UpstreamLost { why: UpstreamEnd::Reset, cached: true, offset: 62_750 },
            Note::UpstreamTimeout { phase: UpstreamPhase::Stream, after_s: 60 },
            Note::PsyncVerdict {
                replica: replica(),
                asked_id: id(),
                asked_offset: 23_015,
                my_id: id(),
                my_id2: String::new(),
                second_offset: -1,
                id_ok: true,
                window_first: 12_661,
                window_end: 29_045,
                window_ok: true,
                has_backlog: true,
                partial: true,
                bytes: 6_030,
                reply: s("+CONTINUE"),
                reason: s("partial"),
            },
            Note::SessionState { replica: replica(), state: SessionState::Online },
            Note::SessionEnded { replica: replica(), why: SessionEnd::Closed, offset: 62_750 },
            Note::Forked { kind: ForkKind::Disk, ms: 1, bytes: 1_000 },
            Note::ChildDone { kind: ForkKind::Disk, ok: true },
            Note::BacklogCreated { bytes: 16_384, first: 2 },
            Note::BacklogResized { asked: 100, bytes: 16_384, dropped: 9_000, offset: 72_286 },
            Note::StrayReply { replica: replica(), text: s("-ERR unknown command '3'"), bytes: 26 },
            Note::BacklogFreed { why: FreedWhy::Ttl },
            Note::IdChanged { id: id(), id2: id(), second_offset: 99 },
            Note::GoodReplicas { good: 1, need: 2, refusing: true },
            Note::Refused { command: s("SET"), code: RefusalCode::Noreplicas },
            Note::ConfigSet { name: s("repl-timeout"), value: s("5") },
            Note::WaitDone { replicas: 1, asked: 2 },
            Note::Command { text: "SET key:76".into(), offset: 72_286, bytes: 64 },
            Note::Applied { text: "SET key:76".into(), offset: 72_286 },
            Note::AckSent { offset: 72_286 },
            Note::AckHeard { replica: replica().into(), offset: 72_286 },
            Note::Newline {},
            Note::Expired { key: s("key:1") },
            Note::LinkCut { peer: s("replica-1") },
            Note::LinkHealed { peer: s("replica-1") },
            Note::LinkFrozen { peer: s("replica-1") },
            Note::LinkThawed { peer: s("replica-1") },
            Note::LinkChanged { peer: s("replica-1") },
            Note::Paused {},
            Note::Resumed {},
            Note::Crashed {},
            Note::PoweredOff {},
            Note::Restarted { with_rdb: true },
            Note::FaultSet { what: Fault::ChildSlow(10) },
            Note::ClientReply { command: s("WAIT 1 500"), reply: s("(integer) 1") },
            Note::Expectation { text: s("same-data master replica-1"), ok: true },
            Note::InvariantBroken { invariant: Invariant::I4, why: What::WindowAmiss.of("node-7", "", [1, 20, 30]) },
        ]
    }

    #[test]
    fn every_way_to_break_is_worded_in_every_language() {
        for what in What::ALL {
            let note = Note::InvariantBroken { invariant: Invariant::I2, why: what.of("node-7", "node-8", [111, 222, 333]) };
            for lang in Lang::ALL {
                let text = (lang.strings().say)(&note, "", &str::to_owned);
                let english = note.fields()[1].1.to_text();
                for part in ["node-7", "node-8", "111", "222", "333"] {
                    assert_eq!(text.contains(part), english.contains(part), "{lang:?} {text} / {english}");
                }
                assert_eq!(text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), lang == Lang::Zh, "{text}");
            }
        }
    }

    #[test]
    fn every_note_is_worded_for_the_caption_in_every_language() {
        let notes = one_of_each();
        for (name, class) in Note::TABLE {
            let note = notes.iter().find(|n| n.name() == *name);
            let note = note.unwrap_or_else(|| panic!("{name} is missing from this test's list"));
            for lang in Lang::ALL {
                let text = (lang.strings().say)(note, "node-7", &|address| format!("<{address}>"));
                let about = matches!(note, Note::Expectation { .. } | Note::InvariantBroken { .. }) || text.starts_with("node-7");
                assert!(about, "{name}: a sentence begins with its subject: {text}");
                let ends = [".", "。"].iter().any(|stop| text.ends_with(stop));
                let quotes_redis = matches!(note, Note::Log { .. } | Note::ClientReply { .. });
                assert!(ends || quotes_redis, "{name} ({class:?}): a sentence ends with its stop: {text}");
                assert!(!text.contains('!') && !text.contains('！'), "{name}: no exclamation: {text}");
                let chinese = text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
                assert_eq!(chinese, lang == Lang::Zh, "{name}: {text}");
            }
        }
    }

    #[test]
    fn a_milestone_about_a_replica_names_it() {
        for note in one_of_each() {
            let about_replica = note.fields().iter().any(|(name, _)| *name == "replica");
            if note.class() == Class::Milestone && about_replica {
                for lang in Lang::ALL {
                    let text = (lang.strings().say)(&note, "master", &|_| String::from("replica-9"));
                    assert!(text.contains("replica-9"), "{}: {text}", note.name());
                }
            }
        }
    }

    #[test]
    fn the_refusal_that_decides_is_in_the_sentence() {
        let verdict = |id_ok, has_backlog, window_ok, asked_offset| Note::PsyncVerdict {
            replica: String::from("r"),
            asked_id: "a".repeat(40),
            asked_offset,
            my_id: "b".repeat(40),
            my_id2: String::new(),
            second_offset: -1,
            id_ok,
            window_first: 500,
            window_end: 900,
            window_ok,
            has_backlog,
            partial: false,
            bytes: 0,
            reply: String::new(),
            reason: String::new(),
        };
        let say = |note| (Lang::En.strings().say)(&note, "master", &str::to_owned);
        assert!(say(verdict(false, true, true, 600)).contains("not its own stream"));
        assert!(say(verdict(true, false, false, 600)).contains("no backlog"));
        assert!(say(verdict(true, true, false, 100)).contains("byte 100 is overwritten, the first one held is 500"));
        assert!(say(verdict(true, true, false, 1_000)).contains("beyond its head"));
    }
}
