//! Conformance with real servers: a recording plays one end of the replication link at its own times, a [`resync_core::node::Node`] of the recorded
//! release plays the other, and everything that the node says is compared with what the real server said: bytes on the wire, log lines, INFO,
//! replies, and when.
//!
//! What differs from run to run is normalised: ids, process ids, sizes of RDB files, seconds in texts. What is no more than the order of two
//! processes' clocks (a PING against the other end's ACK) is compared by time. Nothing else is forgiven, but for what the recordings' README names play by
//! play.

pub mod compare;
pub mod proxy;
pub mod recording;
pub mod theatre;

pub use compare::{Difference, Verdict, judge};
pub use recording::{Part, Recording};
pub use theatre::{Play, perform};
