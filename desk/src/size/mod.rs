//! *Size it*: from write rate, longest outage and a few rates of the machines to the sizes and times of redis.conf, without words; and the runs that prove
//! the backlog's size.
//!
//! [`Form`] is what somebody states, field by field, each with its bounds; [`sizes`] is what follows; [`conf`] writes it in an era's words; [`scene`] is
//! the scenario with these numbers, and [`Proof`] plays it with three sizes: the one that is recommended, the least one, and one that is too small.

mod answer;
mod conf;
mod field;
mod form;
mod proof;
mod scene;

pub use answer::{ASKS_MS, Sizes, sizes};
pub use conf::{Directive, Line, conf, config_set};
pub use field::{Field, bytes_text, read_bytes, seconds_text};
pub use form::{Form, from_diagnosis};
pub use proof::{Asked, Proof, Run};
pub use scene::{scale, scene};
