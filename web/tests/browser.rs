//! Where a real DOM and a real JavaScript engine matter: `wasm-pack test --headless --chrome web`.
#![cfg(target_arch = "wasm32")]

use js_sys::{Function, Promise, Reflect};
use resync_web::api::Resync;
use resync_web::app::App;
use wasm_bindgen::{JsCast, JsError, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

const PAIR: &str =
    "era 7.0\nseed 3\nnode master\nnode replica-1 follows master\nclient writer on master: every 10ms SET key:{1..10} {16 bytes}\n";

/// A result without its error's type, which cannot be shown.
fn done<T>(result: Result<T, JsError>, what: &str) -> T {
    result.unwrap_or_else(|why| panic!("{what}: {:?}", JsValue::from(why)))
}
async fn awaited(promise: Promise) -> JsValue {
    JsFuture::from(promise).await.unwrap_or_else(|why| panic!("rejected: {why:?}"))
}
/// `view.nodes[0].offset` by its names.
fn at(value: &JsValue, path: &[&str]) -> JsValue {
    path.iter().fold(value.clone(), |value, name| Reflect::get(&value, &JsValue::from_str(name)).expect("an object"))
}

#[wasm_bindgen_test]
async fn the_class_plays_goes_back_and_comes_to_the_same_moment() {
    let resync = done(Resync::new(PAIR), "a scenario");
    awaited(done(resync.until("replica-1 online within 30s", None), "a condition")).await;
    awaited(done(resync.seek(8_000.0, None), "a moment")).await;
    let there = done(resync.view(None), "a view");
    assert_eq!(at(&there, &["now_ms"]).as_f64(), Some(8_000.0));
    assert_eq!(at(&there, &["nodes", "1", "role"]).as_string().as_deref(), Some("replica"));
    awaited(done(resync.seek(2_000.0, None), "a moment before")).await;
    resync.step();
    resync.back();
    awaited(done(resync.seek(8_000.0, None), "the moment again")).await;
    let again = done(resync.view(None), "a view");
    assert_eq!(at(&again, &["fingerprint"]).as_string(), at(&there, &["fingerprint"]).as_string());
    assert_eq!(done(resync.act("master: GET nothing", None), "a command").as_deref(), Some("(nil)"));
}

#[wasm_bindgen_test]
async fn the_class_plays_the_golden_runs_of_the_engine() {
    let golden = include_str!("../../core/tests/golden.txt");
    for era in ["3.0", "7.0"] {
        let text = format!(
            "era {era}\nseed 1\nnode master repl-backlog-size 16kb\nnode replica-1 follows master\nnode replica-2 follows master\n\
             client writer on master: every 20ms SET key:{{1..100}} {{32 bytes}}\nat 5s cut master replica-1\nat 9s heal master replica-1\n"
        );
        let resync = done(Resync::new(&text), "the golden scenario");
        awaited(done(resync.seek(20_000.0, None), "its end")).await;
        let fingerprint = at(&done(resync.view(None), "a view"), &["fingerprint"]).as_string().expect("a text");
        let line = golden.lines().find(|line| line.starts_with(&format!("{era} cut and healed 1 "))).expect("its line");
        assert!(line.contains(&fingerprint), "{line} is not {fingerprint}");
    }
}

#[wasm_bindgen_test]
fn what_cannot_be_done_is_an_error_with_its_reason() {
    assert!(Resync::new("node\n").is_err());
    let resync = done(Resync::new(PAIR), "a scenario");
    let why = resync.act("cut master nobody", None).expect_err("nobody is not there");
    let message = at(&JsValue::from(why), &["message"]).as_string().expect("a message");
    assert!(message.contains("nobody"), "{message}");
    assert!(resync.seek(-1.0, None).is_err() && resync.seek(f64::NAN, None).is_err() && resync.until("replica-1 happy", None).is_err());
    assert!(resync.info("nobody", None, None).is_err() && resync.export("pdf", None).is_err());
    assert!(resync.on("no-such-note", Function::new_no_args("")).is_err());
}

#[wasm_bindgen_test]
async fn listeners_hear_milestones_until_they_are_let_go() {
    let resync = done(Resync::new(PAIR), "a scenario");
    let heard = js_sys::Array::new();
    let push = Function::new_with_args("what", "this.push(what)").bind0(&heard);
    let off = done(resync.on("link-cut", push), "a listener");
    awaited(done(resync.seek(2_000.0, None), "a moment")).await;
    done(resync.act("cut master replica-1", None), "a cut");
    awaited(done(resync.seek(3_000.0, None), "a moment")).await;
    let count = heard.length();
    assert!(count > 0, "the cut was heard");
    off.call0(&JsValue::NULL).expect("let go");
    done(resync.act("heal master replica-1", None), "heal");
    done(resync.act("cut master replica-1", None), "cut again");
    awaited(done(resync.seek(4_000.0, None), "a moment")).await;
    assert_eq!(heard.length(), count, "nothing more");
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
