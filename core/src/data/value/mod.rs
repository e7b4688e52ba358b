//! The kinds of values. Each collection keeps the hash of its content up to date as it changes, so that nobody ever reads a big one whole.

mod field_times;
mod hash;
mod list;
mod measures;
mod set;
mod zset;

pub use hash::Hash;
pub use list::List;
pub use measures::int_bytes;
pub use set::Set;
pub use zset::{Scored, ZSet, print_score};

use self::measures::CONTENT;
use super::hash::{hash, mix};
use super::stream::Stream;
use crate::era::Era;
use crate::fact::DataType;
use crate::resp::parse_i64;
use alloc::rc::Rc;
use bytes::Bytes;

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
    /// What TYPE says.
    #[must_use]
    pub const fn type_of(&self) -> DataType {
        match self {
            Value::String(_) | Value::Sum(_) | Value::Grown(_) => DataType::String,
            Value::List(_) => DataType::List,
            Value::Set(_) => DataType::Set,
            Value::Hash(_) => DataType::Hash,
            Value::ZSet(_) => DataType::ZSet,
            Value::Stream(_) => DataType::Stream,
        }
    }
    /// The word of OBJECT ENCODING: how a server of this era would hold it.
    #[must_use]
    pub fn encoding(&self, era: Era) -> &'static str {
        let caps = era.capabilities();
        let packed = caps.packed_encoding;
        match self {
            Value::String(bytes) if bytes.len() <= 20 && parse_i64(bytes).is_some() => "int",
            Value::String(bytes) | Value::Sum(bytes) if caps.embstr_bytes_max.is_some_and(|max| bytes.len() <= max) => "embstr",
            Value::String(_) | Value::Sum(_) | Value::Grown(_) => "raw",
            Value::List(list) if caps.packed_sets && list.fits_one_pack() => packed,
            Value::List(_) if caps.quicklists => "quicklist",
            Value::List(list) if list.packed() => packed,
            Value::List(_) => "linkedlist",
            Value::Set(set) if set.is_intset() => "intset",
            Value::Set(set) if caps.packed_sets && set.fits_pack() => packed,
            Value::Set(_) => "hashtable",
            Value::Hash(hash) if hash.packed() && hash.timed() > 0 => "listpackex",
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
    /// When the first field of a hash expires, as unix milliseconds.
    #[must_use]
    pub(crate) fn first_time(&self) -> Option<i64> {
        match self {
            Value::Hash(hash) => hash.first_time(),
            _ => None,
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

#[cfg(test)]
mod tests;
