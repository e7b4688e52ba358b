//! Full resynchronisations over two connections, under the witness: schedules of the swarm over the releases that know them, and each connection broken at
//! each step.

use resync_core::era::Era;
use resync_lab::draw::scenario;
use resync_lab::play::play;

#[test]
fn schedules_over_releases_that_know_two_connections_hold() {
    let (eras, mut full) = ([Era::V7_0, Era::V8_0, Era::V8_2, Era::V8_6], 0);
    for seed in 1..=40 {
        let text = scenario(seed, &eras);
        let played = play(&text, &|_| {}).unwrap_or_else(|why| panic!("seed {seed} is no scenario: {why}\n{text}"));
        assert_eq!(played.broke, None, "seed {seed}\n{text}");
        assert!(played.together_ms.is_some(), "seed {seed}\n{text}");
        full += played.met.iter().find(|(name, _)| *name == "full resynchronisation over two connections").map_or(0, |(_, times)| times);
    }
    assert!(full >= 20, "{full}");
}

/// The same of Valkey, which either loses its replica's process (8.1, 9.0) or writes (8.0) when the first connection goes in the middle of a load: both are
/// declared.
#[test]
fn whatever_breaks_of_a_valkey_is_whole_again_or_declared() {
    let mut met = 0;
    for era in ["valkey-8.0", "valkey-8.1", "valkey-9.0"] {
        for at in (100..3_000).step_by(290) {
            for id in 2..=4 {
                let text = format!(
                    "era {era}\nseed 3\ncost rdb-load 200kb/s\ndefault link bandwidth 300kb/s\n\
                     node master keys 200 size 1000 repl-diskless-sync-delay 0 rdbcompression no save \"\" dual-channel-replication-enabled yes\n\
                     node replica-1 repl-timeout 5 dual-channel-replication-enabled yes follows master\n\
                     client writer on master: every 20ms SET key:{{1..40}} {{200 bytes}}\nat {at}ms master: CLIENT KILL ID {id}\n"
                );
                let played = play(&text, &|_| {}).unwrap_or_else(|why| panic!("{why}\n{text}"));
                assert_eq!(played.broke, None, "{text}");
                let often = |name: &str| played.met.iter().find(|(met, _)| *met == name).map_or(0, |(_, times)| times);
                met += often("full resynchronisation");
            }
        }
    }
    assert!(met > 60, "{met}");
}

/// The link cut or frozen, and one connection or the other closed by the master, at each moment of a resynchronisation; the client's writes go on.
#[test]
fn whatever_breaks_at_whatever_step_nothing_is_lost() {
    let mut met = [0; 2];
    for era in ["8.0", "8.6"] {
        for at in (0..2_600).step_by(130) {
            let ids = ["CLIENT KILL ID 2", "CLIENT KILL ID 3", "CLIENT KILL ID 4"].map(|line| format!("at {at}ms master: {line}\n"));
            let cut = format!("at {at}ms cut master replica-1\nat {}ms heal master replica-1\n", at + 700);
            let frozen = format!("at {at}ms freeze master replica-1\nat {}ms heal master replica-1\n", at + 9_000);
            for event in [cut, frozen].iter().chain(&ids) {
                let text = format!(
                    "era {era}\nseed 3\ncost rdb-load 400kb/s\ndefault link bandwidth 300kb/s\n\
                     node master keys 200 size 1000 repl-diskless-sync-delay 0 rdbcompression no save \"\"\n\
                     node replica-1 repl-timeout 5 follows master\n\
                     client writer on master: every 20ms SET key:{{1..40}} {{200 bytes}}\n{event}#heals 12000ms ends 40000ms\n"
                );
                let played = play(&text, &|_| {}).unwrap_or_else(|why| panic!("{why}\n{text}"));
                assert_eq!(played.broke, None, "{text}");
                assert!(played.together_ms.is_some(), "{text}");
                let often = |name: &str| played.met.iter().find(|(met, _)| *met == name).map_or(0, |(_, times)| times);
                met[0] += often("full resynchronisation over two connections");
                met[1] += often("partial resynchronisation");
            }
        }
    }
    assert!(met[0] > 200 && met[1] > 20, "{met:?}");
}
