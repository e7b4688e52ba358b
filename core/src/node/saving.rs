//! What is written of the data, and when: the child that writes an RDB, the changes that save points count, SAVE and BGSAVE, and the append-only file
//! (`aof`). Of two children up to 3.0 one writes an RDB, the other rewrites that file.

use super::ConnId;
use super::aof::Aof;
use super::api::{ChildKind, ChildResult, FileOp, FileResult, JobId, OpId, Outbox, Output};
use super::ctx::{Ctx, Fork};
use super::lines::{Saving as Line, Upstream};
use super::parts::ChildPurpose;
use crate::command::Reply;
use crate::command::directives::Config;
use crate::data::Dataset;
use crate::fact::Folder;
use crate::note::Note;
use crate::planted::Bug;
use crate::time::{Span, Time};
use alloc::format;
use alloc::string::{String, ToString};
use bytes::Bytes;

/// The signal with which Redis ends its own children.
const SIGUSR1: i32 = 10;
/// Seconds after a failed BGSAVE before a save point tries again.
const RETRY_S: i64 = 5;

/// A running child that writes an RDB, or one that ended and has not been noticed yet.
#[derive(Clone, Debug)]
pub struct Child {
    job: JobId,
    pid: u64,
    purpose: ChildPurpose,
    rdb: Bytes,
    ended: Option<ChildResult>,
    since: Time,
    produced: u64,
    /// This server has killed it.
    doomed: bool,
    /// Nobody takes what it writes to sockets itself: it is about to fail.
    fails: bool,
}
impl Child {
    /// This server's number for it.
    #[must_use]
    pub const fn job(&self) -> JobId {
        self.job
    }
    /// Its process id.
    #[must_use]
    pub const fn pid(&self) -> u64 {
        self.pid
    }
    /// What it is for.
    #[must_use]
    pub const fn purpose(&self) -> ChildPurpose {
        self.purpose
    }
    /// What it writes.
    #[must_use]
    pub const fn rdb(&self) -> &Bytes {
        &self.rdb
    }
    /// How it ended, if it did.
    #[must_use]
    pub const fn ended(&self) -> Option<&ChildResult> {
        self.ended.as_ref()
    }
    /// When it was forked.
    #[must_use]
    pub const fn since(&self) -> Time {
        self.since
    }
    /// Bytes that a sockets child has handed over.
    #[must_use]
    pub const fn produced(&self) -> u64 {
        self.produced
    }
    const fn works(&self) -> bool {
        self.ended.is_none()
    }
    fn kill(&mut self, out: &mut Outbox) {
        self.doomed = true;
        out.outputs.push(Output::Kill { job: self.job });
    }
}

/// A child that was found to have ended.
#[derive(Debug)]
pub(super) struct Reaped {
    /// What it wrote.
    pub(super) rdb: Bytes,
    pub(super) ok: bool,
}

/// No file can be made in the folder by the process of this id.
fn cannot_open<'a>(ctx: &'a Ctx, pid: u64, why: &'a str) -> Line<'a> {
    let text = |bytes: &'a Bytes| core::str::from_utf8(bytes).unwrap_or("");
    let folder = if ctx.ground.folder == Folder::Gone { "unknown" } else { text(&ctx.conf.dir) };
    Line::CannotOpen { why, pid, file: text(&ctx.conf.dbfilename), folder }
}

/// The answer to BGSAVE.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Answer {
    /// It is to be forked now.
    Forks,
    /// It will be, as soon as it may.
    Scheduled,
    Refused(String),
}

