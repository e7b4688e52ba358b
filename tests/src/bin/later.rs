//! `cargo xtask later`: which functions the page runs in its first three seconds, in several windows and with every choice made, and which a busy world runs
//! again and again. One line a function: 1 or 0, and its name. `dist/` holds a page that counts.

#[allow(dead_code, reason = "the stories use more of it")]
#[path = "../../tests/e2e/browser.rs"]
mod browser;
#[path = "../../../xtask/src/static_server.rs"]
mod static_server;

use browser::Page;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

fn main() {
    let file = PathBuf::from(std::env::args().nth(1).expect("where the list is to be written"));
    browser::story("later", async move |page| {
        let seen = "addEventListener('TrunkApplicationStarted', e => { window.counted = e.detail.wasm })";
        page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": seen })).await;
        let mut ran: BTreeMap<String, bool> = BTreeMap::new();
        for (width, height, lang, scheme, motion) in [
            // As a stranger finds it; then with every choice made.
            (1_440, 900, "", "", ""),
            (1_440, 900, "en", "light", "full"),
            (390, 844, "zh-CN", "dark", "full"),
            (1_920, 1_080, "zh-CN", "light", "full"),
            (1_024, 768, "en", "dark", "full"),
            (1_280, 720, "en", "system", "reduced"),
        ] {
            page.size(width, height, 1.0).await;
            page.js("localStorage.clear()").await;
            for (key, value) in [("lang", lang), ("scheme", scheme), ("motion", motion)].into_iter().filter(|(_, value)| !value.is_empty())
            {
                page.js(&format!("localStorage.setItem('resync.{key}', '{value}')")).await;
            }
            page.driver.refresh().await.expect("a page");
            page.when("Boolean(window.counted && window.resync)").await;
            // What is needed later than this comes later.
            wait(&page, 3_000).await;
            counted(&page, &mut ran).await;
        }
        busy(&page).await;
        counted(&page, &mut ran).await;
        let lines: Vec<String> =
            ran.iter().map(|(name, ran)| format!("{} {}", u8::from(*ran), name.split_once(' ').map_or("", |of| of.1))).collect();
        std::fs::write(&file, lines.join("\n")).expect("the list");
    });
}

/// Adds what has run since the page opened, or since its counters were set back.
async fn counted(page: &Page, ran: &mut BTreeMap<String, bool>) {
    let all =
        page.js("Object.entries(counted).filter(([name]) => name.startsWith('ran ')).map(([name, ran]) => name + ' ' + ran.value)").await;
    for line in all.as_array().expect("a list").iter().filter_map(|line| line.as_str()) {
        let (name, value) = line.trim_start_matches("ran ").rsplit_once(' ').expect("a value");
        *ran.entry(name.to_owned()).or_default() |= value == "1";
    }
}

/// A world at work: what the engine runs again and again must not cross from one part into the other.
async fn busy(page: &Page) {
    let mut text = String::from("era 7.0\\nseed 7\\ndefault link latency 1ms\\nnode master repl-backlog-size 1mb\\n");
    for n in 1..=10 {
        text.push_str(&format!("node replica-{n} follows master\\n"));
    }
    text.push_str("client writer on master: every 1ms SET key:{1..1000} {500 bytes}\\n");
    page.js(&format!("window.resync.load('{text}')")).await;
    page.js("window.resync.pause()").await;
    page.js("window.resync.seek(3000)").await;
    page.js("Object.entries(counted).forEach(([name, ran]) => { if (name.startsWith('ran ')) ran.value = 0 })").await;
    page.js("window.resync.seek(6000)").await;
}

async fn wait(page: &Page, ms: u32) {
    page.js(&format!("new Promise(done => setTimeout(done, {ms}))")).await;
}
