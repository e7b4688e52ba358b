//! Golden runs: fifty scenarios of 3.0 and 7.0 and ten of each later era, the same on every machine, natively and in wasm. `golden.txt` holds one line for each, `name fingerprint events`.
//!
//! A change of behaviour changes them: raise `BEHAVIOUR`, run the native test with `RESYNC_BLESS=1`, and read the difference in review.

use resync_core::era::Era;
use resync_core::sim::{Ran, Recorder, Sim};
use resync_core::time::Time;
use resync_core::{BEHAVIOUR, scenario};
use std::fmt::Write as _;

/// How far each run is played.
const SECONDS: u64 = 20;

/// What happens in a run, after the nodes `master`, `replica-1` and `replica-2` of the era that is put in front.
const STORIES: [(&str, &str); 5] = [
    (
        "cut and healed",
        "client writer on master: every 20ms SET key:{1..100} {32 bytes}\nat 5s cut master replica-1\nat 9s heal master replica-1\n",
    ),
    (
        "cut beyond the backlog",
        "client writer on master: every 10ms SET key:{1..40} {400 bytes}\nat 4s cut master replica-1\nat 4s cut master replica-2\nat 14s heal master replica-1\n",
    ),
    (
        "frozen, paused, crashed",
        "client writer on master: every 30ms LPUSH list:{1..9} {n}\nat 4s freeze master replica-1\nat 7s heal master replica-1\nat 8s pause replica-2\nat 11s resume replica-2\nat 12s crash master\nat 14s restart master\n",
    ),
    (
        "shrunk, promoted, followed again",
        "client writer on master: every 25ms pipeline 3 HSET hash:{1..20} field:{1..30} {n}\nat 5s master: CONFIG SET repl-backlog-size 20000\nat 6s replica-1: SLAVEOF NO ONE\nat 7s replica-1: SET mine 1\nat 10s replica-1: SLAVEOF master 6379\n",
    ),
    (
        "a slow and shaky link",
        "link master replica-1 latency 40ms jitter 15ms bandwidth 20kb/s\nclient writer on master: every 15ms ZADD board {1..1000} player:{1..50}\nat 9s link master replica-1 latency 5ms\n",
    ),
];

/// One line for each run.
fn measured() -> String {
    let mut lines = format!("behaviour {BEHAVIOUR}\n");
    let later = Era::ALL.into_iter().filter(|era| !Era::UP_TO_7_0.contains(era)).map(|era| (era, 2));
    for (era, seeds) in [(Era::V3_0, 5), (Era::V7_0, 5)].into_iter().chain(later) {
        // Redis 8 has two connections where nobody says otherwise; Valkey where both ends want them.
        let two = if era.capabilities().valkey { " dual-channel-replication-enabled yes" } else { "" };
        for (name, story) in STORIES {
            for seed in 1..=seeds {
                let text = format!(
                    "era {era}\nseed {seed}\nnode master repl-backlog-size 16kb{two}\nnode replica-1 follows master{two}\nnode replica-2 follows master{two}\n{story}"
                );
                let parsed = scenario::parse(&text).unwrap_or_else(|why| panic!("{name}: {why:?}"));
                let mut sim = Sim::new(&parsed.world).unwrap_or_else(|why| panic!("{name}: {why:?}"));
                let ran = sim.run_until(Time::from_secs(SECONDS), &mut Recorder::default(), u64::MAX);
                assert!(matches!(ran, Ran::Reached), "{era} {name} {seed} comes to its end");
                writeln!(lines, "{era} {name} {seed} {:016x} {}", sim.fingerprint(), sim.event()).expect("a string takes what it is given");
            }
        }
    }
    lines
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn golden_runs_hold_natively() {
    let measured = measured();
    if std::env::var_os("RESYNC_BLESS").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden.txt"), &measured).expect("the golden file");
        return;
    }
    assert_eq!(measured, include_str!("golden.txt"), "a golden run changed: is that meant? Then raise BEHAVIOUR and bless");
}

#[cfg(target_arch = "wasm32")]
mod in_a_browser {
    wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn golden_runs_hold_in_wasm() {
        assert_eq!(super::measured(), include_str!("golden.txt"), "wasm and native differ");
    }
}
