//! Databases and values.
//!
//! A [`Dataset`] clones in O(1): everything below is shared and copied where it is first written to. Its digest is kept up to date with every change.

pub mod float;
mod hash;
pub mod long_double;
mod seq;
mod stream;
mod trie;
pub mod value;

pub use stream::Stream;
pub use value::{Hash, List, Scored, Set, Value, ZSet};

use alloc::rc::Rc;
use alloc::vec::Vec;
use bytes::Bytes;
use seq::Seq;
use trie::NewKey;
pub(crate) use trie::Trie;

/// The memory of a key beside its bytes and its value, roughly: Redis's dict entry, object header and SDS headers.
const KEY_OVERHEAD: u64 = 72;

/// The entry under a key.
#[derive(Clone, Debug)]
struct Slot {
    value: Value,
    /// Unix milliseconds; `i64::MAX` for none, so that the last moment there is for a key is the one before.
    expiry: i64,
    /// Digest of key, value and whether it expires.
    digest: u64,
}
const NEVER: i64 = i64::MAX;

/// A key of one database, for iterating.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The key.
    pub key: &'a Bytes,
    /// Its value.
    pub value: &'a Value,
    /// Unix time in milliseconds from which on it is gone, if any.
    pub expiry: Option<i64>,
}

/// A key with a time to live, ordered by that time.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Due {
    when: i64,
    key: Bytes,
}

#[derive(Clone, Debug, Default)]
struct Db {
    keys: Trie<Slot>,
    dues: Seq<Due>,
    /// Hashes whose fields have times to live, by the time of the first one.
    fields: Seq<Due>,
    /// Sum of the slots' digests.
    digest: u64,
    /// What it added to the dataset's digest after the last change.
    added: u64,
    bytes: u64,
}
impl Db {
    /// What this database adds to the dataset's digest.
    fn share(&self, db: usize) -> u64 {
        if self.keys.is_empty() { 0 } else { hash::mix(self.digest ^ hash::mix(db as u64 + 1)) }
    }
}

#[derive(Clone, Debug)]
struct Inner {
    dbs: Vec<Option<Rc<Db>>>,
    keys: usize,
    volatile: usize,
    /// Hashes whose fields have times to live.
    timed: usize,
    digest: u64,
    bytes: u64,
}

/// All databases of a node. Cloning is O(1).
#[derive(Clone, Debug)]
pub struct Dataset {
    inner: Rc<Inner>,
}
impl Default for Dataset {
    /// Sixteen databases, Redis's default.
    fn default() -> Self {
        Dataset::new(16)
    }
}

fn slot_digest(place: u64, value: u64, volatile: bool) -> u64 {
    hash::mix(place ^ hash::mix(value.wrapping_add(u64::from(volatile))))
}

