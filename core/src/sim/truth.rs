//! The truth: which state of which master's data a replica really holds, as only the simulator can know it.
//!
//! Every server that takes writes lives a *past*: a numbered stream of changes that branched off another past at some place. A state of the data is a
//! [`Place`] in a past. A dump file, an RDB on its way and a replica all hold such states. A replica is behind by what lies between its place and its
//! top master's present; if its place does not lie on that master's way, its data *never were* the master's.
//!
//! The world sees every byte on every conn, and each sender says which offset its stream bytes have in its own counting: so this does not depend on what a
//! replica believes (a replica after a SYNC fallback counts from −1, a sub-replica up to 3.2 counts its own master's bytes).

use crate::time::Time;
use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::vec::Vec;

/// A state of the data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// In which past.
    pub past: u32,
    /// After this byte of it, in the counting of the server that lived it.
    pub at: i64,
}

/// Where writes ended, and when: bounded, coarser with age.
#[derive(Clone, Debug, Default)]
struct Writes {
    chunks: VecDeque<Rc<Vec<(i64, Time)>>>,
    len: usize,
}

const CHUNK: usize = 256;
/// Entries of one past: at 1 000 writes a second the last half minute to the millisecond, older ones coarser and coarser.
const WRITES_KEPT: usize = 32 * 1024;

impl Writes {
    fn push(&mut self, end: i64, at: Time) {
        if let Some(last) = self.chunks.back_mut() {
            if let Some(entry) = last.last()
                && entry.1.as_millis() == at.as_millis()
            {
                let last = Rc::make_mut(last);
                let ix = last.len() - 1;
                last[ix].0 = end;
                return;
            }
            if last.len() < CHUNK {
                Rc::make_mut(last).push((end, at));
                self.len += 1;
                return;
            }
        }
        let mut chunk = Vec::with_capacity(CHUNK);
        chunk.push((end, at));
        self.chunks.push_back(Rc::new(chunk));
        self.len += 1;
        if self.len > WRITES_KEPT {
            self.coarsen();
        }
    }
    /// Joins each two entries of the older half into one: it ends where the later one ends, and was written when the earlier one was.
    fn coarsen(&mut self) {
        let old = self.chunks.len() / 2;
        let entries: Vec<(i64, Time)> = self.chunks.drain(..old).flat_map(|chunk| chunk.iter().copied().collect::<Vec<_>>()).collect();
        let pairs: Vec<(i64, Time)> = entries.chunks(2).map(|pair| (pair[pair.len() - 1].0, pair[0].1)).collect();
        let mut joined: VecDeque<Rc<Vec<(i64, Time)>>> = pairs.chunks(CHUNK).map(|chunk| Rc::new(chunk.to_vec())).collect();
        joined.append(&mut self.chunks);
        self.chunks = joined;
        self.len = self.chunks.iter().map(|chunk| chunk.len()).sum();
    }
    /// When the first write was made that ends after `at` (and not after `until`).
    fn first_after(&self, at: i64, until: i64) -> Option<Time> {
        let chunk = self.chunks.partition_point(|chunk| chunk.last().is_none_or(|(end, _)| *end <= at));
        let chunk = self.chunks.get(chunk)?;
        let entry = chunk.get(chunk.partition_point(|(end, _)| *end <= at))?;
        (entry.0 <= until || entry.0 > at && until > at).then_some(entry.1)
    }
}

/// One way that data went.
#[derive(Clone, Debug)]
struct Past {
    /// Where it branched off.
    parent: Option<Place>,
    /// The branch's own number for that place.
    base: i64,
    /// The first write that no stream has counted: there was no backlog.
    uncounted: Option<Time>,
    /// A state of it was taken away (a dump, a replica): from then on what it was is remembered.
    taken: bool,
    writes: Writes,
}

