//! How long a replica that is away may still come back by a partial resynchronisation.

use super::Sim;
use crate::repl::Offset;
use crate::repl::psync::{Lineage, Request, Ruling, Window};

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
    /// What a replica that keeps a suspended master would get if it asked now; `None` if it keeps none, or follows nobody of this world.
    #[must_use]
    pub fn asked_now(&self, replica: u32) -> Option<Ruling> {
        let (id, offset) = self.node(replica).cached()?;
        let master = self.node(self.master_of(replica)?);
        let second = master.capabilities().psync2.then(|| (master.repl_id2(), master.second_offset()));
        let lineage = Lineage { id: master.repl_id(), second, offset: master.master_offset() };
        let request = Request { id: id.as_str().as_bytes(), offset: Some(offset.0 + 1) };
        Some(Ruling::psync(&request, lineage, Window::of(master.backlog())))
    }
    /// The runway of a replica whose link is down and that keeps a suspended master.
    #[must_use]
    pub fn runway(&self, replica: u32) -> Option<Runway> {
        let node = self.node(replica);
        if node.follows().is_none() || node.link_up() {
            return None;
        }
        let wants = node.cached()?.1 + 1;
        let partial_now = self.asked_now(replica)?.partial().is_some();
        let backlog = self.node(self.master_of(replica)?).backlog();
        let bytes = if partial_now {
            backlog.size() as i64 - (backlog.head() + 1).bytes_since(wants)
        } else {
            wants.bytes_since(backlog.first()).min(0)
        };
        Some(Runway { wants, bytes, partial_now })
    }
}
