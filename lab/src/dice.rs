//! Draws of a seed.

use resync_core::prng::{self, Purpose, actor};

/// Draws of one seed, in order.
pub(crate) struct Dice {
    seed: u64,
    actor: u64,
    n: u64,
}
impl Dice {
    pub(crate) fn new(seed: u64, of: &str) -> Dice {
        Dice { seed, actor: actor(of), n: 0 }
    }
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.n += 1;
        prng::below(prng::rand(self.seed, self.actor, Purpose::Swarm, self.n), bound)
    }
    pub(crate) fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to - from + 1)
    }
    pub(crate) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize]
    }
}
