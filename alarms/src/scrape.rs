//! The scraper: what redis_exporter makes of INFO, read from a run every few seconds.

use crate::series::{Labels, NAME, Store};
use resync_core::data::float::decimal;
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

/// A step of this many events at the most, between two looks at the clock of whoever waits.
const BUDGET: u64 = 400;
/// How often the truth is looked at, ms.
pub const LOOK_MS: i64 = 1_000;

/// What is true at a moment, which no exporter shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Truth {
    /// When, ms of the run.
    pub at_ms: i64,
    /// Bytes of its master's stream that the replica lacks which lacks most; 0 where none lacks any.
    pub gap: i64,
}

/// So long Prometheus waits for an exporter, ms; a period if that is shorter. An exporter of redis_exporter's kind waits longer for its server, so that a
/// scrape of one that does not answer fails as a whole.
pub const TIMEOUT_MS: i64 = 10_000;
/// How often it is looked whether a server that was asked answers by now, ms.
const POLL_MS: i64 = 100;

/// A scrape that is not answered yet.
#[derive(Clone, Copy, Debug)]
struct Asked {
    node: usize,
    /// When it was asked, ms.
    at_ms: i64,
    /// When the scraper gives up, ms.
    until_ms: i64,
}

/// A run that is played a little at a time, scraped and looked at on the way.
pub struct Playing {
    run: Timeline,
    scraper: Scraper,
    until_ms: i64,
    scrape_ms: i64,
    look_ms: i64,
    poll_ms: i64,
    asked: Vec<Asked>,
    /// What was scraped so far.
    pub store: Store,
    /// The truth, once a second so far.
    pub truth: Vec<Truth>,
}

impl std::fmt::Debug for Playing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Playing").field("scrape_ms", &self.scrape_ms).field("until_ms", &self.until_ms).finish_non_exhaustive()
    }
}

impl Playing {
    /// A run of this scenario that is to be scraped up to a moment.
    ///
    /// # Errors
    /// Where the text is no scenario: its own words.
    pub fn new(scenario: &str, scraper: Scraper, until_ms: i64) -> Result<Playing, String> {
        let run = Timeline::from_text(scenario).map_err(|why| why.to_string())?;
        let (scrape_ms, store, truth) = (scraper.phase_ms, Store::default(), Vec::new());
        Ok(Playing { run, scraper, until_ms, scrape_ms, look_ms: 0, poll_ms: 0, asked: Vec::new(), store, truth })
    }

    /// The next moment at which something is to be done, ms; nothing at the end.
    fn next_ms(&self) -> Option<i64> {
        let poll = (!self.asked.is_empty()).then_some(self.poll_ms);
        [self.scrape_ms, self.look_ms].into_iter().filter(|at| *at <= self.until_ms).chain(poll).min()
    }

    /// Plays on while there is time, at least one step; whether it is at its end.
    ///
    /// # Errors
    /// Where the run stands still: its own words.
    pub fn go_on(&mut self, in_time: &dyn Fn() -> bool) -> Result<bool, String> {
        while let Some(at_ms) = self.next_ms() {
            match self.run.advance(Time::from_micros(at_ms.unsigned_abs() * 1_000), BUDGET) {
                Ran::Reached => self.look(at_ms),
                Ran::Budget => {}
                stuck => return Err(format!("{stuck:?}")),
            }
            if !in_time() {
                break;
            }
        }
        Ok(self.next_ms().is_none())
    }

    fn look(&mut self, at_ms: i64) {
        let (sim, store) = (self.run.sim(), &mut self.store);
        if at_ms == self.look_ms {
            let gaps = (0..sim.machines().len()).filter_map(|node| sim.reality(node as NodeIx)).map(|reality| reality.gap);
            self.truth.push(Truth { at_ms, gap: gaps.max().unwrap_or_default() });
            self.look_ms += LOOK_MS;
        }
        // Who was asked before answers before.
        self.asked.retain(|asked| {
            let over = at_ms >= asked.until_ms;
            let answered = answer(sim, asked.node).or_else(|| over.then(|| failed(sim, asked.node)));
            if let Some(samples) = answered {
                store.scraped(asked.at_ms, &target(&sim.machines()[asked.node].spec.name), samples);
                return false;
            }
            true
        });
        if at_ms == self.scrape_ms {
            for node in 0..sim.machines().len() {
                match answer(sim, node) {
                    Some(samples) => store.scraped(at_ms, &target(&sim.machines()[node].spec.name), samples),
                    None => self.asked.push(Asked { node, at_ms, until_ms: at_ms + TIMEOUT_MS.min(self.scraper.period_ms) }),
                }
            }
            self.scrape_ms += self.scraper.period_ms.max(1);
        }
        self.poll_ms = at_ms + POLL_MS;
    }
}

