//! What callers are told: replies, and the commands that MONITOR shows.

use super::Callers;
use crate::command::{Reply, ServerCmd};
use crate::node::ConnId;
use crate::node::api::Label;
use crate::node::conn::Replies;
use crate::node::label::first_line;
use crate::resp;
use crate::text::Text;
use alloc::vec::Vec;
use bytes::Bytes;

/// How a ladder shows a reply.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::node) enum ReplyKind {
    /// To a command of the handshake.
    Handshake,
    /// To a caller.
    Caller,
    /// To SUBSCRIBE and its like, which CLIENT REPLY does not silence (6.2).
    Pushed,
}
impl ReplyKind {
    fn label(self, text: Text) -> Label {
        match self {
            ReplyKind::Handshake => Label::reply(text),
            ReplyKind::Caller | ReplyKind::Pushed => Label::client(text),
        }
    }
}
impl From<ServerCmd> for ReplyKind {
    fn from(cmd: ServerCmd) -> ReplyKind {
        match cmd {
            ServerCmd::Ping | ServerCmd::Auth | ServerCmd::ReplConf | ServerCmd::Sync | ServerCmd::Psync => ReplyKind::Handshake,
            _ => ReplyKind::Caller,
        }
    }
}

impl Callers {
    /// Queues a reply, unless CLIENT REPLY has switched it off.
    pub(in crate::node) fn reply(&mut self, id: ConnId, reply: &Reply, kind: ReplyKind) {
        if matches!(reply, Reply::None) {
            return;
        }
        let Some(conn) = self.conns.get_mut(&id) else { return };
        match conn.replies {
            Replies::On | Replies::SkipNext => {}
            Replies::Off if kind == ReplyKind::Pushed => {}
            Replies::Off => return,
            Replies::Skip => {
                conn.replies = Replies::On;
                if kind != ReplyKind::Pushed {
                    return;
                }
            }
        }
        if matches!(reply, Reply::Status("OK")) {
            conn.pipe.push(Bytes::from_static(b"+OK\r\n"), kind.label(Text::from("+OK")));
            return self.added(id);
        }
        let mut wire = Vec::new();
        resp::write_reply(reply, &mut wire);
        let wire = Bytes::from(wire);
        let label = kind.label(first_line(&wire));
        conn.pipe.push(wire, label);
        self.added(id);
    }
    /// Something was added to a caller's output: if its list holds some of it, its limits are to be looked at.
    pub(super) fn added(&mut self, id: ConnId) {
        if self.conns.get(&id).is_some_and(|conn| conn.session.is_none() && conn.pipe.overflows()) {
            self.added.insert(id);
        }
    }
    /// The next caller whose limits are to be looked at.
    pub(in crate::node) fn next_added(&mut self) -> Option<ConnId> {
        self.added.pop_first()
    }
    /// Shows a line to those who MONITOR, but for one of them.
    pub(in crate::node) fn show(&mut self, line: &Bytes, without: Option<ConnId>) {
        self.show_where(line, |id| Some(id) != without);
    }
    /// Shows a line to one who MONITORs.
    pub(in crate::node) fn show_to(&mut self, id: ConnId, line: &Bytes) {
        self.show_where(line, |other| other == id);
    }
    fn show_where(&mut self, line: &Bytes, to: impl Fn(ConnId) -> bool) {
        for conn in self.conns.values_mut().filter(|conn| conn.monitors && to(conn.pipe.id)) {
            conn.pipe.push(line.clone(), Label::client(first_line(line)));
            if conn.pipe.overflows() {
                self.added.insert(conn.pipe.id);
            }
        }
    }
}
