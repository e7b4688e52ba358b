//! Reading an RDB in bounded steps.

use super::crc::Checksum;
use super::cursor::{Cursor, Read, Stop};
use super::error::{LoadError, module_name};
use super::{ReplAux, SHARED, VALKEYS_OWN, op};
use crate::data::{Dataset, Value};
use crate::era::Era;
use crate::limits::DATA_BYTES_MAX;
use alloc::string::String;
use alloc::vec::Vec;
use bytes::{Buf, Bytes, BytesMut};

/// The content of a whole RDB.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The data.
    pub data: Dataset,
    /// Where they stand in whose stream, if the file says so.
    pub aux: Option<ReplAux>,
    /// Keys taken in.
    pub keys: u64,
    /// Keys left out because their collections have no elements: the first few, and how many in all. Some releases of Redis could write such.
    pub empty: (Vec<Bytes>, u64),
    /// Whether it was written without a checksum.
    pub unchecked: bool,
    /// Libraries of functions (7.0) that were read over: this engine runs no scripts.
    pub functions: u64,
    /// Keys left out because their time was over (a master only), by database.
    pub expired: Vec<(usize, Bytes)>,
    /// `redis-ver` or `valkey-ver`: who wrote it (3.2+).
    pub written_by: Option<String>,
    /// Whether that is a Valkey.
    pub by_valkey: bool,
    /// `ctime`: when, unix seconds.
    pub created_s: Option<i64>,
    /// `used-mem`: bytes of memory the writer used.
    pub used_memory: Option<u64>,
}

