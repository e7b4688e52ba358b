//! Subscriptions, as a caller and as the server remember them. They stand apart from `callers`, who keep them, so that a conn can hold its own.

use super::api::ConnId;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use bytes::Bytes;

/// What one caller has subscribed to, each in the order in which it asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Subscribed {
    pub(super) channels: Vec<Bytes>,
    pub(super) patterns: Vec<Bytes>,
}
impl Subscribed {
    /// Channels and patterns together: the number that replies to SUBSCRIBE and its like end with.
    pub(super) fn count(&self) -> usize {
        self.channels.len() + self.patterns.len()
    }
    /// Whether the caller is a subscriber, so that few commands are open to it.
    pub(super) fn any(&self) -> bool {
        self.count() > 0
    }
    /// CLIENT LIST's `sub` and `psub`.
    pub(super) fn figures(&self) -> (usize, usize) {
        (self.channels.len(), self.patterns.len())
    }
    pub(super) fn of(&mut self, what: Topic) -> &mut Vec<Bytes> {
        match what {
            Topic::Channels => &mut self.channels,
            Topic::Patterns => &mut self.patterns,
        }
    }
}

/// The kind of a subscription.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Topic {
    /// SUBSCRIBE: a channel by its name.
    Channels,
    /// PSUBSCRIBE: every channel whose name fits a pattern.
    Patterns,
}
impl Topic {
    pub(super) const fn word(self, subscribes: bool) -> &'static str {
        match (self, subscribes) {
            (Topic::Channels, true) => "subscribe",
            (Topic::Channels, false) => "unsubscribe",
            (Topic::Patterns, true) => "psubscribe",
            (Topic::Patterns, false) => "punsubscribe",
        }
    }
}

/// Who listens to what, in the order in which they came: in that order they are told.
#[derive(Clone, Default)]
pub(super) struct Subscriptions {
    pub(super) channels: BTreeMap<Bytes, Vec<ConnId>>,
    pub(super) patterns: Vec<(Bytes, ConnId)>,
}
impl Subscriptions {
    pub(super) fn leave(&mut self, what: Topic, name: &Bytes, id: ConnId) {
        match what {
            Topic::Channels => {
                if let Some(ids) = self.channels.get_mut(name) {
                    ids.retain(|other| *other != id);
                    if ids.is_empty() {
                        self.channels.remove(name);
                    }
                }
            }
            Topic::Patterns => self.patterns.retain(|(pattern, other)| !(pattern == name && *other == id)),
        }
    }
    /// How many different patterns there are.
    pub(super) fn distinct(&self) -> usize {
        let first = |at: usize| !self.patterns[..at].iter().any(|(pattern, _)| *pattern == self.patterns[at].0);
        (0..self.patterns.len()).filter(|at| first(*at)).count()
    }
}
