//! The invariants of a cluster, incremental: run after every event in tests, lamps on the screen.
//!
//! * **I1** Offsets never fall within one id, but by a full resynchronisation.
//! * **I2** What a replica applied is exactly its master's bytes: its data are a state that its master had, and where it lacks nothing they are
//!   the master's data. Up to 3.2 a SYNC fallback followed by a partial resynchronisation breaks this in real Redis too (docs/redis.md §1.10).
//! * **I3** A loaded RDB is the master's data at exactly the offset of +FULLRESYNC.
//! * **I4** A backlog's first byte + its length = the offset + 1, and the window holds whole bytes only.
//! * **I7** acked ≤ what the replica has ≤ sent ≤ the master's offset, in the era's meaning of an ACK: read up to 3.2, applied from 4.0 on.
//!
//! [`Witness`] knows the others: it must see every event, so it is for tests.
//!
//! I3 needs a look at the very event that ends a load; the others see what is between two looks as well.

mod witness;

pub use witness::{Hole, Witness};

use crate::fact::Invariant;
use crate::node::Node;
use crate::note::{What, Why};
use crate::repl::{Offset, ReplId};
use crate::sim::tcp::{Owner, peer};
use crate::sim::{Machine, Sim};
use crate::time::{Span, Time};
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use serde::Serialize;

/// Data of a master at the forks of its last children: enough for every replica that may still load one.
const FORKS_KEPT: usize = 8;

/// The lamp of one invariant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Lamp {
    /// Which.
    pub name: Invariant,
    /// Whether it held so far.
    pub holds: bool,
    /// How it broke, and the event.
    pub broken: Option<(Why, u64)>,
}

/// How an invariant broke.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broken {
    /// A sentence: who, what, the numbers.
    pub text: String,
    /// The same for other languages; the witness of tests speaks English only.
    pub why: Option<Why>,
    /// The event after which it was seen.
    pub event: u64,
    /// When.
    pub at: Time,
    /// Where.
    pub node: u32,
}

/// The data of a master at a fork.
#[derive(Clone, Copy, Debug)]
struct Fork {
    id: ReplId,
    /// The offset before and after the event, which may have fed a PING too.
    from: Offset,
    to: Offset,
    /// `None` where keys with a time to live make it worthless.
    digest: Option<u64>,
}

/// A node as it was seen at the last look.
#[derive(Clone, Debug, Default)]
struct Seen {
    revision: u64,
    boots: u32,
    master: bool,
    id: Option<ReplId>,
    offset: Offset,
    /// As a replica of a live link: id, origin, kind of link, applied.
    link: Option<(ReplId, Offset, bool, Offset)>,
    child: Option<u64>,
    forks: Vec<Fork>,
    was_installing: bool,
    replicaof_count: u64,
    digest: u64,
}

/// Watches a world. A clone goes on by itself.
#[derive(Clone, Debug, Default)]
pub struct Checker {
    nodes: Vec<Seen>,
    broken: BTreeMap<Invariant, Broken>,
    /// The event of the last look: I3 is judged only if nothing happened in between.
    looked: u64,
    /// The database that is left out.
    apart: Option<usize>,
}

impl Checker {
    /// A checker that leaves out this database, to which callers of writable replicas write.
    #[must_use]
    pub fn leaving_out(db: usize) -> Checker {
        Checker { apart: Some(db), ..Checker::default() }
    }
    /// The lamps, one for each invariant.
    #[must_use]
    pub fn lamps(&self) -> Vec<Lamp> {
        let lamp = |name: &Invariant| {
            let broken = self.broken.get(name);
            let why = broken.and_then(|broken| Some((broken.why.clone()?, broken.event)));
            Lamp { name: *name, holds: broken.is_none(), broken: why }
        };
        Invariant::ALL.iter().map(lamp).collect()
    }
    /// Whether an invariant has held so far.
    #[must_use]
    pub fn holds(&self, name: Invariant) -> bool {
        !self.broken.contains_key(&name)
    }
    /// Everything that broke.
    pub fn broken(&self) -> impl Iterator<Item = (Invariant, &Broken)> {
        self.broken.iter().map(|(name, broken)| (*name, broken))
    }
    /// Looks at whatever has changed since the last look. Returns the invariants that were found broken just now.
    pub fn look(&mut self, sim: &Sim) -> Vec<(Invariant, Broken)> {
        let each = sim.event() <= self.looked + 1;
        self.looked = sim.event();
        self.nodes.resize_with(sim.machines().len(), Seen::default);
        let mut found = Vec::new();
        for (ix, machine) in sim.machines().iter().enumerate() {
            if self.nodes[ix].revision == machine.revision && machine.revision != 0 {
                continue;
            }
            let mut say = |name: Invariant, why: Why| {
                found.push((name, Broken { text: why.to_string(), why: Some(why), event: sim.event(), at: sim.now(), node: ix as u32 }));
            };
            if machine.alive() {
                self.node(sim, ix as u32, machine, each, &mut say);
            }
            self.nodes[ix].revision = machine.revision;
        }
        found.retain(|(name, broken)| {
            let new = !self.broken.contains_key(name);
            if new {
                self.broken.insert(*name, broken.clone());
            }
            new
        });
        found
    }

