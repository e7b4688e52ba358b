//! Bytes into the target `scenario`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (resync_tests::fuzz::target("scenario").expect("its name").run)(input));
