//! redis.conf: files with `include`, the directives of the command line behind them, and Redis's words for what is wrong with them.

use super::failure::Failure;
use super::inert;
use super::options::{Options, Source};
use bytes::Bytes;
use resync_core::command::directives::Config;
use resync_core::command::is_inert;
use resync_core::era::Era;
use resync_core::fact::Mark;
use resync_core::node::log::line;
use resync_core::repl::Allocator;
use resync_core::resp;
use resync_core::resp::cli;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Everything that a server is started with.
pub(super) struct Setup {
    /// Whose behaviour.
    pub(super) era: Era,
    /// The allocator whose sizes it counts.
    pub(super) allocator: Allocator,
    /// The engine's directives, in order; `dir` is absolute.
    pub(super) config: Vec<Vec<Bytes>>,
    /// The same, read.
    pub(super) values: Config,
    /// Addresses to listen on; empty: loopback.
    pub(super) bind: Vec<String>,
    /// `logfile`; `None`: standard output.
    pub(super) logfile: Option<PathBuf>,
    /// `pidfile`, if one was asked for.
    pub(super) pidfile: Option<PathBuf>,
    /// The folder for files.
    pub(super) dir: PathBuf,
    /// `tcp-backlog`.
    pub(super) backlog: i32,
    /// Directives that do nothing here.
    pub(super) inert: Vec<String>,
    /// The configuration file, absolute, if there is one that could be written again.
    pub(super) file: Option<PathBuf>,
    /// The last line of each directive that is this program's and not the engine's, as Redis would write it.
    pub(super) kept: BTreeMap<&'static str, String>,
}

/// Unix milliseconds now.
pub(super) fn unix_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// Files within files within files: beyond it somebody includes himself.
const INCLUDES_MAX: usize = 16;

struct Reading {
    era: Era,
    setup: Setup,
    /// Where each of the engine's directives stands: line and text.
    places: Vec<(usize, String)>,
}

/// Reads the configuration that the command line asks for.
///
/// # Errors
/// The text that redis-server prints when it refuses to start.
pub(super) fn read(options: &Options) -> Result<Setup, Failure> {
    let era = options.era;
    let start = std::env::current_dir().map_err(|why| Failure::new(format!("no working directory: {why}\n")))?;
    let mut text = match &options.file {
        None => String::new(),
        Some(Source::Path(path)) => file(era, path, &start)?,
        Some(Source::Stdin) => {
            let mut text = Vec::new();
            std::io::stdin().read_to_end(&mut text).map_err(|why| Failure::new(format!("standard input: {why}\n")))?;
            String::from_utf8_lossy(&text).into_owned()
        }
    };
    // Redis appends the command line to the file's text and counts the lines of both.
    text.push('\n');
    text.push_str(&options.lines);
    let setup = Setup {
        era,
        allocator: options.allocator,
        config: Vec::new(),
        values: Config::defaults(era),
        bind: Vec::new(),
        logfile: None,
        pidfile: None,
        file: match &options.file {
            Some(Source::Path(path)) => Some(start.join(path)),
            Some(Source::Stdin) | None => None,
        },
        kept: BTreeMap::new(),
        dir: start,
        backlog: 511,
        inert: Vec::new(),
    };
    let mut reading = Reading { era, setup, places: Vec::new() };
    if !era.capabilities().keeps_default_save && (options.file.is_some() || !options.lines.is_empty()) {
        // Who configures anything saves only if he says so.
        reading.setup.config.push(vec![Bytes::from_static(b"save"), Bytes::new()]);
        reading.places.push((0, String::new()));
    }
    reading.text(&text, 0)?;
    let Reading { mut setup, places, .. } = reading;
    setup.config.push(vec![Bytes::from_static(b"dir"), path_bytes(&setup.dir)]);
    setup.values = Config::from_lines(era, &setup.config).map_err(|error| {
        let (number, text) = places.get(error.index).cloned().unwrap_or_default();
        fatal(era, number, &text, &error.reason)
    })?;
    if setup.values.port == 0 {
        return Err(logged(era, "Configured to not listen anywhere, exiting."));
    }
    for path in [&mut setup.logfile, &mut setup.pidfile].into_iter().flatten() {
        *path = setup.dir.join(&*path);
    }
    if let Some(path) = &setup.logfile {
        // Redis opens it once at the start, to say early that it cannot.
        std::fs::OpenOptions::new().append(true).create(true).open(path).map_err(|why| {
            let (number, text) = (0, format!("logfile \"{}\"", path.display()));
            fatal(era, number, &text, &format!("Can't open the log file: {}", os_error(&why)))
        })?;
    }
    Ok(setup)
}

fn path_bytes(path: &Path) -> Bytes {
    Bytes::copy_from_slice(std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()))
}
fn bytes_path(bytes: &Bytes) -> PathBuf {
    PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes))
}

