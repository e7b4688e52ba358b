//! The BGSAVE that replicas wait for: who shares one, what it writes, its child, and what becomes of those that waited (docs/redis.md §2).

use super::api::{ChildResult, JobId, Label, Output};
use super::conn::Filter;
use super::lines::{Saving, Sessions as Line};
use super::{ChildPurpose, ConnId, Node, Outbox};
use crate::fact::{ForkKind, SessionEnd};
use crate::note::Note;
use crate::planted::Bug;
use crate::prng::Purpose;
use crate::rdb;
use crate::repl::master::{Phase, Session, Target};
use crate::repl::{Offset, ReplId};
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use bytes::Bytes;

/// The signal with which Redis ends its own children.
const SIGUSR1: i32 = 10;

impl Node {
    /// Attaches to a running BGSAVE, waits for the next, or starts one (docs/redis.md §2.2, step 11).
    pub(super) fn choose_bgsave(&mut self, id: ConnId, out: &mut Outbox) {
        match self.child.as_ref().map(|c| c.purpose) {
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
                    let alone = self.bugs.has(Bug::AttachWithoutBuffer);
                    let offset = if self.bugs.has(Bug::AttachOffset) { self.offset } else { offset };
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
                let rewrites = self.caps.one_child && self.any_child();
                let eof = self.conns.get(&id).is_some_and(|c| c.announced.eof);
                let delayed = self.conf.diskless_sync && eof && (!self.caps.diskless_delay_inclusive || self.conf.diskless_sync_delay != 0);
                if delayed && self.conf.diskless_sync_delay == 0 {
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
        if !self.bugs.has(Bug::SelectAfterFull) {
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
        let past_disk = self.conf.diskless_sync || filter.is_some();
        let target = if self.caps.diskless_sync && past_disk && all_eof && !waiting.is_empty() { Target::Sockets } else { Target::Disk };
        let line = match target {
            Target::Disk => Line::StartingToDisk,
            Target::Sockets => Line::StartingToSockets,
        };
        self.log(line, out);
        // Up to 3.2 the backlog may not exist yet; its creation will add one.
        let offset = if self.caps.backlog_adds_one && !self.backlog.active() { self.offset + 1 } else { self.offset };
        let (rdb, keys) = if filter.is_some() { (self.encode_filtered_rdb(), 0) } else { (self.encode_rdb(), self.data.total_keys()) };
        let delay = self.save_delay(keys);
        match target {
            Target::Disk => {
                self.fork_delayed(ChildPurpose::ReplicasDisk, rdb, delay, out);
                for id in waiting {
                    self.full_setup(id, offset, Target::Disk, None, out);
                }
            }
            Target::Sockets => {
                for id in waiting {
                    self.full_setup(id, offset, Target::Sockets, None, out);
                }
                let (a, b, c) = (self.draw(Purpose::EofMark), self.draw(Purpose::EofMark), self.draw(Purpose::EofMark));
                let mark = ReplId::from_draws(|n| [a, b, c][n as usize % 3]);
                let mut payload = Vec::with_capacity(rdb.len() + 87);
                payload.extend_from_slice(b"$EOF:");
                payload.extend_from_slice(mark.as_bytes());
                payload.extend_from_slice(b"\r\n");
                payload.extend_from_slice(&rdb);
                payload.extend_from_slice(mark.as_bytes());
                self.fork_delayed(ChildPurpose::ReplicasSockets, Bytes::from(payload), delay, out);
            }
        }
    }

    /// The RDB of this moment.
    pub(super) fn encode_rdb(&self) -> Bytes {
        let aux = self.caps.psync2.then(|| self.replication_aux()).flatten();
        rdb::encode_as(&self.data, self.era, self.unix_ms(), aux.as_ref(), self.rdb_form())
    }

    /// An RDB without any data.
    pub(super) fn encode_filtered_rdb(&self) -> Bytes {
        let nothing = crate::data::Dataset::new(self.data.databases());
        rdb::encode_as(&nothing, self.era, self.unix_ms(), self.replication_aux().as_ref(), self.rdb_form())
    }

    pub(super) fn replication_aux(&self) -> Option<rdb::ReplAux> {
        if let Some(upstream) = &self.upstream {
            let link = upstream.link().or(self.memory.cached.as_ref())?;
            return Some(rdb::ReplAux { stream_db: link.db as i64, id: self.replid.to_string(), offset: self.offset.0 });
        }
        self.backlog.active().then(|| rdb::ReplAux {
            stream_db: self.writer.selected.map_or(0, |d| d as i64),
            id: self.replid.to_string(),
            offset: self.offset.0,
        })
    }

    pub(super) fn child_output(&mut self, job: JobId, bytes: &Bytes, out: &mut Outbox) {
        let Some(child) = self.child.as_mut().filter(|c| c.job == job) else { return };
        child.produced += bytes.len() as u64;
        if !child.doomed && self.caps.diskless_pipe && self.sockets_sessions().is_empty() {
            // Who reads the pipe sees that nobody is left.
            self.log(Saving::LastReplicaDropped, out);
            out.outputs.push(Output::Kill { job });
            if let Some(child) = &mut self.child {
                child.doomed = true;
            }
            return;
        }
        let now_s = self.cached_s();
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
        let Some(child) = self.child.as_mut().filter(|c| c.job == job) else { return self.rewrite_exited(job, result, out) };
        let ok = matches!(result, ChildResult::Success);
        child.ended = Some(result);
        let (pid, sockets) = (child.pid, matches!(child.purpose, ChildPurpose::ReplicasSockets));
        if !ok {
            return;
        }
        if !sockets {
            self.log_child(pid, Saving::Saved, out);
        }
        if self.caps.psync {
            self.log_child(pid, Saving::ChildCow, out);
        }
        if sockets && self.caps.diskless_pipe {
            self.log(Saving::PipeRead { up: self.sockets_sessions().len() }, out);
        }
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
        let Some(result) = self.child.as_ref().and_then(|c| c.ended.clone()) else { return };
        let busy_sockets = self
            .sockets_sessions()
            .iter()
            .any(|id| self.conns.get(id).is_some_and(|c| c.session.as_ref().is_some_and(|s| !s.payload.is_empty())));
        if busy_sockets && matches!(result, ChildResult::Success) {
            // The pipe is empty but the sockets are not: the transfer is still under way.
            return;
        }
        let Some(child) = self.child.take() else { return };
        let sockets = matches!(child.purpose, ChildPurpose::ReplicasSockets);
        let ok = matches!(result, ChildResult::Success);
        let line = match (&result, sockets) {
            (ChildResult::Success, false) => Saving::Terminated,
            (ChildResult::Success, true) => Saving::TransferTerminated,
            (ChildResult::Failed, false) => Saving::Failed,
            (ChildResult::Failed, true) => Saving::TransferFailed,
            (ChildResult::Signalled(signal), false) => Saving::Signalled { signal: *signal },
            (ChildResult::Signalled(signal), true) => Saving::TransferSignalled { signal: *signal },
        };
        self.log(line, out);
        // A child that this server killed itself is no failure.
        let killed = matches!(result, ChildResult::Signalled(SIGUSR1));
        if !sockets && !killed {
            self.last_save_ok = ok;
            if ok {
                self.last_save_s = self.real_s();
                self.dirty = self.dirty.saturating_sub(self.dirty_at_fork);
            }
        }
        self.note(Note::ChildDone { kind: if sockets { ForkKind::Sockets } else { ForkKind::Disk }, ok }, out);
        self.update_waiting(&child, ok, out);
        if self.caps.diskless_delay_inclusive {
            self.start_delayed_bgsave(out);
        } else if !self.waiting_for_start().is_empty() && self.child.is_none() {
            self.start_replication_bgsave(out);
        }
    }

    /// What the end of a child means for those who waited for it.
    pub(super) fn update_waiting(&mut self, child: &super::Child, ok: bool, out: &mut Outbox) {
        if ok && !self.caps.diskless_pipe {
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
                    if self.caps.online_before_ack {
                        if self.leaves_with_rdb(id, out) {
                            continue;
                        }
                        self.log(Line::Synchronized { replica: &name }, out);
                    }
                    self.go_online(id, true, out);
                }
                Target::Disk if ok => {
                    if self.bugs.has(Bug::BufferDropped) {
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
        if !matches!(gone.phase, Phase::WaitBgsaveEnd { target: Target::Disk }) || !self.caps.diskless_pipe || !self.conf.save.is_empty() {
            return;
        }
        let waits = |s: &Session| matches!(s.phase, Phase::WaitBgsaveEnd { target: Target::Disk });
        let others = self.replicas.iter().filter_map(|id| self.conns.get(id)).filter_map(|c| c.session.as_ref()).any(waits);
        let useless = |c: &&mut super::Child| matches!(c.purpose, ChildPurpose::ReplicasDisk) && c.ended.is_none() && !c.doomed && !others;
        if let Some(child) = self.child.as_mut().filter(useless) {
            child.doomed = true;
            out.outputs.push(Output::Kill { job: child.job });
        }
    }

    pub(super) fn start_delayed_bgsave(&mut self, out: &mut Outbox) {
        if self.any_child() || !self.caps.psync {
            return;
        }
        let waiting = self.waiting_alike();
        if waiting.is_empty() {
            return;
        }
        let now_s = self.cached_s();
        let idle = waiting.iter().filter_map(|id| self.conns.get(id)).map(|c| now_s - c.active_s).max().unwrap_or(0);
        let delay = self.conf.diskless_sync_delay;
        let max = self.conf.diskless_sync_max_replicas;
        let due = if self.caps.diskless_delay_inclusive {
            !self.conf.diskless_sync || idle >= delay || (max > 0 && waiting.len() as i64 >= max)
        } else {
            idle > delay
        };
        if due {
            self.start_replication_bgsave(out);
        }
    }
}
