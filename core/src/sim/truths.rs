//! Keeping the truth up to date while nodes do things, and reading it.

use super::Sim;
use super::recorder::{Recorder, Sample};
use super::tcp::{self, Owner};
use super::truth::{Fed, Place};
use crate::node::api::ConnId;
use crate::note::Note;
use crate::time::{Span, Time};
use alloc::vec::Vec;

/// The truth about one replica, as only the simulator knows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reality {
    /// The master at the top of its chain.
    pub master: u32,
    /// That master's offset.
    pub head: i64,
    /// The true position in that master's numbering: every byte up to here has been applied. 0 if its data never were that master's.
    pub applied: i64,
    /// Arrived at its machine, in the same numbering.
    pub received: i64,
    /// Bytes missing.
    pub gap: i64,
    /// Time since the first data command that it lacks was run; zero if it lacks none; `None`: its data never were that master's.
    pub staleness: Option<Span>,
}

/// Samples between the regular ones are this far apart at least.
const BETWEEN: Span = Span::from_millis(20);

impl Sim {
    /// A process has started, and knows its role.
    pub(super) fn booted(&mut self, n: u32, with_rdb: bool) {
        let node = &self.machine(n).node;
        let (master, offset, digest) = (node.role_is_master(), node.master_offset().0, node.dataset().digest());
        self.pasts.booted(n, with_rdb, master, offset, digest);
    }
    /// What a note says about the truth.
    pub(super) fn truth_of(&mut self, n: u32, note: &Note) {
        let node = &self.machines[n as usize].node;
        match note {
            Note::LoadDone { .. } => {
                let offset = node.master_offset().0;
                self.pasts.loaded(n, offset, node.dataset().digest());
                if !self.pasts.is_master(n) && self.machine(n).node.capabilities().psync2 {
                    self.pasts.handed_on(n, offset);
                }
            }
            // Commands that waited for it may have run in the same event: after it …
            Note::Promoted { .. } => {
                let at = if node.capabilities().psync2 { node.second_offset().0 - 1 } else { self.pasts.offset(n) };
                self.pasts.promoted(n, at, self.pasts.digest(n));
            }
            // … and before it. (Up to 3.2 it counts from 0 by now.)
            Note::Follows { .. } => {
                if node.capabilities().psync2 && self.pasts.is_master(n) {
                    self.observe(n, None);
                }
                self.pasts.follows(n);
            }
            Note::Flushed { .. } if !self.pasts.is_master(n) => self.pasts.lost(n),
            // A load that goes on beside another synchronisation is not of what comes by then.
            Note::LoadStarted { bytes: 0.. } if node.capabilities().cut_load_goes_on => {
                let from = self.rdb_of(n);
                self.machine_mut(n).loads_from = from;
            }
            Note::FullDone { offset, pre_psync } => {
                let from = self.machine_mut(n).loads_from.take();
                let (source, place) = from.or_else(|| self.rdb_of(n)).map_or((None, None), |(source, place)| (Some(source), place));
                let told = source.filter(|_| !pre_psync && *offset >= 0).map(|source| (source, *offset));
                self.pasts.synced(n, place, told);
                if !pre_psync && *offset < 0 {
                    // The stream is another synchronisation's: it is to be seen whether it fits.
                    self.pasts.connected(n, source);
                }
                if told.is_some() && self.machine(n).node.capabilities().psync2 {
                    // It hands on what it gets from here on, bytes of this same event among it.
                    self.pasts.handed_on(n, *offset);
                }
            }
            Note::PartialAccepted { .. } => self.pasts.accepted(n),
            _ => {}
        }
    }
    /// Who sends the RDB that a node receives or has received, and the state that is in it.
    pub(super) fn rdb_of(&self, n: u32) -> Option<(u32, Option<Place>)> {
        let of = |conn| {
            let theirs = self.net.end(tcp::peer(conn))?;
            if let Owner::Node(source) = theirs.owner { Some((source, theirs.rdb)) } else { None }
        };
        let machine = self.machine(n);
        machine.rdb_from.or_else(|| of(machine.upstream?))
    }
    /// A node has read more of the stream that it keeps beside an RDB: its conn may be gone when that is applied.
    pub(super) fn remember_kept(&mut self, n: u32, conn: ConnId) {
        let Some([here, there]) = self.net.both(conn) else { return };
        if let (Owner::Node(source), Some(from), Some(to)) = (there.owner, here.read_from, here.read_to) {
            self.machine_mut(n).kept_read = Some((source, from, to));
        }
    }
    /// A node has applied what it kept, or some of it, of a conn that is gone.
    pub(super) fn observe_kept(&mut self, n: u32) {
        let machine = self.machine(n);
        if let Some((source, from, to)) = machine.kept_read {
            let unapplied = machine.node.unapplied() as i64;
            self.pasts.applied(n, source, from - 1, to, unapplied);
        }
    }
    /// A node did something: what its data are now.
    pub(super) fn observe(&mut self, n: u32, received: Option<ConnId>) {
        let node = &self.machines[n as usize].node;
        let (offset, digest) = (node.master_offset().0, node.dataset().digest());
        if self.pasts.is_master(n) {
            let seen = self.pasts.offset(n);
            if offset == seen && digest == self.pasts.digest(n) {
                return;
            }
            let fed = (offset > seen).then(|| Fed { to: offset, data_end: Some(node.data_end().0).filter(|end| *end > seen) });
            let counted = node.backlog().active();
            self.pasts.master_moved(n, self.now, offset, digest, counted, fed);
            return;
        }
        let upstream = self.machines[n as usize].upstream;
        if let Some(conn) = received.filter(|conn| upstream == Some(*conn)) {
            let Some([here, there]) = self.net.both(conn) else { return };
            let Owner::Node(source) = there.owner else { return };
            if let (Some(from), Some(to)) = (here.read_from, here.read_to) {
                let unapplied = self.machines[n as usize].node.unapplied() as i64;
                self.pasts.applied(n, source, from - 1, to, unapplied);
            }
        }
        // After it turned to somebody else its offset may stay what it is: its own replicas go on from there.
        if offset != self.pasts.offset(n) || self.pasts.unnumbered(n) {
            self.pasts.handed_on(n, offset);
        }
    }

