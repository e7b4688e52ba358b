//! Every planted bug is found: its scenario, which the swarm drew and shortened (or somebody wrote), breaks an invariant with the bug and none without it.

use resync_core::planted::{Bug, Bugs};
use resync_lab::play::play;
use std::path::PathBuf;

#[test]
fn every_planted_bug_is_found_and_nothing_without_it() {
    std::panic::set_hook(Box::new(|_| {}));
    let mut wrong = Vec::new();
    for bug in Bug::ALL {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("planted").join(format!("{}.resync", bug.name()));
        let Ok(text) = std::fs::read_to_string(&path) else {
            wrong.push(format!("{}: there is no {}", bug.name(), path.display()));
            continue;
        };
        match play(&text, &|sim| sim.plant(Bugs::only(*bug))) {
            Ok(played) if played.broke.is_some() => {}
            Ok(_) => wrong.push(format!("{}: not found", bug.name())),
            Err(why) => wrong.push(format!("{}: {why}", bug.name())),
        }
        if let Some(broke) = play(&text, &|_| {}).ok().and_then(|played| played.broke) {
            wrong.push(format!("{}: without the bug {} breaks: {}", bug.name(), broke.invariant, broke.text));
        }
    }
    let _ = std::panic::take_hook();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(Bug::ALL.len() >= 25);
}
