//! One server: [`Node`], whose page is the contract between it and its caller. [`api::Input`] is the only way in, [`api::Outbox`] the only way out.
//!
//! In reading order: [`api`] is the border to the kernel. [`conn`] holds what a caller's connection is, `callers` all of them; `gate` decides whether a
//! command runs, and runs it; `server_commands` are those that concern the server, `clients` those about other callers, `pubsub` those of channels (`topics`); `attention` serves who waited for
//! a key (`places`); `multi` (`execution`: how far EXEC is) and `propagate` say what the stream gets. `served` is the stream and the replicas that take it; `master` lets SYNC and PSYNC
//! through to it, `bgsave` makes the RDB that replicas wait for, `sessions` does what their phases ask of the rest, `replconf` is what they announce; `limits` closes who lets too much output wait, `memory` knows who is over `maxmemory`.
//! `followed` is the way to the master that this server follows (`upstream`: where it stands): `replica` dials and loses it, `handshake` says what its
//! answers mean for the rest (`follow` says which it is, `failover` hands the role over), `transfer` receives its RDB, `load` loads it (or the dump file
//! at the start; how far it is, `loading` knows), `streamed` parses it as it comes, `stream` applies what follows; `channel` is that with the RDB on a connection of its own. `cron` is what happens by itself,
//! `own_keys` what a writable replica deletes itself, `clock` and `wakeup` when, `turn` what happens before the process sleeps; `save` is what the rest wants written, `shutdown` the end. `info` is INFO
//! and ROLE, `tally` its counts of commands and errors, `log` the frame of a log line, `label` what sent bytes are, with the words for lanes and ladders, `view` what others may read.
//!
//! A *machine* is a part of a server that keeps its fields to itself and can be tried without a server: `saving` (children, save points, the append-only
//! file of `aof`), `served` (ids, offset, backlog, replicas), `followed` (dials, handshake, transfer, link), `callers` (who is connected, whose turn it
//! is, who waits for what). Its methods get the process as all parts see it, `ctx`, and the outbox. The other fields of [`Node`] are types of files that
//! do not know it: `parts` holds the small ones. So no file uses itself by way of others.

mod aof;
pub mod api;
mod attention;
mod bgsave;
mod callers;
mod channel;
mod client_line;
mod clients;
pub mod clock;
mod config;
pub mod conn;
mod cron;
mod ctx;
mod debug;
mod execution;
mod failover;
mod follow;
mod followed;
mod gate;
mod handshake;
mod info;
pub mod label;
mod limits;
mod lines;
mod load;
mod loading;
pub mod log;
mod master;
mod memory;
mod multi;
mod output;
mod own_keys;
#[cfg(test)]
mod pair;
mod parts;
mod places;
mod propagate;
mod pubsub;
mod replconf;
mod replica;
mod save;
mod saving;
mod says;
mod served;
mod server_commands;
mod sessions;
mod shutdown;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod stories_of_buffers;
#[cfg(test)]
mod stories_of_corners;
#[cfg(test)]
mod stories_of_errors;
#[cfg(test)]
mod stories_of_expiry;
#[cfg(test)]
mod stories_of_roles;
#[cfg(test)]
mod stories_of_saving;
#[cfg(test)]
mod stories_of_transactions;
mod stream;
mod streamed;
mod tally;
mod topics;
mod transfer;
mod turn;
mod upstream;
mod verdict;
mod view;
mod wakeup;

pub use api::{Input, Outbox, Output, Settings};
pub use lines::{Pattern, Piece, patterns};
pub use loading::Loading;
pub use parts::{ChildPurpose, Counters};
pub use saving::Child;
pub use upstream::{Upstream, UpstreamState};
pub use verdict::verdict_line;
pub use view::{Beside, LinkMark, SessionMark, SessionRow, UpstreamRow};

use crate::command::Reply;
use crate::command::directives::ConfigError;
use crate::data::Dataset;
use crate::fact::SessionEnd;
use crate::fingerprint::Fingerprint;
use crate::note::Note;
use crate::prng::{self, Purpose};
use crate::repl::ReplId;
use crate::repl::master::{Phase, Session};
use crate::time::{Span, Time};
use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;
use api::{CloseWhy, ConnId, Ground, JobId, OpId};
use bytes::Bytes;
use callers::Callers;
use clock::{Clock, Plan};
use conn::{Conn, State};
use core::cell::Cell;
use ctx::Ctx;
use execution::Suspended;
use followed::Followed;
use own_keys::OwnKeys;
use parts::{Exiting, Failover, Shutdown};
use saving::Saving;
use served::Served;
use tally::Tally;

