//! What happens by itself: serverCron each 100 ms, the replication cron each second (REDIS.md §5).

use super::{ConnId, Node, Outbox, State};
use alloc::vec::Vec;
use bytes::Bytes;

/// Keys that one tick may expire; what is left waits for the next.
const EXPIRE_BUDGET: usize = 1_000;

impl Node {
    /// serverCron: asynchronous closes, expiry, children, and each tenth time (at `hz` 10) the replication cron.
    pub(super) fn tick(&mut self, out: &mut Outbox) {
        let second = self.clock.second_is_next();
        let seconds = self.clock.seconds();
        self.clock.begin(self.now + self.busy);
        self.close_doomed(out);
        self.expire_keys(out);
        self.reap_child(out);
        if second {
            self.cron_for_upstream(out);
            self.cron_for_replicas(seconds, out);
        }
        self.clock.end(self.now + self.busy);
    }

    fn close_doomed(&mut self, out: &mut Outbox) {
        let doomed: Vec<(ConnId, &'static str)> = self
            .conns
            .values()
            .filter_map(|c| if let State::Doomed { why, .. } = c.state { Some((c.pipe.id, why)) } else { None })
            .collect();
        for (id, why) in doomed {
            self.drop_conn(id, why, true, out);
        }
    }

    /// A master deletes what has expired, and says so in the stream.
    fn expire_keys(&mut self, out: &mut Outbox) {
        if self.upstream.is_some() {
            return;
        }
        let now_ms = self.unix_ms();
        for (db, key) in crate::command::active_expire(&mut self.data, now_ms, EXPIRE_BUDGET) {
            self.note_expired(&key, out);
            self.feed(db, &[Bytes::from_static(b"DEL"), key], out);
        }
    }
}
