//! Bytes into the target `rdb`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (resync_tests::fuzz::target("rdb").expect("its name").run)(input));
