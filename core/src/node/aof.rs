//! The append-only file, reduced to the effect of its rewrites on the rest of the server. A child occupies the server, which delays a BGSAVE (docs/redis.md §2.2 step 11, §6);
//! no command is ever written to a file, and nothing is loaded from one.

use super::api::{ChildKind, ChildResult, JobId, Output};
use super::lines::Aof as Line;
use super::rewrite::{Pause, Rewrite, Writes};
use super::server_commands::error;
use super::{Node, Outbox};
use crate::command::Reply;
use crate::fact::ForkKind;
use crate::note::Note;
use crate::time::Span;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;

/// The signal with which Redis ends its own children.
const SIGUSR1: i32 = 10;
/// Rewrites that fail one after the other before 7.0 takes its time.
const FAILURES_MAX: u32 = 3;
/// The longest pause that it takes then.
const PAUSE_MINUTES_MAX: i64 = 60;

impl Node {
    /// Whether any child of this server is there.
    pub(super) const fn any_child(&self) -> bool {
        self.child.is_some() || self.aof.child.is_some()
    }

    /// `appendonly yes` of redis.conf: there is no file, so one is begun.
    pub(super) fn open_aof(&mut self, out: &mut Outbox) {
        if !self.conf.appendonly {
            return;
        }
        self.aof.writes = Writes::On;
        if self.caps.aof_parts {
            let base = self.aof.files.next_base(self.conf.aof_use_rdb_preamble);
            let incr = self.aof.files.next_incr();
            self.log(Line::CreatingBase { name: &base }, out);
            self.log(Line::CreatingIncr { name: &incr }, out);
            self.aof.files.base = Some(base);
            self.aof.files.incrs.push(incr);
        }
    }

    /// Switches it on: commands are kept from now on, and the data go into a first rewrite. `Err` if another rewrite is in the way.
    pub(super) fn start_aof(&mut self, out: &mut Outbox) -> Result<(), ()> {
        if self.caps.one_child && self.child.is_some() {
            self.log(Line::Scheduled, out);
            self.aof.writes = Writes::WaitsForRewrite;
            self.aof.scheduled = true;
            return Ok(());
        }
        if self.aof.child.is_some() {
            if !self.caps.aof_replaces_rewrite {
                self.log(Line::CannotRewrite, out);
                return Err(());
            }
            self.log(Line::ReplacesRewrite, out);
            self.kill_rewrite(out);
        }
        self.aof.writes = Writes::WaitsForRewrite;
        self.start_rewrite(out);
        Ok(())
    }
    /// Switches it off; a rewrite under way ends with it.
    pub(super) fn stop_aof(&mut self, out: &mut Outbox) {
        self.aof.writes = Writes::Off;
        if self.caps.aof_off_unschedules {
            self.aof.scheduled = false;
        }
        self.kill_rewrite(out);
    }
    fn kill_rewrite(&mut self, out: &mut Outbox) {
        if let Some(child) = self.aof.child.take() {
            self.log(Line::KillingRewrite { pid: child.pid }, out);
            out.outputs.push(Output::Kill { job: child.job });
        }
    }
    /// The file must not go on where old data end: from 4.0 on it is switched off before the new data are loaded.
    pub(super) fn stop_aof_before_load(&mut self, out: &mut Outbox) {
        if self.caps.aof_stops_before_load && self.aof.enabled() {
            self.stop_aof(out);
        }
    }
    /// The data are another master's now: the file begins anew with them.
    pub(super) fn restart_aof(&mut self, out: &mut Outbox) {
        if !self.conf.appendonly {
            return;
        }
        if self.aof.enabled() {
            self.stop_aof(out);
        }
        let started = self.start_aof(out);
        debug_assert!(started.is_ok(), "the stop ended any rewrite, and a load lets nobody ask for another");
    }

