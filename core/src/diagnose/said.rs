//! Log lines, known again: the frame around a line, and which line of which era it is.

use crate::era::Era;
use crate::node::{Pattern, Piece, patterns};
use alloc::borrow::ToOwned as _;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// Lines of real servers and kernels that the engine's servers do not log, because what they are about is not in it. `{…}` is a hole.
const OTHERS: [(&str, &str); 26] = [
    ("Other.LoadedAof", "DB loaded from append only file: {seconds} seconds"),
    ("Other.RdbVersion", "Can't handle RDB format version {version}"),
    ("Other.RdbShort", "Short read or OOM loading DB. Unrecoverable error, aborting now."),
    ("Other.RdbSignature", "Wrong signature trying to load DB from file"),
    ("Other.RdbChecksum", "Wrong RDB checksum{rest}"),
    ("Other.OomKilled", "Out of memory: Kill{ed} process {pid} (redis-server)"),
    ("Other.OomKilled", "Out of memory: Kill{ed} process {pid} (valkey-server)"),
    ("Other.Tls", "Error accepting a client connection: {why}"),
    ("Other.SlowFsync", "Asynchronous AOF fsync is taking too long (disk is busy?). {rest}"),
    ("Other.SecurityAttack", "Possible SECURITY ATTACK detected. {rest}"),
    ("Other.Overcommit", "WARNING overcommit_memory is set to 0! {rest}"),
    ("Other.TimedOutPing", "I/O error reading PING reply from master: {why}"),
    ("Other.SocketClosed", "Diskless rdb transfer, write error sending DB to replica: {why}"),
    ("Other.NoSelfInfo", "BGSAVE for replication: replication information not available{rest}"),
    ("Other.Asks", "Slave asks for synchronization"),
    ("Other.FullRequested", "Full resync requested by slave."),
    ("Other.Lack", "Unable to partial resync with the slave for lack of backlog (Slave request was: {offset})."),
    ("Other.Accepted", "Partial resynchronization request accepted. Sending {bytes} bytes of backlog starting from offset {from}."),
    ("Other.BufferFull", "Replication buffer limit has been reached ({bytes} bytes), stopped buffering replication stream.{rest}"),
    ("Other.Ready", "Ready to accept connections {how}"),
    ("Other.Sigterm", "Received SIGTERM scheduling shutdown..."),
    ("Other.Crashed", "Redis {version} crashed by signal: {signal}"),
    ("Other.ForkFailed", "Can't save in background: fork: {why}"),
    ("Other.LoadFailed", "Failed trying to load the MASTER synchronization DB from disk, check server logs."),
    ("Other.TransferStarted", "Background RDB transfer started by pid {pid} {how}"),
    (
        "Other.Streamed",
        "Streamed RDB transfer with replica {replica} succeeded (socket). Waiting for REPLCONF ACK from replica to enable streaming",
    ),
];

/// Words of other lines that mean the same as one of the tables: whoever asks for that line gets these as well.
const ALIKE: [(&str, &str); 9] = [
    ("Other.Asks", "Sessions.AsksForSync"),
    ("Other.FullRequested", "Sessions.FullRequested"),
    ("Other.Lack", "Sessions.Lack"),
    ("Other.Accepted", "Sessions.Accepted"),
    ("Other.ForkFailed", "Saving.CannotFork"),
    ("Other.LoadFailed", "Load.FromMasterFailed"),
    ("Other.TransferStarted", "Saving.TransferStarted"),
    ("Other.Streamed", "Sessions.Streamed"),
    ("Other.Ready", "Life.Ready"),
];

/// Words that Valkey uses, and what Redis says.
pub(super) const VALKEY: [(&str, &str); 4] =
    [("PRIMARY", "MASTER"), ("Primary", "Master"), ("primary", "master"), ("Dual channel replication: ", "")];

/// What stands before the text of a log line.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Frame {
    /// A word before it that names the host or the container.
    pub host: Option<String>,
    /// The process.
    pub pid: Option<u64>,
    /// `M`, `S`, `C` or `X`.
    pub role: Option<char>,
    /// Milliseconds since the beginning of a year that has a day for every date, so that differences within a year hold.
    pub at_ms: Option<i64>,
    /// Whether the date has a year.
    pub year: bool,
    /// Where the text begins.
    pub text_at: usize,
}

