//! Kinds of values: encodings, digests, order.

use super::*;
use crate::prng::{Purpose, below, rand};
use alloc::format;
use alloc::vec::Vec;

fn b(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

#[test]
fn a_lists_digest_is_its_contents_whatever_came_before() {
    let mut list = List::default();
    let mut model: Vec<Bytes> = Vec::new();
    for n in 0..4_000u64 {
        let draw = |k| rand(8, 1, Purpose::Swarm, n * 4 + k);
        let item = b(&format!("e{}", below(draw(1), 9)));
        let index = below(draw(2), model.len() as u64 + 1) as usize;
        match below(draw(0), 8) {
            0 | 1 => {
                list.push_back(item.clone());
                model.push(item);
            }
            2 | 3 => {
                list.push_front(item.clone());
                model.insert(0, item);
            }
            4 => assert_eq!(list.pop_back(), model.pop()),
            5 => assert_eq!(list.pop_front(), if model.is_empty() { None } else { Some(model.remove(0)) }),
            6 => {
                list.insert(index, item.clone());
                model.insert(index, item);
            }
            _ => {
                list.replace(index, item.clone());
                if let Some(slot) = model.get_mut(index) {
                    *slot = item;
                }
            }
        }
        if n % 50 == 0 {
            let gone = list.remove_where(|i, item| i % 3 == 0 && &item[..] == b"e3");
            let mut i = 0;
            model.retain(|item| {
                i += 1;
                !((i - 1) % 3 == 0 && &item[..] == b"e3")
            });
            assert_eq!(list.len(), model.len(), "{gone} gone");
            let fresh: List = model.iter().cloned().collect();
            assert_eq!((list.digest, list.bytes, list.power), (fresh.digest, fresh.bytes, fresh.power));
            assert!(list.iter().eq(model.iter()));
        }
    }
    let other: List = [b("a"), b("b")].into_iter().collect();
    let swapped: List = [b("b"), b("a")].into_iter().collect();
    assert_ne!(Value::from(other).digest(), Value::from(swapped).digest(), "order counts");
}

#[test]
fn collections_come_back_to_the_digest_of_nothing() {
    let (mut set, mut map, mut zset) = (Set::default(), Hash::default(), ZSet::default());
    let name = |n: u64| format!("m{}", below(rand(9, 1, Purpose::Swarm, n), 900)).into_bytes();
    for n in 0..5_000 {
        let member = name(n);
        if n % 4 == 3 {
            set.remove(&member);
            map.remove(&member);
            zset.remove(&member);
        } else {
            set.insert(&member);
            map.insert(&member, b(&format!("{n}")));
            zset.insert(&member, (n % 100) as f64);
        }
        assert_eq!((set.len(), map.len()), (zset.len(), zset.len()));
    }
    assert_eq!(set.digest, set.iter().collect::<Set>().digest);
    assert_eq!(map.digest, map.iter().map(|(f, v)| (f.clone(), v.clone())).collect::<Hash>().digest);
    assert_eq!(zset.digest, zset.iter().map(|s| (s.member.clone(), s.score)).collect::<ZSet>().digest);
    let all: Vec<Scored> = zset.iter().cloned().collect();
    assert!(all.is_sorted());
    for (rank, scored) in all.iter().enumerate() {
        assert_eq!(zset.rank(&scored.member), Some(rank));
    }
    for n in 0..5_000 {
        set.remove(&name(n));
        map.remove(&name(n));
        zset.remove(&name(n));
    }
    assert_eq!((set.digest, map.digest, zset.digest), (0, 0, 0));
    assert_eq!((set.bytes, map.bytes, zset.bytes), (0, 0, 0));
}

#[test]
fn encodings_change_where_redis_changes_them() {
    let mut set: Set = (0..512).map(int_bytes).collect();
    assert!(set.is_intset());
    set.insert(b"600");
    assert!(!set.is_intset() && set.contains(b"600") && set.contains(b"0"));
    let words: Set = [b("1"), b("x")].into_iter().collect();
    assert!(!words.is_intset());
    let sorted: Set = [b("10"), b("-5"), b("7")].into_iter().collect();
    assert!(sorted.iter().eq([b("-5"), b("7"), b("10")]));

    let mut map: Hash = (0..512).map(|n| (int_bytes(n), b("v"))).collect();
    assert!(map.packed());
    map.insert(b"one more", b("v"));
    assert!(!map.packed() && map.get(b"511").is_some());
    let mut long = Hash::default();
    long.insert(b"f", Bytes::from(alloc::vec![0; 65]));
    assert!(!long.packed());

    let mut zset: ZSet = (0..128).map(|n| (int_bytes(n), n as f64)).collect();
    assert!(zset.packed());
    zset.insert(b"x", 0.0);
    assert!(!zset.packed());
}
