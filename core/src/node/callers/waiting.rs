//! Callers that wait for something else than keys: for replicas (WAIT), for a file, for the end of the process.

use super::Callers;
use crate::node::ConnId;
use crate::node::conn::{On, State};
use crate::time::Time;
use alloc::vec::Vec;

/// A caller in WAIT.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::node) struct Waiter {
    pub(in crate::node) id: ConnId,
    /// How many replicas it wants.
    pub(in crate::node) asked: i64,
    /// At which offset.
    pub(in crate::node) offset: i64,
}

impl Callers {
    /// Everybody in WAIT; with `late` those alone whose time is over then.
    pub(in crate::node) fn waiters(&self, late: Option<Time>) -> Vec<Waiter> {
        let waiters = self.conns.values().filter_map(|conn| match conn.state {
            State::Blocked { on: On::Replicas { asked, offset }, until } => {
                let is_late = late.is_none_or(|now| until.is_some_and(|until| until <= now));
                is_late.then_some(Waiter { id: conn.pipe.id, asked, offset })
            }
            _ => None,
        });
        waiters.collect()
    }
    /// A caller has waited.
    pub(in crate::node) fn has_waited(&mut self, id: ConnId) {
        if let Some(conn) = self.conns.get_mut(&id) {
            conn.state = State::Serving;
            conn.last_command = "wait";
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
    /// Everybody who waits for whatever but the end of a pause.
    pub(in crate::node) fn wait_at_all(&self) -> Vec<ConnId> {
        self.ids(|state| matches!(state, State::Blocked { on, .. } if !matches!(on, On::Pause(_))))
    }
    fn ids(&self, is: impl Fn(&State) -> bool) -> Vec<ConnId> {
        self.conns.values().filter(|conn| is(&conn.state)).map(|conn| conn.pipe.id).collect()
    }
}
