//! Replication identities.

use core::fmt;
use serde::{Serialize, Serializer};

/// A run id (2.8–3.2) or replication id (4.0+): 40 lower-case hex digits.
///
/// A SYNC fallback can leave a replica with an *empty* id (docs/redis.md §1.10), and 4.0+ has an id of forty zeros for "none";
/// both are values here, so that what is printed is what Redis prints.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplId([u8; 40]);

impl ReplId {
    /// Forty zeros: what 4.0+ prints for an unset second id.
    pub const ZEROS: ReplId = ReplId([b'0'; 40]);
    /// Forty NUL bytes: a C string of length 0.
    pub const EMPTY: ReplId = ReplId([0; 40]);

    /// Makes an id from keyed draws; `draw(n)` gives the n-th.
    #[must_use]
    pub fn from_draws(mut draw: impl FnMut(u64) -> u64) -> ReplId {
        let mut id = [0u8; 40];
        for (i, byte) in id.iter_mut().enumerate() {
            let word = draw(i as u64 / 16);
            *byte = b"0123456789abcdef"[(word >> (4 * (i % 16)) & 15) as usize];
        }
        ReplId(id)
    }
    /// Reads an id off the wire; `None` unless it is exactly 40 bytes.
    #[must_use]
    pub fn from_wire(bytes: &[u8]) -> Option<ReplId> {
        bytes.try_into().ok().map(ReplId)
    }
    /// The text as Redis prints it: up to the first NUL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|b| *b == 0).unwrap_or(40);
        core::str::from_utf8(&self.0[..end]).unwrap_or("")
    }
    /// The 40 bytes as they are.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 40] {
        &self.0
    }
    /// PSYNC compares ids without regard to case.
    #[must_use]
    pub fn matches(&self, asked: &[u8]) -> bool {
        self.as_str().as_bytes().eq_ignore_ascii_case(asked)
    }
}

impl fmt::Display for ReplId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl fmt::Debug for ReplId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl Serialize for ReplId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn an_id_has_sixteen_digits_of_each_draw_the_lowest_first() {
        let draws = [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, 0xffff_ffff_1357_9bdf];
        let id = ReplId::from_draws(|n| draws[n as usize]);
        assert_eq!(id.as_str(), "fedcba98765432100123456789abcdeffdb97531");
    }

    #[test]
    fn an_id_prints_up_to_its_first_nul() {
        let mut half = [b'a'; 40];
        half[3..].fill(0);
        for (id, text) in [
            (ReplId::EMPTY, ""),
            (ReplId::ZEROS, "0000000000000000000000000000000000000000"),
            (ReplId::from_wire(&half).expect("forty"), "aaa"),
        ] {
            assert_eq!((format!("{id}").as_str(), format!("{id:?}").as_str()), (text, text));
        }
    }
}
