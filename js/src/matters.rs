//! How much a note matters to someone who watches: what the caption says of it first, and whether the player slows down for it. One table, so that a new
//! kind of note is weighed once.

use resync_core::fact::{HandshakeStep, RefusalCode, SentinelEvent, SessionEnd};
use resync_core::note::Note;

/// How much a note matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Matter {
    /// Its weight among others, to 9; 0: it is never said while time passes.
    pub weight: u8,
    /// The player slows down for it, the first times; the variety of its kind, each of which is new once.
    pub looked_at: Option<u32>,
}

/// Said with this weight, and looked at.
const fn seen(weight: u8, variety: u32) -> Matter {
    Matter { weight, looked_at: Some(variety) }
}
/// Said with this weight; nothing is slower for it.
const fn said(weight: u8) -> Matter {
    Matter { weight, looked_at: None }
}

/// How much this one matters.
#[must_use]
pub fn matter(note: &Note) -> Matter {
    match note {
        Note::InvariantBroken { .. } => seen(9, 0),
        Note::PsyncVerdict { ruling, .. } => seen(8, ruling.partial().is_some() as u32),
        Note::SyncFallback { .. } | Note::StrayReply { .. } => seen(8, 0),
        Note::GoodReplicas { refusing, .. } => seen(7, *refusing as u32),
        Note::FullDone { .. } | Note::BacklogResized { .. } | Note::BacklogFreed { .. } => seen(7, 0),
        Note::LinkCut { .. }
        | Note::LinkHealed { .. }
        | Note::LinkFrozen { .. }
        | Note::LinkThawed { .. }
        | Note::Paused {}
        | Note::Resumed {}
        | Note::Crashed {}
        | Note::PoweredOff {}
        | Note::Restarted { .. }
        | Note::ShutDown {}
        | Note::Promoted { .. }
        | Note::Follows { .. }
        | Note::UpstreamTimeout { .. }
        | Note::IdChanged { .. } => seen(6, 0),
        Note::ClientMoved { .. } => said(6),
        Note::SessionEnded { why: SessionEnd::Closed, .. } => said(3),
        Note::SessionEnded { why: why @ SessionEnd::Reset, .. } => seen(3, *why as u32),
        Note::SessionEnded { why, .. } => seen(6, *why as u32),
        // Refused again and again, once a second: that it is away says more.
        Note::HandshakeFailed { step: HandshakeStep::Connect, .. } => said(0),
        Note::HandshakeFailed { step, .. } => seen(5, *step as u32),
        // The verdict before it has said so, with its reason.
        Note::PartialAccepted { .. } => seen(5, 0),
        Note::LoadFailed { .. } | Note::WaitDone { .. } => seen(5, 0),
        // The request itself is seen on its way.
        Note::PsyncAsked { .. } => said(5),
        Note::Forked { .. } | Note::TransferStarted { .. } | Note::Flushed { .. } | Note::LoadStarted { .. } | Note::LoadDone { .. } => {
            seen(4, 0)
        }
        Note::FullStarted { .. } | Note::BacklogCreated { .. } | Note::FaultSet { .. } => said(4),
        // The decisions of sentinels, each of which tells of the same switch; what led to them, and what each has to say of it, is in the log.
        Note::Sentinel { event, .. } => match event {
            SentinelEvent::Odown | SentinelEvent::ElectedLeader | SentinelEvent::SelectedSlave | SentinelEvent::ConvertToSlave => {
                seen(6, *event as u32)
            }
            SentinelEvent::PromotedSlave => seen(5, *event as u32),
            SentinelEvent::SwitchMaster | SentinelEvent::AbortNotElected | SentinelEvent::AbortNoGoodSlave => said(5),
            SentinelEvent::Sdown | SentinelEvent::TryFailover | SentinelEvent::SlaveReconfSent => said(4),
            SentinelEvent::VoteForLeader => said(3),
            _ => said(0),
        },
        Note::UpstreamLost { .. } => seen(3, 0),
        // A writer that is refused is refused with each write: that writes are refused is said once.
        Note::Refused { code: RefusalCode::Noreplicas | RefusalCode::Loading | RefusalCode::Noauth | RefusalCode::Err, .. } => said(0),
        Note::TransferDone { .. } => seen(2, 0),
        Note::LinkChanged { .. } | Note::Refused { .. } | Note::ChildDone { .. } => said(2),
        Note::Started { .. } | Note::ConfigSet { .. } => said(1),
        Note::Log { .. }
        | Note::UpstreamState { .. }
        | Note::SessionState { .. }
        | Note::ClientReply { .. }
        | Note::Expectation { .. }
        | Note::Command { .. }
        | Note::Applied { .. }
        | Note::AckSent { .. }
        | Note::AckHeard { .. }
        | Note::Newline {}
        | Note::Expired { .. } => said(0),
    }
}
