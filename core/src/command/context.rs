//! The context of a data command: the keys as its era shows them, and what it leaves for the stream.

use super::errors;
use super::spec::{Args, Block, DataCtx, Effect, Outcome, Reply, Work, Written};
use crate::data::{Hash, List, Set, Value, ZSet};
use crate::era::{Era, ExpiredRead};
use crate::resp::parse_i64;
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec;
use alloc::vec::Vec;
use bytes::Bytes;

/// Reply and effect, or the error.
pub(super) type Done = Result<(Reply, Effect), Reply>;

/// One run of one command.
pub(super) struct Cx<'a, 'b> {
    pub(super) d: &'a mut DataCtx<'b>,
    expired: Vec<(usize, Bytes)>,
    own: Vec<(usize, Bytes)>,
    written: Written,
    pub(super) block: Option<Box<Block>>,
    pub(super) work: Work,
}

/// Runs a command and gathers what it led to.
pub(super) fn run(d: &mut DataCtx<'_>, args: &Args, command: fn(&mut Cx<'_, '_>, &Args) -> Done) -> Outcome {
    let mut cx =
        Cx { d, expired: Vec::new(), own: Vec::new(), written: Written::default(), block: None, work: Work { elements: 1, bytes: 0 } };
    let (reply, effect) = command(&mut cx, args).unwrap_or_else(|error| (error, Effect::None));
    Outcome { reply, effect, expired: cx.expired, own: cx.own, written: cx.written, block: cx.block, work: cx.work }
}

/// A reply without effect.
pub(super) fn read(reply: Reply) -> Done {
    Ok((reply, Effect::None))
}
/// A reply to a command that goes into the stream as it came, if `changed`.
pub(super) fn wrote(reply: Reply, changed: bool) -> Done {
    Ok((reply, if changed { Effect::Verbatim } else { Effect::None }))
}
/// A reply to a command that goes into the stream in other words.
pub(super) fn rewritten(reply: Reply, words: Vec<Bytes>) -> Done {
    Ok((reply, Effect::Rewritten(vec![words])))
}
/// Words of a rewritten command.
pub(super) fn words<const N: usize>(words: [&[u8]; N]) -> Vec<Bytes> {
    words.iter().map(|word| Bytes::copy_from_slice(word)).collect()
}
/// An integer argument.
pub(super) fn int(arg: &[u8]) -> Result<i64, Reply> {
    parse_i64(arg).ok_or_else(|| Reply::error(errors::NOT_AN_INTEGER))
}
/// A number that C keeps in an `int` (6.2 and later check it).
pub(crate) fn short_int(arg: &[u8]) -> Result<i64, &'static str> {
    let n = parse_i64(arg).ok_or(errors::NOT_AN_INTEGER)?;
    if i32::try_from(n).is_ok() { Ok(n) } else { Err("ERR value is out of range, value must between -2147483648 and 2147483647") }
}
/// The command by which a key goes whose time is over. `lazy`: as `lazyfree-lazy-expire` has it (4.0).
pub(crate) fn deletion(lazy: bool, key: &[u8]) -> Vec<Bytes> {
    words([if lazy { &b"UNLINK"[..] } else { b"DEL" }, key])
}
/// A length or count as a reply.
pub(super) fn count(n: usize) -> Reply {
    Reply::Int(i64::try_from(n).unwrap_or(i64::MAX))
}
/// LIMIT of SINTERCARD and ZINTERCARD: 0 is none.
pub(super) fn limit(arg: &[u8]) -> Result<usize, Reply> {
    let n = parse_i64(arg).unwrap_or(-1);
    usize::try_from(n).map_err(|_| Reply::error("ERR LIMIT can't be negative"))
}
/// Whether an option's word is this one.
pub(super) fn is(arg: &[u8], word: &str) -> bool {
    arg.eq_ignore_ascii_case(word.as_bytes())
}
/// The error of this text.
pub(super) fn fail<T>(text: &str) -> Result<T, Reply> {
    Err(Reply::error(text))
}
/// A range of a sequence of `len` as GETRANGE and LRANGE take it: negative numbers count from the end. `None` if nothing is in it.
pub(super) fn range(start: i64, end: i64, len: usize) -> Option<(usize, usize)> {
    let len = i64::try_from(len).unwrap_or(i64::MAX);
    let place = |n: i64| if n < 0 { (len + n).max(0) } else { n };
    // An end before the first stays below zero in a list's range and is pulled up to it in a string's: both callers see to that.
    let (start, end) = (place(start), if end < 0 { len + end } else { end });
    if start > end || start >= len {
        return None;
    }
    Some((start as usize, end.min(len - 1) as usize))
}

