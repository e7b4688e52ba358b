//! Serving replicas: SYNC and PSYNC, the BGSAVE they wait for, the transfer, ACKs (docs/redis.md §2).

use super::api::{ChildResult, JobId, Label, Output, Payload};
use super::conn::{Conn, Filter};
use super::lines::{Saving, Sessions as Line};
use super::server_commands::integer;
use super::verdict::verdict;
use super::{ChildPurpose, ConnId, Node, Outbox};
use crate::command::Reply;
use crate::fact::{ForkKind, FreedWhy, SessionEnd};
use crate::note::Note;
use crate::planted::Bug;
use crate::prng::Purpose;
use crate::rdb;
use crate::repl::master::{Phase, Session, Target};
use crate::repl::psync::{self, Asked, Lineage, Reason, Ruling, Verdict, Window};
use crate::repl::{Offset, ReplId};
use crate::text::Sketch;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

/// The signal with which Redis ends its own children.
const SIGUSR1: i32 = 10;

fn error(text: impl Into<String>) -> Reply {
    Reply::Error(text.into())
}

impl Node {
    /// The name that logs give a replica.
    pub(super) fn name_of(&self, conn: &Conn) -> String {
        conn.replica_name(self.caps.says_replica)
    }
    fn name_of_id(&self, id: ConnId) -> String {
        self.conns.get(&id).map(|c| self.name_of(c)).unwrap_or_default()
    }
    /// One function changes a session's phase, and says so.
    fn set_phase(&mut self, id: ConnId, phase: Phase, out: &mut Outbox) {
        let replica = self.name_of_id(id);
        let Some(session) = self.conns.get_mut(&id).and_then(|c| c.session.as_mut()) else { return };
        let before = session.info_state();
        session.phase = phase;
        let state = session.info_state();
        if state != before {
            self.note(Note::SessionState { replica, state }, out);
        }
    }
    fn become_replica(&mut self, id: ConnId, session: Session, out: &mut Outbox) {
        let state = session.info_state();
        if let Some(conn) = self.conns.get_mut(&id) {
            conn.session = Some(session);
        }
        self.replicas.push(id);
        let replica = self.name_of_id(id);
        self.note(Note::SessionState { replica, state }, out);
    }

    // ---- SYNC, PSYNC

