//! The append-only file, reduced to the effect of its rewrites on the rest of the server. A child occupies the server, which delays a BGSAVE (docs/redis.md §2.2 step 11, §6);
//! no command is ever written to a file, and nothing is loaded from one.

use super::api::{ChildKind, ChildResult, JobId, Outbox, Output};
use super::ctx::{Ctx, Fork};
use super::lines::Aof as Line;
use crate::command::Reply;
use crate::data::Dataset;
use crate::fact::ForkKind;
use crate::note::Note;
use crate::time::{Span, Time};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

/// The signal with which Redis ends its own children.
const SIGUSR1: i32 = 10;
/// How often a file is tried to be switched on after a full resynchronisation.
const TRIES_AFTER_LOAD: u32 = 10;
/// Rewrites that fail one after the other before 7.0 takes its time.
const FAILURES_MAX: u32 = 3;
/// The longest pause that it takes then.
const PAUSE_MINUTES_MAX: i64 = 60;

/// Redis's `aof_state`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Writes {
    /// No.
    #[default]
    Off,
    /// Commands are appended.
    On,
    /// It was switched on, and its first rewrite is not over.
    WaitsForRewrite,
}

/// A child that rewrites the file, or one that ended and has not been noticed yet.
#[derive(Clone, Debug)]
struct Rewrite {
    /// This server's number for it.
    job: JobId,
    pid: u64,
    since: Time,
    ended: Option<ChildResult>,
    /// Of the commands that ran meanwhile, the bytes that the child has taken along.
    taken: u64,
}

/// Why 7.0 does not try again yet.
#[derive(Clone, Copy, Debug)]
struct Pause {
    minutes: i64,
    /// Until this unix second; `None`: the next try is free.
    until_s: Option<i64>,
}

/// The numbers of the files that make up the whole (7.0).
#[derive(Clone, Debug, Default)]
struct Files {
    base: Option<String>,
    bases: u64,
    /// Those that hold commands, oldest first.
    incrs: Vec<String>,
    incrs_ever: u64,
}
impl Files {
    /// The name of the next file that holds the whole.
    fn next_base(&mut self, preamble: bool) -> String {
        self.bases += 1;
        format!("appendonly.aof.{}.base.{}", self.bases, if preamble { "rdb" } else { "aof" })
    }
    /// The name of the next file that holds commands.
    fn next_incr(&mut self) -> String {
        self.incrs_ever += 1;
        format!("appendonly.aof.{}.incr.aof", self.incrs_ever)
    }
}

/// A server's append-only file and the child that rewrites it. Whether another child is at work, its owner says: `saves`.
#[derive(Clone, Debug)]
pub(super) struct Aof {
    writes: Writes,
    child: Option<Rewrite>,
    /// A rewrite is to start as soon as no other child is there.
    scheduled: bool,
    last_ok: bool,
    last_took_s: i64,
    failures: u32,
    pause: Option<Pause>,
    /// Bytes of commands since the fork, and the database that the last of them belonged to.
    diff: u64,
    selected: Option<usize>,
    files: Files,
}
impl Default for Aof {
    fn default() -> Aof {
        Aof {
            writes: Writes::Off,
            child: None,
            scheduled: false,
            last_ok: true,
            last_took_s: -1,
            failures: 0,
            pause: None,
            diff: 0,
            selected: None,
            files: Files::default(),
        }
    }
}

