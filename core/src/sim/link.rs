//! Links: one pair of nodes, two directions, each with its own physics.
//!
//! A direction serialises packets one after the other (time in nanoseconds, so that fast links do not round to nothing), then carries each for its
//! latency. It knows nothing of conns: [`super::tcp`] asks it when something sent now will arrive.

use super::places::{SENTINEL_LINKS, SENTINELS_FROM};
use super::world::{Physics, PhysicsChange};
use crate::prng::{Purpose, below, rand};
use crate::time::{Span, Time};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use serde::Serialize;

/// One direction of a link.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Its physics.
    pub physics: Physics,
    /// A black hole.
    pub frozen: bool,
    /// Until when it serialises what was given to it, ns.
    busy_ns: u64,
    /// How many delays were drawn.
    draws: u64,
    /// The actor of its draws.
    actor: u64,
    /// Delivered: the second it counts, bytes in it, bytes in the one before.
    delivered: (u64, u64, u64),
}

/// When a packet is serialised and when it arrives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Its first bit leaves, ns.
    pub tx_start_ns: u64,
    /// Its last bit leaves, ns.
    pub tx_end_ns: u64,
    /// Its last bit arrives.
    pub arrives: Time,
}

const fn ns(at: Time) -> u64 {
    at.as_micros().saturating_mul(1_000)
}

impl Lane {
    /// A working direction; `actor` names it for its draws.
    #[must_use]
    pub fn new(physics: Physics, actor: u64) -> Lane {
        Lane { physics: sane(physics), frozen: false, busy_ns: 0, draws: 0, actor, delivered: (0, 0, 0) }
    }
    /// Plans a packet handed over at `at`: `left` bytes still to serialise, `per_mille` of the way still to go.
    pub fn plan(&mut self, seed: u64, at: Time, left: u64, per_mille: u64) -> Plan {
        let tx_start_ns = ns(at).max(if left > 0 { self.busy_ns } else { 0 });
        let tx_ns =
            if self.physics.bandwidth == 0 { 0 } else { (u128::from(left) * 1_000_000_000 / u128::from(self.physics.bandwidth)) as u64 };
        let tx_end_ns = tx_start_ns.saturating_add(tx_ns);
        if left > 0 {
            self.busy_ns = tx_end_ns;
        }
        let mut way = self.physics.latency.as_micros();
        if self.physics.jitter > Span::ZERO {
            self.draws += 1;
            way += below(rand(seed, self.actor, Purpose::Jitter, self.draws), self.physics.jitter.as_micros() + 1);
        }
        let way = (way * per_mille / 1_000).max(1);
        Plan { tx_start_ns, tx_end_ns, arrives: Time::from_micros(tx_end_ns.div_ceil(1_000)) + Span::from_micros(way) }
    }
    /// Forgets what was planned: everything under way is planned anew after a change.
    pub fn restart(&mut self, now: Time) {
        self.busy_ns = ns(now);
    }
    /// Counts delivered bytes.
    pub fn count(&mut self, now: Time, bytes: u64) {
        let second = now.as_micros() / 1_000_000;
        if second != self.delivered.0 {
            let before = if second == self.delivered.0 + 1 { self.delivered.1 } else { 0 };
            self.delivered = (second, 0, before);
        }
        self.delivered.1 += bytes;
    }
    /// Bytes delivered over the last second: what this second has so far, and the share of the last one that is not older than a second.
    #[must_use]
    pub fn rate(&self, now: Time) -> u64 {
        let second = now.as_micros() / 1_000_000;
        let part = now.as_micros() % 1_000_000;
        let (this, last) = match second.saturating_sub(self.delivered.0) {
            0 => (self.delivered.1, self.delivered.2),
            1 => (0, self.delivered.1),
            _ => (0, 0),
        };
        this + last * (1_000_000 - part) / 1_000_000
    }
    /// Bytes of one packet: a read's worth, less on a slow line, so that what arrives arrives as it comes.
    #[must_use]
    pub fn packet_bytes(&self) -> usize {
        match self.physics.bandwidth {
            0 => crate::limits::READ_BYTES_MAX,
            rate => ((rate / 100) as usize).clamp(1_448, crate::limits::READ_BYTES_MAX),
        }
    }
    /// Applies a change.
    pub fn change(&mut self, change: PhysicsChange) {
        let mut physics = self.physics;
        physics.latency = change.latency.unwrap_or(physics.latency);
        physics.jitter = change.jitter.unwrap_or(physics.jitter);
        physics.bandwidth = change.bandwidth.unwrap_or(physics.bandwidth);
        if let Some(bytes) = change.buffer {
            physics.send_buffer = bytes;
            physics.receive_buffer = bytes;
        }
        physics.receive_buffer = change.window.unwrap_or(physics.receive_buffer);
        self.physics = sane(physics);
    }
}

