//! A curve that is bet, and the truth over it: one picture of plain marks, laid out to its box.

use crate::draw::scale::{nice_step, ticks};
use crate::draw::{Scale, Shape, Size, mono_width, n, sans_width};
use crate::format::grouped;
use crate::i18n::course::Bets;
use crate::teach::drawn::{Paper, Points};
use crate::teach::shown::Drawing;

/// Below the plot: the time axis.
const FOOT: f64 = 26.0;
/// Above it: what is drawn.
const HEAD: f64 = 26.0;
/// Size of the words in it.
const WORDS: f64 = 13.0;

/// Where the plot stands in a box.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plot {
    pub(super) x: Scale,
    pub(super) y: Scale,
    paper: Paper,
}

impl Plot {
    /// Lays the paper out to a box; to its right there is room for the values at its end.
    pub(super) fn new(paper: Paper, size: Size) -> Plot {
        let left = mono_width(&grouped(paper.top), 12.0) + 14.0;
        let right = (size.w - mono_width(&grouped(paper.top), 12.0) - 16.0).max(left + 60.0);
        let bottom = (size.h - FOOT).max(HEAD + 40.0);
        Plot {
            x: Scale::new(paper.from_ms as f64, paper.to_ms as f64, left, right),
            y: Scale::new(0.0, paper.top as f64, bottom, HEAD),
            paper,
        }
    }
    /// The column and the value at a place in the box.
    pub(super) fn at(&self, x: f64, y: f64) -> (u64, i64) {
        let ms = self.x.value(x).max(0.0) as u64;
        let step = self.paper.step().max(1);
        let value = self.y.value(y).max(0.0) as i64;
        (self.paper.column(ms), (value + step / 2) / step * step)
    }
    fn path(&self, points: &[(u64, i64)]) -> String {
        let mut d = String::new();
        for (at, (ms, value)) in points.iter().enumerate() {
            d.push_str(&format!("{}{} {}", if at == 0 { "M" } else { "L" }, n(self.x.held(*ms as f64)), n(self.y.held(*value as f64))));
        }
        d
    }
}

/// A length of simulated time on an axis, s: `12.5 s`.
pub(super) fn seconds(ms: u64) -> String {
    if ms.is_multiple_of(1_000) { format!("{} s", grouped((ms / 1_000) as i64)) } else { format!("{}.{} s", ms / 1_000, ms / 100 % 10) }
}

/// A value with its unit.
pub(super) fn with_unit(value: i64, unit: &str) -> String {
    if unit.is_empty() { grouped(value) } else { format!("{} {unit}", grouped(value)) }
}

/// Axes, ticks, the level that matters.
fn axes(plot: &Plot, drawing: &Drawing, size: Size) -> Vec<Shape> {
    let mut marks = Vec::new();
    let (left, right) = (plot.x.x0, plot.x.x1);
    let every = nice_step(drawing.paper.top as f64 / ((plot.y.x0 - plot.y.x1) / 46.0).max(2.0));
    for value in ticks(0, drawing.paper.top, every) {
        let y = plot.y.at(value as f64);
        marks.push(Shape::path(format!("M{} {}H{}", n(left), n(y), n(right)), "sl w1 fn"));
        marks.push(Shape::text(left - 7.0, y + 4.0, grouped(value), "m mu e"));
    }
    let (from, to) = (drawing.paper.from_ms, drawing.paper.to_ms);
    let every = nice_step((to.saturating_sub(from)) as f64 / 1_000.0 / ((right - left) / 70.0).max(2.0)) as u64 * 1_000;
    let mut ms = from.div_ceil(every) * every;
    while ms <= to {
        marks.push(Shape::text(plot.x.at(ms as f64), plot.y.x0 + 18.0, seconds(ms), "m mu c"));
        ms += every;
    }
    marks.push(Shape::text(left, 12.0, drawing.label.clone(), "mu"));
    if let Some((level, words)) = &drawing.line {
        let y = plot.y.held(*level as f64);
        marks.push(Shape::path(format!("M{} {}H{}", n(left), n(y), n(right)), "sf w15 fn d2"));
        let above = if y - 18.0 < HEAD - 8.0 { y + 15.0 } else { y - 6.0 };
        marks.push(Shape::text(left + 4.0, above, crate::draw::clip_sans(words, right - left - 8.0, 12.0), "xf halo"));
    }
    let _ = size;
    marks
}

