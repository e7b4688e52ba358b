//! **I16**: sentinels, judged from what each of them holds and says after every event: one vote an epoch, nobody elected by fewer than more than half of
//! those known and the quorum, no epoch with two that are elected, no agreement that a master is down without as many who saw it, and the replica that is
//! chosen is the best of those that the chooser knows (docs/redis.md §16.2–§16.4).

use crate::fact::SentinelEvent;
use crate::note::Note;
use crate::sim::Sim;
use crate::time::{Span, Time};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// An opinion is good for five seconds, and takes its way.
const OPINION: Span = Span::from_millis(7_500);
/// INFO within five seconds makes a candidate for sure.
const FRESH: Span = Span::from_secs(5);

/// What was seen of all sentinels.
#[derive(Clone, Debug, Default)]
pub(super) struct Elections {
    /// By the name under which a master is watched, the sentinel, and the epoch: whom it voted for.
    votes: BTreeMap<(String, usize, u64), String>,
    /// By the same name and the epoch: who was elected.
    elected: BTreeMap<(String, u64), String>,
    /// When each sentinel last saw its master down.
    down: BTreeMap<usize, Time>,
    revisions: Vec<u64>,
}

impl Elections {
    /// Looks at what the last event did. What is wrong is said with the number of the master's node.
    pub(super) fn look(&mut self, sim: &Sim, say: &mut dyn FnMut(u32, String)) {
        self.revisions.resize(sim.sentinels().len(), 0);
        for (ix, sentry) in sim.sentinels().iter().enumerate() {
            let one = &sentry.sentinel;
            if one.master().down() {
                self.down.insert(ix, sim.now());
            }
            if core::mem::replace(&mut self.revisions[ix], one.revision()) == one.revision() {
                continue;
            }
            let watched = &sentry.spec.watch;
            let node = sim.by_name(watched).unwrap_or(0);
            if let Some((leader, epoch)) = one.vote() {
                let known = self.votes.entry((watched.clone(), ix, epoch)).or_insert_with(|| leader.to_string());
                if known != leader {
                    say(node, format!("{} voted for {known} and then for {leader}, both in epoch {epoch}", sentry.spec.name));
                    *known = leader.to_string();
                }
            }
        }
        for (about, note) in sim.notes() {
            let Note::Sentinel { sentinel, event, epoch, .. } = note else { continue };
            let Some(ix) = sim.sentinels().iter().position(|sentry| sentry.spec.name == *sentinel) else { continue };
            if let Some(why) = self.judge(sim, ix, *event, epoch.cast_unsigned(), *about) {
                say(*about, format!("{sentinel}: {why}"));
            }
        }
    }
    fn judge(&mut self, sim: &Sim, ix: usize, event: SentinelEvent, epoch: u64, about: u32) -> Option<String> {
        let (sentry, now) = (&sim.sentinels()[ix], sim.now());
        let (one, watched) = (&sentry.sentinel, &sentry.spec.watch);
        match event {
            SentinelEvent::Odown => {
                let fresh = |at: &Time| now.since(*at) <= OPINION;
                let saw = sim
                    .sentinels()
                    .iter()
                    .enumerate()
                    .filter(|(other, sentry)| sentry.spec.watch == *watched && self.down.get(other).is_some_and(fresh));
                let saw = saw.count();
                (saw < sentry.spec.quorum as usize).then(|| format!("{saw} saw the master down, and the quorum is {}", sentry.spec.quorum))
            }
            SentinelEvent::ElectedLeader => {
                let id = one.id().to_string();
                // The others' votes count in the epoch of now, its own in the epoch in which it began: another may have raised the epoch in between.
                let own = one.vote() == Some((id.as_str(), one.failover_epoch()));
                let mine = |(of, by, in_epoch): &(String, usize, u64), leader: &str| {
                    of == watched && *by != ix && *in_epoch == epoch && leader == id
                };
                let votes = self.votes.iter().filter(|(vote, leader)| mine(vote, leader)).count() + usize::from(own);
                let voters = one.others().len() + 1;
                let need = (voters / 2 + 1).max(sentry.spec.quorum as usize);
                if votes < need {
                    return Some(format!("elected for epoch {epoch} by {votes}, and {need} are needed"));
                }
                let before = self.elected.insert((watched.clone(), epoch), id.clone());
                before.filter(|before| *before != id).map(|before| format!("{before} was elected for epoch {epoch} before"))
            }
            SentinelEvent::SelectedSlave => {
                let spec = &sim.machine(about).spec;
                let chosen = one.replicas().iter().find(|r| r.address.host == spec.ip && r.address.port == spec.port)?;
                let rank = |r: &crate::sentinel::Instance| (r.priority, u64::MAX - r.offset, r.run_id.clone().unwrap_or_default());
                let cut_off_most = Span::from_micros(sentry.spec.down_after.as_micros() * 10);
                // It chooses before it looks after its replicas: who comes up in the same tick was down when it chose, and who is dialled had no way.
                let came_up = |other: &crate::sentinel::Instance| {
                    let node = sim.by_ip_port(&format!("{}:{}", other.address.host, other.address.port));
                    let up = |note: &Note| matches!(note, Note::Sentinel { sentinel, event: SentinelEvent::NotSdown, .. } if *sentinel == sentry.spec.name);
                    sim.notes().iter().any(|(n, note)| Some(*n) == node && up(note))
                };
                let better = one.replicas().iter().find(|other| {
                    let fit =
                        !other.down() && !came_up(other) && other.connected() && other.priority > 0 && other.answered_within(FRESH, now);
                    fit && !other.dialled_at(now) && other.was_cut_off() <= cut_off_most && rank(other) < rank(chosen)
                })?;
                Some(format!(
                    "chose {}:{} (priority {}, offset {}) before {}:{} (priority {}, offset {})",
                    chosen.address.host,
                    chosen.address.port,
                    chosen.priority,
                    chosen.offset,
                    better.address.host,
                    better.address.port,
                    better.priority,
                    better.offset
                ))
            }
            _ => None,
        }
    }
}
