//! When a node wants to be called, and what is due then: requests left over, steps of loading, ticks, ends of waiting.

use super::callers::Asks;
use super::clock::Plan;
use super::loading::Loading;
use super::{Node, Outbox};
use crate::time::Time;

impl Node {
    /// What is due: requests left over, a step of loading, ticks.
    pub(super) fn timer(&mut self, out: &mut Outbox) {
        if self.temp_tries > 0 {
            return self.retry_temp(out);
        }
        for conn in self.callers.take_turns() {
            self.serve(conn, out);
        }
        if self.loading.is_some() {
            self.load_step(out);
            return;
        }
        if self.followed.streams() {
            return self.stream_kept(out);
        }
        let due = self.ctx.clock.due(&self.plan(self.callers.asks()));
        if due.is_some_and(|due| due <= self.ctx.now()) && self.up {
            self.tick(out);
        }
    }

    pub(super) fn find_wakeup(&self) -> Option<Time> {
        if !self.up || self.exiting.is_some() || self.stands_in_a_write() {
            return None;
        }
        let soon = self.ctx.time();
        if self.temp_tries > 0 || self.loading.as_ref().is_some_and(Loading::hears) {
            return Some(soon);
        }
        if !self.callers.has_turns()
            && let Some(deadline) = self.followed.parse_deadline(&self.ctx)
        {
            return Some(deadline.max(soon));
        }
        if self.loading.is_some() || self.callers.has_turns() || self.followed.streams() {
            return Some(soon);
        }
        let mut next = self.ctx.clock.due(&self.planned);
        if let Some(shutdown) = self.shutdown {
            next = Some(next.map_or(shutdown.until, |n| n.min(shutdown.until)));
        }
        next.map(|n| n.max(soon))
    }

    /// What the next ticks are for.
    pub(super) fn plan(&self, Asks { doomed, until, overflows }: Asks) -> Plan {
        if self.loading.is_some() {
            return Plan::default();
        }
        let next_tick = self.failover.is_some()
            || self.saving.wants_tick()
            || self.expires_own()
            || (self.ctx.caps.limits_at_cron && self.served.limits_near(self.callers.conns(), &self.ctx))
            || (self.ctx.caps.limits_at_cron && overflows && self.callers.limits_near(&self.ctx))
            || doomed;
        let next_second = self.ctx.is_replica() || !self.served.replicas().is_empty() || self.served.backlog().active();
        let on_clock = |ms: i64| self.ctx.moment_of(ms);
        let save = self.saving.next_save_point_s(&self.ctx.conf).map(|s| on_clock(s.saturating_mul(1_000)));
        let expiry = if self.expires_actively() { self.next_expiry_ms().map(|ms| on_clock(ms.saturating_add(1))) } else { None };
        let idle = self.callers.first_idle_s(&self.ctx).map(|s| on_clock(s.saturating_mul(1_000)));
        let waits = until.map(super::parts::over);
        let at = [save, expiry, idle, waits, self.callers.pause_over()].into_iter().flatten().min();
        Plan { next_tick, next_second, at }
    }
}