impl Cx<'_, '_> {
    pub(super) fn era(&self) -> Era {
        self.d.era
    }
    pub(super) fn has(&self, first: Era) -> bool {
        self.d.era.has(first)
    }
    /// Whether the key's time has passed. A key lives through its last millisecond, and for ever if that lies before 1970 (an overflow): only active
    /// expiry takes it then.
    fn is_past(&self, key: &[u8]) -> bool {
        // Most databases have no key that expires: then nothing is looked up.
        self.d.data.volatile(self.d.db) > 0 && self.past(self.d.data.expiry(self.d.db, key))
    }
    /// Whether this is a time that has passed.
    pub(super) fn past(&self, expiry: Option<i64>) -> bool {
        expiry.is_some_and(|when| (0..self.d.judged_ms).contains(&when))
    }
    /// Does something in another database.
    pub(super) fn in_db<R>(&mut self, db: usize, what: impl FnOnce(&mut Self) -> R) -> R {
        let here = core::mem::replace(&mut self.d.db, db);
        let result = what(self);
        self.d.db = here;
        result
    }
    /// Notes that a key that was found expired is to be deleted in the stream, and deletes it.
    fn expire(&mut self, key: &[u8]) {
        self.d.data.remove(self.d.db, key);
        self.expired.push((self.d.db, Bytes::copy_from_slice(key)));
    }
    /// The command by which a key goes whose time is over.
    pub(super) fn deletes(&self, key: &[u8]) -> Vec<Bytes> {
        deletion(self.d.lazy_expire, key)
    }
    /// A master deletes a key that is found expired. Whether the key is to be taken for gone; on a replica it is still there.
    pub(super) fn expire_if_needed(&mut self, key: &[u8]) -> bool {
        if (self.d.replica && self.d.from_master) || !self.is_past(key) {
            return false;
        }
        if !self.hides() {
            self.expire(key);
        }
        true
    }
    /// Whether an expired key is only hidden: on a replica, and while callers are paused.
    pub(super) const fn hides(&self) -> bool {
        self.d.replica || self.d.holds_expired
    }
    /// The value of a key, for a command that reads.
    pub(super) fn reading(&mut self, key: &[u8]) -> Option<&Value> {
        if self.expire_if_needed(key) && self.hides() && self.expired_read() != ExpiredRead::Served {
            return None;
        }
        self.d.data.get(self.d.db, key)
    }
    /// Whether EXISTS counts the key.
    pub(super) fn exists(&mut self, key: &[u8]) -> bool {
        if self.expire_if_needed(key) && self.hides() && self.expired_read() == ExpiredRead::Gone {
            return false;
        }
        self.d.data.contains(self.d.db, key)
    }
    fn expired_read(&self) -> ExpiredRead {
        self.d.era.capabilities().expired_read
    }
    /// The value of a key, for a command that writes.
    pub(super) fn writing(&mut self, key: &[u8]) -> Option<&Value> {
        self.clear_if_expired(key);
        self.d.data.get(self.d.db, key)
    }
    /// A look at a key for the sake of its time alone: what has expired is deleted before something else takes its place. A writable replica of 7.0
    /// deletes too, and counts it.
    pub(super) fn clear_if_expired(&mut self, key: &[u8]) {
        if self.expire_if_needed(key) && self.d.replica && self.has(Era::V7_0) {
            self.expire(key);
        }
    }
    /// Remembers that a key was written, for those who watch it or wait for it.
    pub(super) fn wrote(&mut self, key: &[u8]) {
        if self.d.track {
            self.written.keys.push((self.d.db, Bytes::copy_from_slice(key)));
        }
    }
    /// Remembers that whole databases changed.
    pub(super) fn wrote_databases(&mut self, databases: impl IntoIterator<Item = usize>) {
        if self.d.track {
            self.written.databases.extend(databases);
        }
    }
    /// Puts a value under a key with this time to live.
    pub(super) fn put_until(&mut self, key: &[u8], value: impl Into<Value>, expiry: Option<i64>) {
        self.d.data.set(self.d.db, key, value, expiry);
        self.wrote(key);
    }
    /// Puts a value under a key with this time to live, which a caller gives it or which it had under another.
    pub(super) fn put_moved(&mut self, key: &[u8], value: impl Into<Value>, expiry: Option<i64>) {
        self.put_until(key, value, expiry);
        if expiry.is_some() {
            self.timed(key);
        }
    }
    /// Puts a value under a key; any time to live goes, as with SET.
    pub(super) fn put(&mut self, key: &[u8], value: impl Into<Value>) {
        self.put_until(key, value, None);
    }
    /// Puts what was combined of sets or sorted sets under a key; up to 5.0 without a look at the time of what stood there. (Where nothing is left to be put,
    /// what stood there is removed without a look in every era.)
    pub(super) fn put_result(&mut self, key: &[u8], value: impl Into<Value>) {
        if self.has(Era::V6_2) {
            self.clear_if_expired(key);
        }
        self.put(key, value);
    }
    /// Puts a value under a key whose time to live stays, as with APPEND and INCR.
    pub(super) fn put_keeping_ttl(&mut self, key: &[u8], value: impl Into<Value>) {
        let expiry = self.d.data.expiry(self.d.db, key);
        self.put_until(key, value, expiry);
    }
    /// A key gets a time to live by a caller's words: on a replica its own affair, as no master will delete it.
    pub(super) fn timed(&mut self, key: &[u8]) {
        if self.d.replica && !self.d.from_master {
            self.own.push((self.d.db, Bytes::copy_from_slice(key)));
        }
    }
    /// Gives a key a time to live, or takes it away.
    pub(super) fn set_expiry(&mut self, key: &[u8], expiry: Option<i64>) {
        self.d.data.set_expiry(self.d.db, key, expiry);
        if expiry.is_some() {
            self.timed(key);
        }
        self.wrote(key);
    }
    pub(super) fn remove(&mut self, key: &[u8]) -> Option<Value> {
        let gone = self.d.data.remove(self.d.db, key);
        if gone.is_some() {
            self.wrote(key);
        }
        gone
    }
    pub(super) fn draw(&mut self) -> u64 {
        (self.d.draw)()
    }
    pub(super) fn touched(&mut self, elements: usize) {
        self.work.elements += elements as u64;
    }

