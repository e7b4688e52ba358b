//! Keys that callers wait for or watch, and those callers.

use super::api::ConnId;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use bytes::Bytes;

/// A key of a database.
pub(super) type Place = (usize, Bytes);

/// The callers that look at keys, by key.
#[derive(Clone, Debug, Default)]
pub(super) struct Attention {
    /// The callers that wait for a key, in the order of arrival.
    pub(super) blocked: BTreeMap<Place, Vec<ConnId>>,
    /// The callers that watch a key.
    pub(super) watched: BTreeMap<Place, Vec<ConnId>>,
    /// Keys that may serve somebody, in the order of the writes.
    pub(super) ready: Vec<Place>,
}
impl Attention {
    /// Whether anybody looks at any key.
    pub(super) fn looks(&self) -> bool {
        !(self.blocked.is_empty() && self.watched.is_empty())
    }
    /// A caller looks at a key no more.
    pub(super) fn leave(who: &mut BTreeMap<Place, Vec<ConnId>>, place: &Place, id: ConnId) {
        if let Some(ids) = who.get_mut(place) {
            ids.retain(|other| *other != id);
            if ids.is_empty() {
                who.remove(place);
            }
        }
    }
}

/// A key that a caller watches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Watched {
    pub(super) place: Place,
    /// Its time had passed already: that it goes is no change (7.0).
    pub(super) expired: bool,
}
/// The keys that a caller watches.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Watch {
    pub(super) keys: Vec<Watched>,
    /// One of them was touched: EXEC will do nothing.
    pub(super) broken: bool,
}
impl Watch {
    /// Whether one of them was touched.
    pub(super) const fn broken(&self) -> bool {
        self.broken
    }
}
