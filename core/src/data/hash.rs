//! The 64-bit hash of keys and contents: equal natively and in wasm, quick on both (no 128-bit products).

const K0: u64 = 0x9e37_79b9_7f4a_7c15;
const K1: u64 = 0xd6e8_feb8_6659_fd93;
const K2: u64 = 0xa076_1d64_78bd_642f;
const K3: u64 = 0xe703_7ed1_a0b4_28db;

/// Spreads every bit over all.
pub(crate) const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 32)).wrapping_mul(K1);
    z = (z ^ (z >> 29)).wrapping_mul(K0);
    z ^ (z >> 32)
}

/// The hash of bytes. Equal bytes under another seed hash otherwise.
pub(crate) fn hash(seed: u64, bytes: &[u8]) -> u64 {
    let word = |chunk: &[u8]| u64::from_le_bytes(chunk.try_into().expect("eight bytes"));
    let mut acc = seed ^ (bytes.len() as u64).wrapping_mul(K2);
    let mut rest = bytes;
    if rest.len() >= 32 {
        // Four lanes: the products do not wait for each other.
        let (mut a, mut b, mut c, mut d) = (acc, acc ^ K1, acc ^ K2, acc ^ K3);
        let mut blocks = rest.chunks_exact(32);
        for block in &mut blocks {
            a = (a.rotate_left(29) ^ word(&block[..8])).wrapping_mul(K0);
            b = (b.rotate_left(29) ^ word(&block[8..16])).wrapping_mul(K1);
            c = (c.rotate_left(29) ^ word(&block[16..24])).wrapping_mul(K2);
            d = (d.rotate_left(29) ^ word(&block[24..])).wrapping_mul(K3);
        }
        acc = mix(a ^ b.rotate_left(17)).wrapping_add(mix(c ^ d.rotate_left(31)));
        rest = blocks.remainder();
    }
    let mut words = rest.chunks_exact(8);
    for chunk in &mut words {
        acc = (acc.rotate_left(29) ^ word(chunk)).wrapping_mul(K0);
    }
    let tail = words.remainder();
    if !tail.is_empty() {
        let mut last = [0u8; 8];
        last[..tail.len()].copy_from_slice(tail);
        acc = (acc.rotate_left(29) ^ word(&last)).wrapping_mul(K0);
    }
    mix(acc)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;
    use alloc::format;

    #[test]
    fn near_texts_hash_far_apart() {
        let mut seen = BTreeSet::new();
        let mut top = [0u32; 16];
        for n in 0..20_000 {
            let h = hash(0, format!("key:{n}").as_bytes());
            assert!(seen.insert(h), "collision at {n}");
            top[(h >> 60) as usize] += 1;
        }
        assert!(top.iter().all(|&n| (1_000..1_500).contains(&n)), "top bits are spread: {top:?}");
    }

    #[test]
    fn length_seed_and_every_byte_count() {
        for len in [0usize, 1, 7, 8, 9, 31, 32, 33, 64, 100] {
            let bytes = alloc::vec![0u8; len];
            let base = hash(0, &bytes);
            assert_ne!(base, hash(1, &bytes));
            assert_ne!(base, hash(0, &[&bytes[..], &[0]].concat()), "length {len}");
            for i in 0..len {
                let mut other = bytes.clone();
                other[i] = 1;
                assert_ne!(base, hash(0, &other), "byte {i} of {len}");
            }
        }
    }
}