    /// The string under a key, for reading.
    pub(super) fn string(&mut self, key: &[u8]) -> Result<Option<Bytes>, Reply> {
        as_string(self.reading(key))
    }
    /// The string under a key, for writing.
    pub(super) fn string_to_write(&mut self, key: &[u8]) -> Result<Option<Bytes>, Reply> {
        as_string(self.writing(key))
    }
}

fn as_string(value: Option<&Value>) -> Result<Option<Bytes>, Reply> {
    match value {
        None => Ok(None),
        Some(Value::String(bytes) | Value::Sum(bytes) | Value::Grown(bytes)) => Ok(Some(bytes.clone())),
        Some(_) => Err(errors::wrong_type()),
    }
}

macro_rules! collection {
    ($type:ident, $read:ident, $write:ident, $update:ident) => {
        impl Cx<'_, '_> {
            /// The collection under a key, for reading. A clone of the reference: cheap.
            pub(super) fn $read(&mut self, key: &[u8]) -> Result<Option<Rc<$type>>, Reply> {
                match self.reading(key) {
                    None => Ok(None),
                    Some(Value::$type(inner)) => Ok(Some(inner.clone())),
                    Some(_) => Err(errors::wrong_type()),
                }
            }
            /// The collection under a key, for a look before it is written.
            pub(super) fn $write(&mut self, key: &[u8]) -> Result<Option<&$type>, Reply> {
                match self.writing(key) {
                    None => Ok(None),
                    Some(Value::$type(inner)) => Ok(Some(inner)),
                    Some(_) => Err(errors::wrong_type()),
                }
            }
            /// Changes the collection under a key; makes it if there is none, removes it if nothing is left. The caller has looked at the kind.
            pub(super) fn $update<R>(&mut self, key: &[u8], change: impl FnOnce(&mut $type) -> R) -> R {
                self.wrote(key);
                if !self.d.data.contains(self.d.db, key) {
                    let mut fresh = $type::default();
                    let result = change(&mut fresh);
                    if !fresh.is_empty() {
                        self.d.data.set(self.d.db, key, fresh, None);
                    }
                    return result;
                }
                let result = self.d.data.update(self.d.db, key, |value| match value {
                    Value::$type(inner) => Some(change(Rc::make_mut(inner))),
                    _ => None,
                });
                result.flatten().expect("the caller has looked at the kind")
            }
        }
    };
}
collection!(List, list, list_to_write, update_list);
collection!(Set, set, set_to_write, update_set);
collection!(Hash, hash, hash_to_write, update_hash);
collection!(ZSet, zset, zset_to_write, update_zset);
