//! What every part of a server may ask and touch of the process that it is a part of: directives, capabilities, clock, draws, the log.
//!
//! A machine (`saving`, …) keeps its fields to itself; each of its methods gets this context and the outbox, and nothing else of the server.

use super::api::{FileOp, Ground, JobId, OpId, Outbox, Output, Settings};
use super::clock::Clock;
use super::log;
use crate::command::conf_file;
use crate::command::directives::{Config, ConfigError};
use crate::era::{Capabilities, Era};
use crate::planted::Bugs;
use crate::prng::{self, Purpose};
use crate::repl::ReplId;
use crate::resp;
use crate::time::{Span, Time};
use alloc::rc::Rc;
use alloc::vec::Vec;
use bytes::Bytes;

/// The process, as its parts see it.
#[derive(Clone)]
pub(super) struct Ctx {
    pub(super) settings: Rc<Settings>,
    pub(super) era: Era,
    pub(super) caps: Capabilities,
    /// The directives' values.
    pub(super) conf: Config,
    pub(super) clock: Clock,
    /// Bugs that a test has switched on; none otherwise.
    pub(super) bugs: Bugs,
    /// What its system calls meet.
    pub(super) ground: Ground,
    pid: u64,
    /// Whether it follows a master.
    replica: bool,
    now: Time,
    busy: Span,
    actor: u64,
    /// Salt of this life's draws.
    life: u64,
    draws: u64,
    next_op: u64,
    next_job: u64,
    /// Children forked, and how long the last fork took, since the start or since CONFIG RESETSTAT.
    forks: u64,
    last_fork: Span,
}

/// A child that was forked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fork {
    /// This server's number for it.
    pub(super) job: JobId,
    pub(super) pid: u64,
    /// How long the fork took.
    pub(super) blocked: Span,
}

impl Ctx {
    /// The machine and its redis.conf, before any process was started.
    ///
    /// # Errors
    /// A directive that the era does not know or cannot take.
    pub(super) fn new(settings: Settings) -> Result<Ctx, ConfigError> {
        let era = settings.era;
        Ok(Ctx {
            era,
            caps: era.capabilities(),
            conf: Config::from_lines(era, &settings.config)?,
            clock: Clock::new(Time::ZERO, Span::from_millis(1), Span::ZERO, 10),
            bugs: Bugs::default(),
            ground: Ground::default(),
            pid: 0,
            replica: false,
            now: Time::ZERO,
            busy: Span::ZERO,
            actor: prng::actor(&settings.name),
            life: 0,
            draws: 0,
            next_op: 1,
            next_job: 1,
            forks: 0,
            last_fork: Span::ZERO,
            settings: Rc::new(settings),
        })
    }
    /// Brings the lines of redis.conf in line, as [`conf_file::rewrite`] does with a file.
    pub(super) fn rewrite_settings(&mut self, wanted: &[conf_file::Wanted]) {
        let text = |line: &Vec<Bytes>| line.iter().map(|word| resp::cli::quote(word)).collect::<Vec<_>>().join(" ");
        let old = self.settings.config.iter().map(text).collect::<Vec<_>>().join("\n");
        let new = conf_file::rewrite(&old, wanted, self.era);
        let lines = new.lines().filter(|line| !line.starts_with('#')).filter_map(|line| resp::split_args(line).ok());
        Rc::make_mut(&mut self.settings).config = lines.filter(|line| !line.is_empty()).collect();
    }
    /// A process starts, the `boots`th of this machine: its draws are its own.
    pub(super) fn begin_life(&mut self, boots: u64, now: Time) {
        self.life = boots.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ now.as_micros();
        self.now = now;
        self.reset_forks();
        let drawn = 1_000 + prng::below(self.draw(Purpose::Pid), 30_000);
        self.pid = self.settings.pid.unwrap_or(drawn);
    }
    /// An input comes at `now`; nothing was done for it yet.
    pub(super) const fn begin_input(&mut self, now: Time) {
        self.now = now;
        self.busy = Span::ZERO;
    }
    /// The server begins or ceases to follow a master.
    pub(super) const fn set_replica(&mut self, replica: bool) {
        self.replica = replica;
    }

    /// `rdb-key-save-delay`: what writing so many keys takes longer.
    pub(super) fn save_delay(&self, keys: usize) -> Span {
        let micros = u64::try_from(self.conf.rdb_key_save_delay).unwrap_or(0);
        Span::from_micros(micros.saturating_mul(keys as u64))
    }

