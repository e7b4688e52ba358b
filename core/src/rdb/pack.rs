//! Writing the packed encodings, byte for byte as Redis lays them out: ziplist (2.6–6.2), listpack (7.0), intset, and how the elements of a list are
//! spread over the nodes of a quicklist.

use crate::data::List;
use crate::resp::parse_i64;
use alloc::vec::Vec;
use bytes::Bytes;

/// Bytes of one node of a quicklist: `list-max-ziplist-size -2`, the default.
const NODE_BYTES: usize = 8_192;

/// A number as packed encodings keep it: what reads as one, and prints the same.
fn number(item: &[u8]) -> Option<i64> {
    if item.len() > 20 { None } else { parse_i64(item) }
}

/// A ziplist or a listpack under construction.
pub(super) struct Pack {
    listpack: bool,
    bytes: Vec<u8>,
    count: usize,
    /// Where the last entry of a ziplist begins, and how long it is.
    last: (usize, usize),
}
impl Pack {
    pub(super) fn new(listpack: bool) -> Pack {
        let head = if listpack { 6 } else { 10 };
        Pack { listpack, bytes: alloc::vec![0; head], count: 0, last: (head, 0) }
    }
    pub(super) fn push(&mut self, item: &[u8]) {
        self.count += 1;
        if self.listpack { self.push_listpack(item) } else { self.push_ziplist(item) }
    }
    fn push_ziplist(&mut self, item: &[u8]) {
        let start = self.bytes.len();
        let out = &mut self.bytes;
        match u8::try_from(self.last.1) {
            Ok(before) if before < 254 => out.push(before),
            _ => {
                out.push(254);
                out.extend_from_slice(&(self.last.1 as u32).to_le_bytes());
            }
        }
        match number(item) {
            Some(n) => {
                let wide = n.to_le_bytes();
                let (kind, width) = match n {
                    0..=12 => (0xf1 + n as u8, 0),
                    -0x80..=0x7f => (0xfe, 1),
                    -0x8000..=0x7fff => (0xc0, 2),
                    -0x80_0000..=0x7f_ffff => (0xf0, 3),
                    -0x8000_0000..=0x7fff_ffff => (0xd0, 4),
                    _ => (0xe0, 8),
                };
                out.push(kind);
                out.extend_from_slice(&wide[..width]);
            }
            None => {
                match item.len() {
                    n @ 0..=0x3f => out.push(n as u8),
                    n @ 0x40..=0x3fff => out.extend_from_slice(&[0x40 | (n >> 8) as u8, n as u8]),
                    n => {
                        out.push(0x80);
                        out.extend_from_slice(&(n as u32).to_be_bytes());
                    }
                }
                out.extend_from_slice(item);
            }
        }
        self.last = (start, self.bytes.len() - start);
    }
    fn push_listpack(&mut self, item: &[u8]) {
        let start = self.bytes.len();
        let out = &mut self.bytes;
        match number(item) {
            Some(n) => {
                let wide = n.to_le_bytes();
                match n {
                    0..=127 => out.push(n as u8),
                    -4_096..=4_095 => out.extend_from_slice(&[0xc0 | (n >> 8) as u8 & 0x1f, n as u8]),
                    -0x8000..=0x7fff => out.push(0xf1),
                    -0x80_0000..=0x7f_ffff => out.push(0xf2),
                    -0x8000_0000..=0x7fff_ffff => out.push(0xf3),
                    _ => out.push(0xf4),
                }
                let width = match out[start] {
                    0xf1 => 2,
                    0xf2 => 3,
                    0xf3 => 4,
                    0xf4 => 8,
                    _ => 0,
                };
                out.extend_from_slice(&wide[..width]);
            }
            None => {
                match item.len() {
                    n @ 0..=0x3f => out.push(0x80 | n as u8),
                    n @ 0x40..=0xfff => out.extend_from_slice(&[0xe0 | (n >> 8) as u8, n as u8]),
                    n => {
                        out.push(0xf0);
                        out.extend_from_slice(&(n as u32).to_le_bytes());
                    }
                }
                out.extend_from_slice(item);
            }
        }
        // The entry's own length once more, to be read backwards: seven bits a byte, the highest first, all but the first marked.
        let len = out.len() - start;
        let groups = match len {
            0..=127 => 1,
            128..=16_382 => 2,
            16_383..=2_097_150 => 3,
            2_097_151..=268_435_454 => 4,
            _ => 5,
        };
        for group in (0..groups).rev() {
            let mark = if group + 1 == groups { 0 } else { 0x80 };
            out.push((len >> (7 * group) & 0x7f) as u8 | mark);
        }
    }
    /// The whole, with its header.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.bytes.push(0xff);
        let total = (self.bytes.len() as u32).to_le_bytes();
        let count = (u16::try_from(self.count).unwrap_or(u16::MAX)).to_le_bytes();
        self.bytes[..4].copy_from_slice(&total);
        if self.listpack {
            self.bytes[4..6].copy_from_slice(&count);
        } else {
            self.bytes[4..8].copy_from_slice(&(self.last.0 as u32).to_le_bytes());
            self.bytes[8..10].copy_from_slice(&count);
        }
        self.bytes
    }
    /// Whether a node of a quicklist takes this element too. A fresh node takes any.
    fn takes(&self, item: &Bytes) -> bool {
        let overhead = match item.len() {
            _ if self.listpack => 8,
            0..=63 => 2,
            64..=253 => 3,
            254..=16_383 => 7,
            _ => 10,
        };
        self.count == 0 || self.bytes.len() + 1 + item.len() + overhead <= NODE_BYTES
    }
}