/// What a line was known as.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// Subject and row of the tables of [`crate::node`], or `Other.…`.
    pub line: &'static str,
    /// Its fields, by name.
    pub values: Vec<(&'static str, String)>,
    /// The eras that say it so; empty: unknown.
    pub eras: Vec<Era>,
    /// Whether it stood there to its end.
    pub whole: bool,
    /// Its bytes in the text that was looked at.
    pub from: usize,
    /// Behind its last byte.
    pub to: usize,
    /// How many bytes of it are words of the pattern.
    weight: usize,
}

/// Every line, findable by its first four letters.
pub(super) struct Lines {
    all: Vec<Pattern>,
    begins: BTreeMap<[u8; 4], Vec<usize>>,
    /// Those that begin with a hole.
    open: Vec<usize>,
}

/// The text of `OTHERS` in pieces.
fn pieces(written: &'static str) -> Vec<Piece> {
    let mut all = Vec::new();
    for part in written.split_inclusive('}') {
        let (words, field) = part.split_once('{').map_or((part, None), |(words, field)| (words, field.strip_suffix('}')));
        if !words.is_empty() {
            all.push(Piece::Words(words.to_owned()));
        }
        all.extend(field.map(Piece::Field));
    }
    all
}

/// How many bytes at least must be those of a pattern if its end is missing.
const PART_MIN: usize = 20;

impl Lines {
    /// The tables, turned round.
    pub(super) fn new() -> Lines {
        let others = OTHERS.iter().map(|(line, written)| Pattern { line, pieces: pieces(written), eras: Vec::new() });
        let all: Vec<Pattern> = patterns().into_iter().chain(others).collect();
        let mut begins: BTreeMap<[u8; 4], Vec<usize>> = BTreeMap::new();
        let mut open = Vec::new();
        for (n, pattern) in all.iter().enumerate() {
            match pattern.pieces.first() {
                Some(Piece::Words(words)) => {
                    if let Some(key) = words.as_bytes().first_chunk::<4>() {
                        begins.entry(*key).or_default().push(n);
                    }
                }
                _ => open.push(n),
            }
        }
        Lines { all, begins, open }
    }
    /// The line that begins at this byte; the one of which most is there.
    fn at(&self, text: &str, at: usize) -> Option<Known> {
        let key = text.as_bytes()[at..].first_chunk::<4>()?;
        let found = self.begins.get(key)?.iter().filter_map(|n| matched(&self.all[*n], text, at));
        found.max_by_key(|known| (known.whole, known.weight))
    }
    /// The line of a text that a frame stands before.
    pub(super) fn framed(&self, text: &str, at: usize) -> Option<Known> {
        let open = || {
            self.open.iter().filter_map(|n| matched(&self.all[*n], text, at)).filter(|known| known.whole).max_by_key(|known| known.weight)
        };
        self.at(text, at).or_else(open)
    }
    /// A line anywhere in a text, at the beginning of a word.
    pub(super) fn within(&self, text: &str) -> Option<Known> {
        let bytes = text.as_bytes();
        (0..bytes.len())
            .filter(|at| bytes[*at].is_ascii_alphabetic() && (*at == 0 || !bytes[*at - 1].is_ascii_alphanumeric()))
            .find_map(|at| self.at(text, at).filter(|known| known.weight >= 14))
    }
    /// Every name that a line can have.
    #[cfg(test)]
    pub(super) fn names(&self) -> alloc::collections::BTreeSet<&'static str> {
        self.all.iter().map(|pattern| pattern.line).collect()
    }
}

