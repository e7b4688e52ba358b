//! Mutation testing of the protocol rooms of core: does a test beside the code notice when a line of it is changed?
//!
//! The mutants are made in a copy under `target/mutants` that has only the rooms below `command`. It builds in a second where the whole of core takes five,
//! the sources that somebody is working on stay as they are, and what is caught is caught by the tests that stand beside the code.

use crate::shell::{Done, cargo, line, root, say, target};
use crate::tools;
use std::fs;
use std::path::Path;

/// The rooms whose every byte a peer can see.
const ROOMS: [&str; 3] = ["repl", "resp", "rdb"];
/// The rooms of core that none of these uses, their tests included.
const LEFT_OUT: [&str; 12] =
    ["check", "command", "condition", "diagnose", "info", "node", "note", "scenario", "sentinel", "sim", "timeline", "view"];
/// Seconds after which a mutant that still runs counts as caught: it hangs.
const PATIENCE_S: &str = "15";

/// Mutates the rooms, or the named ones (`repl`, `repl/psync`). The last line printed is `N mutants, N caught, N missed, N unviable`.
pub(crate) fn mutants(options: &[&str]) -> Done {
    let (wanted, shard) = read(options)?;
    let files = wanted.iter().map(|room| sources(room)).collect::<Done<Vec<_>>>()?;
    tools::for_mutants()?;
    let place = target().join("mutants");
    copy(&place)?;

    let mut command = cargo(&["mutants", "--in-place", "--colors", "never", "--timeout", PATIENCE_S, "--package", "resync-core"]);
    for file in &files {
        command.args(["--file", file]);
    }
    if let Some(shard) = shard {
        command.args(["--shard", shard]);
    }
    command.args(["--", "--lib"]).current_dir(&place).env_remove("CARGO_TARGET_DIR");
    let shown = line(&command);
    say(&shown);
    let status = command.status().map_err(|why| format!("`{shown}` did not start: {why}"))?;
    // 2 and 3 say that mutants were missed or hung.
    if !matches!(status.code(), Some(0 | 2 | 3)) {
        return Err(format!("`{shown}` failed ({status})"));
    }
    let count = |list: &str| fs::read_to_string(place.join("mutants.out").join(list)).map_or(0, |text| text.lines().count());
    let (caught, missed, unviable) = (count("caught.txt") + count("timeout.txt"), count("missed.txt"), count("unviable.txt"));
    println!("{} mutants, {caught} caught, {missed} missed, {unviable} unviable", caught + missed + unviable);
    Ok(())
}

/// The rooms and the shard.
fn read<'a>(options: &[&'a str]) -> Done<(Vec<&'a str>, Option<&'a str>)> {
    let (mut wanted, mut shard) = (Vec::new(), None);
    let mut words = options.iter();
    while let Some(word) = words.next() {
        match *word {
            "--shard" => shard = Some(*words.next().ok_or("`--shard` wants K/N, with K from 0 to N−1")?),
            option if option.starts_with('-') => return Err(format!("`mutants` does not know `{option}`; there is `--shard K/N`")),
            room => wanted.push(room),
        }
    }
    if wanted.is_empty() {
        wanted.extend(ROOMS);
    }
    Ok((wanted, shard))
}

/// The pattern of a room's files, in the copy.
fn sources(room: &str) -> Done<String> {
    let known = ROOMS.contains(&room.split('/').next().unwrap_or_default());
    let path = format!("core/src/{}", room.trim_end_matches(".rs"));
    if known && root().join(format!("{path}.rs")).is_file() {
        // A folder of the same name holds its tests.
        Ok(format!("{path}.rs"))
    } else if known && root().join(&path).is_dir() {
        Ok(format!("{path}/**"))
    } else {
        Err(format!("there is no room `{room}`; there are: {}, and their files as in `repl/psync`", ROOMS.join(" ")))
    }
}

