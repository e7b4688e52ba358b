//! The subcommands of DEBUG that read data: their digest, and how one value is held.

use super::Node;
use crate::command::{Reply, wrong_arity};
use crate::data::Value;
use crate::rdb::{self, Digest, Form};
use alloc::format;
use alloc::string::{String, ToString};
use bytes::Bytes;

impl Node {
    /// The form of this node's RDBs.
    pub(super) fn rdb_form(&self) -> Form {
        Form { compression: self.ctx.conf.rdbcompression, checksum: self.ctx.conf.rdbchecksum }
    }

    /// DEBUG DIGEST, DEBUG DIGEST-VALUE (5.0+) and DEBUG OBJECT in this database; `None` if it is none of them.
    pub(super) fn debug_look(&self, db: usize, words: &[Bytes]) -> Option<Reply> {
        let sub = words.get(1)?;
        let is = |text: &str| sub.eq_ignore_ascii_case(text.as_bytes());
        if is("digest") && words.len() == 2 {
            return Some(Reply::StatusText(Digest::of(&self.data).to_string()));
        }
        if is("digest-value") && self.ctx.caps.debug_digest_value {
            let one =
                |key: &Bytes| self.data.entry(db, key).map_or_else(Digest::default, |(value, at)| Digest::of_value(value, at.is_some()));
            return Some(Reply::Array(words[2..].iter().map(|key| Reply::StatusText(one(key).to_string())).collect()));
        }
        if is("object") && words.len() == 3 {
            let Some(value) = self.data.get(db, &words[2]) else { return Some(Reply::error("ERR no such key")) };
            return Some(Reply::StatusText(self.describe(&words[2], value)));
        }
        if is("object") && !self.ctx.caps.debug_object_takes_more {
            return Some(wrong_arity("debug"));
        }
        None
    }
    /// What DEBUG OBJECT says. There is no address and no clock of last use: the one is made of the key, the other always now.
    fn describe(&self, key: &[u8], value: &Value) -> String {
        let address = key.iter().fold(0x7f00_0000_0000u64, |sum, &byte| {
            0x7f00_0000_0000 | (sum.wrapping_mul(31).wrapping_add(u64::from(byte) << 4) & 0xff_ffff_fff0)
        });
        let lru = (self.ctx.unix_ms() / 1_000) & 0xff_ffff;
        let saved = rdb::saved_bytes(value, self.ctx.era, self.rdb_form());
        let mut text = format!(
            "Value at:{address:#x} refcount:1 encoding:{} serializedlength:{saved} lru:{lru} lru_seconds_idle:0",
            value.encoding(self.ctx.era)
        );
        if let (Value::List(list), true) = (value, self.ctx.caps.quicklists) {
            let (nodes, bytes) = rdb::list_nodes(list, self.ctx.era);
            let hundredths = list.len() * 100 / nodes.max(1);
            let packed = self.ctx.caps.packed_encoding;
            text.push_str(&format!(
                " ql_nodes:{nodes} ql_avg_node:{}.{:02} ql_{packed}_max:-2 ql_compressed:0 ql_uncompressed_size:{bytes}",
                hundredths / 100,
                hundredths % 100
            ));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::super::Time;
    use super::super::pair::Pair;
    use crate::era::Era;
    use alloc::vec::Vec;
    use bytes::Bytes;

    #[test]
    fn equal_data_have_one_digest_on_master_and_replica_of_every_era() {
        for era in Era::ALL {
            let mut pair = Pair::mixed(&[(era, ""), (era, "slaveof 10.0.0.1 7001")]);
            pair.run_ms(3_000);
            assert_eq!(pair.cli(0, "DEBUG DIGEST"), "0".repeat(40));
            for line in ["SET a 1", "SET b hello", "APPEND b xyz", "RPUSH l a b 1", "HSET h f v", "ZADD z 1.5 m -7 n", "SADD s 3 1 2"] {
                pair.cli(0, line);
            }
            pair.run_ms(3_000);
            let digest = pair.cli(0, "DEBUG DIGEST");
            assert_eq!(digest.len(), 40);
            assert_eq!(pair.cli(1, "DEBUG DIGEST"), digest, "{era}");
            pair.cli(0, "DEL a");
            assert_ne!(pair.cli(0, "DEBUG DIGEST"), digest);
            let value = pair.cli(0, "DEBUG DIGEST-VALUE b none");
            if era.has(Era::V5_0) {
                assert_eq!(value, "1) 7dd740eca3f88c2c3060f0d2de38e433815b717b\n2) 0000000000000000000000000000000000000000");
            } else {
                assert!(value.starts_with("(error) ERR"), "{value}");
            }
            let object = pair.cli(0, "DEBUG OBJECT l");
            let encoding = if era.has(Era::V3_2) { "quicklist" } else { "ziplist" };
            assert!(object.contains(&alloc::format!("refcount:1 encoding:{encoding} serializedlength:")), "{object}");
            assert_eq!(object.contains("ql_nodes:1 ql_avg_node:3.00"), era.has(Era::V3_2), "{object}");
            assert_eq!(pair.cli(0, "DEBUG OBJECT none"), "(error) ERR no such key");
        }
    }

    /// The log's texts of a server that starts with this dump file.
    fn started_with(era: Era, dump: &[u8]) -> (bool, Vec<alloc::string::String>) {
        let mut pair = Pair::new(era, &["", ""]);
        pair.run_ms(500);
        pair.dumps[0] = Some(Bytes::copy_from_slice(dump));
        let at = pair.now;
        pair.boot(0);
        pair.run_ms(500);
        (pair.nodes[0].is_up(), pair.log(0, if pair.now > at { at } else { Time::ZERO }))
    }

    #[test]
    fn a_server_does_not_start_with_what_it_cannot_load_and_says_why() {
        let ended = [0xff, 0, 0, 0, 0, 0, 0, 0, 0];
        let module = [&b"REDIS0008\x07\x01k\x81\x12\x34\x56\x78\x90\xab\xcd\xef\0"[..], &ended].concat();
        for (era, dump, lines) in [
            (
                Era::V7_0,
                &b"REDIS0011\xff"[..],
                &["Can't handle RDB format version 11", "Fatal error loading the DB: Invalid argument. Exiting."][..],
            ),
            (Era::V3_0, b"REDIS0007\xff", &["Can't handle RDB format version 7", "Fatal error loading the DB: Invalid argument. Exiting."]),
            (Era::V3_0, b"REDIS0006\0\x01k", &["Short read or OOM loading DB. Unrecoverable error, aborting now."]),
            (Era::V4_0, &module, &["The RDB file contains module data I can't load: no matching module 'EjRWeJCrz'"]),
        ] {
            let (up, log) = started_with(era, dump);
            assert!(!up, "{era}: {log:?}");
            for line in lines {
                assert!(log.iter().any(|logged| logged.ends_with(line)), "{era}: {line} in {log:?}");
            }
        }
        let (up, log) = started_with(Era::V7_0, &[&b"REDIS0010\x01\x01k\0"[..], &ended].concat());
        assert!(up);
        for line in [
            "rdbLoadObject skipping empty key: k",
            "RDB file was saved with checksum disabled: no check performed.",
            "Done loading RDB, keys loaded: 0, keys expired: 0, empty keys skipped: 1.",
        ] {
            assert!(log.iter().any(|logged| logged.ends_with(line)), "{line} in {log:?}");
        }
    }
}
