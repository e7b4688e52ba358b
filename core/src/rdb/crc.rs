//! CRC-64 as RDB files end with it.

use alloc::rc::Rc;
use core::fmt;
use core::hint::black_box;
use crc::{CRC_64_REDIS, Crc, Table};

/// A running checksum. Its table is built at run time: as a constant it would be 30 KB of the page that no compression shrinks.
#[derive(Clone)]
pub(super) struct Checksum {
    table: Rc<Crc<u64, Table<16>>>,
    value: u64,
}
impl Checksum {
    pub(super) fn new() -> Checksum {
        Checksum { table: Rc::new(Crc::<u64, Table<16>>::new(black_box(&CRC_64_REDIS))), value: 0 }
    }
    pub(super) fn update(&mut self, bytes: &[u8]) {
        // The register of a reflected checksum without final inversion is its value; the crate takes it bit-reversed.
        let mut digest = self.table.digest_with_initial(self.value.reverse_bits());
        digest.update(bytes);
        self.value = digest.finalize();
    }
    pub(super) fn value(&self) -> u64 {
        self.value
    }
}
impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#018x}", self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::Checksum;

    #[test]
    fn known_value_in_any_pieces() {
        for cut in 0..=9 {
            let mut sum = Checksum::new();
            sum.update(&b"123456789"[..cut]);
            sum.update(&b"123456789"[cut..]);
            assert_eq!(sum.value(), 0xe9c6_d914_c4b8_d9ca);
        }
    }
}
