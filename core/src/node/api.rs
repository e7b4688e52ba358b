//! The border between a node and its kernel: what can happen to a server, and what it can do.
//!
//! The caller is the kernel. It never calls again before `now +` the busy span it was given; meanwhile bytes wait in its bounded receive buffers.
//! One [`Input::Received`] is one read. A node never sends more than the room it was given. All ids of conns are the world's.

use crate::era::Era;
use crate::fact::Folder;
use crate::note::Note;
use crate::repl::Allocator;
use crate::text::Text;
use crate::time::{Span, Time};
use alloc::string::String;
use alloc::vec::Vec;
use bytes::Bytes;

/// A TCP connection, numbered by the world; never reused within a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ConnId(pub u64);
/// A dial, numbered by the node.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Token(pub u64);
/// A child process, numbered by the node.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct JobId(pub u64);
/// A file operation, numbered by the node.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OpId(pub u64);

/// Where to dial: a host as the user wrote it (a name or an address; the kernel resolves) and a port.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// Name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

/// Why a dial failed: the errno that Redis prints.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DialError {
    /// RST: "Connection refused".
    Refused,
    /// "Network is unreachable" / "No route to host".
    Unreachable,
    /// The name does not resolve.
    UnknownHost,
    /// The kernel gave up: "Connection timed out".
    TimedOut,
}

/// Why a conn ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CloseWhy {
    /// The peer closed: an orderly FIN.
    Fin,
    /// RST: a crashed peer, a restarted host, one that closed without reading. The kernel no longer knows whose conn it was.
    Reset,
    /// The kernel gave up retransmitting.
    TimedOut,
    /// The link was cut, as by a proxy between: an error like a reset, but the peer's name is still known.
    Cut,
}

/// How a child ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChildResult {
    /// Exit code 0.
    Success,
    /// Exit code not 0: disk full, write error …
    Failed,
    /// Ended by a signal.
    Signalled(i32),
}

/// Result of a file operation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileResult {
    /// Written, synced, renamed or removed.
    Done,
    /// Read whole.
    Content(Bytes),
    /// No such file.
    Missing,
    /// Disk full or broken; the text is the errno's.
    Error(String),
}

/// An input: one thing that can happen to a node.
#[derive(Clone, Debug)]
pub enum Input {
    /// The process starts. `rdb`: the content of its dump file, if there is one.
    Boot {
        /// The dump file's bytes.
        rdb: Option<Bytes>,
        /// Whether an append-only file would be loaded instead.
        aof: bool,
    },
    /// A caller connected. `peer` is its address, as `ip:port`.
    Accepted {
        /// The new conn.
        conn: ConnId,
        /// Bytes that may be sent at once.
        room: u64,
        /// The caller's address.
        peer: Address,
    },
    /// A dial succeeded.
    Connected {
        /// Which dial.
        token: Token,
        /// The new conn.
        conn: ConnId,
        /// Bytes that may be sent at once.
        room: u64,
    },
    /// A dial failed.
    Refused {
        /// Which dial.
        token: Token,
        /// Why.
        why: DialError,
    },
    /// One read: at most [`crate::limits::READ_BYTES_MAX`] bytes.
    Received {
        /// On which conn.
        conn: ConnId,
        /// The bytes.
        bytes: Bytes,
    },
    /// The kernel took bytes off its send buffer: this many more may be sent.
    Room {
        /// On which conn.
        conn: ConnId,
        /// How many more.
        bytes: u64,
    },
    /// The conn is gone.
    Closed {
        /// Which.
        conn: ConnId,
        /// Why.
        why: CloseWhy,
    },
    /// A piece of the RDB that a [`ChildKind::RdbToSockets`] child has written.
    ChildOutput {
        /// Which child.
        job: JobId,
        /// The piece.
        bytes: Bytes,
    },
    /// The child process ended; the parent will notice at its next 100 ms tick, as Redis does.
    ChildExited {
        /// Which child.
        job: JobId,
        /// How.
        result: ChildResult,
    },
    /// A file operation ended.
    FileDone {
        /// Which.
        op: OpId,
        /// How.
        result: FileResult,
    },
    /// The process goes on after it was stopped (SIGSTOP, SIGCONT). None of its ticks ran meanwhile, and only one is made up. The kernel says so
    /// before it hands over what waited.
    Resumed {
        /// When it was stopped.
        stopped: Time,
    },
    /// SIGTERM or SIGINT: the process saves if it has save points, and exits. It has said so in its log already, from the signal handler.
    Terminate,
    /// The moment that [`super::Node::next_wakeup`] named has come (or any other moment: the node looks at what is due).
    Timer,
}

