//! The fields that conditions may ask for: one table for each kind of thing.

/// What a field's value is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A number; the table says the unit.
    Int,
    /// Yes or no.
    Bool,
    /// A word.
    Word,
    /// A number where it looks like one, otherwise a word.
    Any,
}

/// One row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    /// As conditions spell it.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// What it means, with its unit.
    pub about: &'static str,
}

const fn row(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, kind, about }
}

/// Fields of a node: `NODE FIELD …`.
pub const NODE: &[Field] = &[
    row("role", Kind::Word, "master or replica"),
    row("process", Kind::Word, "up, busy, loading, paused, down or off"),
    row("offset", Kind::Int, "master_repl_offset; a replica's own as its era's INFO prints it"),
    row("replid", Kind::Word, "run id (up to 3.2) or replication id"),
    row("keys", Kind::Int, "keys of all databases"),
    row("loading", Kind::Bool, "it loads an RDB"),
    row("connected", Kind::Int, "replicas that INFO counts"),
    row("sync_full", Kind::Int, "full resynchronisations served"),
    row("sync_partial_ok", Kind::Int, "partial resynchronisations accepted"),
    row("sync_partial_err", Kind::Int, "partial resynchronisations refused"),
    row("backlog.active", Kind::Bool, "there is a backlog"),
    row("backlog.size", Kind::Int, "repl_backlog_size, bytes"),
    row("backlog.first", Kind::Int, "repl_backlog_first_byte_offset"),
    row("backlog.histlen", Kind::Int, "repl_backlog_histlen, bytes"),
    row("good", Kind::Int, "good replicas, as last counted"),
    row("refusing", Kind::Bool, "writes are refused for want of good replicas"),
    row("child", Kind::Bool, "a child is at work"),
    // as a replica
    row("online", Kind::Bool, "a replica whose link to its master is up"),
    row("link_up", Kind::Bool, "master_link_status is up"),
    row("state", Kind::Word, "the upstream state: connect, connecting, receive_pong … transfer, connected"),
    row("applied", Kind::Int, "true position in the master's numbering: every byte up to here is applied"),
    row("gap", Kind::Int, "bytes of the master's stream that it lacks"),
    row("staleness", Kind::Int, "ms since the first data command that it lacks; 0 if none"),
    row("pre_psync", Kind::Bool, "its master object is flagged PRE_PSYNC: no ACK is ever sent"),
    row("cached", Kind::Bool, "it keeps a suspended master"),
    row("kept", Kind::Int, "bytes of the stream that it keeps while its RDB comes over a second connection"),
    row("runway", Kind::Int, "bytes left until only a full resynchronisation can help"),
];

/// Fields of a key: `NODE key KEY FIELD …`. A look that changes nothing: a key over its time is there until somebody deletes it.
pub const KEY: &[Field] = &[
    row("exists", Kind::Bool, "it is kept, over its time or not"),
    row("over", Kind::Bool, "it is kept, and its time has passed by the node's clock"),
    row("type", Kind::Word, "string, list, set, hash, zset or stream"),
    row("value", Kind::Any, "a string's value"),
    row("ttl", Kind::Int, "ms until its time ends by the node's clock, below 0 when it is over; a key without one has none"),
];

/// Fields of a session: `MASTER sees REPLICA FIELD …`.
pub const SESSION: &[Field] = &[
    row("listed", Kind::Bool, "INFO has a line for it"),
    row("state", Kind::Word, "INFO's state: wait_bgsave, send_bulk, online, rdb_transmitted"),
    row("offset", Kind::Int, "INFO's offset: the last ACK"),
    row("lag", Kind::Int, "INFO's lag: whole seconds since the last ACK"),
    row("buffer", Kind::Int, "bytes in its output buffer"),
    row("pre_psync", Kind::Bool, "it came by SYNC"),
];

/// Fields of a link: `link A B FIELD …`.
pub const LINK: &[Field] = &[
    row("state", Kind::Word, "up, cut or frozen"),
    row("connected", Kind::Bool, "a replication connection exists on it"),
    row("in_flight", Kind::Int, "bytes that no receiver has yet, both directions"),
    row("unsent", Kind::Int, "those of them that wait in a sender's kernel and are not under way"),
];

/// Fields of a client: `client NAME FIELD …`.
pub const CLIENT: &[Field] = &[
    row("sent", Kind::Int, "commands sent"),
    row("ok", Kind::Int, "commands answered without an error"),
    row("refused", Kind::Int, "commands answered with an error"),
];
