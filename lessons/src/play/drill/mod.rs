//! Drills: decisions that a server or its keeper makes, on worlds drawn from a seed, with what the engine decides.
//!
//! Four kinds. *Be the master*: a PSYNC knocks; whose id is it, can I go on from that byte, what do I answer? *Be the replica*: something comes, or breaks
//! off; which command do I send next, which byte do I want next, which state am I in? *Read the INFO*: what both ends print, and what has happened.
//! *Size it*: so many bytes a second, a link that is down for so long; which window is enough?
//!
//! Each decision has three steps. What is right is read off a run: the verdict that a master of the engine came to, the command that its replica sent, the
//! conditions that its world fulfils. No rule stands here a second time. The run goes on in pieces ([`Making::go_on`]), so that nothing waits for it.

mod info;
mod made;
mod making;
mod master;
mod plan;
mod replica;
mod size;
#[cfg(test)]
mod tests;

pub use made::{Case, Cause, Drill, ERRORS, Kind, Knock, Said, Scene, Sends, Sizing, Stands, Step, Turn};
pub use making::{Making, drill};