/// Own offsets of a server that hands on another's stream, and the places they mean.
#[derive(Clone, Debug, Default)]
struct Ledger {
    rows: VecDeque<(i64, Place)>,
}
const LEDGER_KEPT: usize = 4_096;
impl Ledger {
    fn push(&mut self, own: i64, place: Place) {
        if self.rows.back().is_some_and(|(last, _)| own < *last) {
            // It counts anew.
            self.rows.clear();
        }
        let n = self.rows.len();
        if n >= 2 {
            let ((a, b), (c, d)) = (self.rows[n - 2], self.rows[n - 1]);
            if b.past == d.past && d.past == place.past && a - b.at == c - d.at && c - d.at == own - place.at {
                self.rows[n - 1] = (own, place);
                return;
            }
        }
        if self.rows.back() == Some(&(own, place)) {
            return;
        }
        self.rows.push_back((own, place));
        if self.rows.len() > LEDGER_KEPT {
            self.rows.pop_front();
        }
    }
    /// The place of an own offset: exact where bytes were handed on as they came, else the last whole batch before it.
    fn at(&self, own: i64) -> Option<Place> {
        let next = self.rows.partition_point(|(o, _)| *o <= own);
        let (o, place) = *self.rows.get(next.checked_sub(1)?)?;
        match self.rows.get(next) {
            Some((after, then)) if then.past == place.past && after - then.at == o - place.at => {
                Some(Place { at: own - (o - place.at), ..place })
            }
            _ => Some(place),
        }
    }
}

/// The truth about one node's data.
#[derive(Clone, Debug, Default)]
struct Held {
    /// The state; `None`: no state of anybody's past (flushed, half loaded, diverged).
    place: Option<Place>,
    /// The past that it lives as a master.
    own: Option<u32>,
    /// The stream offset and digest that were seen last.
    offset: i64,
    digest: u64,
    /// Of the dump file.
    dump: Option<Place>,
    /// It goes on where its place says: the stream was seen to fit.
    fits: bool,
    /// The server that it reads from has died since the conn was made: what still comes is of that server's life before.
    orphan: bool,
    /// Whom it has dialled last.
    source: Option<u32>,
    /// The offset up to which it has applied, in the counting of who sent it.
    applied: i64,
    /// Bytes of the stream that it has read and not applied: half a command, which up to 3.2 survives a link and is completed over the next.
    unapplied: i64,
    ledger: Ledger,
}

/// The truth about all nodes.
#[derive(Clone, Debug, Default)]
pub struct Pasts {
    pasts: Vec<Past>,
    nodes: Vec<Held>,
}

/// Bytes of a stream that a server fed at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fed {
    /// The offset after them.
    pub to: i64,
    /// The offset after the last command among them that changes data; `None`: PING, SELECT and the like only.
    pub data_end: Option<i64>,
}

