//! The PSYNC decision between +CONTINUE and +FULLRESYNC, as a pure function (docs/redis.md §2.3).
//!
//! Both tests are always made and both come back with their numbers, so that a verdict can be shown as well as obeyed.

use super::backlog::Backlog;
use super::id::ReplId;
use super::offset::Offset;
use alloc::format;
use alloc::string::{String, ToString};

/// The request of a PSYNC.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Request<'a> {
    /// The id, as it came; `?` asks for a full resynchronisation.
    pub id: &'a [u8],
    /// The next byte wanted; `None` if the word was no integer.
    pub offset: Option<i64>,
}

/// Whose stream this server can continue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lineage {
    /// The run id (2.8–3.2) or replication id (4.0+).
    pub id: ReplId,
    /// The second id and the offset up to which it is good; `None` in eras without one, forty zeros and −1 where it is unset.
    pub second: Option<(ReplId, Offset)>,
    /// `master_repl_offset`.
    pub offset: Offset,
}

/// The window that the backlog still holds; `None` stands for no backlog.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// Offset of the oldest byte.
    pub first: Offset,
    /// Bytes held.
    pub histlen: u64,
}
impl Window {
    /// The window of a backlog, if that is active.
    #[must_use]
    pub fn of(backlog: &Backlog) -> Option<Window> {
        backlog.active().then(|| Window { first: backlog.first(), histlen: backlog.histlen() })
    }
    /// The last offset that may be asked for: the byte after the newest.
    #[must_use]
    pub fn end(&self) -> Offset {
        self.first + self.histlen as i64
    }
}

/// How the first test went: is it my stream?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdTest {
    /// It is my id.
    Mine,
    /// It is my second id, and the offset is within what I share with it.
    Second {
        /// Last offset that may be asked for under the second id.
        up_to: Offset,
    },
    /// It is my second id, but the offset lies beyond the point where the histories part.
    SecondTooFar {
        /// Last offset that may be asked for under the second id.
        up_to: Offset,
    },
    /// `?`: no id was given.
    NoId,
    /// It is somebody else's.
    Foreign,
}
impl IdTest {
    /// Whether the test is passed.
    #[must_use]
    pub const fn ok(self) -> bool {
        matches!(self, IdTest::Mine | IdTest::Second { .. })
    }
}

/// How the second test went: do I still hold that byte?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WindowTest {
    /// It is held; this many bytes follow from it.
    Held {
        /// Bytes from the asked one to the newest.
        bytes: u64,
    },
    /// There is no backlog.
    NoBacklog,
    /// It was overwritten; this many bytes are missing.
    TooOld {
        /// Bytes between the asked one and the oldest held.
        missing: u64,
    },
    /// It has not been written yet: the asker is ahead.
    TooNew {
        /// Bytes by which it is ahead.
        ahead: u64,
    },
    /// The offset was no integer.
    NotANumber,
}
impl WindowTest {
    /// Whether the test is passed.
    #[must_use]
    pub const fn ok(self) -> bool {
        matches!(self, WindowTest::Held { .. })
    }
}

crate::fact::named! {
    /// Why a full resynchronisation it must be; decides the log line.
    pub enum Reason {
        /// The replica asked for one.
        Asked = "asked",
        /// "Runid mismatch", "Replication ID mismatch".
        Foreign = "foreign-id",
        /// "Requested offset for second ID was …, but I can reply up to …".
        SecondTooFar = "second-id-too-far",
        /// The offset was no integer: an error reply is due (and in 6.2+ nothing else).
        NotANumber = "not-a-number",
        /// "Unable to partial resync … for lack of backlog": none, or the byte is gone.
        Lack = "lack-of-backlog",
        /// The same, with the warning that the replica is ahead of its master.
        Ahead = "ahead-of-master",
    }
}

/// What follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// +CONTINUE, and these bytes.
    Partial {
        /// The first byte that is sent.
        from: Offset,
        /// How many follow; 0 for a replica that lacks nothing.
        bytes: u64,
    },
    /// +FULLRESYNC.
    Full(Reason),
}

