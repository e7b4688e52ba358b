//! The class in a real JavaScript engine: `wasm-pack test --headless --chrome js`.
#![cfg(target_arch = "wasm32")]

use js_sys::{Function, Promise, Reflect};
use resync_js::api::Resync;
use wasm_bindgen::{JsError, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

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