    /// SYNC and PSYNC, in the order of docs/redis.md §2.2.
    pub(super) fn sync(&mut self, id: ConnId, with_psync: bool, words: &[Bytes], out: &mut Outbox) -> Reply {
        let Some(conn) = self.conns.get(&id) else { return Reply::None };
        if conn.session.is_some() {
            return Reply::None;
        }
        if with_psync
            && words.get(3).is_some_and(|w| w.eq_ignore_ascii_case(b"failover"))
            && self.caps.failover
            && let Err(refusal) = self.take_over(id, words, out)
        {
            return refusal;
        }
        if self.failover.is_some() {
            return error("NOMASTERLINK Can't SYNC while failing over");
        }
        if self.upstream.is_some() && !self.link_up() {
            let text = "Can't SYNC while not connected with my master";
            return error(if self.caps.psync2 { format!("NOMASTERLINK {text}") } else { format!("ERR {text}") });
        }
        let Some(conn) = self.conns.get(&id) else { return Reply::None };
        if conn.pipe.queued() > 0 {
            return error(if self.caps.psync {
                "ERR SYNC and PSYNC are invalid with pending output"
            } else {
                "ERR SYNC is invalid with pending input"
            });
        }
        if conn.announced.filter.is_some() && !conn.announced.eof {
            return error("ERR Filtered replica requires EOF capability");
        }
        let rdb_only = conn.announced.rdb_only;
        let name = self.name_of(conn);
        self.log(Line::AsksForSync { replica: &name }, out);
        let mut late_error = None;
        if with_psync {
            let offset = integer(&words[2]);
            if offset.is_none() && self.caps.log_done_loading {
                self.log(Line::WrongOffset { replica: &name }, out);
                return error("ERR value is not an integer or out of range");
            }
            let ruling = Ruling::psync(&psync::Request { id: &words[1], offset }, self.lineage(), self.window());
            self.note(Note::PsyncVerdict { replica: name.clone(), ruling: ruling.clone() }, out);
            match ruling.decision().map(|decision| decision.verdict) {
                Some(Verdict::Partial { from, .. }) => {
                    self.accept_partial(id, &name, from, &ruling, out);
                    return Reply::None;
                }
                Some(Verdict::Full(reason)) => {
                    self.log_verdict(&name, &ruling, out);
                    if matches!(reason, Reason::NotANumber) {
                        late_error = Some(error("ERR value is not an integer or out of range"));
                    }
                    if words[1].first() != Some(&b'?') {
                        self.counters.sync_partial_err += 1;
                    }
                }
                None => {}
            }
        } else {
            let ruling = Ruling { asked: Asked::Sync, lineage: self.lineage(), window: Window::of(&self.backlog) };
            self.note(Note::PsyncVerdict { replica: name.clone(), ruling }, out);
        }
        self.counters.sync_full += 1;
        self.become_replica(id, Session { rdb_only, ..Session::waiting(!with_psync) }, out);
        if self.caps.psync2 && self.replicas.len() == 1 && !self.backlog.active() {
            let fresh = self.draw_id();
            self.set_ids(fresh, ReplId::ZEROS, Offset::NONE, out);
            self.create_backlog(out);
            if self.caps.acl {
                self.log(Line::BacklogCreated { replid: self.replid, replid2: self.replid2 }, out);
            }
        }
        self.choose_bgsave(id, out);
        if self.caps.backlog_adds_one && self.replicas.len() == 1 && !self.backlog.active() && self.conns.contains_key(&id) {
            self.offset += 1;
            self.create_backlog(out);
        }
        if let Some(reply) = late_error {
            // It was queued before the replica's own buffer began to collect the stream: it leaves before the RDB.
            let mut wire = Vec::new();
            crate::resp::write_reply(&reply, &mut wire);
            if let Some(conn) = self.conns.get_mut(&id) {
                let label = Label::reply(super::label::first_line(&wire));
                conn.pipe.write_through(Bytes::from(wire), label, &mut out.outputs);
            }
        }
        Reply::None
    }

    /// Whose stream it can continue.
    fn lineage(&self) -> Lineage {
        Lineage { id: self.replid, second: self.caps.psync2.then_some((self.replid2, self.second_bound())), offset: self.offset }
    }
    /// Up to where the second id may be asked for.
    const fn second_bound(&self) -> Offset {
        if self.bugs.has(Bug::SecondBound) { Offset(i64::MAX) } else { self.second_offset }
    }
    /// What the backlog still holds.
    fn window(&self) -> Option<Window> {
        let mut window = Window::of(&self.backlog)?;
        if self.bugs.has(Bug::WindowFirst) {
            window.first = window.first - 1;
            window.histlen += 1;
        } else if self.bugs.has(Bug::WindowEnd) {
            window.histlen += 1 << 40;
        } else if self.bugs.has(Bug::WindowShort) {
            window.histlen = window.histlen.saturating_sub(1);
        }
        Some(window)
    }

    pub(super) fn create_backlog(&mut self, out: &mut Outbox) {
        self.backlog.create(self.offset);
        self.note(Note::BacklogCreated { bytes: self.backlog.size() as i64, first: self.backlog.first().0 }, out);
    }

    /// What it says of its verdict in the log. Of a replica that is ahead of its master there is a warning besides.
    fn log_verdict(&self, name: &str, ruling: &Ruling, out: &mut Outbox) {
        if let Some(line) = verdict(name, ruling) {
            self.log(line, out);
        }
        if ruling.decision().is_some_and(|decision| decision.verdict == Verdict::Full(Reason::Ahead)) {
            self.log(Line::Ahead { replica: name }, out);
        }
    }

