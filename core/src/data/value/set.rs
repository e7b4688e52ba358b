//! Sets: whole numbers in order while they are few, otherwise a table.

use super::measures::{ELEMENT, ELEMENT_OVERHEAD, INTSET_ENTRIES, PACKED_BYTES, PACKED_ZSET_ENTRIES, int_bytes};
use crate::data::hash::hash;
use crate::data::trie::Trie;
use crate::resp::parse_i64;
use alloc::vec::Vec;
use bytes::Bytes;

/// A set. A small set of whole numbers is kept sorted, as Redis keeps it; any other in hash order.
#[derive(Clone, Debug)]
pub struct Set {
    members: Members,
    pub(super) digest: u64,
    pub(super) bytes: u64,
}
#[derive(Clone, Debug)]
enum Members {
    Ints(Vec<i64>),
    Table(Trie<()>),
}
impl Default for Set {
    fn default() -> Self {
        Set { members: Members::Ints(Vec::new()), digest: 0, bytes: 0 }
    }
}
impl Set {
    /// How many members.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.members {
            Members::Ints(ints) => ints.len(),
            Members::Table(table) => table.len(),
        }
    }
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Whether Redis would hold it as an intset.
    #[must_use]
    pub fn is_intset(&self) -> bool {
        matches!(self.members, Members::Ints(_))
    }
    /// Whether a server that packs sets (7.2) packs one of these members: 128 of at most 64 bytes.
    #[must_use]
    pub fn fits_pack(&self) -> bool {
        self.len() <= PACKED_ZSET_ENTRIES && self.iter().all(|member| member.len() <= PACKED_BYTES)
    }
    /// Whether it has this member.
    #[must_use]
    pub fn contains(&self, member: &[u8]) -> bool {
        match &self.members {
            Members::Ints(ints) => parse_i64(member).is_some_and(|n| ints.binary_search(&n).is_ok()),
            Members::Table(table) => table.get(member).is_some(),
        }
    }
    /// The members as numbers, lowest first, if it is held as an intset.
    #[must_use]
    pub fn ints(&self) -> Option<&[i64]> {
        match &self.members {
            Members::Ints(ints) => Some(ints),
            Members::Table(_) => None,
        }
    }
    /// The members in order.
    pub fn iter(&self) -> impl Iterator<Item = Bytes> {
        let (ints, table) = match &self.members {
            Members::Ints(ints) => (Some(ints), None),
            Members::Table(table) => (None, Some(table)),
        };
        ints.into_iter().flatten().map(|&n| int_bytes(n)).chain(table.into_iter().flat_map(|t| t.iter().map(|(key, ())| key.clone())))
    }
    /// The table, if it is held as one: SCAN walks it.
    #[must_use]
    pub(crate) fn table(&self) -> Option<&Trie<()>> {
        match &self.members {
            Members::Ints(_) => None,
            Members::Table(table) => Some(table),
        }
    }
    /// The `n`-th member in order.
    #[must_use]
    pub fn nth(&self, n: usize) -> Option<Bytes> {
        match &self.members {
            Members::Ints(ints) => ints.get(n).map(|&n| int_bytes(n)),
            Members::Table(table) => table.nth(n).map(|(key, ())| key.clone()),
        }
    }
    /// Adds a member; whether it was new.
    pub fn insert(&mut self, member: &[u8]) -> bool {
        let new = match &mut self.members {
            Members::Ints(ints) => match parse_i64(member) {
                Some(n) => match ints.binary_search(&n) {
                    Ok(_) => false,
                    Err(at) => {
                        ints.insert(at, n);
                        if ints.len() > INTSET_ENTRIES {
                            self.make_table();
                        }
                        true
                    }
                },
                None => {
                    self.make_table();
                    return self.insert(member);
                }
            },
            Members::Table(table) => table.insert(member, ()).is_none(),
        };
        if new {
            self.digest = self.digest.wrapping_add(hash(ELEMENT, member));
            self.bytes += member.len() as u64 + ELEMENT_OVERHEAD;
        }
        new
    }
    fn make_table(&mut self) {
        if let Members::Ints(ints) = &self.members {
            let mut table = Trie::default();
            for &n in ints {
                table.insert(&int_bytes(n), ());
            }
            self.members = Members::Table(table);
        }
    }
    /// Takes a member out; whether it was there.
    pub fn remove(&mut self, member: &[u8]) -> bool {
        let gone = match &mut self.members {
            Members::Ints(ints) => match parse_i64(member).and_then(|n| ints.binary_search(&n).ok()) {
                Some(at) => {
                    ints.remove(at);
                    true
                }
                None => false,
            },
            Members::Table(table) => table.remove(member).is_some(),
        };
        if gone {
            self.digest = self.digest.wrapping_sub(hash(ELEMENT, member));
            self.bytes -= member.len() as u64 + ELEMENT_OVERHEAD;
        }
        gone
    }
}
impl FromIterator<Bytes> for Set {
    fn from_iter<I: IntoIterator<Item = Bytes>>(members: I) -> Self {
        let mut set = Set::default();
        for member in members {
            set.insert(&member);
        }
        set
    }
}
