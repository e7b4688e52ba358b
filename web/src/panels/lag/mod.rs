//! Lag against offset: above, the whole seconds that INFO reports; below, the gap in bytes with the backlog's size as the line not to cross.

pub mod layout;
mod marks;

use crate::action::{Action, Look, Travel};
use crate::draw::replicas::{replicas, selected_replica, top};
use crate::draw::{FigureProps, Scale, Size, pointer, shape, use_size};
use crate::panels::count::rendered;
use crate::panels::steady::steady;
use crate::panels::words::{marked, rules};
use layout::{Curve, LEFT, Window, plots, shown};
use marks::Pen;
use yew::{Callback, Html, MouseEvent, component, html, use_node_ref, use_state_eq};

/// The panel.
#[component]
pub fn Lag(props: &FigureProps) -> Html {
    rendered();
    let frame = use_node_ref();
    let canvas = use_node_ref();
    let size = use_size(&frame, Size::new(321.0, 220.0));
    let window = use_state_eq(|| Window::Recent);
    let stale = use_state_eq(|| false);
    let t = &props.t.figures.chart;
    let views = &props.views;
    let now_us = views.now_us;
    let now = now_us as f64 / 1e6;
    let (from, to) = window.span(now);
    let x = Scale::new(from, to, LEFT, (size.w - 10.0).max(80.0));
    let tools = html! {
        <>
            <span class="grp" role="group" aria-label={t.window}>
                { for Window::CHOICES.map(|choice| {
                    let window = window.clone();
                    let name = match choice { Window::Recent => t.recent, Window::Minutes => t.minutes, Window::All => t.all };
                    html! { <button type="button" class="plain small" aria-pressed={(*window == choice).to_string()} onclick={move |_| window.set(choice)}>{ steady(name) }</button> }
                }) }
            </span>
            <button type="button" class="plain small" aria-pressed={stale.to_string()} onclick={{ let stale = stale.clone(); move |_| stale.set(!*stale) }}>{ steady(t.staleness) }</button>
        </>
    };
    let head = html! { <div class="head"><h2>{ marked(t.title, props.t, rules(&props.views), &props.on) }</h2><span class="muted roomy">{ t.subtitle }</span><span class="space"></span>{ tools }</div> };
    let all = replicas(views);
    let top_node = top(views);
    let head_offset = top_node.map_or(0, |node| node.offset.0);
    let curves: Vec<Curve> = views
        .series
        .iter()
        .map(|series| {
            let replica = all.iter().find(|r| r.node.ix == series.node);
            Curve { ix: series.node, replica, samples: shown(series, replica, from, now_us, head_offset) }
        })
        .filter(|curve| curve.replica.is_some() && !curve.samples.is_empty())
        .collect();
    if curves.is_empty() {
        return html! {
            <section class="panel lag" aria-label={t.name}>{ head }<div class="figure" ref={frame}><p class="empty">{ t.none }</p></div></section>
        };
    }
    let boxes = plots(size.h, if *stale { 3 } else { 2 });
    let limit = top_node.filter(|node| node.backlog.active).map(|node| node.backlog.size);
    let selected = selected_replica(views, props.selection);
    let pen = Pen { x, now, size, t: props.t, curves: &curves, selected, limit };
    let at = {
        let canvas = canvas.clone();
        move |event: &MouseEvent| {
            pointer::place(event, &canvas, size).map(|(px, _)| x.value(px)).filter(|s| *s >= from && *s <= now).map(|s| (s * 1e6) as u64)
        }
    };
    let onmousemove = {
        let (at, on) = (at.clone(), props.on.clone());
        Callback::from(move |event: MouseEvent| on.emit(Action::Look(Look::Moment(at(&event)))))
    };
    let onmouseleave = props.on.reform(|_: MouseEvent| Action::Look(Look::Moment(None)));
    // A moment that was pointed at elsewhere may lie outside this window.
    let cursor = props.moment.filter(|us| (from..=now).contains(&(*us as f64 / 1e6)));
    let onclick = {
        let on = props.on.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(moment) = at(&event) {
                on.emit(Action::Travel(Travel::Seek(moment)));
            }
        })
    };
    let marks = pen.marks(views, &all, &boxes, cursor);
    html! {
        <section class="panel lag" aria-label={t.name}>
            { head }
            <div class="figure" ref={frame}>
                <svg ref={canvas} viewBox={size.view_box()} role="group" aria-label={pen.spoken()} {onmousemove} {onmouseleave} {onclick}>
                    { shape::svg(&marks, &props.on) }
                </svg>
            </div>
        </section>
    }
}
