//! `maxmemory`: how much memory counts, and what a server over its limit refuses (docs/redis.md §1.8). Nothing is evicted here: whatever the policy, a
//! server behaves as one that has nothing left to evict.

use super::conn::Conn;
use super::lines::Life;
use super::{Node, Outbox};
use crate::command::{self, Reply, Run, ServerCmd, Spec};
use crate::resp::Request;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

/// The refusal, in all releases.
pub(super) const OUT_OF_MEMORY: &str = "command not allowed when used memory > 'maxmemory'.";

impl Node {
    /// `used_memory`: what a process takes that holds nothing, its data, its backlog, and its replicas' output.
    pub(super) fn used_memory(&self) -> u64 {
        let replication = self.served.memory(self.callers.conns(), &self.ctx);
        self.ctx.caps.bare_memory_bytes + self.data.bytes() + replication.backlog + replication.replicas
    }
    /// Whether it is over `maxmemory`. A replica ignores the limit from 5.0 on, unless it is told otherwise; while callers are paused (4.0) and while it
    /// loads (5.0) nobody asks.
    pub(super) fn over_maxmemory(&self) -> bool {
        let limit = self.ctx.conf.maxmemory;
        if limit <= 0 || (self.ctx.caps.pause_stops_expiry && self.callers.paused()) {
            return false;
        }
        let caps = &self.ctx.caps;
        if caps.replica_ignores_maxmemory && (self.loading.is_some() || (self.ctx.is_replica() && self.ctx.conf.replica_ignore_maxmemory)) {
            return false;
        }
        let not_counted = self.served.memory(self.callers.conns(), &self.ctx).not_counted;
        self.used_memory().saturating_sub(not_counted) > limit.unsigned_abs()
    }
    /// Whether a caller's command is one that is refused for want of memory: it may need some, or (5.0) it would be queued, or (6.0.9) it is EXEC and one
    /// that it runs may need some.
    pub(super) fn needs_memory(&self, conn: &Conn, spec: &Spec) -> bool {
        let denied = |spec: &Spec| command::denied_without_memory(spec, self.ctx.era);
        let exec = matches!(spec.run, Run::Server(ServerCmd::Exec));
        let Some(transaction) = &conn.multi else { return denied(spec) };
        let lets = match spec.run {
            Run::Server(ServerCmd::Exec | ServerCmd::Quit) => true,
            Run::Server(ServerCmd::Discard | ServerCmd::Reset) => self.ctx.caps.exec_is_asked_again,
            _ => false,
        };
        let queued = || transaction.queued.iter().filter_map(|words| self.lookup(&words[0]));
        denied(spec)
            || (self.ctx.caps.nothing_queued_without_memory && !lets)
            || (exec && self.ctx.caps.exec_is_asked_again && queued().any(denied))
    }
    /// Whether something of the master's stream is dropped for want of memory: a replica that does not ignore `maxmemory` refuses it as it would a caller's
    /// command, and nobody hears of it but its log (6.0). `requests`: one command, or all that EXEC would run: then all go, or none. Their bytes count.
    pub(super) fn drops_for_memory(&mut self, requests: &[Request], in_multi: bool, out: &mut Outbox) -> bool {
        if !self.over_maxmemory() {
            return false;
        }
        let all = in_multi && self.ctx.caps.nothing_queued_without_memory;
        let specs = requests.iter().filter_map(|request| self.lookup(request.args.first()?));
        let refused: Vec<&'static str> =
            specs.filter(|spec| all || command::denied_without_memory(spec, self.ctx.era)).map(|spec| spec.name).collect();
        for name in &refused {
            self.refuse_of_stream(name, &Reply::Error(format!("OOM {OUT_OF_MEMORY}")), out);
        }
        if in_multi && !refused.is_empty() {
            self.refuse_of_stream("exec", &Reply::Error("EXECABORT Transaction discarded because of previous errors.".to_string()), out);
        }
        !refused.is_empty()
    }
    fn refuse_of_stream(&mut self, name: &'static str, why: &Reply, out: &mut Outbox) {
        self.followed.executes(name);
        self.tally.refused(name);
        self.error_to_master(why, out);
    }
    /// CONFIG SET maxmemory: the log says so if more is used already.
    pub(super) fn maxmemory_set(&self, out: &mut Outbox) {
        let (limit, used) = (self.ctx.conf.maxmemory.unsigned_abs(), self.used_memory());
        if limit > 0 && limit < used {
            self.log(Life::LittleMemory { limit, used }, out);
        }
    }
}