    fn accept_partial(&mut self, id: ConnId, name: &str, from: Offset, ruling: &Ruling, out: &mut Outbox) {
        self.counters.sync_partial_ok += 1;
        let now_s = self.cached_s();
        let mut session = Session::resumed(from, now_s);
        if self.shared_buffer() {
            session.cursor = Some(self.backlog.attach(from));
        }
        self.become_replica(id, session, out);
        let line = match self.conns.get(&id) {
            Some(conn) if self.caps.psync2 && conn.announced.psync2 && !self.bugs.has(Bug::ContinueOldId) => {
                format!("+CONTINUE {}\r\n", self.replid)
            }
            _ => "+CONTINUE\r\n".to_string(),
        };
        let start = if self.bugs.has(Bug::ContinueTooMuch) { self.backlog.first() } else { from };
        let missing = if self.shared_buffer() { Bytes::new() } else { self.backlog.read(start, usize::MAX) };
        let mut sent = false;
        if let Some(conn) = self.conns.get_mut(&id) {
            let label = Label::reply(line.trim_end());
            sent = conn.pipe.write_through(Bytes::from(line), label, &mut out.outputs);
            if sent {
                conn.pipe.push_stream(from.0, missing);
            }
        }
        if !sent {
            self.drop_conn(id, SessionEnd::Closed, true, out);
            return;
        }
        if !self.shared_buffer() {
            // What is sent of the backlog counts like any other output: the conn may be doomed before it is accepted.
            self.check_output_limit(id, out);
        }
        self.log_verdict(name, ruling, out);
        self.refresh_good(out);
    }

