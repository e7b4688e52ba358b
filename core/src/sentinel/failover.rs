//! The change of the master, step by step (docs/redis.md §16.3, §16.4).

use super::Sentinel;
use super::api::{ELECTION_TIMEOUT, INFO_PERIOD, PING_PERIOD, PUBLISH_PERIOD, RECONF_TIMEOUT, State};
use super::instance::{Asked, Instance, Kind, Reconf, Who};
use crate::fact::{Mark, SentinelEvent as Event};
use crate::node::api::Address;
use crate::node::log;
use crate::planted::Bug;
use crate::time::{Span, Time};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Reverse;

const fn twice(span: Span) -> Span {
    Span::from_micros(span.as_micros().saturating_mul(2))
}
const fn times(span: Span, by: u64) -> Span {
    Span::from_micros(span.as_micros().saturating_mul(by))
}

impl Sentinel {
    /// A master that enough see down begins a failover, unless one began lately: its own, or that of whom it voted for.
    pub(super) fn start_failover_if_needed(&mut self) -> bool {
        if self.master.agreed_since.is_none() || self.state != State::None {
            return false;
        }
        let pause = twice(self.settings.failover_timeout);
        // A begin that was drawn to lie ahead is as good as one of this moment.
        if !self.passed(self.failover_start, pause) {
            if self.delay_logged != self.failover_start
                && let Some(start) = self.failover_start
            {
                self.delay_logged = self.failover_start;
                let unix_s = log::unix_ms(self.settings.epoch_unix_ms, start + pause).div_euclid(1_000);
                self.say(Mark::Warning, &format!("Next failover delay: I will not start a failover before {}", log::ctime(unix_s)));
            }
            return false;
        }
        self.state = State::WaitStart;
        self.current_epoch += 1;
        self.failover_epoch = self.current_epoch;
        self.tell_only(Event::NewEpoch, Who::Master, &self.current_epoch.to_string());
        self.tell(Event::TryFailover, Who::Master);
        self.failover_start = Some(self.now + self.desync());
        self.state_since = self.now;
        true
    }
    fn enter(&mut self, state: State) {
        self.state = state;
        self.state_since = self.now;
    }
    fn abort(&mut self, event: Event) {
        self.tell(event, Who::Master);
        self.enter(State::None);
        self.promoted = None;
        for replica in &mut self.replicas {
            replica.promoted = false;
        }
    }
    fn promoted_at(&self) -> Option<usize> {
        self.replicas.iter().position(|replica| replica.promoted)
    }
    /// One step of the state machine.
    pub(super) fn failover_step(&mut self) {
        match self.state {
            State::None | State::UpdateConfig => {}
            State::WaitStart => self.wait_start(),
            State::SelectSlave => self.select(),
            State::SendSlaveofNoOne => self.promote(),
            State::WaitPromotion => {
                if self.passed(Some(self.state_since), self.settings.failover_timeout) {
                    self.abort(Event::AbortSlaveTimeout);
                }
            }
            State::ReconfSlaves => {
                self.reconfigure();
                self.detect_end();
            }
        }
    }
    fn wait_start(&mut self) {
        let leader = self.elected(self.failover_epoch);
        if leader == Some(self.my_id()) {
            self.tell(Event::ElectedLeader, Who::Master);
            self.enter(State::SelectSlave);
            self.tell(Event::StateSelectSlave, Who::Master);
            return;
        }
        let patience = ELECTION_TIMEOUT.min(self.settings.failover_timeout);
        if self.failover_start.is_some_and(|start| self.passed(Some(start), patience)) {
            self.abort(Event::AbortNotElected);
        }
    }
    /// The replica that is to be the master: not down, heard of lately, not cut off from its master for long; of those the one of the lowest priority, then
    /// of the greatest offset, then of the smallest run id.
    fn best_replica(&self) -> Option<usize> {
        let down_for = self.master.down_since.map_or(Span::ZERO, |since| self.now.since(since));
        let cut_off_most = times(self.settings.down_after, 10) + down_for;
        let info_most = if self.master.down() { times(PING_PERIOD, 5) } else { times(INFO_PERIOD, 3) };
        let fit = |one: &Instance| {
            !one.down()
                && one.connected()
                && !self.passed(Some(one.ways.available), times(PING_PERIOD, 5))
                && one.priority > 0
                && !self.passed(one.info_at, info_most)
                && one.link_down <= cut_off_most
        };
        let smallest_first = self.bugs.has(Bug::SmallestOffset);
        let rank = |one: &Instance| {
            let offset = if smallest_first { Reverse(u64::MAX - one.offset) } else { Reverse(one.offset) };
            (one.priority, offset, one.run_id.clone().unwrap_or_else(|| String::from("~")))
        };
        (0..self.replicas.len()).filter(|n| fit(&self.replicas[*n])).min_by_key(|n| rank(&self.replicas[*n]))
    }
    fn select(&mut self) {
        let Some(n) = self.best_replica() else { return self.abort(Event::AbortNoGoodSlave) };
        self.tell(Event::SelectedSlave, Who::Replica(n));
        self.replicas[n].promoted = true;
        self.promoted = Some(self.replicas[n].address.clone());
        self.enter(State::SendSlaveofNoOne);
        self.tell(Event::StateSendSlaveofNoOne, Who::Replica(n));
    }
    fn promote(&mut self) {
        let Some(n) = self.promoted_at() else { return self.abort(Event::AbortNoGoodSlave) };
        if self.replicas[n].ways.disconnected {
            if self.passed(Some(self.state_since), self.settings.failover_timeout) {
                self.abort(Event::AbortSlaveTimeout);
            }
            return;
        }
        self.send_slaveof(Who::Replica(n), None);
        self.tell(Event::StateWaitPromotion, Who::Replica(n));
        self.enter(State::WaitPromotion);
    }
    /// Makes a server follow another, or nobody, in one transaction that also writes its configuration and closes the conns of its clients, so that they ask anew
    /// who is master.
    pub(super) fn send_slaveof(&mut self, who: Who, master: Option<&Address>) {
        let (host, port) = master.map_or((String::from("NO"), String::from("ONE")), |to| (to.host.clone(), to.port.to_string()));
        for words in [
            &["MULTI"][..],
            &["SLAVEOF", &host, &port],
            &["CONFIG", "REWRITE"],
            &["CLIENT", "KILL", "TYPE", "normal"],
            &["CLIENT", "KILL", "TYPE", "pubsub"],
            &["EXEC"],
        ] {
            self.send(who, false, words, Asked::Other);
        }
    }
    /// The promoted one says that it is a master.
    pub(super) fn promotion_seen(&mut self, n: usize) {
        self.config_epoch = self.failover_epoch;
        self.enter(State::ReconfSlaves);
        self.tell(Event::PromotedSlave, Who::Replica(n));
        self.tell(Event::StateReconfSlaves, Who::Master);
        self.hello_soon();
    }
    /// The other replicas are told to follow it, so many at a time.
    fn reconfigure(&mut self) {
        let Some(promoted) = self.promoted.clone() else { return };
        let busy = |one: &Instance| matches!(one.reconf, Reconf::Sent | Reconf::InProgress);
        for n in 0..self.replicas.len() {
            if self.replicas.iter().filter(|one| busy(one)).count() as u32 >= self.settings.parallel_syncs.max(1) {
                return;
            }
            if self.replicas[n].promoted || self.replicas[n].reconf == Reconf::Done {
                continue;
            }
            if self.replicas[n].reconf == Reconf::Sent && self.passed(Some(self.replicas[n].reconf_at), RECONF_TIMEOUT) {
                self.tell(Event::SlaveReconfSentTimeout, Who::Replica(n));
                self.replicas[n].reconf = Reconf::None;
            }
            if busy(&self.replicas[n]) || self.replicas[n].ways.disconnected {
                continue;
            }
            self.send_slaveof(Who::Replica(n), Some(&promoted));
            self.replicas[n].reconf = Reconf::Sent;
            self.replicas[n].reconf_at = self.now;
            self.tell(Event::SlaveReconfSent, Who::Replica(n));
        }
    }
    /// The failover is over when all replicas that are not down follow the new master, or its time is up.
    fn detect_end(&mut self) {
        let Some(promoted) = self.promoted_at().filter(|n| !self.replicas[*n].down()) else { return };
        let waits = |one: &Instance| !one.promoted && one.reconf != Reconf::Done && !one.down();
        let late = self.passed(Some(self.state_since), self.settings.failover_timeout);
        if !late && self.replicas.iter().any(waits) {
            return;
        }
        if late {
            self.tell(Event::FailoverEndForTimeout, Who::Master);
        }
        let to = self.replicas[promoted].address.clone();
        self.tell(Event::FailoverEnd, Who::Master);
        self.enter(State::UpdateConfig);
        for n in 0..self.replicas.len() {
            let one = &self.replicas[n];
            if late && !one.promoted && !matches!(one.reconf, Reconf::Sent | Reconf::Done) && !one.ways.disconnected {
                self.send_slaveof(Who::Replica(n), Some(&to));
                self.tell(Event::SlaveReconfSentBe, Who::Replica(n));
                self.replicas[n].reconf = Reconf::Sent;
            }
        }
    }
    /// The promoted one is the master from now on.
    pub(super) fn switch_to_promoted(&mut self) {
        let to = self.promoted.clone().unwrap_or_else(|| self.master.address.clone());
        self.switch(&to);
    }
    /// Another master: it is watched from the beginning, and whoever was a replica of the old one, the old one included, is one of it.
    pub(super) fn switch(&mut self, to: &Address) {
        let from = self.master.address.clone();
        let words = format!("{} {} {} {} {}", self.settings.watched, from.host, from.port, to.host, to.port);
        self.tell_only(Event::SwitchMaster, Who::Master, &words);
        let mut addresses: Vec<Address> =
            self.replicas.iter().map(|replica| replica.address.clone()).filter(|address| address != to).collect();
        if from != *to {
            addresses.push(from);
        }
        for who in self.everybody().filter(|who| !matches!(who, Who::Other(_))) {
            self.drop_way(who, false);
            self.drop_way(who, true);
        }
        self.master = Instance::new(Kind::Master, to.clone(), self.now);
        self.replicas.clear();
        self.leader = None;
        self.state = State::None;
        self.state_since = Time::ZERO;
        self.failover_start = None;
        self.promoted = None;
        for address in addresses {
            self.add_replica(&address);
        }
    }
    pub(super) fn add_replica(&mut self, address: &Address) {
        if self.replicas.iter().any(|replica| replica.address == *address) {
            return;
        }
        self.replicas.push(Instance::new(Kind::Replica, address.clone(), self.now));
        self.tell(Event::Slave, Who::Replica(self.replicas.len() - 1));
    }
    /// Whether the master can be told to others: it says that it is one, it is up, and it was heard of lately.
    pub(super) fn master_looks_sane(&self) -> bool {
        self.master.says_master
            && !self.master.down()
            && self.master.agreed_since.is_none()
            && !self.passed(self.master.info_at, twice(INFO_PERIOD))
    }
    /// How long a server must have said the wrong thing before it is put right.
    pub(super) const fn wrong_role_patience() -> Span {
        times(PUBLISH_PERIOD, 4)
    }
}
