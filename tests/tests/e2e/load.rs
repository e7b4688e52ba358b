//! The first load: what a slow link shows and when, and the second part of the module absent, late and refused.

use crate::browser::{Page, story};
use crate::no_complaints;
use resync_core::time::Time;
use resync_core::timeline::{Ran, Timeline};
use resync_lessons::folder::read_all;
use serde_json::json;
use std::path::Path;

/// A link of 1.6 Mbit/s with a round trip of 150 ms, and a processor four times as slow; nothing comes from the browser's cache.
async fn slow(page: &Page) {
    page.cdp("Network.enable", json!({})).await;
    page.cdp("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
    page.cdp(
        "Network.emulateNetworkConditions",
        json!({ "offline": false, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 100_000 }),
    )
    .await;
    page.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": 4 })).await;
}

#[test]
fn a_slow_link_shows_the_first_picture_and_then_the_page_without_a_jump() {
    story("slow", async |page| {
        slow(&page).await;
        let shifts = "window.shifted = 0; new PerformanceObserver(list => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted += one.value })
            .observe({ type: 'layout-shift', buffered: true })";
        page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": shifts })).await;
        for (width, height) in [(1_440, 900), (390, 844)] {
            page.size(width, height, 1.0).await;
            page.driver.refresh().await.expect("the page");
            // The scene is there before the engine is.
            page.when("document.querySelector('.first-picture .stage svg') !== null && window.resync === undefined").await;
            let said = page.js("document.querySelector('.first-picture .caption').innerText").await;
            assert!(said.as_str().is_some_and(|said| said.contains("The engine")), "it says how far it is: {said}");
            page.when("performance.getEntriesByName('live').length === 1").await;
            page.when("window.resync.view().now_ms > 0").await;
            assert_eq!(
                page.js("document.querySelectorAll('.first-picture, template').length").await,
                json!(0),
                "the page has taken its place"
            );
            let at = async |name: &str| {
                page.js(&format!("performance.getEntriesByName('{name}')[0].startTime")).await.as_f64().expect("a moment")
            };
            let (picture, live) = (at("first-contentful-paint").await, at("live").await);
            println!("figure\tfirst picture at 1.6 Mbit/s, 4x CPU, {width} px, s\t{:.2}", picture / 1_000.0);
            println!("figure\tlive page at 1.6 Mbit/s, 4x CPU, {width} px, s\t{:.2}", live / 1_000.0);
            assert!(picture < live, "the picture is there first");
            let shifted = page.js("window.shifted").await.as_f64().expect("a sum");
            println!("figure\tlayout shift of the first load, {width} px\t{shifted:.4}");
            assert!(shifted < 0.05, "nothing jumps: {shifted}");
        }
        no_complaints(&page).await;
    });
}

/// What the run has come to after a command that the first part of the module does not have.
async fn played(page: &Page) -> serde_json::Value {
    page.js("window.resync.pause()").await;
    page.js("window.resync.seek(5000)").await;
    page.js("window.resync.act('master: ZADD ranks 1 one 2 two')").await;
    page.js("window.resync.seek(9000)").await;
    page.js("[window.resync.view().fingerprint, window.resync.view().nodes.map(node => node.digest)]").await
}

/// Keeps the second part from coming, or no longer.
async fn withhold(page: &Page, urls: &[&str]) {
    page.cdp("Network.enable", json!({})).await;
    page.cdp("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
    page.cdp("Network.setBlockedURLs", json!({ "urls": urls })).await;
}

/// Before the page opens: keeps in `window.met` which functions of the second part were met, each with who called whom, by their numbers. Only the first is seen
/// unless each asks for the second part as if it were not there yet (`all`).
async fn watch(page: &Page, all: bool) {
    let script = "
        window.met = {}
        let later
        Object.defineProperty(window, 'resyncLater', { get: () => later, set(own) {
          later = { ...own, need(main) {
            Error.stackTraceLimit = 12
            // Who asks for the part is a function of it, or the one in which the code stood, by way of what all share. The second part counts its own anew.
            const frames = [...new Error().stack.matchAll(/(\\S+):wasm-function\\[(\\d+)\\]/g)]
            const [, stub, ...callers] = frames.map(one => (one[1] === frames[0][1] ? Number(one[2]) : null))
            window.met[stub] ||= callers
            own.need(main)
          } }
        } })
        if (ALL) Object.defineProperty(WebAssembly.Global.prototype, 'value', { set() {}, get: () => 0 })";
    let source = script.replace("ALL", if all { "true" } else { "false" });
    page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
}

/// What has been met of the second part, in the words of the sources.
async fn met(page: &Page) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |set| root.join(set));
    let names = std::fs::read_to_string(target.join("rooms/functions.txt")).expect("the build writes it");
    let names: Vec<&str> = names.lines().collect();
    let name = |number: &serde_json::Value| {
        number.as_u64().and_then(|at| names.get(at as usize)).copied().unwrap_or("something of the second part").to_owned()
    };
    let mut said = String::new();
    for (stub, callers) in page.js("window.met").await.as_object().expect("a list") {
        said.push_str(&format!("  {}\n", name(&json!(stub.parse::<u64>().expect("a number")))));
        for caller in callers.as_array().into_iter().flatten().take(5) {
            said.push_str(&format!("      called by {}\n", name(caller)));
        }
    }
    said
}

