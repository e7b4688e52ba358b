//! The sheet *Size it*: the form at the left, the boundary with the runs that prove it and the formulas in the middle, redis.conf at the right.

mod answers;
pub mod boundary;
mod form;
mod proof;
mod props;
#[cfg(test)]
mod tests;

use crate::action::Action;
use crate::browser;
use crate::draw::{Size, pointer, shape, use_size};
use crate::i18n::size_of;
use crate::panels::count::rendered;
use crate::sized::Wish;
use boundary::Boundary;
pub use props::SizeProps;
use resync_desk::size::{Sizes, sizes};
use yew::{Callback, Html, MouseEvent, component, html, use_effect_with, use_node_ref};

/// The sheet.
#[component]
pub fn SizePage(props: &SizeProps) -> Html {
    rendered();
    use_effect_with((), |()| {
        if !browser::narrow() {
            browser::focus_soon(form::FIRST.to_owned());
        }
    });
    let sizes = sizes(&props.sized.form);
    html! {
        <div class="size">
            { form::form(props) }
            <div class="answer">
                <BoundaryFigure ..props.clone() />
                { proof::proof(props, &sizes) }
                { answers::table(props, &sizes) }
            </div>
            { answers::conf(props, &sizes) }
        </div>
    }
}

/// The boundary between both resyncs, which can be dragged.
#[component]
fn BoundaryFigure(props: &SizeProps) -> Html {
    rendered();
    let t = size_of(props.t);
    let frame = use_node_ref();
    let canvas = use_node_ref();
    let size = use_size(&frame, Size::new(640.0, 300.0));
    let sizes: Sizes = sizes(&props.sized.form);
    let boundary = Boundary::of(&props.sized.form, &sizes, size);
    let drag = {
        let (on, canvas) = (props.on.clone(), canvas.clone());
        Callback::from(move |event: MouseEvent| {
            if event.buttons() & 1 == 1
                && let Some((x, y)) = pointer::place(&event, &canvas, size)
            {
                event.prevent_default();
                let (outage, margin) = boundary.point(x, y);
                on.emit(Action::Size(Wish::Point(outage, margin)));
            }
        })
    };
    let marks = boundary.marks(&props.sized, t);
    html! {
        <section aria-label={t.question}>
            <div class="head"><h3>{ t.question }</h3><span class="muted roomy">{ t.drag }</span></div>
            <div class="figure boundary" ref={frame}>
                <svg ref={canvas} viewBox={size.view_box()} role="img" aria-label={boundary.spoken(&props.sized.form, t)} onmousedown={drag.clone()} onmousemove={drag}>
                    { shape::svg(&marks, &props.on) }
                </svg>
            </div>
        </section>
    }
}
