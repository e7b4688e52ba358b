//! The machine that a recording was made on: its data, its commands, and how long it took for them.

use super::terms::{MANY, Unknowns, ZERO_US};
use crate::conformance::recording::{Dir, Event, Part, Prop, Recording, fills};
use bytes::Bytes;
use resync_core::data::{Dataset, List};
use resync_core::node::api::{Costs, Settings};
use resync_core::resp::{self, Reply};
use resync_core::time::Span;

/// The four keys that most recordings begin with, in the master's first and fourth database.
pub(super) fn base_data() -> Dataset {
    let mut data = Dataset::new(16);
    data.set(0, b"str", Bytes::from_static(b"hello"), None);
    data.set(0, b"n", Bytes::from_static(b"12345"), None);
    data.set(0, b"l", ["a", "b", "c"].map(|s| Bytes::from_static(s.as_bytes())).into_iter().collect::<List>(), None);
    data.set(3, b"db3key", Bytes::from_static(b"x"), None);
    data
}

/// The machine of a server, with this redis.conf.
pub(super) fn settings(recording: &Recording, part: &Part, unknowns: Unknowns, config: &[Vec<String>]) -> Settings {
    let server = part.server();
    let words = |line: &Vec<String>| line.iter().map(|w| Bytes::copy_from_slice(w.as_bytes())).collect();
    let many = resync_core::rdb::encode(&many_keys(), recording.era(server), 0, None).len() as u64;
    // A master that throttles is given data of the full size, see `filler`.
    let whole = recording.has(Prop::FillerBytes) && server == "master";
    let scale = recording.volume().filter(|_| !whole).map_or(1, |bytes| bytes / many);
    let rate = |amount: u64, seconds: Option<f64>| seconds.filter(|s| scale > 1 && *s > 0.005).map_or(0, |s| (amount as f64 / s) as u64);
    let [saved, flushed, loaded] = reload_seconds(recording, part);
    let rdb_save = rate(many * scale, saved);
    let rdb_load = rate(many * scale, loaded.or_else(|| load_seconds(recording, part)));
    let flush_keys = rate(u64::from(MANY) * scale, flushed.or_else(|| flush_seconds(recording, part)));
    Settings {
        name: server.to_owned(),
        era: recording.era(server),
        ip: "127.0.0.1".to_owned(),
        config: config.iter().map(words).collect(),
        seed: unknowns.seed,
        epoch_unix_ms: recording.started_s * 1_000 + unknowns.fraction_ms - (ZERO_US / 1_000) as i64,
        costs: Costs { command: Span::from_micros(2), element_ns: 100, fork_us_per_mib: 0, rdb_save, rdb_load, flush_keys, scale },
        pid: None,
        config_file: None,
        allocator: resync_core::repl::Allocator::default(),
    }
}

/// A recorded command line as the commands it stands for.
pub(in crate::conformance) fn expand(line: &str) -> Vec<String> {
    if let Some((count, _)) = line.split_once(" x SET fill") {
        return fills(count.parse().expect("a count"));
    }
    // A value of so many letters.
    if let Some((head, size)) = line.strip_suffix(" z>").and_then(|l| l.split_once(" <")) {
        return vec![format!("{head} {}", "z".repeat(size.parse().expect("a size")))];
    }
    if let Some((count, command)) = line.split_once(" x ").and_then(|(n, command)| Some((n.parse().ok()?, command))) {
        return vec![command.to_owned(); count];
    }
    if line == "DEBUG RELOAD (start)" {
        return vec!["DEBUG RELOAD".to_owned()];
    }
    if line.starts_with("INFO replication") {
        return vec!["INFO replication".to_owned()];
    }
    // A value with spaces in it.
    if let Some((key, value)) = line.strip_prefix("SET ").and_then(|rest| rest.split_once(' '))
        && value.starts_with("while ")
    {
        return vec![format!("SET {key} \"{value}\"")];
    }
    // Done to a child, not said to a server.
    if line.starts_with("SIGSTOP BGSAVE") || line.starts_with("SIGCONT BGSAVE") {
        return Vec::new();
    }
    // No scripts here; and data that came by DEBUG POPULATE is in the file.
    if line.starts_with("EVAL") {
        return Vec::new();
    }
    // Fewer keys, of which each counts as many.
    if line.starts_with("DEBUG POPULATE") {
        return vec![format!("DEBUG POPULATE {MANY}")];
    }
    vec![line.to_owned()]
}