/// A workspace of core alone, without the rooms that are left out. What was built for it before stays.
fn copy(place: &Path) -> Done {
    let text = |file: &str| fs::read_to_string(root().join(file)).map_err(|why| format!("{file}: {why}"));
    let write = |file: &str, text: &str| {
        let to = place.join(file);
        fs::create_dir_all(to.parent().expect("it is in a folder"))
            .and_then(|()| fs::write(&to, text))
            .map_err(|why| format!("{}: {why}", to.display()))
    };
    let sources = place.join("core/src");
    if sources.exists() {
        fs::remove_dir_all(&sources).map_err(|why| format!("{}: {why}", sources.display()))?;
    }
    let workspace = text("Cargo.toml")?;
    let members = workspace.lines().find(|line| line.starts_with("members")).ok_or("Cargo.toml names no members")?;
    write("Cargo.toml", &workspace.replace(members, "members = [\"core\"]"))?;
    write("Cargo.lock", &text("Cargo.lock")?)?;
    write("core/Cargo.toml", &text("core/Cargo.toml")?)?;
    folder("core/src", &mut |file| write(file, &text(file)?))?;
    write("core/src/lib.rs", &without_upper_rooms(&text("core/src/lib.rs")?))
}

/// `lib.rs` without the rooms that are left out.
fn without_upper_rooms(lib: &str) -> String {
    let left_out = |line: &str| LEFT_OUT.iter().any(|room| line == format!("pub mod {room};"));
    lib.lines().filter(|line| !left_out(line)).flat_map(|line| [line, "\n"]).collect()
}

/// Every source of a folder of the project, by its path from the root.
fn folder(path: &str, each: &mut dyn FnMut(&str) -> Done) -> Done {
    for entry in fs::read_dir(root().join(path)).map_err(|why| format!("{path}: {why}"))?.flatten() {
        let inner = format!("{path}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            folder(&inner, each)?;
        } else if inner.ends_with(".rs") {
            each(&inner)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{LEFT_OUT, folder, read, sources, without_upper_rooms};
    use crate::shell::root;

    #[test]
    fn rooms_and_shard_are_read_from_the_line() {
        assert_eq!(read(&[]), Ok((vec!["repl", "resp", "rdb"], None)));
        assert_eq!(read(&["repl/psync", "--shard", "1/4"]), Ok((vec!["repl/psync"], Some("1/4"))));
        assert!(read(&["--shard"]).is_err());
        assert!(read(&["--fast"]).is_err());
    }

    #[test]
    fn a_room_is_a_folder_or_a_file_of_a_protocol_room() {
        assert_eq!(sources("repl").as_deref(), Ok("core/src/repl/**"));
        assert_eq!(sources("repl/psync").as_deref(), Ok("core/src/repl/psync.rs"));
        assert_eq!(sources("repl/backlog").as_deref(), Ok("core/src/repl/backlog.rs"), "not the folder of its tests");
        for other in ["node", "repl/nothing", "../core/src/repl", ""] {
            assert!(sources(other).is_err(), "{other}");
        }
    }

    #[test]
    fn what_is_left_out_is_used_by_nothing_that_stays() {
        let lib = std::fs::read_to_string(root().join("core/src/lib.rs")).expect("the rooms of core");
        let rooms = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
        let mut seen = 0;
        for room in rooms.filter(|room| !LEFT_OUT.contains(room)) {
            for file in [format!("core/src/{room}.rs"), format!("core/src/{room}")] {
                if root().join(&file).exists() {
                    uses_none(&file, &mut seen);
                }
            }
        }
        assert!(seen > 40, "{seen} files");
    }
    /// No line of code below a path names a room that is left out.
    fn uses_none(path: &str, seen: &mut usize) {
        if root().join(path).is_dir() {
            return folder(path, &mut |file| {
                uses_none(file, seen);
                Ok(())
            })
            .expect("it can be read");
        }
        *seen += 1;
        let text = std::fs::read_to_string(root().join(path)).expect("a source");
        for line in text.lines().map(str::trim_start).filter(|line| !line.starts_with("//")) {
            for room in LEFT_OUT {
                assert!(!line.contains(&format!("crate::{room}::")), "{path}: {line}");
            }
        }
    }

    #[test]
    fn only_declarations_of_upper_rooms_go() {
        assert_eq!(without_upper_rooms("//! node\npub mod node;\npub mod repl;\npub mod note;\n"), "//! node\npub mod repl;\n");
    }
}
