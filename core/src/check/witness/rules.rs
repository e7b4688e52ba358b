//! The rules of resynchronisation, written a second time: from what was seen of a server, on purpose not by its own code (docs/redis.md §2.3, §3, §7.3).

use crate::fact::FreedWhy;
use crate::note::Note;
use crate::repl::{Offset, ReplId};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};

/// The least that a backlog must hold: it was made, resized or emptied when the stream stood before `start`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Kept {
    /// The oldest byte that it may hold.
    pub(super) start: i64,
    /// The oldest byte that was not let go by a change of its size.
    pub(super) whole: i64,
    /// Its size.
    pub(super) size: i64,
}
impl Kept {
    /// The oldest byte that it surely holds, with the newest at `head`.
    pub(super) const fn oldest(self, head: i64) -> i64 {
        let within = head - self.size + 1;
        if within > self.whole { within } else { self.whole }
    }
    /// A backlog that begins with byte `first`.
    pub(super) const fn new(first: i64, size: i64) -> Kept {
        Kept { start: first, whole: first, size }
    }
    /// Its size changed, with the newest byte at `head`: a ring is empty then, blocks keep what they have.
    pub(super) const fn resize(&mut self, size: i64, head: i64, ring: bool) {
        if ring && size != self.size {
            (self.start, self.whole) = (head + 1, head + 1);
        }
        self.whole = self.oldest(head);
        self.size = size;
    }
}

/// Whose stream a server can continue, as it was seen before it was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Lineage {
    pub(super) id: ReplId,
    /// The second id and the last offset that may be asked for under it; `None` up to 3.2.
    pub(super) second: Option<(ReplId, Offset)>,
}

/// Whether `asked` may go on. `first`: the oldest byte held, `None` without a backlog; `head`: the newest.
pub(super) fn may_continue(asked_id: &str, asked: i64, lineage: &Lineage, first: Option<i64>, head: i64) -> bool {
    // An empty id, which a SYNC leaves behind, is as good as any other: C compares strings.
    let same = |id: &ReplId| id.as_str().eq_ignore_ascii_case(asked_id);
    let mine = same(&lineage.id) || lineage.second.is_some_and(|(id, up_to)| same(&id) && asked <= up_to.0);
    mine && first.is_some_and(|first| asked >= first && asked <= head + 1)
}

/// The identity of a server at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Identity {
    pub(super) id: ReplId,
    pub(super) second: ReplId,
    pub(super) up_to: Offset,
    pub(super) offset: Offset,
}

