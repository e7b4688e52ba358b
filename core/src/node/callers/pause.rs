//! The pause that holds commands back: CLIENT PAUSE, and that of a failover (docs/redis.md §2.13).
//!
//! From 3.0 to 5.0 a paused server does not look at what its callers, and its master, have sent. From 6.2 on the pause is the last thing that a command is
//! asked about: it waits, and is asked everything again when it goes on.

use super::Callers;
use crate::command::{self, Run, ServerCmd, Spec};
use crate::node::ConnId;
use crate::node::conn::{Conn, On, State};
use crate::node::ctx::Ctx;
use crate::node::parts::{Pause, over};
use crate::time::Time;
use alloc::vec::Vec;
use bytes::Bytes;

impl Callers {
    /// Whether nothing that a caller has sent is looked at (3.0–5.0). Replicas, and who MONITORs, are never paused.
    pub(in crate::node) fn stops_reading(&self, id: ConnId, ctx: &Ctx) -> bool {
        self.pauses.command.is_some() && ctx.caps.pause_stops_reading && self.conns.get(&id).is_some_and(may_pause)
    }
    /// Whether a command waits (6.2): because of a pause, or of a SHUTDOWN that waits for replicas (`ends`).
    pub(in crate::node) fn holds_back(&self, id: ConnId, spec: &Spec, ends: bool, ctx: &Ctx) -> bool {
        if (!ends && !self.paused()) || ctx.caps.pause_stops_reading {
            return false;
        }
        let Some(conn) = self.conns.get(&id).filter(|conn| may_pause(conn)) else { return false };
        if self.pauses.writes_only() == Some(false) {
            return true;
        }
        let queued = conn.multi.as_ref().map_or(&[][..], |transaction| &transaction.queued);
        may_write(spec, queued.iter().map(|words| &words[0]), ctx)
    }
    /// Whether a command of the master's stream waits, and with it everything behind it: a replica's master is a caller as others are. `queued`: the names
    /// of what its open transaction holds.
    pub(in crate::node) fn holds_stream<'a>(&self, name: Option<&Bytes>, queued: impl Iterator<Item = &'a Bytes>, ctx: &Ctx) -> bool {
        let Some(writes_only) = self.pauses.writes_only() else { return false };
        if ctx.caps.pause_stops_reading || !writes_only {
            return ctx.caps.pause_stops_reading || name.is_some();
        }
        name.and_then(|name| command::lookup(name, ctx.era)).is_some_and(|spec| may_write(spec, queued, ctx))
    }
    /// A command waits until the pause ends.
    pub(in crate::node) fn postpone(&mut self, id: ConnId, words: &[Bytes]) {
        self.wait(id, On::Pause(words.to_vec()), None);
        self.postpone_stream(id);
    }
    /// The stream on this conn waits until the pause ends.
    pub(in crate::node) fn postpone_stream(&mut self, id: ConnId) {
        if !self.pauses.postponed.contains(&id) {
            self.pauses.postponed.push(id);
        }
    }
    /// Whether writes alone are paused; `None`: nothing is.
    pub(in crate::node) const fn pauses_writes_only(&self) -> Option<bool> {
        self.pauses.writes_only()
    }
    /// Whether there is a pause.
    pub(in crate::node) const fn paused(&self) -> bool {
        self.pauses.writes_only().is_some()
    }
    /// The first moment at which it is over.
    pub(in crate::node) fn pause_over(&self) -> Option<Time> {
        self.pauses.command.map(|pause| over(pause.until))
    }
    /// CLIENT PAUSE: a pause is made longer and stricter (6.2), never shorter or milder.
    pub(in crate::node) fn pause(&mut self, until: Time, writes_only: bool, ctx: &Ctx) {
        self.pauses.command = Some(match self.pauses.command {
            Some(old) if ctx.caps.pause_writes => Pause { until: old.until.max(until), writes_only: old.writes_only && writes_only },
            Some(old) => Pause { until: old.until.max(until), writes_only },
            None => Pause { until, writes_only },
        });
    }
    /// A failover is under way: writes are held back until [`Callers::failover_ends`].
    pub(in crate::node) fn failover_begins(&mut self, ctx: &Ctx) {
        if ctx.caps.pauses_by_purpose {
            self.pauses.failover = true;
        } else {
            self.pause(Time::ZERO + crate::limits::SPAN_MAX, true, ctx);
        }
    }
    /// A failover is over, and its pause: in 6.2 every pause.
    pub(in crate::node) fn failover_ends(&mut self, ctx: &Ctx) {
        self.pauses.failover = false;
        if !ctx.caps.pauses_by_purpose {
            self.pauses.command = None;
        }
        self.pauses.goes_on = true;
    }
    /// CLIENT UNPAUSE: in 6.2 it ends that of a failover too.
    pub(in crate::node) const fn unpause(&mut self) {
        self.pauses.command = None;
        self.pauses.goes_on = true;
    }
    /// A tick ends the pause if its time is over.
    pub(in crate::node) fn end_pause(&mut self, now: Time) {
        if self.pauses.command.take_if(|pause| over(pause.until) <= now).is_some() {
            self.pauses.goes_on = true;
        }
    }
    /// Whoever waits is looked at again.
    pub(in crate::node) const fn goes_on(&mut self) {
        self.pauses.goes_on = true;
    }
    /// Those who may go on now, in their order: that of their conns up to 5.0, later that in which they were stopped. `upstream`: the conn to the master.
    pub(in crate::node) fn take_postponed(&mut self, upstream: Option<ConnId>, ctx: &Ctx) -> Vec<ConnId> {
        if !core::mem::take(&mut self.pauses.goes_on) {
            return Vec::new();
        }
        if !ctx.caps.pause_stops_reading {
            return core::mem::take(&mut self.pauses.postponed);
        }
        let mut all: Vec<ConnId> =
            self.conns.values().filter(|conn| conn.serves(&ctx.caps) && may_pause(conn)).map(|conn| conn.pipe.id).collect();
        all.extend(upstream);
        crate::order::sort_by_key(&mut all, |id| id.0);
        all
    }
    /// The command of a caller that waits for the end of a pause; the caller is served again.
    pub(in crate::node) fn take_held_back(&mut self, id: ConnId) -> Option<Vec<Bytes>> {
        let conn = self.conns.get_mut(&id)?;
        if !matches!(conn.state, State::Blocked { on: On::Pause(_), .. }) {
            return None;
        }
        match core::mem::replace(&mut conn.state, State::Serving) {
            State::Blocked { on: On::Pause(words), .. } => Some(words),
            _ => None,
        }
    }
}

/// Replicas are never paused, and neither is who MONITORs.
const fn may_pause(conn: &Conn) -> bool {
    conn.session.is_none() && !conn.monitors
}
/// Whether a command may reach the stream: by itself, or as EXEC with what is queued.
fn may_write<'a>(spec: &Spec, mut queued: impl Iterator<Item = &'a Bytes>, ctx: &Ctx) -> bool {
    match spec.run {
        Run::Server(ServerCmd::Exec) => queued.any(|name| command::lookup(name, ctx.era).is_some_and(|spec| spec.may_replicate(ctx.era))),
        _ => spec.may_replicate(ctx.era),
    }
}
