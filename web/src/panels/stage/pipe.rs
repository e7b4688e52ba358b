//! Links: one pipe, two lanes, away from the master above, towards it below; torn when cut, barred when frozen.

use super::buffer::{self, Gauge};
use super::layout::{Pipe, Room};
use super::packets::LANE_MOST;
use crate::action::{Action, Selection};
use crate::draw::replicas::{Replica, Standing, describe};
use crate::draw::selecting::selecting;
use crate::draw::{Hue, hue_of, maths, n, sans_width};
use crate::format::{grouped, size as size_text, span_us};
use crate::i18n::Strings;
use crate::i18n::glossary::Term;
use crate::panels::words::word;
use resync_core::view::{LaneView, LinkState, LinkView};
use resync_js::views::Views;
use yew::{Callback, Html, classes, html};

/// How long a pile of bytes is drawn: by its logarithm, so that 64 bytes are seen and 16 KiB nearly fill it.
#[must_use]
pub(super) fn pile(bytes: u64, room: f64) -> f64 {
    if bytes == 0 { 0.0 } else { room * (maths::ln(1.0 + bytes as f64 / 64.0) / maths::ln(1.0 + 16_384.0 / 64.0)).clamp(0.02, 1.0) }
}

/// `80 ms`, `80 / 40 ms` where the directions differ, and the bandwidth if there is one.
fn physics(down: &LaneView, up: &LaneView, t: &'static Strings) -> String {
    let mut text = if down.latency_us == up.latency_us {
        span_us(down.latency_us)
    } else {
        (t.figures.stage.two_ways)(&span_us(down.latency_us), &span_us(up.latency_us))
    };
    if down.bandwidth > 0 {
        text.push_str(&format!(" · {}/s", size_text(down.bandwidth)));
    }
    text
}

/// Of two connections on a link, what stands beside the upper lane, or the lower one (`below`): which of the two it is.
pub(super) fn tag(link: &LinkView, below: bool, t: &'static Strings) -> Option<String> {
    let s = &t.figures.stage;
    link.second.then(|| if below { s.second_conn } else { s.first_conn }.to_owned())
}

/// Room that it takes at the left end of its line.
pub(super) fn tag_width(tag: &str) -> f64 {
    sans_width(tag, 12.0) + 16.0
}

/// Room that a link's physics take at the right end of the line below it.
pub(super) fn physics_width(link: &LinkView, t: &'static Strings) -> f64 {
    sans_width(&physics(&link.down, &link.up, t), 12.0) + 12.0
}

/// One of them: muted unless it says otherwise.
struct Label {
    text: String,
    class: &'static str,
    term: Option<Term>,
}
impl Label {
    fn muted(text: impl Into<String>) -> Label {
        Label { text: text.into(), class: "mu", term: None }
    }
}

/// Labels around a pipe, placed so that none touches another.
struct Labels<'a> {
    pipe: &'a Pipe,
    on: &'a Callback<Action>,
}
impl Labels<'_> {
    fn above(&self) -> f64 {
        self.pipe.y - 19.0
    }
    fn below(&self) -> f64 {
        self.pipe.y + 27.0
    }
    /// A label at the left end above the pipe and one at the right, one of them dropped if both have no room: the right one if it yields.
    fn pair(&self, y: f64, left: Option<Label>, right: Option<Label>, yields: bool) -> Html {
        let room = self.pipe.len() - 12.0;
        let width = |label: &Option<Label>| label.as_ref().map_or(0.0, |label| sans_width(&label.text, 12.0));
        let words = |label: Label| match label.term {
            Some(of) => word(of, label.text, self.on),
            None => html! { { label.text } },
        };
        let (lw, rw) = (width(&left), width(&right));
        let right = right.filter(|_| rw <= room && !(yields && lw <= room && lw + rw + 12.0 > room));
        let left = left.filter(|_| lw <= room && (right.is_none() || lw + rw + 12.0 <= room));
        html! {
            <>
                if let Some(label) = left { <text x={n(self.pipe.x0 + 8.0)} y={n(y)} class={classes!(label.class, "halop")}>{ words(label) }</text> }
                if let Some(label) = right { <text x={n(self.pipe.x1 - 4.0)} y={n(y)} class={classes!(label.class, "e", "halop")}>{ words(label) }</text> }
            </>
        }
    }
}

