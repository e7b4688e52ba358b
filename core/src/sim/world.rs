//! The plain description of a world: what a scenario text says, and nothing that happens later.

use crate::era::Era;
pub use crate::fact::Fault;
use crate::node::api::Costs;
use crate::repl::Allocator;
use crate::time::{Span, Time};
use alloc::string::String;
use alloc::vec::Vec;
use bytes::Bytes;

/// One direction of a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Physics {
    /// One-way delay; at least 1 µs.
    pub latency: Span,
    /// Up to this much is added to each packet's delay, without reordering.
    pub jitter: Span,
    /// Bytes a second; 0 = unlimited.
    pub bandwidth: u64,
    /// Bytes of the sender's kernel buffer (what `Room` counts).
    pub send_buffer: u64,
    /// Bytes of the receiver's kernel buffer: a full one closes the window.
    pub receive_buffer: u64,
}
impl Default for Physics {
    fn default() -> Physics {
        Physics { latency: Span::from_millis(1), jitter: Span::ZERO, bandwidth: 0, send_buffer: 256 * 1024, receive_buffer: 256 * 1024 }
    }
}

/// A node of the world.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeSpec {
    /// Its name, also resolvable as a host.
    pub name: String,
    /// Whose behaviour.
    pub era: Era,
    /// `10.0.0.N` unless said.
    pub ip: String,
    /// 6379 unless said.
    pub port: u16,
    /// redis.conf in the era's words, directive by directive.
    pub config: Vec<Vec<Bytes>>,
    /// The node it follows from the start.
    pub follows: Option<String>,
    /// How far its clock is ahead, ms.
    pub skew_ms: i64,
    /// The allocator whose sizes its server counts.
    pub allocator: Allocator,
    /// Data it boots with: `keys N size M`, made by the world before the start.
    pub preload: Option<Preload>,
}

/// A dataset that stands in a node's dump file when the run starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Preload {
    /// How many string keys `key:1` ….
    pub keys: u64,
    /// Bytes of each value.
    pub value_bytes: u64,
}

/// Differences from the default link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkSpec {
    /// One end.
    pub from: String,
    /// The other.
    pub to: String,
    /// `link A -> B`: only this direction.
    pub one_way: bool,
    /// What it changes.
    pub change: PhysicsChange,
}

/// A partial change of a link's physics.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PhysicsChange {
    /// New latency.
    pub latency: Option<Span>,
    /// New jitter.
    pub jitter: Option<Span>,
    /// New bandwidth, bytes a second, 0 = unlimited.
    pub bandwidth: Option<u64>,
    /// New size of both kernel buffers.
    pub buffer: Option<u64>,
    /// New size of the receiver's alone: what may be under way, while the sender's kernel holds the rest.
    pub window: Option<u64>,
}

/// One word of a client's command: `key:{1..100}` is two parts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// As written.
    Text(Bytes),
    /// `{a..b}`: uniform, from the client's own generator.
    Uniform(i64, i64),
    /// `{n}`: counts from 1.
    Counter,
    /// `{N bytes}`: printable filler; `act` may change N (`client writer bytes 64`).
    Filler(u64),
}

/// A client beside a node that sends a command again and again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientSpec {
    /// Its name.
    pub name: String,
    /// Beside which node.
    pub on: String,
    /// Time between two sends; zero while it is stopped.
    pub every: Span,
    /// Commands a send (pipeline).
    pub pipeline: u32,
    /// The words of the command.
    pub command: Vec<Vec<Part>>,
}

/// A sentinel of the world (docs/redis.md §16). It listens at port 26379.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SentinelSpec {
    /// Its name.
    pub name: String,
    /// `10.9.0.N`.
    pub ip: String,
    /// The node that is the master at the start: its name is also that under which it is watched.
    pub watch: String,
    /// How many sentinels must see the master down.
    pub quorum: u32,
    /// Silence of this length means down.
    pub down_after: Span,
    /// A failover takes at most this long; the next begins after twice that.
    pub failover_timeout: Span,
    /// How many replicas are told to follow the new master at a time.
    pub parallel_syncs: u32,
}

/// Something that is done to the world, by the script or the person. Each has one line of scenario text.
#[derive(Clone, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the line of text above each variant names its fields")]
pub enum Act {
    /// `cut A B`
    Cut { a: String, b: String },
    /// `heal A B`: ends a cut or a freeze of either direction.
    Heal { a: String, b: String },
    /// `freeze A B` / `freeze A -> B`
    Freeze { a: String, b: String, one_way: bool },
    /// `link A B latency 2ms` / `link A -> B …`
    Link { a: String, b: String, one_way: bool, change: PhysicsChange },
    /// `pause N` (SIGSTOP)
    Pause { node: String },
    /// `resume N` (SIGCONT)
    Resume { node: String },
    /// `crash N` (kill -9)
    Crash { node: String },
    /// `power-off N`
    PowerOff { node: String },
    /// `restart N` / `restart N without rdb`: starts it again (after a crash, a power-off or by SHUTDOWN first if it runs)
    Restart { node: String, with_rdb: bool },
    /// `N: SET a b`: a command typed at the node's redis-cli.
    Command { node: String, args: Vec<Bytes> },
    /// `interrupt N`: Ctrl-C at the node's redis-cli, which hangs up.
    Interrupt { node: String },
    /// `client W every 10ms`; `client W stop` is `every 0ms`.
    ClientRate { client: String, every: Span },
    /// `client W bytes 64`
    ClientBytes { client: String, bytes: u64 },
    /// `client W to N`: it closes its conn and goes on at another node.
    ClientMove { client: String, to: String },
    /// `node N …`: a node more.
    AddNode(NodeSpec),
    /// `client N on M: …`: a client more.
    AddClient(ClientSpec),
    /// `fault N child-slow 10` (percent of its rate), `child-silent`, `child-fails`, `disk-full`, `fork-fails`, `folder-gone`, `folder-read-only`, `none`
    Fault { node: String, fault: Fault },
}

/// One line of the script, in the order of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Script {
    /// `at 10s …`: absolute.
    At(Time, Act),
    /// `until CONDITION within 30s`: the script goes on when it holds; failing is an expectation that failed.
    Until(crate::condition::Condition, Span),
    /// `expect CONDITION`: checked when the script reaches it.
    Expect(crate::condition::Condition),
    /// `then …`: done as soon as the script reaches it (after an `until`).
    Then(Act),
}

/// A whole world.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct World {
    /// Seed of every draw.
    pub seed: u64,
    /// Unix seconds of the start.
    pub epoch_unix_s: i64,
    /// Costs of work, `scale` included.
    pub costs: Costs,
    /// Links that are not mentioned.
    pub default_link: Physics,
    /// Clients to their node.
    pub local_link: Physics,
    /// Nodes, in the order of the text.
    pub nodes: Vec<NodeSpec>,
    /// Differences from the default link, in the order of the text.
    pub links: Vec<LinkSpec>,
    /// Clients, in the order of the text.
    pub clients: Vec<ClientSpec>,
    /// Sentinels, in the order of the text.
    pub sentinels: Vec<SentinelSpec>,
    /// The script.
    pub script: Vec<Script>,
}