    /// Attaches to a running BGSAVE, waits for the next, or starts one (docs/redis.md §2.2, step 11).
    fn choose_bgsave(&mut self, id: ConnId, out: &mut Outbox) {
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
    fn full_setup(&mut self, id: ConnId, offset: Offset, target: Target, cursor: Option<crate::repl::backlog::CursorId>, out: &mut Outbox) {
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

    fn waiting_for_start(&self) -> Vec<ConnId> {
        let waits = |id: &&ConnId| {
            self.conns.get(id).is_some_and(|c| c.session.as_ref().is_some_and(|s| matches!(s.phase, Phase::WaitBgsaveStart)))
        };
        self.replicas.iter().filter(waits).copied().collect()
    }

    /// Of those who wait, the ones that want the same RDB as the first.
    fn waiting_alike(&self) -> Vec<ConnId> {
        let mut waiting = self.waiting_for_start();
        let filter = self.filter_of(&waiting);
        waiting.retain(|id| self.filter_of(&[*id]) == filter);
        waiting
    }
    fn filter_of(&self, waiting: &[ConnId]) -> Option<Filter> {
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
    fn encode_filtered_rdb(&self) -> Bytes {
        let nothing = crate::data::Dataset::new(self.data.databases());
        rdb::encode_as(&nothing, self.era, self.unix_ms(), self.replication_aux().as_ref(), self.rdb_form())
    }
    fn replication_aux(&self) -> Option<rdb::ReplAux> {
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

    // ---- children

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

    fn sockets_sessions(&self) -> Vec<ConnId> {
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
    fn update_waiting(&mut self, child: &super::Child, ok: bool, out: &mut Outbox) {
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

    /// The bug of [`Bug::BufferDropped`].
    fn drop_waiting(&mut self, id: ConnId) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        conn.pipe = super::conn::Pipe::new(conn.pipe.id, conn.pipe.room, self.caps.reply_list);
        if let Some(cursor) = conn.session.as_ref().and_then(|session| session.cursor) {
            self.backlog.advance(cursor, self.backlog.cursor_pending(cursor));
        }
    }

    /// A replica that wanted nothing but the RDB has it: it is closed.
    fn leaves_with_rdb(&mut self, id: ConnId, out: &mut Outbox) -> bool {
        if !self.conns.get(&id).and_then(|c| c.session.as_ref()).is_some_and(|s| s.rdb_only) {
            return false;
        }
        let name = self.name_of_id(id);
        if self.caps.rdb_transmitted {
            self.set_phase(id, Phase::RdbTransmitted, out);
        }
        self.log(Line::RdbOnly { replica: &name }, out);
        self.drop_conn(id, SessionEnd::RdbOnly, true, out);
        true
    }
    /// ONLINE: the ACK clock starts now.
    fn go_online(&mut self, id: ConnId, held: bool, out: &mut Outbox) {
        let now_s = self.cached_s();
        if let Some(session) = self.conns.get_mut(&id).and_then(|c| c.session.as_mut()) {
            session.ack_time_s = now_s;
        }
        self.set_phase(id, Phase::Online { held }, out);
        self.refresh_good(out);
    }

    /// Sends what the room allows of an RDB: from the file, or what the child handed over.
    pub(super) fn flush_transfer(&mut self, id: ConnId, out: &mut Outbox) {
        let now_s = self.cached_s();
        let Some(conn) = self.conns.get_mut(&id) else { return };
        let Some(session) = conn.session.as_mut() else { return };
        match &mut session.phase {
            Phase::SendBulk { preamble, rdb, sent } => {
                let head = preamble.len() as u64;
                let total = head + rdb.len() as u64;
                while conn.pipe.room > 0 && *sent < total {
                    let bytes = if *sent < head {
                        preamble.slice(*sent as usize..).slice(..(head - *sent).min(conn.pipe.room) as usize)
                    } else {
                        let from = (*sent - head) as usize;
                        rdb.slice(from..from + (total - *sent).min(conn.pipe.room) as usize)
                    };
                    let label = if *sent < head {
                        Label::reply(super::label::first_line(preamble))
                    } else {
                        Payload::Rdb { sent: *sent - head + bytes.len() as u64, total: rdb.len() as i64 }.into()
                    };
                    *sent += bytes.len() as u64;
                    conn.pipe.room -= bytes.len() as u64;
                    out.outputs.push(Output::Send { conn: id, bytes, label });
                }
                if *sent == total {
                    if self.leaves_with_rdb(id, out) {
                        return;
                    }
                    self.go_online(id, false, out);
                    let name = self.name_of_id(id);
                    self.log(Line::Synchronized { replica: &name }, out);
                    self.flush_conn(id, out);
                }
            }
            Phase::WaitBgsaveEnd { target: Target::Sockets } => {
                while conn.pipe.room > 0 {
                    let Some(front) = session.payload.front_mut() else { break };
                    let bytes = front.split_to((front.len() as u64).min(conn.pipe.room) as usize);
                    if front.is_empty() {
                        session.payload.pop_front();
                    }
                    session.streamed += bytes.len() as u64;
                    session.progress_s = now_s;
                    conn.pipe.room -= bytes.len() as u64;
                    let label = Payload::Rdb { sent: session.streamed, total: -1 }.into();
                    out.outputs.push(Output::Send { conn: id, bytes, label });
                }
            }
            Phase::WaitBgsaveStart | Phase::WaitBgsaveEnd { target: Target::Disk } | Phase::Online { .. } | Phase::RdbTransmitted => {}
        }
    }

    // ---- REPLCONF

    pub(super) fn replconf(&mut self, id: ConnId, words: &[Bytes], out: &mut Outbox) -> Reply {
        if words.len().is_multiple_of(2) {
            return error("ERR syntax error");
        }
        for pair in words[1..].chunks_exact(2) {
            let (option, value) = (pair[0].to_ascii_lowercase(), &pair[1]);
            let Some(conn) = self.conns.get_mut(&id) else { return Reply::None };
            match option.as_slice() {
                b"listening-port" => match integer(value) {
                    Some(port) => conn.announced.port = port,
                    None => return error("ERR value is not an integer or out of range"),
                },
                b"ip-address" if self.caps.tcp_keepalive_300 => {
                    let max = if self.caps.acl { 255 } else { 45 };
                    if value.len() > max {
                        let word = self.word();
                        return error(format!("ERR REPLCONF ip-address provided by {word} instance is too long: {} bytes", value.len()));
                    }
                    conn.announced.ip = Some(String::from_utf8_lossy(value).into_owned()).filter(|ip| !ip.is_empty());
                }
                b"capa" if self.caps.capa => {
                    if value.eq_ignore_ascii_case(b"eof") {
                        conn.announced.eof = true;
                    } else if value.eq_ignore_ascii_case(b"psync2") && self.caps.psync2 {
                        conn.announced.psync2 = true;
                    }
                }
                b"rdb-only" if self.caps.rdb_only => match integer(value) {
                    Some(n @ 0..=1) => conn.announced.rdb_only = n == 1,
                    Some(_) => return error("ERR value is out of range, value must between 0 and 1"),
                    None => return error("ERR value is not an integer or out of range"),
                },
                b"rdb-filter-only" if self.caps.rdb_transmitted => {
                    let Ok(parts) = crate::resp::split_args(&String::from_utf8_lossy(value)) else {
                        return error("ERR Missing rdb-filter-only values");
                    };
                    // What was asked for before an unknown word stays asked for.
                    conn.announced.filter = Some(Filter::Nothing);
                    for part in parts {
                        if !part.eq_ignore_ascii_case(b"functions") {
                            return error(format!("ERR Unsupported rdb-filter-only option: {}", String::from_utf8_lossy(&part)));
                        }
                        conn.announced.filter = Some(Filter::Functions);
                    }
                }
                b"ack" if self.caps.psync => {
                    if conn.session.is_none() {
                        return Reply::None;
                    }
                    match integer(value) {
                        Some(offset) => self.ack_heard(id, offset, out),
                        None => return Reply::None,
                    }
                    return Reply::None;
                }
                b"getack" if self.caps.wait => {
                    let sent = self.send_ack(out);
                    return if sent && self.caps.psync2 { Reply::None } else { Reply::Status("OK") };
                }
                _ => return error(format!("ERR Unrecognized REPLCONF option: {}", String::from_utf8_lossy(&pair[0]))),
            }
        }
        Reply::Status("OK")
    }

    fn ack_heard(&mut self, id: ConnId, offset: i64, out: &mut Outbox) {
        let now_s = self.cached_s();
        let Some(session) = self.conns.get_mut(&id).and_then(|c| c.session.as_mut()) else { return };
        session.ack_offset = session.ack_offset.max(Offset(offset));
        session.ack_time_s = now_s;
        let awaits_child = matches!(session.phase, Phase::WaitBgsaveEnd { target: Target::Sockets });
        if awaits_child && self.caps.diskless_pipe {
            // From 6.0 on the parent looks for its child at once.
            self.reap_child(out);
        }
        let Some(session) = self.conns.get_mut(&id).and_then(|c| c.session.as_mut()) else { return };
        if matches!(session.phase, Phase::Online { held: true }) {
            if self.leaves_with_rdb(id, out) {
                return;
            }
            let Some(session) = self.conns.get_mut(&id).and_then(|c| c.session.as_mut()) else { return };
            session.phase = Phase::Online { held: false };
            if !self.caps.online_before_ack {
                self.log(Line::Synchronized { replica: &self.name_of_id(id) }, out);
            }
            self.refresh_good(out);
        }
        if out.want_flow {
            let mut replica = Sketch::default();
            if let Some(conn) = self.conns.get(&id) {
                if conn.announced.port > 0 {
                    replica.push_str(conn.replica_ip());
                    replica.push_str(":");
                    replica.push_number(conn.announced.port);
                } else {
                    replica.push_str(&self.name_of(conn));
                }
            }
            self.note(Note::AckHeard { replica: replica.text(), offset }, out);
        }
    }

    /// A bare newline from a replica that flushes or loads is a sign of life.
    pub(super) fn keepalive_heard(&mut self, id: ConnId) {
        let now_s = self.cached_s();
        if let Some(session) = self.conns.get_mut(&id).and_then(|c| c.session.as_mut()) {
            session.ack_time_s = now_s;
        }
    }

    // ---- the end of a session

    /// A replica's conn is gone.
    pub(super) fn session_gone(&mut self, conn: &Conn, session: &Session, why: SessionEnd, out: &mut Outbox) {
        let name = self.name_of(conn);
        if self.caps.psync {
            let unknown = why == SessionEnd::Reset && conn.announced.ip.is_none();
            let name = if unknown { format!("client id #{}", conn.seq) } else { name.clone() };
            self.log(Line::Lost { replica: &name }, out);
        }
        self.replicas.retain(|id| *id != conn.pipe.id);
        if let Some(cursor) = session.cursor {
            self.backlog.detach(cursor);
        }
        if self.replicas.is_empty() {
            self.no_replicas_since_s = self.cached_s();
        }
        self.note(Note::SessionEnded { replica: name, why, offset: session.ack_offset.0 }, out);
        self.refresh_good(out);
        self.kill_useless_child(session, out);
    }

    /// From 6.2 on a child that writes to the disk for nobody any more is killed, unless save points want its file. One that writes to sockets is
    /// killed when it next writes.
    fn kill_useless_child(&mut self, gone: &Session, out: &mut Outbox) {
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

    /// Drops every replica of this server: its stream is about to become another one.
    pub(super) fn drop_replicas(&mut self, out: &mut Outbox) {
        for id in self.replicas.clone() {
            self.drop_conn(id, SessionEnd::Closed, true, out);
        }
    }

    // ---- what the replication cron does for replicas

    /// PING, newlines, timeouts, the backlog's time to live, a delayed BGSAVE, good replicas: docs/redis.md §5, steps 6 to 13. `seconds`: crons so far.
    pub(super) fn cron_for_replicas(&mut self, seconds: u64, out: &mut Outbox) {
        let period = self.conf.repl_ping_period.max(1).cast_unsigned();
        let somebody = !self.replicas.is_empty() || self.caps.pings_without_replicas;
        let may_ping = (self.upstream.is_none() || !self.caps.psync2) && !self.failover_stops_pings();
        let pings = seconds.is_multiple_of(period);
        if pings && somebody && may_ping && self.caps.psync {
            self.feed_raw(crate::repl::stream::ping(self.era), out);
            if self.bugs.has(Bug::PingNotCounted) {
                self.uncount(crate::repl::stream::ping(self.era));
            }
        }
        for id in self.replicas.clone() {
            let Some(conn) = self.conns.get_mut(&id) else { continue };
            let Some(session) = &conn.session else { continue };
            let waits = matches!(session.phase, Phase::WaitBgsaveStart | Phase::WaitBgsaveEnd { target: Target::Disk });
            if !self.caps.psync && !pings {
                // 2.6 keeps everybody alive at the ping's period, each in the way that its state allows.
                continue;
            }
            if !self.caps.psync && session.online() {
                let first = super::propagate::session_next(session.sent.0, conn.pipe.queued());
                conn.pipe.push_stream(first, Bytes::from_static(crate::repl::stream::ping(self.era)));
            }
            if waits {
                conn.pipe.write_through(Bytes::from_static(b"\n"), Payload::Newline.into(), &mut out.outputs);
            }
        }
        self.drop_silent(out);
        self.expire_backlog(out);
        self.start_delayed_bgsave(out);
        self.refresh_good(out);
    }

    fn drop_silent(&mut self, out: &mut Outbox) {
        let now_s = self.cached_s();
        let timeout = self.conf.repl_timeout;
        for id in self.replicas.clone() {
            let Some(session) = self.conns.get(&id).and_then(|c| c.session.as_ref()) else { continue };
            let silent = session.online() && !session.pre_psync && now_s - session.ack_time_s > timeout;
            // From 6.0 on also one that takes nothing more of a diskless RDB.
            let stuck = self.caps.diskless_pipe && !session.payload.is_empty() && now_s - session.progress_s > timeout;
            if (!silent && !stuck) || self.bugs.has(Bug::MasterTimeout) {
                continue;
            }
            let name = self.name_of_id(id);
            self.log(Line::TimedOut { replica: &name, streaming: silent }, out);
            self.drop_conn(id, SessionEnd::Timeout, true, out);
        }
    }

    fn expire_backlog(&mut self, out: &mut Outbox) {
        let ttl = self.conf.repl_backlog_ttl;
        if !self.replicas.is_empty() || ttl == 0 || !self.backlog.active() || (self.caps.psync2 && self.upstream.is_some()) {
            return;
        }
        let idle = self.cached_s() - self.no_replicas_since_s;
        if idle > ttl {
            if self.caps.ttl_changes_id && !self.bugs.has(Bug::TtlKeepsId) {
                let fresh = self.draw_id();
                self.set_ids(fresh, ReplId::ZEROS, Offset::NONE, out);
            }
            self.backlog.free();
            self.log(Line::BacklogFreed { ttl_s: ttl }, out);
            self.note(Note::BacklogFreed { why: FreedWhy::Ttl }, out);
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