/// A link takes time, and a kernel has buffers: 4 KiB at least, as Linux has it.
fn sane(mut physics: Physics) -> Physics {
    physics.latency = physics.latency.max(Span::from_micros(1));
    physics.send_buffer = physics.send_buffer.max(4_096);
    physics.receive_buffer = physics.receive_buffer.max(4_096);
    physics
}

/// How a link is, in one word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkState {
    /// Works.
    Up,
    /// Reset; dials are refused.
    Cut,
    /// One or both directions are a black hole.
    Frozen,
}
impl LinkState {
    /// As conditions spell it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            LinkState::Up => "up",
            LinkState::Cut => "cut",
            LinkState::Frozen => "frozen",
        }
    }
}

/// A pair of nodes.
#[derive(Clone, Debug)]
pub struct Link {
    /// Its ends; `a` is the lower number.
    pub a: u32,
    /// The other end.
    pub b: u32,
    /// Both directions reset; dials are refused.
    pub cut: bool,
    /// When its state last changed.
    pub since: Time,
    /// Dials refused or lost since then.
    pub dials_failed: u32,
    /// From `a` to `b`, and back.
    pub lanes: [Lane; 2],
}
impl Link {
    /// The direction that leaves `from`: 0 or 1.
    #[must_use]
    pub const fn lane_from(&self, from: u32) -> usize {
        if from == self.a { 0 } else { 1 }
    }
    /// Whether either direction is a black hole.
    #[must_use]
    pub const fn frozen(&self) -> bool {
        self.lanes[0].frozen || self.lanes[1].frozen
    }
    /// How it is.
    #[must_use]
    pub const fn state(&self) -> LinkState {
        if self.cut {
            LinkState::Cut
        } else if self.frozen() {
            LinkState::Frozen
        } else {
            LinkState::Up
        }
    }
}

