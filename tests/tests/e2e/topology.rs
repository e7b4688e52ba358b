//! The topology under the hand: a packet opened by mouse and keyboard, a failover done by mouse with the load going on, and what it costs to paint.

use crate::browser::{Page, open_story, story};
use crate::{both_online, no_complaints, pass};
use serde_json::{Value, json};
use thirtyfour::Key;

/// The middle of the first packet that is drawn, in pixels of the window, and its label.
const PACKET: &str = "(() => {
    const drawn = [...document.querySelectorAll('svg.packets g')].filter(g => g.getAttribute('display') !== 'none')
    if (!drawn.length) return null
    const box = drawn[0].querySelector('path').getBoundingClientRect()
    return [box.x + box.width / 2, box.y + box.height / 2, drawn[0].textContent]
})()";

#[allow(clippy::cast_possible_truncation, reason = "pixels of a window")]
async fn at(page: &Page, place: &Value) -> (i64, i64) {
    let number = |i: usize| place[i].as_f64().unwrap_or_else(|| panic!("{place} is no place")) as i64;
    let _ = page;
    (number(0), number(1))
}

/// Presses the left button at the middle of one element and lets it go over another.
async fn drag(page: &Page, from: &str, to: &str) {
    let middle = |of: &str| {
        format!(
            "(({{ x, y, width, height }}) => [x + width * 0.7, y + height * 0.3])(document.querySelector({}).getBoundingClientRect())",
            json!(of)
        )
    };
    let (a, b) = (page.js(&middle(from)).await, page.js(&middle(to)).await);
    let (a, b) = (at(page, &a).await, at(page, &b).await);
    let chain = page.driver.action_chain().move_to(a.0, a.1).click_and_hold().move_to((a.0 + b.0) / 2, (a.1 + b.1) / 2);
    chain.move_to(b.0, b.1).release().perform().await.expect("a drag");
}

#[test]
fn a_packet_is_opened_by_mouse_and_by_keyboard_and_stays_when_it_has_landed() {
    story("packet", async |page| {
        both_online(&page).await;
        page.js("window.resync.until('replica-1 gap > 0 within 5s')").await;
        page.when(&format!("{PACKET} !== null")).await;
        let place = page.js(PACKET).await;
        let (x, y) = at(&page, &place).await;
        page.driver.action_chain().move_to(x, y).click().perform().await.expect("a click");
        page.when("Boolean(document.querySelector('section.packet'))").await;
        let said = page.js("document.querySelector('section.packet').innerText").await;
        let said = said.as_str().expect("text");
        assert!(said.contains("arrives") && said.contains("offset"), "{said}");
        // Each byte of a stream's packet stands at its offset; the table and the dump begin at the same one.
        let first = page.js("document.querySelector('.packet tbody td').textContent").await;
        if first != json!("none") {
            assert_eq!(page.js("document.querySelector('.packet .hex span').textContent.trim()").await, first);
            assert_eq!(
                page.js("document.querySelector('.packet .hex').textContent.includes('2a 3')").await,
                json!(true),
                "a command begins with *"
            );
        }
        assert_ne!(page.js("document.querySelector('svg.packets .leader').getAttribute('d')").await, json!(""), "a line joins the two");
        pass(&page, 3_000).await;
        page.when("document.querySelector('section.packet').innerText.includes('arrived')").await;
        page.keys(Key::Escape + "").await;
        page.when("!document.querySelector('section.packet')").await;

        // By keyboard: the newest packet of the selected link, then the one before.
        page.click("button", "Link master to replica-1").await;
        page.js("(async () => { for (let i = 0; i < 200 && document.querySelectorAll('svg.packets g:not([display=none])').length < 2; i++) window.resync.step() })()").await;
        page.keys("o").await;
        page.when("Boolean(document.querySelector('section.packet'))").await;
        assert_eq!(page.js("document.activeElement === document.querySelector('section.packet')").await, json!(true), "the focus is in it");
        page.keys(Key::Escape + "").await;
        page.when("!document.querySelector('section.packet')").await;
        no_complaints(&page).await;
    });
}

#[test]
fn a_failover_is_done_by_mouse_with_the_load_going_on() {
    story("failover", async |page| {
        both_online(&page).await;
        page.click("button", "master").await;
        page.click("button", "Crash").await;
        pass(&page, 2_100).await;
        page.text_when("region", "Stage", "how long it has been gone", |text| text.contains("crashed 2.")).await;
        page.click("button", "replica-1").await;
        page.click("button", "Promote").await;
        pass(&page, 500).await;
        assert_eq!(
            page.js("document.querySelector('.stage .node.top').getAttribute('aria-label')").await,
            json!("replica-1"),
            "the new master stands left"
        );
        // The other replica is taken and put on the new master, and so is the writer.
        drag(&page, ".stage .node[aria-label='replica-2']", ".stage .framed").await;
        pass(&page, 1_500).await;
        assert_eq!(page.js("window.resync.view().nodes.find(node => node.name === 'replica-2').upstream.node").await, json!(1));
        page.click("button", "master").await;
        page.get("combobox", "writer sends to").await.send_keys("replica-1").await.expect("a choice");
        page.when("window.resync.view().clients[0].on === 'replica-1'").await;
        let before = page.js("window.resync.view().nodes[1].offset").await.as_i64().expect("an offset");
        pass(&page, 3_000).await;
        let after = page.js("window.resync.view().nodes[1].offset").await.as_i64().expect("an offset");
        assert!(after > before + 1_000, "the load goes on at the new master: {before}, then {after}");
        page.js("window.resync.until('replica-2 online within 20s')").await;
        let run = page.js("window.resync.export('run')").await;
        assert!(run.as_str().is_some_and(|text| text.contains("client writer to replica-1")), "{run}");
        no_complaints(&page).await;
    });
}

#[test]
fn a_link_that_opens_paused_shows_what_was_under_way() {
    story("shared", async |page| {
        both_online(&page).await;
        page.js("window.resync.until('replica-1 gap > 0 within 5s')").await;
        page.when(&format!("{PACKET} !== null")).await;
        crate::shared_anew(&page).await;
        page.when(&format!("Boolean(window.resync) && {PACKET} !== null")).await;
        no_complaints(&page).await;
    });
}

/// Frames a second, the longest task and what they sum up to over some seconds, in a page that has four times less of a processor.
const FRAMES: &str = "new Promise(done => {
    let frames = 0, tasks = []
    new PerformanceObserver(list => tasks.push(...list.getEntries().map(entry => Math.round(entry.duration)))).observe({ type: 'longtask' })
    const began = performance.now()
    const tick = () => {
        frames += 1
        const wall = performance.now() - began
        if (wall < 8000) requestAnimationFrame(tick)
        else done([Math.round(frames * 10000 / wall) / 10, tasks.length, Math.max(0, ...tasks)])
    }
    requestAnimationFrame(tick)
})";

#[test]
fn what_painting_costs_is_printed() {
    open_story("frames", "", async |page| {
        both_online(&page).await;
        page.js("window.resync.play()").await;
        page.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": 4 })).await;
        let seen = page.js(FRAMES).await;
        page.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": 1 })).await;
        println!(
            "first scene, processor throttled 4 times: {} frames a second, {} tasks above 50 ms, the longest {} ms",
            seen[0], seen[1], seen[2]
        );
        no_complaints(&page).await;
    });
}
