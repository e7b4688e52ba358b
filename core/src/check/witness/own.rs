//! I16: keys to which callers of a writable replica gave a time to live go once it is over (4.0+), and not before; up to 3.2 they stay (docs/redis.md §4.2).
//!
//! Such keys are no part of the stream: a swarm that writes some keeps them in a database of their own, which the other rules leave out.

use crate::node::Node;
use crate::time::{Span, Time};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use bytes::Bytes;

/// A few keys are looked at ten times a second, by chance: so long after its time each of them has been met.
const FOUND: Span = Span::from_millis(3_000);

/// What happened to a replica since the last look.
#[derive(Clone, Copy)]
pub(super) struct Happened {
    /// It loaded data, started, or is no replica.
    pub(super) anew: bool,
    /// Bytes came from somebody who is not its master.
    pub(super) by_caller: bool,
    /// Bytes came from its master.
    pub(super) by_master: bool,
    /// Since when the process has run without a pause.
    pub(super) free_since: Option<Time>,
}

/// The keys of one replica.
#[derive(Clone, Debug, Default)]
pub(super) struct Own {
    /// All keys with a time to live of the database, at the last look.
    there: BTreeMap<Bytes, i64>,
    /// Those that callers of this replica wrote, with their times.
    own: BTreeMap<Bytes, i64>,
}

impl Own {
    pub(super) fn look(&mut self, node: &Node, db: usize, now: Time, happened: Happened, say: &mut dyn FnMut(&'static str, String)) {
        let there: BTreeMap<Bytes, i64> =
            node.dataset().iter(db).filter_map(|entry| entry.expiry.map(|when| (entry.key.clone(), when))).collect();
        if there.is_empty() && self.there.is_empty() {
            return;
        }
        let before = core::mem::replace(&mut self.there, there);
        if happened.anew {
            self.own.clear();
            return;
        }
        let (deletes, now_ms) = (node.capabilities().own_keys_expire, node.unix_ms_at(now));
        if happened.by_caller {
            let new = self.there.iter().filter(|(key, when)| before.get(*key) != Some(when));
            self.own.extend(new.map(|(key, when)| (key.clone(), *when)));
        }
        let by_itself = !happened.by_caller && !happened.by_master;
        let there = &self.there;
        self.own.retain(|key, when| {
            let name = || String::from_utf8_lossy(key);
            match there.get(key) {
                Some(at) => {
                    *when = *at;
                    let late = now_ms - *at;
                    let met = happened.free_since.is_some_and(|free| now.since(free) > FOUND);
                    if deletes && met && late > FOUND.as_millis() as i64 {
                        say("I16", format!("{} was written here, and is still there {late} ms after its time", name()));
                    }
                    true
                }
                None => {
                    if by_itself && !deletes {
                        say("I16", format!("{} was written here, and went by itself", name()));
                    } else if by_itself && now_ms < *when {
                        say("I16", format!("{} was written here, and went {} ms before its time", name(), *when - now_ms));
                    }
                    false
                }
            }
        });
    }
}
