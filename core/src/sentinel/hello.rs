//! The messages on `__sentinel__:hello`: sentinels find each other by them, and the newest configuration spreads.

use super::Sentinel;
use super::api::{PUBLISH_PERIOD, State};
use super::instance::{Instance, Kind, Who};
use crate::fact::SentinelEvent as Event;
use crate::node::api::Address;
use crate::time::Time;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

impl Sentinel {
    /// The master as it tells others: from the promotion on the new one.
    pub(super) fn promoted_or_master(&self) -> &Address {
        self.promoted.as_ref().filter(|_| self.state >= State::ReconfSlaves).unwrap_or(&self.master.address)
    }
    /// Address, id and epoch of its own; name, address and configuration's epoch of the master.
    pub(super) fn hello(&self) -> String {
        let own = &self.settings.address;
        let master = self.promoted_or_master();
        format!(
            "{},{},{},{},{},{},{},{}",
            own.host, own.port, self.id, self.current_epoch, self.settings.watched, master.host, master.port, self.config_epoch
        )
    }
    /// The next hello goes out with the next tick.
    pub(super) fn hello_soon(&mut self) {
        let long_ago = Time::from_micros(self.now.as_micros().saturating_sub(PUBLISH_PERIOD.as_micros() + 1));
        for who in self.everybody() {
            let one = self.at_mut(who);
            if one.published > long_ago {
                one.published = long_ago;
            }
        }
    }
    /// A hello of another sentinel.
    pub(super) fn heard_hello(&mut self, said: &str) {
        let fields: Vec<&str> = said.split(',').collect();
        let [host, port, run_id, epoch, watched, master_host, master_port, config_epoch] = fields[..] else { return };
        let (Ok(port), Ok(epoch), Ok(master_port), Ok(config_epoch)) =
            (port.parse(), epoch.parse::<u64>(), master_port.parse(), config_epoch.parse::<u64>())
        else {
            return;
        };
        if watched != self.settings.watched || run_id == self.my_id() {
            return;
        }
        let address = Address { host: String::from(host), port };
        let known = self.others.iter().position(|other| other.run_id.as_deref() == Some(run_id) && other.address == address);
        let n = match known {
            Some(n) => n,
            None => self.met(run_id, &address),
        };
        self.others[n].heard_at = self.now;
        if epoch > self.current_epoch {
            self.current_epoch = epoch;
            self.tell_only(Event::NewEpoch, Who::Master, &epoch.to_string());
        }
        let master = Address { host: String::from(master_host), port: master_port };
        if config_epoch > self.config_epoch {
            self.config_epoch = config_epoch;
            if master != self.master.address {
                self.tell(Event::ConfigUpdateFrom, Who::Other(n));
                self.switch(&master);
            }
        }
    }
    /// A sentinel that was not known, or not there.
    fn met(&mut self, run_id: &str, address: &Address) -> usize {
        self.others.retain(|other| other.run_id.as_deref() != Some(run_id) && other.address != *address);
        let mut other = Instance::new(Kind::Sentinel, address.clone(), self.now);
        other.run_id = Some(String::from(run_id));
        self.others.push(other);
        let n = self.others.len() - 1;
        self.tell(Event::Sentinel, Who::Other(n));
        n
    }
}
