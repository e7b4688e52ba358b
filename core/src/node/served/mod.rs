//! The stream that this server gives, and what it knows of those who take it: ids, offset, backlog, replicas (docs/redis.md §2, §4, §7).
//!
//! The fields are written in this folder alone. The session of each replica lies in its conn, so the methods about replicas get the conns; a replica
//! that has to go is named to the caller, who knows what else hangs on its conn.

mod channel;
mod feed;
mod replicas;
mod seat;
mod sync;
#[cfg(test)]
mod tests;

pub(super) use feed::session_next;
pub(super) use replicas::{Transfer, need, short_name};
pub(super) use seat::Seat;
pub(super) use sync::{Choice, Start, Synced, waits_for_file};

use super::ConnId;
use super::api::Outbox;
use super::ctx::Ctx;
use super::lines::Sessions as Line;
use super::parts::{Counters, Piece};
use crate::fact::FreedWhy;
use crate::note::Note;
use crate::planted::{Bug, Bugs};
use crate::rdb::ReplAux;
use crate::repl::backlog::{Backlog, Resized};
use crate::repl::stream::StreamWriter;
use crate::repl::{Offset, ReplId};
use alloc::string::ToString;
use alloc::vec::Vec;
use seat::Place;

/// The stream of a server, and its replicas.
#[derive(Clone)]
pub(super) struct Served {
    replid: ReplId,
    replid2: ReplId,
    second_offset: Offset,
    offset: Offset,
    backlog: Backlog,
    writer: StreamWriter,
    /// The offset after the last command of the stream that changes data.
    data_end: Offset,
    /// The piece of the stream that replicas read last.
    piece: Option<Piece>,
    /// Some replica is over a soft limit (7.0).
    soft_watched: bool,
    replicas: Vec<ConnId>,
    no_replicas_since_s: i64,
    /// The unix second of the stream's last byte, or of the start.
    fed_s: i64,
    good: u32,
    refusing: bool,
    counters: Counters,
    getack_due: bool,
    /// Places of snapshots that are held (Valkey).
    places: Vec<Place>,
}

impl Served {
    /// Nothing was given yet.
    pub(super) fn new(ctx: &Ctx) -> Served {
        Served {
            replid: ReplId::ZEROS,
            replid2: ReplId::ZEROS,
            second_offset: Offset::NONE,
            offset: Offset::ZERO,
            backlog: Backlog::new(ctx.caps.backlog, ctx.conf.repl_backlog_size.max(0).cast_unsigned()).allocated_by(ctx.settings.allocator),
            writer: StreamWriter::default(),
            data_end: Offset::NONE,
            piece: None,
            soft_watched: false,
            replicas: Vec::new(),
            no_replicas_since_s: 0,
            fed_s: 0,
            good: 0,
            refusing: false,
            counters: Counters::default(),
            getack_due: false,
            places: Vec::new(),
        }
    }
    /// Bugs that a test has switched on.
    pub(super) fn plant(&mut self, bugs: Bugs) {
        self.backlog.plant(bugs);
    }
    /// The process starts, with the id of its stream.
    pub(super) fn started(&mut self, replid: ReplId, now_s: i64) {
        self.replid = replid;
        self.no_replicas_since_s = now_s;
        self.fed_s = now_s;
    }

    // ---- what others ask

    /// The stream's id: the run id up to 3.2.
    pub(super) const fn replid(&self) -> ReplId {
        self.replid
    }
    /// The second id; forty zeros if unset.
    pub(super) const fn replid2(&self) -> ReplId {
        self.replid2
    }
    /// `second_repl_offset`; −1 if unset.
    pub(super) const fn second_offset(&self) -> Offset {
        self.second_offset
    }
    /// `master_repl_offset`.
    pub(super) const fn offset(&self) -> Offset {
        self.offset
    }
    pub(super) const fn backlog(&self) -> &Backlog {
        &self.backlog
    }
    /// The database that the stream has selected; `None`: the next command brings its SELECT.
    pub(super) const fn selected(&self) -> Option<usize> {
        self.writer.selected
    }
    /// The offset after the last command of the stream that changes data.
    pub(super) const fn data_end(&self) -> Offset {
        self.data_end
    }
    /// Its replicas, in INFO's order.
    pub(super) fn replicas(&self) -> &[ConnId] {
        &self.replicas
    }
    /// Unix second since which it has none.
    pub(super) const fn no_replicas_since_s(&self) -> i64 {
        self.no_replicas_since_s
    }
    /// How many good replicas were counted last.
    pub(super) const fn good(&self) -> u32 {
        self.good
    }
    /// `sync_full` and friends.
    pub(super) const fn counters(&self) -> Counters {
        self.counters
    }
    /// CONFIG RESETSTAT.
    pub(super) fn reset_counters(&mut self) {
        self.counters = Counters::default();
    }
    /// Identity and place of the stream, as an RDB carries them; `None` while nobody could go on from there.
    pub(super) fn aux(&self) -> Option<ReplAux> {
        self.backlog.active().then(|| self.aux_in(self.writer.selected.map_or(0, |db| db as i64)))
    }
    /// The same where the stream stands in database `db`.
    pub(super) fn aux_in(&self, db: i64) -> ReplAux {
        ReplAux { stream_db: db, id: self.replid.to_string(), offset: self.offset.0 }
    }

    // ---- identity

