//! Reading the items of an RDB from the bytes at hand: lengths, strings, values. Running out of bytes says how many would do; running out of room
//! is an error before anything is allocated.

use super::error::{LoadError, module_name};
use super::{kind, lzf, packed};
use crate::data::float::decimal;
use crate::data::{Hash, List, Set, Stream, Value, ZSet};
use crate::era::Era;
use crate::limits::BULK_BYTES_MAX;
use crate::resp::parse_i64;
use alloc::borrow::Cow;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use bytes::Bytes;

/// Why an item could not be read from the bytes at hand.
pub(super) enum Stop {
    /// So many bytes from the item's start are needed at least.
    Need(usize),
    Error(LoadError),
}
pub(super) type Read<T> = Result<T, Stop>;

/// The memory of one element beside its bytes while a value is built: handles on both sides, allocator, the value's own tables.
const ELEMENT_COST: u64 = 128;

/// The last unix millisecond at which a field of a hash may expire (Redis).
const FIELD_TIME_MAX: u64 = 0xffff_ffff_ffff;

/// A place in an item.
pub(super) struct Cursor<'a> {
    pub(super) bytes: &'a Bytes,
    pub(super) at: usize,
    /// The item's place in the file.
    pub(super) start: u64,
    /// Bytes of memory that this item may still take.
    pub(super) room: u64,
}

/// Reads the elements of a packed encoding.
type Packed = fn(&[u8]) -> Option<Vec<Bytes>>;

