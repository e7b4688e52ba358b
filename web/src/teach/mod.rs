//! A lesson as a person goes through it: its steps, what was bet, what is kept. No Yew, no browser; whether a bet is true is the engine's to say.

pub mod ahead;
pub mod class;
pub mod drawn;
pub mod kept;
pub mod path;
pub mod shown;

use drawn::Points;
use resync_lessons::course::{Ask, Course};
pub use resync_lessons::play::Sure;

/// A step of a lesson, in the order of the strip.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
#[allow(missing_docs, reason = "named as the strip names them")]
pub enum Step {
    #[default]
    Symptom,
    Parts,
    Bet,
    See,
    Because,
    Twin,
    Transfer,
    /// The run is the person's: goals, a link, the next lesson.
    Open,
}

impl Step {
    /// All of them.
    pub const ALL: [Step; 8] = [Step::Symptom, Step::Parts, Step::Bet, Step::See, Step::Because, Step::Twin, Step::Transfer, Step::Open];

    /// Its name in what is kept.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Step::Symptom => "symptom",
            Step::Parts => "parts",
            Step::Bet => "bet",
            Step::See => "see",
            Step::Because => "because",
            Step::Twin => "twin",
            Step::Transfer => "transfer",
            Step::Open => "open",
        }
    }
    /// Whether a lesson has it.
    #[must_use]
    pub fn is_in(self, course: &Course) -> bool {
        match self {
            Step::Twin => course.twin.is_some(),
            Step::Transfer => course.transfer.is_some(),
            _ => true,
        }
    }
    /// The step after this one.
    #[must_use]
    pub fn after(self, course: &Course) -> Step {
        Step::ALL.into_iter().find(|step| *step > self && step.is_in(course)).unwrap_or(self)
    }
    /// The step before this one.
    #[must_use]
    pub fn before(self, course: &Course) -> Step {
        Step::ALL.into_iter().rev().find(|step| *step < self && step.is_in(course)).unwrap_or(self)
    }
}

/// What somebody bets.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Given {
    /// Nothing yet.
    #[default]
    Nothing,
    /// The answer in this place.
    Choice(usize),
    /// A number.
    Number(i64),
    /// A curve: points by time.
    Curve(Points),
    /// The messages by their places in the lesson, in the order in which they are thought to come.
    Order(Vec<usize>),
}

impl Given {
    /// Whether it answers what is asked.
    #[must_use]
    pub fn answers(&self, ask: &Ask) -> bool {
        match (ask, self) {
            (Ask::Choose { choices }, Given::Choice(at)) => *at < choices.len(),
            (Ask::Number { .. }, Given::Number(_)) => true,
            (Ask::Curve { .. }, Given::Curve(points)) => !points.is_empty(),
            (Ask::Order { messages }, Given::Order(order)) => {
                let mut seen = order.clone();
                resync_core::order::sort(&mut seen);
                seen.iter().copied().eq(0..messages.len())
            }
            _ => false,
        }
    }
}

/// How far a bet is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Laid {
    /// It can be changed.
    #[default]
    No,
    /// It is made: the run goes on.
    Yes,
    /// The run has shown the truth.
    Told,
}

/// A question and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Round {
    /// The bet.
    pub given: Given,
    /// How sure.
    pub sure: Option<Sure>,
    /// How far it is.
    pub laid: Laid,
    /// Whether the first bet of all was near the truth: who bets again learns, but does not change what was known.
    pub first: Option<bool>,
    /// That first bet itself, with how sure.
    pub opened: Option<(Given, Option<Sure>)>,
}

impl Round {
    /// Another bet: the old one is where it begins.
    pub fn again(&mut self) {
        self.laid = Laid::No;
    }
    /// The truth is known.
    pub fn tell(&mut self, near: bool) {
        self.laid = Laid::Told;
        if self.first.is_none() {
            self.first = Some(near);
            self.opened = Some((self.given.clone(), self.sure));
        }
    }
}

/// What somebody has done in a lesson.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// Where they are.
    pub step: Step,
    /// How far they ever were.
    pub furthest: Step,
    /// The bet.
    pub bet: Round,
    /// The sentence that was chosen as the because, by its place.
    pub because: Option<usize>,
    /// The transfer.
    pub transfer: Round,
    /// The last day on which it was played: days since 1970, the person's own.
    pub day: Option<u32>,
}

