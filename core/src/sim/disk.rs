//! Disks and the children that write to them.

use super::truth::Place;
use crate::fact::Fault;
use crate::node::api::{ChildKind, ConnId, FileOp, JobId, OpId};
use crate::time::{Span, Time};
use alloc::vec::Vec;
use bytes::Bytes;

/// The files of a machine, which survive a crash.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    /// The dump file.
    pub dump: Option<Bytes>,
    /// Bytes in the temporary file of a transfer.
    pub temp: u64,
    /// A write to the temporary file failed.
    pub temp_failed: bool,
    /// Operations under way.
    pub(super) pending: Vec<(OpId, u32, FileOp, Option<Place>)>,
}

/// A child process.
#[derive(Clone, Debug)]
pub struct Child {
    /// The node's number for it.
    pub job: JobId,
    /// Which life of the node forked it.
    pub life: u32,
    /// What it does.
    pub kind: ChildKind,
    /// Bytes it has to write.
    pub total: u64,
    /// Bytes written at `seen`.
    pub done: u64,
    /// When `done` was true.
    pub seen: Time,
    /// Bytes a second now; 0: it does nothing.
    pub rate: u64,
    /// How long it sleeps in all, spread over its work.
    pub delay: Span,
    /// Conns that it inherited.
    pub holds: Vec<ConnId>,
    /// Killed by this signal; its exit is on its way.
    pub killed: Option<i32>,
    /// Bytes handed to the parent, or into the pipe to it.
    pub handed: u64,
    /// It has something to hand over, or its end to tell, and waits until the parent takes it.
    pub waits: bool,
    /// The state of the data that it writes.
    pub place: Option<Place>,
    /// The queue's entry that counts.
    pub(super) due: Time,
}

/// Bytes that a child collects before it writes them to the pipe.
pub(super) const PIECE: u64 = 16 * 1024;
/// Pieces that the pipe holds while the parent takes none.
pub(super) const PIPE: usize = 4;
/// The least time that a fork, a file and its fsync take.
pub(super) const LEAST: Span = Span::from_millis(1);

impl Child {
    /// The whole payload; for an AOF rewrite nothing is kept.
    #[must_use]
    pub fn payload(&self) -> Bytes {
        match &self.kind {
            ChildKind::RdbToDisk { rdb } | ChildKind::RdbToSockets { rdb } => rdb.clone(),
            ChildKind::AofRewrite { .. } => Bytes::new(),
        }
    }
    /// Whether its pieces go to the parent.
    #[must_use]
    pub const fn streams(&self) -> bool {
        matches!(self.kind, ChildKind::RdbToSockets { .. })
    }
    /// Bytes written by now.
    #[must_use]
    pub fn done_at(&self, now: Time) -> u64 {
        let more = u128::from(self.rate) * u128::from(now.since(self.seen).as_micros()) / 1_000_000;
        self.total.min(self.done.saturating_add(more as u64))
    }
    /// Brings it to `now`, with this rate from here on.
    pub(super) fn turn_to(&mut self, now: Time, rate: u64) {
        self.done = self.done_at(now);
        self.seen = now;
        self.rate = rate;
    }
    /// When `bytes` will have been written; [`Time::NEVER`] if it stands still.
    pub(super) fn when(&self, bytes: u64) -> Time {
        let left = bytes.saturating_sub(self.done);
        if left == 0 {
            return self.seen;
        }
        if self.rate == 0 {
            return Time::NEVER;
        }
        self.seen + Span::from_micros((u128::from(left) * 1_000_000).div_ceil(u128::from(self.rate)) as u64)
    }
}

/// The rate at which a child writes `total` bytes that sleeps so long in all. Without sleep it is the disk's.
pub(super) fn slept(rate: u64, scale: u64, total: u64, delay: Span) -> u64 {
    if delay == Span::ZERO || total == 0 {
        return rate;
    }
    let (total, scale) = (u128::from(total), u128::from(scale.max(1)));
    let writing = (total * scale * 1_000_000).checked_div(u128::from(rate)).unwrap_or(0);
    let rate = total * scale * 1_000_000 / (writing + u128::from(delay.as_micros()));
    u64::try_from(rate).unwrap_or(u64::MAX).max(1)
}

/// A child's rate under a fault; `rate` 0 costs no time at all, which is a very high rate here.
pub(super) fn child_rate(rate: u64, scale: u64, fault: Fault) -> u64 {
    let rate = if rate == 0 { 1 << 50 } else { (rate / scale.max(1)).max(1) };
    match fault {
        Fault::ChildSlow(percent) => (u128::from(rate) * u128::from(percent) / 100) as u64,
        Fault::ChildSilent => 0,
        Fault::None | Fault::ChildFails | Fault::DiskFull | Fault::ForkFails | Fault::FolderGone | Fault::FolderReadOnly => rate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn child(total: u64, rate: u64) -> Child {
        let kind = ChildKind::AofRewrite { bytes: total };
        Child {
            job: JobId(1),
            life: 1,
            kind,
            total,
            done: 0,
            seen: Time::ZERO,
            rate,
            delay: Span::ZERO,
            holds: Vec::new(),
            killed: None,
            handed: 0,
            waits: false,
            place: None,
            due: Time::NEVER,
        }
    }

    #[test]
    fn a_child_that_is_slowed_goes_on_from_where_it_is() {
        let mut child = child(1_000, 1_000);
        assert_eq!(child.when(1_000), Time::from_secs(1));
        child.turn_to(Time::from_millis(500), 100);
        assert_eq!(child.when(1_000), Time::from_millis(5_500));
        child.turn_to(Time::from_millis(1_500), 0);
        assert_eq!((child.done, child.when(1_000)), (600, Time::NEVER));
    }

    #[test]
    fn rates_follow_scale_and_fault() {
        assert_eq!(child_rate(26_000, 26, Fault::None), 1_000);
        assert_eq!(child_rate(26_000, 26, Fault::ChildSlow(10)), 100);
        assert_eq!(child_rate(26_000, 26, Fault::ChildSilent), 0);
        // A thousand bytes in a second of work and three of sleep.
        assert_eq!(slept(1_000, 1, 1_000, Span::from_secs(3)), 250);
        assert_eq!(slept(0, 1, 1_000, Span::from_secs(4)), 250);
        assert_eq!((slept(1_000, 1, 0, Span::from_secs(4)), slept(1_000, 1, 9, Span::ZERO)), (1_000, 1_000));
    }
}
