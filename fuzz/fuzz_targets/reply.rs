//! Bytes into the target `reply`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (resync_tests::fuzz::target("reply").expect("its name").run)(input));
