//! The kinds of values. Each collection keeps the hash of its content up to date as it changes, so that nobody ever reads a big one whole.

use super::float;
use super::hash::{hash, mix};
use super::seq::Seq;
use super::stream::Stream;
use super::trie::Trie;
use crate::era::Era;
use crate::resp::{parse_i64, push_i64};
use alloc::rc::Rc;
use alloc::vec::Vec;
use bytes::Bytes;
use core::cmp::Ordering;

/// Entries up to which Redis keeps a hash packed (`hash-max-ziplist-entries`, `list-max-ziplist-entries`).
const PACKED_ENTRIES: usize = 512;
/// Entries up to which Redis keeps a sorted set packed (`zset-max-ziplist-entries`).
const PACKED_ZSET_ENTRIES: usize = 128;
/// Bytes of one element up to which Redis keeps a collection packed (`*-max-ziplist-value`).
const PACKED_BYTES: usize = 64;
/// Members up to which Redis keeps a set of whole numbers as such (`set-max-intset-entries`).
const INTSET_ENTRIES: usize = 512;
/// What an element costs beside its bytes, roughly: pointers, lengths, allocator.
const ELEMENT_OVERHEAD: u64 = 16;

const ELEMENT: u64 = 0x51;
const SCORE: u64 = 0x52;
const FIELD: u64 = 0x53;
const CONTENT: u64 = 0x54;

/// A value. Cloning is O(1).
#[derive(Clone, Debug)]
pub enum Value {
    /// Bytes, or a number in decimal.
    String(Bytes),
    /// What INCRBYFLOAT leaves: Redis does not look whether it is a whole number.
    Sum(Bytes),
    /// A string that was written within: what Redis holds with room to grow, whatever it says, until a new one takes its place.
    Grown(Bytes),
    /// Elements in order.
    List(Rc<List>),
    /// Members, each once.
    Set(Rc<Set>),
    /// Fields with values.
    Hash(Rc<Hash>),
    /// Members ordered by score.
    ZSet(Rc<ZSet>),
    /// A stream, carried unopened.
    Stream(Rc<Stream>),
}

impl Value {
    /// The word of TYPE.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Value::String(_) | Value::Sum(_) | Value::Grown(_) => "string",
            Value::List(_) => "list",
            Value::Set(_) => "set",
            Value::Hash(_) => "hash",
            Value::ZSet(_) => "zset",
            Value::Stream(_) => "stream",
        }
    }
    /// The word of OBJECT ENCODING: how a server of this era would hold it.
    #[must_use]
    pub fn encoding(&self, era: Era) -> &'static str {
        let packed = if era.has(Era::V7_0) { "listpack" } else { "ziplist" };
        match self {
            Value::String(bytes) if bytes.len() <= 20 && parse_i64(bytes).is_some() => "int",
            // 3.0 packs a string up to 39 bytes with its header, 3.2 up to 44.
            Value::String(bytes) | Value::Sum(bytes) if bytes.len() <= if era.has(Era::V3_2) { 44 } else { 39 } && era.has(Era::V3_0) => {
                "embstr"
            }
            Value::String(_) | Value::Sum(_) | Value::Grown(_) => "raw",
            Value::List(_) if era.has(Era::V3_2) => "quicklist",
            Value::List(list) if list.packed() => packed,
            Value::List(_) => "linkedlist",
            Value::Set(set) if set.is_intset() => "intset",
            Value::Set(_) => "hashtable",
            Value::Hash(hash) if hash.packed() => packed,
            Value::Hash(_) => "hashtable",
            Value::ZSet(zset) if zset.packed() => packed,
            Value::ZSet(_) => "skiplist",
            Value::Stream(_) => "stream",
        }
    }
    /// Hash of kind and content. Equal contents have equal digests, whatever their past.
    #[must_use]
    pub fn digest(&self) -> u64 {
        match self {
            Value::String(bytes) | Value::Sum(bytes) | Value::Grown(bytes) => hash(CONTENT, bytes),
            Value::List(list) => mix(list.digest ^ mix(1 ^ list.len() as u64)),
            Value::Set(set) => mix(set.digest ^ mix(2)),
            Value::Hash(hash) => mix(hash.digest ^ mix(3)),
            Value::ZSet(zset) => mix(zset.digest ^ mix(4)),
            Value::Stream(stream) => stream.digest(),
        }
    }
    /// Bytes it takes, roughly: content and a constant for each element.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Value::String(bytes) | Value::Sum(bytes) | Value::Grown(bytes) => bytes.len() as u64,
            Value::List(list) => list.bytes,
            Value::Set(set) => set.bytes,
            Value::Hash(hash) => hash.bytes,
            Value::ZSet(zset) => zset.bytes,
            Value::Stream(stream) => stream.bytes(),
        }
    }
    /// Elements of a collection; 1 for a string.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Value::String(_) | Value::Sum(_) | Value::Grown(_) => 1,
            Value::List(list) => list.len(),
            Value::Set(set) => set.len(),
            Value::Hash(hash) => hash.len(),
            Value::ZSet(zset) => zset.len(),
            Value::Stream(stream) => usize::try_from(stream.entries()).unwrap_or(usize::MAX),
        }
    }
    /// Whether it is a collection without elements, which Redis never keeps; an empty stream it does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !matches!(self, Value::Stream(_)) && self.len() == 0
    }
}
impl From<Bytes> for Value {
    fn from(bytes: Bytes) -> Value {
        Value::String(bytes)
    }
}
impl From<List> for Value {
    fn from(list: List) -> Value {
        Value::List(Rc::new(list))
    }
}
impl From<Set> for Value {
    fn from(set: Set) -> Value {
        Value::Set(Rc::new(set))
    }
}
impl From<Hash> for Value {
    fn from(hash: Hash) -> Value {
        Value::Hash(Rc::new(hash))
    }
}
impl From<ZSet> for Value {
    fn from(zset: ZSet) -> Value {
        Value::ZSet(Rc::new(zset))
    }
}
impl From<Stream> for Value {
    fn from(stream: Stream) -> Value {
        Value::Stream(Rc::new(stream))
    }
}

