//! Where everything on the ruler stands: plain geometry.

use crate::draw::{Scale, Size};
use resync_core::order;
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
pub(super) const LEAST_PITCH: f64 = 13.6;
/// Height of a lane where there is room.
pub(super) const PITCH: f64 = 18.0;
/// Height of the tall lane where there is room, and at least: two lines of words stand in it.
pub(super) const TALL: (f64, f64) = (40.0, 31.0);
/// Height of the tall lane in a narrow box, where its words stand below its line.
pub(super) const TALL_NARROW: f64 = 62.0;
/// Boxes narrower than this are narrow.
pub(super) const NARROW: f64 = 480.0;

/// Where a lane stands.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Lane {
    /// Its middle.
    pub y: f64,
    /// Half its height.
    pub half: f64,
    /// Where its line and marks stand.
    pub line: f64,
    /// It is the tall one, with the large number.
    pub tall: bool,
}

/// Where everything stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Layout {
    /// From the offset of a byte to the place of its first edge.
    pub axis: Scale,
    /// Top of the bar.
    pub bar: f64,
    /// Height of the bar.
    pub bar_h: f64,
    /// The lanes, from above.
    pub lanes: Vec<Lane>,
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

/// How many lanes there is room for below the bar, the tall one among them, and how many of `lanes` are drawn: one place is kept for the words about the
/// others where they are more.
fn fitting(room: f64, tall: f64, lanes: usize) -> usize {
    let places = (1 + ((room - tall).max(0.0) / LEAST_PITCH) as usize).min(LANES);
    if lanes > places { places.saturating_sub(1).max(1) } else { lanes }
}

/// Lays the ruler out to its box. `tall` is the place of the tall lane among the replicas that get one, which [`choose_lanes`] says.
#[must_use]
pub fn layout(
    size: Size,
    backlog: &BacklogView,
    head: i64,
    oldest_wanted: Option<i64>,
    lanes: usize,
    tall: impl Fn(usize) -> usize,
) -> Layout {
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
    let lens = (size.h >= 168.0).then_some(size.h - 39.0);
    let foot = lens.map_or(size.h - 6.0, |y| y - 13.0);
    let (bar, bar_h) = (24.0, 24.0);
    let (from, narrow) = (69.0, size.w < NARROW);
    let room = (foot - 2.0 - from).max(0.0);
    let least = if narrow { TALL_NARROW } else { TALL.1 };
    let shown = fitting(room, least, lanes);
    let low = shown.saturating_sub(1) + usize::from(lanes > shown);
    let pitch = ((room - least) / low.max(1) as f64).clamp(LEAST_PITCH, PITCH);
    let spare = room - pitch * low as f64 - 3.0;
    let high = if narrow { least } else { spare.clamp(TALL.1, TALL.0) };
    let at = tall(shown).min(shown.saturating_sub(1));
    let mut top = from;
    let placed = (0..shown)
        .map(|i| {
            let (h, line) = if i != at {
                (pitch, top + pitch * 0.5)
            } else if narrow {
                (high, top + 16.0)
            } else {
                (high, top + high * 0.5)
            };
            // A little air around the tall one.
            let air = if i == at { 3.0 } else { 0.0 };
            let lane = Lane { y: top + h * 0.5, half: if i == at { h * 0.5 } else { (h * 0.5 - 1.5).min(8.0) }, line, tall: i == at };
            top += h + air;
            lane
        })
        .collect();
    let rest = (lanes > shown).then_some(top + pitch * 0.5);
    Layout { axis, bar, bar_h, lanes: placed, rest, foot, lens }
}

/// Who has the tall lane: of the replicas that are away and may still come back the one with the least runway; else one that is away, the selected one if it
/// is; else the selected one; else the first. So nothing moves when the selected one is cut. `left` gives the bytes left of those that are away, none or
/// less where only a full resync helps.
#[must_use]
pub fn tall_one(left: &[(NodeIx, Option<i64>)], selected: Option<NodeIx>) -> Option<NodeIx> {
    let away = || left.iter().filter_map(|(ix, left)| Some((*ix, (*left)?)));
    let urgent = away().filter(|(_, left)| *left > 0).min_by_key(|(_, left)| *left);
    let lost = away().min_by_key(|(ix, _)| Some(*ix) != selected);
    let chosen = selected.filter(|selected| left.iter().any(|(ix, _)| ix == selected));
    urgent.or(lost).map(|(ix, _)| ix).or(chosen).or_else(|| left.first().map(|(ix, _)| *ix))
}

/// One replica, as far as the choice of lanes is concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Claim {
    /// Its node.
    pub ix: NodeIx,
    /// Of one that is away the bytes left of its runway, none or less where only a full resync helps; `None`: it is there.
    pub left: Option<i64>,
    /// Bytes that it lacks; `None`: it has nothing yet.
    pub gap: Option<i64>,
}

/// Which replicas get a lane when there are more than lanes: the tall one, the selected one, those that are away, the least runway first, then those that
/// have nothing yet, then those furthest behind; shown in their usual order.
#[must_use]
pub fn choose_lanes(claims: &[Claim], tall: Option<NodeIx>, selected: Option<NodeIx>, most: usize) -> Vec<usize> {
    let mut chosen: Vec<usize> = (0..claims.len()).collect();
    order::sort_by_key(&mut chosen, |i| {
        let claim = claims[*i];
        // Who is lost already has no runway to watch.
        let urgent = match claim.left {
            Some(left) if left > 0 => (0, left),
            Some(left) => (1, left),
            None => (2, 0),
        };
        (Some(claim.ix) != tall, Some(claim.ix) != selected, urgent, -claim.gap.unwrap_or(i64::MAX))
    });
    chosen.truncate(most);
    order::sort(&mut chosen);
    chosen
}

