//! Branches of a run: made by acting in the past, seen as lanes, switched by mouse and by keyboard, named, dropped, brought back, and sent as a link.

use crate::browser::{Page, story};
use crate::{both_online, no_complaints, pass};
use serde_json::{Value, json};
use thirtyfour::{By, Key};

/// The run in focus, as `window.resync.branches()` tells it.
async fn here(page: &Page) -> Value {
    page.js("window.resync.branches().find(run => run.focus)").await
}
/// Fingerprints of all runs at their cursors, by their numbers.
async fn prints(page: &Page) -> Value {
    page.js("window.resync.branches().map(run => [run.run, run.fingerprint]).sort()").await
}
/// The names on the lanes, from above.
async fn lanes(page: &Page) -> Vec<String> {
    let mut names = Vec::new();
    for lane in page.driver.find_all(By::Css("#lanes li b")).await.expect("lanes") {
        names.push(lane.text().await.unwrap_or_default());
    }
    names
}

#[test]
fn acting_in_the_past_keeps_the_other_future_as_a_branch() {
    story("branches", async |page| {
        both_online(&page).await;
        page.js("window.resync.seek(20000)").await;
        page.click("button", "Link master to replica-1").await;
        page.click("button", "Cut").await;
        pass(&page, 40_000).await;
        let end = page.js("window.resync.view().fingerprint").await;

        // Back, and heal where nothing had been healed: a branch, which the caption tells.
        page.js("window.resync.seek(23000)").await;
        let before = page.js("JSON.stringify([...document.querySelectorAll('main > *, .dock > *, .timeline > *')].map(e => e.getBoundingClientRect().toJSON()))").await;
        page.click("button", "Heal").await;
        page.get("button", "Branches: 2 (B)").await;
        let said = page.js("document.querySelector('.caption [role=alert]').textContent").await;
        assert!(said.as_str().is_some_and(|text| text.contains("branch 1") && text.contains("kept as main")), "{said}");
        let after = page.js("JSON.stringify([...document.querySelectorAll('main > *, .dock > *, .timeline > *')].map(e => e.getBoundingClientRect().toJSON()))").await;
        assert_eq!(before, after, "nothing moves when the first branch appears");
        pass(&page, 10_000).await;
        let branch = here(&page).await;
        assert_eq!((&branch["run"], &branch["parent"], &branch["branch_us"]), (&json!(1), &json!(0), &json!(23_000_000)));
        let all = prints(&page).await;

        // Two lanes, the present one on top.
        page.keys("b").await;
        page.get("region", "Branches").await;
        assert_eq!(lanes(&page).await, ["branch 1", "main"]);

        // By mouse to the other one: it stands where it was left, and comes to its own end again.
        page.click("button", "Switch to main").await;
        page.when("window.resync.branches()[0].focus").await;
        assert_eq!((lanes(&page).await, prints(&page).await), (vec!["main".to_owned(), "branch 1".to_owned()], all.clone()));
        assert_eq!(
            page.js("document.activeElement.getAttribute('aria-label')").await,
            json!("Rename main"),
            "the focus stays in the drawer"
        );
        page.js("window.resync.seek(60000)").await;
        assert_eq!(page.js("window.resync.view().fingerprint").await, end);
        let all = prints(&page).await;

        // By keyboard, round and round.
        page.keys("}").await;
        page.when("window.resync.branches()[1].focus").await;
        page.keys("{").await;
        page.when("window.resync.branches()[0].focus").await;
        page.keys("B").await;
        page.when("window.resync.branches()[1].focus").await;
        assert_eq!(prints(&page).await, all, "switching plays nothing");

        // Another name: Escape leaves the old one, Enter takes the new one.
        page.click("button", "Rename branch 1").await;
        let field = page.get("textbox", "Name of branch 1").await;
        field.send_keys("no" + Key::Escape).await.expect("keys");
        page.get("button", "Rename branch 1").await;
        page.keys(Key::Enter + "").await;
        let field = page.get("textbox", "Name of branch 1").await;
        field.send_keys("healed in time" + Key::Enter).await.expect("keys");
        page.get("button", "Rename healed in time").await;
        assert_eq!(here(&page).await["name"], json!("healed in time"));

        // Off the desk with one quiet line, and back.
        page.click("button", "Switch to main").await;
        page.click("button", "Drop healed in time").await;
        page.when("window.resync.branches().length === 1").await;
        assert_eq!(
            page.js("document.activeElement.getAttribute('aria-label')").await,
            json!("Undo: bring healed in time back"),
            "the way back is under the finger"
        );
        page.keys(Key::Enter + "").await;
        page.get("button", "Switch to healed in time").await;
        assert_eq!(prints(&page).await, all);

        // A link opens in the branch one is in.
        page.click("button", "Switch to healed in time").await;
        page.when("window.resync.branches()[1].focus").await;
        let there = here(&page).await;
        crate::shared_anew(&page).await;
        page.when(&format!("Boolean(window.resync) && window.resync.branches()[0].now_us >= {}", there["now_us"])).await;
        page.js("window.resync.pause()").await;
        page.js(&format!("window.resync.seek({} / 1000)", there["now_us"])).await;
        assert_eq!(here(&page).await["fingerprint"], there["fingerprint"]);
        assert!(page.js("window.resync.export('run')").await.as_str().is_some_and(|text| text.contains("heal master replica-1")));
        no_complaints(&page).await;
    });
}

#[test]
fn a_script_asks_any_run() {
    story("runs", async |page| {
        both_online(&page).await;
        let title = page.js("document.title").await.as_str().expect("a title").to_owned();
        let text = "title Beside\\nera 7.0\\nseed 3\\nnode other\\n";
        let other = page.js(&format!("window.resync.open(\"{text}\")")).await;
        page.js(&format!("window.resync.seek(5000, {other})")).await;
        assert_eq!(page.js(&format!("window.resync.act('other: SET a 1', {other})")).await, json!("OK"));
        assert_eq!(page.js(&format!("window.resync.view({other}).nodes.map(node => node.name)")).await, json!(["other"]));
        assert_eq!(page.js("window.resync.view().nodes.length").await, json!(3), "the page shows what it showed");
        for wrong in ["window.resync.view(9)", "window.resync.focus(9)", "window.resync.drop_run(0)", "window.resync.undo_drop()"] {
            assert!(!page.try_js(wrong).await.expect_err(wrong).is_empty());
        }
        page.js(&format!("window.resync.focus({other})")).await;
        page.when("window.resync.view().nodes.length === 1").await;
        page.when("document.title.startsWith('Beside')").await;
        page.js("window.resync.focus(0)").await;
        page.when(&format!("document.title === '{title}'")).await;
        no_complaints(&page).await;
    });
}
