//! Reading an RDB in bounded steps.

use super::crc::Checksum;
use super::{ReplAux, kind, lzf, op, packed};
use crate::data::Dataset;
use crate::era::Era;
use crate::limits::BULK_BYTES_MAX;
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::{Buf, Bytes, BytesMut};

/// Why an RDB cannot be loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LoadError {
    /// It does not begin with `REDIS`.
    Signature,
    /// It was written by a newer release.
    Version(i64),
    /// The checksum at its end is another than its bytes have.
    Checksum {
        /// What the file says.
        expected: u64,
        /// What its bytes give.
        got: u64,
    },
    /// It ends too early.
    Short,
    /// It selects a database that this server does not have.
    Database {
        /// Databases of this server.
        has: usize,
    },
    /// Something in it cannot be: an unknown type or opcode, a broken encoding.
    Bad {
        /// Where the item begins, in bytes from the start.
        at: u64,
        /// What is wrong.
        what: &'static str,
    },
}
impl LoadError {
    /// The line that Redis logs, always as a warning.
    #[must_use]
    pub fn log_text(&self, era: Era) -> String {
        match self {
            LoadError::Signature => "Wrong signature trying to load DB from file".to_owned(),
            LoadError::Version(n) => format!("Can't handle RDB format version {n}"),
            LoadError::Checksum { expected, got } if era.capabilities().log_target => {
                format!("Wrong RDB checksum expected: ({expected:x}) but got ({got:x}). Aborting now.")
            }
            LoadError::Checksum { .. } => "Wrong RDB checksum. Aborting now.".to_owned(),
            LoadError::Short => "Short read or OOM loading DB. Unrecoverable error, aborting now.".to_owned(),
            LoadError::Database { has } => {
                format!("FATAL: Data file was created with a Redis server configured to handle more than {has} databases. Exiting")
            }
            LoadError::Bad { at, what } => format!("Internal error in RDB reading offset {at} -> {what}"),
        }
    }
}

/// What a whole RDB held.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The data.
    pub data: Dataset,
    /// Where they stand in whose stream, if the file says so.
    pub aux: Option<ReplAux>,
    /// Keys taken in.
    pub keys: u64,
    /// Keys left out because this engine has no such type: streams (5.0+).
    pub left_out: u64,
    /// Keys left out because their time was over (a master only), by database.
    pub expired: Vec<(usize, Bytes)>,
    /// `redis-ver`: who wrote it (3.2+).
    pub written_by: Option<String>,
    /// `ctime`: when, unix seconds.
    pub created_s: Option<i64>,
    /// `used-mem`: bytes of memory the writer used.
    pub used_memory: Option<u64>,
}

/// How far a step came.
#[derive(Clone, Debug)]
pub enum Step {
    /// The bytes of this step are used up; there is more to do.
    More,
    /// Everything fed so far is read; the next item needs further bytes.
    Starved,
    /// Done. Bytes after the end stay in the loader.
    Done(Loaded),
}

/// A value as it stands in a file, before it becomes one of the dataset's.
pub(super) enum Raw {
    String(Bytes),
    List(Vec<Bytes>),
    Set(Vec<Bytes>),
    Hash(Vec<(Bytes, Bytes)>),
    ZSet(Vec<(Bytes, f64)>),
    /// A stream: read over, for this engine has no such type.
    Stream,
}

/// Reads an RDB piece by piece and step by step. Clones share what they have read.
#[derive(Clone, Debug)]
pub struct Loader {
    era: Era,
    databases: usize,
    drop_expired_at: Option<i64>,
    /// Pieces not joined to the input yet, and their bytes.
    pieces: Vec<Bytes>,
    waiting: usize,
    input: Bytes,
    finished: bool,
    /// Bytes that the next item needs at least before it is tried again.
    need: usize,
    consumed: u64,
    sum: Checksum,
    version: Option<i64>,
    db: usize,
    expire_ms: Option<i64>,
    repl: (Option<i64>, Option<String>, Option<i64>),
    loaded: Loaded,
}

/// Why an item could not be read from the bytes at hand.
enum Stop {
    /// So many bytes from the item's start are needed at least.
    Need(usize),
    Error(LoadError),
}
type Read<T> = Result<T, Stop>;

