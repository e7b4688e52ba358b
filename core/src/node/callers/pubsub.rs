//! Subscribers of channels and patterns, and what is published to them (docs/redis.md §4.7).

use super::Callers;
use crate::command::Reply;
use crate::command::glob;
use crate::node::ConnId;
use crate::node::api::Label;
use crate::node::conn::Replies;
use crate::node::ctx::Ctx;
use crate::node::topics::{Subscribed, Topic};
use crate::resp;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use bytes::Bytes;

/// The reply to one name of SUBSCRIBE and its like.
fn answer(word: &str, name: Option<&Bytes>, count: usize) -> Reply {
    Reply::Array(Vec::from([Reply::bulk(word), name.cloned().map_or(Reply::Nil, Reply::Bulk), Reply::Int(count as i64)]))
}

impl Callers {
    /// SUBSCRIBE, PSUBSCRIBE: one reply for each name.
    pub(in crate::node) fn subscribe(&mut self, id: ConnId, what: Topic, names: &[Bytes]) -> Reply {
        let Some(conn) = self.conns.get_mut(&id) else { return Reply::None };
        let mut replies = Vec::with_capacity(names.len());
        for name in names {
            if !conn.subscribed.of(what).contains(name) {
                // The name lives as long as the subscription: it keeps no read of the socket alive.
                let name = Bytes::copy_from_slice(name);
                conn.subscribed.of(what).push(name.clone());
                match what {
                    Topic::Channels => self.subscriptions.channels.entry(name).or_default().push(id),
                    Topic::Patterns => self.subscriptions.patterns.push((name, id)),
                }
            }
            replies.push(answer(what.word(true), Some(name), conn.subscribed.count()));
        }
        Reply::Several(replies)
    }
    /// UNSUBSCRIBE, PUNSUBSCRIBE: one reply for each name; without names for each that there is, and one all the same where there is none.
    pub(in crate::node) fn unsubscribe(&mut self, id: ConnId, what: Topic, names: &[Bytes]) -> Reply {
        let Some(conn) = self.conns.get_mut(&id) else { return Reply::None };
        let names = if names.is_empty() { conn.subscribed.of(what).clone() } else { names.to_vec() };
        if names.is_empty() {
            return answer(what.word(false), None, conn.subscribed.count());
        }
        let mut replies = Vec::with_capacity(names.len());
        for name in &names {
            if conn.subscribed.of(what).contains(name) {
                conn.subscribed.of(what).retain(|other| other != name);
                self.subscriptions.leave(what, name, id);
            }
            replies.push(answer(what.word(false), Some(name), conn.subscribed.count()));
        }
        Reply::Several(replies)
    }
    /// A caller is gone, or was RESET: it hears nothing any more.
    pub(in crate::node) fn unsubscribe_from_all(&mut self, id: ConnId) {
        let Some(conn) = self.conns.get_mut(&id).filter(|conn| conn.subscribed.any()) else { return };
        let Subscribed { channels, patterns } = core::mem::take(&mut conn.subscribed);
        for name in &channels {
            self.subscriptions.leave(Topic::Channels, name, id);
        }
        for name in &patterns {
            self.subscriptions.leave(Topic::Patterns, name, id);
        }
    }

    /// Tells everybody who listens: those who subscribed to the channel first, then those whose pattern fits, each in the order in which they came. Gives
    /// how many messages these are, and those for `within`, who runs a transaction: there a message stands among the replies.
    pub(in crate::node) fn publish(&mut self, channel: &Bytes, message: &Bytes, within: Option<ConnId>, ctx: &Ctx) -> (usize, Vec<Reply>) {
        if self.subscriptions.channels.is_empty() && self.subscriptions.patterns.is_empty() {
            return (0, Vec::new());
        }
        let text = |word: &str| Reply::bulk(word);
        let (named, message) = (Reply::Bulk(channel.clone()), Reply::Bulk(message.clone()));
        let to_channel = Reply::Array(Vec::from([text("message"), named.clone(), message.clone()]));
        let mut told: Vec<(ConnId, Reply)> =
            self.subscriptions.channels.get(channel).into_iter().flatten().map(|id| (*id, to_channel.clone())).collect();
        for (pattern, id) in self.subscriptions.patterns.iter().filter(|(pattern, _)| glob::matches(pattern, channel, false)) {
            let fits = Reply::Array(Vec::from([text("pmessage"), Reply::Bulk(pattern.clone()), named.clone(), message.clone()]));
            told.push((*id, fits));
        }
        let (count, mut own) = (told.len(), Vec::new());
        let words = format!("message {}", String::from_utf8_lossy(channel));
        for (id, reply) in told {
            if within == Some(id) {
                own.push(reply);
                continue;
            }
            let Some(conn) = self.conns.get_mut(&id) else { continue };
            // What is pushed does not heed CLIENT REPLY from 6.2 on.
            if !matches!(conn.replies, Replies::On) && !ctx.caps.pushes_past_reply_off {
                continue;
            }
            let mut wire = Vec::new();
            resp::write_reply(&reply, &mut wire);
            conn.pipe.push(Bytes::from(wire), Label::client(words.as_str()));
            self.added(id);
        }
        (count, own)
    }

    // ---- PUBSUB, INFO

    /// How many channels somebody has subscribed to.
    pub(in crate::node) fn channels(&self) -> usize {
        self.subscriptions.channels.len()
    }
    /// How many patterns are subscribed to: up to 5.0 each time that somebody did, from 6.0 on each pattern once.
    pub(in crate::node) fn patterns(&self, ctx: &Ctx) -> usize {
        if ctx.caps.pattern_counts_once { self.subscriptions.distinct() } else { self.subscriptions.patterns.len() }
    }
    /// Channels that somebody has subscribed to, of which the name fits a pattern, in alphabetical order.
    pub(in crate::node) fn channels_that_fit(&self, pattern: Option<&Bytes>) -> Reply {
        let fit = self.subscriptions.channels.keys().filter(|name| pattern.is_none_or(|pattern| glob::matches(pattern, name, false)));
        Reply::Array(fit.cloned().map(Reply::Bulk).collect())
    }
    /// Each channel with the number of its subscribers.
    pub(in crate::node) fn subscribers(&self, channels: &[Bytes]) -> Reply {
        let of = |name: &Bytes| self.subscriptions.channels.get(name).map_or(0, Vec::len) as i64;
        Reply::Array(channels.iter().flat_map(|name| [Reply::Bulk(name.clone()), Reply::Int(of(name))]).collect())
    }
}
