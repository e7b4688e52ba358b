//! The periodic work of a server: serverCron each 100 ms, the replication cron each second (docs/redis.md §5).

use super::{Node, Outbox};
use crate::fact::SessionEnd;
use crate::planted::Bug;
use crate::prng::Purpose;

/// Keys that one tick may expire; what is left waits for the next.
const EXPIRE_BUDGET: usize = 1_000;

impl Node {
    /// serverCron: asynchronous closes, expiry, children, and each tenth time (at `hz` 10) the replication cron.
    pub(super) fn tick(&mut self, out: &mut Outbox) {
        let second = self.ctx.clock.second_is_next();
        let seconds = self.ctx.clock.seconds();
        self.ctx.clock.begin(self.ctx.time());
        if self.cron_paused {
            return self.ctx.clock.end(self.ctx.time());
        }
        self.close_doomed(out);
        self.look_after_callers(out);
        self.watch_limits(out);
        self.expire_keys(out);
        self.saving.start_scheduled_rewrite(&self.data, &mut self.ctx, out);
        self.reap_child(out);
        self.reap_rewrite(out);
        self.save_points(out);
        self.callers.end_pause(self.ctx.time());
        if second || self.failover.is_some() {
            self.advance_failover(out);
            self.cron_for_upstream(out);
            self.cron_for_replicas(seconds, out);
            if !second {
                self.ctx.clock.count_cron();
            }
        }
        self.start_scheduled_save(out);
        self.ctx.clock.end(self.ctx.time());
    }

    /// BGSAVE by itself: so many changes within so many seconds.
    fn save_points(&mut self, out: &mut Outbox) {
        if self.saving.reaches_save_point(&self.ctx, out) {
            self.fork_save(out);
        }
    }

    /// BGSAVE SCHEDULE: now that no other child is there.
    fn start_scheduled_save(&mut self, out: &mut Outbox) {
        if self.saving.takes_scheduled(self.ctx.cached_s()) {
            self.fork_save(out);
        }
    }
    /// The parent looks for the child that rewrites the append-only file.
    fn reap_rewrite(&mut self, out: &mut Outbox) {
        if self.saving.reap_rewrite(&self.ctx, out) && self.ctx.caps.diskless_delay_inclusive {
            self.start_delayed_bgsave(out);
        }
    }

    /// clientsCron: whoever has waited long enough goes without (up to 5.0 here alone), and whoever was idle for longer than `timeout` is closed.
    fn look_after_callers(&mut self, out: &mut Outbox) {
        let linked = self.link_up();
        for id in self.callers.ticked(linked, &self.ctx) {
            if self.callers.waited_enough(id, self.ctx.time()) && !self.ctx.bugs.has(Bug::WaitOutlives) {
                self.end_wait(id, out);
            } else if self.callers.idle_from_s(id, &self.ctx).is_some_and(|from| self.ctx.cached_s() >= from) {
                self.drop_conn(id, SessionEnd::Closed, true, out);
            }
        }
    }

    fn close_doomed(&mut self, out: &mut Outbox) {
        for (id, why) in self.callers.doomed(true) {
            self.drop_conn(id, why, true, out);
        }
    }

    /// Whether keys that have expired are looked for.
    pub(super) const fn expires_actively(&self) -> bool {
        !self.ctx.is_replica() && self.active_expire && !self.pause_stops_expiry()
    }
    /// Whether a writable replica looks for keys to which its callers gave a time to live.
    pub(super) fn expires_own(&self) -> bool {
        self.ctx.is_replica() && self.active_expire && self.own.len() > 0 && !self.ctx.bugs.has(Bug::OwnKeysStay)
    }
    /// When the first key or field of a hash expires, as unix milliseconds.
    pub(super) fn next_expiry_ms(&self) -> Option<i64> {
        [self.data.next_expiry(), self.data.next_field_expiry()].into_iter().flatten().min()
    }
    /// Fields of hashes whose time has passed go before keys do.
    fn expire_fields(&mut self, now_ms: i64, out: &mut Outbox) {
        let lazy = self.ctx.conf.lazyfree_lazy_expire;
        for gone in crate::command::expire_fields(&mut self.data, self.ctx.era, now_ms, EXPIRE_BUDGET, lazy) {
            self.stale_fields += gone.fields as u64;
            self.callers.touch_expired(gone.db, &gone.key, &self.ctx);
            for batch in gone.batches {
                batch.iter().for_each(|words| self.saving.expired(gone.db, words));
                if !self.ctx.bugs.has(Bug::ExpiryUntold) {
                    self.propagate(batch.into_iter().map(|words| (gone.db, words)).collect(), out);
                }
            }
        }
    }
    fn expire_own_keys(&mut self, out: &mut Outbox) {
        let now_ms = self.ctx.unix_ms();
        let gone = self.own.expire(&mut self.data, now_ms, &mut || self.ctx.draw(Purpose::Expiry));
        for (db, key) in gone {
            self.note_expired(&key, out);
            self.callers.touch_expired(db, &key, &self.ctx);
            self.saving.expired(db, &crate::command::deletion(self.ctx.conf.lazyfree_lazy_expire, &key));
        }
    }
    /// A master deletes what has expired, and says so in the stream.
    fn expire_keys(&mut self, out: &mut Outbox) {
        if self.expires_own() {
            self.expire_own_keys(out);
        }
        let own_clock = self.ctx.bugs.has(Bug::ReplicaExpires) && self.ctx.is_replica();
        if !self.expires_actively() && !own_clock {
            return;
        }
        let now_ms = self.ctx.unix_ms();
        self.expire_fields(now_ms, out);
        for (db, key) in crate::command::active_expire(&mut self.data, now_ms, EXPIRE_BUDGET) {
            self.note_expired(&key, out);
            self.callers.touch_expired(db, &key, &self.ctx);
            let words = crate::command::deletion(self.ctx.conf.lazyfree_lazy_expire, &key);
            // No save point counts it.
            self.saving.expired(db, &words);
            if !self.ctx.bugs.has(Bug::ExpiryUntold) {
                self.feed(db, &words, out);
            }
        }
    }
}
