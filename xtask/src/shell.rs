//! Running other programs, and saying so.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Why something could not be done, in words for the person at the terminal.
pub(crate) type Done<T = ()> = Result<T, String>;

/// The project's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask stands in the project's root").to_path_buf()
}

/// The workspace's build directory.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |set| root().join(set))
}

/// `PATH` with the project's own tools in front.
pub(crate) fn path_with_tools() -> std::ffi::OsString {
    let own = target().join("tools/bin");
    let rest = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&rest))).expect("PATH is made of paths")
}

/// A program, to be run in the project's root with the project's tools on its `PATH`.
///
/// Variables that this program's own `cargo run` has set for *this* package are taken away: they would leak into the builds it starts.
pub(crate) fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).env("PATH", path_with_tools()).stdin(Stdio::null());
    for (key, _) in std::env::vars_os() {
        let key_text = key.to_string_lossy();
        if key_text.starts_with("CARGO_PKG_") || key_text.starts_with("CARGO_MANIFEST_") || key_text == "CARGO_PRIMARY_PACKAGE" {
            command.env_remove(&key);
        }
    }
    command
}

/// A line of cargo, in words: `cargo(&["test", "-p", "resync-core"])`.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let mut command = program("cargo");
    command.args(args);
    command
}

/// Has a command compile for the page.
///
/// Names of functions are whole (mangling `v0`), so that each instance of a generic one can be told from the others. And less is inlined than `opt-level = 3`
/// would: 39 KB less after brotli, and the engine was as fast.
pub(crate) fn for_the_page(command: &mut Command) -> &mut Command {
    command.env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        "-Csymbol-mangling-version=v0 -Cllvm-args=-inline-threshold=25 -Cllvm-args=-hot-cold-split=true",
    )
}

/// The command as one would type it.
pub(crate) fn line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
    words.join(" ")
}

/// FNV-1a: what is named by it changes with its content, nothing more.
pub(crate) fn hash(content: &[u8]) -> u64 {
    content.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Says what is about to happen.
pub(crate) fn say(what: &str) {
    eprintln!("── {what}");
}

/// Runs a command, showing it, what it prints and how long it took.
pub(crate) fn run(command: &mut Command) -> Done {
    say(&line(command));
    let begun = Instant::now();
    let status = command.status().map_err(|why| format!("`{}` did not start: {why}", line(command)))?;
    let took = begun.elapsed().as_secs_f32();
    if !status.success() {
        return Err(format!("`{}` failed ({status}, after {took:.0} s)", line(command)));
    }
    if took >= 2.0 {
        say(&format!("done in {took:.0} s"));
    }
    Ok(())
}

/// The output of a command, if it succeeds.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let out = command.stderr(Stdio::null()).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).into_owned())
}

/// Where a program is, looking through the tools and `PATH`.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&path_with_tools()).map(|dir| dir.join(name)).find(|file| file.is_file())
}
