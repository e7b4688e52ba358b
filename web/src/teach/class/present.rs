//! The presenter: what stands on the wall. Its rules; the run and the lesson are the page's.

use super::hands::{ANSWERS_MOST, Advice, Stage, Vote};
use crate::action::Figure;
use crate::teach::{Place, Step};

/// The figures that keys 1–7 bring in place of stream and stage, in the order of the keys. The last one is the timeline, which is no figure of the dock.
pub const PANELS: [Option<Figure>; 7] = [
    Some(Figure::Stream),
    Some(Figure::Stage),
    Some(Figure::Verdict),
    Some(Figure::Handshake),
    Some(Figure::Lag),
    Some(Figure::Inspector),
    None,
];

/// What the presenter keeps.
#[derive(Clone, PartialEq, Debug)]
pub struct Present {
    /// The hands of the bet and of the transfer.
    votes: [Vote; 2],
    /// Whether the curtain is up.
    pub lifted: bool,
    /// The place in [`PANELS`] of the one that is shown alone.
    pub panel: Option<usize>,
    /// When the class began, ms since 1970.
    pub began_ms: f64,
    /// Where the teacher was in the lesson before: it is theirs, and comes back.
    pub before: Option<Place>,
}

impl Present {
    /// A class that begins now.
    #[must_use]
    pub fn new(now_ms: f64, before: Option<Place>) -> Present {
        Present { votes: <[Vote; 2]>::default(), lifted: false, panel: None, began_ms: now_ms, before }
    }
    /// Another lesson: no hands yet.
    pub fn again(&mut self, before: Option<Place>) {
        *self = Present { began_ms: self.began_ms, ..Present::new(self.began_ms, before) };
    }
    /// The hands of the bet, or of the transfer.
    #[must_use]
    pub fn vote(&self, transfer: bool) -> &Vote {
        &self.votes[usize::from(transfer)]
    }
    /// See [`Present::vote`].
    pub fn vote_mut(&mut self, transfer: bool) -> &mut Vote {
        &mut self.votes[usize::from(transfer)]
    }
    /// Takes a key of a digit, from 0: an open vote owns those of its answers, a panel has the others.
    #[must_use]
    pub fn digit(&self, at: usize, answers: usize, transfer: bool) -> super::Wish {
        if answers > 0 && self.vote(transfer).open() && at < answers.min(ANSWERS_MOST) {
            super::Wish::Hand(at)
        } else {
            super::Wish::Panel(at)
        }
    }
    /// A figure alone, or away with it.
    pub fn show(&mut self, at: usize) {
        if at < PANELS.len() {
            self.panel = (self.panel != Some(at)).then_some(at);
        }
    }
}

/// What is next, as the button at the lower right says it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Onward {
    /// The next event that is worth seeing: where no lesson asks.
    #[default]
    Mark,
    /// To this step.
    Step(Step),
    /// No more hands in this vote.
    Close,
    /// The question again.
    Again,
    /// The run goes to the bet's moment.
    Run,
    /// On from where it stands still.
    GoOn,
    /// To the moment at once.
    Skip,
    /// The curtain up.
    Lift,
    /// Nothing: the lesson is over.
    Nothing,
}

/// A bet, as far as the presenter is concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Round {
    /// It is asked: with this many answers for hands, or none.
    Asked(usize),
    /// The run is on its way.
    Running {
        /// It stands still.
        paused: bool,
    },
    /// The truth is known.
    Told,
}

/// What is next at a step.
#[must_use]
pub fn onward(present: &Present, step: Step, after: Step, round: Round, right: Option<usize>) -> Onward {
    let on = if after == step { Onward::Nothing } else { Onward::Step(after) };
    match (step, round) {
        (Step::Symptom | Step::Parts | Step::Open, _) => on,
        (Step::Bet | Step::See | Step::Transfer, Round::Asked(answers)) => {
            let vote = present.vote(step == Step::Transfer);
            match vote.stage {
                _ if answers == 0 => Onward::Run,
                Stage::First | Stage::Second => Onward::Close,
                Stage::Between if vote.verdict(right).is_none_or(|(_, advice)| advice != Advice::GoOn) => Onward::Again,
                Stage::Between | Stage::Over => Onward::Run,
            }
        }
        (Step::Bet | Step::See | Step::Transfer, Round::Running { paused }) => {
            if paused {
                Onward::GoOn
            } else {
                Onward::Skip
            }
        }
        (Step::Bet | Step::See | Step::Transfer, Round::Told) | (Step::Because | Step::Twin, _) => {
            if present.lifted {
                on
            } else {
                Onward::Lift
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Wish;
    use super::*;

    #[test]
    fn an_open_vote_owns_its_digits_and_panels_have_the_others() {
        let mut present = Present::new(0.0, None);
        assert_eq!([0, 3, 4, 6].map(|at| present.digit(at, 4, false)), [Wish::Hand(0), Wish::Hand(3), Wish::Panel(4), Wish::Panel(6)]);
        assert_eq!(present.digit(0, 0, false), Wish::Panel(0), "no answers, no hands");
        present.vote_mut(false).count(0);
        present.vote_mut(false).onward(None);
        assert_eq!((present.digit(0, 4, false), present.digit(0, 4, true)), (Wish::Panel(0), Wish::Hand(0)));
        present.show(2);
        assert_eq!(present.panel, Some(2));
        present.show(9);
        present.show(2);
        assert_eq!(present.panel, None);
    }

    #[test]
    fn one_key_leads_through_a_lesson() {
        let mut present = Present::new(0.0, None);
        let next = |present: &Present, step, round| onward(present, step, Step::Because, round, Some(0));
        assert_eq!(next(&present, Step::Symptom, Round::Told), Onward::Step(Step::Because));
        assert_eq!(next(&present, Step::Bet, Round::Asked(0)), Onward::Run, "a curve is asked of nobody's hand");
        assert_eq!(next(&present, Step::Bet, Round::Asked(3)), Onward::Close);
        (0..3).for_each(|answer| present.vote_mut(false).count(answer));
        present.vote_mut(false).onward(Some(0));
        assert_eq!(next(&present, Step::Bet, Round::Asked(3)), Onward::Again);
        present.vote_mut(false).onward(Some(0));
        present.vote_mut(false).onward(Some(0));
        assert_eq!(next(&present, Step::Bet, Round::Asked(3)), Onward::Run);
        assert_eq!(next(&present, Step::See, Round::Running { paused: true }), Onward::GoOn);
        assert_eq!(next(&present, Step::See, Round::Running { paused: false }), Onward::Skip);
        assert_eq!(next(&present, Step::See, Round::Told), Onward::Lift);
        present.lifted = true;
        assert_eq!(next(&present, Step::See, Round::Told), Onward::Step(Step::Because));
        assert_eq!(onward(&present, Step::Open, Step::Open, Round::Told, None), Onward::Nothing);
    }

    #[test]
    fn another_lesson_has_no_hands_and_the_class_goes_on() {
        let mut present = Present::new(7.0, None);
        present.vote_mut(true).count(1);
        present.lifted = true;
        present.again(None);
        assert_eq!(present, Present::new(7.0, None));
    }
}