#[doc = include_str!("contract.md")]
#[derive(Clone)]
pub struct Node {
    ctx: Ctx,
    /// How often the process started.
    boots: u64,
    up: bool,
    started: Time,
    run_id: ReplId,

    served: Served,
    /// The raw bytes of the current request, when they can be forwarded to the stream unchanged, and whether the read they came in held nothing else.
    came: Option<(Bytes, bool)>,
    /// Whether the arguments of the running command lie in a buffer of their own, so that keeping one keeps no other bytes alive.
    alone: bool,

    callers: Callers,
    /// The command that was looked up last.
    known: Cell<Option<&'static crate::command::Spec>>,
    /// DEBUG SET-ACTIVE-EXPIRE.
    active_expire: bool,
    /// The unix millisecond at which the EXEC that runs began, where keys are judged by it (6.0+).
    exec_ms: Option<i64>,
    /// A transaction one of whose commands waits.
    suspended: Option<Box<Suspended>>,
    /// The answer to a DEBUG RELOAD of a transaction that was through at once.
    reloaded: Option<Reply>,
    /// What the caller of the running command is shown of it, as it MONITORs, behind the answer (6.2).
    own_lines: Vec<Bytes>,
    /// DEBUG PAUSE-CRON.
    cron_paused: bool,
    failover: Option<Failover>,

    followed: Followed,

    data: Dataset,
    /// Keys that a writable replica is to delete itself.
    own: OwnKeys,
    loading: Option<Loading>,
    /// Inputs that came while a flush blocked the process.
    held: Vec<Input>,
    /// Tries to make a file for the RDB that was announced; 0: nobody tries.
    temp_tries: u8,
    saving: Saving,
    /// CONFIG REWRITE under way, and who waits for it.
    pending_rewrite: Option<(OpId, Option<ConnId>)>,

    shutdown: Option<Shutdown>,
    /// The last RDB of a process that is about to exit is being written: nothing else happens.
    exiting: Option<Exiting>,
    print: Fingerprint,
    commands: u64,
    tally: Tally,
    connections: u64,
    stale_expired: u64,
    /// Fields of hashes that went because of their times.
    stale_fields: u64,
    /// When the log said last that the replica applies what it cannot save (7.0), unix ms; 0: never.
    unwritten_told_ms: i64,
    /// What the next tick waits for and when this node wants to be called, as of the end of the last input.
    planned: Plan,
    /// The first time limit of a caller that waits, as of the end of the last input.
    waits_until: Option<Time>,
    wakeup: Option<Time>,
}

impl Node {
    /// A machine with this redis.conf. The process starts with [`Input::Boot`], and may start again after a crash: each start draws new ids.
    ///
    /// # Errors
    /// A directive that the era does not know or cannot take, as Redis refuses its configuration file.
    pub fn new(settings: Settings) -> Result<Node, ConfigError> {
        let ctx = Ctx::new(settings)?;
        let served = Served::new(&ctx);
        let databases = usize::try_from(ctx.conf.databases).unwrap_or(16);
        Ok(Node {
            ctx,
            boots: 0,
            up: false,
            started: Time::ZERO,
            run_id: ReplId::ZEROS,
            served,
            came: None,
            alone: false,
            callers: Callers::default(),
            known: Cell::new(None),
            active_expire: true,
            exec_ms: None,
            suspended: None,
            reloaded: None,
            own_lines: Vec::new(),
            cron_paused: false,
            failover: None,
            followed: Followed::default(),
            data: Dataset::new(databases),
            own: OwnKeys::default(),
            loading: None,
            held: Vec::new(),
            temp_tries: 0,
            saving: Saving::default(),
            pending_rewrite: None,
            shutdown: None,
            exiting: None,
            print: Fingerprint::default(),
            commands: 0,
            tally: Tally::default(),
            connections: 0,
            stale_expired: 0,
            stale_fields: 0,
            unwritten_told_ms: 0,
            planned: Plan::default(),
            waits_until: None,
            wakeup: None,
        })
    }

