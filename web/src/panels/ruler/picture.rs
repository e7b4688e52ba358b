//! The ruler's marks, drawn where the layout says.

use super::layout::{Layout, NARROW, SIDE, times};
use crate::action::{Action, Selection};
use crate::draw::replicas::{Replica, Standing};
use crate::draw::scale::{nice_step, ticks};
use crate::draw::selecting::selecting;
use crate::draw::{Scale, Size, age_opacity, clip, hue_of, mark, mono_width, n, sans_width};
use crate::format::grouped;
use crate::i18n::Strings;
use crate::i18n::glossary::Term;
use crate::panels::count::rendered;
use crate::panels::words::word;
use resync_core::view::{BacklogView, NodeIx, NodeView, Process, StreamCommand, VerdictView};
use yew::{Callback, Html, classes, component, html};

/// Number of steps of the age ramp.
const RAMP: u32 = 48;

#[component]
fn Ramp() -> Html {
    rendered();
    (0..RAMP)
        .map(|i| {
            let newness = f64::from(i) / f64::from(RAMP - 1);
            html! { <rect x={i.to_string()} y="0" width="1.02" height="1" class="fnew" opacity={format!("{:.2}", age_opacity(newness))} /> }
        })
        .collect::<Html>()
}

pub(super) struct Picture<'a> {
    pub(super) size: Size,
    pub(super) place: &'a Layout,
    pub(super) lens: Scale,
    pub(super) head: i64,
    pub(super) backlog: &'a BacklogView,
    /// The node whose stream it is.
    pub(super) top: &'a NodeView,
    /// The latest verdict of the chosen replica.
    pub(super) verdict: Option<&'a VerdictView>,
    pub(super) now_us: u64,
    pub(super) t: &'static Strings,
    pub(super) on: &'a Callback<Action>,
}

