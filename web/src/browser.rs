//! What the page asks of the browser around it.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, window};

/// The moment on the page's clock, ms.
#[must_use]
pub fn now() -> f64 {
    window().and_then(|w| w.performance()).map_or(0.0, |p| p.now())
}

/// Today, by the clock of whoever looks: days since 1970.
#[must_use]
pub fn day() -> u32 {
    let now = js_sys::Date::new_0();
    ((now.get_time() / 60_000.0 - now.get_timezone_offset()) / 1_440.0) as u32
}

/// A day, counted from 1970, as ISO 8601.
#[must_use]
pub fn iso(day: u32) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(f64::from(day) * 86_400_000.0));
    String::from(date.to_iso_string()).chars().take(10).collect()
}

/// This moment, ms since 1970: what a draw that is to be another one each time begins with.
#[must_use]
pub fn moment() -> u64 {
    js_sys::Date::now() as u64
}

/// Whether the window is as narrow as a phone's.
#[must_use]
pub fn narrow() -> bool {
    window().and_then(|w| w.inner_width().ok()).and_then(|w| w.as_f64()).is_some_and(|w| w <= 640.0)
}

/// The fragment of the address, with its `#`; empty if there is none.
#[must_use]
pub fn fragment() -> String {
    window().and_then(|w| w.location().hash().ok()).unwrap_or_default()
}

/// Writes the fragment of the address.
pub fn set_fragment(hash: &str) {
    if let Some(history) = window().and_then(|w| w.history().ok()) {
        // Fails in a sandboxed frame, where there is no address to write to.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(if hash.is_empty() { "#" } else { hash }));
    }
}

/// The element with this id.
#[must_use]
pub fn element(id: &str) -> Option<Element> {
    window()?.document()?.get_element_by_id(id)
}

/// Sets an attribute of the root element, which stylesheets and the keyboard go by, or takes it away.
pub fn mark_root(name: &str, on: bool) {
    if let Some(root) = window().and_then(|w| w.document()).and_then(|d| d.document_element()) {
        // Refused only for a name that is none.
        let _ = if on { root.set_attribute(name, "") } else { root.remove_attribute(name) };
    }
}
/// Whether the root element has it.
#[must_use]
pub fn root_has(name: &str) -> bool {
    window().and_then(|w| w.document()).and_then(|d| d.document_element()).is_some_and(|root| root.has_attribute(name))
}

/// Focuses an element after the render that is about to happen.
pub fn focus_soon(id: String) {
    gloo_timers::callback::Timeout::new(0, move || {
        if let Some(element) = element(&id) {
            let _ = element.unchecked_into::<HtmlElement>().focus();
        }
    })
    .forget();
}
