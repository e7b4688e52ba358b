//! A long sequence that clones cheaply: pages of items, shared and copied on the first write to them.

use alloc::collections::VecDeque;
use alloc::rc::Rc;

/// Items of one page before it splits.
const PAGE_MAX: usize = 128;

/// The sequence. Cloning costs one reference for each page.
#[derive(Clone, Debug)]
pub(crate) struct Seq<T> {
    pages: VecDeque<Rc<VecDeque<T>>>,
    len: usize,
}
impl<T> Default for Seq<T> {
    fn default() -> Self {
        Seq { pages: VecDeque::new(), len: 0 }
    }
}

impl<T> Seq<T> {
    /// How many items.
    pub(crate) fn len(&self) -> usize {
        self.len
    }
    /// Whether there is no item.
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// Which page holds item `index`, and where in it. For `index == len`: behind the last page's last item.
    fn locate(&self, index: usize) -> (usize, usize) {
        if index <= self.len / 2 {
            let mut rest = index;
            for (p, page) in self.pages.iter().enumerate() {
                if rest < page.len() {
                    return (p, rest);
                }
                rest -= page.len();
            }
            (self.pages.len(), 0)
        } else {
            let mut behind = self.len - index;
            for (p, page) in self.pages.iter().enumerate().rev() {
                if behind <= page.len() {
                    return (p, page.len() - behind);
                }
                behind -= page.len();
            }
            (0, 0)
        }
    }
    /// The item at `index`.
    pub(crate) fn get(&self, index: usize) -> Option<&T> {
        if index >= self.len {
            return None;
        }
        let (page, at) = self.locate(index);
        self.pages[page].get(at)
    }
    /// The first item.
    pub(crate) fn first(&self) -> Option<&T> {
        self.pages.front().and_then(|page| page.front())
    }
    /// All items in order.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.pages.iter().flat_map(|page| page.iter())
    }
    /// The items from `index` on.
    pub(crate) fn iter_from(&self, index: usize) -> impl Iterator<Item = &T> {
        let (page, at) = self.locate(index.min(self.len));
        self.pages.iter().skip(page).enumerate().flat_map(move |(n, page)| page.range(if n == 0 { at.min(page.len()) } else { 0 }..))
    }
    /// The items from `index` backwards to the first.
    pub(crate) fn iter_back_from(&self, index: usize) -> impl Iterator<Item = &T> {
        let (last, at) = self.locate(index.min(self.len.saturating_sub(1)));
        let pages = if self.is_empty() { 0 } else { last + 1 };
        self.pages
            .range(..pages)
            .enumerate()
            .rev()
            .flat_map(move |(p, page)| page.range(..if p == last { at + 1 } else { page.len() }).rev())
    }
    /// In a sequence that is partitioned by `ahead`: the page and place of the first item for which it no longer holds.
    fn split_place(&self, mut ahead: impl FnMut(&T) -> bool) -> (usize, usize) {
        let (mut low, mut high) = (0, self.pages.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.pages[middle].back().is_some_and(&mut ahead) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        match self.pages.get(low) {
            Some(page) => (low, page.partition_point(ahead)),
            None => (low, 0),
        }
    }
    /// How many items in front satisfy `ahead`, in a sequence partitioned by it.
    pub(crate) fn partition_point(&self, ahead: impl FnMut(&T) -> bool) -> usize {
        let (page, at) = self.split_place(ahead);
        self.pages.range(..page).map(|page| page.len()).sum::<usize>() + at
    }
}

