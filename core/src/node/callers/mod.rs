//! The callers of a server: who is connected, who is served, who waits for what (docs/redis.md §1.8, §2.10).
//!
//! Who waits or watches, who comes next and who is paused is written in this folder alone. What a conn holds beside that (its name, its database, its open
//! MULTI) is the business of the commands about it, which get it by [`Callers::get_mut`].

mod conns;
mod keys;
mod pause;
mod pubsub;
mod replies;
mod round;
#[cfg(test)]
mod tests;
mod waiting;

pub(super) use conns::Conns;
pub(super) use replies::ReplyKind;
pub(super) use waiting::Waiter;

use round::Round;

use super::ConnId;
use super::api::Address;
use super::conn::{Conn, On, Pipe, State};
use super::ctx::Ctx;
use super::parts::Pauses;
use super::places::Attention;
use super::topics::Subscriptions;
use crate::fact::SessionEnd;
use crate::planted::Bug;
use crate::resp;
use crate::time::Time;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use bytes::Bytes;

/// What the states of all conns ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Asks {
    /// Some conn is closed at the next tick.
    pub(super) doomed: bool,
    /// When the first of those who wait stops waiting.
    pub(super) until: Option<Time>,
    /// Some caller's output has grown beyond its fixed buffer.
    pub(super) overflows: bool,
}

/// Everybody who is connected to a server, replicas too.
#[derive(Clone)]
pub(super) struct Callers {
    conns: Conns,
    next_seq: u64,
    /// Conns with requests left over.
    resume: BTreeSet<ConnId>,
    /// Where conns with something to send are gathered: reused, always empty between inputs.
    gathered: Vec<ConnId>,
    /// To whose overflow list something was added, so that limits are to be looked at.
    added: BTreeSet<ConnId>,
    /// Who looks at which keys.
    attention: Attention,
    /// Who listens to what.
    subscriptions: Subscriptions,
    /// CLIENT PAUSE, and the pause of a failover.
    pauses: Pauses,
    /// Whom the next ticks look at.
    round: Round,
    /// How many callers MONITOR.
    monitors: usize,
}
impl Default for Callers {
    fn default() -> Callers {
        Callers {
            conns: Conns::default(),
            next_seq: 2,
            resume: BTreeSet::new(),
            gathered: Vec::new(),
            added: BTreeSet::new(),
            attention: Attention::default(),
            subscriptions: Subscriptions::default(),
            pauses: Pauses::default(),
            round: Round::default(),
            monitors: 0,
        }
    }
}

impl Callers {
    // ---- coming and going

    /// A caller has come.
    pub(super) fn accept(&mut self, id: ConnId, room: u64, peer: Address, ctx: &Ctx) {
        let authenticated = (ctx.caps.trusts_from_birth || ctx.bugs.has(Bug::PasswordLeavesIn)) && ctx.conf.requirepass.is_empty();
        let seq = self.next_seq;
        self.next_seq += 1;
        let mut conn = Conn::new(
            Pipe::new(id, room, ctx.caps.reply_list).allocated_by(ctx.settings.allocator),
            seq,
            peer,
            ctx.cached_s(),
            authenticated,
        );
        conn.parser = resp::Parser::new().with_greedy_newline(ctx.caps.greedy_newline);
        self.conns.insert(id, conn);
        self.round.joins(id);
    }
    /// A caller is gone: nothing waits for it or for anything on its behalf.
    pub(super) fn remove(&mut self, id: ConnId) -> Option<Conn> {
        self.forget_keys(id);
        self.unsubscribe_from_all(id);
        let conn = self.conns.remove(&id)?;
        self.monitors -= usize::from(conn.monitors);
        self.resume.remove(&id);
        self.pauses.forget(id);
        self.round.leaves(id);
        Some(conn)
    }
    /// One read. Whether there is such a caller.
    pub(super) fn received(&mut self, id: ConnId, bytes: &Bytes, (now, now_s): (Time, i64)) -> bool {
        let Some(conn) = self.conns.get_mut(&id) else { return false };
        conn.active_s = now_s;
        (conn.usage.has_read, conn.usage.read_at) = (true, now);
        conn.parser.feed(bytes);
        true
    }

    // ---- who is there

