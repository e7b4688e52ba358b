//! Hands that are counted: a first vote that nobody sees, a talk between neighbours, a second vote, and what the share of right hands advises.
//!
//! While a vote is open nothing on the wall says how many hands were right: a share that moves with one answer's hands would name that answer.

/// Answers that can be counted by a key of their own: a bet has at most six.
pub const ANSWERS_MOST: usize = 6;
/// Hands that one answer counts at most.
pub const HANDS_MOST: u32 = 999;
/// Below so many of a hundred the parts are explained again …
pub const EXPLAIN_BELOW: u32 = 35;
/// … and above so many the lesson goes on.
pub const GO_ON_ABOVE: u32 = 70;

/// How far a vote is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Stage {
    /// The first one is counted; nobody sees how.
    #[default]
    First,
    /// It is closed, and still hidden: neighbours talk.
    Between,
    /// The second one is counted, and seen.
    Second,
    /// Closed: shown beside the first.
    Over,
}

/// Which of three to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Advice {
    /// The parts again, then the question again.
    Explain,
    /// Neighbours talk, then the question again.
    Discuss,
    /// On.
    GoOn,
}

/// The hands of one question.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Vote {
    rounds: [[u32; ANSWERS_MOST]; 2],
    /// The answers in the order in which hands were counted in the open round: for taking back.
    counted: Vec<usize>,
    /// How far it is.
    pub stage: Stage,
    /// Whether there was a second vote.
    pub twice: bool,
}

impl Vote {
    /// Whether hands are counted now.
    #[must_use]
    pub const fn open(&self) -> bool {
        matches!(self.stage, Stage::First | Stage::Second)
    }
    fn round(&self) -> usize {
        usize::from(self.twice)
    }
    /// A hand for the answer in this place; nothing while no vote is open.
    pub fn count(&mut self, answer: usize) {
        let round = self.round();
        if self.open()
            && let Some(hands) = self.rounds[round].get_mut(answer)
            && *hands < HANDS_MOST
        {
            *hands += 1;
            self.counted.push(answer);
        }
    }
    /// The last hand of the open vote was none.
    pub fn take_back(&mut self) {
        let round = self.round();
        if self.open()
            && let Some(answer) = self.counted.pop()
        {
            self.rounds[round][answer] -= 1;
        }
    }
    /// The hands of the last vote, by answer.
    #[must_use]
    pub fn hands(&self) -> &[u32; ANSWERS_MOST] {
        &self.rounds[self.round()]
    }
    /// Those of the first one, beside a second.
    #[must_use]
    pub fn before(&self) -> Option<&[u32; ANSWERS_MOST]> {
        self.twice.then_some(&self.rounds[0])
    }
    /// Whether the wall may show them: what stands in the first vote is nobody's business until the second is over, or left out.
    #[must_use]
    pub const fn shown(&self) -> bool {
        matches!(self.stage, Stage::Second | Stage::Over)
    }
    /// How many hands there were in the last vote.
    #[must_use]
    pub fn all(&self) -> u32 {
        self.hands().iter().sum()
    }
    /// The answer with the most hands, the first of them; the first answer if nobody was counted.
    #[must_use]
    pub fn most(&self) -> usize {
        let hands = self.hands();
        let most = hands.iter().copied().max().unwrap_or(0);
        hands.iter().position(|of| *of == most).unwrap_or(0)
    }
    /// On: an open vote is closed; behind the first one comes the second, unless it advised to go on or counted nobody. `false`: the vote is over, and has
    /// nothing more to do.
    pub fn onward(&mut self, right: Option<usize>) -> bool {
        match self.stage {
            Stage::First if self.all() == 0 => self.stage = Stage::Over,
            Stage::First => self.stage = Stage::Between,
            Stage::Between if self.verdict(right).is_some_and(|(_, advice)| advice == Advice::GoOn) => {
                self.stage = Stage::Over;
                return false;
            }
            Stage::Between => {
                self.stage = Stage::Second;
                self.twice = true;
                self.counted.clear();
            }
            Stage::Second => self.stage = Stage::Over,
            Stage::Over => return false,
        }
        true
    }
    /// Back by one: a closed vote is open again, a second one that is left has not been. `false`: it stands at its beginning.
    pub fn backward(&mut self) -> bool {
        match self.stage {
            Stage::First => return false,
            Stage::Second => {
                self.rounds[1] = [0; ANSWERS_MOST];
                self.twice = false;
                self.counted.clear();
                self.stage = Stage::Between;
            }
            Stage::Over if self.twice => self.stage = Stage::Second,
            Stage::Between | Stage::Over => self.stage = Stage::First,
        }
        true
    }
    /// Of a hundred hands, how many were right, and what that advises; nothing while a vote is open, or where nobody was counted.
    #[must_use]
    pub fn verdict(&self, right: Option<usize>) -> Option<(u32, Advice)> {
        if self.open() {
            return None;
        }
        judged(self.hands(), right?)
    }
    /// The same of the first vote, beside a second.
    #[must_use]
    pub fn verdict_before(&self, right: Option<usize>) -> Option<(u32, Advice)> {
        judged(self.before()?, right?)
    }
}

