//! Every bound of the engine, with its reason. Input from outside is checked against these before anything is built.

/// Nodes of one scenario: 540 pairs of the migration story, with room for a proxy tier.
pub const NODES_MAX: usize = 2_048;
/// Bytes of one scenario text: far above any lesson, small enough to parse in one frame.
pub const SCENARIO_BYTES_MAX: usize = 256 * 1024;
/// Bytes of one read from a socket: Redis's own `PROTO_IOBUF_LEN`.
pub const READ_BYTES_MAX: usize = 16 * 1024;
/// Bytes of one read of RDB up to 5.0.
pub const RDB_READ_BYTES_OLD: usize = 4_096;
/// Arguments of one RESP command: Redis's own bound.
pub const MULTIBULK_MAX: i64 = 1024 * 1024;
/// Bytes of one bulk argument: Redis allows 512 MB, a page's memory does not.
pub const BULK_BYTES_MAX: i64 = 64 * 1024 * 1024;
/// Bytes of an inline command: Redis's own bound.
pub const INLINE_BYTES_MAX: usize = 64 * 1024;
/// Smallest backlog: Redis clamps lower values up to it.
pub const BACKLOG_BYTES_MIN: u64 = 16 * 1024;
/// Events of one simulated instant: beyond it a scenario never lets time pass.
pub const EVENTS_PER_INSTANT_MAX: u32 = 200_000;
/// Flow notes kept (each message, each command): some screens full.
pub const FLOW_NOTES_KEPT: usize = 4_096;
/// Milestones of one run's journal: beyond it the oldest repeats are folded harder.
pub const JOURNAL_MAX: usize = 200_000;
/// Log lines that one node keeps for its panel.
pub const LOG_LINES_KEPT: usize = 2_000;
