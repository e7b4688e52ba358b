//! How long a replica that is away may still come back by a partial resynchronisation.

use super::Sim;
use crate::repl::psync::{Lineage, Request, Ruling, Window};
use crate::repl::{Offset, ReplId};

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
    /// What a replica that keeps a suspended master would get if it asked now; `None` if it keeps none, follows nobody of this world, or nobody is there to
    /// answer: with the process of a master its backlog is gone.
    #[must_use]
    pub fn asked_now(&self, replica: u32) -> Option<Ruling> {
        self.ruling(replica, self.node(replica).cached()?)
    }
    /// What a replica whose link is up would get if the link were cut and it asked, both now; `None` where there would be nothing to go on with.
    #[must_use]
    pub fn asked_if_cut(&self, replica: u32) -> Option<Ruling> {
        self.ruling(replica, self.would_keep(replica)?)
    }
    /// The runway of a replica whose link is down and that keeps a suspended master.
    #[must_use]
    pub fn runway(&self, replica: u32) -> Option<Runway> {
        let node = self.node(replica);
        if node.follows().is_none() || node.link_up() {
            return None;
        }
        self.left(replica, node.cached()?)
    }
    /// The runway that a replica whose link is up would have if that were cut now.
    #[must_use]
    pub fn runway_if_cut(&self, replica: u32) -> Option<Runway> {
        self.left(replica, self.would_keep(replica)?)
    }

    /// What a replica would keep of its link if that went now: id and last byte.
    fn would_keep(&self, replica: u32) -> Option<(ReplId, Offset)> {
        let node = self.node(replica);
        if !self.machine(replica).alive() || !node.capabilities().psync {
            return None;
        }
        node.link_mark().filter(|link| link.up && !link.pre_psync).map(|link| (link.id, link.applied))
    }
    fn ruling(&self, replica: u32, (id, offset): (ReplId, Offset)) -> Option<Ruling> {
        let at = self.master_of(replica).filter(|at| self.machine(*at).alive())?;
        let master = self.node(at);
        let second = master.capabilities().psync2.then(|| (master.repl_id2(), master.second_offset()));
        let lineage = Lineage { id: master.repl_id(), second, offset: master.master_offset() };
        let request = Request { id: id.as_str().as_bytes(), offset: Some(offset.0 + 1) };
        Some(Ruling::psync(&request, lineage, Window::of(master.backlog())))
    }
    fn left(&self, replica: u32, kept: (ReplId, Offset)) -> Option<Runway> {
        let wants = kept.1 + 1;
        let partial_now = self.ruling(replica, kept)?.partial().is_some();
        let backlog = self.node(self.master_of(replica)?).backlog();
        let bytes = if partial_now {
            backlog.size() as i64 - (backlog.head() + 1).bytes_since(wants)
        } else {
            wants.bytes_since(backlog.first()).min(0)
        };
        Some(Runway { wants, bytes, partial_now })
    }
}