/// What the fields before the data say of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// `redis-ver` or `valkey-ver`: who wrote it (3.2+).
    pub written_by: Option<String>,
    /// Whether that is a Valkey.
    pub by_valkey: bool,
    /// `ctime`: when, unix seconds.
    pub created_s: Option<i64>,
    /// `used-mem`: bytes of memory the writer used.
    pub used_memory: Option<u64>,
}
impl Loaded {
    /// What the fields before the data say of it.
    #[must_use]
    pub fn header(&self) -> Header {
        Header { written_by: self.written_by.clone(), by_valkey: self.by_valkey, created_s: self.created_s, used_memory: self.used_memory }
    }
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

/// Keys without elements that are named, as Redis logs them.
const EMPTY_NAMED: usize = 10;
/// Pieces shorter than this are joined as they come: a peer that sends byte by byte shall not cost a handle for each.
const SHORT_PIECE: usize = 512;

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
    /// Bytes of memory that the data may still take.
    room: u64,
    repl: (Option<i64>, Option<String>, Option<i64>),
    loaded: Loaded,
}

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
            room: DATA_BYTES_MAX,
            repl: (None, None, None),
            loaded: Loaded {
                data: Dataset::new(databases),
                aux: None,
                keys: 0,
                empty: (Vec::new(), 0),
                unchecked: false,
                functions: 0,
                expired: Vec::new(),
                written_by: None,
                by_valkey: false,
                created_s: None,
                used_memory: None,
            },
        }
    }
    /// The same with so much memory for the data, counted generously (a few dozen bytes go to each element); beyond it the load ends as it does in a
    /// Redis that finds no memory.
    #[must_use]
    pub fn with_room(mut self, bytes: u64) -> Loader {
        self.room = bytes.min(DATA_BYTES_MAX);
        self
    }
    /// Loads a file that is there whole.
    ///
    /// # Errors
    /// The first thing wrong with it.
    pub fn load(era: Era, databases: usize, drop_expired_at: Option<i64>, file: &Bytes) -> Result<Loaded, LoadError> {
        Loader::new(era, databases, drop_expired_at).whole(file)
    }
    /// Loads a file that is there whole with what this loader was told before.
    ///
    /// # Errors
    /// The first thing wrong with it.
    pub fn whole(mut self, file: &Bytes) -> Result<Loaded, LoadError> {
        self.feed(file);
        self.finish();
        match self.step(u64::MAX)? {
            Step::Done(loaded) => Ok(loaded),
            Step::More | Step::Starved => Err(LoadError::Short),
        }
    }
    /// Appends a piece of the file.
    pub fn feed(&mut self, piece: &Bytes) {
        self.waiting += piece.len();
        match self.pieces.last_mut() {
            Some(last) if last.len() + piece.len() <= SHORT_PIECE => {
                let mut joined = BytesMut::with_capacity(last.len() + piece.len());
                joined.extend_from_slice(last);
                joined.extend_from_slice(piece);
                *last = joined.freeze();
            }
            _ => self.pieces.push(piece.clone()),
        }
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
    /// The data taken in so far. Behind the end there are none: [`Step::Done`] has them.
    #[must_use]
    pub const fn data(&self) -> &Dataset {
        &self.loaded.data
    }
    /// Keys taken in so far.
    #[must_use]
    pub fn keys(&self) -> u64 {
        self.loaded.keys
    }
    /// What the fields before the data say of the file, as far as they are read.
    #[must_use]
    pub fn header(&self) -> Header {
        self.loaded.header()
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
        let mut c = Cursor { bytes: &input, at: 0, start: self.consumed, room: self.room };
        if self.version.is_none() {
            let head = c.take(9)?;
            self.version = Some(self.head(head)?);
            self.consume(c.at, true);
            return Ok(false);
        }
        let opcode = c.byte()?;
        if !op::since(opcode).is_some_and(|since| self.era.has(since)) {
            self.key(opcode, &mut c)?;
        } else if opcode == op::EOF {
            return self.end(c);
        } else {
            self.opcode(opcode, &mut c)?;
        }
        self.consume(c.at, true);
        Ok(false)
    }
    /// The version that the first nine bytes name.
    fn head(&self, head: &[u8]) -> Read<i64> {
        let caps = self.era.capabilities();
        let own = i64::from(caps.rdb_version);
        let valkeys = i64::from(VALKEYS_OWN);
        let named = head.starts_with(b"VALKEY") && own >= valkeys;
        if !named && !head.starts_with(b"REDIS") {
            return Err(Stop::Error(LoadError::Signature));
        }
        // As atoi does: no digit is 0.
        let digits = &head[if named { 6 } else { 5 }..];
        let version = digits.iter().take_while(|b| b.is_ascii_digit()).fold(0, |n, b| n * 10 + i64::from(b - b'0'));
        let foreign = caps.valkey && (named != (version >= valkeys) || (i64::from(SHARED) + 1..valkeys).contains(&version));
        if version < 1 || version > own || foreign {
            return Err(Stop::Error(LoadError::Version(version)));
        }
        Ok(version)
    }
    fn opcode(&mut self, opcode: u8, c: &mut Cursor<'_>) -> Read<()> {
        match opcode {
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
                self.loaded.functions += 1;
            }
            op::FUNCTION => return Err(c.bad("Pre-release function format not supported.")),
            _ => {
                let id = c.length()?;
                return Err(Stop::Error(LoadError::Module { name: module_name(id), aux: true, at: c.start }));
            }
        }
        Ok(())
    }
    /// A key of this type with its value.
    fn key(&mut self, kind: u8, c: &mut Cursor<'_>) -> Read<()> {
        let key = c.string()?;
        let value = c.value(kind, self.era)?;
        let expire = self.expire_ms;
        let past = expire.zip(self.drop_expired_at).is_some_and(|(at, now)| at < now);
        match value {
            None => {
                if self.loaded.empty.0.len() < EMPTY_NAMED {
                    self.loaded.empty.0.push(key);
                }
                self.loaded.empty.1 += 1;
            }
            Some(_) if past => self.loaded.expired.push((self.db, key)),
            Some(value) => {
                self.put(key, value, expire)?;
                // Only what stays takes room for good.
                self.room = c.room;
            }
        }
        self.expire_ms = None;
        Ok(())
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
        self.loaded.unchecked = expected == 0;
        if expected != 0 && expected != got {
            return Err(Stop::Error(LoadError::Checksum { expected, got }));
        }
        Ok(true)
    }
    fn aux(&mut self, name: &[u8], value: &[u8]) {
        let text = String::from_utf8_lossy(value).into_owned();
        match name {
            b"redis-ver" | b"valkey-ver" => {
                self.loaded.written_by = Some(text);
                self.loaded.by_valkey = name == b"valkey-ver";
            }
            b"ctime" => self.loaded.created_s = text.parse().ok(),
            b"used-mem" => self.loaded.used_memory = text.parse().ok(),
            b"repl-stream-db" => self.repl.0 = text.parse().ok(),
            b"repl-id" if text.len() == 40 => self.repl.1 = Some(text),
            b"repl-offset" => self.repl.2 = text.parse().ok(),
            _ => {}
        }
    }
    fn put(&mut self, mut key: Bytes, value: Value, expire: Option<i64>) -> Read<()> {
        if !self.loaded.data.set_owned(self.db, &mut key, value, expire) {
            return Err(Stop::Error(LoadError::Duplicate { key, db: self.db }));
        }
        self.loaded.keys += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Medium, ReplAux, encode};
    use super::*;
    use crate::data::{Hash, List, Set, Value, ZSet};
    use crate::prng::{Purpose, below, rand};
    use alloc::borrow::ToOwned;
    use alloc::format;
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
            // Up to 3.2 what has expired is left out, through its last millisecond not.
            let mut data = data.clone();
            if !era.has(Era::V4_0) {
                assert!(data.remove(1, b"long").is_some());
            }
            data.set(0, b"edge", b("x"), Some(1_795_296_998_123));
            let edge = Loader::load(era, 16, None, &encode(&data, era, 1_795_296_998_123, None)).unwrap();
            assert_eq!(edge.data.digest(), data.digest(), "{era}");
            data.remove(0, b"edge");
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
        let fails = |era, file: &[u8]| {
            let error = Loader::load(era, 16, None, &Bytes::copy_from_slice(file)).unwrap_err();
            error.log_lines(era, Medium::Disk, 0).swap_remove(0)
        };
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
            few.log_lines(Era::V3_0, Medium::Disk, 0)[0],
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

    /// A file of this version with these bytes between header and end, no checksum.
    fn of(version: u32, body: &[u8]) -> Bytes {
        Bytes::from([format!("REDIS{version:04}").as_bytes(), body, &[0xff, 0, 0, 0, 0, 0, 0, 0, 0]].concat())
    }
    fn load(era: Era, body: &[u8]) -> Result<Loaded, LoadError> {
        Loader::load(era, 16, None, &of(era.capabilities().rdb_version, body))
    }
    /// A stream of one entry `1-0 f v` with a group that has it pending, as 5.0 wrote it, and the two lengths more that 7.0 writes.
    fn stream(form: u8) -> Vec<u8> {
        let node = hex("1d0000000a0001010001010101816602000102010001000181760204 01ff".replace(' ', "").as_str());
        let mut body = vec![form, 1, b's', 1, 16];
        body.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
        body.push(node.len() as u8);
        body.extend_from_slice(&node);
        body.extend_from_slice(&[1, 1, 0]);
        if form == 19 {
            body.extend_from_slice(&[1, 0, 0, 0, 1]);
        }
        body.extend_from_slice(&[1, 1, b'g', 1, 0]);
        if form == 19 {
            body.push(1);
        }
        body.push(1);
        body.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1]);
        body.extend_from_slice(&[1, 1, b'c', 1, 2, 3, 4, 5, 6, 7, 8, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
        body
    }

    #[test]
    fn streams_are_carried_and_written_back_where_the_era_knows_them() {
        for (form, era) in [(15, Era::V5_0), (15, Era::V6_2), (15, Era::V7_0), (19, Era::V7_0)] {
            let body = stream(form);
            let loaded = load(era, &body).unwrap();
            let Some(Value::Stream(stream)) = loaded.data.get(0, b"s") else { panic!("{era}") };
            assert_eq!((stream.form(), stream.entries(), &stream.body()[..]), (form, 1, &body[3..]));
            assert_eq!(loaded.keys, 1);
            let written = encode(&loaded.data, era, 0, None);
            assert!(written.windows(body.len()).any(|part| part == body), "{era}: as it came");
            assert_eq!(Loader::load(era, 16, None, &written).unwrap().data.digest(), loaded.data.digest());
            // Releases that know no streams, or not this form, do not find one in their files.
            assert_eq!(Loader::load(Era::V4_0, 16, None, &encode(&loaded.data, Era::V4_0, 0, None)).unwrap().keys, 0);
            for cut in 0..body.len() {
                let short = Bytes::from([b"REDIS0010".as_slice(), &body[..cut]].concat());
                assert!(matches!(Loader::load(Era::V7_0, 16, None, &short), Err(LoadError::Short | LoadError::Bad { .. })), "{form} {cut}");
            }
        }
        assert!(matches!(load(Era::V6_2, &stream(19)), Err(LoadError::Bad { .. })), "7.0's form is unknown to 6.2");
        assert!(matches!(load(Era::V4_0, &stream(15)), Err(LoadError::Bad { .. })));
        let mut wrong = stream(15);
        wrong[4] = 15;
        assert!(matches!(load(Era::V7_0, &wrong), Err(LoadError::Bad { .. })), "the id of a node has sixteen bytes");
    }

    #[test]
    fn opcodes_are_those_of_the_era() {
        let idle = [248, 0x42, 0x00, 249, 7, 0, 1, b'k', 1, b'v'];
        assert_eq!(load(Era::V5_0, &idle).unwrap().keys, 1);
        assert!(load(Era::V4_0, &idle).is_err(), "idle and freq came with 5.0");
        let sizes = [254, 2, 251, 1, 1, 252, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, b'k', 1, b'v'];
        assert_eq!(load(Era::V3_2, &sizes).unwrap().data.expiry(2, b"k"), Some(1));
        assert!(load(Era::V3_0, &sizes).is_err(), "and the sizes of databases with 3.2");
        let list = load(Era::V3_0, &[14, 1, b'l', 0]).unwrap_err();
        assert_eq!(list.log_lines(Era::V3_0, Medium::Disk, 0)[2], "Guru Meditation: Unknown object type");
        let seconds = [253, 10, 0, 0, 0, 0, 1, b'k', 1, b'v'];
        assert_eq!(load(Era::V2_6, &seconds).unwrap().data.expiry(0, b"k"), Some(10_000));
        let function = [245, 3, b'#', b'!', b'x', 0, 1, b'k', 1, b'v'];
        let loaded = load(Era::V7_0, &function).unwrap();
        assert_eq!((loaded.functions, loaded.keys), (1, 1));
        assert!(load(Era::V6_2, &function).is_err());
        assert!(load(Era::V7_0, &[246, 1, b'x']).is_err());
        let aux = [247, 0x81, 0x12, 0x34, 0x56, 0x78, 0x90, 0xab, 0xcd, 0xef, 2, 2, 0];
        assert_eq!(load(Era::V7_0, &aux).unwrap_err(), LoadError::Module { name: "EjRWeJCrz".to_owned(), aux: true, at: 9 });
        let value = [&[7, 1, b'k', 0x81, 0x12, 0x34, 0x56, 0x78, 0x90, 0xab, 0xcd, 0xef][..], &[0]].concat();
        for era in [Era::V4_0, Era::V7_0] {
            assert_eq!(load(era, &value).unwrap_err(), LoadError::Module { name: "EjRWeJCrz".to_owned(), aux: false, at: 9 });
        }
        assert!(matches!(load(Era::V3_2, &value), Err(LoadError::Bad { .. })));
    }

    #[test]
    fn lists_of_7_0_have_plain_and_packed_nodes() {
        let body = [
            &[18, 1, b'l', 3, 1, 3, b'o', b'n', b'e', 2, 10][..],
            &[10, 0, 0, 0, 1, 0, 0x81, b'x', 2, 0xff],
            &[2, 7],
            &[7, 0, 0, 0, 0, 0, 0xff],
        ]
        .concat();
        let loaded = load(Era::V7_0, &body).unwrap();
        let Some(Value::List(list)) = loaded.data.get(0, b"l") else { panic!() };
        assert!(list.iter().eq(&[b("one"), b("x")]), "an empty node is skipped");
        let mut unknown = body.clone();
        unknown[4] = 3;
        assert!(matches!(load(Era::V7_0, &unknown), Err(LoadError::Bad { .. })));
        assert!(load(Era::V6_2, &body).is_err());
    }

    #[test]
    fn keys_without_elements_are_left_out_and_counted_and_no_key_comes_twice() {
        let loaded = load(Era::V7_0, &[1, 1, b'a', 0, 4, 1, b'b', 0, 0, 1, b'k', 1, b'v']).unwrap();
        assert_eq!((loaded.keys, loaded.empty), (1, (vec![b("a"), b("b")], 2)));
        let twice = load(Era::V7_0, &[0, 1, b'k', 1, b'v', 0, 1, b'k', 1, b'w']).unwrap_err();
        assert_eq!(twice, LoadError::Duplicate { key: b("k"), db: 0 });
        let nan = load(Era::V7_0, &[5, 1, b'z', 1, 1, b'm', 0, 0, 0, 0, 0, 0, 0xf8, 0x7f]).unwrap_err();
        assert_eq!(nan, LoadError::Bad { at: 9, what: "Zset with NAN score detected".into() });
    }

    #[test]
    fn room_bounds_what_a_small_file_may_blow_up_to() {
        // A string of 264 times its packed length; a list of thousands of elements in a few packed bytes.
        let mut bomb = vec![0, 1, b'k', 0xc3, 0x40 | 15, 0xff, 0x80];
        let packed: Vec<u8> = [&[0, b'x'][..], &[7 << 5, 255, 0].repeat(1_364)].concat();
        bomb.splice(4..6, [0x40 | (packed.len() >> 8) as u8, packed.len() as u8]);
        bomb.extend_from_slice(&(1 + 1_364 * 264u32).to_be_bytes());
        bomb.extend_from_slice(&packed);
        let file = of(10, &bomb);
        assert_eq!(Loader::load(Era::V7_0, 16, None, &file).unwrap().data.bytes(), 360_097 + 73);
        let error = Loader::new(Era::V7_0, 16, None).with_room(300_000).whole(&file).unwrap_err();
        assert_eq!(error, LoadError::Short, "as when malloc fails");
        let many = [&[1, 1, b'l', 0x80, 0, 1, 0, 0][..], &[0; 65_536]].concat();
        assert_eq!(load(Era::V7_0, &many).unwrap().data.len(0), 1);
        assert!(Loader::new(Era::V7_0, 16, None).with_room(1 << 20).whole(&of(10, &many)).is_err());
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
                        assert!(!error.log_lines(era, Medium::Disk, 0).is_empty());
                        errors += 1;
                    }
                }
            }
        }
        assert!(errors > 4_000, "{errors}");
    }
}