/// All links that were ever used, described or touched; every other pair has the default.
#[derive(Clone, Debug)]
pub struct Links {
    /// Their physics unless said.
    default: Physics,
    seed: u64,
    all: Vec<Link>,
    /// Those with a sentinel at one end at least.
    of_sentinels: Vec<Link>,
    by_pair: BTreeMap<(u32, u32), u32>,
}
impl Links {
    /// None yet.
    #[must_use]
    pub fn new(default: Physics, seed: u64) -> Links {
        Links { default, seed, all: Vec::new(), of_sentinels: Vec::new(), by_pair: BTreeMap::new() }
    }
    /// The link between two nodes, made if it is the first time that anyone asks.
    pub fn between(&mut self, x: u32, y: u32) -> u32 {
        let pair = (x.min(y), x.max(y));
        if let Some(ix) = self.by_pair.get(&pair) {
            return *ix;
        }
        let sentinels = pair.1 >= SENTINELS_FROM;
        let (from, list) = if sentinels { (SENTINEL_LINKS, &mut self.of_sentinels) } else { (0, &mut self.all) };
        let ix = from + list.len() as u32;
        let name = |from: u32, to: u32| 0x6c69_6e6b_0000_0000 ^ (u64::from(from) << 16) ^ u64::from(to);
        list.push(Link {
            a: pair.0,
            b: pair.1,
            cut: false,
            since: Time::ZERO,
            dials_failed: 0,
            lanes: [Lane::new(self.default, name(pair.0, pair.1)), Lane::new(self.default, name(pair.1, pair.0))],
        });
        self.by_pair.insert(pair, ix);
        ix
    }
    /// The link between two nodes, if it was ever used, described or touched.
    #[must_use]
    pub fn find(&self, x: u32, y: u32) -> Option<u32> {
        self.by_pair.get(&(x.min(y), x.max(y))).copied()
    }
    /// A link by number.
    #[must_use]
    pub fn get(&self, ix: u32) -> &Link {
        match ix.checked_sub(SENTINEL_LINKS) {
            Some(ix) => &self.of_sentinels[ix as usize],
            None => &self.all[ix as usize],
        }
    }
    /// A link by number, to change.
    pub fn get_mut(&mut self, ix: u32) -> &mut Link {
        match ix.checked_sub(SENTINEL_LINKS) {
            Some(ix) => &mut self.of_sentinels[ix as usize],
            None => &mut self.all[ix as usize],
        }
    }
    /// All of them between nodes, by number.
    #[must_use]
    pub fn all(&self) -> &[Link] {
        &self.all
    }
    /// Those with a sentinel at one end at least, by number from [`SENTINEL_LINKS`] on.
    #[must_use]
    pub fn of_sentinels(&self) -> &[Link] {
        &self.of_sentinels
    }
    /// The run's seed.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(latency_us: u64, jitter_us: u64, bandwidth: u64) -> Lane {
        let physics =
            Physics { latency: Span::from_micros(latency_us), jitter: Span::from_micros(jitter_us), bandwidth, ..Physics::default() };
        Lane::new(physics, 1)
    }

    #[test]
    fn bandwidth_is_time_and_packets_queue_for_it() {
        let mut lane = lane(500, 0, 1_000_000);
        assert_eq!(lane.plan(1, Time::ZERO, 1_000, 1_000).arrives, Time::from_micros(1_500));
        assert_eq!(lane.plan(1, Time::ZERO, 500, 1_000).arrives, Time::from_micros(2_000));
        assert_eq!(lane.plan(1, Time::from_micros(10_000), 1, 1_000).arrives, Time::from_micros(10_501));
    }

    #[test]
    fn fast_links_do_not_round_to_nothing() {
        let mut lane = lane(1, 0, 10_000_000_000);
        for _ in 0..100 {
            lane.plan(1, Time::ZERO, 100, 1_000);
        }
        assert_eq!(lane.busy_ns, 1_000);
    }

    #[test]
    fn a_link_takes_at_least_a_microsecond() {
        assert_eq!(lane(0, 0, 0).plan(1, Time::ZERO, 1, 1_000).arrives, Time::from_micros(1));
    }

    #[test]
    fn jitter_is_keyed_and_bounded() {
        let (mut one, mut two) = (lane(100, 50, 0), lane(100, 50, 0));
        let mut seen = alloc::collections::BTreeSet::new();
        for _ in 0..200 {
            let at = one.plan(7, Time::ZERO, 1, 1_000).arrives;
            assert_eq!(at, two.plan(7, Time::ZERO, 1, 1_000).arrives);
            assert!((100..=150).contains(&at.as_micros()));
            seen.insert(at);
        }
        assert!(seen.len() > 30);
    }

    #[test]
    fn rate_is_that_of_the_last_second() {
        let mut lane = lane(1, 0, 0);
        lane.count(Time::from_millis(500), 1_000);
        assert_eq!(lane.rate(Time::from_millis(900)), 1_000);
        assert_eq!(lane.rate(Time::from_millis(1_500)), 500);
        assert_eq!(lane.rate(Time::from_millis(2_000)), 0);
    }
}
