//! `cargo xtask …`: everything that is done with the project, on a machine that has only rustup, cargo and apt.
//!
//! Called as `wasm-bindgen` or `wasm-bindgen-test-runner` (by links in `target/tools/bin`) this program *is* those tools, of exactly
//! the version that the page's lock file names.

mod constants;
mod later;
mod linked;
mod mutants;
mod npm;
mod page;
mod pressed;
mod profile;
mod rare;
mod redis;
mod rooms;
mod shell;
mod static_server;
mod styles;
mod suites;
mod tight;
mod tools;

use std::path::Path;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask serve [--port N]                build the page, serve it on 127.0.0.1, build it again when a source changes
                                            (--swift: builds in seconds, not as small; --no-watch: builds once)
cargo xtask build                           build the page into dist/, for any static host
cargo xtask npm                             the engine as an npm package, into target/npm
cargo xtask test [SUITE …]                  every test; or some of: xtask no-std core js lab lessons web tests interop swarm e2e
                                            wasm-core wasm-js wasm-web wasm-swarm
cargo xtask bench                           the figures of the engine, native and in wasm, and the size of the page
                                            (bench live: resync-node beside a real redis-server 7.0, in one run)
                                            (bench profile [WORLD …]: instructions by room of the sources, counted by valgrind)
cargo xtask rooms                           the size of the page: KB after brotli by room of the sources (rooms again: as it is built already)
cargo xtask mutants [ROOM …] [--shard K/N]  changes repl, resp and rdb line by line (or `repl/psync`): which changes does no test beside them notice?
                                            (not a part of `test`: it takes an hour; shards are counted from 0)
cargo xtask later                           writes web/later.txt: what the page does not need while it opens comes in a second file
cargo xtask picture                         the README's pictures, taken of the page
cargo xtask setup                           install the tools that the others would install when they need them
";

fn main() -> ExitCode {
    let mut args = std::env::args_os();
    let called = args.next().unwrap_or_default();
    match Path::new(&called).file_stem().and_then(|name| name.to_str()) {
        Some("wasm-bindgen") => return bindgen(),
        Some("wasm-bindgen-test-runner") => {
            return outcome(wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os()));
        }
        _ => {}
    }
    let args: Vec<String> = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["serve", options @ ..] => page::serve(options),
        ["build"] => page::build(),
        ["npm"] => npm::npm(),
        ["test", wanted @ ..] => suites::test(wanted),
        ["bench", options @ ..] => suites::bench(options),
        ["rooms"] => page::build().and_then(|()| rooms::print()),
        // Of the page that is built already.
        ["rooms", "again"] => rooms::print(),
        ["mutants", options @ ..] => mutants::mutants(options),
        ["picture"] => suites::picture(),
        ["later"] => suites::later(),
        ["later", "again"] => suites::later_listed(),
        ["setup"] => tools::for_tests(),
        ["styles"] => page::join_styles(),
        ["seal"] => page::seal(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("`cargo xtask {}` is not a command. There are:\n\n{HELP}", other.join(" "))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            // A test run says its own last line; everything else explains itself on stderr.
            if !why.is_empty() {
                eprintln!("xtask: {why}");
            }
            ExitCode::FAILURE
        }
    }
}

/// The tool `wasm-bindgen`; afterwards the page's module is taken apart and its names go.
fn bindgen() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    let (args, begun) = match rooms::begin(args) {
        Ok(both) => both,
        Err(why) => return outcome(Err(why)),
    };
    if let Err(why) = wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(&args) {
        return outcome(Err(why));
    }
    outcome(rooms::finish(&args, begun))
}

fn outcome<E: std::fmt::Debug>(result: Result<(), E>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why:?}");
            ExitCode::FAILURE
        }
    }
}