impl Picture<'_> {
    pub(super) fn right(&self) -> f64 {
        self.size.w - SIDE
    }
    /// The process that feeds the stream is not there.
    pub(super) fn dead(&self) -> bool {
        matches!(self.top.process, Process::Down | Process::Off)
    }
    pub(super) fn holds(&self) -> bool {
        self.backlog.active && self.backlog.histlen > 0
    }
    /// Place of the first byte that the backlog holds, or of the head if it holds none.
    pub(super) fn x_first(&self) -> f64 {
        if self.holds() { self.place.axis.held(self.backlog.first.0 as f64) } else { self.x_head() }
    }
    pub(super) fn x_head(&self) -> f64 {
        self.place.axis.at((self.head + 1) as f64)
    }

    pub(super) fn bar(&self) -> Html {
        let t = &self.t.figures.ruler;
        let (y, h) = (self.place.bar, self.place.bar_h);
        let (x_first, x_head) = (self.x_first(), self.x_head());
        let x_birth = self.place.axis.held(1.0);
        let gone_from = x_birth.min(x_first);
        let step = nice_step(50.0 / self.place.axis.per_unit());
        let (from, to) = (self.place.axis.value(SIDE).max(0.0) as i64, self.place.axis.value(self.right()) as i64);
        let mark = |v: i64| {
            let x = self.place.axis.at(v as f64);
            let labelled = v.rem_euclid(2 * step) == 0;
            let inside = x > x_first + 1.0 && x < x_head - 1.0;
            let half = mono_width(&grouped(v), 12.0) * 0.5 + 5.0;
            let clear = (x - x_first).abs() > half && (x - x_head).abs() > half;
            html! {
                <>
                    <path d={format!("M{} {}v{}", n(x), n(y + h), if labelled { "4" } else { "2.5" })} class="sr w1 fn" />
                    if inside { <path d={format!("M{} {}v{}", n(x), n(y), n(h))} class="sp w1 fn" opacity=".8" /> }
                    if labelled && clear && x > SIDE + 14.0 && x < self.right() - 60.0 { <text x={n(x)} y={n(y + h + 15.0)} class="m mu c">{ grouped(v) }</text> }
                </>
            }
        };
        let head_start = x_head - 10.0 - sans_width(t.head, 12.0) * 1.08;
        // Where little is held, the words about what is gone end before those about the head.
        let gone_end = (x_first - 6.0).min(head_start - 10.0);
        let gone_label = x_first - gone_from > 12.0 && gone_end - SIDE > sans_width(t.gone, 12.0);
        let first_label = format!("{} {}", t.first, grouped(self.backlog.first.0));
        let first_end = x_first + 7.0 + sans_width(&first_label, 12.0);
        let none = if self.dead() { self.t.face.lane.no_process } else { t.none };
        let held_text = (t.held)(&grouped(self.backlog.histlen as i64));
        let held_w = sans_width(&held_text, 12.0);
        let held_x = ((x_first + x_head) * 0.5).max(first_end + 12.0 + held_w * 0.5);
        html! {
            <g class="bar">
                if !self.holds() { <rect x={n(SIDE)} y={n(y)} width={n((x_head - SIDE).max(0.0))} height={n(h)} class="fwash" opacity=".6" /> }
                if x_first > gone_from + 0.5 {
                    <rect x={n(gone_from)} y={n(y)} width={n(x_first - gone_from)} height={n(h)} class="fwash" />
                    <rect x={n(gone_from)} y={n(y)} width={n(x_first - gone_from)} height={n(h)} fill="url(#hatch-gone)" opacity=".75" />
                }
                if self.holds() {
                    <g transform={format!("translate({} {}) scale({:.4} {})", n(x_first), n(y), (x_head - x_first) / f64::from(RAMP), n(h))}><Ramp /></g>
                }
                <rect x={n(x_head)} y={n(y)} width={n((self.right() - x_head).max(0.0))} height={n(h)} class="fn sr" stroke-dasharray="2 3" />
                { for ticks(from, to, step).map(mark) }
                if self.holds() {
                    if gone_label && self.backlog.first.0 > 1 { <text x={n(gone_end)} y="14" class="mu e">{ t.gone }</text> }
                    if first_end < head_start { <text x={n(x_first + 7.0)} y="14">{ word(Term::FirstByte, t.first, self.on) }<tspan class="m" dx="5">{ grouped(self.backlog.first.0) }</tspan></text> }
                    if held_x + held_w * 0.5 + 10.0 < head_start { <text x={n(held_x)} y="14" class="mu c">{ held_text }</text> }
                } else {
                    <text x={n(((SIDE + x_head) * 0.5).max(SIDE + sans_width(none, 12.0) * 0.5))} y={n(y + h * 0.5 + 4.0)} class="mu c halo">{ none }</text>
                }
            </g>
        }
    }

    /// The two rules through all lanes.
    pub(super) fn rules(&self) -> Html {
        let t = &self.t.figures.ruler;
        let (x_first, x_head) = (self.x_first(), self.x_head());
        let arrow_y = self.place.bar + self.place.bar_h * 0.5;
        html! {
            <g>
                if self.holds() {
                    <path d={self.rule(x_first, 6.0)} class="si w15 fn" />
                    if self.backlog.histlen >= self.backlog.size && x_head - x_first > 40.0 {
                        <path d={format!("M{} {}h9m-4 -4l4 4l-4 4", n(x_first + 1.0), n(arrow_y))} class="si w15 fn" />
                    }
                }
                <path d={self.rule(x_head, 18.0)} class="si w2 fn" />
                <path d={format!("M{} 23l-6 -9h12z", n(x_head))} class="fi" />
                <text x={n(x_head + 10.0)} y="14" class="m b t13">{ grouped(self.head) }</text>
                <text x={n(x_head - 10.0)} y="14" class="b e">{ word(Term::Head, t.head, self.on) }</text>
            </g>
        }
    }

    /// A rule through all lanes, from `top` on. In a narrow box words take the whole width: there it is broken off above them and goes on below.
    fn rule(&self, x: f64, top: f64) -> String {
        let mut gaps: Vec<(f64, f64)> = Vec::new();
        if self.size.w < NARROW {
            if !self.holds() {
                gaps.push((self.place.bar, self.place.bar + self.place.bar_h));
            }
            gaps.extend(self.place.lanes.iter().filter(|lane| lane.tall).map(|lane| (lane.y + lane.half - 35.0, lane.y + lane.half)));
        }
        let (mut d, mut from) = (String::new(), top);
        for (a, b) in gaps {
            d.push_str(&format!("M{} {}V{}", n(x), n(from), n(a.max(from))));
            from = b;
        }
        d + &format!("M{} {}V{}", n(x), n(from), n(self.place.foot))
    }

    /// Rules from the bar down to the bytes that absent replicas want next.
    pub(super) fn pins(&self, all: &[Replica]) -> Html {
        all.iter()
            .filter_map(|r| match r.standing {
                Standing::Away(_) => r.applied.map(|a| (r, self.place.axis.at((a + 1) as f64))),
                _ => None,
            })
            .filter(|(_, x)| *x > SIDE && *x < self.x_head() - 2.0)
            .map(|(r, x)| {
                html! { <path d={format!("M{} {}V{}", n(x), n(self.place.bar - 4.0), n(self.place.lanes.last().map_or(self.place.foot, |lane| lane.y)))} class={classes!(hue_of(r.node.ix).stroke(), "w15", "fn", "d3")} /> }
            })
            .collect()
    }

    /// One line for the replicas that have no lane; pressing it selects the next one of them, which gets a lane thereby.
    pub(super) fn rest(&self, all: &[Replica], chosen: &[usize], next: Option<NodeIx>) -> Html {
        let (Some(y), Some(next)) = (self.place.rest, next) else { return Html::default() };
        let others: Vec<&Replica> = all.iter().enumerate().filter(|(i, _)| !chosen.contains(i)).map(|(_, r)| r).collect();
        let worst = others.iter().filter_map(|r| r.gap).max().unwrap_or(0);
        let away = others.iter().filter(|r| matches!(r.standing, Standing::Away(_)) && (r.applied.is_some() || r.foreign)).count();
        let said = (self.t.figures.ruler.others)(others.len(), away, &grouped(worst));
        let (onclick, onkeydown) = selecting(self.on, Selection::Node(next));
        let ill = away > 0;
        html! {
            <g class="rest" role="button" tabindex="0" aria-label={said.clone()} {onclick} {onkeydown}>
                <rect x={n(SIDE + 10.0)} y={n(y - 7.0)} width={n(sans_width(&said, 12.0) + 34.0)} height="14.5" rx="3" class="hit" />
                <text x={n(SIDE + 18.0)} y={n(y + 4.0)} class={if ill { "xf" } else { "mu" }}>{ said }{ " ›" }</text>
            </g>
        }
    }

    pub(super) fn lens(&self, y: f64, commands: &[StreamCommand], all: &[Replica], pointed: Option<i64>, moved: bool) -> Html {
        if self.head < 1 {
            return Html::default();
        }
        let t = &self.t.figures.ruler;
        let (main, lens) = (self.place.axis, self.lens);
        let (left, right) = (SIDE, self.right());
        let (a, b) = (main.held(lens.v0), main.held(lens.v1.min((self.head + 1) as f64)));
        let foot = self.place.foot;
        let x_head = lens.held((self.head + 1) as f64);
        let x_birth = lens.held(1.0);
        let bottom = y + 20.0;
        let magnified = (t.magnified)(&format!("{:.0}", times(main, lens).max(1.0)));
        let magnified_from = right - sans_width(&magnified, 12.0) - 10.0;
        let mut labelled_to = left - 4.0;
        let shown = commands.iter().filter(|c| (c.first.0 + i64::from(c.bytes)) as f64 > lens.v0 && (c.first.0 as f64) < lens.v1);
        let draw = |c: &StreamCommand, labelled_to: &mut f64| {
            let end = c.first.0 + i64::from(c.bytes);
            let (x0, x1) = (lens.at(c.first.0 as f64), lens.held(end as f64));
            let hot = pointed.is_some_and(|p| p >= c.first.0 && p < end);
            let last = end == self.head + 1;
            let cut_off = x0 < left;
            let x0 = x0.max(left);
            let (w, held) = (x1 - x0, (x0 + x1) * 0.5);
            let whole = format!("{} · {} B", c.text, c.bytes);
            let text = if mono_width(&whole, 12.0) <= w - 8.0 { whole } else { clip(&c.text, w - 8.0, 12.0) };
            let number = grouped(c.first.0);
            let number_w = mono_width(&number, 12.0);
            let numbered = !cut_off && x0 >= *labelled_to + 6.0 && x0 + number_w < magnified_from;
            if numbered {
                *labelled_to = x0 + number_w;
            }
            html! {
                <>
                    if last { <rect x={n(x0)} y={n(y)} width={n(w)} height="20" class="fnew" opacity=".45" /> }
                    if !cut_off { <path d={format!("M{} {}v20", n(x0 - 1.0), n(y))} class="sp w2 fn" /> }
                    if hot || (last && pointed.is_none()) { <rect x={n(x0)} y={n(y)} width={n(w)} height="20" class="fn si w2" /> }
                    if !cut_off || w > 60.0 { <text x={n(held)} y={n(y + 14.5)} class={classes!("m", "c", last.then_some("b"))}>{ text }</text> }
                    if numbered { <text x={n(x0 + 1.0)} y={n(y + 33.0)} class="m mu">{ number }</text> }
                </>
            }
        };
        html! {
            <>
                <path d={format!("M{} {foot}L{} {y}H{}L{} {foot}z", n(a), n(left), n(right), n(b.max(a + 1.0)))} class="fwash" />
                <path d={format!("M{} {foot}L{} {y}M{} {foot}L{} {y}", n(a), n(left), n(b.max(a + 1.0)), n(right))} class="sr w1 fn" />
                <rect x={n(left)} y={n(y)} width={n(right - left)} height="20" class="fp" />
                if x_head > x_birth { <rect x={n(x_birth)} y={n(y)} width={n(x_head - x_birth)} height="20" class="fwin" /> }
                { for shown.map(|c| draw(c, &mut labelled_to)) }
                if right - x_head > 2.0 {
                    <rect x={n(x_head)} y={n(y)} width={n(right - x_head)} height="20" class="fn sr" stroke-dasharray="2 3" />
                    if right - x_head > sans_width(t.next, 12.0) + 8.0 { <text x={n((x_head + right) * 0.5)} y={n(y + 14.0)} class="mu c">{ t.next }</text> }
                }
                { for all.iter().filter_map(|r| r.applied.map(|a| (r.node.ix, (a + 1) as f64))).filter(|(_, v)| *v >= lens.v0 && *v <= lens.v1).map(|(ix, v)| {
                    html! { <g class="halo1">{ mark::glyph(ix, lens.at(v), y, 4.6) }</g> }
                }) }
                <text x={n(right)} y={n(bottom + 13.0)} class="mu e">{ if moved { format!("{magnified} · {}", t.back_to_head) } else { magnified } }</text>
                <rect x={n(left)} y={n(y)} width={n(right - left)} height="20" class="focus fn" />
            </>
        }
    }

    pub(super) fn pointed(&self, pointed: Option<i64>) -> Html {
        let Some(p) = pointed else { return Html::default() };
        let x = self.place.axis.at(p as f64 + 0.5);
        let in_lens = self.lens.v0 <= p as f64 && (p as f64) < self.lens.v1;
        let text = grouped(p);
        let w = mono_width(&text, 12.0);
        let label = (x + w * 0.5 + 6.0).min(self.right()) - w * 0.5;
        html! {
            <g class="pointed">
                if x > SIDE && x < self.right() {
                    <path d={format!("M{} {}V{}", n(x), n(self.place.bar - 2.0), n(self.place.foot))} class="si w15 fn" />
                    <rect x={n(label - w * 0.5 - 3.0)} y={n(self.place.bar + 5.0)} width={n(w + 6.0)} height="14" rx="3" class="fp si" />
                    <text x={n(label)} y={n(self.place.bar + 16.0)} class="m c">{ text }</text>
                }
                if let (true, Some(y)) = (in_lens, self.place.lens) {
                    <rect x={n(self.lens.at(p as f64))} y={n(y)} width={n(self.lens.per_unit().max(1.5))} height="20" class="fi" opacity=".8" />
                }
            </g>
        }
    }
}
