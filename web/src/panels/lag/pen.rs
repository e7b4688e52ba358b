//! The chart's marks, drawn where the layout says.

use super::layout::{Curve, byte_axis, line, staircase};
use crate::action::{Action, Look, Selection};
use crate::draw::place::{Taken, spread};
use crate::draw::replicas::{Replica, Standing};
use crate::draw::scale::{binary_step, nice_step, short_bytes, ticks};
use crate::draw::{Mark, Scale, Size, hue_of, mark, mono_width, n, sans_width};
use crate::format::{grouped, span_us};
use crate::i18n::Strings;
use resync_core::view::Stretch;
use resync_js::views::Views;
use yew::{Callback, Html, MouseEvent, classes, html};

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
    fn grid(&self, y: f64, label: String) -> Html {
        html! { <><path d={format!("M30 {}H{}", n(y), n(self.right()))} class="sl w1 fn" /><text x="26" y={n(y + 4.0)} class="m mu e">{ label }</text></> }
    }
    /// Values at the right end of the curves, moved apart.
    fn ends(&self, plot: (f64, f64), values: &[(u32, f64, String)]) -> Html {
        // Where there are more curves than lines of text, the selected one and the highest are named.
        let fit = ((plot.1 + 2.0 - plot.0) / 13.0) as usize + 1;
        let mut values: Vec<&(u32, f64, String)> = values.iter().collect();
        if values.len() > fit {
            values.sort_by(|a, b| (self.selected != Some(a.0)).cmp(&(self.selected != Some(b.0))).then(a.1.total_cmp(&b.1)));
            values.truncate(fit);
        }
        let wanted: Vec<f64> = values.iter().map(|v| v.1).collect();
        let placed = spread(&wanted, 13.0, plot.0, plot.1 + 2.0);
        let x_now = self.x.at(self.now);
        values
            .iter()
            .zip(placed)
            .map(|((ix, y, text), label)| {
                html! {
                    <>
                        { mark::glyph(*ix, x_now, *y, 4.0) }
                        <text x={n(x_now + 9.0)} y={n(label + 4.0)} class={classes!("m", "b", "halo", hue_of(*ix).text())}>{ text.clone() }</text>
                    </>
                }
            })
            .collect()
    }

    /// What a screen reader hears of the present.
    pub(super) fn spoken(&self) -> String {
        let t = &self.t.figures.chart;
        self.curves
            .iter()
            .filter_map(|c| {
                let last = c.samples.last()?;
                let name = c.replica.map_or("", |r| r.node.name.as_str());
                Some((t.spoken)(name, last.lag_s, &grouped(last.gap)))
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    pub(super) fn lag(&self, plot: (f64, f64)) -> Html {
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
        html! {
            <g class="plot">
                { for ticks(0, highest, step).map(|v| self.grid(y.at(v as f64), v.to_string())) }
                <text x="30" y={n(plot.0 - 16.0)} class="mu">{ t.lag }</text>
                { for self.curves.iter().map(|c| html! {
                    <path d={staircase(&c.samples, self.x, y)} class={classes!(hue_of(c.ix).stroke(), hue_of(c.ix).dash(), self.width_of(c.ix), "fn")} />
                }) }
                { for self.curves.iter().filter_map(|c| no_line(c).map(|x| (c, x))).map(|(c, x)| {
                    let text = format!("{} {}", Mark::of(c.ix).char(), t.no_line);
                    let w = sans_width(&text, 11.5);
                    let middle = x.clamp(31.0 + w * 0.5, self.right() - w * 0.5);
                    // One above the other where several ended together.
                    let line = (0..3).find(|i| labels.take(middle - w * 0.5 + 1_000.0 * f64::from(*i), middle + w * 0.5 + 1_000.0 * f64::from(*i))).unwrap_or(0);
                    let base = plot.1 - 18.0 - 13.0 * f64::from(line);
                    html! {
                        <>
                            <path d={format!("M{} {}v8", n(x), n(plot.1 - 14.0))} class={classes!(hue_of(c.ix).stroke(), "w1", "fn")} />
                            { mark::glyph(c.ix, x, plot.1 - 6.0, 4.0) }
                            <text x={n(middle)} y={n(base)} class={classes!("c", "halo", hue_of(c.ix).text())}>{ text }</text>
                        </>
                    }
                }) }
                { self.ends((plot.0 - 4.0, plot.1), &ends) }
            </g>
        }
    }

    pub(super) fn gap(&self, plot: (f64, f64), on: &Callback<Action>) -> Html {
        let t = &self.t.figures.chart;
        let most = self.curves.iter().flat_map(|c| c.samples.iter().map(|s| s.gap)).max().unwrap_or(0);
        let (highest, on_axis) = byte_axis(most, self.limit);
        let y = Scale::new(0.0, highest, plot.1, plot.0);
        let step = binary_step(highest / 2.2);
        let forecasts = self.curves.iter().filter_map(|c| match c.replica?.standing {
            Standing::Away(Some(runway)) if runway.partial_now && runway.bytes > 0 => {
                let gap = c.samples.last()?.gap as f64;
                Some((c.ix, gap, runway.bytes as f64, runway.ms?))
            }
            _ => None,
        });
        let ends: Vec<(u32, f64, String)> =
            self.curves.iter().filter_map(|c| c.samples.last().map(|s| (c.ix, y.held(s.gap as f64), grouped(s.gap)))).collect();
        // The limit's words stand at the right, unless a curve ends there.
        let crowded = self.limit.is_some_and(|limit| ends.iter().any(|(_, at, _)| (at - y.at(limit as f64) + 5.0).abs() < 16.0));
        html! {
            <g class="plot">
                { for ticks(0, highest as i64, step).map(|v| self.grid(y.at(v as f64), short_bytes(v))) }
                <text x="30" y={n(plot.0 - 14.0)} class="mu">{ t.gap }</text>
                if let (true, Some(limit)) = (on_axis, self.limit) {
                    <path d={format!("M30 {}H{}", n(y.at(limit as f64)), n(self.right()))} class="sf w15 fn" />
                    <text x={if crowded { "34".to_owned() } else { n(self.right() - 2.0) }} y={n(y.at(limit as f64) - 5.0)} class={classes!("xf", "halo", (!crowded).then_some("e"))}>{ (t.limit)(&grouped(limit as i64)) }</text>
                } else if let Some(limit) = self.limit {
                    <text x={n(self.right() - 2.0)} y={n(plot.0 - 14.0)} class="mu e">{ (t.limit_above)(&grouped(limit as i64)) }</text>
                }
                { for self.curves.iter().map(|c| {
                    let ix = c.ix;
                    let onclick = on.reform(move |event: MouseEvent| { event.stop_propagation(); Action::Look(Look::Select(Selection::Node(ix))) });
                    let d = line(&c.samples, self.x, y, |s| Some(s.gap as f64));
                    html! {
                        <>
                            <path d={d.clone()} class={classes!(hue_of(ix).stroke(), hue_of(ix).dash(), self.width_of(ix), "fn")} />
                            <path {d} class="grab" {onclick} />
                        </>
                    }
                }) }
                { for forecasts.map(|(ix, gap, left, ms)| {
                    let end = self.now + ms as f64 / 1e3;
                    let part = ((self.x.v1 - self.now) / (end - self.now).max(1e-6)).min(1.0);
                    let (x1, y1) = (self.x.at(self.now + (end - self.now) * part), y.held(gap + left * part));
                    html! {
                        <>
                            <path d={format!("M{} {}L{} {}", n(self.x.at(self.now)), n(y.held(gap)), n(x1), n(y1))} class={classes!(hue_of(ix).stroke(), "w1", "fn", "d3")} />
                            if part >= 1.0 && on_axis { <circle cx={n(x1)} cy={n(y1)} r="3.5" class="fp sf w2" /> }
                        </>
                    }
                }) }
                { self.ends(plot, &ends) }
            </g>
        }
    }

    pub(super) fn staleness(&self, plot: (f64, f64)) -> Html {
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
        html! {
            <g class="plot">
                { for ticks(0, most as i64, step).map(|v| self.grid(y.at(v as f64), label(v))) }
                <text x="30" y={n(plot.0 - 14.0)} class="mu">{ t.stale }</text>
                { for self.curves.iter().map(|c| html! {
                    <path d={line(&c.samples, self.x, y, |s| s.staleness_ms.map(|ms| ms as f64))} class={classes!(hue_of(c.ix).stroke(), hue_of(c.ix).dash(), self.width_of(c.ix), "fn")} />
                }) }
                { self.ends(plot, &ends) }
            </g>
        }
    }

    /// Cuts, freezes and full resynchronisations of the shown replicas' links.
    pub(super) fn spans(&self, views: &Views, all: &[Replica], top: f64, bottom: f64) -> Html {
        let t = &self.t.figures.chart;
        let mut labels = Taken::default();
        let mut label = |x: f64, text: &str| -> Option<f64> {
            let w = sans_width(text, 11.2);
            (0..3).find(|i| labels.take(x + 1_000.0 * f64::from(*i), x + w + 1_000.0 * f64::from(*i))).map(|i| 13.0 * f64::from(i))
        };
        let (from, to) = (self.x.v0, self.now);
        let gap_top = bottom - (bottom - top) * 0.42;
        // What a freeze washes lies under all words.
        let (mut ground, mut out): (Vec<Html>, Vec<Html>) = (Vec::new(), Vec::new());
        for r in all {
            let Some(lane) =
                r.link.and_then(|link| views.cluster.links.iter().position(|l| l.ix == link.ix)).and_then(|i| views.lanes.get(i))
            else {
                continue;
            };
            let (hue, glyph) = (hue_of(r.node.ix), Mark::of(r.node.ix).char());
            for s in lane {
                let (a, b) = (s.from_us as f64 / 1e6, (s.to_us as f64 / 1e6).min(to));
                if b <= from || a >= to || b <= a {
                    continue;
                }
                let (xa, xb) = (self.x.held(a), self.x.held(b));
                match s.what {
                    Stretch::Frozen => {
                        let height = bottom - top + 6.0;
                        ground.push(html! { <rect x={n(xa)} y={n(top)} width={n(xb - xa)} height={n(height)} class="fhold" /> });
                        out.push(html! {
                            if let Some(dy) = label(xa + 4.0, t.frozen) { <text x={n(xa + 4.0)} y={n(top + 12.0 + dy)}>{ format!("{glyph} {}", t.frozen) }</text> }
                        });
                    }
                    Stretch::Cut => out.push(html! {
                        <>
                            if a >= from { <path d={format!("M{} {}V{}", n(xa), n(gap_top), n(bottom + 4.0))} class="sf w1 fn d3" /> }
                            <rect x={n(xa)} y={n(bottom + 1.0)} width={n(xb - xa)} height="3" class="ff" opacity=".8" />
                            if let Some(dy) = label(xa + 3_000.0, t.cut) { if a >= from { <text x={n(xa + 4.0)} y={n(gap_top + 12.0 + dy)} class="xf halo">{ format!("{glyph} {}", t.cut) }</text> } }
                        </>
                    }),
                    Stretch::Full => out.push(html! {
                        <>
                            <rect x={n(xa)} y={n(bottom + 1.0)} width={n((xb - xa).max(2.0))} height="3" class="fi" />
                            if let Some(dy) = label(xa + 6_000.0, t.full) {
                                // Near the present the values have the place at its right: it stands at its left, or, where there is none, above them.
                                if xa + 74.0 < self.x.at(self.now) || xa - 78.0 < self.x.at(from) {
                                    <text x={n(xa + 4.0)} y={n(bottom - 8.0 - dy - if xa + 74.0 < self.x.at(self.now) { 0.0 } else { 20.0 })} class={classes!("halo", hue.text())}>{ format!("{glyph} {}", t.full) }</text>
                                } else {
                                    <text x={n(xa - 4.0)} y={n(bottom - 8.0 - dy)} class={classes!("halo", "e", hue.text())}>{ format!("{glyph} {}", t.full) }</text>
                                }
                            }
                        </>
                    }),
                    _ => {}
                }
            }
        }
        ground.into_iter().chain(out).collect()
    }

    pub(super) fn time_axis(&self, bottom: f64) -> Html {
        let step = nice_step((self.x.v1 - self.x.v0) / (((self.right() - 30.0) / 56.0).clamp(2.0, 8.0)));
        let y = (bottom + 16.0).min(self.size.h - 2.0);
        let values: Vec<i64> = ticks(self.x.v0.ceil() as i64, self.x.v1 as i64, step).collect();
        let count = values.len();
        values
            .into_iter()
            .enumerate()
            .map(|(i, v)| {
                let x = self.x.at(v as f64);
                let text = if i == 0 || i + 1 == count { format!("{v} s") } else { v.to_string() };
                let half = mono_width(&text, 11.0) * 0.5;
                html! { <text x={n(x.clamp(28.0 + half, self.size.w - half - 1.0))} y={n(y)} class="m mu c">{ text }</text> }
            })
            .collect()
    }

    /// The moment under the pointer, in figures.
    pub(super) fn read(&self, us: u64, boxes: &[(f64, f64)]) -> Html {
        let x = self.x.at(us as f64 / 1e6);
        let text = format!("{:.1} s", us as f64 / 1e6);
        let w = mono_width(&text, 11.0) + 8.0;
        let left = (x - w * 0.5).clamp(30.0, self.right() - w);
        let y = boxes[0].0 - 24.0;
        html! { <><rect x={n(left)} y={n(y)} width={n(w)} height="15" rx="3" class="fp si" /><text x={n(left + w * 0.5)} y={n(y + 11.5)} class="m c">{ text }</text></> }
    }
}
