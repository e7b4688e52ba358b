//! Keys to which callers of a writable replica gave a time to live (4.0+, docs/redis.md §4.2): no master will delete them, so the replica does.
//!
//! Redis remembers names, each with a bit for each of the databases 0–63, and nothing else: whoever writes the key later, the name stays until a look finds
//! it without a time to live. Up to 3.2 nobody remembers, and such keys stay for ever.

use crate::command;
use crate::data::Dataset;
use crate::prng;
use alloc::vec::Vec;
use bytes::Bytes;

/// Databases beyond these have no bit: what is written there stays.
const DATABASES: usize = 64;
/// One tick's looks end with the one that brings the keys found alive above this.
const ALIVE_MAX: usize = 3;

/// The names that are remembered.
#[derive(Clone, Default, Debug)]
pub(super) struct OwnKeys {
    /// Names, with the databases in which they may stand, bit by bit; in no order that counts.
    names: Vec<(Bytes, u64)>,
}

impl OwnKeys {
    /// How many names are remembered: `slave_expires_tracked_keys`.
    pub(super) const fn len(&self) -> usize {
        self.names.len()
    }
    /// A caller gave this key a time to live.
    pub(super) fn remember(&mut self, db: usize, key: &Bytes) {
        if db >= DATABASES {
            return;
        }
        match self.names.iter_mut().find(|(name, _)| name == key) {
            Some((_, databases)) => *databases |= 1 << db,
            None => self.names.push((key.clone(), 1 << db)),
        }
    }
    /// All databases were emptied.
    pub(super) fn forget(&mut self) {
        self.names.clear();
    }
    /// One tick's looks at names drawn at random, as Redis takes them, until four keys were found alive. Gives those whose time has passed, removed already.
    pub(super) fn expire(&mut self, data: &mut Dataset, now_ms: i64, draw: &mut dyn FnMut() -> u64) -> Vec<(usize, Bytes)> {
        let (mut gone, mut alive) = (Vec::new(), 0);
        while !self.names.is_empty() && alive <= ALIVE_MAX {
            let at = prng::below(draw(), self.names.len() as u64) as usize;
            let (key, databases) = self.names[at].clone();
            let mut left = 0;
            for db in (0..data.databases().min(DATABASES)).filter(|db| databases >> db & 1 == 1) {
                match data.expiry(db, &key) {
                    Some(when) if now_ms > when => {
                        data.remove(db, &key);
                        gone.push((db, key.clone()));
                    }
                    Some(_) => {
                        left |= 1 << db;
                        alive += 1;
                    }
                    None => {}
                }
            }
            if left == 0 {
                self.names.swap_remove(at);
            } else {
                self.names[at].1 = left;
            }
        }
        gone
    }
}

/// Whether a command empties all databases.
pub(super) fn empties_all(words: &[Bytes], effect: &command::Effect) -> bool {
    !matches!(effect, command::Effect::None) && words.first().is_some_and(|name| name.eq_ignore_ascii_case(b"flushall"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Value;

    fn key(name: &str) -> Bytes {
        Bytes::copy_from_slice(name.as_bytes())
    }

    #[test]
    fn names_are_remembered_until_a_look_finds_no_time_to_live() {
        let (mut own, mut data, mut n) = (OwnKeys::default(), Dataset::default(), 0u64);
        let mut draw = move || {
            n += 1;
            prng::rand(1, 1, prng::Purpose::Expiry, n)
        };
        for (db, name, expiry) in [(0, "a", Some(100)), (3, "a", Some(500)), (0, "stays", None), (0, "b", Some(900))] {
            data.set(db, name.as_bytes(), Value::from(key("x")), expiry);
            own.remember(db, &key(name));
        }
        own.remember(64, &key("beyond"));
        assert_eq!(own.len(), 3);
        assert_eq!(own.expire(&mut data, 100, &mut draw), [], "a key lives through its last millisecond");
        let gone = own.expire(&mut data, 101, &mut draw);
        assert_eq!((gone, data.len(0), own.len()), (Vec::from([(0, key("a"))]), 2, 2));
        assert_eq!(own.expire(&mut data, 501, &mut draw), [(3, key("a"))]);
        assert_eq!(own.len(), 1);
        own.forget();
        assert_eq!((own.expire(&mut data, 1_000, &mut draw), data.len(0)), (Vec::new(), 2));
    }

    #[test]
    fn a_tick_looks_at_few_where_most_are_alive() {
        let (mut own, mut data, mut draws) = (OwnKeys::default(), Dataset::default(), 0u64);
        for i in 0..200u64 {
            let name = key(&alloc::format!("k{i}"));
            data.set(0, &name, Value::from(key("x")), Some(if i == 7 { 10 } else { 1_000 }));
            own.remember(0, &name);
        }
        let mut ticks = 0;
        while data.len(0) == 200 {
            let before = draws;
            own.expire(&mut data, 50, &mut || {
                draws += 1;
                prng::rand(3, 3, prng::Purpose::Expiry, draws)
            });
            assert!(draws - before <= 5, "{} looks", draws - before);
            ticks += 1;
        }
        assert!(ticks > 1, "the one that is over is not found at once");
    }
}
