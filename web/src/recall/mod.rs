//! Items that come back, as a person goes through them: a warm-up before a lesson, what was missed once more at its end, the ten-item test. No Yew, no
//! browser; when an item is due is `resync_lessons::memory`'s to say, and what is true of it the engine's.

pub mod kept;
pub mod known;
pub mod shown;
pub mod ten;
pub mod when;

use crate::teach::{Given, Sure};
use resync_lessons::memory::{self, Answered, Memory};
use when::When;

/// What a sitting is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Kind {
    /// Before a lesson: two items of others whose day has come.
    #[default]
    WarmUp,
    /// At the end of the lesson: what was missed in its warm-up.
    Again,
    /// The ten-item test: nothing is said before its end.
    Ten(When),
}

/// An item that is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// The lesson's id.
    pub lesson: String,
    /// The item's id in it.
    pub item: String,
    /// The seed from which it is made.
    pub seed: u64,
    /// What was answered.
    pub answer: Option<Answer>,
}

/// An answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The answer in this place, or a number; nothing if the item was passed over.
    pub given: Given,
    /// How sure the person was, if they said so.
    pub sure: Option<Sure>,
    /// Whether it was right.
    pub right: bool,
}
impl Answer {
    /// How sure it counts in the order in which items come back: in the middle, where nobody said so.
    fn weight(&self) -> Sure {
        self.sure.unwrap_or(Sure::Think)
    }
}

/// Some items, one after the other.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sitting {
    /// What for.
    pub kind: Kind,
    /// The lesson that it belongs to; empty where it belongs to none.
    pub lesson: String,
    /// The day of its beginning: days since 1970, the person's own.
    pub day: u32,
    /// What is asked.
    pub questions: Vec<Question>,
    /// Which of them is shown; behind the last one it is over.
    pub at: usize,
    /// How sure somebody is of what they answer next.
    pub sure: Option<Sure>,
}

impl Sitting {
    /// The warm-up of a lesson on this day; nothing if nothing is due.
    #[must_use]
    pub fn warm_up(memory: &Memory, lesson: &str, day: u32) -> Option<Sitting> {
        let question =
            |kept: &memory::Kept| Question { lesson: kept.lesson.clone(), item: kept.item.clone(), seed: Memory::seed(kept), answer: None };
        let questions: Vec<Question> = memory.warm_up(lesson, day).into_iter().map(question).collect();
        let some = !questions.is_empty();
        some.then(|| Sitting { kind: Kind::WarmUp, lesson: lesson.to_owned(), day, questions, at: 0, sure: None })
    }
    /// What was missed in this warm-up, sure ones first, from new seeds; nothing if nothing was.
    #[must_use]
    pub fn again(&self, memory: &Memory, day: u32) -> Option<Sitting> {
        if self.kind != Kind::WarmUp {
            return None;
        }
        let missed: Vec<(memory::Kept, Sure)> = self
            .questions
            .iter()
            .filter_map(|question| {
                let answer = question.answer.as_ref().filter(|answer| !answer.right)?;
                let kept = memory.all().iter().find(|kept| kept.lesson == question.lesson && kept.item == question.item)?;
                Some((kept.clone(), answer.weight()))
            })
            .collect();
        let question =
            |kept: &memory::Kept| Question { lesson: kept.lesson.clone(), item: kept.item.clone(), seed: Memory::seed(kept), answer: None };
        let questions: Vec<Question> = Memory::again(&missed).into_iter().map(question).collect();
        let some = !questions.is_empty();
        some.then(|| Sitting { kind: Kind::Again, lesson: self.lesson.clone(), day, questions, at: 0, sure: None })
    }

