//! Branches: a second timeline from the cursor on, so that acting in the past costs nobody a future.
//!
//! Two timelines of one past share its checkpoints by pointer and each has a recorder of its own. Nothing of the past is executed again when one of them
//! is left for the other: each keeps its cursor.

use super::{Ran, Refusal, Timeline};

impl Timeline {
    /// Whether something happened after the cursor's instant, so that an act at the cursor would drop it.
    #[must_use]
    pub fn in_past(&self) -> bool {
        self.now() < self.end && self.step_number() < self.end_step
    }
    /// A second timeline of this run, which ends with the cursor's instant: the past is shared, and what comes later stays with this one alone. Its cursor
    /// stands at the end of that instant, where an act would be placed.
    ///
    /// # Errors
    /// If time no longer passes: why.
    pub fn branch(&self) -> Result<Timeline, Refusal> {
        let mut branch = self.clone();
        if let Ran::Stuck(why) = branch.run(branch.now(), None, u64::MAX, None) {
            return Err(why.into());
        }
        branch.drop_future();
        branch.state.sim.forget_later(&mut branch.recorder);
        branch.look();
        Ok(branch)
    }
    /// Forgets what lies after the cursor.
    pub(super) fn drop_future(&mut self) {
        let step = self.step_number();
        self.inputs.truncate(self.state.inputs_done);
        self.checkpoints.truncate(step);
        self.said = self.said.min(step);
        self.end = self.now();
        self.end_step = step;
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Ran, Timeline};
    use crate::time::Time;

    const PAIR: &str = "\
era 3.0
seed 7
default link latency 20ms
node master repl-backlog-size 16kb
node replica-1 follows master
client writer on master: every 50ms SET key:{1..100} {32 bytes}
";

    fn to(run: &mut Timeline, ms: u64) -> u64 {
        assert_eq!(run.seek(Time::from_millis(ms), u64::MAX), Ran::Reached);
        run.sim().fingerprint()
    }
    fn act(run: &mut Timeline, line: &str) {
        run.act_line(line).unwrap_or_else(|why| panic!("{line}: {why}"));
    }

    #[test]
    fn the_future_stays_with_the_one_and_the_past_is_shared() {
        let mut main = Timeline::from_text(PAIR).unwrap();
        to(&mut main, 8_000);
        act(&mut main, "cut master replica-1");
        let end = to(&mut main, 20_000);
        let past = to(&mut main, 5_000);
        assert!(main.in_past());
        let entries = main.recorder().journal().entries().clone();
        let inputs = main.inputs().to_vec();

        let mut branch = main.branch().unwrap();
        assert_eq!((branch.sim().fingerprint(), branch.step_number()), (past, main.step_number()));
        assert_eq!((branch.now(), branch.end(), branch.in_past()), (main.now(), Time::from_secs(5), false));
        assert!(branch.inputs().is_empty());
        assert!(branch.recorder().journal().entries().iter().all(|entry| entry.at <= branch.now()));
        assert_eq!(branch.checkpoints.shared_with(&main.checkpoints), branch.checkpoints());
        act(&mut branch, "pause replica-1");
        let other = to(&mut branch, 20_000);
        assert_ne!(other, end);

        // Each is as it was, wherever the other has been.
        assert_eq!((main.now(), main.sim().fingerprint()), (Time::from_secs(5), past));
        assert_eq!((to(&mut main, 20_000), main.inputs()), (end, &inputs[..]));
        assert_eq!(*main.recorder().journal().entries(), entries);
        assert_eq!((to(&mut branch, 2_000), to(&mut branch, 20_000)), (to(&mut main, 2_000), other));
    }

    #[test]
    fn a_branch_is_the_run_that_its_text_tells() {
        let mut main = Timeline::from_text(PAIR).unwrap();
        to(&mut main, 6_000);
        act(&mut main, "cut master replica-1");
        act(&mut main, "master: SET greeting hello");
        to(&mut main, 9_000);
        // In the middle of the instant: what was done in it stays, for an act would come after it.
        for _ in 0..200 {
            if main.now() == Time::from_secs(6) {
                break;
            }
            main.back();
        }
        main.back();
        let mut branch = main.branch().unwrap();
        assert_eq!(branch.inputs(), main.inputs());
        act(&mut branch, "master: SET greeting world");
        let print = to(&mut branch, 9_000);
        let mut again = Timeline::from_text(&branch.run_text()).unwrap();
        assert_eq!(to(&mut again, 9_000), print, "{}", branch.run_text());
        // A branch of the branch, further back than where it began.
        to(&mut branch, 3_000);
        let mut third = branch.branch().unwrap();
        act(&mut third, "crash replica-1");
        to(&mut third, 9_000);
        assert_eq!(to(&mut branch, 9_000), print);
        assert_eq!(third.inputs().len(), 1);
    }

    #[test]
    fn silence_is_no_future() {
        let mut run = Timeline::from_text("era 3.0\nseed 1\nnode alone\n").unwrap();
        to(&mut run, 10_050);
        let steps = run.step_number();
        assert!(!run.in_past());
        // Back to a moment after the last event: nothing would be lost.
        to(&mut run, 10_049);
        assert_eq!((run.step_number(), run.in_past()), (steps, false));
        run.back();
        assert!(run.in_past());
    }
}
