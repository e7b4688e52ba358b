//! The page in a real Chromium, through WebDriver: what a newcomer does, by role and accessible name, with what the panels and
//! `window.resync.view()` say. `cargo xtask test e2e` builds the page and brings the browser.
//!
//! No story waits on wall time for simulated time: it asks `window.resync` to go to a moment or until a condition holds.

mod alarms;
mod branches;
mod browser;
mod class;
mod course;
mod diagnose;
mod drills;
mod face;
mod incidents;
mod load;
mod memory;
mod size;
#[path = "../../../xtask/src/static_server.rs"]
mod static_server;
mod topology;
mod words;

use browser::{Page, open_story, story};
use serde_json::json;
use thirtyfour::{Key, TypingData};

/// The page's own counters of the master.
async fn counters(page: &Page) -> (u64, u64, u64) {
    let counters = page.js("window.resync.view().nodes.find(node => node.name === 'master').counters").await;
    let count = |name: &str| counters[name].as_u64().expect("a counter");
    (count("sync_full"), count("sync_partial_ok"), count("sync_partial_err"))
}

/// Bytes that a replica misses.
async fn gap(page: &Page, replica: &str) -> i64 {
    page.js(&format!("window.resync.view().nodes.find(node => node.name === '{replica}').truth.gap")).await.as_i64().expect("a gap")
}

/// Lets so many simulated milliseconds pass.
async fn pass(page: &Page, ms: u64) {
    page.js(&format!("window.resync.seek(window.resync.view().now_ms + {ms})")).await;
}

/// The page stands still, and both replicas of the first scene are online.
async fn both_online(page: &Page) {
    page.when("Boolean(window.resync)").await;
    page.js("window.resync.pause()").await;
    page.js("window.resync.until('replica-1 online and replica-2 online within 30s')").await;
}

/// Shares the run where there is no clipboard, and opens the link in a page that knows nothing of it.
async fn shared_anew(page: &Page) {
    page.js("void Object.defineProperty(navigator, 'clipboard', { value: undefined })").await;
    page.click("button", "Share").await;
    page.when("location.hash.startsWith('#v1.')").await;
    let link = page.js("location.href").await.as_str().expect("an address").to_owned();
    page.driver.goto("about:blank").await.expect("elsewhere");
    page.driver.goto(&link).await.expect("the link opens");
    page.when("Boolean(window.resync)").await;
}

async fn no_complaints(page: &Page) {
    assert_eq!(page.complaints().await, Vec::<String>::new(), "nothing in the console, no refusal of the policy");
}

const LANDMARKS: [(&str, &str, &str); 8] = [
    ("region", "Stage", "拓扑"),
    ("region", "Replication stream", "复制流"),
    ("region", "Backlog", "复制积压缓冲区"),
    ("region", "Handshake", "握手"),
    ("region", "Lag and offset", "lag 与偏移量"),
    ("complementary", "Inspector", "节点详情"),
    ("region", "Timeline", "时间轴"),
    ("region", "Lesson", "本课"),
];

#[test]
fn the_page_opens_without_a_complaint_and_loads_nothing_from_elsewhere() {
    story("opens", async |page| {
        // It plays by itself, from a moment on at which both replicas are online and the backlog is full; the handshakes are one key away.
        page.when("Boolean(window.resync) && window.resync.view().now_ms > 16000").await;
        // Who drives it by a script is not taken for somebody who does nothing.
        page.js("window.resync.pause()").await;
        let (replicas, backlog) = ("window.resync.view().nodes[0].replicas.length", "window.resync.view().nodes[0].backlog");
        assert_eq!(page.js(replicas).await, json!(2));
        assert_eq!(page.js(&format!("{backlog}.histlen === {backlog}.size")).await, json!(true));
        let back = page.driver.action_chain().key_down(Key::Shift).send_keys(Key::Left).key_up(Key::Shift);
        back.perform().await.expect("keys");
        page.when("window.resync.view().now_ms < 2000").await;
        page.keys(Key::End + "").await;
        page.when("window.resync.view().now_ms > 16000").await;
        for (role, name, _) in LANDMARKS {
            page.get(role, name).await;
        }
        both_online(&page).await;
        no_complaints(&page).await;
        let foreign = page.js("performance.getEntriesByType('resource').map(entry => entry.name).filter(name => !name.startsWith(location.origin + '/some/where/'))").await;
        assert_eq!(foreign, json!([]), "everything comes from where the page came from");
    });
}

