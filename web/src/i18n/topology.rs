//! Words about what one does with the topology: an opened packet, writers, whom a node follows, output buffers, the dead.

use crate::action::Written;

/// A packet's place, for its sentence.
#[derive(Clone, Copy, Debug)]
pub enum Trip<'a> {
    /// Sent, and due: two clock times.
    Flying(&'a str, &'a str),
    /// Sent, and held by a black hole.
    Held(&'a str),
    /// Sent, and arrived.
    Arrived(&'a str, &'a str),
    /// Sent, and lost with its connection.
    Lost(&'a str),
    /// It will be sent at this time.
    NotSent(&'a str),
}

/// What a sentinel sees, in a word.
#[derive(Debug)]
pub struct Seen {
    /// Nothing is wrong.
    pub up: &'static str,
    /// It holds the master for down.
    pub down: &'static str,
    /// Enough of them do.
    pub agreed: &'static str,
    /// It asks the others for their votes.
    pub asks: &'static str,
    /// It was elected.
    pub fails_over: &'static str,
}

/// Strings of the topology.
pub struct Topology {
    /// Heading of the drawer with an opened packet.
    pub packet: &'static str,
    /// Accessible name of that drawer: from whom, to whom.
    pub packet_of: fn(from: &str, to: &str) -> String,
    /// Where the packet is.
    pub trip: fn(trip: Trip<'_>) -> String,
    /// How many bytes it has; if they are stream, from which offset to which.
    pub carries: fn(bytes: &str, offsets: Option<(&str, &str)>) -> String,
    /// A piece of an RDB: from which byte of the file to which, and of how many, if that is known.
    pub of_file: fn(from: &str, to: &str, of: Option<&str>) -> String,
    /// Head of the column of offsets.
    pub offset: &'static str,
    /// Head of the column of what a piece says.
    pub says: &'static str,
    /// Head of the column of bytes.
    pub bytes: &'static str,
    /// In the column of offsets: these bytes are not part of the stream.
    pub no_offset: &'static str,
    /// Beside a piece that began in an earlier packet.
    pub rest: &'static str,
    /// Beside a piece that ends in a later packet.
    pub begin: &'static str,
    /// A piece of an RDB, in the column of what it says.
    pub rdb: &'static str,
    /// In place of rows that are left out: how many.
    pub more: fn(usize) -> String,
    /// A packet without payload: what TCP says stands before it.
    pub no_payload: &'static str,
    /// Behind a packet's journey: it goes over the second of two connections on its link.
    pub over_second: &'static str,
    /// Why the answer to a request has no offset.
    pub answers: &'static str,
    /// Why a piece of an RDB has no offset.
    pub file_is_no_stream: &'static str,
    /// Over the bytes: which part of them is shown, and of how many.
    pub dump_of: fn(shown: &str, all: &str) -> String,
    /// Button: the packet before on the same link.
    pub previous: &'static str,
    /// Button: the packet after it.
    pub next: &'static str,
    /// Button: to the message's row in the handshake.
    pub in_ladder: &'static str,
    /// Button: to the bytes in the stream.
    pub in_stream: &'static str,
    /// Button: the packet's bytes into the clipboard, as redis-cli quotes them.
    pub copy_quoted: &'static str,
    /// The same in hexadecimal.
    pub copy_hex: &'static str,
    /// So many bytes are in the clipboard.
    pub copied: fn(bytes: &str, how: Written) -> String,
    /// The browser lets nobody into the clipboard.
    pub not_copied: &'static str,
    /// Button: away with the drawer.
    pub close: &'static str,
    /// At the link: bytes in the output buffer, and the limit that ends the connection.
    pub buffer_of: fn(bytes: &str, limit: &str) -> String,
    /// There: bytes in the output buffer, which no limit holds.
    pub buffer: fn(bytes: &str) -> String,
    /// There: over the soft limit for so many seconds, and how many are allowed.
    pub over_soft: fn(seconds: i64, allowed: i64) -> String,
    /// On the card of a second master: how many replicas follow it.
    pub followers: fn(usize) -> String,
    /// There: it has no backlog.
    pub no_backlog: &'static str,
    /// There: the bytes that its backlog holds, from and to.
    pub holds: fn(first: &str, head: &str) -> String,
    /// In place of a node's state: its process has not run yet.
    pub not_started: &'static str,
    /// In a dead master's frame: its last byte.
    pub wrote_up_to: &'static str,
    /// There: bytes that nobody received.
    pub reached_nobody: fn(bytes: &str) -> String,
    /// There: everything it wrote has reached somebody.
    pub all_reached: &'static str,
    /// There, name of the row with the id that it had.
    pub had_id: &'static str,
    /// On its card, where there is no row for it: the id that it had.
    pub was: fn(id: &str) -> String,
    /// Accessible name of a writer's box: its name, what it does, at which node.
    pub writer: fn(name: &str, rate: &str, node: &str) -> String,
    /// Its commands a second.
    pub per_second: fn(count: &str) -> String,
    /// In its box and in that box's name: how many of its commands were answered with an error.
    pub refused: fn(count: &str) -> String,
    /// It is stopped.
    pub stopped: &'static str,
    /// In the node's buttons: a list of nodes, the one that it follows chosen.
    pub follow: &'static str,
    /// Its accessible name: of which node.
    pub follow_of: fn(node: &str) -> String,
    /// There, for a node that follows nobody.
    pub nobody: &'static str,
    /// In the node's buttons, before a list of nodes: where this client sends its commands.
    pub writes_to: fn(writer: &str) -> String,
    /// While a node or a writer is dragged, under the pointer: what letting go does.
    pub will_follow: fn(node: &str, master: &str) -> String,
    /// The same for a writer.
    pub will_write: fn(writer: &str, node: &str) -> String,
    /// A tile of a group of nodes: the master, how many follow, how many of them are not in step.
    pub group: fn(master: &str, replicas: usize, ill: usize) -> String,
    /// On a sentinel's card: the master that it watches answers.
    pub sees_up: fn(master: &str) -> String,
    /// There: it does not answer.
    pub sees_down: fn(master: &str) -> String,
    /// There: enough sentinels agree.
    pub agreed_down: fn(master: &str) -> String,
    /// There: it wants to be elected.
    pub asks_votes: &'static str,
    /// There: it was elected.
    pub fails_over: &'static str,
    /// There: whom it voted for.
    pub voted: fn(sentinel: &str) -> String,
    /// What a sentinel sees, on a narrow card.
    pub sees: Seen,
    /// There: its epoch.
    pub epoch: fn(epoch: u64) -> String,
    /// Over the tiles: how many groups there are beside the shown one, and how many of them are not well.
    pub groups: fn(count: usize, ill: usize) -> String,
}
