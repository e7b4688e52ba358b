//! A map from bytes to values that clones in no time: nodes are shared and copied on the first write to them.
//!
//! Order is by hash: the same keys give the same order, whatever their past. A cursor of SCAN is a place in that order.

use super::hash::hash;
use alloc::rc::Rc;
use alloc::vec::Vec;
use bytes::Bytes;
use core::mem;

/// Keys of one leaf before it splits.
const LEAF_MAX: usize = 32;
/// A branch with fewer keys becomes a leaf again.
const BRANCH_MIN: usize = 8;
const FANOUT: usize = 16;
const TOP: u32 = 60;

/// The map. Cloning is O(1).
#[derive(Clone, Debug)]
pub(crate) struct Trie<V> {
    root: Node<V>,
    len: usize,
}
#[derive(Clone, Debug)]
enum Node<V> {
    Empty,
    Leaf(Rc<Leaf<V>>),
    Branch(Rc<Branch<V>>),
}
/// Sorted by hash; equal hashes in order of arrival.
#[derive(Clone, Debug)]
struct Leaf<V> {
    slots: Vec<Slot<V>>,
}
#[derive(Clone, Debug)]
struct Slot<V> {
    hash: u64,
    key: Bytes,
    value: V,
}
#[derive(Clone, Debug)]
struct Branch<V> {
    len: usize,
    kids: [Node<V>; FANOUT],
}

/// The key of an insertion: bytes that are copied if the key is new (`&[u8]`), or bytes that are given away (`&mut Bytes`).
pub(crate) trait NewKey: Sized {
    /// The bytes.
    fn bytes(&self) -> &[u8];
    /// The key as it stays.
    fn keep(self) -> Bytes;
}
impl NewKey for &[u8] {
    fn bytes(&self) -> &[u8] {
        self
    }
    fn keep(self) -> Bytes {
        Bytes::copy_from_slice(self)
    }
}
impl NewKey for &mut Bytes {
    fn bytes(&self) -> &[u8] {
        self
    }
    fn keep(self) -> Bytes {
        mem::take(self)
    }
}

impl<V> Default for Trie<V> {
    fn default() -> Self {
        Trie { root: Node::Empty, len: 0 }
    }
}
impl<V> Leaf<V> {
    fn find(&self, hash: u64, key: &[u8]) -> Option<usize> {
        let first = self.slots.iter().position(|slot| slot.hash == hash)?;
        let same = self.slots[first..].iter().take_while(|slot| slot.hash == hash).position(|slot| slot.key == key);
        same.map(|at| first + at)
    }
}
impl<V> Node<V> {
    fn len(&self) -> usize {
        match self {
            Node::Empty => 0,
            Node::Leaf(leaf) => leaf.slots.len(),
            Node::Branch(branch) => branch.len,
        }
    }
}
const fn kid(hash: u64, shift: u32) -> usize {
    (hash >> shift) as usize & (FANOUT - 1)
}

impl<V: Clone> Node<V> {
    fn insert(&mut self, shift: Option<u32>, hash: u64, key: impl NewKey, value: V) -> Option<V> {
        match self {
            Node::Empty => {
                let mut slots = Vec::with_capacity(4);
                slots.push(Slot { hash, key: key.keep(), value });
                *self = Node::Leaf(Rc::new(Leaf { slots }));
                None
            }
            Node::Leaf(rc) => {
                let leaf = Rc::make_mut(rc);
                if let Some(i) = leaf.find(hash, key.bytes()) {
                    return Some(mem::replace(&mut leaf.slots[i].value, value));
                }
                if leaf.slots.len() >= LEAF_MAX
                    && let Some(shift) = shift
                {
                    let full = mem::replace(leaf, Leaf { slots: Vec::new() });
                    let mut branch = Branch::split(full, shift);
                    branch.len += 1;
                    branch.kids[kid(hash, shift)].insert(shift.checked_sub(4), hash, key, value);
                    *self = Node::Branch(Rc::new(branch));
                    return None;
                }
                let at = leaf.slots.partition_point(|slot| slot.hash <= hash);
                leaf.slots.insert(at, Slot { hash, key: key.keep(), value });
                None
            }
            Node::Branch(rc) => {
                let branch = Rc::make_mut(rc);
                let shift = shift.expect("a branch has bits left");
                let old = branch.kids[kid(hash, shift)].insert(shift.checked_sub(4), hash, key, value);
                branch.len += usize::from(old.is_none());
                old
            }
        }
    }

