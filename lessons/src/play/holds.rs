//! A `when`: a condition on the run, or a comparison of values.

use super::fault::Fault;
use super::source::{self, Sum};
use crate::tell::Values;
use resync_core::condition::{Condition, Facts, Sign, Watch};

/// What makes a choice or a sentence true.
#[derive(Clone, Debug)]
pub(super) enum Holds {
    /// A condition, looked at when the bet's moment has come; notes count since the start.
    Run(Condition),
    /// `let a + b > c`: values, when they are all there.
    Values(Sum, Sign, Sum),
}

const SIGNS: [(&str, Sign); 6] = [
    (" <= ", Sign::AtMost),
    (" >= ", Sign::AtLeast),
    (" != ", Sign::NotEqual),
    (" = ", Sign::Equal),
    (" < ", Sign::Less),
    (" > ", Sign::More),
];

impl Holds {
    pub(super) fn parse(place: &str, text: &str, known: &dyn Fn(&str) -> bool) -> Result<Holds, Fault> {
        let Some(compared) = text.strip_prefix("let ") else {
            let condition = source::condition(place, "", text)?;
            return if waits(&condition) {
                Err(Fault::new(place, 0, "`for` takes time, and this is looked at in one moment: let the bet's `until` wait"))
            } else {
                Ok(Holds::Run(condition))
            };
        };
        let Some((left, sign, right)) =
            SIGNS.iter().find_map(|(word, sign)| compared.split_once(word).map(|(left, right)| (left, *sign, right)))
        else {
            return Err(Fault::new(place, 5, "expected two values with a sign between them: = != < <= > >="));
        };
        Ok(Holds::Values(Sum::parse(place, left, known)?, sign, Sum::parse(place, right, known)?))
    }
    /// The condition on the run, if it is one.
    pub(super) fn condition(&self) -> Option<&Condition> {
        match self {
            Holds::Run(condition) => Some(condition),
            Holds::Values(..) => None,
        }
    }
    /// The values that it compares.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let both = if let Holds::Values(left, _, right) = self { Some((left, right)) } else { None };
        both.into_iter().flat_map(|(left, right)| left.names().chain(right.names()))
    }
    /// Whether the run is as it says, now; `None` for a comparison of values.
    pub(super) fn of_run(&self, facts: &dyn Facts) -> Option<bool> {
        self.condition().map(|condition| Watch::since_start(condition).holds(facts))
    }
    /// Whether the values are as it says; `None` for a condition on the run.
    pub(super) fn of_values(&self, values: &Values) -> Option<bool> {
        let Holds::Values(left, sign, right) = self else { return None };
        let number = |sum: &Sum| sum.of(values).and_then(|seen| seen.number());
        Some(match (number(left), number(right)) {
            (Some(left), Some(right)) => sign.holds(left, right),
            _ => match (left.of(values), right.of(values)) {
                (Some(left), Some(right)) => match sign {
                    Sign::Equal => left == right,
                    Sign::NotEqual => left != right,
                    _ => false,
                },
                _ => false,
            },
        })
    }
}

/// Whether a part of it must hold for some time.
pub(super) fn waits(condition: &Condition) -> bool {
    match condition {
        Condition::For(..) => true,
        Condition::Not(part) => waits(part),
        Condition::And(parts) | Condition::Or(parts) => parts.iter().any(waits),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tell::Seen;

    #[test]
    fn values_are_compared_as_numbers_or_as_words() {
        let values: Values = [("a", Seen::Number(7)), ("b", Seen::Number(9)), ("w", Seen::Text("x".into())), ("v", Seen::Text("x".into()))]
            .map(|(name, seen)| (name.to_owned(), seen))
            .into();
        let known = |name: &str| name.len() == 1;
        for (text, says) in [
            ("let a < b", true),
            ("let a + 2 = b", true),
            ("let a >= b", false),
            ("let a != 7", false),
            ("let w = v", true),
            ("let w != v", false),
            ("let a = w", false),
            ("let c = c", false),
        ] {
            assert_eq!(Holds::parse("", text, &known).expect(text).of_values(&values), Some(says), "{text}");
        }
        for (text, says) in
            [("let a b", "a sign between"), ("let a > long", "no value `long`"), ("x online for 2s", "takes time"), ("x", "expected")]
        {
            let fault = Holds::parse("choice", text, &known).expect_err(text);
            assert!(fault.to_string().contains(says), "{fault}");
        }
    }
}
