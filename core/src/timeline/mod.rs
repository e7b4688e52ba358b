//! A run on the timeline: forward, back to any moment, and acting at any moment.
//!
//! A run is its text (scenario and seed) and what the person did; everything else is derived. Going back is the nearest checkpoint and
//! re-execution; passing a known checkpoint asserts its fingerprint. Acting in the past drops the future of this timeline; who wants to keep it acts in
//! a [`Timeline::branch`], which shares the past with it.
//!
//! A place in a run is its *step*: the number of its last event (an act is an event too). Order within an instant: all its events first, then
//! the script's `at` lines of that time, then the person's. An act of the person that comes in the middle of an instant first lets the instant's
//! events happen, so that `at TIME …` in a text is always exactly what was done.

mod branch;
mod checkpoints;
mod error;

pub use error::Refusal;

use crate::check::Checker;
use crate::condition::{Condition, Facts, Watch, span_text};
use crate::note::Note;
use crate::resp::cli;
use crate::scenario::{self, Scenario};
use crate::sim::world::{Act, Script};
use crate::sim::{self, ActDone, Evidence, Recorder, Sim, Stuck};
use crate::time::{Span, Time};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use checkpoints::{Checkpoint, Checkpoints, DENSE};

/// How far a call got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ran {
    /// The wanted time is reached: everything up to it, and at it, has happened.
    Reached,
    /// The condition holds.
    Held,
    /// The budget is used up; call again.
    Budget,
    /// Time no longer passes: why.
    Stuck(Stuck),
}

/// Something that the person did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonInput {
    /// When.
    pub at: Time,
    /// What.
    pub act: Act,
}

/// A line of the script that was decided: an `until`, an `expect`, or an act that could not be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The condition, or what went wrong.
    pub text: String,
    /// Whether it held.
    pub ok: bool,
    /// When it was decided.
    pub at: Time,
}

/// The content of a checkpoint.
#[derive(Clone)]
struct State {
    sim: Sim,
    checker: Checker,
    inputs_done: usize,
}

/// A run, with a cursor. A clone is a second cursor over the same recorded past: it shares the checkpoints and copies what was recorded, which takes
/// about as long as one frame of the largest worlds, and microseconds in a lesson's.
#[derive(Clone)]
pub struct Timeline {
    scenario: Scenario,
    text: String,
    state: State,
    recorder: Recorder,
    inputs: Vec<PersonInput>,
    checkpoints: Checkpoints<State>,
    end: Time,
    end_step: u64,
    /// Up to which step broken invariants were said.
    said: u64,
    check_each_event: bool,
}

impl Timeline {
    /// A run of this text, at its start.
    ///
    /// # Errors
    /// Names the line, the column and what was expected.
    pub fn from_text(text: &str) -> Result<Timeline, Refusal> {
        let scenario = scenario::parse(text)?;
        let sim = Sim::new(&scenario.world)?;
        let state = State { sim, checker: Checker::default(), inputs_done: 0 };
        let start = state.checkpoint();
        let mut recorder = Recorder::new();
        recorder.want_flow = scenario.world.script.iter().any(|line| match line {
            Script::Until(condition, _) | Script::Expect(condition) => condition.asks_for_flow(),
            Script::At(..) | Script::Then(_) => false,
        });
        Ok(Timeline {
            scenario,
            text: text.to_string(),
            state,
            recorder,
            inputs: Vec::new(),
            checkpoints: Checkpoints::new(start),
            end: Time::ZERO,
            end_step: 0,
            said: 0,
            check_each_event: false,
        })
    }

    // ---- getters

