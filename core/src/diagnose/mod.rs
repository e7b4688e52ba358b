//! Diagnosis: what somebody pasted, read into evidence and judged.
//!
//! [`read`] takes a text as terminals, chats and tickets leave it and makes [`Node`]s of it: INFO, ROLE, CONFIG GET, CLIENT LIST, log lines (known again by
//! the engine's own tables of them), errors of clients. Each value has its [`Place`] in the text, and what could not be read is said. [`judge`] goes
//! through the table of rules ([`FAMILIES`]) and gives [`Finding`]s: what is wrong with which node, how sure that is, the lines that say so, what to look
//! at next and what to change. A rule's name is the key of its sentences; the words are not here.
//!
//! ```
//! use resync_core::diagnose::{Certainty, Health, judge, read};
//!
//! let paste = read("role:master\nslave0:ip=10.0.0.2,port=6379,state=online,offset=0,lag=734\nmaster_repl_offset:4242\n", 0);
//! let diagnosis = judge(paste);
//! assert_eq!(diagnosis.health, Health::Findings);
//! assert_eq!((diagnosis.findings[0].rule, diagnosis.findings[0].certainty), ("sync-replica", Certainty::Sure));
//! ```
//!
//! One sample often cannot tell slow from stuck. Such a finding is [`Certainty::Open`]: it wants the same paste again some seconds later ([`joined`]).

mod evidence;
mod finding;
mod judge;
mod line;
mod place;
mod read;
mod rules;
mod said;
mod scene;
mod scenery;
mod scenes;
#[cfg(test)]
mod tests;

pub use evidence::{Client, Complaint, Info, Node, Replica, Role, Told, Value};
pub use finding::{Amount, Case, Certainty, Evidence, Finding, Grade, Rule, rate};
pub use judge::{Diagnosis, Health, judge};
pub use place::Place;
pub use read::{Paste, Reader, joined, read};
pub use rules::FAMILIES;
pub use said::{Frame, Known};
pub use scene::scene;
