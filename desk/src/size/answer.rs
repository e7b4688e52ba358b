//! The arithmetic: integers, rounded up where it is a size, down where it is a promise.

use super::field::Field;
use super::form::Form;
use resync_core::era::{BacklogKind, Capabilities};
use resync_core::limits::BACKLOG_BYTES_MIN;

/// Until a replica asks after its link has healed, ms: it dials once a second, and the handshake takes some round trips.
pub const ASKS_MS: u64 = 1_200;
/// Bytes of a PING in the stream.
const PING_BYTES: u64 = 14;
/// `repl-ping-replica-period`, `min-replicas-max-lag`, s: Redis's defaults.
const PING_S: u64 = 10;
/// `repl-timeout`, s, and `repl-backlog-ttl`, s: Redis's defaults.
pub(super) const TIMEOUT_S: u64 = 60;
/// `repl-backlog-ttl`, s: Redis's default.
pub(super) const TTL_S: u64 = 3_600;
/// `client-output-buffer-limit replica`: Redis's defaults, hard and soft, bytes, and the seconds of the soft one.
pub(super) const LIMIT: (u64, u64, u64) = (256 << 20, 64 << 20, 60);

/// What follows from the form. Sizes in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sizes {
    /// Bytes that are written during the outage and until the replica asks.
    pub needed: u64,
    /// Sizes are multiples of this: an eighth to a fourth of what is needed, a power of two.
    pub step: u64,
    /// The smallest such size that is enough.
    pub least: u64,
    /// The largest one that is used up by the outage alone, if a backlog can be so small.
    pub smaller: Option<u64>,
    /// `repl-backlog-size`: the least with its margin, and no less than the default.
    pub backlog: u64,
    /// The era's own `repl-backlog-size`.
    pub backlog_default: u64,
    /// An outage of so many ms it survives.
    pub covers_ms: u64,
    /// `repl-backlog-ttl`, s.
    pub ttl_s: u64,
    /// A full resync: fork, save, send, load, ms each.
    pub full_ms: [u64; 4],
    /// Bytes that are written meanwhile, and wait for one replica.
    pub waits: u64,
    /// `client-output-buffer-limit`: hard and soft.
    pub limit: (u64, u64),
    /// Bytes that wait for all replicas together, if they resync at once.
    pub waits_all: u64,
    /// `repl-timeout`, s.
    pub timeout_s: u64,
    /// Silence that is none, ms: three PINGs and a fork.
    pub silent_ms: u64,
    /// `repl-ping-replica-period`, s.
    pub ping_s: u64,
    /// `min-replicas-to-write`; 0 is off.
    pub to_write: u64,
    /// `min-replicas-max-lag`, s.
    pub max_lag_s: u64,
    /// Bytes that are written within that time: lost at worst.
    pub at_risk: u64,
}

/// Rounded up to a multiple.
const fn up(bytes: u64, step: u64) -> u64 {
    bytes.div_ceil(step).saturating_mul(step)
}
/// Bytes that a backlog of this size can come to hold: blocks are freed whole (7.0).
fn holds_at_most(caps: &Capabilities, size: u64) -> u64 {
    match caps.backlog {
        BacklogKind::Ring => size,
        BacklogKind::Blocks => size + 2 * (size / 16).max(BACKLOG_BYTES_MIN),
    }
}

