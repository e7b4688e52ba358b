//! What the views of all nodes share: found out once for each look at the world, in one pass over its nodes.

use super::NodeIx;
use crate::sim::{Link, Reality, Recorder, Sim};
use crate::time::Span;
use alloc::vec::Vec;

/// The time over which the rate of a stream is measured.
const RATE_OVER: Span = Span::from_secs(3);

/// Who is above whom, how far each replica is, and how fast each stream flows.
pub(super) struct Survey {
    masters: Vec<Option<NodeIx>>,
    tops: Vec<Option<NodeIx>>,
    realities: Vec<Option<Reality>>,
    /// Of each master: bytes a second of its stream.
    rates: Vec<u64>,
}

impl Survey {
    pub(super) fn of(sim: &Sim, recorder: &Recorder) -> Survey {
        let nodes = 0..sim.machines().len() as NodeIx;
        let masters: Vec<Option<NodeIx>> = nodes.clone().map(|ix| sim.master_of(ix)).collect();
        let top = |ix: NodeIx| {
            let mut at = ix;
            for _ in 0..masters.len() {
                at = masters[at as usize]?;
                if sim.node(at).role_is_master() {
                    return Some(at);
                }
            }
            None
        };
        let tops: Vec<Option<NodeIx>> = nodes.clone().map(top).collect();
        let realities = nodes.clone().zip(&tops).map(|(ix, top)| top.map(|top| sim.reality_below(ix, top, sim.now()))).collect();
        let mut rates = alloc::vec![None; tops.len()];
        for (ix, top) in nodes.zip(&tops) {
            let Some(rate) = top.map(|top| &mut rates[top as usize]).filter(|rate| rate.is_none()) else { continue };
            *rate = top.and_then(|top| stream_rate(sim, recorder, top, ix));
        }
        Survey { masters, tops, realities, rates: rates.into_iter().map(Option::unwrap_or_default).collect() }
    }
    /// The node that a node follows, as [`Sim::master_of`] says.
    pub(super) fn master(&self, ix: NodeIx) -> Option<NodeIx> {
        self.masters.get(ix as usize).copied().flatten()
    }
    /// The highest node above a node, as [`Sim::root_of`] says.
    pub(super) fn root(&self, ix: NodeIx) -> NodeIx {
        let mut at = ix;
        for _ in 0..self.masters.len() {
            match self.master(at) {
                Some(above) if above != at => at = above,
                _ => break,
            }
        }
        at
    }
    /// The ends of a link, as [`Sim::oriented`] says.
    pub(super) fn oriented(&self, sim: &Sim, link: &Link) -> (NodeIx, NodeIx) {
        sim.oriented_by(link, |ix| self.master(ix))
    }
    /// Whether a replication connection exists on a link, as [`Sim::replicates_over`] says.
    pub(super) fn connected(&self, sim: &Sim, link: &Link) -> bool {
        sim.replicates_over_by(link, |ix| self.master(ix))
    }
    /// The truth about a replica.
    pub(super) fn reality(&self, ix: NodeIx) -> Option<Reality> {
        self.realities.get(ix as usize).copied().flatten()
    }
    /// Bytes a second of the stream that a node feeds or gets, over the last seconds.
    pub(super) fn rate(&self, ix: NodeIx) -> u64 {
        let top = self.tops.get(ix as usize).copied().flatten().unwrap_or(ix);
        self.rates.get(top as usize).copied().unwrap_or(0)
    }
}

/// Bytes a second of a master's stream, by the samples of one of its replicas; `None` without samples.
fn stream_rate(sim: &Sim, recorder: &Recorder, top: NodeIx, replica: NodeIx) -> Option<u64> {
    let samples = recorder.series(replica);
    let now = sim.now();
    let before = now.as_micros().saturating_sub(RATE_OVER.as_micros());
    // The newest sample that is old enough; at the start the oldest.
    let at = samples.partition_point(|sample| sample.at.as_micros() <= before).saturating_sub(1);
    let sample = samples.get(at)?;
    let (us, bytes) = (now.since(sample.at).as_micros(), sim.node(top).master_offset().0 - sample.head);
    Some(if us == 0 || us > 4 * RATE_OVER.as_micros() { 0 } else { u64::try_from(bytes).unwrap_or(0) * 1_000_000 / us })
}
