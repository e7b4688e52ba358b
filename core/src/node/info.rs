//! INFO and ROLE, field by field in the era's order (docs/redis.md §8).

use super::replica::UpstreamState;
use super::{ChildPurpose, Node, State};
use crate::command::Reply;
use crate::time::Time;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bytes::Bytes;
use core::fmt::Write as _;

/// Writes one `name:value` line.
macro_rules! line {
    ($out:expr, $($arg:tt)*) => {{
        // Writing to a String cannot fail.
        let _ = write!($out, $($arg)*);
        $out.push_str("\r\n");
    }};
}

const SECTIONS: [&str; 7] = ["server", "clients", "memory", "persistence", "stats", "replication", "keyspace"];

impl Node {
    /// What `INFO [section]` prints at `now`.
    #[must_use]
    pub fn info(&self, now: Time, section: Option<&str>) -> String {
        let mut here = self.clone();
        here.now = now.max(self.now);
        here.busy = crate::time::Span::ZERO;
        if here.loading.is_none() {
            let plan = here.plan(here.states().0);
            here.clock.skip(&plan, now);
        }
        here.info_now(section)
    }

    pub(super) fn info_now(&self, section: Option<&str>) -> String {
        let wanted = section.map(str::to_ascii_lowercase);
        let all = matches!(wanted.as_deref(), None | Some("default" | "all" | "everything"));
        let mut out = String::new();
        for name in SECTIONS {
            if !all && wanted.as_deref() != Some(name) {
                continue;
            }
            if !out.is_empty() {
                out.push_str("\r\n");
            }
            match name {
                "server" => self.info_server(&mut out),
                "clients" => self.info_clients(&mut out),
                "memory" => self.info_memory(&mut out),
                "persistence" => self.info_persistence(&mut out),
                "stats" => self.info_stats(&mut out),
                "replication" => self.info_replication(&mut out),
                _ => self.info_keyspace(&mut out),
            }
        }
        out
    }

    fn info_server(&self, out: &mut String) {
        let up = self.real_s() - self.unix_s_at(self.started);
        line!(out, "# Server");
        line!(out, "redis_version:{}", self.era.release());
        line!(out, "redis_git_sha1:00000000");
        line!(out, "redis_git_dirty:0");
        line!(out, "redis_mode:standalone");
        line!(out, "os:Resync");
        line!(out, "arch_bits:64");
        line!(out, "process_id:{}", self.pid);
        line!(out, "run_id:{}", self.run_id);
        line!(out, "tcp_port:{}", self.conf.port);
        line!(out, "uptime_in_seconds:{up}");
        line!(out, "uptime_in_days:{}", up / 86_400);
        line!(out, "hz:{}", self.conf.hz);
        line!(out, "config_file:{}", self.settings.config_file.as_deref().unwrap_or_default());
    }
    fn unix_s_at(&self, at: Time) -> i64 {
        super::log::unix_ms(self.settings.epoch_unix_ms, at).div_euclid(1_000)
    }

    fn info_clients(&self, out: &mut String) {
        let clients = self.conns.values().filter(|c| c.session.is_none()).count();
        let blocked = self.conns.values().filter(|c| matches!(c.state, State::Blocked { .. })).count();
        let longest = self.conns.values().filter(|c| c.session.is_none()).map(|c| c.pipe.queued()).max().unwrap_or(0);
        line!(out, "# Clients");
        line!(out, "connected_clients:{clients}");
        if self.caps.config_7_0 {
            line!(out, "maxclients:{}", self.conf.maxclients);
        } else {
            line!(out, "client_longest_output_list:{longest}");
            line!(out, "client_biggest_input_buf:0");
        }
        line!(out, "blocked_clients:{blocked}");
    }

    fn info_memory(&self, out: &mut String) {
        let data = self.data.bytes();
        let replicas: u64 = self.sessions().map(|s| s.output_buffer).sum();
        line!(out, "# Memory");
        line!(out, "used_memory:{}", data + self.backlog.memory() + replicas);
        line!(out, "used_memory_dataset:{data}");
        line!(out, "maxmemory:{}", self.conf.maxmemory);
        if self.caps.says_replica {
            line!(out, "mem_replication_backlog:{}", self.backlog.memory());
            line!(out, "mem_clients_slaves:{replicas}");
        }
        if self.caps.config_7_0 {
            line!(out, "mem_total_replication_buffers:{}", self.backlog.memory());
        }
        line!(out, "mem_allocator:resync");
    }

