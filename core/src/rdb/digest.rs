//! The digest of DEBUG DIGEST: what Redis computes, so that two servers hold the same data if and only if they print the same forty digits.
//!
//! It stands here and not with the data because a stream has to be opened for it, which takes the packed encodings. Order counts where the type
//! has an order (lists, streams) and nowhere else: unordered things are hashed by themselves and joined with exclusive or.
//!
//! [`Dataset::digest`](crate::data::Dataset::digest) is the engine's own and is always there; this one reads everything.

use super::cursor::stream_entries;
use crate::data::float::print_g17;
use crate::data::{Dataset, Value};
use alloc::format;
use core::fmt;
use sha1_smol::Sha1;

/// Twenty bytes of it; prints as Redis prints it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Digest([u8; 20]);

impl Digest {
    /// Of all databases: DEBUG DIGEST. An empty dataset has the digest of forty zeros. Which fields of hashes expire counts, when they do not (Redis 7.4).
    #[must_use]
    pub fn of(data: &Dataset) -> Digest {
        Digest::with(data, true)
    }
    /// The same as Valkey prints it, to which it is the same whether a field expires.
    #[must_use]
    pub fn of_valkey(data: &Dataset) -> Digest {
        Digest::with(data, false)
    }
    fn with(data: &Dataset, field_times: bool) -> Digest {
        let mut whole = Digest::default();
        for db in (0..data.databases()).filter(|&db| data.len(db) > 0) {
            whole.mix(&u32::try_from(db).unwrap_or(u32::MAX).to_be_bytes());
            for entry in data.iter(db) {
                let mut one = Digest::default();
                one.mix(entry.key);
                one.value(entry.value, entry.expiry.is_some(), field_times);
                whole.xor(&one.0);
            }
        }
        whole
    }
    /// Of one value without its key: DEBUG DIGEST-VALUE (5.0+). Whether it expires counts, when it does not; `field_times`: and which of its fields do.
    #[must_use]
    pub fn of_value(value: &Value, expires: bool, field_times: bool) -> Digest {
        let mut one = Digest::default();
        one.value(value, expires, field_times);
        one
    }
    /// Adds bytes whose place does not count.
    fn xor(&mut self, bytes: &[u8]) {
        let hash = Sha1::from(bytes).digest().bytes();
        self.0.iter_mut().zip(hash).for_each(|(byte, other)| *byte ^= other);
    }
    /// Adds bytes whose place counts.
    fn mix(&mut self, bytes: &[u8]) {
        self.xor(bytes);
        self.0 = Sha1::from(self.0).digest().bytes();
    }
    fn pair(&mut self, first: &[u8], second: &[u8], expires: bool) {
        let mut pair = Digest::default();
        pair.mix(first);
        pair.mix(second);
        if expires {
            pair.xor(b"!!hexpire!!");
        }
        self.xor(&pair.0);
    }
    fn value(&mut self, value: &Value, expires: bool, field_times: bool) {
        let kind: u32 = match value {
            Value::String(_) | Value::Sum(_) | Value::Grown(_) => 0,
            Value::List(_) => 1,
            Value::Set(_) => 2,
            Value::ZSet(_) => 3,
            Value::Hash(_) => 4,
            Value::Stream(_) => 6,
        };
        self.mix(&kind.to_be_bytes());
        match value {
            Value::String(bytes) | Value::Sum(bytes) | Value::Grown(bytes) => self.mix(bytes),
            Value::List(list) => list.iter().for_each(|item| self.mix(item)),
            Value::Set(set) => set.iter().for_each(|member| self.xor(&member)),
            Value::ZSet(zset) => zset.iter().for_each(|scored| self.pair(&scored.member, print_g17(scored.score).as_bytes(), false)),
            Value::Hash(hash) => {
                hash.iter().for_each(|(field, value)| self.pair(field, value, field_times && hash.time(field).is_some()));
            }
            Value::Stream(stream) => stream_entries(stream, &mut |(ms, seq), fields| {
                self.mix(format!("{ms}.{seq}").as_bytes());
                for (field, value) in fields {
                    self.mix(field);
                    self.mix(value);
                }
            }),
        }
        if expires {
            self.xor(b"!!expire!!");
        }
    }
}
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Loader;
    use super::*;
    use crate::data::{Hash, List};
    use crate::era::Era;
    use alloc::string::ToString;
    use alloc::vec::Vec;
    use bytes::Bytes;

    fn b(text: &str) -> Bytes {
        Bytes::copy_from_slice(text.as_bytes())
    }
    fn hex(text: &str) -> Vec<u8> {
        (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
    }

    #[test]
    fn what_redis_7_0_15_prints() {
        let mut data = Dataset::new(16);
        assert_eq!(Digest::of(&data).to_string(), "0".repeat(40));
        data.set(0, b"a", b("1"), None);
        data.set(0, b"b", b("helloxyz"), None);
        data.set(0, b"l", ["a", "b", "1"].map(b).into_iter().collect::<List>(), None);
        data.set(0, b"h", [(b("f"), b("v"))].into_iter().collect::<Hash>(), None);
        assert_eq!(Digest::of_value(&b("1").into(), false, true).to_string(), "b4fc66738120fba0b5aa500ab5c2bf89cea1c5da");
        assert_eq!(Digest::of_value(&b("helloxyz").into(), false, true).to_string(), "7dd740eca3f88c2c3060f0d2de38e433815b717b");
        // XADD s 1-1 f v; XADD s 2-1 f v2 g 3, as that server saved it.
        let body = hex(STREAM);
        let file = Bytes::from([b"REDIS0010\x13\x01s", &body[..], b"\xff\0\0\0\0\0\0\0\0"].concat());
        let stream = Loader::load(Era::V7_0, 16, None, &file).unwrap().data.get(0, b"s").unwrap().clone();
        data.set(0, b"s", stream, None);
        assert_eq!(Digest::of(&data).to_string(), "c1a28b00b5c4e8e55af987dcb719922301696fe9");
    }
    const STREAM: &str = "011000000000000000010000000000000001333300000013000201000101018166020001020100010001817602040100010101000102018166028276320381670203010801ff020201010100000200";
}