#[test]
fn a_newcomer_sees_a_partial_resync_and_then_a_full_one_with_the_reason() {
    story("newcomer", async |page| {
        page.click("button", "Pause").await;
        both_online(&page).await;
        assert_eq!(counters(&page).await, (2, 0, 0), "each replica began with a full resync");

        // Cut the link: the replica falls behind.
        page.click("button", "Link master to replica-1").await;
        page.text_when("region", "Handshake", "the whole handshake", |text| text.contains("PSYNC ? -1") && text.contains("FULLRESYNC"))
            .await;
        page.click("button", "Cut").await;
        pass(&page, 2_000).await;
        let early = gap(&page, "replica-1").await;
        pass(&page, 2_000).await;
        let late = gap(&page, "replica-1").await;
        assert!(late > early && early > 0, "the gap grows: {early}, then {late}");
        assert!(gap(&page, "replica-2").await < 500, "the other replica keeps up");
        page.text_when("region", "Replication stream", "the runway", |text| text.contains("runway")).await;
        page.text_when("region", "Stage", "the cut", |text| text.contains("cut ")).await;

        // Heal it: what it missed is still there.
        page.click("button", "Heal").await;
        page.js("window.resync.until('replica-1 online within 20s')").await;
        page.js("window.resync.until('replica-1 gap < 500 within 20s')").await;
        assert_eq!(counters(&page).await, (2, 1, 0), "one partial resync, no full one more");
        page.text_when("region", "Verdict", "the partial resync", |text| text.contains("+CONTINUE")).await;

        // Shrink the backlog (which was made larger before) and cut for longer.
        page.click("button", "master").await;
        let slider = page.get("slider", "repl-backlog-size").await;
        slider.send_keys(Key::End).await.expect("a key");
        page.when("window.resync.view().nodes[0].backlog.size === 64 * 1024 * 1024").await;
        pass(&page, 1_000).await;
        let slider = page.get("slider", "repl-backlog-size").await;
        slider.send_keys(Key::Home).await.expect("a key");
        page.when("window.resync.view().nodes[0].backlog.size === 16384").await;
        assert!(
            page.js("window.resync.view().nodes[0].backlog.histlen < 200").await == json!(true),
            "before 7.0 a new size empties the backlog"
        );

        page.click("button", "Link master to replica-1").await;
        page.click("button", "Cut").await;
        pass(&page, 60_000).await;
        assert!(gap(&page, "replica-1").await > 16_384, "more is missed than the backlog holds");
        page.text_when("region", "Replication stream", "that only a full resync helps", |text| text.contains("full resync needed")).await;
        page.click("button", "Heal").await;
        page.js("window.resync.until('replica-1 online within 30s')").await;
        let (full, partial, _) = counters(&page).await;
        assert_eq!((full, partial), (3, 1), "a full resync this time");
        let verdict = page.text_when("region", "Verdict", "the full resync", |text| text.contains("+FULLRESYNC")).await;
        assert!(verdict.contains("lack of backlog"), "the log line says why: {verdict}");

        // Let the writer rest: then all have the same data.
        page.get("slider", "write rate").await.send_keys(Key::Home).await.expect("a key");
        page.when("window.resync.view().clients[0].every_us === 0").await;
        page.js("window.resync.until('replica-1 gap = 0 and replica-2 gap = 0 within 30s')").await;
        assert_eq!(page.js("new Set(window.resync.view().nodes.map(node => node.digest)).size").await, json!(1), "equal data again");
        no_complaints(&page).await;
    });
}

