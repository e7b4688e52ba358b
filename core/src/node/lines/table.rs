//! The form of the tables of lines, and the words that several of them need.

use crate::era::Capabilities;
#[cfg(test)]
use crate::fact::Errno;
#[cfg(test)]
use crate::repl::{Offset, ReplId};

/// Declares the lines of one subject. A row is a variant, its mark, and its text, which may use the capabilities of the era and the variant's fields:
/// `Variant { field: type } = mark, text;`.
macro_rules! lines {
    (
        $(#[$meta:meta])+
        enum $subject:ident<'a>, $caps:ident {
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
            pub(crate) fn text(&self, $caps: &$crate::era::Capabilities) -> alloc::borrow::Cow<'static, str> {
                let _ = $caps;
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