impl Cursor<'_> {
    pub(super) fn bad(&self, what: impl Into<Cow<'static, str>>) -> Stop {
        Stop::Error(LoadError::Bad { at: self.start, what: what.into() })
    }
    /// Pays for memory that is about to be taken.
    fn pay(&mut self, bytes: u64) -> Read<()> {
        self.room = self.room.checked_sub(bytes).ok_or(Stop::Error(LoadError::Short))?;
        Ok(())
    }
    pub(super) fn take(&mut self, n: usize) -> Read<&[u8]> {
        let from = self.at;
        if n > self.bytes.len() - from {
            return Err(Stop::Need(from.saturating_add(n)));
        }
        self.at = from + n;
        Ok(&self.bytes[from..self.at])
    }
    pub(super) fn byte(&mut self) -> Read<u8> {
        self.take(1).map(|b| b[0])
    }
    pub(super) fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        self.take(N).map(|b| b.try_into().unwrap_or([0; N]))
    }
    /// A length, or the number of a special string encoding.
    fn length_or_encoding(&mut self) -> Read<Result<u64, u8>> {
        let first = self.byte()?;
        Ok(match (first >> 6, first) {
            (0, _) => Ok(u64::from(first & 0x3f)),
            (1, _) => Ok(u64::from(first & 0x3f) << 8 | u64::from(self.byte()?)),
            (_, 0x80) => Ok(u64::from(u32::from_be_bytes(self.array()?))),
            (_, 0x81) => Ok(u64::from_be_bytes(self.array()?)),
            (3, _) => Err(first & 0x3f),
            _ => return Err(self.bad("Unknown length encoding 2 in rdbLoadLen()")),
        })
    }
    /// A length. Where a length stands Redis takes the number of a string encoding for one too.
    pub(super) fn length(&mut self) -> Read<u64> {
        Ok(self.length_or_encoding()?.unwrap_or_else(u64::from))
    }
    /// The length of a string that follows: bounded before anybody waits for it.
    fn bounded(&self, n: u64) -> Read<usize> {
        if n > BULK_BYTES_MAX as u64 { Err(Stop::Error(LoadError::Short)) } else { Ok(n as usize) }
    }
    pub(super) fn string(&mut self) -> Read<Bytes> {
        let number = |n: i64| Bytes::from(n.to_string().into_bytes());
        match self.length_or_encoding()? {
            Ok(n) => {
                let n = self.bounded(n)?;
                let from = self.at;
                self.take(n)?;
                self.pay(n as u64 + ELEMENT_COST)?;
                // Copied, so that a key does not hold the whole file in memory.
                Ok(Bytes::copy_from_slice(&self.bytes[from..from + n]))
            }
            Err(encoding @ 0..=2) => {
                self.pay(ELEMENT_COST)?;
                Ok(number(match encoding {
                    0 => i64::from(self.byte()? as i8),
                    1 => i64::from(i16::from_le_bytes(self.array()?)),
                    _ => i64::from(i32::from_le_bytes(self.array()?)),
                }))
            }
            Err(3) => {
                let (packed, len) = (self.length()?, self.length()?);
                let (packed, len) = (self.bounded(packed)?, self.bounded(len)?);
                self.pay(len as u64 + ELEMENT_COST)?;
                let unpacked = lzf::unpack(self.take(packed)?, len);
                unpacked.map(Bytes::from).ok_or_else(|| self.bad("Invalid LZF compressed string"))
            }
            Err(encoding) => Err(self.bad(format!("Unknown RDB string encoding type {encoding}"))),
        }
    }
    /// Reads over a string without taking it.
    #[cold]
    fn skip_string(&mut self) -> Read<()> {
        match self.length_or_encoding()? {
            Ok(n) => {
                let n = self.bounded(n)?;
                self.take(n)?;
            }
            Err(encoding @ 0..=2) => {
                self.take(1 << encoding)?;
            }
            Err(3) => {
                let (packed, len) = (self.length()?, self.length()?);
                let (packed, _) = (self.bounded(packed)?, self.bounded(len)?);
                self.take(packed)?;
            }
            Err(encoding) => return Err(self.bad(format!("Unknown RDB string encoding type {encoding}"))),
        }
        Ok(())
    }
    /// Elements of a packed encoding inside a string; there may be none.
    #[cold]
    fn packed(&mut self, read: Packed, what: &'static str) -> Read<Vec<Bytes>> {
        let whole = self.string()?;
        // The shortest element takes two bytes: no more of them than that can come out. What did not is given back.
        let most = whole.len() as u64 / 2 * ELEMENT_COST;
        self.pay(most)?;
        let items = read(&whole).ok_or_else(|| self.bad(what))?;
        self.room += most.saturating_sub(items.len() as u64 * ELEMENT_COST);
        Ok(items)
    }
    fn pairs(&mut self, read: Packed, what: &'static str) -> Read<Vec<(Bytes, Bytes)>> {
        let mut flat = self.packed(read, what)?.into_iter();
        let mut out = Vec::with_capacity(flat.len() / 2);
        while let Some(first) = flat.next() {
            out.push((first, flat.next().ok_or_else(|| self.bad(what))?));
        }
        Ok(out)
    }
    #[cold]
    fn scored(&mut self, read: Packed, what: &'static str) -> Read<ZSet> {
        let score = |text: &[u8]| decimal(core::str::from_utf8(text).ok()?).filter(|score| !score.is_nan());
        let mut zset = ZSet::default();
        for (member, text) in self.pairs(read, what)? {
            zset.insert(&member, score(&text).ok_or_else(|| self.bad(what))?);
        }
        Ok(zset)
    }
    #[cold]
    fn score_text(&mut self) -> Read<f64> {
        match self.byte()? {
            253 => Ok(f64::NAN),
            254 => Ok(f64::INFINITY),
            255 => Ok(f64::NEG_INFINITY),
            n => {
                let text = self.take(usize::from(n))?;
                let score = core::str::from_utf8(text).ok().and_then(|text| decimal(text.trim_start()));
                score.ok_or(Stop::Error(LoadError::Short))
            }
        }
    }
    /// The value of a key, by its type; `None` for one without elements. Types newer than `era` are rejected, as a server of that era rejects them.
    pub(super) fn value(&mut self, kind: u8, era: Era) -> Read<Option<Value>> {
        if !kind::since(kind).is_some_and(|since| era.has(since)) {
            return Err(self.unknown_type(kind, era));
        }
        let value: Value = match kind {
            kind::STRING => return Ok(Some(Value::String(self.string()?))),
            kind::STREAM | kind::STREAM2 | kind::STREAM3 | kind::STREAM4 => return Ok(Some(self.stream(kind)?.into())),
            kind::MODULE | kind::MODULE2 => {
                let id = self.length()?;
                return Err(Stop::Error(LoadError::Module { name: module_name(id), aux: false, at: self.start }));
            }
            kind::LIST => {
                let mut list = List::default();
                for _ in 0..self.length()? {
                    list.push_back(self.string()?);
                }
                list.into()
            }
            kind::SET => {
                let mut set = Set::default();
                for _ in 0..self.length()? {
                    set.insert(&self.string()?);
                }
                set.into()
            }
            kind::HASH => {
                let mut hash = Hash::default();
                for _ in 0..self.length()? {
                    let field = self.string()?;
                    hash.insert(&field, self.string()?);
                }
                hash.into()
            }
            kind::HASH_VALKEY | kind::HASH_TIMED | kind::HASH_LISTPACK_TIMED => self.timed_hash(kind)?.into(),
            kind::ZSET | kind::ZSET2 => {
                let mut zset = ZSet::default();
                for _ in 0..self.length()? {
                    let member = self.string()?;
                    let score = if kind == kind::ZSET { self.score_text()? } else { f64::from_le_bytes(self.array()?) };
                    if score.is_nan() {
                        return Err(self.bad("Zset with NAN score detected"));
                    }
                    zset.insert(&member, score);
                }
                zset.into()
            }
            kind::HASH_ZIPMAP => self.pairs(packed::zipmap, "Zipmap integrity check failed.")?.into_iter().collect::<Hash>().into(),
            kind::LIST_ZIPLIST => {
                self.packed(packed::ziplist, "List ziplist integrity check failed.")?.into_iter().collect::<List>().into()
            }
            kind::SET_INTSET => {
                let members = self.packed(packed::intset, "Intset integrity check failed.")?;
                members.into_iter().collect::<Set>().into()
            }
            kind::SET_LISTPACK => {
                let members = self.packed(packed::listpack, "Set listpack integrity check failed.")?;
                members.into_iter().collect::<Set>().into()
            }
            kind::ZSET_ZIPLIST => self.scored(packed::ziplist, "Zset ziplist integrity check failed.")?.into(),
            kind::ZSET_LISTPACK => self.scored(packed::listpack, "Zset listpack integrity check failed.")?.into(),
            kind::HASH_ZIPLIST => self.pairs(packed::ziplist, "Hash ziplist integrity check failed.")?.into_iter().collect::<Hash>().into(),
            kind::HASH_LISTPACK => {
                self.pairs(packed::listpack, "Hash listpack integrity check failed.")?.into_iter().collect::<Hash>().into()
            }
            kind::LIST_QUICKLIST => {
                let mut list = List::default();
                for _ in 0..self.length()? {
                    self.packed(packed::ziplist, "Ziplist integrity check failed.")?.into_iter().for_each(|item| list.push_back(item));
                }
                list.into()
            }
            kind::LIST_QUICKLIST2 => {
                let mut list = List::default();
                for _ in 0..self.length()? {
                    match self.length()? {
                        PLAIN_NODE => list.push_back(self.string()?),
                        PACKED_NODE => {
                            let items = self.packed(packed::listpack, "Listpack integrity check failed.")?;
                            items.into_iter().for_each(|item| list.push_back(item));
                        }
                        _ => return Err(self.bad("Quicklist integrity check failed.")),
                    }
                }
                list.into()
            }
            _ => return Err(self.unknown_type(kind, era)),
        };
        Ok((!value.is_empty()).then_some(value))
    }
    /// A hash whose fields have times to live (docs/redis.md §11A).
    #[cold]
    fn timed_hash(&mut self, kind: u8) -> Read<Hash> {
        let first = if kind == kind::HASH_VALKEY { 0 } else { u64::from_le_bytes(self.array()?) };
        if first > FIELD_TIME_MAX {
            return Err(self.bad(format!("Hash read invalid minExpire value: {first}")));
        }
        let (mut hash, mut times) = (Hash::default(), Vec::new());
        if kind == kind::HASH_LISTPACK_TIMED {
            const BROKEN: &str = "Hash listpackex integrity check failed.";
            let mut items = self.packed(packed::listpack, BROKEN)?.into_iter();
            while let Some(field) = items.next() {
                let (Some(value), Some(time)) = (items.next(), items.next()) else { return Err(self.bad(BROKEN)) };
                let time = parse_i64(&time).and_then(|time| u64::try_from(time).ok()).ok_or_else(|| self.bad(BROKEN))?;
                times.push((field.clone(), Some(time).filter(|&time| time != 0)));
                hash.insert(&field, value);
            }
        } else {
            for _ in 0..self.length()? {
                let span = if kind == kind::HASH_TIMED { self.length()? } else { 0 };
                let (field, value) = (self.string()?, self.string()?);
                let time = match kind {
                    kind::HASH_VALKEY => Some(u64::from_le_bytes(self.array()?)).filter(|&time| time != u64::MAX),
                    _ => Some(span).filter(|&span| span != 0).map(|span| first.saturating_add(span - 1)),
                };
                times.push((field.clone(), time));
                hash.insert(&field, value);
            }
        }
        if kind == kind::HASH_VALKEY {
            hash.unpack();
        }
        // The last that gets a time stands first among equals.
        for (field, time) in times.into_iter().rev() {
            let Some(time) = time else { continue };
            let Some(when) = i64::try_from(time).ok().filter(|&when| kind == kind::HASH_VALKEY || when.unsigned_abs() <= FIELD_TIME_MAX)
            else {
                return Err(self.bad(format!("invalid expireAt time: {time}")));
            };
            self.pay(2 * (field.len() as u64 + ELEMENT_COST))?;
            hash.set_time(&field, Some(when));
        }
        Ok(hash)
    }
    #[cold]
    fn unknown_type(&self, kind: u8, era: Era) -> Stop {
        if era.capabilities().rdb_error_numbers_type {
            self.bad(format!("Unknown RDB encoding type {kind}"))
        } else {
            self.bad("Unknown object type")
        }
    }
    /// A stream: its nodes, its counters, its groups with who still has to acknowledge what. All of it is kept as it stands.
    #[cold]
    fn stream(&mut self, form: u8) -> Read<Stream> {
        let from = self.at;
        let (counted, active) = (form != kind::STREAM, matches!(form, kind::STREAM3 | kind::STREAM4));
        let nodes = self.length()?;
        for _ in 0..nodes {
            if self.length()? != 16 {
                return Err(self.bad("Stream node key entry is not the size of a stream ID"));
            }
            self.take(16)?;
            self.skip_string()?;
        }
        let entries = self.length()?;
        if entries > 0 && nodes == 0 {
            return Err(self.bad("Stream length inconsistent with rax entries"));
        }
        for _ in 0..if counted { 7 } else { 2 } {
            self.length()?;
        }
        for _ in 0..self.length()? {
            self.skip_string()?;
            for _ in 0..if counted { 3 } else { 2 } {
                self.length()?;
            }
            for _ in 0..self.length()? {
                self.take(16 + 8)?;
                self.length()?;
            }
            for _ in 0..self.length()? {
                self.skip_string()?;
                self.take(if active { 16 } else { 8 })?;
                for _ in 0..self.length()? {
                    self.take(16)?;
                }
            }
        }
        if form == kind::STREAM4 {
            let [.., entries] = [self.length()?, self.length()?, self.length()?];
            if entries > 0 {
                return Err(self.bad("Stream with entries of idempotent producers, which are not read here"));
            }
            self.length()?;
            self.length()?;
        }
        self.pay((self.at - from) as u64 + ELEMENT_COST)?;
        Ok(Stream::new(form, Bytes::copy_from_slice(&self.bytes[from..self.at]), entries))
    }
}

