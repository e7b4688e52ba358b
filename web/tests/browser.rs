//! Where a real DOM matters: `wasm-pack test --headless --chrome web`.
#![cfg(target_arch = "wasm32")]

use js_sys::{Function, Promise};
use resync_web::app::App;
use resync_web::panels::count::renders;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};
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

/// Sheets that give the figures their boxes: without them a figure grows with what it draws, and draws itself again.
const SHEETS: [&str; 11] = [
    include_str!("../styles/tokens.css"),
    include_str!("../styles/base.css"),
    include_str!("../styles/shell.css"),
    include_str!("../styles/figures.css"),
    include_str!("../src/panels/handshake/handshake.css"),
    include_str!("../src/panels/inspector/inspector.css"),
    include_str!("../src/panels/lag/lag.css"),
    include_str!("../src/panels/ruler/ruler.css"),
    include_str!("../src/panels/stage/stage.css"),
    include_str!("../src/panels/timeline/timeline.css"),
    include_str!("../src/panels/verdict/verdict.css"),
];

/// JavaScript, run now.
fn js(code: &str) {
    Function::new_no_args(code).call0(&JsValue::NULL).unwrap_or_else(|why| panic!("{code}: {why:?}"));
}

/// A root of its own in the document, and what a page expects of it.
fn fresh_root() -> (web_sys::Document, Element) {
    // The page's own panic hook tells the overlay; here the overlay is the console.
    js(
        "globalThis.resyncLog = { clear() {}, begin() {}, input() {}, done() {}, refused() {}, good() {}, panic: why => console.error(why) }",
    );
    let document = web_sys::window().and_then(|window| window.document()).expect("a document");
    let root = document.create_element("div").expect("an element");
    document.body().expect("a body").append_child(&root).expect("a child");
    (document, root)
}

#[wasm_bindgen_test]
async fn a_refresh_where_nothing_changed_renders_no_panel() {
    const REFRESHES: u64 = 5;
    let (document, root) = fresh_root();
    let style = document.create_element("style").expect("an element");
    style.set_text_content(Some(&SHEETS.concat()));
    document.head().expect("a head").append_child(&style).expect("a child");
    let app = yew::Renderer::<App>::with_root(root).render();
    frames(5).await;
    let mounted = renders();
    assert!(mounted >= 10, "the counter counts: {mounted} components of panels at the start");
    // Renders of so many refreshes, when this is what comes before each of them.
    let measured = async |act: &str| {
        let before = renders();
        for _ in 0..REFRESHES {
            js(act);
            frames(2).await;
        }
        renders() - before
    };
    js("resync.pause()");
    // The live region speaks at most every two seconds: what it still has to say is said before anything is counted.
    let now = || web_sys::window().and_then(|window| window.performance()).expect("a clock").now();
    let begun = now();
    while now() - begun < 2_500.0 {
        frames(1).await;
    }
    js("resync.pause()");
    frames(5).await;
    // Whatever is called on `window.resync` makes the page look at everything again; to pause what is paused changes nothing.
    let unchanged = measured("resync.pause()").await;
    let stepped = measured("resync.step()").await;
    console_log!("figure\tpanels rendered at a refresh where nothing changed\t{}", unchanged / REFRESHES);
    console_log!("figure\tpanels rendered at a refresh after one event\t{}", stepped / REFRESHES);
    assert_eq!(unchanged, 0, "a part in which nothing changed is the same value, and its panels stay as they are");
    assert!(stepped >= REFRESHES, "where time has passed something is drawn: {stepped}");
    app.destroy();
    style.remove();
    frames(2).await;
}

#[wasm_bindgen_test]
async fn the_page_mounts_draws_itself_and_changes_its_language() {
    let (document, root) = fresh_root();
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
    assert!(named(&root, "拓扑").is_some() && named(&root, "Stage").is_none());
    app.destroy();
    frames(2).await;
    assert_eq!(root.child_element_count(), 0, "nothing stays behind");
}
