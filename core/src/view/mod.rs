//! Plain structs for the screen, made from a `Sim` at one moment and from what a `Recorder` knows up to then: copied at call time, nothing shared, nothing to
//! borrow.
//!
//! Times are microseconds of the run (`_us`) or milliseconds (`_ms`); offsets are stream offsets as Redis prints them; sizes are bytes.
//! This module knows no colour, no pixel and no human language.

mod cluster;
mod fleet;
mod happened;
mod history;
mod inspect;
mod lanes;
mod packet;
mod parts;
mod shared;
mod stream;
mod survey;
mod watch;

pub use crate::check::Lamp as LampView;
pub use crate::command::syntax;
pub use crate::node::Beside;
pub use crate::sim::tcp::Owner as Party;
pub use crate::sim::{Doing as Process, Kind as PacketKind, LinkState, Moved, Tick};
pub use cluster::{cluster, node, packets};
pub use fleet::FleetRow;
pub use happened::happened;
pub use history::{JournalBook, handshake, journal, log, series, verdict};
pub use inspect::{directive_names, directives, info, keys, stream_commands, variables};
pub use lanes::{LaneBook, lanes};
pub use packet::{PacketOpened, PacketPart, PacketState, PartKind};
pub use parts::{Ask, Screen, ScreenBook};
pub use shared::Shared;
pub use watch::{Sees, SentinelView, WayView, sentinel_packets, sentinels};

use crate::era::Era;
use crate::fact::{Control, DataType, ForkKind, Mark, ReplState, SessionPhase, SessionState};
use crate::note::{Class, Note, NoteKind, Value};
use crate::repl::psync::Ruling;
use crate::repl::{Offset, ReplId};
use alloc::string::String;
use alloc::vec::Vec;
use serde::Serialize;

/// A node's number in the world: its place in the scenario's order.
pub type NodeIx = u32;
/// A link's number: its place in [`ClusterView::links`].
pub type LinkIx = u32;

/// Everything at one moment.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ClusterView {
    /// Now, ms.
    pub now_ms: u64,
    /// Now, µs.
    pub now_us: u64,
    /// Events processed so far.
    pub event: u64,
    /// [`crate::BEHAVIOUR`].
    pub behaviour: u32,
    /// The run's fingerprint as 16 hex digits.
    pub fingerprint: String,
    /// All nodes.
    pub nodes: Vec<NodeView>,
    /// Links that the screen shows: those that carry or carried replication, or were touched.
    pub links: Vec<LinkView>,
    /// Clients of the scenario.
    pub clients: Vec<ClientView>,
    /// Invariants.
    pub lamps: Vec<LampView>,
}

/// The role on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Takes writes.
    Master,
    /// Follows a master.
    Replica,
}

/// One node.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct NodeView {
    /// Its number.
    pub ix: NodeIx,
    /// Its name in the scenario.
    pub name: String,
    /// Address and port.
    pub ip: String,
    /// Port.
    pub port: u16,
    /// Whose behaviour.
    pub era: Era,
    /// The process.
    pub process: Process,
    /// Since when it is in that state, µs.
    pub process_since_us: u64,
    /// Role.
    pub role: Role,
    /// Run id (≤ 3.2) or replication id.
    pub replid: ReplId,
    /// Second id; forty zeros if unset or unknown to the era.
    pub replid2: ReplId,
    /// `second_repl_offset`; −1 if unset.
    pub second_offset: Offset,
    /// `master_repl_offset`.
    pub offset: Offset,
    /// `sync_full` and friends.
    pub counters: Counters,
    /// The backlog.
    pub backlog: BacklogView,
    /// What it knows of each replica, in INFO's order.
    pub replicas: Vec<SessionView>,
    /// What it knows of its master, if it follows one.
    pub upstream: Option<UpstreamView>,
    /// Only the simulator knows.
    pub truth: Option<Truth>,
    /// Of a master whose process is gone: bytes of its stream that nobody has received, if anyone can tell.
    pub unreceived: Option<i64>,
    /// Keys over all databases.
    pub keys: u64,
    /// DEBUG-DIGEST-like incremental digest of the data, 16 hex digits: equal data, equal digest.
    pub digest: String,
    /// Good replicas: have, need, whether writes are refused now. `None` if min-slaves is off.
    pub good: Option<GoodView>,
    /// How much may wait for one of its replicas.
    pub output_limits: OutputLimitView,
    /// A child at work.
    pub child: Option<ChildView>,
    /// The hard limit that `client-output-buffer-limit` sets for a replica's output buffer, or its soft one without one, bytes; 0: none.
    #[serde(skip)]
    pub output_limit: u64,
    /// Rises whenever anything of this node that a panel shows has changed.
    pub revision: u64,
}