/// The coach ticks off what was done, whoever did it: a button, a script, a key.
#[test]
fn the_first_steps_tick_themselves_off() {
    story("coach", async |page| {
        both_online(&page).await;
        let ticks = "[...document.querySelectorAll('.coach li')].map(e => e.className).join(' ')";
        page.when(&format!("{ticks} === 'now to-do to-do'")).await;
        page.click("button", "Link master to replica-1").await;
        page.click("button", "Cut").await;
        page.when(&format!("{ticks} === 'done now to-do'")).await;
        pass(&page, 3_000).await;
        page.when(&format!("{ticks} === 'done done now'")).await;
        page.js("window.resync.act('heal master replica-1')").await;
        page.js("window.resync.until('replica-1 online within 20s')").await;
        page.when(&format!("{ticks} === 'done done done'")).await;
        page.text_when("group", "First steps", "what came of it", |text| text.contains("+CONTINUE")).await;
        // Going back takes the ticks back.
        page.js("window.resync.seek(15000)").await;
        page.when(&format!("{ticks} === 'now to-do to-do'")).await;
        no_complaints(&page).await;
    });
}

/// A lesson that is gone through step by step stands still where it opens, and each press of the button plays to the next milestone.
#[test]
fn a_lesson_in_steps_goes_on_by_one_button() {
    story("steps", async |page| {
        // A lesson that asks has buttons of its own; this is a scene that only wants to be stepped through.
        let scene = "opens at 0s paused\\nera 3.0\\nseed 3\\nnode master\\nnode replica-1 follows master\\n";
        page.js(&format!("window.resync.load(\"{scene}\")")).await;
        page.get("button", "Play").await;
        assert_eq!(page.js("window.resync.view().nodes.every(node => node.process === 'up')").await, json!(true), "every process runs");
        let mut before = page.js("window.resync.view().event").await.as_u64().expect("a number");
        for _ in 0..3 {
            page.click("button", "Next step").await;
            page.when(&format!("window.resync.view().event > {before}")).await;
            page.get("button", "Next step").await;
            before = page.js("window.resync.view().event").await.as_u64().expect("a number");
        }
        no_complaints(&page).await;
    });
}

#[test]
fn both_languages_name_everything_and_redis_keeps_its_own_words() {
    story("languages", async |page| {
        both_online(&page).await;
        page.click("button", "Language").await;
        page.when("document.documentElement.lang === 'zh-CN'").await;
        for (role, _, name) in LANDMARKS {
            page.get(role, name).await;
        }
        page.text_when("region", "握手", "Redis's own words", |text| text.contains("PSYNC ? -1")).await;
        for css in ["button", "input", "select", "textarea", "[role=button]", "[role=slider]", "[role=tab]"] {
            for element in page.driver.find_all(thirtyfour::By::Css(css)).await.expect("elements") {
                if element.is_displayed().await.unwrap_or(false) {
                    assert!(!page.name_of(&element).await.is_empty(), "no name: {}", element.outer_html().await.unwrap_or_default());
                }
            }
        }
        page.click("button", "语言").await;
        page.when("document.documentElement.lang === 'en'").await;
        no_complaints(&page).await;
    });
}

#[test]
fn the_keyboard_alone_cuts_waits_heals_and_reads_the_verdict() {
    story("keyboard", async |page| {
        both_online(&page).await;
        let mut reached = false;
        for _ in 0..120 {
            page.keys(Key::Tab + "").await;
            if page.js("document.activeElement.getAttribute('aria-label')").await == json!("Link master to replica-1") {
                reached = true;
                break;
            }
        }
        assert!(reached, "Tab comes to the link");
        page.keys(Key::Enter + "").await;
        page.keys("c").await;
        page.when("window.resync.view().links.some(link => link.to === 'replica-1' && link.state === 'cut')").await;
        pass(&page, 3_000).await;
        page.keys("h").await;
        page.when("window.resync.view().links.every(link => link.state === 'up')").await;
        page.js("window.resync.until('replica-1 online within 20s')").await;
        assert_eq!(counters(&page).await, (2, 1, 0));
        // One event back and on again is the same moment.
        let before = page.js("window.resync.view().fingerprint").await;
        let event = page.js("window.resync.view().event").await.as_u64().expect("a number");
        page.keys(Key::Left + "").await;
        page.when(&format!("window.resync.view().event === {}", event - 1)).await;
        page.keys(Key::Right + "").await;
        page.when(&format!("window.resync.view().event === {event}")).await;
        assert_eq!(page.js("window.resync.view().fingerprint").await, before);
        // A dot plays and pauses, wherever the focus is.
        page.keys(".").await;
        page.get("button", "Pause").await;
        page.keys(".").await;
        page.get("button", "Play").await;
        no_complaints(&page).await;
    });
}

