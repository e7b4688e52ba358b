//! The page's face: controls that stand still, words that are large enough and do not meet, whatever the moment, the window and the language.

use crate::browser::{Page, story};
use crate::{both_online, no_complaints, pass};
use serde_json::{Value, json};
use thirtyfour::Key;

/// Places of all controls of the strip, of the tabs and of the figure, in whole pixels.
const PLACES: &str = "(() => { const place = (e) => { const r = e.getBoundingClientRect(); return [r.x, r.y, r.width, r.height].map(Math.round).join(' '); }; \
    return [...document.querySelectorAll('.strip button, .strip input, .strip select, .inspector [role=tab], .stage > .figure')].map(place); })()";

/// What is wrong with the words on the screen: too small, printed over each other, or cut off at the edge of their figure.
const WRONG: &str = r#"(() => {
    const wrong = new Set();
    const shown = (e) => { for (let at = e; at; at = at.parentElement) { const s = getComputedStyle(at); if (s.visibility === 'hidden' || s.display === 'none' || s.opacity === '0') return false; } return true; };
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
        const e = words.currentNode.parentElement, said = words.currentNode.data.trim();
        const box = e.getBoundingClientRect();
        if (!said || box.width < 1 || box.height < 1 || e.closest('.hidden, .skip, title') || !shown(e)) continue;
        const svg = e.closest('svg'), unit = svg && svg.viewBox.baseVal && svg.viewBox.baseVal.width ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
        const px = parseFloat(getComputedStyle(e).fontSize) * unit;
        if (px < 11) wrong.add(`${px.toFixed(1)} px: ${said.slice(0, 30)}`);
    }
    for (const svg of document.querySelectorAll('.figure svg')) {
        const host = (svg.closest('.rows') || svg.closest('.figure')).getBoundingClientRect();
        const panel = svg.closest('section') ? svg.closest('section').className : 'figure';
        const texts = [...svg.querySelectorAll('text')].filter((t) => t.textContent.trim() && shown(t)).map((t) => [t.textContent, t.getBoundingClientRect()]).filter(([, r]) => r.width > 0.5);
        texts.forEach(([said, a], i) => {
            if (!svg.closest('.rows, .timeline') && (a.left < host.left - 2 || a.right > host.right + 2 || a.top < host.top - 3 || a.bottom > host.bottom + 3)) wrong.add(`${panel}: cut off: ${said}`);
            for (const [other, b] of texts.slice(i + 1)) {
                const w = Math.min(a.right, b.right) - Math.max(a.left, b.left), h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                // A box is as high as the font's line: letters meet only deeper in it.
                if (w > 2 && h > 0.3 * Math.min(a.height, b.height)) wrong.add(`${panel}: ${said} / ${other}: ${w.toFixed(0)} × ${h.toFixed(0)}`);
            }
        });
    }
    for (const e of document.querySelectorAll('button, input, select')) {
        const r = e.getBoundingClientRect();
        if (r.width > 1 && shown(e) && !e.closest('.hidden, .skip, .figures, .tabs') && (r.left < -1 || r.right > innerWidth + 1)) wrong.add(`outside: ${e.getAttribute('aria-label') || e.textContent}`);
    }
    if (document.documentElement.scrollWidth > innerWidth + 1) wrong.add(`the page is ${document.documentElement.scrollWidth} px wide`);
    return [...wrong];
})()"#;

async fn places(page: &Page) -> Value {
    page.js(PLACES).await
}