    /// The world at the cursor.
    #[must_use]
    pub fn sim(&self) -> &Sim {
        &self.state.sim
    }
    /// What was recorded; it may reach beyond the cursor.
    #[must_use]
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }
    /// The invariants at the cursor.
    #[must_use]
    pub fn checker(&self) -> &Checker {
        &self.state.checker
    }
    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }
    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Time {
        self.state.sim.now()
    }
    /// How many events and acts have happened.
    #[must_use]
    pub fn step_number(&self) -> u64 {
        self.state.sim.event()
    }
    /// The furthest moment played.
    #[must_use]
    pub fn end(&self) -> Time {
        self.end
    }
    /// What the person did, oldest first.
    #[must_use]
    pub fn inputs(&self) -> &[PersonInput] {
        &self.inputs
    }
    /// How many checkpoints are kept.
    #[must_use]
    pub fn checkpoints(&self) -> usize {
        self.checkpoints.len()
    }
    /// Decided lines of the script up to the cursor, oldest first.
    #[must_use]
    pub fn outcomes(&self) -> Vec<Outcome> {
        let event = self.state.sim.event();
        let entries = self.recorder.journal().entries().iter().filter(|entry| entry.event <= event);
        entries
            .filter_map(|entry| match &entry.note {
                Note::Expectation { text, ok } => Some(Outcome { text: text.clone(), ok: *ok, at: entry.at }),
                _ => None,
            })
            .collect()
    }
    /// Whether every line of the script is done.
    #[must_use]
    pub fn script_is_over(&self) -> bool {
        self.state.sim.script_done()
    }
    /// Checks the invariants after every event from now on (tests), not only after each call.
    pub fn check_each_event(&mut self, on: bool) {
        self.check_each_event = on;
    }
    /// The run as text: the scenario as it was given, and a line for each thing that the person did. Playing it gives this run again.
    #[must_use]
    pub fn run_text(&self) -> String {
        let mut text = self.text.trim_end().to_string();
        text.push('\n');
        for input in &self.inputs {
            text.push_str(&format!("at {} {}\n", span_text(input.at - Time::ZERO), scenario::act_line(&input.act)));
        }
        text
    }
    /// Whether a condition holds now; notes count since the start, those of the flow since somebody first asked for any.
    #[must_use]
    pub fn holds(&self, condition: &Condition) -> bool {
        Watch::since_start(condition).holds(&self.evidence())
    }
    /// Begins to watch a condition from here on, for [`Timeline::advance_watching`].
    #[must_use]
    pub fn watch(&self, condition: &Condition) -> Watch {
        Watch::since(condition, self.state.sim.event())
    }
    fn evidence(&self) -> Evidence<'_> {
        Evidence { sim: &self.state.sim, recorder: &self.recorder }
    }

    // ---- forward

    /// Plays up to `to`, at most `budget` steps.
    pub fn advance(&mut self, to: Time, budget: u64) -> Ran {
        let ran = self.run(to, None, budget, None);
        self.look();
        ran
    }
    /// Plays until the condition holds (it is looked at now and after each step), or up to `to`, at most `budget` steps.
    pub fn advance_watching(&mut self, watch: &mut Watch, to: Time, budget: u64) -> Ran {
        self.recorder.want_flow |= watch.condition().asks_for_flow();
        if watch.holds(&self.evidence()) {
            return Ran::Held;
        }
        let mut ran = self.run(to, None, budget, Some(&mut |world| watch.holds(&world)));
        // `now >= 10s` and `for 3s` may come to hold while nothing happens.
        if ran == Ran::Reached && watch.holds(&self.evidence()) {
            ran = Ran::Held;
        }
        self.look();
        ran
    }
    /// Plays up to `to`, at most `budget` steps, and shows the world after each to `enough`, which ends it by saying so.
    pub fn advance_showing(&mut self, to: Time, budget: u64, enough: &mut dyn FnMut(&Sim) -> bool) -> Ran {
        let ran = self.run(to, None, budget, Some(&mut |world| enough(world.sim)));
        self.look();
        ran
    }
    /// Plays up to `to`, at most `budget` steps, and shows what conditions are asked of after each to `enough`, which ends it by saying so. `flow`: notes of
    /// the flow are wanted from here on.
    pub fn advance_asking(&mut self, to: Time, budget: u64, flow: bool, enough: &mut dyn FnMut(&dyn Facts) -> bool) -> Ran {
        self.recorder.want_flow |= flow;
        let ran = self.run(to, None, budget, Some(&mut |world| enough(&world)));
        self.look();
        ran
    }
    /// Asks about the present moment.
    pub fn asked<T>(&self, ask: impl FnOnce(&dyn Facts) -> T) -> T {
        ask(&self.evidence())
    }
    /// Plays until the condition holds, for at most `within`.
    ///
    /// # Errors
    /// Says why it did not come to hold: the time passed, or time stopped passing.
    pub fn until(&mut self, condition: &Condition, within: Span) -> Result<Time, Refusal> {
        let mut watch = self.watch(condition);
        let to = self.now() + within;
        loop {
            match self.advance_watching(&mut watch, to, 100_000) {
                Ran::Held => return Ok(self.now()),
                Ran::Reached => return Err(Refusal::NotHeld { condition: condition.to_string(), within }),
                Ran::Budget => {}
                Ran::Stuck(why) => return Err(why.into()),
            }
        }
    }
    /// One step: the next event or act, whenever it is. `false` if nothing will ever happen.
    pub fn step(&mut self) -> bool {
        let before = self.step_number();
        self.recorder.closely = true;
        // What the queue holds may turn out to be nothing: then the next one is tried.
        while self.step_number() == before {
            let next = [self.state.sim.next_event_at(), self.next_input_at()].into_iter().flatten().min();
            let Some(next) = next else { break };
            if let Ran::Stuck(_) = self.run(next, Some(before + 1), 1, None) {
                break;
            }
        }
        self.recorder.closely = false;
        self.look();
        self.step_number() > before
    }
    /// Plays on until the script is over, at most up to `to`.
    pub fn play_out(&mut self, to: Time) -> Ran {
        while !self.script_is_over() && self.now() < to {
            let next = (self.now() + Span::from_millis(100)).min(to);
            match self.advance(next, u64::MAX) {
                Ran::Reached => {}
                other => return other,
            }
        }
        Ran::Reached
    }

    // ---- back and anywhere

    /// One step back. `false` at the start.
    pub fn back(&mut self) -> bool {
        let step = self.step_number();
        if step == 0 {
            return false;
        }
        self.go_to_step(step - 1);
        true
    }
    /// To the end of this instant: back by re-execution, or forward. `budget` bounds the steps of this call; call again while it says so.
    pub fn seek(&mut self, to: Time, budget: u64) -> Ran {
        let from = self.checkpoints.before_time(to);
        if to < self.now() || from.step > self.step_number() {
            self.state = from.state.clone();
        }
        self.advance(to, budget)
    }
    /// To the state after exactly this many steps, or to the end if the run has not been there.
    pub fn go_to_step(&mut self, step: u64) {
        let step = step.min(self.end_step);
        let from = self.checkpoints.before_step(step);
        if step < self.step_number() || from.step > self.step_number() {
            self.state = from.state.clone();
        }
        // On the way, keep dense checkpoints just before the goal: the next step back is near.
        let mut dense = Vec::new();
        self.recorder.closely = true;
        for stop in DENSE.iter().rev().map(|distance| step.saturating_sub(*distance)) {
            if stop > self.step_number() {
                self.run(Time::NEVER, Some(stop), u64::MAX, None);
                dense.push(self.state.checkpoint());
            }
        }
        if step > self.step_number() {
            self.run(Time::NEVER, Some(step), u64::MAX, None);
        }
        if !dense.is_empty() {
            self.checkpoints.set_dense(dense);
        }
        self.recorder.closely = false;
        self.look();
    }

    // ---- acting

    /// One line of scenario text, applied now. The reply is a command's, as redis-cli prints it; `None` if there is none, or none yet.
    ///
    /// # Errors
    /// Says what is wrong with the line, or why it cannot be done.
    pub fn act_line(&mut self, line: &str) -> Result<Option<String>, Refusal> {
        self.act_said(&scenario::parse_act(line)?)
    }
    /// An act, applied now, and the reply of a command as redis-cli prints it; `None` if there is none, or none yet.
    ///
    /// # Errors
    /// Says why it cannot be done.
    pub fn act_said(&mut self, act: &Act) -> Result<Option<String>, Refusal> {
        let done = self.act(act.clone())?;
        Ok(done.reply.map(|reply| match act {
            Act::Command { node, args } => {
                let era = self.state.sim.by_name(node).map_or(crate::era::Era::V7_0, |ix| self.state.sim.node(ix).era());
                cli::format_for(args, &reply, era)
            }
            _ => cli::format(&reply),
        }))
    }
    /// An act, applied now, after the events of this instant. If the cursor stands in the past, everything after it is dropped.
    ///
    /// # Errors
    /// Says why it cannot be done; nothing has changed then.
    pub fn act(&mut self, act: Act) -> Result<ActDone, Refusal> {
        let act = self.complete(act);
        if let Ran::Stuck(why) = self.run(self.now(), None, u64::MAX, None) {
            return Err(why.into());
        }
        let mut trial = self.state.sim.clone();
        trial.act(&act, &mut Recorder::new())?;
        self.drop_future();
        self.inputs.push(PersonInput { at: self.now(), act: act.clone() });
        self.state.inputs_done = self.inputs.len();
        let done = self.state.sim.act(&act, &mut self.recorder)?;
        self.arrived();
        self.look();
        Ok(done)
    }
    /// Fills in what a text may leave out.
    fn complete(&self, act: Act) -> Act {
        match act {
            Act::AddNode(mut spec) if spec.ip.is_empty() => {
                let taken: BTreeSet<String> = self.state.sim.machines().iter().map(|machine| machine.spec.ip.clone()).collect();
                spec.ip = scenario::free_address(&taken, &mut 1);
                Act::AddNode(spec)
            }
            act => act,
        }
    }

    // ---- the one way in which time passes

    fn next_input_at(&self) -> Option<Time> {
        self.inputs.get(self.state.inputs_done).map(|input| input.at)
    }

    /// Plays up to `to`, not beyond step `stop`, at most `budget` steps, and ends where `enough` says so of the state after a step.
    fn run(&mut self, to: Time, stop: Option<u64>, budget: u64, mut enough: Option<&mut dyn FnMut(Evidence<'_>) -> bool>) -> Ran {
        let last = self.step_number().saturating_add(budget).min(stop.unwrap_or(u64::MAX));
        loop {
            let step = self.step_number();
            if step >= last {
                return Ran::Budget;
            }
            let input_at = self.next_input_at().unwrap_or(Time::NEVER);
            let until = to.min(input_at);
            // Not beyond a checkpoint that is due or known; with somebody watching, one by one.
            let each = enough.is_some() || self.check_each_event;
            let pause = self.checkpoints.next_known(step).unwrap_or(u64::MAX).min(self.checkpoints.next_due().max(step + 1));
            let budget = if each { 1 } else { last.min(pause) - step };
            match self.state.sim.run_until(until, &mut self.recorder, budget) {
                sim::Ran::Stuck(why) => return Ran::Stuck(why),
                sim::Ran::Reached if self.step_number() == step => {
                    if input_at > to || input_at == Time::NEVER {
                        self.arrived();
                        return Ran::Reached;
                    }
                    self.input_again();
                }
                sim::Ran::Reached | sim::Ran::Budget => {}
            }
            self.arrived();
            if self.check_each_event {
                self.look();
            }
            if let Some(enough) = enough.as_deref_mut()
                && enough(self.evidence())
            {
                return Ran::Held;
            }
        }
    }
    /// What the person did at this moment, when the run came by for the first time.
    fn input_again(&mut self) {
        if let Some(input) = self.inputs.get(self.state.inputs_done) {
            let done = self.state.sim.act_again(&input.act, &mut self.recorder);
            assert!(done.is_ok(), "an act that could be done once can be done again: {}", scenario::act_line(&input.act));
            self.state.inputs_done += 1;
        }
    }
    /// After each leap: compares with what is known of this step, and keeps a checkpoint where one is due.
    fn arrived(&mut self) {
        let step = self.step_number();
        self.end = self.end.max(self.now());
        self.end_step = self.end_step.max(step);
        if let Some(known) = self.checkpoints.known(step) {
            let now = self.state.sim.fingerprint();
            assert!(known == now, "re-execution came to another state at step {step}: {now:x}, not {known:x}");
        }
        if step >= self.checkpoints.next_due() {
            self.checkpoints.keep(self.state.checkpoint());
        }
    }
    /// Looks at the invariants, and says once what is broken.
    fn look(&mut self) {
        let found = self.state.checker.look(&self.state.sim);
        for (name, broken) in found {
            if broken.event > self.said {
                self.said = broken.event;
                let Some(why) = broken.why else { continue };
                let note = Note::InvariantBroken { invariant: name, why };
                self.recorder.remark(broken.at, broken.event, broken.node, &note);
            }
        }
    }
}

