//! Bytes into the target `paste`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (resync_tests::fuzz::target("paste").expect("its name").run)(input));