/// INFO stats of replication.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Counters {
    /// Full resynchronisations served.
    pub sync_full: u64,
    /// Partial ones accepted.
    pub sync_partial_ok: u64,
    /// Partial ones refused.
    pub sync_partial_err: u64,
}

/// min-slaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct GoodView {
    /// The cached count of good replicas.
    pub have: u64,
    /// `min-slaves-to-write`.
    pub need: u64,
    /// `min-slaves-max-lag`, s.
    pub max_lag_s: u64,
    /// Whether a write would be refused now.
    pub refusing: bool,
}

/// A child process.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ChildView {
    /// What it does.
    pub kind: ForkKind,
    /// Bytes done.
    pub done: u64,
    /// Bytes in all.
    pub total: u64,
}

/// How a backlog lies in memory.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum BacklogShape {
    /// A ring; `idx` is where the next byte is written.
    Ring {
        /// Write index.
        idx: u64,
    },
    /// Blocks, oldest first.
    Blocks {
        /// The blocks.
        blocks: Vec<BlockView>,
    },
}

/// One block of a shared buffer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct BlockView {
    /// Offset of its first byte.
    pub first: Offset,
    /// Bytes it can hold.
    pub size: u64,
    /// Bytes it holds.
    pub used: u64,
    /// References: the backlog's own plus pinning replicas'.
    pub refs: u32,
    /// Sessions (index into [`NodeView::replicas`]) whose cursor stands in it.
    pub pinned_by: Vec<u32>,
}

/// The backlog.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct BacklogView {
    /// `repl_backlog_active`.
    pub active: bool,
    /// `repl_backlog_size`.
    pub size: u64,
    /// `repl_backlog_first_byte_offset`.
    pub first: Offset,
    /// `repl_backlog_histlen`.
    pub histlen: u64,
    /// How it lies.
    pub shape: BacklogShape,
    /// Write index of a ring (0 for blocks): also here because tests and teachers ask for it.
    pub idx: u64,
    /// Bytes a second of stream, over the last seconds.
    pub rate: u64,
}

/// A session: what a master knows of one replica.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SessionView {
    /// The node's name, or `ip:port` of something that is no node.
    pub name: String,
    /// The node, if it is one.
    pub node: Option<NodeIx>,
    /// INFO's state: wait_bgsave, send_bulk, online, rdb_transmitted.
    pub state: SessionState,
    /// The replication state's own name: WAIT_BGSAVE_START ….
    pub replstate: SessionPhase,
    /// Last ACKed offset: INFO's `offset`.
    pub offset: Offset,
    /// INFO's `lag`, s.
    pub lag: i64,
    /// Bytes between the master's offset and what the replica really applied; `None` if unknown.
    pub gap: Option<i64>,
    /// Last byte handed to the kernel.
    pub sent: Offset,
    /// Unix second of the last sign of life.
    pub ack_time: i64,
    /// It came by SYNC: never ACKs, never times out.
    pub pre_psync: bool,
    /// Bytes waiting in its output buffer.
    pub output_buffer: u64,
    /// What they count against the limits of its class (memory, by the era's own rule); 0 while they fit into the static buffer.
    pub output_counts: u64,
    /// For how many seconds that has been over the soft limit.
    pub over_soft_s: Option<i64>,
}

/// `client-output-buffer-limit` of replicas, as it is applied; 0: no such limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct OutputLimitView {
    /// Bytes at which a replica is closed.
    pub hard: u64,
    /// Bytes at which it is closed if they stay.
    pub soft: u64,
    /// How long they may stay, s.
    pub soft_s: i64,
}