    fn node(&mut self, sim: &Sim, ix: u32, machine: &Machine, each: bool, say: &mut dyn FnMut(Invariant, Why)) {
        let node = &machine.node;
        let name = &machine.spec.name;
        window(name, node, say);
        sessions(sim, machine, say);

        let mark = node.link_mark();
        let link = mark.filter(|link| link.up).map(|link| (link.id, link.origin, link.pre_psync, link.applied));
        let seen = &self.nodes[ix as usize];
        let same_life = seen.boots == machine.boots;
        if same_life
            && seen.master
            && node.role_is_master()
            && seen.id == Some(node.repl_id())
            && seen.replicaof_count == node.replicaof_count()
            && node.master_offset() < seen.offset
        {
            say(Invariant::I1, What::OffsetFell.of(name, "", [seen.offset.0, node.master_offset().0, 0]));
        }
        if let (true, Some(before), Some(now)) = (same_life, seen.link, link)
            && (before.0, before.1, before.2) == (now.0, now.1, now.2)
            && now.3 < before.3
        {
            say(Invariant::I1, What::AppliedFell.of(name, "", [before.3.0, now.3.0, 0]));
        }
        if link.is_some() {
            same_bytes(sim, ix, name, node, self.apart, say);
        }

        // I3: remember what a fork saw, and compare when a replica has loaded it.
        let installing = mark.is_some_and(|link| link.installing);
        let was_installing = same_life && seen.was_installing;
        if each
            && was_installing
            && !installing
            && let Some((id, origin, false, applied)) = link
            && applied == origin
            && let Some(master) = sim.master_of(ix)
        {
            // Several may be of one offset: a stream without writes, or no stream at all.
            let digest = Some(node.dataset().digest());
            let of = || self.nodes[master as usize].forks.iter().filter(|fork| fork.id == id && fork.from <= origin && origin <= fork.to);
            if of().count() > 0 && volatile(node) == 0 && of().all(|fork| fork.digest.is_some() && fork.digest != digest) {
                say(Invariant::I3, What::OtherRdb.of(name, &sim.machine(master).spec.name, [origin.0, 0, 0]));
            }
        }
        let seen = &mut self.nodes[ix as usize];
        if !same_life {
            seen.forks.clear();
            seen.child = None;
        }
        let child = node.child().map(|child| child.job().0);
        if child.is_some() && child != seen.child {
            // A look between two events is the only one that surely sees the data of the fork, and only if the event wrote nothing besides.
            let unwritten = same_life && seen.digest == node.dataset().digest();
            let digest = if each && unwritten && volatile(node) == 0 { Some(node.dataset().digest()) } else { None };
            if seen.forks.len() == FORKS_KEPT {
                seen.forks.remove(0);
            }
            let from = if same_life && seen.replicaof_count == node.replicaof_count() {
                seen.offset.min(node.master_offset())
            } else {
                node.master_offset()
            };
            seen.forks.push(Fork { id: node.repl_id(), from, to: node.master_offset(), digest });
        }
        seen.child = child;
        seen.boots = machine.boots;
        seen.replicaof_count = node.replicaof_count();
        seen.digest = node.dataset().digest();
        seen.master = node.role_is_master();
        seen.id = Some(node.repl_id());
        seen.offset = node.master_offset();
        seen.link = link;
        seen.was_installing = installing;
    }
}

/// Keys with a time to live.
fn volatile(node: &Node) -> usize {
    let data = node.dataset();
    (0..data.databases()).map(|db| data.volatile(db)).sum()
}

