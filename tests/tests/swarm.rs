//! A handful of the swarm's schedules, unoptimised; `cargo xtask test swarm` plays twenty thousand.

use resync_core::era::Era;
use resync_lab::draw::scenario;
use resync_lab::play::play;
use resync_lab::situations::Situations;

#[test]
fn some_schedules_hold_and_meet_what_they_are_drawn_for() {
    let mut met = Situations::default();
    for seed in 1..=30 {
        let text = scenario(seed, &Era::UP_TO_7_0);
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
        let text = scenario(seed, &Era::UP_TO_7_0);
        assert_eq!(text, scenario(seed, &Era::UP_TO_7_0));
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

/// The forty writes that Valkey 8.0 loses (docs/redis.md §6B): a first connection is cut while the replica loads, and the lamp shows what the witness declares.
#[test]
fn the_hole_of_a_load_beside_another_synchronisation_is_met_and_declared() {
    let text = |era: &str, cut_ms: u64| {
        let dual = "dual-channel-replication-enabled yes rdbcompression no repl-diskless-sync-delay 0 save \"\"";
        format!(
            "era {era}\nseed 3\ncost rdb-load 150kb/s\ndefault link latency 1ms bandwidth 2mb/s\n\
             node master {dual} keys 300 size 2000\nnode replica-1 {dual} follows master\n\
             client writer on master: every 20ms SET key:{{1..100}} {{200 bytes}}\n\
             at {cut_ms}ms cut master replica-1\nat {}ms heal master replica-1\n\
             at 16s client writer stop\n",
            cut_ms + 5
        )
    };
    let mut met = 0;
    for cut_ms in (1_600..4_800).step_by(400) {
        let played = play(&text("valkey-8.0", cut_ms), &|_| {}).expect("a scenario");
        assert_eq!(played.broke, None, "cut at {cut_ms}");
        let hole = played.met.iter().any(|(name, _)| name == "hole: loaded beside another synchronisation");
        let lit = played.met.iter().any(|(name, _)| name == "lamp I2 lit by a hole");
        assert_eq!(hole, lit, "cut at {cut_ms}: the lamp shows what the witness declares");
        met += u32::from(hole);
    }
    assert!(met > 0, "one of these moments is within the load");
}

/// Some schedules of all eras mixed: both connections of a synchronisation cut and standing still, hash fields that expire, who refuses whose RDB.
#[test]
fn some_schedules_of_all_eras_hold() {
    let mut met = Situations::default();
    for seed in 1..=40 {
        let text = scenario(seed, &Era::ALL);
        let played = play(&text, &|_| {}).unwrap_or_else(|why| panic!("seed {seed} is no scenario: {why}\n{text}"));
        assert_eq!(played.broke, None, "seed {seed}\n{text}");
        met.merge(&played.met);
    }
    for name in ["full resynchronisation over two connections", "full resynchronisation over two connections of Valkey"] {
        assert!(met.iter().any(|(met, _)| met == name), "{name}");
    }
}

/// Texts that the witness misjudged once: pauses end and many are served in one event; a transaction ends its server, and its replica has the bytes of it
/// alone; a caller that blocked while its server was a master (up to 2.6) is served by what its new master writes.
#[test]
fn what_real_servers_do_too_is_held_against_nobody() {
    let paused = "node master era 5.0 min-slaves-to-write 2\n\
                  client writer on master: every 114ms pipeline 4 SET big:{1..12} {3000 bytes}\n\
                  at 4437ms master: CLIENT PAUSE 1333\nat 4825ms master: CONFIG SET maxmemory 1\n";
    let open = "node master era 3.2\nnode replica-1 era 3.2 follows master\n\
                at 3000ms master: MULTI\nat 3000ms master: INCR n\nat 3100ms master: SHUTDOWN SAVE\nat 3200ms master: EXEC\n\
                at 5000ms restart master\n";
    let behind = "era 2.6\nnode master\nnode replica-1\nclient waiter on replica-1: every 500ms BRPOPLPUSH from to 9\n\
                  at 2s replica-1: SLAVEOF master 6379\nat 5s master: RPUSH from x\n#heals 6000ms ends 66000ms\n";
    for (text, met) in
        [(paused, "refused: OOM"), (open, "restarted with its RDB"), (behind, "hole: a blocked caller was served on a replica")]
    {
        let played = play(text, &|_| {}).unwrap_or_else(|why| panic!("{why}\n{text}"));
        assert_eq!(played.broke, None, "{text}");
        assert!(played.met.iter().any(|(name, _)| name == met), "{met}: {:?}\n{text}", played.met);
    }
}