/// Of the replicas without a lane the one to show next: the first after the selected one, or the first of all.
#[must_use]
pub fn next_hidden(claims: &[Claim], chosen: &[usize], selected: Option<NodeIx>) -> Option<NodeIx> {
    let at = claims.iter().position(|claim| Some(claim.ix) == selected).map_or(0, |at| at + 1);
    let count = claims.len();
    (0..count).map(|i| (at + i) % count.max(1)).find(|i| !chosen.contains(i)).map(|i| claims[i].ix)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn the_tall_lane_is_that_of_whom_it_is_about() {
        let (a, b, c) = (1, 2, 3);
        assert_eq!(tall_one(&[(a, None), (b, None)], None), Some(a));
        assert_eq!(tall_one(&[(a, None), (b, None)], Some(b)), Some(b));
        assert_eq!(tall_one(&[(a, None), (b, Some(500))], Some(b)), Some(b), "a cut of the selected one moves nothing");
        assert_eq!(tall_one(&[(a, None), (b, Some(500)), (c, Some(300))], Some(b)), Some(c), "the one with the least runway");
        assert_eq!(tall_one(&[(a, Some(-4)), (b, Some(500))], None), Some(b), "who is lost already has none");
        assert_eq!(tall_one(&[(a, Some(0)), (b, Some(-9))], Some(b)), Some(b));
        assert_eq!(tall_one(&[(a, None), (b, Some(-9))], Some(a)), Some(b));
        assert_eq!(tall_one(&[], Some(a)), None);
    }

    #[test]
    fn who_is_away_has_a_lane_before_those_that_are_there() {
        let claim = |ix: NodeIx, left: Option<i64>, gap: i64| Claim { ix, left, gap: Some(gap) };
        let all = [
            claim(1, None, 900),
            claim(2, Some(500), 40),
            claim(3, None, 0),
            claim(4, Some(-9), 70),
            claim(5, Some(300), 60),
            claim(6, None, 10),
        ];
        let shown = |tall, selected, most| choose_lanes(&all, tall, selected, most).iter().map(|i| all[*i].ix).collect::<Vec<_>>();
        assert_eq!(shown(Some(5), None, 3), [2, 4, 5], "all that are away, before one that is there and further behind");
        assert_eq!(shown(Some(5), None, 2), [2, 5], "who may still come back before who is lost");
        assert_eq!(shown(Some(5), Some(6), 3), [2, 5, 6], "the selected one is always there");
        assert_eq!(shown(Some(5), None, 4), [1, 2, 4, 5], "then who is furthest behind");
        // Whoever has no lane is reached, one after the other.
        let mut selected = None;
        let mut met = std::collections::BTreeSet::new();
        for _ in 0..12 {
            let chosen = choose_lanes(&all, Some(5), selected, 2);
            met.extend(chosen.iter().map(|i| all[*i].ix));
            selected = next_hidden(&all, &chosen, selected);
        }
        assert_eq!(met.len(), all.len(), "{met:?}");
        assert_eq!(next_hidden(&all[..2], &[0, 1], None), None);
    }

    #[test]
    fn lanes_never_meet_and_stay_between_the_bar_and_the_lens() {
        let views = fixture::many();
        let backlog = &views.nodes[0].backlog;
        for (w, h) in [(1_068.0, 190.0), (1_060.0, 149.0), (1_060.0, 173.0), (360.0, 330.0), (940.0, 190.0), (1_180.0, 240.0)] {
            for lanes in 1..14 {
                for tall in 0..2 {
                    let place = layout(Size::new(w, h), backlog, 72_286, None, lanes, |_| tall);
                    assert!(place.lanes.iter().filter(|lane| lane.tall).count() == 1, "{w} × {h}: {lanes}");
                    let edges: Vec<(f64, f64)> = place.lanes.iter().map(|lane| (lane.y - lane.half, lane.y + lane.half)).collect();
                    assert!(edges.windows(2).all(|pair| pair[0].1 <= pair[1].0 + 0.01), "{w} × {h}, {lanes}: {edges:?}");
                    assert!(edges[0].0 >= place.bar + place.bar_h + 15.0, "{w} × {h}, {lanes}: {edges:?}");
                    let last = place.rest.map_or(edges[edges.len() - 1].1, |rest| rest + 5.0);
                    assert!(last <= place.foot + 1.0, "{w} × {h}, {lanes}: {edges:?} {:?} ends at {}", place.rest, place.foot);
                }
            }
        }
    }

    #[test]
    fn five_replicas_have_their_lanes_where_there_are_more_than_three() {
        // The box of a window of 1 440 × 900 in a scene with many replicas.
        let views = fixture::plain();
        let lanes = |count: usize| {
            let place = layout(Size::new(1_068.0, 219.0), &views.nodes[0].backlog, 72_286, None, count, |_| 0);
            (place.lanes.len(), place.rest.is_some(), place.lens.is_some())
        };
        assert_eq!((lanes(4), lanes(5), lanes(30)), ((4, false, true), (5, false, true), (4, true, true)));
    }

    #[test]
    fn two_replicas_have_their_lanes_in_every_window() {
        let views = fixture::plain();
        for h in [140.0, 149.0, 160.0, 173.0, 190.0, 240.0] {
            let place = layout(Size::new(1_068.0, h), &views.nodes[0].backlog, 72_286, None, 2, |_| 0);
            assert_eq!(place.lanes.len(), 2, "{h}");
            assert!(2.0 * place.lanes[0].half >= TALL.0.min(TALL.1), "two lines of words stand in it");
        }
    }
}
