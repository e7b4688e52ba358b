//! RDB files and what is packed inside them.

use bytes::Bytes;
use resync_core::era::Era;
use resync_core::rdb::{Digest, LoadError, Loaded, Loader, Medium, Step, encode};
use std::path::PathBuf;

/// Memory that a load may take for its data.
pub(super) const ROOM: u64 = 16 << 20;

pub(super) const WORDS: &[&[u8]] = &[
    b"REDIS0006",
    b"REDIS0010",
    b"\xff",
    b"\xfe\x00",
    b"\xfb\x01\x01",
    b"\xfc\0\0\0\0\0\0\0\0",
    b"\xfa",
    b"\xf8\x01",
    b"\xf9\x01",
    b"\xc3",
    b"\xc0\x01",
    b"\xc2\0\0\0\x80",
    b"\x80\xff\xff\xff\xff",
    b"\x81\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\xe0\xff\x00",
    b"\0",
    b"\x0d\x01k",
    b"\x12\x01k\x01\x02",
];

fn captured(name: &str) -> Vec<u8> {
    let place = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("captures/rdb").join(name);
    std::fs::read(place).expect("a recorded file")
}
fn with_era(era: u8, bytes: &[u8]) -> Vec<u8> {
    [&[era], bytes].concat()
}

pub(super) fn file_seeds() -> Vec<Vec<u8>> {
    let small = [(2, "3.0.7-nochecksum"), (2, "3.0.7-nocompress"), (7, "7.0.15-nochecksum"), (7, "7.0.15-nocompress")];
    let big = [(0, "2.6.17"), (4, "4.0.14"), (7, "7.0.15")];
    small.into_iter().cycle().take(200).chain(big).map(|(era, name)| with_era(era, &captured(&format!("{name}.rdb")))).collect()
}

fn loader(era: Era) -> Loader {
    Loader::new(era, 16, None).with_room(ROOM)
}
fn in_pieces(era: Era, file: &Bytes, piece: usize) -> Result<Loaded, LoadError> {
    let mut loader = loader(era);
    for chunk in file.chunks(piece) {
        loader.feed(&Bytes::copy_from_slice(chunk));
        while let Step::More = match loader.step(64)? {
            Step::Done(loaded) => return Ok(loaded),
            step => step,
        } {}
    }
    loader.finish();
    match loader.step(u64::MAX)? {
        Step::Done(loaded) => Ok(loaded),
        _ => Err(LoadError::Short),
    }
}

/// The first byte is the era, the rest a file, without its checksum: damage is to reach the contents. What loads also loads in pieces, and is
/// written and read again as the same data.
pub(super) fn file(input: &[u8]) {
    let Some((&era, file)) = input.split_first() else { return };
    let mut file = file.to_vec();
    let end = file.len().saturating_sub(8).max(9).min(file.len());
    file[end..].fill(0);
    load(Era::ALL[usize::from(era) % Era::ALL.len()], &Bytes::from(file));
}
fn load(era: Era, file: &Bytes) {
    let whole = loader(era).whole(file);
    let pieces = in_pieces(era, file, 1 + file.len() / 50);
    match (&whole, &pieces) {
        (Ok(whole), Ok(pieces)) => assert_eq!(whole.data.digest(), pieces.data.digest(), "pieces change nothing"),
        (Err(one), Err(other)) => assert_eq!(one, other, "pieces change nothing"),
        _ => panic!("whole {:?}, in pieces {:?}", whole.map(|l| l.keys), pieces.map(|l| l.keys)),
    }
    match whole {
        Ok(loaded) => {
            let again = Loader::load(era, 16, None, &encode(&loaded.data, era, 0, loaded.aux.as_ref())).expect("what we wrote");
            assert_eq!(again.data.digest(), loaded.data.digest(), "writing and reading comes back");
            assert_eq!(Digest::of(&again.data), Digest::of(&loaded.data));
        }
        Err(error) => {
            for medium in [Medium::Disk, Medium::Socket] {
                assert!(!error.log_lines(era, medium, 0).is_empty());
            }
        }
    }
}

