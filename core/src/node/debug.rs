//! The subcommands of DEBUG that read data: their digest, and how one value is held.

use super::server_commands::{NOT_INTEGER, integer};
use super::{ConnId, Node};
use crate::command::{Reply, wrong_arity};
use crate::data::Value;
use crate::limits::{BULK_BYTES_MAX, POPULATE_BYTES_MAX, POPULATE_MAX};
use crate::rdb::{self, Digest, Form};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

impl Node {
    /// The form of this node's RDBs.
    pub(super) fn rdb_form(&self) -> Form {
        Form { compression: self.ctx.conf.rdbcompression, checksum: self.ctx.conf.rdbchecksum, older: false }
    }

    /// DEBUG DIGEST, DEBUG DIGEST-VALUE (5.0+) and DEBUG OBJECT in this database; `None` if it is none of them.
    pub(super) fn debug_look(&self, db: usize, words: &[Bytes]) -> Option<Reply> {
        let sub = words.get(1)?;
        let is = |text: &str| sub.eq_ignore_ascii_case(text.as_bytes());
        if is("digest") && words.len() == 2 {
            let digest = if self.ctx.caps.valkey { Digest::of_valkey(&self.data) } else { Digest::of(&self.data) };
            return Some(Reply::StatusText(digest.to_string()));
        }
        if is("digest-value") && self.ctx.caps.debug_digest_value {
            let marks = !self.ctx.caps.valkey;
            let one = |key: &Bytes| {
                self.data.entry(db, key).map_or_else(Digest::default, |(value, at)| Digest::of_value(value, at.is_some(), marks))
            };
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
    /// The most words of DEBUG POPULATE: a prefix from 3.0 on, a size from 3.2 on.
    pub(super) const fn populate_words(&self) -> usize {
        3 + self.ctx.caps.populate_prefix as usize + self.ctx.caps.populate_size as usize
    }
    /// DEBUG POPULATE count [prefix] [size], in the database of the caller: keys that the stream never hears of, and no save point.
    pub(super) fn populate(&mut self, db: usize, words: &[Bytes]) -> Reply {
        let number = |word: &Bytes| integer(word).filter(|n| *n >= 0 || !self.ctx.caps.info_6_2);
        let wrong = if self.ctx.caps.info_6_2 { "ERR value is out of range, must be positive" } else { NOT_INTEGER };
        let (Some(count), Some(size)) = (number(&words[2]), words.get(4).map_or(Some(0), number)) else { return Reply::error(wrong) };
        let (count, size) = (count.max(0), size.max(0));
        if count > POPULATE_MAX || size > BULK_BYTES_MAX || count.saturating_mul(size) > POPULATE_BYTES_MAX {
            return Reply::error("ERR Resync does not populate as much as that");
        }
        let prefix = words.get(3).map_or_else(|| "key".to_string(), |w| String::from_utf8_lossy(w).into_owned());
        for n in 0..count {
            let key = format!("{prefix}:{n}");
            if self.data.contains(db, key.as_bytes()) {
                continue;
            }
            let mut value = format!("value:{n}").into_bytes();
            if size > 0 {
                value.resize(size as usize, 0);
            }
            self.data.set(db, key.as_bytes(), Value::String(Bytes::from(value)), None);
        }
        Reply::OK
    }
    /// DEBUG REPLICATE (7.0): a command for the replicas that this server does not run itself; `None` if it is another word. To the append-only file alone
    /// goes what the replicas do not get.
    pub(super) fn debug_replicates(&self, id: ConnId, words: &[Bytes]) -> Option<Option<(usize, Vec<Bytes>)>> {
        let is = |at: usize, text: &str| words[at].eq_ignore_ascii_case(text.as_bytes());
        if !self.ctx.caps.debug_replicate || words.len() < 4 || !is(1, "replicate") {
            return None;
        }
        Some((is(2, "repl") || is(2, "all")).then(|| (self.callers.db(id), words[3..].to_vec())))
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
        if let (Value::List(list), "quicklist") = (value, value.encoding(self.ctx.era)) {
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
            // From 7.2 on a list of one node has no quicklist around it.
            let alone = era.capabilities().packed_sets;
            let encoding = match era.has(Era::V3_2) {
                true if alone => "listpack",
                true => "quicklist",
                false => "ziplist",
            };
            assert!(object.contains(&alloc::format!("refcount:1 encoding:{encoding} serializedlength:")), "{object}");
            assert_eq!(object.contains("ql_nodes:1 ql_avg_node:3.00"), era.has(Era::V3_2) && !alone, "{object}");
            assert_eq!(pair.cli(0, "DEBUG OBJECT none"), "(error) ERR no such key");
        }
    }

    /// As 2.8.17, 3.0.5, 6.2.14 and 7.0.15 answer.
    #[test]
    fn populate_fills_the_callers_database_with_what_its_release_takes() {
        let (not, positive) =
            ("(error) ERR value is not an integer or out of range", "(error) ERR value is out of range, must be positive");
        for (era, words, wrong) in [(Era::V2_8, 1, not), (Era::V3_0, 2, not), (Era::V6_2, 3, positive), (Era::V7_0, 3, positive)] {
            let mut pair = Pair::mixed(&[(era, "save 900 1"), (era, "slaveof 10.0.0.1 7001")]);
            pair.run_ms(8_000);
            pair.cli(0, "SELECT 2");
            let offset = pair.nodes[0].master_offset();
            for (n, line) in ["3", "3 pre", "2 sized 5"].into_iter().enumerate() {
                let reply = pair.cli(0, &alloc::format!("DEBUG POPULATE {line}"));
                assert_eq!(reply == "OK", n < words, "{era} {line}: {reply}");
            }
            assert_eq!(pair.cli(0, "DEBUG POPULATE x"), wrong, "{era}");
            assert_eq!(pair.cli(0, "GET key:1"), "\"value:1\"", "{era}");
            assert_eq!(pair.cli(0, "GET sized:1"), if words == 3 { "\"value\"" } else { "(nil)" }, "{era}");
            assert_eq!(pair.cli(0, "DBSIZE"), alloc::format!("(integer) {}", [3, 6, 8][words - 1]), "{era}");
            assert_eq!(pair.info(0, "rdb_changes_since_last_save"), "0", "{era}");
            pair.cli(0, "SELECT 0");
            assert_eq!(pair.cli(0, "DBSIZE"), "(integer) 0", "{era}");
            assert_eq!(pair.nodes[0].master_offset(), offset, "{era}: the stream hears nothing");
        }
    }

    #[test]
    fn a_command_is_replicated_without_being_run_and_a_cron_stands_still() {
        for era in [Era::V6_2, Era::V7_0] {
            let config =
                if era.has(Era::V7_0) { "repl-diskless-sync-delay 0; repl-ping-replica-period 1" } else { "repl-ping-replica-period 1" };
            let mut pair = Pair::mixed(&[(era, config), (era, "slaveof 10.0.0.1 7001")]);
            pair.run_ms(4_000);
            for (target, arrives) in [("AOF", false), ("REPL", true), ("ALL", true), ("x", false)] {
                let reply = pair.cli(0, &alloc::format!("DEBUG REPLICATE {target} SET {target} 1"));
                pair.run_ms(100);
                let there = pair.cli(1, &alloc::format!("EXISTS {target}"));
                assert_eq!(
                    (reply == "OK", there == "(integer) 1"),
                    (era.has(Era::V7_0), arrives && era.has(Era::V7_0)),
                    "{era} {target}: {reply}"
                );
                assert_eq!(pair.cli(0, &alloc::format!("EXISTS {target}")), "(integer) 0");
            }
            assert_eq!(pair.cli(0, "DEBUG PAUSE-CRON 1"), "OK");
            pair.run_ms(1_100);
            let offset = pair.nodes[0].master_offset();
            pair.run_ms(5_000);
            assert_eq!(pair.nodes[0].master_offset(), offset, "{era}: no PING");
            assert_eq!(pair.cli(0, "DEBUG PAUSE-CRON 0"), "OK");
            pair.run_ms(3_000);
            assert!(pair.nodes[0].master_offset() > offset, "{era}");
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
