//! Files and the clipboard.

use resync_core::limits::SCENARIO_BYTES_MAX;
use resync_js::refusal::Refusal;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, DataTransfer, DragEvent, Event, File, HtmlAnchorElement, Url, window};

/// Offers a text as a file.
///
/// # Errors
/// If the browser makes no blob or link of it.
pub fn download(name: &str, mime: &str, text: &str) -> Result<(), String> {
    let said = |e: JsValue| format!("{e:?}");
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let parts = js_sys::Array::of1(&JsValue::from(text));
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options).map_err(said)?;
    let url = Url::create_object_url_with_blob(&blob).map_err(said)?;
    let document = window().and_then(|w| w.document()).ok_or("no document")?;
    let anchor: HtmlAnchorElement = document.create_element("a").map_err(said)?.unchecked_into();
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    Url::revoke_object_url(&url).map_err(said)
}

/// Puts a text into the clipboard and says whether that worked.
pub fn copy(text: &str, done: impl FnOnce(bool) + 'static) {
    let Some(window) = window() else { return done(false) };
    // In an insecure context there is no clipboard at all.
    let navigator = window.navigator();
    let clipboard = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard")).unwrap_or(JsValue::UNDEFINED);
    if clipboard.is_undefined() || clipboard.is_null() {
        return done(false);
    }
    let promise = navigator.clipboard().write_text(text);
    spawn_local(async move { done(JsFuture::from(promise).await.is_ok()) });
}

/// Reads a file as text.
pub fn read(file: &File, done: impl FnOnce(Result<String, Refusal>) + 'static) {
    if file.size() > SCENARIO_BYTES_MAX as f64 {
        return done(Err(Refusal::TooLarge { name: file.name(), bytes: file.size() as u64, most: SCENARIO_BYTES_MAX as u64 }));
    }
    let promise = file.text();
    spawn_local(async move {
        let text = JsFuture::from(promise).await;
        done(text.map(|text| text.as_string().unwrap_or_default()).map_err(|why| Refusal::Browser(format!("{why:?}"))));
    });
}

/// The files of a drag, if it is one.
fn transfer(e: &Event) -> Option<DataTransfer> {
    e.dyn_ref::<DragEvent>()?.data_transfer()
}
/// Whether files are dragged.
#[must_use]
pub fn dragged(e: &Event) -> bool {
    transfer(e).is_some_and(|transfer| transfer.types().iter().any(|kind| kind.as_string().as_deref() == Some("Files")))
}
/// The file that was dropped.
#[must_use]
pub fn dropped(e: &Event) -> Option<File> {
    transfer(e)?.files()?.get(0)
}
