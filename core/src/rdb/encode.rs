//! Writing an RDB.

use super::crc::Checksum;
use super::{ReplAux, kind, op};
use crate::data::float::print_g17;
use crate::data::{Dataset, Value};
use crate::era::Era;
use crate::resp::parse_i64;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use bytes::Bytes;

/// The first version whose files begin with auxiliary fields and name each database's size (3.2).
const WITH_AUX: u32 = 7;
/// The first version with binary scores (4.0).
const WITH_BINARY_SCORES: u32 = 8;

/// Encodes all databases as a server of this era would: the file of BGSAVE and of a full resynchronisation.
///
/// `now_ms` is the unix time that the file says it was made at, `aux` the replication fields (4.0+; ignored before).
#[must_use]
pub fn encode(data: &Dataset, era: Era, now_ms: i64, aux: Option<&ReplAux>) -> Bytes {
    let version = era.capabilities().rdb_version;
    let mut out = Vec::with_capacity(256 + data.bytes() as usize);
    out.extend_from_slice(format!("REDIS{version:04}").as_bytes());
    if version >= WITH_AUX {
        field("redis-ver", era.release().as_bytes(), &mut out);
        field("redis-bits", b"64", &mut out);
        field("ctime", (now_ms / 1_000).to_string().as_bytes(), &mut out);
        field("used-mem", (EMPTY_SERVER_BYTES + data.bytes()).to_string().as_bytes(), &mut out);
    }
    if let Some(aux) = aux.filter(|_| era.capabilities().psync2) {
        field("repl-stream-db", aux.stream_db.to_string().as_bytes(), &mut out);
        field("repl-id", aux.id.as_bytes(), &mut out);
        field("repl-offset", aux.offset.to_string().as_bytes(), &mut out);
    }
    if era.capabilities().psync2 {
        field(if era.capabilities().config_7_0 { "aof-base" } else { "aof-preamble" }, b"0", &mut out);
    }
    for db in 0..data.databases() {
        if data.len(db) == 0 {
            continue;
        }
        out.push(op::SELECT_DB);
        length(db as u64, &mut out);
        if version >= WITH_AUX {
            out.push(op::RESIZE_DB);
            length(data.len(db) as u64, &mut out);
            length(data.volatile(db) as u64, &mut out);
        }
        for entry in data.iter(db) {
            if unknown(entry.value, era) {
                continue;
            }
            if let Some(at) = entry.expiry {
                out.push(op::EXPIRE_MS);
                out.extend_from_slice(&at.to_le_bytes());
            }
            object(entry.key, entry.value, version, &mut out);
        }
    }
    out.push(op::EOF);
    let mut sum = Checksum::new();
    sum.update(&out);
    out.extend_from_slice(&sum.value().to_le_bytes());
    Bytes::from(out)
}

/// Whether the era's files have no such value: a stream of a later form.
fn unknown(value: &Value, era: Era) -> bool {
    matches!(value, Value::Stream(stream) if !era.has(if stream.form() == kind::STREAM { Era::V5_0 } else { Era::V7_0 }))
}

/// `used-mem` of a server without data: about what a real one has.
const EMPTY_SERVER_BYTES: u64 = 1_200_000;

fn field(name: &str, value: &[u8], out: &mut Vec<u8>) {
    out.push(op::AUX);
    string(name.as_bytes(), out);
    string(value, out);
}

fn length(n: u64, out: &mut Vec<u8>) {
    if n < 1 << 6 {
        out.push(n as u8);
    } else if n < 1 << 14 {
        out.push(0x40 | (n >> 8) as u8);
        out.push(n as u8);
    } else if let Ok(n) = u32::try_from(n) {
        out.push(0x80);
        out.extend_from_slice(&n.to_be_bytes());
    } else {
        out.push(0x81);
        out.extend_from_slice(&n.to_be_bytes());
    }
}

/// A string, as a number where its text is one of at most 32 bits.
fn string(bytes: &[u8], out: &mut Vec<u8>) {
    let number = if bytes.len() <= 11 { parse_i64(bytes).and_then(|n| i32::try_from(n).ok()) } else { None };
    match number {
        Some(n) if i8::try_from(n).is_ok() => out.extend_from_slice(&[0xc0, n as u8]),
        Some(n) if i16::try_from(n).is_ok() => {
            out.push(0xc1);
            out.extend_from_slice(&(n as i16).to_le_bytes());
        }
        Some(n) => {
            out.push(0xc2);
            out.extend_from_slice(&n.to_le_bytes());
        }
        None => {
            length(bytes.len() as u64, out);
            out.extend_from_slice(bytes);
        }
    }
}

fn object(key: &[u8], value: &Value, version: u32, out: &mut Vec<u8>) {
    let head = |kind: u8, out: &mut Vec<u8>| {
        out.push(kind);
        string(key, out);
    };
    match value {
        Value::String(bytes) => {
            head(kind::STRING, out);
            string(bytes, out);
        }
        Value::List(list) => {
            head(kind::LIST, out);
            length(list.len() as u64, out);
            list.iter().for_each(|item| string(item, out));
        }
        Value::Set(set) => {
            head(kind::SET, out);
            length(set.len() as u64, out);
            set.iter().for_each(|member| string(&member, out));
        }
        Value::Hash(hash) => {
            head(kind::HASH, out);
            length(hash.len() as u64, out);
            for (field, value) in hash.iter() {
                string(field, out);
                string(value, out);
            }
        }
        Value::ZSet(zset) => {
            let binary = version >= WITH_BINARY_SCORES;
            head(if binary { kind::ZSET2 } else { kind::ZSET }, out);
            length(zset.len() as u64, out);
            // Highest first, as Redis does since 4.0: the loader then always inserts at the head.
            for scored in zset.iter().rev() {
                string(&scored.member, out);
                if binary { out.extend_from_slice(&scored.score.to_le_bytes()) } else { score_text(scored.score, out) }
            }
        }
        Value::Stream(stream) => {
            head(stream.form(), out);
            out.extend_from_slice(stream.body());
        }
    }
}

fn score_text(score: f64, out: &mut Vec<u8>) {
    if score.is_infinite() {
        out.push(if score > 0.0 { 254 } else { 255 });
        return;
    }
    let text = print_g17(score);
    out.push(text.len() as u8);
    out.extend_from_slice(text.as_bytes());
}
