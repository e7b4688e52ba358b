//! Weathers: the runs in which alarms are tried.
//!
//! Each goes well until [`BEGINS_MS`], and is looked at until [`ENDS_MS`]. A master has two replicas in all of them, so that a rule may say how many there have
//! to be.

/// When something begins, ms of the run.
pub const BEGINS_MS: i64 = 300_000;
/// How far a run is looked at, ms.
pub const ENDS_MS: i64 = 900_000;

/// A weather.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Weather {
    /// Its name, as addresses and options spell it.
    pub id: &'static str,
    /// Its scenario.
    pub scenario: &'static str,
    /// Whether something is wrong that somebody should be told of.
    pub wrong: bool,
}

/// All weathers: what is wrong first, then what must not ring.
pub const ALL: [Weather; 8] = [
    Weather { id: "freeze", scenario: include_str!("../weathers/freeze.resync"), wrong: true },
    Weather { id: "cut", scenario: include_str!("../weathers/cut.resync"), wrong: true },
    Weather { id: "slow", scenario: include_str!("../weathers/slow.resync"), wrong: true },
    Weather { id: "sync-replica", scenario: include_str!("../weathers/sync-replica.resync"), wrong: true },
    Weather { id: "loop", scenario: include_str!("../weathers/loop.resync"), wrong: true },
    Weather { id: "partition", scenario: include_str!("../weathers/partition.resync"), wrong: true },
    Weather { id: "restart", scenario: include_str!("../weathers/restart.resync"), wrong: false },
    Weather { id: "first-sync", scenario: include_str!("../weathers/first-sync.resync"), wrong: false },
];

impl Weather {
    /// The one with this name.
    #[must_use]
    pub fn named(id: &str) -> Option<Weather> {
        ALL.iter().copied().find(|weather| weather.id == id)
    }
}