/// A whole number as bytes.
#[must_use]
pub fn int_bytes(value: i64) -> Bytes {
    let mut text = Vec::with_capacity(20);
    push_i64(value, &mut text);
    Bytes::from(text)
}

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

/// A list. Its digest is `Σ hash(element i) · BASE^i`, kept up to date at both ends in O(1).
#[derive(Clone, Debug)]
pub struct List {
    items: Seq<Bytes>,
    digest: u64,
    /// `BASE^len`.
    power: u64,
    bytes: u64,
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

/// A set. A small set of whole numbers is kept sorted, as Redis keeps it; any other in hash order.
#[derive(Clone, Debug)]
pub struct Set {
    members: Members,
    digest: u64,
    bytes: u64,
}
#[derive(Clone, Debug)]
enum Members {
    Ints(Vec<i64>),
    Table(Trie<()>),
}
impl Default for Set {
    fn default() -> Self {
        Set { members: Members::Ints(Vec::new()), digest: 0, bytes: 0 }
    }
}
impl Set {
    /// How many members.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.members {
            Members::Ints(ints) => ints.len(),
            Members::Table(table) => table.len(),
        }
    }
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Whether Redis would hold it as an intset.
    #[must_use]
    pub fn is_intset(&self) -> bool {
        matches!(self.members, Members::Ints(_))
    }
    /// Whether it has this member.
    #[must_use]
    pub fn contains(&self, member: &[u8]) -> bool {
        match &self.members {
            Members::Ints(ints) => parse_i64(member).is_some_and(|n| ints.binary_search(&n).is_ok()),
            Members::Table(table) => table.get(member).is_some(),
        }
    }
    /// The members as numbers, lowest first, if it is held as an intset.
    #[must_use]
    pub fn ints(&self) -> Option<&[i64]> {
        match &self.members {
            Members::Ints(ints) => Some(ints),
            Members::Table(_) => None,
        }
    }
    /// The members in order.
    pub fn iter(&self) -> impl Iterator<Item = Bytes> {
        let (ints, table) = match &self.members {
            Members::Ints(ints) => (Some(ints), None),
            Members::Table(table) => (None, Some(table)),
        };
        ints.into_iter().flatten().map(|&n| int_bytes(n)).chain(table.into_iter().flat_map(|t| t.iter().map(|(key, ())| key.clone())))
    }
    /// The table, if it is held as one: SCAN walks it.
    #[must_use]
    pub(crate) fn table(&self) -> Option<&Trie<()>> {
        match &self.members {
            Members::Ints(_) => None,
            Members::Table(table) => Some(table),
        }
    }
    /// The `n`-th member in order.
    #[must_use]
    pub fn nth(&self, n: usize) -> Option<Bytes> {
        match &self.members {
            Members::Ints(ints) => ints.get(n).map(|&n| int_bytes(n)),
            Members::Table(table) => table.nth(n).map(|(key, ())| key.clone()),
        }
    }
    /// Adds a member; whether it was new.
    pub fn insert(&mut self, member: &[u8]) -> bool {
        let new = match &mut self.members {
            Members::Ints(ints) => match parse_i64(member) {
                Some(n) => match ints.binary_search(&n) {
                    Ok(_) => false,
                    Err(at) => {
                        ints.insert(at, n);
                        if ints.len() > INTSET_ENTRIES {
                            self.make_table();
                        }
                        true
                    }
                },
                None => {
                    self.make_table();
                    return self.insert(member);
                }
            },
            Members::Table(table) => table.insert(member, ()).is_none(),
        };
        if new {
            self.digest = self.digest.wrapping_add(hash(ELEMENT, member));
            self.bytes += member.len() as u64 + ELEMENT_OVERHEAD;
        }
        new
    }
    fn make_table(&mut self) {
        if let Members::Ints(ints) = &self.members {
            let mut table = Trie::default();
            for &n in ints {
                table.insert(&int_bytes(n), ());
            }
            self.members = Members::Table(table);
        }
    }
    /// Takes a member out; whether it was there.
    pub fn remove(&mut self, member: &[u8]) -> bool {
        let gone = match &mut self.members {
            Members::Ints(ints) => match parse_i64(member).and_then(|n| ints.binary_search(&n).ok()) {
                Some(at) => {
                    ints.remove(at);
                    true
                }
                None => false,
            },
            Members::Table(table) => table.remove(member).is_some(),
        };
        if gone {
            self.digest = self.digest.wrapping_sub(hash(ELEMENT, member));
            self.bytes -= member.len() as u64 + ELEMENT_OVERHEAD;
        }
        gone
    }
}
impl FromIterator<Bytes> for Set {
    fn from_iter<I: IntoIterator<Item = Bytes>>(members: I) -> Self {
        let mut set = Set::default();
        for member in members {
            set.insert(&member);
        }
        set
    }
}

