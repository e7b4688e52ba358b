//! How long a replica that is away may still come back by a partial resynchronisation.

use super::Sim;
use crate::repl::Offset;
use crate::repl::psync::{self, Lineage, Request, Window};

/// What a replica that is away would get if it asked its master now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AskedNow {
    /// The oldest byte that the master's backlog holds.
    pub first: Offset,
    /// The byte that it wants next.
    pub wants: Offset,
    /// The byte after the newest one.
    pub end: Offset,
    /// Whether the answer would be +CONTINUE.
    pub partial: bool,
}

/// How much of the stream may still be written until the byte that a replica wants is gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Runway {
    /// The byte that it wants next.
    pub wants: Offset,
    /// Bytes left; ≤ 0: gone.
    pub bytes: i64,
    /// Whether PSYNC would be accepted if it asked now.
    pub partial_now: bool,
}

impl Sim {
    /// The answer that a replica which keeps a suspended master would get now; `None` if it keeps none, or follows nobody of this world.
    #[must_use]
    pub fn asked_now(&self, replica: u32) -> Option<AskedNow> {
        let (id, offset) = self.node(replica).cached()?;
        let master = self.node(self.master_of(replica)?);
        let wants = offset + 1;
        let second = master.capabilities().psync2.then(|| (master.repl_id2(), master.second_offset()));
        let lineage = Lineage { id: master.repl_id(), second, offset: master.master_offset() };
        let request = Request { id: id.as_str().as_bytes(), offset: Some(wants.0) };
        let backlog = master.backlog();
        let decision = psync::decide(&request, &lineage, Window::of(backlog));
        let partial = matches!(decision.verdict, psync::Verdict::Partial { .. });
        Some(AskedNow { first: backlog.first(), wants, end: backlog.head() + 1, partial })
    }
    /// The runway of a replica whose link is down and that keeps a suspended master.
    #[must_use]
    pub fn runway(&self, replica: u32) -> Option<Runway> {
        self.node(replica).link_mark().filter(|link| !link.up)?;
        let asked = self.asked_now(replica)?;
        let bytes = if asked.partial {
            let size = self.node(self.master_of(replica)?).backlog().size();
            size as i64 - asked.end.bytes_since(asked.wants)
        } else {
            asked.wants.bytes_since(asked.first).min(0)
        };
        Some(Runway { wants: asked.wants, bytes, partial_now: asked.partial })
    }
}
