//! The wire format: requests and replies as bytes, incremental and resumable, and the quoting rules of redis.conf and redis-cli.

pub mod cli;
mod number;
mod parser;
mod reply;
mod words;

pub use number::{decimal_len, parse_i64, push_i64};
pub use parser::{Parser, ProtocolError, Request};
pub use reply::{Reply, ReplyError, ReplyParser, write_command, write_reply};
pub(crate) use reply::{write_bulk, write_header};
pub use words::{QuoteError, split_args, split_bytes};
