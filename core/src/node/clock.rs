//! A node's ticks: serverCron runs 1000/hz ms after the *end* of the previous one, so that the phase drifts as it does in reality.
//!
//! Ticks that have nothing to do are never events: they are counted here by arithmetic. Ticks that come late, because the process was busy or stopped,
//! are never made up.

use crate::time::{Span, Time};

/// The timer of serverCron.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Time from the end of one tick to the start of the next, µs: 100 ms and a little.
    period: Span,
    /// When the next tick is due.
    next: Time,
    /// When the process last looked at the clock: the moment of the last tick.
    seen: Time,
    /// Ticks so far: `cronloops`.
    loops: u64,
    /// Ticks since the one that ran the last replication cron, less one: `loops` without whole seconds.
    beat: u64,
    /// Ticks so far that ran the replication cron.
    crons: u64,
    /// Until when a loading process has counted the ticks that it did not run.
    counted: Time,
    /// Ticks a second.
    hz: u64,
}

/// The reason for the next tick that has something to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Plan {
    /// The very next tick has something to do.
    pub next_tick: bool,
    /// The next replication cron has something to do.
    pub next_second: bool,
    /// The first tick at or after this moment has something to do.
    pub at: Option<Time>,
}

impl Clock {
    /// A process that started at `now`; its first tick comes `phase` later, and each takes `drift` beside its period.
    #[must_use]
    pub fn new(now: Time, phase: Span, drift: Span, hz: u64) -> Clock {
        let hz = hz.clamp(1, 500);
        let period = Span::from_micros(1_000_000 / hz + drift.as_micros());
        Clock { period, next: now + phase, seen: now, loops: 0, beat: 0, crons: 0, counted: now, hz }
    }
    /// A process that has been running when the world begins at `now`: its next replication cron comes `second` later, and it ticks on the way there too.
    #[must_use]
    pub fn running(now: Time, second: Span, drift: Span, hz: u64) -> Clock {
        let mut clock = Clock::new(now, Span::ZERO, drift, hz);
        let period = clock.period.as_micros();
        let ticks = (second.as_micros() / period).min(clock.hz - 1);
        clock.next = now + Span::from_micros(second.as_micros() - ticks * period);
        clock.count(if ticks == 0 { 0 } else { clock.hz - ticks });
        clock
    }
    /// When the next tick is due.
    #[must_use]
    pub const fn next(&self) -> Time {
        self.next
    }
    /// Ticks so far.
    #[must_use]
    pub const fn loops(&self) -> u64 {
        self.loops
    }
    /// How many replication crons ran before the tick that is due next.
    #[must_use]
    pub const fn seconds(&self) -> u64 {
        self.crons
    }
    /// Whether the next tick runs the replication cron.
    #[must_use]
    pub const fn second_is_next(&self) -> bool {
        self.beat == 0
    }
    /// The moment that the process has cached as "now".
    #[must_use]
    pub const fn seen(&self) -> Time {
        self.seen
    }
    /// The process looked at the clock outside a tick (6.0+: with each command; after loading).
    pub fn look(&mut self, now: Time) {
        self.seen = self.seen.max(now);
    }
    /// Ticks from the next one (0) to the first that the plan waits for.
    fn ticks_until(&self, plan: &Plan) -> Option<u64> {
        let mut ticks = plan.next_tick.then_some(0);
        if plan.next_second {
            let wait = if self.beat == 0 { 0 } else { self.hz - self.beat };
            ticks = Some(ticks.map_or(wait, |t| t.min(wait)));
        }
        // Asked with each input: nothing is divided unless it is that moment that counts.
        let sooner =
            |at: Time, ticks: u64| at.since(self.next).as_micros() <= self.period.as_micros().saturating_mul(ticks.saturating_sub(1));
        if let Some(at) = plan.at
            && ticks.is_none_or(|ticks| ticks > 0 && sooner(at, ticks))
        {
            let wait = at.since(self.next()).as_micros().div_ceil(self.period.as_micros().max(1));
            ticks = Some(ticks.map_or(wait, |t| t.min(wait)));
        }
        ticks
    }
    fn count(&mut self, ticks: u64) {
        self.loops += ticks;
        self.beat = if self.beat + ticks < self.hz { self.beat + ticks } else { self.loops % self.hz };
    }
    /// When the next tick with something to do is due.
    #[must_use]
    pub fn due(&self, plan: &Plan) -> Option<Time> {
        let ticks = self.ticks_until(plan)?;
        Some(self.next() + Span::from_micros(self.period.as_micros().saturating_mul(ticks)))
    }
    /// Counts the ticks with nothing to do that lie before `now`.
    pub fn skip(&mut self, plan: &Plan, now: Time) {
        let next = self.next();
        if next > now {
            return;
        }
        let idle = self.ticks_until(plan).unwrap_or(u64::MAX);
        let passed = (now.since(next).as_micros() / self.period.as_micros().max(1) + 1).min(idle);
        if passed == 0 {
            return;
        }
        self.crons += (self.loops + passed).div_ceil(self.hz) - self.loops.div_ceil(self.hz);
        self.count(passed);
        self.seen = self.seen.max(self.next + Span::from_micros(self.period.as_micros() * (passed - 1)));
        self.next += Span::from_micros(self.period.as_micros() * passed);
    }
    /// The process was stopped from `stopped` to `now`: the ticks before that ran, the others did not, and the one that is due comes after everything
    /// that the kernel kept for the process.
    pub fn resumed(&mut self, plan: &Plan, stopped: Time, now: Time) {
        self.skip(plan, stopped);
        if self.next <= now {
            self.next = now + Span::from_micros(500);
        }
    }
    /// The process is busy until then: a tick that falls into that time comes late.
    pub fn hold(&mut self, until: Time) {
        self.next = self.next.max(until);
    }
    /// The process begins to load.
    pub fn load_begins(&mut self, now: Time) {
        self.counted = now;
    }
    /// A process that loads looks at its event loop: it counts the ticks that it missed (6.2+), but runs none of them.
    pub fn count_missed(&mut self, now: Time) {
        let tick = 1_000_000 / self.hz;
        let missed = now.since(self.counted).as_micros().div_ceil(tick);
        self.counted += Span::from_micros(missed * tick);
        self.count(missed);
    }
    /// The replication cron ran in a tick that is not a second's: a failover makes it run in each.
    pub fn count_cron(&mut self) {
        self.crons += 1;
    }
    /// A tick begins at `now`.
    pub fn begin(&mut self, now: Time) {
        self.seen = self.seen.max(now);
    }
    /// The tick ended.
    pub fn end(&mut self, now: Time) {
        self.crons += u64::from(self.second_is_next());
        self.count(1);
        self.next = now + self.period;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        Clock::new(Time::from_secs(1), Span::from_millis(1), Span::from_micros(300), 10)
    }
    #[test]
    fn a_stopped_process_makes_up_one_tick() {
        let mut clock = clock();
        clock.skip(&SECOND, Time::from_secs(1));
        let first = clock.due(&SECOND).unwrap();
        clock.begin(first);
        clock.end(first);
        // Stopped after three more ticks, for a minute.
        let stopped = first + Span::from_millis(350);
        let now = stopped + Span::from_secs(60);
        clock.resumed(&SECOND, stopped, now);
        assert_eq!(clock.loops(), 4);
        let due = clock.due(&SECOND).unwrap();
        assert!(due > now + Span::from_millis(600) && due < now + Span::from_millis(603), "{due:?}");
    }
    #[test]
    fn ticks_missed_while_loading_count_but_do_not_run() {
        let mut clock = clock();
        clock.load_begins(Time::from_secs(1));
        for ms in [1_090, 1_180, 2_300, 2_376] {
            clock.count_missed(Time::from_millis(ms));
        }
        clock.hold(Time::from_millis(2_376));
        assert_eq!((clock.loops(), clock.seconds(), clock.next()), (14, 0, Time::from_millis(2_376)));
        let due = clock.due(&SECOND).unwrap();
        assert!(due > Time::from_millis(2_976) && due < Time::from_millis(2_980), "{due:?}");
    }
    const SECOND: Plan = Plan { next_tick: false, next_second: true, at: None };

