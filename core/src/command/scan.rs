//! Patterns, and walking a changing map in pieces.

use super::context::{fail, int, is};
use super::errors::SYNTAX;
use super::spec::{Args, Reply};
use alloc::string::ToString;
use bytes::Bytes;

/// Whether `text` matches a glob-style pattern: `*`, `?`, `[a-z]`, `[^x]`, `\` before a character.
pub(super) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    // Where to go on if what follows the last star does not match: that star takes one byte more.
    let mut star: Option<(usize, usize)> = None;
    loop {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p + 1, t));
            p += 1;
            continue;
        }
        let step = match (text.get(t), pattern.get(p)) {
            (None, None) => return true,
            (None, Some(_)) => return false,
            (Some(_), None) => None,
            (Some(&byte), Some(_)) => one(&pattern[p..], byte),
        };
        match (step, star) {
            (Some(used), _) => {
                p += used;
                t += 1;
            }
            (None, Some((after, at))) => {
                star = Some((after, at + 1));
                p = after;
                t = at + 1;
            }
            (None, None) => return false,
        }
    }
}
/// How much of the pattern matches this one byte, if it does.
fn one(pattern: &[u8], byte: u8) -> Option<usize> {
    match pattern[0] {
        b'?' => Some(1),
        b'[' => {
            let mut i = 1;
            let not = pattern.get(i) == Some(&b'^');
            i += usize::from(not);
            let mut hit = false;
            loop {
                match pattern.get(i) {
                    None => break,
                    Some(b']') => {
                        i += 1;
                        break;
                    }
                    Some(b'\\') if i + 1 < pattern.len() => {
                        hit |= pattern[i + 1] == byte;
                        i += 2;
                    }
                    Some(&low) if pattern.len() >= i + 3 && pattern[i + 1] == b'-' => {
                        let high = pattern[i + 2];
                        hit |= (low.min(high)..=low.max(high)).contains(&byte);
                        i += 3;
                    }
                    Some(&other) => {
                        hit |= other == byte;
                        i += 1;
                    }
                }
            }
            if hit == not { None } else { Some(i) }
        }
        b'\\' if pattern.len() >= 2 => (pattern[1] == byte).then_some(2),
        other => (other == byte).then_some(1),
    }
}

/// What follows the cursor in SCAN, SSCAN, HSCAN, ZSCAN.
pub(super) struct Options {
    pub(super) count: usize,
    pub(super) pattern: Option<Bytes>,
    pub(super) kind: Option<Bytes>,
}
/// Reads a cursor.
pub(super) fn cursor(arg: &[u8]) -> Result<u64, Reply> {
    core::str::from_utf8(arg).ok().and_then(|text| text.parse().ok()).ok_or_else(|| Reply::error("ERR invalid cursor"))
}
/// Reads the options. TYPE is known where `with_type` says so.
pub(super) fn options(args: &Args, with_type: bool) -> Result<Options, Reply> {
    let mut options = Options { count: 10, pattern: None, kind: None };
    let mut pairs = args.chunks(2);
    while let Some([option, rest @ ..]) = pairs.next() {
        match rest {
            [value] if is(option, "count") => {
                let count = int(value)?;
                if count < 1 {
                    return fail(SYNTAX);
                }
                options.count = usize::try_from(count).unwrap_or(usize::MAX);
            }
            [value] if is(option, "match") => options.pattern = Some(value.clone()).filter(|pattern| &pattern[..] != b"*"),
            [value] if is(option, "type") && with_type => options.kind = Some(value.clone()),
            _ => return fail(SYNTAX),
        }
    }
    Ok(options)
}

/// Walks items in the order of their places from where `cursor` points, about `count` of them, and gives the cursor to go on with (0 at the end).
///
/// A cursor names a place by its first bits, with a leading 1 that tells how many: `0b1_0110` is the first sixteenths' seventh. Items that stay
/// are met whatever else comes and goes, because places do not move.
pub(super) fn walk<T>(cursor: u64, count: usize, len: usize, from: impl FnOnce(u64) -> T, mut take: impl FnMut(T::Item)) -> u64
where
    T: Iterator,
    T::Item: Placed,
{
    let start = match cursor.checked_ilog2() {
        None | Some(0) => 0,
        Some(bits) => (cursor ^ (1 << bits)) << (64 - bits),
    };
    let bits = (usize::BITS - len.leading_zeros() + 2).min(62);
    let prefix = |place: u64| place >> (64 - bits);
    let mut taken = 0;
    let mut last = None;
    for item in from(start) {
        let here = prefix(item.place());
        if taken >= count && last != Some(here) {
            return (1 << bits) | here;
        }
        last = Some(here);
        taken += 1;
        take(item);
    }
    0
}
/// Something with a place in the order.
pub(super) trait Placed {
    fn place(&self) -> u64;
}
impl<T> Placed for (u64, T) {
    fn place(&self) -> u64 {
        self.0
    }
}

/// The reply: cursor and items.
pub(super) fn reply(cursor: u64, items: alloc::vec::Vec<Reply>) -> Reply {
    Reply::Array(alloc::vec![Reply::bulk(cursor.to_string()), Reply::Array(items)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn globs() {
        for (pattern, text, expect) in [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxbyy", false),
            ("a*", "a", true),
            ("**a", "bca", true),
            ("h?llo", "hello", true),
            ("h?llo", "hllo", false),
            ("h[ae]llo", "hallo", true),
            ("h[ae]llo", "hillo", false),
            ("h[^e]llo", "hello", false),
            ("h[^e]llo", "hallo", true),
            ("h[a-c]llo", "hbllo", true),
            ("h[c-a]llo", "hbllo", true),
            ("[\\]]", "]", true),
            ("[a", "a", true),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            ("key:[0-9]*", "key:12", true),
            ("a\\", "a\\", true),
        ] {
            assert_eq!(matches(pattern.as_bytes(), text.as_bytes()), expect, "{pattern} {text}");
        }
        let stars = "a*".repeat(40) + "b";
        assert!(!matches(stars.as_bytes(), "a".repeat(200).as_bytes()), "and soon");
    }

    #[test]
    fn a_walk_meets_everything_once() {
        let places: Vec<(u64, usize)> = (0..300usize).map(|n| ((n as u64).wrapping_mul(0x00d1_8e5a_1234_5678).rotate_left(7), n)).collect();
        let mut places = places;
        places.sort_unstable();
        for count in [1, 7, 1_000] {
            let mut met = Vec::new();
            let mut cursor = 0;
            let mut rounds = 0;
            loop {
                cursor = walk(
                    cursor,
                    count,
                    places.len(),
                    |from| places.iter().copied().filter(move |(place, _)| *place >= from),
                    |(_, n)| met.push(n),
                );
                rounds += 1;
                if cursor == 0 {
                    break;
                }
            }
            assert_eq!(met.len(), 300);
            assert!(rounds <= 300 / count + 2, "{rounds} rounds of {count}");
            met.sort_unstable();
            met.dedup();
            assert_eq!(met.len(), 300);
        }
    }
}
