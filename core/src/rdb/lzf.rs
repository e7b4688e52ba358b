//! LZF, the compression of strings in RDB files.

use alloc::vec::Vec;

/// Slots of the table that finds what was there before.
const SLOTS: usize = 1 << 16;
/// The longest run of bytes that stand for themselves.
const LITERALS_MAX: usize = 32;
/// How far a reference reaches back.
const BACK_MAX: usize = 1 << 13;
/// The longest piece that one reference repeats.
const REPEAT_MAX: usize = (1 << 8) + (1 << 3);

/// Packs strings one after the other, each by itself, as the library does that Redis uses: same input, same bytes.
#[derive(Default)]
pub(super) struct Packer {
    /// Where three bytes like these stood last, counted over all strings; what lies before the present one is of no use.
    table: Vec<u32>,
    base: u32,
}
impl Packer {
    /// `bytes` packed into at most `most` bytes; `None` if they do not fit.
    pub(super) fn pack(&mut self, bytes: &[u8], most: usize) -> Option<Vec<u8>> {
        let len = u32::try_from(bytes.len()).ok()?;
        if len < 4 {
            return None;
        }
        if self.table.is_empty() || self.base.checked_add(len).is_none() {
            self.table = alloc::vec![0; SLOTS];
            self.base = 1;
        }
        let packed = self.pack_with_table(bytes, most);
        self.base += len;
        packed
    }
    fn slot(&mut self, bytes: &[u8], at: usize) -> &mut u32 {
        let three = u32::from(bytes[at]) << 16 | u32::from(bytes[at + 1]) << 8 | u32::from(bytes[at + 2]);
        &mut self.table[((three >> 8).wrapping_sub(three.wrapping_mul(5)) as usize) & (SLOTS - 1)]
    }
    fn pack_with_table(&mut self, bytes: &[u8], most: usize) -> Option<Vec<u8>> {
        let base = self.base;
        let end = bytes.len() - 2;
        // The first byte of a run says how long it is and is filled in at its end.
        let mut out = alloc::vec![0u8];
        let mut run = 0;
        let close = |out: &mut Vec<u8>, run: usize| {
            let at = out.len() - run - 1;
            if run == 0 {
                out.truncate(at);
            } else {
                out[at] = (run - 1) as u8;
            }
        };
        let mut at = 0;
        while at < end {
            let slot = self.slot(bytes, at);
            let before = (*slot).checked_sub(base).map(|place| place as usize);
            *slot = base + at as u32;
            let found =
                before.filter(|&there| there > 0 && there < at && at - there <= BACK_MAX && bytes[there..there + 3] == bytes[at..at + 3]);
            let Some(there) = found else {
                if out.len() >= most {
                    return None;
                }
                out.push(bytes[at]);
                at += 1;
                run += 1;
                if run == LITERALS_MAX {
                    close(&mut out, run);
                    out.push(0);
                    run = 0;
                }
                continue;
            };
            if out.len() - usize::from(run == 0) + 4 >= most {
                return None;
            }
            close(&mut out, run);
            // The library compares sixteen bytes before it minds where the string ends.
            let longest = (bytes.len() - at - 2).min(REPEAT_MAX);
            let longest = longest.max(if longest > 16 { 19 } else { 3 });
            let repeat = 3 + bytes[at + 3..].iter().zip(&bytes[there + 3..]).take(longest - 3).take_while(|(a, b)| a == b).count();
            let back = at - there - 1;
            if repeat < 9 {
                out.push((back >> 8) as u8 | ((repeat - 2) << 5) as u8);
            } else {
                out.push((back >> 8) as u8 | 7 << 5);
                out.push((repeat - 9) as u8);
            }
            out.push(back as u8);
            out.push(0);
            run = 0;
            at += repeat;
            if at >= end {
                break;
            }
            // Two of the places inside what was repeated are kept in mind.
            for place in [at - 2, at - 1] {
                *self.slot(bytes, place) = base + place as u32;
            }
        }
        if out.len() + 3 > most {
            return None;
        }
        for &byte in &bytes[at..] {
            out.push(byte);
            run += 1;
            if run == LITERALS_MAX {
                close(&mut out, run);
                out.push(0);
                run = 0;
            }
        }
        close(&mut out, run);
        Some(out)
    }
}

/// Unpacks exactly `len` bytes; `None` if `packed` says anything else. Allocates no more than `packed` can really hold.
pub(super) fn unpack(packed: &[u8], len: usize) -> Option<Vec<u8>> {
    // Three bytes make at most 264.
    if len > packed.len().checked_mul(264)? {
        return None;
    }
    let mut out: Vec<u8> = Vec::with_capacity(len);
    let mut rest = packed;
    let byte = |rest: &mut &[u8]| {
        let (&first, tail) = rest.split_first()?;
        *rest = tail;
        Some(first)
    };
    while let Some(control) = byte(&mut rest) {
        if control < 32 {
            let (literal, tail) = rest.split_at_checked(usize::from(control) + 1)?;
            out.extend_from_slice(literal);
            rest = tail;
        } else {
            let mut n = usize::from(control >> 5);
            if n == 7 {
                n += usize::from(byte(&mut rest)?);
            }
            let back = (usize::from(control & 31) << 8) + usize::from(byte(&mut rest)?) + 1;
            let from = out.len().checked_sub(back)?;
            if out.len() + n + 2 > len {
                return None;
            }
            for i in from..from + n + 2 {
                let byte = out[i];
                out.push(byte);
            }
        }
        if out.len() > len {
            return None;
        }
    }
    (out.len() == len).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::{Packer, unpack};
    use crate::prng::{Purpose, below, rand};
    use alloc::vec::Vec;

    #[test]
    fn what_is_packed_is_unpacked() {
        let mut packer = Packer::default();
        let mut fitted = 0;
        for n in 0..3_000 {
            let draw = |k| rand(21, n, Purpose::Swarm, k);
            let letters = 1 + below(draw(0), 5);
            let bytes: Vec<u8> = (0..below(draw(1), 1 << below(draw(2), 13))).map(|k| below(draw(3 + k), letters) as u8).collect();
            if let Some(packed) = packer.pack(&bytes, bytes.len().saturating_sub(4)) {
                assert!(packed.len() <= bytes.len() - 4);
                assert_eq!(unpack(&packed, bytes.len()).unwrap(), bytes);
                fitted += 1;
            }
        }
        assert!(fitted > 1_000, "{fitted}");
    }

    #[test]
    fn three_hundred_letters_are_the_bytes_of_a_real_server() {
        let bytes = [b'a'; 300];
        assert_eq!(Packer::default().pack(&bytes, 296).unwrap(), [1, 97, 97, 0xe0, 255, 0, 0xe0, 0x17, 0, 1, 97, 97]);
    }

    #[test]
    fn literals_and_references() {
        assert_eq!(unpack(&[2, b'a', b'b', b'c'], 3).unwrap(), b"abc");
        // "a", then nine bytes from one back.
        assert_eq!(unpack(&[0, b'a', 7 << 5, 0, 0], 10).unwrap(), b"aaaaaaaaaa");
        assert_eq!(unpack(&[0, b'a', 7 << 5, 0, 0], 9), None);
        assert_eq!(unpack(&[0, b'a', 7 << 5, 0, 1], 10), None);
        assert_eq!(unpack(&[2, b'a'], 3), None);
        assert_eq!(unpack(&[0, b'a'], usize::MAX / 2), None);
        assert_eq!(unpack(&[], 0).unwrap(), b"");
    }
}
