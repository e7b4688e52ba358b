//! A ring around the pointer, so that the last row sees where it is. It follows outside the virtual DOM, and is gone when the pointer leaves the window.

use crate::draw::n;
use crate::panels::count::rendered;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, PointerEvent, window};
use yew::{Html, component, html, use_effect_with, use_node_ref};

/// The ring.
#[component]
pub(super) fn Ring() -> Html {
    rendered();
    let ring = use_node_ref();
    use_effect_with((), {
        let ring = ring.clone();
        move |()| {
            let moved = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
                let Some(ring) = ring.cast::<Element>() else { return };
                let place = event.dyn_ref::<PointerEvent>().filter(|event| event.type_() == "pointermove");
                let to = place.map_or_else(
                    || "translate(-99 -99)".to_owned(),
                    |at| format!("translate({} {})", n(f64::from(at.client_x())), n(f64::from(at.client_y()))),
                );
                let _ = ring.set_attribute("transform", &to);
            });
            let names = ["pointermove", "blur"];
            let root = window().and_then(|w| w.document()).and_then(|d| d.document_element());
            if let Some(window) = window() {
                for name in names {
                    let _ = window.add_event_listener_with_callback(name, moved.as_ref().unchecked_ref());
                }
            }
            if let Some(root) = &root {
                let _ = root.add_event_listener_with_callback("pointerleave", moved.as_ref().unchecked_ref());
            }
            move || {
                if let Some(window) = window() {
                    for name in names {
                        let _ = window.remove_event_listener_with_callback(name, moved.as_ref().unchecked_ref());
                    }
                }
                if let Some(root) = root {
                    let _ = root.remove_event_listener_with_callback("pointerleave", moved.as_ref().unchecked_ref());
                }
            }
        }
    });
    html! { <svg class="ring" aria-hidden="true"><g ref={ring} transform="translate(-99 -99)"><circle r="26" class="fn sp" /><circle r="26" class="fn s1" /></g></svg> }
}