impl Pasts {
    /// Room for one node more.
    pub fn add_node(&mut self) {
        self.nodes.push(Held::default());
    }
    fn branch(&mut self, parent: Option<Place>, base: i64) -> u32 {
        self.pasts.push(Past { parent, base, uncounted: None, taken: false, writes: Writes::default() });
        self.pasts.len() as u32 - 1
    }
    /// The process starts with its dump file, or with nothing; it is a master or will follow one.
    pub fn booted(&mut self, node: u32, with_rdb: bool, master: bool, offset: i64, digest: u64) {
        let at = node as usize;
        let dump = self.nodes[at].dump.filter(|_| with_rdb);
        let own = master.then(|| self.branch(dump, offset));
        let held = &mut self.nodes[at];
        held.place = dump.or_else(|| own.map(|past| Place { past, at: offset }));
        held.own = own;
        held.offset = offset;
        held.digest = digest;
        held.fits = false;
        held.ledger = Ledger::default();
    }
    /// The process is gone: what it had sent is still on its way.
    pub fn died(&mut self, node: u32) {
        for held in &mut self.nodes {
            held.orphan |= held.source == Some(node);
        }
    }
    /// The dump file was loaded: what the master's offset is now is the number of that place.
    pub fn loaded(&mut self, node: u32, offset: i64, digest: u64) {
        let held = &mut self.nodes[node as usize];
        let before = core::mem::replace(&mut held.offset, offset);
        held.digest = digest;
        // DEBUG RELOAD, later, begins nothing anew.
        if let Some(past) = held.own.map(|past| &mut self.pasts[past as usize]).filter(|past| past.base == before) {
            past.base = offset;
        }
    }
    /// A master did something: its offset and digest are these now, and this is what it fed.
    pub fn master_moved(&mut self, node: u32, now: Time, offset: i64, digest: u64, counted: bool, fed: Option<Fed>) {
        let at = node as usize;
        let Some(past) = self.nodes[at].own else { return };
        if let Some(Fed { data_end: Some(end), .. }) = fed {
            self.pasts[past as usize].writes.push(end, now);
        } else if !counted && digest != self.nodes[at].digest && offset == self.nodes[at].offset {
            let here = &mut self.pasts[past as usize];
            if here.taken {
                let branch = self.branch(Some(Place { past, at: offset }), offset);
                self.pasts[branch as usize].uncounted = Some(now);
                self.nodes[at].own = Some(branch);
            }
        }
        let held = &mut self.nodes[at];
        held.offset = offset;
        held.digest = digest;
        held.place = held.own.map(|past| Place { past, at: offset });
    }
    /// The stream offset that was seen last.
    #[must_use]
    pub fn offset(&self, node: u32) -> i64 {
        self.nodes[node as usize].offset
    }
    /// The digest that was seen last.
    #[must_use]
    pub fn digest(&self, node: u32) -> u64 {
        self.nodes[node as usize].digest
    }
    /// Whether the world takes it for a master.
    #[must_use]
    pub fn is_master(&self, node: u32) -> bool {
        self.nodes[node as usize].own.is_some()
    }
    /// It follows nobody any more: its data go a way of their own from here.
    pub fn promoted(&mut self, node: u32, offset: i64, digest: u64) {
        let at = node as usize;
        if self.nodes[at].own.is_some() {
            return;
        }
        let parent = self.nodes[at].place;
        if let Some(place) = parent {
            self.pasts[place.past as usize].taken = true;
        }
        let own = self.branch(parent, offset);
        let held = &mut self.nodes[at];
        held.own = Some(own);
        held.place = Some(Place { past: own, at: offset });
        held.offset = offset;
        held.digest = digest;
    }
    /// It follows somebody now; its data stay what they are.
    pub fn follows(&mut self, node: u32) {
        let held = &mut self.nodes[node as usize];
        if let Some(past) = held.own.take() {
            let place = Place { past, at: held.offset };
            held.place = Some(place);
            // Its own replicas may still ask for what it wrote itself.
            let base = self.pasts[past as usize].base.min(place.at);
            held.ledger.push(base, Place { past, at: base });
            held.ledger.push(place.at, place);
            self.pasts[past as usize].taken = true;
        }
        held.fits = false;
    }
    /// A replica threw its data away, or lost its way.
    pub fn lost(&mut self, node: u32) {
        self.nodes[node as usize].place = None;
        self.nodes[node as usize].fits = false;
    }
    /// The state of a node's data now.
    #[must_use]
    pub fn place(&self, node: u32) -> Option<Place> {
        self.nodes[node as usize].place
    }
    /// The state that a fork of this moment sees.
    pub fn fork(&mut self, node: u32) -> Option<Place> {
        let place = self.nodes[node as usize].place;
        if let Some(place) = place {
            self.pasts[place.past as usize].taken = true;
        }
        place
    }
    /// A dump file that the world made before the start: a past of its own.
    pub fn preloaded(&mut self, node: u32) {
        let past = self.branch(None, 0);
        self.nodes[node as usize].dump = Some(Place { past, at: 0 });
    }
    /// The dump file holds this state now.
    pub fn dump_received(&mut self, node: u32, place: Option<Place>) {
        self.nodes[node as usize].dump = place;
    }
    /// The state that is in the dump file.
    #[must_use]
    pub fn dump(&self, node: u32) -> Option<Place> {
        self.nodes[node as usize].dump
    }
    /// A replica has loaded an RDB of this state. `told`: whose, and the offset of +FULLRESYNC in that server's counting; the tick that forked may have
    /// fed a PING as well, which is no part of it.
    pub fn synced(&mut self, node: u32, place: Option<Place>, told: Option<(u32, i64)>) {
        let exact = told.and_then(|(source, offset)| self.place_of(source, offset));
        let place = place.map(|place| exact.filter(|exact| exact.past == place.past && exact.at < place.at).unwrap_or(place));
        let held = &mut self.nodes[node as usize];
        held.place = place;
        held.fits = place.is_some();
        held.orphan = false;
        held.ledger = Ledger::default();
        // What its own replicas still get from it is of the time before.
        self.died(node);
    }
    /// What it dialled takes it for what it is: what comes from now on is of that server's present life.
    pub fn accepted(&mut self, node: u32) {
        self.nodes[node as usize].orphan = false;
    }
    /// A conn to a master came to be: the first stream bytes on it must fit what the replica has.
    pub fn connected(&mut self, node: u32, source: Option<u32>) {
        let held = &mut self.nodes[node as usize];
        (held.fits, held.orphan, held.source, held.applied) = (false, false, source, i64::MIN);
    }
    /// Where `own`, an offset in `source`'s counting, lies.
    fn place_of(&self, source: u32, own: i64) -> Option<Place> {
        let held = &self.nodes[source as usize];
        match held.own {
            // What it handed on before it was promoted it counted as the replica that it was.
            Some(past) => {
                let before = if own < self.pasts[past as usize].base { held.ledger.at(own) } else { None };
                before.filter(|place| self.resolve(past, *place).is_some()).or(Some(Place { past, at: own }))
            }
            None => held.ledger.at(own),
        }
    }
    /// A replica has read `source`'s stream up to `read` and applied all of it but `unapplied` bytes; `before` is the offset before the first byte that
    /// came on this conn.
    pub fn applied(&mut self, node: u32, source: u32, before: i64, read: i64, unapplied: i64) {
        let at = node as usize;
        let half = core::mem::replace(&mut self.nodes[at].unapplied, unapplied);
        let before_this = core::mem::replace(&mut self.nodes[at].applied, read - unapplied);
        if self.nodes[at].orphan {
            if let Some(place) = &mut self.nodes[at].place {
                place.at += read - unapplied - before_this.max(before);
            }
            return;
        }
        let Some(place) = self.place_of(source, read - unapplied) else { return };
        if !self.nodes[at].fits {
            let start = self.place_of(source, before).and_then(|start| self.resolve(place.past, start));
            let had = self.nodes[at].place.and_then(|had| self.resolve(place.past, had));
            if had.is_none() || (had != start && had.map(|had| had + half) != start) {
                self.nodes[at].place = None;
                return;
            }
            self.nodes[at].fits = true;
        }
        if self.nodes[at].place.is_some() {
            self.nodes[at].place = Some(place);
        }
    }
    /// Bytes that a replica had read and not applied when it was last looked at: the half of a command, or what a pause holds back.
    #[must_use]
    pub fn unapplied(&self, node: u32) -> i64 {
        self.nodes[node as usize].unapplied
    }
    /// Whether nothing is known of what a replica's own offsets mean.
    #[must_use]
    pub fn unnumbered(&self, node: u32) -> bool {
        self.nodes[node as usize].ledger.rows.is_empty()
    }
    /// A replica's own offset is this now: what its own replicas count by.
    pub fn handed_on(&mut self, node: u32, own: i64) {
        let at = node as usize;
        self.nodes[at].offset = own;
        let Some(place) = self.nodes[at].place else { return };
        // Where a branch begins, what came before goes on in it.
        if let Some((offset, last)) = self.nodes[at].ledger.rows.back().copied().filter(|(_, last)| last.past != place.past)
            && let Some(here) = self.resolve(place.past, last)
        {
            self.nodes[at].ledger.rows.push_back((offset, Place { past: place.past, at: here }));
        }
        self.nodes[at].ledger.push(own, place);
    }
    /// The number, in `past`'s counting, of a state; `None` if it does not lie on its way.
    #[must_use]
    pub fn resolve(&self, past: u32, mut place: Place) -> Option<i64> {
        // Where a branch begins it is what it branched off.
        while let Some(parent) = self.pasts[place.past as usize].parent
            && place.at == self.pasts[place.past as usize].base
            && self.pasts[place.past as usize].uncounted.is_none()
        {
            place = parent;
        }
        let (mut at, mut shift) = (past, 0);
        let mut limit = i64::MAX;
        loop {
            if place.past == at {
                return (place.at <= limit).then_some(place.at + shift);
            }
            let here = &self.pasts[at as usize];
            let parent = here.parent?;
            shift += here.base - parent.at;
            limit = parent.at;
            at = parent.past;
        }
    }
    /// The past that a master lives.
    #[must_use]
    pub fn own(&self, node: u32) -> Option<u32> {
        self.nodes[node as usize].own
    }
    /// When the first write was made that a state at `at` (in `past`'s counting) lacks.
    #[must_use]
    pub fn first_missing(&self, past: u32, at: i64) -> Option<Time> {
        let here = &self.pasts[past as usize];
        if at < here.base
            && let Some(parent) = here.parent
        {
            let there = at - (here.base - parent.at);
            if let Some(time) = self.first_missing_until(parent.past, there, parent.at) {
                return Some(time);
            }
        }
        if at <= here.base
            && let Some(time) = here.uncounted
        {
            return Some(time);
        }
        here.writes.first_after(at, i64::MAX)
    }
    fn first_missing_until(&self, past: u32, at: i64, until: i64) -> Option<Time> {
        let here = &self.pasts[past as usize];
        if at < here.base
            && let Some(parent) = here.parent
        {
            let there = at - (here.base - parent.at);
            if let Some(time) = self.first_missing_until(parent.past, there, parent.at) {
                return Some(time);
            }
        }
        here.writes.first_after(at, until)
    }
    /// The place of an offset in a sub-master's counting, as a number of `past`; for what has arrived but was not applied.
    #[must_use]
    pub fn number_of(&self, past: u32, source: u32, own: i64) -> Option<i64> {
        self.place_of(source, own).and_then(|place| self.resolve(past, place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn t(ms: u64) -> Time {
        Time::from_millis(ms)
    }
    fn pair() -> Pasts {
        let mut pasts = Pasts::default();
        pasts.add_node();
        pasts.add_node();
        pasts.booted(0, false, true, 0, 0);
        pasts.booted(1, false, false, 0, 0);
        pasts
    }
    fn write(pasts: &mut Pasts, at: Time, to: i64) {
        pasts.master_moved(0, at, to, to as u64, true, Some(Fed { to, data_end: Some(to) }));
    }

    #[test]
    fn staleness_is_the_first_write_that_is_lacking() {
        let mut pasts = pair();
        let rdb = pasts.fork(0);
        for n in 1..=5 {
            write(&mut pasts, t(n * 10), n as i64 * 30);
        }
        pasts.master_moved(0, t(60), 164, 150, true, Some(Fed { to: 164, data_end: None }));
        pasts.synced(1, rdb, None);
        let past = pasts.own(0).expect("a master");
        assert_eq!(pasts.first_missing(past, 0), Some(t(10)));
        pasts.applied(1, 0, 0, 60, 0);
        let at = pasts.resolve(past, pasts.place(1).expect("a state")).expect("on the way");
        assert_eq!((at, pasts.first_missing(past, at)), (60, Some(t(30))));
        assert_eq!(pasts.first_missing(past, 75), Some(t(30)), "half a command is no command");
        pasts.applied(1, 0, 0, 150, 0);
        assert_eq!(pasts.first_missing(past, 150), None, "a PING is no data");
    }

    #[test]
    fn a_stream_that_does_not_fit_is_a_divergence() {
        let mut pasts = pair();
        let rdb = pasts.fork(0);
        write(&mut pasts, t(1), 1_211);
        pasts.synced(1, rdb, None);
        pasts.applied(1, 0, 0, 1_211, 0);
        pasts.connected(1, Some(0));
        pasts.applied(1, 0, 266, 1_211, 0);
        assert_eq!(pasts.place(1), None);
    }

    #[test]
    fn what_a_dead_server_had_sent_is_of_its_life_before() {
        let mut pasts = pair();
        let rdb = pasts.fork(0);
        pasts.connected(1, Some(0));
        pasts.synced(1, rdb, None);
        write(&mut pasts, t(1), 100);
        pasts.applied(1, 0, 0, 60, 0);
        pasts.died(0);
        pasts.booted(0, false, true, 0, 0);
        write(&mut pasts, t(2), 500);
        // The rest of what the first life wrote comes late.
        pasts.applied(1, 0, 0, 100, 0);
        assert_eq!(pasts.place(1), Some(Place { past: 0, at: 100 }));
        // The second life is another conn's, and does not fit.
        pasts.connected(1, Some(0));
        pasts.applied(1, 0, 100, 500, 0);
        assert_eq!(pasts.place(1), None);
    }

    #[test]
    fn a_sub_replica_goes_on_where_its_master_was_synchronised() {
        let mut pasts = pair();
        pasts.add_node();
        pasts.booted(2, false, false, 0, 0);
        write(&mut pasts, t(1), 100);
        let rdb = pasts.fork(0);
        pasts.connected(2, Some(0));
        pasts.synced(2, rdb, Some((0, 100)));
        // The one between loads the same and has read on before it is looked at again.
        pasts.connected(1, Some(0));
        pasts.synced(1, rdb, Some((0, 100)));
        pasts.handed_on(1, 100);
        write(&mut pasts, t(2), 150);
        pasts.applied(1, 0, 100, 150, 0);
        pasts.handed_on(1, 150);
        pasts.connected(2, Some(1));
        pasts.accepted(2);
        pasts.applied(2, 1, 100, 150, 0);
        assert_eq!(pasts.place(2), Some(Place { past: 0, at: 150 }));
        // Promoted, it still knows what it handed on before; its own counting begins behind.
        pasts.promoted(1, 150, 0);
        assert_eq!(pasts.number_of(pasts.own(1).expect("a master"), 1, 120), Some(120));
    }

    #[test]
    fn a_ping_in_the_tick_of_the_fork_is_no_part_of_the_rdb() {
        let mut pasts = pair();
        write(&mut pasts, t(1), 100);
        pasts.master_moved(0, t(2), 114, 100, true, Some(Fed { to: 114, data_end: None }));
        let rdb = pasts.fork(0);
        pasts.synced(1, rdb, Some((0, 100)));
        pasts.applied(1, 0, 100, 114, 0);
        assert_eq!(pasts.place(1), Some(Place { past: 0, at: 114 }));
    }

    #[test]
    fn half_a_command_may_be_completed_over_the_next_conn() {
        let mut pasts = pair();
        let rdb = pasts.fork(0);
        write(&mut pasts, t(1), 1_211);
        pasts.synced(1, rdb, None);
        pasts.applied(1, 0, 0, 1_000, 30);
        let at = |pasts: &Pasts| pasts.place(1).map(|place| place.at);
        assert_eq!(at(&pasts), Some(970));
        pasts.connected(1, Some(0));
        pasts.applied(1, 0, 1_000, 1_211, 0);
        assert_eq!(at(&pasts), Some(1_211));
        pasts.connected(1, Some(0));
        pasts.applied(1, 0, 1_181, 1_211, 0);
        assert_eq!(at(&pasts), None, "those bytes were applied before");
    }

    #[test]
    fn a_promoted_replica_goes_its_own_way_and_its_old_master_is_no_part_of_it() {
        let mut pasts = pair();
        let rdb = pasts.fork(0);
        write(&mut pasts, t(1), 100);
        pasts.synced(1, rdb, None);
        pasts.applied(1, 0, 0, 100, 0);
        write(&mut pasts, t(2), 150);
        pasts.promoted(1, 99, 7);
        let past = pasts.own(1).expect("a master");
        pasts.follows(0);
        assert_eq!(pasts.resolve(past, pasts.place(0).expect("a state")), None, "it has a write that the new master never had");
        assert_eq!(
            pasts.resolve(past, Place { past: 0, at: 80 }),
            Some(79),
            "an older state is part of the new master's past, in its own numbers"
        );
        assert_eq!(pasts.first_missing(past, 79), Some(t(1)));
    }

    #[test]
    fn a_master_that_wrote_nothing_is_what_it_started_with() {
        let mut pasts = pair();
        pasts.preloaded(0);
        pasts.booted(0, true, true, 0, 7);
        let rdb = pasts.fork(0);
        pasts.synced(1, rdb, None);
        pasts.promoted(1, 0, 7);
        pasts.follows(0);
        let past = pasts.own(1).expect("a master");
        assert_eq!(pasts.place(0).and_then(|place| pasts.resolve(past, place)), Some(0));
    }

    #[test]
    fn writes_without_a_backlog_part_what_was_taken_from_what_is() {
        let mut pasts = pair();
        let rdb = pasts.fork(0).expect("a state");
        pasts.master_moved(0, t(5), 0, 99, false, None);
        let past = pasts.own(0).expect("a master");
        assert_eq!(pasts.resolve(past, rdb), Some(0));
        assert_eq!(pasts.first_missing(past, 0), Some(t(5)));
    }

    #[test]
    fn a_restarted_master_has_lost_what_its_dump_lacks() {
        let mut pasts = pair();
        write(&mut pasts, t(1), 100);
        let rdb = pasts.fork(0);
        pasts.dump_received(0, rdb);
        pasts.synced(1, rdb, None);
        write(&mut pasts, t(2), 200);
        pasts.applied(1, 0, 100, 200, 0);
        pasts.booted(0, true, true, 0, 0);
        let past = pasts.own(0).expect("a master");
        assert_eq!(pasts.resolve(past, pasts.place(1).expect("a state")), None);
        assert_eq!(pasts.resolve(past, Place { past: 0, at: 100 }), Some(0));
    }

    #[test]
    fn old_writes_get_coarser_but_none_is_forgotten() {
        let mut writes = Writes::default();
        for n in 0..200_000u64 {
            writes.push(n as i64 + 1, t(n));
        }
        assert!(writes.len <= WRITES_KEPT + CHUNK);
        assert_eq!(writes.first_after(-5, i64::MAX), Some(t(0)));
        assert_eq!(writes.first_after(199_999, i64::MAX), Some(t(199_999)));
        let at = writes.first_after(1_000, i64::MAX).expect("something follows");
        assert!(at <= t(1_000));
    }

    #[test]
    fn re_encoded_streams_are_mapped_batch_by_batch_and_equal_ones_byte_by_byte() {
        let mut ledger = Ledger::default();
        let place = |at: i64| Place { past: 0, at };
        ledger.push(10, place(110));
        ledger.push(20, place(120));
        ledger.push(50, place(150));
        assert_eq!(ledger.rows.len(), 2);
        assert_eq!(ledger.at(33), Some(place(133)));
        ledger.push(80, place(160));
        assert_eq!((ledger.at(60), ledger.at(80), ledger.at(3)), (Some(place(150)), Some(place(160)), None));
        // The same stream, under another master: what was is still what it was.
        ledger.push(90, Place { past: 1, at: 90 });
        assert_eq!((ledger.at(40), ledger.at(95)), (Some(place(140)), Some(Place { past: 1, at: 90 })));
        // It counts anew.
        ledger.push(0, place(160));
        assert_eq!((ledger.rows.len(), ledger.at(40)), (1, Some(place(160))));
    }
}
