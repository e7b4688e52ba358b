//! Replication stream: the number line that all nodes share. The bar is what the backlog still holds; below it a lane for each replica, and a lens on
//! the last few hundred bytes.

use crate::action::{Action, Look, Selection};
use crate::draw::replicas::{Replica, Standing, replicas, selected_replica, top};
use crate::draw::scale::{nice_step, ticks};
use crate::draw::{Scale, Size, age_opacity, clip, clip_sans, hue_of, mark, mono_width, n, pointer, sans_width, use_size};
use crate::format::{grouped, span_us};
use crate::i18n::Strings;
use crate::views::{Shared, Views};
use resync_core::view::{BacklogView, NodeIx, StreamCommand};
use web_sys::{KeyboardEvent, MouseEvent, WheelEvent};
use yew::{Callback, Html, Properties, classes, component, html, use_node_ref};

/// Number of steps of the age ramp.
const RAMP: u32 = 48;
/// Margin of the axis at both sides.
const SIDE: f64 = 20.0;
/// Room right of the head: what is written next, and the gaps.
const NEXT: f64 = 76.0;
/// Room left of the oldest byte of a full backlog: what is gone.
const GONE: f64 = 117.0;
/// The axis does not reach further back than this many of its own lengths: an older mark stands at its edge with a chevron.
const REACH: f64 = 0.55;
/// Lanes that are drawn at most; more are summed up in words.
const LANES: usize = 9;
/// Lanes are never nearer to each other than this: their names stay legible.
const LEAST_PITCH: f64 = 12.8;