/// A reply as the recordings write it: as redis-cli would, with arrays in one line.
pub(super) fn shown(reply: &Reply) -> String {
    match reply {
        Reply::Bulk(bytes) if bytes.starts_with(b"# ") => String::from_utf8_lossy(bytes).into_owned(),
        Reply::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        other => resp::cli::format(other),
    }
}

/// How long the recorded server freed its old keys, in seconds.
pub(super) fn flush_seconds(recording: &Recording, part: &Part) -> Option<f64> {
    let lines = |start: &str| -> Vec<f64> {
        let of = |e: &Event| matches!(e, Event::Log(who, _, text) if who == part.server() && text.contains(start));
        recording.events.iter().filter(|(_, e)| of(e)).map(|(at, _)| *at).collect()
    };
    let (flushes, loads) = (lines("Flushing old data"), lines("Loading DB in memory"));
    let took = flushes.iter().filter_map(|from| loads.iter().find(|to| *to >= from).map(|to| (to - from) / 1_000.0));
    took.max_by(f64::total_cmp)
}

/// How long a recorded DEBUG RELOAD saved, flushed and loaded, in seconds: its log tells when it had saved and when all was over, and the first that
/// was answered again was answered after the first 2 MiB of the load.
pub(super) fn reload_seconds(recording: &Recording, part: &Part) -> [Option<f64>; 3] {
    let server = part.server();
    let asked =
        recording.events.iter().find(|(_, e)| matches!(e, Event::Command(who, line, _) if who == server && line == "DEBUG RELOAD (start)"));
    let Some((start, _)) = asked else { return [None; 3] };
    let line = |text: &str| {
        let of = |(at, e): &&(f64, Event)| at > start && matches!(e, Event::Log(who, _, line) if who == server && line.starts_with(text));
        recording.events.iter().find(of).map(|(at, _)| *at)
    };
    let (Some(saved), Some(end)) = (line("DB saved on disk"), line("DB reloaded by DEBUG RELOAD")) else { return [None; 3] };
    let answered = |(at, e): &&(f64, Event)| {
        *at > saved && matches!(e, Event::Bytes(conn, Dir::Down, _) if recording.speaks(server, conn) == Some(Dir::Down))
    };
    let Some((answer, _)) = recording.events.iter().find(answered) else { return [None; 3] };
    let steps = recording.volume().unwrap_or(0) as f64 / f64::from(2 << 20);
    let step = (end - answer) / (steps - 1.0).max(1.0);
    [Some((saved - start) / 1_000.0), Some((answer - step - saved) / 1_000.0), Some(steps * step / 1_000.0)]
}

/// How long the recorded server loaded its many keys, in seconds: by its own account, or by its log.
pub(super) fn load_seconds(recording: &Recording, part: &Part) -> Option<f64> {
    let line = |start: &str| {
        recording.events.iter().find_map(|(at, e)| match e {
            Event::Log(who, _, text) if who == part.server() && text.contains(start) => Some((*at, text.clone())),
            _ => None,
        })
    };
    let from_disk = line("DB loaded from disk: ").and_then(|(_, text)| text.split(' ').nth(4)?.parse().ok());
    let from_master = || line("Loading DB in memory").zip(line("Finished with success")).map(|((from, _), (to, _))| (to - from) / 1_000.0);
    from_disk.or_else(from_master)
}

/// Data in the place of DEBUG POPULATE's two million keys.
pub(super) fn many_keys() -> Dataset {
    let mut data = Dataset::new(16);
    for n in 0..MANY {
        data.set(0, format!("key:{n}").as_bytes(), Bytes::from(format!("value:{n}")), None);
    }
    data
}
