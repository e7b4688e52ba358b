//! Fetching from beside the page. The policy lets the page speak to its own origin alone, and every address here is relative, so any sub-path will do.

use super::shelf::Fault;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Response, window};

/// Fetches the index, and hands over its text.
pub fn index(then: impl FnOnce(Result<String, Fault>) + 'static) {
    spawn_local(async move {
        then(match address() {
            Some(address) => text(&address).await,
            // A page that was not built by this project's build has no lessons beside it.
            None => Err(Fault::Unreachable),
        });
    });
}

/// Fetches a lesson from beside the index, and hands over its text.
pub fn lesson(file: &str, then: impl FnOnce(Result<String, Fault>) + 'static) {
    let address = address().and_then(|index| Some(format!("{}/{file}", index.rsplit_once('/')?.0)));
    spawn_local(async move {
        then(match address {
            Some(address) => text(&address).await,
            None => Err(Fault::Unreachable),
        });
    });
}

/// Fetches the refutation cards, and hands over their text.
pub fn cards(then: impl FnOnce(Result<String, Fault>) + 'static) {
    let address = element().and_then(|link| link.get_attribute("data-cards"));
    spawn_local(async move {
        then(match address {
            Some(address) => text(&address).await,
            None => Err(Fault::Unreachable),
        });
    });
}

/// Fetches all incidents, and hands over their text.
pub fn incidents(then: impl FnOnce(Result<String, Fault>) + 'static) {
    let address = element().and_then(|link| link.get_attribute("data-incidents"));
    spawn_local(async move {
        then(match address {
            Some(address) => text(&address).await,
            None => Err(Fault::Unreachable),
        });
    });
}

/// Where the build has put the index: the browser has been fetching it since it read this link.
fn address() -> Option<String> {
    element()?.get_attribute("href")
}
fn element() -> Option<web_sys::Element> {
    window()?.document()?.get_element_by_id("lessons")
}

async fn text(address: &str) -> Result<String, Fault> {
    let window = window().ok_or(Fault::Unreachable)?;
    let response = JsFuture::from(window.fetch_with_str(address)).await.map_err(|_| Fault::Unreachable)?;
    let response: Response = response.dyn_into().map_err(|_| Fault::Unreachable)?;
    if !response.ok() {
        return Err(Fault::Status(response.status()));
    }
    let text = JsFuture::from(response.text().map_err(|_| Fault::Unreadable)?).await;
    // A connection that breaks off in the middle shows here.
    text.map_err(|_| Fault::Unreachable)?.as_string().ok_or(Fault::Unreadable)
}