/// What the ruler shows.
#[derive(Clone, PartialEq, Properties)]
pub struct RulerProps {
    /// Everything on the screen but the packets.
    pub views: Shared<Views>,
    /// The selected node or link.
    #[prop_or_default]
    pub selection: Option<Selection>,
    /// The pointed byte.
    #[prop_or_default]
    pub pointed: Option<i64>,
    /// Byte in the middle of the lens; `None` follows the head.
    #[prop_or_default]
    pub lens: Option<i64>,
    /// Magnification of the lens in percent of the ruler's; 0 chooses one that shows some seven commands.
    #[prop_or_default]
    pub magnify: u32,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
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
fn acked_end(x: f64, x_applied: f64, width: f64) -> f64 {
    let beneath = x > x_applied + 0.5 && x - 10.0 - width < x_applied + 6.0;
    if beneath { x_applied - 10.0 } else { x - 10.0 }
}
/// Magnification of the lens, in times.
fn times(main: Scale, lens: Scale) -> f64 {
    lens.per_unit() / main.per_unit()
}

#[component]
fn Ramp() -> Html {
    (0..RAMP)
        .map(|i| {
            let newness = f64::from(i) / f64::from(RAMP - 1);
            html! { <rect x={i.to_string()} y="0" width="1.02" height="1" class="fnew" opacity={format!("{:.2}", age_opacity(newness))} /> }
        })
        .collect::<Html>()
}

/// The panel.
#[component]
pub fn Ruler(props: &RulerProps) -> Html {
    let frame = use_node_ref();
    let canvas = use_node_ref();
    let size = use_size(&frame, Size::new(1068.0, 188.0));
    let t = &props.t.figures.ruler;
    let Some(top) = top(&props.views) else { return Html::default() };
    let all = replicas(&props.views);
    let selected = selected_replica(&props.views, props.selection);
    let head = top.offset.0;
    let oldest = all.iter().filter_map(|r| r.applied).map(|a| a + 1).min();
    let place = layout(size, &top.backlog, head, oldest, all.len());
    let chosen = choose_lanes(&all.iter().map(|r| (r.node.ix, r.gap)).collect::<Vec<_>>(), selected, place.lanes.len());
    let lens = lens_axis(size, place.axis, head, &props.views.commands, props.lens, props.magnify);
    let picture = Picture { size, place: &place, lens, head, backlog: &top.backlog, t: props.t };
    let name = (t.figure)(&grouped(place.axis.value(SIDE) as i64), &grouped(head));

    let (axis, foot, lens_top) = (place.axis, place.foot, place.lens);
    let offset_at = {
        let canvas = canvas.clone();
        move |event: &MouseEvent| -> Option<(i64, bool)> {
            let (x, y) = pointer::place(event, &canvas, size)?;
            let in_lens = lens_top.is_some_and(|top| y >= top - 2.0);
            let scale = if in_lens { lens } else { axis };
            let offset = scale.value(x).floor() as i64;
            (y >= 20.0 && (in_lens || y <= foot) && offset >= 1 && offset <= head).then_some((offset, in_lens))
        }
    };
    let onmousemove = {
        let (at, on, lensed) = (offset_at.clone(), props.on.clone(), props.lens);
        Callback::from(move |event: MouseEvent| {
            let found = at(&event);
            on.emit(Action::Look(Look::Point(found.map(|(offset, _)| offset))));
            if event.buttons() & 1 == 1
                && let Some((offset, in_lens)) = found
                && !in_lens
                && lensed != Some(offset)
            {
                on.emit(Action::Look(Look::Lens(Some(offset))));
            }
        })
    };
    let onmousedown = {
        let (at, on) = (offset_at, props.on.clone());
        Callback::from(move |event: MouseEvent| {
            if let Some((offset, false)) = at(&event) {
                on.emit(Action::Look(Look::Lens(Some(offset))));
            }
        })
    };
    let onmouseleave = props.on.reform(|_: MouseEvent| Action::Look(Look::Point(None)));
    let percent = (times(place.axis, lens) * 100.0).clamp(100.0, 40_000.0);
    let onwheel = {
        let on = props.on.clone();
        Callback::from(move |event: WheelEvent| {
            event.prevent_default();
            let factor = if event.delta_y() < 0.0 { 1.25 } else { 0.8 };
            on.emit(Action::Look(Look::Magnify((percent * factor).clamp(100.0, 40_000.0) as u32)));
        })
    };
    let middle = lens.value((lens.x0 + lens.x1) * 0.5) as i64;
    let onkeydown = {
        let (on, step) = (props.on.clone(), ((lens.v1 - lens.v0) / 8.0).max(1.0) as i64);
        Callback::from(move |event: KeyboardEvent| {
            let action = match event.key().as_str() {
                "ArrowLeft" => Action::Look(Look::Lens(Some((middle - step).max(1)))),
                "ArrowRight" if middle + step >= head => Action::Look(Look::Lens(None)),
                "ArrowRight" => Action::Look(Look::Lens(Some(middle + step))),
                "PageUp" => Action::Look(Look::Magnify((percent * 1.5).min(40_000.0) as u32)),
                "PageDown" => Action::Look(Look::Magnify((percent / 1.5).max(100.0) as u32)),
                "End" => Action::Look(Look::Lens(None)),
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            on.emit(action);
        })
    };

    html! {
        <section class="panel stream" aria-label={t.name}>
            <div class="head">
                <h2>{ t.title }</h2><span class="muted optional">{ t.subtitle }</span><span class="space"></span>
                <div class="key">
                    <span><svg viewBox="0 0 14 10" aria-hidden="true"><circle cx="7" cy="5" r="3.8" class="fp si w15" /></svg>{ t.acked }</span>
                    <span><svg viewBox="0 0 14 10" aria-hidden="true"><circle cx="7" cy="5" r="4.2" class="fi" /></svg>{ t.applied }</span>
                    <span><svg viewBox="0 0 14 10" aria-hidden="true"><path d="M3 1l8 4l-8 4z" class="fp si w15" /></svg>{ t.sent }</span>
                </div>
            </div>
            <div class="figure ruler" ref={frame}>
                <svg ref={canvas} viewBox={size.view_box()} role="group" aria-label={name} {onmousemove} {onmousedown} {onmouseleave} {onwheel}>
                    { mark::hatches("ruler") }
                    { picture.bar() }
                    { picture.pins(&all) }
                    { for chosen.iter().zip(&place.lanes).map(|(i, y)| picture.lane(&all[*i], *y, selected == Some(all[*i].node.ix), &props.on)) }
                    { picture.rest(&all, &chosen) }
                    { picture.rules() }
                    if let Some(y) = place.lens {
                        <g class="lens" tabindex="0" role="slider" aria-label={t.lens} aria-valuemin="1" aria-valuemax={head.max(1).to_string()}
                            aria-valuenow={middle.clamp(1, head.max(1)).to_string()} {onkeydown}>
                            { picture.lens(y, &props.views.commands, &all, props.pointed, props.lens.is_some()) }
                        </g>
                    }
                    { picture.pointed(props.pointed) }
                </svg>
            </div>
        </section>
    }
}

struct Picture<'a> {
    size: Size,
    place: &'a Layout,
    lens: Scale,
    head: i64,
    backlog: &'a BacklogView,
    t: &'static Strings,
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

    fn bar(&self) -> Html {
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
                    <rect x={n(gone_from)} y={n(y)} width={n(x_first - gone_from)} height={n(h)} fill="url(#ruler-gone)" opacity=".75" />
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
    fn rules(&self) -> Html {
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
    fn pins(&self, all: &[Replica]) -> Html {
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

    fn lane(&self, r: &Replica, y: f64, selected: bool, on: &Callback<Action>) -> Html {
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
            let hatch = if lost { "url(#ruler-fault)".to_owned() } else { format!("url(#ruler-{})", hue.hatch()) };
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
                    <rect x={n(x_received)} y={n(y - 4.0)} width={n(x_sent - x_received - 4.0)} height="8" fill={format!("url(#ruler-{})", hue.hatch())} opacity=".55" />
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
    fn rest(&self, all: &[Replica], chosen: &[usize]) -> Html {
        let Some(y) = self.place.rest else { return Html::default() };
        let others: Vec<&Replica> = all.iter().enumerate().filter(|(i, _)| !chosen.contains(i)).map(|(_, r)| r).collect();
        let worst = others.iter().filter_map(|r| r.gap).max().unwrap_or(0);
        html! { <text x={n(SIDE + 18.0)} y={n(y + 4.0)} class="mu">{ (self.t.figures.ruler.others)(others.len(), &grouped(worst)) }</text> }
    }

    fn lens(&self, y: f64, commands: &[StreamCommand], all: &[Replica], pointed: Option<i64>, moved: bool) -> Html {
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

    fn pointed(&self, pointed: Option<i64>) -> Html {
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
