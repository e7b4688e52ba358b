//! The packed encodings inside RDB strings: ziplist, listpack, intset, zipmap. Each reader hands out elements and answers `None` at the first
//! byte that cannot be right.

use alloc::string::ToString;
use alloc::vec::Vec;
use bytes::Bytes;

/// A place in a slice, with reads that fail instead of panicking.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}
impl<'a> Cursor<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(n)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }
    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|b| b[0])
    }
    /// A little-endian signed number of `n` bytes.
    fn signed(&mut self, n: usize) -> Option<i64> {
        let bytes = self.take(n)?;
        let mut wide = [if bytes[n - 1] & 0x80 == 0 { 0 } else { 0xff }; 8];
        wide[..n].copy_from_slice(bytes);
        Some(i64::from_le_bytes(wide))
    }
    fn unsigned(&mut self, n: usize) -> Option<u64> {
        let mut wide = [0; 8];
        wide[..n].copy_from_slice(self.take(n)?);
        Some(u64::from_le_bytes(wide))
    }
}

fn number(n: i64) -> Bytes {
    Bytes::from(n.to_string().into_bytes())
}
fn text(bytes: &[u8]) -> Bytes {
    Bytes::copy_from_slice(bytes)
}

/// Elements of a ziplist.
pub(super) fn ziplist(bytes: &[u8]) -> Option<Vec<Bytes>> {
    let mut c = Cursor { bytes, at: 0 };
    let (total, _tail, count) = (c.unsigned(4)?, c.unsigned(4)?, c.unsigned(2)?);
    if total != bytes.len() as u64 {
        return None;
    }
    let mut out = Vec::new();
    loop {
        // Length of the entry before: one byte, or 254 and four.
        match c.byte()? {
            0xff => break,
            0xfe => {
                c.take(4)?;
            }
            _ => {}
        }
        let kind = c.byte()?;
        out.push(match kind >> 6 {
            0 => text(c.take(usize::from(kind & 0x3f))?),
            1 => {
                let n = usize::from(kind & 0x3f) << 8 | usize::from(c.byte()?);
                text(c.take(n)?)
            }
            2 => {
                let n = u32::from_be_bytes(c.take(4)?.try_into().ok()?);
                text(c.take(n as usize)?)
            }
            _ => number(match kind {
                0xc0 => c.signed(2)?,
                0xd0 => c.signed(4)?,
                0xe0 => c.signed(8)?,
                0xf0 => c.signed(3)?,
                0xfe => c.signed(1)?,
                0xf1..=0xfd => i64::from(kind & 0x0f) - 1,
                _ => return None,
            }),
        });
    }
    (c.at == bytes.len() && (count == 0xffff || count == out.len() as u64)).then_some(out)
}

/// Elements of a listpack.
pub(super) fn listpack(bytes: &[u8]) -> Option<Vec<Bytes>> {
    let mut c = Cursor { bytes, at: 0 };
    let (total, count) = (c.unsigned(4)?, c.unsigned(2)?);
    if total != bytes.len() as u64 {
        return None;
    }
    let mut out = Vec::new();
    loop {
        let start = c.at;
        let kind = c.byte()?;
        if kind == 0xff {
            break;
        }
        out.push(if kind & 0x80 == 0 {
            number(i64::from(kind))
        } else if kind & 0xc0 == 0x80 {
            text(c.take(usize::from(kind & 0x3f))?)
        } else if kind & 0xe0 == 0xc0 {
            let n = i64::from(kind & 0x1f) << 8 | i64::from(c.byte()?);
            number(if n >= 1 << 12 { n - (1 << 13) } else { n })
        } else if kind & 0xf0 == 0xe0 {
            let n = usize::from(kind & 0x0f) << 8 | usize::from(c.byte()?);
            text(c.take(n)?)
        } else {
            match kind {
                0xf0 => {
                    let n = c.unsigned(4)?;
                    text(c.take(usize::try_from(n).ok()?)?)
                }
                0xf1 => number(c.signed(2)?),
                0xf2 => number(c.signed(3)?),
                0xf3 => number(c.signed(4)?),
                0xf4 => number(c.signed(8)?),
                _ => return None,
            }
        });
        // The entry's own length again, for reading backwards: seven bits a byte.
        let len = c.at - start;
        c.take(match len {
            0..=127 => 1,
            128..=16_382 => 2,
            16_383..=2_097_150 => 3,
            2_097_151..=268_435_454 => 4,
            _ => 5,
        })?;
    }
    (c.at == bytes.len() && (count == 0xffff || count == out.len() as u64)).then_some(out)
}

