//! The BGSAVE that replicas wait for: what it writes, and what its end means for those who waited (docs/redis.md §2). The child is `saving`'s, the
//! replicas are `served`'s.

use super::api::{ChildResult, JobId};
use super::callers::ReplyKind;
use super::lines::Sessions as Line;
use super::parts::ChildPurpose;
use super::saving::{Child, Reaped};
use super::served::{Choice, Start};
use super::{ConnId, Node, Outbox, State};
use crate::command::Reply;
use crate::fact::SessionEnd;
use crate::prng::Purpose;
use crate::rdb::Form;
use crate::repl::master::{Phase, Target};
use alloc::vec::Vec;
use bytes::Bytes;

impl Node {
    /// Attaches to a running BGSAVE, waits for the next, or starts one (docs/redis.md §2.2, step 11).
    pub(super) fn choose_bgsave(&mut self, id: ConnId, out: &mut Outbox) {
        let child = self.saving.child().map(Child::purpose);
        let alone = !self.saving.any_child();
        match self.served.chooses(id, child, alone, self.callers.conns_mut(), &self.ctx, out) {
            Choice::Waits => {}
            Choice::Shares(start) => {
                self.full_setup(id, start, out);
                self.log(Line::WaitsForEnd, out);
            }
            Choice::Starts => self.start_replication_bgsave(out),
        }
    }
    fn full_setup(&mut self, id: ConnId, start: Start, out: &mut Outbox) {
        if !self.served.full_setup(id, start, self.callers.conns_mut(), &self.ctx, out) {
            self.drop_conn(id, SessionEnd::Closed, true, out);
        }
    }

    /// Starts a BGSAVE for everybody who waits for one (docs/redis.md §2.5).
    fn start_replication_bgsave(&mut self, out: &mut Outbox) {
        let (waiting, wants) = self.served.waiting_alike(self.callers.conns(), &self.ctx);
        let all_eof = waiting.iter().all(|id| self.callers.get(*id).is_some_and(|c| c.announced.eof));
        let channel = self.served.over_channels(&waiting, self.callers.conns());
        let past_disk = self.ctx.conf.diskless_sync || wants.filter.is_some() || wants.older || channel;
        let target =
            if self.ctx.caps.diskless_sync && past_disk && all_eof && !waiting.is_empty() { Target::Sockets } else { Target::Disk };
        let line = match target {
            Target::Disk => Line::StartingToDisk,
            Target::Sockets => Line::StartingToSockets { channel },
        };
        self.log(line, out);
        let start = Start { offset: self.served.rdb_offset(&self.ctx), target, cursor: None };
        let own = self.rdb_form();
        let form = Form { compression: own.compression && !(wants.plain && target == Target::Sockets), older: wants.older, ..own };
        // Fields with times to live have no form in an older RDB: the child fails before it has sent a byte.
        let without_form = (0..self.data.databases()).find(|db| wants.older && self.data.timed_hashes(*db) > 0);
        let (rdb, keys) = match (wants.filter, without_form) {
            (Some(_), _) => (self.encode_filtered_rdb(), 0),
            (None, Some(_)) => (Bytes::new(), 0),
            (None, None) => (self.encode_rdb_as(form), self.data.total_keys()),
        };
        let delay = self.ctx.save_delay(keys);
        match target {
            Target::Disk => {
                if !self.saving.fork(ChildPurpose::ReplicasDisk, rdb, delay, &mut self.ctx, out) {
                    return self.bgsave_not_started(waiting, out);
                }
                for id in waiting {
                    self.full_setup(id, start, out);
                }
            }
            Target::Sockets => {
                for id in &waiting {
                    self.served.delivers(*id, start.offset, self.callers.conns_mut(), &self.ctx, out);
                    self.full_setup(*id, start, out);
                }
                let mark = self.ctx.draw_letters(Purpose::EofMark);
                let mut payload = Vec::with_capacity(rdb.len() + 87);
                payload.extend_from_slice(b"$EOF:");
                payload.extend_from_slice(mark.as_bytes());
                payload.extend_from_slice(b"\r\n");
                payload.extend_from_slice(&rdb);
                payload.extend_from_slice(mark.as_bytes());
                let purpose = if channel { ChildPurpose::ReplicasChannels } else { ChildPurpose::ReplicasSockets };
                if without_form.is_some() {
                    payload.clear();
                }
                if !self.saving.fork(purpose, Bytes::from(payload), delay, &mut self.ctx, out) {
                    return self.bgsave_not_started(waiting, out);
                }
                if let Some(db) = without_form {
                    self.saving.cannot_store(db, &self.ctx, out);
                }
            }
        }
    }
    /// fork(2) failed: those who waited are replicas no longer. From 5.0 on they are told, and closed. Before, the words stay in a buffer that nobody sends,
    /// and the replica waits until its own timeout; 2.6 does say it, and leaves the conn.
    fn bgsave_not_started(&mut self, waiting: Vec<ConnId>, out: &mut Outbox) {
        self.log(Line::BgsaveNotStarted, out);
        for id in waiting {
            self.served.dismiss(id, self.callers.conns_mut(), &self.ctx, out);
            if self.ctx.caps.tells_failed_fork {
                let reply = Reply::error("ERR BGSAVE failed, replication can't continue");
                self.callers.reply(id, &reply, ReplyKind::Caller);
                self.callers.set_state(id, State::Closing);
            } else if !self.ctx.caps.psync {
                self.callers.reply(id, &Reply::error("ERR Unable to perform background save"), ReplyKind::Caller);
            }
        }
    }