/// What a server writes of its data.
#[derive(Clone, Debug)]
pub(super) struct Saving {
    child: Option<Child>,
    /// A BGSAVE is to start as soon as no other child is there.
    scheduled: bool,
    /// Changes since the last RDB, and how many of them the child at work has.
    changes: u64,
    changes_at_fork: u64,
    last_s: i64,
    last_ok: bool,
    /// How long the last child that wrote an RDB took, s; −1: there was none.
    last_took_s: i64,
    last_try_s: i64,
    /// SAVE under way, and who waits for it.
    by_hand: Option<(OpId, ConnId)>,
    aof: Aof,
}
impl Default for Saving {
    fn default() -> Saving {
        Saving {
            child: None,
            scheduled: false,
            changes: 0,
            changes_at_fork: 0,
            last_s: 0,
            last_ok: true,
            last_took_s: -1,
            last_try_s: 0,
            by_hand: None,
            aof: Aof::default(),
        }
    }
}

impl Saving {
    /// A process that starts counts its time as that of its last RDB.
    pub(super) fn started(&mut self, ctx: &Ctx, out: &mut Outbox) {
        self.last_s = ctx.real_s();
        self.aof.open(ctx, out);
    }

    // ---- what others ask

    /// The child that writes an RDB.
    pub(super) const fn child(&self) -> Option<&Child> {
        self.child.as_ref()
    }
    /// Whether any child is there.
    pub(super) const fn any_child(&self) -> bool {
        self.child.is_some() || self.aof.rewriting()
    }
    /// The append-only file.
    pub(super) const fn aof(&self) -> &Aof {
        &self.aof
    }
    /// `rdb_changes_since_last_save`.
    pub(super) const fn changes(&self) -> u64 {
        self.changes
    }
    /// `rdb_last_bgsave_time_sec`; −1: there was none.
    pub(super) const fn last_took_s(&self) -> i64 {
        self.last_took_s
    }
    /// LASTSAVE, a unix second.
    pub(super) const fn last_s(&self) -> i64 {
        self.last_s
    }
    /// Whether the last RDB was written.
    pub(super) const fn last_ok(&self) -> bool {
        self.last_ok
    }
    /// Whether the next tick has something to do for it.
    pub(super) fn wants_tick(&self) -> bool {
        self.child.as_ref().is_some_and(|child| !child.works()) || self.aof.wants_tick() || self.scheduled
    }

    // ---- when

