//! Bytes into the target `unlzf`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (resync_tests::fuzz::target("unlzf").expect("its name").run)(input));
