//! Where everything on the ruler stands: plain geometry.

use crate::draw::{Scale, Size};
use resync_core::view::{BacklogView, NodeIx, StreamCommand};

/// Margin of the axis at both sides.
pub(super) const SIDE: f64 = 20.0;
/// Room right of the head: what is written next, and the gaps.
pub(super) const NEXT: f64 = 76.0;
/// Room left of the oldest byte of a full backlog: what is gone.
pub(super) const GONE: f64 = 117.0;
/// The axis does not reach further back than this many of its own lengths: an older mark stands at its edge with a chevron.
pub(super) const REACH: f64 = 0.55;
/// Lanes that are drawn at most; more are summed up in words.
pub(super) const LANES: usize = 9;
/// Lanes are never nearer to each other than this: their names stay legible.
pub(super) const LEAST_PITCH: f64 = 12.8;

/// Where everything stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Layout {
    /// From the offset of a byte to the place of its first edge.
    pub axis: Scale,
    /// Top of the bar.
    pub bar: f64,
    /// Height of the bar.
    pub bar_h: f64,
    /// Middles of the lanes.
    pub lanes: Vec<f64>,
    /// Half the height of a lane.
    pub half: f64,
    /// Middle of the line that sums up the lanes that are not drawn.
    pub rest: Option<f64>,
    /// Bottom of the rules at the first byte and at the head.
    pub foot: f64,
    /// Top of the lens, if it has room.
    pub lens: Option<f64>,
}

/// Bytes from edge to edge of the held part of the axis. Small backlogs are always shown whole, so that the axis stands still while they fill; in a large
/// one the axis doubles as it fills, so that the first bytes are not lost in emptiness.
#[must_use]
pub fn axis_bytes(size: u64, histlen: u64) -> u64 {
    let whole = size.max(1);
    if whole <= 64 * 1024 { whole } else { histlen.max(1).next_power_of_two().max(4 * 1024).min(whole) }
}

/// Lays the ruler out to its box.
#[must_use]
pub fn layout(size: Size, backlog: &BacklogView, head: i64, oldest_wanted: Option<i64>, lanes: usize) -> Layout {
    let (left, right) = (SIDE, (size.w - SIDE).max(SIDE + 100.0));
    // In a narrow box names and the head's number need a larger part of it.
    let x_head = right - NEXT.min(((right - left) * 0.14).max(58.0));
    let x_first = left + GONE.min(((right - left) * 0.17).max(86.0));
    let held = axis_bytes(backlog.size, backlog.histlen.max(1)).max(backlog.histlen) as f64;
    let next = (head + 1) as f64;
    let mut span = held;
    if let Some(wanted) = oldest_wanted {
        span = span.max((next - wanted as f64) * 1.04).min(held * (1.0 + REACH));
    }
    let unit = (x_head - x_first) / span;
    let axis = Scale::new(next - (x_head - left) / unit, next + (right - x_head) / unit, left, right);
    let lens = (size.h >= 150.0).then_some(size.h - 37.0);
    let foot = lens.map_or(size.h - 6.0, |y| y - 13.0);
    let (bar, bar_h) = (26.0, 24.0);
    let from = 73.0;
    let lines = (((foot - 1.0 - from) / LEAST_PITCH).max(1.0) as usize).min(LANES);
    let shown = if lanes > lines { lines.saturating_sub(1).max(1) } else { lanes };
    let lines = if lanes > lines { shown + 1 } else { shown };
    let pitch = ((foot - 1.0 - from) / lines.max(1) as f64).clamp(LEAST_PITCH, if size.h > 240.0 { 42.0 } else { 26.0 });
    let above = ((foot - 1.0 - from - pitch * lines.max(1) as f64) * 0.5).max(0.0);
    let middle = |i: usize| from + above + pitch * (i as f64 + 0.5);
    Layout {
        axis,
        bar,
        bar_h,
        lanes: (0..shown).map(middle).collect(),
        half: (pitch * 0.5 - 2.5).clamp(3.0, 8.0),
        rest: (lanes > shown).then(|| middle(shown)),
        foot,
        lens,
    }
}

/// Which replicas get a lane when there are more than lanes: the selected one, then those furthest behind; shown in their usual order.
#[must_use]
pub fn choose_lanes(gaps: &[(NodeIx, Option<i64>)], selected: Option<NodeIx>, most: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..gaps.len()).collect();
    order.sort_by_key(|i| (Some(gaps[*i].0) != selected, -gaps[*i].1.unwrap_or(i64::MAX)));
    order.truncate(most);
    order.sort_unstable();
    order
}

/// Bytes that the lens shows: about seven commands as long as the last ones (fewer in a narrow box, so that their words fit), at least 450, never more
/// than the axis.
#[must_use]
pub fn lens_bytes(commands: &[StreamCommand], axis_bytes: f64, width: f64) -> f64 {
    let share = (width / 640.0).clamp(0.3, 1.0);
    let last: Vec<f64> = commands.iter().rev().take(8).map(|c| f64::from(c.bytes)).collect();
    let mean = if last.is_empty() { 0.0 } else { last.iter().sum::<f64>() / last.len() as f64 };
    (mean * 7.03 * share).max(450.0 * share).min(axis_bytes.max(64.0))
}

/// The magnified axis.
#[must_use]
pub fn lens_axis(size: Size, main: Scale, head: i64, commands: &[StreamCommand], lens: Option<i64>, magnify: u32) -> Scale {
    let (left, right) = (SIDE, (size.w - SIDE).max(SIDE + 100.0));
    let all = main.v1 - main.v0;
    let bytes = if magnify == 0 { lens_bytes(commands, all, right - left) } else { all * 100.0 / f64::from(magnify.clamp(100, 40_000)) };
    let next = (head + 1) as f64;
    let to = lens.map_or(next + bytes * 0.1, |at| (at as f64 + bytes * 0.5).min(next + bytes * 0.5));
    Scale::new(to - bytes, to, left, right)
}

/// Where the words at the mark of the last ACK end: left of it, and left of the dot of what is applied where that would lie beneath them (a master may have
/// been told more than there is).
pub(super) fn acked_end(x: f64, x_applied: f64, width: f64) -> f64 {
    let beneath = x > x_applied + 0.5 && x - 10.0 - width < x_applied + 6.0;
    if beneath { x_applied - 10.0 } else { x - 10.0 }
}
/// Magnification of the lens, in times.
pub(super) fn times(main: Scale, lens: Scale) -> f64 {
    lens.per_unit() / main.per_unit()
}