impl Dataset {
    /// Empty databases.
    #[must_use]
    pub fn new(databases: usize) -> Dataset {
        let dbs = alloc::vec![None; databases.max(1)];
        Dataset { inner: Rc::new(Inner { dbs, keys: 0, volatile: 0, timed: 0, digest: 0, bytes: 0 }) }
    }
    /// How many databases there are.
    #[must_use]
    pub fn databases(&self) -> usize {
        self.inner.dbs.len()
    }
    fn db(&self, db: usize) -> Option<&Db> {
        self.inner.dbs.get(db).and_then(|db| db.as_deref())
    }
    /// Keys of a database, expired ones that nobody has removed yet included: DBSIZE.
    #[must_use]
    pub fn len(&self, db: usize) -> usize {
        self.db(db).map_or(0, |db| db.keys.len())
    }
    /// Whether no database has a key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inner.keys == 0
    }
    /// Keys of all databases.
    #[must_use]
    pub fn total_keys(&self) -> usize {
        self.inner.keys
    }
    /// Keys of a database that have a time to live: `expires` of INFO keyspace.
    #[must_use]
    pub fn volatile(&self, db: usize) -> usize {
        self.db(db).map_or(0, |db| db.dues.len())
    }
    /// Hashes of a database whose fields have times to live: `subexpiry` and `keys_with_volatile_items` of INFO keyspace.
    #[must_use]
    pub fn timed_hashes(&self, db: usize) -> usize {
        self.db(db).map_or(0, |db| db.fields.len())
    }
    /// Bytes of all keys and values with what Redis needs around them, roughly.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.inner.bytes
    }
    /// Hash of everything: databases, keys, values, and which keys expire (not when: a relative time to live starts later on a replica). Equal data
    /// give equal digests, whatever their past. O(1).
    #[must_use]
    pub fn digest(&self) -> u64 {
        self.inner.digest
    }

    /// Whether these are the same data, each key's and field's time to live ending at the same unix millisecond. O(keys and fields with a time to live).
    #[must_use]
    pub fn same_to_the_millisecond(&self, other: &Dataset) -> bool {
        let dues = |data: &Dataset, db: usize| data.db(db).map_or(0, |content| content.dues.len());
        self.digest() == other.digest()
            && (0..self.databases().max(other.databases())).all(|db| {
                let both = self.db(db).zip(other.db(db));
                dues(self, db) == dues(other, db) && both.is_none_or(|(a, b)| a.dues.iter().eq(b.dues.iter()) && a.same_field_times(b))
            })
    }
    /// The digest of everything but one database. O(1).
    #[must_use]
    pub fn digest_without(&self, db: usize) -> u64 {
        self.inner.digest.wrapping_sub(self.db(db).map_or(0, |content| content.share(db)))
    }
    /// The same data without what has expired by this unix time in milliseconds, fields of hashes included.
    #[must_use]
    pub fn living(&self, now_ms: i64) -> Dataset {
        let mut rest = self.clone();
        for db in 0..self.databases() {
            for key in self.with_expired_fields(db, now_ms, usize::MAX) {
                rest.expire_fields(db, &key, now_ms, usize::MAX);
            }
            for key in self.expired(db, now_ms, usize::MAX) {
                rest.remove(db, &key);
            }
        }
        rest
    }
    /// Whether these are the other's data without some of its keys and fields that have a time to live, or all of them.
    #[must_use]
    pub fn lacks_volatile_only(&self, other: &Dataset) -> bool {
        let mut rest = other.clone();
        for (db, content) in other.inner.dbs.iter().enumerate() {
            for due in content.iter().flat_map(|content| content.fields.iter()) {
                let (Some(Value::Hash(theirs)), mine) = (other.get(db, &due.key), self.get(db, &due.key)) else { continue };
                let lacks = |field: &[u8]| !matches!(mine, Some(Value::Hash(mine)) if mine.get(field).is_some());
                let gone: Vec<Bytes> = theirs.times().map(|(_, field)| field.clone()).filter(|field| lacks(field)).collect();
                rest.remove_fields(db, &due.key, &gone);
            }
            for due in content.iter().flat_map(|content| content.dues.iter()).filter(|due| !self.contains(db, &due.key)) {
                rest.remove(db, &due.key);
            }
        }
        rest.digest() == self.digest()
    }

    fn slot(&self, db: usize, key: &[u8]) -> Option<&Slot> {
        self.db(db)?.keys.get(key)
    }
    /// The value of a key, even if its time has passed.
    #[must_use]
    pub fn get(&self, db: usize, key: &[u8]) -> Option<&Value> {
        self.slot(db, key).map(|slot| &slot.value)
    }
    /// The value of a key with its time to live as unix milliseconds.
    #[must_use]
    pub fn entry(&self, db: usize, key: &[u8]) -> Option<(&Value, Option<i64>)> {
        self.slot(db, key).map(|slot| (&slot.value, Some(slot.expiry).filter(|&when| when != NEVER)))
    }
    /// When a key expires, as unix milliseconds; none for a missing key too.
    #[must_use]
    pub fn expiry(&self, db: usize, key: &[u8]) -> Option<i64> {
        self.slot(db, key).map(|slot| slot.expiry).filter(|&when| when != NEVER)
    }
    /// Whether the key is there.
    #[must_use]
    pub fn contains(&self, db: usize, key: &[u8]) -> bool {
        self.slot(db, key).is_some()
    }
    /// The keys of a database, in a fixed order that depends on the keys alone.
    pub fn iter(&self, db: usize) -> impl Iterator<Item = Entry<'_>> {
        self.db(db).into_iter().flat_map(|db| db.keys.iter()).map(|(key, slot)| Entry {
            key,
            value: &slot.value,
            expiry: Some(slot.expiry).filter(|&when| when != NEVER),
        })
    }
    /// The keys of a database whose place in the order is `from` or behind, each with its place.
    pub(crate) fn scan_from(&self, db: usize, from: u64) -> impl Iterator<Item = (u64, Entry<'_>)> {
        let mut iter = self.db(db).map(|db| db.keys.iter_from(from));
        core::iter::from_fn(move || {
            let (place, key, slot) = iter.as_mut()?.next_placed()?;
            Some((place, Entry { key, value: &slot.value, expiry: Some(slot.expiry).filter(|&when| when != NEVER) }))
        })
    }
    /// The `n`-th key of a database in its order.
    #[must_use]
    pub fn nth(&self, db: usize, n: usize) -> Option<Entry<'_>> {
        self.db(db)?.keys.nth(n).map(|(key, slot)| Entry {
            key,
            value: &slot.value,
            expiry: Some(slot.expiry).filter(|&when| when != NEVER),
        })
    }

    /// Changes one database and keeps the sums. `f` says what it did to the number of keys and of volatile keys by doing it.
    fn change<R>(&mut self, db: usize, f: impl FnOnce(&mut Db) -> R) -> R {
        let inner = Rc::make_mut(&mut self.inner);
        let rc = inner.dbs[db].get_or_insert_with(Rc::default);
        let target = Rc::make_mut(rc);
        debug_assert_eq!(target.added, target.share(db), "the share is that of the last change");
        let before = (target.added, target.keys.len(), target.dues.len(), target.bytes, target.fields.len());
        let result = f(target);
        target.added = target.share(db);
        inner.digest = inner.digest.wrapping_sub(before.0).wrapping_add(target.added);
        inner.keys = inner.keys - before.1 + target.keys.len();
        inner.volatile = inner.volatile - before.2 + target.dues.len();
        inner.bytes = inner.bytes - before.3 + target.bytes;
        inner.timed = inner.timed - before.4 + target.fields.len();
        result
    }

    /// Puts a value under a key, with this time to live (unix milliseconds) or none; what stood there is gone.
    ///
    /// The key's bytes are copied if the key is new.
    pub fn set(&mut self, db: usize, key: &[u8], value: impl Into<Value>, expiry: Option<i64>) {
        self.put(db, (Trie::<Slot>::place(key), key), key, value.into(), expiry);
    }
    /// As [`Dataset::set`] for a key that has no other owner: if it is new it is taken, not copied. Whether it is.
    pub(crate) fn set_owned(&mut self, db: usize, key: &mut Bytes, value: Value, expiry: Option<i64>) -> bool {
        // The list of times to live wants the key too.
        let timed = expiry.is_some() || self.volatile(db) > 0;
        let name = if timed { Bytes::copy_from_slice(key) } else { Bytes::new() };
        self.put(db, (Trie::<Slot>::place(key), &name), key, value, expiry)
    }
    /// `name`: the key as long as there are times to live.
    #[inline]
    fn put(&mut self, db: usize, (place, name): (u64, &[u8]), key: impl NewKey, value: Value, expiry: Option<i64>) -> bool {
        let expiry = expiry.map_or(NEVER, |when| when.min(NEVER - 1));
        let digest = slot_digest(place, value.digest(), expiry != NEVER);
        self.change(db, |db| {
            let (bytes, len) = (value.bytes(), key.bytes().len() as u64);
            let first = value.first_time();
            if first.is_some() || !db.fields.is_empty() {
                let before = db.keys.get_at(place, key.bytes()).and_then(|old| old.value.first_time());
                db.refield(key.bytes(), before, first);
            }
            let old = db.keys.insert_at(place, key, Slot { value, expiry, digest });
            db.digest = db.digest.wrapping_add(digest);
            db.bytes += bytes;
            match &old {
                Some(old) => {
                    db.digest = db.digest.wrapping_sub(old.digest);
                    db.bytes -= old.value.bytes();
                }
                None => db.bytes += len + KEY_OVERHEAD,
            }
            let is_new = old.is_none();
            let before = old.map_or(NEVER, |old| old.expiry);
            if before != expiry {
                db.redue(name, before, expiry);
            }
            is_new
        })
    }
    /// Takes a key out; its value comes back.
    pub fn remove(&mut self, db: usize, key: &[u8]) -> Option<Value> {
        let place = Trie::<Slot>::place(key);
        self.db(db)?.keys.get_at(place, key)?;
        self.change(db, |db| {
            let (_, slot) = db.keys.remove_at(place, key)?;
            db.digest = db.digest.wrapping_sub(slot.digest);
            db.bytes -= slot.value.bytes() + key.len() as u64 + KEY_OVERHEAD;
            if slot.expiry != NEVER {
                db.redue(key, slot.expiry, NEVER);
            }
            db.refield(key, slot.value.first_time(), None);
            Some(slot.value)
        })
    }
    /// Gives a key a time to live, or takes it away. Whether the key is there.
    pub fn set_expiry(&mut self, db: usize, key: &[u8], expiry: Option<i64>) -> bool {
        let place = Trie::<Slot>::place(key);
        let expiry = expiry.map_or(NEVER, |when| when.min(NEVER - 1));
        match self.db(db).and_then(|db| db.keys.get_at(place, key)) {
            None => return false,
            Some(slot) if slot.expiry == expiry => return true,
            Some(_) => {}
        }
        self.change(db, |db| {
            let slot = db.keys.get_mut_at(place, key)?;
            let before = core::mem::replace(&mut slot.expiry, expiry);
            let digest = slot_digest(place, slot.value.digest(), expiry != NEVER);
            let old = core::mem::replace(&mut slot.digest, digest);
            db.digest = db.digest.wrapping_add(digest).wrapping_sub(old);
            db.redue(key, before, expiry);
            Some(())
        });
        true
    }
    /// Changes the value of a key in place; a collection that is empty afterwards is removed with its key, as Redis does. `None` if there is no key.
    ///
    /// Whoever calls has looked at the value before: a key that will not be changed should not be handed to this, because shared pages are copied.
    pub fn update<R>(&mut self, db: usize, key: &[u8], f: impl FnOnce(&mut Value) -> R) -> Option<R> {
        let place = Trie::<Slot>::place(key);
        self.db(db)?.keys.get_at(place, key)?;
        self.change(db, |db| {
            let slot = db.keys.get_mut_at(place, key)?;
            let (before, first) = (slot.value.bytes(), slot.value.first_time());
            let result = f(&mut slot.value);
            let then = slot.value.first_time();
            let digest = slot_digest(place, slot.value.digest(), slot.expiry != NEVER);
            let old = core::mem::replace(&mut slot.digest, digest);
            db.digest = db.digest.wrapping_add(digest).wrapping_sub(old);
            db.bytes = db.bytes - before + slot.value.bytes();
            if slot.value.is_empty() {
                let (_, slot) = db.keys.remove_at(place, key)?;
                db.digest = db.digest.wrapping_sub(slot.digest);
                db.bytes -= slot.value.bytes() + key.len() as u64 + KEY_OVERHEAD;
                if slot.expiry != NEVER {
                    db.redue(key, slot.expiry, NEVER);
                }
            }
            if first != then {
                db.refield(key, first, then);
            }
            Some(result)
        })
    }
    /// Empties one database; how many keys it had.
    pub fn flush(&mut self, db: usize) -> usize {
        let keys = self.len(db);
        if keys > 0 {
            self.change(db, |db| *db = Db::default());
            Rc::make_mut(&mut self.inner).dbs[db] = None;
        }
        keys
    }
    /// Empties all databases; how many keys there were.
    pub fn flush_all(&mut self) -> usize {
        let keys = self.total_keys();
        *self = Dataset::new(self.databases());
        keys
    }
    /// Exchanges two databases.
    pub fn swap(&mut self, a: usize, b: usize) {
        let inner = Rc::make_mut(&mut self.inner);
        let share = |inner: &Inner, db: usize| inner.dbs[db].as_ref().map_or(0, |content| content.share(db));
        let before = share(inner, a).wrapping_add(share(inner, b));
        inner.dbs.swap(a, b);
        if a != b {
            for ix in [a, b] {
                if let Some(db) = &mut inner.dbs[ix] {
                    let added = db.share(ix);
                    Rc::make_mut(db).added = added;
                }
            }
            let after = share(inner, a).wrapping_add(share(inner, b));
            inner.digest = inner.digest.wrapping_sub(before).wrapping_add(after);
        }
    }

    /// The earliest time at which a key of any database expires, as unix milliseconds. The key is gone once the clock shows more than this.
    #[must_use]
    pub fn next_expiry(&self) -> Option<i64> {
        if self.inner.volatile == 0 {
            return None;
        }
        self.inner.dbs.iter().flatten().filter_map(|db| db.dues.first()).map(|due| due.when).min()
    }
    /// Keys of a database whose time has passed at `now_ms`, earliest first, at most `limit`.
    #[must_use]
    pub fn expired(&self, db: usize, now_ms: i64, limit: usize) -> Vec<Bytes> {
        self.db(db)
            .map_or_else(Vec::new, |db| db.dues.iter().take_while(|due| now_ms > due.when).take(limit).map(|due| due.key.clone()).collect())
    }
    /// The earliest time at which a field of any hash expires, as unix milliseconds. The field is gone once the clock shows more than this.
    #[must_use]
    pub fn next_field_expiry(&self) -> Option<i64> {
        if self.inner.timed == 0 {
            return None;
        }
        self.inner.dbs.iter().flatten().filter_map(|db| db.fields.first()).map(|due| due.when).min()
    }
    /// Hashes of a database of which a field's time has passed at `now_ms`, earliest first, at most `limit`.
    #[must_use]
    pub fn with_expired_fields(&self, db: usize, now_ms: i64, limit: usize) -> Vec<Bytes> {
        let Some(db) = self.db(db) else { return Vec::new() };
        db.fields.iter().take_while(|due| now_ms > due.when).take(limit).map(|due| due.key.clone()).collect()
    }
    /// Takes the fields out of a hash whose time has passed at `now_ms`, at most `limit`, and gives their names, earliest first. The key goes with the last field.
    pub fn expire_fields(&mut self, db: usize, key: &[u8], now_ms: i64, limit: usize) -> Vec<Bytes> {
        let Some(Value::Hash(hash)) = self.get(db, key) else { return Vec::new() };
        let gone: Vec<Bytes> = hash.times().take_while(|(when, _)| now_ms > *when).take(limit).map(|(_, field)| field.clone()).collect();
        self.remove_fields(db, key, &gone);
        gone
    }
    fn remove_fields(&mut self, db: usize, key: &[u8], fields: &[Bytes]) {
        if fields.is_empty() {
            return;
        }
        self.update(db, key, |value| {
            if let Value::Hash(hash) = value {
                let hash = Rc::make_mut(hash);
                fields.iter().for_each(|field| drop(hash.remove(field)));
            }
        });
    }
    /// Mean time to live of a database's volatile keys in milliseconds, over the first few of them: `avg_ttl` of INFO keyspace.
    #[must_use]
    pub fn average_ttl(&self, db: usize, now_ms: i64) -> i64 {
        const SAMPLES: usize = 20;
        let Some(db) = self.db(db) else { return 0 };
        let (sum, n) =
            db.dues.iter().take(SAMPLES).fold((0i64, 0i64), |(sum, n), due| (sum.saturating_add((due.when - now_ms).max(0)), n + 1));
        sum.checked_div(n).unwrap_or(0)
    }
}
impl Db {
    /// Whether the fields of both databases' hashes expire at the same times.
    fn same_field_times(&self, other: &Db) -> bool {
        self.fields.iter().eq(other.fields.iter())
            && self.fields.iter().all(|due| match (self.keys.get(&due.key), other.keys.get(&due.key)) {
                (Some(Slot { value: Value::Hash(a), .. }), Some(Slot { value: Value::Hash(b), .. })) => {
                    a.timed() == b.timed() && a.times().all(|(when, field)| b.time(field) == Some(when))
                }
                _ => false,
            })
    }
    /// The first field of a hash expires at another time than before.
    fn refield(&mut self, key: &[u8], before: Option<i64>, after: Option<i64>) {
        if before == after {
            return;
        }
        let key = Bytes::copy_from_slice(key);
        if let Some(when) = before {
            self.fields.remove_sorted(&Due { when, key: key.clone() });
        }
        if let Some(when) = after {
            self.fields.insert_sorted(Due { when, key });
        }
    }
    fn redue(&mut self, key: &[u8], before: i64, after: i64) {
        let key = if before == NEVER {
            Bytes::copy_from_slice(key)
        } else {
            let due = Due { when: before, key: Bytes::copy_from_slice(key) };
            self.dues.remove_sorted(&due).map_or(due.key, |due| due.key)
        };
        if after != NEVER {
            self.dues.insert_sorted(Due { when: after, key });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prng::{Purpose, below, rand};
    use alloc::format;
    use alloc::string::ToString;

    fn text(value: &str) -> Value {
        Value::String(Bytes::copy_from_slice(value.as_bytes()))
    }
    /// The same content, put in from scratch.
    fn rebuilt(data: &Dataset) -> Dataset {
        let mut fresh = Dataset::new(data.databases());
        for db in 0..data.databases() {
            let mut entries: Vec<_> = data.iter(db).collect();
            entries.reverse();
            for entry in entries {
                fresh.set(db, entry.key, entry.value.clone(), entry.expiry);
            }
        }
        fresh
    }
    fn same(a: &Dataset, b: &Dataset) {
        assert_eq!((a.digest(), a.bytes(), a.total_keys(), a.next_expiry()), (b.digest(), b.bytes(), b.total_keys(), b.next_expiry()));
        assert!(a.same_to_the_millisecond(b) && a.next_field_expiry() == b.next_field_expiry());
        assert!((0..a.databases()).all(|db| a.timed_hashes(db) == b.timed_hashes(db)));
    }

    #[test]
    fn sums_follow_every_change() {
        let mut data = Dataset::new(4);
        let mut old = Vec::new();
        for n in 0..6_000u64 {
            let draw = |k| rand(11, 1, Purpose::Swarm, n * 8 + k);
            let db = below(draw(0), 4) as usize;
            let key = format!("k{}", below(draw(1), 120)).into_bytes();
            let expiry = Some(below(draw(2), 50) as i64).filter(|&when| when > 20);
            match below(draw(3), 14) {
                12 => {
                    let mut hash: Hash = [("a", "1"), ("b", "2")].map(|(f, v)| (Bytes::from(f), Bytes::from(v))).into_iter().collect();
                    hash.set_time(b"a", Some(below(draw(4), 50) as i64).filter(|&when| when > 10));
                    data.set(db, &key, hash, expiry);
                }
                13 if n % 2 == 0 => {
                    data.expire_fields(db, &key, below(draw(4), 50) as i64, 9);
                }
                13 => {
                    data.update(db, &key, |value| match value {
                        Value::Hash(hash) => {
                            Rc::make_mut(hash).set_time(b"b", expiry);
                        }
                        other => *other = text("changed"),
                    });
                }
                0..=4 => data.set(db, &key, text(&n.to_string()), expiry),
                5 | 6 => {
                    data.remove(db, &key);
                }
                7 => {
                    data.set_expiry(db, &key, expiry);
                }
                8 => {
                    data.set(db, &key, [Bytes::from_static(b"x")].into_iter().collect::<List>(), expiry);
                }
                9 => {
                    data.update(db, &key, |value| match value {
                        Value::List(list) => {
                            Rc::make_mut(list).pop_back();
                        }
                        other => *other = text("changed"),
                    });
                }
                10 => data.swap(db, below(draw(4), 4) as usize),
                _ if n % 40 == 0 => {
                    data.flush(db);
                }
                _ => {}
            }
            if n % 200 == 0 {
                same(&data, &rebuilt(&data));
                old.push((data.clone(), data.digest(), data.total_keys()));
            }
        }
        for (data, digest, keys) in &old {
            assert_eq!((data.digest(), data.total_keys()), (*digest, *keys), "a clone stays as it was");
            same(data, &rebuilt(data));
        }
        data.flush_all();
        same(&data, &Dataset::new(4));
    }

    #[test]
    fn the_digest_tells_database_value_kind_and_ttl_apart() {
        let make = |db: usize, key: &str, value: Value, expiry| {
            let mut data = Dataset::new(16);
            data.set(db, key.as_bytes(), value, expiry);
            data.digest()
        };
        let base = make(0, "k", text("v"), None);
        assert_ne!(base, make(1, "k", text("v"), None));
        assert_ne!(base, make(0, "l", text("v"), None));
        assert_ne!(base, make(0, "k", text("w"), None));
        assert_ne!(base, make(0, "k", text("v"), Some(1)));
        assert_eq!(make(0, "k", text("v"), Some(2)), make(0, "k", text("v"), Some(1)), "when it expires does not count");
        let list: List = [Bytes::from_static(b"v")].into_iter().collect();
        let set: Set = [Bytes::from_static(b"v")].into_iter().collect();
        assert_ne!(make(0, "k", list.into(), None), make(0, "k", set.into(), None));
    }

    #[test]
    fn a_key_that_is_given_away_stands_as_one_that_is_copied() {
        let (mut copied, mut given) = (Dataset::new(2), Dataset::new(2));
        let value = || text("v");
        for (key, expiry) in
            [("a", None), ("b", Some(30)), ("a", Some(20)), ("c", None), ("b", None), ("a", Some(5)), ("a", None), ("d", Some(9))]
        {
            let was_new = !copied.contains(0, key.as_bytes());
            copied.set(0, key.as_bytes(), value(), expiry);
            assert_eq!(given.set_owned(0, &mut Bytes::copy_from_slice(key.as_bytes()), value(), expiry), was_new, "{key}");
            assert!(given.same_to_the_millisecond(&copied) && given.contains(0, key.as_bytes()), "{key}");
            assert_eq!((given.bytes(), given.volatile(0), given.next_expiry()), (copied.bytes(), copied.volatile(0), copied.next_expiry()));
        }
        assert_eq!(given.expired(0, 99, 9), [Bytes::from_static(b"d")]);
    }

    #[test]
    fn fields_expire_one_by_one_and_the_key_with_the_last() {
        let mut data = Dataset::new(2);
        let mut hash: Hash = ["x", "y", "z"].map(|f| (Bytes::from(f), Bytes::from("v"))).into_iter().collect();
        for (field, when) in [("x", 20), ("y", 20), ("z", 40)] {
            hash.set_time(field.as_bytes(), Some(when));
        }
        data.set(1, b"h", hash, None);
        assert_eq!((data.timed_hashes(1), data.next_field_expiry(), data.volatile(1)), (1, Some(20), 0));
        assert_eq!((data.with_expired_fields(1, 20, 9), data.with_expired_fields(1, 21, 9)), (Vec::new(), Vec::from([Bytes::from("h")])));
        let whole = data.clone();
        assert_eq!(data.living(30).get(1, b"h").map(Value::len), Some(1));
        assert_eq!(data.expire_fields(1, b"h", 30, 9), [Bytes::from("y"), Bytes::from("x")]);
        assert!(data.lacks_volatile_only(&whole) && !whole.lacks_volatile_only(&data) && data.digest() == whole.living(30).digest());
        assert_eq!((data.timed_hashes(1), data.next_field_expiry()), (1, Some(40)));
        assert_eq!((data.expire_fields(1, b"h", 41, 9).len(), data.contains(1, b"h"), data.next_field_expiry()), (1, false, None));
        assert!(data.lacks_volatile_only(&whole));
    }

    #[test]
    fn expiry_is_found_in_order() {
        let mut data = Dataset::new(2);
        for (key, when) in [("a", 30), ("b", 10), ("c", 20)] {
            data.set(0, key.as_bytes(), text("v"), Some(when));
        }
        data.set(1, b"d", text("v"), Some(5));
        assert_eq!(data.next_expiry(), Some(5));
        assert_eq!(data.expired(0, 20, 9), [Bytes::from_static(b"b")], "a key lives through its last millisecond");
        assert_eq!(data.expired(0, 99, 2), [Bytes::from_static(b"b"), Bytes::from_static(b"c")]);
        data.set_expiry(1, b"d", None);
        assert_eq!((data.next_expiry(), data.volatile(0), data.volatile(1)), (Some(10), 3, 0));
        assert_eq!(data.average_ttl(0, 10), 10);
        data.set(0, b"b", text("v"), None);
        assert_eq!(data.next_expiry(), Some(20));
    }
}