    fn set_ids(&mut self, id: ReplId, id2: ReplId, second_offset: Offset, out: &mut Outbox) {
        self.replid = id;
        self.replid2 = id2;
        self.second_offset = second_offset;
        out.notes.push(Note::IdChanged { id: id.to_string(), id2: id2.to_string(), second_offset: second_offset.0 });
    }
    /// The stream is another from now on, and continues none.
    pub(super) fn becomes_another(&mut self, ctx: &mut Ctx, out: &mut Outbox) {
        let fresh = ctx.draw_id();
        self.set_ids(fresh, ReplId::ZEROS, Offset::NONE, out);
    }
    /// The stream goes on under another id; the old one stays valid up to here.
    pub(super) fn goes_on_as(&mut self, id: ReplId, old: ReplId, out: &mut Outbox) {
        self.set_ids(id, old, self.offset + 1, out);
    }
    /// A promotion: the stream goes on under an id of its own.
    pub(super) fn shift_ids(&mut self, ctx: &mut Ctx, out: &mut Outbox) {
        if ctx.bugs.has(Bug::PromotionKeepsId) {
            return;
        }
        if ctx.bugs.has(Bug::SecondIdLost) {
            return self.becomes_another(ctx, out);
        }
        let (old, until, fresh) = (self.replid, self.offset + 1, ctx.draw_id());
        self.goes_on_as(fresh, old, out);
        ctx.log(Line::IdShifted { old, until, fresh }, out);
    }
    /// The data are those of a master's stream at `offset`, loaded whole (4.0+): its id and numbers are this server's own now.
    pub(super) fn takes_over(&mut self, id: ReplId, offset: Offset, ctx: &Ctx, out: &mut Outbox) {
        if !ctx.bugs.has(Bug::OffsetKept) {
            self.offset = offset;
        }
        self.set_ids(id, ReplId::ZEROS, Offset::NONE, out);
        self.want_backlog(out);
    }

    // ---- a start with a dump file (docs/redis.md §7.6)

    /// A master loads a dump file: what expires meanwhile is kept, for it may go on where the file ends (7.0).
    pub(super) fn load_begins(&mut self) {
        self.backlog.create(self.offset);
    }
    /// A replica was loaded: its stream is where the file says.
    pub(super) const fn loaded_replica(&mut self, id: ReplId, offset: Offset) {
        self.replid = id;
        self.offset = offset;
    }
    /// A master was loaded: what followed the file stands behind its offset, and the file's id is the second one.
    pub(super) fn loaded_master(&mut self, id: ReplId, offset: i64, now_s: i64, out: &mut Outbox) {
        self.offset += offset;
        self.backlog.rebase(offset);
        self.piece = None;
        self.data_end += offset;
        self.set_ids(self.replid, id, Offset(offset + 1), out);
        self.no_replicas_since_s = now_s;
    }
    /// The file did not say where it belongs.
    pub(super) fn loaded_without_place(&mut self) {
        if self.backlog.active() {
            self.backlog.free();
            self.offset = Offset::ZERO;
        }
    }

    // ---- offset and backlog

    /// 2.8 to 3.2: a server that follows another begins to count anew.
    pub(super) const fn counts_from_zero(&mut self) {
        self.offset = Offset::ZERO;
    }
    /// 2.8 to 3.2: a promoted replica without replicas goes on with its master's numbers.
    pub(super) fn goes_on_from(&mut self, offset: Offset, out: &mut Outbox) {
        if self.replicas.is_empty() {
            self.offset = offset;
            self.free_backlog(FreedWhy::Promoted, out);
        }
    }
    /// A promotion (4.0+): the next command brings its own SELECT, and the time without replicas begins.
    pub(super) fn promoted(&mut self, now_s: i64) {
        self.writer.forget();
        self.no_replicas_since_s = now_s;
    }
    /// The next command brings its own SELECT.
    pub(super) fn forget_selected(&mut self) {
        self.writer.forget();
    }
    /// Begins a backlog if there is none.
    pub(super) fn want_backlog(&mut self, out: &mut Outbox) {
        if !self.backlog.active() {
            self.backlog.create(self.offset);
            out.notes.push(Note::BacklogCreated { bytes: self.backlog.size() as i64, first: self.backlog.first().0 });
        }
    }
    pub(super) fn free_backlog(&mut self, why: FreedWhy, out: &mut Outbox) {
        if self.backlog.active() {
            self.release_places();
            self.backlog.free();
            out.notes.push(Note::BacklogFreed { why });
        }
    }
    /// `repl-backlog-size`.
    pub(super) fn resize_backlog(&mut self, bytes: u64) -> Resized {
        self.backlog.resize(bytes)
    }
    /// `repl-backlog-ttl` is over, if it is: the backlog goes, and from 4.0 on the id with it.
    pub(super) fn expire_backlog(&mut self, ctx: &mut Ctx, out: &mut Outbox) {
        let ttl = ctx.conf.repl_backlog_ttl;
        if !self.replicas.is_empty()
            || self.waiting_psync() > 0
            || ttl == 0
            || !self.backlog.active()
            || (ctx.caps.psync2 && ctx.is_replica())
        {
            return;
        }
        if ctx.cached_s() - self.no_replicas_since_s > ttl {
            if ctx.caps.ttl_changes_id && !ctx.bugs.has(Bug::TtlKeepsId) {
                self.becomes_another(ctx, out);
            }
            self.backlog.free();
            ctx.log(Line::BacklogFreed { ttl_s: ttl }, out);
            out.notes.push(Note::BacklogFreed { why: FreedWhy::Ttl });
        }
    }
    /// The process sleeps.
    pub(super) fn before_sleep(&mut self) {
        self.backlog.before_sleep();
    }
}
