//! Bytes into the target `listpack`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (resync_tests::fuzz::target("listpack").expect("its name").run)(input));
