//! Bytes into the target `evil-caller`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (resync_tests::fuzz::target("evil-caller").expect("its name").run)(input));
