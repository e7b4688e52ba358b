//! Windows, axes and curves of the chart: plain geometry.

use crate::draw::replicas::Replica;
use crate::draw::{Scale, n};
use resync_core::fact::SessionState;
use resync_core::view::{Sample, SeriesView};

/// How much of the past is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Window {
    /// The last 12 s and what comes next.
    Recent,
    /// The last two minutes.
    Minutes,
    /// Everything.
    All,
}

impl Window {
    pub(super) const CHOICES: [Window; 3] = [Window::Recent, Window::Minutes, Window::All];

    /// From and to, s.
    #[must_use]
    pub fn span(self, now_s: f64) -> (f64, f64) {
        let (past, next) = match self {
            Window::Recent => (12.4, 7.6),
            Window::Minutes => (100.0, 32.0),
            Window::All => (now_s.max(12.4), (now_s * 0.28).max(7.6)),
        };
        let from = (now_s - past).max(0.0);
        (from, from + past + next)
    }
}

/// Left of the plots: the labels of their steps.
pub const LEFT: f64 = 34.0;
/// Below the last plot: the time axis, and under it the rail on which the words for what happened stand.
pub const FOOT: f64 = 35.0;

/// Boxes of `count` plots one above the other, each with a line of words above it and the foot below the last: top and bottom.
#[must_use]
pub fn plots(h: f64, count: usize) -> Vec<(f64, f64)> {
    let (head, foot, gap) = (24.0, FOOT, 30.0);
    let room = (h - head - foot - gap * (count as f64 - 1.0)).max(30.0);
    // Lag needs few steps, bytes many.
    let shares: Vec<f64> = if count == 2 { vec![0.38, 0.62] } else { vec![1.0 / count as f64; count] };
    let mut y = head;
    shares
        .iter()
        .map(|share| {
            let (top, bottom) = (y, y + room * share);
            y = bottom + gap;
            (top, bottom)
        })
        .collect()
}

/// Top of the byte axis, and whether the limit is on it: a small limit always is, a large one once the gap comes near it.
#[must_use]
pub fn byte_axis(max_gap: i64, limit: Option<u64>) -> (f64, bool) {
    let gap = max_gap.max(0) as f64;
    match limit {
        Some(limit) if limit <= 32 * 1024 || gap > limit as f64 / 16.0 => ((limit as f64).max(gap * 1.06), true),
        _ => ((gap * 1.2).max(256.0), false),
    }
}

/// A staircase through the samples that INFO had a line for; a missing line is a hole, never a 0.
#[must_use]
pub fn staircase(samples: &[Sample], x: Scale, y: Scale) -> String {
    let mut d = String::new();
    let mut drawing = false;
    for s in samples {
        let at = n(x.held(s.at_us as f64 / 1e6));
        match s.lag_s {
            Some(lag) => {
                let v = n(y.held(lag as f64));
                d.push_str(&if drawing { format!("H{at}V{v}") } else { format!("M{at} {v}") });
                drawing = true;
            }
            None => {
                if drawing {
                    d.push_str(&format!("H{at}"));
                }
                drawing = false;
            }
        }
    }
    d
}

/// A line through values, with holes where there is none.
pub(super) fn line(samples: &[Sample], x: Scale, y: Scale, value: impl Fn(&Sample) -> Option<f64>) -> String {
    let mut d = String::new();
    let mut drawing = false;
    for s in samples {
        if let Some(v) = value(s) {
            d.push_str(&format!("{}{} {}", if drawing { "L" } else { "M" }, n(x.held(s.at_us as f64 / 1e6)), n(y.held(v))));
            drawing = true;
        } else {
            drawing = false;
        }
    }
    d
}

/// Bytes missing, where that is a number of the same history: a replica that never had data of its master's, stands before its first byte, or beyond its last one, has none.
pub(super) fn known_gap(s: &Sample) -> Option<i64> {
    s.staleness_ms.filter(|_| (0..=s.head.max(0)).contains(&s.gap)).map(|_| s.gap)
}

/// Samples inside the window, one before it so that lines reach its edge, and the present as the last one.
pub(super) fn shown(series: &SeriesView, replica: Option<&Replica>, from_s: f64, now_us: u64, head: i64) -> Vec<Sample> {
    let past: Vec<Sample> = series.samples.iter().copied().filter(|s| s.at_us <= now_us).collect();
    let first = past.iter().rposition(|s| s.at_us as f64 / 1e6 <= from_s).unwrap_or(0);
    let mut samples = past[first..].to_vec();
    if let Some(r) = replica
        && let Some(gap) = r.gap
    {
        let online = r.session.filter(|session| session.state == SessionState::Online);
        samples.push(Sample {
            at_us: now_us,
            lag_s: online.map(|session| session.lag),
            offset: online.map(|session| session.offset.0),
            gap,
            staleness_ms: r.node.truth.as_ref().and_then(|truth| truth.staleness_ms),
            head,
        });
    }
    samples
}

pub(super) struct Curve<'a> {
    pub(super) ix: u32,
    pub(super) replica: Option<&'a Replica<'a>>,
    pub(super) samples: Vec<Sample>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(s: u64, lag_s: Option<i64>) -> Sample {
        Sample { at_us: s * 1_000_000, lag_s, offset: None, gap: 0, staleness_ms: Some(0), head: 0 }
    }

    #[test]
    fn a_missing_line_is_a_hole_and_never_a_zero() {
        let (x, y) = (Scale::new(0.0, 10.0, 0.0, 100.0), Scale::new(0.0, 4.0, 40.0, 0.0));
        let d = staircase(&[sample(0, Some(1)), sample(1, Some(0)), sample(2, None), sample(3, None), sample(4, Some(2))], x, y);
        assert_eq!(d, "M0 30H10V40H20M40 20");
        assert_eq!(staircase(&[sample(0, None)], x, y), "");
    }

    #[test]
    fn the_limit_is_on_the_axis_when_it_matters() {
        assert_eq!(byte_axis(128, Some(16_384)), (16_384.0, true));
        assert_eq!(byte_axis(128, Some(1 << 20)), (256.0, false));
        assert_eq!(byte_axis(100_000, Some(1 << 20)), (1_048_576.0, true));
        assert!(byte_axis(20_000, Some(16_384)).0 > 20_000.0, "a gap beyond the limit stays on the axis");
        assert_eq!(byte_axis(0, None), (256.0, false));
    }

    #[test]
    fn plots_fill_the_box_and_never_touch() {
        for count in [2, 3] {
            let boxes = plots(208.0, count);
            assert_eq!(boxes.len(), count);
            assert!(boxes.windows(2).all(|w| w[1].0 - w[0].1 >= 29.9), "{boxes:?}");
            assert!((boxes[count - 1].1 - 173.0).abs() < 1e-9, "{boxes:?}");
        }
    }

    #[test]
    fn a_young_run_starts_its_axis_at_zero() {
        assert_eq!(Window::Recent.span(3.0), (0.0, 20.0));
        let (from, to) = Window::Recent.span(58.42);
        assert!((from - 46.02).abs() < 1e-6 && (to - 66.02).abs() < 1e-6);
    }
}
