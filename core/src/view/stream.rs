//! The stream's bytes as commands, for the lens.

use super::StreamCommand;
use crate::repl::Offset;
use crate::repl::backlog::Backlog;
use alloc::string::String;
use alloc::vec::Vec;
use bytes::Bytes;

/// Bytes that one call decodes at most: a lens shows some hundred.
const WINDOW_MAX: i64 = 64 * 1024;
/// How far before the wanted range a command's beginning is looked for.
const LOOK_BACK: i64 = 16 * 1024;
/// Words of a command that its text is made from.
const WORDS_MAX: usize = 4;

/// Commands of which some byte lies in `from..=to`, as far as the backlog holds them. The work is bounded, whatever is asked.
///
/// A backlog may begin in the middle of a command: decoding starts at the first place from which whole commands follow.
#[must_use]
pub(super) fn commands(backlog: &Backlog, from: Offset, to: Offset) -> Vec<StreamCommand> {
    if !backlog.active() || backlog.histlen() == 0 || to < from {
        return Vec::new();
    }
    let first = backlog.first().max(from - LOOK_BACK);
    let to = to.min(backlog.head()).min(from + WINDOW_MAX);
    if to < first {
        return Vec::new();
    }
    let bytes = backlog.read(first, (LOOK_BACK + WINDOW_MAX + LOOK_BACK) as usize);
    let mut all = Vec::new();
    let Some(mut at) = beginning(&bytes, 0) else { return all };
    while let Some((end, text)) = command(&bytes, at) {
        let begins = first + at as i64;
        if begins > to {
            break;
        }
        if first + (end as i64 - 1) >= from {
            all.push(StreamCommand { first: begins, bytes: u32::try_from(end - at).unwrap_or(u32::MAX), text });
        }
        at = end;
    }
    all
}

/// The first place at or after `at` from which commands follow one another: three of them, or up to the end of the bytes.
fn beginning(bytes: &Bytes, at: usize) -> Option<usize> {
    (at..bytes.len()).find(|start| {
        if bytes[*start] != b'*' || (*start > 0 && bytes[*start - 1] != b'\n') {
            return false;
        }
        let mut next = *start;
        for _ in 0..3 {
            match frame(bytes, next) {
                Frame::Command(words) => next = words.last().map_or(next, |(_, end)| end + 2),
                Frame::Short => return next > *start || bytes.len() - *start < LOOK_BACK as usize,
                Frame::Wrong => return false,
            }
        }
        true
    })
}

pub(super) enum Frame {
    /// Start and end of each word.
    Command(Vec<(usize, usize)>),
    /// The bytes end before the command does.
    Short,
    /// No command.
    Wrong,
}

/// The command that begins at `at`.
pub(super) fn frame(bytes: &[u8], at: usize) -> Frame {
    let Some((count, mut at)) = (match header(bytes, at, b'*') {
        Ok(header) => header,
        Err(frame) => return frame,
    }) else {
        return Frame::Wrong;
    };
    if count == 0 || count > 1024 * 1024 {
        return Frame::Wrong;
    }
    let mut words = Vec::new();
    for _ in 0..count {
        let (length, start) = match header(bytes, at, b'$') {
            Ok(Some(header)) => header,
            Ok(None) => return Frame::Wrong,
            Err(frame) => return frame,
        };
        let Some(end) = start.checked_add(length) else { return Frame::Wrong };
        match bytes.get(end..end + 2) {
            Some(b"\r\n") => {}
            Some(_) => return Frame::Wrong,
            None => return Frame::Short,
        }
        words.push((start, end));
        at = end + 2;
    }
    Frame::Command(words)
}

