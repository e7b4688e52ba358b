//! Bytes into the target `zipmap`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (resync_tests::fuzz::target("zipmap").expect("its name").run)(input));
