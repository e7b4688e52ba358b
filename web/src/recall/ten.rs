//! The ten-item test: the same ten ideas, made afresh each time; before the first lesson, after the last, and a month later. Its result is a link with seeds
//! and answers. Whether they are right is not in it: who reads the link has the engine make the same items and grades the answers.

use super::kept::{given_text, read_given};
use super::when::When;
use super::{Kind, Question, Sitting};
use crate::teach::{Given, Sure};
use std::fmt;

/// The ideas: a lesson and one of its items. The order never changes: old links depend on it.
pub const IDEAS: [(&str, &str); 10] = [
    ("13-where-the-write-went", "who-has"),
    ("06-who-gives-up-first", "who-first"),
    ("14-five-hundred-short", "asks"),
    ("34-who-is-furthest-behind", "pause"),
    ("54-after-a-restart", "master-restarts"),
    ("33-be-the-master", "why"),
    ("02-the-lag-that-never-stops", "missing"),
    ("30-how-large", "lasts"),
    ("41-ping-period-and-timeout", "what-it-costs"),
    ("50-acknowledged-and-gone", "how-many-lost"),
];

/// After so many days the test is asked for the last time.
pub const LATER_DAYS: u32 = 30;

/// What every link begins with, without its `#`.
pub const PREFIX: &str = "ten1.";

/// The test on this day; `seed` is called for each idea.
pub fn sitting(when: When, day: u32, seed: &mut dyn FnMut() -> u32) -> Sitting {
    let mut question = |(lesson, item): &(&str, &str)| Question {
        lesson: (*lesson).to_owned(),
        item: (*item).to_owned(),
        seed: u64::from(seed()),
        answer: None,
    };
    let questions = IDEAS.iter().map(&mut question).collect();
    Sitting { kind: Kind::Ten(when), lesson: String::new(), day, questions, at: 0, sure: None }
}

/// A test that was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    /// When.
    pub when: When,
    /// On which day: days since 1970, the person's own.
    pub day: u32,
    /// [`resync_core::BEHAVIOUR`] of the engine that made the items.
    pub behaviour: u32,
    /// For each idea the seed, what was answered, and how sure, if that was said.
    pub answers: Vec<(u32, Given, Option<Sure>)>,
}

/// Why a link is no result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TenError {
    /// It does not have this form: the part by its number, from 1 behind `#ten1.`.
    Form(usize),
    /// It has not as many answers as there are ideas.
    Count(usize),
    /// The digest does not fit: something in it was changed or lost on the way.
    Digest,
}
impl fmt::Display for TenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TenError::Form(part) => write!(f, "part {part} of the link cannot be read"),
            TenError::Count(n) => write!(f, "the link has {n} answers and should have {}", IDEAS.len()),
            TenError::Digest => f.write_str("the link's digest does not fit: it was cut off or changed"),
        }
    }
}
impl std::error::Error for TenError {}

impl Taken {
    /// Of a sitting that is over; nothing if it is no test or not over.
    #[must_use]
    pub fn of(sitting: &Sitting) -> Option<Taken> {
        let Kind::Ten(when) = sitting.kind else { return None };
        let one = |question: &Question| {
            let answer = question.answer.as_ref();
            let seed = u32::try_from(question.seed).ok()?;
            Some((seed, answer.map_or(Given::Nothing, |answer| answer.given.clone()), answer.and_then(|answer| answer.sure)))
        };
        let answers = sitting.questions.iter().map(one).collect::<Option<Vec<_>>>()?;
        let whole = sitting.over() && answers.len() == IDEAS.len();
        whole.then_some(Taken { when, day: sitting.day, behaviour: resync_core::BEHAVIOUR, answers })
    }

    /// The link's fragment, with its `#`: `#ten1.WHEN.DAY.BEHAVIOUR.ANSWERS.DIGEST`, an answer as `SEED~GIVEN~SURE`, `-` where nobody said how sure.
    #[must_use]
    pub fn link(&self) -> String {
        let one =
            |(seed, given, sure): &(u32, Given, Option<Sure>)| format!("{seed}~{}~{}", given_text(given), sure.map_or("-", Sure::name));
        let answers: Vec<String> = self.answers.iter().map(one).collect();
        let body = format!("{}.{}.{}.{}", self.when.name(), self.day, self.behaviour, answers.join("_"));
        format!("#{PREFIX}{body}.{}", digest(&body))
    }

