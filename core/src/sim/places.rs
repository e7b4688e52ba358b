//! Numbers of ends of links: nodes, and behind them sentinels.

use crate::limits;

/// The number, as an end of links, of the first sentinel: behind all nodes that there may ever be.
pub const SENTINELS_FROM: u32 = limits::NODES_MAX as u32;
/// Where a sentinel listens.
pub const SENTINEL_PORT: u16 = 26_379;

/// The number of the first link that a sentinel is an end of: behind all links between nodes.
pub(super) const SENTINEL_LINKS: u32 = 1 << 24;

/// The sentinel with this number as an end of links.
#[must_use]
pub const fn sentinel_at(place: u32) -> Option<u32> {
    place.checked_sub(SENTINELS_FROM)
}
