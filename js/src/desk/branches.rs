//! Several runs on one desk: which is in focus, and how branches are made, named, dropped and brought back.

use super::dropped::{Dropped, UNDO_US};
use super::run::{Branched, Run};
use super::{Desk, Logged};
use crate::ids::RunId;
use crate::refusal::Refusal;
use resync_core::limits::{RUN_NAME_CHARS_MAX, RUNS_MAX};

/// A branch that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made {
    /// The new run.
    pub run: RunId,
    /// Where it leaves its parent.
    pub branched: Branched,
    /// The run that had to go for it, and its name: there are never more than [`RUNS_MAX`].
    pub instead_of: Option<(RunId, Option<String>)>,
}

impl Desk {
    /// The run in focus: the one that the page shows and the keys act in.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.runs[self.focus]
    }
    /// The run in focus.
    pub fn run_mut(&mut self) -> &mut Run {
        &mut self.runs[self.focus]
    }
    /// All runs, in the order in which they were made.
    #[must_use]
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }
    /// A run by its number.
    ///
    /// # Errors
    /// If there is none.
    pub fn named(&self, id: RunId) -> Result<&Run, Refusal> {
        self.place(id).map(|at| &self.runs[at])
    }
    /// A run by its number.
    ///
    /// # Errors
    /// If there is none.
    pub fn named_mut(&mut self, id: RunId) -> Result<&mut Run, Refusal> {
        self.place(id).map(|at| &mut self.runs[at])
    }
    fn place(&self, id: RunId) -> Result<usize, Refusal> {
        self.runs.iter().position(|run| run.id == id).ok_or(Refusal::NoRun(id))
    }

    /// Another run of its own beside those that are there, at its start. The focus stays.
    ///
    /// # Errors
    /// If the text is no scenario, or if there are [`RUNS_MAX`] runs already.
    pub fn open(&mut self, text: &str) -> Result<RunId, Refusal> {
        if self.runs.len() >= RUNS_MAX {
            return Err(Refusal::TooManyRuns);
        }
        let run = Run::load(RunId(self.next_id), text)?;
        self.next_id += 1;
        let id = run.id;
        self.runs.push(run);
        (self.log)(&Logged::Begun { run: id, text });
        Ok(id)
    }

    /// The page shows this run from now on, where its cursor stands. Nothing is executed again.
    ///
    /// # Errors
    /// If there is no such run.
    pub fn focus(&mut self, id: RunId) -> Result<(), Refusal> {
        let at = self.place(id)?;
        if at != self.focus {
            self.focus = at;
            // What was on its way elsewhere is over.
            self.job += 1;
        }
        Ok(())
    }
    /// The run after (or before) the one in focus, in the order in which they were made, round and round.
    #[must_use]
    pub fn neighbour(&self, after: bool) -> RunId {
        let count = self.runs.len();
        let step = if after { 1 } else { count - 1 };
        self.runs[(self.focus + step) % count].id
    }

    /// Gives a run a name; blank takes it away. Longer ones are cut after [`RUN_NAME_CHARS_MAX`] characters.
    ///
    /// # Errors
    /// If there is no such run.
    pub fn rename(&mut self, id: RunId, name: &str) -> Result<(), Refusal> {
        let run = self.named_mut(id)?;
        let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let name: String = name.chars().filter(|c| !c.is_control()).take(RUN_NAME_CHARS_MAX).collect();
        run.name = Some(name).filter(|name| !name.is_empty());
        Ok(())
    }

    /// Takes a run off the desk. It can be brought back for [`UNDO_US`], or until the next one is dropped. Branches of it belong to its parent from now on.
    ///
    /// # Errors
    /// If there is no such run, or if it is the one in focus.
    pub fn drop_run(&mut self, id: RunId) -> Result<(), Refusal> {
        let at = self.place(id)?;
        if at == self.focus {
            return Err(Refusal::InFocus);
        }
        let branched = self.runs.iter().map(|run| (run.id, run.branched)).collect();
        let run = self.take_out(at);
        self.dropped = Some(Dropped { run, at, branched, left_us: UNDO_US });
        Ok(())
    }
    /// The dropped run that can be brought back, and for how long yet, µs of wall time.
    #[must_use]
    pub fn dropped(&self) -> Option<(&Run, u64)> {
        self.dropped.as_ref().map(|dropped| (&dropped.run, dropped.left_us))
    }
    /// Brings the dropped run back to its place, with everything it had. The run that had to go for it, if there were too many.
    ///
    /// # Errors
    /// If none can be brought back.
    pub fn undo_drop(&mut self) -> Result<Option<(RunId, Option<String>)>, Refusal> {
        let Some(Dropped { run, at, branched, .. }) = self.dropped.take() else {
            return Err(Refusal::NothingDropped);
        };
        let id = run.id;
        let at = at.min(self.runs.len());
        self.runs.insert(at, run);
        self.focus += usize::from(at <= self.focus);
        let there: Vec<RunId> = self.runs.iter().map(|run| run.id).collect();
        for run in &mut self.runs {
            if let Some((_, branched)) = branched.iter().find(|(of, _)| *of == run.id) {
                // Meanwhile its parent may have gone for good.
                if branched.is_none_or(|branched| there.contains(&branched.parent)) {
                    run.branched = *branched;
                }
            }
        }
        Ok(self.make_room(id))
    }
    /// So much wall time has passed, playing or not. `true` if a dropped run is offered for another number of seconds now, or not any more.
    pub fn pass(&mut self, wall_us: u64) -> bool {
        let Some(dropped) = &mut self.dropped else { return false };
        let told = dropped.pass(wall_us);
        if dropped.left_us == 0 {
            self.dropped = None;
        }
        told
    }

    /// A branch comes onto the desk, into focus if its parent was.
    pub(super) fn take_in(&mut self, branch: Run) -> Made {
        let (id, branched) = (branch.id, branch.branched.expect("a branch has left another run"));
        self.next_id = self.next_id.max(id.0 + 1);
        self.runs.push(branch);
        if self.run().id == branched.parent {
            self.focus = self.runs.len() - 1;
            self.job += 1;
        }
        let instead_of = self.make_room(id);
        let branched = self.named(id).ok().and_then(Run::branched).unwrap_or(branched);
        Made { run: id, branched, instead_of }
    }
    /// Drops a run for good if there are too many: the oldest without a name, else the oldest; never the one in focus, nor `new`, nor the parent of `new` as
    /// long as there is another.
    fn make_room(&mut self, new: RunId) -> Option<(RunId, Option<String>)> {
        if self.runs.len() <= RUNS_MAX {
            return None;
        }
        let focus = self.run().id;
        let parent = self.named(new).ok().and_then(Run::branched).map(|branched| branched.parent);
        let (at, _) = (self.runs.iter().enumerate())
            .filter(|(_, run)| run.id != focus && run.id != new)
            .min_by_key(|(_, run)| (Some(run.id) == parent, run.name.is_some(), run.id))?;
        let run = self.take_out(at);
        Some((run.id, run.name))
    }
    /// Takes a run out; its branches leave its parent where they share the last event with it. Without a parent, the branch that shares most becomes theirs.
    fn take_out(&mut self, at: usize) -> Run {
        let gone = self.runs.remove(at);
        if self.focus > at {
            self.focus -= 1;
        }
        let earlier = |a: Branched, b: Branched| if a.step <= b.step { a } else { b };
        let of_gone = |run: &&mut Run| run.branched.is_some_and(|branched| branched.parent == gone.id);
        let heir = (self.runs.iter())
            .filter_map(|run| Some((run.id, run.branched.filter(|branched| branched.parent == gone.id)?)))
            .max_by_key(|(id, branched)| (branched.step, std::cmp::Reverse(*id)));
        for run in self.runs.iter_mut().filter(of_gone) {
            let Some(own) = run.branched else { continue };
            run.branched = match (gone.branched, heir) {
                (Some(above), _) => Some(Branched { parent: above.parent, ..earlier(own, above) }),
                (None, Some((heir, _))) if heir != run.id => Some(Branched { parent: heir, ..own }),
                (None, _) => None,
            };
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::super::Turn;
    use super::*;
    use crate::player::Plan;
    use crate::share;

    const OLD: &str = "era 2.8\nseed 3\ndefault link latency 20ms\nnode master repl-backlog-size 16kb\nnode replica-1 follows master\n\
        client writer on master: every 50ms SET key:{1..100} {32 bytes}\n";
    const NEW: &str = "era 7.0\nseed 4\ndefault link latency 5ms\nnode master\nnode replica-1 follows master\nnode replica-2 follows replica-1\n\
        client writer on master: every 20ms SET key:{1..100} {64 bytes}\n";

    fn always() -> bool {
        true
    }
    fn seek(run: &mut Run, ms: u64) -> u64 {
        assert_eq!(run.seek_some(ms * 1_000, &always), Turn::Done);
        print(run)
    }
    fn print(run: &Run) -> u64 {
        run.timeline().sim().fingerprint()
    }
    fn ids(desk: &Desk) -> Vec<u32> {
        desk.runs().iter().map(|run| run.id().0).collect()
    }
    /// A desk whose run was played to its tenth second and went back, so that each act below makes a branch of it.
    fn branched(times: u64) -> Desk {
        let mut desk = Desk::load(OLD).expect("a scenario");
        seek(desk.run_mut(), 10_000);
        for n in 0..times {
            desk.focus(RunId(0)).expect("the first");
            seek(desk.run_mut(), 2_000 + n * 100);
            desk.act("cut master replica-1").expect("a cut");
            seek(desk.run_mut(), 4_000);
        }
        desk
    }

    #[test]
    fn two_eras_side_by_side_a_branch_in_the_past_of_one_and_all_is_as_it_was() {
        let mut desk = Desk::load(OLD).expect("a scenario");
        let old = desk.run().id();
        let new = desk.open(NEW).expect("another");
        // Side by side: one clock, a frame for the one and a frame for the other.
        desk.player.set_stop(12);
        desk.player.play();
        for _ in 0..80 {
            for id in [old, new] {
                desk.focus(id).expect("both are there");
                assert!(matches!(desk.frame(16_000, &always), Ok(Plan::Advance(_))));
            }
        }
        desk.player.pause();
        let eras = |desk: &Desk| desk.runs().iter().map(|run| run.timeline().sim().node(0).era()).collect::<Vec<_>>();
        assert_ne!(eras(&desk)[0], eras(&desk)[1]);
        assert_eq!(desk.runs()[0].now_us(), desk.runs()[1].now_us());
        assert!(desk.run().now_us() > 10_000_000, "{} µs", desk.run().now_us());
        let before: Vec<u64> = desk.runs().iter().map(print).collect();
        let end_us = desk.run().end_us();

        // A branch from the past of the old one: it alone takes the act.
        desk.focus(old).expect("the old one");
        let past = seek(desk.run_mut(), 6_000);
        let made = desk.act("cut master replica-1").expect("a cut").branch.expect("a branch");
        assert_eq!((desk.run().id(), made.run, made.branched.parent, made.branched.at_us), (made.run, made.run, old, 6_000_000));
        assert_eq!(desk.run_mut().seek_some(end_us, &always), Turn::Done);
        let branch = print(desk.run());
        assert!(!before.contains(&branch));

        // Back: each stands where it was left, and comes to the same end again.
        desk.focus(new).expect("the new one");
        assert_eq!((print(desk.run()), desk.run().now_us()), (before[1], end_us));
        desk.focus(old).expect("the old one");
        assert_eq!((print(desk.run()), desk.run().end_us(), desk.run().timeline().inputs().len()), (past, end_us, 0));
        assert_eq!(desk.run_mut().seek_some(end_us, &always), Turn::Done);
        assert_eq!(print(desk.run()), before[0]);
        desk.focus(made.run).expect("the branch");
        assert_eq!(print(desk.run()), branch);
        assert_eq!(seek(desk.run_mut(), 5_999), seek(desk.named_mut(old).expect("the old one"), 5_999), "the past is one");
    }

    #[test]
    fn acting_where_nothing_is_recorded_yet_makes_no_branch() {
        let mut desk = Desk::load(OLD).expect("a scenario");
        seek(desk.run_mut(), 3_000);
        assert_eq!(desk.act("cut master replica-1").expect("a cut").branch, None);
        desk.run_mut().timeline.back();
        assert_eq!(desk.act("heal master replica-1").expect("a heal").branch, None, "the instant is played out first");
        assert_eq!(ids(&desk), [0]);
    }

    #[test]
    fn the_console_of_a_branch_knows_what_was_typed_before_it() {
        let mut desk = Desk::load(OLD).expect("a scenario");
        for (ms, line) in [(2_000, "master: SET a 1"), (6_000, "master: SET b 2")] {
            seek(desk.run_mut(), ms);
            desk.act(line).expect(line);
        }
        seek(desk.run_mut(), 4_000);
        desk.act("master: SET c 3").expect("a command");
        let typed = |run: &Run| run.consoles[&0].until(u64::MAX).map(|typed| typed.step).collect::<Vec<_>>();
        let (main, branch) = (typed(&desk.runs()[0]), typed(&desk.runs()[1]));
        assert_eq!((main.len(), branch.len(), main[0]), (2, 2, branch[0]));
        assert!(desk.runs()[1].run_text().contains("SET c 3") && !desk.runs()[1].run_text().contains("SET b 2"));
        assert!(desk.runs()[0].run_text().contains("SET b 2"));
    }

    #[test]
    fn the_link_carries_the_branch_one_is_in() {
        let mut desk = branched(2);
        for id in [1, 2, 0] {
            desk.focus(RunId(id)).expect("a run");
            let shared = share::decode(&share::encode(&desk.run().shared())).expect("our own link");
            let mut again = Desk::load(&shared.text).expect("our own text");
            assert_eq!(again.run().timeline().scenario().world.seed, 3);
            assert_eq!(seek(again.run_mut(), shared.at_us / 1_000), print(desk.run()), "run {id}");
            assert_eq!(shared.fingerprint, Some(print(desk.run())));
            assert_eq!(shared.text.contains("cut"), id > 0);
        }
    }

    #[test]
    fn the_ninth_run_takes_the_place_of_the_oldest_without_a_name() {
        let mut desk = branched(RUNS_MAX as u64 - 1);
        desk.rename(RunId(1), "  short   cut ").expect("a name");
        assert_eq!(desk.runs()[1].name(), Some("short cut"));
        let mut go_back_and_act = || {
            desk.focus(RunId(0)).expect("the first");
            seek(desk.run_mut(), 1_500);
            desk.act("cut master replica-1").expect("a cut").branch.expect("a branch").instead_of
        };
        // Neither the named one, nor the parent of the new one, which is the oldest of all.
        assert_eq!(go_back_and_act(), Some((RunId(2), None)));
        assert_eq!(go_back_and_act(), Some((RunId(3), None)));
        assert_eq!(ids(&desk), [0, 1, 4, 5, 6, 7, 8, 9]);
        assert!(desk.open(NEW).is_err());
        for id in ids(&desk) {
            desk.rename(RunId(id), "kept").expect("a name");
        }
        desk.focus(RunId(0)).expect("the first");
        seek(desk.run_mut(), 1_000);
        let made = desk.act("cut master replica-1").expect("a cut").branch.expect("a branch");
        assert_eq!(made.instead_of, Some((RunId(1), Some(String::from("kept")))), "all have names: the oldest goes");
    }

    #[test]
    fn a_dropped_run_comes_back_whole_within_eight_seconds() {
        let mut desk = branched(2);
        assert!(desk.drop_run(RunId(2)).is_err(), "it is in focus");
        // A branch of a branch, which loses its parent and gets it back.
        desk.focus(RunId(1)).expect("a branch");
        seek(desk.run_mut(), 3_000);
        desk.act("pause replica-1").expect("a pause");
        let prints: Vec<u64> = desk.runs().iter().map(print).collect();
        let branched: Vec<_> = desk.runs().iter().map(Run::branched).collect();
        assert_eq!(branched[3].map(|branched| branched.parent), Some(RunId(1)));

        desk.drop_run(RunId(1)).expect("dropped");
        assert_eq!(ids(&desk), [0, 2, 3]);
        let own = desk.run().branched().expect("still a branch");
        assert_eq!((own.parent, own.at_us), (RunId(0), 2_000_000), "it shares with the first what its parent shared");
        assert!(!desk.pass(300_000) && desk.pass(900_000), "told once a second");
        assert_eq!(desk.undo_drop(), Ok(None));
        assert_eq!(ids(&desk), [0, 1, 2, 3]);
        assert_eq!(desk.runs().iter().map(print).collect::<Vec<_>>(), prints);
        assert_eq!(desk.runs().iter().map(Run::branched).collect::<Vec<_>>(), branched);
        assert_eq!(desk.run().id(), RunId(3));

        // The first of all goes: the branch that shares most with it takes its place.
        desk.drop_run(RunId(0)).expect("dropped");
        let parents: Vec<_> = desk.runs().iter().map(|run| run.branched().map(|branched| branched.parent.0)).collect();
        assert_eq!((ids(&desk), parents), (vec![1, 2, 3], vec![Some(2), None, Some(1)]));
        desk.drop_run(RunId(2)).expect("dropped");
        assert_eq!(desk.dropped().map(|(run, _)| run.id()), Some(RunId(2)), "only the last one");
        assert!(desk.pass(UNDO_US) && desk.undo_drop().is_err() && !desk.pass(1));
        assert_eq!(desk.runs()[0].branched(), None);
    }

    #[test]
    fn neighbours_go_round() {
        let mut desk = branched(2);
        assert_eq!((desk.run().id(), desk.neighbour(true), desk.neighbour(false)), (RunId(2), RunId(0), RunId(1)));
        desk.focus(desk.neighbour(true)).expect("there");
        assert_eq!(desk.neighbour(false), RunId(2));
        assert!(desk.focus(RunId(9)).is_err());
        let alone = Desk::load(OLD).expect("a scenario");
        assert_eq!((alone.neighbour(true), alone.neighbour(false)), (RunId(0), RunId(0)));
    }
}
