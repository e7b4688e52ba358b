//! From the pointer to a place in a figure.

use super::Size;
use web_sys::{Element, MouseEvent};
use yew::NodeRef;

/// Where the pointer stands in a figure of this size whose `<svg>` is `node`, in the figure's units.
#[must_use]
pub fn place(event: &MouseEvent, node: &NodeRef, size: Size) -> Option<(f64, f64)> {
    let rect = node.cast::<Element>()?.get_bounding_client_rect();
    if rect.width() < 1.0 || rect.height() < 1.0 {
        return None;
    }
    Some((
        (f64::from(event.client_x()) - rect.left()) * size.w / rect.width(),
        (f64::from(event.client_y()) - rect.top()) * size.h / rect.height(),
    ))
}

/// Whether a key press means "do it", as for a button.
#[must_use]
pub fn is_press(key: &str) -> bool {
    key == "Enter" || key == " "
}
