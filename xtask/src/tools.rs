//! The tools that the other commands need, installed where they are missing: once, in pinned versions, and said aloud.

use crate::shell::{Done, cargo, find, output, program, run, say, target};
use std::path::Path;

/// Builds the page. 0.22 wants a newer rustc than the pinned one.
const TRUNK: &str = "0.21.14";
/// Runs wasm tests in a browser, as people do it by hand.
const WASM_PACK: &str = "0.15.1";
/// Mutation tests.
const CARGO_MUTANTS: &str = "27.1.0";
/// Of Debian and its children: what the browser and interop tests drive.
const APT: [(&str, &[&str]); 5] = [
    ("chromium", &["chromium", "chromium-browser", "google-chrome"]),
    ("chromium-driver", &["chromedriver"]),
    ("redis-server", &["redis-server"]),
    // Its promtool says when alarms ring.
    ("prometheus", &["promtool"]),
    // Other releases of Redis are built from what PyPI has.
    ("make", &["make"]),
];

/// Everything that `build` and `serve` need.
pub(crate) fn for_page() -> Done {
    targets()?;
    stand_in()?;
    installed("trunk", TRUNK, &["--no-default-features"])?;
    cleared();
    fetched()
}

/// Everything that `npm` needs.
pub(crate) fn for_npm() -> Done {
    targets()?;
    stand_in()?;
    fetched()
}

/// Everything that the tests need: that, and more.
pub(crate) fn for_tests() -> Done {
    // First what is quick and may fail.
    targets()?;
    packages()?;
    stand_in()?;
    installed("trunk", TRUNK, &["--no-default-features"])?;
    installed("wasm-pack", WASM_PACK, &[])?;
    cleared();
    fetched()
}

/// The tools of the mutation tests.
pub(crate) fn for_mutants() -> Done {
    installed("cargo-mutants", CARGO_MUTANTS, &[])?;
    cleared();
    fetched()
}

/// The targets that rust-toolchain.toml names. Where rustup installs nothing by itself (`RUSTUP_AUTO_INSTALL=0`) the file alone does not bring them.
fn targets() -> Done {
    let wanted = ["wasm32-unknown-unknown", "wasm32v1-none"];
    let there = output(program("rustc").args(["--print", "sysroot"]))
        .map(|sysroot| Path::new(sysroot.trim()).join("lib/rustlib"))
        .filter(|libraries| wanted.iter().all(|one| libraries.join(one).join("lib").is_dir()));
    if there.is_some() {
        return Ok(());
    }
    run(program("rustup").args(["target", "add"]).args(wanted))
        .map_err(|why| format!("{why}\nThe page is WebAssembly: install the targets {} for this toolchain.", wanted.join(" and ")))
}

/// Links this very program under the names of the tools that it stands in for.
fn stand_in() -> Done {
    let bin = target().join("tools/bin");
    std::fs::create_dir_all(&bin).map_err(|why| format!("{}: {why}", bin.display()))?;
    let me = std::env::current_exe().map_err(|why| format!("this program does not know where it is: {why}"))?;
    for name in ["wasm-bindgen", "wasm-bindgen-test-runner"] {
        let link = bin.join(name);
        if std::fs::read_link(&link).is_ok_and(|to| to == me) {
            continue;
        }
        // Made beside and renamed: a second xtask at work never sees the link missing.
        let fresh = bin.join(format!("{name}.{}", std::process::id()));
        std::os::unix::fs::symlink(&me, &fresh)
            .and_then(|()| std::fs::rename(&fresh, &link))
            .map_err(|why| format!("{}: {why}", link.display()))?;
    }
    Ok(())
}

/// A tool of this version from crates.io, built unoptimised (fast enough, and minutes sooner) into target/tools.
fn installed(name: &str, version: &str, options: &[&str]) -> Done {
    let tools = target().join("tools");
    let mut asked = program(&tools.join("bin").join(name).to_string_lossy());
    // A cargo subcommand is asked as cargo calls it.
    asked.args(name.strip_prefix("cargo-"));
    let there = output(asked.arg("--version"));
    if there.is_some_and(|line| line.split_whitespace().any(|word| word == version)) {
        return Ok(());
    }
    say(&format!("{name} {version} is not in {}: building it, once (some minutes)", tools.join("bin").display()));
    let mut install = cargo(&["install", "--quiet", "--locked", "--force", "--root"]);
    install.arg(&tools).args(options).arg(format!("{name}@{version}"));
    // In a temporary folder of its own: the profiles and locks of the project do not concern the tool.
    install.env("CARGO_TARGET_DIR", tools.join("build"));
    for (key, value) in [("OPT_LEVEL", "0"), ("LTO", "off"), ("CODEGEN_UNITS", "256"), ("DEBUG", "0"), ("STRIP", "debuginfo")] {
        install.env(format!("CARGO_PROFILE_RELEASE_{key}"), value);
    }
    run(&mut install)
}

/// Throws away what building the tools left (they share it while they are built): some hundred megabytes that nobody needs again.
fn cleared() {
    std::fs::remove_dir_all(target().join("tools/build")).ok();
}

/// The packages of the lock file, so that trunk may build offline.
fn fetched() -> Done {
    let offline = cargo(&["fetch", "--quiet", "--locked", "--offline"]).stderr(std::process::Stdio::null()).status();
    if offline.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    run(&mut cargo(&["fetch", "--locked"]))
}

/// Browser, its driver and a real Redis, through apt where we may.
pub(crate) fn packages() -> Done {
    let mut missing: Vec<&str> =
        APT.iter().filter(|(_, programs)| !programs.iter().any(|name| find(name).is_some())).map(|(package, _)| *package).collect();
    if output(program("python3").args(["-c", "import ensurepip, venv"])).is_none() {
        missing.push("python3-venv");
    }
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("apt-get install -y --no-install-recommends {}", missing.join(" "));
    if find("apt-get").is_none() {
        return Err(format!("the tests need {}; there is no apt-get here to install them with. On Debian: {by_hand}", missing.join(", ")));
    }
    let root = output(program("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    let sudo =
        !root && program("sudo").args(["-n", "true"]).stderr(std::process::Stdio::null()).status().is_ok_and(|status| status.success());
    if !root && !sudo {
        return Err(format!(
            "the tests need {}, and this user may not install packages. Run, as root:\n\n    {by_hand}\n",
            missing.join(", ")
        ));
    }
    let apt = |args: &[&str]| {
        let mut command = program(if root { "apt-get" } else { "sudo" });
        if !root {
            command.args(["-n", "apt-get"]);
        }
        command.args(args).env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    // A server that starts by itself would sit on port 6379; the tests start their own.
    run(&mut apt(&["update", "-qq"]))?;
    let mut install = apt(&["install", "-y", "-qq", "--no-install-recommends"]);
    install.args(&missing).env("RUNLEVEL", "1");
    run(&mut install)
}

/// chromedriver, for the tests that drive a browser.
pub(crate) fn chromedriver() -> Done<String> {
    find("chromedriver").map(|file| file.to_string_lossy().into_owned()).ok_or_else(|| "chromedriver is not on PATH".into())
}
