//! The pages of a class: handing in, what was handed in, the code of a link, the teacher's guide, the speaker's notes.

mod code;
mod guide;
mod hand_in;
mod notes;
mod table;

pub use code::{Code, CodeProps, ROOM_BYTES_MAX};
pub use guide::{Guide, GuideProps};
pub use hand_in::{HandIn, HandInProps};
pub use notes::{SpeakersNotes, SpeakersNotesProps};
pub use table::{ClassTable, ClassTableProps};