/// The task of a child process. The node encodes the RDB whole at the fork: shared bytes *are* copy-on-write.
#[derive(Clone, Debug)]
pub enum ChildKind {
    /// Writes a temporary file and renames it to the dump file.
    RdbToDisk {
        /// The whole file.
        rdb: Bytes,
    },
    /// Streams to waiting replicas; arrives as [`Input::ChildOutput`] at the child's rate.
    RdbToSockets {
        /// The whole payload, marks included.
        rdb: Bytes,
    },
    /// Rewrites the append-only file; only its time and its effect on who may fork matter.
    AofRewrite {
        /// Bytes it writes.
        bytes: u64,
    },
}

/// A file operation on the node's disk. It takes the disk's time and answers with [`Input::FileDone`].
#[derive(Clone, Debug)]
pub enum FileOp {
    /// Replaces the dump file by these bytes (temporary file, fsync, rename).
    WriteDump {
        /// The whole file.
        rdb: Bytes,
    },
    /// Appends a piece of a received RDB to the temporary file. No answer: the page cache takes it.
    AppendTemp {
        /// How many bytes.
        bytes: u64,
    },
    /// Makes the temporary file the dump file.
    RenameTemp {
        /// The whole file as received.
        rdb: Bytes,
    },
    /// Removes the temporary file. No answer.
    RemoveTemp,
    /// Removes the dump file. No answer.
    RemoveDump,
    /// Brings the configuration file in line, as [`crate::command::conf_file::rewrite`] does.
    RewriteConfig {
        /// What it is to say.
        wanted: Vec<crate::command::conf_file::Wanted>,
    },
}

/// What a run of sent bytes is. The kernel may read it: when it switches Nagle's algorithm, say, hangs on the first run of the stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Payload {
    /// A request of the handshake.
    Request {
        /// Whether it is PSYNC or SYNC: the one whose answer decides.
        syncs: bool,
    },
    /// A reply line.
    Reply {
        /// Whether it is an error.
        error: bool,
    },
    /// Bytes of the replication stream.
    Stream {
        /// Offset of the first byte.
        first: i64,
        /// Commands that begin in these bytes.
        commands: u32,
        /// Whether they are one PING.
        ping: bool,
    },
    /// `REPLCONF ACK n`.
    Ack(i64),
    /// A keepalive newline.
    Newline,
    /// RDB payload; `sent`/`total` count after these bytes (total −1: until the mark).
    Rdb {
        /// Bytes sent so far, these included.
        sent: u64,
        /// Size, or −1.
        total: i64,
    },
    /// Anything between a caller and its server.
    Client,
}

/// A run of sent bytes: what it is, and in words for whoever watches. Nobody but watchers reads the words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// What it is.
    pub payload: Payload,
    /// One line: the request, the reply, or the first command of the stream (`SET key:76`); nothing where the payload says it all.
    pub words: Text,
}

/// An output: one thing that a node asks its kernel to do.
#[derive(Clone, Debug)]
pub enum Output {
    /// Dial. Answered by `Connected` or `Refused`, or never (black hole).
    Connect {
        /// The node's number for it.
        token: Token,
        /// Where to.
        to: Address,
    },
    /// Give up a dial.
    CancelConnect {
        /// Which.
        token: Token,
    },
    /// Put bytes into the conn's send buffer; never more than the room given.
    Send {
        /// On which conn.
        conn: ConnId,
        /// The bytes.
        bytes: Bytes,
        /// What they are.
        label: Label,
    },
    /// shutdown(2): the conn ends for its peer at once, whoever else holds it. A close follows.
    Shut {
        /// Which.
        conn: ConnId,
    },
    /// Close the conn. A child that inherited it keeps the FIN back until it exits.
    Close {
        /// Which.
        conn: ConnId,
    },
    /// Fork.
    Spawn {
        /// The node's number for the child.
        job: JobId,
        /// What it does. It inherits every conn of the moment.
        kind: ChildKind,
        /// How long it sleeps on the way, beside what its work takes: `rdb-key-save-delay`.
        delay: Span,
    },
    /// Kill a child (SIGUSR1 or SIGKILL). Its exit is still reported.
    Kill {
        /// Which.
        job: JobId,
    },
    /// Do something to a file.
    File {
        /// The node's number for it.
        op: OpId,
        /// What.
        what: FileOp,
    },
    /// The RDB of a full resynchronisation has become the data: what came behind it in one read has been applied. Nothing is to be done; a kernel
    /// that keeps account of what was applied learns it here.
    Loaded,
    /// The process had worked for so long when it asked for what stands before this; what stands behind the last of them is asked for when the busy span
    /// is over. It asks for nothing itself. (`MULTI`, `SLAVEOF NO ONE`, `DEBUG SLEEP 3`, `EXEC`: the link is closed before the sleep, the answer goes
    /// out after it.)
    Worked {
        /// Since the input.
        span: Span,
    },
    /// The process exits (SHUTDOWN): the kernel closes everything.
    Exit,
}

