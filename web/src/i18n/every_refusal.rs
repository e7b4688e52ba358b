//! What a person may write wrong, worded in every language: the place stays, and no English sentence stands in another language.

use super::Lang;
use resync_core::timeline::Timeline;
use resync_js::desk::Desk;
use resync_js::refusal::Refusal;
use resync_js::share;

/// Texts that are no scenario, one fault each.
const TEXTS: [&str; 42] = [
    "",
    "nonsense",
    "node",
    "node node",
    "node a era 9.9",
    "node a era",
    "node a port 70000",
    "node a ip 1.2.3",
    "node a skew soon",
    "node a allocator tcmalloc",
    "node a keys 0 size 1",
    "node a keys 5",
    "node a keys 5 size 1gb",
    "node a keys 4000000 size 4kb",
    "node a follows a",
    "node a follows b",
    "node a maxmemory-policy",
    "node a repl-timeout x",
    "node a\nnode a",
    "node a\nclient w on b: every 1s PING",
    "node a\nclient w on a",
    "node a\nclient w on a: every 1s",
    "node a\nclient w on a: every 1s SET {x",
    "node a\nclient w on a: every 1s SET {x}",
    "node a \"open",
    "node a \"quoted\"word",
    "default links",
    "default link bandwidth fast",
    "default link buffer 0",
    "default link",
    "cost rdb-save slow",
    "cost flush 1",
    "cost fork 1",
    "opens now",
    "opens at 700s",
    "opens at 1s\nopens at 2s",
    "words en tasks x",
    "words en task",
    "node a\nat soon cut a a",
    "node a\nnode b\nat 1s cut a b now",
    "node a\nuntil a online",
    "node a\nexpect invariant I9",
];
/// Lines that are no act, or cannot be done.
const LINES: [&str; 12] = [
    "cut",
    "cut a a",
    "cut a nobody",
    "fault a",
    "fault a child-slow 0",
    "restart a without",
    "a:",
    "resume a now",
    "client w bytes 1",
    "client w every never",
    "node a",
    "cut a b\ncut a b",
];
/// Conditions that are none.
const CONDITIONS: [&str; 14] = [
    "",
    "now",
    "now > soon",
    "a offset",
    "a offset > many",
    "a online = perhaps",
    "a nosuch = 1",
    "note a nosuch",
    "(a online",
    "a role > master",
    "a sees",
    "link a b rate",
    "a key",
    "a key k db many exists",
];

fn refusals() -> Vec<Refusal> {
    let mut all: Vec<Refusal> =
        TEXTS.iter().map(|text| Timeline::from_text(text).err().unwrap_or_else(|| panic!("{text} is a scenario")).into()).collect();
    let mut desk = Desk::load("node a\nnode b follows a\nclient w on a: every 1s PING\n").expect("a scenario");
    all.extend(LINES.iter().map(|line| desk.act(line).err().unwrap_or_else(|| panic!("{line} is taken"))));
    all.extend(CONDITIONS.iter().map(|text| desk.run_mut().wait_for(text).err().unwrap_or_else(|| panic!("{text} is a condition"))));
    all.extend(["#v1.?", "#v1.", "#v1.AgAA"].map(|link| share::decode(link).expect_err("no run").into()));
    desk.act("crash a").expect("it runs");
    all.extend(["a: PING", "crash a"].map(|line| desk.act(line).expect_err("nobody is there")));
    all.push(desk.drop_run(desk.run().id()).expect_err("it is in focus"));
    all.push(desk.undo_drop().expect_err("nothing was dropped"));
    all
}

#[test]
fn what_is_wrong_is_said_in_every_language_with_its_place() {
    let all = refusals();
    for lang in Lang::ALL {
        for why in &all {
            let (said, english) = ((lang.strings().refusal)(why), why.to_string());
            assert!(!said.is_empty());
            // Line and column are in every language's sentence.
            if let Refusal::Run(resync_core::timeline::Refusal::Text(error)) = why {
                for place in [error.line, error.column].into_iter().filter(|place| *place > 0) {
                    assert!(said.contains(&place.to_string()), "{said} names {place}, as in: {english}");
                }
            }
            if lang.strings().tag != "en" {
                let foreign = ["expected", "found", " the ", "such as", "there is", "at most", "ends here", "name of", "nothing", "cannot"];
                let left: Vec<_> = foreign.iter().filter(|word| said.contains(**word)).collect();
                assert!(left.is_empty(), "{left:?} in {said}, for: {english}");
            }
        }
    }
}
