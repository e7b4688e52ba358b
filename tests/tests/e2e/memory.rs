//! What comes back: a warm-up after simulated days, a refutation card by its link, the ten questions and their link read back. Days are given by what is
//! kept: an item that was due long ago is due.

use super::browser::{Page, open_story};
use super::no_complaints;
use serde_json::json;
use thirtyfour::Key;

/// The lesson that a warm-up stands before.
const LESSON: &str = "#14-five-hundred-short";
/// What two earlier lessons have left: both due on day 1, the second missed and sure.
const KEPT: &str = "13-where-the-write-went who-has 1 1 - 1\n15-out-of-the-window away 1 0 sure 1\n";

/// Stores something, and opens the page anew.
async fn stored(page: &Page, name: &str, text: &str) {
    page.when("Boolean(window.resync)").await;
    page.js(&format!("localStorage.setItem({}, {})", json!(name), json!(text))).await;
    page.driver.refresh().await.expect("the page again");
    page.when("Boolean(window.resync)").await;
}

/// Tab leads to what has this name.
async fn tab_to(page: &Page, name: &str) {
    for _ in 0..60 {
        page.keys(Key::Tab + "").await;
        let element = page.driver.active_element().await.expect("a focus");
        if page.name_of(&element).await.starts_with(name) {
            return;
        }
    }
    panic!("no Tab leads to `{name}`");
}

#[test]
fn a_warm_up_goes_by_keyboard_and_leaves_days_behind() {
    open_story("memory-warm-up", LESSON, async |page| {
        stored(&page, "resync.memory", KEPT).await;
        // The one that was missed and sure stands first. Each takes one key.
        let dialog = "dialog";
        page.text_when(dialog, "Warm-up", "the item that was missed", |text| text.contains("1 of 2") && text.contains("backlog of")).await;
        page.when("document.activeElement.classList.contains('asks')").await;
        page.keys("1").await;
        page.text_when(dialog, "Warm-up", "the rule", |text| text.contains("your answer") && text.contains("it is so")).await;
        // Leaving and coming back loses nothing: the answer is there, and not asked a second time.
        page.driver.refresh().await.expect("the page again");
        page.text_when(dialog, "Warm-up", "the same answer", |text| text.contains("1 of 2") && text.contains("your answer")).await;
        page.when("document.activeElement.textContent === 'Next question'").await;
        page.keys(Key::Enter + "").await;
        page.text_when(dialog, "Warm-up", "the second item", |text| text.contains("2 of 2") && text.contains("who has the key?")).await;
        page.when("document.activeElement.classList.contains('asks')").await;
        page.keys("1").await;
        page.when("document.activeElement.textContent === 'To the lesson'").await;
        page.keys(Key::Enter + "").await;
        page.when("!document.querySelector('.sheet') && Boolean(document.querySelector('.lesson'))").await;
        let kept = page.js("localStorage.getItem('resync.memory')").await;
        let kept = kept.as_str().expect("a text");
        // Both were asked once more, and none is due today any more.
        assert!(kept.lines().count() == 2 && kept.lines().all(|line| line.ends_with(" 2")), "{kept}");
        let due = |line: &str| line.split(' ').nth(2).and_then(|day| day.parse::<f64>().ok()).expect("a day");
        let today = page.js("Math.floor((Date.now() / 60000 - new Date().getTimezoneOffset()) / 1440)").await.as_f64().expect("a day");
        assert!(kept.lines().all(|line| due(line) > today), "{kept}");
        // And not a second time on this day.
        page.driver.refresh().await.expect("the page again");
        page.when("Boolean(document.querySelector('.lesson'))").await;
        page.when("!document.querySelector('.sheet')").await;
        no_complaints(&page).await;
    });
}

