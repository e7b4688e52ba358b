//! One sort for every list.
//!
//! The standard library's sorts are compiled anew for each type and each comparison, some kilobytes of WebAssembly each, for lists of a few rows. Here one
//! function sorts places behind a closure, and what is compiled for a type is that closure and a swap.
//!
//! The contract: the sort is stable, takes at most `n · ⌈log2 n⌉` comparisons (`n − 1` where the list is in order already) and two lists of places as memory.
//! A comparison that contradicts itself gives some order of the same items, never a panic.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// The places `0..len` in order. `later(a, b)`: whether what stands at `a` belongs behind what stands at `b`. It is only asked for `a < b`, so that equal
/// ones stay as they stand.
fn places(len: usize, later: &mut dyn FnMut(usize, usize) -> bool) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..len).collect();
    let mut spare: Vec<usize> = Vec::with_capacity(len);
    let mut run = 1;
    while run < len {
        spare.clear();
        for pair in sorted.chunks(run * 2) {
            let (left, right) = pair.split_at(run.min(pair.len()));
            let (mut l, mut r) = (0, 0);
            // In order already: one comparison for the pair.
            if right.is_empty() || !later(left[left.len() - 1], right[0]) {
                spare.extend_from_slice(pair);
                continue;
            }
            while l < left.len() && r < right.len() {
                if later(left[l], right[r]) {
                    spare.push(right[r]);
                    r += 1;
                } else {
                    spare.push(left[l]);
                    l += 1;
                }
            }
            spare.extend_from_slice(&left[l..]);
            spare.extend_from_slice(&right[r..]);
        }
        core::mem::swap(&mut sorted, &mut spare);
        run *= 2;
    }
    sorted
}

/// Brings what stands at `places[i]` to `i`, for all `i`, by swaps.
fn bring(places: &mut [usize], swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..places.len() {
        let mut at = start;
        loop {
            let from = core::mem::replace(&mut places[at], at);
            if from == start {
                break;
            }
            swap(at, from);
            at = from;
        }
    }
}

/// Sorts by a comparison; equal items stay as they stand.
pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let mut places = places(items.len(), &mut |a, b| compare(&items[a], &items[b]) == Ordering::Greater);
    bring(&mut places, &mut |a, b| items.swap(a, b));
}

/// Sorts by what a key says; items of equal keys stay as they stand. The key is asked for at every comparison.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

/// Sorts by the items' own order.
pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prng::{Draws, Purpose, below};

    /// Lists of every length up to 70 and some longer ones: few different keys, so that many are equal; each item knows where it stood.
    fn lists() -> Vec<Vec<(u64, usize)>> {
        let draws = Draws::new(7, 0, Purpose::Swarm);
        let lengths = (0..70).chain([127, 128, 129, 1_000]);
        lengths
            .flat_map(|len| [2, 10, 1_000_000].map(|keys| (0..len).map(|at| (below(draws.nth(at as u64), keys), at)).collect()))
            .collect()
    }

    #[test]
    fn the_order_is_that_of_the_standard_library_and_equal_items_stay_as_they_stand() {
        for list in lists() {
            let (mut ours, mut theirs) = (list.clone(), list);
            sort_by_key(&mut ours, |(key, _)| *key);
            theirs.sort_by_key(|(key, _)| *key);
            assert_eq!(ours, theirs);
            // Backwards, too.
            sort_by(&mut ours, |a, b| b.0.cmp(&a.0));
            theirs.sort_by_key(|(key, _)| core::cmp::Reverse(*key));
            assert_eq!(ours, theirs);
            sort(&mut ours);
            assert!(ours.is_sorted());
        }
    }

    #[test]
    fn what_is_in_order_costs_a_look_at_each_pair() {
        for len in [0_usize, 1, 2, 3, 64, 1_000] {
            let (mut up, mut down): (Vec<usize>, Vec<usize>) = ((0..len).collect(), (0..len).rev().collect());
            let mut looks = 0;
            sort_by(&mut up, |a, b| {
                looks += 1;
                a.cmp(b)
            });
            assert_eq!(looks, len.saturating_sub(1));
            looks = 0;
            sort_by(&mut down, |a, b| {
                looks += 1;
                a.cmp(b)
            });
            assert_eq!(down, up);
            assert!(looks <= len * len.next_power_of_two().ilog2() as usize, "{looks} comparisons of {len}");
        }
    }

    #[test]
    fn a_comparison_that_contradicts_itself_loses_nothing() {
        let draws = Draws::new(8, 0, Purpose::Swarm);
        let mut asked = 0;
        for len in 0..100 {
            let mut items: Vec<usize> = (0..len).collect();
            sort_by(&mut items, |_, _| {
                asked += 1;
                [Ordering::Less, Ordering::Equal, Ordering::Greater][below(draws.nth(asked), 3) as usize]
            });
            items.sort_unstable();
            assert!(items.into_iter().eq(0..len));
        }
    }
}
