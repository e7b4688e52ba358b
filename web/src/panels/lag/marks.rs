//! The chart's marks, drawn where the layout says.

use super::layout::{Curve, FOOT, LEFT, byte_axis, known_gap, line, staircase};
use crate::action::Selection;
use crate::draw::place::{Taken, spread};
use crate::draw::replicas::{Replica, Standing};
use crate::draw::scale::{binary_step, nice_step, short_bytes, ticks};
use crate::draw::{Mark, Scale, Shape, Size, between, hue_of, mono_width, n, sans_width};
use crate::format::{grouped, span_us};
use crate::i18n::Strings;
use crate::i18n::glossary::{Rules, Term, entry};
use resync_core::era::Era;
use resync_core::order;
use resync_core::view::{Process, Stretch};
use resync_js::views::Views;

pub(super) struct Pen<'a> {
    pub(super) x: Scale,
    pub(super) now: f64,
    pub(super) size: Size,
    pub(super) t: &'static Strings,
    pub(super) curves: &'a [Curve<'a>],
    pub(super) selected: Option<u32>,
    pub(super) limit: Option<u64>,
}

impl Pen<'_> {
    fn right(&self) -> f64 {
        self.size.w - 10.0
    }
    fn width_of(&self, ix: u32) -> &'static str {
        if self.selected == Some(ix) { "w25" } else { "w15" }
    }
    /// A curve's line: its hue, its dashes, its width.
    fn stroke(&self, ix: u32) -> String {
        format!("{} {} {} fn", hue_of(ix).stroke(), hue_of(ix).dash(), self.width_of(ix))
    }
    fn grid(&self, y: f64, label: String) -> [Shape; 2] {
        [Shape::path(format!("M{LEFT} {}H{}", n(y), n(self.right())), "sl w1 fn"), Shape::text(LEFT - 3.0, y + 4.0, label, "m mu e")]
    }
    /// Values at the right end of the curves, moved apart.
    fn ends(&self, plot: (f64, f64), values: &[(u32, f64, String)]) -> Vec<Shape> {
        // Where there are more curves than lines of text, the selected one and the highest are named.
        let fit = ((plot.1 + 2.0 - plot.0) / 13.0) as usize + 1;
        let mut values: Vec<&(u32, f64, String)> = values.iter().collect();
        if values.len() > fit {
            order::sort_by(&mut values, |a, b| (self.selected != Some(a.0)).cmp(&(self.selected != Some(b.0))).then(a.1.total_cmp(&b.1)));
            values.truncate(fit);
        }
        let wanted: Vec<f64> = values.iter().map(|v| v.1).collect();
        let placed = spread(&wanted, 13.0, plot.0, plot.1 - 1.0);
        let x_now = self.x.at(self.now);
        let end = |((ix, y, text), label): (&&(u32, f64, String), f64)| {
            let words = Shape::text(x_now + 9.0, label + 4.0, text.clone(), format!("m b halo {}", hue_of(*ix).text()));
            [Shape::glyph(*ix, x_now, *y, 4.0), words]
        };
        values.iter().zip(placed).flat_map(end).collect()
    }

    /// What a screen reader hears of the present.
    pub(super) fn spoken(&self) -> String {
        let t = &self.t.figures.chart;
        self.curves
            .iter()
            .filter_map(|c| {
                let last = c.samples.last()?;
                let name = c.replica.map_or("", |r| r.node.name.as_str());
                Some((t.spoken)(name, last.lag_s, &known_gap(last).map_or_else(|| "?".to_owned(), grouped)))
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Everything on the chart, in the order in which it is drawn. `cursor` is the pointed moment, µs, if it lies in the window.
    pub(super) fn marks(&self, views: &Views, all: &[Replica], boxes: &[(f64, f64)], cursor: Option<u64>) -> Vec<Shape> {
        let bottom = boxes.last().map_or(self.size.h - FOOT, |b| b.1);
        let rule = |s: f64, class: &str| Shape::path(format!("M{} {}V{}", n(self.x.at(s)), n(boxes[0].0 - 11.0), n(bottom + 4.0)), class);
        let mut shapes = self.spans(views, all, boxes[0].0 - 13.0, bottom);
        // Words have a halo: what is drawn before them does not go through them.
        shapes.push(rule(self.now, "si w1 fn d3"));
        shapes.push(self.lag(boxes[0]));
        shapes.push(self.gap(boxes[1]));
        shapes.extend(boxes.get(2).map(|third| self.staleness(*third)));
        shapes.extend(self.time_axis(bottom));
        if let Some(us) = cursor {
            shapes.push(rule(us as f64 / 1e6, "si w15 fn"));
            shapes.extend(self.read(us, boxes));
        }
        shapes
    }

    /// What a language calls a term.
    fn word(&self, of: Term) -> &'static str {
        entry(self.t, of, Rules::of(Era::V7_0)).word
    }

    fn lag(&self, plot: (f64, f64)) -> Shape {
        let t = &self.t.figures.chart;
        let most = self.curves.iter().flat_map(|c| c.samples.iter().filter_map(|s| s.lag_s)).max().unwrap_or(0).max(4);
        let step = nice_step(most as f64 / 2.4);
        let highest = (most + step - 1) / step * step;
        let y = Scale::new(0.0, highest as f64, plot.1, plot.0 + 1.0);
        let mut labels = Taken::default();
        let ends: Vec<(u32, f64, String)> = self
            .curves
            .iter()
            .filter_map(|c| c.samples.last().and_then(|s| s.lag_s).map(|lag| (c.ix, y.held(lag as f64), lag.to_string())))
            .collect();
        let no_line = |c: &Curve| -> Option<f64> {
            let had = c.samples.iter().rposition(|s| s.lag_s.is_some());
            // Who never had a line has lost none.
            if had.is_none() && c.replica.is_none_or(|r| r.applied.is_none()) {
                return None;
            }
            let at = had.map_or(0, |i| i + 1);
            let s = c.samples.get(at)?;
            (c.samples.last()?.lag_s.is_none()).then(|| self.x.held(s.at_us as f64 / 1e6))
        };
        let mut shapes: Vec<Shape> = ticks(0, highest, step).flat_map(|v| self.grid(y.at(v as f64), v.to_string())).collect();
        shapes.push(Shape::text(LEFT, plot.0 - 9.0, t.lag, "mu halo").explains(Term::Lag, self.word(Term::Lag)));
        shapes.extend(self.curves.iter().map(|c| Shape::path(staircase(&c.samples, self.x, y), self.stroke(c.ix))));
        for (c, x) in self.curves.iter().filter_map(|c| no_line(c).map(|x| (c, x))) {
            let text = format!("{} {}", Mark::of(c.ix).char(), t.no_line);
            let w = sans_width(&text, 12.0);
            let middle = between(x, LEFT + 1.0 + w * 0.5, self.right() - w * 0.5);
            // One above the other where several ended together.
            let row = |i: &i32| labels.take(middle - w * 0.5 + 1_000.0 * f64::from(*i), middle + w * 0.5 + 1_000.0 * f64::from(*i));
            let row = (0..3).find(row).unwrap_or(0);
            shapes.push(Shape::path(format!("M{} {}v8", n(x), n(plot.1 - 14.0)), format!("{} w1 fn", hue_of(c.ix).stroke())));
            shapes.push(Shape::glyph(c.ix, x, plot.1 - 6.0, 4.0));
            let base = plot.1 - 18.0 - 15.0 * f64::from(row);
            // In a low plot the words of one are enough: they would meet those above the plot.
            if row == 0 || base - 11.0 > plot.0 - 6.0 {
                shapes.push(Shape::text(middle, base, text, format!("c halo {}", hue_of(c.ix).text())).explains(Term::NoLine, t.no_line));
            }
        }
        shapes.extend(self.ends((plot.0 - 4.0, plot.1), &ends));
        Shape::group(shapes, "plot")
    }

    fn gap(&self, plot: (f64, f64)) -> Shape {
        let t = &self.t.figures.chart;
        let most = self.curves.iter().flat_map(|c| c.samples.iter().filter_map(known_gap)).max().unwrap_or(0);
        let (highest, on_axis) = byte_axis(most, self.limit);
        let y = Scale::new(0.0, highest, plot.1, plot.0);
        let step = binary_step(highest / 2.2);
        let forecasts = self.curves.iter().filter_map(|c| {
            let replica = c.replica?;
            // Of those that are there the selected one shows what would come of a cut.
            let (runway, away) = match replica.standing {
                Standing::Away(left) => (left?, true),
                Standing::Streaming if self.selected == Some(c.ix) => (replica.node.truth.as_ref()?.if_cut?, false),
                _ => return None,
            };
            let gap = known_gap(c.samples.last()?)? as f64;
            (runway.partial_now && runway.bytes > 0).then_some((c.ix, gap, runway.bytes as f64, runway.ms?, away))
        });
        let ends: Vec<(u32, f64, String)> = self
            .curves
            .iter()
            .filter_map(|c| c.samples.last().and_then(known_gap).map(|gap| (c.ix, y.held(gap as f64), grouped(gap))))
            .collect();
        let mut shapes: Vec<Shape> = ticks(0, highest as i64, step).flat_map(|v| self.grid(y.at(v as f64), short_bytes(v))).collect();
        shapes.push(Shape::text(LEFT, plot.0 - 9.0, t.gap, "mu halo").explains(Term::Gap, self.word(Term::Gap)));
        // Its words stand at the left under the line, where no value ends.
        let words = match self.limit {
            Some(limit) if on_axis => {
                let at = y.at(limit as f64);
                shapes.push(Shape::path(format!("M{LEFT} {}H{}", n(at), n(self.right())), "sf w15 fn"));
                Some(Shape::text(
                    LEFT + 5.0,
                    if at + 15.0 < plot.1 { at + 13.0 } else { at - 5.0 },
                    (t.limit)(&grouped(limit as i64)),
                    "xf halo",
                ))
            }
            Some(limit) => {
                let words = (t.limit_above)(&grouped(limit as i64));
                let room = self.right() - 2.0 - LEFT - sans_width(t.gap, 12.0) - 12.0;
                (sans_width(&words, 12.0) <= room).then(|| Shape::text(self.right() - 2.0, plot.0 - 9.0, words, "mu e halo"))
            }
            None => None,
        };
        for c in self.curves {
            let d = line(&c.samples, self.x, y, |s| known_gap(s).map(|gap| gap as f64));
            shapes.push(Shape::path(d.clone(), self.stroke(c.ix)));
            shapes.push(Shape::path(d, "grab").selects(Selection::Node(c.ix)));
        }
        for (ix, gap, left, ms, away) in forecasts {
            let end = self.now + ms as f64 / 1e3;
            let part = ((self.x.v1 - self.now) / (end - self.now).max(1e-6)).min(1.0);
            let (x1, y1) = (self.x.at(self.now + (end - self.now) * part), y.held(gap + left * part));
            let d = format!("M{} {}L{} {}", n(self.x.at(self.now)), n(y.held(gap)), n(x1), n(y1));
            shapes.push(Shape::path(d, format!("{} w1 fn d3", if away { hue_of(ix).stroke() } else { "smu" })));
            // Above its end, where the line itself is lower.
            let said = self.t.face.chart.if_cut;
            if !away && on_axis && x1 - self.x.at(self.now) > sans_width(said, 12.0) * 0.6 {
                shapes.push(Shape::text(self.right() - 2.0, between(y1 - 6.0, plot.0 + 12.0, plot.1 - 20.0), said, "mu e halo"));
            }
            if part >= 1.0 && on_axis {
                shapes.push(Shape::circle(x1, y1, 3.5, "fp sf w2"));
            }
        }
        shapes.extend(words);
        shapes.extend(self.ends(plot, &ends));
        Shape::group(shapes, "plot")
    }

    fn staleness(&self, plot: (f64, f64)) -> Shape {
        let t = &self.t.figures.chart;
        let most = self.curves.iter().flat_map(|c| c.samples.iter().filter_map(|s| s.staleness_ms)).max().unwrap_or(0).max(100);
        let y = Scale::new(0.0, most as f64 * 1.08, plot.1, plot.0);
        let step = nice_step(most as f64 / 1.9);
        let ends: Vec<(u32, f64, String)> = self
            .curves
            .iter()
            .filter_map(|c| c.samples.last().and_then(|s| s.staleness_ms).map(|ms| (c.ix, y.held(ms as f64), span_us(ms * 1000))))
            .collect();
        let label = |v: i64| if v >= 1_000 && v % 100 == 0 { format!("{}s", v as f64 / 1e3) } else { v.to_string() };
        let mut shapes: Vec<Shape> = ticks(0, most as i64, step).flat_map(|v| self.grid(y.at(v as f64), label(v))).collect();
        shapes.push(Shape::text(LEFT, plot.0 - 9.0, t.stale, "mu halo").explains(Term::Staleness, self.word(Term::Staleness)));
        let curve = |c: &Curve| Shape::path(line(&c.samples, self.x, y, |s| s.staleness_ms.map(|ms| ms as f64)), self.stroke(c.ix));
        shapes.extend(self.curves.iter().map(curve));
        shapes.extend(self.ends(plot, &ends));
        Shape::group(shapes, "plot")
    }

    /// Cuts, freezes and full resynchronisations of the shown replicas' links: marks in the plots, and words on the rail under the axis.
    fn spans(&self, views: &Views, all: &[Replica], top: f64, bottom: f64) -> Vec<Shape> {
        let t = &self.t.figures.chart;
        let (from, to) = (self.x.v0, self.now);
        let gap_top = bottom - (bottom - top) * 0.42;
        // What a freeze washes lies under all words.
        let (mut ground, mut out): (Vec<Shape>, Vec<Shape>) = (Vec::new(), Vec::new());
        let mut said: Vec<(f64, String, String)> = Vec::new();
        for r in all {
            let Some(lane) = r.link.and_then(|link| views.links().position(|l| l.ix == link.ix)).and_then(|i| views.lanes.get(i)) else {
                continue;
            };
            let (hue, glyph) = (hue_of(r.node.ix), Mark::of(r.node.ix).char());
            for s in lane.iter() {
                let (a, b) = (s.from_us as f64 / 1e6, (s.to_us as f64 / 1e6).min(to));
                if b <= from || a >= to || b <= a {
                    continue;
                }
                let (xa, xb) = (self.x.held(a), self.x.held(b));
                let (word, class) = match s.what {
                    Stretch::Frozen => {
                        ground.push(Shape::rect(xa, top, xb - xa, bottom - top + 6.0, "fhold"));
                        // A process that stands still is no frozen link, though the stream is as silent.
                        let paused = r.node.process == Process::Paused && s.to_us >= r.node.process_since_us;
                        (if paused { self.t.shell.bar.words.paused } else { t.frozen }, hue.text().to_owned())
                    }
                    Stretch::Cut => {
                        out.push(Shape::rect(xa, bottom + 1.0, xb - xa, 3.0, "ff").opacity(".8"));
                        if a >= from {
                            out.push(Shape::path(format!("M{} {}V{}", n(xa), n(gap_top), n(bottom + 4.0)), "sf w1 fn d3"));
                        }
                        (t.cut, "xf".to_owned())
                    }
                    Stretch::Full => {
                        out.push(Shape::rect(xa, bottom + 1.0, (xb - xa).max(2.0), 3.0, "fi"));
                        (t.full, hue.text().to_owned())
                    }
                    _ => continue,
                };
                said.push((xa, format!("{glyph} {word}"), class));
            }
        }
        out.extend(self.rail(said, bottom));
        ground.into_iter().chain(out).collect()
    }

    /// The words of the rail, each under its moment: the newest first, and where two would meet the older one gives way.
    fn rail(&self, mut said: Vec<(f64, String, String)>, bottom: f64) -> Vec<Shape> {
        order::sort_by(&mut said, |a, b| b.0.total_cmp(&a.0));
        let mut taken = Taken::default();
        let placed = said.into_iter().filter_map(|(x, text, class)| {
            let w = sans_width(&text, 12.0);
            let from = x.min(self.size.w - w - 1.0).max(2.0);
            taken.take(from - 4.0, from + w + 4.0).then(|| Shape::text(from, bottom + FOOT - 4.0, text, class))
        });
        placed.collect()
    }

    fn time_axis(&self, bottom: f64) -> Vec<Shape> {
        let step = nice_step((self.x.v1 - self.x.v0) / (((self.right() - LEFT) / 56.0).clamp(2.0, 8.0)));
        let y = bottom + 15.0;
        let values: Vec<i64> = ticks(self.x.v0.ceil() as i64, self.x.v1 as i64, step).collect();
        let count = values.len();
        values
            .into_iter()
            .enumerate()
            .map(|(i, v)| {
                let x = self.x.at(v as f64);
                let text = if i == 0 || i + 1 == count { format!("{v} s") } else { v.to_string() };
                let half = mono_width(&text, 12.0) * 0.5;
                Shape::text(between(x, LEFT - 2.0 + half, self.size.w - half - 1.0), y, text, "m mu c")
            })
            .collect()
    }

    /// The moment under the pointer, in figures.
    fn read(&self, us: u64, boxes: &[(f64, f64)]) -> [Shape; 2] {
        let x = self.x.at(us as f64 / 1e6);
        let text = format!("{:.1} s", us as f64 / 1e6);
        let w = mono_width(&text, 12.0) + 8.0;
        let left = between(x - w * 0.5, LEFT, self.right() - w);
        let y = boxes[0].0 - 23.0;
        [Shape::plate(left, y, w, 15.0, 3.0, "fp si"), Shape::text(left + w * 0.5, y + 11.5, text, "m c")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::replicas::replicas;
    use crate::draw::shape::{Form, words};
    use crate::fixture;
    use crate::i18n::Lang;
    use resync_core::view::Sample;

    fn sample(s: u64, lag_s: Option<i64>, gap: i64) -> Sample {
        Sample { at_us: s * 1_000_000, lag_s, offset: None, gap, staleness_ms: Some(0), head: gap + 64 }
    }

    /// The marks of a chart from 0 s to 20 s in a box of 370 × 208, at 10 s, of these samples of replica 1; the limit is 16 384 bytes.
    fn marks(samples: &[Sample], cursor: Option<u64>) -> Vec<Shape> {
        let views = fixture::plain();
        let all = replicas(&views);
        let curves = [Curve { ix: 1, replica: all.iter().find(|r| r.node.ix == 1), samples: samples.to_vec() }];
        let (x, size) = (Scale::new(0.0, 20.0, 30.0, 360.0), Size::new(370.0, 208.0));
        let pen = Pen { x, now: 10.0, size, t: Lang::En.strings(), curves: &curves, selected: None, limit: Some(16_384) };
        pen.marks(&views, &[], &[(28.0, 78.0), (114.0, 190.0)], cursor)
    }

    fn inside(marks: &[Shape], group: usize) -> &[Shape] {
        let groups = marks.iter().filter_map(|shape| if let Form::Group(inner) = &shape.form { Some(inner) } else { None });
        groups.map(Vec::as_slice).nth(group).expect("a plot")
    }

    #[test]
    fn a_line_that_info_lost_ends_where_it_ended_and_says_so() {
        let marks = marks(&[sample(0, Some(0), 0), sample(4, Some(1), 0), sample(6, None, 900), sample(10, None, 2_000)], None);
        let plot = inside(&marks, 0);
        assert!(plot.contains(&Shape::path("M30 78H96V65.8H129", "s1 d1 w15 fn")), "{plot:#?}");
        assert!(plot.contains(&Shape::glyph(1, 129.0, 72.0, 4.0)), "the mark stands at 6 s, where the line ended");
        assert!(words(plot).contains(&"● no line") && !words(plot).contains(&"0 s"));
    }

    #[test]
    fn the_gap_is_drawn_against_the_line_not_to_cross_and_selects_its_replica() {
        let marks = marks(&[sample(0, Some(0), 0), sample(10, Some(0), 8_192)], None);
        let plot = inside(&marks, 1);
        assert!(plot.contains(&Shape::path("M34 114H360", "sf w15 fn")), "the limit is the top of the axis");
        assert!(
            plot.contains(&Shape::path("M30 190L195 152", "grab").selects(Selection::Node(1))),
            "half the limit is half the height: {plot:#?}"
        );
        assert_eq!(words(plot).last(), Some(&"8\u{202f}192"), "the value stands at the end of its curve");
    }

    /// The page gives a figure what room there is, for a moment even none.
    #[test]
    fn a_chart_without_room_is_drawn_all_the_same() {
        let views = fixture::plain();
        let all = replicas(&views);
        let samples = [sample(0, Some(0), 0), sample(6, None, 900), sample(10, Some(1), 8_192)];
        let curves = [Curve { ix: 1, replica: all.iter().find(|r| r.node.ix == 1), samples: samples.to_vec() }];
        for (w, h) in [(370.0, 64.0), (20.0, 208.0), (0.0, 0.0)] {
            let x = Scale::new(0.0, 20.0, 30.0, w - 10.0);
            let pen =
                Pen { x, now: 10.0, size: Size::new(w, h), t: Lang::En.strings(), curves: &curves, selected: None, limit: Some(16_384) };
            let boxes = [(28.0, h * 0.4), (h * 0.5, h - 20.0)];
            assert!(!pen.marks(&views, &all, &boxes, Some(5_000_000)).is_empty(), "{w} × {h}");
        }
    }

    #[test]
    fn a_pointed_moment_is_the_last_thing_drawn() {
        let without = marks(&[sample(0, Some(0), 0)], None);
        let with = marks(&[sample(0, Some(0), 0)], Some(5_000_000));
        assert_eq!(with[..without.len()], without[..]);
        let added = &with[without.len()..];
        assert_eq!(added[0], Shape::path("M112.5 17V194", "si w15 fn"));
        assert_eq!(words(added), ["5.0 s"]);
    }
}