#[test]
fn nothing_that_is_said_or_done_moves_a_control() {
    story("stands-still", async |page| {
        both_online(&page).await;
        page.click("button", "Link master to replica-1").await;
        let before = places(&page).await;
        assert!(before.as_array().is_some_and(|all| all.len() > 15), "{before}");
        let cut = page.get("button", "Cut").await.rect().await.expect("a place");
        page.click("button", "Cut").await;
        pass(&page, 3_000).await;
        let heal = page.get("button", "Heal").await.rect().await.expect("a place");
        assert_eq!((cut.x, cut.y, cut.width, cut.height), (heal.x, heal.y, heal.width, heal.height), "Cut and Heal are one button");
        assert_eq!(places(&page).await, before, "while it is cut");
        page.click("button", "Heal").await;
        page.js("window.resync.until('replica-1 online within 20s')").await;
        page.click("button", "Freeze").await;
        pass(&page, 1_000).await;
        assert_eq!(places(&page).await, before, "while it is frozen");
        page.click("button", "Heal").await;
        // A size that is about to be set, one that is wrong, one that was clamped.
        page.js("(() => { const s = document.querySelector('.knob input[type=range]'); s.value = 6; s.dispatchEvent(new Event('input', { bubbles: true })); })()").await;
        page.when("document.querySelector('.knob .price').textContent.includes('empties')").await;
        assert_eq!(places(&page).await, before, "while a size is about to be set");
        // Let go where it was: nothing is set.
        page.js("(() => { const s = document.querySelector('.knob input[type=range]'); s.value = 0; s.dispatchEvent(new Event('input', { bubbles: true })); s.dispatchEvent(new Event('change', { bubbles: true })); })()").await;
        let field = page.get("textbox", "repl-backlog-size").await;
        field.send_keys(Key::Control + "a").await.expect("a key");
        field.send_keys("12 parsecs" + Key::Enter).await.expect("keys");
        page.when("document.querySelector('.knob .wrong') !== null").await;
        pass(&page, 500).await;
        assert_eq!(field.prop("value").await.expect("a value").as_deref(), Some("12 parsecs"), "what was typed stays");
        assert_eq!(places(&page).await, before, "while a size is wrong");
        field.send_keys(Key::Control + "a").await.expect("a key");
        field.send_keys("100" + Key::Enter).await.expect("keys");
        page.when("document.querySelector('.knob .price').textContent.includes('16\u{202f}384')").await;
        assert_eq!(page.js("window.resync.view().nodes[0].backlog.size").await, json!(16_384));
        assert_eq!(places(&page).await, before, "after a size was clamped");
        // Another node in the inspector, and nothing selected at all.
        page.js("document.activeElement.blur()").await;
        let tabs = "[...document.querySelectorAll('.inspector [role=tab]')].map(e => Math.round(e.getBoundingClientRect().y))";
        let row = page.js(tabs).await;
        for node in ["master", "replica-1", "replica-2"] {
            page.click("button", node).await;
            assert_eq!(page.js(tabs).await, row, "the tabs stand still at {node}");
        }
        page.click("button", "Link master to replica-1").await;
        let figure = "JSON.stringify(document.querySelector('.stage > .figure').getBoundingClientRect())";
        let stage = page.js(figure).await;
        page.keys(Key::Escape + "").await;
        page.when("document.querySelector('.strip .cut').disabled").await;
        assert_eq!(page.js(figure).await, stage, "the stage keeps its size when nothing is selected");
        no_complaints(&page).await;
    });
}

/// Each button, slider, field and list that is to be seen, by its panel and its number there, with its place in half pixels. What answers something said by
/// its own coming and going is no such control: the button that sends the quiet line away, that of the next step, that of a long seek; nor is the console's
/// prompt, which follows what the console has printed.
const CONTROLS: &str = "(() => { const out = {}, count = {}; \
    for (const e of document.querySelectorAll('button, input, select')) { \
        const r = e.getBoundingClientRect(); \
        if (r.width < 2 || !e.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true }) || e.closest('.hidden, .skip, .caption, .clock, .console, svg')) continue; \
        const host = (e.closest('.strip, .tabs, .actions, section, aside, header, .figures') || document.body).className.split(' ').pop() || 'header'; \
        const key = `${host} ${e.tagName.toLowerCase()} ${count[host] = (count[host] || 0) + 1}`; \
        out[key] = [r.x, r.y, r.width, r.height].map(v => Math.round(v * 2) / 2); \
    } return out; })()";