impl Loader {
    /// A loader of a server of this era with so many databases. `drop_expired_at`: unix milliseconds at which keys count as expired and are left
    /// out; a replica passes `None`, for it keeps them until its master says DEL.
    #[must_use]
    pub fn new(era: Era, databases: usize, drop_expired_at: Option<i64>) -> Loader {
        Loader {
            era,
            databases,
            drop_expired_at,
            pieces: Vec::new(),
            waiting: 0,
            input: Bytes::new(),
            finished: false,
            need: 0,
            consumed: 0,
            sum: Checksum::new(),
            version: None,
            db: 0,
            expire_ms: None,
            repl: (None, None, None),
            loaded: Loaded {
                data: Dataset::new(databases),
                aux: None,
                keys: 0,
                left_out: 0,
                expired: Vec::new(),
                written_by: None,
                created_s: None,
                used_memory: None,
            },
        }
    }
    /// Loads a file that is there whole.
    ///
    /// # Errors
    /// The first thing wrong with it.
    pub fn load(era: Era, databases: usize, drop_expired_at: Option<i64>, file: &Bytes) -> Result<Loaded, LoadError> {
        let mut loader = Loader::new(era, databases, drop_expired_at);
        loader.feed(file);
        loader.finish();
        match loader.step(u64::MAX)? {
            Step::Done(loaded) => Ok(loaded),
            Step::More | Step::Starved => Err(LoadError::Short),
        }
    }
    /// Appends a piece of the file.
    pub fn feed(&mut self, piece: &Bytes) {
        self.waiting += piece.len();
        self.pieces.push(piece.clone());
    }
    /// Says that no piece follows: what is missing now is missing for good.
    pub fn finish(&mut self) {
        self.finished = true;
    }
    /// Bytes read so far, from the file's start.
    #[must_use]
    pub fn consumed(&self) -> u64 {
        self.consumed
    }
    /// Keys taken in so far.
    #[must_use]
    pub fn keys(&self) -> u64 {
        self.loaded.keys
    }
    /// What the fields before the data say of the file, as far as they are read: who wrote it and when. Data and keys stay where they are until the end.
    #[must_use]
    pub fn header(&self) -> (Option<&str>, Option<i64>, Option<u64>) {
        (self.loaded.written_by.as_deref(), self.loaded.created_s, self.loaded.used_memory)
    }
    /// Reads items until `max_bytes` are read, the input is used up, or the file ends.
    ///
    /// # Errors
    /// The first thing wrong with the file; the loader is then of no further use.
    pub fn step(&mut self, max_bytes: u64) -> Result<Step, LoadError> {
        let stop_at = self.consumed.saturating_add(max_bytes);
        loop {
            if self.consumed >= stop_at {
                return Ok(Step::More);
            }
            self.gather();
            match self.item() {
                Ok(false) => {}
                Ok(true) => return Ok(Step::Done(self.take())),
                Err(Stop::Error(error)) => return Err(error),
                Err(Stop::Need(_)) if self.finished => return Err(LoadError::Short),
                Err(Stop::Need(n)) => {
                    // At least half as much again, so that a large item is not tried anew with each piece.
                    self.need = n.max(self.input.len() + self.input.len() / 2);
                    return Ok(Step::Starved);
                }
            }
        }
    }
    /// Joins the pieces, once enough are there for the item that was short.
    fn gather(&mut self) {
        if self.pieces.is_empty() {
            return;
        }
        if self.input.is_empty() && self.pieces.len() == 1 {
            self.input = self.pieces.remove(0);
            self.waiting = 0;
            return;
        }
        let total = self.input.len() + self.waiting;
        if total < self.need && !self.finished {
            return;
        }
        let mut joined = BytesMut::with_capacity(total);
        joined.extend_from_slice(&self.input);
        for piece in self.pieces.drain(..) {
            joined.extend_from_slice(&piece);
        }
        self.input = joined.freeze();
        self.waiting = 0;
    }
    fn take(&mut self) -> Loaded {
        let (stream_db, id, offset) = core::mem::take(&mut self.repl);
        if let (Some(id), Some(offset)) = (id, offset) {
            self.loaded.aux = Some(ReplAux { stream_db: stream_db.unwrap_or(0), id, offset });
        }
        let empty = Dataset::new(self.databases);
        let data = core::mem::replace(&mut self.loaded.data, empty);
        Loaded { data, ..self.loaded.clone() }
    }
    fn consume(&mut self, n: usize, summed: bool) {
        if summed {
            self.sum.update(&self.input[..n]);
        }
        self.input.advance(n);
        self.consumed += n as u64;
        self.need = 0;
    }
    /// Reads one item: the header, an opcode or a key. Says whether the file has ended.
    fn item(&mut self) -> Read<bool> {
        let input = self.input.clone();
        let mut c = Cursor { bytes: &input, at: 0, start: self.consumed };
        if self.version.is_none() {
            let head = c.take(9)?;
            if &head[..5] != b"REDIS" {
                return Err(Stop::Error(LoadError::Signature));
            }
            // As atoi does: no digit is 0.
            let version = head[5..].iter().take_while(|b| b.is_ascii_digit()).fold(0, |n, b| n * 10 + i64::from(b - b'0'));
            if version < 1 || version > i64::from(self.era.capabilities().rdb_version) {
                return Err(Stop::Error(LoadError::Version(version)));
            }
            self.version = Some(version);
            self.consume(c.at, true);
            return Ok(false);
        }
        match c.byte()? {
            op::EXPIRE_MS => self.expire_ms = Some(i64::from_le_bytes(c.array()?)),
            op::EXPIRE_S => self.expire_ms = Some(i64::from(i32::from_le_bytes(c.array()?)) * 1_000),
            op::FREQ => {
                c.byte()?;
            }
            op::IDLE => {
                c.length()?;
            }
            op::SELECT_DB => {
                let db = c.length()?;
                if db >= self.databases as u64 {
                    return Err(Stop::Error(LoadError::Database { has: self.databases }));
                }
                self.db = db as usize;
            }
            op::RESIZE_DB => {
                c.length()?;
                c.length()?;
            }
            op::AUX => {
                let (name, value) = (c.string()?, c.string()?);
                self.aux(&name, &value);
            }
            op::FUNCTION2 => {
                c.string()?;
            }
            op::MODULE_AUX => return Err(c.bad("The RDB file contains module data that this server cannot load")),
            op::EOF => return self.end(c),
            kind => {
                let key = c.string()?;
                let value = c.value(kind)?;
                self.put(key, value);
            }
        }
        self.consume(c.at, true);
        Ok(false)
    }
    fn end(&mut self, mut c: Cursor<'_>) -> Read<bool> {
        if self.version < Some(5) {
            self.consume(c.at, true);
            return Ok(true);
        }
        let expected = u64::from_le_bytes(c.array()?);
        self.consume(1, true);
        let got = self.sum.value();
        self.consume(8, false);
        if expected != 0 && expected != got {
            return Err(Stop::Error(LoadError::Checksum { expected, got }));
        }
        Ok(true)
    }
    fn aux(&mut self, name: &[u8], value: &[u8]) {
        let text = String::from_utf8_lossy(value).into_owned();
        match name {
            b"redis-ver" => self.loaded.written_by = Some(text),
            b"ctime" => self.loaded.created_s = text.parse().ok(),
            b"used-mem" => self.loaded.used_memory = text.parse().ok(),
            b"repl-stream-db" => self.repl.0 = text.parse().ok(),
            b"repl-id" if text.len() == 40 => self.repl.1 = Some(text),
            b"repl-offset" => self.repl.2 = text.parse().ok(),
            _ => {}
        }
    }
    fn put(&mut self, key: Bytes, value: Raw) {
        let expire = self.expire_ms.take();
        if let (Some(at), Some(now)) = (expire, self.drop_expired_at)
            && at < now
        {
            self.loaded.expired.push((self.db, key));
            return;
        }
        if let Raw::Stream = value {
            self.loaded.left_out += 1;
        }
        let Some(value) = super::encode::to_value(value) else { return };
        self.loaded.keys += 1;
        self.loaded.data.set(self.db, &key, value, expire);
    }
}

