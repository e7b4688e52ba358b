//! Hashes: packed in the order of their fields while they are small, otherwise a table. Fields can have times to live (Redis 7.4, Valkey 9.0).

use super::field_times::FieldDues;
use super::measures::{ELEMENT_OVERHEAD, FIELD, PACKED_BYTES, PACKED_ENTRIES, TIMED};
use crate::data::hash::{hash, mix};
use crate::data::trie::Trie;
use alloc::boxed::Box;
use alloc::vec::Vec;
use bytes::Bytes;

/// A hash. A small one keeps the order in which fields came, as Redis's packed encodings do; a big one is in hash order.
#[derive(Clone, Debug)]
pub struct Hash {
    fields: Fields,
    /// Which fields have a time to live; most hashes have none.
    dues: Option<Box<FieldDues>>,
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
        Hash { fields: Fields::Packed(Vec::new()), dues: None, digest: 0, bytes: 0 }
    }
}
/// Whether a field expires counts, when it does not: as with keys.
fn pair_digest(field: &[u8], value: &[u8], timed: bool) -> u64 {
    let pair = hash(hash(FIELD, field), value);
    if timed { mix(pair ^ TIMED) } else { pair }
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
    /// Sets a field; the old value comes back, and the field's time to live is gone.
    pub fn insert(&mut self, field: &[u8], value: Bytes) -> Option<Bytes> {
        if self.dues.is_some() {
            self.set_time(field, None);
        }
        self.insert_keeping(field, value)
    }
    /// Sets a field whose time to live stays, as with HINCRBY; the old value comes back.
    pub fn insert_keeping(&mut self, field: &[u8], value: Bytes) -> Option<Bytes> {
        let long = field.len() > PACKED_BYTES || value.len() > PACKED_BYTES;
        if long && let Fields::Packed(_) = self.fields {
            self.make_table();
        }
        let timed = self.time(field).is_some();
        let added = pair_digest(field, &value, timed);
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
                self.digest = self.digest.wrapping_sub(pair_digest(field, old, timed));
                self.bytes -= old.len() as u64;
            }
            None => self.bytes += field.len() as u64 + 2 * ELEMENT_OVERHEAD,
        }
        old
    }
    /// When a field expires, as unix milliseconds; none for a missing field too.
    #[must_use]
    pub fn time(&self, field: &[u8]) -> Option<i64> {
        self.dues.as_ref()?.time(field)
    }
    /// Gives a field a time to live (unix milliseconds), or takes it away. Whether the field is there.
    pub fn set_time(&mut self, field: &[u8], when: Option<i64>) -> bool {
        let Some(value) = self.get(field) else { return false };
        let (plain, timed) = (pair_digest(field, value, false), pair_digest(field, value, true));
        let before = match when {
            Some(when) => self.dues.get_or_insert_default().set(field, when),
            None => self.dues.as_mut().and_then(|dues| dues.remove(field)),
        };
        match (before.is_some(), when.is_some()) {
            (false, true) => {
                self.digest = self.digest.wrapping_sub(plain).wrapping_add(timed);
                self.bytes += ELEMENT_OVERHEAD;
            }
            (true, false) => {
                self.digest = self.digest.wrapping_sub(timed).wrapping_add(plain);
                self.bytes -= ELEMENT_OVERHEAD;
            }
            _ => {}
        }
        if self.dues.as_ref().is_some_and(|dues| dues.is_empty()) {
            self.dues = None;
        }
        true
    }
    /// How many fields have a time to live.
    #[must_use]
    pub fn timed(&self) -> usize {
        self.dues.as_ref().map_or(0, |dues| dues.len())
    }
    /// When the first of them expires, as unix milliseconds.
    #[must_use]
    pub fn first_time(&self) -> Option<i64> {
        self.dues.as_ref().and_then(|dues| dues.first())
    }
    /// Fields with their times to live, earliest first; of those with the same one the last that got it.
    pub fn times(&self) -> impl Iterator<Item = (i64, &Bytes)> {
        self.dues.iter().flat_map(|dues| dues.iter())
    }
    /// Holds it as a table from now on, however small it is: Valkey packs no hash whose fields have times to live.
    pub(crate) fn unpack(&mut self) {
        self.make_table();
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
        if self.dues.is_some() {
            self.set_time(field, None);
        }
        let old = match &mut self.fields {
            Fields::Packed(pairs) => {
                let at = pairs.iter().position(|(f, _)| f == field)?;
                pairs.remove(at).1
            }
            Fields::Table(table) => table.remove(field)?.1,
        };
        self.digest = self.digest.wrapping_sub(pair_digest(field, &old, false));
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

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;

    fn b(text: &str) -> Bytes {
        Bytes::copy_from_slice(text.as_bytes())
    }
    /// The same fields, set in another order, with their times set last.
    fn rebuilt(hash: &Hash) -> Hash {
        let mut pairs: Vec<_> = hash.iter().map(|(field, value)| (field.clone(), value.clone())).collect();
        pairs.reverse();
        let mut fresh: Hash = pairs.into_iter().collect();
        hash.times().for_each(|(when, field)| assert!(fresh.set_time(field, Some(when))));
        fresh
    }

    #[test]
    fn times_come_stay_and_go_with_their_fields() {
        for fields in [3usize, 600] {
            let mut hash: Hash = (0..fields).map(|n| (b(&format!("f{n}")), b("v"))).collect();
            let plain = hash.clone();
            assert!(hash.set_time(b"f0", Some(300)) && hash.set_time(b"f1", Some(100)) && hash.set_time(b"f2", Some(100)));
            assert!(!hash.set_time(b"none", Some(1)), "no time without a field");
            let order: Vec<_> = hash.times().map(|(when, field)| (when, field.clone())).collect();
            assert_eq!(order, [(100, b("f2")), (100, b("f1")), (300, b("f0"))], "the last that got a time goes first");
            assert_eq!((hash.timed(), hash.first_time(), hash.time(b"f0")), (3, Some(100), Some(300)));
            assert_ne!(hash.digest, plain.digest);
            assert_eq!((rebuilt(&hash).digest, rebuilt(&hash).bytes), (hash.digest, hash.bytes));
            let later = hash.clone();
            hash.set_time(b"f0", Some(999));
            assert_eq!((hash.digest, hash.bytes), (later.digest, later.bytes), "when it expires does not count");
            hash.insert_keeping(b"f0", b("w"));
            assert_eq!((hash.time(b"f0"), hash.get(b"f0")), (Some(999), Some(&b("w"))));
            assert_eq!(rebuilt(&hash).digest, hash.digest);
            hash.insert(b"f0", b("v"));
            assert_eq!((hash.time(b"f0"), hash.timed()), (None, 2), "a new value has no time");
            hash.remove(b"f1");
            hash.set_time(b"f2", None);
            hash.insert(b"f1", b("v"));
            assert_eq!((hash.timed(), hash.first_time(), hash.digest, hash.bytes), (0, None, plain.digest, plain.bytes));
            assert_eq!(later.timed().to_string(), "3", "a clone stays as it was");
        }
    }
}
