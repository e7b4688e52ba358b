//! The BGSAVE that replicas wait for: who shares one, what it writes, its child, and what becomes of those that waited (docs/redis.md §2).

use super::api::{ChildResult, JobId, Label};
use super::conn::Filter;
use super::lines::Sessions as Line;
use super::saving::{Child, ChildPurpose, Reaped};
use super::{ConnId, Node, Outbox};
use crate::fact::SessionEnd;
use crate::planted::Bug;
use crate::prng::Purpose;
use crate::repl::Offset;
use crate::repl::master::{Phase, Session, Target};
use alloc::format;
use alloc::vec::Vec;
use bytes::Bytes;

impl Node {
    /// Attaches to a running BGSAVE, waits for the next, or starts one (docs/redis.md §2.2, step 11).
    pub(super) fn choose_bgsave(&mut self, id: ConnId, out: &mut Outbox) {
        match self.saving.child().map(Child::purpose) {
            Some(ChildPurpose::Save | ChildPurpose::ReplicasDisk) => {
                let mine = self.conns.get(&id).map(|c| c.announced.clone()).unwrap_or_default();
                // Who wants the stream needs a donor for whom it is kept.
                let donor = self.replicas.iter().copied().find(|other| {
                    let session = self.conns.get(other).and_then(|c| c.session.as_ref());
                    session.is_some_and(|s| matches!(s.phase, Phase::WaitBgsaveEnd { .. }) && (mine.rdb_only || !s.rdb_only))
                });
                let donor = donor.and_then(|d| self.conns.get(&d)).filter(|c| {
                    (mine.eof || !c.announced.eof) && (mine.psync2 || !c.announced.psync2) && mine.filter == c.announced.filter
                });
                if let Some((offset, waiting, cursor)) =
                    donor.and_then(|c| c.session.as_ref().map(|s| (s.initial_offset, c.pipe.waiting_stream(), s.cursor)))
                {
                    let alone = self.ctx.bugs.has(Bug::AttachWithoutBuffer);
                    let offset = if self.ctx.bugs.has(Bug::AttachOffset) { self.offset } else { offset };
                    let alone = alone || mine.rdb_only;
                    let cursor = cursor.filter(|_| !alone).map(|c| self.backlog.attach_like(c));
                    if let Some(conn) = self.conns.get_mut(&id).filter(|_| !alone) {
                        for (first, bytes) in waiting {
                            conn.pipe.push_stream(first, bytes);
                        }
                    }
                    self.full_setup(id, offset, Target::Disk, cursor, out);
                    self.log(Line::WaitsForEnd, out);
                } else {
                    self.log(Line::WaitsForNext, out);
                }
            }
            Some(ChildPurpose::ReplicasSockets) => self.log(Line::WaitsForSockets, out),
            None => {
                let rewrites = self.ctx.caps.one_child && self.saving.any_child();
                let eof = self.conns.get(&id).is_some_and(|c| c.announced.eof);
                let delayed = self.ctx.conf.diskless_sync
                    && eof
                    && (!self.ctx.caps.diskless_delay_inclusive || self.ctx.conf.diskless_sync_delay != 0);
                if delayed && self.ctx.conf.diskless_sync_delay == 0 {
                    // The next cron starts it, without a word.
                } else if delayed {
                    self.log(Line::Delayed, out);
                } else if rewrites {
                    self.log(Line::OtherChild, out);
                } else {
                    self.start_replication_bgsave(out);
                }
            }
        }
    }

    /// Everything that a replica's RDB begins with: its offset, +FULLRESYNC, and a SELECT before the next command (docs/redis.md §2.4).
    pub(super) fn full_setup(
        &mut self,
        id: ConnId,
        offset: Offset,
        target: Target,
        cursor: Option<crate::repl::backlog::CursorId>,
        out: &mut Outbox,
    ) {
        self.set_phase(id, Phase::WaitBgsaveEnd { target }, out);
        if !self.ctx.bugs.has(Bug::SelectAfterFull) {
            self.writer.forget();
        }
        let shared = self.shared_buffer();
        let wants = self.conns.get(&id).and_then(|c| c.session.as_ref()).is_some_and(|s| !s.rdb_only);
        let fresh = if shared && wants && cursor.is_none() { Some(self.backlog.attach(self.offset + 1)) } else { cursor };
        let line = format!("+FULLRESYNC {} {offset}\r\n", self.replid);
        let Some(conn) = self.conns.get_mut(&id) else { return };
        let Some(session) = conn.session.as_mut() else { return };
        session.initial_offset = offset;
        session.sent = offset;
        session.cursor = fresh;
        if session.pre_psync {
            return;
        }
        let label = Label::reply(line.trim_end());
        if !conn.pipe.write_through(Bytes::from(line), label, &mut out.outputs) {
            self.drop_conn(id, SessionEnd::Closed, true, out);
        }
    }

