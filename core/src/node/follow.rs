//! Roles: SLAVEOF, SLAVEOF NO ONE, and what becomes of identities and cached masters then (docs/redis.md §1.12, §7.3–§7.5).

use super::lines::{Dial, Upstream as Line};
use super::server_commands::integer;
use super::{ConnId, Node, Outbox};
use crate::command::Reply;
use crate::fact::{FreedWhy, ReplState};
use crate::note::Note;
use alloc::string::{String, ToString};
use bytes::Bytes;

impl Node {
    /// `slaveof` of redis.conf.
    pub(super) fn follow_configured(&mut self) {
        if let Some((host, port)) = self.ctx.conf.replicaof.clone() {
            self.followed.follow(host, port, &mut self.ctx);
        }
    }

    #[cold]
    pub(super) fn slaveof(&mut self, id: ConnId, words: &[Bytes], out: &mut Outbox) -> Reply {
        if self.failover.is_some() {
            return Reply::Error("ERR REPLICAOF not allowed while failing over.".to_string());
        }
        let client = self.client_info(id);
        if words[1].eq_ignore_ascii_case(b"no") && words[2].eq_ignore_ascii_case(b"one") {
            if self.ctx.is_replica() {
                self.promote(out);
                self.log(Line::Promoted { client: &client }, out);
            }
            return Reply::Status("OK");
        }
        if self.ctx.caps.replica_conn_cannot_follow && self.callers.get(id).is_some_and(|c| c.session.is_some()) {
            return Reply::Error("ERR Command is not valid when client is a replica.".to_string());
        }
        let port = match integer(&words[2]) {
            Some(port) if (0..=65_535).contains(&port) || !self.ctx.caps.config_7_0 => port as u16,
            _ if self.ctx.caps.config_7_0 => return Reply::Error("ERR Invalid master port".to_string()),
            _ => return Reply::Error("ERR value is not an integer or out of range".to_string()),
        };
        let host = String::from_utf8_lossy(&words[1]).into_owned();
        if self.followed.upstream().is_some_and(|u| u.port == port && u.host.eq_ignore_ascii_case(&host)) {
            self.log(Line::FollowsAlready, out);
            return Reply::Status("OK Already connected to specified master");
        }
        self.follow(host.clone(), port, out);
        self.log(Line::Follows { host: &host, port, client: &client }, out);
        Reply::Status("OK")
    }

    /// SLAVEOF host port (docs/redis.md §1.12).
    pub(super) fn follow(&mut self, host: String, port: u16, out: &mut Outbox) {
        let was_master = !self.ctx.is_replica();
        self.followed.count_replicaof();
        self.note(Note::Follows { host: host.clone(), port: i64::from(port) }, out);
        if self.ctx.caps.psync {
            self.unblock_all();
        }
        if !self.ctx.caps.psync2 {
            self.followed.rename(&host, port);
            self.lose_link(None, true, out);
            self.drop_replicas(out);
            self.followed.discard_cached(&self.ctx, out);
            self.served.free_backlog(FreedWhy::Follows, out);
            self.cancel_handshake(out);
            self.followed.follow(host, port, &mut self.ctx);
            self.served.counts_from_zero();
            if was_master {
                self.note(Note::UpstreamState { from: ReplState::None, to: ReplState::Connect }, out);
            }
            self.served.count_good(self.callers.conns(), &self.ctx, out);
            return;
        }
        self.followed.rename(&host, port);
        self.lose_link(None, true, out);
        if !self.ctx.caps.keeps_cache_until_load {
            self.drop_replicas(out);
        }
        self.cancel_handshake(out);
        self.followed.follow(host, port, &mut self.ctx);
        if was_master {
            self.note(Note::UpstreamState { from: ReplState::None, to: ReplState::Connect }, out);
            self.cache_myself(out);
        }
        self.served.count_good(self.callers.conns(), &self.ctx, out);
        self.redial(Dial::First, out);
    }

    /// A master that becomes a replica makes a cached master of its own stream (docs/redis.md §7.4).
    pub(super) fn cache_myself(&mut self, out: &mut Outbox) {
        if self.followed.cache_own(self.served.replid(), self.served.offset(), &self.ctx, out) {
            // The cached link stands in no database: the next stream begins with its own SELECT.
            self.served.forget_selected();
        }
    }

    /// SLAVEOF NO ONE (docs/redis.md §7.5).
    pub(super) fn promote(&mut self, out: &mut Outbox) {
        let offset = self.followed.link().map(|link| link.offset);
        let before = self.repl_state();
        self.followed.count_replicaof();
        if !self.ctx.caps.psync2 {
            if let Some(offset) = offset {
                self.served.goes_on_from(offset, out);
            }
            self.lose_link(None, false, out);
            self.followed.discard_cached(&self.ctx, out);
            self.cancel_handshake(out);
            self.followed.leave(&mut self.ctx);
            self.note(Note::UpstreamState { from: before, to: ReplState::None }, out);
        } else {
            if !self.ctx.caps.drops_link_before_new_id {
                self.served.shift_ids(&mut self.ctx, out);
            }
            self.lose_link(None, false, out);
            self.followed.discard_cached(&self.ctx, out);
            self.cancel_handshake(out);
            self.followed.leave(&mut self.ctx);
            self.note(Note::UpstreamState { from: before, to: ReplState::None }, out);
            if self.ctx.caps.drops_link_before_new_id {
                self.served.shift_ids(&mut self.ctx, out);
            }
            self.drop_replicas(out);
            self.served.promoted(self.ctx.cached_s());
        }
        self.note(Note::Promoted { offset: self.served.offset().0 }, out);
        self.served.count_good(self.callers.conns(), &self.ctx, out);
        if self.ctx.caps.promotion_restarts_aof && self.ctx.conf.appendonly && !self.saving.aof().enabled() {
            // A transfer that did not come to its end has switched it off.
            self.restart_aof(out);
        }
    }
}
