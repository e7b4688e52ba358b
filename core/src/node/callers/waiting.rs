//! Callers that wait for something else than keys: for replicas (WAIT), for a file, for the end of the process; and what ticks do to those who have waited,
//! or been silent, for long enough.

use super::Callers;
use crate::node::ConnId;
use crate::node::conn::{On, State};
use crate::node::ctx::Ctx;
use crate::node::parts::over;
use crate::planted::Bug;
use crate::time::Time;
use alloc::vec::Vec;

/// A caller in WAIT or WAITAOF.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::node) struct Waiter {
    pub(in crate::node) id: ConnId,
    /// How many replicas it wants.
    pub(in crate::node) asked: i64,
    /// At which offset.
    pub(in crate::node) offset: i64,
    /// Whether their append-only files count: WAITAOF.
    pub(in crate::node) files: bool,
}

impl Callers {
    /// Everybody in WAIT.
    pub(in crate::node) fn waiters(&self) -> Vec<Waiter> {
        self.conns.keys().filter_map(|id| self.waiter(*id)).collect()
    }
    /// A caller, if it is in WAIT.
    pub(in crate::node) fn waiter(&self, id: ConnId) -> Option<Waiter> {
        match self.conns.get(&id)?.state {
            State::Blocked { on: On::Replicas { asked, offset, files }, .. } => Some(Waiter { id, asked, offset, files }),
            _ => None,
        }
    }
    /// A caller has waited.
    pub(in crate::node) fn has_waited(&mut self, id: ConnId) {
        let files = self.waiter(id).is_some_and(|waiter| waiter.files);
        if let Some(conn) = self.conns.get_mut(&id) {
            conn.state = State::Serving;
            conn.last_command = if files { "waitaof" } else { "wait" };
        }
    }
    /// A command was run for a caller: what it waits for in WAIT is the stream up to here.
    pub(in crate::node) fn wrote(&mut self, id: ConnId, offset: i64) {
        if let Some(conn) = self.conns.get_mut(&id) {
            conn.wait_offset = offset;
        }
    }
    /// Those who asked for the end of the process.
    pub(in crate::node) fn wait_for_end(&self) -> Vec<ConnId> {
        self.ids(|state| matches!(state, State::Blocked { on: On::Shutdown, .. }))
    }
    /// Whether a caller waits for something in which a real process stands: the end of a load, a file.
    pub(in crate::node) fn stands(&self, id: ConnId) -> bool {
        self.conns.get(&id).is_some_and(|conn| matches!(conn.state, State::Blocked { on: On::Reload | On::Disk | On::Shutdown, .. }))
    }
    /// Everybody who waits for whatever but the end of a pause.
    pub(in crate::node) fn wait_at_all(&self) -> Vec<ConnId> {
        self.ids(|state| matches!(state, State::Blocked { on, .. } if !matches!(on, On::Pause(_))))
    }
    fn ids(&self, is: impl Fn(&State) -> bool) -> Vec<ConnId> {
        self.conns.values().filter(|conn| is(&conn.state)).map(|conn| conn.pipe.id).collect()
    }
}

impl Callers {
    // ---- ticks

    /// So many ticks passed that had nothing to do.
    pub(in crate::node) fn ticks_passed(&mut self, ticks: u64, ctx: &Ctx) {
        self.round.ticks_passed(ticks, ctx);
    }
    /// One tick, which looks at these. `linked`: there is a live link to a master.
    pub(in crate::node) fn ticked(&mut self, linked: bool, ctx: &Ctx) -> Vec<ConnId> {
        self.round.ticked(linked, ctx)
    }
    /// Whether a caller's time to wait is over.
    pub(in crate::node) fn waited_enough(&self, id: ConnId, now: Time) -> bool {
        self.conns.get(&id).is_some_and(|conn| matches!(conn.state, State::Blocked { until: Some(until), .. } if over(until) <= now))
    }
    /// Those whose time to wait is over, in the order in which it ended.
    pub(in crate::node) fn all_waited_enough(&self, now: Time) -> Vec<ConnId> {
        let late = self.conns.values().filter_map(|conn| match conn.state {
            State::Blocked { until: Some(until), .. } if over(until) <= now => Some((until.as_millis(), conn.seq, conn.pipe.id)),
            _ => None,
        });
        let mut late: Vec<(u64, u64, ConnId)> = late.collect();
        crate::order::sort_by_key(&mut late, |(until, seq, _)| (*until, *seq));
        late.into_iter().map(|(_, _, id)| id).collect()
    }

    // ---- `timeout`

    /// The unix second from which on a caller counts as idle; `None`: never. Replicas, who MONITORs or has subscribed, and who waits are
    /// never idle.
    pub(in crate::node) fn idle_from_s(&self, id: ConnId, ctx: &Ctx) -> Option<i64> {
        let limit = Some(ctx.conf.timeout).filter(|limit| *limit > 0 && !ctx.bugs.has(Bug::IdleStays))?;
        let conn = self.conns.get(&id)?;
        let idles = conn.session.is_none() && !conn.monitors && !conn.subscribed.any() && !matches!(conn.state, State::Blocked { .. });
        idles.then(|| conn.active_s.saturating_add(limit).saturating_add(1))
    }
    /// The first such second.
    pub(in crate::node) fn first_idle_s(&self, ctx: &Ctx) -> Option<i64> {
        if ctx.conf.timeout <= 0 {
            return None;
        }
        self.conns.keys().filter_map(|id| self.idle_from_s(*id, ctx)).min()
    }
}
