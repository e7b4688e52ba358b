//! Who is down, in the eyes of one sentinel and of enough of them; and who is voted for (docs/redis.md §16.2, §16.3).

use super::Sentinel;
use super::api::{ASK_PERIOD, DESYNC_MS, INFO_PERIOD, State};
use super::instance::{Asked, Who};
use crate::fact::SentinelEvent as Event;
use crate::planted::Bug;
use crate::prng;
use crate::time::Span;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};

impl Sentinel {
    /// A server is subjectively down when a PING has been unanswered for `down-after`, or no way to it stands for as long; a master also when its INFO has
    /// said for long that it is a replica.
    pub(super) fn check_subjectively_down(&mut self, who: Who) {
        self.give_up_silent_ways(who);
        let (one, down_after) = (self.at(who), self.settings.down_after);
        let since = match one.ways.unanswered {
            Some(since) => Some(since),
            None if one.ways.disconnected => Some(one.ways.available),
            None => None,
        };
        let silent = since.is_some_and(|since| self.passed(Some(since), down_after));
        let demoted = who == Who::Master
            && !one.says_master
            && self.passed(Some(one.role_since), down_after + Span::from_micros(2 * INFO_PERIOD.as_micros()));
        let now = self.now;
        if silent || demoted {
            if !self.at(who).down() {
                self.at_mut(who).down_since = Some(now);
                self.at_mut(who).was_down = Some(now);
                self.tell(Event::Sdown, who);
            }
        } else if self.at(who).down() {
            self.at_mut(who).down_since = None;
            self.tell(Event::NotSdown, who);
        }
    }
    /// The master is objectively down when as many sentinels as the quorum, this one included, see it down.
    pub(super) fn check_objectively_down(&mut self) {
        let agree = if self.master.down() { 1 + self.others.iter().filter(|other| other.agrees).count() as u32 } else { 0 };
        let quorum = self.settings.quorum;
        let quorum = if self.bugs.has(Bug::SentinelAlone) { 1 } else { quorum };
        if self.master.down() && agree >= quorum {
            if self.master.agreed_since.is_none() {
                self.master.agreed_since = Some(self.now);
                self.master.was_down = Some(self.now);
                self.tell_more(Event::Odown, Who::Master, &format!("#quorum {agree}/{}", self.settings.quorum));
            }
        } else if self.master.agreed_since.take().is_some() {
            self.tell(Event::NotOdown, Who::Master);
        }
    }

    /// Asks the others whether they, too, see the master down, and for their vote while a failover of its own is under way. `forced`: at once.
    pub(super) fn ask_others(&mut self, forced: bool) {
        for n in 0..self.others.len() {
            let who = Who::Other(n);
            // An old opinion is none.
            if self.passed(self.others[n].agreed_at, Span::from_micros(5 * ASK_PERIOD.as_micros())) {
                self.others[n].agrees = false;
                self.others[n].leader = None;
            }
            let recent = !self.reached(self.others[n].agreed_at, ASK_PERIOD);
            let pending = self.others[n].ways.commands.as_ref().is_some_and(|way| way.asked.contains(&Asked::IsMasterDown));
            if !self.master.down() || self.others[n].ways.disconnected || (!forced && (recent || pending)) {
                continue;
            }
            let port = self.master.address.port.to_string();
            let (host, epoch) = (self.master.address.host.clone(), self.current_epoch.to_string());
            let vote = if self.state == State::None { String::from("*") } else { self.my_id() };
            self.send(who, false, &["SENTINEL", "is-master-down-by-addr", &host, &port, &epoch, &vote], Asked::IsMasterDown);
        }
    }

    /// A vote is asked for: it is given once an epoch, to whoever asks first. Gives whom it went to, and in which epoch.
    pub(super) fn vote_for(&mut self, epoch: u64, run_id: &str) -> Option<(String, u64)> {
        if epoch > self.current_epoch {
            self.current_epoch = epoch;
            self.tell_only(Event::NewEpoch, Who::Master, &epoch.to_string());
        }
        let free = self.leader_epoch < epoch || (self.bugs.has(Bug::VotesTwice) && self.leader_epoch == epoch);
        if free && self.current_epoch <= epoch {
            self.leader = Some(String::from(run_id));
            self.leader_epoch = self.current_epoch;
            self.tell_only(Event::VoteForLeader, Who::Master, &format!("{run_id} {}", self.leader_epoch));
            // Another is about to fail over: this one begins none before long.
            if run_id != self.my_id() {
                self.failover_start = Some(self.now + self.desync());
            }
        }
        self.leader.clone().map(|leader| (leader, self.leader_epoch))
    }
    pub(super) fn desync(&mut self) -> Span {
        Span::from_millis(prng::below(self.draw(), DESYNC_MS))
    }
    /// Who has won the election of an epoch: the votes of more than half of all known sentinels, and not fewer than the quorum. It votes itself, for whoever
    /// is ahead.
    pub(super) fn elected(&mut self, epoch: u64) -> Option<String> {
        let mut votes: BTreeMap<String, u32> = BTreeMap::new();
        for (leader, of) in self.others.iter().filter_map(|other| other.leader.as_ref()) {
            if *of == self.current_epoch {
                *votes.entry(leader.clone()).or_default() += 1;
            }
        }
        let ahead = |votes: &BTreeMap<String, u32>| {
            let most = votes.values().copied().max()?;
            votes.iter().find(|(_, count)| **count == most).map(|(leader, count)| (leader.clone(), *count))
        };
        let own = ahead(&votes).map_or_else(|| self.my_id(), |(leader, _)| leader);
        if let Some((mine, of)) = self.vote_for(epoch, &own)
            && of == epoch
        {
            *votes.entry(mine).or_default() += 1;
        }
        let voters = self.others.len() as u32 + 1;
        let need = (voters / 2 + 1).max(self.settings.quorum);
        ahead(&votes).filter(|(_, count)| *count >= need).map(|(leader, _)| leader)
    }
}
