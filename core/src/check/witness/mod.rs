//! A witness of a whole run, for tests: called after every event, it remembers what servers did and judges it by rules of its own.
//!
//! Beside the lamps of [`super::Checker`] it knows
//!
//! * **I3**, **I6** what stands at an offset of a stream is the same wherever it came from: written there, loaded from an RDB, applied in one go, or
//!   applied after a cut and a partial resynchronisation.
//! * **I4**, **I5** a backlog holds what it must, and +CONTINUE comes if and only if the rules say so.
//! * **I8** identities change as the rules say (4.0+), and no two servers write under one.
//! * **I9** writes are refused and taken as good replicas come and go; **I10** WAIT never counts somebody who has less; **I12** output buffers are
//!   closed as configured; **I14** silence is not borne longer than `repl-timeout`.
//! * **I11** chains carry the same bytes (4.0+); **I2** a stream is made of whole commands and whole transactions.
//! * **I16** sentinels vote once an epoch, are elected by a majority, agree before a master is down, and choose the best replica.
//! * **I13** the data of a replica change only with what its master sent, and not while it is paused; a password that is set at run time silences, up to 5.0,
//!   every replica that came without one.
//! * **I17** waits end, who is idle is closed, limits of callers' output hold, strangers are heard briefly, refusals come in order, and a transaction's effects stand
//!   on their side of its sleep.
//! * **I16** what callers of a writable replica gave a time to live goes once it is over (4.0+), or stays (up to 3.2).
//!
//! Seven holes of real Redis are declared: they are recognised where they open, counted, and what follows from them is not held against anybody.
//! Whoever counted such a reply and is promoted (4.0+) continues others at offsets that are not theirs.
//! After a SYNC fallback a replica counts from −1 but may ask with an id it still has (docs/redis.md §1.10). Up to 3.2 a server that followed somebody for a
//! while counts anew under its old run id. Up to 3.2 a keepalive newline and an ACK in one read become an error reply in the replica's stream.
//! A partial resynchronisation may bring a replica the stream of a newer release than its own. An RDB of up to 3.2 leaves out what has expired; if whoever
//! loaded it is promoted before its master told of those keys, the others keep them.

mod edges;
mod elections;
mod own;
mod pace;
mod past;
mod rules;
mod seen;

use super::Broken;
use crate::data::Dataset;
use crate::node::api::ConnId;
use crate::node::{LinkMark, Node};
use crate::note::Note;
use crate::repl::psync::{self, Asked, Ruling};
use crate::repl::{Offset, ReplId};
use crate::sim::tcp::Owner;
use crate::sim::{Given, Machine, Process, Sim};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use past::{Pasts, Stream};
use rules::{Identity, Kept, Lineage};
use seen::{Say, Seen};

/// A hole of real Redis, met in a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Hole {
    /// A replica whose link began by SYNC went on with the id of an earlier session (docs/redis.md §1.10).
    AfterSync,
    /// A server up to 3.2 began to count anew under its run id, and continued somebody of before.
    RunIdAgain,
    /// A replica went on with the stream of a newer release, whose RDB it could not have read and whose commands it may not know (`SET … PXAT`).
    NewerStream,
    /// A master up to 6.2 answered a replica, and the answer went into its stream (docs/redis.md §2.8).
    StrayReply,
    /// A master from 6.0 on forked for a replica in the middle of its DEBUG RELOAD: another one's ACK had told it that its child was gone. The RDB holds
    /// what was loaded by then (seen with live 6.2.14 and 7.0.15: 4 of 53 MB, 20 KB of 53 MB).
    HalfReloaded,
    /// A replica went on with a server that had loaded an RDB without what had expired (docs/redis.md §4.2), and knows keys that this one never had.
    FewerKeys,
    /// A server went on with a promoted replica that had counted answers of its old master as its stream (docs/redis.md §2.8): under the second id the
    /// same offset is another place there.
    StrayPast,
    /// A caller had blocked while its server was a master, and was served on the replica by what its new master wrote (up to 2.6; docs/redis.md §4.2).
    ServedBehind,
    /// A replica of Valkey 8.0 whose first connection was cut while it loaded its RDB loaded on beside a second synchronisation, and took that one's stream for
    /// the one behind its RDB: what was written between is lost, without a word (docs/redis.md §6B).
    LoadedBeside,
    /// A replica of Valkey that synchronises over two connections kept the id of its snapshot, though its primary had taken another one by the time it said
    /// +CONTINUE: from there on it counts another stream's bytes under the old id (docs/redis.md §6B).
    SnapshotId,
}