    /// The process is about to exit. `false`: it cannot, for the data are in no file yet; from 7.0 on it may be forced.
    pub(super) fn leave_aof(&mut self, force: bool, out: &mut Outbox) -> bool {
        if !self.aof.enabled() {
            return true;
        }
        if let Some(child) = &self.aof.child {
            let job = child.job;
            if matches!(self.aof.writes, Writes::WaitsForRewrite) {
                self.log(if force { Line::InitialExits } else { Line::InitialStays }, out);
                if !force {
                    return false;
                }
            }
            self.log(Line::KillingAtExit, out);
            out.outputs.push(Output::Kill { job });
        }
        self.log(Line::Fsync, out);
        true
    }

    /// BGREWRITEAOF.
    pub(super) fn bgrewriteaof(&mut self, in_exec: bool, out: &mut Outbox) -> Reply {
        if self.aof.child.is_some() {
            return error("ERR Background append only file rewriting already in progress");
        }
        if self.child.is_some() || (in_exec && self.caps.forks_after_exec) {
            self.aof.scheduled = true;
            self.aof.failures = 0;
            return Reply::Status("Background append only file rewriting scheduled");
        }
        self.start_rewrite(out);
        Reply::Status("Background append only file rewriting started")
    }

    /// Forks. As large as the data is about what it writes.
    fn start_rewrite(&mut self, out: &mut Outbox) {
        if self.caps.aof_parts && self.aof.enabled() {
            let name = if matches!(self.aof.writes, Writes::WaitsForRewrite) {
                "temp-appendonly.aof.incr".to_string()
            } else {
                let name = self.aof.files.next_incr();
                self.aof.files.incrs.push(name.clone());
                name
            };
            self.log(Line::NewIncr { name: &name }, out);
        }
        let bytes = self.data.bytes();
        let blocked = self.spend_fork(bytes);
        let (job, pid) = self.next_child();
        self.aof.child = Some(Rewrite { job, pid, since: self.now, ended: None, taken: 0 });
        (self.aof.scheduled, self.aof.diff, self.aof.selected) = (false, 0, None);
        self.log(Line::RewriteStarted { pid }, out);
        self.note(Note::Forked { kind: ForkKind::Aof, ms: blocked.as_millis() as i64, bytes: bytes as i64 }, out);
        out.outputs.push(Output::Spawn { job, kind: ChildKind::AofRewrite { bytes }, delay: Span::ZERO });
    }
    /// serverCron starts what had to wait.
    pub(super) fn start_scheduled_rewrite(&mut self, out: &mut Outbox) {
        if self.aof.scheduled && !self.any_child() && !self.rewrites_pause(out) {
            self.start_rewrite(out);
        }
    }
    /// From 7.0 on a rewrite that fails again and again is tried less often.
    fn rewrites_pause(&mut self, out: &mut Outbox) -> bool {
        if !self.caps.aof_parts || self.aof.failures < FAILURES_MAX {
            self.aof.pause = None;
            return false;
        }
        let now_s = self.cached_s();
        let before = self.aof.pause;
        if let Some(Pause { minutes, until_s: Some(until_s) }) = before {
            if now_s >= until_s {
                self.aof.pause = Some(Pause { minutes, until_s: None });
            }
            return now_s < until_s;
        }
        let minutes = before.map_or(1, |pause| (pause.minutes * 2).min(PAUSE_MINUTES_MAX));
        self.aof.pause = Some(Pause { minutes, until_s: Some(now_s + minutes * 60) });
        self.log(Line::RewritesPause { minutes }, out);
        true
    }

    /// Counts a command that a rewrite has to take along.
    pub(super) fn count_diff(&mut self, db: usize, words: &[Bytes]) {
        if self.aof.child.is_none() || !self.aof.enabled() {
            return;
        }
        if self.aof.selected != Some(db) {
            self.aof.selected = Some(db);
            self.aof.diff += wire_length(&[Bytes::from_static(b"SELECT"), Bytes::from(db.to_string())]);
        }
        self.aof.diff += wire_length(words);
    }

