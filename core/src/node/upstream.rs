//! The master that a server follows: where the way to it stands, and what that state holds.

use super::api::{CloseWhy, Token};
use super::conn::Pipe;
use crate::repl::replica::{self, Greeting, Link, Step, Transfer};
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use bytes::Bytes;

/// Where the way to the master stands.
#[derive(Clone, Debug)]
pub enum UpstreamState {
    /// It must dial.
    Connect,
    /// The dial is under way.
    Connecting {
        /// Which dial.
        token: Token,
    },
    /// A reply of the handshake is awaited.
    Handshake {
        /// The connection.
        pipe: Pipe,
        /// Which reply.
        step: Step,
        /// A line that has not come whole.
        line: Vec<u8>,
        /// Requests whose answers follow this one; written already in a pipelined handshake.
        todo: VecDeque<(Step, Vec<Bytes>)>,
    },
    /// The RDB is on its way. Where it has a connection of its own, this is that one, and [`Stage::Beside`] has the first.
    Transfer {
        /// The connection.
        pipe: Pipe,
        /// A header line that has not come whole.
        line: Vec<u8>,
        /// What came.
        transfer: Transfer,
    },
    /// The RDB is here: old data are flushed, then it is loaded. The socket is not read.
    Installing {
        /// The connection.
        pipe: Pipe,
        /// What came.
        transfer: Transfer,
        /// Stream bytes that came in the same read.
        rest: Bytes,
        /// The connection was lost meanwhile: seen at the first read after the load.
        lost: Option<CloseWhy>,
    },
    /// The RDB is parsed as it comes (`repl-diskless-load`).
    Parsing {
        /// The connection.
        pipe: Pipe,
        /// How much came.
        transfer: Transfer,
    },
    /// The stream flows.
    Connected {
        /// The connection.
        pipe: Pipe,
        /// The link.
        link: Link,
        /// Unix second of the last byte from the master.
        active_s: i64,
    },
}

/// Where the second connection of a full resynchronisation stands (docs/redis.md §6A).
#[derive(Clone, Debug)]
pub enum Stage {
    /// Its dial is under way. The first connection awaits nothing, and is not read.
    Connecting {
        /// Which dial.
        token: Token,
    },
    /// A reply of its own handshake is awaited.
    Greets {
        /// The connection.
        pipe: Pipe,
        /// Which reply.
        step: Greeting,
        /// A line that has not come whole.
        line: Vec<u8>,
    },
    /// It is the connection of the state; beside it the stream comes over the first one.
    Beside {
        /// The first connection.
        main: Pipe,
        /// That was lost while the RDB is loaded: what came of it counts.
        lost: Option<CloseWhy>,
        /// It is still to be told where the stream begins (Valkey).
        joins: Option<Joining>,
    },
}

/// The first connection's own way into the stream, from where the RDB ends (Valkey).
#[derive(Clone, Debug)]
pub struct Joining {
    /// The master knows whose first connection it is: PSYNC was sent.
    pub named: bool,
    /// A line that has not come whole.
    pub line: Vec<u8>,
    /// The RDB is loaded, and waits for it.
    pub loaded: bool,
}

/// The second connection of a full resynchronisation.
#[derive(Clone, Debug)]
pub struct Channel {
    /// What the master calls the first one, if it says so (Redis).
    pub client: Option<i64>,
    /// The database in which the stream stands where the RDB ends (Valkey).
    pub db: Option<usize>,
    /// Where it stands.
    pub stage: Stage,
}

/// The stream that was kept beside an RDB is being applied.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Streaming {
    /// Bytes applied so far.
    pub(super) total: u64,
    /// The second in which the master was told last that this server lives.
    pub(super) newline_s: Option<i64>,
    /// The connection was lost before that.
    pub(super) lost: Option<CloseWhy>,
}