/// A hash. A small one keeps the order in which fields came, as Redis's packed encodings do; a big one is in hash order.
#[derive(Clone, Debug)]
pub struct Hash {
    fields: Fields,
    digest: u64,
    bytes: u64,
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

/// A member of a sorted set with its score, ordered by score, then by bytes.
#[derive(Clone, Debug)]
pub struct Scored {
    /// Never NaN.
    pub score: f64,
    /// The member.
    pub member: Bytes,
}
impl Ord for Scored {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.partial_cmp(&other.score).unwrap_or(Ordering::Equal).then_with(|| self.member.cmp(&other.member))
    }
}
impl PartialOrd for Scored {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Scored {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Scored {}

/// A sorted set.
#[derive(Clone, Debug)]
pub struct ZSet {
    order: Seq<Scored>,
    scores: Trie<f64>,
    digest: u64,
    bytes: u64,
    packed: bool,
}
impl Default for ZSet {
    fn default() -> Self {
        ZSet { order: Seq::default(), scores: Trie::default(), digest: 0, bytes: 0, packed: true }
    }
}
fn scored_digest(member: &[u8], score: f64) -> u64 {
    // Equal scores have one digest: −0 counts as 0.
    mix(hash(SCORE, member) ^ mix((score + 0.0).to_bits()))
}
impl ZSet {
    /// How many members.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }
    /// Whether Redis would hold it as a ziplist or listpack.
    #[must_use]
    pub fn packed(&self) -> bool {
        self.packed
    }
    /// Whether it will still be packed once this member is in it.
    #[must_use]
    pub fn stays_packed(&self, member: &[u8]) -> bool {
        let room = self.len() < PACKED_ZSET_ENTRIES || self.scores.get(member).is_some();
        self.packed && room && member.len() <= PACKED_BYTES
    }
    /// The score of a member.
    #[must_use]
    pub fn score(&self, member: &[u8]) -> Option<f64> {
        self.scores.get(member).copied()
    }
    /// Members by score.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Scored> {
        self.order.iter()
    }
    /// Members from rank `rank` on.
    pub fn iter_from(&self, rank: usize) -> impl Iterator<Item = &Scored> {
        self.order.iter_from(rank)
    }
    /// Members from rank `rank` downwards.
    pub fn iter_back_from(&self, rank: usize) -> impl Iterator<Item = &Scored> {
        self.order.iter_back_from(rank)
    }
    /// The table of members: SCAN walks it.
    #[must_use]
    pub(crate) fn table(&self) -> &Trie<f64> {
        &self.scores
    }
    /// How many members stand before the first for which `ahead` does not hold.
    #[must_use]
    pub fn partition_point(&self, ahead: impl FnMut(&Scored) -> bool) -> usize {
        self.order.partition_point(ahead)
    }
    /// The rank of a member, counted from 0.
    #[must_use]
    pub fn rank(&self, member: &[u8]) -> Option<usize> {
        let me = Scored { score: self.score(member)?, member: Bytes::copy_from_slice(member) };
        Some(self.order.partition_point(|other| *other < me))
    }
    /// Sets the score of a member; the old score comes back.
    pub fn insert(&mut self, member: &[u8], score: f64) -> Option<f64> {
        let old = self.scores.insert(member, score);
        let owned = match old {
            Some(old) => {
                if old.to_bits() == score.to_bits() {
                    return Some(old);
                }
                #[allow(clippy::float_cmp, reason = "−0 and 0 are one score: the one that was there first stays")]
                if old == score {
                    self.scores.insert(member, old);
                    return Some(old);
                }
                self.digest = self.digest.wrapping_sub(scored_digest(member, old));
                let me = Scored { score: old, member: Bytes::copy_from_slice(member) };
                self.order.remove_sorted(&me).map_or(me.member, |scored| scored.member)
            }
            None => {
                self.bytes += member.len() as u64 + 2 * ELEMENT_OVERHEAD;
                Bytes::copy_from_slice(member)
            }
        };
        self.digest = self.digest.wrapping_add(scored_digest(member, score));
        self.order.insert_sorted(Scored { score, member: owned });
        if self.len() > PACKED_ZSET_ENTRIES || member.len() > PACKED_BYTES {
            self.packed = false;
        }
        old
    }
    /// Takes a member out; its score comes back.
    pub fn remove(&mut self, member: &[u8]) -> Option<f64> {
        let (member, score) = self.scores.remove(member)?;
        self.digest = self.digest.wrapping_sub(scored_digest(&member, score));
        self.bytes -= member.len() as u64 + 2 * ELEMENT_OVERHEAD;
        self.order.remove_sorted(&Scored { score, member });
        Some(score)
    }
}
impl FromIterator<(Bytes, f64)> for ZSet {
    fn from_iter<I: IntoIterator<Item = (Bytes, f64)>>(members: I) -> Self {
        let mut zset = ZSet::default();
        for (member, score) in members {
            zset.insert(&member, score);
        }
        zset
    }
}

/// Prints a score as Redis's replies do.
#[must_use]
pub fn print_score(score: f64) -> alloc::string::String {
    float::print_g17(score)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prng::{Purpose, below, rand};
    use alloc::format;

    fn b(text: &str) -> Bytes {
        Bytes::copy_from_slice(text.as_bytes())
    }

    #[test]
    fn a_lists_digest_is_its_contents_whatever_came_before() {
        let mut list = List::default();
        let mut model: Vec<Bytes> = Vec::new();
        for n in 0..4_000u64 {
            let draw = |k| rand(8, 1, Purpose::Swarm, n * 4 + k);
            let item = b(&format!("e{}", below(draw(1), 9)));
            let index = below(draw(2), model.len() as u64 + 1) as usize;
            match below(draw(0), 8) {
                0 | 1 => {
                    list.push_back(item.clone());
                    model.push(item);
                }
                2 | 3 => {
                    list.push_front(item.clone());
                    model.insert(0, item);
                }
                4 => assert_eq!(list.pop_back(), model.pop()),
                5 => assert_eq!(list.pop_front(), if model.is_empty() { None } else { Some(model.remove(0)) }),
                6 => {
                    list.insert(index, item.clone());
                    model.insert(index, item);
                }
                _ => {
                    list.replace(index, item.clone());
                    if let Some(slot) = model.get_mut(index) {
                        *slot = item;
                    }
                }
            }
            if n % 50 == 0 {
                let gone = list.remove_where(|i, item| i % 3 == 0 && &item[..] == b"e3");
                let mut i = 0;
                model.retain(|item| {
                    i += 1;
                    !((i - 1) % 3 == 0 && &item[..] == b"e3")
                });
                assert_eq!(list.len(), model.len(), "{gone} gone");
                let fresh: List = model.iter().cloned().collect();
                assert_eq!((list.digest, list.bytes, list.power), (fresh.digest, fresh.bytes, fresh.power));
                assert!(list.iter().eq(model.iter()));
            }
        }
        let other: List = [b("a"), b("b")].into_iter().collect();
        let swapped: List = [b("b"), b("a")].into_iter().collect();
        assert_ne!(Value::from(other).digest(), Value::from(swapped).digest(), "order counts");
    }

    #[test]
    fn collections_come_back_to_the_digest_of_nothing() {
        let (mut set, mut map, mut zset) = (Set::default(), Hash::default(), ZSet::default());
        let name = |n: u64| format!("m{}", below(rand(9, 1, Purpose::Swarm, n), 900)).into_bytes();
        for n in 0..5_000 {
            let member = name(n);
            if n % 4 == 3 {
                set.remove(&member);
                map.remove(&member);
                zset.remove(&member);
            } else {
                set.insert(&member);
                map.insert(&member, b(&format!("{n}")));
                zset.insert(&member, (n % 100) as f64);
            }
            assert_eq!((set.len(), map.len()), (zset.len(), zset.len()));
        }
        assert_eq!(set.digest, set.iter().collect::<Set>().digest);
        assert_eq!(map.digest, map.iter().map(|(f, v)| (f.clone(), v.clone())).collect::<Hash>().digest);
        assert_eq!(zset.digest, zset.iter().map(|s| (s.member.clone(), s.score)).collect::<ZSet>().digest);
        let all: Vec<Scored> = zset.iter().cloned().collect();
        assert!(all.is_sorted());
        for (rank, scored) in all.iter().enumerate() {
            assert_eq!(zset.rank(&scored.member), Some(rank));
        }
        for n in 0..5_000 {
            set.remove(&name(n));
            map.remove(&name(n));
            zset.remove(&name(n));
        }
        assert_eq!((set.digest, map.digest, zset.digest), (0, 0, 0));
        assert_eq!((set.bytes, map.bytes, zset.bytes), (0, 0, 0));
    }

    #[test]
    fn encodings_change_where_redis_changes_them() {
        let mut set: Set = (0..512).map(int_bytes).collect();
        assert!(set.is_intset());
        set.insert(b"600");
        assert!(!set.is_intset() && set.contains(b"600") && set.contains(b"0"));
        let words: Set = [b("1"), b("x")].into_iter().collect();
        assert!(!words.is_intset());
        let sorted: Set = [b("10"), b("-5"), b("7")].into_iter().collect();
        assert!(sorted.iter().eq([b("-5"), b("7"), b("10")]));

        let mut map: Hash = (0..512).map(|n| (int_bytes(n), b("v"))).collect();
        assert!(map.packed());
        map.insert(b"one more", b("v"));
        assert!(!map.packed() && map.get(b"511").is_some());
        let mut long = Hash::default();
        long.insert(b"f", Bytes::from(alloc::vec![0; 65]));
        assert!(!long.packed());

        let mut zset: ZSet = (0..128).map(|n| (int_bytes(n), n as f64)).collect();
        assert!(zset.packed());
        zset.insert(b"x", 0.0);
        assert!(!zset.packed());
    }
}