impl Aof {
    /// `aof_enabled`.
    pub(super) const fn enabled(&self) -> bool {
        !matches!(self.writes, Writes::Off)
    }
    /// `aof_rewrite_in_progress`.
    pub(super) const fn rewriting(&self) -> bool {
        self.child.is_some()
    }
    /// `aof_current_rewrite_time_sec`: s, −1 without a rewrite.
    pub(super) fn rewriting_s(&self, now: Time) -> i64 {
        self.child.as_ref().map_or(-1, |child| now.since(child.since).as_millis() as i64 / 1_000)
    }
    /// `aof_rewrite_scheduled`.
    pub(super) const fn scheduled(&self) -> bool {
        self.scheduled
    }
    /// `aof_last_rewrite_time_sec`: s, −1 before the first.
    pub(super) const fn last_took_s(&self) -> i64 {
        self.last_took_s
    }
    /// Whether the last rewrite ended well.
    pub(super) const fn last_ok(&self) -> bool {
        self.last_ok
    }
    /// The number of the child at work.
    pub(super) fn job(&self) -> Option<JobId> {
        self.child.as_ref().map(|child| child.job)
    }
    /// Whether the next tick has something to do for it.
    pub(super) fn wants_tick(&self) -> bool {
        self.child.as_ref().map_or(self.scheduled, |child| child.ended.is_some())
    }
    /// Whether it was switched on and its first file is not whole yet.
    const fn waits_for_rewrite(&self) -> bool {
        matches!(self.writes, Writes::WaitsForRewrite)
    }

    /// `appendonly yes` of redis.conf: there is no file, so one is begun.
    pub(super) fn open(&mut self, ctx: &Ctx, out: &mut Outbox) {
        if !ctx.conf.appendonly {
            return;
        }
        self.writes = Writes::On;
        if ctx.caps.aof_parts {
            let base = self.files.next_base(ctx.conf.aof_use_rdb_preamble);
            let incr = self.files.next_incr();
            ctx.log(Line::CreatingBase { name: &base }, out);
            ctx.log(Line::CreatingIncr { name: &incr }, out);
            self.files.base = Some(base);
            self.files.incrs.push(incr);
        }
    }

    /// Switches it on: commands are kept from now on, and the data go into a first rewrite. `late`: it may not fork now. `Err` if another rewrite is in
    /// the way.
    pub(super) fn switch_on(&mut self, saves: bool, late: bool, data: &Dataset, ctx: &mut Ctx, out: &mut Outbox) -> Result<(), ()> {
        let other_child = ctx.caps.one_child && saves;
        if other_child || late {
            ctx.log(if other_child { Line::Scheduled } else { Line::ScheduledInExec }, out);
            self.writes = Writes::WaitsForRewrite;
            self.scheduled = true;
            return Ok(());
        }
        if self.child.is_some() {
            if !ctx.caps.aof_replaces_rewrite {
                ctx.log(Line::CannotRewrite, out);
                return Err(());
            }
            ctx.log(Line::ReplacesRewrite, out);
            self.kill_rewrite(ctx, out);
        }
        self.writes = Writes::WaitsForRewrite;
        if !self.rewrite(data, ctx, out) {
            self.writes = Writes::Off;
            ctx.log(Line::CannotRewrite, out);
            return Err(());
        }
        Ok(())
    }
    /// Switches it off; a rewrite under way ends with it.
    pub(super) fn switch_off(&mut self, ctx: &Ctx, out: &mut Outbox) {
        self.writes = Writes::Off;
        if ctx.caps.aof_off_unschedules {
            self.scheduled = false;
        }
        self.kill_rewrite(ctx, out);
    }
    fn kill_rewrite(&mut self, ctx: &Ctx, out: &mut Outbox) {
        if let Some(child) = self.child.take() {
            ctx.log(Line::KillingRewrite { pid: child.pid }, out);
            out.outputs.push(Output::Kill { job: child.job });
        }
    }
    /// The data are another master's now: the file begins anew with them.
    pub(super) fn restart(&mut self, saves: bool, data: &Dataset, ctx: &mut Ctx, out: &mut Outbox) -> bool {
        if !ctx.conf.appendonly {
            return true;
        }
        if self.enabled() {
            self.switch_off(ctx, out);
        }
        // The stop ended any rewrite, and a load lets nobody ask for another: only fork(2) can fail. Ten tries, a second apart, stand the process still.
        for _ in 0..TRIES_AFTER_LOAD {
            if self.switch_on(saves, false, data, ctx, out).is_ok() {
                return true;
            }
            ctx.log(Line::TriesAgain, out);
            ctx.spend(Span::from_secs(1));
        }
        // Up to 4.0 the count is wrong by one, and the process goes on without a file.
        if ctx.caps.says_replica {
            ctx.log(Line::CannotGoOn, out);
        }
        !ctx.caps.says_replica
    }

