//! How an invariant breaks, as a sentence that each language builds for itself.

use super::value::Value;
use alloc::string::{String, ToString};
use core::fmt;
use serde::Serialize;

/// What is wrong. `who` and `other` are names of nodes, `n` numbers in the order of the sentence.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Why {
    /// Which sentence.
    pub what: What,
    /// The node that it is about.
    pub who: String,
    /// The other end, if there is one.
    pub other: String,
    /// Offsets and bytes.
    pub n: [i64; 3],
}

/// The sentences.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// I1: master_repl_offset fell from n0 to n1 under one id.
    OffsetFell,
    /// I1: what it has applied fell from n0 to n1 under one id.
    AppliedFell,
    /// I2: its data are no state that `other` ever had.
    NobodysData,
    /// I2: it lacks no byte of `other`'s stream at n0, and its data differ.
    DataDiffer,
    /// I3: the RDB of offset n0 is not what `other` had there.
    OtherRdb,
    /// I4: first byte n0 and length n1 do not end at offset n2.
    WindowAmiss,
    /// I4: a ring of n0 bytes holds n1, and writes at n2.
    RingAmiss,
    /// I7: n0 was sent to `other`, and the offset is n1.
    SentAhead,
    /// I7: `other` acknowledged n0, and n1 was sent.
    AckUnsent,
    /// I7: `other` acknowledged n0, and has n1.
    AckUnheld,
}
impl What {
    /// All sentences.
    pub const ALL: [What; 10] = [
        What::OffsetFell,
        What::AppliedFell,
        What::NobodysData,
        What::DataDiffer,
        What::OtherRdb,
        What::WindowAmiss,
        What::RingAmiss,
        What::SentAhead,
        What::AckUnsent,
        What::AckUnheld,
    ];
    /// The sentence about this node, the other end, and these numbers.
    #[must_use]
    pub fn of(self, who: &str, other: &str, n: [i64; 3]) -> Why {
        Why { what: self, who: who.to_string(), other: other.to_string(), n }
    }
}

/// In English, as tests and tools print it.
impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (who, other, [a, b, c]) = (&self.who, &self.other, self.n);
        match self.what {
            What::OffsetFell => write!(f, "{who}: master_repl_offset fell from {a} to {b} under one id"),
            What::AppliedFell => write!(f, "{who}: the offset it has applied fell from {a} to {b} under one id"),
            What::NobodysData => write!(f, "{who}: its data are no state that {other} ever had"),
            What::DataDiffer => write!(f, "{who}: it lacks no byte of {other}'s stream at {a}, and its data differ"),
            What::OtherRdb => write!(f, "{who}: the RDB of offset {a} is not what {other} had there"),
            What::WindowAmiss => write!(f, "{who}: first byte {a} + length {b} is not offset {c} + 1"),
            What::RingAmiss => write!(f, "{who}: a ring of {a} bytes holds {b}, write index {c}"),
            What::SentAhead => write!(f, "{who}: {other}: {a} was sent, the offset is {b}"),
            What::AckUnsent => write!(f, "{who}: {other}: {a} was acknowledged, {b} was sent"),
            What::AckUnheld => write!(f, "{who}: {other}: {a} was acknowledged, and it has {b}"),
        }
    }
}
impl From<Why> for Value {
    fn from(why: Why) -> Value {
        Value::Text(why.to_string())
    }
}