/// The pattern at a place of the text, or as much of it as the text has.
fn matched(pattern: &Pattern, text: &str, from: usize) -> Option<Known> {
    let mut known = Known { line: pattern.line, values: Vec::new(), eras: pattern.eras.clone(), whole: true, from, to: from, weight: 0 };
    let mut at = from;
    let mut hole: Option<&'static str> = None;
    for piece in &pattern.pieces {
        match piece {
            Piece::Field(name) => hole = Some(name),
            Piece::Words(words) => {
                let rest = &text[at..];
                let found = match hole {
                    None => rest.starts_with(words.as_str()).then_some(0),
                    Some(_) => rest.find(words.as_str()),
                };
                if let Some(length) = found {
                    known.values.extend(hole.take().map(|name| (name, rest[..length].to_owned())));
                    at += length + words.len();
                    known.weight += words.len();
                    continue;
                }
                // The text ends within these words, or within the hole before them.
                let tail = (1..=words.len().min(rest.len())).rev().find(|n| words.is_char_boundary(*n) && rest.ends_with(&words[..*n]));
                let begun = if hole.is_none() { if words.starts_with(rest) { rest.len() } else { return None } } else { tail.unwrap_or(0) };
                if let Some(name) = hole {
                    known.values.push((name, rest[..rest.len() - begun].to_owned()));
                }
                known.weight += begun;
                known.whole = false;
                known.to = text.len();
                return (known.weight >= PART_MIN).then_some(known);
            }
        }
    }
    if let Some(name) = hole {
        known.values.push((name, text[at..].trim_end().to_owned()));
        at = text.len();
    }
    known.to = at;
    for (line, alike) in ALIKE {
        if known.line == line {
            known.line = alike;
        }
    }
    Some(known)
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `14:02:11.871` at this byte, in ms.
fn clock(bytes: &[u8]) -> Option<i64> {
    let digits = |from: usize, n: usize| {
        bytes.get(from..from + n)?.iter().try_fold(0i64, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
    };
    let signs = bytes.get(2) == Some(&b':') && bytes.get(5) == Some(&b':') && bytes.get(8) == Some(&b'.');
    if !signs {
        return None;
    }
    Some(((digits(0, 2)? * 60 + digits(3, 2)?) * 60 + digits(6, 2)?) * 1_000 + digits(9, 3)?)
}

/// The frame of a log line, wherever in the text it stands; also what people leave of one: `M # …`, `R: * …`.
pub(super) fn frame(text: &str) -> Option<Frame> {
    let bytes = text.as_bytes();
    let mark = |at: usize| {
        bytes.get(at) == Some(&b' ') && matches!(bytes.get(at + 1), Some(b'.' | b'-' | b'*' | b'#')) && bytes.get(at + 2) == Some(&b' ')
    };
    let dots = text.match_indices('.').map(|(at, _)| at).filter(|at| *at >= 8 && mark(at + 4));
    for dot in dots.take(4) {
        let begins = dot - 8;
        let Some(ms) = clock(&bytes[begins..]) else { continue };
        let Some(before) = text.get(..begins) else { continue };
        let mut words: Vec<&str> = before.split_ascii_whitespace().collect();
        let year = words.last().is_some_and(|word| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit()));
        if year {
            words.pop();
        }
        let month = words.pop().and_then(|word| MONTHS.iter().position(|month| *month == word));
        let day = words.pop().and_then(|word| word.parse::<i64>().ok());
        let at_ms = month.zip(day).map(|(month, day)| (i64::try_from(month).unwrap_or(0) * 31 + day) * 86_400_000 + ms);
        let (pid, role) = words.pop().map_or((None, None), process);
        return Some(Frame { host: host(&words), pid, role, at_ms, year, text_at: dot + 7 });
    }
    let short = text.strip_prefix(['M', 'R', 'S']).map(|rest| (rest.trim_start_matches(':'), text.as_bytes()[0]));
    let (rest, letter) = short?;
    let at = text.len() - rest.len();
    mark(at).then(|| Frame { role: Some(if letter == b'M' { 'M' } else { 'S' }), text_at: at + 3, ..Frame::default() })
}

/// `4712:M` or `[4712]`.
fn process(word: &str) -> (Option<u64>, Option<char>) {
    if let Some(pid) = word.strip_prefix('[').and_then(|word| word.strip_suffix(']')) {
        return (pid.parse().ok(), None);
    }
    match word.rsplit_once(':') {
        Some((pid, role)) => (pid.parse().ok(), role.chars().next().filter(|role| matches!(role, 'M' | 'S' | 'C' | 'X'))),
        None => (None, None),
    }
}

/// The first of these words that may be a host's or a container's name.
fn host(words: &[&str]) -> Option<String> {
    let named = words.iter().map(|word| word.split('[').next().unwrap_or(word).trim_matches([':', '|', '"', '>', '\'']));
    let mut named = named.filter(|word| word.starts_with(|sign: char| sign.is_ascii_alphabetic()) && !MONTHS.contains(word));
    named.next().map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::era::Era;
    use alloc::format;
    use alloc::vec;

    #[test]
    fn frames_are_found_wherever_they_stand() {
        let read =
            |text: &str| frame(text).map(|frame| (frame.host.unwrap_or_default(), frame.pid, frame.role, text[frame.text_at..].to_owned()));
        let told = |host: &str, pid, role| Some((host.to_owned(), pid, role, "x y".to_owned()));
        assert_eq!(read("[17] 21 Nov 21:12:04.713 * x y"), told("", Some(17), None));
        assert_eq!(read("17:M 21 Nov 21:12:04.713 # x y"), told("", Some(17), Some('M')));
        assert_eq!(read("17:S 21 Nov 2026 21:12:04.713 * x y"), told("", Some(17), Some('S')));
        assert_eq!(read("Mar 12 14:00:34 db1 redis[17]: 17:M 21 Nov 2026 21:12:04.713 * x y"), told("db1", Some(17), Some('M')));
        assert_eq!(read("redis-0_1  | 1:S 21 Nov 2026 21:12:04.713 * x y"), told("redis-0_1", Some(1), Some('S')));
        assert_eq!(read("M # x y"), told("", None, Some('M')));
        assert_eq!(read("it began at 21:12:04.713 and then"), None);
        let at = |text: &str| frame(text).and_then(|frame| frame.at_ms);
        assert_eq!(at("1:M 31 Dec 23:59:59.999 * x").zip(at("1:M 31 Dec 23:59:58.000 * x")).map(|(b, a)| b - a), Some(1_999));
    }

    #[test]
    fn each_line_of_each_era_is_known_again() {
        let lines = Lines::new();
        let mut missed = vec![];
        // In 3.0 three lines are one.
        let waiting = |line: &str| line.starts_with("Sessions.WaitsFor");
        for pattern in patterns().into_iter().filter(|pattern| !waiting(pattern.line)) {
            let filled: String = pattern
                .pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Words(words) => words.clone(),
                    Piece::Field(_) => String::from("77"),
                })
                .collect();
            match lines.framed(&filled, 0) {
                Some(known) if known.whole && (known.line == pattern.line || ALIKE.iter().any(|(_, alike)| known.line == *alike)) => {}
                other => missed.push(format!("{filled:?} of {} is {:?}", pattern.line, other.map(|known| known.line))),
            }
        }
        assert!(missed.is_empty(), "{missed:#?}");
    }

    #[test]
    fn fields_come_out_of_a_line_and_a_part_is_known_by_its_beginning() {
        let lines = Lines::new();
        let text = "see: Unable to partial resync with slave 10.0.0.2:6379 for lack of backlog (Slave request was: 353114957).";
        let known = lines.within(text).expect("it is known");
        assert_eq!((known.line, known.whole), ("Sessions.Lack", true));
        assert_eq!(known.values, [("replica", "10.0.0.2:6379".to_owned()), ("offset", "353114957".to_owned())]);
        assert!(known.eras.contains(&Era::V3_0) && !known.eras.contains(&Era::V5_0));
        let part = lines.within(&text[..60]).expect("it is known");
        assert_eq!((part.line, part.whole), ("Sessions.Lack", false));
        assert_eq!(lines.within("Unable to part"), None);
        let empty = lines.within("Trying a partial resynchronization (request :50).").expect("it is known");
        assert_eq!(empty.values, [("id", String::new()), ("offset", "50".to_owned())]);
        assert!(OTHERS.len() + patterns().len() > lines.names().len(), "several eras say the same line in their words");
    }
}
