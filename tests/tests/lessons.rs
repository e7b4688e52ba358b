//! Every lesson is played to its end in every telling, with what its person is asked to do, and held to what it claims: its own `expect` lines, the lamps
//! that it says real servers break, its goals. Nothing here knows how many lessons there are or what they are called.

use resync_core::condition::Condition;
use resync_core::scenario::parse;
use resync_core::sim::world::Script;
use resync_core::time::Time;
use resync_core::timeline::{Ran, Timeline};
use resync_lessons::folder::{Folder, read_all};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the project's root").to_path_buf()
}

/// The lessons, in the order of the menu.
fn lessons() -> Vec<Folder> {
    read_all(&root().join("web/lessons")).unwrap_or_else(|why| panic!("{why}"))
}
fn lesson(id: &str) -> Folder {
    lessons().into_iter().find(|folder| folder.lesson.id == id).unwrap_or_else(|| panic!("there is no lesson {id}"))
}

/// The scene with everything done that the person is asked to do.
fn solved(folder: &Folder) -> String {
    format!("{}{}", folder.lesson.text, folder.proof.solution)
}

/// What became of a telling: the run at its end, the claims that did not come true, the lamps that are broken and why.
struct Played {
    run: Timeline,
    failed: BTreeSet<String>,
    broken: BTreeSet<String>,
    why: Vec<String>,
}

/// Plays a text to the end of its script, with every invariant looked at after every event.
fn play(name: &str, text: &str) -> Played {
    let mut run = Timeline::from_text(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    run.check_each_event(true);
    if let Ran::Stuck(why) = run.play_out(Time::from_secs(600)) {
        panic!("{name}: {why}");
    }
    assert!(run.script_is_over(), "{name}: the script is not over after ten minutes");
    let failed = run.outcomes().into_iter().filter(|outcome| !outcome.ok).map(|outcome| outcome.text).collect();
    let lamps: Vec<_> = run.checker().lamps().into_iter().filter_map(|lamp| Some((lamp.name.to_string(), lamp.broken?))).collect();
    let why = lamps.iter().map(|(name, (why, event))| format!("{name} at event {event}: {why}")).collect();
    Played { run, failed, broken: lamps.into_iter().map(|(name, _)| name).collect(), why }
}

#[test]
fn every_lesson_is_whole_and_makes_a_claim() {
    let styles: String = sheets(&root().join("web")).iter().map(|file| std::fs::read_to_string(file).expect("a stylesheet")).collect();
    for folder in lessons() {
        let id = &folder.lesson.id;
        let scenario = parse(&solved(&folder)).unwrap_or_else(|error| panic!("{id}: {error}"));
        let has = |name: &str| scenario.world.nodes.iter().any(|node| node.name == name);
        let look = &folder.lesson.look;
        assert!(has(&look.node), "{id}: opens the inspector of a node that exists");
        let follows = scenario.world.nodes.iter().any(|node| node.name == look.link && node.follows.is_some());
        let told = scenario.world.script.iter().any(
            |step| matches!(step, Script::At(_, act) if ["SLAVEOF", "REPLICAOF"].iter().any(|word| format!("{act:?}").contains(word))),
        );
        assert!(has(&look.link) && (follows || told), "{id}: selects the link of a replica");
        assert_eq!(scenario.words.lesson(), id);
        let claims = scenario.world.script.iter().filter(|step| matches!(step, Script::Expect(_))).count();
        assert!(claims >= 2, "{id} claims nothing");
        for class in folder.picture.split("class=\"").skip(1).filter_map(|rest| rest.split('"').next()).flat_map(str::split_whitespace) {
            assert!(styles.contains(&format!(".{class} ")) || styles.contains(&format!(".{class},")), "{id}: no stylesheet knows .{class}");
        }
    }
}

/// The stylesheets of the page.
fn sheets(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            found.extend(sheets(&path));
        } else if path.extension().is_some_and(|ending| ending == "css") {
            found.push(path);
        }
    }
    found
}

#[test]
fn every_lesson_keeps_its_claims_and_reaches_its_goals() {
    for folder in lessons() {
        let (id, text) = (&folder.lesson.id, solved(&folder));
        let played = play(id, &text);
        assert_eq!(played.failed, BTreeSet::new(), "{id}: what it claims");
        assert_eq!(played.broken, folder.proof.breaks, "{id}: lamps that are broken at its end, {:?}", played.why);
        let start = Timeline::from_text(&folder.lesson.text).expect("it was read above");
        for goal in &folder.lesson.goals {
            let condition = Condition::parse(&goal.when).unwrap_or_else(|error| panic!("{id}: {}: {error}", goal.when));
            assert!(!start.holds(&condition), "{id}: nothing is left to do for `{}`", goal.when);
            assert!(played.run.holds(&condition), "{id}: the solution does not reach `{}`", goal.when);
        }
    }
}

