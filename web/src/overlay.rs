//! The run log on the JavaScript side (`web/overlay.js`): every input of every run is there before it is applied, so that a panic costs no run.

use resync_js::desk::Logged;
use resync_js::ids::RunId;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = resyncLog, js_name = clear)]
    fn js_clear() -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = resyncLog, js_name = begin)]
    fn js_begin(run: u32, text: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = resyncLog, js_name = input)]
    fn js_input(run: u32, at_us: f64, line: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = resyncLog, js_name = done)]
    fn js_done(run: u32, of: u32) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = resyncLog, js_name = refused)]
    fn js_refused(run: u32) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = resyncLog, js_name = good)]
    fn js_good(run: u32, at_us: f64) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = resyncLog, js_name = panic)]
    fn js_panic(why: &str) -> Result<(), JsValue>;
}

/// All runs of before are gone. (Where the page has no overlay, as in component tests, all of these do nothing.)
pub fn clear() {
    let _ = js_clear();
}
/// What the desk says that it does.
pub fn log(what: &Logged<'_>) {
    let _ = match *what {
        Logged::Begun { run, text } => js_begin(run.0, text),
        Logged::Input { run, at_us, line } => js_input(run.0, at_us as f64, line),
        Logged::Done { run, of } => js_done(run.0, of.0),
        Logged::Refused { run } => js_refused(run.0),
    };
}
/// All was well with this run, which is in focus, at this moment.
pub fn good(run: RunId, at_us: u64) {
    let _ = js_good(run.0, at_us as f64);
}
/// From now on a panic shows the overlay.
pub fn watch() {
    std::panic::set_hook(Box::new(|info| {
        let _ = js_panic(&info.to_string());
    }));
}
