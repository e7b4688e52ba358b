//! Handshake: a ladder with one row a message, whatever time passed between. Repeats fold into a band, the RDB is a bar, what decides is bold.

pub mod layout;
mod pen;

use crate::draw::replicas::by_name;
use crate::draw::{FigureProps, Size, hue_of, mark, n, sans_width, use_size};
use crate::i18n::glossary::Term;
use crate::panels::count::rendered;
use crate::panels::words::{rules, term};
use layout::{HEAD, ROW, columns, fold, scrolled};
use pen::Pen;
use web_sys::Element;
use yew::{Callback, Event, Html, component, html, use_effect_with, use_mut_ref, use_node_ref};

/// The panel.
#[component]
pub fn Handshake(props: &FigureProps) -> Html {
    rendered();
    let frame = use_node_ref();
    let scroll = use_node_ref();
    let follow = use_mut_ref(|| true);
    // Where the rows were scrolled to last: only upwards is it the person who scrolled.
    let reached = use_mut_ref(|| 0);
    let size = use_size(&frame, Size::new(429.0, 223.0));
    let t = &props.t.figures.ladder;
    let h = &props.views.handshake;
    let lines = fold(&h.rows);
    // The newest row stays in sight unless the person scrolled up.
    let high = HEAD + ROW * lines.len() as f64 + 6.0;
    // What had happened last at the pointed moment.
    let current = props.moment.and_then(|moment| lines.iter().rposition(|line| line.begins_us() <= moment));
    let speaks = current.filter(|_| props.lit);
    {
        let (scroll, follow, reached) = (scroll.clone(), follow.clone(), reached.clone());
        use_effect_with((props.views.clone(), size, speaks), move |_| {
            // The row of which a lesson speaks stands in the middle.
            if let (Some(at), Some(element)) = (speaks, scroll.cast::<Element>()) {
                let middle = HEAD + ROW * at as f64 - f64::from(element.client_height()) * 0.5;
                element.set_scroll_top(middle.round() as i32);
            } else if *follow.borrow()
                && let Some(element) = scroll.cast::<Element>()
            {
                element.set_scroll_top(scrolled(high, f64::from(element.client_height())).round() as i32);
                *reached.borrow_mut() = element.scroll_top();
            }
        });
    }
    let onscroll = {
        let scroll = scroll.clone();
        Callback::from(move |_: Event| {
            if let Some(e) = scroll.cast::<Element>() {
                let top = e.scroll_top();
                if top + e.client_height() >= e.scroll_height() - ROW as i32 - 4 {
                    *follow.borrow_mut() = true;
                } else if top < *reached.borrow() {
                    // Rows that came since the last scroll do not count as scrolling away.
                    *follow.borrow_mut() = false;
                }
                *reached.borrow_mut() = top;
            }
        })
    };
    if lines.is_empty() {
        let name = if h.replica.is_empty() { None } else { Some(h.replica.as_str()) };
        return html! {
            <section class="panel handshake" aria-label={t.name}>
                <div class="head"><h2>{ term(Term::Handshake, t.title, props.t, rules(&props.views), &props.on) }</h2></div>
                <div class="figure" ref={frame}><p class="empty">{ (t.none)(name) }</p></div>
            </section>
        };
    }
    let c = columns(size.w);
    // A row more than there is, so that the scrolled rows can begin with a whole one.
    let all_high = if high > size.h - 22.0 { high + ROW } else { size.h - 22.0 };
    let ix = by_name(&props.views, &h.replica).unwrap_or(1);
    let pen = Pen { c, hue: hue_of(ix), t: props.t, pointed: props.pointed, on: &props.on };
    html! {
        <section class="panel handshake" aria-label={t.name}>
            <div class="head"><h2>{ term(Term::Handshake, t.title, props.t, rules(&props.views), &props.on) }</h2><span class="muted optional">{ t.subtitle }</span></div>
            <div class="figure ladder" ref={frame}>
                <svg class="ends" viewBox={format!("0 0 {} 18", n(size.w))} aria-hidden="true">
                    { mark::glyph(ix, c.replica - sans_width(&h.replica, 12.0) * 0.5 - 9.0, 8.0, 4.0) }
                    <text x={n(c.replica)} y="12" class="b c">{ h.replica.clone() }</text>
                    <text x={n(c.master.min(size.w - sans_width(&h.master, 12.0) * 0.5))} y="12" class="b c">{ h.master.clone() }</text>
                </svg>
                <div class="rows" ref={scroll} {onscroll} tabindex="0" role="group" aria-label={(t.figure)(&h.replica, &h.master)}>
                    <svg viewBox={format!("0 0 {} {}", n(size.w), n(all_high))}>
                        <path d={format!("M{} 0V{}M{} 0V{}", n(c.replica), n(all_high), n(c.master), n(all_high))} class="sr w1 fn" />
                        { for lines.iter().enumerate().map(|(i, line)| {
                            let aside = speaks.is_some_and(|at| at != i);
                            html! { <g key={i} class={aside.then_some("aside")}>{ pen.line(line, HEAD + ROW * i as f64) }</g> }
                        }) }
                        if let Some(i) = current {
                            <rect x="1" y={n(HEAD + ROW * i as f64)} width={n(c.size)} height={n(ROW - 1.0)} rx="3" class="fn si w15 moment" />
                        }
                    </svg>
                </div>
            </div>
        </section>
    }
}