    #[test]
    fn the_first_tick_runs_the_replication_cron() {
        let c = clock();
        assert!(c.second_is_next());
        assert_eq!(c.due(&SECOND), Some(Time::from_micros(1_001_000)));
    }

    #[test]
    fn a_process_that_was_running_ticks_before_its_first_second() {
        for (ms, first, ticks) in [(1, 1_000, 0), (99, 99_000, 0), (250, 49_400, 2), (999, 96_300, 9)] {
            let mut c = Clock::running(Time::ZERO, Span::from_millis(ms), Span::from_micros(300), 10);
            assert_eq!(c.next(), Time::from_micros(first));
            assert_eq!(c.due(&Plan { next_tick: true, ..Plan::default() }), Some(c.next()));
            assert_eq!(c.due(&SECOND), Some(Time::from_millis(ms)));
            for _ in 0..ticks {
                assert!(!c.second_is_next());
                c.begin(c.next());
                c.end(c.next());
            }
            assert!(c.second_is_next() && c.seconds() == 0);
            c.begin(c.next());
            c.end(c.next());
            assert_eq!(c.seconds(), 1);
        }
    }

    #[test]
    fn seconds_are_a_little_longer_than_a_second() {
        let mut c = clock();
        c.begin(c.next());
        c.end(c.next());
        let due = c.due(&SECOND).expect("planned");
        assert_eq!(due, Time::from_micros(1_001_000 + 10 * 100_300));
        c.skip(&SECOND, due);
        assert_eq!(c.next(), due);
        assert!(c.second_is_next());
        assert_eq!((c.loops(), c.seconds()), (10, 1));
    }

    #[test]
    fn skipped_ticks_are_arithmetic_and_never_pass_the_plan() {
        let mut c = clock();
        c.skip(&Plan::default(), Time::from_secs(100));
        assert_eq!(c.loops(), 99 * 1_000_000 / 100_300 + 1);
        assert!(c.next() > Time::from_secs(100));
        let mut c = clock();
        c.skip(&Plan { next_tick: true, ..Plan::default() }, Time::from_secs(100));
        assert_eq!(c.loops(), 0);
    }

    #[test]
    fn a_late_tick_moves_the_phase() {
        let mut c = clock();
        let late = Time::from_secs(9);
        c.skip(&SECOND, late);
        c.begin(late);
        c.end(late);
        assert_eq!(c.next(), late + Span::from_micros(100_300));
        assert_eq!(c.loops(), 1);
    }
}
