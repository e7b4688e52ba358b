//! The round that ticks make of the callers (clientsCron): a tick looks at some of them, beginning with whoever came last, so that all have their turn
//! within a second (ten up to 2.8). With a few callers a tick looks at all.
//!
//! Ticks that have nothing to do are never events: what they would have looked at is counted here by arithmetic.

use crate::node::ConnId;
use crate::node::ctx::Ctx;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// The link to the master is a caller too, as far as the round is concerned.
const MASTER: ConnId = ConnId(u64::MAX);

/// Callers in the order in which ticks come to them: the last one first.
#[derive(Clone, Debug, Default)]
pub(super) struct Round {
    order: VecDeque<ConnId>,
}
impl Round {
    pub(super) fn joins(&mut self, id: ConnId) {
        self.order.push_back(id);
    }
    pub(super) fn leaves(&mut self, id: ConnId) {
        self.order.retain(|other| *other != id);
    }
    /// Callers that one tick looks at.
    fn a_tick(&self, ctx: &Ctx) -> usize {
        let all = self.order.len();
        let share = all as u64 / (ctx.conf.hz.clamp(1, 500).cast_unsigned() * ctx.caps.callers_round_s);
        usize::try_from(share).unwrap_or(all).max(ctx.caps.callers_a_tick).min(all)
    }

    /// So many ticks passed that had nothing to do.
    pub(super) fn ticks_passed(&mut self, ticks: u64, ctx: &Ctx) {
        let all = self.order.len();
        let each = self.a_tick(ctx);
        if each < all {
            let steps = u128::from(ticks) * each as u128 % all as u128;
            self.order.rotate_right(steps as usize);
        }
    }
    /// One tick, which looks at these. `linked`: there is a live link to a master.
    pub(super) fn ticked(&mut self, linked: bool, ctx: &Ctx) -> Vec<ConnId> {
        if linked != self.order.contains(&MASTER) {
            if linked {
                self.joins(MASTER);
            } else {
                self.leaves(MASTER);
            }
        }
        let each = self.a_tick(ctx);
        self.order.rotate_right(each);
        // The last that was taken from the back stands in front.
        self.order.iter().take(each).rev().copied().filter(|id| *id != MASTER).collect()
    }
}