    pub(super) fn child_output(&mut self, job: JobId, bytes: &Bytes, out: &mut Outbox) {
        let readers = self.served.on_sockets(self.callers.conns()).len();
        if self.saving.child_wrote(job, bytes.len(), readers, &self.ctx, out) {
            self.served.child_wrote(bytes, self.callers.conns_mut(), self.ctx.cached_s());
        }
    }

    pub(super) fn child_exited(&mut self, job: JobId, result: ChildResult, out: &mut Outbox) {
        let readers = self.served.on_sockets(self.callers.conns()).len();
        self.saving.child_ended(job, result, readers, &self.ctx, out);
    }

    /// The parent looks for children that ended: at its 100 ms tick.
    pub(super) fn reap_child(&mut self, out: &mut Outbox) {
        let Some(ok) = self.saving.ended() else { return };
        if ok && self.served.sockets_are_busy(self.callers.conns()) {
            // The pipe is empty but the sockets are not: the transfer is still under way.
            return;
        }
        let Some(child) = self.saving.reap(&self.ctx, out) else { return };
        self.update_waiting(&child, out);
        if self.ctx.caps.diskless_delay_inclusive {
            self.start_delayed_bgsave(out);
        } else if self.served.some_wait(self.callers.conns()) && self.saving.child().is_none() {
            self.start_replication_bgsave(out);
        }
    }

    /// What the end of a child means for those who waited for it.
    fn update_waiting(&mut self, child: &Reaped, out: &mut Outbox) {
        if child.ok && !self.ctx.caps.diskless_pipe {
            // The child reports for each replica before anything else happens.
            for id in self.served.on_sockets(self.callers.conns()) {
                self.log(Line::Received { replica: &self.session_name(id) }, out);
            }
        }
        for id in self.served.replicas().to_vec() {
            let Some(session) = self.callers.get(id).and_then(|c| c.session.as_ref()) else { continue };
            let Phase::WaitBgsaveEnd { target } = session.phase else { continue };
            if session.second {
                self.channel_ended(id, child.ok, out);
                continue;
            }
            match target {
                Target::Sockets => {
                    let name = self.session_name(id);
                    if !child.ok {
                        self.log(Line::TransferFailed { replica: &name }, out);
                        self.drop_conn(id, SessionEnd::BgsaveFailed, true, out);
                        continue;
                    }
                    self.log(Line::Streamed { replica: &name }, out);
                    if self.ctx.caps.online_before_ack {
                        if self.leaves_with_rdb(id, out) {
                            continue;
                        }
                        self.log(Line::Synchronized { replica: &name }, out);
                    }
                    self.served.goes_online(id, true, self.callers.conns_mut(), &self.ctx, out);
                }
                Target::Disk if child.ok => {
                    self.served.begins_to_send(id, &child.rdb, self.callers.conns_mut(), &self.ctx, out);
                    self.flush_transfer(id, out);
                }
                Target::Disk => {
                    self.log(Line::BgsaveFailed, out);
                    self.drop_conn(id, SessionEnd::BgsaveFailed, true, out);
                }
            }
        }
    }

    /// The child that wrote to a second connection ended. If all went well the replica is online at once, whatever it has read of that by now, and the
    /// connection goes; if not, both go.
    fn channel_ended(&mut self, id: ConnId, ok: bool, out: &mut Outbox) {
        if !ok {
            for conn in self.served.pair_of(id, self.callers.conns()) {
                self.drop_conn(conn, SessionEnd::BgsaveFailed, true, out);
            }
            return;
        }
        if let Some(main) = self.served.main_of(id, self.callers.conns())
            && self.served.acked_beside(main, self.callers.conns())
        {
            self.goes_online(main, out);
        }
        self.log(Line::Streamed { replica: &self.session_name(id) }, out);
        if self.served.wanted_rdb_only(id, self.callers.conns_mut(), &self.ctx, out) {
            self.callers.set_state(id, State::Doomed { at_cron: !self.ctx.caps.close_before_sleep, why: SessionEnd::RdbOnly });
        }
    }

    pub(super) fn start_delayed_bgsave(&mut self, out: &mut Outbox) {
        if !self.saving.any_child() && self.ctx.caps.psync && self.served.delayed_is_due(self.callers.conns(), &self.ctx) {
            self.start_replication_bgsave(out);
        }
    }
}