/// The fault in how an identity (4.0+) went from `before` to `after`, given what the server said it did. `link`: the id of its master.
pub(super) fn bad_change<'a>(
    before: &Identity,
    after: &Identity,
    link: Option<ReplId>,
    notes: impl Iterator<Item = &'a Note>,
    known: &BTreeSet<ReplId>,
    ttl_changes_id: bool,
) -> Option<String> {
    let changed = (before.id, before.second, before.up_to) != (after.id, after.second, after.up_to);
    let fresh = after.id != before.id && !known.contains(&after.id);
    let (none, cleared) = (Offset::NONE, after.second == ReplId::ZEROS && after.up_to == Offset::NONE);
    let mut cause = None;
    // A server that slept may be told several things at once: each is judged by the identity that it found.
    let (mut found, mut own, mut promoted) = (*before, *before, false);
    for note in notes {
        match note {
            Note::IdChanged { id, id2, second_offset } => {
                let of = |text: &str| ReplId::from_wire(text.as_bytes()).unwrap_or(ReplId::EMPTY);
                found = own;
                own = Identity { id: of(id), second: of(id2), up_to: Offset(*second_offset), offset: own.offset };
            }
            Note::Promoted { offset } => {
                if own.id == found.id || known.contains(&own.id) {
                    return Some("it was promoted and keeps the id of its former master".to_string());
                }
                if own.second != found.id || own.up_to.0 != offset + 1 {
                    return Some(format!("it was promoted at {offset}, and its second id is not the old one up to {}", offset + 1));
                }
                found = own;
                (promoted, cause) = (true, Some(true));
            }
            Note::FullDone { .. } => (promoted, cause) = (false, Some(link == Some(after.id) && cleared)),
            Note::PartialAccepted { offset } if changed => {
                cause = Some(link == Some(after.id) && after.second == before.id && after.up_to.0 == *offset);
            }
            Note::BacklogCreated { .. } if changed => cause = cause.or(Some(fresh && cleared)),
            Note::BacklogFreed { why: FreedWhy::Ttl } if ttl_changes_id => {
                // It may have been told to follow somebody in the same event, behind that (a pause held it back).
                let told = (own.id, own.second, own.up_to) != (found.id, found.second, found.up_to) && !known.contains(&own.id);
                if !told || own.second != ReplId::ZEROS || own.up_to != none {
                    return Some("its backlog expired, and its id did not change".to_string());
                }
                cause = Some(true);
            }
            Note::LoadDone { .. } | Note::Started { .. } => cause = cause.or(Some(true)),
            _ => {}
        }
    }
    if promoted && (after.id, after.second, after.up_to) != (own.id, own.second, own.up_to) {
        return Some(format!("it was promoted, and has not the ids that it told: {} and {} up to {}", after.id, after.second, after.up_to));
    }
    match (changed, cause) {
        (false, _) | (true, Some(true)) => None,
        (true, _) => {
            let up_to = if after.up_to == none { "never".to_string() } else { format!("up to {}", after.up_to) };
            Some(format!("its ids became {} and {} ({up_to}) for no reason that allows it", after.id, after.second))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(letter: u8) -> ReplId {
        ReplId::from_wire(&[letter; 40]).unwrap()
    }

    #[test]
    fn who_may_go_on() {
        let text = |letter: char| alloc::vec![letter; 40].into_iter().collect::<String>();
        let one = Lineage { id: id(b'a'), second: None };
        let two = Lineage { id: id(b'a'), second: Some((id(b'b'), Offset(50))) };
        for (asked_id, asked, lineage, first, may) in [
            (text('a'), 20, one, Some(20), true),
            (text('A'), 101, one, Some(20), true),
            (text('a'), 19, one, Some(20), false),
            (text('a'), 102, one, Some(20), false),
            (text('a'), 50, one, None, false),
            (text('b'), 50, one, Some(20), false),
            (text('b'), 50, two, Some(20), true),
            (text('b'), 51, two, Some(20), false),
            ("?".to_string(), -1, two, Some(20), false),
            (String::new(), 30, Lineage { id: ReplId::EMPTY, second: None }, Some(20), true),
            (String::new(), 30, one, Some(20), false),
        ] {
            assert_eq!(may_continue(&asked_id, asked, &lineage, first, 100), may, "{asked_id} {asked}");
        }
    }

    #[test]
    fn what_a_backlog_must_hold() {
        let mut kept = Kept::new(2, 100);
        assert_eq!((kept.oldest(50), kept.oldest(101), kept.oldest(102)), (2, 2, 3));
        kept.resize(200, 150, false);
        assert_eq!((kept.start, kept.oldest(160), kept.oldest(260)), (2, 51, 61));
        kept.resize(200, 160, true);
        assert_eq!(kept.oldest(160), 51);
        kept.resize(300, 160, true);
        assert_eq!((kept.start, kept.oldest(160)), (161, 161));
    }

    #[test]
    fn identities_change_for_a_reason() {
        let before = Identity { id: id(b'a'), second: ReplId::ZEROS, up_to: Offset::NONE, offset: Offset(70) };
        let known = BTreeSet::from([id(b'a'), id(b'm')]);
        let bad = |after: Identity, note: Note| bad_change(&before, &after, Some(id(b'm')), [note].iter(), &known, true).is_some();
        let shifted = Identity { id: id(b'n'), second: id(b'a'), up_to: Offset(71), offset: Offset(70) };
        let promoted = |after: Identity| {
            let told = Note::IdChanged { id: after.id.to_string(), id2: after.second.to_string(), second_offset: after.up_to.0 };
            bad_change(&before, &after, Some(id(b'm')), [told, Note::Promoted { offset: 70 }].iter(), &known, true).is_some()
        };
        assert!(!promoted(shifted));
        assert!(bad(before, Note::Promoted { offset: 70 }));
        assert!(promoted(Identity { up_to: Offset(70), ..shifted }));
        assert!(promoted(Identity { id: id(b'm'), ..shifted }));
        assert!(bad(shifted, Note::Paused {}));
        let synced = Identity { id: id(b'm'), second: ReplId::ZEROS, up_to: Offset::NONE, offset: Offset(5) };
        assert!(!bad(synced, Note::FullDone { offset: 5, pre_psync: false }));
        assert!(bad(Identity { second: id(b'a'), ..synced }, Note::FullDone { offset: 5, pre_psync: false }));
        assert!(bad(before, Note::BacklogFreed { why: FreedWhy::Ttl }));
        assert!(!bad(before, Note::BacklogFreed { why: FreedWhy::FullSync }));
    }

    #[test]
    fn a_backlog_expires_and_the_server_is_promoted_in_one_event() {
        let before = Identity { id: id(b'a'), second: ReplId::ZEROS, up_to: Offset::NONE, offset: Offset(70) };
        let known = BTreeSet::from([id(b'a'), id(b'm')]);
        let bad = |expired: Identity| {
            let after = Identity { id: id(b'n'), second: expired.id, up_to: Offset(71), offset: Offset(70) };
            let told = |own: Identity| Note::IdChanged { id: own.id.to_string(), id2: own.second.to_string(), second_offset: own.up_to.0 };
            let freed = Note::BacklogFreed { why: FreedWhy::Ttl };
            let notes = [told(expired), freed, told(after), Note::Promoted { offset: 70 }];
            bad_change(&before, &after, None, notes[usize::from(expired == before)..].iter(), &known, true).is_some()
        };
        assert!(!bad(Identity { id: id(b'e'), ..before }));
        assert!(bad(before));
        assert!(bad(Identity { id: id(b'm'), ..before }));
        assert!(bad(Identity { id: id(b'e'), second: id(b'a'), up_to: Offset(71), ..before }));
    }
}
