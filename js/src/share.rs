//! A run as a link: `#v1.` and base64url of a versioned binary form.
//!
//! Layout: version (1) · flags · `BEHAVIOUR` (varint) · moment in µs (varint) · fingerprint (8 bytes, if flag 1) · the run's text. With flag 2 the text
//! is packed: bytes from 0x80 up stand for words that scenarios are made of. `overlay.js` writes the plain form (no flags), which needs no engine.

use base64ct::{Base64UrlUnpadded, Encoding};
use resync_core::limits::SCENARIO_BYTES_MAX;
use resync_core::order;
use std::fmt;

/// Links longer than this are not offered: many programs cut them off.
pub const CHARS_MAX: usize = 8_000;
/// What every link begins with.
pub const PREFIX: &str = "#v1.";

const HAS_FINGERPRINT: u8 = 1;
const PACKED: u8 = 2;

/// A run and the moment at which it was shared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    /// Scenario and inputs as text.
    pub text: String,
    /// The moment, µs.
    pub at_us: u64,
    /// [`resync_core::BEHAVIOUR`] of the engine that recorded it.
    pub behaviour: u32,
    /// The run's fingerprint at that moment.
    pub fingerprint: Option<u64>,
}

/// Why a link is not a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShareError {
    /// Not `#v1.` and base64url.
    Encoding,
    /// Ends too early, or a number has no end.
    Short,
    /// Made by a later release.
    Version(u8),
    /// The text is longer than [`SCENARIO_BYTES_MAX`].
    TooLong,
    /// The text is not UTF-8.
    Text,
}
impl fmt::Display for ShareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ShareError::Encoding => write!(f, "the link is not “{PREFIX}” followed by base64url"),
            ShareError::Short => f.write_str("the link ends too early; was it cut off?"),
            ShareError::Version(v) => write!(f, "the link has version {v}, and this page reads version 1"),
            ShareError::TooLong => write!(f, "the link's scenario is longer than {SCENARIO_BYTES_MAX} bytes"),
            ShareError::Text => f.write_str("the link's scenario is not UTF-8 text"),
        }
    }
}
impl std::error::Error for ShareError {}

/// Words that stand for themselves in one byte, 0x80 upwards. Only ever appended to: old links depend on the order.
const WORDS: [&str; 48] = [
    "master replica-1",
    "master replica-2",
    "master replica-3",
    "replica-1",
    "replica-2",
    "replica-3",
    "master",
    "\nat ",
    "us ",
    "ms ",
    "\nnode ",
    "\nlink ",
    "\nclient ",
    "\nexpect ",
    "\nuntil ",
    " follows ",
    "default link ",
    "latency ",
    "bandwidth ",
    "jitter ",
    "repl-backlog-size ",
    "repl-timeout ",
    "repl-ping-slave-period ",
    "repl-diskless-sync ",
    "min-slaves-to-write ",
    "min-slaves-max-lag ",
    "masterauth ",
    "requirepass ",
    "client-output-buffer-limit ",
    "CONFIG SET ",
    "client ",
    "writer ",
    " every ",
    " bytes ",
    " bytes}",
    "SET key:{1..",
    "cut ",
    "heal ",
    "freeze ",
    "pause ",
    "resume ",
    "crash ",
    "restart ",
    "link ",
    "era 3.0",
    "era 7.0",
    "seed ",
    "note ",
];

/// The link's fragment, `#v1.` included.
#[must_use]
pub fn encode(run: &Run) -> String {
    let packed = pack(&run.text);
    let mut flags = 0;
    if run.fingerprint.is_some() {
        flags |= HAS_FINGERPRINT;
    }
    if packed.is_some() {
        flags |= PACKED;
    }
    let mut out = vec![1, flags];
    varint(&mut out, u64::from(run.behaviour));
    varint(&mut out, run.at_us);
    if let Some(f) = run.fingerprint {
        out.extend_from_slice(&f.to_le_bytes());
    }
    match packed {
        Some(bytes) => out.extend_from_slice(&bytes),
        None => out.extend_from_slice(run.text.as_bytes()),
    }
    format!("{PREFIX}{}", Base64UrlUnpadded::encode_string(&out))
}

/// Reads a fragment, with or without its `#`.
///
/// # Errors
/// If it is not a run of version 1 within the limits.
pub fn decode(fragment: &str) -> Result<Run, ShareError> {
    let body = fragment.strip_prefix(PREFIX).or_else(|| fragment.strip_prefix(&PREFIX[1..])).ok_or(ShareError::Encoding)?;
    // Four characters hold three bytes, and a packed byte may stand for some thirty: the bound on the text is checked again below.
    if body.len() > SCENARIO_BYTES_MAX * 4 / 3 + 64 {
        return Err(ShareError::TooLong);
    }
    let bytes = Base64UrlUnpadded::decode_vec(body).map_err(|_| ShareError::Encoding)?;
    let mut rest = bytes.as_slice();
    let mut next = || -> Result<u8, ShareError> {
        let (first, tail) = rest.split_first().ok_or(ShareError::Short)?;
        rest = tail;
        Ok(*first)
    };
    let version = next()?;
    if version != 1 {
        return Err(ShareError::Version(version));
    }
    let flags = next()?;
    let behaviour = u32::try_from(read_varint(&mut next)?).map_err(|_| ShareError::Short)?;
    let at_us = read_varint(&mut next)?;
    let fingerprint = if flags & HAS_FINGERPRINT != 0 {
        let mut f = [0; 8];
        for b in &mut f {
            *b = next()?;
        }
        Some(u64::from_le_bytes(f))
    } else {
        None
    };
    let text = if flags & PACKED != 0 { unpack(rest)? } else { String::from_utf8(rest.to_vec()).map_err(|_| ShareError::Text)? };
    if text.len() > SCENARIO_BYTES_MAX {
        return Err(ShareError::TooLong);
    }
    Ok(Run { text, at_us, behaviour, fingerprint })
}

