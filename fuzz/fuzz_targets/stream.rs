//! Bytes into the target `stream`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (resync_tests::fuzz::target("stream").expect("its name").run)(input));
