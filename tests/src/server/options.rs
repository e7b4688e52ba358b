//! The command line: `[redis.conf] [--directive value …]`, as redis-server reads it, `--era` and `--allocator`.

use resync_core::era::Era;
use resync_core::repl::Allocator;
use resync_core::resp::cli;
use std::path::PathBuf;

/// The options of the command line.
pub(super) enum Asked {
    /// A text to print.
    Text(String),
    /// A server.
    Server(Options),
}

/// How the server is to be started.
pub(super) struct Options {
    /// Whose behaviour.
    pub(super) era: Era,
    /// The allocator whose sizes it counts.
    pub(super) allocator: Allocator,
    /// The configuration file, if one was named.
    pub(super) file: Option<Source>,
    /// The directives of the command line, as lines of a configuration file.
    pub(super) lines: String,
}

/// Where a configuration is read from.
pub(super) enum Source {
    /// A file.
    Path(PathBuf),
    /// `-`
    Stdin,
}

const HELP: &str = "Usage: resync-node [/path/to/redis.conf] [--directive value ...] [--era 7.0] [--allocator libc] [-]
       resync-node - (read config from stdin)
       resync-node -v or --version
       resync-node -h or --help

A Redis server for replication: strings, lists, sets, hashes, sorted sets, SYNC and PSYNC, RDB files.
Eras: 2.6 2.8 3.0 3.2 4.0 5.0 6.2 7.0 (the default) 7.2 7.4 8.0 8.2 8.6 valkey-8.0 valkey-8.1 valkey-9.0 valkey-9.1. Allocators, whose sizes buffers have: libc (the default), jemalloc (as in Debian's servers).

Examples:
       resync-node --port 7777 --replicaof 127.0.0.1 6379
       resync-node /etc/myredis.conf --era 3.0 --loglevel verbose
";

/// The names of all eras.
fn eras() -> String {
    Era::ALL.map(Era::name).join(" ")
}

/// Reads the command line, without the program's name.
///
/// # Errors
/// A text for standard error: an era that does not exist.
pub(super) fn parse(words: &[Vec<u8>]) -> Result<Asked, String> {
    let (mut era, mut allocator) = (Era::V7_0, Allocator::default());
    let mut rest: Vec<&[u8]> = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let chosen = if word == b"--allocator" { words.next().map(Vec::as_slice) } else { word.strip_prefix(b"--allocator=") };
        if word == b"--allocator" || chosen.is_some() {
            let name = String::from_utf8_lossy(chosen.unwrap_or_default());
            allocator = Allocator::of(&name).ok_or(format!("There is no allocator {name}: libc jemalloc"))?;
            continue;
        }
        let value = if word == b"--era" { words.next().map(Vec::as_slice) } else { word.strip_prefix(b"--era=") };
        match value {
            None if word == b"--era" => return Err(format!("--era needs a release: {}", eras())),
            None => rest.push(word),
            Some(name) => {
                let name = String::from_utf8_lossy(name);
                era = Era::from_name(&name).ok_or(format!("There is no era {name}: {}", eras()))?;
            }
        }
    }
    match rest[..] {
        [b"-v" | b"--version"] => {
            return Ok(Asked::Text(format!("Resync node v={} era={era} bits=64\n", env!("CARGO_PKG_VERSION"))));
        }
        [b"-h" | b"--help"] => return Ok(Asked::Text(HELP.to_owned())),
        _ => {}
    }
    let file = match rest.first().copied() {
        Some(b"-") => Some(Source::Stdin),
        Some(first) if !first.starts_with(b"-") => {
            Some(Source::Path(PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(first))))
        }
        _ => None,
    };
    let mut lines = String::new();
    for word in &rest[usize::from(file.is_some())..] {
        if let Some(name) = word.strip_prefix(b"--") {
            if !lines.is_empty() {
                lines.push('\n');
            }
            lines.push_str(&String::from_utf8_lossy(name));
        } else {
            lines.push_str(&cli::quote(word));
        }
        lines.push(' ');
    }
    Ok(Asked::Server(Options { era, allocator, file, lines }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(line: &str) -> Options {
        let words: Vec<Vec<u8>> = line.split(' ').filter(|w| !w.is_empty()).map(|w| w.as_bytes().to_vec()).collect();
        match parse(&words) {
            Ok(Asked::Server(options)) => options,
            Ok(Asked::Text(text)) => panic!("{text}"),
            Err(why) => panic!("{why}"),
        }
    }

    #[test]
    fn options_become_lines_of_a_file() {
        let o = options("--port 7001 --slaveof 127.0.0.1 7000 --era 3.0");
        assert_eq!((o.era, o.file.is_none()), (Era::V3_0, true));
        assert_eq!(o.lines, "port \"7001\" \nslaveof \"127.0.0.1\" \"7000\" ");
    }

    #[test]
    fn a_file_comes_first() {
        let o = options("my.conf --save 60 1");
        assert!(matches!(o.file, Some(Source::Path(path)) if path.as_os_str() == "my.conf"));
        assert_eq!(o.lines, "save \"60\" \"1\" ");
        assert!(matches!(options("-").file, Some(Source::Stdin)));
    }

    #[test]
    fn an_era_that_never_was_is_refused() {
        assert!(parse(&[b"--era".to_vec(), b"3.1".to_vec()]).is_err());
        assert!(parse(&[b"--era".to_vec()]).is_err());
        assert_eq!(
            (options("--allocator jemalloc --port 7001").allocator, options("--port 1").allocator),
            (Allocator::Jemalloc, Allocator::Libc)
        );
        assert!(parse(&[b"--allocator".to_vec(), b"tcmalloc".to_vec()]).is_err() && parse(&[b"--allocator".to_vec()]).is_err());
        assert!(matches!(parse(&[b"--version".to_vec()]), Ok(Asked::Text(text)) if text.contains("era=7.0")));
    }
}