#[test]
fn the_space_bar_plays_and_pauses_whatever_was_clicked_last() {
    story("space", async |page| {
        both_online(&page).await;
        let cut = "window.resync.view().links.some(link => link.to === 'replica-1' && link.state === 'cut')";
        page.click("button", "Link master to replica-1").await;
        page.click("button", "Cut").await;
        page.when(cut).await;
        page.keys(" ").await;
        page.get("button", "Pause").await;
        page.keys(" ").await;
        page.get("button", "Play").await;
        assert_eq!(page.js(cut).await, json!(true), "the button that was clicked is not pressed once more");
        // Who comes to a button by keyboard presses it.
        page.keys(Key::Tab + "").await;
        page.js("document.querySelector('header button[aria-haspopup]').focus()").await;
        page.keys(" ").await;
        page.when("document.querySelector('header button[aria-expanded=true]') !== null").await;
        no_complaints(&page).await;
    });
}

#[test]
fn the_console_is_a_redis_cli() {
    story("console", async |page| {
        both_online(&page).await;
        page.click("button", "master").await;
        let console = page.get("textbox", "redis-cli master").await;
        console.send_keys("SET greeting \"hello world\"" + Key::Enter).await.expect("keys");
        let console = page.get("textbox", "redis-cli master").await;
        console.send_keys("GET greeting" + Key::Enter).await.expect("keys");
        page.text_when("complementary", "Inspector", "the reply", |text| text.contains("OK") && text.contains("\"hello world\"")).await;
        pass(&page, 500).await;
        page.click("button", "replica-2").await;
        let console = page.get("textbox", "redis-cli replica-2").await;
        console.send_keys("SET greeting no" + Key::Enter).await.expect("keys");
        page.text_when("complementary", "Inspector", "the refusal", |text| {
            text.contains("(error) READONLY You can't write against a read only slave.")
        })
        .await;
        assert_eq!(page.js("window.resync.act('replica-2: GET greeting')").await, json!("\"hello world\""), "the replica has it too");
        no_complaints(&page).await;
    });
}

#[test]
fn the_console_completes_and_ctrl_c_ends_what_reads_on() {
    story("console-tab", async |page| {
        both_online(&page).await;
        page.click("button", "master").await;
        let typed = |page: Page, keys: TypingData| async move {
            let console = page.get("textbox", "redis-cli master").await;
            console.send_keys(keys).await.expect("keys");
            page
        };
        let page = typed(page, "conf" + Key::Tab).await;
        let page = typed(page, "get repl-backlog-s" + Key::Tab + Key::Enter).await;
        page.text_when("complementary", "Inspector", "the completed line", |text| text.contains("2) \"16384\"")).await;
        let page = typed(page, "MONITOR" + Key::Enter).await;
        pass(&page, 500).await;
        page.text_when("complementary", "Inspector", "what the writer sends", |text| text.contains("\"SET\" \"key:")).await;
        page.get("button", "Ctrl-C").await;
        let page = typed(page, Key::Control + "c").await;
        page.when("document.querySelector('.console .interrupt') === null").await;
        let page = typed(page, "PING" + Key::Enter).await;
        page.text_when("complementary", "Inspector", "an answer to the next command", |text| text.contains("PONG")).await;
        no_complaints(&page).await;
    });
}

