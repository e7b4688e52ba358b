//! The pause that holds commands back: CLIENT PAUSE, and that of a failover.

use super::Callers;
use crate::command::{self, Run, ServerCmd};
use crate::node::ConnId;
use crate::node::conn::{On, State};
use crate::node::ctx::Ctx;
use crate::node::parts::Pause;
use crate::time::Time;
use alloc::vec::Vec;
use bytes::Bytes;

impl Callers {
    /// Whether a command is held back: by a pause, or by a SHUTDOWN that waits for replicas (`ends`). Replicas are never held back.
    pub(in crate::node) fn holds_back(&self, id: ConnId, words: &[Bytes], ends: bool, ctx: &Ctx) -> bool {
        if !ends && self.pause.is_none() {
            return false;
        }
        let Some(conn) = self.conns.get(&id).filter(|c| c.session.is_none()) else { return false };
        if self.pause.is_some_and(|p| !p.writes_only) {
            return true;
        }
        let Some(spec) = command::lookup(&words[0], ctx.era) else { return false };
        let writes = |words: &[Bytes]| command::lookup(&words[0], ctx.era).is_some_and(|s| (s.flags)(ctx.era).write);
        match spec.run {
            Run::Server(ServerCmd::Exec) => conn.multi.as_ref().is_some_and(|m| m.queued.iter().any(|words| writes(words))),
            Run::Server(ServerCmd::Publish) => self.pause.is_some(),
            _ => (spec.flags)(ctx.era).write,
        }
    }
    /// Whether there is a pause.
    pub(in crate::node) const fn paused(&self) -> bool {
        self.pause.is_some()
    }
    /// When it ends.
    pub(in crate::node) fn pause_ends(&self) -> Option<Time> {
        self.pause.map(|pause| pause.until)
    }
    /// CLIENT PAUSE: a pause is made longer and stricter (6.2), never shorter or milder.
    pub(in crate::node) fn pause(&mut self, until: Time, writes_only: bool, ctx: &Ctx) {
        self.pause = Some(match self.pause {
            Some(old) if ctx.caps.pause_writes => Pause { until: old.until.max(until), writes_only: old.writes_only && writes_only },
            Some(old) => Pause { until: old.until.max(until), writes_only },
            None => Pause { until, writes_only },
        });
    }
    /// Holds writes back until [`Callers::unpause`]: a failover is under way.
    pub(in crate::node) fn pause_writes(&mut self) {
        let writes_only = self.pause.is_none_or(|p| p.writes_only);
        self.pause = Some(Pause { until: Time::ZERO + crate::limits::SPAN_MAX, writes_only });
    }
    /// Ends the pause, whoever began it. Whether there was one.
    pub(in crate::node) const fn unpause(&mut self) -> bool {
        self.pause.take().is_some()
    }
    /// Ends the pause if its time is over. Whether it did.
    pub(in crate::node) fn end_pause(&mut self, now: Time) -> bool {
        self.pause.take_if(|pause| pause.until <= now).is_some()
    }
    /// What was held back, in the order of the conns.
    pub(in crate::node) fn held_back(&self) -> Vec<(ConnId, Vec<Bytes>)> {
        let held = self.conns.values().filter_map(|conn| match &conn.state {
            State::Blocked { on: On::Pause(words), .. } => Some((conn.pipe.id, words.clone())),
            _ => None,
        });
        held.collect()
    }
}