    fn info_persistence(&self, out: &mut String) {
        let saving = self.child.is_some();
        line!(out, "# Persistence");
        line!(out, "loading:{}", u8::from(self.refuses_loading()));
        if self.caps.async_load {
            line!(out, "async_loading:{}", u8::from(self.loading.as_ref().is_some_and(super::Loading::beside)));
        }
        line!(out, "rdb_changes_since_last_save:{}", self.dirty);
        line!(out, "rdb_bgsave_in_progress:{}", u8::from(saving));
        line!(out, "rdb_last_save_time:{}", self.last_save_s);
        line!(out, "rdb_last_bgsave_status:{}", if self.last_save_ok { "ok" } else { "err" });
        line!(out, "rdb_last_bgsave_time_sec:-1");
        let current = self.child.as_ref().map_or(-1, |c| self.real_s() - self.unix_s_at(c.since));
        line!(out, "rdb_current_bgsave_time_sec:{current}");
        for (name, value) in self.info_aof() {
            line!(out, "{name}:{value}");
        }
        if let Some(loading) = self.loading.as_ref().filter(|l| !l.flushing()) {
            let (done, total) = (loading.done(), loading.total());
            let hundredths = done.saturating_mul(10_000).checked_div(total).unwrap_or(0);
            line!(out, "loading_start_time:{}", self.unix_s_at(loading.since()));
            line!(out, "loading_total_bytes:{total}");
            line!(out, "loading_loaded_bytes:{done}");
            line!(out, "loading_loaded_perc:{}.{:02}", hundredths / 100, hundredths % 100);
        }
    }

    fn info_stats(&self, out: &mut String) {
        line!(out, "# Stats");
        line!(out, "total_connections_received:{}", self.connections);
        line!(out, "total_commands_processed:{}", self.commands);
        line!(out, "rejected_connections:0");
        if self.caps.psync {
            line!(out, "sync_full:{}", self.counters.sync_full);
            line!(out, "sync_partial_ok:{}", self.counters.sync_partial_ok);
            line!(out, "sync_partial_err:{}", self.counters.sync_partial_err);
        }
        line!(out, "expired_keys:{}", self.stale_expired);
        line!(out, "evicted_keys:0");
    }

    fn info_keyspace(&self, out: &mut String) {
        line!(out, "# Keyspace");
        let now_ms = self.unix_ms();
        for db in 0..self.data.databases() {
            let keys = self.data.len(db);
            if keys > 0 {
                line!(out, "db{db}:keys={keys},expires={},avg_ttl={}", self.data.volatile(db), self.data.average_ttl(db, now_ms));
            }
        }
    }

    fn info_replication(&self, out: &mut String) {
        let caps = &self.caps;
        line!(out, "# Replication");
        line!(out, "role:{}", if self.upstream.is_none() { "master" } else { "slave" });
        if self.upstream.is_some() {
            self.info_upstream(out);
        }
        line!(out, "connected_slaves:{}", self.replicas.len());
        if caps.psync && self.need().active() {
            line!(out, "min_slaves_good_slaves:{}", self.good);
        }
        for (n, s) in self.sessions().enumerate() {
            if caps.psync {
                line!(out, "slave{n}:ip={},port={},state={},offset={},lag={}", s.ip, s.port, s.state, s.ack_offset, s.lag);
            } else {
                line!(out, "slave{n}:{},{},{}", s.ip, s.port, s.state);
            }
        }
        if !caps.psync {
            return;
        }
        if caps.failover {
            line!(out, "master_failover_state:{}", self.failover_state());
        }
        if caps.psync2 {
            line!(out, "master_replid:{}", self.replid);
            line!(out, "master_replid2:{}", self.replid2);
        }
        line!(out, "master_repl_offset:{}", self.offset);
        if caps.psync2 {
            line!(out, "second_repl_offset:{}", self.second_offset);
        }
        line!(out, "repl_backlog_active:{}", u8::from(self.backlog.active()));
        line!(out, "repl_backlog_size:{}", self.backlog.size());
        line!(out, "repl_backlog_first_byte_offset:{}", self.backlog.first());
        line!(out, "repl_backlog_histlen:{}", self.backlog.histlen());
    }

