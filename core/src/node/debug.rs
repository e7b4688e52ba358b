//! DEBUG's looks at data: their digest, and how one value is held.

use super::Node;
use crate::command::{Reply, wrong_arity};
use crate::data::Value;
use crate::era::Era;
use crate::rdb::{self, Digest, Form};
use alloc::format;
use alloc::string::{String, ToString};
use bytes::Bytes;

impl Node {
    /// The form of this node's RDBs.
    pub(super) fn rdb_form(&self) -> Form {
        Form { compression: self.conf.rdbcompression, checksum: self.conf.rdbchecksum }
    }

    /// DEBUG DIGEST, DEBUG DIGEST-VALUE (5.0+) and DEBUG OBJECT in this database; `None` if it is none of them.
    pub(super) fn debug_look(&self, db: usize, words: &[Bytes]) -> Option<Reply> {
        let sub = words.get(1)?;
        let is = |text: &str| sub.eq_ignore_ascii_case(text.as_bytes());
        if is("digest") && words.len() == 2 {
            return Some(Reply::StatusText(Digest::of(&self.data).to_string()));
        }
        if is("digest-value") && self.era.has(Era::V5_0) {
            let one =
                |key: &Bytes| self.data.entry(db, key).map_or_else(Digest::default, |(value, at)| Digest::of_value(value, at.is_some()));
            return Some(Reply::Array(words[2..].iter().map(|key| Reply::StatusText(one(key).to_string())).collect()));
        }
        if is("object") && words.len() == 3 {
            let Some(value) = self.data.get(db, &words[2]) else { return Some(Reply::error("ERR no such key")) };
            return Some(Reply::StatusText(self.describe(&words[2], value)));
        }
        if is("object") && !self.era.has(Era::V4_0) {
            return Some(wrong_arity("debug"));
        }
        None
    }
    /// What DEBUG OBJECT says. There is no address and no clock of last use: the one is made of the key, the other always now.
    fn describe(&self, key: &[u8], value: &Value) -> String {
        let address = key.iter().fold(0x7f00_0000_0000u64, |sum, &byte| {
            0x7f00_0000_0000 | (sum.wrapping_mul(31).wrapping_add(u64::from(byte) << 4) & 0xff_ffff_fff0)
        });
        let lru = (self.unix_ms() / 1_000) & 0xff_ffff;
        let saved = rdb::saved_bytes(value, self.era, self.rdb_form());
        let mut text = format!(
            "Value at:{address:#x} refcount:1 encoding:{} serializedlength:{saved} lru:{lru} lru_seconds_idle:0",
            value.encoding(self.era)
        );
        if let (Value::List(list), true) = (value, self.era.has(Era::V3_2)) {
            let (nodes, bytes) = rdb::list_nodes(list, self.era);
            let hundredths = list.len() * 100 / nodes.max(1);
            let packed = if self.era.has(Era::V7_0) { "listpack" } else { "ziplist" };
            text.push_str(&format!(
                " ql_nodes:{nodes} ql_avg_node:{}.{:02} ql_{packed}_max:-2 ql_compressed:0 ql_uncompressed_size:{bytes}",
                hundredths / 100,
                hundredths % 100
            ));
        }
        text
    }
}
