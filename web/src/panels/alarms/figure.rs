//! What a rule saw at each scrape, what it made of that, and the truth: over one axis of time, whose zero is the beginning of what goes wrong.

use super::words::said;
use crate::alarm::Shown;
use crate::alarm::timeline::{Curve, Lines, lines};
use crate::draw::{Scale, Size, clip_sans, n, sans_width, scale::nice_step, use_size};
use crate::format::grouped;
use crate::i18n::alarms::Alarms;
use crate::i18n::{Strings, alarms_of};
use crate::panels::count::rendered;
use resync_alarms::weather::BEGINS_MS;
use std::rc::Rc;
use yew::{Html, Properties, component, html, use_memo, use_node_ref};

/// What the figure shows.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct FigureProps {
    /// What is chosen.
    pub shown: Rc<Shown>,
    /// The moment of the run that is open, ms.
    #[prop_or_default]
    pub now_ms: Option<i64>,
    /// Strings.
    pub t: &'static Strings,
}

/// The figure.
#[component]
pub(super) fn AlarmFigure(props: &FigureProps) -> Html {
    rendered();
    let frame = use_node_ref();
    let size = use_size(&frame, Size::new(760.0, 300.0));
    let t = alarms_of(props.t);
    let drawn = use_memo(Rc::clone(&props.shown), |shown| {
        let (seen, tried) = shown.tried()?;
        Some(lines(seen, &shown.row().rule, tried))
    });
    let picture = match &*drawn {
        None => html! { <p class="empty">{ t.waits }</p> },
        Some(lines) => {
            let pen = Pen::new(lines, size, t);
            html! {
                <svg viewBox={size.view_box()} role="img" aria-label={said(&props.shown, t)}>
                    { pen.axis() }{ pen.event((t.event)(props.shown.weather().id)) }{ pen.scrapes() }{ pen.compared() }{ pen.state() }{ pen.truth() }{ pen.now(props.now_ms) }
                </svg>
            }
        }
    };
    html! { <div class="figure" ref={frame}>{ picture }</div> }
}

/// Where the rows stand.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Rows {
    scrape: f64,
    plot: (f64, f64),
    state: (f64, f64),
    truth: (f64, f64),
}

/// Height of the rule's band.
const BAND: f64 = 22.0;
/// Narrower than this the rows' names stand above them.
const NARROW: f64 = 560.0;

impl Rows {
    fn of(size: Size) -> Rows {
        let name = if size.w < NARROW { 17.0 } else { 0.0 };
        let scrape = 28.0 + name;
        let fixed = scrape + 16.0 + BAND + 28.0 + 26.0 + 3.0 * name;
        let room = (size.h - fixed).max(40.0);
        let plot = (scrape + 16.0 + name, scrape + 16.0 + name + room * 0.56);
        let state = (plot.1 + 14.0 + name, plot.1 + 14.0 + name + BAND);
        let truth = (state.1 + 14.0 + name, (size.h - 26.0).max(state.1 + 15.0 + name));
        Rows { scrape, plot, state, truth }
    }
}

struct Pen<'a> {
    lines: &'a Lines,
    size: Size,
    t: &'static Alarms,
    x: Scale,
    rows: Rows,
}

/// A number as it stands at an axis.
fn number(value: f64) -> String {
    if value.abs() >= 10.0 || value.fract().abs() < 0.05 { grouped(value.round() as i64) } else { n(value) }
}

fn seconds(ms: i64) -> f64 {
    (ms - BEGINS_MS) as f64 / 1_000.0
}

