//! The words of the page: explained where they stand, listed with a search, and each shown on the page itself.

use crate::browser::{Page, story};
use crate::{both_online, no_complaints, pass};
use serde_json::{Value, json};

/// How many terms the list holds.
const TERMS: &str = "document.querySelectorAll('.glossary .entry').length";

/// The ring around what is shown, and the card beside it, with the window's size.
const SHOWN: &str = "(async () => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
    const box = e => { const b = e.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom] }
    const ring = document.querySelector('.ring rect'), card = document.querySelector('.explained')
    if (!ring || !card) return { missing: true }
    return { ring: box(ring), card: box(card), window: [innerWidth, innerHeight], focused: document.activeElement === card }
})()";

/// Opens the list by key and asks for the term with this number to be shown.
async fn show(page: &Page, nth: u64) -> Value {
    page.keys("w").await;
    page.when(&format!("{TERMS} > {nth}")).await;
    page.js(&format!("document.querySelectorAll('.glossary .entry button')[{nth}].click()")).await;
    page.when("!document.querySelector('.sheet') && !!document.querySelector('.explained')").await;
    page.js(SHOWN).await
}

#[test]
fn every_term_of_the_list_is_shown_on_the_page() {
    story("words", async |page| {
        both_online(&page).await;
        page.js("window.resync.act('cut master replica-1')").await;
        pass(&page, 2_000).await;
        page.js("document.activeElement.blur()").await;
        page.keys("w").await;
        page.when(&format!("{TERMS} >= 40")).await;
        let count = page.js(TERMS).await.as_u64().expect("a number");
        page.js("document.querySelector('.sheet .sheet-head button').click()").await;
        for (width, height) in [(1_440, 900), (390, 844)] {
            page.size(width, height, 1.0).await;
            for nth in 0..count {
                page.js("document.activeElement.blur()").await;
                let shown = show(&page, nth).await;
                let side = |of: &str, at: usize| shown[of][at].as_f64().unwrap_or(-1.0);
                let place = format!("term {nth} at {width}: {shown}");
                assert!(side("ring", 2) - side("ring", 0) > 8.0 && side("ring", 3) - side("ring", 1) > 8.0, "there is something: {place}");
                assert!(side("card", 0) >= 0.0 && side("card", 1) >= 0.0, "{place}");
                assert!(side("card", 2) <= side("window", 0) && side("card", 3) <= side("window", 1), "{place}");
                assert_eq!(shown["focused"], json!(true), "the keyboard comes along: {place}");
                page.keys("\u{e00c}").await;
                page.when("!document.querySelector('.explained')").await;
            }
        }
        no_complaints(&page).await;
    });
}

#[test]
fn a_word_is_explained_where_it_stands_and_the_list_is_searched() {
    story("word", async |page| {
        both_online(&page).await;
        let tabs = "document.querySelectorAll(`.term[tabindex='0'], .term button`).length";
        assert_eq!(page.js(tabs).await, json!(0), "no word is a stop on the way of the Tab key");
        page.js("document.querySelector('.handshake .term').click()").await;
        page.when("!!document.querySelector('.explained')?.textContent.includes('PING')").await;
        page.click("button", "show me: handshake").await;
        page.when("document.querySelector('.ring rect').getBoundingClientRect().width > 40").await;
        page.click("button", "All words").await;
        page.when("!document.querySelector('.explained') && document.activeElement.type === 'search'").await;
        page.keys("runway").await;
        page.when(&format!("{TERMS} > 0 && {TERMS} < 6")).await;
        page.keys("\u{e00c}").await;
        page.when("!document.querySelector('.sheet')").await;
        no_complaints(&page).await;
    });
}
