//! The ruler's marks, drawn where the layout says.

use super::layout::{GONE, Layout, SIDE, acked_end, times};
use crate::action::{Action, Look, Selection};
use crate::draw::replicas::{Replica, Standing};
use crate::draw::scale::{nice_step, ticks};
use crate::draw::{Scale, Size, age_opacity, clip, clip_sans, hue_of, mark, mono_width, n, sans_width};
use crate::format::{grouped, span_us};
use crate::i18n::Strings;
use crate::panels::count::rendered;
use resync_core::view::{BacklogView, StreamCommand};
use web_sys::MouseEvent;
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
    pub(super) t: &'static Strings,
}

impl Picture<'_> {
    fn right(&self) -> f64 {
        self.size.w - SIDE
    }
    fn holds(&self) -> bool {
        self.backlog.active && self.backlog.histlen > 0
    }
    /// Place of the first byte that the backlog holds, or of the head if it holds none.
    fn x_first(&self) -> f64 {
        if self.holds() { self.place.axis.held(self.backlog.first.0 as f64) } else { self.x_head() }
    }
    fn x_head(&self) -> f64 {
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
            let half = mono_width(&grouped(v), 11.0) * 0.5 + 5.0;
            let clear = (x - x_first).abs() > half && (x - x_head).abs() > half;
            html! {
                <>
                    <path d={format!("M{} {}v{}", n(x), n(y + h), if labelled { "4" } else { "2.5" })} class="sr w1 fn" />
                    if inside { <path d={format!("M{} {}v{}", n(x), n(y), n(h))} class="sp w1 fn" opacity=".8" /> }
                    if labelled && clear && x > SIDE + 14.0 && x < self.right() - 60.0 { <text x={n(x)} y={n(y + h + 15.0)} class="m mu c">{ grouped(v) }</text> }
                </>
            }
        };
        let gone_label = x_first - gone_from > 12.0 && x_first - SIDE - 6.0 > sans_width(t.gone, 11.0);
        let first_label = format!("{} {}", t.first, grouped(self.backlog.first.0));
        let first_end = x_first + 7.0 + sans_width(&first_label, 11.5);
        let head_start = x_head - 10.0 - sans_width(t.head, 12.0);
        let held_text = (t.held)(&grouped(self.backlog.histlen as i64));
        let held_w = sans_width(&held_text, 11.0);
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
                    if gone_label && self.backlog.first.0 > 1 { <text x={n(x_first - 6.0)} y="15" class="mu e">{ t.gone }</text> }
                    if first_end < head_start { <text x={n(x_first + 7.0)} y="15"><tspan>{ t.first }</tspan><tspan class="m" dx="5">{ grouped(self.backlog.first.0) }</tspan></text> }
                    if held_x + held_w * 0.5 + 10.0 < head_start { <text x={n(held_x)} y="15" class="mu c">{ held_text }</text> }
                } else {
                    <text x={n(((SIDE + x_head) * 0.5).max(SIDE + sans_width(t.none, 11.0) * 0.5))} y={n(y + h * 0.5 + 4.0)} class="mu c halo">{ t.none }</text>
                }
            </g>
        }
    }

    /// The two rules through all lanes.
    pub(super) fn rules(&self) -> Html {
        let t = &self.t.figures.ruler;
        let (x_first, x_head, foot) = (self.x_first(), self.x_head(), self.place.foot);
        let arrow_y = self.place.bar + self.place.bar_h * 0.5;
        html! {
            <g>
                if self.holds() {
                    <path d={format!("M{} 8V{}", n(x_first), n(foot))} class="si w15 fn" />
                    if self.backlog.histlen >= self.backlog.size && x_head - x_first > 40.0 {
                        <path d={format!("M{} {}h9m-4 -4l4 4l-4 4", n(x_first + 1.0), n(arrow_y))} class="si w15 fn" />
                    }
                }
                <path d={format!("M{} 20V{}", n(x_head), n(foot))} class="si w2 fn" />
                <path d={format!("M{} 25l-6 -9h12z", n(x_head))} class="fi" />
                <text x={n(x_head + 10.0)} y="15" class="m b t13">{ grouped(self.head) }</text>
                <text x={n(x_head - 10.0)} y="15" class="b e">{ t.head }</text>
            </g>
        }
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
                html! { <path d={format!("M{} {}V{}", n(x), n(self.place.bar - 4.0), n(self.place.lanes.last().copied().unwrap_or(self.place.foot)))} class={classes!(hue_of(r.node.ix).stroke(), "w15", "fn", "d3")} /> }
            })
            .collect()
    }

    pub(super) fn lane(&self, r: &Replica, y: f64, selected: bool, on: &Callback<Action>) -> Html {
        let ix = r.node.ix;
        let hue = hue_of(ix);
        let (x_head, half) = (self.x_head(), self.place.half);
        let x_from = if self.holds() { self.x_first() } else { SIDE + GONE };
        let onclick = on.reform(move |_: MouseEvent| Action::Look(Look::Select(Selection::Node(ix))));
        let gap = r.gap.map(|g| grouped(-g));
        // Behind the head, and behind a mark of an ACK that lies beyond it.
        let x_acked = r.session.map_or(x_head, |s| self.place.axis.at((s.offset.0 + 1) as f64));
        let x_gap = x_head.max(x_acked.min(self.right() - 30.0)) + 9.0;
        html! {
            <g class={classes!("lane", selected.then_some("sel"))} {onclick}>
                if selected { <rect x={n(SIDE)} y={n(y - half - 2.0)} width={n(self.right() - SIDE)} height={n(2.0 * half + 4.0)} rx="3" class="fhold" /> }
                <rect x={n(x_from + 1.0)} y={n(y - half)} width={n((x_head - x_from - 2.0).max(0.0))} height={n(2.0 * half)} class={if selected { "track fn" } else { "track fwash" }} opacity=".6" />
                { self.lane_marks(r, y) }
                { mark::glyph(ix, SIDE + 7.0, y, 4.5) }
                <text x={n(SIDE + 18.0)} y={n(y + 4.0)} class={classes!("b", "t12", (!selected).then_some("halo"))}>{ clip_sans(&r.node.name, GONE - 28.0, 12.0) }</text>
                if let Some(gap) = gap { <text x={n(x_gap)} y={n(y + 4.0)} class={classes!("m", hue.text())}>{ gap }</text> }
            </g>
        }
    }

    fn lane_marks(&self, r: &Replica, y: f64) -> Html {
        let t = &self.t.figures.ruler;
        let hue = hue_of(r.node.ix);
        let axis = self.place.axis;
        let x_head = self.x_head();
        let next = |offset: i64| axis.at((offset + 1) as f64);
        // Names stand at the left: marks that are further back than the axis keep clear of them.
        let edge = SIDE + GONE.min(130.0) - 8.0;
        let (Some(applied), Some(received)) = (r.applied, r.received) else {
            let (text, done) = match r.standing {
                Standing::Syncing(done, total) if total > 0 => {
                    ((t.rdb)(&grouped(done as i64), &grouped(total)), Some(done as f64 / total as f64))
                }
                Standing::Syncing(0, 0) => (t.loading.to_owned(), Some(1.0)),
                Standing::Syncing(0, _) => (t.waits.to_owned(), None),
                Standing::Syncing(done, _) => ((t.rdb)(&grouped(done as i64), "?"), None),
                _ => (t.nothing.to_owned(), None),
            };
            let w = sans_width(&text, 11.0);
            let x0 = if self.holds() { self.x_first().max(edge) } else { edge };
            let room = (x_head - x0 - 2.0).max(0.0);
            // Where the held part is short, the words stand before it.
            let x_text = if room > w + 24.0 || x0 - 14.0 - w < edge { (x0 + x_head) * 0.5 } else { x0 - 12.0 - w * 0.5 };
            let x_text = x_text.clamp(SIDE + 4.0 + w * 0.5, (self.right() - 4.0 - w * 0.5).max(SIDE + 4.0 + w * 0.5));
            return html! {
                <>
                    if let Some(done) = done {
                        <rect x={n(x0 + 1.0)} y={n(y - 4.0)} width={n(room * done.clamp(0.0, 1.0))} height="8" class="fnew" opacity=".5" />
                        <rect x={n(x0 + 1.0)} y={n(y - 4.0)} width={n(room)} height="8" class="fn sr" />
                    }
                    { self.plate(x_text, y, w) }
                    <text x={n(x_text)} y={n(y + 4.0)} class={classes!("c", hue.text())}>{ text }</text>
                </>
            };
        };
        let x_applied = next(applied).max(edge);
        let beyond = next(applied) < edge;
        let glyph = html! { <>{ mark::glyph(r.node.ix, x_applied, y, 5.0) } if beyond { <path d={format!("M{} {}l-4 4l4 4", n(x_applied - 8.0), n(y - 4.0))} class={classes!(hue.stroke(), "w15", "fn")} /> }</> };
        if let Standing::Away(runway) = r.standing {
            let lost = runway.is_some_and(|w| w.bytes < 0 || !w.partial_now);
            let hatch = if lost { "url(#hatch-fault)".to_owned() } else { format!("url(#hatch-{})", hue.hatch()) };
            let (from, to) = (x_applied, x_head);
            let labels = if lost { [t.missed_lost, t.missed_short] } else { [t.missed, t.missed_short] };
            let label = if to - from > sans_width(labels[0], 11.0) + 30.0 { labels[0] } else { labels[1] };
            let w = sans_width(label, 11.0);
            return html! {
                <>
                    <rect x={n(from)} y={n(y - 4.0)} width={n((to - from).max(0.0))} height="8" fill={hatch} opacity=".6" />
                    if !lost { if let Some(runway) = runway { { self.runway(x_applied, y, runway.bytes, runway.ms) } } }
                    { glyph }
                    if to - from > w + 30.0 {
                        { self.plate((from + to) * 0.5, y, w) }
                        <text x={n((from + to) * 0.5)} y={n(y + 4.0)} class={classes!("c", if lost { "xf" } else { hue.text() })}>{ label }</text>
                    }
                    if lost { { self.lost(x_applied, y, edge) } }
                </>
            };
        }
        let acked = r.session.map(|s| s.offset.0);
        let sent = r.session.map_or(received, |s| s.sent.0.max(received)).min(self.head);
        let (x_received, x_sent) = (next(received).max(edge), next(sent).max(edge));
        let acked_text = acked.map(|a| format!("{} {}", t.acked, grouped(a)));
        let acked_w = acked_text.as_ref().map_or(0.0, |s| sans_width(s, 11.5));
        let x_acked = acked.map(|a| next(a).max(edge));
        // Data that never were the master's stand nowhere on its line: what was sent did come, and is no part of that past.
        let astray = r.node.truth.as_ref().is_some_and(|truth| truth.staleness_ms.is_none());
        let flight = if astray { self.t.figures.stage.never_was } else { t.in_flight };
        let flight_w = sans_width(flight, 11.0);
        html! {
            <>
                if let Some(x) = x_acked {
                    <path d={format!("M{} {}H{}", n(x.min(x_applied)), n(y), n(x.max(x_applied)))} class={classes!(hue.stroke(), "w2", "fn")} />
                }
                if x_received > x_applied + 0.5 {
                    <path d={format!("M{} {}H{}m0 -4v8", n(x_applied), n(y), n(x_received))} class={classes!(hue.stroke(), "w1", "fn")} />
                }
                if x_sent > x_received + 7.0 {
                    <rect x={n(x_received)} y={n(y - 4.0)} width={n(x_sent - x_received - 4.0)} height="8" fill={format!("url(#hatch-{})", hue.hatch())} opacity=".55" />
                    <path d={format!("M{} {}l8 6l-8 6z", n(x_sent - 9.0), n(y - 6.0))} class={classes!("fp", hue.stroke(), "w15")} />
                } else if x_sent > x_received + 0.5 {
                    <path d={format!("M{} {}H{}", n(x_received), n(y), n(x_sent))} class={classes!(hue.stroke(), "w2", "fn", "d3")} />
                }
                if let Some(x) = x_acked {
                    <circle cx={n(x)} cy={n(y)} r="4.5" class={classes!("fp", hue.stroke(), "w2")} />
                    if acked_end(x, x_applied, acked_w) - acked_w > edge - 4.0 {
                        if acked_end(x, x_applied, acked_w) > x_applied { { self.plate(x - 10.0 - acked_w * 0.5, y, acked_w) } }
                        <text x={n(acked_end(x, x_applied, acked_w))} y={n(y + 4.0)} class={classes!("e", hue.text())}><tspan>{ t.acked }</tspan><tspan class="m" dx="5">{ grouped(acked.unwrap_or_default()) }</tspan></text>
                    } else if x_applied - x > acked_w + 30.0 {
                        { self.plate((x + x_applied) * 0.5, y, acked_w) }
                        <text x={n((x + x_applied) * 0.5)} y={n(y + 4.0)} class={classes!("c", hue.text())}><tspan>{ t.acked }</tspan><tspan class="m" dx="5">{ grouped(acked.unwrap_or_default()) }</tspan></text>
                    }
                }
                { glyph }
                if x_sent - x_received > flight_w + 40.0 {
                    { self.plate((x_received + x_sent) * 0.5, y, flight_w) }
                    <text x={n((x_received + x_sent) * 0.5)} y={n(y + 4.0)} class={classes!("c", if astray { "xf" } else { hue.text() })}>{ flight }</text>
                }
            </>
        }
    }

    /// Blank ground behind a label on a hatch.
    fn plate(&self, x: f64, y: f64, w: f64) -> Html {
        let h = (2.0 * self.place.half - 1.0).clamp(11.0, 14.0);
        html! { <rect x={n(x - w * 0.5 - 5.0)} y={n(y - h * 0.5)} width={n(w + 10.0)} height={n(h)} rx="3" class="plate" /> }
    }

    fn runway(&self, x_wanted: f64, y: f64, bytes: i64, ms: Option<u64>) -> Html {
        let t = &self.t.figures.ruler;
        let from = self.x_first() + 3.0;
        let to = x_wanted - 9.0;
        let left = ms.map_or_else(|| t.ever.to_owned(), |ms| span_us(ms * 1000));
        let mut long = (t.runway)(&grouped(bytes), &left);
        // Where the words have no room between their ends, the numbers alone may have.
        if to - from <= sans_width(&long, 12.0) + 38.0 && self.size.w < 480.0 {
            long = format!("{} B · {left}", grouped(bytes));
        }
        let w = sans_width(&long, 12.0) + 8.0;
        let inside = to - from > w + if self.size.w < 480.0 { 4.0 } else { 30.0 };
        if self.size.w < 480.0 && !inside {
            // A narrow box has room above the lane only.
            let x = ((from + to) * 0.5).clamp(SIDE + w * 0.5, self.x_head() - w * 0.5 - 4.0);
            return html! {
                <g class="runway">
                    if to > from { <path d={format!("M{} {}H{}", n(from), n(y), n(to))} class="sf w2 fn d2" /> }
                    <text x={n(x)} y={n(y - self.place.half - 6.0)} class="b xf c t12 halo">{ long }</text>
                </g>
            };
        }
        // A short runway has its words at its left, where the overwritten bytes are.
        let x_label = if inside { (from + to) * 0.5 } else { (from - w * 0.5 - 8.0).max(SIDE + GONE * 0.5) };
        let fits = inside || from - w - 12.0 > SIDE + 85.0;
        html! {
            <g class="runway">
                if to - from > 16.0 {
                    <path d={format!("M{} {}H{}", n(from), n(y), n(to - 2.0))} class="sf w2 fn d2" />
                    <path d={format!("M{} {}l-7 5l7 5", n(from + 6.0), n(y - 5.0))} class="sf w2 fn" />
                    <path d={format!("M{} {}l7 5l-7 5", n(to - 5.0), n(y - 5.0))} class="sf w2 fn" />
                } else if to > from {
                    <path d={format!("M{} {}H{}", n(from), n(y), n(to))} class="sf w2 fn" />
                }
                if fits || !inside {
                    { self.plate(if fits { x_label } else { x_wanted + 14.0 + w * 0.5 }, y, w - 8.0) }
                    <text x={n(if fits { x_label } else { x_wanted + 14.0 + w * 0.5 })} y={n(y + 4.0)} class="b xf c t12">{ long }</text>
                }
            </g>
        }
    }

    fn lost(&self, x_wanted: f64, y: f64, edge: f64) -> Html {
        let t = &self.t.figures.ruler;
        let w = sans_width(t.lost, 12.0);
        let clear = x_wanted.max(self.x_first());
        let x = if x_wanted - 12.0 - w > edge { x_wanted - 12.0 - w * 0.5 } else { clear + 14.0 + w * 0.5 };
        html! {
            <>
                { self.plate(x, y, w) }
                <text x={n(x)} y={n(y + 4.0)} class="b xf c t12">{ t.lost }</text>
            </>
        }
    }

    /// One line for the replicas that have no lane.
    pub(super) fn rest(&self, all: &[Replica], chosen: &[usize]) -> Html {
        let Some(y) = self.place.rest else { return Html::default() };
        let others: Vec<&Replica> = all.iter().enumerate().filter(|(i, _)| !chosen.contains(i)).map(|(_, r)| r).collect();
        let worst = others.iter().filter_map(|r| r.gap).max().unwrap_or(0);
        html! { <text x={n(SIDE + 18.0)} y={n(y + 4.0)} class="mu">{ (self.t.figures.ruler.others)(others.len(), &grouped(worst)) }</text> }
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
        let magnified_from = right - sans_width(&magnified, 11.0) - 10.0;
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
            let text = if mono_width(&whole, 11.0) <= w - 8.0 { whole } else { clip(&c.text, w - 8.0, 11.0) };
            let number = grouped(c.first.0);
            let number_w = mono_width(&number, 11.0);
            let numbered = !cut_off && x0 >= *labelled_to + 6.0 && x0 + number_w < magnified_from;
            if numbered {
                *labelled_to = x0 + number_w;
            }
            html! {
                <>
                    if last { <rect x={n(x0)} y={n(y)} width={n(w)} height="20" class="fnew" opacity=".45" /> }
                    if !cut_off { <path d={format!("M{} {}v20", n(x0 - 1.0), n(y))} class="sp w2 fn" /> }
                    if hot || (last && pointed.is_none()) { <rect x={n(x0)} y={n(y)} width={n(w)} height="20" class="fn si w2" /> }
                    if !cut_off || w > 60.0 { <text x={n(held)} y={n(y + 14.0)} class={classes!("m", "c", last.then_some("b"))}>{ text }</text> }
                    if numbered { <text x={n(x0 + 1.0)} y={n(y + 32.0)} class="m mu">{ number }</text> }
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
                    if right - x_head > sans_width(t.next, 11.0) + 8.0 { <text x={n((x_head + right) * 0.5)} y={n(y + 14.0)} class="mu c">{ t.next }</text> }
                }
                { for all.iter().filter_map(|r| r.applied.map(|a| (r.node.ix, (a + 1) as f64))).filter(|(_, v)| *v >= lens.v0 && *v <= lens.v1).map(|(ix, v)| {
                    html! { <g class="halo1">{ mark::glyph(ix, lens.at(v), y, 4.6) }</g> }
                }) }
                <text x={n(right)} y={n(bottom + 12.0)} class="mu e">{ if moved { format!("{magnified} · {}", t.back_to_head) } else { magnified } }</text>
                <rect x={n(left)} y={n(y)} width={n(right - left)} height="20" class="focus fn" />
            </>
        }
    }

    pub(super) fn pointed(&self, pointed: Option<i64>) -> Html {
        let Some(p) = pointed else { return Html::default() };
        let x = self.place.axis.at(p as f64 + 0.5);
        let in_lens = self.lens.v0 <= p as f64 && (p as f64) < self.lens.v1;
        let text = grouped(p);
        let w = mono_width(&text, 11.0);
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