#[test]
fn every_other_telling_differs_as_it_says() {
    for folder in lessons() {
        for (variant, proof) in folder.lesson.variants.iter().zip(&folder.proof.variants) {
            let name = format!("{} as {:?}", folder.lesson.id, variant.words.get(&["en"]));
            let told = Folder {
                lesson: resync_lessons::Lesson { text: folder.lesson.telling(variant), ..folder.lesson.clone() },
                ..folder.clone()
            };
            let played = play(&name, &solved(&told));
            assert_eq!(played.failed, proof.fails, "{name}: what does not come true here");
            assert_eq!(played.broken, proof.breaks, "{name}: lamps that are broken at its end, {:?}", played.why);
            assert!(!proof.fails.is_empty() || proof.breaks != folder.proof.breaks, "{name}: nothing is different");
        }
    }
}

/// The same run twice, once straight through and once with jumps back, ends in the same state.
#[test]
fn lessons_are_the_same_however_they_are_watched() {
    for folder in lessons() {
        let (name, text) = (&folder.lesson.id, solved(&folder));
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
    let master = resync_core::view::node(run.sim(), run.recorder(), 0);
    master.replicas.iter().find(|session| session.name == "replica-1").map(|session| (session.offset.0, session.lag))
}

/// The story of that lesson in its details, and the two ways in which it does not happen.
#[test]
fn the_lag_grows_one_a_second_only_before_4_0_and_only_with_a_password() {
    // The writer goes on here: what is looked at is the lag.
    let text = lesson("02-the-lag-that-never-stops").lesson.text.replace("then client writer stop\n", "");
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
    let condition = |text: &str| Condition::parse(text).unwrap();
    run.act_line("client writer stop").unwrap();
    run.until(&condition("replica-1 gap = 0"), resync_core::time::Span::from_secs(5)).unwrap();
    assert!(run.holds(&condition("same-data master replica-1")));
    // Not one ACK on the wire since the SYNC.
    let link = run.sim().link_between(0, 1).expect("a link");
    let ladder = resync_core::view::handshake(run.sim(), run.recorder(), link);
    let sync = ladder.rows.iter().rposition(|row| row.text == "SYNC").expect("a SYNC");
    assert!(ladder.rows[sync..].iter().all(|row| row.kind != resync_core::view::PacketKind::Ack), "{:#?}", &ladder.rows[sync..]);
    let log: Vec<String> = resync_core::view::log(run.sim(), run.recorder(), 1, 100).into_iter().map(|line| line.text).collect();
    let from = log.iter().rposition(|line| line.starts_with("Unexpected reply to PSYNC")).expect("the refusal");
    assert_eq!(log[from], "Unexpected reply to PSYNC from master: -LOADING Redis is loading the dataset in memory");
    assert_eq!(log[from + 1..from + 3], ["Discarding previously cached master state.".to_string(), "Retrying with SYNC...".to_string()]);

    let open = text.replace("requirepass s3cret ", "").replace(" masterauth s3cret", "");
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

/// The sessions of that lesson by release: an RDB leaves out what has expired up to 3.2, and a look at the master's keys ends the difference.
#[test]
fn the_replica_has_fewer_keys_only_before_4_0() {
    let folder = lesson("10-fewer-keys");
    for era in resync_core::era::Era::ALL {
        let text = folder.lesson.text.replace("era 3.0", &format!("era {era}")) + "at 21s master: GET session:1\n";
        let mut run = Timeline::from_text(&text).unwrap_or_else(|error| panic!("{era}: {error}"));
        let keys = |run: &Timeline, node: u32| run.sim().node(node).dataset().total_keys();
        run.advance(Time::from_secs(20), u64::MAX);
        let kept = era.capabilities().psync2;
        assert_eq!((keys(&run, 0), keys(&run, 1)), (100, if kept { 100 } else { 20 }), "{era}");
        run.advance(Time::from_millis(21_200), u64::MAX);
        assert_eq!((keys(&run, 0), keys(&run, 1)), (99, if kept { 99 } else { 20 }), "{era}: GET deletes what it finds expired, and tells");
    }
}
