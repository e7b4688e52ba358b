//! Stored states of a run: spaced by the cost of re-executing what lies between, thinned with age, eight dense near the cursor.
//!
//! A place in a run is its *step*: how many events and acts were done. Time alone is not enough, for many steps share an instant.
//!
//! Branches of a run hold the checkpoints of their shared past in common: a copy of the list copies pointers.

use crate::time::Time;
use alloc::rc::Rc;
use alloc::vec::Vec;

/// Steps between two checkpoints of the newest past: some milliseconds of re-execution.
pub(super) const SPACING: u64 = 4_000;
/// Checkpoints kept: beyond it the one that costs least is dropped, old ones first.
pub(super) const KEPT_MAX: usize = 160;
/// How far before the cursor the dense ones stand.
pub(super) const DENSE: [u64; 8] = [1, 2, 4, 16, 64, 256, 1_024, 2_048];

/// One stored state.
pub(super) struct Checkpoint<S> {
    pub(super) step: u64,
    pub(super) at: Time,
    pub(super) fingerprint: u64,
    pub(super) state: S,
}

/// All stored states of a run; the one of its start always stays.
pub(super) struct Checkpoints<S> {
    kept: Vec<Rc<Checkpoint<S>>>,
    dense: Vec<Rc<Checkpoint<S>>>,
}
impl<S> Clone for Checkpoints<S> {
    fn clone(&self) -> Checkpoints<S> {
        Checkpoints { kept: self.kept.clone(), dense: self.dense.clone() }
    }
}

impl<S> Checkpoints<S> {
    pub(super) fn new(start: Checkpoint<S>) -> Checkpoints<S> {
        Checkpoints { kept: alloc::vec![Rc::new(start)], dense: Vec::new() }
    }
    /// The step at which the next one is due.
    pub(super) fn next_due(&self) -> u64 {
        self.kept.last().map_or(0, |last| last.step + SPACING)
    }
    /// Keeps one, thinning the others if there are too many.
    pub(super) fn keep(&mut self, checkpoint: Checkpoint<S>) {
        match self.kept.binary_search_by_key(&checkpoint.step, |kept| kept.step) {
            Ok(_) => return,
            Err(place) => self.kept.insert(place, Rc::new(checkpoint)),
        }
        if self.kept.len() > KEPT_MAX {
            self.thin();
        }
    }
    /// Drops the one whose loss makes the smallest gap for its age.
    fn thin(&mut self) {
        let newest = self.kept.last().map_or(0, |last| last.step);
        let cost = |i: usize| {
            let gap = self.kept[i + 1].step - self.kept[i - 1].step;
            let age = newest - self.kept[i].step + SPACING;
            // gap ÷ age, scaled so that integers keep the order
            u128::from(gap) * 1_000_000 / u128::from(age)
        };
        if let Some(least) = (1..self.kept.len() - 1).min_by_key(|i| cost(*i)) {
            self.kept.remove(least);
        }
    }
    /// Replaces the dense ones.
    pub(super) fn set_dense(&mut self, dense: Vec<Checkpoint<S>>) {
        self.dense = dense.into_iter().map(Rc::new).collect();
    }
    fn all(&self) -> impl Iterator<Item = &Checkpoint<S>> {
        self.kept.iter().chain(&self.dense).map(Rc::as_ref)
    }
    /// The last one at or before a step.
    pub(super) fn before_step(&self, step: u64) -> &Checkpoint<S> {
        self.all().filter(|c| c.step <= step).max_by_key(|c| c.step).unwrap_or(&self.kept[0])
    }
    /// The last one from which the state at the end of an instant can be reached: strictly before it, or the start.
    pub(super) fn before_time(&self, at: Time) -> &Checkpoint<S> {
        self.all().filter(|c| c.at < at).max_by_key(|c| c.step).unwrap_or(&self.kept[0])
    }
    /// The fingerprint that a step is known to have.
    pub(super) fn known(&self, step: u64) -> Option<u64> {
        let kept = self.kept.binary_search_by_key(&step, |kept| kept.step).ok().map(|i| &self.kept[i]);
        kept.or_else(|| self.dense.iter().find(|c| c.step == step)).map(|c| c.fingerprint)
    }
    /// The first known step after `step`.
    pub(super) fn next_known(&self, step: u64) -> Option<u64> {
        self.all().map(|c| c.step).filter(|s| *s > step).min()
    }
    /// Forgets everything after a step: the future has changed.
    pub(super) fn truncate(&mut self, step: u64) {
        self.kept.retain(|c| c.step <= step);
        self.dense.retain(|c| c.step <= step);
    }
    /// How many of them are held in common with another run's.
    #[cfg(test)]
    pub(super) fn shared_with(&self, other: &Checkpoints<S>) -> usize {
        let theirs = || other.kept.iter().chain(&other.dense);
        self.kept.iter().chain(&self.dense).filter(|own| theirs().any(|their| Rc::ptr_eq(own, their))).count()
    }
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.kept.len() + self.dense.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(step: u64) -> Checkpoint<()> {
        Checkpoint { step, at: Time::from_micros(step), fingerprint: 0, state: () }
    }

    #[test]
    fn thinning_keeps_the_start_and_a_dense_recent_past() {
        let mut all = Checkpoints::new(at(0));
        for i in 1..10_000 {
            assert_eq!(all.next_due(), i * SPACING);
            all.keep(at(i * SPACING));
        }
        assert!(all.len() <= KEPT_MAX);
        let steps: Vec<u64> = all.kept.iter().map(|c| c.step).collect();
        assert_eq!(steps[0], 0);
        assert!(steps.is_sorted());
        // The newest dozen keeps the whole spacing, and no gap is larger than a share of its age.
        assert!(steps.windows(2).rev().take(12).all(|pair| pair[1] - pair[0] == SPACING), "{steps:?}");
        let newest = *steps.last().unwrap();
        assert!(steps.windows(2).all(|pair| pair[1] - pair[0] <= SPACING.max((newest - pair[0]) / 8)), "{steps:?}");
    }

    #[test]
    fn the_nearest_one_is_found_by_step_and_by_time() {
        let mut all = Checkpoints::new(at(0));
        all.keep(at(100));
        all.keep(at(200));
        all.set_dense(alloc::vec![at(150), at(160)]);
        assert_eq!(all.before_step(99).step, 0);
        assert_eq!(all.before_step(155).step, 150);
        assert_eq!(all.before_step(1_000).step, 200);
        assert_eq!(all.before_time(Time::from_micros(100)).step, 0);
        assert_eq!(all.before_time(Time::from_micros(161)).step, 160);
        assert_eq!((all.next_known(150), all.known(160).is_some(), all.known(161)), (Some(160), true, None));
        all.truncate(155);
        assert_eq!((all.before_step(1_000).step, all.len()), (150, 3));
    }
}