    /// Switches bugs on, for tests of the checks.
    #[cfg(feature = "planted")]
    pub fn plant(&mut self, bugs: crate::planted::Bugs) {
        self.ctx.bugs = bugs;
        self.served.plant(bugs);
    }

    /// CONFIG REWRITE, where the kernel keeps redis.conf as the lines of [`Settings::config`]: the next process begins with these.
    pub fn rewritten(&mut self, wanted: &[crate::command::conf_file::Wanted]) {
        self.ctx.rewrite_settings(wanted);
    }

    /// The machine is another from now on. It stays so for the next process too.
    pub fn stands_on(&mut self, ground: Ground) {
        self.ctx.ground = ground;
    }

    /// One thing happens to the server. Returns how long it was busy with it: nobody may call again before then.
    pub fn handle(&mut self, now: Time, input: Input, out: &mut Outbox) -> Span {
        let busy = self.take(now, input, out);
        let asks = self.callers.asks();
        self.waits_until = asks.until;
        debug_assert_eq!(self.ctx.is_replica(), self.followed.upstream().is_some(), "the role is that of the upstream");
        self.planned = self.plan(asks);
        self.wakeup = self.find_wakeup();
        busy
    }
    fn take(&mut self, now: Time, input: Input, out: &mut Outbox) -> Span {
        self.ctx.begin_input(now);
        if let Input::Boot { rdb, aof } = input {
            self.boot(rdb, aof, out);
            return self.ctx.busy();
        }
        if !self.up {
            return Span::ZERO;
        }
        if let Input::Resumed { stopped } = input {
            let ticks = self.ctx.clock.loops();
            self.ctx.clock.resumed(&self.planned, stopped, now);
            self.callers.ticks_passed(self.ctx.clock.loops() - ticks, &self.ctx);
            return Span::ZERO;
        }
        if self.exiting.is_some() {
            return self.exiting_takes(input, out);
        }
        if self.holds_back(&input) {
            self.held.push(input);
            return Span::ZERO;
        }
        // A process that loads runs no ticks.
        if self.loading.is_none() {
            let ticks = self.ctx.clock.loops();
            self.ctx.clock.skip(&self.planned, now);
            if self.ctx.clock.loops() > ticks {
                self.callers.ticks_passed(self.ctx.clock.loops() - ticks, &self.ctx);
            }
        }
        if let Input::Room { conn, bytes } = input {
            self.room(conn, bytes, out);
        } else {
            self.dispatch(input, out);
            if self.up && !self.held.is_empty() && !self.stands_still() && !self.deaf() {
                for input in core::mem::take(&mut self.held) {
                    if self.stands_in_a_write() {
                        self.held.push(input);
                    } else {
                        self.dispatch(input, out);
                    }
                }
            }
            if self.up && !self.stands_still() {
                self.before_sleep(out);
            }
        }
        if self.ctx.busy() > Span::ZERO {
            self.ctx.clock.hold(now + self.ctx.busy());
        }
        self.ctx.busy()
    }

    /// Whether nothing at all is served: the old data go, or a file cannot be made.
    pub(super) fn stands_still(&self) -> bool {
        self.flushing() || self.temp_tries > 0 || self.stands_in_a_write()
    }
    /// Whether it is put off: the process is blocked, by a flush, a file or in a read from its master.
    fn holds_back(&self, input: &Input) -> bool {
        if self.temp_tries > 0 {
            return !matches!(input, Input::Timer);
        }
        if let Some(file) = self.suspended.as_ref().and_then(|suspended| suspended.file) {
            return !matches!(input, Input::FileDone { op, .. } if *op == file);
        }
        if self.flushing() {
            return !matches!(input, Input::Timer | Input::Room { .. } | Input::ChildOutput { .. } | Input::ChildExited { .. });
        }
        let upstream = self.load_conn();
        self.deaf()
            && match input {
                Input::Received { conn, .. } | Input::Closed { conn, .. } | Input::Room { conn, .. } => upstream != Some(*conn),
                Input::Timer => false,
                _ => true,
            }
    }

