//! Bytes into the target `evil-master`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (resync_tests::fuzz::target("evil-master").expect("its name").run)(input));