    /// When the input came.
    pub(super) const fn now(&self) -> Time {
        self.now
    }
    /// How long the process has worked on the input so far.
    pub(super) const fn busy(&self) -> Span {
        self.busy
    }
    /// The moment that the work has reached.
    pub(super) fn time(&self) -> Time {
        self.now + self.busy
    }
    /// The work takes time.
    pub(super) fn spend(&mut self, span: Span) {
        self.busy += span;
    }
    /// INFO's `total_forks` and `latest_fork_usec`.
    pub(super) const fn forks(&self) -> (u64, Span) {
        (self.forks, self.last_fork)
    }
    /// CONFIG RESETSTAT.
    pub(super) const fn reset_forks(&mut self) {
        (self.forks, self.last_fork) = (0, Span::ZERO);
    }
    /// Unix milliseconds of that moment.
    pub(super) fn unix_ms(&self) -> i64 {
        log::unix_ms(self.settings.epoch_unix_ms, self.time())
    }
    /// Unix second now: what Redis asks `time(NULL)` for.
    pub(super) fn real_s(&self) -> i64 {
        self.unix_ms().div_euclid(1_000)
    }
    /// The moment of the run at which the clock shows these unix milliseconds; the run's beginning, if that was before.
    pub(super) fn moment_of(&self, unix_ms: i64) -> Time {
        Time::from_millis(u64::try_from(unix_ms.saturating_sub(self.settings.epoch_unix_ms)).unwrap_or(0))
    }
    /// The unix second that the process has cached.
    pub(super) fn cached_s(&self) -> i64 {
        self.unix_s_at(self.clock.seen())
    }
    /// The unix second of a moment of the run.
    pub(super) fn unix_s_at(&self, at: Time) -> i64 {
        log::unix_ms(self.settings.epoch_unix_ms, at).div_euclid(1_000)
    }

    /// Its process id.
    pub(super) const fn pid(&self) -> u64 {
        self.pid
    }
    /// Whether it follows a master.
    pub(super) const fn is_replica(&self) -> bool {
        self.replica
    }
    /// The era's word for a replica in logs.
    pub(super) const fn word(&self) -> &'static str {
        if self.caps.says_replica { "replica" } else { "slave" }
    }

    /// How many draws there were.
    pub(super) const fn draws(&self) -> u64 {
        self.draws
    }
    pub(super) fn draw(&mut self, purpose: Purpose) -> u64 {
        self.draws += 1;
        prng::rand(self.settings.seed, self.actor ^ self.life, purpose, self.draws)
    }
    /// Forty letters for an id or a mark.
    pub(super) fn draw_letters(&mut self, purpose: Purpose) -> ReplId {
        let (a, b, c) = (self.draw(purpose), self.draw(purpose), self.draw(purpose));
        ReplId::from_draws(|n| [a, b, c][n as usize % 3])
    }
    pub(super) fn draw_id(&mut self) -> ReplId {
        self.draw_letters(Purpose::ReplId)
    }

    /// Asks for something to be done to a file. Gives the number under which the answer comes.
    pub(super) fn file(&mut self, what: FileOp, out: &mut Outbox) -> OpId {
        let op = OpId(self.next_op);
        self.next_op += 1;
        out.outputs.push(Output::File { op, what });
        op
    }

    /// fork(2): it takes time with the size of the process.
    pub(super) fn fork(&mut self, bytes: u64) -> Fork {
        let costs = self.settings.costs;
        let micros = u128::from(bytes) * u128::from(costs.scale.max(1)) * u128::from(costs.fork_us_per_mib) / (1 << 20);
        let blocked = Span::from_micros(micros as u64);
        self.spend(blocked);
        self.forks += 1;
        self.last_fork = blocked;
        let job = JobId(self.next_job);
        self.next_job += 1;
        Fork { job, pid: self.pid + self.next_job, blocked }
    }
}

#[cfg(test)]
impl Ctx {
    /// A process of an era with these lines of redis.conf, for tests of machines without a server around them.
    pub(super) fn of(era: Era, lines: &[&str]) -> Ctx {
        let config = lines.iter().map(|line| crate::resp::split_args(line).expect("balanced quotes")).collect();
        let settings = Settings {
            name: "node".into(),
            era,
            ip: "10.0.0.1".into(),
            config,
            seed: 7,
            epoch_unix_ms: 0,
            costs: super::api::Costs::ZERO,
            pid: Some(1_000),
            config_file: None,
            allocator: crate::repl::Allocator::default(),
        };
        let mut ctx = Ctx::new(settings).expect("a good configuration");
        ctx.begin_life(1, Time::ZERO);
        ctx
    }
}
#[cfg(test)]
impl Outbox {
    /// The texts that were logged.
    pub(super) fn logged(&self) -> alloc::vec::Vec<alloc::string::String> {
        self.notes
            .iter()
            .filter_map(|note| if let crate::note::Note::Log { text, .. } = note { Some(text.clone()) } else { None })
            .collect()
    }
}
