//! The drawer below the timeline: one lane for each run, the run in focus on top, all on the scrubber's axis. Switch, rename, drop, and bring back.

use super::layout::{Event, axis, events};
use super::scrubber::{lane_box, paint, words};
use crate::action::{Action, Branch, Look};
use crate::draw::{Mark, Scale, Size, hue_of, n, pointer, use_size};
use crate::format::clock_us;
use crate::i18n::Strings;
use crate::panels::count::rendered;
use resync_core::limits::RUN_NAME_CHARS_MAX;
use resync_core::view::Stretch;
use resync_js::desk::{Lane, Lanes};
use resync_js::ids::RunId;
use resync_js::views::{LaneStretch, Shared};
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent, MouseEvent};
use yew::{
    Callback, Html, NodeRef, Properties, TargetCast, classes, component, html, use_effect_with, use_mut_ref, use_node_ref, use_state_eq,
};

/// Height of the painted lanes of one run, and what is free below them.
const STRIPES: f64 = 24.0;
const FOOT: f64 = 5.0;
/// So many stripes have a glyph at their start; more of them are too thin for one.
const GLYPHS_MAX: usize = 3;

/// What the drawer shows.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct DrawerProps {
    /// The runs.
    pub lanes: Shared<Lanes>,
    /// The span of the axis, µs.
    pub span_us: u64,
    /// The pointed moment, µs.
    pub moment: Option<u64>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// Where one run is painted.
#[derive(Clone, PartialEq, Debug)]
struct Row {
    /// Top and bottom of its stripes.
    top: f64,
    bottom: f64,
    /// Where the stem of a branch stands, from the dot at its parent to its own edge.
    stem: Option<(f64, f64, f64)>,
}

/// The rows of a figure of this size, from above.
fn rows(lanes: &Lanes, x: &Scale, size: Size) -> Vec<Row> {
    let pitch = size.h / lanes.rows.len().max(1) as f64;
    let bottom = |i: usize| (i + 1) as f64 * pitch - FOOT;
    let row = |(i, lane): (usize, &Lane)| {
        let (top, bottom_own) = (bottom(i) - STRIPES, bottom(i));
        let parent = lane.branched.as_ref().and_then(|(parent, ..)| lanes.rows.iter().position(|row| row.id == *parent));
        let stem = parent.zip(lane.branched.as_ref()).map(|(parent, (.., at_us))| {
            let at = x.held(*at_us as f64);
            if parent > i { (at, bottom(parent) - STRIPES - 2.0, bottom_own + 1.0) } else { (at, bottom(parent) + 2.0, top - 1.0) }
        });
        Row { top, bottom: bottom_own, stem }
    };
    lanes.rows.iter().enumerate().map(row).collect()
}

/// A stretch in two parts where it is painted in two ways: up to `border`, and after it.
fn parted(s: &LaneStretch, border_us: u64) -> impl Iterator<Item = (LaneStretch, bool)> {
    let before = LaneStretch { to_us: s.to_us.min(border_us), ..*s };
    let after = LaneStretch { from_us: s.from_us.max(border_us), ..*s };
    [(before, false), (after, true)].into_iter().filter(|(part, _)| part.from_us < part.to_us)
}

/// What takes the keyboard's focus once the page shows what a button did.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Here,
    Undo,
    Drawer,
}

