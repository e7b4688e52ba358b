//! The one condition language: used by `until`, `expect`, run-until, breakpoints and `window.resync.until`.
//!
//! ```text
//! condition  = and-part { "or" and-part }
//! and-part   = part { "and" part }
//! part       = [ "not" ] ( "(" condition ")" | test ) [ "for" TIME ]
//! test       = "note" NODE NAME { FIELD SIGN VALUE }        a note of that node, since the waiting began (`expect`: since the start)
//!            | NODE FIELD [ SIGN VALUE ]                    a field of a node; without a sign: the field is true
//!            | NODE "key" KEY [ "db" N ] FIELD [ SIGN VALUE ] a key of a node: as it is kept, over its time or not
//!            | NODE "sees" NODE FIELD [ SIGN VALUE ]        what a master knows of one replica; INFO's `lag` is here
//!            | "link" NODE NODE FIELD [ SIGN VALUE ]
//!            | "client" CLIENT FIELD [ SIGN VALUE ]
//!            | "now" SIGN TIME
//!            | "same-data" NODE NODE                        the same keys, values and moments at which keys expire
//!            | "same-keys" NODE NODE                        the same keys and values, whenever they expire
//!            | "invariant" I1 …
//! SIGN       = "=" "!=" "<" "<=" ">" ">=" "~"           "~": the text contains this one
//! ```
//!
//! Fields stand in [`fields`]. A size may have a unit (`backlog.size = 16kb`). A field that does not exist now (the gap of a node
//! that is no replica) compares as false with everything.
//!
//! A caller's reply is a note of its node, `note master client-reply command="GET k" reply="(nil)"`, a log line is one as well: `note master log
//! text~"Full resync"`.
//!
//! What a condition is asked of is a [`Facts`]: this room knows no world. Beside the language it holds what every text of a person needs: words with
//! their columns, numbers with units, and errors that name the place.

pub mod fields;
mod language;
pub(crate) mod lexer;
mod names;
pub(crate) mod quantity;
mod text_error;
mod watch;

pub use language::{Compare, Condition, Literal, Sign};
pub use names::RESERVED;
pub(crate) use names::is_name;
pub use quantity::{rate, rate_text, size, size_text, span, span_text};
pub use text_error::{ACTS, CONDITIONS, Expected, Quantity, TextError, Thing, Unit, Wrong, eras, invariants, notes};
pub use watch::{Facts, Watch};
