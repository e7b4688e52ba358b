//! Every bound of the engine, with its reason. Input from outside is checked against these before anything is built.

/// Nodes of one scenario: 540 pairs of the migration story, with room for a proxy tier.
pub const NODES_MAX: usize = 2_048;
/// Sentinels of one scenario: more than three groups of seven, and each talks to every other one.
pub const SENTINELS_MAX: usize = 32;
/// Bytes of one scenario text: far above any lesson, small enough to parse in one frame.
pub const SCENARIO_BYTES_MAX: usize = 256 * 1024;
/// Bytes of an INFO text that is read: five times what a master of [`NODES_MAX`] replicas prints.
pub const INFO_BYTES_MAX: usize = 1024 * 1024;
/// Lines of an INFO text that is read: each node as a replica, and ten times what a real server prints beside that.
pub const INFO_LINES_MAX: usize = 8_192;
/// Bytes of a pasted text that are looked at: some ten thousand lines of a log; what is beyond is said to be unread.
pub const PASTE_BYTES_MAX: usize = 1024 * 1024;
/// Nodes that are told apart in a pasted text: more than anybody compares by eye; lines of others are passed over.
pub const PASTE_NODES_MAX: usize = 64;
/// Bytes of one read from a socket: Redis's own `PROTO_IOBUF_LEN`.
pub const READ_BYTES_MAX: usize = 16 * 1024;
/// Bytes of one read of RDB up to 5.0.
pub const RDB_READ_BYTES_OLD: usize = 4_096;
/// Arguments of one RESP command: Redis's own bound.
pub const MULTIBULK_MAX: i64 = 1024 * 1024;
/// Words of one request of a caller who has yet to give the password (5.0.14).
pub const STRANGER_WORDS_MAX: i64 = 10;
/// Bytes of one argument of such a caller (5.0.14).
pub const STRANGER_BULK_BYTES_MAX: i64 = 16_384;
/// Bytes of one bulk argument that Redis knows by its length as one: beyond it nobody asks whose it is.
pub const REDIS_BULK_BYTES_MAX: i64 = 512 * 1024 * 1024;
/// Bytes of one bulk argument: Redis allows 512 MB, a page's memory does not.
pub const BULK_BYTES_MAX: i64 = 64 * 1024 * 1024;
/// Bytes of all words of one request together: Redis closes a caller at 1 GB of query buffer.
pub const QUERY_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Bytes of an inline command: Redis's own bound.
pub const INLINE_BYTES_MAX: usize = 64 * 1024;
/// Smallest backlog: Redis clamps lower values up to it.
pub const BACKLOG_BYTES_MIN: u64 = 16 * 1024;
/// Keys of one DEBUG POPULATE: what the recordings of real servers use, and a page can hold.
pub const POPULATE_MAX: i64 = 4_000_000;
/// Bytes of values that DEBUG POPULATE may make at once: a page has less memory than a server.
pub const POPULATE_BYTES_MAX: i64 = if usize::BITS < 64 { 64 << 20 } else { 2 << 30 };
/// Events of one simulated instant: beyond it a scenario never lets time pass.
pub const EVENTS_PER_INSTANT_MAX: u32 = 200_000;
/// Flow notes kept (each message, each command): some screens full.
pub const FLOW_NOTES_KEPT: usize = 4_096;
/// Milestones of one run's journal: beyond it the oldest repeats are folded harder.
pub const JOURNAL_MAX: usize = 200_000;
/// Log lines that one node keeps for its panel.
pub const LOG_LINES_KEPT: usize = 2_000;
/// Lines of one scenario's script: a lesson has dozens, a run of the swarm some hundred, a person's run some thousand.
pub const SCRIPT_LINES_MAX: usize = 20_000;
/// Lines of words that one scenario carries: every topic in sixteen languages.
pub const WORDS_LINES_MAX: usize = 64;
/// Characters of one line of words: a paragraph that a page can show whole.
pub const WORDS_CHARS_MAX: usize = 1_000;
/// Clients of one scenario: one for each node of the largest, and as many again.
pub const CLIENTS_MAX: usize = 2 * NODES_MAX;
/// Characters of a node's or client's name: a label on the stage has to hold it.
pub const NAME_CHARS_MAX: usize = 40;
/// Words of one node's configuration.
pub const CONFIG_WORDS_MAX: usize = 200;
/// The longest time that a text may name: a year; times of a run stay far from overflow.
pub const SPAN_MAX: crate::time::Span = crate::time::Span::from_secs(366 * 24 * 3_600);
/// The latest moment at which a text may open: a page has to play up to it before it shows anything.
pub const OPENS_MAX: crate::time::Span = crate::time::Span::from_secs(600);
/// Commands of one send of a client: redis-benchmark's usual extremes.
pub const PIPELINE_MAX: u32 = 10_000;
/// Words of one client's command.
pub const CLIENT_WORDS_MAX: usize = 1_000;
/// Bytes of `{N bytes}`: one value as large as the whole of a 1 MB backlog's window, eight times over.
pub const FILLER_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// Bytes of data that a node may be given before the start (`keys N size M`, keys counted 64 bytes each).
pub const PRELOAD_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Bytes of memory that a loaded RDB may take: a page has 4 GB of addresses in all; a native server takes what a large machine has.
pub const DATA_BYTES_MAX: u64 = if usize::BITS < 64 { 3 << 30 } else { 64 << 30 };
/// Bytes of one kernel buffer of a link.
pub const LINK_BUFFER_MAX: u64 = 64 * 1024 * 1024;
/// Depth of parentheses and `not` in one condition: the parser recurses.
pub const CONDITION_DEPTH_MAX: usize = 32;
/// Runs and branches held side by side: each has a recorder of its own, tens of megabytes after hours of a large world, and a lane that a person can tell
/// from the others.
pub const RUNS_MAX: usize = 8;
/// Characters of a run's name: a lane's label has to hold it.
pub const RUN_NAME_CHARS_MAX: usize = 40;
