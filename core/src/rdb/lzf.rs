//! LZF, the compression of strings in RDB files.

use alloc::vec::Vec;

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
    use super::unpack;

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
