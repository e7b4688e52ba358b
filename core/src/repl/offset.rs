//! Offsets: positions in the replication stream, in bytes.

use core::fmt;
use core::ops::{Add, AddAssign, Sub};
use serde::{Deserialize, Serialize};

/// The number of the last byte counted. Signed, as in Redis: a replica after a SYNC fallback starts at −1 (docs/redis.md §1.9). Arithmetic wraps round, as
/// that of real servers does: a master may announce any offset up to the greatest there is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Offset(pub i64);

impl Offset {
    /// Nothing counted yet.
    pub const ZERO: Offset = Offset(0);
    /// "No offset": what a SYNC fallback leaves behind and what `second_repl_offset` prints when unset.
    pub const NONE: Offset = Offset(-1);

    /// Bytes from `earlier` to here; negative if `earlier` is ahead.
    #[must_use]
    pub const fn bytes_since(self, earlier: Offset) -> i64 {
        self.0.wrapping_sub(earlier.0)
    }
}
impl Add<i64> for Offset {
    type Output = Offset;
    fn add(self, bytes: i64) -> Offset {
        Offset(self.0.wrapping_add(bytes))
    }
}
impl AddAssign<i64> for Offset {
    fn add_assign(&mut self, bytes: i64) {
        self.0 = self.0.wrapping_add(bytes);
    }
}
impl Sub<i64> for Offset {
    type Output = Offset;
    fn sub(self, bytes: i64) -> Offset {
        Offset(self.0.wrapping_sub(bytes))
    }
}
impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl fmt::Debug for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn offsets_print_as_their_number() {
        for (offset, text) in [(Offset::ZERO, "0"), (Offset::NONE, "-1"), (Offset(i64::MAX), "9223372036854775807")] {
            assert_eq!((format!("{offset}").as_str(), format!("{offset:?}").as_str()), (text, text));
        }
        assert_eq!(format!("{:>4}", Offset(7)), "   7");
    }
    #[test]
    fn the_greatest_offset_is_followed_by_the_least() {
        let mut last = Offset(i64::MAX);
        assert_eq!((last + 1, Offset(i64::MIN) - 1), (Offset(i64::MIN), last));
        last += 2;
        assert_eq!((last, last.bytes_since(Offset(i64::MAX))), (Offset(i64::MIN + 1), 2));
    }
}
