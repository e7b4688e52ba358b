//! Replication stream: the number line that all nodes share. The bar is what the backlog still holds; below it a lane for each replica, and a lens on
//! the last few hundred bytes.

mod lanes;
pub mod layout;
mod picture;

use crate::action::{Action, Look, Selection};
use crate::draw::replicas::{Replica, Standing, replicas, selected_replica, top};
use crate::draw::{Scale, Size, pointer, use_size};
use crate::format::grouped;
use crate::i18n::Strings;
use crate::i18n::glossary::Term;
use crate::panels::count::rendered;
use crate::panels::words::{rules, term};
use layout::{Claim, Layout, SIDE, choose_lanes, layout, lens_axis, next_hidden, tall_one, times};
use picture::Picture;
use resync_js::views::{Shared, Views};
use web_sys::{KeyboardEvent, WheelEvent};
use yew::{Callback, Html, MouseEvent, NodeRef, Properties, component, html, use_node_ref};

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

/// What a key does to the lens whose middle stands at this offset: a step left or right, to the head, or magnified to these percent.
fn lens_key(key: &str, middle: i64, step: i64, head: i64, percent: f64) -> Option<Look> {
    Some(match key {
        "ArrowLeft" => Look::Lens(Some((middle - step).max(1))),
        "ArrowRight" if middle + step >= head => Look::Lens(None),
        "ArrowRight" => Look::Lens(Some(middle + step)),
        "PageUp" => Look::Magnify((percent * 1.5).min(40_000.0) as u32),
        "PageDown" => Look::Magnify((percent / 1.5).max(100.0) as u32),
        "End" => Look::Lens(None),
        _ => return None,
    })
}

/// Bytes left of the runway of a replica that is away; nothing or less where only a full resync helps.
fn bytes_left(r: &Replica) -> Option<i64> {
    match r.standing {
        Standing::Away(_) if r.foreign => Some(0),
        Standing::Away(Some(left)) => Some(if left.partial_now { left.bytes } else { left.bytes.min(0) }),
        Standing::Away(None) => r.applied.map(|_| 0),
        _ => None,
    }
}

/// The panel's heading, with the key of the marks.
fn heading(props: &RulerProps) -> Html {
    let t = &props.t.figures.ruler;
    let word = |of: Term, text: &str| term(of, text, props.t, rules(&props.views), &props.on);
    html! {
        <div class="head">
            <h2>{ word(Term::Stream, t.title) }</h2><span class="muted optional">{ t.subtitle }</span><span class="space"></span>
            <div class="key">
                <span><svg viewBox="0 0 14 10" aria-hidden="true"><circle cx="7" cy="5" r="3.8" class="fp si w15" /></svg>{ word(Term::Acked, t.acked) }</span>
                <span><svg viewBox="0 0 14 10" aria-hidden="true"><circle cx="7" cy="5" r="4.2" class="fi" /></svg>{ word(Term::Applied, t.applied) }</span>
                <span><svg viewBox="0 0 14 10" aria-hidden="true"><path d="M3 1l8 4l-8 4z" class="fp si w15" /></svg>{ word(Term::Sent, t.sent) }</span>
            </div>
        </div>
    }
}

/// Pointing at a byte, and pressing and drawing along, which moves the lens.
fn pointing(
    props: &RulerProps,
    canvas: &NodeRef,
    size: Size,
    place: &Layout,
    (lens, head): (Scale, i64),
) -> (Callback<MouseEvent>, Callback<MouseEvent>) {
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
    (onmousemove, onmousedown)
}

/// The panel.
#[component]
pub fn Ruler(props: &RulerProps) -> Html {
    rendered();
    let frame = use_node_ref();
    let canvas = use_node_ref();
    let size = use_size(&frame, Size::new(1068.0, 191.0));
    let t = &props.t.figures.ruler;
    let Some(top) = top(&props.views) else { return Html::default() };
    let all = replicas(&props.views);
    let selected = selected_replica(&props.views, props.selection);
    let head = top.offset.0;
    let oldest = all.iter().filter_map(|r| r.applied).map(|a| a + 1).min();
    let tall = tall_one(&all.iter().map(|r| (r.node.ix, bytes_left(r))).collect::<Vec<_>>(), selected);
    let claims: Vec<_> = all.iter().map(|r| Claim { ix: r.node.ix, left: bytes_left(r), gap: r.gap }).collect();
    let choose = |most: usize| choose_lanes(&claims, tall, selected, most);
    let at = |shown: usize| choose(shown).iter().position(|i| Some(all[*i].node.ix) == tall).unwrap_or(0);
    let place = layout(size, &top.backlog, head, oldest, all.len(), at);
    let chosen = choose(place.lanes.len());
    let lens = lens_axis(size, place.axis, head, &props.views.commands, props.lens, props.magnify);
    let verdict = (*props.views.verdict).as_ref();
    let picture = Picture {
        size,
        place: &place,
        lens,
        head,
        backlog: &top.backlog,
        top,
        verdict,
        now_us: props.views.now_us,
        t: props.t,
        on: &props.on,
    };
    let name = (t.figure)(&grouped(place.axis.value(SIDE) as i64), &grouped(head));

    let (onmousemove, onmousedown) = pointing(props, &canvas, size, &place, (lens, head));
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
            let Some(look) = lens_key(&event.key(), middle, step, head, percent) else { return };
            event.prevent_default();
            event.stop_propagation();
            on.emit(Action::Look(look));
        })
    };

    html! {
        <section class="panel stream" aria-label={t.name}>
            { heading(props) }
            <div class="figure ruler" ref={frame}>
                <svg ref={canvas} viewBox={size.view_box()} role="group" aria-label={name} {onmousemove} {onmousedown} {onmouseleave} {onwheel}>
                    { picture.bar() }
                    { picture.pins(&all) }
                    { for chosen.iter().zip(&place.lanes).map(|(i, y)| picture.lane(&all[*i], *y, selected == Some(all[*i].node.ix), &props.on)) }
                    { picture.rest(&all, &chosen, next_hidden(&claims, &chosen, selected)) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lens_goes_by_keys_and_follows_the_head_where_it_reaches_it() {
        let key = |key: &str, middle: i64| lens_key(key, middle, 50, 1_000, 200.0);
        assert_eq!(key("ArrowLeft", 500), Some(Look::Lens(Some(450))));
        assert_eq!(key("ArrowLeft", 20), Some(Look::Lens(Some(1))), "there is no byte before the first");
        assert_eq!(key("ArrowRight", 500), Some(Look::Lens(Some(550))));
        assert_eq!(key("ArrowRight", 950), Some(Look::Lens(None)), "at the head it follows");
        assert_eq!(key("PageUp", 500), Some(Look::Magnify(300)));
        assert_eq!(lens_key("PageUp", 500, 50, 1_000, 39_000.0), Some(Look::Magnify(40_000)));
        assert_eq!(lens_key("PageDown", 500, 50, 1_000, 120.0), Some(Look::Magnify(100)));
        assert_eq!(key("Enter", 500), None);
    }
}
