//! Bytes into the target `conf`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (resync_tests::fuzz::target("conf").expect("its name").run)(input));