    /// Reads a link.
    ///
    /// # Errors
    /// Says which part is not as [`Taken::link`] writes it, or that the digest does not fit.
    pub fn read(link: &str) -> Result<Taken, TenError> {
        let rest = link.trim_start_matches('#').strip_prefix(PREFIX).ok_or(TenError::Form(0))?;
        let (body, sum) = rest.rsplit_once('.').ok_or(TenError::Form(1))?;
        let parts: Vec<&str> = body.split('.').collect();
        let part = |at: usize| parts.get(at).copied().ok_or(TenError::Form(at + 1));
        let when = When::named(part(0)?).ok_or(TenError::Form(1))?;
        let day = part(1)?.parse().map_err(|_| TenError::Form(2))?;
        let behaviour = part(2)?.parse().map_err(|_| TenError::Form(3))?;
        let one = |text: &str| {
            let [seed, given, sure]: [&str; 3] = text.split('~').collect::<Vec<_>>().try_into().ok()?;
            let sure = if sure == "-" { None } else { Some(Sure::ALL.into_iter().find(|of| of.name() == sure)?) };
            Some((seed.parse().ok()?, read_given(given)?, sure))
        };
        let answers = part(3)?.split('_').map(one).collect::<Option<Vec<_>>>().ok_or(TenError::Form(4))?;
        if parts.len() != 4 {
            return Err(TenError::Form(5));
        }
        if answers.len() != IDEAS.len() {
            return Err(TenError::Count(answers.len()));
        }
        if digest(body) != sum {
            return Err(TenError::Digest);
        }
        Ok(Taken { when, day, behaviour, answers })
    }
}

/// FNV-1a as eight hexadecimal digits: it finds slips, and no forgery, which the engine does.
fn digest(text: &str) -> String {
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{hash:08x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken() -> Taken {
        let mut next = 100;
        let mut test = sitting(When::After, 20_787, &mut || {
            next += 1;
            next
        });
        for at in 0..IDEAS.len() {
            test.sure = Some(Sure::ALL[at % 3]);
            test.answer([Given::Choice(at % 4), Given::Number(-3), Given::Nothing][at % 3].clone(), at % 2 == 0);
        }
        Taken::of(&test).expect("over")
    }

    #[test]
    fn a_link_is_read_back_whole() {
        let taken = taken();
        let link = taken.link();
        assert_eq!(Taken::read(&link), Ok(taken));
        assert!(link.starts_with("#ten1.after.20787.6.101~c0~guess_102~n-3~think_103~x~sure_") && link.len() < 300, "{link}");
        assert!(link.bytes().all(|b| b.is_ascii_alphanumeric() || b"#.~_-".contains(&b)), "nothing that a mail program breaks");
    }

    #[test]
    fn every_change_of_a_link_is_found() {
        let link = taken().link();
        for at in 1..link.len() {
            let mut changed = link.clone().into_bytes();
            changed[at] = if changed[at] == b'7' { b'3' } else { b'7' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert!(Taken::read(&changed).is_err(), "{changed}");
            assert!(Taken::read(&link[..at]).is_err(), "cut off at {at}");
        }
        for (odd, why) in [
            ("", TenError::Form(0)),
            ("#ten1.", TenError::Form(1)),
            ("#ten1.soon.1.6.x.0", TenError::Form(1)),
            ("#ten1.after.x.6.x.0", TenError::Form(2)),
            ("#ten1.after.1.x.x.0", TenError::Form(3)),
            ("#ten1.after.1.6.1~c0~often.0", TenError::Form(4)),
            ("#ten1.after.1.6.1~c0~sure.0", TenError::Count(1)),
        ] {
            assert_eq!(Taken::read(odd), Err(why), "{odd}");
        }
    }

    #[test]
    fn every_idea_is_an_item_that_is_chosen_or_typed() {
        for (lesson, item) in IDEAS {
            let folder =
                crate::lessons::folders().into_iter().find(|folder| folder.lesson.id == lesson).unwrap_or_else(|| panic!("{lesson}"));
            let course = folder.lesson.course.expect("a course");
            let item = course.items.iter().find(|of| of.id == item).unwrap_or_else(|| panic!("{lesson}: no {item}"));
            use resync_lessons::course::Ask;
            assert!(matches!(item.bet.ask, Ask::Choose { .. } | Ask::Number { .. }), "{lesson}");
        }
    }

    #[test]
    fn the_test_says_nothing_and_goes_on() {
        let mut test = sitting(When::Before, 100, &mut || 7);
        let mut memory = resync_lessons::memory::Memory::default();
        memory.learnt(IDEAS[0].0, [IDEAS[0].1], 10);
        let before = memory.clone();
        for at in 0..10 {
            assert_eq!(test.at, at);
            test.answer(Given::Choice(0), false);
            test.remember(&mut memory, 100);
        }
        assert!(test.over());
        assert_eq!(memory, before, "the test is no memory");
    }
}