/// `*n` or `$n` with its line end: the number, and where what follows begins.
fn header(bytes: &[u8], at: usize, mark: u8) -> Result<Option<(usize, usize)>, Frame> {
    match bytes.get(at) {
        None => return Err(Frame::Short),
        Some(byte) if *byte != mark => return Ok(None),
        Some(_) => {}
    }
    let mut value = 0usize;
    for (digits, byte) in bytes[at + 1..].iter().enumerate() {
        match byte {
            b'0'..=b'9' if digits < 9 => value = value * 10 + usize::from(byte - b'0'),
            b'\r' if digits > 0 => {
                return match bytes.get(at + 2 + digits) {
                    Some(b'\n') => Ok(Some((value, at + 3 + digits))),
                    Some(_) => Ok(None),
                    None => Err(Frame::Short),
                };
            }
            _ => return Ok(None),
        }
    }
    Err(Frame::Short)
}

fn command(bytes: &Bytes, at: usize) -> Option<(usize, String)> {
    let Frame::Command(words) = frame(bytes, at) else { return None };
    let end = words.last()?.1 + 2;
    let shown: Vec<Bytes> = words.iter().take(WORDS_MAX).map(|(start, end)| bytes.slice(*start..*end)).collect();
    let text = crate::command::short_text(&shown);
    Some((end, text.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::era::BacklogKind;
    use std::format;

    fn feed(backlog: &mut Backlog, words: &[&[u8]]) -> usize {
        let mut bytes = Vec::new();
        crate::resp::write_command(words, &mut bytes);
        backlog.feed(&bytes);
        bytes.len()
    }

    #[test]
    fn the_lens_shows_the_commands_whose_bytes_it_covers() {
        for kind in [BacklogKind::Ring, BacklogKind::Blocks] {
            let mut backlog = Backlog::new(kind, 16_384);
            backlog.create(Offset(1));
            let lengths = [
                feed(&mut backlog, &[b"SELECT", b"0"]),
                feed(&mut backlog, &[b"SET", b"key:76", &[b'x'; 32]]),
                feed(&mut backlog, &[b"PING"]),
            ];
            let first = backlog.first();
            let all = commands(&backlog, first, backlog.head());
            let texts: Vec<&str> = all.iter().map(|command| command.text.as_str()).collect();
            assert_eq!(texts, ["SELECT 0", "SET key:76", "PING"]);
            assert_eq!(all.iter().map(|c| c.bytes as usize).collect::<Vec<_>>(), lengths);
            assert_eq!(all[1].first, first + lengths[0] as i64);
            let one = commands(&backlog, all[1].first + 3, all[1].first + 4);
            assert_eq!(one, [all[1].clone()]);
            assert_eq!(commands(&backlog, backlog.head() + 1, backlog.head() + 9), []);
        }
    }

    #[test]
    fn a_ring_that_begins_within_a_command_is_decoded_from_the_next() {
        let mut backlog = Backlog::new(BacklogKind::Ring, 16_384);
        backlog.create(Offset(1));
        let mut starts = Vec::new();
        for n in 0..400 {
            starts.push(backlog.head() + 1);
            // A value that looks like a command, and one that looks like a header.
            feed(&mut backlog, &[b"SET", format!("k:{n}").as_bytes(), b"*1\r\n$4\r\nPING\r\n*9\r\n$x\r\n* 32 bytes filler"]);
        }
        let all = commands(&backlog, backlog.first(), backlog.head());
        let shown: Vec<Offset> = all.iter().map(|command| command.first).collect();
        let held: Vec<Offset> = starts.into_iter().filter(|start| *start >= backlog.first()).collect();
        assert!(held.len() > 150);
        // A look-alike may be taken for the first command; from the second on only true ones are shown.
        assert!(held.ends_with(&shown[2..]), "{:?} {:?}", &held[..4], &shown[..4]);
        assert_eq!(all.last().map(|c| c.text.as_str()), Some("SET k:399"));
    }

    #[test]
    fn work_is_bounded() {
        let mut backlog = Backlog::new(BacklogKind::Ring, 8 << 20);
        backlog.create(Offset(1));
        for n in 0..60_000 {
            feed(&mut backlog, &[b"SET", format!("k:{n}").as_bytes(), &[b'x'; 100]]);
        }
        let all = commands(&backlog, backlog.first(), backlog.head());
        let span = all.last().unwrap().first.bytes_since(all[0].first);
        assert!(span <= WINDOW_MAX);
    }
}