/// Packs ASCII text by [`WORDS`], longest first; text that is not ASCII stays as it is.
fn pack(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() {
        return None;
    }
    let mut longest: Vec<usize> = (0..WORDS.len()).collect();
    order::sort_by_key(&mut longest, |i| std::cmp::Reverse(WORDS[*i].len()));
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.bytes().next() {
        if let Some((i, tail)) = longest.iter().find_map(|i| rest.strip_prefix(WORDS[*i]).map(|tail| (*i, tail))) {
            out.push(0x80 + u8::try_from(i).expect("fewer than 128 words"));
            rest = tail;
        } else {
            out.push(c);
            rest = &rest[1..];
        }
    }
    Some(out)
}

fn unpack(bytes: &[u8]) -> Result<String, ShareError> {
    let mut out = String::with_capacity(bytes.len());
    for b in bytes {
        if b.is_ascii() {
            out.push(char::from(*b));
        } else {
            out.push_str(WORDS.get(usize::from(*b) - 0x80).ok_or(ShareError::Text)?);
        }
        if out.len() > SCENARIO_BYTES_MAX {
            return Err(ShareError::TooLong);
        }
    }
    Ok(out)
}

fn varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push((n & 0x7f) as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn read_varint(next: &mut impl FnMut() -> Result<u8, ShareError>) -> Result<u64, ShareError> {
    let mut n = 0_u64;
    for shift in (0..64).step_by(7) {
        let b = next()?;
        n |= u64::from(b & 0x7f) << shift;
        if b < 0x80 {
            return Ok(n);
        }
    }
    Err(ShareError::Short)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = "era 3.0\nseed 7\ndefault link latency 80ms\nnode master repl-backlog-size 16kb\nnode replica-1 follows master\nnode replica-2 follows master\n\
        client writer on master: every 50ms SET key:{1..100} {32 bytes}\nat 10345678us cut master replica-1\nat 16000000us heal master replica-1\n\
        at 20000000us master: CONFIG SET repl-backlog-size 1048576\n";

    fn run(text: &str) -> Run {
        Run { text: text.to_owned(), at_us: 58_420_000, behaviour: 1, fingerprint: Some(0x0123_4567_89ab_cdef) }
    }

    #[test]
    fn a_run_comes_back_as_it_was_and_is_short() {
        let link = encode(&run(RUN));
        assert_eq!(decode(&link), Ok(run(RUN)));
        assert_eq!(decode(&link[1..]), Ok(run(RUN)), "the browser's location.hash without its #");
        assert!(link.len() < RUN.len() * 3 / 4, "{} characters for {} of text", link.len(), RUN.len());
        assert!(link.bytes().skip(1).all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)));
    }

    #[test]
    fn any_text_comes_back() {
        for text in ["", "名字", "\u{7f}\n\"quoted \\x00\"", &"x".repeat(5_000)] {
            let shared = Run { fingerprint: None, ..run(text) };
            assert_eq!(decode(&encode(&shared)), Ok(shared));
        }
    }

    #[test]
    fn every_word_survives_alone_and_in_company() {
        for word in WORDS {
            for text in [word.to_owned(), format!("a{word}b"), word.repeat(3)] {
                assert_eq!(unpack(&pack(&text).expect("ascii")), Ok(text));
            }
        }
    }

    #[test]
    fn hostile_links_get_an_answer() {
        for bad in ["", "#", "#v1.", "#v2.AAAA", "v1.%%%%", "#v1.AQ"] {
            assert!(decode(bad).is_err(), "{bad}");
        }
        assert_eq!(decode("#v1.AgAA"), Err(ShareError::Version(2)));
        let endless = format!(
            "{PREFIX}{}",
            Base64UrlUnpadded::encode_string(&[1, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
        );
        assert_eq!(decode(&endless), Err(ShareError::Short));
        let mut bomb = vec![1, PACKED, 0, 0];
        bomb.extend(vec![0x80 + 28; SCENARIO_BYTES_MAX / 2]);
        assert_eq!(decode(&format!("{PREFIX}{}", Base64UrlUnpadded::encode_string(&bomb))), Err(ShareError::TooLong));
        let link = encode(&run(RUN));
        for end in 0..link.len() {
            if link.is_char_boundary(end) {
                // Cut anywhere, a link is an error or a shorter text, never a panic.
                let _ = decode(&link[..end]).map(|s| assert!(RUN.starts_with(&s.text)));
            }
        }
    }
}
