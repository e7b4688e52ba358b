//! The streams as they were seen: the bytes under each identity, and the data that stood at each offset.

use crate::repl::ReplId;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A stream: its identity, and which of its lives. Up to 3.2 a server may begin to count anew under the same run id (SLAVEOF, promotion).
pub(super) type Stream = (ReplId, u32);

/// Bytes of one stream without a gap.
#[derive(Clone, Debug)]
struct Written {
    first: i64,
    bytes: Vec<u8>,
}

/// All streams of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Pasts {
    written: BTreeMap<Stream, Written>,
    states: BTreeMap<Stream, BTreeMap<i64, u64>>,
}

impl Pasts {
    /// Somebody has these bytes from `first` on. Gives the offset of the first byte that others had otherwise.
    pub(super) fn bytes(&mut self, stream: Stream, first: i64, bytes: &[u8]) -> Option<i64> {
        let known = self.written.entry(stream).or_insert_with(|| Written { first, bytes: Vec::new() });
        let (end, to) = (known.first + known.bytes.len() as i64, first + bytes.len() as i64);
        if first > end {
            // What lies between was never seen.
            *known = Written { first, bytes: bytes.to_vec() };
            return None;
        }
        let (from, both) = (first.max(known.first), to.min(end));
        if from < both {
            let mine = &bytes[(from - first) as usize..(both - first) as usize];
            let theirs = &known.bytes[(from - known.first) as usize..(both - known.first) as usize];
            if mine != theirs {
                return mine.iter().zip(theirs).position(|(a, b)| a != b).map(|at| from + at as i64);
            }
        }
        if to > end {
            known.bytes.extend_from_slice(&bytes[(end - first) as usize..]);
        }
        None
    }
    /// A master's data are these at this offset.
    pub(super) fn state_is(&mut self, stream: Stream, at: i64, digest: u64) {
        self.states.entry(stream).or_default().insert(at, digest);
    }
    /// The data that stood at this offset, if anybody was seen there.
    pub(super) fn known(&self, stream: Stream, at: i64) -> Option<u64> {
        self.states.get(&stream)?.get(&at).copied()
    }
    /// Somebody who follows has these data at this offset. Says whether that fits what others had there.
    pub(super) fn state_fits(&mut self, stream: Stream, at: i64, digest: u64) -> bool {
        *self.states.entry(stream).or_default().entry(at).or_insert(digest) == digest
    }
}

/// Whether what a server fed at one moment leaves a transaction open, having begun within one if `open`.
///
/// # Errors
/// The fault: commands are whole, and each transaction has its two ends.
pub(super) fn well_formed(mut bytes: &[u8], mut open: bool) -> Result<bool, String> {
    while !bytes.is_empty() {
        let Some((name, rest)) = command(bytes) else {
            return Err("its stream does not stand between two commands".to_string());
        };
        let is = |word: &[u8]| name.eq_ignore_ascii_case(word);
        match (is(b"MULTI"), is(b"EXEC"), open) {
            (true, _, true) => return Err("its stream has MULTI within MULTI".to_string()),
            (_, true, false) => return Err("its stream has an EXEC without its MULTI".to_string()),
            (true, ..) => open = true,
            (_, true, _) => open = false,
            _ => {}
        }
        bytes = rest;
    }
    Ok(open)
}
/// The first command's name, and what follows the command.
fn command(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (words, mut rest) = number(bytes, b'*')?;
    let mut name = None;
    for _ in 0..words {
        let (len, after) = number(rest, b'$')?;
        let word = after.get(..len)?;
        name = name.or(Some(word));
        rest = after.get(len..)?.strip_prefix(b"\r\n")?;
    }
    Some((name?, rest))
}
fn number(bytes: &[u8], mark: u8) -> Option<(usize, &[u8])> {
    let bytes = bytes.strip_prefix(&[mark])?;
    let end = bytes.iter().position(|byte| *byte == b'\r')?;
    let n = core::str::from_utf8(&bytes[..end]).ok()?.parse().ok()?;
    Some((n, bytes[end..].strip_prefix(b"\r\n")?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    const STREAM: Stream = (ReplId::ZEROS, 0);

    #[test]
    fn bytes_of_one_stream_are_the_same_for_everybody() {
        let mut pasts = Pasts::default();
        assert_eq!(pasts.bytes(STREAM, 10, b"abcdef"), None);
        assert_eq!(pasts.bytes(STREAM, 12, b"cdefgh"), None);
        assert_eq!(pasts.bytes(STREAM, 14, b"efgX"), Some(17));
        assert_eq!(pasts.bytes((ReplId::ZEROS, 1), 14, b"efgX"), None);
        // Before what is known nothing is said; behind a gap it begins anew.
        assert_eq!(pasts.bytes(STREAM, 5, b"zzzzzab"), None);
        assert_eq!(pasts.bytes(STREAM, 100, b"new"), None);
        assert_eq!(pasts.bytes(STREAM, 101, b"eW"), Some(102));
    }

    #[test]
    fn data_at_an_offset_are_the_same_for_everybody() {
        let mut pasts = Pasts::default();
        assert!(pasts.state_fits(STREAM, 5, 1));
        assert!(!pasts.state_fits(STREAM, 5, 2));
        pasts.state_is(STREAM, 5, 2);
        assert!(pasts.state_fits(STREAM, 5, 2));
    }

    #[test]
    fn streams_are_made_of_whole_commands_and_whole_transactions() {
        let set = "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n*\r\n";
        let (multi, exec) = ("*1\r\n$5\r\nMULTI\r\n", "*1\r\n$4\r\nEXEC\r\n");
        for (text, fine) in [
            (format!("{set}{set}"), true),
            (format!("{multi}{set}{exec}{set}"), true),
            (format!("{set}{exec}"), false),
            (format!("{multi}{set}{exec}{exec}"), false),
            (format!("{multi}{multi}{set}{exec}"), false),
            (format!("{multi}{set}"), false),
            (set[..20].to_string(), false),
            (set[4..].to_string(), false),
        ] {
            assert_eq!(well_formed(text.as_bytes(), false) == Ok(false), fine, "{text}");
        }
    }
}
