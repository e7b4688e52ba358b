//! Bytes into the target `intset`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (resync_tests::fuzz::target("intset").expect("its name").run)(input));
