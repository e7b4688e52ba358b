//! A Redis server of any era: the engine of the page behind real sockets. `resync-node [redis.conf] [--directive value …] [--era 3.0]`.

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    let words: Vec<Vec<u8>> = std::env::args_os().skip(1).map(std::os::unix::ffi::OsStringExt::into_vec).collect();
    resync_tests::server::run(&words)
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    eprintln!("resync-node needs a Unix kernel.");
    ExitCode::FAILURE
}
