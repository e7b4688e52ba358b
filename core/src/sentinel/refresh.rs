//! What INFO tells of a server, and what that leads to.

use super::Sentinel;
use super::api::State;
use super::instance::{Kind, Reconf, Who};
use crate::fact::SentinelEvent as Event;
use crate::node::api::Address;
use crate::time::Span;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

impl Sentinel {
    /// sentinelRefreshInstanceInfo.
    pub(super) fn refresh(&mut self, who: Who, info: &str) {
        let now = self.now;
        let field = |name: &str| info.lines().find_map(|line| line.trim_end().strip_prefix(name)?.strip_prefix(':'));
        let known = self.at(who).run_id.clone();
        if let Some(run_id) = field("run_id") {
            if known.is_some_and(|known| known != run_id) {
                self.tell(Event::Reboot, who);
            }
            self.at_mut(who).run_id = Some(run_id.to_string());
        }
        if who == Who::Master {
            for address in replicas_of(info) {
                self.add_replica(&address);
            }
        }
        let down_s = field("master_link_down_since_seconds").and_then(|text| text.parse::<i64>().ok());
        let one = self.at_mut(who);
        // A link that was never up is said to have been down for −1 s.
        one.link_down = down_s.map_or(Span::ZERO, |s| Span::from_secs(u64::try_from(s).unwrap_or(0)));
        one.info_at = Some(now);
        let master = field("role") == Some("master");
        if !master {
            let number = |name: &str| field(name).and_then(|text| text.parse().ok());
            let follows = field("master_host").zip(number("master_port"));
            let follows = follows.map(|(host, port)| Address { host: String::from(host), port });
            if one.follows != follows {
                one.follows = follows;
                one.follows_since = now;
            }
            one.link_up = field("master_link_status") == Some("up");
            one.priority = field("slave_priority").and_then(|text| text.parse().ok()).unwrap_or(one.priority);
            one.offset = field("slave_repl_offset").and_then(|text| text.parse().ok()).unwrap_or(one.offset);
        }
        if one.says_master != master {
            one.says_master = master;
            one.role_since = now;
            if !master {
                one.follows_since = now;
            }
            let as_expected = (one.kind == Kind::Master) == master;
            let event = if as_expected { Event::RoleChange } else { Event::NotRoleChange };
            self.tell_more(event, who, &format!("new reported role is {}", if master { "master" } else { "slave" }));
        }
        if self.tilt_since.is_some() {
            // What its own clock has made of the rest is not to be trusted.
            return;
        }
        if let Who::Replica(n) = who {
            if master { self.replica_says_master(n) } else { self.replica_says_replica(n) }
        }
    }
    /// Whether a server was not down in the last while.
    fn not_down_for(&self, who: Who, span: Span) -> bool {
        self.at(who).was_down.is_none_or(|at| self.passed(Some(at), span))
    }
    fn replica_says_master(&mut self, n: usize) {
        let who = Who::Replica(n);
        if self.replicas[n].promoted {
            if self.state == State::WaitPromotion {
                self.promotion_seen(n);
            }
            return;
        }
        // The old master has come back, or a person has been at work: it is made a replica, but not before the others had time to say otherwise.
        let patience = Sentinel::wrong_role_patience();
        if self.master_looks_sane() && self.not_down_for(who, patience) && self.passed(Some(self.replicas[n].role_since), patience) {
            let master = self.master.address.clone();
            self.send_slaveof(who, Some(&master));
            self.tell(Event::ConvertToSlave, who);
        }
    }
    fn replica_says_replica(&mut self, n: usize) {
        let who = Who::Replica(n);
        let elsewhere = self.replicas[n].follows.as_ref() != Some(&self.master.address);
        let patience = self.settings.failover_timeout;
        if elsewhere
            && self.state == State::None
            && self.master_looks_sane()
            && self.not_down_for(who, patience)
            && self.passed(Some(self.replicas[n].follows_since), patience)
        {
            let master = self.master.address.clone();
            self.send_slaveof(who, Some(&master));
            self.tell(Event::FixSlaveConfig, who);
        }
        if self.replicas[n].reconf == Reconf::Sent && self.promoted.is_some() && self.replicas[n].follows == self.promoted {
            self.replicas[n].reconf = Reconf::InProgress;
            self.tell(Event::SlaveReconfInprog, who);
        }
        if self.replicas[n].reconf == Reconf::InProgress && self.replicas[n].link_up {
            self.replicas[n].reconf = Reconf::Done;
            self.tell(Event::SlaveReconfDone, who);
        }
    }
}

/// The replicas that a master's INFO lists: `slave0:ip=…,port=…,…`, and before 2.8 `slave0:ip,port,state`.
fn replicas_of(info: &str) -> Vec<Address> {
    let line = |line: &str| {
        let (name, fields) = line.trim_end().split_once(':')?;
        name.strip_prefix("slave")?.parse::<u32>().ok()?;
        let named = |name: &str| fields.split(',').find_map(|field| field.strip_prefix(name));
        let (ip, port) = match (named("ip="), named("port=")) {
            (Some(ip), Some(port)) => (ip, port),
            _ => {
                let mut parts = fields.split(',');
                (parts.next()?, parts.next()?)
            }
        };
        Some(Address { host: String::from(ip), port: port.parse().ok()? })
    };
    info.lines().filter_map(line).collect()
}
