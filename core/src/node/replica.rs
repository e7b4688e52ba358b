//! Following a master, as far as the rest of the server is concerned: dials, losing the link, what the replication cron does for it (docs/redis.md §1, §7).
//! The way itself is `followed`'s.

use super::api::CloseWhy;
use super::conn::Pipe;
use super::followed::{Closed, Overdue};
use super::lines::Dial;
use super::{ConnId, Node, Outbox};
use crate::fact::{HandshakeStep, ReplState};
use crate::note::HandshakeFailure;
use alloc::format;

impl Node {
    /// The connection to its master, if there is one.
    #[must_use]
    pub fn upstream_conn(&self) -> Option<ConnId> {
        self.followed.conn()
    }
    pub(super) const fn upstream_pipe(&mut self) -> Option<&mut Pipe> {
        self.followed.pipe_mut()
    }
    /// `master_link_status:up`.
    #[must_use]
    pub fn link_up(&self) -> bool {
        self.followed.link().is_some()
    }
    /// `repl_state`, as this era names it.
    #[must_use]
    pub fn repl_state(&self) -> ReplState {
        self.followed.state(&self.ctx.caps)
    }

    /// Gives up a dial, a handshake or a transfer, and the load of what came of it.
    pub(super) fn cancel_handshake(&mut self, out: &mut Outbox) {
        self.forget_transfer();
        self.followed.cancel(&mut self.ctx, out);
    }
    fn forget_transfer(&mut self) {
        self.loading = self.loading.take().filter(|l| !l.from_master());
    }

    // ---- the link's end

    /// The peer, the network, a timeout or this server itself ended a live link: it is cached (2.8+). `why` is `None` if this side closes.
    pub(super) fn lose_link(&mut self, why: Option<CloseWhy>, redial: bool, out: &mut Outbox) {
        self.end_link(why, true, redial, out);
    }

    /// As [`Node::lose_link`], or for good: a protocol error leaves nothing to continue.
    pub(super) fn end_link(&mut self, why: Option<CloseWhy>, keep: bool, redial: bool, out: &mut Outbox) {
        let Some(ended) = self.followed.end_link(why, keep, &self.ctx, out) else { return };
        if !self.ctx.caps.psync {
            self.drop_replicas(out);
        }
        ended.tell(out);
        if redial {
            self.redial(Dial::Lost, out);
        }
    }

    /// The kernel says that the connection to the master is gone.
    pub(super) fn link_closed(&mut self, why: CloseWhy, out: &mut Outbox) {
        match self.followed.closed(why, &mut self.ctx, out) {
            Closed::Noted => {}
            Closed::Parsing => self.parse_cut(why, out),
            Closed::Stream => self.lose_link(Some(why), true, out),
            Closed::Transfer(failure) => self.abort_transfer(HandshakeStep::Transfer, failure, out),
            Closed::Handshake(step) => self.handshake_cut(step, why, out),
        }
    }
    /// A transfer ends with an error: close, remove the temporary file, dial again (6.2+ at once).
    pub(super) fn abort_transfer(&mut self, step: HandshakeStep, why: HandshakeFailure, out: &mut Outbox) {
        self.forget_transfer();
        self.followed.aborts(step, why, &mut self.ctx, out);
        self.redial(Dial::Failed, out);
    }
    /// From 6.2 on a lost link and an aborted handshake or transfer are dialled again in the same call.
    pub(super) fn redial(&mut self, why: Dial, out: &mut Outbox) {
        if self.ctx.caps.redial_at_once {
            self.followed.dial(why, &self.ctx, out);
        }
    }

    /// What the replication cron does for the upstream: timeouts, the dial, the ACK (docs/redis.md §5, steps 1 to 5).
    pub(super) fn cron_for_upstream(&mut self, out: &mut Outbox) {
        match self.followed.overdue(&self.ctx, out) {
            None => {}
            Some(Overdue::Synchronisation) => {
                self.cancel_handshake(out);
                self.redial(Dial::Failed, out);
            }
            Some(Overdue::Stream) => self.lose_link(None, true, out),
        }
        if self.followed.must_dial() {
            self.followed.dial(Dial::First, &self.ctx, out);
        }
        if self.ctx.caps.psync && self.followed.link().is_some_and(|link| !link.pre_psync) {
            self.followed.send_ack(&self.ctx, out);
        }
    }

    /// CLIENT KILL of the master's link. `addr`: only if it is this one.
    pub(super) fn kill_master_link(&mut self, addr: Option<&[u8]>, out: &mut Outbox) -> bool {
        let Some(upstream) = self.followed.upstream().filter(|upstream| upstream.link().is_some()) else { return false };
        if addr.is_some_and(|a| a != format!("{}:{}", upstream.host, upstream.port).as_bytes()) {
            return false;
        }
        self.lose_link(None, true, out);
        true
    }
}