/// What moved, came or went between two looks.
fn moved(before: &Value, after: &Value, what: &str) -> Vec<String> {
    let (before, after) = (before.as_object().expect("places"), after.as_object().expect("places"));
    let all = before.keys().chain(after.keys().filter(|key| !before.contains_key(*key)));
    all.filter(|key| before.get(*key) != after.get(*key))
        .map(|key| format!("{what}: {key}: {:?} → {:?}", before.get(key).map(Value::to_string), after.get(key).map(Value::to_string)))
        .collect()
}

/// One thing after the other, as a person does them: what it is called, and how it is done.
const HANDS: [(&str, &str); 20] = [
    ("play", "window.resync.play()"),
    ("cut", "document.querySelector('.strip .cut').click()"),
    ("a while", "new Promise(done => setTimeout(done, 1500))"),
    ("pause", "window.resync.pause()"),
    ("an event", "window.resync.step()"),
    ("the runway is gone", "window.resync.seek(48000)"),
    ("heal", "document.querySelector('.strip .cut').click()"),
    ("online", "window.resync.until('replica-1 online within 20s')"),
    ("freeze", "document.querySelector('.strip .freeze').click()"),
    ("frozen", "window.resync.seek(window.resync.view().now_ms + 9000)"),
    ("cut while frozen", "document.querySelector('.strip .freeze').click()"),
    ("healed again", "document.querySelector('.strip .cut').click()"),
    (
        "a slider held",
        "(() => { const s = document.querySelector('.knob input[type=range]'); s.value = 6; s.dispatchEvent(new Event('input', { bubbles: true })); })()",
    ),
    (
        "a slider let go",
        "(() => { const s = document.querySelector('.knob input[type=range]'); s.dispatchEvent(new Event('change', { bubbles: true })); })()",
    ),
    ("crash", "window.resync.act('crash master')"),
    ("dead for a while", "window.resync.seek(window.resync.view().now_ms + 4000)"),
    ("restart", "window.resync.act('restart master')"),
    (
        "paused process",
        "(async () => { await window.resync.seek(window.resync.view().now_ms + 3000); await window.resync.act('pause master') })()",
    ),
    ("going on", "window.resync.act('resume master')"),
    ("back", "window.resync.seek(20000)"),
];