/// The verdict with both tests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decision {
    /// Is it my stream?
    pub id: IdTest,
    /// Do I still hold that byte?
    pub window: WindowTest,
    /// What follows.
    pub verdict: Verdict,
}

/// What a master was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asked {
    /// SYNC: it asks nothing that could be tested.
    Sync,
    /// PSYNC.
    Psync {
        /// The id, as it came; `?` asks for a full resynchronisation.
        id: String,
        /// The next byte wanted; `None` if the word was no integer.
        offset: Option<i64>,
        /// Both tests, and what follows.
        decision: Decision,
    },
}

/// A request to be synchronised with everything that it was judged by: the one value behind the reply, the log line, the note and the card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ruling {
    /// The request, and the decision about it.
    pub asked: Asked,
    /// Whose stream the master could continue.
    pub lineage: Lineage,
    /// What its backlog held; `None` stands for no backlog.
    pub window: Option<Window>,
}
impl Ruling {
    /// PSYNC, decided.
    #[must_use]
    pub fn psync(request: &Request<'_>, lineage: Lineage, window: Option<Window>) -> Ruling {
        let id = String::from_utf8_lossy(request.id).into_owned();
        let decision = decide(request, &lineage, window);
        Ruling { asked: Asked::Psync { id, offset: request.offset, decision }, lineage, window }
    }
    /// Both tests, and what follows; `None` for SYNC.
    #[must_use]
    pub const fn decision(&self) -> Option<Decision> {
        match self.asked {
            Asked::Sync => None,
            Asked::Psync { decision, .. } => Some(decision),
        }
    }
    /// Bytes that +CONTINUE sends from the backlog; `None`: everything is sent anew.
    #[must_use]
    pub fn partial(&self) -> Option<u64> {
        match self.decision()?.verdict {
            Verdict::Partial { bytes, .. } => Some(bytes),
            Verdict::Full(_) => None,
        }
    }
    /// Whether a full resynchronisation is what was asked for: `PSYNC ? -1`, which nobody refused anything.
    #[must_use]
    pub fn asked_for_all(&self) -> bool {
        self.decision().is_some_and(|decision| decision.verdict == Verdict::Full(Reason::Asked))
    }
    /// Why it went as it did, in a word: `continue`, `sync`, or the reason of the refusal.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self.decision().map(|decision| decision.verdict) {
            None => "sync",
            Some(Verdict::Partial { .. }) => "continue",
            Some(Verdict::Full(reason)) => reason.name(),
        }
    }
    /// How the reply begins; the id and offset of +FULLRESYNC are known when its BGSAVE starts.
    #[must_use]
    pub fn reply(&self) -> String {
        match &self.asked {
            Asked::Sync => "$<length>".to_string(),
            Asked::Psync { .. } if self.partial().is_none() => "+FULLRESYNC".to_string(),
            Asked::Psync { .. } if self.lineage.second.is_some() => format!("+CONTINUE {}", self.lineage.id),
            Asked::Psync { .. } => "+CONTINUE".to_string(),
        }
    }
}

/// Decides. In eras with a second id the offset is parsed before the ids are compared, in earlier ones after.
#[must_use]
pub fn decide(request: &Request<'_>, lineage: &Lineage, window: Option<Window>) -> Decision {
    let asked = request.offset.map(Offset);
    let id = test_id(request, lineage);
    let window = match (asked, window) {
        (None, _) => WindowTest::NotANumber,
        (Some(at), Some(window)) if at >= window.first && at <= window.end() => {
            WindowTest::Held { bytes: window.end().bytes_since(at) as u64 }
        }
        (Some(at), _) if at > lineage.offset + 1 => WindowTest::TooNew { ahead: at.0.saturating_sub(lineage.offset.0 + 1) as u64 },
        (Some(at), Some(window)) => WindowTest::TooOld { missing: window.first.0.saturating_sub(at.0).unsigned_abs() },
        (Some(_), None) => WindowTest::NoBacklog,
    };
    let parse_first = lineage.second.is_some();
    let verdict = match (id, window) {
        (_, WindowTest::NotANumber) if parse_first || id.ok() => Verdict::Full(Reason::NotANumber),
        (IdTest::NoId, _) => Verdict::Full(Reason::Asked),
        (IdTest::Foreign, _) => Verdict::Full(Reason::Foreign),
        (IdTest::SecondTooFar { .. }, _) => Verdict::Full(Reason::SecondTooFar),
        (_, WindowTest::Held { bytes }) => Verdict::Partial { from: asked.unwrap_or_default(), bytes },
        _ if asked > Some(lineage.offset) => Verdict::Full(Reason::Ahead),
        _ => Verdict::Full(Reason::Lack),
    };
    Decision { id, window, verdict }
}

