//! Labels of sent bytes, for lanes and ladders. Nothing here changes what a server does.

use super::api::{Label, Payload};
use crate::text::{Sketch, Text};
use alloc::format;
use alloc::string::String;
use bytes::Bytes;

/// Longest text of a label, in characters.
const TEXT_MAX: usize = 64;

/// The first line of `bytes` as text: what a ladder writes on an arrow.
#[must_use]
pub fn first_line(bytes: &[u8]) -> Text {
    let end = bytes.iter().position(|b| *b == b'\r' || *b == b'\n').unwrap_or(bytes.len());
    clip(&String::from_utf8_lossy(&bytes[..end.min(4 * TEXT_MAX)]))
}

fn clip(text: &str) -> Text {
    if text.len() <= TEXT_MAX || text.chars().count() <= TEXT_MAX {
        Text::from(text)
    } else {
        text.chars().take(TEXT_MAX - 1).chain(['…']).collect::<String>().into()
    }
}
/// A command's name and its first key.
fn named(name: &[u8], key: Option<&[u8]>) -> Text {
    let key_len = key.map_or(0, |key| key.len() + 1);
    if name.is_ascii() && key.is_none_or(<[u8]>::is_ascii) && name.len() + key_len <= TEXT_MAX {
        let mut text = Sketch::default();
        text.push_upper(name);
        if let Some(key) = key {
            text.push_str(" ");
            text.push_str(core::str::from_utf8(key).unwrap_or_default());
        }
        return text.text();
    }
    let name = String::from_utf8_lossy(name).to_ascii_uppercase();
    match key {
        Some(key) => clip(&format!("{name} {}", String::from_utf8_lossy(key))),
        None => clip(&name),
    }
}

impl Label {
    /// A request of the handshake, as one line (`PING`, `AUTH ***`, `PSYNC ? -1`).
    #[must_use]
    pub fn request(syncs: bool, words: impl Into<Text>) -> Label {
        Label { payload: Payload::Request { syncs }, words: words.into() }
    }
    /// A reply line (`+PONG`, `-LOADING …`, `+FULLRESYNC id 1`).
    #[must_use]
    pub fn reply(words: impl Into<Text>) -> Label {
        let words = words.into();
        Label { payload: Payload::Reply { error: words.starts_with('-') }, words }
    }
    /// Stream bytes; `words` are those of the first command.
    #[must_use]
    pub fn stream(first: i64, words: impl Into<Text>, commands: u32) -> Label {
        let words = words.into();
        let ping = commands == 1 && words.eq_ignore_ascii_case("ping");
        Label { payload: Payload::Stream { first, commands, ping }, words }
    }
    /// Anything between a caller and its server.
    #[must_use]
    pub fn client(words: impl Into<Text>) -> Label {
        Label { payload: Payload::Client, words: words.into() }
    }
}
/// What needs no words of its own.
impl From<Payload> for Label {
    fn from(payload: Payload) -> Label {
        Label { payload, words: Text::default() }
    }
}

/// Reads `<digits>\r\n` after a type byte at `at`; gives the number and the place behind it.
fn header(bytes: &[u8], at: usize, kind: u8) -> Option<(usize, usize)> {
    if *bytes.get(at)? != kind {
        return None;
    }
    let mut value = 0usize;
    let mut i = at + 1;
    while let Some(digit) = bytes.get(i).filter(|b| b.is_ascii_digit()) {
        value = value.checked_mul(10)?.checked_add(usize::from(digit - b'0'))?;
        i += 1;
    }
    (bytes.get(i..i + 2)? == b"\r\n").then_some((value, i + 2))
}

/// Where a word begins and ends.
type Place = (usize, usize);

/// Where the command that begins at `at` ends, and where its first two words lie.
fn command(bytes: &[u8], at: usize) -> Option<(usize, [Option<Place>; 2])> {
    let (words, mut at) = header(bytes, at, b'*')?;
    let mut first = [None, None];
    for n in 0..words {
        let (len, start) = header(bytes, at, b'$')?;
        let end = start.checked_add(len)?;
        if let Some(place) = first.get_mut(n).filter(|_| end <= bytes.len()) {
            *place = Some((start, end));
        }
        at = end.checked_add(2)?;
    }
    Some((at, first))
}

/// A piece of the replication stream whose first byte has the offset `first`. A piece that begins inside a command counts from the next one that it can
/// tell.
#[must_use]
pub fn stream(first: i64, bytes: &Bytes) -> Label {
    let mut commands = 0u32;
    let mut text = Text::default();
    let mut at = 0;
    while at < bytes.len() {
        let Some((end, words)) = command(bytes, at) else {
            if bytes[at] == b'*' {
                commands = commands.saturating_add(1);
            }
            break;
        };
        commands = commands.saturating_add(1);
        let select = words[0].is_some_and(|(a, b)| bytes[a..b].eq_ignore_ascii_case(b"select"));
        if text.is_empty() || (commands == 2 && text.starts_with("SELECT")) {
            let word = |w: Option<(usize, usize)>| w.map(|(a, b)| &bytes[a..b.min(a + TEXT_MAX)]);
            if let Some(name) = word(words[0]) {
                text = named(name, word(words[1]));
            }
            if !select && text.is_empty() {
                text = "…".into();
            }
        }
        at = end;
    }
    if text.is_empty() {
        text = "…".into();
    }
    Label::stream(first, text, commands)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_of_stream_names_its_first_command_after_select() {
        let bytes = Bytes::from_static(b"*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nset\r\n$6\r\nkey:76\r\n$1\r\nv\r\n");
        assert_eq!(stream(58, &bytes), Label::stream(58, "SET key:76", 2));
        assert_eq!(stream(1, &Bytes::from_static(b"*1\r\n$4\r\nPING\r\n")), Label::stream(1, "PING", 1));
    }

    #[test]
    fn broken_bytes_are_no_trouble() {
        for bytes in
            [&b"\r\nabc"[..], b"*99999999999999999999\r\n", b"*2\r\n$18446744073709551615\r\nx", b"*3\r\n$3\r\nSET\r\n$5\r\nab", b""]
        {
            assert!(matches!(stream(1, &Bytes::copy_from_slice(bytes)).payload, Payload::Stream { first: 1, .. }), "{bytes:?}");
        }
    }
}
