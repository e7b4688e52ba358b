//! The sheet of diagnosis: somebody on call pastes an INFO, by keyboard; noise finds nothing and stays in the box; a finding opens as a run that shows the same.

use super::browser::{Page, open_story};
use super::no_complaints;
use thirtyfour::Key;

/// What INFO shows of a replica that came by SYNC, as a terminal leaves it.
const SYNC: &str = "127.0.0.1:6379> info replication\nrole:master\nconnected_slaves:1\nslave0:ip=10.0.0.2,port=6379,state=online,offset=0,lag=13000\n\
                    master_repl_offset:4242\nrepl_backlog_active:1\nrepl_backlog_size:1048576\nrepl_backlog_first_byte_offset:1\nrepl_backlog_histlen:4242\n";

/// Puts a text into the first box as a paste does: at once.
async fn paste(page: &Page, text: &str) {
    let text = serde_json::to_string(text).expect("a text");
    page.js(&format!(
        "(() => {{ const box = document.querySelector('.diagnose textarea'); box.value = {text}; box.dispatchEvent(new InputEvent('input', {{ bubbles: true }})); }})()"
    ))
    .await;
}

const FOUND: &str = "document.querySelector('.found').textContent";

#[test]
fn a_pasted_info_is_told_what_it_means_and_opened_as_a_run() {
    open_story("diagnose", "#diagnose", async |page| {
        page.when("Boolean(document.querySelector('.diagnose textarea'))").await;
        // Whoever comes may type at once.
        page.when("document.activeElement === document.querySelector('.diagnose textarea')").await;
        page.keys("role:master").await;
        page.when(&format!("{FOUND}.includes('Lines read: 1')")).await;

        // Noise: nothing is found in it, and it stays.
        let noise = "lorem ipsum dolor\nsit amet 42:17\n<html><b>504</b></html>";
        paste(&page, noise).await;
        page.when(&format!("{FOUND}.includes('passed over: 3')")).await;
        assert_eq!(page.js("document.querySelectorAll('.finding').length").await.as_u64(), Some(0), "nothing is sure of noise");
        assert_eq!(page.js("document.querySelector('.diagnose textarea').value").await.as_str(), Some(noise));

        // A replica that came by SYNC: said, how sure, and by which line.
        paste(&page, SYNC).await;
        page.when(&format!("{FOUND}.includes('it will never acknowledge, and its lag grows for ever')")).await;
        page.when("document.querySelector('.finding.ill .num')?.textContent === '1'").await;
        let quoted = page.js("[...document.querySelectorAll('.lines mark')].map(mark => mark.textContent).join(' ')").await;
        let quoted = quoted.as_str().expect("words");
        assert!(quoted.contains("offset=0"), "{quoted}");
        page.when("document.querySelector('.lines .hot .no')?.textContent === '4'").await;

        // By the keyboard to the run that shows the same.
        page.js("document.querySelector('.found').querySelector('button').focus()").await;
        page.keys(Key::Enter + "").await;
        page.when("!document.querySelector('.diagnose') && Boolean(document.querySelector('.stage'))").await;
        let info = "window.resync.view().nodes.flatMap(node => node.sessions ?? []).length";
        page.when(&format!("{info} >= 0 && window.resync.view().nodes.length >= 2")).await;
        no_complaints(&page).await;
    });
}