fn test_id(request: &Request<'_>, lineage: &Lineage) -> IdTest {
    if lineage.id.matches(request.id) {
        return IdTest::Mine;
    }
    if let Some((second, up_to)) = lineage.second
        && second.matches(request.id)
    {
        return if request.offset.is_some_and(|at| at <= up_to.0) { IdTest::Second { up_to } } else { IdTest::SecondTooFar { up_to } };
    }
    if request.id.first() == Some(&b'?') { IdTest::NoId } else { IdTest::Foreign }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINE: [u8; 40] = [b'a'; 40];
    const OLD: [u8; 40] = [b'b'; 40];

    fn ask<'a>(id: &'a [u8], offset: impl Into<Option<i64>>) -> Request<'a> {
        Request { id, offset: offset.into() }
    }
    fn psync1(offset: i64) -> Lineage {
        Lineage { id: ReplId::from_wire(&MINE).unwrap(), second: None, offset: Offset(offset) }
    }
    fn psync2(offset: i64, second: i64) -> Lineage {
        Lineage { second: Some((ReplId::from_wire(&OLD).unwrap(), Offset(second))), ..psync1(offset) }
    }
    fn held(first: i64, histlen: u64) -> Option<Window> {
        Some(Window { first: Offset(first), histlen })
    }

    #[test]
    fn worked_example() {
        let (me, window) = (psync1(20_001), held(3_618, 16_384));
        let verdict = |at: i64| decide(&ask(&MINE, at), &me, window).verdict;
        assert_eq!(verdict(3_617), Verdict::Full(Reason::Lack));
        assert_eq!(verdict(3_618), Verdict::Partial { from: Offset(3_618), bytes: 16_384 });
        assert_eq!(verdict(20_002), Verdict::Partial { from: Offset(20_002), bytes: 0 });
        assert_eq!(verdict(20_003), Verdict::Full(Reason::Ahead));
    }

    #[test]
    fn verdicts_as_a_table() {
        use Reason::{Ahead, Asked, Foreign, Lack, NotANumber, SecondTooFar};
        let none = [b'c'; 40];
        for (request, me, window, id, tested, full) in [
            (ask(b"?", -1), psync1(50), held(1, 50), IdTest::NoId, WindowTest::TooOld { missing: 2 }, Some(Asked)),
            (ask(&none, 20), psync1(50), held(1, 50), IdTest::Foreign, WindowTest::Held { bytes: 31 }, Some(Foreign)),
            (ask(&MINE.map(|b| b.to_ascii_uppercase()), 20), psync1(50), held(1, 50), IdTest::Mine, WindowTest::Held { bytes: 31 }, None),
            (ask(&MINE, 20), psync1(50), None, IdTest::Mine, WindowTest::NoBacklog, Some(Lack)),
            (ask(&MINE, 50), psync1(50), None, IdTest::Mine, WindowTest::NoBacklog, Some(Lack)),
            (ask(&MINE, 51), psync1(50), None, IdTest::Mine, WindowTest::NoBacklog, Some(Ahead)),
            (ask(&MINE, 10), psync1(50), held(21, 30), IdTest::Mine, WindowTest::TooOld { missing: 11 }, Some(Lack)),
            (ask(&MINE, 60), psync1(50), held(21, 30), IdTest::Mine, WindowTest::TooNew { ahead: 9 }, Some(Ahead)),
            (ask(&MINE, None), psync1(50), held(21, 30), IdTest::Mine, WindowTest::NotANumber, Some(NotANumber)),
            (ask(&none, None), psync1(50), held(21, 30), IdTest::Foreign, WindowTest::NotANumber, Some(Foreign)),
            (ask(&none, None), psync2(50, 31), held(21, 30), IdTest::Foreign, WindowTest::NotANumber, Some(NotANumber)),
            (ask(&OLD, 31), psync2(50, 31), held(21, 30), IdTest::Second { up_to: Offset(31) }, WindowTest::Held { bytes: 20 }, None),
            (
                ask(&OLD, 32),
                psync2(50, 31),
                held(21, 30),
                IdTest::SecondTooFar { up_to: Offset(31) },
                WindowTest::Held { bytes: 19 },
                Some(SecondTooFar),
            ),
            (
                ask(&OLD, 5),
                psync2(50, 31),
                held(21, 30),
                IdTest::Second { up_to: Offset(31) },
                WindowTest::TooOld { missing: 16 },
                Some(Lack),
            ),
        ] {
            let got = decide(&request, &me, window);
            assert_eq!((got.id, got.window), (id, tested), "{request:?}");
            match full {
                Some(reason) => assert_eq!(got.verdict, Verdict::Full(reason), "{request:?}"),
                None => assert!(matches!(got.verdict, Verdict::Partial { .. }), "{request:?}"),
            }
        }
    }

    #[test]
    fn an_empty_id_never_matches_and_extreme_offsets_do_not_overflow() {
        let empty = decide(&ask(b"", 50), &psync1(60), held(1, 60));
        assert_eq!(empty.id, IdTest::Foreign);
        for at in [i64::MIN, i64::MAX] {
            let got = decide(&ask(&MINE, at), &psync1(60), held(1, 60));
            assert!(matches!(got.verdict, Verdict::Full(_)));
            let got = decide(&ask(&OLD, at), &psync2(60, 7), None);
            assert!(matches!(got.verdict, Verdict::Full(_)));
        }
    }

    #[test]
    fn unset_second_id_is_no_door() {
        let mut me = psync2(60, -1);
        me.second = Some((ReplId::ZEROS, Offset::NONE));
        let got = decide(&ask(&[b'0'; 40], 10), &me, held(1, 60));
        assert_eq!(got.verdict, Verdict::Full(Reason::SecondTooFar));
    }

    #[test]
    fn the_window_of_a_backlog_is_what_it_holds() {
        use crate::era::BacklogKind::{Blocks, Ring};
        for kind in [Ring, Blocks] {
            let mut backlog = Backlog::new(kind, 16_384);
            assert_eq!(Window::of(&backlog), None, "{kind:?}");
            backlog.create(Offset(7));
            assert_eq!(Window::of(&backlog), held(8, 0), "{kind:?}");
            backlog.feed(b"abc");
            assert_eq!(Window::of(&backlog), held(8, 3), "{kind:?}");
            assert_eq!(Window::of(&backlog).map(|window| window.end()), Some(Offset(11)), "{kind:?}");
        }
    }

    #[test]
    fn a_byte_that_is_held_is_the_only_way_through_the_window() {
        for (test, ok) in [
            (WindowTest::Held { bytes: 0 }, true),
            (WindowTest::NoBacklog, false),
            (WindowTest::TooOld { missing: 1 }, false),
            (WindowTest::TooNew { ahead: 1 }, false),
            (WindowTest::NotANumber, false),
        ] {
            assert_eq!(test.ok(), ok, "{test:?}");
        }
    }

    #[test]
    fn reasons_have_names_that_conditions_can_tell_apart() {
        use Reason::{Ahead, Asked, Foreign, Lack, NotANumber, SecondTooFar};
        let names = [Asked, Foreign, SecondTooFar, NotANumber, Lack, Ahead].map(Reason::name);
        for (i, name) in names.iter().enumerate() {
            assert!(name.contains(|c: char| c.is_ascii_lowercase()) && name.chars().all(|c| c == '-' || c.is_ascii_lowercase()), "{name}");
            assert!(!names[..i].contains(name), "{name} twice");
        }
        assert_eq!(names[5], "ahead-of-master");
    }
}