/// `strerror`, without the number that Rust appends.
pub(super) fn os_error(why: &std::io::Error) -> String {
    let text = why.to_string();
    text.split_once(" (os error").map_or(text.clone(), |(words, _)| words.to_owned())
}

/// A line of the log of a server that does not come up.
fn logged(era: Era, text: &str) -> Failure {
    let role = if era.capabilities().log_ready_4_0 { 'C' } else { 'M' };
    let text = line(&era.capabilities(), u64::from(std::process::id()), role, unix_ms(), Mark::Warning, text);
    Failure { text: format!("{text}\n"), code: 1, log: true }
}

fn fatal(era: Era, number: usize, text: &str, reason: &str) -> Failure {
    let release = if era.capabilities().startup_errors_in_full { format!(" (Redis {})", era.release()) } else { String::new() };
    Failure::new(format!(
        "\n*** FATAL CONFIG FILE ERROR{release} ***\nReading the configuration file, at line {number}\n>>> '{text}'\n{reason}\n"
    ))
}

/// A file's text.
fn file(era: Era, path: &Path, start: &Path) -> Result<String, Failure> {
    match std::fs::read(path) {
        Ok(text) => Ok(String::from_utf8_lossy(&text).into_owned()),
        Err(why) => {
            let text = if era.capabilities().startup_errors_in_full {
                format!("Fatal error, can't open config file '{}': {}", start.join(path).display(), os_error(&why))
            } else {
                format!("Fatal error, can't open config file '{}'", path.display())
            };
            Err(logged(era, &text))
        }
    }
}

