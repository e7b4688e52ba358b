//! The invariants of a cluster, incremental: run after every event in tests, lamps on the screen.
//!
//! * **I1** Offsets never fall within one id, but by a full resynchronisation.
//! * **I2** What a replica applied is exactly its master's bytes: its data are a state that its master had, and where it lacks nothing they are
//!   the master's data. Up to 3.2 a SYNC fallback followed by a partial resynchronisation breaks this in real Redis too (REDIS.md §1.10).
//! * **I3** A loaded RDB is the master's data at exactly the offset of +FULLRESYNC.
//! * **I4** A backlog's first byte + its length = the offset + 1, and the window holds whole bytes only.
//! * **I7** acked ≤ read ≤ sent ≤ the master's offset, in the era's meaning of an ACK.
//!
//! I3 needs a look at the very event that ends a load; the others see what is between two looks as well.

mod evidence;

pub use evidence::Evidence;

use crate::node::Node;
use crate::repl::{Offset, ReplId};
use crate::sim::{Machine, Sim};
use crate::time::{Span, Time};
use crate::view::{LampView, NodeIx};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The invariants that are watched, by their names.
pub const NAMES: [&str; 5] = ["I1", "I2", "I3", "I4", "I7"];

/// Data of a master at the forks of its last children: enough for every replica that may still load one.
const FORKS_KEPT: usize = 8;

/// How an invariant broke.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broken {
    /// A sentence: who, what, the numbers.
    pub text: String,
    /// The event after which it was seen.
    pub event: u64,
    /// When.
    pub at: Time,
    /// Where.
    pub node: NodeIx,
}

/// What was seen of a node at the last look.
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
    /// Offset and digest at each fork; no digest where keys with a time to live make it worthless.
    forks: Vec<(Offset, Option<u64>)>,
    was_installing: bool,
}

/// Watches a world. A clone goes on by itself.
#[derive(Clone, Debug, Default)]
pub struct Checker {
    nodes: Vec<Seen>,
    broken: BTreeMap<&'static str, Broken>,
    /// The event of the last look: I3 is judged only if nothing happened in between.
    looked: u64,
}

