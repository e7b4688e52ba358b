//! Lessons that ask: the keyboard alone, both languages.

use super::browser::{Page, open_story};
use super::no_complaints;
use serde_json::json;
use thirtyfour::{Key, WebElement};

/// The lesson that a newcomer meets first: one of three answers, and two pauses.
const FIRST: &str = "#13-where-the-write-went";

/// The column of the lesson says this.
async fn says(page: &Page, words: &str) {
    page.text_when("region", "The lesson", words, |text| text.contains(words)).await;
}

/// The element of this role whose name begins so.
async fn beginning(page: &Page, role: &str, name: &str) -> WebElement {
    page.when(&format!("document.body.innerText.includes({})", json!(name))).await;
    page.all(role, |label| label.starts_with(name)).await.into_iter().next().unwrap_or_else(|| panic!("no {role} begins with `{name}`"))
}

#[test]
fn a_lesson_goes_by_keyboard_alone() {
    open_story("course-keys", FIRST, async |page| {
        page.when("Boolean(window.resync) && Boolean(document.querySelector('.lesson'))").await;
        // The focus follows the steps: Tab leads from the sentence to the answers and on to the buttons.
        let tab_to = async |role: &str, name: &str| {
            for _ in 0..60 {
                page.keys(Key::Tab + "").await;
                let element = page.driver.active_element().await.expect("a focus");
                if page.name_of(&element).await.starts_with(name) {
                    return;
                }
            }
            panic!("no Tab leads to the {role} `{name}`");
        };
        page.js("document.querySelector('.lesson .asks').focus()").await;
        tab_to("button", "Next").await;
        page.keys(Key::Enter + "").await;
        says(&page, "The parts that matter").await;
        tab_to("button", "To the bet").await;
        page.keys(Key::Enter + "").await;
        tab_to("radio", "on none").await;
        page.keys(Key::Down + "").await;
        page.when("document.querySelector('.choice-row.mine')?.textContent === 'on the near one'").await;
        tab_to("button", "sure").await;
        page.keys(Key::Enter + "").await;
        tab_to("button", "Bet, and run to").await;
        page.keys(Key::Enter + "").await;
        says(&page, "It stands still at 00:05.000.").await;
        page.when("document.activeElement.classList.contains('asks')").await;
        tab_to("button", "Go on").await;
        page.keys(Key::Enter + "").await;
        says(&page, "It stands still at 00:05.020.").await;
        page.when("window.resync.view().now_ms === 5020").await;
        no_complaints(&page).await;
    });
}

#[test]
fn a_lesson_speaks_both_languages() {
    open_story("course-zh", FIRST, async |page| {
        page.when("Boolean(window.resync)").await;
        page.click("button", "Language").await;
        page.get("region", "课文").await;
        page.click("button", "下一步").await;
        page.click("button", "去预测").await;
        page.js("document.querySelectorAll('.lesson input[type=radio]')[2].click()").await;
        page.click("button", "猜的").await;
        beginning(&page, "button", "提交预测").await.click().await.expect("a click");
        page.click("button", "直接到那一刻").await;
        page.text_when("region", "课文", "the bet and the truth", |text| text.contains("你的预测") && text.contains("实际")).await;
        no_complaints(&page).await;
    });
}
