//! The measured box of a figure.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};
use yew::{NodeRef, hook, use_effect_with, use_state_eq};

/// A figure's box in its own units (1/13 of the root font size).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Size {
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

impl Size {
    /// A box.
    #[must_use]
    pub const fn new(w: f64, h: f64) -> Size {
        Size { w, h }
    }
    /// The box as a `viewBox`.
    #[must_use]
    pub fn view_box(&self) -> String {
        format!("0 0 {} {}", super::n(self.w), super::n(self.h))
    }
}

#[cfg(any(test, feature = "still"))]
thread_local! {
    static BOXES: std::cell::RefCell<Vec<(Size, Size)>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// Where nobody measures: a figure that starts with the first box of a pair is drawn to the second.
#[cfg(any(test, feature = "still"))]
pub(crate) fn drawn_to(pairs: &[(Size, Size)]) {
    BOXES.with_borrow_mut(|boxes| pairs.clone_into(boxes));
}

/// Root font size at which a unit is a pixel.
const BASE_PX: f64 = 13.0;

fn root_font_px() -> f64 {
    let window = web_sys::window();
    let root = window.as_ref().and_then(web_sys::Window::document).and_then(|d| d.document_element());
    window
        .zip(root)
        .and_then(|(w, r)| w.get_computed_style(&r).ok().flatten())
        .and_then(|s| s.get_property_value("font-size").ok())
        // JavaScript's way reads the number before a unit; the standard library's is 10 KB of tables.
        .map(|px| js_sys::Number::parse_float(&px))
        .filter(|px| px.is_finite())
        .unwrap_or(BASE_PX)
}

fn measure(element: &Element) -> Option<Size> {
    let unit = root_font_px() / BASE_PX;
    let (w, h) = (f64::from(element.client_width()) / unit, f64::from(element.client_height()) / unit);
    (w >= 1.0 && h >= 1.0).then_some(Size { w, h })
}

/// The box of the element in `node`, which starts as `initial` (server-side rendering, the first frame) and follows every resize.
/// A hidden element keeps its last box.
#[hook]
pub fn use_size(node: &NodeRef, initial: Size) -> Size {
    #[cfg(any(test, feature = "still"))]
    let initial = BOXES.with_borrow(|boxes| boxes.iter().find(|(from, _)| *from == initial).map_or(initial, |(_, to)| *to));
    let size = use_state_eq(|| initial);
    let setter = size.setter();
    use_effect_with(node.clone(), move |node| {
        let watched = node.cast::<Element>().and_then(|element| {
            let seen = element.clone();
            let on_resize = Closure::<dyn FnMut()>::new(move || {
                if let Some(now) = measure(&seen) {
                    setter.set(now);
                }
            });
            let observer = ResizeObserver::new(on_resize.as_ref().unchecked_ref()).ok()?;
            observer.observe(&element);
            Some((observer, on_resize))
        });
        move || {
            if let Some((observer, on_resize)) = watched {
                observer.disconnect();
                drop(on_resize);
            }
        }
    });
    *size
}