    /// The key must be there.
    fn remove(&mut self, shift: u32, hash: u64, key: &[u8]) -> Option<(Bytes, V)> {
        match self {
            Node::Empty => None,
            Node::Leaf(rc) => {
                let leaf = Rc::make_mut(rc);
                let i = leaf.find(hash, key)?;
                let slot = leaf.slots.remove(i);
                if leaf.slots.is_empty() {
                    *self = Node::Empty;
                }
                Some((slot.key, slot.value))
            }
            Node::Branch(rc) => {
                let branch = Rc::make_mut(rc);
                let slot = branch.kids[kid(hash, shift)].remove(shift.saturating_sub(4), hash, key)?;
                branch.len -= 1;
                if branch.len < BRANCH_MIN {
                    let mut leaf = Leaf { slots: Vec::with_capacity(branch.len) };
                    self.gather(&mut leaf);
                    *self = if leaf.slots.is_empty() { Node::Empty } else { Node::Leaf(Rc::new(leaf)) };
                }
                Some(slot)
            }
        }
    }
    fn gather(&self, into: &mut Leaf<V>) {
        match self {
            Node::Empty => {}
            Node::Leaf(leaf) => into.slots.extend_from_slice(&leaf.slots),
            Node::Branch(branch) => branch.kids.iter().for_each(|kid| kid.gather(into)),
        }
    }
    fn get_mut(&mut self, shift: u32, hash: u64, key: &[u8]) -> Option<&mut V> {
        match self {
            Node::Empty => None,
            Node::Leaf(rc) => {
                let leaf = Rc::make_mut(rc);
                leaf.find(hash, key).map(|i| &mut leaf.slots[i].value)
            }
            Node::Branch(rc) => Rc::make_mut(rc).kids[kid(hash, shift)].get_mut(shift.saturating_sub(4), hash, key),
        }
    }
}
impl<V: Clone> Branch<V> {
    fn split(leaf: Leaf<V>, shift: u32) -> Branch<V> {
        let mut kids = [const { Node::Empty }; FANOUT];
        let len = leaf.slots.len();
        let mut groups: [Option<Leaf<V>>; FANOUT] = [const { None }; FANOUT];
        for slot in leaf.slots {
            groups[kid(slot.hash, shift)].get_or_insert_with(|| Leaf { slots: Vec::with_capacity(4) }).slots.push(slot);
        }
        for (kid, group) in kids.iter_mut().zip(groups) {
            if let Some(leaf) = group {
                *kid = Node::Leaf(Rc::new(leaf));
            }
        }
        Branch { len, kids }
    }
}

impl<V> Trie<V> {
    /// How many keys.
    pub(crate) fn len(&self) -> usize {
        self.len
    }
    /// Whether there is no key.
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// The hash that places a key.
    pub(crate) fn place(key: &[u8]) -> u64 {
        hash(0, key)
    }
    /// The value of a key.
    pub(crate) fn get(&self, key: &[u8]) -> Option<&V> {
        self.get_at(Self::place(key), key)
    }
    /// The value of a key whose hash is known.
    pub(crate) fn get_at(&self, hash: u64, key: &[u8]) -> Option<&V> {
        let mut node = &self.root;
        let mut shift = TOP;
        loop {
            match node {
                Node::Empty => return None,
                Node::Leaf(leaf) => return leaf.find(hash, key).map(|i| &leaf.slots[i].value),
                Node::Branch(branch) => {
                    node = &branch.kids[kid(hash, shift)];
                    shift = shift.saturating_sub(4);
                }
            }
        }
    }
    /// All keys and values, in order.
    pub(crate) fn iter(&self) -> Iter<'_, V> {
        self.iter_from(0)
    }
    /// Keys and values whose place is `from` or behind.
    pub(crate) fn iter_from(&self, from: u64) -> Iter<'_, V> {
        let mut iter = Iter { stack: Vec::new(), leaf: None };
        let mut node = &self.root;
        let mut shift = TOP;
        loop {
            match node {
                Node::Empty => return iter,
                Node::Leaf(leaf) => {
                    iter.leaf = Some((leaf, leaf.slots.partition_point(|slot| slot.hash < from)));
                    return iter;
                }
                Node::Branch(branch) => {
                    let first = kid(from, shift);
                    iter.stack.push((branch, first + 1));
                    node = &branch.kids[first];
                    shift = shift.saturating_sub(4);
                }
            }
        }
    }
    /// The `n`-th key in order.
    pub(crate) fn nth(&self, mut n: usize) -> Option<(&Bytes, &V)> {
        let mut node = &self.root;
        loop {
            match node {
                Node::Empty => return None,
                Node::Leaf(leaf) => return leaf.slots.get(n).map(|slot| (&slot.key, &slot.value)),
                Node::Branch(branch) => {
                    node = branch.kids.iter().find(|kid| {
                        let here = kid.len();
                        let inside = n < here;
                        n -= if inside { 0 } else { here };
                        inside
                    })?;
                }
            }
        }
    }
}

impl<V: Clone> Trie<V> {
    /// Puts a value under a key; the old value comes back.
    pub(crate) fn insert(&mut self, key: &[u8], value: V) -> Option<V> {
        self.insert_at(Self::place(key), key, value)
    }
    #[inline]
    pub(crate) fn insert_at(&mut self, hash: u64, key: impl NewKey, value: V) -> Option<V> {
        let old = self.root.insert(Some(TOP), hash, key, value);
        self.len += usize::from(old.is_none());
        old
    }
    /// Takes a key out.
    pub(crate) fn remove(&mut self, key: &[u8]) -> Option<(Bytes, V)> {
        self.remove_at(Self::place(key), key)
    }
    pub(crate) fn remove_at(&mut self, hash: u64, key: &[u8]) -> Option<(Bytes, V)> {
        // A look first: a miss must not copy shared nodes.
        self.get_at(hash, key)?;
        let slot = self.root.remove(TOP, hash, key);
        self.len -= usize::from(slot.is_some());
        slot
    }
    /// The value of a key whose hash is known, to be changed in place.
    pub(crate) fn get_mut_at(&mut self, hash: u64, key: &[u8]) -> Option<&mut V> {
        self.get_at(hash, key)?;
        self.root.get_mut(TOP, hash, key)
    }
}

