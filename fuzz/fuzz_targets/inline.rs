//! Bytes into the target `inline`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (resync_tests::fuzz::target("inline").expect("its name").run)(input));
