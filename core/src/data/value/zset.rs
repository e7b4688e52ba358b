//! Sorted sets: members by score and scores by member.

use super::measures::{ELEMENT_OVERHEAD, PACKED_BYTES, PACKED_ZSET_ENTRIES, SCORE};
use crate::data::float;
use crate::data::hash::{hash, mix};
use crate::data::seq::Seq;
use crate::data::trie::Trie;
use bytes::Bytes;
use core::cmp::Ordering;

/// A member of a sorted set with its score, ordered by score, then by bytes.
#[derive(Clone, Debug)]
pub struct Scored {
    /// Never NaN.
    pub score: f64,
    /// The member.
    pub member: Bytes,
}
impl Ord for Scored {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.partial_cmp(&other.score).unwrap_or(Ordering::Equal).then_with(|| self.member.cmp(&other.member))
    }
}
impl PartialOrd for Scored {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Scored {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Scored {}

/// A sorted set.
#[derive(Clone, Debug)]
pub struct ZSet {
    order: Seq<Scored>,
    scores: Trie<f64>,
    pub(super) digest: u64,
    pub(super) bytes: u64,
    packed: bool,
}
impl Default for ZSet {
    fn default() -> Self {
        ZSet { order: Seq::default(), scores: Trie::default(), digest: 0, bytes: 0, packed: true }
    }
}
fn scored_digest(member: &[u8], score: f64) -> u64 {
    // Equal scores have one digest: −0 counts as 0.
    mix(hash(SCORE, member) ^ mix((score + 0.0).to_bits()))
}
impl ZSet {
    /// How many members.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }
    /// Whether Redis would hold it as a ziplist or listpack.
    #[must_use]
    pub fn packed(&self) -> bool {
        self.packed
    }
    /// Whether it will still be packed once this member is in it.
    #[must_use]
    pub fn stays_packed(&self, member: &[u8]) -> bool {
        let room = self.len() < PACKED_ZSET_ENTRIES || self.scores.get(member).is_some();
        self.packed && room && member.len() <= PACKED_BYTES
    }
    /// The score of a member.
    #[must_use]
    pub fn score(&self, member: &[u8]) -> Option<f64> {
        self.scores.get(member).copied()
    }
    /// Members by score.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Scored> {
        self.order.iter()
    }
    /// Members from rank `rank` on.
    pub fn iter_from(&self, rank: usize) -> impl Iterator<Item = &Scored> {
        self.order.iter_from(rank)
    }
    /// Members from rank `rank` downwards.
    pub fn iter_back_from(&self, rank: usize) -> impl Iterator<Item = &Scored> {
        self.order.iter_back_from(rank)
    }
    /// The table of members: SCAN walks it.
    #[must_use]
    pub(crate) fn table(&self) -> &Trie<f64> {
        &self.scores
    }
    /// How many members stand before the first for which `ahead` does not hold.
    #[must_use]
    pub fn partition_point(&self, ahead: impl FnMut(&Scored) -> bool) -> usize {
        self.order.partition_point(ahead)
    }
    /// The rank of a member, counted from 0.
    #[must_use]
    pub fn rank(&self, member: &[u8]) -> Option<usize> {
        let me = Scored { score: self.score(member)?, member: Bytes::copy_from_slice(member) };
        Some(self.order.partition_point(|other| *other < me))
    }
    /// Sets the score of a member; the old score comes back.
    pub fn insert(&mut self, member: &[u8], score: f64) -> Option<f64> {
        let old = self.scores.insert(member, score);
        let owned = match old {
            Some(old) => {
                if old.to_bits() == score.to_bits() {
                    return Some(old);
                }
                #[allow(clippy::float_cmp, reason = "−0 and 0 are one score: the one that was there first stays")]
                if old == score {
                    self.scores.insert(member, old);
                    return Some(old);
                }
                self.digest = self.digest.wrapping_sub(scored_digest(member, old));
                let me = Scored { score: old, member: Bytes::copy_from_slice(member) };
                self.order.remove_sorted(&me).map_or(me.member, |scored| scored.member)
            }
            None => {
                self.bytes += member.len() as u64 + 2 * ELEMENT_OVERHEAD;
                Bytes::copy_from_slice(member)
            }
        };
        self.digest = self.digest.wrapping_add(scored_digest(member, score));
        self.order.insert_sorted(Scored { score, member: owned });
        if self.len() > PACKED_ZSET_ENTRIES || member.len() > PACKED_BYTES {
            self.packed = false;
        }
        old
    }
    /// Takes a member out; its score comes back.
    pub fn remove(&mut self, member: &[u8]) -> Option<f64> {
        let (member, score) = self.scores.remove(member)?;
        self.digest = self.digest.wrapping_sub(scored_digest(&member, score));
        self.bytes -= member.len() as u64 + 2 * ELEMENT_OVERHEAD;
        self.order.remove_sorted(&Scored { score, member });
        Some(score)
    }
}
impl FromIterator<(Bytes, f64)> for ZSet {
    fn from_iter<I: IntoIterator<Item = (Bytes, f64)>>(members: I) -> Self {
        let mut zset = ZSet::default();
        for (member, score) in members {
            zset.insert(&member, score);
        }
        zset
    }
}

/// Prints a score as Redis's replies do.
#[must_use]
pub fn print_score(score: f64) -> alloc::string::String {
    float::print_g17(score)
}
