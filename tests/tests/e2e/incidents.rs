//! Incidents: one worked on by the keyboard alone, from the symptom to the lid; and the fleet with what its ill pairs have in common.

use super::browser::{Page, open_story};
use super::no_complaints;
use thirtyfour::Key;

/// Tab leads to the element whose name begins so.
async fn tab_to(page: &Page, name: &str) {
    for _ in 0..80 {
        page.keys(Key::Tab + "").await;
        let element = page.driver.active_element().await.expect("a focus");
        if page.name_of(&element).await.starts_with(name) {
            return;
        }
    }
    panic!("no Tab leads to `{name}`");
}

/// The column says this.
async fn says(page: &Page, words: &str) {
    page.text_when("region", "The incident", words, |text| text.contains(words)).await;
}

#[test]
fn an_incident_is_solved_by_keyboard_alone() {
    open_story("incident-keys", "#incident-02-never-stays", async |page| {
        page.when("Boolean(document.querySelector('.incident'))").await;
        says(&page, "comes back once a second and is thrown out each time").await;
        // Nothing of the playground is there: INFO, logs, errors and a console are.
        page.when("!document.querySelector('.stage') && Boolean(document.querySelector('.log-lines'))").await;
        page.js("document.querySelector('.incident .asks').focus()").await;
        // A wrong cause is answered by what excludes it.
        tab_to(&page, "The network cuts the connection.").await;
        page.keys(Key::Down + Key::Down).await;
        page.when("document.querySelector('.choice-row.mine')?.textContent === 'The backlog is too small.'").await;
        tab_to(&page, "Name the cause").await;
        page.keys(Key::Enter + "").await;
        says(&page, "not it").await;
        says(&page, "repl-backlog-size 1048576").await;
        says(&page, "grade 2 of 3").await;
        // The right one.
        page.js("document.querySelector('.incident .asks').focus()").await;
        tab_to(&page, "The network cuts the connection.").await;
        page.keys(Key::Up + "").await;
        page.when("document.querySelector('.choice-row.mine')?.textContent === 'The limit of its output buffer is 64 bytes.'").await;
        tab_to(&page, "Name the cause").await;
        page.keys(Key::Enter + "").await;
        says(&page, "It is not so yet.").await;
        // Mended by a real command, and time; the focus has come to the top of the step.
        page.when("document.activeElement.classList.contains('asks')").await;
        page.keys("`").await;
        page.when("document.activeElement.id.includes('console-input')").await;
        page.keys("CONFIG SET client-output-buffer-limit \"slave 67108864 67108864 60\"").await;
        page.keys(Key::Enter + "").await;
        page.when("document.querySelector('.reply')?.textContent.includes('OK')").await;
        for _ in 0..3 {
            let before = page.js("window.resync.view().now_ms").await.as_u64().expect("a time");
            page.click("button", "10 s on").await;
            page.when(&format!("window.resync.view().now_ms >= {before} + 10000 || Boolean(document.querySelector('.state.done'))")).await;
        }
        says(&page, "Mended.").await;
        page.js("document.querySelector('.incident .asks').focus()").await;
        tab_to(&page, "Lift the lid").await;
        page.keys(Key::Enter + "").await;
        says(&page, "Under the lid").await;
        page.when("Boolean(document.querySelector('.stage')) && document.activeElement.classList.contains('asks')").await;
        page.click("button", "Close the incident").await;
        page.when("!document.querySelector('.incident')").await;
        no_complaints(&page).await;
    });
}

#[test]
fn twenty_of_540_have_something_in_common() {
    open_story("incident-fleet", "#incident-01-twenty-of-540", async |page| {
        page.when("Boolean(document.querySelector('.fleet-row.ill'))").await;
        page.click("button", "Choose those that look ill (20)").await;
        let of = |name: &str| {
            format!("[...document.querySelectorAll('.common tbody tr')].find(row => row.children[1].textContent === '{name}')")
        };
        page.when(&format!("Boolean({})", of("slave0: offset"))).await;
        let counts = |name: &str| format!("[...{}.querySelectorAll('.number')].map(cell => cell.textContent).join(' v ')", of(name));
        assert_eq!(page.js(&counts("slave0: offset")).await, "20/20 v 0/520");
        assert_eq!(page.js(&counts("Full resync from master: …")).await, "0/20 v 520/520");
        // Most of the others heard the same, and tried again.
        assert_eq!(page.js(&counts("Retrying with SYNC...")).await, "20/20 v 444/520");
        page.click("button", "Pin slave0: offset").await;
        page.text_when("region", "The incident", "what is pinned", |text| text.contains("20/20 v 0/520")).await;
        no_complaints(&page).await;
    });
}
