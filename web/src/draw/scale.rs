//! Linear scales and the choice of ticks.

/// A linear map from values to places.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scale {
    /// Value at `x0`.
    pub v0: f64,
    /// Value at `x1`.
    pub v1: f64,
    /// Place of `v0`.
    pub x0: f64,
    /// Place of `v1`.
    pub x1: f64,
}

impl Scale {
    /// A scale; an empty range of values is widened to one, so that nothing divides by zero.
    #[must_use]
    pub fn new(v0: f64, v1: f64, x0: f64, x1: f64) -> Scale {
        let v1 = if (v1 - v0).abs() < f64::EPSILON { v0 + 1.0 } else { v1 };
        Scale { v0, v1, x0, x1 }
    }
    /// Where a value stands.
    #[must_use]
    pub fn at(&self, v: f64) -> f64 {
        self.x0 + (v - self.v0) * self.per_unit()
    }
    /// Where a value stands, held inside the range of places.
    #[must_use]
    pub fn held(&self, v: f64) -> f64 {
        self.at(v).clamp(self.x0.min(self.x1), self.x0.max(self.x1))
    }
    /// The value at a place.
    #[must_use]
    pub fn value(&self, x: f64) -> f64 {
        self.v0 + (x - self.x0) / self.per_unit()
    }
    /// Places a unit of value takes; negative where the scale runs downwards.
    #[must_use]
    pub fn per_unit(&self) -> f64 {
        (self.x1 - self.x0) / (self.v1 - self.v0)
    }
}

/// The smallest of 1, 2, 5 × 10ⁿ that is not below `least` (and at least 1: offsets, bytes and seconds are whole).
#[must_use]
pub fn nice_step(least: f64) -> i64 {
    let mut step = 1_i64;
    loop {
        for m in [1, 2, 5] {
            let s = step.saturating_mul(m);
            if s as f64 >= least || s == i64::MAX {
                return s;
            }
        }
        step = step.saturating_mul(10);
    }
}

/// The smallest power of two that is not below `least`: steps of byte axes, so that `4k`, `8k` and `16k` are exact.
#[must_use]
pub fn binary_step(least: f64) -> i64 {
    let mut step = 1_i64;
    while (step as f64) < least && step < 1 << 60 {
        step <<= 1;
    }
    step
}

/// Multiples of `step` within `from..=to`.
pub fn ticks(from: i64, to: i64, step: i64) -> impl Iterator<Item = i64> {
    let step = step.max(1);
    let first = from.div_euclid(step) * step;
    let first = if first < from { first + step } else { first };
    (0..).map(move |i| first + i * step).take_while(move |v| *v <= to)
}

/// The label of a tick on a byte axis: `0`, `512`, `8k`, `3M`.
#[must_use]
pub fn short_bytes(v: i64) -> String {
    match v {
        v if v != 0 && v % (1 << 20) == 0 => format!("{}M", v >> 20),
        v if v != 0 && v % (1 << 10) == 0 => format!("{}k", v >> 10),
        v => v.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_goes_there_and_back() {
        let s = Scale::new(55_903.0, 72_287.0, 137.0, 971.0);
        assert!((s.at(55_903.0) - 137.0).abs() < 1e-9);
        assert!((s.value(s.at(60_000.0)) - 60_000.0).abs() < 1e-6);
        assert!((s.held(1e9) - 971.0).abs() < 1e-9);
        let down = Scale::new(0.0, 4.0, 74.0, 26.0);
        assert!((down.held(-3.0) - 74.0).abs() < 1e-9);
        assert!(Scale::new(5.0, 5.0, 0.0, 10.0).at(5.0).is_finite());
    }

    #[test]
    fn steps_are_whole_and_round() {
        for (least, step) in [(0.0, 1), (1.0, 1), (1.1, 2), (3.0, 5), (6.0, 10), (980.0, 1_000), (1_001.0, 2_000)] {
            assert_eq!(nice_step(least), step);
        }
        assert_eq!((binary_step(0.3), binary_step(5_000.0), binary_step(8_192.0)), (1, 8_192, 8_192));
    }

    #[test]
    fn ticks_are_multiples_inside_the_range() {
        assert_eq!(ticks(53_603, 58_100, 1_000).collect::<Vec<_>>(), [54_000, 55_000, 56_000, 57_000, 58_000]);
        assert_eq!(ticks(-3, 3, 2).collect::<Vec<_>>(), [-2, 0, 2]);
        assert_eq!(ticks(5, 4, 2).count(), 0);
    }

    #[test]
    fn byte_ticks_read_in_binary_units() {
        assert_eq!([0, 512, 8_192, 3 << 20, 1_000].map(short_bytes), ["0", "512", "8k", "3M", "1000"]);
    }
}