/// The nodes of a quicklist to whose end the elements were pushed one by one.
pub(super) fn nodes(list: &List, listpack: bool) -> Vec<Vec<u8>> {
    let mut nodes = Vec::new();
    let mut node = Pack::new(listpack);
    for item in list.iter() {
        if !node.takes(item) {
            nodes.push(core::mem::replace(&mut node, Pack::new(listpack)).finish());
        }
        node.push(item);
    }
    nodes.push(node.finish());
    nodes
}

/// An intset: as wide as its widest member.
pub(super) fn intset(members: impl Iterator<Item = i64> + Clone) -> Vec<u8> {
    let width = members.clone().fold(2, |width, n| match n {
        -0x8000..=0x7fff => width,
        -0x8000_0000..=0x7fff_ffff => width.max(4),
        _ => 8,
    });
    let mut out = alloc::vec![0; 8];
    let mut count = 0u32;
    for n in members {
        out.extend_from_slice(&n.to_le_bytes()[..width]);
        count += 1;
    }
    out[..4].copy_from_slice(&(width as u32).to_le_bytes());
    out[4..8].copy_from_slice(&count.to_le_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::super::packed;
    use super::*;
    use alloc::format;

    fn items() -> Vec<Bytes> {
        let mut items: Vec<Bytes> = Vec::new();
        for bits in 0..64 {
            for n in
                [1i64 << bits, (1i64 << bits).wrapping_sub(1), (1i64 << bits).wrapping_neg(), (1i64 << bits).wrapping_neg().wrapping_sub(1)]
            {
                items.push(format!("{n}").into());
            }
        }
        items.extend(
            [0, 1, 12, 13, 62, 63, 64, 125, 126, 127, 253, 254, 4_095, 4_096, 16_380, 16_383, 16_384, 70_000]
                .map(|n| Bytes::from(alloc::vec![b'x'; n])),
        );
        items.extend(["007", "-0", "+1", " 1", "1 ", "9223372036854775808", "-9223372036854775809"].map(Bytes::from_static_str));
        items
    }
    trait FromText {
        fn from_static_str(text: &'static str) -> Bytes;
    }
    impl FromText for Bytes {
        fn from_static_str(text: &'static str) -> Bytes {
            Bytes::from_static(text.as_bytes())
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        for listpack in [false, true] {
            let mut pack = Pack::new(listpack);
            items().iter().for_each(|item| pack.push(item));
            let bytes = pack.finish();
            let read = if listpack { packed::listpack(&bytes) } else { packed::ziplist(&bytes) };
            assert_eq!(read.unwrap(), items(), "listpack: {listpack}");
        }
        for members in [&[-1i64, 0, 7][..], &[-40_000, 5], &[i64::MIN, i64::MAX]] {
            let read = packed::intset(&intset(members.iter().copied())).unwrap();
            assert!(read.iter().map(|m| parse_i64(m).unwrap()).eq(members.iter().copied()));
        }
    }

    #[test]
    fn the_bytes_of_real_servers() {
        let mut pack = Pack::new(false);
        ["1", "2", "abc"].iter().for_each(|item| pack.push(item.as_bytes()));
        assert_eq!(pack.finish(), [20, 0, 0, 0, 14, 0, 0, 0, 3, 0, 0, 0xf2, 2, 0xf3, 2, 3, b'a', b'b', b'c', 0xff]);
        assert_eq!(intset([1, 2].into_iter()), [2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 2, 0]);
        let mut pack = Pack::new(true);
        ["f", "v"].iter().for_each(|item| pack.push(item.as_bytes()));
        assert_eq!(pack.finish(), [13, 0, 0, 0, 2, 0, 0x81, b'f', 2, 0x81, b'v', 2, 0xff]);
    }

    #[test]
    fn a_node_of_a_list_holds_eight_kilobytes() {
        let list: List =
            (0..3_000).map(|n| Bytes::from(format!("element {n:08}"))).chain([Bytes::from(alloc::vec![b'x'; 9_000])]).collect();
        for listpack in [false, true] {
            let nodes = nodes(&list, listpack);
            let (last, others) = nodes.split_last().unwrap();
            let (rest, full) = others.split_last().unwrap();
            assert!(full.len() > 3 && full.iter().all(|node| (8_150..=8_192).contains(&node.len())) && rest.len() < 8_150);
            assert!(last.len() > 9_000, "what is too long for any stands alone");
        }
    }
}