/// A file that is no scenario stays in the box with the reason and its place, and the run goes on; one that is takes its place.
#[test]
fn a_dropped_file_is_opened_or_kept_in_the_box() {
    story("drop", async |page| {
        both_online(&page).await;
        let drop = |text: &str| {
            format!(
                "(() => {{ const data = new DataTransfer(); data.items.add(new File([\"{text}\"], 'a.resync'));
                   document.body.dispatchEvent(new DragEvent('drop', {{ dataTransfer: data, bubbles: true, cancelable: true }})); }})()"
            )
        };
        page.js(&drop("era 3.0\\nnonsense\\n")).await;
        page.when("document.querySelector('[role=alert]')?.textContent.includes('line 2')").await;
        assert_eq!(page.js("document.querySelector('.sandbox textarea').value").await, json!("era 3.0\nnonsense\n"));
        assert_eq!(page.js("window.resync.view().nodes.length").await, json!(3), "the run goes on");
        page.js(&drop("title Dropped\\nera 7.0\\nnode alone\\n")).await;
        page.when("document.title.startsWith('Dropped')").await;
        assert_eq!(page.js("window.resync.view().nodes.map(node => node.name)").await, json!(["alone"]));
        no_complaints(&page).await;
    });
}

#[test]
fn scripts_drive_the_same_engine() {
    story("scripts", async |page| {
        both_online(&page).await;
        let text = "era 7.0\\nseed 3\\nnode master\\nnode replica-1 follows master\\nclient writer on master: every 10ms SET key:{1..10} {16 bytes}\\n";
        page.js(&format!("window.resync.load(\"{text}\")")).await;
        assert_eq!(page.js("window.resync.view().now_ms").await, json!(0));
        page.js("window.resync.until('replica-1 online within 30s')").await;
        page.js("window.resync.seek(8000)").await;
        let there = page.js("window.resync.view()").await;
        assert_eq!((&there["now_ms"], &there["nodes"][0]["era"]), (&json!(8000), &json!("7.0")));
        // Back, and there again: the same run.
        page.js("window.resync.seek(2500)").await;
        page.js("window.resync.step(), window.resync.back(), window.resync.seek(8000)").await;
        assert_eq!(page.js("window.resync.view().fingerprint").await, there["fingerprint"]);
        assert_eq!(page.js("window.resync.act('master: SET greeting hello')").await, json!("OK"));
        let info = page.js("window.resync.info('master', 'replication')").await;
        assert!(
            info.as_str().is_some_and(|text| text.contains("role:master") && text.contains("slave0:ip=10.0.0.2,port=6379,state=online")),
            "{info}"
        );
        for (wrong, says) in [
            ("window.resync.act('cut master nobody')", "nobody"),
            ("window.resync.act('master: GET \"a')", ""),
            ("window.resync.load('node')", "line 1"),
            ("window.resync.until('replica-1 happy')", ""),
            ("window.resync.info('nobody')", "nobody"),
            ("window.resync.seek(-1)", "-1"),
        ] {
            let why = page.try_js(wrong).await.expect_err(wrong);
            assert!(!why.is_empty() && why.contains(says), "{wrong} says: {why}");
        }
        assert_eq!(page.js("window.resync.view().nodes.length").await, json!(2), "what could not be loaded changed nothing");
        no_complaints(&page).await;
    });
}

#[test]
fn after_a_panic_the_run_is_there_and_goes_on() {
    story("panic", async |page| {
        both_online(&page).await;
        page.js("window.resync.seek(19000)").await;
        page.js("window.resync.act('cut master replica-1')").await;
        pass(&page, 2_000).await;
        let before = page.js("window.resync.view().fingerprint").await;
        page.js("window.resync.act('heal master replica-1')").await;
        pass(&page, 2_000).await;
        page.js("window.resyncLog.panic('an invariant broke, says the test')").await;
        page.get("alertdialog", "The engine stopped").await;
        let run = page.js("document.querySelector('[role=alertdialog] textarea').value").await;
        let run = run.as_str().expect("the run");
        assert!(
            run.contains("an invariant broke")
                && run.contains("node master")
                && run.contains("cut master replica-1")
                && run.contains("heal master replica-1"),
            "{run}"
        );
        page.click("button", "Go on before the last input").await;
        page.when("Boolean(window.resync) && !document.querySelector('[role=alertdialog]') && window.resync.view().now_ms >= 21000").await;
        page.js("window.resync.pause()").await;
        page.js("window.resync.seek(21000)").await;
        assert_eq!(page.js("window.resync.view().fingerprint").await, before, "the run, as it was before the last input");
        no_complaints(&page).await;
    });
}