    pub(super) fn waiting_for_start(&self) -> Vec<ConnId> {
        let waits = |id: &&ConnId| {
            self.conns.get(id).is_some_and(|c| c.session.as_ref().is_some_and(|s| matches!(s.phase, Phase::WaitBgsaveStart)))
        };
        self.replicas.iter().filter(waits).copied().collect()
    }

    /// Of those who wait, the ones that want the same RDB as the first.
    pub(super) fn waiting_alike(&self) -> Vec<ConnId> {
        let mut waiting = self.waiting_for_start();
        let filter = self.filter_of(&waiting);
        waiting.retain(|id| self.filter_of(&[*id]) == filter);
        waiting
    }

    pub(super) fn filter_of(&self, waiting: &[ConnId]) -> Option<Filter> {
        waiting.first().and_then(|id| self.conns.get(id)).and_then(|c| c.announced.filter)
    }

    /// Starts a BGSAVE for everybody who waits for one (docs/redis.md §2.5).
    pub(super) fn start_replication_bgsave(&mut self, out: &mut Outbox) {
        let waiting = self.waiting_alike();
        let filter = self.filter_of(&waiting);
        let all_eof = waiting.iter().all(|id| self.conns.get(id).is_some_and(|c| c.announced.eof));
        let past_disk = self.ctx.conf.diskless_sync || filter.is_some();
        let target =
            if self.ctx.caps.diskless_sync && past_disk && all_eof && !waiting.is_empty() { Target::Sockets } else { Target::Disk };
        let line = match target {
            Target::Disk => Line::StartingToDisk,
            Target::Sockets => Line::StartingToSockets,
        };
        self.log(line, out);
        // Up to 3.2 the backlog may not exist yet; its creation will add one.
        let offset = if self.ctx.caps.backlog_adds_one && !self.backlog.active() { self.offset + 1 } else { self.offset };
        let (rdb, keys) = if filter.is_some() { (self.encode_filtered_rdb(), 0) } else { (self.encode_rdb(), self.data.total_keys()) };
        let delay = self.save_delay(keys);
        match target {
            Target::Disk => {
                self.saving.fork(ChildPurpose::ReplicasDisk, rdb, delay, &mut self.ctx, out);
                for id in waiting {
                    self.full_setup(id, offset, Target::Disk, None, out);
                }
            }
            Target::Sockets => {
                for id in waiting {
                    self.full_setup(id, offset, Target::Sockets, None, out);
                }
                let mark = self.ctx.draw_letters(Purpose::EofMark);
                let mut payload = Vec::with_capacity(rdb.len() + 87);
                payload.extend_from_slice(b"$EOF:");
                payload.extend_from_slice(mark.as_bytes());
                payload.extend_from_slice(b"\r\n");
                payload.extend_from_slice(&rdb);
                payload.extend_from_slice(mark.as_bytes());
                self.saving.fork(ChildPurpose::ReplicasSockets, Bytes::from(payload), delay, &mut self.ctx, out);
            }
        }
    }

    pub(super) fn child_output(&mut self, job: JobId, bytes: &Bytes, out: &mut Outbox) {
        let readers = self.sockets_sessions().len();
        if !self.saving.child_wrote(job, bytes.len(), readers, &self.ctx, out) {
            return;
        }
        let now_s = self.ctx.cached_s();
        for id in self.replicas.clone() {
            let Some(session) = self.conns.get_mut(&id).and_then(|c| c.session.as_mut()) else { continue };
            if matches!(session.phase, Phase::WaitBgsaveEnd { target: Target::Sockets }) {
                if session.payload.is_empty() {
                    session.progress_s = now_s;
                }
                session.payload.push_back(bytes.clone());
            }
        }
    }

    pub(super) fn child_exited(&mut self, job: JobId, result: ChildResult, out: &mut Outbox) {
        let readers = self.sockets_sessions().len();
        self.saving.child_ended(job, result, readers, &self.ctx, out);
    }

