//! The engine's side of a course (feature `engine`): what is true of a run, who was right, and what is said of it.
//!
//! A [`Reading`] plays a run of its own from the start, so the page's run is not touched, and reads off everything that the course names: values, the truth
//! of the bet, which sentences are true, when its pauses come. It is played in pieces ([`Reading::go_on`]), so that nothing waits for it; what came of it is a
//! [`Told`]. [`grade`] compares an answer with the truth, [`crate::tell::fill`] puts the values into words. A bet says nothing of the run that
//! the engine does not say: a course that claims a thing by hand has no place to write it.

mod draw;
mod drill;
mod fault;
mod fresh;
mod grade;
mod holds;
mod reading;
mod source;
mod twin;

pub use crate::memory::Sure;
pub use drill::{Case, Cause, Drill, ERRORS, Kind, Knock, Making, Said, Scene, Sends, Sizing, Stands, Step, Turn, drill};
pub use fault::Fault;
pub use fresh::fresh;
pub use grade::{Answer, Grade, Truth, feedback, grade, level};
pub use reading::{LONGEST, Reading, Told};
pub use twin::{Difference, first_difference, together, twin_text};