/// The picture of a bet that is being made; `cursor`: where the next point would stand, while the keyboard is on it.
pub(super) fn bet(drawing: &Drawing, points: &[(u64, i64)], cursor: Option<(u64, i64)>, size: Size, t: &Bets) -> Vec<Shape> {
    let plot = Plot::new(drawing.paper, size);
    let mut marks = axes(&plot, drawing, size);
    let paper = drawing.paper;
    let start = (paper.from_ms, paper.start);
    let (x0, y0) = (plot.x.at(start.0 as f64), plot.y.held(start.1 as f64));
    if !points.is_empty() {
        let drawn: Points = std::iter::once(start).chain(points.iter().copied()).collect();
        let last = drawn[drawn.len() - 1];
        if last.0 < paper.to_ms {
            let on = [last, (paper.to_ms, paper.at(points, paper.to_ms).0)];
            marks.push(Shape::path(plot.path(&on), "s1 fn d3 w15"));
        }
        marks.push(Shape::path(plot.path(&drawn), "s1 fn d2 w25"));
        for (ms, value) in points {
            marks.push(Shape::circle(plot.x.at(*ms as f64), plot.y.held(*value as f64), 4.0, "fp s1 w15"));
        }
    }
    marks.push(Shape::circle(x0, y0, 4.5, "fi"));
    let newest = cursor.map(|(column, value)| (paper.moment(column), value)).or_else(|| points.last().copied());
    if let Some((ms, value)) = newest {
        let (x, y) = (plot.x.at(ms as f64), plot.y.held(value as f64));
        if cursor.is_some() {
            marks.push(Shape::path(format!("M{} {}H{}M{} {}V{}", n(plot.x.x0), n(y), n(x), n(x), n(y), n(plot.y.x0)), "s1 w1 fn d3"));
        }
        marks.push(Shape::circle(x, y, 7.0, "fp s1 w2"));
        marks.push(Shape::circle(x, y, 3.0, "f1"));
        marks.extend(plate(x, y, &(t.point)(&seconds(ms), &with_unit(value, &drawing.unit)), t.keys, size));
    } else {
        marks.extend(plate(x0, y0, "", t.keys, size));
    }
    marks
}

/// A plate with two lines beside a point, within the box.
fn plate(x: f64, y: f64, first: &str, second: &str, size: Size) -> Vec<Shape> {
    let wide = mono_width(first, 12.0).max(sans_width(second, 12.0)) + 18.0;
    let high = if first.is_empty() { 24.0 } else { 40.0 };
    let left = if x + 12.0 + wide < size.w - 4.0 { x + 12.0 } else { (x - 12.0 - wide).max(4.0) };
    let top = if y + 14.0 + high < size.h - FOOT { y + 10.0 } else { (y - 14.0 - high).max(4.0) };
    let mut marks = vec![Shape::plate(left, top, wide, high, 4.0, "fp s1")];
    let mut line = top + 16.0;
    if !first.is_empty() {
        marks.push(Shape::text(left + 9.0, line, first, "m b"));
        line += 16.0;
    }
    marks.push(Shape::text(left + 9.0, line, second, "mu"));
    marks
}

/// The picture of a bet that is made and not told yet.
pub(super) fn made(drawing: &Drawing, points: &[(u64, i64)], size: Size) -> Vec<Shape> {
    let plot = Plot::new(drawing.paper, size);
    let mut marks = axes(&plot, drawing, size);
    marks.push(Shape::path(plot.path(&drawing.paper.whole(points)), "s1 fn d2 w25"));
    marks
}

