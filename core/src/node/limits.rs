//! Output limits of those who are no replicas, and clientsCron's look at everybody (docs/redis.md §2.7).

use super::conn::State;
use super::lines::Life;
use super::{ConnId, Node, Outbox};
use crate::command::directives::BufferLimit;
use crate::fact::SessionEnd;
use crate::planted::Bug;
use alloc::vec::Vec;

impl Node {
    /// The hard limit of a caller's class; 0: none.
    pub(super) fn hard_limit_of(&self, id: ConnId) -> u64 {
        self.callers.get(id).map_or(0, |conn| self.ctx.conf.output_limits[conn.class(&self.ctx.caps) as usize].hard)
    }
    /// Looks at the callers to whose output something was added: who is over a limit is closed, asynchronously.
    pub(super) fn look_at_outputs(&mut self, out: &mut Outbox) {
        while let Some(id) = self.callers.next_added() {
            if self.caller_is_over(id) {
                self.log(Life::OverLimit { client: &self.client_info(id) }, out);
                let at_cron = !self.ctx.caps.close_before_sleep;
                self.callers.set_state(id, State::Doomed { at_cron, why: SessionEnd::OutputLimit });
            }
        }
    }
    /// Whether a caller's output is over a limit of its class, so that it is to be closed; counts the time over the soft one.
    fn caller_is_over(&mut self, id: ConnId) -> bool {
        let (caps, now_s) = (self.ctx.caps, self.ctx.cached_s());
        let Some(conn) = self.callers.get_mut(id).filter(|conn| conn.session.is_none()) else { return false };
        if matches!(conn.state, State::Doomed { .. }) || !conn.pipe.overflows() || self.ctx.bugs.has(Bug::CallerLimitIgnored) {
            return false;
        }
        let limit: BufferLimit = self.ctx.conf.output_limits[conn.class(&caps) as usize];
        conn.is_over(conn.pipe.used(), limit.hard, limit, now_s)
    }

    /// clientsCron closes whoever is over a limit of its output (6.2).
    pub(super) fn watch_limits(&mut self, out: &mut Outbox) {
        if !self.ctx.caps.limits_at_cron {
            return;
        }
        let callers: Vec<ConnId> = self.callers.conns().values().filter(|conn| conn.pipe.overflows()).map(|conn| conn.pipe.id).collect();
        for id in callers {
            if self.caller_is_over(id) {
                self.close_over_limit(id, out);
            }
        }
        if !self.served.limits_near(self.callers.conns(), &self.ctx) {
            return;
        }
        for id in self.served.replicas().to_vec() {
            if self.served.closes_at_cron(id, self.callers.conns_mut(), &self.ctx) {
                self.close_over_limit(id, out);
            }
        }
        self.served.limits_seen(self.callers.conns(), &self.ctx);
    }
    fn close_over_limit(&mut self, id: ConnId, out: &mut Outbox) {
        let client = self.client_info(id);
        self.drop_conn(id, SessionEnd::OutputLimit, true, out);
        self.log(Life::ClosedOverLimit { client: &client }, out);
    }
}