/// Forks at one offset of a stream.
#[derive(Clone, Debug, Default)]
struct Forks {
    /// The data that their RDBs hold.
    holds: BTreeSet<u64>,
    /// Some of them lack what had expired.
    thin: bool,
}

/// The witness. A clone goes on by itself.
#[derive(Clone, Debug, Default)]
pub struct Witness {
    nodes: Vec<Seen>,
    pasts: Pasts,
    ids: BTreeSet<ReplId>,
    /// How far each replica's conn truly was, by its master's end: the node and its life, and the offset.
    reached: BTreeMap<ConnId, (u32, u32, i64)>,
    /// The life of the stream in which each replica's conn was attached, by its master's end.
    promised: BTreeMap<ConnId, u32>,
    broken: Vec<(&'static str, Broken)>,
    elections: elections::Elections,
    /// Where forks hold half of what stood there.
    halves: BTreeSet<(Stream, i64)>,
    holes: BTreeMap<Hole, u64>,
    forks: BTreeMap<(Stream, i64), Forks>,
    /// The database that is left out, where the swarm has writable replicas write.
    apart: Option<usize>,
}

impl Witness {
    /// A witness that judges this database by I16 alone: only callers of writable replicas write to it.
    #[must_use]
    pub fn leaving_out(db: usize) -> Witness {
        Witness { apart: Some(db), ..Witness::default() }
    }
    fn digest(&self, data: &Dataset) -> u64 {
        self.apart.map_or_else(|| data.digest(), |db| data.digest_without(db))
    }
    /// Everything that broke, each invariant of a server once.
    #[must_use]
    pub fn broken(&self) -> &[(&'static str, Broken)] {
        &self.broken
    }
    /// The holes that were met, and how often.
    pub fn holes(&self) -> impl Iterator<Item = (Hole, u64)> + '_ {
        self.holes.iter().map(|(hole, times)| (*hole, *times))
    }
    /// Whether a server's data went through a declared hole, or came from one whose did.
    #[must_use]
    pub fn astray(&self, sim: &Sim, ix: u32) -> bool {
        let mut at = ix;
        for _ in 0..=self.nodes.len() {
            if self.nodes.get(at as usize).is_some_and(|seen| seen.astray) {
                return true;
            }
            match master_of(sim, at) {
                Some(master) => at = master,
                None => return false,
            }
        }
        false
    }
    /// Looks at what the last event did. To be called after each one.
    pub fn saw(&mut self, sim: &Sim) {
        self.nodes.resize_with(sim.machines().len(), Seen::default);
        if !sim.sentinels().is_empty() {
            let Witness { elections, broken, .. } = self;
            elections.look(sim, &mut |node, text| {
                if !broken.iter().any(|(name, broken)| *name == "I16" && broken.node == node) {
                    broken.push(("I16", Broken { text, why: None, event: sim.event(), at: sim.now(), node }));
                }
            });
        }
        for (ix, seen) in (0..).zip(self.nodes.iter_mut()) {
            let broken = &mut self.broken;
            let mut edges = core::mem::take(&mut seen.edges);
            edges.watch(sim, ix, &mut |name, text| {
                if !broken.iter().any(|(other, broken)| *other == name && broken.node == ix) {
                    let text = format!("{}: {text}", sim.machine(ix).spec.name);
                    broken.push((name, Broken { text, why: None, event: sim.event(), at: sim.now(), node: ix }));
                }
            });
            seen.edges = edges;
        }
        for (ix, machine) in sim.machines().iter().enumerate() {
            let ix = ix as u32;
            let told = sim.notes().iter().any(|(n, _)| *n == ix);
            if self.nodes[ix as usize].revision == machine.revision && !told {
                continue;
            }
            let mut seen = core::mem::take(&mut self.nodes[ix as usize]);
            let mut found: Vec<(&'static str, String)> = Vec::new();
            if machine.process == Process::Up {
                self.look(sim, ix, machine, &mut seen, &mut |name, text| found.push((name, text)));
            } else {
                seen.pace.free_since = None;
            }
            seen.revision = machine.revision;
            self.nodes[ix as usize] = seen;
            for (name, text) in found {
                if !self.broken.iter().any(|(other, broken)| *other == name && broken.node == ix) {
                    let text = format!("{}: {text}", machine.spec.name);
                    self.broken.push((name, Broken { text, why: None, event: sim.event(), at: sim.now(), node: ix }));
                }
            }
        }
    }

    fn look(&mut self, sim: &Sim, ix: u32, machine: &Machine, seen: &mut Seen, say: &mut Say<'_>) {
        let node = &machine.node;
        let caps = node.capabilities();
        let same_life = seen.boots == machine.boots;
        if !same_life {
            // Data that went astray may come back from the disk.
            let (astray, by_sync) = (seen.astray, seen.by_sync && caps.psync2);
            let (stray, was_stray) = (seen.stray, seen.was_stray);
            *seen = Seen { boots: machine.boots, astray, by_sync, stray, was_stray, ..Seen::default() };
            seen.offset = node.master_offset();
            seen.digest = self.digest(node.dataset());
            seen.had_password = node.password().is_some();
        }
        let link = node.link_mark();
        let notes = || sim.notes().iter().filter(move |(n, _)| *n == ix).map(|(_, note)| note);
        // Where the stream stood before this event fed anything; `None`: it jumped.
        let mut stood = same_life.then_some(seen.offset.0);
        let mut loaded = false;
        for note in notes() {
            match note {
                Note::BacklogCreated { bytes, first } => {
                    seen.kept = Some(Kept::new(*first, *bytes));
                    stood = Some(stood.map_or(first - 1, |stood| stood.max(first - 1)));
                }
                Note::BacklogResized { bytes, offset, .. } => {
                    if let Some(kept) = &mut seen.kept {
                        let ring = matches!(caps.backlog, crate::era::BacklogKind::Ring);
                        kept.resize(*bytes, *offset, ring);
                    }
                }
                Note::BacklogFreed { .. } => seen.kept = None,
                Note::PsyncVerdict { ruling: Ruling { asked: Asked::Psync { id, offset, decision }, window, .. }, .. } => {
                    ruled(node, seen, id, offset.unwrap_or(-1), decision, *window, say);
                }
                Note::FullStarted { .. } => {
                    // The promise may have been long on its way.
                    let made = link.and_then(|link| link.conn).and_then(|conn| self.promised.get(&crate::sim::tcp::peer(conn)));
                    seen.promised = made.copied().unwrap_or_else(|| self.life_of_master(sim, ix));
                }
                Note::FullDone { offset, pre_psync } => {
                    loaded = true;
                    self.full_done(sim, ix, seen, link.as_ref(), (*offset, *pre_psync));
                    if caps.psync2 {
                        stood = Some(*offset);
                        // A full resynchronisation forgets the second id.
                        (seen.second, seen.second_by_sync) = (None, false);
                    }
                }
                Note::PartialAccepted { .. } => {
                    seen.resumed = true;
                    self.resumed(sim, ix, seen, link.as_ref());
                }
                Note::Follows { .. } | Note::Promoted { .. } => {
                    let jumped = turned(node, seen, matches!(note, Note::Promoted { .. }));
                    stood = stood.filter(|_| !jumped);
                }
                Note::Flushed { .. } | Note::LoadDone { .. } | Note::LoadStarted { .. } | Note::LoadFailed { .. } => loaded = true,
                Note::Forked { .. } => self.forked(sim, machine, seen),
                Note::StrayReply { .. } => self.stray_reply(sim, ix),
                Note::ConfigSet { name, value } if name == "requirepass" => password_set(node, seen, !value.is_empty()),
                Note::ClientReply { command, reply } => self.wait_answered(ix, seen, command, reply, say),
                _ => {}
            }
        }
        if caps.master_restores_id
            && notes().any(|note| matches!(note, Note::Started { .. } | Note::LoadDone { .. }))
            && !seen.resumed
            && link.is_none()
        {
            // A 7.0 master that finds an old identity in its dump file goes on counting from there.
            stood = None;
            seen.kept = node.backlog().active().then(|| Kept::new(node.backlog().first().0, node.backlog().size() as i64));
        }
        let life = match seen.follows.filter(|_| caps.psync2) {
            Some((_, life)) => life,
            None => seen.life,
        };
        for session in node.session_marks() {
            self.promised.entry(session.conn).or_insert(life);
        }
        self.identity(node, seen, same_life, link.map(|link| link.id), &mut notes(), say);
        self.stream(sim, ix, seen, link.as_ref(), stood, say);
        self.window(node, seen, say);
        for session in node.session_marks() {
            if seen.strangers.get(&session.conn).is_some_and(|acked| session.acked > *acked) {
                say("I13", format!("it hears an ACK of {} from a replica that has not given the password", session.acked));
            }
        }
        self.data(sim, ix, seen, link.as_ref(), loaded, say);
        self.own_keys(sim, ix, seen, link.as_ref(), loaded || !same_life, say);
        if let Some(link) = link.filter(|link| link.up) {
            self.along_link(sim, node, &link, seen.astray, say);
        }
        let (mut pace, mut edges) = (core::mem::take(&mut seen.pace), core::mem::take(&mut seen.edges));
        pace.look(sim, ix, machine, seen, link.as_ref(), say);
        edges.look(sim, ix, machine, (seen, pace.free_since), link.as_ref(), say);
        (seen.pace, seen.edges) = (pace, edges);
        remember(sim, ix, machine, seen, link.as_ref());
        seen.digest = self.digest(node.dataset());
    }

    /// Up to 2.6 a server that becomes a replica keeps its blocked callers: the master's writes serve them.
    fn served_behind(&mut self, sim: &Sim, ix: u32, seen: &mut Seen, link: Option<&LinkMark>) {
        let node = sim.node(ix);
        if node.capabilities().psync {
            return;
        }
        let before = core::mem::replace(&mut seen.at_keys, node.callers_at_keys());
        let by_master = |conn: ConnId| link.is_some_and(|link| link.conn == Some(conn));
        if before > seen.at_keys && sim.given().iter().any(|(n, given)| *n == ix && matches!(given, Given::Bytes(conn) if by_master(*conn)))
        {
            *self.holes.entry(Hole::ServedBehind).or_default() += 1;
            seen.astray = true;
        }
    }
    /// I16: what callers of a writable replica wrote.
    fn own_keys(&self, sim: &Sim, ix: u32, seen: &mut Seen, link: Option<&LinkMark>, anew: bool, say: &mut Say<'_>) {
        let (Some(db), node) = (self.apart, sim.node(ix)) else { return };
        let mine = |conn: ConnId, seen: &Seen| link.is_some_and(|link| link.conn == Some(conn)) || seen.conn == Some(conn);
        let given = |by_master: bool| {
            sim.given().iter().any(|(n, given)| *n == ix && matches!(given, Given::Bytes(conn) if mine(*conn, seen) == by_master))
        };
        let happened = own::Happened {
            anew: anew || link.is_none() || node.loading().is_some(),
            by_caller: given(false),
            by_master: given(true),
            free_since: seen.pace.free_since,
        };
        seen.own.look(node, db, sim.now(), happened, say);
    }
    /// A child was forked: what its RDB holds. Up to 3.2 that is not what has expired.
    fn forked(&mut self, sim: &Sim, machine: &Machine, seen: &Seen) {
        let node = &machine.node;
        let Some(place) = Self::own_stream(node, seen).map(|stream| (stream, node.master_offset().0)) else { return };
        if node.loading().is_some() {
            self.halves.insert(place);
            return;
        }
        let data = node.dataset();
        let whole = self.digest(data);
        // The work of the event may have passed a millisecond.
        let moments = [sim.now(), machine.busy_until.max(sim.now())].map(|at| node.unix_ms_at(at));
        let holds = moments.map(|ms| if node.capabilities().rdb_leaves_out_expired { self.digest(&data.living(ms)) } else { whole });
        let forks = self.forks.entry(place).or_default();
        forks.holds.extend(holds);
        forks.thin |= seen.thin || holds.iter().any(|digest| *digest != whole);
    }

    /// A replica has its master's data, as of this offset, after a full resynchronisation (by SYNC, or not).
    fn full_done(&mut self, sim: &Sim, ix: u32, seen: &mut Seen, link: Option<&LinkMark>, (offset, pre_psync): (i64, bool)) {
        let caps = sim.node(ix).capabilities();
        // From 4.0 on a replica of such a replica counts as that one does, under the same wrong id.
        let master = master_of(sim, ix).filter(|_| caps.psync2);
        seen.by_sync = pre_psync || master.and_then(|at| self.nodes.get(at as usize)).is_some_and(|master| master.by_sync);
        seen.resumed = false;
        seen.astray = caps.psync2 && master_of(sim, ix).is_some_and(|master| self.astray(sim, master));
        seen.follows = link.filter(|link| link.up && !seen.by_sync).map(|link| (link.id, seen.promised));
        seen.thin = seen.follows.and_then(|stream| self.forks.get(&(stream, offset))).is_some_and(|forks| forks.thin);
        seen.was_thin = false;
        seen.stray = caps.psync2 && master.and_then(|at| self.nodes.get(at as usize)).is_some_and(|master| master.stray);
        seen.was_stray = false;
        if offset < 0 && !pre_psync && caps.cut_load_goes_on {
            *self.holes.entry(Hole::LoadedBeside).or_default() += 1;
            (seen.astray, seen.follows) = (true, None);
        }
        let dual = matches!(caps.channel, crate::era::Channel::Valkey) && !pre_psync;
        let other = |at: u32| link.is_some_and(|link| link.up && link.id != sim.node(at).repl_id());
        if dual && master_of(sim, ix).is_some_and(other) {
            *self.holes.entry(Hole::SnapshotId).or_default() += 1;
            (seen.astray, seen.follows) = (true, None);
        }
        if seen.follows.is_some_and(|stream| self.halves.contains(&(stream, offset))) {
            *self.holes.entry(Hole::HalfReloaded).or_default() += 1;
            seen.astray = true;
        }
    }
    /// What a replica sent was answered, and the answer stands in its stream, and in that of everybody to whom it hands it on.
    fn stray_reply(&mut self, sim: &Sim, ix: u32) {
        *self.holes.entry(Hole::StrayReply).or_default() += 1;
        let asked = |given: &Given| if let Given::Bytes(conn) = given { Some(*conn) } else { None };
        for conn in sim.given().iter().filter(|(n, _)| *n == ix).filter_map(|(_, given)| asked(given)) {
            if let Some(Owner::Node(replica)) = sim.conn(conn).map(|conn| conn.ends[0].owner)
                && let Some(seen) = self.nodes.get_mut(replica as usize)
            {
                (seen.astray, seen.stray) = (true, true);
                self.hands_on(sim, replica);
            }
        }
    }
    /// From 4.0 on a replica's replicas have what it was answered.
    fn hands_on(&mut self, sim: &Sim, replica: u32) {
        let mut reached = alloc::vec![replica];
        while let Some(from) = reached.pop() {
            for ix in 0..sim.machines().len() as u32 {
                let follows = sim.node(ix).capabilities().psync2 && master_of(sim, ix) == Some(from);
                if let Some(seen) = self.nodes.get_mut(ix as usize).filter(|seen| follows && !seen.stray) {
                    (seen.astray, seen.stray) = (true, true);
                    reached.push(ix);
                }
            }
        }
    }

    fn life_of_master(&self, sim: &Sim, ix: u32) -> u32 {
        let Some((at, master)) = master_of(sim, ix).and_then(|at| Some((at, self.nodes.get(at as usize)?))) else { return 0 };
        // From 4.0 on a replica hands on its master's stream.
        match master.follows.filter(|_| sim.node(at).capabilities().psync2) {
            Some((_, life)) => life,
            None => master.life,
        }
    }

    /// A cached link lives again: whose stream is it now, and was there a hole?
    fn resumed(&mut self, sim: &Sim, ix: u32, seen: &mut Seen, link: Option<&LinkMark>) {
        let Some((link, master)) = link.zip(master_of(sim, ix)) else { return };
        let life = self.life_of_master(sim, ix);
        // From 4.0 on a replica that began by SYNC has the stale id as its own: whoever else has it goes on there.
        let its_second = self.nodes.get(master as usize).is_some_and(|master| master.second_by_sync || master.by_sync);
        let second = self.nodes.get(master as usize).and_then(|master| master.second);
        let again =
            seen.follows.is_some_and(|(id, before)| before != second.filter(|(other, _)| *other == id).map_or(life, |(_, life)| life));
        // Who could not have got an RDB from it, either.
        let newer = !sim.node(ix).era().reads(sim.node(master).era());
        let hole = if newer {
            Some(Hole::NewerStream)
        } else if seen.by_sync || its_second {
            Some(Hole::AfterSync)
        } else if again {
            Some(Hole::RunIdAgain)
        } else if self.nodes.get(master as usize).is_some_and(|master| master.was_thin) {
            Some(Hole::FewerKeys)
        } else if self.nodes.get(master as usize).is_some_and(|master| master.was_stray) {
            seen.stray = true;
            Some(Hole::StrayPast)
        } else {
            None
        };
        if let Some(hole) = hole {
            *self.holes.entry(hole).or_default() += 1;
            seen.astray = true;
        }
        seen.astray |= sim.node(ix).capabilities().psync2 && self.astray(sim, master);
        seen.follows = Some((link.id, life));
    }

    /// I8: how the identity went.
    fn identity(
        &mut self,
        node: &Node,
        seen: &mut Seen,
        same_life: bool,
        link: Option<ReplId>,
        notes: &mut dyn Iterator<Item = &Note>,
        say: &mut Say<'_>,
    ) {
        let after = Identity { id: node.repl_id(), second: node.repl_id2(), up_to: node.second_offset(), offset: node.master_offset() };
        let caps = node.capabilities();
        // What went through a hole may end before it is looked at.
        if let Some(before) = seen.identity.filter(|_| caps.psync2 && same_life && !seen.astray)
            && let Some(why) = rules::bad_change(&before, &after, link, notes, &self.ids, caps.ttl_changes_id)
        {
            say("I8", why);
        }
        if seen.identity.is_none_or(|before| before.id != after.id) {
            self.ids.insert(after.id);
        }
        seen.identity = Some(after);
    }

    /// The stream that a server gives, or hands on.
    fn own_stream(node: &Node, seen: &Seen) -> Option<Stream> {
        let caps = node.capabilities();
        if !caps.psync2 {
            return Some((node.repl_id(), seen.life));
        }
        if node.role_is_master() {
            return Some((node.repl_id(), 0));
        }
        seen.follows.filter(|(id, _)| !seen.astray && !seen.by_sync && *id == node.repl_id())
    }

    /// I2, I8, I11: the bytes that were added to a server's stream.
    fn stream(&mut self, sim: &Sim, ix: u32, seen: &mut Seen, link: Option<&LinkMark>, stood: Option<i64>, say: &mut Say<'_>) {
        let node = sim.node(ix);
        let (Some(stood), Some(stream)) = (stood, Self::own_stream(node, seen)) else { return };
        let grown = node.master_offset().0 - stood;
        if grown <= 0 || !node.backlog().active() {
            return;
        }
        let bytes = node.backlog().read(Offset(stood + 1), grown as usize);
        if bytes.len() as i64 != grown {
            return;
        }
        let passes_on = link.is_some() && node.capabilities().psync2;
        if passes_on && self.astray(sim, ix) {
            // What went through a hole above it is passed on here, too.
            seen.astray = true;
            return;
        }
        if !passes_on {
            // A transaction is open while the process stands in one of its commands.
            match past::well_formed(&bytes, core::mem::take(&mut seen.transaction_open)) {
                Ok(false) => {}
                Ok(true) if node.stands_in_a_transaction() => seen.transaction_open = true,
                Ok(true) => say("I2", "its stream leaves a transaction open".to_string()),
                Err(why) => say("I2", why),
            }
        }
        if let Some(at) = self.pasts.bytes(stream, stood + 1, &bytes) {
            let (id, name) = (stream.0, if passes_on { "I11" } else { "I8" });
            say(name, format!("its byte {at} under {id} is not what others have there"));
        }
    }

    /// I4: what the backlog says it holds is what it must hold.
    fn window(&mut self, node: &Node, seen: &mut Seen, say: &mut Say<'_>) {
        let backlog = node.backlog();
        if !backlog.active() {
            if seen.kept.take().is_some() {
                say("I4", "its backlog went without a word".to_string());
            }
            return;
        }
        let head = node.master_offset().0;
        let Some(kept) = seen.kept else {
            seen.kept = Some(Kept::new(backlog.first().0, backlog.size() as i64));
            return;
        };
        let (first, must) = (backlog.first().0, kept.oldest(head));
        let ring = matches!(backlog.kind(), crate::era::BacklogKind::Ring);
        if first > must || (ring && first != must) || first < kept.start {
            say(
                "I4",
                format!("its backlog begins at {first}; of {} bytes since {} it must hold those from {must} on", kept.size, kept.start),
            );
        }
    }

    /// I2, I3, I6, I13: the data.
    fn data(&mut self, sim: &Sim, ix: u32, seen: &mut Seen, link: Option<&LinkMark>, loaded: bool, say: &mut Say<'_>) {
        self.served_behind(sim, ix, seen, link);
        let node = sim.node(ix);
        if node.loading().is_some() {
            return;
        }
        let digest = self.digest(node.dataset());
        if (link.is_none() || !node.capabilities().psync2)
            && node.backlog().active()
            // Who follows has not run what a transaction has begun.
            && !seen.transaction_open
            && let Some(stream) = Self::own_stream(node, seen)
        {
            self.pasts.state_is(stream, node.master_offset().0, digest);
        }
        let Some(link) = link else { return };
        // What it read may have ended the link.
        let mine = |conn: ConnId| link.conn == Some(conn) || seen.conn == Some(conn);
        let from_master = sim.given().iter().any(|(n, given)| *n == ix && matches!(given, Given::Bytes(conn) if mine(*conn)));
        let was_master = sim.notes().iter().any(|(n, note)| *n == ix && matches!(note, Note::Promoted { .. }));
        if digest != seen.digest && !seen.master && !was_master && !loaded && from_master && seen.paused && node.paused().is_some() {
            say("I13", "it applies its master's stream while it is paused".to_string());
        }
        if digest != seen.digest && !seen.master && !was_master && !loaded && !from_master && !seen.held {
            say("I13", "its data changed by themselves".to_string());
        }
        let Some(stream) = seen.follows.filter(|_| link.up && !link.pre_psync && !link.installing && !seen.astray) else { return };
        if stream.0 != link.id || node.unapplied() > 0 && !node.capabilities().reploff_counts_applied {
            return;
        }
        if seen.thin {
            let at_load = loaded && link.applied == link.origin;
            let forks = self.forks.get(&(stream, link.origin.0)).filter(|_| at_load);
            if forks.is_some_and(|forks| !forks.holds.contains(&digest)) {
                say("I3", format!("its data at {} of {}, as it loaded them, are not what was forked", link.applied, link.id));
            }
            seen.thin = self.pasts.known(stream, link.applied.0) != Some(digest);
            return;
        }
        if self.pasts.state_fits(stream, link.applied.0, digest) {
            return;
        }
        if self.astray(sim, ix) || master_of(sim, ix).is_some_and(|master| self.astray(sim, master)) {
            seen.astray = true;
            return;
        }
        let (name, how) = match (loaded, seen.resumed) {
            (true, _) if link.applied == link.origin => ("I3", "as it loaded them"),
            (_, true) => ("I6", "after a partial resynchronisation"),
            _ => ("I2", "as it applied them"),
        };
        say(name, format!("its data at {} of {}, {how}, are not what stood there", link.applied, link.id));
    }

    /// I7, I8, I11: what both ends of a live link say of it.
    fn along_link(&mut self, sim: &Sim, node: &Node, link: &LinkMark, astray: bool, say: &mut Say<'_>) {
        let caps = node.capabilities();
        if caps.psync2 && node.master_offset() != link.applied {
            say("I11", format!("its own stream stands at {}, its master's at {}", node.master_offset(), link.applied));
        }
        let Some(theirs) = link.conn.map(crate::sim::tcp::peer) else { return };
        let Some(Owner::Node(master)) = sim.conn(theirs).map(|conn| conn.ends[1].owner) else { return };
        let reached = if link.pre_psync {
            i64::MAX
        } else if caps.reploff_counts_applied {
            link.applied.0
        } else {
            link.read.0
        };
        let machine = sim.machine(master);
        let entry = self.reached.entry(theirs).or_insert((master, machine.boots, reached));
        entry.2 = entry.2.max(reached);
        if !machine.alive() {
            return;
        }
        let Some(session) = machine.node.session_marks().find(|session| session.conn == theirs) else { return };
        let counted = caps.psync && machine.node.capabilities().psync;
        // What was answered stands in its stream beside what was sent.
        if counted && !astray && !link.pre_psync && !session.pre_psync && link.read > session.sent {
            say("I7", format!("it has read up to {}, and {} was sent", link.read, session.sent));
        }
        if caps.psync2
            && machine.node.capabilities().psync2
            && session.online
            && link.id != machine.node.repl_id()
            && !link.pre_psync
            && !astray
        {
            say("I8", format!("it follows {}, and its master is {}", link.id, machine.node.repl_id()));
        }
    }

    /// I10: nobody was counted who has less.
    fn wait_answered(&mut self, ix: u32, seen: &Seen, command: &str, reply: &str, say: &mut Say<'_>) {
        let count = reply.strip_prefix("(integer) ").and_then(|n| n.parse::<usize>().ok());
        let Some(count) = count.filter(|_| command.starts_with("WAIT ") && seen.console > 0) else { return };
        let have =
            self.reached.values().filter(|(node, boots, reached)| (*node, *boots) == (ix, seen.boots) && *reached >= seen.console).count();
        if count > have {
            say("I10", format!("WAIT counts {count} replicas at {}, {have} were there", seen.console));
        }
    }
}

/// A server follows another, or nobody any more (`promoted`). `true`: its stream jumped.
fn turned(node: &Node, seen: &mut Seen, promoted: bool) -> bool {
    let jumps = !node.capabilities().psync2 && node.master_offset() != seen.offset;
    if jumps {
        seen.life += 1;
        // What its redis-cli wrote was counted in the life before.
        seen.console = 0;
    }
    if promoted {
        (seen.was_thin, seen.thin) = (seen.thin, false);
        (seen.was_stray, seen.stray) = (seen.stray, false);
        // Up to 2.6 nobody goes on where another stopped: its data are what those who follow now get.
        seen.astray &= node.capabilities().psync;
    }
    if !node.capabilities().psync2 {
        seen.by_sync = false;
        seen.follows = None;
    } else if promoted {
        seen.second_by_sync = seen.by_sync;
        seen.second = seen.follows;
        seen.by_sync = false;
        seen.astray = false;
        seen.follows = None;
    } else if seen.master {
        // It asks with its own stream.
        seen.by_sync = false;
        seen.follows = Some((node.repl_id(), 0));
    }
    jumps
}

/// A password was set, or cleared (`is_set`), at run time: up to 5.0 the first one shuts out all replicas that are there. Those who came under a password
/// before may have given it: of them nothing is said.
fn password_set(node: &Node, seen: &mut Seen, is_set: bool) {
    let first = is_set && !node.capabilities().trusts_from_birth && !core::mem::replace(&mut seen.had_password, true);
    if first {
        seen.strangers = node.session_marks().map(|session| (session.conn, session.acked)).collect();
    } else if !is_set {
        seen.strangers.clear();
    }
}

/// What the next look compares with.
fn remember(sim: &Sim, ix: u32, machine: &Machine, seen: &mut Seen, link: Option<&LinkMark>) {
    let node = &machine.node;
    let by_console = sim.given().iter().any(|(n, given)| {
        *n == ix
            && matches!(given, Given::Bytes(conn) if sim.conn(*conn).is_some_and(|conn| matches!(conn.ends[0].owner, Owner::Console(_))))
    });
    if by_console && machine.console.waiting().next().is_none() {
        seen.console = node.master_offset().0;
    }
    seen.master = link.is_none();
    seen.paused = node.paused().is_some();
    seen.conn = link.and_then(|link| link.conn);
    seen.offset = node.master_offset();
    seen.held = node.unapplied() > 0;
    seen.whole = node.dataset().digest();
    seen.volatile = volatile(node);
    seen.first = node.backlog().first().0;
}

/// A replica asked with PSYNC: whether the decision, and the window by which it was made, are those of this server's stream.
fn ruled(node: &Node, seen: &Seen, id: &str, offset: i64, decision: &psync::Decision, window: Option<psync::Window>, say: &mut Say<'_>) {
    let partial = matches!(decision.verdict, psync::Verdict::Partial { .. });
    verdict(node, seen, id, offset, partial, say);
    // Much may have been written within this event, before it was asked and after.
    let heads = seen.offset.0..=node.master_offset().0.max(seen.offset.0);
    let heads = |head: i64| heads.contains(&head) || head == node.master_offset().0;
    if let (Some(kept), Some(window)) = (seen.kept, window)
        && let (first, end) = (window.first.0, window.end().0)
        && (!heads(end - 1) || first > kept.oldest(end - 1) || first < seen.first.min(node.backlog().first().0))
    {
        say("I5", format!("it decides by a window from {first} to {end}, and its stream stands at {}", seen.offset));
    }
}

/// I5: the verdict on a request, by the rules.
fn verdict(node: &Node, seen: &Seen, asked_id: &str, asked: i64, partial: bool, say: &mut Say<'_>) {
    let Some(identity) = seen.identity else { return };
    let psync2 = node.capabilities().psync2;
    let lineage = Lineage { id: identity.id, second: psync2.then_some((identity.second, identity.up_to)) };
    let ring = matches!(node.backlog().kind(), crate::era::BacklogKind::Ring);
    // The stream may have moved within this event: before it was asked, or after.
    let by_the_rules = [seen.offset.0, node.master_offset().0].map(|head| {
        let first = seen.kept.map(|kept| if ring { kept.oldest(head) } else { kept.oldest(head).min(seen.first.max(kept.start)) });
        rules::may_continue(asked_id, asked, &lineage, first, head)
    });
    if !by_the_rules.contains(&partial) {
        let (said, due) = if partial { ("+CONTINUE", "+FULLRESYNC") } else { ("+FULLRESYNC", "+CONTINUE") };
        say("I5", format!("it answers {said} to PSYNC {asked_id} {asked}; by the rules it is {due}"));
    }
}

/// Keys with a time to live.
fn volatile(node: &Node) -> usize {
    let data = node.dataset();
    (0..data.databases()).map(|db| data.volatile(db)).sum()
}
/// The node that a node follows. [`Sim::master_of`] answers the same, and must not be asked here: the checks and the screen believe it, and a witness that
/// believed it too would agree with its mistakes.
fn master_of(sim: &Sim, ix: u32) -> Option<u32> {
    let (host, port) = sim.node(ix).follows()?;
    sim.by_address(ix, host, port)
}