#[test]
fn a_run_travels_in_a_link() {
    story("share", async |page| {
        both_online(&page).await;
        page.js("window.resync.act('master: SET greeting hello')").await;
        page.js("window.resync.seek(22345)").await;
        let there = page.js("window.resync.view().fingerprint").await;
        // A clipboard that is closed: the link then stands in the address.
        page.js("void Object.defineProperty(navigator, 'clipboard', { value: undefined })").await;
        page.click("button", "Share").await;
        page.when("location.hash.startsWith('#v1.')").await;
        let link = page.js("location.href").await.as_str().expect("an address").to_owned();
        assert!(link.len() < 2_000, "a link of {} characters", link.len());
        page.driver.goto("about:blank").await.expect("elsewhere");
        page.driver.goto(&link).await.expect("the link opens");
        page.when("Boolean(window.resync) && window.resync.view().now_ms >= 22345").await;
        page.js("window.resync.pause()").await;
        page.js("window.resync.seek(22345)").await;
        assert_eq!(page.js("window.resync.view().fingerprint").await, there);
        no_complaints(&page).await;
    });
}

#[test]
fn a_hostile_link_is_answered_with_a_sentence() {
    open_story("hostile", "#v1.AAAA____", async |page| {
        both_online(&page).await;
        let said = page.js("[...document.querySelectorAll('[role=alert]')].map(e => e.textContent).join(' ')").await;
        assert!(said.as_str().is_some_and(|text| text.len() > 10), "the page says that the link could not be read: {said}");
        no_complaints(&page).await;
    });
}

#[test]
fn without_storage_everything_else_works() {
    story("storage", async |page| {
        let deny = "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError') } })";
        page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": deny })).await;
        page.driver.refresh().await.expect("the page opens again");
        both_online(&page).await;
        page.click("button", "Language").await;
        page.when("document.documentElement.lang === 'zh-CN'").await;
        no_complaints(&page).await;
    });
}

#[test]
fn a_lesson_opens_by_its_address() {
    open_story("address", "#08-ring-and-blocks", async |page| {
        page.when("Boolean(window.resync)").await;
        page.text_when("region", "Lesson", "its number: the title comes with the truth", |text| {
            text.contains("Lesson 11") && !text.contains("Ring and blocks")
        })
        .await;
        assert_eq!(page.js("window.resync.view().nodes.some(node => node.name === 'blocks')").await, json!(true));
        no_complaints(&page).await;
    });
}

#[test]
fn one_direction_of_a_link_freezes_alone() {
    story("one-way", async |page| {
        both_online(&page).await;
        page.click("button", "Link master to replica-1").await;
        page.click("button", "Freeze only master → replica-1").await;
        let frozen = "(({ down, up }) => [down.frozen, up.frozen])(window.resync.view().links.find(link => link.to === 'replica-1'))";
        assert_eq!(page.js(frozen).await, json!([true, false]));
        pass(&page, 3_000).await;
        assert!(gap(&page, "replica-1").await > 500, "nothing of the stream arrives");
        page.click("button", "Heal").await;
        page.js("window.resync.until('replica-1 gap < 500 within 20s')").await;
        assert_eq!(page.js(frozen).await, json!([false, false]));
        // The list beside the buttons leads to the other links of the same node.
        page.get("combobox", "link to").await.send_keys("replica-2").await.expect("a choice");
        page.text_when("region", "Handshake", "the other replica's messages", |text| text.contains("replica-2")).await;
        no_complaints(&page).await;
    });
}

