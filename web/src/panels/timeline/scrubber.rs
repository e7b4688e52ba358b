//! The scrubber: the run in focus painted over its time, with the words for what happened, and the slider that is the whole picture.

use super::layout::{Event, axis, events, shown_span};
use crate::action::{Action, Field, Look, Travel};
use crate::draw::scale::{Scale, nice_step, ticks};
use crate::draw::{Hue, Mark, Size, hue_of, n, pointer, sans_width, use_size};
use crate::format::clock_us;
use crate::i18n::Strings;
use crate::panels::count::rendered;
use resync_core::view::{NodeIx, Stretch};
use resync_js::views::{Shared, Views};
use web_sys::{HtmlInputElement, InputEvent, MouseEvent};
use yew::{Callback, Classes, Html, Properties, TargetCast, classes, component, html, use_node_ref};

#[derive(Clone, PartialEq, Properties)]
pub(super) struct ScrubberProps {
    /// Everything on the screen but the packets.
    pub views: Shared<Views>,
    /// The furthest moment that the axis has to hold, µs.
    pub end_us: u64,
    /// The pointed moment, µs.
    pub moment: Option<u64>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// Height of the words, the lanes and the seconds.
const WORDS: f64 = 15.0;
const LANES: f64 = 26.0;

/// The run in focus on its axis: painted, with a slider over all of it.
#[component]
pub(super) fn Scrubber(props: &ScrubberProps) -> Html {
    rendered();
    let node = use_node_ref();
    let size = use_size(&node, Size::new(880.0, 56.0));
    let views = &props.views;
    let t = &props.t.shell.bar;
    let now = views.now_us;
    let span = shown_span(props.end_us);
    let x = axis(span, size.w);
    let us_per_unit = span as f64 / (size.w - 8.0).max(1.0);
    let by_name = |name: &str| views.nodes().find(|n| n.name == name).map(|n| n.ix);
    let notes = views.journal.iter().filter_map(|e| Some((e.at_us, e.node, e.note.as_ref()?)));
    let events = events(notes, &t.words, &by_name, (us_per_unit * 14.0) as u64);

    let seek = props.on.reform({
        let marks: Vec<u64> = events.iter().map(|e| e.at_us).collect();
        move |e: InputEvent| {
            let asked = (e.target_unchecked_into::<HtmlInputElement>().value_as_number().max(0.0) * 1_000.0) as u64;
            // The playhead snaps to events within 4 px.
            let near =
                marks.iter().copied().min_by_key(|at| at.abs_diff(asked)).filter(|at| at.abs_diff(asked) as f64 <= us_per_unit * 4.0);
            Action::Travel(Travel::Seek(near.unwrap_or(asked)))
        }
    });
    let onmousemove = {
        let (node, on, end) = (node.clone(), props.on.clone(), views.end_us);
        Callback::from(move |event: MouseEvent| {
            let at = pointer::place(&event, &node, size).map(|(px, _)| x.value(px).max(0.0) as u64);
            on.emit(Action::Look(Look::Moment(at.filter(|at| *at <= end))));
        })
    };
    let onmouseleave = props.on.reform(|_: MouseEvent| Action::Look(Look::Moment(None)));
    let top = WORDS + 2.0;
    html! {
        <div class="scrubber figure" ref={node} {onmousemove} {onmouseleave}>
            <svg viewBox={size.view_box()} aria-hidden="true">
                { words(&events, &x, size.w, WORDS, None) }
                <rect x={n(x.at(0.0))} y={n(top)} width={n(x.at(span as f64) - x.at(0.0))} height={n(LANES)} rx="2" class="track" />
                { lanes(views, &x, top) }
                { for events.iter().filter(|e| e.partial).map(|e| {
                    let lane = lane_of(views, e.node);
                    let (h, y) = lane_box(views.lanes.len(), lane, top, LANES);
                    let (cx, cy) = (x.held(e.at_us as f64), y + h / 2.0);
                    html! { <path class="partial" d={format!("M{} {}l4 -4l4 4l-4 4z", n(cx - 4.0), n(cy))} /> }
                }) }
                { seconds(&x, span, size.h) }
                if let Some(us) = props.moment {
                    <path class="moment" d={format!("M{} {}V{}", n(x.held(us as f64)), n(top - 1.0), n(top + LANES + 2.0))} />
                }
                <path class="head" d={format!("M{0} {1}V{2}M{3} {4}h8l-4 5z", n(x.held(now as f64)), n(top - 1.0), n(top + LANES + 2.0), n(x.held(now as f64) - 4.0), n(top - 4.0))} />
            </svg>
            <input id={views.run.dom(Field::Time.element())} type="range" min="0" max={(span / 1_000).to_string()} step="1" value={(now / 1_000).to_string()} aria-label={t.time}
                aria-valuetext={clock_us(now)} oninput={seek} />
        </div>
    }
}

/// Words where there is room: the newest first, since they are what one looks for. `y` is where their pins end; those after `later_us` are paler.
pub(super) fn words(events: &[Event], x: &Scale, width: f64, y: f64, later_us: Option<u64>) -> Html {
    let mut free = width;
    let mut shown = Vec::new();
    for e in events.iter().rev() {
        let glyph = e.node.map_or("", |ix| Mark::of(ix).char());
        let text = if e.times > 1 { format!("{} × {}", e.word, e.times) } else { format!("{glyph} {}", e.word).trim().to_owned() };
        let w = sans_width(&text, 12.0) + 8.0;
        let at = x.held(e.at_us as f64).min(width - w).max(0.0);
        if at + w <= free {
            free = at;
            let hue = if e.grave { "xf" } else { e.node.map_or("mu", |ix| hue_of(ix).text()) };
            let later = later_us.is_some_and(|us| e.at_us > us).then_some("later");
            shown.push(html! {
                <g key={format!("{} {}", e.at_us, e.word)} class={classes!(later)}>
                    <path class="pin" d={format!("M{0} {1}v4", n(x.held(e.at_us as f64)), n(y - 1.0))} />
                    <text x={n(at)} y={n(y - 3.0)} class={hue}>{ text }</text>
                </g>
            });
        }
    }
    shown.into_iter().collect()
}

/// Height and top of a lane among `count` that stand in `height` from `top` on.
pub(super) fn lane_box(count: usize, lane: usize, top: f64, height: f64) -> (f64, f64) {
    let count = count.max(1) as f64;
    let pitch = (height - 2.0) / count;
    let h = (pitch - 2.0).clamp(1.0, 8.0).min(pitch);
    (h, top + 1.0 + lane as f64 * pitch + (pitch - h) / 2.0)
}

/// The links by their place from the top: replicas stand in the scenario's order, as on the stage.
fn order(views: &Views) -> Vec<usize> {
    let mut order: Vec<usize> = (0..views.lanes.len().min(views.links.len())).collect();
    resync_core::order::sort_by_key(&mut order, |i| (views.links[*i].to_ix, views.links[*i].from_ix));
    order
}

fn lane_of(views: &Views, node: Option<NodeIx>) -> usize {
    order(views).iter().position(|i| Some(views.links[*i].to_ix) == node).unwrap_or(0)
}

/// How a stretch of a link's lane is painted.
pub(super) fn paint(what: Stretch, hue: Hue) -> Classes {
    match what {
        Stretch::Streaming => classes!(hue.fill(), "streaming"),
        Stretch::Full => classes!("fi"),
        Stretch::Syncing => classes!("syncing"),
        Stretch::Cut => classes!("cut"),
        Stretch::Frozen => classes!("fw", "frozen"),
        Stretch::Away => classes!("away"),
    }
}

fn lanes(views: &Views, x: &Scale, top: f64) -> Html {
    let count = views.lanes.len();
    let rows = order(views).into_iter().enumerate().map(|(place, i)| {
        let lane = &views.lanes[i];
        let hue = hue_of(views.links[i].to_ix);
        let (h, y) = lane_box(count, place, top, LANES);
        let parts = lane.iter().enumerate().filter(|(_, s)| s.what != Stretch::Away).map(move |(j, s)| {
            let (x0, x1) = (x.held(s.from_us as f64), x.held(s.to_us as f64));
            html! { <rect key={j} x={n(x0)} y={n(y)} width={n((x1 - x0).max(1.0))} height={n(h)} class={paint(s.what, hue)} /> }
        });
        html! { <g key={i}>{ for parts }</g> }
    });
    html! {
        <>{ for rows }</>
    }
}

fn seconds(x: &Scale, span_us: u64, height: f64) -> Html {
    let span_s = (span_us / 1_000_000) as f64;
    let step = nice_step(span_s / (x.at(span_us as f64) / 70.0).max(1.0)).max(1);
    let last = (span_us / 1_000_000) as i64;
    let labels = ticks(0, last, step).map(|s| {
        let at = x.at(s as f64 * 1e6);
        let text = if s == 0 {
            String::from("0 s")
        } else if span_s >= 600.0 {
            clock_us(s as u64 * 1_000_000)[..5].to_owned()
        } else {
            s.to_string()
        };
        let class = match at {
            _ if s == 0 => "m mu",
            at if at > x.x1 - 16.0 => "m mu e",
            _ => "m mu c",
        };
        let at = if class == "m mu e" { x.x1 + 4.0 } else { at };
        html! { <text key={s.to_string()} x={n(at)} y={n(height - 2.0)} class={class}>{ text }</text> }
    });
    labels.collect()
}
