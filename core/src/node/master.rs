//! Serving replicas: SYNC and PSYNC, and what of the server stands in their way (docs/redis.md §2.2). The answer itself is `served`'s.

use super::api::Label;
use super::label;
use super::served::Synced;
use super::server_commands::{error, integer};
use super::{ConnId, Node, Outbox};
use crate::command::Reply;
use crate::fact::SessionEnd;
use alloc::format;
use alloc::vec::Vec;
use bytes::Bytes;

impl Node {
    /// SYNC and PSYNC, in the order of docs/redis.md §2.2.
    pub(super) fn sync(&mut self, id: ConnId, with_psync: bool, words: &[Bytes], out: &mut Outbox) -> Reply {
        if self.callers.get(id).is_none_or(|conn| conn.session.is_some()) {
            return Reply::None;
        }
        if with_psync
            && words.get(3).is_some_and(|w| w.eq_ignore_ascii_case(b"failover"))
            && self.ctx.caps.failover
            && let Err(refusal) = self.take_over(id, words, out)
        {
            return refusal;
        }
        if self.failover.is_some() {
            return error("NOMASTERLINK Can't SYNC while failing over");
        }
        if self.ctx.is_replica() && !self.link_up() {
            let text = "Can't SYNC while not connected with my master";
            return error(if self.ctx.caps.psync2 { format!("NOMASTERLINK {text}") } else { format!("ERR {text}") });
        }
        let asked = with_psync.then(|| (&words[1], integer(&words[2])));
        match self.served.sync(id, asked, self.callers.conns_mut(), &mut self.ctx, out) {
            Synced::Refused(reply) => return reply,
            Synced::Partial(true) | Synced::Channel(true) => {}
            Synced::Partial(false) | Synced::Channel(false) => self.drop_conn(id, SessionEnd::Closed, true, out),
            Synced::Full(late_error) => {
                self.choose_bgsave(id, out);
                if self.callers.get(id).is_some() {
                    self.served.first_replica(&self.ctx, out);
                }
                if let Some(reply) = late_error {
                    self.answer_late(id, &reply, out);
                }
            }
        }
        Reply::None
    }
    /// The answer was queued before the replica's own buffer began to collect the stream: it leaves before the RDB.
    fn answer_late(&mut self, id: ConnId, reply: &Reply, out: &mut Outbox) {
        let mut wire = Vec::new();
        crate::resp::write_reply(reply, &mut wire);
        if let Some(conn) = self.callers.get_mut(id) {
            let label = Label::reply(label::first_line(&wire));
            conn.pipe.write_through(Bytes::from(wire), label, &mut out.outputs);
        }
    }
}