#[test]
fn a_phone_shows_one_figure_at_a_time() {
    story("phone", async |page| {
        page.size(390, 844, 1.0).await;
        page.driver.refresh().await.expect("the page opens again");
        both_online(&page).await;
        let shown = "[...document.querySelectorAll('main section, aside')].filter(e => e.checkVisibility() && e.closest('main, aside') && e.getBoundingClientRect().height > 100).map(e => e.getAttribute('aria-label')).filter(name => name !== 'Backlog')";
        assert_eq!(page.js(shown).await, json!(["Stage"]));
        for (button, region) in [
            ("Stream", "Replication stream"),
            ("Verdict", "Verdict"),
            ("Handshake", "Handshake"),
            ("Lag", "Lag and offset"),
            ("Inspector", "Inspector"),
        ] {
            page.click("button", button).await;
            assert_eq!(page.js(shown).await, json!([region]), "{button}");
            let tall = page.js("document.scrollingElement.scrollHeight").await;
            assert!(tall.as_u64().is_some_and(|tall| tall <= 844), "the page itself does not scroll: {tall}");
        }
        no_complaints(&page).await;
    });
}

/// What sticks out of the window, as a list of descriptions.
const STICKS_OUT: &str = "(() => {
    const out = []
    const root = document.scrollingElement
    if (root.scrollWidth > innerWidth) out.push(`the page is ${root.scrollWidth} wide in ${innerWidth}`)
    for (const e of document.querySelectorAll('button, input, h1, h2, section, aside')) {
        const box = e.getBoundingClientRect()
        if (box.width > 0 && e.checkVisibility() && (box.right > innerWidth + 1 || box.left < -1) && !e.closest('[class*=hidden], .skip')) {
            out.push(`${e.tagName} ${e.getAttribute('aria-label') || e.textContent.slice(0, 30)}: ${Math.round(box.left)}–${Math.round(box.right)}`)
        }
    }
    return out
})()";

#[test]
fn every_width_scheme_and_language_keeps_its_room() {
    story("widths", async |page| {
        both_online(&page).await;
        page.js("window.resync.act('cut master replica-1')").await;
        pass(&page, 3_000).await;
        for language in ["en", "zh-CN"] {
            if page.js("document.documentElement.lang").await != json!(language) {
                page.click("button", if language == "en" { "语言" } else { "Language" }).await;
                page.when(&format!("document.documentElement.lang === '{language}'")).await;
            }
            for scheme in ["light", "dark"] {
                page.cdp("Emulation.setEmulatedMedia", json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }, { "name": "prefers-reduced-motion", "value": "reduce" }] })).await;
                for (width, height) in [(1_440, 900), (1_920, 1_080), (1_280, 800), (820, 1_100), (390, 844)] {
                    page.size(width, height, 1.0).await;
                    page.js("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))").await;
                    assert_eq!(page.js(STICKS_OUT).await, json!([]), "{width}×{height}, {scheme}, {language}");
                    if (width, height) == (1_440, 900) {
                        let tall = page.js("document.scrollingElement.scrollHeight").await;
                        assert!(
                            tall.as_u64().is_some_and(|tall| tall <= 900),
                            "everything is visible at 1440×900 without scrolling, but the page is {tall} tall"
                        );
                    }
                }
            }
        }
        no_complaints(&page).await;
    });
}

#[test]
fn every_scene_opens() {
    story("scenes", async |page| {
        both_online(&page).await;
        // The folders, in the menu's order. One may show where real Redis breaks an invariant: then it says which.
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/lessons");
        let folders = resync_lessons::folder::read_all(&folder).expect("the lessons are right");
        page.click("button", "Lessons").await;
        let scenes = folders.iter().filter(|folder| folder.lesson.course.is_none()).count();
        let cards = page.all("button", |name| name.starts_with("Open ")).await.len();
        assert_eq!(cards, scenes, "who asks stands in the course, who does not has a card");
        page.keys(Key::Escape + "").await;
        let mut course: Vec<_> = folders.iter().filter_map(|f| Some((f.lesson.course.as_ref()?, &f.lesson.id))).collect();
        course.sort_by_key(|(course, _)| (course.chapter, course.order));
        for folder in &folders {
            let lesson = &folder.lesson;
            page.js(&format!("void (location.hash = '#{}')", lesson.id)).await;
            let title = &lesson.words.exactly("en").expect("complete").title;
            // Before its bet is told, who asks shows a number.
            let number = course.iter().position(|(_, id)| **id == lesson.id).map(|at| format!("Lesson {}", at + 1));
            let named = number.as_ref().unwrap_or(title);
            let words = format!("{named} ");
            let shows = |text: &str| text.split(['\n', '·']).any(|part| format!("{} ", part.trim()).starts_with(&words));
            page.text_when("region", "Lesson", named, shows).await;
            assert_eq!(
                page.js("Boolean(document.querySelector('.lesson'))").await,
                json!(lesson.course.is_some()),
                "{title} asks or does not"
            );
            page.js("window.resync.pause()").await;
            page.js("window.resync.seek(15000)").await;
            let meant = &folder.proof.breaks;
            let holds = format!("window.resync.view().lamps.every(lamp => lamp.holds !== false || {}.includes(lamp.name))", json!(meant));
            assert_eq!(page.js(&format!("window.resync.view().now_ms >= 15000 && {holds}")).await, json!(true), "{title} plays");
        }
        no_complaints(&page).await;
    });
}

