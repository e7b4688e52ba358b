//! The form of the tables of lines, and the words that several of them need.

use crate::era::Capabilities;
#[cfg(test)]
use crate::fact::Errno;
use crate::fact::Mark;
#[cfg(test)]
use crate::repl::{Offset, ReplId};

/// Declares the lines of one subject. A row is a variant, its mark, and its text, which may use the capabilities of the era and the variant's fields:
/// `Variant { field: type } = mark, text;`. Where `master Master MASTER` follow the capabilities, a text may name the server above so, and Valkey says "primary".
macro_rules! lines {
    (
        $(#[$meta:meta])+
        enum $subject:ident<'a>, $caps:ident $(, $low:ident $capital:ident $capitals:ident)? {
            $( $(#[$doc:meta])+ $variant:ident $({ $($field:ident: $type:ty),+ })? = $mark:expr, $text:expr; )+
        }
    ) => {
        $(#[$meta])+
        #[derive(Clone, Copy, Debug)]
        pub(crate) enum $subject<'a> {
            $( $(#[$doc])+ $variant $({ $($field: $type),+ })? ),+
        }
        impl $subject<'_> {
            /// How loud it is.
            pub(crate) fn mark(&self, $caps: &$crate::era::Capabilities) -> $crate::fact::Mark {
                // Few lines are louder in one era than in another, or by what they say.
                let _ = $caps;
                match *self { $( $subject::$variant $({ $($field),+ })? => { $( let _ = ($($field,)+); )? $mark } ),+ }
            }
            /// Its text in this era.
            #[allow(non_snake_case, reason = "the words for a master are spelt as they are said")]
            pub(crate) fn text(&self, $caps: &$crate::era::Capabilities) -> alloc::borrow::Cow<'static, str> {
                let _ = $caps;
                $(
                    let [$low, $capital, $capitals] = super::table::upper($caps);
                    let _ = ($low, $capital, $capitals);
                )?
                match *self { $( $subject::$variant $({ $($field),+ })? => $text.into() ),+ }
            }
            /// One of each.
            #[cfg(test)]
            pub(super) fn each() -> alloc::vec::Vec<$subject<'static>> {
                use super::table::Example;
                alloc::vec::Vec::from([$( $subject::$variant $({ $($field: Example::example()),+ })? ),+])
            }
        }
    };
}
pub(super) use lines;

/// The era's word for a replica: `slave` up to 4.0.
pub(super) const fn word(caps: &Capabilities) -> &'static str {
    if caps.says_replica { "replica" } else { "slave" }
}
/// The same at the beginning of a sentence.
pub(super) const fn capital(caps: &Capabilities) -> &'static str {
    if caps.says_replica { "Replica" } else { "Slave" }
}
/// The same in `MASTER <-> REPLICA sync`.
pub(super) const fn capitals(caps: &Capabilities) -> &'static str {
    if caps.says_replica { "REPLICA" } else { "SLAVE" }
}

/// The era's word for a master, in its three spellings: `primary` in Valkey.
pub(super) const fn upper(caps: &Capabilities) -> [&'static str; 3] {
    if caps.valkey { ["primary", "Primary", "PRIMARY"] } else { ["master", "Master", "MASTER"] }
}
/// The project's own name.
pub(super) const fn project(caps: &Capabilities) -> &'static str {
    if caps.valkey { "Valkey" } else { "Redis" }
}
/// How loud a line is that was a warning up to 7.0 and is a notice from 7.2 on.
pub(super) const fn calm(caps: &Capabilities) -> Mark {
    if caps.log_calm { Mark::Notice } else { Mark::Warning }
}

/// A value to put into a line.
#[cfg(test)]
pub(super) trait Example {
    /// The value.
    fn example() -> Self;
}
#[cfg(test)]
impl Example for &str {
    fn example() -> Self {
        "example"
    }
}
#[cfg(test)]
impl Example for bool {
    fn example() -> Self {
        true
    }
}
#[cfg(test)]
impl Example for u64 {
    fn example() -> Self {
        4_242
    }
}
#[cfg(test)]
impl Example for i64 {
    fn example() -> Self {
        4_243
    }
}
#[cfg(test)]
impl Example for i32 {
    fn example() -> Self {
        15
    }
}
#[cfg(test)]
impl Example for usize {
    fn example() -> Self {
        4_244
    }
}
#[cfg(test)]
impl Example for ReplId {
    fn example() -> Self {
        ReplId::ZEROS
    }
}
#[cfg(test)]
impl Example for Offset {
    fn example() -> Self {
        Offset(4_245)
    }
}
#[cfg(test)]
impl Example for Errno {
    fn example() -> Self {
        Errno::Refused
    }
}
#[cfg(test)]
impl Example for u16 {
    fn example() -> Self {
        4_247
    }
}
#[cfg(test)]
impl Example for (&str, i64) {
    fn example() -> Self {
        ("example", 4_246)
    }
}
#[cfg(test)]
impl<T: Example> Example for Option<T> {
    fn example() -> Self {
        Some(T::example())
    }
}
