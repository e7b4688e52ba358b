//! Lists, with a rolling hash that both ends keep up to date.

use super::measures::{ELEMENT, ELEMENT_OVERHEAD, PACKED_BYTES, PACKED_ENTRIES};
use crate::data::hash::hash;
use crate::data::seq::Seq;
use crate::resp::parse_i64;
use bytes::Bytes;

/// Base of the list's rolling hash: odd, so that it has an inverse.
const BASE: u64 = 0xd6e8_feb8_6659_fd93;
const BASE_INVERSE: u64 = inverse(BASE);
const fn inverse(odd: u64) -> u64 {
    let mut x = odd;
    let mut round = 0;
    while round < 6 {
        x = x.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(x)));
        round += 1;
    }
    x
}

/// Bytes of a node of a list, and of a listpack around its entries.
const PACK_BYTES: usize = 8 << 10;
const PACK_HEAD: usize = 7;

/// Bytes that an element takes in a listpack: a number by its size, anything else with its length, and the way back.
fn pack_entry_bytes(item: &[u8]) -> usize {
    let (head, body) = match parse_i64(item) {
        Some(0..=127) => (1, 0),
        Some(-4096..=4095) => (2, 0),
        Some(-32_768..=32_767) => (3, 0),
        Some(-8_388_608..=8_388_607) => (4, 0),
        Some(n) if i32::try_from(n).is_ok() => (5, 0),
        Some(_) => (9, 0),
        None => (
            if item.len() < 64 {
                1
            } else if item.len() < 4_096 {
                2
            } else {
                5
            },
            item.len(),
        ),
    };
    let whole: usize = head + body;
    whole
        + if whole < 128 {
            1
        } else if whole < 16_384 {
            2
        } else {
            3
        }
}

/// A list. Its digest is `Σ hash(element i) · BASE^i`, kept up to date at both ends in O(1).
#[derive(Clone, Debug)]
pub struct List {
    items: Seq<Bytes>,
    pub(super) digest: u64,
    /// `BASE^len`.
    pub(super) power: u64,
    pub(super) bytes: u64,
    packed: bool,
}
impl Default for List {
    fn default() -> Self {
        List { items: Seq::default(), digest: 0, power: 1, bytes: 0, packed: true }
    }
}
impl List {
    /// How many elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
    /// Whether Redis up to 3.0 would hold it as a ziplist. Once a list grew out of that it stays so.
    #[must_use]
    pub fn packed(&self) -> bool {
        self.packed
    }
    /// Whether it fits into one node of 8 KiB, which 7.2 holds without a quicklist around it.
    #[must_use]
    pub fn fits_one_pack(&self) -> bool {
        let mut room = PACK_BYTES - PACK_HEAD;
        self.iter().all(|item| {
            let taken = pack_entry_bytes(item);
            let fits = taken <= room;
            room = room.saturating_sub(taken);
            fits
        })
    }
    /// The elements in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Bytes> {
        self.items.iter()
    }
    /// The elements from `index` on.
    pub fn iter_from(&self, index: usize) -> impl Iterator<Item = &Bytes> {
        self.items.iter_from(index)
    }
    /// The element at `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&Bytes> {
        self.items.get(index)
    }
    /// Counts an element that is about to come.
    fn grows(&mut self, item: &Bytes) {
        self.bytes += item.len() as u64 + ELEMENT_OVERHEAD;
        self.power = self.power.wrapping_mul(BASE);
        if self.items.len() >= PACKED_ENTRIES || item.len() > PACKED_BYTES {
            self.packed = false;
        }
    }
    fn shrunk(&mut self, item: &Bytes) {
        self.bytes -= item.len() as u64 + ELEMENT_OVERHEAD;
        self.power = self.power.wrapping_mul(BASE_INVERSE);
    }
    /// Appends.
    pub fn push_back(&mut self, item: Bytes) {
        self.digest = self.digest.wrapping_add(hash(ELEMENT, &item).wrapping_mul(self.power));
        self.grows(&item);
        self.items.push_back(item);
    }
    /// Prepends.
    pub fn push_front(&mut self, item: Bytes) {
        self.digest = self.digest.wrapping_mul(BASE).wrapping_add(hash(ELEMENT, &item));
        self.grows(&item);
        self.items.push_front(item);
    }
    /// Takes the last one off.
    pub fn pop_back(&mut self) -> Option<Bytes> {
        let item = self.items.pop_back()?;
        self.shrunk(&item);
        self.digest = self.digest.wrapping_sub(hash(ELEMENT, &item).wrapping_mul(self.power));
        Some(item)
    }
    /// Takes the first one off.
    pub fn pop_front(&mut self) -> Option<Bytes> {
        let item = self.items.pop_front()?;
        self.shrunk(&item);
        self.digest = self.digest.wrapping_sub(hash(ELEMENT, &item)).wrapping_mul(BASE_INVERSE);
        Some(item)
    }
    /// Replaces the element at `index`.
    pub fn replace(&mut self, index: usize, item: Bytes) -> Option<Bytes> {
        let (added, bytes) = (hash(ELEMENT, &item), item.len());
        let old = self.items.replace(index, item)?;
        let power = BASE.wrapping_pow(u32::try_from(index).unwrap_or(u32::MAX));
        self.digest = self.digest.wrapping_add(added.wrapping_sub(hash(ELEMENT, &old)).wrapping_mul(power));
        self.bytes = self.bytes + bytes as u64 - old.len() as u64;
        if bytes > PACKED_BYTES {
            self.packed = false;
        }
        Some(old)
    }
    /// Inserts so that the element stands at `index`. O(n).
    pub fn insert(&mut self, index: usize, item: Bytes) {
        self.grows(&item);
        self.items.insert(index, item);
        self.digest = self.whole_digest();
    }
    /// Removes the elements that `which` names, by index, in one pass. O(n).
    pub fn remove_where(&mut self, mut which: impl FnMut(usize, &Bytes) -> bool) -> usize {
        let before = self.len();
        let kept: Seq<Bytes> = self.items.iter().enumerate().filter(|(i, item)| !which(*i, item)).map(|(_, item)| item.clone()).collect();
        if kept.len() < before {
            self.items = kept;
            self.bytes = self.items.iter().map(|item| item.len() as u64 + ELEMENT_OVERHEAD).sum();
            self.power = BASE.wrapping_pow(u32::try_from(self.len()).unwrap_or(u32::MAX));
            self.digest = self.whole_digest();
        }
        before - self.len()
    }
    fn whole_digest(&self) -> u64 {
        self.items.iter().rev().fold(0u64, |sum, item| sum.wrapping_mul(BASE).wrapping_add(hash(ELEMENT, item)))
    }
}
impl FromIterator<Bytes> for List {
    fn from_iter<I: IntoIterator<Item = Bytes>>(items: I) -> Self {
        let mut list = List::default();
        for item in items {
            list.push_back(item);
        }
        list
    }
}