/// What a server's exporter says now; nothing while the server does not answer it: a stopped process, and one whose event loop is in a command.
///
/// Where nothing listens the exporter is told at once, and says so: `redis_up 0`.
fn answer(sim: &Sim, node: usize) -> Option<Vec<(Labels, f64)>> {
    let machine = &sim.machines()[node];
    let target = target(&machine.spec.name);
    let up = |up: bool| vec![sample("up", &target, [], 1.0), sample("redis_up", &target, [], f64::from(u8::from(up)))];
    match machine.doing(sim.now()).name() {
        "down" | "off" => Some(up(false)),
        "paused" | "busy" => None,
        _ => {
            let mut all = up(true);
            all.extend(view::info(sim, node as NodeIx, None).iter().flat_map(|info| exported(info, &target)));
            Some(all)
        }
    }
}

/// What Prometheus itself writes down of a scrape that failed.
fn failed(sim: &Sim, node: usize) -> Vec<(Labels, f64)> {
    vec![sample("up", &target(&sim.machines()[node].spec.name), [], 0.0)]
}

/// Plays a run up to a moment and keeps what is scraped of all its servers on the way.
///
/// # Errors
/// Where the text is no scenario, or the run stands still: its own words.
pub fn scraped(scenario: &str, scraper: Scraper, until_ms: i64) -> Result<Store, String> {
    let mut playing = Playing::new(scenario, scraper, until_ms)?;
    while !playing.go_on(&|| true)? {}
    Ok(playing.store)
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
    let number = |field: &str| info.named(field).and_then(|text| decimal(text.trim()));
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
        // A stopped process does not answer its exporter: the scrape fails, and what was said before ends.
        assert_eq!((at("up{instance=\"replica-1\"}", 61), at("redis_up{instance=\"replica-1\"}", 61)), (Some(0.0), None));
        assert_eq!(at("redis_master_link_up", 61), None);
        // Its ACKs stop; after repl-timeout its line goes, and the series with it.
        assert!(at("redis_connected_slave_lag_seconds", 106).is_some_and(|lag| (44.0..=47.0).contains(&lag)));
        assert_eq!(at("redis_connected_slave_lag_seconds", 136), None);
        assert_eq!(at("redis_connected_slaves{instance=\"master\"}", 136), Some(0.0));
    }

    #[test]
    fn a_busy_server_answers_late_or_not_at_all_and_one_that_is_gone_is_told_of() {
        let text = "era 7.0\nseed 7\nnode master\nat 14s master: DEBUG SLEEP 5\nat 29s master: DEBUG SLEEP 40\nat 90s crash master\n";
        let scraper = Scraper { period_ms: 15_000, phase_ms: 0 };
        let store = scraped(text, scraper, 120_000).expect("a run");
        let at = |text: &str, s: i64| one(&store, text, s);
        // Asked at 15 s, it answers at 19 s: by then four seconds older.
        assert_eq!((at("up", 15), at("redis_up", 15), at("redis_uptime_in_seconds", 15)), (Some(1.0), Some(1.0), Some(19.0)));
        // Asleep from 29 s to 69 s: the scrapes of 30 s and 45 s fail, that of 60 s is answered nine seconds later.
        for failed in [30, 45] {
            assert_eq!((at("up", failed), at("redis_up", failed)), (Some(0.0), None), "{failed}");
        }
        assert_eq!((at("up", 60), at("redis_up", 60)), (Some(1.0), Some(1.0)));
        // Nothing listens: the exporter says so.
        assert_eq!((at("up", 105), at("redis_up", 105), at("redis_connected_slaves", 105)), (Some(1.0), Some(0.0), None));
    }

    #[test]
    fn the_first_scrape_is_the_seeds() {
        let phases: Vec<i64> = (0..50).map(|seed| Scraper::usual(seed).phase_ms).collect();
        assert!(phases.iter().all(|phase| (0..15_000).contains(phase)));
        assert!(phases.iter().any(|phase| *phase < 3_000) && phases.iter().any(|phase| *phase > 12_000), "{phases:?}");
        assert_eq!(Scraper { period_ms: 10, phase_ms: 3 }.moments(33).collect::<Vec<_>>(), [3, 13, 23, 33]);
    }
}