/// A file with one key of this type, whose value is these bytes.
fn valued(kind: u8, value: &[u8]) -> Bytes {
    Bytes::from([&b"REDIS0010"[..], &[kind, 1, b'k'], value, &[0xff, 0, 0, 0, 0, 0, 0, 0, 0]].concat())
}
fn string(bytes: &[u8]) -> Vec<u8> {
    [&[0x80][..], &(bytes.len() as u32).to_be_bytes(), bytes].concat()
}
fn packed(kinds: &[u8], input: &[u8]) {
    for &kind in kinds {
        load(Era::V7_0, &valued(kind, &string(input)));
    }
}
/// A ziplist, as list, hash and sorted set.
pub(super) fn ziplist(input: &[u8]) {
    packed(&[10, 12, 13], input);
    load(Era::V6_2, &valued_for(6, &[&[14, 1, b'k', 1][..], &string(input)].concat()));
}
fn valued_for(version: u8, body: &[u8]) -> Bytes {
    Bytes::from([&b"REDIS000"[..], &[b'0' + version], body, &[0xff, 0, 0, 0, 0, 0, 0, 0, 0]].concat())
}
/// A listpack, as hash, sorted set and node of a list.
pub(super) fn listpack(input: &[u8]) {
    packed(&[16, 17], input);
    load(Era::V7_0, &valued(18, &[&[1, 2][..], &string(input)].concat()));
}
/// An intset.
pub(super) fn intset(input: &[u8]) {
    packed(&[11], input);
}
/// A zipmap.
pub(super) fn zipmap(input: &[u8]) {
    packed(&[9], input);
}
/// A stream of both forms; its digest opens it.
pub(super) fn stream(input: &[u8]) {
    load(Era::V7_0, &valued(15, input));
    load(Era::V7_0, &valued(19, input));
}
/// Two bytes of length, then what is to be unpacked to that.
pub(super) fn unlzf(input: &[u8]) {
    let Some((len, packed)) = input.split_at_checked(2) else { return };
    let head = [&[0xc3, 0x80][..], &(packed.len() as u32).to_be_bytes(), &[0x80, 0, 0, len[0], len[1]]].concat();
    load(Era::V7_0, &valued(0, &[&head, packed].concat()));
}
/// Any string, packed and unpacked.
pub(super) fn lzf(input: &[u8]) {
    load(Era::V7_0, &valued(0, &string(input)));
}

pub(super) fn ziplist_seeds() -> Vec<Vec<u8>> {
    vec![
        vec![20, 0, 0, 0, 14, 0, 0, 0, 3, 0, 0, 0xf2, 2, 0xf3, 2, 3, b'a', b'b', b'c', 0xff],
        vec![17, 0, 0, 0, 13, 0, 0, 0, 2, 0, 0, 1, b'f', 3, 1, b'v', 0xff],
        vec![24, 0, 0, 0, 13, 0, 0, 0, 2, 0, 0, 1, b'm', 3, 8, b'1', b'.', b'2', b'5', b'e', b'1', b'0', b'0', 0xff],
        [&[11 + 4 * 3 + 6, 0, 0, 0, 10, 0, 0, 0, 4, 0][..], &[0, 0xfe, 0x80], &[3, 0xc0, 1], &[2, 4, 0xf0, 1, 2, 3], &[5, 0xf1], &[0xff]]
            .concat(),
    ]
}
pub(super) fn listpack_seeds() -> Vec<Vec<u8>> {
    vec![
        vec![13, 0, 0, 0, 2, 0, 0x81, b'f', 2, 0x81, b'v', 2, 0xff],
        vec![14, 0, 0, 0, 2, 0, 0x81, b'm', 2, 0xc1, 0x00, 2, 0xff],
        vec![27, 0, 0, 0, 4, 0, 5, 1, 0xf1, 0, 0x80, 3, 0xf2, 1, 2, 3, 4, 0xf4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xff],
    ]
}
pub(super) fn intset_seeds() -> Vec<Vec<u8>> {
    vec![
        vec![2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 2, 0],
        vec![4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x80],
        vec![8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80],
    ]
}
pub(super) fn zipmap_seeds() -> Vec<Vec<u8>> {
    vec![vec![1, 1, b'f', 2, 1, b'v', b'w', 0, 0xff], vec![2, 1, b'f', 1, 0, b'v', 0xfe, 1, 0, 0, 0, b'g', 0, 0, 0xff]]
}
pub(super) fn stream_seeds() -> Vec<Vec<u8>> {
    // What redis-server 7.0.15 wrote for XADD s 1-1 f v; XADD s 2-1 f v2 g 3, and the same without the counters that 7.0 added.
    let node: &[u8] = b"\x01\x10\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x01\x33\x33\0\0\0\x13\0\x02\x01\0\x01\x01\x01\x81\x66\x02\0\x01\x02\x01\0\x01\0\x01\x81\x76\x02\x04\x01\0\x01\x01\x01\0\x01\x02\x01\x81\x66\x02\x82\x76\x32\x03\x81\x67\x02\x03\x01\x08\x01\xff";
    vec![
        [node, &[2, 2, 1, 1, 1, 0, 0, 2, 0]].concat(),
        [node, &[2, 2, 1, 0]].concat(),
        [node, &[2, 2, 1, 1, 1, b'g', 1, 0, 1], &[0; 24], &[1, 1, 1, b'c'], &[0; 8], &[1], &[0; 16]].concat(),
    ]
}
pub(super) fn unlzf_seeds() -> Vec<Vec<u8>> {
    vec![vec![1, 44, 1, 97, 97, 0xe0, 255, 0, 0xe0, 0x17, 0, 1, 97, 97], vec![0, 3, 2, b'a', b'b', b'c']]
}
pub(super) fn lzf_seeds() -> Vec<Vec<u8>> {
    vec![
        vec![b'a'; 300],
        b"the quick brown fox jumps over the quick brown dog".to_vec(),
        (0..=255).collect(),
        [b"ab".repeat(300), vec![b'x'; 600]].concat(),
    ]
}
