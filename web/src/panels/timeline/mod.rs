//! The timeline: play and step, speed, the scrubber painted with what happened, and the clock.

use crate::action::{Action, Look, Travel};
use crate::draw::scale::{Scale, nice_step, ticks};
use crate::draw::{Mark, Size, hue_of, n, pointer, sans_width, use_size};
use crate::format::clock_us;
use crate::i18n::Strings;
use crate::i18n::shell::Marks;
use crate::player::{STOPS_MILLI, speed_text};
use crate::views::{Shared, Views};
use resync_core::fact::SessionEnd;
use resync_core::note::Note;
use resync_core::view::{JournalView, NodeIx, Stretch};
use web_sys::{HtmlInputElement, InputEvent, MouseEvent};
use yew::{Callback, Html, Properties, TargetCast, classes, component, html, use_node_ref};

/// What the timeline shows.
#[derive(Clone, PartialEq, Properties)]
pub struct TimelineProps {
    /// Everything on the screen but the packets.
    pub views: Shared<Views>,
    /// The slider's stop.
    pub stop: usize,
    /// Whether the speed follows what happens.
    pub auto: bool,
    /// Where a long seek is going, µs.
    #[prop_or_default]
    pub going_to: Option<u64>,
    /// The pointed moment, µs.
    #[prop_or_default]
    pub moment: Option<u64>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// A word above the scrubber.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// When, µs.
    pub at_us: u64,
    /// About which node.
    pub node: Option<NodeIx>,
    /// The word.
    pub word: &'static str,
    /// How many of the same at the same place.
    pub times: u32,
    /// Drawn in `fault`.
    pub grave: bool,
    /// ◇ on the lane.
    pub partial: bool,
}

/// The words for what happened, oldest first; equal ones close together are one.
#[must_use]
pub fn events(journal: &[JournalView], words: &Marks, node_named: &dyn Fn(&str) -> Option<NodeIx>, together_us: u64) -> Vec<Event> {
    let mut out: Vec<Event> = Vec::new();
    for entry in journal {
        let Some(note) = &entry.note else { continue };
        let own = Some(entry.node);
        let other = |peer: &str| node_named(peer).map(|p| p.max(entry.node));
        let (word, node, grave) = match note {
            Note::LinkCut { peer } => (words.cut, other(peer), false),
            Note::LinkFrozen { peer } => (words.frozen, other(peer), false),
            Note::LinkHealed { peer } | Note::LinkThawed { peer } => (words.healed, other(peer), false),
            Note::FullDone { .. } => (words.full, own, false),
            Note::PartialAccepted { .. } => (words.partial, own, false),
            Note::Crashed {} | Note::PoweredOff {} => (words.crash, own, true),
            Note::Restarted { .. } => (words.restart, own, false),
            Note::Paused {} => (words.paused, own, false),
            Note::UpstreamTimeout { .. } => (words.lost, own, true),
            Note::SessionEnded { why: SessionEnd::Timeout | SessionEnd::OutputLimit, .. } => (words.lost, own, true),
            Note::GoodReplicas { refusing: true, .. } => (words.refused, own, true),
            _ => continue,
        };
        let partial = matches!(note, Note::PartialAccepted { .. });
        match out.last_mut() {
            // A link has two ends, and each may tell: once is enough. Several replicas at once become a number.
            Some(last) if last.word == word && entry.at_us.saturating_sub(last.at_us) <= together_us => {
                if last.node != node {
                    last.times += 1;
                    last.node = None;
                }
            }
            _ => out.push(Event { at_us: entry.at_us, node, word, times: 1, grave, partial }),
        }
    }
    out
}

/// The span that the scrubber shows, µs: at least a minute, else what was played and some future.
#[must_use]
pub fn shown_span(end_us: u64) -> u64 {
    let least = end_us + end_us / 8;
    least.max(60_000_000)
}