    /// The process is about to exit. `false`: it cannot, for the data are in no file yet; from 7.0 on it may be forced.
    pub(super) fn leave(&self, force: bool, ctx: &Ctx, out: &mut Outbox) -> bool {
        if !self.enabled() {
            return true;
        }
        if let Some(child) = &self.child {
            if self.waits_for_rewrite() {
                ctx.log(if force { Line::InitialExits } else { Line::InitialStays }, out);
                if !force {
                    return false;
                }
            }
            ctx.log(Line::KillingAtExit, out);
            out.outputs.push(Output::Kill { job: child.job });
        }
        ctx.log(Line::Fsync, out);
        true
    }

    /// BGREWRITEAOF. `late`: it may not fork now.
    pub(super) fn asked(&mut self, saves: bool, late: bool, data: &Dataset, ctx: &mut Ctx, out: &mut Outbox) -> Reply {
        if self.child.is_some() {
            return Reply::Error("ERR Background append only file rewriting already in progress".to_string());
        }
        if saves || late {
            self.scheduled = true;
            self.failures = 0;
            return Reply::Status("Background append only file rewriting scheduled");
        }
        if self.rewrite(data, ctx, out) {
            return Reply::Status("Background append only file rewriting started");
        }
        Reply::error(if ctx.caps.info_6_2 {
            "ERR Can't execute an AOF background rewriting. Please check the server logs for more information."
        } else {
            "ERR"
        })
    }

    /// Forks. As large as the data is about what it writes, and each key takes the child `rdb-key-save-delay`. `false`: that failed.
    fn rewrite(&mut self, data: &Dataset, ctx: &mut Ctx, out: &mut Outbox) -> bool {
        if ctx.caps.aof_parts && self.enabled() {
            let name = if self.waits_for_rewrite() {
                "temp-appendonly.aof.incr".to_string()
            } else {
                let name = self.files.next_incr();
                self.files.incrs.push(name.clone());
                name
            };
            ctx.log(Line::NewIncr { name: &name }, out);
        }
        if !ctx.ground.forks {
            ctx.log(Line::CannotFork, out);
            self.last_ok = false;
            return false;
        }
        let bytes = data.bytes();
        let Fork { job, pid, blocked } = ctx.fork(bytes);
        self.child = Some(Rewrite { job, pid, since: ctx.now(), ended: None, taken: 0 });
        (self.scheduled, self.diff, self.selected) = (false, 0, None);
        ctx.log(Line::RewriteStarted { pid }, out);
        out.notes.push(Note::Forked { kind: ForkKind::Aof, ms: blocked.as_millis() as i64, bytes: bytes as i64 });
        out.outputs.push(Output::Spawn { job, kind: ChildKind::AofRewrite { bytes }, delay: ctx.save_delay(data.total_keys()) });
        true
    }
    /// serverCron starts what had to wait.
    pub(super) fn start_scheduled(&mut self, saves: bool, data: &Dataset, ctx: &mut Ctx, out: &mut Outbox) {
        if self.scheduled && !saves && self.child.is_none() && !self.pauses(ctx, out) {
            self.rewrite(data, ctx, out);
        }
    }
    /// From 7.0 on a rewrite that fails again and again is tried less often.
    fn pauses(&mut self, ctx: &Ctx, out: &mut Outbox) -> bool {
        if !ctx.caps.aof_parts || self.failures < FAILURES_MAX {
            self.pause = None;
            return false;
        }
        let now_s = ctx.cached_s();
        let before = self.pause;
        if let Some(Pause { minutes, until_s: Some(until_s) }) = before {
            if now_s >= until_s {
                self.pause = Some(Pause { minutes, until_s: None });
            }
            return now_s < until_s;
        }
        let minutes = before.map_or(1, |pause| (pause.minutes * 2).min(PAUSE_MINUTES_MAX));
        self.pause = Some(Pause { minutes, until_s: Some(now_s + minutes * 60) });
        ctx.log(Line::RewritesPause { minutes }, out);
        true
    }

