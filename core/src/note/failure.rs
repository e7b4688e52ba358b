//! Why a handshake or a load came to nothing: what is known of it as a value, with the words of the peer or of the log where there are some.

use super::value::Value;
use crate::fact::Errno;
use crate::rdb::LoadError;
use alloc::string::{String, ToString};
use core::fmt;

/// Why a dial, a handshake or a transfer ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HandshakeFailure {
    /// The socket failed.
    Errno(Errno),
    /// The master refused, in its own words.
    Said(String),
    /// The master said +CONTINUE to a replica that keeps nothing to continue.
    Uncached,
    /// What should be the length of an RDB does not begin with `$`.
    BadProtocol,
    /// The connection ended before the RDB's length came.
    HeaderCut(Errno),
    /// The connection ended before the RDB was whole; `None`: the master closed it.
    TransferCut(Option<Errno>),
    /// The RDB came and could not be loaded; the note before says why.
    Unloadable,
    /// No file could be made for the RDB.
    NoFile,
}
/// As conditions compare it. A cut is worded as the log line is that tells of it.
impl fmt::Display for HandshakeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HandshakeFailure::Errno(errno) => f.write_str(errno.name()),
            HandshakeFailure::Said(text) => f.write_str(text),
            HandshakeFailure::Uncached => f.write_str("+CONTINUE without a cached master"),
            HandshakeFailure::BadProtocol => f.write_str("bad protocol"),
            HandshakeFailure::HeaderCut(errno) => write!(f, "I/O error reading bulk count from MASTER: {errno}"),
            HandshakeFailure::TransferCut(None) => f.write_str("I/O error trying to sync with MASTER: connection lost"),
            HandshakeFailure::TransferCut(Some(errno)) => write!(f, "I/O error trying to sync with MASTER: {errno}"),
            HandshakeFailure::Unloadable => f.write_str("the RDB could not be loaded"),
            HandshakeFailure::NoFile => f.write_str("no file can be made for the RDB"),
        }
    }
}
impl From<HandshakeFailure> for Value {
    fn from(why: HandshakeFailure) -> Value {
        Value::Text(why.to_string())
    }
}

/// Why an RDB was not loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LoadFailure {
    /// Something is wrong with it.
    Broken {
        /// What.
        error: LoadError,
        /// The first line that the era logs of it.
        line: String,
    },
    /// It was parsed as it came (`repl-diskless-load`), and its connection ended.
    Cut(Errno),
}
/// As conditions compare it: the first line of the log that tells of it, or the errno.
impl fmt::Display for LoadFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadFailure::Broken { line, .. } => f.write_str(line),
            LoadFailure::Cut(errno) => f.write_str(errno.name()),
        }
    }
}
impl From<LoadFailure> for Value {
    fn from(why: LoadFailure) -> Value {
        Value::Text(why.to_string())
    }
}