    pub(super) fn sockets_sessions(&self) -> Vec<ConnId> {
        let takes = |id: &&ConnId| {
            self.conns
                .get(id)
                .is_some_and(|c| c.session.as_ref().is_some_and(|s| matches!(s.phase, Phase::WaitBgsaveEnd { target: Target::Sockets })))
        };
        self.replicas.iter().filter(takes).copied().collect()
    }

    /// The parent looks for children that ended: at its 100 ms tick.
    pub(super) fn reap_child(&mut self, out: &mut Outbox) {
        let Some(ok) = self.saving.ended() else { return };
        let busy_sockets = self
            .sockets_sessions()
            .iter()
            .any(|id| self.conns.get(id).is_some_and(|c| c.session.as_ref().is_some_and(|s| !s.payload.is_empty())));
        if busy_sockets && ok {
            // The pipe is empty but the sockets are not: the transfer is still under way.
            return;
        }
        let Some(child) = self.saving.reap(&self.ctx, out) else { return };
        self.update_waiting(&child, out);
        if self.ctx.caps.diskless_delay_inclusive {
            self.start_delayed_bgsave(out);
        } else if !self.waiting_for_start().is_empty() && self.saving.child().is_none() {
            self.start_replication_bgsave(out);
        }
    }

    /// What the end of a child means for those who waited for it.
    fn update_waiting(&mut self, child: &Reaped, out: &mut Outbox) {
        let ok = child.ok;
        if ok && !self.ctx.caps.diskless_pipe {
            // The child reports for each replica before anything else happens.
            for id in self.sockets_sessions() {
                self.log(Line::Received { replica: &self.name_of_id(id) }, out);
            }
        }
        for id in self.replicas.clone() {
            let Some(session) = self.conns.get(&id).and_then(|c| c.session.as_ref()) else { continue };
            let Phase::WaitBgsaveEnd { target } = session.phase else { continue };
            match target {
                Target::Sockets => {
                    let name = self.name_of_id(id);
                    if !ok {
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
                    self.go_online(id, true, out);
                }
                Target::Disk if ok => {
                    if self.ctx.bugs.has(Bug::BufferDropped) {
                        self.drop_waiting(id);
                    }
                    let preamble = Bytes::from(format!("${}\r\n", child.rdb.len()));
                    self.set_phase(id, Phase::SendBulk { preamble, rdb: child.rdb.clone(), sent: 0 }, out);
                    self.flush_transfer(id, out);
                }
                Target::Disk => {
                    self.log(Line::BgsaveFailed, out);
                    self.drop_conn(id, SessionEnd::BgsaveFailed, true, out);
                }
            }
        }
    }

    /// From 6.2 on a child that writes to the disk for nobody any more is killed, unless save points want its file. One that writes to sockets is
    /// killed when it next writes.
    pub(super) fn kill_useless_child(&mut self, gone: &Session, out: &mut Outbox) {
        if !matches!(gone.phase, Phase::WaitBgsaveEnd { target: Target::Disk })
            || !self.ctx.caps.diskless_pipe
            || !self.ctx.conf.save.is_empty()
        {
            return;
        }
        let waits = |s: &Session| matches!(s.phase, Phase::WaitBgsaveEnd { target: Target::Disk });
        let others = self.replicas.iter().filter_map(|id| self.conns.get(id)).filter_map(|c| c.session.as_ref()).any(waits);
        if !others {
            self.saving.nobody_waits(out);
        }
    }

    pub(super) fn start_delayed_bgsave(&mut self, out: &mut Outbox) {
        if self.saving.any_child() || !self.ctx.caps.psync {
            return;
        }
        let waiting = self.waiting_alike();
        if waiting.is_empty() {
            return;
        }
        let now_s = self.ctx.cached_s();
        let idle = waiting.iter().filter_map(|id| self.conns.get(id)).map(|c| now_s - c.active_s).max().unwrap_or(0);
        let delay = self.ctx.conf.diskless_sync_delay;
        let max = self.ctx.conf.diskless_sync_max_replicas;
        let due = if self.ctx.caps.diskless_delay_inclusive {
            !self.ctx.conf.diskless_sync || idle >= delay || (max > 0 && waiting.len() as i64 >= max)
        } else {
            idle > delay
        };
        if due {
            self.start_replication_bgsave(out);
        }
    }
}