    /// A command of database `db` changed data: a rewrite under way has to take it along.
    pub(super) fn changed(&mut self, db: usize, words: &[Bytes]) {
        if self.child.is_none() || !self.enabled() {
            return;
        }
        if self.selected != Some(db) {
            self.selected = Some(db);
            self.diff += wire_length(&[Bytes::from_static(b"SELECT"), Bytes::from(db.to_string())]);
        }
        self.diff += wire_length(words);
    }

    /// A child ended, perhaps this one: its last words.
    pub(super) fn child_ended(&mut self, job: JobId, result: ChildResult, ctx: &Ctx, out: &mut Outbox) {
        let diff = self.diff;
        let Some(child) = self.child.as_mut().filter(|child| child.job == job) else { return };
        let ok = matches!(result, ChildResult::Success);
        (child.ended, child.taken) = (Some(result), diff);
        let pid = child.pid;
        if !ok {
            return;
        }
        if ctx.caps.aof_parts {
            ctx.log_child(pid, Line::ChildCreatedBase { pid }, out);
            ctx.log_child(pid, Line::ChildCow, out);
            return;
        }
        if ctx.caps.aof_diff_to_child {
            ctx.log(Line::StopDiffs, out);
            ctx.log_child(pid, Line::ChildStopsDiffs, out);
            ctx.log_child(pid, Line::ChildConcatenates { diff_bytes: diff }, out);
        }
        ctx.log_child(pid, Line::ChildDone, out);
        if ctx.caps.psync {
            ctx.log_child(pid, Line::ChildMemory, out);
        }
    }

    /// The parent looks for its child, at its 100 ms tick. Whether it found that one has ended.
    pub(super) fn reap(&mut self, ctx: &Ctx, out: &mut Outbox) -> bool {
        let Some(child) = self.child.take_if(|child| child.ended.is_some()) else { return false };
        let result = child.ended.clone().unwrap_or(ChildResult::Failed);
        let ok = matches!(result, ChildResult::Success);
        match &result {
            ChildResult::Success => {
                ctx.log(Line::Terminated, out);
                self.rewritten(&child, ctx, out);
                ctx.log(Line::Finished, out);
                (self.last_ok, self.failures) = (true, 0);
                if self.waits_for_rewrite() {
                    self.writes = Writes::On;
                }
            }
            ChildResult::Failed => ctx.log(Line::RewriteError, out),
            ChildResult::Signalled(signal) => ctx.log(Line::RewriteSignalled { signal: *signal }, out),
        }
        if !ok && !matches!(result, ChildResult::Signalled(SIGUSR1)) {
            self.last_ok = false;
            self.failures += 1;
        }
        self.last_took_s = ctx.time().since(child.since).as_millis() as i64 / 1_000;
        if self.waits_for_rewrite() {
            self.scheduled = true;
        }
        out.notes.push(Note::ChildDone { kind: ForkKind::Aof, ok });
        true
    }
    /// The new file takes the place of the old one.
    fn rewritten(&mut self, child: &Rewrite, ctx: &Ctx, out: &mut Outbox) {
        if !ctx.caps.aof_parts {
            let (left_bytes, all_bytes) = (self.diff - child.taken, self.diff);
            return ctx.log(Line::DiffFlushed { left_bytes, all_bytes }, out);
        }
        let base = self.files.next_base(ctx.conf.aof_use_rdb_preamble);
        ctx.log(Line::BaseRenamed { pid: child.pid, name: &base }, out);
        if self.waits_for_rewrite() {
            let incr = self.files.next_incr();
            ctx.log(Line::IncrRenamed { name: &incr }, out);
            self.files.incrs.push(incr);
        }
        // Only the file that is being written stays.
        let kept = usize::from(self.enabled());
        let old = self.files.incrs.len().saturating_sub(kept);
        let history: Vec<String> = self.files.incrs.drain(..old).chain(self.files.base.replace(base)).collect();
        for name in history {
            ctx.log(Line::HistoryRemoved { name: &name }, out);
        }
    }
}

