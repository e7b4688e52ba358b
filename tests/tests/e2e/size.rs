//! *Size it*: numbers become sizes, and runs of the engine prove them; by name and keyboard, from a finding of a diagnosis, by link, on a phone.

use super::browser::{Page, open_story, story};
use super::no_complaints;
use thirtyfour::Key;

/// Waits until the runs are over.
async fn proved(page: &Page) {
    page.when("[...document.querySelectorAll('.proof [role=status]')].some(line => line.textContent.includes('played in'))").await;
}
/// Puts a text into a field by its name, and hands it over.
async fn enter(page: &Page, name: &str, text: &str) {
    page.get("textbox", name).await.focus().await.expect("it takes the focus");
    page.js("document.activeElement.select()").await;
    page.keys(text).await;
    page.keys(Key::Enter + "").await;
}
const CONF: &str = "document.querySelector('.size .conf pre').textContent";

#[test]
fn numbers_become_sizes_that_runs_prove() {
    open_story("size", "#size", async |page| {
        page.when("Boolean(document.querySelector('.size'))").await;
        page.when("location.hash.startsWith('#size.7_0.102400.')").await;
        // The first example: 12 MB and 6 MB continue, 5 MB does not.
        page.when(&format!("{CONF}.includes('repl-backlog-size 12mb')")).await;
        proved(&page).await;
        let runs = page.text("region", "Proof").await;
        assert!(runs.contains("+CONTINUE") && runs.contains("+FULLRESYNC") && runs.contains("too late"), "{runs}");

        // By the keyboard: a field, a slider, a value that cannot be.
        enter(&page, "longest outage to survive", "30 s").await;
        page.when(&format!("{CONF}.includes('repl-backlog-size 7mb')")).await;
        page.when("location.hash.includes('.30.')").await;
        enter(&page, "longest outage to survive", "for ever").await;
        page.when("document.querySelector('#size-outage').textContent === 'longest outage to survive: from 1 s to 7200 s.'").await;
        assert_eq!(page.js("document.activeElement.getAttribute('aria-invalid')").await.as_str(), Some("true"));
        page.keys(Key::Escape + "").await;
        page.get("slider", "margin").await.focus().await.expect("it takes the focus");
        page.keys(Key::Right + "").await;
        page.when("location.hash.includes('.30.25.')").await;
        proved(&page).await;

        // The run that is recommended opens, and shows what it proved.
        page.js("document.querySelector('.proof button.primary').focus()").await;
        page.keys(Key::Enter + "").await;
        page.when("!document.querySelector('.size') && window.resync.view().nodes.length === 3").await;
        page.when("location.hash === ''").await;
        no_complaints(&page).await;
    });
}

#[test]
fn a_link_keeps_the_form_and_a_bad_one_names_the_field() {
    open_story("size-link", "#size.3_0.204800.0.0.45.20.2147483648.209715200.104857600.104857600.10.3", async |page| {
        page.when(&format!("Boolean(document.querySelector('.size')) && {CONF}.includes('client-output-buffer-limit slave')")).await;
        assert_eq!(page.js("document.querySelector('.size [aria-label=\"replicas\"][type=text]').value").await.as_str(), Some("3"));
        page.js("location.hash = '#size.3_0.204800.0.0.99999.20.2147483648.209715200.104857600.104857600.10.3'").await;
        page.when("document.querySelector('.size [role=alert]')?.textContent.includes('longest outage to survive')").await;
        no_complaints(&page).await;
    });
}

#[test]
fn a_finding_about_the_backlog_fills_the_form_in() {
    open_story("size-finding", "#diagnose", async |page| {
        page.when("Boolean(document.querySelector('.diagnose textarea'))").await;
        page.click("button", "Example").await;
        page.when("document.querySelectorAll('.finding').length > 1").await;
        page.click("button", "Size it with these numbers").await;
        page.when("Boolean(document.querySelector('.size')) && location.hash.startsWith('#size.')").await;
        // The rate is what waited when the limit was reached, over the time that it took; the dataset is the RDB of the log.
        page.when("document.querySelector('.size [aria-label=\"bytes a second in the stream\"][type=text]').value === '21.1 MB/s'").await;
        page.when("document.querySelector('.size [aria-label=\"dataset, as an RDB\"][type=text]').value === '9394 MB'").await;
        proved(&page).await;
        assert!(
            page.text("region", "Proof").await.contains("one byte stands for"),
            "numbers that a page cannot hold are played smaller, and said to be"
        );
        no_complaints(&page).await;
    });
}

#[test]
fn on_a_phone_the_sheet_is_one_column() {
    story("size-phone", async |page| {
        page.size(390, 844, 1.0).await;
        page.js("location.hash = '#size'").await;
        page.when("Boolean(document.querySelector('.size'))").await;
        proved(&page).await;
        let wide = "[...document.querySelectorAll('.size *')].filter(one => !one.closest('svg') && one.getBoundingClientRect().right > innerWidth + 1).length";
        assert_eq!(page.js(wide).await.as_u64(), Some(0), "nothing leaves the screen");
        let low = "[...document.querySelectorAll('.size button, .size select, .size input')].filter(one => one.getBoundingClientRect().height < 43).length";
        assert_eq!(page.js(low).await.as_u64(), Some(0), "every control is large enough for a thumb");
        no_complaints(&page).await;
    });
}
