//! Views as JavaScript's plain objects, and as JSON.

use serde::Serialize;
use wasm_bindgen::JsValue;

/// A view as plain objects: what `window.resync.view()` returns.
///
/// # Errors
/// If a number does not fit a JavaScript number.
pub fn plain(view: &impl Serialize) -> Result<JsValue, serde_wasm_bindgen::Error> {
    view.serialize(&serde_wasm_bindgen::Serializer::json_compatible())
}

/// A view as indented JSON.
///
/// # Errors
/// As [`plain`].
pub fn json(view: &impl Serialize) -> Result<String, String> {
    let value = plain(view).map_err(|e| e.to_string())?;
    let text = js_sys::JSON::stringify_with_replacer_and_space(&value, &JsValue::NULL, &JsValue::from(2));
    text.map(String::from).map_err(|e| format!("{e:?}"))
}