/// The picture of a bet and the truth: the bet stays, dashed; the truth is drawn over it; what lies between them is filled.
pub(super) fn reveal(drawing: &Drawing, points: &[(u64, i64)], truth: &[(u64, i64)], size: Size, t: &Bets) -> Vec<Shape> {
    let plot = Plot::new(drawing.paper, size);
    let paper = drawing.paper;
    let bet = paper.whole(points);
    let mut marks = Vec::new();
    if let (Some(last), false) = (bet.last(), truth.is_empty()) {
        let mut d = plot.path(truth);
        for (ms, value) in bet.iter().rev() {
            d.push_str(&format!("L{} {}", n(plot.x.held(*ms as f64)), n(plot.y.held(*value as f64))));
        }
        marks.push(Shape::path(d + "z", "fhold"));
        let _ = last;
    }
    marks.extend(axes(&plot, drawing, size));
    marks.push(Shape::path(plot.path(&bet), "s1 fn d2 w25"));
    marks.push(Shape::path(plot.path(truth), "si fn w25"));
    if let Some(ms) = drawing.line.as_ref().and_then(|(level, _)| crossing(truth, *level)) {
        let level = drawing.line.as_ref().map_or(0, |(level, _)| *level);
        let (x, y) = (plot.x.at(ms as f64), plot.y.held(level as f64));
        marks.push(Shape::circle(x, y, 7.5, "fp sf w15"));
        let arm = 3.0;
        marks.push(Shape::path(
            format!(
                "M{} {}L{} {}M{} {}L{} {}",
                n(x - arm),
                n(y - arm),
                n(x + arm),
                n(y + arm),
                n(x + arm),
                n(y - arm),
                n(x - arm),
                n(y + arm)
            ),
            "sf w2 fn",
        ));
    }
    let (Some(mine), Some(real)) = (bet.last().copied(), truth.last().copied()) else { return marks };
    ends(&mut marks, &plot, mine, real);
    labels(&mut marks, &plot, &bet, truth, &with_unit((real.1 - mine.1).abs(), &drawing.unit), t);
    marks
}

/// The values at the end of both curves, at the right.
fn ends(marks: &mut Vec<Shape>, plot: &Plot, mine: (u64, i64), real: (u64, i64)) {
    let (ym, yr) = (plot.y.held(mine.1 as f64), plot.y.held(real.1 as f64));
    let near = (ym - yr).abs() < 15.0;
    let x = plot.x.x1;
    marks.push(Shape::circle(x, ym, 4.5, "fp s1 w2"));
    marks.push(Shape::circle(x, yr, 4.5, "fi"));
    let (up, down) = if near { (((ym + yr) / 2.0 - 5.0), ((ym + yr) / 2.0 + 12.0)) } else { (ym.min(yr) + 4.0, ym.max(yr) + 4.0) };
    let (tm, tr) = if mine.1 >= real.1 { (up, down) } else { (down, up) };
    marks.push(Shape::text(x + 9.0, tr, grouped(real.1), "m b halo"));
    marks.push(Shape::text(x + 9.0, tm, grouped(mine.1), "m x1 halo"));
}

/// Both curves in words, away from each other, and how far they are apart at the end.
fn labels(marks: &mut Vec<Shape>, plot: &Plot, bet: &[(u64, i64)], truth: &[(u64, i64)], apart: &str, t: &Bets) {
    let wide = plot.x.x1 - plot.x.x0;
    let at = |points: &[(u64, i64)], x: f64| {
        let ms = plot.x.value(x).max(0.0) as u64;
        plot.y.held(value_at(points, ms) as f64)
    };
    // The upper curve's words stand left above it, the lower one's right below.
    let (xu, xl) = (plot.x.x0 + wide * 0.46, plot.x.x0 + wide * 0.62);
    let bet_above = at(bet, plot.x.x0 + wide * 0.75) < at(truth, plot.x.x0 + wide * 0.75);
    let (up, low) = if bet_above { (bet, truth) } else { (truth, bet) };
    let (bet_class, truth_class) = ("x1 b t13 halo", "b t13 halo");
    let yu = (at(up, xu) - 12.0).max(HEAD + 4.0);
    let (text, class) = if bet_above { (t.bet, bet_class) } else { (t.truth, truth_class) };
    marks.push(Shape::text(xu, yu, text, format!("{class} e")));
    let yl = (at(low, xl) + 22.0).min(plot.y.x0 - 6.0);
    let (text, class) = if bet_above { (t.truth, truth_class) } else { (t.bet, bet_class) };
    marks.push(Shape::text(xl, yl, text, class));
    let x = plot.x.x0 + wide * 0.9;
    let (high, deep) = (at(up, x), at(low, x));
    if deep - high > 24.0 {
        let text = (t.apart)(apart);
        let room = sans_width(&text, WORDS);
        marks.push(Shape::text((x).min(plot.x.x1 - 4.0).max(plot.x.x0 + room), f64::midpoint(high, deep) + 4.0, text, "mu e halo"));
    }
}