/// Answers.
#[must_use]
pub fn sizes(form: &Form) -> Sizes {
    let caps = form.era.capabilities();
    let rate = form.get(Field::Rate);
    let (outage_ms, margin) = (form.get(Field::Outage) * 1_000, form.get(Field::Margin));
    let written = |ms: u64| u64::try_from(u128::from(rate) * u128::from(ms) / 1_000).unwrap_or(u64::MAX);
    let marginal = |n: u64| n.saturating_mul(margin).div_ceil(10);
    let pings = PING_BYTES * (outage_ms / (PING_S * 1_000) + 1);
    let needed = written(outage_ms + ASKS_MS) + pings;
    let step = (needed / 8).max(BACKLOG_BYTES_MIN).next_power_of_two();
    let least = up(needed, step);
    let backlog_default = caps.backlog_default_bytes.unsigned_abs();
    let backlog = up(marginal(least), step).max(backlog_default);
    let lost = written(outage_ms);
    let smaller = (1..=lost / step).rev().map(|n| n * step).find(|size| holds_at_most(&caps, *size) < lost);
    let dataset = form.get(Field::Dataset);
    let takes = |field: Field| u64::try_from(u128::from(dataset) * 1_000 / u128::from(form.get(field))).unwrap_or(u64::MAX);
    let fork_ms = u64::try_from((u128::from(dataset) * u128::from(form.get(Field::Fork))) >> 30).unwrap_or(u64::MAX);
    let full_ms = [fork_ms, takes(Field::Disk), takes(Field::Network), takes(Field::Load)];
    let waits = written(full_ms.iter().sum());
    let wanted = marginal(waits);
    let wanted = up(wanted, (wanted / 8).max(1 << 20).next_power_of_two());
    let silent_ms = 3 * PING_S * 1_000 + fork_ms;
    let replicas = form.get(Field::Replicas);
    let each = if caps.backlog == BacklogKind::Blocks { 1 } else { replicas };
    Sizes {
        needed,
        step,
        least,
        smaller,
        backlog,
        backlog_default,
        covers_ms: (u128::from(backlog) * 1_000 / u128::from(rate)).saturating_sub(u128::from(ASKS_MS)).try_into().unwrap_or(u64::MAX),
        ttl_s: if marginal(outage_ms) > TTL_S * 1_000 { up(marginal(outage_ms) / 1_000, 600) } else { TTL_S },
        full_ms,
        waits,
        limit: (wanted.max(LIMIT.0), wanted.max(LIMIT.1)),
        waits_all: waits.saturating_mul(each),
        timeout_s: ((marginal(silent_ms) + 500) / 1_000).max(TIMEOUT_S),
        silent_ms,
        ping_s: PING_S,
        to_write: (replicas - 1).min(1),
        max_lag_s: PING_S,
        at_risk: written(PING_S * 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use resync_core::era::Era;

    #[test]
    fn the_first_example_is_6_and_12_mb() {
        let sizes = sizes(&Form::default());
        assert_eq!((sizes.needed, sizes.step), (61_200 * 102_400 / 1_000 + 7 * 14, 1 << 20));
        assert_eq!((sizes.smaller, sizes.least, sizes.backlog), (Some(5 << 20), 6 << 20, 12 << 20));
        assert_eq!((sizes.covers_ms, sizes.full_ms), (121_680, [20, 10_240, 20_480, 20_480]));
        assert_eq!((sizes.waits, sizes.limit), (5_244_928, (256 << 20, 64 << 20)));
        assert_eq!((sizes.timeout_s, sizes.ping_s, sizes.to_write, sizes.max_lag_s, sizes.at_risk), (60, 10, 1, 10, 1_024_000));
        assert_eq!(sizes.ttl_s, 3_600);
    }

    /// Every answer over a grid of inputs and all eras: what must hold of them whatever was typed.
    #[test]
    fn the_answers_keep_their_order() {
        let mut seen = 0;
        for era in Era::ALL.into_iter().filter(|era| era.capabilities().psync) {
            for rate in Field::Rate.stops() {
                for outage in Field::Outage.stops() {
                    for margin in [10, 15, 20, 100] {
                        let form =
                            Form::default().in_era(era).with(Field::Rate, rate).with(Field::Outage, outage).with(Field::Margin, margin);
                        let sizes = sizes(&form);
                        assert!(sizes.least >= sizes.needed && sizes.least - sizes.needed < sizes.step, "{form:?} {sizes:?}");
                        assert!(sizes.backlog >= sizes.least && sizes.backlog * 10 >= sizes.least * margin, "{form:?} {sizes:?}");
                        assert!(sizes.smaller.is_none_or(|smaller| smaller < rate * outage && smaller < sizes.least), "{form:?} {sizes:?}");
                        assert_eq!(
                            sizes.smaller.is_none(),
                            holds_at_most(&era.capabilities(), sizes.step) >= rate * outage,
                            "{form:?} {sizes:?}"
                        );
                        assert!(sizes.covers_ms >= outage * 1_000, "{form:?} {sizes:?}");
                        assert!(sizes.backlog.is_multiple_of(sizes.step) || sizes.backlog == sizes.backlog_default, "{form:?}");
                        assert!(sizes.ttl_s == TTL_S || sizes.ttl_s * 10 >= outage * margin, "{form:?} {sizes:?}");
                        seen += 1;
                    }
                }
            }
        }
        assert!(seen > 20_000, "{seen}");
    }

    #[test]
    fn a_large_dataset_asks_for_more_than_the_defaults() {
        let form = Form::default().with(Field::Dataset, 500 << 30).with(Field::Rate, 1 << 20).with(Field::Fork, 20);
        let sizes = sizes(&form);
        assert_eq!(sizes.full_ms, [10_000, 2_560_000, 5_120_000, 5_120_000]);
        assert_eq!(sizes.waits, 12_810 << 20);
        assert!(
            sizes.limit.0 >= 2 * sizes.waits && sizes.limit.0 == sizes.limit.1,
            "the soft one would close it after a minute: {sizes:?}"
        );
        assert_eq!(sizes.timeout_s, 80, "twice of 40");
        let alone = super::sizes(&form.with(Field::Replicas, 1));
        assert_eq!(alone.to_write, 0, "a single replica that restarts must stop no writes");
        let old = super::sizes(&form.in_era(Era::V6_2));
        assert_eq!((old.waits_all, sizes.waits_all), (2 * old.waits, sizes.waits), "each has its own copy before 7.0");
        let long = super::sizes(&form.with(Field::Outage, 5_400));
        assert_eq!(long.ttl_s, 10_800, "a backlog that nobody follows is freed after an hour");
    }
}
