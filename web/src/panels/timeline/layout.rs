//! What the timeline says and where: its words, merged where they are close, and the axis that scrubber and lanes share.

use crate::draw::Scale;
use crate::i18n::shell::Marks;
use resync_core::fact::{SentinelEvent, SessionEnd};
use resync_core::note::Note;
use resync_core::view::NodeIx;

/// A word above the scrubber.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// When, µs.
    pub at_us: u64,
    /// About which node.
    pub node: Option<NodeIx>,
    /// The word.
    pub word: &'static str,
    /// How many of the same at the same place.
    pub times: u32,
    /// Drawn in `fault`.
    pub grave: bool,
    /// ◇ on the lane.
    pub partial: bool,
}

/// The words for what happened, oldest first; equal ones close together are one. `notes`: when, where, what.
#[must_use]
pub fn events<'a>(
    notes: impl Iterator<Item = (u64, NodeIx, &'a Note)>,
    words: &Marks,
    node_named: &dyn Fn(&str) -> Option<NodeIx>,
    together_us: u64,
) -> Vec<Event> {
    let mut out: Vec<Event> = Vec::new();
    for (at_us, on, note) in notes {
        let own = Some(on);
        let other = |peer: &str| node_named(peer).map(|p| p.max(on));
        let (word, node, grave) = match note {
            Note::LinkCut { peer } => (words.cut, other(peer), false),
            Note::LinkFrozen { peer } => (words.frozen, other(peer), false),
            Note::LinkHealed { peer } | Note::LinkThawed { peer } => (words.healed, other(peer), false),
            Note::FullDone { .. } => (words.full, own, false),
            Note::PartialAccepted { .. } => (words.partial, own, false),
            Note::Crashed {} | Note::PoweredOff {} => (words.crash, own, true),
            Note::Restarted { .. } => (words.restart, own, false),
            Note::Paused {} => (words.paused, own, false),
            Note::UpstreamTimeout { .. } => (words.lost, own, true),
            Note::SessionEnded { why: SessionEnd::Timeout | SessionEnd::OutputLimit, .. } => (words.lost, own, true),
            Note::GoodReplicas { refusing: true, .. } => (words.refused, own, true),
            Note::Sentinel { event: SentinelEvent::SwitchMaster, .. } => (words.failover, own, false),
            _ => continue,
        };
        let partial = matches!(note, Note::PartialAccepted { .. });
        match out.last_mut() {
            // A link has two ends, and each may tell: once is enough. Several replicas at once become a number.
            Some(last) if last.word == word && at_us.saturating_sub(last.at_us) <= together_us => {
                if last.node != node {
                    last.times += 1;
                    last.node = None;
                }
            }
            _ => out.push(Event { at_us, node, word, times: 1, grave, partial }),
        }
    }
    out
}

/// The span that the scrubber shows, µs: at least a minute, else what was played and some future.
#[must_use]
pub fn shown_span(end_us: u64) -> u64 {
    let least = end_us + end_us / 8;
    least.max(60_000_000)
}

/// The axis of such a span in a figure of this width. Scrubber and lanes stand below each other and have the same.
pub(super) fn axis(span_us: u64, width: f64) -> Scale {
    Scale::new(0.0, span_us as f64, 4.0, width - 4.0)
}
