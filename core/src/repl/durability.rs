//! The number of replicas that count: good ones for min-slaves, acknowledged ones for WAIT (docs/redis.md §2.9, §2.10).

use super::offset::Offset;

/// The facts about one replica that both counts need.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Whether its state is online.
    pub online: bool,
    /// The last offset it acknowledged; 0 if it never did.
    pub ack_offset: Offset,
    /// Unix second of its last sign of life.
    pub ack_time_s: i64,
}

/// The two directives of the gate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Need {
    /// `min-slaves-to-write`; 0 switches the gate off.
    pub to_write: i64,
    /// `min-slaves-max-lag` in seconds; 0 switches the gate off.
    pub max_lag_s: i64,
}
impl Need {
    /// Whether the gate is on at all: INFO then shows `min_slaves_good_slaves`.
    #[must_use]
    pub const fn active(self) -> bool {
        self.to_write != 0 && self.max_lag_s != 0
    }
    /// Whether a master refuses writes at this count of good replicas.
    #[must_use]
    pub const fn refuses(self, good: u32) -> bool {
        self.active() && (good as i64) < self.to_write
    }
}

/// Online replicas whose last sign of life is at most `max_lag_s` seconds old. 0 while the gate is off, as Redis leaves it.
pub fn good(replicas: &mut dyn Iterator<Item = Standing>, now_s: i64, need: Need) -> u32 {
    if !need.active() {
        return 0;
    }
    replicas.filter(|r| r.online && now_s - r.ack_time_s <= need.max_lag_s).count() as u32
}

/// Online replicas that acknowledged `offset`.
pub fn acked(replicas: &mut dyn Iterator<Item = Standing>, offset: Offset) -> u32 {
    replicas.filter(|r| r.online && r.ack_offset >= offset).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLEET: [Standing; 4] = [
        Standing { online: true, ack_offset: Offset(100), ack_time_s: 10 },
        Standing { online: true, ack_offset: Offset(90), ack_time_s: 7 },
        Standing { online: true, ack_offset: Offset(0), ack_time_s: 6 },
        Standing { online: false, ack_offset: Offset(500), ack_time_s: 10 },
    ];

    #[test]
    fn good_is_counted_inclusively_and_by_age_alone() {
        let need = Need { to_write: 2, max_lag_s: 3 };
        assert_eq!(good(&mut FLEET.into_iter(), 10, need), 2);
        assert_eq!(good(&mut FLEET.into_iter(), 11, need), 1);
        assert!(!need.refuses(2));
        assert!(need.refuses(1));
    }

    #[test]
    fn either_zero_switches_the_gate_off() {
        for need in [Need { to_write: 0, max_lag_s: 10 }, Need { to_write: 3, max_lag_s: 0 }] {
            assert!(!need.active());
            assert!(!need.refuses(0));
            assert_eq!(good(&mut FLEET.into_iter(), 10, need), 0);
        }
    }

    #[test]
    fn wait_counts_online_replicas_at_or_past_the_offset() {
        assert_eq!(acked(&mut FLEET.into_iter(), Offset(90)), 2);
        assert_eq!(acked(&mut FLEET.into_iter(), Offset(91)), 1);
        assert_eq!(acked(&mut FLEET.into_iter(), Offset(0)), 3);
    }
}
