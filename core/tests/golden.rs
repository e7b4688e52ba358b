//! Golden values: the same on every machine, natively and in wasm. `core/tests/golden.txt` holds one line for each, `name value`.
//!
//! A change of behaviour changes them: raise `BEHAVIOUR`, run the native test with `RESYNC_BLESS=1`, and read the difference in review.

use resync_core::{BEHAVIOUR, prng};

/// `name value` of everything that must not depend on where it runs.
fn measured() -> String {
    let mut lines = vec![format!("behaviour {BEHAVIOUR}")];
    let draws = (0..1_000).fold(0_u64, |sum, n| sum.rotate_left(7) ^ prng::rand(7, prng::actor("replica-1"), prng::Purpose::Jitter, n));
    lines.push(format!("a thousand draws {draws:016x}"));
    lines.join("\n") + "\n"
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn golden_values_hold_natively() {
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
    fn golden_values_hold_in_wasm() {
        assert_eq!(super::measured(), include_str!("golden.txt"), "wasm and native differ");
    }
}
