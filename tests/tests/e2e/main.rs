//! The page in a real Chromium, through WebDriver: what a newcomer does, by role and accessible name, with what the panels and
//! `window.resync.view()` say. `cargo xtask test e2e` builds the page and brings the browser.

mod browser;
#[path = "../../../xtask/src/static_server.rs"]
mod static_server;

use browser::story;

#[test]
fn the_page_opens_without_a_complaint_and_loads_nothing_from_elsewhere() {
    story("opens", async |page| {
        page.when("document.body.childElementCount > 0 && document.readyState === 'complete'").await;
        assert_eq!(page.complaints().await, Vec::<String>::new(), "nothing in the console, no refusal of the policy");
        let foreign = page.js("performance.getEntriesByType('resource').map(entry => entry.name).filter(name => !name.startsWith(location.origin + '/some/where/'))").await;
        assert_eq!(foreign, serde_json::json!([]), "everything comes from where the page came from");
    });
}