#[test]
fn one_key_skips_and_what_is_known_is_told_in_days() {
    open_story("memory-skip", LESSON, async |page| {
        stored(&page, "resync.memory", KEPT).await;
        page.get("dialog", "Warm-up").await;
        page.keys(Key::Escape + "").await;
        page.when("!document.querySelector('.sheet') && Boolean(document.querySelector('.lesson'))").await;
        assert_eq!(page.js("localStorage.getItem('resync.memory')").await, json!(KEPT), "what was due stays due");
        page.click("button", "Lessons").await;
        page.text_when("dialog", "Lessons", "what is due", |text| text.contains("2 items come back today")).await;
        page.click("button", "All days").await;
        page.text_when("dialog", "What I still know", "days", |text| {
            text.contains("waiting for") && text.contains("2 of 2 questions are due")
        })
        .await;
        page.click("button", "Ask me two now").await;
        page.text_when("dialog", "Warm-up", "a question", |text| text.contains("1 of 2")).await;
        no_complaints(&page).await;
    });
}

#[test]
fn a_card_opens_by_its_link() {
    open_story("memory-card", "#card-restart-keeps-id", async |page| {
        page.when("document.activeElement.id === 'card-restart-keeps-id'").await;
        let text = page.text("dialog", "People say").await;
        assert!(text.contains("Recorded") && text.contains("It is not so"), "{text}");
        let article =
            page.js("document.activeElement.querySelectorAll('pre').length > 0 && document.activeElement.matches('.named')").await;
        assert_eq!(article, json!(true), "it quotes what a server printed");
        // Its lesson is one click away.
        page.js("document.activeElement.querySelector('.ways-on button').click()").await;
        page.when("location.hash === '#54-after-a-restart' && Boolean(document.querySelector('.lesson'))").await;
        no_complaints(&page).await;
    });
}

#[test]
fn ten_questions_are_answered_and_their_link_is_read_back() {
    open_story("memory-ten", "", async |page| {
        page.when("Boolean(window.resync)").await;
        page.click("button", "Lessons").await;
        page.click("button", "Ten questions, before lesson 01").await;
        page.click("button", "Begin").await;
        for at in 1..=10 {
            page.text_when("dialog", "Ten questions", "the next question", |text| text.contains(&format!("{at} of 10"))).await;
            page.when("Boolean(document.querySelector('.choice-key, .recall .typed input'))").await;
            if page.js("Boolean(document.querySelector('.choice-key'))").await == json!(true) {
                page.keys("1").await;
            } else {
                page.when("document.activeElement.matches('.recall .typed input')").await;
                page.keys("7").await;
                page.keys(Key::Enter + "").await;
            }
        }
        let result = "Ten questions before the first lesson";
        page.when(&format!(
            "document.querySelector('.ten .score') !== null && document.querySelector('.ten h3').textContent.startsWith({})",
            json!(result)
        ))
        .await;
        let score = page.js("document.querySelector('.ten .score').textContent").await;
        assert_eq!(page.js("document.querySelectorAll('.graded > li').length").await, json!(10));
        page.js("void Object.defineProperty(navigator, 'clipboard', { value: undefined })").await;
        tab_to(&page, "Copy a link to this result").await;
        page.keys(Key::Enter + "").await;
        page.when("location.hash.startsWith('#ten1.before.')").await;
        let link = page.js("location.href").await.as_str().expect("an address").to_owned();
        // Somebody else opens it: nothing of it is kept there, and the engine grades it anew.
        page.js("localStorage.clear()").await;
        page.driver.goto("about:blank").await.expect("elsewhere");
        page.driver.goto(&link).await.expect("the link opens");
        page.when("document.querySelector('.ten .score') !== null").await;
        assert_eq!(page.js("document.querySelector('.ten .score').textContent").await, score);
        // One digit changed on the way.
        let broken = link.replacen(".before.", ".after.", 1);
        page.driver.goto("about:blank").await.expect("elsewhere");
        page.driver.goto(&broken).await.expect("the link opens");
        page.text_when("dialog", "Ten questions, three times", "why not", |text| text.contains("its digest does not fit")).await;
        no_complaints(&page).await;
    });
}