/// What to do about a function that is needed sooner than its part comes.
const TOO_EARLY: &str =
    "web/later.txt or web/rare.txt lists what the page needs while it opens, here or in code of these: renew them with `cargo xtask later`";

/// The page has opened and plays, and more than a second has passed.
async fn playing(page: &Page) {
    let seen = "document.querySelector('.overlay') !== null || performance.getEntriesByName('live').length === 1";
    page.when(seen).await;
    let before = page.js("document.querySelector('.timeline')?.innerText").await;
    page.when(&format!("document.querySelector('.overlay') !== null || document.querySelector('.timeline')?.innerText !== {before}")).await;
    page.js("new Promise(done => setTimeout(done, 1500))").await;
}

/// Opens the page without its second part: it plays all the same, and nobody has asked for what is not there.
async fn alone(page: &Page) {
    watch(page, false).await;
    withhold(page, &["*later-*.wasm"]).await;
    page.driver.refresh().await.expect("the page");
    playing(page).await;
    let met = met(page).await;
    assert!(met.is_empty(), "{TOO_EARLY}:\n{met}");
    assert_eq!(page.js("document.querySelector('.overlay')").await, json!(null));
}

#[test]
fn nothing_that_comes_later_is_needed_while_the_page_opens() {
    story("opening", async |page| {
        watch(&page, true).await;
        let mut early = String::new();
        for (width, height, lang) in [(1_440, 900, "en"), (390, 844, "zh-CN"), (1_280, 720, "zh-CN")] {
            page.size(width, height, 1.0).await;
            page.js(&format!("localStorage.setItem('resync.lang', '{lang}')")).await;
            page.driver.refresh().await.expect("the page");
            playing(&page).await;
            let met = met(&page).await;
            if !met.is_empty() {
                early.push_str(&format!("{width}x{height}, {lang}:\n{met}"));
            }
        }
        assert!(early.is_empty(), "{TOO_EARLY}:\n{early}");
        // The list would be empty if nobody looked: what does come later is seen where it is asked for.
        page.js("window.resync.act('master: ZADD ranks 1 one')").await;
        let met = met(&page).await;
        assert!(met.contains("resync_core::"), "a command that comes later: {met}");
    });
}

#[test]
fn a_run_is_the_same_whether_the_second_part_is_there_or_late() {
    story("late", async |page| {
        let here = "performance.getEntriesByType('resource').some(one => one.initiatorType === 'fetch' && /later-.*wasm/.test(one.name))";
        page.when("Boolean(window.resync)").await;
        page.when(here).await;
        let there = played(&page).await;
        no_complaints(&page).await;

        alone(&page).await;
        withhold(&page, &[]).await;
        assert_eq!(played(&page).await, there, "whoever met it first waited for it");
        let waited =
            "performance.getEntriesByType('resource').some(one => one.initiatorType === 'xmlhttprequest' && /later-.*wasm/.test(one.name))";
        assert_eq!(page.js(waited).await, json!(true));
    });
}

/// The fingerprint of a run after so many seconds, natively.
fn natively(text: &str, seconds: u64) -> String {
    let mut run = Timeline::from_text(text).expect("a scene");
    while run.seek(Time::from_secs(seconds), 1_000_000) == Ran::Budget {}
    format!("{:016x}", run.sim().fingerprint())
}

#[test]
fn every_lesson_comes_out_in_both_parts_of_the_module_as_it_does_natively() {
    const SECONDS: u64 = 40;
    let lessons = read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/lessons")).expect("lessons");
    story("lessons", async move |page| {
        // What the first of them needs of the second part it waits for; the others find it there.
        alone(&page).await;
        withhold(&page, &[]).await;
        for folder in &lessons {
            // With what its person is asked to do, so that rare commands and faults are met.
            let text = format!("{}{}", folder.lesson.text, folder.proof.solution);
            page.js(&format!("window.resync.load({})", json!(text))).await;
            page.js("window.resync.pause()").await;
            page.js(&format!("window.resync.seek({})", SECONDS * 1_000)).await;
            let print = "window.resync.branches().find(run => run.focus).fingerprint";
            assert_eq!(page.js(print).await, json!(natively(&text, SECONDS)), "{}", folder.lesson.id);
        }
    });
}

#[test]
fn a_second_part_that_is_refused_costs_no_run() {
    story("refused", async |page| {
        alone(&page).await;
        assert!(page.try_js("window.resync.act('master: ZADD ranks 1 one')").await.is_err(), "nothing is answered without it");
        page.get("alertdialog", "A part of the page did not come").await;
        let text = page.text("textbox", "The run").await;
        let kept = page.js("document.querySelector('.overlay textarea').value").await;
        assert!(kept.as_str().is_some_and(|run| run.contains("node master")), "the run is there, whole: {text}");
        withhold(&page, &[]).await;
        page.click("button", "Back to the last good moment").await;
        page.when("window.resync && window.resync.view().now_ms >= 0 && document.querySelector('.overlay') === null").await;
        let played = page.js("window.resync.act('master: ZADD ranks 1 one')").await;
        assert_eq!(played, json!("(integer) 1"), "it goes on");
    });
}
