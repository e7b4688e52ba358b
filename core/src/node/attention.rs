//! Callers that depend on keys: those that wait for one (BLPOP and the like), and those that watch some (WATCH).
//!
//! Commands say what they wrote only while somebody looks ([`Attention::looks`]): nobody pays for it otherwise.

use super::conn::On;
use super::parts::Op;
use super::places::{Attention, Place, Watched};
use super::{ConnId, Node, Outbox, State};
use crate::command::{self, Block, Outcome, Reply, Run};
use crate::data::Dataset;
use crate::time::Span;
use alloc::vec::Vec;
use bytes::Bytes;

/// Commands that change databases as a whole.
fn changes_databases(words: &[Bytes]) -> bool {
    words.first().is_some_and(|name| ["flushall", "flushdb", "swapdb"].iter().any(|w| name.eq_ignore_ascii_case(w.as_bytes())))
}

impl Node {
    // ---- WATCH

    pub(super) fn watch(&mut self, id: ConnId, keys: &[Bytes]) -> Reply {
        let now_ms = self.ctx.unix_ms();
        let (forgives, is_past) = (self.ctx.caps.watch_forgives_expired, |when: i64| now_ms > when);
        let Some(conn) = self.conns.get_mut(&id) else { return Reply::None };
        if conn.multi.is_some() {
            return Reply::error("ERR WATCH inside MULTI is not allowed");
        }
        for key in keys {
            let place = (conn.db, key.clone());
            if conn.watch.keys.iter().any(|watched| watched.place == place) {
                continue;
            }
            let expired = forgives && self.data.expiry(conn.db, key).is_some_and(is_past);
            self.attention.watched.entry(place.clone()).or_default().push(id);
            conn.watch.keys.push(Watched { place, expired });
        }
        Reply::OK
    }
    /// UNWATCH; EXEC and DISCARD end all watching too.
    pub(super) fn unwatch(&mut self, id: ConnId) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        for watched in core::mem::take(&mut conn.watch).keys {
            Attention::leave(&mut self.attention.watched, &watched.place, id);
        }
    }
    /// Whether EXEC finds that something happened to what the caller watches.
    pub(super) fn watch_broken(&self, id: ConnId) -> bool {
        let Some(conn) = self.conns.get(&id) else { return false };
        let now_ms = self.ctx.unix_ms();
        let gone = |w: &Watched| !w.expired && self.data.expiry(w.place.0, &w.place.1).is_some_and(|when| now_ms > when);
        conn.watch.broken || (self.ctx.caps.watch_sees_expiry && conn.watch.keys.iter().any(gone))
    }
    /// A key was changed: all who watch it know.
    fn touch(&mut self, place: &Place) {
        let there = self.data.contains(place.0, &place.1);
        self.touch_as(place, there);
    }
    fn touch_as(&mut self, place: &Place, there: bool) {
        for id in self.attention.watched.get(place).into_iter().flatten() {
            let Some(conn) = self.conns.get_mut(id) else { continue };
            match conn.watch.keys.iter_mut().find(|w| w.place == *place) {
                // The end of what was over already.
                Some(watched) if watched.expired => watched.expired = there,
                _ => conn.watch.broken = true,
            }
        }
    }
    /// Keys that expired by themselves: from 6.2 on those who watch them know.
    pub(super) fn touch_expired(&mut self, db: usize, key: &Bytes) {
        if self.ctx.caps.watch_sees_expiry && self.attention.looks() {
            self.touch_as(&(db, key.clone()), false);
        }
    }
    /// All databases are thrown away, for a full resynchronisation.
    pub(super) fn touch_all(&mut self) {
        let places: Vec<Place> = self.attention.watched.keys().filter(|(db, key)| self.data.contains(*db, key)).cloned().collect();
        for place in places {
            self.touch(&place);
        }
    }

    /// What must be known before a command runs, to tell afterwards what it did: the data, where whole databases change and somebody looks.
    pub(super) fn before(&self, words: &[Bytes]) -> Option<Dataset> {
        (self.attention.looks() && changes_databases(words)).then(|| self.data.clone())
    }
    /// Tells those who watch, and remembers those who may be served, after a command.
    pub(super) fn notice(&mut self, words: &[Bytes], before: Option<&Dataset>, outcome: &Outcome) {
        for (db, key) in &outcome.expired {
            self.touch_expired(*db, key);
        }
        for place in &outcome.written.keys {
            self.touch(place);
            if self.attention.blocked.contains_key(place) {
                self.attention.ready.push(place.clone());
            }
        }
        let databases = &outcome.written.databases;
        if databases.is_empty() {
            return;
        }
        let swaps = words[0].eq_ignore_ascii_case(b"swapdb");
        if !swaps || self.ctx.caps.watch_sees_swap {
            let was_there = |(db, key): &Place| before.is_some_and(|data| data.contains(*db, key)) || self.data.contains(*db, key);
            let touched = self.attention.watched.keys().filter(|place| databases.contains(&place.0) && was_there(place));
            for place in touched.cloned().collect::<Vec<_>>() {
                self.touch(&place);
            }
        }
        let waited = self.attention.blocked.keys().filter(|(db, key)| databases.contains(db) && self.data.contains(*db, key));
        let waited: Vec<Place> = waited.cloned().collect();
        self.attention.ready.extend(waited);
    }

    // ---- waiting

    /// Lets a caller wait for keys.
    pub(super) fn block(&mut self, id: ConnId, block: Block) {
        let until = (block.timeout_ms > 0).then(|| self.ctx.time() + Span::from_millis(block.timeout_ms));
        let Some(conn) = self.conns.get_mut(&id) else { return };
        for key in &block.keys {
            let ids = self.attention.blocked.entry((conn.db, key.clone())).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        conn.state = State::Blocked { on: On::Keys { db: conn.db, block }, until };
    }
    /// Ends a caller's wait for keys.
    fn unblock(&mut self, id: ConnId) {
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
    /// A caller that waited gets this instead of what it waited for.
    pub(super) fn end_wait(&mut self, id: ConnId, reply: &Reply) {
        self.unblock(id);
        self.send_reply(id, reply, super::gate::ReplyKind::Caller);
    }
    /// A caller is gone, or will be: nobody is to be told any more.
    pub(super) fn forget_attention(&mut self, id: ConnId) {
        self.unwatch(id);
        self.unblock(id);
    }

    /// Serves who waits for keys that were written: in the order of the keys, at each key in the order of arrival. What that writes may serve others.
    /// What each caller gets travels by itself, never as one transaction.
    pub(super) fn serve_ready(&mut self, out: &mut Outbox) {
        while !self.attention.ready.is_empty() {
            for (db, key) in core::mem::take(&mut self.attention.ready) {
                let waiting = self.attention.blocked.get(&(db, key.clone())).cloned().unwrap_or_default();
                for id in waiting {
                    for op in self.serve_waiting(id, db, &key, out) {
                        self.propagate(Vec::from([op]), out);
                    }
                }
            }
        }
    }
    fn serve_waiting(&mut self, id: ConnId, db: usize, key: &Bytes, out: &mut Outbox) -> Vec<Op> {
        let mut ops = Vec::new();
        let Some(State::Blocked { on: On::Keys { block, .. }, .. }) = self.conns.get(&id).map(|c| &c.state) else { return ops };
        if self.data.get(db, key).is_none_or(|value| value.type_of() != block.kind) {
            return ops;
        }
        let words = block.with_key(key);
        let Some(Run::Data(run)) = command::lookup(&words[0], self.ctx.era).map(|spec| spec.run) else { return ops };
        let outcome = self.run_data(run, db, &words, super::gate::Whom::Woken);
        if outcome.block.is_some() {
            return ops;
        }
        super::gate::collect(db, &words, &outcome, &mut ops);
        self.changed(db, &words, &outcome.effect);
        for (_, key) in &outcome.expired {
            self.note_expired(key, out);
        }
        self.end_wait(id, &outcome.reply);
        let offset = self.served.offset().0;
        if let Some(conn) = self.conns.get_mut(&id) {
            conn.wait_offset = offset;
        }
        ops
    }
    /// Callers whose time to wait for keys is over.
    pub(super) fn expire_blocked(&mut self) {
        let now = self.ctx.now();
        let late: Vec<ConnId> = self
            .conns
            .values()
            .filter(|c| matches!(c.state, State::Blocked { on: On::Keys { .. }, until: Some(until) } if until <= now))
            .map(|c| c.pipe.id)
            .collect();
        for id in late {
            self.end_wait(id, &Reply::NilArray);
        }
    }
}
