//! The replication engine of Resync and its simulated world.
//!
//! Layers, from the ground up; a layer uses only those above it in this list (the `tidy` test holds it):
//!
//! 1. [`time`], [`prng`], [`limits`], [`fingerprint`], [`text`], [`era`], [`planted`], [`fact`]: values without behaviour of their own
//! 2. [`resp`], [`info`]: the wire format; what INFO says, as values and as text
//! 3. [`data`]: databases and values
//! 4. [`rdb`]: the bytes of a full resynchronisation
//! 5. [`command`]: what each command does to the data, as values
//! 6. [`repl`]: ids, offsets, the stream, the backlog, decisions
//! 7. [`note`], [`node`]: what happened; [`node`]: one server; the only way in is [`node::Node::handle`]
//! 8. [`sim`]: the world around the nodes
//! 9. [`timeline`], [`scenario`], [`check`], [`view`]: going back in time, the text format, invariants, the screen's structs
//!
//! No clock, socket, thread or hash map can be named here: time and randomness are arguments, effects leave through a buffer that the caller owns.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod check;
pub mod command;
pub mod data;
pub mod era;
pub mod fact;
pub mod fingerprint;
pub mod info;
pub mod limits;
pub mod node;
pub mod note;
pub mod planted;
pub mod prng;
pub mod rdb;
pub mod repl;
pub mod resp;
pub mod scenario;
pub mod sim;
pub mod text;
pub mod time;
pub mod timeline;
pub mod view;

/// Rises whenever a golden run changes. Links, stored runs and handed-in lessons carry it.
pub const BEHAVIOUR: u32 = 5;
