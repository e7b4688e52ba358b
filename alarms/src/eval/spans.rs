//! What becomes of the samples of a span.

use crate::expr::Function;

/// The samples of one series in a span, oldest first, at least one.
pub(super) struct Span<'a> {
    pub(super) points: &'a [(i64, f64)],
    pub(super) from_ms: i64,
    pub(super) to_ms: i64,
}

impl Span<'_> {
    pub(super) fn make(&self, function: Function) -> Option<f64> {
        let values = || self.points.iter().map(|(_, value)| *value);
        let steps = || self.points.windows(2).map(|two| (two[0].1, two[1].1));
        match function {
            Function::Delta => self.grown(false, false),
            Function::Increase => self.grown(true, false),
            Function::Rate => self.grown(true, true),
            Function::Irate => self.latest(true),
            Function::Idelta => self.latest(false),
            // What is no number equals itself here.
            #[allow(clippy::float_cmp, reason = "a change is a change")]
            Function::Changes => Some(steps().filter(|(a, b)| a != b && !(a.is_nan() && b.is_nan())).count() as f64),
            Function::Resets => Some(steps().filter(|(a, b)| b < a).count() as f64),
            Function::MinOverTime => Some(values().fold(f64::NAN, f64::min)),
            Function::MaxOverTime => Some(values().fold(f64::NAN, f64::max)),
            Function::AvgOverTime => Some(values().sum::<f64>() / self.points.len() as f64),
            Function::SumOverTime => Some(values().sum()),
            Function::CountOverTime => Some(self.points.len() as f64),
            Function::LastOverTime => values().next_back(),
            Function::PresentOverTime => Some(1.0),
            _ => None,
        }
    }

    /// How much it has grown over the whole span, guessed from the samples in it: where the first and the last stand near its ends, the line through them is
    /// drawn out to the ends, else by half of the usual distance. A counter that falls began anew, and never was below zero.
    fn grown(&self, counter: bool, a_second: bool) -> Option<f64> {
        let ((first_ms, first), (last_ms, last)) = (*self.points.first()?, *self.points.last()?);
        if self.points.len() < 2 {
            return None;
        }
        let mut grown = last - first;
        if counter {
            grown += self.points.windows(2).filter(|two| two[1].1 < two[0].1).map(|two| two[0].1).sum::<f64>();
        }
        let seconds = |ms: i64| ms as f64 / 1_000.0;
        let mut before = seconds(first_ms - self.from_ms);
        let after = seconds(self.to_ms - last_ms);
        let sampled = seconds(last_ms - first_ms);
        let usual = sampled / (self.points.len() - 1) as f64;
        if counter && grown > 0.0 && first >= 0.0 {
            before = before.min(sampled * (first / grown));
        }
        let near = usual * 1.1;
        let drawn = [before, after].iter().map(|gap| if *gap < near { *gap } else { usual / 2.0 }).sum::<f64>() + sampled;
        let mut factor = drawn / sampled;
        if a_second {
            factor /= seconds(self.to_ms - self.from_ms);
        }
        Some(grown * factor)
    }

    /// From the last sample but one to the last.
    fn latest(&self, a_second: bool) -> Option<f64> {
        let [.., (from_ms, from), (to_ms, to)] = self.points else { return None };
        let grown = if a_second && to < from { *to } else { to - from };
        let seconds = (to_ms - from_ms) as f64 / 1_000.0;
        (seconds > 0.0).then(|| if a_second { grown / seconds } else { grown })
    }
}
