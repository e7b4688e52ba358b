//! `cargo xtask picture`: the README's pictures, taken of the page itself at a moment of a run that anybody can play.

#[allow(dead_code, reason = "the stories use more of it")]
#[path = "../../tests/e2e/browser.rs"]
mod browser;
#[path = "../../../xtask/src/static_server.rs"]
mod static_server;

use serde_json::json;
use std::path::Path;

fn main() {
    browser::story("picture", async |page| {
        page.when("Boolean(window.resync)").await;
        page.js("window.resync.pause()").await;
        for act in [(14_000, "cut master replica-1"), (18_000, "heal master replica-1"), (26_000, "cut master replica-1")] {
            page.js(&format!("window.resync.seek({})", act.0)).await;
            page.js(&format!("window.resync.act('{}')", act.1)).await;
        }
        page.js("window.resync.seek(32480)").await;
        page.click("button", "Link master to replica-1").await;
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the project's root").join("docs");
        std::fs::create_dir_all(&docs).expect("a folder");
        page.size(1_440, 900, 1.5).await;
        for scheme in ["light", "dark"] {
            page.cdp("Emulation.setEmulatedMedia", json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] })).await;
            page.js("new Promise(done => setTimeout(done, 500))").await;
            page.driver.screenshot(&docs.join(format!("playground-{scheme}.png"))).await.expect("a picture");
        }
    });
}
