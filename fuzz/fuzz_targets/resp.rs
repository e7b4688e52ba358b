//! Bytes into the target `resp`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (resync_tests::fuzz::target("resp").expect("its name").run)(input));