    fn dispatch(&mut self, input: Input, out: &mut Outbox) {
        match input {
            Input::Boot { rdb, aof } => self.boot(rdb, aof, out),
            Input::Resumed { .. } => {}
            Input::Accepted { conn, room, peer } => {
                self.connections += 1;
                self.callers.accept(conn, room, peer, &self.ctx);
            }
            Input::Connected { token, conn, room } => self.followed.dial_succeeded(token, conn, room, &self.ctx, out),
            Input::Refused { token, why } => self.followed.dial_failed(token, why, &mut self.ctx, out),
            Input::Received { conn, bytes } => {
                if self.upstream_conn() == Some(conn) {
                    self.main_received(bytes, out);
                } else if self.rdb_conn() == Some(conn) {
                    self.channel_received(bytes, out);
                } else if self.callers.received(conn, &bytes, (self.ctx.now(), self.ctx.cached_s())) {
                    self.serve(conn, out);
                }
            }
            Input::Room { conn, bytes } => self.room(conn, bytes, out),
            Input::Closed { conn, why } => {
                if self.upstream_conn() == Some(conn) {
                    self.main_closed(why, out);
                } else if self.rdb_conn() == Some(conn) {
                    self.channel_closed(why, out);
                } else {
                    // Whoever was reset has no address any more, and no name in logs but its number.
                    let lost = matches!(why, CloseWhy::Reset | CloseWhy::TimedOut);
                    self.drop_conn(conn, if lost { SessionEnd::Reset } else { SessionEnd::Closed }, false, out);
                }
            }
            Input::ChildOutput { job, bytes } => self.child_output(job, &bytes, out),
            Input::ChildExited { job, result } => self.child_exited(job, result, out),
            Input::FileDone { op, result } => self.file_done(op, &result, out),
            Input::Terminate => self.terminate(out),
            Input::Timer => self.timer(out),
        }
    }

    /// How many SLAVEOF and SLAVEOF NO ONE this process has executed. Up to 3.2 each of them may begin its offsets anew.
    #[must_use]
    pub const fn replicaof_count(&self) -> u64 {
        self.followed.replicaof_count()
    }

    /// When the node wants [`Input::Timer`] next; `None` while nothing will happen by itself.
    #[must_use]
    pub const fn next_wakeup(&self) -> Option<Time> {
        self.wakeup
    }

    /// Whether the process reads this conn now: while it flushes it reads none, while it loads its master's RDB it does not read its master's link, and the
    /// kernel's buffer fills. While it parses an RDB off the socket it reads nothing else, but for a moment after each
    /// `loading-process-events-interval-bytes`.
    #[must_use]
    pub fn reads(&self, conn: ConnId) -> bool {
        // A flush blocks the process altogether; a load only keeps it from its master.
        // A load that goes on beside another synchronisation keeps nobody from that (Valkey 8.0).
        let from_master = self.load_conn() == Some(conn) && self.followed.installs();
        let loads = |l: &Loading| !l.flushing() && if from_master { l.awaits_socket() } else { !self.deaf() };
        if self.upstream_conn() == Some(conn) && !self.followed.reads_main() {
            return false;
        }
        self.exiting.is_none() && self.temp_tries == 0 && !self.stands_in_a_write() && self.loading.as_ref().is_none_or(loads)
    }

    /// Whether the process takes what its child has written for the replicas' sockets, or the end of it. It does not while one of them has not taken
    /// everything yet: the slowest sets the pace, and the child waits for it.
    #[must_use]
    pub fn reads_child(&self) -> bool {
        self.exiting.is_none() && !self.stands_still() && !self.deaf() && !self.served.sockets_are_busy(self.callers.conns())
    }

    /// Whether this is the way to a master that has not answered everything yet.
    #[must_use]
    pub fn handshakes_on(&self, conn: ConnId) -> bool {
        self.upstream_conn() == Some(conn) && matches!(self.followed.expects(), followed::Expects::Line(_))
    }