/// The drawer.
#[component]
pub(super) fn Drawer(props: &DrawerProps) -> Html {
    rendered();
    let t = &props.t.shell.branches;
    let lanes = &props.lanes;
    let name = |lane: &Lane| t.name(lane.id, lane.name.as_deref());
    let renaming = use_state_eq(|| None::<RunId>);
    let (drawer, here, undo) = (use_node_ref(), use_node_ref(), use_node_ref());
    // A button that is pressed may be gone afterwards: the focus goes to what took its place.
    let next = use_mut_ref(|| None::<Next>);
    let shown = (lanes.rows.first().map(|lane| lane.id), lanes.dropped.as_ref().map(|(id, ..)| *id), *renaming);
    use_effect_with(shown, {
        let (next, drawer, here, undo) = (next.clone(), drawer.clone(), here.clone(), undo.clone());
        move |_| {
            let to = match next.borrow_mut().take() {
                Some(Next::Here) => here.cast::<HtmlElement>(),
                Some(Next::Undo) => undo.cast(),
                Some(Next::Drawer) => drawer.cast(),
                None => None,
            };
            if let Some(element) = to {
                // Fails only for an element that has gone meanwhile.
                let _ = element.focus();
            }
        }
    });
    let then = |goes: Next, wish: Branch| {
        let next = next.clone();
        props.on.reform(move |_: MouseEvent| {
            *next.borrow_mut() = Some(goes);
            Action::Branch(wish.clone())
        })
    };
    let row = |(i, lane): (usize, &Lane)| {
        let called = name(lane);
        let small = match &lane.branched {
            Some((parent, own, at)) => {
                format!("{} · {}", (t.from)(&t.name(*parent, own.as_deref()), &clock_us(*at)), (t.to)(&clock_us(lane.end_us)))
            }
            None => (t.to)(&clock_us(lane.end_us)),
        };
        let edit = {
            let renaming = renaming.clone();
            let id = lane.id;
            Callback::from(move |_: MouseEvent| renaming.set(Some(id)))
        };
        let done = {
            let (renaming, next, on, id) = (renaming.clone(), next.clone(), props.on.clone(), lane.id);
            Callback::from(move |name: Option<String>| {
                *next.borrow_mut() = Some(Next::Here);
                renaming.set(None);
                if let Some(name) = name {
                    on.emit(Action::Branch(Branch::Rename(id, name)));
                }
            })
        };
        html! {
            <li key={lane.id.0} class={classes!("lane", (i == 0).then_some("here"))} aria-current={(i == 0).then_some("true")}>
                <div class="label">
                    if *renaming == Some(lane.id) {
                        <NameField own={lane.name.clone().unwrap_or_default()} placeholder={called.clone()} label={(t.name_of)(&called)} {done} />
                    } else {
                        <b>{ &called }</b>
                    }
                    <small>{ small }</small>
                </div>
                <div class="acts">
                    if i == 0 {
                        <span>{ t.here }</span>
                        <button ref={here.clone()} aria-label={(t.rename_it)(&called)} disabled={renaming.is_some()} onclick={edit}>{ t.rename }</button>
                    } else {
                        <button aria-label={(t.switch_to)(&called)} onclick={then(Next::Here, Branch::Focus(lane.id))}>{ t.switch }</button>
                        <button aria-label={(t.drop_it)(&called)} onclick={then(Next::Undo, Branch::Drop(lane.id))}>{ t.drop }</button>
                    }
                </div>
            </li>
        }
    };
    let foot = match &lanes.dropped {
        Some((id, own, left)) => {
            let called = t.name(*id, own.as_deref());
            html! {
                <>
                    <span>{ (t.dropped)(&called) }</span>
                    <span class="muted" aria-hidden="true">{ (t.kept_for)(*left) }</span>
                    <button ref={undo.clone()} aria-label={(t.undo_it)(&called)} onclick={then(Next::Drawer, Branch::Undo)}>{ t.undo }</button>
                </>
            }
        }
        None => html! { <span class="muted">{ t.lead }</span> },
    };
    html! {
        <section class="drawer" id="lanes" ref={drawer} aria-label={t.title} tabindex="-1">
            <div class="runs">
                <ol>{ for lanes.rows.iter().enumerate().map(row) }</ol>
                <Painted ..props.clone() />
            </div>
            <div class="foot" role="status">{ foot }</div>
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct NameFieldProps {
    own: String,
    placeholder: String,
    label: String,
    /// With the new name; without one where it stays.
    done: Callback<Option<String>>,
}

/// The field for a run's name: Enter and leaving it keep what was written, Escape what was.
#[component]
fn NameField(props: &NameFieldProps) -> Html {
    rendered();
    let input: NodeRef = use_node_ref();
    use_effect_with((), {
        let input = input.clone();
        move |()| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                let _ = input.focus();
                input.select();
            }
        }
    });
    // Leaving the field because it is taken away is not leaving it.
    let over = use_mut_ref(|| false);
    let finish = {
        let (over, done) = (over.clone(), props.done.clone());
        move |name: Option<String>| {
            if !over.replace(true) {
                done.emit(name);
            }
        }
    };
    let onkeydown = {
        let finish = finish.clone();
        Callback::from(move |e: KeyboardEvent| {
            let name = match e.key().as_str() {
                // Composing text of many scripts ends with Enter: that one is not ours.
                "Enter" if !e.is_composing() => Some(e.target_unchecked_into::<HtmlInputElement>().value()),
                "Escape" if !e.is_composing() => None,
                _ => return,
            };
            e.stop_propagation();
            e.prevent_default();
            finish(name);
        })
    };
    let onblur = Callback::from(move |e: yew::FocusEvent| finish(Some(e.target_unchecked_into::<HtmlInputElement>().value())));
    html! {
        <input ref={input} type="text" value={props.own.clone()} placeholder={props.placeholder.clone()} maxlength={RUN_NAME_CHARS_MAX.to_string()}
            aria-label={props.label.clone()} autocomplete="off" spellcheck="false" {onkeydown} {onblur} />
    }
}

