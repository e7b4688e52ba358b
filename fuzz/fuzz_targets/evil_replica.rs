//! Bytes into the target `evil-replica`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (resync_tests::fuzz::target("evil-replica").expect("its name").run)(input));
