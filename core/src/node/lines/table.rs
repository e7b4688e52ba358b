//! The form of the tables of lines, and the words that several of them need.

use crate::era::Capabilities;
use crate::fact::Errno;
use crate::fact::Mark;
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
            /// One of each with its name and the names of its fields; the n-th field has the n-th [`super::table::Sample`] of this variant.
            pub(super) fn samples(variant: usize) -> alloc::vec::Vec<(&'static str, &'static [&'static str], $subject<'static>)> {
                use super::table::Sample;
                alloc::vec::Vec::from([$( {
                    #[allow(unused_mut, unused_variables, reason = "lines without fields count none")]
                    let mut count = 0usize..;
                    let line = $subject::$variant $({ $($field: Sample::sample(count.next().unwrap_or(0), variant)),+ })?;
                    (concat!(stringify!($subject), ".", stringify!($variant)), &[$( $(stringify!($field)),+ )?] as &[&str], line)
                } ),+])
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

/// A value that is found again in a text: for looking where in a line a field stands.
pub(super) trait Sample {
    /// The value for the field of this number. Types with few values have another one in each variant; three variants show them all.
    fn sample(field: usize, variant: usize) -> Self;
}
/// Words that no line has.
pub(super) const WORDS: [&str; 6] = ["\u{1}0\u{1}", "\u{1}1\u{1}", "\u{1}2\u{1}", "\u{1}3\u{1}", "\u{1}4\u{1}", "\u{1}5\u{1}"];
/// The number for a field: no line has it of itself.
pub(super) const fn number(field: usize) -> u16 {
    60_010 + field as u16
}
impl Sample for &str {
    fn sample(field: usize, _: usize) -> Self {
        WORDS[field.min(WORDS.len() - 1)]
    }
}
impl Sample for bool {
    fn sample(_: usize, variant: usize) -> Self {
        variant == 0
    }
}
macro_rules! numbers {
    ($($kind:ty),+) => {
        $( impl Sample for $kind {
            fn sample(field: usize, _: usize) -> Self {
                number(field).into()
            }
        } )+
    };
}
numbers!(u64, i64, i32, usize, u16);
impl Sample for ReplId {
    fn sample(field: usize, _: usize) -> Self {
        ReplId::from_draws(|_| 0x1111_1111_1111_1111 * (field as u64 + 10))
    }
}
impl Sample for Offset {
    fn sample(field: usize, _: usize) -> Self {
        Offset(number(field).into())
    }
}
impl Sample for Errno {
    fn sample(_: usize, _: usize) -> Self {
        Errno::NoRoute
    }
}
impl Sample for (&str, i64) {
    fn sample(field: usize, variant: usize) -> Self {
        (Sample::sample(field, variant), Sample::sample(field, variant))
    }
}
impl<T: Sample> Sample for Option<T> {
    fn sample(field: usize, variant: usize) -> Self {
        (variant == 0).then(|| T::sample(field, variant))
    }
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
