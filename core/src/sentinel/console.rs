//! What a sentinel answers at its console: SENTINEL MASTERS, REPLICAS, SENTINELS, GET-MASTER-ADDR-BY-NAME, CKQUORUM, MYID, and PING, ROLE, INFO, in the
//! words of 7.0 (docs/redis.md §16). What only asks is here; SENTINEL FAILOVER, SET, MONITOR and the like are refused by name.

use super::Sentinel;
use super::instance::{Instance, Kind, Who};
use crate::resp::Reply;
use crate::time::Time;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Subcommands that Redis has and this sentinel has not.
const NOT_HERE: [&str; 10] =
    ["failover", "flushconfig", "info-cache", "monitor", "pending-scripts", "remove", "reset", "set", "simulate-failure", "debug"];

fn bulk(text: impl Into<String>) -> Reply {
    Reply::bulk(text.into())
}
fn refused(text: String) -> Reply {
    Reply::Error(text)
}

impl Sentinel {
    /// The answer to a command. It changes nothing.
    #[must_use]
    pub fn asked(&self, now: Time, words: &[&str]) -> Reply {
        let Some((name, args)) = words.split_first() else { return Reply::None };
        match (name.to_ascii_lowercase().as_str(), args) {
            ("ping", []) => Reply::Status("PONG"),
            ("role", []) => Reply::Array(Vec::from([bulk("sentinel"), Reply::Array(Vec::from([bulk(&self.settings.watched)]))])),
            ("info", _) => bulk(self.info(now)),
            ("sentinel", []) => refused("ERR wrong number of arguments for 'sentinel' command".to_string()),
            ("sentinel", [sub, args @ ..]) => self.asked_of(now, sub, args),
            _ => {
                let args: String = args.iter().map(|word| format!("'{word}' ")).collect();
                refused(format!("ERR unknown command '{name}', with args beginning with: {args}"))
            }
        }
    }
    fn asked_of(&self, now: Time, sub: &str, args: &[&str]) -> Reply {
        let lower = sub.to_ascii_lowercase();
        let takes = match lower.as_str() {
            "masters" | "myid" => 0,
            "master" | "replicas" | "slaves" | "sentinels" | "get-master-addr-by-name" | "ckquorum" => 1,
            known if NOT_HERE.contains(&known) => return refused(format!("ERR Resync does not have the command 'sentinel|{known}'")),
            _ => return refused(format!("ERR unknown subcommand '{sub}'. Try SENTINEL HELP.")),
        };
        if args.len() != takes {
            return refused(format!("ERR wrong number of arguments for 'sentinel|{lower}' command"));
        }
        let named = args.first().is_none_or(|name| *name == self.settings.watched);
        match lower.as_str() {
            "myid" => bulk(self.my_id()),
            "masters" => Reply::Array(Vec::from([self.fields(now, Who::Master)])),
            "get-master-addr-by-name" if !named => Reply::NilArray,
            _ if !named => refused("ERR No such master with that name".to_string()),
            "master" => self.fields(now, Who::Master),
            "get-master-addr-by-name" => {
                let address = self.promoted_or_master();
                Reply::Array(Vec::from([bulk(&address.host), bulk(address.port.to_string())]))
            }
            "ckquorum" => self.quorum(),
            "sentinels" => Reply::Array((0..self.others.len()).map(|n| self.fields(now, Who::Other(n))).collect()),
            _ => Reply::Array((0..self.replicas.len()).map(|n| self.fields(now, Who::Replica(n))).collect()),
        }
    }
    /// How many sentinels can be asked, this one among them, and whether they are enough.
    fn quorum(&self) -> Reply {
        let usable = 1 + self.others.iter().filter(|other| !other.down()).count() as u32;
        let all = self.others.len() as u32 + 1;
        let (few, no_majority) = (usable < self.settings.quorum, usable < all / 2 + 1);
        if !few && !no_majority {
            return Reply::StatusText(format!("OK {usable} usable Sentinels. Quorum and failover authorization can be reached"));
        }
        let mut text = format!("NOQUORUM {usable} usable Sentinels. ");
        if few {
            text.push_str("Not enough available Sentinels to reach the specified quorum for this master");
        }
        if no_majority {
            text.push_str(if few { ". " } else { "" });
            text.push_str("Not enough available Sentinels to reach the majority and authorize a failover");
        }
        Reply::Error(text)
    }
    fn info(&self, now: Time) -> String {
        let tilt = self.tilt_since.map_or(-1, |since| (now.since(since).as_millis() / 1_000).cast_signed());
        let status = match () {
            () if self.master.agreed_since.is_some() => "odown",
            () if self.master.down() => "sdown",
            () => "ok",
        };
        format!(
            "# Sentinel\r\nsentinel_masters:1\r\nsentinel_tilt:{}\r\nsentinel_tilt_since_seconds:{tilt}\r\nsentinel_running_scripts:0\r\nsentinel_scripts_queue_length:0\r\nsentinel_simulate_failure_flags:0\r\nmaster0:name={},status={status},address={}:{},slaves={},sentinels={}\r\n",
            u8::from(self.tilt_since.is_some()),
            self.settings.watched,
            self.master.address.host,
            self.master.address.port,
            self.replicas.len(),
            self.others.len() + 1
        )
    }
    /// What is known of one server, name by name.
    fn fields(&self, now: Time, who: Who) -> Reply {
        let one = self.at(who);
        let since = |at: Time| now.since(at).as_millis();
        let mut fields = Vec::new();
        let mut put = |name: &str, value: String| fields.extend([bulk(name), Reply::bulk(value)]);
        put("name", one.name(&self.settings.watched));
        put("ip", one.address.host.clone());
        put("port", one.address.port.to_string());
        put("runid", one.run_id.clone().unwrap_or_default());
        put("flags", self.flags(one));
        put("link-pending-commands", one.ways.commands.as_ref().map_or(0, |way| way.asked.len()).to_string());
        put("link-refcount", "1".to_string());
        put("last-ping-sent", one.ways.unanswered.map_or(0, since).to_string());
        put("last-ok-ping-reply", since(one.ways.available).to_string());
        put("last-ping-reply", since(one.ways.ponged).to_string());
        if let Some(down) = one.down_since {
            put("s-down-time", since(down).to_string());
        }
        if let Some(down) = one.agreed_since {
            put("o-down-time", since(down).to_string());
        }
        put("down-after-milliseconds", self.settings.down_after.as_millis().to_string());
        if one.kind != Kind::Sentinel {
            put("info-refresh", one.info_at.map_or_else(|| self.now.as_millis(), since).to_string());
            put("role-reported", if one.says_master { "master" } else { "slave" }.to_string());
            put("role-reported-time", since(one.role_since).to_string());
        }
        match one.kind {
            Kind::Master => {
                put("config-epoch", self.config_epoch.to_string());
                put("num-slaves", self.replicas.len().to_string());
                put("num-other-sentinels", self.others.len().to_string());
                put("quorum", self.settings.quorum.to_string());
                put("failover-timeout", self.settings.failover_timeout.as_millis().to_string());
                put("parallel-syncs", self.settings.parallel_syncs.to_string());
            }
            Kind::Replica => {
                put("master-link-down-time", one.link_down.as_millis().to_string());
                put("master-link-status", if one.link_up { "ok" } else { "err" }.to_string());
                put("master-host", one.follows.as_ref().map_or_else(|| "?".to_string(), |master| master.host.clone()));
                put("master-port", one.follows.as_ref().map_or(0, |master| master.port).to_string());
                put("slave-priority", one.priority.to_string());
                put("slave-repl-offset", one.offset.to_string());
                put("replica-announced", "1".to_string());
            }
            Kind::Sentinel => {
                put("last-hello-message", since(one.heard_at).to_string());
                put("voted-leader", one.leader.as_ref().map_or_else(|| "?".to_string(), |(leader, _)| leader.clone()));
                put("voted-leader-epoch", one.leader.as_ref().map_or(0, |(_, epoch)| *epoch).to_string());
            }
        }
        Reply::Array(fields)
    }
    fn flags(&self, one: &Instance) -> String {
        let mut flags = String::new();
        for (flag, is) in [("s_down", one.down()), ("o_down", one.agreed_since.is_some())] {
            flags.push_str(if is { flag } else { "" });
            flags.push_str(if is { "," } else { "" });
        }
        flags.push_str(one.kind.word());
        if one.ways.disconnected {
            flags.push_str(",disconnected");
        }
        if one.kind == Kind::Master && self.state != super::State::None {
            flags.push_str(",failover_in_progress");
        }
        if one.promoted {
            flags.push_str(",promoted");
        }
        flags
    }
}
