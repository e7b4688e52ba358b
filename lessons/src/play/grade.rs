//! Answers, and how near they come to the truth.

use crate::Spoken;
use crate::course::{Ask, Bet};

/// What the engine says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Truth {
    /// The choice that holds, by its place.
    Choose(usize),
    /// The number.
    Number(i64),
    /// The field over time: ms of simulated time, and its value; none where it does not exist.
    Curve(Vec<(u64, Option<i64>)>),
    /// The messages in the order in which they came, by their places.
    Order(Vec<usize>),
}

/// What the person says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// A choice, by its place.
    Choose(usize),
    /// A number.
    Number(i64),
    /// Points of the curve, by rising ms; between them it runs straight, before the first and behind the last it is level.
    Curve(Vec<(u64, i64)>),
    /// The messages in the order in which they are thought to come.
    Order(Vec<usize>),
}

/// How near.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Grade {
    /// Something else happened.
    Far,
    /// Not it, but close: a number within its bound, half of the curve, two neighbours in the wrong order.
    Near,
    /// It.
    Right,
}

/// Of a curve's points so many, in a hundred, lie near enough to the truth: right from here …
const RIGHT_PERCENT: usize = 80;
/// … and near from here.
const NEAR_PERCENT: usize = 50;

/// How near an answer is to the truth; an answer of another kind is far.
#[must_use]
pub fn grade(ask: &Ask, truth: &Truth, answer: &Answer) -> Grade {
    match (ask, truth, answer) {
        (Ask::Choose { .. }, Truth::Choose(truth), Answer::Choose(answer)) if truth == answer => Grade::Right,
        (Ask::Number { near, .. }, Truth::Number(truth), Answer::Number(answer)) => {
            let off = u128::from(truth.abs_diff(*answer)) * 1_000;
            match off {
                0 => Grade::Right,
                _ if off <= u128::from(*near) * u128::from(truth.unsigned_abs()) => Grade::Near,
                _ => Grade::Far,
            }
        }
        (Ask::Curve { top, near, .. }, Truth::Curve(truth), Answer::Curve(answer)) => {
            let asked: Vec<_> = truth.iter().filter_map(|(at, value)| Some((*at, (*value)?))).collect();
            let bound = u128::from(*near) * u128::from(*top);
            let hits = asked
                .iter()
                .filter(|(at, value)| level(answer, *at).is_some_and(|guess| u128::from(guess.abs_diff(*value)) * 1_000 <= bound));
            match (hits.count() * 100, asked.len()) {
                (_, 0) => Grade::Far,
                (hits, all) if hits >= all * RIGHT_PERCENT => Grade::Right,
                (hits, all) if hits >= all * NEAR_PERCENT => Grade::Near,
                _ => Grade::Far,
            }
        }
        (Ask::Order { .. }, Truth::Order(truth), Answer::Order(answer)) if truth.len() == answer.len() => {
            let wrong: Vec<usize> = (0..truth.len()).filter(|at| truth[*at] != answer[*at]).collect();
            match wrong.as_slice() {
                [] => Grade::Right,
                [a, b] if a + 1 == *b && truth[*a] == answer[*b] && truth[*b] == answer[*a] => Grade::Near,
                _ => Grade::Far,
            }
        }
        _ => Grade::Far,
    }
}

/// Where a drawn curve stands at a moment, ms; nothing if it has no point.
#[must_use]
pub fn level(curve: &[(u64, i64)], at: u64) -> Option<i64> {
    let behind = curve.partition_point(|(there, _)| *there <= at);
    match (behind.checked_sub(1).map(|before| curve[before]), curve.get(behind)) {
        (Some((from, low)), Some((to, high))) => {
            let part = i128::from(*high - low) * i128::from(at - from) / i128::from(to - from);
            Some(low + i64::try_from(part).unwrap_or(0))
        }
        (Some((_, level)), None) => Some(level),
        (None, Some((_, level))) => Some(*level),
        (None, None) => None,
    }
}

/// What is said to whoever gave this answer: that of the choice, or one of the bet's two.
#[must_use]
pub fn feedback<'a>(bet: &'a Bet, answer: &Answer, grade: Grade) -> &'a Spoken<String> {
    match (&bet.ask, answer) {
        (Ask::Choose { choices }, Answer::Choose(at)) if *at < choices.len() => &choices[*at].feedback,
        _ if grade == Grade::Far => &bet.far_words,
        _ => &bet.near_words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_right_near_or_far() {
        let ask = Ask::Number { value: "gap".into(), near: 50, unit: "B".into() };
        for (truth, answer, grade_is) in [
            (256, 256, Grade::Right),
            (256, 268, Grade::Near),
            (256, 269, Grade::Far),
            (-100, -95, Grade::Near),
            (0, 1, Grade::Far),
            (i64::MIN, i64::MAX, Grade::Far),
        ] {
            assert_eq!(grade(&ask, &Truth::Number(truth), &Answer::Number(answer)), grade_is, "{truth} {answer}");
        }
        assert_eq!(grade(&ask, &Truth::Number(1), &Answer::Choose(1)), Grade::Far);
    }

    #[test]
    fn curves_count_the_points_that_are_near_enough() {
        let ask = Ask::Curve { field: String::new(), from_ms: 0, to_ms: 10, top: 100, unit: String::new(), line: None, near: 100 };
        let truth = Truth::Curve((0..=10).map(|at| (at, (at < 10).then_some(at as i64 * 10))).collect());
        for (points, grade_is) in [
            (vec![(0, 0), (10, 100)], Grade::Right),
            (vec![(0, 10), (10, 110)], Grade::Right),
            (vec![(0, 11), (10, 111)], Grade::Far),
            (vec![(0, 0), (5, 50)], Grade::Near),
            (vec![(3, 0)], Grade::Far),
            (vec![], Grade::Far),
        ] {
            assert_eq!(grade(&ask, &truth, &Answer::Curve(points.clone())), grade_is, "{points:?}");
        }
        assert_eq!((level(&[(2, 8), (4, 4)], 0), level(&[(2, 8), (4, 4)], 3), level(&[(2, 8), (4, 4)], 9)), (Some(8), Some(6), Some(4)));
    }

    #[test]
    fn an_order_is_near_with_two_neighbours_exchanged() {
        let ask = Ask::Order { messages: Vec::new() };
        let of = |answer: [usize; 4]| grade(&ask, &Truth::Order(vec![2, 0, 1, 3]), &Answer::Order(answer.to_vec()));
        assert_eq!(
            [of([2, 0, 1, 3]), of([2, 1, 0, 3]), of([1, 0, 2, 3]), of([3, 2, 1, 0])],
            [Grade::Right, Grade::Near, Grade::Far, Grade::Far]
        );
    }
}
