//! Writing an RDB.

use super::crc::Checksum;
use super::cursor::PACKED_NODE;
use super::lzf::Packer;
use super::pack::Pack;
use super::{ReplAux, SHARED, VALKEYS_OWN, kind, op, pack};
use crate::data::float::print_g17;
use crate::data::value::int_bytes;
use crate::data::{Dataset, Hash, List, Value};
use crate::era::{Era, FieldTimes};
use crate::resp::parse_i64;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

/// The first version whose files begin with auxiliary fields and name each database's size (3.2).
const WITH_AUX: u32 = 7;
/// Strings up to this long are never packed: nothing would be won.
const PLAIN_BYTES: usize = 20;
/// Bytes that packing a string has to win.
const WON_BYTES: usize = 4;

/// How a server is told to write its files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Form {
    /// `rdbcompression`: strings longer than twenty bytes are packed where that wins something.
    pub compression: bool,
    /// `rdbchecksum`: the file ends with its checksum rather than with zeros.
    pub checksum: bool,
    /// For an older replica: the last version that is both Redis's and Valkey's (Valkey 9.1).
    pub older: bool,
}
impl Default for Form {
    /// Redis's defaults: both.
    fn default() -> Self {
        Form { compression: true, checksum: true, older: false }
    }
}

/// Encodes all databases as a server of this era would: the file of BGSAVE and of a full resynchronisation.
///
/// `now_ms` is the unix time that the file says it was made at, `aux` the replication fields (4.0+; ignored before). Up to 3.2 what has expired by that time
/// is left out (docs/redis.md §4.2).
#[must_use]
pub fn encode(data: &Dataset, era: Era, now_ms: i64, aux: Option<&ReplAux>) -> Bytes {
    encode_as(data, era, now_ms, aux, Form::default())
}

/// As [`encode`], in this form.
#[must_use]
pub fn encode_as(data: &Dataset, era: Era, now_ms: i64, aux: Option<&ReplAux>, form: Form) -> Bytes {
    let version = if form.older { SHARED } else { era.capabilities().rdb_version };
    let mut w = Writer::new(era, form.compression, 256 + data.bytes() as usize);
    w.out.extend_from_slice(magic(version).as_bytes());
    if version >= WITH_AUX {
        w.field(if era.capabilities().valkey { "valkey-ver" } else { "redis-ver" }, era.release().as_bytes());
        w.field("redis-bits", b"64");
        w.field("ctime", (now_ms / 1_000).to_string().as_bytes());
        w.field("used-mem", (EMPTY_SERVER_BYTES + data.bytes()).to_string().as_bytes());
    }
    if let Some(aux) = aux.filter(|_| era.capabilities().psync2) {
        w.field("repl-stream-db", aux.stream_db.to_string().as_bytes());
        w.field("repl-id", aux.id.as_bytes());
        w.field("repl-offset", aux.offset.to_string().as_bytes());
    }
    if era.capabilities().psync2 {
        w.field(if era.capabilities().config_7_0 { "aof-base" } else { "aof-preamble" }, b"0");
    }
    let leaves_out = era.capabilities().rdb_leaves_out_expired;
    for db in 0..data.databases() {
        if data.len(db) == 0 {
            continue;
        }
        w.out.push(op::SELECT_DB);
        w.length(db as u64);
        if version >= WITH_AUX {
            w.out.push(op::RESIZE_DB);
            w.length(data.len(db) as u64);
            w.length(data.volatile(db) as u64);
        }
        for entry in data.iter(db) {
            let expired = leaves_out && entry.expiry.is_some_and(|at| at < now_ms);
            if expired || unknown(entry.value, era) {
                continue;
            }
            if let Some(at) = entry.expiry {
                w.out.push(op::EXPIRE_MS);
                w.out.extend_from_slice(&at.to_le_bytes());
            }
            let kind = w.kind(entry.value);
            w.out.push(kind);
            w.string(entry.key);
            w.value(kind, entry.value);
        }
    }
    w.out.push(op::EOF);
    let mut sum = Checksum::new();
    if form.checksum {
        sum.update(&w.out);
    }
    w.out.extend_from_slice(&sum.value().to_le_bytes());
    Bytes::from(w.out)
}

/// The nine bytes that a file of this version begins with.
fn magic(version: u32) -> String {
    if version < VALKEYS_OWN { format!("REDIS{version:04}") } else { format!("VALKEY{version:03}") }
}

