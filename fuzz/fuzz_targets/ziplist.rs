//! Bytes into the target `ziplist`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| (resync_tests::fuzz::target("ziplist").expect("its name").run)(input));
