//! Replication: identities, the stream, the backlog, the decisions. Knows nothing of nodes or the world.
//!
//! In reading order: [`id`] and [`offset`] name a place in a stream; [`stream`] writes it; [`backlog`] remembers its end (`piece`: in what memory, `allocator`: in blocks of which size); [`psync`] decides who may go on
//! where they stopped; [`durability`] counts good replicas. `master` and `replica` hold the two ends' records, which `node` drives; [`kept`] is the stream that waits for an RDB.

pub mod allocator;
pub mod backlog;
pub mod durability;
pub mod id;
pub mod kept;
pub mod master;
pub mod offset;
mod piece;
pub mod psync;
pub mod replica;
pub mod stream;

pub use allocator::Allocator;
pub use id::ReplId;
pub use kept::Kept;
pub use offset::Offset;
