//! The limits up to which Redis packs a collection, what its elements cost, and the kinds of parts in a digest.

use crate::resp::push_i64;
use alloc::vec::Vec;
use bytes::Bytes;

/// Entries up to which Redis keeps a hash packed (`hash-max-ziplist-entries`, `list-max-ziplist-entries`).
pub(super) const PACKED_ENTRIES: usize = 512;
/// Entries up to which Redis keeps a sorted set packed (`zset-max-ziplist-entries`).
pub(super) const PACKED_ZSET_ENTRIES: usize = 128;
/// Bytes of one element up to which Redis keeps a collection packed (`*-max-ziplist-value`).
pub(super) const PACKED_BYTES: usize = 64;
/// Members up to which Redis keeps a set of whole numbers as such (`set-max-intset-entries`).
pub(super) const INTSET_ENTRIES: usize = 512;
/// What an element costs beside its bytes, roughly: pointers, lengths, allocator.
pub(super) const ELEMENT_OVERHEAD: u64 = 16;

pub(super) const ELEMENT: u64 = 0x51;
pub(super) const SCORE: u64 = 0x52;
pub(super) const FIELD: u64 = 0x53;
pub(super) const CONTENT: u64 = 0x54;
/// A field that expires.
pub(super) const TIMED: u64 = 0x55;

/// A whole number as bytes.
#[must_use]
pub fn int_bytes(value: i64) -> Bytes {
    let mut text = Vec::with_capacity(20);
    push_i64(value, &mut text);
    Bytes::from(text)
}
