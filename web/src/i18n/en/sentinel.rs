//! What a sentinel saw or did, in English.

use crate::format::grouped;
use resync_core::fact::SentinelEvent as E;

/// The sentence for an event of the sentinel `s` about `who`.
pub(crate) fn say(who: &str, s: &str, event: E, epoch: i64) -> String {
    let epoch = grouped(epoch);
    match event {
        E::Monitor => format!("{who} is the master that {s} watches from now on."),
        E::Slave => format!("{who} is known to {s} as a replica from now on."),
        E::Sentinel => format!("{who} has told {s} of another sentinel."),
        E::Reboot => format!("{who} has another run id, sees {s}: it was started again."),
        E::Sdown => format!("{who} is down in the eyes of {s}: it has not answered for down‑after."),
        E::NotSdown => format!("{who} answers {s} again."),
        E::Odown => format!("{who} is down, as enough sentinels agree: {s} has reached the quorum."),
        E::NotOdown => format!("{who} is no longer down for enough sentinels, finds {s}."),
        E::NewEpoch => format!("{who} is under epoch {epoch} now, says {s}."),
        E::TryFailover => format!("{who} is to be replaced: {s} asks the others for their votes of epoch {epoch}."),
        E::VoteForLeader => format!("{who} is in dispute: {s} has given its one vote of epoch {epoch}."),
        E::ElectedLeader => format!("{who} is replaced by {s}, which was elected for epoch {epoch}."),
        E::AbortNotElected => format!("{who} is not replaced by {s}: it was not elected in time."),
        E::StateSelectSlave => format!("{who} is to get a successor: {s} chooses among its replicas."),
        E::SelectedSlave => format!("{who} is the replica that {s} has chosen."),
        E::AbortNoGoodSlave => format!("{who} has no replica that {s} could promote."),
        E::StateSendSlaveofNoOne => format!("{who} is about to be promoted by {s}."),
        E::StateWaitPromotion => format!("{who} gets SLAVEOF NO ONE from {s}, which now waits until INFO says master."),
        E::AbortSlaveTimeout => format!("{who} was not promoted in time, so {s} gives this failover up."),
        E::PromotedSlave => format!("{who} says in INFO that it is a master: {s} sees the promotion."),
        E::StateReconfSlaves => format!("{who} has other replicas: {s} now tells them whom to follow."),
        E::SlaveReconfSent => format!("{who} is told by {s} to follow the new master."),
        E::SlaveReconfInprog => format!("{who} follows the new master, sees {s}."),
        E::SlaveReconfDone => format!("{who} has its link to the new master up, sees {s}."),
        E::SlaveReconfSentTimeout => format!("{who} has not done in ten seconds what {s} told it."),
        E::SlaveReconfSentBe => format!("{who} is told once more by {s}, whose time for this failover is up."),
        E::FailoverEndForTimeout => format!("{who} has replicas that do not follow the new master, but for {s} the time is up."),
        E::FailoverEnd => format!("{who} is replaced: for {s} the failover is over."),
        E::ConfigUpdateFrom => format!("{who} is no longer the master, as {s} hears from another sentinel."),
        E::SwitchMaster => format!("{who} is no longer the master for {s}: whoever asks gets the new address."),
        E::RoleChange => format!("{who} has the role that {s} expects."),
        E::NotRoleChange => format!("{who} has another role than {s} expects."),
        E::ConvertToSlave => format!("{who} has come back as a master, and {s} makes it a replica."),
        E::FixSlaveConfig => format!("{who} follows somebody else, and {s} tells it whom to follow."),
    }
}
