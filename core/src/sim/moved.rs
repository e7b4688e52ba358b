//! What an event was, beneath the nodes: a client's tick, a packet, a disk.

use super::tcp::Owner;

/// What moved with the last event.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Moved {
    /// The script or a person did something; or nothing has happened yet.
    #[default]
    Act,
    /// A machine's process started.
    Boot(u32),
    /// A node's own turn: a timer, or the end of longer work.
    Turn(u32),
    /// A packet of the first reached the second.
    Packet(Owner, Owner),
    /// The kernel of the first heard that the second has taken bytes: there is room again.
    Taken(Owner, Owner),
    /// Something on a connection of which nobody holds an end any more.
    Gone,
    /// A SYN of the first reached the second; without a second nobody is there.
    Asked(u32, Option<u32>),
    /// The answer to a SYN, or its absence, reached the dialler.
    Answered(u32, Option<u32>),
    /// A child of a node wrote on, or ended.
    Child(u32),
    /// A file operation of a node ended.
    File(u32),
    /// A sentinel's timer was due.
    Sentinel(u32),
    /// A client's next send was due.
    Client(u32, Tick),
}

/// What a client did when its next send was due.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Tick {
    /// It sent.
    #[default]
    Sent,
    /// It still waits for the answer to what it sent before.
    Waits,
    /// Nobody took its connection.
    Refused,
}