/// One link.
pub(super) fn pipe(pipe: &Pipe, views: &Views, all: &[Replica], selected: bool, t: &'static Strings, on: &Callback<Action>) -> Html {
    let Some(link) = views.links().find(|link| link.ix == pipe.link) else { return Html::default() };
    let (onclick, onkeydown) = selecting(on, Selection::Link(link.ix));
    let other = views.nodes().find(|node| node.ix == pipe.right).map(|node| describe(views, node));
    let replica = all.iter().find(|r| r.node.ix == pipe.right).or(other.as_ref());
    let now = views.now_us;
    let hue = hue_of(pipe.right);
    let gauge = gauge(pipe, views, t);
    let body = match link.state {
        LinkState::Cut => cut(pipe, link, replica, now, hue, (t, on)),
        _ => open(pipe, link, replica, gauge.as_ref(), now, (hue, t, on)),
    };
    html! {
        <g class={classes!("link", selected.then_some("sel"))} role="button" tabindex="0" aria-label={(t.figures.stage.link)(&link.from, &link.to)} aria-pressed={selected.to_string()} {onclick} {onkeydown}>
            <rect class="hit" x={n(pipe.x0 + 1.0)} y={n(pipe.y - pipe.lane - 2.0)} width={n(pipe.len() - 2.0)} height={n(2.0 * pipe.lane + 4.0)} rx="6" />
            { body }
            { gauge.map(|gauge| buffer::draw(pipe, &gauge)).unwrap_or_default() }
        </g>
    }
}

/// The output buffer at the left end for the node at the right end.
pub(super) fn gauge(pipe: &Pipe, views: &Views, t: &'static Strings) -> Option<Gauge> {
    let master = views.nodes.get(pipe.left as usize)?;
    let session = master.replicas.iter().find(|session| session.node == Some(pipe.right))?;
    buffer::gauge(session, &master.output_limits, t)
}

/// A lane in which so much is under way that it is drawn full.
fn filled(pipe: &Pipe, lane: &LaneView, packets: u32, y: f64, hue: Hue, t: &'static Strings) -> Html {
    if packets <= LANE_MOST || lane.frozen {
        return Html::default();
    }
    let text = (t.figures.stage.packets)(packets, &format!("{}/s", size_text(lane.rate)));
    html! {
        <>
            <rect x={n(pipe.x0 + 2.0)} y={n(y - pipe.lane * 0.35)} width={n(pipe.len() - 4.0)} height={n(pipe.lane * 0.7)} fill={format!("url(#hatch-{})", hue.hatch())} />
            if pipe.room == Room::Full { <text x={n((pipe.x0 + pipe.x1) * 0.5)} y={n(if y < pipe.y { pipe.y - 19.0 } else { pipe.y + 27.0 })} class={classes!("c", "halop", hue.text())}>{ text }</text> }
        </>
    }
}