/// I4.
fn window(name: &str, node: &Node, say: &mut dyn FnMut(Invariant, Why)) {
    let backlog = node.backlog();
    let ring = matches!(backlog.kind(), crate::era::BacklogKind::Ring).then(|| (backlog.size(), backlog.idx()));
    if backlog.active()
        && let Some((what, numbers)) = bad_window(backlog.first(), backlog.histlen(), node.master_offset(), ring)
    {
        say(Invariant::I4, what.of(name, "", numbers));
    }
}
/// The contradiction in a backlog's numbers, if there is one; a ring has a size and a write index.
fn bad_window(first: Offset, histlen: u64, offset: Offset, ring: Option<(u64, u64)>) -> Option<(What, [i64; 3])> {
    if first + histlen as i64 != offset + 1 {
        return Some((What::WindowAmiss, [first.0, histlen as i64, offset.0]));
    }
    match ring {
        Some((size, idx)) if histlen > size || idx >= size => Some((What::RingAmiss, [size as i64, histlen as i64, idx as i64])),
        _ => None,
    }
}

/// I7, on the master's side.
fn sessions(sim: &Sim, machine: &Machine, say: &mut dyn FnMut(Invariant, Why)) {
    let node = &machine.node;
    if !node.capabilities().psync {
        // 2.6 knows no offsets.
        return;
    }
    for session in node.session_marks().filter(|session| session.online) {
        // What the replica has is known where both ends are of the same connection.
        let replica = sim.conn(session.conn).and_then(|conn| if let Owner::Node(ix) = conn.ends[0].owner { Some(ix) } else { None });
        let link = replica.and_then(|ix| sim.node(ix).link_mark().map(|link| (link, sim.node(ix).capabilities())));
        let has = link
            .filter(|(link, _)| link.conn == Some(peer(session.conn)) && link.up && !session.pre_psync && !link.pre_psync)
            .map(|(link, caps)| if caps.reploff_counts_applied { link.applied } else { link.read });
        if let Some((what, numbers)) = bad_acks(session.acked, has, session.sent, node.master_offset()) {
            let who = replica.map_or("a replica", |ix| sim.machine(ix).spec.name.as_str());
            say(Invariant::I7, what.of(&machine.spec.name, who, numbers));
        }
    }
}
/// The contradiction in a session's numbers, if there is one. 0 acknowledged is nothing acknowledged; after a SYNC fallback less than nothing may have been sent.
fn bad_acks(acked: Offset, has: Option<Offset>, sent: Offset, head: Offset) -> Option<(What, [i64; 3])> {
    if sent > head {
        Some((What::SentAhead, [sent.0, head.0, 0]))
    } else if acked > sent && acked != Offset::ZERO {
        Some((What::AckUnsent, [acked.0, sent.0, 0]))
    } else {
        // A server that began by SYNC may have less than nothing, and a replica of it has not acknowledged that yet.
        has.filter(|has| acked > *has && acked != Offset::ZERO).map(|has| (What::AckUnheld, [acked.0, has.0, 0]))
    }
}

