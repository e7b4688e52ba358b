//! A curve that somebody draws: points by time, and what becomes of them. Between two points it is straight; behind the last it goes on as it came.

/// Points: ms of simulated time and the value there, by time.
pub type Points = Vec<(u64, i64)>;

/// Columns into which the time of a drawing is divided: where points can stand.
pub const COLUMNS: u64 = 24;

/// The paper that is drawn on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Paper {
    /// Where time begins, ms.
    pub from_ms: u64,
    /// Where it ends, ms.
    pub to_ms: u64,
    /// The value at the upper edge.
    pub top: i64,
    /// The value where the curve begins.
    pub start: i64,
}

impl Paper {
    /// The moment of a column, ms.
    #[must_use]
    pub fn moment(&self, column: u64) -> u64 {
        self.from_ms + self.to_ms.saturating_sub(self.from_ms) * column.min(COLUMNS) / COLUMNS
    }
    /// The column nearest to a moment; never the first one, where the curve begins.
    #[must_use]
    pub fn column(&self, ms: u64) -> u64 {
        let wide = self.to_ms.saturating_sub(self.from_ms).max(1);
        let past = ms.saturating_sub(self.from_ms).min(wide);
        ((past * COLUMNS + wide / 2) / wide).clamp(1, COLUMNS)
    }
    /// By how much a key changes the value: a forty-eighth of the height, rounded to a step that reads well.
    #[must_use]
    pub fn step(&self) -> i64 {
        crate::draw::scale::nice_step(self.top as f64 / 48.0)
    }
    fn held(&self, value: i64) -> i64 {
        value.clamp(0, self.top)
    }

    /// With a point in this column at this value, in place of one that may stand there.
    #[must_use]
    pub fn set(&self, points: &[(u64, i64)], column: u64, value: i64) -> Points {
        let (ms, value) = (self.moment(column.clamp(1, COLUMNS)), self.held(value));
        let before = points.iter().copied().filter(|(at, _)| *at < ms);
        let after = points.iter().copied().filter(|(at, _)| *at > ms);
        before.chain([(ms, value)]).chain(after).collect()
    }
    /// With a stroke of the pointer from one column to another: what stood between them is drawn over.
    #[must_use]
    pub fn stroke(&self, points: &[(u64, i64)], from: (u64, i64), to: (u64, i64)) -> Points {
        let (low, high) = (self.moment(from.0.min(to.0)), self.moment(from.0.max(to.0)));
        let left: Points = points.iter().copied().filter(|(at, _)| *at <= low || *at >= high).collect();
        self.set(&left, to.0, to.1)
    }

    /// The value at a moment, and whether somebody drew it; behind the last point it is as the curve goes on.
    #[must_use]
    pub fn at(&self, points: &[(u64, i64)], ms: u64) -> (i64, bool) {
        let mut last = (self.from_ms, self.start);
        for point in points {
            if point.0 >= ms {
                return (between(last, *point, ms), true);
            }
            last = *point;
        }
        let Some(point) = points.last().copied() else { return (self.start, ms <= self.from_ms) };
        let before = points.iter().rev().nth(1).copied().unwrap_or((self.from_ms, self.start));
        (self.held(between(before, point, ms)), false)
    }
    /// The points with the end of the paper as the last one: what the bet is.
    #[must_use]
    pub fn whole(&self, points: &[(u64, i64)]) -> Points {
        if points.is_empty() {
            return Points::new();
        }
        let mut all = vec![(self.from_ms, self.start)];
        all.extend(points);
        if all.last().is_some_and(|(at, _)| *at < self.to_ms) {
            all.push((self.to_ms, self.at(points, self.to_ms).0));
        }
        all
    }
}

/// The value of the straight line through two points.
fn between(a: (u64, i64), b: (u64, i64), ms: u64) -> i64 {
    let wide = b.0.saturating_sub(a.0);
    if wide == 0 {
        return b.1;
    }
    let rise = i128::from(b.1 - a.1) * (i128::from(ms) - i128::from(a.0)) / i128::from(wide);
    a.1 + i64::try_from(rise).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAPER: Paper = Paper { from_ms: 10_000, to_ms: 25_000, top: 24_000, start: 0 };

    #[test]
    fn columns_and_moments_belong_together() {
        assert_eq!((PAPER.moment(0), PAPER.moment(16), PAPER.moment(24), PAPER.moment(99)), (10_000, 20_000, 25_000, 25_000));
        for column in 1..=COLUMNS {
            assert_eq!(PAPER.column(PAPER.moment(column)), column);
        }
        assert_eq!((PAPER.column(0), PAPER.column(10_000), PAPER.column(90_000)), (1, 1, 24), "the curve's beginning is the run's");
        assert_eq!(PAPER.step(), 500);
    }

    #[test]
    fn points_stand_by_time_and_one_replaces_another() {
        let points = PAPER.set(&PAPER.set(&[], 16, 8_000), 4, 2_000);
        assert_eq!(points, [(12_500, 2_000), (20_000, 8_000)]);
        assert_eq!(PAPER.set(&points, 4, 99_000), [(12_500, 24_000), (20_000, 8_000)], "and nothing leaves the paper");
    }

    #[test]
    fn a_stroke_draws_over_what_stood_below_it() {
        let points = [(12_500, 2_000), (15_000, 9_000), (17_500, 1_000), (20_000, 8_000)];
        assert_eq!(PAPER.stroke(&points, (4, 2_000), (16, 7_000)), [(12_500, 2_000), (20_000, 7_000)]);
        assert_eq!(PAPER.stroke(&points, (16, 8_000), (4, 3_000)), [(12_500, 3_000), (20_000, 8_000)]);
    }

    #[test]
    fn it_goes_on_as_it_came() {
        let points = [(20_000, 8_000)];
        assert_eq!((PAPER.at(&points, 15_000), PAPER.at(&points, 25_000)), ((4_000, true), (12_000, false)));
        assert_eq!(PAPER.whole(&points), [(10_000, 0), (20_000, 8_000), (25_000, 12_000)]);
        assert_eq!(PAPER.at(&[(15_000, 20_000)], 25_000).0, 24_000, "as far as the paper goes");
        assert_eq!(PAPER.whole(&[]), []);
    }
}