/// The picture of all lanes: one figure, so that stems and the pointed moment go through the rows.
#[component]
fn Painted(props: &DrawerProps) -> Html {
    rendered();
    let node = use_node_ref();
    let size = use_size(&node, Size::new(860.0, 45.5 * props.lanes.rows.len() as f64));
    let lanes = &props.lanes;
    let x = axis(props.span_us, size.w);
    let places = rows(lanes, &x, size);
    let onmousemove = {
        let (node, on, end) = (node.clone(), props.on.clone(), lanes.end_us());
        Callback::from(move |event: MouseEvent| {
            let at = pointer::place(&event, &node, size).map(|(px, _)| x.value(px).max(0.0) as u64);
            on.emit(Action::Look(Look::Moment(at.filter(|at| *at <= end))));
        })
    };
    let onmouseleave = props.on.reform(|_: MouseEvent| Action::Look(Look::Moment(None)));
    let onclick = {
        let (node, on) = (node.clone(), props.on.clone());
        let ids: Vec<RunId> = lanes.rows.iter().map(|lane| lane.id).collect();
        Callback::from(move |event: MouseEvent| {
            let Some((px, py)) = pointer::place(&event, &node, size) else { return };
            let row = (py / (size.h / ids.len().max(1) as f64)).max(0.0) as usize;
            if let Some(id) = ids.get(row) {
                on.emit(Action::Branch(Branch::FocusAt(*id, x.value(px).max(0.0) as u64)));
            }
        })
    };
    html! {
        <div class="painted figure" ref={node} {onmousemove} {onmouseleave} {onclick}>
            <svg viewBox={size.view_box()} aria-hidden="true">
                { for lanes.rows.iter().zip(&places).enumerate().map(|(i, (lane, place))| painted(props, i, lane, place, &x, size.w)) }
                { for places.iter().filter_map(|place| place.stem).map(|(at, dot, end)| html! {
                    <g class="stem"><path d={format!("M{} {}V{}", n(at), n(dot), n(end))} /><circle cx={n(at)} cy={n(dot)} r="3" /></g>
                }) }
                if let Some(us) = props.moment {
                    <path class="moment" d={format!("M{} 0V{}", n(x.held(us as f64)), n(size.h))} />
                }
            </svg>
        </div>
    }
}

