//! The callers of a server, in the order of their numbers.
//!
//! A server has few, and every input looks at them: their numbers stand together, and each caller is one piece of memory.

use crate::node::api::ConnId;
use crate::node::conn::Conn;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Index;

/// All callers and replicas of a server.
#[derive(Clone, Default)]
pub(in crate::node) struct Conns {
    /// Ascending.
    ids: Vec<ConnId>,
    #[allow(clippy::vec_box, reason = "a conn is large, and inserting one moves none")]
    all: Vec<Box<Conn>>,
}

impl Conns {
    fn place(&self, id: ConnId) -> Option<usize> {
        const FEW: usize = 12;
        if self.ids.len() <= FEW { self.ids.iter().position(|other| *other == id) } else { self.ids.binary_search(&id).ok() }
    }
    pub(in crate::node) fn len(&self) -> usize {
        self.ids.len()
    }
    pub(in crate::node) fn get(&self, id: &ConnId) -> Option<&Conn> {
        self.place(*id).map(|at| &*self.all[at])
    }
    pub(in crate::node) fn get_mut(&mut self, id: &ConnId) -> Option<&mut Conn> {
        self.place(*id).map(|at| &mut *self.all[at])
    }
    pub(in crate::node) fn insert(&mut self, id: ConnId, conn: Conn) {
        match self.ids.binary_search(&id) {
            Ok(at) => *self.all[at] = conn,
            Err(at) => {
                self.ids.insert(at, id);
                self.all.insert(at, Box::new(conn));
            }
        }
    }
    pub(in crate::node) fn remove(&mut self, id: &ConnId) -> Option<Conn> {
        let at = self.place(*id)?;
        self.ids.remove(at);
        Some(*self.all.remove(at))
    }
    pub(in crate::node) fn keys(&self) -> impl Iterator<Item = &ConnId> {
        self.ids.iter()
    }
    pub(in crate::node) fn values(&self) -> impl Iterator<Item = &Conn> {
        self.all.iter().map(|conn| &**conn)
    }
    pub(in crate::node) fn values_mut(&mut self) -> impl Iterator<Item = &mut Conn> {
        self.all.iter_mut().map(|conn| &mut **conn)
    }
}
impl Index<&ConnId> for Conns {
    type Output = Conn;
    fn index(&self, id: &ConnId) -> &Conn {
        self.get(id).expect("a conn that is there")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::era::ReplyList;
    use crate::node::api::Address;
    use crate::node::conn::Pipe;
    use alloc::collections::BTreeMap;

    #[test]
    fn does_what_a_map_does() {
        let conn = |n: u64| Conn::new(Pipe::new(ConnId(n), 0, ReplyList::Blocks), n, Address { host: "h".into(), port: 1 }, 0, true);
        let (mut conns, mut model) = (Conns::default(), BTreeMap::new());
        for n in 0..400u64 {
            let id = n * 7_919 % 61;
            if n % 3 == 2 {
                assert_eq!(conns.remove(&ConnId(id)).map(|c| c.seq), model.remove(&id));
            } else {
                conns.insert(ConnId(id), conn(id));
                model.insert(id, id);
            }
            assert_eq!(conns.len(), model.len());
            assert!(conns.keys().map(|id| id.0).eq(model.keys().copied()));
            assert!(conns.values().map(|c| c.seq).eq(model.values().copied()));
            assert!((0..61).all(|id| conns.get(&ConnId(id)).map(|c| c.seq) == model.get(&id).copied()));
            assert!(conns.values().all(|conn| conns.get(&conn.pipe.id).is_some() && conns[&conn.pipe.id].seq == conn.seq));
        }
    }
}
