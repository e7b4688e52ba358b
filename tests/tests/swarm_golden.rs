//! I15: the swarm's first seeds, natively and in wasm: the same events, the same fingerprint at the end. `swarm_golden.txt` holds one line for each,
//! `seed fingerprint events`; like the golden runs of the engine it changes only with `BEHAVIOUR` (`RESYNC_BLESS=1` writes it anew), or with what is drawn.

use resync_core::era::Era;
use resync_lab::draw::scenario;
use resync_lab::play::play;
use std::fmt::Write as _;

/// How many seeds are compared.
const SEEDS: u64 = 60;

fn measured() -> String {
    let mut lines = String::new();
    for seed in 1..=SEEDS {
        let played = play(&scenario(seed, &Era::UP_TO_7_0), &|_| {}).unwrap_or_else(|why| panic!("seed {seed} is no scenario: {why}"));
        assert_eq!(played.broke, None, "seed {seed}");
        writeln!(lines, "{seed} {:016x} {}", played.fingerprint, played.events).expect("a string takes what it is given");
    }
    lines
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn the_swarms_runs_hold_natively() {
    let measured = measured();
    if std::env::var_os("RESYNC_BLESS").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/swarm_golden.txt"), &measured).expect("the golden file");
        return;
    }
    assert_eq!(measured, include_str!("swarm_golden.txt"), "a run of the swarm changed: is that meant?");
}

#[cfg(target_arch = "wasm32")]
mod in_a_browser {
    wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn the_swarms_runs_hold_in_wasm() {
        assert_eq!(super::measured(), include_str!("swarm_golden.txt"), "wasm and native differ");
    }
}