    /// A command of database `db` changed data: save points count it, and a rewrite of the append-only file takes it along.
    pub(super) fn changed(&mut self, db: usize, words: &[Bytes]) {
        self.changes += 1;
        self.aof.changed(db, words);
    }
    /// What expired is no change for save points, and a rewrite of the append-only file takes it along.
    pub(super) fn expired(&mut self, db: usize, words: &[Bytes]) {
        self.aof.changed(db, words);
    }
    /// Whether a child may be forked at this unix second: none is there, and the last failure is a while ago.
    const fn may_fork(&self, now_s: i64) -> bool {
        !self.any_child() && (self.last_ok || now_s - self.last_try_s > RETRY_S)
    }
    /// A BGSAVE by itself is due: so many changes within so many seconds.
    pub(super) fn reaches_save_point(&self, ctx: &Ctx, out: &mut Outbox) -> bool {
        let now_s = ctx.cached_s();
        let free = self.may_fork(now_s);
        let counted = i64::try_from(self.changes).unwrap_or(i64::MAX);
        let mut points = ctx.conf.save.iter().copied();
        let Some((seconds, changes)) = points.find(|(seconds, changes)| free && counted >= *changes && now_s - self.last_s > *seconds)
        else {
            return false;
        };
        ctx.log(Line::SavePoint { changes, seconds }, out);
        true
    }
    /// The unix second at which a save point will be reached if nothing more is written.
    pub(super) fn next_save_point_s(&self, conf: &Config) -> Option<i64> {
        if self.any_child() {
            return None;
        }
        let counted = i64::try_from(self.changes).unwrap_or(i64::MAX);
        let reached = conf.save.iter().filter(|(_, changes)| counted >= *changes);
        let at = reached.map(|(seconds, _)| self.last_s.saturating_add(*seconds).saturating_add(1)).min()?;
        Some(if self.last_ok { at } else { at.max(self.last_try_s + RETRY_S + 1) })
    }
    /// BGSAVE SCHEDULE: whether it is time for what was put off.
    pub(super) fn takes_scheduled(&mut self, now_s: i64) -> bool {
        let due = self.scheduled && self.may_fork(now_s);
        self.scheduled &= !due;
        due
    }
    /// BGSAVE. `schedule`: it may wait; `late`: it may not fork now.
    pub(super) fn asked(&mut self, schedule: bool, late: bool, ctx: &Ctx) -> Answer {
        if let Some(refusal) = self.refuses_save() {
            return Answer::Refused(refusal.to_string());
        }
        if late || (schedule && self.any_child()) {
            self.scheduled = true;
            return Answer::Scheduled;
        }
        if self.any_child() {
            let advice = "can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.";
            return Answer::Refused(match (ctx.caps.one_child, ctx.caps.says_any_child) {
                (false, _) => "ERR Can't BGSAVE while AOF log rewriting is in progress".to_string(),
                (true, false) => format!("ERR An AOF log rewriting in progress: {advice}"),
                (true, true) => format!("ERR Another child process is active (AOF?): {advice}"),
            });
        }
        Answer::Forks
    }
    /// Why there can be no SAVE and no BGSAVE now.
    pub(super) const fn refuses_save(&self) -> Option<&'static str> {
        if self.child.is_some() { Some("ERR Background save already in progress") } else { None }
    }

    // ---- SAVE

    /// SAVE: the file is being written, and its caller waits.
    pub(super) fn save(&mut self, rdb: Bytes, caller: ConnId, ctx: &mut Ctx, out: &mut Outbox) {
        self.by_hand = Some((ctx.file(FileOp::WriteDump { rdb }, out), caller));
    }
    /// The file that SAVE writes.
    pub(super) fn by_hand(&self) -> Option<OpId> {
        self.by_hand.map(|(op, _)| op)
    }
    /// A file operation ended: if it was that of SAVE, who waits gets this answer.
    pub(super) fn saved(&mut self, op: OpId, result: &FileResult, ctx: &Ctx, out: &mut Outbox) -> Option<(ConnId, Reply)> {
        let (_, caller) = self.by_hand.take_if(|(waits, _)| *waits == op)?;
        self.last_ok = !matches!(result, FileResult::Error(_));
        if let FileResult::Error(why) = result {
            match ctx.ground.folder.error() {
                Some(why) => ctx.log(cannot_open(ctx, ctx.pid(), why), out),
                None => ctx.log(Line::WriteError { why }, out),
            }
            return Some((caller, Reply::Error("ERR".to_string())));
        }
        ctx.log(Line::Saved, out);
        self.last_s = ctx.real_s();
        self.changes = 0;
        Some((caller, Reply::Status("OK")))
    }
    /// A caller is gone: nobody waits for the file any more.
    pub(super) fn caller_gone(&mut self, caller: ConnId) {
        self.by_hand = self.by_hand.filter(|(_, waits)| *waits != caller);
    }

    // ---- the child

    /// Forks a child that writes `rdb`, and sleeps so long on the way. `false`: that failed.
    pub(super) fn fork(&mut self, purpose: ChildPurpose, rdb: Bytes, delay: Span, ctx: &mut Ctx, out: &mut Outbox) -> bool {
        let bytes = rdb.len() as u64;
        if !ctx.ground.forks && !ctx.bugs.has(Bug::ForkAssumed) {
            ctx.log(Line::CannotFork, out);
            (self.last_try_s, self.last_ok) = (ctx.cached_s(), false);
            return false;
        }
        let Fork { job, pid, blocked } = ctx.fork(bytes);
        let (kind, line) = if purpose.to_sockets() {
            (ChildKind::RdbToSockets { rdb: rdb.clone() }, Line::TransferStarted { pid, direct: purpose.direct() })
        } else {
            (ChildKind::RdbToDisk { rdb: rdb.clone() }, Line::Started { pid })
        };
        self.last_try_s = ctx.cached_s();
        self.changes_at_fork = self.changes;
        self.child = Some(Child { job, pid, purpose, rdb, ended: None, since: ctx.now(), produced: 0, doomed: false, fails: false });
        ctx.log(line, out);
        out.notes.push(Note::Forked { kind: purpose.kind(), ms: blocked.as_millis() as i64, bytes: bytes as i64 });
        if ctx.ground.forks {
            out.outputs.push(Output::Spawn { job, kind, delay });
        }
        true
    }
    /// A child wrote so many bytes for `readers` replicas. Whether they get them: from 6.0 on one that nobody reads is killed.
    pub(super) fn child_wrote(&mut self, job: JobId, bytes: usize, readers: usize, ctx: &Ctx, out: &mut Outbox) -> bool {
        let Some(child) = self.child.as_mut().filter(|child| child.job == job) else { return false };
        child.produced += bytes as u64;
        if child.purpose.direct() && readers == 0 {
            self.nobody_takes(out);
            return false;
        }
        if !child.doomed && ctx.caps.diskless_pipe && readers == 0 {
            // Who reads the pipe sees that nobody is left.
            ctx.log(Line::LastReplicaDropped, out);
            child.kill(out);
            return false;
        }
        true
    }
    /// A child ended; its last words. `readers`: replicas that it wrote for.
    pub(super) fn child_ended(&mut self, job: JobId, result: ChildResult, readers: usize, ctx: &Ctx, out: &mut Outbox) {
        let Some(child) = self.child.as_mut().filter(|child| child.job == job) else {
            return self.aof.child_ended(job, result, ctx, out);
        };
        let ok = matches!(result, ChildResult::Success);
        if matches!(result, ChildResult::Failed)
            && !child.purpose.to_sockets()
            && let Some(why) = ctx.ground.folder.error()
        {
            ctx.log_child(child.pid, cannot_open(ctx, child.pid, why), out);
        }
        child.ended = Some(if child.fails { ChildResult::Failed } else { result });
        let ok = ok && !child.fails;
        if !ok {
            return;
        }
        let sockets = child.purpose.to_sockets();
        if !sockets {
            ctx.log_child(child.pid, Line::Saved, out);
        }
        if ctx.caps.psync {
            ctx.log_child(child.pid, Line::ChildCow, out);
        }
        if sockets && ctx.caps.diskless_pipe && !child.purpose.direct() {
            ctx.log(Line::PipeRead { up: readers }, out);
        }
    }
    /// Whether a child ended that has not been noticed yet, and if so, whether it ended well.
    pub(super) fn ended(&self) -> Option<bool> {
        self.child.as_ref()?.ended.as_ref().map(|result| matches!(result, ChildResult::Success))
    }
    /// The parent notices that its child has ended.
    pub(super) fn reap(&mut self, ctx: &Ctx, out: &mut Outbox) -> Option<Reaped> {
        let child = self.child.take_if(|child| !child.works())?;
        let sockets = child.purpose.to_sockets();
        self.last_took_s = ctx.real_s() - ctx.unix_s_at(child.since);
        let (ok, line) = match (child.ended?, sockets) {
            (ChildResult::Success, false) => (true, Line::Terminated),
            (ChildResult::Success, true) => (true, Line::TransferTerminated),
            (ChildResult::Failed, false) => (false, Line::Failed),
            (ChildResult::Failed, true) => (false, Line::TransferFailed),
            (ChildResult::Signalled(signal), false) => (false, Line::Signalled { signal }),
            (ChildResult::Signalled(signal), true) => (false, Line::TransferSignalled { signal }),
        };
        // A child that this server killed itself is no failure.
        let killed = matches!(line, Line::Signalled { signal: SIGUSR1 });
        ctx.log(line, out);
        if !sockets && !killed {
            self.last_ok = ok;
            if ok {
                self.last_s = ctx.real_s();
                self.changes = self.changes.saturating_sub(self.changes_at_fork);
            }
        }
        out.notes.push(Note::ChildDone { kind: child.purpose.kind(), ok });
        Some(Reaped { rdb: child.rdb, ok })
    }
    /// The child meets a key of this database that its RDB has no form for, and fails (Valkey 9.1, for an older replica).
    pub(super) fn cannot_store(&mut self, db: usize, ctx: &Ctx, out: &mut Outbox) {
        if let Some(child) = &mut self.child {
            child.fails = true;
            ctx.log_child(child.pid, Line::CannotStore { db }, out);
        }
    }
    /// A child that writes to sockets itself fails, because none of them takes anything.
    pub(super) fn nobody_takes(&mut self, out: &mut Outbox) {
        if let Some(child) = self.child.as_mut().filter(|child| child.purpose.direct() && child.works() && !child.doomed) {
            child.fails = true;
            child.kill(out);
        }
    }
    /// From 6.2 on a child that writes to the disk for nobody any more is killed. One that writes to sockets is killed when it next writes.
    pub(super) fn nobody_waits(&mut self, out: &mut Outbox) {
        let useless = |child: &&mut Child| matches!(child.purpose, ChildPurpose::ReplicasDisk) && child.works() && !child.doomed;
        if let Some(child) = self.child.as_mut().filter(useless) {
            child.kill(out);
        }
    }
    /// An RDB of the master is about to be loaded: from 4.0 on the child goes, and so does the append-only file, which must not go on where old data end.
    pub(super) fn load_begins(&mut self, ctx: &Ctx, out: &mut Outbox) {
        self.stop_aof_before_load(ctx, out);
        if let Some(child) = self.child.as_ref().filter(|child| child.works() && ctx.caps.psync2) {
            ctx.log(Upstream::KillingChild { pid: child.pid }, out);
            out.outputs.push(Output::Kill { job: child.job });
        }
    }
    /// The process is about to exit: no child stays. `false`: it cannot, for the data are in no file yet.
    pub(super) fn exits(&mut self, force: bool, ctx: &Ctx, out: &mut Outbox) -> bool {
        if let Some(child) = self.child.as_mut().filter(|child| child.works()) {
            child.kill(out);
            ctx.log(Line::KillingAtExit, out);
        }
        self.aof.leave(force, ctx, out)
    }

    // ---- the append-only file

    /// CONFIG SET appendonly yes. `late`: it may not fork now. `Err`: a rewrite is in the way.
    pub(super) fn start_aof(&mut self, late: bool, data: &Dataset, ctx: &mut Ctx, out: &mut Outbox) -> Result<(), ()> {
        self.aof.switch_on(self.child.is_some(), late, data, ctx, out)
    }
    /// CONFIG SET appendonly no.
    pub(super) fn stop_aof(&mut self, ctx: &Ctx, out: &mut Outbox) {
        self.aof.switch_off(ctx, out);
    }
    /// From 4.0 on it is switched off before data of a master are loaded.
    pub(super) fn stop_aof_before_load(&mut self, ctx: &Ctx, out: &mut Outbox) {
        if ctx.caps.aof_stops_before_load && self.aof.enabled() {
            self.aof.switch_off(ctx, out);
        }
    }
    /// The data are another master's now: the file begins anew with them.
    /// `false`: it cannot be.
    pub(super) fn restart_aof(&mut self, data: &Dataset, ctx: &mut Ctx, out: &mut Outbox) -> bool {
        self.aof.restart(self.child.is_some(), data, ctx, out)
    }
    /// BGREWRITEAOF. `late`: it may not fork now.
    pub(super) fn rewrite_asked(&mut self, late: bool, data: &Dataset, ctx: &mut Ctx, out: &mut Outbox) -> Reply {
        self.aof.asked(self.child.is_some(), late, data, ctx, out)
    }
    /// serverCron starts a rewrite that had to wait.
    pub(super) fn start_scheduled_rewrite(&mut self, data: &Dataset, ctx: &mut Ctx, out: &mut Outbox) {
        self.aof.start_scheduled(self.child.is_some(), data, ctx, out);
    }
    /// The parent looks for the child that rewrites. Whether it found that one has ended.
    pub(super) fn reap_rewrite(&mut self, ctx: &Ctx, out: &mut Outbox) -> bool {
        self.aof.reap(ctx, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::era::Era;
    use alloc::vec::Vec;

    const SET: [Bytes; 3] = [Bytes::from_static(b"SET"), Bytes::from_static(b"a"), Bytes::from_static(b"b")];

    /// The process looks at its clock at this second.
    fn at(ctx: &mut Ctx, second: u64) {
        ctx.begin_input(Time::from_secs(second));
        ctx.clock.look(Time::from_secs(second));
    }
    fn forked(saving: &mut Saving, purpose: ChildPurpose, ctx: &mut Ctx) -> JobId {
        saving.fork(purpose, Bytes::from_static(b"REDIS"), Span::ZERO, ctx, &mut Outbox::default());
        saving.child().expect("a child").job()
    }
    fn ends(saving: &mut Saving, job: JobId, result: ChildResult, ctx: &Ctx) -> (bool, Vec<String>) {
        let mut out = Outbox::default();
        saving.child_ended(job, result, 1, ctx, &mut out);
        assert!(saving.wants_tick() && saving.any_child());
        let reaped = saving.reap(ctx, &mut out).expect("a child that ended");
        assert!(!saving.any_child());
        (reaped.ok, out.logged())
    }

    #[test]
    fn a_save_point_needs_its_changes_and_its_seconds_and_says_when_it_will_have_both() {
        let mut ctx = Ctx::of(Era::V3_0, &["save 10 2"]);
        let mut saving = Saving::default();
        saving.started(&ctx, &mut Outbox::default());
        saving.changed(0, &SET);
        assert_eq!(saving.next_save_point_s(&ctx.conf), None, "one change is not two");
        saving.changed(0, &SET);
        assert_eq!(saving.next_save_point_s(&ctx.conf), Some(11));
        for (second, reached) in [(10, false), (11, true)] {
            at(&mut ctx, second);
            let mut out = Outbox::default();
            assert_eq!(saving.reaches_save_point(&ctx, &mut out), reached, "{second}");
            assert_eq!(out.logged().len(), usize::from(reached));
        }
        let job = forked(&mut saving, ChildPurpose::Save, &mut ctx);
        assert_eq!(saving.next_save_point_s(&ctx.conf), None, "a child is there");
        // What comes while the child writes is not in its file.
        saving.changed(0, &SET);
        at(&mut ctx, 12);
        let (ok, said) = ends(&mut saving, job, ChildResult::Success, &ctx);
        assert!(ok && said.last().is_some_and(|line| line == "Background saving terminated with success"), "{said:?}");
        assert_eq!((saving.changes(), saving.last_s(), saving.last_ok()), (1, 12, true));
    }

    #[test]
    fn after_a_failure_save_points_wait_and_a_kill_by_this_server_is_none() {
        let mut ctx = Ctx::of(Era::V6_2, &["save 1 1"]);
        let mut saving = Saving::default();
        saving.changed(0, &SET);
        at(&mut ctx, 20);
        let job = forked(&mut saving, ChildPurpose::ReplicasDisk, &mut ctx);
        let mut out = Outbox::default();
        saving.nobody_waits(&mut out);
        saving.nobody_waits(&mut out);
        assert!(matches!(out.outputs[..], [Output::Kill { job: killed }] if killed == job), "once: {:?}", out.outputs);
        ends(&mut saving, job, ChildResult::Signalled(SIGUSR1), &ctx);
        assert!(saving.last_ok());
        assert!(saving.reaches_save_point(&ctx, &mut Outbox::default()));
        let job = forked(&mut saving, ChildPurpose::Save, &mut ctx);
        ends(&mut saving, job, ChildResult::Failed, &ctx);
        assert!(!saving.last_ok());
        assert_eq!(saving.next_save_point_s(&ctx.conf), Some(26));
        for (second, reached) in [(25, false), (26, true)] {
            at(&mut ctx, second);
            assert_eq!(saving.reaches_save_point(&ctx, &mut Outbox::default()), reached, "{second}");
        }
    }

    #[test]
    fn a_child_whose_replicas_are_gone_is_killed_when_it_next_writes() {
        for (era, kills) in [(Era::V5_0, false), (Era::V6_2, true)] {
            let mut ctx = Ctx::of(era, &[]);
            let mut saving = Saving::default();
            let job = forked(&mut saving, ChildPurpose::ReplicasSockets, &mut ctx);
            let mut out = Outbox::default();
            assert!(saving.child_wrote(job, 2, 1, &ctx, &mut out));
            assert_eq!(saving.child_wrote(job, 3, 0, &ctx, &mut out), !kills, "{era}");
            assert_eq!((out.outputs.len(), out.logged().len()), (usize::from(kills), usize::from(kills)));
            assert!(!saving.child_wrote(JobId(99), 3, 0, &ctx, &mut out), "whose is that?");
            assert_eq!(saving.child().map(Child::produced), Some(5));
            // No file of its own: LASTSAVE does not hear of it.
            ends(&mut saving, job, ChildResult::Failed, &ctx);
            assert!(saving.last_ok());
        }
    }

    #[test]
    fn bgsave_is_refused_put_off_or_forked() {
        for era in Era::ALL {
            let mut ctx = Ctx::of(era, &[]);
            let mut saving = Saving::default();
            assert_eq!(saving.asked(false, false, &ctx), Answer::Forks);
            assert!(!saving.takes_scheduled(0));
            let _ = saving.rewrite_asked(false, &Dataset::default(), &mut ctx, &mut Outbox::default());
            assert!(matches!(saving.asked(false, false, &ctx), Answer::Refused(why) if why.contains("AOF")), "{era}");
            assert_eq!(saving.asked(true, false, &ctx), Answer::Scheduled);
            assert!(saving.wants_tick() && !saving.takes_scheduled(0), "a rewrite is there");
            saving.stop_aof(&ctx, &mut Outbox::default());
            assert!(saving.takes_scheduled(0) && !saving.takes_scheduled(0), "{era}: once");
            forked(&mut saving, ChildPurpose::Save, &mut ctx);
            assert_eq!(saving.asked(true, true, &ctx), Answer::Refused("ERR Background save already in progress".to_string()));
        }
    }

    #[test]
    fn save_answers_whoever_still_waits() {
        let mut ctx = Ctx::of(Era::V7_0, &[]);
        let mut saving = Saving::default();
        saving.changed(0, &SET);
        let mut out = Outbox::default();
        let (me, other) = (ConnId(4), ConnId(5));
        let op = |out: &Outbox| if let Some(Output::File { op, .. }) = out.outputs.last() { *op } else { panic!("a file") };
        saving.save(Bytes::new(), me, &mut ctx, &mut out);
        let first = op(&out);
        assert_eq!(saving.saved(OpId(99), &FileResult::Done, &ctx, &mut out), None);
        let failed = saving.saved(first, &FileResult::Error("No space left on device".to_string()), &ctx, &mut out);
        assert_eq!((failed, saving.last_ok(), saving.changes()), (Some((me, Reply::Error("ERR".to_string()))), false, 1));
        saving.save(Bytes::new(), me, &mut ctx, &mut out);
        saving.caller_gone(other);
        let second = op(&out);
        assert_eq!(saving.saved(second, &FileResult::Done, &ctx, &mut out), Some((me, Reply::Status("OK"))));
        assert_eq!((saving.last_ok(), saving.changes()), (true, 0));
        saving.save(Bytes::new(), me, &mut ctx, &mut out);
        saving.caller_gone(me);
        assert_eq!(saving.saved(op(&out), &FileResult::Done, &ctx, &mut out), None);
    }
}
