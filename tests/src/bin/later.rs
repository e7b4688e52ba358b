//! `cargo xtask later`: which functions the page runs in its first six seconds, in several windows and with every choice made, and which a busy world runs
//! again and again. One line a function: 1 or 0, and its name. `dist/` holds a page that counts.

#[allow(dead_code, reason = "the stories use more of it")]
#[path = "../../tests/e2e/browser.rs"]
mod browser;
#[path = "../../../xtask/src/static_server.rs"]
mod static_server;

use browser::Page;
use serde_json::json;
use std::path::PathBuf;

fn main() {
    let file = PathBuf::from(std::env::args().nth(1).expect("where the list is to be written"));
    browser::story("later", async move |page| {
        let seen = "addEventListener('TrunkApplicationStarted', e => { window.counted = e.detail.wasm })";
        page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": seen })).await;
        let mut ran: Vec<bool> = Vec::new();
        for (width, height, lang, scheme, motion, slower) in [
            // As a stranger finds it; then with every choice made.
            (1_440, 900, "", "", "", 1),
            (1_440, 900, "en", "light", "full", 1),
            (390, 844, "zh-CN", "dark", "full", 1),
            (1_920, 1_080, "zh-CN", "light", "full", 1),
            (1_024, 768, "en", "dark", "full", 1),
            (1_280, 720, "en", "system", "reduced", 1),
            (1_280, 720, "zh-CN", "", "", 1),
            // Where the processor is slow some things happen in another order.
            (1_440, 900, "zh-CN", "", "", 6),
            (390, 844, "en", "", "", 6),
        ] {
            page.size(width, height, 1.0).await;
            page.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": slower })).await;
            page.js("localStorage.clear()").await;
            for (key, value) in [("lang", lang), ("scheme", scheme), ("motion", motion)].into_iter().filter(|(_, value)| !value.is_empty())
            {
                page.js(&format!("localStorage.setItem('resync.{key}', '{value}')")).await;
            }
            page.driver.refresh().await.expect("a page");
            page.when("Boolean(window.counted && window.resync)").await;
            // Some times what a slow link needs for the second part: a small change of the page brings nothing into the opening that is not there yet.
            wait(&page, 6_000).await;
            counted(&page, &mut ran).await;
        }
        page.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": 1 })).await;
        busy(&page).await;
        counted(&page, &mut ran).await;
        let bits: String = ran.iter().map(|ran| if *ran { '1' } else { '0' }).collect();
        std::fs::write(&file, bits).expect("the list");
    });
}

/// Adds what was reached since the page opened, or since its bytes were set back.
async fn counted(page: &Page, ran: &mut Vec<bool>) {
    let all = page.js("new Uint8Array(counted.ran.buffer).join('')").await;
    let all = all.as_str().expect("a text");
    ran.resize(all.len(), false);
    ran.iter_mut().zip(all.bytes()).for_each(|(ran, byte)| *ran |= byte == b'1');
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
    page.js("void new Uint8Array(counted.ran.buffer).fill(0)").await;
    page.js("window.resync.seek(6000)").await;
}

async fn wait(page: &Page, ms: u32) {
    page.js(&format!("new Promise(done => setTimeout(done, {ms}))")).await;
}