impl<T: Clone> Seq<T> {
    /// Appends an item.
    pub(crate) fn push_back(&mut self, item: T) {
        match self.pages.back_mut() {
            Some(page) if page.len() < PAGE_MAX => Rc::make_mut(page).push_back(item),
            _ => self.pages.push_back(Rc::new(VecDeque::from([item]))),
        }
        self.len += 1;
    }
    /// Prepends an item.
    pub(crate) fn push_front(&mut self, item: T) {
        match self.pages.front_mut() {
            Some(page) if page.len() < PAGE_MAX => Rc::make_mut(page).push_front(item),
            _ => self.pages.push_front(Rc::new(VecDeque::from([item]))),
        }
        self.len += 1;
    }
    /// Takes the last item off.
    pub(crate) fn pop_back(&mut self) -> Option<T> {
        let page = Rc::make_mut(self.pages.back_mut()?);
        let item = page.pop_back();
        if page.is_empty() {
            self.pages.pop_back();
        }
        self.len -= usize::from(item.is_some());
        item
    }
    /// Takes the first item off.
    pub(crate) fn pop_front(&mut self) -> Option<T> {
        let page = Rc::make_mut(self.pages.front_mut()?);
        let item = page.pop_front();
        if page.is_empty() {
            self.pages.pop_front();
        }
        self.len -= usize::from(item.is_some());
        item
    }
    fn insert_in(&mut self, page: usize, at: usize, item: T) {
        self.len += 1;
        // Between two pages, the end of the earlier one is as good as the start of the later.
        let (page, at) = match page.checked_sub(1) {
            Some(before) if at == 0 && (page == self.pages.len() || self.pages[before].len() < PAGE_MAX) => {
                (before, self.pages[before].len())
            }
            _ => (page, at),
        };
        let Some(rc) = self.pages.get_mut(page) else {
            self.pages.push_back(Rc::new(VecDeque::from([item])));
            return;
        };
        let target = Rc::make_mut(rc);
        if target.len() < PAGE_MAX {
            target.insert(at, item);
            return;
        }
        // A full page that grows at its end is left full: sequences that are built in order stay dense.
        if at == PAGE_MAX {
            self.pages.insert(page + 1, Rc::new(VecDeque::from([item])));
            return;
        }
        let mut tail = target.split_off(PAGE_MAX / 2);
        if at <= PAGE_MAX / 2 {
            target.insert(at, item);
        } else {
            tail.insert(at - PAGE_MAX / 2, item);
        }
        self.pages.insert(page + 1, Rc::new(tail));
    }
    fn remove_in(&mut self, page: usize, at: usize) -> Option<T> {
        let target = Rc::make_mut(self.pages.get_mut(page)?);
        let item = target.remove(at)?;
        if target.is_empty() {
            self.pages.remove(page);
        }
        self.len -= 1;
        Some(item)
    }
    /// Inserts an item so that it stands at `index`; behind the last for a larger index.
    pub(crate) fn insert(&mut self, index: usize, item: T) {
        let (page, at) = self.locate(index.min(self.len));
        self.insert_in(page, at, item);
    }
    /// Replaces the item at `index`; the old one comes back.
    pub(crate) fn replace(&mut self, index: usize, item: T) -> Option<T> {
        if index >= self.len {
            return None;
        }
        let (page, at) = self.locate(index);
        let slot = Rc::make_mut(&mut self.pages[page]).get_mut(at)?;
        Some(core::mem::replace(slot, item))
    }
}

impl<T: Clone + Ord> Seq<T> {
    /// Inserts into a sorted sequence.
    pub(crate) fn insert_sorted(&mut self, item: T) {
        let (page, at) = self.split_place(|other| *other < item);
        self.insert_in(page, at, item);
    }
    /// Takes an item out of a sorted sequence.
    pub(crate) fn remove_sorted(&mut self, item: &T) -> Option<T> {
        let (page, at) = self.split_place(|other| other < item);
        if self.pages.get(page).and_then(|page| page.get(at)) != Some(item) {
            return None;
        }
        self.remove_in(page, at)
    }
}

impl<T: Clone> FromIterator<T> for Seq<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut seq = Seq::default();
        for item in items {
            seq.push_back(item);
        }
        seq
    }
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::prng::{Purpose, below, rand};
    use alloc::vec::Vec;

    fn all<T: Clone>(seq: &Seq<T>) -> Vec<T> {
        seq.iter().cloned().collect()
    }

    #[test]
    fn does_what_a_vector_does_and_clones_stay_as_they_were() {
        let mut seq = Seq::default();
        let mut model: Vec<u64> = Vec::new();
        let mut old = Vec::new();
        for n in 0..6_000u64 {
            let draw = |k| rand(3, 4, Purpose::Swarm, n * 4 + k);
            let index = below(draw(1), model.len() as u64 + 1) as usize;
            match below(draw(0), if n < 4_000 { 9 } else { 15 }) {
                0..=1 => {
                    seq.push_back(n);
                    model.push(n);
                }
                2..=3 => {
                    seq.push_front(n);
                    model.insert(0, n);
                }
                4..=6 => {
                    seq.insert(index, n);
                    model.insert(index, n);
                }
                7 => {
                    assert_eq!(seq.replace(index, n), model.get(index).copied());
                    if let Some(slot) = model.get_mut(index) {
                        *slot = n;
                    }
                }
                8..=11 => assert_eq!(seq.pop_back(), model.pop()),
                _ => assert_eq!(seq.pop_front(), if model.is_empty() { None } else { Some(model.remove(0)) }),
            }
            assert_eq!(seq.len(), model.len());
            assert_eq!((seq.first(), seq.get(index)), (model.first(), model.get(index)));
            if n % 500 == 0 {
                assert_eq!(all(&seq), model);
                assert!(seq.iter_from(index).eq(&model[index..]));
                assert!(seq.iter_back_from(index).eq(model[..model.len().min(index + 1)].iter().rev()));
                old.push((seq.clone(), model.clone()));
            }
        }
        for (seq, model) in old {
            assert_eq!(all(&seq), model, "a clone stays as it was");
        }
    }

    #[test]
    fn sorted_sequences_stay_sorted() {
        let mut seq = Seq::default();
        let mut model: Vec<u64> = Vec::new();
        for n in 0..5_000u64 {
            let value = below(rand(5, 6, Purpose::Swarm, n), 1_000);
            if n % 3 == 2 {
                let at = model.binary_search(&value).ok();
                assert_eq!(seq.remove_sorted(&value), at.map(|at| model.remove(at)));
            } else {
                seq.insert_sorted(value);
                model.insert(model.partition_point(|&v| v < value), value);
            }
            assert_eq!(seq.partition_point(|&v| v < 500), model.partition_point(|&v| v < 500));
        }
        assert_eq!(all(&seq), model);
    }
}
