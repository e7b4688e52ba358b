//! The memory of one block of the backlog: bytes of its own, and pieces that stand elsewhere already.
//!
//! A command that came alone in its packet stands in memory that the dataset and every replica share. The backlog of each of them then holds it by
//! reference: nothing is copied, and the bytes are there once for all of them.

use alloc::vec::Vec;
use bytes::Bytes;

/// A run of bytes: somebody else's, or own ones.
#[derive(Clone, Debug)]
struct Run {
    /// Where it ends in the block.
    end: u32,
    from: From,
}
#[derive(Clone, Debug)]
enum From {
    /// Bytes of the block itself; the place of the first of them.
    Own(u32),
    /// Bytes that are held together with others.
    Shared(Bytes),
}

/// The bytes of a block.
#[derive(Clone, Debug, Default)]
pub(super) struct Pieces {
    own: Vec<u8>,
    runs: Vec<Run>,
}

impl Pieces {
    /// How many bytes.
    pub(super) fn len(&self) -> usize {
        self.runs.last().map_or(0, |run| run.end as usize)
    }
    /// Whether nothing is held together with others.
    pub(super) fn all_own(&self) -> bool {
        self.own.len() == self.len()
    }
    /// Forgets everything, for the next block; the memory stays.
    pub(super) fn clear(&mut self) {
        self.own.clear();
        self.runs.clear();
    }
    /// Takes memory for so many bytes more of its own.
    pub(super) fn reserve(&mut self, bytes: usize) {
        self.own.reserve_exact(bytes);
    }
    /// Appends bytes by copying them.
    pub(super) fn copy(&mut self, bytes: &[u8]) {
        let end = (self.len() + bytes.len()) as u32;
        match self.runs.last_mut() {
            Some(run @ Run { from: From::Own(_), .. }) => run.end = end,
            _ => self.runs.push(Run { end, from: From::Own(self.own.len() as u32) }),
        }
        self.own.extend_from_slice(bytes);
    }
    /// Appends bytes by holding them.
    pub(super) fn hold(&mut self, bytes: Bytes) {
        self.runs.push(Run { end: (self.len() + bytes.len()) as u32, from: From::Shared(bytes) });
    }
    /// The bytes from `skip` on, run by run.
    pub(super) fn from(&self, skip: usize) -> impl Iterator<Item = &[u8]> {
        let first = self.runs.partition_point(|run| run.end as usize <= skip);
        let mut at = first.checked_sub(1).map_or(0, |before| self.runs[before].end as usize);
        let mut skip = skip - at;
        self.runs[first..].iter().map(move |run| {
            let (begin, len) = (core::mem::take(&mut skip), run.end as usize - at);
            at = run.end as usize;
            match &run.from {
                From::Own(place) => &self.own[*place as usize + begin..*place as usize + len],
                From::Shared(bytes) => &bytes[begin..],
            }
        })
    }
    /// `len` bytes from `skip` on without a copy, if they lie in one piece that is held together with others.
    pub(super) fn shared(&self, skip: usize, len: usize) -> Option<Bytes> {
        let at = self.runs.partition_point(|run| run.end as usize <= skip);
        let run = self.runs.get(at).filter(|run| run.end as usize >= skip + len)?;
        let From::Shared(bytes) = &run.from else { return None };
        let begin = skip - (run.end as usize - bytes.len());
        Some(bytes.slice(begin..begin + len))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_read_as_one_text_from_anywhere() {
        let mut pieces = Pieces::default();
        let mut text = Vec::new();
        for n in 0..40u8 {
            let part: Vec<u8> = (0..n % 7 + 1).map(|i| n * 5 + i).collect();
            text.extend_from_slice(&part);
            if n % 3 == 0 { pieces.hold(part.into()) } else { pieces.copy(&part) }
        }
        assert_eq!(pieces.len(), text.len());
        assert!(!pieces.all_own());
        for skip in 0..=text.len() {
            assert_eq!(pieces.from(skip).collect::<Vec<_>>().concat(), text[skip..]);
            for len in 1..=(text.len() - skip).min(9) {
                if let Some(shared) = pieces.shared(skip, len) {
                    assert_eq!(shared, text[skip..skip + len]);
                }
            }
        }
        assert!(pieces.shared(0, 1).is_some() && pieces.shared(1, 1).is_none());
        pieces.clear();
        assert_eq!((pieces.len(), pieces.all_own(), pieces.from(0).count()), (0, true, 0));
    }
}