impl<'a> Pen<'a> {
    fn new(lines: &'a Lines, size: Size, t: &'static Alarms) -> Pen<'a> {
        let left = if size.w < NARROW { 64.0 } else { 128.0 };
        let x = Scale::new(seconds(lines.from_ms), seconds(lines.to_ms), left, (size.w - 12.0).max(left + 40.0));
        Pen { lines, size, t, x, rows: Rows::of(size) }
    }
    fn at(&self, ms: i64) -> f64 {
        self.x.at(seconds(ms))
    }
    fn narrow(&self) -> bool {
        self.size.w < NARROW
    }
    /// A row's name: left of it, or above it.
    fn name(&self, name: &'static str, beside: Option<&'static str>, top: f64, middle: f64) -> Html {
        let (y, beside_y) = if self.narrow() { (top - 6.0, top - 6.0) } else { (middle + 4.0, middle + 19.0) };
        let beside_x = if self.narrow() { sans_width(name, 12.0) + 10.0 } else { 0.0 };
        let room = if self.narrow() { self.size.w - beside_x } else { 0.0 };
        html! {
            <>
                <text x="0" y={n(y)} class="b">{ name }</text>
                if let Some(beside) = beside.filter(|_| self.narrow()) { <text x={n(beside_x)} y={n(beside_y)} class="mu">{ clip_sans(beside, room, 12.0) }</text> }
            </>
        }
    }
    fn axis(&self) -> Html {
        let (from, to) = (seconds(self.lines.from_ms), seconds(self.lines.to_ms));
        let step = nice_step(46.0 / self.x.per_unit());
        let step = if step == 50 && self.x.per_unit() * 60.0 >= 46.0 { 60 } else { step };
        let first = (from / step as f64).ceil() as i64;
        let last = (to / step as f64).floor() as i64;
        let (top, bottom) = (self.rows.scrape, self.rows.truth.1);
        (first..=last)
            .map(|at| {
                let s = at * step;
                let x = n(self.x.at(s as f64));
                let words = if s == 0 { "0 s".to_owned() } else { grouped(s) };
                html! { <g key={s}><path d={format!("M{x} {}V{}", n(top), n(bottom))} class="fn sl w1" /><text {x} y={n(bottom + 17.0)} class="m mu c">{ words }</text></g> }
            })
            .collect()
    }
    fn event(&self, event: &str) -> Html {
        let x = self.at(BEGINS_MS);
        let room = self.size.w - x - 8.0;
        html! {
            <>
                <path d={format!("M{} 6V{}", n(x), n(self.rows.truth.1))} class="fn sf w15 d3" />
                <text x={n(x + 6.0)} y="12" class="xf">{ clip_sans(event, room, 12.0) }</text>
            </>
        }
    }
    fn scrapes(&self) -> Html {
        let y = self.rows.scrape;
        let one = |(ms, there): &(i64, bool)| {
            let x = self.at(*ms);
            if *there {
                html! { <circle key={*ms} cx={n(x)} cy={n(y)} r="3.6" class="fp si w15" /> }
            } else {
                html! { <path key={*ms} d={format!("M{} {}l7 7m-7 0l7 -7", n(x - 3.5), n(y - 3.5))} class="fn sf w15" /> }
            }
        };
        html! { <>{ self.name(self.t.figure.scrape, None, y - 7.0, y) }{ for self.lines.scrapes.iter().map(one) }</> }
    }
    /// The values that are compared, with the line from which on the rule holds.
    fn compared(&self) -> Html {
        let (top, bottom) = self.rows.plot;
        let values = || self.lines.curves.iter().flat_map(|curve| curve.points.iter().filter_map(|(_, value)| *value));
        let name = self.name(self.t.figure.compares, None, top, f64::midpoint(top, bottom));
        if values().next().is_none() {
            return html! { <>{ name }<text x={n(self.x.x0)} y={n(f64::midpoint(top, bottom) + 4.0)} class="mu">{ self.t.figure.no_series }</text></> };
        }
        let limit = self.lines.limit.and_then(|(op, with)| Some((op, with?)));
        let (mut least, mut most) = values().fold((0.0_f64, 0.0_f64), |(least, most), value| (least.min(value), most.max(value)));
        let shown = limit.filter(|(_, with)| with.abs() <= 16.0 * most.max(-least).max(1.0));
        if let Some((_, with)) = shown {
            (least, most) = (least.min(with), most.max(with));
        }
        let most = if most - least < 1e-9 { least + 1.0 } else { most + (most - least) * 0.08 };
        let y = Scale::new(least, most, bottom, top);
        let tick = |value: f64| html! { <text x={n(self.x.x0 - 8.0)} y={n(y.at(value) + 4.0)} class="m mu e">{ number(value) }</text> };
        let high = values().fold(least, f64::max);
        let line = limit.map(|(op, with)| {
            let words = format!("{op} {}", number(with));
            let (at, words) = if shown.is_some() { (y.at(with), words) } else { (top, format!("{words} ↑")) };
            html! {
                <>
                    if shown.is_some() { <path d={format!("M{} {}H{}", n(self.x.x0), n(at), n(self.x.x1))} class="fn si w1 d2" /> }
                    <text x={n(self.x.x0 + 6.0)} y={n((at - 5.0).max(top + 2.0))} class="m halo">{ words }</text>
                </>
            }
        });
        let curves = self.lines.curves.iter().enumerate().map(|(at, curve)| self.curve(at, curve, y));
        html! { <>{ name }{ tick(least) }if high - least > (most - least) * 0.25 { { tick(high) } }{ line }{ for curves }{ self.curve_names(y) }</> }
    }
    fn curve(&self, at: usize, curve: &Curve, y: Scale) -> Html {
        let (stroke, dash) = ([("s1", "d1"), ("s2", "d2"), ("s3", "d3")])[at % 3];
        let mut d = String::new();
        let mut drawing = false;
        for (ms, value) in &curve.points {
            if let Some(value) = value {
                d.push_str(&format!("{}{} {}", if drawing { "L" } else { "M" }, n(self.at(*ms)), n(y.held(*value))));
            }
            drawing = value.is_some();
        }
        let dots = curve.points.iter().filter_map(|(ms, value)| Some((ms, (*value)?)));
        html! {
            <g key={at}>
                <path {d} class={format!("fn w2 {stroke} {dash}")} />
                { for dots.map(|(ms, value)| html! { <circle key={*ms} cx={n(self.at(*ms))} cy={n(y.held(value))} r="3.4" class={format!("fp w2 {stroke}")} /> }) }
            </g>
        }
    }
    /// Each curve's name, behind its last point, one below the other where they would lie on each other.
    fn curve_names(&self, y: Scale) -> Html {
        let mut names: Vec<(f64, f64, usize, &str)> = Vec::new();
        for (at, curve) in self.lines.curves.iter().enumerate() {
            let Some((ms, value)) = curve.points.iter().rev().find_map(|(ms, value)| Some((*ms, (*value)?))) else { continue };
            names.push((y.held(value), self.at(ms), at, &curve.name));
        }
        resync_core::order::sort_by(&mut names, |a, b| a.0.total_cmp(&b.0));
        let mut below = f64::MIN;
        let all: Vec<Html> = names
            .into_iter()
            .map(|(at, x, hue, name)| {
                let y = (at - 8.0).max(below + 14.0).max(self.rows.plot.0 + 8.0);
                below = y;
                let paint = ["x1", "x2", "x3"][hue % 3];
                let end = x + sans_width(name, 12.0) + 16.0 > self.x.x1;
                let (x, anchor) = if end { (x - 8.0, "e") } else { (x + 8.0, "") };
                html! { <text key={hue} x={n(x)} y={n(y)} class={format!("b halo {paint} {anchor}")}>{ name.to_owned() }</text> }
            })
            .collect();
        html! { <>{ for all }</> }
    }
    /// When it was pending, and when it rang.
    fn state(&self) -> Html {
        let (top, bottom) = self.rows.state;
        let (lines, words) = (self.lines, &self.t.figure);
        let band = |(from, to): &(i64, i64), paint: &'static str| {
            let (x0, x1) = (self.at(*from), self.at(*to));
            html! { <rect x={n(x0)} y={n(top)} width={n((x1 - x0).max(2.0))} height={n(BAND)} class={paint} /> }
        };
        let label = |(from, to): &(i64, i64), text: String, paint: &'static str| {
            let (x0, x1) = (self.at(*from), self.at(*to));
            let fits = sans_width(&text, 12.0) + 10.0 < x1 - x0;
            if fits {
                html! { <text x={n(f64::midpoint(x0, x1))} y={n(bottom - 7.0)} class={paint}>{ text }</text> }
            } else {
                Html::default()
            }
        };
        let none = lines.pending.is_empty() && lines.firing.is_empty();
        html! {
            <>
                { self.name(words.state, None, top, f64::midpoint(top, bottom)) }
                <rect x={n(self.x.x0)} y={n(top)} width={n(self.x.x1 - self.x.x0)} height={n(BAND)} class="fwash" />
                { for lines.pending.iter().map(|span| band(span, "fhold swl w15")) }
                { for lines.firing.iter().map(|span| band(span, "fi")) }
                { for lines.pending.iter().map(|span| label(span, (words.pending)((span.1 - span.0) / 1_000), "b c")) }
                { for lines.firing.iter().map(|span| label(span, words.firing.to_owned(), "b c on-ink")) }
                if none { <text x={n(self.x.x0 + 8.0)} y={n(bottom - 7.0)} class="mu">{ words.nothing }</text> }
            </>
        }
    }
    /// The most that a replica lacked.
    fn truth(&self) -> Html {
        let (top, bottom) = self.rows.truth;
        let words = &self.t.figure;
        let most = self.lines.truth.iter().map(|(_, gap)| *gap).max().unwrap_or_default().max(1);
        let y = Scale::new(0.0, most as f64, bottom, top + 4.0);
        let mut d = String::new();
        for (at, (ms, gap)) in self.lines.truth.iter().enumerate() {
            d.push_str(&format!("{}{} {}", if at == 0 { "M" } else { "L" }, n(self.at(*ms)), n(y.at((*gap).max(0) as f64))));
        }
        let ends = self.lines.truth.first().zip(self.lines.truth.last()).map(|(first, last)| (self.at(first.0), self.at(last.0)));
        let area = ends.map(|(from, to)| format!("{d}H{}V{}H{}z", n(to), n(bottom), n(from)));
        let tick =
            |value: i64| html! { <text x={n(self.x.x0 - 8.0)} y={n(y.at(value as f64) + 4.0)} class="m mu e">{ grouped(value) }</text> };
        html! {
            <>
                { self.name(words.truth, Some(words.lacks), top, f64::midpoint(top, bottom)) }
                <path d={area.unwrap_or_default()} class="fhold" /><path {d} class="fn si w2" />
                { tick(0) }{ tick(most) }
                if !self.narrow() { <text x={n(self.x.x0 + 8.0)} y={n(top + 12.0)} class="mu halo">{ words.lacks }</text> }
            </>
        }
    }
    /// The moment of the run that is open.
    fn now(&self, now_ms: Option<i64>) -> Html {
        let Some(ms) = now_ms.filter(|ms| (self.lines.from_ms..=self.lines.to_ms).contains(ms)) else { return Html::default() };
        let x = self.at(ms);
        html! { <><path d={format!("M{} 18V{}", n(x), n(self.rows.truth.1))} class="fn si w2" /><text x={n(x)} y={n(self.rows.truth.1 - 4.0)} class="b c halo">{ self.t.figure.now }</text></> }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_one_below_the_other_in_any_box() {
        for size in [Size::new(1_028.0, 300.0), Size::new(316.0, 320.0), Size::new(200.0, 60.0)] {
            let rows = Rows::of(size);
            assert!(rows.scrape < rows.plot.0 && rows.plot.0 < rows.plot.1, "{rows:?}");
            assert!(rows.plot.1 < rows.state.0 && rows.state.1 < rows.truth.0 && rows.truth.0 < rows.truth.1, "{rows:?}");
        }
        assert_eq!((number(0.0), number(-1.0), number(12.34), number(0.5)), ("0".into(), "−1".into(), "12".into(), "0.5".into()));
    }
}
