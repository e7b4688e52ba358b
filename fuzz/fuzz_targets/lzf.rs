//! Bytes into the target `lzf`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (resync_tests::fuzz::target("lzf").expect("its name").run)(input));
