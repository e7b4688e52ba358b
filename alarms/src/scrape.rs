//! The scraper: what redis_exporter makes of INFO, read from a run every few seconds.

use crate::series::{Labels, NAME, Store};
use resync_core::info::InfoText;
use resync_core::sim::Sim;
use resync_core::time::Time;
use resync_core::timeline::{Ran, Timeline};
use resync_core::view;
use resync_core::view::NodeIx;

/// How often, and when first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scraper {
    /// From one scrape of a target to the next, ms.
    pub period_ms: i64,
    /// The first, ms of the run.
    pub phase_ms: i64,
}

impl Scraper {
    /// Every 15 seconds, the first at a moment within them that the run's seed decides: nobody chooses when a fault comes after a scrape.
    #[must_use]
    pub fn usual(seed: u64) -> Scraper {
        // Any thorough mixing of the bits does; this one is SplitMix64's last step.
        let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        Scraper { period_ms: 15_000, phase_ms: (mixed % 15_000) as i64 }
    }

    /// The moments of all scrapes up to this one, ms.
    pub fn moments(self, until_ms: i64) -> impl Iterator<Item = i64> {
        (0..).map(move |n| self.phase_ms + n * self.period_ms).take_while(move |at| *at <= until_ms)
    }
}

/// One step of this many events at the most, between two looks at the clock.
const BUDGET: u64 = 1_000_000;

/// Plays a run up to a moment and keeps what is scraped of all its servers on the way.
///
/// # Errors
/// Where the text is no scenario, or the run stands still: its own words.
pub fn scraped(scenario: &str, scraper: Scraper, until_ms: i64) -> Result<Store, String> {
    let mut run = Timeline::from_text(scenario).map_err(|why| why.to_string())?;
    let mut store = Store::default();
    for at_ms in scraper.moments(until_ms) {
        let to = Time::from_micros(at_ms.unsigned_abs() * 1_000);
        loop {
            match run.advance(to, BUDGET) {
                Ran::Reached => break,
                Ran::Budget => {}
                stuck => return Err(format!("{stuck:?}")),
            }
        }
        scrape(run.sim(), at_ms, &mut store);
    }
    Ok(store)
}

/// One scrape of all servers, now.
pub fn scrape(sim: &Sim, at_ms: i64, store: &mut Store) {
    for (node, machine) in sim.machines().iter().enumerate() {
        let target = target(&machine.spec.name);
        let doing = machine.doing(sim.now()).name();
        // Who is stopped or gone does not answer; who is busy answers a little later.
        let answers = !matches!(doing, "paused" | "down" | "off");
        let mut all = vec![sample("redis_up", &target, [], f64::from(u8::from(answers)))];
        if answers && let Some(info) = view::info(sim, node as NodeIx, None) {
            all.extend(exported(&info, &target));
        }
        store.scraped(at_ms, &target, all);
    }
}

/// The labels that everything has which comes from one server.
#[must_use]
pub fn target(name: &str) -> Labels {
    [("instance".to_owned(), name.to_owned()), ("job".to_owned(), "redis".to_owned())].into()
}

fn sample<const N: usize>(name: &str, target: &Labels, more: [(&str, String); N], value: f64) -> (Labels, f64) {
    let mut labels = target.clone();
    labels.insert(NAME.to_owned(), name.to_owned());
    labels.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
    (labels, value)
}

/// Fields of INFO that are exported as they are, under these names. A field that the release does not print is not exported.
pub const FIELDS: [(&str, &str); 17] = [
    ("connected_slaves", "redis_connected_slaves"),
    ("master_repl_offset", "redis_master_repl_offset"),
    ("second_repl_offset", "redis_second_repl_offset"),
    ("repl_backlog_active", "redis_repl_backlog_is_active"),
    ("repl_backlog_size", "redis_replication_backlog_bytes"),
    ("repl_backlog_first_byte_offset", "redis_repl_backlog_first_byte_offset"),
    ("repl_backlog_histlen", "redis_repl_backlog_history_bytes"),
    ("sync_full", "redis_replica_resyncs_full"),
    ("sync_partial_ok", "redis_replica_partial_resync_accepted"),
    ("sync_partial_err", "redis_replica_partial_resync_denied"),
    ("slave_priority", "redis_slave_priority"),
    ("uptime_in_seconds", "redis_uptime_in_seconds"),
    ("loading", "redis_loading_dump_file"),
    ("rdb_bgsave_in_progress", "redis_rdb_bgsave_in_progress"),
    ("connected_clients", "redis_connected_clients"),
    ("used_memory", "redis_memory_used_bytes"),
    ("min_slaves_good_slaves", "redis_min_slaves_good_slaves"),
];

