//! The times to live of a hash's fields.

use crate::data::seq::Seq;
use crate::data::trie::Trie;
use bytes::Bytes;

/// A field with a time to live, in the order in which fields expire: a later one of the same time goes first, as in Redis's packed hashes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct FieldDue {
    /// Unix milliseconds.
    when: i64,
    /// Falls with each time that is set.
    rank: i64,
    field: Bytes,
}

/// The fields that have a time to live. Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldDues {
    by_field: Trie<(i64, i64)>,
    in_order: Seq<FieldDue>,
    rank: i64,
}
impl FieldDues {
    pub(super) fn len(&self) -> usize {
        self.by_field.len()
    }
    pub(super) fn is_empty(&self) -> bool {
        self.by_field.is_empty()
    }
    pub(super) fn time(&self, field: &[u8]) -> Option<i64> {
        self.by_field.get(field).map(|(when, _)| *when)
    }
    pub(super) fn first(&self) -> Option<i64> {
        self.in_order.first().map(|due| due.when)
    }
    /// Fields with their times, earliest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (i64, &Bytes)> {
        self.in_order.iter().map(|due| (due.when, &due.field))
    }
    /// Gives a field a time; the one that it had comes back.
    pub(super) fn set(&mut self, field: &[u8], when: i64) -> Option<i64> {
        let before = self.remove(field);
        self.rank -= 1;
        self.by_field.insert(field, (when, self.rank));
        self.in_order.insert_sorted(FieldDue { when, rank: self.rank, field: Bytes::copy_from_slice(field) });
        before
    }
    /// Takes a field's time away; it comes back.
    pub(super) fn remove(&mut self, field: &[u8]) -> Option<i64> {
        let (field, (when, rank)) = self.by_field.remove(field)?;
        self.in_order.remove_sorted(&FieldDue { when, rank, field });
        Some(when)
    }
}