impl Place {
    /// Whether a step can be gone to: what comes behind a bet only when that has been told.
    #[must_use]
    pub fn reaches(&self, step: Step, course: &Course) -> bool {
        step.is_in(course)
            && match step {
                Step::Symptom | Step::Parts | Step::Bet => true,
                Step::See => self.bet.laid > Laid::No,
                Step::Because | Step::Twin | Step::Transfer | Step::Open => self.bet.first.is_some(),
            }
    }
    /// Goes there, if it can be gone to.
    pub fn go(&mut self, step: Step, course: &Course) -> bool {
        let can = self.reaches(step, course);
        if can {
            self.step = step;
            self.furthest = self.furthest.max(step);
        }
        can
    }
    /// Whether everything has been seen.
    #[must_use]
    pub fn whole(&self) -> bool {
        self.furthest == Step::Open
    }
}

/// What a person asks of a lesson.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wish {
    /// To this step.
    Go(Step),
    /// Another answer, not yet a bet.
    Give(Given),
    /// How sure.
    Sure(Sure),
    /// It is a bet: the run goes on.
    Lay,
    /// On from an automatic pause.
    GoOn,
    /// To the bet's moment at once.
    Skip,
    /// Another bet.
    Again,
    /// To the moment that decided.
    Moment,
    /// This sentence is the because.
    Because(usize),
    /// To the first moment at which run and twin differ.
    Differs,
    /// The lesson's own run again, at this step's moment: somebody has acted in it.
    OwnRun,
}

/// How somebody comes in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// Knows SET and GET: sees an example before the first bet of a kind.
    Example,
    /// Runs Redis: begins with the bet.
    Bet,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use resync_lessons::course::{Bet, Choice, Transfer, Twin};

    /// A course of a bet between `choices` answers.
    pub(crate) fn course(choices: usize) -> Course {
        let choice = |at: usize| Choice { id: format!("c{at}"), ..Choice::default() };
        Course { bet: Bet { ask: Ask::Choose { choices: (0..choices).map(choice).collect() }, ..Bet::default() }, ..Course::default() }
    }

    #[test]
    fn steps_follow_each_other_over_those_that_a_lesson_lacks() {
        let plain = course(2);
        let whole = Course { twin: Some(Twin::default()), transfer: Some(Transfer::default()), ..course(2) };
        let from = |course: &Course| {
            let mut at = Step::Symptom;
            let mut all = vec![at];
            while at.after(course) != at {
                assert_eq!(at.after(course).before(course), at);
                at = at.after(course);
                all.push(at);
            }
            all
        };
        assert_eq!(from(&whole), Step::ALL);
        assert_eq!(from(&plain), [Step::Symptom, Step::Parts, Step::Bet, Step::See, Step::Because, Step::Open]);
        assert_eq!((Step::Symptom.before(&whole), Step::Open.after(&whole)), (Step::Symptom, Step::Open));
    }

    #[test]
    fn what_stands_behind_a_bet_is_reached_through_it_and_then_for_good() {
        let (course, mut place) = (course(2), Place::default());
        assert!(place.go(Step::Bet, &course) && !place.go(Step::See, &course) && !place.go(Step::Because, &course));
        place.bet.laid = Laid::Yes;
        assert!(place.go(Step::See, &course) && !place.go(Step::Because, &course));
        place.bet.tell(false);
        assert!(place.go(Step::Because, &course) && !place.go(Step::Twin, &course), "a twin that is not there");
        place.bet.again();
        assert!(place.go(Step::Bet, &course) && place.go(Step::Open, &course) && place.whole());
        place.bet.tell(true);
        assert_eq!(place.bet.first, Some(false), "the first bet counts");
    }

    #[test]
    fn a_bet_answers_what_is_asked() {
        let asks = [
            course(2).bet.ask,
            Ask::Number { value: "x".into(), near: 0, unit: "B".into() },
            Ask::Order { messages: vec![Choice::default(), Choice::default()] },
        ];
        for (given, answered) in [
            (Given::Nothing, [false; 3]),
            (Given::Choice(1), [true, false, false]),
            (Given::Choice(2), [false; 3]),
            (Given::Number(-3), [false, true, false]),
            (Given::Order(vec![1, 0]), [false, false, true]),
            (Given::Order(vec![1, 1]), [false; 3]),
            (Given::Order(vec![0]), [false; 3]),
        ] {
            assert_eq!(asks.each_ref().map(|ask| given.answers(ask)), answered, "{given:?}");
        }
    }
}
