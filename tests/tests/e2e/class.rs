//! In front of a class: the presenter by keyboard alone, with hands and the speaker's notes; and handing in, read back in the teacher's table.

use super::browser::{Page, open_story};
use super::no_complaints;
use thirtyfour::Key;

/// One of three answers; the true one is the first.
const LESSON: &str = "#13-where-the-write-went";

/// The state of the vote, as the bar says it.
async fn standing(page: &Page, words: &str) {
    page.when(&format!("document.querySelector('.wall-bar [role=status]').textContent.includes({})", serde_json::json!(words))).await;
}

/// The words of the button that the next key presses.
async fn next(page: &Page, words: &str) {
    page.when(&format!("document.querySelector('.onward .primary').textContent === {}", serde_json::json!(format!("PgDn{words}")))).await;
}

#[test]
fn a_class_goes_by_keyboard_alone() {
    open_story("class-presenter", LESSON, async |page| {
        page.when("Boolean(window.resync) && Boolean(document.querySelector('.lesson'))").await;
        page.keys("p").await;
        page.when("Boolean(document.querySelector('.presents .wall-bar'))").await;
        next(&page, "the parts").await;
        page.keys(Key::PageDown + "").await;
        page.keys(Key::PageDown + "").await;
        next(&page, "close the vote").await;
        standing(&page, "first vote, hidden · 0 hands").await;
        // Three for the first answer, two for the third, and one that was none.
        page.keys("111333").await;
        page.keys(Key::Backspace + "").await;
        standing(&page, "first vote, hidden · 5 hands").await;
        page.get("button", "A hand for: on none").await;
        // No number of a hidden vote stands anywhere.
        page.when("[...document.querySelectorAll('.hands .count')].every(count => count.textContent === '')").await;
        page.keys(" ").await;
        standing(&page, "first vote closed, hidden · 5 hands").await;
        let advice = page.js("document.querySelector('.scale p').textContent").await;
        assert_eq!(advice, "60 % right: discuss in pairs, then vote again.");
        page.when("document.querySelector('.scale svg').getAttribute('aria-label') === 'Share of right hands: 60 %'").await;
        next(&page, "second vote").await;
        page.keys(" ").await;
        page.keys("1111111113").await;
        page.keys(Key::PageDown + "").await;
        standing(&page, "second vote closed · 10 hands · line: first vote").await;
        page.get("button", "on none: 9 hands, 3 in the first vote").await;
        page.when("document.querySelector('.scale p').textContent === '60 % → 90 % right: go on. One sentence is enough.'").await;
        next(&page, "run it").await;
        page.keys(Key::PageDown + "").await;
        // It stands still twice on its way.
        for clock in ["5000", "5020"] {
            page.when(&format!("window.resync.view().now_ms === {clock}")).await;
            next(&page, "go on").await;
            page.keys(Key::PageDown + "").await;
        }
        next(&page, "lift the curtain").await;
        page.when("!document.querySelector('.hands .right')").await;
        page.keys("c").await;
        page.when("Boolean(document.querySelector('.hands .right')) && Boolean(document.querySelector('.spoken-of'))").await;
        // The digits are the figures' again, and the third button of a remote plays.
        page.keys("5").await;
        page.when("Boolean(document.querySelector('.presents.alone .lag'))").await;
        page.keys("5").await;
        page.when("Boolean(document.querySelector('.presents.two .stage'))").await;
        page.keys(Key::PageUp + "").await;
        page.when("!document.querySelector('.hands .right')").await;
        page.keys("q").await;
        page.get("dialog", "Code for the room").await;
        page.when("document.querySelector('.qr path').getAttribute('d').length > 100").await;
        page.keys(Key::Escape + "").await;
        page.when("!document.querySelector('.sheet')").await;
        page.keys("p").await;
        page.when("!document.querySelector('.presents') && Boolean(document.querySelector('.lesson'))").await;
        // What the class bet is not what its teacher bet.
        assert_eq!(page.js("localStorage.getItem('resync.lesson.13-where-the-write-went')?.includes('given') ?? false").await, false);
        no_complaints(&page).await;
    });
}

#[test]
fn speakers_notes_follow_in_another_window_and_drive() {
    open_story("class-notes", LESSON, async |page| {
        page.when("Boolean(window.resync) && Boolean(document.querySelector('.lesson'))").await;
        let wall = page.driver.window().await.expect("a window");
        page.keys("pn").await;
        let windows = page.driver.windows().await.expect("windows");
        let notes = windows.into_iter().find(|window| *window != wall).expect("the notes have a window");
        page.driver.switch_to_window(notes.clone()).await.expect("the notes");
        page.when("document.querySelector('.speaker')?.textContent.includes('Who has the data?') ?? false").await;
        page.keys(Key::PageDown + "").await;
        page.keys(Key::PageDown + "").await;
        page.when("document.querySelector('.speaker').textContent.includes('first vote, hidden')").await;
        page.when("document.querySelector('.speaker').textContent.includes('True of this run:')").await;
        page.keys("11").await;
        page.when("document.querySelector('.speaker').textContent.includes('2 hands')").await;
        page.driver.switch_to_window(wall).await.expect("the wall");
        standing(&page, "first vote, hidden · 2 hands").await;
        page.keys("p").await;
        page.driver.switch_to_window(notes).await.expect("the notes");
        page.when("document.querySelector('.speaker').textContent.includes('The presenter is closed.')").await;
    });
}

#[test]
fn a_lesson_is_handed_in_and_read_back() {
    open_story("class-hand-in", LESSON, async |page| {
        page.when("Boolean(window.resync) && Boolean(document.querySelector('.lesson'))").await;
        page.click("button", "Next").await;
        page.click("button", "To the bet").await;
        page.js("document.querySelectorAll('.lesson input[type=radio]')[1].click()").await;
        page.click("button", "sure").await;
        page.when("!document.querySelector('.lesson .go .primary').disabled").await;
        page.js("document.querySelector('.lesson .go .primary').click()").await;
        page.click("button", "Go there at once").await;
        page.when("Boolean(document.querySelector('.choice-row.true'))").await;
        // The last step of the strip; the header has a button of that name as well.
        page.js("document.querySelector('.lesson .steps li:last-child button').click()").await;
        page.click("button", "Hand in").await;
        let field = page.get("textbox", "Your name, as your teacher knows it").await;
        field.send_keys("Li \"Lei\", =1").await.expect("typed");
        page.keys(Key::Enter + "").await;
        page.when("document.querySelector('.hand-in textarea').value.includes('#h1.')").await;
        let link = page.js("document.querySelector('.hand-in textarea').value").await;
        let link = link.as_str().expect("a link").to_owned();
        page.click("button", "Where teachers read such links").await;
        let sheet = page.get("dialog", "What a class has handed in").await;
        assert!(sheet.text().await.expect("text").contains("The table stands here"));
        let cut = &link[..link.len() - 9];
        let paste = format!("from the chat: {link}\nhello\n{cut}\n{link}\n");
        let area = page.get("textbox", "Links that were handed in").await;
        area.send_keys(paste).await.expect("pasted");
        page.when("document.querySelectorAll('.handed tbody tr').length === 2").await;
        let text = page.text("dialog", "What a class has handed in").await;
        for words in [
            "Li \"Lei\", =1",
            "other than the run",
            "sure",
            "the same link as in line 1",
            "2 lines could not be read",
            "Line 2 · there is no link in it",
            "Line 3 ·",
            "hello",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        no_complaints(&page).await;
    });
}
