//! The periodic work of a server: serverCron each 100 ms, the replication cron each second (docs/redis.md §5).

use super::lines::Saving;
use super::{ChildPurpose, ConnId, Node, Outbox, State};
use crate::fact::SessionEnd;
use crate::planted::Bug;
use alloc::vec::Vec;
use bytes::Bytes;

/// Keys that one tick may expire; what is left waits for the next.
const EXPIRE_BUDGET: usize = 1_000;
/// Seconds after a failed BGSAVE before a save point tries again.
const SAVE_RETRY_S: i64 = 5;

impl Node {
    /// serverCron: asynchronous closes, expiry, children, and each tenth time (at `hz` 10) the replication cron.
    pub(super) fn tick(&mut self, out: &mut Outbox) {
        let second = self.clock.second_is_next();
        let seconds = self.clock.seconds();
        self.clock.begin(self.now + self.busy);
        self.close_doomed(out);
        self.watch_limits(out);
        self.expire_keys(out);
        self.start_scheduled_rewrite(out);
        self.reap_child(out);
        self.reap_rewrite(out);
        self.save_points(out);
        if second || self.failover.is_some() {
            self.advance_failover(out);
            self.cron_for_upstream(out);
            self.cron_for_replicas(seconds, out);
            if !second {
                self.clock.count_cron();
            }
        }
        self.start_scheduled_save(out);
        self.clock.end(self.now + self.busy);
    }

    /// The first save point that is reached, if any: seconds and changes.
    fn reached_save_point(&self, now_s: i64) -> Option<(i64, i64)> {
        let free = !self.any_child() && (self.last_save_ok || now_s - self.last_try_s > SAVE_RETRY_S);
        let dirty = i64::try_from(self.dirty).unwrap_or(i64::MAX);
        self.conf.save.iter().copied().find(|(seconds, changes)| free && dirty >= *changes && now_s - self.last_save_s > *seconds)
    }
    /// The unix second at which a save point will be reached if nothing more is written.
    pub(super) fn next_save_s(&self) -> Option<i64> {
        if self.any_child() {
            return None;
        }
        let dirty = i64::try_from(self.dirty).unwrap_or(i64::MAX);
        let at = self
            .conf
            .save
            .iter()
            .filter(|(_, changes)| dirty >= *changes)
            .map(|(seconds, _)| self.last_save_s.saturating_add(*seconds).saturating_add(1))
            .min()?;
        Some(if self.last_save_ok { at } else { at.max(self.last_try_s + SAVE_RETRY_S + 1) })
    }
    /// BGSAVE by itself: so many changes within so many seconds.
    fn save_points(&mut self, out: &mut Outbox) {
        let Some((seconds, changes)) = self.reached_save_point(self.cached_s()) else { return };
        self.log(Saving::SavePoint { changes, seconds }, out);
        let rdb = self.encode_rdb();
        self.fork(ChildPurpose::Save, rdb, out);
    }

    /// BGSAVE SCHEDULE: now that no other child is there.
    fn start_scheduled_save(&mut self, out: &mut Outbox) {
        let free = !self.any_child() && (self.last_save_ok || self.cached_s() - self.last_try_s > SAVE_RETRY_S);
        if self.bgsave_scheduled && free {
            self.bgsave_scheduled = false;
            let rdb = self.encode_rdb();
            self.fork(ChildPurpose::Save, rdb, out);
        }
    }

    fn close_doomed(&mut self, out: &mut Outbox) {
        let doomed: Vec<(ConnId, SessionEnd)> = self
            .conns
            .values()
            .filter_map(|c| if let State::Doomed { why, .. } = c.state { Some((c.pipe.id, why)) } else { None })
            .collect();
        for (id, why) in doomed {
            self.drop_conn(id, why, true, out);
        }
    }

    /// Whether keys that have expired are looked for.
    pub(super) const fn expires_actively(&self) -> bool {
        self.upstream.is_none() && self.active_expire && !self.pause_stops_expiry()
    }
    /// A master deletes what has expired, and says so in the stream.
    fn expire_keys(&mut self, out: &mut Outbox) {
        let own_clock = self.bugs.has(Bug::ReplicaExpires) && self.upstream.is_some();
        if !self.expires_actively() && !own_clock {
            return;
        }
        let now_ms = self.unix_ms();
        for (db, key) in crate::command::active_expire(&mut self.data, now_ms, EXPIRE_BUDGET) {
            self.note_expired(&key, out);
            self.touch_expired(db, &key);
            self.dirty += 1;
            self.count_diff(db, &[Bytes::from_static(b"DEL"), key.clone()]);
            if !self.bugs.has(Bug::ExpiryUntold) {
                self.feed(db, &[Bytes::from_static(b"DEL"), key], out);
            }
        }
    }
}
