//! The boundary: backlog size to the right, outage upwards; left of the line a full resync, right of it a partial one. Where its parts stand is plain
//! geometry.

use crate::draw::scale::nice_step;
use crate::draw::{Scale, Shape, Size, between, n, sans_width};
use crate::i18n::size::Size as Words;
use crate::sized::{Shown, Sized};
use resync_desk::size::{Field, Form, Sizes, bytes_text, seconds_text};

/// Room at the left, at the bottom, at the right.
const LEFT: f64 = 56.0;
const BOTTOM: f64 = 40.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 14.0;

/// A laid out figure.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Boundary {
    size: Size,
    x: Scale,
    y: Scale,
    form: Form,
    sizes: Sizes,
}

impl Boundary {
    /// The figure of a form in a box.
    #[must_use]
    pub fn of(form: &Form, sizes: &Sizes, size: Size) -> Boundary {
        let most = sizes.backlog as f64 * 4.0 / 3.0;
        let rate = form.get(Field::Rate) as f64;
        let outage = form.get(Field::Outage) as f64;
        let longest = (sizes.backlog as f64 / rate * 1.07).max(outage * 1.3);
        let x = Scale::new(0.0, most, LEFT, (size.w - RIGHT).max(LEFT + 40.0));
        let y = Scale::new(0.0, longest, (size.h - BOTTOM).max(TOP + 40.0), TOP);
        Boundary { size, x, y, form: *form, sizes: *sizes }
    }
    /// The outage, s, and the margin, tenths, of a place in it: what somebody drags the point to.
    #[must_use]
    pub fn point(&self, x: f64, y: f64) -> (u64, u64) {
        let outage = self.y.value(y).max(1.0) as u64;
        let (from, to) = Field::Margin.bounds();
        let margin = (self.x.value(x).max(0.0) * 10.0 / self.sizes.least as f64) as u64;
        (outage, margin.clamp(from, to))
    }
    /// The figure in words.
    #[must_use]
    pub fn spoken(&self, form: &Form, t: &Words) -> String {
        let rate = bytes_text(form.get(Field::Rate)) + "/s";
        (t.figure)(&rate, &bytes_text(self.sizes.least), &bytes_text(self.sizes.backlog), form.get(Field::Outage))
    }
    /// Its marks.
    #[must_use]
    pub fn marks(&self, sized: &Sized, t: &Words) -> Vec<Shape> {
        let mut marks = self.ground(t);
        marks.extend(self.ticks());
        let y = self.y.at(self.form.get(Field::Outage) as f64);
        marks.push(Shape::path(format!("M{} {}H{}", n(LEFT), n(y), n(self.x.x1)), "fn si w15 d3"));
        let cut = (t.cut_for)(self.form.get(Field::Outage));
        let over = y - 8.0 > TOP + 8.0;
        marks.push(Shape::text(self.x.x1 - 4.0, if over { y - 8.0 } else { y + 16.0 }, cut, "mu e halop"));
        for (at, run) in sized.runs.iter().enumerate() {
            marks.extend(self.run(at, run, sized.runs.len(), y, t));
        }
        marks
    }
    /// Both sides and the line between them.
    fn ground(&self, t: &Words) -> Vec<Shape> {
        let rate = self.form.get(Field::Rate) as f64;
        let (bottom, top) = (self.y.x0, self.y.x1);
        // Where the line leaves the figure: at the top, or at the right.
        let (end_x, end_y) =
            if self.y.v1 * rate <= self.x.v1 { (self.x.at(self.y.v1 * rate), top) } else { (self.x.x1, self.y.at(self.x.v1 / rate)) };
        let corner = if end_y > top { format!("L{} {}", n(self.x.x1), n(top)) } else { String::new() };
        let right = if end_y > top { String::new() } else { format!("L{} {}", n(self.x.x1), n(top)) };
        let start = format!("M{} {}L{} {}", n(LEFT), n(bottom), n(end_x), n(end_y));
        let plate = |x: f64, y: f64, words: &str, class: &str| {
            let w = sans_width(words, 12.0) + 14.0;
            let x = between(x, LEFT + w / 2.0 + 4.0, self.x.x1 - w / 2.0 - 4.0);
            [Shape::plate(x - w / 2.0, y - 14.0, w, 20.0, 4.0, "fp"), Shape::text(x, y, words, format!("c b {class}"))]
        };
        let mut marks = vec![
            Shape::path(format!("{start}{corner}L{} {}z", n(LEFT), n(top)), "gone").opacity("0.5"),
            Shape::path(format!("{start}{right}L{} {}z", n(self.x.x1), n(bottom)), "fok"),
        ];
        marks.extend(plate(LEFT + (end_x - LEFT) * 0.2, top + (bottom - top) * 0.14, t.sides[0], "xf"));
        // Between the lines of both points, or right of them where that is too narrow.
        let (least, point) = (self.x.at(self.sizes.least as f64), self.x.at(self.sizes.backlog as f64));
        let apart = sans_width(t.sides[1], 12.0) + 24.0;
        let x = if point - least > apart { f64::midpoint(least, point) } else { point + apart / 2.0 };
        marks.extend(plate(x, bottom - (bottom - top) * 0.16, t.sides[1], "x2"));
        marks.push(Shape::path(start, "fn sf w25"));
        marks
    }
    /// Axes.
    fn ticks(&self) -> Vec<Shape> {
        let (bottom, right) = (self.y.x0, self.x.x1);
        let mut marks = Vec::new();
        let step = nice_step((self.y.v1 / 5.0).max(1.0)) as f64;
        for at in (0..).map(|i| f64::from(i) * step).take_while(|at| *at <= self.y.v1) {
            let y = self.y.at(at);
            marks.push(Shape::path(format!("M{} {}H{}", n(LEFT), n(y), n(right)), "fn sl w1"));
            marks.push(Shape::text(LEFT - 6.0, y + 4.0, seconds_text(at as u64 * 1_000).replace(".000", ""), "m mu e"));
        }
        let steps = if right - LEFT > 420.0 { 8.0 } else { 4.0 };
        let step = (self.x.v1 / steps).max(1.0) as u64;
        let unit = 1_u64 << step.ilog2();
        let step = if unit * 3 / 2 <= step { unit * 2 } else { unit };
        for at in (0..).map(|i| i * step).take_while(|at| *at as f64 <= self.x.v1 + 1.0) {
            let x = self.x.at(at as f64);
            marks.push(Shape::path(format!("M{} {}v4", n(x), n(bottom)), "fn sr w1"));
            let last = x + 30.0 > right;
            marks.push(Shape::text(if last { right } else { x }, bottom + 17.0, bytes_text(at), if last { "m mu e" } else { "m mu c" }));
        }
        marks.push(Shape::text(f64::midpoint(LEFT, right), self.size.h - 6.0, "repl-backlog-size", "m mu c"));
        marks
    }
    /// The point of a run: a cross where it was too small, a ring for the least, a disc for the one that is recommended.
    fn run(&self, at: usize, run: &Shown, runs: usize, y: f64, t: &Words) -> Vec<Shape> {
        let x = self.x.at(run.size as f64);
        let rate = self.form.get(Field::Rate);
        let name = bytes_text(run.size);
        let small = self.sizes.smaller == Some(run.size);
        let label = match &run.asked {
            Some(asked) if asked.sent.is_some() => (t.left)(&name, &seconds_text(asked.spare_ms(rate).unsigned_abs())),
            Some(asked) => (t.late)(&name, &seconds_text(asked.spare_ms(rate).unsigned_abs())),
            None => name,
        };
        let mut marks = Vec::new();
        if at == 0 {
            marks.push(Shape::path(format!("M{} {}V{}", n(x), n(y), n(self.y.x0)), "fn si w1"));
            marks.push(Shape::circle(x, y, 8.0, "f2"));
            marks.push(Shape::path(format!("M{} {}l2.6 2.8l4.6 -5.4", n(x - 3.6), n(y)), "fn sp w2"));
        } else if small {
            marks.push(Shape::circle(x, y, 6.0, "fp sf w2"));
            marks.push(Shape::path(format!("M{} {}l5.2 5.2m0 -5.2l-5.2 5.2", n(x - 2.6), n(y - 2.6)), "fn sf w15"));
        } else {
            marks.push(Shape::path(format!("M{} {}V{}", n(x), n(y), n(self.y.x0)), "fn smu w1 d3"));
            marks.push(Shape::circle(x, y, 6.0, "fp s2 w2"));
        }
        // The recommended one stands below its point, the least lower still where both would touch, the one that is too small above.
        let w = sans_width(&label, 12.0);
        let low = y + 34.0 < self.y.x0 - 30.0;
        let (ty, class) = match (at, small) {
            (_, true) => (y - 14.0, "xf"),
            (0, _) => (if low { y + 19.0 } else { y - 30.0 }, "b"),
            _ => (if low { y + if runs > 1 { 37.0 } else { 19.0 } } else { y - 46.0 }, ""),
        };
        let end = small || x + 12.0 + w > self.x.x1;
        let tx = if end { between(x - 10.0, LEFT + w + 4.0, self.x.x1) } else { x + 12.0 };
        marks.push(Shape::text(
            tx,
            between(ty, TOP + 12.0, self.y.x0 - 4.0),
            label,
            format!("halop {class}{}", if end { " e" } else { "" }),
        ));
        marks
    }
}