    pub(super) const fn conns(&self) -> &Conns {
        &self.conns
    }
    pub(super) const fn conns_mut(&mut self) -> &mut Conns {
        &mut self.conns
    }
    #[inline]
    pub(super) fn get(&self, id: ConnId) -> Option<&Conn> {
        self.conns.get(&id)
    }
    #[inline]
    pub(super) fn get_mut(&mut self, id: ConnId) -> Option<&mut Conn> {
        self.conns.get_mut(&id)
    }
    /// The database that a caller has selected.
    #[inline]
    pub(super) fn db(&self, id: ConnId) -> usize {
        self.conns.get(&id).map_or(0, |conn| conn.db)
    }
    /// Whether somebody MONITORs.
    pub(super) const fn monitored(&self) -> bool {
        self.monitors > 0
    }
    /// A caller begins or ceases to MONITOR.
    pub(super) fn monitor(&mut self, id: ConnId, monitors: bool) {
        if let Some(conn) = self.conns.get_mut(&id) {
            self.monitors = self.monitors + usize::from(monitors) - usize::from(conn.monitors);
            conn.monitors = monitors;
        }
    }

    // ---- whose turn it is

    /// A caller's requests are answered again, or its conn is on its way out.
    pub(super) fn set_state(&mut self, id: ConnId, state: State) {
        if let Some(conn) = self.conns.get_mut(&id) {
            conn.state = state;
        }
    }
    /// A caller waits.
    pub(super) fn wait(&mut self, id: ConnId, on: On, until: Option<Time>) {
        self.set_state(id, State::Blocked { on, until });
    }
    /// What a caller has sent already is looked at in a later turn.
    pub(super) fn serve_later(&mut self, id: ConnId) {
        self.resume.insert(id);
    }
    /// Those whose later turn this is.
    pub(super) fn take_turns(&mut self) -> BTreeSet<ConnId> {
        core::mem::take(&mut self.resume)
    }
    /// Whether somebody has requests left over.
    pub(super) fn has_turns(&self) -> bool {
        !self.resume.is_empty()
    }
    /// What the states of all conns ask for.
    #[inline]
    pub(super) fn asks(&self) -> Asks {
        let mut asks = Asks::default();
        for conn in self.conns.values() {
            match conn.state {
                State::Blocked { until: Some(until), .. } => asks.until = Some(asks.until.map_or(until, |first| first.min(until))),
                State::Doomed { at_cron, .. } => asks.doomed |= at_cron,
                _ => {}
            }
            asks.overflows |= conn.pipe.overflows() && conn.session.is_none();
        }
        asks
    }
    /// Whether some caller's output may be over a limit of its class, or has a soft limit's time running: clientsCron then has something to look at.
    pub(super) fn limits_near(&self, ctx: &Ctx) -> bool {
        self.conns.values().filter(|conn| conn.session.is_none() && conn.pipe.overflows()).any(|conn| {
            let limit = ctx.conf.output_limits[conn.class(&ctx.caps) as usize];
            let near = [limit.hard, limit.soft].into_iter().any(|limit| limit > 0 && conn.pipe.used() >= limit);
            (near || conn.soft_since_s.is_some()) && !matches!(conn.state, State::Doomed { .. })
        })
    }
    /// Who is to be closed: at a tick everybody who is doomed, before a sleep only those who need not wait for one.
    pub(super) fn doomed(&self, tick: bool) -> Vec<(ConnId, SessionEnd)> {
        let doomed = self.conns.values().filter_map(|conn| match conn.state {
            State::Doomed { at_cron, why } if tick || !at_cron => Some((conn.pipe.id, why)),
            _ => None,
        });
        doomed.collect()
    }
    /// Who has something to send, as `may_send` says, in a list that is given back by [`Callers::sent`]; and whether somebody is to be closed before.
    #[inline]
    pub(super) fn gather(&mut self, may_send: impl Fn(&Conn) -> bool) -> (Vec<ConnId>, bool) {
        let mut gathered = core::mem::take(&mut self.gathered);
        let mut doomed = false;
        for conn in self.conns.values() {
            if may_send(conn) {
                gathered.push(conn.pipe.id);
            }
            doomed |= matches!(conn.state, State::Doomed { at_cron: false, .. });
        }
        (gathered, doomed)
    }
    /// The list is used again.
    pub(super) fn sent(&mut self, mut gathered: Vec<ConnId>) {
        gathered.clear();
        self.gathered = gathered;
    }
}