/// Fields of a replica's link, exported with the master's address.
const OF_LINK: [(&str, &str); 3] = [
    ("master_last_io_seconds_ago", "redis_master_last_io_seconds_ago"),
    ("master_sync_in_progress", "redis_master_sync_in_progress"),
    ("slave_repl_offset", "redis_slave_repl_offset"),
];

/// What is exported of one INFO. A replica's `lag` is only if it is above −1.
#[must_use]
pub fn exported(info: &InfoText, target: &Labels) -> Vec<(Labels, f64)> {
    let number = |field: &str| info.named(field).and_then(|text| text.trim().parse::<f64>().ok());
    let text = |field: &str| info.named(field).unwrap_or_default();
    let mut all = Vec::new();
    for (field, name) in FIELDS {
        all.extend(number(field).map(|value| sample(name, target, [], value)));
    }
    all.push(sample("redis_instance_info", target, [("role", text("role")), ("redis_version", text("redis_version"))], 1.0));
    if text("role") == "slave" {
        let master = || [("master_host", text("master_host")), ("master_port", text("master_port"))];
        let up = f64::from(u8::from(text("master_link_status") == "up"));
        all.push(sample("redis_master_link_up", target, master(), up));
        for (field, name) in OF_LINK {
            all.extend(number(field).map(|value| sample(name, target, master(), value)));
        }
    }
    for replica in info.replicas().filter_map(|(_, line)| line.ok()) {
        let Some(acked) = replica.acked else { continue };
        let of = || {
            [("slave_ip", replica.ip.clone()), ("slave_port", replica.port.to_string()), ("slave_state", replica.state.name().to_owned())]
        };
        all.push(sample("redis_connected_slave_offset_bytes", target, of(), acked.offset as f64));
        if acked.lag_s > -1 {
            all.push(sample("redis_connected_slave_lag_seconds", target, of(), acked.lag_s as f64));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::{Value, at};
    use crate::expr::parse;

    const PAIR: &str =
        "era 7.0\nseed 7\nnode master\nnode replica-1 follows master\nclient app on master: every 100ms INCR a\nat 60s pause replica-1\n";

    fn one(store: &Store, text: &str, at_s: i64) -> Option<f64> {
        match at(&parse(text).expect(text), store, at_s * 1_000).expect(text) {
            Value::Vector(all) => match all.as_slice() {
                [] => None,
                [only] => Some(only.value),
                more => panic!("{text}: {more:?}"),
            },
            Value::Scalar(value) => Some(value),
        }
    }

    #[test]
    fn a_run_is_seen_as_an_exporter_shows_it() {
        let store = scraped(PAIR, Scraper { period_ms: 15_000, phase_ms: 1_000 }, 200_000).expect("a run");
        let at = |text: &str, s: i64| one(&store, text, s);
        assert_eq!(at("redis_connected_slaves{instance=\"master\"}", 46), Some(1.0));
        assert_eq!(at("redis_connected_slaves{instance=\"replica-1\"}", 46), Some(0.0));
        assert_eq!(at("redis_master_link_up", 46), Some(1.0));
        assert_eq!(at("redis_up{instance=\"replica-1\"}", 46), Some(1.0));
        assert!(at("redis_connected_slave_lag_seconds", 46).is_some_and(|lag| lag <= 1.0));
        assert_eq!(
            at("redis_connected_slave_lag_seconds{slave_state=\"online\",instance=\"master\",slave_port=\"6379\"}", 46),
            at("redis_connected_slave_lag_seconds", 46)
        );
        assert!(
            at("redis_master_repl_offset{instance=\"master\"} - on () redis_slave_repl_offset", 46)
                .is_some_and(|gap| (0.0..1_000.0).contains(&gap))
        );
        // A stopped process does not answer its exporter, and what it said before ends.
        assert_eq!(at("redis_up{instance=\"replica-1\"}", 61), Some(0.0));
        assert_eq!(at("redis_master_link_up", 61), None);
        // Its ACKs stop; after repl-timeout its line goes, and the series with it.
        assert!(at("redis_connected_slave_lag_seconds", 106).is_some_and(|lag| (44.0..=47.0).contains(&lag)));
        assert_eq!(at("redis_connected_slave_lag_seconds", 136), None);
        assert_eq!(at("redis_connected_slaves{instance=\"master\"}", 136), Some(0.0));
    }

    #[test]
    fn the_first_scrape_is_the_seeds() {
        let phases: Vec<i64> = (0..50).map(|seed| Scraper::usual(seed).phase_ms).collect();
        assert!(phases.iter().all(|phase| (0..15_000).contains(phase)));
        assert!(phases.iter().any(|phase| *phase < 3_000) && phases.iter().any(|phase| *phase > 12_000), "{phases:?}");
        assert_eq!(Scraper { period_ms: 10, phase_ms: 3 }.moments(33).collect::<Vec<_>>(), [3, 13, 23, 33]);
    }
}
