//! Rules to try: those that are published most, and a set that rings rightly.

/// A rule that is there to try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Known {
    /// Its name here.
    pub id: &'static str,
    /// Where it stands.
    pub from: From,
    /// Its expression, in the names of redis_exporter.
    pub text: &'static str,
    /// For how long it has to hold, s.
    pub for_s: i64,
}

/// Where a rule stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum From {
    /// In so many public rule files.
    Files(u8),
    /// In the awesome-prometheus-alerts collection.
    Samber,
    /// In Zabbix's template for Redis, said in Prometheus' words.
    Zabbix,
    /// In netdata's alarms, said in Prometheus' words.
    Netdata,
    /// In a cloud's monitoring or documentation.
    Cloud,
    /// In a blog.
    Blog,
    /// In the set that is proposed here.
    Proposed,
}

macro_rules! gap {
    ($than:literal) => {
        concat!("redis_master_repl_offset - on (instance) group_right () redis_connected_slave_offset_bytes > ", $than)
    };
}

const GONE: &str = "redis_connected_slaves < 2 and on (instance) redis_instance_info{role=\"master\"}";
const SILENT: &str = "redis_connected_slave_lag_seconds{slave_state=\"online\"} > 10";
const BEHIND: &str = "(redis_master_repl_offset - on (instance) group_right () (redis_connected_slave_offset_bytes{slave_state=\"online\"} > 0)) / on (instance) group_left () rate(redis_master_repl_offset[1m]) > 10";
const AGAIN: &str = "increase(redis_replica_resyncs_full[10m]) > 2";
const SYNC: &str = "redis_connected_slave_offset_bytes{slave_state=\"online\"} == 0 and redis_connected_slave_lag_seconds > 10";

/// All rules that are there to try.
pub const ALL: [Known; 28] = [
    Known { id: "lag-5-2m", from: From::Files(9), text: "redis_connected_slave_lag_seconds > 5", for_s: 120 },
    Known { id: "lag-10-1m", from: From::Files(1), text: "redis_connected_slave_lag_seconds > 10", for_s: 60 },
    Known { id: "lag-10-2m", from: From::Files(2), text: "redis_connected_slave_lag_seconds > 10", for_s: 120 },
    Known { id: "lag-10-5m", from: From::Files(1), text: "redis_connected_slave_lag_seconds > 10", for_s: 300 },
    Known { id: "lag-30", from: From::Files(1), text: "redis_connected_slave_lag_seconds > 30", for_s: 0 },
    Known { id: "lag-30-2m", from: From::Files(2), text: "redis_connected_slave_lag_seconds > 30", for_s: 120 },
    Known { id: "lag-60", from: From::Files(1), text: "redis_connected_slave_lag_seconds > 60", for_s: 0 },
    Known { id: "last-io-min-30", from: From::Zabbix, text: "min_over_time(redis_master_last_io_seconds_ago[5m]) > 30", for_s: 0 },
    Known { id: "last-io-30-2m", from: From::Files(6), text: "redis_master_last_io_seconds_ago > 30", for_s: 120 },
    Known { id: "last-io-10-5m", from: From::Files(1), text: "redis_master_last_io_seconds_ago > 10", for_s: 300 },
    Known { id: "last-io-30", from: From::Cloud, text: "redis_master_last_io_seconds_ago > 30", for_s: 0 },
    Known { id: "link-down-2m", from: From::Samber, text: "redis_master_link_up == 0", for_s: 120 },
    Known { id: "link-down", from: From::Netdata, text: "redis_master_link_up == 0", for_s: 0 },
    Known { id: "replica-lost", from: From::Samber, text: "delta(redis_connected_slaves[1m]) < 0", for_s: 0 },
    Known {
        id: "replicas-missing",
        from: From::Samber,
        text: "count without (instance, job) (redis_connected_slaves) - sum without (instance, job) (redis_connected_slaves) - 1 > 0",
        for_s: 0,
    },
    Known { id: "flapping", from: From::Samber, text: "changes(redis_connected_slaves[1m]) > 1", for_s: 120 },
    Known { id: "many-masters", from: From::Samber, text: "count(redis_instance_info{role=\"master\"}) > 1", for_s: 60 },
    Known { id: "gap-64mb", from: From::Cloud, text: gap!("67108864"), for_s: 0 },
    Known { id: "gap-1mib", from: From::Blog, text: gap!("1048576"), for_s: 0 },
    Known { id: "gap-1000", from: From::Blog, text: gap!("1000"), for_s: 0 },
    Known {
        id: "offsets-differ",
        from: From::Blog,
        text: "max(redis_master_repl_offset) - min(redis_master_repl_offset) > 104857600",
        for_s: 0,
    },
    Known { id: "partial-denied", from: From::Files(1), text: "rate(redis_replica_partial_resync_denied[5m]) > 0", for_s: 0 },
    Known { id: "gone", from: From::Proposed, text: GONE, for_s: 15 },
    Known { id: "stuck", from: From::Proposed, text: "redis_master_sync_in_progress == 1", for_s: 300 },
    Known { id: "silent", from: From::Proposed, text: SILENT, for_s: 0 },
    Known { id: "behind", from: From::Proposed, text: BEHIND, for_s: 30 },
    Known { id: "again", from: From::Proposed, text: AGAIN, for_s: 0 },
    Known { id: "sync-replica", from: From::Proposed, text: SYNC, for_s: 60 },
];
