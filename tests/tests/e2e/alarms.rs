//! The alarm lab: somebody tries a rule, by keyboard, and sees that it never rings; a cell opens as a run at the moment that tells; a rule travels in a link; a
//! wrong one stays with its place.

use super::browser::{Page, open_story};
use super::no_complaints;
use thirtyfour::Key;

/// Whether what came of the chosen cell is known.
const KNOWN: &str = "Boolean(document.querySelector('.alarms td.here svg'))";

async fn text(page: &Page, selector: &str) -> String {
    page.js(&format!("document.querySelector({selector:?}).textContent")).await.as_str().expect("words").to_owned()
}

/// Puts a text into the box, at once as a paste does.
async fn paste(page: &Page, text: &str) {
    let text = serde_json::to_string(text).expect("a text");
    page.js(&format!(
        "(() => {{ const box = document.getElementById('alarm-rule'); box.value = {text}; box.dispatchEvent(new InputEvent('input', {{ bubbles: true }})); }})()"
    ))
    .await;
}

#[test]
fn a_rule_is_tried_in_every_weather_and_its_run_opened() {
    open_story("alarms", "#alarms", async |page| {
        // Whoever comes may type at once; what stands there is the rule that is published most.
        page.when("document.activeElement?.id === 'alarm-rule'").await;
        page.when(KNOWN).await;
        let cell = page.text_when("gridcell", "lag > 5 for 2m, freeze: never", "the rule was tried in a freeze", |_| true).await;
        assert!(cell.contains("never"), "{cell}");
        assert!(text(&page, ".alarms .sentence").await.contains("pending for 60 s of the 120 s"));
        let drawn = "document.querySelectorAll('.alarms .figure circle').length";
        assert!(page.js(drawn).await.as_u64().is_some_and(|count| count > 8), "scrapes and values are drawn");

        // By keyboard along the row: of a cut the rule hears nothing either, and the SYNC replica makes it ring.
        page.js("document.querySelector('.alarms td.here button').focus()").await;
        page.keys(Key::Right + "").await;
        page.when(&format!("document.activeElement?.id === 'alarm-0-1' && {KNOWN}")).await;
        page.keys(Key::Right + "").await;
        page.when("document.activeElement?.id === 'alarm-0-2'").await;
        page.keys(Key::Right + "").await;
        page.when(&format!("document.activeElement?.id === 'alarm-0-3' && {KNOWN}")).await;
        let said = text(&page, ".alarms .sentence").await;
        assert!(said.contains("rings after 134 s"), "{said}");

        // Enter opens its run at that moment, with what the rule saw beside it.
        page.keys(Key::Enter + "").await;
        page.when("!document.querySelector('.alarms') && Boolean(document.querySelector('.lesson.alarm .figure svg'))").await;
        page.when("window.resync.view().now_ms === 300000 + 134000 + window.resync.view().now_ms % 1000").await;
        page.when("window.resync.view().nodes[0].replicas.some(replica => replica.pre_psync)").await;
        page.click("button", "Back to the alarm lab").await;
        // Every cell comes, and those of the proposed set together.
        page.when("document.querySelectorAll('.alarms td svg').length === 240").await;
        page.when(&format!("{KNOWN} && document.querySelector('.alarms td.here button').id === 'alarm-0-3'")).await;
        no_complaints(&page).await;
    });
}

#[test]
fn a_wrong_rule_stays_with_its_place_and_a_right_one_travels_in_a_link() {
    open_story("alarms-wrong", "#alarms", async |page| {
        page.size(390, 844, 1.0).await;
        page.when("Boolean(document.getElementById('alarm-rule'))").await;
        paste(&page, "redis_connected_slave_lag_seconds >> 5").await;
        page.when("document.querySelector('.alarms [role=alert]')?.textContent.startsWith('Character 36')").await;
        assert_eq!(page.js("document.getElementById('alarm-rule').value").await.as_str(), Some("redis_connected_slave_lag_seconds >> 5"));
        assert_eq!(text(&page, ".alarms .place mark").await, ">");

        paste(&page, "redis_connected_slaves < 2 and on (instance) redis_instance_info{role=\"master\"}").await;
        page.when("!document.querySelector('.alarms [role=alert]')").await;
        page.when(KNOWN).await;
        page.js("void Object.defineProperty(navigator, 'clipboard', { value: undefined })").await;
        page.click("button", "Link to this rule").await;
        page.when("location.hash.startsWith('#alarms.')").await;
        let link = page.js("location.href").await.as_str().expect("an address").to_owned();
        // Nothing is wider than the phone.
        page.when("document.documentElement.scrollWidth <= innerWidth && document.querySelector('.sheet').scrollWidth <= document.querySelector('.sheet').clientWidth").await;

        page.driver.goto("about:blank").await.expect("elsewhere");
        page.driver.goto(&link).await.expect("the link opens");
        page.when("document.getElementById('alarm-rule')?.value.startsWith('redis_connected_slaves < 2')").await;
        page.when(KNOWN).await;
        no_complaints(&page).await;
    });
}