/// The timeline.
#[component]
pub fn Timeline(props: &TimelineProps) -> Html {
    let t = &props.t.shell.bar;
    let views = &props.views;
    let on = &props.on;
    let (word, icon) = if views.playing { (t.pause, "M2 1h3.4v11H2zM7.6 1H11v11H7.6z") } else { (t.play, "M2.5.8v11.4L12 6.5z") };
    let button = |label: &'static str, path: &'static str, class: &'static str, action: Action| {
        let click = on.reform(move |_| action.clone());
        html! { <button class={class} aria-label={label} title={label} onclick={click}><svg class="icon" viewBox="0 0 13 13" aria-hidden="true"><path d={path} /></svg></button> }
    };
    let speed = speed_text(views.speed_milli);
    let set_speed =
        on.reform(|e: InputEvent| Action::Travel(Travel::Speed(e.target_unchecked_into::<HtmlInputElement>().value_as_number() as usize)));
    let toggle_auto = on.reform({
        let auto = props.auto;
        move |_| Action::Travel(Travel::Auto(!auto))
    });
    html! {
        <section class="timeline" id="timeline" aria-label={t.title} tabindex="-1">
            <div class="transport">
                { button(t.start, "M1 1h2v11H1zM12 1v11L4 6.5z", "", Action::Travel(Travel::Seek(0))) }
                { button(t.back, "M10 1v11L3 6.5z", "", Action::Travel(Travel::Back)) }
                { button(word, icon, "primary", Action::Travel(Travel::TogglePlay)) }
                { button(t.step, "M3 1v11l7-5.5z", "", Action::Travel(Travel::Step)) }
            </div>
            <div class="speed">
                <div class="row">
                    <b>{ &speed }</b>
                    <button class="plain" aria-pressed={props.auto.to_string()} title={t.auto_hint} onclick={toggle_auto}>{ t.auto }</button>
                </div>
                <input type="range" min="0" max={(STOPS_MILLI.len() - 1).to_string()} step="1" value={props.stop.to_string()} aria-label={t.speed}
                    aria-valuetext={speed} oninput={set_speed} />
            </div>
            <Scrubber views={views.clone()} moment={props.moment} t={props.t} on={on.clone()} />
            <div class="clock">
                if let Some(target) = props.going_to {
                    <span class="small">{ (t.working)(&clock_us(views.cluster.now_us), &clock_us(target)) }</span>
                    <button onclick={on.reform(|_| Action::Travel(Travel::Cancel))}>{ t.cancel }</button>
                } else {
                    <span>{ clock_us(views.cluster.now_us) }</span>
                    <small>{ (t.event)(views.cluster.event) }</small>
                }
            </div>
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ScrubberProps {
    views: Shared<Views>,
    moment: Option<u64>,
    t: &'static Strings,
    on: Callback<Action>,
}

/// Height of the words, the lanes and the seconds.
const WORDS: f64 = 13.0;
const LANES: f64 = 27.0;

#[component]
fn Scrubber(props: &ScrubberProps) -> Html {
    let node = use_node_ref();
    let size = use_size(&node, Size::new(860.0, 54.0));
    let views = &props.views;
    let t = &props.t.shell.bar;
    let now = views.cluster.now_us;
    let span = shown_span(views.end_us);
    let x = Scale::new(0.0, span as f64, 4.0, size.w - 4.0);
    let us_per_unit = span as f64 / (size.w - 8.0).max(1.0);
    let by_name = |name: &str| views.cluster.nodes.iter().find(|n| n.name == name).map(|n| n.ix);
    let events = events(&views.journal, &t.words, &by_name, (us_per_unit * 14.0) as u64);

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
                { words(&events, &x, size.w) }
                <rect x={n(x.at(0.0))} y={n(top)} width={n(x.at(span as f64) - x.at(0.0))} height={n(LANES)} rx="2" class="track" />
                { lanes(views, &x, top) }
                { for events.iter().filter(|e| e.partial).map(|e| {
                    let lane = lane_of(views, e.node);
                    let (_, h, y) = lane_box(views.lanes.len(), lane, top);
                    let (cx, cy) = (x.held(e.at_us as f64), y + h / 2.0);
                    html! { <path class="partial" d={format!("M{} {}l4 -4l4 4l-4 4z", n(cx - 4.0), n(cy))} /> }
                }) }
                { seconds(&x, span, size.h) }
                if let Some(us) = props.moment {
                    <path class="moment" d={format!("M{} {}V{}", n(x.held(us as f64)), n(top - 1.0), n(top + LANES + 2.0))} />
                }
                <path class="head" d={format!("M{0} {1}V{2}M{3} {4}h8l-4 5z", n(x.held(now as f64)), n(top - 1.0), n(top + LANES + 2.0), n(x.held(now as f64) - 4.0), n(top - 4.0))} />
            </svg>
            <input id="time" type="range" min="0" max={(span / 1_000).to_string()} step="1" value={(now / 1_000).to_string()} aria-label={t.time}
                aria-valuetext={clock_us(now)} oninput={seek} />
        </div>
    }
}

