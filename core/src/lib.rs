//! The replication engine of Resync and its simulated world.
//!
//! Rooms, from the ground up; a room uses only those above it in this list (the `tidy` test holds it):
//!
//! 1. [`time`]: simulated time in microseconds
//! 2. [`prng`]: keyed randomness
//! 3. [`limits`]: every bound, with its reason
//! 4. [`fingerprint`]: the running hash of a run
//! 5. [`text`]: short texts without memory of their own
//! 6. [`order`]: one sort for every list
//! 7. [`fact`]: the closed sets that notes, views and conditions speak of
//! 8. [`era`]: what each release of Redis can do
//! 9. [`planted`]: bugs that tests can switch on
//! 10. [`resp`]: the wire format
//! 11. [`info`]: what INFO says, as values and as text
//! 12. [`data`]: databases and values
//! 13. [`rdb`]: the bytes of a full resynchronisation
//! 14. [`command`]: what each command does to the data, as values
//! 15. [`repl`]: ids, offsets, the stream, the backlog, decisions
//! 16. [`note`]: what happened, as values
//! 17. [`condition`]: the condition language, and what it takes to watch one
//! 18. [`node`]: one server; the only way in is [`node::Node::handle`]
//! 19. [`diagnose`]: what somebody pasted, read and judged
//! 20. [`sentinel`]: one Sentinel; the only way in is [`sentinel::Sentinel::handle`]
//! 21. [`sim`]: the world around the nodes, and what is recorded of it
//! 22. [`check`]: the invariants of a cluster
//! 23. [`view`]: the screen's structs
//! 24. [`scenario`]: the text format
//! 25. [`timeline`]: going back in time
//!
//! # The face
//!
//! A program that plays scenarios needs [`scenario`] to read a text, [`timeline`] to play it, [`view`] to show a moment, [`note`] and [`fact`] to say
//! what happened, [`condition`] to ask, [`info`] for what Redis prints, [`diagnose`] for what it means, the values of [`time`], [`era`], [`repl`] and [`limits`], and [`order`]. One that brings its
//! own sockets needs [`node`], whose page is the contract, and [`resp`]. [`sim`] is the world between the two. The other rooms are hidden from these
//! pages: they may change with any commit, and only the tests of the engine name them (the `tidy` test holds it).
//!
//! No clock, socket, thread or hash map can be named here: time and randomness are arguments, effects leave through a buffer that the caller owns.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

#[doc(hidden)]
pub mod check;
#[doc(hidden)]
pub mod command;
pub mod condition;
#[doc(hidden)]
pub mod data;
pub mod diagnose;
pub mod era;
pub mod fact;
#[doc(hidden)]
pub mod fingerprint;
pub mod info;
pub mod limits;
pub mod node;
pub mod note;
pub mod order;
#[doc(hidden)]
pub mod planted;
#[doc(hidden)]
pub mod prng;
#[doc(hidden)]
pub mod rdb;
pub mod repl;
pub mod resp;
pub mod scenario;
#[doc(hidden)]
pub mod sentinel;
pub mod sim;
#[doc(hidden)]
pub mod text;
pub mod time;
pub mod timeline;
pub mod view;

/// Rises whenever a golden run changes. Links, stored runs and handed-in lessons carry it.
pub const BEHAVIOUR: u32 = 6;
