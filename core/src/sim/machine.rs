//! A machine: the process of a node, what its kernel keeps for it, its disk and its children.

use super::cli::Console;
use super::disk::{Child, Disk};
use super::truth::Place;
use super::world::NodeSpec;
use crate::fact::Fault;
use crate::node::Node;
use crate::node::api::{ConnId, Input, JobId, Output, Token};
use crate::time::{Span, Time};
use alloc::collections::{BTreeMap, VecDeque};
use alloc::rc::Rc;
use alloc::vec::Vec;
use bytes::Bytes;
use serde::Serialize;

/// The state of a process, as an operating system would say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Process {
    /// Runs.
    Up,
    /// SIGSTOP: its kernel still accepts, acknowledges and buffers.
    Paused,
    /// Crashed, shut down, or not started yet.
    Down,
    /// Its machine has no power.
    Off,
}

/// What a process is doing, as somebody who looks at it would say.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doing {
    /// Runs and serves.
    Up,
    /// Busy with one long thing (fork, flush, DEBUG SLEEP, load step); callers wait.
    Busy,
    /// Loads an RDB; answers -LOADING now and then.
    Loading,
    /// SIGSTOP.
    Paused,
    /// Not there: crashed, shut down.
    Down,
    /// Its machine is off.
    Off,
}
impl Doing {
    /// As conditions spell it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Doing::Up => "up",
            Doing::Busy => "busy",
            Doing::Loading => "loading",
            Doing::Paused => "paused",
            Doing::Down => "down",
            Doing::Off => "off",
        }
    }
}

/// A command's microseconds are no state worth a word: from here on a process is called busy.
const BUSY_LEAST: Span = Span::from_millis(10);

/// A node's machine.
#[derive(Clone)]
pub struct Machine {
    /// What the scenario says of it.
    pub spec: Rc<NodeSpec>,
    /// The server. After a crash: as it was when it died.
    pub node: Node,
    /// Its process.
    pub process: Process,
    /// Since when.
    pub since: Time,
    /// How often it started.
    pub boots: u32,
    /// Until when the process is busy with what it was given last.
    pub busy_until: Time,
    /// Its disk.
    pub disk: Disk,
    /// Children, of this life or an earlier one.
    pub children: Vec<Child>,
    /// The state of the RDB that was streamed last.
    pub(super) streamed: Option<Place>,
    /// The fault that is switched on.
    pub fault: Fault,
    /// The conn to the master that it follows or tries to.
    pub upstream: Option<ConnId>,
    /// The conn of its own over which an RDB comes from there, if it has one.
    pub rdb_conn: Option<ConnId>,
    /// Who sends that RDB, and the state that is in it.
    pub(super) rdb_from: Option<(u32, Option<Place>)>,
    /// The same of the RDB that it loads from its file.
    pub(super) loads_from: Option<(u32, Option<Place>)>,
    /// What it has read of the stream beside that: who sent it, its first and last offset there.
    pub(super) kept_read: Option<(u32, i64, i64)>,
    /// The redis-cli that stands at it.
    pub console: Console,
    /// Rises whenever the node was given something.
    pub revision: u64,
    /// The wakeups that the queue knows of: for work that waits, and for timers.
    pub(super) run_at: Time,
    pub(super) timer_at: Time,
    pub(super) inbox: VecDeque<Input>,
    /// The pipe from the child that writes for replicas' sockets.
    pub(super) pipe: VecDeque<(JobId, Bytes)>,
    /// Conns with something for the process, in accept order.
    pub(super) ready: Vec<ConnId>,
    /// Conns that the process does not read at present.
    pub(super) parked: Vec<ConnId>,
    pub(super) turn: VecDeque<ConnId>,
    pub(super) timers_next: bool,
    /// Effects of what it is busy with, to be seen when it is done.
    pub(super) deferred: Vec<Output>,
    /// When it began with that.
    pub(super) deferred_from: Time,
    pub(super) dials: BTreeMap<Token, u64>,
    pub(super) ports: u16,
    /// Start again when the process has ended, with its dump file or without.
    pub(super) again: Option<bool>,
}