    /// The truth about a replica. `None`: it follows nobody, or nobody that exists.
    #[must_use]
    pub fn reality(&self, n: u32) -> Option<Reality> {
        self.reality_at(n, self.now)
    }
    fn reality_at(&self, n: u32, now: Time) -> Option<Reality> {
        Some(self.reality_below(n, self.top_master(n)?, now))
    }
    /// The truth about a replica whose [`Sim::top_master`] is known to be `master`.
    #[must_use]
    pub fn reality_below(&self, n: u32, master: u32, now: Time) -> Reality {
        let head = self.node(master).master_offset().0;
        let past = self.pasts.own(master);
        let at = past.and_then(|past| self.pasts.resolve(past, self.pasts.place(n)?));
        let (Some(past), Some(applied)) = (past, at) else {
            return Reality { master, head, applied: 0, received: 0, gap: head, staleness: None };
        };
        let staleness = self.pasts.first_missing(past, applied).map_or(Span::ZERO, |since| now.since(since));
        let arrived = self.machine(n).upstream.and_then(|conn| {
            let to = self.net.end(conn)?.arrived_to?;
            let Owner::Node(source) = self.net.end(tcp::peer(conn))?.owner else { return None };
            self.pasts.number_of(past, source, to)
        });
        Reality {
            master,
            head,
            applied,
            received: arrived.unwrap_or(applied).max(applied),
            gap: head - applied,
            staleness: Some(staleness),
        }
    }

    // ---- samples

    /// Time is about to pass to `at`: the samples that are due on the way, with the world as it is until then.
    pub(super) fn sample_before(&mut self, at: Time, rec: &mut Recorder) {
        loop {
            let due = rec.sample_due(self.now);
            if due > at || at == Time::NEVER {
                return;
            }
            rec.sampled(due);
            for n in 0..self.machines.len() as u32 {
                self.sample(n, due, rec);
            }
        }
    }
    fn sample(&self, n: u32, at: Time, rec: &mut Recorder) {
        if let Some(sample) = self.sample_at(n, at) {
            rec.sample(n, sample);
        }
    }
    /// What a sample of a replica would say now; `None`: no process, or it follows nobody.
    #[must_use]
    pub fn sample_now(&self, n: u32) -> Option<Sample> {
        self.sample_at(n, self.now)
    }
    fn sample_at(&self, n: u32, at: Time) -> Option<Sample> {
        if !self.machine(n).alive() || self.node(n).role_is_master() {
            return None;
        }
        let real = self.reality_at(n, at)?;
        let session = self.master_of(n).and_then(|master| {
            let node = self.node(master);
            let (_, acked_s, offset) = node.acks().find(|(conn, ..)| {
                let dialler = self.net.end(tcp::peer(*conn)).map(|end| end.owner);
                dialler == Some(Owner::Node(n))
            })?;
            let unix_s = node.settings().epoch_unix_ms.saturating_add(at.as_millis() as i64).div_euclid(1_000);
            Some((acked_s.map_or(0, |acked_s| unix_s - acked_s), offset.0))
        });
        Some(Sample {
            at,
            lag_s: session.map(|(lag, _)| lag),
            offset: session.map(|(_, offset)| offset),
            gap: real.gap,
            staleness_ms: real.staleness.map(Span::as_millis),
            head: real.head,
        })
    }
    /// A sample more where something changed.
    pub(super) fn sample_milestones(&mut self, rec: &mut Recorder) {
        if self.notes.is_empty() || !rec.fresh(self.event) {
            return;
        }
        let mut nodes: Vec<u32> = Vec::new();
        for (n, note) in &self.notes {
            let telling = matches!(
                note,
                Note::UpstreamState { .. }
                    | Note::PartialAccepted { .. }
                    | Note::FullDone { .. }
                    | Note::UpstreamLost { .. }
                    | Note::Flushed { .. }
            );
            if telling && !nodes.contains(n) {
                nodes.push(*n);
            }
        }
        for n in nodes {
            if rec.series(n).last().is_none_or(|last| self.now.since(last.at) >= BETWEEN) {
                self.sample(n, self.now, rec);
            }
        }
    }
}
