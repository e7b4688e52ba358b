//! One Sentinel of 7.0 (docs/redis.md §16): it watches a master and its replicas, agrees with others of its kind that the master is down, and makes a replica
//! the master. As a node it is pure: [`Input`] is the only way in, [`Output`] the only way out, and a clone goes on by itself.
//!
//! In reading order: [`instance`] is what it knows of one server and the ways to it; `talk` is what it says periodically and what answers mean; `refresh`
//! reads INFO; `hello` is how sentinels find each other and spread a configuration; `down` is who is down, and who is voted for; `failover` is the change of
//! the master, step by step; `tell` holds the words of its log, `console` what it answers to a person; [`api`] is the border to the world.

pub mod api;
mod console;
mod down;
mod failover;
mod hello;
pub mod instance;
mod refresh;
mod talk;
mod tell;

pub use api::{Input, Output, Settings, State};
use api::{TILT_PERIOD, TILT_TRIGGER};
pub use instance::{Instance, Kind, Reconf};

use crate::fact::{Mark, SentinelEvent as Event};
use crate::fingerprint::Fingerprint;
use crate::node::api::{Address, ConnId};
use crate::planted::Bugs;
use crate::prng::{self, Purpose};
use crate::repl::ReplId;
use crate::resp::Parser;
use crate::time::{Span, Time};
use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use instance::Who;

/// A sentinel.
#[derive(Clone, Debug)]
pub struct Sentinel {
    settings: Rc<Settings>,
    id: ReplId,
    pid: u64,
    now: Time,
    /// When its timer runs next.
    due: Time,
    draws: u64,
    next_token: u64,
    bugs: Bugs,
    current_epoch: u64,
    config_epoch: u64,
    master: Instance,
    replicas: Vec<Instance>,
    others: Vec<Instance>,
    /// Sentinels that dialled: what they sent.
    callers: BTreeMap<ConnId, Parser>,
    /// Whom it voted for, and in which epoch.
    leader: Option<String>,
    leader_epoch: u64,
    state: State,
    failover_epoch: u64,
    /// When the last failover began, its own or that of whom it voted for.
    failover_start: Option<Time>,
    delay_logged: Option<Time>,
    /// Since when it does not trust its clock.
    tilt_since: Option<Time>,
    /// When its timer ran last.
    ran: Time,
    /// How often its process has started.
    boots: u64,
    state_since: Time,
    promoted: Option<Address>,
    print: Fingerprint,
    /// Rises whenever it was given something that changed it.
    revision: u64,
    out: Vec<Output>,
}

impl Sentinel {
    /// A sentinel before its start.
    #[must_use]
    pub fn new(settings: Settings) -> Sentinel {
        let draw = |n: u64| prng::rand(settings.seed, prng::actor(&settings.name), Purpose::Sentinel, n);
        let master = Instance::new(Kind::Master, settings.master.clone(), Time::ZERO);
        Sentinel {
            id: ReplId::from_draws(|n| draw(n % 3 + 1)),
            pid: 1_000 + prng::below(draw(4), 30_000),
            now: Time::ZERO,
            due: Time::NEVER,
            draws: 4,
            next_token: 0,
            bugs: Bugs::default(),
            current_epoch: 0,
            config_epoch: 0,
            master,
            replicas: Vec::new(),
            others: Vec::new(),
            callers: BTreeMap::new(),
            leader: None,
            leader_epoch: 0,
            state: State::None,
            failover_epoch: 0,
            failover_start: None,
            delay_logged: None,
            tilt_since: None,
            ran: Time::ZERO,
            boots: 0,
            state_since: Time::ZERO,
            promoted: None,
            print: Fingerprint::default(),
            revision: 0,
            out: Vec::new(),
            settings: Rc::new(settings),
        }
    }
    /// Switches bugs on, for tests of the checks.
    #[cfg(feature = "planted")]
    pub const fn plant(&mut self, bugs: Bugs) {
        self.bugs = bugs;
    }
    fn draw(&mut self) -> u64 {
        self.draws += 1;
        prng::rand(self.settings.seed, prng::actor(&self.settings.name), Purpose::Sentinel, self.draws)
    }