/// The id of an entry: milliseconds and a number within them.
type StreamId = (u64, u64);
/// Takes an entry with its fields and values.
type Visit<'a> = dyn FnMut(StreamId, &[(Bytes, Bytes)]) + 'a;

/// Hands out the entries of a stream, oldest first; deleted ones that are still in their nodes are passed over. Stops at the first thing that cannot
/// be read: what a stream's nodes hold is not looked at when it is loaded.
pub(super) fn stream_entries(stream: &Stream, visit: &mut Visit<'_>) {
    let mut c = Cursor { bytes: stream.body(), at: 0, start: 0, room: u64::MAX };
    let Ok(nodes) = c.length() else { return };
    for _ in 0..nodes {
        let (Ok(key), Ok(node)) = (c.string(), c.packed(packed::listpack, "")) else { return };
        let half = |at: usize| key.get(at..at + 8).and_then(|half| half.try_into().ok()).map_or(0, u64::from_be_bytes);
        if node_entries((half(0), half(8)), node, visit).is_none() {
            return;
        }
    }
}
/// The entries of one node. It begins with how many there are and how many deleted, and with the fields of its first entry, which those that have the
/// same fields do not repeat.
fn node_entries(base: StreamId, node: Vec<Bytes>, visit: &mut Visit<'_>) -> Option<()> {
    const DELETED: i64 = 1;
    const SAME_FIELDS: i64 = 2;
    let mut items = node.into_iter();
    let int = |item: Option<Bytes>| parse_i64(&item?);
    let (live, dead, fields) = (int(items.next())?, int(items.next())?, int(items.next())?);
    let fields: Vec<Bytes> = items.by_ref().take(usize::try_from(fields).ok()?).collect();
    items.next()?;
    for _ in 0..live.saturating_add(dead) {
        let (flags, ms, seq) = (int(items.next())?, int(items.next())?, int(items.next())?);
        let mut pairs = Vec::new();
        if flags & SAME_FIELDS == 0 {
            for _ in 0..int(items.next())? {
                pairs.push((items.next()?, items.next()?));
            }
        } else {
            for field in &fields {
                pairs.push((field.clone(), items.next()?));
            }
        }
        items.next()?;
        if flags & DELETED == 0 {
            visit((base.0.wrapping_add(ms as u64), base.1.wrapping_add(seq as u64)), &pairs);
        }
    }
    Some(())
}

/// How a node of a list of 7.0 holds its elements: one, alone, or a listpack.
pub(super) const PLAIN_NODE: u64 = 1;
pub(super) const PACKED_NODE: u64 = 2;
