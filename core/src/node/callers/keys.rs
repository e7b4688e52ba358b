//! Callers that depend on keys: those that wait for one (BLPOP and the like), and those that watch some (WATCH).
//!
//! Commands say what they wrote only while somebody looks ([`Callers::look`]): nobody pays for it otherwise.

use super::Callers;
use crate::command::{Block, Outcome, Reply};
use crate::data::Dataset;
use crate::fact::DataType;
use crate::node::ConnId;
use crate::node::conn::{On, State};
use crate::node::ctx::Ctx;
use crate::node::places::{Attention, Place, Watched};
use crate::time::Time;
use alloc::vec::Vec;
use bytes::Bytes;

/// Commands that change databases as a whole.
fn changes_databases(words: &[Bytes]) -> bool {
    words.first().is_some_and(|name| ["flushall", "flushdb", "swapdb"].iter().any(|w| name.eq_ignore_ascii_case(w.as_bytes())))
}

/// Whether a key holds what somebody could wait for. Other kinds wake nobody, and if their time has passed nobody finds out.
fn may_serve(data: &Dataset, (db, key): &Place) -> bool {
    data.get(*db, key).is_some_and(|value| matches!(value.type_of(), DataType::List | DataType::ZSet | DataType::Stream))
}

impl Callers {
    /// Whether anybody looks at any key.
    #[inline]
    pub(in crate::node) fn look(&self) -> bool {
        self.attention.looks()
    }

    // ---- WATCH