/// Bytes of a command as the file (and the stream) writes it.
fn wire_length(words: &[Bytes]) -> u64 {
    let mut wire = Vec::new();
    crate::resp::write_command(words, &mut wire);
    wire.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::era::Era;
    use crate::time::Time;

    fn ended(aof: &mut Aof, result: ChildResult, ctx: &Ctx) -> Vec<String> {
        let mut out = Outbox::default();
        let job = aof.job().expect("a rewrite");
        aof.child_ended(job, result, ctx, &mut out);
        assert!(aof.wants_tick() && aof.rewriting());
        assert!(aof.reap(ctx, &mut out) && !aof.rewriting());
        out.logged()
    }

    #[test]
    fn a_command_counts_for_the_rewrite_that_is_under_way_with_the_select_that_it_needs() {
        let mut ctx = Ctx::of(Era::V3_2, &["appendonly yes"]);
        let mut aof = Aof::default();
        let set = [&b"SET"[..], b"a", b"b"].map(Bytes::from_static);
        aof.open(&ctx, &mut Outbox::default());
        aof.changed(0, &set);
        assert_eq!(aof.diff, 0, "nobody rewrites");
        let _ = aof.asked(false, false, &Dataset::default(), &mut ctx, &mut Outbox::default());
        aof.changed(0, &set);
        assert_eq!(aof.diff, 23 + 27);
        aof.changed(0, &set);
        aof.changed(1, &set);
        assert_eq!(aof.diff, 2 * 23 + 3 * 27);
        assert!(ended(&mut aof, ChildResult::Success, &ctx).last().is_some_and(|line| line.contains("finished successfully")));
        aof.changed(1, &set);
        let _ = aof.asked(false, false, &Dataset::default(), &mut ctx, &mut Outbox::default());
        assert_eq!(aof.diff, 0, "the next one begins anew");
    }

    #[test]
    fn rewrites_that_fail_again_and_again_pause_for_twice_as_long_each_time() {
        let mut ctx = Ctx::of(Era::V7_0, &[]);
        let mut aof = Aof::default();
        for failures in 1..=3 {
            let _ = aof.asked(false, false, &Dataset::default(), &mut ctx, &mut Outbox::default());
            ended(&mut aof, ChildResult::Failed, &ctx);
            assert_eq!((aof.failures, aof.last_ok()), (failures, false));
        }
        // What is scheduled by hand is tried at once; what schedules itself is not.
        aof.scheduled = true;
        let minute = |ctx: &mut Ctx, n: u64| {
            let at = Time::from_secs(60 * n);
            ctx.clock.look(at);
            ctx.begin_input(at);
        };
        let mut tries = Vec::new();
        for n in 0..16 {
            minute(&mut ctx, n);
            let mut out = Outbox::default();
            aof.start_scheduled(false, &Dataset::default(), &mut ctx, &mut out);
            if aof.rewriting() {
                tries.push(n);
                ended(&mut aof, ChildResult::Failed, &ctx);
                aof.scheduled = true;
            }
        }
        assert_eq!(tries, [1, 4, 9], "after 1, 2, 4 minutes, each counted from the tick after a failure");
    }

    #[test]
    fn a_killed_rewrite_is_no_failure_and_switching_off_forgets_it() {
        let mut ctx = Ctx::of(Era::V6_2, &["appendonly yes"]);
        let mut aof = Aof::default();
        assert_eq!(aof.switch_on(false, false, &Dataset::default(), &mut ctx, &mut Outbox::default()), Ok(()));
        assert!(!aof.leave(false, &ctx, &mut Outbox::default()), "the data are in no file yet");
        ended(&mut aof, ChildResult::Signalled(SIGUSR1), &ctx);
        assert_eq!((aof.last_ok(), aof.scheduled()), (true, true), "it is still waited for");
        aof.switch_off(&ctx, &mut Outbox::default());
        assert_eq!((aof.enabled(), aof.scheduled()), (false, false));
        assert!(aof.leave(false, &ctx, &mut Outbox::default()));
    }
}