    /// One thing happens.
    pub fn handle(&mut self, now: Time, input: Input, out: &mut Vec<Output>) {
        self.now = now;
        match input {
            Input::Boot => self.boot(),
            Input::Timer => self.timer(),
            Input::Connected { token, conn } => self.connected(token, conn),
            Input::Refused { token } => self.refused(token),
            Input::Accepted { conn } => {
                self.callers.insert(conn, Parser::new());
            }
            Input::Received { conn, bytes } => self.received(conn, &bytes),
            Input::Closed { conn } => self.closed(conn),
        }
        if self.out.iter().any(|output| matches!(output, Output::Told(_))) {
            self.revision += 1;
        }
        for output in &self.out {
            if let Output::Send { bytes, .. } = output {
                self.print.mix_bytes(bytes);
            }
        }
        out.append(&mut self.out);
    }
    /// When it wants [`Input::Timer`] next.
    #[must_use]
    pub const fn due(&self) -> Time {
        self.due
    }
    /// The process starts. Its file holds its id, its epochs, its vote, the master, and who else it knew.
    fn boot(&mut self) {
        self.ran = self.now;
        if self.boots == 0 {
            self.master = Instance::new(Kind::Master, self.settings.master.clone(), self.now);
        } else {
            self.pid = 1_000 + prng::below(self.draw(), 30_000);
            self.forget_all_but_the_file();
        }
        self.boots += 1;
        let id = self.id.to_string();
        self.say(Mark::Warning, &alloc::format!("Sentinel ID is {id}"));
        let quorum = alloc::format!("quorum {}", self.settings.quorum);
        self.tell_more(Event::Monitor, Who::Master, &quorum);
        // Its clock stands somewhere within a tick when the run begins.
        let phase = Span::from_micros(1_000 + prng::below(self.draw(), 99_000));
        self.due = self.now + phase;
    }
    fn forget_all_but_the_file(&mut self) {
        let now = self.now;
        for who in self.everybody() {
            let one = self.at_mut(who);
            let run_id = one.run_id.take().filter(|_| one.kind == Kind::Sentinel);
            *one = Instance { run_id, ..Instance::new(one.kind, one.address.clone(), now) };
        }
        self.callers.clear();
        self.state = State::None;
        (self.failover_start, self.delay_logged, self.promoted, self.tilt_since) = (None, None, None, None);
        self.state_since = now;
    }
    /// A timer that did not run for long (a machine that stood still, a clock that was set): what it knows of times is worth nothing for a while.
    fn check_tilt(&mut self) {
        if self.now.since(self.ran) > TILT_TRIGGER {
            self.tilt_since = Some(self.now);
            self.say(Mark::Warning, "+tilt #tilt mode entered");
        }
        self.ran = self.now;
    }
    /// sentinelTimer: everybody in turn, the master first, then its replicas and the other sentinels.
    fn timer(&mut self) {
        if self.now < self.due {
            return;
        }
        // Ten to nineteen times a second, drawn anew each time, so that sentinels that start together do not vote together.
        let hz = 10 + prng::below(self.draw(), 10);
        self.due = self.now + Span::from_micros(1_000_000 / hz);
        self.check_tilt();
        self.look_after(Who::Master);
        for n in 0..self.replicas.len() {
            self.look_after(Who::Replica(n));
        }
        for n in 0..self.others.len() {
            self.look_after(Who::Other(n));
        }
        if self.state == State::UpdateConfig {
            self.switch_to_promoted();
        }
    }
    fn look_after(&mut self, who: Who) {
        self.reconnect(who);
        self.talk(who);
        if let Some(since) = self.tilt_since {
            if !self.reached(Some(since), TILT_PERIOD) {
                return;
            }
            self.tilt_since = None;
            self.say(Mark::Warning, "-tilt #tilt mode exited");
        }
        self.check_subjectively_down(who);
        if who == Who::Master {
            self.check_objectively_down();
            if self.start_failover_if_needed() {
                self.ask_others(true);
            }
            self.failover_step();
            self.ask_others(false);
        }
    }

    // ---- readers

    /// Its settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
    /// Whether its timer had stood still, so that it only watches now.
    #[must_use]
    pub const fn tilts(&self) -> bool {
        self.tilt_since.is_some()
    }
    /// Its run id, 40 letters.
    #[must_use]
    pub const fn id(&self) -> ReplId {
        self.id
    }
    /// The master as it believes.
    #[must_use]
    pub const fn master(&self) -> &Instance {
        &self.master
    }
    /// The replicas that it knows.
    #[must_use]
    pub fn replicas(&self) -> &[Instance] {
        &self.replicas
    }
    /// The other sentinels that it knows.
    #[must_use]
    pub fn others(&self) -> &[Instance] {
        &self.others
    }
    /// Where its failover stands.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }
    /// Its epoch.
    #[must_use]
    pub const fn epoch(&self) -> u64 {
        self.current_epoch
    }
    /// The epoch in which its last failover began: that of the configuration to come, and of its own vote in that election.
    #[must_use]
    pub const fn failover_epoch(&self) -> u64 {
        self.failover_epoch
    }
    /// The epoch of the configuration that it holds.
    #[must_use]
    pub const fn config_epoch(&self) -> u64 {
        self.config_epoch
    }
    /// Whom it voted for last, and in which epoch.
    #[must_use]
    pub fn vote(&self) -> Option<(&str, u64)> {
        self.leader.as_deref().map(|leader| (leader, self.leader_epoch))
    }
    /// Rises whenever something worth showing changed.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }
    /// A running hash of what decides what it does next.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut print = self.print;
        print.mix(self.draws);
        print.mix(self.current_epoch << 8 | self.state as u64);
        print.mix(self.leader_epoch);
        print.mix((self.replicas.len() * 64 + self.others.len()) as u64);
        print.mix(self.next_token);
        print.get()
    }

    // ---- small things that all files use

    fn at(&self, who: Who) -> &Instance {
        match who {
            Who::Master => &self.master,
            Who::Replica(n) => &self.replicas[n],
            Who::Other(n) => &self.others[n],
        }
    }
    fn at_mut(&mut self, who: Who) -> &mut Instance {
        match who {
            Who::Master => &mut self.master,
            Who::Replica(n) => &mut self.replicas[n],
            Who::Other(n) => &mut self.others[n],
        }
    }
    fn everybody(&self) -> impl Iterator<Item = Who> + use<> {
        let (replicas, others) = (self.replicas.len(), self.others.len());
        core::iter::once(Who::Master).chain((0..replicas).map(Who::Replica)).chain((0..others).map(Who::Other))
    }
    /// Whether so much time has passed since a moment; for ever since one that never was.
    fn passed(&self, since: Option<Time>, span: Span) -> bool {
        since.is_none_or(|at| self.now.since(at) > span)
    }
    /// Whether at least so much time has passed.
    fn reached(&self, since: Option<Time>, span: Span) -> bool {
        since.is_none_or(|at| self.now.since(at) >= span)
    }
    fn my_id(&self) -> String {
        self.id.to_string()
    }
}