/// One run: its stripes, the words for what is its own, its cursor and its end.
fn painted(props: &DrawerProps, i: usize, lane: &Lane, place: &Row, x: &Scale, width: f64) -> Html {
    let here = i == 0;
    let picture = &lane.picture;
    let count = picture.stripes.len();
    // Of the run in focus what lies after the cursor is paler; of the others what they share with it.
    let border = if here { lane.now_us } else { lane.shared_us };
    let pale = |after: bool| if here { after.then_some("later") } else { (!after).then_some("shared") };
    let stripes = picture.stripes.iter().enumerate().map(|(k, stripe)| {
        let (h, y) = lane_box(count, k, place.top, STRIPES);
        let hue = hue_of(stripe.to);
        let parts = stripe.stretches.iter().filter(|s| s.what != Stretch::Away).flat_map(|s| parted(s, border)).enumerate();
        let parts = parts.map(move |(j, (s, after))| {
            let (x0, x1) = (x.held(s.from_us as f64), x.held(s.to_us as f64));
            html! { <rect key={j} x={n(x0)} y={n(y)} width={n((x1 - x0).max(1.0))} height={n(h)} class={classes!(paint(s.what, hue), pale(after))} /> }
        });
        let glyph = (count <= GLYPHS_MAX).then(|| html! { <path class={hue.fill()} d={Mark::of(stripe.to).path(-6.0, y + h / 2.0, 3.2)} /> });
        html! { <g key={k}>{ glyph }{ for parts }</g> }
    });
    let per_unit = 1.0 / x.per_unit();
    let by_name = |name: &str| picture.nodes.iter().position(|node| node == name).map(|ix| ix as u32);
    let own = picture.marks.iter().filter(|mark| here || mark.at_us > lane.shared_us).map(|mark| (mark.at_us, mark.node, &mark.note));
    let said: Vec<Event> = events(own, &props.t.shell.bar.words, &by_name, (per_unit * 14.0) as u64);
    let (now, end) = (x.held(lane.now_us as f64), x.held(lane.end_us as f64));
    html! {
        <g key={lane.id.0} class={classes!("run", here.then_some("here"))}>
            <rect class="track" x={n(x.at(0.0))} y={n(place.top)} width={n(end - x.at(0.0))} height={n(STRIPES)} rx="2" />
            { words(&said, x, width, place.top - 1.0, here.then_some(lane.now_us)) }
            { for stripes }
            <path class="end" d={format!("M{} {}V{}", n(end), n(place.top), n(place.bottom))} />
            if here {
                <path class="head" d={format!("M{0} {1}V{2}M{3} {4}h8l-4 5z", n(now), n(place.top - 1.0), n(place.bottom + 2.0), n(now - 4.0), n(place.top - 4.0))} />
            } else {
                <path class="cursor" d={format!("M{} {}V{}", n(now), n(place.top - 1.0), n(place.bottom + 2.0))} />
            }
        </g>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use resync_js::desk::Picture;
    use std::rc::Rc;

    fn lane(id: u32, branched: Option<(u32, u64)>) -> Lane {
        let branched = branched.map(|(parent, at_us)| (RunId(parent), None, at_us));
        Lane { id: RunId(id), name: None, branched, shared_us: 0, now_us: 0, end_us: 60_000_000, picture: Rc::new(Picture::default()) }
    }

    #[test]
    fn a_stem_reaches_from_the_parent_to_the_branch_and_no_row_touches_another() {
        // The branch on top, its parent below, a branch of the parent below that.
        let lanes =
            Lanes { count: 3, rows: vec![lane(1, Some((0, 30_000_000))), lane(0, None), lane(2, Some((0, 6_000_000)))], dropped: None };
        for (w, h) in [(860.0, 136.5), (310.0, 234.0)] {
            let x = axis(60_000_000, w);
            let rows = rows(&lanes, &x, Size::new(w, h));
            assert!(rows.windows(2).all(|pair| pair[0].bottom + 12.0 <= pair[1].top), "room for the words: {rows:?}");
            assert!(rows[0].top >= 12.0 && rows[2].bottom <= h, "{rows:?}");
            let (at, dot, end) = rows[0].stem.expect("a stem");
            assert!((at - x.at(30e6)).abs() < 0.01 && dot < rows[1].top && dot > rows[0].bottom && end > rows[0].bottom && end < dot);
            let (_, dot, end) = rows[2].stem.expect("a stem");
            assert!(dot > rows[1].bottom && end < rows[2].top && dot < end);
            assert_eq!(rows[1].stem, None);
        }
    }

    #[test]
    fn a_stretch_is_parted_where_its_paint_changes() {
        let s = LaneStretch { from_us: 10, to_us: 20, what: Stretch::Cut };
        let parts = |border: u64| parted(&s, border).map(|(part, after)| (part.from_us, part.to_us, after)).collect::<Vec<_>>();
        assert_eq!(parts(15), [(10, 15, false), (15, 20, true)]);
        assert_eq!(parts(20), [(10, 20, false)]);
        assert_eq!(parts(25), [(10, 20, false)]);
        assert_eq!(parts(10), [(10, 20, true)]);
        assert_eq!(parts(0), [(10, 20, true)]);
    }
}
