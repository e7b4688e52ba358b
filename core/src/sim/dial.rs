//! A dial: a connection that is being made. What happens to it stands in `dials`.

use crate::node::api::{DialError, Token};
use crate::time::{Span, Time};

/// How long a kernel asks who has an address of its own network that nobody has.
pub(super) const NO_HOST: Span = Span::from_secs(3);

/// A connection that is being made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dial {
    /// Who dials.
    pub from: u32,
    /// The dialler's number for it.
    pub token: Token,
    /// Whom, if there is such a machine.
    pub to: Option<u32>,
    pub(super) link: Option<u32>,
    /// It is that of a second connection: an RDB comes over it, beside the stream.
    pub(super) second: bool,
    /// SYNs sent.
    pub(super) tries: u32,
    pub(super) sent: Time,
    pub(super) step: Step,
    /// The queue's entry that counts.
    pub(super) due: Time,
}
impl Dial {
    /// The link that it goes over.
    #[must_use]
    pub const fn link(&self) -> Option<u32> {
        self.link
    }
}

/// Where a dial stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// The SYN is under way.
    Asking,
    /// The answer is under way.
    Answer(Result<(), DialError>),
    /// Nothing came back; the kernel will ask again.
    Silent,
}
