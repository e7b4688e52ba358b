//! Bytes into the target `info`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (resync_tests::fuzz::target("info").expect("its name").run)(input));
