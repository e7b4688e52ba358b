//! A channel to the page's other windows in the same browser. Where the browser has none, nobody hears.

use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = BroadcastChannel)]
    type Broadcast;
    #[wasm_bindgen(catch, constructor, js_class = "BroadcastChannel")]
    fn new(name: &str) -> Result<Broadcast, JsValue>;
    #[wasm_bindgen(catch, method, js_name = postMessage)]
    fn post(this: &Broadcast, text: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, setter, js_name = onmessage)]
    fn set_heard(this: &Broadcast, heard: &JsValue);
    #[wasm_bindgen(method)]
    fn close(this: &Broadcast);
}

/// One end of it. It is closed with its value.
pub struct Channel {
    broadcast: Broadcast,
    _heard: Closure<dyn FnMut(JsValue)>,
}

impl Channel {
    /// Opens the channel of this name; `heard` gets every text that another window says.
    #[must_use]
    pub fn open(name: &str, heard: impl Fn(String) + 'static) -> Option<Channel> {
        let broadcast = Broadcast::new(name).ok()?;
        let heard = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let data = js_sys::Reflect::get(&event, &JsValue::from_str("data")).ok();
            if let Some(text) = data.and_then(|data| data.as_string()) {
                heard(text);
            }
        });
        broadcast.set_heard(heard.as_ref());
        Some(Channel { broadcast, _heard: heard })
    }
    /// Says a text to every other window.
    pub fn say(&self, text: &str) {
        // Refused once it is closed.
        let _ = self.broadcast.post(text);
    }
}
impl Drop for Channel {
    fn drop(&mut self) {
        self.broadcast.close();
    }
}