/// The upstream: what a replica knows of its master.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct UpstreamView {
    /// As configured.
    pub host: String,
    /// As configured.
    pub port: u16,
    /// The node it means, if it is one.
    pub node: Option<NodeIx>,
    /// `repl_state` of docs/redis.md §1.1 in lower case: connect, connecting, receive_pong … connected.
    pub state: ReplState,
    /// `master_link_status:up`.
    pub link_up: bool,
    /// Offset of the last byte read off the socket, in the replica's own counting.
    pub read: Offset,
    /// Offset of the last byte applied; INFO's `slave_repl_offset`.
    pub applied: Offset,
    /// `master_last_io_seconds_ago`.
    pub last_io_s: i64,
    /// `repl_master_initial_offset`.
    pub initial_offset: Offset,
    /// The master object's id, or the id of the last +FULLRESYNC.
    pub master_id: ReplId,
    /// The master object is flagged PRE_PSYNC: no ACK is ever sent.
    pub pre_psync: bool,
    /// A suspended master is kept: its id and offset.
    pub cached: Option<(ReplId, Offset)>,
    /// Transfer under way: bytes read, size (−1 until the mark).
    pub transfer: Option<(u64, i64)>,
    /// Whether it loads the received RDB now.
    pub loading: bool,
    /// When it tries next, if it waits, µs.
    pub next_try_us: Option<u64>,
    /// A full resynchronisation over two connections: what is kept of the stream meanwhile.
    pub beside: Option<Beside>,
}

/// The truth about a replica, as only the simulator knows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Truth {
    /// The master whose stream this is measured against.
    pub master: NodeIx,
    /// The true position in the master's numbering: every byte up to here has been applied.
    pub applied: Offset,
    /// Received by its kernel or itself, not yet applied.
    pub received: Offset,
    /// Bytes missing.
    pub gap: i64,
    /// now − time of the first data command that it lacks, ms; 0 if none; `None`: its state is no prefix of its master's past.
    pub staleness_ms: Option<u64>,
    /// For a disconnected replica: bytes left until only a full resync can help, and the µs that lasts at the present rate (`None`: for ever).
    pub runway: Option<Runway>,
    /// The same for a replica whose link is up, if that were cut now.
    pub if_cut: Option<Runway>,
}

/// How long a partial resync stays possible.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Runway {
    /// The byte it wants next.
    pub wants: Offset,
    /// Bytes left; ≤ 0: gone.
    pub bytes: i64,
    /// Time left at the present rate, ms.
    pub ms: Option<u64>,
    /// Whether PSYNC would be accepted if it asked now.
    pub partial_now: bool,
}

/// A link between two nodes. `from` is nearer the top of the replication tree.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LinkView {
    /// Its number.
    pub ix: LinkIx,
    /// Name of one end (the master's side).
    pub from: String,
    /// Name of the other.
    pub to: String,
    /// Number of `from`.
    pub from_ix: NodeIx,
    /// Number of `to`.
    pub to_ix: NodeIx,
    /// State.
    pub state: LinkState,
    /// Since when, µs.
    pub since_us: u64,
    /// Whether a replication connection exists on it now.
    pub connected: bool,
    /// Whether a second one is there, over which an RDB comes beside the stream.
    pub second: bool,
    /// Dials refused or hanging since the cut or freeze.
    pub dials_failed: u32,
    /// Away from `from`.
    pub down: LaneView,
    /// Towards `from`.
    pub up: LaneView,
}

/// One direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct LaneView {
    /// One-way delay, µs.
    pub latency_us: u64,
    /// Jitter, µs.
    pub jitter_us: u64,
    /// Bytes a second; 0: unlimited.
    pub bandwidth: u64,
    /// Black hole.
    pub frozen: bool,
    /// Bytes under way or kept by TCP.
    pub in_flight: u64,
    /// Packets under way.
    pub packets: u32,
    /// Of these the packets of the second connection.
    pub second_packets: u32,
    /// Bytes delivered over the last second.
    pub rate: u64,
}