/// I2.
fn same_bytes(sim: &Sim, ix: u32, name: &str, node: &Node, apart: Option<usize>, say: &mut dyn FnMut(Invariant, Why)) {
    let Some(reality) = sim.reality(ix).filter(|_| linked(sim, ix)) else { return };
    let master = sim.machine(reality.master);
    if !master.node.capabilities().psync {
        // 2.6 counts no bytes: nobody knows where a replica of it stands.
        return;
    }
    let Some(staleness) = reality.staleness else {
        if master.alive() && master.node.loading().is_none() {
            say(Invariant::I2, What::NobodysData.of(name, &master.spec.name, [0; 3]));
        }
        return;
    };
    let whole =
        reality.gap == 0 && staleness == Span::ZERO && master.alive() && !machine_busy(sim, master) && !machine_busy(sim, sim.machine(ix));
    let digest = |node: &Node| apart.map_or_else(|| node.dataset().digest(), |db| node.dataset().digest_without(db));
    // Up to 3.2 an RDB leaves out what has expired: whoever loaded it has fewer keys, until the master tells of those.
    let thin = || {
        sim.machines().iter().any(|machine| machine.node.capabilities().rdb_leaves_out_expired)
            && node.dataset().lacks_volatile_only(master.node.dataset())
    };
    if whole && digest(node) != digest(&master.node) && !thin() {
        say(Invariant::I2, What::DataDiffer.of(name, &master.spec.name, [reality.applied, 0, 0]));
    }
}
/// Whether every link of its chain is up at both ends: that of a server which follows somebody new, or whose master died without a word, still carries
/// what it was made for.
fn linked(sim: &Sim, ix: u32) -> bool {
    let mut at = ix;
    for _ in 0..sim.machines().len() {
        if sim.node(at).role_is_master() {
            return true;
        }
        let Some(end) = sim.node(at).link_mark().filter(|link| link.up).and_then(|link| link.conn).map(peer) else { return false };
        match sim.master_of(at) {
            Some(master) if sim.machine(master).alive() && sim.node(master).session_marks().any(|session| session.conn == end) => {
                at = master;
            }
            _ => return false,
        }
    }
    false
}
fn machine_busy(sim: &Sim, machine: &Machine) -> bool {
    machine.busy_until > sim.now() || machine.node.loading().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;
    use crate::timeline::Timeline;

    #[test]
    fn windows_that_do_not_fit_are_seen() {
        let at = Offset;
        for (first, histlen, offset, ring, fine) in [
            (2, 28, 29, Some((16_384, 28)), true),
            (2, 28, 30, Some((16_384, 28)), false),
            (3, 28, 29, None, false),
            (30, 0, 29, Some((16_384, 0)), true),
            (2, 20_000, 20_001, Some((16_384, 5)), false),
            (2, 20_000, 20_001, None, true),
            (2, 28, 29, Some((16_384, 16_384)), false),
        ] {
            let seen = bad_window(at(first), histlen, at(offset), ring);
            assert_eq!(seen.is_none(), fine, "{seen:?}");
        }
    }

    #[test]
    fn acks_of_bytes_that_were_never_there_are_seen() {
        let at = Offset;
        for (acked, read, sent, head, fine) in [
            (0, Some(-1), -1, -1, true),
            (5, Some(5), 5, 5, true),
            (0, None, 5, 9, true),
            (6, None, 5, 9, false),
            (5, Some(4), 5, 9, false),
            (0, Some(0), 10, 9, false),
        ] {
            let seen = bad_acks(at(acked), read.map(at), at(sent), at(head));
            assert_eq!(seen.is_none(), fine, "{seen:?}");
        }
    }

    /// docs/redis.md §1.10: after a SYNC fallback a replica of 3.0 counts from −1 but may keep the id of an earlier session. Cut off, it asks for
    /// bytes that it already has, gets them, and applies them twice. Real servers do that, and I2 finds it.
    #[test]
    fn the_hole_of_psync1_after_a_sync_fallback_is_found() {
        let text = |reload_ms: u64| {
            alloc::format!(
                "era 3.0\nseed 7\nscale 64\ncost rdb-load 13mb/s\ndefault link latency 8ms\n\
                 node master requirepass s3cret keys 3000 size 100 save \"\"\n\
                 node replica-1 masterauth s3cret follows master\n\
                 client counter on master: every 100ms INCR counter\n\
                 at 11s cut master replica-1\nat 11.1s heal master replica-1\n\
                 at {}ms master: AUTH s3cret\nat {}ms master: DEBUG RELOAD\n\
                 at 20s cut master replica-1\nat 20.1s heal master replica-1\n",
                reload_ms - 1,
                reload_ms
            )
        };
        let mut fallbacks = 0;
        for reload_ms in (10_200..11_900).step_by(100) {
            let mut run = Timeline::from_text(&text(reload_ms)).unwrap();
            run.check_each_event(true);
            run.advance(Time::from_secs(19), u64::MAX);
            assert!(run.checker().holds(Invariant::I2), "before the second cut nothing is wrong");
            let by_sync = run.holds(&crate::condition::Condition::parse("replica-1 online and replica-1 pre_psync").unwrap());
            run.advance(Time::from_secs(26), u64::MAX);
            let partial = run.holds(&crate::condition::Condition::parse("master sync_partial_ok > 0").unwrap());
            if by_sync && partial {
                fallbacks += 1;
                assert!(!run.checker().holds(Invariant::I2));
                let lamp = run.checker().lamps().into_iter().find(|lamp| lamp.name == Invariant::I2).unwrap();
                let (sentence, event) = lamp.broken.unwrap();
                assert!(!lamp.holds && sentence.who == "replica-1" && event > 0, "{sentence}");
                let told = run
                    .recorder()
                    .journal()
                    .entries()
                    .iter()
                    .filter(|entry| entry.note.kind() == crate::note::NoteKind::InvariantBroken)
                    .count();
                assert_eq!(told, 1);
                // Going back before it puts the lamp out.
                run.seek(Time::from_secs(19), u64::MAX);
                assert!(run.checker().holds(Invariant::I2));
            }
            assert!(
                [Invariant::I1, Invariant::I3, Invariant::I4].iter().all(|name| run.checker().holds(*name)),
                "{:?}",
                run.checker().lamps()
            );
        }
        assert!(fallbacks > 0, "one of these moments meets -LOADING at PSYNC and an open door at SYNC");
    }
}