impl Reading {
    /// Remembers how Redis would write a line of this program's own.
    fn keep(&mut self, name: &str, values: &[Bytes]) {
        let (name, line) = match (name, values) {
            ("bind", hosts) => ("bind", hosts.iter().map(|host| String::from_utf8_lossy(host)).collect::<Vec<_>>().join(" ")),
            ("logfile", [path]) => ("logfile", cli::quote(path)),
            ("pidfile", [path]) => ("pidfile", cli::quote(path)),
            ("tcp-backlog", [size]) => ("tcp-backlog", String::from_utf8_lossy(size).into_owned()),
            _ => return,
        };
        self.setup.kept.insert(name, format!("{name} {line}"));
    }
    fn text(&mut self, text: &str, depth: usize) -> Result<(), Failure> {
        for (index, raw) in text.split('\n').enumerate() {
            let trimmed = raw.trim_matches([' ', '\t', '\r']);
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            let era = self.era;
            let wrong = |reason: &str| fatal(era, index + 1, trimmed, reason);
            let words = resp::split_args(trimmed).map_err(|_| wrong("Unbalanced quotes in configuration line"))?;
            let Some((name, values)) = words.split_first() else { continue };
            let name = String::from_utf8_lossy(name).to_ascii_lowercase();
            self.keep(&name, values);
            if is_inert(era, name.as_bytes()) {
                // Whatever this program does about it itself, CONFIG GET shows it.
                self.places.push((index + 1, trimmed.to_owned()));
                self.setup.config.push(words.clone());
            }
            match (name.as_str(), values) {
                ("include", [path]) => {
                    if depth >= INCLUDES_MAX {
                        return Err(wrong("too many nested includes"));
                    }
                    let text = file(self.era, &bytes_path(path), &self.setup.dir)?;
                    self.text(&text, depth + 1)?;
                }
                ("dir", [path]) => {
                    let dir = self.setup.dir.join(bytes_path(path));
                    if let Err(why) = std::fs::read_dir(&dir) {
                        if self.era.capabilities().config_7_0 {
                            return Err(wrong(&os_error(&why)));
                        }
                        let text = format!("Can't chdir to '{}': {}", String::from_utf8_lossy(path), os_error(&why));
                        return Err(Failure { log: true, ..logged(self.era, &text) });
                    }
                    self.setup.dir = dir.canonicalize().unwrap_or(dir);
                }
                ("bind", []) => return Err(wrong("wrong number of arguments")),
                ("bind", hosts) => self.setup.bind = hosts.iter().map(|h| String::from_utf8_lossy(h).into_owned()).collect(),
                ("logfile", [path]) => self.setup.logfile = Some(bytes_path(path)).filter(|p| !p.as_os_str().is_empty()),
                ("pidfile", [path]) => self.setup.pidfile = Some(bytes_path(path)).filter(|p| !p.as_os_str().is_empty()),
                ("tcp-backlog", [size]) => {
                    let size = std::str::from_utf8(size).ok().and_then(|size| size.parse().ok());
                    self.setup.backlog = size.ok_or_else(|| wrong("argument couldn't be parsed into an integer"))?;
                }
                ("rename-command", [_, _]) => return Err(wrong("resync-node does not rename commands")),
                _ if inert::knows(self.era, &name) => self.setup.inert.push(name),
                _ => {
                    self.places.push((index + 1, trimmed.to_owned()));
                    self.setup.config.push(words);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(era: Era, lines: &str) -> Result<Setup, String> {
        read(&Options { era, allocator: Allocator::default(), file: None, lines: lines.to_owned() }).map_err(|f| f.text)
    }

    #[test]
    fn save_points_are_read_as_each_release_reads_them() {
        let lines = [
            "save \"900 1\"",
            "save 900 1",
            "save \"\"",
            "save 900 1 60 5",
            "save",
            "save \"900 1\"\nsave \"60 2\"",
            "save 900 1\nsave x",
            "hz 10",
        ];
        for (era, points) in [
            (Era::V2_8, ["", "900 1", "", "", "", "", "900 1", ""]),
            (Era::V6_2, ["", "900 1", "", "", "", "", "900 1", "3600 1 300 100 60 10000"]),
            (Era::V7_0, ["900 1", "900 1", "", "900 1 60 5", "", "900 1 60 2", "!", "3600 1 300 100 60 10000"]),
        ] {
            for (line, expected) in lines.iter().zip(points) {
                let read = asked(era, line).map_or_else(|_| "!".to_owned(), |setup| setup.values.value("save").unwrap_or_default());
                assert_eq!(read, expected, "{era} {line}");
            }
        }
    }

    #[test]
    fn errors_read_as_redis_prints_them() {
        let frame = |release: &str, line: &str, reason: &str| {
            format!("\n*** FATAL CONFIG FILE ERROR{release} ***\nReading the configuration file, at line 2\n>>> '{line}'\n{reason}\n")
        };
        let verify = |era, line: &str, expect: String| assert_eq!(asked(era, line).err(), Some(expect), "{line}");
        let v7 = " (Redis 7.0.15)";
        verify(Era::V7_0, "nosuch \"1\" ", frame(v7, "nosuch \"1\"", "Bad directive or wrong number of arguments"));
        verify(Era::V7_0, "port \"abc\" ", frame(v7, "port \"abc\"", "argument couldn't be parsed into an integer"));
        verify(Era::V7_0, "dir \"/nonexistent\"", frame(v7, "dir \"/nonexistent\"", "No such file or directory"));
        verify(Era::V7_0, "port", frame(v7, "port", "wrong number of arguments"));
        verify(Era::V3_0, "nosuch \"1\" ", frame("", "nosuch \"1\"", "Bad directive or wrong number of arguments"));
        verify(Era::V3_0, "save \"a", frame("", "save \"a", "Unbalanced quotes in configuration line"));
        assert!(asked(Era::V3_0, "dir /nonexistent").err().is_some_and(|e| e.contains("# Can't chdir to '/nonexistent': No such file")));
        assert!(asked(Era::V7_0, "port 0").err().is_some_and(|e| e.contains("# Configured to not listen anywhere, exiting.")));
    }

    #[test]
    fn what_means_nothing_here_is_accepted() {
        let setup = asked(Era::V7_0, "activedefrag no\nport 7001\ntcp-backlog 16\nbind 127.0.0.1 ::1\n# a remark\n\n").ok().unwrap();
        assert_eq!((setup.inert, setup.values.port, setup.backlog), (vec!["activedefrag".to_owned()], 7_001, 16));
        assert_eq!(setup.bind, ["127.0.0.1", "::1"]);
        assert!(asked(Era::V3_0, "activedefrag no").is_err());
    }

    #[test]
    fn files_include_others_and_name_their_own_lines() {
        let folder = std::env::temp_dir().join(format!("resync-conf-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (main, other) = (folder.join("main.conf"), folder.join("other.conf"));
        std::fs::write(&main, format!("# first\nport 7001\ninclude {}\n", other.display())).unwrap();
        std::fs::write(&other, "repl-timeout 7\nsave \"\"\n").unwrap();
        let read_main = || {
            read(&Options {
                era: Era::V7_0,
                allocator: Allocator::default(),
                file: Some(Source::Path(main.clone())),
                lines: "port \"7002\"".to_owned(),
            })
        };
        let setup = read_main().ok().unwrap();
        assert_eq!((setup.values.port, setup.values.repl_timeout, setup.values.save.len()), (7_002, 7, 0));
        std::fs::write(&other, "repl-timeout 7\n\nrepl-timeout x\n").unwrap();
        let error = read_main().err().unwrap().text;
        assert!(error.contains("at line 3\n>>> 'repl-timeout x'\n"), "{error}");
        std::fs::write(&other, format!("include {}", other.display())).unwrap();
        assert!(read_main().err().unwrap().text.contains("too many nested includes"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
