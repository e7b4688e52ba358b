//! The course drawn as the ruler is: each lesson as wide as its minutes, seen ones by the age ramp, those to come dotted.

use crate::draw::{Shape, Size, age_opacity, clip_sans, n, sans_width};
use crate::i18n::course::Page;
use crate::teach::path::{Path, Row, State};

/// After so many days a lesson is as pale as it gets.
const OLDEST_DAYS: f64 = 30.0;

/// Opacities as attributes, from old to new.
const RAMP: [&str; 6] = ["0.2", "0.35", "0.5", "0.65", "0.8", "0.95"];

fn paint(days: u32) -> &'static str {
    let newness = 1.0 - (f64::from(days) / OLDEST_DAYS).min(1.0);
    RAMP[((age_opacity(newness) - 0.14) / 0.72 * 5.0).round() as usize % RAMP.len()]
}

/// Where one stands, in words.
pub(super) fn stand(path: &Path, t: &Page) -> String {
    let (all, seen) = path.minutes();
    if seen == 0 { (t.in_all)(all, all / u32::try_from(path.rows.len().max(1)).unwrap_or(1)) } else { (t.stand)(seen, all) }
}

/// Boxes of lessons from left to right: where each begins and how wide it is.
fn boxes(rows: &[&Row], w: f64) -> Vec<(f64, f64)> {
    let all: u32 = rows.iter().map(|row| row.minutes).sum();
    let unit = w / f64::from(all.max(1));
    let mut x = 0.0;
    rows.iter()
        .map(|row| {
            let at = x;
            x += f64::from(row.minutes) * unit;
            (at, f64::from(row.minutes) * unit)
        })
        .collect()
}

fn one(row: &Row, x: f64, y: f64, w: f64, h: f64) -> Shape {
    match row.state {
        State::Seen(days) => Shape::plate(x + 0.5, y, (w - 2.0).max(1.0), h, 2.0, "fnew").opacity(paint(days)),
        State::Begun => Shape::plate(x + 0.5, y + 0.5, (w - 2.0).max(1.0), h - 1.0, 2.0, "fwash snew w1"),
        State::New => Shape::plate(x + 0.5, y + 0.5, (w - 2.0).max(1.0), h - 1.0, 2.0, "fn sr w1 d3"),
    }
}

/// The strip: names of chapters, boxes, and the head.
pub(super) fn marks(path: &Path, size: Size, t: &Page) -> Vec<Shape> {
    let rows: Vec<&Row> = path.rows.iter().collect();
    let all = boxes(&rows, size.w - 2.0);
    let (top, high) = (22.0, 25.0);
    let mut marks = Vec::new();
    let mut chapter = 0;
    for (row, (x, w)) in rows.iter().zip(&all) {
        if row.chapter != chapter {
            chapter = row.chapter;
            let wide: f64 = rows.iter().zip(&all).filter(|(row, _)| row.chapter == chapter).map(|(_, (_, w))| w).sum();
            if *x > 0.0 {
                marks.push(Shape::path(format!("M{} 2V{}", n(*x - 0.5), n(top + high)), "sr w1 fn"));
            }
            let name = clip_sans(&format!("{chapter} {}", (t.chapter)(chapter)), wide - 8.0, 12.0);
            marks.push(Shape::text(x + if *x > 0.0 { 6.0 } else { 0.0 }, 13.0, name, if path.present() == chapter { "b" } else { "mu" }));
        }
        marks.push(one(row, *x, top, *w, high));
    }
    let words = stand(path, t);
    let at = path.next().and_then(|next| rows.iter().position(|row| row.id == next)).and_then(|at| all.get(at));
    if let Some((x, w)) = at {
        marks.push(Shape::plate(x + 1.0, top, (w - 3.0).max(2.0), high, 2.0, "fp si w15"));
        let number = rows.iter().find(|row| Some(row.id.as_str()) == path.next()).map_or(0, |row| row.number);
        marks.push(Shape::text(x + w / 2.0, top + 16.5, format!("{number:02}"), "m b c"));
        marks.push(Shape::path(
            format!("M{} {}V{}M{} {}l-4 6h8z", n(*x), n(top - 3.0), n(top + high + 8.0), n(*x + 0.0), n(top + high + 4.0)),
            "si fi w15",
        ));
        let room = sans_width(&words, 13.0);
        let (tx, class) = if x + 10.0 + room < size.w { (x + 10.0, "b t13") } else { (x - 8.0, "b t13 e") };
        marks.push(Shape::text(tx, top + high + 16.0, words, class));
        let legend = if path.minutes().1 == 0 { t.legend_first } else { t.legend };
        if x + room + sans_width(legend, 12.0) + 40.0 < size.w {
            marks.push(Shape::text(size.w - 2.0, top + high + 16.0, legend, "mu e"));
        }
    } else {
        marks.push(Shape::text(0.0, top + high + 16.0, words, "b t13"));
    }
    marks
}

/// A chapter's own strip, in 128 × 12 units; three minutes are as wide as in every other.
pub(super) fn mini(rows: &[&Row]) -> Vec<Shape> {
    let minutes: u32 = rows.iter().map(|row| row.minutes).sum();
    let wide = (f64::from(minutes) * 3.0).min(127.0);
    rows.iter().zip(boxes(rows, wide)).map(|(row, (x, w))| one(row, x, 0.5, w, 11.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::shape::words;
    use crate::i18n::{Lang, course_of};
    use crate::teach::path::tests::path;

    #[test]
    fn newer_is_darker_and_boxes_fill_the_strip() {
        let ramp: Vec<&str> = [30, 20, 10, 5, 0].map(paint).into();
        assert!(ramp.windows(2).all(|pair| pair[0] <= pair[1]) && ramp[0] < ramp[4], "{ramp:?}");
        let path = path(&[State::New; 5]);
        let rows: Vec<&Row> = path.rows.iter().collect();
        let last = *boxes(&rows, 500.0).last().expect("five");
        assert!((last.0 + last.1 - 500.0).abs() < 1e-9);
    }

    #[test]
    fn the_head_says_where_one_stands_in_every_language() {
        for lang in Lang::ALL {
            let t = &course_of(lang.strings()).page;
            for states in [&[State::New; 4][..], &[State::Seen(1), State::New, State::New, State::New], &[State::Seen(2); 4]] {
                let path = path(states);
                let all = words(&marks(&path, Size::new(900.0, 74.0), t)).join("|");
                assert!(all.contains(&stand(&path, t)), "{all}");
                assert!(all.contains((t.chapter)(1)), "{all}");
            }
        }
    }
}