    /// What is shown.
    #[must_use]
    pub fn present(&self) -> Option<&Question> {
        self.questions.get(self.at)
    }
    /// Whether it is over.
    #[must_use]
    pub fn over(&self) -> bool {
        self.at >= self.questions.len()
    }
    /// An answer to what is shown. A second one changes nothing. In the test the next question follows at once.
    pub fn answer(&mut self, given: Given, right: bool) {
        let sure = self.sure;
        let Some(question) = self.questions.get_mut(self.at).filter(|question| question.answer.is_none()) else { return };
        question.answer = Some(Answer { given, sure, right });
        self.sure = None;
        if matches!(self.kind, Kind::Ten(_)) {
            self.at += 1;
        }
    }
    /// On to the next question, once this one is answered.
    pub fn go_on(&mut self) {
        if self.present().is_some_and(|question| question.answer.is_some()) {
            self.at += 1;
        }
    }
    /// What is shown cannot be asked: its lesson did not come, or the engine does not play it. The others stay.
    pub fn drop_present(&mut self) {
        if self.at < self.questions.len() {
            self.questions.remove(self.at);
        }
    }
    /// The person does not want to be asked now.
    pub fn skip(&mut self) {
        self.at = self.questions.len();
    }
    /// Remembers what was answered to the question that is shown.
    pub fn remember(&self, memory: &mut Memory, day: u32) {
        if let (Kind::WarmUp | Kind::Again, Some(question)) = (self.kind, self.present())
            && let Some(answer) = &question.answer
        {
            let answered = Answered { right: answer.right, sure: answer.weight() };
            let _ = memory.answered(&question.lesson, &question.item, answered, day);
        }
    }
}

/// What a person asks of a sitting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wish {
    /// What is due now, with no lesson behind it.
    Due,
    /// The test.
    Ten(When),
    /// How sure.
    Sure(Sure),
    /// This is the answer.
    Answer(Given),
    /// The next question.
    Next,
    /// Not now.
    Skip,
    /// A link to this result, into the clipboard.
    Link(String),
    /// This result is shown.
    Read(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learnt() -> Memory {
        let mut memory = Memory::default();
        memory.learnt("a", ["x", "y"], 10);
        memory.learnt("b", ["z"], 10);
        memory
    }

    #[test]
    fn a_warm_up_asks_two_remembers_them_and_asks_the_missed_one_again() {
        let mut memory = learnt();
        assert_eq!(Sitting::warm_up(&memory, "c", 10), None, "nothing is due on the day itself");
        let mut warm = Sitting::warm_up(&memory, "c", 11).expect("due");
        assert_eq!(warm.questions.iter().map(|q| format!("{}/{}", q.lesson, q.item)).collect::<Vec<_>>(), ["a/x", "b/z"]);
        warm.go_on();
        assert_eq!(warm.at, 0, "not before it is answered");
        warm.sure = Some(Sure::Sure);
        warm.answer(Given::Choice(1), false);
        warm.answer(Given::Choice(0), true);
        warm.remember(&mut memory, 11);
        assert_eq!(
            warm.present().and_then(|q| q.answer.clone()).map(|a| (a.right, a.sure)),
            Some((false, Some(Sure::Sure))),
            "the first answer stays"
        );
        warm.go_on();
        warm.answer(Given::Choice(0), true);
        warm.remember(&mut memory, 11);
        warm.go_on();
        assert!(warm.over() && warm.present().is_none());
        assert_eq!(
            memory.all().iter().map(|kept| (kept.due, kept.right, kept.missed)).collect::<Vec<_>>(),
            [(12, 0, Some(Sure::Sure)), (11, 0, None), (16, 1, None)]
        );
        let again = warm.again(&memory, 11).expect("one was missed");
        assert_eq!((again.questions.len(), again.questions[0].item.as_str(), again.kind), (1, "x", Kind::Again));
        assert_ne!(again.questions[0].seed, warm.questions[0].seed, "with new numbers");
        assert_eq!(again.again(&memory, 11), None, "once");
    }

    #[test]
    fn what_cannot_be_asked_is_passed_over_and_skipping_changes_no_day() {
        let memory = learnt();
        let mut warm = Sitting::warm_up(&memory, "c", 11).expect("due");
        warm.drop_present();
        assert_eq!(warm.present().map(|q| q.lesson.as_str()), Some("b"));
        warm.skip();
        assert!(warm.over() && warm.again(&memory, 11).is_none());
        assert_eq!(memory, learnt());
        assert_eq!(Sitting::warm_up(&memory, "c", 11).map(|warm| warm.questions.len()), Some(2), "what was due stays due");
    }
}
