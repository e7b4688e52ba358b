//! Walking a changing map in pieces: SCAN and its like.

use super::context::{fail, int, is};
use super::errors::SYNTAX;
use super::glob;
use super::spec::{Args, Reply};
use crate::data::Trie;
use alloc::string::ToString;
use bytes::Bytes;

/// The options behind the cursor of SCAN, SSCAN, HSCAN, ZSCAN.
pub(super) struct Options {
    pub(super) count: usize,
    pub(super) pattern: Option<Bytes>,
    pub(super) kind: Option<Bytes>,
}
impl Options {
    /// Whether a name fits the pattern.
    pub(super) fn fits(&self, name: &[u8]) -> bool {
        self.pattern.as_ref().is_none_or(|pattern| glob::matches(pattern, name, false))
    }
}
/// Reads a cursor as C's `strtoul` does: a minus sign gives the number that, added to it, goes round to zero.
pub(super) fn cursor(arg: &[u8]) -> Result<u64, Reply> {
    let text = core::str::from_utf8(arg).unwrap_or_default();
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let cursor: Option<u64> = if digits.starts_with('+') && negative { None } else { digits.parse().ok() };
    cursor.map(|n| if negative { n.wrapping_neg() } else { n }).ok_or_else(|| Reply::error("ERR invalid cursor"))
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
    let mut last = None;
    for (taken, item) in from(start).enumerate() {
        let here = prefix(item.place());
        if taken >= count && last != Some(here) {
            return (1 << bits) | here;
        }
        last = Some(here);
        take(item);
    }
    0
}
/// Walks the members of a collection.
pub(super) fn walk_trie<V>(cursor: u64, count: usize, trie: &Trie<V>, mut take: impl FnMut(&Bytes, &V)) -> u64 {
    let items = |from| {
        let mut iter = trie.iter_from(from);
        core::iter::from_fn(move || iter.next_placed().map(|(place, key, value)| (place, (key, value))))
    };
    walk(cursor, count, trie.len(), items, |(_, (key, value))| take(key, value))
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
