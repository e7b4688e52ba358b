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

/// The answer of this name is given, with this certainty, and the run goes to the bet's moment at once.
async fn bet_on(page: &Page, answer: &str, sure: &str) {
    beginning(page, "radio", answer).await.click().await.expect("a click");
    page.click("button", sure).await;
    beginning(page, "button", "Bet, and run to").await.click().await.expect("a click");
    page.click("button", "Go there at once").await;
}

#[test]
fn a_newcomer_goes_from_the_course_to_the_sandbox_by_a_wrong_bet() {
    open_story("course-newcomer", "", async |page| {
        page.when("Boolean(window.resync)").await;
        page.click("button", "Lessons").await;
        beginning(&page, "button", "I know SET and GET").await.click().await.expect("a click");
        says(&page, "reads OK").await;
        // Before the bet neither header nor window nor the scene's words say what the lesson is about.
        let told = "document.title + document.querySelector('.scene').textContent";
        let before = page.js(told).await;
        assert!(before.as_str().is_some_and(|text| text.contains("Lesson 1") && !text.contains("Where the write went")), "{before}");
        page.click("button", "About").await;
        page.text_when("dialog", "Lesson", "no more than the question", |text| {
            text.contains("after your bet") && !text.contains("in the same instant")
        })
        .await;
        page.keys(Key::Escape + "").await;
        page.click("button", "Next").await;
        page.click("button", "To the bet").await;
        bet_on(&page, "on both", "think so").await;
        // The rule, what is different here, the numbers of this run; never just that it was wrong.
        says(&page, "You said: on both. It is: on none.").await;
        let column = page.text("region", "The lesson").await;
        assert!(column.contains("Here the reply left at once: replica-2 followed after 20 ms, replica-1 after 200 ms."), "{column}");
        let after = page.js(told).await;
        assert!(after.as_str().is_some_and(|text| text.matches("Where the write went").count() == 2), "{after}");
        page.click("button", "Because?").await;
        beginning(&page, "radio", "The master answers as soon as").await.click().await.expect("a click");
        says(&page, "true of another run, not of this one").await;
        says(&page, "it waits for nobody").await;
        page.click("button", "Twin").await;
        says(&page, "They part at").await;
        page.click("button", "Now on another run").await;
        says(&page, "how many bytes is replica-1 behind?").await;
        no_complaints(&page).await;
    });
}

#[test]
fn a_true_bet_leads_to_goals_that_tick_themselves() {
    open_story("course-goal", FIRST, async |page| {
        page.when("Boolean(window.resync) && Boolean(document.querySelector('.lesson'))").await;
        page.click("button", "Bet").await;
        bet_on(&page, "on none", "sure").await;
        says(&page, "As you said: on none").await;
        // The last step of the strip; the header has a button of that name as well.
        page.js("document.querySelector('.lesson .steps li:last-child button').click()").await;
        says(&page, "the master answers OK while replica-1 is cut off").await;
        let ticked = "[...document.querySelectorAll('.lesson .goals li')].map(goal => goal.classList.contains('on')).join()";
        assert_eq!(page.js(ticked).await, json!("false,false,false"));
        page.js("['cut master replica-1', 'master: SET other value', 'master: SET other value'].forEach(line => window.resync.act(line))")
            .await;
        page.js("window.resync.seek(window.resync.view().now_ms + 2000)").await;
        page.when(&format!("{ticked} === 'false,true,false'")).await;
        no_complaints(&page).await;
    });
}

#[test]
fn a_curve_is_drawn_and_bet_by_keyboard() {
    open_story("course-curve", "#15-out-of-the-window", async |page| {
        page.when("Boolean(window.resync) && Boolean(document.querySelector('.lesson'))").await;
        page.click("button", "Bet").await;
        page.when("Boolean(document.querySelector('.drawing > svg[role=slider]'))").await;
        page.js("document.querySelector('.drawing > svg[role=slider]').focus()").await;
        let points = "document.querySelectorAll('.drawing circle.fp.w15').length";
        for key in [Key::Right, Key::Right, Key::Up, Key::Up, Key::Up] {
            page.keys(key + "").await;
        }
        page.keys(Key::Enter + "").await;
        page.when(&format!("{points} === 1")).await;
        for key in [Key::Right, Key::Right, Key::Right, Key::Down] {
            page.keys(key + "").await;
        }
        page.keys(Key::Enter + "").await;
        page.when(&format!("{points} === 2")).await;
        page.keys(Key::Delete + "").await;
        page.when(&format!("{points} === 1")).await;
        page.click("button", "guess").await;
        beginning(&page, "button", "Bet, and run to").await.click().await.expect("a click");
        page.click("button", "Go there at once").await;
        // The bet stays, dashed, and the truth is drawn over it.
        says(&page, "You drew").await;
        page.when("document.querySelectorAll('.lesson .drawing path.s1.d2').length > 0 && document.querySelectorAll('.lesson .drawing path.si').length > 0").await;
        no_complaints(&page).await;
    });
}

#[test]
fn who_leaves_a_lesson_and_comes_back_has_lost_nothing() {
    open_story("course-back", FIRST, async |page| {
        page.when("Boolean(window.resync) && Boolean(document.querySelector('.lesson'))").await;
        page.click("button", "Bet").await;
        bet_on(&page, "on the near one", "guess").await;
        says(&page, "You said: on the near one. It is: on none.").await;
        page.click("button", "Because?").await;
        beginning(&page, "radio", "The master answers before").await.click().await.expect("a click");
        says(&page, "true of this run").await;
        page.js("location.reload()").await;
        page.when("Boolean(window.resync) && Boolean(document.querySelector('.lesson.at-because'))").await;
        says(&page, "true of this run").await;
        page.click("button", "See").await;
        says(&page, "You said: on the near one. It is: on none.").await;
        // The course says that it is begun.
        page.click("button", "Lessons").await;
        page.when("document.querySelector('.path .entry .state') && document.querySelector('.sheet').innerText.includes('begun')").await;
        no_complaints(&page).await;
    });
}