#[test]
fn no_state_sentence_number_or_language_moves_a_control() {
    story("still", async |page| {
        let mut wrong: Vec<String> = Vec::new();
        for (w, h) in [(1_440, 900), (1_280, 720), (390, 844)] {
            for lang in ["en", "zh-CN"] {
                page.size(w, h, 1.0).await;
                page.driver.refresh().await.expect("the page again");
                page.when("Boolean(window.resync)").await;
                page.js("window.resync.pause()").await;
                if page.js("document.documentElement.lang").await != json!(lang) {
                    page.js("document.querySelector('header .language').click()").await;
                    page.when(&format!("document.documentElement.lang === '{lang}'")).await;
                }
                page.js("window.resync.seek(17000)").await;
                // A node in the inspector, whose buttons are then seen as well.
                page.keys("1").await;
                page.js("new Promise(done => setTimeout(done, 300))").await;
                let mut before = page.js(CONTROLS).await;
                assert!(before.as_object().is_some_and(|all| all.len() > 20), "{before}");
                for (what, how) in HANDS {
                    page.js(how).await;
                    page.js("new Promise(done => setTimeout(done, 250))").await;
                    let after = page.js(CONTROLS).await;
                    wrong.extend(moved(&before, &after, &format!("{w} × {h}, {lang}, {what}")));
                    before = after;
                }
                // Another language has other words in its buttons: their rows stand where they stood, and so does the button that leads back.
                page.js("document.querySelector('header .language').click()").await;
                page.when(&format!("document.documentElement.lang !== '{lang}'")).await;
                page.js("new Promise(done => setTimeout(done, 250))").await;
                let after = page.js(CONTROLS).await;
                let kept = |places: &Value| -> Value {
                    let whole = ["strip", "timeline"];
                    let rows = places.as_object().expect("places").iter().filter(|(key, _)| !key.contains("select")).map(|(key, at)| {
                        let at = if whole.iter().any(|host| key.starts_with(host)) && !key.ends_with("button 5") {
                            at.clone()
                        } else {
                            json!([at[1], at[3]])
                        };
                        (key.clone(), at)
                    });
                    Value::Object(rows.collect())
                };
                wrong.extend(moved(&kept(&before), &kept(&after), &format!("{w} × {h}, from {lang}")));
                page.js("document.querySelector('header .language').click()").await;
                page.when(&format!("document.documentElement.lang === '{lang}'")).await;
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
        no_complaints(&page).await;
    });
}

/// What is brought about at one moment after the other.
const MOMENTS: [(&str, &[&str]); 6] = [
    ("at rest", &["window.resync.seek(16395)"]),
    ("cut", &["window.resync.act('cut master replica-1')", "window.resync.seek(22500)"]),
    ("healed", &["window.resync.act('heal master replica-1')", "window.resync.until('replica-1 online within 20s')"]),
    ("lost", &["window.resync.act('cut master replica-1')", "window.resync.seek(47000)"]),
    ("dead master", &["window.resync.act('crash master')", "window.resync.seek(50000)"]),
    (
        "two masters",
        &["window.resync.act('replica-1: SLAVEOF NO ONE')", "window.resync.act('restart master')", "window.resync.seek(53000)"],
    ),
];

#[test]
fn no_word_is_too_small_or_printed_over_another() {
    story("legible", async |page| {
        both_online(&page).await;
        page.click("button", "Link master to replica-1").await;
        let mut wrong: Vec<String> = Vec::new();
        for (moment, acts) in MOMENTS {
            for act in acts {
                page.js(act).await;
            }
            for (w, h) in [(1_440, 900), (1_280, 800), (1_280, 720), (1_920, 1_080), (960, 600), (720, 450)] {
                page.size(w, h, 1.0).await;
                // Figures are measured, then drawn.
                page.js("new Promise(done => setTimeout(done, 250))").await;
                let found = page.js(WRONG).await;
                wrong.extend(found.as_array().into_iter().flatten().map(|what| format!("{w} × {h}, {moment}: {what}")));
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
        no_complaints(&page).await;
    });
}

#[test]
fn on_a_phone_every_figure_is_legible_and_every_control_large_enough() {
    story("legible-phone", async |page| {
        page.size(390, 844, 1.0).await;
        both_online(&page).await;
        let mut wrong: Vec<String> = Vec::new();
        for (moment, acts) in MOMENTS {
            for act in acts {
                page.js(act).await;
            }
            let figures = page.js("document.querySelectorAll('.figures button').length").await.as_u64().expect("a number");
            for i in 0..figures {
                page.js(&format!("document.querySelectorAll('.figures button')[{i}].click()")).await;
                page.js("new Promise(done => setTimeout(done, 250))").await;
                let found = page.js(WRONG).await;
                wrong.extend(found.as_array().into_iter().flatten().map(|what| format!("{moment}, figure {i}: {what}")));
                let small = page
                    .js("[...document.querySelectorAll('button, select, input')].map(e => [e, e.getBoundingClientRect()]) \
                         .filter(([e, r]) => r.width > 1 && getComputedStyle(e).visibility !== 'hidden' && (r.height < 43.5 || r.width < 43.5)) \
                         .map(([e, r]) => `${e.getAttribute('aria-label') || e.textContent} ${r.width.toFixed(0)} × ${r.height.toFixed(0)}`)")
                    .await;
                wrong.extend(small.as_array().into_iter().flatten().map(|what| format!("{moment}, figure {i}, too small: {what}")));
            }
        }
        wrong.sort();
        wrong.dedup();
        assert_eq!(wrong, Vec::<String>::new());
        no_complaints(&page).await;
    });
}
