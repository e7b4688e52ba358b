//! resync-node: the very [`resync_core::node::Node`] that the page runs, behind the sockets, files, clock and signals of a real machine.
//!
//! `options` reads the command line, `conf` a redis.conf (`inert` lists the directives that mean nothing here), `kernel` is the event loop, `socket` one
//! connection, `disk` writes files beside the loop, `log` is where log lines go.
//!
//! Differences to `redis-server`, on purpose: without `bind` it listens on the loopback interface only; it stays in the foreground; there is no
//! append-only file (`appendonly yes` only has its effect on resynchronisations), no Unix socket, no TLS, no syslog; dates in logs are UTC.

mod child;
mod conf;
mod disk;
mod failure;
mod inert;
mod kernel;
mod log;
mod options;
mod own_file;
mod socket;

use failure::Failure;
use std::process::ExitCode;

/// Runs a server until it exits. `words` is the command line without the program's name.
#[must_use]
pub fn run(words: &[Vec<u8>]) -> ExitCode {
    match start(words) {
        Ok(code) => code,
        Err(Failure { text, code, log }) => {
            if log {
                print!("{text}");
            } else {
                eprint!("{text}");
            }
            ExitCode::from(code)
        }
    }
}

fn start(words: &[Vec<u8>]) -> Result<ExitCode, Failure> {
    match options::parse(words).map_err(|why| Failure::new(format!("{why}\n")))? {
        options::Asked::Text(text) => {
            print!("{text}");
            Ok(ExitCode::SUCCESS)
        }
        options::Asked::Server(options) => {
            let setup = conf::read(&options)?;
            Ok(kernel::Kernel::new(&setup)?.run())
        }
    }
}
