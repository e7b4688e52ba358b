//! The state of the append-only file, of its rewrites and of the files that it is made of.

use super::api::{ChildResult, JobId};
use crate::time::Time;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Redis's `aof_state`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Writes {
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
pub(super) struct Rewrite {
    /// This server's number for it.
    pub(super) job: JobId,
    pub(super) pid: u64,
    pub(super) since: Time,
    pub(super) ended: Option<ChildResult>,
    /// Of the commands that ran meanwhile, the bytes that the child has taken along.
    pub(super) taken: u64,
}

/// Why 7.0 does not try again yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pause {
    pub(super) minutes: i64,
    /// Until this unix second; `None`: the next try is free.
    pub(super) until_s: Option<i64>,
}

/// The numbers of the files that make up the whole (7.0).
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    pub(super) base: Option<String>,
    bases: u64,
    /// Those that hold commands, oldest first.
    pub(super) incrs: Vec<String>,
    incrs_ever: u64,
}
impl Files {
    /// The name of the next file that holds the whole.
    pub(super) fn next_base(&mut self, preamble: bool) -> String {
        self.bases += 1;
        format!("appendonly.aof.{}.base.{}", self.bases, if preamble { "rdb" } else { "aof" })
    }
    /// The name of the next file that holds commands.
    pub(super) fn next_incr(&mut self) -> String {
        self.incrs_ever += 1;
        format!("appendonly.aof.{}.incr.aof", self.incrs_ever)
    }
}

/// The state of a server's append-only file.
#[derive(Clone, Debug)]
pub(super) struct Aof {
    pub(super) writes: Writes,
    pub(super) child: Option<Rewrite>,
    /// A rewrite is to start as soon as no other child is there.
    pub(super) scheduled: bool,
    pub(super) last_ok: bool,
    pub(super) last_took_s: i64,
    pub(super) failures: u32,
    pub(super) pause: Option<Pause>,
    /// Bytes of commands since the fork, and the database that the last of them belonged to.
    pub(super) diff: u64,
    pub(super) selected: Option<usize>,
    pub(super) files: Files,
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
    /// The child at work.
    pub(super) const fn child(&self) -> Option<&Rewrite> {
        self.child.as_ref()
    }
    /// Whether the next tick has something to do for it.
    pub(super) fn wants_tick(&self) -> bool {
        self.child.as_ref().map_or(self.scheduled, |child| child.ended.is_some())
    }
}