/// Of a hundred, and which of three to do: by the hands themselves, and the number is never rounded across a bound.
fn judged(hands: &[u32; ANSWERS_MOST], right: usize) -> Option<(u32, Advice)> {
    let all: u32 = hands.iter().sum();
    let right = *hands.get(right)?;
    if all == 0 {
        return None;
    }
    let rounded = (right * 200 + all) / (all * 2);
    Some(if right * 100 < EXPLAIN_BELOW * all {
        (rounded.min(EXPLAIN_BELOW - 1), Advice::Explain)
    } else if right * 100 <= GO_ON_ABOVE * all {
        (rounded, Advice::Discuss)
    } else {
        (rounded.max(GO_ON_ABOVE + 1), Advice::GoOn)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voted(hands: &[u32]) -> Vote {
        let mut vote = Vote::default();
        for (answer, count) in hands.iter().enumerate() {
            (0..*count).for_each(|_| vote.count(answer));
        }
        vote
    }

    #[test]
    fn a_first_vote_is_hidden_and_the_second_stands_beside_it() {
        let mut vote = voted(&[7, 9, 13, 2]);
        assert_eq!((vote.all(), vote.shown(), vote.verdict(Some(2))), (31, false, None), "while it is open nothing is said");
        assert!(vote.onward(Some(2)));
        assert_eq!((vote.stage, vote.shown(), vote.verdict(Some(2))), (Stage::Between, false, Some((42, Advice::Discuss))));
        vote.count(0);
        assert_eq!(vote.all(), 31, "closed");
        assert!(vote.onward(Some(2)) && vote.open() && vote.shown());
        for (answer, hands) in [2, 4, 23, 2].into_iter().enumerate() {
            (0..hands).for_each(|_| vote.count(answer));
        }
        assert_eq!(vote.verdict(Some(2)), None, "open again");
        assert!(vote.onward(Some(2)));
        assert_eq!((vote.verdict(Some(2)), vote.verdict_before(Some(2))), (Some((74, Advice::GoOn)), Some((42, Advice::Discuss))));
        assert_eq!((vote.before().map(|hands| hands[1]), vote.hands()[1], vote.most()), (Some(9), 4, 2));
        assert!(!vote.onward(Some(2)));
    }

    #[test]
    fn who_is_right_at_once_votes_once_and_so_does_nobody() {
        let mut vote = voted(&[1, 9]);
        assert!(vote.onward(Some(1)) && !vote.onward(Some(1)));
        assert_eq!((vote.stage, vote.twice, vote.shown()), (Stage::Over, false, true));
        let mut nobody = Vote::default();
        assert!(nobody.onward(Some(1)));
        assert_eq!((nobody.stage, nobody.verdict(Some(1)), nobody.most()), (Stage::Over, None, 0));
    }

    #[test]
    fn the_bounds_are_the_hands_own_and_no_number_is_rounded_over_them() {
        for (right, all, verdict) in [
            (0, 31, (0, Advice::Explain)),
            (34, 100, (34, Advice::Explain)),
            (69, 200, (34, Advice::Explain)),
            (35, 100, (35, Advice::Discuss)),
            (70, 100, (70, Advice::Discuss)),
            (141, 200, (71, Advice::GoOn)),
            (703, 1_000, (71, Advice::GoOn)),
            (31, 31, (100, Advice::GoOn)),
        ] {
            assert_eq!(judged(&[right, all - right, 0, 0, 0, 0], 0), Some(verdict), "{right} of {all}");
        }
        assert_eq!(judged(&[0; ANSWERS_MOST], 0), None);
    }

    #[test]
    fn hands_are_taken_back_one_by_one_and_stages_too() {
        let mut vote = voted(&[1, 1]);
        vote.take_back();
        vote.take_back();
        vote.take_back();
        assert_eq!(vote.all(), 0);
        vote.count(3);
        vote.count(99);
        assert_eq!((vote.all(), vote.hands()[3]), (1, 1));
        assert!(vote.onward(None) && vote.onward(None) && vote.twice, "without a truth nothing advises to go on");
        vote.count(1);
        assert!(vote.onward(None) && vote.backward() && vote.stage == Stage::Second && vote.hands()[1] == 1);
        assert!(vote.backward() && vote.stage == Stage::Between && !vote.twice && vote.hands()[3] == 1);
        assert!(vote.backward() && vote.stage == Stage::First && !vote.backward());
    }
}