/// Where effects go. Owned by the caller, reused; the node only appends.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    /// Effects, in order.
    pub outputs: Vec<Output>,
    /// What happened, in order.
    pub notes: Vec<Note>,
    /// Whether flow notes are wanted at all.
    pub want_flow: bool,
}

/// What system calls of a process meet that answer at once: the kernel says it beforehand, for nobody can be asked within a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ground {
    /// Whether fork(2) works; else it fails with ENOMEM.
    pub forks: bool,
    /// Whether files can be made in the folder of the process.
    pub folder: Folder,
}
impl Default for Ground {
    /// Sound.
    fn default() -> Ground {
        Ground { forks: true, folder: Folder::There }
    }
}

/// The costs of work in time. All zero in resync-node, where real time does it.
///
/// Rates are bytes (or keys) a second; 0 means "takes no time".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Costs {
    /// One command, before its own cost. µs.
    pub command: Span,
    /// Each element that a command looks at, ns: what KEYS, HGETALL or a long range take beside their own cost.
    pub element_ns: u64,
    /// fork(2): µs for each MiB of data.
    pub fork_us_per_mib: u64,
    /// BGSAVE, SAVE: bytes of RDB a second that a child writes to the disk.
    pub rdb_save: u64,
    /// Bytes of RDB a second that a loading node parses.
    pub rdb_load: u64,
    /// Keys a second that a flush frees.
    pub flush_keys: u64,
    /// Each stored byte counts this many for times and for the 2 MiB steps of loading; never for offsets, wire bytes or printed numbers.
    pub scale: u64,
}
impl Costs {
    /// No cost at all.
    pub const ZERO: Costs =
        Costs { command: Span::ZERO, element_ns: 0, fork_us_per_mib: 0, rdb_save: 0, rdb_load: 0, flush_keys: 0, scale: 1 };
}
impl Default for Costs {
    /// Near what docs/figures.md §2 measured on a small machine.
    fn default() -> Costs {
        Costs {
            command: Span::from_micros(2),
            element_ns: 100,
            fork_us_per_mib: 20,
            rdb_save: 50_000_000,
            rdb_load: 30_000_000,
            flush_keys: 2_000_000,
            scale: 1,
        }
    }
}

/// Everything a node is born with. Survives crashes: it is the machine and its redis.conf.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name of the scenario; logs never print it.
    pub name: String,
    /// Whose behaviour.
    pub era: Era,
    /// Its address, as INFO of its peers prints it.
    pub ip: String,
    /// redis.conf, directive by directive, in the era's words: `["repl-backlog-size", "16kb"]`. Includes `port` and `slaveof`.
    pub config: Vec<Vec<Bytes>>,
    /// The run's seed; draws are keyed by it, the node's name and the boot count.
    pub seed: u64,
    /// Unix time in milliseconds of `Time::ZERO` on this node's clock (skew included).
    pub epoch_unix_ms: i64,
    /// What work costs.
    pub costs: Costs,
    /// The process id, where there is a real process; else one is drawn at each start.
    pub pid: Option<u64>,
    /// The absolute path of redis.conf, where there is such a file: CONFIG REWRITE asks for it.
    pub config_file: Option<String>,
    /// The allocator whose sizes it counts.
    pub allocator: Allocator,
}

/// Re-exported for the signatures of [`super::Node`].
pub type Moment = Time;