/// A packet under way on a shown link; read every frame.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PacketView {
    /// Stable number.
    pub id: u64,
    /// Its link.
    pub link: LinkIx,
    /// Towards `from` (up) or away (down).
    pub up: bool,
    /// Over the connection that an RDB has of its own, beside that of the stream.
    pub second: bool,
    /// What it is.
    pub kind: PacketKind,
    /// Short text, e.g. `SET key:76`, `REPLCONF ACK 72094`.
    pub text: String,
    /// PSYNC or SYNC, what answers it, a refusal, RDB, an ACK that was asked for: what decides how things go on.
    pub decisive: bool,
    /// Size.
    pub bytes: u64,
    /// First stream byte it carries, if it is a piece of the stream.
    pub first: Option<Offset>,
    /// Present segment: started at (µs) …
    pub t0_us: u64,
    /// … ends at (µs); `u64::MAX` while frozen.
    pub t1_us: u64,
    /// Place at the segment's start, 0..=1000 of the way.
    pub x0: u32,
    /// Place at its end.
    pub x1: u32,
}

/// A workload.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ClientView {
    /// Its name.
    pub name: String,
    /// Its node.
    pub on: String,
    /// µs between two sends; 0: stopped.
    pub every_us: u64,
    /// Bytes of `{N bytes}`, if its command has it.
    pub value_bytes: Option<u64>,
    /// Commands sent.
    pub sent: u64,
    /// Answered with OK or a value.
    pub ok: u64,
    /// Answered with an error.
    pub refused: u64,
    /// The last error.
    pub last_error: String,
    /// What came last was an error, or the end of its connection.
    #[serde(skip)]
    pub failing: bool,
}

/// One entry of the journal.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct JournalView {
    /// Its number; the handle for seeking.
    pub seq: u64,
    /// When, µs.
    pub at_us: u64,
    /// When it came first, if equal ones were folded into it, µs.
    #[serde(skip)]
    pub first_us: u64,
    /// Event number.
    pub event: u64,
    /// Where.
    pub node: NodeIx,
    /// The kind of the note.
    pub name: NoteKind,
    /// Class.
    #[serde(skip)]
    pub class: Option<Class>,
    /// Fields.
    pub fields: Vec<(&'static str, Value)>,
    /// How many equal ones were folded into it.
    pub times: u32,
    /// The note itself.
    #[serde(skip)]
    pub note: Option<Note>,
}

/// What happened with the last event, for whoever looks at events one by one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Happened {
    /// The event's number.
    pub event: u64,
    /// What the nodes noted, in order; with flow notes if the cursor was led to this event by a step forward or back.
    pub notes: Vec<(NodeIx, Note)>,
    /// The messages that arrived with it.
    pub arrived: Vec<Message>,
    /// The messages that were sent with it.
    pub sent: Vec<Message>,
    /// The nodes that were given something to do, and what that was.
    pub ran: Vec<(NodeIx, Turn)>,
    /// What it was beneath the nodes; clients by their place in [`Screen::clients`].
    pub moved: Moved,
}

/// What a node was given to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Turn {
    /// Bytes of a connection; its other end, if there still is one.
    Read(Option<Party>),
    /// A timer of its own.
    Timer,
    /// Room in a buffer, the end of a child or of a file operation, the end of a connection.
    Other,
}

/// A message on a link, or what TCP said there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// The sender.
    pub from: NodeIx,
    /// Whom it is for.
    pub to: NodeIx,
    /// The payload as one line.
    pub text: String,
    /// What TCP said, if it is no payload.
    pub control: Option<Control>,
}