    /// The child ended; its last words.
    pub(super) fn rewrite_exited(&mut self, job: JobId, result: ChildResult, out: &mut Outbox) {
        let diff = self.aof.diff;
        let Some(child) = self.aof.child.as_mut().filter(|child| child.job == job) else { return };
        let ok = matches!(result, ChildResult::Success);
        (child.ended, child.taken) = (Some(result), diff);
        let pid = child.pid;
        if !ok {
            return;
        }
        if self.caps.aof_parts {
            self.log_child(pid, Line::ChildCreatedBase { pid }, out);
            self.log_child(pid, Line::ChildCow, out);
            return;
        }
        if self.caps.aof_diff_to_child {
            self.log(Line::StopDiffs, out);
            self.log_child(pid, Line::ChildStopsDiffs, out);
            self.log_child(pid, Line::ChildConcatenates { diff_bytes: diff }, out);
        }
        self.log_child(pid, Line::ChildDone, out);
        if self.caps.psync {
            self.log_child(pid, Line::ChildMemory, out);
        }
    }

    /// The parent looks for its child: at its 100 ms tick.
    pub(super) fn reap_rewrite(&mut self, out: &mut Outbox) {
        let Some(child) = self.aof.child.take_if(|child| child.ended.is_some()) else { return };
        let result = child.ended.clone().unwrap_or(ChildResult::Failed);
        let ok = matches!(result, ChildResult::Success);
        match &result {
            ChildResult::Success => {
                self.log(Line::Terminated, out);
                self.rewritten(&child, out);
                self.log(Line::Finished, out);
                (self.aof.last_ok, self.aof.failures) = (true, 0);
                if matches!(self.aof.writes, Writes::WaitsForRewrite) {
                    self.aof.writes = Writes::On;
                }
            }
            ChildResult::Failed => self.log(Line::RewriteError, out),
            ChildResult::Signalled(signal) => self.log(Line::RewriteSignalled { signal: *signal }, out),
        }
        if !ok && !matches!(result, ChildResult::Signalled(SIGUSR1)) {
            self.aof.last_ok = false;
            self.aof.failures += 1;
        }
        self.aof.last_took_s = (self.now + self.busy).since(child.since).as_millis() as i64 / 1_000;
        if matches!(self.aof.writes, Writes::WaitsForRewrite) {
            self.aof.scheduled = true;
        }
        self.note(Note::ChildDone { kind: ForkKind::Aof, ok }, out);
        if self.caps.diskless_delay_inclusive {
            self.start_delayed_bgsave(out);
        }
    }
    /// The new file takes the place of the old one.
    fn rewritten(&mut self, child: &Rewrite, out: &mut Outbox) {
        if !self.caps.aof_parts {
            let (left_bytes, all_bytes) = (self.aof.diff - child.taken, self.aof.diff);
            return self.log(Line::DiffFlushed { left_bytes, all_bytes }, out);
        }
        let base = self.aof.files.next_base(self.conf.aof_use_rdb_preamble);
        self.log(Line::BaseRenamed { pid: child.pid, name: &base }, out);
        if matches!(self.aof.writes, Writes::WaitsForRewrite) {
            let incr = self.aof.files.next_incr();
            self.log(Line::IncrRenamed { name: &incr }, out);
            self.aof.files.incrs.push(incr);
        }
        // Only the file that is being written stays.
        let kept = usize::from(self.aof.enabled());
        let old = self.aof.files.incrs.len().saturating_sub(kept);
        let history: Vec<String> = self.aof.files.incrs.drain(..old).chain(self.aof.files.base.replace(base)).collect();
        for name in history {
            self.log(Line::HistoryRemoved { name: &name }, out);
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
    use super::super::pair::Pair;
    use super::*;
    use crate::era::Era;
    use crate::time::Time;
    use alloc::format;

    /// What was logged since `from`, pids replaced.
    fn log(pair: &Pair, n: usize, from: Time) -> Vec<String> {
        let digits = |c: char| c.is_ascii_digit();
        let plain = |line: String| {
            let at = ["by pid ", "child: ", "temp-rewriteaof-bg-"].iter().find_map(|before| Some(line.find(before)? + before.len()));
            at.map_or(line.clone(), |at| format!("{}N{}", &line[..at], line[at..].trim_start_matches(digits)))
        };
        pair.log(n, from).into_iter().map(plain).collect()
    }
    fn persistence(pair: &mut Pair, n: usize) -> [String; 5] {
        ["aof_enabled", "aof_rewrite_in_progress", "aof_rewrite_scheduled", "rdb_bgsave_in_progress", "aof_last_bgrewrite_status"]
            .map(|field| pair.info(n, field))
    }

    #[test]
    fn switched_on_and_rewritten_as_each_era_says_it() {
        let old = "Background append only file rewriting started by pid N";
        let ended = ["Background AOF rewrite terminated with success", "Background AOF rewrite finished successfully"];
        for era in Era::ALL {
            let mut pair = Pair::new(era, &[""]);
            pair.run_ms(1_000);
            let from = pair.now;
            assert_eq!(pair.cli(0, "SET a b"), "OK");
            assert_eq!(pair.cli(0, "CONFIG SET appendonly yes"), "OK", "{era}");
            assert_eq!(persistence(&mut pair, 0), ["1", "1", "0", "0", "ok"], "{era}");
            assert_eq!(pair.cli(0, "BGREWRITEAOF"), "(error) ERR Background append only file rewriting already in progress");
            pair.run_ms(200);
            assert_eq!(persistence(&mut pair, 0), ["1", "0", "0", "0", "ok"], "{era}");
            assert_eq!(pair.cli(0, "BGREWRITEAOF"), "Background append only file rewriting started");
            pair.run_ms(200);
            let said = log(&pair, 0, from);
            let caps = era.capabilities();
            if caps.aof_parts {
                assert_eq!(
                    said,
                    [
                        "Creating AOF incr file temp-appendonly.aof.incr on background rewrite",
                        old,
                        "Successfully created the temporary AOF base file temp-rewriteaof-bg-N.aof",
                        "Fork CoW for AOF rewrite: current 0 MB, peak 0 MB, average 0 MB",
                        ended[0],
                        "Successfully renamed the temporary AOF base file temp-rewriteaof-bg-N.aof into appendonly.aof.1.base.rdb",
                        "Successfully renamed the temporary AOF incr file temp-appendonly.aof.incr into appendonly.aof.1.incr.aof",
                        ended[1],
                        "Creating AOF incr file appendonly.aof.2.incr.aof on background rewrite",
                        old,
                        "Successfully created the temporary AOF base file temp-rewriteaof-bg-N.aof",
                        "Fork CoW for AOF rewrite: current 0 MB, peak 0 MB, average 0 MB",
                        ended[0],
                        "Successfully renamed the temporary AOF base file temp-rewriteaof-bg-N.aof into appendonly.aof.2.base.rdb",
                        "Removing the history file appendonly.aof.1.incr.aof in the background",
                        "Removing the history file appendonly.aof.1.base.rdb in the background",
                        ended[1],
                    ]
                );
                continue;
            }
            let mut once = Vec::from([old]);
            if caps.aof_diff_to_child {
                once.extend([
                    "AOF rewrite child asks to stop sending diffs.",
                    "Parent agreed to stop sending diffs. Finalizing AOF...",
                    "Concatenating 0.00 MB of AOF diff received from parent.",
                ]);
            }
            once.push("SYNC append only file rewrite performed");
            if caps.psync {
                once.push("AOF rewrite: 0 MB of memory used by copy-on-write");
            }
            once.push(ended[0]);
            once.push(if caps.aof_diff_to_child {
                "Residual parent diff successfully flushed to the rewritten AOF (0.00 MB)"
            } else {
                "Parent diff successfully flushed to the rewritten AOF (0 bytes)"
            });
            once.push(ended[1]);
            assert_eq!(said, [once.clone(), once].concat(), "{era}");
        }
    }

    #[test]
    fn bgsave_and_bgrewriteaof_wait_for_each_other() {
        for era in Era::ALL {
            let caps = era.capabilities();
            let mut pair = Pair::new(era, &["save \"\""]);
            pair.child_takes = Span::from_millis(300);
            pair.run_ms(1_000);
            assert_eq!(pair.cli(0, "BGSAVE"), "Background saving started");
            assert_eq!(pair.cli(0, "BGREWRITEAOF"), "Background append only file rewriting scheduled", "{era}");
            assert_eq!(persistence(&mut pair, 0), ["0", "0", "1", "1", "ok"]);
            pair.run_ms(600);
            assert_eq!(persistence(&mut pair, 0), ["0", "1", "0", "0", "ok"], "{era}: it starts when the other is over");
            let refused = pair.cli(0, "BGSAVE");
            let expected = match (caps.one_child, caps.says_any_child) {
                (false, _) => "Can't BGSAVE while AOF log rewriting is in progress",
                (true, false) => {
                    "An AOF log rewriting in progress: can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible."
                }
                (true, true) => {
                    "Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible."
                }
            };
            assert_eq!(refused, format!("(error) ERR {expected}"), "{era}");
            if !caps.one_child {
                assert_eq!(pair.cli(0, "BGSAVE SCHEDULE"), "(error) ERR wrong number of arguments for 'bgsave' command");
                continue;
            }
            assert_eq!(pair.cli(0, "BGSAVE later"), "(error) ERR syntax error");
            assert_eq!(pair.cli(0, "BGSAVE SCHEDULE"), "Background saving scheduled");
            pair.run_ms(400);
            assert_eq!(persistence(&mut pair, 0), ["0", "0", "0", "1", "ok"], "{era}");
            pair.run_ms(600);
            assert_eq!(pair.cli(0, "MULTI"), "OK");
            assert_eq!(pair.cli(0, "BGREWRITEAOF"), "QUEUED");
            let begun = pair.cli(0, "EXEC");
            assert_eq!(begun.contains("scheduled"), caps.forks_after_exec, "{era}: {begun}");
        }
    }

    #[test]
    fn after_a_full_sync_a_replica_begins_its_file_anew_and_its_own_replica_waits_for_that() {
        for era in Era::ALL.into_iter().filter(|era| era.capabilities().psync) {
            let caps = era.capabilities();
            let disk = "repl-diskless-sync no";
            let mut pair = Pair::new(era, &[disk, &format!("{disk}; appendonly yes"), disk]);
            pair.run_ms(1_000);
            assert_eq!(pair.cli(1, "SLAVEOF 10.0.0.1 7001"), "OK");
            pair.run_ms(2_200);
            assert_eq!(pair.info(1, "master_link_status"), "up", "{era}");
            assert_eq!(persistence(&mut pair, 1), ["1", "0", "0", "0", "ok"], "{era}");
            let said = log(&pair, 1, Time::ZERO);
            let at = |text: &str| said.iter().position(|line| line.contains(text)).unwrap_or_else(|| panic!("{era}: {text}: {said:#?}"));
            assert!(at("Finished with success") < at("Background append only file rewriting started"), "{era}");
            assert!(at("rewriting started") < at("Background AOF rewrite finished successfully"), "{era}");
            // The child of the replica's file works while a third server asks.
            pair.child_takes = Span::from_secs(4);
            assert_eq!(pair.cli(1, "BGREWRITEAOF"), "Background append only file rewriting started");
            assert_eq!(pair.cli(2, "SLAVEOF 10.0.0.2 7002"), "OK");
            pair.run_ms(2_000);
            let delayed = log(&pair, 1, Time::ZERO).iter().any(|line| line.starts_with("No BGSAVE in progress, but an"));
            assert_eq!(delayed, caps.one_child, "{era}");
            assert_eq!(pair.info(1, "rdb_bgsave_in_progress"), if caps.one_child { "0" } else { "1" }, "{era}: two children up to 3.0");
            pair.run_ms(10_000);
            assert_eq!(pair.info(2, "master_link_status"), "up", "{era}");
        }
    }

    #[test]
    fn a_load_ends_the_rewrite_of_what_was_there_before() {
        for era in Era::ALL.into_iter().filter(|era| era.capabilities().psync) {
            let disk = "repl-diskless-sync no";
            let mut pair = Pair::new(era, &[disk, &format!("{disk}; appendonly yes")]);
            pair.run_ms(1_000);
            pair.child_takes = Span::from_millis(2_000);
            assert_eq!(pair.cli(1, "BGREWRITEAOF"), "Background append only file rewriting started");
            pair.child_takes = Span::from_millis(20);
            assert_eq!(pair.cli(1, "SLAVEOF 10.0.0.1 7001"), "OK");
            pair.run_ms(3_000);
            let said = log(&pair, 1, Time::ZERO);
            let at = |text: &str| said.iter().position(|line| line.contains(text)).unwrap_or_else(|| panic!("{era}: {text}: {said:#?}"));
            let killed = at("Killing running AOF rewrite child: N");
            assert_eq!(killed < at("Flushing old data"), era.capabilities().aof_stops_before_load, "{era}: {said:#?}");
            assert_eq!(said.iter().filter(|line| line.contains("rewriting started")).count(), 2, "{era}");
            assert_eq!(persistence(&mut pair, 1), ["1", "0", "0", "0", "ok"], "{era}");
        }
    }

    #[test]
    fn what_is_in_the_way_of_appendonly_yes() {
        for era in Era::ALL {
            let caps = era.capabilities();
            let mut pair = Pair::new(era, &["save \"\""]);
            pair.child_takes = Span::from_millis(300);
            pair.run_ms(1_000);
            assert_eq!(pair.cli(0, "BGREWRITEAOF"), "Background append only file rewriting started");
            let reply = pair.cli(0, "CONFIG SET appendonly yes");
            let said = log(&pair, 0, Time::from_millis(1_000));
            if caps.aof_replaces_rewrite {
                assert_eq!((reply.as_str(), said.len() > 3), ("OK", true));
                assert!(said[1].starts_with("# AOF was enabled but there is already an AOF rewriting in background."), "{era}: {said:?}");
                assert_eq!(said[2], "Killing running AOF rewrite child: N");
            } else {
                assert_eq!(reply, "(error) ERR Unable to turn on AOF. Check server logs.", "{era}");
                assert!(said[1].starts_with("# Redis needs to enable the AOF but can't trigger a background"), "{era}: {said:?}");
                assert_eq!(persistence(&mut pair, 0)[0], "0", "{era}");
                assert!(pair.cli(0, "CONFIG GET appendonly").contains("no"));
            }
            pair.run_ms(1_000);
            assert_eq!(pair.cli(0, "CONFIG SET appendonly no"), "OK");
            assert_eq!(pair.cli(0, "BGSAVE"), "Background saving started");
            assert_eq!(pair.cli(0, "CONFIG SET appendonly yes"), "OK");
            assert_eq!(persistence(&mut pair, 0)[..3], if caps.one_child { ["1", "0", "1"] } else { ["1", "1", "0"] }, "{era}");
            pair.run_ms(1_000);
            assert_eq!(persistence(&mut pair, 0), ["1", "0", "0", "0", "ok"], "{era}");
        }
    }
}
