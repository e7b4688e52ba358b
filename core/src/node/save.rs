//! Writing RDBs and the append-only file, as the rest of the server asks for it: SAVE, BGSAVE and BGREWRITEAOF, save points, DEBUG RELOAD's file.
//! What is written when, `saving` knows.

use super::api::FileResult;
use super::callers::ReplyKind;
use super::conn::On;
use super::parts::ChildPurpose;
use super::saving::Answer;
use super::server_commands::{SYNTAX, error};
use super::{ConnId, Node, OpId, Outbox, State};
use crate::command::Reply;
use crate::planted::Bug;
use crate::rdb;
use crate::time::Span;
use bytes::Bytes;

impl Node {
    #[cold]
    pub(super) fn save(&mut self, id: ConnId, out: &mut Outbox) -> Reply {
        if let Some(refusal) = self.saving.refuses_save() {
            return error(refusal);
        }
        let rdb = self.encode_rdb();
        self.spend_saving(rdb.len() as u64);
        self.saving.save(rdb, id, &mut self.ctx, out);
        self.callers.wait(id, On::Disk, None);
        Reply::None
    }
    /// A file operation ended: SAVE, CONFIG REWRITE and SHUTDOWN wait for theirs.
    pub(super) fn file_done(&mut self, op: OpId, result: &FileResult, out: &mut Outbox) {
        if self.exiting.as_ref().is_some_and(|exiting| exiting.op == op) {
            return self.last_dump_done(result, out);
        }
        if let Some((_, caller)) = self.pending_rewrite.take_if(|(waits, _)| *waits == op) {
            return self.config_rewritten(caller, result, out);
        }
        if let Some((id, reply)) = self.saving.saved(op, result, &self.ctx, out) {
            self.file_answer(id, &reply, out);
        }
    }
    /// Who waited for a file gets the answer.
    pub(super) fn file_answer(&mut self, id: ConnId, reply: &Reply, out: &mut Outbox) {
        if self.transaction_goes_on(id, reply, out) {
            return;
        }
        let Some(conn) = self.callers.get_mut(id) else { return };
        conn.state = State::Serving;
        self.callers.reply(id, reply, ReplyKind::Caller);
        self.serve(id, out);
    }
    /// The process itself writes an RDB of so many bytes.
    pub(super) fn spend_saving(&mut self, bytes: u64) {
        self.ctx.spend(self.ctx.save_delay(self.data.total_keys()));
        let costs = self.ctx.settings.costs;
        if costs.rdb_save > 0 {
            self.ctx.spend(Span::from_micros(
                (u128::from(bytes) * u128::from(costs.scale.max(1)) * 1_000_000 / u128::from(costs.rdb_save)) as u64,
            ));
        }
    }

    #[cold]
    pub(super) fn bgsave(&mut self, words: &[Bytes], in_exec: bool, out: &mut Outbox) -> Reply {
        let schedule = words.len() == 2 && words[1].eq_ignore_ascii_case(b"schedule");
        if words.len() > 1 && !schedule {
            return error(SYNTAX);
        }
        match self.saving.asked(schedule, in_exec && self.ctx.caps.forks_after_exec, &self.ctx) {
            Answer::Refused(why) => Reply::Error(why),
            Answer::Scheduled => Reply::Status("Background saving scheduled"),
            Answer::Forks if self.fork_save(out) => Reply::Status("Background saving started"),
            Answer::Forks => Reply::error("ERR"),
        }
    }
    #[cold]
    pub(super) fn bgrewriteaof(&mut self, in_exec: bool, out: &mut Outbox) -> Reply {
        let late = in_exec && self.ctx.caps.forks_after_exec;
        self.saving.rewrite_asked(late, &self.data, &mut self.ctx, out)
    }
    pub(super) fn restart_aof(&mut self, out: &mut Outbox) {
        if !self.saving.restart_aof(&self.data, &mut self.ctx, out) {
            self.give_up(out);
        }
    }

    /// Forks a child that writes the dump file. `false`: that failed.
    pub(super) fn fork_save(&mut self, out: &mut Outbox) -> bool {
        let delay = self.ctx.save_delay(self.data.total_keys());
        let rdb = self.encode_rdb();
        self.saving.fork(ChildPurpose::Save, rdb, delay, &mut self.ctx, out)
    }
    /// The RDB of this moment.
    pub(super) fn encode_rdb(&self) -> Bytes {
        self.encode_rdb_as(self.rdb_form())
    }
    /// … in this form.
    pub(super) fn encode_rdb_as(&self, form: rdb::Form) -> Bytes {
        let aux = self.ctx.caps.psync2.then(|| self.replication_aux()).flatten();
        let now_ms = self.ctx.unix_ms();
        if self.ctx.bugs.has(Bug::RdbExpiredOtherwise) {
            let (mut data, of_the_file) = (self.data.clone(), if self.ctx.caps.rdb_leaves_out_expired { 0 } else { now_ms });
            crate::command::active_expire(&mut data, of_the_file, usize::MAX);
            return rdb::encode_as(&data, self.ctx.era, of_the_file, aux.as_ref(), form);
        }
        rdb::encode_as(&self.data, self.ctx.era, now_ms, aux.as_ref(), form)
    }
    /// An RDB without any data.
    pub(super) fn encode_filtered_rdb(&self) -> Bytes {
        let nothing = crate::data::Dataset::new(self.data.databases());
        rdb::encode_as(&nothing, self.ctx.era, self.ctx.unix_ms(), self.replication_aux().as_ref(), self.rdb_form())
    }
    fn replication_aux(&self) -> Option<rdb::ReplAux> {
        if self.ctx.is_replica() {
            return self.followed.aux(|db| self.served.aux_in(db));
        }
        self.served.aux()
    }
}