/// The value of a curve at a moment; before its beginning and behind its end as there.
fn value_at(points: &[(u64, i64)], ms: u64) -> i64 {
    let after = points.iter().position(|(at, _)| *at >= ms);
    match after {
        None => points.last().map_or(0, |point| point.1),
        Some(0) => points[0].1,
        Some(at) => {
            let (a, b) = (points[at - 1], points[at]);
            let wide = (b.0 - a.0).max(1);
            a.1 + (b.1 - a.1) * i64::try_from(ms - a.0).unwrap_or(0) / i64::try_from(wide).unwrap_or(1)
        }
    }
}

/// Where a curve first rises over a level, ms.
fn crossing(points: &[(u64, i64)], level: i64) -> Option<u64> {
    let at = points.windows(2).position(|pair| pair[0].1 <= level && pair[1].1 > level)?;
    let (a, b) = (points[at], points[at + 1]);
    let part = (level - a.1) as f64 / (b.1 - a.1) as f64;
    Some(a.0 + ((b.0 - a.0) as f64 * part) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::shape::words;
    use crate::i18n::{Lang, course_of};

    fn drawing() -> Drawing {
        Drawing {
            paper: Paper { from_ms: 10_000, to_ms: 25_000, top: 24_000, start: 0 },
            unit: "B".into(),
            label: "bytes that replica-2 lacks".into(),
            line: Some((16_384, "the backlog holds 16 384".into())),
        }
    }
    const BOX: Size = Size::new(520.0, 400.0);

    #[test]
    fn a_place_in_the_box_is_a_column_and_a_round_value() {
        let plot = Plot::new(drawing().paper, BOX);
        let (x, y) = (plot.x.at(20_000.0), plot.y.at(8_100.0));
        assert_eq!(plot.at(x, y), (16, 8_000));
        assert_eq!(plot.at(0.0, 9_999.0), (1, 0), "and nothing stands off the paper");
    }

    #[test]
    fn the_line_is_crossed_where_the_truth_rises_over_it() {
        assert_eq!(crossing(&[(10_000, 0), (25_000, 19_200)], 16_384), Some(22_800));
        assert_eq!(crossing(&[(10_000, 0), (25_000, 12_000)], 16_384), None);
    }

    #[test]
    fn bet_and_truth_are_named_and_numbered_in_every_language() {
        for lang in Lang::ALL {
            let t = &course_of(lang.strings()).bets;
            let marks = reveal(&drawing(), &[(20_000, 8_000)], &[(10_000, 0), (25_000, 19_356)], BOX, t);
            let all = words(&marks).join("|");
            for said in [t.bet, t.truth, "12\u{202f}000", "19\u{202f}356", "7\u{202f}356 B", "the backlog holds"] {
                assert!(all.contains(said), "{said} is missing: {all}");
            }
            let asked = words(&bet(&drawing(), &[(20_000, 8_000)], Some((16, 8_000)), BOX, t)).join("|");
            assert!(asked.contains("20 s · 8\u{202f}000 B") && asked.contains(t.keys), "{asked}");
        }
    }

    #[test]
    fn words_stay_in_the_box() {
        let t = &course_of(Lang::En.strings()).bets;
        for size in [BOX, Size::new(300.0, 200.0)] {
            for value in [0, 12_000, 24_000] {
                for truth in [0, 24_000] {
                    let marks = reveal(&drawing(), &[(25_000, value)], &[(10_000, 0), (25_000, truth)], size, t);
                    for mark in marks {
                        if let crate::draw::shape::Form::Text { x, y, text } = &mark.form {
                            assert!((0.0..=size.w).contains(x) && (8.0..=size.h).contains(y), "{text} at {x} {y} in {size:?}");
                        }
                    }
                }
            }
        }
    }
}