#[test]
fn a_lesson_that_does_not_come_is_said_and_comes_when_asked_again() {
    story("lost-lesson", async |page| {
        both_online(&page).await;
        page.js("window.resync.act('master: SET greeting hello')").await;
        let online = |online: bool| json!({ "offline": !online, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        page.cdp("Network.enable", json!({})).await;
        page.cdp("Network.emulateNetworkConditions", online(false)).await;
        page.js("location.hash = '#03-from-nothing-to-online'").await;
        page.get("button", "Try again").await;
        let said = page.text("dialog", "Lessons").await;
        assert!(said.contains("“From nothing to online” did not come: the server cannot be reached."), "{said}");
        assert_eq!(page.js("window.resync.act('master: GET greeting')").await, json!("\"hello\""), "the run that was open is still there");
        page.cdp("Network.emulateNetworkConditions", online(true)).await;
        page.click("button", "Try again").await;
        page.when("!document.querySelector('[role=dialog]')").await;
        page.text_when("region", "Lesson", "the lesson", |text| text.contains("Lesson 2")).await;
        page.when("location.hash === '#03-from-nothing-to-online'").await;
        assert_eq!(page.js("window.resync.view().nodes.length").await, json!(2));
        // The browser itself notes a request that failed; there is nothing else.
        let complaints: Vec<String> =
            page.complaints().await.into_iter().filter(|line| !line.contains("ERR_INTERNET_DISCONNECTED")).collect();
        assert_eq!(complaints, Vec::<String>::new());
    });
}

#[test]
fn a_text_speaks_for_itself_and_a_lesson_s_text_has_the_lesson_s_words() {
    story("words", async |page| {
        both_online(&page).await;
        let text = "title A cut\\nwords zh title 断开\\nwords en question How long may it be away?\\nwords en task cut the link.\\nwords en watch the runway.\\nera 7.0\\nnode master\\nnode replica-1 follows master\\n";
        page.js(&format!("window.resync.load(\"{text}\")")).await;
        page.text_when("region", "Lesson", "its title", |said| said.contains("A cut")).await;
        page.text_when("region", "Stage", "its task", |said| said.contains("cut the link.")).await;
        page.click("button", "About").await;
        page.text_when("dialog", "Lesson", "what it asks", |said| {
            said.contains("How long may it be away?") && said.contains("the runway.")
        })
        .await;
        page.click("button", "Language").await;
        page.text_when("region", "本课", "its title in Chinese", |said| said.contains("断开")).await;
        page.click("button", "语言").await;
        // The text of a lesson that was not open yet: its words and its other telling come with it.
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/lessons");
        let folders = resync_lessons::folder::read_all(&folder).expect("the lessons are right");
        let lesson = &folders.iter().find(|folder| !folder.lesson.variants.is_empty()).expect("one is told twice").lesson;
        page.js(&format!("window.resync.load({})", json!(lesson.text))).await;
        let words = lesson.words.exactly("en").expect("complete");
        page.text_when("dialog", "Lesson", "the lesson's words", |said| said.contains(&words.about) && said.contains(&words.title)).await;
        page.get("button", lesson.variants[0].words.get(&["en"]).expect("complete")).await;
        no_complaints(&page).await;
    });
}
