//! The raster of a fleet: a column for each pair, time running down, one shape for each state.

use resync_core::view::{LaneStretch, Shared, Stretch};
use std::fmt::Write as _;

/// What a shape is: the class that paints it.
const CLASSES: [(Stretch, &str); 6] = [
    (Stretch::Away, "away"),
    (Stretch::Syncing, "syncing"),
    (Stretch::Full, "full"),
    (Stretch::Streaming, "streaming"),
    (Stretch::Cut, "cut"),
    (Stretch::Frozen, "frozen"),
];

/// The shapes of all pairs' lanes between 0 and `now_us`, on a field of `width` × `height`: the class of each and its path.
#[must_use]
pub(super) fn shapes(lanes: &[Shared<Vec<LaneStretch>>], now_us: u64, width: f64, height: f64) -> Vec<(&'static str, String)> {
    let mut paths = [const { String::new() }; CLASSES.len()];
    let column = width / lanes.len().max(1) as f64;
    let y = |us: u64| us.min(now_us) as f64 / now_us.max(1) as f64 * height;
    for (at, lane) in lanes.iter().enumerate() {
        for stretch in lane.iter().filter(|stretch| stretch.from_us < now_us) {
            let place = CLASSES.iter().position(|(what, _)| *what == stretch.what).unwrap_or(0);
            let (from, to) = (y(stretch.from_us), y(stretch.to_us));
            let _ = write!(paths[place], "M{:.2} {from:.1}h{column:.2}V{to:.1}h-{column:.2}z", at as f64 * column);
        }
    }
    CLASSES.iter().zip(paths).filter(|(_, path)| !path.is_empty()).map(|((_, class), path)| (*class, path)).collect()
}

/// The middle of a pair's column.
#[must_use]
pub(super) fn middle(at: usize, pairs: usize, width: f64) -> f64 {
    (at as f64 + 0.5) * width / pairs.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_is_one_shape_and_the_future_is_not_drawn() {
        let lane = |parts: &[(u64, u64, Stretch)]| {
            Shared::new(parts.iter().map(|(from_us, to_us, what)| LaneStretch { from_us: *from_us, to_us: *to_us, what: *what }).collect())
        };
        let lanes = [
            lane(&[(0, 50, Stretch::Away), (50, 200, Stretch::Streaming)]),
            lane(&[(0, 25, Stretch::Away), (25, 100, Stretch::Full), (100, 200, Stretch::Streaming)]),
        ];
        let shapes = shapes(&lanes, 100, 20.0, 100.0);
        assert_eq!(
            shapes,
            [
                ("away", "M0.00 0.0h10.00V50.0h-10.00zM10.00 0.0h10.00V25.0h-10.00z".to_owned()),
                ("full", "M10.00 25.0h10.00V100.0h-10.00z".to_owned()),
                ("streaming", "M0.00 50.0h10.00V100.0h-10.00z".to_owned()),
            ]
        );
        assert_eq!((middle(0, 2, 20.0), middle(1, 2, 20.0)), (5.0, 15.0));
        assert!(super::shapes(&[], 0, 20.0, 100.0).is_empty());
    }
}
