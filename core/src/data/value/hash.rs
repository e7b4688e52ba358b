//! Hashes: packed in the order of their fields while they are small, otherwise a table.

use super::measures::{ELEMENT_OVERHEAD, FIELD, PACKED_BYTES, PACKED_ENTRIES};
use crate::data::hash::hash;
use crate::data::trie::Trie;
use alloc::vec::Vec;
use bytes::Bytes;

/// A hash. A small one keeps the order in which fields came, as Redis's packed encodings do; a big one is in hash order.
#[derive(Clone, Debug)]
pub struct Hash {
    fields: Fields,
    pub(super) digest: u64,
    pub(super) bytes: u64,
}
#[derive(Clone, Debug)]
enum Fields {
    Packed(Vec<(Bytes, Bytes)>),
    Table(Trie<Bytes>),
}
impl Default for Hash {
    fn default() -> Self {
        Hash { fields: Fields::Packed(Vec::new()), digest: 0, bytes: 0 }
    }
}
fn pair_digest(field: &[u8], value: &[u8]) -> u64 {
    hash(hash(FIELD, field), value)
}
impl Hash {
    /// How many fields.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.fields {
            Fields::Packed(pairs) => pairs.len(),
            Fields::Table(table) => table.len(),
        }
    }
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Whether Redis would hold it as a ziplist or listpack.
    #[must_use]
    pub fn packed(&self) -> bool {
        matches!(self.fields, Fields::Packed(_))
    }
    /// The value of a field.
    #[must_use]
    pub fn get(&self, field: &[u8]) -> Option<&Bytes> {
        match &self.fields {
            Fields::Packed(pairs) => pairs.iter().find(|(f, _)| f == field).map(|(_, v)| v),
            Fields::Table(table) => table.get(field),
        }
    }
    /// Fields and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Bytes, &Bytes)> {
        let (pairs, table) = match &self.fields {
            Fields::Packed(pairs) => (Some(pairs), None),
            Fields::Table(table) => (None, Some(table)),
        };
        pairs.into_iter().flatten().map(|(f, v)| (f, v)).chain(table.into_iter().flat_map(Trie::iter))
    }
    /// The `n`-th field in order, with its value.
    #[must_use]
    pub fn nth(&self, n: usize) -> Option<(&Bytes, &Bytes)> {
        match &self.fields {
            Fields::Packed(pairs) => pairs.get(n).map(|(field, value)| (field, value)),
            Fields::Table(table) => table.nth(n),
        }
    }
    /// The table, if it is held as one: SCAN walks it.
    #[must_use]
    pub(crate) fn table(&self) -> Option<&Trie<Bytes>> {
        match &self.fields {
            Fields::Packed(_) => None,
            Fields::Table(table) => Some(table),
        }
    }
    /// Sets a field; the old value comes back.
    pub fn insert(&mut self, field: &[u8], value: Bytes) -> Option<Bytes> {
        let long = field.len() > PACKED_BYTES || value.len() > PACKED_BYTES;
        if long && let Fields::Packed(_) = self.fields {
            self.make_table();
        }
        let added = pair_digest(field, &value);
        let added_bytes = value.len() as u64;
        let old = match &mut self.fields {
            Fields::Packed(pairs) => match pairs.iter_mut().find(|(f, _)| f == field) {
                Some((_, slot)) => Some(core::mem::replace(slot, value)),
                None => {
                    pairs.push((Bytes::copy_from_slice(field), value));
                    if pairs.len() > PACKED_ENTRIES {
                        self.make_table();
                    }
                    None
                }
            },
            Fields::Table(table) => table.insert(field, value),
        };
        self.digest = self.digest.wrapping_add(added);
        self.bytes += added_bytes;
        match &old {
            Some(old) => {
                self.digest = self.digest.wrapping_sub(pair_digest(field, old));
                self.bytes -= old.len() as u64;
            }
            None => self.bytes += field.len() as u64 + 2 * ELEMENT_OVERHEAD,
        }
        old
    }
    fn make_table(&mut self) {
        if let Fields::Packed(pairs) = &mut self.fields {
            let mut table = Trie::default();
            for (field, value) in core::mem::take(pairs) {
                table.insert(&field, value);
            }
            self.fields = Fields::Table(table);
        }
    }
    /// Takes a field out; its value comes back.
    pub fn remove(&mut self, field: &[u8]) -> Option<Bytes> {
        let old = match &mut self.fields {
            Fields::Packed(pairs) => {
                let at = pairs.iter().position(|(f, _)| f == field)?;
                pairs.remove(at).1
            }
            Fields::Table(table) => table.remove(field)?.1,
        };
        self.digest = self.digest.wrapping_sub(pair_digest(field, &old));
        self.bytes -= old.len() as u64 + field.len() as u64 + 2 * ELEMENT_OVERHEAD;
        Some(old)
    }
}
impl FromIterator<(Bytes, Bytes)> for Hash {
    fn from_iter<I: IntoIterator<Item = (Bytes, Bytes)>>(pairs: I) -> Self {
        let mut hash = Hash::default();
        for (field, value) in pairs {
            hash.insert(&field, value);
        }
        hash
    }
}
