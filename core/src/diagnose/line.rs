//! One line of a paste: what it is.

use super::place::{Place, Row};
use super::said::{Frame, Known, Lines, VALKEY, frame};
use crate::info::{Field, Kind, Name};
use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;

/// A pair of INFO in a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Pair {
    /// Before the colon.
    pub name: String,
    /// Behind it.
    pub value: String,
    /// Both.
    pub place: Place,
}

/// What a line is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Line {
    /// A log line; `None`: one that nobody here knows.
    Log(Frame, Option<(Known, Place)>),
    /// Pairs of INFO.
    Pairs(Vec<Pair>),
    /// `# Replication`.
    Heading,
    /// A line of CLIENT LIST.
    Client,
    /// A directive, and its value if that stands beside it.
    Directive(&'static str, Option<String>),
    /// An error that a client got.
    Complaint(&'static str, Place),
    /// A prompt, a command, a heading of whoever pasted: with a name of what follows, if it says one.
    Label(Option<String>),
    /// None of these.
    Other,
}

/// Directives that say something of replication.
const DIRECTIVES: [&str; 42] = [
    "appendonly",
    "client-output-buffer-limit",
    "masterauth",
    "masteruser",
    "maxmemory",
    "maxmemory-policy",
    "min-replicas-max-lag",
    "min-replicas-to-write",
    "min-slaves-max-lag",
    "min-slaves-to-write",
    "primaryauth",
    "protected-mode",
    "repl-backlog-size",
    "repl-backlog-ttl",
    "repl-disable-tcp-nodelay",
    "repl-diskless-load",
    "repl-diskless-sync",
    "repl-diskless-sync-delay",
    "repl-diskless-sync-max-replicas",
    "repl-ping-replica-period",
    "repl-ping-slave-period",
    "repl-rdb-channel",
    "repl-timeout",
    "replica-announce-ip",
    "replica-announce-port",
    "replica-lazy-flush",
    "replica-priority",
    "replica-read-only",
    "replica-serve-stale-data",
    "replicaof",
    "requirepass",
    "save",
    "slave-announce-ip",
    "slave-announce-port",
    "slave-priority",
    "slave-read-only",
    "slave-serve-stale-data",
    "slaveof",
    "stop-writes-on-bgsave-error",
    "tcp-keepalive",
    "timeout",
    "tls-replication",
];

/// Errors that clients get, by what is found of them in a line.
const COMPLAINTS: [(&str, &str); 12] = [
    ("NOREPLICAS ", "NOREPLICAS"),
    ("READONLY You can't write against", "READONLY"),
    ("MASTERDOWN Link with", "MASTERDOWN"),
    ("LOADING Redis is loading", "LOADING"),
    ("LOADING Valkey is loading", "LOADING"),
    ("DENIED Redis is running in protected mode", "DENIED"),
    ("MISCONF Redis is configured to save", "MISCONF"),
    ("MISCONF Errors writing to the AOF", "MISCONF"),
    ("NOMASTERLINK", "NOMASTERLINK"),
    ("UNBLOCKED force unblock", "UNBLOCKED"),
    ("OOM command not allowed", "OOM"),
    ("BUSY Redis is busy running a script", "BUSY"),
];

/// What this line is. `inside`: INFO stands around it, so that names which nobody knows are INFO's too.
pub(super) fn line(lines: &Lines, row: &Row, inside: bool) -> Line {
    let what = as_it_stands(lines, row, inside);
    let known = matches!(&what, Line::Log(_, Some((known, _))) if known.whole);
    // A Valkey's words of a release that the tables do not have: what Redis would say.
    if !known && (row.text.contains("RIMARY") || row.text.contains("rimary") || row.text.contains("Dual channel")) {
        let redis = as_it_stands(lines, &row.exchanged(&VALKEY), inside);
        if matches!(redis, Line::Log(_, Some(_))) {
            return redis;
        }
    }
    what
}

fn as_it_stands(lines: &Lines, row: &Row, inside: bool) -> Line {
    let text = row.text.as_str();
    if let Some(frame) = frame(text) {
        let known = lines.framed(text, frame.text_at);
        return Line::Log(frame, known.map(|known| placed(row, known)));
    }
    let pairs = if text.contains(':') { pairs(row, inside) } else { Vec::new() };
    if !pairs.is_empty() {
        return Line::Pairs(pairs);
    }
    if let Some(heading) = text.strip_prefix("# ")
        && heading.len() < 24
        && heading.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ' || byte == b'_')
        && !matches!(crate::info::Topic::of(text), crate::info::Topic::Other(_))
    {
        return Line::Heading;
    }
    if let Some(known) = lines.within(text) {
        return Line::Log(Frame::default(), Some(placed(row, known)));
    }
    if text.contains("addr=") && text.contains("flags=") && text.contains("fd=") {
        return Line::Client;
    }
    if let Some((name, value)) = directive(text) {
        return Line::Directive(name, value);
    }
    if let Some((at, needle, code)) = COMPLAINTS.iter().find_map(|(needle, code)| Some((text.find(needle)?, needle, code))) {
        return Line::Complaint(code, row.place(at, at + needle.len()));
    }
    label(text).map_or(Line::Other, Line::Label)
}

fn placed(row: &Row, known: Known) -> (Known, Place) {
    let place = row.place(known.from, known.to);
    (known, place)
}

/// The pairs of INFO in a line: names that INFO has, with values that they can have.
fn pairs(row: &Row, inside: bool) -> Vec<Pair> {
    let text = row.text.as_str();
    let bytes = text.as_bytes();
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut found = Vec::new();
    let mut done = 0;
    for (colon, _) in text.match_indices(':') {
        if colon < done {
            continue;
        }
        let end = if colon > 0 && matches!(bytes[colon - 1], b'\'' | b'"') { colon - 1 } else { colon };
        let begin = (done..end).rev().take_while(|at| word(bytes[*at])).last().unwrap_or(end);
        let name = &text[begin..end];
        if name.is_empty() || begin > 0 && matches!(bytes[begin - 1], b'-' | b'.' | b'/' | b'@') {
            continue;
        }
        let quoted = end < colon;
        let from = colon + 1 + text[colon + 1..].len() - text[colon + 1..].trim_start_matches([' ', '\'', '"', '{']).len();
        let Some(to) = value(name, text, from, inside && begin == 0) else { continue };
        let mut value = text[from..to].trim_end().to_owned();
        if quoted {
            value.retain(|sign| !matches!(sign, '\'' | '"' | '}'));
            value = value.replace(": ", "=").replace(", ", ",");
        }
        let place = row.place(begin, from + text[from..to].trim_end().len());
        found.push(Pair { name: name.to_owned(), value, place });
        done = to;
    }
    found
}

/// Where the value of this name ends; `None` if it can have none such.
fn value(name: &str, text: &str, from: usize, inside: bool) -> Option<usize> {
    let rest = &text[from..];
    let stop = |signs: &[char]| from + rest.find(signs).unwrap_or(rest.len());
    let token = stop(&[' ', '`', '"', '\'', ';', ',', ')', '}', '<']);
    let number = |text: &str| !text.is_empty() && text.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match Name::of(name) {
        Name::Field(field) => match field.kind() {
            Kind::Number | Kind::Flag | Kind::Percent => number(text[from..token].trim_end_matches('%')).then_some(token),
            Kind::Word(words) => words.contains(&&text[from..token]).then_some(token),
            Kind::Text if one_word(field) => (token > from).then_some(token),
            Kind::Text => (inside || text.starts_with(name)).then_some(text.len()),
        },
        Name::Replica(_) => {
            let line = stop(&[' ', '`', '"', '\'', '}']);
            let dict = rest.starts_with('\'') || rest.contains("': ");
            let line = if dict { stop(&['}']) } else { line };
            (rest.contains("offset") || rest.contains("state") || rest.contains("ip=") || rest.split(',').count() == 3).then_some(line)
        }
        Name::Database(_) => rest.contains("keys").then(|| stop(&[' ', '`', '}'])),
        Name::Calls(_) | Name::Errors(_) => Some(text.len()),
        Name::Other(name) => {
            let named = name.len() > 2 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
            (inside && named && text.starts_with(&name) && (name.contains('_') || !rest.contains(' '))).then_some(text.len())
        }
    }
}

/// Texts that are one word: an id, a version, a host.
fn one_word(field: Field) -> bool {
    !matches!(field.name(), "os" | "config_file")
}

/// A directive at the beginning of a line.
fn directive(text: &str) -> Option<(&'static str, Option<String>)> {
    let text = ["CONFIG SET ", "config set ", "\u{23}\" "].iter().find_map(|before| text.strip_prefix(before)).unwrap_or(text);
    let end = text.find([' ', '"', '\'', '=', ':']).unwrap_or(text.len());
    let name = text[..end].to_ascii_lowercase();
    let name = DIRECTIVES.iter().find(|known| **known == name)?;
    let rest = text[end..].trim_matches([' ', '"', '\'', '=', '>', ':']);
    // `timeout` and `save` begin sentences too.
    let sentence = !name.contains('-') && rest.contains(' ') && !rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ');
    (!sentence || *name == "slaveof" || *name == "replicaof").then(|| (*name, (!rest.is_empty()).then(|| rest.to_owned())))
}

/// A prompt, a command, or a heading of whoever pasted.
fn label(text: &str) -> Option<Option<String>> {
    let named = |name: &str| {
        Some(name.trim_matches(['=', '-', '#', '*', ':', ' ', '[', ']', '"', '\'']).to_owned()).filter(|name| !name.is_empty())
    };
    if let Some(at) = text.find("ssh ") {
        return Some(text[at + 4..].split_ascii_whitespace().next().and_then(named));
    }
    for client in ["redis-cli", "valkey-cli"] {
        if let Some(at) = text.find(client) {
            let mut words = text[at..].split_ascii_whitespace();
            let host = words.by_ref().find(|word| *word == "-h").and_then(|_| words.next());
            let mut words = text[at..].split_ascii_whitespace();
            let port = words.by_ref().find(|word| *word == "-p").and_then(|_| words.next());
            return Some(match (host, port) {
                (Some(host), Some(port)) => named(&alloc::format!("{host}:{port}")),
                (Some(one), None) | (None, Some(one)) => named(one),
                (None, None) => prompt(text),
            });
        }
    }
    // `10.0.0.1:6379> info`, and `user@host:~$`.
    if let Some((before, _)) = text.split_once("> ").or_else(|| text.strip_suffix('>').map(|before| (before, "")))
        && before.rsplit_once(':').is_some_and(|(_, port)| port.split('[').next().is_some_and(|port| port.parse::<u16>().is_ok()))
    {
        return Some(named(before.split('[').next().unwrap_or(before)));
    }
    if let Some(host) = prompt(text) {
        return Some(Some(host));
    }
    let short = text.chars().count() <= 48;
    let drawn = ["==", "--", "##", "**"].iter().any(|line| text.starts_with(line));
    let spoken = ["master", "replica", "slave", "primary", "主", "从"].iter().any(|word| text.to_ascii_lowercase().contains(word));
    // A sentence that leads to a paste is no name of what follows.
    let named_so = text.ends_with(':') && !text.contains(',') && text.split_whitespace().count() <= 4;
    let heads = named_so || drawn || spoken && text.chars().count() <= 24 && !text.contains(['.', '?', '!', '=']);
    (short && heads).then(|| named(text))
}

/// The host of a shell's prompt.
fn prompt(text: &str) -> Option<String> {
    let (_, rest) = text.split_once('@')?;
    let end = rest.find([':', ' ', ']'])?;
    let sign = rest[end..].contains('$') || rest[end..].contains('#');
    (sign && end > 0 && rest[..end].bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')))
        .then(|| rest[..end].to_owned())
}