/// The master that this server follows.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// As configured.
    pub host: String,
    /// As configured.
    pub port: u16,
    /// Where it stands.
    pub state: UpstreamState,
    /// Unix second of the last progress of handshake or transfer.
    pub last_io_s: i64,
    /// The second connection, while there is one.
    pub channel: Option<Channel>,
}
impl Upstream {
    pub(super) fn new(host: String, port: u16) -> Upstream {
        Upstream { host, port, state: UpstreamState::Connect, last_io_s: 0, channel: None }
    }
    /// The live link.
    #[must_use]
    pub const fn link(&self) -> Option<&Link> {
        match &self.state {
            UpstreamState::Connected { link, .. } => Some(link),
            _ => None,
        }
    }
    /// The connection over which the stream comes, or will come, if there is one.
    #[must_use]
    pub const fn pipe(&self) -> Option<&Pipe> {
        match &self.channel {
            Some(Channel { stage: Stage::Beside { main, .. }, .. }) => Some(main),
            _ => self.state_pipe(),
        }
    }
    /// The connection over which the RDB comes, if it is another one.
    #[must_use]
    pub const fn rdb_pipe(&self) -> Option<&Pipe> {
        match &self.channel {
            Some(Channel { stage: Stage::Greets { pipe, .. }, .. }) => Some(pipe),
            Some(Channel { stage: Stage::Beside { .. }, .. }) => self.state_pipe(),
            Some(Channel { stage: Stage::Connecting { .. }, .. }) | None => None,
        }
    }
    /// Whether the RDB and the stream come side by side.
    #[must_use]
    pub const fn beside(&self) -> bool {
        matches!(&self.channel, Some(Channel { stage: Stage::Beside { .. }, .. }))
    }
    /// The first connection is on its own way into the stream.
    #[must_use]
    pub const fn joins(&self) -> Option<&Joining> {
        match &self.channel {
            Some(Channel { stage: Stage::Beside { joins, .. }, .. }) => joins.as_ref(),
            _ => None,
        }
    }
    const fn state_pipe(&self) -> Option<&Pipe> {
        match &self.state {
            UpstreamState::Connect | UpstreamState::Connecting { .. } => None,
            UpstreamState::Handshake { pipe, .. }
            | UpstreamState::Transfer { pipe, .. }
            | UpstreamState::Installing { pipe, .. }
            | UpstreamState::Parsing { pipe, .. }
            | UpstreamState::Connected { pipe, .. } => Some(pipe),
        }
    }
    /// How much one read asks for, where RDB is read in pieces of `piece` bytes. Lines are no exception: what stands behind one came with it.
    pub(super) fn read_bytes(&self, piece: usize) -> usize {
        match &self.state {
            UpstreamState::Connected { .. } => crate::limits::READ_BYTES_MAX,
            UpstreamState::Transfer { transfer, .. } | UpstreamState::Parsing { transfer, .. } => match transfer.form {
                replica::Form::Sized(_) => usize::try_from(transfer.left()).map_or(piece, |left| left.clamp(1, piece)),
                replica::Form::Unknown | replica::Form::Marked(_) => piece,
            },
            UpstreamState::Connect
            | UpstreamState::Connecting { .. }
            | UpstreamState::Handshake { .. }
            | UpstreamState::Installing { .. } => piece,
        }
    }
    /// As [`Upstream::pipe`], to write to it.
    pub(super) const fn pipe_mut(&mut self) -> Option<&mut Pipe> {
        match &mut self.channel {
            Some(Channel { stage: Stage::Beside { main, .. }, .. }) => Some(main),
            _ => Self::pipe_of(&mut self.state),
        }
    }
    /// As [`Upstream::rdb_pipe`], to write to it.
    pub(super) const fn rdb_pipe_mut(&mut self) -> Option<&mut Pipe> {
        match &mut self.channel {
            Some(Channel { stage: Stage::Greets { pipe, .. }, .. }) => Some(pipe),
            Some(Channel { stage: Stage::Beside { .. }, .. }) => Self::pipe_of(&mut self.state),
            Some(Channel { stage: Stage::Connecting { .. }, .. }) | None => None,
        }
    }
    const fn pipe_of(state: &mut UpstreamState) -> Option<&mut Pipe> {
        match state {
            UpstreamState::Connect | UpstreamState::Connecting { .. } => None,
            UpstreamState::Handshake { pipe, .. }
            | UpstreamState::Transfer { pipe, .. }
            | UpstreamState::Installing { pipe, .. }
            | UpstreamState::Parsing { pipe, .. }
            | UpstreamState::Connected { pipe, .. } => Some(pipe),
        }
    }
    /// The transfer under way.
    #[must_use]
    pub const fn transfer(&self) -> Option<&Transfer> {
        if self.joins().is_some() {
            return None;
        }
        match &self.state {
            UpstreamState::Transfer { transfer, .. }
            | UpstreamState::Installing { transfer, .. }
            | UpstreamState::Parsing { transfer, .. } => Some(transfer),
            _ => None,
        }
    }
}