    #[cold]
    pub(in crate::node) fn watch(&mut self, id: ConnId, keys: &[Bytes], data: &Dataset, ctx: &Ctx) -> Reply {
        let now_ms = ctx.unix_ms();
        let (forgives, is_past) = (ctx.caps.watch_forgives_expired, |when: i64| now_ms > when);
        let Some(conn) = self.conns.get_mut(&id) else { return Reply::None };
        if conn.multi.is_some() {
            return Reply::error("ERR WATCH inside MULTI is not allowed");
        }
        for key in keys {
            let place = (conn.db, key.clone());
            if conn.watch.keys.iter().any(|watched| watched.place == place) {
                continue;
            }
            let expired = forgives && data.expiry(conn.db, key).is_some_and(is_past);
            self.attention.watched.entry(place.clone()).or_default().push(id);
            conn.watch.keys.push(Watched { place, expired });
        }
        Reply::OK
    }
    /// UNWATCH; EXEC and DISCARD end all watching too.
    #[cold]
    pub(in crate::node) fn unwatch(&mut self, id: ConnId) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        for watched in core::mem::take(&mut conn.watch).keys {
            Attention::leave(&mut self.attention.watched, &watched.place, id);
        }
    }
    /// Whether EXEC finds that something happened to what the caller watches.
    pub(in crate::node) fn watch_broken(&self, id: ConnId, data: &Dataset, ctx: &Ctx) -> bool {
        let Some(conn) = self.conns.get(&id) else { return false };
        let now_ms = ctx.unix_ms();
        let gone = |w: &Watched| !w.expired && data.expiry(w.place.0, &w.place.1).is_some_and(|when| now_ms > when);
        conn.watch.broken || (ctx.caps.watch_sees_expiry && conn.watch.keys.iter().any(gone))
    }
    /// A key was changed: all who watch it know. `there`: it is there now.
    fn touch(&mut self, place: &Place, there: bool) {
        for id in self.attention.watched.get(place).into_iter().flatten() {
            let Some(conn) = self.conns.get_mut(id) else { continue };
            match conn.watch.keys.iter_mut().find(|w| w.place == *place) {
                // The end of what was over already.
                Some(watched) if watched.expired => watched.expired = there,
                _ => conn.watch.broken = true,
            }
        }
    }
    /// The database of a key was emptied or exchanged for another. `now`: the time to live of what stands under the key now, if something does.
    fn touch_exchanged(&mut self, place: &Place, was_there: bool, now: Option<Option<i64>>, ctx: &Ctx) {
        let Some(expiry) = now else {
            if was_there {
                self.touch(place, false);
            }
            return;
        };
        let stale = ctx.caps.watch_forgives_expired && expiry.is_some_and(|when| ctx.unix_ms() > when);
        for id in self.attention.watched.get(place).into_iter().flatten() {
            let Some(conn) = self.conns.get_mut(id) else { continue };
            match conn.watch.keys.iter_mut().find(|w| w.place == *place) {
                // Nothing, or what was over, gives way to what is over.
                Some(watched) if stale && (watched.expired || !was_there) => watched.expired = true,
                _ => conn.watch.broken = true,
            }
        }
    }
    /// Keys that expired by themselves: from 6.2 on those who watch them know.
    pub(in crate::node) fn touch_expired(&mut self, db: usize, key: &Bytes, ctx: &Ctx) {
        if ctx.caps.watch_sees_expiry && self.look() {
            self.touch(&(db, key.clone()), false);
        }
    }
    /// All databases are thrown away, for a full resynchronisation.
    pub(in crate::node) fn touch_all(&mut self, data: &Dataset) {
        let places: Vec<Place> = self.attention.watched.keys().filter(|(db, key)| data.contains(*db, key)).cloned().collect();
        for place in places {
            self.touch(&place, false);
        }
    }

    /// What must be known before a command runs, to tell afterwards what it did: the data, where whole databases change and somebody looks.
    pub(in crate::node) fn before(&self, words: &[Bytes], data: &Dataset) -> Option<Dataset> {
        (self.look() && changes_databases(words)).then(|| data.clone())
    }
    /// Tells those who watch, and remembers those who may be served, after a command.
    pub(in crate::node) fn notice(&mut self, words: &[Bytes], before: Option<&Dataset>, outcome: &Outcome, data: &Dataset, ctx: &Ctx) {
        for (db, key) in &outcome.expired {
            self.touch_expired(*db, key, ctx);
        }
        for place in &outcome.written.keys {
            self.touch(place, data.contains(place.0, &place.1));
            if self.attention.blocked.contains_key(place) && may_serve(data, place) {
                self.attention.ready.push(place.clone());
            }
        }
        let databases = &outcome.written.databases;
        if databases.is_empty() {
            return;
        }
        let swaps = words[0].eq_ignore_ascii_case(b"swapdb");
        if !swaps || ctx.caps.watch_sees_swap {
            let watched: Vec<Place> = self.attention.watched.keys().filter(|place| databases.contains(&place.0)).cloned().collect();
            for place in watched {
                let was_there = before.is_some_and(|data| data.contains(place.0, &place.1));
                self.touch_exchanged(&place, was_there, data.entry(place.0, &place.1).map(|(_, expiry)| expiry), ctx);
            }
        }
        let waited = self.attention.blocked.keys().filter(|place| databases.contains(&place.0) && may_serve(data, place));
        let waited: Vec<Place> = waited.cloned().collect();
        self.attention.ready.extend(waited);
    }

    // ---- waiting

    /// Lets a caller wait for keys, until this moment at most.
    pub(in crate::node) fn wait_for_keys(&mut self, id: ConnId, block: Block, until: Option<Time>) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        for key in &block.keys {
            let ids = self.attention.blocked.entry((conn.db, key.clone())).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        conn.state = State::Blocked { on: On::Keys { db: conn.db, block }, until };
    }
    /// What a caller waits for, if it waits for keys.
    pub(in crate::node) fn waits_for_keys(&self, id: ConnId) -> Option<&Block> {
        match &self.conns.get(&id)?.state {
            State::Blocked { on: On::Keys { block, .. }, .. } => Some(block),
            _ => None,
        }
    }
    /// Ends a caller's wait for keys.
    fn leave_keys(&mut self, id: ConnId) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        if !matches!(conn.state, State::Blocked { on: On::Keys { .. }, .. }) {
            return;
        }
        if let State::Blocked { on: On::Keys { db, block }, .. } = core::mem::replace(&mut conn.state, State::Serving) {
            for key in block.keys {
                Attention::leave(&mut self.attention.blocked, &(db, key), id);
            }
        }
        if conn.parser.pending_len() > 0 {
            self.resume.insert(id);
        }
    }
    /// A caller that waited for keys gets this instead of what it waited for.
    pub(in crate::node) fn end_wait(&mut self, id: ConnId, reply: &Reply) {
        self.leave_keys(id);
        self.reply(id, reply, super::ReplyKind::Caller);
    }
    /// A caller is gone, or will be: no key is to tell it anything any more.
    pub(in crate::node) fn forget_keys(&mut self, id: ConnId) {
        self.unwatch(id);
        self.leave_keys(id);
    }
    /// The keys that were written and that somebody waits for, each with those who wait in the order of arrival; in the order of the writes. Empty once
    /// nobody has to be served.
    pub(in crate::node) fn take_ready(&mut self) -> Vec<Place> {
        core::mem::take(&mut self.attention.ready)
    }
    /// Who waits for a key, in the order of arrival.
    pub(in crate::node) fn waiting_for(&self, place: &Place) -> Vec<ConnId> {
        self.attention.blocked.get(place).cloned().unwrap_or_default()
    }
    /// Whether some key that was written may serve somebody.
    #[inline]
    pub(in crate::node) fn has_ready(&self) -> bool {
        !self.attention.ready.is_empty()
    }
}