impl Machine {
    pub(super) fn new(spec: Rc<NodeSpec>, node: Node) -> Machine {
        Machine {
            spec,
            node,
            process: Process::Down,
            since: Time::ZERO,
            boots: 0,
            busy_until: Time::ZERO,
            disk: Disk::default(),
            children: Vec::new(),
            streamed: None,
            fault: Fault::None,
            upstream: None,
            rdb_conn: None,
            rdb_from: None,
            loads_from: None,
            kept_read: None,
            console: Console::default(),
            revision: 0,
            run_at: Time::NEVER,
            timer_at: Time::NEVER,
            inbox: VecDeque::new(),
            pipe: VecDeque::new(),
            ready: Vec::new(),
            parked: Vec::new(),
            turn: VecDeque::new(),
            timers_next: true,
            deferred: Vec::new(),
            deferred_from: Time::ZERO,
            dials: BTreeMap::new(),
            ports: 0,
            again: None,
        }
    }
    /// What the process is doing.
    #[must_use]
    pub fn doing(&self, now: Time) -> Doing {
        match self.process {
            Process::Paused => Doing::Paused,
            Process::Down => Doing::Down,
            Process::Off => Doing::Off,
            Process::Up if self.node.loading().is_some_and(|loading| !loading.flushing()) => Doing::Loading,
            Process::Up if self.node.loading().is_some() => Doing::Busy,
            Process::Up if self.busy_until.since(now) >= BUSY_LEAST => Doing::Busy,
            Process::Up => Doing::Up,
        }
    }
    /// Whether the process exists.
    #[must_use]
    pub const fn alive(&self) -> bool {
        matches!(self.process, Process::Up | Process::Paused)
    }
    /// Whether it waits for nothing but its next timer.
    pub(super) fn idle(&self) -> bool {
        self.inbox.is_empty()
            && (self.pipe.is_empty() || !self.node.reads_child())
            && self.ready.is_empty()
            && self.turn.is_empty()
            && self.deferred.is_empty()
    }
    /// When the next of what it asked for in longer work is to be seen.
    pub(super) fn next_release(&self) -> Option<Time> {
        let worked = |output: &Output| if let Output::Worked { span } = output { Some(self.deferred_from + *span) } else { None };
        let first = self.deferred.iter().find_map(worked);
        first.or((!self.deferred.is_empty()).then_some(self.busy_until))
    }
    /// There is something for the process on this conn.
    pub(super) fn wake(&mut self, conn: ConnId) {
        if let Err(at) = self.ready.binary_search(&conn) {
            self.ready.insert(at, conn);
        }
    }
    /// An ephemeral port for the next dial.
    pub(super) fn next_port(&mut self) -> u16 {
        self.ports = (self.ports + 1) % 28_000;
        32_768 + self.ports
    }
    /// The process is gone: what waited for it waits no more.
    pub(super) fn forget(&mut self) {
        self.inbox.clear();
        self.pipe.clear();
        self.ready.clear();
        self.parked.clear();
        self.turn.clear();
        self.deferred.clear();
        self.dials.clear();
        self.timers_next = true;
        self.run_at = Time::NEVER;
        self.timer_at = Time::NEVER;
        self.upstream = None;
        self.rdb_conn = None;
        self.rdb_from = None;
        self.loads_from = None;
        self.kept_read = None;
    }
    /// A conn to its master came to be: the one of the stream, or beside that a second one for the RDB.
    pub(super) fn connects(&mut self, conn: ConnId) {
        if self.node.upstream_conn().is_some() {
            self.rdb_conn = Some(conn);
        } else {
            self.upstream = Some(conn);
            self.rdb_conn = None;
            self.rdb_from = None;
            self.kept_read = None;
        }
    }
    /// A conn is no more.
    pub(super) fn disconnects(&mut self, conn: ConnId) {
        for held in [&mut self.upstream, &mut self.rdb_conn] {
            if *held == Some(conn) {
                *held = None;
            }
        }
    }
}