/// A place in an item. Running out of bytes says how many would do.
struct Cursor<'a> {
    bytes: &'a Bytes,
    at: usize,
    /// The item's place in the file.
    start: u64,
}
impl Cursor<'_> {
    fn bad(&self, what: &'static str) -> Stop {
        Stop::Error(LoadError::Bad { at: self.start, what })
    }
    fn take(&mut self, n: usize) -> Read<&[u8]> {
        let from = self.at;
        if n > self.bytes.len() - from {
            return Err(Stop::Need(from.saturating_add(n)));
        }
        self.at = from + n;
        Ok(&self.bytes[from..self.at])
    }
    fn byte(&mut self) -> Read<u8> {
        self.take(1).map(|b| b[0])
    }
    fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
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
            _ => return Err(self.bad("Unknown length encoding in rdbLoadLen()")),
        })
    }
    fn length(&mut self) -> Read<u64> {
        self.length_or_encoding()?.map_err(|_| self.bad("A length was expected"))
    }
    /// The length of a string that follows: bounded before anybody waits for it.
    fn bounded(&self, n: u64) -> Read<usize> {
        if n > BULK_BYTES_MAX as u64 { Err(self.bad("A string is longer than this engine takes")) } else { Ok(n as usize) }
    }
    fn string(&mut self) -> Read<Bytes> {
        let number = |n: i64| Bytes::from(n.to_string().into_bytes());
        match self.length_or_encoding()? {
            Ok(n) => {
                let n = self.bounded(n)?;
                let from = self.at;
                self.take(n)?;
                // Short strings are copied, so that a key does not hold the whole file in memory.
                Ok(Bytes::copy_from_slice(&self.bytes[from..from + n]))
            }
            Err(0) => Ok(number(i64::from(i8::from_le_bytes(self.array()?)))),
            Err(1) => Ok(number(i64::from(i16::from_le_bytes(self.array()?)))),
            Err(2) => Ok(number(i64::from(i32::from_le_bytes(self.array()?)))),
            Err(3) => {
                let (packed, len) = (self.length()?, self.length()?);
                let (packed, len) = (self.bounded(packed)?, self.bounded(len)?);
                let unpacked = lzf::unpack(self.take(packed)?, len);
                unpacked.map(Bytes::from).ok_or_else(|| self.bad("Invalid LZF compressed string"))
            }
            Err(_) => Err(self.bad("Unknown RDB string encoding type")),
        }
    }
    fn strings(&mut self) -> Read<Vec<Bytes>> {
        let count = self.length()?;
        let mut out = Vec::new();
        for _ in 0..count {
            out.push(self.string()?);
        }
        Ok(out)
    }
    fn packed(&mut self, read: fn(&[u8]) -> Option<Vec<Bytes>>, what: &'static str) -> Read<Vec<Bytes>> {
        let whole = self.string()?;
        read(&whole).filter(|items| !items.is_empty()).ok_or_else(|| self.bad(what))
    }
    fn score_text(&mut self) -> Read<f64> {
        let n = self.byte()?;
        match n {
            253 => Err(self.bad("A score is not a number")),
            254 => Ok(f64::INFINITY),
            255 => Ok(f64::NEG_INFINITY),
            n => {
                let text = self.take(usize::from(n))?;
                let score = core::str::from_utf8(text).ok().and_then(|t| t.parse::<f64>().ok()).filter(|s| !s.is_nan());
                score.ok_or_else(|| self.bad("A score is not a number"))
            }
        }
    }
    fn value(&mut self, kind: u8) -> Read<Raw> {
        let pairs = |flat: Vec<Bytes>| -> Option<Vec<(Bytes, Bytes)>> {
            let even = flat.len().is_multiple_of(2);
            even.then(|| flat.chunks_exact(2).map(|p| (p[0].clone(), p[1].clone())).collect())
        };
        let scored = |flat: Vec<Bytes>| -> Option<Vec<(Bytes, f64)>> {
            let score = |(member, text): (Bytes, Bytes)| {
                let score = core::str::from_utf8(&text).ok()?.parse::<f64>().ok().filter(|s| !s.is_nan())?;
                Some((member, score))
            };
            pairs(flat)?.into_iter().map(score).collect()
        };
        Ok(match kind {
            kind::STRING => Raw::String(self.string()?),
            kind::LIST => Raw::List(self.strings()?),
            kind::SET => Raw::Set(self.strings()?),
            kind::HASH => {
                let count = self.length()?;
                let mut out = Vec::new();
                for _ in 0..count {
                    out.push((self.string()?, self.string()?));
                }
                Raw::Hash(out)
            }
            kind::ZSET | kind::ZSET2 => {
                let count = self.length()?;
                let mut out = Vec::new();
                for _ in 0..count {
                    let member = self.string()?;
                    let score = if kind == kind::ZSET { self.score_text()? } else { f64::from_le_bytes(self.array()?) };
                    if score.is_nan() {
                        return Err(self.bad("A score is not a number"));
                    }
                    out.push((member, score));
                }
                Raw::ZSet(out)
            }
            kind::HASH_ZIPMAP => Raw::Hash(pairs(self.packed(packed::zipmap, "Zipmap integrity check failed.")?).unwrap_or_default()),
            kind::LIST_ZIPLIST => Raw::List(self.packed(packed::ziplist, "Ziplist integrity check failed.")?),
            kind::SET_INTSET => Raw::Set(self.packed(packed::intset, "Intset integrity check failed.")?),
            kind::ZSET_ZIPLIST | kind::ZSET_LISTPACK => {
                let read = if kind == kind::ZSET_ZIPLIST { packed::ziplist } else { packed::listpack };
                Raw::ZSet(
                    scored(self.packed(read, "Zset listpack integrity check failed.")?)
                        .ok_or_else(|| self.bad("Zset listpack integrity check failed."))?,
                )
            }
            kind::HASH_ZIPLIST | kind::HASH_LISTPACK => {
                let read = if kind == kind::HASH_ZIPLIST { packed::ziplist } else { packed::listpack };
                Raw::Hash(
                    pairs(self.packed(read, "Hash listpack integrity check failed.")?)
                        .ok_or_else(|| self.bad("Hash listpack integrity check failed."))?,
                )
            }
            kind::LIST_QUICKLIST => {
                let mut out = Vec::new();
                for _ in 0..self.length()? {
                    out.extend(self.packed(packed::ziplist, "Ziplist integrity check failed.")?);
                }
                Raw::List(out)
            }
            kind::LIST_QUICKLIST2 => {
                let mut out = Vec::new();
                for _ in 0..self.length()? {
                    match self.length()? {
                        1 => out.push(self.string()?),
                        2 => out.extend(self.packed(packed::listpack, "Listpack integrity check failed.")?),
                        _ => return Err(self.bad("Quicklist integrity check failed.")),
                    }
                }
                Raw::List(out)
            }
            kind::STREAM | kind::STREAM2 => {
                self.skip_stream(kind == kind::STREAM2)?;
                Raw::Stream
            }
            _ => return Err(self.bad("Unknown RDB encoding type")),
        })
    }
    /// Reads over a stream: its nodes, its counters, its groups with who still has to acknowledge what.
    fn skip_stream(&mut self, counted: bool) -> Read<()> {
        for _ in 0..self.length()? {
            self.string()?;
            self.string()?;
        }
        for _ in 0..if counted { 8 } else { 3 } {
            self.length()?;
        }
        for _ in 0..self.length()? {
            self.string()?;
            for _ in 0..if counted { 3 } else { 2 } {
                self.length()?;
            }
            for _ in 0..self.length()? {
                self.take(16 + 8)?;
                self.length()?;
            }
            for _ in 0..self.length()? {
                self.string()?;
                self.take(8)?;
                for _ in 0..self.length()? {
                    self.take(16)?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ReplAux, encode};
    use super::*;
    use crate::data::{Hash, List, Set, Value, ZSet};
    use crate::prng::{Purpose, below, rand};
    use alloc::vec;

    fn b(text: &str) -> Bytes {
        Bytes::copy_from_slice(text.as_bytes())
    }
    fn sample() -> Dataset {
        let mut data = Dataset::new(16);
        for (n, text) in
            ["", "7", "-128", "128", "-32768", "40000", "2147483647", "-2147483648", "2147483648", "007", "+1", "hello"].iter().enumerate()
        {
            data.set(0, format!("s{n}").as_bytes(), b(text), None);
        }
        data.set(0, b"12345", Bytes::from(vec![b'x'; 70]), Some(19_000_000_001_000));
        data.set(1, b"long", Bytes::from(vec![0xff; 20_000]), Some(1));
        data.set(1, b"bin\0\r\n\xff", b("x"), None);
        data.set(1, b"list", (0..300).map(|n| b(&format!("{n}"))).collect::<List>(), None);
        data.set(9, b"ints", ["5", "-7", "9223372036854775807"].map(b).into_iter().collect::<Set>(), None);
        data.set(9, b"set", ["a", "b", "1"].map(b).into_iter().collect::<Set>(), Some(3_000_000_000_000));
        data.set(15, b"hash", [("f", "v"), ("g", "1")].map(|(f, v)| (b(f), b(v))).into_iter().collect::<Hash>(), None);
        let scores = [0.0, -0.0, 1.5, 0.1, -1e300, f64::INFINITY, f64::NEG_INFINITY, 5e-324];
        data.set(15, b"zset", scores.into_iter().enumerate().map(|(n, s)| (b(&format!("m{n}")), s)).collect::<ZSet>(), None);
        data
    }
    fn aux() -> ReplAux {
        ReplAux { stream_db: 3, id: "0123456789abcdef0123456789abcdef01234567".to_owned(), offset: 4_711 }
    }
    fn hex(text: &str) -> Bytes {
        Bytes::from((0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect::<Vec<u8>>())
    }
    const REAL_3_0: &str = "524544495330303036fe000a016c14140000000e000000030000f202f30203616263fffc7b38d360ba01000000016501780b";

    #[test]
    fn what_is_written_is_read_in_every_era() {
        let data = sample();
        for era in Era::ALL {
            let file = encode(&data, era, 1_795_296_998_123, Some(&aux()));
            let loaded = Loader::load(era, 16, None, &file).unwrap();
            assert_eq!(loaded.data.digest(), data.digest(), "{era}");
            assert_eq!(loaded.data.expiry(0, b"12345"), Some(19_000_000_001_000));
            assert_eq!((loaded.keys, loaded.expired.len()), (data.total_keys() as u64, 0));
            let psync2 = era.capabilities().psync2;
            assert_eq!(loaded.aux, psync2.then(aux));
            assert_eq!(loaded.written_by.as_deref(), (era.capabilities().rdb_version >= 7).then_some(era.release()));
            assert_eq!(loaded.created_s, loaded.written_by.as_ref().map(|_| 1_795_296_998));
        }
        let scores = Loader::load(Era::V3_0, 16, None, &encode(&data, Era::V3_0, 0, None)).unwrap().data;
        let Some(Value::ZSet(zset)) = scores.get(15, b"zset") else { panic!() };
        assert_eq!((zset.score(b"m3"), zset.score(b"m7")), (Some(0.1), Some(5e-324)));
    }

    #[test]
    fn an_empty_3_0_is_the_eighteen_bytes_of_a_real_one() {
        let file = encode(&Dataset::new(16), Era::V3_0, 0, None);
        assert_eq!(file, hex("524544495330303036ffdcb343f05adcf256"));
    }

    #[test]
    fn steps_are_bounded_and_pieces_may_be_of_any_size() {
        let data = sample();
        for era in [Era::V3_0, Era::V7_0] {
            let file = encode(&data, era, 0, None);
            for piece in [1, 7, 1_000, 4_096] {
                let mut loader = Loader::new(era, 16, None);
                let mut done = None;
                for chunk in file.chunks(piece) {
                    loader.feed(&Bytes::copy_from_slice(chunk));
                    loop {
                        match loader.step(100).unwrap() {
                            Step::More => {}
                            Step::Starved => break,
                            Step::Done(loaded) => {
                                done = Some(loaded);
                                break;
                            }
                        }
                    }
                }
                if done.is_none() {
                    loader.finish();
                    loop {
                        if let Step::Done(loaded) = loader.step(100).unwrap() {
                            done = Some(loaded);
                            break;
                        }
                    }
                }
                assert_eq!(done.unwrap().data.digest(), data.digest());
                assert_eq!(loader.consumed(), file.len() as u64);
            }
            let mut whole = Loader::new(era, 16, None);
            whole.feed(&file);
            whole.finish();
            let mut steps = 0;
            let mut before = 0;
            while !matches!(whole.step(10).unwrap(), Step::Done(_)) {
                steps += 1;
                assert!((10..10 + 20_100).contains(&(whole.consumed() - before)));
                before = whole.consumed();
            }
            assert!(steps > 9, "{steps}");
        }
    }

    #[test]
    fn a_master_leaves_expired_keys_out_and_a_replica_does_not() {
        let file = encode(&sample(), Era::V7_0, 0, None);
        let master = Loader::load(Era::V7_0, 16, Some(1_800_000_000_000), &file).unwrap();
        assert_eq!(master.expired, [(1, b("long"))]);
        assert!(!master.data.contains(1, b"long"));
        assert!(Loader::load(Era::V7_0, 16, None, &file).unwrap().data.contains(1, b"long"));
    }

    #[test]
    fn errors_say_what_redis_logs() {
        let fails = |era, file: &[u8]| Loader::load(era, 16, None, &Bytes::copy_from_slice(file)).unwrap_err().log_text(era);
        let good = encode(&sample(), Era::V7_0, 0, None);
        assert_eq!(fails(Era::V3_0, &good), "Can't handle RDB format version 10");
        assert_eq!(fails(Era::V7_0, b"REDIS0011"), "Can't handle RDB format version 11");
        assert_eq!(fails(Era::V7_0, b"REDISabcd"), "Can't handle RDB format version 0");
        assert_eq!(fails(Era::V7_0, b"RADIS0010"), "Wrong signature trying to load DB from file");
        assert_eq!(fails(Era::V7_0, &good[..good.len() - 1]), "Short read or OOM loading DB. Unrecoverable error, aborting now.");
        assert_eq!(fails(Era::V3_0, b""), "Short read or OOM loading DB. Unrecoverable error, aborting now.");
        let old = encode(&sample(), Era::V3_0, 0, None);
        let mut broken = old.to_vec();
        *broken.last_mut().unwrap() ^= 1;
        assert_eq!(fails(Era::V3_0, &broken), "Wrong RDB checksum. Aborting now.");
        assert!(fails(Era::V7_0, &broken).starts_with("Wrong RDB checksum expected: ("));
        broken.truncate(old.len() - 8);
        broken.extend([0; 8]);
        assert!(Loader::load(Era::V3_0, 16, None, &Bytes::from(broken)).is_ok(), "eight zeros: no checksum was made");
        let few = Loader::load(Era::V3_0, 4, None, &old).unwrap_err();
        assert_eq!(
            few.log_text(Era::V3_0),
            "FATAL: Data file was created with a Redis server configured to handle more than 4 databases. Exiting"
        );
    }

    #[test]
    fn packed_encodings_of_a_real_3_0() {
        let mut file = hex(REAL_3_0).to_vec();
        file.extend_from_slice(&[2, b's', b't', 12, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 2, 0]);
        file.extend_from_slice(&hex("0d016811110000000d0000000200000166030176ff"));
        file.extend_from_slice(&[0xff, 0, 0, 0, 0, 0, 0, 0, 0]);
        // The stub ends in the type of a set of numbers: its key follows.
        let file = Bytes::from(file).to_vec();
        let at = hex(REAL_3_0).len();
        assert_eq!(file[at], 2);
        let loaded = Loader::load(Era::V3_0, 16, None, &Bytes::from(file)).unwrap();
        assert_eq!(loaded.keys, 4);
        let Some(Value::List(list)) = loaded.data.get(0, b"l") else { panic!() };
        assert!(list.iter().eq(&[b("1"), b("2"), b("abc")]));
        let Some(Value::Set(set)) = loaded.data.get(0, b"st") else { panic!() };
        assert!(set.contains(b"1") && set.contains(b"2") && set.is_intset());
        assert_eq!(loaded.data.expiry(0, b"e"), Some(1_900_000_000_123));
    }

    #[test]
    fn no_corruption_panics_or_makes_it_take_more_than_the_file_can_hold() {
        let mut errors = 0;
        for (which, era) in [Era::V3_0, Era::V7_0].into_iter().enumerate() {
            let mut small = sample();
            small.remove(1, b"long");
            small.remove(1, b"list");
            let good = encode(&small, era, 0, Some(&aux()));
            for n in 0..4_000u64 {
                let draw = |k: u64| rand(5, which as u64, Purpose::Swarm, n * 8 + k);
                let mut bad = good.to_vec();
                for k in 0..=below(draw(0), 3) {
                    let at = below(draw(1 + 2 * k), bad.len() as u64) as usize;
                    bad[at] = draw(2 + 2 * k) as u8;
                }
                bad.truncate(bad.len() - below(draw(7), 2) as usize * below(draw(6), bad.len() as u64) as usize);
                // Without the checksum the damage reaches the contents.
                let end = bad.len().saturating_sub(8);
                bad[end..].fill(0);
                match Loader::load(era, 16, None, &Bytes::from(bad)) {
                    Ok(loaded) => assert!(loaded.data.bytes() < 200 * good.len() as u64),
                    Err(error) => {
                        assert!(!error.log_text(era).is_empty());
                        errors += 1;
                    }
                }
            }
        }
        assert!(errors > 4_000, "{errors}");
    }
}
