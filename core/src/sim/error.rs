//! Why a world cannot be made, an act cannot be done, or time does not pass.

use crate::limits;
use crate::time::Time;
use alloc::string::String;
use core::fmt;

/// What is wrong with a world, or with what is added to one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WorldError {
    /// More nodes than [`limits::NODES_MAX`].
    TooManyNodes,
    /// Two nodes of one name.
    NodeTwice(String),
    /// Two nodes at one address.
    AddressTaken {
        /// The second of them.
        node: String,
        /// The address.
        ip: String,
        /// The port.
        port: u16,
    },
    /// A node follows one that is not there.
    FollowsNobody {
        /// The follower.
        node: String,
        /// The name that nobody has.
        master: String,
    },
    /// A configuration that the node's release refuses.
    Config {
        /// The node.
        node: String,
        /// Redis's own reason.
        reason: String,
    },
    /// A link from or to a node that is not there.
    LinkNowhere {
        /// One end.
        from: String,
        /// The other.
        to: String,
    },
    /// A link of a node with itself.
    LinkToItself(String),
    /// Two clients of one name.
    ClientTwice(String),
    /// A client of a node that is not there.
    ClientOnNobody {
        /// The client.
        client: String,
        /// The name that no node has.
        node: String,
    },
}
impl fmt::Display for WorldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WorldError::TooManyNodes => write!(f, "at most {} nodes", limits::NODES_MAX),
            WorldError::NodeTwice(node) => write!(f, "node {node}: there is one already"),
            WorldError::AddressTaken { node, ip, port } => write!(f, "node {node}: {ip}:{port} is taken"),
            WorldError::FollowsNobody { node, master } => write!(f, "node {node} follows {master}: no such node"),
            WorldError::Config { node, reason } => write!(f, "node {node}: {reason}"),
            WorldError::LinkNowhere { from, to } => write!(f, "link {from} {to}: no such node"),
            WorldError::LinkToItself(node) => write!(f, "link {node} {node}: a link needs two nodes"),
            WorldError::ClientTwice(client) => write!(f, "client {client}: there is one already"),
            WorldError::ClientOnNobody { client, node } => write!(f, "client {client} on {node}: no such node"),
        }
    }
}
impl core::error::Error for WorldError {}

/// Why an act could not be done. Nothing has changed then.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ActError {
    /// No node of this name.
    NoNode(String),
    /// No client of this name.
    NoClient(String),
    /// A link needs two nodes.
    OneNode(String),
    /// The node's process is not there, and only a running one can be paused, resumed or crashed.
    NotRunning(String),
    /// redis-cli finds nobody to talk to at this address.
    NobodyListens {
        /// The node's address.
        ip: String,
        /// The node's port.
        port: u16,
    },
    /// The node's redis-cli prints what comes (MONITOR, SUBSCRIBE, PSYNC, SYNC) and reads no command before Ctrl-C.
    ConsoleReads(String),
    /// The client's command has no `{N bytes}` to change.
    NoFiller(String),
    /// A node or client cannot be added.
    World(WorldError),
}
impl fmt::Display for ActError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ActError::NoNode(name) => write!(f, "there is no node {name}"),
            ActError::NoClient(name) => write!(f, "there is no client {name}"),
            ActError::OneNode(name) => write!(f, "a link needs two nodes, not {name} twice"),
            ActError::NotRunning(name) => write!(f, "{name} is not running"),
            // What redis-cli prints.
            ActError::NobodyListens { ip, port } => write!(f, "Could not connect to Redis at {ip}:{port}: Connection refused"),
            ActError::ConsoleReads(node) => write!(f, "the redis-cli of {node} prints what comes: Ctrl-C first (interrupt {node})"),
            ActError::NoFiller(client) => write!(f, "the command of {client} has no {{N bytes}}"),
            ActError::World(why) => why.fmt(f),
        }
    }
}
impl core::error::Error for ActError {}
impl From<WorldError> for ActError {
    fn from(why: WorldError) -> ActError {
        ActError::World(why)
    }
}

/// Time does not pass any more: each event brings another one of the same moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stuck {
    /// Events of the moment so far; more than [`limits::EVENTS_PER_INSTANT_MAX`].
    pub events: u32,
    /// The moment.
    pub at: Time,
}
impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} events at {} µs: time does not pass any more", self.events, self.at.as_micros())
    }
}
impl core::error::Error for Stuck {}