/// Keys and values in order.
#[derive(Debug)]
pub(crate) struct Iter<'a, V> {
    stack: Vec<(&'a Branch<V>, usize)>,
    leaf: Option<(&'a Leaf<V>, usize)>,
}
impl<'a, V> Iter<'a, V> {
    /// The next key with its place.
    pub(crate) fn next_placed(&mut self) -> Option<(u64, &'a Bytes, &'a V)> {
        loop {
            if let Some((leaf, at)) = &mut self.leaf {
                if let Some(slot) = leaf.slots.get(*at) {
                    *at += 1;
                    return Some((slot.hash, &slot.key, &slot.value));
                }
                self.leaf = None;
            }
            let (branch, next) = self.stack.last_mut()?;
            let Some(node) = branch.kids.get(*next) else {
                self.stack.pop();
                continue;
            };
            *next += 1;
            match node {
                Node::Empty => {}
                Node::Leaf(leaf) => self.leaf = Some((leaf, 0)),
                Node::Branch(branch) => self.stack.push((branch, 0)),
            }
        }
    }
}
impl<'a, V> Iterator for Iter<'a, V> {
    type Item = (&'a Bytes, &'a V);
    fn next(&mut self) -> Option<Self::Item> {
        self.next_placed().map(|(_, key, value)| (key, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prng::{Purpose, below, rand};
    use alloc::collections::BTreeMap;
    use alloc::format;

    fn check(trie: &Trie<u64>, model: &BTreeMap<Vec<u8>, u64>) {
        assert_eq!(trie.len(), model.len());
        let mut last = 0;
        let mut seen = BTreeMap::new();
        let mut iter = trie.iter();
        while let Some((place, key, value)) = iter.next_placed() {
            assert!(place >= last, "in order");
            last = place;
            assert!(seen.insert(key.to_vec(), *value).is_none(), "each once");
        }
        assert_eq!(&seen, model);
    }

    #[test]
    fn does_what_a_map_does_and_clones_stay_as_they_were() {
        let draw = |n: u64, k: u64| rand(1, 2, Purpose::Swarm, n * 4 + k);
        let mut trie = Trie::default();
        let mut model = BTreeMap::new();
        let mut old = Vec::new();
        for n in 0..20_000u64 {
            let key = format!("k{}", below(draw(n, 0), if n < 10_000 { 3_000 } else { 60 })).into_bytes();
            if below(draw(n, 1), 3) == 0 {
                assert_eq!(trie.remove(&key).map(|(_, v)| v), model.remove(&key));
            } else {
                assert_eq!(trie.insert(&key, n), model.insert(key.clone(), n));
            }
            assert_eq!(trie.get(&key), model.get(&key));
            if let Some(value) = trie.get_mut_at(Trie::<u64>::place(&key), &key) {
                *value += 1;
                *model.get_mut(&key).expect("both") += 1;
            }
            if n % 1_000 == 0 {
                old.push((trie.clone(), model.clone()));
            }
        }
        for key in model.keys().cloned().collect::<Vec<_>>() {
            if model.len() > 5 {
                trie.remove(&key);
                model.remove(&key);
            }
        }
        check(&trie, &model);
        for (trie, model) in &old {
            check(trie, model);
        }
    }

    #[test]
    fn ranks_and_places_agree_with_the_order() {
        let mut trie = Trie::default();
        for n in 0..500u64 {
            trie.insert(format!("{n}").as_bytes(), n);
        }
        let all: Vec<_> = trie.iter().map(|(key, _)| key.clone()).collect();
        for (n, key) in all.iter().enumerate() {
            assert_eq!(trie.nth(n).map(|(key, _)| key), Some(key));
            let from = Trie::<u64>::place(key);
            assert_eq!(trie.iter_from(from).next().map(|(key, _)| key), Some(key));
            assert_eq!(trie.iter_from(from + 1).next().map(|(key, _)| key), all.get(n + 1));
        }
        assert_eq!(trie.nth(500), None);
    }

    #[test]
    fn equal_hashes_share_a_leaf() {
        let mut trie = Trie::default();
        for n in 0..100u64 {
            trie.insert_at(7, format!("{n}").as_bytes(), n);
        }
        assert_eq!(trie.get_at(7, b"99"), Some(&99));
        for n in 0..100u64 {
            assert_eq!(trie.remove_at(7, format!("{n}").as_bytes()).map(|(_, v)| v), Some(n));
        }
        assert!(trie.is_empty());
    }
}
