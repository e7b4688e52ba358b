//! Pub/Sub: its commands, and how few others a subscriber may give (docs/redis.md §4.7).

use super::conn::Conn;
use super::ctx::Ctx;
use super::topics::Topic;
use super::{ConnId, Node};
use crate::command::syntax::sub_arguments;
use crate::command::{Reply, Run, ServerCmd, Spec, wrong_arity};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use bytes::Bytes;

/// Whether a command begins or ends subscriptions.
pub(super) const fn subscribes(cmd: ServerCmd) -> bool {
    matches!(cmd, ServerCmd::Subscribe | ServerCmd::PSubscribe | ServerCmd::Unsubscribe | ServerCmd::PUnsubscribe)
}

/// The error of a command that a subscriber may not give; `None`: it may, or is none.
pub(super) fn refused_to_subscriber(conn: &Conn, spec: &Spec, words: &[Bytes], ctx: &Ctx) -> Option<String> {
    if !conn.subscribed.any() {
        return None;
    }
    match spec.run {
        Run::Server(cmd) if subscribes(cmd) => return None,
        Run::Server(ServerCmd::Quit | ServerCmd::Reset) => return None,
        Run::Server(ServerCmd::Ping) if ctx.caps.subscribers_ping => return None,
        _ => {}
    }
    if !ctx.caps.refusal_names_command {
        let ping = if ctx.caps.refusal_names_ping { "PING / " } else { "" };
        return Some(format!("ERR only (P)SUBSCRIBE / (P)UNSUBSCRIBE / {ping}QUIT allowed in this context"));
    }
    let prefix = if ctx.caps.subcommands { "(P|S)" } else { "(P)" };
    let sub = words.get(1).map(|word| String::from_utf8_lossy(word).to_ascii_lowercase()).filter(|sub| {
        // From 7.0 on a subcommand is a command of its own.
        ctx.caps.subcommands && sub_arguments(spec.name, sub, ctx.era).is_some()
    });
    let name = sub.map_or_else(|| String::from(spec.name), |sub| format!("{}|{sub}", spec.name));
    Some(format!(
        "ERR Can't execute '{name}': only {prefix}SUBSCRIBE / {prefix}UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context"
    ))
}

impl Node {
    /// PING: a subscriber is answered by an array, as everything else that it hears is one.
    pub(super) fn ping(&self, id: ConnId, words: &[Bytes]) -> Reply {
        if words.len() > 2 {
            return wrong_arity("ping");
        }
        let text = words.get(1);
        if self.ctx.caps.subscribers_ping && self.callers.get(id).is_some_and(|conn| conn.subscribed.any()) {
            return Reply::Array(Vec::from([Reply::bulk("pong"), Reply::Bulk(text.cloned().unwrap_or_default())]));
        }
        text.map_or(Reply::Status("PONG"), |text| Reply::Bulk(text.clone()))
    }
    /// SUBSCRIBE, PSUBSCRIBE, UNSUBSCRIBE, PUNSUBSCRIBE.
    pub(super) fn subscriptions(&mut self, id: ConnId, cmd: ServerCmd, words: &[Bytes]) -> Reply {
        let names = &words[1..];
        match cmd {
            ServerCmd::Subscribe => self.callers.subscribe(id, Topic::Channels, names),
            ServerCmd::PSubscribe => self.callers.subscribe(id, Topic::Patterns, names),
            ServerCmd::PUnsubscribe => self.callers.unsubscribe(id, Topic::Patterns, names),
            _ => self.callers.unsubscribe(id, Topic::Channels, names),
        }
    }
    /// PUBLISH of a caller: how many messages it made.
    pub(super) fn publish(&mut self, id: ConnId, words: &[Bytes], in_exec: bool) -> Reply {
        let (count, mut own) = self.callers.publish(&words[1], &words[2], Some(id).filter(|_| in_exec), &self.ctx);
        let count = Reply::Int(count as i64);
        if own.is_empty() {
            return count;
        }
        own.push(count);
        Reply::Several(own)
    }
    /// PUBLISH of the master's stream: the subscribers here hear it too.
    pub(super) fn publish_replicated(&mut self, words: &[Bytes]) {
        self.callers.publish(&words[1], &words[2], None, &self.ctx);
    }

    /// PUBSUB CHANNELS, NUMSUB, NUMPAT (2.8); the forms of shards are those of a cluster.
    pub(super) fn pubsub(&mut self, id: ConnId, words: &[Bytes]) -> Reply {
        let caps = self.ctx.caps;
        let shown = String::from_utf8_lossy(&words[1]);
        let is = |word: &str| words[1].eq_ignore_ascii_case(word.as_bytes());
        let known = ["channels", "numsub", "numpat", "help"].into_iter().find(|word| is(word));
        if let Some(word) = known
            && caps.subcommands
            && let Some(conn) = self.callers.get_mut(id)
        {
            conn.last_command = match word {
                "channels" => "pubsub|channels",
                "numsub" => "pubsub|numsub",
                "numpat" => "pubsub|numpat",
                _ => "pubsub|help",
            };
        }
        match (known, &words[2..]) {
            (Some("channels"), [] | [_]) => return self.callers.channels_that_fit(words.get(2)),
            (Some("numsub"), names) => return self.callers.subscribers(names),
            (Some("numpat"), []) => return Reply::Int(self.callers.patterns(&self.ctx) as i64),
            (Some("help"), []) if caps.says_replica => {
                let lines: &[&'static str] = if caps.help_in_paragraphs { &HELP } else { &HELP_5_0 };
                return Reply::Array(lines.iter().map(|line| Reply::Status(line)).collect());
            }
            _ => {}
        }
        Reply::Error(match known {
            _ if caps.subcommands && (is("shardchannels") || is("shardnumsub")) => {
                format!("ERR Resync does not have the command 'pubsub|{}'", shown.to_ascii_lowercase())
            }
            Some("channels") if caps.subcommands => {
                format!("ERR unknown subcommand or wrong number of arguments for '{shown}'. Try PUBSUB HELP.")
            }
            Some(word) if caps.subcommands => format!("ERR wrong number of arguments for 'pubsub|{word}' command"),
            None if caps.subcommands => format!("ERR unknown subcommand '{shown}'. Try PUBSUB HELP."),
            _ if caps.says_replica => {
                format!("ERR Unknown subcommand or wrong number of arguments for '{shown}'. Try PUBSUB HELP.")
            }
            _ => format!("ERR Unknown PUBSUB subcommand or wrong number of arguments for '{shown}'"),
        })
    }
}

/// PUBSUB HELP of 5.0.
const HELP_5_0: [&str; 4] = [
    "PUBSUB <subcommand> arg arg ... arg. Subcommands are:",
    "CHANNELS [<pattern>] -- Return the currently active channels matching a pattern (default: all).",
    "NUMPAT -- Return number of subscriptions to patterns.",
    "NUMSUB [channel-1 .. channel-N] -- Returns the number of subscribers for the specified channels (excluding patterns, default: none).",
];
/// PUBSUB HELP of 6.2: the forms that are here.
const HELP: [&str; 10] = [
    "PUBSUB <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "CHANNELS [<pattern>]",
    "    Return the currently active channels matching a <pattern> (default: '*').",
    "NUMPAT",
    "    Return number of subscriptions to patterns.",
    "NUMSUB [<channel> ...]",
    "    Return the number of subscribers for the specified channels, excluding",
    "    pattern subscriptions(default: no channels).",
    "HELP",
    "    Prints this help.",
];
