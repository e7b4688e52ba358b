//! Two nodes that belong together.

use resync_core::view::NodeIx;

/// A master and its replica.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pair {
    /// The master.
    pub master: NodeIx,
    /// The replica.
    pub replica: NodeIx,
}