/// Words where there is room: the newest first, since they are what one looks for.
fn words(events: &[Event], x: &Scale, width: f64) -> Html {
    let mut free = width;
    let mut shown = Vec::new();
    for e in events.iter().rev() {
        let glyph = e.node.map_or("", |ix| Mark::of(ix).char());
        let text = if e.times > 1 { format!("{} × {}", e.word, e.times) } else { format!("{glyph} {}", e.word).trim().to_owned() };
        let w = sans_width(&text, 11.0) + 8.0;
        let at = x.held(e.at_us as f64).min(width - w).max(0.0);
        if at + w <= free {
            free = at;
            let hue = if e.grave { "xf" } else { e.node.map_or("mu", |ix| hue_of(ix).text()) };
            shown.push(html! {
                <g key={format!("{} {}", e.at_us, e.word)}>
                    <path class="pin" d={format!("M{0} {1}v4", n(x.held(e.at_us as f64)), n(WORDS - 1.0))} />
                    <text x={n(at)} y={n(WORDS - 3.0)} class={hue}>{ text }</text>
                </g>
            });
        }
    }
    shown.into_iter().collect()
}

/// Width unused; height and top of a lane among `count`.
fn lane_box(count: usize, lane: usize, top: f64) -> (f64, f64, f64) {
    let count = count.max(1) as f64;
    let pitch = (LANES - 2.0) / count;
    let h = (pitch - 2.0).clamp(1.0, 8.0).min(pitch);
    (0.0, h, top + 1.0 + lane as f64 * pitch + (pitch - h) / 2.0)
}

/// The links by their place from the top: replicas stand in the scenario's order, as on the stage.
fn order(views: &Views) -> Vec<usize> {
    let mut order: Vec<usize> = (0..views.lanes.len().min(views.cluster.links.len())).collect();
    order.sort_by_key(|i| (views.cluster.links[*i].to_ix, views.cluster.links[*i].from_ix));
    order
}

fn lane_of(views: &Views, node: Option<NodeIx>) -> usize {
    order(views).iter().position(|i| Some(views.cluster.links[*i].to_ix) == node).unwrap_or(0)
}

fn lanes(views: &Views, x: &Scale, top: f64) -> Html {
    let count = views.lanes.len();
    let rows = order(views).into_iter().enumerate().map(|(place, i)| {
        let lane = &views.lanes[i];
        let hue = hue_of(views.cluster.links[i].to_ix);
        let (_, h, y) = lane_box(count, place, top);
        let parts = lane.iter().enumerate().filter(|(_, s)| s.what != Stretch::Away).map(move |(j, s)| {
            let (x0, x1) = (x.held(s.from_us as f64), x.held(s.to_us as f64));
            let class = match s.what {
                Stretch::Streaming => classes!(hue.fill(), "streaming"),
                Stretch::Full => classes!("fi"),
                Stretch::Syncing => classes!("syncing"),
                Stretch::Cut => classes!("cut"),
                Stretch::Frozen => classes!("fw", "frozen"),
                Stretch::Away => classes!("away"),
            };
            html! { <rect key={j} x={n(x0)} y={n(y)} width={n((x1 - x0).max(1.0))} height={n(h)} class={class} /> }
        });
        html! { <g key={i}>{ for parts }</g> }
    });
    html! {
        <>
            <defs>
                <pattern id="timeline-cut" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
                    <path d="M0 0V5" class="sf" stroke-width="2.6" />
                </pattern>
            </defs>
            { for rows }
        </>
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
