//! Where a real DOM matters: `wasm-pack test --headless --chrome web`.
#![cfg(target_arch = "wasm32")]

use js_sys::{Function, Promise};
use resync_web::app::App;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

async fn awaited(promise: Promise) -> JsValue {
    JsFuture::from(promise).await.unwrap_or_else(|why| panic!("rejected: {why:?}"))
}

/// Lets the page draw.
async fn frames(count: u32) {
    for _ in 0..count {
        let next = Promise::new(&mut |done, _| {
            web_sys::window().expect("a window").request_animation_frame(&done).expect("a frame");
        });
        awaited(next).await;
    }
}

fn named(root: &Element, name: &str) -> Option<Element> {
    root.query_selector(&format!("[aria-label=\"{name}\"]")).expect("a selector")
}

#[wasm_bindgen_test]
async fn the_page_mounts_draws_itself_and_changes_its_language() {
    // The page's own panic hook tells the overlay; here the overlay is the console.
    Function::new_no_args("globalThis.resyncLog = { clear() {}, begin() {}, input() {}, done() {}, refused() {}, good() {}, panic: why => console.error(why) }")
        .call0(&JsValue::NULL)
        .expect("an overlay");
    let document = web_sys::window().and_then(|window| window.document()).expect("a document");
    let root = document.create_element("div").expect("an element");
    document.body().expect("a body").append_child(&root).expect("a child");
    let app = yew::Renderer::<App>::with_root(root.clone()).render();
    frames(3).await;
    for panel in ["Stage", "Replication stream", "Handshake", "Lag and offset", "Inspector", "Timeline"] {
        assert!(named(&root, panel).is_some(), "{panel} is there");
    }
    let before = root.inner_html();
    frames(20).await;
    assert!(root.inner_html() != before, "it plays by itself");
    named(&root, "Language").and_then(|button| button.dyn_into::<HtmlElement>().ok()).expect("a button").click();
    frames(3).await;
    assert_eq!(document.document_element().and_then(|html| html.get_attribute("lang")).as_deref(), Some("zh-CN"));
    assert!(named(&root, "舞台").is_some() && named(&root, "Stage").is_none());
    app.destroy();
    frames(2).await;
    assert_eq!(root.child_element_count(), 0, "nothing stays behind");
}