impl Checker {
    /// The lamps, one for each invariant.
    #[must_use]
    pub fn lamps(&self) -> Vec<LampView> {
        NAMES
            .iter()
            .map(|name| {
                let broken = self.broken.get(name);
                LampView {
                    name: (*name).to_string(),
                    holds: broken.is_none(),
                    broken: broken.map(|broken| (broken.text.clone(), broken.event)),
                }
            })
            .collect()
    }
    /// Whether an invariant has held so far.
    #[must_use]
    pub fn holds(&self, name: &str) -> bool {
        !self.broken.contains_key(name)
    }
    /// Everything that broke.
    pub fn broken(&self) -> impl Iterator<Item = (&'static str, &Broken)> {
        self.broken.iter().map(|(name, broken)| (*name, broken))
    }
    /// Looks at whatever has changed since the last look. Returns the invariants that were found broken just now.
    pub fn look(&mut self, sim: &Sim) -> Vec<(&'static str, Broken)> {
        let each = sim.event() <= self.looked + 1;
        self.looked = sim.event();
        self.nodes.resize_with(sim.machines().len(), Seen::default);
        let mut found = Vec::new();
        for (ix, machine) in sim.machines().iter().enumerate() {
            if self.nodes[ix].revision == machine.revision && machine.revision != 0 {
                continue;
            }
            let mut say = |name: &'static str, text: String| {
                found.push((name, Broken { text, event: sim.event(), at: sim.now(), node: ix as NodeIx }));
            };
            if machine.alive() {
                self.node(sim, ix as NodeIx, machine, each, &mut say);
            }
            self.nodes[ix].revision = machine.revision;
        }
        found.retain(|(name, broken)| {
            let new = !self.broken.contains_key(name);
            if new {
                self.broken.insert(name, broken.clone());
            }
            new
        });
        found
    }

    fn node(&mut self, sim: &Sim, ix: NodeIx, machine: &Machine, each: bool, say: &mut dyn FnMut(&'static str, String)) {
        let node = &machine.node;
        let name = &machine.spec.name;
        window(name, node, say);
        sessions(sim, machine, say);

        let link =
            node.upstream().filter(|upstream| upstream.link_up).map(|up| (up.master_id, up.initial_offset, up.pre_psync, up.applied));
        let seen = &self.nodes[ix as usize];
        let same_life = seen.boots == machine.boots;
        if same_life && seen.master && node.role_is_master() && seen.id == Some(node.repl_id()) && node.master_offset() < seen.offset {
            say("I1", format!("{name}: master_repl_offset fell from {} to {} under one id", seen.offset, node.master_offset()));
        }
        if let (true, Some(before), Some(now)) = (same_life, seen.link, link)
            && (before.0, before.1, before.2) == (now.0, now.1, now.2)
            && now.3 < before.3
        {
            say("I1", format!("{name}: the offset it has applied fell from {} to {} under one id", before.3, now.3));
        }
        if link.is_some() {
            same_bytes(sim, ix, name, node, say);
        }

        // I3: remember what a fork saw, and compare when a replica has loaded it.
        let installing = node.upstream().is_some_and(|upstream| upstream.loading || upstream.flushing);
        let was_installing = same_life && seen.was_installing;
        if each
            && was_installing
            && !installing
            && let Some((_, origin, false, applied)) = link
            && applied == origin
            && let Some(master) = crate::view::master_of(sim, ix)
        {
            let forks = &self.nodes[master as usize].forks;
            if let Some((_, Some(digest))) = forks.iter().rfind(|(offset, _)| *offset == origin)
                && volatile(node) == 0
                && node.dataset().digest() != *digest
            {
                say("I3", format!("{name}: the RDB of offset {origin} is not what {} had there", sim.machine(master).spec.name));
            }
        }
        let seen = &mut self.nodes[ix as usize];
        if !same_life {
            seen.forks.clear();
            seen.child = None;
        }
        let child = node.child().map(|child| child.job.0);
        if child.is_some() && child != seen.child {
            // A look between two events is the only one that surely sees the data of the fork.
            let digest = if each && volatile(node) == 0 { Some(node.dataset().digest()) } else { None };
            if seen.forks.len() == FORKS_KEPT {
                seen.forks.remove(0);
            }
            seen.forks.push((node.master_offset(), digest));
        }
        seen.child = child;
        seen.boots = machine.boots;
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
fn window(name: &str, node: &Node, say: &mut dyn FnMut(&'static str, String)) {
    let backlog = node.backlog();
    if !backlog.active() {
        return;
    }
    let (first, histlen, offset) = (backlog.first(), backlog.histlen(), node.master_offset());
    if first + histlen as i64 != offset + 1 {
        say("I4", format!("{name}: first byte {first} + length {histlen} is not offset {offset} + 1"));
    }
    let ring = matches!(backlog.kind(), crate::era::BacklogKind::Ring);
    if ring && (histlen > backlog.size() || backlog.idx() >= backlog.size()) {
        say("I4", format!("{name}: a ring of {} bytes holds {histlen}, write index {}", backlog.size(), backlog.idx()));
    }
}

/// I7, on the master's side.
fn sessions(sim: &Sim, machine: &Machine, say: &mut dyn FnMut(&'static str, String)) {
    let node = &machine.node;
    let head = node.master_offset();
    for session in node.sessions().filter(|session| session.replstate == "ONLINE") {
        let name = &machine.spec.name;
        if session.sent > head {
            say("I7", format!("{name}: {} bytes were sent to {}, the offset is {head}", session.sent, session.name));
        }
        if session.ack_offset > session.sent {
            say("I7", format!("{name}: {} acknowledged {}, sent was {}", session.name, session.ack_offset, session.sent));
        }
        let Some(replica) = crate::view::session_node(sim, &session) else { continue };
        let Some(upstream) = sim.node(replica).upstream() else { continue };
        let same_conn = upstream.conn.is_some_and(|conn| conn.0 ^ 1 == session.conn.0);
        if same_conn && upstream.link_up && !session.pre_psync && !upstream.pre_psync && session.ack_offset > upstream.read {
            let replica = &sim.machine(replica).spec.name;
            say("I7", format!("{name}: {replica} acknowledged {}, it has read up to {}", session.ack_offset, upstream.read));
        }
    }
}

/// I2.
fn same_bytes(sim: &Sim, ix: NodeIx, name: &str, node: &Node, say: &mut dyn FnMut(&'static str, String)) {
    let Some(reality) = sim.reality(ix) else { return };
    let master = sim.machine(reality.master);
    let Some(staleness) = reality.staleness else {
        if master.alive() && master.node.loading().is_none() {
            say("I2", format!("{name}: its data are no state that {} ever had", master.spec.name));
        }
        return;
    };
    let whole =
        reality.gap == 0 && staleness == Span::ZERO && master.alive() && !machine_busy(sim, master) && !machine_busy(sim, sim.machine(ix));
    if whole && node.dataset().digest() != master.node.dataset().digest() {
        say("I2", format!("{name}: it lacks no byte of {}'s stream at {}, and its data differ", master.spec.name, reality.applied));
    }
}
fn machine_busy(sim: &Sim, machine: &Machine) -> bool {
    machine.busy_until > sim.now() || machine.node.loading().is_some()
}