impl State {
    fn checkpoint(&self) -> Checkpoint<State> {
        Checkpoint { step: self.sim.event(), at: self.sim.now(), fingerprint: self.sim.fingerprint(), state: self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prng::{Purpose, below, rand};
    use crate::sim::ActError;
    use std::println;

    const PAIR: &str = "\
era 3.0
seed 7
default link latency 20ms
node master repl-backlog-size 16kb
node replica-1 follows master
node replica-2 follows master
client writer on master: every 50ms SET key:{1..100} {32 bytes}
at 8s cut master replica-1
at 10s heal master replica-1
until replica-1 online within 10s
expect note replica-1 partial-accepted
expect same-data master replica-1
";

    fn pair() -> Timeline {
        let mut run = Timeline::from_text(PAIR).unwrap();
        run.check_each_event(true);
        run
    }

    #[test]
    fn a_pair_comes_online_and_survives_a_short_cut() {
        let mut run = pair();
        assert_eq!(run.advance(Time::from_secs(20), u64::MAX), Ran::Reached);
        for line in crate::view::log(run.sim(), run.recorder(), 0, 30).iter().chain(&crate::view::log(run.sim(), run.recorder(), 1, 50)) {
            println!("{} {}", line.at_us, line.line);
        }
        assert!(run.script_is_over());
        let outcomes = run.outcomes();
        assert_eq!(outcomes.len(), 3, "{outcomes:?}");
        assert!(outcomes.iter().all(|outcome| outcome.ok), "{outcomes:?}");
        let lamps = run.checker().lamps();
        assert!(lamps.iter().all(|lamp| lamp.holds), "{lamps:?}");
    }

    #[test]
    fn a_run_is_the_same_wherever_one_jumps() {
        let mut straight = pair();
        straight.advance(Time::from_secs(15), u64::MAX);
        let mut jumping = pair();
        for n in 0..60 {
            let draw = |i: u64| rand(5, n, Purpose::Swarm, i);
            match below(draw(0), 4) {
                0 => {
                    jumping.back();
                }
                1 => {
                    jumping.step();
                }
                _ => {
                    jumping.seek(Time::from_millis(below(draw(1), 15_000)), u64::MAX);
                }
            }
        }
        jumping.seek(Time::from_secs(15), u64::MAX);
        assert_eq!(jumping.step_number(), straight.step_number());
        assert_eq!(jumping.sim().fingerprint(), straight.sim().fingerprint());
        assert_eq!(jumping.recorder().journal().entries(), straight.recorder().journal().entries());
    }

    #[test]
    fn one_event_back_and_on_is_where_one_was() {
        let mut run = pair();
        run.advance(Time::from_secs(9), u64::MAX);
        let mut prints = Vec::new();
        for _ in 0..40 {
            prints.push((run.step_number(), run.sim().fingerprint()));
            assert!(run.back());
        }
        for (step, print) in prints.iter().rev() {
            assert!(run.step());
            assert_eq!((run.step_number(), run.sim().fingerprint()), (*step, *print));
        }
    }

    #[test]
    fn what_the_person_did_is_part_of_the_run() {
        let mut run = pair();
        run.advance(Time::from_secs(3), u64::MAX);
        assert_eq!(run.act_line("master: SET greeting hello").unwrap().as_deref(), Some("OK"));
        for _ in 0..7 {
            run.step();
        }
        assert_eq!(run.act_line("freeze master -> replica-2").unwrap(), None);
        assert_eq!(run.act_line("freeze master nobody"), Err(Refusal::Act(ActError::NoNode("nobody".to_string()))));
        assert!(matches!(run.act_line("freeze"), Err(Refusal::Text(error)) if (error.line, error.column) == (0, 7)));
        run.advance(Time::from_secs(6), u64::MAX);
        let print = run.sim().fingerprint();
        let mut again = Timeline::from_text(&run.run_text()).unwrap();
        again.advance(Time::from_secs(6), u64::MAX);
        assert_eq!(again.sim().fingerprint(), print, "{}", run.run_text());
        // Back beyond both acts, and forward over them again.
        run.seek(Time::from_secs(1), u64::MAX);
        run.seek(Time::from_secs(6), u64::MAX);
        assert_eq!((run.sim().fingerprint(), run.inputs().len()), (print, 2));
        // Acting in the past drops the future.
        run.seek(Time::from_millis(3_001), u64::MAX);
        run.act_line("pause replica-1").unwrap();
        assert_eq!((run.inputs().len(), run.end()), (2, Time::from_millis(3_001)));
    }

    #[test]
    fn until_waits_for_a_condition() {
        let mut run = pair();
        let condition = Condition::parse("replica-1 online").unwrap();
        let at = run.until(&condition, Span::from_secs(20)).unwrap();
        assert!(run.holds(&condition) && at > Time::ZERO);
        assert!(run.until(&Condition::parse("replica-1 keys > 100000").unwrap(), Span::from_secs(1)).is_err());
    }
}
