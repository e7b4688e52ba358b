//! The RDB: the bytes of a full resynchronisation, and the dump file.
//!
//! Streams are carried unopened; functions are read over; data of modules and newer formats are refused as each era does it.
//!
//! `encode` writes what a real server of the era loads (version, fields, encodings and checksum by era, to the byte). [`Loader`] reads what real servers
//! of every era up to 7.0 write, in bounded steps, so that a loading node can serve its callers in between. No input makes it panic, and it
//! allocates no more than the input can really hold.

mod crc;
mod cursor;
mod digest;
mod encode;
mod error;
mod load;
mod lzf;
mod pack;
mod packed;

pub use digest::Digest;
pub use encode::{Form, encode, encode_as, list_nodes, saved_bytes};
pub use error::{LoadError, Medium};
pub use load::{Header, Loaded, Loader, Step};

use alloc::string::String;

/// The replication fields of an RDB (4.0+): where its data stand in whose stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReplAux {
    /// Database that the stream has selected.
    pub stream_db: i64,
    /// The replication id.
    pub id: String,
    /// The offset of the last byte that the data include.
    pub offset: i64,
}

/// The first version that Valkey wrote under its own name; those from 12 up to here are Redis's, and foreign to it.
const VALKEYS_OWN: u32 = 80;
/// The last version that is both's.
const SHARED: u32 = 11;

/// The opcodes between keys. They came one by one: to an older era a newer one is the type of a key, and an unknown one.
mod op {
    use crate::era::Era;

    pub(super) const FUNCTION2: u8 = 245;
    pub(super) const FUNCTION: u8 = 246;
    pub(super) const MODULE_AUX: u8 = 247;
    pub(super) const IDLE: u8 = 248;
    pub(super) const FREQ: u8 = 249;
    pub(super) const AUX: u8 = 250;
    pub(super) const RESIZE_DB: u8 = 251;
    pub(super) const EXPIRE_MS: u8 = 252;
    pub(super) const EXPIRE_S: u8 = 253;
    pub(super) const SELECT_DB: u8 = 254;
    pub(super) const EOF: u8 = 255;

    /// Since when a byte is an opcode; never if it is a type.
    pub(super) const fn since(byte: u8) -> Option<Era> {
        match byte {
            FUNCTION2 | FUNCTION => Some(Era::V7_0),
            MODULE_AUX | IDLE | FREQ => Some(Era::V5_0),
            AUX | RESIZE_DB => Some(Era::V3_2),
            EXPIRE_MS..=EOF => Some(Era::V2_6),
            _ => None,
        }
    }
}

/// The types of keys.
mod kind {
    use crate::era::Era;

    pub(super) const STRING: u8 = 0;
    pub(super) const LIST: u8 = 1;
    pub(super) const SET: u8 = 2;
    pub(super) const ZSET: u8 = 3;
    pub(super) const HASH: u8 = 4;
    pub(super) const ZSET2: u8 = 5;
    pub(super) const MODULE: u8 = 6;
    pub(super) const MODULE2: u8 = 7;
    pub(super) const HASH_ZIPMAP: u8 = 9;
    pub(super) const LIST_ZIPLIST: u8 = 10;
    pub(super) const SET_INTSET: u8 = 11;
    pub(super) const ZSET_ZIPLIST: u8 = 12;
    pub(super) const HASH_ZIPLIST: u8 = 13;
    pub(super) const LIST_QUICKLIST: u8 = 14;
    pub(super) const STREAM: u8 = 15;
    pub(super) const HASH_LISTPACK: u8 = 16;
    pub(super) const ZSET_LISTPACK: u8 = 17;
    pub(super) const LIST_QUICKLIST2: u8 = 18;
    pub(super) const STREAM2: u8 = 19;
    pub(super) const SET_LISTPACK: u8 = 20;
    /// Consumers have the time of their last success too.
    pub(super) const STREAM3: u8 = 21;
    /// A hash whose fields have times to live, as Valkey writes it (to Redis 22 is a form of a release candidate).
    pub(super) const HASH_VALKEY: u8 = 22;
    /// The same of Redis, a table.
    pub(super) const HASH_TIMED: u8 = 24;
    /// … and packed.
    pub(super) const HASH_LISTPACK_TIMED: u8 = 25;
    /// A stream with what it knows of repeated additions.
    pub(super) const STREAM4: u8 = 26;

    /// Since when a byte is the type of a key, if it is one.
    pub(super) const fn since(byte: u8) -> Option<Era> {
        match byte {
            STRING..=HASH | HASH_ZIPMAP..=HASH_ZIPLIST => Some(Era::V2_6),
            LIST_QUICKLIST => Some(Era::V3_2),
            ZSET2..=MODULE2 => Some(Era::V4_0),
            STREAM => Some(Era::V5_0),
            HASH_LISTPACK..=STREAM2 => Some(Era::V7_0),
            SET_LISTPACK | STREAM3 => Some(Era::V7_2),
            HASH_VALKEY => Some(Era::Valkey9_0),
            HASH_TIMED | HASH_LISTPACK_TIMED => Some(Era::V7_4),
            STREAM4 => Some(Era::V8_6),
            _ => None,
        }
    }
}