    fn info_upstream(&self, out: &mut String) {
        let caps = &self.caps;
        let Some(upstream) = &self.upstream else { return };
        let link_up = upstream.link().is_some();
        line!(out, "master_host:{}", upstream.host);
        line!(out, "master_port:{}", upstream.port);
        line!(out, "master_link_status:{}", if link_up { "up" } else { "down" });
        line!(out, "master_last_io_seconds_ago:{}", self.last_io_s());
        let transfer = upstream.transfer();
        line!(out, "master_sync_in_progress:{}", u8::from(transfer.is_some()));
        if caps.psync {
            let offset = self.replica_offset();
            if caps.info_6_2 {
                let read = upstream.link().or(self.memory.cached.as_ref()).map_or(offset, |l| l.read);
                line!(out, "slave_read_repl_offset:{read}");
            }
            line!(out, "slave_repl_offset:{offset}");
        }
        if let Some(t) = transfer {
            let (size, left) = (t.size(), t.left());
            if caps.info_6_2 {
                let hundredths = if size > 0 { t.read.saturating_mul(10_000) / size.cast_unsigned() } else { 0 };
                line!(out, "master_sync_total_bytes:{size}");
                line!(out, "master_sync_read_bytes:{}", t.read);
                line!(out, "master_sync_left_bytes:{left}");
                line!(out, "master_sync_perc:{}.{:02}", hundredths / 100, hundredths % 100);
            } else {
                line!(out, "master_sync_left_bytes:{left}");
            }
            line!(out, "master_sync_last_io_seconds_ago:{}", self.cached_s() - upstream.last_io_s);
        }
        if !link_up {
            let since = self.memory.down_since_s;
            let down = if since == 0 && caps.info_6_2 { -1 } else { self.cached_s() - since };
            line!(out, "master_link_down_since_seconds:{down}");
        }
        line!(out, "slave_priority:{}", self.conf.replica_priority);
        line!(out, "slave_read_only:{}", u8::from(self.conf.replica_read_only));
        if caps.info_6_2 {
            line!(out, "replica_announced:{}", u8::from(self.conf.replica_announced));
        }
    }

    /// ROLE.
    pub(super) fn role(&self) -> Reply {
        let bulk = |text: String| Reply::Bulk(Bytes::from(text));
        let Some(upstream) = &self.upstream else {
            let online = self.sessions().filter(|s| s.replstate == "ONLINE");
            let rows = online.map(|s| Reply::Array(Vec::from([bulk(s.ip), bulk(s.port.to_string()), bulk(s.ack_offset.to_string())])));
            return Reply::Array(Vec::from([bulk("master".to_string()), Reply::Int(self.offset.0), Reply::Array(rows.collect())]));
        };
        let state = match upstream.state {
            UpstreamState::Connect => "connect",
            UpstreamState::Connecting { .. } => "connecting",
            UpstreamState::Handshake { .. } => "handshake",
            UpstreamState::Transfer { .. } | UpstreamState::Installing { .. } | UpstreamState::Parsing { .. } => "sync",
            UpstreamState::Connected { .. } => "connected",
        };
        let offset = upstream.link().map_or(-1, |l| l.offset.0);
        Reply::Array(Vec::from([
            bulk("slave".to_string()),
            bulk(upstream.host.clone()),
            Reply::Int(i64::from(upstream.port)),
            bulk(state.to_string()),
            Reply::Int(offset),
        ]))
    }

    /// What a child does, in a word, for the screen, and its number; of two (up to 3.0) the one that writes an RDB.
    #[must_use]
    pub fn child_at_work(&self) -> Option<(&'static str, super::JobId)> {
        let rdb = self.child.as_ref().map(|c| match c.purpose {
            ChildPurpose::Save | ChildPurpose::ReplicasDisk => ("disk", c.job),
            ChildPurpose::ReplicasSockets => ("sockets", c.job),
        });
        rdb.or_else(|| self.aof.child().map(|rewrite| ("aof", rewrite.job)))
    }
}