/// One row of a handshake's ladder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LadderRow {
    /// When it was sent, µs.
    pub at_us: u64,
    /// When it arrived, if it has, µs.
    pub arrived_us: Option<u64>,
    /// From the replica to the master.
    pub up: bool,
    /// Over the connection that an RDB has of its own, beside that of the stream.
    pub second: bool,
    /// What it is.
    pub kind: PacketKind,
    /// The payload as one line; the RDB and the stream as a summary.
    pub text: String,
    /// Bytes.
    pub bytes: u64,
    /// Folded repeats (1: none).
    pub times: u32,
    /// The replica's state after it, if it changed.
    pub replica_state: Option<ReplState>,
    /// The master's session state after it, if it changed.
    pub master_state: Option<SessionState>,
    /// What TCP said, if it is no payload; `text` is its name.
    #[serde(skip)]
    pub control: Option<Control>,
    /// A refusal (`-…`, refused dial, reset).
    pub refusal: bool,
    /// PSYNC, its reply, SYNC, RDB: the rows that decide.
    pub decisive: bool,
    /// For `Rdb`: bytes so far and in all (−1: until the mark).
    pub progress: Option<(u64, i64)>,
    /// For `Stream`: offset range, inclusive.
    pub range: Option<(Offset, Offset)>,
}

/// The ladder of one link.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct HandshakeView {
    /// The replica's node.
    pub replica: String,
    /// The master's node.
    pub master: String,
    /// Rows, oldest first; at most the newest 200.
    pub rows: Vec<LadderRow>,
}

/// A PSYNC verdict, for its card.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct VerdictView {
    /// When, µs.
    pub at_us: u64,
    /// Who asked.
    pub replica: String,
    /// Whom.
    pub master: String,
    /// Era of the master.
    pub era: Era,
    /// What was asked for, by what it was judged, and the decision.
    #[serde(flatten)]
    pub ruling: Ruling,
    /// The log line that Redis prints, if it printed one.
    pub log: Option<String>,
    /// What would be decided now about a replica that is away. `None` if it is not, or has nothing to go on with, or nobody is there to decide.
    pub now: Option<Ruling>,
    /// What would be decided now about a replica whose link is up, if that were cut and it asked.
    pub if_cut: Option<Ruling>,
}

/// A command's place in the stream, for the lens.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StreamCommand {
    /// Offset of its first byte.
    pub first: Offset,
    /// Its bytes.
    pub bytes: u32,
    /// Short text: `SET key:76`.
    pub text: String,
}

/// One sample of the chart.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Sample {
    /// When, µs.
    pub at_us: u64,
    /// INFO's lag; `None`: no line.
    pub lag_s: Option<i64>,
    /// INFO's offset; `None`: no line.
    pub offset: Option<i64>,
    /// True gap in bytes.
    pub gap: i64,
    /// True staleness, ms; `None`: never was.
    pub staleness_ms: Option<u64>,
    /// The master's offset.
    pub head: i64,
}

/// The chart of one replica.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SeriesView {
    /// The replica.
    pub node: NodeIx,
    /// Samples, oldest first, thinned to what was asked for.
    pub samples: Vec<Sample>,
}

/// A line of a node's log, as Redis prints it after its frame.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LogLine {
    /// When, µs.
    pub at_us: u64,
    /// How loud.
    pub mark: Mark,
    /// The text.
    pub text: String,
    /// The whole line with pid, role, date and mark.
    pub line: String,
}

/// A variable of a node, as a debugger would show it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Variable {
    /// `server.repl_state` ….
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A directive with its era's name, default and bounds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Directive {
    /// The era's name.
    pub name: String,
    /// Present value, as CONFIG GET prints it.
    pub value: String,
    /// Default.
    pub default: String,
    /// Bounds or words, as text: `1..2147483647`, `yes|no`.
    pub bounds: String,
}

/// One key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct KeyView {
    /// Database.
    pub db: u32,
    /// Key, quoted as redis-cli quotes.
    pub key: String,
    /// The type of its value.
    pub kind: DataType,
    /// Time to live, ms.
    pub ttl_ms: Option<i64>,
    /// A short look at the value.
    pub preview: String,
}

/// A painted stretch of one link's lane.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct LaneStretch {
    /// From, µs.
    pub from_us: u64,
    /// To, µs.
    pub to_us: u64,
    /// What was going on.
    pub what: Stretch,
}

/// The state that a stretch of a link's lane is painted with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stretch {
    /// Nothing.
    Away,
    /// Handshake or waiting.
    Syncing,
    /// Full resync.
    Full,
    /// Streaming.
    Streaming,
    /// Link cut.
    Cut,
    /// Link frozen, or an end paused.
    Frozen,
}
