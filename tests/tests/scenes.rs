//! Every scene of the menu is played to its end, and the claim it makes is checked by its own `expect` lines.

use resync_core::sim::world::Script;
use resync_core::time::Time;
use resync_core::timeline::{Ran, Timeline};
use std::path::PathBuf;

/// The scenes, in the order of the menu.
fn scenes() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../web/lessons");
    let mut all: Vec<(String, String)> = std::fs::read_dir(&folder)
        .expect("web/lessons")
        .map(|entry| entry.expect("a file").path())
        .map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path.join("scene.resync")).expect("a text"))
        })
        .collect();
    all.sort();
    all
}

/// A scene that leaves the acting to the person says what it asks for in lines that begin with `#try`.
fn played(text: &str) -> String {
    text.replace("\n#try ", "\n")
}

/// Plays a text to the end of its script, with every invariant looked at after every event. The failures, in words.
fn failures(name: &str, text: &str) -> Vec<String> {
    let mut timeline = Timeline::from_text(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    timeline.check_each_event(true);
    let mut failures = Vec::new();
    if let Ran::Stuck(why) = timeline.play_out(Time::from_secs(600)) {
        failures.push(format!("{name}: {why}"));
    }
    if !timeline.script_is_over() {
        failures.push(format!("{name}: the script is not over after ten minutes"));
    }
    for outcome in timeline.outcomes().into_iter().filter(|outcome| !outcome.ok) {
        failures.push(format!("{name}: at {} ms: {}", outcome.at.as_millis(), outcome.text));
    }
    for lamp in timeline.checker().lamps() {
        // A scene may show where real Redis breaks one: then it says so.
        let meant = text.contains(&format!("not invariant {}", lamp.name));
        if let Some((why, event)) = lamp.broken.filter(|_| !meant) {
            failures.push(format!("{name}: {} broken at event {event}: {why}", lamp.name));
        }
    }
    failures
}

#[test]
fn there_are_nine_scenes_and_each_makes_a_claim() {
    let scenes = scenes();
    assert_eq!(scenes.len(), 9, "{:?}", scenes.iter().map(|scene| &scene.0).collect::<Vec<_>>());
    for (name, text) in scenes {
        let scenario = resync_core::scenario::parse(&played(&text)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!scenario.words.title().is_empty(), "{name}");
        let claims = scenario.world.script.iter().filter(|step| matches!(step, Script::Expect(_))).count();
        assert!(claims >= 2, "{name} claims nothing");
    }
}

#[test]
fn every_scene_keeps_its_claim() {
    let failures: Vec<String> = scenes().iter().flat_map(|(name, text)| failures(name, &played(text))).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The same run twice, once straight through and once with jumps back, ends in the same state.
#[test]
fn scenes_are_the_same_however_they_are_watched() {
    for (name, text) in scenes() {
        let text = played(&text);
        let mut straight = Timeline::from_text(&text).unwrap();
        straight.advance(Time::from_secs(20), u64::MAX);
        let mut jumping = Timeline::from_text(&text).unwrap();
        for (n, to) in [3_000, 1_000, 9_500, 9_499, 20_000, 14_321, 2, 20_000].into_iter().enumerate() {
            jumping.seek(Time::from_millis(to), u64::MAX);
            for _ in 0..n {
                jumping.back();
            }
        }
        jumping.seek(Time::from_secs(20), u64::MAX);
        assert_eq!(straight.sim().fingerprint(), jumping.sim().fingerprint(), "{name}");
        assert_eq!(straight.step_number(), jumping.step_number(), "{name}");
    }
}

/// INFO's offset and lag of `replica-1` at the master.
fn line_of(run: &Timeline) -> Option<(i64, i64)> {
    let master = resync_core::view::node(run, 0);
    master.replicas.iter().find(|session| session.name == "replica-1").map(|session| (session.offset.0, session.lag))
}

/// The story of the second scene in its details, and the two ways in which it does not happen.
#[test]
fn the_lag_grows_one_a_second_only_before_4_0_and_only_with_a_password() {
    let (name, text) = scenes().swap_remove(1);
    assert!(name.contains("lag"), "{name}");
    // The writer goes on here: what is looked at is the lag.
    let text = text.replace("then client writer stop\n", "");
    let play = |text: &str| {
        let mut run = Timeline::from_text(text).unwrap_or_else(|error| panic!("{error}"));
        run.advance(Time::from_secs(60), u64::MAX);
        let before = line_of(&run).expect("replica-1 has a line");
        run.advance(Time::from_secs(70), u64::MAX);
        let after = line_of(&run).expect("replica-1 has a line");
        (run, before, after)
    };
    let healthy = |(_, before, after): &(Timeline, (i64, i64), (i64, i64))| before.1 <= 1 && after.1 <= 1 && after.0 > before.0;

    let (mut run, before, after) = play(&text);
    assert_eq!((before.0, after.0, after.1 - before.1), (0, 0, 10));
    assert!(before.1 > 20, "{before:?}");
    let condition = |text: &str| resync_core::scenario::Condition::parse(text).unwrap();
    run.act_line("client writer stop").unwrap();
    run.until(&condition("replica-1 gap = 0"), resync_core::time::Span::from_secs(5)).unwrap();
    assert!(run.holds(&condition("same-data master replica-1")));
    // Not one ACK on the wire since the SYNC.
    let link = run.sim().link_between(0, 1).expect("a link");
    let ladder = resync_core::view::handshake(&run, link);
    let sync = ladder.rows.iter().rposition(|row| row.text == "SYNC").expect("a SYNC");
    assert!(ladder.rows[sync..].iter().all(|row| row.kind != resync_core::view::PacketKind::Ack), "{:#?}", &ladder.rows[sync..]);
    let log: Vec<String> = resync_core::view::log(&run, 1, 100).into_iter().map(|line| line.text).collect();
    let from = log.iter().rposition(|line| line.starts_with("Unexpected reply to PSYNC")).expect("the refusal");
    assert_eq!(log[from], "Unexpected reply to PSYNC from master: -LOADING Redis is loading the dataset in memory");
    assert_eq!(log[from + 1..from + 3], ["Discarding previously cached master state.".to_string(), "Retrying with SYNC...".to_string()]);

    let open = text.replace("requirepass s3cret ", "").replace("masterauth s3cret ", "");
    assert!(healthy(&play(&open)), "without a password PING is refused, and PSYNC never meets -LOADING");
    for era in ["4.0", "5.0", "6.2", "7.0"] {
        let later = text.replace("era 3.0", &format!("era {era}"));
        assert!(healthy(&play(&later)), "{era}: since 4.0 -LOADING means later");
    }
    for era in ["2.8", "3.2"] {
        let (_, before, after) = play(&text.replace("era 3.0", &format!("era {era}")));
        assert_eq!((before.0, after.0, after.1 - before.1), (0, 0, 10), "{era} falls for it as well");
    }
}
