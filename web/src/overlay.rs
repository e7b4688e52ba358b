//! The run log on the JavaScript side (`web/overlay.js`): every input is there before it is applied, so that a panic costs no run.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = resyncLog, js_name = begin)]
    fn js_begin(text: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = resyncLog, js_name = input)]
    fn js_input(at_us: f64, line: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = resyncLog, js_name = good)]
    fn js_good(at_us: f64) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = resyncLog, js_name = panic)]
    fn js_panic(why: &str) -> Result<(), JsValue>;
}

/// A scenario starts. (Where the page has no overlay, as in component tests, all of these do nothing.)
pub fn begin(text: &str) {
    let _ = js_begin(text);
}
/// This is about to be applied.
pub fn input(at_us: u64, line: &str) {
    let _ = js_input(at_us as f64, line);
}
/// All was well at this moment.
pub fn good(at_us: u64) {
    let _ = js_good(at_us as f64);
}
/// From now on a panic shows the overlay.
pub fn watch() {
    std::panic::set_hook(Box::new(|info| {
        let _ = js_panic(&info.to_string());
    }));
}
