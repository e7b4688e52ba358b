//! The npm package of the engine: `resync-js` as one wasm file, a module around it, its types and a `package.json`.

use crate::shell::{Done, cargo, for_the_page, program, root, run, say, target};
use crate::tools;

/// Builds `target/npm`.
pub(crate) fn npm() -> Done {
    tools::for_npm()?;
    // The crate is a Rust library to everybody else; only here is it linked as a module of its own.
    run(for_the_page(&mut cargo(&[
        "rustc",
        "--locked",
        "-p",
        "resync-js",
        "--lib",
        "--crate-type",
        "cdylib",
        "--profile",
        "page",
        "--target",
        "wasm32-unknown-unknown",
    ])))?;
    let package = target().join("npm");
    let mut bindgen = program("wasm-bindgen");
    bindgen.args(["--target", "web", "--out-name", "resync", "--out-dir"]).arg(&package);
    run(bindgen.arg(target().join("wasm32-unknown-unknown/page/resync_js.wasm")))?;
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).map_err(|why| format!("Cargo.toml: {why}"))?;
    let file = package.join("package.json");
    std::fs::write(&file, description(&manifest)?).map_err(|why| format!("{}: {why}", file.display()))?;
    say("the npm package is in target/npm: `import init, { Resync } from \"resync\"`");
    Ok(())
}

/// The `package.json` of the version and license that the workspace's manifest names.
fn description(manifest: &str) -> Done<String> {
    let value = |key: &str| {
        let line = manifest.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix("= \""));
        line.and_then(|rest| rest.strip_suffix('"')).ok_or_else(|| format!("Cargo.toml has no `{key}`"))
    };
    Ok(format!(
        r#"{{
  "name": "resync",
  "version": "{}",
  "description": "Redis replication, alive: the engine of Resync",
  "license": "{}",
  "type": "module",
  "main": "resync.js",
  "types": "resync.d.ts",
  "files": ["resync.js", "resync.d.ts", "resync_bg.wasm", "resync_bg.wasm.d.ts"],
  "sideEffects": false
}}
"#,
        value("version")?,
        value("license")?
    ))
}

#[cfg(test)]
mod tests {
    use super::description;

    #[test]
    fn the_package_has_the_version_of_the_workspace() {
        let manifest = "[workspace.package]\nversion = \"1.2.3\"\nlicense = \"MIT OR Apache-2.0\"\n";
        let text = description(manifest).expect("both are there");
        assert!(text.contains("\"version\": \"1.2.3\"") && text.contains("\"license\": \"MIT OR Apache-2.0\""), "{text}");
        assert!(description("[workspace]\n").is_err());
    }
}