fn open(
    pipe: &Pipe,
    link: &LinkView,
    replica: Option<&Replica>,
    gauge: Option<&Gauge>,
    now: u64,
    (hue, t, on): (Hue, &'static Strings, &Callback<Action>),
) -> Html {
    let s = &t.figures.stage;
    // The upper lane leads away from the left node.
    let (top, bottom) = if link.from_ix == pipe.left { (&link.down, &link.up) } else { (&link.up, &link.down) };
    let labels = Labels { pipe, on };
    // With two connections the upper lane is the first one, the lower one the second, in both directions.
    let second = link.up.second_packets + link.down.second_packets;
    let (top_packets, bottom_packets) =
        if link.second { (link.up.packets + link.down.packets - second, second) } else { (top.packets, bottom.packets) };
    let room = pipe.len() * 0.61;
    let bar = pipe.x0 + pipe.len() * 0.636;
    let any_frozen = top.frozen || bottom.frozen;
    let reach = pipe.lane + if pipe.room == Room::Full { 6.0 } else { 1.0 };
    let (y0, y1) = match (top.frozen, bottom.frozen) {
        (true, true) => (pipe.y - reach, pipe.y + reach),
        (true, false) => (pipe.y - reach, pipe.y),
        _ => (pipe.y, pipe.y + reach),
    };
    let age = span_us(now.saturating_sub(link.since_us));
    let kept = top.in_flight.max(bottom.in_flight);
    let above = any_frozen.then(|| (s.frozen)(&age));
    let piled_left = (top.frozen && kept > 0).then(|| ((s.kept)(&grouped(kept as i64)), hue.text().to_owned()));
    let quiet = any_frozen && replica.is_some_and(|r| r.standing == Standing::Streaming);
    let buffer = gauge.map(|gauge| Label { text: gauge.text.clone(), class: gauge.class(), term: Some(Term::OutputBuffer) });
    // The first connection's buffer stands beside its lane.
    let (buffer, first) = if link.second {
        let first = tag(link, false, t).map(|tag| match buffer {
            Some(Label { text, class, .. }) => Label { text: format!("{tag} · {text}"), class, term: None },
            None => Label::muted(tag),
        });
        (tag(link, true, t).map(Label::muted), first.filter(|_| !any_frozen))
    } else {
        (buffer, None)
    };
    let idle = (!any_frozen && !link.connected).then(|| Label::muted(s.no_conn));
    let physics = Label { term: Some(Term::Physics), ..Label::muted(physics(&link.down, &link.up, t)) };
    let fits_above = piled_left.as_ref().is_none_or(|(text, _)| sans_width(text, 12.0) + 16.0 < bar - pipe.x0);
    html! {
        <>
            if link.second {
                <rect x={n(pipe.x0)} y={n(pipe.y - pipe.lane)} width={n(pipe.len())} height={n(pipe.lane - 1.0)} rx="4" class="pipe" />
                <rect x={n(pipe.x0)} y={n(pipe.y + 1.0)} width={n(pipe.len())} height={n(pipe.lane - 1.0)} rx="4" class="pipe second" />
            } else {
                <rect x={n(pipe.x0)} y={n(pipe.y - pipe.lane)} width={n(pipe.len())} height={n(2.0 * pipe.lane)} rx="4" class={classes!("pipe", (!link.connected).then_some("idle"))} />
                <path d={format!("M{} {}H{}", n(pipe.x0), n(pipe.y), n(pipe.x1))} class="sl fn w1" />
            }
            { filled(pipe, top, top_packets, pipe.down(), hue, t) }
            { filled(pipe, bottom, bottom_packets, pipe.up(), hue, t) }
            if top.frozen { <rect x={n(pipe.x0 + 2.0)} y={n(pipe.down() - pipe.lane * 0.35)} width={n(pile(top.in_flight, room))} height={n(pipe.lane * 0.7)} fill={format!("url(#hatch-{})", hue.hatch())} /> }
            if bottom.frozen {
                <rect x={n(pipe.x1 - 2.0 - pile(bottom.in_flight, pipe.len() * 0.33))} y={n(pipe.up() - pipe.lane * 0.35)} width={n(pile(bottom.in_flight, pipe.len() * 0.33))} height={n(pipe.lane * 0.7)} fill={format!("url(#hatch-{})", hue.hatch())} />
            }
            if any_frozen {
                <path d={format!("M{0} {1}V{2}M{3} {1}V{2}", n(bar), n(y0), n(y1), n(bar + 6.0))} class="swarn" />
                <path d={format!("M{0} {1}V{2}M{3} {1}V{2}", n(bar), n(y0), n(y1), n(bar + 6.0))} class="swl w25 fn" />
            }
            if pipe.room == Room::Full {
                { labels.pair(labels.above(), first, None, false) }
                if let Some(text) = above {
                    if fits_above { if let Some((text, class)) = piled_left { <text x={n(pipe.x0 + 8.0)} y={n(labels.above())} class={classes!(class, "halop")}>{ text }</text> } }
                    <text x={n((bar + 14.0).min(pipe.x1 - 4.0 - sans_width(&text, 12.0)))} y={n(labels.above())} class="b xw halop">{ text.clone() }</text>
                }
                { labels.pair(labels.below(), buffer.or_else(|| quiet.then(|| Label::muted(s.nobody_told))).or(idle), Some(physics), gauge.is_some()) }
            }
        </>
    }
}

fn cut(
    pipe: &Pipe,
    link: &LinkView,
    replica: Option<&Replica>,
    now: u64,
    hue: Hue,
    (t, on): (&'static Strings, &Callback<Action>),
) -> Html {
    let s = &t.figures.stage;
    let labels = Labels { pipe, on };
    let (x0, x1, y) = (pipe.x0, pipe.x1, pipe.y);
    let h = pipe.lane;
    let (left, right) = (x0 + pipe.len() * 0.357, x0 + pipe.len() * 0.56);
    let middle = (left + right) * 0.5;
    let r = if pipe.room == Room::Line { (h * 0.9).min(7.0) } else { 12.0 };
    let cross = r * 0.46;
    let torn_left = format!("M{} {}H{}l-6 {3}l8 {4}l-8 {4}l6 {3}H{5}", n(x0), n(y - h), n(left), n(h * 0.46), n(h * 0.54), n(x0));
    let torn_right = format!("M{} {}H{}l6 {3}l-8 {4}l8 {4}l-6 {3}H{5}", n(x1), n(y - h), n(right), n(h * 0.46), n(h * 0.54), n(x1));
    let waiting = replica.and_then(|r| match (r.standing, r.gap) {
        (Standing::Away(Some(runway)), Some(gap)) if gap > 0 => Some((gap, runway.bytes >= 0)),
        _ => None,
    });
    let boxes = waiting.filter(|(_, held)| *held).map_or(0, |(gap, _)| ((gap as f64 / 600.0).ceil() as usize).clamp(1, 40));
    let boxes = boxes.min(((left - x0 - 14.0) / 7.4).max(0.0) as usize);
    let above_left = waiting.map(|(gap, held)| {
        let text = if held { (s.waits)(&grouped(gap)) } else { (s.lost)(&grouped(gap)) };
        (text, if held { hue.text().to_owned() } else { "xf".to_owned() })
    });
    let age = (s.cut)(&span_us(now.saturating_sub(link.since_us)));
    // The age stands at the far end, so that what waits has room. In a short pipe it stands in the middle, and what waits gives way to it.
    let age_w = sans_width(&age, 12.0) * 1.08;
    let age_at = if right.max(middle + r + 6.0) + age_w < x1 - 4.0 { x1 - 6.0 - age_w } else { (middle - age_w * 0.5).max(x0 + 4.0) };
    let fits_left = above_left.as_ref().is_some_and(|(text, _)| x0 + 8.0 + sans_width(text, 12.0) + 8.0 < age_at);
    let dials = (link.dials_failed > 0).then(|| (s.dials)(link.dials_failed));
    let next = replica
        .and_then(|r| r.node.upstream.as_ref())
        .and_then(|up| up.next_try_us)
        .filter(|at| *at >= now)
        .map(|at| (s.next_try)(&span_us(at - now)));
    let dial_w = dials.as_ref().map_or(0.0, |text| sans_width(text, 12.0));
    html! {
        <>
            <path d={torn_left} class="pipe" />
            <path d={torn_right} class="pipe" />
            { for (0..boxes).map(|i| html! { <rect x={n(x0 + 4.0 + 7.4 * i as f64)} y={n(y - h * 0.82)} width="5.4" height={n(h * 0.66)} rx="1" class={classes!("fn", hue.stroke(), "w1")} /> }) }
            <circle cx={n(middle)} cy={n(y)} r={n(r)} class="fpp sf w2" />
            <path d={format!("M{0} {1}L{2} {3}M{0} {3}L{2} {1}", n(middle - cross), n(y - cross), n(middle + cross), n(y + cross))} class="sf w25 fn" />
            if pipe.room == Room::Full {
                if fits_left { if let Some((text, class)) = above_left { <text x={n(x0 + 8.0)} y={n(labels.above())} class={classes!(class, "halop")}>{ text }</text> } }
                <text x={n(age_at)} y={n(labels.above())} class="b xf halop">{ age }</text>
                if let Some(text) = dials {
                    if right + 14.0 + dial_w + 34.0 < x1 {
                        <path d={format!("M{} {}h-26m5 -4l-5 4l5 4", n(x1 - 6.0), n(y + 6.5))} class={classes!(hue.stroke(), "w15", "fn")} />
                        <text x={n(x1 - 40.0)} y={n(y + 10.5)} class={classes!("e", hue.text())}>{ text }</text>
                    }
                }
                { labels.pair(labels.below(), replica.filter(|r| r.session.is_none()).map(|_| Label::muted(s.closed)), next.map(Label::muted), false) }
            }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pile_shows_little_and_much() {
        assert!(pile(0, 220.0).abs() < 1e-9);
        assert!(pile(64, 220.0) > 20.0 && pile(4_928, 220.0) < 220.0);
        assert!((pile(1 << 30, 220.0) - 220.0).abs() < 1e-9);
    }
}