/// Members of an intset.
pub(super) fn intset(bytes: &[u8]) -> Option<Vec<Bytes>> {
    let mut c = Cursor { bytes, at: 0 };
    let (width, count) = (c.unsigned(4)? as usize, c.unsigned(4)? as usize);
    if count == 0 || !matches!(width, 2 | 4 | 8) || bytes.len() != count.checked_mul(width)?.checked_add(8)? {
        return None;
    }
    (0..count).map(|_| c.signed(width).map(number)).collect()
}

/// Fields and values of a zipmap (2.6 and older hashes).
pub(super) fn zipmap(bytes: &[u8]) -> Option<Vec<Bytes>> {
    let mut c = Cursor { bytes, at: 1 };
    let mut out = Vec::new();
    loop {
        let length = |c: &mut Cursor<'_>| match c.byte()? {
            0xff => Some(None),
            0xfe => Some(Some(c.unsigned(4)? as usize)),
            n => Some(Some(usize::from(n))),
        };
        let Some(n) = length(&mut c)? else { break };
        out.push(text(c.take(n)?));
        let n = length(&mut c)??;
        let free = usize::from(c.byte()?);
        out.push(text(c.take(n)?));
        c.take(free)?;
    }
    (c.at == bytes.len()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ziplist_of_a_real_server() {
        let bytes = [20, 0, 0, 0, 14, 0, 0, 0, 3, 0, 0, 0xf2, 2, 0xf3, 2, 3, b'a', b'b', b'c', 0xff];
        assert_eq!(ziplist(&bytes).unwrap(), ["1", "2", "abc"]);
        for cut in 0..bytes.len() {
            assert_eq!(ziplist(&bytes[..cut]), None);
        }
    }

    #[test]
    fn an_intset_of_each_width() {
        assert_eq!(intset(&[2, 0, 0, 0, 2, 0, 0, 0, 0xff, 0xff, 5, 0]).unwrap(), ["-1", "5"]);
        assert_eq!(intset(&[8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80]).unwrap(), ["-9223372036854775808"]);
        assert_eq!(intset(&[2, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0]), None);
    }

    #[test]
    fn a_listpack_with_each_kind_of_number() {
        let body: &[&[u8]] = &[&[127, 1], &[0x81, b'x', 2], &[0xdf, 0xff, 2], &[0xf1, 0, 0x80, 3], &[0xf2, 0xff, 0xff, 0xff, 4]];
        let mut bytes = alloc::vec![0; 6];
        bytes.extend(body.concat());
        bytes.push(0xff);
        bytes[0] = bytes.len() as u8;
        bytes[4] = 5;
        assert_eq!(listpack(&bytes).unwrap(), ["127", "x", "-1", "-32768", "-1"]);
        for cut in 0..bytes.len() {
            assert_eq!(listpack(&bytes[..cut]), None);
        }
    }

    #[test]
    fn a_zipmap() {
        assert_eq!(zipmap(&[1, 1, b'f', 2, 1, b'v', b'w', 0, 0xff]).unwrap(), ["f", "vw"]);
        assert_eq!(zipmap(&[1, 1, b'f', 2, 1, b'v']), None);
    }
}