    /// How much one read of this conn asks for: what is left of an RDB, in pieces of 4 096 bytes up to 5.0; else [`crate::limits::READ_BYTES_MAX`].
    #[must_use]
    pub fn read_bytes(&self, conn: ConnId) -> usize {
        match self.followed.upstream() {
            Some(_) if (self.keeps_stream() || self.followed.streams()) && self.upstream_conn() == Some(conn) => {
                self.followed.kept_read_bytes(&self.ctx)
            }
            Some(upstream) if self.is_upstream(conn) => upstream.read_bytes(self.ctx.caps.rdb_read_bytes),
            _ => crate::limits::READ_BYTES_MAX,
        }
    }

    // ---- small things that all rooms use

    fn note(&self, note: Note, out: &mut Outbox) {
        out.notes.push(note);
    }

    // ---- life

    fn boot(&mut self, rdb: Option<Bytes>, aof: bool, out: &mut Outbox) {
        let fresh = Node::new((*self.ctx.settings).clone());
        let (boots, now, bugs, ground) = (self.boots + 1, self.ctx.now(), self.ctx.bugs, self.ctx.ground);
        // The configuration was accepted when the machine was made; a process that starts again reads the same file.
        *self = fresh.expect("a configuration that was accepted once");
        self.ctx.bugs = bugs;
        self.ctx.ground = ground;
        self.served.plant(bugs);
        self.boots = boots;
        self.ctx.begin_life(boots, now);
        self.started = now;
        self.up = true;
        self.run_id = self.ctx.draw_id();
        let replid = if self.ctx.caps.psync2 { self.ctx.draw_id() } else { self.run_id };
        // A fresh process ticks 1 ms after its start. Those that stand there when the run begins were started some time before, each at its own.
        let drawn = Span::from_micros(1_000 + prng::below(self.ctx.draw(Purpose::CronPhase), 999_000));
        let drift = Span::from_micros(200 + prng::below(self.ctx.draw(Purpose::CronPhase), 300));
        let hz = self.ctx.conf.hz.max(1).cast_unsigned();
        self.ctx.clock =
            if now == Time::ZERO { Clock::running(now, drawn, drift, hz) } else { Clock::new(now, Span::from_millis(1), drift, hz) };
        self.served.started(replid, self.ctx.real_s());
        self.note(Note::Started { run_id: self.run_id.to_string() }, out);
        self.follow_configured();
        self.log_start(out);
        self.saving.started(&self.ctx, out);
        self.boot_load(rdb.filter(|_| !aof), out);
    }

    /// Closes what is left of a caller or replica. `ours`: this process closes; otherwise the peer already did.
    fn drop_conn(&mut self, id: ConnId, why: SessionEnd, ours: bool, out: &mut Outbox) {
        if let Some(suspended) = self.suspended.as_mut().filter(|suspended| suspended.conn == id) {
            // It is kept until its transaction is at its end.
            suspended.gone.get_or_insert((why, ours));
            return;
        }
        let Some(conn) = self.callers.remove(id) else { return };
        if ours {
            let waits = |session: &Session| matches!(session.phase, Phase::WaitBgsaveEnd { .. });
            let shuts = self.ctx.caps.shuts_waiting_replica && !self.ctx.bugs.has(crate::planted::Bug::ShutForgotten);
            if shuts && conn.session.as_ref().is_some_and(waits) {
                out.outputs.push(Output::Shut { conn: id });
            }
            out.outputs.push(Output::Close { conn: id });
        }
        self.saving.caller_gone(id);
        if let Some(session) = conn.session.as_ref() {
            self.session_gone(&conn, session, why, out);
        }
    }

    /// A running hash of everything that decides what this server does next, cheap to read.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut print = self.print;
        print.mix(self.data.digest());
        print.mix(self.served.offset().0 as u64);
        print.mix(self.commands);
        print.mix(self.ctx.draws());
        print.mix(self.ctx.clock.loops());
        print.mix(self.callers.conns().len() as u64);
        print.mix(self.served.replicas().len() as u64 * 2 + u64::from(self.loading.is_some()));
        print.mix(self.served.backlog().first().0.cast_unsigned());
        print.mix(self.followed.next_token() * 4 + u64::from(self.link_up()) * 2 + u64::from(self.saving.child().is_some()));
        if let Some(job) = self.saving.aof().job() {
            print.mix(job.0);
        }
        if let Some(exiting) = &self.exiting {
            print.mix(exiting.op.0);
        }
        print.get()
    }
}
