//! Keyed randomness: a draw is a pure function of the seed, the actor, the purpose and the index of the draw, (seed, actor, purpose, n).
//!
//! A draw that is not made changes no other: adding a node or taking another branch leaves every other actor's draws as they were.

/// The purpose of a draw. Each purpose has its own sequence for each actor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u64)]
pub enum Purpose {
    /// A run id or replication id.
    ReplId = 1,
    /// The phase of a node's cron.
    CronPhase = 2,
    /// Delay of one packet.
    Jitter = 3,
    /// What a workload writes next.
    Workload = 4,
    /// Commands that choose at random (SPOP, RANDOMKEY …).
    Command = 5,
    /// Active expiry's samples.
    Expiry = 6,
    /// The process id of a node or child.
    Pid = 7,
    /// The EOF mark of a diskless transfer.
    EofMark = 8,
    /// Schedules of the swarm.
    Swarm = 9,
    /// Everything that a sentinel draws.
    Sentinel = 10,
}

/// A 64-bit name of an actor made from its text.
#[must_use]
pub const fn actor(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        i += 1;
    }
    hash
}

const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The `n`-th draw of `actor` for `purpose` in the run of `seed`.
#[must_use]
pub const fn rand(seed: u64, actor: u64, purpose: Purpose, n: u64) -> u64 {
    Draws::new(seed, actor, purpose).nth(n)
}

/// All draws of one actor for one purpose: what [`rand`] gives, without finding the actor anew for each.
#[derive(Clone, Copy, Debug)]
pub struct Draws(u64);
impl Draws {
    /// The draws of `actor` for `purpose` in the run of `seed`.
    #[must_use]
    pub const fn new(seed: u64, actor: u64, purpose: Purpose) -> Draws {
        let a = mix(seed.wrapping_add(0x9e37_79b9_7f4a_7c15));
        let b = mix(a ^ actor.wrapping_mul(0xd6e8_feb8_6659_fd93));
        Draws(mix(b ^ (purpose as u64).wrapping_mul(0xa076_1d64_78bd_642f)))
    }
    /// The `n`-th of them.
    #[must_use]
    pub const fn nth(self, n: u64) -> u64 {
        mix(self.0 ^ n.wrapping_mul(0xe703_7ed1_a0b4_28db))
    }
}

/// Maps a draw to `0..bound` without visible bias; 0 for a bound of 0.
#[must_use]
pub const fn below(draw: u64, bound: u64) -> u64 {
    ((draw as u128 * bound as u128) >> 64) as u64
}