/// Bytes that a value takes in a file, without its type and key: `serializedlength` of DEBUG OBJECT.
#[must_use]
pub fn saved_bytes(value: &Value, era: Era, form: Form) -> usize {
    let mut w = Writer::new(era, form.compression, 64);
    let kind = w.kind(value);
    w.value(kind, value);
    w.out.len()
}

/// Whether the era's files have no such value: a stream of a later form.
fn unknown(value: &Value, era: Era) -> bool {
    matches!(value, Value::Stream(stream) if !kind::since(stream.form()).is_some_and(|first| era.has(first)))
}

/// `used-mem` of a server without data: about what a real one has.
const EMPTY_SERVER_BYTES: u64 = 1_200_000;

/// Nodes of the quicklist that holds a list (3.2+), and their bytes together.
#[must_use]
pub fn list_nodes(list: &List, era: Era) -> (usize, usize) {
    let nodes = pack::nodes(list, era.has(Era::V7_0));
    (nodes.len(), nodes.iter().map(Vec::len).sum())
}

struct Writer {
    era: Era,
    times: FieldTimes,
    compression: bool,
    packer: Packer,
    out: Vec<u8>,
}
impl Writer {
    fn new(era: Era, compression: bool, capacity: usize) -> Writer {
        Writer { era, times: era.capabilities().field_times, compression, packer: Packer::default(), out: Vec::with_capacity(capacity) }
    }
    fn field(&mut self, name: &str, value: &[u8]) {
        self.out.push(op::AUX);
        self.string(name.as_bytes());
        self.string(value);
    }
    fn length(&mut self, n: u64) {
        if n < 1 << 6 {
            self.out.push(n as u8);
        } else if n < 1 << 14 {
            self.out.push(0x40 | (n >> 8) as u8);
            self.out.push(n as u8);
        } else if let Ok(n) = u32::try_from(n) {
            self.out.push(0x80);
            self.out.extend_from_slice(&n.to_be_bytes());
        } else {
            self.out.push(0x81);
            self.out.extend_from_slice(&n.to_be_bytes());
        }
    }
    /// A string: as a number where its text is one of at most 32 bits, packed where that wins something.
    fn string(&mut self, bytes: &[u8]) {
        let number = if bytes.len() <= 11 { parse_i64(bytes).and_then(|n| i32::try_from(n).ok()) } else { None };
        match number {
            Some(n) if i8::try_from(n).is_ok() => self.out.extend_from_slice(&[0xc0, n as u8]),
            Some(n) if i16::try_from(n).is_ok() => {
                self.out.push(0xc1);
                self.out.extend_from_slice(&(n as i16).to_le_bytes());
            }
            Some(n) => {
                self.out.push(0xc2);
                self.out.extend_from_slice(&n.to_le_bytes());
            }
            None => {
                if self.compression
                    && bytes.len() > PLAIN_BYTES
                    && let Some(packed) = self.packer.pack(bytes, bytes.len() - WON_BYTES)
                {
                    self.out.push(0xc3);
                    self.length(packed.len() as u64);
                    self.length(bytes.len() as u64);
                    self.out.extend_from_slice(&packed);
                } else {
                    self.length(bytes.len() as u64);
                    self.out.extend_from_slice(bytes);
                }
            }
        }
    }
    /// The type under which this era writes a value.
    fn kind(&self, value: &Value) -> u8 {
        let listpacks = self.era.has(Era::V7_0);
        match value {
            Value::String(_) | Value::Sum(_) | Value::Grown(_) => kind::STRING,
            Value::List(_) if listpacks => kind::LIST_QUICKLIST2,
            Value::List(_) if self.era.has(Era::V3_2) => kind::LIST_QUICKLIST,
            Value::List(list) if list.packed() => kind::LIST_ZIPLIST,
            Value::List(_) => kind::LIST,
            Value::Set(set) if set.is_intset() => kind::SET_INTSET,
            Value::Set(set) if self.era.capabilities().packed_sets && set.fits_pack() => kind::SET_LISTPACK,
            Value::Set(_) => kind::SET,
            Value::Hash(hash) if hash.timed() > 0 && self.times != FieldTimes::None => match self.times {
                FieldTimes::Valkey => kind::HASH_VALKEY,
                _ if hash.packed() => kind::HASH_LISTPACK_TIMED,
                _ => kind::HASH_TIMED,
            },
            Value::Hash(hash) if !hash.packed() => kind::HASH,
            Value::Hash(_) if listpacks => kind::HASH_LISTPACK,
            Value::Hash(_) => kind::HASH_ZIPLIST,
            Value::ZSet(zset) if zset.packed() && listpacks => kind::ZSET_LISTPACK,
            Value::ZSet(zset) if zset.packed() => kind::ZSET_ZIPLIST,
            Value::ZSet(_) if self.era.has(Era::V4_0) => kind::ZSET2,
            Value::ZSet(_) => kind::ZSET,
            Value::Stream(stream) => stream.form(),
        }
    }
    fn value(&mut self, kind: u8, value: &Value) {
        let listpacks = self.era.has(Era::V7_0);
        match value {
            Value::String(bytes) | Value::Sum(bytes) | Value::Grown(bytes) => self.string(bytes),
            Value::List(list) if kind == kind::LIST => {
                self.length(list.len() as u64);
                list.iter().for_each(|item| self.string(item));
            }
            Value::List(list) if kind == kind::LIST_ZIPLIST => self.pack(list.iter()),
            Value::List(list) => {
                let nodes = pack::nodes(list, listpacks);
                self.length(nodes.len() as u64);
                for node in nodes {
                    if listpacks {
                        self.length(PACKED_NODE);
                    }
                    self.string(&node);
                }
            }
            Value::Set(set) if kind == kind::SET_LISTPACK => self.pack(set.iter()),
            Value::Set(set) => match set.ints() {
                Some(ints) => self.string(&pack::intset(ints.iter().copied())),
                None => {
                    self.length(set.len() as u64);
                    set.iter().for_each(|member| self.string(&member));
                }
            },
            Value::Hash(hash) if matches!(kind, kind::HASH_VALKEY | kind::HASH_TIMED | kind::HASH_LISTPACK_TIMED) => {
                self.timed_hash(kind, hash);
            }
            Value::Hash(hash) if hash.packed() => self.pack(hash.iter().flat_map(|(field, value)| [field, value])),
            Value::Hash(hash) => {
                self.length(hash.len() as u64);
                for (field, value) in hash.iter() {
                    self.string(field);
                    self.string(value);
                }
            }
            Value::ZSet(zset) if zset.packed() => {
                self.pack(zset.iter().flat_map(|scored| [scored.member.clone(), Bytes::from(print_g17(scored.score).into_bytes())]));
            }
            Value::ZSet(zset) => {
                self.length(zset.len() as u64);
                // Highest first, as Redis does since 4.0: the loader then always inserts at the head.
                for scored in zset.iter().rev() {
                    self.string(&scored.member);
                    if kind == kind::ZSET2 {
                        self.out.extend_from_slice(&scored.score.to_le_bytes());
                    } else {
                        self.score_text(scored.score);
                    }
                }
            }
            Value::Stream(stream) => self.out.extend_from_slice(stream.body()),
        }
    }
    /// A hash whose fields have times to live (docs/redis.md §11A).
    fn timed_hash(&mut self, kind: u8, hash: &Hash) {
        let first = hash.first_time().unwrap_or(0);
        if kind != kind::HASH_VALKEY {
            self.out.extend_from_slice(&first.to_le_bytes());
        }
        if kind == kind::HASH_LISTPACK_TIMED {
            // Earliest first, those without a time last.
            let timed = hash.times().filter_map(|(when, field)| Some((field, hash.get(field)?, when)));
            let others = hash.iter().filter(|(field, _)| hash.time(field).is_none()).map(|(field, value)| (field, value, 0));
            let triples = timed.chain(others).flat_map(|(field, value, when)| [field.clone(), value.clone(), int_bytes(when)]);
            return self.pack(triples);
        }
        self.length(hash.len() as u64);
        for (field, value) in hash.iter() {
            let when = hash.time(field);
            if kind == kind::HASH_TIMED {
                self.length(when.map_or(0, |when| (when - first).unsigned_abs() + 1));
            }
            self.string(field);
            self.string(value);
            if kind == kind::HASH_VALKEY {
                self.out.extend_from_slice(&when.unwrap_or(-1).to_le_bytes());
            }
        }
    }
    /// Elements as one ziplist or listpack, whichever the era has.
    fn pack(&mut self, items: impl Iterator<Item = impl AsRef<[u8]>>) {
        let mut pack = Pack::new(self.era.has(Era::V7_0));
        items.for_each(|item| pack.push(item.as_ref()));
        self.string(&pack.finish());
    }
    fn score_text(&mut self, score: f64) {
        if score.is_infinite() {
            self.out.push(if score > 0.0 { 254 } else { 255 });
            return;
        }
        let text = print_g17(score);
        self.out.push(text.len() as u8);
        self.out.extend_from_slice(text.as_bytes());
    }
}
