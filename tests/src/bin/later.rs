//! `cargo xtask later`: which functions the page runs while it opens and while its first scene is played with, cut and healed. One line a function: 1 or 0, and
//! its name. `dist/` holds a page that counts.

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
            played(&page, width > 640).await;
            let all = page
                .js("Object.entries(counted).filter(([name]) => name.startsWith('ran ')).map(([name, ran]) => name + ' ' + ran.value)")
                .await;
            for line in all.as_array().expect("a list").iter().filter_map(|line| line.as_str()) {
                let (name, value) = line.trim_start_matches("ran ").rsplit_once(' ').expect("a value");
                *ran.entry(name.to_owned()).or_default() |= value == "1";
            }
        }
        let lines: Vec<String> =
            ran.iter().map(|(name, ran)| format!("{} {}", u8::from(*ran), name.split_once(' ').map_or("", |of| of.1))).collect();
        std::fs::write(&file, lines.join("\n")).expect("the list");
    });
}

/// A newcomer's first minute: looks, points, cuts, heals, pauses.
async fn played(page: &Page, wide: bool) {
    wait(page, 7_000).await;
    for (x, y) in [(300, 150), (420, 160), (300, 380), (700, 400), (900, 420), (200, 700), (500, 700), (850, 700), (300, 860), (700, 860)] {
        if page.driver.action_chain().move_to(x, y).perform().await.is_err() {
            continue;
        }
        wait(page, 150).await;
    }
    if wide {
        page.keys("c").await;
        wait(page, 4_000).await;
        page.keys("h").await;
        wait(page, 5_000).await;
        for key in [" ", ".", " "] {
            page.keys(key).await;
            wait(page, 600).await;
        }
    }
}

async fn wait(page: &Page, ms: u32) {
    page.js(&format!("new Promise(done => setTimeout(done, {ms}))")).await;
}
