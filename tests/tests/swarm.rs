//! A handful of the swarm's schedules, unoptimised; `cargo xtask test swarm` plays twenty thousand.

use resync_core::era::Era;
use resync_lab::draw::scenario;
use resync_lab::play::play;
use resync_lab::situations::Situations;

#[test]
fn some_schedules_hold_and_meet_what_they_are_drawn_for() {
    let mut met = Situations::default();
    for seed in 1..=30 {
        let text = scenario(seed, &Era::ALL);
        let played = play(&text, &|_| {}).unwrap_or_else(|why| panic!("seed {seed} is no scenario: {why}\n{text}"));
        assert_eq!(played.broke, None, "seed {seed}\n{text}");
        assert!(played.together_ms.is_some(), "seed {seed}");
        met.merge(&played.met);
    }
    assert_eq!(met.too_often(30), []);
    let often = |name: &str| met.iter().find(|(met, _)| *met == name).map_or(0, |(_, times)| times);
    for name in ["full resynchronisation", "partial resynchronisation", "promoted", "link cut", "refused: READONLY"] {
        assert!(often(name) >= 5, "{name}: {}", often(name));
    }
}

#[test]
fn a_seed_is_a_run() {
    for seed in 101..=104 {
        let text = scenario(seed, &Era::ALL);
        assert_eq!(text, scenario(seed, &Era::ALL));
        let [one, two] = [play(&text, &|_| {}).unwrap(), play(&text, &|_| {}).unwrap()];
        assert_eq!((one.fingerprint, one.events), (two.fingerprint, two.events), "seed {seed}");
    }
}

/// The hole of PSYNC1 (docs/redis.md §1.10): the witness recognises it where it opens, and holds nobody to what follows.
#[test]
fn the_hole_after_a_sync_fallback_is_met_and_declared() {
    let text = |reload_ms: u64| {
        format!(
            "era 3.0\nseed 7\nscale 64\ncost rdb-load 13mb/s\ndefault link latency 8ms\n\
             node master requirepass s3cret keys 3000 size 100 save \"\"\n\
             node replica-1 masterauth s3cret follows master\n\
             client counter on master: every 100ms INCR counter\n\
             at 11s cut master replica-1\nat 11.1s heal master replica-1\n\
             at {}ms master: AUTH s3cret\nat {}ms master: DEBUG RELOAD\n\
             at 20s cut master replica-1\nat 20.1s heal master replica-1\n",
            reload_ms - 1,
            reload_ms
        )
    };
    let mut met = 0;
    for reload_ms in (10_200..11_900).step_by(100) {
        let played = play(&text(reload_ms), &|_| {}).expect("a scenario");
        assert_eq!(played.broke, None, "reloaded at {reload_ms}");
        let hole = played.met.iter().any(|(name, _)| name == "hole: went on after a SYNC fallback");
        let lit = played.met.iter().any(|(name, _)| name == "lamp I2 lit by a hole");
        assert_eq!(hole, lit, "reloaded at {reload_ms}: the lamp shows what the witness declares");
        met += u32::from(hole);
    }
    assert!(met > 0, "one of these moments meets -LOADING at PSYNC and an open door at SYNC");
}
