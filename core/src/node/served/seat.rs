//! The place of a session: it lies in the conn that it belongs to, and only the machine that serves replicas changes it.

use crate::repl::backlog::CursorId;
use crate::repl::master::Session;

/// The session of a conn, if its peer is a replica.
#[derive(Clone, Debug, Default)]
pub(in crate::node) struct Seat(Option<Session>);

impl Seat {
    /// The session.
    pub(in crate::node) const fn as_ref(&self) -> Option<&Session> {
        self.0.as_ref()
    }
    /// Whether the peer is a replica.
    pub(in crate::node) const fn is_some(&self) -> bool {
        self.0.is_some()
    }
    /// Whether the peer is none.
    pub(in crate::node) const fn is_none(&self) -> bool {
        self.0.is_none()
    }
    /// The session, to be changed.
    pub(super) const fn as_mut(&mut self) -> Option<&mut Session> {
        self.0.as_mut()
    }
    /// The peer becomes a replica.
    pub(super) fn take(&mut self, session: Session) {
        self.0 = Some(session);
    }
    /// The peer is a replica no longer.
    pub(super) const fn leave(&mut self) -> Option<Session> {
        self.0.take()
    }
}

/// The place of a snapshot in the stream, which is held until a first connection asks for it (Valkey).
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The second connection that gets the snapshot.
    pub(super) client: u64,
    /// What holds it.
    pub(super) cursor: CursorId,
    /// Unix second until which it is held, since that connection is gone.
    pub(super) until_s: Option<i64>,
}
